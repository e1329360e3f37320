// SPDX-License-Identifier: GPL-2.0
/*
 * The connection table: who is at the other end of a segment?
 *
 * One table for both families and for all three kinds of entry.  Readers run
 * under RCU and take no reference; every object is freed by RCU.  A chain
 * ends in a nulls value that names it, so a reader carried into another chain
 * by an entry that moved (a socket closed and connected anew) notices and
 * starts again.
 *
 * Listeners have a small table of their own, by port.
 */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/rculist_nulls.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "lctcp.h"

#define LCTCP_LISTEN_SLOTS	256U	/* a power of two */

/* No debugging option makes timers and locks bigger than they are. */
#define LCTCP_LEAN	(IS_ENABLED(CONFIG_64BIT) &&			\
			 !IS_ENABLED(CONFIG_LOCKDEP) &&			\
			 !IS_ENABLED(CONFIG_DEBUG_OBJECTS_TIMERS))

static unsigned int table_slots;
module_param(table_slots, uint, 0444);
MODULE_PARM_DESC(table_slots, "size of the connection table, a power of two (0: by memory)");

static struct hlist_nulls_head *lctcp_conns;
static spinlock_t *lctcp_conn_locks;
static unsigned int lctcp_conn_locks_mask;
static unsigned int lctcp_conn_mask;
static u32 lctcp_hash_secret;

static struct hlist_nulls_head lctcp_listeners[LCTCP_LISTEN_SLOTS];
static DEFINE_SPINLOCK(lctcp_listen_lock);

struct kmem_cache *lctcp_req_cache[2];
struct kmem_cache *lctcp_tw_cache[2];

static u32 lctcp_hash4(const struct net *net, __be32 laddr, __be32 raddr,
		       u16 lport, __be16 rport)
{
	return jhash_3words((__force u32)laddr, (__force u32)raddr,
			    (u32)lport << 16 | (__force u16)rport,
			    lctcp_hash_secret ^ net_hash_mix(net));
}

static u32 lctcp_hash6(const struct net *net, const struct in6_addr *laddr,
		       const struct in6_addr *raddr, u16 lport, __be16 rport)
{
	u32 seed = lctcp_hash_secret ^ net_hash_mix(net);

	seed = jhash2((__force const u32 *)laddr->s6_addr32, 4, seed);
	return jhash_3words(jhash2((__force const u32 *)raddr->s6_addr32, 4,
				   seed),
			    lport, (__force u16)rport, seed);
}

static u32 lctcp_hash_ent(const struct lctcp_ent *ent)
{
	if (ent->family == AF_INET)
		return lctcp_hash4(ent->net, ent->laddr, ent->raddr, ent->lport,
				   ent->rport);
	return lctcp_hash6(ent->net, &ent->a6->laddr, &ent->a6->raddr,
			   ent->lport, ent->rport);
}

static spinlock_t *lctcp_conn_lock(u32 hash)
{
	return &lctcp_conn_locks[hash & lctcp_conn_locks_mask];
}

static bool lctcp_ent_matches(const struct lctcp_ent *ent,
			      const struct lctcp_tuple *t)
{
	if (ent->lport != t->lport || ent->rport != t->rport ||
	    ent->family != t->family || ent->net != t->net)
		return false;
	if (ent->dev_if && ent->dev_if != t->dev_if && ent->dev_if != t->sdif)
		return false;
	if (t->family == AF_INET)
		return ent->laddr == t->l4 && ent->raddr == t->r4;
	return ipv6_addr_equal(&ent->a6->laddr, t->l6) &&
	       ipv6_addr_equal(&ent->a6->raddr, t->r6);
}

/* The same four-tuple, so that the two must not both live? */
static bool lctcp_ent_same(const struct lctcp_ent *a, const struct lctcp_ent *b)
{
	if (a->lport != b->lport || a->rport != b->rport ||
	    a->family != b->family || a->net != b->net)
		return false;
	if (a->dev_if && b->dev_if && a->dev_if != b->dev_if)
		return false;
	if (a->family == AF_INET)
		return a->laddr == b->laddr && a->raddr == b->raddr;
	return ipv6_addr_equal(&a->a6->laddr, &b->a6->laddr) &&
	       ipv6_addr_equal(&a->a6->raddr, &b->a6->raddr);
}

/**
 * lctcp_lookup() - find the connection a segment belongs to
 * @t: its addresses and ports
 *
 * Context: rcu_read_lock(); the entry lives until the unlock, but may leave
 * the table at any moment.
 * Return: the entry, or NULL.
 */
