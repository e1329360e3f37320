// SPDX-License-Identifier: GPL-2.0
/*
 * Ends of many kinds: namespaces that die with everything alive in them,
 * listeners and orphans that go, and nothing left after.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fixture.h"

#define BACKLOG	1000

FIXTURE(life) {
	struct pair p;
	int l;
};

FAMILIES(life);

FIXTURE_SETUP(life)
{
	FILES(4096);
	PAIR_UP();
	LISTENER(HOST_ANY, BACKLOG);
}

PAIR_DOWN(life)

/* Nobody gives up: schedules are long and R2 is a day, so that chance does not
 * decide; and the SYN queue is never half full.
 */
static int patience(const struct pair *p)
{
	static const char schedule[] =
		"1000 2000 4000 8000 16000 32000 64000 64000 64000 64000 "
		"64000 64000 64000 64000 64000 64000\n";
	int end;

	for (end = A; end <= B; end++)
		if (sysctl_set(p->ns[end], "r2_ms", "86400000\n") ||
		    sysctl_set(p->ns[end], "syn_schedule_ms", schedule) ||
		    sysctl_set(p->ns[end], "synack_schedule_ms", schedule) ||
		    sysctl_set(p->ns[end], "somaxconn", "65535\n") ||
		    sysctl_set(p->ns[end], "max_syn_backlog", "65535\n"))
			return -1;
	/* listen() itself has a limit, whatever the protocol */
	return ns_write(p->ns[B], "/proc/sys/net/core/somaxconn", "65535\n");
}

/* Ten thousand handshakes at once, over a wire that loses a third of all
 * segments.  It carries them one after the other, as wires do: the receiver's
 * queue would not hold what ten thousand timers send in one tick.
 */
TEST_F_TIMEOUT(life, est_simul_many, 36000)
{
	static int c[10000], seen[65536];
	struct rlimit files = { 25000, 25000 };
	struct netem how = { .loss = 30, .rate = 12500000 };
	const int n = 10000;
	int l, s, i;
	char ch;

	need_netem();
	need_virtual(60);
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &files));
	if (!lc_tcp())
		ASSERT_EQ(0, patience(&self->p));
	l = listener(NS_B, FAM, HOST_ANY, PORT + 1, 65535);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, wire(&self->p, A, &how));
	ASSERT_EQ(0, wire(&self->p, B, &how));
	for (i = 0; i < n; i++) {
		c[i] = dial(NS_A, FAM, HOST_B, PORT + 1);
		ASSERT_LE(0, c[i]);
	}
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, dialled(c[i], 1000000));
		ASSERT_EQ(1, send(c[i], "x", 1, 0));
	}
	/* Each has exactly one counterpart. */
	for (i = 0; i < n; i++) {
		s = take(l, 1000000);
		ASSERT_LE(0, s);
		ASSERT_EQ(1, read_all(s, &ch, 1));
		ASSERT_EQ(0, seen[peer_port(s)]++);
	}
	for (i = 0; i < n; i++)
		ASSERT_EQ(1, seen[local_port(c[i])]);
	EXPECT_EQ(-ETIMEDOUT, take(l, 1000000));
	EXPECT_EQ(n, counter(NS_A, "CurrEstab"));
	EXPECT_EQ(n, counter(NS_B, "CurrEstab"));
	/* nobody had to be turned away or gave up */
	EXPECT_EQ(0, counter(NS_B, "ListenOverflows"));
	EXPECT_EQ(0, counter(NS_B, "SyncookiesSent"));
	EXPECT_EQ(0, counter(NS_A, "AbortOnTimeout"));
}

