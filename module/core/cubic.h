/* SPDX-License-Identifier: GPL-2.0 */
/* CUBIC (RFC 9438) with HyStart++ (RFC 9406): what they remember. */
#ifndef _LCTCP_CUBIC_H
#define _LCTCP_CUBIC_H

#include <lctcp/types.h>

/**
 * struct lctcp_hystart - when does slow start end before a loss?
 * @end:	the round ends when this is acknowledged
 * @last_us, @now_us: shortest round trips of the round before and of this one,
 *		U32_MAX: unknown
 * @base_us:	the one that conservative slow start began with
 * @samples:	of this round
 * @css:	rounds of conservative slow start that are left, 0: not in it
 * @begun:	@end is set
 */
struct lctcp_hystart {
	u32 end;
	u32 last_us;
	u32 now_us;
	u32 base_us;
	u8 samples;
	u8 css;
	bool begun;
};

/**
 * struct lctcp_cubic - where on the curve a connection is
 * @epoch_us:	when this stage of congestion avoidance began, less the time
 *		when cwnd was not used; 0: it has not
 * @limited_us:	since when cwnd has not been used, 0: it is
 * @west_rest, @rest: what divisions left behind of @west and of cwnd
 * @wmax:	W_max: cwnd when the path was last found congested
 * @prior_wmax:	for undo
 * @k_ms:	K: from the begin of the stage to W_max
 * @origin:	where the curve is flat: W_max, or cwnd if that was more
 * @west:	W_est: what Reno would have
 * @cwnd_prior:	cwnd just before it was last reduced
 * @hs:		HyStart++
 */
struct lctcp_cubic {
	u64 epoch_us;
	u64 limited_us;
	u64 west_rest;
	u32 rest;
	u32 wmax;
	u32 prior_wmax;
	u32 k_ms;
	u32 origin;
	u32 west;
	u32 cwnd_prior;
	struct lctcp_hystart hs;
};

struct lctcp_ack_sample;
struct lctcp_cong;

/* The integer cube root, rounded down. */
u32 lctcp_cbrt(u64 x);

/* A new connection. */
void lctcp_hystart_init(struct lctcp_hystart *h);

/**
 * lctcp_hystart_ack() - an ACK in the first slow start
 * @h:		state
 * @s:		the ACK
 * @grow:	by how much cwnd would grow; less in conservative slow start
 *
 * Return: true if slow start is over.
 */
bool lctcp_hystart_ack(struct lctcp_hystart *h,
		       const struct lctcp_ack_sample *s, u32 *grow);

#endif /* _LCTCP_CUBIC_H */
