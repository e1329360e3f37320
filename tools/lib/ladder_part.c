// SPDX-License-Identifier: GPL-2.0
/* A part of a ladder, with the numbers and states that the whole gave it: see ladder.h. */
#include <string.h>

#include "ladder.h"

static bool begins_close(const struct ladder_row *r)
{
	const struct lctcp_arc *arc = r->arc[r->side];

	if (r->kind == ROW_SEGMENT && r->event->flags & (SEG_FIN | SEG_RST))
		return true;
	return arc && (arc->event == LCTCP_EV_CLOSE ||
		       arc->event == LCTCP_EV_ABORT ||
		       arc->event == LCTCP_EV_ABORT_WAIT);
}

/* The opening ends when both sides are ESTABLISHED, and with accept(); the close
 * begins with the first FIN or RST: rows [*from, *to).
 */
static void find_part(const struct ladder *l, enum ladder_part part,
		      size_t *from, size_t *to)
{
	bool open[NSIDES] = { false, false };
	unsigned int side;
	size_t i;

	*from = 0;
	*to = l->n;
	for (i = 0; i < l->n; i++) {
		if (part == PART_CLOSE && begins_close(&l->row[i])) {
			*from = i;
			return;
		}
		for (side = 0; side < NSIDES; side++)
			open[side] |= l->row[i].arc[side] &&
				l->row[i].arc[side]->to == LCTCP_ESTABLISHED;
		if (part == PART_OPEN && open[CLIENT] && open[SERVER]) {
			for (*to = i + 1; *to < l->n &&
			     l->row[*to].kind == ROW_CALL; ++*to)
				;
			return;
		}
	}
	if (part == PART_CLOSE)
		*from = l->n;
}

/* Only arcs of [l->start, l->stop]; what came before has led to where it begins. */
static void cut_arcs(struct ladder *l, unsigned int side)
{
	struct ladder_arc *a = l->arc[side];
	size_t i, n = 0;

	for (i = 0; i < l->narcs[side]; i++) {
		if (a[i].us < l->start)
			l->before[side] = a[i].arc->to;
		else if (a[i].us <= l->stop)
			a[n++] = a[i];
	}
	l->narcs[side] = n;
}

/* Only timers that were set there, too. */
static void cut_timers(struct ladder *l, size_t from, size_t to)
{
	size_t i, n = 0;

	for (i = 0; i < l->ntimers; i++) {
		struct ladder_timer t = l->timer[i];

		if (t.set < l->start || t.set > l->stop)
			continue;
		if (t.end > l->stop) {
			t.end = l->stop;
			t.how = TIMER_RUNS;
		}
		t.first = t.first < from ? 0 : t.first - from;
		t.last = min(t.last, to) - from;
		l->timer[n++] = t;
	}
	l->ntimers = n;
}

/* A row begins with its arc, a moment before what the call sent. */
static long long begin_of(const struct ladder *l, const struct ladder_row *r)
{
	const struct lctcp_arc *arc = r->arc[r->side];
	long long us = r->us;
	size_t i;

	for (i = 0; arc && i < l->narcs[r->side]; i++)
		if (l->arc[r->side][i].arc == arc &&
		    l->arc[r->side][i].us <= r->us)
			us = l->arc[r->side][i].us;
	return us;
}

void ladder_cut(struct ladder *l, enum ladder_part part)
{
	size_t from, to, i;
	unsigned int side;

	find_part(l, part, &from, &to);
	for (i = from; i < to; i++) {
		struct ladder_row *r = &l->row[i];

		/* an arrival whose departure is gone is only that */
		r->late = r->late < to && r->late ? r->late - from : 0;
		r->of = r->of < from ? l->n : r->of - from;
	}
	l->n = to - from;
	memmove(l->row, l->row + from, l->n * sizeof(*l->row));
	if (!l->n)
		return;
	if (from)
		l->start = begin_of(l, &l->row[0]);
	l->stop = l->start;
	for (i = 0; i < l->n; i++)
		l->stop = max(l->stop, ladder_row_end(&l->row[i]));
	for (side = 0; side < NSIDES; side++)
		cut_arcs(l, side);
	cut_timers(l, from, to);
}
