// SPDX-License-Identifier: GPL-2.0
/* Closing: FIN and its ACK, half-close, and each state of the way. */
#include "wire.h"

WIRE_TEST(clo_fin_one_seq)
{
	int fd = w_accepted(w);

	w_write(w, fd, 5);
	w_exp(w, ACK, .seq = 1, .len = 5);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .seq = 6);
	w_inj(w, ACK, .ack = 6);
	w_is(w, fd, TCP_FIN_WAIT1);
	w_inj(w, ACK, .ack = 7);
	w_is(w, fd, TCP_FIN_WAIT2);
}

WIRE_TEST(clo_fin_ack_value)
{
	w_accepted(w);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .ack = 2);

	w_flow(w, 1);
	w_accepted(w);
	w_inj(w, FIN | ACK, .seq = 1, .len = 20);
	w_exp(w, ACK, .ack = 22);
}

/* RFC 9293 figure 12, from either end. */
WIRE_TEST(clo_four_way)
{
	int fd = w_accepted(w);

	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .seq = 1, .ack = 1);
	w_is(w, fd, TCP_FIN_WAIT1);
	w_inj(w, ACK, .seq = 1, .ack = 2);
	w_is(w, fd, TCP_FIN_WAIT2);
	w_inj(w, FIN | ACK, .seq = 1, .ack = 2);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
	w_none(w);

	w_flow(w, 1);
	fd = w_accepted(w);
	w_inj(w, FIN | ACK, .seq = 1, .ack = 1);
	w_exp(w, ACK, .seq = 1, .ack = 2);
	w_is(w, fd, TCP_CLOSE_WAIT);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .seq = 1, .ack = 2);
	w_is(w, fd, TCP_LAST_ACK);
	w_inj(w, ACK, .seq = 2, .ack = 2);
	w_is(w, fd, TCP_CLOSE);
	w_gone(w);
	w_none(w);
}

WIRE_TEST_VT(clo_ack_and_fin_separate)
{
	int fd = w_accepted(w);

	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .within = 500);
	w_none_for(w, 3600000);
	w_is(w, fd, TCP_CLOSE_WAIT);
	close(fd);
	w_exp(w, FIN | ACK);
}

/* One megabyte into a program that only reads when the window is full. */
WIRE_TEST(clo_half_close_data_flows)
{
	const int total = 1 << 20;
	int fd = w_to_state(w, TCP_FIN_WAIT2), sent = 0, taken = 0, room;

	while (sent < total) {
		w_drain(w);
		room = w->f->edge - w->f->snd_nxt;
		if (room > total - sent)
			room = total - sent;
		if (room > 1000)
			room = 1000;
		if (room > 0) {
			w_inj(w, ACK, .len = room);
			sent += room;
			continue;
		}
		w_check(w, sent > taken);
		w_read(w, fd, sent - taken);
		taken = sent;
		w_poll(w->tun, POLLIN, 2000);
	}
	w_read(w, fd, sent - taken);
	w_is(w, fd, TCP_FIN_WAIT2);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .past_acks = true);
	w_read_eof(w, fd);
	w_entry_is(w, TCP_TIME_WAIT);
}

/* Hear @n octets of text and, if @flags has FIN, the FIN, but miss every
 * @lose'th segment once; acknowledge the rest.
 */
static void hear_lossy(struct wire *w, int n, int flags, int lose)
{
	uint32_t end = w->f->rcv_nxt + n + !!(flags & FIN), lost = w->f->iss;
	struct seg *s;
	int i = 0;

	while (w->f->rcv_nxt != end) {
		s = w_next(w, 4000);
		if (!s)
			w_fail(w, "%d octets still to come",
			       (int)(end - w->f->rcv_nxt));
		if (!s->len && !(s->flags & FIN))
			continue;
		if (++i % lose == 0 && (int32_t)(s->abs_seq - lost) > 0) {
			lost = s->abs_seq;
			continue;
		}
		w_hear(w, s);
		w_inj(w, ACK);
	}
}

