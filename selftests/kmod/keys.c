// SPDX-License-Identifier: GPL-2.0
/*
 * The static key of the faults: each change of it patches the code of all CPUs.
 * It is on as long as a namespace has a rule, and off again with the last, be it
 * that the rule or that the namespace goes; but who is root of a namespace and
 * no more does not change it as often as he likes.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/wait.h>
#include <time.h>

#include "kmod.h"
#include "kselftest.h"

#define TEST	"bld_static_keys"
#define KEY	"lctcp_faults_on"
#define FAULTS	"/proc/self/net/lctcp/faults"
#define VALUE	"/sys/module/lctcp_peek/parameters/value"
#define HOLD_MS	10000			/* how long it stays on at least */
#define WRITES	300

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Where the kernel, or a module, has a symbol, as a parameter of ours; or -1. */
static int where(const char *name, const char *owner, char *arg, int size)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char line[512], symbol[256], module[256];
	unsigned long address;
	int found = -1;

	while (f && found && fgets(line, sizeof(line), f)) {
		module[0] = 0;
		if (sscanf(line, "%lx %*c %255s %255s", &address, symbol,
			   module) < 2 || strcmp(symbol, name) ||
		    strcmp(module, owner) || !address)
			continue;
		snprintf(arg, size, "address=0x%lx", address);
		found = 0;
	}
	if (f)
		fclose(f);
	return found;
}

/* How many use it; 0: it is off. */
static int users(void)
{
	char text[32] = "";
	int fd = open(VALUE, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		ksft_exit_fail_msg("%s: %s\n", VALUE, strerror(errno));
	close(fd);
	return atoi(text);
}

/* It goes off, once it may. */
static bool goes_off(long since)
{
	while (users() && now_ms() < since + HOLD_MS + HOLD_MS / 2)
		usleep(100000);
	ksft_print_msg("off after %ld ms\n", now_ms() - since);
	return !users();
}

/* Root of a namespace and no more, with a namespace of his own. */
static void poor_root(void)
{
	int i, before = 0, changes = 0, now;

	/* the debug kernel has no user namespaces */
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) && unshare(CLONE_NEWNET))
		_exit(100);
	for (i = 0; i < WRITES; i++) {
		if (file_write(FAULTS, i % 2 ? "clear" : "drop rst"))
			_exit(101);
		now = users();
		changes += !now != !before;
		before = now;
	}
	/* rules that end with the namespace */
	if (file_write(FAULTS, "drop rst\ndup syn"))
		_exit(102);
	_exit(changes < 99 ? changes : 99);
}

int main(void)
{
	const char *time = getenv("LCTCP_TIME");
	bool patched;
	char arg[64];
	long since;
	int status;
	pid_t pid;

	ksft_print_header();
	if (!module_there("lctcp_peek"))
		ksft_exit_skip("no lctcp_peek.ko for this kernel\n");
	ksft_set_plan(4);
	/* loaded anew it is off, whatever was before */
	if (module_unload("lctcp") || module_load("lctcp", "") ||
	    where(KEY, "[lctcp]", arg, sizeof(arg)) || module_load("lctcp_peek", arg))
		ksft_exit_fail_msg("cannot look at %s\n", KEY);
	status = users();
	file_write(FAULTS, "drop rst");
	ksft_test_result(!status && users() == 1,
			 TEST ": on with the first rule\n");
	file_write(FAULTS, "drop rst\ndrop syn");
	file_write(FAULTS, "clear 2");
	ksft_test_result(users() == 1, TEST ": once for a namespace\n");
	file_write(FAULTS, "clear");
	since = now_ms();
	pid = fork();
	if (!pid)
		poor_root();
	waitpid(pid, &status, 0);
	patched = !where("jump_label_lock", "", arg, sizeof(arg));
	if (WIFEXITED(status) && WEXITSTATUS(status) < 100 && !patched)
		ksft_test_result_skip(TEST ": this kernel patches no code\n");
	else
		ksft_test_result(WIFEXITED(status) && WEXITSTATUS(status) <= 3,
				 TEST ": %d rules and clears changed it %d times\n",
				 WRITES, WEXITSTATUS(status));
	if (!patched || (time && !strcmp(time, "virtual")))
		ksft_test_result(goes_off(since),
				 TEST ": off again with the last namespace\n");
	else
		ksft_test_result_skip(TEST ": waits %d s: virtual time only\n",
				      HOLD_MS / 1000);
	module_unload("lctcp_peek");
	ksft_finished();
}