struct lctcp_ent *lctcp_lookup(const struct lctcp_tuple *t)
{
	const struct hlist_nulls_node *node;
	struct lctcp_ent *ent;
	unsigned int slot;
	u32 hash;

	if (t->family == AF_INET)
		hash = lctcp_hash4(t->net, t->l4, t->r4, t->lport, t->rport);
	else
		hash = lctcp_hash6(t->net, t->l6, t->r6, t->lport, t->rport);
	slot = hash & lctcp_conn_mask;
again:
	hlist_nulls_for_each_entry_rcu(ent, node, &lctcp_conns[slot], node)
		if (lctcp_ent_matches(ent, t))
			return ent;
	if (get_nulls_value(node) != LCTCP_LISTEN_SLOTS + slot)
		goto again;
	return NULL;
}

/**
 * lctcp_table_insert() - enter a connection, if its four-tuple is free
 * @ent: filled in completely
 *
 * Context: any, softirqs on or off; may be called under a bind bucket's lock.
 * Return: 0, or -EADDRNOTAVAIL if the four-tuple lives already, TIME_WAIT
 * included (RFC 9293 section 3.10.1).
 */
int lctcp_table_insert(struct lctcp_ent *ent)
{
	u32 hash = lctcp_hash_ent(ent);
	struct hlist_nulls_head *head = &lctcp_conns[hash & lctcp_conn_mask];
	const struct hlist_nulls_node *node;
	struct lctcp_ent *other;

	spin_lock_bh(lctcp_conn_lock(hash));
	hlist_nulls_for_each_entry(other, node, head, node) {
		if (lctcp_ent_same(ent, other)) {
			spin_unlock_bh(lctcp_conn_lock(hash));
			return -EADDRNOTAVAIL;
		}
	}
	hlist_nulls_add_head_rcu(&ent->node, head);
	spin_unlock_bh(lctcp_conn_lock(hash));
	return 0;
}

/**
 * lctcp_table_remove() - take a connection out
 * @ent: the entry
 *
 * Context: any, softirqs on or off.
 * Return: true if this call took it out: its caller alone then drops the
 * table's reference.
 */
bool lctcp_table_remove(struct lctcp_ent *ent)
{
	u32 hash = lctcp_hash_ent(ent);
	bool was_in;

	spin_lock_bh(lctcp_conn_lock(hash));
	was_in = !hlist_nulls_unhashed(&ent->node);
	if (was_in)
		hlist_nulls_del_init_rcu(&ent->node);
	spin_unlock_bh(lctcp_conn_lock(hash));
	return was_in;
}

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
bool lctcp_table_replace(struct lctcp_ent *old, struct lctcp_ent *new)
{
	u32 hash = lctcp_hash_ent(old);
	bool was_in;

	spin_lock_bh(lctcp_conn_lock(hash));
	was_in = !hlist_nulls_unhashed(&old->node);
	if (was_in)
		hlist_nulls_replace_init_rcu(&old->node, &new->node);
	spin_unlock_bh(lctcp_conn_lock(hash));
	return was_in;
}

static unsigned int lctcp_listen_slot(const struct net *net, u16 port)
{
	return (port ^ net_hash_mix(net)) & (LCTCP_LISTEN_SLOTS - 1);
}

/**
 * lctcp_listen_add() - let segments find a listener
 * @sk: bound, in LISTEN
 *
 * Context: process, socket lock held.
 */
void lctcp_listen_add(struct sock *sk)
{
	struct lctcp_ent *ent = &lctcp_sk(sk)->b.ent;

	spin_lock_bh(&lctcp_listen_lock);
	hlist_nulls_add_head_rcu(&ent->node,
				 &lctcp_listeners[lctcp_listen_slot(ent->net,
								    ent->lport)]);
	spin_unlock_bh(&lctcp_listen_lock);
}

/**
 * lctcp_listen_remove() - the reverse
 * @sk: the listener
 *
 * Context: process, socket lock held.
 */
void lctcp_listen_remove(struct sock *sk)
{
	struct lctcp_ent *ent = &lctcp_sk(sk)->b.ent;

	spin_lock_bh(&lctcp_listen_lock);
	if (!hlist_nulls_unhashed(&ent->node))
		hlist_nulls_del_init_rcu(&ent->node);
	spin_unlock_bh(&lctcp_listen_lock);
}

/* How well does a listener fit?  -1: not at all.  An address beats none, and
 * so does an interface (RFC 9293 MUST-43 and what programs expect).
 */
