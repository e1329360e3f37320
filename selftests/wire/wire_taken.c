// SPDX-License-Identifier: GPL-2.0
/*
 * What is taken from a segment that is not good: nothing.
 *
 * Each kind of bad segment, with a timestamp far ahead, another window, text
 * and an urgent pointer, in every state; afterwards all variables are as they
 * were, and the honest peer goes on.  Then what is good and was once refused.
 */
#include "wire.h"

#define AHEAD	(1 << 30)	/* any honest timestamp looks old after this */

/**
 * struct bad - a segment that some check has to refuse
 * @seq, @ack:	relative to what an honest peer would send
 * @old:	its timestamp lies behind, not ahead
 * @why:	shown when it was not refused
 */
struct bad {
	const char *why;
	int flags;
	int seq, ack, len;
	bool old;
};

static const struct bad bad[] = {
	{ "ACK of the future", ACK, 0, 100000, 0 },
	{ "text with an ACK of the future", ACK, 0, 100000, 10 },
	{ "overlapping text with an ACK of the future", ACK, -3, 100000, 10 },
	{ "FIN with an ACK of the future", FIN | ACK, 0, 100000, 0 },
	{ "ACK of half the numbers", ACK, 0, 500000000, 0 },
	{ "too old an ACK", ACK, 0, -1000000000, 0 },
	{ "text with too old an ACK", ACK, 0, -1000000000, 10 },
	{ "urgent text with too old an ACK", ACK | URG, 0, -1000000000, 10 },
	{ "no ACK bit", 0, 0, 0, 0 },
	{ "text without ACK bit", PSH, 0, 0, 10 },
	{ "FIN without ACK bit", FIN, 0, 0, 0 },
	{ "below the window", ACK, -20000, 0, 0 },
	{ "text below the window", ACK, -20000, 0, 10 },
	{ "above the window", ACK, 1 << 20, 0, 0 },
	{ "text above the window", ACK, 1 << 20, 0, 10 },
	{ "FIN above the window", FIN | ACK, 1 << 20, 0, 10 },
	{ "SYN", SYN, 5, 0, 0 },
	{ "SYN-ACK", SYN | ACK, 5, 0, 0 },
	{ "RST in the window", RST, 5, 0, 0 },
	{ "RST below the window", RST | ACK, -20000, 0, 0 },
	{ "old text", ACK, 0, 0, 10, true },
	{ "old FIN", FIN | ACK, 0, 0, 0, true },
};

#define NBAD	((int)(sizeof(bad) / sizeof(*bad)))

static const int states[] = {
	TCP_SYN_RECV, -TCP_SYN_RECV, TCP_ESTABLISHED, TCP_FIN_WAIT1,
	TCP_FIN_WAIT2, TCP_CLOSE_WAIT, TCP_CLOSING, TCP_LAST_ACK, TCP_TIME_WAIT,
};

/* With timestamps, and the peer's at 1000; the listener stays. */
static int with_timestamps(struct wire *w, int state)
{
	int fd = -1;

	if (state == -TCP_SYN_RECV) {
		fd = w_connect(w);
		w_exp(w, SYN);
		w_inj(w, SYN, .tsval = 1000, .tsecr = 0);
		w_exp(w, SYN | ACK, .tsecr = 1000);
		return fd;
	}
	w_inj(w, SYN, .tsval = 1000, .tsecr = 0);
	w_exp(w, SYN | ACK, .tsecr = 1000);
	if (state == TCP_SYN_RECV)
		return -1;
	w_inj(w, ACK, .tsval = 1000);
	fd = w_accept(w);
	if (state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK) {
		w_inj(w, FIN | ACK, .tsval = 1000);
		w_exp(w, ACK);
	}
	if (state != TCP_ESTABLISHED && state != TCP_CLOSE_WAIT) {
		w_ok(w, shutdown(fd, SHUT_WR));
		w_exp(w, FIN | ACK);
	}
	if (state == TCP_CLOSING) {
		w_inj(w, FIN | ACK, .ack = 1, .tsval = 1000);
		w_exp(w, ACK);
	}
	if (state == TCP_FIN_WAIT2)
		w_inj(w, ACK, .tsval = 1000);
	if (state == TCP_TIME_WAIT) {
		w_inj(w, FIN | ACK, .tsval = 1000);
		w_exp(w, ACK);
	}
	return fd;
}

struct known {
	struct lctcp_vars v;
	struct tcp_info i;
};

