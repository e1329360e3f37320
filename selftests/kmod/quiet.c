// SPDX-License-Identifier: GPL-2.0
/*
 * Loaded with quiet_ms, the module neither opens a connection nor answers
 * anything for so long (RFC 9293 section 3.4.3), to the end of that time; then
 * it does.
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
#include <time.h>
#include <unistd.h>

#include "kselftest.h"

#define PROTO		253
#define PORT		4242
#define QUIET_MS	"3000"
#define DELIM		"\t\n "

static const struct sockaddr_in here4 = {
	.sin_family = AF_INET,
	.sin_port = __builtin_bswap16(PORT),
	.sin_addr.s_addr = __builtin_bswap32(INADDR_LOOPBACK),
};

static const struct sockaddr_in6 here6 = {
	.sin6_family = AF_INET6,
	.sin6_port = __builtin_bswap16(PORT),
	.sin6_addr = IN6ADDR_LOOPBACK_INIT,
};

/**
 * struct host - this host in one family
 * @own:	its address and the listener's port
 * @sum:	of two such addresses, for the pseudo header
 * @lfd:	the listener
 */
static struct host {
	const char *name;
	int family;
	const void *own;
	socklen_t len;
	unsigned int sum;
	int lfd;
} hosts[] = {
	{
		.name = "v4", .family = AF_INET, .sum = 2 * (0x7f00 + 0x0001),
		.own = &here4, .len = sizeof(here4),
	}, {
		.name = "v6", .family = AF_INET6, .sum = 2 * 0x0001,
		.own = &here6, .len = sizeof(here6),
	},
};

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void sleep_until(long ms)
{
	while (now_ms() < ms)
		usleep(1000 * (ms - now_ms()) + 1);
}

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
static int inject(const struct host *h, unsigned int flags, unsigned int port)
{
	unsigned char seg[20] = { 0, 9, port >> 8, port };
	unsigned int sum = h->sum + PROTO + sizeof(seg);
	int fd = socket(h->family, SOCK_RAW, PROTO), i, ret;
	struct sockaddr_in6 to;

	seg[12] = 5 << 4;
	seg[13] = flags;
	for (i = 0; i < (int)sizeof(seg); i += 2)
		sum += seg[i] << 8 | seg[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	seg[16] = (uint16_t)~sum >> 8;
	seg[17] = ~sum;
	/* a raw socket has no ports; sin_port and sin6_port have the same place */
	memcpy(&to, h->own, h->len);
	to.sin6_port = 0;
	ret = sendto(fd, seg, sizeof(seg), 0, (void *)&to, h->len);
	close(fd);
	return ret == (int)sizeof(seg) ? 0 : -1;
}

static int dial(const struct host *h)
{
	int fd = socket(h->family, SOCK_STREAM, PROTO);
	int ret = connect(fd, h->own, h->len) ? -errno : 0;

	close(fd);
	return ret;
}

static int listener(const struct host *h)
{
	int fd = socket(h->family, SOCK_STREAM, PROTO), one = 1;

	setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	return bind(fd, h->own, h->len) || listen(fd, 5) ? -1 : fd;
}

static void quiet(const struct host *h, const char *when)
{
	long before = counter("DropQuiet");
	int ret = dial(h);

	ksft_test_result(ret == -EAGAIN, "est_quiet_time.%s: connect() %s: %s\n",
			 h->name, when, strerror(-ret));
	ret = inject(h, 2, PORT) || inject(h, 16, PORT + 1);
	ksft_test_result(!ret && counter("DropQuiet") == before + 2 &&
			 !counter("OutSegs"),
			 "est_quiet_time.%s: no answer %s, %ld segments sent\n",
			 h->name, when, counter("OutSegs"));
}

int main(void)
{
	struct host *h, *end = hosts + 2;
	long end_ms;
	int ret;

	ksft_print_header();
	ksft_set_plan(12);
	ksft_test_result(reload("quiet_ms=600001") &&
			 access("/proc/net/lctcp", F_OK),
			 "est_quiet_time: more than ten minutes is refused\n");
	if (system("modprobe lctcp quiet_ms=" QUIET_MS))
		ksft_exit_fail_msg("the module does not load again\n");
	end_ms = now_ms() + atoi(QUIET_MS);
	for (h = hosts; h < end; h++) {
		h->lfd = listener(h);
		if (h->lfd < 0)
			ksft_exit_fail_msg("no listener: %s\n", strerror(errno));
		quiet(h, "at first");
	}
	sleep_until(end_ms - 1000);
	for (h = hosts; h < end; h++)
		quiet(h, "at last");
	sleep_until(end_ms + 50);
	for (h = hosts; h < end; h++) {
		ret = dial(h);
		ksft_test_result(!ret, "est_quiet_time.%s: then connect(): %s\n",
				 h->name, strerror(-ret));
		close(h->lfd);
	}
	ksft_test_result(!reload("") && !access("/proc/net/lctcp", F_OK),
			 "est_quiet_time: loaded again as ever\n");
	ksft_finished();
}
