// SPDX-License-Identifier: GPL-2.0
/*
 * From a trace to what a plot shows: see plot.h.
 *
 * Which transmission of the same octets has arrived the trace does not tell.  Of
 * several the one is taken that left last, if it had the time; when another one
 * comes after all, that was the one before.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "plot.h"

#define AT_ONCE_US	1000	/* what follows within is one step */
#define NONE		((size_t)-1)

struct maker {
	struct plot p;			/* first: what users see */
	const struct ladder_pick *pick;
	size_t segs, acks, blocks, states, bands, marks;	/* room */
	uint32_t *id;			/* of the sender, in any order */
	size_t nids, ids;
	bool seen[NSIDES];
	uint32_t base;
	bool have_base;
	long long acked;		/* highest ACK */
	size_t *fresh;			/* first transmissions, rising */
	size_t nfresh, freshes;
	long long quickest;		/* across the wire, us; -1: unknown */
	size_t landed, nlanded;		/* the last arrival: fresh[], how many */
	const char *fired;		/* the sender's last timer */
	long long fired_us;
	unsigned int ca;
	long long ca_us;		/* since then */
	long long cwr_end;		/* the number at which CWR ends */
	size_t episode;			/* the first segment of it */
	bool sack;
	unsigned int of_ack;		/* blocks of the ACK at hand */
	bool acks_told;			/* EVENT_ACKED is in the trace */
	struct plot_state now;
};

static uint32_t seq_len(const struct event *e)
{
	return e->len + !!(e->flags & SEG_SYN) + !!(e->flags & SEG_FIN);
}

/* As far as it can be from what was sent. */
static long long unwrap(const struct maker *m, uint32_t seq)
{
	uint32_t top = m->base + (uint32_t)m->p.top;

	return m->p.top + (int32_t)(seq - top);
}

/* ---- which events ---- */

static bool has_id(const struct maker *m, uint32_t id)
{
	size_t i;

	for (i = m->nids; id && i--;)
		if (m->id[i] == id)
			return true;
	return false;
}

static bool has_ends(const struct event *e)
{
	return e->kind != EVENT_TIMER_SET && e->kind != EVENT_TIMER_FIRED &&
	       e->kind != EVENT_CONGESTION && e->kind != EVENT_SACK &&
	       e->kind != EVENT_ACKED && e->kind != EVENT_PATH;
}

static int side_of(const struct maker *m, size_t at, const struct event *e)
{
	if (at < m->pick->first || at > m->pick->last || !has_ends(e))
		return -1;
	return ladder_pick_side(m->pick, e);
}

/* What each side has sent tells who sends; and the ids are the sender's. */
static bool learn(struct maker *m, const struct events *evs, int from)
{
	unsigned long long sent[NSIDES] = { 0 };
	size_t i;
	int side;

	for (i = m->pick->first; i <= m->pick->last; i++) {
		const struct event *e = &evs->v[i];

		side = side_of(m, i, e);
		if (side < 0)
			continue;
		m->seen[side] = true;
		if (e->kind == EVENT_SEND)
			sent[side] += seq_len(e);
		else if (e->kind == EVENT_RECEIVE && !m->seen[!side])
			sent[!side] += seq_len(e);
	}
	m->p.from = from >= 0 ? (unsigned int)from :
		    sent[SERVER] > sent[CLIENT] ? SERVER : CLIENT;
	for (i = m->pick->first; i <= m->pick->last; i++) {
		const struct event *e = &evs->v[i];
		uint32_t *id;

		if (side_of(m, i, e) != (int)m->p.from || !e->id ||
		    has_id(m, e->id))
			continue;
		id = array_more(&m->id, m->nids, &m->ids, sizeof(*id));
		if (!id)
			return false;
		*id = e->id;
		m->nids++;
	}
	return true;
}

/* ---- congestion control ---- */

