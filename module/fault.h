/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults by role: lose, duplicate or delay what this namespace sends.
 *
 * Every segment passes lctcp_fault() once, complete with header and checksum,
 * just before IP gets it.  The static key makes that one no-op while no
 * namespace has a rule, and has had none for some seconds.
 */
#ifndef _LCTCP_FAULT_H
#define _LCTCP_FAULT_H

#include <linux/jump_label_ratelimit.h>

#include "lctcp.h"

enum lctcp_role {
	LCTCP_ROLE_SYN,		/* SYN without ACK */
	LCTCP_ROLE_SYNACK,	/* SYN and ACK */
	LCTCP_ROLE_THIRD_ACK,	/* the first ACK of a client, and its repeats */
	LCTCP_ROLE_DATA,	/* carries text */
	LCTCP_ROLE_ACK,		/* any other bare ACK */
	LCTCP_ROLE_FIN,		/* the first FIN of the connection */
	LCTCP_ROLE_FIN_ACK,	/* ACK of the first FIN */
	LCTCP_ROLE_LAST_FIN,	/* FIN of the side that closes second */
	LCTCP_ROLE_LAST_ACK,	/* ACK of that FIN, TIME_WAIT's included */
	LCTCP_ROLE_RST,		/* any RST */
	LCTCP_NROLES,
};

enum lctcp_fault_verb {
	LCTCP_FAULT_DROP,	/* lose it */
	LCTCP_FAULT_DUP,	/* send it twice */
	LCTCP_FAULT_DELAY,	/* hold it back */
	LCTCP_NVERBS,
};

#define LCTCP_FAULT_RULES	32	/* a namespace */

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

extern struct static_key_false_deferred lctcp_faults_on;

bool __lctcp_fault(const struct lctcp_flow *flow, struct sk_buff *skb,
		   enum lctcp_role role);

/**
 * lctcp_fault() - apply the fault rules of the sender's namespace
 * @flow:	who sends to whom
 * @skb:	the segment from its header on; LCTCP_CB(skb) is NOT valid
 * @role:	what the segment is to its connection
 *
 * Context: any, softirqs on or off.
 * Return: true if the segment was taken (lost, or held back: it will be sent
 * by lctcp_reinject() later); the caller forgets it.
 */
static inline bool lctcp_fault(const struct lctcp_flow *flow,
			       struct sk_buff *skb, enum lctcp_role role)
{
	if (!static_branch_unlikely(&lctcp_faults_on.key))
		return false;
	return __lctcp_fault(flow, skb, role);
}

/**
 * lctcp_fault_exit() - no namespace has rules any more
 *
 * Context: process.
 */
void lctcp_fault_exit(void);

/**
 * lctcp_fault_net_init() - no rules yet
 * @ln: the namespace
 *
 * Return: 0.
 */
int lctcp_fault_net_init(struct lctcp_net *ln);

/**
 * lctcp_fault_net_exit() - drop all rules and all segments held back
 * @ln: the namespace; what is sent in it from now on is not held back
 *
 * Context: process.
 */
void lctcp_fault_net_exit(struct lctcp_net *ln);

/* Is @rule one of @faults, which may be NULL? */
bool lctcp_fault_in(const struct lctcp_faults *faults,
		    const struct lctcp_fault_rule *rule);

/* Free a set of rules and those of them that @other has not. */
void lctcp_faults_free(struct lctcp_faults *faults,
		       const struct lctcp_faults *other);

/**
 * lctcp_faults_replace() - put other rules in force, and free what was
 * @ln:  namespace
 * @new: the rules; none if it is NULL or empty
 *
 * Context: process, lctcp_net.fault_lock held.
 */
void lctcp_faults_replace(struct lctcp_net *ln, struct lctcp_faults *new);

#endif /* _LCTCP_FAULT_H */
