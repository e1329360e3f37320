// SPDX-License-Identifier: GPL-2.0
/* What only all rows together tell: see ladder.h. */
#include <stdlib.h>

#include "array.h"
#include "ladder.h"

static int by_length(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return x < y ? -1 : x > y;
}

/* The median, so that one that was held back does not count. */
bool ladder_find_crossing(struct ladder *l)
{
	long long *took = calloc(l->n + 1, sizeof(*took));
	size_t n = 0, i;

	if (!took)
		return false;
	for (i = 0; i < l->n; i++)
		if (l->row[i].arrived >= 0 && !l->row[i].assumed)
			took[n++] = l->row[i].arrived - l->row[i].us;
	qsort(took, n, sizeof(*took), by_length);
	l->crossing = n ? max(took[n / 2], 0LL) : 0;
	free(took);
	return true;
}

bool ladder_find_notes(struct ladder *l)
{
	size_t room = 0, i, j;
	struct ladder_note *note;
	struct why why;

	for (i = 0; i < l->n; i++) {
		if (!why_row(l, i, &why))
			continue;
		for (j = 0; j < l->nnotes; j++)
			if (why_same(&l->note[j].why, &why))
				break;
		l->row[i].note = j + 1;
		if (j < l->nnotes) {
			l->note[j].why.sides |= why.sides;
			continue;
		}
		note = array_more(&l->note, j, &room, sizeof(*note));
		if (!note)
			return false;
		l->nnotes++;
		note->why = why;
		note->row = i;
	}
	return true;
}
