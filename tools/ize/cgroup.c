// SPDX-License-Identifier: GPL-2.0
/*
 * lctcpize --bpf: by control group, for programs of all kinds.
 *
 * The program is attached for as long as lctcpize runs, and no longer: nothing is
 * pinned, so nothing is left behind.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../lib/lang.h"
#include "ize.h"
#include "run.h"

#ifdef HAVE_BPF

#include <linux/magic.h>
#include "lctcpize.skel.h"

#define ROOT	"/sys/fs/cgroup"

/* Which of the two hierarchies' roots has version 2; NULL if none. */
static const char *root(void)
{
	static const char *const roots[] = { ROOT, ROOT "/unified" };
	struct statfs fs;
	int i;

	for (i = 0; i < 2; i++)
		if (!statfs(roots[i], &fs) && fs.f_type == CGROUP2_SUPER_MAGIC)
			return roots[i];
	return NULL;
}

/* open_group() - its path, absolute and without links, in @path of PATH_MAX. */
static int open_group(const char *given, char *path)
{
	const char *top = root();
	struct statfs fs;

	if (!top) {
		say(tr("no cgroup2 at %s", "%s 处没有 cgroup2"), ROOT);
		return -1;
	}
	if (!given) {
		snprintf(path, PATH_MAX, "%s/lctcpize-%d", top, getpid());
		if (!mkdir(path, 0755))
			return 0;
		say("%s: %s", path, strerror(errno));
		return -1;
	}
	if (!realpath(given, path)) {
		say("%s: %s", given, strerror(errno));
		return -1;
	}
	if (strncmp(path, top, strlen(top)) || statfs(path, &fs) ||
	    fs.f_type != CGROUP2_SUPER_MAGIC) {
		say(tr("%s is no control group below %s", "%s 不是 %s 下的控制组"),
		    given, top);
		return -1;
	}
	return 0;
}

/* The number of a control group is the inode of its folder. */
static struct lctcpize_bpf *attach(const char *path)
{
	struct lctcpize_bpf *bpf = NULL;
	struct stat st;
	int error;

	libbpf_set_print(NULL);
	if (stat(path, &st)) {
		say("%s: %s", path, strerror(errno));
		return NULL;
	}
	bpf = lctcpize_bpf__open();
	if (bpf)
		bpf->rodata->cgroup = st.st_ino;
	if (bpf && !lctcpize_bpf__load(bpf) && !lctcpize_bpf__attach(bpf))
		return bpf;
	error = errno;
	lctcpize_bpf__destroy(bpf);
	if (error == EPERM || error == EACCES)
		say(tr("--bpf needs root: %s", "--bpf 需要 root 权限：%s"),
		    strerror(error));
	else
		say(tr("this kernel does not let BPF choose the protocol of a socket "
		       "(Linux 6.6 or newer does, with CONFIG_DEBUG_INFO_BTF): %s",
		       "这个内核不允许 BPF 选择套接字的协议"
		       "（需要 Linux 6.6 或更新，并带 CONFIG_DEBUG_INFO_BTF）：%s"),
		    strerror(error));
	return NULL;
}

/* In the child, before it becomes the program. */
static int enter(void *path)
{
	char procs[PATH_MAX];
	int fd;

	snprintf(procs, sizeof(procs), "%s/cgroup.procs", (const char *)path);
	fd = open(procs, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1) {
		say("%s: %s", procs, strerror(errno));
		return EXIT_CANNOT;
	}
	close(fd);
	return 0;
}

/* The protocol of sd_notify(3) is a word to a socket. */
static void tell_systemd(void)
{
	static const char ready[] = "READY=1";
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, len);
	if (*path == '@')
		to.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, ready, sizeof(ready) - 1, 0, (struct sockaddr *)&to,
	       offsetof(struct sockaddr_un, sun_path) + len);
	close(fd);
}

int run_in_cgroup(char **argv, const char *given)
{
	struct lctcpize_bpf *bpf;
	int status = EXIT_CANNOT;
	char path[PATH_MAX];

	if (open_group(given, path))
		return EXIT_CANNOT;
	bpf = attach(path);
	if (bpf) {
		if (!argv[0])
			tell_systemd();
		status = run_program(argv, enter, path, -1, NULL);
		lctcpize_bpf__destroy(bpf);
	}
	/* what still runs in it keeps its sockets, and opens TCP's from now on */
	if (!given && rmdir(path) && errno == EBUSY)
		say(tr("%s stays: programs still run in it, whose new sockets are "
		       "TCP's",
		       "%s 留了下来：里面还有程序在运行，"
		       "它们新的套接字是 TCP 的"),
		    path);
	return status;
}

#else

int run_in_cgroup(char **argv, const char *given)
{
	say(tr("--bpf was left out of this build, for want of clang, bpftool or libbpf",
	       "构建时缺少 clang、bpftool 或 libbpf，因此没有 --bpf"));
	return EXIT_CANNOT;
}

#endif
