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

void lctcp_fault_exit(void);
int lctcp_fault_net_init(struct lctcp_net *ln);
void lctcp_fault_net_exit(struct lctcp_net *ln);

#endif /* _LCTCP_FAULT_H */
