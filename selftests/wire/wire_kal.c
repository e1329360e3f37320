// SPDX-License-Identifier: GPL-2.0
/* Keepalives: RFC 9293 section 3.8.4. */
#include "wire.h"

/* A probe is what the peer has acknowledged long ago: the octet before. */
#define PROBE(w)	((int32_t)((w)->f->rcv_nxt - (w)->f->iss) - 1LL)

static void keepalive(struct wire *w, int fd, int idle, int intvl, int count)
{
	int on = 1;

	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)));
	if (idle)
		w_ok(w, w_setopt(w, fd, TCP_KEEPIDLE, idle));
	if (intvl)
		w_ok(w, w_setopt(w, fd, TCP_KEEPINTVL, intvl));
	if (count)
		w_ok(w, w_setopt(w, fd, TCP_KEEPCNT, count));
	w_mark(w);
}

static void probe_at(struct wire *w, int ms)
{
	w_exp_at(w, ms, ACK, .seq = PROBE(w), .within = 2 * ms + 1000);
}

/* Time passes until the connection is over, @max at most. */
static int over(struct wire *w, int max)
{
	int n = 0;

	while (w_entry(w) && w_since_mark(w) < max)
		if (w_next(w, 100))
			n++;
	return n;
}

/* It can be had, and given back. */
WIRE_TEST_VT(kal_available)
{
	int fd = w_accepted(w), off = 0;

	keepalive(w, fd, 10, 10, 9);
	probe_at(w, 10000);
	w_inj(w, ACK);
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &off, sizeof(off)));
	w_none_for(w, 100000);
}

WIRE_TEST_VT(kal_default_off)
{
	int on = 1;
	socklen_t len = sizeof(on);
	int fd = w_accepted(w);

	w_ok(w, getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, &len));
	w_check(w, !on);
	w_none_for(w, 5 * 3600 * 1000);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* What is heard moves it; what is in flight is the other timer's. */
WIRE_TEST_VT(kal_only_when_idle)
{
	struct seg *s;
	int fd;

	fd = w_accepted(w);
	keepalive(w, fd, 10, 10, 9);
	w_wait(w, 8000);
	w_inj(w, ACK, .len = 5);
	w_exp(w, ACK);
	w_mark(w);
	probe_at(w, 10000);
	w_inj(w, ACK);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_mark(w);
	while (w_since_mark(w) < 40000) {
		s = w_next(w, 500);
		w_check(w, !s || s->len == 10);
	}
}

