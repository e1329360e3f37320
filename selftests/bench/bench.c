// SPDX-License-Identifier: GPL-2.0
/*
 * What a connection costs: the same work over Linux's TCP, lctcp and AF_UNIX,
 * in one boot and one process.
 *
 * Meant for a machine on which a nanosecond is an instruction (qemu -icount
 * shift=0); anywhere else the times are just times.  Of each work there are the
 * median of many, after a warm-up, and the mean, as a median does not see what is
 * put off and then done for many at once.  Where lctcp is worst stands first.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define CHUNK	(64 << 10)
#define STREAMS	8	/* at most at a time */

enum { TCP, LCTCP, UNIX, NKINDS };

static const char *const kind_word[NKINDS] = { "tcp", "lctcp", "unix" };

/**
 * struct end - where and how one kind of socket is opened
 * @kind:	TCP, LCTCP or UNIX
 * @ns:		namespace of the server and of the client, or -1: this one
 * @addr:	what the server binds
 */
struct end {
	int kind;
	int server_ns, client_ns;
	union {
		union addr inet;
		struct sockaddr_un un;
	} addr;
	socklen_t len;
};

static struct {
	int iterations, warmup, mib, family, protocol;
	bool kind[NKINDS], veth, exact;
	const char *only;
	enum { TABLE, TSV, JSON } format;
} opt = {
	.iterations = 200, .warmup = 50, .mib = 16, .family = AF_INET,
	.protocol = IPPROTO_LCTCP, .veth = true, .format = TABLE,
	.kind = { true, true, true },
};

static int home = -1;

/* ---- sockets of each kind ---- */

static int open_in(const struct end *e, int ns)
{
	int fd;

	if (ns >= 0 && ns_enter(ns))
		die("setns");
	if (e->kind == UNIX)
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
	else
		fd = socket(opt.family, SOCK_STREAM,
			    e->kind == TCP ? IPPROTO_TCP : opt.protocol);
	if (fd < 0)
		die("socket");
	if (ns >= 0 && ns_enter(home))
		die("setns");
	return fd;
}

static int open_listener(struct end *e)
{
	int fd = open_in(e, e->server_ns);
	union addr bound;
	socklen_t n = sizeof(bound);

	if (bind(fd, (void *)&e->addr, e->len) || listen(fd, 128))
		die("listen");
	if (e->kind != UNIX) {
		if (getsockname(fd, &bound.sa, &n))
			die("getsockname");
		e->addr.inet = bound;
	}
	return fd;
}

static int open_client(const struct end *e)
{
	int fd = open_in(e, e->client_ns);

	if (connect(fd, (const void *)&e->addr, e->len))
		die("connect");
	return fd;
}

static int open_server(int l)
{
	int fd = accept(l, NULL, NULL);

	if (fd < 0)
		die("accept");
	return fd;
}

static void one_octet(int from, int to)
{
	char ch = 'x';

	if (send(from, &ch, 1, 0) != 1 || recv(to, &ch, 1, 0) != 1)
		die("one octet");
}

/* ---- the work ---- */

/**
 * struct state - sockets of one kind of work
 * @e:	where
 * @l:	the listener
 * @n:	so many connections
 * @c, @s: their clients and servers
 */
struct state {
	struct end e;
	int l, n, c[STREAMS], s[STREAMS];
};

static void work_socket(struct state *st)
{
	close(open_in(&st->e, -1));
}

static void work_connect(struct state *st)
{
	int c = open_client(&st->e);
	int s = open_server(st->l);

	close(c);
	close(s);
}

static void work_request(struct state *st)
{
	int c = open_client(&st->e);
	int s = open_server(st->l);

	one_octet(c, s);
	one_octet(s, c);
	close(s);
	close(c);
}

static void work_round_trip(struct state *st)
{
	one_octet(st->c[0], st->s[0]);
	one_octet(st->s[0], st->c[0]);
}

#define REQUEST	(1 << 10)
#define ANSWER	(64 << 10)

/* All of @len octets, which need not fit into the buffers. */
static void pass(int from, int to, int len)
{
	static char out[ANSWER], in[ANSWER];
	int sent = 0, got = 0, n, m;

	while (got < len) {
		n = sent < len ? send(from, out, len - sent, MSG_DONTWAIT) : 0;
		if (n < 0 && errno != EAGAIN)
			die("send");
		m = recv(to, in, len - got, MSG_DONTWAIT);
		if (!m || (m < 0 && errno != EAGAIN))
			die("receive");
		if (n <= 0 && m < 0 && !poll_for(to, POLLIN, 10000))
			die("it stands still");
		sent += n > 0 ? n : 0;
		got += m > 0 ? m : 0;
	}
}