static int lctcp_listen_score(const struct sock *sk, const struct lctcp_tuple *t)
{
	int score = 0;

	if (READ_ONCE(sk->sk_state) != TCP_LISTEN)
		return -1;
	if (t->family == AF_INET) {
		__be32 addr = inet_sk(sk)->inet_rcv_saddr;

#if IS_ENABLED(CONFIG_IPV6)
		if (sk->sk_family == AF_INET6) {
			if (ipv6_only_sock(sk))
				return -1;
			if (ipv6_addr_any(&sk->sk_v6_rcv_saddr))
				addr = 0;
			else if (!ipv6_addr_v4mapped(&sk->sk_v6_rcv_saddr))
				return -1;
		}
#endif
		if (addr) {
			if (addr != t->l4)
				return -1;
			score += 4;
		}
		if (sk->sk_family == AF_INET)
			score++;
#if IS_ENABLED(CONFIG_IPV6)
	} else {
		if (sk->sk_family != AF_INET6)
			return -1;
		if (!ipv6_addr_any(&sk->sk_v6_rcv_saddr)) {
			if (!ipv6_addr_equal(&sk->sk_v6_rcv_saddr, t->l6))
				return -1;
			score += 4;
		}
#endif
	}
	if (sk->sk_bound_dev_if) {
		if (sk->sk_bound_dev_if != t->dev_if &&
		    sk->sk_bound_dev_if != t->sdif)
			return -1;
		score += 2;
	}
	return score;
}

/**
 * lctcp_lookup_listener() - find who accepts on an address and port
 * @t: addresses and ports of a segment
 *
 * Among listeners that fit equally well and share the port by SO_REUSEPORT,
 * the four-tuple decides.
 *
 * Context: rcu_read_lock(); no reference is taken.
 * Return: the listener, or NULL.
 */
struct sock *lctcp_lookup_listener(const struct lctcp_tuple *t)
{
	unsigned int slot = lctcp_listen_slot(t->net, t->lport);
	const struct hlist_nulls_node *node;
	struct sock *sk, *best_sk;
	struct lctcp_ent *ent;
	int score, best, alike;
	u32 phash;

again:
	best = -1;
	best_sk = NULL;
	alike = 0;
	phash = t->family == AF_INET ?
		lctcp_hash4(t->net, t->l4, t->r4, t->lport, t->rport) :
		lctcp_hash6(t->net, t->l6, t->r6, t->lport, t->rport);
	hlist_nulls_for_each_entry_rcu(ent, node, &lctcp_listeners[slot], node) {
		if (ent->lport != t->lport || ent->net != t->net)
			continue;
		sk = lctcp_sock_of(ent);
		score = lctcp_listen_score(sk, t);
		if (score > best) {
			best = score;
			best_sk = sk;
			alike = 1;
		} else if (score == best && score >= 0 && sk->sk_reuseport) {
			alike++;
			if (!reciprocal_scale(phash, alike))
				best_sk = sk;
			phash = jhash_1word(phash, lctcp_hash_secret);
		}
	}
	if (get_nulls_value(node) != slot)
		goto again;
	return best_sk;
}

/**
 * lctcp_ent_get() - take a reference to an entry found under RCU
 * @ent: the entry
 *
 * Return: @ent, or NULL if it is being freed.
 */
struct lctcp_ent *lctcp_ent_get(struct lctcp_ent *ent)
{
	refcount_t *refs = ent->kind == LCTCP_KIND_SOCK ?
		&lctcp_sock_of(ent)->sk_refcnt : &ent->refs;

	return refcount_inc_not_zero(refs) ? ent : NULL;
}

/**
 * lctcp_ent_put() - drop a reference; the last one frees by RCU
 * @ent: the entry
 */
void lctcp_ent_put(struct lctcp_ent *ent)
{
	switch (ent->kind) {
	case LCTCP_KIND_SOCK:
		sock_put(lctcp_sock_of(ent));
		break;
	case LCTCP_KIND_REQ:
		if (refcount_dec_and_test(&ent->refs))
			lctcp_req_free(lctcp_req_of(ent));
		break;
	case LCTCP_KIND_TW:
		if (refcount_dec_and_test(&ent->refs))
			lctcp_tw_free(lctcp_tw_of(ent));
		break;
	}
}

/**
 * lctcp_ent_switch() - a dual-stack socket may change its family
 * @sk: in no table; its entry is about to be filled
 *
 * A reader that still looks at the entry of the connection before must not
 * take the addresses of one family for those of the other.
 *
 * Context: process, socket lock held.
 */
