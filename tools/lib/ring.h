/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the octets of a recorder's buffers (<lctcp/record.h>) to the lines of a
 * recording.  How tracepoints are laid out, and what the numbers mean, is read
 * from tracefs (format), so that a newer module needs no newer tool.
 *
 * No files here: whoever has the text and the octets, gives them.
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
 * @data:	the event itself, until the next call of a function of these
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

/* Text of events/lctcp/NAME/format; false if it makes no sense. */
bool ring_add_format(struct ring *r, const char *text);

/**
 * ring_bytes() - what a CPU's buffer has given next
 * @r:		where to
 * @cpu:	whose
 * @data:	its octets, cut anywhere; they are copied
 * @len:	how many
 *
 * Return: false without memory or if they make no sense.
 */
bool ring_bytes(struct ring *r, unsigned int cpu, const void *data, size_t len);

/* Time of the newest event of a CPU so far, 0 if there was none. */
uint64_t ring_newest(const struct ring *r, unsigned int cpu);

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
