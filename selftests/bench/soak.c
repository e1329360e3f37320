// SPDX-License-Identifier: GPL-2.0
/*
 * An hour of many connections over a wire that gets worse and better all the
 * time, and each octet of each of them is looked at.
 *
 * Every few seconds the wire draws anew: loss, reordering, duplication,
 * corruption, delay, what it carries, its MTU, now and then nothing at all.  The
 * programs at its ends write and read in pieces of any size, stop reading, give
 * their socket little room, close first or last, half or both ways, or with a
 * RST.  What one end reads must be what the other end wrote, and all of it,
 * unless it was reset; no connection may fail, and none may stand still.  (A wire
 * may lose each SYN, or each third ACK: few may fail before they are accepted, and
 * not before they have tried for long.)
 *
 * All chance comes from the seed.  In virtual time the hour takes some minutes.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "../chance.h"
#include "bench.h"

#define PORT		9000
#define MOST		1000
#define TICK_MS		20
/* A blackout and four more tries that meet others are 200 s, and happen. */
#define STILL_US	600000000LL
#define PAUSE_US	10000000
#define PIECE		65536
/* before so long nobody gives up, neither handshake nor retransmission (R2) */
#define PATIENCE_US	100000000LL
/* calls are dear in the debug kernel: nobody writes in so many more pieces */
#define PIECES		60

static struct {
	int seconds, conns, wire_s;
	uint64_t seed;
} opt = { 3600, 200, 5, 253 };

static struct chance luck;
static unsigned char buf[PIECE], peeked[PIECE];

/* One end of a connection. */
struct end {
	int fd;
	struct stream out, in;
	long long all, sent;		/* to write, written */
	long long got;
	long long stop_read, stop_write;	/* until then; microseconds */
	int piece;			/* writes at most so much at once */
	bool ready_in, ready_out;		/* until EAGAIN */
	bool shut, eof;
};

/**
 * struct life - one connection after the other, by one client
 * @port:	the client's
 * @e:		client and server
 * @begun:	when the first SYN was sent
 * @moved:	when an octet was last read or written
 * @reset:	the client resets it when it has written this much; -1: it does not
 * @connected:	as the client sees it
 * @open:	accepted
 * @gone:	the reset has been sent
 * @unheard:	the client gave up before it was accepted
 */
struct life {
	int family, number;
	unsigned int port;
	struct end e[2];
	long long begun, moved;
	long long reset;
	bool connected, open, gone, unheard;
};

static struct pair hosts;
static struct life *lives;
static int listeners[2], poller;
/* when they were looked at */
static long long now;
static struct {
	long long octets, conns, resets, unheard, wires;
} sum;

/* What the kernel knows of it, at both ends. */
static void show(const struct life *l)
{
	char line[512], port[16];
	FILE *f;
	int end;

	snprintf(port, sizeof(port), ":%u ", l->port);
	for (end = A; end <= B; end++) {
		const struct end *e = &l->e[end];

		fprintf(stderr, "%c:%s%s, %lld us no reading, %lld no writing\n",
			"AB"[end], e->shut ? " shut" : "", e->eof ? " eof" : "",
			e->stop_read > now ? e->stop_read - now : 0,
			e->stop_write > now ? e->stop_write - now : 0);
		if (setns(hosts.ns[end], CLONE_NEWNET))
			continue;
		f = fopen("/proc/thread-self/net/lctcp/connections", "r");
		while (f && fgets(line, sizeof(line), f))
			if (strstr(line, port) || !strncmp(line, "role", 4))
				fputs(line, stderr);
	}
}

static void fail(const struct life *l, const char *what)
{
	show(l);
	fprintf(stderr,
		"soak: connection %lld, IPv%d: %s; client wrote %lld of %lld, read %lld; server wrote %lld of %lld, read %lld; seed %llu\n",
		sum.conns, l->family == AF_INET ? 4 : 6, what, l->e[0].sent,
		l->e[0].all, l->e[0].got, l->e[1].sent, l->e[1].all,
		l->e[1].got, (unsigned long long)opt.seed);
	exit(1);
}

