// SPDX-License-Identifier: GPL-2.0
/*
 * VRFs: each is a world of its own.  The wire of B is in one, named red.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

FIXTURE(vrf) {
	struct pair p;
};

FAMILIES(vrf);

FIXTURE_SETUP(vrf)
{
	PAIR_UP();
	ASSERT_EQ(0, vrf_up(&self->p, B));
}

PAIR_DOWN(vrf)

/* Unbound sockets serve VRFs as well. */
static int accept_all(int ns)
{
	if (lc_tcp())
		return ns_write(ns, "/proc/sys/net/ipv4/tcp_l3mdev_accept",
				"1\n") < 0 ? -1 : 0;
	return sysctl_set(ns, "l3mdev_accept", "1\n");
}

/* So that a hand-made segment need not know the other's clock. */
static int no_timestamps(int ns)
{
	if (lc_tcp())
		return ns_write(ns, "/proc/sys/net/ipv4/tcp_timestamps",
				"0\n") < 0 ? -1 : 0;
	return sysctl_set(ns, "timestamps", "0\n");
}

/* A listener in the VRF, or on a device of it. */
static int listener_on(int ns, int family, const char *dev)
{
	int fd = sock_flags(ns, family, SOCK_NONBLOCK);
	union addr a;

	addr_set(&a, family, HOST_ANY, PORT);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, dev, strlen(dev) + 1) ||
	    bind(fd, &a.sa, addr_len(&a)) || listen(fd, 8)) {
		close(fd);
		return -errno;
	}
	return fd;
}

static const char *device(int fd, char *buf, socklen_t size)
{
	buf[0] = 0;
	getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, buf, &size);
	return buf;
}

static void talk(struct __test_metadata *_metadata, int c, int s)
{
	char buf[8];

	blocking(c, true);
	blocking(s, true);
	ASSERT_EQ(5, write_all(c, "hello", 5));
	ASSERT_EQ(5, read_all(s, buf, 5));
	ASSERT_EQ(5, write_all(s, "HELLO", 5));
	ASSERT_EQ(5, read_all(c, buf, 5));
	EXPECT_EQ(0, memcmp(buf, "HELLO", 5));
}

/* A listener of the world outside does not exist in the VRF, and the RST that
 * says so finds its way back through it.
 */
TEST_F(vrf, unbound_is_outside)
{
	int l, c;

	l = listener(NS_B, FAM, HOST_ANY, PORT, 8);
	ASSERT_LE(0, l);
	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, c);
	EXPECT_EQ(-ECONNREFUSED, dialled(c, 10000));
	EXPECT_EQ(-ETIMEDOUT, take(l, 0));
	close(c);
	close(l);
}

/* With l3mdev_accept it does, and what it accepts is bound to the VRF. */
TEST_F(vrf, setting_lets_in)
{
	char dev[16] = "";
	int l, c, s;

	ASSERT_EQ(0, accept_all(NS_B));
	l = listener(NS_B, FAM, HOST_ANY, PORT, 8);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, conn_pair(&self->p, FAM, l, &c, &s));
	EXPECT_STREQ(VRF, device(s, dev, sizeof(dev)));
	talk(_metadata, c, s);
	close(c);
	close(s);
	close(l);
}

static void stays(struct __test_metadata *_metadata, struct pair *p, int family,
		  const char *dev)
{
	int l, c, s, on;
	char name[16];
	struct seg g;

	ASSERT_EQ(0, no_timestamps(p->ns[A]));
	l = listener_on(p->ns[B], family, dev);
	ASSERT_LE(0, l);
	c = dial_from(p->ns[A], family, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 10000));
	s = take(l, 10000);
	ASSERT_LE(0, s);
	EXPECT_STREQ(dev, device(s, name, sizeof(name)));
	talk(_metadata, c, s);

	/* TIME_WAIT, too, answers there. */
	close(s);
	close(c);
	ASSERT_STATE(p->ns[B], family, PORT, CPORT, S_TIME_WAIT);
	on = sniffer(p, A);
	ASSERT_LE(0, on);
	ASSERT_EQ(0, inject(p->ns[A], family, HOST_A, HOST_B,
			    &(struct seg){ .sport = CPORT, .dport = PORT,
					   .seq = 1, .ack = 1,
					   .flags = F_ACK, .win = 1000 }, ""));
	do {
		ASSERT_EQ(1, sniff(on, &g, 5000));
	} while (g.out || g.sport != PORT);
	EXPECT_TRUE(g.flags & F_ACK);
	close(on);
	close(l);
}

TEST_F(vrf, bound_to_the_vrf)
{
	stays(_metadata, &self->p, FAM, VRF);
}

TEST_F(vrf, bound_to_a_device_of_it)
{
	stays(_metadata, &self->p, FAM, "v0");
}

/* The same port inside and outside, nobody shares it. */
TEST_F(vrf, ports_of_its_own)
{
	int in, out, c, c2;

	out = listener(NS_B, FAM, HOST_ANY, PORT, 8);
	ASSERT_LE(0, out);
	in = listener_on(NS_B, FAM, VRF);
	ASSERT_LE(0, in) TH_LOG("%s", strerror(-in));
	EXPECT_EQ(-EADDRINUSE, listener_on(NS_B, FAM, VRF));

	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_EQ(0, dialled(c, 10000));
	c2 = dial(NS_B, FAM, LOOP, PORT);
	ASSERT_EQ(0, dialled(c2, 10000));
	EXPECT_LE(0, take(in, 10000));
	EXPECT_EQ(-ETIMEDOUT, take(in, 0));
	EXPECT_LE(0, take(out, 10000));
	EXPECT_EQ(-ETIMEDOUT, take(out, 0));
	close(c);
	close(c2);
	close(in);
	close(out);
}

/* With l3mdev_accept there is one world, in which they would be in the way. */
TEST_F(vrf, setting_shares_ports)
{
	int out;

	ASSERT_EQ(0, accept_all(NS_B));
	out = listener(NS_B, FAM, HOST_ANY, PORT, 8);
	ASSERT_LE(0, out);
	EXPECT_EQ(-EADDRINUSE, listener_on(NS_B, FAM, VRF));
	close(out);
}

/* A connection that is taken out of the VRF is not heard of any more. */
TEST_F(vrf, moved)
{
	int l, c, s;

	l = listener_on(NS_B, FAM, VRF);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, conn_pair(&self->p, FAM, l, &c, &s));
	ASSERT_EQ(0, setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "v0", 3));
	talk(_metadata, c, s);
	ASSERT_EQ(0, setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	close(l);
	ASSERT_EQ(5, write_all(c, "hello", 5));
	EXPECT_TRUE(poll_for(c, POLLIN, 10000) & POLLERR);
	EXPECT_EQ(ECONNRESET, so_error(c));
	close(c);
	close(s);
}

TEST_HARNESS_MAIN
