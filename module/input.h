/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A segment's way in: header, checksum, whose it is, then the checks of RFC 9293
 * section 3.10.7 in their order.  What a segment brings is kept only after every
 * check that the RFCs put before it.
 *
 * Context: softirq, or release_sock() for what the backlog held; nothing sleeps.
 * lctcp_rcv_locked() and what it calls hold the socket lock.
 */
#ifndef _LCTCP_INPUT_H
#define _LCTCP_INPUT_H

#include "lctcp.h"

/**
 * lctcp_rcv() - a packet of our protocol arrives
 * @skb: begins with our header; consumed
 * @af:	 family it came by
 *
 * Context: softirq, rcu_read_lock().
 * Return: 0.
 */
int lctcp_rcv(struct sk_buff *skb, const struct lctcp_af_ops *af);

/**
 * lctcp_rcv_locked() - a segment for a socket that was found without its lock
 * @sk:	 the socket
 * @skb: the segment; consumed
 *
 * Also struct proto's .backlog_rcv: the program lets go of the socket.
 *
 * Context: socket lock held; softirq, or process for the backlog.
 * Return: 0.
 */
int lctcp_rcv_locked(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_admit() - does a segment come the way its socket wants?
 * @sk:	 the socket, or the listener of a half-open connection
 * @skb: the segment, its IP header in place
 *
 * From near enough (RFC 5082: what left as 255 and arrives as 255 has passed no
 * router), and by IPsec if it has to.  What netfilter knows of it is let go
 * after that, since the policy asks it about NAT.
 *
 * Context: softirq, rcu_read_lock(), without the socket lock.
 * Return: false if it is to be dropped, which has been counted.
 */
bool lctcp_admit(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_filter() - may the socket see this segment?
 * @sk:	 the socket
 * @skb: the segment, its headers in place
 *
 * A socket filter may cut off text, but not the header.
 *
 * Context: softirq, rcu_read_lock(), without the socket lock.
 * Return: false if it is to be dropped, which has been counted.
 */
bool lctcp_filter(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_rcv_segment() - handle a segment by the state of its connection
 * @sk:	 not a listener
 * @skb: the segment; consumed
 *
 * Context: socket lock held; softirq, or process for the backlog.
 */
void lctcp_rcv_segment(struct sock *sk, struct sk_buff *skb);

#endif /* _LCTCP_INPUT_H */
