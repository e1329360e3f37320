/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The passive side of a handshake: a SYN makes a request, the third ACK makes a
 * child (handshake.c; with a cookie in between, syncookie.c; if security modules
 * agree, lsm.c), which waits for accept() (accept.h).
 *
 * A listener handles segments without its socket lock; what guards its two queues
 * is lctcp_listener.lock.  Requests are minis: a reference each for the table and
 * the armed timer, freed by RCU.
 *
 * Context: any, softirqs on or off, unless a function says otherwise.
 */
#ifndef _LCTCP_HANDSHAKE_H
#define _LCTCP_HANDSHAKE_H

#include "lctcp.h"

/**
 * lctcp_listen_rcv() - a segment for a listener
 * @sk:	 in LISTEN
 * @skb: the segment; consumed
 * @t:	 its addresses and ports
 * @af:	 its family
 * @tw:	 the TIME_WAIT that the SYN may reopen, or NULL
 *
 * RFC 9293 section 3.10.7.2.
 *
 * Context: softirq, rcu_read_lock(), without the socket lock.
 */
void lctcp_listen_rcv(struct sock *sk, struct sk_buff *skb,
		      struct lctcp_tuple *t, const struct lctcp_af_ops *af,
		      struct lctcp_tw *tw);

/**
 * lctcp_req_rcv() - a segment for a half-open passive connection
 * @req: the request
 * @skb: the segment; consumed
 * @t:	 its addresses and ports
 * @af:	 its family
 *
 * RFC 9293 section 3.10.7.4 for SYN-RECEIVED reached from LISTEN.
 *
 * Context: softirq, rcu_read_lock().
 */
void lctcp_req_rcv(struct lctcp_req *req, struct sk_buff *skb,
		   const struct lctcp_tuple *t, const struct lctcp_af_ops *af);

/**
 * lctcp_req_kill() - end a half-open connection
 * @req:  the request
 * @ev:	  why
 * @sync: also wait for a timer handler that runs; process context
 *
 * Return: true if this call ended it.
 */
bool lctcp_req_kill(struct lctcp_req *req, enum lctcp_event ev, bool sync);

/**
 * lctcp_req_due() - when is its SYN-ACK sent again?
 * @req: in the table; the answer may be a moment old
 *
 * Return: jiffies.
 */
unsigned long lctcp_req_due(const struct lctcp_req *req);

/**
 * lctcp_req_free() - the last reference is gone
 * @req: the request; its timer is not armed
 */
void lctcp_req_free(struct lctcp_req *req);

/**
 * lctcp_synack_schedule() - when to repeat a SYN-ACK
 * @listener: whose requests, or a socket in SYN_RECV
 */
struct lctcp_schedule *lctcp_synack_schedule(const struct sock *listener);

/**
 * lctcp_cookie_synack() - answer a SYN and forget it
 * @req: filled in from the SYN, but for the ISS; in no table
 *
 * Without timestamps nothing could bring back the other options, so then the
 * SYN-ACK has none (RFC 7323 section 2.2: what it offers will be honoured).
 *
 * Context: softirq.
 */
void lctcp_cookie_synack(struct lctcp_req *req);

/**
 * lctcp_cookie_expected() - could a cookie of this listener still come back?
 * @listener: in LISTEN
 *
 * Without that no ACK is worth a hash.
 */
bool lctcp_cookie_expected(const struct sock *listener);

/**
 * lctcp_cookie_ack() - does this ACK bring a cookie of ours back?
 * @req: addresses and ports filled in
 * @skb: the ACK
 *
 * If so @req becomes what it would be, had it been kept since the SYN: both
 * sequence numbers, the MSS and the options.  The first segment that the client
 * sends has to be the first to arrive, for its number tells the client's ISS.
 *
 * Context: softirq.
 */
bool lctcp_cookie_ack(struct lctcp_req *req, const struct sk_buff *skb);

#ifdef CONFIG_SECURITY_NETWORK

/**
 * lctcp_lsm_conn_request() - may a peer open a connection to this listener?
 * @req: the request, who talks to whom
 * @skb: the SYN, or the ACK that brings a cookie back
 *
 * The hook wants a request_sock, which our minis are not: it gets one that
 * says as much as it reads, for as long as it reads it.  Labels it writes there
 * go to the child by security_inet_conn_established().
 *
 * Context: softirq.
 * Return: false if @skb is to be dropped without an answer, as by TCP.
 */
bool lctcp_lsm_conn_request(const struct lctcp_req *req, struct sk_buff *skb);

#else
static inline bool lctcp_lsm_conn_request(const struct lctcp_req *req,
					  struct sk_buff *skb)
{
	return true;
}
#endif

#endif /* _LCTCP_HANDSHAKE_H */
