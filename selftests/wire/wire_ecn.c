// SPDX-License-Identifier: GPL-2.0
/* Explicit congestion notification: RFC 3168. */
#include "wire.h"

#define CE	3
#define ECT0	2
#define SEGMENT	1000

#define SETUP	(ECE | CWR)

static int ecn_of(const struct seg *s)
{
	return s->tos & 3;
}

/* A passive connection of which both ends can do ECN; the handshake takes @ms. */
static int opened(struct wire *w, bool sack, int ms)
{
	int fd;

	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN | SETUP, .sackok = sack);
	w_exp(w, SYN | ACK | ECE);
	if (ms)
		w_wait(w, ms);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	return fd;
}

static int accepted(struct wire *w)
{
	return opened(w, false, 0);
}

/* How text of ours is marked, now. */
static int marked(struct wire *w, int fd)
{
	const struct seg *s;

	w_write(w, fd, 10);
	s = w_exp(w, ACK, .len = 10);
	w_inj(w, ACK);
	return ecn_of(s);
}

WIRE_TEST(ecn_supported)
{
	int mode;

	w_listen(w, 16);
	for (mode = 0; mode <= 2; mode++) {
		char val[] = { '0' + mode, 0 };

		w_sysctl(w, "ecn", val);
		w_flow(w, mode);
		w_inj(w, SYN | SETUP);
		w_exp(w, SYN | ACK | (mode ? ECE : 0));
	}
}

/* We ask, and the SYN-ACK has @flags: what text is marked with. */
static int answered(struct wire *w, int flags)
{
	int fd;

	w_sysctl(w, "ecn", "1");
	fd = w_connect(w);
	w_exp(w, SYN | SETUP);
	w_inj(w, SYN | ACK | flags);
	w_exp(w, ACK);
	return marked(w, fd);
}

WIRE_TEST(ecn_setup_syn)
{
	w_check(w, answered(w, ECE) == ECT0);
}

WIRE_TEST(ecn_passive_does_not_ask)
{
	w_sysctl(w, "ecn", "2");
	w_connect(w);
	w_exp(w, SYN);
}

WIRE_TEST(ecn_synack_only_if_setup)
{
	static const int one[] = { 0, ECE, CWR };
	unsigned int i;

	w_listen(w, 16);
	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		w_inj(w, SYN | one[i]);
		w_exp(w, SYN | ACK);
		w_inj(w, ACK);
		w_check(w, !marked(w, w_accept(w)));
	}
}

WIRE_TEST(ecn_reflecting_peer)
{
	w_check(w, !answered(w, SETUP));
}

WIRE_TEST(ecn_ect0)
{
	w_check(w, marked(w, accepted(w)) == ECT0);
}

/* What is repeated neither: a SYN that still asks, a SYN-ACK that grants. */
WIRE_TEST_VT(ecn_no_ect_on_syn)
{
	int i, fd;

	if (w->proto != IPPROTO_TCP) {
		w_sysctl(w, "ecn", "1");
		w_sysctl(w, "ecn_fallback", "0");
		fd = w_connect(w);
		for (i = 0; i < 3; i++)
			w_check(w, !ecn_of(w_exp(w, SYN | SETUP, .seq = 0,
						 .within = 5000)));
		w_abort(w, fd);
		w_drain(w);
		w_flow(w, 1);
	}
	w_listen(w, 16);
	w_inj(w, SYN | SETUP);
	for (i = 0; i < 3; i++)
		w_check(w, !ecn_of(w_exp(w, SYN | ACK | ECE, .seq = 0,
					 .within = 9000)));
}

/* ACKs of text, of what is out of order or old, and those that challenge. */
WIRE_TEST(ecn_no_ect_on_ack)
{
	int fd = accepted(w);

	w_check(w, marked(w, fd) == ECT0);
	w_inj(w, ACK, .len = 10);
	w_check(w, !ecn_of(w_exp(w, ACK)));
	w_inj(w, ACK, .seq = 21, .len = 10);
	w_check(w, !ecn_of(w_exp(w, ACK, .ack = 11)));
	w_inj(w, ACK, .seq = 1, .len = 10);
	w_check(w, !ecn_of(w_exp(w, ACK, .ack = 11)));
	w_inj(w, RST, .seq = 100, .ack = W_NONE, .forged = true);
	w_check(w, !ecn_of(w_exp(w, ACK, .ack = 11)));
	/* and the next text has it still */
	w_check(w, marked(w, fd) == ECT0);
}

/* An octet beyond the window. */
WIRE_TEST_VT(ecn_no_ect_on_probe)
{
	int fd = accepted(w), i;
	const struct seg *s;

	w_check(w, marked(w, fd) == ECT0);
	w_inj(w, ACK, .win = 0);
	w_write(w, fd, 10);
	for (i = 0; i < 3; i++) {
		s = w_next(w, 10000);
		w_check(w, s && !ecn_of(s));
		w_inj(w, ACK, .ack = 11, .win = 0);
	}
}

