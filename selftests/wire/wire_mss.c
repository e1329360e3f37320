// SPDX-License-Identifier: GPL-2.0
/*
 * How much goes into one segment: what the peer takes, less all options; what
 * the path carries, whoever learned it; what the program asked for.  And the
 * round trip that the handshake measures.
 */
#include <linux/rtnetlink.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <unistd.h>

#include "wire.h"

static bool v6(const struct wire *w)
{
	return w->family == AF_INET6;
}

static int maxseg(struct wire *w, int fd)
{
	socklen_t len = sizeof(int);
	int mss = -1;

	w_ok(w, getsockopt(fd, w->proto, TCP_MAXSEG, &mss, &len));
	return mss;
}

#define SMALL(w)	(v6(w) ? 1280 : 576)	/* an MTU, and what fits */
#define FITS(w)		(v6(w) ? 1220 : 536)

/* The MTU of the path is SMALL: it says so about a segment of ours. */
static void too_big(struct wire *w, const struct seg *quote)
{
	if (v6(w))
		w_icmp(w, .type = ICMP6_PACKET_TOO_BIG, .mtu = SMALL(w),
		       .quote = quote);
	else
		w_icmp(w, .type = ICMP_DEST_UNREACH, .code = ICMP_FRAG_NEEDED,
		       .mtu = SMALL(w), .quote = quote);
}

/* Text and options together are what the peer takes at most (RFC 6691), in
 * what is sent first and again, with timestamps and SACK blocks.
 */
WIRE_TEST(mss_with_options)
{
	static const int mss[] = { 48, 53, 59, 60, 100, 1000 };
	struct seg *s;
	int fd, i, n;

	w_listen(w, 16);
	for (i = 0; i < 6; i++) {
		w_flow(w, i);
		w_inj(w, SYN, .mss = mss[i], .tsval = 1, .tsecr = 0);
		w_exp(w, SYN | ACK);
		w_inj(w, ACK, .tsval = 1);
		fd = w_accept(w);
		w_write(w, fd, 4 * mss[i]);
		for (n = 0; n < 2; n++) {
			s = w_exp(w, ACK, .len = W_ANY);
			w_check(w, s->len + s->opt_len == mss[i]);
		}
		w_abort(w, fd);
		w_drain(w);
	}
}

/* With blocks to report besides: what leaves is looked at by the harness. */
WIRE_TEST(mss_with_sack)
{
	static const int mss[] = { 48, 52, 56, 60, 64, 72, 88, 100 };
	int fd, i;

	w_listen(w, 16);
	for (i = 0; i < 8; i++) {
		w_flow(w, i);
		w_inj(w, SYN, .mss = mss[i], .tsval = 1, .tsecr = 0,
		      .sackok = 1);
		w_exp(w, SYN | ACK);
		w_inj(w, ACK, .tsval = 1);
		fd = w_accept(w);
		w_inj(w, ACK, .seq = 101, .len = 10, .tsval = 2);
		w_inj(w, ACK, .seq = 201, .len = 10, .tsval = 2);
		w_inj(w, ACK, .seq = 301, .len = 10, .tsval = 2);
		w_inj(w, ACK, .seq = 401, .len = 10, .tsval = 2);
		w_drain(w);
		w_write(w, fd, 400);
		w_take(w, 400, ACK);
		w_abort(w, fd);
		w_drain(w);
	}
}

/* Before there is a connection, what was set. */
WIRE_TEST(maxseg_before_connection)
{
	int fd = w_bound(w, 0, 0), l = w_bound(w, 0, W_PORT + 7);

	w_ok(w, w_setopt(w, fd, TCP_MAXSEG, 700));
	w_check(w, maxseg(w, fd) == 700);
	w_ok(w, w_setopt(w, l, TCP_MAXSEG, 800));
	w_check(w, maxseg(w, l) == 800);
	w_ok(w, listen(l, 5));
	w_check(w, maxseg(w, l) == 800);
	w_ok(w, w_setopt(w, l, TCP_MAXSEG, 900));
	w_check(w, maxseg(w, l) == 900);
	close(l);
	w_connect_from(w, fd);
	w_exp(w, SYN, .mss = 700);
	w_check(w, maxseg(w, fd) <= 700);
	w_inj(w, SYN | ACK, .mss = 1400);
	w_exp(w, ACK);
	w_check(w, maxseg(w, fd) == 700);
}

static int srtt_ms(struct wire *w, int fd)
{
	return w_vars(w, fd).srtt_us / 1000;
}