static bool known(struct wire *w, int fd, struct known *k)
{
	socklen_t n = sizeof(k->v), m = sizeof(k->i);

	memset(k, 0, sizeof(*k));
	if (fd < 0 || w_state(w, fd) == TCP_CLOSE)
		return false;
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &k->v, &n));
	w_ok(w, getsockopt(fd, w->proto, TCP_INFO, &k->i, &m));
	return true;
}

/* Timers run, all else stands still. */
static void unchanged(struct wire *w, const struct bad *b, int state,
		      const struct known *was, const struct known *is)
{
	struct lctcp_vars v = is->v;

	if (v.ts_recent != was->v.ts_recent)
		w_fail(w, "%s in %s: TS.Recent", b->why, w_state_name(state));
	if (v.snd_wnd != was->v.snd_wnd || v.snd_wl1 != was->v.snd_wl1 ||
	    v.snd_wl2 != was->v.snd_wl2 || v.max_snd_wnd != was->v.max_snd_wnd)
		w_fail(w, "%s in %s: window", b->why, w_state_name(state));
	if (v.rcv_up - v.rcv_nxt != was->v.rcv_up - was->v.rcv_nxt)
		w_fail(w, "%s in %s: urgent", b->why, w_state_name(state));
	if (w->virtual_time &&
	    is->i.tcpi_last_ack_recv < was->i.tcpi_last_ack_recv + 10)
		w_fail(w, "%s in %s: life sign", b->why, w_state_name(state));
	v.timer = was->v.timer;		/* an ACK may have been owed */
	v.timer_ms = was->v.timer_ms;
	v.ts_recent = was->v.ts_recent;
	v.rcv_wnd = was->v.rcv_wnd;	/* by the scale */
	if (memcmp(&v, &was->v, sizeof(v)))
		w_fail(w, "%s in %s: something changed", b->why,
		       w_state_name(state));
}

static void forge(struct wire *w, const struct bad *b)
{
	struct flow *f = w->f;

	w_inj(w, b->flags, .forged = true, .len = b->len,
	      .seq = (int32_t)(f->snd_nxt - f->isn) + b->seq,
	      .ack = b->flags & ACK ? (int32_t)(f->rcv_nxt - f->iss) + b->ack : 0,
	      .tsval = b->old ? 999 : 1000 + AHEAD, .tsecr = 1,
	      .win = 7, .urg = b->flags & URG ? 3 : 0);
}

/* The honest peer's FIN, and what is left after it, whatever went before. */
static void goes_on(struct wire *w, int state, int fd)
{
	struct seg *s;

	switch (state) {
	case TCP_SYN_RECV:
		w_inj(w, ACK, .len = 10, .tsval = 1001);
		fd = w_accept(w);
		w_exp(w, ACK, .ack = 11, .tsecr = 1001, .past_acks = true);
		w_read(w, fd, 10);
		break;
	case -TCP_SYN_RECV:
		w_inj(w, SYN | ACK, .seq = 0, .tsval = 1001, .forged = true,
		      .ack = 1);
		w_drain(w);
		w_is(w, fd, TCP_ESTABLISHED);
		w_inj(w, ACK, .len = 10, .tsval = 1001);
		w_exp(w, ACK, .ack = 11, .tsecr = 1001, .past_acks = true);
		break;
	case TCP_ESTABLISHED:
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
		w_inj(w, ACK, .len = 10, .tsval = 1001);
		w_exp(w, ACK, .ack = 11, .tsecr = 1001, .past_acks = true);
		w_read(w, fd, 10);
		break;
	case TCP_CLOSE_WAIT:
		w_write(w, fd, 10);
		s = w_exp(w, ACK, .len = 10, .past_acks = true);
		w_inj(w, ACK, .tsval = 1001, .tsecr = s->tsval);
		w_write(w, fd, 10);
		w_exp(w, ACK, .len = 10, .tsecr = 1001);
		break;
	case TCP_CLOSING:
		w_inj(w, ACK, .tsval = 1001);
		w_entry_is(w, TCP_TIME_WAIT);
		break;
	case TCP_LAST_ACK:
		w_inj(w, ACK, .tsval = 1001);
		w_gone(w);
		break;
	case TCP_TIME_WAIT:
		w_inj(w, FIN | ACK, .seq = 1, .tsval = 1001);
		w_exp(w, ACK, .ack = 2, .tsecr = 1001, .past_acks = true);
		break;
	}
}

