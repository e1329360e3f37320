/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Proportional rate reduction (RFC 9937): how much may be sent on each ACK of
 * a recovery, so that the window comes down to ssthresh without a burst and
 * without a silence.
 */
#ifndef _LCTCP_PRR_H
#define _LCTCP_PRR_H

#include <lctcp/types.h>

/**
 * struct lctcp_prr - one recovery
 * @prior:	RecoverFS: octets in flight when it began
 * @delivered:	octets delivered since
 * @out:	octets sent since
 */
struct lctcp_prr {
	u32 prior;
	u32 delivered;
	u32 out;
};

static inline void lctcp_prr_start(struct lctcp_prr *p, u32 prior)
{
	*p = (struct lctcp_prr){ .prior = max(prior, 1u) };
}

/**
 * lctcp_prr_ack() - an ACK came: what may be in flight?
 * @p:		the recovery
 * @delivered:	octets that it says have been delivered
 * @pipe:	octets in flight
 * @ssthresh:	what to come down to
 * @mss:	SMSS
 * @safe:	it acknowledges new data, and tells of no further loss
 *
 * Return: cwnd.
 */
u32 lctcp_prr_ack(struct lctcp_prr *p, u32 delivered, u32 pipe, u32 ssthresh,
		  u32 mss, bool safe);

#endif /* _LCTCP_PRR_H */
