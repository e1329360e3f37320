// SPDX-License-Identifier: GPL-2.0
/*
 * Everything at once, for the races that no single segment shows: connections
 * opened, used, closed and aborted over the loopback device from several
 * threads, on few ports, so that pairs live again while the life before is in
 * TIME_WAIT; listeners that come and go; segments forged on the very pairs that
 * are busy; and somebody who looks at all of it.
 *
 * Nothing may hang, every connection must be gone in the end, and every object
 * freed; the kernel's own checks see the rest.  Seconds: LCTCP_STRESS_S, or a few.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

/* At PORT is a listener that stays, at the next one another that does not. */
#define CPORTS	6		/* clients' ports, from CPORT on */
#define CLIENTS	3
#define NWORKERS	(CLIENTS + 5)
#define LEAST		10	/* what each has to do, at least ... */
#define MORE_MS		60000	/* ... and may have so much longer for */

/**
 * struct worker - one thread
 * @work:	one step; must not block for long, nor return without any pause
 * @fd:		what it keeps between the steps
 * @n:		steps that did something
 */
struct worker {
	void (*work)(struct worker *w);
	pthread_t thread;
	int ns, family;
	unsigned int seed;
	int fd;
	unsigned long n;
};

static long end;		/* monotonic, milliseconds */
static struct worker all[NWORKERS];

static unsigned int dice(struct worker *w, unsigned int sides)
{
	return rand_r(&w->seed) % sides;
}

/* In virtual time a pause is all that lets time pass. */
static void breathe(struct worker *w)
{
	nap_ms(lc_virtual() ? 2 + dice(w, 4) : dice(w, 2));
}

/* Has one of them hardly worked yet?  On a busy machine they go on for longer. */
static bool some_idle(void)
{
	unsigned int i;

	for (i = 0; i < NWORKERS; i++)
		if (__atomic_load_n(&all[i].n, __ATOMIC_RELAXED) <= LEAST)
			return true;
	return false;
}

static void *run(void *arg)
{
	struct worker *w = arg;

	if (ns_enter(w->ns))
		return NULL;
	while (now_ms() < end || (now_ms() < end + MORE_MS && some_idle())) {
		w->work(w);
		breathe(w);
	}
	if (w->fd >= 0)
		close(w->fd);
	return w;
}

/* A connection has come: use it a little, and end it in one of many ways. */
static void use_and_end(struct worker *w, int fd)
{
	struct linger now = { 1, 0 };
	char buf[4096] = { 0 };

	if (dice(w, 2))
		send(fd, buf, 1 + dice(w, sizeof(buf)), MSG_NOSIGNAL);
	if (dice(w, 2) && poll_for(fd, POLLIN, 5))
		recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	switch (dice(w, 5)) {
	case 0:
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		break;
	case 1:
		shutdown(fd, SHUT_WR);
		poll_for(fd, POLLIN, 5);
		break;
	case 2:
		shutdown(fd, SHUT_RDWR);
		break;
	case 3:			/* so that nothing is left unread */
		while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
			;
		break;
	}
	close(fd);
	w->n++;
}

static void client(struct worker *w)
{
	unsigned int port = dice(w, 4) ? CPORT + dice(w, CPORTS) : 0;
	int fd = dial_from(w->ns, w->family, port, LOOP, PORT + dice(w, 2));

	if (fd < 0)
		return;
	if (dice(w, 8) && !dialled(fd, 20))
		use_and_end(w, fd);
	else
		close(fd);
}

/* Accepts from a listener that is always there. */
static void server(struct worker *w)
{
	int s;

	if (w->fd < 0)
		w->fd = listener(w->ns, w->family, HOST_ANY, PORT, 20);
	s = take(w->fd, 5);
	if (s >= 0)
		use_and_end(w, s);
}

/* Listens, accepts at most one, and closes with the others in its queues. */
static void comes_and_goes(struct worker *w)
{
	int l = sock_flags(w->ns, w->family, SOCK_NONBLOCK), one = 1, s;
	union addr a;

	addr_set(&a, w->family, HOST_ANY, PORT + 1);
	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (!bind(l, &a.sa, addr_len(&a)) && !listen(l, 5)) {
		s = take(l, 5);
		if (s >= 0)
			use_and_end(w, s);
		breathe(w);
	}
	close(l);
}

/* Takes a segment from the device and sends one like it, but not quite. */
static void forger(struct worker *w)
{
	static const unsigned int flags[] = {
		F_SYN, F_RST, F_ACK, F_FIN | F_ACK, F_RST | F_ACK,
		F_SYN | F_ACK, F_SYN | F_RST, 0,
	};
	static const int offset[] = { 0, 0, 0, 1, -1, 100, -100, 70000 };
	static const char text[100];
	struct seg s;
	int i;

	if (w->fd < 0)
		w->fd = sniffer_on(w->ns, "lo");
	/* the newest of what is there */
	if (!sniff(w->fd, &s, 5))
		return;
	for (i = 0; i < 100 && sniff(w->fd, &s, 0); i++)
		;
	for (i = 0; i < 4; i++) {
		struct seg forged = s;

		if (dice(w, 2)) {
			forged.sport = s.dport;
			forged.dport = s.sport;
			forged.seq = s.ack;
			forged.ack = s.seq + s.len;
		} else {
			forged.seq += s.len;
		}
		forged.seq += offset[dice(w, 8)];
		forged.ack += offset[dice(w, 8)];
		forged.flags = flags[dice(w, 8)];
		forged.len = dice(w, 3) ? 0 : sizeof(text);
		if (!inject(w->ns, w->family, LOOP, LOOP, &forged, text))
			w->n++;
	}
}

