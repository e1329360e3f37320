// SPDX-License-Identifier: GPL-2.0
/*
 * What ICMP errors do to a connection, in each state (RFC 9293 section 3.9.2.2),
 * and what the program hears of them.  Which of them are believed is in
 * wire_icmp.c.
 */
#include <time.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <unistd.h>

#include "wire.h"

#define ROUTER		9

static bool v6(const struct wire *w)
{
	return w->family == AF_INET6;
}

static void unreachable(struct wire *w, const struct seg *quote)
{
	w_icmp(w, .type = v6(w) ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH,
	       .code = v6(w) ? ICMP6_DST_UNREACH_ADDR : ICMP_HOST_UNREACH,
	       .quote = quote);
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

/* The last segment of the current flow that left and has sequence numbers. */
static const struct seg *last_sent(struct wire *w)
{
	int i;

	for (i = w->nlog - 1; i >= 0; i--)
		if (w->log[i]->dir == '>' && w->log[i]->raw &&
		    w->log[i]->flow == w->f - w->flows &&
		    (w->log[i]->len || w->log[i]->flags & (SYN | FIN)))
			return w->log[i];
	w_fail(w, "nothing was sent");
	return NULL;
}

static const struct seg *in_flight(struct wire *w, int fd, int n)
{
	w_write(w, fd, n);
	return w_exp(w, ACK, .len = n);
}

static const int states[] = {
	TCP_SYN_SENT, TCP_SYN_RECV, TCP_ESTABLISHED, TCP_FIN_WAIT1,
	TCP_CLOSE_WAIT, TCP_LAST_ACK,
};

#define NSTATES		6

/* A connection in @state with something in flight. */
static int to_state(struct wire *w, int state)
{
	int fd = w_to_state(w, state);

	if (state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT)
		in_flight(w, fd, 10);
	return fd;
}

/* What was in flight arrives, and all goes on as ever. */
static void goes_on(struct wire *w, int fd, int state)
{
	switch (state) {
	case TCP_SYN_SENT:
		w_inj(w, SYN | ACK);
		w_exp(w, ACK);
		w_is(w, fd, TCP_ESTABLISHED);
		break;
	case TCP_SYN_RECV:
		w_inj(w, ACK);
		fd = w_accept(w);
		w_is(w, fd, TCP_ESTABLISHED);
		break;
	case TCP_ESTABLISHED:
		w_inj(w, ACK, .len = 5);
		w_exp(w, ACK, .within = 1000);
		w_read(w, fd, 5);
		break;
	case TCP_FIN_WAIT1:
		w_inj(w, ACK);
		w_is(w, fd, TCP_FIN_WAIT2);
		break;
	case TCP_CLOSE_WAIT:
		w_inj(w, ACK);
		w_ok(w, shutdown(fd, SHUT_WR));
		w_exp(w, FIN | ACK);
		w_inj(w, ACK);
		w_gone(w);
		break;
	case TCP_LAST_ACK:
		w_inj(w, ACK);
		w_gone(w);
		break;
	}
	if (fd >= 0 && state != TCP_SYN_RECV)
		w_check(w, w_so_error(fd) == 0);
}

/* A message changes nothing but what SO_ERROR says, @err. */
static void soft(struct wire *w, int *flow, int type, int code, int err)
{
	struct w_icmp icmp = { .type = type, .code = code };
	int i, fd;

	for (i = 0; i < NSTATES; i++) {
		if (v6(w) && icmp.type == ICMP6_PARAM_PROB &&
		    icmp.code == ICMP6_PARAMPROB_NEXTHEADER &&
		    states[i] == TCP_SYN_SENT)
			continue;	/* D10, see icm_protocol_unreachable_253 */
		w_flow(w, (*flow)++);
		fd = to_state(w, states[i]);
		icmp.quote = last_sent(w);
		w_inject_icmp(w, &icmp);
		w_entry_is(w, states[i]);
		if (fd >= 0)
			w_check(w, w_so_error(fd) == err);
		goes_on(w, fd, states[i]);
	}
}

/* ---- to whom ---- */

WIRE_TEST(icm_demux)
{
	int fd[2], i;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		fd[i] = w_accepted(w);
		in_flight(w, fd[i], 10);
	}
	for (i = 1; i >= 0; i--) {
		w_flow(w, i);
		unreachable(w, last_sent(w));
		w_check(w, w_so_error(fd[!i]) == 0);
		w_check(w, w_so_error(fd[i]) == EHOSTUNREACH);
	}
}

