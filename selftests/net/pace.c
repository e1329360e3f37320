// SPDX-License-Identifier: GPL-2.0
/*
 * How fast segments leave, and how many of them wait below: a rate that the program
 * sets is kept, by us or by the fq discipline, and a slow device has a short queue.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define RATE	1000000		/* octets a second */

FIXTURE(pace) {
	struct pair p;
	int l, c, s;
};

FAMILIES(pace);

FIXTURE_SETUP(pace)
{
	PAIR_UP();
	LISTENER(HOST_ANY, 1);
	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &self->c, &self->s));
	blocking(self->c, false);
	blocking(self->s, false);
}

FIXTURE_TEARDOWN(pace)
{
	close(self->c);
	close(self->s);
	close(self->l);
	pair_down(&self->p);
}

/* Another discipline for what leaves A; false if it cannot be had. */
static bool discipline(const struct pair *p, const char *what)
{
	char command[256], said[512];

	snprintf(command, sizeof(command), "tc qdisc replace dev v0 root %s", what);
	return !ns_run(p->ns[A], command, said, sizeof(said));
}

/* Octets that wait in it. */
static long backlog(const struct pair *p)
{
	char said[2048], unit = 0, *at;
	double n = 0;

	if (ns_run(p->ns[A], "tc -s qdisc show dev v0", said, sizeof(said)))
		return -1;
	at = strstr(said, "backlog ");
	if (!at || sscanf(at, "backlog %lf%c", &n, &unit) < 1)
		return -1;
	return n * (unit == 'K' ? 1024 : unit == 'M' ? 1 << 20 : 1);
}

/* As much as goes, for so long; what arrived. */
static long long pump(int c, int s, long ms)
{
	struct pollfd fds[] = { { c, POLLOUT }, { s, POLLIN } };
	static char buf[65536];
	long end = now_ms() + ms;
	long long got = 0;
	int n;

	while (now_ms() < end && poll(fds, 2, 10) >= 0) {
		if (fds[0].revents && send(c, buf, sizeof(buf), 0) < 0 &&
		    errno != EAGAIN)
			return -1;
		if (!fds[1].revents)
			continue;
		n = recv(s, buf, sizeof(buf), 0);
		if (n < 0 && errno != EAGAIN)
			return -1;
		got += n > 0 ? n : 0;
	}
	return got;
}

/* Within a tenth: IP's and our headers count, those of the link may.  In real time
 * an emulated machine may be slower than that, but must not be faster.
 */
static void rate_kept(struct __test_metadata *_metadata, int c, int s)
{
	unsigned int rate = RATE;
	long begin;
	long long got;

	ASSERT_EQ(0, setsockopt(c, SOL_SOCKET, SO_MAX_PACING_RATE, &rate,
				sizeof(rate)));
	ASSERT_LE(0, pump(c, s, 500));
	begin = now_ms();
	got = pump(c, s, 3000);
	got = got * 1000 / (now_ms() - begin);
	EXPECT_GE(RATE * 11 / 10, got);
	if (lc_virtual())
		EXPECT_LE(RATE * 9 / 10, got);
}

TEST_F(pace, rate__kept)
{
	rate_kept(_metadata, self->c, self->s);
	if (!lc_tcp())
		EXPECT_LE(lc_virtual() ? 100 : 1, counter(NS_A, "PacingWaits"));
}

/* fq does it, and our timer stays away. */
TEST_F(pace, rate__kept_by_fq)
{
	if (!discipline(&self->p, "fq"))
		SKIP(return, "no fq");
	/* it tells us so with the first packet */
	ASSERT_LE(0, pump(self->c, self->s, 50));
	rate_kept(_metadata, self->c, self->s);
	if (!lc_tcp())
		EXPECT_GE(3, counter(NS_A, "PacingWaits"));
}

TEST_F(pace, rate__kept_when_resent)
{
	const struct netem bad = { .loss = 1, .delay_ms = 5, .seed = 253 };

	need_netem();
	ASSERT_EQ(0, wire(&self->p, A, &bad));
	rate_kept(_metadata, self->c, self->s);
}

/* What a program writes waits in its socket and not below. */
TEST_F(pace, below__short_queue)
{
	int size = 8 << 20, i;
	long most = 0, now;

	setsockopt(self->c, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(self->s, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (!discipline(&self->p, "tbf rate 20mbit burst 20kb limit 16mb"))
		SKIP(return, "no tbf");
	for (i = 0; i < 20; i++) {
		/* and it goes on */
		EXPECT_LE(20000, pump(self->c, self->s, 100));
		now = backlog(&self->p);
		ASSERT_LE(0, now);
		most = now > most ? now : most;
	}
	TH_LOG("at most %ld octets", most);
	/* in real time it is empty before anyone looks */
	if (lc_virtual())
		EXPECT_LE(1, most);
	/* two packets, which are large where round trips seem short */
	EXPECT_GE(lc_virtual() ? 40000 : 2 * 65536, most);
}

/* A connection whose packets wait below comes to its end all the same. */
TEST_F(pace, below__closed)
{
	static char buf[200000];
	int i, n, got = 0;

	if (!discipline(&self->p, "tbf rate 20mbit burst 20kb limit 16mb"))
		SKIP(return, "no tbf");
	n = send(self->c, buf, sizeof(buf), 0);
	ASSERT_LE(50000, n);
	close(self->c);
	self->c = -1;
	for (i = 0; i < 1000; i++) {
		static char in[65536];
		int part;

		ASSERT_TRUE(poll_for(self->s, POLLIN, 5000));
		part = recv(self->s, in, sizeof(in), 0);
		ASSERT_LE(0, part);
		if (!part)
			break;
		got += part;
	}
	EXPECT_EQ(n, got);
}

/* The device goes with what waits for it; the timer may still run. */
TEST_F(pace, below__device_gone)
{
	unsigned int rate = 20000;

	ASSERT_EQ(0, setsockopt(self->c, SOL_SOCKET, SO_MAX_PACING_RATE, &rate,
				sizeof(rate)));
	if (!discipline(&self->p, "tbf rate 1mbit burst 2kb limit 16mb"))
		SKIP(return, "no tbf");
	ASSERT_LE(0, pump(self->c, self->s, 300));
	EXPECT_EQ(0, link_del(&self->p, A));
	EXPECT_LE(0, pump(self->c, self->s, 300));
}

TEST_HARNESS_MAIN
