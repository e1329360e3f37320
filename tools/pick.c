// SPDX-License-Identifier: GPL-2.0
/* Which connection of a recording: see pick.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/lang.h"
#include "pick.h"
#include "tool.h"

int word_number(const char *text, const char *const *words, int n)
{
	while (n--)
		if (!strcmp(words[n], text))
			return n;
	return -1;
}

const struct ladder_pick *pick_choose(const struct ladder_pick *picks,
				      size_t n, const char *which)
{
	const struct ladder_pick *found = NULL;
	size_t i, matches = 0;
	unsigned long number;

	if (!which)
		return picks;
	if (read_number(which, 1, n, &number))
		return &picks[number - 1];
	for (i = 0; i < n; i++) {
		if (!ladder_pick_is(&picks[i], which))
			continue;
		if (!matches++)
			found = &picks[i];
	}
	if (!found)
		fail(tr("no connection %s among the %zu (try --list)",
			"没有连接 %s，共有 %zu 个（用 --list 查看）"), which, n);
	else if (matches > 1)
		fail(tr("%s is %zu connections; this is number %zu (try --list)",
			"%s 有 %zu 个连接，这是第 %zu 号（用 --list 查看）"),
		     which, matches, found - picks + 1);
	return found;
}

int pick_draw(const char *path, const char *output, pick_draw_fn *draw,
	      const void *arg)
{
	struct events evs = { 0 };
	FILE *f = stdout;
	int status = events_load(&evs, path), drawn = 0;

	if (evs.n && output) {
		f = fopen(output, "w");
		if (!f)
			status = fail("%s: %s", output, strerror(errno));
	}
	if (evs.n && f)
		drawn = draw(&evs, arg, f, path);
	if (evs.lost)
		fail(tr("%s: %llu events are missing", "%s：缺少 %llu 个事件"),
		     path, evs.lost);
	if (f && (output && f != stdout ? fclose(f) : fflush(f)))
		status = fail("%s: %s", output ?: tr("standard output", "标准输出"),
			      strerror(errno));
	events_free(&evs);
	return status ?: drawn;
}
