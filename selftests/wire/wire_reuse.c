// SPDX-License-Identifier: GPL-2.0
/*
 * TIME-WAIT cut short: by a SYN that is new for certain (RFC 6191), by a RST,
 * which is what RFC 1337 warns of, or by our own connect(); and the TIME-WAIT
 * of one who aborts.
 */
#include <time.h>

#include "wire.h"

#define MSL	30000

/* The peer's last timestamp, that of its FIN; where numbers wrap, so does it. */
static uint32_t last_ts(const struct wire *w)
{
	return w->isn == W_ISN ? 1000000 : 1;
}

/* TIME-WAIT of a connection with timestamps; nothing is left to chance. */
static void to_time_wait_ts(struct wire *w)
{
	uint32_t v = last_ts(w);
	struct seg *s;
	int fd;

	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .tsval = v - 3, .tsecr = 0);
	s = w_exp(w, SYN | ACK, .tsecr = v - 3);
	w_inj(w, ACK, .tsval = v - 2, .tsecr = s->tsval);
	fd = w_accept(w);
	w_ok(w, shutdown(fd, SHUT_WR));
	s = w_exp(w, FIN | ACK, .tsecr = v - 2);
	w_inj(w, ACK, .tsval = v - 1, .tsecr = s->tsval);
	w_inj(w, FIN | ACK, .tsval = v, .tsecr = s->tsval);
	w_exp(w, ACK, .tsecr = v);
	w_entry_is(w, TCP_TIME_WAIT);
}

/* A SYN opens the pair again, with an ISS above all that was used, and with
 * timestamps if the SYN has one.
 */
static int reopens(struct wire *w, const struct w_args *syn)
{
	uint32_t old_nxt = w->f->rcv_nxt;
	struct seg *s;
	int fd;

	w_reopen(w, w->f->isn + (uint32_t)syn->seq);
	w_inj(w, SYN, .tsval = syn->tsval, .tsecr = 0);
	s = w_exp(w, SYN | ACK, .ack = 1, .tsecr = syn->tsval);
	w_check(w, (int32_t)(s->abs_seq - old_nxt) > 0);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_read(w, fd, 10);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	return fd;
}

#define SYN_AT(s)	(&(struct w_args){ .seq = (s), .tsval = W_NONE })
#define SYN_TS(s, ts)	(&(struct w_args){ .seq = (s), .tsval = (uint32_t)(ts) })

WIRE_TEST(twt_accept_syn_seq_newer)
{
	w_to_state(w, TCP_TIME_WAIT);
	reopens(w, SYN_AT(3));
}

/* Every round is a new incarnation of one pair. */
static void lives(struct wire *w, int rounds)
{
	int fd, i;

	for (i = 0; i < rounds; i++) {
		if (i)
			w_reopen(w, w->f->isn + 100);
		fd = w_to_state(w, TCP_TIME_WAIT);
		close(fd);
		fd = reopens(w, SYN_AT(3));
		w_inj(w, RST);
		w_gone(w);
		close(fd);
	}
}

WIRE_TEST(twt_accept_syn_iss_larger)
{
	lives(w, 250);
}

/* The SYN was an old duplicate after all: the peer resets, and the pair goes
 * on in TIME-WAIT for what was left of it.
 */
WIRE_TEST_VT(twt_accept_syn_falls_back)
{
	struct flow old;
	int i;

	w_to_state(w, TCP_TIME_WAIT);
	w_mark(w);
	w_none_for(w, 20000);
	old = *w->f;
	w_reopen(w, w->f->isn + 1000);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .ack = 1);
	w_entry_is(w, TCP_SYN_RECV);
	w_none_for(w, 1000);
	w_inj(w, RST, .seq = 1);
	*w->f = old;
	w_time_wait_lasts(w, 2 * MSL);

	/* and it answers as before */
	w_flow(w, 1);
	w_to_state(w, TCP_TIME_WAIT);
	old = *w->f;
	w_reopen(w, w->f->isn + 1000);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .ack = 1);
	w_inj(w, RST, .seq = 1);
	*w->f = old;
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);

	/* nor does an old duplicate end it that nobody answers for */
	w_sysctl(w, "synack_schedule_ms", "1000 1000");
	for (i = 2; i < 4; i++) {
		w_flow(w, i);
		w_to_state(w, TCP_TIME_WAIT);
		w_mark(w);
		old = *w->f;
		w_reopen(w, w->f->isn + 1000);
		w_inj(w, SYN);
		w_exp(w, SYN | ACK, .ack = 1);
		if (i == 2) {
			w_exp(w, SYN | ACK, .ack = 1, .within = 2000);
			w_none_for(w, 2000);
		} else {
			close(w->lfd);
		}
		*w->f = old;
		w_time_wait_lasts(w, 2 * MSL);
	}
}

