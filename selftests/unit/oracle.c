// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle of the wire tests (selftests/wire/oracle.c) has to be right
 * itself: the figures of RFC 9293, the examples of RFC 5961, and what must
 * hold for all segments in all states.
 */
#include <stdbool.h>
#include <string.h>

#include "kselftest_harness.h"
#include "../wire/oracle.h"

#define ISS	0xfffffff0u	/* so that all wraps soon */
#define IRS	0x7ffffff0u
#define WND	1000
#define MAX_WND	500

/* A connection in @state, nothing but the SYN and the FIN sent or received. */
static struct oracle_tcb tcb_in(int state)
{
	struct oracle_tcb t = {
		.state = state, .iss = ISS, .irs = IRS, .max_wnd = MAX_WND,
		.snd_una = ISS + 1, .snd_nxt = ISS + 1,
		.rcv_nxt = IRS + 1, .rcv_wnd = WND,
	};

	switch (state) {
	case O_SYN_SENT:
	case O_SYN_RECV:
		t.snd_una = ISS;
		break;
	case O_FIN_WAIT1:
		t.snd_nxt++;
		break;
	case O_FIN_WAIT2:
		t.snd_nxt++;
		t.snd_una++;
		break;
	case O_CLOSE_WAIT:
		t.rcv_nxt++;
		break;
	case O_CLOSING:
	case O_LAST_ACK:
		t.rcv_nxt++;
		t.snd_nxt++;
		break;
	case O_TIME_WAIT:
		t.rcv_nxt++;
		t.snd_nxt++;
		t.snd_una++;
		break;
	}
	return t;
}

/* The first answer to a segment; @t becomes what it is afterwards. */
static struct oracle_seg say(struct oracle_tcb *t, int flags, uint32_t seq,
			     uint32_t ack)
{
	struct oracle_seg in = { .flags = flags, .seq = seq, .ack = ack };
	struct oracle_seg out[ORACLE_ANSWERS] = {};

	oracle(t, &in, out);
	return out[0];
}

#define EXPECT_SEG(seg, f, s, a) do { \
		struct oracle_seg seg_ = (seg); \
		EXPECT_EQ(f, seg_.flags); \
		EXPECT_EQ((uint32_t)(s), seg_.seq); \
		EXPECT_EQ((uint32_t)(a), seg_.ack); \
	} while (0)

#define EXPECT_NOTHING(seg)	EXPECT_EQ(0, (seg).flags)

/* Figure 6, both ends. */
TEST(figure_6__three_segments)
{
	struct oracle_tcb a = tcb_in(O_SYN_SENT), b = tcb_in(O_LISTEN);
	struct oracle_seg seg = say(&b, O_SYN, 100, 0);

	EXPECT_EQ(O_SYN_RECV, b.state);
	EXPECT_TRUE(seg.any_seq);
	EXPECT_EQ(O_SYN | O_ACK, seg.flags);
	EXPECT_EQ(101u, seg.ack);

	EXPECT_SEG(say(&a, O_SYN | O_ACK, 300, ISS + 1), O_ACK, ISS + 1, 301);
	EXPECT_EQ(O_ESTABLISHED, a.state);

	b.iss = 300;
	b.snd_una = 300;
	b.snd_nxt = 301;
	EXPECT_NOTHING(say(&b, O_ACK, 101, 301));
	EXPECT_EQ(O_ESTABLISHED, b.state);
}

TEST(figure_7__simultaneous_open)
{
	struct oracle_tcb t = tcb_in(O_SYN_SENT);

	EXPECT_SEG(say(&t, O_SYN, 300, 0), O_SYN | O_ACK, ISS, 301);
	EXPECT_EQ(O_SYN_RECV, t.state);
	EXPECT_TRUE(t.active);
	EXPECT_NOTHING(say(&t, O_SYN | O_ACK, 300, ISS + 1));
	EXPECT_EQ(O_ESTABLISHED, t.state);
}

/* An old SYN: the RST returns to LISTEN, then the new one comes. */
TEST(figure_8__old_duplicate_syn)
{
	struct oracle_tcb t = tcb_in(O_LISTEN);

	say(&t, O_SYN, 90, 0);
	EXPECT_NOTHING(say(&t, O_RST, 91, 0));
	EXPECT_EQ(O_LISTEN, t.state);
	EXPECT_EQ(101u, say(&t, O_SYN, 100, 0).ack);
}

