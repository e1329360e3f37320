// SPDX-License-Identifier: GPL-2.0
/*
 * Data over bad wires: whatever the network loses, doubles, overtakes or
 * damages, both programs read exactly what the other one wrote, and then the
 * end of file.
 *
 * Each direction is a stream that both ends compute, so that every octet is
 * compared.  LCTCP_DATA_MIB sets the size of the large transfers (64 in
 * virtual time, else 8), which the others use an eighth of.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fixture.h"

#define CHUNK	(64 << 10)

static long long large(void)
{
	const char *s = getenv("LCTCP_DATA_MIB");
	long long mib = s && *s ? atoi(s) : 0;

	if (mib <= 0)
		mib = lc_virtual() ? 64 : 8;
	return mib << 20;
}

static long long small(void)
{
	return large() / 8;
}

/* One end of the connection: what it still has to write and to read. */
struct end {
	int fd;
	struct stream tx, rx;
	long long to_send, to_read;
	bool shut, eof;
	unsigned char buf[CHUNK];	/* not yet taken by the socket */
	int at, fill;
};

static void end_init(struct end *e, int fd, uint64_t tx, uint64_t rx,
		     long long to_send, long long to_read)
{
	e->fd = fd;
	stream_init(&e->tx, tx);
	stream_init(&e->rx, rx);
	e->to_send = to_send;
	e->to_read = to_read;
	e->shut = false;
	e->eof = false;
	e->at = 0;
	e->fill = 0;
}

/* Write what goes in; 0 or -errno. */
static int end_write(struct end *e)
{
	int n;

	while (e->to_send) {
		if (e->at == e->fill) {
			e->at = 0;
			e->fill = e->to_send < CHUNK ? e->to_send : CHUNK;
			stream_fill(&e->tx, e->buf, e->fill);
		}
		n = send(e->fd, e->buf + e->at, e->fill - e->at, MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		e->at += n;
		e->to_send -= n;
	}
	if (!e->shut && shutdown(e->fd, SHUT_WR))
		return -errno;
	e->shut = true;
	return 0;
}

/* Read what is there; 0, -errno, or -EILSEQ if it is not what was written. */
static int end_read(struct end *e)
{
	static unsigned char buf[CHUNK];
	int n;

	while (!e->eof) {
		n = recv(e->fd, buf, sizeof(buf), 0);
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		if (!n) {
			e->eof = true;
			return e->to_read ? -ENODATA : 0;
		}
		if (n > e->to_read || !stream_check(&e->rx, buf, n))
			return -EILSEQ;
		e->to_read -= n;
	}
	return 0;
}

/* Until both have read to the end; 0 or -errno. */
static int exchange(struct end *e)
{
	struct pollfd p[2];
	int i, ret;

	while (!(e[0].eof && e[1].eof && e[0].shut && e[1].shut)) {
		for (i = 0; i < 2; i++) {
			p[i].fd = e[i].eof && e[i].shut ? -1 : e[i].fd;
			p[i].events = (e[i].eof ? 0 : POLLIN) |
				      (e[i].shut ? 0 : POLLOUT);
			p[i].revents = 0;
		}
		/* Nothing is ever silent for longer than a few timeouts. */
		if (poll(p, 2, 600000) <= 0)
			return -ETIMEDOUT;
		for (i = 0; i < 2; i++) {
			ret = 0;
			if (p[i].revents & ~POLLOUT)
				ret = end_read(&e[i]);
			if (!ret && p[i].revents & POLLOUT)
				ret = end_write(&e[i]);
			if (ret)
				return ret;
		}
	}
	return 0;
}

FIXTURE(data) {
	struct pair p;
	struct end *e;
	int l, c, s;
};

FAMILIES(data);

FIXTURE_SETUP(data)
{
	self->e = calloc(2, sizeof(*self->e));
	ASSERT_NE(NULL, self->e);
	PAIR_UP();
	LISTENER(HOST_ANY, 5);
}

FIXTURE_TEARDOWN(data)
{
	pair_down(&self->p);
	free(self->e);
}

/* @up octets from A to B, @down from B to A, over that wire: milliseconds. */
static long run(struct __test_metadata *_metadata, FIXTURE_DATA(data) *self,
		const FIXTURE_VARIANT(data) *variant, const struct netem *how,
		long long up, long long down)
{
	long t;

	ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l, &self->c,
			       &self->s));
	if (how) {
		ASSERT_EQ(0, wire(&self->p, A, how));
		ASSERT_EQ(0, wire(&self->p, B, how));
	}
	end_init(&self->e[0], self->c, 11, 22, up, down);
	end_init(&self->e[1], self->s, 22, 11, down, up);
	t = now_ms();
	ASSERT_EQ(0, exchange(self->e));
	t = now_ms() - t;
	TH_LOG("%lld + %lld octets in %ld ms", up, down, t);
	EXPECT_EQ(0, so_error(self->c));
	EXPECT_EQ(0, so_error(self->s));
	close(self->c);
	close(self->s);
	return t;
}

