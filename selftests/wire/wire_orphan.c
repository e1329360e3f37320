// SPDX-License-Identifier: GPL-2.0
/*
 * A program has closed its connection and gone.  Whatever the peer does then,
 * the connection ends in bounded time; there are only so many; and a user
 * timeout counts behind a closed window as elsewhere.
 */
#include "wire.h"

#define PATIENCE	100000		/* ms: orphan_timeout_ms here */
#define TEXT		5000

enum manner {
	SHUTS,			/* answers each probe with a closed window */
	SIPS,			/* takes the octet of each probe, and stays closed */
	DRIBBLES,		/* takes an octet at a time */
	FLAPS,			/* opens the window every other time, takes nothing */
	REPEATS,		/* says what it said before */
};

/* The peer's answer to a segment; it has taken all below @una. */
static long long answer(struct wire *w, enum manner how, const struct seg *s,
			long long una, int n)
{
	bool next = s->len && s->seq <= una && una < s->seq + s->len;

	if (how == DRIBBLES)
		w_wait(w, 1000);
	if (next && (how == SIPS || how == DRIBBLES))
		una++;
	w_inj(w, ACK, .ack = una,
	      .win = how == DRIBBLES ? 1 : how == REPEATS ? 1000 :
		     how == FLAPS && n % 2 ? 1000 : 0);
	return una;
}

/* A connection with TEXT behind a closed window, closed, in @state. */
static void leave(struct wire *w, int state)
{
	int fd;

	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .win = 0);
	fd = w_accept(w);
	if (state == TCP_LAST_ACK) {
		w_inj(w, FIN | ACK, .win = 0);
		w_exp(w, ACK);
	}
	w_write(w, fd, TEXT);
	w_ok(w, close(fd));
	w_mark(w);
	if (state == TCP_CLOSING) {
		w_inj(w, FIN | ACK, .win = 0);
		w_exp(w, ACK);
	}
	w_entry_is(w, state);
	w_count(w, "Orphans", 1);
}

/* It ends with a RST that the peer will believe, after its time and no later
 * than a timer may be.
 */
static void ends(struct wire *w, enum manner how)
{
	static const int states[] = { TCP_FIN_WAIT1, TCP_CLOSING, TCP_LAST_ACK };
	long long una, most = PATIENCE + TEXT + 1;
	struct seg *s;
	int i, n;

	w_only_lctcp(w);
	w_check(w, w_sysctl_get(w, "orphan_timeout_ms") == 420000);
	w_sysctl(w, "orphan_timeout_ms", "100000");
	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		leave(w, states[i]);
		una = 1;
		for (n = 0; (s = w_next(w, 2 * most)); n++) {
			w_check(w, w_since_mark(w) <= most * 9 / 8 + 1000);
			if (s->flags & RST)
				break;
			una = answer(w, how, s, una, n);
		}
		w_check(w, s && w_since_mark(w) >= PATIENCE - 1000);
		w_check(w, s->seq >= una && s->seq <= una + 1000);
		w_check(w, how != SHUTS || (s->seq == una && n < 20));
		w_drain(w);	/* the last answer came too late for it */
		w_gone(w);
		w_count(w, "OrphanTimeouts", i + 1);
		w_count(w, "Orphans", 0);
		w_forget(w);
	}
}

WIRE_TEST_VT(orphan_window_shut)
{
	ends(w, SHUTS);
}

WIRE_TEST_VT(orphan_window_shut_octets_taken)
{
	ends(w, SIPS);
}

WIRE_TEST_VT(orphan_dribble)
{
	ends(w, DRIBBLES);
}

WIRE_TEST_VT(orphan_window_flaps)
{
	ends(w, FLAPS);
}

WIRE_TEST_VT(orphan_nothing_taken)
{
	ends(w, REPEATS);
}

