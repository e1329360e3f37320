// SPDX-License-Identifier: GPL-2.0
/* The options of a command: see cmdline.h. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <lctcp/types.h>

#include "cmdline.h"
#include "tool.h"

/* What every command has. */
static const struct choice common[] = {
	{ 'l', "lang", "LANG", { "en or zh; as the locale says, unless told",
				 "en 或 zh；默认由区域设置（LANG 等）决定" } },
	{ 'h', "help", NULL, { "this text", "显示本帮助" } },
};

static void show_choice(const struct choice *c, int column)
{
	const char *p;
	int n;

	n = c->letter > UCHAR_MAX ? printf("      ") :
				    printf("  -%c, ", c->letter);
	n += printf("--%s%s%s", c->name, c->value ? "=" : "", c->value ?: "");
	printf("%*s", max(column - n, 1), "");
	for (p = c->help[lang_now]; *p; p++) {
		putchar(*p);
		if (*p == '\n')
			printf("%*s", column, "");
	}
	putchar('\n');
}

static void show_help(const struct syntax *syntax)
{
	const struct choice *c;
	unsigned int i;

	fputs(syntax->usage[lang_now], stdout);
	for (c = syntax->choices; c->name; c++)
		show_choice(c, syntax->column);
	for (i = 0; i < ARRAY_SIZE(common); i++)
		show_choice(&common[i], syntax->column);
	fputs(syntax->more[lang_now] ?: "", stdout);
}

/* What to say when getopt_long() has returned '?' or ':'. */
static int bad_option(char **argv, int c)
{
	const char *word = argv[optind - 1];

	if (c == ':')
		return refuse(argv[0], tr("%s what?", "%s 后面缺少取值"), word);
	/* a long option is a word; a short one may be a letter of a word */
	if (optopt && (word[0] != '-' || word[1] != '-'))
		return refuse(argv[0], tr("unknown option -%c", "没有选项 -%c"),
			      optopt);
	if (optopt)
		return refuse(argv[0], tr("%s takes no value", "%s 不带取值"), word);
	return refuse(argv[0], tr("unknown option %s", "没有选项 %s"), word);
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

int lang_option(const char *name, const char *lang)
{
	if (lang_find(lang, &lang_now))
		return 0;
	return refuse(name, tr("no language %s: " LANG_CHOICES,
			       "没有语言 %s：可选 " LANG_CHOICES), lang);
}

int next_option(int argc, char **argv, const struct syntax *syntax, int *status)
{
	struct option options[CHOICES_MAX + ARRAY_SIZE(common) + 1] = { };
	char letters[2 * (CHOICES_MAX + ARRAY_SIZE(common)) + 3] = "";
	const struct choice *choice;
	unsigned int i;
	int c, n = 0;

	strcpy(letters, syntax->first ? "+:" : ":");
	for (i = 0; i < ARRAY_SIZE(common); i++)
		add_choice(&common[i], &options[n++], letters);
	for (choice = syntax->choices; choice->name; choice++)
		add_choice(choice, &options[n++], letters);
	while ((c = getopt_long(argc, argv, letters, options, NULL)) == 'l') {
		*status = lang_option(argv[0], optarg);
		if (*status)
			return -1;
	}
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
		return refuse(name, tr("always, never or auto, not %s",
				       "可选 always、never、auto，而不是 %s"), when);
	return 0;
}
