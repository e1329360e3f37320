// SPDX-License-Identifier: GPL-2.0
/* RFC 9937: a recovery sends in proportion, and never in a burst. */
#include "core/prr.h"
#include "kselftest_harness.h"

#define MSS	1000u

/* @flight segments, of them the first @lost are lost; each ACK delivers one.
 * Return what is sent; *most is the most for one ACK.
 */
static u32 recover(u32 flight, u32 lost, u32 ssthresh, u32 *most)
{
	u32 n = flight - lost, in = n, sent = 0, i;
	struct lctcp_prr p;

	lctcp_prr_start(&p, flight * MSS);
	*most = 0;
	for (i = 0; i < n; i++) {
		u32 cwnd, now = 0;

		in--;
		cwnd = lctcp_prr_ack(&p, MSS, in * MSS, ssthresh * MSS, MSS,
				     false);
		while ((in + 1) * MSS <= cwnd) {
			in++;
			now++;
			p.out += MSS;
		}
		*most = now > *most ? now : *most;
		sent += now;
	}
	return sent;
}

/* The RFC's example: one of a hundred is lost, half of them go. */
TEST(ack__in_proportion)
{
	u32 most, sent = recover(100, 1, 50, &most);

	EXPECT_GE(sent, 48);
	EXPECT_LE(sent, 51);
	EXPECT_EQ(1, most);
	sent = recover(100, 1, 70, &most);
	EXPECT_GE(sent, 68);
	EXPECT_LE(sent, 71);
	EXPECT_LE(most, 2);
}

/* 60 of 100 are lost: an octet goes for each that arrives, and no more. */
TEST(ack__conservative_bound)
{
	u32 most, sent = recover(100, 60, 50, &most);

	EXPECT_EQ(40, sent);
	EXPECT_EQ(1, most);
}

/* ... one segment more if the ACK shows that recovery gets on. */
TEST(ack__slow_start_bound)
{
	struct lctcp_prr p;

	lctcp_prr_start(&p, 100 * MSS);
	p.out = MSS;
	p.delivered = MSS;
	EXPECT_EQ(12 * MSS, lctcp_prr_ack(&p, MSS, 10 * MSS, 50 * MSS, MSS,
					  true));
	p.out = MSS;
	p.delivered = MSS;
	EXPECT_EQ(11 * MSS, lctcp_prr_ack(&p, MSS, 10 * MSS, 50 * MSS, MSS,
					  false));
}

/* Never beyond ssthresh, but for the first retransmission. */
TEST(ack__no_further_than_ssthresh)
{
	struct lctcp_prr p;

	lctcp_prr_start(&p, 10 * MSS);
	p.out = MSS;
	EXPECT_EQ(5 * MSS, lctcp_prr_ack(&p, 8 * MSS, 4 * MSS, 5 * MSS, MSS,
					 true));
	lctcp_prr_start(&p, 10 * MSS);
	EXPECT_EQ(11 * MSS, lctcp_prr_ack(&p, 0, 10 * MSS, 5 * MSS, MSS,
					  false));
}

TEST(start__nothing_in_flight)
{
	struct lctcp_prr p;

	lctcp_prr_start(&p, 0);
	EXPECT_EQ(MSS, lctcp_prr_ack(&p, 0, 0, 2 * MSS, MSS, false));
}

TEST_HARNESS_MAIN
