// SPDX-License-Identifier: GPL-2.0
/*
 * A recorder's buffers: octets by saved layouts, or the layout of a tracepoint
 * for saved octets.  How they begin tells which of these it is.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "lib/events.h"
#include "lib/ring.h"

#define CPUS	2
#define FORMATS	16

/* What is saved, see tools/test/run. */
static struct {
	char *buffer, *format[FORMATS];
	size_t size, nformats;
} saved;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct dirent *entry;
	char path[512];
	size_t size;
	DIR *dir;

	(void)argc;
	(void)argv;
	saved.buffer = fuzz_load(BUFFERS "/cpu0", &saved.size);
	dir = opendir(BUFFERS);
	FUZZ_HOLDS(dir);
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "lctcp_", 6))
			continue;
		FUZZ_HOLDS(saved.nformats < FORMATS);
		snprintf(path, sizeof(path), BUFFERS "/%s", entry->d_name);
		saved.format[saved.nformats++] = fuzz_load(path, &size);
	}
	closedir(dir);
	return 0;
}

static void add_saved_formats(struct ring *r)
{
	size_t i;

	for (i = 0; i < saved.nformats; i++)
		FUZZ_HOLDS(ring_add_format(r, saved.format[i]));
}

/* Cut anywhere; what makes no sense is refused, and that is the end of it. */
static void add_octets(struct ring *r, const char *from, size_t size)
{
	unsigned int cpu = 0;
	size_t at, n;
	char *copy;

	for (at = 0; at < size; at += n) {
		n = 1 + (unsigned char)from[at];
		if (n > size - at)
			n = size - at;
		/* in memory of its own, so that none is read beyond its end */
		copy = malloc(n);
		FUZZ_HOLDS(copy);
		memcpy(copy, from + at, n);
		if (!ring_bytes(r, cpu, copy, n))
			cpu++;		/* there is no CPU 2 */
		free(copy);
	}
}

/* Every line is one of a recording. */
static void read_events(struct ring *r)
{
	struct events evs = { 0 };
	struct ring_event ev;
	char *line;
	size_t n;

	while (ring_next(r, UINT64_MAX, &ev)) {
		line = malloc(RING_LINE);
		FUZZ_HOLDS(line);
		n = ring_json(&ev, line);
		FUZZ_HOLDS(n < RING_LINE && strlen(line) == n);
		events_line(&evs, line);
		fuzz_check_json(line);
		free(line);
	}
	events_free(&evs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ring *r = ring_new(CPUS);
	char *text = fuzz_text(data, size);

	FUZZ_HOLDS(r);
	if (!strncmp(text, "name:", 5)) {
		if (ring_add_format(r, text))
			add_octets(r, saved.buffer, saved.size);
	} else {
		add_saved_formats(r);
		add_octets(r, text, size);
	}
	read_events(r);
	ring_free(r);
	free(text);
	return 0;
}
