// SPDX-License-Identifier: GPL-2.0
/*
 * Every combination of FIN, SYN, RST and ACK in every state, at four places of
 * the sequence space and with three acknowledgments, against an oracle written
 * from the event tables of RFC 9293 section 3.10.7 with RFC 5961's answers.
 * The other four flags, which must not matter to an empty segment, change from
 * case to case.
 */
#include "wire.h"

enum place { BELOW, AT, IN, ABOVE, NPLACES };
enum acked { OLD, OK, FUTURE, NACKED };

/* What an oracle may say; several bits mean that each of them will do. */
enum {
	NOTHING		= 1 << 0,
	EMPTY_ACK	= 1 << 1,	/* <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> */
	RESET		= 1 << 2,	/* <SEQ=SEG.ACK><CTL=RST> */
	RESET_ACK	= 1 << 3,	/* <SEQ=0><ACK=SEG.SEQ+LEN><CTL=RST,ACK> */
	SYN_ACK		= 1 << 4,
};

struct verdict {
	int reply;
	int state;			/* afterwards; 0: gone */
};

static const char * const place_name[] = { "below", "at", "in", "above" };
static const char * const acked_name[] = { "old", "ok", "future" };

static struct verdict verdict(int reply, int state)
{
	return (struct verdict){ .reply = reply, .state = state };
}

static struct verdict closed(int flags)
{
	if (flags & RST)
		return verdict(NOTHING, 0);
	return verdict(flags & ACK ? RESET : RESET_ACK, 0);
}

static struct verdict in_listen(int flags)
{
	if (flags & RST)
		return verdict(NOTHING, 0);
	if (flags & ACK)
		return verdict(RESET, 0);
	if (flags & SYN)
		return verdict(SYN_ACK, TCP_SYN_RECV);
	return verdict(NOTHING, 0);
}

static struct verdict in_syn_sent(int flags, enum acked acked)
{
	if (flags & ACK && acked != OK)
		return verdict(flags & RST ? NOTHING : RESET, TCP_SYN_SENT);
	if (flags & RST)
		return verdict(NOTHING, flags & ACK ? 0 : TCP_SYN_SENT);
	if (!(flags & SYN))
		return verdict(NOTHING, TCP_SYN_SENT);
	if (!(flags & ACK))
		return verdict(SYN_ACK, TCP_SYN_RECV);
	return verdict(EMPTY_ACK, flags & FIN ? TCP_CLOSE_WAIT :
						TCP_ESTABLISHED);
}

static struct verdict in_syn_recv(int flags, enum place place, enum acked acked)
{
	if (place == BELOW || place == ABOVE)
		return verdict(flags & RST ? NOTHING : EMPTY_ACK, TCP_SYN_RECV);
	if (flags & RST)
		return place == AT ? verdict(NOTHING, 0) :
				     verdict(EMPTY_ACK, TCP_SYN_RECV);
	if (flags & SYN)
		return verdict(NOTHING, 0);
	if (!(flags & ACK))
		return verdict(NOTHING, TCP_SYN_RECV);
	if (acked != OK)
		return verdict(RESET, TCP_SYN_RECV);
	if (!(flags & FIN))
		return verdict(NOTHING, TCP_ESTABLISHED);
	return verdict(EMPTY_ACK, place == AT ? TCP_CLOSE_WAIT :
						TCP_ESTABLISHED);
}

static int after_fin(int state)
{
	switch (state) {
	case TCP_ESTABLISHED:
		return TCP_CLOSE_WAIT;
	case TCP_FIN_WAIT1:
		return TCP_CLOSING;
	case TCP_FIN_WAIT2:
		return TCP_TIME_WAIT;
	}
	return state;
}

static struct verdict synchronized(int state, int flags, enum place place,
				   enum acked acked)
{
	bool had_fin = after_fin(state) == state;

