// SPDX-License-Identifier: GPL-2.0
/*
 * From a trace to the rows of a ladder: see ladder.h.
 *
 * A row is made where something is sent, fires or is called.  What it led to
 * joins it there:
 *
 *   receive	marks the row of the segment that was sent as arrived
 *   state	joins the segment just received, or the timer just fired; if a
 *		program called, it waits for the segment that the call sends
 *   fault	joins the segment just sent
 *   drop	joins the segment just received
 */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

#define NONE		((size_t)-1)
#define AT_ONCE_US	1000	/* what follows within is one step */
#define NTIMERS		8

/**
 * struct timer_seen - a timer of one side
 * @name:	as in the trace
 * @set:	when last, us
 * @times:	how often since it fired
 */
struct timer_seen {
	const char *name;
	long long set;
	unsigned int times;
};

/**
 * struct side - what is known of one end so far
 * @base:	sequence number of its SYN
 * @have_base:	... is known
 * @id:		serial numbers of this end: a request and its child share one
 * @sent:	row of the last segment sent
 * @received:	row of the last segment received
 * @call:	row of an arc that waits for the segment of its call
 * @fired:	row of the timer that fired last
 * @timer:	all timers seen
 * @fin_end:	sequence number after its FIN
 * @fin:	it has sent one
 * @fin_acked:	its peer has sent an ACK of that
 */
struct side {
	uint32_t base;
	bool have_base;
	uint32_t id;
	size_t sent, received, call, fired;
	struct timer_seen timer[NTIMERS];
	uint32_t fin_end;
	bool fin, fin_acked;
};

struct maker {
	struct ladder l;	/* first: what users see */
	struct ladder_row *row;
	size_t room;
	struct side side[NSIDES];
};

static uint32_t end_seq(const struct event *e)
{
	return e->seq + e->len + !!(e->flags & SEG_SYN) +
	       !!(e->flags & SEG_FIN);
}

static bool occupies(const struct event *e)
{
	return end_seq(e) != e->seq;
}

/* ---- which connection, which side ---- */

static bool is_open(const struct event *e)
{
	return (e->kind == EVENT_SEND && e->flags & SEG_SYN &&
		!(e->flags & SEG_ACK)) ||
	       (e->kind == EVENT_STATE && e->what == LCTCP_EV_ACTIVE_OPEN);
}

static bool find_ends(struct maker *m, const struct events *evs,
		      const struct event_end *client,
		      const struct event_end *server)
{
	size_t i;

	if (client && server) {
		m->l.end[CLIENT] = *client;
		m->l.end[SERVER] = *server;
		return true;
	}
	for (i = 0; i < evs->n && !is_open(&evs->v[i]); i++)
		;
	/* It was open already: who speaks first? */
	if (i == evs->n)
		for (i = 0; i < evs->n && evs->v[i].kind != EVENT_SEND; i++)
			;
	if (i == evs->n)
		return false;
	m->l.end[CLIENT] = evs->v[i].local;
	m->l.end[SERVER] = evs->v[i].remote;
	return true;
}

/* A timer's event names only the id. */
static int side_of(const struct maker *m, const struct event *e)
{
	int i;

	for (i = 0; i < NSIDES; i++) {
		if (e->kind == EVENT_TIMER_SET || e->kind == EVENT_TIMER_FIRED) {
			if (e->id && e->id == m->side[i].id)
				return i;
			continue;
		}
		if (event_end_same(&e->local, &m->l.end[i]) &&
		    event_end_same(&e->remote, &m->l.end[!i]))
			return i;
	}
	return -1;
}

/* ---- rows ---- */

static struct ladder_row *add_row(struct maker *m, unsigned int kind, int side,
				  const struct event *e)
{
	size_t room = m->room ? 2 * m->room : 64;
	struct ladder_row *r;

	if (m->l.n == m->room) {
		r = realloc(m->row, room * sizeof(*r));
		if (!r)
			return NULL;
		m->row = r;
		m->room = room;
	}
	r = &m->row[m->l.n++];
	memset(r, 0, sizeof(*r));
	r->kind = kind;
	r->side = side;
	r->us = e->us;
	r->arrived = -1;
	r->event = e;
	return r;
}

static struct ladder_row *row_at(struct maker *m, size_t i)
{
	return i == NONE ? NULL : &m->row[i];
}

/* Numbers count from the SYN or, failing that, from the first one seen. */
static void learn_base(struct side *me, struct side *peer,
		       const struct event *e)
{
	if (e->flags & SEG_SYN && me->base != e->seq) {
		me->have_base = false;
		me->fin = false;
		me->fin_acked = false;
	}
	if (!me->have_base)
		me->base = e->seq;
	me->have_base = true;
	if (!peer->have_base && e->flags & SEG_ACK) {
		peer->base = e->ack;
		peer->have_base = true;
	}
}

/* How often was it sent before?  A bare ACK counts only if it is one of those
 * that have a role of their own.
 */
