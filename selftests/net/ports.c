// SPDX-License-Identifier: GPL-2.0
/*
 * Which local port a connect() gets: RFC 6056.
 *
 * Connections go to a host that swallows their SYNs, so that all of them exist
 * at once and cost nothing more.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define RANGE		"/proc/sys/net/ipv4/ip_local_port_range"
#define RESERVED	"/proc/sys/net/ipv4/ip_local_reserved_ports"
#define MOST		65536

FIXTURE(ports) {
	struct pair p;
	int *fd;			/* connections open, at A */
	int n;
};

FAMILIES(ports);

FIXTURE_SETUP(ports)
{
	FILES(MOST + 1000);
	PAIR_UP();
	ASSERT_EQ(0, black_hole(&self->p, A));
	self->fd = calloc(MOST, sizeof(int));
	ASSERT_NE(NULL, self->fd);
}

static void close_all(FIXTURE_DATA(ports) *self)
{
	while (self->n)
		close(self->fd[--self->n]);
}

FIXTURE_TEARDOWN(ports)
{
	close_all(self);
	pair_down(&self->p);
	free(self->fd);
}

/* One more connection to @port of the black hole; its local port, or -errno. */
#define more(port) ({							\
	int __fd = dial(NS_A, FAM, HOST_FOREIGN, port);			\
									\
	if (__fd >= 0)							\
		self->fd[self->n++] = __fd;				\
	__fd < 0 ? __fd : (int)local_port(__fd);			\
})

static void none_left(struct __test_metadata *_metadata, int got)
{
	EXPECT_EQ(-EADDRNOTAVAIL, got);
}

/* All of the range is used, for every destination anew. */
TEST_F_TIMEOUT(ports, bld_port_range, 300)
{
	bool *seen = calloc(MOST, 1);
	int i, port, low, high;
	char text[64];

	ASSERT_LT(0, ns_read(NS_A, RANGE, text, sizeof(text)));
	ASSERT_EQ(2, sscanf(text, "%d %d", &low, &high));
	for (i = 0; i < 100; i++)
		ASSERT_BETWEEN(low, more(1 + i), high);

	ASSERT_EQ(0, ns_write(NS_A, RANGE, "20000 20999"));
	for (i = 0; i < 1000; i++) {
		port = more(PORT);
		ASSERT_BETWEEN(20000, port, 20999);
		ASSERT_FALSE(seen[port]) TH_LOG("port %d twice", port);
		seen[port] = true;
	}
	none_left(_metadata, more(PORT));
	ASSERT_BETWEEN(20000, more(PORT + 1), 20999);
	free(seen);
	close_all(self);

	/* As large as can be; net/many uses all of that. */
	ASSERT_EQ(0, ns_write(NS_A, RANGE, "1024 65535"));
	low = MOST;
	high = 0;
	for (i = 0; i < 300; i++) {
		port = more(1 + i);
		ASSERT_BETWEEN(1024, port, 65535);
		low = port < low ? port : low;
		high = port > high ? port : high;
	}
	EXPECT_GT(10000, low);
	EXPECT_LT(56000, high);
}

#define BATCH	3000
#define BINS	64

/* Knowing the ports of some destinations does not give away that of the next, and
 * another namespace with the same addresses has nothing to do with it.
 */