/* By the socket, and for all that do not say by the namespace. */
WIRE_TEST_VT(kal_interval_settable)
{
	int fd = w_accepted(w), i;

	keepalive(w, fd, 20, 7, 9);
	probe_at(w, 20000);
	for (i = 0; i < 3; i++) {
		w_mark(w);
		probe_at(w, 7000);
	}
	if (w->proto == IPPROTO_TCP)
		return;
	w_abort(w, fd);
	w_drain(w);
	w_flow(w, 1);
	w_sysctl(w, "keepalive_time_ms", "30000");
	w_sysctl(w, "keepalive_intvl_ms", "5000");
	w_sysctl(w, "keepalive_probes", "3");
	fd = w_accepted(w);
	keepalive(w, fd, 0, 0, 0);
	probe_at(w, 30000);
	for (i = 0; i < 2; i++) {
		w_mark(w);
		probe_at(w, 5000);
	}
	w_check(w, over(w, 20000) == 0);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

WIRE_TEST_VT(kal_default_2h)
{
	int fd = w_accepted(w);

	keepalive(w, fd, 0, 0, 0);
	probe_at(w, 7200 * 1000);
}

WIRE_TEST_VT(kal_not_single_loss)
{
	int fd = w_accepted(w), i;

	keepalive(w, fd, 10, 10, 0);
	for (i = 0; i < 8; i++) {
		probe_at(w, 10000);
		w_is(w, fd, TCP_ESTABLISHED);
		w_mark(w);
	}
	w_inj(w, ACK);
	w_mark(w);
	probe_at(w, 10000);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST_VT(kal_no_data)
{
	int fd = w_accepted(w);

	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_inj(w, ACK);
	keepalive(w, fd, 10, 10, 9);
	w_exp_at(w, 10000, ACK, .seq = 10, .len = 0, .within = 20000);
}

/* The MAY that we leave: no probe has an octet, answered or not. */
WIRE_TEST_VT(kal_garbage_octet)
{
	int fd = w_accepted(w), i;

	keepalive(w, fd, 10, 10, 9);
	for (i = 0; i < 9; i++)
		w_exp(w, ACK, .seq = 0, .len = 0, .within = 20000);
}

WIRE_TEST_VT(kal_dead_reported)
{
	struct w_call c = {};
	int fd = w_accepted(w), n;

	keepalive(w, fd, 10, 5, 3);
	w_block(w, &c, W_RECV, fd, 0);
	n = over(w, 100000);
	/* TCP sends a RST at the end; we are silent */
	w_check(w, n == (w->proto == IPPROTO_TCP ? 4 : 3));
	w_check(w, w_since_mark(w) >= 25000 && w_since_mark(w) < 30000);
	w_woken_err(w, &c, ETIMEDOUT);
	w_gone(w);
}

WIRE_TEST_VT(kal_rst_reply)
{
	struct w_call c = {};
	int fd = w_accepted(w);

	keepalive(w, fd, 10, 5, 3);
	w_block(w, &c, W_RECV, fd, 0);
	probe_at(w, 10000);
	w_inj(w, RST);
	w_woken_err(w, &c, ECONNRESET);
	w_gone(w);
}

/* Any segment that is taken, and not only an answer. */
WIRE_TEST_VT(kal_answer_keeps)
{
	int fd = w_accepted(w), i;

	keepalive(w, fd, 10, 10, 2);
	for (i = 0; i < 4; i++) {
		probe_at(w, 10000);
		w_mark(w);
		probe_at(w, 10000);
		if (i & 1) {
			w_inj(w, ACK, .len = 3);
			w_exp(w, ACK);
		} else {
			w_inj(w, ACK);
		}
		w_mark(w);
	}
	w_is(w, fd, TCP_ESTABLISHED);
}

/* Theirs, with an octet of rubbish and without, in every state that has one. */
WIRE_TEST(kal_responder)
{
	static const int states[] = {
		TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT,
		TCP_CLOSING, TCP_LAST_ACK, TCP_TIME_WAIT,
	};
	long long seq, ack, mine;
	unsigned int i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		w_flow(w, i);
		w_to_state(w, states[i]);
		seq = (uint32_t)(w->f->snd_nxt - w->f->isn) - 1LL;
		mine = (uint32_t)(w->f->rcv_nxt - w->f->iss);
		ack = mine - (states[i] == TCP_FIN_WAIT1 ||
			      states[i] == TCP_CLOSING ||
			      states[i] == TCP_LAST_ACK);
		w_inj(w, ACK, .seq = seq, .ack = ack, .forged = true);
		w_exp(w, ACK, .seq = mine);
		w_inj(w, ACK, .seq = seq, .ack = ack, .len = 1, .forged = true);
		w_exp(w, ACK, .seq = mine);
		w_entry_is(w, states[i]);
		/* what is unacknowledged must not go again meanwhile */
		w_inj(w, RST, .ack = W_NONE);
		w_drain(w);
	}
}

/* Wherever something may still come; not where there is no connection yet. */
WIRE_TEST_VT(kal_states)
{
	static const int states[] = {
		TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_FIN_WAIT2,
	};
	unsigned int i;
	int fd, on = 1;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		w_flow(w, i);
		fd = w_to_state(w, states[i]);
		keepalive(w, fd, 10, 10, 9);
		probe_at(w, 10000);
		w_abort(w, fd);
		w_drain(w);
	}
	/* of a listener, its children have it */
	w_flow(w, i);
	w_ok(w, setsockopt(w->lfd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)));
	w_ok(w, w_setopt(w, w->lfd, TCP_KEEPIDLE, 5));
	w_none_for(w, 60000);
	w_accepted(w);
	w_mark(w);
	probe_at(w, 5000);
}

WIRE_TEST_VT(kal_user_timeout)
{
	int fd = w_accepted(w);

	keepalive(w, fd, 10, 5, 2);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 40000));
	w_check(w, over(w, 200000) >= 4);
	w_check(w, w_since_mark(w) >= 40000 && w_since_mark(w) < 50000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

WIRE_MAIN
