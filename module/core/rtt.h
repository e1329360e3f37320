/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Round-trip time and retransmission timeout: RFC 6298.
 *
 * Its gains are for one sample a round trip.  Where each ACK gives one, each gets
 * a share of them only, or the memory of the estimator would be a few ACKs long
 * (RFC 7323 section 4.2).  But RTTVAR grows with each.  Shares are powers of two, so that nothing is divided.
 */
#ifndef _LCTCP_RTT_H
#define _LCTCP_RTT_H

#include <lctcp/types.h>

/* Longer samples count as this: over four minutes, and its fractions fit in 64 bits.
 */
#define LCTCP_RTT_MAX_US	((1u << 28) - 1)
#define LCTCP_RTT_SHIFT		16
/* More samples a round trip than this make no share smaller. */
#define LCTCP_RTT_SHARES	4096u
/* RFC 6298 (5.7): the least RTO for data once a SYN had to be sent again. */
#define LCTCP_RTO_SYN_LOST_US	3000000u

/**
 * struct lctcp_rtt - estimator of one connection
 * @srtt:	SRTT, 0 before the first sample
 * @rttvar:	RTTVAR
 * @rto_us:	timeout without backoff
 * @mark:	octets delivered when what was measured last had left
 * @backoff:	how often it has been doubled
 *
 * The first two are in units of 2^-LCTCP_RTT_SHIFT microseconds, or what small
 * gains move them by would be lost.
 */
struct lctcp_rtt {
	u64 srtt;
	u64 rttvar;
	u32 rto_us;
	u32 mark;
	u8 backoff;
};

static inline u32 lctcp_rtt_srtt_us(const struct lctcp_rtt *r)
{
	return (r->srtt + (1u << (LCTCP_RTT_SHIFT - 1))) >> LCTCP_RTT_SHIFT;
}

static inline u32 lctcp_rtt_rttvar_us(const struct lctcp_rtt *r)
{
	return (r->rttvar + (1u << (LCTCP_RTT_SHIFT - 1))) >> LCTCP_RTT_SHIFT;
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
 * @samples:	about so many are there in this round trip, at least 1
 * @rto_min_us:	least that is added to SRTT, for its variation
 * @rto_max_us:	largest timeout
 * @g_us:	granularity of the clock
 *
 * Ends a backoff, as section 5 says a new measurement does.
 */
void lctcp_rtt_sample(struct lctcp_rtt *r, u32 rtt_us, u32 samples,
		      u32 rto_min_us, u32 rto_max_us, u32 g_us);

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
