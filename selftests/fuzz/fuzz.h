/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the targets share.  A target is a program that libFuzzer drives: it is
 * given octets, and must neither crash, nor read what is not there, nor leak,
 * nor find that something does not hold.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Called by libFuzzer; the second one, before all others, where it is there. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What must be so, whatever the input. */
#define FUZZ_HOLDS(condition)		\
do {					\
	if (!(condition))		\
		abort();		\
} while (0)

/* The octets and a NUL in memory of just that size, to be freed. */
char *fuzz_text(const uint8_t *data, size_t size);
/* A whole file of the source tree, likewise. */
char *fuzz_load(const char *path, size_t *size);

/* Path of a file with these octets; the same one every time. */
const char *fuzz_input(const void *data, size_t size);
/* Path of a file to write to, and what is in it, to be freed. */
const char *fuzz_output(void);
char *fuzz_output_text(void);

/* Run a subcommand with copies of these words, the last one being NULL; argv[0]
 * comes first.  Its exit status, which must be one that it may have.
 */
int fuzz_run(int (*command)(int argc, char **argv), const char *const *words);
#define FUZZ_RUN(command, ...)	\
	fuzz_run(command, (const char *const []){ __VA_ARGS__, NULL })

/* Text for a terminal: UTF-8, and no control character but newlines and tabs. */
void fuzz_check_text(const char *text);
/* A flat object of JSON, which is undone. */
void fuzz_check_json(char *line);

#endif /* FUZZ_H */
