// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation and every copy from and to a program fails once.
 *
 * A round is a life: sockets opened, used and closed over the loopback device
 * in a namespace of its own.  It is lived again and again; the first time its
 * first allocation fails, then its second, and so on until one life passes
 * without a failure (/proc/thread-self/fail-nth counts what our own calls ask
 * for, in slabs, pages and copies).  What segments ask for when they arrive is
 * no task's: there, by debugfs, the one allocation fails that comes after so
 * many octets of others.  Page by page that number misses none; in slabs it
 * grows by chance, so that another round finds those between.
 *
 * What fails need not be the module's: a life also opens files and makes a
 * namespace.  How often it was within a call on a socket of ours, with all that
 * arrives while the call lasts, is counted beside the whole (hits); what timers
 * ask for comes on top.
 *
 * A call may fail, with an error that says so.  Nothing else may: what was
 * written and not refused is read at the other end, octet by octet, and in the
 * end nothing is left.  The kernel's own checks see the rest.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/lctcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../file.h"
#include "gauntlet.h"

#define PORT		7000
#define PATIENCE	300		/* looks, a tenth of a second apart */
#define RECORD		"/sys/kernel/debug/lctcp/record"
#define SLAB		"/sys/kernel/debug/failslab/"
#define PAGE		"/sys/kernel/debug/fail_page_alloc/"
#define COPY		"/sys/kernel/debug/fail_usercopy/"

enum life {
	TALK,			/* open, data both ways, close */
	GAP,			/* the same, with loss and what was held back */
	COOKIES,		/* no queue of half-open ones */
	OPTIONS,		/* whatever can be asked and set */
	VIEWS,			/* procfs, faults, settings, a recorder */
	NAMESPACE,		/* one that begins and ends */
	NLIVES,
};

static int family;
static unsigned long turn;	/* for ports: no life meets the one before */

static void nap(int ms)
{
	poll(NULL, 0, ms);
}

static void must_put(const char *path, const char *text)
{
	int err = file_write(path, text);

	if (err)
		gauntlet_fail("cannot write \"%s\" to %s: %s", text, path,
			      strerror(-err));
}

static long get(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	if (fd >= 0)
		close(fd);
	return atol(text);
}

/* ---- failures ---- */

static int nth_fd = -1;
static bool nth_wanted;		/* one of ours is to fail, or has failed */
static bool wasted;		/* it was the copy of what tells us so */

/* Whatever is asked for to say so may fail as well. */
static void nth_set(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n), i;

	nth_wanted = n;
	if (n)
		wasted = false;
	for (i = 0; pwrite(nth_fd, text, len, 0) != len; i++)
		if (i == 100)
			gauntlet_fail("fail-nth: %s", strerror(errno));
}

static unsigned int nth_left(void)
{
	char text[16] = "";

	/* the last one left fails the copy of what we read */
	if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0)
		return 1;
	return atoi(text);
}

/* What says whether the one has failed.  No allocation is to be made to ask, and
 * such a file says it once: so there are many.
 */
#define ASKS	160
static int times_fd[ASKS], nasks, asked;

/* Is the failure yet to come?  @otherwise if that is not to be known. */
static bool pending(bool otherwise)
{
	char text[16] = "";

	if (!nasks && !nth_wanted)
		return false;
	if (nasks && asked == nasks)
		return otherwise;
	if (nasks)
		return read(times_fd[asked++], text, sizeof(text) - 1) > 0 ?
			atoi(text) : otherwise;
	if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0) {
		wasted = true;
		return otherwise;
	}
	return atoi(text);
}

static bool pending_before;

static void before_call(void)
{
	pending_before = pending(false);
}

static void prepare(void)
{
	static const char * const quiet[] = { SLAB, PAGE, COPY };
	char path[64];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%sverbose", quiet[i]);
		must_put(path, "0");
		snprintf(path, sizeof(path), "%sprobability", quiet[i]);
		must_put(path, "0");
	}
	must_put(SLAB "ignore-gfp-wait", "N");
	must_put(PAGE "ignore-gfp-wait", "N");
	must_put(PAGE "ignore-gfp-highmem", "N");
	must_put(PAGE "min-order", "0");
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		gauntlet_fail("fail-nth: %s", strerror(errno));
}

