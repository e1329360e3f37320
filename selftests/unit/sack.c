// SPDX-License-Identifier: GPL-2.0
/* The blocks a receiver reports: known cases, and a model of a receiver. */
#include <stdlib.h>
#include "core/sack.h"
#include "core/seq.h"
#include "kselftest_harness.h"

#define BASE	0xfffffff0u	/* everything wraps */

static void add(struct lctcp_sacks *s, u32 start, u32 end)
{
	lctcp_sacks_add(s, BASE + start, BASE + end);
}

static bool block_is(const struct lctcp_sack_block *b, u32 start, u32 end)
{
	return b->start == BASE + start && b->end == BASE + end;
}

TEST(add__newest_first)
{
	struct lctcp_sacks s = {};

	EXPECT_FALSE(lctcp_sacks_any(&s));
	add(&s, 10, 20);
	add(&s, 30, 40);
	add(&s, 50, 60);
	EXPECT_TRUE(lctcp_sacks_any(&s));
	ASSERT_EQ(3, s.n);
	EXPECT_TRUE(block_is(&s.block[0], 50, 60));
	EXPECT_TRUE(block_is(&s.block[1], 30, 40));
	EXPECT_TRUE(block_is(&s.block[2], 10, 20));
}

TEST(add__joins_what_it_touches)
{
	struct lctcp_sacks s = {};

	add(&s, 10, 20);
	add(&s, 30, 40);
	add(&s, 50, 60);
	add(&s, 20, 30);
	ASSERT_EQ(2, s.n);
	EXPECT_TRUE(block_is(&s.block[0], 10, 40));
	EXPECT_TRUE(block_is(&s.block[1], 50, 60));
	add(&s, 15, 18);
	ASSERT_EQ(2, s.n);
	EXPECT_TRUE(block_is(&s.block[0], 10, 40));
	add(&s, 5, 70);
	ASSERT_EQ(1, s.n);
	EXPECT_TRUE(block_is(&s.block[0], 5, 70));
}

TEST(add__full)
{
	struct lctcp_sacks s = {};
	u32 i;

	for (i = 0; i < 6; i++)
		add(&s, 10 + 20 * i, 20 + 20 * i);
	ASSERT_EQ(LCTCP_SACK_MAX, s.n);
	EXPECT_TRUE(block_is(&s.block[0], 110, 120));
	EXPECT_TRUE(block_is(&s.block[3], 50, 60));
	/* joins two while full: none is lost */
	add(&s, 80, 90);
	ASSERT_EQ(3, s.n);
	EXPECT_TRUE(block_is(&s.block[0], 70, 100));
	EXPECT_TRUE(block_is(&s.block[1], 110, 120));
	EXPECT_TRUE(block_is(&s.block[2], 50, 60));
}

TEST(find__ends)
{
	struct lctcp_sacks s = {};

	add(&s, 10, 20);
	add(&s, 30, 40);
	EXPECT_EQ(NULL, lctcp_sacks_find(&s, BASE + 9));
	EXPECT_EQ(&s.block[1], lctcp_sacks_find(&s, BASE + 10));
	EXPECT_EQ(&s.block[1], lctcp_sacks_find(&s, BASE + 19));
	EXPECT_EQ(NULL, lctcp_sacks_find(&s, BASE + 20));
	EXPECT_EQ(&s.block[0], lctcp_sacks_find(&s, BASE + 30));
}

TEST(advance__removes_what_was_reached)
{
	struct lctcp_sacks s = {};

	add(&s, 50, 60);
	add(&s, 10, 20);
	add(&s, 30, 40);
	lctcp_sacks_advance(&s, BASE + 10);
	EXPECT_EQ(3, s.n);
	lctcp_sacks_advance(&s, BASE + 40);
	ASSERT_EQ(1, s.n);
	EXPECT_TRUE(block_is(&s.block[0], 50, 60));
	lctcp_sacks_advance(&s, BASE + 60);
	EXPECT_FALSE(lctcp_sacks_any(&s));
}

