// SPDX-License-Identifier: GPL-2.0
/*
 * A recording or the text of a trace, through everything that reads one: the
 * diagram of states, ladders as text, SVG and Mermaid, and plots, in Chinese if its
 * size is odd; and line by line as lctcp watch takes it.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "lib/ladder.h"
#include "tool.h"
#include "watch.h"

#define LIVES	2	/* so many connections are drawn live */

/* One drawing by the command itself. */
#define DRAW(command, name, path, ...)					\
do {									\
	FUZZ_RUN(command, "lctcp " name, "-o", fuzz_output(),		\
		 __VA_ARGS__, path);					\
	check_output();							\
} while (0)

static void check_output(void)
{
	char *text = fuzz_output_text();

	fuzz_check_text(text);
	free(text);
}

/* In one language, so that more inputs can be tried in the same time. */
static void draw_all(const char *path, bool chinese)
{
	DRAW(cmd_states, "states", path, "--format=text");
	DRAW(cmd_ladder, "ladder", path, "--list");
	if (chinese) {
		DRAW(cmd_ladder, "ladder", path, "-wlzh", "-W130", "-n2");
		DRAW(cmd_ladder, "ladder", path, "-fsvg", "-lzh", "-W1500");
		DRAW(cmd_ladder, "ladder", path, "-fmermaid", "-lzh");
		DRAW(cmd_plot, "plot", path, "-ftext", "-lzh", "--from=server");
		DRAW(cmd_plot, "plot", path, "-fsvg", "-lzh", "-W480",
		     "--time=0-0.05");
	} else {
		DRAW(cmd_ladder, "ladder", path, "--why");
		DRAW(cmd_ladder, "ladder", path, "--format=svg", "-n2");
		DRAW(cmd_ladder, "ladder", path, "--format=mermaid", "-n2");
		DRAW(cmd_plot, "plot", path, "-fjson");
		DRAW(cmd_plot, "plot", path, "-ftext", "--time=0.01-0.02");
		DRAW(cmd_plot, "plot", path, "-fsvg");
	}
}

/* What lctcp watch shows of a connection. */
static void show(const struct watch *w, const struct ladder_pick *pick)
{
	struct ladder_style style = { LADDER_WIDTH, false, LANG_EN };
	FILE *f = fopen(fuzz_output(), "w");
	struct watch_row row = { 0 };
	struct events some;
	struct ladder *l;

	row.local = pick->end[CLIENT];
	row.remote = pick->end[SERVER];
	some = watch_events_of(w, &row);
	l = some.n ? ladder_new(&some, NULL) : NULL;
	if (l) {
		ladder_text(l, 0, l->n, &style, f);
		ladder_text(l, l->n / 2, l->n, &style, f);
		ladder_why(l, 0, l->n / 2, &style, f);
	}
	ladder_free(l);
	events_free(&some);
	fclose(f);
	check_output();
}

static void watch_all(char *text)
{
	struct watch w = { .n = 0 };
	struct ladder_pick *picks;
	char *save, *line;
	size_t n, i;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		watch_event(&w, line);
	picks = ladder_picks(&w.events, &n);
	for (i = 0; i < n && i < LIVES; i++)
		show(&w, &picks[i]);
	free(picks);
	watch_free(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	draw_all(fuzz_input(data, size), size & 1);
	watch_all(text);
	free(text);
	return 0;
}
