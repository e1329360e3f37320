// SPDX-License-Identifier: GPL-2.0
/* lctcp ladder: draw a connection of a recording. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "lib/ladder.h"
#include "lib/utf8.h"
#include "pick.h"
#include "tool.h"

enum { OPT_LIST = 256, OPT_SORT, OPT_THEME, OPT_TITLE, OPT_PART, OPT_BOOKS };

static const struct syntax syntax = {
	.usage = {
	"Usage: lctcp ladder [OPTION...] [FILE]\n"
	"\n"
	"Draw a connection of a recording (see lctcp record) or of the text of a\n"
	"trace, from FILE or standard input. It should have both ends.\n"
	"\n",
	"用法：lctcp ladder [OPTION...] [FILE]\n"
	"\n"
	"画出一份记录（见 lctcp record）或跟踪文本中的一个连接，来自 FILE 或标准输入。\n"
	"其中最好有连接的两端。\n"
	"\n",
	},
	.choices = {
		{ 'f', "format", "FORMAT", { "text, svg or mermaid; unless told, what the end\n"
		    "of the output's name says: .txt, .svg, .mmd",
		    "text、svg 或 mermaid；默认由输出文件名的结尾\n"
		    "决定：.txt、.svg、.mmd" } },
		{ 'n', "connection", "WHICH",
		  { "its number, the first unless told; or its ends:\n"
		    "192.0.2.1:40000-192.0.2.2:80, or one of them, or\n"
		    "an address or :PORT alone",
		    "它的编号，默认第一个；或者它的两端：\n"
		    "192.0.2.1:40000-192.0.2.2:80，或其中一端，\n"
		    "或单独的地址、:PORT" } },
		{ OPT_PART, "part", "PART",
		  { "open: until both ends are ESTABLISHED; close: from\n"
		    "the first FIN or RST on; all (the default)",
		    "open：到两端都是 ESTABLISHED 为止；close：从\n"
		    "第一个 FIN 或 RST 开始；all（默认）" } },
		{ OPT_BOOKS, "books", NULL,
		  { "flags and numbers as textbooks write them:\n"
		    "SYN=1 ACK=1 seq=y ack=x+1",
		    "标志和序号用教科书的写法：\n"
		    "SYN=1 ACK=1 seq=y ack=x+1" } },
		{ OPT_LIST, "list", NULL,
		  { "only list the connections: when they began,\n"
		    "their last states, how long they lasted, how\n"
		    "many segments were lost and sent again",
		    "只列出连接：开始时间、两端最后的状态、历时、\n"
		    "丢失和重传的报文段数" } },
		{ OPT_SORT, "sort", "KEY",
		  { "the list by time (the default), state, duration,\n"
		    "lost or again; the largest first, but the times",
		    "列表的顺序：time（默认）、state、duration、lost\n"
		    "或 again；除时间外，大的在前" } },
		{ 'w', "why", NULL,
		  { "text: also say why, sentence by sentence",
		    "text：另外逐句说明原因" } },
		{ 'W', "width", "N",
		  { "text: columns, 80 or more; svg: pixels, 1000 or\n"
		    "more, what fits on a sheet of A4 unless told",
		    "text：列数，至少 80；svg：像素，至少 1000，\n"
		    "默认适合一张 A4 纸" } },
		{ 'c', "color", "WHEN",
		  { "text: always, never or auto (the default)",
		    "text：always、never 或 auto（默认）" } },
		{ OPT_THEME, "theme", "THEME",
		  { "svg: light, dark or auto (the default): as the\n"
		    "reader's system is set",
		    "svg：light、dark 或 auto（默认，随读者的系统）" } },
		{ OPT_TITLE, "title", "TEXT", { "svg: over it", "svg：标题" } },
		{ 'o', "output", "FILE", { "not to standard output",
					   "写到 FILE，而不是标准输出" } },
	},
	.column = 25,
};

enum format { TEXT, SVG, MERMAID, UNTOLD };

/**
 * struct job - the command line
 * @format:	enum format; UNTOLD: what the name of the output says
 * @which:	connection, or NULL for the first
 * @part:	of it, enum ladder_part
 * @books:	flags and numbers as textbooks write them
 * @list:	only list them
 * @sort:	by which of sort_keys[]; -1 unless told
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
	int sort;
	bool why;
	unsigned long width;
	int colour;
	int theme;
	const char *title;
	const char *output;
};

/* ---- which connection ---- */

