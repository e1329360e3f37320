// SPDX-License-Identifier: GPL-2.0
/* What the subcommands share: see tool.h. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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
