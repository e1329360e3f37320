// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's ring buffers: pages by a saved layout, or a layout (of a page or
 * of a tracepoint) for saved pages.  Which of these the octets are is told by
 * how they begin.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "events.h"
#include "fuzz.h"
#include "ring.h"

#define CPUS	2
#define FORMATS	16

/* What is saved, see tools/test/run. */
static struct {
	char *header, *pages, *format[FORMATS];
	size_t npages, nformats;
} saved;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct dirent *entry;
	char path[512];
	size_t size;
	DIR *dir;

	(void)argc;
	(void)argv;
	saved.header = fuzz_load(PAGES "/header_page", &size);
	saved.pages = fuzz_load(PAGES "/cpu0", &saved.npages);
	dir = opendir(PAGES);
	FUZZ_HOLDS(dir);
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "lctcp_", 6))
			continue;
		FUZZ_HOLDS(saved.nformats < FORMATS);
		snprintf(path, sizeof(path), PAGES "/%s", entry->d_name);
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

static void add_pages(struct ring *r, const char *from, size_t size)
{
	size_t page = ring_page_size(r), at, n;
	unsigned int cpu = 0;
	char *copy;

	for (at = 0; page && at < size; at += n) {
		n = size - at < page ? size - at : page;
		/* in memory of its own, so that none is read beyond its end */
		copy = malloc(n);
		FUZZ_HOLDS(copy);
		memcpy(copy, from + at, n);
		ring_page(r, cpu, copy, n);
		cpu = (cpu + 1) % (CPUS + 1);	/* there is no CPU 2 */
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
	bool good;

	FUZZ_HOLDS(r);
	if (!strncmp(text, "name:", 5)) {
		good = ring_header(r, saved.header) && ring_add_format(r, text);
		if (good)
			add_pages(r, saved.pages, saved.npages);
	} else if (!strncmp(text, "\tfield:", 7)) {
		good = ring_header(r, text);
		add_saved_formats(r);
		if (good)
			add_pages(r, saved.pages, saved.npages);
	} else {
		FUZZ_HOLDS(ring_header(r, saved.header));
		add_saved_formats(r);
		add_pages(r, text, size);
	}
	read_events(r);
	ring_free(r);
	free(text);
	return 0;
}
