// SPDX-License-Identifier: GPL-2.0
/* CUBIC against the formulas of RFC 9438, and HyStart++. */
#include <stdlib.h>
#include "core/cong.h"
#include "kselftest_harness.h"

#define MSS	1000u

static struct lctcp_cong start(u32 cwnd)
{
	struct lctcp_cong c;

	memset(&c, 0xff, sizeof(c));
	lctcp_cong_init(&c, &lctcp_cubic, MSS, 10, 0);
	c.cwnd = cwnd;
	return c;
}

/* One round trip of @rtt_us, each two segments acknowledged, all of cwnd used. */
static void round_trip(struct lctcp_cong *c, u64 *now, u32 rtt_us)
{
	u32 n = c->cwnd / (2 * MSS), i;

	for (i = 0; i < n; i++) {
		struct lctcp_ack_sample s = {
			.acked = 2 * MSS,
			.flight = c->cwnd,
			.now_us = *now + (u64)rtt_us * (i + 1) / n,
			.rtt_us = rtt_us,
			.min_rtt_us = rtt_us,
		};

		lctcp_cong_on_ack(c, &s);
	}
	*now += rtt_us;
}

static struct lctcp_cong after_loss(u32 at)
{
	struct lctcp_cong c = start(at);

	lctcp_cong_enter(&c, at);
	lctcp_cong_exit(&c);
	return c;
}

TEST(cbrt__exact)
{
	u64 i;

	for (i = 0; i < 3000; i++) {
		EXPECT_EQ(i, lctcp_cbrt(i * i * i));
		if (i)
			EXPECT_EQ(i - 1, lctcp_cbrt(i * i * i - 1));
	}
	EXPECT_EQ(2642245, lctcp_cbrt(~0ULL));
}

TEST(beta__seven_tenths)
{
	struct lctcp_cong c = after_loss(100 * MSS);

	EXPECT_EQ(70 * MSS, c.ssthresh);
	EXPECT_EQ(70 * MSS, c.cwnd);
	c = after_loss(2 * MSS);
	EXPECT_EQ(2 * MSS, c.cwnd);
}

/* W(t) = 0.4 (t - K)^3 + W_max, as long as Reno would be slower. */
TEST(function__as_in_the_rfc)
{
	struct lctcp_cong c = after_loss(1000 * MSS);
	u64 now = 1000000;
	/* K = cbrt(300 / 0.4) s = 9.086 s */
	const double k = 9.0856;
	unsigned int i;

	for (i = 1; i <= 360; i++) {
		double t = i * 0.05 - k, want;

		round_trip(&c, &now, 50000);
		want = (0.4 * t * t * t + 1000) * MSS;
		EXPECT_GT(want * 1.02, c.cwnd) TH_LOG("at %u", i);
		EXPECT_LT(want * 0.98, c.cwnd) TH_LOG("at %u", i);
	}
}

/* With a short round trip Reno is faster: alpha, then one a round trip. */
TEST(reno_friendly__slopes)
{
	struct lctcp_cong c = after_loss(20 * MSS);
	u64 now = 1000000;
	u32 before;
	int i;

	for (i = 0; i < 8; i++)
		round_trip(&c, &now, 5000);
	EXPECT_LE(14 * MSS + 8 * 529 - 700, c.cwnd);
	EXPECT_GE(14 * MSS + 8 * 529 + 700, c.cwnd);
	for (i = 0; i < 5; i++)
		round_trip(&c, &now, 5000);
	EXPECT_GT(21 * MSS + 500, c.cwnd);
	before = c.cwnd;
	for (i = 0; i < 10; i++)
		round_trip(&c, &now, 5000);
	EXPECT_LE(before + 8 * MSS, c.cwnd);
	EXPECT_GE(before + 11 * MSS, c.cwnd);
}

TEST(target__no_more_than_half_again)
{
	struct lctcp_cong c = after_loss(100 * MSS);
	struct lctcp_ack_sample s = {
		.acked = 70 * MSS, .now_us = 1, .min_rtt_us = 1000,
	};

	lctcp_cong_on_ack(&c, &s);
	c.cwnd = 70 * MSS;
	s.now_us = 60000000;
	lctcp_cong_on_ack(&c, &s);
	EXPECT_LE(c.cwnd, 105 * MSS);
	EXPECT_GE(c.cwnd, 100 * MSS);
}

TEST(fast_convergence__leaves_room)
{
	struct lctcp_cong c = after_loss(100 * MSS);

	EXPECT_EQ(100 * MSS, c.cubic.wmax);
	c.cwnd = 80 * MSS;
	lctcp_cong_enter(&c, 80 * MSS);
	EXPECT_EQ(68 * MSS, c.cubic.wmax);
	lctcp_cong_undo(&c);
	EXPECT_EQ(100 * MSS, c.cubic.wmax);
}

TEST(timeout__first_stage_is_flat)
{
	struct lctcp_cong c = start(100 * MSS);
	u64 now = 1000000;
	int i;

	lctcp_cong_on_rto(&c, 100 * MSS, false);
	EXPECT_EQ(MSS, c.cwnd);
	EXPECT_EQ(70 * MSS, c.ssthresh);
	for (i = 0; c.cwnd < c.ssthresh && i < 40; i++) {
		struct lctcp_ack_sample s = { .acked = 2 * MSS };
		u32 n = c.cwnd / MSS;

		while (n--)
			lctcp_cong_on_ack(&c, &s);
	}
	EXPECT_EQ(7, i);
	round_trip(&c, &now, 100000);
	EXPECT_EQ(0, c.cubic.k_ms);
	EXPECT_FALSE(c.after_rto);
}

