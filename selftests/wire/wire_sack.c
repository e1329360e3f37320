// SPDX-License-Identifier: GPL-2.0
/* Selective acknowledgments: agreed on, and what a receiver reports. */
#include "wire.h"

/* SYN, SYN-ACK, ACK, accept(), with SACK agreed on, and timestamps if @ts. */
static int accepted(struct wire *w, bool ts)
{
	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .sackok = 1, .tsval = ts ? 1000000 : W_NONE, .tsecr = 0);
	w_exp(w, SYN | ACK, .sackok = 1);
	w_inj(w, ACK);
	return w_accept(w);
}

/* The blocks of a segment, all of them, in their order. */
#define BLOCKS(w, s, ...) \
	blocks_are(w, s, (const long long[]){ __VA_ARGS__ }, \
		   sizeof((long long[]){ __VA_ARGS__ }) / sizeof(long long) / 2)

static void blocks_are(struct wire *w, const struct seg *s,
		       const long long *edge, int n)
{
	int i;

	w_check(w, s->nsack == n);
	for (i = 0; i < n; i++) {
		if (s->sack[i].left != edge[2 * i] ||
		    s->sack[i].right != edge[2 * i + 1])
			w_fail(w, "block %d is %lld:%lld, expected %lld:%lld", i,
			       s->sack[i].left, s->sack[i].right, edge[2 * i],
			       edge[2 * i + 1]);
	}
}

/* Text above a gap arrives and is acknowledged at once. */
static const struct seg *hold(struct wire *w, int seq, int len)
{
	w_inj(w, ACK, .seq = seq, .len = len);
	return w_exp(w, ACK);
}

/* Agreed on or not? */
static bool agreed(struct wire *w, int fd)
{
	struct lctcp_vars v;
	socklen_t len = sizeof(v);

	w_only_lctcp(w);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	return v.options & LCTCP_OPT_SACK;
}

/* SACK-permitted goes with a SYN, and only there it is heard. */
WIRE_TEST(sack_perm_syn_only)
{
	static const char permitted[] = { 4, 2, 1, 1 };
	const struct seg *s;
	int fd;

	fd = accepted(w, false);
	w_check(w, agreed(w, fd));
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10, .sackok = 0);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .sackok = 0);

	w_flow(w, 1);
	fd = w_connect(w);
	w_exp(w, SYN, .sackok = 1);
	w_inj(w, SYN | ACK, .sackok = 1);
	w_exp(w, ACK, .sackok = 0);
	w_check(w, agreed(w, fd));

	w_flow(w, 2);
	fd = w_accepted(w);
	w_inj(w, ACK, .len = 10, .opts = permitted, .opts_len = 4);
	w_exp(w, ACK);
	s = hold(w, 21, 10);
	w_check(w, !s->nsack);
	w_check(w, !agreed(w, fd));
}

WIRE_TEST(sack_not_without_perm)
{
	const struct seg *s;
	int fd;

	w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .sackok = 0);
	w_inj(w, ACK);
	fd = w_accept(w);
	s = hold(w, 11, 10);
	w_check(w, !s->nsack);
	/* nor are the peer's blocks believed */
	w_write(w, fd, 2000);
	w_exp(w, ACK, .len = W_ANY);
	w_exp(w, ACK, .len = W_ANY);
	w_inj(w, ACK, .ack = 1, .nsack = 1, .sack = { { 1, 1001 } });
	w_exp(w, ACK, .seq = 1, .len = W_ANY, .within = 3000);

	/* nor offered if it is switched off */
	w_sysctl(w, "sack", "0");
	w_flow(w, 1);
	w_inj(w, SYN, .sackok = 1);
	w_exp(w, SYN | ACK, .sackok = 0);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, !agreed(w, fd));
	s = hold(w, 11, 10);
	w_check(w, !s->nsack);
	w_flow(w, 2);
	w_connect(w);
	w_exp(w, SYN, .sackok = 0);
	w_sysctl_refused(w, "sack", "2");
}

