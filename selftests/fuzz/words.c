// SPDX-License-Identifier: GPL-2.0
/*
 * What people type: rules of lctcp fault, filters of lctcp list, names for
 * lctcp explain, connections for lctcp ladder; and texts of any kind through
 * what writes and measures them.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/schedule.h"
#include "filter.h"
#include "fuzz.h"
#include "lib/json.h"
#include "lib/ladder.h"
#include "lib/svg.h"
#include "lib/utf8.h"
#include "tool.h"

#define WORDS	12

static char folder[256], faults[sizeof(folder) + 8];

static void remove_folder(void)
{
	unlink(faults);
	rmdir(folder);
}

/* A module that writes its rules down. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *tmp = getenv("TMPDIR");

	(void)argc;
	(void)argv;
	snprintf(folder, sizeof(folder), "%s/fuzz-XXXXXX", tmp ? tmp : "/tmp");
	FUZZ_HOLDS(mkdtemp(folder));
	snprintf(faults, sizeof(faults), "%s/faults", folder);
	FUZZ_HOLDS(!symlink(fuzz_output(), faults));
	FUZZ_HOLDS(!setenv("LCTCP_PROC", folder, 1));
	return atexit(remove_folder);
}

/* ---- commands ---- */

/* @argv[@from] onwards are the words of @text, which is cut. */
static int split(char *text, const char **argv, int from)
{
	char *save, *word;
	int n = from;

	for (word = strtok_r(text, " \n", &save); word && n < WORDS;
	     word = strtok_r(NULL, " \n", &save))
		argv[n++] = word;
	argv[n] = NULL;
	return n;
}

static char *fault(const char *text)
{
	const char *argv[WORDS + 1] = { "lctcp fault" };
	char *copy = strdup(text), *rule;
	int status;

	FUZZ_HOLDS(copy);
	fuzz_output();
	split(copy, argv, 1);
	status = fuzz_run(cmd_fault, argv);
	rule = fuzz_output_text();
	FUZZ_HOLDS(!*rule || !status);
	free(copy);
	return rule;
}

/* What is given to the module is a rule, and means the same. */
static void check_fault(const char *text)
{
	char *rule = fault(text), *again;

	if (*rule) {
		again = fault(rule);
		FUZZ_HOLDS(!strcmp(rule, again));
		free(again);
	}
	free(rule);
}

static void check_names(const char *text)
{
	const char *argv[WORDS + 1] = { "lctcp explain", "--" };
	char *copy = strdup(text);

	FUZZ_HOLDS(copy);
	split(copy, argv, 2);
	fuzz_run(cmd_explain, argv);
	free(copy);
}

static void check_filter(const char *text)
{
	static const char options[] = "srp";
	struct filter filter = { 0 };
	const char *option;
	char *copy;

	for (option = options; *option; option++) {
		copy = strdup(text);
		FUZZ_HOLDS(copy);
		filter_option(&filter, "lctcp list", *option, copy);
		free(copy);
	}
}

/* ---- texts ---- */

static void check_ends(const char *text)
{
	struct ladder_pick pick = { .first = 0 };
	char whole[EVENT_END_TEXT];
	struct event_end *e = &pick.end[CLIENT];

	if (conn_end(text, e)) {
		event_end_text(e, whole, sizeof(whole));
		FUZZ_HOLDS(ladder_pick_is(&pick, whole));
		FUZZ_HOLDS(conn_end(whole, &pick.end[SERVER]));
		FUZZ_HOLDS(event_end_same(e, &pick.end[SERVER]));
	}
	ladder_pick_is(&pick, text);
}

static void check_schedule(const char *text)
{
	struct lctcp_schedule a, b;
	char *whole;

	if (lctcp_schedule_parse(&a, text))
		return;
	whole = malloc(LCTCP_SCHEDULE_TEXT);
	FUZZ_HOLDS(whole);
	lctcp_schedule_format(&a, whole);
	FUZZ_HOLDS(!lctcp_schedule_parse(&b, whole) && a.n == b.n &&
		   !memcmp(a.ms, b.ms, a.n * sizeof(a.ms[0])));
	free(whole);
}

static void is_same(void *data, const char *name, char *value)
{
	FUZZ_HOLDS(!strcmp(name, data) && !strcmp(value, data));
}

/* A string of JSON is read as it was written. */
static void check_json(char *text)
{
	FILE *f = fopen(fuzz_output(), "w");
	char *line;

	fputc('{', f);
	json_string(f, text);
	fputc(':', f);
	json_string(f, text);
	fputc('}', f);
	fclose(f);
	line = fuzz_output_text();
	FUZZ_HOLDS(json_object(line, is_same, text));
	free(line);
}

static void check_widths(const char *text)
{
	struct ladder_style style = { LADDER_WIDTH, false, LANG_EN };
	int n = strlen(text), i;
	const char *at = text;
	FILE *f;

	FUZZ_HOLDS(text_width(text) <= 2 * n && text_width(text) >= 0);
	for (i = 0; i < n; i += 1 + i / 4)
		FUZZ_HOLDS(text_width_n(text, i) <= text_width(text));
	while (*at) {
		size_t fits = svg_fit(at, 100, 12);

		FUZZ_HOLDS(fits && fits <= strlen(at));
		at += fits;
	}
	f = fopen(fuzz_output(), "w");
	text_wrap(text, 0, 20, &style, f);
	svg_puts(f, text);
	svg_width(text, 12, true);
	fclose(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_fault(text);
	check_names(text);
	check_filter(text);
	check_ends(text);
	check_schedule(text);
	check_json(text);
	check_widths(text);
	free(text);
	return 0;
}
