// SPDX-License-Identifier: GPL-2.0
/*
 * What close() does to the socket that other descriptors, threads and processes
 * use, and what many of them do to one.
 */
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "wait.h"

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
	ASSERT_BETWEEN(early_ms(5000) - 10, now_ms() - t, 5630 + slack());
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