static bool add_state(struct maker *m, long long us)
{
	struct plot_state *s = m->p.nstates ?
			       &m->p.state[m->p.nstates - 1] : NULL;

	if (!s || s->us != us) {
		s = array_more(&m->p.state, m->p.nstates, &m->states,
			       sizeof(*s));
		if (!s)
			return false;
		m->p.nstates++;
	}
	*s = m->now;
	s->us = us;
	return true;
}

static bool add_band(struct maker *m, long long us)
{
	struct plot_band *b;

	if (m->ca == PLOT_OPEN)
		return true;
	b = array_more(&m->p.band, m->p.nbands, &m->bands, sizeof(*b));
	if (!b)
		return false;
	m->p.nbands++;
	*b = (struct plot_band){ m->ca_us, us, m->ca };
	return true;
}

static bool set_ca(struct maker *m, long long us, unsigned int ca)
{
	if (ca == m->ca)
		return true;
	if (!add_band(m, us))
		return false;
	m->ca = ca;
	m->ca_us = us;
	return true;
}

static bool add_mark(struct maker *m, const struct event *e)
{
	struct plot_mark *k = array_more(&m->p.mark, m->p.nmarks, &m->marks,
					 sizeof(*k));

	if (!k)
		return false;
	m->p.nmarks++;
	k->event = e;
	k->us = e->us;
	k->before = m->now.cwnd;
	k->after = e->cwnd;
	return true;
}

static uint32_t in_flight(uint32_t flight, uint32_t again, uint32_t sacked,
			  uint32_t lost)
{
	unsigned long long in = (unsigned long long)flight + again;
	unsigned long long out = (unsigned long long)sacked + lost;

	return in > out ? min(in - out, (unsigned long long)UINT32_MAX) : 0;
}

static bool on_congestion(struct maker *m, const struct event *e)
{
	static const char *const names[PLOT_NCAS] = {
		"open", "disorder", "cwr", "recovery", "loss",
	};
	bool undone = !strcmp(e->state, "undone");
	unsigned int ca;
	size_t i;

	for (ca = 0; ca < PLOT_NCAS && strcmp(names[ca], e->state); ca++)
		;
	if (ca == PLOT_NCAS && !undone)
		return true;	/* of a newer module */
	if ((undone || ca >= PLOT_CWR) && !add_mark(m, e))
		return false;
	for (i = m->episode; undone && i < m->p.nsegs; i++)
		m->p.seg[i].needless |= m->p.seg[i].why != PLOT_NEW &&
					m->p.seg[i].why != PLOT_OTHER &&
					!m->p.seg[i].fault;
	if ((ca == PLOT_RECOVERY || ca == PLOT_LOSS) && m->ca < PLOT_RECOVERY)
		m->episode = m->p.nsegs;
	m->now.cwnd = e->cwnd;
	m->now.ssthresh = e->ssthresh;
	if (ca == PLOT_LOSS)
		m->now.pipe = in_flight(e->flight, 0, e->sacked, e->lost);
	if (ca == PLOT_CWR)
		m->cwr_end = m->acked + e->flight;
	else if (ca == PLOT_OPEN && m->ca == PLOT_CWR)
		ca = PLOT_CWR;
	if (!undone && !set_ca(m, e->us, ca))
		return false;
	return add_state(m, e->us);
}

static bool add_ack(struct maker *m, long long us, long long ack)
{
	struct plot_ack *a;

	if (ack <= m->acked)
		return true;
	m->acked = ack;
	a = array_more(&m->p.ack, m->p.nacks, &m->acks, sizeof(*a));
	if (!a)
		return false;
	m->p.nacks++;
	*a = (struct plot_ack){ us, ack };
	return m->ca != PLOT_CWR || ack < m->cwr_end ||
	       set_ca(m, us, PLOT_OPEN);
}

static bool on_acked(struct maker *m, const struct event *e)
{
	if (!m->have_base)
		return true;
	m->acks_told = true;
	m->now.cwnd = e->cwnd;
	m->now.ssthresh = e->ssthresh;
	m->now.pipe = in_flight(e->nxt - e->una, e->again, e->sacked, e->lost);
	m->now.edge = unwrap(m, e->una) + e->window;
	m->now.srtt_us = e->srtt_us;
	m->now.rto_us = e->rto_us;
	return add_ack(m, e->us, unwrap(m, e->una)) && add_state(m, e->us);
}

