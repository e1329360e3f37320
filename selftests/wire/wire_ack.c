// SPDX-License-Identifier: GPL-2.0
/*
 * When text is acknowledged (RFC 9293 section 3.8.6.3, RFC 5681 section 4.2): at
 * once where the peer waits for it, else with the answer of the program.
 */
#include "wire.h"

#define MSS(w)		((w)->family == AF_INET6 ? 1440 : 1460)
#define DELAY		40	/* ms, a tick more, and an eighth of a timer */

/* All the ACKs that need no waiting at the start. */
static void start_over(struct wire *w, int fd)
{
	int i;

	for (i = 0; i < 40; i++) {
		w_inj(w, ACK, .len = MSS(w));
		w_read(w, fd, MSS(w));
		w_drain(w);
	}
	w_wait(w, 100);
	w_drain(w);
	w_forget(w);
}

WIRE_TEST_VT(ack_delayed)
{
	int fd = w_accepted(w);

	start_over(w, fd);
	w_mark(w);
	w_inj(w, PSH | ACK, .len = 100);
	w_exp_at(w, DELAY, ACK);
	w_read(w, fd, 100);
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

/* A request is answered: one segment and not two, at the start as well. */
WIRE_TEST_VT(ack_piggyback)
{
	int fd = w_accepted(w), i;

	for (i = 0; i < 10; i++) {
		w_inj(w, PSH | ACK, .len = 100);
		w_read(w, fd, 100);
		w_none_for(w, 10);
		w_write(w, fd, 50);
		w_exp(w, ACK, .len = 50);
		w_inj(w, ACK);
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

/* Of full segments at least every second one, whether the program reads or not. */
WIRE_TEST_VT(ack_every_second)
{
	int fd = w_accepted(w), i, acks = 0;
	struct seg *s;

	start_over(w, fd);
	for (i = 0; i < 20; i++) {
		w_inj(w, ACK, .len = MSS(w));
		while ((s = w_next(w, 0))) {
			w_hear(w, s);
			acks++;
		}
	}
	w_check(w, acks >= 10);
	w_read(w, fd, 20 * MSS(w));
}

WIRE_MAIN
