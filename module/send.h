/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to send, and when: the write queue, of which the head has been sent and is
 * not acknowledged, what the windows and Nagle let go, and what goes again.
 *
 * Context: socket lock held; nothing sleeps.
 */
#ifndef _LCTCP_SEND_H
#define _LCTCP_SEND_H

#include "lctcp.h"

/**
 * lctcp_send_syn() - active OPEN: <SEQ=ISS><CTL=SYN>
 * @sk: entering SYN_SENT; routed, in the connection table
 *
 * Context: process, socket lock held.
 * Return: 0, or -ENOBUFS.
 */
int lctcp_send_syn(struct sock *sk);

/**
 * lctcp_send_synack_sock() - simultaneous open: our SYN again, with an ACK
 * @sk: entering SYN_RECV from SYN_SENT
 */
void lctcp_send_synack_sock(struct sock *sk);

/**
 * lctcp_send_fin() - CLOSE: the program sends no more
 * @sk: in FIN_WAIT1 or LAST_ACK
 */
void lctcp_send_fin(struct sock *sk);

/**
 * lctcp_send_probe() - ask a peer with a closed window whether it still is
 * @sk: the socket
 *
 * One octet of new data, or the FIN if that is all (RFC 9293 section 3.8.6.1);
 * if an octet is out already, that one again.  More, if the window is open but
 * too small for a polite segment.
 */
void lctcp_send_probe(struct sock *sk);

/**
 * lctcp_push() - send what the windows and Nagle let go
 * @sk: the socket
 */
void lctcp_push(struct sock *sk);

/**
 * lctcp_push_on() - send what the windows and Nagle let go
 * @sk: the socket, and lctcp_follow_path() has been asked under this lock
 */
void lctcp_push_on(struct sock *sk);

/**
 * lctcp_retransmit_head() - send the oldest unacknowledged segment again
 * @sk: the socket
 *
 * Return: 0 or -errno.
 */
int lctcp_retransmit_head(struct sock *sk);

/**
 * lctcp_resend() - send a segment again
 * @sk:	 the socket
 * @skb: of the retransmission queue; no more of it goes than the MSS, and the
 *	 rest becomes a segment of its own
 *
 * Return: 0 or -errno.
 */
int lctcp_resend(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_resend_lost() - send again what is marked as lost
 * @sk: the socket
 *
 * As far as the congestion window goes.
 */
void lctcp_resend_lost(struct sock *sk);

/**
 * lctcp_resend_tail() - send the last segment again
 * @sk: the socket
 *
 * Return: 0 or -errno.
 */
int lctcp_resend_tail(struct sock *sk);

/**
 * lctcp_send_one() - send a new segment, whatever the congestion window
 * @sk: the socket
 *
 * Return: whether there was one that the peer takes.
 */
bool lctcp_send_one(struct sock *sk);

/**
 * lctcp_split() - cut a queued segment
 * @sk:	 the socket
 * @skb: in the write queue
 * @len: after so many octets of text; the rest follows it, with the same marks
 *
 * Return: 0 or -errno.
 */
int lctcp_split(struct sock *sk, struct sk_buff *skb, u32 len);

/**
 * lctcp_resend_big() - the path carries less than was thought
 * @sk: its MSS has become smaller
 *
 * Of what is in flight the segments that were too big are lost, and go again at
 * once, cut to size.  That is no sign of congestion (RFC 1191 section 6.4), so
 * the window stays; the rest has arrived for all we know.
 */
void lctcp_resend_big(struct sock *sk);

/**
 * lctcp_follow_path() - does the path carry what it did?
 * @sk: routed
 *
 * Another connection may have learned that it does not, or what one learned may
 * have become too old.
 */
void lctcp_follow_path(struct sock *sk);

/**
 * lctcp_sync_mss() - how much text one segment may carry
 * @sk: routed
 *
 * The least of what the peer takes, the path carries and the program wants
 * (RFC 9293 section 3.7.1).
 */
void lctcp_sync_mss(struct sock *sk);

/**
 * lctcp_our_mss() - the MSS that our SYN offers
 * @sk: routed
 */
u16 lctcp_our_mss(struct sock *sk);

/**
 * lctcp_seg_size() - how much text to put into one segment
 * @lc: the connection
 *
 * At most half of the largest window seen, so that a peer with a small buffer
 * has a second segment to acknowledge the first one for; but windows too small
 * for that are filled.
 */
u32 lctcp_seg_size(const struct lctcp_sock *lc);

/**
 * lctcp_rtx_head() - the oldest segment sent and not acknowledged
 * @sk: the socket
 *
 * Return: the segment or NULL.
 */
struct sk_buff *lctcp_rtx_head(const struct sock *sk);

/**
 * lctcp_rtx_after() - the next one of the retransmission queue
 * @sk:  the socket
 * @skb: of that queue
 *
 * Return: the segment or NULL.
 */
struct sk_buff *lctcp_rtx_after(const struct sock *sk,
				const struct sk_buff *skb);

/**
 * lctcp_trim_tx() - drop octets from the head of a queued segment's text
 * @sk:	 the socket
 * @skb: in the write queue; all its text is in pages
 * @n:	 octets, at most the text
 *
 * Return: 0 or -ENOMEM; sequence numbers are the caller's to adjust.
 */
int lctcp_trim_tx(struct sock *sk, struct sk_buff *skb, u32 n);

/**
 * lctcp_split() - cut a queued segment, sent or not
 * @sk:	 the socket
 * @skb: in the write queue; may hold the text of many segments
 * @len: octets of text that stay with it; the rest follows in a buffer of its
 *	 own, with the same marks
 *
 * Return: 0 or -errno, then nothing has changed.
 */
int lctcp_split(struct sock *sk, struct sk_buff *skb, u32 len);

/**
 * lctcp_alloc_skb() - an empty segment for the write queue
 * @sk:	 the socket
 * @gfp: how
 *
 * Context: as @gfp allows.
 * Return: the segment, in no queue and charged to nobody, or NULL.
 */
struct sk_buff *lctcp_alloc_skb(struct sock *sk, gfp_t gfp);

/**
 * lctcp_free_tx_skb() - free a segment that has left the write queue
 * @sk:  the socket
 * @skb: in no queue, and charged by lctcp_tx_charge()
 */
void lctcp_free_tx_skb(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_purge_tx() - throw away what was never acknowledged
 * @sk: the socket
 */
void lctcp_purge_tx(struct sock *sk);

#endif /* _LCTCP_SEND_H */
