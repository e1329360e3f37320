// SPDX-License-Identifier: GPL-2.0
/*
 * A path with a narrow place behind a router:
 *
 *	ns A		   router		   ns B
 *	a0 192.0.2.1  <-->  r0, r1 (MTU 1300)  <-->  b0 192.0.2.2
 *
 * All of it is one machine, so that "packet too big" arrives in the middle of the
 * call that sent the packet, while the program has the socket's lock.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define NARROW	1300
#define MUCH	200000

FIXTURE(pmtu) {
	struct pair p;
	int r, l;
};

FAMILIES(pmtu);

/* One end of the path: its device, and the router's on the other side. */
static int attach(int ns, int router, int host, const char *dev,
		  const char *there)
{
	char command[1024], out[1024];
	int ret;

	snprintf(command, sizeof(command),
		 "set -e; ip link add %s type veth peer name %s; "
		 "ip link set %s netns /proc/%d/fd/%d; "
		 "ip addr add 192.0.2.%d/32 dev %s; "
		 "ip addr add 2001:db8::%d/128 dev %s nodad; "
		 "ip link set %s up", dev, there, there, getpid(), router,
		 host, dev, host, dev, dev);
	ret = ns_run(ns, command, out, sizeof(out));
	if (ret)
		goto out;
	snprintf(command, sizeof(command),
		 "set -e; ip addr add 198.51.100.1/32 dev %s; "
		 "ip addr add fe80::1/64 dev %s nodad; ip link set %s up; "
		 "ip route add 192.0.2.%d dev %s; "
		 "ip route add 2001:db8::%d dev %s",
		 there, there, there, host, there, host, there);
	ret = ns_run(router, command, out, sizeof(out));
	if (ret)
		goto out;
	snprintf(command, sizeof(command),
		 "set -e; ip route add default via 198.51.100.1 dev %s onlink; "
		 "ip route add default via fe80::1 dev %s", dev, dev);
	ret = ns_run(ns, command, out, sizeof(out));
out:
	if (ret)
		printf("# ip: %s\n", out);
	return ret;
}

FIXTURE_SETUP(pmtu)
{
	char out[256];

	NEED_PROTO();
	self->p.home = ns_self();
	self->p.ns[A] = ns_new();
	self->r = ns_new();
	self->p.ns[B] = ns_new();
	ASSERT_LE(0, self->p.ns[A]);
	ASSERT_LE(0, self->r);
	ASSERT_LE(0, self->p.ns[B]);
	ASSERT_LE(0, ns_write(self->r, "/proc/sys/net/ipv4/ip_forward", "1"));
	ASSERT_LE(0, ns_write(self->r, "/proc/sys/net/ipv6/conf/all/forwarding",
			      "1"));
	ASSERT_EQ(0, attach(self->p.ns[A], self->r, HOST_A, "a0", "r0"));
	ASSERT_EQ(0, attach(self->p.ns[B], self->r, HOST_B, "b0", "r1"));
	/* to send a message a router needs an address beyond its links */
	snprintf(out, sizeof(out),
		 "ip addr add 2001:db8::99/128 dev lo nodad; ip link set r1 mtu %d",
		 NARROW);
	ASSERT_EQ(0, ns_run(self->r, out, out, sizeof(out)));
	ASSERT_EQ(0, pair_through(&self->p));
	LISTENER(HOST_ANY, 5);
}

FIXTURE_TEARDOWN(pmtu)
{
	close(self->l);
	close(self->r);
	pair_down(&self->p);
}

/* Send @n octets from @c to @s, for at most @ms.  Return how many arrive. */
static int carry(int c, int s, int n, long ms)
{
	static char text[MUCH];
	int sent = 0, got = 0, ret;
	long begin = now_ms();

	while (got < n && now_ms() < begin + ms) {
		ret = sent < n ? write(c, text, n - sent) : 0;
		if (ret > 0)
			sent += ret;
		while ((ret = read(s, text, sizeof(text))) > 0)
			got += ret;
		nap_since(begin);
	}
	return got;
}

/* A connection over the narrow path. */
static void begun(struct __test_metadata *_metadata,
		  const FIXTURE_DATA(pmtu) *self, int family, int *c, int *s)
{
	int one = 1;

	*c = dial(self->p.ns[A], family, HOST_B, PORT);
	ASSERT_LE(0, *c);
	ASSERT_EQ(0, dialled(*c, 3000));
	*s = take(self->l, 1000);
	ASSERT_LE(0, *s);
	setsockopt(*c, SOL_TCP, TCP_NODELAY, &one, sizeof(one));
}

/* A timeout is to be the fault's, not a slow machine's. */
static int patient(int ns)
{
	return lc_virtual() ? 0 : sysctl_set(ns, "rto_min_ms", "3000\n");
}

/* Each first big segment meets the narrow place, and what it carried goes again
 * at once, without a timeout.
 */
