// SPDX-License-Identifier: GPL-2.0
/*
 * The module's tables in procfs, connections and transitions, as lctcp list,
 * watch and states read them.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "proc.h"
#include "tool.h"
#include "watch.h"

/* Twice, as they were and as if the first one had gone. */
static void watch_both(const char *path)
{
	struct watch w = { .filter.role = "passive" };
	struct conns c = { 0 };
	int i;

	for (i = 0; i < 4; i++) {
		FILE *f = fopen(path, "r");

		if (conns_read(&c, f)) {
			if (i & 1 && c.n)
				c.v[0] = c.v[--c.n];
			watch_update(&w, &c, i * WATCH_GONE_MS);
		}
		fclose(f);
		w.filter.role = NULL;
	}
	conns_free(&c);
	watch_free(&w);
}

/* What the command writes to standard output. */
#define PRINTED(command, ...)						\
({									\
	FUZZ_HOLDS(freopen(fuzz_output(), "w", stdout));		\
	FUZZ_RUN(command, __VA_ARGS__);					\
	fflush(stdout);							\
	fuzz_output_text();						\
})

static void list(const char *path)
{
	char *text = PRINTED(cmd_list, "lctcp list", "-stime-wait,estab", path);
	char *json = PRINTED(cmd_list, "lctcp list", "--json", path);
	char *save, *line;

	fuzz_check_text(text);
	free(text);
	fuzz_check_text(json);
	for (line = strtok_r(json, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		fuzz_check_json(line);
	free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_input(data, size);

	list(path);
	FUZZ_RUN(cmd_list, "lctcp list", "--port=80", "--role=active", path);
	FUZZ_RUN(cmd_states, "lctcp states", "--color=always", path);
	FUZZ_RUN(cmd_states, "lctcp states", "--format=dot", path);
	watch_both(path);
	return 0;
}
