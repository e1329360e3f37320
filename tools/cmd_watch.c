// SPDX-License-Identifier: GPL-2.0
/* lctcp watch: the connections as they live, on the whole screen. */
#define _GNU_SOURCE
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

#include "cmdline.h"
#include "lib/ladder.h"
#include "lib/live.h"
#include "tool.h"
#include "watch.h"

#define INTERVAL_MS	250
#define BUFFER_MB	8

static const struct syntax syntax = {
	.usage = {
	"Usage: lctcp watch [OPTION...]\n"
	"\n"
	"Show the connections of this network namespace as they live: state, how long\n"
	"for, next timer, both queues, why a segment was dropped last. Enter shows the\n"
	"ladder of one, from when lctcp watch began. Drops and ladders are for root,\n"
	"for they come from tracing.\n"
	"\n",
	"用法：lctcp watch [OPTION...]\n"
	"\n"
	"实时显示本网络命名空间的连接：状态、持续时间、最先到期的定时器、两个队列、最近\n"
	"一次丢弃报文段的原因。按 Enter 显示一个连接的梯形图，从 lctcp watch 启动时画起。\n"
	"丢弃原因和梯形图来自跟踪，需要 root。\n"
	"\n",
	},
	.choices = {
		FILTER_CHOICES,
		{ 'i', "interval", "MS", { "look so often; 250 unless told",
					   "每隔多久看一次，默认 250" } },
	},
	.column = 22,
	.more = {
	"\n"
	"Keys: up, down, page up, page down, Home, End; s: sort by birth, state or\n"
	"timer; p: pause; Enter: ladder; w: and why; q: back, quit. A timer's bar is\n"
	"what is left of it, red and with a number when its segment was sent again.\n",
	"\n"
	"按键：上下箭头、翻页键、Home、End 移动；s：按建立先后、状态或定时器排序；\n"
	"p：暂停；Enter：梯形图；w：逐句说明原因；q：返回、退出。定时器的色条是剩余时间；\n"
	"它的报文段重传过时变红，并显示次数。\n",
	},
};

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* ---- where it all comes from ---- */

static void take_line(void *data, const char *line, size_t len)
{
	(void)len;
	watch_event(data, line);
}

/* Events recorded beside a saved copy of the module's files. */
static void load_events(struct watch *w)
{
	char path[PROC_PATH], *line = NULL;
	size_t room = 0;
	FILE *f;

	f = fopen(proc_path("events", path), "r");
	if (!f)
		return;
	while (getline(&line, &room, f) > 0)
		watch_event(w, line);
	free(line);
	fclose(f);
}

/* Begin to record; without permission there is a problem to tell of. */
static struct live *begin_live(struct watch *w, struct watch_view *v)
{
	struct live_options opt = {
		.buffer_mb = BUFFER_MB, .line = take_line, .data = w,
	};
	static char problem[LIVE_PROBLEM];
	struct live *t;
	struct stat st;

	if (!stat("/proc/self/ns/net", &st))
		w->netns = st.st_ino;
	t = live_open(&opt, problem);
	if (!t)
		v->problem = problem;
	return t;
}

/* What the module says now. */
static bool read_conns(struct watch *w, struct conns *conns)
{
	char path[PROC_PATH];
	FILE *f = fopen(proc_path("connections", path), "re");
	bool good = f && conns_read(conns, f);

	if (f)
		fclose(f);
	return good && watch_update(w, conns, now_ms());
}

/* ---- the screen ---- */

/* A SCREEN, or NULL after a message. */
static SCREEN *open_screen(void)
{
	const char *term = getenv("TERM");
	SCREEN *screen;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fail(tr("watch needs a terminal; lctcp list does not",
			"watch 需要终端；lctcp list 不需要"));
		return NULL;
	}
	/* ladders are UTF-8, whatever else is not */
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
	screen = newterm(NULL, stdout, stdin);
	if (!screen) {
		fail(tr("no terminal is known as %s ($TERM)",
			"没有叫作 %s 的终端（$TERM）"),
		     term && *term ? term : "\"\"");
		return NULL;
	}
	if (tigetstr("cup"))
		return screen;
	endwin();
	delscreen(screen);
	fail(tr("a terminal of the kind %s ($TERM) cannot show it",
		"%s 这种终端（$TERM）显示不了"), term);
	return NULL;
}

/* Until someone quits; false if the module has gone. */
static bool watch_screen(struct watch *w, struct watch_view *v, struct live *t,
			 int interval)
{
	struct conns conns = { 0 };
	bool good = true, again = true;
	long long next = 0;
	int key;

	if (getenv("LCTCP_PROC")) {
		good = read_conns(w, &conns);
		load_events(w);
	}
	while (good && again && !stopped) {
		if (now_ms() >= next) {
			if (!v->paused)
				good = read_conns(w, &conns);
			if (t)
				live_read(t);
			next = now_ms() + interval;
		}
		watch_show(w, v);
		timeout(max(next - now_ms(), 1LL));
		key = getch();
		if (key != ERR)
			again = watch_key(w, v, key);
	}
	conns_free(&conns);
	return good;
}

static int watch(struct watch *w, int interval)
{
	struct watch_view view = { 0 };
	struct live *t = NULL;
	SCREEN *screen;
	bool good;
	FILE *f;

	f = proc_open(NULL, "connections");
	if (!f)
		return EXIT_FAILED;
	fclose(f);
	catch_signals(NULL);
	screen = open_screen();
	if (!screen)
		return EXIT_FAILED;
	if (!getenv("LCTCP_PROC"))
		t = begin_live(w, &view);
	watch_screen_init();
	good = watch_screen(w, &view, t, interval);
	endwin();
	delscreen(screen);
	if (t)
		live_close(t);
	return good ? 0 : fail(tr("the list of connections cannot be read; was the module unloaded?",
				    "无法读取连接列表；模块被卸载了吗？"));
}

int cmd_watch(int argc, char **argv)
{
	unsigned long interval = INTERVAL_MS;
	struct watch w = { 0 };
	int c, status = 0;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0) {
		if (c != 'i')
			status = filter_option(&w.filter, argv[0], c, optarg);
		else if (!read_number(optarg, 50, 60000, &interval))
			status = refuse(argv[0],
					tr("an interval of 50 to 60000 ms, not %s",
					   "间隔为 50 到 60000 毫秒，而不是 %s"),
					optarg);
	}
	if (c < 0 || status)
		return status;
	if (optind < argc)
		return refuse(argv[0], tr("%s is too much", "多余的 %s"),
			      argv[optind]);
	status = watch(&w, interval);
	watch_free(&w);
	return status;
}
