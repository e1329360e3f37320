// SPDX-License-Identifier: GPL-2.0
/*
 * The connection table: who is at the other end of a segment?
 *
 * One table for both families and for all three kinds of entry, made of
 * stripes.  A stripe is a small hash table of its own, with a lock, that grows
 * and shrinks with what is in it: about one entry a slot, from a handful of
 * connections to millions, and a table that nobody uses costs next to nothing
 * to walk.  The low bits of a hash choose the stripe for good, the bits above
 * them the slot, so that an entry never leaves its stripe's lock.
 *
 * Readers run under RCU and take no reference; every object is freed by RCU.
 * Two things may carry a reader away from the chain it follows, so that it
 * misses what it looks for, and it notices both and starts again:
 *
 *   - an entry moved to another chain (a socket closed and connected anew, or
 *     made a listener).  A chain ends in a nulls value that names it.
 *   - its stripe was resized.  The entries move one by one, under the lock and
 *     within one write section of the stripe's sequence count; the old slots
 *     are freed by RCU.
 *
 * Whoever finds the entry need not ask: what matches is what was looked for.
 *
 * Resizing happens where an entry comes or goes, with softirqs off, and moves
 * the entries of one stripe only: some 250 with a million in the table of a
 * machine of 2 GiB.  Without memory the chains get longer, and it is tried
 * again after as many entries more.  The slots take 8 to 16 octets of
 * memory for each entry, which has an owner that pays; nobody pays for them.
 *
 * Listeners have a table of their own, in listen.c.
 */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/rculist_nulls.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <net/l3mdev.h>

#include "handshake.h"
#include "lctcp.h"
#include "listen.h"
#include "state.h"
#include "table.h"
#include "timewait.h"

/* No debugging option makes timers and locks bigger than they are. */
#define LCTCP_LEAN	(IS_ENABLED(CONFIG_64BIT) &&			\
			 !IS_ENABLED(CONFIG_LOCKDEP) &&			\
			 !IS_ENABLED(CONFIG_DEBUG_OBJECTS_TIMERS))

/* Slots of a stripe, powers of two: at first, and at most (32 KiB). */
#define LCTCP_STRIPE_SLOTS	4U
#define LCTCP_STRIPE_MOST	4096U
/* Never with fewer slots; above, with less than one in eight in use. */
#define LCTCP_STRIPE_KEEP	32U
/* Entries that a purge takes in hand at once. */
#define LCTCP_PURGE_BATCH	16

static unsigned int table_slots;
module_param(table_slots, uint, 0444);
MODULE_PARM_DESC(table_slots, "slots of the connection table at first, a power of two; it grows (0: by memory)");

/**
 * struct lctcp_slots - the chains of a stripe
 * @rcu:   once it has been replaced
 * @mask:  number of @heads, less one
 * @heads: the chains
 */
struct lctcp_slots {
	struct rcu_head		rcu;
	unsigned int		mask;
	struct hlist_nulls_head	heads[];
};

/**
 * struct lctcp_stripe - a part of the connection table
 * @lock:  guards all of it, for writers
 * @seq:   odd while entries move from old slots to new ones
 * @n:	   entries
 * @slots: where they are
 */
struct lctcp_stripe {
	spinlock_t			lock;	/* entries of the stripe */
	seqcount_spinlock_t		seq;
	unsigned int			n;
	struct lctcp_slots __rcu	*slots;
};

static struct lctcp_stripe *lctcp_stripes;
static unsigned int lctcp_stripe_mask;
static unsigned int lctcp_stripe_bits;
static u32 lctcp_hash_secret;

struct kmem_cache *lctcp_req_cache[4];
struct kmem_cache *lctcp_tw_cache[4];

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

static __always_inline u32 lctcp_hash_of(const struct lctcp_tuple *t)
{
	if (t->family == AF_INET)
		return lctcp_hash4(t->net, t->l4, t->r4, t->lport, t->rport);
	return lctcp_hash6(t->net, t->l6, t->r6, t->lport, t->rport);
}

u32 lctcp_hash_tuple(const struct lctcp_tuple *t)
{
	return lctcp_hash_of(t);
}

static u32 lctcp_hash_ent(const struct lctcp_ent *ent)
{
	if (ent->family == AF_INET)
		return lctcp_hash4(ent->net, ent->laddr, ent->raddr, ent->lport,
				   ent->rport);
	return lctcp_hash6(ent->net, &ent->a6->laddr, &ent->a6->raddr,
			   ent->lport, ent->rport);
}

static struct lctcp_stripe *lctcp_stripe_of(u32 hash)
{
	return &lctcp_stripes[hash & lctcp_stripe_mask];
}