static void work_answer(struct state *st)
{
	pass(st->c[0], st->s[0], REQUEST);
	pass(st->s[0], st->c[0], ANSWER);
}

/* One stream goes on as far as it can without waiting: true if it did. */
static bool bulk_step(struct state *st, int i, long long total,
		      long long *sent, long long *got)
{
	static char out[CHUNK], in[CHUNK];
	bool moved = false;
	int n;

	if (*sent < total) {
		n = send(st->c[i], out, total - *sent < CHUNK ?
			 total - *sent : CHUNK, MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			die("bulk send");
		if (n > 0) {
			*sent += n;
			moved = true;
		}
	}
	n = recv(st->s[i], in, CHUNK, MSG_DONTWAIT);
	if (!n || (n < 0 && errno != EAGAIN))
		die("bulk receive");
	if (n > 0) {
		*got += n;
		moved = true;
	}
	return moved;
}

static void work_bulk(struct state *st)
{
	long long total = ((long long)opt.mib << 20) / st->n;
	long long sent[STREAMS] = {}, got[STREAMS] = {};
	int i, wait, left = st->n;

	while (left) {
		wait = -1;
		for (i = 0; i < st->n; i++) {
			if (got[i] == total)
				continue;
			if (bulk_step(st, i, total, &sent[i], &got[i])) {
				left -= got[i] == total;
				wait = st->n;
			} else if (wait < 0) {
				wait = i;
			}
		}
		/* both ends wait: for a timer or for the other softirq */
		if (left && wait < st->n &&
		    (sent[wait] == total || !poll_for(st->c[wait], POLLOUT, 0)) &&
		    !poll_for(st->s[wait], POLLIN, 10000))
			die("bulk stands still");
	}
}

/* ---- measuring ---- */

static int by_size(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return (x > y) - (x < y);
}

/* Here begins, or ends, what a profile is made of (qemu's plugin in scripts/ looks
 * for these instructions, which do nothing).
 */
static void mark(bool begin)
{
#ifdef __x86_64__
	if (begin)
		asm volatile ("xchg %%rbx, %%rbx" ::: "memory");
	else
		asm volatile ("xchg %%rcx, %%rcx" ::: "memory");
#endif
}

static long long measure(struct state *st, void (*work)(struct state *st),
			 int n, int warmup, long long *mean)
{
	long long *t = calloc(n, sizeof(*t)), ret;
	int i;

	if (!t)
		die("calloc");
	for (i = 0; i < warmup; i++)
		work(st);
	*mean = 0;
	mark(true);
	for (i = 0; i < n; i++) {
		t[i] = -now_ns();
		work(st);
		t[i] += now_ns();
		*mean += t[i];
	}
	mark(false);
	*mean /= n;
	qsort(t, n, sizeof(*t), by_size);
	ret = t[n / 2];
	free(t);
	return ret;
}

static void state_init(struct state *st, int kind, const struct pair *p)
{
	memset(st, 0, sizeof(*st));
	st->e.kind = kind;
	st->e.server_ns = p ? p->ns[B] : -1;
	st->e.client_ns = p ? p->ns[A] : -1;
	if (kind == UNIX) {
		/* an abstract name, made of zeros */
		st->e.addr.un.sun_family = AF_UNIX;
		st->e.len = sizeof(sa_family_t) + 6;
	} else {
		addr_set(&st->e.addr.inet, opt.family, p ? HOST_B : LOOP, 0);
		st->e.len = addr_len(&st->e.addr.inet);
	}
	st->l = open_listener(&st->e);
}

static void state_connect(struct state *st, int n)
{
	int one = 1;

	for (; st->n < n; st->n++) {
		int c = open_client(&st->e);
		int s = open_server(st->l);

		st->c[st->n] = c;
		st->s[st->n] = s;
		if (st->e.kind == UNIX)
			continue;
		setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	}
}

static void state_exit(struct state *st)
{
	while (st->n--) {
		close(st->c[st->n]);
		close(st->s[st->n]);
	}
	close(st->l);
}

enum {
	W_SOCKET, W_CONNECT, W_REQUEST, W_ROUND_TRIP, W_ANSWER, W_BULK, W_BULK_8,
	W_VETH, W_VETH_8,
	W_BYTES_SOCKET, W_BYTES_REQUEST, W_BYTES_TIMEWAIT,
	NWORKS,
};

static const struct {
	const char *name, *text;
	void (*work)(struct state *st);
	int streams;
} works[] = {
	[W_SOCKET]	= { "socket_close", "socket, close", work_socket },
	[W_CONNECT]	= { "connect_accept_close",
			    "connect, accept, client closes first",
			    work_connect },
	[W_REQUEST]	= { "request_answer_close",
			    "the same with request and answer, server first",
			    work_request },
	[W_ROUND_TRIP]	= { "round_trip", "1-octet round trip",
			    work_round_trip, 1 },
	[W_ANSWER]	= { "answer", "request of 1 KiB, answer of 64 KiB",
			    work_answer, 1 },
	[W_BULK]	= { "bulk_loopback", "bulk, loopback", work_bulk, 1 },
	[W_BULK_8]	= { "bulk_loopback_8", "bulk, loopback, 8 streams",
			    work_bulk, 8 },
	[W_VETH]	= { "bulk_veth", "bulk, veth, MTU 1500", work_bulk, 1 },
	[W_VETH_8]	= { "bulk_veth_8", "bulk, veth, MTU 1500, 8 streams",
			    work_bulk, 8 },
	[W_BYTES_SOCKET]   = { "bytes_socket", "octets of a socket" },
	[W_BYTES_REQUEST]  = { "bytes_request", "octets of a half-open one" },
	[W_BYTES_TIMEWAIT] = { "bytes_time_wait", "octets of a TIME_WAIT" },
};

/* Size of a slab cache's objects; merged ones have only a link in sysfs. */
static long long slab_size(const char *name)
{
	char path[256], line[512], cache[128];
	long long size = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/object_size", name);
	f = fopen(path, "r");
	if (f) {
		if (fscanf(f, "%lld", &size) != 1)
			size = -1;
		fclose(f);
		return size;
	}
	f = fopen("/proc/slabinfo", "r");
	if (!f)
		return -1;
	while (size < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "%127s %*d %*d %lld", cache, &size) != 2 ||
		    strcmp(cache, name))
			size = -1;
	fclose(f);
	return size;
}

