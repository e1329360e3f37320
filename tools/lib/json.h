/* SPDX-License-Identifier: GPL-2.0 */
/* As much JSON as the tools need: flat objects, one a line. */
#ifndef LCTCP_JSON_H
#define LCTCP_JSON_H

#include <stdbool.h>
#include <stdio.h>

/**
 * json_object() - take a flat object apart
 * @line:	one object and white space; its strings are undone in place
 * @field:	called for each member, in order: the name, and the value as
 *		text, without quotes; true, false and null as they are written
 * @data:	for @field
 *
 * Return: false if @line is anything else, for instance cut off.  @field may
 * have been called for what came before the mistake.
 */
bool json_object(char *line,
		 void (*field)(void *data, const char *name, char *value),
		 void *data);

/* @text as a string, with its quotes. */
void json_string(FILE *f, const char *text);

#endif /* LCTCP_JSON_H */
