// SPDX-License-Identifier: GPL-2.0
/*
 * NewReno in octets: RFC 5681, recovery as in RFC 6582, octets counted as in
 * RFC 3465, initial window of RFC 6928.
 */
#include "cong.h"

static void set_cwnd(struct lctcp_cong *c, u32 cwnd)
{
	c->cwnd = min(max(cwnd, c->mss), LCTCP_CWND_MAX);
}

/* RFC 5681 equation 4. */
static void cut_ssthresh(struct lctcp_cong *c, u32 flight)
{
	c->ssthresh = max(flight / 2, 2 * c->mss);
}

/* RFC 5681 section 3.1.  cwnd grows only while it is what holds the sender
 * back: no use of it says nothing about the path.  In slow start that is so
 * if half of it was used, for it doubles each round trip.
 */
static void reno_on_ack(struct lctcp_cong *c, u32 acked, u32 flight)
{
	if (c->cwnd < c->ssthresh) {
		u32 limit = c->after_rto ? 1 : LCTCP_ABC_LIMIT;

		if (flight >= c->cwnd / 2)
			set_cwnd(c, c->cwnd + min(acked, limit * c->mss));
		return;
	}

	c->after_rto = false;
	if (flight + c->mss <= c->cwnd)
		return;
	c->acked += acked;
	if (c->acked >= c->cwnd) {
		c->acked -= c->cwnd;
		set_cwnd(c, c->cwnd + c->mss);
	}
}

/* RFC 5681 section 3.2: three segments have left the network. */
static void reno_on_loss(struct lctcp_cong *c, u32 flight)
{
	cut_ssthresh(c, flight);
	set_cwnd(c, c->ssthresh + 3 * c->mss);
	c->acked = 0;
}

/* One more segment has left the network. */
static void reno_on_dupack(struct lctcp_cong *c)
{
	set_cwnd(c, c->cwnd + c->mss);
}

/* RFC 6582 section 3.2 step 5: what was acknowledged is no longer in flight,
 * and the hole that was found is filled.
 */
static void reno_on_partial(struct lctcp_cong *c, u32 acked)
{
	u32 cwnd = c->cwnd > acked ? c->cwnd - acked : 0;

	if (acked >= c->mss)
		cwnd += c->mss;
	set_cwnd(c, cwnd);
}

/* RFC 6582 section 3.2 step 3, option 1: no burst if little is in flight. */
static void reno_on_recovered(struct lctcp_cong *c, u32 flight)
{
	set_cwnd(c, min(c->ssthresh, max(flight, c->mss) + c->mss));
	c->acked = 0;
}

/* RFC 5681 section 3.1: the loss window is one segment; ssthresh is held when
 * the same segment is lost again.
 */
static void reno_on_rto(struct lctcp_cong *c, u32 flight, bool again)
{
	if (!again)
		cut_ssthresh(c, flight);
	c->cwnd = c->mss;
	c->acked = 0;
	c->after_rto = true;
}

/* RFC 5681 section 4.1: the restart window. */
static void reno_on_idle(struct lctcp_cong *c)
{
	c->cwnd = min(c->cwnd, lctcp_cong_iw(c->mss));
	c->acked = 0;
}

const struct lctcp_cong_ops lctcp_reno = {
	.name		= "reno",
	.on_ack		= reno_on_ack,
	.on_loss	= reno_on_loss,
	.on_dupack	= reno_on_dupack,
	.on_partial	= reno_on_partial,
	.on_recovered	= reno_on_recovered,
	.on_rto		= reno_on_rto,
	.on_idle	= reno_on_idle,
};

static const struct lctcp_cong_ops *const algorithms[] = {
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

u32 lctcp_cong_iw(u32 mss)
{
	return min(10 * mss, max(2 * mss, 14600u));
}

void lctcp_cong_init(struct lctcp_cong *c, const struct lctcp_cong_ops *ops,
		     u32 mss, unsigned int syn_lost)
{
	*c = (struct lctcp_cong){
		.ops		= ops,
		.mss		= mss,
		.cwnd		= syn_lost > 1 ? mss : lctcp_cong_iw(mss),
		.ssthresh	= LCTCP_SSTHRESH_INIT,
	};
	if (ops->init)
		ops->init(c);
}

void lctcp_cong_set_mss(struct lctcp_cong *c, u32 mss)
{
	c->mss = mss;
	set_cwnd(c, c->cwnd);
}