/* The pair reopened by a SYN whose request ends here before the third ACK. */
static struct flow killed(struct wire *w, bool gives_up)
{
	struct flow mine;

	w_reopen(w, w->f->isn + 1000);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .ack = 1);
	if (gives_up) {
		w_none_for(w, 1200);
	} else {
		close(w->lfd);
		w->lfd = -1;
	}
	w_entry_is(w, TCP_TIME_WAIT);
	mine = *w->f;
	return mine;
}

/* A peer that believes in it is told otherwise, whatever it says, and however
 * often.
 */
static void refused(struct wire *w, const struct flow *f)
{
	int i;

	*w->f = *f;
	for (i = 0; i < 3; i++) {
		w_inj(w, ACK, .seq = 1, .forged = true);
		w_exp(w, RST, .seq = 1);
		w_inj(w, ACK | PSH, .seq = 1, .len = 10, .forged = true);
		w_exp(w, RST, .seq = 1);
		w_inj(w, FIN | ACK, .seq = 1, .forged = true);
		w_exp(w, RST, .seq = 1);
	}
	w_inj(w, RST, .seq = 1, .forged = true);
	w_none(w);
	w_entry_is(w, TCP_TIME_WAIT);
}

/* A SYN reopened the pair, and its request ends with its listener, or without
 * an answer: TIME-WAIT is back for what was left of it, and who acknowledges
 * the SYN-ACK is told that there is no such connection (D35).  So it is with
 * every one of several such requests.
 */
WIRE_TEST_VT(twt_reopened_then_killed)
{
	struct flow old, mine[4];
	int i, k;

	w_sysctl(w, "synack_schedule_ms", "1000");
	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		w_to_state(w, TCP_TIME_WAIT);
		w_mark(w);
		old = *w->f;
		for (k = 0; k < 4; k++) {
			if (w->lfd < 0)
				w_listen(w, 16);
			mine[k] = killed(w, i);
			w_check(w, !k || (int32_t)(mine[k].iss - old.iss) > 0);
		}
		for (k = 0; k < 4; k++)
			refused(w, &mine[k]);
		/* a segment that has nothing to do with it gets TIME-WAIT's answer */
		*w->f = old;
		w_inj(w, ACK, .seq = 2, .ack = 3, .forged = true);
		w_exp(w, ACK, .seq = 2, .ack = 2);
		w_inj(w, ACK, .seq = -50, .len = 50, .forged = true);
		w_exp(w, ACK, .seq = 2, .ack = 2);
		w_time_wait_lasts(w, 2 * MSL);
	}
	if (w->lfd < 0)
		w_listen(w, 16);
	w_flow(w, 2);
	w_to_state(w, TCP_TIME_WAIT);
	old = *w->f;
	mine[0] = killed(w, false);
	refused(w, &mine[0]);
	*w->f = old;
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	/* and a newer SYN opens the pair for good */
	w_listen(w, 16);
	w->f->isn += 4000;
	reopens(w, SYN_AT(3));
}

/* The old connection had timestamps and the SYN has a newer one: whatever its
 * sequence number.
 */
WIRE_TEST(twt_6191_a1)
{
	to_time_wait_ts(w);
	reopens(w, SYN_TS(2 - 1000000, last_ts(w) + 1));
}

