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

/**
 * lctcp_history_resize() - keep more or fewer transitions
 * @ln:		namespace
 * @size:	how many; 0 for none
 *
 * The newest survive.  Does nothing before lctcp_history_init() and after
 * lctcp_history_exit().
 *
 * Context: process.
 * Return: 0 or -ENOMEM; then nothing has changed.
 */
int lctcp_history_resize(struct lctcp_net *ln, unsigned int size);

/**
 * lctcp_history_add() - remember a transition
 * @ln:		namespace
 * @ent:	the connection
 * @id:		its serial number
 * @arc:	what it did
 * @now:	ktime in ns
 *
 * Context: any, softirqs on or off.
 */
void lctcp_history_add(struct lctcp_net *ln, const struct lctcp_ent *ent,
		       u32 id, const struct lctcp_arc *arc, u64 now);

/**
 * lctcp_history_read() - read one transition
 * @ln:		namespace
 * @n:		its number, counted from the first ever; if that is no longer
 *		kept, becomes the number of the oldest that is
 * @entry:	filled in
 *
 * Return: false if there is no such transition yet.
 */
bool lctcp_history_read(struct lctcp_net *ln, u64 *n,
			struct lctcp_history_entry *entry);

#endif /* _LCTCP_HISTORY_H */
