/* SPDX-License-Identifier: GPL-2.0 */
/* How a tracepoint is laid out: tracefs, events/lctcp/NAME/format. */
#ifndef LCTCP_FORMAT_H
#define LCTCP_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum format_kind {
	FORMAT_NUMBER,
	FORMAT_SIGNED,
	FORMAT_SYMBOL,	/* a name for each number */
	FORMAT_FLAGS,	/* a name for each bit */
	FORMAT_ADDRESS,	/* IPv6, IPv4 mapped */
};

/**
 * struct format_name - what a number is called
 * @value:	the number, or the bit
 * @name:	in the text of the format, so not terminated; without anything
 *		that JSON would have to escape
 * @len:	of @name
 */
struct format_name {
	uint64_t value;
	const char *name;
	size_t len;
};

/**
 * struct format_field - a field of a tracepoint
 * @next:	the one behind it
 * @name:	what to call it
 * @offset:	in octets
 * @size:	of all of it, in octets: 1, 2, 4, 8, or 16 for an address
 * @kind:	enum format_kind
 * @nnames:	how many @names
 * @names:	of a symbol or flags
 */
struct format_field {
	struct format_field *next;
	char name[24];
	size_t offset, size;
	unsigned int kind;
	unsigned int nnames;
	struct format_name *names;
};

/* Bound of a field in JSON: its name, and all flags at once. */
#define FORMAT_VALUE_MAX	(1024 + 64)

/**
 * struct ring_format - a tracepoint
 * @next:	another one
 * @id:		by which its events are known
 * @size:	least length of an event
 * @name:	without "lctcp_"
 * @fields:	those that a recording shows, in order
 * @text:	where the names are
 */
struct ring_format {
	struct ring_format *next;
	uint16_t id;
	size_t size;
	char name[24];
	struct format_field *fields;
	char *text;
};

/* NULL if @text makes no sense or there is no memory. */
struct ring_format *format_new(const char *text);
/* It and those behind it. */
void format_free(struct ring_format *format);

#endif /* LCTCP_FORMAT_H */
