// SPDX-License-Identifier: GPL-2.0
/* Names, and what they mean: see names.h. */
#include <ctype.h>

#include <lctcp/fsm.h>

#include "names.h"

static const char *next_letter(const char *p)
{
	while (*p == '-' || *p == '_')
		p++;
	return p;
}

bool same_name(const char *a, const char *b)
{
	for (;; a++, b++) {
		a = next_letter(a);
		b = next_letter(b);
		if (toupper((unsigned char)*a) != toupper((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

unsigned int state_by_name(const char *name)
{
	static const struct {
		const char *name;
		unsigned int state;
	} others[] = {
		{ "SYN-RECEIVED",	LCTCP_SYN_RECV },
		{ "SYN-RCVD",		LCTCP_SYN_RECV },
		{ "ESTAB",		LCTCP_ESTABLISHED },
	};
	unsigned int i;

	for (i = 1; i < LCTCP_NSTATES; i++)
		if (same_name(name, lctcp_state_name(i)))
			return i;
	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (same_name(name, others[i].name))
			return others[i].state;
	return 0;
}

unsigned int event_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < LCTCP_NEVENTS; i++)
		if (same_name(name, lctcp_event_name(i)))
			break;
	return i;
}

static const char *const states_about[LCTCP_NSTATES] = {
	[LCTCP_CLOSED]		= "there is a socket, but no connection",
	[LCTCP_LISTEN]		= "waiting for whoever comes",
	[LCTCP_SYN_SENT]	= "this side's SYN is on its way",
	[LCTCP_SYN_RECV]	= "both SYNs have been seen, this side's is not acknowledged",
	[LCTCP_ESTABLISHED]	= "both directions are open",
	[LCTCP_FIN_WAIT1]	= "this side closed; its FIN is not acknowledged, the peer still sends",
	[LCTCP_FIN_WAIT2]	= "this side's FIN is acknowledged, the peer still sends",
	[LCTCP_CLOSE_WAIT]	= "the peer closed, this side's program has not",
	[LCTCP_CLOSING]		= "both FINs were sent at the same time; this side's lacks its ACK",
	[LCTCP_LAST_ACK]	= "the peer closed first, this side after it; its FIN lacks its ACK",
	[LCTCP_TIME_WAIT]	= "both directions are closed; old segments die out",
};

const char *state_about(unsigned int state)
{
	return state < LCTCP_NSTATES ? states_about[state] : NULL;
}

static const char *const events_about[LCTCP_NEVENTS] = {
	[LCTCP_EV_PASSIVE_OPEN]	= "the program calls listen()",
	[LCTCP_EV_ACTIVE_OPEN]	= "the program calls connect()",
	[LCTCP_EV_CLOSE]	= "the program calls close() or shutdown()",
	[LCTCP_EV_ABORT]	= "the program gives up: linger 0, or unread data at close()",
	[LCTCP_EV_ABORT_WAIT]	= "the same, where who aborts has to wait for 2MSL",
	[LCTCP_EV_SYN]		= "an acceptable SYN arrives",
	[LCTCP_EV_SYN_ACK]	= "a SYN arrives that acknowledges this side's",
	[LCTCP_EV_ACK_OF_SYN]	= "an ACK of this side's SYN arrives",
	[LCTCP_EV_COOKIE_ACK]	= "an ACK that brings back the cookie of a forgotten SYN-ACK arrives",
	[LCTCP_EV_FIN]		= "the peer's FIN arrives, in sequence",
	[LCTCP_EV_ACK_OF_FIN]	= "an ACK of this side's FIN arrives",
	[LCTCP_EV_FIN_ACK_OF_FIN] = "the peer's FIN arrives and acknowledges this side's",
	[LCTCP_EV_RST]		= "a RST with the exact sequence number arrives",
	[LCTCP_EV_PASSIVE_RST]	= "the same, for a half-open connection of a listener",
	[LCTCP_EV_PASSIVE_SYN]	= "a new SYN in the window, for a half-open connection of a listener",
	[LCTCP_EV_PASSIVE_GIVE_UP] = "no answer to any SYN-ACK of a listener",
	[LCTCP_EV_UNREACHABLE]	= "the network says for good that the SYN cannot arrive",
	[LCTCP_EV_GIVE_UP]	= "retransmissions, probes or keepalives are used up",
	[LCTCP_EV_FIN_WAIT2_TIMEOUT] = "nobody holds the socket, and no FIN came",
	[LCTCP_EV_ORPHAN_LIMIT] = "nobody holds the socket, and its time is over or there are too many",
	[LCTCP_EV_2MSL]		= "twice the maximum segment lifetime is over",
	[LCTCP_EV_REOPEN]	= "a SYN arrives that may reopen the pair",
	[LCTCP_EV_OLD_DUPLICATE] = "the peer refuses what reopened the pair",
	[LCTCP_EV_PURGE]	= "the listener, the namespace or the module goes away",
	[LCTCP_EV_ABANDON]	= "what reopened the pair, and nobody confirmed, ends at this end",
	[LCTCP_EV_REUSE]	= "connect() takes over a pair that waits",
};

const char *event_about(unsigned int event)
{
	return event < LCTCP_NEVENTS ? events_about[event] : NULL;
}
