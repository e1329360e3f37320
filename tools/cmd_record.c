// SPDX-License-Identifier: GPL-2.0
/*
 * lctcp record: events as they happen, into a file.
 *
 * It steps aside for those it watches: the kernel's buffers hold what happens
 * meanwhile, and only when one of them is half full does it work as hard as
 * they do.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmdline.h"
#include "lib/events.h"
#include "lib/live.h"
#include "tool.h"

#define BUFFER_MAX_MB	(1 << 20)
#define TICK_MS		250	/* a file grows no slower */

static const struct syntax syntax = {
	.usage = {
	"Usage: lctcp record [OPTION...] FILE [COMMAND [ARGUMENT...]]\n"
	"\n"
	"Record the events of lctcp's connections in FILE (- for standard output), a\n"
	"line of JSON each, until interrupted or until COMMAND has ended. All network\n"
	"namespaces are in it. For root. See lctcp ladder, lctcp states.\n"
	"\n",
	"用法：lctcp record [OPTION...] FILE [COMMAND [ARGUMENT...]]\n"
	"\n"
	"把 lctcp 各连接的事件记录到 FILE（- 表示标准输出），每个事件一行 JSON，直到被\n"
	"中断或 COMMAND 结束。所有网络命名空间都在其中。需要 root。另见 lctcp ladder、\n"
	"lctcp states。\n"
	"\n",
	},
	.choices = {
		{ 'b', "buffer", "MB",
		  { "memory for what was not written yet; 64 unless told",
		    "尚未写出的事件占用的内存，默认 64" } },
		{ 'o', "only", "KINDS",
		  { "only these, with commas between them: state, send,\n"
		    "receive, fault, retransmit, timer_set, timer_fired, drop,\n"
		    "call, congestion, sack, acked",
		    "只记录这些种类，用逗号隔开：state, send, receive,\n"
		    "fault, retransmit, timer_set, timer_fired, drop, call,\n"
		    "congestion, sack, acked" } },
		{ 'q', "quiet", NULL,
		  { "no progress, only what goes wrong",
		    "不显示进度，只报告错误" } },
	},
	.column = 21,
	.first = true,
};

/**
 * struct recorder - a recording in progress
 * @path:	of the file
 * @out:	the file
 * @error:	what its first failure was, or 0
 * @t:		where the events come from
 * @mask:	of signals, while it sleeps
 * @quiet:	no progress
 * @command:	to run, or NULL
 * @pid:	of that
 * @eager:	it runs at full priority
 * @shown:	when progress was last shown, in seconds
 */
struct recorder {
	const char *path;
	FILE *out;
	int error;
	struct live *t;
	sigset_t mask;
	bool quiet;
	char **command;
	pid_t pid;
	bool eager;
	time_t shown;
};

static void write_line(void *data, const char *line, size_t len)
{
	struct recorder *r = data;

	fwrite_unlocked(line, 1, len, r->out);
}

/* An idle task is not only given less: it interrupts nobody. */
static void step_aside(struct recorder *r, bool behind)
{
	struct sched_param none = { 0 };

	if (behind == r->eager)
		return;
	sched_setscheduler(0, behind ? SCHED_OTHER : SCHED_IDLE, &none);
	r->eager = behind;
}

static void show_progress(struct recorder *r)
{
	time_t now = time(NULL);

	if (r->quiet || !isatty(2) || now == r->shown)
		return;
	r->shown = now;
	fprintf(stderr, tr("\r%llu events, %llu lost",
			   "\r%llu 个事件，丢失 %llu 个"),
		live_events(r->t), live_lost(r->t));
}

static void show_end(struct recorder *r)
{
	unsigned long long lost = live_lost(r->t);

	if (r->quiet && !lost)
		return;
	if (!r->quiet && isatty(2))
		fputs("\r\033[K", stderr);
	fprintf(stderr, tr("lctcp: %llu events recorded, ",
			   "lctcp：记录了 %llu 个事件，"),
		live_events(r->t));
	if (lost)
		fprintf(stderr, tr("%llu lost (a larger --buffer helps)\n",
				   "丢失 %llu 个（可用更大的 --buffer）\n"), lost);
	else
		fputs(tr("none lost\n", "没有丢失\n"), stderr);
}

/* Start what is to be recorded: 0, or the exit status. */
static int start_command(struct recorder *r)
{
	if (!r->command)
		return 0;
	r->pid = fork();
	if (r->pid < 0)
		return fail(tr("cannot start %s: %s", "无法启动 %s：%s"), r->command[0],
			    strerror(errno));
	if (r->pid)
		return 0;
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &r->mask, NULL);
	execvp(r->command[0], r->command);
	fprintf(stderr, "lctcp: %s: %s\n", r->command[0], strerror(errno));
	_exit(127);
}

