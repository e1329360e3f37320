// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting: poll, epoll and select in every state, blocking calls with
 * signals, timeouts and threads, the flags of recv(), lingering.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "netlib.h"

#define PORT	8000
#define CPORT	40000

static volatile sig_atomic_t signals;
static volatile sig_atomic_t last_signal_fd;

static void on_signal(int sig)
{
	signals++;
}

static void on_siginfo(int sig, siginfo_t *info, void *ctx)
{
	signals++;
	last_signal_fd = info->si_fd;
}

FIXTURE(wait) {
	struct pair p;
	int l;
};

FIXTURE_VARIANT(wait) {
	int family;
};

FIXTURE_VARIANT_ADD(wait, v4) { .family = AF_INET };
FIXTURE_VARIANT_ADD(wait, v6) { .family = AF_INET6 };

FIXTURE_SETUP(wait)
{
	ASSERT_FALSE(lc_missing()) TH_LOG("no protocol %d here", lc_proto());
	signal(SIGPIPE, SIG_IGN);
	ASSERT_EQ(0, pair_up(&self->p));
	ASSERT_EQ(0, black_hole(&self->p, A));
	self->l = listener(self->p.ns[B], variant->family, HOST_ANY, PORT, 128);
	ASSERT_LE(0, self->l);
}

FIXTURE_TEARDOWN(wait)
{
	pair_down(&self->p);
}

#define NS_A	(self->p.ns[A])
#define NS_B	(self->p.ns[B])
#define FAM	(variant->family)

#define CONNECTED(c, s)							\
	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &(c), &(s)))

/* How much later than due a wait may end. */
static long slack(void)
{
	return lc_virtual() ? 20 : 1000;
}

