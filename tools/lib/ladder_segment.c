// SPDX-License-Identifier: GPL-2.0
/*
 * The rows of segments: which was sent before, which arrival is whose, what comes
 * from an older life of the pair or from nowhere.
 */
#include "array.h"
#include "ladder.h"
#include "ladder_make.h"

#define LOOK_BACK	4096	/* rows to look for the origin of a copy */
#define LATE_US		100000	/* under way longer than others, and than that */

static uint32_t end_seq(const struct event *e)
{
	return e->seq + e->len + !!(e->flags & SEG_SYN) +
	       !!(e->flags & SEG_FIN);
}

static bool occupies(const struct event *e)
{
	return end_seq(e) != e->seq;
}

struct ladder_row *ladder_add_row(struct maker *m, unsigned int kind, int side,
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

bool ladder_on_send(struct maker *m, int side, const struct event *e)
{
	struct ladder_row *r = row_at(m, m->side[side].call);

	/* On a slow machine the SYN of a connect() leaves some time later. */
	if (r && e->us - r->us > AT_ONCE_US &&
	    !(e->flags & (SEG_SYN | SEG_FIN | SEG_RST)))
		r = NULL;
	if (!r)
		r = ladder_add_row(m, ROW_SEGMENT, side, e);
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
		r = ladder_add_row(m, ROW_SEGMENT, side, e);
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
	struct ladder_row *r = ladder_add_row(m, ROW_ARRIVAL, !side, e);

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

bool ladder_on_receive(struct maker *m, int side, const struct event *e)
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
