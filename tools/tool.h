/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands of lctcp, and what they share.
 *
 * A subcommand is called with argv[0] = "lctcp NAME" and returns the exit
 * status: 0, EXIT_FAILED or EXIT_USAGE, after one line on standard error.
 */
#ifndef LCTCP_TOOL_H
#define LCTCP_TOOL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define EXIT_FAILED	1
#define EXIT_USAGE	2	/* the command line is wrong */

int cmd_explain(int argc, char **argv);
int cmd_fault(int argc, char **argv);
int cmd_kill(int argc, char **argv);
int cmd_ladder(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_states(int argc, char **argv);
int cmd_watch(int argc, char **argv);

/* "lctcp: MESSAGE"; returns EXIT_FAILED. */
__attribute__((format(printf, 1, 2)))
int fail(const char *fmt, ...);

/* "NAME: MESSAGE (see NAME --help)"; returns EXIT_USAGE. */
__attribute__((format(printf, 2, 3)))
int refuse(const char *name, const char *fmt, ...);

/* A whole decimal number from @min to @max, or false. */
bool read_number(const char *text, unsigned long min, unsigned long max,
		 unsigned long *val);

/* A signal has asked the command to end. */
extern volatile sig_atomic_t stopped;
/* From now on such a signal, and SIGCHLD, interrupts what waits and does no
 * more; @mask: only what waits with it, else they are blocked.
 */
void catch_signals(sigset_t *mask);

/* Time as people write it, in up to five columns: "250ms", "12.3s", "4m05s",
 * "25m", "3h10m", "2d04h"; @buf.
 */
#define DURATION	16
const char *duration(unsigned long long ms, char *buf);

/* Columns of the terminal on standard output, 80 to @limit; 80 if it is none. */
int text_columns(int limit);

#endif /* LCTCP_TOOL_H */
