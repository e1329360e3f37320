/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who occupies which local port.  bind.c has the rules, port.c chooses.
 */
#ifndef _LCTCP_BIND_H
#define _LCTCP_BIND_H

#include <linux/types.h>

struct lctcp_bind_bucket;
struct lctcp_bound;
struct net;
struct sock;

int lctcp_bind_init(void);
void lctcp_bind_exit(void);

/* All below: under the lock of the port's bucket, softirqs off. */
struct lctcp_bind_bucket *lctcp_bind_lock(const struct net *net, u16 num);
void lctcp_bind_unlock(struct lctcp_bind_bucket *bucket);
bool lctcp_bind_conflict(struct lctcp_bind_bucket *bucket,
			 const struct sock *sk, u16 num, bool strict);
bool lctcp_bind_shared(const struct lctcp_bind_bucket *bucket,
		       const struct net *net, u16 num);
int lctcp_bind_join(struct lctcp_bind_bucket *bucket, struct sock *sk, u16 num);
void lctcp_bind_renew(struct lctcp_bind_bucket *bucket, struct sock *sk);
void lctcp_bind_join_tw(struct sock *sk, struct lctcp_bound *tw);
void lctcp_bind_leave(struct lctcp_bound *b);

#endif /* _LCTCP_BIND_H */