/**
 * struct entry - a line of the list
 * @number:	of the connection
 * @us:		when it began
 * @ends:	of it
 * @state:	of each side in the end
 * @lasted:	from its first event to its last, us
 * @lost:	segments that did not arrive
 * @again:	segments that were sent again
 */
struct entry {
	size_t number;
	long long us;
	char ends[2 * EVENT_END_TEXT];
	const char *state[NSIDES];
	long long lasted;
	unsigned int lost, again;
};

static void fill_entry(struct entry *e, const struct events *evs,
		       const struct ladder_pick *pick)
{
	struct ladder *l = ladder_new(evs, pick);
	char a[EVENT_END_TEXT], b[EVENT_END_TEXT];
	unsigned int side, state;
	size_t i;

	snprintf(e->ends, sizeof(e->ends), "%s-%s",
		 event_end_text(&pick->end[CLIENT], a, sizeof(a)),
		 event_end_text(&pick->end[SERVER], b, sizeof(b)));
	/* a timer may have been running before there was a segment */
	e->us = l ? l->start : pick->us;
	for (side = 0; side < NSIDES; side++) {
		state = l ? ladder_state(l, side, LLONG_MAX) : 0;
		e->state[side] = state ? lctcp_state_name(state) : "-";
	}
	for (i = 0; l && i < l->n; i++) {
		e->lost += ladder_lost(&l->row[i]);
		e->again += l->row[i].kind == ROW_SEGMENT && l->row[i].again;
	}
	e->lasted = l ? l->stop - l->start : 0;
	ladder_free(l);
}

static const char *const sort_keys[] = {
	"time", "state", "duration", "lost", "again",
};

enum { BY_TIME, BY_STATE, BY_DURATION, BY_LOST, BY_AGAIN };

#define SORT_KEYS	"time, state, duration, lost, again"

static int by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->us != y->us)
		return x->us < y->us ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static int by_state(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int d = strcmp(x->state[CLIENT], y->state[CLIENT]);

	d = d ?: strcmp(x->state[SERVER], y->state[SERVER]);
	return d ?: (x->number > y->number) - (x->number < y->number);
}

static long long weight(const struct entry *e, int key)
{
	return key == BY_DURATION ? e->lasted :
	       key == BY_LOST ? e->lost : e->again;
}

