/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Congestion control behind a small table of operations.
 *
 * An algorithm hears what happened and sets cwnd and ssthresh, in octets.
 * Which segment was lost, when recovery begins and ends, and what to send is
 * for the caller to know.  While he recovers from a loss he moves cwnd himself
 * (lctcp_cong_set_cwnd()); the algorithm says where to: ssthresh.
 */
#ifndef _LCTCP_CONG_H
#define _LCTCP_CONG_H

#include <lctcp/types.h>

#include "cubic.h"

#define LCTCP_CWND_MAX		0x40000000u	/* the largest window there is */
/* As TCP_CONGESTION takes them, with their 0. */
#define LCTCP_CONG_NAME_MAX	16
#define LCTCP_SSTHRESH_INIT	0x7fffffffu	/* RFC 5681: arbitrarily high */
/* RFC 6928: segments of the initial window; more may be asked for. */
#define LCTCP_IW_SEGS		10
#define LCTCP_IW_SEGS_MAX	64
/* ... and octets that no path may find too many at a time. */
#define LCTCP_IW_HARMLESS	4096

struct lctcp_cong;

/**
 * struct lctcp_ack_sample - what one ACK of new data tells, outside of recovery
 * @acked:	octets it acknowledges, at once or by SACK
 * @flight:	octets outstanding just before
 * @now_us:	when it came
 * @rtt_us:	the round trip it measures, 0: none
 * @min_rtt_us:	the shortest of late, 0: unknown
 * @limited:	cwnd was not what held the sender back, so that it was not used
 *		says nothing about the path
 * @snd_una, @snd_nxt: after it, to tell round trips apart
 * @ece:	it carried ECE
 */
struct lctcp_ack_sample {
	u32 acked;
	u32 flight;
	u64 now_us;
	u32 rtt_us;
	u32 min_rtt_us;
	bool limited;
	u32 snd_una;
	u32 snd_nxt;
	bool ece;
};

/**
 * struct lctcp_cong_ops - one algorithm
 * @name:	as TCP_CONGESTION has it
 * @init:	set up what is the algorithm's own; may be NULL
 * @ssthresh:	the path is congested: the new ssthresh, with @flight octets
 *		outstanding
 * @on_ack:	new data was acknowledged, outside of recovery
 * @on_undo:	the last @ssthresh was for nothing; may be NULL
 * @on_idle:	nothing was sent for longer than the retransmission timeout;
 *		cwnd is the restart window already; may be NULL
 */
struct lctcp_cong_ops {
	const char *name;
	void (*init)(struct lctcp_cong *c);
	u32 (*ssthresh)(struct lctcp_cong *c, u32 flight);
	void (*on_ack)(struct lctcp_cong *c, const struct lctcp_ack_sample *s);
	void (*on_undo)(struct lctcp_cong *c);
	void (*on_idle)(struct lctcp_cong *c, u32 idle_us);
};

/**
 * struct lctcp_cong - congestion state of one connection
 * @ops:	the algorithm
 * @cwnd:	congestion window, octets
 * @ssthresh:	slow start below, congestion avoidance from here on
 * @prior_cwnd, @prior_ssthresh: what they were before the path was last found
 *		congested, for lctcp_cong_undo(); 0: nothing to undo
 * @acked:	octets acknowledged since cwnd last grew in avoidance
 * @mss:	SMSS: the largest text of a segment we send
 * @iw_segs:	segments of the initial window and of the restart window
 * @cubic:	CUBIC's own
 * @after_rto:	slow start follows a timeout: grow by one MSS an ACK only
 * @small_rw:	something was lost of an initial or restart window: the next
 *		one is to be smaller (RFC 6928 section 2)
 * @prior_small_rw: for lctcp_cong_undo()
 * @first_left:	octets of the last such window that are not acknowledged
 */
struct lctcp_cong {
	const struct lctcp_cong_ops *ops;
	u32 cwnd;
	u32 ssthresh;
	u32 prior_cwnd;
	u32 prior_ssthresh;
	u32 acked;
	u32 mss;
	u8 iw_segs;
	bool after_rto;
	bool small_rw;
	bool prior_small_rw;
	u32 first_left;
	struct lctcp_cubic cubic;
};

/* NewReno: RFC 5681, 3465. */
extern const struct lctcp_cong_ops lctcp_reno;
/* CUBIC: RFC 9438, 9406. */
extern const struct lctcp_cong_ops lctcp_cubic;

