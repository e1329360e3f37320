/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program sees: struct proto and proto_ops of both families, options, and
 * how a connection wakes the program up.  The calls themselves take the socket
 * lock; what is below is for the rest of the module.
 */
#ifndef _LCTCP_SOCKET_H
#define _LCTCP_SOCKET_H

#include "lctcp.h"

extern struct percpu_counter lctcp_sockets;
extern struct proto lctcp_prot;
extern const struct proto_ops lctcp_stream_ops;
#if IS_ENABLED(CONFIG_IPV6)
extern struct proto lctcp6_prot;
extern const struct proto_ops lctcp6_stream_ops;
#endif

/**
 * lctcp_write_space() - room in the send buffer: wake who waits for it
 * @sk: the socket
 *
 * Context: any.
 */
void lctcp_write_space(struct sock *sk);

/**
 * lctcp_report() - tell the program about an error
 * @sk:  the socket
 * @err: a positive errno
 *
 * Context: socket lock held.
 */
void lctcp_report(struct sock *sk, int err);

/**
 * lctcp_reset_vars() - forget a connection, keep the options
 * @sk: new, cloned, or just disconnected; its queues are empty
 *
 * Context: socket lock held, or nobody else knows @sk.
 */
void lctcp_reset_vars(struct sock *sk);

/**
 * lctcp_unuse() - a program has closed a socket, or it was never opened
 * @sk: from now on it does not keep the module from being unloaded
 *
 * Context: socket lock held, or nobody else knows @sk.  sock_release() still
 * holds the module, or unloading waits for @sk.
 */
void lctcp_unuse(struct sock *sk);

/**
 * lctcp_fill_info() - what TCP_INFO says
 * @sk:	  the socket
 * @info: filled in whole
 *
 * Context: socket lock held.
 */
void lctcp_fill_info(struct sock *sk, struct tcp_info *info);

/* struct proto's own: process context, without the socket lock. */
int lctcp_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval,
		     unsigned int optlen);
int lctcp_getsockopt(struct sock *sk, int level, int optname,
		     char __user *optval, int __user *optlen);
int lctcp6_setsockopt(struct sock *sk, int level, int optname,
		      sockptr_t optval, unsigned int optlen);
int lctcp6_getsockopt(struct sock *sk, int level, int optname,
		      char __user *optval, int __user *optlen);

#endif /* _LCTCP_SOCKET_H */
