/* SPDX-License-Identifier: GPL-2.0 */
/* Both ends of a connection in the one form that all views take. */
#ifndef _LCTCP_ENDS_H
#define _LCTCP_ENDS_H

#include "lctcp.h"

/**
 * struct lctcp_ends - who talks to whom
 * @l6:		local address, mapped if it is IPv4
 * @r6:		remote address, likewise
 * @lport:	local port, host order
 * @rport:	remote port, host order
 * @dev_if:	interface that gives a link-local address its meaning, or 0
 * @family:	AF_INET or AF_INET6; 0 if nothing is known
 */
struct lctcp_ends {
	struct in6_addr	l6;
	struct in6_addr	r6;
	u16		lport;
	u16		rport;
	int		dev_if;
	u16		family;
};

/* Room for "[" IPv6 address "%" interface "]:" port and a NUL. */
#define LCTCP_END_TEXT	(1 + 39 + 11 + 2 + 5 + 1)

void lctcp_ends_of_ent(struct lctcp_ends *e, const struct lctcp_ent *ent);
void lctcp_ends_of_flow(struct lctcp_ends *e, const struct lctcp_flow *flow);
void lctcp_ends_of_tuple(struct lctcp_ends *e, const struct lctcp_tuple *t);
void lctcp_ends_of_skb(struct lctcp_ends *e, const struct sk_buff *skb);
const char *lctcp_ends_local(const struct lctcp_ends *e, char *buf);
const char *lctcp_ends_remote(const struct lctcp_ends *e, char *buf);

#endif /* _LCTCP_ENDS_H */