/* The command has ended: its exit status, as a shell has it; else -1. */
static int command_status(struct recorder *r)
{
	int status;

	if (r->pid <= 0 || waitpid(r->pid, &status, WNOHANG) != r->pid)
		return -1;
	r->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

/* Does the file take what it is given?  A full disk says so only once. */
static bool written(struct recorder *r)
{
	if (!r->error && (fflush(r->out) || ferror(r->out)))
		r->error = errno;
	return !r->error;
}

/* Until it is over; the exit status. */
static int record(struct recorder *r)
{
	int status = -1;

	while (status < 0 && !stopped) {
		if (!live_read(r->t))
			return fail(tr("the events cannot be read: %s",
				       "无法读取事件：%s"),
				    strerror(errno));
		if (!written(r))
			return fail("%s: %s", r->path, strerror(r->error));
		show_progress(r);
		step_aside(r, live_wait(r->t, TICK_MS, &r->mask));
		status = command_status(r);
	}
	step_aside(r, true);
	live_stop(r->t);
	events_write_end(r->out, live_events(r->t), live_lost(r->t));
	if (!written(r))
		return fail("%s: %s", r->path, strerror(r->error));
	show_end(r);
	return status < 0 ? 0 : status;
}

/* Set up, record, take down. */
static int run(struct recorder *r, const struct live_options *opt)
{
	char problem[LIVE_PROBLEM];
	struct utsname uts;
	int status;

	catch_signals(&r->mask);
	/* a closed pipe is an error of write() */
	signal(SIGPIPE, SIG_IGN);
	r->t = live_open(opt, problem);
	if (!r->t)
		return fail("%s", problem);
	r->out = stdout;
	if (strcmp(r->path, "-"))
		r->out = fopen(r->path, "we");
	if (!r->out) {
		status = fail("%s: %s", r->path, strerror(errno));
		goto out;
	}
	uname(&uts);
	events_write_header(r->out, LIVE_CLOCK, uts.release);
	/* who sees the header knows that all from now on is recorded */
	written(r);
	status = start_command(r);
	r->eager = true;
	step_aside(r, false);
	if (!status)
		status = record(r);
	if (r->pid > 0) {
		kill(r->pid, SIGTERM);
		waitpid(r->pid, NULL, 0);
	}
	if (r->out != stdout && fclose(r->out) && !status)
		status = fail("%s: %s", r->path, strerror(errno));
out:
	live_close(r->t);
	return status;
}

static bool known_kinds(const char *only)
{
	size_t len;
	unsigned int i;

	for (;; only++) {
		len = strcspn(only, ",");
		for (i = 0; i < EVENT_NKINDS; i++)
			if (strlen(event_kind_name(i)) == len &&
			    !strncmp(event_kind_name(i), only, len))
				break;
		if (i == EVENT_NKINDS)
			return false;
		only += len;
		if (!*only)
			return true;
	}
}

static int no_kinds(const char *name, const char *only)
{
	char kinds[128] = "";
	unsigned int i;

	for (i = 0; i < EVENT_NKINDS; i++) {
		strcat(kinds, i ? ", " : "");
		strcat(kinds, event_kind_name(i));
	}
	return refuse(name, tr("no such events: %s; there are %s",
			       "没有这种事件：%s；可选 %s"), only, kinds);
}

int cmd_record(int argc, char **argv)
{
	struct recorder r = { 0 };
	struct live_options opt = { .line = write_line, .data = &r };
	int c, status = 0;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0) {
		switch (c) {
		case 'b':
			if (!read_number(optarg, 1, BUFFER_MAX_MB, &opt.buffer_mb))
				status = refuse(argv[0],
						tr("a buffer of 1 to %d MB, not %s",
						   "缓冲区为 1 到 %d MB，而不是 %s"),
						BUFFER_MAX_MB, optarg);
			break;
		case 'o':
			opt.only = optarg;
			if (!known_kinds(optarg))
				status = no_kinds(argv[0], optarg);
			break;
		case 'q':
			r.quiet = true;
			break;
		}
	}
	if (c < 0 || status)
		return status;
	if (optind >= argc)
		return refuse(argv[0], tr("record to which file?",
					  "记录到哪个文件？"));
	r.path = argv[optind];
	if (optind + 1 < argc)
		r.command = argv + optind + 1;
	return run(&r, &opt);
}
