// SPDX-License-Identifier: GPL-2.0
/*
 * Faults by role: the rules of a namespace, and what they do to a segment.
 *
 * A rule applies to COUNT segments of its role (for ever without one), after
 * letting the first "skip" pass; with "port", only to connections that have
 * that port at either end.  The first rule that applies decides.
 *
 * Readers are under RCU.  A writer (view/fault_rules.c) replaces the array and carries the rules
 * over, so that their counts go on.  A segment held back belongs to no socket
 * and sits in one list of the namespace, in the order in which they are due.
 */
#include <linux/slab.h>

#include "fault.h"
#include "memory.h"
#include "output.h"
#include "timer.h"
#include "view/saw.h"

#define LCTCP_FAULT_HELD	1024	/* segments held back, a namespace */

/**
 * struct lctcp_held - a segment held back
 * @node:	in lctcp_net.delayed
 * @due:	jiffies
 * @flow:	who sends to whom
 * @skb:	the segment
 */
struct lctcp_held {
	struct list_head	node;
	unsigned long		due;
	struct lctcp_flow	flow;
	struct sk_buff		*skb;
};

/* Root of any namespace has rules, and each change of the key patches the code
 * of all CPUs: so it is not off again before a while has passed, and who writes
 * and clears rules all the time changes it twice in that while.
 */
#define LCTCP_FAULT_KEY_HOLD	(10 * HZ)

DEFINE_STATIC_KEY_DEFERRED_FALSE(lctcp_faults_on, LCTCP_FAULT_KEY_HOLD);

/* Octets of truesize held back by all namespaces together. */
static atomic_long_t lctcp_held_size;

/* ---- what a rule does to a segment ---- */

/* Segments held back belong to no socket, and any namespace may have them: all
 * together get a part of what sockets may have.
 */
static bool lctcp_held_charge(const struct sk_buff *skb)
{
	long most = READ_ONCE(lctcp_mem[1]) / 4;

	most = min_t(long, most, LONG_MAX >> PAGE_SHIFT) << PAGE_SHIFT;
	if (atomic_long_add_return(skb->truesize, &lctcp_held_size) <= most)
		return true;
	atomic_long_sub(skb->truesize, &lctcp_held_size);
	return false;
}

static void lctcp_held_uncharge(const struct sk_buff *skb)
{
	atomic_long_sub(skb->truesize, &lctcp_held_size);
}

static void lctcp_held_free(struct lctcp_held *held)
{
	if (held->flow.sk)
		sock_put(held->flow.sk);
	kfree(held);
}

/* The timer fires at @due or before. */
static void lctcp_fault_arm(struct lctcp_net *ln, unsigned long due)
{
	mod_timer(&ln->delay_timer, lctcp_wheel_at(&ln->sysctl, due));
}

/* Let the segments go that are due. */
static void lctcp_fault_timer(struct timer_list *t)
{
	struct lctcp_net *ln = timer_container_of(ln, t, delay_timer);
	struct lctcp_held *held, *next;
	LIST_HEAD(due);

	spin_lock(&ln->delay_lock);
	list_for_each_entry_safe(held, next, &ln->delayed, node) {
		if (time_after(held->due, jiffies)) {
			lctcp_fault_arm(ln, held->due);
			break;
		}
		list_move_tail(&held->node, &due);
		ln->ndelayed--;
	}
	spin_unlock(&ln->delay_lock);

	list_for_each_entry_safe(held, next, &due, node) {
		lctcp_held_uncharge(held->skb);
		lctcp_reinject(&held->flow, held->skb);
		lctcp_held_free(held);
	}
}

/* A copy with a header and headroom of its own, since the original may be
 * sent again before the copy leaves; it belongs to no socket.
 */
static struct sk_buff *lctcp_fault_copy(struct sk_buff *skb)
{
	struct sk_buff *copy = pskb_copy(skb, GFP_ATOMIC);

	if (copy) {
		skb_orphan(copy);
		skb_dst_drop(copy);
	}
	return copy;
}

/* Hold a copy of @skb back; false if there is no room or no memory. */
static bool lctcp_fault_hold(struct lctcp_net *ln,
			     const struct lctcp_flow *flow,
			     struct sk_buff *skb, u32 delay_ms)
{
	struct lctcp_held *held, *pos;
	bool taken = false;

	held = kmalloc(sizeof(*held), GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!held)
		return false;
	held->flow = *flow;
	/* A listener that is just going away cannot be waited for. */
	if (flow->sk && !refcount_inc_not_zero(&flow->sk->sk_refcnt))
		held->flow.sk = NULL;
	held->due = jiffies + msecs_to_jiffies(delay_ms);
	held->skb = lctcp_fault_copy(skb);
	if (!held->skb)
		goto out;
	if (!lctcp_held_charge(held->skb))
		goto out;

	spin_lock_bh(&ln->delay_lock);
	if (!ln->dead && ln->ndelayed < LCTCP_FAULT_HELD) {
		/* behind all that are due no later */
		list_for_each_entry_reverse(pos, &ln->delayed, node)
			if (!time_after(pos->due, held->due))
				break;
		list_add(&held->node, &pos->node);
		ln->ndelayed++;
		if (list_is_first(&held->node, &ln->delayed))
			lctcp_fault_arm(ln, held->due);
		taken = true;
	}
	spin_unlock_bh(&ln->delay_lock);
	if (!taken)
		lctcp_held_uncharge(held->skb);
out:
	if (!taken) {
		kfree_skb(held->skb);
		lctcp_held_free(held);
	}
	return taken;
}