WIRE_TEST(sack_first_block_newest)
{
	const struct seg *s;

	accepted(w, false);
	s = hold(w, 11, 10);
	BLOCKS(w, s, 11, 21);
	s = hold(w, 31, 10);
	BLOCKS(w, s, 31, 41, 11, 21);
	s = hold(w, 51, 10);
	BLOCKS(w, s, 51, 61, 31, 41, 11, 21);
	/* behind B, then before it, then between A and B */
	s = hold(w, 41, 5);
	BLOCKS(w, s, 31, 46, 51, 61, 11, 21);
	s = hold(w, 26, 5);
	BLOCKS(w, s, 26, 46, 51, 61, 11, 21);
	s = hold(w, 21, 5);
	BLOCKS(w, s, 11, 46, 51, 61);
	/* a FIN has a number */
	w_inj(w, FIN | ACK, .seq = 61, .len = 4);
	s = w_exp(w, ACK);
	BLOCKS(w, s, 51, 66, 11, 46);
}

/* Six islands: four are reported, or three beside timestamps, the newest ones.
 * An island that was left out and grows is reported from end to end.
 */
WIRE_TEST(sack_max_blocks)
{
	const struct seg *s;
	int i;

	accepted(w, false);
	for (i = 0; i < 6; i++)
		s = hold(w, 11 + 20 * i, 10);
	BLOCKS(w, s, 111, 121, 91, 101, 71, 81, 51, 61);
	s = hold(w, 21, 5);
	BLOCKS(w, s, 11, 26, 111, 121, 91, 101, 71, 81);

	w_flow(w, 1);
	accepted(w, true);
	for (i = 0; i < 6; i++)
		s = hold(w, 11 + 20 * i, 10);
	w_check(w, s->ts);
	BLOCKS(w, s, 111, 121, 91, 101, 71, 81);
	s = hold(w, 35, 5);
	w_check(w, s->nsack == 3);
	s = hold(w, 41, 5);
	BLOCKS(w, s, 31, 46, 111, 121, 91, 101);
}

WIRE_TEST(sack_repeat_recent)
{
	const struct seg *s;
	int seen[8] = {}, i, j;

	accepted(w, true);
	for (i = 0; i < 8; i++) {
		s = hold(w, 11 + 20 * i, 10);
		for (j = 0; j < s->nsack; j++)
			seen[(s->sack[j].left - 11) / 20]++;
	}
	for (i = 0; i < 6; i++)
		w_check(w, seen[i] >= 3);
}

/* While something is missing, all that leaves says so: text, window updates,
 * challenge ACKs.
 */
WIRE_TEST(sack_every_eligible_ack)
{
	const struct seg *s;
	int fd = accepted(w, true);

	hold(w, 11, 10);
	w_write(w, fd, 10);
	s = w_exp(w, ACK, .len = 10);
	BLOCKS(w, s, 11, 21);
	w_inj(w, RST, .seq = 5, .forged = true);
	s = w_exp(w, ACK);
	BLOCKS(w, s, 11, 21);
	w_inj(w, ACK, .seq = -9, .len = 5);
	s = w_exp(w, ACK);
	w_check(w, s->nsack == 2);
	w_check(w, s->sack[1].left == 11 && s->sack[1].right == 21);

	/* A full segment has no room: an ACK follows the one that answers. */
	w_inj(w, ACK, .win = 0);
	w_write(w, fd, w->family == AF_INET6 ? 1428 : 1448);
	w_inj(w, ACK, .seq = 31, .len = 10, .win = 65535);
	s = w_exp(w, ACK, .len = W_ANY);
	w_check(w, s->len >= 1400 && !s->nsack);
	s = w_exp(w, ACK);
	BLOCKS(w, s, 31, 41, 11, 21);
}

WIRE_TEST(sack_ack_each_ooo)
{
	const struct seg *s;
	int i;

	accepted(w, false);
	for (i = 0; i < 10; i++) {
		w_inj(w, ACK, .seq = 11 + 10 * i, .len = 10);
		s = w_exp(w, ACK, .within = 20);
		BLOCKS(w, s, 11, 21 + 10 * i);
	}
}