/* What names the chain of @hash among @mask + 1 of its stripe: it tells
 * stripes and slots apart, and connections from listeners.
 */
static unsigned long lctcp_conn_nulls(u32 hash, unsigned int mask)
{
	return LCTCP_NULLS_CONN(hash & (mask << lctcp_stripe_bits |
					lctcp_stripe_mask));
}

static unsigned int lctcp_slot_of(u32 hash, unsigned int mask)
{
	return hash >> lctcp_stripe_bits & mask;
}

static struct lctcp_slots *lctcp_slots_locked(const struct lctcp_stripe *stripe)
{
	return rcu_dereference_protected(stripe->slots,
					 lockdep_is_held(&stripe->lock));
}

static struct lctcp_slots *lctcp_slots_alloc(u32 stripe, unsigned int n,
					     gfp_t gfp)
{
	struct lctcp_slots *slots;
	u32 i;

	slots = kmalloc(struct_size(slots, heads, n), gfp);
	if (!slots)
		return NULL;
	slots->mask = n - 1;
	for (i = 0; i < n; i++)
		INIT_HLIST_NULLS_HEAD(&slots->heads[i],
				      lctcp_conn_nulls(i << lctcp_stripe_bits |
						       stripe, n - 1));
	return slots;
}

/* Give a stripe, whose lock is held, @n slots, if there is memory. */
static void lctcp_stripe_resize(struct lctcp_stripe *stripe, unsigned int n)
{
	struct lctcp_slots *old = lctcp_slots_locked(stripe), *new;
	struct hlist_nulls_head *head;
	struct lctcp_ent *ent;
	unsigned int i;
	u32 hash;

	new = lctcp_slots_alloc(stripe - lctcp_stripes, n,
				GFP_ATOMIC | __GFP_NOWARN);
	if (!new)
		return;
	write_seqcount_begin(&stripe->seq);
	rcu_assign_pointer(stripe->slots, new);
	for (i = 0; i <= old->mask; i++) {
		head = &old->heads[i];
		while (!hlist_nulls_empty(head)) {
			ent = hlist_nulls_entry(head->first, struct lctcp_ent,
						node);
			hash = lctcp_hash_ent(ent);
			hlist_nulls_del_rcu(&ent->node);
			hlist_nulls_add_head_rcu(&ent->node,
						 &new->heads[lctcp_slot_of(hash, new->mask)]);
		}
	}
	write_seqcount_end(&stripe->seq);
	kfree_rcu(old, rcu);
}

/* One more entry: twice the slots once there are more entries than slots. */
static void lctcp_stripe_added(struct lctcp_stripe *stripe, const struct net *net)
{
	unsigned int mask = lctcp_slots_locked(stripe)->mask;

	this_cpu_inc(*lctcp_net(net)->entries);
	if (unlikely(++stripe->n > mask + 1) && (stripe->n & mask) == 1 &&
	    mask < LCTCP_STRIPE_MOST - 1)
		lctcp_stripe_resize(stripe, 2 * (mask + 1));
}

static void lctcp_stripe_removed(struct lctcp_stripe *stripe,
				 const struct net *net)
{
	unsigned int n = lctcp_slots_locked(stripe)->mask + 1;

	this_cpu_dec(*lctcp_net(net)->entries);
	if (unlikely(--stripe->n == n / 8) && n >= LCTCP_STRIPE_KEEP)
		lctcp_stripe_resize(stripe, n / 4);
}

static __always_inline bool lctcp_ent_is_for(const struct lctcp_ent *ent,
					     const struct lctcp_tuple *t)
{
	if (ent->lport != t->lport || ent->rport != t->rport ||
	    ent->family != t->family || ent->net != t->net)
		return false;
	if (!lctcp_dev_reaches(READ_ONCE(ent->dev_if), t))
		return false;
	if (t->family == AF_INET)
		return ent->laddr == t->l4 && ent->raddr == t->r4;
	return ipv6_addr_equal(&ent->a6->laddr, t->l6) &&
	       ipv6_addr_equal(&ent->a6->raddr, t->r6);
}

bool lctcp_ent_matches(const struct lctcp_ent *ent, const struct lctcp_tuple *t)
{
	return lctcp_ent_is_for(ent, t);
}

int lctcp_l3_domain(const struct net *net, int bound)
{
	if (likely(!bound) || READ_ONCE(lctcp_net(net)->sysctl.l3mdev_accept))
		return 0;
	return l3mdev_master_ifindex_by_index((struct net *)net, bound);
}

