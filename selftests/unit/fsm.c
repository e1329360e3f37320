// SPDX-License-Identifier: GPL-2.0
/* The state machine's table against RFC 9293, figure 5 and section 3.10. */
#include <ctype.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <lctcp/fsm.h>
#include "kselftest_harness.h"

#define S(name)	LCTCP_##name
#define E(name)	LCTCP_EV_##name

static const unsigned int RST = LCTCP_A_SEND_RST;
static const unsigned int FIN = LCTCP_A_SEND_FIN;
static const unsigned int ACK = LCTCP_A_SEND_ACK;
static const unsigned int SYN = LCTCP_A_SEND_SYN;
static const unsigned int SYN_ACK = LCTCP_A_SEND_SYN_ACK;
static const unsigned int EOFILE = LCTCP_A_PEER_CLOSED;
static const unsigned int MSL2 = LCTCP_A_START_2MSL;
static const unsigned int UP = LCTCP_A_CONNECTED;
static const unsigned int REFUSED = LCTCP_A_REFUSED;
static const unsigned int RESET = LCTCP_A_RESET;
static const unsigned int TIMEOUT = LCTCP_A_TIMED_OUT;

struct expected {
	bool there;
	unsigned int to;
	unsigned int actions;
};

static struct expected closed(unsigned int actions)
{
	return (struct expected){ true, S(CLOSED), actions };
}

/* What the RFC says, by what happens rather than by state.  Filled in here and
 * not taken from the table in any way.
 */
