/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A segment's last way: its header and options, for a socket, a mini or nobody.
 * All that leaves passes lctcp_fault() (fault.h) and then goes to IP by struct
 * lctcp_af_ops.  send.h decides what is sent.
 *
 * Context: socket lock held where there is a socket; nothing sleeps.
 */
#ifndef _LCTCP_OUTPUT_H
#define _LCTCP_OUTPUT_H

#include "lctcp.h"

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
 * lctcp_send_rst() - ABORT: <SEQ=SND.NXT><CTL=RST>
 * @sk: the socket
 */
void lctcp_send_rst(struct sock *sk);

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
 * lctcp_send_keepalive() - a segment that the peer has to answer
 * @sk: idle
 *
 * One below SND.UNA and empty (RFC 9293 section 3.8.4).
 */
void lctcp_send_keepalive(struct sock *sk);

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
