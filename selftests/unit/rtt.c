// SPDX-License-Identifier: GPL-2.0
/* RFC 6298 against its own formulas in floating point. */
#include <stdlib.h>
#include "core/rtt.h"
#include "kselftest_harness.h"

#define MS		1000u
#define SEC		1000000u
#define NO_MIN		0
#define NO_MAX		0xffffffffu

/* The RFC's formulas, with fractions. */
struct model {
	bool any;
	double srtt;
	double rttvar;
	double rto;
};

static void model_sample(struct model *m, double r, double lo, double hi,
			 double g)
{
	if (!m->any) {
		m->srtt = r;
		m->rttvar = r / 2;
		m->any = true;
	} else {
		double err = m->srtt > r ? m->srtt - r : r - m->srtt;

		m->rttvar = 0.75 * m->rttvar + 0.25 * err;
		m->srtt = 0.875 * m->srtt + 0.125 * r;
	}
	g = g > lo ? g : lo;
	m->rto = m->srtt + (4 * m->rttvar > g ? 4 * m->rttvar : g);
	if (m->rto > hi)
		m->rto = hi;
}

static bool near(double want, double got, double tolerance)
{
	return got >= want - tolerance && got <= want + tolerance;
}

/* Integers differ from the fractions by rounding alone, which fades away as
 * fast as samples do: microseconds, where clocks count milliseconds.
 */
static bool agrees(const struct model *m, const struct lctcp_rtt *r)
{
	return near(m->srtt, lctcp_rtt_srtt_us(r), 1) &&
	       near(m->rttvar, lctcp_rtt_rttvar_us(r), 2) &&
	       near(m->rto, r->rto_us, 8);
}

TEST(init__no_sample_yet)
{
	struct lctcp_rtt r;

	memset(&r, 0xff, sizeof(r));
	lctcp_rtt_init(&r, SEC);
	EXPECT_EQ(SEC, lctcp_rtt_rto(&r, 120 * SEC));
	EXPECT_EQ(0, lctcp_rtt_srtt_us(&r));
	EXPECT_EQ(0, lctcp_rtt_rttvar_us(&r));
}

TEST(sample__first)
{
	struct lctcp_rtt r;

	lctcp_rtt_init(&r, SEC);
	lctcp_rtt_sample(&r, 400 * MS, 200 * MS, 120 * SEC, MS);
	EXPECT_EQ(400 * MS, lctcp_rtt_srtt_us(&r));
	EXPECT_EQ(200 * MS, lctcp_rtt_rttvar_us(&r));
	EXPECT_EQ(1200 * MS, lctcp_rtt_rto(&r, 120 * SEC));
}

/* By hand: RTTVAR is updated first, with the old SRTT. */
TEST(sample__second)
{
	struct lctcp_rtt r;

	lctcp_rtt_init(&r, SEC);
	lctcp_rtt_sample(&r, 400 * MS, NO_MIN, NO_MAX, MS);
	lctcp_rtt_sample(&r, 800 * MS, NO_MIN, NO_MAX, MS);
	EXPECT_EQ(250 * MS, lctcp_rtt_rttvar_us(&r));	/* 150 + 400/4 */
	EXPECT_EQ(450 * MS, lctcp_rtt_srtt_us(&r));	/* 350 + 800/8 */
	EXPECT_EQ(1450 * MS, r.rto_us);
	lctcp_rtt_sample(&r, 50 * MS, NO_MIN, NO_MAX, MS);
	EXPECT_EQ(287500, lctcp_rtt_rttvar_us(&r));	/* 187.5 + 400/4 */
	EXPECT_EQ(400 * MS, lctcp_rtt_srtt_us(&r));	/* 393.75 + 50/8 */
}

TEST(sample__list_of_the_model)
{
	static const u32 list[] = { 100, 300, 100, 900, 100, 100, 1, 1, 5000,
				    7, 7, 7, 7, 7, 7, 7, 7, 100, 100, 100 };
	struct model m = {};
	struct lctcp_rtt r;
	unsigned int i;

	lctcp_rtt_init(&r, SEC);
	for (i = 0; i < ARRAY_SIZE(list); i++) {
		model_sample(&m, list[i] * MS, NO_MIN, NO_MAX, MS);
		lctcp_rtt_sample(&r, list[i] * MS, NO_MIN, NO_MAX, MS);
		EXPECT_TRUE(agrees(&m, &r))
			TH_LOG("sample %u: %u %u %u, model %f %f %f", i,
			       lctcp_rtt_srtt_us(&r), lctcp_rtt_rttvar_us(&r),
			       r.rto_us, m.srtt, m.rttvar, m.rto);
	}
}

TEST(sample__random_against_the_model)
{
	int run, i;

	for (run = 0; run < 2000; run++) {
		/* from microseconds to minutes */
		u32 mask = LCTCP_RTT_MAX_US >> (u32)mrand48() % 28;
		struct model m = {};
		struct lctcp_rtt r;

		lctcp_rtt_init(&r, SEC);
		for (i = 0; i < 200; i++) {
			u32 rtt = ((u32)mrand48() & mask) | 1;

			model_sample(&m, rtt, 200 * MS, 120 * SEC, MS);
			lctcp_rtt_sample(&r, rtt, 200 * MS, 120 * SEC, MS);
			ASSERT_TRUE(agrees(&m, &r))
				TH_LOG("rtt %u: %u %u %u, model %f %f %f", rtt,
				       lctcp_rtt_srtt_us(&r),
				       lctcp_rtt_rttvar_us(&r), r.rto_us,
				       m.srtt, m.rttvar, m.rto);
		}
	}
}

