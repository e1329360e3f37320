// SPDX-License-Identifier: GPL-2.0
/*
 * How large packets are: what routers say of the path (RFC 1191, 8201), and what
 * is found out where they say nothing (RFC 4821, 2923).  Which of their messages
 * are believed is in wire_icmp.c.
 */
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <unistd.h>

#include "wire.h"

#define HDR(w)		(v6(w) ? 60 : 40)	/* IP's header and ours */
#define FULL(w)		(1500 - HDR(w))
#define PATH(w)		(v6(w) ? 1400 : 1000)	/* an MTU, and what fits */
#define FITS(w)		(PATH(w) - HDR(w))

static bool v6(const struct wire *w)
{
	return w->family == AF_INET6;
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

static int sender(struct wire *w)
{
	int fd = w_accepted(w);

	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	return fd;
}

/* @n octets in one segment. */
static const struct seg *in_flight(struct wire *w, int fd, int n)
{
	w_write(w, fd, n);
	return w_exp(w, ACK, .len = n);
}

static int mss_of(struct wire *w, int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	w_ok(w, getsockopt(fd, w->proto, TCP_INFO, &info, &len));
	return info.tcpi_snd_mss;
}

/* A timeout comes late, what is sent at once does not. */
static void patient(struct wire *w)
{
	w_sysctl(w, "rto_init_ms", "5000");
	w_sysctl(w, "rto_min_ms", "5000");
}

/* What is sent again, from @seq to before @end, in segments of at most @most and
 * without a timeout.
 */
static void again_at_once(struct wire *w, long long seq, long long end, int most)
{
	const struct seg *s;

	while (seq < end) {
		s = w_exp(w, ACK, .seq = seq, .len = W_ANY, .within = 300);
		w_check(w, s->len > 0 && s->len <= most);
		seq += s->len;
		w_inj(w, ACK, .ack = seq);
	}
}

/* A connection that a router has told what the path carries. */
static int sender_told(struct wire *w)
{
	int fd = sender(w);

	too_big(w, in_flight(w, fd, FULL(w)), PATH(w));
	again_at_once(w, 1, 1 + FULL(w), FITS(w));
	return fd;
}

/* ---- RFC 1191, RFC 8201 ---- */

/* Atomic, all of them, unless the program has the network cut packets. */
WIRE_TEST_V4(mtu_df_set)
{
	int discover[] = { IP_PMTUDISC_WANT, IP_PMTUDISC_DO, IP_PMTUDISC_DONT };
	int fd, i;
	bool df;

	w_listen(w, 5);
	for (i = 0; i < 3; i++) {
		df = discover[i] != IP_PMTUDISC_DONT;
		w_flow(w, i);
		w_ok(w, setsockopt(w->lfd, SOL_IP, IP_MTU_DISCOVER,
				   &discover[i], sizeof(int)));
		w_inj(w, SYN);
		w_check(w, w_exp(w, SYN | ACK)->df == df);
		w_inj(w, ACK);
		fd = w_accept(w);
		w_check(w, in_flight(w, fd, 100)->df == df);
		w_inj(w, ACK, .len = 10);
		w_check(w, w_exp(w, ACK)->df == df);
		w_read(w, fd, 10);
		w_abort(w, fd);
		w_check(w, w_exp(w, RST, .may = ACK)->df == df);
	}
	w_flow(w, 4);
	fd = w_connect(w);
	w_check(w, w_exp(w, SYN)->df);
	w_flow(w, 5);
	w->f->uut_port = 9;	/* nobody's */
	w_inj(w, SYN);
	w_check(w, w_exp(w, RST | ACK, .seq = W_ANY)->df);
}

/* The MSS comes down at once, what was too big goes again at once, and it is no
 * sign of congestion.
 */
WIRE_TEST_V4(mtu_ptb_v4)
{
	struct lctcp_vars before, after;
	const struct seg *s;
	int fd, i;

	if (w->proto != IPPROTO_TCP)
		patient(w);
	fd = sender_told(w);
	w_check(w, mss_of(w, fd) == FITS(w));
	w_write(w, fd, 3000);
	for (i = 0; i < 3000; i += s->len) {
		s = w_exp(w, ACK, .seq = 1 + FULL(w) + i, .len = W_ANY);
		w_check(w, s->len <= FITS(w));
	}
	w_inj(w, ACK);
	w_only_lctcp(w);
	w_flow(w, 1);
	w->f->peer_host = 21;		/* its path is another */
	fd = sender(w);
	s = in_flight(w, fd, FULL(w));
	before = w_vars(w, fd);
	too_big(w, s, PATH(w));
	after = w_vars(w, fd);
	w_check(w, after.cwnd == before.cwnd);
	w_check(w, after.ssthresh == before.ssthresh);
	w_check(w, after.rto_us == before.rto_us);
	w_check(w, after.retries == 0);
	again_at_once(w, 1, 1 + FULL(w), FITS(w));
	w_count(w, "Timeouts", 0);
}

/* A router too old to tell: the next size below that is in common use. */
WIRE_TEST_V4(mtu_ptb_v4_zero)
{
	static const int plateau[] = { 1492, 1006 };
	int fd, i, n, end;
	const struct seg *s;

	w_only_lctcp(w);
	patient(w);
	fd = sender(w);
	s = in_flight(w, fd, FULL(w));
	for (i = 0; i < 2; i++) {
		too_big(w, s, 0);
		n = plateau[i] - HDR(w);
		w_check(w, mss_of(w, fd) == n);
		end = 1 + s->len;
		s = w_exp(w, ACK, .seq = 1, .len = n, .within = 300);
		w_exp(w, ACK, .seq = 1 + n, .len = end - 1 - n, .within = 300);
	}
	w_inj(w, ACK, .ack = 1 + FULL(w));
	w_none(w);
}

WIRE_TEST_V6(mtu_ptb_v6)
{
	const struct seg *s;
	int fd;

	if (w->proto != IPPROTO_TCP)
		patient(w);
	fd = sender(w);
	s = in_flight(w, fd, FULL(w));
	too_big(w, s, 1000);		/* no IPv6 link is like that */
	w_check(w, mss_of(w, fd) == FULL(w));
	too_big(w, s, 1280);
	again_at_once(w, 1, 1 + FULL(w), 1220);
	w_check(w, mss_of(w, fd) == 1220);
	w_write(w, fd, 5000);
	w_take(w, 5000, ACK);
	w_check(w, mss_of(w, fd) == 1220);
}

WIRE_TEST(mtu_ptb_never_raises)
{
	const struct seg *s;
	int fd;

	if (w->proto != IPPROTO_TCP)
		patient(w);
	fd = sender_told(w);
	s = in_flight(w, fd, FITS(w));
	too_big(w, s, 9000);
	too_big(w, s, 1500);
	too_big(w, s, PATH(w) + 1);
	w_check(w, mss_of(w, fd) == FITS(w));
	w_inj(w, ACK);
	w_write(w, fd, 2 * FULL(w));
	while (w->f->rcv_nxt != w->f->iss + 1 + 3 * FULL(w) + FITS(w)) {
		s = w_exp(w, ACK, .len = W_ANY);
		w_check(w, s->len <= FITS(w));
	}
}

/* Once told, it is silent for ten minutes; then it tries, and is told again. */
WIRE_TEST_VT(mtu_increase_probe_time)
{
	int fd = sender(w), i, round;
	const struct seg *s;
	long long ms;

	s = in_flight(w, fd, FULL(w));
	w_mark(w);
	for (round = 0; round < 2; round++) {
		too_big(w, s, PATH(w));
		again_at_once(w, s->seq, s->seq + FULL(w), FITS(w));
		for (i = 0;; i++) {
			w_write(w, fd, FULL(w));
			s = w_exp(w, ACK, .len = W_ANY);
			ms = w_since_mark(w);
			if (s->len > FITS(w))
				break;
			w_inj(w, ACK);
			w_take(w, FULL(w) - s->len, ACK);
			w_wait(w, 10000);
			w_check(w, i < 100);
		}
		w_check(w, s->len == FULL(w));
		w_check(w, ms >= 300000);	/* RFC 8201: five minutes at least */
		w_check(w, ms >= 590000 && ms <= 680000);
		w_mark(w);
	}
}

/* A SYN is never too big: no message ends it, makes it smaller, or keeps it from
 * being repeated.
 */
WIRE_TEST_VT(mtu_syn_ptb)
{
	int mtu[] = { 1280, 1000, 68, 0 }, fd, i;
	const struct seg *s;

	fd = w_connect(w);
	s = w_exp(w, SYN);
	for (i = 0; i < 4; i++)
		too_big(w, s, mtu[i]);
	w_is(w, fd, TCP_SYN_SENT);
	s = w_exp(w, SYN, .mss = FULL(w), .within = 2000);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
	w_check(w, w_so_error(fd) == 0);

	w_flow(w, 1);
	w->f->peer_host = 21;
	w_listen(w, 5);
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	for (i = 0; i < 4; i++)
		too_big(w, s, mtu[i]);
	w_entry_is(w, TCP_SYN_RECV);
	w_exp(w, SYN | ACK, .seq = 0, .within = 4000);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* What one connection has learnt holds for the next one, until it is old. */
WIRE_TEST_VT(mtu_msl_cache_shared)
{
	int fd;

	fd = sender_told(w);
	w_flow(w, 1);
	fd = sender(w);
	w_check(w, mss_of(w, fd) == FITS(w));
	w_write(w, fd, FULL(w));
	w_check(w, w_exp(w, ACK, .len = W_ANY)->len <= FITS(w));
	w_inj(w, ACK);
	w_take(w, FULL(w) - FITS(w), ACK);
	/* another host is another path */
	w_flow(w, 2);
	w->f->peer_host = 21;
	fd = sender(w);
	w_check(w, mss_of(w, fd) == FULL(w));
	w_wait(w, 660000);
	w_flow(w, 3);
	fd = sender(w);
	in_flight(w, fd, FULL(w));
	w_inj(w, ACK);
}

/* Options take their room out of a small MTU, too. */
WIRE_TEST(mtu_mss_lower_than_options)
{
	int mtu = v6(w) ? 1280 : 552, fd, n, all;	/* the least there is */
	const struct seg *s;

	if (w->proto != IPPROTO_TCP)
		patient(w);
	w_listen(w, 5);
	w_inj(w, SYN, .sackok = 1, .tsval = 1);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	w_write(w, fd, FULL(w) - 12);
	s = w_exp(w, ACK, .len = FULL(w) - 12);
	/* something to report: SACK blocks take room as well */
	w_inj(w, ACK, .ack = 1, .seq = 101, .len = 10, .forged = true);
	w_exp(w, ACK, .ack = 1);
	too_big(w, s, mtu);
	all = FULL(w) - 12;
	for (n = 0; n < all; n += s->len) {
		s = w_exp(w, ACK, .seq = 1 + n, .len = W_ANY, .ack = 1,
			  .within = 300);
		w_check(w, s->ts);
		w_check(w, s->len > 0 && s->raw_len <= mtu);
		w_inj(w, ACK, .ack = 1 + n + s->len);
	}
	w_write(w, fd, 2000);
	for (n = 0; n < 2000; n += s->len) {
		s = w_exp(w, ACK, .len = W_ANY, .ack = 1);
		w_check(w, s->len > 0 && s->raw_len <= mtu);
	}
}

static void set_mtu(struct wire *w, int mtu)
{
	struct ifreq ifr = { .ifr_mtu = mtu };

	strcpy(ifr.ifr_name, "wire");
	w_ok(w, ioctl(w->ctl, SIOCSIFMTU, &ifr));
}

/* The interface itself changes in the midst of a connection. */
WIRE_TEST(mtu_interface_change)
{
	static const int mtu[] = { 1500, 1300, 1500 };
	const struct seg *s;
	int fd, i, n;

	fd = sender(w);
	for (i = 0; i < 3; i++) {
		set_mtu(w, mtu[i]);
		w_write(w, fd, 6000);
		for (n = 0; n < 6000; n += s->len) {
			s = w_exp(w, ACK, .len = W_ANY);
			w_check(w, s->raw_len <= mtu[i]);
			/* and no smaller than it need be */
			w_check(w, s->raw_len == mtu[i] || n + s->len == 6000);
			w_inj(w, ACK);
		}
	}
}

WIRE_TEST_V6(mtu_no_fragment_v6)
{
	static const int mtu[] = { 1500, 1400, 1281, 1280 };
	const struct seg *s;
	int fd, i, n;

	if (w->proto != IPPROTO_TCP)
		patient(w);
	for (i = 0; i < 4; i++) {
		w_flow(w, i);
		w->f->peer_host = 20 + i;
		fd = sender(w);
		w_write(w, fd, 6000);
		s = w_exp(w, ACK, .len = FULL(w));
		while (w_next(w, 5))
			;
		if (mtu[i] < 1500)
			too_big(w, s, mtu[i]);
		else
			w_inj(w, ACK, .ack = 1 + FULL(w));
		w->f->rcv_nxt = w->f->iss + (mtu[i] < 1500 ? 1 : 1 + FULL(w));
		for (n = 0; n < 12 && (s = w_next(w, 5)); n++) {
			w_hear(w, s);
			w_check(w, s->raw_len <= mtu[i]);
			w_check(w, s->raw[6] == w->proto);	/* no header between */
			w_inj(w, ACK);
		}
	}
}

/* What is offered to the peer is about the way in, not the way out. */
WIRE_TEST(mtu_mss_not_too_small)
{
	sender_told(w);
	w_flow(w, 1);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .mss = FULL(w));
	w_flow(w, 2);
	w_connect(w);
	w_exp(w, SYN, .mss = FULL(w));
}

/* ---- RFC 4821 ---- */

/**
 * struct path - a path that swallows what is larger than @mtu
 * @una:	all before has arrived
 * @got:	which octets beyond that have, by their number
 * @largest:	text of the largest segment that has
 * @lost:	segments swallowed
 */
struct path {
	int mtu;
	long long una;
	char got[1 << 20];
	int largest, lost;
};

static struct path *path_new(struct wire *w, int mtu)
{
	static struct path p;

	memset(&p, 0, sizeof(p));
	p.mtu = mtu;
	p.una = w->f->rcv_nxt - w->f->iss;
	return &p;
}

/* The next segment goes its way, and the peer answers; false: there is none. */
static bool path_step(struct wire *w, struct path *p, long long ms)
{
	const struct seg *s = w_next(w, ms);
	long long i;

	if (!s)
		return false;
	if (s->raw_len > p->mtu) {
		p->lost++;
		return true;
	}
	if (!s->len)
		return true;
	w_check(w, s->seq + s->len < (long long)sizeof(p->got));
	memset(p->got + s->seq, 1, s->len);
	if (s->len > p->largest)
		p->largest = s->len;
	while (p->got[p->una])
		p->una++;
	w->f->rcv_nxt = w->f->iss + (uint32_t)p->una;
	if (s->seq <= p->una) {
		w_inj(w, ACK, .ack = p->una);
		return true;
	}
	/* the block that it is in */
	for (i = s->seq; p->got[i - 1]; i--)
		;
	w_inj(w, ACK, .ack = p->una, .nsack = 1,
	      .sack = { { i, s->seq + s->len +
			  strnlen(p->got + s->seq + s->len, 60000) } });
	return true;
}

/* @n octets over the path; whether they have arrived after @ms. */
static bool path_carry(struct wire *w, struct path *p, int fd, int n,
		       long long ms)
{
	long long end = p->una + n;
	int piece;

	w_mark(w);
	w_nonblock(fd);
	while (p->una < end && w_since_mark(w) < ms) {
		piece = end - 1 - w->f->tx_off;
		if (piece > 20000)
			piece = 20000;
		if (piece > 0 && p->una + 60000 > w->f->tx_off)
			w_write(w, fd, piece);
		path_step(w, p, 200);
	}
	return p->una == end;
}

/* A sender with SACK, whose peer takes a lot. */
static int path_sender(struct wire *w)
{
	int fd;

	if (w->lfd < 0)
		w_listen(w, 5);
	w_inj(w, SYN, .sackok = 1);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	return fd;
}

/* No router says a word: large segments are lost again and again.  Nothing has
 * to be set for that.
 */
WIRE_TEST_VT(mtu_blackhole_detect)
{
	struct path *p;
	int fd, i;

	w_only_lctcp(w);
	fd = path_sender(w);
	p = path_new(w, v6(w) ? 1300 : 1100);
	w_check(w, path_carry(w, p, fd, 50000, 60000));
	/* and then as much as fits */
	for (i = 0; i < 60; i++) {
		w_wait(w, 300);
		w_check(w, path_carry(w, p, fd, 10000, 60000));
	}
	w_check(w, p->largest <= p->mtu - HDR(w));
	w_check(w, p->largest > p->mtu - HDR(w) - 8);
	w_count(w, "MtuBlackHoles", 1);
	/* a path that carries less than that, but no IPv6 one may */
	if (!v6(w)) {
		w_flow(w, 1);
		fd = path_sender(w);
		p = path_new(w, 600);
		w_check(w, path_carry(w, p, fd, 50000, 60000));
		w_count(w, "MtuBlackHoles", 3);
	}
	/* not where it is switched off */
	w_sysctl(w, "mtu_probing", "0");
	w_flow(w, 2);
	fd = path_sender(w);
	p = path_new(w, v6(w) ? 1300 : 1100);
	w_check(w, !path_carry(w, p, fd, 50000, 60000));
	w_check(w, p->una == 1);
	w_sysctl_refused(w, "mtu_probing", "3");
}

/* Small segments that are lost, too, say nothing of the size. */
WIRE_TEST_VT(mtu_blackhole_detect_not_small)
{
	int fd, mss, i;

	w_only_lctcp(w);
	fd = path_sender(w);
	mss = mss_of(w, fd);
	w_write(w, fd, 500);
	for (i = 0; i < 8; i++)
		w_exp(w, ACK, .seq = 1, .len = 500, .within = 200000);
	w_check(w, mss_of(w, fd) == mss);
	w_count(w, "MtuBlackHoles", 0);
	w_inj(w, ACK);
}

/* From the base up to what the path carries; lost probes are no sign of
 * congestion.
 */
WIRE_TEST_VT(mtu_plpmtud_search)
{
	int path[] = { 1500, 1400, 1300 }, fd, i, best;
	struct lctcp_vars before, after;
	struct path *p;

	w_only_lctcp(w);
	w_sysctl(w, "mtu_probing", "2");
	w_sysctl(w, "congestion_control", "reno");
	patient(w);		/* no silence is long */
	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		fd = path_sender(w);
		p = path_new(w, path[i]);
		best = path[i] - HDR(w);
		w_check(w, mss_of(w, fd) == (v6(w) ? 1220 : 1024));
		before = w_vars(w, fd);
		while (p->una < 1000000 && (mss_of(w, fd) <= best - 8)) {
			w_check(w, path_carry(w, p, fd, 20000, 20000));
			after = w_vars(w, fd);
			w_check(w, after.cwnd >= before.cwnd);
			w_check(w, after.ssthresh >= before.ssthresh);
			before = after;
			w_wait(w, 600);
		}
		w_check(w, mss_of(w, fd) > best - 8);
		w_check(w, mss_of(w, fd) <= best);
		w_check(w, (p->lost > 0) == (path[i] < 1500));
	}
	w_count(w, "FastRetrans", 0);
	w_count(w, "Timeouts", 0);
	w_check(w, w_counter(w, "MtuProbesCarried") >= 3);
	w_check(w, w_counter(w, "MtuProbes") ==
		w_counter(w, "MtuProbesCarried") +
		w_counter(w, "MtuProbesLost"));
}

