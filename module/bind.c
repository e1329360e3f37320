// SPDX-License-Identifier: GPL-2.0
/*
 * Who occupies which local port, and may another have it as well?
 *
 * A port of a namespace that somebody occupies is a struct lctcp_port, found
 * by hash.  Its owners are bound sockets, listeners, connections and TIME_WAIT
 * minis; half-open requests are not among them, their listener is.  There may
 * be very many on one port, but they are of few sorts: what bind() has to know
 * of an owner is its address, its device, and whether it would share the port.
 * Owners that are alike in all that make one claim.  A claim is asked once,
 * however many stand behind it: a hundred thousand TIME_WAITs of one address
 * are one claim.  Claims are in a tree, by address first, so that a bind() to
 * an address looks at the claims of that address and of any address only.
 * Who binds any address may have to look at all claims, but stops at the first
 * that objects, and begins with none if all would share (@nhard).
 *
 * A socket's options may change while it is an owner, and nobody is told
 * (SO_REUSEADDR, SO_REUSEPORT, SO_BINDTODEVICE).  So before a claim of sockets
 * may object, those that have changed since are moved to the claim where they
 * belong now, up to the first that has not: he objects indeed.  This is work
 * that the changes have been paid for, once each.  What is not noticed so is
 * that a socket would not share any more.  Those that agreed before stay.
 * TIME_WAIT stands behind the claim that its socket had in the end.
 *
 * Locks: a bucket's lock guards the ports that hash to it, with their claims,
 * and lctcp_bound.claim of all their owners; a socket that has no claim gets
 * one under its socket lock as well.  Within it the connection table's locks
 * may be taken.  Nobody reads any of this without the lock, so ports and claims
 * are freed at once.
 *
 * Memory: an owner brings one claim at most into being, and the last to leave
 * frees it.  It is charged to who binds or connects (SLAB_ACCOUNT); what a
 * listener's children need is bounded by the children.
 */
#include <linux/mm.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "bind.h"
#include "lctcp.h"
#include "table.h"

/* What a claim claims: one address of a family, or any. */
enum lctcp_claim_kind {
	LCTCP_CLAIM_ANY,	/* :: that speaks IPv4, too */
	LCTCP_CLAIM_ANY4,
	LCTCP_CLAIM_ANY6,
	LCTCP_CLAIM_ONE4,
	LCTCP_CLAIM_ONE6,
};

/* lctcp_key.flags */
#define LCTCP_KEY_REUSE		BIT(0)	/* SO_REUSEADDR */
#define LCTCP_KEY_REUSEPORT	BIT(1)	/* SO_REUSEPORT */
#define LCTCP_KEY_LISTEN	BIT(2)

/**
 * struct lctcp_key - what owners behind one claim have in common
 * @kind:  enum lctcp_claim_kind
 * @addr:  if @kind is of one address; IPv4's in the last word
 * @dev:   interface they are bound to, or 0
 * @flags: LCTCP_KEY_*
 * @uid:   who owns the sockets, if they would share by SO_REUSEPORT, else 0
 *
 * Keys are compared octet by octet; there is no hole.
 */
struct lctcp_key {
	u32		kind;
	struct in6_addr	addr;
	/* lctcp_key_place() reads up to here */
	int		dev;
	u32		flags;
	u32		uid;
};

static_assert(sizeof(struct lctcp_key) == 32);

/**
 * struct lctcp_claim - owners of a port that are alike
 * @node:  in lctcp_port.claims, by @key
 * @port:  whose it is
 * @key:   what they have in common
 * @n:	   owners
 * @nsock: those of them that are sockets
 * @socks: they
 */
struct lctcp_claim {
	struct rb_node		node;
	struct lctcp_port	*port;
	struct lctcp_key	key;
	unsigned int		n;
	unsigned int		nsock;
	struct hlist_head	socks;
};

