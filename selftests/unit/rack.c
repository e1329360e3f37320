// SPDX-License-Identifier: GPL-2.0
/* RFC 8985 section 6.2, step by step. */
#include "core/rack.h"
#include "kselftest_harness.h"

#define MS	1000ull
#define RTT	(100 * MS)

static void delivered(struct lctcp_rack *r, u64 sent, u32 end, u64 now)
{
	struct lctcp_rack_seg seg = { .sent_us = sent, .end_seq = end };

	lctcp_rack_delivered(r, &seg, now);
}

static void copy(struct lctcp_rack *r, u64 sent, u32 end, u64 now, bool older)
{
	struct lctcp_rack_seg seg = { .sent_us = sent, .end_seq = end,
				      .retrans = true, .older = older };

	lctcp_rack_delivered(r, &seg, now);
}

TEST(delivered__the_last_one_sent)
{
	struct lctcp_rack r = { 0 };

	delivered(&r, 1000 * MS, 2000, 1100 * MS);
	EXPECT_EQ(RTT, r.rtt_us);
	EXPECT_EQ(RTT, lctcp_rack_min_rtt(&r));
	EXPECT_TRUE(r.advanced);
	r.advanced = false;
	/* sent before: it tells nothing */
	delivered(&r, 900 * MS, 1000, 1110 * MS);
	EXPECT_EQ(2000, r.end_seq);
	EXPECT_FALSE(r.advanced);
	/* sent with it: the later number counts, across 2^32 too */
	delivered(&r, 1000 * MS, 3000, 1120 * MS);
	EXPECT_EQ(3000, r.end_seq);
	EXPECT_EQ(120 * MS, r.rtt_us);
}

TEST(delivered__which_copy)
{
	struct lctcp_rack r = { 0 };

	delivered(&r, 1000 * MS, 2000, 1100 * MS);
	copy(&r, 1100 * MS, 1000, 1150 * MS, false);
	EXPECT_EQ(1000 * MS, r.xmit_us);	/* sooner than can be */
	copy(&r, 1100 * MS, 1000, 1250 * MS, true);
	EXPECT_EQ(1000 * MS, r.xmit_us);	/* an older timestamp */
	copy(&r, 1100 * MS, 1000, 1250 * MS, false);
	EXPECT_EQ(1100 * MS, r.xmit_us);
	EXPECT_EQ(150 * MS, r.rtt_us);
	copy(&r, 1300 * MS, 1000, 1400 * MS - 2, false);
	EXPECT_EQ(1100 * MS, r.xmit_us);
	copy(&r, 1300 * MS, 1000, 1400 * MS - 1, false);
	EXPECT_EQ(1300 * MS, r.xmit_us);	/* as soon as can be */
	EXPECT_EQ(RTT, lctcp_rack_min_rtt(&r));	/* Karn */
}

TEST(delivered__out_of_order)
{
	struct lctcp_rack r = { 0 };

	delivered(&r, 1000 * MS, 0xffffff00u, 1100 * MS);
	delivered(&r, 1000 * MS, 0x100, 1100 * MS);
	EXPECT_FALSE(r.reordered);
	copy(&r, 1100 * MS, 0xffffff80u, 1250 * MS, false);
	EXPECT_FALSE(r.reordered);
	delivered(&r, 1000 * MS, 0xffffff80u, 1300 * MS);
	EXPECT_EQ(1, r.reordered);
}

TEST(los_rack_dsack_adapt)
{
	struct lctcp_rack r = { 0 };
	int i;

	delivered(&r, 1000 * MS, 2000, 1100 * MS);
	EXPECT_EQ(0, lctcp_rack_window(&r, RTT, true));
	EXPECT_EQ(25 * MS, lctcp_rack_window(&r, RTT, false));
	r.reordered = 1;
	EXPECT_EQ(25 * MS, lctcp_rack_window(&r, RTT, true));
	lctcp_rack_dsack(&r, 2000, 5000);
	EXPECT_EQ(50 * MS, lctcp_rack_window(&r, RTT, true));
	lctcp_rack_dsack(&r, 4000, 8000);	/* the same round */
	EXPECT_EQ(50 * MS, lctcp_rack_window(&r, RTT, true));
	lctcp_rack_dsack(&r, 5000, 9000);
	EXPECT_EQ(75 * MS, lctcp_rack_window(&r, RTT, true));
	EXPECT_EQ(60 * MS, lctcp_rack_window(&r, 60 * MS, true));
	for (i = 1; i < LCTCP_RACK_PERSIST; i++)
		lctcp_rack_recovered(&r);
	EXPECT_EQ(75 * MS, lctcp_rack_window(&r, RTT, true));
	lctcp_rack_recovered(&r);
	EXPECT_EQ(25 * MS, lctcp_rack_window(&r, RTT, true));
	for (i = 0; i < 1000; i++)
		lctcp_rack_dsack(&r, 9000 + i, 9001 + i);
	EXPECT_EQ(RTT, lctcp_rack_window(&r, RTT, true));
}

TEST(wait__until_it_is_lost)
{
	struct lctcp_rack r = { 0 };

	delivered(&r, 1030 * MS, 3000, 1130 * MS);
	EXPECT_TRUE(lctcp_rack_before(&r, 1000 * MS, 0, 9000));
	EXPECT_TRUE(lctcp_rack_before(&r, 1030 * MS, 0, 2000));
	EXPECT_FALSE(lctcp_rack_before(&r, 1030 * MS, 0, 3000));
	EXPECT_FALSE(lctcp_rack_before(&r, 1030 * MS, 0, 4000));
	EXPECT_FALSE(lctcp_rack_before(&r, 1031 * MS, 0, 1000));
	/* sent again in that microsecond: after all that was new by then */
	EXPECT_FALSE(lctcp_rack_before(&r, 1030 * MS, 1, 1000));
	r.wave = 1;
	EXPECT_TRUE(lctcp_rack_before(&r, 1030 * MS, 0, 4000));
	EXPECT_EQ(0, lctcp_rack_wait(&r, 1000 * MS, 25 * MS, 1130 * MS));
	EXPECT_EQ(25 * MS, lctcp_rack_wait(&r, 1030 * MS, 25 * MS, 1130 * MS));
	EXPECT_EQ(0, lctcp_rack_wait(&r, 1030 * MS, 25 * MS, 1155 * MS));
}

TEST(rtt__shortest_of_late)
{
	struct lctcp_rack r = { 0 };
	u64 now = 1000 * MS;

	lctcp_rack_rtt(&r, 50 * MS, now);
	lctcp_rack_rtt(&r, 100 * MS, now + MS);
	EXPECT_EQ(50 * MS, lctcp_rack_min_rtt(&r));
	now += LCTCP_MIN_RTT_US + 1;
	lctcp_rack_rtt(&r, 100 * MS, now);
	EXPECT_EQ(50 * MS, lctcp_rack_min_rtt(&r));
	now += LCTCP_MIN_RTT_US + 1;
	lctcp_rack_rtt(&r, 100 * MS, now);
	EXPECT_EQ(100 * MS, lctcp_rack_min_rtt(&r));
}

TEST_HARNESS_MAIN