WIRE_TEST(icm_listener)
{
	struct seg quote;
	int fd, i;

	fd = w_accepted(w);
	quote = *in_flight(w, fd, 10);
	quote.raw = malloc(quote.raw_len);
	w_check(w, quote.raw);
	memcpy(quote.raw, last_sent(w)->raw, quote.raw_len);
	quote.raw[quote.th + 3] ^= 0x40;	/* to a port that nobody came from */
	unreachable(w, &quote);
	too_big(w, &quote, 1280);
	w_icmp(w, .type = v6(w) ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH,
	       .code = v6(w) ? ICMP6_DST_UNREACH_NOPORT : ICMP_PORT_UNREACH,
	       .quote = &quote);
	w_is(w, w->lfd, TCP_LISTEN);
	w_check(w, w_so_error(w->lfd) == 0);
	for (i = 1; i < 4; i++) {
		w_flow(w, i);
		fd = w_accepted(w);
		w_is(w, fd, TCP_ESTABLISHED);
	}
	free(quote.raw);
}

/* ---- soft errors ---- */

WIRE_TEST_V4(icm_v4_soft_codes)
{
	static const int code[] = { ICMP_NET_UNREACH, ICMP_HOST_UNREACH,
				    ICMP_SR_FAILED };
	static const int err[] = { ENETUNREACH, EHOSTUNREACH, EOPNOTSUPP };
	int i, flow = 0;

	w_only_lctcp(w);
	for (i = 0; i < 3; i++)
		soft(w, &flow, ICMP_DEST_UNREACH, code[i], err[i]);
}

WIRE_TEST_V4(icm_v4_time_exceeded)
{
	int i, flow = 0;

	w_only_lctcp(w);
	/* the second one the kernel keeps to itself */
	for (i = 0; i < 2; i++)
		soft(w, &flow, ICMP_TIME_EXCEEDED, i, i ? 0 : EHOSTUNREACH);
}

WIRE_TEST_V4(icm_v4_param_problem)
{
	int i, flow = 0;

	w_only_lctcp(w);
	for (i = 0; i < 3; i++)
		soft(w, &flow, ICMP_PARAMETERPROB, i, EPROTO);
}

WIRE_TEST_V6(icm_v6_soft_codes)
{
	static const struct {
		int type, code, err;
	} c[] = {
		{ ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE, ENETUNREACH },
		{ ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR, EHOSTUNREACH },
		{ ICMP6_TIME_EXCEEDED, 0, EHOSTUNREACH },
		{ ICMP6_TIME_EXCEEDED, 1, EHOSTUNREACH },
		{ ICMP6_PARAM_PROB, ICMP6_PARAMPROB_HEADER, EPROTO },
		{ ICMP6_PARAM_PROB, ICMP6_PARAMPROB_NEXTHEADER, EPROTO },
		{ ICMP6_PARAM_PROB, ICMP6_PARAMPROB_OPTION, EPROTO },
	};
	int i, flow = 0;

	w_only_lctcp(w);
	for (i = 0; i < 7; i++)
		soft(w, &flow, c[i].type, c[i].code, c[i].err);
}