/**
 * struct lctcp_port - a port that has an owner
 * @node:   in its bucket
 * @net:    namespace
 * @num:    the port
 * @nbound: owners that did not get it by connect(), so that no connect() may
 * @nhard:  claims that SO_REUSEADDR alone does not move
 * @claims: at least one
 * @first:  one of them, if it has owners: most ports have no more
 */
struct lctcp_port {
	struct hlist_node	node;
	const struct net	*net;
	u16			num;
	unsigned int		nbound;
	unsigned int		nhard;
	struct rb_root		claims;
	struct lctcp_claim	first;
};

struct lctcp_bind_bucket {
	spinlock_t		lock;	/* ports, and all of them */
	struct hlist_head	ports;
};

static struct lctcp_bind_bucket *lctcp_binds;
static unsigned int lctcp_bind_mask;
static struct kmem_cache *lctcp_port_cache;
static struct kmem_cache *lctcp_claim_cache;

struct lctcp_bind_bucket *lctcp_bind_lock(const struct net *net, u16 num)
	__acquires(lctcp_bind)
{
	struct lctcp_bind_bucket *bucket;

	bucket = &lctcp_binds[(num ^ net_hash_mix(net)) & lctcp_bind_mask];
	spin_lock_bh(&bucket->lock);
	return bucket;
}

void lctcp_bind_unlock(struct lctcp_bind_bucket *bucket)
	__releases(lctcp_bind)
{
	spin_unlock_bh(&bucket->lock);
}

/* ---- keys ---- */

/* A socket's key as it is now. */
static void lctcp_key_of(const struct sock *sk, struct lctcp_key *key)
{
	memset(key, 0, sizeof(*key));
	key->addr.s6_addr32[3] = inet_sk(sk)->inet_rcv_saddr;
	key->kind = key->addr.s6_addr32[3] ? LCTCP_CLAIM_ONE4 :
					     LCTCP_CLAIM_ANY4;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6 &&
	    !ipv6_addr_v4mapped(&sk->sk_v6_rcv_saddr)) {
		key->addr = sk->sk_v6_rcv_saddr;
		key->kind = !ipv6_addr_any(&key->addr) ? LCTCP_CLAIM_ONE6 :
			    ipv6_only_sock(sk) ? LCTCP_CLAIM_ANY6 :
						 LCTCP_CLAIM_ANY;
	}
#endif
	key->dev = READ_ONCE(sk->sk_bound_dev_if);
	if (sk->sk_reuse)
		key->flags |= LCTCP_KEY_REUSE;
	/* The clone of a listener has its state for a moment, but no queues. */
	if (READ_ONCE(sk->sk_state) == TCP_LISTEN && lctcp_sk(sk)->lst)
		key->flags |= LCTCP_KEY_LISTEN;
	if (sk->sk_reuseport) {
		key->flags |= LCTCP_KEY_REUSEPORT;
		key->uid = __kuid_val(lctcp_sk_uid(sk));
	}
}

static bool lctcp_key_hard(const struct lctcp_key *key)
{
	return (key->flags & (LCTCP_KEY_REUSE | LCTCP_KEY_LISTEN)) !=
	       LCTCP_KEY_REUSE;
}

static bool lctcp_key_in4(const struct lctcp_key *key)
{
	return key->kind != LCTCP_CLAIM_ANY6 && key->kind != LCTCP_CLAIM_ONE6;
}

static bool lctcp_key_in6(const struct lctcp_key *key)
{
	return key->kind != LCTCP_CLAIM_ANY4 && key->kind != LCTCP_CLAIM_ONE4;
}

static bool lctcp_key_any(const struct lctcp_key *key)
{
	return key->kind <= LCTCP_CLAIM_ANY6;
}