TEST_F_TIMEOUT(pmtu, heard_while_sending, 120)
{
	socklen_t len = sizeof(int);
	int c, s, i, mss;

	need_lctcp();
	ASSERT_EQ(0, patient(self->p.ns[A]));
	/* the second one knows the path already */
	for (i = 0; i < 2; i++) {
		begun(_metadata, self, variant->family, &c, &s);
		EXPECT_EQ(MUCH, carry(c, s, MUCH, 60000));
		ASSERT_EQ(0, getsockopt(c, SOL_TCP, TCP_MAXSEG, &mss, &len));
		EXPECT_GE(NARROW - 40, mss);
		EXPECT_LT(NARROW / 2, mss);
		close(c);
		close(s);
	}
	EXPECT_EQ(0, counter(self->p.ns[A], "Timeouts"));
	/* In real time a burst may be on its way before the router is heard: all
	 * its messages after the first say nothing new.
	 */
	if (lc_virtual())
		EXPECT_EQ(0, counter(self->p.ns[A], "IcmpIgnored"));
}

/* The router drops what is too large for the narrow place, and says nothing. */
static int silence(int router)
{
	char out[1024];
	int ret = ns_run(router,
			 "nft 'add table inet t; add chain inet t c "
			 "{ type filter hook output priority 0; }; "
			 "add rule inet t c icmp type destination-unreachable drop; "
			 "add rule inet t c icmpv6 type packet-too-big drop'",
			 out, sizeof(out));

	if (ret)
		printf("# nft: %s\n", out);
	return ret;
}

/* Without being told, the sender finds out what gets through: at once if it is to
 * try out each path, else by the loss of all that is large.
 */
TEST_F_TIMEOUT(pmtu, black_hole, 300)
{
	static const char * const probing[] = { "1", "2", "0" };
	socklen_t len = sizeof(int);
	int c, s, i, mss;
	char out[64];

	need_lctcp();
	if (ns_run(self->r, "nft --version", out, sizeof(out)))
		SKIP(return, "no nft here");
	ASSERT_EQ(0, silence(self->r));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, sysctl_set(self->p.ns[A], "mtu_probing", probing[i]));
		begun(_metadata, self, variant->family, &c, &s);
		if (i == 2) {
			EXPECT_EQ(0, carry(c, s, MUCH, 10000));
		} else {
			EXPECT_EQ(MUCH, carry(c, s, MUCH, 60000));
			ASSERT_EQ(0, getsockopt(c, SOL_TCP, TCP_MAXSEG, &mss,
						&len));
			EXPECT_GE(NARROW - 40, mss);
			EXPECT_LT(NARROW / 2, mss);
		}
		close(c);
		close(s);
	}
	EXPECT_EQ(1, counter(self->p.ns[A], "MtuBlackHoles"));
	EXPECT_LT(0, counter(self->p.ns[A], "MtuProbes"));
}

/* The router has no way to B any more, and says so: "unreachable", "prohibit". */
static int bar(int router, int family, const char *how)
{
	char command[256], out[1024];
	int ret;

	snprintf(command, sizeof(command), family == AF_INET ?
		 "ip route flush 192.0.2.2; ip route add %s 192.0.2.2" :
		 "ip -6 route flush 2001:db8::2; ip -6 route add %s 2001:db8::2",
		 how);
	ret = ns_run(router, command, out, sizeof(out));
	if (ret)
		printf("# ip: %s\n", out);
	return ret;
}

/* All is one machine, so messages come while the program holds the lock. */
TEST_F_TIMEOUT(pmtu, icm_locked_socket, 120)
{
	const struct linger at_once = { .l_onoff = 1 };
	socklen_t len = sizeof(int);
	int c, s, err;
	long begin;

	need_lctcp();
	ASSERT_EQ(0, patient(self->p.ns[A]));
	begun(_metadata, self, variant->family, &c, &s);
	EXPECT_EQ(MUCH, carry(c, s, MUCH, 60000));
	EXPECT_EQ(0, counter(self->p.ns[A], "Timeouts"));
	ASSERT_EQ(0, bar(self->r, variant->family, "unreachable"));
	ASSERT_EQ(1, write(c, "x", 1));
	ASSERT_EQ(0, getsockopt(c, SOL_SOCKET, SO_ERROR, &err, &len));
	EXPECT_EQ(variant->family == AF_INET ? EHOSTUNREACH : ENETUNREACH, err);
	/* or both go on trying for minutes, whoever looks on */
	setsockopt(c, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(c);
	close(s);
	/* a hard one, in the midst of connect() */
	ASSERT_EQ(0, bar(self->r, variant->family, "prohibit"));
	/* routers do not say it too often, and the text above goes again */
	ASSERT_EQ(0, ns_write(self->r, variant->family == AF_INET ?
			      "/proc/sys/net/ipv4/icmp_ratelimit" :
			      "/proc/sys/net/ipv6/icmp/ratelimit", "0"));
	begin = now_ms();
	c = dial(self->p.ns[A], variant->family, HOST_B, PORT);
	ASSERT_LE(0, c);
	EXPECT_EQ(variant->family == AF_INET ? -EHOSTUNREACH : -EACCES,
		  dialled(c, 900));
	EXPECT_GT(900, now_ms() - begin);
}

TEST_HARNESS_MAIN
