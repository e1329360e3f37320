// SPDX-License-Identifier: GPL-2.0
/*
 * The retransmission timer and the host below it: routes that go and come,
 * queues without room, a wall clock that jumps (RFC 9293 sections 3.8.3 and
 * 3.9.2.2).
 */
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

#define TRACING	"/sys/kernel/tracing/instances/wire_route/"

/* Timeouts alone, and no faster than those of TCP. */
static int opened(struct wire *w)
{
	if (w_has_sysctl(w, "tail_loss_probe") && w->proto != IPPROTO_TCP)
		w_sysctl(w, "tail_loss_probe", "0");
	return w_accepted(w);
}

/* Without a route for a minute: as if the network lost it all. */
WIRE_TEST_VT(rtx_no_route_soft)
{
	int fd = opened(w), i;

	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_reachable(w, false);
	w_none_for(w, 60000);
	w_is(w, fd, TCP_ESTABLISHED);
	w_reachable(w, true);
	w_exp(w, ACK, .seq = 1, .len = 10, .within = 130000);
	w_inj(w, ACK);
	for (i = 0; i < 3; i++) {
		w_write(w, fd, 10);
		w_exp(w, ACK, .len = 10);
		w_inj(w, ACK);
	}
	w_check(w, w_so_error(fd) == 0);
}

static void jump(struct wire *w, long seconds)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_sec += seconds;
	if (clock_settime(CLOCK_REALTIME, &ts))
		w_skip(w, "cannot set the clock");
	w_note(w, "the clock jumps by %ld s", seconds);
}

/* The wall clock is nobody's measure: neither what is in flight nor what is
 * idle notices that it was set.
 */
WIRE_TEST_VT(rtx_time_jump)
{
	static const int day[] = { 86400, -86400, -86400, 86400 };
	int fd = opened(w), i, idle = 1, on = 1;
	unsigned int srtt = 0;

	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)));
	w_ok(w, w_setopt(w, fd, TCP_KEEPIDLE, idle));
	w_ok(w, w_setopt(w, fd, TCP_KEEPINTVL, idle));
	for (i = 0; i < 4; i++) {
		w_write(w, fd, 10);
		w_mark(w);
		w_exp(w, ACK, .len = 10);
		jump(w, day[i]);
		w_none_for(w, 150);
		w_exp_at(w, 200, ACK, .seq = 1 + 20 * i, .len = 10);
		w_inj(w, ACK);
		/* idle: the keepalive's second begins with what was heard */
		w_mark(w);
		jump(w, day[3 - i]);
		w_none_for(w, 900);
		w_exp_at(w, 1000, ACK, .seq = 10 + 20 * i);
		w_inj(w, ACK);
		/* and what is measured is the time that passes */
		w_write(w, fd, 10);
		w_exp(w, ACK, .len = 10);
		jump(w, day[i]);
		w_wait(w, 20);
		jump(w, -day[i]);
		w_inj(w, ACK);
		w_none(w);
		if (w->proto != IPPROTO_TCP)
			srtt = w_vars(w, fd).srtt_us;
		w_check(w, srtt < 50000);
	}
}

WIRE_MAIN
