/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the pages of the kernel's ring buffers (tracefs: trace_pipe_raw) to the
 * lines of a recording.  How pages and tracepoints are laid out, and what the
 * numbers mean, is read from tracefs too (events/header_page, format), so that
 * neither a newer kernel nor a newer module needs a newer tool.
 *
 * No files here: whoever has the text and the pages, gives them.
 */
#ifndef LCTCP_RING_H
#define LCTCP_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring;
struct ring_format;

/**
 * struct ring_event - an event that was traced
 * @ns:		when, by the trace's clock
 * @cpu:	where
 * @lost:	so many before it are missing on that CPU
 * @format:	of its tracepoint, NULL if that is unknown
 * @data:	the event itself, until the next call
 * @len:	octets of @data
 */
struct ring_event {
	uint64_t ns;
	unsigned int cpu;
	unsigned long lost;
	const struct ring_format *format;
	const unsigned char *data;
	size_t len;
};

/* Room for any line that ring_json() makes. */
#define RING_LINE	4096

/* For the buffers of @ncpus CPUs, or NULL. */
struct ring *ring_new(unsigned int ncpus);
void ring_free(struct ring *r);

/* Text of events/header_page; false if it makes no sense. */
bool ring_header(struct ring *r, const char *text);
/* Text of events/lctcp/NAME/format; false if it makes no sense. */
bool ring_add_format(struct ring *r, const char *text);
/* What a page takes in memory, header included. */
size_t ring_page_size(const struct ring *r);

/**
 * ring_page() - the next page of a CPU
 * @r:		where to
 * @cpu:	whose
 * @page:	of @len octets; it is copied
 * @len:	at most ring_page_size()
 *
 * Return: false without memory or if the page is not one.
 */
bool ring_page(struct ring *r, unsigned int cpu, const void *page, size_t len);

/**
 * ring_next() - the oldest event of all CPUs
 * @r:		where from
 * @before:	only if it is older than this
 * @ev:		filled in
 *
 * Return: false if there is none.
 */
bool ring_next(struct ring *r, uint64_t before, struct ring_event *ev);

/* One line of a recording, with its newline and terminated, into @line, which
 * has room for RING_LINE; its length.
 */
size_t ring_json(const struct ring_event *ev, char *line);

#endif /* LCTCP_RING_H */
