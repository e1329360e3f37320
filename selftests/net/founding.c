// SPDX-License-Identifier: GPL-2.0
/*
 * The founding claims: how a connection is made, how it is closed, and what
 * happens when exactly one segment of it is lost.
 *
 * Every claim about time is measured: something due after t must happen in
 * [t, t * 1.125 + 1 tick], since a kernel timer is never early and at most
 * 12.5 % late.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fixture.h"

FIXTURE(founding) {
	struct pair p;
	int sniff;			/* at A */
};

FAMILIES(founding);

FIXTURE_SETUP(founding)
{
	PAIR_UP();
	self->sniff = sniffer(&self->p, A);
	ASSERT_LE(0, self->sniff);
}

FIXTURE_TEARDOWN(founding)
{
	close(self->sniff);
	pair_down(&self->p);
}

/* Next segment with all of @flags set, going @out of A or into it. */
static bool next_seg(int fd, bool out, unsigned int flags, struct seg *s, int ms)
{
	long end = now_ms() + ms;

	do {
		if (!sniff(fd, s, end - now_ms()))
			return false;
	} while (s->out != out || (s->flags & flags) != flags);
	return true;
}

/* ---- the handshake ---- */

TEST_F_TIMEOUT(founding, est_four_confirmations, 60)
{
	struct netem slow = { .delay_ms = 1000 };
	int l, c, s;
	long t;

	need_netem();
	ASSERT_EQ(0, wire(&self->p, A, &slow));
	ASSERT_EQ(0, wire(&self->p, B, &slow));
	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);

	t = now_ms();
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(S_SYN_SENT, conn_state(NS_A, FAM, CPORT, PORT));

	/* 0.5 s: the SYN is on its way.  Nobody knows anything. */
	EXPECT_EQ(0, poll_for(c, POLLOUT, 500));
	EXPECT_EQ(0, poll_for(l, POLLIN, 0));
	EXPECT_EQ(S_NONE, conn_state(NS_B, FAM, PORT, CPORT));
	/* 1.5 s: the server knows that A can send and B can receive. */
	EXPECT_EQ(0, poll_for(c, POLLOUT, 1000));
	EXPECT_EQ(0, poll_for(l, POLLIN, 0));
	EXPECT_EQ(S_SYN_RECV, conn_state(NS_B, FAM, PORT, CPORT));
	/* 2 s: the client knows all four, the server still only two. */
	ASSERT_NE(0, poll_for(c, POLLOUT, 5000));
	ASSERT_EQ(0, so_error(c));
	EXPECT_LE(2000, now_ms() - t);
	EXPECT_EQ(0, poll_for(l, POLLIN, 0));
	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_A, FAM, CPORT, PORT));
	EXPECT_EQ(S_SYN_RECV, conn_state(NS_B, FAM, PORT, CPORT));
	/* 3 s: so does the server. */
	s = take(l, 5000);
	ASSERT_LE(0, s);
	EXPECT_LE(3000, now_ms() - t);
	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_B, FAM, PORT, CPORT));
}

TEST_F(founding, est_three_segments)
{
	struct seg syn, synack, ack, s;
	int l, c;

	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	ASSERT_NE(0, poll_for(l, POLLIN, 5000));

	/* Three, because B's ACK and B's SYN share one segment. */
	ASSERT_EQ(1, sniff(self->sniff, &syn, 1000));
	ASSERT_EQ(1, sniff(self->sniff, &synack, 1000));
	ASSERT_EQ(1, sniff(self->sniff, &ack, 1000));
	EXPECT_EQ(0, sniff(self->sniff, &s, 500));
	EXPECT_TRUE(syn.out);
	EXPECT_EQ(F_SYN, syn.flags & (F_SYN | F_ACK | F_FIN | F_RST));
	EXPECT_EQ(0, syn.ack);
	EXPECT_FALSE(synack.out);
	EXPECT_EQ(F_SYN | F_ACK, synack.flags & (F_SYN | F_ACK | F_FIN | F_RST));
	EXPECT_EQ(syn.seq + 1, synack.ack);
	EXPECT_TRUE(ack.out);
	EXPECT_EQ(F_ACK, ack.flags);
	EXPECT_EQ(syn.seq + 1, ack.seq);
	EXPECT_EQ(synack.seq + 1, ack.ack);
	EXPECT_EQ(0, syn.len + synack.len + ack.len);
}

