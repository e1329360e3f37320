// SPDX-License-Identifier: GPL-2.0
/*
 * The peer: it keeps the books of an honest one, and says what it likes.
 *
 * Each segment is one of three kinds.  A good one is what an honest peer could
 * send; an odd one may be taken or not, and its text is the stream's; a bad one
 * must not be taken, and the socket is the same after it as before.
 */
#include <string.h>
#include <sys/socket.h>

#include <lctcp/fsm.h>

#include "segments.h"

enum kind { GOOD, ODD, BAD };

/**
 * struct view - where a connection stands, as far as it can be known
 * @e:		its socket, if the program has it
 * @known:	@v is what the socket says
 */
struct view {
	struct end *e;
	bool known;
	struct lctcp_vars v;
};

static const int windows[] = { 0, 1, 2, 100, 536, 1460, 4000, 29200, 65535 };

/* Octet @seq of the stream, in either direction. */
unsigned char octet_at(uint32_t seq, bool from_peer)
{
	uint32_t x = (seq + (from_peer ? 0x5bd1e995u : 0)) * 2654435761u;

	return (x >> 16 ^ x >> 7) % 251;
}

static unsigned int clock_ms(const struct life *l)
{
	return 1000 + (w_now() - l->w->t0) / 1000000;
}

/* ---- one segment ---- */

static struct w_args blank(struct life *l, int flags, uint32_t seq, uint32_t ack)
{
	return (struct w_args){
		.file = __FILE__, .line = __LINE__,
		.flags = flags, .seq = seq, .ack = flags & ACK ? ack : 0,
		.win = PICK(l->c, windows), .mss = W_NONE, .wscale = W_NONE,
		.tsval = W_NONE, .tsecr = 0, .trunc = W_AUTO,
		.sport = l->peer_port, .dport = l->uut_port,
	};
}

static void stamp(struct life *l, struct w_args *a)
{
	a->tsval = clock_ms(l);
	if (l->ts_any && (int32_t)(l->ts_max - (uint32_t)a->tsval) > 0)
		a->tsval = l->ts_max;
	a->tsecr = l->last && l->last->ts ? l->last->tsval : 0;
}

static void note_mss(struct life *l, int mss)
{
	/* nobody can take segments of nothing: as if it said nothing */
	if (!mss)
		mss = 1220;
	if (mss > l->mss)
		l->mss = mss;
}

static void note_shift(struct life *l, int shift)
{
	if (shift > l->shift)
		l->shift = shift > 14 ? 14 : shift;
}

/* What the options of a SYN may have said: where each of those begins that were
 * made by chance, nobody knows.
 */
static void note_syn_options(struct life *l, const struct w_args *a)
{
	const unsigned char *o = (const void *)a->opts;
	int i;

	note_mss(l, a->opts || a->mss == W_NONE ? 0 : a->mss);
	if (!a->opts && a->wscale != W_NONE)
		note_shift(l, a->wscale);
	for (i = 0; a->opts && i + 2 < a->opts_len; i++) {
		if (o[i] == 2 && o[i + 1] == 4 && i + 3 < a->opts_len)
			note_mss(l, o[i + 2] << 8 | o[i + 3]);
		if (o[i] == 3 && o[i + 1] == 3)
			note_shift(l, o[i + 2]);
	}
}

/* What the unit under test may take of it. */
static void note(struct life *l, const struct w_args *a)
{
	uint32_t seq = a->seq, first = seq + !!(a->flags & SYN);

	if (a->flags & SYN) {
		numbers_add(&l->syns, seq);
		l->isn = seq;
		l->ts_offered = a->tsval != W_NONE;
		note_syn_options(l, a);
	}
	ranges_add(&l->sent, first, a->len);
	if (a->flags & FIN)
		numbers_add(&l->fins, first + a->len);
	if (a->flags & URG && a->urg)
		numbers_add(&l->urgent, seq + a->urg - 1);
	if (a->flags & RST)
		l->resets++;
	if (a->tsval != W_NONE) {
		numbers_add(&l->tsvals, a->tsval);
		if (!l->ts_any || (int32_t)((uint32_t)a->tsval - l->ts_max) > 0)
			l->ts_max = a->tsval;
		l->ts_any = true;
	}
	if (a->flags & ACK) {
		numbers_add(&l->acks, a->ack);
		numbers_add(&l->windows, (uint32_t)a->win <<
			    (a->flags & SYN ? 0 : l->shift));
	}
}

