// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets whose own IPsec policy wants ESP: they speak with whoever has it, by
 * ESP alone, and with nobody else.  (wire_mini has what must not get through,
 * state by state.)  The ciphers are null, as only the way through the kernel is
 * of interest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/in6.h>
#include <linux/xfrm.h>

#include "fixture.h"

#ifndef IP_XFRM_POLICY
#define IP_XFRM_POLICY 17
#endif

FIXTURE(ipsec) {
	struct pair p;
	int l;
	bool esp;
};

FAMILIES(ipsec);

/* A security association for each direction, in both namespaces. */
static bool associations(const struct pair *p, int family)
{
	const char *a = family == AF_INET ? "192.0.2.1" : "2001:db8::1";
	const char *b = family == AF_INET ? "192.0.2.2" : "2001:db8::2";
	char command[512], out[1024];
	int i;

	for (i = 0; i < 4; i++) {
		snprintf(command, sizeof(command),
			 "ip xfrm state add src %s dst %s proto esp spi %d mode transport enc 'ecb(cipher_null)' '' auth digest_null ''",
			 i % 2 ? b : a, i % 2 ? a : b, 0x1000 + i % 2);
		if (ns_run(p->ns[i / 2], command, out, sizeof(out))) {
			printf("# %s\n", out);
			return false;
		}
	}
	return true;
}

FIXTURE_SETUP(ipsec)
{
	PAIR_UP();
	self->esp = associations(&self->p, variant->family);
	if (!self->esp)
		SKIP(return, "no ESP in this kernel");
	LISTENER(HOST_ANY, 5);
}

FIXTURE_TEARDOWN(ipsec)
{
	if (self->esp)
		close(self->l);
	pair_down(&self->p);
}

/* ESP both ways, and nothing else. */
static int wants_esp(int fd, int family)
{
	struct {
		struct xfrm_userpolicy_info p;
		struct xfrm_user_tmpl t;
	} pol = {
		.p.action = XFRM_POLICY_ALLOW,
		.p.sel.family = family,
		.p.lft.soft_byte_limit = XFRM_INF,
		.p.lft.hard_byte_limit = XFRM_INF,
		.p.lft.soft_packet_limit = XFRM_INF,
		.p.lft.hard_packet_limit = XFRM_INF,
		.t.family = family,
		.t.id.proto = IPPROTO_ESP,
		.t.mode = XFRM_MODE_TRANSPORT,
		.t.aalgos = ~0u, .t.ealgos = ~0u, .t.calgos = ~0u,
	};
	int level = family == AF_INET ? SOL_IP : SOL_IPV6;
	int name = family == AF_INET ? IP_XFRM_POLICY : IPV6_XFRM_POLICY;

	for (pol.p.dir = XFRM_POLICY_IN; ; pol.p.dir = XFRM_POLICY_OUT) {
		if (setsockopt(fd, level, name, &pol, sizeof(pol)))
			return -errno;
		if (pol.p.dir == XFRM_POLICY_OUT)
			return 0;
	}
}

/* A connect() with ESP, or a plain one. */
static int call(FIXTURE_DATA(ipsec) *self, int family, bool esp)
{
	union addr to;
	int fd, err = 0;

	fd = sock(NS_A, family);
	if (fd < 0)
		return fd;
	if (esp)
		err = wants_esp(fd, family);
	blocking(fd, false);
	addr_set(&to, family, HOST_B, PORT);
	if (!err && connect(fd, &to.sa, sizeof(to)) && errno != EINPROGRESS)
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* Segments in the clear that @sniffer saw until now. */
static int clear(int sniffer)
{
	struct seg s;
	int n = 0;

	while (sniff(sniffer, &s, 0))
		n++;
	return n;
}

TEST_F_TIMEOUT(ipsec, life, 60)
{
	static char out[50000], in[50000];
	int c, s, wire;

	ASSERT_EQ(0, wants_esp(self->l, variant->family));
	wire = sniffer(&self->p, B);
	ASSERT_LE(0, wire);
	c = call(self, variant->family, true);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	s = take(self->l, 5000);
	ASSERT_LE(0, s);
	blocking(c, true);
	blocking(s, true);
	memset(out, 'x', sizeof(out));
	EXPECT_EQ(sizeof(out), write_all(c, out, sizeof(out)));
	EXPECT_EQ(sizeof(in), read_all(s, in, sizeof(in)));
	EXPECT_EQ(0, memcmp(in, out, sizeof(in)));
	EXPECT_EQ(sizeof(out), write_all(s, out, sizeof(out)));
	EXPECT_EQ(sizeof(in), read_all(c, in, sizeof(in)));
	EXPECT_EQ(0, clear(wire));
	close(c);
	close(s);
	close(wire);
}

TEST_F_TIMEOUT(ipsec, plain_caller, 60)
{
	int c, wire;

	ASSERT_EQ(0, wants_esp(self->l, variant->family));
	wire = sniffer(&self->p, B);
	ASSERT_LE(0, wire);
	c = call(self, variant->family, false);
	ASSERT_LE(0, c);
	EXPECT_EQ(-ETIMEDOUT, dialled(c, 500));
	/* its SYN, and no answer */
	EXPECT_EQ(1, clear(wire));
	close(c);
	close(wire);
}

/* The SYN arrives, since a listener without a policy takes ESP as well; but the
 * SYN-ACK in the clear is not for who wants ESP.
 */
TEST_F_TIMEOUT(ipsec, plain_listener, 60)
{
	int c;

	c = call(self, variant->family, true);
	ASSERT_LE(0, c);
	EXPECT_EQ(-ETIMEDOUT, dialled(c, 500));
	close(c);
}

TEST_HARNESS_MAIN
