// SPDX-License-Identifier: GPL-2.0
/*
 * The user timeout (RFC 9293 section 3.9.1), and the option about it (RFC 5482),
 * which is not spoken here: nothing is sent, and what is received does nothing.
 */
#include <unistd.h>

#include "wire.h"

/* Time passes until the connection is over, @max at most. */
static void over(struct wire *w, int max)
{
	while (w_entry(w) && w_since_mark(w) < max)
		w_next(w, 100);
}

/* ---- the user timeout ---- */

WIRE_TEST_VT(uto_open_timeout)
{
	int val = -1;
	socklen_t len = sizeof(val);
	int fd;

	w_listen(w, 16);
	w_ok(w, w_setopt(w, w->lfd, TCP_USER_TIMEOUT, 20000));
	fd = w_accepted(w);
	w_ok(w, getsockopt(fd, w->proto, TCP_USER_TIMEOUT, &val, &len));
	w_check(w, val == 20000);
	w_write(w, fd, 10);
	w_mark(w);
	over(w, 100000);
	w_check(w, w_since_mark(w) >= 20000 && w_since_mark(w) < 24000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

/* For what is in flight already, too: longer, shorter, and none. */
WIRE_TEST_VT(uto_change_during)
{
	int fd = w_accepted(w);

	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 5000));
	w_write(w, fd, 10);
	w_mark(w);
	while (w_since_mark(w) < 2000)
		w_next(w, 100);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 60000));
	while (w_since_mark(w) < 20000)
		w_next(w, 100);
	w_is(w, fd, TCP_ESTABLISHED);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 30000));
	over(w, 100000);
	w_check(w, w_since_mark(w) >= 30000 && w_since_mark(w) < 56000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

WIRE_TEST_VT(uto_expiry_actions)
{
	static const int states[] = {
		TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_FIN_WAIT1, TCP_CLOSING,
		TCP_LAST_ACK,
	};
	unsigned int i;
	int fd;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		w_flow(w, i);
		w_listen(w, 16);
		w_ok(w, w_setopt(w, w->lfd, TCP_USER_TIMEOUT, 5000));
		fd = w_to_state(w, states[i]);
		if (i < 2)
			w_write(w, fd, 10);
		w_mark(w);
		over(w, 100000);
		w_check(w, w_since_mark(w) >= 4000 && w_since_mark(w) < 8000);
		w_check(w, w_so_error(fd) == ETIMEDOUT);
		w_err(w, EPIPE, send(fd, "x", 1, MSG_NOSIGNAL));
		w_gone(w);
		close(w->lfd);
		w->lfd = -1;
	}
}

/* ---- the option ---- */

/* Minutes or seconds. */
#define MINUTES		0x8000

/* Kind 28 on a SYN, on an ACK and on text, from the peer. */
static int told(struct wire *w, int value)
{
	char opts[] = { 28, 4, value >> 8, value };
	int fd;

	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .opts = opts, .opts_len = 4);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .opts = opts, .opts_len = 4);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 5, .opts = opts, .opts_len = 4);
	w_exp(w, ACK, .ack = 6);
	return fd;
}

/* How long text without an answer is tried for. */
static int lasts(struct wire *w, int fd)
{
	w_write(w, fd, 10);
	w_mark(w);
	over(w, 200000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
	return w_since_mark(w);
}

static bool has_option(const struct seg *s)
{
	const unsigned char *o = s->raw + s->th + 20;
	int i;

	for (i = 0; i < s->opt_len && o[i]; i += o[i] == 1 ? 1 : o[i + 1])
		if (o[i] == 28)
			return true;
	return false;
}

/* No effect, and no option in return. */
WIRE_TEST_VT(uto_option_ignored)
{
	char opts[] = { 28, 4, 0, 7 };
	struct seg *s;
	int fd, ms;

	w_sysctl(w, "r2_ms", "30000");
	w_listen(w, 16);
	w_inj(w, SYN, .opts = opts, .opts_len = 4);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->opt_len == 4 && s->mss > 0);
	w_inj(w, ACK, .opts = opts, .opts_len = 4);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 5, .opts = opts, .opts_len = 4);
	s = w_exp(w, ACK, .ack = 6);
	w_check(w, !s->opt_len);
	w_read(w, fd, 5);
	ms = lasts(w, fd);
	w_check(w, ms >= 30000 && ms < 35000);
}

