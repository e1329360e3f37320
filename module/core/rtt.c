// SPDX-License-Identifier: GPL-2.0
/* Round-trip time and retransmission timeout: RFC 6298. */
#include "rtt.h"

#define BACKOFF_MAX	31	/* a 32-bit timeout shifted fits in 64 bits */

void lctcp_rtt_init(struct lctcp_rtt *r, u32 rto_us)
{
	*r = (struct lctcp_rtt){ .rto_us = rto_us };
}

void lctcp_rtt_sample(struct lctcp_rtt *r, u32 rtt_us, u32 rto_min_us,
		      u32 rto_max_us, u32 g_us)
{
	u32 rto;

	/* 0 is less than a microsecond; srtt8 must not look unset. */
	rtt_us = min(max(rtt_us, 1u), LCTCP_RTT_MAX_US);

	if (!r->srtt8) {
		/* (2.2): SRTT = R, RTTVAR = R/2 */
		r->srtt8 = rtt_us * 8;
		r->rttvar4 = rtt_us * 2;
	} else {
		/* (2.3): RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R| comes first, for
		 * it needs the old SRTT; then SRTT = 7/8 SRTT + 1/8 R.  Times
		 * 4 and 8 only the share that is lost has to be divided; it is
		 * rounded to the nearest.
		 */
		u32 r8 = rtt_us * 8;
		u32 diff8 = r->srtt8 > r8 ? r->srtt8 - r8 : r8 - r->srtt8;

		r->rttvar4 = r->rttvar4 - (r->rttvar4 + 2) / 4 +
			     (diff8 + 4) / 8;
		r->srtt8 = r->srtt8 - (r->srtt8 + 4) / 8 + rtt_us;
	}

	/* RTO = SRTT + max(G, 4 * RTTVAR), within (2.4) and (2.5).  The least
	 * value stands for the variation that a steady path hides: an ACK
	 * that is delayed comes so much later than any before.
	 */
	rto = lctcp_rtt_srtt_us(r) + max(max(g_us, rto_min_us), r->rttvar4);
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