static long long bytes(int kind, int what)
{
	static const char *const cache[][NKINDS][2] = {
		{ { "TCP", "TCPv6" }, { "LCTCP", "LCTCPv6" },
		  { "UNIX-STREAM", "UNIX-STREAM" } },
		{ { "request_sock_TCP", "request_sock_TCPv6" },
		  { "lctcp_req", "lctcp_req6" }, { NULL } },
		{ { "tw_sock_TCP", "tw_sock_TCPv6" },
		  { "lctcp_tw", "lctcp_tw6" }, { NULL } },
	};
	const char *name = cache[what][kind][opt.family == AF_INET6];

	return name ? slab_size(name) : -1;
}

static long long result[NWORKS][NKINDS], mean[NWORKS][NKINDS];

static bool chosen(int w)
{
	return !opt.only || strstr(works[w].name, opt.only);
}

/* What the work before has left to be done later, for many at once (freeing above
 * all, after a grace period), is not this one's.
 */
static void settle(void)
{
	usleep(300000);
}

static void run_one(int w, int k, const struct pair *p)
{
	bool bulk = works[w].work == work_bulk;
	struct state st;

	state_init(&st, k, p);
	state_connect(&st, works[w].streams);
	settle();
	result[w][k] = measure(&st, works[w].work, bulk ? 5 : opt.iterations,
			       bulk ? 1 : opt.warmup, &mean[w][k]);
	state_exit(&st);
}

static void run_all(void)
{
	struct pair p;
	bool pair = false;
	int k, w;

	for (w = 0; w < NWORKS; w++)
		for (k = 0; k < NKINDS; k++) {
			result[w][k] = -1;
			mean[w][k] = -1;
		}
	if (opt.veth) {
		if (pair_up(&p))
			exit(1);
		pair = true;
	}
	for (k = 0; k < NKINDS; k++) {
		if (!opt.kind[k])
			continue;
		for (w = 0; w < W_VETH; w++)
			if (chosen(w))
				run_one(w, k, NULL);
		for (; w <= W_VETH_8; w++)
			if (chosen(w) && pair && k != UNIX)
				run_one(w, k, &p);
		for (w = 0; w < 3; w++)
			if (chosen(W_BYTES_SOCKET + w))
				result[W_BYTES_SOCKET + w][k] = bytes(k, w);
	}
	if (pair)
		pair_down(&p);
}