/* One that takes its time, but does take it all, gets it all. */
WIRE_TEST_VT(orphan_slow_but_steady)
{
	struct seg *s;
	int fd, got = 0;

	w_only_lctcp(w);
	w_sysctl(w, "orphan_timeout_ms", "4000");
	w_sysctl(w, "rto_min_ms", "2000");
	w_listen(w, 16);
	w_inj(w, SYN, .win = 500);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .win = 500);
	fd = w_accept(w);
	w_write(w, fd, TEXT);
	w_ok(w, close(fd));
	w_mark(w);
	while ((s = w_next(w, 5000)) && !(s->flags & RST)) {
		got += s->len;
		w_hear(w, s);
		w_wait(w, 600);
		w_inj(w, ACK, .win = 500);
		if (s->flags & FIN)
			break;
	}
	w_check(w, s && (s->flags & FIN) && got == TEXT);
	w_check(w, w_since_mark(w) > 4000);
	w_entry_is(w, TCP_FIN_WAIT2);
}

/* In FIN_WAIT2 no ACK buys time, and text is answered with a RST. */
WIRE_TEST_VT(orphan_fw2_acks)
{
	int fd = w_to_state(w, TCP_FIN_WAIT2), i;

	w_only_lctcp(w);
	w_sysctl(w, "fin_wait2_timeout_ms", "20000");
	w_ok(w, close(fd));
	w_count(w, "Orphans", 1);
	for (i = 0; i < 19; i++) {
		w_wait(w, 1000);
		w_inj(w, ACK);
	}
	w_entry_is(w, TCP_FIN_WAIT2);
	w_wait(w, 20000 / 8 + 1200);
	w_gone(w);
	w_count(w, "Orphans", 0);

	w_flow(w, 1);
	fd = w_to_state(w, TCP_FIN_WAIT2);
	w_ok(w, close(fd));
	w_inj(w, ACK, .len = 10);
	w_exp(w, RST, .seq = 2, .may = ACK);
	w_gone(w);
	w_count(w, "Orphans", 0);
}

/* Flow @n comes to a state, and its program closes. */
static void orphan(struct wire *w, int n, int state)
{
	w_flow(w, n);
	w_ok(w, close(w_to_state(w, state)));
}

/* With a timeout of 0 FIN_WAIT2 has no end, but not for more orphans than there
 * is room for, and who has heard nothing for long counts for two.
 */
WIRE_TEST_VT(orphan_fw2_for_ever)
{
	int i;

	w_only_lctcp(w);
	w_sysctl(w, "fin_wait2_timeout_ms", "0");
	w_sysctl(w, "max_orphans", "4");
	for (i = 0; i < 2; i++)
		orphan(w, i, TCP_FIN_WAIT2);
	w_none_for(w, 24 * 3600 * 1000);
	w_count(w, "Orphans", 2);
	orphan(w, 2, TCP_FIN_WAIT2);
	w_none_for(w, 100);
	w_count(w, "Orphans", 3);
	for (i = 0; i < 2; i++)
		w_wait(w, 420000);
	w_drain(w);
	w_count(w, "Orphans", 2);
	w_count(w, "AbortOnMemory", 1);
	w_none_for(w, 24 * 3600 * 1000);
	w_count(w, "Orphans", 2);
}

/* What there is no room for ends at once, and the peer is told. */
WIRE_TEST(orphan_too_many)
{
	static const int states[] = { TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSING,
				      TCP_LAST_ACK };
	int i, fd;

	w_only_lctcp(w);
	w_sysctl_refused(w, "max_orphans", "-1");
	w_check(w, w_sysctl_get(w, "max_orphans") >= 64);
	w_sysctl(w, "max_orphans", "4");
	w_sysctl(w, "rto_min_ms", "3000");	/* no FIN twice meanwhile */
	for (i = 0; i < 4; i++) {
		orphan(w, i, states[i]);
		w_entry_is(w, states[i]);
	}
	w_count(w, "Orphans", 4);
	for (i = 0; i < 4; i++) {
		w_flow(w, 4 + i);
		fd = w_to_state(w, states[i]);
		w_ok(w, close(fd));
		w_exp(w, RST, .seq = 2, .may = ACK);
		w_gone(w);
		w_count(w, "AbortOnMemory", i + 1);
	}
	/* where the program says goodbye by close(), the FIN leaves first */
	w_flow(w, 8);
	fd = w_accepted(w);
	w_ok(w, close(fd));
	w_exp(w, FIN | ACK);
	w_exp(w, RST, .seq = 2, .may = ACK);
	w_gone(w);
	w_count(w, "Orphans", 4);
	/* whoever is still open is left alone */
	w_flow(w, 9);
	fd = w_accepted(w);
	w_write(w, fd, 10);
	w_take(w, 10, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
	/* one that ends makes room */
	w_flow(w, 0);
	w_inj(w, ACK);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .past_acks = true);
	w_entry_is(w, TCP_TIME_WAIT);
	w_count(w, "Orphans", 3);
	w_flow(w, 9);
	w_ok(w, close(fd));
	w_exp(w, FIN | ACK);
	w_entry_is(w, TCP_FIN_WAIT1);
}

