/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connection table: what its entries have in common, how a segment says
 * whose it is, and how to answer it without a socket.  table.c has the rules.
 */
#ifndef _LCTCP_TABLE_H
#define _LCTCP_TABLE_H

#include <linux/in6.h>
#include <linux/list_nulls.h>
#include <linux/rculist.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct kmem_cache;
struct lctcp_claim;
struct list_head;
struct net;
struct sock;

enum lctcp_kind {
	LCTCP_KIND_SOCK,
	LCTCP_KIND_REQ,
	LCTCP_KIND_TW,
};

struct lctcp_addr6 {
	struct in6_addr laddr;
	struct in6_addr raddr;
};

/**
 * struct lctcp_ent - an entry of the connection table
 * @node:	in its bucket
 * @net:	its namespace; not reference counted, see main.c
 * @laddr:	local address if @family is AF_INET (v4-mapped sockets too)
 * @raddr:	remote address, likewise
 * @a6:		both, if @family is AF_INET6; points behind the object
 * @rport:	remote port
 * @lport:	local port, host order
 * @refs:	of a mini; sockets use sk_refcnt
 * @dev_if:	interface or VRF the connection is bound to, or 0
 * @kind:	enum lctcp_kind
 * @family:	AF_INET or AF_INET6: that of the segments
 * @flags:	LCTCP_ENT_*
 * @tos:	of a TIME_WAIT mini: IPv4 TOS or IPv6 traffic class
 * @answers:	of a mini: bucket of its answers, see answers.h
 */
struct lctcp_ent {
	struct hlist_nulls_node	node;
	struct net		*net;
	union {
		struct {
			__be32	laddr;
			__be32	raddr;
		};
		const struct lctcp_addr6 *a6;
	};
	__be16			rport;
	u16			lport;
	refcount_t		refs;
	int			dev_if;
	u8			kind:4,
				family:4;
	u8			flags;
	u8			tos;
	u8			answers;
};

/* The port was chosen for a connect(), so others may share it. */
#define LCTCP_ENT_AUTOPORT	BIT(0)
#define LCTCP_ENT_ABORTED	BIT(1)	/* a TIME_WAIT mini's: our RST ended it */
#define LCTCP_ENT_ACTIVE	BIT(2)	/* this end called connect() */
#define LCTCP_ENT_TRANSPARENT	BIT(3)	/* a TIME_WAIT mini's: IP_TRANSPARENT */
#define LCTCP_ENT_LOOKS		BIT(4)	/* a mini's: struct lctcp_looks follows */
/* A request's: its SYN came again, and so did our answer. */
#define LCTCP_ENT_SYN_AGAIN	BIT(5)
/* A TIME_WAIT mini's: how many requests have reopened it, up to as many as fit. */
#define LCTCP_ENT_REOPENED	(BIT(6) | BIT(7))
#define LCTCP_TW_REOPENS_SHIFT	6
#define LCTCP_TW_REOPENS	3U

/**
 * struct lctcp_bound - an entry that also occupies a local port
 * @ent:	for the connection table
 * @claim:	what it claims of its port, see bind.c; NULL if it has none
 * @rcu:	of a TIME_WAIT mini that has left it; not in the place of the
 *		timer, which a late reader may still look at
 */
struct lctcp_bound {
	struct lctcp_ent	ent;
	union {
		struct lctcp_claim	*claim;
		struct rcu_head		rcu;
	};
};

/**
 * struct lctcp_tuple - who talks to whom, as a received segment says it
 * @net:	namespace
 * @l4, @r4:	local and remote address if @family is AF_INET
 * @l6, @r6:	the same for AF_INET6; they point into the packet
 * @rport:	remote port
 * @lport:	local port, host order
 * @dev_if:	interface it came in on, or the VRF that this one is in
 * @sdif:	in a VRF: the interface, else 0
 * @family:	AF_INET or AF_INET6
 */