TEST_F_TIMEOUT(ports, bld_port_obfuscated, 600)
{
	int i, port, last = 0, step = 0, low, high, bin, guessed = 0, same = 0;
	int count[BINS] = {}, ns[2], fd[2], n = lc_virtual() ? 3000 : 50000;
	double x = 0, want = (double)n / BINS;
	char text[64];

	ASSERT_LT(0, ns_read(NS_A, RANGE, text, sizeof(text)));
	ASSERT_EQ(2, sscanf(text, "%d %d", &low, &high));
	for (i = 0; i < n; i++) {
		if (self->n == BATCH)
			close_all(self);
		port = more(1 + i);
		ASSERT_BETWEEN(low, port, high);
		guessed += abs(port - last) <= 2;
		guessed += port - last == step;
		step = port - last;
		last = port;
		bin = (long)(port - low) * BINS / (high - low + 1);
		count[bin]++;
	}
	/* by chance: n times 6 in 28232, so 0.6 or 10.6, and surely below */
	EXPECT_GE(lc_virtual() ? 8 : 32, guessed);
	/* 63 degrees of freedom, six standard deviations of 11.2 */
	for (i = 0; i < BINS; i++)
		x += (count[i] - want) * (count[i] - want) / want;
	EXPECT_GE(131, (int)x);

	ns[0] = ns_new();
	ns[1] = ns_new();
	for (i = 0; i < 64; i++) {
		int j;

		for (j = 0; j < 2; j++)
			fd[j] = dial_from(ns[j], FAM, 0, LOOP, 1 + i);
		/* refused at once, but they had their ports */
		if (fd[0] < 0 || fd[1] < 0)
			break;
		same += local_port(fd[0]) == local_port(fd[1]);
		close(fd[0]);
		close(fd[1]);
	}
	EXPECT_EQ(64, i);
	EXPECT_GE(2, same);
	close(ns[0]);
	close(ns[1]);
}

TEST_F(ports, bld_port_no_listen)
{
	int l, bound, i, port, other;
	union addr a;

	ASSERT_EQ(0, ns_write(NS_A, RANGE, "20000 20099"));
	l = listener(NS_A, FAM, HOST_A, 20010, 5);
	ASSERT_LE(0, l);
	other = listener(NS_A, FAM, LOOP, 20030, 5);
	ASSERT_LE(0, other);
	bound = sock(NS_A, FAM);
	addr_set(&a, FAM, HOST_ANY, 20020);
	ASSERT_EQ(0, bind(bound, &a.sa, addr_len(&a)));
	for (i = 0; i < 97; i++) {
		port = more(PORT);
		ASSERT_BETWEEN(20000, port, 20099);
		ASSERT_TRUE(port != 20010 && port != 20020 && port != 20030)
			TH_LOG("port %d is taken", port);
	}
	none_left(_metadata, more(PORT));
	close(l);
	EXPECT_EQ(20010, more(PORT));
	close(bound);
	close(other);
}

TEST_F(ports, bld_port_reserved)
{
	int i, port, fd[39];
	union addr a;

	ASSERT_EQ(0, ns_write(NS_A, RANGE, "20000 20049"));
	ASSERT_EQ(0, ns_write(NS_A, RESERVED, "20000-20010"));
	for (i = 0; i < 39; i++)
		ASSERT_BETWEEN(20011, more(PORT), 20049);
	none_left(_metadata, more(PORT));
	close_all(self);
	/* bind() to any port */
	addr_set(&a, FAM, HOST_ANY, 0);
	for (i = 0; i < 39; i++) {
		fd[i] = sock(NS_A, FAM);
		ASSERT_EQ(0, bind(fd[i], &a.sa, addr_len(&a)));
		port = local_port(fd[i]);
		ASSERT_BETWEEN(20011, port, 20049);
	}
	/* to that one */
	self->fd[self->n++] = sock(NS_A, FAM);
	ASSERT_EQ(-1, bind(self->fd[0], &a.sa, addr_len(&a)));
	ASSERT_EQ(EADDRINUSE, errno);
	addr_set(&a, FAM, HOST_ANY, 20005);
	ASSERT_EQ(0, bind(self->fd[0], &a.sa, addr_len(&a)));
	while (i)
		close(fd[--i]);
}

/* A connection that opens and closes again and again does not come back to a
 * port before it has been everywhere, whichever end lingers.
 */
