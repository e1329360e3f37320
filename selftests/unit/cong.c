// SPDX-License-Identifier: GPL-2.0
/* NewReno: each rule by itself, then whole round trips. */
#include <stdlib.h>
#include "core/cong.h"
#include "kselftest_harness.h"

#define MSS	1000u

static struct lctcp_cong start(u32 cwnd, u32 ssthresh)
{
	struct lctcp_cong c;

	lctcp_cong_init(&c, &lctcp_reno, MSS, 10, 0);
	c.cwnd = cwnd;
	c.ssthresh = ssthresh;
	return c;
}

static void on_ack(struct lctcp_cong *c, u32 acked, u32 flight)
{
	struct lctcp_ack_sample s = {
		.acked = acked,
		.flight = flight,
		.limited = lctcp_cong_limited(c, flight),
	};

	lctcp_cong_on_ack(c, &s);
}

/* One round trip: a full window is acknowledged, @step octets an ACK. */
static void round_trip(struct lctcp_cong *c, u32 step)
{
	u32 left = c->cwnd / step * step;

	for (; left; left -= step)
		on_ack(c, step, c->cwnd);
}

TEST(iw__formula)
{
	EXPECT_EQ(5360, lctcp_cong_iw(536, 10));
	EXPECT_EQ(12200, lctcp_cong_iw(1220, 10));
	EXPECT_EQ(14600, lctcp_cong_iw(1460, 10));
	EXPECT_EQ(14600, lctcp_cong_iw(1461, 10));
	EXPECT_EQ(14600, lctcp_cong_iw(7300, 10));
	EXPECT_EQ(18000, lctcp_cong_iw(9000, 10));
	EXPECT_EQ(130966, lctcp_cong_iw(65483, 10));
	EXPECT_EQ(480, lctcp_cong_iw(48, 10));
}

TEST(init__windows)
{
	struct lctcp_cong c;

	memset(&c, 0xff, sizeof(c));
	lctcp_cong_init(&c, &lctcp_reno, 1460, 10, 0);
	EXPECT_EQ(14600, c.cwnd);
	EXPECT_GE(c.ssthresh, LCTCP_CWND_MAX);
	EXPECT_FALSE(c.after_rto);
}

/* One SYN lost is forgiven, two are not. */
TEST(init__after_syn_loss)
{
	struct lctcp_cong c;

	lctcp_cong_init(&c, &lctcp_reno, 1460, 10, 1);
	EXPECT_EQ(14600, c.cwnd);
	lctcp_cong_init(&c, &lctcp_reno, 1460, 10, 2);
	EXPECT_EQ(1460, c.cwnd);
}

TEST(find__by_name)
{
	EXPECT_EQ(&lctcp_reno, lctcp_cong_find("reno"));
	EXPECT_EQ(NULL, lctcp_cong_find("renos"));
	EXPECT_EQ(NULL, lctcp_cong_find("ren"));
	EXPECT_EQ(NULL, lctcp_cong_find(""));
}

TEST(slow_start__by_octets)
{
	struct lctcp_cong c = start(10 * MSS, LCTCP_SSTHRESH_INIT);

	on_ack(&c, MSS, c.cwnd);
	EXPECT_EQ(11 * MSS, c.cwnd);
	on_ack(&c, 100, c.cwnd);
	EXPECT_EQ(11 * MSS + 100, c.cwnd);
	on_ack(&c, 2 * MSS, c.cwnd);
	EXPECT_EQ(13 * MSS + 100, c.cwnd);
	on_ack(&c, 3 * MSS, c.cwnd);
	EXPECT_EQ(16 * MSS + 100, c.cwnd);
}

TEST(slow_start__doubles_each_round_trip)
{
	struct lctcp_cong c = start(10 * MSS, LCTCP_SSTHRESH_INIT);

	round_trip(&c, MSS);
	EXPECT_EQ(20 * MSS, c.cwnd);
	round_trip(&c, 2 * MSS);
	EXPECT_EQ(40 * MSS, c.cwnd);
}

