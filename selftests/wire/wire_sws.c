// SPDX-License-Identifier: GPL-2.0
/*
 * Silly windows avoided at both ends (RFC 9293 section 3.8.6.2): neither are
 * small segments sent into a small window, nor is a small one offered.
 */
#include "wire.h"

#define MSS(w)		((w)->family == AF_INET6 ? 1440 : 1460)

/* A peer with nothing to offer now, though it did; @n octets wait. */
static int waits(struct wire *w, int n)
{
	int fd = w_accepted(w);

	w->f->win = 0;
	w_inj(w, ACK);
	w_write(w, fd, n);
	return fd;
}

WIRE_TEST(flw_sws_sender)
{
	int win;

	waits(w, 4000);
	for (win = 10; win < MSS(w); win += 10) {
		w_inj(w, ACK, .win = win);
		w_check(w, !w_next(w, 0));
	}
	w_inj(w, ACK, .win = MSS(w));
	w_exp(w, ACK, .len = MSS(w));
	w_none(w);
}

/* (1): a full segment, and not if an octet is missing. */
WIRE_TEST(flw_sws_rule1)
{
	waits(w, 10000);
	w_inj(w, ACK, .win = MSS(w) - 1);
	w_none(w);
	w_inj(w, ACK, .win = MSS(w));
	w_exp(w, ACK, .len = MSS(w));
	w_none(w);
	w_inj(w, ACK, .win = 2 * MSS(w) - 1);
	w_exp(w, ACK, .len = MSS(w));
	w_none(w);
}

/* (2): all that there is, if Nagle lets it. */
WIRE_TEST(flw_sws_rule2)
{
	int fd = waits(w, 10);
	struct seg *s;

	w_inj(w, ACK, .win = 9);
	w_none(w);
	w_inj(w, ACK, .win = 10);
	s = w_exp(w, ACK, .len = 10);
	w_check(w, s->flags & PSH);
	w->f->win = 65535;
	w_write(w, fd, 10);
	w_none(w);
	w_inj(w, ACK);
	s = w_exp(w, ACK, .len = 10);
	w_check(w, s->flags & PSH);
}

/* (3): half of the most that was ever offered. */
WIRE_TEST(flw_sws_rule3)
{
	int fd;

	w->f->win = 600;
	fd = w_accepted(w);
	w->f->win = 0;
	w_inj(w, ACK);
	w_write(w, fd, 4000);
	w_inj(w, ACK, .win = 299);
	w_none(w);
	w_inj(w, ACK, .win = 300);
	w_exp(w, ACK, .len = 300);
	w_none(w);
}

/* (4): the rest after a tenth of a second to a whole one, near or far. */
WIRE_TEST_VT(flw_sws_override)
{
	int i, fd;

	w_listen(w, 16);
	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		w_inj(w, SYN);
		w_exp(w, SYN | ACK);
		w_wait(w, i * 1000);
		w_inj(w, ACK);
		fd = w_accept(w);
		w_inj(w, ACK, .win = 10);
		w_mark(w);
		w_write(w, fd, 4000);
		w_none_for(w, 95);
		w_exp(w, ACK, .len = 10, .within = 1020 - w_since_mark(w));
		w_inj(w, ACK, .win = 20);
		w_mark(w);
		w_none_for(w, 95);
		w_exp(w, ACK, .len = 20, .within = 1020 - w_since_mark(w));
		w_abort(w, fd);
		w_drain(w);
	}
}

/* ---- the receiver ---- */

static int edge(const struct wire *w)
{
	return (int32_t)(w->f->edge - w->f->isn);
}

/* A buffer that is soon full. */
static int accepted_small(struct wire *w)
{
	int size = 16384;

	w_listen(w, 16);
	w_ok(w, setsockopt(w->lfd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)));
	return w_accepted(w);
}

/* Full segments until @leave octets of the window are left, unread. */
static int fill(struct wire *w, int leave)
{
	int n, sum = 0;

	while ((n = (int32_t)(w->f->edge - w->f->snd_nxt) - leave) > 0) {
		if (n > MSS(w))
			n = MSS(w);
		w_inj(w, ACK, .len = n);
		sum += n;
		w_drain(w);
	}
	w_wait(w, 600);
	w_drain(w);
	return sum;
}

/* Read an octet; if that moves the edge, by how much? */
static int moved(struct wire *w, int fd)
{
	int before = edge(w);
	char c;

	w_check(w, recv(fd, &c, 1, MSG_DONTWAIT) == 1);
	w_drain(w);
	return edge(w) - before;
}

/* Octets are read one by one, and told of in steps. */
WIRE_TEST_VT(flw_sws_receiver)
{
	int fd = accepted_small(w), n = fill(w, 4000), steps = 0, by;

	for (n -= 100; n > 0; n--) {
		by = moved(w, fd);
		w_check(w, !by || by >= MSS(w));
		steps += !!by;
	}
	w_check(w, steps > 0);
}

WIRE_TEST_VT(flw_sws_receiver_zero_open)
{
	int fd = accepted_small(w), n = fill(w, 0), by = 0, reads = 0;

	while (!by) {
		w_check(w, reads++ < n);
		by = moved(w, fd);
	}
	w_check(w, by >= MSS(w));
	/* once, and then not for another octet */
	for (n = 0; n < 100; n++)
		w_check(w, !moved(w, fd));
}

WIRE_MAIN
