// SPDX-License-Identifier: GPL-2.0
/* The state machine's tables, made of arcs.h, and the names in it. */
#include <lctcp/fsm.h>

/* The place of each arc in lctcp_arcs[]; no pair of state and event twice. */
#define LCTCP_ARC(from, event, ...)	ARC_##from##_##event,
enum {
#include "arcs.h"
	NARCS
};

#undef LCTCP_ARC

static_assert(NARCS <= LCTCP_MAX_ARCS, "LCTCP_MAX_ARCS is too small");

#define LCTCP_ARC(from, event, to, rfc, why, actions)			\
	{ LCTCP_##from, LCTCP_EV_##event, LCTCP_##to, actions, rfc, why },
const struct lctcp_arc lctcp_arcs[] = {
#include "arcs.h"
};

#undef LCTCP_ARC

const unsigned int lctcp_narcs = NARCS;

/* One more than the arc's place, so that 0 is no arc. */
#define LCTCP_ARC(from, event, ...)					\
	[LCTCP_##from][LCTCP_EV_##event] = ARC_##from##_##event + 1,
static const u8 arc_index[LCTCP_NSTATES][LCTCP_NEVENTS] = {
#include "arcs.h"
};

#undef LCTCP_ARC

/**
 * lctcp_fsm_find() - the arc an event takes
 * @state:	enum lctcp_state
 * @event:	enum lctcp_event
 *
 * Return: the arc, or NULL if there is none: that event is impossible there.
 */
const struct lctcp_arc *lctcp_fsm_find(unsigned int state, unsigned int event)
{
	u8 i;

	if (state >= LCTCP_NSTATES || event >= LCTCP_NEVENTS)
		return NULL;
	i = arc_index[state][event];
	return i ? &lctcp_arcs[i - 1] : NULL;
}

#define STATE(name)	\
	[LCTCP_##name] = #name
static const char *const state_names[LCTCP_NSTATES] = {
	STATE(ESTABLISHED),
	STATE(SYN_SENT),
	STATE(SYN_RECV),
	STATE(FIN_WAIT1),
	STATE(FIN_WAIT2),
	STATE(TIME_WAIT),
	STATE(CLOSED),
	STATE(CLOSE_WAIT),
	STATE(LAST_ACK),
	STATE(LISTEN),
	STATE(CLOSING),
};

#define EVENT(name)	\
	[LCTCP_EV_##name] = #name
static const char *const event_names[LCTCP_NEVENTS] = {
	EVENT(PASSIVE_OPEN),
	EVENT(ACTIVE_OPEN),
	EVENT(CLOSE),
	EVENT(ABORT),
	EVENT(ABORT_WAIT),
	EVENT(SYN),
	EVENT(SYN_ACK),
	EVENT(ACK_OF_SYN),
	EVENT(COOKIE_ACK),
	EVENT(FIN),
	EVENT(ACK_OF_FIN),
	EVENT(FIN_ACK_OF_FIN),
	EVENT(RST),
	EVENT(PASSIVE_RST),
	EVENT(PASSIVE_SYN),
	EVENT(PASSIVE_GIVE_UP),
	EVENT(UNREACHABLE),
	EVENT(GIVE_UP),
	EVENT(FIN_WAIT2_TIMEOUT),
	EVENT(ORPHAN_LIMIT),
	EVENT(2MSL),
	EVENT(REOPEN),
	EVENT(OLD_DUPLICATE),
	EVENT(PURGE),
	EVENT(ABANDON),
	EVENT(REUSE),
};

/* In bit order. */
static const char *const action_names[LCTCP_A_NACTIONS] = {
	"send-syn",
	"send-syn-ack",
	"send-ack",
	"send-fin",
	"send-rst",
	"start-2msl",
	"connected",
	"peer-closed",
	"refused",
	"reset",
	"timed-out",
};

static const char *name_of(const char *const *names, unsigned int n,
			   unsigned int i)
{
	return i < n && names[i] ? names[i] : "?";
}

const char *lctcp_state_name(unsigned int state)
{
	return name_of(state_names, LCTCP_NSTATES, state);
}

const char *lctcp_event_name(unsigned int event)
{
	return name_of(event_names, LCTCP_NEVENTS, event);
}

const char *lctcp_action_name(unsigned int action)
{
	unsigned int bit;

	for (bit = 0; bit < LCTCP_A_NACTIONS; bit++)
		if (action == BIT(bit))
			return action_names[bit];
	return NULL;
}
