// SPDX-License-Identifier: GPL-2.0
/* Congestion control as a peer, and the program, see it: RFC 5681, 6928, 9438. */
#include <unistd.h>

#include "wire.h"

#define MSS	1000

/* A connection whose peer takes segments of 1000 octets, and much of it. */
static int accepted(struct wire *w)
{
	int room = 1 << 20, fd;

	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .mss = MSS, .wscale = 10);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .win = 1000);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)));
	return fd;
}

static int choose(int fd, const char *name)
{
	return setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, strlen(name));
}

/* How many octets leave now? */
static int leaves(struct wire *w)
{
	struct seg *s;
	int n = 0;

	while ((s = w_next(w, 100))) {
		n += s->len;
		w_hear(w, s);
	}
	return n;
}

static void acked(struct wire *w, int segs)
{
	w_inj(w, ACK, .ack = 1 + segs * MSS, .win = 1000);
}

/* How many segments have left once. */
static int heard(struct wire *w)
{
	return ((int32_t)(w->f->rcv_nxt - w->f->iss) - 1) / MSS;
}

/* A round trip of a tenth of a second ends: each segment of the flight has its
 * own ACK, or each @of of them one.  How many segments leave for that?
 */
static int round_trip(struct wire *w, int *from, int flight, int of)
{
	int i, n;

	for (i = of; i < flight; i += of)
		acked(w, *from + i);
	acked(w, *from + flight);
	*from += flight;
	n = leaves(w);
	w_check(w, n % MSS == 0);
	return n / MSS;
}

/* With Reno, whose numbers are round, and no more in flight than @fd has. */
/* Segments keep their size, however often they are lost. */
static int reno(struct wire *w)
{
	int fd;

	if (w->proto != 6)
		w_sysctl(w, "mtu_probing", "0");
	fd = accepted(w);
	w_ok(w, choose(fd, "reno"));
	return fd;
}

/* The first of @n in flight is lost, and goes again at the third duplicate. */
static void first_lost(struct wire *w, int from)
{
	int i;

	for (i = 0; i < 3; i++)
		acked(w, from);
	w_check(w, leaves(w) >= MSS);
	w_count(w, "Timeouts", 0);
}

WIRE_TEST(cca_iw_bound)
{
	int fd = accepted(w);

	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
}

WIRE_TEST(cca_iw_settable)
{
	int fd;

	w_sysctl(w, "initial_cwnd_segments", "2");
	fd = accepted(w);
	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 2 * MSS);
	w_sysctl_refused(w, "initial_cwnd_segments", "0");
	w_sysctl_refused(w, "initial_cwnd_segments", "65");
}

WIRE_TEST(cca_ssthresh_initial)
{
	w_check(w, w_vars(w, accepted(w)).ssthresh >= 1 << 30);
}

WIRE_TEST(cca_selectable)
{
	int fd = accepted(w);
	socklen_t len = 16;
	char name[16];

	w_only_lctcp(w);
	w_ok(w, getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &len));
	w_check(w, len == 16 && !strcmp(name, "cubic"));
	w_ok(w, choose(fd, "reno"));
	w_ok(w, getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &len));
	w_check(w, !strcmp(name, "reno"));
	w_check(w, choose(fd, "bbr") == -1 && errno == ENOENT);
	w_check(w, choose(fd, "") == -1 && errno == EINVAL);
	w_sysctl(w, "congestion_control", "reno");
	w_sysctl_refused(w, "congestion_control", "nonesuch");
}

/* An ACK of one segment lets two go; one of several, twice as many. */
WIRE_TEST(cca_slow_start)
{
	int fd = accepted(w);

	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	w_inj(w, ACK, .ack = 1 + MSS, .win = 1000);
	w_check(w, leaves(w) == 2 * MSS);
	w_inj(w, ACK, .ack = 1 + 4 * MSS, .win = 1000);
	w_check(w, leaves(w) == 6 * MSS);
}

/* What is not used does not grow. */
WIRE_TEST(cca_app_limited)
{
	int fd = accepted(w), i;
	unsigned int cwnd = w_vars(w, fd).cwnd;

	for (i = 0; i < 50; i++) {
		w_write(w, fd, MSS);
		w_exp(w, ACK, .len = MSS);
		w_inj(w, ACK, .win = 1000);
	}
	w_check(w, w_vars(w, fd).cwnd == cwnd);
}

