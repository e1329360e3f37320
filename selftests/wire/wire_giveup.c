// SPDX-License-Identifier: GPL-2.0
/*
 * The peer falls silent, or the network says that it cannot be reached: how
 * each state ends then (RFC 9293 sections 3.8.3, 3.9.2.2, 3.10.8; RFC 5927).
 *
 * R2 is made short, so that these run in real time too.
 */
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

#include "wire.h"

#define R2	1500

static void short_r2(struct wire *w)
{
	w_only_lctcp(w);
	w_sysctl(w, "r2_ms", "1500");
	w_sysctl(w, "rto_init_ms", "200");
	w_sysctl(w, "rto_min_ms", "200");
}

/* Nothing answers: the entry is gone R2 after @since, and not much later. */
static void dies(struct wire *w)
{
	w_mark(w);
	while (w_entry(w) && w_since_mark(w) < 2 * R2)
		w_next(w, 50);
	w_check(w, w_since_mark(w) > R2 / 2);
	w_gone(w);
	w_none(w);
}

/* Whatever the state is: it is gone R2 after the peer fell silent, no timer is
 * left that would send anything, and whoever still has the socket is told.
 */
WIRE_TEST(rtx_dead_peer_all_states)
{
	static const int states[] = {
		TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_FIN_WAIT1, TCP_CLOSING,
		TCP_LAST_ACK,
	};
	unsigned int i;
	int fd;

	short_r2(w);
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		w_flow(w, i);
		fd = w_to_state(w, states[i]);
		if (i < 2) {
			w_write(w, fd, 10);
			w_exp(w, ACK, .len = 10);
		}
		dies(w);
		w_check(w, w_so_error(fd) == ETIMEDOUT);
		w_check(w, w_so_error(fd) == 0);
	}
	/* half-open, by either way: there the schedule says when */
	w_sysctl(w, "synack_schedule_ms", "200 300 400");
	for (; i < 7; i++) {
		w_flow(w, i);
		fd = i == 5 ? w_syn_recv_active(w) :
			      w_to_state(w, TCP_SYN_RECV);
		w_mark(w);
		while (w_entry(w) && w_since_mark(w) < 3000)
			w_next(w, 50);
		w_check(w, w_since_mark(w) >= 850);
		w_gone(w);
		w_none_for(w, 1000);
		w_check(w, i > 5 || w_so_error(fd) == ETIMEDOUT);
	}
}

/* In FIN_WAIT2 there is nothing to send again: only keepalives find out. */
WIRE_TEST(kal_dead_peer_fin_wait2)
{
	int fd, on = 1, count = 2, n = 0;

	w_only_lctcp(w);
	w_sysctl(w, "keepalive_time_ms", "200");
	w_sysctl(w, "keepalive_intvl_ms", "200");
	fd = w_to_state(w, TCP_FIN_WAIT2);
	w_ok(w, setsockopt(fd, w->proto, TCP_KEEPCNT, &count, sizeof(count)));
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)));
	w_mark(w);
	while (w_entry(w) && w_since_mark(w) < 3000)
		if (w_next(w, 50))
			n++;
	w_check(w, n == 2);
	w_gone(w);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

/* D10: a host without the module says so, and connect() fails at once. */
WIRE_TEST(icm_proto_unreachable_synsent)
{
	bool v6 = w->family == AF_INET6;
	struct seg *syn;
	int fd;

	fd = w_connect(w);
	syn = w_exp(w, SYN);
	w_icmp(w, .type = v6 ? ICMP6_PARAM_PROB : ICMP_DEST_UNREACH,
	       .code = v6 ? ICMP6_PARAMPROB_NEXTHEADER : ICMP_PROT_UNREACH,
	       .mtu = v6 ? 6 : 0, .quote = syn);
	w_gone(w);
	w_check(w, w_so_error(fd) == (v6 ? EPROTO : ENOPROTOOPT));
	w_none(w);
}

/* MUST-56: a soft error is no reason to give up. */
WIRE_TEST(icm_soft_synsent)
{
	bool v6 = w->family == AF_INET6;
	struct seg *syn;
	int fd;

	fd = w_connect(w);
	syn = w_exp(w, SYN);
	w_icmp(w, .type = v6 ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH,
	       .code = v6 ? ICMP6_DST_UNREACH_ADDR : ICMP_HOST_UNREACH,
	       .quote = syn);
	w_is(w, fd, TCP_SYN_SENT);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_MAIN
