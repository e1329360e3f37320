// SPDX-License-Identifier: GPL-2.0
/* SYN-SENT (RFC 9293 section 3.10.7.3), and what a program may do in it. */
#include "wire.h"

/* RFC 9293 figure 8, the client's side. */
WIRE_TEST(est_old_dup_syn_client_side)
{
	int fd = w_to_state(w, TCP_SYN_SENT);

	w_inj(w, SYN | ACK, .ack = -9, .forged = true);
	w_exp(w, RST, .seq = -9);
	w_is(w, fd, TCP_SYN_SENT);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(est_synsent_bad_ack_rst)
{
	static const int flags[] = { ACK, SYN | ACK, FIN | ACK };
	int fd = w_to_state(w, TCP_SYN_SENT);
	size_t i;

	for (i = 0; i < 3; i++) {
		w_inj(w, flags[i], .ack = 0, .forged = true);
		w_exp(w, RST, .seq = 0);
		w_inj(w, flags[i], .ack = 2, .forged = true);
		w_exp(w, RST, .seq = 2);
		w_is(w, fd, TCP_SYN_SENT);
	}
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(est_synsent_bad_ack_with_rst)
{
	int fd = w_to_state(w, TCP_SYN_SENT);

	w_inj(w, RST | ACK, .ack = 5);
	w_inj(w, RST | ACK, .ack = 0);
	w_none(w);
	w_is(w, fd, TCP_SYN_SENT);
	w_check(w, w_so_error(fd) == 0);
}

WIRE_TEST(est_synsent_rst_good_ack)
{
	int fd = w_to_state(w, TCP_SYN_SENT);

	w_inj(w, RST | ACK, .ack = 1);
	w_check(w, w_poll(fd, POLLOUT, 1000) & POLLERR);
	w_check(w, w_so_error(fd) == ECONNREFUSED);
	w_is(w, fd, TCP_CLOSE);
	w_none(w);
}

WIRE_TEST(est_synsent_rst_no_ack)
{
	int fd = w_to_state(w, TCP_SYN_SENT);

	w_inj(w, RST, .seq = 0);
	w_inj(w, RST, .seq = 123456);
	w_none(w);
	w_check(w, !w_poll(fd, POLLIN | POLLOUT, 0));
	w_is(w, fd, TCP_SYN_SENT);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(est_synsent_ack_no_syn)
{
	int fd = w_to_state(w, TCP_SYN_SENT);

	w_inj(w, ACK, .seq = 5000, .ack = 1, .data = "forged", .forged = true);
	w_none(w);
	w_is(w, fd, TCP_SYN_SENT);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, ACK, .len = 4);
	w_exp(w, ACK);
	w_read(w, fd, 4);
}

WIRE_TEST(est_synsent_fin_ignored)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, FIN, .forged = true);
	w_none(w);
	w_gone(w);

	w_flow(w, 1);
	fd = w_to_state(w, TCP_SYN_SENT);
	w_inj(w, FIN, .forged = true);
	w_none(w);
	w_is(w, fd, TCP_SYN_SENT);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* The SYN-ACK's window counts, and the update after it has no newer SEQ. */
WIRE_TEST(est_synsent_sets_window_vars)
{
	int fd = w_to_state(w, TCP_SYN_SENT);

	w_inj(w, SYN | ACK, .win = 100);
	w_exp(w, ACK);
	w_setopt(w, fd, TCP_NODELAY, 1);
	w_write(w, fd, 1000);
	w_exp(w, ACK, .seq = 1, .len = 100);
	w_none(w);
	w_inj(w, ACK, .seq = 1, .ack = 1, .win = 1000);
	w_take(w, 900, 0);
}

WIRE_TEST(est_synack_with_text)
{
	int fd = w_to_state(w, TCP_SYN_SENT);
	char c;

	w_inj(w, SYN | ACK, .len = 8);
	w_exp(w, ACK, .ack = 9, .past_acks = true);
	w_is(w, fd, TCP_ESTABLISHED);
	w_read(w, fd, 8);
	/* the same text again is delivered once */
	w_inj(w, ACK, .seq = 1, .len = 8);
	w_exp(w, ACK, .ack = 9);
	w_err(w, EAGAIN, recv(fd, &c, 1, 0));
}

WIRE_TEST(est_synack_with_fin)
{
	int fd = w_to_state(w, TCP_SYN_SENT);

	w_inj(w, SYN | FIN | ACK);
	w_exp(w, ACK, .ack = 2, .past_acks = true);
	w_check(w, w_so_error(fd) == 0);
	w_is(w, fd, TCP_CLOSE_WAIT);
	w_read_eof(w, fd);
}

/* A listener beside attempts from the same port. */
WIRE_TEST(est_listen_while_synsent)
{
	int sent = w_bound(w, 0, W_PORT), crossed;

	w_connect_from(w, sent);
	w_exp(w, SYN);
	w_flow(w, 2);
	crossed = w_bound(w, 0, W_PORT);
	w_connect_from(w, crossed);
	w_exp(w, SYN);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_flow(w, 1);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
	w_is(w, sent, TCP_SYN_SENT);
	w_is(w, crossed, TCP_SYN_RECV);
	w_flow(w, 0);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, sent, TCP_ESTABLISHED);
	w_flow(w, 2);
	w_inj(w, ACK);
	w_is(w, crossed, TCP_ESTABLISHED);
}