static void try_all(struct wire *w, int from, int to)
{
	struct known was, is;
	int i, j, fd;

	w_only_lctcp(w);
	w_listen(w, 64);
	for (i = from; i < to; i++) {
		for (j = 0; j < NBAD; j++) {
			int state = states[i];

			/* where it is an answer to what is */
			if (state < 0 && bad[j].flags == (SYN | ACK))
				continue;
			/* a SYN as new as this one reopens it */
			if (state == TCP_TIME_WAIT && bad[j].flags == SYN)
				continue;
			w_forget(w);
			w->f->peer_port++;
			w->f->uut_port = W_PORT;
			w_reopen(w, w->isn);
			fd = with_timestamps(w, state);
			known(w, fd, &was);
			if (w->virtual_time)
				w_wait(w, 20);
			w_drain(w);
			forge(w, &bad[j]);
			if (known(w, fd, &is) != !!was.v.state)
				w_fail(w, "%s in %s: ended", bad[j].why,
				       w_state_name(abs(state)));
			if (was.v.state)
				unchanged(w, &bad[j], abs(state), &was, &is);
			/* the half-open one is gone: D18 */
			if (state == TCP_SYN_RECV && bad[j].flags & SYN) {
				w_gone(w);
				continue;
			}
			w_drain(w);
			goes_on(w, state, fd);
			if (fd >= 0)
				w_abort(w, fd);
			w_drain(w);
		}
	}
}

WIRE_TEST(nothing_taken_opening)
{
	try_all(w, 0, 3);
}

WIRE_TEST(nothing_taken_closing)
{
	try_all(w, 3, 9);
}

/* What the SYN said of timestamps is not known yet if that was 0 (D32): a number
 * that looks older is good then, is what is compared with from then on, and a
 * 0 that comes later is a number like any other.
 */
static void real_ones_follow(struct wire *w, int fd)
{
	w_inj(w, ACK, .len = 10, .tsval = 0xf0000001u);
	w_exp(w, ACK, .ack = 11, .tsecr = 0xf0000001u);
	w_read(w, fd, 10);
	w_inj(w, ACK, .len = 10, .tsval = 0xf0000000u, .forged = true);
	w_exp(w, ACK, .ack = 11, .tsecr = 0xf0000001u);
	w_inj(w, ACK, .len = 10, .tsval = 0);
	w_exp(w, ACK, .ack = 21, .tsecr = 0);
	w_inj(w, ACK, .len = 10, .tsval = 0xffffffffu, .forged = true);
	w_exp(w, ACK, .ack = 21, .tsecr = 0);
	w_read(w, fd, 10);
	w_count(w, "DropPaws", 2);
}

WIRE_TEST(ts_zero_unknown_passive)
{
	w_listen(w, 5);
	w_inj(w, SYN, .tsval = 0, .tsecr = 0);
	w_exp(w, SYN | ACK, .tsecr = 0);
	w_inj(w, ACK, .tsval = 0xf0000000u);
	real_ones_follow(w, w_accept(w));
}

WIRE_TEST(ts_zero_unknown_active)
{
	int fd = w_connect(w);

	w_exp(w, SYN);
	w_inj(w, SYN | ACK, .tsval = 0, .tsecr = 1);
	w_exp(w, ACK, .tsecr = 0);
	real_ones_follow(w, fd);
}

WIRE_TEST(ts_zero_unknown_simultaneous)
{
	int fd = w_connect(w);

	w_exp(w, SYN);
	w_inj(w, SYN, .tsval = 0, .tsecr = 0);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .tsval = 0xf0000000u);
	w_is(w, fd, TCP_ESTABLISHED);
	real_ones_follow(w, fd);
}

/* Aborted before another came; TIME_WAIT of the reset answers as if none were
 * there.  In TIME_WAIT proper a FIN has come, with a timestamp.
 */
WIRE_TEST(ts_zero_unknown_time_wait)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN, .tsval = 0, .tsecr = 0);
	w_exp(w, SYN | ACK, .tsecr = 0);
	w_inj(w, ACK, .tsval = 0);
	fd = w_accept(w);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK, .tsval = 0);
	w_exp(w, ACK, .ack = 2);
	w_inj(w, FIN | ACK, .seq = 1, .tsval = 0xf0000000u);
	w_exp(w, ACK, .ack = 2, .tsecr = 0xf0000000u);
}

