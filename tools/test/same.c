// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: same FILE FILE
 *
 * Do two files, each a recording or the text of a trace, tell the same events
 * in the same order?  Says where they part.  Not compared: CPU and process,
 * which a text does not tell, and times that differ by less than 1 ms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../events.h"

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

int main(int argc, char **argv)
{
	struct events a = { 0 }, b = { 0 };
	int status = argc != 3;
	size_t i;

	if (!status)
		status = events_load(&a, argv[1]) | events_load(&b, argv[2]);
	if (!status && a.n != b.n) {
		printf("%zu events and %zu\n", a.n, b.n);
		status = 1;
	}
	for (i = 0; !status && i < a.n; i++) {
		if (same(&a.v[i], &b.v[i]))
			continue;
		printf("event %zu, %s and %s, at %lld us and %lld us\n", i + 1,
		       event_kind_name(a.v[i].kind),
		       event_kind_name(b.v[i].kind), a.v[i].us, b.v[i].us);
		status = 1;
	}
	events_free(&a);
	events_free(&b);
	return status;
}