/* Of all the ways in which two ends may or may not ask and grant, one leads to
 * marks on what we send.
 */
WIRE_TEST(ecn_no_ect_unless_negotiated)
{
	static const int flags[] = { 0, ECE, CWR, ECE | CWR };
	int mode, i, fd, n = 0, want;

	for (mode = 0; mode <= 2; mode++) {
		char val[] = { '0' + mode, 0 };

		w_sysctl(w, "ecn", val);
		if (w->lfd < 0)
			w_listen(w, 16);
		for (i = 0; i < 4; i++) {
			w_flow(w, n++);
			fd = w_connect(w);
			w_exp(w, SYN | (mode == 1 ? SETUP : 0));
			w_inj(w, SYN | ACK | flags[i]);
			w_exp(w, ACK);
			want = mode == 1 && flags[i] == ECE ? ECT0 : 0;
			w_check(w, marked(w, fd) == want);

			w_flow(w, n++);
			w_inj(w, SYN | flags[i]);
			want = mode && flags[i] == SETUP ? ECT0 : 0;
			w_exp(w, SYN | ACK | (want ? ECE : 0));
			w_inj(w, ACK);
			w_check(w, marked(w, w_accept(w)) == want);
		}
	}
}

/* By the timer, by duplicates, by a probe of the tail. */
WIRE_TEST_VT(ecn_no_ect_on_retx)
{
	const struct seg *s;
	int fd, i;

	fd = accepted(w);
	w_write(w, fd, 10);
	w_check(w, ecn_of(w_exp(w, ACK, .len = 10)) == ECT0);
	s = w_exp(w, ACK, .seq = 1, .len = 10, .within = 3000);
	w_check(w, !ecn_of(s));
	w_inj(w, ACK);

	w_flow(w, 1);
	fd = opened(w, true, 100);
	for (i = 0; i < 5; i++) {
		w_write(w, fd, SEGMENT);
		w_check(w, ecn_of(w_exp(w, ACK, .len = SEGMENT)) == ECT0);
	}
	w_wait(w, 100);
	w_inj(w, ACK, .ack = 1, .nsack = 1,
	      .sack = { { 1 + SEGMENT, 1 + 5 * SEGMENT } });
	s = w_exp(w, ACK, .seq = 1, .len = SEGMENT);
	w_check(w, !ecn_of(s));
	w_inj(w, ACK);

	w_flow(w, 2);
	fd = opened(w, true, 100);
	w_write(w, fd, 10);
	w_check(w, ecn_of(w_exp(w, ACK, .len = 10)) == ECT0);
	w_inj(w, ACK);
	for (i = 0; i < 2; i++) {
		w_write(w, fd, SEGMENT);
		w_check(w, ecn_of(w_exp(w, ACK, .len = SEGMENT)) == ECT0);
	}
	s = w_exp(w, ACK, .seq = 11 + SEGMENT, .len = SEGMENT, .within = 2000);
	w_check(w, !ecn_of(s));
	if (w->proto != IPPROTO_TCP)
		w_check(w, w_counter(w, "TailProbes") >= 1);
}

WIRE_TEST(ecn_receiver_echo)
{
	int fd = accepted(w);

	w_inj(w, ACK, .len = 10, .tos = CE);
	w_exp(w, ACK | ECE);
	w_write(w, fd, 10);
	w_exp(w, ACK | ECE, .len = 10);
	w_inj(w, ACK | CWR, .len = 10, .tos = ECT0);
	w_exp(w, ACK);
	/* CWR on what is marked again: that is news. */
	w_inj(w, ACK | CWR, .len = 10, .tos = CE);
	w_exp(w, ACK | ECE);
}

/* One of those that an ACK is for was marked: it says so, whichever it was. */
WIRE_TEST_VT(ecn_receiver_delack)
{
	static const int tos[][3] = {
		{ CE, ECT0, ECT0 }, { ECT0, CE, ECT0 }, { ECT0, ECT0, CE },
	};
	const struct seg *s;
	unsigned int i;
	int fd, k, last, told;

	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		fd = opened(w, false, 0);
		/* ACKs wait once the program answers */
		w_inj(w, ACK, .len = 10);
		w_write(w, fd, 10);
		w_drain(w);
		w_inj(w, ACK);
		w_drain(w);
		for (k = 0; k < 3; k++)
			w_inj(w, ACK, .len = 10, .tos = tos[i][k]);
		last = 0;
		told = 0;
		while (last < 41 && (s = w_next(w, 1000))) {
			if (s->ack >= 11 + 10 * ((int)i + 1)) {
				w_check(w, s->flags & ECE);
				told++;
			}
			last = s->ack;
		}
		w_check(w, told && last == 41);
	}
}