/* It is there to be asked for, and is why a connection is given up. */
WIRE_TEST_VT(icm_soft_available)
{
	int fd, timeout = 3000;
	char c;

	fd = w_accepted(w);
	in_flight(w, fd, 10);
	unreachable(w, last_sent(w));
	w_check(w, w_so_error(fd) == EHOSTUNREACH);
	w_check(w, w_so_error(fd) == 0);
	w_ok(w, setsockopt(fd, w->proto, TCP_USER_TIMEOUT, &timeout,
			   sizeof(timeout)));
	w_exp(w, ACK, .seq = 1, .len = 10, .within = 2000);
	unreachable(w, last_sent(w));
	while (w_next(w, 1000))
		;
	w_wait(w, 10000);
	w_err(w, EHOSTUNREACH, recv(fd, &c, 1, MSG_DONTWAIT));
	w_gone(w);
}

WIRE_TEST(icm_soft_multi_homed_connect)
{
	static const struct {
		const char *setting;
		int state;
	} c[] = {
		{ "0", TCP_SYN_SENT }, { "1", TCP_SYN_SENT }, { "2", 0 },
	};
	int fd, i;

	w_only_lctcp(w);
	w_check(w, w_sysctl_get(w, "connect_icmp") == 1);
	for (i = 0; i < 3; i++) {
		w_sysctl(w, "connect_icmp", c[i].setting);
		w_flow(w, i);
		fd = w_connect(w);
		w_exp(w, SYN);
		unreachable(w, last_sent(w));
		w_entry_is(w, c[i].state);
		w_check(w, w_so_error(fd) == EHOSTUNREACH);
	}
	/* but nobody's open connection */
	w_flow(w, 3);
	fd = w_accepted(w);
	in_flight(w, fd, 10);
	unreachable(w, last_sent(w));
	w_is(w, fd, TCP_ESTABLISHED);
	w_sysctl_refused(w, "connect_icmp", "3");
}

/* ---- hard errors ---- */

WIRE_TEST_V4(icm_hard_v4)
{
	static const int code[] = { ICMP_PROT_UNREACH, ICMP_PORT_UNREACH };
	static const int err[] = { ENOPROTOOPT, ECONNREFUSED };
	int i, fd, dont = IP_PMTUDISC_DONT;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		fd = w_connect(w);
		w_exp(w, SYN);
		w_icmp(w, .type = ICMP_DEST_UNREACH, .code = code[i],
		       .quote = last_sent(w));
		w_check(w, w_so_error(fd) == err[i]);
		w_gone(w);
		/* D8 */
		w_flow(w, 2 + i);
		fd = w_accepted(w);
		in_flight(w, fd, 10);
		w_icmp(w, .type = ICMP_DEST_UNREACH, .code = code[i],
		       .quote = last_sent(w));
		w_is(w, fd, TCP_ESTABLISHED);
	}
	/* "fragmentation needed", where we forbid none: a lie */
	w_ok(w, setsockopt(w->lfd, SOL_IP, IP_MTU_DISCOVER, &dont,
			   sizeof(dont)));
	w_flow(w, 4);
	fd = w_accepted(w);
	in_flight(w, fd, 1400);
	too_big(w, last_sent(w), 600);
	w_is(w, fd, TCP_ESTABLISHED);
	w_check(w, w_so_error(fd) == 0);
}

/* A host without the module: the attempt fails at once, and says why; but a
 * listener goes on, for anybody can say so.
 */
WIRE_TEST(icm_protocol_unreachable_253)
{
	struct w_icmp none = {
		.type = v6(w) ? ICMP6_PARAM_PROB : ICMP_DEST_UNREACH,
		.code = v6(w) ? ICMP6_PARAMPROB_NEXTHEADER : ICMP_PROT_UNREACH,
		.mtu = v6(w) ? 6 : 0,
	};
	int fd;

	w_only_lctcp(w);
	fd = w_connect(w);
	w_exp(w, SYN);
	none.quote = last_sent(w);
	w_inject_icmp(w, &none);
	w_gone(w);
	w_check(w, w_so_error(fd) == (v6(w) ? EPROTO : ENOPROTOOPT));

	w_flow(w, 1);
	w_to_state(w, TCP_SYN_RECV);
	none.quote = last_sent(w);
	w_inject_icmp(w, &none);
	w_entry_is(w, TCP_SYN_RECV);
	goes_on(w, -1, TCP_SYN_RECV);

	/* D10: to the letter, IPv6's is soft */
	w_sysctl(w, "connect_icmp", "0");
	w_flow(w, 2);
	fd = w_connect(w);
	w_exp(w, SYN);
	none.quote = last_sent(w);
	w_inject_icmp(w, &none);
	w_entry_is(w, v6(w) ? TCP_SYN_SENT : 0);
}

