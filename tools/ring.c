// SPDX-License-Identifier: GPL-2.0
/* The reader of ring buffers: see ring.h. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "format.h"
#include "ring.h"

/* What the low bits of a page's commit word do not use. */
#define MISSED_EVENTS	(1UL << 31)	/* some before this page */
#define MISSED_STORED	(1UL << 30)	/* how many stands behind the data */
#define COMMIT_MASK	((1UL << 27) - 1)

/* Types of a record; smaller ones are a length, in words. */
enum { PADDING = 29, TIME_EXTEND, TIME_STAMP };

#define DELTA_BITS	27
#define PAGE_SIZE_MAX	(1 << 20)

/**
 * struct page - a page that has come
 * @next:	the one after it
 * @lost:	events missing before it
 * @len:	of the records
 * @ns:		time of its start
 * @data:	the records
 */
struct page {
	struct page *next;
	unsigned long lost;
	size_t len;
	uint64_t ns;
	unsigned char data[];
};

/**
 * struct cursor - how far a CPU's pages have been read
 * @first:	the one in use, or NULL
 * @last:	the newest
 * @used:	the one that @ev points into, if that is no longer in the list
 * @at:		offset of the next record in @first
 * @ns:		time so far
 * @lost:	to be told with the next event
 * @ready:	@ev is the next event
 * @ev:		it
 */
struct cursor {
	struct page *first, *last, *used;
	size_t at;
	uint64_t ns;
	unsigned long lost;
	bool ready;
	struct ring_event ev;
};

/**
 * struct ring - the buffers
 * @ncpus:	how many
 * @cpu:	one each
 * @commit_offset: in a page
 * @commit_size: 4 or 8
 * @data_offset: where a page's records begin
 * @data_size:	and how much room they have
 * @formats:	of the tracepoints, a list
 */
struct ring {
	unsigned int ncpus;
	size_t commit_offset, commit_size;
	size_t data_offset, data_size;
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
	struct page *p;
	unsigned int i;

	if (!r)
		return;
	for (i = 0; i < r->ncpus; i++) {
		while ((p = r->cpu[i].first)) {
			r->cpu[i].first = p->next;
			free(p);
		}
		free(r->cpu[i].used);
	}
	format_free(r->formats);
	free(r);
}