static void put(struct life *l, struct w_args *a, enum kind kind)
{
	static char text[70000];
	uint32_t first = (uint32_t)a->seq + !!(a->flags & SYN);
	int i;

	for (i = 0; i < a->len; i++)
		text[i] = kind == BAD ? (char)(POISON | (i & 1)) :
					(char)octet_at(first + i, true);
	a->data = a->len ? text : NULL;
	ranges_add(&l->seen, first, a->len + !!(a->flags & FIN));
	if (kind != BAD)
		note(l, a);
	COUNT(N_SEGMENTS);
	spend(l);
	w_inject(l->w, a);
	l->answers = 0;
	hear(l);
	if (l->w->virtual_time && l->answers > 2 + a->frags)
		w_fail(l->w, "%d answers to one segment", l->answers);
}

/* A bad segment: nothing that counts may have changed. */
static void put_bad(struct life *l, struct w_args *a, const struct view *view,
		    const char *why)
{
	const struct lctcp_vars *b = &view->v;
	struct lctcp_vars v;

	w_note(l->w, "bad: %s", why);
	put(l, a, BAD);
	if (!view->known)
		return;
	if (!look(l, view->e, &v))
		w_fail(l->w, "it ended a connection: %s", why);
	if (v.rcv_nxt != b->rcv_nxt || v.snd_una != b->snd_una ||
	    v.state != b->state || v.snd_wnd != b->snd_wnd ||
	    v.snd_wl1 != b->snd_wl1 || v.max_snd_wnd != b->max_snd_wnd ||
	    v.rcv_up != b->rcv_up)
		w_fail(l->w, "it counts: %s", why);
}

/* ---- where we stand ---- */

static struct view view_of(struct life *l)
{
	struct view view = { .e = open_end(l) };
	struct lctcp_vars *v = &view.v;

	if (view.e && look(l, view.e, v)) {
		view.known = true;
		return view;
	}
	/* at a guess */
	memset(v, 0, sizeof(*v));
	v->irs = l->isn;
	v->iss = l->isss.n ? l->isss.v[(l->isss.n - 1) % MAX_NUMBERS] : 0;
	v->rcv_nxt = ranges_until(&l->sent, l->isn + 1);
	v->snd_una = ranges_until(&l->got, v->iss + 1);
	v->snd_nxt = v->snd_una + (l->last && l->last->flags & FIN);
	v->rcv_wnd = 65535;
	v->options = l->ts_agreed ? LCTCP_OPT_TIMESTAMPS : 0;
	return view;
}

/* What an honest peer has to acknowledge. */
static uint32_t heard_until(struct life *l, const struct lctcp_vars *v)
{
	uint32_t una = v->snd_una == v->iss ? v->iss + 1 : v->snd_una;
	uint32_t ack = ranges_until(&l->got, una);

	if ((int32_t)(ack - v->snd_nxt) > 0)
		ack = v->snd_nxt;
	/* all that was sent and one more: the FIN */
	if (ack + 1 == v->snd_nxt && l->last && l->last->flags & FIN &&
	    l->last->abs_seq + l->last->len == ack)
		ack++;
	return ack;
}

static struct w_args honest(struct life *l, const struct view *view, int flags)
{
	const struct lctcp_vars *v = &view->v;
	struct w_args a = blank(l, flags | ACK, v->rcv_nxt, heard_until(l, v));

	if (v->options & LCTCP_OPT_TIMESTAMPS)
		stamp(l, &a);
	return a;
}

static int some_length(struct life *l, uint32_t most)
{
	static const int lengths[] = { 1, 1, 2, 10, 100, 535, 536, 1000, 1400 };
	unsigned int n = PICK(l->c, lengths);

	return n < most ? n : most;
}

/* ---- SYNs ---- */

static void syn_options(struct life *l, struct w_args *a)
{
	static const int mss[] = { 1460, 1460, 1440, 536, 200, 64, 1, 0, 65535 };

	a->mss = once_in(l->c, 8) ? W_NONE : (long long)PICK(l->c, mss);
	a->wscale = dice(l->c, 2) ? W_NONE : dice(l->c, 16);
	a->sackok = dice(l->c, 2);
	a->tsval = W_NONE;
	if (dice(l->c, 2))
		a->tsval = once_in(l->c, 8) ? 0 : clock_ms(l);
	if (l->ts_any && a->tsval != W_NONE)
		stamp(l, a);
}