/* Nobody who did not ask hears of it. */
WIRE_TEST(ecn_no_echo_unless_negotiated)
{
	w_accepted(w);
	w_inj(w, ACK, .len = 10, .tos = CE);
	w_exp(w, ACK);
}

WIRE_TEST(ecn_receiver_ignore_oow)
{
	accepted(w);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_inj(w, ACK, .seq = 1, .len = 10, .tos = CE);
	w_exp(w, ACK);
}

/* One cut a window, to its last octet; nothing goes again, and CWR goes with new text,
 * once.
 */
WIRE_TEST(ecn_sender_reduce_once)
{
	int fd = accepted(w), i;
	unsigned int before, after;

	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	before = w_vars(w, fd).cwnd;
	for (i = 0; i < 8; i++) {
		w_write(w, fd, SEGMENT);
		w_exp(w, ACK, .len = SEGMENT);
	}
	w_inj(w, ACK | ECE, .ack = 1 + SEGMENT);
	after = w_vars(w, fd).cwnd;
	w_check(w, after < before && after == w_vars(w, fd).ssthresh);
	for (i = 1; i < 8; i++)
		w_inj(w, ACK | ECE, .ack = 1 + (i + 1) * SEGMENT);
	w_none(w);
	w_check(w, after == w_vars(w, fd).cwnd);
	w_check(w, after == w_vars(w, fd).ssthresh);
	w_write(w, fd, 10);
	w_exp(w, ACK | CWR, .len = 10);
	w_inj(w, ACK);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
}

/* What is lost of a window of which something was marked is the same congestion;
 * what is lost of the next is not.
 */
WIRE_TEST_VT(ecn_loss_of_same_window)
{
	int fd, i, m;
	unsigned int ssthresh;

	fd = opened(w, true, 100);
	m = w->f->peer_mss;
	w_write(w, fd, 24 * m);
	for (i = 0; i < 10; i++)
		w_exp(w, ACK, .len = m);
	w_wait(w, 100);
	w_inj(w, ACK | ECE, .ack = 1 + m);
	ssthresh = w_vars(w, fd).ssthresh;
	w_check(w, ssthresh <= 7 * (unsigned int)m);
	/* the second is lost */
	w_inj(w, ACK | ECE, .ack = 1 + m, .nsack = 1,
	      .sack = { { 1 + 2 * m, 1 + 10 * m } });
	w_exp(w, ACK, .seq = 1 + m, .len = m);
	w_check(w, w_vars(w, fd).ssthresh == ssthresh);
	w_drain(w);
	w_wait(w, 100);
	w_inj(w, ACK, .ack = 1 + 10 * m);
	w_drain(w);
	w_check(w, w_vars(w, fd).ssthresh == ssthresh);
	/* and of what went with CWR, the first arrives and the second does not */
	w_wait(w, 100);
	w_inj(w, ACK, .ack = 1 + 11 * m, .nsack = 1,
	      .sack = { { 1 + 12 * m, 1 + 15 * m } });
	w_exp(w, ACK, .seq = 1 + 11 * m, .len = m);
	w_check(w, w_vars(w, fd).ssthresh < ssthresh);
}

/* The first new text after cwnd came down says so, whatever brought it down;
 * what goes again does not.
 */
WIRE_TEST_VT(ecn_sender_cwr)
{
	int fd, i, m;

	fd = opened(w, true, 0);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_inj(w, ACK | ECE);
	w_write(w, fd, 10);
	w_exp(w, ACK | CWR, .len = 10);
	w_inj(w, ACK);
	w_check(w, marked(w, fd) == ECT0);

	w_flow(w, 1);
	fd = opened(w, true, 100);
	m = w->f->peer_mss;
	for (i = 0; i < 5; i++) {
		w_write(w, fd, m);
		w_exp(w, ACK, .len = m);
	}
	w_wait(w, 100);
	w_inj(w, ACK, .ack = 1, .nsack = 1,
	      .sack = { { 1 + m, 1 + 5 * m } });
	w_exp(w, ACK, .seq = 1, .len = m);
	w_write(w, fd, m);
	w_exp(w, ACK | CWR, .len = m);
	w_inj(w, ACK);
	w_check(w, marked(w, fd) == ECT0);

	if (w->proto == IPPROTO_TCP)	/* it may take that for spurious */
		return;
	w_flow(w, 2);
	fd = opened(w, true, 0);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	/* a probe of the tail, perhaps, and the timeout */
	do
		w_exp(w, ACK, .seq = 1, .len = 10, .within = 3000);
	while (!w_vars(w, fd).retries);
	w_inj(w, ACK);
	w_write(w, fd, 10);
	w_exp(w, ACK | CWR, .len = 10);
	w_inj(w, ACK);
	w_check(w, marked(w, fd) == ECT0);
}

