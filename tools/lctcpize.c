// SPDX-License-Identifier: GPL-2.0
/*
 * lctcpize: preloaded into a program, this turns its TCP sockets into lctcp's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/lctcp.h>

int socket(int domain, int type, int protocol)
{
	static int (*next)(int, int, int);

	if (!next)
		next = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
	if (!next) {
		errno = ENOPROTOOPT;
		return -1;
	}
	if ((domain == AF_INET || domain == AF_INET6) &&
	    (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM &&
	    (!protocol || protocol == IPPROTO_TCP))
		protocol = IPPROTO_LCTCP;
	return next(domain, type, protocol);
}