/* Could one segment be for what is bound to either of these devices? */
static bool lctcp_devs_overlap(const struct net *net, int a, int b)
{
	if (a == b)
		return true;
	if (!a || !b)
		return !lctcp_l3_domain(net, a | b);
	/* a VRF, and a device in it */
	return l3mdev_master_ifindex_by_index((struct net *)net, a) == b ||
	       l3mdev_master_ifindex_by_index((struct net *)net, b) == a;
}

/* The same four-tuple, so that the two must not both live? */
static bool lctcp_ent_same(const struct lctcp_ent *a, const struct lctcp_ent *b)
{
	if (a->lport != b->lport || a->rport != b->rport ||
	    a->family != b->family || a->net != b->net)
		return false;
	if (a->family == AF_INET) {
		if (a->laddr != b->laddr || a->raddr != b->raddr)
			return false;
	} else if (!ipv6_addr_equal(&a->a6->laddr, &b->a6->laddr) ||
		   !ipv6_addr_equal(&a->a6->raddr, &b->a6->raddr)) {
		return false;
	}
	return lctcp_devs_overlap(a->net, READ_ONCE(a->dev_if),
				  READ_ONCE(b->dev_if));
}

struct lctcp_ent *lctcp_lookup(const struct lctcp_tuple *t)
{
	const struct hlist_nulls_node *node;
	const struct lctcp_slots *slots;
	struct lctcp_stripe *stripe;
	struct lctcp_ent *ent;
	unsigned int seq;
	u32 hash;

	hash = lctcp_hash_of(t);
	stripe = lctcp_stripe_of(hash);
again:
	seq = read_seqcount_begin(&stripe->seq);
	slots = rcu_dereference(stripe->slots);
	hlist_nulls_for_each_entry_rcu(ent, node,
				       &slots->heads[lctcp_slot_of(hash, slots->mask)],
				       node)
		if (lctcp_ent_is_for(ent, t))
			return ent;
	if (get_nulls_value(node) != lctcp_conn_nulls(hash, slots->mask) ||
	    read_seqcount_retry(&stripe->seq, seq))
		goto again;
	return NULL;
}

int lctcp_table_insert(struct lctcp_ent *ent)
{
	u32 hash = lctcp_hash_ent(ent);
	struct lctcp_stripe *stripe = lctcp_stripe_of(hash);
	const struct hlist_nulls_node *node;
	struct hlist_nulls_head *head;
	struct lctcp_slots *slots;
	struct lctcp_ent *other;
	int err = 0;

	spin_lock_bh(&stripe->lock);
	slots = lctcp_slots_locked(stripe);
	head = &slots->heads[lctcp_slot_of(hash, slots->mask)];
	hlist_nulls_for_each_entry(other, node, head, node) {
		if (lctcp_ent_same(ent, other)) {
			err = -EADDRNOTAVAIL;
			goto out;
		}
	}
	hlist_nulls_add_head_rcu(&ent->node, head);
	lctcp_stripe_added(stripe, ent->net);
out:
	spin_unlock_bh(&stripe->lock);
	return err;
}

bool lctcp_table_remove(struct lctcp_ent *ent)
{
	struct lctcp_stripe *stripe = lctcp_stripe_of(lctcp_hash_ent(ent));
	bool was_in;

	spin_lock_bh(&stripe->lock);
	was_in = !hlist_nulls_unhashed(&ent->node);
	if (was_in) {
		hlist_nulls_del_init_rcu(&ent->node);
		lctcp_stripe_removed(stripe, ent->net);
	}
	spin_unlock_bh(&stripe->lock);
	return was_in;
}

bool lctcp_table_replace(struct lctcp_ent *old, struct lctcp_ent *new)
{
	struct lctcp_stripe *stripe = lctcp_stripe_of(lctcp_hash_ent(old));
	bool was_in;

	spin_lock_bh(&stripe->lock);
	was_in = !hlist_nulls_unhashed(&old->node);
	if (was_in)
		hlist_nulls_replace_init_rcu(&old->node, &new->node);
	spin_unlock_bh(&stripe->lock);
	return was_in;
}

struct lctcp_ent *lctcp_ent_get(struct lctcp_ent *ent)
{
	refcount_t *refs = ent->kind == LCTCP_KIND_SOCK ?
		&lctcp_sock_of(ent)->sk_refcnt : &ent->refs;

	return refcount_inc_not_zero(refs) ? ent : NULL;
}

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