/* An ACK split in 100 earns no more than one. */
TEST(slow_start__divided_acks)
{
	struct lctcp_cong c = start(10 * MSS, LCTCP_SSTHRESH_INIT);
	int i;

	for (i = 0; i < 100; i++)
		on_ack(&c, MSS / 100, c.cwnd);
	EXPECT_EQ(11 * MSS, c.cwnd);
}

TEST(slow_start__one_segment_an_ack_after_a_timeout)
{
	struct lctcp_cong c = start(20 * MSS, LCTCP_SSTHRESH_INIT);

	lctcp_cong_on_rto(&c, 20 * MSS, false);
	EXPECT_EQ(MSS, c.cwnd);
	on_ack(&c, 10 * MSS, 20 * MSS);
	EXPECT_EQ(2 * MSS, c.cwnd);
	on_ack(&c, 2 * MSS, 2 * MSS);
	EXPECT_EQ(3 * MSS, c.cwnd);
}

TEST(avoidance__one_segment_a_round_trip)
{
	u32 steps[] = { MSS, 2 * MSS, 500, 4 * MSS };
	unsigned int i;
	int rtt;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		struct lctcp_cong c = start(20 * MSS, 20 * MSS);

		for (rtt = 1; rtt <= 40; rtt++) {
			round_trip(&c, steps[i]);
			/* A step may end just before the window is full. */
			EXPECT_LE(c.cwnd, (20 + rtt) * MSS);
			EXPECT_GE(c.cwnd, (20 + rtt - 3) * MSS);
		}
		if (steps[i] <= MSS)
			EXPECT_EQ(60 * MSS, c.cwnd);
	}
}

TEST(avoidance__begins_at_ssthresh)
{
	struct lctcp_cong c = start(10 * MSS, 10 * MSS);

	on_ack(&c, MSS, c.cwnd);
	EXPECT_EQ(10 * MSS, c.cwnd);
	c = start(10 * MSS, 10 * MSS + 1);
	on_ack(&c, MSS, c.cwnd);
	EXPECT_EQ(11 * MSS, c.cwnd);
}

TEST(ack__no_growth_of_an_unused_window)
{
	struct lctcp_cong c = start(20 * MSS, LCTCP_SSTHRESH_INIT);
	int i;

	for (i = 0; i < 1000; i++)
		on_ack(&c, MSS, MSS);
	EXPECT_EQ(20 * MSS, c.cwnd);

	c = start(20 * MSS, 10 * MSS);
	for (i = 0; i < 1000; i++)
		on_ack(&c, MSS, 19 * MSS);
	EXPECT_EQ(20 * MSS, c.cwnd);
	/* Full means that no whole segment would have fit. */
	for (i = 0; i < 20; i++)
		on_ack(&c, MSS, 19 * MSS + 1);
	EXPECT_EQ(21 * MSS, c.cwnd);
}

TEST(enter__half_the_flight)
{
	struct lctcp_cong c = start(40 * MSS, LCTCP_SSTHRESH_INIT);

	lctcp_cong_enter(&c, 20 * MSS);
	EXPECT_EQ(10 * MSS, c.ssthresh);
	EXPECT_EQ(40 * MSS, c.cwnd);
	lctcp_cong_exit(&c);
	EXPECT_EQ(10 * MSS, c.cwnd);
	EXPECT_EQ(10 * MSS, c.ssthresh);
}

TEST(enter__never_below_two_segments)
{
	struct lctcp_cong c = start(10 * MSS, LCTCP_SSTHRESH_INIT);

	lctcp_cong_enter(&c, 3 * MSS);
	EXPECT_EQ(2 * MSS, c.ssthresh);
	c = start(10 * MSS, LCTCP_SSTHRESH_INIT);
	lctcp_cong_on_rto(&c, MSS, false);
	EXPECT_EQ(2 * MSS, c.ssthresh);
}

