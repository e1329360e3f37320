// SPDX-License-Identifier: GPL-2.0
/*
 * The module goes as soon as no socket is open: TIME_WAIT entries that would
 * live for a minute do not hold it, and end with it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"

#define PROTO		253
#define PORT		4242
#define LIVES		100

/* Open a connection over lo and close it, so that the client lingers. */
static int one_life(int l, int family, const struct sockaddr *addr,
		    socklen_t len)
{
	int c = socket(family, SOCK_STREAM, PROTO), s, ret = -1;
	char octet;

	if (c < 0 || connect(c, addr, len))
		goto out;
	s = accept(l, NULL, NULL);
	if (s < 0)
		goto out;
	shutdown(c, SHUT_WR);
	ret = recv(s, &octet, 1, 0);
	close(s);
	if (!ret)
		ret = recv(c, &octet, 1, 0);
out:
	close(c);
	return ret;
}

static int lives(int family)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(PORT),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	bool v6 = family == AF_INET6;
	struct sockaddr *addr = v6 ? (void *)&in6 : (void *)&in;
	socklen_t len = v6 ? sizeof(in6) : sizeof(in);
	int l = socket(family, SOCK_STREAM, PROTO), i, ret;

	ret = l < 0 || bind(l, addr, len) || listen(l, 5);
	for (i = 0; !ret && i < LIVES; i++)
		ret = one_life(l, family, addr, len);
	close(l);
	return ret;
}

static int lingering(void)
{
	FILE *f = fopen("/proc/net/lctcp/connections", "r");
	char line[512];
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += !!strstr(line, "TIME_WAIT");
	if (f)
		fclose(f);
	return n;
}

int main(void)
{
	int tries, ret = -1, n;

	ksft_print_header();
	ksft_set_plan(3);
	n = lingering();
	ret = lives(AF_INET) || lives(AF_INET6);
	n = lingering() - n;
	ksft_test_result(!ret && n == 2 * LIVES,
			 "api_module_refcount: %d in TIME_WAIT\n", n);
	/* The sockets themselves are freed after a grace period. */
	for (tries = 0, ret = -1; ret && tries < 200; tries++) {
		ret = syscall(SYS_delete_module, "lctcp", O_NONBLOCK);
		if (ret)
			poll(NULL, 0, 50);
	}
	ksft_test_result(!ret && access("/proc/net/lctcp", F_OK),
			 "api_module_refcount: unloaded with them\n");
	ksft_test_result(!system("modprobe lctcp") &&
			 !access("/proc/net/lctcp", F_OK),
			 "api_module_refcount: and loaded again\n");
	ksft_finished();
}
