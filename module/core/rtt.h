/* SPDX-License-Identifier: GPL-2.0 */
/* Round-trip time and retransmission timeout: RFC 6298. */
#ifndef _LCTCP_RTT_H
#define _LCTCP_RTT_H

#include <lctcp/types.h>

/* Longer samples count as this: over four minutes, and 8 of it fit in 32 bits.
 */
#define LCTCP_RTT_MAX_US	((1u << 28) - 1)
/* RFC 6298 (5.7): the least RTO for data once a SYN had to be sent again. */
#define LCTCP_RTO_SYN_LOST_US	3000000u

/**
 * struct lctcp_rtt - estimator of one connection
 * @srtt8:	8 * SRTT in microseconds, 0 before the first sample
 * @rttvar4:	4 * RTTVAR in microseconds
 * @rto_us:	timeout without backoff
 * @backoff:	how often it has been doubled
 *
 * The factors keep the fractions that gains of 1/8 and 1/4 leave behind.
 */
struct lctcp_rtt {
	u32 srtt8;
	u32 rttvar4;
	u32 rto_us;
	u8 backoff;
};

static inline u32 lctcp_rtt_srtt_us(const struct lctcp_rtt *r)
{
	return (r->srtt8 + 4) >> 3;
}

static inline u32 lctcp_rtt_rttvar_us(const struct lctcp_rtt *r)
{
	return (r->rttvar4 + 2) >> 2;
}

/**
 * lctcp_rtt_init() - no sample yet: RFC 6298 (2.1)
 * @r:		estimator
 * @rto_us:	initial timeout
 */
void lctcp_rtt_init(struct lctcp_rtt *r, u32 rto_us);

/**
 * lctcp_rtt_sample() - a round trip was measured: RFC 6298 (2.2) to (2.5)
 * @r:		estimator
 * @rtt_us:	the measurement; not of a segment sent twice (section 3)
 * @rto_min_us:	least that is added to SRTT, for its variation
 * @rto_max_us:	largest timeout
 * @g_us:	granularity of the clock
 *
 * Ends a backoff, as section 5 says a new measurement does.
 */
void lctcp_rtt_sample(struct lctcp_rtt *r, u32 rtt_us, u32 rto_min_us,
		      u32 rto_max_us, u32 g_us);

/**
 * lctcp_rtt_rto() - how long to wait for an ACK now
 * @r:		estimator
 * @rto_max_us:	largest timeout
 *
 * Return: microseconds, backoff included.
 */
u32 lctcp_rtt_rto(const struct lctcp_rtt *r, u32 rto_max_us);

/* The timer fired: RFC 6298 (5.5). */
void lctcp_rtt_backoff(struct lctcp_rtt *r);

/* Waiting starts from the plain timeout again. */
void lctcp_rtt_backoff_reset(struct lctcp_rtt *r);

/* Data is about to flow, but a SYN had to be sent again: RFC 6298 (5.7).
 * Ends the backoff, and the timeout is at least LCTCP_RTO_SYN_LOST_US until
 * the next sample.
 */
void lctcp_rtt_syn_lost(struct lctcp_rtt *r);

#endif /* _LCTCP_RTT_H */