TEST(undo__windows_as_before)
{
	struct lctcp_cong c = start(40 * MSS, 30 * MSS);

	lctcp_cong_enter(&c, 40 * MSS);
	lctcp_cong_set_cwnd(&c, 25 * MSS);
	lctcp_cong_undo(&c);
	EXPECT_EQ(40 * MSS, c.cwnd);
	EXPECT_EQ(30 * MSS, c.ssthresh);

	/* The first timeout is the one to undo; only once. */
	lctcp_cong_on_rto(&c, 40 * MSS, false);
	lctcp_cong_on_rto(&c, 40 * MSS, true);
	EXPECT_EQ(MSS, c.cwnd);
	lctcp_cong_undo(&c);
	EXPECT_EQ(40 * MSS, c.cwnd);
	EXPECT_EQ(30 * MSS, c.ssthresh);
	c.cwnd = 2 * MSS;
	lctcp_cong_undo(&c);
	EXPECT_EQ(2 * MSS, c.cwnd);
}

TEST(rto__ssthresh_by_flight_and_only_once)
{
	struct lctcp_cong c = start(40 * MSS, LCTCP_SSTHRESH_INIT);

	lctcp_cong_on_rto(&c, 30 * MSS, false);
	EXPECT_EQ(15 * MSS, c.ssthresh);
	EXPECT_EQ(MSS, c.cwnd);
	lctcp_cong_on_rto(&c, MSS, true);
	EXPECT_EQ(15 * MSS, c.ssthresh);
	EXPECT_EQ(MSS, c.cwnd);
	lctcp_cong_on_rto(&c, 10 * MSS, false);
	EXPECT_EQ(5 * MSS, c.ssthresh);
}

/* One segment, doubling up to ssthresh, then a segment a round trip. */
TEST(rto__way_back)
{
	struct lctcp_cong c = start(32 * MSS, LCTCP_SSTHRESH_INIT);
	static const u32 want[] = { 2, 4, 8, 16, 17, 18, 19 };
	unsigned int i;

	lctcp_cong_on_rto(&c, 32 * MSS, false);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		round_trip(&c, MSS);
		EXPECT_EQ(want[i] * MSS, c.cwnd) TH_LOG("round trip %u", i);
	}
	EXPECT_FALSE(c.after_rto);
}

TEST(idle__restart_window)
{
	struct lctcp_cong c = start(40 * MSS, LCTCP_SSTHRESH_INIT);

	lctcp_cong_on_idle(&c, 2000000, 1000000);
	EXPECT_EQ(10 * MSS, c.cwnd);
	c.cwnd = 3 * MSS;
	lctcp_cong_on_idle(&c, 2000000, 1000000);
	EXPECT_EQ(3 * MSS, c.cwnd);
}

/* RFC 6928 section 2: a loss among the first, and more than 4 KiB of them. */
TEST(idle__smaller_after_a_loss_of_the_first)
{
	struct lctcp_cong c = start(10 * MSS, LCTCP_SSTHRESH_INIT);

	on_ack(&c, 2 * MSS, c.cwnd);
	lctcp_cong_enter(&c, 8 * MSS);
	c.cwnd = 40 * MSS;
	lctcp_cong_on_idle(&c, 2000000, 1000000);
	EXPECT_EQ(4 * MSS, c.cwnd);
	/* it was for nothing */
	lctcp_cong_init(&c, &lctcp_reno, MSS, 10, 0);
	lctcp_cong_on_rto(&c, 8 * MSS, false);
	lctcp_cong_undo(&c);
	c.cwnd = 40 * MSS;
	lctcp_cong_on_idle(&c, 2000000, 1000000);
	EXPECT_EQ(10 * MSS, c.cwnd);
	/* of the restart window, too */
	lctcp_cong_on_rto(&c, 5 * MSS, false);
	c.cwnd = 40 * MSS;
	lctcp_cong_on_idle(&c, 2000000, 1000000);
	EXPECT_EQ(4 * MSS, c.cwnd);
	/* little of it, or later */
	lctcp_cong_init(&c, &lctcp_reno, MSS, 10, 0);
	lctcp_cong_on_rto(&c, 4 * MSS, false);
	c.cwnd = 40 * MSS;
	lctcp_cong_on_idle(&c, 2000000, 1000000);
	EXPECT_EQ(10 * MSS, c.cwnd);
	on_ack(&c, 10 * MSS, c.cwnd);
	lctcp_cong_enter(&c, 8 * MSS);
	c.cwnd = 40 * MSS;
	lctcp_cong_on_idle(&c, 2000000, 1000000);
	EXPECT_EQ(10 * MSS, c.cwnd);
	/* larger segments: two of them, or 4380 octets */
	lctcp_cong_init(&c, &lctcp_reno, 1460, 10, 0);
	lctcp_cong_on_rto(&c, 14600, false);
	c.cwnd = 58400;
	lctcp_cong_on_idle(&c, 2000000, 1000000);
	EXPECT_EQ(4380, c.cwnd);
}