/* A child knows the round trip from its handshake, if the SYN-ACK went once. */
WIRE_TEST(rtt_from_handshake)
{
	int fd;

	w_only_lctcp(w);
	w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_wait(w, 300);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, srtt_ms(w, fd) >= 300 && srtt_ms(w, fd) < 400);

	/* which of two was answered? */
	w_flow(w, 1);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_wait(w, 300);
	w_inj(w, SYN, .seq = 0, .forged = true);
	w_exp(w, SYN | ACK, .seq = 0);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, !srtt_ms(w, fd));

	/* a cookie brings its time back, some milliseconds too old */
	w_sysctl(w, "syncookies", "2");
	w_flow(w, 2);
	w_inj(w, SYN, .tsval = 5, .tsecr = 0);
	w_exp(w, SYN | ACK);
	w_wait(w, 300);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, srtt_ms(w, fd) >= 300 && srtt_ms(w, fd) < 500);

	/* so does the client */
	w_flow(w, 3);
	fd = w_connect(w);
	w_exp(w, SYN);
	w_wait(w, 300);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_check(w, srtt_ms(w, fd) >= 300 && srtt_ms(w, fd) < 400);
}

/* An ACK for several that were sent again tells of the copy that went last, and
 * that need not be the last of them in order.
 */
WIRE_TEST(rtt_of_the_last_copy)
{
	int fd, i;

	w_only_lctcp(w);	/* TCP sends the last one again, and sooner */
	w_listen(w, 16);
	w_inj(w, SYN, .tsval = 1000, .tsecr = 0);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	for (i = 0; i < 3; i++) {
		w_write(w, fd, 1000);
		w_exp(w, ACK, .seq = 1 + 1000 * i, .len = 1000);
	}
	/* the first goes again, arrives, and takes the others with it */
	w_exp(w, ACK, .seq = 1, .len = 1000, .within = 3000);
	w_inj(w, ACK, .ack = 1001);
	w_exp(w, ACK, .seq = 1001, .len = 1000);
	w_exp(w, ACK, .seq = 2001, .len = 1000);
	/* of these two the first goes thrice more */
	for (i = 0; i < 3; i++)
		w_exp(w, ACK, .seq = 1001, .len = 1000, .within = 16000);
	w_inj(w, ACK, .ack = 3001);
	w_write(w, fd, 1000);
	w_exp(w, ACK, .seq = 3001, .len = 1000);
	w_exp(w, ACK, .seq = 3001, .len = 1000, .within = 1500);
}

/* All that was too big goes again at once, in pieces that fit, and nothing that
 * was small enough.
 */
WIRE_TEST(ptb_all_at_once)
{
	const struct seg *first, *s;
	int fd, done;

	w_only_lctcp(w);
	w_sysctl(w, "rto_init_ms", "3000");
	fd = w_accepted(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	w_write(w, fd, 1400);
	first = w_exp(w, ACK, .len = 1400);
	w_write(w, fd, 1400);
	w_exp(w, ACK, .len = 1400);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	too_big(w, first);
	for (done = 0; done < 2800; done += s->len) {
		s = w_exp(w, ACK, .seq = 1 + done, .len = W_ANY);
		w_check(w, s->len <= FITS(w));
	}
	w_check(w, done == 2800);
	w_none(w);
	w_inj(w, ACK);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
}

/* Programs that want no message to make their packets smaller. */
WIRE_TEST(ptb_interface_omit)
{
	const struct seg *s;
	int fd, i, mss;

	w_only_lctcp(w);
	for (i = IP_PMTUDISC_INTERFACE; i <= IP_PMTUDISC_OMIT; i++) {
		w_flow(w, i);
		w->f->peer_host = 20 + i;
		fd = w_accepted(w);
		mss = w_vars(w, fd).mss;
		w_ok(w, v6(w) ?
			setsockopt(fd, SOL_IPV6, IPV6_MTU_DISCOVER, &i, sizeof(i)) :
			setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, &i, sizeof(i)));
		w_write(w, fd, 1400);
		s = w_exp(w, ACK, .len = 1400);
		too_big(w, s);
		w_none(w);
		w_check(w, (int)w_vars(w, fd).mss == mss);
		w_abort(w, fd);
		w_drain(w);
	}
}

/* What one connection learns of a path, the others to that host know as well,
 * and forget with it.
 */
WIRE_TEST_VT(mss_follows_route)
{
	const struct seg *s;
	int fd[2], done;

	w_only_lctcp(w);
	fd[0] = w_accepted(w);
	w_flow(w, 1);
	fd[1] = w_accepted(w);
	s = (w_write(w, fd[1], 1400), w_exp(w, ACK, .len = 1400));
	too_big(w, s);
	w_exp(w, ACK, .seq = 1, .len = FITS(w));
	w_abort(w, fd[1]);
	w_drain(w);
	w_flow(w, 0);
	w_write(w, fd[0], 1400);
	for (done = 0; done < 1400; done += s->len) {
		s = w_exp(w, ACK, .len = W_ANY);
		w_check(w, s->len <= FITS(w));
		w_inj(w, ACK);
	}
	w_wait(w, 700000);
	w_drain(w);
	w_write(w, fd[0], 1400);
	w_exp(w, ACK, .len = 1400);
}

/* Header of IP and ours, without options. */
#define HEAD(w)		(v6(w) ? 60 : 40)

/* Eight octets of options for each packet that the socket sends. */
static void ip_options(struct wire *w, int fd)
{
	static const char nops[8] = { 1, 1, 1, 1, 1, 1, 1, 0 };
	static const char pad[8] = { 0, 0, 1, 4 };

	w_ok(w, v6(w) ?
		setsockopt(fd, SOL_IPV6, IPV6_DSTOPTS, pad, sizeof(pad)) :
		setsockopt(fd, SOL_IP, IP_OPTIONS, nops, sizeof(nops)));
}