/* api_netns_teardown: the namespace goes, and nobody has closed anything. */
TEST_F_TIMEOUT(life, api_netns_teardown, 300)
{
	struct seg syn = { .dport = PORT, .flags = F_SYN, .win = 1000 };
	int c[50], s[50], lfd[10], i, round;
	long before, peak;

	nap_ms(200);
	before = slab_objects("lctcp");
	for (round = 0; round < 5; round++) {
		struct pair p;
		int l, pend;

		ASSERT_EQ(0, pair_up(&p));
		ASSERT_EQ(0, black_hole(&p, A));
		if (!lc_tcp())
			ASSERT_EQ(0, fault(p.ns[A], "drop rst"));
		l = listener(p.ns[B], FAM, HOST_ANY, PORT, 200);
		ASSERT_LE(0, l);
		for (i = 0; i < 10; i++) {
			lfd[i] = listener(p.ns[i & 1], FAM, HOST_ANY, 9000 + i, 5);
			ASSERT_LE(0, lfd[i]);
		}
		for (i = 0; i < 50; i++)
			ASSERT_EQ(0, conn_pair(&p, FAM, l, &c[i], &s[i]));
		/* 20 in TIME_WAIT, 10 with data on the way, 10 half closed. */
		for (i = 0; i < 10; i++) {
			close(c[i]);
			close(s[i]);
			shutdown(s[i + 10], SHUT_WR);
			shutdown(c[i + 10], SHUT_WR);
		}
		if (!lc_tcp()) {
			EXPECT_TRUE(wait_until(20 ==
				conn_count(p.ns[A], FAM, S_TIME_WAIT) +
				conn_count(p.ns[B], FAM, S_TIME_WAIT), 5000));
			/* Orphans hold their namespace until they give up. */
			for (i = 0; i < 2; i++) {
				ASSERT_EQ(0, sysctl_set(p.ns[i], "r2_ms",
							"1000\n"));
				ASSERT_EQ(0, sysctl_set(p.ns[i],
							"fin_wait2_timeout_ms",
							"1000\n"));
			}
		}
		for (i = 20; i < 30; i++) {
			static char junk[100000];

			EXPECT_LT(0, send(c[i], junk, sizeof(junk), 0));
		}
		for (i = 30; i < 40; i++)
			shutdown(c[i], SHUT_WR);
		/* Half open ones, from ports that no connect() gets, and
		 * connected ones nobody accepts.
		 */
		for (i = 0; i < 20; i++) {
			syn.sport = 20000 + i;
			syn.seq = i * 1000;
			ASSERT_EQ(0, inject(p.ns[A], FAM, HOST_A, HOST_B, &syn,
					    NULL));
		}
		for (i = 0; i < 10; i++) {
			int fd = dial(p.ns[A], FAM, HOST_B, PORT);

			ASSERT_LE(0, fd);
			ASSERT_EQ(0, dialled(fd, 5000));
			close(fd);
		}
		/* one that waits for an answer that will not come */
		pend = dial(p.ns[A], FAM, HOST_FOREIGN, PORT);
		ASSERT_LE(0, pend);
		if (!lc_tcp())
			EXPECT_TRUE(wait_until(20 ==
				conn_count(p.ns[B], FAM, S_SYN_RECV), 5000));
		peak = slab_objects("lctcp");
		/* The wire goes first, so that no FIN is answered. */
		ASSERT_EQ(0, link_del(&p, A));
		for (i = 10; i < 50; i++) {
			close(c[i]);
			close(s[i]);
		}
		for (i = 0; i < 10; i++)
			close(lfd[i]);
		close(l);
		close(pend);
		pair_down(&p);
	}
	if (lc_tcp())
		return;
	ASSERT_LE(0, before) TH_LOG("/proc/slabinfo shows no lctcp cache");
	EXPECT_LT(before, peak);
	EXPECT_TRUE(slab_settles("lctcp", before, 64, 20000))
		TH_LOG("%ld objects before, %ld after", before, slab_objects("lctcp"));
}