/* The algorithm of that name, or NULL. */
const struct lctcp_cong_ops *lctcp_cong_find(const char *name);

/* The names of all algorithms, one after the other: NULL after the last. */
const char *lctcp_cong_name(unsigned int i);

/**
 * lctcp_cong_iw() - initial window
 * @mss:	SMSS
 * @segs:	how many segments, 10 unless somebody wants another number
 *
 * Return: min(10 * MSS, max(2 * MSS, 14600)) octets, RFC 6928 section 2, or as
 * much by the number of segments.
 */
u32 lctcp_cong_iw(u32 mss, u32 segs);

/* Use another algorithm from now on; windows stay. */
void lctcp_cong_use(struct lctcp_cong *c, const struct lctcp_cong_ops *ops);

/**
 * lctcp_cong_init() - a connection begins, or gets another MSS before data
 * @c:		congestion state
 * @ops:	algorithm
 * @mss:	SMSS
 * @iw_segs:	segments of the initial window
 * @syn_lost:	how often the SYN or SYN-ACK was sent again; more than once
 *		makes the initial window one segment (RFC 6928 section 2)
 */
void lctcp_cong_init(struct lctcp_cong *c, const struct lctcp_cong_ops *ops,
		     u32 mss, u8 iw_segs, unsigned int syn_lost);

/* The path's MSS changed in the middle of a connection. */
void lctcp_cong_set_mss(struct lctcp_cong *c, u32 mss);

/* Set cwnd: one segment at least, and no more than there can be. */
static inline void lctcp_cong_set_cwnd(struct lctcp_cong *c, u32 cwnd)
{
	c->cwnd = min(max(cwnd, c->mss), LCTCP_CWND_MAX);
}

/**
 * lctcp_cong_limited() - was it something else that held the sender back?
 * @c:		congestion state
 * @flight:	octets outstanding just before an ACK
 *
 * cwnd grows only while it is used.  In slow start half of it is enough, for
 * it doubles each round trip; after that, no whole segment may have fit.
 *
 * Return: whether cwnd was not used.
 */
static inline bool lctcp_cong_limited(const struct lctcp_cong *c, u32 flight)
{
	if (c->cwnd < c->ssthresh)
		return flight < c->cwnd / 2;
	return flight + c->mss <= c->cwnd;
}

/* The first slow start, which knows nothing of the path. */
static inline bool lctcp_cong_first(const struct lctcp_cong *c)
{
	return c->ssthresh >= LCTCP_SSTHRESH_INIT;
}

static inline void lctcp_cong_on_ack(struct lctcp_cong *c,
				     const struct lctcp_ack_sample *s)
{
	c->first_left -= min(c->first_left, s->acked);
	c->ops->on_ack(c, s);
}

/**
 * lctcp_cong_enter() - a loss tells of congestion
 * @c:		congestion state
 * @flight:	octets outstanding
 *
 * Recovery begins: ssthresh is the algorithm's, and the caller brings cwnd
 * down to it, then calls lctcp_cong_exit().
 */
void lctcp_cong_enter(struct lctcp_cong *c, u32 flight);

/**
 * lctcp_cong_on_ece() - a router's mark tells of congestion
 * @c:		congestion state
 * @flight:	octets outstanding
 *
 * There is nothing to recover from: cwnd is what it should be at once.
 */
void lctcp_cong_on_ece(struct lctcp_cong *c, u32 flight);

/* Recovery is over: cwnd is ssthresh. */
void lctcp_cong_exit(struct lctcp_cong *c);

/**
 * lctcp_cong_on_rto() - the retransmission timer fired
 * @c:		congestion state
 * @flight:	octets outstanding
 * @again:	not for the first time for this segment: ssthresh is held
 */
void lctcp_cong_on_rto(struct lctcp_cong *c, u32 flight, bool again);

/* The last event is not to be undone. */
static inline void lctcp_cong_keep(struct lctcp_cong *c)
{
	c->prior_cwnd = 0;
}

/* Nothing was lost, as it turns out: windows as before the last event. */
void lctcp_cong_undo(struct lctcp_cong *c);

/**
 * lctcp_cong_on_idle() - about to send after a silence (RFC 5681 section 4.1)
 * @c:		congestion state
 * @idle_us:	for how long nothing was sent
 * @rto_us:	the retransmission timeout, which is less
 */
void lctcp_cong_on_idle(struct lctcp_cong *c, u32 idle_us, u32 rto_us);

#endif /* _LCTCP_CONG_H */