WIRE_TEST(clo_half_close_can_send)
{
	int fd = w_to_state(w, TCP_CLOSE_WAIT), i;
	struct lctcp_vars before, after;
	socklen_t len = sizeof(before);
	bool vars = w->proto != IPPROTO_TCP;

	if (vars)
		w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &before, &len));
	for (i = 0; i < 10; i++) {
		w_write(w, fd, 10000);
		hear_lossy(w, 10000, ACK, 5);
	}
	w_is(w, fd, TCP_CLOSE_WAIT);
	if (vars) {
		w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &after, &len));
		w_check(w, after.ssthresh < before.ssthresh);
	}
	close(fd);
	w_exp(w, FIN | ACK, .seq = 100001);
}

WIRE_TEST(clo_fw1_to_fw2)
{
	int fd = w_accepted(w);

	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .seq = 101);
	w_inj(w, ACK, .ack = 101);
	w_is(w, fd, TCP_FIN_WAIT1);
	w_inj(w, ACK, .ack = 102);
	w_is(w, fd, TCP_FIN_WAIT2);
}

WIRE_TEST(clo_fw2_fin_to_tw)
{
	char timer[16];

	w_to_state(w, TCP_FIN_WAIT2);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
	if (w->proto != IPPROTO_TCP) {
		w_check(w, w_column(w, "timer", timer, sizeof(timer)));
		w_check(w, !strcmp(timer, "2msl"));
	}
	w_none_for(w, 1500);
}

WIRE_TEST(clo_closewait_to_lastack)
{
	int fd = w_to_state(w, TCP_CLOSE_WAIT);

	w_write(w, fd, 3000);
	close(fd);
	w_take(w, 3000, FIN);
	w_entry_is(w, TCP_LAST_ACK);
	w_inj(w, ACK);
	w_gone(w);
}

WIRE_TEST(clo_lastack_to_closed)
{
	int fd = w_to_state(w, TCP_LAST_ACK);

	w_inj(w, ACK);
	w_gone(w);
	w_is(w, fd, TCP_CLOSE);
	w_none(w);
	w_inj(w, ACK, .len = 10, .forged = true);
	w_exp(w, RST, .seq = 2);
	close(fd);
	w_port_free(w);
}

WIRE_TEST(clo_lastack_partial)
{
	w_to_state(w, TCP_LAST_ACK);
	w_inj(w, ACK, .ack = 1);
	w_entry_is(w, TCP_LAST_ACK);
	w_exp(w, FIN | ACK, .seq = 1, .within = 3000);
	w_entry_is(w, TCP_LAST_ACK);
}

/* All up to the FIN goes again after RTO, 2 RTO, 4 RTO, ... with the numbers it
 * had, and the FIN alone once the rest has arrived.
 */
WIRE_TEST_VT(clo_fin_retransmit)
{
	long long rto, at = 0;
	struct lctcp_vars v;
	socklen_t len = sizeof(v);
	int fd, i;

	w_only_lctcp(w);
	fd = w_accepted(w);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_mark(w);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .seq = 101);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	rto = v.rto_us / 1000;
	w_check(w, rto >= 200 && rto <= 1000);
	for (i = 0; i < 4; i++) {
		at += rto << i;
		w_exp_at(w, at, ACK, .seq = 1, .len = 100);
		w_exp(w, FIN | ACK, .seq = 101, .within = 10);
	}
	w_inj(w, ACK, .ack = 101);
	w_exp(w, FIN | ACK, .seq = 101, .within = 200000);
	w_is(w, fd, TCP_FIN_WAIT1);
	w_inj(w, ACK);
	w_is(w, fd, TCP_FIN_WAIT2);
	w_none_for(w, 200000);

	w_flow(w, 1);
	w_to_state(w, TCP_FIN_WAIT1);
	w_mark(w);
	for (i = 0, at = 0; i < 6; i++) {
		at += rto << i;
		w_exp_at(w, at, FIN | ACK, .seq = 1);
	}
}

