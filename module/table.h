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

int lctcp_table_init(void);
void lctcp_table_exit(void);
struct lctcp_ent *lctcp_lookup(const struct lctcp_tuple *t);
bool lctcp_ent_matches(const struct lctcp_ent *ent,
		       const struct lctcp_tuple *t);
int lctcp_table_insert(struct lctcp_ent *ent);
bool lctcp_table_remove(struct lctcp_ent *ent);
bool lctcp_table_replace(struct lctcp_ent *old, struct lctcp_ent *new);
u32 lctcp_hash_tuple(const struct lctcp_tuple *t);
void lctcp_table_purge(struct list_head *nets);
struct lctcp_ent *lctcp_ent_get(struct lctcp_ent *ent);
void lctcp_ent_put(struct lctcp_ent *ent);
void lctcp_ent_switch(struct sock *sk);
void lctcp_ent_from_sock(struct sock *sk);
void lctcp_rehash(struct sock *sk);
int lctcp_l3_domain(const struct net *net, int bound);
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
int lctcp_listen_init(void);
void lctcp_listen_exit(void);
void lctcp_listen_add(struct sock *sk);
void lctcp_listen_remove(struct sock *sk);
struct sock *lctcp_lookup_listener(const struct lctcp_tuple *t);
bool lctcp_listens_for(const struct sock *sk, const struct lctcp_ent *ent);
unsigned int lctcp_listen_slots(void);
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
struct lctcp_ent *lctcp_table_first(unsigned int slot);
struct lctcp_ent *lctcp_table_next(unsigned int slot, struct lctcp_ent *ent);

#endif /* _LCTCP_TABLE_H */
