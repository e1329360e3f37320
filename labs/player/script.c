// SPDX-License-Identifier: GPL-2.0
/* From the lines of a script to verbs: see lab.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lab.h"

bool stop(struct lab *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(l->error, sizeof(l->error), fmt, ap);
	va_end(ap);
	return false;
}

long read_time(const char *text)
{
	static const struct {
		const char *name;
		double ms;
	} unit[] = {
		{ "ms", 1 }, { "s", 1000 }, { "min", 60000 }, { "h", 3600000 },
	};
	char *end;
	double n = strtod(text, &end);
	size_t i;

	for (i = 0; end != text && n >= 0 && i < ARRAY_SIZE(unit); i++)
		if (!strcmp(end, unit[i].name))
			return (long)(n * unit[i].ms + 0.5);
	return -1;
}

const char *error_name(int err)
{
	const char *name = strerrorname_np(err);

	return name ? name : "an unknown error";
}

int error_number(const char *name)
{
	int err;

	for (err = 1; err < 256; err++)
		if (strerrorname_np(err) && !strcmp(strerrorname_np(err), name))
			return err;
	return -1;
}

/* Words stand between blanks; one in quotes may have blanks.  A # begins a
 * comment.  How many, or -1 if there are more than fit.
 */
int split_words(char *line, char **word, int room)
{
	int n = 0;

	for (;;) {
		const char *end = " \t\n";

		line += strspn(line, end);
		if (!*line || *line == '#')
			return n;
		if (n == room)
			return -1;
		if (*line == '"') {
			end = "\"\n";
			line++;
		}
		word[n++] = line;
		line += strcspn(line, end);
		if (*line)
			*line++ = 0;
	}
}

bool play_script(struct lab *l)
{
	char path[512], *line = NULL, *word[LAB_WORDS];
	bool ok = true;
	size_t room = 0;
	FILE *f;
	int n;

	snprintf(path, sizeof(path), "%s/script", l->dir);
	f = fopen(path, "r");
	if (!f)
		return stop(l, "%s: %s", path, strerror(errno));
	for (l->line = 1; ok && getline(&line, &room, f) > 0; l->line++) {
		n = split_words(line, word, LAB_WORDS);
		if (n < 0)
			ok = stop(l, "more than %d words", LAB_WORDS);
		else if (n)
			ok = play_line(l, word, n);
		if (!ok)
			break;
	}
	free(line);
	fclose(f);
	if (ok && !l->nacts)
		ok = stop(l, "nothing happens in it");
	return ok;
}
