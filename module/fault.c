// SPDX-License-Identifier: GPL-2.0
/*
 * Faults by role: the rules of a namespace, and what they do to a segment.
 *
 *   drop ROLE [COUNT] [skip N] [port N]
 *   dup ROLE [COUNT] [skip N] [port N]
 *   delay ROLE TIME[ms|s] [COUNT] [skip N] [port N]
 *   clear [NUMBER]
 *
 * A rule applies to COUNT segments of its role (for ever without one), after
 * letting the first "skip" pass; with "port", only to connections that have
 * that port at either end.  The first rule that applies decides.  Lines of one
 * write take effect together or, if one of them is wrong, not at all.
 *
 * Readers are under RCU.  A writer replaces the array and carries the rules
 * over, so that their counts go on.  A segment held back belongs to no socket
 * and sits in one list of the namespace, in the order in which they are due.
 */
#include <linux/ctype.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "fault.h"
#include "memory.h"
#include "view/trace.h"
#include "view/trace_names.h"
#include "view/views.h"

#define LCTCP_FAULT_RULES	32	/* a namespace */
#define LCTCP_FAULT_HELD	1024	/* segments held back, a namespace */
#define LCTCP_FAULT_COUNT	1000000	/* bound of COUNT and of skip */
#define LCTCP_FAULT_DELAY_MS	600000
#define LCTCP_FAULT_NUMBER	100000000	/* bound of a rule's number */

static const char * const lctcp_fault_verbs[] = {
	LCTCP_VERB_LIST(LCTCP_NAME_ITEM, LCTCP_NAME_ITEM)
};

static_assert(ARRAY_SIZE(lctcp_fault_verbs) == LCTCP_NVERBS);

static const char * const lctcp_role_names[] = {
	LCTCP_ROLE_LIST(LCTCP_NAME_ITEM, LCTCP_NAME_ITEM)
};

static_assert(ARRAY_SIZE(lctcp_role_names) == LCTCP_NROLES);

/**
 * struct lctcp_fault_rule - one rule
 * @number:	by which "clear" knows it
 * @verb:	enum lctcp_fault_verb
 * @role:	enum lctcp_role
 * @port:	of either end, host order; 0 for any
 * @delay_ms:	for LCTCP_FAULT_DELAY
 * @count:	as written; 0 for ever
 * @skipped:	as written
 * @hits:	how often it has applied
 * @left:	how often it still will, if @count
 * @skip:	how many segments it still lets pass
 * @rcu:	to free it
 */
struct lctcp_fault_rule {
	unsigned int	number;
	u8		verb;
	u8		role;
	u16		port;
	u32		delay_ms;
	u32		count;
	u32		skipped;
	atomic_t	hits;
	atomic_t	left;
	atomic_t	skip;
	struct rcu_head	rcu;
};

/**
 * struct lctcp_faults - the rules of a namespace
 * @rcu:	to free it
 * @n:		how many
 * @rule:	in the order in which they are tried
 */
struct lctcp_faults {
	struct rcu_head		rcu;
	unsigned int		n;
	struct lctcp_fault_rule	*rule[LCTCP_FAULT_RULES];
};

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

