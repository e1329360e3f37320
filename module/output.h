/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A segment's way out: what to send (send.c), its header and options (output.c),
 * and the queue of what is not acknowledged.  All that leaves passes
 * lctcp_fault() (fault.h) and then goes to IP by struct lctcp_af_ops.
 *
 * Context: socket lock held where there is a socket; nothing sleeps.
 */
#ifndef _LCTCP_OUTPUT_H
#define _LCTCP_OUTPUT_H

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
 * lctcp_send_synack_req() - SYN-ACK for a half-open connection
 * @req:   the request
 * @tsval: our timestamp, if they are agreed on
 *
 * The same each time but for the timestamp and the IP header (RFC 9293 section
 * 3.8.1), and for the options if a SYN came again with others (D33).
 *
 * Context: softirq.
 */
void lctcp_send_synack_req(const struct lctcp_req *req, u32 tsval);

/**
 * lctcp_send_ack() - <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, at once
 * @sk: past its SYN
 */
void lctcp_send_ack(struct sock *sk);

/**
 * lctcp_send_challenge() - an ACK that asks the peer whether it meant that
 * @sk: past its SYN
 *
 * RFC 5961 section 3.2 and 4.2, limited per connection as section 7 wants:
 * a limit shared by connections would tell one about another.
 */
void lctcp_send_challenge(struct sock *sk);

/**
 * lctcp_send_reply() - answer a segment that was refused
 * @sk:	    past its SYN
 * @skb:    the segment
 * @kind:   LCTCP_ANSWER_REFUSAL or LCTCP_ANSWER_AGAIN
 * @insist: an honest peer waits for this answer
 *
 * Whoever sends text waits for its ACK, so when there have been too many for
 * now the answers to text and to what else insists become a single one, a
 * little later.  Other empty segments may be answers themselves, and two ends
 * that disagree would go on for ever: then they are met with silence.  Text
 * that has come before is reported (RFC 2883).
 */
void lctcp_send_reply(struct sock *sk, const struct sk_buff *skb,
		      enum lctcp_answer kind, bool insist);

/**
 * lctcp_ack_refused() - text in the window was refused, or came once more
 * @sk: the socket; ACKs that are owed are sent once the segment is dealt with
 */
void lctcp_ack_refused(struct sock *sk);

/**
 * lctcp_send_fin() - CLOSE: the program sends no more
 * @sk: in FIN_WAIT1 or LAST_ACK
 */
void lctcp_send_fin(struct sock *sk);

/**
 * lctcp_send_rst() - ABORT: <SEQ=SND.NXT><CTL=RST>
 * @sk: the socket
 */
void lctcp_send_rst(struct sock *sk);

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
 * lctcp_send_flow() - send a bare segment without a socket
 * @flow:  who sends to whom
 * @seq:   SEG.SEQ
 * @ack:   SEG.ACK, if @flags has ACK
 * @wnd:   window field
 * @flags: octet 13 of the header
 * @opt:   options, or NULL
 * @role:  enum lctcp_role
 * @id:	   serial number of the connection, 0 if there is none
 *
 * Context: any, softirqs on or off.  Without memory nothing is sent.
 */
void lctcp_send_flow(const struct lctcp_flow *flow, u32 seq, u32 ack, u16 wnd,
		     u8 flags, const struct lctcp_options *opt, u8 role, u32 id);

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
 * lctcp_reply_rst() - a segment reached nobody: RFC 9293 section 3.5.2
 * @t:	 who sent it to whom
 * @skb: the segment, not a RST
 * @af:	 its family
 * @listener: that does not want it, or NULL: then the answer is in nobody's name
 *
 * Context: softirq.
 */
void lctcp_reply_rst(const struct lctcp_tuple *t, const struct sk_buff *skb,
		     const struct lctcp_af_ops *af, struct sock *listener);

/**
 * lctcp_send_refusal() - the RST that a segment gets: RFC 9293 section 3.10.7.1
 * @flow: who sends to whom
 * @skb:  the segment, not a RST
 * @id:	  serial number of the connection, 0 if there is none
 *
 * Context: any, softirqs on or off.
 */
void lctcp_send_refusal(const struct lctcp_flow *flow,
			const struct sk_buff *skb, u32 id);

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
 * lctcp_resend_lost() - send again what is lost, as the congestion window opens
 * @sk: the socket
 *
 * After a timeout that is all that was in flight, after "packet too big" what is
 * marked.
 */
void lctcp_resend_lost(struct sock *sk);

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
 * lctcp_send_keepalive() - a segment that the peer has to answer
 * @sk: idle
 *
 * One below SND.UNA and empty (RFC 9293 section 3.8.4).
 */
void lctcp_send_keepalive(struct sock *sk);

/**
 * lctcp_sync_mss() - how much text one segment may carry
 * @sk: routed
 *
 * The least of what the peer takes, the path carries and the program wants
 * (RFC 9293 section 3.7.1).
 */
void lctcp_sync_mss(struct sock *sk);

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
 * lctcp_reinject() - send a segment that a fault rule has held or copied
 * @flow: who sends to whom
 * @skb:  complete from its header on; consumed
 */
void lctcp_reinject(const struct lctcp_flow *flow, struct sk_buff *skb);

/**
 * lctcp_emit_queued() - send a segment of the write queue, first or again
 * @sk:  the socket
 * @skb: the segment
 *
 * Return: 0 or -errno; then it may not have left.
 */
int lctcp_emit_queued(struct sock *sk, struct sk_buff *skb);

#endif /* _LCTCP_OUTPUT_H */
