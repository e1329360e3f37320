// SPDX-License-Identifier: GPL-2.0
/*
 * lctcpize: run a program, itself unchanged, with lctcp's sockets in the place of
 * TCP's.  What cannot be caught is refused: a program that talks over TCP where
 * its user believes otherwise is worse than one that does not run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/lctcp.h>

#include "../cmdline.h"
#include "../tool.h"
#include "ize.h"

static const struct syntax syntax = {
	.usage = {
"Usage: lctcpize [--check] PROGRAM [ARGUMENT...]\n"
"       lctcpize --bpf [--cgroup=PATH] [PROGRAM [ARGUMENT...]]\n"
"\n"
"Run a program, itself unchanged, with lctcp's sockets in the place of TCP's.\n"
"It is refused if this could not be done: it must be linked dynamically, by the\n"
"usual C library, not be Go's, and not be set-user-ID. With --bpf any program can,\n"
"and all that it starts.\n"
"\n",
"用法：lctcpize [--check] 程序 [参数...]\n"
"      lctcpize --bpf [--cgroup=路径] [程序 [参数...]]\n"
"\n"
"运行一个程序（程序本身不变），把它的 TCP 套接字换成 lctcp 的。做不到时拒绝运行：\n"
"程序必须动态链接到通常的 C 库，不是 Go 程序，也不带 set-user-ID。使用 --bpf 时\n"
"任何程序都可以，连同它启动的所有程序。\n"
"\n",
	},
	.choices = {
		{ 'c', "check", NULL, {
			"print each socket that became lctcp's, and how many",
			"显示每个变成 lctcp 的套接字，以及总数" } },
		{ 'b', "bpf", NULL, {
			"let the kernel do it, by control group: Linux 6.6 or newer,\n"
			"as root",
			"由内核按控制组来做：需要 Linux 6.6 或更新，\n"
			"以及 root 权限" } },
		{ 'g', "cgroup", "PATH", {
			"with --bpf: of this control group, a new one unless told;\n"
			"without a program, until a signal comes",
			"与 --bpf 一起：用于这个控制组（默认新建一个）；\n"
			"不带程序时，直到收到信号为止" } },
		{ }
	},
	.column = 24,
	.more = {
"\n"
"Exit status: the program's; 125 if it is refused, 126 if it cannot be run, 127 if\n"
"there is none.\n",
"\n"
"退出状态：程序自己的；被拒绝为 125，不能运行为 126，找不到为 127。\n",
	},
	.first = true,
};

void say(const char *fmt, ...)
{
	va_list args;

	fputs("lctcpize: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

/* Has the kernel such sockets, and may we have one? */
static int try_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_LCTCP);

	if (fd < 0 && errno == EAFNOSUPPORT)
		fd = socket(AF_INET6, SOCK_STREAM, IPPROTO_LCTCP);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno == EPROTONOSUPPORT || errno == ESOCKTNOSUPPORT)
		say(tr("the module lctcp is not loaded; as root: modprobe lctcp",
		       "没有加载 lctcp 模块；请以 root 运行：modprobe lctcp"));
	else
		say(tr("sockets of lctcp cannot be had here: %s",
		       "这里不能使用 lctcp 的套接字：%s"), strerror(errno));
	return EXIT_CANNOT;
}

/* library() - where lctcpize.so is: beside us, or below lib/; 0 or a status */
static int library(char *path)
{
	static const char *const places[] = { "lctcpize.so", "../lib/lctcp/lctcpize.so" };
	char dir[PATH_MAX], *slash;
	ssize_t len;
	int i;

	len = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	if (len < 0) {
		say("/proc/self/exe: %s", strerror(errno));
		return EXIT_CANNOT;
	}
	dir[len] = 0;
	slash = strrchr(dir, '/');
	if (slash)
		*slash = 0;
	for (i = 0; i < 2; i++) {
		if (snprintf(path, PATH_MAX, "%s/%s", dir, places[i]) >= PATH_MAX ||
		    access(path, R_OK))
			continue;
		if (!strpbrk(path, " :\t\n"))
			return 0;
		say(tr("%s: the dynamic linker takes no library with a space or "
		       "colon in its path",
		       "%s：路径里有空格或冒号，动态链接器无法预加载"),
		    path);
		return EXIT_CANNOT;
	}
	say(tr("there is no lctcpize.so beside %s", "%s 旁边没有 lctcpize.so"), dir);
	return EXIT_CANNOT;
}

static int preload(char **argv, bool check)
{
	const char *before = getenv("LD_PRELOAD");
	char path[PATH_MAX], *value;
	int status;

	status = judge(argv[0], argv + 1);
	if (!status)
		status = library(path);
	if (!status)
		status = try_socket();
	if (status)
		return status;
	if (asprintf(&value, "%s%s%s", path, before && *before ? ":" : "",
		     before ?: "") < 0 || setenv("LD_PRELOAD", value, 1)) {
		say("%s", strerror(ENOMEM));
		return EXIT_CANNOT;
	}
	if (check)
		return run_told(argv);
	execvp(argv[0], argv);
	status = errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN;
	say("%s: %s", argv[0], strerror(errno));
	return status;
}

int main(int argc, char **argv)
{
	bool check = false, bpf = false;
	const char *cgroup = NULL;
	int c, status = 0;

	argv[0] = "lctcpize";
	if (!lang_from_environment())
		return refuse(argv[0], "no language %s: " LANG_CHOICES, getenv("L10N"));
	while ((c = next_option(argc, argv, &syntax, &status)) > 0) {
		if (c == 'c')
			check = true;
		else if (c == 'b')
			bpf = true;
		else
			cgroup = optarg;
	}
	if (c < 0)
		return status;
	if (cgroup && !bpf)
		return refuse(argv[0], tr("--cgroup is for --bpf", "--cgroup 只用于 --bpf"));
	if (check && bpf)
		return refuse(argv[0], tr("--check sees what is preloaded; with --bpf: "
					  "lctcp list", "--check 只能看到预加载的；使用 --bpf "
					  "时请用 lctcp list"));
	if (optind == argc && !cgroup)
		return refuse(argv[0], tr("which program?", "缺少程序"));
	argv += optind;
	if (!bpf)
		return preload(argv, check);
	status = try_socket();
	return status ?: run_in_cgroup(argv, cgroup);
}
