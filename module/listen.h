/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of listeners: who accepts on an address and port.
 *
 * Context: process, unless a function says otherwise.
 */
#ifndef _LCTCP_LISTEN_H
#define _LCTCP_LISTEN_H

#include <linux/types.h>

struct lctcp_ent;
struct lctcp_tuple;
struct sock;

/**
 * lctcp_listen_init() - allocate the table
 *
 * Return: 0 or -ENOMEM.
 */
int lctcp_listen_init(void);

/**
 * lctcp_listen_exit() - the reverse of lctcp_listen_init()
 */
void lctcp_listen_exit(void);

/**
 * lctcp_listen_add() - let segments find a listener
 * @sk: bound, in LISTEN
 *
 * Context: process, socket lock held.
 */
void lctcp_listen_add(struct sock *sk);

/**
 * lctcp_listen_remove() - the reverse
 * @sk: the listener
 *
 * Context: process, socket lock held.
 */
void lctcp_listen_remove(struct sock *sk);

/**
 * lctcp_lookup_listener() - find who accepts on an address and port
 * @t: addresses and ports of a segment
 *
 * Context: rcu_read_lock(); no reference is taken.
 * Return: the listener, or NULL.
 */
struct sock *lctcp_lookup_listener(const struct lctcp_tuple *t);

/**
 * lctcp_listens_for() - is a connection still for this listener?
 * @sk:	 found without a lock; since then it may have been closed, and listen
 *	 again with another address or port
 * @ent: of a request or a child
 *
 * Context: lctcp_listener.lock of @sk held, and it is not closed: that is set
 * before the one changes, and lifted after the other has been set.
 */
bool lctcp_listens_for(const struct sock *sk, const struct lctcp_ent *ent);

unsigned int lctcp_listen_slots(void);

/**
 * lctcp_listen_first() - the first listener of a slot, for views
 * @slot: below lctcp_listen_slots()
 *
 * Context: rcu_read_lock().
 */
struct lctcp_ent *lctcp_listen_first(unsigned int slot);

#endif /* _LCTCP_LISTEN_H */