WIRE_TEST(clo_data_before_fin)
{
	int fd = w_accepted(w);

	w_write(w, fd, 10000);
	close(fd);
	hear_lossy(w, 10000, FIN | ACK, 3);
	w_entry_is(w, TCP_FIN_WAIT2);
}

/* The last segment with text is pushed, whether the FIN rides on it or not. */
WIRE_TEST(clo_fin_piggyback)
{
	int fd = w_accepted(w);
	struct seg *s;

	w_write(w, fd, 10);
	close(fd);
	s = w_exp(w, ACK, .may = FIN, .len = 10);
	w_check(w, s->flags & PSH);
	if (!(s->flags & FIN))
		w_exp(w, FIN | ACK, .seq = 11);
	w_inj(w, ACK);
	w_entry_is(w, TCP_FIN_WAIT2);
	w_none(w);

	/* both wait for the window: then it is one segment */
	w_flow(w, 1);
	fd = w_accepted(w);
	w_inj(w, ACK, .win = 0);
	w_write(w, fd, 10);
	close(fd);
	w_inj(w, ACK, .win = 1000);
	s = w_exp(w, FIN | ACK, .len = 10);
	w_check(w, s->flags & PSH);
}

/* A zero window holds text, and with it the FIN behind it. */
WIRE_TEST_VT(clo_fin_respects_window)
{
	int fd = w_accepted(w), probes = 0;
	struct seg *s;

	w->f->win = 0;
	w_inj(w, ACK);
	w_write(w, fd, 100);
	close(fd);
	w_mark(w);
	while (w_since_mark(w) < 30000) {
		s = w_next(w, 30000 - w_since_mark(w));
		if (!s)
			break;
		probes++;
		w_check(w, !(s->flags & FIN));
		w_check(w, s->len <= 1);
		w_inj(w, ACK);
	}
	w_check(w, probes > 0);
	w->f->win = 1000;
	w_inj(w, ACK);
	/* the octet of the probes may have to wait for its own timer */
	hear_lossy(w, 100, FIN | ACK, 1000);
	w_none(w);

	/* If the FIN is all that is left it does not leave by itself, and then
	 * is what the peer is probed with.
	 */
	w_flow(w, 1);
	w->f->win = 0;
	fd = w_accepted(w);
	w_inj(w, ACK);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_is(w, fd, TCP_FIN_WAIT1);
	w_none(w);
	for (probes = 0; probes < 5; probes++) {
		w_exp(w, FIN | ACK, .seq = 1, .within = 20000);
		w_inj(w, ACK, .ack = 1);
		w_none(w);
	}
	w_is(w, fd, TCP_FIN_WAIT1);
	w->f->win = 1000;
	w_inj(w, ACK, .ack = 1);
	w_exp(w, FIN | ACK, .seq = 1);
	w_inj(w, ACK);
	w_is(w, fd, TCP_FIN_WAIT2);
	w_none_for(w, 60000);
}

/* Our window is zero and a FIN comes, nothing else: by table 5 of RFC 9293
 * section 3.4 it is not acceptable (D21).  It is answered, its ACK counts, and
 * once there is room it is taken.
 */
WIRE_TEST(clo_fin_zero_window)
{
	int fd = w_accepted(w), n = w_fill_window(w, 0);
	char c;

	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, FIN | ACK, .forged = true);
	w_exp(w, ACK, .ack = n + 1, .win = 0);
	w_is(w, fd, TCP_ESTABLISHED);
	w_none_for(w, 1500);	/* our text has been acknowledged */
	w_read(w, fd, n);
	w_drain(w);
	w_err(w, EAGAIN, recv(fd, &c, 1, MSG_DONTWAIT));
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .ack = n + 2);
	w_is(w, fd, TCP_CLOSE_WAIT);
	w_read_eof(w, fd);
}

/* The program wants to read no more: its own affair.  What comes is taken, and
 * read by whoever asks after all; nothing is, if it closes.
 */
