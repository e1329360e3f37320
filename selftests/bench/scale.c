// SPDX-License-Identifier: GPL-2.0
/*
 * What things cost while very many of a kind are there already, over Linux's
 * TCP and lctcp: cost must not depend on how many.
 *
 *   time-wait	clients that closed first: connections, a segment for nobody,
 *		bind() to any port; in the end their namespace goes
 *   server	servers that closed first: the next bind() to their port
 *   half-open	SYNs that nobody means: another one, a real connection, and in
 *		the end the listener goes
 *   listeners	of strangers, in another namespace: a segment for nobody
 *
 * Meant for a machine on which a nanosecond is an instruction, as bench.c; the
 * cost of a connection is a mean, so that a table's growing is in it.  Where
 * something goes in pieces a thread of high priority, on the same CPU, looks
 * for how long it was kept waiting at most.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define PORT	2000		/* the first listener's */
#define EACH	10000		/* connections to an address and port */
#define LOOKS	200
#define SAMPLE	1000
#define LOOK_NS	200000		/* between two looks of the thread */
#define HALF	65535		/* half-open ones of the first listener */

/* Whenever there are so many. */
static const int steps[] = {
	1000, 4000, 10000, 60000, 100000, 149000, 300000, 600000, 1000000,
};

#define NSTEPS	((int)(sizeof(steps) / sizeof(steps[0])))

static int family = AF_INET, most = 100000, ns;

static int open_to(const union addr *a)
{
	int fd = sock(ns, family);

	if (fd < 0)
		die("socket");
	if (connect(fd, &a->sa, addr_len(a)) && errno != ECONNREFUSED)
		die("connect");
	return fd;
}

static long long refused(void)
{
	long long t = now_ns();
	union addr a;
	int i;

	addr_set(&a, family, LOOP, 1);
	for (i = 0; i < LOOKS; i++)
		close(open_to(&a));
	return (now_ns() - t) / LOOKS;
}

/* bind() to @port; 0: to any.  What one costs. */
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

/* Memory of the kernel's that is in use, in octets. */
static long long used(void)
{
	long long kib, sum = 0;
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");

	if (!f)
		die("/proc/meminfo");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "SUnreclaim: %lld", &kib) == 1 ||
		    sscanf(line, "Percpu: %lld", &kib) == 1)
			sum += kib;
	fclose(f);
	return sum * 1024;
}

/* What has been freed waits for RCU, and counts per CPU for their next look. */
static void settle(void)
{
	nap_ms(2500);
}

/* ---- the thread that is kept waiting ---- */

static struct {
	pthread_t thread;
	long long late;		/* ns at most */
	bool stop;		/* atomic */
} look;

static void *looks(void *unused)
{
	long long due = now_ns(), late;
	struct timespec t;

	(void)unused;
	while (!__atomic_load_n(&look.stop, __ATOMIC_RELAXED)) {
		due += LOOK_NS;
		t.tv_sec = due / 1000000000;
		t.tv_nsec = due % 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
		late = now_ns() - due;
		if (late > look.late)
			look.late = late;
		if (late > 0)
			due += late;
	}
	return NULL;
}

static void look_begin(void)
{
	struct sched_param high = { .sched_priority = 50 };
	pthread_attr_t attr;

	look.stop = false;
	look.late = 0;
	pthread_attr_init(&attr);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
	pthread_attr_setschedparam(&attr, &high);
	errno = pthread_create(&look.thread, &attr, looks, NULL);
	if (errno)
		die("a thread of high priority");
}

static long long look_end(void)
{
	__atomic_store_n(&look.stop, true, __ATOMIC_RELAXED);
	pthread_join(look.thread, NULL);
	return look.late;
}

/* ---- TIME_WAIT ---- */

static void setting(const char *tcp, const char *ours, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/%s", tcp ?: "");
	if (lc_tcp() ? tcp && ns_write(ns, path, value) :
		       ours && sysctl_set(ns, ours, value))
		die(lc_tcp() ? tcp : ours);
}

