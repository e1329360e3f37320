// SPDX-License-Identifier: GPL-2.0
/*
 * What TCP asks of IP and IP of TCP: Diffserv, TTL, options, extension headers,
 * addresses, flow labels (RFC 9293 section 3.9.2, RFC 6437, 8200).
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <linux/in6.h>
#include <linux/ipv6.h>
#include <sched.h>
#include <unistd.h>

#include "wire.h"

#ifndef IPV6_FLOWINFO_SEND
#define IPV6_FLOWINFO_SEND	33
#define IPV6_FLOWLABEL_MGR	32
#endif

static bool v6(const struct wire *w)
{
	return w->family == AF_INET6;
}

static int level(const struct wire *w)
{
	return v6(w) ? SOL_IPV6 : SOL_IP;
}

static void set_tos(struct wire *w, int fd, int tos)
{
	w_ok(w, setsockopt(fd, level(w), v6(w) ? IPV6_TCLASS : IP_TOS, &tos,
			   sizeof(tos)));
}

static void set_ttl(struct wire *w, int fd, int ttl)
{
	w_ok(w, setsockopt(fd, level(w), v6(w) ? IPV6_UNICAST_HOPS : IP_TTL,
			   &ttl, sizeof(ttl)));
}

static const struct seg *in_flight(struct wire *w, int fd, int n)
{
	w_write(w, fd, n);
	return w_exp(w, ACK, .len = n);
}

/* ---- Diffserv ---- */

#define EF	0xb8	/* 46, expedited */
#define AF11	0x28	/* 10 */

WIRE_TEST(ipl_dscp_set)
{
	int fd;

	w_listen(w, 5);
	set_tos(w, w->lfd, EF);
	w_inj(w, SYN);
	w_check(w, w_exp(w, SYN | ACK)->tos == EF);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, in_flight(w, fd, 10)->tos == EF);
	w_inj(w, FIN | ACK);
	w_check(w, w_exp(w, ACK)->tos == EF);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_check(w, w_exp(w, FIN | ACK)->tos == EF);

	w_flow(w, 1);
	fd = w_bound(w, W_UUT, w->f->uut_port + 1);
	w->f->uut_port++;
	set_tos(w, fd, AF11);
	w_nonblock(fd);
	w_connect_from(w, fd);
	w_check(w, w_exp(w, SYN)->tos == AF11);
	w_inj(w, SYN | ACK);
	w_check(w, w_exp(w, ACK)->tos == AF11);
}

WIRE_TEST_VT(ipl_dscp_change)
{
	int fd = w_accepted(w);

	w_check(w, in_flight(w, fd, 10)->tos == 0);
	w_inj(w, ACK);
	set_tos(w, fd, EF);
	w_check(w, in_flight(w, fd, 10)->tos == EF);
	w_check(w, w_exp(w, ACK, .seq = 11, .len = 10, .within = 3000)->tos ==
		EF);
	set_tos(w, fd, AF11);
	w_check(w, w_exp(w, ACK, .seq = 11, .len = 10, .within = 3000)->tos ==
		AF11);
}

/* From the first segment to the last ACK. */
WIRE_TEST_VT(ipl_dscp_unchanged)
{
	const struct seg *s;
	int fd;

	w_listen(w, 5);
	set_tos(w, w->lfd, EF);
	w_inj(w, SYN);
	w_check(w, w_exp(w, SYN | ACK)->tos == EF);
	/* repeated */
	w_check(w, w_exp(w, SYN | ACK, .seq = 0, .within = 4000)->tos == EF);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, in_flight(w, fd, 10)->tos == EF);
	/* a SYN-ACK was lost: three seconds */
	s = w_exp(w, ACK, .seq = 1, .len = 10, .within = 5000);
	w_check(w, s->tos == EF);
	w_inj(w, ACK, .len = 10);
	w_check(w, w_exp(w, ACK, .within = 1000)->tos == EF);
	w_read(w, fd, 10);
	/* a closed window is probed */
	w_inj(w, ACK, .win = 0);
	w_write(w, fd, 10);
	w_check(w, w_exp(w, ACK, .len = 1, .within = 20000)->tos == EF);
	w_inj(w, ACK, .ack = 11, .win = 65535);
	w_take(w, 9, ACK);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_check(w, w_exp(w, FIN | ACK)->tos == EF);
	w_inj(w, ACK);
	w_inj(w, FIN | ACK);
	w_check(w, w_exp(w, ACK)->tos == EF);
	w_entry_is(w, TCP_TIME_WAIT);
	w_inj(w, FIN | ACK, .seq = 11, .forged = true);
	w_check(w, w_exp(w, ACK)->tos == EF);
}