static void fail_errno(const struct life *l, const char *call)
{
	char what[128];

	snprintf(what, sizeof(what), "%s: %s", call, strerror(errno));
	fail(l, what);
}

/* ---- the wire ---- */

static void wire_draw(void)
{
	static const int mtus[] = { 1280, 1400, 1500, 1500, 2304, 4000 };
	static const unsigned int rates[] = { 300000, 1000000, 4000000 };
	int end, mtu = PICK(&luck, mtus);

	for (end = A; end <= B; end++) {
		struct netem n = {
			.delay_ms = 1 + dice(&luck, 60),
			.loss = once_in(&luck, 2) ? 0 : dice(&luck, 80) / 10.,
			.duplicate = once_in(&luck, 2) ? 0 : dice(&luck, 30) / 10.,
			.reorder = once_in(&luck, 2) ? 0 : dice(&luck, 30),
			.corrupt = once_in(&luck, 2) ? 0 : dice(&luck, 20) / 10.,
			.rate = PICK(&luck, rates),
			.limit = 10 + dice(&luck, 200),
			.seed = chance_next(&luck) | 1,
		};

		/* now and then nothing goes through */
		if (once_in(&luck, 12))
			n.loss = 100;
		errno = -wire(&hosts, end, &n);
		if (errno)
			die("netem");
	}
	if (wire_mtu(&hosts, mtu))
		die("mtu");
	sum.wires++;
}

/* ---- connections ---- */

static long long long_or_short(void)
{
	switch (dice(&luck, 4)) {
	case 0:
		return dice(&luck, 3);
	case 1:
		return dice(&luck, 3000);
	case 2:
		return dice(&luck, 30000);
	}
	return dice(&luck, 120000);
}

static void end_begin(struct end *e, int fd, uint64_t mine, uint64_t other)
{
	static const int pieces[] = { 1, 100, 1000, 1460, 10000, PIECE };

	*e = (struct end){
		.fd = fd,
		.all = long_or_short(),
		.piece = PICK(&luck, pieces),
	};
	if (e->all > e->piece * PIECES)
		e->all = e->piece * PIECES;
	stream_init(&e->out, mine);
	stream_init(&e->in, other);
}

static void set(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)))
		die("setsockopt");
}

static void end_habits(int fd)
{
	if (once_in(&luck, 4))
		set(fd, SOL_SOCKET, SO_RCVBUF, 2304 + dice(&luck, 60000));
	if (once_in(&luck, 4))
		set(fd, SOL_SOCKET, SO_SNDBUF, 4608 + dice(&luck, 60000));
	if (once_in(&luck, 3))
		set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	if (once_in(&luck, 6))
		set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1 + dice(&luck, 20000));
}

/* Epoll tells when an end becomes ready, and is never asked again. */
static void watch(const struct life *l, int end)
{
	struct epoll_event how = {
		.events = EPOLLIN | EPOLLOUT | EPOLLET,
		.data.u64 = 2 * (l - lives) + end,
	};

	if (epoll_ctl(poller, EPOLL_CTL_ADD, l->e[end].fd, &how))
		die("epoll_ctl");
}

static void life_begin(struct life *l)
{
	static uint64_t streams;
	int fd;

	l->family = l->number % 2 ? AF_INET6 : AF_INET;
	fd = dial(hosts.ns[A], l->family, HOST_B, PORT + l->number % 2);
	if (fd < 0) {
		errno = -fd;
		fail_errno(l, "connect");
	}
	end_habits(fd);
	l->port = local_port(fd);
	end_begin(&l->e[0], fd, streams, streams + 1);
	end_begin(&l->e[1], -1, streams + 1, streams);
	streams += 2;
	watch(l, 0);
	l->connected = false;
	l->open = false;
	l->gone = false;
	l->unheard = false;
	l->begun = now;
	l->moved = now;
	l->reset = once_in(&luck, 8) ? (int)dice(&luck, 50000) : -1;
	sum.conns++;
}

static struct life *life_of(int family, unsigned int port)
{
	int i;