/* Each file to its end, while what it shows changes. */
static void viewer(struct worker *w)
{
	static const char *const file[] = {
		"connections", "tcp", "tcp6", "history", "snmp", "transitions",
	};
	static char buf[1 << 20];
	char path[64];

	snprintf(path, sizeof(path), "/proc/thread-self/net/lctcp/%s",
		 file[dice(w, 6)]);
	if (ns_read(w->ns, path, buf, sizeof(buf)) > 0)
		w->n++;
}

FIXTURE(stress) {
	int ns;
};

FAMILIES(stress);

FIXTURE_SETUP(stress)
{
	NEED_PROTO();
	need_lctcp();
	self->ns = ns_new();
	ASSERT_LE(0, self->ns);
	/* What is left behind ends soon. */
	ASSERT_EQ(0, sysctl_set(self->ns, "msl_ms", "100\n"));
	ASSERT_EQ(0, sysctl_set(self->ns, "r2_ms", "1000\n"));
	ASSERT_EQ(0, sysctl_set(self->ns, "fin_wait2_timeout_ms", "500\n"));
	ASSERT_EQ(0, sysctl_set(self->ns, "synack_schedule_ms", "100 200\n"));
	ASSERT_EQ(0, sysctl_set(self->ns, "syn_schedule_ms", "100 200\n"));
}

FIXTURE_TEARDOWN(stress)
{
	close(self->ns);
}

static int seconds(void)
{
	const char *s = getenv("LCTCP_STRESS_S");
	int n = s && *s ? atoi(s) : 0;

	return n > 0 ? n : lc_virtual() ? 2 : 4;
}

TEST_F_TIMEOUT(stress, races, 3600)
{
	static const struct worker others[NWORKERS - CLIENTS] = {
		{ .work = server }, { .work = comes_and_goes },
		{ .work = forger }, { .work = forger }, { .work = viewer },
	};
	struct worker *w = all;
	const int n = NWORKERS;
	struct timespec limit;
	long before;
	void *ret;
	int i;

	nap_ms(200);
	before = slab_objects("lctcp");
	ASSERT_LE(0, before);
	end = now_ms() + 1000L * seconds();
	for (i = 0; i < n; i++) {
		w[i] = i < CLIENTS ? (struct worker){ .work = client } :
				     others[i - CLIENTS];
		w[i].ns = self->ns;
		w[i].family = variant->family;
		w[i].seed = 4711 + i;
		w[i].fd = -1;
		ASSERT_EQ(0, pthread_create(&w[i].thread, NULL, run, &w[i]));
	}
	/* Nothing hangs. */
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += seconds() + MORE_MS / 1000 + 60;
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, pthread_timedjoin_np(w[i].thread, &ret, &limit))
			TH_LOG("thread %d hangs", i);
		ASSERT_EQ(&w[i], ret);
		EXPECT_LT(LEAST, w[i].n) TH_LOG("thread %d had nothing to do", i);
	}
	/* It was what it was meant to be. */
	TH_LOG("%lld opened, %lld accepted, %lld reset, %lld reopened, %lld challenges",
	       counter(self->ns, "ActiveOpens"),
	       counter(self->ns, "PassiveOpens"),
	       counter(self->ns, "EstabResets"),
	       counter(self->ns, "TimeWaitReopened"),
	       counter(self->ns, "ChallengeAcks"));
	EXPECT_LT(100, counter(self->ns, "PassiveOpens"));
	EXPECT_LT(0, counter(self->ns, "EstabResets"));
	EXPECT_LT(0, counter(self->ns, "TimeWaits"));
	EXPECT_LT(0, counter(self->ns, "TimeWaitReopened"));
	EXPECT_LT(0, counter(self->ns, "ChallengeAcks"));
	EXPECT_LT(0, counter(self->ns, "DropSeq"));
	EXPECT_LT(0, counter(self->ns, "DropRst"));

	/* And it is over. */
	EXPECT_TRUE(wait_until(!conn_count(self->ns, variant->family, 0), 30000))
		TH_LOG("%d connections are left",
		       conn_count(self->ns, variant->family, 0));
	EXPECT_EQ(0, counter(self->ns, "CurrEstab"));
	EXPECT_TRUE(slab_settles("lctcp", before, 64, 20000))
		TH_LOG("%ld objects before, %ld after", before,
		       slab_objects("lctcp"));
}

TEST_HARNESS_MAIN
