// SPDX-License-Identifier: GPL-2.0
/* RFC 4821 section 7: what is tried, when, and what follows from it. */
#include "core/plpmtud.h"
#include "kselftest_harness.h"

#define PAUSE		LCTCP_PLP_PAUSE_MS
#define INTERVAL	600000

static const struct lctcp_plp_limits limits = {
	.threshold = 8, .interval_ms = INTERVAL,
};

static u32 next(struct lctcp_plp *p, u32 now)
{
	return lctcp_plp_next(p, &limits, now);
}

/* A path that carries @mtu: probe until there is nothing left to be tried.
 * Return how many probes were lost.
 */
static unsigned int walk(struct lctcp_plp *p, u32 mtu, u32 *now,
			 unsigned int *sent)
{
	unsigned int lost = 0;
	u32 size, idle;

	*sent = 0;
	for (idle = 0; idle <= 2 * PAUSE; idle += PAUSE / 4) {
		*now += PAUSE / 4;
		size = next(p, *now);
		if (!size)
			continue;
		idle = 0;
		++*sent;
		if (size <= mtu) {
			lctcp_plp_carried(p);
		} else {
			lctcp_plp_lost(p, *now);
			lost++;
		}
	}
	return lost;
}

TEST(next__off)
{
	struct lctcp_plp p = { 0 };

	EXPECT_EQ(0, next(&p, 0));
	EXPECT_EQ(0, next(&p, 1u << 30));
}

TEST(start__the_top_first)
{
	struct lctcp_plp p;
	unsigned int sent;
	u32 now = 5;

	lctcp_plp_start(&p, 1064, 1500);
	EXPECT_TRUE(p.on);
	EXPECT_EQ(1064, p.low);
	EXPECT_EQ(1500, next(&p, now));
	EXPECT_EQ(0, next(&p, now));		/* one at a time */
	EXPECT_EQ(1064, p.low);			/* not before it is confirmed */
	lctcp_plp_carried(&p);
	EXPECT_EQ(1500, p.low);
	EXPECT_EQ(0, walk(&p, 1500, &now, &sent));
	EXPECT_EQ(0, sent);
	/* nor later: there is nothing above */
	EXPECT_EQ(0, next(&p, now + 2 * INTERVAL));
}

TEST(start__nothing_to_search)
{
	struct lctcp_plp p;

	lctcp_plp_start(&p, 1280, 1000);
	EXPECT_EQ(1000, p.low);
	EXPECT_EQ(0, next(&p, 0));
}

/* However wide the path, the search finds it, to within the threshold. */
TEST(next__every_path)
{
	unsigned int sent, most = 0;
	u32 mtu, now = -5000;			/* the clock wraps on its way */
	struct lctcp_plp p;

	for (mtu = 1064; mtu <= 9000; mtu += 61) {
		lctcp_plp_start(&p, 1064, 9000);
		walk(&p, mtu, &now, &sent);
		EXPECT_GE(mtu, p.low);
		EXPECT_GT(mtu, p.high - limits.threshold);
		EXPECT_GT(p.low + limits.threshold, mtu);
		most = sent > most ? sent : most;
	}
	/* the top, then a half of what is left each time, three tries each */
	EXPECT_GE(3 * (1 + 10), most);
}

TEST(next__threshold)
{
	struct lctcp_plp_limits l = { .threshold = 1, .interval_ms = 1000 };
	struct lctcp_plp p;
	u32 now = 0, size;

	lctcp_plp_start(&p, 1000, 1010);
	while ((size = lctcp_plp_next(&p, &l, now)) || p.low != p.high) {
		if (size && size <= 1003)
			lctcp_plp_carried(&p);
		else if (size)
			lctcp_plp_lost(&p, now);
		now += PAUSE;
	}
	EXPECT_EQ(1003, p.low);
	/* as large as what is left: no probe but that of the top */
	l.threshold = 11;
	lctcp_plp_start(&p, 1000, 1010);
	EXPECT_EQ(1010, lctcp_plp_next(&p, &l, 0));
	lctcp_plp_lost(&p, 0);
	lctcp_plp_next(&p, &l, PAUSE);
	lctcp_plp_lost(&p, PAUSE);
	lctcp_plp_next(&p, &l, 2 * PAUSE);
	lctcp_plp_lost(&p, 2 * PAUSE);
	EXPECT_EQ(0, lctcp_plp_next(&p, &l, 3 * PAUSE));
	EXPECT_EQ(1000, p.low);
}

TEST(lost__three_tries_and_a_pause)
{
	struct lctcp_plp p;
	u32 now = 0;
	int i;

	lctcp_plp_start(&p, 1064, 1500);
	for (i = 0; i < LCTCP_PLP_TRIES; i++) {
		EXPECT_EQ(1500, next(&p, now));
		lctcp_plp_lost(&p, now);
		EXPECT_EQ(0, next(&p, now + PAUSE - 1));
		now += PAUSE;
	}
	EXPECT_EQ(1064, p.low);
	EXPECT_EQ(1499, p.high);
	EXPECT_EQ(1282, next(&p, now));
	/* one that arrives makes up for those before it */
	lctcp_plp_carried(&p);
	EXPECT_EQ(1282, p.low);
	EXPECT_EQ(0, p.tries);
	EXPECT_EQ(1391, next(&p, now));
	lctcp_plp_lost(&p, now);
	EXPECT_EQ(1391, next(&p, now + PAUSE));
	lctcp_plp_carried(&p);
	EXPECT_EQ(1391, p.low);
	EXPECT_EQ(1499, p.high);
}

