// SPDX-License-Identifier: GPL-2.0
/*
 * TIME_WAIT between two hosts: what would kill it (RFC 1337), who else may
 * enter it, how old segments fare, and ten thousand of them whose namespace
 * goes away.
 *
 * Segments of an earlier life are parked and let loose in a later one.  Without
 * timestamps, since it is the sequence numbers that have to do the work then.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fixture.h"

#define OLD	50			/* octets of a parked segment */

FIXTURE(timewait) {
	struct pair p;
	int sniff;			/* at A */
	int l;
	struct seg syn, ack, data, answer;	/* parked: three of A's, one of B's */
};

FAMILIES(timewait);

FIXTURE_SETUP(timewait)
{
	need_lctcp();
	PAIR_UP();
	self->sniff = sniffer(&self->p, A);
	ASSERT_LE(0, self->sniff);
	LISTENER(HOST_B, 500);
}

PAIR_DOWN(timewait)

#define ARGS	struct __test_metadata *_metadata, FIXTURE_DATA(timewait) *self, \
		const FIXTURE_VARIANT(timewait) *variant
#define PASS	_metadata, self, variant

static void connected(ARGS, int *c, int *s)
{
	*c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, *c) TH_LOG("%s", strerror(-*c));
	ASSERT_EQ(0, dialled(*c, 5000));
	*s = take(self->l, 5000);
	ASSERT_LE(0, *s);
}

static void abort_now(int fd)
{
	struct linger now = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

/* ---- RFC 1337 ---- */

static const char stale[OLD] = "these octets belong to a life that is over ......";

/* A first life, whose segments are parked; @who is in TIME_WAIT afterwards. */
static void first_life(ARGS, int who)
{
	struct seg s;
	char buf[OLD];
	int c, srv;

	ASSERT_EQ(0, sysctl_set(NS_A, "timestamps", "0\n"));
	ASSERT_EQ(0, sysctl_set(NS_B, "timestamps", "0\n"));
	ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "3000\n"));
	ASSERT_EQ(0, sysctl_set(NS_B, "msl_ms", "3000\n"));
	connected(PASS, &c, &srv);
	ASSERT_EQ(OLD, send(c, stale, OLD, 0));
	ASSERT_EQ(OLD, read_all(srv, buf, OLD));
	ASSERT_EQ(OLD, send(srv, stale, OLD, 0));
	ASSERT_EQ(OLD, read_all(c, buf, OLD));
	while (sniff(self->sniff, &s, 100)) {
		if (s.out && s.flags & F_SYN)
			self->syn = s;
		else if (s.out && s.len)
			self->data = s;
		else if (s.out && !self->ack.flags)
			self->ack = s;
		else if (s.len)
			self->answer = s;
	}
	ASSERT_EQ(OLD, self->data.len);
	ASSERT_EQ(OLD, self->answer.len);
	close(who == A ? c : srv);
	ASSERT_EQ(0, read_all(who == A ? srv : c, buf, 1));
	close(who == A ? srv : c);
	if (who == A)
		ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_TIME_WAIT);
	else
		ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_TIME_WAIT);
	while (sniff(self->sniff, &s, 100))
		;
}

/* A parked segment arrives at last. */
static void arrives(ARGS, const struct seg *s)
{
	int end = s->sport == CPORT ? A : B;

	ASSERT_EQ(0, inject(self->p.ns[end], FAM, end == A ? HOST_A : HOST_B,
			    end == A ? HOST_B : HOST_A, s,
			    s->len ? stale : NULL));
}

/* How many segments pass until there is silence, the first ones flagged so. */
static int passing(int fd, const unsigned int *flags, int n)
{
	struct seg s;
	int i;

	for (i = 0; sniff(fd, &s, 300); i++)
		if (i < n && (s.flags & ~F_PSH) != flags[i]) {
			printf("# segment %d has flags %s\n", i,
			       flag_names(s.flags));
			return -1;
		}
	return i;
}

