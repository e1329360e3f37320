// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody who does not see the connection guesses at it (RFC 5961), or the
 * peer itself plays foul: what must have no effect, and what it costs.
 */
#include <linux/sock_diag.h>

#include "wire.h"

/* Every state in which RFC 5961 holds, SYN-RECEIVED by a simultaneous open
 * included, and each half-open mini beside it.
 */
static const int synchronized[] = {
	TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT,
	TCP_CLOSING, TCP_LAST_ACK,
};

#define NSYNC	((int)(sizeof(synchronized) / sizeof(*synchronized)))

static void nothing_to_read(struct wire *w, int fd)
{
	char c;

	w_err(w, EAGAIN, recv(fd, &c, 1, MSG_DONTWAIT));
}

static void unlimited(struct wire *w)
{
	w_only_lctcp(w);
	w_sysctl(w, "challenge_interval_ms", "0");
}

/* The peer's next number, relative. */
static long long peer_next(const struct wire *w)
{
	return (int32_t)(w->f->snd_nxt - w->f->isn);
}

/* How wide the window is that the unit under test has advertised. */
static long long window(const struct wire *w)
{
	return (int32_t)(w->f->edge - w->f->snd_nxt);
}

/* Forge @n SYNs, @every so many ms, and count the answers. */
static int flood(struct wire *w, int n, int every)
{
	int i, answers = 0;

	for (i = 0; i < n; i++) {
		w_inj(w, SYN, .seq = peer_next(w) + 1000 + i, .forged = true);
		while (w_next(w, 0))
			answers++;
		if (every)
			w_wait(w, every);
	}
	while (w_next(w, 50))
		answers++;
	return answers;
}

/* ---- SYN and RST: RFC 5961 sections 3 and 4 ---- */

static void syn_everywhere(struct wire *w, int fd, int state)
{
	static const int flags[] = { SYN, SYN | ACK, SYN | FIN, SYN | FIN | ACK };
	long long nxt = peer_next(w), place[] = {
		nxt - 2000000, nxt - 1, nxt, nxt + 5, nxt + window(w) + 100000,
	};
	int i, j, text;

	for (i = 0; i < 5; i++) {
		for (j = 0; j < 8; j++) {
			text = j & 4 ? 7 : 0;
			w_inj(w, flags[j & 3], .seq = place[i], .len = text,
			      .forged = true);
			w_exp(w, ACK);
		}
	}
	w_is(w, fd, state);
}

WIRE_TEST(bld_syn_any_seq_challenge)
{
	int i, fd;

	unlimited(w);
	for (i = 0; i < NSYNC; i++) {
		w_flow(w, i);
		fd = w_to_state(w, synchronized[i]);
		syn_everywhere(w, fd, synchronized[i]);
		if (synchronized[i] == TCP_ESTABLISHED)
			nothing_to_read(w, fd);
	}
	/* one was the SYN-ACK of the handshake, sent again: D19 */
	w_count(w, "ChallengeAcks", 40 * NSYNC - 1);
}

/* SYN-RECEIVED of a simultaneous open, whose peer's own SYN is at IRS: that
 * one with an ACK completes it, all else is challenged.
 */
