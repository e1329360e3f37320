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
 * @skb:	the message, from the quoted IP header on
 * @offset:	where our header begins in it
 * @seq:	its sequence number
 * @ttl:	TTL or hop limit it had left
 */
struct lctcp_quote {
	struct lctcp_tuple	t;
	struct sk_buff		*skb;
	int			offset;
	u32			seq;
	u8			ttl;
};

/**
 * lctcp_tuple_of_quote() - whom does an ICMP message quote?
 * @skb:    begins with the quoted IP header
 * @family: of the quoted packet
 * @offset: where our header begins; eight octets of it are there
 * @q:	    the answer
 *
 * The quoted packet is one of ours, so its source is this end.
 */
void lctcp_tuple_of_quote(struct sk_buff *skb, u8 family, int offset,
			  struct lctcp_quote *q);

/**
 * lctcp_icmp_genuine() - does an ICMP message quote what we have in flight?
 * @q: the quote
 *
 * RFC 5927 section 4.1, for messages that do not touch the connection.
 *
 * Context: rcu_read_lock().
 */
bool lctcp_icmp_genuine(const struct lctcp_quote *q);

/**
 * lctcp_icmp_error() - an ICMP error quotes a segment of ours
 * @q:	  the quote
 * @err:  errno
 * @hard: nothing will change by trying again
 * @mtu:  what "packet too big" claims; else 0
 *
 * An error that does not end the connection is remembered, and reported if
 * the connection is given up.  A program that wants errors in its error queue
 * (IP_RECVERR) finds it there at once.
 *
 * Context: softirq, rcu_read_lock().
 */
void lctcp_icmp_error(const struct lctcp_quote *q, int err, bool hard, u32 mtu);

/**
 * lctcp_r1_passed() - the same segment has been sent again R1 times
 * @sk: the socket
 *
 * IP is told, so that it looks for another router (RFC 9293 section 3.8.3 (b)),
 * and so is a program that wants errors in its error queue (IP_RECVERR): it
 * reads a local ETIMEDOUT, and the connection goes on.
 *
 * Context: socket lock held.
 */
void lctcp_r1_passed(struct sock *sk);

/**
 * lctcp_icmp_timeout() - the retransmission timer of a connection fired
 * @sk: the socket; its oldest segment goes again when this returns
 *
 * A "packet too big" that had been put aside is believed now: what it quoted
 * has not been acknowledged since.
 *
 * Context: socket lock held.
 */
void lctcp_icmp_timeout(struct sock *sk);

/**
 * lctcp_icmp_late() - the program releases a socket that missed a message
 * @sk:	      the socket
 * @deferred: LCTCP_DEFER_TOO_BIG, LCTCP_DEFER_ICMP: which
 *
 * Context: as lctcp_release_cb().
 */
void lctcp_icmp_late(struct sock *sk, u8 deferred);

#endif /* _LCTCP_ICMP_H */