	for (i = 0; i < opt.conns; i++)
		if (lives[i].family == family && lives[i].e[1].fd < 0 &&
		    lives[i].port == port)
			return &lives[i];
	return NULL;
}

static void accept_all(void)
{
	struct life *l;
	int i, fd;

	for (i = 0; i < 2; i++) {
		while ((fd = accept(listeners[i], NULL, NULL)) >= 0) {
			l = life_of(i ? AF_INET6 : AF_INET, peer_port(fd));
			if (!l) {
				/* its last segment may still have been on its way */
				if (!sum.unheard) {
					fprintf(stderr, "soak: accepted nobody's connection\n");
					exit(1);
				}
				close(fd);
				continue;
			}
			blocking(fd, false);
			end_habits(fd);
			l->e[1].fd = fd;
			watch(l, 1);
			l->open = true;
			l->moved = now;
		}
		if (errno != EAGAIN && errno != ECONNABORTED)
			die("accept");
	}
}

/* ---- text ---- */

static bool may_write(const struct end *e)
{
	return e->fd >= 0 && e->ready_out && !e->shut && now >= e->stop_write;
}

static bool may_read(const struct end *e)
{
	return e->fd >= 0 && e->ready_in && !e->eof && now >= e->stop_read;
}

/* An error of a client that was not heard for very long. */
static bool gave_up(struct life *l)
{
	if (l->open || now - l->begun < PATIENCE_US ||
	    (errno != ETIMEDOUT && errno != ECONNRESET && errno != EPIPE))
		return false;
	sum.unheard += !l->unheard;
	l->unheard = true;
	return true;
}

/* An error that one end may meet because the other one reset the connection. */
static bool was_reset(struct life *l)
{
	if (gave_up(l))
		return true;
	if (!l->gone || (errno != ECONNRESET && errno != EPIPE))
		return false;
	l->e[1].eof = true;
	l->e[1].shut = true;
	return true;
}

static void end_write(struct life *l, struct end *e)
{
	long long left = e->all - e->sent;
	struct stream was = e->out;
	int n = 1 + dice(&luck, e->piece), sent;

	if (!left) {
		if (shutdown(e->fd, SHUT_WR) && !was_reset(l))
			fail_errno(l, "shutdown");
		e->shut = true;
		return;
	}
	if (n > left)
		n = left;
	stream_fill(&e->out, buf, n);
	sent = send(e->fd, buf, n, MSG_NOSIGNAL |
		    (once_in(&luck, 8) && n < left ? MSG_MORE : 0) |
		    (once_in(&luck, 16) ? MSG_EOR : 0));
	if (sent < n)
		e->ready_out = false;
	if (sent < 0 && errno != EAGAIN) {
		if (!was_reset(l))
			fail_errno(l, "send");
		return;
	}
	if (sent < n) {
		e->out = was;
		if (sent > 0)
			stream_fill(&e->out, buf, sent);
	}
	if (sent > 0) {
		e->sent += sent;
		l->moved = now;
	}
	/* Two hundred that write as fast as they can keep the wire full, and each
	 * other waiting, for minutes.
	 */
	e->stop_write = now + dice(&luck, PAUSE_US);
}

static void end_read(struct life *l, struct end *e, const struct end *other)
{
	int n = once_in(&luck, 4) ? 1 + dice(&luck, 100) : PIECE, got, seen = -1;

	if (once_in(&luck, 8)) {
		seen = recv(e->fd, peeked, n, MSG_PEEK);
		/* what stands there may have been joined by more since */
	}
	got = recv(e->fd, buf, n, 0);
	if (got < 0) {
		e->ready_in = false;
		if (errno != EAGAIN && !was_reset(l))
			fail_errno(l, "recv");
		return;
	}
	if (seen > got || (seen > 0 && memcmp(peeked, buf, seen)))
		fail(l, "MSG_PEEK saw something else");
	if (!got) {
		if (e->got != other->all && !l->gone)
			fail(l, "end of file too early");
		e->eof = true;
		l->moved = now;
		return;
	}
	if (!stream_check(&e->in, buf, got))
		fail(l, "an octet is another one");
	e->got += got;
	sum.octets += got;
	if (e->got > other->sent)
		fail(l, "more than was written");
	l->moved = now;
	if (once_in(&luck, 40))
		e->stop_read = now + dice(&luck, 5000000);
	if (once_in(&luck, 200))
		set(e->fd, SOL_SOCKET, SO_RCVBUF, 2304 + dice(&luck, 100000));
}