WIRE_TEST(sack_cleared)
{
	const struct seg *s;
	int fd = accepted(w, false);

	hold(w, 11, 10);
	hold(w, 31, 10);
	hold(w, 51, 10);
	w_inj(w, ACK, .len = 10);
	s = w_exp(w, ACK, .ack = 21);
	BLOCKS(w, s, 51, 61, 31, 41);
	w_inj(w, ACK, .seq = 21, .len = 10);
	s = w_exp(w, ACK, .ack = 41);
	BLOCKS(w, s, 51, 61);
	w_inj(w, ACK, .seq = 41, .len = 10);
	s = w_exp(w, ACK, .ack = 61);
	w_check(w, !s->nsack);
	w_read(w, fd, 60);
}

/* The buffer is full of small segments: the newest is reported though it is
 * dropped, once; and of what was held the far end is given up for what is next in
 * sequence, and no more than that needs.
 */
WIRE_TEST(sack_reneging_receiver)
{
	long long left = 0, i;
	const struct seg *s;
	int fd = accepted(w, false);

	w_only_lctcp(w);
	for (i = 0; !w_counter(w, "DropRcvBuf"); i++) {
		w_check(w, i < 4000);
		left = 11 + 2 * i;
		s = hold(w, left, 1);
		w_check(w, s->nsack && s->sack[0].left == left &&
			s->sack[0].right == left + 1);
	}
	s = hold(w, left + 2, 1);
	w_check(w, s->sack[0].left == left + 2);
	for (i = 1; i < s->nsack; i++)
		w_check(w, s->sack[i].left < left);

	w_count(w, "OfoDrop", 0);
	w_inj(w, ACK, .len = 10);
	s = w_exp(w, ACK, .ack = 12);
	w_check(w, s->nsack && s->sack[0].left == left - 4);
	w_count(w, "OfoDrop", 1);
	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK, .ack = 112);
	w_read(w, fd, 111);
}

/* The same for what comes above a gap, but before what is held. */
WIRE_TEST(sack_prunes_far_end)
{
	long long left = 0, i;
	const struct seg *s;
	int fd = accepted(w, false);

	w_only_lctcp(w);
	for (i = 0; !w_counter(w, "DropRcvBuf"); i++) {
		w_check(w, i < 4000);
		left = 111 + 2 * i;
		hold(w, left, 1);
	}
	s = hold(w, 11, 10);
	w_check(w, s->sack[0].left == 11 && s->sack[0].right == 21);
	w_count(w, "DropRcvBuf", 1);
	w_count(w, "OfoDrop", 1);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 21);
	w_read(w, fd, 20);
}

/* The buffer is full of pieces of @len octets above a gap, each with a hole of one
 * octet before it, from 11 on.
 */
static int filled(struct wire *w, int len)
{
	int fd = accepted(w, false), i;

	w_only_lctcp(w);
	for (i = 0; !w_counter(w, "DropRcvBuf"); i++) {
		w_check(w, i < 400);
		hold(w, 11 + i * (len + 1), len);
	}
	return fd;
}

/* Without room to cut it up, what comes in sequence is taken whole, and the pieces
 * it covers are given up, but not the one that reaches beyond it: that has been
 * reported, and is all there is of its end.
 */
WIRE_TEST(sack_uncovers_in_order)
{
	const struct seg *s;
	int fd = filled(w, 2), i;

	w_count(w, "OfoDrop", 0);
	w_inj(w, ACK, .seq = 1, .len = 11 + 3 * 10);
	s = w_exp(w, ACK, .ack = 13 + 3 * 10);
	/* what it had of that piece comes twice (RFC 2883 section 4) */
	for (i = 1; i < s->nsack; i++)
		w_check(w, s->sack[i].left > s->ack);
	w_check(w, w_counter(w, "OfoDrop") >= 10);
	w_inj(w, ACK, .seq = 13 + 3 * 10, .len = 1);
	s = w_exp(w, ACK, .ack = 16 + 3 * 10);
	for (i = 0; i < s->nsack; i++)
		w_check(w, s->sack[i].left > s->ack);
	w_read(w, fd, 15 + 3 * 10);
}

/* All of them are covered: none is reported any more. */
WIRE_TEST(sack_uncovers_all)
{
	int fd = filled(w, 1);

	w_inj(w, ACK, .seq = 1, .len = 1000);
	BLOCKS(w, w_exp(w, ACK, .ack = 1001));
	w_inj(w, ACK, .len = 100);
	BLOCKS(w, w_exp(w, ACK, .ack = 1101));
	w_read(w, fd, 1100);
}

