// SPDX-License-Identifier: GPL-2.0
/*
 * The last program: every arc of the state machine has been taken by what ran
 * before it in this boot.  The initial namespace's transitions file counts for
 * all namespaces there have ever been.
 *
 * One test for each arc, named FROM.EVENT, so that a missing one has a name.
 * Where time is real some tests were left out, and so may be their arcs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"
#include "netlib.h"

#define MAX_ARCS	200

static struct arc {
	char from[32], event[32], to[32];
	unsigned long long count;
} arcs[MAX_ARCS];

int main(void)
{
	char line[2048];
	int n = 0, i;
	FILE *f;

	ksft_print_header();
	if (lc_tcp())
		ksft_exit_skip("needs lctcp's own files\n");
	f = fopen("/proc/net/lctcp/transitions", "r");
	if (!f)
		ksft_exit_fail_msg("/proc/net/lctcp/transitions: %m\n");
	if (!fgets(line, sizeof(line), f) || strncmp(line, "from", 4))
		ksft_exit_fail_msg("no header\n");
	while (n < MAX_ARCS && fgets(line, sizeof(line), f)) {
		struct arc *a = &arcs[n];

		if (sscanf(line, "%31s %31s %31s %llu", a->from, a->event, a->to,
			   &a->count) != 4)
			ksft_exit_fail_msg("what is %s", line);
		n++;
	}
	fclose(f);
	if (!n)
		ksft_exit_fail_msg("no arcs\n");
	ksft_set_plan(n);
	for (i = 0; i < n; i++) {
		if (!arcs[i].count && !lc_virtual())
			ksft_test_result_skip("arc.%s.%s waits too long: virtual time only\n",
					      arcs[i].from, arcs[i].event);
		else
			ksft_test_result(arcs[i].count,
					 "arc.%s.%s to %s, %llu times\n",
					 arcs[i].from, arcs[i].event,
					 arcs[i].to, arcs[i].count);
	}
	ksft_finished();
}