void lctcp_ent_switch(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->b.ent.family && lc->b.ent.family != lc->af->family)
		synchronize_rcu();
}

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
	if (ent->family == AF_INET) {
		ent->laddr = inet->inet_rcv_saddr;
		ent->raddr = inet->inet_daddr;
#if IS_ENABLED(CONFIG_IPV6)
	} else {
		struct lctcp_addr6 *a6 = &((struct lctcp6_sock *)sk)->addr6;

		a6->laddr = sk->sk_v6_rcv_saddr;
		a6->raddr = sk->sk_v6_daddr;
		ent->a6 = a6;
#endif
	}
}

void lctcp_rehash(struct sock *sk)
{
	WRITE_ONCE(lctcp_sk(sk)->b.ent.dev_if, sk->sk_bound_dev_if);
}

void lctcp_ent_flow(const struct lctcp_ent *ent, struct sock *sk,
		    struct lctcp_flow *flow)
{
	flow->net = ent->net;
	flow->family = ent->family;
	flow->lport = htons(ent->lport);
	flow->rport = ent->rport;
	flow->oif = READ_ONCE(ent->dev_if);
	flow->sk = sk;
	flow->mark = sk ? READ_ONCE(sk->sk_mark) : 0;
	flow->priority = 0;
	flow->label = 0;
	flow->tos = ent->tos;
	flow->transparent = ent->flags & LCTCP_ENT_TRANSPARENT;
	if (ent->family == AF_INET) {
		flow->l4 = ent->laddr;
		flow->r4 = ent->raddr;
	} else {
		flow->a6 = *ent->a6;
	}
}

unsigned int lctcp_table_slots(void)
{
	return lctcp_listen_slots() + lctcp_stripe_mask + 1;
}

/* The entry at @node, or what follows the end of a chain in its stripe. */
static struct lctcp_ent *lctcp_walk(unsigned int i, struct hlist_nulls_node *node)
{
	const struct lctcp_slots *slots;
	unsigned long value;
	unsigned int slot;

	slots = rcu_dereference(lctcp_stripes[i].slots);
	while (is_a_nulls(node)) {
		value = get_nulls_value(node);
		if (!LCTCP_NULLS_IS_CONN(value))
			return NULL;	/* carried away */
		value >>= 1;
		slot = (value >> lctcp_stripe_bits) + 1;
		if ((value & lctcp_stripe_mask) != i || slot > slots->mask)
			return NULL;
		node = rcu_dereference_raw(hlist_nulls_first_rcu(&slots->heads[slot]));
	}
	return hlist_nulls_entry(node, struct lctcp_ent, node);
}

struct lctcp_ent *lctcp_table_first(unsigned int slot)
{
	const struct lctcp_slots *slots;

	if (slot < lctcp_listen_slots())
		return lctcp_listen_first(slot);
	slot -= lctcp_listen_slots();
	slots = rcu_dereference(lctcp_stripes[slot].slots);
	return lctcp_walk(slot, rcu_dereference_raw(hlist_nulls_first_rcu(&slots->heads[0])));
}

struct lctcp_ent *lctcp_table_next(unsigned int slot, struct lctcp_ent *ent)
{
	struct hlist_nulls_node *node;

	node = rcu_dereference_raw(hlist_nulls_next_rcu(&ent->node));
	if (slot >= lctcp_listen_slots())
		return lctcp_walk(slot - lctcp_listen_slots(), node);
	return is_a_nulls(node) ? NULL :
		hlist_nulls_entry(node, struct lctcp_ent, node);
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
		/* Only an orphan of a kernel socket can outlive its namespace;
		 * lctcp_close(), in another thread, may still own its lock.
		 */
		sk = lctcp_sock_of(ent);
		lock_sock(sk);
		if (sk->sk_state != TCP_CLOSE)
			lctcp_event(sk, LCTCP_EV_ABORT);
		release_sock(sk);
		sk_stop_timer_sync(sk, &lctcp_sk(sk)->rtx_timer);
		sk_stop_timer_sync(sk, &sk->sk_timer);
		break;
	}
}

/* Up to LCTCP_PURGE_BATCH entries of the stripe whose namespace is dying, with
 * a reference each; how many.
 */
static int lctcp_purge_some(struct lctcp_stripe *stripe, struct lctcp_ent **found)
{
	const struct hlist_nulls_node *node;
	struct lctcp_slots *slots;
	struct lctcp_ent *ent;
	unsigned int i;
	int n = 0;

	spin_lock_bh(&stripe->lock);
	slots = lctcp_slots_locked(stripe);
	for (i = 0; i <= slots->mask; i++) {
		hlist_nulls_for_each_entry(ent, node, &slots->heads[i], node) {
			if (lctcp_held(ent) || !lctcp_net(ent->net)->dying ||
			    !lctcp_ent_get(ent))
				continue;
			found[n++] = ent;
			if (n == LCTCP_PURGE_BATCH)
				goto out;
		}
	}
out:
	spin_unlock_bh(&stripe->lock);
	return n;
}