/* Write until nothing goes in any more, auto-tuning included; octets. */
static long fill(int fd)
{
	static char big[1 << 16];
	long sum = 0, before;
	int n;

	do {
		before = sum;
		while ((n = send(fd, big, sizeof(big),
				 MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
			sum += n;
		nap_ms(500);
	} while (sum != before);
	return sum;
}

/* ---- readiness ---- */

#define EVENTS	(POLLIN | POLLPRI | POLLOUT | POLLRDHUP)

static const char *events_text(int ev)
{
	static char buf[2][64];
	static int which;
	char *b = buf[which ^= 1];

	snprintf(b, 64, "%s%s%s%s%s%s", ev & POLLIN ? "IN " : "",
		 ev & POLLPRI ? "PRI " : "", ev & POLLOUT ? "OUT " : "",
		 ev & POLLERR ? "ERR " : "", ev & POLLHUP ? "HUP " : "",
		 ev & POLLRDHUP ? "RDHUP " : "");
	return b;
}

/* epoll's and poll's bits are the same numbers here. */
static int epoll_now(int fd, unsigned int flags)
{
	struct epoll_event e = { .events = EVENTS | flags };
	int ep = epoll_create1(EPOLL_CLOEXEC), n;

	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
	n = epoll_wait(ep, &e, 1, 0);
	close(ep);
	return n > 0 ? e.events : 0;
}

static int select_now(int fd)
{
	struct timeval none = { 0 };
	fd_set r, w, x;
	int ev = 0;

	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_ZERO(&x);
	FD_SET(fd, &r);
	FD_SET(fd, &w);
	FD_SET(fd, &x);
	if (select(fd + 1, &r, &w, &x, &none) < 0)
		return -1;
	if (FD_ISSET(fd, &r))
		ev |= POLLIN;
	if (FD_ISSET(fd, &w))
		ev |= POLLOUT;
	if (FD_ISSET(fd, &x))
		ev |= POLLPRI;
	return ev;
}

/* select() folds HUP into readable and ERR into both. */
static int select_of(int ev)
{
	return (ev & (POLLIN | POLLHUP | POLLERR) ? POLLIN : 0) |
	       (ev & (POLLOUT | POLLERR) ? POLLOUT : 0) |
	       (ev & POLLPRI ? POLLPRI : 0);
}

#define READY(fd, want) do {						\
	int __w = (want), __p, __e, __s;				\
									\
	wait_until(poll_for(fd, EVENTS, 0) == __w, 2000);		\
	__p = poll_for(fd, EVENTS, 0);					\
	__e = epoll_now(fd, 0);						\
	__s = select_now(fd);						\
	EXPECT_EQ(__w, __p)						\
		TH_LOG("poll: want %s, got %s", events_text(__w),	\
		       events_text(__p));				\
	EXPECT_EQ(__w, __e)						\
		TH_LOG("epoll: want %s, got %s", events_text(__w),	\
		       events_text(__e));				\
	EXPECT_EQ(select_of(__w), __s)					\
		TH_LOG("select: want %s, got %s",			\
		       events_text(select_of(__w)), events_text(__s));	\
} while (0)

TEST_F(wait, api_connect_simultaneous_poll)
{
	int fd = sock_flags(NS_A, FAM, SOCK_NONBLOCK);

	READY(fd, POLLOUT | POLLHUP);
	close(fd);
	fd = dial(NS_A, FAM, HOST_FOREIGN, PORT);
	ASSERT_LE(0, fd);
	READY(fd, 0);
	close(fd);
}

TEST_F(wait, api_poll_nonblock_connect_fail)
{
	int fd = dial(NS_A, FAM, HOST_B, PORT + 1);

	ASSERT_LE(0, fd);
	READY(fd, POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
	EXPECT_EQ(ECONNREFUSED, so_error(fd));
	READY(fd, POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
}

TEST_F(wait, api_poll_listener)
{
	struct seg syn = { .sport = CPORT, .dport = PORT, .seq = 1000,
			   .flags = F_SYN, .win = 1000 };
	int c, s;

	READY(self->l, 0);
	if (!lc_tcp()) {
		/* only a SYN */
		ASSERT_EQ(0, fault(NS_A, "drop rst"));
		ASSERT_EQ(0, inject(NS_A, FAM, HOST_A, HOST_B, &syn, NULL));
		ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_SYN_RECV);
		READY(self->l, 0);
	}
	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, c);
	READY(self->l, POLLIN);
	s = take(self->l, 1000);
	ASSERT_LE(0, s);
	READY(self->l, 0);
}

TEST_F(wait, api_poll_level)
{
	int c, s, n;
	char buf[100];
	struct linger now = { 1, 0 };

	CONNECTED(c, s);
	READY(c, POLLOUT);
	READY(s, POLLOUT);
	ASSERT_EQ(1, send(c, "x", 1, 0));
	READY(s, POLLIN | POLLOUT);
	ASSERT_EQ(1, recv(s, buf, 1, 0));
	READY(s, POLLOUT);

	/* SO_RCVLOWAT */
	n = 10;
	ASSERT_EQ(0, setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, &n, sizeof(n)));
	ASSERT_EQ(9, send(c, "123456789", 9, 0));
	nap_ms(100);
	READY(s, POLLOUT);
	ASSERT_EQ(1, send(c, "0", 1, 0));
	READY(s, POLLIN | POLLOUT);
	ASSERT_EQ(10, recv(s, buf, sizeof(buf), 0));

	/* no room */
	ASSERT_LT(0, fill(s));
	READY(s, 0);
	for (;;) {
		static char big[1 << 20];

		if (recv(c, big, sizeof(big), 0) <= 0 &&
		    !poll_for(c, POLLIN, 300))
			break;
	}
	READY(s, POLLOUT);

	/* one direction closed, then both */
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	READY(s, POLLIN | POLLOUT | POLLRDHUP);
	READY(c, POLLOUT);
	ASSERT_EQ(0, shutdown(s, SHUT_WR));
	READY(c, POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
	READY(s, POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
	close(c);
	close(s);

	/* reset */
	CONNECTED(c, s);
	setsockopt(c, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(c);
	READY(s, POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDHUP);
	EXPECT_EQ(-1, recv(s, buf, 1, 0));
	EXPECT_EQ(ECONNRESET, errno);
	READY(s, POLLIN | POLLOUT | POLLHUP | POLLRDHUP);
	close(s);

	/* shutdown of the local reading half */
	CONNECTED(c, s);
	ASSERT_EQ(0, shutdown(s, SHUT_RD));
	READY(s, POLLIN | POLLOUT | POLLRDHUP);
}

TEST_F(wait, api_poll_urgent)
{
	int c, s;
	char ch;

	CONNECTED(c, s);
	ASSERT_EQ(1, send(c, "u", 1, MSG_OOB)) TH_LOG("%m");
	READY(s, POLLPRI | POLLOUT);
	ASSERT_EQ(1, recv(s, &ch, 1, MSG_OOB));
	EXPECT_EQ('u', ch);
	READY(s, POLLOUT);
}

/* One event of an edge-triggered descriptor, or 0 within @ms. */
static int edge(int ep, int ms)
{
	struct epoll_event e;

	return epoll_wait(ep, &e, 1, ms) > 0 ? e.events : 0;
}

TEST_F(wait, api_epoll_edge)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET };
	int ep = epoll_create1(EPOLL_CLOEXEC), c, s;
	char ch;

	CONNECTED(c, s);
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, s, &e));
	EXPECT_EQ(0, edge(ep, 50));
	ASSERT_EQ(1, send(c, "a", 1, 0));
	EXPECT_EQ(EPOLLIN, edge(ep, 1000));
	/* still readable, but nothing new */
	EXPECT_EQ(0, edge(ep, 50));
	ASSERT_EQ(1, send(c, "b", 1, 0));
	EXPECT_EQ(EPOLLIN, edge(ep, 1000));
	EXPECT_EQ(0, edge(ep, 50));
	ASSERT_EQ(1, recv(s, &ch, 1, 0));
	EXPECT_EQ(0, edge(ep, 50));
	ASSERT_EQ(1, recv(s, &ch, 1, 0));
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	EXPECT_EQ(EPOLLIN | EPOLLRDHUP, edge(ep, 1000));
	EXPECT_EQ(0, edge(ep, 50));

	/* one shot: silent until armed again */
	e.events = EPOLLIN | EPOLLONESHOT;
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_MOD, s, &e));
	EXPECT_EQ(EPOLLIN, edge(ep, 1000));
	EXPECT_EQ(0, edge(ep, 50));
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_MOD, s, &e));
	EXPECT_EQ(EPOLLIN, edge(ep, 1000));
	close(ep);
}