void peer_syn(struct life *l)
{
	struct w_args a = blank(l, SYN, l->isn, 0);

	syn_options(l, &a);
	if (once_in(l->c, 10))
		a.len = some_length(l, 100);
	if (once_in(l->c, 10))
		a.flags |= ECE | CWR;
	put(l, &a, GOOD);
}

/* In SYN_SENT: only the right acknowledgment does anything. */
static void answer_syn(struct life *l, const struct view *view)
{
	const struct lctcp_vars *v = &view->v;
	struct w_args a = blank(l, SYN | ACK, l->isn, v->iss + 1);
	static const int wrong[] = { -1, 1, 2, 1000, INT_MIN, INT_MAX };

	syn_options(l, &a);
	switch (dice(l->c, 10)) {
	case 0:				/* both open */
		a.flags = SYN;
		a.ack = 0;
		put(l, &a, GOOD);
		break;
	case 1:
		a.ack = (uint32_t)(a.ack + PICK(l->c, wrong));
		put_bad(l, &a, view, "a SYN-ACK of another SYN");
		break;
	case 2:
		a.flags = dice(l->c, 2) ? RST | ACK : RST;
		if (a.flags & ACK)
			a.ack = (uint32_t)(a.ack + PICK(l->c, wrong));
		a.mss = W_NONE;
		a.wscale = W_NONE;
		a.tsval = W_NONE;
		a.sackok = 0;
		put_bad(l, &a, view, "a RST that does not acknowledge the SYN");
		break;
	case 3:
		a.flags = dice(l->c, 2) ? ACK : FIN | ACK;
		a.ack = (uint32_t)(a.ack + PICK(l->c, wrong));
		a.len = some_length(l, 100);
		put_bad(l, &a, view, "an ACK of another SYN");
		break;
	case 4:
		a.flags = FIN | PSH;
		a.ack = 0;
		a.len = some_length(l, 100);
		put_bad(l, &a, view, "neither SYN nor ACK");
		break;
	case 5:
		if (dice(l->c, 4))
			return;
		a.flags = RST | ACK;
		a.tsval = W_NONE;
		put(l, &a, ODD);
		break;
	default:
		if (once_in(l->c, 6))
			a.len = some_length(l, 100);
		if (once_in(l->c, 20))
			a.flags |= FIN;
		put(l, &a, GOOD);
		break;
	}
}

/* ---- what is as it should be ---- */

static void say(struct life *l, const struct view *view)
{
	const struct lctcp_vars *v = &view->v;
	struct w_args a = honest(l, view, 0);
	uint32_t gap;

	switch (dice(l->c, 12)) {
	case 0 ... 3:			/* text, in order */
		a.len = some_length(l, v->rcv_wnd);
		a.flags |= dice(l->c, 3) ? 0 : PSH;
		break;
	case 4 ... 5:			/* an ACK */
		break;
	case 6 ... 7:			/* above a gap */
		gap = 1 + dice(l->c, once_in(l->c, 3) ? 30000 : 3000);
		if (gap >= v->rcv_wnd)
			return;
		a.seq = (uint32_t)(a.seq + gap);
		a.len = some_length(l, v->rcv_wnd - gap);
		break;
	case 8:				/* once more, and some */
		gap = dice(l->c, 2000);
		if (v->rcv_nxt - (v->irs + 1) < gap)
			return;
		a.seq = (uint32_t)(a.seq - gap);
		a.len = some_length(l, gap + v->rcv_wnd);
		break;
	case 9:				/* up to the edge, or a little over */
		gap = v->rcv_wnd - dice(l->c, 100);
		if (gap > v->rcv_wnd || gap > 1 << 20)
			return;
		a.seq = (uint32_t)(a.seq + gap);
		a.len = some_length(l, 1400);
		break;
	case 10:
		a.flags |= URG;
		a.len = some_length(l, v->rcv_wnd);
		a.urg = 1 + dice(l->c, once_in(l->c, 4) ? 65535 : a.len + 1);
		break;
	case 11:
		if (dice(l->c, 4))
			return;
		a.flags |= FIN;
		a.len = dice(l->c, 2) ? some_length(l, v->rcv_wnd) : 0;
		break;
	}
	if (a.len > 16 && once_in(l->c, 10)) {
		a.frags = 2 + dice(l->c, 3);
		a.reverse = dice(l->c, 2);
	}
	if (once_in(l->c, 20) && l->w->family == AF_INET6)
		a.exthdr = 60;
	if (once_in(l->c, 20) && l->w->family == AF_INET) {
		a.ipopts = "\1\1\1\1\1\1\1";
		a.ipopts_len = 4 + 4 * dice(l->c, 2);
	}
	if (once_in(l->c, 10))
		a.tos = dice(l->c, 256);
	put(l, &a, GOOD);
}