/* ---- segments ---- */

/* The last first transmission that begins at @seq or before, NONE for none. */
static size_t fresh_at(const struct maker *m, long long seq)
{
	size_t low = 0, high = m->nfresh;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->p.seg[m->fresh[mid]].seq <= seq)
			low = mid + 1;
		else
			high = mid;
	}
	return low - 1;
}

static unsigned int why_again(const struct maker *m, const struct event *e)
{
	bool fired = m->fired && e->us - m->fired_us <= AT_ONCE_US;

	if (fired && !strcmp(m->fired, "tail-probe"))
		return PLOT_TAIL;
	if (fired && !strcmp(m->fired, "persist"))
		return PLOT_OTHER;
	if (m->ca == PLOT_LOSS || (fired && (!strcmp(m->fired, "rexmit") ||
					     !strcmp(m->fired, "syn-ack"))))
		return PLOT_TIMEOUT;
	if (m->ca == PLOT_RECOVERY)
		return m->sack ? PLOT_RACK : PLOT_FAST;
	return PLOT_OTHER;
}

static bool add_fresh(struct maker *m, size_t at)
{
	size_t *f = array_more(&m->fresh, m->nfresh, &m->freshes, sizeof(*f));

	if (!f)
		return false;
	m->nfresh++;
	*f = at;
	return true;
}

static void chain(struct maker *m, size_t at)
{
	size_t first = fresh_at(m, m->p.seg[at].seq), i;

	if (first == NONE)
		return;
	for (i = m->fresh[first]; m->p.seg[i].next; i = m->p.seg[i].next)
		;
	if (i != at)
		m->p.seg[i].next = at;
}

static struct plot_seg *add_seg(struct maker *m, const struct event *e)
{
	struct plot_seg *s;
	bool again;

	if (!m->have_base) {
		m->base = e->seq;
		m->have_base = true;
		m->p.midway = !(e->flags & SEG_SYN);
	}
	s = array_more(&m->p.seg, m->p.nsegs, &m->segs, sizeof(*s));
	if (!s)
		return NULL;
	s->us = e->us;
	s->seq = unwrap(m, e->seq);
	s->len = seq_len(e);
	s->arrived = -1;
	s->event = e;
	again = m->nfresh && s->seq < m->p.top;
	s->why = again ? why_again(m, e) : PLOT_NEW;
	if (!again && m->fired && e->us - m->fired_us <= AT_ONCE_US &&
	    !strcmp(m->fired, "tail-probe"))
		s->why = PLOT_TAIL;
	m->p.nsegs++;
	m->p.top = max(m->p.top, s->seq + s->len);
	if (again)
		chain(m, m->p.nsegs - 1);
	else if (!add_fresh(m, m->p.nsegs - 1))
		return NULL;
	return s;
}

static bool on_send(struct maker *m, const struct event *e)
{
	struct plot_seg *s;

	if (!seq_len(e) || e->flags & SEG_RST)
		return true;
	s = add_seg(m, e);
	if (!s)
		return false;
	if (s->why != PLOT_TIMEOUT || !(e->flags & SEG_SYN))
		m->now.pipe += s->len;
	return !m->p.nstates || add_state(m, e->us);
}

static void on_fault(struct maker *m, const struct event *e)
{
	struct plot_seg *s = m->p.nsegs ? &m->p.seg[m->p.nsegs - 1] : NULL;

	if (s && s->event->seq == e->seq && s->event->flags == e->flags)
		s->fault = e;
}

static bool may_arrive(const struct plot_seg *s, long long seq, long long end,
		       long long us)
{
	if (s->fault && !strcmp(s->fault->verb, "drop"))
		return false;
	if (s->fault && us - s->us < s->fault->delay_ms * 1000LL)
		return false;
	return s->got < s->len && s->seq < end && s->seq + s->len > seq;
}

