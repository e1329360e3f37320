// SPDX-License-Identifier: GPL-2.0
/*
 * Who may have a port that somebody has, and which of several listeners a
 * connection goes to.  Over Linux TCP as well (--proto 6).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define RANGE	"/proc/sys/net/ipv4/ip_local_port_range"
#define MANY	300

FIXTURE(binds) {
	struct pair p;
	int fd[MANY];
	int n;
};

FAMILIES(binds);

FIXTURE_SETUP(binds)
{
	FILES(4096);
	PAIR_UP();
	ASSERT_EQ(0, black_hole(&self->p, A));
}

FIXTURE_TEARDOWN(binds)
{
	while (self->n)
		close(self->fd[--self->n]);
	pair_down(&self->p);
}

enum { REUSE = 1, REUSEPORT = 2, LISTEN = 4 };

static int set(int fd, int name, int on)
{
	return setsockopt(fd, SOL_SOCKET, name, &on, sizeof(on));
}

/* A socket bound to an address, kept open; it, or -errno. */
static int keep(FIXTURE_DATA(binds) *self, int family, int host,
		unsigned int port, int how)
{
	int fd = sock(NS_A, family), err = 0;
	union addr a;

	if (fd < 0)
		return -errno;
	addr_set(&a, family, host, port);
	if (set(fd, SO_REUSEADDR, !!(how & REUSE)) ||
	    set(fd, SO_REUSEPORT, !!(how & REUSEPORT)) ||
	    bind(fd, &a.sa, addr_len(&a)) ||
	    ((how & LISTEN) && listen(fd, 5))) {
		err = -errno;
		close(fd);
		return err;
	}
	self->fd[self->n++] = fd;
	return fd;
}

static int more(FIXTURE_DATA(binds) *self, int family, unsigned int port)
{
	int fd = dial(NS_A, family, HOST_FOREIGN, port);

	if (fd < 0)
		return fd;
	self->fd[self->n++] = fd;
	return local_port(fd);
}

static int passing(FIXTURE_DATA(binds) *self, int family, unsigned int port)
{
	int fd = dial(NS_A, family, HOST_FOREIGN, port), got;

	if (fd < 0)
		return fd;
	got = local_port(fd);
	close(fd);
	return got;
}

/* Others' connections may have moved on what says which port is next.  So go
 * round those of the range until the next is the first of the @n.
 */
static void rewind_ports(FIXTURE_DATA(binds) *self, int family,
			 unsigned int port, int n)
{
	int i, last, got = 0;

	for (i = 0; i < 2 * n; i++) {
		last = got;
		got = passing(self, family, port);
		if (last % 2 && got % 2 == 0)
			break;
	}
	for (i = 1; i < n; i++)
		passing(self, family, port);
}

/* What the second gets whose options are @second, where the first has those of
 * @first: the pairs of SO_REUSEADDR, SO_REUSEPORT and LISTEN.
 */
TEST_F(binds, two_on_a_port)
{
	static const int hosts[][2] = {
		{ HOST_A, HOST_A }, { HOST_ANY, HOST_A }, { HOST_A, HOST_ANY },
		{ HOST_ANY, HOST_ANY }, { HOST_A, LOOP },
	};
	int first, second, want, got;
	unsigned int i, port = 10000;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		for (first = 0; first < 8; first++) {
			for (second = 0; second < 8; second++) {
				port++;
				ASSERT_LE(0, keep(self, FAM, hosts[i][0], port,
						  first));
				got = keep(self, FAM, hosts[i][1], port,
					   second);
				want = i == 4 ||
				       (first & second & REUSEPORT) ||
				       ((first & second & REUSE) &&
					!(first & LISTEN));
				EXPECT_EQ(want, got >= 0)
					TH_LOG("pair %u: %d then %d: %d", i,
					       first, second, got);
				if (!want)
					EXPECT_EQ(-EADDRINUSE, got);
				while (self->n)
					close(self->fd[--self->n]);
			}
		}
	}
}

/* Options set after bind() count as well, for who comes later. */
TEST_F(binds, late_options)
{
	int i, fd[20];

	for (i = 0; i < 20; i++) {
		fd[i] = keep(self, FAM, HOST_A, PORT, REUSE);
		ASSERT_LE(0, fd[i]);
	}
	EXPECT_EQ(-EADDRINUSE, keep(self, FAM, HOST_A, PORT, 0));
	EXPECT_EQ(-EADDRINUSE, keep(self, FAM, HOST_ANY, PORT, REUSEPORT));

	ASSERT_LE(0, keep(self, FAM, HOST_A, PORT + 1, 0));
	EXPECT_EQ(-EADDRINUSE, keep(self, FAM, HOST_A, PORT + 1, REUSE));
	ASSERT_EQ(0, set(self->fd[self->n - 1], SO_REUSEADDR, 1));
	EXPECT_LE(0, keep(self, FAM, HOST_A, PORT + 1, REUSE));
	EXPECT_LE(0, keep(self, FAM, HOST_ANY, PORT + 1, REUSE));
}

/* A socket that listens no more is in nobody's way. */
TEST_F(binds, no_listener_any_more)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int fd = keep(self, FAM, HOST_A, PORT, REUSE | LISTEN);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EADDRINUSE, keep(self, FAM, HOST_A, PORT, REUSE));
	ASSERT_EQ(0, connect(fd, &none, sizeof(none)));
	EXPECT_LE(0, keep(self, FAM, HOST_A, PORT, REUSE));
	/* the other does not listen either */
	EXPECT_EQ(0, listen(fd, 1));
}