TEST(cut__leaves_what_is_below)
{
	struct lctcp_sacks s = {};

	add(&s, 50, 60);
	add(&s, 10, 20);
	add(&s, 30, 40);
	lctcp_sacks_cut(&s, BASE + 60);
	EXPECT_EQ(3, s.n);
	lctcp_sacks_cut(&s, BASE + 50);
	ASSERT_EQ(2, s.n);
	lctcp_sacks_cut(&s, BASE + 35);
	ASSERT_EQ(2, s.n);
	EXPECT_TRUE(block_is(&s.block[0], 30, 35));
	EXPECT_TRUE(block_is(&s.block[1], 10, 20));
	lctcp_sacks_cut(&s, BASE + 10);
	EXPECT_FALSE(lctcp_sacks_any(&s));
}

TEST(report__room)
{
	static const unsigned int fits[][2] = {
		{ 0, 0 }, { 11, 0 }, { 12, 1 }, { 19, 1 }, { 20, 2 },
		{ 28, 3 }, { 35, 3 }, { 36, 4 }, { 1460, 4 },
	};
	struct lctcp_options o = {};
	struct lctcp_sacks s = {};
	unsigned int i;

	for (i = 0; i < 4; i++)
		add(&s, 10 + 20 * i, 20 + 20 * i);
	for (i = 0; i < sizeof(fits) / sizeof(fits[0]); i++) {
		EXPECT_EQ(fits[i][1] > 0,
			  lctcp_sacks_report(&s, fits[i][0], &o));
		EXPECT_EQ(fits[i][1], o.nsack);
		if (o.nsack)
			EXPECT_TRUE(block_is(&o.sack[0], 70, 80));
	}
}

TEST(report__once)
{
	struct lctcp_options o = {};
	struct lctcp_sacks s = {};

	lctcp_sacks_once(&s, BASE + 1, BASE + 5);
	EXPECT_TRUE(lctcp_sacks_any(&s));
	/* kept until there is room */
	EXPECT_FALSE(lctcp_sacks_report(&s, 8, &o));
	add(&s, 10, 20);
	EXPECT_TRUE(lctcp_sacks_report(&s, 12, &o));
	ASSERT_EQ(1, o.nsack);
	EXPECT_TRUE(block_is(&o.sack[0], 1, 5));
	EXPECT_TRUE(lctcp_sacks_report(&s, 40, &o));
	ASSERT_EQ(1, o.nsack);
	EXPECT_TRUE(block_is(&o.sack[0], 10, 20));
}

/* Octets arrive in any order: what is listed is held, is an island from end to
 * end, and begins with the newest.
 */
TEST(model)
{
	enum { SPACE = 96 };
	unsigned int round, i, k;

	srand(1);
	for (round = 0; round < 2000; round++) {
		bool held[SPACE + 1] = {};
		struct lctcp_sacks s = {};
		u32 nxt = 0;

		for (i = 0; i < 40; i++) {
			u32 a = rand() % SPACE, b = a, e;

			held[a] = true;
			while (b > nxt && held[b - 1])
				b--;
			for (e = a; e < SPACE && held[e]; e++)
				;
			if (b <= nxt) {
				while (held[nxt])
					nxt++;
				lctcp_sacks_advance(&s, BASE + nxt);
			} else {
				add(&s, b, e);
				ASSERT_TRUE(block_is(&s.block[0], b, e));
			}
			for (k = 0; k < s.n; k++) {
				u32 from = s.block[k].start - BASE;
				u32 to = s.block[k].end - BASE;

				ASSERT_LT(nxt, from);
				ASSERT_LT(from, to);
				ASSERT_FALSE(held[from - 1]);
				ASSERT_FALSE(to < SPACE && held[to]);
				for (; from < to; from++)
					ASSERT_TRUE(held[from]);
			}
		}
	}
}

TEST_HARNESS_MAIN
