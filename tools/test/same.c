// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: same [-u] FILE FILE
 *
 * Do two files, each a recording or the text of a trace, tell the same events
 * in the same order?  Says where they part.  Not compared: CPU and process,
 * which a text does not tell, and times that differ by less than 1 ms.  With -u
 * neither times nor order count: two traces of several CPUs take their times
 * one after the other, and whatever may come between.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/events.h"

static bool same(const struct event *a, const struct event *b)
{
	struct event x = *a, y = *b;

	if (llabs(x.us - y.us) >= 1000)
		return false;
	x.us = y.us;
	x.cpu = y.cpu;
	x.pid = y.pid;
	return !memcmp(&x, &y, sizeof(x));
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct event));
}

static void disorder(struct events *evs)
{
	size_t i;

	for (i = 0; i < evs->n; i++) {
		evs->v[i].us = 0;
		evs->v[i].cpu = 0;
		evs->v[i].pid = 0;
	}
	qsort(evs->v, evs->n, sizeof(*evs->v), compare);
}

static int compare_all(const struct events *a, const struct events *b)
{
	size_t i;

	if (a->n != b->n) {
		printf("%zu events and %zu\n", a->n, b->n);
		return 1;
	}
	for (i = 0; i < a->n; i++) {
		if (same(&a->v[i], &b->v[i]))
			continue;
		printf("event %zu, %s and %s, at %lld us and %lld us\n", i + 1,
		       event_kind_name(a->v[i].kind),
		       event_kind_name(b->v[i].kind), a->v[i].us, b->v[i].us);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool unordered = argc == 4 && !strcmp(argv[1], "-u");
	struct events a = { 0 }, b = { 0 };
	int status;

	if (argc != 3 + unordered)
		return 2;
	status = events_load(&a, argv[1 + unordered]) |
		 events_load(&b, argv[2 + unordered]);
	if (unordered) {
		disorder(&a);
		disorder(&b);
	}
	if (!status)
		status = compare_all(&a, &b);
	events_free(&a);
	events_free(&b);
	return status;
}
