// SPDX-License-Identifier: GPL-2.0
/* What a ladder tells those who draw it: see ladder.h. */
#include "ladder.h"

/* How many arcs of @side were taken at @us or before. */
static size_t arcs_until(const struct ladder *l, unsigned int side,
			 long long us)
{
	size_t low = 0, high = l->narcs[side];

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->arc[side][mid].us <= us)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct lctcp_arc *ladder_arc_before(const struct ladder *l,
					  unsigned int side, long long us)
{
	size_t n = arcs_until(l, side, us);

	return n ? l->arc[side][n - 1].arc : NULL;
}

/* What it was before anything is known to have changed it. */
static unsigned int first_state(const struct ladder *l, unsigned int side)
{
	size_t i;

	if (l->narcs[side])
		return l->arc[side][0].arc->from;
	if (l->before[side])
		return l->before[side];
	for (i = 0; i < l->n && l->row[i].kind != ROW_SEGMENT; i++)
		;
	if (i == l->n || !(l->row[i].event->flags & SEG_SYN))
		return 0;
	if (l->row[i].event->flags & SEG_ACK)	/* the trace began too late */
		return side == l->row[i].side ? LCTCP_SYN_RECV : 0;
	return side == l->row[i].side || !l->row[i].assumed ? LCTCP_CLOSED : 0;
}

unsigned int ladder_state(const struct ladder *l, unsigned int side,
			  long long us)
{
	const struct lctcp_arc *arc = ladder_arc_before(l, side, us);

	return arc ? arc->to : first_state(l, side);
}

/* The row of the SYN with which the life began that @us is in; l->n if the trace
 * has none.  In a simultaneous open that is the first of two.
 */
static size_t life_at(const struct ladder *l, long long us)
{
	size_t i, life = l->n;

	for (i = 0; i < l->n && l->row[i].us <= us; i++) {
		const struct ladder_row *r = &l->row[i];

		if (r->kind == ROW_SEGMENT && r->event->flags & SEG_SYN &&
		    !(r->event->flags & SEG_ACK) && !r->again &&
		    (life == l->n || r->state[!r->side] != LCTCP_SYN_SENT))
			life = i;
	}
	return life;
}

unsigned int ladder_sure(const struct ladder *l, unsigned int side,
			 long long us)
{
	bool self = event_end_same(&l->end[CLIENT], &l->end[SERVER]);
	size_t i, narcs = arcs_until(l, side, us);
	long long opened = l->start;
	unsigned int sure = 0;

	/* What came before it called connect() was of a life before. */
	for (i = 0; i < narcs; i++)
		if (l->arc[side][i].arc->event == LCTCP_EV_ACTIVE_OPEN)
			opened = l->arc[side][i].us;
	for (i = life_at(l, us); i < l->n && l->row[i].us <= us; i++) {
		const struct ladder_row *r = &l->row[i];

		if ((r->kind != ROW_SEGMENT && r->kind != ROW_ARRIVAL) ||
		    (r->side == side && !self) || r->late ||
		    r->arrived < opened || r->arrived > us || r->arrived < 0 ||
		    r->event->flags & SEG_RST || (r->drop && !r->arc[side]))
			continue;
		sure |= PEER_SENDING | OWN_RECEIVING;
		if (r->event->flags & SEG_ACK && (int32_t)r->ack > 0)
			sure |= OWN_SENDING | PEER_RECEIVING;
	}
	return sure;
}

bool ladder_opens(const struct lctcp_arc *arc)
{
	return arc && (arc->to == LCTCP_SYN_SENT || arc->to == LCTCP_SYN_RECV ||
		       arc->to == LCTCP_ESTABLISHED);
}

long long ladder_row_end(const struct ladder_row *r)
{
	return r->late ? r->us : max(r->us, r->arrived);
}

#define TICK_US		10000	/* the longest, which no timer can help */

enum word ladder_overdue(const struct ladder_row *r)
{
	long long late = r->waited - (long long)r->set_ms * 1000;

	if (r->kind != ROW_TIMER_FIRED || !r->set_ms || late < 1000)
		return 0;
	if (late / 1000 <= TICK_US / 1000)
		return W_BY_TICKS;
	/* by what the second digit of its span would show */
	return r->waited / 1010 > (long long)r->set_ms ? W_OVERDUE : 0;
}

enum word ladder_any_overdue(const struct ladder *l)
{
	enum word w = 0;
	size_t i;

	for (i = 0; i < l->n && w != W_OVERDUE; i++)
		w = ladder_overdue(&l->row[i]) ?: w;
	return w;
}

bool ladder_old(const struct ladder *l, const struct ladder_row *r)
{
	return r->kind == ROW_ARRIVAL && r->of >= l->n;
}