/* The same timestamp: RCV.NXT is 2, and beyond it is newer. */
WIRE_TEST(twt_6191_a2)
{
	to_time_wait_ts(w);
	reopens(w, SYN_TS(3, last_ts(w)));
}

WIRE_TEST(twt_6191_a3)
{
	to_time_wait_ts(w);
	reopens(w, SYN_AT(3));
}

/* What rules A.1 to A.3 leave. */
static void old_syns(struct wire *w, bool answered)
{
	const struct {
		int seq;
		long long tsval;
	} syn[] = {
		{ 3, (uint32_t)(last_ts(w) - 1) },
		{ 1000000, (uint32_t)(last_ts(w) - 1000) },
		{ 2, last_ts(w) }, { 1, last_ts(w) }, { -1000000, last_ts(w) },
		{ 2, W_NONE }, { 1, W_NONE }, { -1000000, W_NONE },
	};
	size_t i;

	for (i = 0; i < sizeof(syn) / sizeof(syn[0]); i++) {
		w_inj(w, SYN, .seq = syn[i].seq, .tsval = syn[i].tsval,
		      .tsecr = 0, .forged = true);
		if (answered)
			w_exp(w, ACK, .seq = 2, .ack = 2, .tsecr = last_ts(w));
		else
			w_none(w);
		w_entry_is(w, TCP_TIME_WAIT);
	}
}

/* RFC 6191 drops them without a word, RFC 9293 challenges; by default we do
 * the latter (D5).  Neither prolongs TIME-WAIT.
 */
WIRE_TEST_VT(twt_6191_a4)
{
	int i;

	for (i = 0; i < 2; i++) {
		w_sysctl(w, "challenge_in_time_wait", i ? "0" : "1");
		w_flow(w, 2 * i);
		to_time_wait_ts(w);
		w_mark(w);
		w_none_for(w, MSL);
		old_syns(w, !i);
		w_time_wait_lasts(w, 2 * MSL);

		w_flow(w, 2 * i + 1);
		to_time_wait_ts(w);
		old_syns(w, !i);
		w_inj(w, FIN | ACK, .seq = 1, .tsval = last_ts(w), .tsecr = 0);
		w_exp(w, ACK, .seq = 2, .ack = 2);
	}
}

/* With timestamps off here the new connection would have none, so that one in
 * the SYN decides nothing (D37): only a higher number does.
 */
WIRE_TEST(twt_6191_ts_off)
{
	static const int old[] = { 2, 1, -1000 };
	int i, had;

	for (had = 0; had < 2; had++) {
		w_flow(w, had);
		w_sysctl(w, "timestamps", "1");
		if (had)
			to_time_wait_ts(w);
		else
			w_to_state(w, TCP_TIME_WAIT);
		w_sysctl(w, "timestamps", "0");
		for (i = 0; i < 3; i++) {
			w_inj(w, SYN, .seq = old[i], .tsecr = 0, .forged = true,
			      .tsval = last_ts(w) + 1000);
			w_exp(w, ACK, .seq = 2, .ack = 2);
			w_entry_is(w, TCP_TIME_WAIT);
		}
		w_reopen(w, w->f->isn + 3);
		w_inj(w, SYN, .tsval = last_ts(w) - 1000, .tsecr = 0);
		w_exp(w, SYN | ACK, .ack = 1, .tsval = W_NONE);
		w_inj(w, ACK, .tsval = W_NONE);
		close(w_accept(w));
		w_exp(w, FIN | ACK);
		w_inj(w, RST);
		w_gone(w);
	}
}

WIRE_TEST(twt_6191_b1)
{
	w_to_state(w, TCP_TIME_WAIT);
	reopens(w, SYN_TS(2 - 1000000, 77));
}

WIRE_TEST(twt_6191_b2)
{
	w_to_state(w, TCP_TIME_WAIT);
	reopens(w, SYN_AT(1000));
}

