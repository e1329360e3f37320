/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ICMP says about connections: whom it quotes, and whether to believe it.
 */
#ifndef _LCTCP_ICMP_H
#define _LCTCP_ICMP_H

#include "lctcp.h"

/**
 * struct lctcp_quote - what an ICMP message quotes of a segment of ours
 * @t:		its connection, as this end sees it; points into the packet
 * @seq:	its sequence number
 * @ttl:	TTL or hop limit it had left
 */
struct lctcp_quote {
	struct lctcp_tuple	t;
	u32			seq;
	u8			ttl;
};

void lctcp_tuple_of_quote(const struct sk_buff *skb, u8 family, int offset,
			  struct lctcp_quote *q);
bool lctcp_icmp_genuine(const struct lctcp_quote *q);
void lctcp_icmp_error(const struct lctcp_quote *q, int err, bool hard, u32 mtu);
void lctcp_icmp_timeout(struct sock *sk);
void lctcp_icmp_late(struct sock *sk);

#endif /* _LCTCP_ICMP_H */
