/* SPDX-License-Identifier: GPL-2.0 */
/* Loading and unloading, and what is left of lctcp. */
#ifndef LCTCP_KMOD_H
#define LCTCP_KMOD_H

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../file.h"

/* A module's file, which is looked for in $LCTCP_KO_DIR, in $LCTCP_MODULES and
 * in the folder of this program: a descriptor or -1.
 */
static inline int module_open(const char *name)
{
	char self[4000] = "", path[4096];
	const char *dir[4] = { getenv("LCTCP_KO_DIR"), getenv("LCTCP_MODULES"),
			       ".", NULL };
	int i, fd;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) > 0)
		dir[3] = dirname(self);
	for (i = 0; i < 4; i++) {
		if (!dir[i])
			continue;
		snprintf(path, sizeof(path), "%s/%s.ko", dir[i], name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

static inline bool module_there(const char *name)
{
	int fd = module_open(name);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* 0 or -errno */
static inline int module_load_fd(int fd, const char *args)
{
	return syscall(SYS_finit_module, fd, args, 0) ? -errno : 0;
}

static inline int module_load(const char *name, const char *args)
{
	int fd = module_open(name), err;

	if (fd < 0)
		return -ENOENT;
	err = module_load_fd(fd, args);
	close(fd);
	return err;
}

/* 0 or -errno.  The last socket's memory goes after a grace period, and with it
 * what holds the module.
 */
static inline int module_unload(const char *name)
{
	int i, err = 0;

	for (i = 0; i < 100; i++) {
		err = syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
		if (err != -EAGAIN)
			break;
		usleep(10000);
	}
	return err;
}

#define AUTOLOAD	"/proc/sys/kernel/modprobe"

static char autoload_was[256];

/* Opening a socket does not load the module, until autoload_on(); 0 or -1. */
static inline int autoload_off(void)
{
	int fd = open(AUTOLOAD, O_RDONLY | O_CLOEXEC), n;

	n = read(fd, autoload_was, sizeof(autoload_was) - 1);
	close(fd);
	return n < 0 || file_write(AUTOLOAD, "\n") ? -1 : 0;
}

static inline void autoload_on(void)
{
	file_write(AUTOLOAD, autoload_was);
}

/* In a new namespace it is down: 0 or -1. */
static inline int loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo",
			     .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), err;

	err = ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return err;
}

/* Connections of this namespace in a state. */
static inline int living(const char *state)
{
	FILE *f = fopen("/proc/thread-self/net/lctcp/connections", "re");
	char line[512];
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += !!strstr(line, state);
	if (f)
		fclose(f);
	return n;
}

/* Does any line of a file begin so? */
static inline bool file_has(const char *path, const char *begin)
{
	FILE *f = fopen(path, "re");
	char line[1024];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, begin, strlen(begin));
	if (f)
		fclose(f);
	return found;
}

static inline bool caches_left(void)
{
	return file_has("/proc/slabinfo", "lctcp") ||
	       file_has("/proc/slabinfo", "LCTCP");
}

/* What is there of lctcp, or NULL.  Caches go a little later than the module. */
static inline const char *module_traces(void)
{
	static const char * const paths[] = {
		"/sys/module/lctcp", "/proc/self/net/lctcp", "/proc/1/net/lctcp",
		"/sys/kernel/debug/lctcp", "/proc/sys/net/lctcp/history", NULL,
	};
	unsigned int i;

	for (i = 0; paths[i]; i++)
		if (!access(paths[i], F_OK))
			return paths[i];
	if (file_has("/proc/modules", "lctcp "))
		return "/proc/modules";
	if (file_has("/proc/net/protocols", "LCTCP"))
		return "/proc/net/protocols";
	for (i = 0; caches_left(); i++) {
		if (i == 500)
			return "/proc/slabinfo";
		usleep(10000);
	}
	return NULL;
}

#endif /* LCTCP_KMOD_H */