TEST_F(founding, est_history)
{
	char client[512], server[512];
	int l, c, s;

	need_lctcp();
	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	s = take(l, 5000);
	ASSERT_LE(0, s);
	history(NS_A, CPORT, PORT, client, sizeof(client));
	history(NS_B, PORT, CPORT, server, sizeof(server));
	EXPECT_STREQ("ACTIVE_OPEN:SYN_SENT SYN_ACK:ESTABLISHED", client);
	EXPECT_STREQ("SYN:SYN_RECV ACK_OF_SYN:ESTABLISHED", server);
	EXPECT_LE(history_us(NS_A, CPORT, PORT, "ACTIVE_OPEN"),
		  history_us(NS_B, PORT, CPORT, "SYN"));
	EXPECT_LE(history_us(NS_B, PORT, CPORT, "SYN"),
		  history_us(NS_A, CPORT, PORT, "SYN_ACK"));
	EXPECT_LE(history_us(NS_A, CPORT, PORT, "SYN_ACK"),
		  history_us(NS_B, PORT, CPORT, "ACK_OF_SYN"));
}

/* The third ACK is lost @times times; the server asks again after 3, 6, 12 s
 * and the client answers each time.
 */
static void third_ack_lost(struct __test_metadata *_metadata,
			   FIXTURE_DATA(founding) *self,
			   const FIXTURE_VARIANT(founding) *variant, int times)
{
	static const int schedule[] = { 3000, 6000, 12000 };
	struct seg sa[4], ack, syn;
	char rule[64];
	int l, c, s, i;

	snprintf(rule, sizeof(rule), "drop third-ack %d", times);
	ASSERT_EQ(0, fault(NS_A, rule));
	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	ASSERT_EQ(1, sniff(self->sniff, &syn, 1000));
	ASSERT_TRUE(next_seg(self->sniff, false, F_SYN | F_ACK, &sa[0], 1000));

	for (i = 1; i <= times; i++) {
		int wait = schedule[i - 1];

		/* In between: client ESTABLISHED, server SYN_RECV, nobody
		 * to accept.
		 */
		EXPECT_EQ(0, poll_for(l, POLLIN, wait / 2));
		EXPECT_EQ(S_ESTABLISHED, conn_state(NS_A, FAM, CPORT, PORT));
		EXPECT_EQ(S_SYN_RECV, conn_state(NS_B, FAM, PORT, CPORT));
		ASSERT_TRUE(next_seg(self->sniff, false, F_SYN | F_ACK, &sa[i],
				     wait * 2));
		ASSERT_BETWEEN(early_ms(wait), (sa[i].us - sa[i - 1].us) / 1000,
			       late_ms(wait));
		EXPECT_EQ(sa[0].seq, sa[i].seq);
		EXPECT_EQ(sa[0].ack, sa[i].ack);
	}
	/* The ACK that was let through came at once, and completes. */
	ASSERT_TRUE(next_seg(self->sniff, true, F_ACK, &ack, 1000));
	EXPECT_EQ(F_ACK, ack.flags);
	EXPECT_EQ(syn.seq + 1, ack.seq);
	EXPECT_EQ(sa[0].seq + 1, ack.ack);
	ASSERT_BETWEEN(0, (ack.us - sa[times].us) / 1000,
		       lc_virtual() ? 10 : 500);
	s = take(l, 1000);
	ASSERT_LE(0, s);
	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_B, FAM, PORT, CPORT));
	/* and the client has delivered nothing twice */
	ASSERT_EQ(2, send(s, "ok", 2, 0));
	ASSERT_EQ(POLLIN, poll_for(c, POLLIN, 1000));
	EXPECT_EQ(2, recv(c, rule, sizeof(rule), 0));
}

TEST_F_TIMEOUT(founding, est_lost_third_ack_once, 60)
{
	need_lctcp();
	third_ack_lost(_metadata, self, variant, 1);
}

TEST_F_TIMEOUT(founding, est_lost_third_ack_twice, 120)
{
	need_lctcp();
	third_ack_lost(_metadata, self, variant, 2);
}

TEST_F_TIMEOUT(founding, est_lost_third_ack_server_schedule, 240)
{
	need_lctcp();
	need_virtual(21);
	third_ack_lost(_metadata, self, variant, 3);
}

/* For ever: the server gives up when its schedule is used up, without a word.
 * The client's next data meets no connection: RST.
 */
