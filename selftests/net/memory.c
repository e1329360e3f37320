// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of all sockets together: bounded by lctcp_mem, given back, and no
 * namespace gives more than the first one.  lctcp_mem belongs to the whole
 * machine, so that nothing else may run beside this.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"

#define CONNS	200

FIXTURE(memory) {
	struct pair p;
	char before[128];
	int l;
};

FAMILIES(memory);

#define HOME	(self->p.home)

static bool first_ns(void)
{
	struct stat one, ours;

	return !stat("/proc/1/ns/net", &one) &&
	       !stat("/proc/self/ns/net", &ours) && one.st_ino == ours.st_ino;
}

FIXTURE_SETUP(memory)
{
	need_lctcp();
	FILES(4096);
	PAIR_UP();
	if (!first_ns())
		SKIP(return, "not started in the first namespace");
	ASSERT_LT(0, sysctl_get(HOME, "lctcp_mem", self->before,
				sizeof(self->before)));
	LISTENER(HOST_ANY, CONNS);
}

FIXTURE_TEARDOWN(memory)
{
	if (self->before[0])
		sysctl_set(HOME, "lctcp_mem", self->before);
	pair_down(&self->p);
}

/* What /proc/net/protocols says of the protocol with a name in a namespace. */
static int protocol(int ns, const char *name, long *sockets, long *n)
{
	static char text[65536];
	char *line, *end;
	char have[32];
	int size;

	if (ns_read(ns, "/proc/net/protocols", text, sizeof(text)) <= 0)
		return -1;
	for (line = text; line; line = end ? end + 1 : NULL) {
		end = strchr(line, '\n');
		if (sscanf(line, "%31s %d %ld %ld", have, &size, sockets,
			   n) == 4 && !strcmp(have, name))
			return 0;
	}
	return -1;
}

/* Pages in use. */
static long pages(int ns)
{
	long sockets, n;

	return protocol(ns, "LCTCP", &sockets, &n) ? -1 : n;
}

/* Sockets of a family that listen or are connected, as TCP counts them: neither
 * those that are neither, nor TIME_WAIT.
 */
static long in_use(int ns, int family)
{
	long sockets, n;

	return protocol(ns, family == AF_INET ? "LCTCP" : "LCTCPv6", &sockets,
			&n) ? -1 : sockets;
}

TEST_F(memory, sockets_counted)
{
	int fd = sock(NS_A, variant->family), c, s;

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, in_use(NS_A, variant->family));
	EXPECT_EQ(1, in_use(NS_B, variant->family));
	ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l, &c, &s));
	EXPECT_EQ(1, in_use(NS_A, variant->family));
	EXPECT_EQ(2, in_use(NS_B, variant->family));
	close(c);
	close(s);
	wait_until(!in_use(NS_A, variant->family) &&
		   in_use(NS_B, variant->family) == 1, 60000);
	EXPECT_EQ(0, in_use(NS_A, variant->family));
	EXPECT_EQ(1, in_use(NS_B, variant->family));
	close(self->l);
	EXPECT_EQ(0, in_use(NS_B, variant->family));
	close(fd);
}

/* A thousandth of what TCP would have: senders wait, but each one gets through
 * once its reader reads, and all is given back in the end.
 */
TEST_F(memory, bounded)
{
	static char text[65536];
	int c[CONNS], s[CONNS], i, n, max, size = 200000;
	long most = 0, total = 0, got;
	/* each CPU counts up to 256 pages by itself */
	const long limit = 600, slack = 256 * sysconf(_SC_NPROCESSORS_CONF);
	long begin;

	EXPECT_EQ(0, sysctl_set(HOME, "lctcp_mem", "300 400 600\n"));
	for (max = 0; max < CONNS; max++) {
		ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l,
				       &c[max], &s[max]));
		setsockopt(c[max], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		setsockopt(s[max], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
		blocking(c[max], false);
		blocking(s[max], false);
		while ((n = write(c[max], text, sizeof(text))) > 0)
			total += n;
		got = pages(NS_A);
		if (got > most)
			most = got;
	}
	TH_LOG("%d connections hold %ld kB, %ld pages at most", max,
	       total / 1024, most);
	EXPECT_LT(0, most);
	/* the least that each may have is not refused */
	EXPECT_GT(limit + slack + 2 * CONNS, most);
	/* everybody reads: all arrives */
	begin = now_ms();
	for (got = 0; got < total && now_ms() - begin < 300000;) {
		for (i = 0; i < max; i++)
			while ((n = read(s[i], text, sizeof(text))) > 0)
				got += n;
		nap_since(begin);
	}
	EXPECT_EQ(total, got);
	for (i = 0; i < max; i++) {
		close(c[i]);
		close(s[i]);
	}
	begin = now_ms();
	while (pages(NS_A) > slack && now_ms() - begin < 60000)
		nap_since(begin);
	EXPECT_GE(slack, pages(NS_A));
}

TEST_F(memory, namespace_bound)
{
	char text[128];
	int ns;

	EXPECT_EQ(-EINVAL, sysctl_set(NS_A, "wmem", "4096 4096 1073741824\n"));
	EXPECT_EQ(-EINVAL, sysctl_set(NS_A, "rmem", "4096 4096 1073741824\n"));
	EXPECT_EQ(0, sysctl_set(NS_A, "rmem", "4096 8192 6291456\n"));
	EXPECT_GT(0, sysctl_get(NS_A, "lctcp_mem", text, sizeof(text)));
	EXPECT_EQ(-EINVAL, sysctl_set(HOME, "lctcp_mem", "3 2 1\n"));
	EXPECT_EQ(-EINVAL, sysctl_set(HOME, "lctcp_mem", "0 2 3\n"));

	/* a new one begins with the first one's */
	ASSERT_LT(0, sysctl_get(HOME, "rmem", text, sizeof(text)));
	EXPECT_EQ(0, sysctl_set(HOME, "rmem", "4096 65536 100000\n"));
	ns = ns_new();
	EXPECT_LE(0, ns);
	EXPECT_EQ(-EINVAL, sysctl_set(ns, "rmem", "4096 4096 100001\n"));
	EXPECT_EQ(0, sysctl_set(ns, "rmem", "4096 4096 100000\n"));
	close(ns);
	EXPECT_EQ(0, sysctl_set(HOME, "rmem", text));
}

/* A namespace that was given more before does not give it any longer, not even
 * to a program that wants to be woken for so much.
 */
TEST_F(memory, bounded_by_first_namespace_since)
{
	int fd, val = 3000000;
	socklen_t len = sizeof(val);
	char text[128];

	EXPECT_EQ(0, sysctl_set(NS_A, "rmem", "4096 200000 6291456\n"));
	ASSERT_LT(0, sysctl_get(HOME, "rmem", text, sizeof(text)));
	EXPECT_EQ(0, sysctl_set(HOME, "rmem", "4096 65536 100000\n"));
	fd = sock(NS_A, variant->family);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &val, sizeof(val)));
	EXPECT_EQ(0, getsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &val, &len));
	EXPECT_EQ(50000, val);	/* what a buffer of 100000 can hold */
	EXPECT_EQ(0, getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &val, &len));
	EXPECT_EQ(100000, val);
	EXPECT_EQ(0, sysctl_set(HOME, "rmem", text));
	close(fd);
}

TEST_HARNESS_MAIN