/* In slow start each ACK makes cwnd larger, but not this. */
WIRE_TEST(ecn_no_increase_on_ece)
{
	int fd = accepted(w), i;
	unsigned int cwnd;

	for (i = 0; i < 8; i++) {
		w_write(w, fd, SEGMENT);
		w_exp(w, ACK, .len = SEGMENT);
	}
	w_inj(w, ACK | ECE, .ack = 1 + SEGMENT);
	cwnd = w_vars(w, fd).cwnd;
	w_check(w, cwnd <= 8 * 1460 * 7 / 10);
	for (i = 2; i <= 8; i++) {
		w_inj(w, ACK | ECE, .ack = 1 + i * SEGMENT);
		w_check(w, w_vars(w, fd).cwnd == cwnd);
	}
}

/* A window of full segments, all of which is acknowledged with ECE; how many
 * leave for that?
 */
static int ece_round(struct wire *w)
{
	const struct seg *s;
	int n = 0;

	w_inj(w, ACK | ECE);
	while ((s = w_next(w, 50))) {
		w_hear(w, s);
		n += !!s->len;
	}
	return n;
}

/* Down to one segment; what goes then waits for the timer, which that ACK has
 * set anew.
 */
static int to_one(struct wire *w)
{
	int room = 1 << 20, fd = opened(w, false, 100), i;

	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)));
	w_write(w, fd, 100000);
	for (i = 0; i < 10; i++)
		w_exp(w, ACK, .len = w->f->peer_mss);
	w_none_for(w, 50);
	for (i = 0; i < 20 && w_vars(w, fd).cwnd > w_vars(w, fd).mss; i++)
		w_check(w, ece_round(w) > 0);
	w_check(w, w_vars(w, fd).cwnd == w_vars(w, fd).mss);
	w_check(w, i < 10);
	return fd;
}

WIRE_TEST_VT(ecn_cwnd1_timer)
{
	int fd = to_one(w), m = w->f->peer_mss;
	unsigned int rto;

	w_inj(w, ACK | ECE);
	w_mark(w);
	rto = w_vars(w, fd).rto_us / 1000;
	w_exp_at(w, rto, ACK | CWR, .len = m);
	w_none_for(w, 50);
	/* congestion is over: at once, and more of them */
	w_inj(w, ACK);
	w_exp(w, ACK, .len = m);
	w_exp(w, ACK, .len = m);
	w_none_for(w, 50);
	w_check(w, w_vars(w, fd).retries == 0);
}

/* CUBIC, too, goes on down to one segment, and then by ever longer waits. */
WIRE_TEST_VT(cca_cubic_ece)
{
	int fd = to_one(w), i, last = 0, wait;

	for (i = 0; i < 5; i++) {
		w_inj(w, ACK | ECE);
		w_mark(w);
		w_exp(w, ACK | CWR, .len = w->f->peer_mss, .within = 60000);
		wait = w_since_mark(w);
		w_none_for(w, 50);
		if (wait < 180 || (last && wait < last * 3 / 2))
			w_fail(w, "%d ms after %d", wait, last);
		last = wait;
	}
	w_is(w, fd, TCP_ESTABLISHED);
	w_check(w, w_so_error(fd) == 0);
	w_count(w, "RetransSegs", 0);
}

/* A RST to a SYN that asks is a RST: the port is closed, and that is all. */
WIRE_TEST_VT(ecn_fallback_rst)
{
	int fd;

	w_sysctl(w, "ecn", "1");
	fd = w_connect(w);
	w_exp(w, SYN | SETUP);
	w_inj(w, RST | ACK);
	w_check(w, w_so_error(fd) == ECONNREFUSED);
	w_none_for(w, 5000);
	w_gone(w);
}

WIRE_TEST_VT(ecn_fallback_timeout)
{
	int fd;

	w_sysctl(w, "ecn", "1");
	fd = w_connect(w);
	w_exp(w, SYN | SETUP);
	w_check(w, w_next(w, 3000)->flags == SYN);
	w_inj(w, SYN | ACK | ECE);
	w_exp(w, ACK);
	w_check(w, !marked(w, fd));
}

WIRE_TEST(ecn_tos_preserved)
{
	int fd = accepted(w), tos = 0xff;
	const struct seg *s;

	if (w->family == AF_INET)
		w_ok(w, setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos)));
	else
		w_ok(w, setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos,
				   sizeof(tos)));
	w_write(w, fd, 10);
	s = w_exp(w, ACK, .len = 10);
	w_check(w, s->tos == (0xfc | ECT0));
}

WIRE_MAIN