static void enter(void)
{
	char n[16];

	ns = ns_new();
	if (ns < 0 || ns_enter(ns))
		die("a namespace");
	snprintf(n, sizeof(n), "%d", 2 * most + 1000);
	setting("ipv4/tcp_max_tw_buckets", "max_tw", n);
	setting("ipv4/tcp_tw_reuse", "tw_reuse", "0");
	setting(NULL, "msl_ms", "600000");	/* a million take their time */
}

static int listen_on(unsigned int port)
{
	int l = listener(ns, family, HOST_ANY, port, 100);

	if (l < 0)
		die("listener");
	blocking(l, true);
	return l;
}

/**
 * struct crowd - connections that have been made and closed
 * @server: the server closes first, so that all have one local port
 * @n:	    how many
 * @l:	    listener
 * @to:	    where the next connection goes
 * @open_ns, @close_ns: of the last SAMPLE connections
 */
struct crowd {
	bool server;
	int n;
	int l;
	union addr to;
	long long open_ns, close_ns;
};

/* Every EACH connections to another port; a server's, of another of its
 * addresses.
 */
static void crowd_next(struct crowd *w)
{
	if (w->server) {
		if (!w->n)
			w->l = listen_on(PORT);
		addr_set(&w->to, AF_INET, LOOP, PORT);
		w->to.in.sin_addr.s_addr += htonl(1 + w->n / EACH);
		return;
	}
	if (w->n)
		close(w->l);
	w->l = listen_on(PORT + w->n / EACH);
	addr_set(&w->to, family, LOOP, PORT + w->n / EACH);
}

static void crowd_grow(struct crowd *w, int n)
{
	long long t, t2;
	int c, s;
	char ch;

	w->open_ns = 0;
	w->close_ns = 0;
	for (; w->n < n; w->n++) {
		if (w->n % EACH == 0)
			crowd_next(w);
		t = now_ns();
		c = open_to(&w->to);
		s = accept(w->l, NULL, NULL);
		if (s < 0)
			die("accept");
		t2 = now_ns();
		if (w->server) {
			close(s);
			if (recv(c, &ch, 1, 0))
				die("end of file");
			close(c);
		} else {
			close(c);
			close(s);
		}
		if (w->n < n - SAMPLE)
			continue;
		w->open_ns += t2 - t;
		w->close_ns += now_ns() - t2;
	}
}

/* How many there are, but for some that are free and kept per CPU. */
static long objects(const char *cache)
{
	char line[512], name[128];
	long n, sum = 0;
	FILE *f = fopen("/proc/slabinfo", "r");

	if (!f)
		die("/proc/slabinfo");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%127s %ld", name, &n) == 2 &&
		    !strncmp(name, cache, strlen(cache)))
			sum += n;
	fclose(f);
	return sum;
}

/* The namespace goes, with all that is in it: until nearly all is freed. */
static void crowd_end(int n)
{
	const char *cache = lc_tcp() ? "tw_sock_TCP" : "lctcp_tw";
	int home = open("/proc/1/ns/net", O_RDONLY);
	long long t, late;

	if (ns_enter(home))
		die("the first namespace");
	look_begin();
	t = now_ns();
	close(ns);
	while (objects(cache) > n / 20 && now_ns() - t < 20000000000LL)
		nap_ms(20);
	t = now_ns() - t;
	late = look_end();
	printf("# namespace: %lld ns each until nearly all is free, %lld in one go at most\n",
	       t / n, late);
}

