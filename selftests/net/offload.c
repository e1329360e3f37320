// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that offer to sum and to cut.  None knows this protocol, so what leaves
 * the machine is complete; but between devices that are software, packets of many
 * segments go as they are, and say that nobody has summed them up.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
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

/* What a sniffer saw. */
struct seen {
	int text;	/* packets with text */
	int whole;	/* of those, that nobody summed up */
	int bad;	/* that are wrong, or too big and summed up */
};

/* The next packet; *@later: its sum is still to be made. */
static int next_packet(int fd, unsigned char *pkt, size_t size, bool *later)
{
	char control[256];	/* a time stamp, too */
	struct iovec iov = { .iov_base = pkt, .iov_len = size };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct tpacket_auxdata aux = {};
	struct cmsghdr *c;
	int n = recvmsg(fd, &m, MSG_DONTWAIT);

	*later = false;
	for (c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL; c; c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		*later = aux.tp_status & TP_STATUS_CSUMNOTREADY;
	}
	return n;
}

static void sniffed(int fd, int mtu, struct seen *seen)
{
	static unsigned char pkt[1 << 17];
	bool later;
	int n, sum;

	memset(seen, 0, sizeof(*seen));
	while ((n = next_packet(fd, pkt, sizeof(pkt), &later)) > 0) {
		sum = checksum(pkt, n);
		if (sum < 0)
			continue;
		seen->text += n > 100;
		seen->whole += later;
		if (!later)
			seen->bad += sum != 0xffff || n > mtu;
	}
}

static int with_sums(int fd)
{
	int on = 1;

	return setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on));
}

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
			wire_feature(p, A, features[i], false);
	for (i = 0; i < 4; i++)
		if (on & 1 << i)
			wire_feature(p, A, features[i], true);
	/* what is put together again is no longer what was on the wire */
	ASSERT_EQ(0, wire_feature(p, B, ETHTOOL_SGRO, false));
	fd = sniffer(p, B);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, with_sums(fd));
	l = listener(p->ns[B], family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, conn_pair(p, family, l, &c, &s));
	EXPECT_EQ(0, transfer(c, s));
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
	EXPECT_EQ(0, transfer(c, s));
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
