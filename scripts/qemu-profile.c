// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU, for scripts/profile: how often each block of code is executed
 * between the marks that selftests/bench/bench.c sets.  One line for each block:
 * its address, how many instructions it has, how often.
 *
 * QEMU calls a piece of code without a branch in it a "tb".
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu-plugin.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = 1;

/**
 * struct block - a piece of code
 * @pc:		where it begins
 * @n:		instructions
 * @count:	how often it was executed since the last mark
 * @sum:	between marks
 * @next:	in its slot of the hash table
 */
struct block {
	uint64_t pc, n, count, sum;
	struct block *next;
};

#define SLOTS	1048576

static struct block *slot[SLOTS];
static const char *out = "profile";
static bool on;

static void begin(unsigned int cpu, void *data)
{
	struct block *b;
	int i;

	(void)cpu;
	(void)data;
	for (i = 0; i < SLOTS; i++)
		for (b = slot[i]; b; b = b->next)
			b->count = 0;
	on = true;
}

static void end(unsigned int cpu, void *data)
{
	struct block *b;
	int i;

	(void)cpu;
	(void)data;
	for (i = 0; on && i < SLOTS; i++)
		for (b = slot[i]; b; b = b->next)
			b->sum += b->count;
	on = false;
}

/* Code that is translated anew is the same block. */
static struct block *block(uint64_t pc, uint64_t n)
{
	uint64_t i = (pc ^ pc >> 17 ^ n * 40503) % SLOTS;
	struct block *b;

	for (b = slot[i]; b; b = b->next)
		if (b->pc == pc && b->n == n)
			return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	b->pc = pc;
	b->n = n;
	b->next = slot[i];
	slot[i] = b;
	return b;
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	/* xchg %rbx, %rbx; xchg %rcx, %rcx */
	static const uint8_t first[] = { 0x48, 0x87, 0xdb };
	static const uint8_t last[] = { 0x48, 0x87, 0xc9 };
	size_t n = qemu_plugin_tb_n_insns(tb), i;
	struct block *b = block(qemu_plugin_tb_vaddr(tb), n);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 &b->count, 1);
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const void *code = qemu_plugin_insn_data(insn);

		if (qemu_plugin_insn_size(insn) != sizeof(first))
			continue;
		if (!memcmp(code, first, sizeof(first)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, 0,
							       NULL);
		else if (!memcmp(code, last, sizeof(last)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, end, 0,
							       NULL);
	}
}

static void done(uint64_t id, void *data)
{
	FILE *f = fopen(out, "w");
	struct block *b;
	int i;

	(void)id;
	(void)data;
	for (i = 0; f && i < SLOTS; i++)
		for (b = slot[i]; b; b = b->next)
			if (b->sum)
				fprintf(f, "%016lx T %lu %lu\n", b->pc, b->n,
					b->sum);
	if (!f || fclose(f))
		perror(out);
}

EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc,
			       char **argv)
{
	(void)info;
	if (argc == 1 && !strncmp(argv[0], "out=", 4))
		out = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, done, NULL);
	return 0;
}