TEST_F_TIMEOUT(wait, api_epoll_et_write, 120)
{
	struct epoll_event e = { .events = EPOLLOUT | EPOLLET };
	int ep = epoll_create1(EPOLL_CLOEXEC), c, s, round;
	static char buf[1 << 16];

	CONNECTED(c, s);
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, c, &e));
	EXPECT_EQ(EPOLLOUT, edge(ep, 1000));
	for (round = 0; round < 3; round++) {
		ASSERT_LT(0, fill(c));
		while (edge(ep, 0))
			;
		/* full: silence */
		EXPECT_EQ(0, edge(ep, 300));
		/* The reader makes room; without another EAGAIN in between
		 * there is one edge.
		 */
		while (poll_for(s, POLLIN, 300))
			ASSERT_LT(0, recv(s, buf, sizeof(buf), 0));
		EXPECT_EQ(EPOLLOUT, edge(ep, 2000));
		EXPECT_EQ(0, edge(ep, 100));
	}
	close(ep);
}

struct talker {
	int fd, n;
	long ret;
};

/* Write one octet at a time. */
static void *talk(void *arg)
{
	struct talker *t = arg;
	int i;
	char ch;

	for (i = 0; i < t->n; i++) {
		ch = i;
		if (send(t->fd, &ch, 1, MSG_NOSIGNAL) != 1) {
			t->ret = -errno;
			return NULL;
		}
	}
	shutdown(t->fd, SHUT_WR);
	return NULL;
}

TEST_F_TIMEOUT(wait, epoll_edge_no_lost_wakeup, 600)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET };
	int ep = epoll_create1(EPOLL_CLOEXEC), c, s, got = 0, one = 1, n, i;
	struct talker t = { .n = 20000 };
	char buf[7];
	pthread_t th;

	CONNECTED(c, s);
	blocking(c, true);
	setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	t.fd = c;
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, s, &e));
	ASSERT_EQ(0, pthread_create(&th, NULL, talk, &t));
	for (;;) {
		ASSERT_NE(0, edge(ep, 20000)) TH_LOG("silent after %d", got);
		while ((n = recv(s, buf, sizeof(buf), 0)) > 0)
			for (i = 0; i < n; i++)
				ASSERT_EQ((char)got++, buf[i]);
		if (!n)
			break;
		ASSERT_EQ(EAGAIN, errno);
	}
	pthread_join(th, NULL);
	EXPECT_EQ(0, t.ret);
	EXPECT_EQ(t.n, got);
}

struct taker {
	int lfd, got;
	volatile bool *stop;
};

static void *accept_exclusive(void *arg)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int ep = epoll_create1(EPOLL_CLOEXEC), fd;
	struct taker *t = arg;

	epoll_ctl(ep, EPOLL_CTL_ADD, t->lfd, &e);
	while (!*t->stop) {
		epoll_wait(ep, &e, 1, 300);
		fd = accept4(t->lfd, NULL, NULL, SOCK_NONBLOCK);
		if (fd < 0)
			continue;
		t->got++;
		close(fd);
	}
	close(ep);
	return NULL;
}

TEST_F_TIMEOUT(wait, epoll_exclusive_accept, 120)
{
	volatile bool stop = false;
	struct taker t[4];
	pthread_t th[4];
	int i, fd, sum = 0;

	for (i = 0; i < 4; i++) {
		t[i].lfd = self->l;
		t[i].got = 0;
		t[i].stop = &stop;
		ASSERT_EQ(0, pthread_create(&th[i], NULL, accept_exclusive,
					    &t[i]));
	}
	for (i = 0; i < 100; i++) {
		fd = dial(NS_A, FAM, HOST_B, PORT);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, dialled(fd, 5000));
		ASSERT_NE(0, poll_for(fd, POLLIN, 5000));
		close(fd);
	}
	stop = true;
	for (i = 0; i < 4; i++) {
		pthread_join(th[i], NULL);
		sum += t[i].got;
	}
	EXPECT_EQ(100, sum);
}

/* ---- blocking calls ---- */

/* Send ourselves (the main thread) a signal after a while. */
struct alarm_clock {
	pthread_t who;
	int ms, sig;
};

static void *ring(void *arg)
{
	struct alarm_clock *a = arg;

	nap_ms(a->ms);
	pthread_kill(a->who, a->sig);
	return NULL;
}

static void ring_in(struct alarm_clock *a, pthread_t *t, int ms, int flags)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = flags };

	sigaction(SIGUSR1, &sa, NULL);
	signals = 0;
	a->who = pthread_self();
	a->ms = ms;
	a->sig = SIGUSR1;
	if (pthread_create(t, NULL, ring, a))
		abort();
}

static void set_time(int fd, int which, long ms)
{
	struct timeval t = { ms / 1000, ms % 1000 * 1000 };

	if (setsockopt(fd, SOL_SOCKET, which, &t, sizeof(t)))
		abort();
}

/* @call fails with @err after @ms. */
#define FAILS_AFTER(call, err, ms) do {					\
	long __t = now_ms();						\
									\
	errno = 0;							\
	EXPECT_EQ(-1, (long)(call));					\
	EXPECT_EQ(err, errno) TH_LOG("%s", strerror(errno));		\
	ASSERT_BETWEEN((ms) - 5, now_ms() - __t, (ms) + (ms) / 8 + slack()); \
} while (0)