static void life_reset(struct life *l)
{
	struct linger at_once = { .l_onoff = 1 };

	setsockopt(l->e[0].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	l->gone = true;
	close(l->e[0].fd);
	l->e[0].fd = -1;
	sum.resets++;
}

static bool life_over(const struct life *l)
{
	if (!l->open)
		return l->unheard;
	/* it may be that nobody heard of the reset */
	if (l->gone)
		return true;
	return l->e[0].eof && l->e[0].shut && l->e[1].eof && l->e[1].shut;
}

static void life_end(struct life *l)
{
	int first = dice(&luck, 2);

	if (l->e[first].fd >= 0)
		close(l->e[first].fd);
	if (l->e[!first].fd >= 0)
		close(l->e[!first].fd);
	l->e[0].fd = -1;
	l->e[1].fd = -1;
}

static void life_step(struct life *l)
{
	int i;

	if (!l->connected) {
		if (!l->e[0].ready_out)
			return;
		errno = so_error(l->e[0].fd);
		if (errno && !gave_up(l))
			fail_errno(l, "connect");
		l->connected = true;
		return;
	}
	for (i = 0; i < 2; i++) {
		if (may_read(&l->e[i]))
			end_read(l, &l->e[i], &l->e[!i]);
		if (!l->unheard && may_write(&l->e[i]))
			end_write(l, &l->e[i]);
	}
	if (l->open && l->reset >= 0 && l->e[0].sent >= l->reset && l->e[0].fd >= 0)
		life_reset(l);
}

/* ---- the hour ---- */

static void begin(void)
{
	int i;

	now = now_us();
	poller = epoll_create1(0);
	if (poller < 0)
		die("epoll");
	for (i = 0; i < 2; i++) {
		struct epoll_event how = {
			.events = EPOLLIN, .data.u64 = 2 * opt.conns + i,
		};

		listeners[i] = listener(hosts.ns[B], i ? AF_INET6 : AF_INET, HOST_ANY,
					PORT + i, opt.conns);
		if (listeners[i] < 0)
			die("listen");
		blocking(listeners[i], false);
		if (epoll_ctl(poller, EPOLL_CTL_ADD, listeners[i], &how))
			die("epoll_ctl");
	}
	for (i = 0; i < opt.conns; i++) {
		lives[i].number = i;
		life_begin(&lives[i]);
	}
}

static void say(long long since, const char *how)
{
	printf("# %s%lld s: %lld connections, %lld of them reset, %lld never heard, %lld octets looked at, %lld wires\n",
	       how, (now - since) / 1000000, sum.conns, sum.resets, sum.unheard,
	       sum.octets, sum.wires);
	fflush(stdout);
}

/* Is there more to do at once? */
static bool busy(void)
{
	int i;

	for (i = 0; i < 2 * opt.conns; i++) {
		const struct life *l = &lives[i / 2];
		const struct end *e = &l->e[i % 2];

		if (l->number >= 0 && l->connected &&
		    (may_read(e) || may_write(e)))
			return true;
	}
	return false;
}

/* All that can be done now. */
static void look(void)
{
	static struct epoll_event told[2 * MOST + 2];
	bool knock = false;
	int i, n;

	n = epoll_wait(poller, told, 2 * opt.conns + 2, busy() ? 0 : TICK_MS);
	if (n < 0)
		die("epoll_wait");
	for (i = 0; i < n; i++) {
		unsigned int which = told[i].data.u64;
		struct end *e;

		if (which / 2 == (unsigned int)opt.conns) {
			knock = true;
			continue;
		}
		e = &lives[which / 2].e[which % 2];
		e->ready_in |= told[i].events & ~EPOLLOUT;
		e->ready_out |= told[i].events & ~EPOLLIN;
	}
	now = now_us();
	for (i = 0; i < opt.conns; i++) {
		if (lives[i].number < 0)
			continue;
		life_step(&lives[i]);
		if (now - lives[i].moved > STILL_US)
			fail(&lives[i], "nothing moves");
	}
	if (knock)
		accept_all();
}

/* All lives, until the time is over; then each to its end. */
static void play(void)
{
	long long since = now, last = since + opt.seconds * 1000000LL;
	long long draw = since, tell = since;
	int i, open = opt.conns;

	while (open) {
		if (now >= draw) {
			wire_draw();
			draw += opt.wire_s * 1000000LL;
		}
		if (now >= tell) {
			say(since, "");
			tell += 60000000LL;
		}
		look();
		for (i = 0; i < opt.conns; i++) {
			if (lives[i].number < 0 || !life_over(&lives[i]))
				continue;
			life_end(&lives[i]);
			if (now < last) {
				life_begin(&lives[i]);
			} else {
				lives[i].number = -1;
				open--;
			}
		}
	}
	say(since, "all ended after ");
	if (sum.unheard * 50 > sum.conns) {
		fprintf(stderr, "soak: too many were never heard\n");
		exit(1);
	}
}

static void counters(void)
{
	static const char * const names[] = {
		"RetransSegs", "LostRetransmit", "FastRetrans", "Timeouts",
		"LossProbes", "SpuriousRTOs", "DSACKRecv", "SackReneging",
		"DropChecksum", "DropRcvBuf",
	};
	unsigned int i;
	int end;

	for (end = A; end <= B; end++)
		for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
			long long n = counter(hosts.ns[end], names[i]);

			if (n > 0)
				printf("# %c %s %lld\n", "AB"[end], names[i], n);
		}
}

