// SPDX-License-Identifier: GPL-2.0
/*
 * From a trace to the rows of a ladder: see ladder.h; of segments, see
 * ladder_segment.c.
 *
 * A row is made where something is sent, fires or is called.  What it led to
 * joins it there:
 *
 *   receive	marks the row of the segment that was sent as arrived; if that
 *		was long ago, it has a row of its own
 *   state	joins the segment just received, or the timer just fired; if a
 *		program called, it waits for the segment that the call sends
 *   fault	joins the segment just sent
 *   drop	joins the segment just received
 *   call	what a program was handed: a row of its own, once a life
 *   sack	joins the segment just received
 *   congestion	a row of its own, if it is about more than one segment
 *   path	a row of its own
 */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "ladder.h"
#include "ladder_make.h"

/* A timer of one side: what it is for says whether it is worth drawing. */
enum timer_use {
	USE_ALWAYS,		/* few, and long */
	USE_FIRED,		/* guards every segment: only if it fires */
};

static const struct timer_kind {
	const char *name;
	enum timer_use use;
	unsigned int state;	/* leaving it stops the timer */
} timer_kinds[] = {
	{ "syn-ack",	USE_ALWAYS,	LCTCP_SYN_RECV },
	{ "2msl",	USE_ALWAYS,	LCTCP_TIME_WAIT },
	{ "fin-wait2",	USE_ALWAYS,	LCTCP_FIN_WAIT2 },
	{ "rexmit",	USE_FIRED },
	{ "delack",	USE_FIRED },
	{ "persist",	USE_FIRED },
	{ "keepalive",	USE_FIRED },
};

_Static_assert(ARRAY_SIZE(timer_kinds) == NTIMERS, "one for each");

/* ---- which side ---- */

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool has_id(const struct side *s, uint32_t id)
{
	return id && s->nids &&
	       bsearch(&id, s->ids, s->nids, sizeof(id), by_number);
}

static bool by_id(const struct event *e)
{
	return e->kind == EVENT_TIMER_SET || e->kind == EVENT_TIMER_FIRED ||
	       e->kind == EVENT_CONGESTION || e->kind == EVENT_SACK ||
	       e->kind == EVENT_ACKED || e->kind == EVENT_PATH;
}

/* A timer's event names only the id; it may be the first and the last that is
 * known of a connection.
 */
static int side_of(const struct maker *m, size_t at, const struct event *e)
{
	bool timer = by_id(e);
	int i;

	if (!timer && (at < m->pick.first || at > m->pick.last))
		return -1;
	if (!timer)
		return ladder_pick_side(&m->pick, e);
	for (i = 0; i < NSIDES; i++)
		if (has_id(&m->side[i], e->id))
			return i;
	return -1;
}

/* Which sides are there, and with what ids?  A request and its child share
 * one, but the next life of the pair has others.
 */
static bool learn_ids(struct maker *m, const struct events *evs)
{
	size_t room[NSIDES] = { 0 }, i;
	uint32_t *id;

	for (i = m->pick.first; i <= m->pick.last; i++) {
		const struct event *e = &evs->v[i];
		int side = side_of(m, i, e);
		struct side *s;

		if (side < 0)
			continue;
		s = &m->side[side];
		s->seen = true;
		if (!e->id || (s->nids && s->ids[s->nids - 1] == e->id))
			continue;
		id = array_more(&s->ids, s->nids, &room[side], sizeof(*id));
		if (!id)
			return false;
		*id = e->id;
		s->nids++;
	}
	for (i = 0; i < NSIDES; i++)
		if (m->side[i].nids)
			qsort(m->side[i].ids, m->side[i].nids, sizeof(*id),
			      by_number);
	return true;
}

/* A side that only another life of the pair has events of is in the trace, too. */
static void learn_seen(struct maker *m, const struct events *evs)
{
	size_t i;
	int side;

	for (i = 0; i < evs->n; i++) {
		const struct event *e = &evs->v[i];

		if (by_id(e))
			continue;
		side = ladder_pick_side(&m->pick, e);
		if (side >= 0)
			m->side[side].seen = true;
	}
}

static bool is_any(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_UNSPECIFIED(addr) ||
	       (IN6_IS_ADDR_V4MAPPED(addr) && !addr->s6_addr32[3]);
}

/* Is there a listener, though it has taken no arc of this connection? */
static void learn_listener(struct maker *m, const struct events *evs, int side)
{
	const struct event_end *end = &m->pick.end[side];
	size_t i;

	for (i = 0; i < m->pick.first; i++) {
		const struct event *e = &evs->v[i];

		if (e->kind == EVENT_STATE && !e->remote.port &&
		    e->local.port == end->port &&
		    (is_any(&e->local.addr) || event_end_same(&e->local, end)) &&
		    (!e->netns || !m->pick.netns[side] ||
		     e->netns == m->pick.netns[side]))
			m->l.before[side] = e->to;
	}
}