TEST(figure_9__half_open)
{
	struct oracle_tcb crashed = tcb_in(O_SYN_SENT);
	struct oracle_tcb alive = tcb_in(O_ESTABLISHED);
	struct oracle_seg seg = say(&alive, O_SYN, 400, 0);

	EXPECT_SEG(seg, O_ACK, ISS + 1, IRS + 1);
	seg = say(&crashed, O_ACK, 300, 100);
	EXPECT_SEG(seg, O_RST, 100, 0);
	EXPECT_EQ(O_SYN_SENT, crashed.state);
	EXPECT_NOTHING(say(&alive, O_RST, IRS + 1, 0));
	EXPECT_EQ(O_CLOSED, alive.state);
}

/* Figures 12 and 13. */
TEST(figure_12__four_to_close)
{
	struct oracle_tcb t = tcb_in(O_FIN_WAIT1);

	EXPECT_NOTHING(say(&t, O_ACK, IRS + 1, ISS + 2));
	EXPECT_EQ(O_FIN_WAIT2, t.state);
	EXPECT_SEG(say(&t, O_FIN | O_ACK, IRS + 1, ISS + 2), O_ACK, ISS + 2,
		   IRS + 2);
	EXPECT_EQ(O_TIME_WAIT, t.state);
	/* again */
	EXPECT_SEG(say(&t, O_FIN | O_ACK, IRS + 1, ISS + 2), O_ACK, ISS + 2,
		   IRS + 2);

	t = tcb_in(O_ESTABLISHED);
	EXPECT_SEG(say(&t, O_FIN | O_ACK, IRS + 1, ISS + 1), O_ACK, ISS + 1,
		   IRS + 2);
	EXPECT_EQ(O_CLOSE_WAIT, t.state);
	t = tcb_in(O_LAST_ACK);
	EXPECT_NOTHING(say(&t, O_ACK, IRS + 2, ISS + 2));
	EXPECT_EQ(O_CLOSED, t.state);
}

TEST(figure_13__both_close)
{
	struct oracle_tcb t = tcb_in(O_FIN_WAIT1);

	EXPECT_SEG(say(&t, O_FIN | O_ACK, IRS + 1, ISS + 1), O_ACK, ISS + 2,
		   IRS + 2);
	EXPECT_EQ(O_CLOSING, t.state);
	/* the FIN again is old; another one is ignored */
	EXPECT_SEG(say(&t, O_FIN | O_ACK, IRS + 1, ISS + 1), O_ACK, ISS + 2,
		   IRS + 2);
	EXPECT_NOTHING(say(&t, O_FIN | O_ACK, IRS + 2, ISS + 1));
	EXPECT_EQ(O_CLOSING, t.state);
	EXPECT_NOTHING(say(&t, O_ACK, IRS + 2, ISS + 2));
	EXPECT_EQ(O_TIME_WAIT, t.state);
}

TEST(three_to_close)
{
	struct oracle_tcb t = tcb_in(O_FIN_WAIT1);

	EXPECT_SEG(say(&t, O_FIN | O_ACK, IRS + 1, ISS + 2), O_ACK, ISS + 2,
		   IRS + 2);
	EXPECT_EQ(O_TIME_WAIT, t.state);
}

TEST(closed__reset_forms)
{
	struct oracle_tcb t = tcb_in(O_CLOSED);

	EXPECT_SEG(say(&t, O_ACK | O_FIN, 5, 77), O_RST, 77, 0);
	EXPECT_SEG(say(&t, O_SYN | O_FIN, 5, 0), O_RST | O_ACK, 0, 7);
	EXPECT_SEG(say(&t, 0, 5, 0), O_RST | O_ACK, 0, 5);
	EXPECT_NOTHING(say(&t, O_RST | O_SYN, 5, 0));
}

/* SYN and FIN on one SYN-ACK: the answers to each. */
TEST(syn_sent__fin)
{
	struct oracle_seg in = {
		.flags = O_SYN | O_FIN | O_ACK, .seq = 300, .ack = ISS + 1,
	};
	struct oracle_tcb t = tcb_in(O_SYN_SENT);
	struct oracle_seg out[ORACLE_ANSWERS];

	EXPECT_EQ(2, oracle(&t, &in, out));
	EXPECT_SEG(out[0], O_ACK, ISS + 1, 301);
	EXPECT_SEG(out[1], O_ACK, ISS + 1, 302);
	EXPECT_EQ(O_CLOSE_WAIT, t.state);
}

