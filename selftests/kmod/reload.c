// SPDX-License-Identifier: GPL-2.0
/*
 * Each load of the module has keys of its own: what one learns of initial
 * sequence numbers says nothing about those after the next load.
 */
#include <arpa/inet.h>
#include <linux/types.h>
#include <sys/socket.h>
#include <time.h>

#include "kmod.h"
#include "kselftest.h"
#include "linux/lctcp.h"

#define PORT		4243
#define TUPLES		64
#define NEAR		65536		/* a quarter of a second's ticks */

static __u32 ticks(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (ts.tv_sec * 1000000000ll + ts.tv_nsec) / 4000;
}

static bool near(__u32 a, __u32 b)
{
	return (int32_t)(a - b) < NEAR && (int32_t)(a - b) > -NEAR;
}

static struct sockaddr_in at(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

/* ISS less the clock of connections from 64 ports; 0 or -1. */
static int secrets(__u32 *f)
{
	struct sockaddr_in to = at(PORT), from;
	struct linger abort = { .l_onoff = 1 };
	struct lctcp_vars v;
	socklen_t len;
	int l, c, s, i;

	l = socket(AF_INET, SOCK_STREAM, IPPROTO_LCTCP);
	if (l < 0 || bind(l, (void *)&to, sizeof(to)) || listen(l, 5))
		return -1;
	for (i = 0; i < TUPLES; i++) {
		from = at(20000 + i);
		len = sizeof(v);
		c = socket(AF_INET, SOCK_STREAM, IPPROTO_LCTCP);
		if (c < 0 || bind(c, (void *)&from, sizeof(from)) ||
		    connect(c, (void *)&to, sizeof(to)) ||
		    getsockopt(c, IPPROTO_LCTCP, LCTCP_VARS, &v, &len))
			return -1;
		f[i] = v.iss - ticks();
		s = accept(l, NULL, NULL);
		setsockopt(c, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
		close(c);
		close(s);
	}
	close(l);
	return 0;
}

static int reload(void)
{
	return module_unload("lctcp") ? -1 : system("modprobe lctcp");
}

int main(void)
{
	__u32 before[TUPLES], again[TUPLES], after[TUPLES];
	int i, kept = 0, same = 0, shifted = 0, ret;

	ksft_print_header();
	ksft_set_plan(2);
	ret = secrets(before) || secrets(again);
	for (i = 0; i < TUPLES; i++)
		kept += near(before[i], again[i]);
	ksft_test_result(!ret && kept == TUPLES,
			 "bld_isn_secret: %d of %d stay while it is loaded\n",
			 kept, TUPLES);
	ret = ret || reload() || secrets(after);
	for (i = 0; !ret && i < TUPLES; i++) {
		same += near(before[i], after[i]);
		shifted += i && near(after[i] - before[i],
				     after[i - 1] - before[i - 1]);
	}
	ksft_test_result(!ret && same <= 2 && shifted <= 2,
			 "bld_isn_secret: %d and %d are related after a reload\n",
			 same, shifted);
	ksft_finished();
}
