/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The TCP state machine as one table (RFC 9293 section 3.3.2, figure 5).
 *
 * This header and module/core/fsm.c are pure: they include no kernel header beyond
 * types, so that the module, the unit tests, the tools and any model checker
 * compile one and the same source.  The table says which event leads from
 * which state to which, what has to be done about it, where that is written,
 * and, in one sentence, why.
 *
 * State numbers are Linux's own (net/tcp_states.h), so that ss, netstat and
 * the sock:inet_sock_set_state tracepoint need no translation.
 */
#ifndef _LCTCP_FSM_H
#define _LCTCP_FSM_H

#include <lctcp/types.h>

enum lctcp_state {
	LCTCP_ESTABLISHED = 1,
	LCTCP_SYN_SENT,
	LCTCP_SYN_RECV,
	LCTCP_FIN_WAIT1,
	LCTCP_FIN_WAIT2,
	LCTCP_TIME_WAIT,
	LCTCP_CLOSED,
	LCTCP_CLOSE_WAIT,
	LCTCP_LAST_ACK,
	LCTCP_LISTEN,
	LCTCP_CLOSING,
	LCTCP_NSTATES,		/* one past the last; 0 is no state */
};

/**
 * enum lctcp_event - everything that can move a connection
 * @LCTCP_EV_PASSIVE_OPEN:	the program calls listen()
 * @LCTCP_EV_ACTIVE_OPEN:	the program calls connect()
 * @LCTCP_EV_CLOSE:		close() or shutdown(SHUT_WR)
 * @LCTCP_EV_ABORT:		linger 0, unread data at close(), disconnect
 * @LCTCP_EV_ABORT_WAIT:	the same where who aborts has to wait for 2MSL
 * @LCTCP_EV_SYN:		an acceptable SYN
 * @LCTCP_EV_SYN_ACK:		a SYN that also acknowledges our SYN
 * @LCTCP_EV_ACK_OF_SYN:	an acceptable ACK of our SYN
 * @LCTCP_EV_COOKIE_ACK:	an ACK of a SYN-ACK that nobody remembers, proven by
 *				the SYN cookie it brings back
 * @LCTCP_EV_FIN:		the peer's FIN, in sequence
 * @LCTCP_EV_ACK_OF_FIN:	an ACK that covers our FIN
 * @LCTCP_EV_FIN_ACK_OF_FIN:	one segment that is both of the above
 * @LCTCP_EV_RST:		a RST with the exact sequence number
 * @LCTCP_EV_PASSIVE_RST:	the same for a half-open passive connection
 * @LCTCP_EV_PASSIVE_SYN:	a new SYN in the window of a half-open passive
 *				connection
 * @LCTCP_EV_PASSIVE_GIVE_UP:	the SYN-ACK schedule of a half-open passive
 *				connection is used up
 * @LCTCP_EV_UNREACHABLE:	a hard ICMP error answers our SYN
 * @LCTCP_EV_GIVE_UP:		retransmissions, probes or keepalives used up
 * @LCTCP_EV_FIN_WAIT2_TIMEOUT:	nobody holds the socket and no FIN came
 * @LCTCP_EV_ORPHAN_LIMIT:	nobody holds the socket, and its time is over or
 *				there are too many like it
 * @LCTCP_EV_2MSL:		the TIME-WAIT timer fired
 * @LCTCP_EV_REOPEN:		a SYN that may reopen a TIME-WAIT pair
 * @LCTCP_EV_OLD_DUPLICATE:	the peer refuses the half-open connection that
 *				reopened a TIME-WAIT pair
 * @LCTCP_EV_PURGE:		the listener, namespace or module goes away, or an
 *				administrator ends it
 * @LCTCP_EV_ABANDON:		this end gives up the half-open connection that
 *				reopened a TIME-WAIT pair, and nobody has
 *				confirmed its SYN
 * @LCTCP_EV_REUSE:		connect() takes over a TIME-WAIT pair
 */
enum lctcp_event {
	LCTCP_EV_PASSIVE_OPEN,
	LCTCP_EV_ACTIVE_OPEN,
	LCTCP_EV_CLOSE,
	LCTCP_EV_ABORT,
	LCTCP_EV_ABORT_WAIT,
	LCTCP_EV_SYN,
	LCTCP_EV_SYN_ACK,
	LCTCP_EV_ACK_OF_SYN,
	LCTCP_EV_COOKIE_ACK,
	LCTCP_EV_FIN,
	LCTCP_EV_ACK_OF_FIN,
	LCTCP_EV_FIN_ACK_OF_FIN,
	LCTCP_EV_RST,
	LCTCP_EV_PASSIVE_RST,
	LCTCP_EV_PASSIVE_SYN,
	LCTCP_EV_PASSIVE_GIVE_UP,
	LCTCP_EV_UNREACHABLE,
	LCTCP_EV_GIVE_UP,
	LCTCP_EV_FIN_WAIT2_TIMEOUT,
	LCTCP_EV_ORPHAN_LIMIT,
	LCTCP_EV_2MSL,
	LCTCP_EV_REOPEN,
	LCTCP_EV_OLD_DUPLICATE,
	LCTCP_EV_PURGE,
	LCTCP_EV_ABANDON,
	LCTCP_EV_REUSE,
	/* private: */
	LCTCP_NEVENTS,
};