static void third_ack_lost_for_ever(struct __test_metadata *_metadata,
				    FIXTURE_DATA(founding) *self,
				    const FIXTURE_VARIANT(founding) *variant,
				    long total)
{
	char got[8], text[512];
	int l, c;
	long t;

	ASSERT_EQ(0, fault(NS_A, "drop third-ack"));
	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	t = now_ms();
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_SYN_RECV);
	EXPECT_EQ(0, poll_for(l, POLLIN, before_ms(total) - (now_ms() - t)));
	EXPECT_EQ(S_SYN_RECV, conn_state(NS_B, FAM, PORT, CPORT));
	/* Each wait of the schedule may be 12.5 % and a tick late. */
	ASSERT_TRUE(conn_wait(NS_B, FAM, PORT, CPORT, S_NONE,
			      late_ms(total) - total + 120));
	ASSERT_BETWEEN(early_ms(total) - 1, now_ms() - t, late_ms(total) + 60);
	EXPECT_EQ(0, poll_for(l, POLLIN, 0));
	EXPECT_EQ(1, counter(NS_B, "SynAckGiveUps"));
	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_A, FAM, CPORT, PORT));
	EXPECT_EQ(0, poll_for(c, POLLIN, 0));

	ASSERT_EQ(4, send(c, "late", 4, 0));
	ASSERT_NE(0, POLLERR & poll_for(c, POLLIN, 5000));
	EXPECT_EQ(-1, recv(c, got, sizeof(got), 0));
	EXPECT_EQ(ECONNRESET, errno);
	EXPECT_EQ(S_NONE, conn_state(NS_A, FAM, CPORT, PORT));
	history(NS_B, PORT, CPORT, text, sizeof(text));
	EXPECT_STREQ("SYN:SYN_RECV PASSIVE_GIVE_UP:LISTEN", text);
	history(NS_A, CPORT, PORT, text, sizeof(text));
	EXPECT_STREQ("ACTIVE_OPEN:SYN_SENT SYN_ACK:ESTABLISHED RST:CLOSED",
		     text);
}

TEST_F_TIMEOUT(founding, est_half_open_entry_expires, 600)
{
	need_lctcp();
	need_virtual(189);
	third_ack_lost_for_ever(_metadata, self, variant, 189000);
}

TEST_F_TIMEOUT(founding, est_short_schedule_gives_up, 60)
{
	need_lctcp();
	ASSERT_EQ(0, sysctl_set(NS_B, "synack_schedule_ms", "300 600 1200\n"));
	third_ack_lost_for_ever(_metadata, self, variant, 2100);
}

TEST_F(founding, est_lost_third_ack_data_completes)
{
	struct seg sa, s;
	char got[16];
	int l, c, srv;
	long t;

	need_lctcp();
	ASSERT_EQ(0, fault(NS_A, "drop third-ack"));
	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	EXPECT_EQ(0, poll_for(l, POLLIN, 1000));
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_SYN_RECV);
	t = now_ms();
	ASSERT_EQ(5, send(c, "hello", 5, 0));
	srv = take(l, 1000);
	ASSERT_LE(0, srv);
	ASSERT_EQ(POLLIN, poll_for(srv, POLLIN, 1000));
	EXPECT_EQ(5, recv(srv, got, sizeof(got), 0));
	EXPECT_EQ(0, memcmp(got, "hello", 5));
	EXPECT_GT(1000, now_ms() - t);
	/* No SYN-ACK was needed a second time. */
	ASSERT_TRUE(next_seg(self->sniff, false, F_SYN | F_ACK, &sa, 1000));
	EXPECT_FALSE(next_seg(self->sniff, false, F_SYN | F_ACK, &s, 100));
}

TEST_F(founding, est_lost_third_ack_fin_completes)
{
	char got[16];
	int l, c, srv;

	need_lctcp();
	ASSERT_EQ(0, fault(NS_A, "drop third-ack"));
	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	srv = take(l, 1000);
	ASSERT_LE(0, srv);
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_CLOSE_WAIT);
	EXPECT_EQ(0, recv(srv, got, sizeof(got), 0));
}

/* A SYN that wandered about for long arrives when nobody at A wants it. */
TEST_F(founding, est_old_dup_syn_fig8)
{
	struct seg old = { .sport = CPORT, .dport = PORT, .seq = 90,
			   .flags = F_SYN, .win = 1000 };
	struct seg s;
	char got[8];
	int l, c, srv;

	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, inject(NS_A, FAM, HOST_A, HOST_B, &old, NULL));
	/* With two ways the server would be connected now.  With three it
	 * asks back, and is told.
	 */
	ASSERT_TRUE(next_seg(self->sniff, false, F_SYN | F_ACK, &s, 2000));
	EXPECT_EQ(91, s.ack);
	ASSERT_TRUE(next_seg(self->sniff, true, F_RST, &s, 2000));
	EXPECT_EQ(91, s.flags & F_ACK ? s.ack : 91);
	EXPECT_EQ(0, poll_for(l, POLLIN, 100));
	ASSERT_TRUE(conn_wait(NS_B, FAM, PORT, CPORT, S_NONE, 1000));

	/* The real one, from the same port, is served. */
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	srv = take(l, 5000);
	ASSERT_LE(0, srv);
	ASSERT_EQ(3, send(c, "new", 3, 0));
	EXPECT_EQ(3, read_all(srv, got, 3));
	EXPECT_EQ(0, poll_for(l, POLLIN, 100));
}

/* The same when A's RST is lost: half open, until the server gives up; never
 * something to accept.
 */