/* TIME_WAIT of a peer whose timestamps have been 0 all the time. */
static void to_time_wait_zero(struct wire *w, int fd)
{
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK, .tsval = 0);
	w_exp(w, ACK);
	w_entry_is(w, TCP_TIME_WAIT);
	w_wait(w, 1100);	/* beyond the second in which it began */
}

/* No timestamp is older than one that is not known: the number decides. */
WIRE_TEST(ts_zero_unknown_reopen)
{
	w_listen(w, 5);
	w_inj(w, SYN, .tsval = 0, .tsecr = 0);
	w_exp(w, SYN | ACK, .tsecr = 0);
	w_inj(w, ACK, .tsval = 0);
	to_time_wait_zero(w, w_accept(w));
	w_inj(w, SYN, .seq = 1, .tsval = 0xf0000000u, .tsecr = 0,
	      .forged = true);
	w_exp(w, ACK, .ack = 2);
	w_reopen(w, w->f->isn + 1000);
	w_inj(w, SYN, .tsval = 0xf0000000u, .tsecr = 0);
	w_exp(w, SYN | ACK, .tsecr = 0xf0000000u);
	w_inj(w, ACK, .tsval = 0xf0000001u);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

/* The same for connect() in its place, which the peer's SYN crosses. */
WIRE_TEST(ts_zero_unknown_reuse)
{
	struct seg *s;
	int fd;

	w_sysctl(w, "tw_reuse", "1");
	fd = w_connect_from(w, w_bound(w, 0, W_PORT));
	s = w_exp(w, SYN);
	w_inj(w, SYN | ACK, .tsval = 0, .tsecr = s->tsval);
	w_exp(w, ACK);
	to_time_wait_zero(w, fd);
	close(fd);
	w_reopen(w, w->f->isn + 1000);
	fd = w_connect_from(w, w_bound(w, 0, W_PORT));
	w_exp(w, SYN);
	w_inj(w, SYN, .tsval = 0xf0000000u, .tsecr = 0);
	w_exp(w, SYN | ACK, .tsecr = 0xf0000000u);
	w_inj(w, ACK, .tsval = 0xf0000001u);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(ts_zero_unknown_cookie)
{
	struct seg *s;

	w_sysctl(w, "syncookies", "2");
	w_listen(w, 5);
	w_inj(w, SYN, .tsval = 0, .tsecr = 0);
	s = w_exp(w, SYN | ACK);
	w_inj(w, ACK, .tsval = 0, .tsecr = s->tsval);
	real_ones_follow(w, w_accept(w));
}

/* A SYN sent again is read again (D33): with other options, without any, and
 * with more.
 */
WIRE_TEST(syn_again_other_options)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN, .tsval = 1000, .tsecr = 0, .wscale = 7, .sackok = 1);
	w_exp(w, SYN | ACK, .tsecr = 1000, .sackok = 1);
	/* a newer timestamp */
	w_inj(w, SYN, .seq = 0, .tsval = 1100, .tsecr = 0, .wscale = 3,
	      .sackok = 1, .mss = 700);
	w_exp(w, SYN | ACK, .seq = 0, .tsecr = 1100, .sackok = 1);
	w->f->peer_mss = 700;
	w->f->peer_wscale = 3;
	w_inj(w, ACK, .seq = 1, .tsval = 1099, .forged = true);
	w_entry_is(w, TCP_SYN_RECV);
	w_drain(w);
	w_inj(w, ACK, .seq = 1, .tsval = 1101, .win = 1000);
	fd = w_accept(w);
	w_write(w, fd, 700);
	w_exp(w, ACK, .seq = 1, .len = 688, .tsecr = 1101);
}

WIRE_TEST(syn_again_bare)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN, .tsval = 1000, .tsecr = 0, .wscale = 7, .sackok = 1);
	w_next(w, 700);			/* lost */
	w_inj(w, SYN, .seq = 0, .tsval = W_NONE, .wscale = W_NONE,
	      .sackok = 0, .mss = W_NONE);
	w_exp(w, SYN | ACK, .tsval = W_NONE, .wscale = W_NONE, .sackok = 0);
	w_inj(w, ACK, .tsval = W_NONE, .seq = 1, .ack = 1);
	w_inj(w, ACK, .tsval = W_NONE, .len = 10, .seq = 1, .ack = 1);
	fd = w_accept(w);
	w_read(w, fd, 10);
}

