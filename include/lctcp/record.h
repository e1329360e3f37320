/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a recording's buffers hold: debugfs, lctcp/record and lctcp/N/cpuM.
 *
 * Each event is a head, and behind it what the tracepoint would have put into
 * the kernel's own ring buffer: tracefs, events/lctcp/NAME/format, says how it
 * is laid out, and the common_type in it whose it is.
 */
#ifndef _LCTCP_RECORD_H
#define _LCTCP_RECORD_H

#include <linux/types.h>

/**
 * struct lctcp_record - the head of an event
 * @ns:		when, CLOCK_MONOTONIC
 * @lost:	so many events before this one found their CPU's buffer full
 * @len:	octets of the head and the event, a multiple of 8
 */
struct lctcp_record {
	__u64	ns;
	__u32	lost;
	__u32	len;
};

/* No event is longer, head included. */
#define LCTCP_RECORD_MAX	512

#endif /* _LCTCP_RECORD_H */
