// SPDX-License-Identifier: GPL-2.0
/*
 * Loss recovery: NewReno (RFC 6582) without SACK, RACK-TLP (RFC 8985) with it,
 * PRR (RFC 9937), and what finds out that it was for nothing.
 */
#include "los.h"

/* ---- without SACK ---- */

WIRE_TEST(los_fast_retransmit)
{
	flight(w, opened(w, false), 10, 0);
	again(w, 0);
	again(w, 0);
	quiet(w);
	again(w, 0);
	w_exp(w, ACK, .seq = 1, .len = M);
	quiet(w);
	w_count(w, "FastRetrans", 1);
}

WIRE_TEST_VT(los_not_before_three)
{
	flight(w, opened(w, false), 10, 0);
	w_mark(w);
	again(w, 0);
	again(w, 0);
	w_none_for(w, 150);
	w_exp_at(w, 200, ACK, .seq = 1, .len = M);
	w_count(w, "Timeouts", 1);
}

WIRE_TEST(los_limited_transmit)
{
	int fd = opened(w, false);

	flight(w, fd, 10, 4);
	quiet(w);
	again(w, 0);
	expect_segs(w, 10, 1);
	quiet(w);
	again(w, 0);
	expect_segs(w, 11, 1);
	quiet(w);
	again(w, 0);
	w_exp(w, ACK, .seq = 1, .len = M);

	/* not beyond the peer's window */
	w_flow(w, 1);
	w->f->win = 10 * M;
	fd = opened(w, false);
	flight(w, fd, 10, 4);
	again(w, 0);
	quiet(w);
	again(w, 0);
	quiet(w);
}

WIRE_TEST(los_ssthresh_fr)
{
	int fd = opened(w, false);
	struct lctcp_vars v;

	w_only_lctcp(w);
	flight(w, fd, 10, 2);
	again(w, 0);
	again(w, 0);
	expect_segs(w, 10, 2);
	again(w, 0);
	w_exp(w, ACK, .seq = 1, .len = M);
	v = w_vars(w, fd);
	w_check(w, v.ssthresh >= 2u * M && v.ssthresh <= 10u * M * 7 / 10);
}

/* 0, 3 and 6 of 10 are lost: each partial ACK shows the next. */
WIRE_TEST(los_newreno_partial)
{
	int i;

	flight(w, opened(w, false), 10, 0);
	for (i = 0; i < 7; i++) {
		again(w, 0);
		if (i == 2)
			w_exp(w, ACK, .seq = AT(0), .len = M);
		else
			quiet(w);
	}
	again(w, 3);
	w_exp(w, ACK, .seq = AT(3), .len = M);
	again(w, 6);
	w_exp(w, ACK, .seq = AT(6), .len = M);
	quiet(w);
	again(w, 10);
	quiet(w);
	w_count(w, "FastRetrans", 1);
	w_count(w, "Timeouts", 0);
	w_count(w, "RetransSegs", 3);
}

WIRE_TEST(los_newreno_full_ack)
{
	int fd = opened(w, false), i, all;
	struct lctcp_vars v;

	w_only_lctcp(w);
	flight(w, fd, 10, 30);
	for (i = 0; i < 9; i++)
		again(w, 0);
	w_check(w, left(w, 0, &all) == 1);
	w_inj(w, ACK);
	left(w, 0, &all);
	w_check(w, all <= 7);
	v = w_vars(w, fd);
	w_check(w, v.cwnd <= v.ssthresh);
}

/* What duplicates let go in recovery: never more than one each, no more in all
 * than ssthresh, and in the end cwnd is that (PRR in the place of RFC 5681's
 * inflation).
 */