/* Once the third ACK has come, and found no place to wait, the peer knows what
 * was agreed on, and an old SYN changes nothing.
 */
WIRE_TEST_VT(syn_again_confirmed)
{
	int fd;

	w_listen(w, 1);
	w_flow(w, 1);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_flow(w, 0);
	w_inj(w, SYN, .tsval = 1000, .tsecr = 0);
	w_exp(w, SYN | ACK);
	w_flow(w, 1);
	w_inj(w, ACK);
	w_flow(w, 0);
	w_inj(w, ACK, .tsval = 1001);
	w_entry_is(w, TCP_SYN_RECV);
	w_inj(w, SYN, .seq = 0, .tsval = W_NONE, .forged = true);
	w_exp(w, SYN | ACK, .seq = 0, .tsecr = 1000);
	w_flow(w, 1);
	w_ok(w, close(w_accept(w)));
	w_exp(w, FIN | ACK);
	w_flow(w, 0);
	w_inj(w, ACK, .seq = 1, .len = 10, .tsval = 1002);
	fd = w_accept(w);
	w_read(w, fd, 10);
}

/* Text after SHUT_RDWR (D39); after SHUT_RD alone it is taken and dropped. */
WIRE_TEST(text_after_shut_rdwr)
{
	int i, fd;

	for (i = 0; i < 4; i++) {
		w_flow(w, i);
		fd = w_accepted(w);
		if (i == 3)		/* in two steps */
			w_ok(w, shutdown(fd, SHUT_RD));
		w_ok(w, shutdown(fd, i == 3 ? SHUT_WR : SHUT_RDWR));
		w_exp(w, FIN | ACK);
		if (i != 1)
			w_inj(w, ACK);
		w_inj(w, i == 2 ? FIN | ACK : ACK, .len = 10,
		      .ack = i == 1 ? 1 : W_AUTO);
		w_exp(w, RST, .may = ACK, .seq = 2, .ack = W_ANY);
		w_is(w, fd, TCP_CLOSE);
		w_check(w, w_so_error(fd) == ECONNRESET);
		w_ok(w, close(fd));
	}
}

WIRE_TEST(fin_after_shut_rdwr)
{
	int fd = w_accepted(w);

	w_ok(w, shutdown(fd, SHUT_RDWR));
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
	w_check(w, w_so_error(fd) == 0);
}

/* An ACK that a newer one overtook draws nothing, in both directions of talk
 * and in TIME_WAIT; a keepalive with an old timestamp is answered (D40).
 */
WIRE_TEST(paws_overtaken_ack)
{
	int fd, i;

	w_listen(w, 5);
	fd = with_timestamps(w, TCP_ESTABLISHED);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	for (i = 0; i < 4; i++) {
		w_write(w, fd, 100);
		w_exp(w, ACK, .len = 100);
	}
	w_inj(w, ACK, .ack = 301, .tsval = 1003);
	w_inj(w, ACK, .ack = 201, .tsval = 1002, .forged = true);
	w_inj(w, ACK, .ack = 101, .tsval = 1001, .forged = true);
	w_none(w);
	w_inj(w, ACK, .len = 10, .ack = 401, .tsval = 1005);
	w_exp(w, ACK, .ack = 11, .tsecr = 1005);
	w_inj(w, ACK, .seq = 1, .ack = 301, .tsval = 1004, .forged = true);
	w_inj(w, ACK, .seq = 11, .ack = 401, .tsval = 1004, .forged = true);
	w_none(w);
	/* not an ACK alone, or not of what we know */
	w_inj(w, ACK, .seq = 10, .ack = 401, .tsval = 1004, .forged = true);
	w_exp(w, ACK, .ack = 11);
	w_inj(w, ACK, .seq = 1, .len = 10, .ack = 401, .tsval = 1004,
	      .forged = true);
	w_exp(w, ACK, .ack = 11);
	w_inj(w, ACK, .seq = 11, .ack = 402, .tsval = 1004, .forged = true);
	w_exp(w, ACK, .ack = 11);
	w_count(w, "DropPaws", 7);

	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK, .tsval = 1007);
	w_exp(w, ACK);
	w_entry_is(w, TCP_TIME_WAIT);
	w_inj(w, ACK, .seq = 11, .tsval = 1006, .forged = true);
	w_none(w);
	w_inj(w, ACK, .seq = 1, .len = 10, .tsval = 1006, .forged = true);
	w_exp(w, ACK, .ack = 12);
}

