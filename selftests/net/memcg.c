// SPDX-License-Identifier: GPL-2.0
/*
 * Who pays for what queues hold: the memory cgroup of the process that opened or
 * accepted the socket.  "sock" in memory.stat is what sockets took from it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"

#define TEXT	150000
/* the kernel sums up a group's figures when it finds the time */
#define PATIENCE_MS	10000

enum { SENDER, RECEIVER, GROUPS };

FIXTURE(memcg) {
	struct pair p;
	char mnt[32];
	char group[GROUPS][64];
	int l;
};

FAMILIES(memcg);

/* A figure of a group, by its name in memory.stat; -1 if there is none. */
static long stat_of(const char *group, const char *name)
{
	char path[128], line[128], word[64];
	long n = -1;
	FILE *f;

	snprintf(path, sizeof(path), "%s/memory.stat", group);
	f = fopen(path, "r");
	while (f && n < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %ld", word, &n) != 2 ||
		    strcmp(word, name))
			n = -1;
	if (f)
		fclose(f);
	return n;
}

/* Octets that the sockets of a group took. */
static long charged(const char *group)
{
	return stat_of(group, "sock");
}

/* ... once it is @least to @most of them. */
static long charged_in(const char *group, long least, long most)
{
	long begin = now_ms(), n;

	do {
		n = charged(group);
		if (n >= least && n <= most)
			break;
		nap_since(begin);
	} while (now_ms() - begin < PATIENCE_MS);
	return n;
}