/* ---- printing ---- */

static void cell(long long v)
{
	if (v < 0)
		printf(" %12s |", "-");
	else
		printf(" %12lld |", v);
}

/* lctcp to TCP; 0 if one of them is not known. */
static double ratio(long long number[NWORKS][NKINDS], int w)
{
	if (number[w][TCP] <= 0 || number[w][LCTCP] < 0)
		return 0;
	return (double)number[w][LCTCP] / number[w][TCP];
}

static double worst_ratio(int w)
{
	double a = ratio(result, w), b = ratio(mean, w);

	return a > b ? a : b;
}

static int worst_first(const void *a, const void *b)
{
	double x = worst_ratio(*(const int *)a), y = worst_ratio(*(const int *)b);

	return (x < y) - (x > y);
}

static void ratio_cell(double r)
{
	if (r)
		printf(" %6.3f |", r);
	else
		printf(" %6s |", "-");
}

static void print_row(int w)
{
	printf("| %-46s |", works[w].text);
	ratio_cell(ratio(result, w));
	ratio_cell(ratio(mean, w));
	printf(" %-5s |", worst_ratio(w) > 1 ? "loses" : "");
	cell(result[w][TCP]);
	cell(result[w][LCTCP]);
	cell(mean[w][TCP]);
	cell(mean[w][LCTCP]);
	cell(result[w][UNIX]);
	printf("\n");
}

static void print_table(void)
{
	int order[NWORKS], w;

	printf("Times in ns, medians of %d, and means; bulk is %d MiB in all, in writes of\n",
	       opt.iterations, opt.mib);
	printf("64 KiB, 5 times; %s. The worst ratio of lctcp to TCP is first.\n\n",
	       opt.family == AF_INET ? "IPv4" : "IPv6");
	printf("| %-46s | %6s | %6s | %-5s | %12s | %12s | %12s | %12s | %12s |\n",
	       "Work", "ratio", "(mean)", "", "TCP", "lctcp", "TCP (mean)",
	       "lctcp (mean)", "AF_UNIX");
	printf("|%.48s|%.7s:|%.7s:|%.7s|%.13s:|%.13s:|%.13s:|%.13s:|%.13s:|\n",
	       "------------------------------------------------",
	       "-------", "-------", "-------", "-------------",
	       "-------------", "-------------", "-------------",
	       "-------------");
	for (w = 0; w < NWORKS; w++)
		order[w] = w;
	qsort(order, NWORKS, sizeof(*order), worst_first);
	for (w = 0; w < NWORKS; w++)
		if (chosen(order[w]))
			print_row(order[w]);
}

static void print_tsv(void)
{
	int w, k;

	printf("work\ttcp\tlctcp\tunix\ttcp mean\tlctcp mean\tunix mean\n");
	for (w = 0; w < NWORKS; w++) {
		printf("%s", works[w].name);
		for (k = 0; k < 2 * NKINDS; k++) {
			long long v = k < NKINDS ? result[w][k] :
						   mean[w][k - NKINDS];

			if (v < 0)
				printf("\t");
			else
				printf("\t%lld", v);
		}
		printf("\n");
	}
}

static void print_json(void)
{
	int w, k;

	printf("{\n  \"iterations\": %d, \"bulk_mib\": %d, \"family\": %d,\n",
	       opt.iterations, opt.mib, opt.family == AF_INET ? 4 : 6);
	for (w = 0; w < NWORKS; w++) {
		printf("  \"%s\": {", works[w].name);
		for (k = 0; k < NKINDS; k++) {
			printf("%s \"%s\": ", k ? "," : "", kind_word[k]);
			if (result[w][k] < 0)
				printf("null");
			else
				printf("%lld", result[w][k]);
		}
		for (k = 0; k < NKINDS; k++)
			if (mean[w][k] >= 0)
				printf(", \"%s mean\": %lld", kind_word[k],
				       mean[w][k]);
		printf(" }%s\n", w < NWORKS - 1 ? "," : "");
	}
	printf("}\n");
}

/* ---- options ---- */

