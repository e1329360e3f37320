// SPDX-License-Identifier: GPL-2.0
/*
 * When text is acknowledged (RFC 9293 section 3.8.6.3, RFC 5681 section 4.2):
 * at once where the peer has to know, else a little later, once for several.
 */
#include "wire.h"

#define MSS(w)		((w)->family == AF_INET6 ? 1440 : 1460)
#define DELAY		40	/* ms, of ours and of TCP's */
#define MOST		500	/* and of anybody's */

static void set_int(struct wire *w, int fd, int what, int val)
{
	w_ok(w, setsockopt(fd, SOL_SOCKET, what, &val, sizeof(val)));
}

/* The peer's window is past its beginning, when each segment is acknowledged at
 * once.
 */
static int accepted_slow(struct wire *w)
{
	int fd = w_accepted(w);

	w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 0));
	return fd;
}

/* What has left up to now acknowledges so much, in @n segments. */
static int acks(struct wire *w)
{
	struct seg *s;
	int n = 0;

	while ((s = w_next(w, 0))) {
		w_check(w, s->flags == ACK && !s->len);
		w_hear(w, s);
		n++;
	}
	return n;
}

static int owed(const struct wire *w)
{
	return w->f->snd_nxt - w->f->last_ack;
}

/* Later by itself, sooner with what the program has to say. */
WIRE_TEST(ack_delayed)
{
	int fd = accepted_slow(w);

	w_mark(w);
	w_inj(w, ACK, .len = 10);
	w_check(w, !acks(w));
	w_exp_at(w, DELAY, ACK);

	w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 0));
	w_inj(w, ACK, .len = 10);
	w_check(w, !acks(w));
	w_write(w, fd, 7);
	w_exp(w, ACK, .len = 7);
	w_inj(w, ACK);
	w_none(w);
}

/* Whatever its size, whatever came before it and however it is set: a timer may
 * be late by an eighth.
 */
WIRE_TEST(ack_delay_max)
{
	static const int len[] = { 1, 10, 100, 535, 1000, 1300, 3, 600 };
	static const char *const set[] = { "40", "1", "400" };
	int fd, i, j;

	w_listen(w, 16);
	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		if (w->proto != 6)
			w_sysctl(w, "delack_ms", set[i]);
		fd = w_accepted(w);
		for (j = 0; j < 40; j++) {
			if (j % 8 == 5)
				w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 0));
			w_inj(w, ACK, .len = len[j % 8]);
			w_exp(w, ACK, .within = MOST - 1);
			if (j == 20 && w->virtual_time)
				w_wait(w, 30000);
		}
	}
	if (w->proto != 6)
		w_sysctl_refused(w, "delack_ms", "401");
}

/* Full segments, read or not: never are two and more unacknowledged. */
WIRE_TEST(ack_every_second)
{
	int fd, i, j, n;

	w_listen(w, 16);
	set_int(w, w->lfd, SO_RCVBUF, 1 << 19);
	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		w_inj(w, SYN, .wscale = 7);
		w_exp(w, SYN | ACK);
		w_inj(w, ACK);
		fd = w_accept(w);
		w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 0));
		for (j = n = 0; j < 100; j++) {
			w_inj(w, ACK, .len = MSS(w));
			n += acks(w);
			w_check(w, owed(w) < 2 * MSS(w));
			if (i)
				w_read(w, fd, MSS(w));
		}
		w_check(w, n >= 50 && n < 100);
	}
}

/* A duplicate ACK tells of a gap, in the same moment, for each segment. */
WIRE_TEST(ack_ooo_immediate)
{
	int i;

	accepted_slow(w);
	w_inj(w, ACK, .len = 10);
	w_inj(w, ACK, .seq = 1001, .len = 100);
	w_exp(w, ACK, .ack = 11, .within = 0);
	for (i = 1; i < 5; i++) {
		w_inj(w, ACK, .seq = 1001 + i * 200, .len = 100);
		w_exp(w, ACK, .ack = 11, .within = 0);
	}
}

/* The gaps are at 1:101 and 201:301; a part of one is filled, one, and both. */
WIRE_TEST(ack_gap_fill_immediate)
{
	accepted_slow(w);
	w_inj(w, ACK, .seq = 101, .len = 100);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, ACK, .seq = 301, .len = 100);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, ACK, .seq = 1, .len = 30);
	w_exp(w, ACK, .ack = 31, .within = 0);
	w_inj(w, ACK, .seq = 31, .len = 70);
	w_exp(w, ACK, .ack = 201, .within = 0);
	w_inj(w, ACK, .seq = 201, .len = 100);
	w_exp(w, ACK, .ack = 401, .within = 0);
}

/* Small ones share an ACK; ten full ones have five. */
WIRE_TEST(ack_aggregate)
{
	int i, n, fd = accepted_slow(w);

	for (i = 0; i < 10; i++)
		w_inj(w, ACK, .len = 50);
	w_check(w, !acks(w));
	w_exp(w, ACK, .ack = 501);
	w_none(w);
	w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 0));
	for (i = n = 0; i < 10; i++) {
		w_inj(w, ACK, .len = MSS(w));
		n += acks(w);
	}
	w_check(w, n == 5);
}

