// SPDX-License-Identifier: GPL-2.0
/*
 * The window that we offer (RFC 9293 section 3.8.6): it never shrinks, closes
 * and opens, is told in every segment, and what is in it is taken.
 */
#include "wire.h"

#define MSS(w)	((w)->family == AF_INET6 ? 1440 : 1460)
#define DAY	(24 * 3600 * 1000ll)

static void set_int(struct wire *w, int fd, int what, int val)
{
	w_ok(w, setsockopt(fd, SOL_SOCKET, what, &val, sizeof(val)));
}

/* The next number of the peer, and the edge, as segments name them. */
static long long nxt(const struct wire *w)
{
	return (int32_t)(w->f->snd_nxt - w->f->isn);
}

static long long edge(const struct wire *w)
{
	return (int32_t)(w->f->edge - w->f->isn);
}

static int room(const struct wire *w)
{
	return edge(w) - nxt(w);
}

/* @n octets in full segments; what they draw is heard. */
static void text(struct wire *w, int n)
{
	int len;

	for (; n > 0; n -= len) {
		len = n < MSS(w) ? n : MSS(w);
		w_inj(w, ACK, .len = len);
		w_drain(w);
	}
}

static void nothing_to_read(struct wire *w, int fd)
{
	char c;

	w_err(w, EAGAIN, recv(fd, &c, 1, MSG_DONTWAIT));
}

/* The buffer becomes small while the window is open: what was offered is taken.
 * That the edge stays is looked at by the harness.
 */
WIRE_TEST_VT(flw_no_shrink_receiver)
{
	int fd, i, n;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		if (w->lfd < 0)
			w_listen(w, 16);
		set_int(w, w->lfd, SO_RCVBUF, 200000);
		w_inj(w, SYN, .wscale = i ? 7 : W_NONE);
		w_exp(w, SYN | ACK);
		w_inj(w, ACK);
		fd = w_accept(w);
		n = w_fill_window(w, 30000);
		w_check(w, n > 10000 && room(w) == 30000);
		set_int(w, fd, SO_RCVBUF, 4096);
		n += w_fill_window(w, 0);
		w_check(w, w->f->last_ack == w->f->snd_nxt);
		w_read(w, fd, n);
		w_drain(w);
		w_check(w, room(w) > 0);
	}
}

/* Full, and it stays so. */
static int full(struct wire *w, int *n)
{
	int fd = w_accepted(w);

	*n = w_fill_window(w, 0);
	w_check(w, *n > 0 && !room(w));
	return fd;
}

WIRE_TEST_VT(flw_zwp_reply)
{
	static const int len[] = { 0, 1, 1000 };
	int i, n;

	full(w, &n);
	for (i = 0; i < 30; i++) {
		w_wait(w, 200);
		w_inj(w, ACK, .seq = nxt(w) - !len[i % 3], .len = len[i % 3],
		      .forged = true);
		w_exp(w, ACK, .win = 0);
	}
}

WIRE_TEST_VT(flw_zwp_octet_accepted_when_open)
{
	int n, fd = full(w, &n);

	w_inj(w, ACK, .len = 1, .forged = true);
	w_exp(w, ACK, .win = 0);
	w_read(w, fd, n);
	nothing_to_read(w, fd);
	w_check(w, w_exp(w, ACK)->win > 0);
	w_inj(w, ACK, .len = 1);
	w_exp(w, ACK);
	w_inj(w, ACK, .seq = nxt(w) - 1, .len = 1);
	w_exp(w, ACK);
	w_read(w, fd, 1);
	nothing_to_read(w, fd);
}

WIRE_TEST_VT(flw_closed_indefinitely)
{
	int n, fd = full(w, &n);

	w_mark(w);
	while (w_since_mark(w) < DAY) {
		w_wait(w, 60000);
		w_inj(w, ACK, .len = 1, .forged = true);
		w_exp(w, ACK, .win = 0);
		w_forget(w);
	}
	w_is(w, fd, TCP_ESTABLISHED);
	w_read(w, fd, n);
	w_check(w, w_exp(w, ACK)->win > 0);
	text(w, 1000);
	w_read(w, fd, 1000);
}