/* Codes 6 to 15: what the path forbids.  Pinned: as the kernel's own table. */
WIRE_TEST_V4(icm_admin_codes)
{
	static const struct {
		int err;
		bool ends;
	} c[] = {
		{ ENETUNREACH, true }, { EHOSTDOWN, true }, { ENONET, true },
		{ ENETUNREACH, true }, { EHOSTUNREACH, true },
		{ ENETUNREACH, false }, { EHOSTUNREACH, false },
		{ EHOSTUNREACH, true }, { EHOSTUNREACH, true },
		{ EHOSTUNREACH, true },
	};
	int fd, i;

	w_only_lctcp(w);
	for (i = 0; i < 10; i++) {
		w_flow(w, 2 * i);
		fd = w_connect(w);
		w_exp(w, SYN);
		w_icmp(w, .type = ICMP_DEST_UNREACH, .code = 6 + i,
		       .quote = last_sent(w));
		w_entry_is(w, c[i].ends ? 0 : TCP_SYN_SENT);
		w_check(w, w_so_error(fd) == c[i].err);
		w_flow(w, 2 * i + 1);
		fd = w_accepted(w);
		in_flight(w, fd, 10);
		w_icmp(w, .type = ICMP_DEST_UNREACH, .code = 6 + i,
		       .quote = last_sent(w));
		w_is(w, fd, TCP_ESTABLISHED);
		w_check(w, w_so_error(fd) == c[i].err);
		goes_on(w, fd, TCP_ESTABLISHED);
	}
	/* one that nobody has defined */
	w_flow(w, 40);
	fd = w_accepted(w);
	in_flight(w, fd, 10);
	w_icmp(w, .type = ICMP_DEST_UNREACH, .code = 16, .quote = last_sent(w));
	w_check(w, w_so_error(fd) == 0);
}

/* Whatever size it claims: the MSS falls or nothing happens. */
WIRE_TEST(icm_frag_needed)
{
	static const int mtu[] = { 0, 68, 1280, 1400, 65535 };
	int i, j, fd, flow = 0;

	for (i = 0; i < NSTATES; i++) {
		w_flow(w, flow++);
		fd = to_state(w, states[i]);
		for (j = 0; j < 5; j++) {
			too_big(w, last_sent(w), mtu[j]);
			w_entry_is(w, states[i]);
			if (fd >= 0)
				w_check(w, w_so_error(fd) == 0);
		}
		goes_on(w, fd, states[i]);
	}
}

/* ---- other ---- */

/* IP takes another router, and nobody else notices. */
WIRE_TEST_V4(icm_redirect)
{
	unsigned char gateway[16];
	const struct seg *s;
	int fd;

	if (system("ip route add 192.0.2.21 via 192.0.2.9"))
		w_skip(w, "no ip here");
	w_host(w, 10, gateway);
	w->f->peer_host = 21;
	fd = w_accepted(w);
	s = in_flight(w, fd, 10);
	w_check(w, !system("ip route get 192.0.2.21 | grep -q 'via 192.0.2.9 '"));
	w_icmp(w, .type = ICMP_REDIRECT, .code = ICMP_REDIR_HOST, .quote = s,
	       .from = ROUTER, .mtu = 0xc000020a);
	w_check(w, !system("ip route get 192.0.2.21 | grep -q 'via 192.0.2.10 '"));
	w_is(w, fd, TCP_ESTABLISHED);
	w_check(w, w_so_error(fd) == 0);
	goes_on(w, fd, TCP_ESTABLISHED);
	in_flight(w, fd, 10);
	/* one that quotes nothing in flight is not believed */
	w_only_lctcp(w);
	w_inj(w, ACK);
	w_icmp(w, .type = ICMP_REDIRECT, .code = ICMP_REDIR_HOST, .quote = s,
	       .from = 10, .mtu = 0xc000020b);
	w_check(w, !system("ip route get 192.0.2.21 | grep -q 'via 192.0.2.10 '"));
}

