// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that offer to sum and to cut TCP.  They do not know this protocol, so
 * whatever they offer, each packet on the wire is complete.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fixture.h"

#define TOTAL	(64 << 10)

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

/* One feature of the veth device of an end; 0 or -errno. */
static int feature(const struct pair *p, int end, unsigned int cmd, bool on)
{
	struct ethtool_value v = { .cmd = cmd, .data = on };
	struct ifreq ifr = { .ifr_name = "v0" };
	int home = ns_self(), fd, ret;

	ifr.ifr_data = (void *)&v;
	if (ns_enter(p->ns[end]))
		return -errno;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ret = ioctl(fd, SIOCETHTOOL, &ifr) ? -errno : 0;
	close(fd);
	ns_enter(home);
	close(home);
	return ret;
}

static uint32_t sum_of(const unsigned char *p, int n, uint32_t sum)
{
	for (; n > 1; p += 2, n -= 2)
		sum += p[0] << 8 | p[1];
	if (n)
		sum += p[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* The sum of a segment and its pseudo header, of a packet from its IP header
 * on: 0xffff if it is right, -1 if the packet is not ours.
 */
static int checksum(const unsigned char *p, int n)
{
	int v4 = p[0] >> 4 == 4, hl = v4 ? (p[0] & 15) * 4 : 40, total;

	if (n < hl || p[v4 ? 9 : 6] != lc_proto())
		return -1;
	total = v4 ? p[2] << 8 | p[3] : 40 + (p[4] << 8 | p[5]);
	if (total > n)
		return 0;
	return sum_of(p + hl, total - hl,
		      sum_of(p + (v4 ? 12 : 8), v4 ? 8 : 32,
			     lc_proto() + total - hl));
}

/* 64 KiB from A to B, read as they come; 0 or -1. */
static int transfer(int c, int s)
{
	static unsigned char buf[TOTAL];
	struct stream tx, rx;
	int sent = 0, got = 0, n;

	stream_init(&tx, 1);
	stream_init(&rx, 1);
	stream_fill(&tx, buf, TOTAL);
	blocking(c, false);
	blocking(s, false);
	while (got < TOTAL) {
		unsigned char in[4096];

		n = sent < TOTAL ? send(c, buf + sent, TOTAL - sent, 0) : 0;
		sent += n > 0 ? n : 0;
		if (!poll_for(s, POLLIN, 5000))
			return -1;
		n = recv(s, in, sizeof(in), 0);
		if (n <= 0 || !stream_check(&rx, in, n))
			return -1;
		got += n;
	}
	return 0;
}

/* What the sniffer saw is right, each packet of it; how many had text. */
static int sniffed(struct __test_metadata *_metadata, int fd, int mtu)
{
	static unsigned char pkt[1 << 17];
	int n, sum, text = 0;

	while ((n = recv(fd, pkt, sizeof(pkt), MSG_DONTWAIT)) > 0) {
		sum = checksum(pkt, n);
		if (sum < 0)
			continue;
		EXPECT_EQ(0xffff, sum);
		EXPECT_GE(mtu, n);
		text += n > 100;
	}
	return text;
}

static void veth(struct __test_metadata *_metadata, struct pair *p, int family,
		 bool on)
{
	static const unsigned int set[] = {
		ETHTOOL_STXCSUM, ETHTOOL_SSG, ETHTOOL_STSO, ETHTOOL_SGSO,
	};
	int l, c, s, fd, i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, feature(p, A, set[on ? i : 3 - i], on));
	/* what is put together again is no longer what was on the wire */
	ASSERT_EQ(0, feature(p, B, ETHTOOL_SGRO, false));
	fd = sniffer(p, B);
	l = listener(p->ns[B], family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, conn_pair(p, family, l, &c, &s));
	EXPECT_EQ(0, transfer(c, s));
	EXPECT_LE(TOTAL / 1460, sniffed(_metadata, fd, 1500));
	EXPECT_EQ(0, counter(p->ns[B], "InCsumErrors"));
	close(c);
	close(s);
	close(l);
	close(fd);
}

TEST_F(offload, wire_csum_offload_safe)
{
	veth(_metadata, &self->p, AF_INET, true);
	veth(_metadata, &self->p, AF_INET6, true);
	veth(_metadata, &self->p, AF_INET, false);
	veth(_metadata, &self->p, AF_INET6, false);
}

/* lo need not sum, and says that it has. */
static void loopback(struct __test_metadata *_metadata, int ns, int family)
{
	int l = listener(ns, family, HOST_ANY, PORT, 5), c, s;
	int fd = sniffer_on(ns, "lo");

	ASSERT_LE(0, l);
	ASSERT_LE(0, fd);
	c = dial(ns, family, LOOP, PORT);
	ASSERT_LE(0, c);
	s = take(l, 1000);
	ASSERT_LE(0, s);
	ASSERT_EQ(0, dialled(c, 1000));
	EXPECT_EQ(0, transfer(c, s));
	EXPECT_LE(2, sniffed(_metadata, fd, 65536));
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