/* Of a listener on an address and one on any, each has its own; a connection
 * to the address goes to the other once the first is gone.
 */
TEST_F(binds, address_before_any)
{
	int any, one, c, s;
	union addr a;

	any = listener(NS_B, FAM, HOST_ANY, PORT, 5);
	ASSERT_LE(0, any);
	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, c);
	s = take(any, 1000);
	ASSERT_LE(0, s);
	close(c);
	close(s);
	close(any);

	one = sock(NS_B, FAM);
	any = sock(NS_B, FAM);
	ASSERT_EQ(0, set(one, SO_REUSEPORT, 1));
	ASSERT_EQ(0, set(any, SO_REUSEPORT, 1));
	ASSERT_EQ(0, set(one, SO_REUSEADDR, 1));
	ASSERT_EQ(0, set(any, SO_REUSEADDR, 1));
	addr_set(&a, FAM, HOST_ANY, PORT);
	ASSERT_EQ(0, bind(any, &a.sa, addr_len(&a)));
	ASSERT_EQ(0, listen(any, 5));
	addr_set(&a, FAM, HOST_B, PORT);
	ASSERT_EQ(0, bind(one, &a.sa, addr_len(&a)));
	ASSERT_EQ(0, listen(one, 5));
	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, c);
	s = take(one, 1000);
	ASSERT_LE(0, s);
	close(c);
	close(s);
	close(one);
	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, c);
	s = take(any, 1000);
	ASSERT_LE(0, s);
	close(c);
	close(s);
	close(any);
}

/* connect() begins with the ports of one parity, bind() with the others, so
 * that connections which would fill the range leave it room; each has the
 * others when its own are used up.
 */
TEST_F(binds, connect_and_bind_apart)
{
	int i, fd, port;

	ASSERT_EQ(0, ns_write(NS_A, RANGE, "20000 20039"));
	rewind_ports(self, FAM, PORT, 40);
	rewind_ports(self, FAM, PORT + 1, 40);
	for (i = 0; i < 20; i++) {
		port = more(self, FAM, PORT);
		ASSERT_BETWEEN(20000, port, 20039);
		EXPECT_EQ(0, port % 2) TH_LOG("connect(): %d", port);
	}
	/* another destination shares them */
	for (i = 0; i < 20; i++)
		EXPECT_EQ(0, more(self, FAM, PORT + 1) % 2);
	for (i = 0; i < 19; i++) {
		fd = keep(self, FAM, HOST_ANY, 0, 0);
		ASSERT_LE(0, fd);
		port = local_port(fd);
		EXPECT_EQ(1, port % 2) TH_LOG("bind(): %d", port);
	}
	port = more(self, FAM, PORT);
	ASSERT_BETWEEN(20000, port, 20039);
	EXPECT_EQ(1, port % 2);
	/* all have an owner, and bind() to any port shares with nobody */
	EXPECT_EQ(-EADDRINUSE, keep(self, FAM, HOST_ANY, 0, 0));
	EXPECT_EQ(-EADDRINUSE, keep(self, FAM, HOST_ANY, 0, REUSE));
	EXPECT_EQ(-EADDRINUSE, keep(self, FAM, HOST_A, 0, REUSEPORT));
	/* on another address all are free still, but for those bound to any */
	EXPECT_LE(0, keep(self, FAM, LOOP, 0, 0));
	EXPECT_EQ(-EADDRNOTAVAIL, more(self, FAM, PORT));
}

/* Those of bind() are used while the others may still be in somebody's
 * TIME_WAIT, and not longer.
 */
TEST_F(binds, connect_stays_apart)
{
	long begin;
	int i;

	if (lc_tcp())
		SKIP(return, "TCP begins with the same ones again at once");
	ASSERT_EQ(0, ns_write(NS_A, RANGE, "20000 20039"));
	ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "60000"));
	rewind_ports(self, FAM, PORT, 40);
	for (i = 0; i < 20; i++)
		EXPECT_EQ(0, passing(self, FAM, PORT) % 2);
	EXPECT_EQ(1, passing(self, FAM, PORT) % 2);
	ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "500"));
	begin = now_ms();
	while (now_ms() - begin < 1100)
		nap_since(begin);
	for (i = 0; i < 20; i++)
		EXPECT_EQ(0, passing(self, FAM, PORT) % 2);
	/* these were within a second */
	if (lc_virtual())
		EXPECT_EQ(1, passing(self, FAM, PORT) % 2);
}

/* A server that ends leaves TIME_WAITs; the next may have its port if it says
 * so.
 */
TEST_F(binds, server_again)
{
	int l, i, c, s;
	char octet;

	l = keep(self, FAM, HOST_A, PORT, REUSE | LISTEN);
	ASSERT_LE(0, l);
	for (i = 0; i < 10; i++) {
		c = dial(NS_B, FAM, HOST_A, PORT);
		ASSERT_LE(0, c);
		s = take(l, 1000);
		ASSERT_LE(0, s);
		close(s);
		blocking(c, true);
		ASSERT_EQ(0, recv(c, &octet, 1, 0));
		close(c);
	}
	close(l);
	self->n = 0;
	EXPECT_EQ(-EADDRINUSE, keep(self, FAM, HOST_A, PORT, LISTEN));
	EXPECT_EQ(-EADDRINUSE, keep(self, FAM, HOST_ANY, PORT, LISTEN));
	EXPECT_LE(0, keep(self, FAM, HOST_A, PORT, REUSE | LISTEN));
}

TEST_HARNESS_MAIN