/* ---- what is odd ---- */

static uint32_t near(struct life *l, const struct lctcp_vars *v, bool ack)
{
	const uint32_t places[] = {
		ack ? v->snd_una : v->rcv_nxt,
		ack ? v->snd_nxt : v->rcv_nxt + v->rcv_wnd,
		ack ? v->iss : v->irs,
		ack ? v->snd_una - v->max_snd_wnd : v->rcv_nxt - v->rcv_wnd,
		(ack ? v->snd_una : v->rcv_nxt) + 0x80000000u,
		chance_next(l->c),
	};

	return PICK(l->c, places) + (dice(l->c, 2) ? 0 : dice(l->c, 5) - 2);
}

/* Options that mean little, or nothing. */
static void odd_options(struct life *l, struct w_args *a)
{
	static char raw[40];
	int i;

	if (dice(l->c, 2)) {
		a->nsack = 1 + dice(l->c, 3);
		for (i = 0; i < a->nsack; i++) {
			a->sack[i].left = (uint32_t)(a->ack + dice(l->c, 4000));
			a->sack[i].right = once_in(l->c, 4) ?
				(uint32_t)chance_next(l->c) :
				(uint32_t)(a->sack[i].left + dice(l->c, 3000));
		}
		return;
	}
	/* not by chance a timestamp that might be taken */
	a->opts_len = 4 * (1 + dice(l->c, 10));
	for (i = 0; i < a->opts_len; i++) {
		raw[i] = dice(l->c, 3) ? dice(l->c, 8) : dice(l->c, 256);
		if (raw[i] == 8)
			raw[i] = 1;
	}
	a->opts = raw;
	a->tsval = W_NONE;
}

static void odd(struct life *l, const struct view *view)
{
	static const int flags[] = {
		ACK, ACK, ACK, FIN | ACK, PSH | ACK, URG | ACK, SYN, SYN | ACK,
		RST, RST | ACK, FIN, 0, PSH | URG, SYN | FIN, SYN | RST,
		ECE | ACK, CWR | ACK, 0xff, SYN | URG,
	};
	struct w_args a = honest(l, view, 0);

	if (dice(l->c, 2))
		a.seq = near(l, &view->v, false);
	if (dice(l->c, 2))
		a.ack = near(l, &view->v, true);
	if (dice(l->c, 3))
		a.flags = PICK(l->c, flags);
	if (a.flags & URG)
		a.urg = dice(l->c, 65536);
	if (a.flags & SYN)
		syn_options(l, &a);
	if (dice(l->c, 2))
		a.len = some_length(l, 1400);
	if (once_in(l->c, 4) && a.tsval != W_NONE)
		a.tsval = (uint32_t)(a.tsval + dice(l->c, 100000));
	if (once_in(l->c, 3))
		odd_options(l, &a);
	if (once_in(l->c, 8))
		a.res = dice(l->c, 16);
	/* Nothing of what the peer says later may rest on it. */
	put(l, &a, ODD);
}

/* ---- what is bad ---- */