static void oracle(struct expected x[LCTCP_NSTATES][LCTCP_NEVENTS])
{
	static const unsigned int closed_by_exact_rst[] = {
		S(ESTABLISHED), S(FIN_WAIT1), S(FIN_WAIT2), S(CLOSE_WAIT),
		S(CLOSING), S(LAST_ACK),
	};
	static const unsigned int aborted_with_rst[] = {
		S(SYN_RECV), S(ESTABLISHED), S(FIN_WAIT1), S(FIN_WAIT2),
		S(CLOSE_WAIT),
	};
	static const unsigned int aborted_silently[] = {
		S(SYN_SENT), S(CLOSING), S(LAST_ACK),
	};
	static const unsigned int user_timeout[] = {
		S(SYN_SENT), S(SYN_RECV), S(ESTABLISHED), S(FIN_WAIT1),
		S(FIN_WAIT2), S(CLOSE_WAIT), S(CLOSING), S(LAST_ACK),
	};
	unsigned int i;

#define X(from, event, to, actions) \
	(x[S(from)][E(event)] = (struct expected){ true, S(to), actions })
	/* OPEN */
	X(CLOSED, PASSIVE_OPEN, LISTEN, 0);
	X(CLOSED, ACTIVE_OPEN, SYN_SENT, SYN);
	/* the handshake, simultaneous open */
	X(LISTEN, SYN, SYN_RECV, SYN_ACK);
	X(SYN_SENT, SYN_ACK, ESTABLISHED, ACK | UP);
	X(SYN_SENT, SYN, SYN_RECV, SYN_ACK);
	X(SYN_RECV, ACK_OF_SYN, ESTABLISHED, UP);
	X(LISTEN, COOKIE_ACK, ESTABLISHED, UP);
	/* and when it fails */
	X(SYN_SENT, RST, CLOSED, REFUSED);
	X(SYN_SENT, UNREACHABLE, CLOSED, 0);
	X(SYN_RECV, RST, CLOSED, REFUSED);
	X(SYN_RECV, PASSIVE_RST, LISTEN, 0);
	X(SYN_RECV, PASSIVE_SYN, LISTEN, 0);
	X(SYN_RECV, PASSIVE_GIVE_UP, LISTEN, 0);
	X(SYN_RECV, PURGE, CLOSED, 0);
	/* CLOSE */
	X(LISTEN, CLOSE, CLOSED, 0);
	X(SYN_SENT, CLOSE, CLOSED, 0);
	X(SYN_RECV, CLOSE, FIN_WAIT1, FIN);
	X(ESTABLISHED, CLOSE, FIN_WAIT1, FIN);
	X(CLOSE_WAIT, CLOSE, LAST_ACK, FIN);
	/* the peer's FIN */
	X(ESTABLISHED, FIN, CLOSE_WAIT, ACK | EOFILE);
	X(FIN_WAIT1, FIN, CLOSING, ACK | EOFILE);
	X(FIN_WAIT1, FIN_ACK_OF_FIN, TIME_WAIT, ACK | EOFILE | MSL2);
	X(FIN_WAIT2, FIN, TIME_WAIT, ACK | EOFILE | MSL2);
	X(TIME_WAIT, FIN, TIME_WAIT, ACK | MSL2);
	/* the ACK of ours */
	X(FIN_WAIT1, ACK_OF_FIN, FIN_WAIT2, 0);
	X(CLOSING, ACK_OF_FIN, TIME_WAIT, MSL2);
	X(LAST_ACK, ACK_OF_FIN, CLOSED, 0);
	/* the end of waiting */
	X(FIN_WAIT2, FIN_WAIT2_TIMEOUT, CLOSED, 0);
	X(FIN_WAIT1, ORPHAN_LIMIT, CLOSED, RST);
	X(FIN_WAIT2, ORPHAN_LIMIT, CLOSED, RST);
	X(CLOSING, ORPHAN_LIMIT, CLOSED, RST);
	X(LAST_ACK, ORPHAN_LIMIT, CLOSED, RST);
	X(TIME_WAIT, 2MSL, CLOSED, 0);
	X(TIME_WAIT, RST, CLOSED, 0);
	X(TIME_WAIT, PURGE, CLOSED, 0);
	/* the pair used again, and the way back */
	X(TIME_WAIT, REOPEN, SYN_RECV, SYN_ACK);
	X(SYN_RECV, OLD_DUPLICATE, TIME_WAIT, 0);
	X(SYN_RECV, ABANDON, TIME_WAIT, 0);
	X(TIME_WAIT, REUSE, CLOSED, 0);
#undef X

	for (i = 0; i < ARRAY_SIZE(closed_by_exact_rst); i++)
		x[closed_by_exact_rst[i]][E(RST)] = closed(RESET);
	for (i = 0; i < ARRAY_SIZE(aborted_with_rst); i++)
		x[aborted_with_rst[i]][E(ABORT)] = closed(RST);
	for (i = 0; i < ARRAY_SIZE(aborted_with_rst); i++)
		x[aborted_with_rst[i]][E(ABORT_WAIT)] = (struct expected){
			true, S(TIME_WAIT), RST | MSL2,
		};
	for (i = 0; i < ARRAY_SIZE(aborted_silently); i++)
		x[aborted_silently[i]][E(ABORT)] = closed(0);
	for (i = 0; i < ARRAY_SIZE(user_timeout); i++)
		x[user_timeout[i]][E(GIVE_UP)] = closed(TIMEOUT);
}

TEST(find__every_pair_of_state_and_event)
{
	struct expected x[LCTCP_NSTATES][LCTCP_NEVENTS] = {};
	unsigned int s, e, n = 0;

	oracle(x);
	for (s = 0; s < LCTCP_NSTATES; s++) {
		for (e = 0; e < LCTCP_NEVENTS; e++) {
			const struct lctcp_arc *arc = lctcp_fsm_find(s, e);

			EXPECT_EQ(x[s][e].there, !!arc) {
				TH_LOG("%s %s", lctcp_state_name(s),
				       lctcp_event_name(e));
				continue;
			}
			if (!arc)
				continue;
			n++;
			EXPECT_EQ(s, arc->from);
			EXPECT_EQ(e, arc->event);
			EXPECT_EQ(x[s][e].to, arc->to)
				TH_LOG("%s %s leads to %s", lctcp_state_name(s),
				       lctcp_event_name(e),
				       lctcp_state_name(arc->to));
			EXPECT_EQ(x[s][e].actions, arc->actions)
				TH_LOG("%s %s does %#x", lctcp_state_name(s),
				       lctcp_event_name(e), arc->actions);
		}
	}
	EXPECT_EQ(n, lctcp_narcs);
}