void lctcp_ent_switch(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->b.ent.family && lc->b.ent.family != lc->af->family)
		synchronize_rcu();
}

/**
 * lctcp_ent_from_sock() - fill a socket's entry from its addresses
 * @sk: not in the connection table
 *
 * Context: socket lock held.
 */
void lctcp_ent_from_sock(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct inet_sock *inet = inet_sk(sk);
	struct lctcp_ent *ent = &lc->b.ent;

	ent->net = sock_net(sk);
	ent->kind = LCTCP_KIND_SOCK;
	ent->family = lc->af->family;
	ent->lport = inet->inet_num;
	ent->rport = inet->inet_dport;
	ent->dev_if = sk->sk_bound_dev_if;
	ent->tos = inet->tos;
	if (ent->family == AF_INET) {
		ent->laddr = inet->inet_rcv_saddr;
		ent->raddr = inet->inet_daddr;
#if IS_ENABLED(CONFIG_IPV6)
	} else {
		struct lctcp_addr6 *a6 = &((struct lctcp6_sock *)sk)->addr6;

		a6->laddr = sk->sk_v6_rcv_saddr;
		a6->raddr = sk->sk_v6_daddr;
		ent->a6 = a6;
		ent->tos = inet6_sk(sk)->tclass;
#endif
	}
}

/**
 * lctcp_ent_flow() - what is needed to send for an entry without a socket
 * @ent:  the entry
 * @flow: filled in
 */
void lctcp_ent_flow(const struct lctcp_ent *ent, struct lctcp_flow *flow)
{
	flow->net = ent->net;
	flow->family = ent->family;
	flow->lport = htons(ent->lport);
	flow->rport = ent->rport;
	flow->oif = ent->dev_if;
	flow->mark = 0;
	flow->tos = ent->tos;
	flow->ttl = 0;
	if (ent->family == AF_INET) {
		flow->l4 = ent->laddr;
		flow->r4 = ent->raddr;
	} else {
		flow->a6 = *ent->a6;
	}
}

unsigned int lctcp_table_slots(void)
{
	return LCTCP_LISTEN_SLOTS + lctcp_conn_mask + 1;
}

static struct lctcp_ent *lctcp_node_ent(struct hlist_nulls_node *node)
{
	return is_a_nulls(node) ? NULL :
		hlist_nulls_entry(node, struct lctcp_ent, node);
}

/**
 * lctcp_table_first() - the first entry of a slot, for views
 * @slot: below lctcp_table_slots(); listeners come first
 *
 * Context: rcu_read_lock().
 */
struct lctcp_ent *lctcp_table_first(unsigned int slot)
{
	struct hlist_nulls_head *head = slot < LCTCP_LISTEN_SLOTS ?
		&lctcp_listeners[slot] :
		&lctcp_conns[slot - LCTCP_LISTEN_SLOTS];

	return lctcp_node_ent(rcu_dereference_raw(hlist_nulls_first_rcu(head)));
}

struct lctcp_ent *lctcp_table_next(struct lctcp_ent *ent)
{
	return lctcp_node_ent(rcu_dereference_raw(hlist_nulls_next_rcu(&ent->node)));
}

/* A kernel socket in use: its owner has to close it. */
static bool lctcp_held(const struct lctcp_ent *ent)
{
	return ent->kind == LCTCP_KIND_SOCK &&
	       !sock_flag(lctcp_sock_of(ent), SOCK_DEAD);
}

static void lctcp_purge_one(struct lctcp_ent *ent)
{
	struct sock *sk;

	switch (ent->kind) {
	case LCTCP_KIND_REQ:
		lctcp_req_kill(lctcp_req_of(ent), LCTCP_EV_PURGE, true);
		break;
	case LCTCP_KIND_TW:
		lctcp_tw_kill(lctcp_tw_of(ent), LCTCP_EV_PURGE, true);
		break;
	case LCTCP_KIND_SOCK:
		/* Only an orphan of a kernel socket can outlive its namespace. */
		sk = lctcp_sock_of(ent);
		local_bh_disable();
		bh_lock_sock(sk);
		if (sk->sk_state != TCP_CLOSE)
			lctcp_event(sk, LCTCP_EV_ABORT);
		bh_unlock_sock(sk);
		local_bh_enable();
		sk_stop_timer_sync(sk, &lctcp_sk(sk)->rtx_timer);
		sk_stop_timer_sync(sk, &sk->sk_timer);
		break;
	}
}

