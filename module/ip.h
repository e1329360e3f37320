/* SPDX-License-Identifier: GPL-2.0 */
/* What ipv4.c and ipv6.c share. */
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
 * lctcp_icmp_genuine() - does an ICMP message quote what we have in flight?
 * @t:		from the quoted headers, as this end sees it
 * @seq:	quoted sequence number
 *
 * RFC 5927 section 4.1.
 *
 * Context: rcu_read_lock().
 */
static inline bool lctcp_icmp_genuine(const struct lctcp_tuple *t, u32 seq)
{
	const struct lctcp_ent *ent = lctcp_lookup(t);
	const struct lctcp_sock *lc;

	if (!ent || ent->kind != LCTCP_KIND_SOCK)
		return false;
	lc = lctcp_sk(lctcp_sock_of(ent));
	return !lctcp_before(seq, READ_ONCE(lc->snd_una)) &&
	       !lctcp_after(seq, READ_ONCE(lc->snd_nxt));
}

#if IS_ENABLED(CONFIG_IPV6)
void lctcp_child_pinfo(struct sock *child);
#else
static inline void lctcp_child_pinfo(struct sock *child)
{
}
#endif

#endif /* _LCTCP_IP_H */
