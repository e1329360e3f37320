// SPDX-License-Identifier: GPL-2.0
/*
 * A real flood: a process of its own sends SYNs that nobody means, from a host
 * that swallows the answers, up to 100,000 a second, while clients connect and a
 * connection goes on.
 *
 *	   ns A (clients)  v0 <------> v0  ns B (server)
 *	                                   lo <- the flood
 *
 * It comes in by B's loopback device, so that it takes nothing of the wire
 * between A and B: what is tested is B.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

#define BACKLOG		64
#define CLIENTS		200
#define BURST		500		/* SYNs, and then a pause: */
#define FAST_US		5000		/* 100,000 SYNs a second */
#define SLOW_US		250000		/* 2,000, for tests that last */
#define MEGA		(1 << 20)

FIXTURE(flood) {
	struct pair p;
	int l;
	pid_t pid;
};

FAMILIES(flood);

FIXTURE_SETUP(flood)
{
	need_lctcp();
	PAIR_UP();
	ASSERT_EQ(0, black_hole(&self->p, B));
	LISTENER(HOST_ANY, BACKLOG);
}

static void flood_stop(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

FIXTURE_TEARDOWN(flood)
{
	flood_stop(&self->pid);
	pair_down(&self->p);
}

/* ---- the flood ---- */

static void flood_run(int ns, int family, int pause_us)
{
	struct sockaddr_ll to;
	uint16_t pkt[40];
	uint32_t n = 0;
	int fd, i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (ns_enter(ns))
		_exit(1);
	fd = syn_socket(family, &to);
	if (fd < 0)
		_exit(1);
	for (;;) {
		for (i = 0; i < BURST; i++, n++) {
			int len = syn_forge(family, 1024 + n % 60000, PORT,
					    n * 2654435761u, pkt);

			if (sendto(fd, pkt, len, 0, (void *)&to, sizeof(to)) < 0)
				_exit(1);
		}
		usleep(pause_us);
	}
}

static pid_t flood_start(int ns, int family, int pause_us)
{
	pid_t pid = fork();

	if (!pid)
		flood_run(ns, family, pause_us);
	return pid;
}

/* Start it, and wait until the SYN queue is full. */
#define FLOOD(pause_us)							\
do {									\
	self->pid = flood_start(NS_B, FAM, pause_us);			\
	ASSERT_LT(0, self->pid);					\
	ASSERT_TRUE(wait_until(counter(NS_B, "SyncookiesSent") > 0 ||	\
			       counter(NS_B, "SynQueueFull") > 0, 10000)); \
} while (0)

/* ---- what is to go on ---- */

/* Connect, a question, an answer; 0 or -errno.  The client speaks first. */
static int visit(const struct pair *p, int family, int l, int lport)
{
	char buf[4];
	int c, s, ret;

	c = dial_from(p->ns[A], family, lport, HOST_B, PORT);
	if (c < 0)
		return c;
	ret = dialled(c, 5000);
	if (!ret && send(c, "ping", 4, 0) != 4)
		ret = -errno;
	s = ret ? ret : take(l, 5000);
	if (s >= 0) {
		if (read_all(s, buf, 4) != 4 || send(s, "pong", 4, 0) != 4 ||
		    read_all(c, buf, 4) != 4)
			ret = -EIO;
		close(s);
	} else {
		ret = s;
	}
	close(c);
	return ret;
}

static int visits(const struct pair *p, int family, int l)
{
	int i, good = 0;

	for (i = 0; i < CLIENTS; i++) {
		good += !visit(p, family, l, CPORT + i);
		/* let the flood come in between */
		nap_ms(2);
	}
	return good;
}

/* 99 of 100 and more get in, by cookies.  Not one would without. */
TEST_F_TIMEOUT(flood, syf_flood_service, 300)
{
	long long syns;
	long start;
	int good;

	FLOOD(FAST_US);
	start = now_ms();
	syns = counter(NS_B, "SyncookiesSent");
	good = visits(&self->p, FAM, self->l);
	syns = counter(NS_B, "SyncookiesSent") - syns;
	TH_LOG("%d of %d clients, %lld SYNs in %ld ms", good, CLIENTS, syns,
	       now_ms() - start);
	EXPECT_LE(CLIENTS * 99 / 100, good);
	EXPECT_LE(CLIENTS * 98 / 100, counter(NS_B, "SyncookiesRecv"));
	EXPECT_LT(10 * CLIENTS, syns);
}

/* What it would be without cookies; the flood is no sham. */
TEST_F_TIMEOUT(flood, no_service_without_cookies, 300)
{
	int c;

	ASSERT_EQ(0, sysctl_set(NS_B, "syncookies", "0\n"));
	FLOOD(SLOW_US);
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	EXPECT_NE(0, dialled(c, 2500));
	EXPECT_LE(1, counter(NS_A, "SynsRetrans"));
}

/* However long it lasts, no more requests than the backlog allows, and no
 * memory but theirs; afterwards none.
 */
TEST_F_TIMEOUT(flood, syf_half_open_cap, 600)
{
	/* in the debug kernel each of a million, of both families, costs much */
	long long syns = lc_virtual() ? 20000 : 500000;
	long before = slab_objects("lctcp"), peak = 0;
	int most = 0, n;

	FLOOD(lc_virtual() ? SLOW_US : FAST_US);
	while (counter(NS_B, "InSegs") < syns) {
		nap_ms(500);
		/* A view is no snapshot: with the flood on, one that is given
		 * up meanwhile and its successor would both be counted.
		 */
		ASSERT_EQ(0, kill(self->pid, SIGSTOP));
		ASSERT_EQ(self->pid, waitpid(self->pid, NULL, WUNTRACED));
		n = conn_count(NS_B, FAM, S_SYN_RECV);
		ASSERT_EQ(0, kill(self->pid, SIGCONT));
		most = n > most ? n : most;
		n = slab_objects("lctcp_req");
		peak = n > peak ? n : peak;
	}
	EXPECT_LT(BACKLOG / 2, most);
	EXPECT_GE(BACKLOG, most);
	/* those given up last may wait for RCU */
	EXPECT_GE(2 * BACKLOG, peak);
	TH_LOG("%lld SYNs, %d half open at most, %ld in memory",
	       counter(NS_B, "InSegs"), most, peak);
	/* a fast one may cost a client packets, as syf_flood_service allows */
	flood_stop(&self->pid);
	FLOOD(SLOW_US);
	EXPECT_EQ(0, visit(&self->p, FAM, self->l, CPORT));
	flood_stop(&self->pid);
	close(self->l);
	EXPECT_TRUE(wait_until(!conn_count(NS_B, FAM, S_SYN_RECV), 2000));
	EXPECT_TRUE(wait_until(!slab_objects("lctcp_req"), 5000));
	EXPECT_GE(before + 4, slab_objects("lctcp"));
}

/* Milliseconds that @n octets take from @c to @s, or -1 if they do not come
 * as they were.
 */
static long transfer(int c, int s, int n, int seed)
{
	static unsigned char out[16384], in[16384];
	struct stream to, from;
	long start = now_ms();
	int sent = 0, got = 0, m;

	stream_init(&to, seed);
	stream_init(&from, seed);
	blocking(c, false);
	blocking(s, false);
	stream_fill(&to, out, sizeof(out));
	while (got < n) {
		struct pollfd p[2] = {
			{ .fd = c, .events = sent < n ? POLLOUT : 0 },
			{ .fd = s, .events = POLLIN },
		};

		if (poll(p, 2, 10000) <= 0 || p[0].revents & (POLLERR | POLLHUP))
			return -1;
		while (sent < n) {
			int off = sent % sizeof(out);

			m = send(c, out + off, sizeof(out) - off, 0);
			if (m <= 0)
				break;
			sent += m;
			if (!(sent % sizeof(out)))
				stream_fill(&to, out, sizeof(out));
		}
		while ((m = recv(s, in, sizeof(in), 0)) > 0) {
			if (!stream_check(&from, in, m))
				return -1;
			got += m;
		}
		if (!m)
			return -1;
	}
	return now_ms() - start;
}

/* A connection from before goes on at its pace, nine tenths at least; on a
 * machine in real time the flood takes its share of the processor.
 */
TEST_F_TIMEOUT(flood, syf_flood_existing_unaffected, 300)
{
	struct netem slow = { .delay_ms = 10 };
	long alone, flooded;
	int c, s;

	need_netem();
	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &c, &s));
	ASSERT_EQ(0, wire(&self->p, A, &slow));
	ASSERT_LT(0, transfer(c, s, MEGA, 1));
	alone = transfer(c, s, MEGA, 2);
	ASSERT_LT(0, alone);
	FLOOD(FAST_US);
	flooded = transfer(c, s, MEGA, 3);
	TH_LOG("1 MiB in %ld ms alone, %ld ms in the flood", alone, flooded);
	ASSERT_LT(0, flooded);
	if (lc_virtual())
		EXPECT_LE(flooded * 9, alone * 10);
	EXPECT_EQ(S_ESTABLISHED, tcp_state(c));
	EXPECT_EQ(S_ESTABLISHED, tcp_state(s));
	EXPECT_EQ(0, counter(NS_B, "EstabResets"));
}

TEST_HARNESS_MAIN
