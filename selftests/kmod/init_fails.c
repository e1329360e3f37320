// SPDX-License-Identifier: GPL-2.0
/*
 * Loading fails, at each step that can fail: nothing of the module is left, no
 * program has got a socket meanwhile, and the next time it loads and works.
 *
 * Steps fail because lctcp_block.ko has what they want to register, or because
 * there is no memory: in a kernel that can refuse it, each allocation that the
 * module asks for while it loads fails once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "kmod.h"
#include "kselftest.h"

#define PROTO		253
#define PORT		4244
#define TEST		"api_module_init_fails"
#define SLAB		"/sys/kernel/debug/failslab/"
#define CACHES		"/sys/kernel/slab/"
#define QUIET		"/proc/sys/kernel/printk"
#define PANIC		"/proc/sys/kernel/panic_on_warn"
#define COPY		"/sys/kernel/debug/fail_usercopy/"

/**
 * struct asking - who tries all the time to have a socket
 * @open:	they may get one
 * @asked:	how often they have tried
 * @got:	how often one of them has got a socket that was not to be had
 * @err:	an errno that does not say so, or 0
 */
static struct asking {
	atomic_bool open;
	atomic_int asked, got, err;
} *asking;

static const int families[] = { AF_INET, AF_INET6 };
static pid_t asker[2];

static void ask(int family)
{
	bool open;
	int fd;

	for (;;) {
		open = asking->open;
		fd = socket(family, SOCK_STREAM, PROTO);
		/* lctcp_block.ko, as it goes, has no buffers */
		if (fd < 0 && errno != EPROTONOSUPPORT && errno != ENOBUFS)
			asking->err = errno;
		/* one that came when it was about to be is no fault */
		if (fd >= 0 && !open && !asking->open)
			asking->got++;
		if (fd >= 0)
			close(fd);
		asking->asked++;
		/* others want the processor, and in virtual time no time passes
		 * while somebody runs
		 */
		if (asking->asked % 8 < 2)
			usleep(2000);
	}
}

static void askers_begin(void)
{
	int i;

	asking->open = false;
	for (i = 0; i < 2; i++) {
		asker[i] = fork();
		if (!asker[i])
			ask(families[i]);
	}
}

static void askers_end(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		kill(asker[i], SIGKILL);
		waitpid(asker[i], NULL, 0);
	}
}

/* They have tried again since. */
static void askers_round(void)
{
	int before = asking->asked;

	while (asking->asked < before + 4)
		usleep(1000);
}

/* A connection over lo, from its beginning to its end. */
static int connection(int family)
{
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(PORT),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = family == AF_INET ? sizeof(in) : sizeof(in6);
	void *addr = family == AF_INET ? (void *)&in : (void *)&in6;
	int l = socket(family, SOCK_STREAM, PROTO), s, ret = -1;
	int c = socket(family, SOCK_STREAM, PROTO);
	char octet = 0;

	if (bind(l, addr, len) || listen(l, 1) || connect(c, addr, len))
		goto out;
	s = accept(l, NULL, NULL);
	if (write(s, "x", 1) == 1 && read(c, &octet, 1) == 1 && octet == 'x')
		ret = 0;
	close(s);
out:
	ret = ret ? -errno : 0;
	close(c);
	close(l);
	return ret;
}

/* Does it load and work now, as if nothing had been?  0 or a message. */
static const char *works(void)
{
	const char *why = NULL;
	int i;

	asking->open = true;
	if (module_load("lctcp", ""))
		return "it does not load";
	for (i = 0; i < 2 && !why; i++)
		if (connection(families[i]))
			why = "no connection";
	/* sockets of the askers come and go */
	askers_end();
	if (module_unload("lctcp"))
		why = "it does not unload";
	askers_begin();
	return why ?: module_traces();
}

/* The step fails for which @what is missing, with @want. */
static void blocked(const char *what, int want, int times)
{
	const char *why = NULL;
	char args[32];
	int err, i;

	snprintf(args, sizeof(args), "what=%s", what);
	err = module_load("lctcp_block", args);
	for (i = 0; i < times && !err && !why; i++) {
		askers_round();
		err = module_load("lctcp", "");
		err = err == want ? 0 : err ?: -EEXIST;
		if (strcmp(what, "sysctl"))
			why = module_traces();
	}
	if (err)
		ksft_print_msg("%s: %s\n", what, strerror(-err));
	module_unload("lctcp_block");
	why = why ?: module_traces();
	if (asking->got || asking->err)
		ksft_print_msg("%d sockets, %s\n", asking->got,
			       strerror(asking->err));
	/* it has all that there is to have */
	if (module_load("lctcp_block", "what=all"))
		why = "a handler is left";
	module_unload("lctcp_block");
	if (!why && !err)
		why = works();
	ksft_test_result(!err && !why && !asking->got && !asking->err,
			 TEST ".%s: nothing is left, and it loads again: %s\n",
			 what, why ?: "yes");
}

/* ---- no memory ---- */

