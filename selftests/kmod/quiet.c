// SPDX-License-Identifier: GPL-2.0
/*
 * Loaded with quiet_ms, the module neither opens a connection nor answers
 * anything for so long (RFC 9293 section 3.4.3), then it does.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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
#define QUIET_MS	"2000"
#define DELIM		"\t\n "

static const struct sockaddr_in here = {
	.sin_family = AF_INET,
	.sin_port = __builtin_bswap16(PORT),
	.sin_addr.s_addr = __builtin_bswap32(INADDR_LOOPBACK),
};

static int reload(const char *how)
{
	char command[128];

	if (syscall(SYS_delete_module, "lctcp", O_NONBLOCK))
		return -1;
	snprintf(command, sizeof(command), "modprobe lctcp %s 2>/dev/null", how);
	return system(command);
}

static long counter(const char *name)
{
	char names[4096], values[4096], *a, *b, *sa, *sb;
	FILE *f = fopen("/proc/net/lctcp/snmp", "r");
	long found = -1;

	while (f && found < 0 && fgets(names, sizeof(names), f) &&
	       fgets(values, sizeof(values), f)) {
		a = strtok_r(names, DELIM, &sa);
		b = strtok_r(values, DELIM, &sb);
		while (a && b && found < 0) {
			if (!strcmp(a, name))
				found = atol(b);
			a = strtok_r(NULL, DELIM, &sa);
			b = strtok_r(NULL, DELIM, &sb);
		}
	}
	if (f)
		fclose(f);
	return found;
}

/* A SYN from this host's port 9, or with no port of that number a stray ACK. */
static int inject(unsigned int flags, unsigned int port)
{
	unsigned char seg[20] = { 0, 9, port >> 8, port };
	int fd = socket(AF_INET, SOCK_RAW, PROTO), i, ret;
	unsigned int sum = 2 * (0x7f00 + 0x0001) + PROTO + sizeof(seg);

	seg[12] = 5 << 4;
	seg[13] = flags;
	for (i = 0; i < (int)sizeof(seg); i += 2)
		sum += seg[i] << 8 | seg[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	seg[16] = (uint16_t)~sum >> 8;
	seg[17] = ~sum;
	ret = sendto(fd, seg, sizeof(seg), 0, (void *)&here, sizeof(here));
	close(fd);
	return ret == (int)sizeof(seg) ? 0 : -1;
}

static int dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, PROTO);
	int ret = connect(fd, (void *)&here, sizeof(here)) ? -errno : 0;

	close(fd);
	return ret;
}

static void quiet(int l)
{
	int ret = dial();

	ksft_test_result(ret == -EAGAIN, "est_quiet_time: connect(): %s\n",
			 strerror(-ret));
	ret = inject(2, PORT) || inject(16, PORT + 1);
	ksft_test_result(!ret && counter("DropQuiet") == 2 &&
			 !counter("OutSegs") && l >= 0,
			 "est_quiet_time: no answer, %ld segments sent\n",
			 counter("OutSegs"));
}

int main(void)
{
	int l, ret;

	ksft_print_header();
	ksft_set_plan(5);
	ksft_test_result(reload("quiet_ms=600001") &&
			 access("/proc/net/lctcp", F_OK),
			 "est_quiet_time: more than ten minutes is refused\n");
	if (system("modprobe lctcp quiet_ms=" QUIET_MS))
		ksft_exit_fail_msg("the module does not load again\n");
	l = socket(AF_INET, SOCK_STREAM, PROTO);
	if (bind(l, (void *)&here, sizeof(here)) || listen(l, 5))
		ksft_exit_fail_msg("no listener: %s\n", strerror(errno));
	quiet(l);
	usleep((atoi(QUIET_MS) + 50) * 1000);
	ret = dial();
	ksft_test_result(!ret, "est_quiet_time: then connect(): %s\n",
			 strerror(-ret));
	close(l);
	ksft_test_result(!reload("") && !access("/proc/net/lctcp", F_OK),
			 "est_quiet_time: loaded again as ever\n");
	ksft_finished();
}
