/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of SYN floods share.
 *
 * A SYN queue holds as many half-open connections as the listener's backlog
 * says, at least 16, at most max_syn_backlog.  With syncookies at 1, its
 * default, what comes beyond that gets a cookie, with 2 everybody does.  A
 * cookie is good for a period of 67 s and the one after it.
 */
#ifndef _WIRE_SYF_H
#define _WIRE_SYF_H

#include "wire.h"

#define PERIOD_MS	67109		/* 2^24 ticks of 4 us */
#define SYNQ_MIN	16

static void always(struct wire *w)
{
	w_sysctl(w, "syncookies", "2");
}

/* SYN and SYN-ACK of flow @n. */
static struct seg *flow_syn(struct wire *w, int n)
{
	w_flow(w, n);
	w_inj(w, SYN);
	return w_exp(w, SYN | ACK);
}

static void flow_ack(struct wire *w, int n)
{
	w_flow(w, n);
	w_inj(w, ACK);
}

/* @n SYNs that nobody has sent, from two hundred hosts, no two alike; returns how
 * many were answered.  The device holds 500 packets at a time.
 */
static int flood(struct wire *w, int n)
{
	static int last;
	int i, answers = 0;

	for (i = 0; i < n; i++, last++) {
		w_inj(w, SYN, .forged = true, .from = 10 + last % 200,
		      .sport = 1024 + last / 200 * 7919ll % 60000,
		      .seq = 7919ll * last);
		if (i % 100 == 99)
			answers += w_drain(w);
	}
	w_wait(w, 10);
	return answers + w_drain(w);
}

/* Flood until the SYN queue is full; @n of them fill it. */
static void fill(struct wire *w, int n)
{
	w_check(w, flood(w, n) == n);
	w_check(w, w_entries(w) >= n);
	w_count(w, "SyncookiesSent", 0);
}

#endif /* _WIRE_SYF_H */