/* A minute without use is no minute on the curve. */
TEST(limited__time_stands_still)
{
	struct lctcp_cong c = after_loss(100 * MSS);
	struct lctcp_ack_sample s = { .acked = MSS, .limited = true };
	u64 now = 1000000;
	u32 before;

	round_trip(&c, &now, 50000);
	before = c.cwnd;
	s.now_us = now;
	lctcp_cong_on_ack(&c, &s);
	EXPECT_EQ(before, c.cwnd);
	now += 60000000;
	round_trip(&c, &now, 50000);
	EXPECT_GT(before + 5 * MSS, c.cwnd);

	lctcp_cong_on_idle(&c, 60000000, 1000000);
	c.cwnd = before;
	now += 60000000;
	round_trip(&c, &now, 50000);
	EXPECT_GT(before + 5 * MSS, c.cwnd);
}

TEST(slow_start__stretch_acks_count)
{
	struct lctcp_cong c = start(10 * MSS);
	struct lctcp_ack_sample s = { .acked = 10 * MSS };

	lctcp_cong_on_ack(&c, &s);
	EXPECT_EQ(20 * MSS, c.cwnd);
}

/* A slow-start round: 10 ACKs with this round trip.  True: it has ended. */
static bool hs_round(struct lctcp_cong *c, u32 *seq, u32 rtt_us)
{
	struct lctcp_ack_sample s = { .rtt_us = rtt_us, .acked = MSS };
	int i;

	for (i = 0; i < 10; i++) {
		s.snd_una = *seq + i;
		s.snd_nxt = *seq + 10;
		lctcp_cong_on_ack(c, &s);
	}
	*seq += 10;
	return c->ssthresh < LCTCP_SSTHRESH_INIT;
}

TEST(hystart__steady_round_trips_do_not_end_it)
{
	struct lctcp_cong c = start(10 * MSS);
	u32 seq = 0xfffffff0u;
	int i;

	for (i = 0; i < 50; i++)
		EXPECT_FALSE(hs_round(&c, &seq, 50000 + i % 2 * 3000));
	EXPECT_EQ(510 * MSS, c.cwnd);
}

TEST(hystart__longer_round_trips_end_it)
{
	struct lctcp_cong c = start(10 * MSS);
	u32 seq = 0xfffffff0u, before;
	int i;

	hs_round(&c, &seq, 50000);
	hs_round(&c, &seq, 50000);
	hs_round(&c, &seq, 60000);
	before = c.cwnd;
	EXPECT_FALSE(hs_round(&c, &seq, 60000));
	/* conservative: a quarter */
	EXPECT_GE(before + 3 * MSS, c.cwnd);
	/* The round in which it began is the first of five. */
	for (i = 0; i < 3; i++)
		EXPECT_FALSE(hs_round(&c, &seq, 60000)) TH_LOG("round %d", i);
	EXPECT_TRUE(hs_round(&c, &seq, 60000));
	EXPECT_GE(before + 20 * MSS, c.cwnd);
}

/* Each round adds another step to the queue: that counts twice. */
TEST(hystart__growing_queue_ends_it_sooner)
{
	struct lctcp_cong c = start(10 * MSS);
	u32 seq = 0xfffffff0u;

	hs_round(&c, &seq, 50000);
	hs_round(&c, &seq, 50000);
	hs_round(&c, &seq, 60000);
	EXPECT_FALSE(hs_round(&c, &seq, 70000));
	EXPECT_FALSE(hs_round(&c, &seq, 80000));
	EXPECT_TRUE(hs_round(&c, &seq, 90000));
	EXPECT_GT(LCTCP_SSTHRESH_INIT, c.ssthresh);
	EXPECT_FALSE(lctcp_cong_first(&c));
}

TEST(hystart__jitter_is_forgiven)
{
	struct lctcp_cong c = start(10 * MSS);
	u32 seq = 0;
	int i;

	hs_round(&c, &seq, 50000);
	hs_round(&c, &seq, 50000);
	hs_round(&c, &seq, 60000);
	for (i = 0; i < 20; i++)
		EXPECT_FALSE(hs_round(&c, &seq, 50000));
}

TEST(events__at_random)
{
	struct lctcp_cong c = start(10 * MSS);
	u64 now = 0;
	int i;

	for (i = 0; i < 1000000; i++) {
		u32 x = mrand48();
		u32 flight = (u32)mrand48() >> (x >> 3) % 30 >> 2;
		struct lctcp_ack_sample s = {
			.acked = flight ? (u32)mrand48() % flight : 0,
			.now_us = now += (u32)mrand48() >> (x >> 9) % 32,
			.rtt_us = x >> 12,
			.min_rtt_us = x >> 13,
			.limited = x & 64,
			.snd_una = i, .snd_nxt = i + 10,
		};

		switch (x % 16) {
		case 0:
			lctcp_cong_enter(&c, flight);
			break;
		case 1:
			lctcp_cong_undo(&c);
			break;
		case 2:
			lctcp_cong_exit(&c);
			break;
		case 3:
			lctcp_cong_on_rto(&c, flight, x & 16);
			break;
		case 4:
			lctcp_cong_on_idle(&c, x, 200000);
			break;
		default:
			lctcp_cong_on_ack(&c, &s);
			break;
		}
		ASSERT_GE(c.cwnd, MSS);
		ASSERT_LE(c.cwnd, LCTCP_CWND_MAX);
		ASSERT_GE(c.ssthresh, 2 * MSS);
	}
}

TEST_HARNESS_MAIN