/* A timeout: one segment, and seven tenths of the flight to come back to. */
WIRE_TEST_VT(cca_loss_window)
{
	int fd = accepted(w);

	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	while (w_vars(w, fd).retries == 0)
		w_pause(50);
	w_check(w, w_vars(w, fd).cwnd == MSS);
	w_check(w, w_vars(w, fd).ssthresh <= 7 * MSS);
}

/* It doubles, until a timeout; then it doubles up to ssthresh, and from there on
 * it is one more each round trip.
 */
WIRE_TEST_VT(cca_required)
{
	static const int want[] = { 2, 4, 8, 16, 20, 21, 22, 23 };
	int fd = reno(w), una = 0, n, i;
	struct lctcp_vars v;

	w_write(w, fd, 300 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	w_check(w, round_trip(w, &una, 10, 1) == 20);
	w_check(w, round_trip(w, &una, 20, 1) == 40);
	w_exp(w, ACK, .seq = 1 + una * MSS, .len = MSS, .within = 1000);
	v = w_vars(w, fd);
	w_check(w, v.cwnd == MSS && v.ssthresh == 20 * MSS);
	w_check(w, v.retries == 1);
	/* only the ACKs were lost */
	n = 40;
	for (i = 0; i < 8; i++) {
		n = round_trip(w, &una, n, i ? 1 : n);
		if (n < want[i] - 1 || n > want[i])
			w_fail(w, "%d segments in round trip %d", n, i);
	}
}

/* First flights are the initial window, whatever came before. */
WIRE_TEST(cca_iw_not_grown_by_handshake)
{
	int fd = accepted(w), room = 1 << 20;

	w_write(w, fd, 100 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	w_abort(w, fd);
	w_drain(w);

	w_flow(w, 1);
	fd = w_connect(w);
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)));
	w_exp(w, SYN);
	w_inj(w, SYN | ACK, .mss = MSS, .wscale = 10);
	w_exp(w, ACK);
	w_write(w, fd, 100 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
}

/* One SYN, or SYN-ACK, may get lost. */
WIRE_TEST_VT(cca_iw_after_syn_loss)
{
	int lost, n = 0, i, fd;

	w_listen(w, 16);
	for (lost = 1; lost <= 2; lost++) {
		w_flow(w, n++);
		fd = w_connect(w);
		for (i = 0; i <= lost; i++)
			w_exp(w, SYN, .seq = 0, .within = 5000);
		w_inj(w, SYN | ACK, .mss = MSS);
		w_exp(w, ACK);
		w_write(w, fd, 30 * MSS);
		w_check(w, leaves(w) == (lost > 1 ? 1 : 10) * MSS);
		w_abort(w, fd);
		w_drain(w);

		w_flow(w, n++);
		w_inj(w, SYN, .mss = MSS);
		for (i = 0; i <= lost; i++)
			w_exp(w, SYN | ACK, .seq = 0, .within = 9000);
		w_inj(w, ACK);
		fd = w_accept(w);
		w_write(w, fd, 30 * MSS);
		w_check(w, leaves(w) == (lost > 1 ? 1 : 10) * MSS);
		w_abort(w, fd);
		w_drain(w);
	}
}

/* In avoidance at ten segments. */
static int avoiding(struct wire *w, int *una)
{
	int fd;

	w_sysctl(w, "initial_cwnd_segments", "20");
	fd = reno(w);
	w_write(w, fd, 300 * MSS);
	w_check(w, leaves(w) == 20 * MSS);
	first_lost(w, 0);
	*una = heard(w);
	acked(w, *una);
	return fd;
}

WIRE_TEST_VT(cca_avoidance)
{
	int una, fd = avoiding(w, &una), n = leaves(w) / MSS, i, was;

	w_check(w, w_vars(w, fd).ssthresh == 10 * MSS);
	/* what ends a recovery has let go less than a window */
	while (n < 10)
		n = round_trip(w, &una, n, 1);
	for (i = 0; i < 8; i++) {
		was = n;
		n = round_trip(w, &una, n, 1);
		if (n < was || n > was + 1)
			w_fail(w, "%d segments after %d", n, was);
	}
	w_check(w, n >= 16 && n <= 20);
}

