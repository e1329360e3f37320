// SPDX-License-Identifier: GPL-2.0
/*
 * Answers are bounded: a thousand copies of each segment that is refused, in
 * each state, and how many answers they draw (RFC 5961 section 7, D19, D34).
 * What an honest peer waits for still comes after them.
 */
#include "wire.h"

#define COPIES		1000
#define BOUND		20	/* so many for a thousand at a time */
#define AGAIN_BOUND	400	/* of SYN-ACKs and FINs */

struct kind {
	const char *name;
	int flags;
	int seq, ack, len;
};

/* Relative to what an honest peer would send next. */
static const struct kind kinds[] = {
	{ "ACK of the future", ACK, 0, 100000, 0 },
	{ "text with an ACK of the future", ACK, 0, 100000, 10 },
	{ "too old an ACK", ACK, 0, -1000000000, 0 },
	{ "keepalive", ACK, -1, 0, 0 },
	{ "ACK below", ACK, -20000, 0, 0 },
	{ "text below", ACK, -20000, 0, 10 },
	{ "FIN below", FIN | ACK, -20000, 0, 10 },
	{ "ACK above", ACK, 1 << 20, 0, 0 },
	{ "text above", ACK, 1 << 20, 0, 10 },
	{ "nothing above", 0, 1 << 20, 0, 0 },
	{ "SYN", SYN, 7, 0, 0 },
	{ "SYN-ACK", SYN | ACK, 7, 0, 0 },
	{ "RST", RST, 7, 0, 0 },
};

#define NKINDS	((int)(sizeof(kinds) / sizeof(*kinds)))

static int copies(struct wire *w, const struct w_args *a)
{
	int i, n = 0;

	for (i = 0; i < COPIES; i++) {
		struct seg *s;

		w_inject(w, a);
		while ((s = w_next(w, 0))) {
			w_hear(w, s);
			n++;
		}
		if (i % 100 == 99)
			w_forget(w);
	}
	while (w_next(w, 100))
		n++;
	return n;
}

