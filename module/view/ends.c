// SPDX-License-Identifier: GPL-2.0
/* Both ends of a connection, taken from whatever a view has, and as text. */
#include <linux/ip.h>

#include "ends.h"

void lctcp_ends_of_skb(struct lctcp_ends *e, const struct sk_buff *skb)
{
	const struct tcphdr *th;

	memset(e, 0, sizeof(*e));
	if (!skb)
		return;
	if (skb->protocol == htons(ETH_P_IP))
		lctcp_ends_v4(e, ip_hdr(skb)->daddr, ip_hdr(skb)->saddr);
	else
		lctcp_ends_v6(e, &ipv6_hdr(skb)->daddr, &ipv6_hdr(skb)->saddr);
	th = (const struct tcphdr *)skb_transport_header(skb);
	if ((const u8 *)(th + 1) > skb_tail_pointer(skb))
		return;
	e->lport = ntohs(th->dest);
	e->rport = ntohs(th->source);
}

static const char *lctcp_end_text(const struct lctcp_ends *e,
				  const struct in6_addr *addr, u16 port,
				  char *buf)
{
	int n;

	if (e->family == AF_INET) {
		if (addr->s6_addr32[3])
			n = sprintf(buf, "%pI4:", &addr->s6_addr32[3]);
		else
			n = sprintf(buf, "*:");
	} else if (e->dev_if &&
		   ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL) {
		n = sprintf(buf, "[%pI6c%%%d]:", addr, e->dev_if);
	} else {
		n = sprintf(buf, "[%pI6c]:", addr);
	}
	if (port)
		sprintf(buf + n, "%u", port);
	else
		sprintf(buf + n, "*");
	return buf;
}

const char *lctcp_ends_local(const struct lctcp_ends *e, char *buf)
{
	return lctcp_end_text(e, &e->l6, e->lport, buf);
}

const char *lctcp_ends_remote(const struct lctcp_ends *e, char *buf)
{
	return lctcp_end_text(e, &e->r6, e->rport, buf);
}