/* Those that are there already go when their timers fire. */
WIRE_TEST(orphan_fewer_allowed)
{
	static const int states[] = { TCP_FIN_WAIT1, TCP_CLOSING, TCP_LAST_ACK };
	struct seg *s;
	int i;

	w_only_lctcp(w);
	w_sysctl(w, "rto_init_ms", "200");
	w_sysctl(w, "rto_min_ms", "200");
	for (i = 0; i < 3; i++)
		orphan(w, i, states[i]);
	w_sysctl(w, "max_orphans", "0");
	for (i = 0; i < 3;) {
		s = w_next(w, 2000);
		w_check(w, s);
		if (s->flags & RST)
			i++;
	}
	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		w_gone(w);
	}
	w_count(w, "AbortOnMemory", 3);
	w_count(w, "Orphans", 0);
}

/* With a user timeout of @ms the connection ends so long after the window
 * closed; the program learns it.
 */
static void user_timeout_ends(struct wire *w, enum manner how, int ms)
{
	struct seg *s;
	int fd, n;
	char c;

	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .win = 0);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, ms));
	w_write(w, fd, TEXT);
	w_mark(w);
	for (n = 0; (s = w_next(w, 4 * ms)) && !(s->flags & RST); n++)
		answer(w, how, s, 1, n);
	/* TCP looks at each probe only, and sends no RST */
	if (w->proto == IPPROTO_TCP) {
		w_check(w, !s);
	} else {
		w_check(w, s && s->seq == 1);
		w_check(w, w_since_mark(w) >= ms - 20);
		w_check(w, w_since_mark(w) <= ms * 9 / 8 + 100);
	}
	w_gone(w);
	w_err(w, ETIMEDOUT, recv(fd, &c, 1, 0));
	w_forget(w);
}

WIRE_TEST_VT(uto_zero_window)
{
	user_timeout_ends(w, SHUTS, 30000);
	w_flow(w, 1);
	user_timeout_ends(w, FLAPS, 30000);
}

/* A window that opens in time, and takes something, begins anew. */
WIRE_TEST_VT(uto_zero_window_opens)
{
	int fd, i, n;

	w_only_lctcp(w);
	fd = w_accepted(w);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 30000));
	for (i = 0; i < 4; i++) {
		w_inj(w, ACK, .win = 0);
		w_write(w, fd, 10);
		w->f->peer_edge = w->f->rcv_nxt;
		for (n = 0; n < 4; n++) {
			w_exp(w, ACK, .len = 1, .within = 20000);
			w_inj(w, ACK, .win = 0);
		}
		w_inj(w, ACK, .win = 1000);
		w_take(w, 10, ACK);
	}
	w_is(w, fd, TCP_ESTABLISHED);
	/* without text nothing is waited for */
	w_inj(w, ACK, .win = 0);
	w_none_for(w, 300000);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* A window that is small but open, to one who takes text, is not closed. */
WIRE_TEST_VT(uto_small_window)
{
	struct seg *s;
	int fd, got = 0;

	w_only_lctcp(w);
	fd = w_accepted(w);
	w_inj(w, ACK, .win = 500);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 1000));
	w_write(w, fd, TEXT);
	w_mark(w);
	while (got < TEXT && (s = w_next(w, 5000)) && !(s->flags & RST)) {
		got += s->len;
		w_hear(w, s);
		w_inj(w, ACK, .win = 500);
	}
	w_check(w, got == TEXT);
	w_check(w, w_since_mark(w) > 1000);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_MAIN
