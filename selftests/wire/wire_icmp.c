// SPDX-License-Identifier: GPL-2.0
/*
 * Anybody can send an ICMP message (RFC 5927): which one is about a connection,
 * and what it may do; and what must have come from near by (RFC 5082).
 */
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <unistd.h>

#include "wire.h"

static bool v6(const struct wire *w)
{
	return w->family == AF_INET6;
}

/* A soft error: the connection remembers it, and SO_ERROR shows it. */
static void unreachable(struct wire *w, const struct seg *quote, int octets)
{
	w_icmp(w, .type = v6(w) ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH,
	       .code = v6(w) ? ICMP6_DST_UNREACH_ADDR : ICMP_HOST_UNREACH,
	       .quote = quote, .quote_len = octets);
}

static void too_big(struct wire *w, const struct seg *quote, int mtu)
{
	if (v6(w))
		w_icmp(w, .type = ICMP6_PACKET_TOO_BIG, .mtu = mtu,
		       .quote = quote);
	else
		w_icmp(w, .type = ICMP_DEST_UNREACH, .code = ICMP_FRAG_NEEDED,
		       .mtu = mtu, .quote = quote);
}

/* A copy of a captured segment, to be changed. */
static struct seg copy(struct wire *w, const struct seg *s)
{
	struct seg c = *s;

	c.raw = malloc(s->raw_len);
	w_check(w, c.raw);
	memcpy(c.raw, s->raw, s->raw_len);
	return c;
}

/* The copy with one octet different. */
static struct seg with(struct wire *w, const struct seg *s, int at, int xor)
{
	struct seg c = copy(w, s);

	c.raw[at] ^= xor;
	return c;
}

/* The copy with another sequence number, relative. */
static struct seg with_seq(struct wire *w, const struct seg *s, long long seq)
{
	struct seg c = copy(w, s);
	uint32_t n = w->f->iss + (uint32_t)seq;

	c.raw[c.th + 4] = n >> 24;
	c.raw[c.th + 5] = n >> 16;
	c.raw[c.th + 6] = n >> 8;
	c.raw[c.th + 7] = n;
	return c;
}

static const struct seg *in_flight(struct wire *w, int fd, int n)
{
	w_write(w, fd, n);
	return w_exp(w, ACK, .len = n);
}