static void usage(void)
{
	printf("Usage: soak [OPTION...]\n"
	       "\n"
	       "Many connections over a wire that loses, doubles, reorders and\n"
	       "corrupts, whose MTU changes, and programs that read when they like:\n"
	       "every octet is looked at.\n"
	       "\n"
	       "  -t, --seconds S  3600 unless told (10 to 100000)\n"
	       "  -n, --number N   connections at a time, 200 unless told (1 to %d)\n"
	       "  -s, --seed SEED  of all chance, 253 unless told\n"
	       "  -p, --proto P    6 is Linux's TCP\n"
	       "  -h, --help       this\n", MOST);
}

static long number(const char *s, long least, long most)
{
	char *end;
	long v = strtol(s, &end, 10);

	if (!*s || *end || v < least || v > most) {
		fprintf(stderr, "soak: %s: a number from %ld to %ld is wanted\n", s,
			least, most);
		exit(2);
	}
	return v;
}

static void options(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seconds", required_argument, NULL, 't' },
		{ "number", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "proto", required_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c;

	while ((c = getopt_long(argc, argv, "t:n:s:p:h", known, NULL)) != -1) {
		if (c == 't') {
			opt.seconds = number(optarg, 10, 100000);
		} else if (c == 'n') {
			opt.conns = number(optarg, 1, MOST);
		} else if (c == 's') {
			opt.seed = number(optarg, 0, 1L << 62);
		} else if (c == 'p') {
			number(optarg, 0, 255);
			setenv("LCTCP_PROTO", optarg, 1);
		} else {
			if (c == 'h')
				usage();
			exit(c == 'h' ? 0 : 2);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "soak: %s is too much (see --help)\n", argv[optind]);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	options(argc, argv);
	luck.x = opt.seed;
	lives = calloc(opt.conns, sizeof(*lives));
	if (!lives)
		die("memory");
	if (pair_up(&hosts) || pair_through(&hosts))
		die("no wire");
	begin();
	play();
	counters();
	pair_down(&hosts);
	printf("# seed %llu\n", (unsigned long long)opt.seed);
	return 0;
}
