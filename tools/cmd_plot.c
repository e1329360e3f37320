// SPDX-License-Identifier: GPL-2.0
/* lctcp plot: sequence numbers and cwnd of a recording over time. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cmdline.h"
#include "lib/plot.h"
#include "pick.h"
#include "tool.h"

enum { OPT_THEME = 256, OPT_TITLE, OPT_FROM, OPT_TIME };

static const struct syntax syntax = {
	.usage = {
	"Usage: lctcp plot [OPTION...] [FILE]\n"
	"\n"
	"Plot what one side of a recorded connection sent over time: sequence numbers,\n"
	"losses and retransmissions, ACKs and SACK blocks; below that cwnd, ssthresh and\n"
	"what is in flight. From FILE or standard input, see lctcp record.\n"
	"\n",
	"用法：lctcp plot [OPTION...] [FILE]\n"
	"\n"
	"画出记录中一个连接的一方随时间发送了什么：序号、丢失与重传、ACK 与 SACK 块；\n"
	"下方是 cwnd、ssthresh 和在途的字节数。来自 FILE 或标准输入，见 lctcp record。\n"
	"\n",
	},
	.choices = {
		{ 'f', "format", "FORMAT", { "text, svg or json; unless told, what the end\n"
		    "of the output's name says: .txt, .svg, .json",
		    "text、svg 或 json；默认由输出文件名的结尾\n"
		    "决定：.txt、.svg、.json" } },
		{ 'n', "connection", "WHICH",
		  { "its number, the first unless told; or its ends,\n"
		    "as lctcp ladder takes them (see its --list)",
		    "它的编号，默认第一个；或者它的两端，写法同\n"
		    "lctcp ladder（见其 --list）" } },
		{ OPT_FROM, "from", "SIDE",
		  { "what client or server sent; who sent more unless\n"
		    "told",
		    "client 或 server 所发送的；默认发得多的一方" } },
		{ OPT_TIME, "time", "FROM-TO",
		  { "only that time, in seconds: 0.5-1.25",
		    "只画这段时间，以秒计：0.5-1.25" } },
		{ 'W', "width", "N",
		  { "text: columns, 80 or more; svg: pixels, 480 or\n"
		    "more, 1000 unless told",
		    "text：列数，至少 80；svg：像素，至少 480，\n"
		    "默认 1000" } },
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

enum format { TEXT, SVG, JSON, UNTOLD };

/**
 * struct job - the command line
 * @format:	enum format; UNTOLD: what the name of the output says
 * @which:	connection, or NULL for the first
 * @from:	whose segments
 * @style:	of the picture
 * @width:	of it
 * @colour:	text with colours; -1 if a terminal shows it
 * @output:	a file, or NULL
 */
struct job {
	int format;
	const char *which;
	int from;
	struct plot_style style;
	unsigned long width;
	int colour;
	const char *output;
};

static int draw(const struct plot *p, const struct job *job, FILE *f)
{
	struct plot_style style = job->style;
	bool good = true;

	style.width = job->width;
	style.colour = job->colour < 0 ? isatty(fileno(f)) : job->colour;
	if (job->format == JSON)
		plot_json(p, f);
	else if (job->format == SVG)
		good = plot_svg(p, &style, f);
	else
		good = plot_text(p, &style, f);
	return good ? 0 : fail(tr("out of memory", "内存不足"));
}

static int draw_one(const struct events *evs, const void *arg, FILE *f,
		    const char *path)
{
	const struct job *job = arg;
	size_t n;
	struct ladder_pick *picks = ladder_picks(evs, &n);
	const struct ladder_pick *pick;
	struct plot *p = NULL;
	int status = EXIT_FAILED;

	if (!picks)
		return fail(tr("%s: no connection in it", "%s：其中没有连接"), path);
	pick = pick_choose(picks, n, job->which);
	if (pick) {
		p = plot_new(evs, pick, job->from);
		status = p ? draw(p, job, f) :
			     fail(tr("%s: nothing was sent that can be drawn",
				     "%s：没有发送可画的内容"), path);
	}
	if (p && !job->which && n > 1)
		fail(tr("%s: the first of %zu connections (see --connection)",
			"%s：这是 %zu 个连接中的第一个（见 --connection）"),
		     path, n);
	plot_free(p);
	free(picks);
	return status;
}

