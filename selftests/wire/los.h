/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of loss recovery share: openings, flights and reports.
 *
 * M is the text of a segment, AT(n) where the n-th begins, the first being 0.
 */
#ifndef _WIRE_LOS_H
#define _WIRE_LOS_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "wire.h"

#define M		(w->family == AF_INET6 ? 1440 : 1460)
#define AT(n)		(1 + (n) * M)
#define RTT		100	/* ms, where time is virtual */

/* Nothing leaves at once; timers are another matter. */
static void quiet(struct wire *w)
{
	w_none_for(w, 3);
}

/* The setting @name, or @tcp if a test is tried on TCP. */
static void either(struct wire *w, const char *name, const char *tcp,
		   const char *value)
{
	char path[128];
	int fd;

	if (w->proto != IPPROTO_TCP) {
		w_sysctl(w, name, value);
		return;
	}
	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", tcp);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		w_skip(w, "cannot set %s", path);
	close(fd);
}

/* Half of a window is a round number. */
static void halving(struct wire *w)
{
	either(w, "congestion_control", "tcp_congestion_control", "reno");
}

static void no_tail_probe(struct wire *w)
{
	either(w, "tail_loss_probe", "tcp_early_retrans", "0");
}

static void no_frto(struct wire *w)
{
	either(w, "frto", "tcp_frto", "0");
}

/* SACK agreed on, or not; the handshake takes no time, so a tail loss probe
 * would come at once.
 */
static int opened(struct wire *w, bool sack)
{
	no_tail_probe(w);
	halving(w);
	if (w->lfd < 0)
		w_listen(w, 16);
	if (sack)
		w_inj(w, SYN, .sackok = 1);
	else
		w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	return w_accept(w);
}

static void expect_segs(struct wire *w, int from, int n)
{
	int i;

	for (i = from; i < from + n; i++)
		w_exp(w, ACK, .seq = AT(i), .len = M);
}

/* @n segments leave, of @more that are written besides. */
static void flight(struct wire *w, int fd, int n, int more)
{
	w_write(w, fd, (n + more) * M);
	expect_segs(w, 0, n);
}

/* Segments from @from to before @to are reported. */
static void sack(struct wire *w, int ack, int from, int to)
{
	w_inj(w, ACK, .ack = AT(ack), .nsack = 1,
	      .sack = { { AT(from), AT(to) } });
}

static void again(struct wire *w, int ack)
{
	w_inj(w, ACK, .ack = AT(ack));
}

/* The peer was seen to take back what it had reported, so often at least. */
static void reneged(struct wire *w, long times)
{
	if (w->proto != IPPROTO_TCP)
		w_check(w, w_counter(w, "SackReneging") >= times);
}

/* All that leaves at once; how often segment @n was among it. */
static int left(struct wire *w, int n, int *all)
{
	const struct seg *s;
	int hits = 0;

	*all = 0;
	while ((s = w_next(w, 0))) {
		w_hear(w, s);
		hits += s->seq == AT(n);
		*all += !!s->len;
	}
	return hits;
}

static void timer_is(struct wire *w, const char *name)
{
	char is[16] = "";

	if (w->proto == IPPROTO_TCP)
		return;
	if (!w_column(w, "timer", is, sizeof(is)) || strcmp(is, name))
		w_fail(w, "timer %s, expected %s", is, name);
}

/* With timestamps, and a round trip of RTT. */
static int opened_ts(struct wire *w)
{
	int fd;

	w_listen(w, 16);
	w_inj(w, SYN, .sackok = 1, .tsval = 1000000, .tsecr = 0);
	w_exp(w, SYN | ACK);
	w_wait(w, RTT);
	w_inj(w, ACK);
	fd = w_accept(w);
	return fd;
}

/* A connection whose round trip has been measured. */
static int opened_rtt(struct wire *w)
{
	int fd;

	halving(w);
	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .sackok = 1);
	w_exp(w, SYN | ACK);
	w_wait(w, RTT);
	w_inj(w, ACK);
	fd = w_accept(w);
	return fd;
}

#endif /* _WIRE_LOS_H */
