// SPDX-License-Identifier: GPL-2.0
/* lctcp ladder: draw the connection of a recorded trace. */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ladder.h"
#include "tool.h"

static const char usage[] =
	"Usage: lctcp ladder [OPTION...] [FILE]\n"
	"\n"
	"Draw the first connection of a recording (see lctcp record) or of the text\n"
	"of a trace, from FILE or standard input. Both ends must be on one machine.\n"
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

static int draw(const char *path, const struct ladder_style *style, bool why)
{
	struct events evs = { 0 };
	int status = events_load(&evs, path);
	struct ladder *l = ladder_new(&evs, NULL, NULL);

	if (l) {
		ladder_text(l, 0, l->n, style, stdout);
		if (why) {
			putchar('\n');
			ladder_why(l, 0, l->n, style, stdout);
		}
	} else if (!status) {
		status = fail("%s: no connection in it", path);
	}
	if (evs.lost)
		fail("%s: %llu events are missing", path, evs.lost);
	ladder_free(l);
	events_free(&evs);
	return status;
}

int cmd_ladder(int argc, char **argv)
{
	struct ladder_style style = { LADDER_WIDTH, isatty(1) };
	bool why = false;
	int c;

	while ((c = getopt_long(argc, argv, ":wW:c:h", options, NULL)) != -1) {
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
			return bad_option(argv, c);
		}
	}
	return draw(optind < argc ? argv[optind] : "-", &style, why);
}
