// SPDX-License-Identifier: GPL-2.0
/* Sequence arithmetic and acceptability against models that count. */
#include <stdio.h>
#include "core/seq.h"
#include "kselftest_harness.h"

#define HALF	0x80000000u

/* Where things go wrong if they do: the wrap, the change of sign. */
static const u32 bases[] = {
	0, 1, 0xffffffff, 0xfffffff6, 0xffffffff - 1000, HALF - 1, HALF,
	HALF + 1, 12345678,
};

static const u32 *const bases_end = bases + ARRAY_SIZE(bases);

TEST(before__within_half_the_space)
{
	const u32 *b;

	for (b = bases; b < bases_end; b++) {
		u32 d;

		EXPECT_FALSE(lctcp_before(*b, *b));
		EXPECT_FALSE(lctcp_after(*b, *b));
		for (d = 1; d < HALF; d += d < 5000 || d > HALF - 5000 ? 1 : 4999) {
			ASSERT_TRUE(lctcp_before(*b, *b + d)) TH_LOG("%u", d);
			ASSERT_FALSE(lctcp_before(*b + d, *b)) TH_LOG("%u", d);
			ASSERT_TRUE(lctcp_after(*b + d, *b)) TH_LOG("%u", d);
			ASSERT_FALSE(lctcp_after(*b, *b + d)) TH_LOG("%u", d);
			ASSERT_EQ((s32)d, lctcp_seq_diff(*b + d, *b));
			ASSERT_EQ(-(s32)d, lctcp_seq_diff(*b, *b + d));
		}
	}
}

/* The one distance at which there is no order: both are before, always. */
TEST(before__at_exactly_half_the_space)
{
	const u32 *b;

	for (b = bases; b < bases_end; b++) {
		EXPECT_TRUE(lctcp_before(*b, *b + HALF));
		EXPECT_TRUE(lctcp_before(*b + HALF, *b));
	}
}

TEST(between__counts_from_low)
{
	const u32 *b;
	static const u32 spans[] = { 0, 1, 2, 1000, HALF - 1, HALF, HALF + 1,
				     0xfffffffe, 0xffffffff };
	unsigned int i, j;

	for (b = bases; b < bases_end; b++) {
		for (i = 0; i < ARRAY_SIZE(spans); i++) {
			for (j = 0; j < ARRAY_SIZE(spans); j++)
				EXPECT_EQ(spans[j] <= spans[i],
					  lctcp_between(*b + spans[j], *b,
							*b + spans[i]));
		}
	}
}

/* RFC 9293 table 5 by counting: with a length and a window, some number of the
 * segment is some number of the window.
 */
static bool model_acceptable(u32 seq, u32 len, u32 nxt, u32 wnd)
{
	u32 i, j;

	if (!len && !wnd)
		return seq == nxt;
	if (!wnd)
		return false;
	if (!len)
		len = 1;
	for (i = 0; i < len; i++)
		for (j = 0; j < wnd; j++)
			if (seq + i == nxt + j)
				return true;
	return false;
}

static bool agrees_with_model(u32 seq, u32 nxt)
{
	u32 len, wnd;

	for (len = 0; len <= 24; len++)
		for (wnd = 0; wnd <= 12; wnd++)
			if (lctcp_seq_acceptable(seq, len, nxt, wnd) !=
			    model_acceptable(seq, len, nxt, wnd)) {
				printf("# seq %u len %u rcv_nxt %u rcv_wnd %u\n",
				       seq, len, nxt, wnd);
				return false;
			}
	return true;
}

TEST(acceptable__model)
{
	const u32 *b;
	int off;

	for (b = bases; b < bases_end; b++)
		for (off = -40; off <= 40; off++)
			EXPECT_TRUE(agrees_with_model(*b + off, *b));
}

/* The four rows as the RFC has them; the span is what is taken beyond them. */
static bool table_5(u32 seq, u32 len, u32 nxt, u32 wnd)
{
	u32 last = seq + len - 1;

	if (!len)
		return wnd ? seq - nxt < wnd : seq == nxt;
	return wnd && (seq - nxt < wnd || last - nxt < wnd);
}

static bool agrees_with_table_5(u32 seq, u32 len, u32 nxt, u32 wnd)
{
	u32 old = nxt - seq;
	bool span = wnd && old < HALF && len > old + wnd;
	bool want = span || table_5(seq, len, nxt, wnd);

	if (lctcp_seq_acceptable(seq, len, nxt, wnd) == want)
		return true;
	printf("# seq %u len %u rcv_nxt %u rcv_wnd %u\n", seq, len, nxt, wnd);
	return false;
}

/* Segments that begin or end at an edge of the window, or just beside it, and
 * such as are on the far side of the sequence space.
 */
