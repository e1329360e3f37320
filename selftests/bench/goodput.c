// SPDX-License-Identifier: GPL-2.0
/*
 * How much arrives over a wire that loses, reorders, stops or has little room:
 * lctcp beside Linux TCP with CUBIC, in the same boot and with the same drops.
 *
 * The wire carries 100 Mbit/s and takes 40 ms for a round trip.  The bottleneck is
 * at A, the time at B, so that the queue at A is a queue.  Packets of more than
 * one segment do not go onto it.  Chance comes from netem's seed, which 6.6 and
 * newer have; with older ones the drops differ, and more draws help (-n).
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "bench.h"

#define RATE		12500000	/* octets a second: 100 Mbit/s */
#define RTT_MS		40
#define QUEUE		1000
#define PORT		9000
#define FLOWS		2
/* Of what CUBIC brings, and of fairness (Jain's index): less is a loss. */
#define ENOUGH		0.95
#define FAIR		0.9

static struct {
	int family, seconds, draws;
	char only[64];
} opt = { AF_INET, 10, 3, "" };

static char buf[256 << 10];

/* A wire, and what happens to it after a while. */
struct path {
	const char *name;
	struct netem a;		/* what leaves A; @delay_ms is taken from B's */
	bool police;		/* what is too fast is dropped, nothing waits */
	int outage_ms;		/* nothing arrives for so long, from 3 s on */
};

static const struct path paths[] = {
	{ "no loss", { .limit = QUEUE } },
	{ "loss 0.1 %", { .limit = QUEUE, .loss = 0.1 } },
	{ "loss 1 %", { .limit = QUEUE, .loss = 1 } },
	{ "loss 3 %", { .limit = QUEUE, .loss = 3 } },
	{ "reordering 25 %", { .limit = QUEUE, .reorder = 25, .delay_ms = 10 } },
	{ "outage of 2 s", { .limit = QUEUE }, .outage_ms = 2000 },
	{ "queue of 20", { .limit = 20 } },
	{ "policer", { .limit = 100000 }, .police = true },
};

struct flow {
	int protocol, c, s;
	long long got;
};

static int open_for(const struct pair *p, int end, int protocol)
{
	int fd;

	if (ns_enter(p->ns[end]))
		die("setns");
	fd = socket(opt.family, SOCK_STREAM | SOCK_NONBLOCK, protocol);
	if (fd < 0)
		die("socket");
	if (ns_enter(p->home))
		die("setns");
	/* UML and old kernels may have another default */
	if (protocol == IPPROTO_TCP &&
	    setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5))
		die("cubic");
	return fd;
}

static void flow_open(const struct pair *p, struct flow *f, int n)
{
	int l = open_for(p, B, f->protocol);
	union addr to;

	f->got = 0;
	addr_set(&to, opt.family, HOST_B, PORT + n);
	if (bind(l, &to.sa, addr_len(&to)) || listen(l, 1))
		die("listen");
	f->c = open_for(p, A, f->protocol);
	if (connect(f->c, &to.sa, addr_len(&to)) && errno != EINPROGRESS)
		die("connect");
	f->s = take(l, 60000);
	if (f->s < 0 || dialled(f->c, 60000))
		die("no connection");
	blocking(f->s, false);
	close(l);
}