static void run_time_wait(void)
{
	struct crowd w = { 0 };
	long long before, full = 0, idle;
	int i, err;

	enter();
	settle();
	before = used();
	printf("%10s %10s %10s %8s %10s %10s %8s\n", "TIME_WAIT", "open",
	       "close", "octets", "refused", "bind(0)", "errno");
	for (i = 0; i < NSTEPS && steps[i] <= most; i++) {
		crowd_grow(&w, steps[i]);
		settle();
		full = used();
		printf("%10d %10lld %10lld", w.n, w.open_ns / SAMPLE,
		       w.close_ns / SAMPLE);
		if (w.n >= EACH)
			printf(" %8lld", (full - before) / w.n);
		else
			printf(" %8s", "-");
		printf(" %10lld", refused());
		idle = bound(0, 0, &err);
		printf(" %10lld %8d\n", idle, err);
		fflush(stdout);
	}
	close(w.l);
	crowd_end(w.n);
}

static void run_server(void)
{
	struct crowd w = { .server = true };
	long long ns_reuse, ns_plain, t;
	int i, err, err2, l, one = 1;
	union addr a;

	if (family != AF_INET)
		return;			/* one address of its own only */
	enter();
	printf("%10s %10s %10s %8s %10s %8s\n", "TIME_WAIT", "restart",
	       "reuse", "errno", "no reuse", "errno");
	for (i = 0; i < NSTEPS && steps[i] <= most; i++) {
		crowd_grow(&w, steps[i]);
		close(w.l);
		ns_reuse = bound(PORT, 1, &err);
		ns_plain = bound(PORT, 0, &err2);
		addr_set(&a, family, HOST_ANY, PORT);
		t = now_ns();
		l = sock(ns, family);
		if (setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
		    bind(l, &a.sa, addr_len(&a)) || listen(l, 100))
			die("restart");
		t = now_ns() - t;
		w.l = l;
		blocking(l, true);
		printf("%10d %10lld %10lld %8d %10lld %8d\n", w.n, t, ns_reuse,
		       err, ns_plain, err2);
		fflush(stdout);
	}
}

/* ---- half-open ---- */

/* A connection among them: what it costs. */
static long long real(unsigned int port)
{
	int l = listen_on(port), i, c, s;
	long long t = now_ns();
	union addr a;

	addr_set(&a, family, LOOP, port);
	for (i = 0; i < LOOKS; i++) {
		c = open_to(&a);
		s = accept(l, NULL, NULL);
		if (s < 0)
			die("accept");
		close(c);
		close(s);
	}
	t = now_ns() - t;
	close(l);
	return t / LOOKS;
}

static int half_open_listener(unsigned int port)
{
	int l = listener(ns, family, HOST_ANY, port, 65535);

	if (l < 0)
		die("listener");
	return l;
}

static void run_half_open(void)
{
	long long t = 0, before, cost;
	struct sockaddr_ll to;
	int l[2], i, step = 0, fd;
	uint16_t pkt[40];
	struct pair p;

	if (pair_up(&p) || black_hole(&p, B))
		die("two namespaces");
	ns = p.ns[B];
	if (ns_enter(ns))
		die("namespace");
	if (ns_write(ns, "/proc/sys/net/core/somaxconn", "65535"))
		die("somaxconn");	/* of listen(), whoever listens */
	setting(NULL, "somaxconn", "65535");
	setting("ipv4/tcp_max_syn_backlog", "max_syn_backlog", "400000");
	setting("ipv4/tcp_syncookies", "syncookies", "0");
	setting(NULL, "synack_schedule_ms", "60000 60000");
	l[0] = half_open_listener(PORT);
	l[1] = half_open_listener(PORT + 1);
	fd = syn_socket(family, &to);
	if (fd < 0)
		die("AF_PACKET");
	settle();
	before = used();
	printf("%10s %10s %10s %8s\n", "half-open", "SYN", "connection",
	       "octets");
	for (i = 1; i <= most && i <= 100000; i++) {
		int second = i > HALF;
		int sport = second ? i - HALF : i;
		int len = syn_forge(family, sport, PORT + second, sport, pkt);

		if (step < NSTEPS && i == steps[step] - SAMPLE + 1)
			t = now_ns();
		if (sendto(fd, pkt, len, 0, (void *)&to, sizeof(to)) < 0)
			die("SYN");
		if (step == NSTEPS || i != steps[step])
			continue;
		step++;
		cost = (now_ns() - t) / SAMPLE;
		printf("%10d %10lld %10lld %8lld\n", i, cost,
		       real(PORT + 10 + step), (used() - before) / i);
		fflush(stdout);
	}
	i = objects(lc_tcp() ? "request_sock_TCP" : "lctcp_req");
	look_begin();
	t = now_ns();
	close(l[0]);
	t = now_ns() - t;
	printf("# %d are there; close() of a listener with %d: %lld ns, %lld in one go at most\n",
	       i, most < HALF ? most : HALF, t, look_end());
}

