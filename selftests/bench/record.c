// SPDX-License-Identifier: GPL-2.0
/*
 * What lctcp record costs those whom it records: the same connections without
 * it, with it, and with their states alone recorded, in turns.
 *
 * As many processes as there are CPUs open, accept and close connections over
 * the loopback device of a namespace of their own, one after the other, so that
 * no CPU is left over and the recorder's own work counts.  A connection's life
 * begins with connect() and ends with its TIME_WAIT.  Meant for two kinds of
 * machine: one on which a nanosecond is an instruction (qemu -icount shift=0),
 * and one with two CPUs in real time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define PORT		8000
#define RECORDING	"/tmp/lctcp-bench.jsonl"
#define SAID		"/tmp/lctcp-bench.said"
#define SOON_MS		60000
#define MSL_MS		"500"
#define CPUS_MAX	64
#define ROUNDS_MAX	99

enum { ALONE, STATES, ALL, NKINDS };

static const struct {
	const char *name, *arguments;
} kinds[NKINDS] = {
	[ALONE]		= { "not recorded" },
	[STATES]	= { "states", "--only=state" },
	[ALL]		= { "all events", "" },
};

static struct {
	int connections, rounds, percent;
} opt = {
	.connections = 10000, .rounds = 3, .percent = 10,
};

/**
 * struct round - what was measured
 * @ns:		of all connections, from the first connect() to the last close()
 * @all_ns:	till the recording was complete
 * @events:	in the recording
 * @lost:	as it says
 * @opens:	connections whose first event is in it
 * @ends:	connections whose TIME_WAIT's end is in it
 */
struct round {
	long long ns, all_ns;
	long long events, lost;
	long long opens, ends;
};

static int ncpus;

/* ---- the work ---- */

/* A process in @ns: connections to a listener of its own, once @go closes. */
static pid_t worker(int ns, unsigned int port, int n, const int go[2])
{
	pid_t pid = fork();
	int l, c, s, i;
	union addr a;
	char ch;

	if (pid)
		return pid;
	close(go[1]);
	l = listener(ns, AF_INET, LOOP, port, 16);
	blocking(l, true);
	addr_set(&a, AF_INET, LOOP, port);
	if (l < 0 || ns_enter(ns) || read(go[0], &ch, 1))
		_exit(1);
	for (i = 0; i < n; i++) {
		c = sock_flags(ns, AF_INET, 0);
		if (c < 0 || connect(c, &a.sa, addr_len(&a)))
			_exit(1);
		s = accept(l, NULL, NULL);
		if (s < 0)
			_exit(1);
		close(c);
		close(s);
	}
	_exit(0);
}

/* All connections, in a new namespace; how long they took. */
static long long work(void)
{
	pid_t pid[CPUS_MAX];
	int ns = ns_new(), go[2], i, status;
	long long begin, end;

	if (ns < 0 || sysctl_set(ns, "msl_ms", MSL_MS) || pipe(go))
		die("namespace");
	for (i = 0; i < ncpus; i++)
		pid[i] = worker(ns, PORT + i, opt.connections / ncpus, go);
	close(go[0]);
	begin = now_ns();
	close(go[1]);
	for (i = 0; i < ncpus; i++) {
		if (waitpid(pid[i], &status, 0) != pid[i] || status) {
			errno = ECANCELED;
			die("connections");
		}
	}
	end = now_ns();
	if (!wait_until(!conn_count(ns, AF_INET, 0), SOON_MS)) {
		errno = ETIMEDOUT;
		die("connections in TIME_WAIT");
	}
	/*
	 * The namespace stays: to take it down is work that would fall into
	 * the next round.
	 */
	return end - begin;
}

/* ---- the recorder ---- */

static pid_t recorder_start(const char *arguments)
{
	char path[1024], command[2048];
	struct stat st;
	pid_t pid;

	unlink(RECORDING);
	tool_path("build/lctcp", path, sizeof(path));
	snprintf(command, sizeof(command), "exec %s record %s %s 2>%s", path,
		 arguments, RECORDING, SAID);
	pid = fork();
	if (!pid) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	/* its header is there: all from now on is recorded */
	if (!wait_until(!stat(RECORDING, &st) && st.st_size, SOON_MS)) {
		errno = ETIMEDOUT;
		die("lctcp record");
	}
	return pid;
}

static void recorder_stop(pid_t pid)
{
	int status;

	kill(pid, SIGINT);
	if (waitpid(pid, &status, 0) != pid || status) {
		errno = ECANCELED;
		die("lctcp record");
	}
}

static long long number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? atoll(at + strlen(key)) : -1;
}