/* ---- states ---- */

static bool by_segment(unsigned int what)
{
	switch (what) {
	case LCTCP_EV_SYN:
	case LCTCP_EV_SYN_ACK:
	case LCTCP_EV_ACK_OF_SYN:
	case LCTCP_EV_COOKIE_ACK:
	case LCTCP_EV_FIN:
	case LCTCP_EV_ACK_OF_FIN:
	case LCTCP_EV_FIN_ACK_OF_FIN:
	case LCTCP_EV_RST:
	case LCTCP_EV_PASSIVE_RST:
	case LCTCP_EV_PASSIVE_SYN:
	case LCTCP_EV_REOPEN:
	case LCTCP_EV_OLD_DUPLICATE:
		return true;
	}
	return false;
}

static bool fires(unsigned int what)
{
	switch (what) {
	case LCTCP_EV_PASSIVE_GIVE_UP:
	case LCTCP_EV_GIVE_UP:
	case LCTCP_EV_FIN_WAIT2_TIMEOUT:
	case LCTCP_EV_ORPHAN_LIMIT:
	case LCTCP_EV_2MSL:
		return true;
	}
	return false;
}

static bool add_arc(struct maker *m, int side, const struct event *e,
		    const struct lctcp_arc *arc)
{
	struct ladder_arc *a = array_more(&m->l.arc[side], m->l.narcs[side],
				    &m->arc_room[side], sizeof(*a));

	if (!a)
		return false;
	m->l.narcs[side]++;
	a->us = e->us;
	a->arc = arc;
	if (e->what == LCTCP_EV_ACTIVE_OPEN)
		m->l.opened[side] = true;
	return true;
}

static bool end_timer(struct maker *m, int side, size_t kind, long long us,
		      unsigned int how);

/* What a timer waited for may be what leads out of its state. */
static bool stop_timers(struct maker *m, int side, const struct event *e)
{
	size_t i;

	for (i = 0; i < NTIMERS; i++)
		if (m->side[side].timer[i].times && e->from != e->to &&
		    timer_kinds[i].state == e->from &&
		    !end_timer(m, side, i, e->us, TIMER_STOPPED))
			return false;
	return true;
}

static bool on_state(struct maker *m, int side, const struct event *e)
{
	const struct lctcp_arc *arc = lctcp_fsm_find(e->from, e->what);
	struct side *s = &m->side[side];
	struct ladder_row *r = NULL;

	if (!arc)
		return true;	/* of a newer state machine */
	if (!add_arc(m, side, e, arc) || !stop_timers(m, side, e))
		return false;
	if (m->self && !add_arc(m, !side, e, arc))
		return false;
	if (by_segment(e->what))
		r = row_at(m, s->received);
	else if (fires(e->what))
		r = row_at(m, s->fired);
	if (r && !r->arc[side] &&
	    (by_segment(e->what) || e->us - r->us <= AT_ONCE_US)) {
		r->arc[side] = arc;
		return true;
	}
	r = ladder_add_row(m, ROW_STATE, side, e);
	if (!r)
		return false;
	r->arc[side] = arc;
	if (!by_segment(e->what) && !fires(e->what))
		s->call = r - m->l.row;
	return true;
}

/* ---- timers ---- */

static size_t timer_of(const char *name)
{
	size_t i;

	for (i = 0; i < NTIMERS && strcmp(timer_kinds[i].name, name); i++)
		;
	return i;
}

static bool end_timer(struct maker *m, int side, size_t kind, long long us,
		      unsigned int how)
{
	struct timer_seen *seen = &m->side[side].timer[kind];
	struct ladder_timer *t = array_more(&m->l.timer, m->l.ntimers,
				      &m->timer_room, sizeof(*t));

	if (!t)
		return false;
	m->l.ntimers++;
	t->side = side;
	t->name = timer_kinds[kind].name;
	t->set = seen->set;
	t->end = us;
	t->ms = seen->ms;
	t->how = how;
	t->first = seen->row;
	t->last = m->side[side].touched;
	if (how != TIMER_ANEW)
		seen->times = 0;
	return true;
}