#define DATA_TEST(name, up, down, ...)					\
TEST_F_TIMEOUT(data, name, 7200)					\
{									\
	struct netem how = { __VA_ARGS__ };				\
									\
	if (how.loss + how.duplicate + how.reorder + how.corrupt +	\
	    how.delay_ms > 0)						\
		need_netem();						\
	run(_metadata, self, variant, &how, up, down);			\
}

TEST_F_TIMEOUT(data, clean_both_ways, 3600)
{
	run(_metadata, self, variant, NULL, large(), large());
}

DATA_TEST(loss_up, large(), 0, .loss = 5)
DATA_TEST(loss_down, 0, large(), .loss = 5)
DATA_TEST(loss_both_ways, small(), small(), .loss = 5)
DATA_TEST(loss_with_delay, small(), small(), .loss = 5, .delay_ms = 10)
DATA_TEST(heavy_loss, small() / 4, small() / 4, .loss = 20)
DATA_TEST(duplicate, small(), small(), .duplicate = 5)
DATA_TEST(reorder, small(), small(), .reorder = 25, .delay_ms = 10)
DATA_TEST(corrupt, small(), small(), .corrupt = 1)
DATA_TEST(everything, small(), small(), .loss = 2, .duplicate = 2,
	  .reorder = 10, .corrupt = 1, .delay_ms = 5)

/* All of it at once, and long enough for rare coincidences. */
TEST_F_TIMEOUT(data, everything_at_length, 7200)
{
	struct netem how = {
		.loss = 5, .duplicate = 5, .reorder = 10, .corrupt = 1,
		.delay_ms = 5,
	};

	need_netem();
	need_virtual(600);
	run(_metadata, self, variant, &how, large(), large());
}

/* Any mix of what a wire can do: both streams arrive as they were written. */
TEST_F_TIMEOUT(data, los_stream_integrity, 7200)
{
	uint64_t x = 1;
	int i;

	need_netem();
	need_virtual(600);
	for (i = 0; i < 60; i++) {
		struct netem how = { 0 };

		x = x * 6364136223846793005ull + 1442695040888963407ull;
		how.loss = (x >> 33) % 12;
		how.duplicate = (x >> 37) % 10;
		how.reorder = (x >> 41) % 30;
		how.corrupt = (x >> 45) % 3;
		how.delay_ms = 1 + (x >> 49) % 40;
		how.seed = x;
		run(_metadata, self, variant, &how, 1 + (x >> 20) % 200000,
		    (x >> 28) % 200000);
		ASSERT_EQ(0, wire(&self->p, A, &(struct netem){ 0 }));
		ASSERT_EQ(0, wire(&self->p, B, &(struct netem){ 0 }));
	}
}

/* How long 8 MiB take over that wire from A to B, with that way back, until the
 * last octet is read: a thousand octets a millisecond, and the better part of
 * that if all is well.
 */