/* The entries of namespaces that end. */
static long lctcp_purge_left(struct list_head *nets)
{
	struct net *net;
	long n = 0;
	int cpu;

	list_for_each_entry(net, nets, exit_list)
		for_each_possible_cpu(cpu)
			n += *per_cpu_ptr(lctcp_net(net)->entries, cpu);
	return n;
}

void lctcp_table_purge(struct list_head *nets)
{
	struct lctcp_ent *found[LCTCP_PURGE_BATCH];
	unsigned int i = 0;
	int n, j;

	while (i <= lctcp_stripe_mask) {
		if (i % LCTCP_SLOTS_AT_ONCE == 0 && !lctcp_purge_left(nets))
			break;
		n = READ_ONCE(lctcp_stripes[i].n) ?
		    lctcp_purge_some(&lctcp_stripes[i], found) : 0;
		for (j = 0; j < n; j++) {
			lctcp_purge_one(found[j]);
			lctcp_ent_put(found[j]);
		}
		/* a connection that is aborted may leave a TIME_WAIT behind */
		i += !n;
		cond_resched();
	}
	/* A timer handler that took its mini out itself was not waited for. */
	synchronize_rcu();
}

static int lctcp_caches_init(void)
{
	static const char * const names[][4] = {
		{ "lctcp_req", "lctcp_req6", "lctcp_req_looks",
		  "lctcp_req6_looks" },
		{ "lctcp_tw", "lctcp_tw6", "lctcp_tw_looks", "lctcp_tw6_looks" },
	};
	unsigned int i, tail;

	for (i = 0; i < 4; i++) {
		tail = i & 1 ? sizeof(struct lctcp_addr6) : 0;
		tail += i & 2 ? sizeof(struct lctcp_looks) : 0;
		lctcp_req_cache[i] = kmem_cache_create(names[0][i],
						       sizeof(struct lctcp_req) + tail,
						       0, SLAB_ACCOUNT, NULL);
		lctcp_tw_cache[i] = kmem_cache_create(names[1][i],
						      sizeof(struct lctcp_tw) + tail,
						      0, SLAB_ACCOUNT, NULL);
		if (!lctcp_req_cache[i] || !lctcp_tw_cache[i])
			return -ENOMEM;
	}
	return 0;
}

int lctcp_table_init(void)
{
	unsigned int i, n, slots = table_slots;
	struct lctcp_stripe *stripe;
	int err = -ENOMEM;

	/* What the goals of a mini's size are about. */
	BUILD_BUG_ON(LCTCP_LEAN && sizeof(struct lctcp_req) > 152);
	BUILD_BUG_ON(LCTCP_LEAN && sizeof(struct lctcp_tw) > 128);

	if (!slots)	/* one per 128 KiB, as TCP; but they are a start only */
		slots = clamp_t(unsigned long, totalram_pages() >> (17 - PAGE_SHIFT),
				1024, 65536);
	slots = roundup_pow_of_two(clamp(slots, 64U, 1U << 20));
	n = min(slots / LCTCP_STRIPE_SLOTS, 16384U);
	lctcp_stripe_mask = n - 1;
	lctcp_stripe_bits = ilog2(n);
	lctcp_hash_secret = get_random_u32();

	lctcp_stripes = kvcalloc(n, sizeof(*lctcp_stripes), GFP_KERNEL);
	if (!lctcp_stripes)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		stripe = &lctcp_stripes[i];
		spin_lock_init(&stripe->lock);
		seqcount_spinlock_init(&stripe->seq, &stripe->lock);
		RCU_INIT_POINTER(stripe->slots,
				 lctcp_slots_alloc(i, slots / n, GFP_KERNEL));
		if (!rcu_access_pointer(stripe->slots))
			goto fail;
	}
	err = lctcp_listen_init();
	if (err)
		goto fail;
	err = lctcp_caches_init();
	if (err)
		goto fail;
	return 0;
fail:
	lctcp_table_exit();
	return err;
}

void lctcp_table_exit(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		kmem_cache_destroy(lctcp_tw_cache[i]);
		kmem_cache_destroy(lctcp_req_cache[i]);
	}
	lctcp_listen_exit();
	for (i = 0; i <= lctcp_stripe_mask; i++)
		kfree(rcu_access_pointer(lctcp_stripes[i].slots));
	kvfree(lctcp_stripes);
}
