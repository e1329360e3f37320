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

/**
 * lctcp_bind_init() - make the buckets
 *
 * Return: 0 or -ENOMEM.
 */
int lctcp_bind_init(void);

/**
 * lctcp_bind_exit() - the reverse; no port is taken
 */
void lctcp_bind_exit(void);

/**
 * lctcp_bind_lock() - lock the bucket that a port belongs to
 * @net: namespace
 * @num: the port
 *
 * Context: any; softirqs are off until lctcp_bind_unlock(), and all below is to
 * be called in between.
 */
struct lctcp_bind_bucket *lctcp_bind_lock(const struct net *net, u16 num);

/**
 * lctcp_bind_unlock() - let go of it
 * @bucket: of lctcp_bind_lock()
 */
void lctcp_bind_unlock(struct lctcp_bind_bucket *bucket);

/**
 * lctcp_bind_conflict() - does anybody object to a socket's having a port?
 * @bucket: of the port
 * @sk:	    its local address is set; it may own the port already, to do
 *	    something new with it
 * @num:    the port
 * @strict: it is offered this port among others, so it is to share it with
 *	    nobody, whatever the options say (as TCP for port 0)
 */
bool lctcp_bind_conflict(struct lctcp_bind_bucket *bucket,
			 const struct sock *sk, u16 num, bool strict);

/**
 * lctcp_bind_shared() - may a connect() have this port?
 * @bucket: of the port
 * @net:    namespace
 * @num:    the port
 *
 * Return: true if all its owners got it in this way.  Who
 * has the same port is told apart by the other end.
 */
bool lctcp_bind_shared(const struct lctcp_bind_bucket *bucket,
		       const struct net *net, u16 num);

/**
 * lctcp_bind_join() - a socket becomes an owner of a port
 * @bucket: of the port
 * @sk:	    owns none yet; its entry says how it came by it
 *	    (LCTCP_ENT_AUTOPORT)
 * @num:    the port
 *
 * Return: 0 or -ENOMEM.
 */
int lctcp_bind_join(struct lctcp_bind_bucket *bucket, struct sock *sk, u16 num);

/**
 * lctcp_bind_renew() - an owner's address, state or options have changed
 * @bucket: of its port
 * @sk:	    owns a port
 *
 * Without memory its old claim stands.
 */
void lctcp_bind_renew(struct lctcp_bind_bucket *bucket, struct sock *sk);

/**
 * lctcp_bind_join_tw() - TIME_WAIT becomes an owner beside its socket
 * @sk: owns the port
 * @tw: its entry is filled in
 */
void lctcp_bind_join_tw(struct sock *sk, struct lctcp_bound *tw);

/**
 * lctcp_bind_leave() - an owner gives its port back
 * @b: the owner
 */
void lctcp_bind_leave(struct lctcp_bound *b);

#endif /* _LCTCP_BIND_H */
