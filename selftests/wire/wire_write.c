// SPDX-License-Identifier: GPL-2.0
/*
 * What a program writes becomes segments: small writes share them, records and
 * corks keep them apart, and what waits unsent has a limit of its own.
 */
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "wire.h"

#define MSS(w)		((w)->family == AF_INET6 ? 1440 : 1460)

static const char text[4096];

static void set(struct wire *w, int fd, int option, int value)
{
	w_ok(w, setsockopt(fd, IPPROTO_TCP, option, &value, sizeof(value)));
}

/* A peer that takes nothing for now; small writes need not wait for each other. */
static int accepted_closed(struct wire *w)
{
	int fd = w_accepted(w);

	set(w, fd, TCP_NODELAY, 1);
	w->f->win = 0;
	w_inj(w, ACK);
	return fd;
}

static void open_window(struct wire *w)
{
	w->f->win = 65535;
	w_inj(w, ACK);
}

static void put(struct wire *w, int fd, int n, int flags)
{
	w_check(w, send(fd, text, n, flags) == n);
}

WIRE_TEST(write_coalesces)
{
	int fd = accepted_closed(w), i;

	for (i = 0; i < 30; i++)
		put(w, fd, 100, 0);
	w_none(w);
	open_window(w);
	w_exp(w, ACK, .len = MSS(w));
	w_exp(w, ACK, .len = MSS(w));
	w_exp(w, ACK, .len = 3000 - 2 * MSS(w));
}

/* Minshall: a small one waits for an earlier small one, and for no full one. */
WIRE_TEST(write_minshall)
{
	int fd = w_accepted(w);

	put(w, fd, MSS(w) + 10, 0);
	w_exp(w, ACK, .len = MSS(w));
	w_exp(w, ACK, .len = 10);
	put(w, fd, 20, 0);
	w_none(w);
	w_inj(w, ACK);
	w_exp(w, ACK, .len = 20);
}

WIRE_TEST(write_eor)
{
	int fd = accepted_closed(w);

	put(w, fd, 100, 0);
	put(w, fd, 100, MSG_EOR);
	put(w, fd, 50, 0);
	put(w, fd, 30, 0);
	open_window(w);
	w_exp(w, ACK, .len = 200);
	w_exp(w, ACK, .len = 80);
}

WIRE_TEST(write_more)
{
	int fd = w_accepted(w);
	struct seg *s;

	put(w, fd, MSS(w) + 10, MSG_MORE);
	s = w_exp(w, ACK, .len = MSS(w));
	w_check(w, !(s->flags & PSH));
	w_none(w);
	put(w, fd, 5, 0);
	s = w_exp(w, ACK, .len = 15);
	w_check(w, s->flags & PSH);
}

WIRE_TEST(write_cork)
{
	int fd = w_accepted(w);

	set(w, fd, TCP_CORK, 1);
	put(w, fd, 10, 0);
	put(w, fd, 20, 0);
	w_none(w);
	set(w, fd, TCP_CORK, 0);
	w_exp(w, ACK, .len = 30);
}

WIRE_TEST(write_notsent_lowat)
{
	int fd = accepted_closed(w), n, sum = 0;
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	set(w, fd, TCP_NOTSENT_LOWAT, 4000);
	while ((n = send(fd, text, 1000, MSG_DONTWAIT)) > 0)
		sum += n;
	w_check(w, sum == 4000);
	w_check(w, poll(&p, 1, 0) == 0);
	open_window(w);
	w_check(w, poll(&p, 1, 1000) == 1 && p.revents == POLLOUT);
	w_take(w, sum, ACK);
}

WIRE_MAIN
