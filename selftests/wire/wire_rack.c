// SPDX-License-Identifier: GPL-2.0
/*
 * RACK (RFC 8985): the times of segments, and the reordering window that
 * follows what the network does.
 */
#include "los.h"

static int opened_after(struct wire *w, int ms)
{
	halving(w);
	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .sackok = 1);
	w_exp(w, SYN | ACK);
	w_wait(w, ms);
	w_inj(w, ACK);
	return w_accept(w);
}

/* 0, 4 and 6 ms: the last of them arrives, and with a window of a quarter of
 * 20 ms the first is lost at once, the second a little later.
 */
WIRE_TEST_VT(los_rack_timestamps)
{
	int fd = opened_after(w, 20);

	w_write(w, fd, M);
	expect_segs(w, 0, 1);
	w_wait(w, 4);
	w_write(w, fd, M);
	expect_segs(w, 1, 1);
	w_wait(w, 2);
	w_write(w, fd, M);
	expect_segs(w, 2, 1);
	w_wait(w, 20);
	sack(w, 0, 2, 3);
	w_exp(w, ACK, .seq = AT(0), .len = M);
	w_none_for(w, 1);
	w_exp(w, ACK, .seq = AT(1), .len = M, .within = 25);
	w_inj(w, ACK);
	w_none_for(w, 1000);
	w_count(w, "Timeouts", 0);
}

/* Two segments, of which the second comes, and the first @ms later, or, as far
 * as the peer says, twice.
 */
static void overtaken(struct wire *w, int fd, int *n, int ms, bool twice)
{
	int i = *n;

	w_write(w, fd, 2 * M);
	expect_segs(w, i, 2);
	w_wait(w, RTT);
	sack(w, i, i + 1, i + 2);
	w_mark(w);
	w_none_for(w, ms - 5);
	w_exp_at(w, ms, ACK, .seq = AT(i), .len = M, .within = 30);
	if (twice) {
		again(w, i + 2);
		w_inj(w, ACK, .ack = AT(i + 2), .nsack = 1,
		      .sack = { { AT(i), AT(i + 1) } });
	} else {
		w_wait(w, RTT);
		again(w, i + 2);
	}
	quiet(w);
	*n = i + 2;
}

/* A quarter more of the round trip for each round that has a D-SACK, until that
 * is as long as it, and forgotten after sixteen recoveries without.
 */
WIRE_TEST_VT(los_rack_dsack_adapt)
{
	int fd = opened_rtt(w), n = 2, i;

	/* something was overtaken: from now on there is a window */
	w_write(w, fd, 2 * M);
	expect_segs(w, 0, 2);
	w_wait(w, RTT);
	sack(w, 0, 1, 2);
	w_wait(w, 10);
	again(w, 2);
	quiet(w);
	overtaken(w, fd, &n, 25, true);
	overtaken(w, fd, &n, 50, true);
	overtaken(w, fd, &n, 75, true);
	for (i = 0; i < 16; i++)
		overtaken(w, fd, &n, 100, false);
	overtaken(w, fd, &n, 25, false);
	w_count(w, "Timeouts", 0);
}

/* Ten milliseconds of disorder, once known, make nothing go twice. */
WIRE_TEST_VT(los_rack_no_undo_dup)
{
	int fd = opened_rtt(w), i;

	w_write(w, fd, 2 * M);
	expect_segs(w, 0, 2);
	w_wait(w, RTT);
	sack(w, 0, 1, 2);
	w_wait(w, 10);
	again(w, 2);
	for (i = 2; i < 200; i += 9) {
		w_write(w, fd, 9 * M);
		expect_segs(w, i, 9);
		w_wait(w, RTT);
		sack(w, i, i + 1, i + 5);
		sack(w, i, i + 1, i + 9);
		w_none_for(w, 10);
		again(w, i + 9);
		quiet(w);
	}
	w_count(w, "RetransSegs", 0);
	w_count(w, "FastRetrans", 0);
}

/* One timer at a time: each of the four in its turn, and what the others would
 * have done stays away.
 */
WIRE_TEST_VT(los_timers_exclusive)
{
	int fd = opened_rtt(w);

	w_write(w, fd, 2 * M);
	expect_segs(w, 0, 2);
	timer_is(w, "tail-probe");
	/* overtaken: neither the probe, due at 200, nor the timeout, at 300 */
	w_wait(w, 150);
	sack(w, 0, 1, 2);
	timer_is(w, "reorder");
	w_exp(w, ACK, .seq = AT(0), .len = M, .within = 60);
	timer_is(w, "rexmit");
	w_none_for(w, 250);
	w_count(w, "TailProbes", 0);
	w_count(w, "Timeouts", 0);
	w_count(w, "Probes", 0);
	/* the window closes with text in flight: no timeout, only probes */
	w_inj(w, ACK, .ack = AT(2), .win = 0);
	w_write(w, fd, M);
	timer_is(w, "persist");
	w_exp(w, ACK, .seq = AT(2), .len = 1, .within = 2000);
	w_inj(w, ACK, .ack = AT(2), .win = 0);
	timer_is(w, "persist");
	w_count(w, "Timeouts", 0);
	w_count(w, "TailProbes", 0);
	/* and opens */
	w_inj(w, ACK, .ack = AT(2) + 1);
	w_exp(w, ACK, .seq = AT(2) + 1, .len = M - 1);
	w_inj(w, ACK);
	timer_is(w, "none");
	w_none_for(w, 5000);
}

WIRE_MAIN
