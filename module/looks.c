// SPDX-License-Identifier: GPL-2.0
/*
 * How the packets of a mini look, where that is not a matter of addresses and
 * ports.
 *
 * A half-open connection sends in the name of its listener, and TIME_WAIT in
 * nobody's (ent.h: struct lctcp_flow).  What neither tells is kept behind the
 * mini: the mark and the flow label that a SYN brought, if the answer is to have
 * them too, and what the program had told the socket that has gone.  Most were
 * told nothing, so their minis have no room for it.
 */
#include <net/ip.h>
#include <net/ipv6.h>

#include "lctcp.h"
#include "looks.h"

/* Behind a mini that ends at @end, and its IPv6 addresses. */
static struct lctcp_looks *lctcp_looks_at(const struct lctcp_ent *ent,
					  const void *end)
{
	size_t skip = ent->family == AF_INET ? 0 : sizeof(struct lctcp_addr6);

	return (struct lctcp_looks *)((char *)end + skip);
}

void lctcp_looks_put(const struct lctcp_ent *ent, const void *end,
		     const struct lctcp_looks *looks)
{
	if (ent->flags & LCTCP_ENT_LOOKS)
		*lctcp_looks_at(ent, end) = *looks;
}

u8 lctcp_looks_of_syn(const struct sock *sk, const struct sk_buff *skb,
		      struct lctcp_looks *looks)
{
	memset(looks, 0, sizeof(*looks));
	if (unlikely(skb->mark) && !READ_ONCE(sk->sk_mark) &&
	    READ_ONCE(lctcp_cfg(sk)->fwmark_accept))
		looks->mark = skb->mark;
#if IS_ENABLED(CONFIG_IPV6)
	if (skb->protocol == htons(ETH_P_IPV6) && inet6_test_bit(REPFLOW, sk))
		looks->label = ip6_flowlabel(ipv6_hdr(skb));
#endif
	return looks->mark || looks->label ? LCTCP_ENT_LOOKS : 0;
}

u8 lctcp_looks_of_sock(const struct sock *sk, struct lctcp_looks *looks,
		       u8 *tos)
{
	u8 flags = inet_test_bit(TRANSPARENT, sk) ? LCTCP_ENT_TRANSPARENT : 0;

	looks->mark = READ_ONCE(sk->sk_mark);
	looks->priority = READ_ONCE(sk->sk_priority);
	looks->label = 0;
	*tos = READ_ONCE(inet_sk(sk)->tos);
#if IS_ENABLED(CONFIG_IPV6)
	if (lctcp_sk(sk)->b.ent.family == AF_INET6) {
		looks->label = inet6_sk(sk)->flow_label & IPV6_FLOWLABEL_MASK;
		*tos = READ_ONCE(inet6_sk(sk)->tclass);
	}
#endif
	if (looks->mark || looks->priority || looks->label)
		flags |= LCTCP_ENT_LOOKS;
	return flags;
}

void lctcp_req_flow(const struct lctcp_req *req, struct lctcp_flow *flow)
{
	const struct lctcp_looks *looks;

	lctcp_ent_flow(&req->ent, req->listener, flow);
	if (likely(!(READ_ONCE(req->ent.flags) & LCTCP_ENT_LOOKS)))
		return;
	looks = lctcp_looks_at(&req->ent, req + 1);
	flow->label = looks->label;
	if (looks->mark)
		flow->mark = looks->mark;
}

void lctcp_tw_flow(const struct lctcp_tw *tw, const struct sk_buff *skb,
		   struct lctcp_flow *flow)
{
	const struct lctcp_looks *looks;
	u32 mark;

	lctcp_ent_flow(&tw->b.ent, NULL, flow);
	if (READ_ONCE(tw->b.ent.flags) & LCTCP_ENT_LOOKS) {
		looks = lctcp_looks_at(&tw->b.ent, tw + 1);
		flow->mark = looks->mark;
		flow->priority = looks->priority;
		flow->label = looks->label;
	}
	mark = lctcp_reply_mark(flow->net, skb);
	if (mark)
		flow->mark = mark;
}

u32 lctcp_reply_mark(const struct net *net, const struct sk_buff *skb)
{
	if (likely(!skb->mark))
		return 0;
#if IS_ENABLED(CONFIG_IPV6)
	if (skb->protocol == htons(ETH_P_IPV6))
		return IP6_REPLY_MARK(net, skb->mark);
#endif
	return IP4_REPLY_MARK(net, skb->mark);
}