WIRE_TEST(los_inflate_deflate)
{
	int fd = opened(w, false), i, all, fresh = 0;
	struct lctcp_vars v;

	w_only_lctcp(w);
	flight(w, fd, 10, 30);
	again(w, 0);
	again(w, 0);
	expect_segs(w, 10, 2);
	again(w, 0);
	w_exp(w, ACK, .seq = 1, .len = M);
	for (i = 3; i < 11; i++) {
		again(w, 0);
		left(w, 0, &all);
		w_check(w, all <= 1);
		fresh += all;
	}
	v = w_vars(w, fd);
	w_check(w, v.ssthresh == 5u * M);
	w_check(w, fresh >= 2 && fresh <= 5);
	w_inj(w, ACK);
	v = w_vars(w, fd);
	w_check(w, v.cwnd <= v.ssthresh);
	left(w, 0, &all);
	w_check(w, all <= 3);
}

/* Slow but steady (RFC 6582 section 4): each partial ACK restarts the timer, and
 * shows a hole that is filled at once, even if too few duplicates have come to
 * make room for it in cwnd (TCP waits for the timer there).
 */
WIRE_TEST_VT(los_newreno_retx_timer)
{
	int i;

	w_only_lctcp(w);
	flight(w, opened(w, false), 10, 0);
	again(w, 0);
	again(w, 0);
	again(w, 0);
	for (i = 0; i < 5; i++) {
		w_exp(w, ACK, .seq = AT(i), .len = M);
		w_none_for(w, 150);
		again(w, i + 1);
	}
	w_exp(w, ACK, .seq = AT(5), .len = M);
	w_count(w, "Timeouts", 0);
	again(w, 10);
	w_none_for(w, 1000);
}

/* After a timeout duplicate ACKs come of what was sent before. */
WIRE_TEST_VT(los_newreno_no_second_fr)
{
	int fd = opened(w, false), all;
	struct lctcp_vars v, u;

	w_only_lctcp(w);
	flight(w, fd, 10, 0);
	w_exp(w, ACK, .seq = 1, .len = M, .within = 300);
	v = w_vars(w, fd);
	again(w, 0);
	again(w, 0);
	again(w, 0);
	w_check(w, !left(w, 0, &all));
	u = w_vars(w, fd);
	w_check(w, u.ssthresh == v.ssthresh);
	w_count(w, "FastRetrans", 0);
}

/* One, two, four: slow start from the oldest. */
WIRE_TEST_VT(los_go_back_n)
{
	flight(w, opened(w, false), 10, 0);
	w_exp(w, ACK, .seq = AT(0), .len = M, .within = 300);
	quiet(w);
	again(w, 1);
	w_exp(w, ACK, .seq = AT(1), .len = M);
	w_exp(w, ACK, .seq = AT(2), .len = M);
	quiet(w);
	again(w, 3);
	w_exp(w, ACK, .seq = AT(3), .len = M);
	w_exp(w, ACK, .seq = AT(4), .len = M);
	w_exp(w, ACK, .seq = AT(5), .len = M);
	quiet(w);
}

WIRE_TEST(los_rack_requires_sack)
{
	flight(w, opened(w, false), 10, 0);
	/* blocks that were not agreed on tell nothing */
	sack(w, 0, 1, 8);
	sack(w, 0, 1, 9);
	quiet(w);
	w_count(w, "DsackRecv", 0);
	sack(w, 0, 1, 10);
	w_exp(w, ACK, .seq = 1, .len = M);
	quiet(w);
}

/* ---- with SACK: RACK decides by the clock, so it has to be a steady one ---- */

/* 1 and 4 of 10 are lost. */
WIRE_TEST_VT(los_sack_scoreboard)
{
	int i, all, one = 0, total = 0;

	flight(w, opened(w, true), 10, 0);
	again(w, 1);
	quiet(w);
	sack(w, 1, 2, 3);
	sack(w, 1, 2, 4);
	for (i = 5; i < 10; i++) {
		w_inj(w, ACK, .ack = AT(1), .nsack = 2,
		      .sack = { { AT(5), AT(i + 1) }, { AT(2), AT(4) } });
		one += left(w, 1, &all);
		total += all;
	}
	w_check(w, one == 1);
	w_check(w, total == 2);
	w_inj(w, ACK, .ack = AT(4), .nsack = 1,
	      .sack = { { AT(5), AT(10) } });
	w_check(w, !left(w, 4, &all) && !all);
	w_count(w, "RetransSegs", 2);
	w_count(w, "FastRetrans", 1);
}

