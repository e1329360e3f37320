// SPDX-License-Identifier: GPL-2.0
/* Simultaneous open (RFC 9293 figure 7) and simultaneous close (figure 13). */
#include "wire.h"

static void works(struct wire *w, int fd)
{
	w_is(w, fd, TCP_ESTABLISHED);
	w_check(w, w_so_error(fd) == 0);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .past_acks = true);
	w_read(w, fd, 10);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
}

WIRE_TEST(sim_open_basic)
{
	int fd = w_connect(w);

	w_exp(w, SYN);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .seq = 0, .ack = 1);
	w_is(w, fd, TCP_SYN_RECV);
	w_check(w, !w_poll(fd, POLLOUT, 0));
	w_inj(w, SYN | ACK, .seq = 0, .ack = 1);
	works(w, fd);
}

WIRE_TEST(sim_open_ack_completes)
{
	int fd = w_syn_recv_active(w);

	w_inj(w, ACK);
	w_none(w);
	works(w, fd);
}

/* The peer's SYN-ACK starts one below RCV.NXT, and still its ACK counts; what
 * it draws is bounded.
 */
WIRE_TEST(sim_open_synack_below_window)
{
	int fd = w_syn_recv_active(w), i;

	for (i = 0; i < 3; i++) {
		w_inj(w, SYN | ACK, .seq = 0, .ack = 1);
		w_is(w, fd, TCP_ESTABLISHED);
	}
	w_wait(w, 50);
	w_check(w, w_drain(w) <= 3);
	w_none(w);
	works(w, fd);
}

WIRE_TEST_VT(sim_open_retx_form)
{
	struct seg *first;
	int i;

	w_connect(w);
	w_exp(w, SYN);
	w_inj(w, SYN);
	first = w_exp(w, SYN | ACK, .seq = 0, .ack = 1);
	for (i = 0; i < 3; i++)
		w_check(w, seg_again(w_exp(w, SYN | ACK, .within = 20000),
				     first));
}

WIRE_TEST(sim_open_rst)
{
	int fd = w_bound(w, 0, W_PORT);

	w_connect_from(w, fd);
	w_exp(w, SYN);
	w_listen(w, 5);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, RST, .seq = 1);
	w_check(w, w_poll(fd, POLLOUT, 1000) & POLLERR);
	w_check(w, w_so_error(fd) == ECONNREFUSED);
	w_gone(w);
	w_flow(w, 1);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

/* Window scale, timestamps and SACK are agreed on by the crossed SYNs. */
WIRE_TEST(sim_open_options)
{
	int fd = w_connect(w);
	struct lctcp_vars v;
	socklen_t len = sizeof(v);
	struct seg *s;

	w_only_lctcp(w);
	s = w_exp(w, SYN, .sackok = 1);
	w_check(w, s->wscale >= 0 && s->ts && !s->tsecr);
	w_inj(w, SYN, .wscale = 3, .tsval = 5000, .tsecr = 0, .sackok = 1);
	s = w_exp(w, SYN | ACK, .ack = 1, .tsecr = 5000, .sackok = 1);
	w_check(w, s->wscale >= 0);
	w_inj(w, SYN | ACK, .seq = 0, .ack = 1, .wscale = 3, .tsval = 5001,
	      .sackok = 1);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK, .win = 1000, .len = 10, .tsval = 5002);
	w_exp(w, ACK, .tsecr = 5002, .past_acks = true);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	w_check(w, v.options == (LCTCP_OPT_WSCALE | LCTCP_OPT_TIMESTAMPS |
				 LCTCP_OPT_SACK));
	w_check(w, v.snd_wnd == 8000);
	w_inj(w, ACK, .seq = 21, .len = 10, .tsval = 5003);
	s = w_exp(w, ACK, .tsecr = 5002);
	w_check(w, s->nsack == 1 && s->sack[0].left == 21);
}

/* A stale SYN looks like a simultaneous open until the peer resets it. */
WIRE_TEST(sim_open_old_dup_syn)
{
	int fd = w_syn_recv_active(w);

	w_inj(w, RST);
	w_check(w, w_poll(fd, POLLOUT, 1000) & POLLERR);
	w_check(w, w_so_error(fd) == ECONNREFUSED);
	w_gone(w);
	close(fd);
	w_reopen(w, w->f->isn + 100000);
	w_is(w, w_connected(w), TCP_ESTABLISHED);
}