TEST(sample__extremes)
{
	struct model m = {};
	struct lctcp_rtt r;
	int i;

	/* 0 is a sample too, and not a sign that there is none. */
	lctcp_rtt_init(&r, SEC);
	lctcp_rtt_sample(&r, 0, NO_MIN, NO_MAX, MS);
	EXPECT_NE(0, r.srtt8);
	EXPECT_LE(lctcp_rtt_srtt_us(&r), 1);
	EXPECT_LE(r.rto_us, 2 * MS);

	/* The largest there is counts as LCTCP_RTT_MAX_US, without overflow. */
	lctcp_rtt_init(&r, SEC);
	for (i = 0; i < 100; i++) {
		u32 rtt = i & 1 ? 0xffffffff : 1;

		model_sample(&m, i & 1 ? LCTCP_RTT_MAX_US : 1, NO_MIN, NO_MAX,
			     MS);
		lctcp_rtt_sample(&r, rtt, NO_MIN, NO_MAX, MS);
		ASSERT_TRUE(agrees(&m, &r)) TH_LOG("%d", i);
	}
}

TEST(sample__bounds_of_the_timeout)
{
	struct lctcp_rtt r;

	lctcp_rtt_init(&r, SEC);
	lctcp_rtt_sample(&r, MS, SEC, 60 * SEC, MS);
	EXPECT_EQ(SEC + MS, r.rto_us);
	lctcp_rtt_init(&r, SEC);
	lctcp_rtt_sample(&r, 40 * SEC, SEC, 60 * SEC, MS);
	EXPECT_EQ(60 * SEC, r.rto_us);
}

TEST(sample__granularity)
{
	struct lctcp_rtt r;
	int i;

	/* The same again and again: RTTVAR vanishes, G takes its place. */
	lctcp_rtt_init(&r, SEC);
	for (i = 0; i < 200; i++)
		lctcp_rtt_sample(&r, 300 * MS, NO_MIN, NO_MAX, 10 * MS);
	EXPECT_EQ(300 * MS, lctcp_rtt_srtt_us(&r));
	EXPECT_LE(lctcp_rtt_rttvar_us(&r), 1);
	EXPECT_EQ(310 * MS, r.rto_us);
}

TEST(backoff__doubles_up_to_the_cap)
{
	struct lctcp_rtt r;
	u64 want = SEC;
	int i;

	lctcp_rtt_init(&r, SEC);
	for (i = 0; i < 1000; i++) {
		EXPECT_EQ(min(want, 120ull * SEC), lctcp_rtt_rto(&r, 120 * SEC))
			TH_LOG("after %d", i);
		want = min(2 * want, 240ull * SEC);
		lctcp_rtt_backoff(&r);
	}
	lctcp_rtt_backoff_reset(&r);
	EXPECT_EQ(SEC, lctcp_rtt_rto(&r, 120 * SEC));
}

TEST(backoff__never_overflows)
{
	struct lctcp_rtt r;
	u32 last = 0;
	int i;

	lctcp_rtt_init(&r, 0xffffffff);
	for (i = 0; i < 300; i++, lctcp_rtt_backoff(&r))
		EXPECT_EQ(120 * SEC, lctcp_rtt_rto(&r, 120 * SEC));
	lctcp_rtt_init(&r, 1);
	for (i = 0; i < 300; i++, lctcp_rtt_backoff(&r)) {
		EXPECT_GE(lctcp_rtt_rto(&r, NO_MAX), last);
		last = lctcp_rtt_rto(&r, NO_MAX);
	}
}

/* RFC 6298 section 5: a new measurement may collapse the timeout again. */
TEST(backoff__ended_by_a_sample)
{
	struct lctcp_rtt r;

	lctcp_rtt_init(&r, SEC);
	lctcp_rtt_backoff(&r);
	lctcp_rtt_backoff(&r);
	lctcp_rtt_backoff(&r);
	EXPECT_EQ(8 * SEC, lctcp_rtt_rto(&r, 120 * SEC));
	lctcp_rtt_sample(&r, 100 * MS, 200 * MS, 120 * SEC, MS);
	EXPECT_EQ(300 * MS, lctcp_rtt_rto(&r, 120 * SEC));
}

TEST(syn_lost__three_seconds_until_a_sample)
{
	struct lctcp_rtt r;

	lctcp_rtt_init(&r, SEC);
	lctcp_rtt_backoff(&r);
	lctcp_rtt_syn_lost(&r);
	EXPECT_EQ(3 * SEC, lctcp_rtt_rto(&r, 120 * SEC));
	lctcp_rtt_sample(&r, 100 * MS, 200 * MS, 120 * SEC, MS);
	EXPECT_EQ(300 * MS, lctcp_rtt_rto(&r, 120 * SEC));

	lctcp_rtt_init(&r, 5 * SEC);
	lctcp_rtt_syn_lost(&r);
	EXPECT_EQ(5 * SEC, lctcp_rtt_rto(&r, 120 * SEC));
}

TEST_HARNESS_MAIN
