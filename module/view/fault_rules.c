// SPDX-License-Identifier: GPL-2.0
/*
 * Fault rules as text: /proc/net/lctcp/faults.
 *
 *   drop ROLE [COUNT] [skip N] [port N]
 *   dup ROLE [COUNT] [skip N] [port N]
 *   delay ROLE TIME[ms|s] [COUNT] [skip N] [port N]
 *   clear [NUMBER]
 *
 * Lines of one write take effect together or, if one of them is wrong, not at
 * all.  What they do is told in fault.c.
 */
#include <linux/ctype.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "fault.h"
#include "trace_names.h"
#include "views.h"

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
