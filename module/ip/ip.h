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
 * lctcp_sum_here() - is a received segment to be summed up, and lies in one piece?
 * @skb: begins with our header
 *
 * As an ACK does, for which the general way takes several times as long.
 */
static inline bool lctcp_sum_here(const struct sk_buff *skb)
{
	return skb->ip_summed == CHECKSUM_NONE && !skb_is_nonlinear(skb);
}

/* Is the checksum of such a segment right?  @pseudo is that of its addresses. */
static inline bool lctcp_sum_ok(const struct sk_buff *skb, __wsum pseudo)
{
	return !csum_fold(csum_partial(skb->data, skb->len, pseudo));
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

/* ipv4.c, ipv6.c */

/**
 * lctcp_ipv4_init() - open IPv4 for segments
 *
 * Return: 0, or -EEXIST if another protocol handler has our number.
 */
int lctcp_ipv4_init(void);

/**
 * lctcp_ipv4_exit() - the reverse of lctcp_ipv4_init()
 *
 * Waits until no segment is being handled.
 */
void lctcp_ipv4_exit(void);

/**
 * lctcp_ipv4_open() - let programs make sockets
 *
 * Cannot fail, and there is no way back but lctcp_ipv4_close() at unload: from
 * here on there may be sockets.
 */
void lctcp_ipv4_open(void);

/**
 * lctcp_ipv4_close() - the reverse of lctcp_ipv4_open()
 */
void lctcp_ipv4_close(void);

/**
 * lctcp_ipv4_net_init() - make the socket that a namespace's minis send by
 * @ln: the namespace
 *
 * It is a raw one, since a stream socket would hold the module.
 *
 * Return: 0 or -errno.
 */
int lctcp_ipv4_net_init(struct lctcp_net *ln);

/**
 * lctcp_ipv4_net_exit() - the reverse of lctcp_ipv4_net_init()
 * @ln: the namespace
 */
void lctcp_ipv4_net_exit(struct lctcp_net *ln);

#if IS_ENABLED(CONFIG_IPV6)

/**
 * lctcp_ipv6_init() - open IPv6 for segments
 *
 * Does nothing if IPv6 is switched off (ipv6.disable=1).
 *
 * Return: 0, or -EEXIST if another protocol handler has our number.
 */
int lctcp_ipv6_init(void);

/**
 * lctcp_ipv6_exit() - the reverse of lctcp_ipv6_init()
 *
 * Waits until no segment is being handled.
 */
void lctcp_ipv6_exit(void);

/**
 * lctcp_ipv6_open() - let programs make sockets
 *
 * Return: 0 or -errno; on failure there is no socket yet.
 */
int lctcp_ipv6_open(void);

/**
 * lctcp_ipv6_close() - the reverse of lctcp_ipv6_open()
 */
void lctcp_ipv6_close(void);

/**
 * lctcp_ipv6_net_init() - make the socket that a namespace's minis send by
 * @ln: the namespace
 *
 * Return: 0 or -errno.
 */
int lctcp_ipv6_net_init(struct lctcp_net *ln);

/**
 * lctcp_ipv6_net_exit() - the reverse of lctcp_ipv6_net_init()
 * @ln: the namespace
 */
void lctcp_ipv6_net_exit(struct lctcp_net *ln);

/**
 * lctcp_child_pinfo() - make the IPv6 part of a cloned socket its own
 * @child: just cloned, AF_INET6, its addresses filled in
 *
 * The clone is byte by byte, so what the listener owns is still pointed to.
 * Also for a child that speaks IPv4.
 */
void lctcp_child_pinfo(struct sock *child);

#else
static inline int lctcp_ipv6_init(void) { return 0; }
static inline void lctcp_ipv6_exit(void) { }
static inline int lctcp_ipv6_open(void) { return 0; }
static inline void lctcp_ipv6_close(void) { }
static inline int lctcp_ipv6_net_init(struct lctcp_net *ln) { return 0; }
static inline void lctcp_ipv6_net_exit(struct lctcp_net *ln) { }
static inline void lctcp_child_pinfo(struct sock *child) { }

/* Nothing has this family then. */
#define lctcp_ipv6_ops lctcp_ipv4_ops
#endif

#endif /* _LCTCP_IP_H */
