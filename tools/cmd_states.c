// SPDX-License-Identifier: GPL-2.0
/* lctcp states: the state machine, and how often each arc was taken. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmdline.h"
#include "lib/ladder.h"
#include "lib/names.h"
#include "proc.h"
#include "states.h"
#include "tool.h"

enum { OPT_ALL = 256, OPT_TEXTBOOK };

static const struct syntax syntax = {
	.usage = {
	"Usage: lctcp states [OPTION...] [FILE]\n"
	"\n"
	"Show the state machine, and how often each arc was taken: since the module\n"
	"was loaded (or this network namespace made), or in FILE, a recording (see\n"
	"lctcp record) or a saved copy of /proc/net/lctcp/transitions; - is standard\n"
	"input.\n"
	"\n",
	"用法：lctcp states [OPTION...] [FILE]\n"
	"\n"
	"显示状态机，以及每条弧走过多少次：从加载模块（或建立本网络命名空间）时算起，\n"
	"或者在 FILE 中。FILE 是一份记录（见 lctcp record），或保存下来的\n"
	"/proc/net/lctcp/transitions；- 表示标准输入。\n"
	"\n",
	},
	.choices = {
		{ 'f', "format", "FORMAT",
		  { "text, dot (for graphviz) or svg; unless told, what\n"
		    "OUT ends with, or text",
		    "text、dot（供 graphviz 使用）或 svg；默认由 OUT 的\n"
		    "后缀决定，否则是 text" } },
		{ OPT_TEXTBOOK, "textbook", NULL,
		  { "svg, as books draw it: eleven states, the usual ways\n"
		    "of a client and a server (what svg does unless told)",
		    "svg，像教科书那样：十一个状态，客户端和服务器的通常\n"
		    "路径（svg 默认就是这样）" } },
		{ OPT_ALL, "all", NULL,
		  { "svg with every arc (needs graphviz)",
		    "svg，画出每一条弧（需要 graphviz）" } },
		{ 'o', "output", "OUT", { "write there", "写到 OUT" } },
		{ 'c', "color", "WHEN",
		  { "text in colour: always, never or auto (the default)",
		    "文字是否带颜色：always、never 或 auto（默认）" } },
	},
	.column = 23,
};

static const char *const formats[] = { "text", "dot", "svg" };
enum { TEXT, DOT, SVG, NFORMATS };

/**
 * struct picture - what to draw, and where to
 * @count:	by the places of the arcs
 * @title:	of the diagram
 * @format:	TEXT, DOT or SVG
 * @all:	SVG with every arc, and not as books draw it
 * @path:	of the output, NULL for standard output
 * @style:	of text
 */
struct picture {
	uint64_t count[LCTCP_MAX_ARCS];
	const char *title;
	unsigned int format;
	bool all;
	const char *path;
	struct ladder_style style;
};

/* ---- counts ---- */

static int count_events(struct picture *p, FILE *f, const char *path)
{
	const struct lctcp_arc *arc;
	struct events evs = { 0 };
	const struct event *e;
	int status = events_load_file(&evs, f, path);

	for (e = evs.v; e && e < evs.v + evs.n; e++) {
		if (e->kind != EVENT_STATE)
			continue;
		arc = lctcp_fsm_find(e->from, e->what);
		if (arc)
			p->count[arc - lctcp_arcs]++;
	}
	if (evs.lost)
		fail(tr("%s: %llu events are missing", "%s：缺少 %llu 个事件"),
		     path, evs.lost);
	p->title = tr("The states of a TCP connection, and how often each arc was taken in a recording",
		      "TCP 连接的状态，以及一次记录中每条弧走过多少次");
	events_free(&evs);
	return status;
}

/* A copy of "transitions", or else a recording or a trace. */
static int count_file(struct picture *p, const char *path)
{
	FILE *f = proc_open(path, NULL);
	int status, c;

	if (!f)
		return EXIT_FAILED;
	/* a recording would begin with '{', a trace with a space or '#' */
	c = getc(f);
	ungetc(c, f);
	if (c != 'f')
		status = count_events(p, f, path);
	else if (transitions_read(p->count, f))
		status = 0;
	else
		status = fail(tr("%s: no table of transitions, or cut off",
				 "%s：不是状态转换表，或被截断"), path);
	fclose(f);
	return status;
}

static int count_now(struct picture *p)
{
	FILE *f = proc_open(NULL, "transitions");
	bool good;

	if (!f)
		return EXIT_FAILED;
	good = transitions_read(p->count, f);
	fclose(f);
	return good ? 0 : fail(tr("the table of transitions is not understood",
				      "看不懂状态转换表"));
}

/* ---- output ---- */