/* Load with the allocation @n failing; *@left of it is none, if it has failed. */
static int load_nth(int fd, const char *args, unsigned int n, unsigned int *left)
{
	char text[16] = "";
	int nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC), err;

	snprintf(text, sizeof(text), "%u", n);
	if (pwrite(nth, text, strlen(text), 0) < 0)
		ksft_exit_fail_msg("fail-nth: %s\n", strerror(errno));
	err = module_load_fd(fd, args);
	memset(text, 0, sizeof(text));
	if (pread(nth, text, sizeof(text) - 1, 0) < 0)
		text[0] = 0;
	*left = atoi(text);
	pwrite(nth, "0", 1, 0);
	close(nth);
	return err;
}

/* Allocations of the caches whose name begins with @prefix may fail. */
static void caches_fail(const char *prefix, int least)
{
	char path[300];
	struct dirent *d;
	DIR *dir = opendir(CACHES);
	size_t len = strlen(prefix);

	while (dir && (d = readdir(dir))) {
		if (strncmp(d->d_name, prefix, len))
			continue;
		if (least && atoi(d->d_name + len) < least &&
		    !strchr(d->d_name + len, 'k'))
			continue;
		snprintf(path, sizeof(path), CACHES "%.200s/failslab", d->d_name);
		file_write(path, "1");
	}
	if (dir)
		closedir(dir);
}

/* Some kernels tell at length, with a call trace, of what is only a failure here,
 * as if that were a report: then they are quiet, and panic if they have one.
 */
static void quiet(bool on)
{
	file_write(QUIET, on ? "4" : "8");
	file_write(PANIC, on ? "1" : "0");
}

/* Each that the module's code asks for, but for what makes a cache known to
 * sysfs: a kernel that has no memory for that leaks some itself.
 */
static void memory_fails(bool on)
{
	quiet(on);
	file_write(SLAB "verbose", "0");
	file_write(COPY "verbose", "0");
	file_write(SLAB "ignore-gfp-wait", on ? "N" : "Y");
	file_write(SLAB "cache-filter", on ? "Y" : "N");
	if (!on)
		return;
	caches_fail("kmem_cache", 0);
	caches_fail("proc_dir_entry", 0);
	caches_fail("sock_inode_cache", 0);
	caches_fail("RAW", 0);
	caches_fail("kmalloc-cg-", 64);
	caches_fail("kmalloc-", 64);
}

#define MANY	1000000

static void no_memory(void)
{
	unsigned int from, to, n, left, failed = 0, loaded = 0;
	int fd = module_open("lctcp"), err;
	const char *why = NULL;

	/* What the kernel asks for before the module's own code runs, and all. */
	err = load_nth(fd, "protocol=1", MANY, &left);
	from = MANY - left;
	err = err == -EINVAL ? load_nth(fd, "table_slots=64", MANY, &left) : -1;
	to = MANY - left;
	module_unload("lctcp");
	ksft_print_msg("allocations %u to %u\n", from, to);
	for (n = from > 10 ? from - 10 : 1; n <= to && !err && !why; n++) {
		err = load_nth(fd, "table_slots=64", n, &left);
		if (!err) {
			/* whoever asked could do without */
			loaded++;
			err = module_unload("lctcp");
		} else if (err == -ENOMEM || err == -ENOBUFS || err == -ENFILE) {
			failed++;
			err = 0;
		}
		why = module_traces();
		if (err || why)
			ksft_print_msg("%u: %s, %s\n", n, strerror(-err), why);
	}
	close(fd);
	ksft_print_msg("failed %u times, loaded %u times\n", failed, loaded);
	why = why ?: works();
	ksft_test_result(!err && !why && failed > 50 && !asking->got &&
			 !asking->err,
			 TEST ".memory: nothing is left, and it loads again: %s\n",
			 why ?: "yes");
}

int main(void)
{
	bool can = !access(SLAB "probability", F_OK);

	ksft_print_header();
	if (!module_there("lctcp_block"))
		ksft_exit_skip("no lctcp_block.ko for this kernel\n");
	ksft_set_plan(5);
	/* Nobody else is to load it, and settings are more than one's. */
	if (autoload_off())
		ksft_exit_fail_msg(AUTOLOAD ": %s\n", strerror(errno));
	if (module_unload("lctcp") || unshare(CLONE_NEWNET))
		ksft_exit_fail_msg("cannot begin: %s\n", strerror(errno));
	loopback_up();
	asking = mmap(NULL, sizeof(*asking), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	askers_begin();
	quiet(true);
	blocked("sysctl", -ENOMEM, 1);
	quiet(false);
	blocked("proto4", -EEXIST, 1);
	blocked("proto6", -EEXIST, 1);
	blocked("sw6", -EPERM, 3);
	if (can) {
		memory_fails(true);
		no_memory();
		memory_fails(false);
	} else {
		ksft_test_result_skip(TEST ".memory: this kernel refuses none\n");
	}
	askers_end();
	autoload_on();
	if (module_load("lctcp", ""))
		ksft_exit_fail_msg("it does not load any more\n");
	ksft_finished();
}