/* Without SACK, three duplicate ACKs tell of a lost probe. */
WIRE_TEST_VT(mtu_plpmtud_search_no_sack)
{
	struct path *p;
	int fd, i;

	w_only_lctcp(w);
	w_sysctl(w, "mtu_probing", "2");
	w_sysctl(w, "sack", "0");
	fd = path_sender(w);
	p = path_new(w, 1400);
	for (i = 0; i < 90 && mss_of(w, fd) <= 1400 - HDR(w) - 8; i++) {
		w_check(w, path_carry(w, p, fd, 20000, 20000));
		w_wait(w, 300);
	}
	w_check(w, mss_of(w, fd) > 1400 - HDR(w) - 8);
	w_check(w, mss_of(w, fd) <= 1400 - HDR(w));
	w_check(w, p->lost > 0);
	w_count(w, "FastRetrans", 0);
	w_count(w, "Timeouts", 0);
}

/* What leaves at once; how many segments are larger than @size, in @larger. */
static int flight(struct wire *w, int size, int *larger)
{
	const struct seg *s;
	int n = 0;

	*larger = 0;
	while ((s = w_next(w, 5))) {
		w_hear(w, s);
		*larger += s->len > size;
		n += s->len;
	}
	return n;
}

WIRE_TEST_VT(mtu_plpmtud_probe_rules)
{
	int base = v6(w) ? 1220 : 1024, fd, larger;
	const struct seg *s;

	w_only_lctcp(w);
	w_sysctl(w, "mtu_probing", "2");
	w_sysctl(w, "rto_init_ms", "5000");
	w_sysctl(w, "rto_min_ms", "5000");
	/* one at a time, and adopted once it has arrived */
	fd = path_sender(w);
	w_write(w, fd, 10 * base);
	w_check(w, flight(w, base, &larger) == 10 * base);
	w_check(w, larger == 1);
	w_check(w, mss_of(w, fd) == base);
	w_inj(w, ACK);
	w_check(w, mss_of(w, fd) == FULL(w));
	w_count(w, "MtuProbes", 1);
	/* a probe that a router stops: what it says is tried next */
	w_flow(w, 1);
	w->f->peer_host = 21;
	fd = path_sender(w);
	w_write(w, fd, 10 * base);
	s = w_exp(w, ACK, .len = FULL(w));
	w_check(w, flight(w, base, &larger) && !larger);
	too_big(w, s, 1400);
	w_check(w, mss_of(w, fd) == base);
	w_exp(w, ACK, .seq = 1, .len = base);
	w_exp(w, ACK, .seq = 1 + base, .len = FULL(w) - base);
	w_inj(w, ACK, .ack = 1 + 10 * base);
	w_write(w, fd, 10 * base);
	w_check(w, flight(w, base, &larger) == 10 * base);
	w_check(w, larger == 1);
	w_inj(w, ACK);
	w_check(w, mss_of(w, fd) == 1400 - HDR(w));
	/* too little text to see its loss by */
	w_flow(w, 2);
	w->f->peer_host = 22;
	fd = path_sender(w);
	w_write(w, fd, FULL(w) + 3 * base - 1);
	flight(w, base, &larger);
	w_check(w, !larger);
	w_inj(w, ACK);
	w_write(w, fd, FULL(w) + 3 * base);
	flight(w, base, &larger);
	w_check(w, larger == 1);
	w_inj(w, ACK);
	/* or too little window, the peer's or that of congestion */
	w_flow(w, 3);
	w->f->peer_host = 23;
	w->f->win = FULL(w) + 3 * base - 1;
	fd = path_sender(w);
	w_write(w, fd, 10 * base);
	flight(w, base, &larger);
	w_check(w, !larger);
	w_sysctl(w, "initial_cwnd_segments", "4");
	w_flow(w, 4);
	w->f->peer_host = 24;
	fd = path_sender(w);
	w_write(w, fd, 10 * base);
	w_check(w, flight(w, base, &larger) <= 4 * base);
	w_check(w, !larger);
}