WIRE_TEST(clo_shut_rd_local)
{
	int fd = w_accepted(w);
	char c;

	w_ok(w, shutdown(fd, SHUT_RD));
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_check(w, w_poll(fd, POLLIN | POLLRDHUP, 0) == (POLLIN | POLLRDHUP));
	w_check(w, recv(fd, &c, 1, 0) == 0);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 11);
	w_read(w, fd, 10);
	w_check(w, recv(fd, &c, 1, 0) == 0);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .ack = 12);
	w_is(w, fd, TCP_CLOSE_WAIT);

	w_flow(w, 1);
	fd = w_accepted(w);
	w_ok(w, shutdown(fd, SHUT_RD));
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 11);
	close(fd);
	w_exp(w, RST, .may = ACK, .seq = 1);
	w_gone(w);
}

WIRE_TEST(clo_fin_out_of_order)
{
	int fd = w_accepted(w);
	char c;

	w_inj(w, FIN | ACK, .seq = 101);
	w_exp(w, ACK, .ack = 1);
	w_err(w, EAGAIN, recv(fd, &c, 1, 0));
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK, .ack = 102);
	w_read(w, fd, 100);
	w_read_eof(w, fd);
	w_is(w, fd, TCP_CLOSE_WAIT);
}

WIRE_TEST(clo_fin_beyond_window)
{
	int fd = w_accepted(w), n = w_fill_window(w, 10);
	char c;

	w_inj(w, FIN | ACK, .len = 10);
	n += 10;
	w->f->snd_nxt--;
	w_exp(w, ACK, .seq = 1, .ack = n + 1, .past_acks = true);
	w_is(w, fd, TCP_ESTABLISHED);
	w_read(w, fd, n);
	w_err(w, EAGAIN, recv(fd, &c, 1, 0));
	w_drain(w);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .past_acks = true);
	w_read_eof(w, fd);
}

WIRE_TEST_VT(clo_dup_fin_closewait)
{
	static const int state[] = { TCP_CLOSE_WAIT, TCP_CLOSING, TCP_LAST_ACK };
	int i, j, fd;

	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		fd = w_to_state(w, state[i]);
		for (j = 0; j < 3; j++) {
			w_inj(w, FIN | ACK, .seq = 1, .ack = 1);
			w_exp(w, ACK, .ack = 2);
			w_is(w, fd, state[i]);
			w_read_eof(w, fd);
			w_wait(w, 1000);
			/* in two of the states our own FIN is unacknowledged */
			if (state[i] != TCP_CLOSE_WAIT)
				w_drain(w);
		}
		w_abort(w, fd);
		w_drain(w);
	}
}

/* Nothing answers it but TIME-WAIT.  The model refuses any ACK beyond the FIN,
 * since the text is off its record; a FIN draws the one of the FIN.
 */
WIRE_TEST(clo_text_after_fin)
{
	static const int state[] = {
		TCP_CLOSE_WAIT, TCP_CLOSING, TCP_LAST_ACK, TCP_TIME_WAIT,
	};
	int i, fd;

	w_sysctl(w, "rto_min_ms", "3000");	/* no FIN twice meanwhile */
	for (i = 0; i < 4; i++) {
		w_flow(w, i);
		fd = w_to_state(w, state[i]);
		w_inj(w, ACK, .seq = 2, .ack = 1, .len = 10, .forged = true);
		if (state[i] == TCP_TIME_WAIT)
			w_exp(w, ACK, .ack = 2);
		w_none(w);
		w_read_eof(w, fd);
		w_entry_is(w, state[i]);
		w_inj(w, FIN | ACK, .seq = 1, .ack = 1);
		w_exp(w, ACK, .ack = 2);
		w_read_eof(w, fd);
		w_entry_is(w, state[i]);
	}
}

