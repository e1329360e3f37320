// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that call whatever there is, in namespaces that come and go.
 *
 * A round is a pair of namespaces with a wire between them.  Threads in both
 * open, use and close connections over the wire and the loopback device, on few
 * ports; others write settings and faults, read every file, record, ask the
 * module to go, and make namespaces that die with connections alive.  In the
 * end the pair dies the same way.  Nothing may hang and nothing may be left;
 * the kernel's own checks see the rest.
 *
 * What is toggled patches the kernel's text.  Emulated processors take that
 * ill, so where time is real, whatever a round would toggle is switched on
 * before the first one begins, and stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/lctcp.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "gauntlet.h"
#include "netlib.h"

#define PORT	9000
#define NPORTS	4
#define RECORD	"/sys/kernel/debug/lctcp/record"

/**
 * struct caller - one thread
 * @step:	what it does again and again, with a pause in between
 * @ns:		where, A or B
 * @held:	descriptors that it keeps for a while
 */
struct caller {
	void (*step)(struct caller *me);
	pthread_t thread;
	int ns;
	struct chance c;
	int held[8];
};

static struct pair pair;
static long end;		/* monotonic, milliseconds */

static int family(struct caller *me)
{
	return dice(&me->c, 2) ? AF_INET : AF_INET6;
}

/* ---- sockets ---- */

static void *scribble(struct caller *me, int n)
{
	static __thread unsigned char buf[1 << 16];
	int i;

	for (i = 0; i < n; i += 97)
		buf[i] = chance_next(&me->c);
	return buf;
}

static void option(struct caller *me, int fd)
{
	static const int levels[] = { SOL_SOCKET, IPPROTO_TCP, IPPROTO_LCTCP,
				      IPPROTO_IP, IPPROTO_IPV6 };
	static const int values[] = { 0, 1, -1, 100, 1000, 65536, 1 << 30 };
	int level = PICK(&me->c, levels), name = dice(&me->c, 70);
	int value[16] = { PICK(&me->c, values) };
	socklen_t len = once_in(&me->c, 4) ? dice(&me->c, 64) : sizeof(int);

	if (level == IPPROTO_LCTCP && dice(&me->c, 2))
		name = LCTCP_MSL + dice(&me->c, 5);
	/* what takes the device away from all */
	if (level == SOL_SOCKET && name == SO_BINDTODEVICE)
		return;
	if (dice(&me->c, 2))
		setsockopt(fd, level, name, value, len);
	else
		getsockopt(fd, level, name, value, &len);
}

static void call(struct caller *me, int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct linger l = { dice(&me->c, 2), 0 };
	int n = 1 + dice(&me->c, once_in(&me->c, 4) ? 65000 : 2000), x;
	union addr a;
	socklen_t len = sizeof(a);

	COUNT(N_CALLS);
	switch (dice(&me->c, 20)) {
	case 0 ... 4:
		send(fd, scribble(me, n), n, MSG_DONTWAIT | MSG_NOSIGNAL |
		     (dice(&me->c, 6) ? 0 : MSG_OOB) |
		     (dice(&me->c, 6) ? 0 : MSG_MORE));
		break;
	case 5 ... 9:
		recv(fd, scribble(me, 1), n, MSG_DONTWAIT |
		     (dice(&me->c, 6) ? 0 : MSG_PEEK) |
		     (dice(&me->c, 6) ? 0 : MSG_OOB) |
		     (dice(&me->c, 6) ? 0 : MSG_TRUNC) |
		     (dice(&me->c, 6) ? 0 : MSG_WAITALL));
		break;
	case 10 ... 12:
		option(me, fd);
		break;
	case 13:
		ioctl(fd, PICK(&me->c, ((const int[]){
			SIOCINQ, SIOCOUTQ, SIOCATMARK, SIOCOUTQNSD })), &x);
		break;
	case 14:
		getsockname(fd, &a.sa, &len);
		len = sizeof(a);
		getpeername(fd, &a.sa, &len);
		break;
	case 15:
		poll_for(fd, POLLIN | POLLOUT | POLLPRI, dice(&me->c, 3));
		break;
	case 16:
		shutdown(fd, dice(&me->c, 3));
		break;
	case 17:
		if (once_in(&me->c, 3))
			connect(fd, &none, sizeof(none));
		break;
	case 18:
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
		break;
	case 19:
		if (once_in(&me->c, 3))
			listen(fd, dice(&me->c, 5));
		break;
	}
}

