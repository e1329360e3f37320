// SPDX-License-Identifier: GPL-2.0
/* The little JSON: see json.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static char *skip_space(char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* Four hexadecimal digits, or -1. */
static int read_hex(const char *p)
{
	char digits[5];
	int i;

	for (i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)p[i]))
			return -1;
		digits[i] = p[i];
	}
	digits[4] = 0;
	return strtol(digits, NULL, 16);
}

/* UTF-8 for the code point @c of \uXXXX, which took more room than this. */
static char *put_char(char *to, int c)
{
	if (c < 0x80) {
		*to++ = c;
	} else if (c < 0x800) {
		*to++ = 0xc0 | c >> 6;
		*to++ = 0x80 | (c & 0x3f);
	} else {
		*to++ = 0xe0 | c >> 12;
		*to++ = 0x80 | (c >> 6 & 0x3f);
		*to++ = 0x80 | (c & 0x3f);
	}
	return to;
}

/* Undo one escape behind the backslash at *@from. */
static char *read_escape(char **from, char *to)
{
	static const char names[] = "\"\\/bfnrt", chars[] = "\"\\/\b\f\n\r\t";
	const char *at;
	char *p = *from;
	int c;

	if (*p == 'u') {
		c = read_hex(p + 1);
		if (c <= 0)
			return NULL;
		*from = p + 5;
		return put_char(to, c);
	}
	at = *p ? strchr(names, *p) : NULL;
	if (!at)
		return NULL;
	*from = p + 1;
	*to++ = chars[at - names];
	return to;
}

/* The string that begins at *@pos; *@pos goes behind it. */
static char *read_string(char **pos)
{
	char *p = *pos, *start, *to;

	if (*p++ != '"')
		return NULL;
	start = p;
	to = p;
	while (*p != '"') {
		if ((unsigned char)*p < ' ')
			return NULL;
		if (*p != '\\') {
			*to++ = *p++;
			continue;
		}
		p++;
		to = read_escape(&p, to);
		if (!to)
			return NULL;
	}
	*pos = p + 1;
	*to = 0;
	return start;
}

/* A number or a word; the character behind it goes to *@behind. */
static char *read_plain(char **pos, char *behind)
{
	static const char *const words[] = { "true", "false", "null" };
	char *start = *pos, *end;
	unsigned int i;

	end = start + strcspn(start, ",} \t\r\n");
	*behind = *end;
	*end = 0;
	*pos = end;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(start, words[i]))
			return start;
	i = *start == '-';
	if (!start[i] || start[i + strspn(start + i, "0123456789.eE+-")])
		return NULL;
	return start;
}

/* "NAME": VALUE and what follows them, '}' or ',', or 0 for a mistake. */
static char read_member(char **pos,
			void (*field)(void *data, const char *name,
				      char *value),
			void *data)
{
	char *name, *value, behind = 0;

	name = read_string(pos);
	if (!name)
		return 0;
	*pos = skip_space(*pos);
	if (*(*pos)++ != ':')
		return 0;
	*pos = skip_space(*pos);
	if (**pos == '"')
		value = read_string(pos);
	else
		value = read_plain(pos, &behind);
	if (!value)
		return 0;
	field(data, name, value);
	if (behind)
		**pos = behind;
	*pos = skip_space(*pos);
	return *(*pos)++;
}

bool json_object(char *line,
		 void (*field)(void *data, const char *name, char *value),
		 void *data)
{
	char *p = skip_space(line), end;

	if (*p++ != '{')
		return false;
	p = skip_space(p);
	if (*p == '}')
		return !*skip_space(p + 1);
	for (;;) {
		end = read_member(&p, field, data);
		if (end != ',')
			return end == '}' && !*skip_space(p);
		p = skip_space(p);
	}
}

void json_string(FILE *f, const char *text)
{
	putc('"', f);
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else if (c < ' ')
			fprintf(f, "\\u%04x", c);
		else
			putc(c, f);
	}
	putc('"', f);
}