WIRE_TEST(twt_6191_b3)
{
	static const int seq[] = { 2, 1, 0, -1, -100000 };
	int i;

	w_to_state(w, TCP_TIME_WAIT);
	for (i = 0; i < 5; i++) {
		w_inj(w, SYN, .seq = seq[i], .forged = true);
		w_exp(w, ACK, .seq = 2, .ack = 2);
		w_entry_is(w, TCP_TIME_WAIT);
	}
}

/* The last timestamp seen may have been seen in TIME-WAIT; but not one of a
 * segment that does not end where the peer ended.
 */
WIRE_TEST(twt_6191_ts_last_seen)
{
	uint32_t v = last_ts(w);

	to_time_wait_ts(w);
	w_inj(w, FIN | ACK, .seq = 1, .tsval = v + 100, .tsecr = 0);
	w_exp(w, ACK, .seq = 2, .ack = 2, .tsecr = v + 100);
	w_inj(w, SYN, .seq = -5000, .tsval = v + 50, .tsecr = 0, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2, .tsecr = v + 100);
	w_entry_is(w, TCP_TIME_WAIT);

	w_inj(w, ACK, .seq = 2, .tsval = v + 200, .tsecr = 0);
	w_inj(w, SYN, .seq = -5000, .tsval = v + 150, .tsecr = 0, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2, .tsecr = v + 200);

	w_inj(w, ACK, .seq = -100, .len = 50, .tsval = v + 100000, .tsecr = 0,
	      .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2, .tsecr = v + 200);
	reopens(w, SYN_TS(-5000, v + 201));
}

/* The segments of our side of one life, opened by us and closed by the peer,
 * which is in TIME-WAIT then: timestamps never fall, not even between two lives.
 */
static uint32_t client_life(struct wire *w, uint32_t before, bool first)
{
	int fd = w_bound(w, 0, W_PORT);
	struct seg *s;

	w_connect_from(w, fd);
	s = w_exp(w, SYN);
	w_check(w, s->ts);
	w_check(w, first || (int32_t)(s->tsval - before) > 0);
	before = s->tsval;
	w_inj(w, SYN | ACK, .tsval = 500, .tsecr = s->tsval);
	s = w_exp(w, ACK, .tsecr = 500);
	w_check(w, (int32_t)(s->tsval - before) >= 0);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK);
	close(fd);
	s = w_exp(w, FIN | ACK);
	w_check(w, (int32_t)(s->tsval - before) >= 0);
	w_inj(w, ACK);
	w_gone(w);
	return s->tsval;
}

WIRE_TEST(twt_ts_monotonic_across_conns)
{
	uint32_t last[6];
	int i, alike = 0;

	for (i = 0; i < 6; i++) {
		w_flow(w, i);
		last[i] = client_life(w, 0, true);
	}
	/* pairs have nothing in common: within a second would be chance */
	for (i = 1; i < 6; i++)
		alike += last[i] - last[0] + 1000 < 2000;
	w_check(w, alike <= 1);

	w_flow(w, 0);
	for (i = 0; i < 100; i++) {
		/* the clock ticks each millisecond */
		w_wait(w, i < 50 ? 2 : 10);
		w_reopen(w, w->f->isn + 1000);
		last[0] = client_life(w, last[0], false);
	}
}

/* Whoever resets, it lasts as long as ever, and its FIN is answered. */
WIRE_TEST_VT(twt_rst_ignored)
{
	int i;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		w_to_state(w, TCP_TIME_WAIT);
		w_mark(w);
		w_none_for(w, MSL);
		w_inj(w, RST, .seq = 2);
		w_inj(w, RST | ACK, .seq = 2);
		w_inj(w, RST, .seq = 3);
		w_none(w);
		w_entry_is(w, TCP_TIME_WAIT);
		if (i) {
			w_inj(w, FIN | ACK, .seq = 1);
			w_exp(w, ACK, .seq = 2, .ack = 2);
			w_mark(w);
		}
		w_time_wait_lasts(w, 2 * MSL);
	}
}

