// SPDX-License-Identifier: GPL-2.0
/* RFC 4821 section 7, with the counts of RFC 8899. */
#include "plpmtud.h"

static void wait_till(struct lctcp_plp *p, u32 at_ms)
{
	p->waits = true;
	p->at_ms = at_ms;
}

/* Look for what lies between @low and @high, beginning now. */
static void search(struct lctcp_plp *p, u32 high, bool jump)
{
	p->high = max(high, p->low);
	p->jump = jump;
	p->tries = 0;
	p->waits = false;
	p->rests = false;
}

void lctcp_plp_start(struct lctcp_plp *p, u32 low, u32 top)
{
	*p = (struct lctcp_plp){ .on = true, .top = top };
	p->low = min(low, top);
	search(p, top, true);
}

void lctcp_plp_top(struct lctcp_plp *p, u32 top)
{
	u32 before = p->top;

	if (top == before)
		return;
	p->top = top;
	p->low = min(p->low, top);
	if (top > before)
		search(p, top, true);
	else if (p->high > top)
		search(p, top, p->jump);
}

static bool found(const struct lctcp_plp *p, u32 threshold)
{
	return p->high == p->low ||
	       (!p->jump && p->high - p->low < threshold);
}

u32 lctcp_plp_next(struct lctcp_plp *p, const struct lctcp_plp_limits *l,
		   u32 now_ms)
{
	if (!p->on || p->probe)
		return 0;
	if (p->waits && (s32)(now_ms - p->at_ms) < 0)
		return 0;
	p->waits = false;
	if (found(p, l->threshold)) {
		if (p->high == p->top)
			return 0;
		/* Has the path become wider?  Not before the interval is over. */
		if (!p->rests) {
			p->rests = true;
			wait_till(p, now_ms + l->interval_ms);
			return 0;
		}
		search(p, p->top, true);
	}
	p->rests = false;
	p->probe = p->jump ? p->high : p->low + (p->high - p->low + 1) / 2;
	return p->probe;
}

void lctcp_plp_carried(struct lctcp_plp *p)
{
	p->low = max(p->low, min(p->probe, p->top));
	p->high = max(p->high, p->low);
	p->probe = 0;
	p->tries = 0;
	p->jump = false;
}

void lctcp_plp_lost(struct lctcp_plp *p, u32 now_ms)
{
	u32 probe = p->probe;

	p->probe = 0;
	wait_till(p, now_ms + LCTCP_PLP_PAUSE_MS);
	if (++p->tries < LCTCP_PLP_TRIES)
		return;
	p->tries = 0;
	p->jump = false;
	p->high = max(p->low, min(p->high, probe - 1));
}

bool lctcp_plp_too_big(struct lctcp_plp *p, u32 mtu)
{
	bool probe = p->probe > mtu;

	if (probe)
		p->probe = 0;
	p->low = min(p->low, mtu);
	if (mtu < p->high)
		search(p, mtu, true);
	return probe;
}

bool lctcp_plp_black_hole(struct lctcp_plp *p, u32 now, u32 base, u32 least,
			  u32 now_ms)
{
	u32 size = base < now ? base : max(least, now / 2);

	if (size >= now)
		return false;
	if (!p->on)
		p->top = now;
	p->on = true;
	p->low = size;
	p->probe = 0;
	search(p, p->top, false);
	wait_till(p, now_ms + LCTCP_PLP_PAUSE_MS);
	return true;
}