WIRE_TEST(clo_fin_pushes)
{
	int fd = w_accepted(w), low = 100;
	unsigned char buf[100];
	struct w_call c;

	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof(low)));
	w_inj(w, ACK, .len = 5);
	w_check(w, !w_poll(fd, POLLIN, 10));
	w_inj(w, FIN | ACK, .len = 5);
	w_exp(w, ACK, .ack = 12, .past_acks = true);
	w_check(w, w_poll(fd, POLLIN, 1000) & POLLIN);
	w_check(w, recv(fd, buf, sizeof(buf), MSG_WAITALL) == 10);
	w_read_eof(w, fd);

	/* a reader that waits for more than ever comes is released by the FIN */
	w_flow(w, 1);
	fd = w_accepted(w);
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof(low)));
	w_inj(w, ACK, .len = 5);
	w_block(w, &c, W_RECV, fd, 0);
	w_inj(w, FIN | ACK, .len = 5);
	w_woken(w, &c, 10);
	w_exp(w, ACK, .ack = 12, .past_acks = true);
	w_read_eof(w, fd);

	w_flow(w, 2);
	fd = w_accepted(w);
	w_inj(w, ACK, .len = 5);
	w_block(w, &c, W_RECV, fd, MSG_WAITALL);
	w_inj(w, FIN | ACK, .len = 5);
	w_woken(w, &c, 10);
	w_exp(w, ACK, .ack = 12, .past_acks = true);
	w_read_eof(w, fd);
}

/* close() lets the last ten octets go at once, before any timer, and says so. */
static void pushed(struct wire *w, int fd)
{
	struct seg *s;

	close(fd);
	s = w_exp(w, ACK, .may = FIN, .len = 10, .within = 0);
	w_check(w, s->flags & PSH);
	if (!(s->flags & FIN))
		w_exp(w, FIN | ACK, .within = 0);
}

WIRE_TEST(clo_close_pushes)
{
	int fd = w_accepted(w);

	w_ok(w, w_setopt(w, fd, TCP_CORK, 1));
	w_write(w, fd, 10);
	w_none(w);
	pushed(w, fd);

	/* nor is what waits for an ACK (Nagle) held back */
	w_flow(w, 1);
	fd = w_accepted(w);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_write(w, fd, 10);
	w_none(w);
	pushed(w, fd);
}

WIRE_TEST(clo_peer_close_signalled)
{
	int fd = w_accepted(w);
	struct w_call c;

	w_block(w, &c, W_POLL, fd, POLLIN | POLLRDHUP);
	w_inj(w, FIN | ACK);
	w_woken(w, &c, POLLIN | POLLRDHUP);

	w_flow(w, 1);
	fd = w_accepted(w);
	w_block(w, &c, W_RECV, fd, 0);
	w_inj(w, FIN | ACK);
	w_woken(w, &c, 0);
}

WIRE_TEST(clo_normal_vs_abort)
{
	int fd = w_accepted(w);
	char c;

	w_inj(w, FIN | ACK);
	w_exp(w, ACK);
	w_read_eof(w, fd);
	w_check(w, w_so_error(fd) == 0);

	w_flow(w, 1);
	fd = w_accepted(w);
	w_inj(w, RST);
	w_err(w, ECONNRESET, recv(fd, &c, 1, 0));
}

static volatile sig_atomic_t pipes;

static void on_pipe(int sig)
{
	(void)sig;
	pipes++;
}

WIRE_TEST(clo_no_send_after_close)
{
	static const int state[] = {
		TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSING, TCP_LAST_ACK,
		TCP_TIME_WAIT,
	};
	int i, fd;

	signal(SIGPIPE, on_pipe);
	for (i = 0; i < 5; i++) {
		w_flow(w, i);
		fd = w_to_state(w, state[i]);
		pipes = 0;
		w_err(w, EPIPE, send(fd, "x", 1, 0));
		w_check(w, pipes == 1);
		w_err(w, EPIPE, send(fd, "x", 1, MSG_NOSIGNAL));
		w_check(w, pipes == 1);
		w_check(w, !w_next(w, 0));
	}
}

WIRE_TEST(clo_second_close_no_second_fin)
{
	int fd = w_accepted(w);

	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	shutdown(fd, SHUT_WR);
	w_inj(w, ACK);
	shutdown(fd, SHUT_WR);
	close(fd);
	w_none(w);
	w_entry_is(w, TCP_FIN_WAIT2);
}

