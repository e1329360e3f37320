// SPDX-License-Identifier: GPL-2.0
/*
 * Many lives: ten thousand connections one after another, a thousand at once,
 * one on every port, and nothing left after.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

#define MANY	1000
#define LOWEST	1024
#define PORTS	(65536 - LOWEST)
#define FEW	4096

static int times(void)
{
	const char *s = getenv("LCTCP_LIVES");
	int n = s && *s ? atoi(s) : 0;

	return n > 0 ? n : 10000;
}

FIXTURE(many) {
	struct pair p;
	int l;
};

FAMILIES(many);

FIXTURE_SETUP(many)
{
	FILES(65536 + 1000);
	PAIR_UP();
	LISTENER(HOST_ANY, MANY);
}

PAIR_DOWN(many)

/* One life: open, a question, an answer, close; @who closes first. */
static int one_life(const struct pair *p, int family, int l, int who)
{
	char buf[8];
	int c, s;

	if (conn_pair(p, family, l, &c, &s))
		return -1;
	if (send(c, "ping", 4, 0) != 4 || read_all(s, buf, 4) != 4 ||
	    send(s, "pong", 4, 0) != 4 || read_all(c, buf, 4) != 4)
		return -2;
	if (who == A) {
		close(c);
		if (read_all(s, buf, 1))
			return -3;
		close(s);
	} else {
		close(s);
		if (read_all(c, buf, 1))
			return -4;
		close(c);
	}
	return 0;
}

static void in_a_row(struct __test_metadata *_metadata,
		     FIXTURE_DATA(many) *self,
		     const FIXTURE_VARIANT(many) *variant, int who)
{
	int i, n = times();
	long before;

	/* No TIME_WAIT, or the ports would be used up. */
	if (!lc_tcp()) {
		ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "0\n"));
		ASSERT_EQ(0, sysctl_set(NS_B, "msl_ms", "0\n"));
	}
	for (i = 0; i < 100; i++)
		ASSERT_EQ(0, one_life(&self->p, FAM, self->l, who));
	nap_ms(500);
	before = slab_objects("lctcp");
	for (i = 0; i < n; i++)
		ASSERT_EQ(0, one_life(&self->p, FAM, self->l, who))
			TH_LOG("connection %d of %d", i, n);
	if (lc_tcp())
		return;
	EXPECT_EQ(0, conn_count(NS_A, FAM, 0));
	EXPECT_EQ(1, conn_count(NS_B, FAM, 0));
	ASSERT_LE(0, before) TH_LOG("/proc/slabinfo shows no lctcp cache");
	EXPECT_TRUE(slab_settles("lctcp", before, 64, 5000))
		TH_LOG("%ld objects before, %ld after", before, slab_objects("lctcp"));
}

TEST_F_TIMEOUT(many, in_a_row_client_closes, 1800)
{
	in_a_row(_metadata, self, variant, A);
}

TEST_F_TIMEOUT(many, in_a_row_server_closes, 1800)
{
	in_a_row(_metadata, self, variant, B);
}

/* A thousand established, seen, used and closed; half end in TIME_WAIT at A,
 * half at B; then these run out.
 */
TEST_F_TIMEOUT(many, thousand_at_once, 600)
{
	static int c[MANY], s[MANY], peer[MANY], who[65536];
	char ch;
	int i;

	if (!lc_tcp()) {
		ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "2000\n"));
		ASSERT_EQ(0, sysctl_set(NS_B, "msl_ms", "2000\n"));
	}
	/* All opened before any is accepted: the queue holds them. */
	for (i = 0; i < MANY; i++) {
		c[i] = dial(NS_A, FAM, HOST_B, PORT);
		ASSERT_LE(0, c[i]);
	}
	for (i = 0; i < MANY; i++) {
		ASSERT_EQ(0, dialled(c[i], 10000));
		ASSERT_LE(0, s[i] = take(self->l, 10000));
	}
	EXPECT_EQ(MANY, conn_count(NS_A, FAM, S_ESTABLISHED));
	EXPECT_EQ(MANY, conn_count(NS_B, FAM, S_ESTABLISHED));
	EXPECT_EQ(-EAGAIN, (errno = 0, accept(self->l, NULL, NULL), -errno));
	for (i = 0; i < MANY; i++) {
		ch = i;
		ASSERT_EQ(1, send(c[i], &ch, 1, 0));
	}
	/* Every client has exactly one counterpart, and its octet is there. */
	for (i = 0; i < MANY; i++)
		who[local_port(c[i])] = i + 1;
	for (i = 0; i < MANY; i++) {
		int port = peer_port(s[i]);

		ASSERT_NE(0, who[port]);
		ASSERT_EQ(1, read_all(s[i], &ch, 1));
		ASSERT_EQ((char)(who[port] - 1), ch);
		peer[who[port] - 1] = s[i];
		who[port] = 0;
	}
	memcpy(s, peer, sizeof(s));
	for (i = 0; i < MANY; i++) {
		close(i & 1 ? c[i] : s[i]);
		ASSERT_EQ(0, read_all(i & 1 ? s[i] : c[i], &ch, 1));
		close(i & 1 ? s[i] : c[i]);
	}
	if (lc_tcp())
		return;
	EXPECT_EQ(MANY / 2, conn_count(NS_A, FAM, S_TIME_WAIT));
	EXPECT_EQ(MANY / 2, conn_count(NS_B, FAM, S_TIME_WAIT));
	EXPECT_TRUE(wait_until(!conn_count(NS_A, FAM, 0), 10000));
	EXPECT_TRUE(wait_until(conn_count(NS_B, FAM, 0) == 1, 10000));
	EXPECT_EQ(0, counter(NS_A, "CurrEstab"));
	EXPECT_EQ(0, counter(NS_B, "CurrEstab"));
}

/* The whole range, to one destination; once is enough, so IPv6 has some. */
TEST_F_TIMEOUT(many, every_port, 600)
{
	int want = FAM == AF_INET ? PORTS : FEW, n = 0, fd = -1;
	static int c[PORTS];
	char range[32];

	if (!lc_virtual())
		SKIP(return, "all repeat their SYNs: virtual time only");
	snprintf(range, sizeof(range), "%d %d", LOWEST, LOWEST + want - 1);
	ASSERT_EQ(0, black_hole(&self->p, A));
	ASSERT_EQ(0, ns_write(NS_A, "/proc/sys/net/ipv4/ip_local_port_range",
			      range));
	while (n < want && (fd = dial(NS_A, FAM, HOST_FOREIGN, PORT)) >= 0)
		c[n++] = fd;
	EXPECT_EQ(want, n) TH_LOG("%d: %s", n, strerror(-fd));
	EXPECT_EQ(-EADDRNOTAVAIL, dial(NS_A, FAM, HOST_FOREIGN, PORT));
	while (n)
		close(c[--n]);
}

TEST_HARNESS_MAIN
