// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that block: when they return and with what, alone, among threads, with
 * signals.
 */
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/wait.h>

#include "wait.h"

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
	ASSERT_BETWEEN(early_ms(ms) - 5, now_ms() - __t, (ms) + (ms) / 8 + slack()); \
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
	ASSERT_BETWEEN(early_ms(1000) - 5, now_ms() - t, 1125 + slack());
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
	int c, s, i, one = 1;
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
	EXPECT_EQ(60, recv(s, buf, 64, 0));
	EXPECT_EQ(-1, recv(s, buf, 64, MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
}

static int peek_off(int fd)
{
	socklen_t len = sizeof(int);
	int off = -2;

	getsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &off, &len);
	return off;
}

/* SO_PEEK_OFF: each look goes on where the last one ended, whatever is read
 * meanwhile.
 */
TEST_F(wait, api_peek_off)
{
	char buf[64], text[60];
	int c, s, i, off = 0;

	CONNECTED(c, s);
	EXPECT_EQ(-1, peek_off(s));
	if (lc_tcp() && setsockopt(s, SOL_SOCKET, SO_PEEK_OFF, &off,
				   sizeof(off)))
		SKIP(return, "TCP has it from 6.9 on");
	ASSERT_EQ(0, setsockopt(s, SOL_SOCKET, SO_PEEK_OFF, &off, sizeof(off)));
	for (i = 0; i < 60; i++)
		text[i] = i;
	ASSERT_EQ(60, send(c, text, 60, 0));
	ASSERT_TRUE(wait_until((ioctl(s, FIONREAD, &i), i == 60), 2000));
	EXPECT_EQ(30, recv(s, buf, 30, MSG_PEEK));
	EXPECT_EQ(20, recv(s, buf, 20, MSG_PEEK));
	EXPECT_EQ(30, buf[0]);
	EXPECT_EQ(50, peek_off(s));
	EXPECT_EQ(12, recv(s, buf, 12, 0));
	EXPECT_EQ(0, buf[0]);
	EXPECT_EQ(38, peek_off(s));
	EXPECT_EQ(10, recv(s, buf, 64, MSG_PEEK));
	EXPECT_EQ(50, buf[0]);
	EXPECT_EQ(-1, recv(s, buf, 64, MSG_PEEK | MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
	ASSERT_EQ(5, send(c, text, 5, 0));
	blocking(s, true);
	EXPECT_EQ(5, recv(s, buf, 5, MSG_PEEK | MSG_WAITALL));
	EXPECT_EQ(0, buf[0]);
	/* more is read than was looked at */
	off = 7;
	ASSERT_EQ(0, setsockopt(s, SOL_SOCKET, SO_PEEK_OFF, &off, sizeof(off)));
	EXPECT_EQ(20, recv(s, buf, 20, MSG_WAITALL));
	EXPECT_EQ(12, buf[0]);
	EXPECT_EQ(0, peek_off(s));
	EXPECT_EQ(1, recv(s, buf, 1, MSG_PEEK));
	EXPECT_EQ(32, buf[0]);
	off = -1;
	ASSERT_EQ(0, setsockopt(s, SOL_SOCKET, SO_PEEK_OFF, &off, sizeof(off)));
	EXPECT_EQ(33, recv(s, buf, 64, MSG_PEEK));
	EXPECT_EQ(32, buf[0]);
	EXPECT_EQ(33, recv(s, buf, 64, 0));
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

/* sendfile() announces more until it sees the end of the file. */
TEST_F(wait, sendfile_past_the_end)
{
	int fd = memfd_create("file", MFD_CLOEXEC), c, s;
	char buf[4000] = "";

	ASSERT_EQ((ssize_t)sizeof(buf), write(fd, buf, sizeof(buf)));
	CONNECTED(c, s);
	ASSERT_EQ(0, lseek(fd, 0, SEEK_SET));
	ASSERT_EQ((ssize_t)sizeof(buf), sendfile(c, fd, NULL, 60000));
	fcntl(s, F_SETFL, O_NONBLOCK);
	EXPECT_TRUE(wait_until(recv(s, buf, sizeof(buf), MSG_PEEK) ==
			       sizeof(buf), 2000));
	close(fd);
	close(c);
	close(s);
}

TEST_HARNESS_MAIN