/* A new life works, and nothing old is in it. */
static void lives(ARGS, int c, int s)
{
	char buf[8];

	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_A, FAM, CPORT, PORT));
	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_B, FAM, PORT, CPORT));
	ASSERT_EQ(3, send(c, "abc", 3, 0));
	ASSERT_EQ(3, send(s, "xyz", 3, 0));
	EXPECT_EQ(3, read_all(s, buf, 3));
	EXPECT_EQ(0, memcmp(buf, "abc", 3));
	EXPECT_EQ(3, read_all(c, buf, 3));
	EXPECT_EQ(0, memcmp(buf, "xyz", 3));
	EXPECT_EQ(0, poll_for(c, POLLIN, 50));
	EXPECT_EQ(0, poll_for(s, POLLIN, 50));
}

/* Old text draws an ACK from TIME_WAIT and that a RST from the other side, who
 * has forgotten.  Would it end TIME_WAIT, the next life could take more of the
 * old text for its own.
 */
TEST_F_TIMEOUT(timewait, twt_1337_hazard1, 60)
{
	static const unsigned int flags[] = { F_ACK, F_ACK, F_RST };
	int c, s, i;

	first_life(PASS, A);
	for (i = 0; i < 3; i++) {
		arrives(PASS, &self->answer);
		EXPECT_EQ(3, passing(self->sniff, flags, 3));
		EXPECT_EQ(S_TIME_WAIT, conn_state(NS_A, FAM, CPORT, PORT));
		EXPECT_EQ(-EADDRNOTAVAIL,
			  dial_from(NS_A, FAM, CPORT, HOST_B, PORT));
	}
	ASSERT_TRUE(conn_wait(NS_A, FAM, CPORT, PORT, S_NONE, 10000));
	connected(PASS, &c, &s);
	arrives(PASS, &self->answer);
	arrives(PASS, &self->data);
	nap_ms(100);
	lives(PASS, c, s);
}

/* An old segment that the new life answers must not set the two ends against
 * each other: the SYN that reopens TIME_WAIT starts above all that was used,
 * so that each old segment gets one answer and that is all.
 */
TEST_F_TIMEOUT(timewait, twt_1337_hazard2, 60)
{
	const struct seg *const old[] = { &self->ack, &self->data,
					  &self->answer };
	int c, s, i, n;

	first_life(PASS, B);
	connected(PASS, &c, &s);
	EXPECT_EQ(1, counter(NS_B, "TimeWaitReopened"));
	passing(self->sniff, NULL, 0);
	for (i = 0; i < 9; i++) {
		arrives(PASS, old[i % 3]);
		n = passing(self->sniff, NULL, 0);
		EXPECT_LE(1, n);
		EXPECT_GE(2, n) TH_LOG("%d segments for one", n);
	}
	lives(PASS, c, s);
}

/* An old SYN opens nothing that takes text, and old text does not kill what is
 * being opened.
 */