WIRE_TEST_VT(los_sack_invalid_blocks)
{
	static const long long bad[][2] = {
		{ 100000, 101000 },	/* never sent */
		{ 3001, 2001 },		/* reversed */
		{ 3001, 3001 },		/* empty */
		{ 3001, 3001 + 0x7fffffffLL },
		{ 3001, 3001 + 0xfffffff0LL },
	};
	unsigned int i;

	flight(w, opened(w, true), 10, 0);
	again(w, 5);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		w_inj(w, ACK, .ack = AT(5), .nsack = 1,
		      .sack = { { bad[i][0], bad[i][1] } });
	quiet(w);
	w_count(w, "FastRetrans", 0);
	/* what arrived twice is no sign of a loss */
	sack(w, 5, 1, 2);
	quiet(w);
	w_count(w, "DsackRecv", 1);
	again(w, 10);
	quiet(w);
	w_count(w, "RetransSegs", 0);
}

/* Blocks begin and end within segments: what they have of these is sent. */
WIRE_TEST_VT(los_sack_split_segments)
{
	int i, all;

	flight(w, opened(w, true), 10, 0);
	for (i = 4; i < 10; i++)
		w_inj(w, ACK, .ack = 1, .nsack = 1,
		      .sack = { { AT(1) + 77, AT(i) + 33 } });
	w_check(w, left(w, 0, &all) == 1);
	w_inj(w, ACK, .ack = AT(1), .nsack = 1,
	      .sack = { { AT(1) + 77, AT(9) + 33 } });
	w_check(w, left(w, 1, &all) <= 1);
	w_count(w, "FastRetrans", 1);
	w_count(w, "SackBadBlocks", 0);
	w_inj(w, ACK, .ack = AT(10));
	quiet(w);
}

/* The peer throws away what it has reported, after the timeout too. */
WIRE_TEST_VT(los_sack_rto_forget)
{
	int i;

	flight(w, opened(w, true), 10, 0);
	sack(w, 0, 1, 10);
	w_exp(w, ACK, .seq = AT(0), .len = M);
	again(w, 1);
	quiet(w);
	for (i = 1; i < 10; i++) {
		w_exp(w, ACK, .seq = AT(i), .len = M, .within = 5000);
		again(w, i + 1);
	}
	w_none_for(w, 5000);
	reneged(w, 1);
}

/* What was sent a quarter of a round trip before what arrives is lost: when
 * its time is over, not before.
 */
WIRE_TEST_VT(los_rack_detect)
{
	int fd = opened_rtt(w);

	w_write(w, fd, 2 * M);
	expect_segs(w, 0, 2);
	w_wait(w, 30);
	w_write(w, fd, M);
	expect_segs(w, 2, 1);
	w_wait(w, RTT);
	/* sent 30 ms later, and delivered: the first two are lost */
	sack(w, 0, 2, 3);
	w_exp(w, ACK, .seq = AT(0), .len = M);
	quiet(w);
	w_inj(w, ACK, .ack = AT(1), .nsack = 1, .sack = { { AT(2), AT(3) } });
	w_exp(w, ACK, .seq = AT(1), .len = M);
	quiet(w);
	w_count(w, "Timeouts", 0);
}