TEST_F_TIMEOUT(founding, est_old_dup_syn_opens_nothing, 60)
{
	struct seg old = { .sport = CPORT, .dport = PORT, .seq = 90,
			   .flags = F_SYN, .win = 1000 };
	char text[256];
	int l;

	need_lctcp();
	ASSERT_EQ(0, fault(NS_A, "drop rst"));
	ASSERT_EQ(0, sysctl_set(NS_B, "synack_schedule_ms", "300 600\n"));
	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, inject(NS_A, FAM, HOST_A, HOST_B, &old, NULL));
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_SYN_RECV);
	EXPECT_EQ(0, poll_for(l, POLLIN, 1500));
	ASSERT_TRUE(conn_wait(NS_B, FAM, PORT, CPORT, S_NONE, 5000));
	history(NS_B, PORT, CPORT, text, sizeof(text));
	EXPECT_STREQ("SYN:SYN_RECV PASSIVE_GIVE_UP:LISTEN", text);
}

/* ---- the close ---- */

static void connected(struct __test_metadata *_metadata,
		      FIXTURE_DATA(founding) *self,
		      const FIXTURE_VARIANT(founding) *variant, int *c, int *s)
{
	struct seg junk;
	int l;

	l = listener(NS_B, FAM, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	*c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, *c);
	ASSERT_EQ(0, dialled(*c, 5000));
	*s = take(l, 5000);
	ASSERT_LE(0, *s);
	while (sniff(self->sniff, &junk, 0))
		;
}

static void set_msl(struct __test_metadata *_metadata, int ns, int ms)
{
	char value[32];

	snprintf(value, sizeof(value), "%d\n", ms);
	ASSERT_EQ(0, sysctl_set(ns, "msl_ms", value));
}

TEST_F_TIMEOUT(founding, clo_four_way, 180)
{
	struct seg fin, ack, fin2, ack2, s;
	int c, srv, idle = lc_virtual() ? 60000 : 1000;
	char text[512], got[8];

	connected(_metadata, self, variant, &c, &srv);
	ASSERT_EQ(5, send(c, "12345", 5, 0));
	ASSERT_EQ(5, read_all(srv, got, 5));
	nap_ms(300);			/* the ACK of the text */
	while (sniff(self->sniff, &s, 0))
		;

	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	ASSERT_TRUE(next_seg(self->sniff, true, F_FIN, &fin, 1000));
	ASSERT_TRUE(next_seg(self->sniff, false, F_ACK, &ack, 1000));
	EXPECT_EQ(0, fin.len);
	/* A FIN takes one number; its ACK is that number plus one. */
	EXPECT_EQ(fin.seq + 1, ack.ack);
	/* ACK and FIN are separate: the server's program has not closed. */
	EXPECT_EQ(F_ACK, ack.flags);
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_FIN_WAIT2);
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_CLOSE_WAIT);
	EXPECT_EQ(POLLIN | POLLRDHUP, poll_for(srv, POLLIN | POLLRDHUP, 1000));
	EXPECT_EQ(0, recv(srv, got, sizeof(got), 0));

	/* However long it waits, no FIN leaves by itself. */
	EXPECT_FALSE(next_seg(self->sniff, false, F_FIN, &s, idle));
	ASSERT_EQ(S_FIN_WAIT2, conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_EQ(S_CLOSE_WAIT, conn_state(NS_B, FAM, PORT, CPORT));

	/* The passive closer still sends. */
	ASSERT_EQ(4, send(srv, "more", 4, 0));
	EXPECT_EQ(4, read_all(c, got, 4));

	ASSERT_EQ(0, close(srv));
	ASSERT_TRUE(next_seg(self->sniff, false, F_FIN, &fin2, 1000));
	ASSERT_TRUE(next_seg(self->sniff, true, F_ACK, &ack2, 1000));
	while (ack2.ack == fin2.seq)	/* that one was for "more" */
		ASSERT_TRUE(next_seg(self->sniff, true, F_ACK, &ack2, 1000));
	EXPECT_EQ(F_ACK, ack2.flags);
	EXPECT_EQ(fin2.seq + fin2.len + 1, ack2.ack);
	EXPECT_EQ(fin.seq + 1, ack2.seq);
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_TIME_WAIT);
	/* The passive closer needs no TIME_WAIT. */
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_NONE);
	close(c);
	if (lc_tcp())
		return;
	history(NS_A, CPORT, PORT, text, sizeof(text));
	EXPECT_STREQ("ACTIVE_OPEN:SYN_SENT SYN_ACK:ESTABLISHED CLOSE:FIN_WAIT1 "
		     "ACK_OF_FIN:FIN_WAIT2 FIN:TIME_WAIT", text);
	history(NS_B, PORT, CPORT, text, sizeof(text));
	EXPECT_STREQ("SYN:SYN_RECV ACK_OF_SYN:ESTABLISHED FIN:CLOSE_WAIT "
		     "CLOSE:LAST_ACK ACK_OF_FIN:CLOSED", text);
}

