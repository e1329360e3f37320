/* SPDX-License-Identifier: GPL-2.0 */
/* Which connection of a recording: what the commands that draw one share. */
#ifndef LCTCP_PICK_H
#define LCTCP_PICK_H

#include "lib/ladder.h"

/* Which of the @n words is it?  Its number, or -1. */
int word_number(const char *text, const char *const *words, int n);

/* The one of @n connections that -n WHICH names, the first if @which is NULL; NULL
 * after a message.
 */
const struct ladder_pick *pick_choose(const struct ladder_pick *picks,
				      size_t n, const char *which);

#endif /* LCTCP_PICK_H */
