// SPDX-License-Identifier: GPL-2.0
/*
 * Half-open discovery between two hosts (RFC 9293 section 3.5.1): one of them
 * has forgotten the connection, and both find out.
 */
#define _GNU_SOURCE
#include "wait.h"

/* The host at @fd crashes and boots: it knows nothing of the connection, and
 * the other has not been told.
 */
static int forget(int ns, int fd)
{
	struct linger abort = { .l_onoff = 1 };

	if (fault(ns, "drop rst 1") ||
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort)))
		return -1;
	return close(fd);
}

/* A connection from CPORT, which the end @who of it has forgotten; the
 * descriptor of the other.
 */
static int half_open(struct __test_metadata *_metadata, FIXTURE_DATA(wait) *self,
		     const FIXTURE_VARIANT(wait) *variant, int who)
{
	int c, s;

	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	s = take(self->l, 5000);
	ASSERT_LE(0, s);
	ASSERT_EQ(0, forget(self->p.ns[who], who == A ? c : s));
	ASSERT_EQ(who == A ? S_NONE : S_ESTABLISHED,
		  conn_state(NS_A, FAM, CPORT, PORT));
	ASSERT_EQ(who == B ? S_NONE : S_ESTABLISHED,
		  conn_state(NS_B, FAM, PORT, CPORT));
	return who == A ? s : c;
}

/* The next segment on the wire is this one; its numbers go to @s. */
static bool crosses(int sniff_fd, bool out, unsigned int flags, struct seg *s)
{
	if (!sniff(sniff_fd, s, 10000))
		return false;
	if (s->out != out || s->flags != flags || s->len)
		printf("# expected %s, got %s %s, %u octets\n",
		       flag_names(flags), s->out ? "out" : "in",
		       flag_names(s->flags), s->len);
	return s->out == out && s->flags == flags && !s->len;
}

#define CROSSES(out, flags, s) \
	ASSERT_TRUE(crosses(sniff_fd, out, flags, s))

/* What the survivor of a connection that was reset is told, once. */
static void told(struct __test_metadata *_metadata, int fd)
{
	char ch;

	ASSERT_NE(0, poll_for(fd, POLLIN, 5000) & POLLERR);
	EXPECT_EQ(-1, recv(fd, &ch, 1, 0));
	EXPECT_EQ(ECONNRESET, errno);
	EXPECT_EQ(0, recv(fd, &ch, 1, 0));
	EXPECT_EQ(S_CLOSE, tcp_state(fd));
}

/* Both ends of a new connection work. */
static void works(struct __test_metadata *_metadata, int c, int s)
{
	char got[4];

	ASSERT_EQ(4, send(c, "ping", 4, 0));
	ASSERT_EQ(4, read_all(s, got, 4));
	ASSERT_EQ(4, send(s, "pong", 4, 0));
	ASSERT_EQ(4, read_all(c, got, 4));
}

/* Figure 9: the rebooted client's SYN is challenged, its RST clears the stale
 * connection away, and the SYN again finds the listener; all within the first
 * wait of the schedule.
 */
TEST_F_TIMEOUT(wait, hop_fig9_syn, 60)
{
	struct seg syn, s;
	int sniff_fd, stale, c;
	long t;

	need_lctcp();
	stale = half_open(_metadata, self, variant, A);
	sniff_fd = sniffer(&self->p, A);
	ASSERT_LE(0, sniff_fd);
	t = now_ms();
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	CROSSES(true, F_SYN, &syn);
	CROSSES(false, F_ACK, &s);
	EXPECT_NE(syn.seq + 1, s.ack);
	CROSSES(true, F_RST, &syn);
	EXPECT_EQ(s.ack, syn.seq);
	EXPECT_EQ(S_SYN_SENT, conn_state(NS_A, FAM, CPORT, PORT));
	told(_metadata, stale);
	EXPECT_EQ(-ETIMEDOUT, take(self->l, 0));

	ASSERT_EQ(0, dialled(c, 5000));
	ASSERT_BETWEEN(early_ms(1000), now_ms() - t, late_ms(1000));
	CROSSES(true, F_SYN, &syn);
	CROSSES(false, F_SYN | F_ACK, &s);
	EXPECT_EQ(syn.seq + 1, s.ack);
	CROSSES(true, F_ACK, &s);
	stale = take(self->l, 5000);
	ASSERT_LE(0, stale);
	works(_metadata, c, stale);
}

/* The challenge is lost, or the RST that it draws: the next SYN asks again, and
 * the one after it connects.
 */