TEST(syn_sent__ack_bounds)
{
	struct oracle_tcb t = tcb_in(O_SYN_SENT);

	EXPECT_SEG(say(&t, O_SYN | O_ACK, 300, ISS), O_RST, ISS, 0);
	EXPECT_SEG(say(&t, O_SYN | O_ACK, 300, ISS + 2), O_RST, ISS + 2, 0);
	EXPECT_NOTHING(say(&t, O_RST | O_ACK, 300, ISS));
	EXPECT_NOTHING(say(&t, O_RST, 300, 0));
	EXPECT_EQ(O_SYN_SENT, t.state);
	EXPECT_NOTHING(say(&t, O_RST | O_ACK, 300, ISS + 1));
	EXPECT_EQ(O_CLOSED, t.state);
}

/* RFC 5961 section 3.2, with the edges of the window. */
TEST(rst__three_ways)
{
	static const struct {
		int offset, flags, state;
	} c[] = {
		{ -1, 0, O_ESTABLISHED }, { 0, 0, O_CLOSED },
		{ 1, O_ACK, O_ESTABLISHED }, { WND - 1, O_ACK, O_ESTABLISHED },
		{ WND, 0, O_ESTABLISHED },
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++) {
		struct oracle_tcb t = tcb_in(O_ESTABLISHED);

		EXPECT_EQ(c[i].flags,
			  say(&t, O_RST, t.rcv_nxt + c[i].offset, 0).flags);
		EXPECT_EQ(c[i].state, t.state);
	}
}

/* Its length reaches into the window, its number does not. */
TEST(rst__long_but_below_the_window)
{
	struct oracle_tcb t = tcb_in(O_ESTABLISHED);

	EXPECT_NOTHING(say(&t, O_RST | O_SYN | O_FIN, t.rcv_nxt - 1, 0));
	EXPECT_EQ(O_ESTABLISHED, t.state);
}

TEST(rst__passive_and_active)
{
	struct oracle_tcb t = tcb_in(O_SYN_RECV);

	EXPECT_NOTHING(say(&t, O_RST, IRS + 1, 0));
	EXPECT_EQ(O_LISTEN, t.state);
	t = tcb_in(O_SYN_RECV);
	t.active = true;
	EXPECT_NOTHING(say(&t, O_RST, IRS + 1, 0));
	EXPECT_EQ(O_CLOSED, t.state);
}

/* RFC 5961 section 5.2: SND.UNA - MAX.SND.WND is the lowest good one, and in
 * a young connection the ISS.
 */
TEST(ack__bounds)
{
	struct oracle_tcb t = tcb_in(O_ESTABLISHED);

	EXPECT_NOTHING(say(&t, O_ACK, t.rcv_nxt, ISS));
	EXPECT_EQ(O_ACK, say(&t, O_ACK, t.rcv_nxt, ISS - 1).flags);
	EXPECT_EQ(O_ACK, say(&t, O_ACK, t.rcv_nxt, t.snd_nxt + 1).flags);
	t.snd_una += 2000;
	t.snd_nxt += 2000;
	EXPECT_NOTHING(say(&t, O_ACK, t.rcv_nxt, t.snd_una - MAX_WND));
	EXPECT_EQ(O_ACK,
		  say(&t, O_ACK, t.rcv_nxt, t.snd_una - MAX_WND - 1).flags);
	/* a FIN with such an ACK does not count */
	say(&t, O_ACK | O_FIN, t.rcv_nxt, t.snd_una - MAX_WND - 1);
	EXPECT_EQ(O_ESTABLISHED, t.state);
}

TEST(probe__its_ack_counts)
{
	struct oracle_tcb t = tcb_in(O_FIN_WAIT1);

	EXPECT_SEG(say(&t, O_ACK, t.rcv_nxt - 1, t.snd_nxt), O_ACK, ISS + 2,
		   IRS + 1);
	EXPECT_EQ(O_FIN_WAIT2, t.state);
	/* one lower is just old */
	t = tcb_in(O_FIN_WAIT1);
	EXPECT_EQ(O_ACK, say(&t, O_ACK, t.rcv_nxt - 2, t.snd_nxt).flags);
	EXPECT_EQ(O_FIN_WAIT1, t.state);
}

TEST(time_wait__reopened_by_a_newer_syn)
{
	struct oracle_tcb t = tcb_in(O_TIME_WAIT);

	/* nobody listens */
	EXPECT_SEG(say(&t, O_SYN, t.rcv_nxt + 1, 0), O_RST | O_ACK, 0,
		   t.rcv_nxt + 2);
	EXPECT_EQ(O_TIME_WAIT, t.state);
	t.listener = true;
	EXPECT_EQ(O_ACK, say(&t, O_SYN, t.rcv_nxt, 0).flags);
	EXPECT_EQ(O_ACK, say(&t, O_SYN | O_ACK, t.rcv_nxt + 1, ISS).flags);
	EXPECT_EQ(O_TIME_WAIT, t.state);
	EXPECT_EQ(O_SYN | O_ACK, say(&t, O_SYN, t.rcv_nxt + 1, 0).flags);
	EXPECT_EQ(O_SYN_RECV, t.state);
}