WIRE_TEST(twt_rst_exact_if_honoured)
{
	w_sysctl(w, "rst_in_time_wait", "1");
	w_to_state(w, TCP_TIME_WAIT);
	w_inj(w, RST, .seq = 1);
	w_none(w);
	w_count(w, "ChallengeAcks", 0);
	w_inj(w, RST, .seq = 3);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_count(w, "ChallengeAcks", 1);
	w_entry_is(w, TCP_TIME_WAIT);
	w_inj(w, RST, .seq = 2);
	w_none(w);
	w_gone(w);
}

/* An old timestamp, or none, does not save TIME-WAIT from an honoured RST. */
WIRE_TEST(twt_rst_no_paws)
{
	w_sysctl(w, "rst_in_time_wait", "1");
	to_time_wait_ts(w);
	w_inj(w, RST, .seq = 2, .tsval = (uint32_t)(last_ts(w) - 1000),
	      .tsecr = 0);
	w_none(w);
	w_gone(w);
	w_flow(w, 1);
	to_time_wait_ts(w);
	w_inj(w, RST, .seq = 2, .tsval = W_NONE);
	w_none(w);
	w_gone(w);
	w_count(w, "DropPaws", 0);
}

/* RFC 1337: old text draws an ACK, which the peer, long closed, resets.  All
 * of it between two hosts, and hazards 2 and 3: net/timewait.c.
 */
