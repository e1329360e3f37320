/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one connection has done, counted for TCP_INFO.  Nothing here decides
 * anything.
 *
 * Context: socket lock held.
 */
#ifndef _LCTCP_TALLY_H
#define _LCTCP_TALLY_H

#include <linux/jiffies.h>

#include "core/rate.h"

/* What keeps the program's data from leaving? */
enum lctcp_wait {
	LCTCP_WAIT_NONE,	/* there is none */
	LCTCP_WAIT_BUSY,	/* nothing, or the path */
	LCTCP_WAIT_RWND,	/* the peer's window */
	LCTCP_WAIT_SNDBUF,	/* room for more in our buffer */
	LCTCP_WAITS
};

/**
 * struct lctcp_tally - of one connection
 * @acked, @received: octets acknowledged, and taken in sequence
 * @sent, @resent: octets of text that left, and of those, again
 * @rate:	how fast data is delivered
 * @waited:	jiffies in each enum lctcp_wait, up to @wait_since
 * @wait_since:	jiffies when @wait began
 * @min_rtt_at:	jiffies when @min_rtt_us was measured
 * @segs_out, @segs_in, @data_out, @data_in: segments, and those with text
 * @ooo:	segments that came above a gap
 * @marked:	segments that a router had marked (ECN)
 * @min_rtt_us:	the shortest round trip of the last minutes, 0: none
 * @wait:	enum lctcp_wait
 */
struct lctcp_tally {
	u64 acked;
	u64 received;
	u64 sent;
	u64 resent;
	struct lctcp_rate rate;
	unsigned long waited[LCTCP_WAITS];
	unsigned long wait_since;
	unsigned long min_rtt_at;
	u32 segs_out;
	u32 segs_in;
	u32 data_out;
	u32 data_in;
	u32 ooo;
	u32 marked;
	u32 min_rtt_us;
	u8 wait;
};

/* A shortest round trip older than this is forgotten: paths change. */
#define LCTCP_MIN_RTT_AGE	(300UL * HZ)

static inline void lctcp_tally_rtt(struct lctcp_tally *t, u32 us)
{
	if (!t->min_rtt_us || us <= t->min_rtt_us ||
	    jiffies - t->min_rtt_at > LCTCP_MIN_RTT_AGE) {
		t->min_rtt_us = us;
		t->min_rtt_at = jiffies;
	}
}

static inline void lctcp_tally_out(struct lctcp_tally *t, u32 segs, u32 text,
				   bool again)
{
	t->segs_out += segs;
	if (!text)
		return;
	t->data_out += segs;
	t->sent += text;
	if (again)
		t->resent += text;
}

static inline void lctcp_tally_wait(struct lctcp_tally *t, enum lctcp_wait wait)
{
	if (likely(t->wait == wait))
		return;
	t->waited[t->wait] += jiffies - t->wait_since;
	t->wait = wait;
	t->wait_since = jiffies;
}

/* Microseconds in @wait until now. */
static inline u64 lctcp_tally_waited(const struct lctcp_tally *t,
				     enum lctcp_wait wait)
{
	unsigned long n = t->waited[wait];

	if (t->wait == wait)
		n += jiffies - t->wait_since;
	return (u64)jiffies_to_msecs(n) * USEC_PER_MSEC;
}

#endif /* _LCTCP_TALLY_H */