/* Of a first transmission and those after it: which has come?  NONE: none. */
static size_t who_came(const struct maker *m, size_t first, long long seq,
		       long long end, long long us)
{
	size_t i = first, came = NONE;

	do {
		const struct plot_seg *s = &m->p.seg[i];
		bool quick = m->quickest >= 0 && us - s->us < m->quickest;

		if (may_arrive(s, seq, end, us) && (came == NONE || !quick))
			came = i;
		i = s->next;
	} while (i);
	return came;
}

static void land(struct maker *m, size_t at, long long seq, long long end,
		 long long us)
{
	struct plot_seg *s = &m->p.seg[at];
	long long from = max(seq, s->seq), to = min(end, s->seq + s->len);

	s->got = min(s->got + (uint32_t)(to - from), s->len);
	s->arrived = us;
	if (m->quickest < 0 || us - s->us < m->quickest)
		m->quickest = us - s->us;
}

/* Something of the sender has come to its peer. */
static bool on_arrival(struct maker *m, const struct event *e)
{
	long long seq, end;
	size_t i, came;

	if (!seq_len(e) || e->flags & SEG_RST)
		return true;
	if (!m->seen[m->p.from]) {
		struct plot_seg *s = add_seg(m, e);

		if (!s)
			return false;
		s->got = s->len;
		s->arrived = e->us;
		return true;
	}
	if (!m->have_base)
		return true;
	seq = unwrap(m, e->seq);
	end = seq + seq_len(e);
	m->nlanded = 0;
	i = fresh_at(m, seq);
	for (i = i == NONE ? 0 : i; i < m->nfresh; i++) {
		if (m->p.seg[m->fresh[i]].seq >= end)
			break;
		came = who_came(m, m->fresh[i], seq, end, e->us);
		if (came == NONE)
			continue;
		land(m, came, seq, end, e->us);
		m->landed = came;
		m->nlanded++;
	}
	return true;
}

static void on_drop(struct maker *m, const struct event *e)
{
	if (m->nlanded == 1 &&
	    e->us - m->p.seg[m->landed].arrived <= AT_ONCE_US)
		m->p.seg[m->landed].drop = e;
}

/* ---- ACKs ---- */

/* The newest copy of what arrived twice was for nothing. */
static void needless(struct maker *m, long long start, long long end)
{
	size_t i = fresh_at(m, start), at, last;

	for (i = i == NONE ? 0 : i; i < m->nfresh; i++) {
		if (m->p.seg[m->fresh[i]].seq >= end)
			break;
		last = 0;
		for (at = m->p.seg[m->fresh[i]].next; at;
		     at = m->p.seg[at].next)
			if (m->p.seg[at].seq < end &&
			    m->p.seg[at].seq + m->p.seg[at].len > start)
				last = at;
		if (last)
			m->p.seg[last].needless = true;
	}
}

static bool on_sack(struct maker *m, const struct event *e)
{
	struct plot_block *b, *prev = m->p.nblocks ?
				      &m->p.block[m->p.nblocks - 1] : NULL;
	long long ack = unwrap(m, e->ack);

	if (!m->have_base)
		return true;
	m->sack = true;
	b = array_more(&m->p.block, m->p.nblocks, &m->blocks, sizeof(*b));
	if (!b)
		return false;
	prev = m->p.nblocks ? b - 1 : NULL;
	m->p.nblocks++;
	*b = (struct plot_block){ e->us, ack, unwrap(m, e->start),
				  unwrap(m, e->end), false };
	/* RFC 2883: below the ACK, or the first one, within the second.  Another ACK
	 * may have come at the same time.
	 */
	b->twice = b->end <= ack && !m->of_ack;
	if (b->twice)
		needless(m, b->start, b->end);
	if (++m->of_ack == 2 && prev && !prev->twice &&
	    prev->start >= b->start && prev->end <= b->end) {
		prev->twice = true;
		needless(m, prev->start, prev->end);
	}
	return true;
}