static void lost_on_the_way(struct __test_metadata *_metadata,
			    FIXTURE_DATA(wait) *self,
			    const FIXTURE_VARIANT(wait) *variant, int end,
			    const char *rule)
{
	int stale, c, s;
	long t;

	need_lctcp();
	stale = half_open(_metadata, self, variant, A);
	ASSERT_EQ(0, fault(self->p.ns[end], rule));
	t = now_ms();
	c = dial_from(NS_A, FAM, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	EXPECT_EQ(0, poll_for(stale, POLLIN, before_ms(1000)));
	EXPECT_EQ(S_ESTABLISHED, conn_state(NS_B, FAM, PORT, CPORT));
	EXPECT_EQ(S_SYN_SENT, conn_state(NS_A, FAM, CPORT, PORT));
	told(_metadata, stale);
	ASSERT_BETWEEN(early_ms(1000), now_ms() - t, late_ms(1000));
	ASSERT_EQ(0, dialled(c, 10000));
	ASSERT_BETWEEN(early_ms(3000), now_ms() - t, late_ms(3000));
	s = take(self->l, 5000);
	ASSERT_LE(0, s);
	works(_metadata, c, s);
}

TEST_F_TIMEOUT(wait, hop_challenge_lost, 60)
{
	lost_on_the_way(_metadata, self, variant, B, "drop ack 1");
}

TEST_F_TIMEOUT(wait, hop_challenge_lost__rst, 60)
{
	lost_on_the_way(_metadata, self, variant, A, "drop rst 1");
}

/* Figure 10: text for a host that knows no such connection, whether somebody
 * listens there (hop_reopen_same_port_after_crash) or not.
 */
static void text_to(struct __test_metadata *_metadata, FIXTURE_DATA(wait) *self,
		    const FIXTURE_VARIANT(wait) *variant, bool listening)
{
	struct seg text, rst;
	int c, sniff_fd;

	need_lctcp();
	c = half_open(_metadata, self, variant, B);
	if (!listening)
		close(self->l);
	sniff_fd = sniffer(&self->p, A);
	ASSERT_LE(0, sniff_fd);
	ASSERT_EQ(5, send(c, "hello", 5, 0));
	ASSERT_EQ(1, sniff(sniff_fd, &text, 1000));
	EXPECT_EQ(5, text.len);
	CROSSES(false, F_RST, &rst);
	EXPECT_EQ(text.ack, rst.seq);
	told(_metadata, c);
	EXPECT_EQ(S_NONE, conn_state(NS_A, FAM, CPORT, PORT));
	EXPECT_EQ(S_NONE, conn_state(NS_B, FAM, PORT, CPORT));
	if (listening)
		EXPECT_EQ(-ETIMEDOUT, take(self->l, 100));
}

TEST_F(wait, hop_fig10_data)
{
	text_to(_metadata, self, variant, false);
}

TEST_F(wait, hop_reopen_same_port_after_crash)
{
	text_to(_metadata, self, variant, true);
}

/* Figure 11: an old SYN between two listeners; in the end both listen. */
TEST_F(wait, hop_fig11_two_listeners)
{
	struct seg old = { .sport = CPORT, .dport = PORT, .seq = 90,
			   .flags = F_SYN, .win = 1000 };
	struct seg synack, rst;
	int l, c, s, sniff_fd;

	need_lctcp();
	l = listener(NS_A, FAM, HOST_ANY, CPORT, 5);
	ASSERT_LE(0, l);
	sniff_fd = sniffer(&self->p, A);
	ASSERT_LE(0, sniff_fd);
	ASSERT_EQ(0, inject(NS_A, FAM, HOST_A, HOST_B, &old, NULL));
	CROSSES(true, F_SYN, &old);
	CROSSES(false, F_SYN | F_ACK, &synack);
	EXPECT_EQ(91, synack.ack);
	CROSSES(true, F_RST, &rst);
	EXPECT_EQ(91, rst.seq);
	ASSERT_STATE(NS_B, FAM, PORT, CPORT, S_NONE);
	EXPECT_EQ(S_NONE, conn_state(NS_A, FAM, CPORT, PORT));
	EXPECT_EQ(-ETIMEDOUT, take(self->l, 100));
	EXPECT_EQ(-ETIMEDOUT, take(l, 0));

	/* each still serves */
	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &c, &s));
	works(_metadata, c, s);
	c = dial(NS_B, FAM, HOST_A, CPORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 5000));
	s = take(l, 5000);
	ASSERT_LE(0, s);
	works(_metadata, c, s);
}

TEST_F(wait, hop_fin_to_nothing)
{
	char text[512];
	int c;

	need_lctcp();
	c = half_open(_metadata, self, variant, B);
	close(self->l);
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	told(_metadata, c);
	ASSERT_STATE(NS_A, FAM, CPORT, PORT, S_NONE);
	history(NS_A, CPORT, PORT, text, sizeof(text));
	EXPECT_STREQ("ACTIVE_OPEN:SYN_SENT SYN_ACK:ESTABLISHED CLOSE:FIN_WAIT1 "
		     "RST:CLOSED", text);
}

TEST_HARNESS_MAIN