WIRE_TEST_VT(los_rack_reo_wnd_initial)
{
	int fd = opened_rtt(w);

	/* nothing was seen out of order, but only one is reported */
	w_write(w, fd, 4 * M);
	expect_segs(w, 0, 4);
	w_wait(w, RTT);
	w_mark(w);
	sack(w, 0, 1, 2);
	w_none_for(w, 15);
	w_exp_at(w, 25, ACK, .seq = AT(0), .len = M, .within = 20);
	w_inj(w, ACK, .ack = AT(4));
	quiet(w);
	/* three, and it is lost at once */
	w_flow(w, 1);
	fd = opened_rtt(w);
	w_write(w, fd, 4 * M);
	expect_segs(w, 0, 4);
	w_wait(w, RTT);
	sack(w, 0, 1, 2);
	sack(w, 0, 1, 3);
	quiet(w);
	sack(w, 0, 1, 4);
	w_exp(w, ACK, .seq = AT(0), .len = M);
}

/* A timeout says nothing of what has only just left. */
WIRE_TEST_VT(los_rack_rto_marks)
{
	int fd;

	no_tail_probe(w);
	no_frto(w);
	fd = opened_rtt(w);
	w_write(w, fd, M);
	expect_segs(w, 0, 1);
	w_wait(w, RTT);
	w_inj(w, ACK);
	w_write(w, fd, 2 * M);
	expect_segs(w, 1, 2);
	w_mark(w);
	w_wait(w, 240);
	w_write(w, fd, M);
	expect_segs(w, 3, 1);
	w_exp(w, ACK, .seq = AT(1), .len = M, .within = 1000);
	again(w, 2);
	w_exp(w, ACK, .seq = AT(2), .len = M);
	/* 3 waits for its own time, and arrives */
	w_inj(w, ACK, .ack = AT(4));
	w_none_for(w, 1000);
	w_count(w, "RetransSegs", 2);
	w_count(w, "Timeouts", 1);
}

/* A copy that seems to arrive sooner than anything can is the original. */
WIRE_TEST_VT(los_rack_retx_ambiguity)
{
	int fd = opened_rtt(w);

	flight(w, fd, 10, 0);
	w_wait(w, RTT);
	sack(w, 0, 3, 6);
	w_exp(w, ACK, .seq = AT(0), .len = M);
	w_wait(w, 10);
	/* 0 is acknowledged at once; 6 to 9 left before its copy, and are not
	 * lost for that
	 */
	w_inj(w, ACK, .ack = AT(1), .nsack = 1, .sack = { { AT(3), AT(6) } });
	w_exp(w, ACK, .seq = AT(1), .len = M);
	w_none_for(w, 50);
}

/* The copy is lost, too, and what was sent after it arrives. */
WIRE_TEST_VT(los_rack_lost_retransmission)
{
	int fd = opened_rtt(w);

	flight(w, fd, 10, 4);
	w_wait(w, RTT);
	sack(w, 0, 1, 10);
	w_exp(w, ACK, .seq = AT(0), .len = M);
	expect_segs(w, 10, 4);
	w_wait(w, RTT);
	sack(w, 0, 1, 14);
	w_exp(w, ACK, .seq = AT(0), .len = M, .within = 60);
	w_count(w, "LostRetrans", 1);
	w_count(w, "Timeouts", 0);
}

/* ---- tail loss probe ---- */

WIRE_TEST_VT(los_tlp_pto)
{
	int fd = opened_rtt(w);

	w_write(w, fd, 2 * M);
	expect_segs(w, 0, 2);
	w_mark(w);
	timer_is(w, "tail-probe");
	w_exp_at(w, 2 * RTT, ACK, .seq = AT(1), .len = M);
	w_count(w, "TailProbes", 1);
	w_count(w, "Timeouts", 0);
}

WIRE_TEST_VT(los_tlp_needs_rack)
{
	int fd;

	w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_wait(w, RTT);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_write(w, fd, 2 * M);
	expect_segs(w, 0, 2);
	w_exp(w, ACK, .seq = AT(0), .len = M, .within = 1000);
	w_count(w, "TailProbes", 0);
	w_count(w, "Timeouts", 1);
	w_sysctl(w, "tail_loss_probe", "0");
	w_sysctl_refused(w, "tail_loss_probe", "2");
}

