// SPDX-License-Identifier: GPL-2.0
/*
 * Which of two links: A and B have the usual one, and another, x0.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define FIRST	"v0"
#define SECOND	"x0"

FIXTURE(ipl) {
	struct pair p;
};

FAMILIES(ipl);

static int run(int ns, const char *command)
{
	char out[1024];
	int ret = ns_run(ns, command, out, sizeof(out));

	if (ret)
		printf("# %s: %s\n", command, out);
	return ret;
}

FIXTURE_SETUP(ipl)
{
	char command[512];

	PAIR_UP();
	snprintf(command, sizeof(command),
		 "ip link add %s type veth peer name %s netns /proc/%d/fd/%d; "
		 "ip addr add 198.51.100.1/24 dev %s; "
		 "ip addr add 2001:db8:1::1/64 dev %s nodad; ip link set %s up",
		 SECOND, SECOND, getpid(), self->p.ns[B], SECOND, SECOND,
		 SECOND);
	ASSERT_EQ(0, run(self->p.ns[A], command));
	snprintf(command, sizeof(command),
		 "ip addr add 198.51.100.2/24 dev %s; "
		 "ip addr add 2001:db8:1::2/64 dev %s nodad; ip link set %s up",
		 SECOND, SECOND, SECOND);
	ASSERT_EQ(0, run(self->p.ns[B], command));
}

PAIR_DOWN(ipl)

/* An address of the second link. */
static void second(union addr *a, int family, int host, int port)
{
	addr_set(a, family, host, port);
	if (family == AF_INET)
		a->in.sin_addr.s_addr = htonl(0xc6336400 | host);
	else
		a->in6.sin6_addr.s6_addr[5] = 1;
}

static int bind_device(int fd, const char *dev)
{
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, dev,
			  strlen(dev) + 1) ? -errno : 0;
}

/* A nonblocking connect() of @fd: 0 or -errno, after at most @ms. */
static int reach(int fd, const union addr *to, int ms)
{
	blocking(fd, false);
	if (connect(fd, (void *)to, addr_len(to)) && errno != EINPROGRESS)
		return -errno;
	return dialled(fd, ms);
}

/* What is bound to a device hears nothing from another, and sends nothing there. */
TEST_F(ipl, ipl_bind_device)
{
	union addr to;
	int l, fd;

	l = listener(self->p.ns[B], variant->family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, bind_device(l, SECOND));
	fd = sock(self->p.ns[A], variant->family);
	addr_set(&to, variant->family, HOST_B, PORT);
	EXPECT_EQ(-ECONNREFUSED, reach(fd, &to, 3000));
	close(fd);
	fd = sock(self->p.ns[A], variant->family);
	second(&to, variant->family, 2, PORT);
	EXPECT_EQ(0, reach(fd, &to, 3000));
	close(fd);
	close(l);
	/* the other way */
	l = listener(self->p.ns[B], variant->family, HOST_ANY, PORT + 1, 5);
	ASSERT_LE(0, l);
	fd = sock(self->p.ns[A], variant->family);
	ASSERT_EQ(0, bind_device(fd, SECOND));
	second(&to, variant->family, 2, PORT + 1);
	EXPECT_EQ(0, reach(fd, &to, 3000));
	close(fd);
	close(l);
}

/* The same link-local addresses and ports on both links: two connections. */
TEST_F(ipl, ipl_v6_link_local)
{
	static const char * const dev[] = { FIRST, SECOND };
	struct sockaddr_in6 here = { .sin6_family = AF_INET6 }, there, who;
	socklen_t len = sizeof(who);
	int l, c[2], s[2], i, side;
	char text[8];

	if (variant->family != AF_INET6)
		SKIP(return, "IPv6's");
	for (i = 0; i < 2; i++) {
		char command[128];

		for (side = A; side <= B; side++) {
			snprintf(command, sizeof(command),
				 "ip addr add fe80::%d/64 dev %s nodad",
				 side == A ? 1 : 2, dev[i]);
			ASSERT_EQ(0, run(self->p.ns[side], command));
		}
	}
	l = listener(self->p.ns[B], AF_INET6, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	for (i = 0; i < 2; i++) {
		ns_enter(self->p.ns[A]);
		here.sin6_scope_id = if_nametoindex(dev[i]);
		ns_enter(self->p.home);
		inet_pton(AF_INET6, "fe80::1", &here.sin6_addr);
		here.sin6_port = htons(5000);
		there = here;
		inet_pton(AF_INET6, "fe80::2", &there.sin6_addr);
		there.sin6_port = htons(PORT);
		c[i] = sock(self->p.ns[A], AF_INET6);
		ASSERT_EQ(0, bind(c[i], (void *)&here, sizeof(here)));
		ASSERT_EQ(0, reach(c[i], (void *)&there, 3000));
		s[i] = accept(l, (void *)&who, &len);
		ASSERT_LE(0, s[i]);
		ASSERT_EQ(htons(5000), who.sin6_port);
		ns_enter(self->p.ns[B]);
		EXPECT_EQ(if_nametoindex(dev[i]), who.sin6_scope_id);
		ns_enter(self->p.home);
	}
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(1, write(c[i], i ? "b" : "a", 1));
		ASSERT_EQ(1, write(s[i], i ? "d" : "c", 1));
	}
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(1, read_all(s[i], text, 1));
		EXPECT_EQ("ab"[i], text[0]);
		ASSERT_EQ(1, read_all(c[i], text, 1));
		EXPECT_EQ("cd"[i], text[0]);
		close(c[i]);
		close(s[i]);
	}
	close(l);
}

/* What is acknowledged tells IP that the next hop lives: it need not ask. */
TEST_F_TIMEOUT(ipl, ipl_multihop_dead_gateway, 60)
{
	char out[512], command[128], c1;
	union addr to;
	int l, c, s, i;

	snprintf(command, sizeof(command), "/proc/sys/net/ipv%d/neigh/" SECOND
		 "/base_reachable_time_ms", variant->family == AF_INET ? 4 : 6);
	ASSERT_LE(0, ns_write(self->p.ns[A], command, "1000"));
	l = listener(self->p.ns[B], variant->family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	c = sock(self->p.ns[A], variant->family);
	second(&to, variant->family, 2, PORT);
	ASSERT_EQ(0, reach(c, &to, 3000));
	s = take(l, 1000);
	ASSERT_LE(0, s);
	for (i = 0; i < 30; i++) {
		ASSERT_EQ(1, write(c, "x", 1));
		ASSERT_EQ(1, read_all(s, &c1, 1));
		nap_ms(100);
	}
	snprintf(command, sizeof(command), "ip -%d neigh show dev " SECOND
		 " nud reachable", variant->family == AF_INET ? 4 : 6);
	ASSERT_EQ(0, ns_run(self->p.ns[A], command, out, sizeof(out)));
	EXPECT_NE(NULL, strstr(out, variant->family == AF_INET ? "198.51.100.2" :
			       "2001:db8:1::2"));
	close(c);
	close(s);
	close(l);
}

TEST_HARNESS_MAIN