/* Figure 5, but for what a program does and for timers. */
static bool arc_exists(int from, int to)
{
	static const int arcs[][2] = {
		{ O_LISTEN, O_SYN_RECV }, { O_SYN_SENT, O_SYN_RECV },
		{ O_SYN_SENT, O_ESTABLISHED }, { O_SYN_SENT, O_CLOSE_WAIT },
		{ O_SYN_RECV, O_ESTABLISHED }, { O_SYN_RECV, O_CLOSE_WAIT },
		{ O_SYN_RECV, O_LISTEN }, { O_ESTABLISHED, O_CLOSE_WAIT },
		{ O_FIN_WAIT1, O_FIN_WAIT2 }, { O_FIN_WAIT1, O_CLOSING },
		{ O_FIN_WAIT1, O_TIME_WAIT }, { O_FIN_WAIT2, O_TIME_WAIT },
		{ O_CLOSING, O_TIME_WAIT }, { O_TIME_WAIT, O_SYN_RECV },
	};
	size_t i;

	for (i = 0; i < sizeof(arcs) / sizeof(*arcs); i++)
		if (arcs[i][0] == from && arcs[i][1] == to)
			return true;
	return from == to ||
	       (to == O_CLOSED && from != O_LISTEN && from != O_TIME_WAIT);
}

static bool synchronized(int state)
{
	return state != O_CLOSED && state != O_LISTEN && state != O_SYN_SENT &&
	       state != O_SYN_RECV;
}

static const int states[] = {
	O_CLOSED, O_LISTEN, O_SYN_SENT, O_SYN_RECV, O_ESTABLISHED, O_FIN_WAIT1,
	O_FIN_WAIT2, O_CLOSE_WAIT, O_CLOSING, O_LAST_ACK, O_TIME_WAIT,
};

/* One segment against all that holds without looking at the text of the RFC. */
static const char *broken(const struct oracle_tcb *before,
			  const struct oracle_seg *in)
{
	struct oracle_seg out[ORACLE_ANSWERS] = {};
	struct oracle_tcb t = *before;
	int n = oracle(&t, in, out);

	if (!arc_exists(before->state, t.state))
		return "an arc that figure 5 does not have";
	if (n && in->flags & O_RST && out[0].flags != O_ACK)
		return "a RST is answered by other than a challenge";
	if (n && out[0].flags & O_RST && synchronized(before->state) &&
	    (before->state != O_TIME_WAIT || before->listener))
		return "a synchronized state answers with a RST";
	if (n && !(out[0].flags & (O_ACK | O_RST)))
		return "an answer with neither ACK nor RST";
	if (t.state == O_CLOSED && before->state != O_CLOSED &&
	    before->state != O_LAST_ACK && !(in->flags & O_RST))
		return "closed by other than a RST";
	if (memcmp(&t, before, sizeof(t)) && !(in->flags & (O_SYN | O_RST)) &&
	    !(in->flags & O_ACK))
		return "changed by a segment that proves nothing";
	return NULL;
}

/* In @before, every segment that stands at an edge of something. */
static void all_segments(struct __test_metadata *_metadata,
			 const struct oracle_tcb *before)
{
	static const int offset[] = { -100000, -2, -1, 0, 1, 2, WND - 1, WND };
	struct oracle_seg in;
	const char *what;
	int i, j, flags;

	for (flags = 0; flags < 32; flags++) {
		in.flags = flags & (O_FIN | O_SYN | O_RST | O_ACK);
		for (i = 0; i < 8; i++) {
			in.seq = before->rcv_nxt + offset[i];
			for (j = 0; j < 8; j++) {
				in.ack = before->snd_una + offset[j];
				what = broken(before, &in);
				EXPECT_EQ(NULL, what)
					TH_LOG("state %d flags %x seq %d ack %d: %s",
					       before->state, in.flags,
					       offset[i], offset[j], what);
			}
		}
	}
}

TEST(all_segments__invariants)
{
	struct oracle_tcb t;
	size_t s;
	int mode;

	for (s = 0; s < sizeof(states) / sizeof(*states); s++) {
		for (mode = 0; mode < 4; mode++) {
			t = tcb_in(states[s]);
			t.active = mode & 1;
			t.listener = mode & 2;
			all_segments(_metadata, &t);
		}
	}
}

TEST_HARNESS_MAIN
