// SPDX-License-Identifier: GPL-2.0
/*
 * The module goes as soon as no socket is open: TIME_WAIT entries that would
 * live for a minute do not hold it, nor do closed sockets whose FIN nobody has
 * acknowledged.  All end with it.
 */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "kmod.h"
#include "kselftest.h"

#define PROTO		253
#define PORT		4242
#define LIVES		100
#define FAULTS		"/proc/net/lctcp/faults"

/* Open a connection over lo and close it, so that the client lingers; or, with
 * every FIN lost, both ends.
 */
static int one_life(int l, int family, const struct sockaddr *addr,
		    socklen_t len, bool fins_lost)
{
	int c = socket(family, SOCK_STREAM, PROTO), s, ret = -1;
	char octet;

	if (c < 0 || connect(c, addr, len))
		goto out;
	s = accept(l, NULL, NULL);
	if (s < 0)
		goto out;
	if (fins_lost) {
		ret = close(s);
		goto out;
	}
	shutdown(c, SHUT_WR);
	ret = recv(s, &octet, 1, 0);
	close(s);
	if (!ret)
		ret = recv(c, &octet, 1, 0);
out:
	close(c);
	return ret;
}

static int lives(int family, bool fins_lost)
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
		ret = one_life(l, family, addr, len, fins_lost);
	close(l);
	return ret;
}

int main(void)
{
	int ret, n;

	ksft_print_header();
	ksft_set_plan(4);
	n = living("TIME_WAIT");
	ret = lives(AF_INET, false) || lives(AF_INET6, false);
	n = living("TIME_WAIT") - n;
	ksft_test_result(!ret && n == 2 * LIVES,
			 "api_module_refcount: %d in TIME_WAIT\n", n);
	n = living("FIN_WAIT1");
	ret = file_write(FAULTS, "drop fin") || lives(AF_INET, true) || lives(AF_INET6, true);
	n = living("FIN_WAIT1") - n;
	ksft_test_result(!ret && n == 4 * LIVES,
			 "api_module_refcount: %d orphans in FIN_WAIT1\n", n);
	ret = syscall(SYS_delete_module, "lctcp", O_NONBLOCK);
	if (ret)
		ksft_print_msg("delete_module: %s\n", strerror(errno));
	ksft_test_result(!ret && access("/proc/net/lctcp", F_OK),
			 "api_module_refcount: unloaded with them\n");
	ksft_test_result(!system("modprobe lctcp") &&
			 !access("/proc/net/lctcp", F_OK),
			 "api_module_refcount: and loaded again\n");
	ksft_finished();
}
