/* SPDX-License-Identifier: GPL-2.0 */
/*
 * UTF-8 without a locale: programs of the lab run where there is none.
 */
#ifndef LCTCP_UTF8_H
#define LCTCP_UTF8_H

#include <stdbool.h>

#define UTF8_BAD	0xfffd

/* The next character, and on to the one behind it; UTF8_BAD for an octet that
 * begins none.
 */
unsigned int utf8_next(const char **text);
/* Columns of a terminal, as wcwidth(3) has them: 0, 1 or 2. */
int utf8_width(unsigned int c);
/* ... of a whole text, and of the @n octets at its beginning. */
int text_width(const char *text);
int text_width_n(const char *text, int n);
/* May a line end between them?  Chinese has no spaces, but some signs do not
 * begin a line and some do not end one.
 */
bool utf8_breaks(unsigned int before, unsigned int after);

#endif /* LCTCP_UTF8_H */