	if (state == TCP_TIME_WAIT) {
		/* RFC 1337: no RST ends it; RFC 6191: a newer SYN does */
		if (flags & RST)
			return verdict(place == IN ? NOTHING | EMPTY_ACK :
						     NOTHING, state);
		if ((flags & (SYN | ACK)) == SYN && place >= IN)
			return verdict(SYN_ACK, TCP_SYN_RECV);
	}
	if (place == BELOW || place == ABOVE)
		return verdict(flags & RST ? NOTHING : EMPTY_ACK, state);
	if (flags & RST)
		return place == AT ? verdict(NOTHING, 0) :
				     verdict(EMPTY_ACK, state);
	if (flags & SYN)
		return verdict(EMPTY_ACK, state);
	if (!(flags & ACK))
		return verdict(NOTHING, state);
	/* TIME-WAIT has no use for acknowledgments */
	if (acked != OK)
		return verdict(state == TCP_TIME_WAIT ? NOTHING | EMPTY_ACK :
							EMPTY_ACK, state);
	/* in TIME-WAIT nothing but the old FIN is to be expected */
	if (!(flags & FIN))
		return verdict(state == TCP_TIME_WAIT && place != AT ?
			       NOTHING | EMPTY_ACK : NOTHING, state);
	/* a FIN beyond the peer's FIN cannot be; say so or not */
	if (had_fin)
		return verdict(NOTHING | EMPTY_ACK, state);
	return verdict(EMPTY_ACK, place == AT ? after_fin(state) : state);
}

static struct verdict oracle(int state, int flags, enum place place,
			     enum acked acked)
{
	switch (state) {
	case TCP_CLOSE:
		return closed(flags);
	case TCP_LISTEN:
		return in_listen(flags);
	case TCP_SYN_SENT:
		return in_syn_sent(flags, acked);
	case TCP_SYN_RECV:
		return in_syn_recv(flags, place, acked);
	default:
		return synchronized(state, flags, place, acked);
	}
}

/* Which of the replies @s is, when the case sent @seq (relative), @ack. */
static int classify(const struct wire *w, const struct seg *s,
		    const struct seg *in, uint32_t snd_nxt, uint32_t rcv_nxt)
{
	int len = !!(in->flags & SYN) + !!(in->flags & FIN);

	if (!s)
		return NOTHING;
	if (s->len || s->flow < 0 || w->f != &w->flows[s->flow])
		return 0;
	switch (s->flags) {
	case RST:
		return s->abs_seq == in->abs_ack ? RESET : 0;
	case RST | ACK:
		return s->abs_seq == 0 && s->abs_ack == in->abs_seq + len ?
			RESET_ACK : 0;
	case SYN | ACK:
		return s->abs_ack == in->abs_seq + 1 ||
		       s->abs_ack == in->abs_seq + len ? SYN_ACK : 0;
	case ACK:
		/* snd_nxt 0: nothing known before the reply */
		return s->abs_seq == snd_nxt &&
		       (s->abs_ack == rcv_nxt || s->abs_ack == rcv_nxt + 1 ||
			s->abs_ack == in->abs_seq + len ||
			(in->flags & SYN && s->abs_ack == in->abs_seq + 1)) ?
			EMPTY_ACK : 0;
	}
	return 0;
}

static void clean_up(struct wire *w, int fd)
{
	int child;

	if (fd >= 0)
		w_abort(w, fd);
	w_inj(w, RST, .seq = (int32_t)(w->f->last_ack - w->f->isn));
	while (w->lfd >= 0 && (child = accept(w->lfd, NULL, NULL)) >= 0)
		w_abort(w, child);
	w_drain(w);
}

static bool try_one(struct wire *w, int state, int flags, enum place place,
		    enum acked acked, int noise)
{
	static const int offset[] = { -10, 0, 10, 0 };
	static const int ack_offset[] = { -100000, 0, 1000 };
	struct verdict want = oracle(state, flags, place, acked);
	uint32_t snd_nxt, rcv_nxt, win;
	struct seg *in, *s, *extra;
	char text[256], names[16];
	int fd = -1, got, now, una;

	w->f->peer_port++;
	w->f->uut_port = state == TCP_CLOSE ? 9 : W_PORT;
	w_reopen(w, w->f->isn);
	if (state != TCP_LISTEN)
		fd = w_to_state(w, state);

