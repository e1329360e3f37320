// SPDX-License-Identifier: GPL-2.0
/*
 * lctcpize.so: preloaded into a program, this turns its TCP sockets into lctcp's,
 * and tells lctcpize --check of each.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/lctcp.h>

#include "ize.h"

typedef int socket_fn(int domain, int type, int protocol);

static socket_fn *next_socket(void)
{
	static socket_fn *next;

	if (!next)
		next = (socket_fn *)dlsym(RTLD_NEXT, "socket");
	return next;
}

/* What becomes of it if nobody listens any more is not the program's affair. */
static void tell(int domain, int fd)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv(IZE_TELL);
	char said[IZE_SAID];
	int from, error = errno;

	if (!path || strlen(path) >= sizeof(to.sun_path))
		return;
	strcpy(to.sun_path, path);
	snprintf(said, sizeof(said), "%s[%d]: IPv%d, descriptor %d",
		 program_invocation_short_name, getpid(),
		 domain == AF_INET ? 4 : 6, fd);
	from = next_socket()(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (from >= 0) {
		sendto(from, said, strlen(said), MSG_DONTWAIT,
		       (struct sockaddr *)&to, sizeof(to));
		close(from);
	}
	errno = error;
}

int socket(int domain, int type, int protocol)
{
	int fd;

	if (!next_socket()) {
		errno = ENOPROTOOPT;
		return -1;
	}
	if ((domain != AF_INET && domain != AF_INET6) ||
	    (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != SOCK_STREAM ||
	    (protocol && protocol != IPPROTO_TCP))
		return next_socket()(domain, type, protocol);
	fd = next_socket()(domain, type, IPPROTO_LCTCP);
	if (fd >= 0)
		tell(domain, fd);
	return fd;
}