TEST_F_TIMEOUT(timewait, twt_1337_hazard3, 60)
{
	static const unsigned int challenge[] = { F_SYN, F_ACK, F_RST };
	static const unsigned int handshake[] = { F_SYN, F_SYN | F_ACK, F_RST };
	struct seg seen;
	int c, s;

	/* while TIME_WAIT lasts */
	first_life(PASS, B);
	arrives(PASS, &self->syn);
	EXPECT_EQ(3, passing(self->sniff, challenge, 3));
	EXPECT_EQ(S_TIME_WAIT, conn_state(NS_B, FAM, PORT, CPORT));
	ASSERT_TRUE(conn_wait(NS_B, FAM, PORT, CPORT, S_NONE, 10000));

	/* after it, three segments are needed, and the third one is refused */
	arrives(PASS, &self->syn);
	EXPECT_EQ(3, passing(self->sniff, handshake, 3));
	EXPECT_EQ(S_NONE, conn_state(NS_B, FAM, PORT, CPORT));
	/* even if nobody refuses it, the old ACK is not the third one */
	ASSERT_EQ(0, fault(NS_A, "drop rst"));
	arrives(PASS, &self->syn);
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_SYN_RECV);
	arrives(PASS, &self->ack);
	arrives(PASS, &self->data);
	nap_ms(100);
	EXPECT_EQ(S_SYN_RECV, conn_state(NS_B, FAM, PORT, CPORT));
	EXPECT_EQ(0, poll_for(self->l, POLLIN, 100));
	ASSERT_EQ(0, fault(NS_A, "clear"));
	seen = self->syn;
	seen.flags = F_RST;
	seen.seq++;
	arrives(PASS, &seen);
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_NONE);

	/* A opens, and hears old segments before the SYN-ACK that it waits for */
	ASSERT_EQ(0, fault(NS_B, "drop synack 1"));
	ASSERT_EQ(0, sysctl_set(NS_B, "synack_schedule_ms", "1000 1000 1000\n"));
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_SYN_RECV);
	arrives(PASS, &self->answer);
	nap_ms(100);
	EXPECT_EQ(S_SYN_SENT, conn_state(NS_A, FAM, CPORT, PORT));
	EXPECT_EQ(S_SYN_RECV, conn_state(NS_B, FAM, PORT, CPORT));
	ASSERT_EQ(0, dialled(c, 5000));
	s = take(self->l, 5000);
	ASSERT_LE(0, s);
	lives(PASS, c, s);
}

/* ---- timestamps from one life to the next ---- */

/* B is in TIME_WAIT each time, and takes us for new by our timestamp. */
TEST_F_TIMEOUT(timewait, twt_ts_monotonic_across_conns, 120)
{
	int c, s, i;
	char ch;

	for (i = 0; i < 100; i++) {
		connected(PASS, &c, &s);
		close(s);
		ASSERT_EQ(0, read_all(c, &ch, 1));
		close(c);
		ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_TIME_WAIT);
		nap_ms(2);
	}
	EXPECT_EQ(99, counter(NS_B, "TimeWaitReopened"));
	EXPECT_EQ(0, counter(NS_B, "ChallengeAcks"));
}

/* ---- who aborts ---- */

/* A's socket is aborted and A goes on in TIME_WAIT for 2MSL. */
static void aborts(ARGS, int c, unsigned int rport)
{
	char text[1024];

	abort_now(c);
	ASSERT_STATE(NS_A, FAM, CPORT, rport, S_TIME_WAIT);
	history(NS_A, CPORT, rport, text, sizeof(text));
	EXPECT_NE(NULL, strstr(text, " ABORT_WAIT:TIME_WAIT"))
		TH_LOG("%s", text);
	EXPECT_EQ(-EADDRNOTAVAIL, dial_from(NS_A, FAM, CPORT, HOST_B, rport));
	ASSERT_TRUE(conn_wait(NS_A, FAM, CPORT, rport, S_NONE, 2000));
	EXPECT_TRUE(history_has(NS_A, CPORT, rport,
				"ABORT_WAIT:TIME_WAIT 2MSL:CLOSED"));
}

/* One after the other in each state from which a RST is sent. */
TEST_F_TIMEOUT(timewait, twt_rst_sender_lingers, 60)
{
	struct seg syn = { .sport = PORT + 1, .dport = CPORT, .seq = 1000,
			   .flags = F_SYN, .win = 1000 };
	static const int state[] = {
		S_ESTABLISHED, S_FIN_WAIT1, S_FIN_WAIT2, S_CLOSE_WAIT,
	};
	int c, s, i;

	ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "200\n"));
	ASSERT_EQ(0, sysctl_set(NS_A, "time_wait_after_rst", "1\n"));
	for (i = 0; i < 4; i++) {
		connected(PASS, &c, &s);
		ASSERT_EQ(0, fault(NS_A, state[i] == S_FIN_WAIT1 ?
				   "drop fin 1" : "clear"));
		if (state[i] != S_ESTABLISHED)
			shutdown(state[i] == S_CLOSE_WAIT ? s : c, SHUT_WR);
		ASSERT_STATE(NS_A, FAM, CPORT, PORT, state[i]);
		aborts(PASS, c, PORT);
		EXPECT_NE(0, poll_for(s, POLLERR, 1000) & POLLERR);
		/* in FIN_WAIT1 B has to ask first: the FIN is missing */
		EXPECT_EQ(ECONNRESET, so_error(s));
		close(s);
	}
	ASSERT_EQ(0, fault(NS_B, "drop rst"));
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT + 1);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, inject(NS_B, FAM, HOST_B, HOST_A, &syn, NULL));
	ASSERT_STATE(NS_A, FAM, CPORT, PORT + 1, S_SYN_RECV);
	aborts(PASS, c, PORT + 1);
}

