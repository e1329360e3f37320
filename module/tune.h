/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffers follow the connection: the receive buffer the program's reading, the
 * send buffer the congestion window.  Not where the program has set them, nor
 * beyond rmem and wmem, nor while memory is short.
 *
 * Context: socket lock held.
 */
#ifndef _LCTCP_TUNE_H
#define _LCTCP_TUNE_H

#include "lctcp.h"

/**
 * lctcp_tune_begin() - a connection is established
 * @sk: the socket
 */
void lctcp_tune_begin(struct sock *sk);

/**
 * lctcp_tune_heard() - text in sequence has been taken
 * @sk:	the socket
 * @cb: of the segment
 * @len: of its text
 */
void lctcp_tune_heard(struct sock *sk, const struct lctcp_skb_cb *cb, u32 len);

/**
 * lctcp_tune_read() - the program has read
 * @sk: the socket; its window may be wider now
 */
void lctcp_tune_read(struct sock *sk);

/**
 * lctcp_tune_acked() - the congestion window may have grown
 * @sk: the socket
 */
void lctcp_tune_acked(struct sock *sk);

#endif /* _LCTCP_TUNE_H */