/* What the peer sends is the peer's: no answer takes it over, and it is not
 * passed up (MAY-9: not done).
 */
WIRE_TEST(ipl_dscp_up)
{
	socklen_t len = sizeof(int);
	int fd = w_accepted(w), tos = -1;

	w_inj(w, ACK, .len = 10, .tos = EF);
	w_exp(w, ACK, .within = 1000);
	w_read(w, fd, 10);
	w_ok(w, getsockopt(fd, level(w), v6(w) ? IPV6_TCLASS : IP_TOS, &tos,
			   &len));
	w_check(w, tos == 0);
}

WIRE_TEST(ipl_dscp_independent)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN, .tos = AF11);
	w_check(w, w_exp(w, SYN | ACK)->tos == 0);
	w_inj(w, ACK, .tos = AF11);
	fd = w_accept(w);
	w_check(w, in_flight(w, fd, 10)->tos == 0);
	w_inj(w, FIN | ACK, .tos = AF11);
	w_check(w, w_exp(w, ACK)->tos == 0);
}

/* ---- TTL ---- */

WIRE_TEST(ipl_ttl_settable)
{
	int fd;

	w_listen(w, 5);
	set_ttl(w, w->lfd, 17);
	w_inj(w, SYN);
	w_check(w, w_exp(w, SYN | ACK)->ttl == 17);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, in_flight(w, fd, 10)->ttl == 17);
	w_inj(w, ACK);
	set_ttl(w, fd, 200);
	w_check(w, in_flight(w, fd, 10)->ttl == 200);
	w_flow(w, 1);
	w_connect(w);
	w_check(w, w_exp(w, SYN)->ttl == 64);
}

/* ---- IPv4's options ---- */

/* Not one that we know changes anything; a source route is refused by IP. */
WIRE_TEST_V4(ipl_ipopt_unknown)
{
	static const char alert[] = { 148, 4, 0, 0 };
	static const char odd[] = { 0x5e, 8, 1, 2, 3, 4, 5, 6 };
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN, .ipopts = alert, .ipopts_len = 4);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .ipopts = odd, .ipopts_len = 8);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 10, .ipopts = odd, .ipopts_len = 8);
	w_exp(w, ACK, .within = 1000);
	w_inj(w, ACK, .len = 10, .ipopts = alert, .ipopts_len = 4);
	w_exp(w, ACK, .within = 1000);
	w_read(w, fd, 20);
}

/* An option that the program sets is on each segment, and takes its room. */
static void own_option(struct wire *w, const unsigned char *opt, int n)
{
	int room = (n + 3) & ~3, fd;
	const struct seg *s;

	fd = w_accepted(w);
	w_ok(w, setsockopt(fd, SOL_IP, IP_OPTIONS, opt, n));
	w_write(w, fd, 3000);
	s = w_exp(w, ACK, .len = W_ANY);
	w_check(w, s->th == 20 + room);
	w_check(w, s->raw[20] == opt[0]);
	w_check(w, s->raw_len <= 1500);
	w_check(w, s->len == 1460 - room);
}

WIRE_TEST_V4(ipl_ipopt_timestamp)
{
	static const unsigned char ts[12] = { 68, 12, 5, 0 };

	own_option(w, ts, 12);
}

WIRE_TEST_V4(ipl_ipopt_rr)
{
	static const unsigned char rr[11] = { 7, 11, 4 };

	own_option(w, rr, 11);
}

/* ---- source routes: refused (D23, RFC 7126) ---- */

static const unsigned char lsrr[] = { 131, 7, 4, 192, 0, 2, 9, 0 };