/* One of those held: used, closed, or made anew. */
static void user(struct caller *me)
{
	int *fd = &PICK(&me->c, me->held), host, s, i;
	unsigned int port = PORT + dice(&me->c, NPORTS);
	bool near = dice(&me->c, 2);

	if (*fd < 0) {
		host = near ? LOOP : me->ns == A ? HOST_B : HOST_A;
		if (once_in(&me->c, 3))
			*fd = listener(pair.ns[me->ns], family(me), HOST_ANY,
				       port, dice(&me->c, 8));
		else
			*fd = dial_from(pair.ns[me->ns], family(me),
					once_in(&me->c, 3) ?
					41000 + dice(&me->c, 4) : 0, host, port);
		COUNT(N_CALLS);
		if (*fd < 0)
			*fd = -1;
		return;
	}
	for (i = dice(&me->c, 6); i >= 0; i--)
		call(me, *fd);
	s = accept4(*fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (s >= 0) {
		COUNT(N_LIVES);
		for (i = dice(&me->c, 6); i >= 0; i--)
			call(me, s);
		fd = &PICK(&me->c, me->held);
		if (*fd >= 0)
			close(*fd);
		*fd = s;
	} else if (once_in(&me->c, 8)) {
		close(*fd);
		*fd = -1;
	}
}

/* A call that blocks while another thread ends what it waits for. */
static void blocker(struct caller *me)
{
	unsigned int port = PORT + 100 + me->ns;
	struct timeval soon = { .tv_usec = 20000 };
	int fam = family(me), l, c, s;
	char buf[100];

	l = listener(pair.ns[me->ns], fam, HOST_ANY, port, 3);
	if (l < 0)
		return;
	c = dial(pair.ns[me->ns], fam, LOOP, port);
	s = take(l, 20);
	if (s >= 0) {
		blocking(s, true);
		setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
		if (dice(&me->c, 2) && c >= 0) {
			close(c);
			c = -1;
		}
		recv(s, buf, sizeof(buf), dice(&me->c, 2) ? MSG_WAITALL : 0);
		close(s);
	}
	if (c >= 0)
		close(c);
	close(l);
	COUNT_N(N_CALLS, 6);
}

/* ---- files ---- */

static void setter(struct caller *me)
{
	static const char * const settings[][4] = {
		{ "timestamps", "0", "1", "2" },
		{ "sack", "0", "1", "-1" },
		{ "window_scaling", "0", "1", "" },
		{ "syncookies", "0", "1", "2" },
		{ "msl_ms", "0", "50", "1000" },
		{ "history", "0", "16", "1024" },
		{ "rmem", "2048 4096 8192", "4096 131072 6291456", "1 2" },
		{ "wmem", "2048 4096 8192", "4096 131072 4194304", "9 8 7" },
		{ "syn_schedule_ms", "100 200", "50", "junk" },
		{ "synack_schedule_ms", "100 200", "50 50 50", "" },
		{ "max_syn_backlog", "1", "4096", "16" },
		{ "max_tw", "0", "2", "262144" },
		{ "somaxconn", "0", "4096", "1" },
		{ "abort_on_overflow", "0", "1", "0" },
		{ "time_wait_after_rst", "0", "1", "0" },
		{ "delack_ms", "1", "40", "400" },
		{ "rto_min_ms", "1", "200", "1000" },
	};
	const char * const *s = settings[dice(&me->c, ARRAY_SIZE(settings))];

	sysctl_set(pair.ns[me->ns], s[0], s[1 + dice(&me->c, 3)]);
	COUNT(N_CALLS);
}

static void rule(struct caller *me)
{
	static const char * const verbs[] = { "drop", "dup", "delay" };
	static const char * const roles[] = {
		"syn", "synack", "third-ack", "data", "ack", "fin", "fin-ack",
		"last-ack", "rst",
	};
	int verb = dice(&me->c, 3);
	char text[64];

	if (once_in(&me->c, 4) && lc_virtual())
		snprintf(text, sizeof(text), "clear\n");
	else
		snprintf(text, sizeof(text), "%s %s %s%u skip %u\n", verbs[verb],
			 PICK(&me->c, roles), verb == 2 ? "10ms " : "",
			 1 + dice(&me->c, 4), dice(&me->c, 4));
	fault(pair.ns[me->ns], text);
	COUNT(N_CALLS);
}

static void reader(struct caller *me)
{
	static const char * const files[] = {
		"connections", "tcp", "tcp6", "history", "snmp", "transitions",
		"faults",
	};
	static __thread char buf[1 << 17];
	char path[64];
	int fd, n;

	snprintf(path, sizeof(path), "/proc/thread-self/net/lctcp/%s",
		 PICK(&me->c, files));
	COUNT(N_CALLS);
	if (dice(&me->c, 2)) {
		ns_read(pair.ns[me->ns], path, buf, sizeof(buf));
		return;
	}
	/* in small pieces, and from the middle */
	fd = ns_open(pair.ns[me->ns], path, O_RDONLY);
	if (fd < 0)
		return;
	for (n = 0; n < 50 && read(fd, buf, 1 + dice(&me->c, 300)) > 0; n++)
		if (once_in(&me->c, 20))
			lseek(fd, dice(&me->c, 5000), SEEK_SET);
	close(fd);
}

static void recorder(struct caller *me)
{
	int fd = open(RECORD, O_RDWR | O_CLOEXEC);
	char buf[128];

	COUNT(N_CALLS);
	if (fd < 0)
		return;
	write(fd, "start 64", 8);
	nap_ms(1 + dice(&me->c, 20));
	read(fd, buf, sizeof(buf));
	if (dice(&me->c, 2))
		write(fd, "stop", 4);
	close(fd);
}

/* The module is in use: it must not go, and must not be half gone. */
static void remover(struct caller *me)
{
	(void)me;
	COUNT(N_CALLS);
	if (!syscall(SYS_delete_module, "lctcp", O_NONBLOCK))
		gauntlet_fail("the module went while in use");
}

/* A namespace that ends with connections in every state. */
static void mortal(struct caller *me)
{
	int ns = ns_new(), fds[6], fam = family(me), n = 0, i;

	if (ns < 0)
		return;
	sysctl_set(ns, "msl_ms", "60000\n");
	fds[n++] = listener(ns, fam, HOST_ANY, PORT, 2);
	while (n < 6)
		fds[n++] = dial(ns, fam, LOOP, PORT);
	i = take(fds[0], 5);
	if (i >= 0) {
		call(me, i);
		close(i);
	}
	for (i = n - 1; i >= 0; i--)
		if (fds[i] >= 0)
			close(fds[i]);
	close(ns);
	COUNT_N(N_CALLS, 20);
}

/* ---- threads ---- */

static void *run(void *arg)
{
	struct caller *me = arg;
	int i;

	for (i = 0; i < 8; i++)
		me->held[i] = -1;
	if (ns_enter(pair.ns[me->ns]))
		return NULL;
	while (now_ms() < end) {
		me->step(me);
		nap_ms(lc_virtual() ? 1 + dice(&me->c, 4) : dice(&me->c, 2));
	}
	for (i = 0; i < 8; i++)
		if (me->held[i] >= 0)
			close(me->held[i]);
	return me;
}

static void play(unsigned int kind, unsigned long round, struct chance *c)
{
	static void (* const steps[])(struct caller *) = {
		user, user, user, user, blocker, reader, setter, mortal,
		remover,
		/* only where text may be patched at any time */
		rule, recorder,
	};
	int n = lc_virtual() ? 11 : 9, i;
	struct caller callers[22] = {};
	struct timespec limit;
	void *ret;

	(void)round;
	(void)kind;
	if (pair_up(&pair))
		gauntlet_fail("no pair of namespaces");
	for (i = 0; i < 2; i++) {
		sysctl_set(pair.ns[i], "msl_ms", "100\n");
		sysctl_set(pair.ns[i], "r2_ms", "1000\n");
		sysctl_set(pair.ns[i], "fin_wait2_timeout_ms", "500\n");
		sysctl_set(pair.ns[i], "synack_schedule_ms", "100 200\n");
		sysctl_set(pair.ns[i], "syn_schedule_ms", "100 200\n");
	}
	if (!lc_virtual())
		fault(pair.ns[A], "drop data 100000 skip 5\ndup ack 1000\n"
				  "delay synack 5ms 1000\n");
	/* the module stays while this is open */
	i = sock(pair.ns[A], AF_INET);
	end = now_ms() + (lc_virtual() ? 1500 : 3000);
	for (i = 0; i < 2 * n; i++) {
		callers[i].step = steps[i / 2];
		callers[i].ns = i % 2;
		callers[i].c.x = chance_next(c);
		if (pthread_create(&callers[i].thread, NULL, run, &callers[i]))
			gauntlet_fail("no thread");
	}
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 120;
	for (i = 0; i < 2 * n; i++)
		if (pthread_timedjoin_np(callers[i].thread, &ret, &limit) ||
		    ret != &callers[i])
			gauntlet_fail("thread %d hangs or never ran", i);
	if (once_in(c, 2)) {
		/* those who wait out something, wait */
		for (i = 0; i < 2; i++)
			if (!wait_until(!conn_count(pair.ns[i], AF_INET, 0) &&
					!conn_count(pair.ns[i], AF_INET6, 0),
					60000))
				gauntlet_fail("connections are left in namespace %d", i);
	}
	pair_down(&pair);
}

/* All that a round may toggle, on until this process ends: faults, the recorder,
 * timestamps of packets (for SO_TIMESTAMP and its kin), and what IP looks at
 * once somebody has asked for it.
 */
static void hold_switches(void)
{
	int ns = ns_new(), record = open(RECORD, O_RDWR | O_CLOEXEC), one = 1;
	int v4 = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int v6 = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (ns < 0 || fault(ns, "drop data 1 skip 1000\n") || record < 0 ||
	    write(record, "start 64", 8) != 8 ||
	    setsockopt(v4, SOL_SOCKET, SO_TIMESTAMP, &one, sizeof(one)) ||
	    setsockopt(v4, IPPROTO_IP, IP_MINTTL, &one, sizeof(one)) ||
	    setsockopt(v6, IPPROTO_IPV6, IPV6_MINHOPCOUNT, &one, sizeof(one)))
		gauntlet_fail("cannot switch on what stays on: %s",
			      strerror(errno));
	/* a worker of the kernel does it, soon */
	nap_ms(1000);
}

int main(int argc, char **argv)
{
	static const char * const kinds[] = { "threads and namespaces" };
	const struct gauntlet g = {
		.name = "calls",
		.kinds = kinds,
		.nkinds = 1,
		.rounds = lc_virtual() ? 4 : 2,
		.patience = lc_virtual() ? 1000000 : 300,
		.play = play,
	};

	if (!lc_virtual())
		hold_switches();
	return gauntlet_main(&g, argc, argv);
}
