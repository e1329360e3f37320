// SPDX-License-Identifier: GPL-2.0
/*
 * What algorithms have in common, and NewReno in octets: RFC 5681, octets
 * counted as in RFC 3465, initial window of RFC 6928.
 */
#include "cong.h"

/* RFC 5681 equation 4. */
static u32 reno_ssthresh(struct lctcp_cong *c, u32 flight)
{
	c->acked = 0;
	return flight / 2;
}

/* RFC 5681 section 3.1. */
static void reno_on_ack(struct lctcp_cong *c, const struct lctcp_ack_sample *s)
{
	if (c->cwnd < c->ssthresh) {
		/* Many segments acknowledged at once, by a receiver that joins
		 * them, count as many: RFC 3465 with an open L, but not where
		 * a part of them may have arrived long ago.
		 */
		if (!s->limited)
			lctcp_cong_set_cwnd(c, c->cwnd + (c->after_rto ?
					    min(s->acked, c->mss) : s->acked));
		return;
	}

	c->after_rto = false;
	if (s->limited)
		return;
	c->acked += s->acked;
	if (c->acked >= c->cwnd) {
		/* an ACK of more than a window earns no more than one step */
		c->acked = min(c->acked - c->cwnd, c->cwnd - 1);
		lctcp_cong_set_cwnd(c, c->cwnd + c->mss);
	}
}

const struct lctcp_cong_ops lctcp_reno = {
	.name		= "reno",
	.ssthresh	= reno_ssthresh,
	.on_ack		= reno_on_ack,
};

static const struct lctcp_cong_ops *const algorithms[] = {
	&lctcp_cubic,
	&lctcp_reno,
};

const struct lctcp_cong_ops *lctcp_cong_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(algorithms); i++)
		if (!strcmp(algorithms[i]->name, name))
			return algorithms[i];
	return NULL;
}

const char *lctcp_cong_name(unsigned int i)
{
	return i < ARRAY_SIZE(algorithms) ? algorithms[i]->name : NULL;
}

u32 lctcp_cong_iw(u32 mss, u32 segs)
{
	return min(segs * mss, max(min(segs, 2u) * mss, segs * 1460u));
}

/* The restart window: RFC 5681 section 4.1; where a loss has shown that the
 * initial window is too much for the path, that of RFC 3390 (RFC 6928 section 2).
 */
static u32 restart_window(const struct lctcp_cong *c)
{
	u32 iw = lctcp_cong_iw(c->mss, c->iw_segs);

	if (!c->small_rw)
		return iw;
	return min(iw, min(4 * c->mss, max(2 * c->mss, 4380u)));
}

void lctcp_cong_use(struct lctcp_cong *c, const struct lctcp_cong_ops *ops)
{
	if (c->ops == ops)
		return;
	c->ops = ops;
	c->acked = 0;
	if (ops->init)
		ops->init(c);
}

void lctcp_cong_init(struct lctcp_cong *c, const struct lctcp_cong_ops *ops,
		     u32 mss, u8 iw_segs, unsigned int syn_lost)
{
	*c = (struct lctcp_cong){
		.ops		= ops,
		.mss		= mss,
		.iw_segs	= iw_segs,
		.cwnd		= syn_lost > 1 ? mss : lctcp_cong_iw(mss, iw_segs),
		.ssthresh	= LCTCP_SSTHRESH_INIT,
	};
	c->first_left = c->cwnd;
	if (ops->init)
		ops->init(c);
}

void lctcp_cong_set_mss(struct lctcp_cong *c, u32 mss)
{
	c->mss = mss;
	lctcp_cong_set_cwnd(c, c->cwnd);
}

/* Return what the algorithm would make of the window. */
static u32 remember(struct lctcp_cong *c, u32 flight)
{
	u32 want;

	c->prior_cwnd = c->cwnd;
	c->prior_ssthresh = c->ssthresh;
	c->prior_small_rw = c->small_rw;
	want = c->ops->ssthresh(c, flight);
	c->ssthresh = max(want, 2 * c->mss);
	return want;
}

void lctcp_cong_enter(struct lctcp_cong *c, u32 flight)
{
	remember(c, flight);
	/* Was it one of the first, and more than a path must take? */
	if (c->first_left && flight > LCTCP_IW_HARMLESS)
		c->small_rw = true;
	c->first_left = 0;
}

/* RFC 9438 section 4.6: unlike after a loss, one segment is the least. */
void lctcp_cong_on_ece(struct lctcp_cong *c, u32 flight)
{
	u32 want = remember(c, flight);

	lctcp_cong_set_cwnd(c, min(c->cwnd, want));
}

void lctcp_cong_exit(struct lctcp_cong *c)
{
	lctcp_cong_set_cwnd(c, c->ssthresh);
	c->acked = 0;
}

/* RFC 5681 section 3.1: the loss window is one segment; ssthresh is held when
 * the same segment is lost again.
 */
void lctcp_cong_on_rto(struct lctcp_cong *c, u32 flight, bool again)
{
	if (!again)
		lctcp_cong_enter(c, flight);
	c->cwnd = c->mss;
	c->acked = 0;
	c->after_rto = true;
}

void lctcp_cong_undo(struct lctcp_cong *c)
{
	if (!c->prior_cwnd)
		return;
	lctcp_cong_set_cwnd(c, max(c->cwnd, c->prior_cwnd));
	c->ssthresh = c->prior_ssthresh;
	c->small_rw = c->prior_small_rw;
	c->prior_cwnd = 0;
	c->after_rto = false;
	if (c->ops->on_undo)
		c->ops->on_undo(c);
}

/* The restart window. */
void lctcp_cong_on_idle(struct lctcp_cong *c, u32 idle_us, u32 rto_us)
{
	/* What was learnt is the way back, but for a part: other flows may
	 * have come meanwhile.
	 */
	if (idle_us > rto_us)
		c->ssthresh = max(c->ssthresh, c->cwnd - c->cwnd / 4);
	lctcp_cong_set_cwnd(c, min(c->cwnd, restart_window(c)));
	c->first_left = c->cwnd;
	c->acked = 0;
	if (c->ops->on_idle)
		c->ops->on_idle(c, idle_us);
}