WIRE_TEST(twt_1337_hazard1)
{
	w_to_state(w, TCP_TIME_WAIT);
	w_inj(w, ACK, .seq = -50, .len = 50);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_inj(w, RST, .seq = 2);
	w_none(w);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST(twt_syn_ack_segment)
{
	w_to_state(w, TCP_TIME_WAIT);
	w_inj(w, SYN | ACK, .seq = 1002, .ack = 2, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);

	w_flow(w, 1);
	to_time_wait_ts(w);
	w_inj(w, SYN | ACK, .seq = 1002, .ack = 2, .tsval = last_ts(w) + 1000,
	      .tsecr = 0, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
}

static int ms_of_second(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_nsec / 1000000;
}

/* The pair of the current flow cannot be opened by us. */
static void pair_is_taken(struct wire *w)
{
	struct sockaddr_storage peer;
	int fd = w_bound(w, 0, w->f->uut_port);

	w_sockaddr(w, W_PEER, w->f->peer_port, &peer);
	w_err(w, EADDRNOTAVAIL, connect(fd, (void *)&peer, w_sockaddr_len(w)));
	close(fd);
}

/* A life that we open and end, so that its pair is in TIME-WAIT; with
 * timestamps, if the peer has any.  Our last timestamp.
 */
static uint32_t our_life(struct wire *w, int fd, bool ts)
{
	struct seg *s;

	w_connect_from(w, fd);
	s = w_exp(w, SYN);
	w_inj(w, SYN | ACK, .tsval = ts ? last_ts(w) : W_NONE, .tsecr = s->tsval);
	w_exp(w, ACK);
	close(fd);
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK);
	s = w_exp(w, ACK);
	w_entry_is(w, TCP_TIME_WAIT);
	return s->tsval;
}

/* Our connect() takes the pair over: number and timestamp above all that was
 * used, and nothing of the life before is taken for the peer's.
 */
static void taken_over(struct wire *w, uint16_t port, uint32_t ts)
{
	uint32_t old_nxt = w->f->rcv_nxt, old_isn = w->f->isn;
	struct seg *s;
	int fd;

	w_reopen(w, w->f->isn + 100000);
	fd = w_connect_from(w, w_bound(w, 0, port));
	s = w_exp(w, SYN, .tsecr = 0);
	w_check(w, (int32_t)(s->abs_seq - old_nxt) > 65535);
	w_check(w, (int32_t)(s->tsval - ts) > 0);
	w_is(w, fd, TCP_SYN_SENT);

	/* a SYN of the peer's life before crosses ours, late */
	w->f->isn = old_isn;
	w_inj(w, SYN, .seq = 0, .tsval = last_ts(w) - 1, .tsecr = 0,
	      .forged = true);
	w_none(w);
	w_is(w, fd, TCP_SYN_SENT);
	w->f->isn = old_isn + 100000;

	w_inj(w, SYN | ACK, .tsval = last_ts(w) + 5000, .tsecr = s->tsval);
	w_exp(w, ACK, .tsecr = last_ts(w) + 5000);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_read(w, fd, 10);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_abort(w, fd);
	w_exp(w, RST, .may = ACK);
	w_gone(w);
}

/* The setting says for which pairs our own connect() may cut TIME-WAIT short:
 * none, all, or those of loopback (net/timewait.c), and never without
 * timestamps, nor within the second in which the pair was closed.
 */
WIRE_TEST(twt_client_reuse_with_ts)
{
	uint32_t ts;
	int i;

	w_check(w, w_sysctl_get(w, "tw_reuse") == 2);
	ts = our_life(w, w_bound(w, 0, W_PORT), true);
	pair_is_taken(w);
	for (i = 0; i < 2; i++) {
		w_wait(w, 1100);
		pair_is_taken(w);
		w_sysctl(w, "tw_reuse", "0");
	}
	w_none(w);
	w_entry_is(w, TCP_TIME_WAIT);
	w_sysctl(w, "tw_reuse", "1");
	w_sysctl(w, "timestamps", "0");
	pair_is_taken(w);
	w_sysctl(w, "timestamps", "1");
	w_count(w, "TimeWaitReused", 0);
	taken_over(w, W_PORT, ts);
	w_count(w, "TimeWaitReused", 1);
	w_count(w, "TimeWaitReopened", 0);

	/* the same second: nothing shows what is older */
	w_flow(w, 1);
	w_wait(w, 1000 - ms_of_second());
	our_life(w, w_bound(w, 0, W_PORT + 1), true);
	if (ms_of_second() < 900)
		pair_is_taken(w);

	w_flow(w, 2);
	our_life(w, w_bound(w, 0, W_PORT + 2), false);
	w_wait(w, 1100);
	pair_is_taken(w);
	w_count(w, "TimeWaitReused", 1);
}

/* We have aborted; what still comes of the old connection meets us, and is
 * told again that it is over.  Nothing prolongs that.
 */
static void lingers(struct wire *w)
{
	int nxt = w->f->rcv_nxt - w->f->iss;

	w_mark(w);
	w_entry_is(w, TCP_TIME_WAIT);
	w_none_for(w, MSL);
	w_inj(w, ACK, .len = 10);
	w_exp(w, RST, .seq = nxt);
	w_inj(w, FIN | ACK);
	w_exp(w, RST, .seq = nxt);
	w_inj(w, RST);
	w_inj(w, RST | ACK);
	w_none(w);
	w_time_wait_lasts(w, 2 * MSL);
}

/* D15: off by default. */
WIRE_TEST_VT(twt_rst_sender_lingers)
{
	static const int state[] = {
		TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT,
	};
	int fd, i;

	w_check(w, w_sysctl_get(w, "time_wait_after_rst") == 0);
	w_abort(w, w_to_state(w, TCP_ESTABLISHED));
	w_exp(w, RST, .may = ACK);
	w_gone(w);

	w_sysctl(w, "time_wait_after_rst", "1");
	for (i = 0; i < 4; i++) {
		w_flow(w, i + 1);
		w_abort(w, w_to_state(w, state[i]));
		w_exp(w, RST, .may = ACK);
		lingers(w);
	}
	w_flow(w, 5);
	fd = w_connect_from(w, w_bound(w, 0, W_PORT + 1));
	w_exp(w, SYN);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_is(w, fd, TCP_SYN_RECV);
	w_abort(w, fd);
	w_exp(w, RST, .may = ACK, .seq = 1);
	pair_is_taken(w);
	lingers(w);

	/* a newer SYN is welcome, as in any TIME-WAIT; an older one is not */
	w_flow(w, 6);
	fd = w_to_state(w, TCP_ESTABLISHED);
	w_abort(w, fd);
	w_exp(w, RST, .may = ACK);
	w_inj(w, SYN, .seq = -1, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	reopens(w, SYN_AT(3));
}

WIRE_MAIN
