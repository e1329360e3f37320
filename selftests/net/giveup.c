// SPDX-License-Identifier: GPL-2.0
/*
 * Peers that fall silent, and networks that say no: how a connection ends when
 * nobody ends it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fixture.h"

FIXTURE(giveup) {
	struct pair p;
	int sniff;			/* at A */
	int l;
};

FAMILIES(giveup);

FIXTURE_SETUP(giveup)
{
	need_lctcp();
	PAIR_UP();
	ASSERT_EQ(0, black_hole(&self->p, A));
	self->sniff = sniffer(&self->p, A);
	ASSERT_LE(0, self->sniff);
	LISTENER(HOST_B, 5);
}

PAIR_DOWN(giveup)

static void connected(struct __test_metadata *_metadata,
		      FIXTURE_DATA(giveup) *self,
		      const FIXTURE_VARIANT(giveup) *variant, int *c, int *s)
{
	*c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, *c);
	ASSERT_EQ(0, dialled(*c, 5000));
	*s = take(self->l, 5000);
	ASSERT_LE(0, *s);
}

#define ENDS_BY(text) do {						\
	char __h[1024];							\
									\
	history(NS_A, CPORT, PORT, __h, sizeof(__h));			\
	EXPECT_NE(NULL, strstr(__h, text)) TH_LOG("%s", __h);		\
} while (0)

/* rst_not_for_multicast: what comes to B's address as a broadcast of the link
 * is not answered, whether somebody listens or not.
 */
TEST_F(giveup, rst_not_for_multicast)
{
	const struct seg ack = { .sport = CPORT + 2, .dport = PORT + 1,
				 .flags = F_ACK };
	int open, closed, i;
	struct seg s;

	ASSERT_EQ(0, shout(&self->p, A, HOST_B, true));
	open = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, open);
	closed = dial_from(NS_A, FAM, CPORT + 1, HOST_B, PORT + 1);
	ASSERT_LE(0, closed);
	ASSERT_EQ(0, inject(NS_A, FAM, HOST_A, HOST_B, &ack, NULL));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(1, sniff(self->sniff, &s, 1000));
		EXPECT_TRUE(s.out);
	}
	EXPECT_EQ(0, sniff(self->sniff, &s, 300));
	EXPECT_EQ(1, conn_count(NS_B, FAM, 0));
	EXPECT_EQ(0, counter(NS_B, "OutSegs"));

	/* the same SYNs again, to B alone */
	ASSERT_EQ(0, shout(&self->p, A, HOST_B, false));
	EXPECT_EQ(0, dialled(open, 5000));
	EXPECT_EQ(-ECONNREFUSED, dialled(closed, 5000));
}

/* rtx_r2: A's text is not acknowledged for R2. */
TEST_F_TIMEOUT(giveup, rtx_r2_established, 60)
{
	int c, s;
	long t;

	connected(_metadata, self, variant, &c, &s);
	ASSERT_EQ(0, sysctl_set(NS_A, "r2_ms", "2000\n"));
	ASSERT_EQ(0, fault(NS_A, "drop data"));
	t = now_ms();
	ASSERT_EQ(4, send(c, "lost", 4, 0));
	ASSERT_NE(0, poll_for(c, POLLIN, 20000) & POLLERR);
	ASSERT_BETWEEN(early_ms(2000) - 10, now_ms() - t, late_ms(2000) + 300);
	EXPECT_EQ(ETIMEDOUT, so_error(c));
	ENDS_BY(":ESTABLISHED GIVE_UP:CLOSED");
	/* B has heard nothing of it. */
	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_B, FAM, PORT, CPORT));
	EXPECT_EQ(0, poll_for(s, POLLIN, 0));
	EXPECT_EQ(1, counter(NS_A, "AbortOnTimeout"));
}

TEST_F_TIMEOUT(giveup, rtx_r2_close_wait, 60)
{
	int c, s;

	connected(_metadata, self, variant, &c, &s);
	ASSERT_EQ(0, shutdown(s, SHUT_WR));
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_CLOSE_WAIT);
	ASSERT_EQ(0, sysctl_set(NS_A, "r2_ms", "1000\n"));
	ASSERT_EQ(0, fault(NS_A, "drop data"));
	ASSERT_EQ(4, send(c, "lost", 4, 0));
	ASSERT_NE(0, poll_for(c, 0, 20000) & POLLERR);
	EXPECT_EQ(ETIMEDOUT, so_error(c));
	ENDS_BY(":CLOSE_WAIT GIVE_UP:CLOSED");
}

