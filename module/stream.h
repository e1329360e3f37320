/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the peer has sent and the program reads: text in order and above a gap, and
 * the window that is offered for it.
 *
 * Context: socket lock held, unless a function says otherwise.
 */
#ifndef _LCTCP_STREAM_H
#define _LCTCP_STREAM_H

#include "lctcp.h"

/**
 * lctcp_duplicate() - the peer has sent again what we have
 * @sk:	 the socket
 * @seq: first sequence number of it
 * @end: one past the last; what lies above RCV.NXT counts if it is held
 *
 * The next segment says so (RFC 2883).
 */
void lctcp_duplicate(struct sock *sk, u32 seq, u32 end);

/**
 * lctcp_text_process() - seventh and eighth check: text and FIN
 * @sk:	 the socket
 * @skb: an acceptable segment whose ACK has been taken; consumed
 */
void lctcp_text_process(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_ooo_purge() - forget what waits above a gap
 * @sk: the socket
 */
void lctcp_ooo_purge(struct sock *sk);

/**
 * lctcp_select_window() - decide what window to advertise, and remember it
 * @sk: the socket, past its SYN
 *
 * Context: socket lock held; an ACK of rcv_nxt is about to leave.
 * Return: value for the window field.
 */
u32 lctcp_select_window(struct sock *sk);

/**
 * lctcp_first_window() - the window of a new connection, unscaled
 * @sk: the socket, or the listener
 *
 * Context: any; of a listener without its lock.
 */
u32 lctcp_first_window(const struct sock *sk);

/**
 * lctcp_largest_window() - the widest window that a connection may ever offer
 * @sk: the socket, or the listener
 *
 * For the window scale, which cannot change later, though the buffer will grow.
 *
 * Context: any; of a listener without its lock.
 */
u32 lctcp_largest_window(const struct sock *sk);

/* The buffer that a window of @wnd octets needs, see window.c. */
u32 lctcp_space_for_win(u32 wnd);

/**
 * lctcp_rcv_space_init() - the window that our SYN offers
 * @sk: the socket
 */
void lctcp_rcv_space_init(struct sock *sk);

/**
 * lctcp_window_freed() - there is more room: tell the peer?
 * @sk:	    the socket
 * @copied: octets that the program has taken; more than none if the buffer or
 *	    its limits have changed
 *
 * If the peer can send little, and by a step and the double more than before;
 * or an ACK is owed anyway for more than a segment.
 *
 * Context: process, socket lock held.
 */
void lctcp_window_freed(struct sock *sk, int copied);

/**
 * lctcp_reader_waits() - the program wants more than there is
 * @sk: the socket
 *
 * So it does not answer what it has got: if the ACK of that has waited for an
 * answer only, at the start, when the peer waits for each, it goes.
 *
 * Context: process, socket lock held.
 */
void lctcp_reader_waits(struct sock *sk);

/**
 * lctcp_window_shut() - may the peer be waiting for the program to read?
 * @sk: past its SYN
 *
 * Then what has arrived must do, however much the program has asked for.
 *
 * Context: any.
 */
bool lctcp_window_shut(const struct sock *sk);

/**
 * lctcp_set_rcvlowat() - SO_RCVLOWAT
 * @sk:	 the socket
 * @val: octets
 *
 * No more than can ever wait in the buffer, which grows for it if it may.
 *
 * Context: process, socket lock held.
 * Return: 0.
 */
int lctcp_set_rcvlowat(struct sock *sk, int val);

/**
 * lctcp_pick_wscale() - window scale to offer
 * @space: the largest window we may ever want to advertise
 *
 * RFC 7323 section 2.
 *
 * Context: any; no lock.
 */
u8 lctcp_pick_wscale(u32 space);

#endif /* _LCTCP_STREAM_H */
