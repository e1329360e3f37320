// SPDX-License-Identifier: GPL-2.0
/*
 * What is held back, by Nagle's algorithm (RFC 9293 section 3.7.4) or because
 * the program said so, and the PSH flag (sections 3.9.1.2, 3.9.1.3).
 */
#include "wire.h"

#define MSS(w)	((w)->family == AF_INET6 ? 1440 : 1460)

static void set(struct wire *w, int fd, int option, int value)
{
	w_ok(w, w_setopt(w, fd, option, value));
}

/* The next @n octets of the pattern, with flags of send(). */
static void put(struct wire *w, int fd, int n, int flags)
{
	unsigned char buf[8192];
	int i;

	w->f->pattern = true;
	for (i = 0; i < n; i++)
		buf[i] = w_pattern(w->f->tx_off + i);
	w_check(w, send(fd, buf, n, flags) == n);
	w->f->tx_off += n;
	w_note(w, "send(%d, %#x)", n, flags);
}

static bool pushed(const struct seg *s)
{
	return s->flags & PSH;
}

WIRE_TEST(nagle_disable)
{
	int i, fd = w_accepted(w);

	put(w, fd, 10, 0);
	w_exp(w, ACK, .len = 10);
	put(w, fd, 10, 0);
	put(w, fd, 10, 0);
	w_none(w);
	/* what is held leaves, and so does all that follows */
	set(w, fd, TCP_NODELAY, 1);
	w_exp(w, ACK, .len = 20);
	for (i = 1; i < 6; i++) {
		put(w, fd, i, 0);
		w_exp(w, ACK, .len = i);
	}
	/* of this connection */
	w_flow(w, 1);
	fd = w_accepted(w);
	put(w, fd, 10, 0);
	w_exp(w, ACK, .len = 10);
	put(w, fd, 10, 0);
	w_none(w);
}

WIRE_TEST(nagle_ignores_push)
{
	int fd = w_accepted(w);

	put(w, fd, 10, 0);
	w_check(w, pushed(w_exp(w, ACK, .len = 10)));
	put(w, fd, 10, 0);
	w_none(w);
	w_inj(w, ACK);
	w_check(w, pushed(w_exp(w, ACK, .len = 10)));
}

/* Corked, less than a segment waits for 200 ms. */
WIRE_TEST(nagle_cork)
{
	int fd = w_accepted(w);

	set(w, fd, TCP_CORK, 1);
	put(w, fd, 10, 0);
	w_none(w);
	put(w, fd, MSS(w), 0);
	w_exp(w, ACK, .len = MSS(w));
	w_none(w);
	set(w, fd, TCP_CORK, 0);
	w_check(w, pushed(w_exp(w, ACK, .len = 10)));
	w_inj(w, ACK);

	set(w, fd, TCP_CORK, 1);
	w_mark(w);
	put(w, fd, 20, 0);
	w_none_for(w, 100);
	w_exp(w, ACK, .len = 20, .within = 1200);
	w_check(w, !w->virtual_time || w_since_mark(w) < 250);
}

/* The last segment of each write, whatever the size. */
WIRE_TEST(psh_last_segment)
{
	int fd = w_accepted(w), i, n, len[] = {
		1, 100, MSS(w) - 1, MSS(w), MSS(w) + 1, 2 * MSS(w), 4000,
		3 * MSS(w),
	};
	struct seg *s;

	for (i = 0; i < 8; i++) {
		put(w, fd, len[i], 0);
		for (n = 0; n < len[i]; n += s->len) {
			s = w_next(w, 1000);
			w_check(w, s && s->len);
			w_hear(w, s);
			w_check(w, pushed(s) == (n + s->len == len[i]));
		}
		w_inj(w, ACK);
	}
}

/* Alone; behind one that is in flight; into a window that is too small for all;
 * and although more was to come.
 */