struct lctcp_tuple {
	struct net		*net;
	union {
		struct {
			__be32	l4;
			__be32	r4;
		};
		struct {
			const struct in6_addr *l6;
			const struct in6_addr *r6;
		};
	};
	__be16			rport;
	u16			lport;
	int			dev_if;
	int			sdif;
	u8			family;
};

/**
 * struct lctcp_flow - enough to send a segment without a socket
 * @net:	namespace
 * @l4, @r4, @l6, @r6: our and their address
 * @lport, @rport: network order
 * @sk:		in whose name: the socket, or the listener of a half-open
 *		connection; NULL: in nobody's.  With it, what is sent has its TTL,
 *		TOS, priority, owner, IPsec policy and IPv6 options as they are
 *		then, and @priority, @tos and @transparent do not count
 * @mark:	of the packet
 * @priority:	of the packet
 * @tos:	TOS or traffic class
 * @transparent: our address need not be one of this host
 * @label:	IPv6 flow label, 0: that of @sk, or from a hash of the four-tuple
 * @oif:	interface to use, or 0
 * @family:	AF_INET or AF_INET6
 */
struct lctcp_flow {
	struct net		*net;
	union {
		struct {
			__be32	l4;
			__be32	r4;
		};
		struct lctcp_addr6 a6;
	};
	__be16			lport;
	__be16			rport;
	struct sock		*sk;
	u32			mark;
	u32			priority;
	__be32			label;
	int			oif;
	u8			family;
	u8			tos;
	bool			transparent;
};

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
 * lctcp_ent_matches() - is this the connection of a segment?
 * @ent: the entry; what was found without a lock is asked again under it
 * @t:	 addresses and ports of the segment
 */
bool lctcp_ent_matches(const struct lctcp_ent *ent,
		       const struct lctcp_tuple *t);

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
 * lctcp_ent_put() - drop a reference; the last one frees by RCU
 * @ent: the entry
 */
void lctcp_ent_put(struct lctcp_ent *ent);

/**
 * lctcp_ent_switch() - a dual-stack socket may change its family
 * @sk: in no table; its entry is about to be filled
 *
 * A reader that still looks at the entry of the connection before must not
 * take the addresses of one family for those of the other.
 *
 * Context: process, socket lock held.
 */
void lctcp_ent_switch(struct sock *sk);

/**
 * lctcp_ent_from_sock() - fill a socket's entry from its addresses
 * @sk: not in the connection table
 *
 * Context: socket lock held.
 */
void lctcp_ent_from_sock(struct sock *sk);

/**
 * lctcp_rehash() - a socket was bound to another device
 * @sk: a connection or not
 *
 * The device is not part of the hash, so the entry stays where it is.
 *
 * Context: process, socket lock held.
 */
void lctcp_rehash(struct sock *sk);

/**
 * lctcp_l3_domain() - in which VRF is what is bound to a device?
 * @net:   namespace
 * @bound: the device, 0: none
 *
 * Return: the index of the VRF's device; 0 for no VRF, or if l3mdev_accept
 * makes them all one.
 */
int lctcp_l3_domain(const struct net *net, int bound);

/**
 * lctcp_ent_flow() - what is needed to send for an entry without a socket
 * @ent:  the entry
 * @sk:	  in whose name, or NULL
 * @flow: filled in
 */
void lctcp_ent_flow(const struct lctcp_ent *ent, struct sock *sk,
		    struct lctcp_flow *flow);

extern struct kmem_cache *lctcp_req_cache[4];	/* see lctcp_mini_cache() */
extern struct kmem_cache *lctcp_tw_cache[4];

/* Which of the four: by family and by whether lctcp_looks follow. */
static inline unsigned int lctcp_mini_cache(u8 family, u8 flags)
{
	return (family != AF_INET) + (flags & LCTCP_ENT_LOOKS ? 2 : 0);
}

/* listen.c */

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
