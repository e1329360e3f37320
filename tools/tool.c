// SPDX-License-Identifier: GPL-2.0
/* What the subcommands share: see tool.h. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/lang.h"
#include "tool.h"

int fail(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("lctcp: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_FAILED;
}

int refuse(const char *name, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, tr(" (see %s --help)\n", "（参见 %s --help）\n"), name);
	return EXIT_USAGE;
}

bool read_number(const char *text, unsigned long min, unsigned long max,
		 unsigned long *val)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*val = strtoul(text, &end, 10);
	return !errno && !*end && *val >= min && *val <= max;
}

volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	if (sig != SIGCHLD)
		stopped = 1;
}

void catch_signals(sigset_t *mask)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
	/* no SA_RESTART: a key that is waited for must not keep us */
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t block;
	unsigned int i;

	sigemptyset(&block);
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++) {
		sigaction(sigs[i], &sa, NULL);
		sigaddset(&block, sigs[i]);
	}
	if (mask)
		sigprocmask(SIG_BLOCK, &block, mask);
}

const char *duration(unsigned long long ms, char *buf)
{
	unsigned int s = ms / 1000 % 60, m = ms / 60000 % 60;
	unsigned int h = ms / 3600000 % 24, d = ms / 86400000;

	if (d >= 10)
		snprintf(buf, DURATION, "%ud", d);
	else if (d)
		snprintf(buf, DURATION, "%ud%02uh", d, h);
	else if (h >= 10)
		snprintf(buf, DURATION, "%uh", h);
	else if (h)
		snprintf(buf, DURATION, "%uh%02um", h, m);
	else if (m >= 10)
		snprintf(buf, DURATION, "%um", m);
	else if (m)
		snprintf(buf, DURATION, "%um%02us", m, s);
	else if (s)
		snprintf(buf, DURATION, "%u.%us", s,
			 (unsigned int)(ms / 100 % 10));
	else
		snprintf(buf, DURATION, "%ums", (unsigned int)ms);
	return buf;
}

int text_columns(int limit)
{
	struct winsize ws;
	int n = 80;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) && ws.ws_col > n)
		n = ws.ws_col;
	return n < limit ? n : limit;
}
