/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Urgent data, both ways: the pointer, and the octet before it (RFC 6093).
 *
 * Context: socket lock held, unless a function says otherwise.
 */
#ifndef _LCTCP_URGENT_H
#define _LCTCP_URGENT_H

#include "lctcp.h"

/**
 * lctcp_urg_mark() - what the program has just written is urgent
 * @sk: its last octet is at write_seq - 1
 */
void lctcp_urg_mark(struct sock *sk);

/**
 * lctcp_urg_fill() - announce urgent data in a header
 * @lc:  the connection, in urgent mode
 * @th:  the header
 * @seq: SEG.SEQ
 *
 * Until all of it is acknowledged each segment says so, if the pointer can
 * reach it (RFC 6093 section 6).
 */
void lctcp_urg_fill(struct lctcp_sock *lc, struct tcphdr *th, u32 seq);

/**
 * lctcp_urg_rcv() - sixth check: URG
 * @sk:  in a state that still takes text
 * @skb: an acceptable segment, its header in place
 *
 * With text above a gap the pointer waits as the text does (RFC 9293 section
 * 3.10.7.4); with none it has nothing to wait with.
 */
void lctcp_urg_rcv(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_urg_reached() - a segment is next in sequence: its pointer, its octet
 * @sk:   in a state that still takes text
 * @skb:  the segment, after lctcp_urg_rcv()
 * @hlen: octets of header before its text, 0 once it was held
 */
void lctcp_urg_reached(struct sock *sk, const struct sk_buff *skb, u32 hlen);

/**
 * lctcp_urg_copy() - text that is held has come again, now with an urgent pointer
 * @held: waits above a gap
 * @skb:  the copy, as lctcp_urg_rcv() left it
 */
void lctcp_urg_copy(struct sk_buff *held, const struct sk_buff *skb);

/**
 * lctcp_urg_recv() - recv(MSG_OOB)
 * @sk:    the socket
 * @msg:   where to
 * @len:   room
 * @flags: MSG_PEEK, MSG_TRUNC
 *
 * Context: process, socket lock held.
 * Return: 1, 0 at the end of the file, -EINVAL if there is none, -EAGAIN if it
 * has not arrived.
 */
int lctcp_urg_recv(struct sock *sk, struct msghdr *msg, size_t len, int flags);

/**
 * lctcp_urg_stop() - how far may a plain read go?
 * @sk:   the socket
 * @seq:  from here
 * @n:    so many octets are there
 * @skip: set if the octet at @seq is to be left out
 *
 * Return: how many octets, at most @n; a read stops before the mark.
 */
u32 lctcp_urg_stop(struct sock *sk, u32 *seq, u32 n, bool *skip);

/**
 * lctcp_at_mark() - is this the place of the urgent octet?
 * @sk:  the socket
 * @seq: sequence number
 *
 * Context: any; without the socket lock the answer may be a moment old.
 */
bool lctcp_at_mark(const struct sock *sk, u32 seq);

#endif /* _LCTCP_URGENT_H */