WIRE_TEST(bld_icmp_tuple)
{
	int fd = w_accepted(w), i, at[5], xor[5];
	const struct seg *s = in_flight(w, fd, 100);
	struct seg c;

	at[0] = s->th + 1;		/* our port, theirs */
	at[1] = s->th + 3;
	at[2] = s->th - 1;		/* their address */
	at[3] = v6(w) ? 23 : 15;	/* ours */
	at[4] = v6(w) ? 6 : 9;		/* the protocol: TCP's */
	for (i = 0; i < 4; i++)
		xor[i] = 0x40;
	xor[4] = w->proto ^ (w->proto == IPPROTO_TCP ? 253 : IPPROTO_TCP);
	for (i = 0; i < 5; i++) {
		c = with(w, s, at[i], xor[i]);
		unreachable(w, &c, 0);
		w_check(w, w_so_error(fd) == 0);
	}
	unreachable(w, s, 0);
	w_check(w, w_so_error(fd) == EHOSTUNREACH);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(bld_icmp_seq_window)
{
	static const struct {
		int seq;
		bool taken;
	} c[] = {
		{ 100, false }, { 101, true }, { 150, true }, { 200, true },
		{ 201, false }, { 202, false }, { 0x7fffffff, false },
	};
	int fd = w_accepted(w), i;
	const struct seg *s;
	struct seg q;

	s = in_flight(w, fd, 100);
	w_inj(w, ACK);
	/* idle: nothing is in flight, so nothing is believed */
	for (i = 0; i < 4; i++) {
		q = with_seq(w, s, 99 + i);
		unreachable(w, &q, 0);
		w_check(w, w_so_error(fd) == 0);
	}
	s = in_flight(w, fd, 100);
	for (i = 0; i < 7; i++) {
		q = with_seq(w, s, c[i].seq);
		unreachable(w, &q, 0);
		w_check(w, w_so_error(fd) == (c[i].taken ? EHOSTUNREACH : 0));
	}
	w_only_lctcp(w);
	w_count(w, "IcmpIgnored", 4 + 4);
}

WIRE_TEST(bld_icmp_min_payload)
{
	static const int octets[] = { 0, 4, 8, 20 };
	int fd = w_accepted(w), i;
	const struct seg *s = in_flight(w, fd, 100);
	struct seg c;

	for (i = 0; i < 4; i++) {
		c = copy(w, s);
		c.raw_len = c.th + octets[i];
		unreachable(w, &c, 0);
		w_check(w, w_so_error(fd) ==
			(octets[i] < 8 ? 0 : EHOSTUNREACH));
	}
}

static void hard(struct wire *w, const struct seg *quote, int i)
{
	static const int code4[] = { ICMP_PROT_UNREACH, ICMP_PORT_UNREACH };

	if (v6(w) && !i)
		w_icmp(w, .type = ICMP6_PARAM_PROB,
		       .code = ICMP6_PARAMPROB_NEXTHEADER, .mtu = 6,
		       .quote = quote);
	else
		w_icmp(w, .type = v6(w) ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH,
		       .code = v6(w) ? ICMP6_DST_UNREACH_NOPORT : code4[i],
		       .quote = quote);
}

/* D8: once connected, hard errors are soft, unless the user wants RFC 9293
 * SHLD-26 to the letter.
 */
WIRE_TEST(bld_icmp_hard_synced_soft)
{
	int fd, i, err[] = { v6(w) ? EPROTO : ENOPROTOOPT, ECONNREFUSED };
	const struct seg *s;
	char c;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		fd = w_accepted(w);
		s = in_flight(w, fd, 10);
		hard(w, s, i);
		w_is(w, fd, TCP_ESTABLISHED);
		w_inj(w, ACK);
		w_none(w);
		w_is(w, fd, TCP_ESTABLISHED);
		w_check(w, w_so_error(fd) == err[i]);	/* only remembered */
		w_check(w, w_so_error(fd) == 0);
	}
	w_only_lctcp(w);
	w_sysctl(w, "abort_on_icmp", "1");
	for (i = 0; i < 2; i++) {
		w_flow(w, 2 + i);
		fd = w_accepted(w);
		s = in_flight(w, fd, 10);
		unreachable(w, s, 0);
		w_is(w, fd, TCP_ESTABLISHED);
		hard(w, s, i);
		w_gone(w);
		w_err(w, err[i], recv(fd, &c, 1, 0));
		/* and what was not in flight is no better than before */
		w_flow(w, 4 + i);
		fd = w_accepted(w);
		s = in_flight(w, fd, 10);
		w_inj(w, ACK);
		hard(w, s, i);
		w_is(w, fd, TCP_ESTABLISHED);
	}
}