/* With a reference: an entry of the slot that is to end with @net, or NULL. */
static struct lctcp_ent *lctcp_purge_next(const struct net *net,
					  unsigned int slot)
{
	struct lctcp_ent *ent;

	rcu_read_lock();
	ent = lctcp_table_first(LCTCP_LISTEN_SLOTS + slot);
	while (ent && (ent->net != net || lctcp_held(ent) ||
		       !lctcp_ent_get(ent)))
		ent = lctcp_table_next(ent);
	rcu_read_unlock();
	return ent;
}

/**
 * lctcp_table_purge() - end what lives on in a namespace without any socket
 * @net: no segment can arrive in it any more
 *
 * Context: process.  When it returns no timer of @net runs or is armed.
 */
void lctcp_table_purge(struct net *net)
{
	struct lctcp_ent *ent;
	unsigned int slot;

	for (slot = 0; slot <= lctcp_conn_mask; slot++) {
		if (slot % LCTCP_SLOTS_AT_ONCE == 0)
			cond_resched();
		/* Most are empty, and each namespace that ends looks at all. */
		if (hlist_nulls_empty(&lctcp_conns[slot]))
			continue;
		while ((ent = lctcp_purge_next(net, slot))) {
			lctcp_purge_one(ent);
			lctcp_ent_put(ent);
			cond_resched();
		}
	}
	/* A timer handler that took its mini out itself was not waited for. */
	synchronize_rcu();
}

static int lctcp_caches_init(void)
{
	static const char * const names[][2] = {
		{ "lctcp_req", "lctcp_req6" }, { "lctcp_tw", "lctcp_tw6" },
	};
	int i;

	for (i = 0; i < 2; i++) {
		size_t tail = i ? sizeof(struct lctcp_addr6) : 0;

		lctcp_req_cache[i] = kmem_cache_create(names[0][i],
						       sizeof(struct lctcp_req) + tail,
						       0, 0, NULL);
		lctcp_tw_cache[i] = kmem_cache_create(names[1][i],
						      sizeof(struct lctcp_tw) + tail,
						      0, 0, NULL);
		if (!lctcp_req_cache[i] || !lctcp_tw_cache[i])
			return -ENOMEM;
	}
	return 0;
}

/**
 * lctcp_table_init() - allocate the tables and the caches of minis
 *
 * Return: 0 or -errno; nothing is left behind on failure.
 */
int lctcp_table_init(void)
{
	unsigned int i, slots = table_slots;
	int err = -ENOMEM;

	/* What the goals of a mini's size are about. */
	BUILD_BUG_ON(LCTCP_LEAN && sizeof(struct lctcp_req) > 152);
	BUILD_BUG_ON(LCTCP_LEAN && sizeof(struct lctcp_tw) > 128);

	if (!slots)	/* one slot per 256 KiB, as a start */
		slots = clamp_t(unsigned long, totalram_pages() / 64, 1024,
				65536);
	slots = roundup_pow_of_two(min(slots, 1U << 20));
	lctcp_conn_mask = slots - 1;
	lctcp_hash_secret = get_random_u32();

	lctcp_conns = kvmalloc_array(slots, sizeof(*lctcp_conns), GFP_KERNEL);
	if (!lctcp_conns)
		return -ENOMEM;
	for (i = 0; i < slots; i++)
		INIT_HLIST_NULLS_HEAD(&lctcp_conns[i], LCTCP_LISTEN_SLOTS + i);
	for (i = 0; i < LCTCP_LISTEN_SLOTS; i++)
		INIT_HLIST_NULLS_HEAD(&lctcp_listeners[i], i);

	err = alloc_bucket_spinlocks(&lctcp_conn_locks, &lctcp_conn_locks_mask,
				     min(slots, 4096U), 8, GFP_KERNEL);
	if (err) {
		kvfree(lctcp_conns);
		return err;
	}
	err = lctcp_caches_init();
	if (err)
		lctcp_table_exit();
	return err;
}

/**
 * lctcp_table_exit() - the reverse of lctcp_table_init()
 *
 * Every entry is gone, and rcu_barrier() has seen the last one freed.
 */
void lctcp_table_exit(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		kmem_cache_destroy(lctcp_tw_cache[i]);
		kmem_cache_destroy(lctcp_req_cache[i]);
	}
	free_bucket_spinlocks(lctcp_conn_locks);
	kvfree(lctcp_conns);
}
