// SPDX-License-Identifier: GPL-2.0
/*
 * CUBIC in octets: RFC 9438, with HyStart++, RFC 9406.
 *
 * Times are in milliseconds on the curve: W(t) = C * (t - K)^3 + W_max, with
 * C = 0.4 segments a second cubed.
 */
#include "cong.h"
#include "seq.h"

#ifndef __KERNEL__
#define div64_u64(n, d)	((n) / (d))
#endif

/* RFC 9406 section 4.3. */
#define HS_THRESH_MIN_US	4000u
#define HS_THRESH_MAX_US	16000u
#define HS_SAMPLES		8
#define HS_CSS_DIVISOR		4
#define HS_CSS_ROUNDS		5

/* Further from K the curve is not drawn: 100 s are 400 million segments. */
#define CURVE_MOST_MS		100000u

/* ---- HyStart++ ---- */

void lctcp_hystart_init(struct lctcp_hystart *h)
{
	*h = (struct lctcp_hystart){
		.last_us	= ~0u,
		.now_us		= ~0u,
	};
}

/* By how much a round trip is longer for a queue, and not for jitter. */
static u32 hystart_step(u32 rtt_us)
{
	return min(max(rtt_us / 8, HS_THRESH_MIN_US), HS_THRESH_MAX_US);
}

/* The round is over.  True: so is conservative slow start.  A round in which the
 * queue became longer by another step counts as two: that is no jitter, and
 * others, who have left slow start by now, stand in that queue as well.
 */
static bool hystart_round(struct lctcp_hystart *h,
			  const struct lctcp_ack_sample *s)
{
	bool longer = h->samples == HS_SAMPLES &&
		      h->now_us >= h->base_us + hystart_step(h->base_us);

	h->end = s->snd_nxt;
	h->last_us = h->now_us;
	h->now_us = ~0u;
	h->samples = 0;
	if (!h->css)
		return false;
	h->css -= longer && h->css > 1 ? 2 : 1;
	return !h->css;
}

bool lctcp_hystart_ack(struct lctcp_hystart *h,
		       const struct lctcp_ack_sample *s, u32 *grow)
{
	if (!h->begun) {
		h->begun = true;
		h->end = s->snd_nxt;
	} else if (!lctcp_before(s->snd_una, h->end)) {
		if (hystart_round(h, s))
			return true;
	}
	if (s->rtt_us) {
		h->now_us = min(h->now_us, s->rtt_us);
		if (h->samples < HS_SAMPLES)
			h->samples++;
	}
	if (h->css) {
		*grow /= HS_CSS_DIVISOR;
		/* It was a jitter: the round trip is short again. */
		if (h->samples == HS_SAMPLES && h->now_us < h->base_us)
			h->css = 0;
		return false;
	}
	if (h->samples < HS_SAMPLES || h->last_us == ~0u)
		return false;
	if (h->now_us >= h->last_us + hystart_step(h->last_us)) {
		h->base_us = h->now_us;
		h->css = HS_CSS_ROUNDS;
	}
	return false;
}

/* ---- the curve ---- */

u32 lctcp_cbrt(u64 x)
{
	u64 y = 0, b;
	int s;

	for (s = 63; s >= 0; s -= 3) {
		y *= 2;
		b = 3 * y * (y + 1) + 1;
		if ((x >> s) >= b) {
			x -= b << s;
			y++;
		}
	}
	return y;
}

/* How far the curve is from its flat point, @ms away from K, in octets. */
static u64 curve(u32 ms, u32 mss)
{
	u64 cube;

	ms = min(ms, CURVE_MOST_MS);
	cube = (u64)ms * ms * ms;
	/* In thousandths of a segment first: it all fits. */
	return div_u64(div_u64(cube * 2, 5 * 1000) * mss, 1000000);
}

/* Congestion avoidance begins: section 4.2. */
static void cubic_epoch(struct lctcp_cong *c, u64 now_us)
{
	struct lctcp_cubic *q = &c->cubic;

	q->epoch_us = now_us ? now_us : 1;
	q->limited_us = 0;
	q->rest = 0;
	q->west = c->cwnd;
	q->west_rest = 0;
	q->k_ms = 0;
	/* After a timeout, and slow start that no loss has ended, the curve
	 * begins where it is flat (sections 4.8 and 4.10).
	 */
	q->origin = c->cwnd;
	if (!c->after_rto && q->wmax > c->cwnd) {
		q->origin = q->wmax;
		q->k_ms = lctcp_cbrt(div_u64((u64)(q->wmax - c->cwnd) *
					     2500000000ULL, c->mss));
	} else {
		q->wmax = c->cwnd;
	}
	c->after_rto = false;
}