static bool on_timer_set(struct maker *m, int side, const struct event *e)
{
	size_t kind = timer_of(e->timer);
	struct timer_seen *t = &m->side[side].timer[kind];
	struct ladder_row *r;

	if (kind == NTIMERS)
		return true;
	if (timer_kinds[kind].use == USE_ALWAYS) {
		r = ladder_add_row(m, ROW_TIMER_SET, side, e);
		if (!r || (t->times &&
			   !end_timer(m, side, kind, e->us, TIMER_ANEW)))
			return false;
		r->anew = t->times;
	}
	t->set = e->us;
	t->row = m->side[side].touched;
	t->ms = e->ms;
	t->times++;
	return true;
}

static bool on_timer_fired(struct maker *m, int side, const struct event *e)
{
	size_t kind = timer_of(e->timer);
	struct ladder_row *r = ladder_add_row(m, ROW_TIMER_FIRED, side, e);
	struct timer_seen *t = &m->side[side].timer[kind];

	if (!r)
		return false;
	m->side[side].fired = r - m->l.row;
	if (kind == NTIMERS || !t->times)
		return true;
	r->waited = e->us - t->set;
	r->set_ms = t->ms;
	return end_timer(m, side, kind, e->us, TIMER_FIRED);
}

/* ---- the rest ---- */

static bool on_fault(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = row_at(m, m->side[side].sent);

	if (!r || r->event->seq != e->seq || r->event->flags != e->flags)
		return true;
	r->fault = e;
	/* the trace has not the other end, but this much is known of it */
	if (r->assumed && strcmp(e->verb, "dup")) {
		r->arrived = -1;
		r->assumed = false;
	}
	return true;
}

static bool on_drop(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = row_at(m, m->side[side].received);

	if (r && e->us - r->arrived <= AT_ONCE_US)
		r->drop = e;
	return true;
}

/* No step between others: what comes next is about what came before. */
static bool on_call(struct maker *m, int side, const struct event *e)
{
	struct side *s = &m->side[side];
	bool eof = !strcmp(e->call, "eof");
	size_t touched = s->touched;

	if (eof && s->at_end)
		return true;	/* a program may ask again and again */
	if (!ladder_add_row(m, ROW_CALL, side, e))
		return false;
	s->at_end |= eof;
	s->touched = touched;
	return true;
}

static bool on_sack(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = row_at(m, m->side[side].received);

	if (!r || r->nsacks == ROW_SACKS || e->us - r->arrived > AT_ONCE_US)
		return true;
	r->sack[r->nsacks][0] = e->start - m->side[side].base;
	r->sack[r->nsacks++][1] = e->end - m->side[side].base;
	return true;
}

/* A single segment that goes again says all by itself: after a timeout cwnd is
 * one segment.
 */
static bool on_congestion(struct maker *m, int side, const struct event *e)
{
	bool begins = !strcmp(e->state, "recovery") || !strcmp(e->state, "loss");
	bool undone = !strcmp(e->state, "undone");
	struct side *s = &m->side[side];
	size_t touched = s->touched;

	if (begins ? e->flight <= e->cwnd && !strcmp(e->state, "loss") :
	    !s->recovers && strcmp(e->state, "cwr"))
		return true;
	if (!ladder_add_row(m, ROW_RECOVERY, side, e))
		return false;
	s->touched = touched;
	if (begins)
		s->recovers = true;
	else if (undone || strcmp(e->state, "cwr"))
		s->recovers = false;
	return true;
}

/* What is known of the path, and what is tried out: told beside the steps. */
static bool on_path(struct maker *m, int side, const struct event *e)
{
	size_t touched = m->side[side].touched;

	if (!ladder_add_row(m, ROW_RECOVERY, side, e))
		return false;
	m->side[side].touched = touched;
	return true;
}

/* Of a socket that is connected to itself: what it receives is drawn at the
 * other side, its states at both.
 */
static int side_of_self(const struct event *e)
{
	return e->kind == EVENT_RECEIVE || e->kind == EVENT_DROP ||
	       (e->kind == EVENT_STATE && by_segment(e->what)) ? SERVER :
								 CLIENT;
}

static bool on_event(struct maker *m, int side, const struct event *e)
{
	struct side *s = &m->side[side];

	if (e->kind == EVENT_ACKED)
		return true;
	if (e->kind == EVENT_PATH)
		return on_path(m, side, e);
	if (e->kind == EVENT_SACK)
		return on_sack(m, side, e);
	if (e->kind == EVENT_CONGESTION)
		return on_congestion(m, side, e);
	if (e->kind != EVENT_SEND && e->kind != EVENT_TIMER_SET &&
	    e->kind != EVENT_CALL)
		s->call = NONE;
	switch (e->kind) {
	case EVENT_STATE:
		return on_state(m, side, e);
	case EVENT_SEND:
		return ladder_on_send(m, side, e);
	case EVENT_RECEIVE:
		return ladder_on_receive(m, side, e);
	case EVENT_FAULT:
		return on_fault(m, side, e);
	case EVENT_TIMER_SET:
		return on_timer_set(m, side, e);
	case EVENT_TIMER_FIRED:
		return on_timer_fired(m, side, e);
	case EVENT_DROP:
		return on_drop(m, side, e);
	case EVENT_CALL:
		return on_call(m, side, e);
	}
	return true;
}

