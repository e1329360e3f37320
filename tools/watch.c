// SPDX-License-Identifier: GPL-2.0
/* What lctcp watch knows: see watch.h. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "watch.h"

#define EVENTS_MAX	40000	/* that many are kept at least half of */

/* ---- connections ---- */

static bool is_listener(const struct conn *c)
{
	return !strcmp(c->role, "listener");
}

/* How long its timer runs in all: it has been seen to start, or else what is
 * left of it when it is first seen.
 */
static void note_timer(struct watch_row *row, const struct conn *c)
{
	if (!strcmp(c->timer, "none"))
		row->total_ms = 0;
	else if (strcmp(c->timer, row->c.timer) ||
		 c->left_ms > row->c.left_ms || row->total_ms < c->left_ms)
		row->total_ms = c->left_ms;
	/* and this one runs since the state began */
	if (!strcmp(c->timer, "2msl"))
		row->total_ms = c->age_ms + c->left_ms;
}

static void renew(struct watch_row *row, const struct conn *c)
{
	note_timer(row, c);
	row->c = *c;
	row->gone_ms = 0;
}

static void begin_row(struct watch_row *row, const struct conn *c)
{
	memset(row, 0, sizeof(*row));
	conn_end(c->local, &row->local);
	conn_end(c->remote, &row->remote);
	renew(row, c);
}

/* It is not there any more: is it to be shown a little longer? */
static bool linger(struct watch_row *row, long long now_ms)
{
	if (!row->gone_ms) {
		row->gone_ms = now_ms;
		row->c.state = LCTCP_CLOSED;
		row->c.age_ms = 0;
		row->c.left_ms = 0;
		strcpy(row->c.timer, "none");
	}
	row->c.age_ms = now_ms - row->gone_ms;
	return now_ms - row->gone_ms < WATCH_GONE_MS;
}

bool watch_update(struct watch *w, struct conns *conns, long long now_ms)
{
	struct watch_row *new, *to, *old = w->row;
	size_t left = w->n, i;
	int order;

	memset(w->count, 0, sizeof(w->count));
	for (i = 0; i < conns->n; i++)
		w->count[conns->v[i].state]++;
	filter_conns(&w->filter, conns);

	new = calloc(w->n + conns->n + 1, sizeof(*new));
	if (!new)
		return false;
	/* both are in the same order */
	for (i = 0, to = new; left || i < conns->n;) {
		if (!left)
			order = 1;
		else if (i == conns->n)
			order = -1;
		else
			order = conn_order(&old->c, &conns->v[i]);
		if (order > 0) {
			begin_row(to++, &conns->v[i++]);
			continue;
		}
		*to = *old++;
		left--;
		if (!order)
			renew(to++, &conns->v[i++]);
		else if (linger(to, now_ms))
			to++;
	}
	free(w->row);
	w->row = new;
	w->n = to - new;
	return true;
}

/* ---- events ---- */

static struct watch_row *find_id(const struct watch *w, uint32_t id)
{
	size_t i;

	for (i = 0; id && i < w->n; i++)
		if (w->row[i].c.id == id)
			return &w->row[i];
	return NULL;
}

static bool any_addr(const struct event_end *end)
{
	return IN6_IS_ADDR_UNSPECIFIED(&end->addr) ||
	       (IN6_IS_ADDR_V4MAPPED(&end->addr) &&
		!memcmp(&end->addr.s6_addr[12], "\0\0\0\0", 4));
}

/* Does the listener answer for what comes to @end? */
static bool listens(const struct watch_row *row, const struct event_end *end)
{
	return is_listener(&row->c) && row->local.port == end->port &&
	       (any_addr(&row->local) || event_end_same(&row->local, end));
}

/* The connection of a segment, or its listener. */
static struct watch_row *find_ends(const struct watch *w,
				   const struct event *e)
{
	struct watch_row *listener = NULL;
	size_t i;

	for (i = 0; i < w->n; i++) {
		struct watch_row *row = &w->row[i];

		if (listens(row, &e->local))
			listener = row;
		else if (event_end_same(&row->local, &e->local) &&
			 event_end_same(&row->remote, &e->remote))
			return row;
	}
	return listener;
}

static void note_event(struct watch *w, const struct event *e)
{
	struct watch_row *row;

	if (e->kind == EVENT_TIMER_SET) {
		row = find_id(w, e->id);
		if (row && !strcmp(row->c.timer, e->timer))
			row->total_ms = e->ms;
	} else if (e->kind == EVENT_DROP) {
		if (w->netns && e->netns != w->netns)
			return;
		w->dropped++;
		row = find_ends(w, e);
		if (row)
			memcpy(row->drop, e->reason, sizeof(row->drop));
	}
}

void watch_event(struct watch *w, const char *line)
{
	struct events *evs = &w->events;

	if (evs->n == EVENTS_MAX) {
		evs->n = EVENTS_MAX / 2;
		memmove(evs->v, evs->v + EVENTS_MAX / 2,
			evs->n * sizeof(*evs->v));
	}
	if (events_line(evs, line) <= 0)
		return;
	w->traced++;
	note_event(w, &evs->v[evs->n - 1]);
}

/* Of the same two ends, either way round. */
static bool same_pair(const struct event *e, const struct watch_row *row)
{
	return (event_end_same(&e->local, &row->local) &&
		event_end_same(&e->remote, &row->remote)) ||
	       (event_end_same(&e->local, &row->remote) &&
		event_end_same(&e->remote, &row->local));
}

#define IDS	16	/* of one pair of ends: both, and some lives before */

/* A timer's event has no ends, but a serial number seen with them. */
static bool known_id(const struct event *e, uint32_t *ids, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n && i < IDS; i++)
		if (ids[i] == e->id)
			return true;
	return false;
}

struct events watch_events_of(const struct watch *w,
			      const struct watch_row *row)
{
	struct events some = { 0 };
	uint32_t ids[IDS];
	unsigned int n = 0;
	size_t i;

	some.v = calloc(w->events.n + 1, sizeof(*some.v));
	for (i = 0; some.v && i < w->events.n; i++) {
		const struct event *e = &w->events.v[i];

		if (same_pair(e, row)) {
			if (e->id && !known_id(e, ids, n))
				ids[n++ % IDS] = e->id;
		} else if ((e->kind != EVENT_TIMER_SET &&
			    e->kind != EVENT_TIMER_FIRED) ||
			   !known_id(e, ids, n)) {
			continue;
		}
		some.v[some.n++] = *e;
	}
	some.room = some.n;
	return some;
}

void watch_free(struct watch *w)
{
	free(w->row);
	events_free(&w->events);
	memset(w, 0, sizeof(*w));
}
