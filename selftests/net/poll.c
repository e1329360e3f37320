// SPDX-License-Identifier: GPL-2.0
/*
 * poll(), select() and epoll: what is ready when.
 */
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "wait.h"

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

TEST_HARNESS_MAIN