WIRE_TEST_V4(ipl_srcroute_specify)
{
	struct sockaddr_storage to;
	int fd;

	w_only_lctcp(w);
	fd = w_socket(w);
	w_ok(w, setsockopt(fd, SOL_IP, IP_OPTIONS, lsrr, 8));
	w_sockaddr(w, W_PEER, 5001, &to);
	w_err(w, EINVAL, connect(fd, (void *)&to, w_sockaddr_len(w)));
	w_none(w);
}

/* A SYN with one: nobody answers, so there is nothing to return by. */
WIRE_TEST_V4(ipl_srcroute_return)
{
	static const char done[] = { 131, 7, 8, 192, 0, 2, 9, 0 };

	w_only_lctcp(w);
	w_listen(w, 5);
	w_inj(w, SYN, .ipopts = done, .ipopts_len = 8, .forged = true);
	w_none(w);
	w_gone(w);
}

/* One that comes with the SYN-ACK or later changes no route. */
static void no_route_taken(struct wire *w, int fd)
{
	static const char done[] = { 131, 7, 8, 192, 0, 2, 9, 0 };
	const struct seg *s;

	w_inj(w, ACK, .len = 10, .ipopts = done, .ipopts_len = 8,
	      .forged = true);
	while ((s = w_next(w, 50)))
		w_check(w, s->th == 20);
	s = in_flight(w, fd, 10);
	w_check(w, s->th == 20);
}

WIRE_TEST_V4(ipl_srcroute_precedence)
{
	int fd;

	w_only_lctcp(w);
	fd = w_connected(w);
	no_route_taken(w, fd);
}

WIRE_TEST_V4(ipl_srcroute_later)
{
	w_only_lctcp(w);
	no_route_taken(w, w_accepted(w));
}

/* ---- addresses ---- */

static int try_connect(struct wire *w, const char *addr, int port)
{
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(port) };
	struct sockaddr_in to4 = { .sin_family = AF_INET,
				   .sin_port = htons(port) };
	int fd = w_socket(w), ret;

	w_nonblock(fd);
	if (v6(w)) {
		inet_pton(AF_INET6, addr, &to6.sin6_addr);
		to6.sin6_scope_id = if_nametoindex("wire");
		ret = connect(fd, (void *)&to6, sizeof(to6));
	} else {
		inet_pton(AF_INET, addr, &to4.sin_addr);
		ret = connect(fd, (void *)&to4, sizeof(to4));
	}
	ret = ret ? errno : 0;
	close(fd);
	return ret;
}

WIRE_TEST(ipl_open_invalid_remote)
{
	static const char * const four[] = {
		"255.255.255.255", "192.0.2.255", "224.0.0.1",
	};
	static const char * const six[] = { "ff02::1", "ff05::2", "ff0e::1" };
	int i, err;

	for (i = 0; i < 3; i++) {
		err = try_connect(w, v6(w) ? six[i] : four[i], 5001);
		w_note(w, "connect(%s): %s", v6(w) ? six[i] : four[i],
		       strerror(err));
		w_check(w, err == ENETUNREACH || err == EACCES);
	}
	w_none(w);
}

/* Pinned: 0.0.0.0 and :: are this host, as Linux users expect; there nobody
 * listens.
 */
WIRE_TEST(ipl_open_unspecified_remote)
{
	int err = try_connect(w, v6(w) ? "::" : "0.0.0.0", 5001);

	w_check(w, err == EINPROGRESS || err == ECONNREFUSED);
	w_none(w);
}

static void from_nowhere(struct wire *w, int flags, int len)
{
	static const char * const four[] = {
		"255.255.255.255", "224.0.0.1", "0.0.0.0", "127.0.0.1",
		"192.0.2.255", "192.0.2.1", "240.0.0.1",
	};
	static const char * const six[] = {
		"::", "ff02::1", "::1", "ff0e::5",
	};
	int i;

	for (i = 0; i < (v6(w) ? 4 : 7); i++) {
		w_inj(w, flags, .src = v6(w) ? six[i] : four[i], .len = len,
		      .seq = 100, .ack = 1, .forged = true);
		w_none(w);
	}
}

WIRE_TEST(ipl_syn_invalid_source)
{
	w_listen(w, 5);
	from_nowhere(w, SYN, 0);
	w_check(w, w_entries(w) <= 1);	/* the listener */
}