/* What an arc asks for.  The engine that runs the table does it. */
#define LCTCP_A_SEND_SYN	BIT(0)		/* <SEQ=ISS><CTL=SYN> */
#define LCTCP_A_SEND_SYN_ACK	BIT(1)		/* <SEQ=ISS><ACK><CTL=SYN,ACK> */
#define LCTCP_A_SEND_ACK	BIT(2)		/* an ACK; that of a first FIN may wait */
#define LCTCP_A_SEND_FIN	BIT(3)		/* queue a FIN behind the data */
#define LCTCP_A_SEND_RST	BIT(4)		/* tell the peer it is over */
#define LCTCP_A_START_2MSL	BIT(5)		/* (re)start the 2MSL timer */
#define LCTCP_A_CONNECTED	BIT(6)		/* wake who waits for connect() or accept() */
#define LCTCP_A_PEER_CLOSED	BIT(7)		/* end of file for the reader */
#define LCTCP_A_REFUSED		BIT(8)		/* report ECONNREFUSED */
#define LCTCP_A_RESET		BIT(9)		/* report ECONNRESET */
#define LCTCP_A_TIMED_OUT	BIT(10)	/* report ETIMEDOUT or the soft error */
#define LCTCP_A_NACTIONS	11

/**
 * struct lctcp_arc - one arc of the state machine
 * @from:	state before
 * @event:	what happened
 * @to:		state after
 * @actions:	LCTCP_A_* to perform, in bit order
 * @rfc:	where it is written, e.g. "9293 3.10.7.4"
 * @why:	one sentence for people
 */
struct lctcp_arc {
	unsigned char from;
	unsigned char event;
	unsigned char to;
	unsigned int actions;
	const char *rfc;
	const char *why;
};

extern const struct lctcp_arc lctcp_arcs[];
extern const unsigned int lctcp_narcs;

/* An upper bound of lctcp_narcs for arrays of counters; fsm.c asserts it. */
#define LCTCP_MAX_ARCS		72

/* The arc that @event takes from @state, or NULL: an impossible event. */
const struct lctcp_arc *lctcp_fsm_find(unsigned int state, unsigned int event);

/* Names as RFC 9293 and Linux have them: "SYN_RECV", "ACK_OF_FIN", ...;
 * "?" for a number out of range.
 */
const char *lctcp_state_name(unsigned int state);
const char *lctcp_event_name(unsigned int event);

/* Name of one LCTCP_A_* action, e.g. "send-syn-ack" for LCTCP_A_SEND_SYN_ACK,
 * or NULL if @action is not exactly one of them.
 */
const char *lctcp_action_name(unsigned int action);

/* RFC 9293 groups of states; written as sets, since the numbers of the states
 * carry no order.
 */
#define LCTCP_S(state)		(1u << (state))
#define LCTCP_S_SYNCHRONIZED	(LCTCP_S(LCTCP_ESTABLISHED) |	\
				 LCTCP_S(LCTCP_FIN_WAIT1) |	\
				 LCTCP_S(LCTCP_FIN_WAIT2) |	\
				 LCTCP_S(LCTCP_CLOSE_WAIT) |	\
				 LCTCP_S(LCTCP_CLOSING) |	\
				 LCTCP_S(LCTCP_LAST_ACK) |	\
				 LCTCP_S(LCTCP_TIME_WAIT))
/* States in which text of the peer is still taken. */
#define LCTCP_S_RECEIVING	(LCTCP_S(LCTCP_ESTABLISHED) |	\
				 LCTCP_S(LCTCP_FIN_WAIT1) |	\
				 LCTCP_S(LCTCP_FIN_WAIT2))
/* States in which the program may still send. */
#define LCTCP_S_SENDING		(LCTCP_S(LCTCP_ESTABLISHED) |	\
				 LCTCP_S(LCTCP_CLOSE_WAIT))
/* States in which the peer's FIN has been received. */
#define LCTCP_S_FIN_RECEIVED	(LCTCP_S(LCTCP_CLOSE_WAIT) |	\
				 LCTCP_S(LCTCP_CLOSING) |	\
				 LCTCP_S(LCTCP_LAST_ACK) |	\
				 LCTCP_S(LCTCP_TIME_WAIT))

static inline bool lctcp_state_in(unsigned int state, unsigned int set)
{
	return LCTCP_S(state) & set;
}

#endif /* _LCTCP_FSM_H */
