// SPDX-License-Identifier: GPL-2.0
/* The reader of formats: see format.h. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "format.h"

#define FIELD_MARK	"field:"
#define OFFSET_MAX	4096
#define NAMES_MAX	1000	/* of a value; less than FORMAT_VALUE_MAX */

/* The number behind @key, before the end of the line @line. */
static bool number_after(const char *line, const char *key, size_t *val)
{
	const char *end = line + strcspn(line, "\n"), *at = strstr(line, key);
	char *stop;

	if (!at || at >= end)
		return false;
	*val = strtoul(at + strlen(key), &stop, 10);
	return stop != at + strlen(key) && *val <= 1 << 24;
}

/* "TYPE NAME[N];\toffset:N;\tsize:N;\tsigned:N;": its name, without [N] */
static bool parse_field(const char *line, struct format_field *f)
{
	const char *end = line + strcspn(line, ";\n"), *start;
	size_t is_signed = 0;

	if (*end != ';')
		return false;
	if (end > line && end[-1] == ']')
		while (end > line && *end != '[')
			end--;
	start = end;
	while (start > line && (isalnum((unsigned char)start[-1]) ||
				start[-1] == '_'))
		start--;
	if (start == end || end - start >= (long)sizeof(f->name))
		return false;
	memset(f, 0, sizeof(*f));
	memcpy(f->name, start, end - start);
	if (!number_after(line, "offset:", &f->offset) ||
	    !number_after(line, "size:", &f->size))
		return false;
	number_after(line, "signed:", &is_signed);
	f->kind = is_signed ? FORMAT_SIGNED : FORMAT_NUMBER;
	return true;
}

/* Nothing in it that a string of JSON would have to escape. */
static bool plain(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)name[i] <= ' ' || strchr("\"\\|", name[i]))
			return false;
	return len;
}

/* { NUMBER, "NAME" } from @p on; what is behind it, or NULL. */
static const char *read_name(const char *p, struct format_name *n)
{
	char *end;

	p += strspn(p, " ,");
	if (*p != '{')
		return NULL;
	n->value = strtoull(p + 1, &end, 0);
	if (end == p + 1)
		return NULL;
	p = end + strspn(end, "ULul ,");
	if (*p != '"')
		return NULL;
	n->name = ++p;
	n->len = strcspn(p, "\"");
	p += n->len;
	if (*p++ != '"')
		return NULL;
	p += strspn(p, " ");
	return *p == '}' && plain(n->name, n->len) ? p + 1 : NULL;
}

/* The names of @f from "{ 1, "A" }, { 2, "B" })". */
static bool read_names(struct format_field *f, const char *p)
{
	struct format_name n, *more;
	size_t total = 0;

	while ((p = read_name(p, &n))) {
		total = f->kind == FORMAT_FLAGS ? total + n.len + 1 : n.len;
		if (total > NAMES_MAX)
			break;
		more = realloc(f->names, (f->nnames + 1) * sizeof(n));
		if (!more)
			return false;
		f->names = more;
		f->names[f->nnames++] = n;
	}
	return true;
}

/* "print fmt" says which fields are names: __print_symbolic(REC->from, ...),
 * __print_flags(REC->flags, "|", ...).
 */
static bool find_names(struct format_field *f, const char *fmt)
{
	static const struct {
		const char *call;
		unsigned int kind;
	} calls[] = {
		{ "__print_symbolic(REC->",	FORMAT_SYMBOL },
		{ "__print_flags(REC->",	FORMAT_FLAGS },
	};
	size_t len = strlen(f->name);
	unsigned int i;
	const char *at;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		at = fmt;
		while ((at = strstr(at, calls[i].call))) {
			at += strlen(calls[i].call);
			if (strncmp(at, f->name, len) || at[len] != ',')
				continue;
			at += len + 1;
			if (calls[i].kind == FORMAT_FLAGS)
				at += strcspn(at, "{");
			f->kind = calls[i].kind;
			return read_names(f, at);
		}
	}
	return true;
}

/* What a recording does not tell, or tells in other words. */
static bool left_out(const struct format_field *f)
{
	static const char *const names[] = {
		"common_type", "common_flags", "common_preempt_count",
		"family", "laddr", "raddr", "skbaddr",
	};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(f->name, names[i]))
			return true;
	return false;
}

/* By its name in a recording. */
static void rename_field(struct format_field *f)
{
	static const char *const names[][2] = {
		{ "common_pid",	"pid" },
		{ "laddr_v6",	"laddr" },
		{ "raddr_v6",	"raddr" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(f->name, names[i][0]))
			strcpy(f->name, names[i][1]);
}

static bool good_size(struct format_field *f)
{
	size_t n = f->size;

	if (f->offset > OFFSET_MAX)
		return false;
	if (n == 16 && strlen(f->name) > 3 &&
	    !strcmp(f->name + strlen(f->name) - 3, "_v6")) {
		f->kind = FORMAT_ADDRESS;
		return true;
	}
	return n == 1 || n == 2 || n == 4 || n == 8;
}

/* The fields in @text, which ends where "print fmt" begins. */
static bool read_fields(struct ring_format *format, const char *text,
			const char *fmt)
{
	struct format_field **end = &format->fields, *f, one;

	while ((text = strstr(text, FIELD_MARK))) {
		text += strlen(FIELD_MARK);
		if (!parse_field(text, &one))
			return false;
		if (left_out(&one) || !good_size(&one))
			continue;
		f = malloc(sizeof(*f));
		if (!f)
			return false;
		*f = one;
		*end = f;
		end = &f->next;
		if (f->kind != FORMAT_ADDRESS && !find_names(f, fmt))
			return false;
		rename_field(f);
		if (format->size < f->offset + f->size)
			format->size = f->offset + f->size;
	}
	return format->fields;
}

/* "name: lctcp_state" */
static bool read_title(struct ring_format *format, const char *text)
{
	static const char mark[] = "name: ", ours[] = "lctcp_";
	size_t len, id;

	if (strncmp(text, mark, strlen(mark)))
		return false;
	text += strlen(mark);
	if (!strncmp(text, ours, strlen(ours)))
		text += strlen(ours);
	len = strcspn(text, "\n");
	if (!len || len >= sizeof(format->name))
		return false;
	memcpy(format->name, text, len);
	if (!plain(format->name, len) || !text[len] ||
	    !number_after(text + len + 1, "ID: ", &id) || id > UINT16_MAX)
		return false;
	format->id = id;
	return true;
}

struct ring_format *format_new(const char *text)
{
	struct ring_format *format = calloc(1, sizeof(*format));
	char *fmt;

	if (!format)
		return NULL;
	format->text = strdup(text);
	if (!format->text)
		goto bad;
	fmt = strstr(format->text, "print fmt:");
	if (!fmt)
		goto bad;
	if (fmt > format->text)
		fmt[-1] = 0;
	if (read_title(format, format->text) &&
	    read_fields(format, format->text, fmt))
		return format;
bad:
	format_free(format);
	return NULL;
}

void format_free(struct ring_format *format)
{
	struct ring_format *next;
	struct format_field *f;

	for (; format; format = next) {
		next = format->next;
		while ((f = format->fields)) {
			format->fields = f->next;
			free(f->names);
			free(f);
		}
		free(format->text);
		free(format);
	}
}