WIRE_TEST(bld_syn_any_seq_challenge_syn_recv)
{
	static const long long place[] = { -2000000, 1, 6, 2000000 };
	int i, fd;

	unlimited(w);
	fd = w_syn_recv_active(w);
	for (i = 0; i < 8; i++) {
		w_inj(w, i & 1 ? SYN | ACK : SYN, .seq = place[i / 2],
		      .forged = true);
		w_exp(w, ACK, .seq = 1, .ack = 1);
	}
	w_is(w, fd, TCP_SYN_RECV);
	w_inj(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* Whatever provokes it: sequence, acknowledgment, window and options of now,
 * and no text.
 */
WIRE_TEST(bld_challenge_form)
{
	static const int why[] = { SYN, SYN | ACK, RST, RST | ACK };
	struct lctcp_vars v;
	struct seg *s;
	int fd, i;

	w_listen(w, 5);
	w_inj(w, SYN, .tsval = 700, .tsecr = 0, .sackok = 1, .wscale = 3);
	w_exp(w, SYN | ACK, .sackok = 1);
	w_inj(w, ACK, .tsval = 701);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 10, .tsval = 702);
	w_exp(w, ACK, .tsecr = 702);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	/* in flight, and something above a gap */
	w_inj(w, ACK, .seq = 31, .len = 10, .tsval = 703);
	w_exp(w, ACK, .seq = 101, .ack = 11);
	v = w_vars(w, fd);
	w_check(w, v.rcv_wnd >= 20000);
	for (i = 0; i < 4; i++) {
		w_inj(w, why[i], .seq = 16, .len = why[i] & SYN ? 5 : 0,
		      .tsval = 704, .forged = true);
		s = w_exp(w, ACK, .seq = 101, .ack = 11, .tsecr = 702);
		w_check(w, s->flags == ACK);
		w_check(w, s->win << v.rcv_wscale == (int)v.rcv_wnd);
		w_check(w, s->nsack == 1 && s->sack[0].left == 31 &&
			s->sack[0].right == 41);
	}
	w_none(w);
}

struct rst_case {
	long long seq;
	bool answered, believed;
};

/* Below, one below, exact, in and beyond the window; exact last. */
static void rst_cases(struct wire *w, struct rst_case c[5], long long wnd)
{
	long long nxt = peer_next(w);

	c[0] = (struct rst_case){ nxt - 1000 };
	c[1] = (struct rst_case){ nxt - 1 };
	c[2] = (struct rst_case){ nxt + wnd };
	c[3] = (struct rst_case){ nxt + wnd - 1, .answered = true };
	c[4] = (struct rst_case){ nxt, .believed = true };
}

static void rst_ladder(struct wire *w, long long wnd)
{
	int state = w_entry(w), i;
	struct rst_case c[5];

	rst_cases(w, c, wnd);
	for (i = 0; i < 5; i++) {
		w_inj(w, RST, .seq = c[i].seq, .forged = true);
		if (c[i].answered)
			w_exp(w, ACK);
		else
			w_none(w);
		w_entry_is(w, c[i].believed ? 0 : state);
	}
}

WIRE_TEST(bld_rst_all_states)
{
	int i;

	unlimited(w);
	w_sysctl(w, "rst_in_time_wait", "1");
	w_sysctl(w, "rto_min_ms", "3000");	/* no FIN twice meanwhile */
	/* LISTEN ignores them */
	w_listen(w, 16);
	w_inj(w, RST, .forged = true);
	w_inj(w, RST | ACK, .ack = 1, .forged = true);
	w_none(w);
	w_is(w, w->lfd, TCP_LISTEN);

	w_to_state(w, TCP_SYN_RECV);
	rst_ladder(w, window(w));
	for (i = 0; i < NSYNC; i++) {
		w_flow(w, 1 + i);
		w_to_state(w, synchronized[i]);
		rst_ladder(w, window(w));
	}
	w_flow(w, 10);
	w_to_state(w, TCP_TIME_WAIT);
	rst_ladder(w, window(w));
	w_flow(w, 11);
	w_syn_recv_active(w);
	rst_ladder(w, window(w));
}

/* ---- the ACK field: RFC 5961 section 5 ---- */

/* The peer's windows never exceeded @win, and @n octets are acknowledged. */
static int acked(struct wire *w, int n, int win)
{
	int fd;

	w->f->win = win;
	fd = w_accepted(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	w_write(w, fd, n);
	w_take(w, n, ACK);
	return fd;
}

WIRE_TEST(bld_ack_range_low)
{
	acked(w, 3000, 1000);
	w_inj(w, ACK, .ack = 3001 - 1000);
	w_none(w);
	w_count(w, "DropAckOld", 0);
	w_inj(w, ACK, .ack = 3001 - 1001, .forged = true);
	w_exp(w, ACK, .seq = 3001, .ack = 1);
	w_count(w, "DropAckOld", 1);
	/* and never below what was ever sent, however large the window */
	w_flow(w, 1);
	acked(w, 100, 60000);
	w_inj(w, ACK, .ack = 1);
	w_none(w);
	w_inj(w, ACK, .ack = -1, .forged = true);
	w_exp(w, ACK, .seq = 101, .ack = 1);
	w_count(w, "DropAckOld", 2);
}

WIRE_TEST(bld_max_snd_wnd)
{
	int fd, i;

	w_listen(w, 5);
	w->f->win = 10;
	w_inj(w, SYN, .wscale = 7);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, w_vars(w, fd).max_snd_wnd == 10 << 7);
	w->f->win = 1000;
	w_inj(w, ACK);
	for (i = 0; i < 20; i++) {
		w_write(w, fd, 10000);
		w_take(w, 10000, ACK);
	}
	w_check(w, w_vars(w, fd).max_snd_wnd == 1000 << 7);
	w->f->win = 10;
	w_inj(w, ACK);
	w_check(w, w_vars(w, fd).snd_wnd == 10 << 7);
	w_check(w, w_vars(w, fd).max_snd_wnd == 1000 << 7);
	w_inj(w, ACK, .ack = 200001 - 128000);
	w_none(w);
	w_inj(w, ACK, .ack = 200001 - 128001, .forged = true);
	w_exp(w, ACK, .seq = 200001, .ack = 1);
}

/* Nothing of a segment counts whose ACK is impossible: not its text, not its
 * FIN, not the ACK itself.
 */
WIRE_TEST(bld_ack_check_all_segments)
{
	static const int kind[] = { ACK, PSH | ACK, FIN | ACK };
	long long nxt;
	int i, j, k, fd;

	unlimited(w);
	for (i = 0; i < NSYNC; i++) {
		w_flow(w, i);
		fd = w_to_state(w, synchronized[i]);
		nxt = (int32_t)(w->f->rcv_nxt - w->f->iss);
		for (j = 0; j < 3; j++) {
			for (k = 0; k < 2; k++) {
				w_inj(w, kind[j], .len = j ? 9 : 0,
				      .ack = k ? nxt + 1 : -70000,
				      .forged = true);
				w_exp(w, ACK, .seq = nxt);
			}
		}
		w_is(w, fd, synchronized[i]);
		if (i < 3)
			nothing_to_read(w, fd);
	}
	w_count(w, "DropAckFuture", 3 * NSYNC);
	w_count(w, "DropAckOld", 3 * NSYNC);
}

/* TIME_WAIT takes the largest window that there can be for MAX.SND.WND. */
WIRE_TEST(bld_ack_check_all_segments_time_wait)
{
	const long long lowest = 2 - (65535LL << 14);

	w_only_lctcp(w);
	w_to_state(w, TCP_TIME_WAIT);
	w_inj(w, ACK, .ack = 2, .forged = true);
	w_inj(w, ACK, .ack = lowest, .forged = true);
	w_none(w);
	w_inj(w, ACK, .ack = 3, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_inj(w, ACK, .ack = lowest - 1, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST(bld_fin_forged)
{
	int fd = acked(w, 3000, 1000);

	w_inj(w, FIN | ACK, .ack = 3001 - 1001, .forged = true);
	w_exp(w, ACK, .seq = 3001, .ack = 1);
	w_inj(w, FIN | ACK, .ack = 3002, .forged = true);
	w_exp(w, ACK, .seq = 3001, .ack = 1);
	nothing_to_read(w, fd);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .ack = 2);
	w_read_eof(w, fd);
}

/* ---- the limit of challenge ACKs: RFC 5961 section 7, D19 ---- */

WIRE_TEST(bld_throttle_present)
{
	int fd;

	w_only_lctcp(w);
	fd = w_accepted(w);
	w_check(w, w_sysctl_get(w, "challenge_acks") == 10);
	w_check(w, w_sysctl_get(w, "challenge_interval_ms") == 5000);
	w_check(w, flood(w, 1000, 0) == 10);
	w_count(w, "ChallengeAcks", 10);
	w_count(w, "ChallengeLimited", 990);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* A TIME_WAIT has less to say, and says it less often. */
WIRE_TEST(bld_throttle_time_wait)
{
	int n;

	w_only_lctcp(w);
	w_to_state(w, TCP_TIME_WAIT);
	w->f->snd_nxt -= 100000;	/* SYNs too old to reopen it */
	n = flood(w, 1000, 0);
	w_check(w, n > 0 && n <= 50);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST_VT(bld_throttle_tunable)
{
	int n;

	w_only_lctcp(w);
	w_sysctl(w, "challenge_acks", "3");
	w_sysctl(w, "challenge_interval_ms", "2000");
	w_accepted(w);
	n = flood(w, 100, 100);
	w_check(w, n >= 12 && n <= 18);
	w_flow(w, 1);
	w_sysctl(w, "challenge_interval_ms", "0");
	w_accepted(w);
	w_check(w, flood(w, 100, 100) == 100);
	w_flow(w, 2);
	w_sysctl(w, "challenge_interval_ms", "2000");
	w_sysctl(w, "challenge_acks", "0");
	w_accepted(w);
	w_check(w, flood(w, 100, 0) == 0);
	w_sysctl_refused(w, "challenge_acks", "-1");
	w_sysctl_refused(w, "challenge_acks", "256");
	w_sysctl_refused(w, "challenge_interval_ms", "600001");
}

/* What an attacker's own connection is told does not depend on what another
 * one has been asked (CVE-2016-5696).
 */
WIRE_TEST(bld_throttle_no_side_channel)
{
	int i, n;

	w_only_lctcp(w);
	w_accepted(w);			/* the victim */
	for (i = 0; i < 4; i++) {
		w_flow(w, 0);
		n = flood(w, i * 40, 0);
		w_check(w, n == (i == 1 ? 10 : 0));
		w_flow(w, 1 + i);
		w_accepted(w);
		w_check(w, flood(w, 100, 0) == 10);
	}
}

/* The attacker has left something of his own budget, and looks whether what he
 * sends in the name of another takes of it.  Each kind of answer that has a
 * limit; connections, half-open ones and TIME_WAIT.
 */
WIRE_TEST(bld_throttle_no_side_channel_half_spent)
{
	static const int state[] = {
		TCP_ESTABLISHED, TCP_SYN_RECV, TCP_TIME_WAIT,
	};
	int i, j, before, after;

	w_only_lctcp(w);
	for (i = 0; i < 3; i++) {
		before = 0;
		after = 0;
		w_flow(w, 2 * i);		/* the attacker's */
		w_to_state(w, state[i]);
		w_flow(w, 2 * i + 1);		/* the victim's */
		w_to_state(w, state[i]);
		w_flow(w, 2 * i);
		for (j = 0; j < 5; j++)
			w_inj(w, ACK, .seq = -20000, .forged = true);
		before += w_drain(w) + 5;
		w_check(w, before == 10);
		w_flow(w, 2 * i + 1);
		for (j = 0; j < 400; j++)
			w_inj(w, ACK, .seq = -20000, .forged = true);
		w_drain(w);
		w_flow(w, 2 * i);
		for (j = 0; j < 400; j++)
			w_inj(w, ACK, .seq = -20000, .forged = true);
		after += w_drain(w);
		w_check(w, after == 5);
	}
	/* challenges */
	w_flow(w, 6);
	w_accepted(w);
	w_check(w, flood(w, 4, 0) == 4);
	w_flow(w, 7);
	w_accepted(w);
	w_check(w, flood(w, 1000, 0) == 10);
	w_flow(w, 6);
	w_check(w, flood(w, 100, 0) == 6);
}

/* The budget is spent; all that an honest peer may send is still answered. */
WIRE_TEST(bld_throttle_spares_normal_acks)
{
	int fd, n;

	w_only_lctcp(w);
	fd = w_accepted(w);
	w_check(w, flood(w, 100, 0) == 10);
	/* keepalive, old data, text above a gap, an ACK of the future */
	w_inj(w, ACK, .seq = 0);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, ACK, .len = 20);
	w_exp(w, ACK, .ack = 21);
	w_inj(w, ACK, .seq = 1, .len = 20);
	w_exp(w, ACK, .ack = 21);
	w_inj(w, ACK, .seq = 41, .len = 5);
	w_exp(w, ACK, .ack = 21);
	w_inj(w, ACK, .len = 20);
	w_exp(w, ACK, .ack = 46, .past_acks = true);
	w_read(w, fd, 45);
	w->f->snd_nxt = w->f->isn + 46;
	/* a probe of a closed window */
	w_drain(w);
	n = w_fill_window(w, 0);
	w_inj(w, ACK, .len = 1, .forged = true);
	w_exp(w, ACK, .ack = 46 + n);
	/* a FIN sent again */
	w_flow(w, 1);
	fd = w_accepted(w);
	w_check(w, flood(w, 100, 0) == 10);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .ack = 2);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .ack = 2);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .ack = 2);
	/* the SYN-ACK again: our third ACK was lost */
	w_flow(w, 2);
	w_connected(w);
	w_check(w, flood(w, 100, 0) == 10);
	w_inj(w, SYN | ACK, .seq = 0);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_inj(w, SYN | ACK, .seq = 0);
	w_exp(w, ACK, .seq = 1, .ack = 1);
}

/* RFC 5961 section 8: the RST overtakes text, so it is not exact; the peer's
 * answers to our ACKs are, and one of those is never limited.
 */
static void rst_overtakes(struct wire *w, bool spent)
{
	int fd = w_accepted(w);

	if (spent)
		flood(w, 20, 0);
	w_inj(w, RST, .seq = 101, .forged = true);
	if (!spent)
		w_exp(w, ACK, .seq = 1, .ack = 1);
	w_none(w);
	w_inj(w, ACK, .len = 100);		/* the text, late */
	w_exp(w, ACK, .seq = 1, .ack = 101);
	if (!spent) {
		/* to the challenge: no longer exact, and below the window */
		w_inj(w, RST, .seq = 1);
		w_none(w);
		w_is(w, fd, TCP_ESTABLISHED);
	}
	w_inj(w, RST, .seq = 101);		/* to the ACK of the text */
	w_gone(w);
}

WIRE_TEST(bld_throttle_rst_recovery)
{
	w_only_lctcp(w);
	rst_overtakes(w, false);
	w_flow(w, 1);
	rst_overtakes(w, true);
}

/* ---- a peer that plays foul ---- */

/* Five segments in flight, cwnd in use. */
static int five_out(struct wire *w, int *mss)
{
	int fd = w_accepted(w), i;

	*mss = w_vars(w, fd).mss;
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	for (i = 0; i < 5; i++)
		w_write(w, fd, *mss);
	w_take(w, 5 * *mss, 0);
	return fd;
}

WIRE_TEST(bld_ack_division)
{
	int fd, mss, cwnd, i;

	fd = w_accepted(w);
	mss = w_vars(w, fd).mss;
	cwnd = w_vars(w, fd).cwnd;
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	for (i = 0; i < cwnd / mss; i++)
		w_write(w, fd, mss);
	w_take(w, cwnd / mss * mss, 0);
	for (i = 1; i <= 100; i++)
		w_inj(w, ACK, .ack = 1 + mss * i / 100);
	w_check(w, (int)w_vars(w, fd).snd_una == (int)(w->f->iss + 1 + mss));
	w_check(w, (int)w_vars(w, fd).cwnd > cwnd);
	w_check(w, (int)w_vars(w, fd).cwnd <= cwnd + mss);
}

WIRE_TEST(bld_optimistic_ack)
{
	int fd = w_accepted(w), mss, cwnd;

	mss = w_vars(w, fd).mss;
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	w_write(w, fd, 2 * mss);
	w_take(w, 2 * mss, 0);
	cwnd = w_vars(w, fd).cwnd;
	w_inj(w, ACK, .ack = 1 + 5 * mss, .forged = true);
	w_exp(w, ACK, .seq = 1 + 2 * mss);
	w_check(w, (int)w_vars(w, fd).cwnd == cwnd);
	w_check(w, w_vars(w, fd).snd_una == w->f->iss + 1);
	w_count(w, "DropAckFuture", 1);
}

/* Each of these differs from a duplicate ACK in one thing, and is sent three
 * times; then three true ones show that a loss would have been believed.
 */
WIRE_TEST(bld_dupack_spoof)
{
	int fd, mss, i, win;

	fd = five_out(w, &mss);
	w_inj(w, ACK, .ack = 1 + mss);	/* of 5, one is acknowledged */
	/* with text */
	for (i = 0; i < 3; i++)
		w_inj(w, ACK, .ack = 1 + mss, .len = 10);
	while (w_next(w, 60))
		;
	w_count(w, "FastRetrans", 0);
	/* each with another window */
	for (i = 0; i < 3; i++)
		w_inj(w, ACK, .ack = 1 + mss, .win = 60000 - 100 * i);
	win = 60000 - 200;
	/* of something older */
	for (i = 0; i < 3; i++)
		w_inj(w, ACK, .ack = 1, .win = win);
	/* an answer to a SYN or RST is no acknowledgment */
	for (i = 0; i < 3; i++)
		w_inj(w, SYN | ACK, .ack = 1 + mss, .win = win, .forged = true);
	w_drain(w);
	w_count(w, "FastRetrans", 0);
	w_count(w, "RetransSegs", 0);
	for (i = 0; i < 3; i++)
		w_inj(w, ACK, .ack = 1 + mss, .win = win);
	w_exp(w, ACK, .seq = 1 + mss, .len = mss);
	w_count(w, "FastRetrans", 1);
	/* nothing in flight: no number of them means a loss */
	w_flow(w, 1);
	fd = w_accepted(w);
	for (i = 0; i < 10; i++)
		w_inj(w, ACK);
	w_drain(w);
	w_count(w, "FastRetrans", 1);
	w_is(w, fd, TCP_ESTABLISHED);
}

static void meminfo(struct wire *w, int fd, __u32 *used, __u32 *most)
{
	__u32 mem[SK_MEMINFO_VARS];
	socklen_t len = sizeof(mem);

	w_ok(w, getsockopt(fd, SOL_SOCKET, SO_MEMINFO, mem, &len));
	*used = mem[SK_MEMINFO_RMEM_ALLOC];
	*most = mem[SK_MEMINFO_RCVBUF];
}

/* One octet in a segment, each with a gap before it, and then segments that
 * lie across them: memory stays within the buffer, the stream right.
 */
WIRE_TEST(bld_ooo_memory)
{
	__u32 used, most;
	int fd, i, n;

	fd = w_accepted(w);
	for (i = 0; i < 2000; i++) {
		w_inj(w, ACK, .seq = 3 + 2 * i, .len = 1);
		w_drain(w);
	}
	meminfo(w, fd, &used, &most);
	w_check(w, used > most / 2);
	w_check(w, used < most + 4096);
	nothing_to_read(w, fd);
	/* each fills hundreds of gaps, but not the first */
	for (i = 0; i < 3; i++) {
		w_inj(w, ACK, .seq = 2 + 1400 * i, .len = 1400);
		w_drain(w);
		meminfo(w, fd, &used, &most);
		w_check(w, used < most + 4096);
	}
	w_check(w, w_counter(w, "DropRcvBuf") > 1000);
	/* and the honest peer sends it all again, in order */
	for (n = 0; n < 4200; n += 600) {
		w_inj(w, ACK, .seq = 1 + n, .len = 600);
		w_drain(w);
	}
	w->f->snd_nxt = w->f->isn + 4201;
	w_read(w, fd, 4200);
	nothing_to_read(w, fd);
}

/* The buffer is all but full of octets with a gap before each; one segment
 * that fills all the gaps would be as many pieces.
 */
WIRE_TEST(bld_ooo_memory_pieces)
{
	__u32 used, most;
	int fd, i;

	fd = w_accepted(w);
	for (i = 0; i < 700; i++) {
		meminfo(w, fd, &used, &most);
		if (used > most - 4096)
			break;
		w_inj(w, ACK, .seq = 3 + 2 * i, .len = 1);
		w_drain(w);
	}
	w_check(w, i > 50 && i < 700);
	w_inj(w, ACK, .seq = 2, .len = 1400);
	w_drain(w);
	meminfo(w, fd, &used, &most);
	w_check(w, used < most + 4096);
	for (i = 0; i < 1401; i += 467)
		w_inj(w, ACK, .seq = 1 + i, .len = 467);
	w->f->snd_nxt = w->f->isn + 1402;
	w_read(w, fd, 1401);
	nothing_to_read(w, fd);
}

/* A peer that wants 1 octet in a segment gets a few more; 0 says nothing. */
WIRE_TEST(bld_small_mss)
{
	static const int mss[] = { 0, 1, 8, 47, 48 };
	struct seg *s;
	int i, fd, n, left, want;

	w_listen(w, 16);
	for (i = 0; i < 5; i++) {
		w_flow(w, i);
		w_inj(w, SYN, .mss = mss[i]);
		want = mss[i] ? 48 : w->family == AF_INET ? 536 : 1220;
		w->f->peer_mss = want;	/* what it must put up with */
		w_exp(w, SYN | ACK);
		w_inj(w, ACK);
		fd = w_accept(w);
		w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
		w_check(w, (int)w_vars(w, fd).mss == want);
		left = 2000;	/* fits into the send buffer, small as the pieces are */
		w_write(w, fd, left);
		for (n = 0; left; n++) {
			s = w_next(w, 1000);
			w_check(w, s && s->len);
			w_check(w, s->len == want || s->len == left);
			left -= s->len;
			w_hear(w, s);
			w_inj(w, ACK);
		}
		w_check(w, n == (2000 + want - 1) / want);
	}
}

/* A peer that wants tiny segments, and reports every other octet of what is in
 * flight: it gets its text, no smaller than the floor, and each of its reports
 * costs no more than a few segments.
 */
WIRE_TEST(bld_small_mss_sacked)
{
	int fd, left = 100000, room, n = 0, answers = 0, i;
	long long at;
	struct seg *s;

	w_listen(w, 5);
	w_inj(w, SYN, .mss = 8, .sackok = 1);
	w->f->peer_mss = 48;
	w_exp(w, SYN | ACK, .sackok = 1);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	while (left) {
		room = left < 1000 ? left : 1000;
		w_write(w, fd, room);
		left -= room;
		while (room > 0) {
			s = w_next(w, 3000);
			w_check(w, s && s->len && s->len <= 48);
			/* once more it may come, if the reports look like loss */
			if (s->abs_seq != w->f->rcv_nxt) {
				answers++;
				continue;
			}
			n++;
			at = s->seq;
			room -= s->len;
			for (i = 0; i < 4; i++)
				w_inj(w, ACK, .nsack = 4, .sack = {
					{ at + 1, at + 2 }, { at + 3, at + 4 },
					{ at + 5, at + 6 }, { at + 7, at + 8 },
				});
			w_hear(w, s);
			w_inj(w, ACK);
		}
	}
	/* all full, except for the last of each write() */
	w_check(w, n <= 100 * (1000 / 48 + 1));
	w_check(w, answers <= n);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* Peers that keep their windows closed and answer every probe (RFC 6429): they
 * stay for as long as they like, unless the user sets a limit.
 */
#define SHUT	10

static bool probed(struct wire *w, long long ms)
{
	long long end = w_now() + ms * 1000000;
	struct seg *s;
	int n = 0, i;

	while ((s = w_next(w, (end - w_now()) / 1000000))) {
		if (s->flags & RST)
			return false;
		for (i = 0; i < SHUT; i++)
			if (s->flow == i)
				w_flow(w, i);
		w_inj(w, ACK, .win = 0);
		n++;
	}
	return n > 0;
}

WIRE_TEST_VT(bld_persist_attack)
{
	int i, n, fd[SHUT], rsts = 0;
	struct seg *s;
	char c;

	w_only_lctcp(w);
	w_sysctl(w, "rto_max_ms", "60000");
	for (i = 0; i < SHUT; i++) {
		w_flow(w, i);
		fd[i] = w_accepted(w);
		w_inj(w, ACK, .win = 0);
		w_write(w, fd[i], 10);
		w->f->peer_edge = w->f->rcv_nxt;
	}
	w_check(w, probed(w, 2 * 3600 * 1000));
	w_check(w, w_entries(w) == SHUT);

	/* the limit counts from when the window closed */
	w_sysctl(w, "zero_window_timeout_ms", "3600000");
	w_mark(w);
	while (rsts < SHUT) {
		s = w_next(w, 70000);
		w_check(w, s);
		if (s->flags & RST)
			rsts++;
	}
	w_check(w, w_entries(w) == 0);
	for (i = 0; i < SHUT; i++)
		w_err(w, ETIMEDOUT, recv(fd[i], &c, 1, 0));
	/* and one that opens it in time is left alone */
	w_sysctl(w, "zero_window_timeout_ms", "60000");
	w_flow(w, SHUT);
	fd[0] = w_accepted(w);
	for (i = 0; i < 3; i++) {
		w_inj(w, ACK, .win = 0);
		w_write(w, fd[0], 10);
		w->f->peer_edge = w->f->rcv_nxt;
		for (n = 0; n < 4; n++) {
			w_exp(w, ACK, .len = 1, .within = 10000);
			w_inj(w, ACK, .win = 0);
		}
		w_inj(w, ACK, .win = 1000);
		w_take(w, 10, ACK);
	}
	w_is(w, fd[0], TCP_ESTABLISHED);
	/* else it ends on time */
	w_inj(w, ACK, .win = 0);
	w_write(w, fd[0], 10);
	w_mark(w);
	while ((s = w_next(w, 70000)) && !(s->flags & RST))
		w_inj(w, ACK, .win = 0);
	w_check(w, s && w_since_mark(w) >= 60000 - 10 &&
		w_since_mark(w) <= 67500);
	w_sysctl_refused(w, "zero_window_timeout_ms", "-1");
}

/* Segments that contradict each other: of every octet the first copy stays. */
WIRE_TEST(bld_overlap_consistency)
{
	unsigned int seed = 7, i, j, from, n;
	char first[3001] = {}, text[301], got[3000];
	int fd = w_accepted(w), have = 0, ret;

	for (i = 0; i < 400; i++) {
		seed = seed * 1103515245 + 12345;
		from = 1 + (seed >> 16) % 2900;		/* octet 0 stays out */
		n = 1 + (seed >> 8) % 300;
		if (from + n > 3000)
			n = 3000 - from;
		memset(text, 'a' + i % 26, n);
		text[n] = 0;
		w_inj(w, ACK, .seq = 1 + from, .data = text, .len = n);
		w_drain(w);
		for (j = from; j < from + n; j++)
			if (!first[j])
				first[j] = text[0];
	}
	nothing_to_read(w, fd);
	/* what is missing, octet 0 last, each with another letter */
	memset(text, 'Z', 300);
	for (i = 3000; i >= 300; i -= 300)
		w_inj(w, ACK, .seq = 1 + i - 300, .data = text, .len = 300);
	for (j = 0; j < 3000; j++)
		if (!first[j])
			first[j] = 'Z';
	w_drain(w);
	while (have < 3000) {
		w_poll(fd, POLLIN, 1000);
		ret = recv(fd, got + have, sizeof(got) - have, MSG_DONTWAIT);
		w_check(w, ret > 0);
		have += ret;
	}
	w_check(w, !memcmp(got, first, 3000));
	nothing_to_read(w, fd);
}

WIRE_MAIN
