/* SPDX-License-Identifier: GPL-2.0 */
/* The options of a command, written once: as they are read, and in its --help. */
#ifndef LCTCP_CMDLINE_H
#define LCTCP_CMDLINE_H

#include <stdbool.h>

#include "lib/lang.h"

/**
 * struct choice - an option
 * @letter:	its short form; none if above 255
 * @name:	its long form
 * @value:	what it takes, or NULL
 * @help:	in words, in each language; all lines of it begin in one column
 */
struct choice {
	int letter;
	const char *name;
	const char *value;
	const char *help[NLANGS];
};

#define CHOICES_MAX	15

/**
 * struct syntax - how a command is called
 * @usage:	what --help says before the options, in each language
 * @choices:	all but --lang and --help, which every command has
 * @column:	where the help of each begins
 * @more:	what --help says after the options, or NULL
 * @first:	options stand before all words, for these may look like some
 */
struct syntax {
	const char *usage[NLANGS];
	struct choice choices[CHOICES_MAX + 1];
	int column;
	const char *more[NLANGS];
	bool first;
};

/**
 * next_option() - take the command line apart
 * @argc:	of the command, as is @argv
 * @argv:	begins with what to call the command in messages
 * @syntax:	of it
 * @status:	set if the command is over: help was given, or an option is wrong
 *
 * Return: the letter of the next option, its value being optarg; 0 behind the
 * last one, words begin at optind; -1 if the command is to return @status.
 */
int next_option(int argc, char **argv, const struct syntax *syntax,
		int *status);

/* What --color=@when makes of @colour: 0, or EXIT_USAGE after a message. */
int color_option(const char *name, const char *when, bool *colour);

#endif /* LCTCP_CMDLINE_H */