/* A half-open connection survives, and completes. */
WIRE_TEST(icm_syn_rcvd_entry)
{
	int i;

	w_only_lctcp(w);
	w_to_state(w, TCP_SYN_RECV);
	for (i = 0; i < 3; i++) {
		unreachable(w, last_sent(w));
		w_entry_is(w, TCP_SYN_RECV);
	}
	goes_on(w, -1, TCP_SYN_RECV);
}

/* RFC 6069 is optional, and not done: the backoff stays. */
WIRE_TEST_VT(icm_backoff_revert)
{
	struct lctcp_vars before, after;
	int fd, i;

	w_only_lctcp(w);
	fd = w_accepted(w);
	in_flight(w, fd, 10);
	for (i = 0; i < 4; i++)
		w_exp(w, ACK, .seq = 1, .len = 10, .within = 60000);
	before = w_vars(w, fd);
	unreachable(w, last_sent(w));
	after = w_vars(w, fd);
	w_check(w, after.rto_us == before.rto_us);
	w_check(w, after.retries == before.retries);
	w_check(w, after.timer_ms + 20 >= before.timer_ms);
	w_check(w, w_so_error(fd) == EHOSTUNREACH);
}

/* Type, code, what it says besides, and who said so. */
static void told(struct wire *w, int fd, int type, int code, int err, int info)
{
	char control[512], text[2000];
	struct iovec iov = { text, sizeof(text) };
	struct sockaddr_storage about;
	struct msghdr msg = {
		.msg_name = &about, .msg_namelen = sizeof(about),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct sock_extended_err ee;
	unsigned char router[16], peer[16];
	struct cmsghdr *c;
	bool seen = false;

	w_host(w, ROUTER, router);
	w_host(w, w->f->peer_host, peer);
	w_check(w, w_poll(fd, POLLERR, 1000) & POLLERR);
	w_ok(w, recvmsg(fd, &msg, MSG_ERRQUEUE));
	w_check(w, msg.msg_flags & MSG_ERRQUEUE);
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_type != (v6(w) ? IPV6_RECVERR : IP_RECVERR))
			continue;
		w_check(w, c->cmsg_level == (v6(w) ? SOL_IPV6 : SOL_IP));
		memcpy(&ee, CMSG_DATA(c), sizeof(ee));
		w_check(w, (int)ee.ee_errno == err);
		w_check(w, ee.ee_origin == (v6(w) ? SO_EE_ORIGIN_ICMP6 :
						    SO_EE_ORIGIN_ICMP));
		w_check(w, ee.ee_type == type && ee.ee_code == code);
		w_check(w, (int)ee.ee_info == info);
		w_check(w, !memcmp(CMSG_DATA(c) + sizeof(ee) + (v6(w) ? 8 : 4),
				   router, v6(w) ? 16 : 4));
		seen = true;
	}
	w_check(w, seen);
	/* whom it was about */
	if (v6(w)) {
		struct sockaddr_in6 *to = (void *)&about;

		w_check(w, !memcmp(&to->sin6_addr, peer, 16));
		w_check(w, ntohs(to->sin6_port) == w->f->peer_port);
	} else {
		struct sockaddr_in *to = (void *)&about;

		w_check(w, !memcmp(&to->sin_addr, peer, 4));
		w_check(w, ntohs(to->sin_port) == w->f->peer_port);
	}
	w_err(w, EAGAIN, recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT));
}

