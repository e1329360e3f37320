// SPDX-License-Identifier: GPL-2.0
/*
 * Load lctcp_kuser.ko, which uses lctcp from inside the kernel, and say what
 * it found, for IPv4 and for IPv6.
 */
#define _GNU_SOURCE
#include "kmod.h"
#include "kselftest.h"

#define MODULE	"lctcp_kuser"
#define TEST	"kernel_users__open_listen_accept_send_receive_close"

static void read_result(int family, char *buf, int size)
{
	char path[128];
	int fd, n = -1;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/result%d",
		 MODULE, family);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, buf, size - 1);
		close(fd);
	}
	if (n < 0)
		n = snprintf(buf, size, "no result: %s", strerror(errno));
	buf[n] = 0;
	buf[strcspn(buf, "\n")] = 0;
}

int main(void)
{
	const char *proto = getenv("LCTCP_PROTO");
	int err, family, fd = module_open(MODULE);
	char args[128], result[256];

	ksft_print_header();
	if (fd < 0)
		ksft_exit_skip("no " MODULE ".ko for this kernel\n");
	ksft_set_plan(3);
	snprintf(args, sizeof(args), "protocol=%s",
		 proto && *proto ? proto : "253");
	err = module_load_fd(fd, args);
	if (err)
		ksft_print_msg("loading: %s\n", strerror(-err));
	for (family = 4; family <= 6; family += 2) {
		read_result(family, result, sizeof(result));
		ksft_print_msg("IPv%d: %s\n", family, result);
		ksft_test_result(!strcmp(result, "ok"), TEST ".v%d\n", family);
	}
	/* It leaves: nothing of it is held by a socket. */
	ksft_test_result(!syscall(SYS_delete_module, MODULE, O_NONBLOCK),
			 "kernel_users__module_leaves\n");
	close(fd);
	ksft_finished();
}
