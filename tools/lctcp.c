// SPDX-License-Identifier: GPL-2.0
/* lctcp: see, record and settle the life of lctcp's connections. */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tool.h"

#define VERSION	"1"

/**
 * struct command - a subcommand
 * @name:	what people type, in any case
 * @run:	see tool.h
 * @summary:	what it does, for the list of them
 */
static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{ "list",	cmd_list,	"the connections there are" },
	{ "watch",	cmd_watch,	"the connections as they live, on the whole screen" },
	{ "record",	cmd_record,	"events as they happen, into a file" },
	{ "ladder",	cmd_ladder,	"draw a recorded connection" },
	{ "states",	cmd_states,	"the state machine, and how often each arc was taken" },
	{ "explain",	cmd_explain,	"why the state machine is as it is" },
	{ "fault",	cmd_fault,	"lose, duplicate or delay segments" },
};

#define NCOMMANDS	(sizeof(commands) / sizeof(commands[0]))

static void usage(void)
{
	size_t i;

	puts("Usage: lctcp COMMAND [ARGUMENT...]\n");
	for (i = 0; i < NCOMMANDS; i++)
		printf("  lctcp %-9s %s\n", commands[i].name,
		       commands[i].summary);
	puts("\nlctcp COMMAND --help says more of each; lctcp --version, which it is.");
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
		return fail("cannot write: %s", strerror(errno));
	return status;
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
		return refuse("lctcp", "no command %s", argv[2]);
	return run_command(cmd, 2, args);
}

int main(int argc, char **argv)
{
	const struct command *cmd;

	if (argc < 2)
		return refuse("lctcp", "do what?");
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help") ||
	    !strcasecmp(argv[1], "help"))
		return help(argc, argv);
	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		puts("lctcp " VERSION);
		return 0;
	}
	cmd = find_command(argv[1]);
	if (!cmd)
		return refuse("lctcp", "no %s %s",
			      *argv[1] == '-' ? "option" : "command", argv[1]);
	return run_command(cmd, argc - 1, argv + 1);
}