/* What a SYN says is the same with timestamps, and with options of IP. */
WIRE_TEST(opt_mss_value_ignores_options)
{
	int fd;

	w_listen(w, 16);
	w_inj(w, SYN, .tsval = 7, .tsecr = 0);
	w_exp(w, SYN | ACK, .mss = 1500 - HEAD(w));
	ip_options(w, w->lfd);
	w_flow(w, 1);
	w_inj(w, SYN, .tsval = 7, .tsecr = 0);
	w_exp(w, SYN | ACK, .mss = 1500 - HEAD(w));
	w_flow(w, 2);
	fd = w_socket(w);
	ip_options(w, fd);
	w_connect_from(w, fd);
	w_exp(w, SYN, .mss = 1500 - HEAD(w));
}

/* The longest text for a peer that takes @mss, with so many octets of options
 * of ours, and of IP's or none.
 */
static void longest(struct wire *w, int n, int mss, bool ts, bool ip, int want)
{
	const struct seg *s;
	int fd, i;

	w_flow(w, n);
	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .mss = mss, .tsval = ts ? 1 : W_NONE, .tsecr = 0,
	      .sackok = ts);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	if (ip)
		ip_options(w, fd);
	w_write(w, fd, 5000);
	s = w_exp(w, ACK, .len = want);
	w_check(w, s->th - 8 * ip + s->opt_len + 20 == HEAD(w) + 12 * ts);
	w_drain(w);
	/* beside SACK blocks there is room for less, and for no more */
	for (i = 1; ts && i < 4; i++) {
		w_inj(w, ACK, .seq = 1 + 100 * i, .len = 10);
		w_drain(w);
	}
	w_inj(w, ACK);
	while ((s = w_next(w, 0))) {
		w_check(w, s->len <= want);
		w_hear(w, s);
	}
}

/* What the peer takes and what the path carries, the smaller of the two. */
WIRE_TEST(opt_mss_effective)
{
	int path;

	w_mtu(w, 1300);
	path = 1300 - HEAD(w);
	longest(w, 0, 1460, false, false, path);
	longest(w, 1, 1460, true, false, path - 12);
	longest(w, 2, 1460, true, true, path - 12 - 8);
	longest(w, 3, 800, false, false, 800);
	longest(w, 4, 800, true, false, 800 - 12);
	longest(w, 5, 800, true, true, 800 - 12 - 8);
}

/* The device carries more than what is to come by the route to this peer. */
WIRE_TEST(opt_mss_varying_mtu)
{
	w_route_metric(w, W_PEER, RTAX_ADVMSS, 1000);
	w_listen(w, 16);
	w_connect(w);
	w_exp(w, SYN, .mss = 1000);
	w_flow(w, 1);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .mss = 1000);
	/* elsewhere the device decides */
	w_mtu(w, 1300);
	w_flow(w, 2);
	w->f->peer_host = 20;
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .mss = 1300 - HEAD(w));
	w_flow(w, 3);
	w->f->peer_host = 20;
	w_connect(w);
	w_exp(w, SYN, .mss = 1300 - HEAD(w));
}

/* All that 16 bits can say: the path decides. */
WIRE_TEST_V6(opt_mss_65535_v6)
{
	int fd;

	w_listen(w, 16);
	w_inj(w, SYN, .mss = 65535);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_write(w, fd, 5000);
	w_exp(w, ACK, .len = 1440);
}

WIRE_TEST(opt_mss_user_maxseg)
{
	int fd;

	w_listen(w, 16);
	w_ok(w, w_setopt(w, w->lfd, TCP_MAXSEG, 500));
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .mss = 500);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, maxseg(w, fd) == 500);
	w_write(w, fd, 2000);
	w_exp(w, ACK, .len = 500);
	w_abort(w, fd);
	w_drain(w);

	w_flow(w, 1);
	fd = w_socket(w);
	w_ok(w, w_setopt(w, fd, TCP_MAXSEG, 600));
	w_connect_from(w, fd);
	w_exp(w, SYN, .mss = 600);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_check(w, maxseg(w, fd) == 600);
	w_write(w, fd, 2000);
	w_exp(w, ACK, .len = 600);
}

/* Ten full ones are in flight when the path takes smaller ones only: what goes
 * again goes in pieces, and all of it arrives.
 */
WIRE_TEST(opt_mss_retx_after_reduction)
{
	int fd = w_accepted(w), n = 10 * (1500 - HEAD(w)), sent = 0;
	const struct seg *s, *first = NULL;

	w_write(w, fd, n);
	while ((s = w_next(w, 50))) {
		w_check(w, s->len == 1500 - HEAD(w));
		first = first ?: s;
		sent += s->len;
	}
	w_check(w, sent == n);
	too_big(w, first);
	w->f->peer_mss = FITS(w);
	w_take(w, n, ACK);
}

WIRE_MAIN
