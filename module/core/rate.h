/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How fast does what we send arrive?  One sample a flight: the octets that were
 * acknowledged from when its first one was until its last one was.
 */
#ifndef _LCTCP_RATE_H
#define _LCTCP_RATE_H

#include <lctcp/types.h>

#include "seq.h"

/**
 * struct lctcp_rate - the rate at which data is delivered
 * @since_us:	when the flight began, 0: none yet
 * @from:	octets acknowledged by then
 * @rate:	octets a second of the last flight
 * @edge:	the flight ends here
 * @limited:	the last flight was as large as the program wanted, not the path
 * @part:	some of this flight was not
 */
struct lctcp_rate {
	u64 since_us;
	u64 from;
	u64 rate;
	u32 edge;
	bool limited;
	bool part;
};

/**
 * lctcp_rate_ack() - new data has been acknowledged
 * @r:		state
 * @una:	up to here
 * @nxt:	and this much has been sent
 * @total:	octets acknowledged since the connection began
 * @now_us:	the time
 * @limited:	cwnd was not used
 */
static inline void lctcp_rate_ack(struct lctcp_rate *r, u32 una, u32 nxt,
				  u64 total, u64 now_us, bool limited)
{
	r->part |= !limited;
	if (r->since_us && lctcp_before(una, r->edge))
		return;
	if (r->since_us && now_us > r->since_us &&
	    now_us - r->since_us < ~0u) {
		r->rate = div_u64((total - r->from) * 1000000,
				  (u32)(now_us - r->since_us));
		r->limited = !r->part;
	}
	/* With nothing in flight the clock stands. */
	r->since_us = una == nxt ? 0 : now_us;
	r->from = total;
	r->edge = nxt;
	r->part = false;
}

#endif /* _LCTCP_RATE_H */
