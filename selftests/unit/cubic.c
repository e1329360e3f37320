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

/* Seven tenths; two segments are the least after a loss, one after a mark. */
TEST(cca_cubic_beta)
{
	struct lctcp_cong c = after_loss(100 * MSS);

	EXPECT_EQ(70 * MSS, c.ssthresh);
	EXPECT_EQ(70 * MSS, c.cwnd);
	c = after_loss(2 * MSS);
	EXPECT_EQ(2 * MSS, c.cwnd);
	c = start(100 * MSS);
	lctcp_cong_on_ece(&c, 100 * MSS);
	EXPECT_EQ(70 * MSS, c.ssthresh);
	EXPECT_EQ(70 * MSS, c.cwnd);
	c = start(2 * MSS);
	lctcp_cong_on_ece(&c, 2 * MSS);
	EXPECT_EQ(2 * MSS, c.ssthresh);
	EXPECT_EQ(14 * MSS / 10, c.cwnd);
	lctcp_cong_on_ece(&c, MSS);
	EXPECT_EQ(MSS, c.cwnd);
	lctcp_cong_on_ece(&c, MSS);
	EXPECT_EQ(MSS, c.cwnd);
}

/* W(t) = 0.4 (t - K)^3 + W_max, as long as Reno would be slower. */
TEST(cca_cubic_function)
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
TEST(cca_cubic_reno_friendly)
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

TEST(cca_cubic_target_clamp)
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
	/* nor is it less than cwnd, wherever the curve says it should be */
	c = after_loss(100 * MSS);
	s.now_us = 1;
	lctcp_cong_on_ack(&c, &s);
	c.cwnd = 200 * MSS;
	s.now_us = 100000;
	lctcp_cong_on_ack(&c, &s);
	EXPECT_EQ(200 * MSS, c.cwnd);
}

/* On both sides of W_max: each ACK adds its share, acked / cwnd, of what is left
 * to where the curve is a round trip later (sections 4.4 and 4.5).
 */
TEST(cca_cubic_concave_convex)
{
	/* K = cbrt(300 / 0.4) s */
	static const struct { double t, cwnd; } at[] = {
		{ 0.5, 705 }, { 2, 800 }, { 5, 950 }, { 8.5, 999 },
		{ 9.5, 1000 }, { 12, 1005 }, { 15, 1060 }, { 18, 1200 },
	};
	const double k = 9.0856, rtt = 0.1;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		double x = at[i].t + rtt - k, cwnd = at[i].cwnd * MSS, want;
		struct lctcp_cong c = after_loss(1000 * MSS);
		struct lctcp_ack_sample s = {
			.acked = MSS, .now_us = 1000000,
			.min_rtt_us = rtt * 1000000,
		};

		lctcp_cong_on_ack(&c, &s);
		/* W_est is not what decides here */
		c.cubic.west = 0;
		c.cubic.rest = 0;
		c.cwnd = cwnd;
		s.now_us += at[i].t * 1000000;
		s.acked = 10 * MSS;
		lctcp_cong_on_ack(&c, &s);
		want = (0.4 * x * x * x + 1000) * MSS;
		if (want > 1.5 * cwnd)
			want = 1.5 * cwnd;
		if (want < cwnd)
			want = cwnd;
		want = cwnd + (want - cwnd) * s.acked / cwnd;
		EXPECT_GE(want + 20, c.cwnd) TH_LOG("at %g s", at[i].t);
		EXPECT_LE(want - 20, c.cwnd) TH_LOG("at %g s", at[i].t);
	}
}

/* As long as cwnd is not used it stays, so that it may stand for the flight. */
TEST(cca_cubic_cwnd_if_used)
{
	struct lctcp_cong c = after_loss(100 * MSS);
	u64 now = 1000000;
	u32 before;
	int i;

	round_trip(&c, &now, 50000);
	before = c.cwnd;
	for (i = 0; i < 1000; i++) {
		struct lctcp_ack_sample s = {
			.acked = 2 * MSS, .flight = 2 * MSS,
			.now_us = now += 50000,
			.limited = lctcp_cong_limited(&c, 2 * MSS),
		};

		lctcp_cong_on_ack(&c, &s);
	}
	EXPECT_EQ(before, c.cwnd);
	lctcp_cong_enter(&c, 2 * MSS);
	EXPECT_EQ(2 * MSS, c.ssthresh);
}

TEST(cca_cubic_fast_convergence)
{
	struct lctcp_cong c = after_loss(100 * MSS);

	EXPECT_EQ(100 * MSS, c.cubic.wmax);
	c.cwnd = 80 * MSS;
	lctcp_cong_enter(&c, 80 * MSS);
	EXPECT_EQ(68 * MSS, c.cubic.wmax);
	lctcp_cong_undo(&c);
	EXPECT_EQ(100 * MSS, c.cubic.wmax);
}

TEST(cca_cubic_timeout)
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
TEST(cca_cubic_app_limited_time)
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

/* Below ssthresh it doubles each round trip, a new connection as well as one
 * that comes back from a timeout; stretch ACKs count.
 */
TEST(cca_cubic_slow_start)
{
	struct lctcp_cong c = start(10 * MSS);
	struct lctcp_ack_sample s = { .acked = 10 * MSS };
	int i, n;

	lctcp_cong_on_ack(&c, &s);
	EXPECT_EQ(20 * MSS, c.cwnd);
	s.acked = MSS;
	for (i = 0; i < 20; i++)
		lctcp_cong_on_ack(&c, &s);
	EXPECT_EQ(40 * MSS, c.cwnd);
	lctcp_cong_on_rto(&c, 40 * MSS, false);
	EXPECT_EQ(28 * MSS, c.ssthresh);
	for (n = 1; n < 28; n *= 2) {
		EXPECT_EQ(n * MSS, c.cwnd);
		for (i = 0; i < n; i++)
			lctcp_cong_on_ack(&c, &s);
	}
	EXPECT_LE(28 * MSS, c.cwnd);
	EXPECT_GE(30 * MSS, c.cwnd);
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

/* Longer round trips end slow start before a loss does; steady ones do not. */
TEST(cca_hystart)
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