static bool edges_agree_with_table_5(u32 len, u32 nxt, u32 wnd)
{
	u32 edges[] = {
		nxt, nxt - len, nxt + wnd, nxt + wnd - len, nxt + HALF,
		nxt - HALF + 70000,
	};
	unsigned int i;
	int off;

	for (i = 0; i < ARRAY_SIZE(edges); i++)
		for (off = -3; off <= 3; off++)
			if (!agrees_with_table_5(edges[i] + off, len, nxt, wnd))
				return false;
	return true;
}

TEST(acceptable__table_5_and_the_span)
{
	const u32 *b;
	static const u32 wnds[] = { 0, 1, 10, 1000, 65535, 1 << 30 };
	static const u32 lens[] = { 0, 1, 2, 9, 10, 11, 999, 1001, 65535 };
	unsigned int w, l;

	for (b = bases; b < bases_end; b++)
		for (w = 0; w < ARRAY_SIZE(wnds); w++)
			for (l = 0; l < ARRAY_SIZE(lens); l++)
				EXPECT_TRUE(edges_agree_with_table_5(lens[l], *b,
								     wnds[w]));
}

TEST(acceptable__span_of_the_whole_window)
{
	const u32 *b;

	for (b = bases; b < bases_end; b++) {
		EXPECT_TRUE(lctcp_seq_acceptable(*b - 5, 110, *b, 100));
		EXPECT_FALSE(lctcp_seq_acceptable(*b - 5, 5, *b, 100));
		EXPECT_FALSE(lctcp_seq_acceptable(*b - 5, 110, *b, 0));
	}
}

TEST(acceptable__far_away_is_outside)
{
	const u32 *b;

	for (b = bases; b < bases_end; b++) {
		EXPECT_FALSE(lctcp_seq_acceptable(*b + HALF - 1, 1460, *b,
						  65535));
		EXPECT_FALSE(lctcp_seq_acceptable(*b + HALF, 1460, *b, 65535));
		EXPECT_FALSE(lctcp_seq_acceptable(*b + HALF + 1, 1460, *b,
						  65535));
	}
}

TEST(is_probe__one_below_the_window)
{
	const u32 *b;

	for (b = bases; b < bases_end; b++) {
		EXPECT_TRUE(lctcp_seq_is_probe(*b - 1, 0, *b));
		EXPECT_TRUE(lctcp_seq_is_probe(*b - 1, 1, *b));
		EXPECT_FALSE(lctcp_seq_is_probe(*b - 1, 2, *b));
		EXPECT_FALSE(lctcp_seq_is_probe(*b, 0, *b));
		EXPECT_FALSE(lctcp_seq_is_probe(*b - 2, 1, *b));
	}
}

/* @delta is how far the ACK is from SND.UNA on a line without an end. */
static enum lctcp_ack_class model_ack(s64 delta, u32 flight, u32 max_wnd)
{
	if (delta > (s64)flight)
		return LCTCP_ACK_FUTURE;
	if (delta > 0)
		return LCTCP_ACK_NEW;
	return -delta <= (s64)max_wnd ? LCTCP_ACK_DUP : LCTCP_ACK_TOO_OLD;
}

static bool acks_agree_with_model(u32 una, u32 flight, u32 max_wnd)
{
	s64 edges[] = { 0, flight, -(s64)max_wnd, HALF - 4, -(s64)HALF + 4 };
	unsigned int i;
	int off;

	for (i = 0; i < ARRAY_SIZE(edges); i++)
		for (off = -3; off <= 3; off++) {
			s64 delta = edges[i] + off;

			if (lctcp_ack_acceptable(una, una + flight, max_wnd,
						 una + (u32)delta) !=
			    model_ack(delta, flight, max_wnd)) {
				printf("# una %u flight %u max_wnd %u ack %+lld\n",
				       una, flight, max_wnd, delta);
				return false;
			}
		}
	return true;
}

TEST(ack_acceptable__model)
{
	const u32 *b;
	static const u32 flights[] = { 0, 1, 2, 1000, 65535, 1 << 30 };
	static const u32 wnds[] = { 0, 1, 1000, 65535, 1 << 30 };
	unsigned int f, w;

	for (b = bases; b < bases_end; b++)
		for (f = 0; f < ARRAY_SIZE(flights); f++)
			for (w = 0; w < ARRAY_SIZE(wnds); w++)
				EXPECT_TRUE(acks_agree_with_model(*b, flights[f],
								  wnds[w]));
}

/* Just connected: ISS is 1000, nothing but the SYN is acknowledged. */
TEST(ack_acceptable__below_the_iss)
{
	u32 iss = 1000, una = iss + 1;

	EXPECT_EQ(LCTCP_ACK_DUP,
		  lctcp_ack_acceptable(una, una, una - iss, iss));
	EXPECT_EQ(LCTCP_ACK_TOO_OLD,
		  lctcp_ack_acceptable(una, una, una - iss, iss - 1));
}

TEST_HARNESS_MAIN
