// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: buffers FOLDER
 *
 * Write the recording that lctcp record would have made of saved buffers:
 * FOLDER has a format for each tracepoint (lctcp_state, ...) and what a
 * recorder gave (cpu0, cpu1, ...).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/events.h"
#include "../lib/ring.h"

#define CPUS	8
#define ROOM	(1 << 20)
#define PIECE	100

static char text[ROOM + 1];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static size_t slurp(const char *name)
{
	FILE *f = fopen(name, "r");
	size_t n;

	if (!f)
		die(name);
	n = fread(text, 1, ROOM, f);
	text[n] = 0;
	fclose(f);
	return n;
}

/* In pieces, as if read while it was written. */
static void read_buffer(struct ring *ring, const char *name)
{
	size_t n = slurp(name), at;

	for (at = 0; at < n; at += PIECE)
		if (!ring_bytes(ring, atoi(name + 3), text + at,
				n - at < PIECE ? n - at : PIECE))
			die(name);
}

int main(int argc, char **argv)
{
	struct ring *ring = ring_new(CPUS);
	unsigned long long n = 0, lost = 0;
	const struct dirent *entry;
	struct ring_event ev;
	char line[RING_LINE];
	DIR *dir;

	if (argc != 2 || chdir(argv[1]))
		die("FOLDER");
	if (!ring)
		die("memory");
	dir = opendir(".");
	while ((entry = readdir(dir))) {
		if (!strncmp(entry->d_name, "lctcp_", 6)) {
			slurp(entry->d_name);
			if (!ring_add_format(ring, text))
				die(entry->d_name);
		} else if (!strncmp(entry->d_name, "cpu", 3)) {
			read_buffer(ring, entry->d_name);
		}
	}
	closedir(dir);
	events_write_header(stdout, "mono", "test");
	while (ring_next(ring, UINT64_MAX, &ev)) {
		if (ev.lost)
			events_write_lost(stdout, ev.cpu, ev.lost);
		lost += ev.lost;
		fwrite(line, 1, ring_json(&ev, line), stdout);
		n++;
	}
	events_write_end(stdout, n, lost);
	ring_free(ring);
	return 0;
}
