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
		{ 'f', "format", "FORMAT", { "svg",
		    "svg" } },
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
		  { "pixels, 480 to 4000; 1000 unless told",
		    "像素，480 到 4000，默认 1000" } },
		{ OPT_THEME, "theme", "THEME",
		  { "light, dark or auto (the default): as the reader's\n"
		    "system is set",
		    "light、dark 或 auto（默认，随读者的系统）" } },
		{ OPT_TITLE, "title", "TEXT", { "over it", "标题" } },
		{ 'o', "output", "FILE", { "not to standard output",
					   "写到 FILE，而不是标准输出" } },
	},
	.column = 25,
};

/**
 * struct job - the command line
 * @which:	connection, or NULL for the first
 * @from:	whose segments
 * @style:	of the picture
 * @width:	of it
 * @output:	a file, or NULL
 */
struct job {
	const char *which;
	int from;
	struct plot_style style;
	unsigned long width;
	const char *output;
};

static int draw_one(const struct events *evs, const struct job *job, FILE *f,
		    const char *path)
{
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
		status = !p ? fail(tr("%s: nothing was sent that can be drawn",
				      "%s：没有发送可画的内容"), path) :
			 plot_svg(p, &job->style, f) ? 0 :
			 fail(tr("out of memory", "内存不足"));
	}
	if (p && !job->which && n > 1)
		fail(tr("%s: the first of %zu connections (see --connection)",
			"%s：这是 %zu 个连接中的第一个（见 --connection）"),
		     path, n);
	plot_free(p);
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
		fail(tr("%s: %llu events are missing", "%s：缺少 %llu 个事件"),
		     path, evs.lost);
	if (f && (job->output && f != stdout ? fclose(f) : fflush(f)))
		status = fail("%s: %s", job->output ?: tr("standard output", "标准输出"),
			      strerror(errno));
	events_free(&evs);
	return status ?: drawn;
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

static int take(char **argv, int c, struct job *job)
{
	static const char *const themes[] = { "auto", "light", "dark" };
	static const char *const sides[] = { "client", "server" };
	int i;

	switch (c) {
	case 'f':
		return strcmp(optarg, "svg") ?
		       refuse(argv[0], tr("no format %s: svg", "没有格式 %s：可选 svg"),
			      optarg) : 0;
	case 'n':
		job->which = optarg;
		return 0;
	case OPT_FROM:
		job->from = word_number(optarg, sides, 2);
		return job->from >= 0 ? 0 :
		       refuse(argv[0], tr("no side %s: client or server",
					  "没有 %s 这一方：可选 client、server"), optarg);
	case OPT_TIME:
		return read_times(optarg, &job->style) ? 0 :
		       refuse(argv[0], tr("no time %s: two numbers, as 0.5-1.25",
					  "时间 %s 有误：要两个数，如 0.5-1.25"), optarg);
	case 'W':
		if (read_number(optarg, PLOT_WIDTH_MIN, 4000, &job->width))
			return 0;
		return refuse(argv[0], tr("no width %s: %d to 4000",
					  "没有宽度 %s：可选 %d 到 4000"), optarg,
			      PLOT_WIDTH_MIN);
	case OPT_THEME:
		i = word_number(optarg, themes, 3);
		job->style.theme = i;
		return i >= 0 ? 0 :
		       refuse(argv[0], tr("no theme %s: light, dark or auto",
					  "没有主题 %s：可选 light、dark、auto"),
			      optarg);
	case OPT_TITLE:
		job->style.title = optarg;
		return 0;
	case 'o':
		job->output = optarg;
		return 0;
	}
	return 0;
}

int cmd_plot(int argc, char **argv)
{
	struct job job = { .from = PLOT_BUSIER };
	int c, status = 0;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0)
		status = take(argv, c, &job);
	if (c < 0 || status)
		return status;
	if (argc - optind > 1)
		return refuse(argv[0], tr("one file, not %d",
					  "只能有一个文件，而不是 %d 个"),
			      argc - optind);
	job.style.lang = lang_now;
	job.style.width = job.width;
	return draw_file(optind < argc ? argv[optind] : "-", &job);
}