WIRE_TEST(clo_recv_in_fw)
{
	int fd = w_to_state(w, TCP_FIN_WAIT1);

	w_inj(w, ACK, .ack = 1, .len = 100);
	w_exp(w, ACK, .ack = 101);
	w_read(w, fd, 100);
	w_inj(w, ACK);
	w_is(w, fd, TCP_FIN_WAIT2);
	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK, .ack = 201);
	w_read(w, fd, 100);

	w_flow(w, 1);
	fd = w_accepted(w);
	w_inj(w, FIN | ACK, .len = 100);
	w_exp(w, ACK, .ack = 102);
	w_is(w, fd, TCP_CLOSE_WAIT);
	w_read(w, fd, 100);
	w_read_eof(w, fd);
	w_read_eof(w, fd);
}

/* The listener goes, and with it the half-open and the unaccepted. */
WIRE_TEST(clo_close_listen)
{
	w_listen(w, 5);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_flow(w, 1);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);

	close(w->lfd);
	w_exp(w, RST, .may = ACK, .seq = 1);
	w_gone(w);
	w_flow(w, 0);
	w_gone(w);
	w_flow(w, 2);
	w_inj(w, SYN);
	w_exp(w, RST | ACK, .seq = W_ANY);
}

WIRE_TEST(clo_close_synsent)
{
	int fd = w_to_state(w, TCP_SYN_SENT);

	close(fd);
	w_none(w);
	w_gone(w);
	w_inj(w, SYN | ACK);
	w_exp(w, RST, .seq = 1);
}

/* Nothing can be queued before the connection is open: a writer waits, and is
 * told when its half is shut.
 */
WIRE_TEST(clo_close_synrcvd)
{
	int fd = w_syn_recv_active(w);
	struct w_call c;

	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .seq = 1, .ack = 1);
	w_is(w, fd, TCP_FIN_WAIT1);
	w_inj(w, ACK);
	w_is(w, fd, TCP_FIN_WAIT2);

	w_flow(w, 1);
	fd = w_syn_recv_active(w);
	w_block(w, &c, W_SEND, fd, 0);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_woken_err(w, &c, EPIPE);
	w_exp(w, FIN | ACK, .seq = 1, .ack = 1);
}

WIRE_TEST(clo_half_duplex_unread_rst)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	close(fd);
	w_exp(w, RST, .may = ACK, .seq = 1);
	w_gone(w);
	w_none(w);
}

/* In FIN-WAIT-2, and in FIN-WAIT-1. */
WIRE_TEST(clo_half_duplex_late_data_rst)
{
	int i;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		close(w_accepted(w));
		w_exp(w, FIN | ACK);
		if (!i)
			w_inj(w, ACK);
		w_entry_is(w, i ? TCP_FIN_WAIT1 : TCP_FIN_WAIT2);
		w_inj(w, ACK, .ack = i ? 1 : 2, .len = 10);
		w_exp(w, RST, .may = ACK, .seq = 2);
		w_gone(w);
		w_none(w);
	}
}

WIRE_TEST(clo_half_duplex_dup_no_rst)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 11);
	w_read(w, fd, 10);
	close(fd);
	w_exp(w, FIN | ACK);
	w_inj(w, ACK, .seq = 1, .len = 10, .ack = 1);
	w_exp(w, ACK, .seq = 2, .ack = 11);
	w_none(w);
	w_entry_is(w, TCP_FIN_WAIT1);
	w_inj(w, ACK);
	w_inj(w, ACK, .seq = 1, .len = 10);
	w_exp(w, ACK, .seq = 2, .ack = 11);
	w_none(w);
	w_entry_is(w, TCP_FIN_WAIT2);
}

WIRE_TEST_VT(clo_fw2_unbounded_held)
{
	int fd = w_to_state(w, TCP_FIN_WAIT2);

	w_none_for(w, 24 * 3600 * 1000);
	w_is(w, fd, TCP_FIN_WAIT2);
	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK);
	w_read(w, fd, 100);
}

