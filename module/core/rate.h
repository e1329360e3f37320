/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How fast does what we send arrive (draft-cheng-iccrg-delivery-rate-estimation)?
 *
 * Each segment remembers how much had been delivered when it left.  When it has
 * arrived itself, the difference is what was delivered in the meantime: one
 * sample.  ACKs that come in a bunch would make it too large, so the time that it
 * took to send that much counts, if it was longer.
 *
 * Octets and microseconds of a mark are modulo 2^32: what is compared is near.
 */
#ifndef _LCTCP_RATE_H
#define _LCTCP_RATE_H

#include <lctcp/types.h>

#include "seq.h"

/**
 * struct lctcp_rate_mark - what a segment remembers from when it last left
 * @delivered:	octets delivered by then
 * @at_us:	when the last of them was, 0 when it has given its sample
 * @first_us:	when the first of the flight it belongs to left
 */
struct lctcp_rate_mark {
	u32 delivered;
	u32 at_us;
	u32 first_us;
};

/**
 * struct lctcp_rate - the rate at which data is delivered
 * @rate:	octets a second
 * @delivered:	octets delivered since the connection began
 * @at_us:	when the last of them was
 * @first_us:	when the newest segment that was delivered had left
 * @limited_to:	so much was delivered or in flight when the program had no more
 *		to send, 0: it has
 * @limited:	@rate is what the program wanted, and maybe not all of the path
 */
struct lctcp_rate {
	u64 rate;
	u64 delivered;
	u32 at_us;
	u32 first_us;
	u64 limited_to;
	bool limited;
};

/**
 * struct lctcp_rate_sample - what one ACK tells
 * @mark:	of the segment that left last, among those that it is about
 * @sent_us:	when that one left
 * @limited:	and whether the program had no more to send
 * @any:	there is one
 */
struct lctcp_rate_sample {
	struct lctcp_rate_mark mark;
	u32 sent_us;
	bool limited;
	bool any;
};

/* No time is 0. */
static inline u32 lctcp_rate_time(u64 us)
{
	return (u32)us ? (u32)us : 1;
}

/**
 * lctcp_rate_sent() - a segment leaves
 * @r:	    state
 * @mark:   of the segment
 * @idle:   nothing else is in flight
 * @now_us: the time
 *
 * Return: whether the program has no more to send.
 */
static inline bool lctcp_rate_sent(struct lctcp_rate *r,
				   struct lctcp_rate_mark *mark, bool idle,
				   u64 now_us)
{
	if (idle || !r->at_us) {
		r->first_us = lctcp_rate_time(now_us);
		r->at_us = r->first_us;
	}
	mark->delivered = r->delivered;
	mark->at_us = r->at_us;
	mark->first_us = r->first_us;
	return r->limited_to;
}

/**
 * lctcp_rate_arrived() - an ACK says that a segment has arrived
 * @r:	     state
 * @s:	     the sample of this ACK
 * @mark:    of the segment
 * @sent_us: when it last left
 * @limited: what lctcp_rate_sent() returned
 */
static inline void lctcp_rate_arrived(struct lctcp_rate *r,
				      struct lctcp_rate_sample *s,
				      struct lctcp_rate_mark *mark, u64 sent_us,
				      bool limited)
{
	u32 sent = lctcp_rate_time(sent_us);

	if (!mark->at_us)
		return;
	if (!s->any || lctcp_after(mark->delivered, s->mark.delivered) ||
	    (mark->delivered == s->mark.delivered &&
	     lctcp_after(sent, s->sent_us))) {
		s->any = true;
		s->mark = *mark;
		s->sent_us = sent;
		s->limited = limited;
		r->first_us = sent;
	}
	mark->at_us = 0;
}

/**
 * lctcp_rate_ack() - all that an ACK is about has been seen
 * @r:		state
 * @s:		its sample
 * @n:		octets that it says have been delivered
 * @now_us:	the time
 * @min_rtt_us:	a shorter interval cannot be true
 */
static inline void lctcp_rate_ack(struct lctcp_rate *r,
				  const struct lctcp_rate_sample *s, u32 n,
				  u64 now_us, u32 min_rtt_us)
{
	u32 now = lctcp_rate_time(now_us), took, delivered;
	u64 rate;

	if (!n)
		return;
	r->delivered += n;
	r->at_us = now;
	if (r->limited_to && r->delivered > r->limited_to)
		r->limited_to = 0;
	if (!s->any)
		return;
	took = max(now - s->mark.at_us, s->sent_us - s->mark.first_us);
	delivered = (u32)r->delivered - s->mark.delivered;
	if (!took || took < min_rtt_us)
		return;
	rate = div_u64((u64)delivered * 1000000, took);
	/* Of a program that wanted less, only what is more tells anything. */
	if (s->limited && rate < r->rate)
		return;
	r->rate = rate;
	r->limited = s->limited;
}

/**
 * lctcp_rate_limited() - the program has no more to send, though it might
 * @r:	  state
 * @pipe: octets in flight
 */
static inline void lctcp_rate_limited(struct lctcp_rate *r, u32 pipe)
{
	r->limited_to = r->delivered + pipe;
	if (!r->limited_to)
		r->limited_to = 1;
}

#endif /* _LCTCP_RATE_H */