/* The states in which a close can be seen half way: one segment is held. */
TEST_F_TIMEOUT(founding, clo_status_states, 60)
{
	int c, s;

	need_lctcp();
	connected(_metadata, self, variant, &c, &s);
	ASSERT_EQ(0, fault(NS_A, "delay fin 500ms"));
	ASSERT_EQ(0, fault(NS_A, "delay last-ack 500ms"));
	ASSERT_EQ(0, fault(NS_B, "delay fin-ack 500ms"));
	ASSERT_EQ(0, fault(NS_B, "delay last-fin 500ms"));
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	EXPECT_EQ(S_FIN_WAIT1, conn_state(NS_A, FAM, CPORT, PORT));
	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_B, FAM, PORT, CPORT));
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_CLOSE_WAIT);
	EXPECT_EQ(S_FIN_WAIT1, conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_FIN_WAIT2);
	EXPECT_EQ(S_CLOSE_WAIT, conn_state(NS_B, FAM, PORT, CPORT));
	ASSERT_EQ(0, close(s));
	EXPECT_EQ(S_LAST_ACK, conn_state(NS_B, FAM, PORT, CPORT));
	EXPECT_EQ(S_FIN_WAIT2, conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_TIME_WAIT);
	EXPECT_EQ(S_LAST_ACK, conn_state(NS_B, FAM, PORT, CPORT));
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_NONE);
	close(c);
}

/* Closing at once: B's FIN carries the ACK if that was still to be sent, and
 * then three segments close the connection.  Both forms are right; what must
 * agree is the wire and the history.
 */
static void *close_on_eof(void *arg)
{
	int fd = *(int *)arg;
	char c;

	while (recv(fd, &c, 1, 0) > 0)
		;
	close(fd);
	return NULL;
}

TEST_F(founding, clo_close_at_once)
{
	struct seg s, fin = { 0 };
	int c, srv, segs = 0;
	bool bare_ack = false;
	char text[512];
	pthread_t t;

	connected(_metadata, self, variant, &c, &srv);
	blocking(srv, true);
	ASSERT_EQ(0, pthread_create(&t, NULL, close_on_eof, &srv));
	nap_ms(100);
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	ASSERT_EQ(0, pthread_join(t, NULL));
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_TIME_WAIT);
	while (sniff(self->sniff, &s, 50)) {
		segs++;
		if (s.out && s.flags & F_FIN)
			fin = s;
		if (!s.out && !(s.flags & F_FIN) && s.ack == fin.seq + 1)
			bare_ack = true;
		if (!s.out && s.flags & F_FIN)
			EXPECT_EQ(fin.seq + 1, s.ack);
	}
	TH_LOG("closed by %d segments", segs);
	EXPECT_EQ(bare_ack ? 4 : 3, segs);
	if (lc_tcp())
		return;
	history(NS_A, CPORT, PORT, text, sizeof(text));
	EXPECT_EQ(bare_ack, !strstr(text, "FIN_ACK_OF_FIN"));
}

/* FIN-WAIT-1 to TIME-WAIT in one step: the ACK of the FIN is lost, and the FIN
 * of the other side brings the news.
 */
TEST_F(founding, sim_close_fin_acks_ours)
{
	char text[512];
	int c, s;

	need_lctcp();
	connected(_metadata, self, variant, &c, &s);
	ASSERT_EQ(0, fault(NS_B, "drop fin-ack 1"));
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	ASSERT_EQ(S_FIN_WAIT1, conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_CLOSE_WAIT);
	ASSERT_EQ(0, close(s));
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_TIME_WAIT);
	history(NS_A, CPORT, PORT, text, sizeof(text));
	EXPECT_NE(NULL, strstr(text, "FIN_WAIT1 FIN_ACK_OF_FIN:TIME_WAIT"));
	close(c);
}

