// SPDX-License-Identifier: GPL-2.0
/*
 * What SACK tells, and what is sent for it: RFC 2018, 6675.  RFC 8985 is always
 * in force as well, and finds losses by time; here they are found at once, by
 * what has arrived.
 */
#include "los.h"

#define MOST	64

/* What the peer has, segment by segment. */
struct board {
	bool got[MOST];
	int una;
};

/* Segment @n arrives: acknowledge, and report as RFC 2018 section 4 says, its
 * own block first.
 */
static void arrives(struct wire *w, struct board *b, int n)
{
	struct w_args a = { .nsack = 0 };
	int i, end, first, last;

	b->got[n] = true;
	while (b->got[b->una])
		b->una++;
	for (first = n; first > b->una && b->got[first - 1]; first--)
		;
	for (last = n; b->got[last]; last++)
		;
	if (first >= b->una) {
		a.sack[a.nsack].left = AT(first);
		a.sack[a.nsack++].right = AT(last);
	}
	for (i = MOST - 1; i > b->una && a.nsack < 3; i--) {
		if (!b->got[i])
			continue;
		for (end = i + 1; i > b->una && b->got[i - 1]; i--)
			;
		if (i == first)
			continue;
		a.sack[a.nsack].left = AT(i);
		a.sack[a.nsack++].right = AT(end);
	}
	w_inj(w, ACK, .ack = AT(b->una), .nsack = a.nsack,
	      .sack = { { a.sack[0].left, a.sack[0].right },
			{ a.sack[1].left, a.sack[1].right },
			{ a.sack[2].left, a.sack[2].right } });
}

/* Ten octets each, @n of them, at once. */
static void little(struct wire *w, int fd, int n)
{
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	while (n--) {
		w_write(w, fd, 10);
		w_exp(w, ACK, .len = 10);
	}
}

/* Three islands above a hole, or more than two segments' worth of octets: it is
 * lost.  One island or octet less: it may have been overtaken.
 */