FIXTURE_SETUP(memcg)
{
	char control[64];
	int i;

	NEED_PROTO();
	snprintf(self->mnt, sizeof(self->mnt), "/run/lctcp-memcg-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->mnt));
	if (mount("none", self->mnt, "cgroup2", 0, NULL)) {
		rmdir(self->mnt);
		self->mnt[0] = 0;
		SKIP(return, "no cgroup2 in this kernel");
	}
	snprintf(control, sizeof(control), "%s/cgroup.subtree_control",
		 self->mnt);
	if (file_write(control, "+memory"))
		SKIP(return, "no memory controller in this kernel");
	for (i = 0; i < GROUPS; i++) {
		snprintf(self->group[i], sizeof(self->group[i]), "%s/g%d-%d",
			 self->mnt, i, getpid());
		ASSERT_EQ(0, mkdir(self->group[i], 0755));
	}
	ASSERT_EQ(0, pair_up(&self->p));
	LISTENER(HOST_ANY, 5);
}

FIXTURE_TEARDOWN(memcg)
{
	int i;

	if (!self->mnt[0])
		return;
	cgroup_join(self->mnt);
	for (i = 0; i < GROUPS; i++)
		if (self->group[i][0])
			EXPECT_EQ(0, rmdir(self->group[i]));
	if (self->group[0][0])
		pair_down(&self->p);
	EXPECT_EQ(0, umount2(self->mnt, MNT_DETACH));
	rmdir(self->mnt);
}

/* A connection between the groups, with more text than the reader's buffer
 * takes; @early: all there before it is accepted.
 */
static void fill(struct __test_metadata *_metadata, FIXTURE_DATA(memcg) *self,
		 const FIXTURE_VARIANT(memcg) *variant, bool early,
		 int *c, int *s)
{
	static char text[TEXT];
	int size = 2 * TEXT, n;

	ASSERT_EQ(0, cgroup_join(self->group[SENDER]));
	*c = dial(self->p.ns[A], variant->family, HOST_B, PORT);
	ASSERT_LE(0, *c);
	ASSERT_EQ(0, setsockopt(*c, SOL_SOCKET, SO_SNDBUF, &size,
				sizeof(size)));
	blocking(*c, false);
	ASSERT_EQ(0, dialled(*c, 5000));
	ASSERT_EQ(0, cgroup_join(self->group[RECEIVER]));
	if (!early) {
		*s = take(self->l, 5000);
		ASSERT_LE(0, *s);
	}
	while ((n = write(*c, text, sizeof(text))) > 0)
		;
	ASSERT_EQ(EAGAIN, errno);
	if (early) {
		/* the rest waits with its owner */
		EXPECT_LE(TEXT / 4, charged_in(self->group[SENDER], TEXT / 4,
					       LONG_MAX));
		EXPECT_EQ(0, charged(self->group[RECEIVER]));
		*s = take(self->l, 5000);
		ASSERT_LE(0, *s);
	}
}

static void whose(struct __test_metadata *_metadata, FIXTURE_DATA(memcg) *self,
		  const FIXTURE_VARIANT(memcg) *variant, bool early)
{
	static char text[65536];
	long held[GROUPS], got = 0;
	int c, s = -1, n, i;

	for (i = 0; i < GROUPS; i++)
		ASSERT_EQ(0, charged_in(self->group[i], 0, 0));
	fill(_metadata, self, variant, early, &c, &s);
	for (i = 0; i < GROUPS; i++) {
		held[i] = charged_in(self->group[i], TEXT / 4, LONG_MAX);
		EXPECT_LE(TEXT / 4, held[i]);
	}
	TH_LOG("sender's group: %ld octets, receiver's: %ld", held[SENDER],
	       held[RECEIVER]);
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	blocking(s, true);
	while ((n = read(s, text, sizeof(text))) > 0)
		got += n;
	EXPECT_EQ(0, n);
	EXPECT_LE(TEXT / 4, got);
	close(s);
	close(c);
	/* All goes back.  (A CPU keeps some, for whoever asks it next.) */
	for (i = 0; i < GROUPS; i++)
		EXPECT_EQ(0, charged_in(self->group[i], 0, 0));
}

TEST_F_TIMEOUT(memcg, of_who_opened_or_accepted, 120)
{
	whose(_metadata, self, variant, false);
}

TEST_F_TIMEOUT(memcg, of_who_accepts_what_came_before, 120)
{
	whose(_metadata, self, variant, true);
}

/* Slabs of a group, octets. */
static long slabs(const char *group)
{
	return stat_of(group, "slab_unreclaimable");
}

/* The listener's cgroup pays for what nobody has accepted yet, half-open
 * connections included; TIME_WAIT is paid for by the one that had the socket.
 */
TEST_F_TIMEOUT(memcg, minis, 300)
{
	const int n = 4000;
	struct sockaddr_ll to;
	uint16_t pkt[40];
	int l, fd, i, c, s;
	long before;

	need_lctcp();
	ASSERT_EQ(0, black_hole(&self->p, B));
	ASSERT_EQ(0, sysctl_set(self->p.ns[B], "msl_ms", "60000\n"));
	ASSERT_EQ(0, cgroup_join(self->group[RECEIVER]));
	l = listener(self->p.ns[B], variant->family, HOST_ANY, PORT + 1, 4096);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, cgroup_join(self->mnt));
	ASSERT_EQ(0, ns_enter(self->p.ns[B]));
	fd = syn_socket(variant->family, &to);
	ASSERT_LE(0, fd);
	before = slabs(self->group[RECEIVER]);
	for (i = 0; i < n; i++) {
		int len = syn_forge(variant->family, 1024 + i, PORT + 1, i, pkt);

		ASSERT_LT(0, sendto(fd, pkt, len, 0, (void *)&to, sizeof(to)));
	}
	ASSERT_TRUE(wait_until(conn_count(self->p.ns[B], variant->family,
					  S_SYN_RECV) == n, PATIENCE_MS));
	EXPECT_TRUE(wait_until(slabs(self->group[RECEIVER]) - before > n * 128,
			       PATIENCE_MS));
	TH_LOG("%d half open: %ld octets", n,
	       slabs(self->group[RECEIVER]) - before);
	close(l);
	EXPECT_TRUE(wait_until(slabs(self->group[RECEIVER]) - before < n * 32,
			       PATIENCE_MS));

	/* opened by the sender's, closed here first */
	ASSERT_EQ(0, cgroup_join(self->group[SENDER]));
	before = slabs(self->group[SENDER]);
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l, &c,
				       &s));
		close(c);
		close(s);
	}
	ASSERT_EQ(0, cgroup_join(self->mnt));
	EXPECT_TRUE(wait_until(slabs(self->group[SENDER]) - before > n * 128,
			       PATIENCE_MS));
	TH_LOG("%d in TIME_WAIT: %ld octets", n,
	       slabs(self->group[SENDER]) - before);
	close(fd);
	ASSERT_EQ(0, ns_enter(self->p.home));
}

TEST_HARNESS_MAIN
