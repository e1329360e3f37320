// SPDX-License-Identifier: GPL-2.0
/*
 * Nagle's algorithm and TCP_CORK (RFC 9293 section 3.7.4) hold back what is too
 * little for a segment.  All that is queued counts, whatever it was cut into
 * when the program wrote it: window and MSS may be others by now.
 */
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>

#include "wire.h"

#define MSS(w)		((w)->family == AF_INET6 ? 1440 : 1460)
#define SMALL(w)	((w)->family == AF_INET6 ? 1280 : 576)	/* an MTU */
#define FITS(w)		((w)->family == AF_INET6 ? 1220 : 536)
#define TEXT		2000	/* the initial congestion window takes it, in TCP too */

/* So much leaves at once; the peer hears it and says nothing yet. */
static int leaves(struct wire *w)
{
	struct seg *s;
	int n = 0;

	while ((s = w_next(w, 0))) {
		w_hear(w, s);
		n += s->len;
	}
	return n;
}

/* A peer with room for a hundred octets. */
static int accepted_small(struct wire *w)
{
	int fd, size = 100000;

	w->f->win = 100;
	fd = w_accepted(w);
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)));
	return fd;
}

/* TEXT is written for that; and then there is room for all. */
static void write_and_open(struct wire *w, int fd)
{
	w_write(w, fd, TEXT);
	w_exp(w, ACK, .len = 100);
	w->f->win = 65535;
	w_inj(w, ACK);
}

/* Small ones wait for what is unacknowledged, or until they fill a segment. */
WIRE_TEST(nagle_default)
{
	int fd = w_accepted(w), n;

	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	for (n = 0; n + 100 < MSS(w); n += 100) {
		w_write(w, fd, 100);
		w_check(w, !leaves(w));
	}
	w_write(w, fd, 100);
	n += 100;
	w_exp(w, ACK, .len = MSS(w));
	n -= MSS(w);
	w_check(w, !leaves(w));
	w_inj(w, ACK);
	w_take(w, n, ACK);
}

WIRE_TEST(nagle_window_grows)
{
	int fd = accepted_small(w), n;

	write_and_open(w, fd);
	n = TEXT - 100 - leaves(w);
	w_check(w, n >= 0 && n < MSS(w));
	w_inj(w, ACK);
	if (n)
		w_take(w, n, ACK);
}

/* Not even when something is in flight, nor for want of it. */
WIRE_TEST(nagle_cork_window_grows)
{
	int fd = accepted_small(w), n;

	w_ok(w, w_setopt(w, fd, TCP_CORK, 1));
	write_and_open(w, fd);
	n = TEXT - 100 - leaves(w);
	w_check(w, n >= 0 && n < MSS(w));
	w_inj(w, ACK);
	w_none(w);
	w_ok(w, w_setopt(w, fd, TCP_CORK, 0));
	if (n)
		w_take(w, n, ACK);
}

/* The program has closed: nothing is too little any more. */
static void closes(struct wire *w, int fd)
{
	w_write(w, fd, TEXT);
	w_exp(w, ACK, .len = 100);
	w_ok(w, shutdown(fd, SHUT_WR));
	w->f->win = 65535;
	w_inj(w, ACK);
	w_take(w, TEXT - 100, FIN);
}

WIRE_TEST(nagle_close_window_grows)
{
	int fd = accepted_small(w);

	closes(w, fd);
	w_flow(w, 1);
	fd = accepted_small(w);
	w_ok(w, w_setopt(w, fd, TCP_CORK, 1));
	closes(w, fd);
}

/* More than is let go at once is cut for an MSS that then turns out too large. */
static void mss_shrinks(struct wire *w, int fd)
{
	const struct seg *first;

	w_write(w, fd, 30000);
	first = w_exp(w, ACK, .len = MSS(w));
	leaves(w);
	if (w->family == AF_INET6)
		w_icmp(w, .type = ICMP6_PACKET_TOO_BIG, .mtu = SMALL(w),
		       .quote = first);
	else
		w_icmp(w, .type = ICMP_DEST_UNREACH, .code = ICMP_FRAG_NEEDED,
		       .mtu = SMALL(w), .quote = first);
	leaves(w);
	w_inj(w, ACK);
	w_check(w, leaves(w) > 5 * FITS(w));
}

WIRE_TEST(nagle_mss_shrinks)
{
	mss_shrinks(w, w_accepted(w));
}

WIRE_TEST(nagle_cork_mss_shrinks)
{
	int fd = w_accepted(w);

	w_ok(w, w_setopt(w, fd, TCP_CORK, 1));
	mss_shrinks(w, fd);
}

WIRE_MAIN
