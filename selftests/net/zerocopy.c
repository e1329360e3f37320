// SPDX-License-Identifier: GPL-2.0
/*
 * MSG_ZEROCOPY: pages that are not copied, and the error queue, which tells when
 * the program may write to them again.  Runs over TCP as well.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <time.h>
#include <linux/errqueue.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fixture.h"

#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY	60
#endif
#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY	0x4000000
#endif

#define PIECE	(64 << 10)

static unsigned char out[32 * PIECE] __attribute__((aligned(4096)));

FIXTURE(zerocopy) {
	struct pair p;
	int l, c, s;
};

FAMILIES(zerocopy);

FIXTURE_SETUP(zerocopy)
{
	int on = 1;

	PAIR_UP();
	LISTENER(HOST_ANY, 1);
	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &self->c, &self->s));
	if (setsockopt(self->c, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) &&
	    errno == EOPNOTSUPP)
		SKIP(return, "this kernel keeps SO_ZEROCOPY to itself");
	blocking(self->c, false);
	blocking(self->s, false);
}

FIXTURE_TEARDOWN(zerocopy)
{
	close(self->c);
	close(self->s);
	close(self->l);
	pair_down(&self->p);
}

/* The next notice: 1 with its range and code, 0 if there is none, -1 if it is
 * something else.
 */