static long upload(struct __test_metadata *_metadata, FIXTURE_DATA(data) *self,
		   const FIXTURE_VARIANT(data) *variant, struct netem there,
		   struct netem back)
{
	const long long n = 8 << 20;
	struct end *e = self->e;
	long t;

	ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l, &self->c,
			       &self->s));
	there.rate = 1000000;
	there.seed = 1;
	back.seed = 2;
	ASSERT_EQ(0, wire_single(&self->p));
	ASSERT_EQ(0, wire(&self->p, A, &there));
	ASSERT_EQ(0, wire(&self->p, B, &back));
	end_init(&e[0], self->c, 11, 22, n, 0);
	end_init(&e[1], self->s, 22, 11, 0, n);
	t = now_ms();
	while (!e[1].eof) {
		struct pollfd p[2] = {
			{ .fd = e[0].shut ? -1 : e[0].fd, .events = POLLOUT },
			{ .fd = e[1].fd, .events = POLLIN },
		};

		ASSERT_LT(0, poll(p, 2, 60000));
		if (p[0].revents)
			ASSERT_EQ(0, end_write(&e[0]));
		if (p[1].revents)
			ASSERT_EQ(0, end_read(&e[1]));
		if (!e[1].to_read)
			break;
	}
	t = now_ms() - t;
	TH_LOG("%lld octets in %ld ms, %lld timeouts, %lld sent again", n, t,
	       counter(self->p.ns[A], "Timeouts"),
	       counter(self->p.ns[A], "RetransSegs"));
	close(self->c);
	close(self->s);
	ASSERT_EQ(0, wire(&self->p, A, &(struct netem){ 0 }));
	ASSERT_EQ(0, wire(&self->p, B, &(struct netem){ 0 }));
	return t;
}

/* A quarter of all segments overtakes the others by ten milliseconds: that costs
 * a fifth of the time at most.
 */
TEST_F_TIMEOUT(data, los_reorder_no_collapse, 3600)
{
	struct netem even = { .delay_ms = 10 }, odd = even;
	long a, b;

	need_netem();
	need_virtual(60);
	odd.reorder = 25;
	a = upload(_metadata, self, variant, even, even);
	b = upload(_metadata, self, variant, odd, even);
	EXPECT_LE(b * 4, a * 5);
}

/* Half of all ACKs get lost: as much, and it is no reason for timeouts. */
TEST_F_TIMEOUT(data, los_ack_loss, 3600)
{
	struct netem even = { .delay_ms = 10 }, half = even;
	long long late;
	long a, b;

	need_netem();
	need_virtual(60);
	half.loss = 50;
	a = upload(_metadata, self, variant, even, even);
	late = counter(self->p.ns[A], "Timeouts");
	b = upload(_metadata, self, variant, even, half);
	EXPECT_LE(b * 4, a * 5);
	if (!lc_tcp())
		EXPECT_GE(3, counter(self->p.ns[A], "Timeouts") - late);
}

/* A has closed its half before B writes the first octet. */
TEST_F_TIMEOUT(data, half_close_with_loss, 3600)
{
	struct netem how = { .loss = 5 };

	need_netem();
	run(_metadata, self, variant, &how, 0, small());
}

/* clo_data_before_fin: the program writes, closes and forgets; the kernel
 * delivers all the same.
 */
TEST_F_TIMEOUT(data, clo_data_before_fin, 3600)
{
	/* TCP gives an orphan up early (tcp_orphan_retries); where time is
	 * real, waiting out one timeout after the other takes too long.
	 */
	struct netem how = { .loss = lc_tcp() ? 2 : lc_virtual() ? 20 : 5 };
	int room = 4 << 20, most = lc_virtual() ? 1 << 20 : 256 << 10;
	int n, sent = 0;
	struct end *e = self->e;

	need_netem();
	ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l, &self->c,
			       &self->s));
	ASSERT_EQ(0, wire(&self->p, A, &how));
	ASSERT_EQ(0, wire(&self->p, B, &how));
	setsockopt(self->c, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	end_init(&e[0], self->c, 11, 22, 0, 0);
	stream_fill(&e[0].tx, e[0].buf, CHUNK);
	while (sent < most) {
		n = send(self->c, e[0].buf + sent % CHUNK, CHUNK - sent % CHUNK,
			 0);
		if (n < 0)
			break;
		sent += n;
		if (!(sent % CHUNK))
			stream_fill(&e[0].tx, e[0].buf, CHUNK);
	}
	ASSERT_LT(CHUNK, sent);
	ASSERT_EQ(0, close(self->c));
	end_init(&e[1], self->s, 22, 11, 0, sent);
	while (!e[1].eof) {
		ASSERT_NE(0, poll_for(self->s, POLLIN, 600000));
		ASSERT_EQ(0, end_read(&e[1]));
	}
	close(self->s);
}

