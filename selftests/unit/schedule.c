// SPDX-License-Identifier: GPL-2.0
/* Schedules: what is taken, what is refused, and nothing half done. */
#include <stdlib.h>
#include "core/schedule.h"
#include "kselftest_harness.h"

/* What a schedule holds before, to see that a refusal leaves it alone. */
static const struct lctcp_schedule before = { .n = 2, .ms = { 77, 88 } };

static bool refused(const char *text)
{
	struct lctcp_schedule s = before;

	return lctcp_schedule_parse(&s, text) == -EINVAL &&
	       !memcmp(&s, &before, sizeof(s));
}

TEST(parse__list)
{
	struct lctcp_schedule s = before;

	ASSERT_EQ(0, lctcp_schedule_parse(&s, "3000 6000 12000"));
	ASSERT_EQ(3, s.n);
	EXPECT_EQ(3000, s.ms[0]);
	EXPECT_EQ(6000, s.ms[1]);
	EXPECT_EQ(12000, s.ms[2]);
}

TEST(parse__white_space)
{
	struct lctcp_schedule s = before;

	ASSERT_EQ(0, lctcp_schedule_parse(&s, " \t10\n\n 20\t\n"));
	ASSERT_EQ(2, s.n);
	EXPECT_EQ(10, s.ms[0]);
	EXPECT_EQ(20, s.ms[1]);
}

TEST(parse__bounds_of_an_entry)
{
	struct lctcp_schedule s = before;

	ASSERT_EQ(0, lctcp_schedule_parse(&s, "10 600000 0010"));
	EXPECT_EQ(LCTCP_SCHEDULE_MIN_MS, s.ms[0]);
	EXPECT_EQ(LCTCP_SCHEDULE_MAX_MS, s.ms[1]);
	EXPECT_EQ(10, s.ms[2]);
	EXPECT_TRUE(refused("9"));
	EXPECT_TRUE(refused("0"));
	EXPECT_TRUE(refused("600001"));
	EXPECT_TRUE(refused("1000 9"));
	EXPECT_TRUE(refused("1000 600001 1000"));
}

TEST(parse__overflow)
{
	EXPECT_TRUE(refused("4294967306"));		/* 2^32 + 10 */
	EXPECT_TRUE(refused("18446744073709551626"));	/* 2^64 + 10 */
	EXPECT_TRUE(refused("99999999999999999999999999999999"));
}

TEST(parse__number_of_entries)
{
	struct lctcp_schedule s = before;

	ASSERT_EQ(0, lctcp_schedule_parse(&s, "10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25"));
	EXPECT_EQ(LCTCP_SCHEDULE_MAX, s.n);
	EXPECT_EQ(25, s.ms[15]);
	EXPECT_TRUE(refused("10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26"));
	EXPECT_TRUE(refused(""));
	EXPECT_TRUE(refused(" \t\n"));
}

TEST(parse__bad_characters)
{
	static const char * const bad[] = {
		"-10", "+10", "0x10", "10,20", "10 20x", "x", "1000ms", "10.5",
		"10 \r20", "10\v", "\xd9\xa1\xd9\xa0", "1e3", "10 -", "10 20 ;",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_TRUE(refused(bad[i])) TH_LOG("\"%s\"", bad[i]);
}

TEST(parse__random_text_against_strtoull)
{
	static const char alphabet[] = "0123456789 0123 \t\nx-";
	int taken = 0;
	int i;

	for (i = 0; i < 200000; i++) {
		struct lctcp_schedule s = before, want = {};
		char text[24], *p;
		bool good = true;
		size_t k, len = (u32)mrand48() % sizeof(text);

		for (k = 0; k < len; k++)
			text[k] = alphabet[(u32)mrand48() %
					   (sizeof(alphabet) - 1)];
		text[len] = '\0';

		for (p = text + strspn(text, " \t\n"); *p && good;
		     p += strspn(p, " \t\n")) {
			unsigned long long v = strtoull(p, NULL, 10);
			size_t digits = strspn(p, "0123456789");

			good = digits && v >= LCTCP_SCHEDULE_MIN_MS &&
			       v <= LCTCP_SCHEDULE_MAX_MS &&
			       want.n < LCTCP_SCHEDULE_MAX;
			if (good)
				want.ms[want.n++] = v;
			p += digits;
		}
		if (!good || !want.n) {
			ASSERT_TRUE(refused(text)) TH_LOG("\"%s\"", text);
			continue;
		}
		taken++;
		ASSERT_EQ(0, lctcp_schedule_parse(&s, text))
			TH_LOG("\"%s\"", text);
		ASSERT_EQ(want.n, s.n);
		ASSERT_EQ(0, memcmp(want.ms, s.ms, s.n * sizeof(s.ms[0])));
	}
	EXPECT_GT(taken, 1000);
}

TEST(set__bounds)
{
	u32 ms[LCTCP_SCHEDULE_MAX + 1];
	struct lctcp_schedule s = before;
	int i;

	for (i = 0; i <= LCTCP_SCHEDULE_MAX; i++)
		ms[i] = 1000 + i;
	EXPECT_EQ(-EINVAL, lctcp_schedule_set(&s, ms, 0));
	EXPECT_EQ(-EINVAL, lctcp_schedule_set(&s, ms, LCTCP_SCHEDULE_MAX + 1));
	EXPECT_EQ(-EINVAL, lctcp_schedule_set(&s, ms, 256 + 1));
	EXPECT_EQ(-EINVAL, lctcp_schedule_set(&s, ms, (size_t)-1));
	ms[3] = LCTCP_SCHEDULE_MIN_MS - 1;
	EXPECT_EQ(-EINVAL, lctcp_schedule_set(&s, ms, 4));
	ms[3] = LCTCP_SCHEDULE_MAX_MS + 1;
	EXPECT_EQ(-EINVAL, lctcp_schedule_set(&s, ms, 4));
	EXPECT_EQ(0, memcmp(&s, &before, sizeof(s)));

	EXPECT_EQ(0, lctcp_schedule_set(&s, ms, 3));
	EXPECT_EQ(3, s.n);
	EXPECT_EQ(1002, s.ms[2]);
}

TEST(format__round_trip)
{
	/* No octet more than promised: the sanitizer watches. */
	char *buf = malloc(LCTCP_SCHEDULE_TEXT);
	struct lctcp_schedule s = {}, back = {};
	int i;

	ASSERT_NE(NULL, buf);
	s.n = 3;
	s.ms[0] = 10;
	s.ms[1] = 64000;
	s.ms[2] = 600000;
	EXPECT_EQ(15, lctcp_schedule_format(&s, buf));
	EXPECT_STREQ("10 64000 600000", buf);

	s.n = LCTCP_SCHEDULE_MAX;
	for (i = 0; i < s.n; i++)
		s.ms[i] = LCTCP_SCHEDULE_MAX_MS - i;
	EXPECT_EQ(LCTCP_SCHEDULE_TEXT - 1, lctcp_schedule_format(&s, buf));
	ASSERT_EQ(0, lctcp_schedule_parse(&back, buf));
	EXPECT_EQ(0, memcmp(&s, &back, sizeof(s)));
	free(buf);
}

TEST_HARNESS_MAIN