/* Whoever gets it, it is no segment of this connection. */
static void broken(struct life *l, const struct view *view)
{
	struct w_args a = honest(l, view, dice(l->c, 2) ? PSH : 0);

	a.len = some_length(l, 1000);
	if (once_in(l->c, 4))
		a.flags = PICK(l->c, ((const int[]){ SYN, RST, FIN | ACK }));
	switch (dice(l->c, 5)) {
	case 0:
		a.csum_xor = 1 + dice(l->c, 65534);
		put_bad(l, &a, view, "a wrong checksum");
		break;
	case 1:
		a.csum_proto = 6;
		put_bad(l, &a, view, "another protocol's checksum");
		break;
	case 2:
		a.doff = dice(l->c, 2) ? 1 + dice(l->c, 4) : 16;
		put_bad(l, &a, view, "a data offset within the header");
		break;
	case 3:
		a.len = 0;
		a.tsval = W_NONE;
		a.mss = W_NONE;
		a.doff = 6 + dice(l->c, 10);
		put_bad(l, &a, view, "a data offset beyond the end");
		break;
	case 4:
		a.trunc = dice(l->c, 20);
		put_bad(l, &a, view, "a piece of a header");
		break;
	}
}

/* A segment that the connection, known and synchronized, must refuse. */
static void refused(struct life *l, const struct view *view)
{
	const struct lctcp_vars *v = &view->v;
	struct w_args a = honest(l, view, dice(l->c, 2) ? PSH : 0);
	uint32_t far = 1u << 30;

	a.len = some_length(l, 1000);
	/* should it count after all, then for good */
	if (a.tsval != W_NONE)
		a.tsval = (uint32_t)(a.tsval + far - dice(l->c, 1000));
	if (once_in(l->c, 6))
		a.flags |= FIN;
	switch (dice(l->c, 9)) {
	case 0:
		a.seq = (uint32_t)(v->rcv_nxt + far + dice(l->c, far));
		put_bad(l, &a, view, "right of the window");
		break;
	case 1:
		a.seq = (uint32_t)(v->rcv_nxt - 3 - a.len - dice(l->c, 100000));
		put_bad(l, &a, view, "left of the window");
		break;
	case 2:
		a.ack = (uint32_t)(v->snd_nxt + 200000 + dice(l->c, far));
		put_bad(l, &a, view, "an ACK of what was never sent");
		break;
	case 3:
		a.ack = (uint32_t)(v->snd_una - v->max_snd_wnd - 1 -
				   dice(l->c, far));
		put_bad(l, &a, view, "an ACK from long ago");
		break;
	case 4:
		if (!(v->options & LCTCP_OPT_TIMESTAMPS) || !l->ts_echo)
			return;
		a.tsval = (uint32_t)(l->ts_echo - 1 - dice(l->c, 1 << 20));
		put_bad(l, &a, view, "an old timestamp");
		break;
	case 5:
		if (!(v->options & LCTCP_OPT_TIMESTAMPS) || l->take_no_ts)
			return;
		a.tsval = W_NONE;
		put_bad(l, &a, view, "no timestamp");
		break;
	case 6:
		a.flags &= ~ACK;
		put_bad(l, &a, view, "no ACK");
		break;
	case 7:
		a.flags = dice(l->c, 2) ? SYN : SYN | ACK;
		a.seq = (uint32_t)(v->rcv_nxt + dice(l->c, 1000));
		a.len = 0;
		put_bad(l, &a, view, "a SYN");
		break;
	case 8:
		a.flags = dice(l->c, 2) ? RST : RST | ACK;
		a.seq = (uint32_t)(v->rcv_nxt + 1 + dice(l->c, 1000));
		a.len = 0;
		put_bad(l, &a, view, "a RST that is not exact");
		break;
	}
}

/* ---- what is no segment at all ---- */

static void report(struct life *l)
{
	static const struct w_icmp v4[] = {
		{ .type = 3, .code = 0 }, { .type = 3, .code = 1 },
		{ .type = 3, .code = 2 }, { .type = 3, .code = 3 },
		{ .type = 3, .code = 4 }, { .type = 3, .code = 13 },
		{ .type = 11, .code = 0 }, { .type = 12, .code = 0 },
		{ .type = 4, .code = 0 }, { .type = 5, .code = 1 },
	}, v6[] = {
		{ .type = 1, .code = 0 }, { .type = 1, .code = 1 },
		{ .type = 1, .code = 3 }, { .type = 1, .code = 4 },
		{ .type = 2, .code = 0 }, { .type = 3, .code = 0 },
		{ .type = 4, .code = 1 }, { .type = 1, .code = 5 },
	};
	static const int mtus[] = { 0, 1, 68, 296, 576, 1000, 1280, 1400, 1500,
				    1501, 65535 };
	struct w_icmp i = l->w->family == AF_INET ? PICK(l->c, v4) :
						    PICK(l->c, v6);

	if (!l->last)
		return;
	i.quote = l->last;
	i.mtu = PICK(l->c, mtus);
	if (dice(l->c, 2))
		i.quote_len = 8 + dice(l->c, 13);
	l->icmps++;
	w_inject_icmp(l->w, &i);
	hear(l);
}

