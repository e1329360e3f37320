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

/*
 * And for each a probe that records it.  The header is read once more: what a
 * tracepoint is made of, and how it is filled in, stands there alone.
 */
#include "record.h"

#ifdef LCTCP_RECORDER

#undef CREATE_TRACE_POINTS
#define TRACE_HEADER_MULTI_READ
#undef TRACE_DEFINE_ENUM
#define TRACE_DEFINE_ENUM(a)
#undef TRACE_EVENT
#define TRACE_EVENT(call, proto, args, tstruct, assign, print)		\
static void lctcp_record_##call(void *recorder, proto)			\
{									\
	struct {							\
		struct lctcp_record head;				\
		struct trace_event_raw_##call event;			\
	} rec;								\
	struct trace_event_raw_##call *__entry = &rec.event;		\
									\
	BUILD_BUG_ON(sizeof(rec) > LCTCP_RECORD_MAX ||			\
		     offsetof(typeof(rec), event) != sizeof(rec.head));	\
	assign;								\
	lctcp_record_write(recorder, &rec.head, &rec.event.ent,		\
			   event_##call.event.type, sizeof(rec));	\
}

#include "trace.h"

#define LCTCP_RECORD_EVENT(call) {		\
	.name	= #call,			\
	.tp	= &__tracepoint_lctcp_##call,	\
	.probe	= lctcp_record_lctcp_##call,	\
}

/* One that is missing here is an unused function. */
const struct lctcp_record_event lctcp_record_events[] = {
	LCTCP_RECORD_EVENT(state),
	LCTCP_RECORD_EVENT(send),
	LCTCP_RECORD_EVENT(fault),
	LCTCP_RECORD_EVENT(receive),
	LCTCP_RECORD_EVENT(retransmit),
	LCTCP_RECORD_EVENT(timer_set),
	LCTCP_RECORD_EVENT(timer_fired),
	LCTCP_RECORD_EVENT(drop),
	LCTCP_RECORD_EVENT(call),
	LCTCP_RECORD_EVENT(congestion),
	LCTCP_RECORD_EVENT(sack),
	LCTCP_RECORD_EVENT(path),
	LCTCP_RECORD_EVENT(acked),
};

const unsigned int lctcp_record_nevents = ARRAY_SIZE(lctcp_record_events);

static_assert(ARRAY_SIZE(lctcp_record_events) < BITS_PER_LONG);

#endif /* LCTCP_RECORDER */