/* The listener goes away with half-open and unaccepted connections. */
TEST_F_TIMEOUT(life, clo_close_listen, 60)
{
	int c, c2, s, l2;

	if (!lc_tcp())
		ASSERT_EQ(0, fault(NS_A, "drop third-ack 1"));
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	if (!lc_tcp())
		ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_SYN_RECV);
	c2 = dial_from(NS_A, FAM, CPORT + 1, HOST_B, PORT);
	ASSERT_LE(0, c2);
	ASSERT_EQ(0, dialled(c2, 5000));
	ASSERT_STATE(NS_B, FAM, PORT, CPORT + 1, S_ESTABLISHED);
	ASSERT_EQ(0, close(self->l));

	/* The unaccepted one is reset, the half-open one is forgotten. */
	EXPECT_NE(0, poll_for(c2, POLLIN, 5000) & POLLERR);
	EXPECT_EQ(ECONNRESET, so_error(c2));
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_NONE);
	ASSERT_STATE(NS_B, FAM, PORT, CPORT + 1, S_NONE);
	if (!lc_tcp()) {
		ASSERT_EQ(1, send(c, "x", 1, 0));
		EXPECT_NE(0, poll_for(c, POLLIN, 5000) & POLLERR);
		EXPECT_EQ(ECONNRESET, so_error(c));
	}
	s = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, s);
	EXPECT_EQ(-ECONNREFUSED, dialled(s, 5000));
	/* and the port is free at once */
	l2 = listener(NS_B, FAM, HOST_ANY, PORT, 5);
	EXPECT_LE(0, l2);
}

/* syf_backlog_limits: a full accept queue takes no new SYN and loses nothing;
 * a client that waits comes in with its next SYN when there is room.
 */
TEST_F_TIMEOUT(life, syf_backlog_limits, 120)
{
	int c[8], l, i, s, queued = 0;
	char ch;

	l = listener(NS_B, FAM, HOST_ANY, PORT + 1, 3);
	ASSERT_LE(0, l);
	for (i = 0; i < 6; i++) {
		c[i] = dial_from(NS_A, FAM, CPORT + i, HOST_B, PORT + 1);
		ASSERT_LE(0, c[i]);
	}
	nap_ms(100);
	for (i = 0; i < 6; i++)
		queued += conn_state(NS_B, FAM, PORT + 1, CPORT + i) ==
			  S_ESTABLISHED;
	TH_LOG("listen(3): %d queued", queued);
	/* TCP holds one more */
	EXPECT_EQ(lc_tcp() ? 4 : 3, queued);
	for (i = 0; i < 6; i++) {
		s = take(l, 20000);
		ASSERT_LE(0, s);
		ASSERT_EQ(0, dialled(c[peer_port(s) - CPORT], 10000));
		ch = 'a' + i;
		ASSERT_EQ(1, send(c[peer_port(s) - CPORT], &ch, 1, 0));
		ASSERT_EQ(1, read_all(s, &ch, 1));
		EXPECT_EQ('a' + i, ch);
	}
}

/* syf_accept_full_keeps_synrcvd and syf_accept_full_data_safe: four are half
 * open when the queue has room for three.  The fourth stays half open; its
 * client sends, which is not acknowledged and not lost.
 */