/* Nobody holds the socket, yet its text is owed to the peer, for R2. */
WIRE_TEST_VT(clo_orphan_r2)
{
	int fd = w_accepted(w), n = 0;

	if (w->proto != IPPROTO_TCP) {
		w_check(w, w_sysctl_get(w, "r2_ms") >= 100000);
		w_sysctl(w, "r2_ms", "120000");
	}
	w_write(w, fd, 1000);
	close(fd);
	w_mark(w);
	while (w_since_mark(w) < 110000)
		if (w_next(w, 110000 - w_since_mark(w)))
			n++;
	w_check(w, n > 5);
	w_entry_is(w, TCP_FIN_WAIT1);
	if (w->proto == IPPROTO_TCP)
		return;
	while (w_since_mark(w) < 140000)
		w_next(w, 140000 - w_since_mark(w));
	w_gone(w);
	w_count(w, "AbortOnTimeout", 1);
}

/* The orphan's time in FIN-WAIT-2 is a knob.  A FIN before it runs out leads
 * to a full TIME-WAIT; one after it finds nothing.
 */
WIRE_TEST_VT(clo_fw2_orphan_timer)
{
	int fd;

	w_check(w, w_sysctl_get(w, "fin_wait2_timeout_ms") == 60000);
	w_sysctl(w, "fin_wait2_timeout_ms", "20000");
	fd = w_to_state(w, TCP_FIN_WAIT2);
	close(fd);
	w_none_for(w, 19900);
	w_entry_is(w, TCP_FIN_WAIT2);
	w_none_for(w, 20000 / 8 + 200);
	w_gone(w);
	w_inj(w, FIN | ACK, .forged = true);
	w_exp(w, RST, .seq = 2);

	w_sysctl(w, "fin_wait2_timeout_ms", "0");
	w_flow(w, 1);
	fd = w_to_state(w, TCP_FIN_WAIT2);
	close(fd);
	w_none_for(w, 24 * 3600 * 1000);
	w_entry_is(w, TCP_FIN_WAIT2);
}

WIRE_TEST_VT(clo_fw2_orphan_fin_ok)
{
	int fd;

	w_sysctl(w, "fin_wait2_timeout_ms", "20000");
	fd = w_to_state(w, TCP_FIN_WAIT2);
	close(fd);
	w_none_for(w, 19000);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_none_for(w, 59900);
	w_entry_is(w, TCP_TIME_WAIT);
	w_none_for(w, 60000 / 8 + 200);
	w_gone(w);
}

/* At that time, and not when the next repetition is due. */
WIRE_TEST_VT(clo_close_becomes_abort)
{
	static const int timeout[] = { 30000, 20000 };
	int i, fd, late;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		fd = w_accepted(w);
		w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, timeout[i]));
		w_write(w, fd, 1000);
		close(fd);
		w_mark(w);
		while (w_since_mark(w) < timeout[i] - 1000)
			w_next(w, timeout[i] - 1000 - w_since_mark(w));
		w_entry_is(w, TCP_FIN_WAIT1);
		late = timeout[i] + timeout[i] / 8;
		while (w_since_mark(w) < late)
			w_next(w, late - w_since_mark(w));
		w_gone(w);
		w_count(w, "AbortOnTimeout", i + 1);
	}
}

WIRE_TEST(clo_reopen_while_closing)
{
	static const int state[] = {
		TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSING, TCP_CLOSE_WAIT,
		TCP_LAST_ACK,
	};
	struct sockaddr_storage peer;
	int fd, other, i;

	for (i = 0; i < 5; i++) {
		w_flow(w, i);
		fd = w_to_state(w, state[i]);
		close(w->lfd);
		w->lfd = -1;
		other = w_bound(w, W_UUT, W_PORT);
		w_sockaddr(w, W_PEER, w->f->peer_port, &peer);
		w_err(w, EADDRNOTAVAIL,
		      connect(other, (void *)&peer, w_sockaddr_len(w)));
		close(other);
		w_none(w);
		w_entry_is(w, state[i]);
		w_abort(w, fd);
		w_drain(w);
	}
}