static void flow_close(struct flow *f)
{
	struct linger at_once = { .l_onoff = 1 };

	setsockopt(f->c, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(f->c);
	close(f->s);
}

static void police(const struct pair *p, bool on)
{
	char said[256];

	if (ns_run(p->ns[B], on ?
		   "nft 'add table inet police;"
		   " add chain inet police in"
		   " { type filter hook prerouting priority 0; };"
		   " add rule inet police in iifname v0"
		   " limit rate over 12500 kbytes/second burst 128 kbytes drop'" :
		   "nft delete table inet police", said, sizeof(said)))
		die("nft");
}

static void lay(const struct pair *p, const struct path *path, uint64_t seed)
{
	struct netem a = path->a;

	a.seed = seed;
	a.rate = path->police ? 0 : RATE;
	errno = -wire(p, A, &a);
	if (errno)
		die("netem");
}

static void lay_back(const struct pair *p, const struct path *path)
{
	const struct netem b = { .delay_ms = RTT_MS - path->a.delay_ms };

	errno = -wire(p, B, &b);
	if (errno)
		die("netem");
}

/* What can be written is, what came is read, until the time is over. */
static void flows_run(const struct pair *p, const struct path *path,
		      struct flow *f, int n)
{
	long long end = now_us() + opt.seconds * 1000000LL;
	long long stop = now_us() + 3000000, go = stop + path->outage_ms * 1000;
	const struct netem dead = { .loss = 100 };
	struct pollfd fds[2 * FLOWS];
	int i, got, state = path->outage_ms ? 0 : 2;

	for (i = 0; i < n; i++) {
		fds[2 * i] = (struct pollfd){ f[i].c, POLLOUT };
		fds[2 * i + 1] = (struct pollfd){ f[i].s, POLLIN };
	}
	while (now_us() < end) {
		if (state == 0 && now_us() >= stop) {
			wire(p, A, &dead);
			state = 1;
		} else if (state == 1 && now_us() >= go) {
			lay(p, path, 1);
			state = 2;
		}
		if (poll(fds, 2 * n, 20) < 0)
			die("poll");
		for (i = 0; i < n; i++) {
			if (fds[2 * i].revents &&
			    send(f[i].c, buf, sizeof(buf), MSG_NOSIGNAL) < 0 &&
			    errno != EAGAIN)
				die("send");
			if (!fds[2 * i + 1].revents)
				continue;
			got = recv(f[i].s, buf, sizeof(buf), 0);
			if (got < 0 && errno != EAGAIN)
				die("recv");
			f[i].got += got > 0 ? got : 0;
		}
	}
}

/* One draw; each boot of this has fresh namespaces, so that nothing is remembered
 * of the path.
 */
static void draw(const struct path *path, struct flow *f, int n, uint64_t seed)
{
	struct pair p;
	int i;

	if (pair_up(&p) || pair_through(&p) || wire_single(&p))
		die("no wire");
	lay(&p, path, seed);
	lay_back(&p, path);
	if (path->police)
		police(&p, true);
	for (i = 0; i < n; i++)
		flow_open(&p, &f[i], i);
	flows_run(&p, path, f, n);
	for (i = 0; i < n; i++)
		flow_close(&f[i]);
	pair_down(&p);
}

static double mbits(long long octets)
{
	return octets * 8 / 1e6 / opt.seconds;
}

/* Mean of all draws. */
static double alone(const struct path *path, int protocol)
{
	struct flow f = { .protocol = protocol };
	double sum = 0;
	int i;

	for (i = 0; i < opt.draws; i++) {
		draw(path, &f, 1, 253 + i);
		sum += mbits(f.got);
	}
	return sum / opt.draws;
}

static void compare(const struct path *path)
{
	double tcp = alone(path, IPPROTO_TCP), lctcp = alone(path, lc_proto());

	printf("%-18s %8.2f %8.2f %8.2f%s\n", path->name, lctcp, tcp, lctcp / tcp,
	       lctcp < ENOUGH * tcp ? "  LOSS" : "");
}

static void share(const char *name, int first, int second)
{
	static const struct path path = { "", { .limit = QUEUE } };
	double a = 0, b = 0, jain;
	int i;

	for (i = 0; i < opt.draws; i++) {
		struct flow f[2] = { { .protocol = first }, { .protocol = second } };

		draw(&path, f, 2, 253 + i);
		a += mbits(f[0].got) / opt.draws;
		b += mbits(f[1].got) / opt.draws;
	}
	jain = (a + b) * (a + b) / (2 * (a * a + b * b));
	printf("%-18s %8.2f %8.2f %8.2f%s\n", name, a, b, jain,
	       jain < FAIR ? "  LOSS" : "");
}

static void usage(void)
{
	printf("Usage: goodput [OPTION...] [PATH]\n"
	       "\n"
	       "Mbit/s that arrive at 100 Mbit/s and 40 ms, lctcp beside Linux TCP\n"
	       "(CUBIC). PATH: part of a line's name, which may have spaces; all of\n"
	       "them unless told.\n"
	       "\n"
	       "  -t, --seconds S  of each draw, 10 unless told (5 to 3600)\n"
	       "  -n, --draws N    the mean of so many, 3 unless told (1 to 100)\n"
	       "  -6               IPv6\n"
	       "  -h, --help       this\n");
}

static int number(const char *s, int least, int most)
{
	char *end;
	long v = strtol(s, &end, 10);

	if (!*s || *end || v < least || v > most) {
		fprintf(stderr, "goodput: %s: a number from %d to %d is wanted\n",
			s, least, most);
		exit(2);
	}
	return v;
}

static void options(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seconds", required_argument, NULL, 't' },
		{ "draws", required_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	size_t n = 0;
	int c;

	while ((c = getopt_long(argc, argv, "t:n:6h", known, NULL)) != -1) {
		if (c == 't') {
			opt.seconds = number(optarg, 5, 3600);
		} else if (c == 'n') {
			opt.draws = number(optarg, 1, 100);
		} else if (c == '6') {
			opt.family = AF_INET6;
		} else {
			if (c == 'h')
				usage();
			exit(c == 'h' ? 0 : 2);
		}
	}
	for (; optind < argc; optind++) {
		n += snprintf(opt.only + n, sizeof(opt.only) - n, "%s%s",
			      n ? " " : "", argv[optind]);
		if (n >= sizeof(opt.only)) {
			fprintf(stderr, "goodput: no path has such a name\n");
			exit(2);
		}
	}
}

static bool wanted(const char *name)
{
	return strstr(name, opt.only);
}

int main(int argc, char **argv)
{
	unsigned int i;

	setlinebuf(stdout);
	options(argc, argv);
	printf("# Mbit/s of %d s, the mean of %d, IPv%d\n", opt.seconds, opt.draws,
	       opt.family == AF_INET ? 4 : 6);
	printf("%-18s %8s %8s %8s\n", "path", "lctcp", "TCP", "ratio");
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (wanted(paths[i].name))
			compare(&paths[i]);
	printf("%-18s %8s %8s %8s\n", "sharing it", "first", "second", "Jain");
	if (wanted("two of lctcp"))
		share("two of lctcp", lc_proto(), lc_proto());
	if (wanted("lctcp and TCP"))
		share("lctcp and TCP", lc_proto(), IPPROTO_TCP);
	return 0;
}
