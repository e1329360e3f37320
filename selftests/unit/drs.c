// SPDX-License-Identifier: GPL-2.0
/* The window that a reader needs. */
#include "core/drs.h"
#include "kselftest_harness.h"

#define MSS	1000u
#define RTT	40000u
#define ISN	0xfffff000u	/* wraps soon */

static struct lctcp_drs start(void)
{
	struct lctcp_drs d;

	memset(&d, 0xff, sizeof(d));
	lctcp_drs_init(&d, ISN, 10 * MSS, 0xffff0000u);
	return d;
}

TEST(taken__nothing_without_a_round_trip)
{
	struct lctcp_drs d = start();

	EXPECT_EQ(0, lctcp_drs_taken(&d, ISN + 100 * MSS, MSS, 5000));
}

TEST(taken__not_before_the_round_trip_is_over)
{
	struct lctcp_drs d = start();

	lctcp_drs_echo(&d, RTT);
	EXPECT_EQ(0, lctcp_drs_taken(&d, ISN + 20 * MSS, MSS,
				     0xffff0000u + RTT - 1));
	EXPECT_LT(40 * MSS, lctcp_drs_taken(&d, ISN + 20 * MSS, MSS,
					    0xffff0000u + RTT));
}

/* In slow start each round trip brings the double: the window keeps ahead. */
TEST(taken__ahead_of_slow_start)
{
	struct lctcp_drs d = start();
	u32 now = 0xffff0000u, seq = ISN, brings = 20 * MSS, wnd;
	int i;

	lctcp_drs_echo(&d, RTT);
	for (i = 0; i < 12; i++) {
		now += RTT;
		seq += brings;
		wnd = lctcp_drs_taken(&d, seq, MSS, now);
		EXPECT_GE(wnd, 4 * brings);
		brings *= 2;
	}
}

/* A steady reader asks for nothing new, nor does one who becomes slow. */
TEST(taken__steady)
{
	struct lctcp_drs d = start();

	lctcp_drs_echo(&d, RTT);
	EXPECT_NE(0, lctcp_drs_taken(&d, ISN + 50 * MSS, MSS, RTT));
	EXPECT_EQ(0, lctcp_drs_taken(&d, ISN + 100 * MSS, MSS, 2 * RTT));
	EXPECT_EQ(0, lctcp_drs_taken(&d, ISN + 101 * MSS, MSS, 3 * RTT));
	EXPECT_EQ(50 * MSS, d.space);
}

TEST(taken__bounded)
{
	struct lctcp_drs d = start();

	lctcp_drs_echo(&d, 1);
	EXPECT_EQ(1u << 30, lctcp_drs_taken(&d, ISN + 0x7fffffffu, MSS, RTT));
}

TEST(echo__smooth)
{
	struct lctcp_drs d = start();
	int i;

	lctcp_drs_echo(&d, 80000);
	EXPECT_EQ(80000, d.rtt_us);
	lctcp_drs_echo(&d, 160000);
	EXPECT_EQ(90000, d.rtt_us);
	for (i = 0; i < 100; i++)
		lctcp_drs_echo(&d, 1000);
	EXPECT_EQ(1000, d.rtt_us);
	lctcp_drs_echo(&d, 0);
	EXPECT_LE(1, d.rtt_us);
}

/* By windows: the shortest counts. */
TEST(arrived__a_window_takes_a_round_trip)
{
	struct lctcp_drs d = start();

	lctcp_drs_arrived(&d, ISN, 10 * MSS, 0);
	EXPECT_EQ(0, d.rtt_us);
	lctcp_drs_arrived(&d, ISN + 10 * MSS - 1, 10 * MSS, 30000);
	EXPECT_EQ(0, d.rtt_us);
	lctcp_drs_arrived(&d, ISN + 10 * MSS, 10 * MSS, 40001);
	EXPECT_EQ(40000, d.rtt_us);
	lctcp_drs_arrived(&d, ISN + 20 * MSS, 10 * MSS, 140001);
	EXPECT_EQ(40000, d.rtt_us);
	lctcp_drs_arrived(&d, ISN + 30 * MSS, 10 * MSS, 160001);
	EXPECT_EQ(20000, d.rtt_us);
}

TEST_HARNESS_MAIN
