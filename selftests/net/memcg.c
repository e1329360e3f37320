// SPDX-License-Identifier: GPL-2.0
/*
 * Who pays for what queues hold: the memory cgroup of who opened the socket,
 * or accepted it.  "sock" in memory.stat is what sockets took from it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "netlib.h"

#define PORT	8000
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

FIXTURE_VARIANT(memcg) {
	int family;
};

FIXTURE_VARIANT_ADD(memcg, v4) { .family = AF_INET };
FIXTURE_VARIANT_ADD(memcg, v6) { .family = AF_INET6 };

/* Octets that the sockets of a group took. */
static long charged(const char *group)
{
	char path[128], line[128];
	long n = -1;
	FILE *f;

	snprintf(path, sizeof(path), "%s/memory.stat", group);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "sock %ld", &n) == 1)
			break;
	if (f)
		fclose(f);
	return n;
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

	ASSERT_FALSE(lc_missing()) TH_LOG("no protocol %d here", lc_proto());
	signal(SIGPIPE, SIG_IGN);
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
	self->l = listener(self->p.ns[B], variant->family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, self->l);
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

TEST_HARNESS_MAIN