static int notice(int fd, uint32_t *lo, uint32_t *hi, uint8_t *code)
{
	struct sock_extended_err *ee;
	char control[256];
	struct msghdr m = { .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c;

	if (recvmsg(fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return errno == EAGAIN ? 0 : -1;
	c = CMSG_FIRSTHDR(&m);
	if (!c)
		return -1;
	ee = (struct sock_extended_err *)CMSG_DATA(c);
	if (ee->ee_errno || ee->ee_origin != SO_EE_ORIGIN_ZEROCOPY)
		return -1;
	*lo = ee->ee_info;
	*hi = ee->ee_data;
	*code = ee->ee_code;
	return 1;
}

/* Notices that follow each other from *@next on; how many, or -1. */
static int notices(int fd, uint32_t *next, uint8_t *code)
{
	uint32_t lo, hi;
	int n = 0, ret;

	while ((ret = notice(fd, &lo, &hi, code)) == 1) {
		if (lo != *next || hi < lo)
			return -1;
		*next = hi + 1;
		n++;
	}
	return ret ? -1 : n;
}

/* Octets that the peer has not acknowledged. */
static int unacked(int fd)
{
	int n = -1;

	ioctl(fd, SIOCOUTQ, &n);
	return n;
}

/* Send all of @out in pieces without a copy, read and compare; how many calls
 * took something, or -1.
 */
static int transfer(int c, int s, int total)
{
	static unsigned char in[PIECE];
	struct stream tx, rx;
	int sent = 0, got = 0, calls = 0, n;

	stream_init(&tx, 7);
	stream_init(&rx, 7);
	stream_fill(&tx, out, total);
	while (got < total) {
		n = total - sent < PIECE ? total - sent : PIECE;
		n = n ? send(c, out + sent, n, MSG_ZEROCOPY) : 0;
		if (n < 0 && errno != EAGAIN)
			return -1;
		calls += n > 0;
		sent += n > 0 ? n : 0;
		if (!poll_for(s, POLLIN, n < 0 ? 5000 : 1))
			continue;
		n = recv(s, in, sizeof(in), 0);
		if (n < 0 && errno == EAGAIN)
			continue;
		if (n <= 0 || !stream_check(&rx, in, n))
			return -1;
		got += n;
	}
	return calls;
}

TEST_F(zerocopy, option)
{
	socklen_t len = sizeof(int);
	int v = 0;

	EXPECT_EQ(0, getsockopt(self->c, SOL_SOCKET, SO_ZEROCOPY, &v, &len));
	EXPECT_EQ(1, v);
	v = 2;
	EXPECT_EQ(-1, setsockopt(self->c, SOL_SOCKET, SO_ZEROCOPY, &v, sizeof(v)));
	EXPECT_EQ(EINVAL, errno);
	v = 1;
	EXPECT_EQ(-1, setsockopt(self->c, SOL_SOCKET, SO_ZEROCOPY, &v, 1));
	EXPECT_EQ(EINVAL, errno);
	/* of who accepts, too, and other options are where they were */
	EXPECT_EQ(0, setsockopt(self->s, SOL_SOCKET, SO_ZEROCOPY, &v, sizeof(v)));
	EXPECT_EQ(0, setsockopt(self->s, SOL_SOCKET, SO_KEEPALIVE, &v, sizeof(v)));
	v = 0;
	EXPECT_EQ(0, getsockopt(self->s, SOL_SOCKET, SO_KEEPALIVE, &v, &len));
	EXPECT_EQ(1, v);
}

/* Who has not asked to be told is not, and the flag means nothing. */
TEST_F(zerocopy, not_asked_for)
{
	int off = 0;
	uint32_t lo, hi;
	uint8_t code;

	ASSERT_EQ(0, setsockopt(self->c, SOL_SOCKET, SO_ZEROCOPY, &off,
				sizeof(off)));
	EXPECT_LE(1, transfer(self->c, self->s, 3 * PIECE));
	nap_ms(100);
	EXPECT_EQ(0, notice(self->c, &lo, &hi, &code));
}

/* Each call has a number, and each number its notice.  Who reads them seldom gets
 * many in one.  Here they were copied after all, on their way to the reader.
 */
TEST_F(zerocopy, all_are_told)
{
	uint32_t next = 0;
	uint8_t code = 0;
	int calls = transfer(self->c, self->s, sizeof(out)), n = 0;

	ASSERT_LE(32, calls);
	EXPECT_TRUE(poll_for(self->c, POLLERR, 1000) & POLLERR);
	/* the last ACK may still be under way */
	EXPECT_TRUE(wait_until(!unacked(self->c), 1000));
	EXPECT_TRUE(wait_until((n += notices(self->c, &next, &code),
				next == (uint32_t)calls), 1000));
	EXPECT_LE(1, n);
	EXPECT_GT(calls, n);
	EXPECT_EQ(calls, next);
	EXPECT_EQ(SO_EE_CODE_ZEROCOPY_COPIED, code);
	EXPECT_EQ(0, so_error(self->c));
}

/* What is sent again is read from the same pages. */
TEST_F(zerocopy, sent_again)
{
	const struct netem bad = { .loss = 5, .delay_ms = 2, .seed = 253 };
	uint32_t next = 0;
	uint8_t code;
	int calls;

	need_netem();
	ASSERT_EQ(0, wire(&self->p, A, &bad));
	calls = transfer(self->c, self->s, 16 * PIECE);
	ASSERT_LE(16, calls);
	ASSERT_TRUE(wait_until(notices(self->c, &next, &code) < 0 ||
			       next == calls, 10000));
	EXPECT_EQ(calls, next);
}

/* Nobody has read what was lost: told when it is given up, and not as copied. */
TEST_F(zerocopy, not_copied)
{
	const struct netem dead = { .loss = 100 };
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	uint32_t lo = 9, hi = 9;
	uint8_t code = 9;

	need_netem();
	ASSERT_EQ(0, wire(&self->p, A, &dead));
	ASSERT_EQ(3000, send(self->c, out, 3000, MSG_ZEROCOPY));
	ASSERT_EQ(3000, send(self->c, out, 3000, MSG_ZEROCOPY));
	nap_ms(20);
	EXPECT_EQ(0, notice(self->c, &lo, &hi, &code));
	ASSERT_EQ(0, connect(self->c, &none, sizeof(none)));
	ASSERT_EQ(1, notice(self->c, &lo, &hi, &code));
	EXPECT_EQ(0, lo);
	EXPECT_EQ(1, hi);
	EXPECT_EQ(0, code);
}

/* A call that takes nothing has no number. */
TEST_F(zerocopy, nothing_taken)
{
	const struct netem dead = { .loss = 100 };
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int calls = 0, n = 0, i;
	uint32_t next = 0;
	uint8_t code;

	need_netem();
	ASSERT_EQ(0, wire(&self->p, A, &dead));
	for (i = 0; i < 1000 && n >= 0; i++) {
		n = send(self->c, out, PIECE, MSG_ZEROCOPY);
		calls += n > 0;
	}
	ASSERT_EQ(-1, n);
	ASSERT_EQ(EAGAIN, errno);
	ASSERT_EQ(-1, send(self->c, out, PIECE, MSG_ZEROCOPY));
	ASSERT_EQ(0, connect(self->c, &none, sizeof(none)));
	ASSERT_LE(1, notices(self->c, &next, &code));
	EXPECT_EQ(calls, next);
}

/* What notices cost is bound. */
TEST_F(zerocopy, bounded)
{
	if (ns_write(NS_A, "/proc/sys/net/core/optmem_max", "1") < 0)
		SKIP(return, "optmem_max is not of a namespace here");
	EXPECT_EQ(-1, send(self->c, out, PIECE, MSG_ZEROCOPY));
	EXPECT_EQ(ENOBUFS, errno);
	EXPECT_EQ(10, send(self->c, out, 10, 0));
}

TEST_HARNESS_MAIN
