/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tracefs instance of our own, /sys/kernel/tracing/instances/lctcp-PID, with
 * lctcp's tracepoints on: made, read and removed.  The global one, and those of
 * others, are left alone.
 */
#ifndef LCTCP_TRACEFS_H
#define LCTCP_TRACEFS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct tracefs;

/**
 * struct tracefs_options - how to trace
 * @buffer_mb:	memory for events not read yet, all CPUs together; 0 for 64
 * @only:	names of tracepoints without "lctcp_", comma between them, or
 *		NULL for all
 * @line:	called for each event, with its line of a recording, terminated,
 *		and for "lost" lines
 * @data:	for @line
 */
struct tracefs_options {
	unsigned long buffer_mb;
	const char *only;
	void (*line)(void *data, const char *line, size_t len);
	void *data;
};

#define TRACEFS_CLOCK	"mono"

/* Begin to trace.  NULL after @problem, of TRACEFS_PROBLEM octets, has got one
 * line that says what is wrong.
 */
struct tracefs *tracefs_open(const struct tracefs_options *opt, char *problem);
#define TRACEFS_PROBLEM	256

/* Hand on what there is by now; its events of the last moment may wait for the
 * next call, so that all CPUs' events are in order.  False after a failure.
 */
bool tracefs_read(struct tracefs *t);

/* Sleep until a buffer is half full, a signal of @mask comes or @ms are over;
 * true in the first case.
 */
bool tracefs_wait(struct tracefs *t, int ms, const sigset_t *mask);

/* Stop tracing and hand on all that is left. */
void tracefs_stop(struct tracefs *t);

/* How many events were handed on, and how many are missing. */
unsigned long long tracefs_events(const struct tracefs *t);
unsigned long long tracefs_lost(const struct tracefs *t);

/* Remove the instance. */
void tracefs_close(struct tracefs *t);

#endif /* LCTCP_TRACEFS_H */
