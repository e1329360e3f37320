/* SPDX-License-Identifier: GPL-2.0 */
/* Which connection of a recording: what the commands that draw one share. */
#ifndef LCTCP_PICK_H
#define LCTCP_PICK_H

#include <stdio.h>

#include "lib/ladder.h"

/* Which of the @n words is it?  Its number, or -1. */
int word_number(const char *text, const char *const *words, int n);

/* The one of @n connections that -n WHICH names, the first if @which is NULL; NULL
 * after a message.
 */
const struct ladder_pick *pick_choose(const struct ladder_pick *picks,
				      size_t n, const char *which);

/* Draw what is in @evs, which came from @path, to @f: 0 or an exit status. */
typedef int pick_draw_fn(const struct events *evs, const void *arg, FILE *f,
			 const char *path);

/* Read the recording @path, "-" for standard input, and draw it to the file @output,
 * or to standard output if that is NULL.  Return: exit status.
 */
int pick_draw(const char *path, const char *output, pick_draw_fn *draw,
	      const void *arg);

#endif /* LCTCP_PICK_H */