/* One allocation fails, whoever wants it, after @space of others. */
static void one_fails(bool pages, unsigned long space)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", space);
	must_put(pages ? PAGE "space" : SLAB "space", text);
	must_put(pages ? PAGE "times" : SLAB "times", "1");
	for (asked = 0, nasks = 0; nasks < ASKS; nasks++) {
		times_fd[nasks] = open(pages ? PAGE "times" : SLAB "times",
				       O_RDONLY | O_CLOEXEC);
		if (times_fd[nasks] < 0)
			gauntlet_fail("times: %s", strerror(errno));
	}
	must_put(pages ? PAGE "probability" : SLAB "probability", "100");
}

static bool one_failed(bool pages)
{
	file_write(pages ? PAGE "probability" : SLAB "probability", "0");
	must_put(pages ? PAGE "probability" : SLAB "probability", "0");
	while (nasks)
		close(times_fd[--nasks]);
	return !get(pages ? PAGE "times" : SLAB "times");
}

/* ---- calls that may fail ---- */

static void may_fail(const char *call, int err)
{
	switch (err) {
	case ENOMEM:
	case ENOBUFS:
	case EFAULT:
	case EAGAIN:
	case EINPROGRESS:
	case EALREADY:
	case ENFILE:
	case ENOSPC:		/* of a debugfs file, a cgroup */
	case EADDRINUSE:	/* a bucket for the port: TCP says so too */
		return;
	}
	nth_set(0);
	gauntlet_fail("%s: %s", call, strerror(err));
}

static long after_call(const char *call, long ret)
{
	int err = errno;

	COUNT(N_CALLS);
	if (pending_before && !pending(true))
		COUNT(N_HITS);
	errno = err;
	if (ret < 0)
		may_fail(call, err);
	return ret;
}

/* A call on a socket of ours, which may fail. */
#define tried(call, ret)	(before_call(), after_call(call, ret))

static socklen_t address(struct sockaddr_storage *ss, int port)
{
	struct sockaddr_in6 *s6 = (void *)ss;
	struct sockaddr_in *s4 = (void *)ss;

	memset(ss, 0, sizeof(*ss));
	ss->ss_family = family;
	if (family == AF_INET) {
		s4->sin_port = htons(port);
		s4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*s4);
	}
	s6->sin6_port = htons(port);
	s6->sin6_addr = in6addr_loopback;
	return sizeof(*s6);
}

static int new_socket(void)
{
	return tried("socket()", socket(family, SOCK_STREAM | SOCK_NONBLOCK |
					SOCK_CLOEXEC, IPPROTO_LCTCP));
}