static void impatient(struct __test_metadata *_metadata, int fd)
{
	int on = 1, idle = 1, every = 1, times = 2;

	ASSERT_EQ(0, setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, 4));
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, 4));
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, 4));
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, 4));
}

/* Keepalives find nobody: 1 s idle, two probes 1 s apart, the end at 3 s. */
TEST_F_TIMEOUT(giveup, kal_established, 60)
{
	int c, s;
	long t;

	connected(_metadata, self, variant, &c, &s);
	impatient(_metadata, c);
	/* As long as the answers come, nothing happens. */
	EXPECT_EQ(0, poll_for(c, POLLIN, 4000));
	EXPECT_LE(2, counter(NS_A, "Keepalives"));
	ASSERT_EQ(0, fault(NS_B, "drop ack"));
	t = now_ms();
	ASSERT_NE(0, poll_for(c, POLLIN, 20000) & POLLERR);
	ASSERT_BETWEEN(1900, now_ms() - t, late_ms(3000) + 100);
	EXPECT_EQ(ETIMEDOUT, so_error(c));
	ENDS_BY(":ESTABLISHED GIVE_UP:CLOSED");
}

TEST_F_TIMEOUT(giveup, kal_fin_wait2, 60)
{
	int c, s;

	connected(_metadata, self, variant, &c, &s);
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_FIN_WAIT2);
	impatient(_metadata, c);
	ASSERT_EQ(0, fault(NS_B, "drop ack\ndrop fin-ack"));
	ASSERT_NE(0, poll_for(c, POLLIN, 20000) & POLLERR);
	EXPECT_EQ(ETIMEDOUT, so_error(c));
	ENDS_BY(":FIN_WAIT2 GIVE_UP:CLOSED");
}

/* Our SYN is never answered. */
TEST_F_TIMEOUT(giveup, syn_schedule, 60)
{
	int c;
	long t;

	ASSERT_EQ(0, sysctl_set(NS_A, "syn_schedule_ms", "300 600 1200\n"));
	t = now_ms();
	c = dial_from(NS_A, FAM, CPORT, HOST_FOREIGN, PORT);
	ASSERT_LE(0, c);
	ASSERT_NE(0, poll_for(c, POLLOUT, 20000) & POLLERR);
	ASSERT_BETWEEN(early_ms(2100) - 5, now_ms() - t, late_ms(2100) + 60);
	EXPECT_EQ(ETIMEDOUT, so_error(c));
	EXPECT_EQ(2, counter(NS_A, "SynsRetrans"));
	ENDS_BY("ACTIVE_OPEN:SYN_SENT GIVE_UP:CLOSED");
}

/* A SYN of the peer crossed ours; then it falls silent. */
TEST_F_TIMEOUT(giveup, simultaneous_open, 60)
{
	struct seg syn = { .sport = PORT + 1, .dport = CPORT, .seq = 1000,
			   .flags = F_SYN, .win = 1000 };
	char text[512];
	int c;

	ASSERT_EQ(0, fault(NS_B, "drop rst"));
	ASSERT_EQ(0, sysctl_set(NS_A, "syn_schedule_ms", "300 600 1200\n"));
	ASSERT_EQ(0, sysctl_set(NS_A, "synack_schedule_ms", "300 600\n"));
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT + 1);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, inject(NS_B, FAM, HOST_B, HOST_A, &syn, NULL));
	ASSERT_STATE(NS_A, FAM, CPORT, PORT + 1, S_SYN_RECV);
	EXPECT_EQ(0, poll_for(c, POLLOUT, 0));
	ASSERT_NE(0, poll_for(c, POLLOUT, 20000) & POLLERR);
	EXPECT_EQ(ETIMEDOUT, so_error(c));
	history(NS_A, CPORT, PORT + 1, text, sizeof(text));
	EXPECT_STREQ("ACTIVE_OPEN:SYN_SENT SYN:SYN_RECV GIVE_UP:CLOSED", text);
}

