/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an acknowledgment is worth, and what it does: frees segments, measures the
 * round trip, moves the send window, shows losses.
 *
 * Context: socket lock held (softirq or release_sock()), unless a function says
 * otherwise.
 */
#ifndef _LCTCP_ACK_H
#define _LCTCP_ACK_H

#include "lctcp.h"

/**
 * lctcp_ack_judge() - is this ACK field acceptable?
 * @lc:	 the connection, synchronized
 * @ack: SEG.ACK
 *
 * RFC 5961 section 5.2; early in a connection nothing below the ISS is old,
 * for it was never good.
 *
 * Return: what it is worth.
 */
enum lctcp_ack_class lctcp_ack_judge(const struct lctcp_sock *lc, u32 ack);

/**
 * lctcp_ack_check() - fifth check: the ACK field
 * @sk:	 the socket
 * @skb: an acceptable segment with ACK set
 *
 * Takes nothing from the segment yet.
 *
 * Return: what the ACK is worth.  If that is TOO_OLD or FUTURE the segment is
 * to be dropped; it has been answered.
 */
enum lctcp_ack_class lctcp_ack_check(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_ack_take() - what an acceptable ACK field does
 * @sk:	   the socket
 * @skb:   the segment
 * @worth: LCTCP_ACK_NEW or LCTCP_ACK_DUP
 */
void lctcp_ack_take(struct sock *sk, const struct sk_buff *skb,
		    enum lctcp_ack_class worth);

/**
 * lctcp_measure_synack() - the handshake has measured the round trip
 * @child:  new connection
 * @req:    what it was before
 * @cb:     of the ACK that made it
 * @cookie: nothing was kept since the SYN-ACK
 *
 * By our clock if the SYN-ACK was sent once and its ACK is the one that counts
 * (RFC 6298 section 3); for a cookie by the timestamp that it brings back, which
 * is a few milliseconds older than it should be (cookie.h).
 *
 * Context: softirq, socket lock of @child held.
 */
void lctcp_measure_synack(struct sock *child, const struct lctcp_req *req,
			  const struct lctcp_skb_cb *cb, bool cookie);

/* Fast recovery is over. */
void lctcp_recovered(struct sock *sk);

#endif /* _LCTCP_ACK_H */
