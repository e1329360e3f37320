/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of offloads share: features of devices, a stream of which each
 * octet is looked at, and a sniffer that knows which sums are still to be made.
 */
#ifndef LCTCP_OFFLOAD_H
#define LCTCP_OFFLOAD_H

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netlib.h"

#define IFACE	"v0"
#define TOTAL	(64 << 10)

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

/* 64 KiB from @c to @s, read as they come; @carry moves packets meanwhile, if
 * nobody else does.  0 or -1.
 */
static int transfer(int c, int s, void (*carry)(void *), void *arg)
{
	static unsigned char buf[TOTAL];
	long end = now_ms() + 60000;
	struct stream tx, rx;
	int sent = 0, got = 0, n;

	stream_init(&tx, 1);
	stream_init(&rx, 1);
	stream_fill(&tx, buf, TOTAL);
	blocking(c, false);
	blocking(s, false);
	while (got < TOTAL && now_ms() < end) {
		unsigned char in[4096];

		n = sent < TOTAL ? send(c, buf + sent, TOTAL - sent, 0) : 0;
		sent += n > 0 ? n : 0;
		if (carry)
			carry(arg);
		if (!poll_for(s, POLLIN, carry ? 1 : 5000)) {
			if (carry)
				continue;
			return -1;
		}
		n = recv(s, in, sizeof(in), 0);
		if (n <= 0 || !stream_check(&rx, in, n))
			return -1;
		got += n;
	}
	return got == TOTAL ? 0 : -1;
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

#endif /* LCTCP_OFFLOAD_H */
