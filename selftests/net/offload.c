// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that offer to sum and to cut.  None knows this protocol, so what leaves
 * the machine is complete; but between devices that are software, packets of many
 * segments go as they are, and say that nobody has summed them up.
 */
#define _GNU_SOURCE
#include <stdio.h>

#include "fixture.h"
#include "offload.h"

FIXTURE(offload) {
	struct pair p;
};

FIXTURE_SETUP(offload)
{
	NEED_PROTO();
	if (lc_tcp())
		SKIP(return, "a device may sum TCP");
	ASSERT_EQ(0, pair_up(&self->p));
}

PAIR_DOWN(offload)

/* Features of the sender's device, by bit: all combinations that it takes. */
static const unsigned int features[] = {
	ETHTOOL_STXCSUM, ETHTOOL_SSG, ETHTOOL_STSO, ETHTOOL_SGSO,
};

#define ALL	15
#define CUTS	4	/* TSO: lets packets of many segments through */

static void veth(struct __test_metadata *_metadata, struct pair *p, int family,
		 unsigned int on)
{
	struct seen seen;
	int l, c, s, fd, i;

	/* what needs another is switched on after it, and off before it */
	for (i = 3; i >= 0; i--)
		if (!(on & 1 << i))
			ns_feature(p->ns[A], IFACE, features[i], false);
	for (i = 0; i < 4; i++)
		if (on & 1 << i)
			ns_feature(p->ns[A], IFACE, features[i], true);
	/* what is put together again is no longer what was on the wire */
	ASSERT_EQ(0, ns_feature(p->ns[B], IFACE, ETHTOOL_SGRO, false));
	fd = sniffer(p, B);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, with_sums(fd));
	l = listener(p->ns[B], family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, conn_pair(p, family, l, &c, &s));
	EXPECT_EQ(0, transfer(c, s, NULL, NULL));
	sniffed(fd, 1500, &seen);
	EXPECT_EQ(0, seen.bad);
	EXPECT_LE(1, seen.text);
	if (!(on & CUTS)) {
		EXPECT_EQ(0, seen.whole);
		EXPECT_LE(TOTAL / 1460, seen.text);
	} else if (on == ALL) {
		EXPECT_LE(1, seen.whole);
		EXPECT_GT(TOTAL / 1460, seen.text);
	}
	EXPECT_EQ(0, counter(p->ns[B], "InCsumErrors"));
	close(c);
	close(s);
	close(l);
	close(fd);
}

TEST_F(offload, wire_csum_offload_safe)
{
	unsigned int on;

	for (on = 0; on <= ALL; on++) {
		veth(_metadata, &self->p, AF_INET, on);
		veth(_metadata, &self->p, AF_INET6, on);
	}
}

/* lo need not sum, and says that nobody has. */
static void loopback(struct __test_metadata *_metadata, int ns, int family)
{
	int l = listener(ns, family, HOST_ANY, PORT, 5), c, s;
	int fd = sniffer_on(ns, "lo");
	struct seen seen;

	ASSERT_LE(0, l);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, with_sums(fd));
	c = dial(ns, family, LOOP, PORT);
	ASSERT_LE(0, c);
	s = take(l, 1000);
	ASSERT_LE(0, s);
	ASSERT_EQ(0, dialled(c, 1000));
	EXPECT_EQ(0, transfer(c, s, NULL, NULL));
	sniffed(fd, 65536, &seen);
	EXPECT_EQ(0, seen.bad);
	EXPECT_LE(2, seen.whole);
	EXPECT_EQ(0, counter(ns, "InCsumErrors"));
	close(c);
	close(s);
	close(l);
	close(fd);
}

TEST_F(offload, wire_csum_offload_safe__loopback)
{
	loopback(_metadata, self->p.ns[A], AF_INET);
	loopback(_metadata, self->p.ns[A], AF_INET6);
}

TEST_HARNESS_MAIN