/* What the recording says of itself, and what is in it. */
static void look(struct round *r)
{
	FILE *f = fopen(RECORDING, "r");
	char *line = NULL;
	size_t room = 0;

	r->events = -1;
	while (f && getline(&line, &room, f) > 0) {
		r->opens += !!strstr(line, "\"event\":\"ACTIVE_OPEN\"");
		r->ends += !!strstr(line, "\"event\":\"2MSL\"");
		if (!strstr(line, "\"kind\":\"end\""))
			continue;
		r->events = number_after(line, "\"events\":");
		r->lost = number_after(line, "\"lost\":");
	}
	if (r->events < 0) {
		errno = EPROTO;
		die(RECORDING);
	}
	free(line);
	fclose(f);
	unlink(RECORDING);
	unlink(SAID);
}

static struct round measure(int kind)
{
	struct round r = { 0 };
	long long begin;
	pid_t pid = 0;

	if (kind != ALONE)
		pid = recorder_start(kinds[kind].arguments);
	begin = now_ns();
	r.ns = work();
	if (kind == ALONE)
		return r;
	recorder_stop(pid);
	r.all_ns = now_ns() - begin;
	look(&r);
	return r;
}

/* ---- the result ---- */

static int by_time(const void *a, const void *b)
{
	long long x = ((const struct round *)a)->ns;
	long long y = ((const struct round *)b)->ns;

	return (x > y) - (x < y);
}

static double percent(const struct round *alone, const struct round *r)
{
	return 100 - 100.0 * alone->ns / r->ns;
}

static void show(const struct round *r)
{
	int k;

	printf("%d connections on %d CPU%s, medians of %d. Cost: of the connection rate.\n",
	       opt.connections, ncpus, ncpus > 1 ? "s" : "", opt.rounds);
	printf("Complete: when the file was, from the first connection on.\n\n");
	printf("| %-12s | %14s | %10s | %7s | %8s | %8s | %11s |\n", "Recorded",
	       "ns a connect.", "a second", "cost", "events", "lost",
	       "complete");
	printf("|%.14s|%.15s:|%.11s:|%.8s:|%.9s:|%.9s:|%.12s:|\n",
	       "--------------", "---------------", "-----------", "--------",
	       "---------", "---------", "------------");
	for (k = 0; k < NKINDS; k++)
		printf("| %-12s | %14lld | %10.0f | %5.1f %% | %8lld | %8lld | %8lld ms |\n",
		       kinds[k].name, r[k].ns / opt.connections,
		       opt.connections * 1e9 / r[k].ns, percent(&r[ALONE], &r[k]),
		       r[k].events, r[k].lost, r[k].all_ns / 1000000);
}

/* Is it cheap enough, and does it miss nothing in silence? */
static bool good(const struct round *r)
{
	bool ret = true;
	int k;

	for (k = STATES; k < NKINDS; k++) {
		if (!r[k].lost && (r[k].opens != opt.connections ||
				   r[k].ends != opt.connections)) {
			printf("FAILED: %s: the begin of %lld connections and the end of %lld, and it does not say so\n",
			       kinds[k].name, r[k].opens, r[k].ends);
			ret = false;
		}
		if (percent(&r[ALONE], &r[k]) >= opt.percent) {
			printf("FAILED: %s: %d %% and more\n", kinds[k].name,
			       opt.percent);
			ret = false;
		}
	}
	return ret;
}

/* ---- options ---- */

static void usage(FILE *f)
{
	fprintf(f,
		"Usage: record [OPTION]...\n"
		"Compare the rate of connections with and without lctcp record.\n"
		"\n"
		"  -n, --connections=N    %d\n"
		"  -r, --rounds=N         of each kind, in turns; %d\n"
		"  -l, --limit=PERCENT    fail if recording takes so much; %d\n"
		"  -h, --help             this text\n",
		opt.connections, opt.rounds, opt.percent);
}

static void options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "connections", required_argument, NULL, 'n' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "limit", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "n:r:l:h", longs, NULL)) != -1)
		switch (c) {
		case 'n':
			opt.connections = atoi(optarg);
			break;
		case 'r':
			opt.rounds = atoi(optarg);
			break;
		case 'l':
			opt.percent = atoi(optarg);
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	if (optind < argc || opt.connections < 1 || opt.percent < 1 ||
	    opt.rounds < 1 || opt.rounds > ROUNDS_MAX) {
		usage(stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct round all[NKINDS][ROUNDS_MAX], median[NKINDS];
	int i, k;

	options(argc, argv);
	ncpus = sysconf(_SC_NPROCESSORS_ONLN);
	if (ncpus > CPUS_MAX)
		ncpus = CPUS_MAX;
	opt.connections -= opt.connections % ncpus;
	if (!opt.connections) {
		fprintf(stderr, "record: fewer connections than CPUs\n");
		return 2;
	}
	work();				/* a warm-up */
	for (i = 0; i < opt.rounds; i++)
		for (k = 0; k < NKINDS; k++)
			all[k][i] = measure(k);
	for (k = 0; k < NKINDS; k++) {
		qsort(all[k], opt.rounds, sizeof(*all[k]), by_time);
		median[k] = all[k][opt.rounds / 2];
	}
	show(median);
	return !good(median);
}