TEST(find__out_of_range)
{
	EXPECT_EQ(NULL, lctcp_fsm_find(0, E(CLOSE)));
	EXPECT_EQ(NULL, lctcp_fsm_find(LCTCP_NSTATES, E(CLOSE)));
	EXPECT_EQ(NULL, lctcp_fsm_find(S(ESTABLISHED), LCTCP_NEVENTS));
	EXPECT_EQ(NULL, lctcp_fsm_find(-1, -1));
}

TEST(find__is_the_arc_of_the_array)
{
	unsigned int i;

	EXPECT_LE(lctcp_narcs, LCTCP_MAX_ARCS);
	for (i = 0; i < lctcp_narcs; i++)
		EXPECT_EQ(&lctcp_arcs[i], lctcp_fsm_find(lctcp_arcs[i].from,
							 lctcp_arcs[i].event));
}

TEST(arcs__grouped_by_state)
{
	unsigned int i, seen = 0;

	for (i = 0; i < lctcp_narcs; i++) {
		unsigned int s = lctcp_arcs[i].from;

		if (i && lctcp_arcs[i - 1].from == s)
			continue;
		EXPECT_FALSE(lctcp_state_in(s, seen))
			TH_LOG("%s in two places", lctcp_state_name(s));
		seen |= LCTCP_S(s);
	}
}

/* "9293 3.10.7.4": a number, a space, a section. */
static bool is_reference(const char *s)
{
	if (!isdigit(*s))
		return false;
	while (isdigit(*s))
		s++;
	if (*s++ != ' ' || !isdigit(*s))
		return false;
	for (; *s; s++)
		if (!isdigit(*s) && !(*s == '.' && isdigit(s[1])))
			return false;
	return true;
}

TEST(arcs__reference_and_reason)
{
	unsigned int i;

	for (i = 0; i < lctcp_narcs; i++) {
		const struct lctcp_arc *arc = &lctcp_arcs[i];
		size_t len;

		ASSERT_NE(NULL, arc->rfc);
		ASSERT_NE(NULL, arc->why);
		EXPECT_TRUE(is_reference(arc->rfc)) TH_LOG("%s", arc->rfc);
		len = strlen(arc->why);
		ASSERT_GT(len, 20);
		EXPECT_LE(len, 160) TH_LOG("%zu: %s", len, arc->why);
		EXPECT_EQ('.', arc->why[len - 1]) TH_LOG("%s", arc->why);
		EXPECT_TRUE(isalpha(arc->why[0])) TH_LOG("%s", arc->why);
		EXPECT_EQ(NULL, strpbrk(arc->why, "\n\t\"\\"))
			TH_LOG("%s", arc->why);
	}
}

static unsigned int reachable(unsigned int from)
{
	unsigned int set = LCTCP_S(from), before, i;

	do {
		before = set;
		for (i = 0; i < lctcp_narcs; i++)
			if (lctcp_state_in(lctcp_arcs[i].from, set))
				set |= LCTCP_S(lctcp_arcs[i].to);
	} while (set != before);
	return set;
}

TEST(arcs__every_state_from_closed_and_back)
{
	unsigned int s;

	for (s = 1; s < LCTCP_NSTATES; s++) {
		EXPECT_TRUE(lctcp_state_in(s, reachable(S(CLOSED))))
			TH_LOG("no way to %s", lctcp_state_name(s));
		EXPECT_TRUE(lctcp_state_in(S(CLOSED), reachable(s)))
			TH_LOG("no way back from %s", lctcp_state_name(s));
	}
}

