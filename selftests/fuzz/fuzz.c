// SPDX-License-Identifier: GPL-2.0
/* What the targets share: see fuzz.h. */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "lib/json.h"
#include "lib/utf8.h"
#include "tool.h"

#define WORDS	32

char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	FUZZ_HOLDS(text);
	memcpy(text, data, size);
	text[size] = 0;
	return text;
}

static char *read_all(int fd, size_t *size)
{
	struct stat st;
	char *text;

	FUZZ_HOLDS(!fstat(fd, &st));
	*size = st.st_size;
	text = malloc(*size + 1);
	FUZZ_HOLDS(text && pread(fd, text, *size, 0) == st.st_size);
	text[*size] = 0;
	return text;
}

char *fuzz_load(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	char *text;

	FUZZ_HOLDS(f);
	text = read_all(fileno(f), size);
	fclose(f);
	return text;
}

/**
 * struct memory - a file that is on no disk
 * @fd:		0 until it is needed first
 * @path:	another way to it
 */
static struct memory {
	int fd;
	char path[32];
} input, output;

static const char *empty(struct memory *m)
{
	if (!m->fd) {
		m->fd = memfd_create("fuzz", MFD_CLOEXEC);
		FUZZ_HOLDS(m->fd > 0);
		snprintf(m->path, sizeof(m->path), "/proc/self/fd/%d", m->fd);
	}
	FUZZ_HOLDS(!ftruncate(m->fd, 0));
	return m->path;
}

const char *fuzz_input(const void *data, size_t size)
{
	empty(&input);
	FUZZ_HOLDS(pwrite(input.fd, data, size, 0) == (ssize_t)size);
	return input.path;
}

const char *fuzz_output(void)
{
	return empty(&output);
}

char *fuzz_output_text(void)
{
	size_t size;

	return read_all(output.fd, &size);
}

int fuzz_run(int (*command)(int argc, char **argv), const char *const *words)
{
	char *argv[WORDS + 1], *copy[WORDS];
	int n, i, status;

	for (n = 0; n < WORDS && words[n]; n++) {
		copy[n] = strdup(words[n]);
		FUZZ_HOLDS(copy[n]);
		argv[n] = copy[n];
	}
	argv[n] = NULL;
	optind = 0;		/* getopt begins anew */
	opterr = 0;
	status = command(n, argv);
	FUZZ_HOLDS(!status || status == EXIT_FAILED || status == EXIT_USAGE);
	for (i = 0; i < n; i++)
		free(copy[i]);
	return status;
}

void fuzz_check_text(const char *text)
{
	while (*text) {
		unsigned int c = utf8_next(&text);

		FUZZ_HOLDS(c == '\n' || c == '\t' ||
			   (c >= ' ' && c != 0x7f && c != UTF8_BAD));
	}
}

static void nothing(void *data, const char *name, char *value)
{
	(void)data;
	(void)name;
	(void)value;
}

void fuzz_check_json(char *line)
{
	FUZZ_HOLDS(json_object(line, nothing, NULL));
}
