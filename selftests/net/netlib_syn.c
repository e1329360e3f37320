// SPDX-License-Identifier: GPL-2.0
/*
 * netlib: SYNs that nobody means, as whole packets, by the thousand.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <string.h>

#include "netlib_int.h"

static uint32_t sum_words(uint32_t sum, const void *p, int n)
{
	const uint16_t *w = p;

	for (; n > 0; n -= 2)
		sum += *w++;
	return sum;
}

static uint16_t sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

int syn_forge(int family, unsigned int sport, unsigned int dport, uint32_t seq,
	      uint16_t pkt[40])
{
	bool v4 = family == AF_INET;
	uint16_t *tcp = pkt + (v4 ? 10 : 20);
	union addr src, dst;
	uint32_t sum;

	memset(pkt, 0, 80);
	addr_set(&src, family, HOST_FOREIGN, 0);
	addr_set(&dst, family, HOST_B, 0);
	if (v4) {
		pkt[0] = htons(0x4500);
		pkt[1] = htons(40);
		pkt[4] = htons(64 << 8 | lc_proto());
		memcpy(pkt + 6, &src.in.sin_addr, 4);
		memcpy(pkt + 8, &dst.in.sin_addr, 4);
		pkt[5] = sum_fold(sum_words(0, pkt, 20));
		sum = sum_words(0, pkt + 6, 8);
	} else {
		pkt[0] = htons(0x6000);
		pkt[2] = htons(20);
		pkt[3] = htons(lc_proto() << 8 | 64);
		memcpy(pkt + 4, &src.in6.sin6_addr, 16);
		memcpy(pkt + 12, &dst.in6.sin6_addr, 16);
		sum = sum_words(0, pkt + 4, 32);
	}
	tcp[0] = htons(sport);
	tcp[1] = htons(dport);
	memcpy(tcp + 2, &seq, 4);
	tcp[6] = htons(5 << 12 | F_SYN);
	tcp[7] = htons(65535);
	tcp[8] = sum_fold(sum_words(sum + htons(lc_proto()) + htons(20), tcp,
				    20));
	return v4 ? 40 : 60;
}

int syn_socket(int family, struct sockaddr_ll *to)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM, 0);

	memset(to, 0, sizeof(*to));
	to->sll_family = AF_PACKET;
	to->sll_halen = ETH_ALEN;
	to->sll_protocol = htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	to->sll_ifindex = if_nametoindex("lo");
	if (fd >= 0 && !to->sll_ifindex) {
		close(fd);
		return -1;
	}
	return fd;
}
