/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program does with a listener: listen(), accept(), close(); and the queue
 * of finished connections between the handshake and accept().
 *
 * lctcp_listener.lock guards the queue.
 */
#ifndef _LCTCP_ACCEPT_H
#define _LCTCP_ACCEPT_H

#include "lctcp.h"

/**
 * lctcp_listen() - listen()
 * @sock:    the socket
 * @backlog: how many connections may wait to be accepted; at least one may
 *
 * Context: process; takes the socket lock, and may sleep.
 * Return: 0, or -EINVAL, -EADDRINUSE, -ENOBUFS.
 */
int lctcp_listen(struct socket *sock, int backlog);

/**
 * lctcp_listen_stop() - a listener becomes CLOSED
 * @sk: in LISTEN
 *
 * Context: process, socket lock held.
 */
void lctcp_listen_stop(struct sock *sk);

/**
 * lctcp_accept_sock() - the next finished connection of a listener
 * @sk:    the listener
 * @flags: O_NONBLOCK
 * @err:   0, -EINVAL, -EAGAIN or a signal's
 *
 * Context: process; takes the socket lock, and may sleep.
 * Return: the child, with the queue's reference, or NULL.
 */
struct sock *lctcp_accept_sock(struct sock *sk, int flags, int *err);

/**
 * lctcp_accept_ready() - would accept() find a connection?
 * @sk: a listener; without its lock the answer may be a moment old
 */
bool lctcp_accept_ready(const struct sock *sk);

/**
 * lctcp_accept_full() - is the accept queue full?
 * @lst: of the listener
 */
bool lctcp_accept_full(const struct lctcp_listener *lst);

/**
 * lctcp_queue_child() - a finished connection waits for accept()
 * @listener: whose
 * @child:    in the connection table
 *
 * Context: softirq.
 * Return: false if the listener has closed; it may have begun anew, elsewhere.
 */
bool lctcp_queue_child(struct sock *listener, struct sock *child);

#endif /* _LCTCP_ACCEPT_H */