/* For want of anything better. */
static bool on_plain_ack(struct maker *m, const struct event *e)
{
	if (!(e->flags & SEG_ACK) || !m->have_base || m->acks_told ||
	    e->flags & SEG_RST || unwrap(m, e->ack) > m->p.top)
		return true;
	return add_ack(m, e->us, unwrap(m, e->ack));
}

/* ---- all of it ---- */

static bool on_own(struct maker *m, const struct event *e)
{
	switch (e->kind) {
	case EVENT_SEND:
		return on_send(m, e);
	case EVENT_FAULT:
		on_fault(m, e);
		return true;
	case EVENT_RECEIVE:
		m->of_ack = 0;
		return on_plain_ack(m, e);
	}
	return true;
}

static bool on_peer(struct maker *m, const struct event *e)
{
	switch (e->kind) {
	case EVENT_RECEIVE:
		return on_arrival(m, e);
	case EVENT_DROP:
		on_drop(m, e);
		return true;
	case EVENT_SEND:
		return m->seen[m->p.from] || on_plain_ack(m, e);
	}
	return true;
}

static bool on_id(struct maker *m, const struct event *e)
{
	switch (e->kind) {
	case EVENT_TIMER_FIRED:
		m->fired = e->timer;
		m->fired_us = e->us;
		return true;
	case EVENT_CONGESTION:
		return on_congestion(m, e);
	case EVENT_SACK:
		return on_sack(m, e);
	case EVENT_ACKED:
		return on_acked(m, e);
	case EVENT_PATH:
		return add_mark(m, e);
	}
	return true;
}

static void find_lost(struct maker *m)
{
	struct plot *p = &m->p;
	long long crossing = max(m->quickest, 0);
	size_t i;

	p->blind = !m->seen[!p->from];
	for (i = 0; i < p->nsegs; i++) {
		struct plot_seg *s = &p->seg[i];

		if (s->fault && !strcmp(s->fault->verb, "drop"))
			s->lost = true;
		else if (!p->blind && s->got < s->len)
			s->lost = s->us + 2 * crossing < p->last;
	}
}

static bool make(struct maker *m, const struct events *evs, int from)
{
	struct plot *p = &m->p;
	bool started = false;
	size_t i;

	memcpy(p->end, m->pick->end, sizeof(p->end));
	m->quickest = -1;
	m->acked = -1;
	m->now.ssthresh = PLOT_NEVER;
	m->now.edge = -1;
	if (!learn(m, evs, from))
		return false;
	p->start = evs->v[m->pick->first].us;
	for (i = 0; i < evs->n; i++) {
		const struct event *e = &evs->v[i];
		int side = side_of(m, i, e);
		bool ok;

		if (side == (int)p->from)
			ok = on_own(m, e);
		else if (side >= 0)
			ok = on_peer(m, e);
		else if (!has_ends(e) && has_id(m, e->id))
			ok = on_id(m, e);
		else
			continue;
		if (!ok)
			return false;
		if (!p->nsegs)
			continue;
		if (!started)
			p->first = p->seg[0].us;
		started = true;
		if (e->kind != EVENT_TIMER_SET && e->kind != EVENT_STATE &&
		    e->kind != EVENT_TIMER_FIRED && e->kind != EVENT_CALL)
			p->last = e->us;
	}
	if (!p->nsegs)
		return false;
	find_lost(m);
	return add_band(m, p->last);
}

struct plot *plot_new(const struct events *evs, const struct ladder_pick *pick,
		      int from)
{
	struct maker *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->pick = pick;
	if (make(m, evs, from))
		return &m->p;
	plot_free(&m->p);
	return NULL;
}

void plot_free(struct plot *p)
{
	struct maker *m = (struct maker *)p;

	if (!m)
		return;
	free(p->seg);
	free(p->ack);
	free(p->block);
	free(p->state);
	free(p->band);
	free(p->mark);
	free(m->id);
	free(m->fresh);
	free(m);
}
