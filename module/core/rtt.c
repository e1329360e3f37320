// SPDX-License-Identifier: GPL-2.0
/* Round-trip time and retransmission timeout: RFC 6298. */
#include "rtt.h"

#define BACKOFF_MAX	31	/* a 32-bit timeout shifted fits in 64 bits */

void lctcp_rtt_init(struct lctcp_rtt *r, u32 rto_us)
{
	*r = (struct lctcp_rtt){ .rto_us = rto_us };
}

/* @avg, moved 1/2^@shift of the way to @x, rounded to the nearest. */
static u64 lctcp_rtt_toward(u64 avg, u64 x, u32 shift)
{
	u64 half = 1u << (shift - 1);

	return x > avg ? avg + ((x - avg + half) >> shift) :
			 avg - ((avg - x + half) >> shift);
}

/* The power of two that is nearest to @samples. */
static u32 lctcp_rtt_share(u32 samples)
{
	u32 n = min(samples, LCTCP_RTT_SHARES), shift = 0;

	/* by ratio: 3 is nearer to 4 than to 2 */
	for (n += n / 2; n > 1; n >>= 1)
		shift++;
	return shift;
}

void lctcp_rtt_sample(struct lctcp_rtt *r, u32 rtt_us, u32 samples,
		      u32 rto_min_us, u32 rto_max_us, u32 g_us)
{
	u64 rtt, err;
	u32 share, rto;

	/* 0 is less than a microsecond; SRTT must not look unset. */
	rtt_us = min(max(rtt_us, 1u), LCTCP_RTT_MAX_US);
	rtt = (u64)rtt_us << LCTCP_RTT_SHIFT;

	if (!r->srtt) {
		/* (2.2): SRTT = R, RTTVAR = R/2 */
		r->srtt = rtt;
		r->rttvar = rtt / 2;
	} else {
		/* (2.3): RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R| comes first, for
		 * it needs the old SRTT; then SRTT = 7/8 SRTT + 1/8 R.
		 * Shares are for what is to be remembered: that the path has
		 * become slower must be learnt before the timer fires for it.
		 */
		share = lctcp_rtt_share(samples);
		err = r->srtt > rtt ? r->srtt - rtt : rtt - r->srtt;
		r->rttvar = lctcp_rtt_toward(r->rttvar, err,
					     err > r->rttvar ? 2 : share + 2);
		r->srtt = lctcp_rtt_toward(r->srtt, rtt, share + 3);
	}

	/* RTO = SRTT + max(G, 4 * RTTVAR), within (2.4) and (2.5).  The least
	 * value stands for the variation that a steady path hides: an ACK
	 * that is delayed comes so much later than any before.
	 */
	rto = lctcp_rtt_srtt_us(r) +
	      max(max(g_us, rto_min_us),
		  (u32)(r->rttvar >> (LCTCP_RTT_SHIFT - 2)));
	r->rto_us = min(rto, rto_max_us);
	r->backoff = 0;
}

u32 lctcp_rtt_rto(const struct lctcp_rtt *r, u32 rto_max_us)
{
	u64 rto = (u64)r->rto_us << r->backoff;

	return rto < rto_max_us ? rto : rto_max_us;
}

void lctcp_rtt_backoff(struct lctcp_rtt *r)
{
	if (r->backoff < BACKOFF_MAX)
		r->backoff++;
}

void lctcp_rtt_backoff_reset(struct lctcp_rtt *r)
{
	r->backoff = 0;
}

void lctcp_rtt_syn_lost(struct lctcp_rtt *r)
{
	if (r->rto_us < LCTCP_RTO_SYN_LOST_US)
		r->rto_us = LCTCP_RTO_SYN_LOST_US;
	r->backoff = 0;
}
