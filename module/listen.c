// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners: who accepts on an address and port?
 *
 * A table of its own, hashed by namespace, address and port with a secret, so
 * that nobody's listeners are in the way of another's.  One that accepts on
 * any address is there under address 0, in both families alike.  A segment
 * looks under its own address first and then, if nobody there wants it, under
 * 0: an address beats none (RFC 9293 MUST-43 and what programs expect).
 *
 * Readers run under RCU and take no reference.  A listener that was closed and
 * connects is in the table of connections, in a chain with minis: a reader who
 * stands on it looks at each entry's kind before he takes it for a socket, and
 * at the nulls value at the end, which tells him that he was carried away.  He
 * judges each listener by itself and not by the chain, so what he found fits,
 * but maybe another fits better: he starts again in any case.
 *
 * Writers, of which listen() and its end are the only ones, share one lock.
 */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/rculist_nulls.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "lctcp.h"
#include "listen.h"
#include "table.h"

static struct hlist_nulls_head *lctcp_listeners;
static unsigned int lctcp_listen_mask;
static u32 lctcp_listen_secret;
static DEFINE_SPINLOCK(lctcp_listen_lock);

static unsigned int lctcp_listen_slot4(const struct net *net, __be32 addr,
				       u16 port)
{
	return jhash_2words((__force u32)addr, port,
			    lctcp_listen_secret ^ net_hash_mix(net)) &
	       lctcp_listen_mask;
}

static unsigned int lctcp_listen_slot6(const struct net *net,
				       const struct in6_addr *addr, u16 port)
{
	u32 seed = lctcp_listen_secret ^ net_hash_mix(net);

	return jhash_1word(jhash2((__force const u32 *)addr->s6_addr32, 4, seed),
			   port) & lctcp_listen_mask;
}

static unsigned int lctcp_listen_slot(const struct sock *sk)
{
	u16 port = lctcp_sk(sk)->b.ent.lport;

#if IS_ENABLED(CONFIG_IPV6)
	const struct in6_addr *addr = &sk->sk_v6_rcv_saddr;

	if (sk->sk_family == AF_INET6 && !ipv6_addr_any(addr)) {
		if (!ipv6_addr_v4mapped(addr))
			return lctcp_listen_slot6(sock_net(sk), addr, port);
		return lctcp_listen_slot4(sock_net(sk), addr->s6_addr32[3],
					  port);
	}
	if (sk->sk_family == AF_INET6)
		return lctcp_listen_slot4(sock_net(sk), 0, port);
#endif
	return lctcp_listen_slot4(sock_net(sk), inet_sk(sk)->inet_rcv_saddr,
				  port);
}

void lctcp_listen_add(struct sock *sk)
{
	struct lctcp_ent *ent = &lctcp_sk(sk)->b.ent;

	spin_lock_bh(&lctcp_listen_lock);
	hlist_nulls_add_head_rcu(&ent->node,
				 &lctcp_listeners[lctcp_listen_slot(sk)]);
	spin_unlock_bh(&lctcp_listen_lock);
}

void lctcp_listen_remove(struct sock *sk)
{
	struct lctcp_ent *ent = &lctcp_sk(sk)->b.ent;

	spin_lock_bh(&lctcp_listen_lock);
	if (!hlist_nulls_unhashed(&ent->node))
		hlist_nulls_del_init_rcu(&ent->node);
	spin_unlock_bh(&lctcp_listen_lock);
}

/* How well does its address fit?  -1: not at all. */
static int lctcp_listen_address(const struct sock *sk, u8 family, __be32 l4,
				const struct in6_addr *l6)
{
	int score = 0;

	if (family == AF_INET) {
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
			if (addr != l4)
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
			if (!ipv6_addr_equal(&sk->sk_v6_rcv_saddr, l6))
				return -1;
			score += 4;
		}
#endif
	}
	return score;
}

/* How well does a listener fit?  -1: not at all.  An address beats none, and
 * so does an interface (RFC 9293 MUST-43 and what programs expect).
 */