WIRE_TEST(sim_open_syn_different_isn)
{
	int fd = w_syn_recv_active(w);

	w_inj(w, SYN, .seq = 50);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_is(w, fd, TCP_SYN_RECV);
	w_inj(w, ACK);
	works(w, fd);
}

WIRE_TEST(sim_open_listener_not_stolen)
{
	int fd = w_bound(w, 0, W_PORT);

	w_connect_from(w, fd);
	w_exp(w, SYN);
	w_listen(w, 5);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_is(w, fd, TCP_SYN_RECV);
	w_flow(w, 1)->peer_host = 7;
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
	w_flow(w, 0);
	w_inj(w, ACK);
	works(w, fd);
}

/* Text and FIN of the crossed SYN are left for the peer to send again. */
WIRE_TEST(sim_open_data_on_syn)
{
	int fd = w_connect(w);

	w_exp(w, SYN);
	w_inj(w, SYN, .len = 4);
	w_exp(w, SYN | ACK, .ack = 1);
	w_inj(w, ACK, .seq = 1, .len = 4);
	w_read(w, fd, 4);
	works(w, fd);

	w_flow(w, 1);
	fd = w_connect(w);
	w_exp(w, SYN);
	w_inj(w, SYN | FIN, .len = 4);
	w_exp(w, SYN | ACK, .ack = 1);
	w_is(w, fd, TCP_SYN_RECV);
	w_inj(w, FIN | ACK, .seq = 1, .len = 4);
	w_exp(w, ACK, .ack = 6);
	w_is(w, fd, TCP_CLOSE_WAIT);
	w_read(w, fd, 4);
	w_read_eof(w, fd);
}

WIRE_TEST(sim_close_basic)
{
	int fd = w_accepted(w);

	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .seq = 1, .ack = 1);
	w_inj(w, FIN | ACK, .seq = 1, .ack = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_is(w, fd, TCP_CLOSING);
	w_inj(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
	w_read_eof(w, fd);
	w_none(w);
}

WIRE_TEST(sim_close_fin_acks_ours)
{
	w_sysctl(w, "msl_ms", "500");
	w_to_state(w, TCP_FIN_WAIT1);
	w_inj(w, FIN | ACK, .ack = 2);
	w_mark(w);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
	w_time_wait_lasts(w, 1000);
}

/* CLOSING, after an octet that has measured the round trip: RTO is 200 ms.  The
 * mark is at our FIN.
 */
static int closing(struct wire *w)
{
	int fd = w_accepted(w);

	w_write(w, fd, 1);
	w_exp(w, ACK, .len = 1);
	w_inj(w, ACK);
	w_mark(w);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .seq = 2, .ack = 1);
	w_inj(w, FIN | ACK, .ack = 2);
	w_exp(w, ACK, .seq = 3, .ack = 2);
	w_is(w, fd, TCP_CLOSING);
	return fd;
}

