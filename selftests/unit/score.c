// SPDX-License-Identifier: GPL-2.0
/* Which SACK blocks are good, what is new about them, and the pipe. */
#include "core/score.h"
#include "core/seq.h"
#include "kselftest_harness.h"

#define UNA	0xfffffff0u	/* all wraps a little later */
#define NXT	(UNA + 10000)
#define REACH	5000

static struct lctcp_sack_news sift(const struct lctcp_options *o,
				   const struct lctcp_sack_block *last,
				   unsigned int n)
{
	struct lctcp_sack_news news;

	memset(&news, 0xff, sizeof(news));
	lctcp_sack_sift(o, UNA, NXT, REACH, last, n, &news);
	return news;
}

#define OPT(...) \
	((struct lctcp_options){ .sack = { __VA_ARGS__ }, \
		.nsack = sizeof((struct lctcp_sack_block[]){ __VA_ARGS__ }) / 8 })

TEST(pipe__what_is_in_the_network)
{
	struct lctcp_score s = { 0 };

	EXPECT_EQ(10000, lctcp_score_pipe(&s, 10000));
	s.sacked = 3000;
	s.lost = 2000;
	EXPECT_EQ(5000, lctcp_score_pipe(&s, 10000));
	s.retrans = 1000;
	EXPECT_EQ(6000, lctcp_score_pipe(&s, 10000));
	s.lost = 9000;
	EXPECT_EQ(0, lctcp_score_pipe(&s, 10000));
	s = (struct lctcp_score){ .retrans = 0x80000000u };
	EXPECT_EQ(0x80000000u + 10, lctcp_score_pipe(&s, 10));
}

TEST(sift__lowest_first)
{
	struct lctcp_options o = OPT({ UNA + 5000, UNA + 6000 },
				     { UNA + 1000, UNA + 2000 },
				     { UNA + 3000, UNA + 4000 });
	struct lctcp_sack_news news = sift(&o, NULL, 0);

	ASSERT_EQ(3, news.n);
	EXPECT_FALSE(news.have_dup);
	EXPECT_EQ(0, news.bad);
	EXPECT_EQ(UNA + 1000, news.block[0].start);
	EXPECT_EQ(UNA + 3000, news.block[1].start);
	EXPECT_EQ(UNA + 5000, news.block[2].start);
	EXPECT_EQ(UNA + 5000, news.from[2]);
	EXPECT_EQ(UNA + 6000, news.to[2]);
}

TEST(sift__bad_ones)
{
	static const struct lctcp_sack_block bad[] = {
		{ UNA + 2000, UNA + 1000 },	/* reversed */
		{ UNA + 2000, UNA + 2000 },	/* empty */
		{ UNA + 2000, NXT + 1 },	/* never sent */
		{ NXT + 100, NXT + 200 },
		{ UNA + 1000, UNA + 0x7fffffff },
		{ UNA - 0x70000000u, UNA + 1000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct lctcp_options o = OPT(bad[i]);
		struct lctcp_sack_news news = sift(&o, NULL, 0);

		EXPECT_EQ(0, news.n) TH_LOG("%u", i);
		EXPECT_EQ(1, news.bad) TH_LOG("%u", i);
		EXPECT_FALSE(news.have_dup) TH_LOG("%u", i);
	}
}

/* It was overtaken: neither good nor bad. */
TEST(sift__old_one)
{
	struct lctcp_options o = OPT({ UNA + 1000, UNA + 2000 },
				     { UNA - 2000, UNA - 1000 });
	struct lctcp_sack_news news = sift(&o, NULL, 0);

	EXPECT_EQ(1, news.n);
	EXPECT_EQ(0, news.bad);
}

TEST(sift__duplicates)
{
	struct lctcp_options below = OPT({ UNA - 1000, UNA },
					 { UNA + 1000, UNA + 2000 });
	struct lctcp_options within = OPT({ UNA + 1200, UNA + 1400 },
					  { UNA + 1000, UNA + 2000 });
	struct lctcp_options far = OPT({ UNA - REACH - 1, UNA - REACH });
	struct lctcp_sack_news news = sift(&below, NULL, 0);

	EXPECT_TRUE(news.have_dup);
	EXPECT_EQ(UNA - 1000, news.dup.start);
	EXPECT_EQ(1, news.n);
	news = sift(&within, NULL, 0);
	EXPECT_TRUE(news.have_dup);
	EXPECT_EQ(UNA + 1200, news.dup.start);
	EXPECT_EQ(1, news.n);
	EXPECT_EQ(UNA + 1000, news.block[0].start);
	news = sift(&far, NULL, 0);
	EXPECT_FALSE(news.have_dup);
	EXPECT_EQ(0, news.n);
}

TEST(sift__only_what_is_new)
{
	struct lctcp_options o = OPT({ UNA + 1000, UNA + 3000 },
				     { UNA + 5000, UNA + 6000 });
	struct lctcp_sack_block last[] = { { UNA + 1000, UNA + 2000 },
					   { UNA + 5000, UNA + 6000 } };
	struct lctcp_sack_news news = sift(&o, last, 2);

	ASSERT_EQ(2, news.n);
	EXPECT_EQ(UNA + 2000, news.from[0]);
	EXPECT_EQ(UNA + 3000, news.to[0]);
	EXPECT_EQ(news.from[1], news.to[1]);
	/* joined, and grown to the left */
	o = OPT({ UNA + 500, UNA + 6000 });
	news = sift(&o, last, 2);
	EXPECT_EQ(UNA + 500, news.from[0]);
	EXPECT_EQ(UNA + 5000, news.to[0]);
}

TEST_HARNESS_MAIN