/* So small, segments cost many times what they hold: side by side above a gap
 * they are copied together, and all that the window offered finds room.
 */
WIRE_TEST_VT(sack_small_held_together)
{
	int fd = accepted(w, false), i;
	const struct seg *s = NULL;

	w_only_lctcp(w);
	for (i = 0; i < 2500; i++) {
		s = hold(w, 11 + 10 * i, 10);
		if (i % 100 == 0)
			w_forget(w);
	}
	w_check(w, s->nsack == 1 && s->sack[0].left == 11 &&
		s->sack[0].right == 11 + 10 * i);
	w_count(w, "DropRcvBuf", 0);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 11 + 10 * i);
	w_read(w, fd, 10 + 10 * i);
}

WIRE_TEST(dsack_full_dup)
{
	const struct seg *s;

	accepted(w, false);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_inj(w, ACK, .seq = 1, .len = 10);
	s = w_exp(w, ACK, .ack = 11, .within = 20);
	BLOCKS(w, s, 1, 11);
	s = hold(w, 21, 10);
	BLOCKS(w, s, 21, 31);
	w_inj(w, ACK, .seq = 3, .len = 5);
	s = w_exp(w, ACK, .ack = 11, .within = 20);
	BLOCKS(w, s, 3, 8, 21, 31);
	s = hold(w, 31, 10);
	BLOCKS(w, s, 21, 41);
}

WIRE_TEST(dsack_partial_dup)
{
	const struct seg *s;
	int fd = accepted(w, false);

	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_inj(w, ACK, .seq = 6, .len = 10);
	s = w_exp(w, ACK, .ack = 16, .within = 20);
	BLOCKS(w, s, 6, 11);

	/* inside an island, once */
	w_inj(w, ACK, .seq = 21, .len = 10);
	w_exp(w, ACK, .ack = 16);
	w_inj(w, ACK, .seq = 23, .len = 4);
	s = w_exp(w, ACK, .ack = 16);
	BLOCKS(w, s, 23, 27, 21, 31);
	w_inj(w, ACK, .seq = 41, .len = 10);
	s = w_exp(w, ACK, .ack = 16);
	BLOCKS(w, s, 41, 51, 21, 31);
	/* over its end, and over all of both */
	w_inj(w, ACK, .seq = 26, .len = 10);
	s = w_exp(w, ACK, .ack = 16);
	BLOCKS(w, s, 26, 31, 21, 36, 41, 51);
	w_inj(w, ACK, .seq = 18, .len = 40);
	s = w_exp(w, ACK, .ack = 16);
	BLOCKS(w, s, 21, 36, 18, 58);
	/* the hole is filled, and more */
	w_inj(w, ACK, .seq = 16, .len = 10);
	s = w_exp(w, ACK, .ack = 58);
	BLOCKS(w, s, 18, 26);
	w_read(w, fd, 57);
}

WIRE_TEST(dsack_disable)
{
	const struct seg *s;

	w_sysctl(w, "dsack", "0");
	accepted(w, false);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_inj(w, ACK, .seq = 1, .len = 10);
	s = w_exp(w, ACK, .ack = 11);
	w_check(w, !s->nsack);
	s = hold(w, 21, 10);
	BLOCKS(w, s, 21, 31);
	s = hold(w, 23, 4);
	BLOCKS(w, s, 21, 31);
}

/* Forty octets of options are taken, and never exceeded. */
WIRE_TEST(opt_full_40)
{
	static const char full[40] = {
		2, 4, 5, 0, 4, 2, 1, 1, 8, 10, 0, 15, 66, 64, 0, 0, 0, 0,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	};
	const struct seg *s;
	int i;

	w_listen(w, 5);
	w_inj(w, SYN, .opts = full, .opts_len = 40);
	s = w_exp(w, SYN | ACK, .sackok = 1);
	w_check(w, s->ts && s->tsecr == 1000000);
	w_inj(w, ACK);
	w_accept(w);
	for (i = 0; i < 4; i++)
		s = hold(w, 11 + 20 * i, 10);
	w_check(w, s->ts && s->nsack == 3 && s->doff <= 15);
}

WIRE_MAIN
