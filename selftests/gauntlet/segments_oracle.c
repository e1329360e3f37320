// SPDX-License-Identifier: GPL-2.0
/*
 * What must hold, octet by octet and number by number, whatever the peer says.
 *
 *  - What the program reads is the peer's stream, from its SYN on, without a
 *    gap, and of text that was sent to be taken; the end is where a FIN was.
 *  - What leaves is what the program wrote, where it wrote it, within a window
 *    and an MSS that the peer gave; a FIN behind the last octet.
 *  - An acknowledgment, a SACK block, an echoed timestamp is of something that
 *    was sent to be taken; the right edge of a window stays.
 *  - A socket goes from state to state as the table has it, and is in none that
 *    takes a segment which never came.
 *  - Calls fail for a reason.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <lctcp/fsm.h>

#include "segments.h"

/* ---- sets of sequence numbers ---- */

void numbers_add(struct numbers *n, uint32_t v)
{
	n->v[n->n++ % MAX_NUMBERS] = v;
}

/* One that has been forgotten may have been there. */
bool numbers_have(const struct numbers *n, uint32_t v)
{
	int i;

	for (i = 0; i < n->n && i < MAX_NUMBERS; i++)
		if (n->v[i] == v)
			return true;
	return n->n > MAX_NUMBERS;
}

void ranges_add(struct ranges *r, uint32_t left, uint32_t len)
{
	uint32_t right;
	int i;

	if (!len)
		return;
	for (i = 0; i < r->n; i++) {
		struct range *o = &r->r[i];

		/* apart, on either side? */
		if (left - o->left > o->len && o->left - left > len)
			continue;
		right = left + len;
		if ((int32_t)(o->left + o->len - right) > 0)
			right = o->left + o->len;
		if ((int32_t)(o->left - left) < 0)
			left = o->left;
		len = right - left;
		*o = r->r[--r->n];
		i = -1;
	}
	if (r->n < MAX_RANGES)
		r->r[r->n++] = (struct range){ left, len };
}

/* The first number from @from on that is not there. */
uint32_t ranges_until(const struct ranges *r, uint32_t from)
{
	int i;

	for (i = 0; i < r->n; i++)
		if (from - r->r[i].left < r->r[i].len)
			return r->r[i].left + r->r[i].len;
	return from;
}

/* May the unit under test have taken all up to @ack, if the stream began with
 * the SYN @syn?
 */
static bool takeable(const struct life *l, uint32_t syn, uint32_t ack)
{
	uint32_t until = ranges_until(&l->sent, syn + 1) - (syn + 1);

	return ack - (syn + 1) <= until ||
	       (ack - 1 - (syn + 1) <= until && numbers_have(&l->fins, ack - 1));
}

/* Where to look when it is wrong. */
static void show(const struct life *l)
{
	int i;

	for (i = 0; i < l->sent.n; i++)
		w_note(l->w, "sent: %d, %u octets", (int)l->sent.r[i].left,
		       l->sent.r[i].len);
	for (i = 0; i < l->fins.n && i < MAX_NUMBERS; i++)
		w_note(l->w, "sent: FIN %d", (int)l->fins.v[i]);
	for (i = 0; i < l->syns.n && i < MAX_NUMBERS; i++)
		w_note(l->w, "sent: SYN %d", (int)l->syns.v[i]);
}

static bool takeable_by_any(const struct life *l, uint32_t ack)
{
	int i;

	for (i = 0; i < l->syns.n && i < MAX_NUMBERS; i++)
		if (takeable(l, l->syns.v[i], ack))
			return true;
	return l->syns.n > MAX_NUMBERS;
}

/* ---- what leaves ---- */

#define MUST(l, s, holds, what) do {					\
	char __text[512];						\
									\
	if (!(holds)) {							\
		show(l);						\
		seg_print((l)->w, s, __text, sizeof(__text));		\
		w_fail((l)->w, "never allowed: %s: %s", what, __text);	\
	}								\
} while (0)

/* Has @e written @len octets from @seq on?  A pair that begins anew soon after a
 * reset may use numbers of the one before, so that more than one may have.
 */
