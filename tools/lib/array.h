/* SPDX-License-Identifier: GPL-2.0 */
/* An array that grows. */
#ifndef LCTCP_ARRAY_H
#define LCTCP_ARRAY_H

#include <stdlib.h>
#include <string.h>

/* Of the array *@v, with @n of @size in it and room for *@room: one more, all
 * zero, or NULL without memory.  The caller counts it.
 */
static inline void *array_more(void *v, size_t n, size_t *room, size_t size)
{
	void **array = v, *grown;

	if (n == *room) {
		size_t want = *room ? 2 * *room : 64;

		grown = realloc(*array, want * size);
		if (!grown)
			return NULL;
		*array = grown;
		*room = want;
	}
	return memset((char *)*array + n * size, 0, size);
}

#endif /* LCTCP_ARRAY_H */