/* In the midst of a loss nobody could tell what a probe's loss means; and one
 * that is lost with others is no evidence.
 */
WIRE_TEST_VT(mtu_plpmtud_probe_rules_losses)
{
	int base = v6(w) ? 1220 : 1024, fd, larger, n;
	const struct seg *s;

	w_only_lctcp(w);
	w_sysctl(w, "mtu_probing", "2");
	fd = path_sender(w);
	w_write(w, fd, 30 * base);
	s = w_exp(w, ACK, .len = FULL(w));
	n = 1 + s->len;
	w_check(w, flight(w, base, &larger) && !larger);
	/* the probe and the one behind it are lost: congestion */
	w_inj(w, ACK, .ack = 1, .nsack = 1,
	      .sack = { { n + base, n + 5 * base } });
	w_check(w, w_vars(w, fd).cwnd < 10u * base);
	w_count(w, "FastRetrans", 1);
	w_check(w, flight(w, base, &larger) && !larger);
	w_count(w, "MtuProbes", 1);
	w_check(w, mss_of(w, fd) == base);
}

/* A path that becomes wider is found to be, after an interval. */
WIRE_TEST_VT(mtu_plpmtud_search_wider)
{
	struct path *p;
	int fd, i;

	w_only_lctcp(w);
	w_sysctl(w, "mtu_probing", "2");
	w_sysctl(w, "mtu_probe_interval_ms", "60000");
	fd = path_sender(w);
	p = path_new(w, 1400);
	for (i = 0; i < 15; i++) {
		w_check(w, path_carry(w, p, fd, 20000, 20000));
		w_wait(w, 1000);
	}
	w_check(w, mss_of(w, fd) <= 1400 - HDR(w));
	p->mtu = 1500;
	w_check(w, path_carry(w, p, fd, 20000, 20000));
	w_check(w, mss_of(w, fd) <= 1400 - HDR(w));
	w_wait(w, 61000);
	for (i = 0; i < 2; i++)
		w_check(w, path_carry(w, p, fd, 20000, 20000));
	w_check(w, mss_of(w, fd) == FULL(w));
}

WIRE_MAIN