/* A peer whose every word is refused is not alive: keepalives end ... */
WIRE_TEST_VT(kal_only_unacceptable)
{
	int fd = w_accepted(w), on = 1, i;

	w_ok(w, w_setopt(w, fd, TCP_KEEPIDLE, 10));
	w_ok(w, w_setopt(w, fd, TCP_KEEPINTVL, 10));
	w_ok(w, w_setopt(w, fd, TCP_KEEPCNT, 4));
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)));
	for (i = 0; i < 40 && w_state(w, fd) == TCP_ESTABLISHED; i++) {
		if (!w_next(w, 12000))
			continue;
		w_inj(w, i & 1 ? ACK : 0, .seq = 1 << 20, .ack = i & 1,
		      .forged = true);
		w_inj(w, ACK, .ack = 100000, .forged = true);
		w_wait(w, 100);
		w_drain(w);
	}
	w_check(w, w_state(w, fd) == TCP_CLOSE);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

/* ... so does what was sent, by the user timeout ... */
WIRE_TEST_VT(uto_only_unacceptable)
{
	int fd = w_accepted(w), i;

	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 20000));
	w_write(w, fd, 100);
	for (i = 0; i < 100 && w_state(w, fd) == TCP_ESTABLISHED; i++) {
		w_inj(w, ACK, .ack = 100000, .forged = true);
		w_inj(w, ACK, .ack = 1, .seq = 1 << 20, .forged = true);
		w_wait(w, 500);
		w_drain(w);
	}
	w_check(w, i > 35 && i < 50);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

/* ... and a window that only such segments open stays closed. */
WIRE_TEST_VT(uto_zero_window_unacceptable)
{
	int fd, i;

	w_listen(w, 5);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .win = 0);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 20000));
	w_write(w, fd, 100);
	for (i = 0; i < 100 && w_state(w, fd) == TCP_ESTABLISHED; i++) {
		w_inj(w, ACK, .ack = 100000, .win = 1000, .forged = true);
		w_inj(w, ACK, .ack = 1, .seq = 1 << 20, .win = 1000,
		      .forged = true);
		w_wait(w, 500);
		w_drain(w);
	}
	w_check(w, i > 35 && i < 60);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

/* After SHUT_RDWR: text that is urgent, has a FIN, or lies above a gap; what is
 * no text ends the connection as ever; and what had come before is readable.
 */
WIRE_TEST(shut_rdwr_urgent)
{
	int fd = w_accepted(w);

	w_ok(w, shutdown(fd, SHUT_RDWR));
	w_exp(w, FIN | ACK);
	w_inj(w, URG | ACK, .len = 5, .urg = 5, .ack = 1);
	w_exp(w, RST, .seq = W_ANY, .ack = W_ANY);
	w_gone(w);
}

WIRE_TEST(shut_rdwr_fin_text)
{
	int fd = w_accepted(w);

	w_ok(w, shutdown(fd, SHUT_RDWR));
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK, .len = 5);
	w_exp(w, RST, .seq = W_ANY, .ack = W_ANY);
	w_gone(w);
}

WIRE_TEST(shut_rdwr_above_gap)
{
	int fd = w_accepted(w);

	w_ok(w, shutdown(fd, SHUT_RDWR));
	w_exp(w, FIN | ACK);
	w_inj(w, ACK, .seq = 100, .len = 5);
	w_exp(w, RST, .seq = W_ANY, .ack = W_ANY);
	w_gone(w);
}

WIRE_TEST(shut_rdwr_ack_and_fin)
{
	int fd = w_accepted(w);

	w_ok(w, shutdown(fd, SHUT_RDWR));
	w_exp(w, FIN | ACK);
	w_inj(w, ACK);
	w_is(w, fd, TCP_FIN_WAIT2);
	w_inj(w, ACK, .seq = 0, .forged = true);	/* keepalive */
	w_exp(w, ACK);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST(shut_rdwr_unread)
{
	int fd = w_accepted(w);
	char b[20];

	w_inj(w, ACK, .len = 10);
	w_drain(w);
	w_ok(w, shutdown(fd, SHUT_RDWR));
	w_exp(w, FIN | ACK);
	w_check(w, recv(fd, b, 20, MSG_DONTWAIT) == 10);
	w_inj(w, ACK, .len = 10);
	w_exp(w, RST, .seq = W_ANY, .ack = W_ANY);
}

WIRE_MAIN