#define w_copies(w, fl, ...) \
	copies(w, &(struct w_args){ \
		.file = __FILE__, .line = __LINE__, \
		.seq = W_AUTO, .ack = W_AUTO, .win = W_AUTO, .mss = W_AUTO, \
		.wscale = W_NONE, .tsval = W_AUTO, .tsecr = W_AUTO, \
		.trunc = W_AUTO, .flags = (fl), .forged = true, ##__VA_ARGS__ })

static void few(struct wire *w, const char *what, int n, int bound)
{
	w_only_lctcp(w);
	if (n > bound)
		w_fail(w, "%s: %d answers to %d copies", what, n, COPIES);
}

static int snd(struct wire *w)
{
	return (int32_t)(w->f->snd_nxt - w->f->isn);
}

static int rcv(struct wire *w)
{
	return (int32_t)(w->f->rcv_nxt - w->f->iss);
}

static void next_port(struct wire *w)
{
	w_forget(w);
	w->f->peer_port++;
	w->f->uut_port = W_PORT;
	w_reopen(w, w->isn);
}

/* Each kind in @state, and then the FIN, or the SYN-ACK, that was sent again. */
static void try_kinds(struct wire *w, int state)
{
	int i, fd, n;

	for (i = 0; i < NKINDS; i++) {
		const struct kind *k = &kinds[i];
		/* ours is not acknowledged yet, and shall not be */
		bool una = state == TCP_FIN_WAIT1 || state == TCP_CLOSING ||
			   state == TCP_LAST_ACK;
		int seq = k->seq;

		/* this one ends the half-open connection (D18) ... */
		if (state == TCP_SYN_RECV && k->flags & SYN)
			continue;
		/* ... and this one would reopen TIME_WAIT */
		if (state == TCP_TIME_WAIT && k->flags == SYN)
			seq = -seq;
		next_port(w);
		fd = state == TCP_ESTABLISHED && i % 2 ? w_connected(w) :
							 w_to_state(w, state);
		n = w_copies(w, k->flags, .seq = snd(w) + seq,
			     .ack = k->flags & ACK ? rcv(w) - una + k->ack : 0,
			     .len = k->len);
		w_note(w, "%s in %s: %d answers", k->name, w_state_name(state),
		       n);
		few(w, k->name, n, BOUND);
		switch (state) {
		case TCP_ESTABLISHED:
			if (i % 2) {
				w_inj(w, SYN | ACK, .seq = 0);
				w_exp(w, ACK, .seq = 1, .ack = 1);
			}
			break;
		case TCP_CLOSE_WAIT:
		case TCP_LAST_ACK:
		case TCP_CLOSING:
		case TCP_TIME_WAIT:
			w_inj(w, FIN | ACK, .seq = 1, .ack =
			      state == TCP_LAST_ACK || state == TCP_CLOSING ?
			      1 : W_AUTO);
			w_exp(w, ACK, .ack = 2);
			break;
		}
		if (fd >= 0)
			w_abort(w, fd);
		w_drain(w);
	}
}

#define STATE_TEST(name, state) \
	WIRE_TEST_LONG(answers_bounded_##name) \
	{ \
		w_only_lctcp(w); \
		try_kinds(w, state); \
	}

STATE_TEST(syn_recv, TCP_SYN_RECV)
STATE_TEST(established, TCP_ESTABLISHED)
STATE_TEST(fin_wait1, TCP_FIN_WAIT1)
STATE_TEST(fin_wait2, TCP_FIN_WAIT2)
STATE_TEST(close_wait, TCP_CLOSE_WAIT)
STATE_TEST(closing, TCP_CLOSING)
STATE_TEST(last_ack, TCP_LAST_ACK)
STATE_TEST(time_wait, TCP_TIME_WAIT)

WIRE_TEST(answers_bounded_syn_sent)
{
	int fd = w_connect(w);

	w_exp(w, SYN);
	few(w, "ACK", w_copies(w, ACK, .seq = 5, .ack = 77), BOUND);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(answers_bounded_syn_recv_active)
{
	int fd = w_syn_recv_active(w);

	few(w, "ACK", w_copies(w, ACK, .ack = 77), BOUND);
	few(w, "SYN", w_copies(w, SYN, .seq = 0, .ack = 0), BOUND);
	few(w, "text", w_copies(w, ACK, .seq = -100, .len = 10), BOUND);
	w_inj(w, SYN | ACK, .seq = 0, .ack = 1, .forged = true);
	w_drain(w);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* The SYN again, with a request and with a cookie. */
WIRE_TEST(answers_bounded_syn)
{
	int i;

	w_listen(w, 5);
	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		w_sysctl(w, "syncookies", i ? "2" : "1");
		w_inj(w, SYN);
		w_exp(w, SYN | ACK);
		few(w, "SYN", w_copies(w, SYN, .seq = 0, .ack = 0), BOUND);
		w_inj(w, ACK, .seq = 1);
		w_accept(w);
	}
	/* another's is answered all the same */
	w_flow(w, 2);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
}

/* Outside a window of zero, in place and beyond; the probe that comes then has
 * its answer, a little later.
 */
WIRE_TEST(answers_bounded_zero_window)
{
	int i, n, fd;

	for (i = 0; i < 4; i++) {
		w_flow(w, i);
		fd = w_accepted(w);
		w_fill_window(w, 0);
		n = w_copies(w, i == 3 ? FIN | ACK : ACK,
			     .seq = snd(w) + (i == 2), .len = i == 1 ? 1 : i == 3 ?
			     0 : 10);
		few(w, "text outside a window of zero", n, BOUND);
		few(w, "ACK outside a window of zero",
		    w_copies(w, ACK, .seq = snd(w) + 1), BOUND);
		w_inj(w, ACK, .len = 1, .forged = true);
		w_exp(w, ACK, .ack = snd(w));
		w_is(w, fd, TCP_ESTABLISHED);
	}
}

/* Text that has come before, below and above a gap. */
WIRE_TEST(answers_bounded_text_again)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 11);
	few(w, "text again", w_copies(w, ACK, .seq = 1, .len = 10), BOUND);
	w_inj(w, ACK, .seq = 21, .len = 10);
	w_exp(w, ACK, .ack = 11);
	few(w, "text above a gap", w_copies(w, ACK, .seq = 21, .len = 10),
	    BOUND);
	w_inj(w, ACK, .seq = 1, .len = 10);
	w_exp(w, ACK, .ack = 11);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 31);
	w_read(w, fd, 30);
}

/* Old timestamps. */
WIRE_TEST(answers_bounded_paws)
{
	int i, fd;

	w_listen(w, 5);
	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		w_inj(w, SYN, .tsval = 1000, .tsecr = 0);
		w_exp(w, SYN | ACK);
		if (i) {
			w_inj(w, ACK, .tsval = 1000);
			fd = w_accept(w);
		}
		if (i == 2) {
			w_ok(w, shutdown(fd, SHUT_WR));
			w_exp(w, FIN | ACK);
			w_inj(w, FIN | ACK, .tsval = 1000);
			w_exp(w, ACK);
		}
		few(w, "old text", w_copies(w, ACK, .len = 10, .tsval = 900),
		    BOUND);
		few(w, "old FIN", w_copies(w, FIN | ACK, .seq = 1, .tsval = 900),
		    BOUND);
		few(w, "old ACK", w_copies(w, ACK, .seq = 0, .tsval = 900),
		    BOUND);
	}
	w_inj(w, FIN | ACK, .seq = 1, .tsval = 1001);
	w_exp(w, ACK, .ack = 2);
}

/* Even these, though there are more of them. */
WIRE_TEST(answers_bounded_again)
{
	w_connected(w);
	few(w, "SYN-ACK", w_copies(w, SYN | ACK, .seq = 0, .ack = 1),
	    AGAIN_BOUND + 10);
	w_flow(w, 1);
	w_to_state(w, TCP_CLOSE_WAIT);
	few(w, "FIN", w_copies(w, FIN | ACK, .seq = 1), AGAIN_BOUND + 10);
	w_flow(w, 2);
	w_to_state(w, TCP_TIME_WAIT);
	few(w, "FIN", w_copies(w, FIN | ACK, .seq = 1), AGAIN_BOUND + 10);
}

/* A second later they are answered anew, and 0 takes all limits away. */
WIRE_TEST_VT(answers_bounded_for_a_time)
{
	int i;

	w_accepted(w);
	for (i = 0; i < 3; i++) {
		w_check(w, w_copies(w, ACK, .ack = 100000) == 10);
		w_wait(w, 1500);
	}
	w_count(w, "AnswersLimited", 3 * (COPIES - 10));
	w_sysctl(w, "challenge_interval_ms", "0");
	w_check(w, w_copies(w, ACK, .ack = 100000) == COPIES);
}

WIRE_MAIN