TEST_F(wait, api_accept_blocking)
{
	struct alarm_clock a;
	pthread_t t;
	int c;

	FAILS_AFTER(accept(self->l, NULL, NULL), EAGAIN, 0);
	blocking(self->l, true);
	set_time(self->l, SO_RCVTIMEO, 1000);
	FAILS_AFTER(accept(self->l, NULL, NULL), EAGAIN, 1000);
	ring_in(&a, &t, 300, SA_RESTART);
	/* with a timeout SA_RESTART does not restart */
	FAILS_AFTER(accept(self->l, NULL, NULL), EINTR, 300);
	pthread_join(t, NULL);
	EXPECT_EQ(1, signals);
	set_time(self->l, SO_RCVTIMEO, 0);
	ring_in(&a, &t, 300, 0);
	FAILS_AFTER(accept(self->l, NULL, NULL), EINTR, 300);
	pthread_join(t, NULL);
	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, c);
	EXPECT_LE(0, accept(self->l, NULL, NULL));
}

struct call {
	int fd;
	long ret;
	int err;
	volatile bool done;
	bool write;
};

static void *accept_thread(void *arg)
{
	struct call *c = arg;

	c->ret = accept(c->fd, NULL, NULL);
	c->err = errno;
	c->done = true;
	return NULL;
}

static void *recv_thread(void *arg)
{
	struct call *c = arg;
	char buf[8];

	c->ret = recv(c->fd, buf, sizeof(buf), 0);
	c->err = errno;
	c->done = true;
	return NULL;
}

static void *send_thread(void *arg)
{
	static char big[1 << 20];
	struct call *c = arg;

	do
		c->ret = send(c->fd, big, sizeof(big), MSG_NOSIGNAL);
	while (c->ret == sizeof(big));
	c->err = errno;
	c->done = true;
	return NULL;
}

TEST_F(wait, api_accept_listener_closed)
{
	struct call c = { .fd = self->l };
	pthread_t t;

	blocking(self->l, true);
	ASSERT_EQ(0, pthread_create(&t, NULL, accept_thread, &c));
	nap_ms(200);
	ASSERT_FALSE(c.done);
	ASSERT_EQ(0, shutdown(self->l, SHUT_RD));
	pthread_join(t, NULL);
	EXPECT_EQ(-1, c.ret);
	EXPECT_EQ(EINVAL, c.err);
}

TEST_F(wait, api_connect_sndtimeo)
{
	int fd = sock(NS_A, FAM);
	union addr a;

	addr_set(&a, FAM, HOST_FOREIGN, PORT);
	set_time(fd, SO_SNDTIMEO, 2000);
	FAILS_AFTER(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS, 2000);
	FAILS_AFTER(connect(fd, &a.sa, addr_len(&a)), EALREADY, 2000);
}

TEST_F(wait, api_connect_eintr)
{
	struct netem slow = { .delay_ms = 500 };
	struct alarm_clock a;
	int fd = sock(NS_A, FAM);
	union addr to;
	pthread_t t;

	addr_set(&to, FAM, HOST_FOREIGN, PORT);
	ring_in(&a, &t, 300, 0);
	FAILS_AFTER(connect(fd, &to.sa, addr_len(&to)), EINTR, 300);
	pthread_join(t, NULL);
	close(fd);

	/* The attempt goes on. */
	need_netem();
	ASSERT_EQ(0, wire(&self->p, A, &slow));
	fd = sock(NS_A, FAM);
	addr_set(&to, FAM, HOST_B, PORT);
	ring_in(&a, &t, 100, 0);
	FAILS_AFTER(connect(fd, &to.sa, addr_len(&to)), EINTR, 100);
	pthread_join(t, NULL);
	EXPECT_EQ(POLLOUT, poll_for(fd, POLLOUT, 5000));
	EXPECT_EQ(0, so_error(fd));
}

TEST_F(wait, api_recv_rcvtimeo)
{
	char buf[100];
	int c, s;
	long t;

	CONNECTED(c, s);
	blocking(s, true);
	set_time(s, SO_RCVTIMEO, 1000);
	FAILS_AFTER(recv(s, buf, 100, 0), EAGAIN, 1000);
	ASSERT_EQ(10, send(c, "0123456789", 10, 0));
	t = now_ms();
	EXPECT_EQ(10, recv(s, buf, 100, MSG_WAITALL));
	ASSERT_BETWEEN(995, now_ms() - t, 1125 + slack());
}

TEST_F(wait, api_send_sndtimeo)
{
	static char big[64 << 20];
	int c, s;
	long t, n;

	CONNECTED(c, s);
	blocking(c, true);
	set_time(c, SO_SNDTIMEO, 1000);
	/* As much as fits, then one full wait. */
	t = now_ms();
	n = send(c, big, sizeof(big), 0);
	EXPECT_LT(0, n);
	EXPECT_GT(sizeof(big), n);
	EXPECT_LE(995, now_ms() - t);
	fill(c);
	FAILS_AFTER(send(c, big, sizeof(big), 0), EAGAIN, 1000);
}