WIRE_TEST(ipl_syn_bcast_dest)
{
	static const char * const four[] = {
		"255.255.255.255", "192.0.2.255", "224.0.0.1",
	};
	static const char * const six[] = { "ff02::1", "ff01::1", "ff0e::1" };
	int i;

	w_listen(w, 5);
	for (i = 0; i < 3; i++) {
		w_inj(w, SYN, .dst = v6(w) ? six[i] : four[i], .forged = true);
		w_inj(w, ACK, .dst = v6(w) ? six[i] : four[i], .ack = 5,
		      .forged = true);
		w_none(w);
	}
	w_check(w, w_entries(w) <= 1);
}

WIRE_TEST(ipl_all_segments_validated)
{
	w_listen(w, 5);
	from_nowhere(w, ACK, 0);
	from_nowhere(w, ACK, 10);
	from_nowhere(w, FIN | ACK, 0);
	from_nowhere(w, RST, 0);
	w->f->uut_port = 9;
	from_nowhere(w, SYN, 0);
	from_nowhere(w, ACK, 10);
}

/* ---- IPv6 ---- */

WIRE_TEST_V6_VT(ipl_v6_flow_label)
{
	int labels[40], i, j, fd, same = 0, n = 40;
	const struct seg *s;

	for (i = 0; i < n; i++) {
		w_flow(w, i);
		fd = w_accepted(w);
		s = in_flight(w, fd, 10);
		labels[i] = s->label;
		w_check(w, labels[i] != 0);
		for (j = 0; j < i; j++)
			same += labels[j] == labels[i];
		if (i == 0) {
			for (j = 0; j < 3; j++)
				w_check(w, w_exp(w, ACK, .seq = 1, .len = 10,
						 .within = 5000)->label ==
					labels[0]);
		}
		w_inj(w, ACK);
		w_ok(w, shutdown(fd, SHUT_WR));
		w_check(w, w_exp(w, FIN | ACK)->label == labels[i]);
		w_inj(w, ACK);
	}
	w_check(w, same <= 1);
}

WIRE_TEST_V6(ipl_v6_flow_label_app)
{
	struct in6_flowlabel_req req = {
		.flr_label = htonl(0x12345), .flr_action = IPV6_FL_A_GET,
		.flr_share = IPV6_FL_S_EXCL, .flr_flags = IPV6_FL_F_CREATE,
	};
	struct sockaddr_storage to;
	int fd = w_socket(w), on = 1;
	const struct seg *s;

	w_host(w, W_PEER, (void *)&req.flr_dst);
	w_ok(w, setsockopt(fd, SOL_IPV6, IPV6_FLOWLABEL_MGR, &req, sizeof(req)));
	w_ok(w, setsockopt(fd, SOL_IPV6, IPV6_FLOWINFO_SEND, &on, sizeof(on)));
	w_nonblock(fd);
	w_sockaddr(w, W_PEER, 5001, &to);
	((struct sockaddr_in6 *)&to)->sin6_flowinfo = htonl(0x12345);
	w_err(w, EINPROGRESS, connect(fd, (void *)&to, w_sockaddr_len(w)));
	s = w_next(w, 1000);
	w_check(w, s && s->label == 0x12345);
}

WIRE_TEST_V6(ipl_v6_ext_headers)
{
	static const int ext[] = { 0, 60, 43 };
	static const unsigned char pad[8] = { 0, 0, 1, 4 };
	const struct seg *s;
	int fd, i;

	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		if (w->lfd < 0)
			w_listen(w, 5);
		w_inj(w, SYN, .exthdr = ext[i]);
		w_exp(w, SYN | ACK);
		w_inj(w, ACK, .exthdr = ext[i]);
		fd = w_accept(w);
		w_inj(w, ACK, .len = 100, .exthdr = ext[i]);
		w_exp(w, ACK, .within = 1000);
		w_inj(w, ACK, .len = 100, .exthdr = ext[i], .frags = 2);
		w_exp(w, ACK, .within = 1000);
		w_read(w, fd, 200);
	}
	/* one of ours takes its room */
	w_ok(w, setsockopt(fd, SOL_IPV6, IPV6_DSTOPTS, pad, sizeof(pad)));
	w_write(w, fd, 3000);
	s = w_exp(w, ACK, .len = W_ANY);
	w_check(w, s->th == 48);
	w_check(w, s->raw[6] == 60);
	w_check(w, s->len == 1440 - 8);
}

