/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the protocol tells those who look: counters, tracepoints, and each arc
 * that is taken.  Apart from main.c, which sets the views up, its files
 * include no other header of theirs.  Nothing comes back: with all of it empty the
 * protocol would do the same.
 *
 * Context: any, softirqs on or off; takes no lock but the leaf of the history.
 */
#ifndef _LCTCP_SAW_H
#define _LCTCP_SAW_H

#include "lctcp.h"
#include "mib.h"
#include "trace.h"

#define LCTCP_ADD(netp, item, v)					\
	this_cpu_add(lctcp_net(netp)->mib->n[LCTCP_MIB_##item], v)
#define LCTCP_INC(netp, item)	LCTCP_ADD(netp, item, 1)

/* Count why a segment is dropped and say so to the tracepoint. */
#define LCTCP_DROP(netp, item, skb)	\
	lctcp_count_drop(netp, LCTCP_MIB_##item, skb)

/**
 * lctcp_count_drop() - count why a segment is dropped
 * @net:	namespace
 * @item:	the reason
 * @skb:	the segment; stays the caller's
 *
 * Context: any.
 */
void lctcp_count_drop(const struct net *net, enum lctcp_mib_item item,
		      const struct sk_buff *skb);

/**
 * lctcp_saw_arc() - a connection has taken an arc
 * @ent: its entry
 * @id:	 its serial number
 * @arc: which one
 * @now: ktime in ns
 */
void lctcp_saw_arc(const struct lctcp_ent *ent, u32 id,
		   const struct lctcp_arc *arc, u64 now);

#endif /* _LCTCP_SAW_H */