/* ---- when all is known ---- */

static int by_set(const void *a, const void *b)
{
	const struct ladder_timer *x = a, *y = b;

	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	return (int)x->side - (int)y->side;
}

/* Those that run at the end of the trace; then all in order. */
static bool finish_timers(struct maker *m)
{
	size_t i;
	int side;

	for (side = 0; side < NSIDES; side++)
		for (i = 0; i < NTIMERS; i++)
			if (m->side[side].timer[i].times &&
			    timer_kinds[i].use == USE_ALWAYS &&
			    !end_timer(m, side, i, m->l.stop, TIMER_RUNS))
				return false;
	if (m->l.ntimers)
		qsort(m->l.timer, m->l.ntimers, sizeof(*m->l.timer), by_set);
	return true;
}

static void finish_rows(struct ladder *l)
{
	unsigned int side;
	size_t i;

	for (i = 0; i < l->n; i++) {
		struct ladder_row *r = &l->row[i];

		r->under_way = r->kind == ROW_SEGMENT && r->arrived < 0 &&
			       !is_taken(r) &&
			       r->us + 2 * l->crossing >= l->stop;
		for (side = 0; side < NSIDES; side++) {
			bool there = r->side != side && r->arrived >= 0 &&
				     !r->late;

			r->state[side] = r->arc[side] ? r->arc[side]->from :
				ladder_state(l, side,
					     there ? r->arrived : r->us);
		}
	}
}

/* ---- the end ---- */

static bool finish(struct maker *m)
{
	struct ladder *l = &m->l;
	size_t i;

	if (!l->n)
		return false;
	l->stop = l->start;
	for (i = 0; i < l->n; i++)
		l->stop = max(l->stop, ladder_row_end(&l->row[i]));
	if (!ladder_find_crossing(l) || !finish_timers(m))
		return false;
	finish_rows(l);
	if (m->pick.part)
		ladder_cut(l, m->pick.part);
	return l->n && ladder_find_notes(l);
}

static bool make(struct maker *m, const struct events *evs,
		 const struct ladder_pick *pick, bool all)
{
	bool started = false;
	size_t i;
	int side;

	m->pick = *pick;
	if (all)
		m->pick.last = evs->n - 1;
	memcpy(m->l.end, pick->end, sizeof(m->l.end));
	m->self = event_end_same(&pick->end[CLIENT], &pick->end[SERVER]);
	for (side = 0; side < NSIDES; side++) {
		struct side *s = &m->side[side];

		s->sent = NONE;
		s->received = NONE;
		s->call = NONE;
		s->fired = NONE;
		s->touched = NONE;
		s->newest = NONE;
	}
	m->quickest = -1;
	if (!learn_ids(m, evs))
		return false;
	learn_seen(m, evs);
	learn_listener(m, evs, CLIENT);
	learn_listener(m, evs, SERVER);
	if (m->self)
		m->side[SERVER].seen = true;
	for (i = 0; i < evs->n; i++) {
		side = side_of(m, i, &evs->v[i]);
		if (side < 0)
			continue;
		if (m->self)
			side = side_of_self(&evs->v[i]);
		if (!started)
			m->l.start = evs->v[i].us;
		started = true;
		if (!on_event(m, side, &evs->v[i]))
			return false;
	}
	return finish(m);
}

struct ladder *ladder_new(const struct events *evs,
			  const struct ladder_pick *pick)
{
	struct maker *m = calloc(1, sizeof(*m));
	struct ladder_pick *picks = NULL;
	size_t n;
	bool ok;

	if (m && !pick)
		picks = ladder_picks(evs, &n);
	ok = m && (pick || picks) &&
	     make(m, evs, pick ?: &picks[0], !pick);
	free(picks);
	if (m && !ok) {
		ladder_free(&m->l);
		m = NULL;
	}
	return m ? &m->l : NULL;
}

void ladder_free(struct ladder *l)
{
	struct maker *m = (struct maker *)l;
	int side;

	if (!m)
		return;
	for (side = 0; side < NSIDES; side++) {
		free(m->side[side].ids);
		free(l->arc[side]);
	}
	free(l->row);
	free(l->timer);
	free(l->note);
	free(m);
}
