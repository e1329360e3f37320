// SPDX-License-Identifier: GPL-2.0
/* lctcp ladder: draw a connection of a recording. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "lib/ladder.h"
#include "tool.h"

enum { OPT_LIST = 256, OPT_THEME, OPT_TITLE, OPT_PART, OPT_BOOKS };

static const struct syntax syntax = {
	.usage =
	"Usage: lctcp ladder [OPTION...] [FILE]\n"
	"\n"
	"Draw a connection of a recording (see lctcp record) or of the text of a\n"
	"trace, from FILE or standard input. It should have both ends.\n"
	"\n",
	.choices = {
		{ 'f', "format", "FORMAT", "text (the default), svg or mermaid" },
		{ 'n', "connection", "WHICH",
		  "its number, the first unless told; or its ends:\n"
		  "192.0.2.1:40000-192.0.2.2:80, or one of them, or\n"
		  "an address or :PORT alone" },
		{ OPT_PART, "part", "PART",
		  "open: until both ends are ESTABLISHED; close: from\n"
		  "the first FIN or RST on; all (the default)" },
		{ OPT_BOOKS, "books", NULL,
		  "flags and numbers as textbooks write them:\n"
		  "SYN=1 ACK=1 seq=y ack=x+1" },
		{ OPT_LIST, "list", NULL, "only list the connections" },
		{ 'l', "lang", "LANG", "en (the default) or zh" },
		{ 'w', "why", NULL, "text: also say why, sentence by sentence" },
		{ 'W', "width", "N",
		  "text: columns, 80 or more; svg: pixels, 1000 or\n"
		  "more, what fits on a sheet of A4 unless told" },
		{ 'c', "color", "WHEN", "text: always, never or auto (the default)" },
		{ OPT_THEME, "theme", "THEME",
		  "svg: light, dark or auto (the default): as the\n"
		  "reader's system is set" },
		{ OPT_TITLE, "title", "TEXT", "svg: over it" },
		{ 'o', "output", "FILE", "not to standard output" },
	},
	.column = 25,
};

enum format { TEXT, SVG, MERMAID };

/**
 * struct job - the command line
 * @format:	enum format
 * @which:	connection, or NULL for the first
 * @part:	of it, enum ladder_part
 * @books:	flags and numbers as textbooks write them
 * @list:	only list them
 * @lang:	of all words
 * @why:	text with sentences
 * @width:	0 for what is usual
 * @colour:	text with colours; -1 if a terminal shows it
 * @theme:	of SVG, as is @title
 * @output:	a file, or NULL
 */
struct job {
	int format;
	const char *which;
	int part;
	bool books;
	bool list;
	enum language lang;
	bool why;
	unsigned long width;
	int colour;
	int theme;
	const char *title;
	const char *output;
};

/* Which of the words is it?  Their number, or -1. */
static int word_number(const char *text, const char *const *words, int n)
{
	while (n--)
		if (!strcmp(words[n], text))
			return n;
	return -1;
}

/* ---- which connection ---- */

static void list_all(const struct events *evs, const struct ladder_pick *picks,
		     size_t n, FILE *f)
{
	char a[EVENT_END_TEXT], b[EVENT_END_TEXT];
	size_t i;

	for (i = 0; i < n; i++)
		fprintf(f, "%zu\t%.6f\t%s-%s\n", i + 1,
			(picks[i].us - evs->v[0].us) / 1e6,
			event_end_text(&picks[i].end[CLIENT], a, sizeof(a)),
			event_end_text(&picks[i].end[SERVER], b, sizeof(b)));
}

/* NULL after a message. */
static const struct ladder_pick *choose(const struct ladder_pick *picks,
					size_t n, const char *which)
{
	const struct ladder_pick *found = NULL;
	size_t i, matches = 0;
	unsigned long number;

	if (!which)
		return picks;
	if (read_number(which, 1, n, &number))
		return &picks[number - 1];
	for (i = 0; i < n; i++) {
		if (!ladder_pick_is(&picks[i], which))
			continue;
		if (!matches++)
			found = &picks[i];
	}
	if (!found)
		fail("no connection %s among the %zu (try --list)", which, n);
	else if (matches > 1)
		fail("%s is %zu connections; this is number %zu (try --list)",
		     which, matches, found - picks + 1);
	return found;
}

/* ---- drawing ---- */

