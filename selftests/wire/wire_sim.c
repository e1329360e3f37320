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

	for (i = 0; i < 3; i++)
		w_inj(w, SYN | ACK, .seq = 0, .ack = 1);
	w_is(w, fd, TCP_ESTABLISHED);
	w_wait(w, 50);
	w_check(w, w_drain(w) <= 3);
	w_none(w);
	works(w, fd);
}

WIRE_TEST_VT(sim_open_retx_form)
{
	int i;

	w_syn_recv_active(w);
	for (i = 0; i < 3; i++)
		w_exp(w, SYN | ACK, .seq = 0, .ack = 1, .within = 20000);
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

/* A stale SYN looks like a simultaneous open until the peer resets it. */
WIRE_TEST(sim_open_old_dup_syn)
{
	int fd = w_syn_recv_active(w);

	w_inj(w, RST);
	w_check(w, w_poll(fd, POLLOUT, 1000) & POLLERR);
	w_check(w, w_so_error(fd) != 0);
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

WIRE_TEST(sim_open_data_on_syn)
{
	int fd = w_connect(w);
	struct seg *s;

	w_exp(w, SYN);
	w_inj(w, SYN, .len = 4);
	s = w_exp(w, SYN | ACK, .ack = W_ANY);
	w_check(w, s->ack == 1 || s->ack == 5);
	if (s->ack == 1)
		w_inj(w, ACK, .seq = 1, .len = 4);
	else
		w_inj(w, ACK);
	w_read(w, fd, 4);
	works(w, fd);
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
	w_to_state(w, TCP_FIN_WAIT1);
	w_inj(w, FIN | ACK, .ack = 2);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
	w_none(w);
}

WIRE_TEST(sim_close_ack_lost)
{
	int fd = w_to_state(w, TCP_CLOSING);

	w_exp(w, FIN | ACK, .seq = 1, .ack = 2, .within = 3000);
	w_is(w, fd, TCP_CLOSING);
	w_inj(w, FIN | ACK, .seq = 1, .ack = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);
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
	int fd = w_to_state(w, TCP_CLOSING);

	w_inj(w, ACK, .ack = 1);
	w_is(w, fd, TCP_CLOSING);
	w_exp(w, FIN | ACK, .seq = 1, .ack = 2, .within = 3000);
	w_is(w, fd, TCP_CLOSING);
}

WIRE_MAIN