/* Whatever the peer's window and ours are, both hold. */
WIRE_TEST_VT(cca_cwnd_rwnd_min)
{
	unsigned int x = 12345, nxt, got = 1;
	int fd = reno(w), i;
	struct lctcp_vars v;

	w_write(w, fd, 300 * MSS);
	leaves(w);
	nxt = w_vars(w, fd).snd_nxt;
	for (i = 0; i < 200; i++) {
		x = x * 1103515245 + 12345;
		v = w_vars(w, fd);
		if (x >> 30 && v.snd_nxt != v.snd_una)
			got = v.snd_una - v.iss + 1 +
			      (x >> 8) % (v.snd_nxt - v.snd_una);
		w_inj(w, ACK, .ack = got, .win = (x >> 16) % 40);
		while (w_next(w, 1))
			;
		v = w_vars(w, fd);
		if (v.snd_nxt != nxt)
			w_check(w, v.snd_nxt - v.snd_una <= v.cwnd + 2 * MSS &&
				v.snd_nxt - v.snd_una <= v.max_snd_wnd);
		nxt = v.snd_nxt;
	}
	w_check(w, got > 50 * MSS);
}

/* By what was in flight, not by cwnd, which the program did not use. */
WIRE_TEST_VT(cca_rto_ssthresh)
{
	static const int segs[] = { 6, 1 };
	int i, fd;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		fd = reno(w);
		w_write(w, fd, segs[i] * MSS);
		w_check(w, leaves(w) == segs[i] * MSS);
		w_exp(w, ACK, .seq = 1, .len = MSS, .within = 1000);
		w_check(w, w_vars(w, fd).ssthresh == (i ? 2 : 3) * MSS);
		w_abort(w, fd);
		w_drain(w);
	}
}

WIRE_TEST_VT(cca_rto_ssthresh_held)
{
	int fd = reno(w), i;

	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	for (i = 1; i <= 4; i++) {
		w_exp(w, ACK, .seq = 1, .len = MSS, .within = 5000);
		w_check(w, w_vars(w, fd).retries == (unsigned int)i);
		w_check(w, w_vars(w, fd).ssthresh == 5 * MSS);
		w_check(w, w_vars(w, fd).cwnd == MSS);
	}
}