WIRE_TEST_V4(bld_icmp_quench)
{
	int fd = w_accepted(w);
	const struct seg *s = in_flight(w, fd, 1000);
	struct lctcp_vars before = w_vars(w, fd), after;
	int i;

	for (i = 0; i < 10; i++)
		w_icmp(w, .type = ICMP_SOURCE_QUENCH, .quote = s);
	after = w_vars(w, fd);
	w_check(w, after.cwnd == before.cwnd);
	w_check(w, after.ssthresh == before.ssthresh);
	w_check(w, after.mss == before.mss);
	w_check(w, w_so_error(fd) == 0);
	w_inj(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* ---- "packet too big": RFC 5927 section 7 ---- */

#define SMALL(w)	(v6(w) ? 1280 : 576)	/* an MTU, and what fits */
#define FITS(w)		(v6(w) ? 1220 : 536)

static int sender(struct wire *w)
{
	int fd = w_accepted(w);

	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	return fd;
}

/* Segments as big have arrived: a message that would make them smaller has to
 * wait, for a timeout to confirm it or for an ACK to prove it a lie.
 */
WIRE_TEST(bld_icmp_ptb_delay)
{
	const struct seg *s;
	int fd, mss;

	w_only_lctcp(w);
	w_sysctl(w, "rto_min_ms", "500");
	fd = sender(w);
	mss = w_vars(w, fd).mss;
	in_flight(w, fd, 1400);
	w_inj(w, ACK);

	s = in_flight(w, fd, 1400);
	too_big(w, s, SMALL(w));
	w_none(w);
	w_check(w, (int)w_vars(w, fd).mss == mss);
	w_inj(w, ACK);
	/* forgotten: the next timeout has nothing to do with it */
	s = in_flight(w, fd, 1400);
	w_exp(w, ACK, .seq = s->seq, .len = 1400, .within = 1500);
	w_check(w, (int)w_vars(w, fd).mss == mss);
	w_inj(w, ACK);

	/* no progress until the timeout: it was true */
	s = in_flight(w, fd, 1400);
	too_big(w, s, SMALL(w));
	w_none(w);
	w_check(w, (int)w_vars(w, fd).mss == mss);
	w_exp(w, ACK, .seq = s->seq, .len = FITS(w), .within = 1500);
	w_check(w, (int)w_vars(w, fd).mss == FITS(w));
	w_inj(w, ACK, .ack = s->seq + FITS(w));
	w_exp(w, ACK, .seq = s->seq + FITS(w), .len = W_ANY, .within = 1500);
}

/* Nothing has arrived yet, so the path is new: believed at once. */
WIRE_TEST(bld_icmp_ptb_delay_not_at_first)
{
	const struct seg *s;
	int fd, n;

	w_only_lctcp(w);
	w_sysctl(w, "rto_init_ms", "3000");
	fd = sender(w);
	s = in_flight(w, fd, 1400);
	too_big(w, s, SMALL(w));
	s = w_exp(w, ACK, .seq = 1, .len = FITS(w));
	w_check(w, (int)w_vars(w, fd).mss == FITS(w));
	for (n = FITS(w); n < 1400; n += s->len) {
		w_inj(w, ACK, .ack = 1 + n);
		s = w_exp(w, ACK, .seq = 1 + n, .len = W_ANY, .within = 4000);
		w_check(w, s->len <= FITS(w));
	}
	w_inj(w, ACK);
	w_none(w);
}

/* Nothing sent was that big, so it is a lie. */
WIRE_TEST(bld_icmp_ptb_delay_never_sent)
{
	int fd, mss, octets = FITS(w);
	const struct seg *s;

	w_only_lctcp(w);
	w_sysctl(w, "rto_init_ms", "300");
	w_sysctl(w, "rto_min_ms", "200");
	fd = sender(w);
	mss = w_vars(w, fd).mss;
	s = in_flight(w, fd, octets);
	too_big(w, s, SMALL(w));
	w_exp(w, ACK, .seq = 1, .len = octets, .within = 1000);
	w_check(w, (int)w_vars(w, fd).mss == mss);
	w_check(w, w_counter(w, "IcmpIgnored") == 1);
	w_inj(w, ACK);
	/* one octet more, and it may be true */
	w_flow(w, 1);
	fd = sender(w);
	s = in_flight(w, fd, octets + 1);
	too_big(w, s, SMALL(w));
	w_exp(w, ACK, .seq = 1, .len = octets);
	w_check(w, (int)w_vars(w, fd).mss == octets);
}

static void min_pmtu(struct wire *w, const char *value)
{
	int fd = open("/proc/sys/net/ipv4/route/min_pmtu", O_WRONLY);

	w_check(w, fd >= 0);
	w_check(w, write(fd, value, strlen(value)) == (int)strlen(value));
	close(fd);
}

struct floor_case {
	int mtu;
	int mss;		/* 0: it is ignored */
};

static void ptb_floor(struct wire *w, int n, struct floor_case c)
{
	int fd, mss, want, done;
	const struct seg *s;

	/* what is learnt is kept for the host */
	w_flow(w, n);
	w->f->peer_host = 20 + n;
	fd = sender(w);
	mss = w_vars(w, fd).mss;
	s = in_flight(w, fd, 1400);
	too_big(w, s, c.mtu);
	want = c.mss ?: mss;
	w_check(w, (int)w_vars(w, fd).mss == want);
	/* and the transfer goes on */
	for (done = 0; done < 1400; done += s->len) {
		s = w_exp(w, ACK, .seq = 1 + done, .len = W_ANY, .within = 4000);
		w_check(w, s->len <= want);
		w_inj(w, ACK, .ack = 1 + done + s->len);
	}
	w_abort(w, fd);
	w_exp(w, RST, .may = ACK);
}

WIRE_TEST(bld_icmp_ptb_floor)
{
	/* the plateau below 1440, then min_pmtu */
	static const struct floor_case four[] = {
		{ 0, 1006 - 40 }, { 1, 512 }, { 40, 512 }, { 68, 512 },
		{ 552, 512 }, { 553, 513 },
	};
	static const struct floor_case six[] = {
		{ 0, 0 }, { 68, 0 }, { 1279, 0 }, { 1280, 1220 }, { 1281, 1221 },
	};
	int i;

	w_only_lctcp(w);
	w_sysctl(w, "rto_init_ms", "300");
	w_sysctl(w, "rto_min_ms", "200");
	for (i = 0; i < (v6(w) ? 5 : 6); i++)
		ptb_floor(w, i, v6(w) ? six[i] : four[i]);
	if (v6(w))
		return;
	min_pmtu(w, "1000");
	ptb_floor(w, 6, (struct floor_case){ 600, 960 });
}

/* A flood of every kind, none of it about what is in flight, all through a
 * transfer.
 */
WIRE_TEST_LONG(bld_icmp_rate_state)
{
	uint32_t seed = 99, off;
	struct lctcp_vars before, after;
	int fd, i, j, flight, mss, rounds = W_MANY(w, 20, 500);
	const struct seg *s;
	struct seg q;

	w_only_lctcp(w);
	fd = sender(w);
	mss = w_vars(w, fd).mss;
	s = in_flight(w, fd, 1000);
	for (i = 0; i < rounds; i++) {
		before = w_vars(w, fd);
		flight = before.snd_nxt - before.snd_una;
		for (j = 0; j < 500; j++) {
			seed = seed * 1664525 + 1013904223;
			off = seed;
			if (off < (uint32_t)flight)
				off = ~off;
			q = with_seq(w, s, (int32_t)(before.snd_una + off -
						     w->f->iss));
			switch (j % 4) {
			case 0:
				unreachable(w, &q, 8);
				break;
			case 1:
				too_big(w, &q, SMALL(w));
				break;
			default:
				hard(w, &q, j % 2);
				break;
			}
			free(q.raw);
		}
		after = w_vars(w, fd);
		/* which timer runs, and for how long, is another matter */
		after.timer = before.timer;
		after.timer_ms = before.timer_ms;
		w_check(w, !memcmp(&before, &after, sizeof(after)));
		w_forget(w);
		w_inj(w, ACK);
		s = in_flight(w, fd, 1000);
	}
	w_inj(w, ACK);
	w_check(w, w_so_error(fd) == 0);
	w_check(w, (int)w_vars(w, fd).mss == mss);
	w_count(w, "RetransSegs", 0);
	w_count(w, "IcmpIgnored", rounds * 500);
	w_check(w, w_entries(w) == 1);
}

/* ---- RFC 5082 ---- */

static void near_only(struct wire *w, int fd, int ttl)
{
	if (v6(w))
		w_ok(w, setsockopt(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, &ttl,
				   sizeof(ttl)));
	else
		w_ok(w, setsockopt(fd, IPPROTO_IP, IP_MINTTL, &ttl,
				   sizeof(ttl)));
}

static void send_ttl(struct wire *w, int fd, int ttl)
{
	if (v6(w))
		w_ok(w, setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &ttl,
				   sizeof(ttl)));
	else
		w_ok(w, setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)));
}

