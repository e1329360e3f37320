/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of a connection, from either side: close(), shutdown(), disconnect, and
 * what is left when the program has gone (orphans, with their bound and their
 * time).
 *
 * Context: socket lock held of those that take a socket, unless a function says otherwise.
 */
#ifndef _LCTCP_CLOSE_H
#define _LCTCP_CLOSE_H

#include "lctcp.h"

/**
 * lctcp_close() - the last reference to the file is gone
 * @sk:      the socket
 * @timeout: SO_LINGER, in jiffies
 *
 * The connection goes on without the program until it has closed by itself, or
 * a limit of orphans ends it.
 *
 * Context: process; takes the socket lock, and may sleep.
 */
void lctcp_close(struct sock *sk, long timeout);

/**
 * lctcp_shutdown() - shutdown() of a connection
 * @sk:  the socket
 * @how: RCV_SHUTDOWN, SEND_SHUTDOWN or both; reading is ended by inet_shutdown
 *
 * Context: process, socket lock held.
 */
void lctcp_shutdown(struct sock *sk, int how);

/**
 * lctcp_disconnect() - connect(AF_UNSPEC), or shutdown() of a listener
 * @sk:    the socket
 * @flags: unused
 *
 * Afterwards the socket is as new, but for its options.
 *
 * Context: process, socket lock held.
 * Return: 0.
 */
int lctcp_disconnect(struct sock *sk, int flags);

/**
 * lctcp_kill() - an administrator ends a socket (SOCK_DESTROY)
 * @sk:  the socket; the caller has a reference
 * @err: what the program is told, a positive errno
 *
 * The peer gets a RST.  The program keeps its descriptor.
 *
 * Context: process; takes the socket lock.
 * Return: 0, or -ENOENT if nothing was left to end.
 */
int lctcp_kill(struct sock *sk, int err);

/**
 * lctcp_finish() - a connection has become CLOSED
 * @sk: called by the engine only
 *
 * Received data stays readable (D29); unsent data goes.
 *
 * Context: socket lock held, process or softirq.
 */
void lctcp_finish(struct sock *sk);

/**
 * lctcp_abort_child() - end a connection nobody has accepted
 * @child: from an accept queue; the queue's reference is consumed
 *
 * Context: process or softirq, softirqs on or off; takes the lock of @child.
 */
void lctcp_abort_child(struct sock *child);

/**
 * lctcp_destroy() - drop the protocol's reference to a socket
 * @sk: CLOSED, orphaned, in no table
 *
 * Context: socket lock held; the caller has a reference or runs under RCU.
 */
void lctcp_destroy(struct sock *sk);

/**
 * lctcp_orphans_most() - the default of max_orphans
 */
int lctcp_orphans_most(void);

/**
 * lctcp_orphan_begin() - a program has closed a connection that goes on
 * @sk: not CLOSED
 *
 * Context: process, socket lock held.
 */
void lctcp_orphan_begin(struct sock *sk);

/**
 * lctcp_orphan_end() - an orphan is CLOSED
 * @sk: may have been none
 */
void lctcp_orphan_end(struct sock *sk);

/**
 * lctcp_orphan_limit() - end an orphan whose time is over, or that has no room
 * @sk: not CLOSED; may be none
 *
 * The peer is told by a RST, as what it has not taken is lost.
 *
 * Return: true if it is CLOSED now.
 */
bool lctcp_orphan_limit(struct sock *sk);

/**
 * lctcp_orphan_left() - how long an orphan may still wait for an answer
 * @sk: an orphan whose text or FIN is not acknowledged
 *
 * Return: jiffies, 0 if its time is over.
 */
unsigned long lctcp_orphan_left(const struct sock *sk);

/**
 * lctcp_orphan_look() - when to see again whether there is room for an orphan
 *			 that may wait for ever
 *
 * As often as the first namespace has it: whoever sets fin_wait2_timeout_ms to 0
 * in another is not to keep the room of all.
 *
 * Return: jiffies from now.
 */
unsigned long lctcp_orphan_look(void);

/**
 * lctcp_orphan_init() - count from zero
 *
 * Return: 0 or -ENOMEM.
 */
int lctcp_orphan_init(void);

/**
 * lctcp_orphan_exit() - the reverse; no socket is left
 */
void lctcp_orphan_exit(void);

#endif /* _LCTCP_CLOSE_H */