/* Let the segments go that are due. */
static void lctcp_fault_timer(struct timer_list *t)
{
	struct lctcp_net *ln = timer_container_of(ln, t, delay_timer);
	struct lctcp_held *held, *next;
	LIST_HEAD(due);

	spin_lock(&ln->delay_lock);
	list_for_each_entry_safe(held, next, &ln->delayed, node) {
		if (time_after(held->due, jiffies)) {
			mod_timer(&ln->delay_timer, held->due);
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
			mod_timer(&ln->delay_timer, held->due);
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

/* ---- rules as text ---- */

/* The next word of a line, or NULL at its end. */
static char *lctcp_fault_word(char **line)
{
	char *word;

	do
		word = strsep(line, " \t\r");
	while (word && !*word);
	return word;
}

/* A decimal number from @min to @max; what follows it goes to @end. */
static int lctcp_fault_number(const char *text, u32 min, u32 max, u32 *val,
			      const char **end)
{
	u32 v = 0;

	if (!isdigit(*text))
		return -EINVAL;
	for (; isdigit(*text); text++) {
		v = v * 10 + (*text - '0');
		if (v > max)
			return -EINVAL;
	}
	if (v < min || (!end && *text))
		return -EINVAL;
	if (end)
		*end = text;
	*val = v;
	return 0;
}

static int lctcp_fault_delay(const char *text, u32 *ms)
{
	const char *unit;
	int err = lctcp_fault_number(text, 1, LCTCP_FAULT_DELAY_MS, ms, &unit);

	if (err)
		return err;
	if (!strcmp(unit, "s"))
		*ms *= 1000;
	else if (*unit && strcmp(unit, "ms"))
		return -EINVAL;
	/* 600000 s does not overflow, but is too long all the same */
	return *ms <= LCTCP_FAULT_DELAY_MS ? 0 : -EINVAL;
}

static int lctcp_fault_match(const char * const *names, unsigned int n,
			     const char *word, u8 *val)
{
	int i = word ? match_string(names, n, word) : -EINVAL;

	if (i < 0)
		return -EINVAL;
	*val = i;
	return 0;
}

/* [COUNT] [skip N] [port N], the last two in any order, each at most once */
static int lctcp_fault_options(struct lctcp_fault_rule *rule, char **line)
{
	char *word = lctcp_fault_word(line);
	u32 port = 0;
	int err;

	if (word && isdigit(*word)) {
		err = lctcp_fault_number(word, 1, LCTCP_FAULT_COUNT,
					 &rule->count, NULL);
		if (err)
			return err;
		word = lctcp_fault_word(line);
	}
	for (; word; word = lctcp_fault_word(line)) {
		char *arg = lctcp_fault_word(line);

		if (!arg)
			return -EINVAL;
		if (!strcmp(word, "skip") && !rule->skipped)
			err = lctcp_fault_number(arg, 1, LCTCP_FAULT_COUNT,
						 &rule->skipped, NULL);
		else if (!strcmp(word, "port") && !port)
			err = lctcp_fault_number(arg, 1, 65535, &port, NULL);
		else
			err = -EINVAL;
		if (err)
			return err;
	}
	rule->port = port;
	atomic_set(&rule->left, rule->count);
	atomic_set(&rule->skip, rule->skipped);
	return 0;
}

/* A new rule from @verb and the rest of its line. */
static struct lctcp_fault_rule *lctcp_fault_parse(const char *verb, char *line)
{
	struct lctcp_fault_rule *rule;
	char *word;
	int err;

	rule = kzalloc(sizeof(*rule), GFP_KERNEL_ACCOUNT);
	if (!rule)
		return ERR_PTR(-ENOMEM);
	err = lctcp_fault_match(lctcp_fault_verbs, LCTCP_NVERBS, verb,
				&rule->verb);
	if (!err)
		err = lctcp_fault_match(lctcp_role_names, LCTCP_NROLES,
					lctcp_fault_word(&line), &rule->role);
	if (!err && rule->verb == LCTCP_FAULT_DELAY) {
		word = lctcp_fault_word(&line);
		err = word ? lctcp_fault_delay(word, &rule->delay_ms) : -EINVAL;
	}
	if (!err)
		err = lctcp_fault_options(rule, &line);
	if (err) {
		kfree(rule);
		return ERR_PTR(err);
	}
	return rule;
}

static bool lctcp_fault_in(const struct lctcp_faults *faults,
			   const struct lctcp_fault_rule *rule)
{
	unsigned int i;

	for (i = 0; faults && i < faults->n; i++)
		if (faults->rule[i] == rule)
			return true;
	return false;
}

/* Free a set of rules and those of them that @other has not. */
static void lctcp_faults_free(struct lctcp_faults *faults,
			      const struct lctcp_faults *other)
{
	unsigned int i;

	for (i = 0; faults && i < faults->n; i++)
		if (!lctcp_fault_in(other, faults->rule[i]))
			kfree_rcu(faults->rule[i], rcu);
	if (faults)
		kfree_rcu(faults, rcu);
}

/* "clear" and "clear NUMBER".  A rule of @kept lives on in the set that is in
 * force; one written a line before goes at once.
 */
static int lctcp_fault_clear(struct lctcp_faults *faults,
			     const struct lctcp_faults *kept, char *line)
{
	char *word = lctcp_fault_word(&line);
	unsigned int i, n = 0;
	u32 number = 0;
	bool found = !word;

	if (word) {
		if (lctcp_fault_number(word, 1, LCTCP_FAULT_NUMBER, &number,
				       NULL))
			return -EINVAL;
		if (lctcp_fault_word(&line))
			return -EINVAL;
	}
	for (i = 0; i < faults->n; i++) {
		struct lctcp_fault_rule *rule = faults->rule[i];

		if (number && rule->number != number) {
			faults->rule[n++] = rule;
			continue;
		}
		found = true;
		if (!lctcp_fault_in(kept, rule))
			kfree(rule);
	}
	faults->n = n;
	return found ? 0 : -ENOENT;
}

/* Apply one line to the set @faults, of which @kept is the one in force. */
static int lctcp_fault_line(struct lctcp_faults *faults,
			    const struct lctcp_faults *kept, char *line)
{
	struct lctcp_fault_rule *rule;
	char *verb = lctcp_fault_word(&line);

	if (!verb)
		return 0;
	if (!strcmp(verb, "clear"))
		return lctcp_fault_clear(faults, kept, line);

	rule = lctcp_fault_parse(verb, line);
	if (IS_ERR(rule))
		return PTR_ERR(rule);
	if (faults->n == LCTCP_FAULT_RULES) {
		kfree(rule);
		return -ENOSPC;
	}
	rule->number = 1;
	if (faults->n)
		rule->number += faults->rule[faults->n - 1]->number;
	faults->rule[faults->n++] = rule;
	return 0;
}

/* Put @new in force, or no rules if it is empty, and free what was. */
static void lctcp_faults_replace(struct lctcp_net *ln, struct lctcp_faults *new)
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

static int lctcp_faults_change(struct lctcp_net *ln, char *text)
{
	struct lctcp_faults *new, *old;
	int err = 0;
	char *line;

	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;

	mutex_lock(&ln->fault_lock);
	old = rcu_dereference_protected(ln->faults,
					lockdep_is_held(&ln->fault_lock));
	if (old) {
		new->n = old->n;
		memcpy(new->rule, old->rule, sizeof(new->rule));
	}
	while (!err && (line = strsep(&text, "\n")))
		err = lctcp_fault_line(new, old, line);
	if (err)
		lctcp_faults_free(new, old);
	else
		lctcp_faults_replace(ln, new);
	mutex_unlock(&ln->fault_lock);
	return err;
}

/**
 * lctcp_faults_write() - take rules from /proc/net/lctcp/faults
 * @file:	the open file
 * @buf:	what was written, NUL terminated
 * @size:	its length
 *
 * Return: @size or -errno; then no rule has changed.
 */
int lctcp_faults_write(struct file *file, char *buf, size_t size)
{
	struct net *net = seq_file_single_net(file->private_data);
	int err;

	if (!file_ns_capable(file, net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (memchr(buf, '\0', size))
		return -EINVAL;
	err = lctcp_faults_change(lctcp_net(net), buf);
	return err ? err : size;
}

static void lctcp_fault_show(struct seq_file *seq,
			     const struct lctcp_fault_rule *rule)
{
	seq_printf(seq, "%6u %10d ", rule->number, atomic_read(&rule->hits));
	if (rule->count)
		seq_printf(seq, "%8d ", atomic_read(&rule->left));
	else
		seq_puts(seq, "       - ");
	seq_printf(seq, " %s %s", lctcp_fault_verbs[rule->verb],
		   lctcp_role_names[rule->role]);
	if (rule->verb == LCTCP_FAULT_DELAY)
		seq_printf(seq, " %ums", rule->delay_ms);
	if (rule->count)
		seq_printf(seq, " %u", rule->count);
	if (rule->skipped)
		seq_printf(seq, " skip %u", rule->skipped);
	if (rule->port)
		seq_printf(seq, " port %u", rule->port);
	seq_putc(seq, '\n');
}

/**
 * lctcp_faults_show() - list the rules of a namespace
 * @seq:	of /proc/net/lctcp/faults
 * @v:		unused
 *
 * What stands under "rule" can be written back.
 *
 * Return: 0.
 */
int lctcp_faults_show(struct seq_file *seq, void *v)
{
	const struct lctcp_faults *faults;
	unsigned int i;

	seq_puts(seq, "number       hits     left  rule\n");
	rcu_read_lock();
	faults = rcu_dereference(lctcp_net(seq_file_single_net(seq))->faults);
	for (i = 0; faults && i < faults->n; i++)
		lctcp_fault_show(seq, faults->rule[i]);
	rcu_read_unlock();
	return 0;
}

/**
 * lctcp_fault_exit() - no namespace has rules any more
 *
 * Context: process.
 */
void lctcp_fault_exit(void)
{
	static_key_deferred_flush(&lctcp_faults_on);
}

/**
 * lctcp_fault_net_init() - no rules yet
 * @ln: the namespace
 *
 * Return: 0.
 */
int lctcp_fault_net_init(struct lctcp_net *ln)
{
	mutex_init(&ln->fault_lock);
	spin_lock_init(&ln->delay_lock);
	INIT_LIST_HEAD(&ln->delayed);
	timer_setup(&ln->delay_timer, lctcp_fault_timer, 0);
	return 0;
}

/**
 * lctcp_fault_net_exit() - drop all rules and all segments held back
 * @ln: the namespace; what is sent in it from now on is not held back
 *
 * Context: process.
 */
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
