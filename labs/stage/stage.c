// SPDX-License-Identifier: GPL-2.0
/* Two hosts and a trace: see stage.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../file.h"
#include "stage.h"

#define TRACE	"/sys/kernel/tracing/instances/lctcp-stage"

void stage_die(struct stage *s, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	va_start(ap, fmt);
	fprintf(stderr, "%s: ", s->who);
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
	va_end(ap);
	if (s->pipe)
		trace_stop(s);
	exit(1);
}

/* ---- the trace ---- */

void trace_start(struct stage *s)
{
	int fd;

	rmdir(TRACE);
	if (mkdir(TRACE, 0700))
		stage_die(s, TRACE ": %s", strerror(errno));
	file_write(TRACE "/trace_clock", "mono");
	if (file_write(TRACE "/events/lctcp/enable", "1"))
		stage_die(s, "no tracepoints of lctcp: is the module loaded?");
	fd = open(TRACE "/trace_pipe", O_RDONLY | O_NONBLOCK);
	s->pipe = fd < 0 ? NULL : fdopen(fd, "r");
	if (!s->pipe)
		stage_die(s, TRACE "/trace_pipe: %s", strerror(errno));
}

bool trace_mark(const char *text)
{
	return !file_write(TRACE "/trace_marker", text);
}

const char *trace_line(struct stage *s)
{
	clearerr(s->pipe);
	return getline(&s->line, &s->room, s->pipe) > 0 ? s->line : NULL;
}

void trace_stop(struct stage *s)
{
	file_write(TRACE "/events/lctcp/enable", "0");
	fclose(s->pipe);
	s->pipe = NULL;
	rmdir(TRACE);
	free(s->line);
	s->line = NULL;
	s->room = 0;
}

/* ---- the hosts ---- */

static int udp(struct stage *s, int ns, int host, unsigned int port)
{
	union addr a;
	int fd;

	addr_set(&a, s->family, host, port);
	if (ns_enter(ns))
		return -1;
	fd = socket(s->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (ns_enter(s->p.home) || fd < 0)
		return -1;
	return bind(fd, &a.sa, addr_len(&a)) ? -1 : fd;
}

static bool greet(struct stage *s, int from, int to, int host)
{
	union addr a;
	char c = 0;

	addr_set(&a, s->family, host, 9);
	sendto(from, &c, 1, 0, &a.sa, addr_len(&a));
	return poll_for(to, POLLIN, 100) && recv(to, &c, 1, 0) == 1;
}

static void get_acquainted(struct stage *s)
{
	int a = udp(s, s->p.ns[A], HOST_A, 9);
	int b = udp(s, s->p.ns[B], HOST_B, 9);

	if (a < 0 || b < 0)
		stage_die(s, "UDP: %s", strerror(errno));
	if (!wait_until(greet(s, a, b, HOST_B), SOON_MS) ||
	    !wait_until(greet(s, b, a, HOST_A), SOON_MS))
		stage_die(s, "the two hosts do not reach each other");
	close(a);
	close(b);
}

void stage_up(struct stage *s)
{
	struct netem slow = { .delay_ms = STAGE_DELAY_MS };

	if (lc_missing())
		stage_die(s, "no protocol %d: load the module first",
			  lc_proto());
	if (pair_up(&s->p))
		stage_die(s, "no two namespaces: are you root?");
	if (sysctl_set(s->p.ns[A], "exact_timers", "1") ||
	    sysctl_set(s->p.ns[B], "exact_timers", "1"))
		stage_die(s, "exact_timers: %s", strerror(errno));
	s->delayed = !wire(&s->p, A, &slow) && !wire(&s->p, B, &slow);
	get_acquainted(s);
}

void stage_down(struct stage *s)
{
	if (s->pipe)
		trace_stop(s);
	pair_down(&s->p);
}

void stage_say(struct stage *s, int from, int to, const char *text)
{
	char buf[256];
	int n = strlen(text);

	if (write_all(from, text, n) != n)
		stage_die(s, "send: %s", strerror(errno));
	if (read_all(to, buf, n) != n || memcmp(buf, text, n))
		stage_die(s, "other octets arrived than were sent");
}