TEST(arcs__no_unknown_action)
{
	unsigned int i;

	for (i = 0; i < lctcp_narcs; i++)
		EXPECT_EQ(0, lctcp_arcs[i].actions >> LCTCP_A_NACTIONS);
}

/* Once the peer's FIN is taken, no state is left in which it may send. */
TEST(arcs__groups_of_states_agree)
{
	unsigned int i;

	for (i = 0; i < lctcp_narcs; i++) {
		const struct lctcp_arc *arc = &lctcp_arcs[i];

		if (arc->actions & LCTCP_A_PEER_CLOSED) {
			EXPECT_TRUE(lctcp_state_in(arc->from,
						   LCTCP_S_RECEIVING));
			EXPECT_TRUE(lctcp_state_in(arc->to,
						   LCTCP_S_FIN_RECEIVED));
		}
		if (lctcp_state_in(arc->from, LCTCP_S_SENDING) &&
		    !lctcp_state_in(arc->to, LCTCP_S_SENDING) &&
		    arc->to != LCTCP_CLOSED)
			EXPECT_TRUE(arc->actions &
				    (LCTCP_A_SEND_FIN | LCTCP_A_SEND_RST));
	}
	EXPECT_EQ(0, LCTCP_S_RECEIVING & LCTCP_S_FIN_RECEIVED);
	EXPECT_EQ(LCTCP_S_SYNCHRONIZED & ~LCTCP_S(LCTCP_ESTABLISHED) &
		  ~LCTCP_S(LCTCP_FIN_WAIT1) & ~LCTCP_S(LCTCP_FIN_WAIT2),
		  LCTCP_S_FIN_RECEIVED);
}

/* The state that a connection is in after these events; 0 if one of them is
 * impossible.
 */
static unsigned int walk(const unsigned int *events, unsigned int n)
{
	unsigned int s = S(CLOSED), i;

	for (i = 0; i < n; i++) {
		const struct lctcp_arc *arc = lctcp_fsm_find(s, events[i]);

		if (!arc)
			return 0;
		s = arc->to;
	}
	return s;
}

#define WALK(...) \
	walk((unsigned int[]){ __VA_ARGS__ }, \
	     ARRAY_SIZE(((unsigned int[]){ __VA_ARGS__ })))

TEST(walk__four_way_close)
{
	EXPECT_EQ(S(TIME_WAIT), WALK(E(ACTIVE_OPEN), E(SYN_ACK), E(CLOSE),
				     E(ACK_OF_FIN), E(FIN)));
	EXPECT_EQ(S(CLOSED), WALK(E(PASSIVE_OPEN), E(SYN), E(ACK_OF_SYN),
				  E(FIN), E(CLOSE), E(ACK_OF_FIN)));
}

TEST(walk__simultaneous_open_and_close)
{
	EXPECT_EQ(S(ESTABLISHED), WALK(E(ACTIVE_OPEN), E(SYN), E(ACK_OF_SYN)));
	EXPECT_EQ(S(TIME_WAIT), WALK(E(ACTIVE_OPEN), E(SYN), E(ACK_OF_SYN),
				     E(CLOSE), E(FIN), E(ACK_OF_FIN)));
}

TEST(walk__two_way_handshake_is_impossible)
{
	EXPECT_EQ(NULL, lctcp_fsm_find(S(LISTEN), E(ACK_OF_SYN)));
	EXPECT_EQ(S(SYN_RECV), WALK(E(PASSIVE_OPEN), E(SYN)));
	EXPECT_EQ(NULL, lctcp_fsm_find(S(SYN_RECV), E(SYN_ACK)));
}