static volatile sig_atomic_t urgent;

static void on_urgent(int sig)
{
	(void)sig;
	urgent++;
}

WIRE_TEST(clo_fin_with_urg)
{
	static const int state[] = { TCP_CLOSE_WAIT, TCP_CLOSING, TCP_LAST_ACK };
	int i, fd, at;

	signal(SIGURG, on_urgent);
	/* the signal does come where it should */
	fd = w_accepted(w);
	w_ok(w, fcntl(fd, F_SETOWN, getpid()));
	w_inj(w, ACK | URG, .urg = 1, .len = 1);
	w_exp(w, ACK);
	w_check(w, urgent == 1);
	for (i = 0; i < 3; i++) {
		w_flow(w, i + 1);
		fd = w_to_state(w, state[i]);
		w_ok(w, fcntl(fd, F_SETOWN, getpid()));
		at = state[i] == TCP_CLOSING || state[i] == TCP_LAST_ACK;
		w_inj(w, ACK | URG, .urg = 1, .seq = 2, .ack = 1);
		w_drain(w);
		w_check(w, !(w_poll(fd, POLLPRI, 10) & POLLPRI));
		w_check(w, ioctl(fd, SIOCATMARK, &at) || !at);
		w_is(w, fd, state[i]);
		w_check(w, urgent == 1);
	}
}

/* The arcs of figure 5 that w_to_state() does not take. */
static void other_arcs(struct wire *w)
{
	int fd;

	w_flow(w, 10);
	fd = w_syn_recv_active(w);
	w_inj(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);

	w_flow(w, 11);
	fd = w_syn_recv_active(w);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_is(w, fd, TCP_FIN_WAIT1);
	w_abort(w, fd);
	w_drain(w);

	w_flow(w, 12);
	fd = w_to_state(w, TCP_FIN_WAIT1);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK);
	w_is(w, fd, TCP_CLOSE);
	w_entry_is(w, TCP_TIME_WAIT);

	w_flow(w, 13);
	fd = w_to_state(w, TCP_CLOSING);
	w_inj(w, ACK);
	w_is(w, fd, TCP_CLOSE);
	w_entry_is(w, TCP_TIME_WAIT);

	w_flow(w, 14);
	fd = w_to_state(w, TCP_LAST_ACK);
	w_inj(w, ACK);
	w_is(w, fd, TCP_CLOSE);
	w_gone(w);

	w_flow(w, 15);
	fd = w_to_state(w, TCP_SYN_SENT);
	w_inj(w, RST | ACK, .ack = 1);
	w_is(w, fd, TCP_CLOSE);
	w_gone(w);

	w_flow(w, 16);
	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, RST);
	w_gone(w);
}

/* w_to_state() checks what the socket, or the table, says of each; here after
 * all of them, and on the arcs that are left.
 */
WIRE_TEST(clo_status_states)
{
	static const int state[] = {
		TCP_SYN_RECV, TCP_SYN_SENT, TCP_ESTABLISHED, TCP_FIN_WAIT1,
		TCP_FIN_WAIT2, TCP_CLOSING, TCP_TIME_WAIT, TCP_CLOSE_WAIT,
		TCP_LAST_ACK,
	};
	int fd[sizeof(state) / sizeof(state[0])];
	size_t i;

	for (i = 0; i < sizeof(state) / sizeof(state[0]); i++) {
		w_flow(w, i);
		fd[i] = w_to_state(w, state[i]);
		w_entry_is(w, state[i]);
	}
	w_is(w, w->lfd, TCP_LISTEN);
	w_is(w, w_socket(w), TCP_CLOSE);
	for (i = 0; i < sizeof(state) / sizeof(state[0]); i++)
		if (fd[i] >= 0)
			w_abort(w, fd[i]);
	w_drain(w);
	other_arcs(w);
	w_is(w, w->lfd, TCP_LISTEN);
}

WIRE_MAIN