WIRE_TEST_VT(los_tlp_one_in_flight)
{
	int fd = opened_rtt(w);

	w_write(w, fd, 2 * M);
	expect_segs(w, 0, 2);
	w_exp(w, ACK, .seq = AT(1), .len = M, .within = 2 * RTT + 50);
	timer_is(w, "rexmit");
	w_exp(w, ACK, .seq = AT(0), .len = M, .within = 1000);
	w_count(w, "TailProbes", 1);
	w_count(w, "Timeouts", 1);
}

WIRE_TEST_VT(los_tlp_not_in_recovery)
{
	int fd = opened_rtt(w);

	w_write(w, fd, 4 * M);
	expect_segs(w, 0, 4);
	w_wait(w, RTT);
	sack(w, 0, 1, 4);
	w_exp(w, ACK, .seq = AT(0), .len = M);
	timer_is(w, "rexmit");
	w_count(w, "TailProbes", 0);
}

/* New text, if there is some and the peer takes it. */
WIRE_TEST_VT(los_tlp_content)
{
	int fd = opened_rtt(w);

	flight(w, fd, 10, 2);
	w_exp(w, ACK, .seq = AT(10), .len = M, .within = 2 * RTT + 50);
	w_count(w, "TailProbes", 1);
	w_count(w, "RetransSegs", 0);
}

WIRE_TEST_VT(los_tlp_rearm_rto)
{
	int fd = opened_rtt(w);
	struct lctcp_vars v;

	w_only_lctcp(w);
	w_write(w, fd, 2 * M);
	expect_segs(w, 0, 2);
	w_exp(w, ACK, .seq = AT(1), .len = M, .within = 2 * RTT + 50);
	v = w_vars(w, fd);
	w_check(w, v.timer == 1);
	w_check(w, v.timer_ms > v.rto_us / 1000 - 30 &&
		v.timer_ms <= v.rto_us / 1000 + 10);
}

/* One copy of the last one arrived: it was lost.  Both: it was not. */
WIRE_TEST_VT(los_tlp_cc_response)
{
	int fd = opened_rtt(w);
	struct lctcp_vars v, u;

	w_only_lctcp(w);
	w_write(w, fd, 2 * M);
	expect_segs(w, 0, 2);
	w_exp(w, ACK, .seq = AT(1), .len = M, .within = 2 * RTT + 50);
	v = w_vars(w, fd);
	w_inj(w, ACK);
	w_wait(w, RTT);
	w_inj(w, ACK, .ack = AT(2), .nsack = 1, .sack = { { AT(1), AT(2) } });
	w_write(w, fd, 2 * M);
	expect_segs(w, 2, 2);
	w_wait(w, RTT);
	w_inj(w, ACK);
	u = w_vars(w, fd);
	w_check(w, u.cwnd >= v.cwnd && u.ssthresh == v.ssthresh);
	w_count(w, "TailRepairs", 0);

	w_write(w, fd, 2 * M);
	expect_segs(w, 4, 2);
	w_exp(w, ACK, .seq = AT(5), .len = M, .within = 2 * RTT + 150);
	w_wait(w, RTT);
	w_inj(w, ACK);
	w_write(w, fd, 2 * M);
	expect_segs(w, 6, 2);
	w_wait(w, RTT);
	w_inj(w, ACK);
	w_count(w, "TailRepairs", 1);
	v = w_vars(w, fd);
	w_check(w, v.ssthresh < u.ssthresh);
}

/* ---- for nothing ---- */

/* All ACKs are late: the timeout was wrong, and one segment went in vain. */
WIRE_TEST_VT(los_frto)
{
	int fd = opened(w, true);
	struct lctcp_vars v, u;

	w_only_lctcp(w);
	v = w_vars(w, fd);
	flight(w, fd, 10, 10);
	w_exp(w, ACK, .seq = AT(0), .len = M, .within = 2000);
	w_none_for(w, 50);
	again(w, 1);
	/* two new ones, and not 1 and 2 again */
	expect_segs(w, 10, 2);
	quiet(w);
	again(w, 2);
	u = w_vars(w, fd);
	w_check(w, u.cwnd >= v.cwnd && u.ssthresh >= 10u * M);
	w_exp(w, ACK, .seq = AT(12), .len = M);
	w_count(w, "SpuriousTimeouts", 1);
	w_count(w, "RetransSegs", 1);
	w_sysctl_refused(w, "frto", "2");
}