/* A SYN cookie stands for a SYN-ACK that was sent, and for nothing else. */
TEST(walk__syn_cookie)
{
	unsigned int s;

	EXPECT_EQ(S(ESTABLISHED), WALK(E(PASSIVE_OPEN), E(COOKIE_ACK)));
	for (s = 1; s < LCTCP_NSTATES; s++)
		if (s != S(LISTEN))
			EXPECT_EQ(NULL, lctcp_fsm_find(s, E(COOKIE_ACK)));
}

TEST(state__numbers_are_those_of_linux)
{
	EXPECT_EQ((int)TCP_ESTABLISHED, LCTCP_ESTABLISHED);
	EXPECT_EQ((int)TCP_SYN_SENT, LCTCP_SYN_SENT);
	EXPECT_EQ((int)TCP_SYN_RECV, LCTCP_SYN_RECV);
	EXPECT_EQ((int)TCP_FIN_WAIT1, LCTCP_FIN_WAIT1);
	EXPECT_EQ((int)TCP_FIN_WAIT2, LCTCP_FIN_WAIT2);
	EXPECT_EQ((int)TCP_TIME_WAIT, LCTCP_TIME_WAIT);
	EXPECT_EQ((int)TCP_CLOSE, LCTCP_CLOSED);
	EXPECT_EQ((int)TCP_CLOSE_WAIT, LCTCP_CLOSE_WAIT);
	EXPECT_EQ((int)TCP_LAST_ACK, LCTCP_LAST_ACK);
	EXPECT_EQ((int)TCP_LISTEN, LCTCP_LISTEN);
	EXPECT_EQ((int)TCP_CLOSING, LCTCP_CLOSING);
}

TEST(names__all_there_and_different)
{
	unsigned int i, j;

	EXPECT_STREQ("?", lctcp_state_name(0));
	EXPECT_STREQ("?", lctcp_state_name(LCTCP_NSTATES));
	EXPECT_STREQ("?", lctcp_event_name(LCTCP_NEVENTS));
	for (i = 1; i < LCTCP_NSTATES; i++) {
		EXPECT_STRNE("?", lctcp_state_name(i));
		for (j = 1; j < i; j++)
			EXPECT_STRNE(lctcp_state_name(i), lctcp_state_name(j));
	}
	for (i = 0; i < LCTCP_NEVENTS; i++) {
		EXPECT_STRNE("?", lctcp_event_name(i));
		for (j = 0; j < i; j++)
			EXPECT_STRNE(lctcp_event_name(i), lctcp_event_name(j));
	}
}

TEST(action_name__each)
{
	EXPECT_STREQ("send-syn", lctcp_action_name(LCTCP_A_SEND_SYN));
	EXPECT_STREQ("send-syn-ack", lctcp_action_name(LCTCP_A_SEND_SYN_ACK));
	EXPECT_STREQ("send-ack", lctcp_action_name(LCTCP_A_SEND_ACK));
	EXPECT_STREQ("send-fin", lctcp_action_name(LCTCP_A_SEND_FIN));
	EXPECT_STREQ("send-rst", lctcp_action_name(LCTCP_A_SEND_RST));
	EXPECT_STREQ("start-2msl", lctcp_action_name(LCTCP_A_START_2MSL));
	EXPECT_STREQ("connected", lctcp_action_name(LCTCP_A_CONNECTED));
	EXPECT_STREQ("peer-closed", lctcp_action_name(LCTCP_A_PEER_CLOSED));
	EXPECT_STREQ("refused", lctcp_action_name(LCTCP_A_REFUSED));
	EXPECT_STREQ("reset", lctcp_action_name(LCTCP_A_RESET));
	EXPECT_STREQ("timed-out", lctcp_action_name(LCTCP_A_TIMED_OUT));
	EXPECT_EQ(NULL, lctcp_action_name(0));
	EXPECT_EQ(NULL, lctcp_action_name(LCTCP_A_SEND_ACK | LCTCP_A_RESET));
	EXPECT_EQ(NULL, lctcp_action_name(BIT(LCTCP_A_NACTIONS)));
}

TEST_HARNESS_MAIN