WIRE_TEST_VT(los_sack_islost)
{
	int fd = opened_rtt(w), i;

	little(w, fd, 7);
	w_wait(w, RTT);
	w_inj(w, ACK, .ack = 1, .nsack = 2, .sack = { { 31, 41 }, { 11, 21 } });
	quiet(w);
	w_inj(w, ACK, .ack = 1, .nsack = 3,
	      .sack = { { 51, 61 }, { 31, 41 }, { 11, 21 } });
	w_exp(w, ACK, .seq = 1, .len = 10, .within = 5);
	w_drain(w);
	w_inj(w, ACK, .ack = 71);

	/* told all at once */
	w_flow(w, 1);
	fd = opened_rtt(w);
	little(w, fd, 7);
	w_wait(w, RTT);
	w_inj(w, ACK, .ack = 1, .nsack = 3,
	      .sack = { { 51, 61 }, { 31, 41 }, { 11, 21 } });
	w_exp(w, ACK, .seq = 1, .len = 10, .within = 5);
	w_drain(w);
	w_inj(w, ACK, .ack = 71);

	w_flow(w, 2);
	fd = opened_rtt(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	for (i = 0; i < 3; i++) {
		w_write(w, fd, M);
		w_exp(w, ACK, .len = M);
	}
	w_write(w, fd, 1);
	w_exp(w, ACK, .len = 1);
	w_wait(w, RTT);
	sack(w, 0, 1, 3);
	quiet(w);
	w_inj(w, ACK, .ack = 1, .nsack = 1, .sack = { { AT(1), AT(3) + 1 } });
	w_exp(w, ACK, .seq = AT(0), .len = M, .within = 5);
	quiet(w);
}

/* All that is sent in recovery fits cwnd: what is in the network, by what the
 * peer has told, never exceeds it.
 */
WIRE_TEST_VT(los_sack_pipe)
{
	static const int hole[] = { 0, 3, 4, 8, 11 };
	bool lost[MOST] = { false }, out[MOST] = { false };
	int fd, i, k, n, next = 20, have, pipe = 0, resent = 0, fresh = 0;
	struct board b = { .una = 0 };
	struct lctcp_vars v;
	struct seg *s;

	w_sysctl(w, "initial_cwnd_segments", "20");
	fd = opened_rtt(w);
	flight(w, fd, 20, 40);
	w_wait(w, RTT);
	for (i = 0; i < 5; i++)
		lost[hole[i]] = true;
	for (i = 0; i < 20; i++) {
		if (lost[i])
			continue;
		arrives(w, &b, i);
		v = w_vars(w, fd);
		n = 0;
		while ((s = w_next(w, 1))) {
			w_hear(w, s);
			if (!s->len)
				continue;
			k = (s->seq - 1) / M;
			n++;
			if (k < 20) {
				w_check(w, lost[k] && !out[k]);
				out[k] = true;
				resent++;
			} else {
				w_check(w, k == next);
				next++;
				fresh++;
			}
		}
		/* three have come, so what left before the last of them is lost */
		pipe = next;
		for (k = 0, have = 0; k < next; k++)
			have += b.got[k];
		for (k = 0; k < next; k++)
			if (b.got[k] || (have >= 3 && k < i && !out[k]))
				pipe--;
		if (n)
			w_check(w, pipe * M <= (int)v.cwnd);
	}
	w_check(w, resent == 5);
	w_check(w, pipe * M <= (int)v.ssthresh + M);
	w_count(w, "FastRetrans", 1);
}

/* Holes that are lost, the lowest first, then what is new; what is not lost
 * stays where it is.
 */
WIRE_TEST_VT(los_sack_nextseg)
{
	int fd = opened_rtt(w);

	flight(w, fd, 10, 20);
	w_wait(w, RTT);
	/* 9 has nothing above it, and so is not lost */
	w_inj(w, ACK, .ack = AT(0), .nsack = 3,
	      .sack = { { AT(5), AT(9) }, { AT(1), AT(2) }, { AT(3), AT(4) } });
	w_exp(w, ACK, .seq = AT(0), .len = M);
	w_exp(w, ACK, .seq = AT(2), .len = M);
	w_exp(w, ACK, .seq = AT(4), .len = M);
	expect_segs(w, 10, 1);
	quiet(w);
	w_count(w, "RetransSegs", 3);
}

/* RFC 6675's one copy of the tail is not needed: as soon as what was sent after
 * it has arrived, RFC 8985 has found it, and sends it once.
 */
WIRE_TEST_VT(los_sack_rescue)
{
	int fd = opened_rtt(w);

	flight(w, fd, 10, 0);
	w_wait(w, RTT);
	sack(w, 0, 1, 9);
	w_exp(w, ACK, .seq = AT(0), .len = M);
	w_none_for(w, RTT + 10);
	again(w, 9);
	w_exp(w, ACK, .seq = AT(9), .len = M, .within = 50);
	w_none_for(w, RTT);
	again(w, 10);
	w_none_for(w, 2000);
	w_count(w, "RetransSegs", 2);
	w_count(w, "Timeouts", 0);
}

/* One cut a window: a second hole in it costs nothing more, one after it does. */
WIRE_TEST_VT(los_sack_recovery_point)
{
	int fd = opened_rtt(w), all, i;
	unsigned int first;

	flight(w, fd, 10, 20);
	w_wait(w, RTT);
	sack(w, 0, 1, 4);
	w_check(w, left(w, 0, &all) == 1);
	first = w_vars(w, fd).ssthresh;
	w_check(w, first == 5u * M);
	for (i = 6; i < 9; i++)
		w_inj(w, ACK, .ack = AT(0), .nsack = 2,
		      .sack = { { AT(5), AT(i + 1) }, { AT(1), AT(4) } });
	w_check(w, left(w, 4, &all) == 1);
	w_check(w, w_vars(w, fd).ssthresh == first);
	/* below the point where it began */
	w_inj(w, ACK, .ack = AT(4), .nsack = 1, .sack = { { AT(5), AT(10) } });
	left(w, 0, &all);
	w_check(w, w_vars(w, fd).ssthresh == first);
	w_count(w, "FastRetrans", 1);
	/* beyond it: the next loss is another one */
	w_wait(w, RTT);
	again(w, 10);
	left(w, 0, &all);
	w_wait(w, RTT);
	w_inj(w, ACK, .ack = AT(10), .nsack = 1, .sack = { { AT(11), AT(15) } });
	w_check(w, left(w, 10, &all) == 1);
	w_count(w, "FastRetrans", 2);
	w_check(w, w_vars(w, fd).ssthresh < first);
}

/* From @n on all goes again, one for each ACK, and arrives. */
static void all_again(struct wire *w, int n)
{
	bool have[MOST] = { false };
	const struct seg *s;
	int i;

	while (n < 10) {
		s = w_next(w, 5000);
		w_check(w, s);
		if (!s->len)
			continue;
		i = (s->seq - 1) / M;
		w_check(w, s->len == M && i >= n && i < 10);
		have[i] = true;
		if (i != n)
			continue;
		while (n < 10 && have[n])
			n++;
		again(w, n);
	}
	w_none_for(w, 5000);
}

/* What was reported is kept until it is acknowledged: the peer may have thrown
 * it away, and say so by silence alone.
 */
WIRE_TEST_VT(los_sack_no_discard)
{
	flight(w, opened(w, true), 10, 0);
	sack(w, 0, 1, 10);
	w_exp(w, ACK, .seq = AT(0), .len = M);
	/* it has made room: for 0, and for nothing else */
	again(w, 1);
	all_again(w, 1);
	reneged(w, 1);
}

/* The ACK stops at what was reported, or within it: nobody waits for ever. */
WIRE_TEST_VT(los_sack_reneging)
{
	static const int stops[] = { 3, 5 };
	int i, fd, all;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		fd = opened(w, true);
		flight(w, fd, 10, 0);
		sack(w, 0, 3, 8);
		left(w, 0, &all);
		again(w, stops[i]);
		left(w, 0, &all);
		w_wait(w, 10);
		all_again(w, stops[i]);
		w_is(w, fd, TCP_ESTABLISHED);
		w_write(w, fd, M);
		w_exp(w, ACK, .seq = AT(10), .len = M);
		again(w, 11);
		w_none_for(w, 5000);
		reneged(w, i + 1);
	}
}

WIRE_MAIN