static bool lctcp_fault_applies(struct lctcp_fault_rule *rule,
				const struct lctcp_flow *flow,
				enum lctcp_role role)
{
	if (rule->role != role)
		return false;
	if (rule->port && rule->port != ntohs(flow->lport) &&
	    rule->port != ntohs(flow->rport))
		return false;
	if (rule->count && !atomic_read(&rule->left))
		return false;
	if (atomic_dec_if_positive(&rule->skip) >= 0)
		return false;
	if (rule->count && atomic_dec_if_positive(&rule->left) < 0)
		return false;
	atomic_inc(&rule->hits);
	return true;
}

/* Do what @rule says; true if the segment is taken. */
static bool lctcp_fault_apply(const struct lctcp_fault_rule *rule,
			      const struct lctcp_flow *flow,
			      struct sk_buff *skb)
{
	struct lctcp_net *ln = lctcp_net(flow->net);
	struct sk_buff *copy;

	switch (rule->verb) {
	case LCTCP_FAULT_DUP:
		copy = lctcp_fault_copy(skb);
		if (copy) {
			LCTCP_INC(flow->net, FAULTDUPS);
			lctcp_reinject(flow, copy);
		}
		return false;
	case LCTCP_FAULT_DELAY:
		if (lctcp_fault_hold(ln, flow, skb, rule->delay_ms)) {
			LCTCP_INC(flow->net, FAULTDELAYS);
			break;
		}
		fallthrough;
	default:
		LCTCP_INC(flow->net, FAULTDROPS);
	}
	kfree_skb(skb);
	return true;
}

/**
 * __lctcp_fault() - the part of lctcp_fault() behind the static key
 * @flow:	who sends to whom
 * @skb:	the segment from its header on
 * @role:	what it is to its connection
 *
 * Context: any, softirqs on or off.
 * Return: true if the segment was taken.
 */
bool __lctcp_fault(const struct lctcp_flow *flow, struct sk_buff *skb,
		   enum lctcp_role role)
{
	const struct lctcp_faults *faults;
	bool taken = false;
	unsigned int i;

	rcu_read_lock();
	faults = rcu_dereference(lctcp_net(flow->net)->faults);
	for (i = 0; faults && i < faults->n; i++) {
		struct lctcp_fault_rule *rule = faults->rule[i];

		if (!lctcp_fault_applies(rule, flow, role))
			continue;
		trace_lctcp_fault(flow, (struct tcphdr *)skb->data, role,
				  rule->verb, rule->number, rule->count,
				  rule->delay_ms);
		taken = lctcp_fault_apply(rule, flow, skb);
		break;
	}
	rcu_read_unlock();
	return taken;
}

/* ---- sets of rules ---- */

bool lctcp_fault_in(const struct lctcp_faults *faults,
		    const struct lctcp_fault_rule *rule)
{
	unsigned int i;

	for (i = 0; faults && i < faults->n; i++)
		if (faults->rule[i] == rule)
			return true;
	return false;
}

void lctcp_faults_free(struct lctcp_faults *faults,
		       const struct lctcp_faults *other)
{
	unsigned int i;

	for (i = 0; faults && i < faults->n; i++)
		if (!lctcp_fault_in(other, faults->rule[i]))
			kfree_rcu(faults->rule[i], rcu);
	if (faults)
		kfree_rcu(faults, rcu);
}

void lctcp_faults_replace(struct lctcp_net *ln, struct lctcp_faults *new)
{
	struct lctcp_faults *old;

	old = rcu_dereference_protected(ln->faults,
					lockdep_is_held(&ln->fault_lock));
	if (new && !new->n) {
		kfree(new);
		new = NULL;
	}
	rcu_assign_pointer(ln->faults, new);
	if (new && !old)
		static_branch_deferred_inc(&lctcp_faults_on);
	else if (old && !new)
		static_branch_slow_dec_deferred(&lctcp_faults_on);
	lctcp_faults_free(old, new);
}

void lctcp_fault_exit(void)
{
	static_key_deferred_flush(&lctcp_faults_on);
}

int lctcp_fault_net_init(struct lctcp_net *ln)
{
	mutex_init(&ln->fault_lock);
	spin_lock_init(&ln->delay_lock);
	INIT_LIST_HEAD(&ln->delayed);
	timer_setup(&ln->delay_timer, lctcp_fault_timer, 0);
	return 0;
}

void lctcp_fault_net_exit(struct lctcp_net *ln)
{
	struct lctcp_held *held, *next;

	mutex_lock(&ln->fault_lock);
	lctcp_faults_replace(ln, NULL);
	mutex_unlock(&ln->fault_lock);

	spin_lock_bh(&ln->delay_lock);
	ln->dead = true;
	spin_unlock_bh(&ln->delay_lock);
	timer_shutdown_sync(&ln->delay_timer);
	list_for_each_entry_safe(held, next, &ln->delayed, node) {
		lctcp_held_uncharge(held->skb);
		kfree_skb(held->skb);
		lctcp_held_free(held);
	}
	INIT_LIST_HEAD(&ln->delayed);
}
