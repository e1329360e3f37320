/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How packets look that no socket sends: mark, priority, TOS, flow label, as the
 * listener's, the socket's or the peer's.
 *
 * Context: any; no lock.
 */
#ifndef _LCTCP_LOOKS_H
#define _LCTCP_LOOKS_H

#include "lctcp.h"

/**
 * lctcp_looks_put() - let a mini look so
 * @ent:   its entry, LCTCP_ENT_LOOKS set if it has room for that
 * @end:   one past the mini proper
 * @looks: how
 */
void lctcp_looks_put(const struct lctcp_ent *ent, const void *end,
		     const struct lctcp_looks *looks);

/**
 * lctcp_looks_of_syn() - what the answer to a segment takes from it
 * @sk:	   the listener that answers
 * @skb:   the segment, its IP header in place
 * @looks: filled in
 *
 * fwmark_accept and IPV6_FLOWLABEL_MGR's reflection, as TCP has them.
 *
 * Return: LCTCP_ENT_LOOKS if there is anything, else 0.
 */
u8 lctcp_looks_of_syn(const struct sock *sk, const struct sk_buff *skb,
		      struct lctcp_looks *looks);

/**
 * lctcp_looks_of_sock() - what TIME_WAIT keeps of how its socket looked
 * @sk:	   the socket
 * @looks: filled in
 * @tos:   likewise: TOS or traffic class
 *
 * As Linux TCP has it: mark, priority, TOS and flow label, but not the TTL, the
 * owner or IP options.
 *
 * Return: LCTCP_ENT_* to add to the mini's.
 */
u8 lctcp_looks_of_sock(const struct sock *sk, struct lctcp_looks *looks,
		       u8 *tos);

/**
 * lctcp_req_flow() - what is needed to send for a half-open connection
 * @req:  the request
 * @flow: filled in
 */
void lctcp_req_flow(const struct lctcp_req *req, struct lctcp_flow *flow);

/**
 * lctcp_tw_flow() - what is needed to send for a connection in TIME_WAIT
 * @tw:	  the mini
 * @skb:  what is answered
 * @flow: filled in
 */
void lctcp_tw_flow(const struct lctcp_tw *tw, const struct sk_buff *skb,
		   struct lctcp_flow *flow);

/**
 * lctcp_reply_mark() - the mark of an answer in nobody's name
 * @net: namespace
 * @skb: what is answered
 *
 * Return: that of @skb if the namespace wants it so (fwmark_reflect), else 0.
 */
u32 lctcp_reply_mark(const struct net *net, const struct sk_buff *skb);

#endif /* _LCTCP_LOOKS_H */
