// SPDX-License-Identifier: GPL-2.0
/*
 * Local ports: who may have which, and which one a connect() gets.
 *
 * A bind bucket lists everybody who occupies its ports: bound sockets,
 * listeners, connections and TIME_WAIT minis.  Half-open requests are not
 * there; their listener is.
 */
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <net/ip.h>

#include "lctcp.h"

#define LCTCP_BIND_SLOTS	16384U	/* a power of two */
/* RFC 6056 section 3.3.4: the table T.  So many that who watches some of the
 * destinations sees nothing of the others.
 */
#define LCTCP_PORT_COUNTERS	65536U

struct lctcp_bind_bucket {
	spinlock_t		lock;	/* owners */
	struct hlist_head	owners;
};

static struct lctcp_bind_bucket *lctcp_binds;
static u32 *lctcp_port_counters;

static struct lctcp_bind_bucket *lctcp_bind_bucket(const struct net *net,
						   u16 port)
{
	return &lctcp_binds[(port ^ net_hash_mix(net)) & (LCTCP_BIND_SLOTS - 1)];
}

/* The addresses an owner of a port claims in one family. */
struct lctcp_claim {
	bool		has4, any4, has6, any6;
	__be32		a4;
	struct in6_addr	a6;
};

static void lctcp_claim_sock(const struct sock *sk, struct lctcp_claim *c)
{
	memset(c, 0, sizeof(*c));
	c->a4 = inet_sk(sk)->inet_rcv_saddr;
	c->has4 = true;
	c->any4 = !c->a4;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family != AF_INET6)
		return;
	c->a6 = sk->sk_v6_rcv_saddr;
	if (ipv6_addr_v4mapped(&c->a6))
		return;
	c->has6 = true;
	c->any6 = ipv6_addr_any(&c->a6);
	c->has4 = c->any6 && !ipv6_only_sock(sk);
	c->any4 = c->has4;
#endif
}

static void lctcp_claim_tw(const struct lctcp_ent *ent, struct lctcp_claim *c)
{
	memset(c, 0, sizeof(*c));
	if (ent->family == AF_INET) {
		c->has4 = true;
		c->a4 = ent->laddr;
	} else {
		c->has6 = true;
		c->a6 = ent->a6->laddr;
	}
}

static bool lctcp_claims_overlap(const struct lctcp_claim *a,
				 const struct lctcp_claim *b)
{
	if (a->has4 && b->has4 && (a->any4 || b->any4 || a->a4 == b->a4))
		return true;
	return a->has6 && b->has6 &&
	       (a->any6 || b->any6 || ipv6_addr_equal(&a->a6, &b->a6));
}

/* May @sk, whose addresses are @claim, share the port with @owner? */
static bool lctcp_bind_conflict(const struct sock *sk,
				const struct lctcp_claim *claim,
				const struct lctcp_bound *owner)
{
	const struct sock *other = NULL;
	struct lctcp_claim theirs;
	bool reuse, listen;

	if (owner->ent.kind == LCTCP_KIND_SOCK) {
		other = lctcp_sock_of(&owner->ent);
		if (other == sk)
			return false;
		lctcp_claim_sock(other, &theirs);
		reuse = other->sk_reuse;
		listen = other->sk_state == TCP_LISTEN;
	} else {
		lctcp_claim_tw(&owner->ent, &theirs);
		reuse = owner->ent.flags & LCTCP_ENT_REUSEADDR;
		listen = false;
	}
	if (sk->sk_bound_dev_if && owner->ent.dev_if &&
	    sk->sk_bound_dev_if != owner->ent.dev_if)
		return false;
	if (!lctcp_claims_overlap(claim, &theirs))
		return false;
	/* SO_REUSEADDR: both must want it, and the other must not listen. */
	if (sk->sk_reuse && reuse && !listen)
		return false;
	/* SO_REUSEPORT: all must want it, and be of one user. */
	if (sk->sk_reuseport &&
	    (other ? other->sk_reuseport &&
		     uid_eq(lctcp_sk_uid(sk), lctcp_sk_uid(other)) :
		     owner->ent.flags & LCTCP_ENT_REUSEPORT))
		return false;
	return true;
}

static bool lctcp_port_free(const struct sock *sk,
			    const struct lctcp_bind_bucket *bucket, u16 port)
{
	struct lctcp_claim claim;
	struct lctcp_bound *owner;

	lctcp_claim_sock(sk, &claim);
	hlist_for_each_entry(owner, &bucket->owners, bind_node) {
		if (owner->ent.lport == port && owner->ent.net == sock_net(sk) &&
		    lctcp_bind_conflict(sk, &claim, owner))
			return false;
	}
	return true;
}

