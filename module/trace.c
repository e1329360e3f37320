// SPDX-License-Identifier: GPL-2.0
/* The tracepoints themselves. */
#include "lctcp.h"
#include "trace_names.h"

/* The legends know every state, event, role and verb. */
#define LCTCP_PLUS_ONE(item, name)	+ 1

static_assert(1 LCTCP_STATE_LIST(LCTCP_PLUS_ONE, LCTCP_PLUS_ONE) ==
	      LCTCP_NSTATES);
static_assert(0 LCTCP_EVENT_LIST(LCTCP_PLUS_ONE, LCTCP_PLUS_ONE) ==
	      LCTCP_NEVENTS);
static_assert(0 LCTCP_ROLE_LIST(LCTCP_PLUS_ONE, LCTCP_PLUS_ONE) ==
	      LCTCP_NROLES);
static_assert(0 LCTCP_VERB_LIST(LCTCP_PLUS_ONE, LCTCP_PLUS_ONE) ==
	      LCTCP_NVERBS);

#define CREATE_TRACE_POINTS
#include "trace.h"