WIRE_TEST(icm_error_text)
{
	int fd, on = 1;
	char c;

	fd = w_accepted(w);
	w_ok(w, setsockopt(fd, v6(w) ? SOL_IPV6 : SOL_IP,
			   v6(w) ? IPV6_RECVERR : IP_RECVERR, &on, sizeof(on)));
	in_flight(w, fd, 1400);
	if (v6(w)) {
		w_icmp(w, .type = ICMP6_DST_UNREACH,
		       .code = ICMP6_DST_UNREACH_ADDR, .quote = last_sent(w),
		       .from = ROUTER);
		told(w, fd, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR,
		     EHOSTUNREACH, 0);
		w_icmp(w, .type = ICMP6_PACKET_TOO_BIG, .mtu = 1300,
		       .quote = last_sent(w), .from = ROUTER);
		told(w, fd, ICMP6_PACKET_TOO_BIG, 0, EMSGSIZE, 1300);
	} else {
		w_icmp(w, .type = ICMP_DEST_UNREACH, .code = ICMP_HOST_UNREACH,
		       .quote = last_sent(w), .from = ROUTER);
		told(w, fd, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH,
		     EHOSTUNREACH, 0);
		w_icmp(w, .type = ICMP_DEST_UNREACH, .code = ICMP_FRAG_NEEDED,
		       .mtu = 1300, .quote = last_sent(w), .from = ROUTER);
		told(w, fd, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, EMSGSIZE,
		     1300);
	}
	w_is(w, fd, TCP_ESTABLISHED);
	w_err(w, EAGAIN, recv(fd, &c, 1, MSG_DONTWAIT));
}

/* A packet that is no segment of ours leaves: its protocol, and what follows the
 * IP header; 0 if none does.
 */
static int other_packet(struct wire *w, unsigned char *type, int ms)
{
	struct pollfd p = { .fd = w->tun, .events = POLLIN };
	unsigned char pkt[2000];
	ssize_t n;
	int h;

	for (;;) {
		n = read(w->tun, pkt, sizeof(pkt));
		if (n <= 0 && poll(&p, 1, ms) <= 0)
			return 0;
		h = v6(w) ? 40 : 20;
		if (n < h + 2 || pkt[0] >> 4 != (v6(w) ? 6 : 4))
			continue;
		memcpy(type, pkt + h, 2);
		/* routers are asked for now and then */
		if (v6(w) && pkt[6] == IPPROTO_ICMPV6 && type[0] > 127)
			continue;
		return pkt[v6(w) ? 6 : 9];
	}
}

/* Who has the module answers with RSTs; who has none says so. */
WIRE_TEST(icm_generate_port_unreach)
{
	unsigned char pkt[100], src[16], dst[16], type[2] = "";
	int n;

	w->f->uut_port = 9;
	w_inj(w, SYN);
	w_exp(w, RST | ACK, .seq = W_ANY);
	w_check(w, !other_packet(w, type, 50));
	w_inj(w, ACK);
	w_exp(w, RST, .seq = W_ANY, .may = ACK);
	w_check(w, !other_packet(w, type, 50));
	/* as if it had none: a protocol that nobody here speaks */
	w_host(w, W_PEER, src);
	w_host(w, W_UUT, dst);
	memset(pkt, 0, sizeof(pkt));
	n = ip_header(w, pkt, src, dst, w->proto == 254 ? 252 : 254, 20);
	w_raw(w, pkt, n + 20);
	w_check(w, other_packet(w, type, 1000) ==
		(v6(w) ? IPPROTO_ICMPV6 : IPPROTO_ICMP));
	w_check(w, type[0] == (v6(w) ? ICMP6_PARAM_PROB : ICMP_DEST_UNREACH));
	w_check(w, type[1] == (v6(w) ? ICMP6_PARAMPROB_NEXTHEADER :
				       ICMP_PROT_UNREACH));
}

WIRE_MAIN