/* Forty were in flight, then nothing for longer than the timeout. */
WIRE_TEST_VT(cca_restart_idle)
{
	int fd = reno(w), una = 0;

	w_write(w, fd, 70 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	w_check(w, round_trip(w, &una, 10, 1) == 20);
	w_check(w, round_trip(w, &una, 20, 1) == 40);
	w_check(w, round_trip(w, &una, 40, 1) == 0);
	w_check(w, w_vars(w, fd).cwnd >= 40 * MSS);
	w_wait(w, 2 * w_vars(w, fd).rto_us / 1000 + 100);
	w_write(w, fd, 60 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
}

/* A first flight of more than 4 KiB of which something was lost: the next first
 * flight is RFC 3390's.  A loss later says nothing of it.
 */
WIRE_TEST_VT(cca_rw_fallback)
{
	int fd = reno(w), una = 0;

	w_write(w, fd, 200 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	first_lost(w, 0);
	/* enough to have ten again */
	do {
		una = heard(w);
		acked(w, una);
	} while (leaves(w));
	w_check(w, una == 200);
	w_check(w, w_vars(w, fd).cwnd >= 10 * MSS);
	w_wait(w, 5000);
	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 4 * MSS);
	w_abort(w, fd);
	w_drain(w);

	w_flow(w, 1);
	fd = reno(w);
	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	una = 0;
	w_check(w, round_trip(w, &una, 10, 1) == 20);
	first_lost(w, 10);
	w_check(w, heard(w) >= 30);
	w_write(w, fd, 170 * MSS);
	do {
		acked(w, heard(w));
	} while (leaves(w));
	w_check(w, w_vars(w, fd).cwnd >= 10 * MSS);
	w_wait(w, 5000);
	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
}

/* What one ACK lets go is bounded where cwnd alone would not do it: at the end
 * of a recovery without SACK (RFC 6582 section 3.2 step 3, option 1).
 */
WIRE_TEST_VT(cca_burst_limit)
{
	int fd = reno(w), una = 0;

	w_write(w, fd, 100 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	w_check(w, round_trip(w, &una, 10, 1) == 20);
	first_lost(w, 10);
	acked(w, heard(w));
	w_check(w, leaves(w) <= 2 * MSS);
	w_check(w, w_vars(w, fd).ssthresh >= 10 * MSS);
}

/* An ACK of ten segments counts as ten. */
WIRE_TEST_VT(cca_ack_of_many)
{
	int fd = reno(w), una = 0, n, i;

	w_write(w, fd, 100 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	w_check(w, round_trip(w, &una, 10, 10) == 20);
	w_check(w, round_trip(w, &una, 20, 10) == 40);
	w_abort(w, fd);
	w_drain(w);

	w_flow(w, 1);
	fd = avoiding(w, &una);
	n = leaves(w) / MSS;
	while (n < 10)
		n = round_trip(w, &una, n, 1);
	w_check(w, n <= 11);
	for (i = 0; i < 6; i++)
		n = round_trip(w, &una, n, 10);
	w_check(w, n >= 14 && n <= 17);
}

/* CUBIC: at the third duplicate ssthresh is seven tenths, before another comes. */
WIRE_TEST_VT(cca_cubic_reduce_at_entry)
{
	int fd = accepted(w);
	struct lctcp_vars v;

	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	acked(w, 0);
	acked(w, 0);
	w_check(w, leaves(w) == 2 * MSS);
	v = w_vars(w, fd);
	w_check(w, v.ssthresh > 1 << 30 && v.cwnd == 10 * MSS);
	acked(w, 0);
	v = w_vars(w, fd);
	w_check(w, v.ssthresh == 7 * MSS);
	w_check(w, v.cwnd < 10 * MSS);
	acked(w, 12);
	v = w_vars(w, fd);
	w_check(w, v.ssthresh == 7 * MSS && v.cwnd <= 7 * MSS);
}

/* ACKs of new data, while there are holes, make nothing grow. */
WIRE_TEST_VT(cca_no_growth_in_recovery)
{
	unsigned int most;
	int fd = reno(w), i;
	struct lctcp_vars v;

	w_write(w, fd, 100 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	first_lost(w, 0);
	most = w_vars(w, fd).cwnd;
	w_check(w, most <= 10 * MSS);
	for (i = 0; i < 8; i++) {
		acked(w, i + 1);
		v = w_vars(w, fd);
		w_check(w, v.cwnd <= most || v.cwnd <= v.ssthresh);
		w_check(w, v.ssthresh == 5 * MSS);
		most = v.cwnd;
		leaves(w);
	}
}

/* Nothing is remembered of one connection for the next to the same host. */
WIRE_TEST_VT(cca_shared_state)
{
	int fd = reno(w), i;
	struct lctcp_vars v;

	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
	for (i = 0; i < 3; i++)
		w_exp(w, ACK, .seq = 1, .len = MSS, .within = 5000);
	w_check(w, w_vars(w, fd).ssthresh == 5 * MSS);
	w_abort(w, fd);
	w_drain(w);
	w_flow(w, 1);
	fd = accepted(w);
	v = w_vars(w, fd);
	w_check(w, v.cwnd == 10 * MSS && v.ssthresh > 1 << 30);
	w_check(w, v.rto_us < 1000000);
	w_write(w, fd, 30 * MSS);
	w_check(w, leaves(w) == 10 * MSS);
}

/* Whoever has no privilege can choose these two, and there are no others. */
WIRE_TEST(cca_ietf_conformance)
{
	static const char * const others[] = {
		"bbr", "bic", "cdg", "dctcp", "highspeed", "htcp", "hybla",
		"illinois", "lp", "nv", "scalable", "vegas", "veno", "westwood",
		"yeah", "new", "aimd", "cubi", "cubic2", "RENO",
	};
	int fd = accepted(w);
	unsigned int i;

	w_only_lctcp(w);
	w_ok(w, seteuid(65534));
	w_ok(w, choose(fd, "reno"));
	w_ok(w, choose(fd, "cubic"));
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		w_err(w, ENOENT, choose(fd, others[i]));
	w_ok(w, seteuid(0));
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		w_err(w, ENOENT, choose(fd, others[i]));
		w_sysctl_refused(w, "congestion_control", others[i]);
	}
}

WIRE_MAIN