static unsigned int sent_before(const struct maker *m, int side,
				const struct event *e)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < m->l.n; i++) {
		const struct ladder_row *r = &m->row[i];
		const struct event *old = r->event;

		if (r->kind != ROW_SEGMENT || r->side != (unsigned int)side ||
		    old == e)
			continue;
		if (occupies(e))
			n += e->seq - old->seq < end_seq(old) - old->seq;
		else
			n += strcmp(e->role, "ack") && !strcmp(e->role, old->role) &&
			     e->seq == old->seq && e->ack == old->ack &&
			     e->flags == old->flags;
	}
	return n;
}

static bool fill_segment(struct maker *m, struct ladder_row *r, int side,
			 const struct event *e)
{
	struct side *me = &m->side[side], *peer = &m->side[!side];

	r->kind = ROW_SEGMENT;
	r->us = e->us;
	r->event = e;
	learn_base(me, peer, e);
	r->seq = e->seq - me->base;
	if (e->flags & SEG_ACK)
		r->ack = e->ack - peer->base;
	r->again = sent_before(m, side, e);
	if (e->flags & SEG_ACK && peer->fin && !peer->fin_acked &&
	    e->ack == peer->fin_end) {
		peer->fin_acked = true;
		r->merged = e->flags & SEG_FIN;
	} else if (r->again && e->flags & SEG_FIN && me->sent != NONE) {
		r->merged = m->row[me->sent].merged;
	}
	if (e->flags & SEG_FIN) {
		me->fin = true;
		me->fin_end = end_seq(e);
	}
	me->sent = r - m->row;
	me->call = NONE;
	return true;
}

static bool on_send(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = row_at(m, m->side[side].call);

	if (r && e->us - r->us > AT_ONCE_US)
		r = NULL;
	if (!r)
		r = add_row(m, ROW_SEGMENT, side, e);
	return r && fill_segment(m, r, side, e);
}

/* Is @e the arrival of the segment @sent, or of a part of it? */
static bool same_segment(const struct event *sent, const struct event *e,
			 bool exactly)
{
	if (e->flags == sent->flags && e->seq == sent->seq &&
	    e->ack == sent->ack && e->len == sent->len)
		return true;
	return !exactly && e->len && sent->len &&
	       e->seq - sent->seq < sent->len &&
	       e->seq + e->len - sent->seq <= sent->len;
}

static struct ladder_row *find_sent(struct maker *m, int from,
				    const struct event *e, bool exactly,
				    bool fresh)
{
	size_t i;

	for (i = 0; i < m->l.n; i++) {
		struct ladder_row *r = &m->row[i];

		if (r->kind == ROW_SEGMENT && r->side == (unsigned int)from &&
		    (!fresh || r->arrived < 0) &&
		    same_segment(r->event, e, exactly) &&
		    !(fresh && ladder_lost(r) && r->fault))
			return r;
	}
	return NULL;
}

static bool on_receive(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = find_sent(m, !side, e, true, true);

	if (!r)
		r = find_sent(m, !side, e, false, true);
	if (!r)
		r = find_sent(m, !side, e, false, false);
	if (!r) {
		m->side[side].received = NONE;
		return true;	/* sent before the trace began */
	}
	if (r->arrived < 0)
		r->arrived = e->us;
	r->copies++;
	m->side[side].received = r - m->row;
	return true;
}

