/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program writes, on its way into the write queue (send.h).
 */
#ifndef _LCTCP_WRITE_H
#define _LCTCP_WRITE_H

#include <linux/sizes.h>

#include "lctcp.h"

/* What one call sends or receives at most: its result is an int.  Programs are
 * held below 2^31 octets by the kernel, its own users are not.
 */
#define LCTCP_CALL_MAX		(INT_MAX & ~(SZ_64K - 1))

/* struct proto's and proto_ops' own: process context, without the socket lock. */
int lctcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size);
void lctcp_splice_eof(struct socket *sock);

/**
 * lctcp_stream_memory_free() - may the program write more, by TCP_NOTSENT_LOWAT?
 * @sk:	  the socket
 * @wake: 1 for who waits: half of it must be free for him
 *
 * Beside the limit of the send buffer.
 *
 * Context: any; without the socket lock the answer may be a moment old.
 */
bool lctcp_stream_memory_free(const struct sock *sk, int wake);

#endif /* _LCTCP_WRITE_H */