TEST_F_TIMEOUT(founding, clo_half_close_data_flows, 120)
{
	const int total = 10 << 20;
	char *buf = malloc(1 << 16);
	struct stream tx, rx;
	int c, s, sent = 0, got = 0, n, stalls = 0;

	connected(_metadata, self, variant, &c, &s);
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_CLOSE_WAIT);
	stream_init(&tx, 1);
	stream_init(&rx, 1);
	/* B writes until the windows are shut, then A empties them. */
	while (sent < total) {
		struct stream was = tx;

		n = total - sent < 1 << 16 ? total - sent : 1 << 16;
		stream_fill(&tx, buf, n);
		n = send(s, buf, n, 0);
		if (n < 0) {
			ASSERT_EQ(EAGAIN, errno);
			n = 0;
			stalls++;
			ASSERT_NE(0, poll_for(c, POLLIN, 10000));
			while ((n = recv(c, buf, 1 << 16, 0)) > 0) {
				ASSERT_TRUE(stream_check(&rx, buf, n));
				got += n;
			}
			ASSERT_NE(0, n);
			n = 0;
			ASSERT_NE(0, poll_for(s, POLLOUT, 10000));
		}
		tx = was;
		stream_fill(&tx, buf, n);
		sent += n;
	}
	EXPECT_LT(0, stalls);
	ASSERT_EQ(0, close(s));
	while ((n = read_all(c, buf, 1 << 16)) > 0) {
		ASSERT_TRUE(stream_check(&rx, buf, n));
		got += n;
	}
	EXPECT_EQ(0, n);
	EXPECT_EQ(total, got);
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_TIME_WAIT);
	close(c);
}

/* ---- TIME_WAIT ---- */

/* Go to TIME_WAIT at A; the moment of the first ACK of B's FIN, monotonic. */
static long enter_time_wait(struct __test_metadata *_metadata,
			    FIXTURE_DATA(founding) *self,
			    const FIXTURE_VARIANT(founding) *variant)
{
	struct seg junk;
	int c, s;
	char ch;
	long t;

	connected(_metadata, self, variant, &c, &s);
	/* B measures the round trip, or its first timeout would be a second */
	ASSERT_EQ(1, send(s, "x", 1, 0));
	ASSERT_EQ(1, read_all(c, &ch, 1));
	nap_ms(200);
	while (sniff(self->sniff, &junk, 0))
		;
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_FIN_WAIT2);
	close(c);
	t = now_ms();
	close(s);
	return t;
}

static void time_wait(struct __test_metadata *_metadata,
		      FIXTURE_DATA(founding) *self,
		      const FIXTURE_VARIANT(founding) *variant, int msl)
{
	long t, len = 2L * msl;
	long long us;
	char left[32];

	if (!lc_tcp())
		set_msl(_metadata, NS_A, msl);
	t = enter_time_wait(_metadata, self, variant);
	if (msl) {
		ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_TIME_WAIT);
		nap_ms(len / 2);
		ASSERT_EQ(S_TIME_WAIT, conn_state(NS_A, FAM, CPORT, PORT));
		if (!lc_tcp()) {
			ASSERT_TRUE(conn_column(NS_A, CPORT, PORT, "timer",
						left, sizeof(left)));
			EXPECT_STREQ("2msl", left);
			ASSERT_TRUE(conn_column(NS_A, CPORT, PORT, "left_ms",
						left, sizeof(left)));
			ASSERT_BETWEEN(len / 2 - 1000, atol(left),
				       late_ms(len) - len / 2);
		}
		nap_ms(t + before_ms(len) - now_ms());
		ASSERT_EQ(S_TIME_WAIT, conn_state(NS_A, FAM, CPORT, PORT));
	}
	ASSERT_TRUE(conn_wait(NS_A, FAM, CPORT, PORT, S_NONE,
			      late_ms(len) - len + 100));
	ASSERT_BETWEEN(len ? early_ms(len) - 1 : 0, now_ms() - t, late_ms(len) + 10);
	if (lc_tcp() || !msl)
		return;
	ASSERT_TRUE(history_has(NS_A, CPORT, PORT, "2MSL:CLOSED"));
	us = history_us(NS_A, CPORT, PORT, "2MSL") -
	     history_us(NS_A, CPORT, PORT, "FIN");
	ASSERT_BETWEEN(early_ms(len), us / 1000, late_ms(len));
}

TEST_F(founding, twt_msl_0)
{
	need_lctcp();
	time_wait(_metadata, self, variant, 0);
}

TEST_F(founding, twt_msl_1s)
{
	need_lctcp();
	time_wait(_metadata, self, variant, 1000);
}

TEST_F_TIMEOUT(founding, twt_2msl, 120)
{
	char value[32];

	need_virtual(60);
	if (!lc_tcp()) {
		ASSERT_LT(0, sysctl_get(NS_A, "msl_ms", value, sizeof(value)));
		EXPECT_STREQ("30000", value);
	}
	time_wait(_metadata, self, variant, 30000);
}

TEST_F_TIMEOUT(founding, twt_msl_settable, 400)
{
	need_lctcp();
	need_virtual(240);
	time_wait(_metadata, self, variant, 120000);
}

/* The last ACK is lost three times: B repeats its FIN, A its ACK, and 2MSL
 * starts anew with the last of them.
 */