static int draw(struct ladder *l, const struct job *job, FILE *f)
{
	struct ladder_style text = {
		.width = job->width ?: LADDER_WIDTH,
		.colour = job->colour < 0 ? isatty(fileno(f)) : job->colour,
		.lang = job->lang,
	};
	struct ladder_svg_style svg = {
		.lang = job->lang,
		.theme = job->theme,
		.width = job->width,
		.title = job->title,
	};

	l->books = job->books;
	switch (job->format) {
	case SVG:
		if (!ladder_svg(l, &svg, f))
			return fail("out of memory");
		break;
	case MERMAID:
		ladder_mermaid(l, job->lang, f);
		break;
	default:
		ladder_text(l, 0, l->n, &text, f);
		if (job->why) {
			fputc('\n', f);
			ladder_why(l, 0, l->n, &text, f);
		}
	}
	return 0;
}

static int draw_one(const struct events *evs, const struct job *job, FILE *f,
		    const char *path)
{
	size_t n;
	struct ladder_pick *picks = ladder_picks(evs, &n);
	const struct ladder_pick *pick;
	struct ladder_pick part;
	struct ladder *l = NULL;
	int status = EXIT_FAILED;

	if (!picks)
		return fail("%s: no connection in it", path);
	if (job->list) {
		list_all(evs, picks, n, f);
		free(picks);
		return 0;
	}
	pick = choose(picks, n, job->which);
	if (pick) {
		part = *pick;
		part.part = job->part;
		l = ladder_new(evs, &part);
		status = l ? draw(l, job, f) :
			     fail("%s: nothing of it can be drawn", path);
	}
	if (l && !job->which && n > 1)
		fail("%s: the first of %zu connections (see --connection)",
		     path, n);
	ladder_free(l);
	free(picks);
	return status;
}

static int draw_file(const char *path, const struct job *job)
{
	struct events evs = { 0 };
	FILE *f = stdout;
	int status = events_load(&evs, path), drawn = 0;

	if (evs.n && job->output) {
		f = fopen(job->output, "w");
		if (!f)
			status = fail("%s: %s", job->output, strerror(errno));
	}
	if (evs.n && f)
		drawn = draw_one(&evs, job, f, path);
	if (evs.lost)
		fail("%s: %llu events are missing", path, evs.lost);
	if (f && (job->output && f != stdout ? fclose(f) : fflush(f)))
		status = fail("%s: %s", job->output ?: "standard output",
			      strerror(errno));
	events_free(&evs);
	return status ?: drawn;
}

/* ---- the command line ---- */

static int take_choice(char **argv, int c, struct job *job)
{
	static const char *const formats[] = { "text", "svg", "mermaid" };
	static const char *const themes[] = { "auto", "light", "dark" };
	static const char *const whens[] = { "never", "always", "auto" };
	static const char *const parts[] = { "all", "open", "close" };
	int i;

	switch (c) {
	case 'f':
		job->format = word_number(optarg, formats, 3);
		return job->format >= 0 ? 0 :
		       refuse(argv[0], "no format %s", optarg);
	case OPT_THEME:
		job->theme = word_number(optarg, themes, 3);
		return job->theme >= 0 ? 0 :
		       refuse(argv[0], "no theme %s", optarg);
	case OPT_PART:
		job->part = word_number(optarg, parts, 3);
		return job->part >= 0 ? 0 :
		       refuse(argv[0], "no part %s: open, close or all", optarg);
	case 'l':
		return lang_find(optarg, &job->lang) ? 0 :
		       refuse(argv[0], "no language %s", optarg);
	case 'c':
		i = word_number(optarg, whens, 3);
		job->colour = i == 2 ? -1 : i;
		return i >= 0 ? 0 : refuse(argv[0], "no --color=%s", optarg);
	}
	return 0;
}

static int take(char **argv, int c, struct job *job)
{
	switch (c) {
	case 'n':
		job->which = optarg;
		return 0;
	case OPT_LIST:
		job->list = true;
		return 0;
	case OPT_BOOKS:
		job->books = true;
		return 0;
	case 'w':
		job->why = true;
		return 0;
	case 'W':
		if (read_number(optarg, LADDER_WIDTH, 4000, &job->width))
			return 0;
		return refuse(argv[0], "no width %s: %d to 4000", optarg,
			      LADDER_WIDTH);
	case OPT_TITLE:
		job->title = optarg;
		return 0;
	case 'o':
		job->output = optarg;
		return 0;
	}
	return take_choice(argv, c, job);
}

int cmd_ladder(int argc, char **argv)
{
	struct job job = { .colour = -1 };
	int c, status = 0;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0)
		status = take(argv, c, &job);
	if (c < 0 || status)
		return status;
	if (argc - optind > 1)
		return refuse(argv[0], "one file, not %d", argc - optind);
	if (job.format == SVG && job.width && job.width < 1000)
		return refuse(argv[0], "a picture is 1000 pixels wide or more");
	return draw_file(optind < argc ? argv[optind] : "-", &job);
}