WIRE_TEST(bld_min_ttl)
{
	const struct seg *s;
	int fd;

	w_listen(w, 5);
	near_only(w, w->lfd, 255);
	w_inj(w, SYN, .ttl = 254, .forged = true);
	w_none(w);
	w_inj(w, SYN, .ttl = 255);
	w_exp(w, SYN | ACK);
	/* half-open */
	w_inj(w, RST, .ttl = 254, .forged = true);
	w_inj(w, ACK, .ttl = 254, .forged = true);
	w_none(w);
	w_entry_is(w, TCP_SYN_RECV);
	w_inj(w, ACK, .ttl = 255);
	fd = w_accept(w);
	/* connected */
	w_inj(w, ACK, .len = 10, .ttl = 254, .forged = true);
	w_inj(w, RST, .ttl = 1, .forged = true);
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK, .len = 10, .ttl = 255);
	w_exp(w, ACK, .ack = 11);
	w_read(w, fd, 10);
	w_only_lctcp(w);
	w_count(w, "DropMinTtl", 5);
	/* a quote that has come far, and one that has not */
	s = in_flight(w, fd, 10);
	unreachable(w, s, 0);
	w_check(w, w_so_error(fd) == 0);
	w_inj(w, ACK, .ttl = 255);
	send_ttl(w, fd, 255);
	s = in_flight(w, fd, 10);
	w_check(w, s->ttl == 255);
	unreachable(w, s, 0);
	w_check(w, w_so_error(fd) == EHOSTUNREACH);
	w_inj(w, ACK, .ttl = 255);
	/* it can be taken back */
	near_only(w, fd, 0);
	w_inj(w, ACK, .len = 10, .ttl = 1);
	w_exp(w, ACK, .ack = 21);
}

WIRE_MAIN
