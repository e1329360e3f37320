// SPDX-License-Identifier: GPL-2.0
/* The reader of a recorder's buffers: see ring.h. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <lctcp/record.h>

#include "format.h"
#include "ring.h"

#define HEAD	sizeof(struct lctcp_record)

/**
 * struct cursor - what a CPU's buffer has given, and how far it has been read
 * @data:	the octets
 * @at:		offset of the next event
 * @whole:	behind the last event that is there to its end
 * @len:	how many octets there are
 * @room:	for so many
 * @newest:	time of the last whole event, ns
 */
struct cursor {
	unsigned char *data;
	size_t at, whole, len, room;
	uint64_t newest;
};

/**
 * struct ring - the buffers
 * @ncpus:	how many
 * @formats:	of the tracepoints, a list
 * @cpu:	one each
 */
struct ring {
	unsigned int ncpus;
	struct ring_format *formats;
	struct cursor cpu[];
};

struct ring *ring_new(unsigned int ncpus)
{
	struct ring *r;

	r = calloc(1, sizeof(*r) + ncpus * sizeof(r->cpu[0]));
	if (r)
		r->ncpus = ncpus;
	return r;
}

void ring_free(struct ring *r)
{
	unsigned int i;

	if (!r)
		return;
	for (i = 0; i < r->ncpus; i++)
		free(r->cpu[i].data);
	format_free(r->formats);
	free(r);
}

bool ring_add_format(struct ring *r, const char *text)
{
	struct ring_format *f = format_new(text);

	if (!f)
		return false;
	f->next = r->formats;
	r->formats = f;
	return true;
}

/* ---- octets ---- */

/* Room for @len more octets, where those that were read have been. */
static bool make_room(struct cursor *c, size_t len)
{
	unsigned char *data;
	size_t room;

	if (c->at) {
		memmove(c->data, c->data + c->at, c->len - c->at);
		c->len -= c->at;
		c->whole -= c->at;
		c->at = 0;
	}
	if (len <= c->room - c->len)
		return true;
	room = 2 * c->room > c->len + len ? 2 * c->room : c->len + len;
	data = realloc(c->data, room);
	if (!data)
		return false;
	c->data = data;
	c->room = room;
	return true;
}

static struct lctcp_record head_at(const struct cursor *c, size_t at)
{
	struct lctcp_record head;

	memcpy(&head, c->data + at, HEAD);
	return head;
}

bool ring_bytes(struct ring *r, unsigned int cpu, const void *data, size_t len)
{
	struct lctcp_record head;
	struct cursor *c;

	if (cpu >= r->ncpus)
		return false;
	c = &r->cpu[cpu];
	if (!len)
		return true;
	if (!make_room(c, len))
		return false;
	memcpy(c->data + c->len, data, len);
	c->len += len;
	while (c->len - c->whole >= HEAD) {
		head = head_at(c, c->whole);
		if (head.len < HEAD || head.len > LCTCP_RECORD_MAX ||
		    head.len % 8)
			return false;
		if (head.len > c->len - c->whole)
			break;
		c->whole += head.len;
		c->newest = head.ns;
	}
	return true;
}

uint64_t ring_newest(const struct ring *r, unsigned int cpu)
{
	return r->cpu[cpu].newest;
}

/* ---- events ---- */

static const struct ring_format *find_format(const struct ring *r,
					     const unsigned char *data,
					     size_t len)
{
	const struct ring_format *f;
	uint16_t id;

	if (len < 2)
		return NULL;
	memcpy(&id, data, 2);
	for (f = r->formats; f; f = f->next)
		if (f->id == id)
			return f->size <= len ? f : NULL;
	return NULL;
}

bool ring_next(struct ring *r, uint64_t before, struct ring_event *ev)
{
	struct cursor *c, *oldest = NULL;
	struct lctcp_record head;

	for (c = r->cpu; c < r->cpu + r->ncpus; c++) {
		if (c->at == c->whole)
			continue;
		head = head_at(c, c->at);
		if (head.ns >= before)
			continue;
		before = head.ns;
		oldest = c;
	}
	if (!oldest)
		return false;
	c = oldest;
	head = head_at(c, c->at);
	ev->ns = head.ns;
	ev->cpu = c - r->cpu;
	ev->lost = head.lost;
	ev->data = c->data + c->at + HEAD;
	ev->len = head.len - HEAD;
	ev->format = find_format(r, ev->data, ev->len);
	c->at += head.len;
	return true;
}