/* Take @port if nobody objects. */
static bool lctcp_port_take(struct sock *sk, u16 port)
{
	struct lctcp_bind_bucket *bucket = lctcp_bind_bucket(sock_net(sk), port);
	struct lctcp_bound *b = &lctcp_sk(sk)->b;
	bool ok;

	spin_lock_bh(&bucket->lock);
	ok = lctcp_port_free(sk, bucket, port);
	if (ok && hlist_unhashed(&b->bind_node)) {
		inet_sk(sk)->inet_num = port;
		b->ent.net = sock_net(sk);
		b->ent.lport = port;
		b->ent.dev_if = sk->sk_bound_dev_if;
		b->ent.kind = LCTCP_KIND_SOCK;
		b->ent.flags &= ~LCTCP_ENT_AUTOPORT;
		hlist_add_head(&b->bind_node, &bucket->owners);
	}
	spin_unlock_bh(&bucket->lock);
	return ok;
}

/**
 * lctcp_get_port() - bind(): occupy a local port
 * @sk:	  its local address is set
 * @port: or 0 for any of ip_local_port_range
 *
 * Also called for a bound socket that begins to listen, to see whether it
 * may: two listeners need SO_REUSEPORT.
 *
 * Context: process, socket lock held.
 * Return: 0 or -EADDRINUSE.
 */
int lctcp_get_port(struct sock *sk, unsigned short port)
{
	int low, high, range, i;
	u32 start;

	if (port)
		return lctcp_port_take(sk, port) ? 0 : -EADDRINUSE;

	inet_sk_get_local_port_range(sk, &low, &high);
	range = high - low + 1;
	start = get_random_u32() % range;
	for (i = 0; i < range; i++) {
		u16 candidate = low + (start + i) % range;

		if (!inet_is_local_reserved_port(sock_net(sk), candidate) &&
		    lctcp_port_take(sk, candidate))
			return 0;
	}
	return -EADDRINUSE;
}

/**
 * lctcp_put_port() - give the local port back
 * @sk: may have none
 *
 * Context: any, socket lock held.
 */
void lctcp_put_port(struct sock *sk)
{
	struct lctcp_bound *b = &lctcp_sk(sk)->b;
	struct lctcp_bind_bucket *bucket;

	if (hlist_unhashed(&b->bind_node))
		return;
	bucket = lctcp_bind_bucket(b->ent.net, b->ent.lport);
	spin_lock_bh(&bucket->lock);
	hlist_del_init(&b->bind_node);
	inet_sk(sk)->inet_num = 0;
	spin_unlock_bh(&bucket->lock);
}

/* Into the connection table, in the place of a TIME_WAIT if need be. */
static int lctcp_connect_enter(struct lctcp_ent *ent, struct lctcp_tw **tw)
{
	int err = lctcp_table_insert(ent);

	if (!err)
		return 0;
	*tw = lctcp_tw_take(ent);
	return *tw ? 0 : err;
}

/* Try to connect from @port: nobody may have bound it, and the four-tuple
 * must be free, or TIME_WAIT that may be ended.
 */
static bool lctcp_connect_try(struct sock *sk, u16 port, struct lctcp_tw **tw)
{
	struct lctcp_bind_bucket *bucket = lctcp_bind_bucket(sock_net(sk), port);
	struct lctcp_bound *b = &lctcp_sk(sk)->b, *owner;
	bool ok = false;

	spin_lock_bh(&bucket->lock);
	hlist_for_each_entry(owner, &bucket->owners, bind_node)
		if (owner->ent.lport == port && owner->ent.net == sock_net(sk) &&
		    !(owner->ent.flags & LCTCP_ENT_AUTOPORT))
			goto out;
	b->ent.lport = port;
	b->ent.flags |= LCTCP_ENT_AUTOPORT;
	if (lctcp_connect_enter(&b->ent, tw))
		goto out;
	inet_sk(sk)->inet_num = port;
	hlist_add_head(&b->bind_node, &bucket->owners);
	ok = true;
out:
	spin_unlock_bh(&bucket->lock);
	return ok;
}

