/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connection table: one entry a connection, for all its life.  table.c has the
 * rules, ent.h the entry.
 */
#ifndef _LCTCP_TABLE_H
#define _LCTCP_TABLE_H

#include "ent.h"

struct kmem_cache;
struct list_head;

/**
 * lctcp_table_init() - allocate the tables and the caches of minis
 *
 * Return: 0 or -errno; nothing is left behind on failure.
 */
int lctcp_table_init(void);

/**
 * lctcp_table_exit() - the reverse of lctcp_table_init()
 *
 * Every entry is gone, and rcu_barrier() has seen the last one freed.
 */
void lctcp_table_exit(void);

/**
 * lctcp_lookup() - find the connection a segment belongs to
 * @t: its addresses and ports
 *
 * Context: rcu_read_lock(); the entry lives until the unlock, but may leave
 * the table at any moment.
 * Return: the entry, or NULL.
 */
struct lctcp_ent *lctcp_lookup(const struct lctcp_tuple *t);

/**
 * lctcp_table_insert() - enter a connection, if its four-tuple is free
 * @ent: filled in completely
 *
 * Context: any, softirqs on or off; may be called under a bind bucket's lock.
 * Return: 0, or -EADDRNOTAVAIL if the four-tuple lives already, TIME_WAIT
 * included (RFC 9293 section 3.10.1).
 */
int lctcp_table_insert(struct lctcp_ent *ent);

/**
 * lctcp_table_remove() - take a connection out
 * @ent: the entry
 *
 * Context: any, softirqs on or off.
 * Return: true if this call took it out: its caller alone then drops the
 * table's reference.
 */
bool lctcp_table_remove(struct lctcp_ent *ent);

/**
 * lctcp_table_replace() - put @new where @old is, at one stroke
 * @old: a request that becomes a child, or a socket that enters TIME_WAIT
 * @new: has the same four-tuple
 *
 * A reader finds one of the two at any moment.
 *
 * Context: any, softirqs on or off.
 * Return: false if @old had left the table already; then nothing is done.
 */
bool lctcp_table_replace(struct lctcp_ent *old, struct lctcp_ent *new);

/**
 * lctcp_hash_tuple() - a secret hash of who talks to whom
 * @t: as a received segment says it
 */
u32 lctcp_hash_tuple(const struct lctcp_tuple *t);

/**
 * lctcp_table_purge() - end what lives on in namespaces without any socket
 * @nets: linked by net.exit_list; no segment can arrive in them any more, and
 *	  lctcp_net.dying is set
 *
 * One walk for all of them, and none if they have no entries, which is what
 * most namespaces end with.
 *
 * Context: process.  When it returns no timer of theirs runs or is armed.
 */
void lctcp_table_purge(struct list_head *nets);

/**
 * lctcp_l3_domain() - in which VRF is what is bound to a device?
 * @net:   namespace
 * @bound: the device, 0: none
 *
 * Return: the index of the VRF's device; 0 for no VRF, or if l3mdev_accept
 * makes them all one.
 */
int lctcp_l3_domain(const struct net *net, int bound);

extern struct kmem_cache *lctcp_req_cache[4];	/* see lctcp_mini_cache() */
extern struct kmem_cache *lctcp_tw_cache[4];

/* Which of the four: by family and by whether lctcp_looks follow. */
static inline unsigned int lctcp_mini_cache(u8 family, u8 flags)
{
	return (family != AF_INET) + (flags & LCTCP_ENT_LOOKS ? 2 : 0);
}

/* What ends a chain says which one it was: one of connections or of listeners,
 * and its number.
 */
#define LCTCP_NULLS_CONN(i)	((unsigned long)(i) << 1 | 1)
#define LCTCP_NULLS_LISTEN(i)	((unsigned long)(i) << 1)
#define LCTCP_NULLS_IS_CONN(v)	((v) & 1)

/* Walking the tables, for views: slot is 0 .. lctcp_table_slots() - 1, the
 * listeners come first.  lctcp_table_first/next need rcu_read_lock().  Who
 * walks lets others run every so many slots, most of which are empty.
 */
#define LCTCP_SLOTS_AT_ONCE	256
unsigned int lctcp_table_slots(void);

/**
 * lctcp_table_first() - the first entry of a slot, for views
 * @slot: below lctcp_table_slots(); listeners come first, then a stripe each
 *
 * Context: rcu_read_lock().
 */
struct lctcp_ent *lctcp_table_first(unsigned int slot);

/**
 * lctcp_table_next() - the next entry of a slot, for views
 * @slot: as given to lctcp_table_first()
 * @ent:  from it or from this function, under the same rcu_read_lock()
 *
 * Where the slot's entries move meanwhile some may be missed or come twice.
 */
struct lctcp_ent *lctcp_table_next(unsigned int slot, struct lctcp_ent *ent);

#endif /* _LCTCP_TABLE_H */
