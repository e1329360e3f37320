// SPDX-License-Identifier: GPL-2.0
/* Half-open discovery (RFC 9293 section 3.5.1): one side has forgotten. */
#include "wire.h"

/* The peer rebooted and opens again: SYN, challenge ACK, RST; then its next
 * SYN finds a listener.
 */
WIRE_TEST(hop_fig9_syn)
{
	int fd = w_accepted(w);
	uint32_t isn;
	char c;

	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK, .ack = 101);
	w_read(w, fd, 100);
	w_inj(w, SYN, .seq = 300000, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 101);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, RST, .seq = 101);
	w_gone(w);
	w_err(w, ECONNRESET, recv(fd, &c, 1, 0));

	isn = w->f->isn + 300000;
	w_reopen(w, isn);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

/* The rebooted side's view: in SYN-SENT, the other's ACK is a stranger's. */
WIRE_TEST(hop_fig9_from_rebooted_side)
{
	int fd = w_to_state(w, TCP_SYN_SENT);

	w_inj(w, ACK, .seq = 300, .ack = 100, .forged = true);
	w_exp(w, RST, .seq = 100);
	w_is(w, fd, TCP_SYN_SENT);
	w_exp(w, SYN, .within = 2000);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* Text into the void: the writer learns at once that nobody is there. */
WIRE_TEST(hop_fig10_data)
{
	int fd = w_accepted(w);

	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_inj(w, RST, .seq = 1);
	w_gone(w);
	w_err(w, ECONNRESET, send(fd, "x", 1, MSG_NOSIGNAL));
}

/* An old SYN between two listeners: both are listening in the end. */
WIRE_TEST(hop_fig11_two_listeners)
{
	w_listen(w, 5);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	/* the other listener knows nothing of this */
	w_inj(w, RST, .seq = 1);
	w_gone(w);
	w_none(w);
	w_flow(w, 1);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

WIRE_TEST(hop_fin_to_nothing)
{
	int fd = w_accepted(w);
	char c;

	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_inj(w, RST, .seq = 1);
	w_gone(w);
	w_err(w, ECONNRESET, recv(fd, &c, 1, 0));
	w_none(w);

	/* and from the other side */
	w_flow(w, 1)->uut_port = 9;
	w_inj(w, FIN | ACK, .ack = 500, .forged = true);
	w_exp(w, RST, .seq = 500);
}

/* An idle connection whose peer has forgotten it: two hours later a probe asks,
 * and a reset tells, or nobody answers nine of them.
 */
WIRE_TEST_VT(hop_keepalive_finds)
{
	int on = 1, fd, i;
	char c;

	fd = w_accepted(w);
	w_mark(w);
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)));
	w_exp_at(w, 7200000, ACK, .seq = 0, .ack = 1);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, RST);
	w_err(w, ECONNRESET, recv(fd, &c, 1, 0));
	w_gone(w);

	w_flow(w, 1);
	fd = w_accepted(w);
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)));
	w_mark(w);
	w_exp_at(w, 7200000, ACK, .seq = 0, .ack = 1);
	for (i = 1; i < 9; i++) {
		w_mark(w);
		w_exp_at(w, 75000, ACK, .seq = 0, .ack = 1);
	}
	w_none_for(w, 74000);
	w_is(w, fd, TCP_ESTABLISHED);
	w_none_for(w, 75000 / 8 + 2000);
	w_gone(w);
	w_err(w, ETIMEDOUT, recv(fd, &c, 1, 0));
	w_none(w);
}

WIRE_TEST_VT(hop_zero_window_probe_finds)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .win = 0);
	w_write(w, fd, 1000);
	w_exp(w, ACK, .seq = W_ANY, .len = W_ANY, .within = 10000);
	w_inj(w, RST);
	w_err(w, ECONNRESET, send(fd, "x", 1, MSG_NOSIGNAL));
	w_gone(w);
}

/* One below RCV.NXT: the challenge is acceptable to the rebooted peer, so that
 * no RST comes of it.
 */
WIRE_TEST(hop_isn_minus_one_corner)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_inj(w, SYN, .seq = 10, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 11);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(hop_challenge_lost)
{
	int fd = w_accepted(w);

	w_inj(w, SYN, .seq = 300000, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_none_for(w, 1000);
	w_inj(w, SYN, .seq = 300000, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_inj(w, RST, .seq = 1);
	w_is(w, fd, TCP_CLOSE);
	/* and the one after it finds the listener */
	w_reopen(w, w->f->isn + 300000);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

static volatile sig_atomic_t pipes;

static void on_pipe(int sig)
{
	(void)sig;
	pipes++;
}

WIRE_TEST(hop_write_after_reset)
{
	int fd = w_accepted(w);

	signal(SIGPIPE, on_pipe);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_inj(w, RST, .seq = 1);
	w_check(w, send(fd, "x", 1, 0) == -1);
	w_check(w, errno == ECONNRESET || errno == EPIPE);
	w_err(w, EPIPE, send(fd, "x", 1, 0));
	w_check(w, pipes > 0);
	w_check(w, w_so_error(fd) == 0);
}

/* A restarted server: the client's text meets a listener. */
WIRE_TEST(hop_reopen_same_port_after_crash)
{
	w_listen(w, 5);
	w_inj(w, ACK, .ack = 4711, .len = 100, .forged = true);
	w_exp(w, RST, .seq = 4711);
	w_gone(w);
}

WIRE_MAIN