WIRE_TEST_VT(psh_not_indefinite)
{
	int fd = w_accepted(w);

	put(w, fd, 10, 0);
	w_exp(w, ACK, .len = 10, .within = 0);
	put(w, fd, 20, 0);
	w_inj(w, ACK);
	w_exp(w, ACK, .len = 20, .within = 0);
	w_inj(w, ACK, .win = 5);
	put(w, fd, 30, 0);
	w_exp(w, ACK, .len = 5, .within = 1000);
	w_inj(w, ACK);
	w_exp(w, ACK, .len = 25, .within = 0);
	w_inj(w, ACK);
	put(w, fd, 40, MSG_MORE);
	w_exp(w, ACK, .len = 40, .within = 1000);
}

WIRE_TEST(psh_send_flag)
{
	int fd = w_accepted(w);

	put(w, fd, 10, 0);
	w_check(w, pushed(w_exp(w, ACK, .len = 10)));
	w_inj(w, ACK);
	put(w, fd, MSS(w) + 20, MSG_MORE);
	w_check(w, !pushed(w_exp(w, ACK, .len = MSS(w))));
	w_none(w);
	put(w, fd, 10, 0);
	w_check(w, pushed(w_exp(w, ACK, .len = 30)));
}

WIRE_TEST(psh_aggregate)
{
	int fd = w_accepted(w), i;

	for (i = 0; i < 200; i++)
		put(w, fd, 10, MSG_MORE);
	w_exp(w, ACK, .len = MSS(w));
	w_none(w);
	put(w, fd, 10, 0);
	w_exp(w, ACK, .len = 2010 - MSS(w));
}

/* A hundred pushed writes become full segments. */
WIRE_TEST(psh_collapse)
{
	int fd = w_accepted(w), i, n;

	set(w, fd, TCP_NODELAY, 1);
	w->f->win = 0;
	w_inj(w, ACK);
	for (i = 0; i < 100; i++)
		put(w, fd, 50, 0);
	w->f->win = 65535;
	w_inj(w, ACK);
	for (n = 5000; n > MSS(w); n -= MSS(w))
		w_check(w, !pushed(w_exp(w, ACK, .len = MSS(w))));
	w_check(w, pushed(w_exp(w, ACK, .len = n)));
}

WIRE_TEST(psh_max_segment)
{
	int fd = w_accepted(w), n;

	w_write(w, fd, 30000);
	for (n = 30000; n > MSS(w); n -= MSS(w)) {
		w_exp(w, ACK, .len = MSS(w));
		w_inj(w, ACK);
	}
	w_exp(w, ACK, .len = n);
}

/* Where it is says nothing of where reads end. */
WIRE_TEST(psh_not_record_mark)
{
	static const int len[] = { 7, 100, 1, 300, 33, 1000, 2, 500 };
	int fd = w_accepted(w), i, n = 0;

	for (i = 0; i < 40; i++) {
		w_inj(w, i * 7 % 3 ? ACK : ACK | PSH, .len = len[i % 8]);
		n += len[i % 8];
		w_drain(w);
	}
	w_read(w, fd, 900);
	for (n -= 900; n > 61; n -= 61)
		w_read(w, fd, 61);
	w_read(w, fd, n);
}

/* A reader is woken with it and without, not below what he asked for, and it is
 * not passed on.
 */
WIRE_TEST(psh_to_app)
{
	char buf[256];
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fd = w_accepted(w), low = 50, i;

	for (i = 0; i < 2; i++) {
		w_inj(w, i ? ACK | PSH : ACK, .len = 10);
		w_check(w, w_poll(fd, POLLIN, 1000) == POLLIN);
		w_check(w, recvmsg(fd, &msg, MSG_DONTWAIT) == 10);
		w_check(w, !msg.msg_flags);
	}
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof(low)));
	for (i = 0; i < 4; i++) {
		w_inj(w, i % 2 ? ACK | PSH : ACK, .len = 12);
		w_check(w, !w_poll(fd, POLLIN, 0));
	}
	w_inj(w, ACK, .len = 2);
	w_check(w, w_poll(fd, POLLIN, 1000) == POLLIN);
}

WIRE_MAIN
