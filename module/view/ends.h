/* SPDX-License-Identifier: GPL-2.0 */
/* Both ends of a connection in the one form that all views take. */
#ifndef _LCTCP_ENDS_H
#define _LCTCP_ENDS_H

#include "lctcp.h"

/**
 * struct lctcp_ends - who talks to whom
 * @l6:		local address, mapped if it is IPv4
 * @r6:		remote address, likewise
 * @lport:	local port, host order
 * @rport:	remote port, host order
 * @dev_if:	interface that gives a link-local address its meaning, or 0
 * @family:	AF_INET or AF_INET6; 0 if nothing is known
 */
struct lctcp_ends {
	struct in6_addr	l6;
	struct in6_addr	r6;
	u16		lport;
	u16		rport;
	int		dev_if;
	u16		family;
};

/* Room for "[" IPv6 address "%" interface "]:" port and a NUL. */
#define LCTCP_END_TEXT	(1 + 39 + 11 + 2 + 5 + 1)

static inline void lctcp_ends_v4(struct lctcp_ends *e, __be32 laddr,
				 __be32 raddr)
{
	e->family = AF_INET;
	ipv6_addr_set_v4mapped(laddr, &e->l6);
	ipv6_addr_set_v4mapped(raddr, &e->r6);
}

static inline void lctcp_ends_v6(struct lctcp_ends *e,
				 const struct in6_addr *laddr,
				 const struct in6_addr *raddr)
{
	e->family = AF_INET6;
	e->l6 = *laddr;
	e->r6 = *raddr;
}

/*
 * In line, so that a tracepoint writes the fields straight to where they
 * belong: this is a large part of what recording costs.
 */

/**
 * lctcp_ends_of_ent() - both ends of an entry of the connection table
 * @e:		filled in
 * @ent:	the entry
 *
 * A listener has no remote end, and its local address is that of its socket.
 */
static inline void lctcp_ends_of_ent(struct lctcp_ends *e,
				     const struct lctcp_ent *ent)
{
	e->lport = ent->lport;
	e->rport = ntohs(ent->rport);
	e->dev_if = ent->dev_if;
	if (ent->family != AF_INET6)
		lctcp_ends_v4(e, ent->laddr, ent->raddr);
	else if (ent->a6)
		lctcp_ends_v6(e, &ent->a6->laddr, &ent->a6->raddr);
	else
		lctcp_ends_v6(e, &in6addr_any, &in6addr_any);
}

/**
 * lctcp_ends_of_flow() - both ends of a segment that leaves
 * @e:		filled in
 * @flow:	its flow
 */
static inline void lctcp_ends_of_flow(struct lctcp_ends *e,
				      const struct lctcp_flow *flow)
{
	e->lport = ntohs(flow->lport);
	e->rport = ntohs(flow->rport);
	e->dev_if = flow->oif;
	if (flow->family == AF_INET)
		lctcp_ends_v4(e, flow->l4, flow->r4);
	else
		lctcp_ends_v6(e, &flow->a6.laddr, &flow->a6.raddr);
}

/**
 * lctcp_ends_of_tuple() - both ends of a segment that has come
 * @e:		filled in
 * @t:		its tuple
 */
static inline void lctcp_ends_of_tuple(struct lctcp_ends *e,
				       const struct lctcp_tuple *t)
{
	e->lport = t->lport;
	e->rport = ntohs(t->rport);
	e->dev_if = t->dev_if;
	if (t->family == AF_INET)
		lctcp_ends_v4(e, t->l4, t->r4);
	else
		lctcp_ends_v6(e, t->l6, t->r6);
}

/**
 * lctcp_ends_of_skb() - both ends of a segment that has come, as far as known
 * @e:		filled in
 * @skb:	the segment, perhaps shorter than a header; or NULL
 */
void lctcp_ends_of_skb(struct lctcp_ends *e, const struct sk_buff *skb);

/**
 * lctcp_ends_local() - the local end as people write it
 * @e:		both ends
 * @buf:	room for LCTCP_END_TEXT octets
 *
 * 192.0.2.1:80, [2001:db8::1]:80, [fe80::1%2]:80; an unspecified address is *
 * or [::], and no port is *.
 *
 * Return: @buf.
 */
const char *lctcp_ends_local(const struct lctcp_ends *e, char *buf);

/**
 * lctcp_ends_remote() - the same for the remote end
 * @e:		both ends
 * @buf:	room for LCTCP_END_TEXT octets
 *
 * Return: @buf.
 */
const char *lctcp_ends_remote(const struct lctcp_ends *e, char *buf);

#endif /* _LCTCP_ENDS_H */
