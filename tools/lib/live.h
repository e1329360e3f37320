/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events as they happen, of all network namespaces: a recorder of the module's
 * (debugfs, lctcp/record) that is ours from live_open() to live_close().
 */
#ifndef LCTCP_LIVE_H
#define LCTCP_LIVE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "lang.h"

struct live;

/**
 * struct live_options - what to record
 * @buffer_mb:	memory for events not read yet, all CPUs together; 0 for 64
 * @only:	names of tracepoints without "lctcp_", comma between them, or
 *		NULL for all
 * @line:	called for each event, with its line of a recording, terminated,
 *		and for "lost" lines
 * @data:	for @line
 */
struct live_options {
	unsigned long buffer_mb;
	const char *only;
	void (*line)(void *data, const char *line, size_t len);
	void *data;
};

/* What to say if the module is not there, with the path that shows it. */
#define NOT_LOADED	\
	tr("the module lctcp is not loaded (no %s): sudo modprobe lctcp, " \
	   "or sudo insmod lctcp.ko where it was built; " \
	   "make shell is a machine that has it", \
	   "没有加载 lctcp 模块（没有 %s）：先 sudo modprobe lctcp，" \
	   "或在编译它的目录里 sudo insmod lctcp.ko；" \
	   "make shell 启动一台已加载它的机器")

#define LIVE_CLOCK	"mono"

/* Begin to record.  NULL after @problem, of LIVE_PROBLEM octets, has got one
 * line that says what is wrong.
 */
struct live *live_open(const struct live_options *opt, char *problem);
#define LIVE_PROBLEM	512

/* Hand on what there is by now; its events of the last moment may wait for the
 * next call, so that all CPUs' events are in order.  False after a failure.
 */
bool live_read(struct live *t);

/* Sleep until there is much to read, a signal of @mask comes or @ms are over;
 * true in the first case.
 */
bool live_wait(struct live *t, int ms, const sigset_t *mask);

/* Stop recording and hand on all that is left. */
void live_stop(struct live *t);

/* How many events were handed on, and how many are missing. */
unsigned long long live_events(const struct live *t);
unsigned long long live_lost(const struct live *t);

/* Give the recorder back. */
void live_close(struct live *t);

#endif /* LCTCP_LIVE_H */