static int by_weight(const void *a, const void *b, void *key)
{
	const struct entry *x = a, *y = b;
	long long p = weight(x, *(int *)key), q = weight(y, *(int *)key);

	if (p != q)
		return p > q ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* The columns of the list. */
enum { NO, TIME, ENDS, FROM, TO, LASTED, LOST, AGAIN, NCOLUMNS };

#define CELL	(2 * EVENT_END_TEXT)

static void fill_cells(const struct entry *e, long long zero, char cell[][CELL])
{
	snprintf(cell[NO], CELL, "%zu", e->number);
	snprintf(cell[TIME], CELL, "%.2f", (e->us - zero) / 1e6);
	snprintf(cell[ENDS], CELL, "%s", e->ends);
	snprintf(cell[FROM], CELL, "%s", e->state[CLIENT]);
	snprintf(cell[TO], CELL, "%s", e->state[SERVER]);
	snprintf(cell[LASTED], CELL, "%.2f", e->lasted / 1e6);
	snprintf(cell[LOST], CELL, "%u", e->lost);
	snprintf(cell[AGAIN], CELL, "%u", e->again);
}

static void show_cells(char cell[][CELL], const int *width, FILE *f)
{
	int i;

	for (i = 0; i < NCOLUMNS; i++) {
		int spare = width[i] - text_width(cell[i]);
		bool left = i == ENDS || i == FROM || i == TO;

		fprintf(f, "%s%*s%s%*s", i ? " " : "", left ? 0 : spare, "",
			cell[i], left ? spare : 0, "");
	}
	fputc('\n', f);
}

/* No wider than it must be: mostly it fits on a terminal. */
static void show_entries(const struct entry *e, size_t n, long long zero, FILE *f)
{
	const char *const heads[NCOLUMNS] = {
		tr("No", "号"), tr("TIME", "时间"), tr("ENDS", "两端"),
		tr("CLIENT", "客户端"), tr("SERVER", "服务器"),
		tr("LASTED", "  历时"), tr("LOST", "丢失"), tr("AGAIN", " 重传"),
	};
	char cell[NCOLUMNS][CELL];
	int width[NCOLUMNS], j;
	size_t i;

	for (j = 0; j < NCOLUMNS; j++)
		width[j] = text_width(heads[j]);
	for (i = 0; i < n; i++) {
		fill_cells(&e[i], zero, cell);
		for (j = 0; j < NCOLUMNS; j++)
			width[j] = max(width[j], text_width(cell[j]));
	}
	for (j = 0; j < NCOLUMNS; j++)
		snprintf(cell[j], CELL, "%s", heads[j]);
	show_cells(cell, width, f);
	for (i = 0; i < n; i++) {
		fill_cells(&e[i], zero, cell);
		show_cells(cell, width, f);
	}
}

static int list_all(const struct events *evs, const struct ladder_pick *picks,
		    size_t n, int key, FILE *f)
{
	struct entry *e = calloc(n, sizeof(*e));
	long long zero = evs->v[0].us;
	size_t i;

	if (!e)
		return fail(tr("out of memory", "内存不足"));
	/* who merged recordings may have put them in any order */
	for (i = 0; i < evs->n; i++)
		zero = min(zero, evs->v[i].us);
	for (i = 0; i < n; i++) {
		e[i].number = i + 1;
		fill_entry(&e[i], evs, &picks[i]);
	}
	if (key == BY_STATE)
		qsort(e, n, sizeof(*e), by_state);
	else if (key == BY_TIME)
		qsort(e, n, sizeof(*e), by_time);
	else
		qsort_r(e, n, sizeof(*e), by_weight, &key);
	show_entries(e, n, zero, f);
	free(e);
	return 0;
}

/* ---- drawing ---- */

static int draw(struct ladder *l, const struct job *job, FILE *f)
{
	struct ladder_style text = {
		.width = job->width ?: LADDER_WIDTH,
		.colour = job->colour < 0 ? isatty(fileno(f)) : job->colour,
		.lang = lang_now,
	};
	struct ladder_svg_style svg = {
		.lang = lang_now,
		.theme = job->theme,
		.width = job->width,
		.title = job->title,
	};

	l->books = job->books;
	switch (job->format) {
	case SVG:
		if (!ladder_svg(l, &svg, f))
			return fail(tr("out of memory", "内存不足"));
		break;
	case MERMAID:
		ladder_mermaid(l, lang_now, f);
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

static int draw_one(const struct events *evs, const void *arg, FILE *f,
		    const char *path)
{
	const struct job *job = arg;
	size_t n;
	struct ladder_pick *picks = ladder_picks(evs, &n);
	const struct ladder_pick *pick;
	struct ladder_pick part;
	struct ladder *l = NULL;
	int status = EXIT_FAILED;

	if (!picks)
		return fail(tr("%s: no connection in it", "%s：其中没有连接"), path);
	if (job->list) {
		status = list_all(evs, picks, n, max(job->sort, BY_TIME), f);
		free(picks);
		return status;
	}
	pick = pick_choose(picks, n, job->which);
	if (pick) {
		part = *pick;
		part.part = job->part;
		l = ladder_new(evs, &part);
		status = l ? draw(l, job, f) :
			     fail(tr("%s: nothing of it can be drawn",
				     "%s：没有可画的内容"), path);
	}
	if (l && !job->which && n > 1)
		fail(tr("%s: the first of %zu connections (see --connection)",
			"%s：这是 %zu 个连接中的第一个（见 --connection）"),
		     path, n);
	ladder_free(l);
	free(picks);
	return status;
}

/* ---- the command line ---- */

static int no_format(const char *name, const char *text)
{
	return refuse(name, tr("no format %s: text, svg or mermaid",
			       "没有格式 %s：可选 text、svg、mermaid"), text);
}

/* By the end of a file's name; text for one without. */
static int format_of(const char *path)
{
	static const char *const ends[] = { ".txt", ".svg", ".mmd", ".text",
					    ".svg", ".mermaid" };
	const char *base = path ? strrchr(path, '/') : NULL, *dot;
	int i;

	base = base ? base + 1 : path;
	dot = base ? strrchr(base, '.') : NULL;
	if (!dot)
		return TEXT;
	for (i = ARRAY_SIZE(ends); i--;)
		if (!strcasecmp(dot, ends[i]))
			return i % 3;
	return -1;
}

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
		return job->format >= 0 ? 0 : no_format(argv[0], optarg);
	case OPT_THEME:
		job->theme = word_number(optarg, themes, 3);
		return job->theme >= 0 ? 0 :
		       refuse(argv[0], tr("no theme %s: light, dark or auto",
					  "没有主题 %s：可选 light、dark、auto"),
			      optarg);
	case OPT_PART:
		job->part = word_number(optarg, parts, 3);
		return job->part >= 0 ? 0 :
		       refuse(argv[0], tr("no part %s: open, close or all",
					  "没有 %s 这一部分：可选 open、close、all"),
			      optarg);
	case OPT_SORT:
		job->sort = word_number(optarg, sort_keys,
					ARRAY_SIZE(sort_keys));
		return job->sort >= 0 ? 0 :
		       refuse(argv[0], tr("no key %s: %s", "没有 %s 这一项：可选 %s"),
			      optarg, SORT_KEYS);
	case 'c':
		i = word_number(optarg, whens, 3);
		job->colour = i == 2 ? -1 : i;
		return i >= 0 ? 0 : refuse(argv[0], tr("no --color=%s: always, never or auto",
				"--color 没有取值 %s：可选 always、never、auto"),
		       optarg);
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
		return refuse(argv[0], tr("no width %s: %d to 4000",
				  "没有宽度 %s：可选 %d 到 4000"), optarg,
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
	struct job job = { .format = UNTOLD, .colour = -1, .sort = -1 };
	int c, status = 0;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0)
		status = take(argv, c, &job);
	if (c < 0 || status)
		return status;
	if (argc - optind > 1)
		return refuse(argv[0], tr("one file, not %d",
					  "只能有一个文件，而不是 %d 个"),
			      argc - optind);
	if (job.sort >= 0 && !job.list)
		return refuse(argv[0], tr("--sort goes with --list",
					  "--sort 要与 --list 同用"));
	if (job.format == UNTOLD && job.list)
		job.format = TEXT;
	if (job.format == UNTOLD)
		job.format = format_of(job.output);
	if (job.format < 0)
		return no_format(argv[0], strrchr(job.output, '.') + 1);
	if (job.format == SVG && job.width && job.width < 1000)
		return refuse(argv[0], tr("a picture is 1000 pixels wide or more",
					  "图的宽度至少为 1000 像素"));
	return pick_draw(optind < argc ? argv[optind] : "-", job.output,
			 draw_one, &job);
}
