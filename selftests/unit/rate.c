// SPDX-License-Identifier: GPL-2.0
/* The rate of delivery: one sample a flight. */
#include "core/rate.h"
#include "kselftest_harness.h"

#define ISN	0xffffff00u

TEST(flight__octets_by_time)
{
	struct lctcp_rate r = {};

	/* 1000 octets each 10 ms */
	lctcp_rate_ack(&r, ISN, ISN + 4000, 0, 1000000, false);
	lctcp_rate_ack(&r, ISN + 1000, ISN + 5000, 1000, 1010000, false);
	EXPECT_EQ(0, r.rate);
	lctcp_rate_ack(&r, ISN + 3999, ISN + 8000, 3999, 1039000, false);
	EXPECT_EQ(0, r.rate);
	lctcp_rate_ack(&r, ISN + 4000, ISN + 8000, 4000, 1040000, false);
	EXPECT_EQ(100000, r.rate);
	EXPECT_FALSE(r.limited);
}

/* Silence is no part of a flight, and a lazy program is no slow path. */
TEST(flight__idle_and_limited)
{
	struct lctcp_rate r = {};

	lctcp_rate_ack(&r, ISN, ISN + 1000, 0, 1000000, true);
	lctcp_rate_ack(&r, ISN + 1000, ISN + 1000, 1000, 1010000, true);
	EXPECT_EQ(100000, r.rate);
	EXPECT_TRUE(r.limited);
	lctcp_rate_ack(&r, ISN + 2000, ISN + 3000, 2000, 9000000, true);
	EXPECT_EQ(100000, r.rate);
}

TEST_HARNESS_MAIN