static int new_listener(int port)
{
	struct sockaddr_storage ss;
	socklen_t len = address(&ss, port);
	int fd = new_socket(), one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (tried("bind()", bind(fd, (void *)&ss, len)) < 0 ||
	    tried("listen()", listen(fd, 4)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int dial(int port)
{
	struct sockaddr_storage ss;
	socklen_t len = address(&ss, port);
	int fd = new_socket();

	if (fd < 0)
		return -1;
	if (tried("connect()", connect(fd, (void *)&ss, len)) < 0 &&
	    errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

/* ---- a connection ---- */

#define TEXT	20000

static unsigned char octet(int n, int way)
{
	return (n * 7 + n / 251 + way * 99) % 253;
}

/**
 * struct way - one direction
 * @from, @to:	descriptors
 * @out, @in:	octets written and read
 */
struct way {
	int from, to, nr, out, in;
	bool shut, end;
};

/* What can be done now; true if something was. */
static bool push(struct way *w)
{
	unsigned char buf[8192];
	int n = TEXT - w->out, i, ret;
	bool done = false;

	if (n > (int)sizeof(buf))
		n = sizeof(buf);
	for (i = 0; i < n; i++)
		buf[i] = octet(w->out + i, w->nr);
	if (n) {
		ret = tried("send()", send(w->from, buf, n, MSG_NOSIGNAL));
		if (ret > 0) {
			w->out += ret;
			done = true;
		}
	} else if (!w->shut) {
		w->shut = tried("shutdown()", shutdown(w->from, SHUT_WR)) == 0;
		done = true;
	}
	ret = tried("recv()", recv(w->to, buf, sizeof(buf), 0));
	for (i = 0; i < ret; i++)
		if (buf[i] != octet(w->in + i, w->nr))
			gauntlet_fail("octet %d is another's", w->in + i);
	if (ret > 0) {
		w->in += ret;
		COUNT_N(N_OCTETS, ret);
	}
	if (!ret && !w->end) {
		w->end = true;
		if (w->in != TEXT)
			gauntlet_fail("the end after %d octets", w->in);
	}
	return done || ret > 0;
}

static void talk(enum life life)
{
	int port = PORT + turn % 20000, l, c, s = -1, i;
	struct way out, back;

	if (life == GAP)
		tried("faults", -!!file_write("/proc/thread-self/net/lctcp/faults",
					      "drop data 1 skip 3\n"
					      "delay data 30ms 1 skip 2\n"
					      "dup data 1\ndrop third-ack 1\n") ?
		      (errno = ENOMEM, -1) : 0);
	l = new_listener(port);
	if (l < 0)
		return;
	c = dial(port);
	for (i = 0; c >= 0 && s < 0 && i < PATIENCE; i++) {
		s = tried("accept()", accept4(l, NULL, NULL, SOCK_NONBLOCK |
					      SOCK_CLOEXEC));
		if (s < 0)
			nap(100);
	}
	if (c >= 0 && s < 0 && nth_left())
		gauntlet_fail("nobody to accept");
	if (s >= 0) {
		out = (struct way){ .from = c, .to = s, .nr = 0 };
		back = (struct way){ .from = s, .to = c, .nr = 1 };
		for (i = 0; i < PATIENCE && !(out.end && back.end); i++)
			if (!(push(&out) | push(&back)))
				nap(100);
		if (i == PATIENCE)
			gauntlet_fail("it gets nowhere: %d of %d, %d of %d octets",
				      out.in, out.out, back.in, back.out);
		close(s);
	}
	if (c >= 0)
		close(c);
	close(l);
}

/* ---- what else there is ---- */

static void options(void)
{
	static const int names[] = {
		TCP_NODELAY, TCP_MAXSEG, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL,
		TCP_KEEPCNT, TCP_SYNCNT, TCP_LINGER2, TCP_WINDOW_CLAMP,
		TCP_INFO, TCP_QUICKACK, TCP_USER_TIMEOUT, TCP_CONGESTION,
		LCTCP_MSL, LCTCP_SYN_SCHEDULE, LCTCP_SYNACK_SCHEDULE, LCTCP_VARS,
	};
	static const int schedule[] = { 1000, 2000, 3000 };
	char buf[512];
	socklen_t len;
	unsigned int i;
	int fd = new_socket();

	for (i = 0; fd >= 0 && i < ARRAY_SIZE(names); i++) {
		len = sizeof(buf);
		before_call();
		getsockopt(fd, IPPROTO_LCTCP, names[i], buf, &len);
		setsockopt(fd, IPPROTO_LCTCP, names[i], schedule,
			   names[i] < 1000 ? sizeof(int) : sizeof(schedule));
		COUNT(N_CALLS);
		after_call("options", 0);
	}
	if (fd >= 0)
		close(fd);
	fd = new_listener(PORT + turn % 20000);
	if (fd >= 0)
		close(fd);
}

static void drain(const char *path)
{
	char buf[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	COUNT(N_CALLS);
	if (fd < 0)
		return;
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	close(fd);
}

static void views(void)
{
	static const char * const files[] = {
		"connections", "tcp", "tcp6", "history", "snmp", "transitions",
		"faults",
	};
	int record = open(RECORD, O_RDWR | O_CLOEXEC), l, c;
	char path[64], text[64];
	unsigned int i;

	if (record >= 0 && write(record, "start 64", 8) < 0)
		may_fail("record", errno);
	file_write("/proc/sys/net/lctcp/history", turn % 2 ? "500" : "1000");
	file_write("/proc/sys/net/lctcp/syn_schedule_ms", "1000 2000 4000");
	file_write("/proc/thread-self/net/lctcp/faults", "clear\ndrop rst 1\n");
	l = new_listener(PORT + turn % 20000);
	c = l >= 0 ? dial(PORT + turn % 20000) : -1;
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "/proc/thread-self/net/lctcp/%s",
			 files[i]);
		drain(path);
	}
	file_write("/proc/thread-self/net/lctcp/faults", "clear");
	if (record >= 0) {
		pread(record, text, sizeof(text), 0);
		write(record, "stop", 4);
		close(record);
	}
	if (c >= 0)
		close(c);
	if (l >= 0)
		close(l);
}

static int loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo",
			     .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret;

	if (fd < 0)
		return -1;
	ret = ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return ret;
}

/* An address that could not be made is left out of an interface in silence: ask
 * another protocol whether it is there.
 */
static bool loopback_there(void)
{
	struct sockaddr_storage ss;
	socklen_t len = address(&ss, 0);
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool there = fd >= 0 && !bind(fd, (void *)&ss, len);

	if (fd >= 0)
		close(fd);
	return there;
}

static void new_namespace(void)
{
	int was = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), i;

	/* back again, whatever fails */
	if (was < 0)
		return;
	if (!unshare(CLONE_NEWNET)) {
		COUNT(N_CALLS);
		/* it is ours, not the module's, that failed */
		if (!loopback_up() && loopback_there())
			options();
		else if (!nth_wanted || nth_left())
			gauntlet_fail("a namespace without a loopback device");
		for (i = 0; setns(was, CLONE_NEWNET); i++)
			if (i == 100)
				gauntlet_fail("setns: %s", strerror(errno));
	}
	close(was);
}

/* ---- a life, once ---- */

static void live(enum life life)
{
	turn++;
	switch (life) {
	case TALK:
	case GAP:
	case COOKIES:
		talk(life);
		break;
	case OPTIONS:
		options();
		break;
	case VIEWS:
		views();
		break;
	case NAMESPACE:
		new_namespace();
		break;
	case NLIVES:
		break;
	}
}

/* Nothing is left of it, soon. */
static void settle(void)
{
	char buf[4096];
	int fd, n, i;

	for (i = 0; i < PATIENCE; i++) {
		fd = open("/proc/thread-self/net/lctcp/connections", O_RDONLY);
		n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);
		close(fd);
		if (n > 0 && memchr(buf, '\n', n) == buf + n - 1)
			return;
		nap(i < 20 ? 50 : 1000);
	}
	gauntlet_fail("not everything ends:\n%.*s", n, buf);
}

static void begin(enum life life, struct chance *c)
{
	family = dice(c, 2) ? AF_INET : AF_INET6;
	if (unshare(CLONE_NEWNET))
		gauntlet_fail("no namespace: %s", strerror(errno));
	if (loopback_up() || !loopback_there())
		gauntlet_fail("no loopback device");
	must_put("/proc/sys/net/lctcp/msl_ms", "20");
	must_put("/proc/sys/net/lctcp/r2_ms", "20000");
	must_put("/proc/sys/net/lctcp/fin_wait2_timeout_ms", "1000");
	must_put("/proc/sys/net/lctcp/synack_schedule_ms", "500 1000 2000 4000");
	if (life == COOKIES)
		must_put("/proc/sys/net/lctcp/syncookies", "2");
	if (once_in(c, 2))
		must_put("/proc/sys/net/lctcp/timestamps", "0");
	/* once without, so that what is made but once is there */
	live(life);
	settle();
}

static bool stopped(void)
{
	const char *stop = getenv("GAUNTLET_STOP");

	return stop && !access(stop, F_OK);
}

static void each_call(enum life life)
{
	unsigned int n, left;

	for (n = 1; !stopped(); n++) {
		if (gauntlet_verbose)
			fprintf(stderr, "# life %d: number %u\n", life, n);
		nth_set(n);
		live(life);
		left = nth_left();
		nth_set(0);
		settle();
		COUNT(N_LIVES);
		if (left)
			break;
		if (!wasted)
			COUNT(N_INJECTIONS);
	}
}

static void each_arrival(enum life life, bool pages, struct chance *c)
{
	unsigned long space = pages ? 0 : dice(c, 100);
	bool failed;

	for (; !stopped(); space += pages ? 1 : 1 + dice(c, 400)) {
		if (gauntlet_verbose)
			fprintf(stderr, "# life %d: %s %lu\n", life,
				pages ? "page" : "after", space);
		one_fails(pages, space);
		live(life);
		failed = one_failed(pages);
		settle();
		COUNT(N_LIVES);
		if (!failed)
			break;
		COUNT(N_INJECTIONS);
	}
}

static void play(unsigned int kind, unsigned long round, struct chance *c)
{
	enum life life = kind < NLIVES ? kind :
			 PICK(c, ((const enum life[]){ TALK, GAP, COOKIES }));

	(void)round;
	prepare();
	begin(life, c);
	if (kind < NLIVES)
		each_call(life);
	else
		each_arrival(life, kind > NLIVES, c);
}

int main(int argc, char **argv)
{
	static const char * const kinds[] = {
		"each call, data both ways", "each call, losses and gaps",
		"each call, SYN cookies", "each call, options",
		"each call, views, faults, a recorder",
		"each call, a namespace", "each arrival, slabs",
		"each arrival, pages",
	};
	static const struct gauntlet g = {
		.name = "failures",
		.kinds = kinds,
		.nkinds = 8,
		.rounds = 8,
		.patience = 1000000,
		.play = play,
	};

	if (access(SLAB "probability", F_OK) || access(COPY "verbose", F_OK)) {
		printf("TAP version 13\n1..0 # SKIP no failures to be had in this kernel\n");
		return 4;
	}
	return gauntlet_main(&g, argc, argv);
}
