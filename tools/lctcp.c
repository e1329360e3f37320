// SPDX-License-Identifier: GPL-2.0
/* lctcp: see, record and settle the life of lctcp's connections. */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/lang.h"
#include "tool.h"

#define VERSION	"1"

/**
 * struct command - a subcommand
 * @name:	what people type, in any case
 * @run:	see tool.h
 * @summary:	what it does, for the list of them, in each language
 */
static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary[NLANGS];
} commands[] = {
	{ "list", cmd_list, {
		"the connections there are",
		"现有的连接",
	} },
	{ "kill", cmd_kill, {
		"end connections from outside",
		"从外部结束连接",
	} },
	{ "watch", cmd_watch, {
		"the connections as they live, on the whole screen",
		"全屏实时观看连接",
	} },
	{ "record", cmd_record, {
		"events as they happen, into a file",
		"把事件实时记录到文件",
	} },
	{ "ladder", cmd_ladder, {
		"draw a recorded connection",
		"画出记录中的一个连接",
	} },
	{ "plot", cmd_plot, {
		"plot its sequence numbers and cwnd over time",
		"画出它的序号与 cwnd 随时间的变化",
	} },
	{ "states", cmd_states, {
		"the state machine, and how often each arc was taken",
		"状态机，以及每条弧走过多少次",
	} },
	{ "explain", cmd_explain, {
		"why the state machine is as it is",
		"状态机为什么是这样",
	} },
	{ "fault", cmd_fault, {
		"lose, duplicate or delay segments",
		"丢弃、复制或推迟报文段",
	} },
};

#define NCOMMANDS	(sizeof(commands) / sizeof(commands[0]))

static void usage(void)
{
	size_t i;

	puts(tr("Usage: lctcp COMMAND [ARGUMENT...]\n",
		"用法：lctcp COMMAND [ARGUMENT...]\n"));
	for (i = 0; i < NCOMMANDS; i++)
		printf("  lctcp %-9s %s\n", commands[i].name,
		       commands[i].summary[lang_now]);
	puts(tr("\nlctcp COMMAND --help says more of each; lctcp --version, which it is.",
		"\nlctcp COMMAND --help 说明每个命令；lctcp --version 是版本。"));
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < NCOMMANDS; i++)
		if (!strcasecmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static int run_command(const struct command *cmd, int argc, char **argv)
{
	char name[32];
	int status;

	snprintf(name, sizeof(name), "lctcp %s", cmd->name);
	argv[0] = name;
	opterr = 0;
	status = cmd->run(argc, argv);
	if (fflush(stdout) || ferror(stdout))
		return fail(tr("cannot write: %s", "无法写出：%s"), strerror(errno));
	return status;
}

/* It is neither a command nor, if it looks like that, an option. */
static int no_command(const char *word)
{
	char names[128] = "";
	size_t i;

	if (*word == '-')
		return refuse("lctcp", tr("no option %s", "没有选项 %s"), word);
	for (i = 0; i < NCOMMANDS; i++) {
		strcat(names, i ? ", " : "");
		strcat(names, commands[i].name);
	}
	return refuse("lctcp", tr("no command %s: %s", "没有命令 %s：可选 %s"),
		      word, names);
}

/* lctcp --help [COMMAND], lctcp help [COMMAND] */
static int help(int argc, char **argv)
{
	char option[] = "--help", *args[] = { NULL, option, NULL };
	const struct command *cmd;

	if (argc < 3) {
		usage();
		return 0;
	}
	cmd = find_command(argv[2]);
	if (!cmd)
		return no_command(argv[2]);
	return run_command(cmd, 2, args);
}

int main(int argc, char **argv)
{
	const struct command *cmd;

	if (!lang_from_environment())
		return refuse("lctcp",
			      "L10N=%s: no such language: " LANG_CHOICES,
			      getenv("L10N"));
	if (argc < 2)
		return refuse("lctcp", tr("do what?", "做什么？"));
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help") ||
	    !strcasecmp(argv[1], "help"))
		return help(argc, argv);
	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		puts("lctcp " VERSION);
		return 0;
	}
	cmd = find_command(argv[1]);
	if (!cmd)
		return no_command(argv[1]);
	return run_command(cmd, argc - 1, argv + 1);
}