TEST_F_TIMEOUT(life, syf_accept_full_data_safe, 120)
{
	int c[4], l, i, s, queued = 0, waiting = 0;
	char ch;

	need_lctcp();
	ASSERT_EQ(0, sysctl_set(NS_B, "synack_schedule_ms",
				"500 1000 2000 4000 8000\n"));
	ASSERT_EQ(0, fault(NS_A, "drop third-ack 4"));
	l = listener(NS_B, FAM, HOST_ANY, PORT + 1, 3);
	ASSERT_LE(0, l);
	for (i = 0; i < 4; i++) {
		c[i] = dial_from(NS_A, FAM, CPORT + i, HOST_B, PORT + 1);
		ASSERT_LE(0, c[i]);
		ASSERT_EQ(0, dialled(c[i], 5000));
		ASSERT_STATE(NS_B, FAM, PORT + 1, CPORT + i, S_SYN_RECV);
	}
	/* the second SYN-ACK of each */
	nap_ms(late_ms(500));
	for (i = 0; i < 4; i++) {
		int state = conn_state(NS_B, FAM, PORT + 1, CPORT + i);

		queued += state == S_ESTABLISHED;
		waiting += state == S_SYN_RECV;
		ch = 'a' + i;
		ASSERT_EQ(1, send(c[i], &ch, 1, 0));
	}
	EXPECT_EQ(3, queued);
	EXPECT_EQ(1, waiting);
	EXPECT_LT(0, counter(NS_B, "ListenOverflows"));
	for (i = 0; i < 4; i++) {
		s = take(l, 10000);
		ASSERT_LE(0, s);
		ASSERT_EQ(1, read_all(s, &ch, 1));
		EXPECT_EQ('a' + peer_port(s) - CPORT, ch);
	}
}

/* twt_no_fd_needed: the process is gone, TIME_WAIT stays, as long as ever. */
TEST_F_TIMEOUT(life, twt_no_fd_needed, 60)
{
	int pid, status, s;
	long t;

	if (!lc_tcp())
		ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "1000\n"));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		int c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);

		_exit(c < 0 || dialled(c, 5000) || shutdown(c, SHUT_WR));
	}
	s = take(self->l, 5000);
	ASSERT_LE(0, s);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	t = now_ms();
	close(s);
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_TIME_WAIT);
	if (lc_tcp())
		return;
	nap_ms(t + 1900 - now_ms());
	ASSERT_EQ(S_TIME_WAIT, conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_TRUE(conn_wait(NS_A, FAM, CPORT, PORT, S_NONE, 5000));
	ASSERT_BETWEEN(early_ms(2000) - 10, now_ms() - t, late_ms(2000) + 20);
}

/* clo_fw2_orphan_timer: nobody holds the socket, and the peer does not close. */
TEST_F_TIMEOUT(life, clo_fw2_orphan_timer, 60)
{
	int c, s;
	long t;

	need_lctcp();
	ASSERT_EQ(0, sysctl_set(NS_A, "fin_wait2_timeout_ms", "2000\n"));
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	s = take(self->l, 5000);
	ASSERT_LE(0, s);
	ASSERT_EQ(0, close(c));
	t = now_ms();
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_FIN_WAIT2);
	nap_ms(1900);
	ASSERT_EQ(S_FIN_WAIT2, conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_TRUE(conn_wait(NS_A, FAM, CPORT, PORT, S_NONE, 5000));
	ASSERT_BETWEEN(early_ms(2000) - 1, now_ms() - t, late_ms(2000) + 20);
	EXPECT_EQ(S_CLOSE_WAIT, conn_state(NS_B, FAM, PORT, CPORT));
	EXPECT_EQ(1, counter(NS_A, "FinWait2Timeouts"));
	/* A later segment finds nothing: RST. */
	ASSERT_EQ(1, send(s, "x", 1, 0));
	EXPECT_NE(0, poll_for(s, POLLERR, 5000) & POLLERR);
}

/* clo_fw2_unbounded_held: with the descriptor open there is no such timer. */
TEST_F_TIMEOUT(life, clo_fw2_unbounded_held, 100000)
{
	int c, s, ms = lc_virtual() ? 86400 * 1000 : 5000;
	char ch;

	if (!lc_tcp())
		ASSERT_EQ(0, sysctl_set(NS_A, "fin_wait2_timeout_ms", "1000\n"));
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	s = take(self->l, 5000);
	ASSERT_LE(0, s);
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	nap_ms(ms);
	ASSERT_EQ(S_FIN_WAIT2, conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_EQ(1, send(s, "x", 1, 0));
	ASSERT_EQ(1, read_all(c, &ch, 1));
}

TEST_HARNESS_MAIN