/* RFC 5095: what is still to be routed never reaches us. */
WIRE_TEST_V6(ipl_v6_rh0)
{
	unsigned char pkt[200], src[16], dst[16];
	const struct seg *s;
	struct seg copy;
	int fd = w_accepted(w), n;

	/* an acceptable segment, and a type 0 header with one address in front */
	s = w_inj(w, ACK, .len = 0);
	copy = *s;
	w_host(w, W_PEER, src);
	w_host(w, W_UUT, dst);
	memset(pkt, 0, sizeof(pkt));
	n = ip_header(w, pkt, src, dst, 43, 24 + copy.raw_len - copy.th);
	pkt[n] = w->proto;
	pkt[n + 1] = 2;			/* octets: 8 + 16 */
	pkt[n + 2] = 0;			/* type */
	pkt[n + 3] = 1;			/* left */
	memcpy(pkt + n + 8, dst, 16);
	memcpy(pkt + n + 24, copy.raw + copy.th, copy.raw_len - copy.th);
	pkt[n + 24 + 13] = RST;
	w_raw(w, pkt, n + 24 + copy.raw_len - copy.th);
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_only_lctcp(w);
	w_count(w, "InCsumErrors", 0);
}

/* ---- families ---- */

static int dual_socket(struct wire *w, int only, int port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6,
				    .sin6_port = htons(port) };
	int fd = socket(AF_INET6, SOCK_STREAM, w->proto);

	if (fd < 0)
		w_skip(w, "no IPv6");
	w_ok(w, setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &only, sizeof(only)));
	w_ok(w, bind(fd, (void *)&any, sizeof(any)));
	return fd;
}

WIRE_TEST_V4(ipl_v4_mapped)
{
	struct sockaddr_in6 who, to = { .sin6_family = AF_INET6 };
	socklen_t len = sizeof(who);
	int fd, lfd = dual_socket(w, 0, W_PORT);

	w_ok(w, listen(lfd, 5));
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = accept(lfd, (void *)&who, &len);
	w_ok(w, fd);
	w_check(w, IN6_IS_ADDR_V4MAPPED(&who.sin6_addr));
	w_check(w, who.sin6_addr.s6_addr[15] == W_PEER);
	w_ok(w, getpeername(fd, (void *)&who, &len));
	w_check(w, IN6_IS_ADDR_V4MAPPED(&who.sin6_addr));
	w_flow(w, 1);
	w->f->uut_port = 4100;
	fd = dual_socket(w, 0, 4100);
	w_nonblock(fd);
	inet_pton(AF_INET6, "::ffff:192.0.2.2", &to.sin6_addr);
	to.sin6_port = htons(w->f->peer_port);
	w_err(w, EINPROGRESS, connect(fd, (void *)&to, sizeof(to)));
	w_exp(w, SYN);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST_V4(ipl_v6only)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_port = htons(W_PORT) };
	int six = dual_socket(w, 1, W_PORT), four;

	w_ok(w, listen(six, 5));
	four = socket(AF_INET, SOCK_STREAM, w->proto);
	w_ok(w, bind(four, (void *)&any, sizeof(any)));
	w_ok(w, listen(four, 5));
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	w_ok(w, accept(four, NULL, NULL));
	/* without it they are in each other's way */
	any.sin_port = htons(4200);
	six = dual_socket(w, 0, 4200);
	w_ok(w, listen(six, 5));
	four = socket(AF_INET, SOCK_STREAM, w->proto);
	w_err(w, EADDRINUSE, bind(four, (void *)&any, sizeof(any)));
}

/* ---- other ---- */

static int address(struct wire *w, const char *what)
{
	char command[128];

	snprintf(command, sizeof(command), v6(w) ?
		 "ip addr %s 2001:db8::1/64 dev wire %s" :
		 "ip addr %s 192.0.2.1/24 dev wire", what,
		 *what == 'a' ? "nodad" : "");
	return system(command);
}