/* Each VRF has ports of its own. */
static bool lctcp_keys_overlap(const struct net *net, const struct lctcp_key *a,
			       const struct lctcp_key *b)
{
	if (a->dev != b->dev && ((a->dev && b->dev) ||
				 lctcp_l3_domain(net, a->dev | b->dev)))
		return false;
	if (!lctcp_key_any(a) && !lctcp_key_any(b))
		return a->kind == b->kind && ipv6_addr_equal(&a->addr, &b->addr);
	return (lctcp_key_in4(a) && lctcp_key_in4(b)) ||
	       (lctcp_key_in6(a) && lctcp_key_in6(b));
}

/* ---- ports and claims ---- */

static struct lctcp_port *lctcp_port_find(const struct lctcp_bind_bucket *bucket,
					  const struct net *net, u16 num)
{
	struct lctcp_port *port;

	hlist_for_each_entry(port, &bucket->ports, node)
		if (port->num == num && port->net == net)
			return port;
	return NULL;
}

static struct lctcp_claim *lctcp_claim_of(struct rb_node *node)
{
	return rb_entry_safe(node, struct lctcp_claim, node);
}

/* The claim of @port with exactly this @key, made if need be; or NULL. */
static struct lctcp_claim *lctcp_claim_make(struct lctcp_port *port,
					    const struct lctcp_key *key)
{
	struct rb_node **link = &port->claims.rb_node, *parent = NULL;
	struct lctcp_claim *claim;
	int order;

	while (*link) {
		parent = *link;
		claim = lctcp_claim_of(parent);
		order = memcmp(key, &claim->key, sizeof(*key));
		if (!order)
			return claim;
		link = order < 0 ? &parent->rb_left : &parent->rb_right;
	}
	claim = &port->first;
	if (claim->n) {
		claim = kmem_cache_alloc(lctcp_claim_cache,
					 GFP_ATOMIC | __GFP_NOWARN);
		if (!claim)
			return NULL;
	}
	claim->port = port;
	claim->key = *key;
	claim->n = 0;
	claim->nsock = 0;
	INIT_HLIST_HEAD(&claim->socks);
	rb_link_node(&claim->node, parent, link);
	rb_insert_color(&claim->node, &port->claims);
	port->nhard += lctcp_key_hard(key);
	return claim;
}

static void lctcp_claim_add(struct lctcp_claim *claim, struct lctcp_bound *b)
{
	claim->n++;
	claim->port->nbound += !(b->ent.flags & LCTCP_ENT_AUTOPORT);
	if (b->ent.kind == LCTCP_KIND_SOCK) {
		claim->nsock++;
		hlist_add_head(&lctcp_sk(lctcp_sock_of(&b->ent))->bind_node,
			       &claim->socks);
	}
	b->claim = claim;
}

void lctcp_bind_leave(struct lctcp_bound *b)
{
	struct lctcp_claim *claim = b->claim;
	struct lctcp_port *port = claim->port;

	b->claim = NULL;
	port->nbound -= !(b->ent.flags & LCTCP_ENT_AUTOPORT);
	if (b->ent.kind == LCTCP_KIND_SOCK) {
		claim->nsock--;
		hlist_del_init(&lctcp_sk(lctcp_sock_of(&b->ent))->bind_node);
	}
	if (--claim->n)
		return;
	port->nhard -= lctcp_key_hard(&claim->key);
	rb_erase(&claim->node, &port->claims);
	if (claim != &port->first)
		kmem_cache_free(lctcp_claim_cache, claim);
	if (RB_EMPTY_ROOT(&port->claims)) {
		hlist_del(&port->node);
		kmem_cache_free(lctcp_port_cache, port);
	}
}