/* A aborts, but B has not got all that A sent, so the RST is not exact.  B
 * asks, and A, which has forgotten, answers with one that is.
 */
TEST_F(timewait, rst_answers_challenge)
{
	struct seg s[3], junk;
	int c, srv, i;
	long t;

	connected(PASS, &c, &srv);
	while (sniff(self->sniff, &junk, 50))
		;
	ASSERT_EQ(0, fault(NS_A, "drop data 1"));
	ASSERT_EQ(4, send(c, "lost", 4, 0));
	t = now_ms();
	abort_now(c);
	ASSERT_NE(0, poll_for(srv, POLLERR, 5000) & POLLERR);
	EXPECT_GT(500, now_ms() - t);
	EXPECT_EQ(ECONNRESET, so_error(srv));
	for (i = 0; i < 3; i++)
		ASSERT_EQ(1, sniff(self->sniff, &s[i], 100));
	EXPECT_EQ(F_RST, s[0].flags & (F_RST | F_SYN));
	EXPECT_EQ(F_ACK, s[1].flags);
	EXPECT_FALSE(s[1].out);
	EXPECT_EQ(F_RST, s[2].flags);
	EXPECT_EQ(s[1].ack, s[2].seq);
	EXPECT_EQ(s[2].seq + 4, s[0].seq);
	EXPECT_EQ(0, sniff(self->sniff, &junk, 100));
	EXPECT_EQ(S_NONE, conn_state(NS_B, FAM, PORT, CPORT));
}

/* ---- the namespace goes ---- */

static int how_many(void)
{
	const char *s = getenv("LCTCP_LIVES");
	int n = s && *s ? atoi(s) : 0;

	return n > 0 ? n : 10000;
}

/* Ten thousand wait at both ends when their namespaces are deleted; the debug
 * kernel sees any timer that is left, and the slabs any mini.
 */
TEST_F_TIMEOUT(timewait, twt_netns_module_exit, 1800)
{
	int n = how_many(), c, s, i;
	long before, peak;
	struct pair p;
	char ch;
	int l;

	nap_ms(200);
	before = slab_objects("lctcp_tw");
	ASSERT_LE(0, before);
	ASSERT_EQ(0, pair_up(&p));
	l = listener(p.ns[B], FAM, HOST_B, PORT, 10);
	ASSERT_LE(0, l);
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, conn_pair(&p, FAM, l, &c, &s));
		close(i & 1 ? c : s);
		ASSERT_EQ(0, read_all(i & 1 ? s : c, &ch, 1));
		close(i & 1 ? s : c);
	}
	close(l);
	EXPECT_TRUE(wait_until(n == conn_count(p.ns[A], FAM, S_TIME_WAIT) +
			       conn_count(p.ns[B], FAM, S_TIME_WAIT), 2000));
	peak = slab_objects("lctcp_tw");
	EXPECT_LE(before + n, peak);
	pair_down(&p);
	EXPECT_TRUE(slab_settles("lctcp_tw", before, 64, 20000))
		TH_LOG("%ld minis before, %ld at most, %ld after", before, peak,
		       slab_objects("lctcp_tw"));
}

TEST_HARNESS_MAIN