/* ---- a line of a recording ---- */

static char *put_text(char *to, const char *text, size_t len)
{
	memcpy(to, text, len);
	return to + len;
}

static char *put_number(char *to, uint64_t v)
{
	char digits[20];
	int n = 0;

	do
		digits[n++] = '0' + v % 10;
	while (v /= 10);
	while (n)
		*to++ = digits[--n];
	return to;
}

static char *put_quoted(char *to, const char *text, size_t len)
{
	*to++ = '"';
	to = put_text(to, text, len);
	*to++ = '"';
	return to;
}

static char *put_string(char *to, const char *text)
{
	return put_quoted(to, text, strlen(text));
}

static uint64_t field_number(const struct format_field *f,
			     const unsigned char *data)
{
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	data += f->offset;
	switch (f->size) {
	case 1:
		return *data;
	case 2:
		memcpy(&v16, data, 2);
		return v16;
	case 4:
		memcpy(&v32, data, 4);
		return v32;
	case 8:
		memcpy(&v64, data, 8);
		return v64;
	}
	return 0;
}

/* "SYN|ACK" of the names of bits */
static char *put_flags(char *to, const struct format_field *f, uint64_t bits)
{
	bool any = false;
	unsigned int i;

	*to++ = '"';
	for (i = 0; i < f->nnames; i++) {
		if (!(bits & f->names[i].value))
			continue;
		if (any)
			*to++ = '|';
		to = put_text(to, f->names[i].name, f->names[i].len);
		any = true;
	}
	*to++ = '"';
	return to;
}

static char *put_address(char *to, const struct format_field *f,
			 const unsigned char *data)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr addr;

	memcpy(&addr, data + f->offset, sizeof(addr));
	if (IN6_IS_ADDR_V4MAPPED(&addr))
		inet_ntop(AF_INET, &addr.s6_addr[12], text, sizeof(text));
	else
		inet_ntop(AF_INET6, &addr, text, sizeof(text));
	return put_string(to, text);
}

static char *put_value(char *to, const struct format_field *f,
		       const unsigned char *data)
{
	uint64_t v = field_number(f, data);
	unsigned int i;

	switch (f->kind) {
	case FORMAT_ADDRESS:
		return put_address(to, f, data);
	case FORMAT_FLAGS:
		return put_flags(to, f, v);
	case FORMAT_SYMBOL:
		for (i = 0; i < f->nnames; i++)
			if (f->names[i].value == v)
				return put_quoted(to, f->names[i].name,
						  f->names[i].len);
		break;
	case FORMAT_SIGNED:
		if (v >> (8 * f->size - 1)) {
			*to++ = '-';
			v = -v & (~0ULL >> (64 - 8 * f->size));
		}
		break;
	case FORMAT_NUMBER:
		break;
	}
	return put_number(to, v);
}

size_t ring_json(const struct ring_event *ev, char *line)
{
	const struct ring_format *format = ev->format;
	const struct format_field *f;
	char *to = line;

#define PUT(text)	put_text(to, text, sizeof(text) - 1)
	to = PUT("{\"kind\":");
	to = put_string(to, format ? format->name : "unknown");
	to = PUT(",\"ns\":");
	to = put_number(to, ev->ns);
	to = PUT(",\"cpu\":");
	to = put_number(to, ev->cpu);
	for (f = format ? format->fields : NULL; f; f = f->next) {
		if (to - line > RING_LINE - FORMAT_VALUE_MAX)
			break;
		*to++ = ',';
		to = put_string(to, f->name);
		*to++ = ':';
		to = put_value(to, f, ev->data);
	}
	to = PUT("}\n");
	*to = 0;
#undef PUT
	return to - line;
}