int lctcp_bind_join(struct lctcp_bind_bucket *bucket, struct sock *sk, u16 num)
{
	struct lctcp_port *port = lctcp_port_find(bucket, sock_net(sk), num);
	struct lctcp_claim *claim;
	struct lctcp_key key;

	if (!port) {
		port = kmem_cache_alloc(lctcp_port_cache,
					GFP_ATOMIC | __GFP_NOWARN);
		if (!port)
			return -ENOMEM;
		port->net = sock_net(sk);
		port->num = num;
		port->nbound = 0;
		port->nhard = 0;
		port->claims = RB_ROOT;
		port->first.n = 0;
		hlist_add_head(&port->node, &bucket->ports);
	}
	lctcp_key_of(sk, &key);
	/* A new port has room for its first claim: none is left without. */
	claim = lctcp_claim_make(port, &key);
	if (!claim)
		return -ENOMEM;
	lctcp_claim_add(claim, &lctcp_sk(sk)->b);
	return 0;
}

/* Has the owner changed?  Then it moves to where it belongs now, if there is
 * memory.
 */
static bool lctcp_bind_moved(struct lctcp_sock *lc)
{
	struct lctcp_claim *claim;
	struct lctcp_key key;

	lctcp_key_of((struct sock *)lc, &key);
	if (!memcmp(&key, &lc->b.claim->key, sizeof(key)))
		return false;
	claim = lctcp_claim_make(lc->b.claim->port, &key);
	if (!claim)
		return false;
	/* it is nobody's: keep it while its owner moves */
	claim->n++;
	lctcp_bind_leave(&lc->b);
	lctcp_claim_add(claim, &lc->b);
	claim->n--;
	return true;
}

void lctcp_bind_renew(struct lctcp_bind_bucket *bucket, struct sock *sk)
{
	lctcp_bind_moved(lctcp_sk(sk));
}

void lctcp_bind_join_tw(struct sock *sk, struct lctcp_bound *tw)
{
	lctcp_bind_moved(lctcp_sk(sk));
	lctcp_claim_add(lctcp_sk(sk)->b.claim, tw);
}

/* ---- conflicts ---- */

/**
 * struct lctcp_bid - who asks for a port
 * @key:    as what
 * @own:    the claim behind which it stands already, or NULL
 * @strict: there are other ports: share with nobody
 */
struct lctcp_bid {
	struct lctcp_key		key;
	const struct lctcp_claim	*own;
	bool				strict;
};

static bool lctcp_claim_objects(const struct lctcp_claim *claim,
				const struct lctcp_bid *bid)
{
	u32 both = claim->key.flags & bid->key.flags;
	unsigned int self = claim == bid->own;

	if (claim->n == self ||
	    !lctcp_keys_overlap(claim->port->net, &claim->key, &bid->key))
		return false;
	if (bid->strict)
		return true;
	/* SO_REUSEADDR: both must want it, and the other must not listen. */
	if ((both & LCTCP_KEY_REUSE) && !(claim->key.flags & LCTCP_KEY_LISTEN))
		return false;
	/* SO_REUSEPORT: all must want it, and be of one user; TIME_WAIT is
	 * nobody's.
	 */
	return !(both & LCTCP_KEY_REUSEPORT) ||
	       (claim->nsock != self && claim->key.uid != bid->key.uid);
}

static int lctcp_key_place(const struct lctcp_claim *claim, u32 kind,
			   const struct in6_addr *addr)
{
	int order = memcmp(&kind, &claim->key.kind, sizeof(kind));

	return order ?: memcmp(addr, &claim->key.addr, sizeof(*addr));
}