/* ---- listeners ---- */

static void run_listeners(void)
{
	struct rlimit files = { 40000, 40000 };
	int n = 0, i, fd, strangers;
	union addr a;

	if (setrlimit(RLIMIT_NOFILE, &files))
		die("file descriptors");
	enter();
	strangers = ns_new();
	printf("%10s %10s\n", "strangers", "refused");
	printf("%10d %10lld\n", 0, refused());
	for (i = 0; i < NSTEPS && steps[i] <= 10000; i++) {
		for (; n < steps[i]; n++) {
			/* where a hash of the port alone is that of port 1 */
			addr_set(&a, AF_INET, LOOP, 257 + 256 * (n % 250));
			a.in.sin_addr.s_addr += htonl(n / 250);
			fd = sock(strangers, AF_INET);
			if (bind(fd, &a.sa, addr_len(&a)) || listen(fd, 1))
				die("listener");
		}
		printf("%10d %10lld\n", n, refused());
		fflush(stdout);
	}
}

/* ---- all of it ---- */

static const struct {
	const char *name;
	void (*run)(void);
} works[] = {
	{ "time-wait", run_time_wait },
	{ "server", run_server },
	{ "half-open", run_half_open },
	{ "listeners", run_listeners },
};

#define NWORKS	(sizeof(works) / sizeof(works[0]))

static void usage(FILE *f)
{
	fprintf(f, "Usage: scale [-6] [-n MOST] [-k tcp|lctcp] [WORK...]\n\n"
		"Costs with 1,000, 10,000, ... up to MOST (100000 unless told) of a kind, over\n"
		"Linux's TCP and lctcp. WORK is one of time-wait, server, half-open and\n"
		"listeners; all unless told.\n");
}

static int work(const char *name, unsigned int w)
{
	int status;

	printf("# %s, %s, IPv%d\n", name, works[w].name,
	       family == AF_INET ? 4 : 6);
	fflush(stdout);
	if (!fork()) {
		works[w].run();
		fflush(stdout);
		_exit(0);
	}
	return wait(&status) < 0 || status;
}

static bool chosen(const char *name, char **words)
{
	if (!*words)
		return true;
	for (; *words; words++)
		if (!strcmp(*words, name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	static const struct { const char *word, *name, *number; } kinds[] = {
		{ "tcp", "Linux TCP", "6" }, { "lctcp", "lctcp", "253" },
	};
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' }, {}
	};
	const char *kind = NULL;
	unsigned int k, w;
	int c, ret = 0;

	while ((c = getopt_long(argc, argv, "6n:k:h", longs, NULL)) != -1) {
		switch (c) {
		case '6':
			family = AF_INET6;
			break;
		case 'n':
			most = atoi(optarg);
			break;
		case 'k':
			kind = optarg;
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
		if (kind && strcmp(kind, kinds[k].word))
			continue;
		setenv("LCTCP_PROTO", kinds[k].number, 1);
		for (w = 0; w < NWORKS; w++)
			if (chosen(works[w].name, argv + optind))
				ret |= work(kinds[k].name, w);
	}
	return ret;
}
