/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A stage for connections to be watched on: two hosts of netlib with a wire
 * that takes its time, and the trace of what the module does there.
 *
 *	   client 192.0.2.1  <-- 10 ms each way -->  server 192.0.2.2
 */
#ifndef LCTCP_STAGE_H
#define LCTCP_STAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "netlib.h"

#define STAGE_DELAY_MS	10	/* each way */
#define SOON_MS		5000	/* patience for what takes milliseconds */

/**
 * struct stage - the two hosts; begin with all zero but @who and @family
 * @who:	the program's name, for messages
 * @family:	AF_INET or AF_INET6
 * @p:		both hosts; the client is A, the server B
 * @delayed:	the wire takes STAGE_DELAY_MS
 * @pipe:	the trace, read as it grows; NULL while nothing is traced
 * @line:	the line last read
 * @room:	how much fits there
 */
struct stage {
	const char *who;
	int family;
	struct pair p;
	bool delayed;
	FILE *pipe;
	char *line;
	size_t room;
};

/* Leave with a message, and leave no trace instance behind. */
__attribute__((format(printf, 2, 3), noreturn))
void stage_die(struct stage *s, const char *fmt, ...);

/* Both hosts know each other's hardware address, so that no SYN waits. */
void stage_up(struct stage *s);
void stage_down(struct stage *s);
/* From one socket to the other; leave if it does not arrive as it is. */
void stage_say(struct stage *s, int from, int to, const char *text);

void trace_start(struct stage *s);
/* A line of our own among the events, as ": TEXT". */
bool trace_mark(const char *text);
/* The next line that was traced, or NULL; it stays until the next call. */
const char *trace_line(struct stage *s);
void trace_stop(struct stage *s);

#endif /* LCTCP_STAGE_H */
