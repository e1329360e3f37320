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

/* A passive connection of which both ends can do ECN. */
static int accepted(struct wire *w)
{
	const struct seg *s;

	w_listen(w, 16);
	w_inj(w, SYN | SETUP);
	s = w_exp(w, SYN | ACK | ECE);
	w_check(w, !ecn_of(s));
	w_inj(w, ACK);
	return w_accept(w);
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

WIRE_TEST(ecn_no_ect_on_ack)
{
	int fd = accepted(w);

	w_check(w, marked(w, fd) == ECT0);
	w_inj(w, ACK, .len = 10);
	w_check(w, !ecn_of(w_exp(w, ACK)));
}

WIRE_TEST_VT(ecn_no_ect_on_retx)
{
	int fd = accepted(w);
	const struct seg *s;

	w_write(w, fd, 10);
	w_check(w, ecn_of(w_exp(w, ACK, .len = 10)) == ECT0);
	do {
		s = w_next(w, 3000);
		w_check(w, s);
	} while (!s->len);
	w_check(w, !ecn_of(s));
	w_check(w, !(s->flags & CWR));
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
	w_check(w, w_vars(w, fd).cwnd == after);
	w_write(w, fd, 10);
	w_exp(w, ACK | CWR, .len = 10);
	w_inj(w, ACK);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
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
