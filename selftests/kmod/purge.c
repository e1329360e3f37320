// SPDX-License-Identifier: GPL-2.0
/*
 * A namespace ends with orphans of kernel sockets in it, which do not hold it:
 * they end with it.  What would be left would find its namespace gone when its
 * timer fires, or would still be there when the module goes.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "kmod.h"
#include "kselftest.h"

#define MODULE	"lctcp_kns"
#define PARAM	"/sys/module/" MODULE "/parameters/"
#define PAIRS	100
/* several retransmission timeouts */
#define WAIT_S	3

/* In a namespace that ends with us: 0 or the step that failed. */
static int in_namespace(const char *version)
{
	if (unshare(CLONE_NEWNET) || loopback_up())
		return 1;
	/* the listener's end is not to end them */
	if (file_write("/proc/thread-self/net/lctcp/faults", "drop rst"))
		return 2;
	if (file_write(PARAM "open", version))
		return 3;
	return living("ESTABLISHED") == 2 * PAIRS ? 0 : 4;
}

static int closed(void)
{
	FILE *f = fopen(PARAM "closed", "re");
	int n = -1;

	if (f && fscanf(f, "%d", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

static bool all_closed(int n)
{
	int i;

	for (i = 0; closed() != n; i++) {
		if (i == 2000)
			return false;
		usleep(10000);
	}
	return true;
}

static void a_namespace(const char *version, int n)
{
	int status = -1;

	if (!fork())
		_exit(in_namespace(version));
	wait(&status);
	if (status)
		ksft_print_msg("in the namespace: step %d\n",
			       WEXITSTATUS(status));
	ksft_test_result(!status && all_closed(n),
			 "api_netns_teardown: kernel sockets, IPv%s\n", version);
}

int main(void)
{
	struct timespec t = { .tv_sec = WAIT_S };
	const char *left;
	char args[32];
	int err;

	ksft_print_header();
	snprintf(args, sizeof(args), "pairs=%d", PAIRS);
	err = module_load(MODULE, args);
	if (err == -ENOENT)
		ksft_exit_skip("no " MODULE ".ko for this kernel\n");
	ksft_set_plan(4);
	if (err)
		ksft_print_msg("loading: %s\n", strerror(-err));
	a_namespace("4", PAIRS);
	a_namespace("6", 2 * PAIRS);
	/* waits for the end of the namespace */
	err = module_unload(MODULE);
	nanosleep(&t, NULL);
	if (!err)
		err = module_unload("lctcp");
	left = err ? strerror(-err) : module_traces();
	if (left)
		ksft_print_msg("left: %s\n", left);
	ksft_test_result(!left, "api_netns_teardown: nothing is left\n");
	ksft_test_result(!module_load("lctcp", ""),
			 "api_netns_teardown: and loaded again\n");
	ksft_finished();
}
