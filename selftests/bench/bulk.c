// SPDX-License-Identifier: GPL-2.0
/*
 * How fast much data goes where nothing is lost, in real time and between two
 * processes: lctcp beside Linux TCP in the same boot, by turns, so that whatever
 * else the machine does meets both.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <linux/ethtool.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define CHUNK	(64 << 10)
#define STREAMS	8
#define DRAWS	100
#define PORT	9000

enum { TCP, LCTCP, NKINDS };

static struct {
	int family, draws, mib;
	const char *only;
} opt = { AF_INET, 5, 16, "" };

static char buf[CHUNK];

struct path {
	const char *name;
	int streams;
	bool veth, plain;	/* of two namespaces; without offloads */
};

static const struct path paths[] = {
	{ "loopback", 1 },
	{ "loopback, 8 streams", 8 },
	{ "veth", 1, true },
	{ "veth, 8 streams", 8, true },
	{ "veth, no offloads", 1, true, true },
	{ "veth, no offloads, 8 streams", 8, true, true },
};

struct streams {
	int n, c[STREAMS], s[STREAMS];
};

static int open_in(int ns, int home, int kind)
{
	int fd;

	if (ns_enter(ns))
		die("setns");
	fd = socket(opt.family, SOCK_STREAM,
		    kind == TCP ? IPPROTO_TCP : lc_proto());
	if (fd < 0)
		die("socket");
	if (ns_enter(home))
		die("setns");
	return fd;
}

static void streams_open(const struct pair *p, const struct path *path, int kind,
			 struct streams *st)
{
	int home = ns_self(), server = path->veth ? p->ns[B] : home;
	int l = open_in(server, home, kind), i, on = 1;
	union addr to;

	addr_set(&to, opt.family, path->veth ? HOST_B : LOOP, PORT);
	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(l, &to.sa, addr_len(&to)) || listen(l, STREAMS))
		die("listen");
	st->n = path->streams;
	for (i = 0; i < st->n; i++) {
		st->c[i] = open_in(path->veth ? p->ns[A] : home, home, kind);
		if (connect(st->c[i], &to.sa, addr_len(&to)))
			die("connect");
		st->s[i] = accept(l, NULL, NULL);
		if (st->s[i] < 0)
			die("accept");
		blocking(st->c[i], false);
		blocking(st->s[i], false);
	}
	close(l);
	close(home);
}

/* Reset, so that nothing is left of it. */
static void streams_close(struct streams *st)
{
	struct linger at_once = { .l_onoff = 1 };
	int i;

	for (i = 0; i < st->n; i++) {
		setsockopt(st->c[i], SOL_SOCKET, SO_LINGER, &at_once,
			   sizeof(at_once));
		close(st->c[i]);
		close(st->s[i]);
	}
}

/* Move @total octets of each stream, until all are through. */
static void go(const int *fd, int n, long long total, bool out)
{
	long long done[STREAMS] = {};
	struct pollfd fds[STREAMS];
	int i, got, left = n;

	for (i = 0; i < n; i++)
		fds[i] = (struct pollfd){ fd[i], out ? POLLOUT : POLLIN };
	while (left) {
		if (poll(fds, n, 60000) <= 0)
			die("it stands still");
		for (i = 0; i < n; i++) {
			size_t size = total - done[i] < CHUNK ?
				      total - done[i] : CHUNK;

			if (!fds[i].revents)
				continue;
			got = out ? send(fd[i], buf, size, MSG_NOSIGNAL) :
				    recv(fd[i], buf, size, 0);
			if (!got || (got < 0 && errno != EAGAIN))
				die(out ? "send" : "receive");
			done[i] += got > 0 ? got : 0;
			if (done[i] == total) {
				fds[i].fd = -1;
				left--;
			}
		}
	}
}

/* Mbit/s of one draw. */
static double draw(const struct pair *p, const struct path *path, int kind)
{
	long long total = ((long long)opt.mib << 20) / path->streams, ns;
	struct streams st;
	int status;
	pid_t pid;

	streams_open(p, path, kind, &st);
	fflush(stdout);
	ns = -now_ns();
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		go(st.s, st.n, total, false);
		_exit(0);
	}
	go(st.c, st.n, total, true);
	if (waitpid(pid, &status, 0) != pid || status)
		die("the reader");
	ns += now_ns();
	streams_close(&st);
	return total * path->streams * 8e3 / ns;
}