/* How many SIGURG have come since: one that waits stands for all. */
static bool signalled(void)
{
	struct timespec now = {};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	return sigtimedwait(&set, NULL, &now) == SIGURG;
}

WIRE_TEST_VT(flw_rst_urg_zero_window)
{
	sigset_t set;
	int n, fd = full(w, &n);

	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w_ok(w, fcntl(fd, F_SETOWN, getpid()));
	w_check(w, !signalled());
	w_inj(w, URG | ACK, .len = 5, .urg = 5, .forged = true);
	w_exp(w, ACK, .win = 0);
	w_check(w, signalled());
	w_inj(w, RST, .ack = W_NONE);
	w_gone(w);
	w_check(w, w_so_error(fd) == ECONNRESET);
}

/* A large read says so by itself. */
WIRE_TEST_VT(flw_update_on_read)
{
	int n, fd = full(w, &n);

	w_read(w, fd, n);
	w_check(w, w_exp(w, ACK, .within = 1)->win > n / 2);
}

WIRE_TEST_VT(flw_beyond_window_dropped)
{
	int fd = w_accepted(w), n = w_fill_window(w, 3000);

	w_check(w, room(w) == 3000);
	w_inj(w, ACK, .seq = edge(w), .len = 1000, .forged = true);
	w_exp(w, ACK, .win = 3000);
	/* and the part beyond of what begins in it */
	w_inj(w, ACK, .len = 3500);
	w->f->snd_nxt -= 500;
	w_exp(w, ACK, .win = 0);
	w_read(w, fd, n + 3000);
	nothing_to_read(w, fd);
	w_exp(w, ACK);
}

/* It is the one that we hold to. */
static void told(struct wire *w, int fd, const struct seg *s)
{
	struct lctcp_vars v = w_vars(w, fd);

	w_check(w, (unsigned int)s->win == v.rcv_wnd >> v.rcv_wscale);
}

WIRE_TEST(flw_window_in_every_segment)
{
	int fd;

	w_only_lctcp(w);
	w_listen(w, 16);
	w_inj(w, SYN, .wscale = 7);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	text(w, 5000);
	w_write(w, fd, 10);
	told(w, fd, w_exp(w, ACK, .len = 10));
	text(w, 4000);
	w_inj(w, ACK, .len = 1000);
	told(w, fd, w_exp(w, ACK));
	w_inj(w, ACK, .seq = nxt(w) + 100, .len = 10);
	told(w, fd, w_exp(w, ACK));
	text(w, 200);
	w_inj(w, RST, .seq = nxt(w) + 5, .forged = true);
	told(w, fd, w_exp(w, ACK));
	w_inj(w, ACK, .seq = nxt(w) - 1, .forged = true);
	told(w, fd, w_exp(w, ACK));
	text(w, 3000);
	w_ok(w, shutdown(fd, SHUT_WR));
	told(w, fd, w_exp(w, FIN | ACK));
	/* sent again, with the window of now */
	w_inj(w, ACK, .len = 3000, .ack = 11);
	told(w, fd, w_exp(w, FIN | ACK, .seq = 11, .within = 1000,
			  .past_acks = true));
}

/* Octet by octet, in order and above a gap: a segment costs far more than it
 * holds, and what was acknowledged is there.
 */
WIRE_TEST_VT(flw_rcvbuf_accounting)
{
	int fd, n = 0;

	w_listen(w, 16);
	set_int(w, w->lfd, SO_RCVBUF, 3072);
	fd = w_accepted(w);
	while (room(w) > 1) {
		w_inj(w, ACK, .seq = nxt(w) + 1, .len = 1);
		w_inj(w, ACK, .len = 1);
		w_drain(w);
		/* what was above the gap is there too, or was dropped */
		if (w->f->last_ack == w->f->snd_max)
			w->f->snd_nxt = w->f->snd_max;
		if (n++ % 500 == 499)
			w_forget(w);
	}
	w_wait(w, 1000);
	w_drain(w);
	n = (int32_t)(w->f->last_ack - w->f->isn) - 1;
	w_check(w, n > 1000);
	w_read(w, fd, n);
	w_drain(w);
	w_check(w, room(w) > 0);
}

WIRE_MAIN
