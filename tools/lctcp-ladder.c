// SPDX-License-Identifier: GPL-2.0
/* lctcp-ladder: draw the connection of a recorded trace. */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ladder.h"

static const char usage[] =
	"Usage: lctcp-ladder [OPTION...] [FILE]\n"
	"\n"
	"Draw the first connection of a trace of lctcp's tracepoints, from FILE or\n"
	"standard input. Both ends must be on one machine. To record:\n"
	"\n"
	"  cd /sys/kernel/tracing\n"
	"  echo 1 >events/lctcp/enable\n"
	"  ... connect, talk, close ...\n"
	"  lctcp-ladder --why trace\n"
	"\n"
	"  -w, --why         also say why, sentence by sentence\n"
	"  -W, --width=N     columns, 80 or more\n"
	"  -c, --color=WHEN  always, never or auto (the default)\n"
	"  -h, --help        this text\n";

static const struct option options[] = {
	{ "why",	no_argument,		NULL, 'w' },
	{ "width",	required_argument,	NULL, 'W' },
	{ "color",	required_argument,	NULL, 'c' },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

static int draw(FILE *in, const struct ladder_style *style, bool why)
{
	struct events evs = { 0 };
	struct ladder *l = NULL;
	int n = events_read(&evs, in);

	if (n >= 0)
		l = ladder_new(&evs, NULL, NULL);
	if (l) {
		ladder_text(l, 0, l->n, style, stdout);
		if (why) {
			putchar('\n');
			ladder_why(l, 0, l->n, style, stdout);
		}
	} else {
		fprintf(stderr, "lctcp-ladder: no connection in it\n");
	}
	if (evs.lost)
		fprintf(stderr, "lctcp-ladder: the trace has lost events\n");
	ladder_free(l);
	events_free(&evs);
	return l ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct ladder_style style = { LADDER_WIDTH, isatty(1) };
	FILE *in = stdin;
	bool why = false;
	int c;

	while ((c = getopt_long(argc, argv, "wW:c:h", options, NULL)) != -1) {
		switch (c) {
		case 'w':
			why = true;
			break;
		case 'W':
			style.width = max(atoi(optarg), LADDER_WIDTH);
			break;
		case 'c':
			if (strcmp(optarg, "auto"))
				style.colour = !strcmp(optarg, "always");
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			return 2;
		}
	}
	if (optind < argc) {
		in = fopen(argv[optind], "r");
		if (!in) {
			fprintf(stderr, "lctcp-ladder: %s: %s\n", argv[optind],
				strerror(errno));
			return 2;
		}
	}
	return draw(in, &style, why);
}