/* Without F-RTO all of it goes again. */
WIRE_TEST_VT(los_frto_off)
{
	int fd;

	no_frto(w);
	fd = opened(w, true);
	flight(w, fd, 10, 10);
	w_exp(w, ACK, .seq = AT(0), .len = M, .within = 2000);
	again(w, 1);
	w_exp(w, ACK, .seq = AT(1), .len = M);
	w_exp(w, ACK, .seq = AT(2), .len = M);
	w_count(w, "SpuriousTimeouts", 0);
}

/* The timestamp that comes back is older than what was sent again. */
WIRE_TEST_VT(los_eifel_ts)
{
	int fd = opened_ts(w), n = M - 12;
	const struct seg *s;
	struct lctcp_vars v, u;
	uint32_t tsval = 0;
	int i;

	w_only_lctcp(w);
	v = w_vars(w, fd);
	w_write(w, fd, 10 * n);
	for (i = 0; i < 10; i++) {
		s = w_exp(w, ACK, .seq = 1 + i * n, .len = n);
		tsval = s->tsval;
	}
	w_wait(w, RTT);
	w_inj(w, ACK, .ack = 1, .nsack = 1, .tsecr = tsval,
	      .sack = { { 1 + n, 1 + 4 * n } });
	w_exp(w, ACK, .seq = 1, .len = n);
	u = w_vars(w, fd);
	w_check(w, u.ssthresh < v.ssthresh);
	w_inj(w, ACK, .ack = 1 + 4 * n, .tsecr = tsval);
	u = w_vars(w, fd);
	w_check(w, u.ssthresh == v.ssthresh && u.cwnd >= v.cwnd);
	w_count(w, "RecoveriesUndone", 1);
}

/* Segment 0 is lost; what was sent again comes so late that it has gone once more,
 * with 10, which is lost as well, when it ends that recovery.  Then 13 is found
 * missing: a second recovery begins.
 */
static int second_recovery(struct wire *w, int n, uint32_t *tsval)
{
	int fd = opened_ts(w), i;
	uint32_t first;

	w_only_lctcp(w);
	w_write(w, fd, 16 * n);
	for (i = 0; i < 10; i++)
		first = w_exp(w, ACK, .seq = 1 + i * n, .len = n)->tsval;
	w_wait(w, RTT);
	w_inj(w, ACK, .ack = 1, .nsack = 1, .tsecr = first,
	      .sack = { { 1 + n, 1 + 10 * n } });
	first = w_exp(w, ACK, .seq = 1, .len = n)->tsval;
	for (i = 10; i < 16; i++)
		w_exp(w, ACK, .seq = 1 + i * n, .len = n);
	w_wait(w, RTT);
	w_inj(w, ACK, .ack = 1, .nsack = 1, .tsecr = first,
	      .sack = { { 1 + 11 * n, 1 + 13 * n } });
	w_exp(w, ACK, .seq = 1, .len = n);
	*tsval = w_exp(w, ACK, .seq = 1 + 10 * n, .len = n)->tsval;
	w_wait(w, 5);
	w_inj(w, ACK, .ack = 1 + 10 * n, .nsack = 1, .tsecr = first,
	      .sack = { { 1 + 11 * n, 1 + 13 * n } });
	w_wait(w, 5);
	w_inj(w, ACK, .ack = 1 + 10 * n, .nsack = 2, .tsecr = first,
	      .sack = { { 1 + 14 * n, 1 + 16 * n },
			{ 1 + 11 * n, 1 + 13 * n } });
	w_exp(w, ACK, .seq = 1 + 13 * n, .len = n);
	w_count(w, "FastRetrans", 2);
	return fd;
}