bool ring_header(struct ring *r, const char *text)
{
	struct format_field commit, data;

	if (!format_field_find(text, "commit", &commit) ||
	    !format_field_find(text, "data", &data))
		return false;
	if ((commit.size != 4 && commit.size != 8) ||
	    commit.offset < 8 || commit.offset + commit.size > data.offset ||
	    data.offset > 64 || !data.size || data.size > PAGE_SIZE_MAX)
		return false;
	r->commit_offset = commit.offset;
	r->commit_size = commit.size;
	r->data_offset = data.offset;
	r->data_size = data.size;
	return true;
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

size_t ring_page_size(const struct ring *r)
{
	return r->data_offset + r->data_size;
}

/* ---- pages ---- */

static uint64_t get_number(const unsigned char *from, size_t size)
{
	uint64_t v64;
	uint32_t v32;

	if (size == 8) {
		memcpy(&v64, from, 8);
		return v64;
	}
	memcpy(&v32, from, 4);
	return v32;
}

bool ring_page(struct ring *r, unsigned int cpu, const void *page, size_t len)
{
	const unsigned char *from = page;
	struct cursor *c;
	uint64_t commit;
	struct page *p;
	size_t n;

	if (len < r->data_offset || cpu >= r->ncpus)
		return false;
	c = &r->cpu[cpu];
	commit = get_number(from + r->commit_offset, r->commit_size);
	n = commit & COMMIT_MASK;
	if (n > r->data_size || n > len - r->data_offset)
		return false;
	p = malloc(sizeof(*p) + n);
	if (!p)
		return false;
	p->next = NULL;
	p->len = n;
	p->ns = get_number(from, 8);
	memcpy(p->data, from + r->data_offset, n);
	p->lost = !!(commit & MISSED_EVENTS);
	if (commit & MISSED_STORED &&
	    r->commit_size <= len - r->data_offset - n)
		p->lost = get_number(from + r->data_offset + n, r->commit_size);
	if (c->first) {
		c->last->next = p;
	} else {
		c->first = p;
		c->at = 0;
		c->ns = p->ns;
		c->lost += p->lost;
	}
	c->last = p;
	return true;
}

/* The page in use has been read. */
static void next_page(struct cursor *c)
{
	free(c->used);
	c->used = c->first;
	c->first = c->first->next;
	c->at = 0;
	if (c->first) {
		c->ns = c->first->ns;
		c->lost += c->first->lost;
	}
}

/* ---- records ---- */

/**
 * struct record - the head of a record
 * @type:	its type, or length in words
 * @delta:	time since the one before
 * @word:	the one behind, if the type has one
 */
struct record {
	unsigned int type;
	uint32_t delta;
	uint32_t word;
};

static uint32_t get_word(const struct page *p, size_t at)
{
	return get_number(p->data + at, 4);
}

/* Bit fields lie the other way round on a big-endian machine. */
static void split(uint32_t head, struct record *rec)
{
	if (__BYTE_ORDER == __LITTLE_ENDIAN) {
		rec->type = head & 31;
		rec->delta = head >> 5;
	} else {
		rec->type = head >> DELTA_BITS;
		rec->delta = head & ((1U << DELTA_BITS) - 1);
	}
}

/* The head of the record at c->at, which goes behind it; false at the end of
 * what makes sense.
 */
static bool read_head(struct cursor *c, struct record *rec)
{
	const struct page *p = c->first;
	size_t left = p->len - c->at;

	if (left < 4)
		return false;
	split(get_word(p, c->at), rec);
	c->at += 4;
	rec->word = 0;
	if (!rec->type || rec->type >= PADDING) {
		if (left < 8)
			return false;
		rec->word = get_word(p, c->at);
		c->at += 4;
	}
	return true;
}

/* Length of what follows the head @rec, in octets. */
static size_t body_length(const struct record *rec)
{
	switch (rec->type) {
	case TIME_EXTEND:
	case TIME_STAMP:
		return 0;
	case 0:		/* the word counts itself */
	case PADDING:
		return rec->word > 4 ? (rec->word - 4 + 3) & ~(size_t)3 : 0;
	default:
		return 4 * rec->type;
	}
}

/* The time of the record @rec, for c->ns. */
static uint64_t read_time(const struct cursor *c, const struct record *rec)
{
	const uint64_t low = (1ULL << 59) - 1;
	uint64_t time = ((uint64_t)rec->word << DELTA_BITS) + rec->delta;

	if (rec->type == TIME_EXTEND)
		return c->ns + time;
	if (rec->type == TIME_STAMP)	/* without the topmost bits */
		return (time & low) | (c->ns & ~low);
	return c->ns + rec->delta;
}

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

/* The next event of a CPU into c->ev; false if there is none yet. */
static bool advance(struct ring *r, struct cursor *c)
{
	struct record rec;
	size_t len;

	while (c->first) {
		if (!read_head(c, &rec)) {
			next_page(c);
			continue;
		}
		len = body_length(&rec);
		if (len > c->first->len - c->at) {
			next_page(c);
			continue;
		}
		if (rec.type == PADDING && !rec.delta) {
			next_page(c);	/* nothing more on this page */
			continue;
		}
		c->ns = read_time(c, &rec);
		c->ev.data = c->first->data + c->at;
		c->at += len;
		if (rec.type >= PADDING)
			continue;
		c->ev.len = len;
		c->ev.ns = c->ns;
		c->ev.cpu = c - r->cpu;
		c->ev.lost = c->lost;
		c->ev.format = find_format(r, c->ev.data, len);
		c->lost = 0;
		return true;
	}
	return false;
}

bool ring_next(struct ring *r, uint64_t before, struct ring_event *ev)
{
	struct cursor *c, *oldest = NULL;

	for (c = r->cpu; c < r->cpu + r->ncpus; c++) {
		if (!c->ready)
			c->ready = advance(r, c);
		if (c->ready && (!oldest || c->ev.ns < oldest->ev.ns))
			oldest = c;
	}
	if (!oldest || oldest->ev.ns >= before)
		return false;
	*ev = oldest->ev;
	oldest->ready = false;
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
	uint64_t v = 0;

	switch (f->size) {
	case 1:
		return data[f->offset];
	case 2: {
		uint16_t v16;

		memcpy(&v16, data + f->offset, 2);
		return v16;
	}
	case 4:
	case 8:
		v = get_number(data + f->offset, f->size);
	}
	return v;
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