WIRE_TEST(est_dup_tuple_refused)
{
	struct sockaddr_storage peer;
	int fd = w_bound(w, 0, W_PORT), other, ret;

	w_connect_from(w, fd);
	w_exp(w, SYN);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);

	other = w_bound(w, 0, W_PORT);
	w_sockaddr(w, W_PEER, w->f->peer_port, &peer);
	ret = connect(other, (void *)&peer, w_sockaddr_len(w));
	w_check(w, ret == -1 && (errno == EADDRNOTAVAIL || errno == EADDRINUSE));
	w_none(w);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_read(w, fd, 10);
}

/* Two incarnations of one four-tuple, ten seconds apart: the clock of RFC 9293
 * section 3.4.1 has ticked 2,500,000 times, each 4 microseconds.
 */
WIRE_TEST_VT(est_new_attempt_new_iss)
{
	struct seg *syn[2];
	uint32_t ticks, us;
	int i, fd;

	w_own_iss(w);
	for (i = 0; i < 2; i++) {
		w_reopen(w, w->f->isn);
		fd = w_bound(w, 0, W_PORT);
		w_connect_from(w, fd);
		syn[i] = w_exp(w, SYN);
		w_inj(w, RST | ACK, .ack = 1);
		close(fd);
		w_wait(w, 10000);
	}
	ticks = syn[1]->abs_seq - syn[0]->abs_seq;
	us = (syn[1]->ns - syn[0]->ns) / 1000;
	w_check(w, us >= 10000000 && ticks >= 2500000);
	w_check(w, ticks <= us / 4 + 2500);
}

/* An unbound socket's SYN leaves from the address that the route says. */
WIRE_TEST(est_source_from_ip)
{
	w_add_addr(w, W_UUT2);
	w_route(w, W_PEER, W_UUT);
	w_connected(w);
	w_route(w, W_PEER, W_UUT2);
	w_flow(w, 1)->uut_host = W_UUT2;
	w_connected(w);
	/* one that is bound keeps what it was given */
	w_flow(w, 2);
	w_connect_from(w, w_bound(w, W_UUT, 0));
	w_exp(w, SYN);
}

/* Another address becomes the preferred one: connections keep theirs, to the
 * last ACK of TIME_WAIT.
 */
WIRE_TEST(est_source_stable)
{
	int fd = w_connected(w), other;

	w_flow(w, 1);
	other = w_connected(w);
	w_listen(w, 5);
	w_flow(w, 2)->uut_port = W_PORT;
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_add_addr(w, W_UUT2);
	w_route(w, W_PEER, W_UUT2);
	w_flow(w, 3)->uut_host = W_UUT2;
	w_connected(w);

	w_flow(w, 2);
	w_inj(w, SYN, .seq = 0);
	w_exp(w, SYN | ACK);
	w_inj(w, RST, .seq = 1);
	w_flow(w, 1);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_abort(w, other);
	w_exp(w, RST, .may = ACK);

	w_flow(w, 0);
	w_write(w, fd, 100);
	w_exp(w, ACK, .seq = 1, .len = 100);
	w_exp(w, ACK, .seq = 1, .len = 100, .within = 3000);
	w_inj(w, ACK);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK);
	w_entry_is(w, TCP_TIME_WAIT);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK);
}

/* A nonblocking writer is told to try again; one that blocks waits until the
 * connection is open, and its text follows; or fails with it.
 */
WIRE_TEST(est_send_queued_before_estab)
{
	int fd = w_to_state(w, TCP_SYN_SENT);
	struct w_call c;

	w_err(w, EAGAIN, send(fd, "x", 1, MSG_NOSIGNAL));
	w_block(w, &c, W_SEND, fd, 0);
	w_none(w);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK, .seq = 1, .len = 10, .past_acks = true);
	w_woken(w, &c, 10);
	w_inj(w, ACK);
	w_none(w);

	/* the same in SYN-RECEIVED */
	w_flow(w, 1);
	fd = w_syn_recv_active(w);
	w_err(w, EAGAIN, send(fd, "x", 1, MSG_NOSIGNAL));
	w_block(w, &c, W_SEND, fd, 0);
	w_inj(w, ACK);
	w_exp(w, ACK, .seq = 1, .len = 10, .past_acks = true);
	w_woken(w, &c, 10);

	w_flow(w, 2);
	fd = w_to_state(w, TCP_SYN_SENT);
	w_block(w, &c, W_SEND, fd, 0);
	w_inj(w, RST | ACK, .ack = 1);
	w_woken_err(w, &c, ECONNREFUSED);
	w_none(w);
}

WIRE_TEST(est_recv_queued_before_estab)
{
	struct w_call call;
	char c;
	int fd;

	w_listen(w, 5);
	w_err(w, ENOTCONN, recv(w->lfd, &c, 1, 0));
	w_flow(w, 1);
	fd = w_to_state(w, TCP_SYN_SENT);
	w_err(w, EAGAIN, recv(fd, &c, 1, 0));

	/* one that blocks gets the first octets, or the reason why none come */
	w_block(w, &call, W_RECV, fd, 0);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_check(w, !call.done);
	w_inj(w, ACK, .data = "hello");
	w_woken(w, &call, 5);
	w_check(w, !memcmp(call.buf, "hello", 5));
	w_exp(w, ACK);		/* the first ones do not wait */
	w_flow(w, 2);
	fd = w_to_state(w, TCP_SYN_SENT);
	w_block(w, &call, W_RECV, fd, 0);
	w_inj(w, RST | ACK, .ack = 1);
	w_woken_err(w, &call, ECONNREFUSED);
}

WIRE_MAIN