static void show_text(const struct picture *p, FILE *f)
{
	const struct lctcp_arc *arc;
	unsigned int i, state;

	for (i = 1; i < LCTCP_NSTATES; i++) {
		state = state_in_order(i - 1);
		fprintf(f, "%s%-11s%s  %s\n", text_colour(&p->style, BOLD),
			lctcp_state_name(state),
			text_colour(&p->style, PLAIN),
			state_about(state, lang_now));
		for (arc = lctcp_arcs; arc < lctcp_arcs + lctcp_narcs; arc++) {
			uint64_t n = p->count[arc - lctcp_arcs];

			if (arc->from != state)
				continue;
			fprintf(f, "%s%10" PRIu64 "  %-17s  ",
				n ? "" : text_colour(&p->style, DIM), n,
				lctcp_event_name(arc->event));
			if (lang_now == LANG_EN)
				fputs(lctcp_state_name(arc->to), f);
			else
				fprintf(f, "%-11s  %s",
					lctcp_state_name(arc->to),
					event_about(arc->event, lang_now));
			fprintf(f, "%s\n", text_colour(&p->style, PLAIN));
		}
	}
}

/* Run dot, which reads @in and writes to @out; its wait status, or -1. */
static int run_dot(int in, int out)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		dup2(in, STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		execlp("dot", "dot", "-Tsvg", (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

/* The picture as SVG, by way of two files that have no name. */
static int show_svg(const struct picture *p, FILE *f)
{
	FILE *dot = tmpfile(), *svg = tmpfile();
	int status = -1;

	if (dot && svg) {
		states_dot(p->count, p->title, dot);
		if (!fflush(dot) && !lseek(fileno(dot), 0, SEEK_SET))
			status = run_dot(fileno(dot), fileno(svg));
		rewind(svg);
	}
	if (!status)
		states_svg(svg, f);
	if (dot)
		fclose(dot);
	if (svg)
		fclose(svg);
	if (status < 0)
		return fail(tr("cannot run dot: %s", "无法运行 dot：%s"),
			    strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return fail(tr("--all needs graphviz, and there is no dot here; --textbook does not",
			       "--all 需要 graphviz，这里没有 dot；--textbook 不需要"));
	return status ? fail(tr("dot failed", "dot 运行失败")) : 0;
}

static int show_picture(const struct picture *p)
{
	FILE *f = p->path ? fopen(p->path, "we") : stdout;
	int status = 0;

	if (!f)
		return fail("%s: %s", p->path, strerror(errno));
	if (p->format == TEXT)
		show_text(p, f);
	else if (p->format == DOT)
		states_dot(p->count, p->title, f);
	else if (p->all)
		status = show_svg(p, f);
	else
		states_book(p->count, lang_now, SVG_AUTO, f);
	if (p->path && fclose(f))
		status = fail("%s: %s", p->path, strerror(errno));
	return status;
}

/* ---- the command line ---- */

static bool read_format(const char *text, unsigned int *format)
{
	for (*format = 0; *format < NFORMATS; ++*format)
		if (!strcasecmp(text, formats[*format]))
			return true;
	return false;
}

static int no_format(const char *name, const char *text)
{
	return refuse(name, tr("no format %s: text, dot or svg",
			       "没有格式 %s：可选 text、dot、svg"), text);
}

int cmd_states(int argc, char **argv)
{
	struct picture p = {
		.format = NFORMATS,
	};
	const char *shape = NULL, *dot;
	int c, status = 0;
	bool book = false;

	p.style.colour = isatty(1);
	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0) {
		switch (c) {
		case 'f':
			if (!read_format(optarg, &p.format))
				status = no_format(argv[0], optarg);
			break;
		case 'o':
			p.path = optarg;
			p.style.colour = false;
			break;
		case OPT_ALL:
		case OPT_TEXTBOOK:
			p.all |= c == OPT_ALL;
			book |= c == OPT_TEXTBOOK;
			shape = p.all ? "--all" : "--textbook";
			break;
		case 'c':
			status = color_option(argv[0], optarg, &p.style.colour);
			break;
		}
	}
	if (c < 0 || status)
		return status;
	if (p.all && book)
		return refuse(argv[0], tr("--textbook or --all, not both",
					  "--textbook 和 --all 只能选一个"));
	if (argc - optind > 1)
		return refuse(argv[0], tr("one file, not %d",
					  "只能有一个文件，而不是 %d 个"),
			      argc - optind);
	dot = p.path ? strrchr(p.path, '.') : NULL;
	if (p.format == NFORMATS && dot && strcmp(dot, ".txt") &&
	    !read_format(dot + 1, &p.format))
		return no_format(argv[0], dot + 1);
	if (p.format == NFORMATS)
		p.format = shape ? SVG : TEXT;
	if (shape && p.format != SVG)
		return refuse(argv[0], tr("%s is svg, and not %s",
					  "%s 是 svg，不是 %s"), shape,
			      formats[p.format]);
	p.title = tr("The states of a TCP connection, and how often each arc was taken",
		     "TCP 连接的状态，以及每条弧走过多少次");
	status = argv[optind] ? count_file(&p, argv[optind]) : count_now(&p);
	return status ? status : show_picture(&p);
}