/* What was held above the gap is taken first. */
WIRE_TEST(ack_after_queue)
{
	int i, fd = accepted_slow(w);

	for (i = 1; i <= 20; i++)
		w_inj(w, ACK, .seq = 1 + 100 * i, .len = 100);
	while (acks(w))
		;
	w_inj(w, FIN | ACK, .seq = 2101, .len = 10);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, ACK, .seq = 1, .len = 100);
	w_exp(w, ACK, .ack = 2112, .within = 0);
	w_check(w, !acks(w));
	w_read(w, fd, 2110);
	w_read_eof(w, fd);
}

/* A program that answers each request within 10 ms. */
WIRE_TEST(ack_piggyback)
{
	int i, fd = w_accepted(w);

	for (i = 0; i < 20; i++) {
		w_inj(w, ACK, .len = 20);
		/* it is not known yet that it will */
		if (!i)
			acks(w);
		w_read(w, fd, 20);
		w_wait(w, w->virtual_time ? 10 : 1);
		w_check(w, !acks(w));
		w_write(w, fd, 30);
		w_exp(w, ACK, .len = 30);
	}
}

WIRE_TEST(ack_no_ack_of_ack)
{
	int i, fd = w_accepted(w);

	for (i = 0; i < 100; i++) {
		w_inj(w, ACK, .win = i % 3 ? 30000 + i : 65535);
		w_check(w, !acks(w));
	}
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	for (i = 0; i < 100; i++) {
		w_inj(w, ACK, .win = 30000 + i);
		w_check(w, !acks(w));
	}
	w_none(w);
}

/* We said 1000: after 2000 octets at the latest, whatever they come in. */
WIRE_TEST(ack_per_full_rmss)
{
	int i, fd;

	w_listen(w, 16);
	w_ok(w, w_setopt(w, w->lfd, TCP_MAXSEG, 1000));
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .mss = 1000);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 0));
	for (i = 0; i < 60; i++) {
		w_inj(w, ACK, .len = 100);
		w_check(w, acks(w) <= 1);
		w_check(w, owed(w) < 2000);
	}
	w_wait(w, MOST);
	acks(w);
	w_check(w, !owed(w));
}

/* All of it, a part of it, an octet below the window, a FIN. */
WIRE_TEST(ack_duplicate_data)
{
	accepted_slow(w);
	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK);
	w_inj(w, ACK, .seq = 1, .len = 100);
	w_exp(w, ACK, .ack = 101, .within = 0);
	w_inj(w, ACK, .seq = 41, .len = 30);
	w_exp(w, ACK, .ack = 101, .within = 0);
	w_inj(w, ACK, .seq = 100, .len = 1);
	w_exp(w, ACK, .ack = 101, .within = 0);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .ack = 102);
	w_inj(w, FIN | ACK, .seq = 101);
	w_exp(w, ACK, .ack = 102, .within = 0);
}

WIRE_TEST(ack_quickack_option)
{
	int i, fd = accepted_slow(w);

	w_inj(w, ACK, .len = 10);
	w_check(w, !acks(w));
	/* what is owed leaves when it is switched on */
	w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 1));
	w_exp(w, ACK, .within = 0);
	for (i = 0; i < 5; i++) {
		w_inj(w, ACK, .len = 10);
		w_exp(w, ACK, .within = 0);
	}
	w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 0));
	w_inj(w, ACK, .len = 10);
	w_check(w, !acks(w));
	w_exp(w, ACK);
}

/* At the start the peer's window is small, and opens with each ACK. */
WIRE_TEST_VT(ack_at_start)
{
	int i;

	w_accepted(w);
	for (i = 0; i < 10; i++) {
		w_inj(w, ACK, .len = MSS(w));
		w_exp(w, ACK, .within = 1);
	}
}

/* It is not answered, for the program wants more: the peer may hold that back
 * until it hears of the first part (Nagle).
 */
WIRE_TEST_VT(ack_reader_waits)
{
	int fd = w_accepted(w);
	char ch;

	w_inj(w, PSH | ACK, .len = 100);
	w_none_for(w, 10);
	w_read(w, fd, 100);
	w_nonblock(fd);
	w_err(w, EAGAIN, recv(fd, &ch, 1, 0));
	w_exp(w, ACK, .within = 1);
	w_err(w, EAGAIN, recv(fd, &ch, 1, 0));
	w_none_for(w, 100);
}

/* The same for who waits in the call. */
WIRE_TEST_VT(ack_reader_sleeps)
{
	int fd = w_accepted(w);
	struct w_call call;

	w_inj(w, PSH | ACK, .len = 100);
	w_none_for(w, 10);
	w_read(w, fd, 100);
	w_block(w, &call, W_RECV, fd, 0);
	w_exp(w, ACK, .within = 1);
	w_inj(w, PSH | ACK, .len = 100);
	w_woken(w, &call, 100);
}

WIRE_MAIN
