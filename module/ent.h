/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An entry of the connection table: what sockets and minis have in common; how a
 * segment says whose it is, and what it takes to answer without a socket.
 */
#ifndef _LCTCP_ENT_H
#define _LCTCP_ENT_H

#include <linux/in6.h>
#include <linux/list_nulls.h>
#include <linux/rculist.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct lctcp_claim;
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
 * lctcp_ent_matches() - is this the connection of a segment?
 * @ent: the entry; what was found without a lock is asked again under it
 * @t:	 addresses and ports of the segment
 */
bool lctcp_ent_matches(const struct lctcp_ent *ent,
		       const struct lctcp_tuple *t);

/**
 * lctcp_ent_get() - take a reference to an entry found under RCU
 * @ent: the entry
 *
 * Context: rcu_read_lock().
 * Return: @ent, or NULL if it is being freed.
 */
struct lctcp_ent *lctcp_ent_get(struct lctcp_ent *ent);

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
 * lctcp_ent_flow() - what is needed to send for an entry without a socket
 * @ent:  the entry
 * @sk:	  in whose name, or NULL
 * @flow: filled in
 */
void lctcp_ent_flow(const struct lctcp_ent *ent, struct sock *sk,
		    struct lctcp_flow *flow);

/**
 * lctcp_rehash() - a socket was bound to another device
 * @sk: a connection or not
 *
 * The device is not part of the hash, so the entry stays where it is.
 *
 * Context: process, socket lock held.
 */
void lctcp_rehash(struct sock *sk);

#endif /* _LCTCP_ENT_H */