/* The value that RFC 5482 section 3.3 reserves, in both granularities: nothing
 * ends at once, and nothing for ever.
 */
WIRE_TEST_VT(uto_option_zero)
{
	static const int zero[] = { 0, MINUTES };
	int i, ms;

	w_sysctl(w, "r2_ms", "10000");
	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		ms = lasts(w, told(w, zero[i]));
		w_check(w, ms >= 10000 && ms < 12000);
	}
}

/* What the program has set is what holds, before and after the peer speaks. */
WIRE_TEST_VT(uto_option_changeable)
{
	socklen_t len = sizeof(int);
	int val = 0, ms, fd;

	w_listen(w, 16);
	w_ok(w, w_setopt(w, w->lfd, TCP_USER_TIMEOUT, 60000));
	fd = told(w, 1000);
	w_ok(w, getsockopt(fd, w->proto, TCP_USER_TIMEOUT, &val, &len));
	w_check(w, val == 60000);
	ms = lasts(w, fd);
	w_check(w, ms >= 60000 && ms < 68000);

	w_flow(w, 1);
	fd = told(w, 1000);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 20000));
	ms = lasts(w, fd);
	w_check(w, ms >= 20000 && ms < 23000);
}

/* No formula joins the peer's value and ours: R2 is this side's alone. */
WIRE_TEST_VT(uto_option_recv_formula)
{
	static const int value[] = { 50, 1000, 20000, MINUTES | 20 };
	socklen_t len = sizeof(int);
	int i, fd, val, ms;

	w_sysctl(w, "r2_ms", "100000");
	for (i = 0; i < 4; i++) {
		w_flow(w, i);
		fd = told(w, value[i]);
		val = -1;
		w_ok(w, getsockopt(fd, w->proto, TCP_USER_TIMEOUT, &val, &len));
		w_check(w, val == 0);
		ms = lasts(w, fd);
		w_check(w, ms >= 100000 && ms < 113000);
	}
}

/* The least and the most that a peer can say: it cannot make us give up before
 * a timeout has passed, nor hold on for weeks.
 */
WIRE_TEST_VT(uto_option_limits)
{
	static const int value[] = { 1, MINUTES | 0x7fff };
	int i, fd, ms;

	w_sysctl(w, "r2_ms", "20000");
	w_sysctl(w, "rto_min_ms", "3000");
	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		fd = told(w, value[i]);
		w_write(w, fd, 10);
		w_mark(w);
		w_exp(w, ACK, .len = 10);
		w_exp_at(w, 3000, ACK, .seq = 1, .len = 10, .within = 5000);
		w_inj(w, ACK);
		ms = lasts(w, fd);
		w_check(w, ms >= 20000 && ms < 23000);
	}
}

/* Never sent: on a SYN, a SYN-ACK or the first that is neither. */
WIRE_TEST(uto_option_send)
{
	struct seg *s;
	int fd;

	fd = w_bound(w, 0, 0);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 50000));
	w_connect_from(w, fd);
	w_check(w, !has_option(w_exp(w, SYN)));
	w_inj(w, SYN | ACK);
	s = w_exp(w, ACK);
	w_check(w, !s->opt_len);

	w_flow(w, 1);
	w_listen(w, 16);
	w_ok(w, w_setopt(w, w->lfd, TCP_USER_TIMEOUT, 50000));
	w_inj(w, SYN);
	w_check(w, !has_option(w_exp(w, SYN | ACK)));
	w_inj(w, ACK);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 5);
	s = w_exp(w, ACK);
	w_check(w, !s->opt_len);
}

/* Nor when the program changes its mind, to a peer that speaks it. */
WIRE_TEST(uto_option_resend_on_change)
{
	struct seg *s;
	int fd = told(w, 300), ms;

	for (ms = 10000; ms < 40000; ms += 10000) {
		w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, ms));
		w_inj(w, ACK, .len = 5);
		s = w_exp(w, ACK);
		w_check(w, !s->opt_len);
		w_write(w, fd, 1);
		s = w_exp(w, ACK, .len = 1);
		w_check(w, !s->opt_len);
		w_inj(w, ACK);
	}
}

WIRE_MAIN