static void usage(FILE *f)
{
	fprintf(f,
		"Usage: bench [OPTION]...\n"
		"Compare what connections cost over Linux's TCP, lctcp and AF_UNIX.\n"
		"\n"
		"  -6, --ipv6            IPv6 instead of IPv4\n"
		"  -k, --kinds=LIST      of tcp, lctcp and unix; all unless told\n"
		"  -n, --iterations=N    measured, 1 to 20000; %d\n"
		"  -w, --warmup=N        before, 0 to 20000; %d\n"
		"  -b, --bulk=MIB        size of the bulk transfer, 1 to 4096; %d\n"
		"  -p, --protocol=N      lctcp's IP protocol; %d\n"
		"  -e, --exact-timers    set exact_timers of this namespace (needs root)\n"
		"  -o, --only=NAME       only work with NAME in its name: bulk, bytes, round_trip\n"
		"      --no-veth         leave the two namespaces out (they need root)\n"
		"  -f, --format=FORMAT   table, tsv or json\n"
		"  -h, --help            this text\n",
		opt.iterations, opt.warmup, opt.mib, opt.protocol);
}

static int number(const char *s, int min, int max, const char *what)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(s, &end, 10);
	if (errno || end == s || *end || v < min || v > max) {
		fprintf(stderr, "bench: %s is %d to %d, not '%s'\n", what, min,
			max, s);
		exit(2);
	}
	return v;
}

static void kinds(char *list)
{
	char *word, *save;
	int k;

	memset(opt.kind, 0, sizeof(opt.kind));
	word = strtok_r(list, ",", &save);
	if (!word) {
		fprintf(stderr, "bench: no kinds given\n");
		exit(2);
	}
	for (; word; word = strtok_r(NULL, ",", &save)) {
		for (k = 0; k < NKINDS && strcmp(word, kind_word[k]); k++)
			;
		if (k == NKINDS) {
			fprintf(stderr, "bench: unknown kind '%s'\n", word);
			exit(2);
		}
		opt.kind[k] = true;
	}
}

static int format_of(const char *name)
{
	static const char *const names[] = {
		[TABLE] = "table", [TSV] = "tsv", [JSON] = "json",
	};
	unsigned int i;

	for (i = 0; i <= JSON; i++)
		if (!strcmp(name, names[i]))
			return i;
	fprintf(stderr, "bench: unknown format '%s'\n", name);
	exit(2);
}

static void options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "ipv6", no_argument, NULL, '6' },
		{ "kinds", required_argument, NULL, 'k' },
		{ "iterations", required_argument, NULL, 'n' },
		{ "warmup", required_argument, NULL, 'w' },
		{ "bulk", required_argument, NULL, 'b' },
		{ "protocol", required_argument, NULL, 'p' },
		{ "exact-timers", no_argument, NULL, 'e' },
		{ "only", required_argument, NULL, 'o' },
		{ "no-veth", no_argument, NULL, 'V' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "6k:n:w:b:p:eo:f:h", longs, NULL)) != -1)
		switch (c) {
		case '6':
			opt.family = AF_INET6;
			break;
		case 'k':
			kinds(optarg);
			break;
		case 'n':
			opt.iterations = number(optarg, 1, 20000, "-n");
			break;
		case 'w':
			opt.warmup = number(optarg, 0, 20000, "-w");
			break;
		case 'b':
			opt.mib = number(optarg, 1, 4096, "-b");
			break;
		case 'p':
			opt.protocol = number(optarg, 1, 255, "-p");
			break;
		case 'e':
			opt.exact = true;
			break;
		case 'o':
			opt.only = optarg;
			break;
		case 'V':
			opt.veth = false;
			break;
		case 'f':
			opt.format = format_of(optarg);
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	if (optind < argc) {
		fprintf(stderr, "bench: what is '%s'?\n", argv[optind]);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	char text[16];
	int fd;

	options(argc, argv);
	/* for what netlib does with the namespaces */
	snprintf(text, sizeof(text), "%d", opt.protocol);
	setenv("LCTCP_PROTO", opt.kind[LCTCP] ? text : "6", 1);
	if (opt.kind[LCTCP]) {
		fd = socket(opt.family, SOCK_STREAM, opt.protocol);
		if (fd < 0) {
			fprintf(stderr,
				"bench: no lctcp here (protocol %d: %s); load the module, or use -k tcp,unix\n",
				opt.protocol, strerror(errno));
			return 1;
		}
		close(fd);
	}
	if (opt.veth && geteuid()) {
		fprintf(stderr, "bench: namespaces need root; use --no-veth\n");
		return 1;
	}
	home = ns_self();
	if (home < 0)
		die("own namespace");
	if (opt.exact && sysctl_set(home, "exact_timers", "1"))
		die("exact_timers");
	run_all();
	if (opt.format == TABLE)
		print_table();
	else if (opt.format == TSV)
		print_tsv();
	else
		print_json();
	return 0;
}