/* ---- the command line ---- */

/* "0.5-1.25", in microseconds */
static bool read_times(const char *text, struct plot_style *style)
{
	double from, to;
	char *end;

	from = strtod(text, &end);
	if (end == text || *end != '-')
		return false;
	text = end + 1;
	to = strtod(text, &end);
	if (end == text || *end || !(from >= 0) || !(to > from) || to > 1e9)
		return false;
	style->from_us = from * 1e6;
	style->to_us = to * 1e6 + 0.5;
	return true;
}

static int no_format(const char *name, const char *text)
{
	return refuse(name, tr("no format %s: text, svg or json",
			       "没有格式 %s：可选 text、svg、json"), text);
}

/* By the end of a file's name; text for one without. */
static int format_of(const char *path)
{
	static const char *const ends[] = { ".txt", ".svg", ".json" };
	const char *base = path ? strrchr(path, '/') : NULL, *dot;
	int i;

	base = base ? base + 1 : path;
	dot = base ? strrchr(base, '.') : NULL;
	if (!dot)
		return TEXT;
	for (i = ARRAY_SIZE(ends); i--;)
		if (!strcasecmp(dot, ends[i]))
			return i;
	return -1;
}

static int take_choice(char **argv, int c, struct job *job)
{
	static const char *const themes[] = { "auto", "light", "dark" };
	static const char *const sides[] = { "client", "server" };
	static const char *const formats[] = { "text", "svg", "json" };
	static const char *const whens[] = { "never", "always", "auto" };
	int i;

	switch (c) {
	case 'f':
		job->format = word_number(optarg, formats, 3);
		return job->format >= 0 ? 0 : no_format(argv[0], optarg);
	case 'c':
		i = word_number(optarg, whens, 3);
		job->colour = i == 2 ? -1 : i;
		return i >= 0 ? 0 : refuse(argv[0], tr("no --color=%s: always, never or auto",
				"--color 没有取值 %s：可选 always、never、auto"),
		       optarg);
	case OPT_FROM:
		job->from = word_number(optarg, sides, 2);
		return job->from >= 0 ? 0 :
		       refuse(argv[0], tr("no side %s: client or server",
					  "没有 %s 这一方：可选 client、server"), optarg);
	case OPT_TIME:
		return read_times(optarg, &job->style) ? 0 :
		       refuse(argv[0], tr("no time %s: two numbers, as 0.5-1.25",
					  "时间 %s 有误：要两个数，如 0.5-1.25"),
			      optarg);
	case 'W':
		if (read_number(optarg, LADDER_WIDTH, 4000, &job->width))
			return 0;
		return refuse(argv[0], tr("no width %s: %d to 4000",
					  "没有宽度 %s：可选 %d 到 4000"), optarg,
			      LADDER_WIDTH);
	case OPT_THEME:
		i = word_number(optarg, themes, 3);
		job->style.theme = i;
		return i >= 0 ? 0 :
		       refuse(argv[0], tr("no theme %s: light, dark or auto",
					  "没有主题 %s：可选 light、dark、auto"),
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
	case OPT_TITLE:
		job->style.title = optarg;
		return 0;
	case 'o':
		job->output = optarg;
		return 0;
	}
	return take_choice(argv, c, job);
}

int cmd_plot(int argc, char **argv)
{
	struct job job = {
		.format = UNTOLD, .from = PLOT_BUSIER, .colour = -1,
	};
	int c, status = 0;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0)
		status = take(argv, c, &job);
	if (c < 0 || status)
		return status;
	if (argc - optind > 1)
		return refuse(argv[0], tr("one file, not %d",
					  "只能有一个文件，而不是 %d 个"),
			      argc - optind);
	if (job.format == UNTOLD)
		job.format = format_of(job.output);
	if (job.format < 0)
		return no_format(argv[0], strrchr(job.output, '.') + 1);
	if (job.format == SVG && job.width && job.width < PLOT_WIDTH_MIN)
		return refuse(argv[0], tr("a picture is %d pixels wide or more",
					  "图的宽度至少为 %d 像素"), PLOT_WIDTH_MIN);
	job.style.lang = lang_now;
	return pick_draw(optind < argc ? argv[optind] : "-", job.output,
			 draw_one, &job);
}