static bool wrote(const struct end *e, uint32_t seq, uint32_t len)
{
	return e->used && e->started && seq - (e->iss + 1) <= e->written &&
	       seq - (e->iss + 1) + len <= e->written;
}

static bool fin_of(const struct end *e, uint32_t seq)
{
	return e->used && e->started && e->fin &&
	       seq == e->iss + 1 + e->written;
}

/* How far beyond the window may @seq be?  A segment may bring an acknowledgment
 * and no window, when a later one brought one already (SND.WL1); SND.WND counts
 * from SND.UNA all the same.  So any window may count from any acknowledgment.
 */
static int beyond(const struct life *l, const struct end *e, uint32_t seq)
{
	uint32_t una = 0, wnd = 0, ack;
	int i;

	if (l->acks.n > MAX_NUMBERS)
		return 0;
	for (i = 0; i < l->acks.n; i++) {
		ack = l->acks.v[i] - e->iss;
		if (ack <= e->written + 2 && ack > una)
			una = ack;
		if (l->windows.v[i] > wnd)
			wnd = l->windows.v[i];
	}
	return seq - e->iss - una - wnd;
}

static void text_left(struct life *l, const struct seg *s)
{
	uint32_t seq = s->abs_seq + !!(s->flags & SYN);
	bool written = false, fits = s->len == 1;
	struct end *e;
	int i;

	for (e = l->ends; e < l->ends + MAX_ENDS; e++) {
		if (!wrote(e, seq, s->len))
			continue;
		written = true;
		fits = fits || beyond(l, e, seq + s->len) <= 0;
	}
	MUST(l, s, written, "text that the program has not written");
	for (i = 0; i < s->len; i++)
		MUST(l, s, s->text[i] == octet_at(seq + i, false),
		     "an octet in another's place");
	MUST(l, s, fits, "text beyond the peer's window");
	if (l->mss >= 128)
		MUST(l, s, s->len + s->opt_len <= l->mss,
		     "more than the peer's MSS");
	ranges_add(&l->got, seq, s->len);
}

static void sack_left(struct life *l, const struct seg *s)
{
	uint32_t left, right, until;
	int i;

	for (i = 0; i < s->nsack && i < W_MAX_SACK; i++) {
		left = s->sack[i].left;
		right = s->sack[i].right;
		MUST(l, s, (int32_t)(right - left) > 0, "an empty SACK block");
		/* what came twice is told, whatever it was (RFC 2883) */
		if (!i && ranges_until(&l->seen, left) - left >= right - left)
			continue;
		until = ranges_until(&l->sent, left);
		MUST(l, s, (int32_t)(until - right) >= 0 ||
		     numbers_have(&l->fins, right - 1),
		     "a SACK block of what was never sent");
	}
}

static void window_left(struct life *l, const struct seg *s)
{
	struct end *e;
	uint32_t edge;

	for (e = l->ends; e < l->ends + MAX_ENDS; e++)
		if (e->used && !e->closed && e->started && !e->broken &&
		    lctcp_state_in(e->state, LCTCP_S_RECEIVING) &&
		    s->abs_seq - e->iss <= e->written + 2)
			break;
	if (e == l->ends + MAX_ENDS || s->flags & (SYN | RST))
		return;
	edge = s->abs_ack + ((uint32_t)s->win << e->shift);
	MUST(l, s, !e->edge_known ||
	     (int32_t)(edge - e->edge) > -(1 << e->shift),
	     "the right edge of the window moves left");
	if (!e->edge_known || (int32_t)(edge - e->edge) > 0)
		e->edge = edge;
	e->edge_known = true;
}

