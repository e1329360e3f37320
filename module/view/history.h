/* SPDX-License-Identifier: GPL-2.0 */
/* The last transitions of a namespace, closed connections included. */
#ifndef _LCTCP_HISTORY_H
#define _LCTCP_HISTORY_H

#include "ends.h"
#include "lctcp.h"

/**
 * struct lctcp_history_entry - one transition
 * @time_ns:	CLOCK_MONOTONIC
 * @ends:	of the connection
 * @id:		its serial number
 * @active:	this end called connect()
 * @listener:	it is a listener's own transition
 * @from:	state before
 * @event:	what happened
 * @to:		state after
 */
struct lctcp_history_entry {
	u64			time_ns;
	struct lctcp_ends	ends;
	u32			id;
	u8			active:1,
				listener:1;
	u8			from;
	u8			event;
	u8			to;
};

/* Set up and free lctcp_net.history; its size is sysctl history at that
 * time.
 */
int lctcp_history_init(struct lctcp_net *ln);
void lctcp_history_exit(struct lctcp_net *ln);

/* Keep @size entries from now on; the newest survive.  Does nothing before
 * lctcp_history_init() and after lctcp_history_exit().  Process context.
 */
int lctcp_history_resize(struct lctcp_net *ln, unsigned int size);

/* One transition, at @now (ktime in ns). Any context, softirqs on or off. */
void lctcp_history_add(struct lctcp_net *ln, const struct lctcp_ent *ent,
		       u32 id, const struct lctcp_arc *arc, u64 now);

/* Read entry *@n, counted from the first ever, or the oldest one still there
 * if that is newer; *@n then says which.  false if there is none.
 */
bool lctcp_history_read(struct lctcp_net *ln, u64 *n,
			struct lctcp_history_entry *entry);

#endif /* _LCTCP_HISTORY_H */