/* Where cwnd should be a round trip from now. */
static u32 cubic_target(const struct lctcp_cong *c,
			const struct lctcp_ack_sample *s)
{
	const struct lctcp_cubic *q = &c->cubic;
	u64 ms = div_u64(s->now_us - q->epoch_us + s->min_rtt_us, 1000);
	u64 w, most = c->cwnd + c->cwnd / 2;

	if (ms < q->k_ms) {
		w = curve(q->k_ms - ms, c->mss);
		w = w < q->origin ? q->origin - w : 0;
	} else {
		ms = min(ms - q->k_ms, (u64)CURVE_MOST_MS);
		w = q->origin + curve(ms, c->mss);
	}
	w = min(w, most);
	return w > c->cwnd ? w : c->cwnd;
}

/* What Reno would have by now: section 4.3, with alpha = 9/17 until W_est has
 * come back to where cwnd was.
 */
static void cubic_reno(struct lctcp_cong *c, u32 acked)
{
	struct lctcp_cubic *q = &c->cubic;
	u32 alpha17 = q->west >= q->cwnd_prior ? 17 : 9;
	u64 whole = 17ULL * c->cwnd;
	u64 n = q->west_rest + (u64)acked * c->mss * alpha17;
	u64 steps = div64_u64(n, whole);

	q->west = min(q->west + steps, (u64)LCTCP_CWND_MAX);
	q->west_rest = n - steps * whole;
}

static void cubic_avoid(struct lctcp_cong *c, const struct lctcp_ack_sample *s)
{
	struct lctcp_cubic *q = &c->cubic;
	u32 acked = min(s->acked, c->cwnd);
	u32 target, steps;
	u64 n;

	if (!q->epoch_us)
		cubic_epoch(c, s->now_us);
	if (q->limited_us) {
		q->epoch_us += s->now_us - q->limited_us;
		q->limited_us = 0;
	}
	target = cubic_target(c, s);
	n = q->rest + (u64)(target - c->cwnd) * acked;
	steps = div_u64(n, c->cwnd);
	q->rest = n - (u64)steps * c->cwnd;
	cubic_reno(c, acked);
	lctcp_cong_set_cwnd(c, max(c->cwnd + steps, q->west));
}

static void cubic_on_ack(struct lctcp_cong *c, const struct lctcp_ack_sample *s)
{
	struct lctcp_cubic *q = &c->cubic;
	u32 grow;

	if (s->limited) {
		if (q->epoch_us && !q->limited_us)
			q->limited_us = s->now_us;
		return;
	}
	if (c->cwnd >= c->ssthresh) {
		cubic_avoid(c, s);
		return;
	}
	grow = c->after_rto ? min(s->acked, c->mss) : s->acked;
	if (lctcp_cong_first(c) && lctcp_hystart_ack(&q->hs, s, &grow)) {
		c->ssthresh = c->cwnd;
		return;
	}
	lctcp_cong_set_cwnd(c, c->cwnd + grow);
}

static u32 cubic_ssthresh(struct lctcp_cong *c, u32 flight)
{
	struct lctcp_cubic *q = &c->cubic;
	u32 used = min(flight, c->cwnd);

	q->epoch_us = 0;
	q->limited_us = 0;
	q->prior_wmax = q->wmax;
	/* Others want more, too: section 4.7. */
	q->wmax = used < q->wmax ? div_u64(used * 17ULL, 20) : used;
	q->cwnd_prior = used;
	return div_u64(used * 7ULL, 10);
}

static void cubic_on_undo(struct lctcp_cong *c)
{
	c->cubic.wmax = c->cubic.prior_wmax;
	c->cubic.epoch_us = 0;
}

/* Time that passes without data is none: section 5.8. */
static void cubic_on_idle(struct lctcp_cong *c, u32 idle_us)
{
	if (c->cubic.epoch_us && !c->cubic.limited_us)
		c->cubic.epoch_us += idle_us;
}

static void cubic_init(struct lctcp_cong *c)
{
	c->cubic = (struct lctcp_cubic){};
	lctcp_hystart_init(&c->cubic.hs);
}

const struct lctcp_cong_ops lctcp_cubic = {
	.name		= "cubic",
	.init		= cubic_init,
	.ssthresh	= cubic_ssthresh,
	.on_ack		= cubic_on_ack,
	.on_undo	= cubic_on_undo,
	.on_idle	= cubic_on_idle,
};
