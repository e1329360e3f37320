// SPDX-License-Identifier: GPL-2.0
/* lctcpize --check: what the program's sockets became, as they are opened. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../lib/lang.h"
#include "ize.h"
#include "run.h"

/* A socket with a path, which can be told from any network namespace. */
static char dir[24] = "/tmp/lctcpize.XXXXXX";
static struct sockaddr_un here = { .sun_family = AF_UNIX };
static unsigned long sockets;

static int listen_for_sockets(void)
{
	int fd;

	if (!mkdtemp(dir))
		return -1;
	snprintf(here.sun_path, sizeof(here.sun_path), "%s/told", dir);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* a program that has become somebody else tells us, too */
	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) ||
	    chmod(here.sun_path, 0622) || chmod(dir, 0711) ||
	    setenv(IZE_TELL, here.sun_path, 1))
		return -1;
	return fd;
}

static void socket_told(int fd)
{
	char said[IZE_SAID + 1];
	ssize_t len;

	while ((len = recv(fd, said, IZE_SAID, 0)) >= 0) {
		said[len] = 0;
		say("%s", said);
		sockets++;
	}
}

int run_told(char **argv)
{
	int status = EXIT_CANNOT, fd = listen_for_sockets();

	if (fd < 0)
		say("%s: %s", dir, strerror(errno));
	else
		status = run_program(argv, NULL, NULL, fd, socket_told);
	unlink(here.sun_path);
	rmdir(dir);
	if (fd >= 0)
		say(tr("%lu sockets of TCP became lctcp's",
		       "共有 %lu 个 TCP 套接字变成了 lctcp 的"), sockets);
	return status;
}
