// SPDX-License-Identifier: GPL-2.0
/* Congestion control as a peer, and the program, see it: RFC 5681, 6928, 9438. */
#include "wire.h"

#define MSS	1000

/* A connection whose peer takes segments of 1000 octets, and much of it. */
static int accepted(struct wire *w)
{
	int fd;

	w_listen(w, 16);
	w_inj(w, SYN, .mss = MSS, .wscale = 10);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .win = 1000);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
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

WIRE_MAIN
