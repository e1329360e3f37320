// SPDX-License-Identifier: GPL-2.0
/* The options of a command: see cmdline.h. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cmdline.h"
#include "tool.h"

static const struct choice help = { 'h', "help", NULL, "this text" };

static void show_choice(const struct choice *c, int column)
{
	const char *p;
	int n;

	n = c->letter > UCHAR_MAX ? printf("      ") :
				    printf("  -%c, ", c->letter);
	n += printf("--%s%s%s", c->name, c->value ? "=" : "", c->value ?: "");
	printf("%*s", column - n, "");
	for (p = c->help; *p; p++) {
		putchar(*p);
		if (*p == '\n')
			printf("%*s", column, "");
	}
	putchar('\n');
}

static void show_help(const struct syntax *syntax)
{
	const struct choice *c;

	fputs(syntax->usage, stdout);
	for (c = syntax->choices; c->name; c++)
		show_choice(c, syntax->column);
	show_choice(&help, syntax->column);
	fputs(syntax->more ?: "", stdout);
}

/* What to say when getopt_long() has returned '?' or ':'. */
static int bad_option(char **argv, int c)
{
	const char *word = argv[optind - 1];

	if (c == ':')
		return refuse(argv[0], "%s what?", word);
	/* a long option is a word; a short one may be a letter of a word */
	if (optopt && (word[0] != '-' || word[1] != '-'))
		return refuse(argv[0], "unknown option -%c", optopt);
	if (optopt)
		return refuse(argv[0], "%s takes no value", word);
	return refuse(argv[0], "unknown option %s", word);
}

/* As getopt_long() wants it. */
static void add_choice(const struct choice *c, struct option *option,
		       char *letters)
{
	option->name = c->name;
	option->has_arg = c->value ? required_argument : no_argument;
	option->val = c->letter;
	if (c->letter <= UCHAR_MAX)
		sprintf(letters + strlen(letters), "%c%s", c->letter,
			c->value ? ":" : "");
}

int next_option(int argc, char **argv, const struct syntax *syntax, int *status)
{
	struct option options[CHOICES_MAX + 2] = { };
	char letters[2 * CHOICES_MAX + 5] = "";
	const struct choice *choice;
	int c, n = 0;

	strcpy(letters, syntax->first ? "+:" : ":");
	add_choice(&help, &options[n++], letters);
	for (choice = syntax->choices; choice->name; choice++)
		add_choice(choice, &options[n++], letters);
	c = getopt_long(argc, argv, letters, options, NULL);
	if (c == 'h') {
		show_help(syntax);
		*status = 0;
		return -1;
	}
	if (c == '?' || c == ':') {
		*status = bad_option(argv, c);
		return -1;
	}
	return c < 0 ? 0 : c;
}

int color_option(const char *name, const char *when, bool *colour)
{
	if (!strcmp(when, "always"))
		*colour = true;
	else if (!strcmp(when, "never"))
		*colour = false;
	else if (strcmp(when, "auto"))
		return refuse(name, "always, never or auto, not %s", when);
	return 0;
}