/* The first of the claims of an address that objects, or NULL. */
static struct lctcp_claim *lctcp_objector_at(const struct lctcp_port *port,
					     u32 kind,
					     const struct in6_addr *addr,
					     const struct lctcp_bid *bid)
{
	struct rb_node *node = port->claims.rb_node;
	struct lctcp_claim *claim, *found = NULL;

	while (node) {
		claim = lctcp_claim_of(node);
		if (lctcp_key_place(claim, kind, addr) <= 0) {
			found = claim;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	for (; found && !lctcp_key_place(found, kind, addr);
	     found = lctcp_claim_of(rb_next(&found->node)))
		if (lctcp_claim_objects(found, bid))
			return found;
	return NULL;
}

static struct lctcp_claim *lctcp_objector(const struct lctcp_port *port,
					  const struct lctcp_bid *bid)
{
	const struct in6_addr none = IN6ADDR_ANY_INIT;
	u32 kind = bid->key.kind;
	struct lctcp_claim *claim;

	if (!port->nhard && !bid->strict && (bid->key.flags & LCTCP_KEY_REUSE))
		return NULL;
	if (!lctcp_key_any(&bid->key)) {
		claim = lctcp_objector_at(port, LCTCP_CLAIM_ANY, &none, bid);
		claim = claim ?:
			lctcp_objector_at(port, kind == LCTCP_CLAIM_ONE4 ?
					  LCTCP_CLAIM_ANY4 : LCTCP_CLAIM_ANY6,
					  &none, bid);
		return claim ?: lctcp_objector_at(port, kind, &bid->key.addr,
						  bid);
	}
	for (claim = lctcp_claim_of(rb_first(&port->claims)); claim;
	     claim = lctcp_claim_of(rb_next(&claim->node)))
		if (lctcp_claim_objects(claim, bid))
			return claim;
	return NULL;
}

/* Move those of the claim's sockets that have changed, up to the first that has
 * not.  True if any was moved.
 */
static bool lctcp_claim_renew(struct lctcp_claim *claim, const struct sock *sk)
{
	struct lctcp_sock *lc;
	struct hlist_node *next;
	bool moved = false;

	if (claim->n != claim->nsock)
		return false;
	hlist_for_each_entry_safe(lc, next, &claim->socks, bind_node) {
		if ((struct sock *)lc == sk)
			continue;
		if (!lctcp_bind_moved(lc))
			break;
		moved = true;
	}
	return moved;
}

bool lctcp_bind_conflict(struct lctcp_bind_bucket *bucket,
			 const struct sock *sk, u16 num, bool strict)
{
	struct lctcp_port *port = lctcp_port_find(bucket, sock_net(sk), num);
	struct lctcp_bid bid = { .strict = strict };
	struct lctcp_claim *claim;
	int rounds = 8;		/* whoever sets options all the time loses */

	if (!port)
		return false;
	lctcp_key_of(sk, &bid.key);
	do {
		bid.own = lctcp_sk(sk)->b.claim;
		claim = lctcp_objector(port, &bid);
	} while (claim && rounds-- && lctcp_claim_renew(claim, sk));
	return claim;
}

bool lctcp_bind_shared(const struct lctcp_bind_bucket *bucket,
		       const struct net *net, u16 num)
{
	const struct lctcp_port *port = lctcp_port_find(bucket, net, num);

	return !port || !port->nbound;
}

int lctcp_bind_init(void)
{
	unsigned int i, slots;

	/* One per 32 KiB: 65,536 ports have one each in 2 GiB. */
	slots = roundup_pow_of_two(clamp_t(unsigned long,
					   totalram_pages() >> (15 - PAGE_SHIFT),
					   4096, 65536));
	lctcp_bind_mask = slots - 1;
	lctcp_binds = kvmalloc_array(slots, sizeof(*lctcp_binds), GFP_KERNEL);
	lctcp_port_cache = KMEM_CACHE(lctcp_port, SLAB_ACCOUNT);
	lctcp_claim_cache = KMEM_CACHE(lctcp_claim, SLAB_ACCOUNT);
	if (!lctcp_binds || !lctcp_port_cache || !lctcp_claim_cache) {
		lctcp_bind_exit();
		return -ENOMEM;
	}
	for (i = 0; i < slots; i++) {
		spin_lock_init(&lctcp_binds[i].lock);
		INIT_HLIST_HEAD(&lctcp_binds[i].ports);
	}
	return 0;
}

void lctcp_bind_exit(void)
{
	kmem_cache_destroy(lctcp_claim_cache);
	kmem_cache_destroy(lctcp_port_cache);
	kvfree(lctcp_binds);
}