TEST_F_TIMEOUT(founding, twt_last_ack_lost, 60)
{
	const long len = 2000;
	struct seg fin[4], ack;
	long t, last;
	int i;

	need_lctcp();
	set_msl(_metadata, NS_A, len / 2);
	ASSERT_EQ(0, fault(NS_A, "drop last-ack 3"));
	t = enter_time_wait(_metadata, self, variant);
	for (i = 0; i < 4; i++) {
		ASSERT_TRUE(next_seg(self->sniff, false, F_FIN, &fin[i], 5000));
		EXPECT_EQ(fin[0].seq, fin[i].seq);
		/* the answer may still be on its way, on another CPU */
		ASSERT_STATE(NS_B, FAM, PORT, CPORT, i < 3 ? S_LAST_ACK : S_NONE);
		EXPECT_EQ(S_TIME_WAIT, conn_state(NS_A, FAM, CPORT, PORT));
	}
	/* Only the fourth ACK got through. */
	ASSERT_TRUE(next_seg(self->sniff, true, F_ACK, &ack, 1000));
	EXPECT_EQ(fin[0].seq + 1, ack.ack);
	EXPECT_LE(fin[3].us, ack.us);
	last = t + (fin[3].us - fin[0].us) / 1000;
	EXPECT_LT(t + 500, last);
	/* Without the restart it would end at t + len. */
	nap_ms(last + before_ms(len) - now_ms());
	EXPECT_LT(t + len, now_ms());
	ASSERT_EQ(S_TIME_WAIT, conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_TRUE(conn_wait(NS_A, FAM, CPORT, PORT, S_NONE,
			      late_ms(len) - len + 100));
	ASSERT_BETWEEN(len - 10, now_ms() - last, late_ms(len) + 20);
	EXPECT_EQ(3, counter(NS_A, "TimeWaitReacked"));
}

/* The same pair of addresses and ports does not live again in 2MSL. */
TEST_F_TIMEOUT(founding, twt_blocks_new_incarnation, 60)
{
	int fd;
	long t;

	need_lctcp();
	set_msl(_metadata, NS_A, 1000);
	t = enter_time_wait(_metadata, self, variant);
	while (now_ms() < t + 1900) {
		fd = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
		EXPECT_EQ(-EADDRNOTAVAIL, fd);
		nap_ms(200);
	}
	ASSERT_TRUE(conn_wait(NS_A, FAM, CPORT, PORT, S_NONE, 2000));
	fd = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	EXPECT_LE(0, fd);
}

/* ---- both at once ---- */

TEST_F_TIMEOUT(founding, sim_open_pair, 60)
{
	struct netem slow = { .delay_ms = 500 };
	char text[512], got[8];
	int a, b;

	need_netem();
	ASSERT_EQ(0, wire(&self->p, A, &slow));
	ASSERT_EQ(0, wire(&self->p, B, &slow));
	a = dial_from(NS_A, FAM, 7001, HOST_B, 7002);
	ASSERT_LE(0, a);
	b = dial_from(NS_B, FAM, 7002, HOST_A, 7001);
	ASSERT_LE(0, b);
	EXPECT_EQ(0, dialled(a, 20000));
	EXPECT_EQ(0, dialled(b, 20000));
	ASSERT_STATE(NS_A, FAM, 7001, 7002, S_ESTABLISHED);
	ASSERT_STATE(NS_B, FAM, 7002, 7001, S_ESTABLISHED);
	EXPECT_EQ(1, conn_count(NS_A, FAM, 0));
	EXPECT_EQ(1, conn_count(NS_B, FAM, 0));
	ASSERT_EQ(3, send(a, "abc", 3, 0));
	ASSERT_EQ(3, send(b, "xyz", 3, 0));
	EXPECT_EQ(3, read_all(b, got, 3));
	EXPECT_EQ(0, memcmp(got, "abc", 3));
	EXPECT_EQ(3, read_all(a, got, 3));
	EXPECT_EQ(0, memcmp(got, "xyz", 3));
	if (lc_tcp())
		return;
	history(NS_A, 7001, 7002, text, sizeof(text));
	EXPECT_STREQ("ACTIVE_OPEN:SYN_SENT SYN:SYN_RECV ACK_OF_SYN:ESTABLISHED",
		     text);
	history(NS_B, 7002, 7001, text, sizeof(text));
	EXPECT_STREQ("ACTIVE_OPEN:SYN_SENT SYN:SYN_RECV ACK_OF_SYN:ESTABLISHED",
		     text);
}

/* It talks to itself, and does not talk itself into a storm. */
TEST_F(founding, sim_open_self_connect)
{
	char got[8];
	int fd;

	fd = dial_from(NS_A, FAM, 7003, LOOP, 7003);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, dialled(fd, 5000));
	ASSERT_EQ(4, send(fd, "self", 4, 0));
	ASSERT_EQ(4, read_all(fd, got, 4));
	EXPECT_EQ(0, memcmp(got, "self", 4));
	ASSERT_EQ(0, shutdown(fd, SHUT_WR));
	ASSERT_NE(0, poll_for(fd, POLLIN, 5000));
	EXPECT_EQ(0, recv(fd, got, sizeof(got), 0));
	close(fd);
	ASSERT_STATE(NS_A, FAM, 7003, 7003, S_TIME_WAIT);
	nap_ms(500);
	if (!lc_tcp())
		ASSERT_BETWEEN(4, counter(NS_A, "OutSegs"), 8);
}