/* A small receive buffer and small writes: other paths of the same machine. */
TEST_F_TIMEOUT(data, small_buffers, 3600)
{
	struct netem how = { .loss = 2 };
	int room = 4096;

	if (!wire_can())
		how.loss = 0;
	ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l, &self->c,
			       &self->s));
	setsockopt(self->s, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	setsockopt(self->c, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	if (how.loss > 0)
		ASSERT_EQ(0, wire(&self->p, A, &how));
	end_init(&self->e[0], self->c, 11, 22, 1 << 20, 0);
	end_init(&self->e[1], self->s, 22, 11, 0, 1 << 20);
	ASSERT_EQ(0, exchange(self->e));
}

TEST_F_TIMEOUT(data, small_mtu, 3600)
{
	/* 1280 is the least that IPv6 runs over */
	ASSERT_EQ(0, wire_mtu(&self->p, variant->family == AF_INET ? 576 : 1280));
	run(_metadata, self, variant, NULL, small(), small());
}

/* Many connections at once share the wire. */
#define MANY	20

TEST_F_TIMEOUT(data, many_with_loss, 3600)
{
	struct end *e = calloc(2 * MANY, sizeof(*e));
	struct netem how = { .loss = 5, .delay_ms = 5 };
	int c[MANY], s[MANY], i, j, busy;

	need_netem();
	ASSERT_NE(NULL, e);
	for (i = 0; i < MANY; i++) {
		ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l,
				       &c[i], &s[i]));
		end_init(&e[2 * i], c[i], 2 * i + 1, 2 * i + 2, 100000, 200000);
		end_init(&e[2 * i + 1], s[i], 2 * i + 2, 2 * i + 1, 200000,
			 100000);
	}
	ASSERT_EQ(0, wire(&self->p, A, &how));
	ASSERT_EQ(0, wire(&self->p, B, &how));
	do {
		struct pollfd p[2 * MANY];

		busy = 0;
		for (j = 0; j < 2 * MANY; j++) {
			p[j].fd = e[j].eof && e[j].shut ? -1 : e[j].fd;
			p[j].events = (e[j].eof ? 0 : POLLIN) |
				      (e[j].shut ? 0 : POLLOUT);
			busy += p[j].fd >= 0;
		}
		if (!busy)
			break;
		ASSERT_LT(0, poll(p, 2 * MANY, 600000));
		for (j = 0; j < 2 * MANY; j++) {
			if (p[j].fd < 0)
				continue;
			if (p[j].revents & ~POLLOUT)
				ASSERT_EQ(0, end_read(&e[j]));
			if (p[j].revents & POLLOUT)
				ASSERT_EQ(0, end_write(&e[j]));
		}
	} while (busy);
	free(e);
}

/* What remembers a loss must not seem to lie ahead when 2^31 octets have gone by
 * without one (RFC 6582, "recover"): the next loss is still seen at once.
 */
TEST_F_TIMEOUT(data, loss_after_2g, 3600)
{
	const long long much = (1ll << 31) + (1ll << 27);
	static char buf[1 << 20];
	long long sent = 0, got = 0, fast, late, begin;
	int ns = self->p.ns[B], c, s, n, i, one = 1;

	need_lctcp();
	need_virtual(60);
	c = dial(ns, variant->family, LOOP, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 1000));
	s = take(self->l, 1000);
	ASSERT_LE(0, s);
	setsockopt(c, SOL_TCP, TCP_NODELAY, &one, sizeof(one));
	while (sent < much) {
		n = write(c, buf, sizeof(buf));
		if (n > 0)
			sent += n;
		while ((n = read(s, buf, sizeof(buf))) > 0)
			got += n;
		if (n < 0 && sent > got)
			poll_for(s, POLLIN, 1000);
	}
	fast = counter(ns, "FastRetrans");
	late = counter(ns, "Timeouts");
	ASSERT_EQ(0, fault(ns, "drop data 1"));
	begin = now_ms();
	for (i = 0; i < 12; i++) {
		n = write(c, buf, 1000);
		if (n > 0)
			sent += n;
	}
	while (got < sent && now_ms() < begin + 10000) {
		while ((n = read(s, buf, sizeof(buf))) > 0)
			got += n;
		poll_for(s, POLLIN, 10);
	}
	EXPECT_EQ(sent, got);
	EXPECT_EQ(1, counter(ns, "FastRetrans") - fast);
	EXPECT_EQ(0, counter(ns, "Timeouts") - late);
	close(c);
	close(s);
}

TEST_HARNESS_MAIN
