// SPDX-License-Identifier: GPL-2.0
/* So many answers a time, and the time of whoever asks. */
#include "core/bucket.h"
#include "kselftest_harness.h"

static const struct lctcp_bucket_form large = { 20, 12 }, small = { 4, 4 };

static unsigned int drained(u32 *bucket, struct lctcp_bucket_form form, u32 now,
			    u32 time, u32 most)
{
	unsigned int n = 0;

	while (n < 5000 && lctcp_bucket_take(bucket, form, now, time, most))
		n++;
	return n;
}

TEST(bucket__never_more_than_most)
{
	u32 bucket = 0, most;

	for (most = 0; most < 4096; most += 13) {
		bucket = 0;
		EXPECT_EQ(most, drained(&bucket, large, 77, 5, most));
	}
	for (most = 0; most < 16; most++) {
		bucket = 0;
		EXPECT_EQ(most, drained(&bucket, small, 77, 1, most));
		EXPECT_GT(256, bucket);
	}
}

TEST(bucket__a_time_begins_with_the_first)
{
	u32 bucket = 0, now;

	EXPECT_TRUE(lctcp_bucket_take(&bucket, large, 1000, 32, 3));
	EXPECT_TRUE(lctcp_bucket_take(&bucket, large, 1020, 32, 3));
	EXPECT_TRUE(lctcp_bucket_take(&bucket, large, 1032, 32, 3));
	for (now = 1000; now <= 1032; now++)
		EXPECT_FALSE(lctcp_bucket_take(&bucket, large, now, 32, 3));
	EXPECT_EQ(3, drained(&bucket, large, 1033, 32, 3));
	EXPECT_EQ(0, drained(&bucket, large, 1065, 32, 3));
	EXPECT_EQ(3, drained(&bucket, large, 1066, 32, 3));
}

/* At every place of the clock, where its bits wrap and where it does itself. */
TEST(bucket__clocks_wrap)
{
	u32 bucket = 0, now;
	int i;

	for (i = 0; i < 3; i++) {
		u32 from = i == 0 ? -40 : i == 1 ? (1 << 20) - 40 : 0;

		bucket = 0;
		for (now = from; now != from + 120; now += 40)
			EXPECT_EQ(10, drained(&bucket, large, now, 32, 10));
	}
	bucket = 0;
	for (now = -64; now != 64; now += 2)
		EXPECT_EQ(10, drained(&bucket, small, now, 1, 10));
}

/* Whoever is asked at each tick gives no more than that in the long run. */
TEST(bucket__long_run)
{
	u32 bucket = 0, now, n = 0;

	for (now = 5; now < 100005; now++)
		n += drained(&bucket, large, now, 31, 10);
	EXPECT_EQ(100000 / 32 * 10, n);
}

TEST_HARNESS_MAIN