static void round_trip(struct __test_metadata *_metadata,
		       FIXTURE_DATA(ports) *self, int family, int l,
		       bool client_first, bool *seen)
{
	int i, c, s, port, *first, *second;
	char octet;

	for (i = 0; i < 64; i++) {
		c = dial(NS_A, family, HOST_B, PORT);
		ASSERT_LE(0, c);
		ASSERT_EQ(0, dialled(c, 1000));
		s = take(l, 1000);
		ASSERT_LE(0, s);
		port = local_port(c);
		ASSERT_BETWEEN(20000, port, 20063);
		ASSERT_FALSE(seen[port]) TH_LOG("port %d again", port);
		seen[port] = true;
		first = client_first ? &c : &s;
		second = client_first ? &s : &c;
		close(*first);
		blocking(*second, true);
		ASSERT_EQ(0, recv(*second, &octet, 1, 0));
		close(*second);
		ASSERT_STATE(client_first ? NS_A : NS_B, family,
			     client_first ? port : PORT,
			     client_first ? PORT : port, S_TIME_WAIT);
	}
}

TEST_F_TIMEOUT(ports, bld_port_collision_avoid, 300)
{
	bool *seen = calloc(MOST, 1);
	int l, c;

	ASSERT_EQ(0, ns_write(NS_A, RANGE, "20000 20063"));
	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	round_trip(_metadata, self, FAM, l, false, seen);
	memset(seen, 0, MOST);
	round_trip(_metadata, self, FAM, l, true, seen);
	none_left(_metadata, dial(NS_A, FAM, HOST_B, PORT));
	if (lc_virtual() && !lc_tcp()) {
		nap_ms(late_ms(60000));
		c = dial(NS_A, FAM, HOST_B, PORT);
		ASSERT_LE(0, c);
		ASSERT_EQ(0, dialled(c, 1000));
		close(c);
	}
	close(l);
	free(seen);
}

/* A connect() over loopback, ended at this end first, so that its pair waits;
 * its port, or -errno.
 */
static int brief(int ns, int family, int l)
{
	int c, s, port;
	char ch;

	c = dial(ns, family, LOOP, PORT);
	if (c < 0)
		return c;
	s = dialled(c, 1000) ? -1 : take(l, 1000);
	if (s < 0) {
		close(c);
		return -EIO;
	}
	port = local_port(c);
	close(c);
	if (read_all(s, &ch, 1) != 0)
		port = -EIO;
	close(s);
	return port;
}

/* Two hundred connections from sixty ports: over loopback the pairs of those
 * that wait are taken again, a second later (tw_reuse).  To another host they
 * are not, and off is off.
 */
TEST_F_TIMEOUT(ports, twt_client_reuse_with_ts, 300)
{
	int l, i, port, again = 0, waits = 0;
	bool seen[60] = {};

	ASSERT_EQ(0, ns_write(NS_A, RANGE, "40000 40059\n"));
	l = listener(NS_A, FAM, LOOP, PORT, 10);
	ASSERT_LE(0, l);
	for (i = 0; i < 200; i++) {
		port = brief(NS_A, FAM, l);
		for (; port == -EADDRNOTAVAIL && waits < 10; waits++) {
			nap_ms(500);
			port = brief(NS_A, FAM, l);
		}
		ASSERT_BETWEEN(40000, port, 40059);
		again += seen[port - 40000];
		seen[port - 40000] = true;
	}
	EXPECT_LE(140, again);
	if (lc_tcp())
		return;
	EXPECT_EQ(again, counter(NS_A, "TimeWaitReused"));
	EXPECT_EQ(60, conn_count(NS_A, FAM, S_TIME_WAIT));
	ASSERT_EQ(0, sysctl_set(NS_A, "tw_reuse", "0\n"));
	nap_ms(1100);
	EXPECT_EQ(-EADDRNOTAVAIL, brief(NS_A, FAM, l));
	ASSERT_EQ(0, sysctl_set(NS_A, "tw_reuse", "1\n"));
	ASSERT_EQ(0, sysctl_set(NS_A, "timestamps", "0\n"));
	EXPECT_EQ(-EADDRNOTAVAIL, brief(NS_A, FAM, l));
	ASSERT_EQ(0, sysctl_set(NS_A, "timestamps", "1\n"));
	ASSERT_BETWEEN(40000, brief(NS_A, FAM, l), 40059);
}

TEST_HARNESS_MAIN
