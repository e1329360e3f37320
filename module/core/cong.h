/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Congestion control behind a small table of operations.
 *
 * An algorithm hears what happened and sets cwnd and ssthresh, in octets.
 * Which segment was lost, when recovery begins and ends, and what to send is
 * for the caller to know.  So is limited transmit (RFC 3042): before recovery
 * the caller may have one segment a duplicate ACK beyond cwnd in flight, and
 * leaves these out of the flight it reports.
 */
#ifndef _LCTCP_CONG_H
#define _LCTCP_CONG_H

#include <lctcp/types.h>

#define LCTCP_CWND_MAX		0x40000000u	/* the largest window there is */
#define LCTCP_SSTHRESH_INIT	0x7fffffffu	/* RFC 5681: arbitrarily high */
/* RFC 3465 section 2.3: MSS by which one ACK may grow cwnd in slow start. */
#define LCTCP_ABC_LIMIT		2

struct lctcp_cong;

/**
 * struct lctcp_cong_ops - one algorithm
 * @name:	as TCP_CONGESTION has it
 * @init:	set up what is the algorithm's own; may be NULL
 * @on_ack:	new data was acknowledged, outside of fast recovery; @flight
 *		counts the octets outstanding just before
 * @on_loss:	duplicate ACKs tell of a loss: fast recovery begins with
 *		@flight octets outstanding
 * @on_dupack:	one more duplicate ACK during fast recovery
 * @on_partial:	during fast recovery @acked octets were acknowledged, but not
 *		all that was outstanding when it began
 * @on_recovered: fast recovery is over, @flight octets are outstanding
 * @on_rto:	the retransmission timer fired; @again if not for the first
 *		time for this segment
 * @on_idle:	nothing was sent for longer than the retransmission timeout
 *
 * See the wrappers below for the arguments.
 */
struct lctcp_cong_ops {
	const char *name;
	void (*init)(struct lctcp_cong *c);
	void (*on_ack)(struct lctcp_cong *c, u32 acked, u32 flight);
	void (*on_loss)(struct lctcp_cong *c, u32 flight);
	void (*on_dupack)(struct lctcp_cong *c);
	void (*on_partial)(struct lctcp_cong *c, u32 acked);
	void (*on_recovered)(struct lctcp_cong *c, u32 flight);
	void (*on_rto)(struct lctcp_cong *c, u32 flight, bool again);
	void (*on_idle)(struct lctcp_cong *c);
};

/**
 * struct lctcp_cong - congestion state of one connection
 * @ops:	the algorithm
 * @cwnd:	congestion window, octets
 * @ssthresh:	slow start below, congestion avoidance from here on
 * @acked:	octets acknowledged since cwnd last grew in avoidance
 * @mss:	SMSS: the largest text of a segment we send
 * @after_rto:	slow start follows a timeout: grow by one MSS an ACK only
 */
struct lctcp_cong {
	const struct lctcp_cong_ops *ops;
	u32 cwnd;
	u32 ssthresh;
	u32 acked;
	u32 mss;
	bool after_rto;
};

/* NewReno: RFC 5681, 6582, 3465, 6928. */
extern const struct lctcp_cong_ops lctcp_reno;

/* The algorithm of that name, or NULL. */
const struct lctcp_cong_ops *lctcp_cong_find(const char *name);

/**
 * lctcp_cong_iw() - initial window
 * @mss:	SMSS
 *
 * Return: min(10 * MSS, max(2 * MSS, 14600)) octets, RFC 6928 section 2.
 */
u32 lctcp_cong_iw(u32 mss);

/**
 * lctcp_cong_init() - a connection begins, or gets another MSS before data
 * @c:		congestion state
 * @ops:	algorithm
 * @mss:	SMSS
 * @syn_lost:	how often the SYN or SYN-ACK was sent again; more than once
 *		makes the initial window one segment (RFC 6928 section 2)
 */
void lctcp_cong_init(struct lctcp_cong *c, const struct lctcp_cong_ops *ops,
		     u32 mss, unsigned int syn_lost);

/* The path's MSS changed in the middle of a connection. */
void lctcp_cong_set_mss(struct lctcp_cong *c, u32 mss);

static inline void lctcp_cong_on_ack(struct lctcp_cong *c, u32 acked,
				     u32 flight)
{
	c->ops->on_ack(c, acked, flight);
}

static inline void lctcp_cong_on_loss(struct lctcp_cong *c, u32 flight)
{
	c->ops->on_loss(c, flight);
}

static inline void lctcp_cong_on_dupack(struct lctcp_cong *c)
{
	c->ops->on_dupack(c);
}

static inline void lctcp_cong_on_partial(struct lctcp_cong *c, u32 acked)
{
	c->ops->on_partial(c, acked);
}

static inline void lctcp_cong_on_recovered(struct lctcp_cong *c, u32 flight)
{
	c->ops->on_recovered(c, flight);
}

static inline void lctcp_cong_on_rto(struct lctcp_cong *c, u32 flight,
				     bool again)
{
	c->ops->on_rto(c, flight, again);
}

static inline void lctcp_cong_on_idle(struct lctcp_cong *c)
{
	c->ops->on_idle(c);
}

#endif /* _LCTCP_CONG_H */
