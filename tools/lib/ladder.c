// SPDX-License-Identifier: GPL-2.0
/*
 * From a trace to the rows of a ladder: see ladder.h.
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
 */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "ladder.h"

#define NONE		((size_t)-1)
#define AT_ONCE_US	1000	/* what follows within is one step */
#define LOOK_BACK	4096	/* rows to look for the origin of a copy */
#define LATE_US		100000	/* under way longer than others, and than that */

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

#define NTIMERS		ARRAY_SIZE(timer_kinds)

/**
 * struct timer_seen - a timer of one side
 * @set:	when last, us
 * @row:	where
 * @ms:		for how long
 * @times:	how often since it fired; 0 if it does not run
 */
struct timer_seen {
	long long set;
	size_t row;
	unsigned long long ms;
	unsigned int times;
};

/**
 * struct side - what is known of one end so far
 * @base:	sequence number of its SYN
 * @have_base:	... is known
 * @life:	row of that SYN
 * @ids:	serial numbers of this end, sorted: timers name only those
 * @nids:	how many
 * @seen:	the trace has events of this end
 * @sent:	row of the last segment sent
 * @received:	row of the last segment received
 * @call:	row of an arc that waits for the segment of its call
 * @fired:	row of the timer that fired last
 * @newest:	row that left this side last of those that have arrived
 * @touched:	row that came to this side last
 * @oldest:	no row before it waits for the arrival of a segment of this end
 * @next_seq:	after all that it has sent
 * @timer:	all timers known
 * @fin_end:	sequence number after its FIN
 * @fin:	it has sent one
 * @fin_acked:	its peer has sent an ACK of that
 * @at_end:	its program has read the end of the stream
 * @recovers:	a row has told that recovery began, and none that it ended
 */
struct side {
	uint32_t base;
	bool have_base;
	size_t life;
	uint32_t *ids;
	size_t nids;
	bool seen;
	size_t sent, received, call, fired, touched, newest;
	size_t oldest;
	uint32_t next_seq;
	struct timer_seen timer[NTIMERS];
	uint32_t fin_end;
	bool fin, fin_acked, at_end, recovers;
};

