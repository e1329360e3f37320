/* SPDX-License-Identifier: GPL-2.0 */
/* The recorder: see record.c. */
#ifndef _LCTCP_RECORDER_H
#define _LCTCP_RECORDER_H

#include <linux/kconfig.h>

#if IS_ENABLED(CONFIG_RELAY) && IS_ENABLED(CONFIG_EVENT_TRACING)
#define LCTCP_RECORDER

#include <linux/percpu.h>
#include <linux/relay.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/trace_events.h>

#include <lctcp/record.h>

/**
 * struct lctcp_recorder - a recording in progress, of whoever opened the file
 * @lock:	of all but the hot path
 * @chan:	the buffers; NULL before it has started
 * @dir:	debugfs, lctcp/N: a file for each CPU's buffer
 * @number:	N
 * @on:		which of lctcp_record_events[] are recorded, a bit each; 0 once
 *		it has been stopped
 * @lost:	events of a CPU that found its buffer full, and which no later
 *		one has told of
 */
struct lctcp_recorder {
	struct mutex	lock;	/* probes run only between start and stop */
	struct rchan	*chan;
	struct dentry	*dir;
	unsigned int	number;
	unsigned long	on;
	u32 __percpu	*lost;
};

/**
 * struct lctcp_record_event - a tracepoint and what records it
 * @name:	without "lctcp_"
 * @tp:		the tracepoint
 * @probe:	of the tracepoint's type; its data is the recorder
 */
struct lctcp_record_event {
	const char		*name;
	struct tracepoint	*tp;
	void			*probe;
};

/* trace.c */
extern const struct lctcp_record_event lctcp_record_events[];
extern const unsigned int lctcp_record_nevents;

/**
 * lctcp_record_write() - an event into this CPU's buffer
 * @r:		the recorder
 * @head:	the head, with the event behind it
 * @ent:	how the event begins
 * @type:	by which it is known: common_type
 * @len:	of head and event, in octets
 *
 * In line: the length is a constant, and this is all that an event costs.  Its
 * time is taken with interrupts off, so that a buffer is in the order of time.
 * relay copies first and then moves its end, so that whoever reads a buffer
 * that is being written sees whole events.
 *
 * Context: any but NMI.
 */
static __always_inline void lctcp_record_write(struct lctcp_recorder *r,
					       struct lctcp_record *head,
					       struct trace_entry *ent,
					       u16 type, u32 len)
{
	unsigned long flags;
	u32 *lost;

	ent->type = type;
	ent->flags = 0;
	ent->preempt_count = 0;
	ent->pid = current->pid;
	head->len = len;
	local_irq_save(flags);
	lost = this_cpu_ptr(r->lost);
	head->ns = ktime_get_mono_fast_ns();
	head->lost = *lost;
	__relay_write(r->chan, head, len);
	/* without room for it lctcp_record_next() has counted one more */
	if (unlikely(head->lost) && *lost == head->lost)
		*lost = 0;
	local_irq_restore(flags);
}

#endif
#endif /* _LCTCP_RECORDER_H */