/* The address goes and comes back: nothing is sent from another meanwhile. */
WIRE_TEST_VT(ipl_addr_removed)
{
	int fd = w_accepted(w);

	if (system("ip link show wire >/dev/null"))
		w_skip(w, "no ip here");
	w_add_addr(w, W_UUT2);
	in_flight(w, fd, 100);
	w_inj(w, ACK);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_check(w, !address(w, "del"));
	/* the harness fails on any other source */
	while (w_next(w, 5000))
		;
	w_check(w, !address(w, "add"));
	w_exp(w, ACK, .seq = 101, .len = 100, .within = 60000);
	w_inj(w, ACK);
	in_flight(w, fd, 100);
	w_inj(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* 127/8 and ::1 stay within the host. */
WIRE_TEST(ipl_loopback)
{
	struct sockaddr_storage to;
	int fd, lfd;
	char c[10];

	lfd = w_listen(w, 5);
	w_sockaddr(w, W_UUT, W_PORT, &to);
	if (v6(w))
		((struct sockaddr_in6 *)&to)->sin6_addr = in6addr_loopback;
	else
		((struct sockaddr_in *)&to)->sin_addr.s_addr =
			htonl(INADDR_LOOPBACK);
	close(lfd);
	lfd = w_socket(w);
	w_ok(w, bind(lfd, (void *)&to, w_sockaddr_len(w)));
	w_ok(w, listen(lfd, 5));
	fd = w_socket(w);
	if (connect(fd, (void *)&to, w_sockaddr_len(w)))
		w_check(w, errno == EINPROGRESS);
	w_check(w, w_poll(fd, POLLOUT, 1000) == POLLOUT);
	w_check(w, w_poll(lfd, POLLIN, 1000) == POLLIN);
	lfd = accept(lfd, NULL, NULL);
	w_ok(w, lfd);
	w_check(w, write(fd, "0123456789", 10) == 10);
	w_check(w, w_poll(lfd, POLLIN, 1000) == POLLIN);
	w_check(w, recv(lfd, c, 10, 0) == 10);
	close(fd);
	close(lfd);
	w_none(w);
}

/* RFC 6864: an atomic packet's ID says nothing; one that may be cut has one that
 * nobody can guess.
 */
WIRE_TEST_V4(ipl_ipid)
{
	int discover = IP_PMTUDISC_DONT, fd, i, id, last = 0, steps = 0, zero = 0;
	const struct seg *s;

	fd = w_accepted(w);
	w_check(w, in_flight(w, fd, 10)->df);
	w_inj(w, ACK);
	w_ok(w, setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, &discover,
			   sizeof(discover)));
	for (i = 0; i < 10; i++) {
		s = in_flight(w, fd, 10);
		w_check(w, !s->df);
		id = s->raw[4] << 8 | s->raw[5];
		zero += !id;
		steps += i && id == last;
		last = id;
		w_inj(w, ACK);
	}
	w_check(w, zero <= 1);
	w_check(w, !steps);	/* none repeats the one before it */
	/* and flows do not begin with the same */
	for (i = 1; i < 4; i++) {
		w_flow(w, i);
		fd = w_accepted(w);
		w_ok(w, setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, &discover,
				   sizeof(discover)));
		s = in_flight(w, fd, 10);
		id = s->raw[4] << 8 | s->raw[5];
		w_check(w, (uint16_t)(id - last) > 1);
		last = id;
	}
}

/* Ports and settings are of a namespace. */
WIRE_TEST(ipl_netns)
{
	struct sockaddr_storage any;
	int here = open("/proc/self/ns/net", O_RDONLY), lfd;

	w_only_lctcp(w);
	w_listen(w, 5);
	w_sysctl(w, "msl_ms", "1000");
	w_ok(w, unshare(CLONE_NEWNET));
	w_check(w, w_sysctl_get(w, "msl_ms") == 30000);
	lfd = socket(w->family, SOCK_STREAM, w->proto);
	w_sockaddr(w, W_UUT, W_PORT, &any);
	memset((char *)&any + 4, 0, sizeof(any) - 4);
	w_ok(w, bind(lfd, (void *)&any, w_sockaddr_len(w)));
	w_ok(w, listen(lfd, 5));
	w_sysctl(w, "msl_ms", "2000");
	w_ok(w, setns(here, CLONE_NEWNET));
	w_check(w, w_sysctl_get(w, "msl_ms") == 1000);
	close(lfd);
	close(here);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
}

WIRE_MAIN