WIRE_TEST(sim_close_ack_lost)
{
	static const int at[] = { 200, 600, 1400 };
	int fd, i;

	if (w->proto != IPPROTO_TCP)
		w_sysctl(w, "rto_min_ms", "200");
	fd = closing(w);
	for (i = 0; i < 3; i++) {
		w_exp_at(w, at[i], FIN | ACK, .seq = 2, .ack = 2);
		w_is(w, fd, TCP_CLOSING);
	}
	w_inj(w, FIN | ACK, .seq = 1, .ack = 2);
	w_exp(w, ACK, .seq = 3, .ack = 2);
	w_is(w, fd, TCP_CLOSING);
	w_inj(w, ACK);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST(sim_close_with_data)
{
	int fd = w_accepted(w);

	w_write(w, fd, 4000);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_inj(w, ACK, .ack = 1, .len = 1000);
	w_inj(w, FIN | ACK, .ack = 1, .len = 1000);
	w_take(w, 4000, FIN);
	w_inj(w, ACK);
	w_read(w, fd, 2000);
	w_read_eof(w, fd);
	w_entry_is(w, TCP_TIME_WAIT);
}

/* write() until nothing goes any more, though some time has passed. */
static long long stuff(struct wire *w, int fd, long long off)
{
	static unsigned char buf[4096];
	int idle = 0, n, i;

	while (idle < 5) {
		for (i = 0; i < (int)sizeof(buf); i++)
			buf[i] = w_pattern(off + i);
		n = send(fd, buf, sizeof(buf), MSG_NOSIGNAL);
		if (n > 0) {
			off += n;
			idle = 0;
		} else {
			idle++;
			w_wait(w, 300);
		}
	}
	return off;
}

/* read() until @n octets have come. */
static void unstuff(struct wire *w, int fd, long long n)
{
	static unsigned char buf[4096];
	long long at = 0;
	int got, i;

	while (at < n) {
		w_check(w, w_poll(fd, POLLIN, 300000) & POLLIN);
		got = recv(fd, buf, sizeof(buf), 0);
		w_check(w, got > 0);
		for (i = 0; i < got; i++)
			w_check(w, buf[i] == w_pattern(at + i));
		at += got;
	}
	w_check(w, recv(fd, buf, 1, 0) < 0 && errno == EAGAIN);
}

/* Two ends with full buffers, on lo. */
static void stuffed_pair(struct wire *w)
{
	struct sockaddr_storage ss;
	int a = w_socket(w), b;
	long long to_a, to_b;

	w_sockaddr(w, W_UUT, W_PORT, &ss);
	w_check(w, connect(a, (void *)&ss, w_sockaddr_len(w)) &&
		errno == EINPROGRESS);
	b = w_accept(w);
	to_b = stuff(w, a, 0);
	to_a = stuff(w, b, 0);
	w_check(w, to_a > 50000 && to_b > 50000);
	w_wait(w, 300000);
	w_check(w, w_counter(w, "Probes") > 4);
	unstuff(w, b, to_b);
	unstuff(w, a, to_a);
}

/* Both windows are zero and both ends probe.  Neither takes the other's octet,
 * but the ACK and the window of a probe count.
 */
WIRE_TEST_VT(sim_zero_window_probes)
{
	int fd = w_accepted(w), n = w_fill_window(w, 0), i;

	w->f->win = 0;
	w_inj(w, ACK);
	w_write(w, fd, 1000);
	for (i = 0; i < 3; i++) {
		w_exp(w, ACK, .seq = 1, .ack = n + 1, .len = 1, .win = 0,
		      .within = 5000);
		w_inj(w, ACK, .ack = 1);
		w_inj(w, ACK, .ack = 1, .len = 1, .forged = true);
		w_exp(w, ACK, .seq = 1, .ack = n + 1, .win = 0);
	}
	/* the octet is taken, says a probe of the other kind, empty and one
	 * below; it is the next one that is asked about then
	 */
	w_inj(w, ACK, .seq = n, .ack = 2, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = n + 1);
	w_exp(w, ACK, .seq = 2, .ack = n + 1, .len = 1, .win = 0,
	      .within = 10000);
	w->f->rcv_nxt = w->f->iss + 2;
	/* and this probe has room for more */
	w->f->win = 5000;
	w->f->peer_edge = w->f->iss + 5002;
	w_inj(w, ACK, .ack = 2, .len = 1, .forged = true);
	w_take(w, 999, ACK);
	w_read(w, fd, n);

	stuffed_pair(w);
}

WIRE_TEST(sim_close_rst_in_closing)
{
	w_to_state(w, TCP_CLOSING);
	w_inj(w, RST, .seq = 2);
	w_gone(w);
	w_none(w);
	w_inj(w, ACK, .forged = true);
	w_exp(w, RST, .seq = 2);
}

WIRE_TEST(sim_close_closing_other_ack)
{
	int fd;

	if (w->proto != IPPROTO_TCP)
		w_sysctl(w, "rto_min_ms", "200");
	fd = closing(w);
	w_inj(w, ACK, .ack = 2);
	w_inj(w, ACK, .ack = 1);
	w_is(w, fd, TCP_CLOSING);
	w_exp_at(w, 200, FIN | ACK, .seq = 2, .ack = 2);
	w_is(w, fd, TCP_CLOSING);
	w_inj(w, ACK);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_MAIN
