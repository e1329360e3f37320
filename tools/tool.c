// SPDX-License-Identifier: GPL-2.0
/* What the subcommands share: see tool.h. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

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
	fprintf(stderr, " (see %s --help)\n", name);
	return EXIT_USAGE;
}

int bad_option(char **argv, int c)
{
	const char *word = argv[optind - 1];

	if (c == ':')
		return refuse(argv[0], "%s what?", word);
	/* a long option is a word; a short one may be a letter of a word */
	if (optopt && (word[0] != '-' || word[1] != '-'))
		return refuse(argv[0], "unknown option -%c", optopt);
	if (optopt)
		return refuse(argv[0], "%s takes no value", word);
	return refuse(argv[0], "unknown option %s", word);
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

bool read_when(const char *text, bool *val)
{
	if (!strcmp(text, "always"))
		*val = true;
	else if (!strcmp(text, "never"))
		*val = false;
	else
		return !strcmp(text, "auto");
	return true;
}

const char *duration(unsigned long long ms, char *buf)
{
	unsigned long long s = ms / 1000;

	if (ms < 1000)
		snprintf(buf, DURATION, "%llums", ms);
	else if (s < 60)
		snprintf(buf, DURATION, "%llu.%llus", s, ms / 100 % 10);
	else if (s < 3600)
		snprintf(buf, DURATION, "%llum%02llus", s / 60, s % 60);
	else if (s < 24 * 3600)
		snprintf(buf, DURATION, "%lluh%02llum", s / 3600, s / 60 % 60);
	else
		snprintf(buf, DURATION, "%llud%02lluh", s / 86400 % 1000000,
			 s / 3600 % 24);
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
