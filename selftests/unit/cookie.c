// SPDX-License-Identifier: GPL-2.0
/* SYN cookies: what comes back is what was sent, for as long as it is good. */
#include <stdlib.h>
#include "core/cookie.h"
#include "kselftest_harness.h"

/* Any number will do for a keyed hash. */
#define F	0xdeadbeefu
#define MAC	0x13579bdfu

/* Of what a listener is asked: -1, or the index. */
static int opened(u32 cookie, u32 f, u32 now, u32 mac_of_then)
{
	u32 period;

	if (!lctcp_cookie_period(cookie, f, now, &period))
		return -1;
	return lctcp_cookie_index(cookie, f, mac_of_then);
}

TEST(cookie__every_index_comes_back)
{
	unsigned int i;
	u32 period;

	for (i = 0; i < LCTCP_COOKIE_NMSS; i++) {
		u32 cookie = lctcp_cookie_make(F, 77, MAC, i);

		ASSERT_TRUE(lctcp_cookie_period(cookie, F, 77, &period));
		EXPECT_EQ(77, period);
		EXPECT_EQ(i, lctcp_cookie_index(cookie, F, MAC));
	}
}

TEST(cookie__mac_at_its_upper_end)
{
	unsigned int i;

	for (i = 0; i < LCTCP_COOKIE_NMSS; i++) {
		u32 cookie = lctcp_cookie_make(F, 77, ~0u, i);

		EXPECT_EQ(i, opened(cookie, F, 77, ~0u));
	}
}

/* syf_cookie_expiry */
TEST(cookie__good_for_two_periods)
{
	static const u32 when[] = { 0, 1, 77, 254, 255, 256, 0xffffffff };
	unsigned int i;
	u32 period, age;

	for (i = 0; i < ARRAY_SIZE(when); i++) {
		u32 cookie = lctcp_cookie_make(F, when[i], MAC, 3);

		for (age = 0; age < 256; age++) {
			bool good = lctcp_cookie_period(cookie, F,
							when[i] + age, &period);

			EXPECT_EQ(age <= 1, good) TH_LOG("age %u", age);
			if (good)
				EXPECT_EQ(when[i], period);
		}
	}
}

/* syf_cookie_ack_forged: of all numbers, as many as two periods have sizes. */
TEST(cookie__guesses)
{
	unsigned int i, hits = 0;
	u32 tail, p;

	for (i = 0; i < 256; i++) {
		if (!lctcp_cookie_period(F + (i << LCTCP_COOKIE_TAIL_BITS), F,
					 77, &p))
			continue;
		for (tail = 0; tail <= LCTCP_COOKIE_TAIL; tail++) {
			u32 guess = F + (i << LCTCP_COOKIE_TAIL_BITS) + tail;

			hits += lctcp_cookie_index(guess, F, MAC) >= 0;
		}
	}
	EXPECT_EQ(2 * LCTCP_COOKIE_NMSS, hits);
}

/* An ACK of somewhat more or less than the SYN acknowledges no cookie. */
TEST(cookie__neighbours)
{
	u32 cookie = lctcp_cookie_make(F, 77, MAC, 3);
	int i;

	for (i = -100000; i <= 100000; i++)
		EXPECT_EQ(i ? -1 : 3, opened(cookie + i, F, 77, MAC));
}

/* syf_cookie_isn_unpredictable: another hash of the four-tuple or another MAC
 * makes it worthless.
 */
TEST(cookie__other_keys)
{
	u32 cookie = lctcp_cookie_make(F, 77, MAC, 2);
	int bit;

	EXPECT_EQ(2, opened(cookie, F, 77, MAC));
	EXPECT_EQ(-1, opened(cookie, F, 77, MAC + LCTCP_COOKIE_NMSS));
	/* the bits above say the size */
	for (bit = 0; bit < LCTCP_COOKIE_INDEX_BITS; bit++)
		EXPECT_EQ(-1, opened(cookie, F, 77, MAC ^ 1u << bit));
	EXPECT_EQ(-1, opened(cookie, F + LCTCP_COOKIE_NMSS, 77, MAC));
	EXPECT_EQ(-1, opened(cookie, F ^ 0x80000000, 77, MAC));
}

/* It rises with the clock of all initial sequence numbers, a period late or
 * early at most.
 */
TEST(cookie__rises)
{
	u32 p;

	for (p = 0; p < 1000; p++) {
		u32 cookie = lctcp_cookie_make(F, p, MAC * p, p % 8);
		u32 isn = F + (p << LCTCP_COOKIE_TAIL_BITS);

		EXPECT_LE(cookie - isn, LCTCP_COOKIE_TAIL);
	}
}

TEST(mss__largest_not_above)
{
	unsigned int mss;

	for (mss = 48; mss <= 65535; mss++) {
		unsigned int i = lctcp_cookie_mss_index(mss);

		ASSERT_LT(i, LCTCP_COOKIE_NMSS);
		ASSERT_LE(lctcp_cookie_mss(i), mss);
		if (i + 1 < LCTCP_COOKIE_NMSS)
			ASSERT_GT(lctcp_cookie_mss(i + 1), mss);
	}
	EXPECT_EQ(1460, lctcp_cookie_mss(lctcp_cookie_mss_index(1460)));
	EXPECT_EQ(1440, lctcp_cookie_mss(lctcp_cookie_mss_index(1459)));
	/* the defaults lose nothing */
	EXPECT_EQ(536, lctcp_cookie_mss(lctcp_cookie_mss_index(536)));
	EXPECT_EQ(1220, lctcp_cookie_mss(lctcp_cookie_mss_index(1220)));
	/* nobody asks, but it must not run away */
	EXPECT_EQ(0, lctcp_cookie_mss_index(0));
}

/* syf_cookie_options_ts */
TEST(tsval__carries_and_never_leads)
{
	static const u32 now[] = { 0, 1, 62, 63, 64, 1000, 0x7fffffff,
				   0x80000000, 0xffffffc0, 0xffffffff };
	unsigned int i;
	u32 opts;

	for (i = 0; i < ARRAY_SIZE(now); i++) {
		for (opts = 0; opts <= LCTCP_COOKIE_OPTS; opts++) {
			u32 tsval = lctcp_cookie_tsval(now[i], opts);

			EXPECT_EQ(opts, tsval & LCTCP_COOKIE_OPTS);
			EXPECT_LE(now[i] - tsval, LCTCP_COOKIE_OPTS);
		}
	}
	EXPECT_EQ(0, LCTCP_COOKIE_TS & LCTCP_COOKIE_OPTS);
}

TEST_HARNESS_MAIN