struct maker {
	struct ladder l;	/* first: what users see */
	struct ladder_pick pick;
	size_t room;
	size_t arc_room[NSIDES];
	size_t timer_room;
	struct side side[NSIDES];
	bool self;		/* both ends are one socket */
	long long quickest;	/* that a segment has crossed the wire, us; or -1 */
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
	       e->kind == EVENT_ACKED;
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

/* ---- rows ---- */

static struct ladder_row *add_row(struct maker *m, unsigned int kind, int side,
				  const struct event *e)
{
	struct ladder_row *r = array_more(&m->l.row, m->l.n, &m->room, sizeof(*r));

	if (!r)
		return NULL;
	m->l.n++;
	r->kind = kind;
	r->side = side;
	r->us = e->us;
	r->arrived = -1;
	r->event = e;
	r->waited = -1;
	m->side[side].touched = r - m->l.row;
	return r;
}

static struct ladder_row *row_at(const struct maker *m, size_t i)
{
	return i == NONE ? NULL : &m->l.row[i];
}

/* Was @e sent before, in @r?  A bare ACK only if it is one of those that have a
 * role of their own; a SYN that now carries an ACK is another segment.
 */
static bool is_copy(const struct ladder_row *r, const struct event *e)
{
	const struct event *old = r->event;

	if (!occupies(e))
		return !strcmp(e->role, old->role) && e->seq == old->seq &&
		       e->ack == old->ack && e->flags == old->flags;
	if (e->flags & SEG_SYN && (e->flags ^ old->flags) & SEG_ACK)
		return false;
	return e->seq - old->seq < end_seq(old) - old->seq;
}

static unsigned int sent_before(const struct maker *m,
				const struct ladder_row *r)
{
	const struct event *e = r->event;
	const struct side *s = &m->side[r->side];
	size_t i = m->l.n > LOOK_BACK ? m->l.n - LOOK_BACK : 0;
	unsigned int n = 0;

	/* Numbers of another life of the pair say nothing. */
	i = max(i, s->life);
	if (occupies(e) && (s->sent == NONE ||
			    (int32_t)(e->seq - s->next_seq) >= 0))
		return 0;
	/* a RST answers anew each time */
	if (!occupies(e) && (!strcmp(e->role, "ack") || e->flags & SEG_RST))
		return 0;
	for (; i < m->l.n; i++) {
		const struct ladder_row *old = &m->l.row[i];

		if (old->kind == ROW_SEGMENT && old->side == r->side &&
		    old != r)
			n += is_copy(old, e);
	}
	return n;
}

/* Numbers count from the SYN or, failing that, from the first one seen. */
static void learn_base(struct maker *m, int side, const struct event *e)
{
	struct side *me = &m->side[side], *peer = &m->side[!side];

	if (e->flags & SEG_SYN && me->base != e->seq) {
		me->have_base = false;
		me->fin = false;
		me->fin_acked = false;
		me->at_end = false;
	}
	if (!me->have_base) {
		me->base = e->seq;
		m->l.midway |= !(e->flags & SEG_SYN);
	}
	me->have_base = true;
	if (!peer->have_base && e->flags & SEG_ACK) {
		/* the SYN that a SYN-ACK answers was one less */
		peer->base = e->ack - !!(e->flags & SEG_SYN);
		peer->have_base = true;
		m->l.midway |= !(e->flags & SEG_SYN);
	}
}

static void note_fin(struct maker *m, struct ladder_row *r)
{
	struct side *me = &m->side[r->side], *peer = &m->side[!r->side];
	const struct event *e = r->event;

	if (e->flags & SEG_ACK && peer->fin && !peer->fin_acked &&
	    e->ack == peer->fin_end) {
		peer->fin_acked = true;
		r->merged = e->flags & SEG_FIN;
	} else if (r->again && e->flags & SEG_FIN && me->sent != NONE) {
		r->merged = m->l.row[me->sent].merged;
	}
	if (e->flags & SEG_FIN) {
		me->fin = true;
		me->fin_end = end_seq(e);
	}
}

static bool fill_segment(struct maker *m, struct ladder_row *r, int side,
			 const struct event *e)
{
	struct side *me = &m->side[side], *peer = &m->side[!side];
	const struct ladder_row *fired = row_at(m, me->fired);
	const struct ladder_row *last = row_at(m, me->sent);

	r->kind = ROW_SEGMENT;
	r->us = e->us;
	r->event = e;
	if (e->flags & SEG_SYN && me->base != e->seq)
		me->life = r - m->l.row;
	learn_base(m, side, e);
	if (m->self) {
		peer->base = me->base;
		peer->have_base = true;
	}
	r->seq = e->seq - me->base;
	if (e->flags & SEG_ACK)
		r->ack = e->ack - peer->base;
	r->again = sent_before(m, r);
	r->crossed = e->flags & SEG_SYN && e->flags & SEG_ACK &&
		     m->l.opened[side];
	if (fired && e->us - fired->us <= AT_ONCE_US)
		r->cause = fired->event->timer;
	r->reopens = last && !last->event->wnd && e->wnd &&
		     !(last->event->flags & SEG_RST) && !(e->flags & SEG_SYN);
	note_fin(m, r);
	if (me->sent == NONE || (int32_t)(end_seq(e) - me->next_seq) > 0 ||
	    e->flags & SEG_SYN)
		me->next_seq = end_seq(e);
	me->sent = r - m->l.row;
	me->call = NONE;
	return true;
}

static bool on_send(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = row_at(m, m->side[side].call);

	/* On a slow machine the SYN of a connect() leaves some time later. */
	if (r && e->us - r->us > AT_ONCE_US &&
	    !(e->flags & (SEG_SYN | SEG_FIN | SEG_RST)))
		r = NULL;
	if (!r)
		r = add_row(m, ROW_SEGMENT, side, e);
	if (!r || !fill_segment(m, r, side, e))
		return false;
	if (!m->side[!side].seen) {
		r->arrived = r->us;
		r->assumed = true;
	}
	return true;
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

static bool is_taken(const struct ladder_row *r)
{
	return r->fault && !strcmp(r->fault->verb, "drop");
}

/* A rule still holds it back: what has come is a later copy. */
static bool is_held(const struct ladder_row *r, long long us)
{
	return r->fault && us - r->us < r->fault->delay_ms * 1000LL;
}

/* Of two copies, has the one that left last come, now, and the other not? A wire
 * keeps the order, and is about as quick as before.
 */
static bool is_likelier(const struct maker *m, const struct ladder_row *last,
			const struct ladder_row *first, long long us)
{
	size_t newest = m->side[first->side].newest;

	if (last->event->seq != first->event->seq || m->quickest < 0 ||
	    us - last->us < m->quickest)
		return false;
	return (newest != NONE && &m->l.row[newest] > first) ||
	       (us - first->us) / 4 > m->quickest;
}

static struct ladder_row *find_sent(struct maker *m, int from,
				    const struct event *e, bool exactly,
				    bool fresh)
{
	size_t i = m->l.n > LOOK_BACK ? m->l.n - LOOK_BACK : 0;
	struct ladder_row *found = NULL;

	if (fresh)
		i = max(i, m->side[from].oldest);
	for (; i < m->l.n; i++) {
		struct ladder_row *r = &m->l.row[i];

		if (r->kind == ROW_SEGMENT && r->side == (unsigned int)from &&
		    (!fresh || (r->arrived < 0 && !is_taken(r))) &&
		    !is_held(r, e->us) &&
		    same_segment(r->event, e, exactly) &&
		    (!found || (fresh && e->len &&
				is_likelier(m, r, found, e->us))))
			found = r;
		if (found && !fresh)
			break;
	}
	return found;
}

/* Rows that cannot be waited for are not looked at again. */
static void forget_arrived(struct maker *m, int from)
{
	struct side *s = &m->side[from];

	while (s->oldest < m->l.n) {
		struct ladder_row *r = &m->l.row[s->oldest];

		if (r->kind == ROW_STATE && s->call == s->oldest)
			break;	/* its segment is still to come */
		if (r->kind == ROW_SEGMENT && r->side == (unsigned int)from &&
		    r->arrived < 0 && !is_taken(r))
			break;
		s->oldest++;
	}
}

/* From an end that the trace knows nothing else of. */
static struct ladder_row *row_from_nowhere(struct maker *m, int side,
					   const struct event *e)
{
	struct ladder_row *r = NULL;

	if (!m->side[side].seen)
		r = add_row(m, ROW_SEGMENT, side, e);
	if (!r || !fill_segment(m, r, side, e))
		return NULL;
	r->assumed = true;
	return r;
}

/* Its arrival would be lost on its readers in the row where it left. */
static bool is_late(const struct maker *m, const struct ladder_row *r,
		    long long us)
{
	if (r->assumed)
		return false;
	return (r->fault && r->fault->delay_ms) ||
	       (m->quickest >= 0 && us - r->us > 4 * m->quickest + LATE_US);
}

/* A row for what comes to @side, which its sender has no part in.  Numbers are
 * those of the life that it has come to.
 */
static struct ladder_row *arrival_row(struct maker *m, int side,
				      const struct event *e)
{
	const struct side *me = &m->side[side];
	struct side *peer = &m->side[!side];
	size_t touched = peer->touched;
	struct ladder_row *r = add_row(m, ROW_ARRIVAL, !side, e);

	if (!r)
		return NULL;
	peer->touched = touched;
	if (!peer->have_base)
		learn_base(m, !side, e);
	r->arrived = e->us;
	r->seq = e->seq - peer->base;
	if (e->flags & SEG_ACK)
		r->ack = e->ack - me->base;
	return r;
}

static bool add_arrival(struct maker *m, int side, size_t sent,
			const struct event *e)
{
	const struct side *me = &m->side[side], *peer = &m->side[!side];
	struct ladder_row *r = arrival_row(m, side, e);

	if (!r)
		return false;
	m->l.row[sent].late = r - m->l.row;
	r->event = m->l.row[sent].event;
	r->again = m->l.row[sent].again;
	r->merged = m->l.row[sent].merged;
	r->of = sent;
	/* a half-open connection that came to nothing is none a SYN could be old for */
	r->stranger = (sent < me->life && !(e->flags & SEG_SYN)) ||
		      sent < peer->life;
	return true;
}

/* It has come for the first time: at which row?  NONE without memory. */
static size_t arrive(struct maker *m, int side, size_t sent,
		     const struct event *e)
{
	struct ladder_row *r = &m->l.row[sent];

	r->arrived = e->us;
	if (is_late(m, r, e->us))
		return add_arrival(m, side, sent, e) ? m->l.n - 1 : NONE;
	if (m->quickest < 0 || e->us - r->us < m->quickest)
		m->quickest = e->us - r->us;
	return sent;
}

/* It left before the trace, or this life in it, began. */
static bool add_old(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = arrival_row(m, side, e);

	if (!r)
		return false;
	r->copies = 1;
	r->of = NONE;
	r->stranger = !m->l.midway;
	m->side[side].received = r - m->l.row;
	m->side[side].touched = r - m->l.row;
	return true;
}

static bool on_receive(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r;
	size_t at;

	forget_arrived(m, !side);
	r = find_sent(m, !side, e, true, true);
	if (!r)
		r = find_sent(m, !side, e, false, true);
	if (!r && m->side[!side].seen)
		r = find_sent(m, !side, e, false, false);
	if (!r)
		r = row_from_nowhere(m, !side, e);
	if (!r)
		return add_old(m, side, e);
	r->copies++;
	at = r - m->l.row;
	if (m->side[!side].newest == NONE || at > m->side[!side].newest)
		m->side[!side].newest = at;
	if (r->arrived < 0)
		at = arrive(m, side, at, e);
	m->side[side].received = at;
	m->side[side].touched = at;
	return at != NONE;
}

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
	r = add_row(m, ROW_STATE, side, e);
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
		r = add_row(m, ROW_TIMER_SET, side, e);
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
	struct ladder_row *r = add_row(m, ROW_TIMER_FIRED, side, e);
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
	if (!add_row(m, ROW_CALL, side, e))
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
	if (!add_row(m, ROW_RECOVERY, side, e))
		return false;
	s->touched = touched;
	if (begins)
		s->recovers = true;
	else if (undone || strcmp(e->state, "cwr"))
		s->recovers = false;
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

	if (e->kind == EVENT_ACKED || e->kind == EVENT_PATH)
		return true;
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
