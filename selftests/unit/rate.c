// SPDX-License-Identifier: GPL-2.0
/* The rate of delivery. */
#include "core/rate.h"
#include "kselftest_harness.h"

#define MSS	1000u

/* A flight of segments, and when each left. */
struct seg {
	struct lctcp_rate_mark mark;
	u64 sent;
	bool limited;
};

static void leave(struct lctcp_rate *r, struct seg *s, bool idle, u64 now)
{
	s->sent = now;
	s->limited = lctcp_rate_sent(r, &s->mark, idle, now);
}

/* @n segments are acknowledged at once. */
static void arrive(struct lctcp_rate *r, struct seg *s, int n, u64 now, u32 rtt)
{
	struct lctcp_rate_sample sample = {};
	int i;

	for (i = 0; i < n; i++)
		lctcp_rate_arrived(r, &sample, &s[i].mark, s[i].sent,
				   s[i].limited);
	lctcp_rate_ack(r, &sample, n * MSS, now, rtt);
}

/* Ten segments leave at once, and their ACKs come one each ms. */
TEST(rate__of_the_bottleneck)
{
	struct lctcp_rate r = {};
	struct seg s[60];
	u64 t = 1000000;
	int i;

	for (i = 0; i < 10; i++)
		leave(&r, &s[i], !i, t);
	for (i = 0; i < 50; i++) {
		arrive(&r, &s[i], 1, t + 10000 + i * 1000, 10000);
		leave(&r, &s[i + 10], false, t + 10000 + i * 1000);
	}
	EXPECT_EQ(1000 * MSS, r.rate);
	EXPECT_FALSE(r.limited);
	EXPECT_EQ(50 * MSS, r.delivered);
}

/* ACKs that were held back and come together do not make a path faster. */
TEST(rate__bunched_acks)
{
	struct lctcp_rate r = {};
	struct seg s[50];
	u64 t = 1000000;
	int i;

	/* each ms one leaves, ACKs after 10 ms */
	for (i = 0; i < 30; i++) {
		leave(&r, &s[i], !i, t + i * 1000);
		if (i >= 10)
			arrive(&r, &s[i - 10], 1, t + i * 1000, 10000);
	}
	EXPECT_EQ(1000 * MSS, r.rate);
	/* the last ten of them 20 ms late, at once */
	arrive(&r, &s[20], 10, t + 60000, 10000);
	EXPECT_GE(1000 * MSS, r.rate);
	/* Sent over 20 ms; the ACK of the second half comes at the right time, that
	 * of the first just before.
	 */
	for (i = 30; i < 50; i++)
		leave(&r, &s[i], i == 30, t + 100000 + (i - 30) * 1000);
	arrive(&r, &s[30], 10, t + 119900, 10000);
	arrive(&r, &s[40], 10, t + 120000, 10000);
	EXPECT_GE(1100 * MSS, r.rate);
	EXPECT_LE(900 * MSS, r.rate);
}

/* A program with little to say does not lower what is known of the path. */
TEST(rate__limited_by_the_program)
{
	struct lctcp_rate r = {};
	struct seg s[20];
	u64 t = 1000000;
	int i;

	for (i = 0; i < 10; i++)
		leave(&r, &s[i], !i, t);
	lctcp_rate_limited(&r, 0);
	leave(&r, &s[10], false, t);
	arrive(&r, s, 10, t + 10000, 10000);
	EXPECT_EQ(1000 * MSS, r.rate);
	EXPECT_FALSE(r.limited);
	EXPECT_EQ(0, r.limited_to);

	/* one segment a round trip */
	for (i = 11; i < 15; i++) {
		lctcp_rate_limited(&r, 0);
		leave(&r, &s[i], true, t + i * 20000);
		EXPECT_TRUE(s[i].limited);
		arrive(&r, &s[i], 1, t + i * 20000 + 10000, 10000);
		EXPECT_EQ(1000 * MSS, r.rate);
		EXPECT_FALSE(r.limited);
	}
}

/* Silence is no part of a sample. */
TEST(rate__idle)
{
	struct lctcp_rate r = {};
	struct seg s[2];

	leave(&r, &s[0], true, 1000000);
	arrive(&r, &s[0], 1, 1010000, 10000);
	EXPECT_EQ(100 * MSS, r.rate);
	leave(&r, &s[1], true, 9000000);
	arrive(&r, &s[1], 1, 9010000, 10000);
	EXPECT_EQ(100 * MSS, r.rate);
}

/* What was reported by SACK has given its sample; the ACK that covers it later
 * gives none.
 */
TEST(rate__once_each)
{
	struct lctcp_rate r = {};
	struct lctcp_rate_sample sample = {};
	struct seg s;

	leave(&r, &s, true, 1000000);
	arrive(&r, &s, 1, 1010000, 10000);
	lctcp_rate_arrived(&r, &sample, &s.mark, s.sent, false);
	EXPECT_FALSE(sample.any);
	lctcp_rate_ack(&r, &sample, 0, 5000000, 10000);
	EXPECT_EQ(100 * MSS, r.rate);
	EXPECT_EQ(MSS, r.delivered);
}

/* Too short to be true: the ACK of a first copy, taken for that of the second. */
TEST(rate__shorter_than_a_round_trip)
{
	struct lctcp_rate r = {};
	struct seg s;

	leave(&r, &s, true, 1000000);
	arrive(&r, &s, 1, 1000010, 10000);
	EXPECT_EQ(0, r.rate);
	EXPECT_EQ(MSS, r.delivered);
}

/* Clocks and counts of 32 bits come round. */
TEST(rate__wraps)
{
	struct lctcp_rate r = { .delivered = 0xfffffe00u };
	u64 t = 0xfffff000u;
	struct seg s[10];
	int i;

	for (i = 0; i < 10; i++)
		leave(&r, &s[i], !i, t);
	for (i = 0; i < 10; i++)
		arrive(&r, &s[i], 1, t + 10000 + i * 1000, 10000);
	EXPECT_EQ(10 * MSS * 1000000ULL / 19000, r.rate);
}

TEST_HARNESS_MAIN