	rcv_nxt = w->f->snd_nxt;
	snd_nxt = w->f->rcv_nxt;
	win = w->f->edge_known ? w->f->edge - rcv_nxt : 1000;
	una = w->f->iss_known ? (int)(snd_nxt - w->f->iss) : 0;
	/* the FIN of these is not acknowledged, and shall not be */
	if (state == TCP_FIN_WAIT1 || state == TCP_CLOSING ||
	    state == TCP_LAST_ACK)
		una--;
	in = w_inj(w, flags | noise,
		   .seq = (int32_t)(rcv_nxt - w->f->isn) + offset[place] +
			  (place == ABOVE ? win + 10 : 0),
		   .ack = flags & ACK ? una + ack_offset[acked] : 0);
	s = w_next(w, want.reply & NOTHING ? 0 : 300);
	got = classify(w, s, in, snd_nxt, rcv_nxt);
	extra = s ? w_next(w, 0) : NULL;
	now = w_entry(w);
	if (now == TCP_CLOSE)
		now = 0;

	if (!(got & want.reply) || extra || now != want.state) {
		fprintf(stderr, "# in %s, %s, seq %s, ack %s: expected%s%s%s%s%s",
			w_state_name(state), w_flag_names(flags | noise, names),
			place_name[place], flags & ACK ? acked_name[acked] : "-",
			want.reply & NOTHING ? " nothing" : "",
			want.reply & EMPTY_ACK ? " ACK" : "",
			want.reply & RESET ? " RST" : "",
			want.reply & RESET_ACK ? " RST-ACK" : "",
			want.reply & SYN_ACK ? " SYN-ACK" : "");
		text[0] = 0;
		if (s)
			seg_print(w, s, text, sizeof(text));
		fprintf(stderr, " and %s, got %s%s and %s\n",
			w_state_name(want.state), s ? text : "nothing",
			extra ? " and more" : "", w_state_name(now));
	}
	got = got & want.reply && !extra && now == want.state;
	if (s)
		w_hear(w, s);
	clean_up(w, fd);
	return got;
}

static void matrix(struct wire *w, int state)
{
	static const int noise[] = { PSH, URG, ECE, CWR };
	int flags, place, acked, i = 0, wrong = 0, extra, b;

	if (w_has_sysctl(w, "challenge_interval_ms"))
		w_sysctl(w, "challenge_interval_ms", "0");
	if (state != TCP_SYN_SENT)
		w_listen(w, 64);
	for (flags = 0; flags < 32; flags++) {
		if (flags & PSH)
			continue;
		for (place = 0; place < NPLACES; place++) {
			for (acked = 0; acked < NACKED; acked++) {
				if (!(flags & ACK) && acked)
					continue;
				extra = 0;
				for (b = 0; b < 4; b++)
					if (i >> b & 1)
						extra |= noise[b];
				i += 7;
				/* a SYN with these two asks for ECN */
				if (flags & SYN)
					extra &= ~(ECE | CWR);
				if (!try_one(w, state, flags, place, acked,
					     extra))
					wrong++;
			}
		}
	}
	w->nlog = 0;
	if (wrong)
		w_fail(w, "%d cases differ", wrong);
}

/* One test a state, so that one state's fault does not hide another's. */
#define MATRIX(name, state) \
	WIRE_TEST(wire_flags_matrix_##name) \
	{ \
		matrix(w, state); \
	}

MATRIX(closed, TCP_CLOSE)
MATRIX(listen, TCP_LISTEN)
MATRIX(syn_sent, TCP_SYN_SENT)
MATRIX(syn_recv, TCP_SYN_RECV)
MATRIX(established, TCP_ESTABLISHED)
MATRIX(fin_wait1, TCP_FIN_WAIT1)
MATRIX(fin_wait2, TCP_FIN_WAIT2)
MATRIX(close_wait, TCP_CLOSE_WAIT)
MATRIX(closing, TCP_CLOSING)
MATRIX(last_ack, TCP_LAST_ACK)
MATRIX(time_wait, TCP_TIME_WAIT)

WIRE_MAIN