static void garbage(struct life *l)
{
	unsigned char pkt[128], src[16], dst[16];
	int n, len = dice(l->c, 64), i;

	w_host(l->w, W_PEER, src);
	w_host(l->w, W_UUT, dst);
	n = ip_header(l->w, pkt, src, dst, l->w->proto, len);
	for (i = 0; i < len; i++)
		pkt[n + i] = chance_next(l->c);
	COUNT(N_SEGMENTS);
	w_raw(l->w, pkt, n + len);
	hear(l);
}

void peer_step(struct life *l)
{
	struct view view = view_of(l);

	if (view.known && view.v.state == LCTCP_SYN_SENT) {
		answer_syn(l, &view);
		return;
	}
	switch (dice(l->c, 20)) {
	case 0 ... 10:
		say(l, &view);
		break;
	case 11 ... 12:
		odd(l, &view);
		break;
	case 13:
		broken(l, &view);
		break;
	case 14 ... 16:
		if (view.known && view.v.state != LCTCP_SYN_RECV)
			refused(l, &view);
		else
			say(l, &view);
		break;
	case 17:
		if (!view.known) {
			if (once_in(l->c, 3))
				l->isn += 100000 + dice(l->c, 1000000);
			peer_syn(l);
		}
		break;
	case 18:
		if (once_in(l->c, 3))
			report(l);
		break;
	case 19:
		garbage(l);
		break;
	}
}

/* ---- the end ---- */

#define HEALED_MS	300000

/* An honest peer's ACKs stand behind all that it has sent, and bring a window
 * that counts; those from within (SND.WL1) are of the past.
 */
static void window_opens(struct life *l, const struct view *view)
{
	struct w_args a = honest(l, view, 0);

	if ((int32_t)(view->v.snd_wl1 - view->v.rcv_nxt) <= 0)
		return;
	a.seq = view->v.snd_wl1;
	a.win = 65535;
	put(l, &a, GOOD);
}

void peer_heals(struct life *l, struct end *e)
{
	uint32_t una = 0, nxt = 0, read = 0;
	struct view view = { .e = e };
	int still = 0, most = l->w->virtual_time ? 60 : 20, texts = 20;
	long long began = w_now();
	struct w_args a;

	w_note(l->w, "from here on the peer is honest");
	while (look(l, e, &view.v)) {
		struct lctcp_vars *v = &view.v;

		if (w_now() - began > HEALED_MS * 1000000ll)
			w_fail(l->w, "no end after %d s with an honest peer: %s",
			       HEALED_MS / 1000, w_state_name(v->state));
		view.known = true;
		window_opens(l, &view);
		/* its FIN when all has been read and ours has come */
		a = honest(l, &view, 0);
		a.win = 65535;
		if (!lctcp_state_in(v->state, LCTCP_S_FIN_RECEIVED)) {
			if (e->fin && v->snd_una == e->iss + 2 + e->written)
				a.flags |= FIN;
			else if (v->rcv_wnd && texts > 0)
				a.len = some_length(l, v->rcv_wnd);
			texts -= !!a.len;
		}
		put(l, &a, GOOD);
		program_reads(l, e, 1 << 20);
		if (!e->fin && (texts <= 0 ||
				lctcp_state_in(v->state, LCTCP_S_FIN_RECEIVED))) {
			shutdown(e->fd, SHUT_WR);
			e->fin = true;
			hear(l);
		}
		if (v->snd_una == una && v->rcv_nxt == nxt &&
		    e->place[0] == read) {
			if (++still > most)
				w_fail(l->w, "an honest peer gets nowhere: %s",
				       w_state_name(v->state));
			w_pause(l->w->virtual_time ? 200 * still : 20 * still);
			hear(l);
		} else {
			still = 0;
		}
		una = v->snd_una;
		nxt = v->rcv_nxt;
		read = e->place[0];
	}
}