/**
 * lctcp_connect_port() - give a connect() its port and enter it in the table
 * @sk: addresses and remote port are set; bound or not
 * @tw: result, if the pair was in TIME_WAIT and may be used again (tw_reuse):
 *	the mini, in no table any more, for lctcp_tw_reused()
 *
 * An unbound socket gets its port by the double-hash algorithm of RFC 6056
 * section 3.3.4 from ip_local_port_range (D28).
 *
 * Context: process, socket lock held.
 * Return: 0 or -EADDRNOTAVAIL.
 */
int lctcp_connect_port(struct sock *sk, struct lctcp_tw **tw)
{
	struct lctcp_ent *ent = &lctcp_sk(sk)->b.ent;
	int low, high, range, i;
	u32 offset, *counter;
	u64 hash;

	lctcp_ent_switch(sk);
	lctcp_ent_from_sock(sk);
	if (inet_sk(sk)->inet_num)
		return lctcp_connect_enter(ent, tw);

	inet_sk_get_local_port_range(sk, &low, &high);
	range = high - low + 1;
	hash = lctcp_port_offset(ent);
	offset = hash;
	counter = &lctcp_port_counters[(hash >> 32) % LCTCP_PORT_COUNTERS];
	offset = (offset + READ_ONCE(*counter)) % range;
	for (i = 0; i < range; i++) {
		u16 port = low + (offset + i) % range;

		if (inet_is_local_reserved_port(sock_net(sk), port) ||
		    !lctcp_connect_try(sk, port, tw))
			continue;
		/* Races only make the next search begin elsewhere. */
		WRITE_ONCE(*counter, READ_ONCE(*counter) + i + 1);
		inet_sk(sk)->inet_sport = htons(port);
		return 0;
	}
	return -EADDRNOTAVAIL;
}

/**
 * lctcp_port_inherit() - a child occupies its listener's port as well
 * @child: its entry is filled in
 *
 * Context: softirq, socket lock of @child held.
 */
void lctcp_port_inherit(struct sock *child)
{
	struct lctcp_bound *b = &lctcp_sk(child)->b;
	struct lctcp_bind_bucket *bucket;

	bucket = lctcp_bind_bucket(b->ent.net, b->ent.lport);
	spin_lock_bh(&bucket->lock);
	hlist_add_head(&b->bind_node, &bucket->owners);
	spin_unlock_bh(&bucket->lock);
}

/**
 * lctcp_port_to_tw() - TIME_WAIT occupies the port beside the socket
 * @sk: still has it, and will give it back by itself
 * @tw: its entry is filled in
 *
 * Context: any, socket lock held.
 */
void lctcp_port_to_tw(struct sock *sk, struct lctcp_tw *tw)
{
	struct lctcp_bind_bucket *bucket;

	bucket = lctcp_bind_bucket(tw->b.ent.net, tw->b.ent.lport);
	spin_lock_bh(&bucket->lock);
	hlist_add_head(&tw->b.bind_node, &bucket->owners);
	spin_unlock_bh(&bucket->lock);
}

/**
 * lctcp_port_put_tw() - TIME_WAIT is over
 * @tw: the mini
 *
 * Context: any.
 */
void lctcp_port_put_tw(struct lctcp_tw *tw)
{
	struct lctcp_bind_bucket *bucket;

	bucket = lctcp_bind_bucket(tw->b.ent.net, tw->b.ent.lport);
	spin_lock_bh(&bucket->lock);
	hlist_del_init(&tw->b.bind_node);
	spin_unlock_bh(&bucket->lock);
}

int lctcp_port_init(void)
{
	unsigned int i;

	lctcp_binds = kvmalloc_array(LCTCP_BIND_SLOTS, sizeof(*lctcp_binds),
				     GFP_KERNEL);
	lctcp_port_counters = kvmalloc_array(LCTCP_PORT_COUNTERS,
					     sizeof(*lctcp_port_counters),
					     GFP_KERNEL);
	if (!lctcp_binds || !lctcp_port_counters) {
		lctcp_port_exit();
		return -ENOMEM;
	}
	for (i = 0; i < LCTCP_BIND_SLOTS; i++) {
		spin_lock_init(&lctcp_binds[i].lock);
		INIT_HLIST_HEAD(&lctcp_binds[i].owners);
	}
	get_random_bytes(lctcp_port_counters,
			 LCTCP_PORT_COUNTERS * sizeof(*lctcp_port_counters));
	return 0;
}

void lctcp_port_exit(void)
{
	kvfree(lctcp_port_counters);
	kvfree(lctcp_binds);
}