TEST(next__wider_after_the_interval)
{
	struct lctcp_plp p;
	unsigned int sent;
	u32 now = 0, since;

	lctcp_plp_start(&p, 1064, 1500);
	walk(&p, 1400, &now, &sent);
	EXPECT_LT(1392, p.low);
	since = now;
	while (!next(&p, now))
		now += 100;
	EXPECT_EQ(1500, p.probe);
	EXPECT_LE(INTERVAL - 3 * PAUSE, now - since);
	EXPECT_GE(INTERVAL, now - since);
	lctcp_plp_carried(&p);
	EXPECT_EQ(1500, p.low);
}

TEST(top__less_and_more)
{
	struct lctcp_plp p;
	unsigned int sent;
	u32 now = 0;

	lctcp_plp_start(&p, 1064, 1500);
	next(&p, now);
	lctcp_plp_carried(&p);
	lctcp_plp_top(&p, 1300);
	EXPECT_EQ(1300, p.low);
	EXPECT_EQ(1300, p.high);
	EXPECT_EQ(0, next(&p, now));
	/* more: it is tried, not believed */
	lctcp_plp_top(&p, 9000);
	EXPECT_EQ(1300, p.low);
	EXPECT_EQ(9000, next(&p, now));
	/* less than what is out */
	lctcp_plp_top(&p, 4000);
	lctcp_plp_carried(&p);
	EXPECT_EQ(4000, p.low);
	EXPECT_EQ(4000, p.high);
	/* the same says nothing new */
	lctcp_plp_start(&p, 1064, 1500);
	walk(&p, 1400, &now, &sent);
	lctcp_plp_top(&p, 1500);
	EXPECT_EQ(0, next(&p, now));
}

TEST(too_big__is_tried_next)
{
	struct lctcp_plp p;

	lctcp_plp_start(&p, 1064, 1500);
	EXPECT_EQ(1500, next(&p, 0));
	EXPECT_TRUE(lctcp_plp_too_big(&p, 1400));
	EXPECT_EQ(1400, next(&p, 0));
	/* about something larger, which is known already */
	EXPECT_FALSE(lctcp_plp_too_big(&p, 1400));
	EXPECT_EQ(1400, p.probe);
	lctcp_plp_carried(&p);
	EXPECT_EQ(1400, p.low);
	EXPECT_EQ(1400, p.high);
	/* below what had arrived */
	EXPECT_FALSE(lctcp_plp_too_big(&p, 1200));
	EXPECT_EQ(1200, p.low);
	EXPECT_EQ(1200, p.high);
	EXPECT_EQ(0, next(&p, 0));
	/* more than may be: nothing */
	EXPECT_FALSE(lctcp_plp_too_big(&p, 1450));
	EXPECT_EQ(1200, p.high);
}

TEST(black_hole__base_then_halves)
{
	struct lctcp_plp p = { 0 };

	EXPECT_TRUE(lctcp_plp_black_hole(&p, 1500, 1064, 552, 0));
	EXPECT_TRUE(p.on);
	EXPECT_EQ(1064, p.low);
	EXPECT_EQ(1500, p.top);
	EXPECT_TRUE(lctcp_plp_black_hole(&p, 1064, 1064, 552, 0));
	EXPECT_EQ(552, p.low);			/* half would be 532 */
	EXPECT_FALSE(lctcp_plp_black_hole(&p, 552, 1064, 552, 0));
	EXPECT_EQ(552, p.low);
	EXPECT_EQ(1500, p.top);
	/* half way up, after a pause: the top has just failed */
	EXPECT_EQ(0, next(&p, PAUSE - 1));
	EXPECT_EQ(1026, next(&p, PAUSE));
}

TEST(black_hole__never_larger)
{
	struct lctcp_plp p = { 0 };

	EXPECT_FALSE(lctcp_plp_black_hole(&p, 1280, 1280, 1280, 0));
	EXPECT_FALSE(p.on);
	EXPECT_FALSE(lctcp_plp_black_hole(&p, 600, 1064, 900, 0));
	EXPECT_FALSE(p.on);
	EXPECT_TRUE(lctcp_plp_black_hole(&p, 600, 1064, 100, 0));
	EXPECT_EQ(300, p.low);
}

/* What was found to arrive may end. */
TEST(black_hole__while_it_searches)
{
	struct lctcp_plp p;
	unsigned int sent;
	u32 now = 0;

	lctcp_plp_start(&p, 1064, 1500);
	next(&p, now);
	EXPECT_TRUE(lctcp_plp_black_hole(&p, 1064, 1064, 552, now));
	EXPECT_EQ(0, p.probe);
	EXPECT_EQ(552, p.low);
	walk(&p, 1000, &now, &sent);
	EXPECT_GE(1000, p.low);
	EXPECT_LT(992, p.low);
}

TEST_HARNESS_MAIN