static void left(struct life *l, const struct seg *s)
{
	uint32_t end = s->abs_seq + !!(s->flags & SYN) + s->len;
	struct end *e;

	COUNT(N_ANSWERS);
	if (!s->len && !(s->flags & FIN))
		l->answers++;
	if (s->sport != l->uut_port || s->dport != l->peer_port) {
		/* to a stranger, or the life before still tries */
		MUST(l, s, s->flags & RST || s->dport < l->peer_port,
		     "an answer that is no RST");
		return;
	}
	if (s->flags & SYN) {
		if (!numbers_have(&l->isss, s->abs_seq))
			numbers_add(&l->isss, s->abs_seq);
		l->ts_agreed = s->ts && l->ts_offered;
	}
	if (s->len)
		text_left(l, s);
	if (s->flags & FIN) {
		for (e = l->ends; e < l->ends + MAX_ENDS; e++)
			if (fin_of(e, end))
				break;
		MUST(l, s, e < l->ends + MAX_ENDS,
		     "a FIN that is not behind what was written");
	}
	if (s->flags & RST || !(s->flags & ACK))
		return;
	MUST(l, s, takeable_by_any(l, s->abs_ack),
	     "an ACK of what was never sent");
	sack_left(l, s);
	window_left(l, s);
	if (s->ts) {
		MUST(l, s, !s->tsecr || numbers_have(&l->tsvals, s->tsecr),
		     "an echo of a timestamp that was never to be taken");
		l->ts_echo = s->tsecr;
	}
}

/* ---- what sockets say ---- */

/* Which states follow, directly or not, short of beginning anew? */
static bool follows(unsigned int from, unsigned int to)
{
	static unsigned int after[LCTCP_NSTATES];
	unsigned int i, s, more;

	if (!after[LCTCP_LISTEN]) {
		for (s = 1; s < LCTCP_NSTATES; s++)
			after[s] = LCTCP_S(s) | LCTCP_S(LCTCP_CLOSED);
		do {
			more = 0;
			for (i = 0; i < lctcp_narcs; i++) {
				const struct lctcp_arc *a = &lctcp_arcs[i];

				if (a->from == LCTCP_CLOSED ||
				    a->to == LCTCP_LISTEN ||
				    a->event == LCTCP_EV_REOPEN ||
				    !(after[a->to] & ~after[a->from]))
					continue;
				after[a->from] |= after[a->to];
				more = 1;
			}
		} while (more);
	}
	return lctcp_state_in(to, after[from]);
}

static void possible(struct life *l, struct end *e, const struct lctcp_vars *v)
{
	uint32_t fin = e->iss + 1 + e->written;

	if (!follows(e->state, v->state))
		w_fail(l->w, "the table has no way from %s to %s",
		       w_state_name(e->state), w_state_name(v->state));
	if (v->state == LCTCP_SYN_SENT || v->state == LCTCP_CLOSED)
		return;
	if (!numbers_have(&l->syns, v->irs))
		w_fail(l->w, "IRS %u is of no SYN", v->irs);
	if (!takeable(l, v->irs, v->rcv_nxt))
		w_fail(l->w, "RCV.NXT is %u: nobody sent that", v->rcv_nxt);
	if (v->snd_una != e->iss && !numbers_have(&l->acks, v->snd_una))
		w_fail(l->w, "SND.UNA is %u: no such ACK was to be taken",
		       v->snd_una);
	if (v->state == LCTCP_SYN_RECV)
		return;
	/* (who closes before it is, has a FIN behind the SYN) */
	if (v->snd_una == e->iss && v->state != LCTCP_FIN_WAIT1)
		w_fail(l->w, "%s, though nobody acknowledged the SYN",
		       w_state_name(v->state));
	if (lctcp_state_in(v->state, LCTCP_S_FIN_RECEIVED) && !l->fins.n)
		w_fail(l->w, "%s, and there was no FIN", w_state_name(v->state));
	if ((v->state == LCTCP_FIN_WAIT2 || v->state == LCTCP_TIME_WAIT) &&
	    v->snd_una != fin + 1)
		w_fail(l->w, "%s, and nobody acknowledged our FIN",
		       w_state_name(v->state));
	if (lctcp_state_in(v->state, LCTCP_S_SENDING) == e->fin)
		w_fail(l->w, "%s, though the program has %s",
		       w_state_name(v->state), e->fin ? "closed" : "not closed");
}

