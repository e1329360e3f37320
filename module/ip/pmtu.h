/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The path's MTU: what routers say of it, and what text finds out.
 *
 * May a "packet too big" be believed?  (RFC 5927 section 7.2)  Not if nothing
 * that big was ever sent.  At once if nothing bigger than it claims ever
 * arrived, as when a path is first explored.  Else the path would have had to
 * change: then what is in flight is lost, and a timeout before any progress
 * shows it.
 *
 * Context of all functions: socket lock held.
 */
#ifndef _LCTCP_PMTU_H
#define _LCTCP_PMTU_H

#include <linux/types.h>

struct sk_buff;
struct sock;

/**
 * struct lctcp_pmtu - what is known of a path, and what was only said of it
 * @sent:	largest segment sent, header included
 * @acked:	most text in a segment that has been acknowledged
 * @claim:	MTU claimed by a message that waits for a timeout, or 0
 * @seq:	sequence number which that message quoted
 * @late:	MTU claimed while the program held the socket's lock, or 0
 * @late_seq:	sequence number which that message quoted
 * @late_err:	errno of another message then that is to end the connection,
 *		if it is @late_hard
 * @mtu:	what the MSS was last derived from
 * @probe_end:	one past the last octet of the probe that is out, if any
 */
struct lctcp_pmtu {
	u16	sent;
	u16	acked;
	u32	claim;
	u32	seq;
	u32	late;
	u32	late_seq;
	u16	late_err;
	bool	late_hard;
	u32	mtu;
	u32	probe_end;
};

/* mtu_probing: when is the path tried out? */
enum lctcp_probing {
	LCTCP_PROBING_OFF,
	LCTCP_PROBING_BLACK_HOLE,	/* once it swallows large packets */
	LCTCP_PROBING_ALWAYS,
};

/**
 * lctcp_path_begin() - the connection is open
 * @sk: the socket, whose MSS is known
 */
void lctcp_path_begin(struct sock *sk);

/**
 * lctcp_path_mss() - how much text packets have, as far as probes have found
 * @sk:	 the socket
 * @mss: what interface, route, peer and program allow
 *
 * Return: at most @mss.
 */
int lctcp_path_mss(struct sock *sk, int mss);

/**
 * lctcp_path_probe() - is the next segment to be a probe?
 * @sk:	  the socket
 * @skb:  at send_head
 * @wait: set if it is, but not before some ACKs have come, and nothing else
 *	  should go meanwhile
 *
 * Return: text it is to have, and @skb is marked; else 0.
 */
u32 lctcp_path_probe(struct sock *sk, struct sk_buff *skb, bool *wait);

/**
 * lctcp_path_sent() - it has left
 * @sk: the socket
 */
void lctcp_path_sent(struct sock *sk);

/**
 * lctcp_path_unsent() - it could not leave
 * @sk:	 the socket
 * @skb: marked as probe
 */
void lctcp_path_unsent(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_path_acked() - the probe that is out has arrived
 * @sk: the socket
 */
void lctcp_path_acked(struct sock *sk);

/**
 * lctcp_path_again() - a probe is sent again, cut to size
 * @sk:	 the socket
 * @skb: marked as probe
 *
 * Whatever comes of it, it says nothing of the path any more.
 */
void lctcp_path_again(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_path_lost() - something is lost
 * @sk: the socket, not in recovery
 *
 * Return: whether it was a probe and nothing else, and no sign of congestion;
 * the probe is marked as lost.
 */
bool lctcp_path_lost(struct sock *sk);

/**
 * lctcp_path_too_big() - a router says what it carries
 * @sk:	 the socket
 * @mtu: so much, and it is believed
 *
 * Return: whether that was about a probe, which is marked as lost.
 */
bool lctcp_path_too_big(struct sock *sk, u32 mtu);

/**
 * lctcp_path_timeout() - the retransmission timer fired
 * @sk: the socket; its oldest segment goes again when this returns
 *
 * After some times the path is taken for one that swallows large packets.
 */
void lctcp_path_timeout(struct sock *sk);

#endif /* _LCTCP_PMTU_H */
