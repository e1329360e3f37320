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

static bool trace_put(const char *file, const char *value)
{
	char path[128];
	bool ok;
	int fd;

	snprintf(path, sizeof(path), TRACING "%s", file);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = write(fd, value, strlen(value)) >= 0;
	close(fd);
	return ok;
}

/* How often a route was looked up since the last question. */
static int lookups(void)
{
	FILE *f = fopen(TRACING "trace", "re");
	char line[512];
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, "_table_lookup:"))
			n++;
	if (f)
		fclose(f);
	trace_put("trace", "");
	return n;
}

static void watch(struct wire *w)
{
	const char *event = w->family == AF_INET ?
			    "events/fib/fib_table_lookup/enable" :
			    "events/fib6/fib6_table_lookup/enable";

	mount("none", "/sys/kernel/tracing", "tracefs", 0, NULL);
	mkdir(TRACING, 0700);
	if (!trace_put(event, "1"))
		w_skip(w, "no tracepoints of routes");
	lookups();
}

static void unwatch(void)
{
	rmdir(TRACING);
}

/* Timeouts alone, and no faster than those of TCP. */
static int opened(struct wire *w)
{
	if (w_has_sysctl(w, "tail_loss_probe") && w->proto != IPPROTO_TCP)
		w_sysctl(w, "tail_loss_probe", "0");
	return w_accepted(w);
}

/* A route that "packet too big" has narrowed is the only one that IPv4 doubts:
 * whatever else it has, it asks its table about at once.
 */
static void narrow(struct wire *w)
{
	const struct seg *s = w_next(w, 100);

	w_check(w, s && s->len);
	w_icmp(w, .type = 3, .code = 4, .mtu = 1200, .quote = s);
	do {
		s = w_next(w, 2000);
		w_check(w, s);
		w_hear(w, s);
	} while (s->len > 1160);
	w_drain(w);
	w_inj(w, ACK, .ack = 1 + 1460);
	w_drain(w);
}

/* After R1 retransmissions the next one goes by a route that was looked up
 * anew, and no other does.
 */
WIRE_TEST_VT(rtx_r1_advice)
{
	int fd, n, r1, at = w->family == AF_INET ? 1461 : 1;

	w_only_lctcp(w);
	fd = opened(w);
	r1 = w_sysctl_get(w, "retries1");
	watch(w);
	if (w->family == AF_INET) {
		w_write(w, fd, 1460);
		narrow(w);
	}
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	lookups();
	for (n = 1; n <= r1 + 3; n++) {
		w_exp(w, ACK, .seq = at, .len = 10, .within = 60000);
		if (!lookups() != (n != r1 + 1))
			w_fail(w, "retransmission %d", n);
	}
	unwatch();
}

/* What the device's queue has no room for is tried again soon, the peer is
 * neither given up for it nor is anybody told, and the timeout stays what it
 * was.
 */
WIRE_TEST_VT(rtx_local_drop)
{
	struct lctcp_vars v;
	unsigned int rto;
	int fd;

	w_only_lctcp(w);
	fd = opened(w);
	w_sysctl(w, "r2_ms", "20000");
	rto = w_vars(w, fd).rto_us;
	w_full(w, true);
	w_write(w, fd, 10);
	w_none_for(w, 30000);
	v = w_vars(w, fd);
	w_check(w, v.state == TCP_ESTABLISHED && !v.retries);
	w_check(w, v.rto_us == rto);
	w_full(w, false);
	w_mark(w);
	w_exp(w, ACK, .seq = 1, .len = 10, .within = 600);
	w_inj(w, ACK);
	w_none_for(w, 2000);

	/* the peer is silent: that counts, whatever happened before */
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	while (w_entry(w) && w_since_mark(w) < 60000)
		w_next(w, 500);
	w_check(w, w_since_mark(w) >= 20000 && w_since_mark(w) < 24000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
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