static int lctcp_listen_score(const struct sock *sk, const struct lctcp_tuple *t)
{
	int score, bound;

	/* Who found it in another chain has its queues too: pairs with the
	 * barrier in lctcp_event().
	 */
	if (smp_load_acquire(&sk->sk_state) != TCP_LISTEN)
		return -1;
	score = lctcp_listen_address(sk, t->family, t->l4, t->l6);
	if (score < 0)
		return -1;
	bound = READ_ONCE(sk->sk_bound_dev_if);
	if (!lctcp_dev_reaches(bound, t))
		return -1;
	return bound ? score + 2 : score;
}

/* The listener that fits best in a slot, or NULL.  Among those that fit equally
 * well and share the port by SO_REUSEPORT, the four-tuple decides.
 */
static struct sock *lctcp_listen_best(const struct lctcp_tuple *t,
				      unsigned int slot)
{
	const struct hlist_nulls_node *node;
	struct sock *sk, *best_sk;
	struct lctcp_ent *ent;
	int score, best, alike;
	u32 phash;

again:
	best = -1;
	best_sk = NULL;
	alike = 0;
	phash = 0;
	hlist_nulls_for_each_entry_rcu(ent, node, &lctcp_listeners[slot], node) {
		if (ent->lport != t->lport || ent->net != t->net ||
		    ent->kind != LCTCP_KIND_SOCK)
			continue;
		sk = lctcp_sock_of(ent);
		score = lctcp_listen_score(sk, t);
		if (score > best) {
			best = score;
			best_sk = sk;
			alike = 1;
		} else if (score == best && score >= 0 && sk->sk_reuseport) {
			phash = alike++ == 1 ? lctcp_hash_tuple(t) :
				jhash_1word(phash, lctcp_listen_secret);
			if (!reciprocal_scale(phash, alike))
				best_sk = sk;
		}
	}
	if (get_nulls_value(node) != LCTCP_NULLS_LISTEN(slot))
		goto again;
	return best_sk;
}

struct sock *lctcp_lookup_listener(const struct lctcp_tuple *t)
{
	struct sock *sk;

	sk = lctcp_listen_best(t, t->family == AF_INET ?
			       lctcp_listen_slot4(t->net, t->l4, t->lport) :
			       lctcp_listen_slot6(t->net, t->l6, t->lport));
	if (!sk)
		sk = lctcp_listen_best(t, lctcp_listen_slot4(t->net, 0,
							     t->lport));
	return sk;
}

bool lctcp_listens_for(const struct sock *sk, const struct lctcp_ent *ent)
{
	if (lctcp_sk(sk)->b.ent.lport != ent->lport)
		return false;
	if (ent->family == AF_INET)
		return lctcp_listen_address(sk, AF_INET, ent->laddr, NULL) >= 0;
	return lctcp_listen_address(sk, ent->family, 0, &ent->a6->laddr) >= 0;
}

unsigned int lctcp_listen_slots(void)
{
	return lctcp_listen_mask + 1;
}

struct lctcp_ent *lctcp_listen_first(unsigned int slot)
{
	struct hlist_nulls_node *node;

	node = rcu_dereference_raw(hlist_nulls_first_rcu(&lctcp_listeners[slot]));
	return is_a_nulls(node) ? NULL :
		hlist_nulls_entry(node, struct lctcp_ent, node);
}

int lctcp_listen_init(void)
{
	unsigned int i, slots;

	/* One slot per 256 KiB: 32,768 listeners have one each in 8 GiB. */
	slots = roundup_pow_of_two(clamp_t(unsigned long,
					   totalram_pages() >> (18 - PAGE_SHIFT),
					   1024, 65536));
	lctcp_listen_mask = slots - 1;
	lctcp_listen_secret = get_random_u32();
	lctcp_listeners = kvmalloc_array(slots, sizeof(*lctcp_listeners),
					 GFP_KERNEL);
	if (!lctcp_listeners)
		return -ENOMEM;
	for (i = 0; i < slots; i++)
		INIT_HLIST_NULLS_HEAD(&lctcp_listeners[i],
				      LCTCP_NULLS_LISTEN(i));
	return 0;
}

void lctcp_listen_exit(void)
{
	kvfree(lctcp_listeners);
}