static uint16_t icmp_sum(const void *p, int n)
{
	const uint16_t *w = p;
	uint32_t sum = 0;

	for (; n > 1; n -= 2)
		sum += *w++;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* B's host says that it does not know the protocol, about the segment @s. */
static int no_such_protocol(const struct pair *p, int family,
			    const struct seg *s)
{
	unsigned char pkt[8 + 40 + 8] = { 0 };
	union addr us, them;
	int n, fd, ret, home = ns_self();
	uint32_t seq = htonl(s->seq);
	uint16_t ports[2] = { htons(s->sport), htons(s->dport) };

	addr_set(&us, family, HOST_A, 0);
	addr_set(&them, family, HOST_B, 0);
	if (family == AF_INET) {
		struct icmphdr *h = (void *)pkt;
		struct iphdr *ip = (void *)(pkt + 8);

		h->type = ICMP_DEST_UNREACH;
		h->code = ICMP_PROT_UNREACH;
		ip->version = 4;
		ip->ihl = 5;
		ip->tot_len = htons(40);
		ip->ttl = 64;
		ip->protocol = lc_proto();
		ip->saddr = us.in.sin_addr.s_addr;
		ip->daddr = them.in.sin_addr.s_addr;
		n = 8 + 20;
	} else {
		struct icmp6_hdr *h = (void *)pkt;
		struct ip6_hdr *ip = (void *)(pkt + 8);

		h->icmp6_type = ICMP6_PARAM_PROB;
		h->icmp6_code = ICMP6_PARAMPROB_NEXTHEADER;
		h->icmp6_pptr = htonl(6);
		ip->ip6_vfc = 6 << 4;
		ip->ip6_plen = htons(20);
		ip->ip6_nxt = lc_proto();
		ip->ip6_hlim = 64;
		ip->ip6_src = us.in6.sin6_addr;
		ip->ip6_dst = them.in6.sin6_addr;
		n = 8 + 40;
	}
	memcpy(pkt + n, ports, 4);
	memcpy(pkt + n + 4, &seq, 4);
	n += 8;
	if (family == AF_INET)
		((struct icmphdr *)pkt)->checksum = icmp_sum(pkt, n);
	if (ns_enter(p->ns[B]))
		return -errno;
	fd = socket(family, SOCK_RAW,
		    family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	ret = sendto(fd, pkt, n, 0, &us.sa, addr_len(&us)) == n ? 0 : -errno;
	close(fd);
	ns_enter(home);
	close(home);
	return ret;
}

/* The host is there but does not speak lctcp: known at once. */
TEST_F(giveup, icm_protocol_unreachable)
{
	struct seg syn, wrong;
	int c;
	long t;

	ASSERT_EQ(0, fault(NS_B, "drop rst"));
	t = now_ms();
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT + 1);
	ASSERT_LE(0, c);
	ASSERT_EQ(1, sniff(self->sniff, &syn, 2000));
	ASSERT_EQ(F_SYN, syn.flags & (F_SYN | F_ACK));
	/* quoting what we never sent: no */
	wrong = syn;
	wrong.seq += 7;
	ASSERT_EQ(0, no_such_protocol(&self->p, FAM, &wrong));
	EXPECT_EQ(0, poll_for(c, POLLOUT, 200));
	EXPECT_EQ(S_SYN_SENT, conn_state(NS_A, FAM, CPORT, PORT + 1));
	ASSERT_EQ(0, no_such_protocol(&self->p, FAM, &syn));
	ASSERT_NE(0, poll_for(c, POLLOUT, 5000) & POLLERR);
	EXPECT_GT(1000, now_ms() - t);
	EXPECT_EQ(FAM == AF_INET ? ENOPROTOOPT : EPROTO, so_error(c));
	EXPECT_EQ(S_NONE, conn_state(NS_A, FAM, CPORT, PORT + 1));
}

/* The same about an established connection is no reason to end it (RFC 5927). */
TEST_F(giveup, icm_hard_is_soft_when_established)
{
	struct seg s = { .sport = CPORT, .dport = PORT };
	struct seg seen;
	int c, srv;
	char got[4];

	connected(_metadata, self, variant, &c, &srv);
	while (sniff(self->sniff, &seen, 100))
		if (seen.out)
			s.seq = seen.seq;
	ASSERT_EQ(0, fault(NS_B, "drop ack"));
	ASSERT_EQ(2, send(c, "ab", 2, 0));
	ASSERT_EQ(0, no_such_protocol(&self->p, FAM, &s));
	nap_ms(100);
	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_EQ(0, fault(NS_B, "clear"));
	ASSERT_EQ(2, read_all(srv, got, 2));
	ASSERT_EQ(2, send(srv, "cd", 2, 0));
	EXPECT_EQ(2, read_all(c, got, 2));
}

TEST_HARNESS_MAIN