/* An old timestamp that comes back for what went again before the second recovery
 * says nothing of that.
 */
WIRE_TEST_VT(los_eifel_two_holes)
{
	int n = M - 12, fd;
	uint32_t tsval;
	unsigned int ssthresh;

	fd = second_recovery(w, n, &tsval);
	ssthresh = w_vars(w, fd).ssthresh;
	w_wait(w, RTT - 10);
	w_inj(w, ACK, .ack = 1 + 13 * n, .nsack = 1, .tsecr = tsval,
	      .sack = { { 1 + 14 * n, 1 + 16 * n } });
	w_check(w, w_vars(w, fd).ssthresh == ssthresh);
	w_wait(w, 10);
	w_inj(w, ACK, .ack = 1 + 16 * n, .tsecr = tsval + 10);
	w_check(w, w_vars(w, fd).ssthresh == ssthresh);
	w_count(w, "RecoveriesUndone", 0);
}

/* But 13 itself may have been late. */
WIRE_TEST_VT(los_eifel_second_late)
{
	int n = M - 12, fd;
	uint32_t tsval;
	struct lctcp_vars v, u;

	fd = second_recovery(w, n, &tsval);
	v = w_vars(w, fd);
	w_wait(w, RTT - 10);
	w_inj(w, ACK, .ack = 1 + 16 * n, .tsecr = tsval);
	u = w_vars(w, fd);
	w_check(w, u.ssthresh > v.ssthresh && u.cwnd > v.cwnd);
	w_count(w, "RecoveriesUndone", 1);
}

/* What was sent again arrived twice. */
WIRE_TEST_VT(los_dsack_undo)
{
	int fd = opened(w, true);
	struct lctcp_vars v, u;

	w_only_lctcp(w);
	v = w_vars(w, fd);
	flight(w, fd, 10, 0);
	sack(w, 0, 1, 4);
	w_exp(w, ACK, .seq = AT(0), .len = M);
	u = w_vars(w, fd);
	w_check(w, u.ssthresh < v.ssthresh);
	w_inj(w, ACK, .ack = AT(4));
	w_inj(w, ACK, .ack = AT(4), .nsack = 1, .sack = { { AT(0), AT(1) } });
	u = w_vars(w, fd);
	w_check(w, u.ssthresh == v.ssthresh && u.cwnd >= v.cwnd);
	w_count(w, "RecoveriesUndone", 1);
	w_count(w, "DsackRecv", 1);
}

/* One of ten is lost: the window comes down by a share of each ACK. */
WIRE_TEST_VT(los_prr)
{
	int fd = opened(w, true), i, all, most = 0, sent = 0;
	struct lctcp_vars v;

	w_only_lctcp(w);
	flight(w, fd, 10, 20);
	for (i = 1; i < 10; i++) {
		sack(w, 0, 1, i + 1);
		left(w, 0, &all);
		sent += all;
		most = all > most ? all : most;
	}
	w_check(w, most <= 2);
	w_check(w, sent >= 4 && sent <= 9);
	w_inj(w, ACK, .ack = AT(12));
	left(w, 0, &all);
	v = w_vars(w, fd);
	w_check(w, all <= 3);
	w_check(w, v.cwnd <= v.ssthresh + M);
}

/* Six of ten are lost: no more goes than has arrived. */
WIRE_TEST_VT(los_prr_bounds)
{
	int all;

	flight(w, opened(w, true), 10, 20);
	sack(w, 0, 6, 8);
	left(w, 0, &all);
	sack(w, 0, 6, 9);
	w_check(w, left(w, 0, &all) <= 1 && all <= 2);
	sack(w, 0, 6, 10);
	left(w, 0, &all);
	w_check(w, all <= 2);
}

WIRE_MAIN