TEST_F_TIMEOUT(founding, sim_close_pair, 60)
{
	static const char lived[] = "CLOSE:FIN_WAIT1 FIN:CLOSING "
				    "ACK_OF_FIN:TIME_WAIT 2MSL:CLOSED";
	struct netem slow = { .delay_ms = 500 };
	char got[8];
	int c, s, i;

	need_netem();
	if (!lc_tcp()) {
		set_msl(_metadata, NS_A, 1000);
		set_msl(_metadata, NS_B, 1000);
		/* no FIN is sent twice: that would prolong TIME_WAIT */
		for (i = 0; i < 2; i++) {
			ASSERT_EQ(0, sysctl_set(self->p.ns[i], "rto_init_ms",
						"3000\n"));
			ASSERT_EQ(0, sysctl_set(self->p.ns[i], "rto_min_ms",
						"3000\n"));
		}
	}
	connected(_metadata, self, variant, &c, &s);
	ASSERT_EQ(0, wire(&self->p, A, &slow));
	ASSERT_EQ(0, wire(&self->p, B, &slow));
	ASSERT_EQ(3, send(c, "abc", 3, 0));
	ASSERT_EQ(3, send(s, "xyz", 3, 0));
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	ASSERT_EQ(0, shutdown(s, SHUT_WR));
	EXPECT_EQ(S_FIN_WAIT1, conn_state(NS_A, FAM, CPORT, PORT));
	EXPECT_EQ(S_FIN_WAIT1, conn_state(NS_B, FAM, PORT, CPORT));
	/* The FINs cross; each side then waits for the ACK of its own. */
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_CLOSING);
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_CLOSING);
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_TIME_WAIT);
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_TIME_WAIT);
	EXPECT_EQ(3, read_all(c, got, 4));
	EXPECT_EQ(3, read_all(s, got, 4));
	close(c);
	close(s);
	if (lc_tcp())
		return;
	/* Both wait, and for 2MSL each. */
	ASSERT_TRUE(conn_wait(NS_A, FAM, CPORT, PORT, S_NONE, 5000));
	ASSERT_TRUE(conn_wait(NS_B, FAM, PORT, CPORT, S_NONE, 5000));
	EXPECT_TRUE(history_has(NS_A, CPORT, PORT, lived));
	EXPECT_TRUE(history_has(NS_B, PORT, CPORT, lived));
	ASSERT_BETWEEN(early_ms(2000) * 1000, history_us(NS_A, CPORT, PORT, "2MSL") -
		       history_us(NS_A, CPORT, PORT, "ACK_OF_FIN"),
		       late_ms(2000) * 1000);
	ASSERT_BETWEEN(early_ms(2000) * 1000, history_us(NS_B, PORT, CPORT, "2MSL") -
		       history_us(NS_B, PORT, CPORT, "ACK_OF_FIN"),
		       late_ms(2000) * 1000);
}

/* Each has written and closed before it hears of the other's close; a fifth of
 * all segments is lost.
 */
TEST_F_TIMEOUT(founding, sim_close_with_data, 300)
{
	struct netem slow = { .delay_ms = 50, .loss = 20 };
	static char buf[20000];
	struct stream tx, rx;
	int fd[2], i;

	need_netem();
	connected(_metadata, self, variant, &fd[0], &fd[1]);
	ASSERT_EQ(0, wire(&self->p, A, &slow));
	ASSERT_EQ(0, wire(&self->p, B, &slow));
	for (i = 0; i < 2; i++) {
		stream_init(&tx, i);
		stream_fill(&tx, buf, 10000);
		ASSERT_EQ(10000, send(fd[i], buf, 10000, 0));
		ASSERT_EQ(0, shutdown(fd[i], SHUT_WR));
	}
	for (i = 0; i < 2; i++) {
		stream_init(&rx, !i);
		ASSERT_EQ(10000, read_all(fd[i], buf, sizeof(buf)));
		EXPECT_TRUE(stream_check(&rx, buf, 10000));
		EXPECT_EQ(0, recv(fd[i], buf, 1, 0));
		EXPECT_EQ(0, so_error(fd[i]));
		close(fd[i]);
	}
}

TEST_HARNESS_MAIN