TEST_F(wait, api_recv_blocking_partial)
{
	struct call call;
	pthread_t t;
	int c, s;

	CONNECTED(c, s);
	blocking(s, true);
	call = (struct call){ .fd = s };
	ASSERT_EQ(0, pthread_create(&t, NULL, recv_thread, &call));
	nap_ms(200);
	ASSERT_FALSE(call.done);
	ASSERT_EQ(3, send(c, "abc", 3, 0));
	pthread_join(t, NULL);
	EXPECT_EQ(3, call.ret);
}

/* MSG_WAITALL: how much of 100 comes back, and why it stops. */
TEST_F(wait, api_recv_waitall)
{
	struct linger now = { 1, 0 };
	struct alarm_clock a;
	char buf[100] = { 0 };
	struct talker t40 = { .n = 100 };
	pthread_t t;
	int c, s;

	CONNECTED(c, s);
	blocking(s, true);
	blocking(c, true);
	t40.fd = c;
	ASSERT_EQ(0, pthread_create(&t, NULL, talk, &t40));
	EXPECT_EQ(100, recv(s, buf, 100, MSG_WAITALL));
	EXPECT_EQ(99, buf[99]);
	pthread_join(t, NULL);
	EXPECT_EQ(0, recv(s, buf, 100, MSG_WAITALL));
	close(c);
	close(s);

	/* end of file after 40 */
	CONNECTED(c, s);
	blocking(s, true);
	ASSERT_EQ(40, send(c, buf, 40, 0));
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	EXPECT_EQ(40, recv(s, buf, 100, MSG_WAITALL));
	EXPECT_EQ(0, recv(s, buf, 100, MSG_WAITALL));
	close(c);
	close(s);

	/* reset after 40 */
	CONNECTED(c, s);
	blocking(s, true);
	ASSERT_EQ(40, send(c, buf, 40, 0));
	nap_ms(50);
	setsockopt(c, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(c);
	EXPECT_EQ(40, recv(s, buf, 100, MSG_WAITALL));
	EXPECT_EQ(-1, recv(s, buf, 100, MSG_WAITALL));
	EXPECT_EQ(ECONNRESET, errno);
	close(s);

	/* signal after 40 */
	CONNECTED(c, s);
	blocking(s, true);
	ASSERT_EQ(40, send(c, buf, 40, 0));
	ring_in(&a, &t, 300, 0);
	EXPECT_EQ(40, recv(s, buf, 100, MSG_WAITALL));
	pthread_join(t, NULL);
	EXPECT_EQ(1, signals);
}

TEST_F(wait, api_recv_peek)
{
	int c, s, i, off = 0, one = 1;
	char buf[64];

	CONNECTED(c, s);
	setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	for (i = 0; i < 3; i++) {
		memset(buf, 'a' + i, 20);
		ASSERT_EQ(20, send(c, buf, 20, 0));
	}
	ASSERT_TRUE(wait_until((ioctl(s, FIONREAD, &i), i == 60), 2000));
	EXPECT_EQ(50, recv(s, buf, 50, MSG_PEEK));
	EXPECT_EQ('a', buf[19]);
	EXPECT_EQ('b', buf[20]);
	EXPECT_EQ('c', buf[49]);
	EXPECT_EQ(60, recv(s, buf, 64, MSG_PEEK));
	blocking(s, true);
	EXPECT_EQ(60, recv(s, buf, 60, MSG_PEEK | MSG_WAITALL));
	if (!setsockopt(s, SOL_SOCKET, SO_PEEK_OFF, &off, sizeof(off))) {
		EXPECT_EQ(30, recv(s, buf, 30, MSG_PEEK));
		EXPECT_EQ(20, recv(s, buf, 20, MSG_PEEK));
		EXPECT_EQ('b', buf[0]);
		EXPECT_EQ('c', buf[10]);
		off = -1;
		setsockopt(s, SOL_SOCKET, SO_PEEK_OFF, &off, sizeof(off));
	} else {
		/* 6.1 does not have it for TCP */
		EXPECT_EQ(EOPNOTSUPP, errno);
	}
	EXPECT_EQ(60, recv(s, buf, 64, 0));
	EXPECT_EQ(-1, recv(s, buf, 64, MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(wait, api_recv_trunc)
{
	char buf[16];
	int c, s;

	CONNECTED(c, s);
	ASSERT_EQ(12, send(c, "abcdefghijkl", 12, 0));
	ASSERT_NE(0, poll_for(s, POLLIN, 1000));
	memset(buf, '-', sizeof(buf));
	EXPECT_EQ(10, recv(s, buf, 10, MSG_TRUNC));
	EXPECT_EQ('-', buf[0]);
	EXPECT_EQ(2, recv(s, buf, 16, 0));
	EXPECT_EQ('k', buf[0]);
}

static void *talk_late(void *arg)
{
	nap_ms(400);
	return talk(arg);
}

TEST_F(wait, api_signals_restart)
{
	struct talker late = { .n = 1 };
	struct alarm_clock a;
	pthread_t t, t2;
	char buf[8];
	long began;
	int c, s;

	CONNECTED(c, s);
	blocking(s, true);
	ring_in(&a, &t, 200, 0);
	FAILS_AFTER(recv(s, buf, 8, 0), EINTR, 200);
	pthread_join(t, NULL);
	/* restarted, and then there is data */
	late.fd = c;
	ring_in(&a, &t, 200, SA_RESTART);
	ASSERT_EQ(0, pthread_create(&t2, NULL, talk_late, &late));
	began = now_ms();
	EXPECT_EQ(1, recv(s, buf, 8, 0));
	EXPECT_LE(395, now_ms() - began);
	EXPECT_EQ(1, signals);
	pthread_join(t, NULL);
	pthread_join(t2, NULL);
	close(c);
	close(s);
	/* with a timeout, EINTR whatever SA_RESTART says */
	CONNECTED(c, s);
	blocking(s, true);
	set_time(s, SO_RCVTIMEO, 5000);
	ring_in(&a, &t, 200, SA_RESTART);
	FAILS_AFTER(recv(s, buf, 8, 0), EINTR, 200);
	pthread_join(t, NULL);
}

/* A blocked write is cut short by a signal and says how much it took. */
TEST_F(wait, api_send_partial)
{
	static char big[64 << 20];
	struct alarm_clock a;
	pthread_t t;
	int c, s, n;

	CONNECTED(c, s);
	n = send(c, big, sizeof(big), 0);
	EXPECT_LT(0, n);
	EXPECT_GT(sizeof(big), n);
	fill(c);
	EXPECT_EQ(-1, send(c, big, sizeof(big), 0));
	EXPECT_EQ(EAGAIN, errno);
	close(c);
	close(s);
	CONNECTED(c, s);
	blocking(c, true);
	ring_in(&a, &t, 2000, SA_RESTART);
	n = send(c, big, sizeof(big), 0);
	pthread_join(t, NULL);
	EXPECT_LT(0, n);
	EXPECT_GT(sizeof(big), n);
	fill(c);
	ring_in(&a, &t, 300, 0);
	FAILS_AFTER(send(c, big, sizeof(big), 0), EINTR, 300);
	pthread_join(t, NULL);
}

TEST_F(wait, clo_simultaneous_shutdown_threads)
{
	struct call r, w;
	pthread_t tr, tw;
	int c, s;

	/* shutdown() of the same descriptor wakes who waits on it */
	CONNECTED(c, s);
	blocking(c, true);
	r = (struct call){ .fd = c };
	ASSERT_EQ(0, pthread_create(&tr, NULL, recv_thread, &r));
	nap_ms(100);
	ASSERT_FALSE(r.done);
	ASSERT_EQ(0, shutdown(c, SHUT_RD));
	pthread_join(tr, NULL);
	EXPECT_EQ(0, r.ret);
	w = (struct call){ .fd = c };
	ASSERT_EQ(0, pthread_create(&tw, NULL, send_thread, &w));
	nap_ms(300);
	ASSERT_FALSE(w.done);
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	ASSERT_TRUE(wait_until(w.done, 5000));
	pthread_join(tw, NULL);
	if (w.ret < 0)
		EXPECT_EQ(EPIPE, w.err);
	close(c);
	close(s);

	/* the peer's reset wakes both */
	CONNECTED(c, s);
	blocking(c, true);
	r = (struct call){ .fd = c };
	ASSERT_EQ(0, pthread_create(&tr, NULL, recv_thread, &r));
	nap_ms(100);
	ASSERT_EQ(1, send(c, "x", 1, 0));
	ASSERT_NE(0, poll_for(s, POLLIN, 1000));
	close(s);			/* unread data: RST */
	pthread_join(tr, NULL);
	EXPECT_EQ(-1, r.ret);
	EXPECT_EQ(ECONNRESET, r.err);
}

#define READERS	8

TEST_F_TIMEOUT(wait, api_wakeup_threads, 120)
{
	struct call r[READERS];
	pthread_t t[READERS];
	int c, s, i, done;

	CONNECTED(c, s);
	blocking(s, true);
	for (i = 0; i < READERS; i++) {
		r[i] = (struct call){ .fd = s };
		ASSERT_EQ(0, pthread_create(&t[i], NULL, recv_thread, &r[i]));
	}
	nap_ms(200);
	for (i = 0; i < READERS; i++) {
		ASSERT_EQ(1, send(c, "x", 1, 0));
		/* somebody takes it */
		ASSERT_TRUE(wait_until(({
			int j;

			for (done = 0, j = 0; j < READERS; j++)
				done += r[j].done;
			done == i + 1;
		}), 5000)) TH_LOG("%d of %d awake", done, i + 1);
	}
	for (i = 0; i < READERS; i++) {
		pthread_join(t[i], NULL);
		EXPECT_EQ(1, r[i].ret);
	}
}

TEST_F(wait, api_lowat)
{
	struct call r;
	pthread_t t;
	int c, s, n = 5;

	CONNECTED(c, s);
	blocking(s, true);
	ASSERT_EQ(0, setsockopt(s, SOL_SOCKET, SO_RCVLOWAT, &n, sizeof(n)));
	r = (struct call){ .fd = s };
	ASSERT_EQ(0, pthread_create(&t, NULL, recv_thread, &r));
	nap_ms(100);
	ASSERT_EQ(4, send(c, "1234", 4, 0));
	nap_ms(200);
	EXPECT_FALSE(r.done);
	ASSERT_EQ(1, send(c, "5", 1, 0));
	pthread_join(t, NULL);
	EXPECT_EQ(5, r.ret);
	/* clo_fin_pushes: the FIN releases the reader */
	r = (struct call){ .fd = s };
	ASSERT_EQ(0, pthread_create(&t, NULL, recv_thread, &r));
	nap_ms(100);
	ASSERT_EQ(2, send(c, "12", 2, 0));
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	pthread_join(t, NULL);
	EXPECT_EQ(2, r.ret);
}

TEST_F(wait, api_sigio)
{
	struct sigaction sa = { .sa_sigaction = on_siginfo,
				.sa_flags = SA_SIGINFO };
	int c, s;

	CONNECTED(c, s);
	sigaction(SIGRTMIN, &sa, NULL);
	signals = 0;
	ASSERT_EQ(0, fcntl(s, F_SETOWN, getpid()));
	ASSERT_EQ(0, fcntl(s, F_SETSIG, SIGRTMIN));
	ASSERT_EQ(0, fcntl(s, F_SETFL, O_NONBLOCK | O_ASYNC));
	ASSERT_EQ(1, send(c, "x", 1, 0));
	EXPECT_TRUE(wait_until(signals > 0, 2000));
	EXPECT_EQ(s, last_signal_fd);
}

TEST_F(wait, api_sigurg)
{
	struct sigaction sa = { .sa_handler = on_signal };
	int c, s;

	CONNECTED(c, s);
	sigaction(SIGURG, &sa, NULL);
	signals = 0;
	ASSERT_EQ(0, fcntl(s, F_SETOWN, getpid()));
	ASSERT_EQ(1, send(c, "u", 1, MSG_OOB)) TH_LOG("%m");
	EXPECT_TRUE(wait_until(signals > 0, 2000));
}

/* ---- closing ---- */

TEST_F(wait, api_close_last_ref)
{
	int c, s, d, pid, status;
	char buf[8];

	CONNECTED(c, s);
	d = dup(c);
	ASSERT_EQ(0, close(c));
	EXPECT_EQ(0, poll_for(s, POLLIN, 200));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		/* the child holds the last reference for a while */
		nap_ms(500);
		_exit(send(d, "bye", 3, 0) != 3);
	}
	ASSERT_EQ(0, close(d));
	EXPECT_EQ(0, poll_for(s, POLLIN, 200));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(3, read_all(s, buf, 8));
}

TEST_F_TIMEOUT(wait, api_close_background, 120)
{
	static char big[1 << 20];
	int c, s, n;
	long t, got = 0;

	CONNECTED(c, s);
	n = send(c, big, sizeof(big), 0);
	ASSERT_LT(0, n);
	t = now_ms();
	ASSERT_EQ(0, close(c));
	EXPECT_GT(200 + slack(), now_ms() - t);
	while (poll_for(s, POLLIN, 5000)) {
		int ret = recv(s, big, sizeof(big), 0);

		ASSERT_LE(0, ret);
		if (!ret)
			break;
		got += ret;
	}
	EXPECT_EQ(n, got);
}

TEST_F_TIMEOUT(wait, api_linger_positive, 120)
{
	struct linger li = { 1, 5 };
	int c, s;
	long t;

	/* Everything acknowledged: at once. */
	CONNECTED(c, s);
	blocking(c, true);
	ASSERT_EQ(0, setsockopt(c, SOL_SOCKET, SO_LINGER, &li, sizeof(li)));
	ASSERT_EQ(1, send(c, "x", 1, 0));
	t = now_ms();
	EXPECT_EQ(0, close(c));
	EXPECT_GT(1000, now_ms() - t);
	close(s);

	/* A reader that does not read: 5 s, then in the background. */
	CONNECTED(c, s);
	ASSERT_LT(0, fill(c));
	blocking(c, true);
	ASSERT_EQ(0, setsockopt(c, SOL_SOCKET, SO_LINGER, &li, sizeof(li)));
	t = now_ms();
	EXPECT_EQ(0, close(c));
	ASSERT_BETWEEN(4990, now_ms() - t, 5630 + slack());
	close(s);
}

TEST_F(wait, api_linger_zero)
{
	struct linger now = { 1, 0 };
	int c, s;
	char ch;

	CONNECTED(c, s);
	ASSERT_EQ(0, setsockopt(c, SOL_SOCKET, SO_LINGER, &now, sizeof(now)));
	ASSERT_EQ(0, close(c));
	EXPECT_NE(0, poll_for(s, POLLIN, 1000) & POLLERR);
	EXPECT_EQ(-1, recv(s, &ch, 1, 0));
	EXPECT_EQ(ECONNRESET, errno);
	EXPECT_EQ(0, conn_count(NS_A, FAM, 0));
}

TEST_F_TIMEOUT(wait, api_linger_exit, 60)
{
	int c, s, pid, status;
	char ch;

	CONNECTED(c, s);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		struct linger now = { 1, 0 };

		setsockopt(c, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		_exit(0);
	}
	close(c);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_NE(0, poll_for(s, POLLIN, 5000));
	EXPECT_EQ(-1, recv(s, &ch, 1, 0));
	EXPECT_EQ(ECONNRESET, errno);
}

/* ---- many at once ---- */

#define SHARES	4
#define DIALS	400

TEST_F_TIMEOUT(wait, api_reuseport, 120)
{
	int l[SHARES], got[SHARES] = { 0 }, i, j, one = 1, fd, sum = 0;
	union addr a;

	addr_set(&a, FAM, HOST_ANY, PORT + 5);
	for (i = 0; i < SHARES; i++) {
		l[i] = sock_flags(NS_B, FAM, SOCK_NONBLOCK);
		setsockopt(l[i], SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
		ASSERT_EQ(0, bind(l[i], &a.sa, addr_len(&a)));
		ASSERT_EQ(0, listen(l[i], DIALS));
	}
	for (j = 0; j < DIALS; j++) {
		fd = dial(NS_A, FAM, HOST_B, PORT + 5);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, dialled(fd, 5000));
		for (i = 0; i < SHARES; i++) {
			int s = take(l[i], i == SHARES - 1 && sum == j ? 1000 : 0);

			if (s < 0)
				continue;
			got[i]++;
			sum++;
			close(s);
		}
		if (sum == j) {
			/* it had not arrived when the first were asked */
			for (i = 0; i < SHARES; i++) {
				int s = take(l[i], 0);

				if (s < 0)
					continue;
				got[i]++;
				sum++;
				close(s);
			}
		}
		ASSERT_EQ(j + 1, sum);
		close(fd);
	}
	TH_LOG("shares of %d: %d %d %d %d", DIALS, got[0], got[1], got[2],
	       got[3]);
	for (i = 0; i < SHARES; i++) {
		EXPECT_LT(DIALS * 15 / 100, got[i]);
		EXPECT_GT(DIALS * 35 / 100, got[i]);
	}
	/* The survivors serve. */
	close(l[0]);
	close(l[1]);
	for (j = 0; j < 50; j++) {
		fd = dial(NS_A, FAM, HOST_B, PORT + 5);
		ASSERT_EQ(0, dialled(fd, 5000));
		close(fd);
	}
}

/* Threads that do everything to one connection at once; nothing to compare,
 * the debug kernel is the judge.
 */
struct hammer {
	int fd;
	unsigned int seed;
	volatile bool *stop;
};

static void *hammer_thread(void *arg)
{
	struct hammer *h = arg;
	char buf[3000];
	int v;

	while (!*h->stop) {
		switch (rand_r(&h->seed) % 8) {
		case 0:
		case 1:
			send(h->fd, buf, rand_r(&h->seed) % sizeof(buf),
			     MSG_DONTWAIT | MSG_NOSIGNAL);
			break;
		case 2:
		case 3:
			recv(h->fd, buf, rand_r(&h->seed) % sizeof(buf),
			     MSG_DONTWAIT);
			break;
		case 4:
			recv(h->fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_PEEK);
			break;
		case 5:
			v = rand_r(&h->seed) & 1;
			setsockopt(h->fd, IPPROTO_TCP, TCP_NODELAY, &v,
				   sizeof(v));
			break;
		case 6:
			poll_for(h->fd, POLLIN | POLLOUT, 1);
			break;
		case 7:
			ioctl(h->fd, FIONREAD, &v);
			tcp_state(h->fd);
			nap_ms(1);
			break;
		}
	}
	return NULL;
}

TEST_F_TIMEOUT(wait, api_fork_concurrency, 300)
{
	int c, s, i, round;
	struct hammer h[6];
	pthread_t t[6];

	for (round = 0; round < 10; round++) {
		volatile bool stop = false;

		CONNECTED(c, s);
		for (i = 0; i < 6; i++) {
			h[i].fd = i & 1 ? c : s;
			h[i].seed = round * 10 + i;
			h[i].stop = &stop;
			ASSERT_EQ(0, pthread_create(&t[i], NULL, hammer_thread,
						    &h[i]));
		}
		nap_ms(200);
		/* and end it in each way while they are at it */
		switch (round % 4) {
		case 0:
			shutdown(c, SHUT_RDWR);
			break;
		case 1:
			shutdown(c, SHUT_WR);
			shutdown(s, SHUT_WR);
			break;
		case 2:
			connect(c, &(struct sockaddr){ .sa_family = AF_UNSPEC },
				sizeof(struct sockaddr));
			break;
		case 3:
			shutdown(s, SHUT_RD);
			break;
		}
		nap_ms(50);
		stop = true;
		for (i = 0; i < 6; i++)
			pthread_join(t[i], NULL);
		close(c);
		close(s);
	}
}

TEST_F(wait, api_recvmmsg)
{
	struct mmsghdr out[8] = { 0 }, in[8] = { 0 };
	struct iovec vo[8], vi[8];
	char bo[8][10], bi[8][10];
	struct timespec t = { 1, 0 };
	int c, s, i;

	CONNECTED(c, s);
	for (i = 0; i < 8; i++) {
		memset(bo[i], 'a' + i, 10);
		vo[i] = (struct iovec){ bo[i], 10 };
		vi[i] = (struct iovec){ bi[i], 10 };
		out[i].msg_hdr.msg_iov = &vo[i];
		out[i].msg_hdr.msg_iovlen = 1;
		in[i].msg_hdr.msg_iov = &vi[i];
		in[i].msg_hdr.msg_iovlen = 1;
	}
	ASSERT_EQ(8, sendmmsg(c, out, 8, 0));
	blocking(s, true);
	ASSERT_EQ(8, recvmmsg(s, in, 8, MSG_WAITALL, &t));
	EXPECT_EQ(0, memcmp(bo, bi, sizeof(bo)));
}

TEST_HARNESS_MAIN