static bool by_segment(unsigned int what)
{
	switch (what) {
	case LCTCP_EV_SYN:
	case LCTCP_EV_SYN_ACK:
	case LCTCP_EV_ACK_OF_SYN:
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

static bool by_timer(unsigned int what)
{
	switch (what) {
	case LCTCP_EV_PASSIVE_GIVE_UP:
	case LCTCP_EV_GIVE_UP:
	case LCTCP_EV_FIN_WAIT2_TIMEOUT:
	case LCTCP_EV_2MSL:
		return true;
	}
	return false;
}

static bool on_state(struct maker *m, int side, const struct event *e)
{
	const struct lctcp_arc *arc = lctcp_fsm_find(e->from, e->what);
	struct side *s = &m->side[side];
	struct ladder_row *r = NULL;

	if (!arc)
		return true;	/* of a newer state machine */
	if (by_segment(e->what))
		r = row_at(m, s->received);
	else if (by_timer(e->what))
		r = row_at(m, s->fired);
	if (r && !r->arc[side] &&
	    (by_segment(e->what) || e->us - r->us <= AT_ONCE_US)) {
		r->arc[side] = arc;
		return true;
	}
	r = add_row(m, ROW_STATE, side, e);
	if (!r)
		return false;
	r->arc[side] = arc;
	if (!by_segment(e->what) && !by_timer(e->what))
		s->call = r - m->row;
	return true;
}

static struct timer_seen *timer_of(struct side *s, const char *name)
{
	int i;

	for (i = 0; i < NTIMERS; i++) {
		if (!s->timer[i].name)
			s->timer[i].name = name;
		if (!strcmp(s->timer[i].name, name))
			return &s->timer[i];
	}
	return NULL;
}

/* Of timers that guard every segment only those matter that fire. */
static bool on_timer_set(struct maker *m, int side, const struct event *e)
{
	struct timer_seen *t = timer_of(&m->side[side], e->timer);
	struct ladder_row *r;

	if (!t)
		return true;
	t->set = e->us;
	t->times++;
	if (strcmp(e->timer, "syn-ack") && strcmp(e->timer, "2msl"))
		return true;
	r = add_row(m, ROW_TIMER_SET, side, e);
	if (!r)
		return false;
	r->anew = t->times - 1;
	return true;
}

static bool on_timer_fired(struct maker *m, int side, const struct event *e)
{
	struct timer_seen *t = timer_of(&m->side[side], e->timer);
	struct ladder_row *r = add_row(m, ROW_TIMER_FIRED, side, e);

	if (!r)
		return false;
	r->waited = t && t->times ? e->us - t->set : -1;
	if (t)
		t->times = 0;
	m->side[side].fired = r - m->row;
	return true;
}

static bool on_fault(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = row_at(m, m->side[side].sent);

	if (r && r->event->seq == e->seq && r->event->flags == e->flags)
		r->fault = e;
	return true;
}

static bool on_drop(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = row_at(m, m->side[side].received);

	if (r && e->us - r->arrived <= AT_ONCE_US)
		r->drop = e;
	return true;
}

static bool on_event(struct maker *m, int side, const struct event *e)
{
	struct side *s = &m->side[side];

	if (e->id)
		s->id = e->id;
	if (e->kind != EVENT_SEND && e->kind != EVENT_TIMER_SET)
		s->call = NONE;
	switch (e->kind) {
	case EVENT_STATE:
		return on_state(m, side, e);
	case EVENT_SEND:
		return on_send(m, side, e);
	case EVENT_RECEIVE:
		return on_receive(m, side, e);
	case EVENT_FAULT:
		return on_fault(m, side, e);
	case EVENT_TIMER_SET:
		return on_timer_set(m, side, e);
	case EVENT_TIMER_FIRED:
		return on_timer_fired(m, side, e);
	case EVENT_DROP:
		return on_drop(m, side, e);
	}
	return true;
}

struct ladder *ladder_new(const struct events *evs,
			  const struct event_end *client,
			  const struct event_end *server)
{
	struct maker *m = calloc(1, sizeof(*m));
	size_t i;
	int side;

	if (!m)
		return NULL;
	for (side = 0; side < NSIDES; side++) {
		struct side *s = &m->side[side];

		s->sent = NONE;
		s->received = NONE;
		s->call = NONE;
		s->fired = NONE;
	}
	if (!find_ends(m, evs, client, server))
		goto fail;
	for (i = 0; i < evs->n; i++) {
		side = side_of(m, &evs->v[i]);
		if (side >= 0 && !on_event(m, side, &evs->v[i]))
			goto fail;
	}
	m->l.row = m->row;
	return &m->l;
fail:
	ladder_free(&m->l);
	return NULL;
}

void ladder_free(struct ladder *l)
{
	struct maker *m = (struct maker *)l;

	if (!m)
		return;
	free(m->row);
	free(m);
}

/* ---- questions ---- */

unsigned int ladder_state(const struct ladder *l, size_t row,
			  unsigned int side)
{
	size_t i;

	/* What the next arc leaves: the same pair may live again. */
	for (i = row; i < l->n; i++)
		if (l->row[i].arc[side])
			return l->row[i].arc[side]->from;
	for (i = row; i-- > 0;)
		if (l->row[i].arc[side])
			return l->row[i].arc[side]->to;
	return LCTCP_CLOSED;
}

const char *ladder_segment(const struct ladder_row *r)
{
	const struct event *e = r->event;

	if (e->flags & SEG_RST)
		return "RST";
	if (e->flags & SEG_SYN)
		return e->flags & SEG_ACK ? "SYN-ACK" : "SYN";
	if (e->flags & SEG_FIN)
		return r->merged ? "FIN+ACK in one" : "FIN";
	return e->len ? "data" : "ACK";
}

bool ladder_lost(const struct ladder_row *r)
{
	if (r->kind != ROW_SEGMENT || r->arrived >= 0)
		return false;
	return !r->fault || !strcmp(r->fault->verb, "drop");
}

const char *ladder_rule(const struct ladder_row *r, char *buf, size_t size)
{
	const struct event *e = r->fault;
	char delay[16] = "", count[16] = "";

	if (e->delay_ms)
		snprintf(delay, sizeof(delay), " %ums", e->delay_ms);
	if (e->count)
		snprintf(count, sizeof(count), " %u", e->count);
	snprintf(buf, size, "%s %s%s%s", e->verb, e->role, delay, count);
	return buf;
}
