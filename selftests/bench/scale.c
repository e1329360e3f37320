// SPDX-License-Identifier: GPL-2.0
/*
 * What a connection, a lookup and a bind() cost while very many connections
 * are in TIME_WAIT, over Linux's TCP and lctcp: cost must not depend on it.
 *
 * Meant for a machine on which a nanosecond is an instruction, as bench.c; the
 * cost of a connection is a mean, so that a table's growing is in it.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define PORT	2000		/* the first listener's */
#define EACH	10000		/* connections to a listener */
#define LOOKS	50
#define SAMPLE	1000

static int family = AF_INET, most = 100000, ns;

static int open_to(unsigned int port)
{
	int fd = sock(ns, family);
	union addr a;

	if (fd < 0)
		die("socket");
	addr_set(&a, family, LOOP, port);
	if (connect(fd, &a.sa, addr_len(&a)) && errno != ECONNREFUSED)
		die("connect");
	return fd;
}

/* One more TIME_WAIT, at the client's end. */
static void one(int l, unsigned int port)
{
	int c = open_to(port), s = accept(l, NULL, NULL);

	if (s < 0)
		die("accept");
	close(c);
	close(s);
}

static long long refused(void)
{
	long long t = now_ns();
	int i;

	for (i = 0; i < LOOKS; i++)
		close(open_to(1));
	return (now_ns() - t) / LOOKS;
}

/* bind() to @port; 0: to any. */
static long long bound(unsigned int port, int reuse, int *err)
{
	long long sum = 0;
	union addr a;
	int i, fd;

	*err = 0;
	addr_set(&a, family, HOST_ANY, port);
	for (i = 0; i < LOOKS; i++) {
		fd = sock(ns, family);
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse));
		sum -= now_ns();
		if (bind(fd, &a.sa, addr_len(&a)))
			*err = errno;
		sum += now_ns();
		close(fd);
	}
	return sum / LOOKS;
}

/* Memory of the kernel's that is in use, in KiB. */
static long used_kib(void)
{
	long kib, sum = 0;
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");

	if (!f)
		die("/proc/meminfo");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "Slab: %ld", &kib) == 1 ||
		    sscanf(line, "Percpu: %ld", &kib) == 1)
			sum += kib;
	fclose(f);
	return sum;
}

static void settings(void)
{
	char n[16];

	snprintf(n, sizeof(n), "%d", 2 * most + 1000);
	if (lc_tcp() ? ns_write(ns,
				"/proc/sys/net/ipv4/tcp_max_tw_buckets", n) :
		       sysctl_set(ns, "max_tw", n))
		die("how many may be in TIME_WAIT");
	if (lc_tcp() ? ns_write(ns, "/proc/sys/net/ipv4/tcp_tw_reuse", "0") :
		       sysctl_set(ns, "tw_reuse", "0"))
		die("whether a pair may be used again");
}

static void run(const char *name)
{
	int l = -1, i = 0, err, n;
	long long t = 0, cost;
	long before;

	ns = ns_new();
	if (ns < 0 || ns_enter(ns))
		die("a namespace");
	settings();
	before = used_kib();
	printf("# %s\n%10s %10s %8s %10s %10s %8s\n", name, "TIME_WAIT",
	       "connection", "octets", "refused", "bind(0)", "errno");
	for (n = SAMPLE; n <= most; n *= 10) {
		for (; i < n; i++) {
			if (i == n - SAMPLE)
				t = now_ns();
			if (i % EACH == 0) {
				if (l >= 0)
					close(l);
				l = listener(ns, family, LOOP,
					     PORT + i / EACH, 100);
				if (l < 0)
					die("listener");
				blocking(l, true);
			}
			one(l, PORT + i / EACH);
		}
		cost = (now_ns() - t) / SAMPLE;
		nap_ms(1000);		/* what waits for RCU is freed */
		printf("%10d %10lld %8lld", n, cost,
		       (used_kib() - before) * 1024LL / n);
		printf(" %10lld", refused());
		printf(" %10lld", bound(0, 0, &err));
		printf(" %8d\n", err);
		fflush(stdout);
	}
}

static void usage(FILE *f)
{
	fprintf(f, "Usage: scale [-6] [-n MOST]\n\n"
		"Costs with 1,000, 10,000, ... up to MOST connections in TIME_WAIT (100000\n"
		"unless told), over Linux's TCP and lctcp.\n");
}

int main(int argc, char **argv)
{
	static const struct { const char *name, *number; } kinds[] = {
		{ "Linux TCP", "6" }, { "lctcp", "253" },
	};
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' }, {}
	};
	int c, status, ret = 0;
	unsigned int k;

	while ((c = getopt_long(argc, argv, "6n:h", longs, NULL)) != -1) {
		switch (c) {
		case '6':
			family = AF_INET6;
			break;
		case 'n':
			most = atoi(optarg);
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	for (k = 0; k < 2; k++) {
		fflush(stdout);
		if (!fork()) {
			setenv("LCTCP_PROTO", kinds[k].number, 1);
			run(kinds[k].name);
			exit(0);
		}
		if (wait(&status) < 0 || status)
			ret = 1;
	}
	return ret;
}
