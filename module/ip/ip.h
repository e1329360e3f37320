/* SPDX-License-Identifier: GPL-2.0 */
/* What the files that know IP share. */
#ifndef _LCTCP_IP_H
#define _LCTCP_IP_H

#include <net/dst.h>
#include <net/tcp_states.h>

#include "lctcp.h"

/**
 * lctcp_route_mss() - the MSS to advertise for what comes in by a route
 * @dst:	the route towards the peer
 * @hdr_len:	of the IP header
 *
 * Derived from the interface and not from the path MTU, which is about the
 * other direction.
 *
 * Return: text octets.
 */
static inline int lctcp_route_mss(const struct dst_entry *dst, int hdr_len)
{
	int most = 0xffff - hdr_len - LCTCP_HDR_LEN;
	int mss = dst_metric_raw(dst, RTAX_ADVMSS);

	if (!mss)
		mss = (int)dst->dev->mtu - hdr_len - LCTCP_HDR_LEN;
	return clamp(mss, LCTCP_MSS_MIN, most);
}

/**
 * lctcp_min_ttl() - from how near must packets for a socket come?
 * @sk:		the socket
 * @family:	of the packet: a dual-stack socket has two limits
 *
 * IP_MINTTL and IPV6_MINHOPCOUNT: RFC 5082.
 *
 * Return: the least TTL or hop limit to take.
 */
static inline u8 lctcp_min_ttl(const struct sock *sk, u8 family)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (family == AF_INET6)
		return READ_ONCE(inet6_sk(sk)->min_hopcount);
#endif
	return READ_ONCE(inet_sk(sk)->min_ttl);
}

/**
 * lctcp_flow_owner() - a packet belongs to the socket in whose name it goes
 * @flow: whose
 * @skb:  the packet
 * @ctl:  the socket of the namespace that sends what is nobody's
 *
 * So that cgroups, netfilter and queues see it as they see the socket's own.
 * Its memory is not charged: there is no limit that it could reach.
 *
 * Return: the socket to send by.
 */
static inline struct sock *lctcp_flow_owner(const struct lctcp_flow *flow,
					    struct sk_buff *skb,
					    struct sock *ctl)
{
	return skb_set_owner_sk_safe(skb, flow->sk) ? flow->sk : ctl;
}

#if IS_ENABLED(CONFIG_IPV6)
void lctcp_child_pinfo(struct sock *child);
#else
static inline void lctcp_child_pinfo(struct sock *child)
{
}
#endif

#endif /* _LCTCP_IP_H */