TEST(ece__half_the_flight_and_no_less_than_one)
{
	struct lctcp_cong c = start(10 * MSS, LCTCP_SSTHRESH_INIT);

	lctcp_cong_on_ece(&c, 8 * MSS);
	EXPECT_EQ(4 * MSS, c.cwnd);
	EXPECT_EQ(4 * MSS, c.ssthresh);
	lctcp_cong_on_ece(&c, 2 * MSS);
	EXPECT_EQ(MSS, c.cwnd);
	EXPECT_EQ(2 * MSS, c.ssthresh);
	lctcp_cong_on_ece(&c, 0);
	EXPECT_EQ(MSS, c.cwnd);
}

TEST(set_mss__keeps_the_window)
{
	struct lctcp_cong c = start(10 * MSS, 5 * MSS);

	lctcp_cong_set_mss(&c, 500);
	EXPECT_EQ(10 * MSS, c.cwnd);
	EXPECT_EQ(500, c.mss);
	c.cwnd = 500;
	lctcp_cong_set_mss(&c, 1400);
	EXPECT_EQ(1400, c.cwnd);
}

TEST(cwnd__bounded)
{
	struct lctcp_cong c = start(LCTCP_CWND_MAX - 1, LCTCP_SSTHRESH_INIT);

	on_ack(&c, 2 * MSS, c.cwnd);
	EXPECT_EQ(LCTCP_CWND_MAX, c.cwnd);
	c = start(LCTCP_CWND_MAX, MSS);
	c.acked = LCTCP_CWND_MAX - 1;
	on_ack(&c, 2 * MSS, c.cwnd);
	EXPECT_EQ(LCTCP_CWND_MAX, c.cwnd);
}

/* Any order of events leaves windows one can send with. */
TEST(events__at_random)
{
	struct lctcp_cong c;
	int i;

	lctcp_cong_init(&c, &lctcp_reno, MSS, 10, 0);
	for (i = 0; i < 1000000; i++) {
		u32 x = mrand48();
		u32 flight = (u32)mrand48() >> (x >> 3) % 30 >> 2;
		u32 acked = flight ? (u32)mrand48() % flight : 0;

		switch (x % 8) {
		case 0:
			lctcp_cong_enter(&c, flight);
			break;
		case 1:
			lctcp_cong_undo(&c);
			break;
		case 2:
			lctcp_cong_set_cwnd(&c, acked);
			break;
		case 3:
			lctcp_cong_exit(&c);
			break;
		case 4:
			lctcp_cong_on_rto(&c, flight, x & 8);
			break;
		case 5:
			if (x & 16)
				lctcp_cong_on_ece(&c, flight);
			lctcp_cong_on_idle(&c, 2000000, 1000000);
			break;
		default:
			on_ack(&c, acked, flight);
			break;
		}
		ASSERT_GE(c.cwnd, MSS);
		ASSERT_LE(c.cwnd, LCTCP_CWND_MAX);
		ASSERT_GE(c.ssthresh, 2 * MSS);
		ASSERT_LE(c.ssthresh, LCTCP_SSTHRESH_INIT);
	}
}

TEST_HARNESS_MAIN