/* What a device can be told not to do; what needs another goes first. */
static void plain(int ns)
{
	static const unsigned int cmd[] = {
		ETHTOOL_SGRO, ETHTOOL_SGSO, ETHTOOL_STSO, ETHTOOL_SSG,
		ETHTOOL_SRXCSUM, ETHTOOL_STXCSUM,
	};
	unsigned int i;

	for (i = 0; i < sizeof(cmd) / sizeof(cmd[0]); i++)
		ns_feature(ns, "v0", cmd[i], false);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double mean_of(const double *v, int n)
{
	double sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += v[i];
	return sum / n;
}

static void compare(const struct path *path)
{
	double got[NKINDS][DRAWS], median[NKINDS], mean[NKINDS];
	struct pair p;
	int i, k;

	if (path->veth && pair_up(&p))
		exit(1);
	if (path->plain) {
		plain(p.ns[A]);
		plain(p.ns[B]);
	}
	/* the first of each only warms up */
	for (i = -1; i < opt.draws; i++)
		for (k = 0; k < NKINDS; k++)
			got[k][i < 0 ? 0 : i] = draw(&p, path, k);
	if (path->veth)
		pair_down(&p);
	for (k = 0; k < NKINDS; k++) {
		mean[k] = mean_of(got[k], opt.draws);
		qsort(got[k], opt.draws, sizeof(got[k][0]), by_size);
		median[k] = got[k][opt.draws / 2];
	}
	printf("%-29s %9.0f %9.0f %6.2f %9.0f %9.0f %6.2f%s\n", path->name,
	       median[LCTCP], median[TCP], median[LCTCP] / median[TCP],
	       mean[LCTCP], mean[TCP], mean[LCTCP] / mean[TCP],
	       median[LCTCP] < median[TCP] || mean[LCTCP] < mean[TCP] ?
	       "  LOSS" : "");
}

static void usage(void)
{
	printf("Usage: bulk [OPTION...] [PATH]\n"
	       "\n"
	       "Mbit/s from one process to another, lctcp beside Linux TCP, by turns.\n"
	       "PATH: part of a line's name; all of them unless told.\n"
	       "\n"
	       "  -n, --draws N    medians and means of so many, 5 unless told (1 to %d)\n"
	       "  -b, --bulk MIB   of each draw, 16 unless told (1 to 4096)\n"
	       "  -6               IPv6\n"
	       "  -h, --help       this\n", DRAWS);
}

static int number(const char *s, int least, int most)
{
	char *end;
	long v = strtol(s, &end, 10);

	if (!*s || *end || v < least || v > most) {
		fprintf(stderr, "bulk: %s: a number from %d to %d is wanted\n",
			s, least, most);
		exit(2);
	}
	return v;
}

static void options(int argc, char **argv)
{
	static const struct option known[] = {
		{ "draws", required_argument, NULL, 'n' },
		{ "bulk", required_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c;

	while ((c = getopt_long(argc, argv, "n:b:6h", known, NULL)) != -1) {
		if (c == 'n') {
			opt.draws = number(optarg, 1, DRAWS);
		} else if (c == 'b') {
			opt.mib = number(optarg, 1, 4096);
		} else if (c == '6') {
			opt.family = AF_INET6;
		} else {
			if (c == 'h')
				usage();
			exit(c == 'h' ? 0 : 2);
		}
	}
	if (optind < argc)
		opt.only = argv[optind];
}

int main(int argc, char **argv)
{
	unsigned int i;

	setlinebuf(stdout);
	options(argc, argv);
	printf("# Mbit/s of %d MiB, %d draws, IPv%d\n", opt.mib, opt.draws,
	       opt.family == AF_INET ? 4 : 6);
	printf("%-29s %9s %9s %6s %9s %9s %6s\n", "path", "lctcp", "TCP", "ratio",
	       "(means)", "TCP", "ratio");
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (strstr(paths[i].name, opt.only))
			compare(&paths[i]);
	return 0;
}