bool look(struct life *l, struct end *e, struct lctcp_vars *v)
{
	socklen_t len = sizeof(*v);

	if (e->closed)
		return false;
	if (getsockopt(e->fd, IPPROTO_LCTCP, LCTCP_VARS, v, &len))
		w_fail(l->w, "LCTCP_VARS: %s", strerror(errno));
	if (v->state == LCTCP_CLOSED || v->state == LCTCP_TIME_WAIT) {
		if (!follows(e->state, v->state))
			w_fail(l->w, "the table has no way from %s to %s",
			       w_state_name(e->state), w_state_name(v->state));
		e->state = v->state;
		return false;
	}
	e->iss = v->iss;
	e->shift = v->rcv_wscale;
	possible(l, e, v);
	e->state = v->state;
	if (v->state == LCTCP_SYN_SENT)
		return true;
	if (!e->nplaces || !e->started) {
		e->irs = v->irs;
		e->place[0] = v->irs + 1;
		e->nplaces = 1;
	}
	e->started = true;
	return true;
}

void hear(struct life *l)
{
	struct lctcp_vars v;
	struct seg *s;
	struct end *e;

	while ((s = w_next(l->w, 0))) {
		spend(l);
		left(l, s);
		if (s->dport == l->peer_port)
			l->last = s;
	}
	/* where it begins, before it may end */
	for (e = l->ends; e < l->ends + MAX_ENDS; e++)
		if (e->used && !e->closed && !e->started)
			look(l, e, &v);
}

/* ---- what programs get ---- */

static void place_add(struct end *e, uint32_t place)
{
	int i;

	for (i = 0; i < e->nplaces; i++)
		if (e->place[i] == place)
			return;
	if (e->nplaces < MAX_PLACES)
		e->place[e->nplaces++] = place;
}

/* The program may be at a place, or, if an urgent octet stands there, behind it.
 */
static void places_skip(struct life *l, struct end *e)
{
	int i;

	for (i = 0; l->urgent.n && i < e->nplaces; i++)
		if (numbers_have(&l->urgent, e->place[i]))
			place_add(e, e->place[i] + 1);
}

void delivered(struct life *l, struct end *e, const unsigned char *buf, int n)
{
	uint32_t was[MAX_PLACES];
	int nwas, i, k;

	COUNT_N(N_OCTETS, n);
	for (k = 0; k < n; k++) {
		places_skip(l, e);
		nwas = e->nplaces;
		memcpy(was, e->place, sizeof(was));
		e->nplaces = 0;
		for (i = 0; i < nwas; i++)
			if (buf[k] == octet_at(was[i], true) &&
			    ranges_until(&l->sent, was[i]) != was[i])
				place_add(e, was[i] + 1);
		if (!e->nplaces)
			w_fail(l->w,
			       "octet %d of %d is %02x, at %u (IRS %u) stands %02x%s",
			       k, n, buf[k], was[0], e->irs,
			       octet_at(was[0], true),
			       ranges_until(&l->sent, was[0]) == was[0] ?
			       ", which was not sent" : "");
	}
}

void ended(struct life *l, struct end *e)
{
	int i;

	e->eof = true;
	places_skip(l, e);
	for (i = 0; i < e->nplaces; i++)
		if (numbers_have(&l->fins, e->place[i]))
			return;
	if (e->no_read || e->broken)
		return;
	w_fail(l->w, "end of file at %u, and there was no FIN", e->place[0]);
}

void explained(struct life *l, struct end *e, const char *call, int err)
{
	switch (err) {
	case 0:
	case EAGAIN:
	case EINPROGRESS:
	case EALREADY:
	case EISCONN:
	case ENOTCONN:
	case EINVAL:
	case EOPNOTSUPP:
	case ENOMEM:
		return;
	case EPIPE:
		if (e->fin || e->broken || e->state == LCTCP_CLOSED)
			return;
		break;
	case ECONNRESET:
	case ECONNREFUSED:
	case ECONNABORTED:
		e->broken = true;
		if (l->resets)
			return;
		__attribute__((__fallthrough__));
	case EHOSTUNREACH:
	case ENETUNREACH:
	case ENOPROTOOPT:
	case EPROTO:
	case EACCES:
	case EHOSTDOWN:
	case ENONET:
	case EMSGSIZE:
		e->broken = true;
		if (l->icmps)
			return;
		break;
	case ETIMEDOUT:
		e->broken = true;
		return;
	}
	w_fail(l->w, "%s: %s, without a reason", call, strerror(err));
}
