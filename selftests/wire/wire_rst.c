// SPDX-License-Identifier: GPL-2.0
/* Resets: when one is sent, which one is believed, and what a program sees. */
#include "wire.h"

#define CLOSED_PORT	9

static const int synchronized[] = {
	TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT,
	TCP_CLOSING, TCP_LAST_ACK, TCP_TIME_WAIT,
};

/* Before the harness knows an ISS, ack counts from zero. */
WIRE_TEST(rst_closed_with_ack)
{
	static const int flags[] = { ACK, PSH | ACK, FIN | ACK, SYN | ACK };
	int i;

	w->f->uut_port = CLOSED_PORT;
	for (i = 0; i < 4; i++) {
		w_inj(w, flags[i], .ack = 777, .len = flags[i] & PSH ? 5 : 0,
		      .forged = true);
		w_exp(w, RST, .seq = 777);
	}
	w_none(w);
}

WIRE_TEST(rst_closed_no_ack)
{
	w->f->uut_port = CLOSED_PORT;
	w_inj(w, SYN, .forged = true);
	w_exp(w, RST | ACK, .seq = 0, .ack = 1);
	w_inj(w, SYN, .len = 10, .forged = true);
	w_exp(w, RST | ACK, .seq = 0, .ack = 11);
	w_inj(w, FIN, .len = 3, .forged = true);
	w_exp(w, RST | ACK, .seq = 0, .ack = 4);
	w_inj(w, 0, .forged = true);
	w_exp(w, RST | ACK, .seq = 0, .ack = 0);
	w_none(w);
}

/* Outside the window, in it, and exact, after which there is no connection. */
WIRE_TEST(rst_never_for_rst)
{
	static const int flags[] = { RST, RST | ACK, RST | SYN, RST | FIN };
	static const int offset[] = { -50000, 10, 0 };
	struct seg *s;
	int i, j, state, next;

	for (state = 1; state <= TCP_CLOSING; state++) {
		w_flow(w, state);
		if (state == TCP_LISTEN || state == TCP_CLOSE)
			w->f->uut_port = state == TCP_LISTEN ? W_PORT :
							       CLOSED_PORT;
		else
			w_to_state(w, state);
		next = w->f->snd_nxt - w->f->isn;
		for (i = 0; i < 3; i++) {
			for (j = 0; j < 4; j++)
				w_inj(w, flags[j], .seq = next + offset[i],
				      .ack = -50000, .forged = true);
			while ((s = w_next(w, 20)))
				w_check(w, !(s->flags & RST));
		}
	}
	w_count(w, "OutRsts", 0);
}

WIRE_TEST_V4(rst_not_for_multicast)
{
	static const char * const bad[] = {
		"255.255.255.255", "192.0.2.255", "224.0.0.1", "239.1.2.3",
	};
	int i;

	w_listen(w, 5);
	for (i = 0; i < 4; i++) {
		w_inj(w, SYN, .dst = bad[i]);
		w_inj(w, SYN, .dst = bad[i], .dport = CLOSED_PORT);
		w_inj(w, ACK, .dst = bad[i]);
		w_inj(w, SYN, .src = bad[i]);
		w_inj(w, SYN, .src = bad[i], .dport = CLOSED_PORT);
	}
	w_none(w);
	w_check(w, w_entries(w) == 0);
}

WIRE_TEST_V6(rst_not_for_multicast)
{
	w_listen(w, 5);
	w_inj(w, SYN, .dst = "ff02::1");
	w_inj(w, SYN, .dst = "ff02::1", .dport = CLOSED_PORT);
	w_inj(w, ACK, .dst = "ff02::1");
	w_inj(w, SYN, .src = "ff02::1");
	w_inj(w, SYN, .src = "ff02::1", .dport = CLOSED_PORT);
	w_none(w);
	w_check(w, w_entries(w) == 0);
}

/* peer.c checks the text of every RST, and its addresses. */
WIRE_TEST(rst_no_text)
{
	int fd = w_accepted(w);

	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_abort(w, fd);
	w_exp(w, RST, .may = ACK);
}

WIRE_TEST(rst_addresses_mirrored)
{
	w_add_addr(w, W_UUT2);
	w->f->uut_host = W_UUT2;
	w->f->uut_port = CLOSED_PORT;
	w_inj(w, SYN);
	w_exp(w, RST | ACK, .seq = 0);
}

WIRE_TEST(rst_ttl_tos)
{
	const char *dflt = w->family == AF_INET ? "../ipv4/ip_default_ttl" :
						  "../ipv6/conf/wire/hop_limit";
	struct seg *s;

	w->f->uut_port = CLOSED_PORT;
	w_inj(w, ACK, .ttl = 3, .tos = 0x28, .forged = true);
	s = w_exp(w, RST);
	w_check(w, s->ttl == 64 && !s->tos);
	w_sysctl(w, dflt, "77");
	w_inj(w, ACK, .ttl = 3, .tos = 0x28, .forged = true);
	w_check(w, w_exp(w, RST)->ttl == 77);
}

/* A connection with timestamps; the peer's last one is 1001. */
static int accepted_ts(struct wire *w)
{
	struct seg *s;

	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .tsval = 1000, .tsecr = 0);
	s = w_exp(w, SYN | ACK, .tsecr = 1000);
	w_inj(w, ACK, .tsval = 1001, .tsecr = s->tsval);
	return w_accept(w);
}

WIRE_TEST(rst_ts_when_negotiated)
{
	struct seg *last, *s;
	int fd = accepted_ts(w);

	w_inj(w, ACK, .len = 10, .tsval = 1005, .tsecr = 0);
	last = w_exp(w, ACK, .tsecr = 1005);
	w_read(w, fd, 10);
	w_abort(w, fd);
	s = w_exp(w, RST, .may = ACK, .tsecr = 1005);
	w_check(w, (int32_t)(s->tsval - last->tsval) >= 0);

	w_flow(w, 1);
	w_abort(w, w_accepted(w));
	w_exp(w, RST, .may = ACK, .tsval = W_NONE);
}

WIRE_TEST(rst_synced_unacceptable_ack_only)
{
	size_t i;

	for (i = 0; i < sizeof(synchronized) / sizeof(*synchronized); i++) {
		w_flow(w, i);
		w_to_state(w, synchronized[i]);
		w_inj(w, ACK, .seq = -1000, .len = 10);
		w_exp(w, ACK);
		w_inj(w, ACK, .seq = 200000, .len = 10, .forged = true);
		w_exp(w, ACK);
		w_inj(w, ACK, .ack = 100000, .forged = true);
		w_exp(w, ACK);
		w_check(w, !w_next(w, 10));
		w_entry_is(w, synchronized[i]);
	}
	w_count(w, "OutRsts", 0);
}

WIRE_TEST(rst_abort_form)
{
	static const int state[] = {
		TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT,
	};
	int i, fd;

	for (i = 0; i < 4; i++) {
		w_flow(w, i);
		w_abort(w, w_to_state(w, state[i]));
		w_exp(w, RST, .may = ACK);
		w_gone(w);
	}
	w_flow(w, 4);
	w_abort(w, w_syn_recv_active(w));
	w_exp(w, RST, .may = ACK, .seq = 1);
	w_gone(w);
	w_none(w);

	/* SND.NXT is not SND.UNA, and what was queued goes nowhere */
	w_flow(w, 5);
	w->f->win = 1000;
	fd = w_accepted(w);
	w_write(w, fd, 5000);
	w_take(w, 1000, 0);
	w_abort(w, fd);
	w_exp(w, RST, .may = ACK, .seq = 1001);
	w_gone(w);
	w_none_for(w, 1500);
	w_count(w, "OutRsts", 6);
}

/* connect(AF_UNSPEC) aborts, too. */
static void dissolve(struct wire *w, int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	w_ok(w, connect(fd, &none, sizeof(none)));
	w_is(w, fd, TCP_CLOSE);
}

/* The peer of these needs no RST.  TIME-WAIT belongs to no program any more,
 * and nothing that one does ends it.
 */
WIRE_TEST(rst_abort_silent_states)
{
	int fd;

	w_abort(w, w_to_state(w, TCP_LISTEN));
	w->lfd = -1;
	w_none(w);
	w_inj(w, SYN, .forged = true);
	w_exp(w, RST | ACK, .seq = 0, .ack = 1);
	w_flow(w, 3);
	dissolve(w, w_to_state(w, TCP_SYN_SENT));
	w_none(w);
	w_gone(w);
	w_flow(w, 4);
	dissolve(w, w_to_state(w, TCP_CLOSING));
	w_drain(w);
	w_gone(w);
	w_flow(w, 5);
	fd = w_to_state(w, TCP_TIME_WAIT);
	dissolve(w, fd);
	w_abort(w, fd);
	w_flow(w, 6);
	w_abort(w, w_to_state(w, TCP_TIME_WAIT));
	w_none(w);
	w_entry_is(w, TCP_TIME_WAIT);
	w_flow(w, 5);
	w_entry_is(w, TCP_TIME_WAIT);

	w_flow(w, 7);
	w_abort(w, w_to_state(w, TCP_SYN_SENT));
	w_none(w);
	w_gone(w);
	w_flow(w, 1);
	w_abort(w, w_to_state(w, TCP_CLOSING));
	w_drain(w);
	w_gone(w);
	w_flow(w, 2);
	w_abort(w, w_to_state(w, TCP_LAST_ACK));
	w_drain(w);
	w_gone(w);
	w_flow(w, 8);
	dissolve(w, w_to_state(w, TCP_LAST_ACK));
	w_drain(w);
	w_gone(w);
	dissolve(w, w->lfd);
	w_none(w);
	w_count(w, "OutRsts", 1);
}

/* Whoever waits for this connection learns of its end, at once and why. */
WIRE_TEST(rst_rx_exact)
{
	static const int state[] = {
		TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT,
	};
	int i, fd, flow = 0;
	struct w_call c;

	for (i = 0; i < 4; i++) {
		/* a reader, where there may still come something */
		if (state[i] != TCP_CLOSE_WAIT) {
			w_flow(w, flow++);
			fd = w_to_state(w, state[i]);
			w_block(w, &c, W_RECV, fd, 0);
			w_inj(w, RST);
			w_gone(w);
			w_woken_err(w, &c, ECONNRESET);
			w_check(w, w_so_error(fd) == 0);
			w_check(w, recv(fd, c.buf, 1, 0) == 0);
		}
		/* a writer, where it may still send */
		if (state[i] == TCP_ESTABLISHED || state[i] == TCP_CLOSE_WAIT) {
			w_flow(w, flow++);
			fd = w_to_state(w, state[i]);
			w_fill_sndbuf(w, fd);
			w_block(w, &c, W_SEND, fd, 0);
			w_inj(w, RST);
			w_gone(w);
			w_woken_err(w, &c, ECONNRESET);
			w_err(w, EPIPE, send(fd, "x", 1, MSG_NOSIGNAL));
			/* what was queued is gone with the connection */
			w_drain(w);
			w_none_for(w, 1500);
		}
		/* and who asked only for that */
		w_flow(w, flow++);
		fd = w_to_state(w, state[i]);
		w_block(w, &c, W_POLL, fd, 0);
		w_inj(w, RST);
		w_gone(w);
		w_woken(w, &c, POLLERR | POLLHUP);
		w_is(w, fd, TCP_CLOSE);
		w_check(w, w_so_error(fd) == ECONNRESET);
		w_check(w, w_so_error(fd) == 0);
		w_none(w);
	}
	w_check(w, flow <= 12);

	/* connect(), crossing SYNs or not, and accept(), which goes on */
	for (i = 0; i < 2; i++) {
		w_flow(w, flow++);
		fd = w_bound(w, 0, W_PORT + 10 + i);
		w->f->uut_port = W_PORT + 10 + i;
		w_block(w, &c, W_CONNECT, fd, 0);
		w_exp(w, SYN);
		if (i) {
			w_inj(w, SYN);
			w_exp(w, SYN | ACK);
			w_inj(w, RST);
		} else {
			w_inj(w, RST | ACK, .ack = 1);
		}
		w_woken_err(w, &c, ECONNREFUSED);
		w_gone(w);
	}
	w_flow(w, flow++);
	w_block(w, &c, W_ACCEPT, w->lfd, 0);
	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, RST);
	w_gone(w);
	w_wait(w, 50);
	w_check(w, !c.done);
	w_flow(w, flow++);
	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, ACK);
	w_entry_is(w, TCP_ESTABLISHED);
	pthread_join(c.thread, NULL);
	w_is(w, c.ret, TCP_ESTABLISHED);
}

/* Held or closed; a program that still holds it is told that its FIN may be lost. */
WIRE_TEST(rst_rx_exact_closing_states)
{
	int i, fd;

	for (i = 0; i < 4; i++) {
		w_flow(w, i);
		fd = w_to_state(w, i & 1 ? TCP_LAST_ACK : TCP_CLOSING);
		if (i < 2)
			close(fd);
		w_inj(w, RST);
		w_gone(w);
		if (i < 2)
			continue;
		w_is(w, fd, TCP_CLOSE);
		w_check(w, w_so_error(fd) == ECONNRESET);
		w_check(w, w_so_error(fd) == 0);
	}
	w_none(w);
	w_count(w, "TimeWaits", 0);
}

WIRE_TEST(rst_rx_inwindow_challenge)
{
	int fd = w_accepted(w), win = w->f->edge - w->f->snd_nxt;

	w_inj(w, RST, .seq = 2);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_inj(w, RST, .seq = 1 + win / 2);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_inj(w, RST, .seq = win);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
}

WIRE_TEST(rst_rx_oow_silent)
{
	int fd = w_accepted(w), win = w->f->edge - w->f->snd_nxt;

	w_inj(w, RST, .seq = 0);
	w_inj(w, RST, .seq = 1 + win);
	w_inj(w, RST, .seq = 1 + 0x7fffffffll, .forged = true);
	w_inj(w, RST, .seq = 1 - 0x80000000ll, .forged = true);
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_count(w, "ChallengeAcks", 0);
}

WIRE_TEST(rst_rx_ack_field_irrelevant)
{
	w_accepted(w);
	w_inj(w, RST | ACK, .ack = 0x12345678);
	w_gone(w);
	w_flow(w, 1);
	w_accepted(w);
	w_inj(w, RST);
	w_gone(w);
	w_none(w);
}

WIRE_TEST(rst_rx_with_text)
{
	int fd = w_accepted(w);
	char c;

	w_inj(w, RST, .len = 20);
	w_gone(w);
	w_err(w, ECONNRESET, recv(fd, &c, 1, 0));
	w_flow(w, 1);
	fd = w_to_state(w, TCP_SYN_SENT);
	w_inj(w, RST | ACK, .ack = 1, .len = 20);
	w_check(w, w_so_error(fd) == ECONNREFUSED);
	w_none(w);
}

WIRE_TEST(rst_rx_zero_window)
{
	int fd = w_accepted(w);

	w_fill_window(w, 0);
	w_inj(w, RST, .seq = (int32_t)(w->f->snd_nxt - w->f->isn) + 1);
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, RST);
	w_gone(w);
}

/* PAWS is not for a RST, in any state that has timestamps. */
WIRE_TEST(rst_rx_paws_exempt)
{
	int fd;

	fd = accepted_ts(w);
	w_inj(w, RST, .tsval = 1, .tsecr = 0);
	w_gone(w);
	w_check(w, w_so_error(fd) == ECONNRESET);

	w_flow(w, 1);
	fd = accepted_ts(w);
	w_inj(w, RST, .tsval = W_NONE);
	w_gone(w);
	w_check(w, w_so_error(fd) == ECONNRESET);

	/* TS.Recent, which the challenge shows, is not taken from a RST */
	w_flow(w, 2);
	accepted_ts(w);
	w_inj(w, RST, .seq = 2, .tsval = 5000, .tsecr = 0);
	w_exp(w, ACK, .tsecr = 1001);
	w_inj(w, ACK, .len = 10, .tsval = 1002, .tsecr = 0);
	w_exp(w, ACK, .tsecr = 1002);

	/* SYN-RECEIVED has its own code */
	w_flow(w, 3);
	w_inj(w, SYN, .tsval = 1000, .tsecr = 0);
	w_exp(w, SYN | ACK);
	w_inj(w, RST, .seq = 1, .tsval = 1, .tsecr = 0);
	w_gone(w);
	w_flow(w, 4);
	w_inj(w, SYN, .tsval = 1000, .tsecr = 0);
	w_exp(w, SYN | ACK);
	w_inj(w, RST, .seq = 1, .tsval = W_NONE);
	w_gone(w);
	w_count(w, "DropPaws", 0);
	w_count(w, "DropNoTimestamp", 0);
}

WIRE_TEST(rst_rx_user_errors)
{
	int fd = w_accepted(w);
	char c;

	w_inj(w, RST);
	w_err(w, ECONNRESET, recv(fd, &c, 1, 0));
	w_check(w, recv(fd, &c, 1, 0) == 0);
	w_err(w, EPIPE, send(fd, "x", 1, MSG_NOSIGNAL));
	w_check(w, w_so_error(fd) == 0);

	w_flow(w, 1);
	fd = w_accepted(w);
	w_inj(w, RST);
	w_err(w, ECONNRESET, send(fd, "x", 1, MSG_NOSIGNAL));
	w_err(w, EPIPE, send(fd, "x", 1, MSG_NOSIGNAL));
}

WIRE_TEST(rst_rx_closewait_error)
{
	int fd = w_to_state(w, TCP_CLOSE_WAIT);

	w_inj(w, RST);
	w_err(w, ECONNRESET, send(fd, "x", 1, MSG_NOSIGNAL));
}

/* What came before the reset stays readable, then comes the error. */
WIRE_TEST(rst_rx_flushes_receive)
{
	int fd = w_accepted(w);
	char c;

	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_inj(w, RST);
	w_read(w, fd, 10);
	w_err(w, ECONNRESET, recv(fd, &c, 1, 0));
	w_check(w, recv(fd, &c, 1, 0) == 0);
}

WIRE_TEST(rst_rx_bad_checksum)
{
	int fd = w_accepted(w);

	w_inj(w, RST, .csum_xor = 0x10);
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_count(w, "InCsumErrors", 1);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
}

/* The RST is exact for a peer that heard all; one that did not challenges it,
 * and the answer is exact for him.
 */
WIRE_TEST(rst_seq_not_una)
{
	int fd = w_accepted(w);

	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	w_write(w, fd, 3000);
	w_take(w, 3000, 0);
	w_abort(w, fd);
	w_exp(w, RST, .may = ACK, .seq = 3001);
	w_inj(w, ACK, .ack = 1);
	w_exp(w, RST, .seq = 1);
	w_none(w);
}

/* accept() hands out the dead connection, as with TCP, and reading it tells;
 * its place in the queue is free then.
 */
WIRE_TEST(rst_to_listener_child)
{
	char c;
	int fd;

	w_listen(w, 1);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	w_inj(w, RST);
	w_gone(w);
	fd = w_accept(w);
	w_err(w, ECONNRESET, recv(fd, &c, 1, 0));
	w_check(w, recv(fd, &c, 1, 0) == 0);
	w_err(w, EAGAIN, accept(w->lfd, NULL, NULL));
	w_flow(w, 1);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

WIRE_TEST(rst_no_reply_loop)
{
	w->f->uut_port = CLOSED_PORT;
	w_inj(w, ACK, .ack = 5, .forged = true);
	w_exp(w, RST, .seq = 5);
	w_inj(w, RST, .forged = true);
	w_inj(w, RST | ACK, .ack = 5, .forged = true);
	w_none(w);
}

/* No limit on resets from a closed port: one for each segment. */
WIRE_TEST_LONG(rst_rate_limit_optional)
{
	const int n = W_MANY(w, 10000, 100000);
	int i, resets = 0;

	w->f->uut_port = CLOSED_PORT;
	for (i = 0; i < n; i++) {
		w_inj(w, ACK, .ack = i, .forged = true);
		resets += w_drain(w);
		w_forget(w);
	}
	w_wait(w, 100);
	resets += w_drain(w);
	w_check(w, resets == n);
	w_count(w, "OutRsts", n);
}

/* When we give up we say nothing to a peer that has been silent for so long. */
WIRE_TEST_VT(rst_user_timeout_no_rst)
{
	static const int state[] = {
		TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_FIN_WAIT1, TCP_CLOSING,
		TCP_LAST_ACK, TCP_ESTABLISHED,
	};
	struct seg *s;
	int i, fd;

	w_sysctl(w, "r2_ms", "100000");
	for (i = 0; i < 6; i++) {
		w_flow(w, i);
		fd = w_to_state(w, state[i]);
		if (state[i] == TCP_ESTABLISHED || state[i] == TCP_CLOSE_WAIT)
			w_write(w, fd, 1000);
		if (i == 5) {
			w_sysctl(w, "r2_ms", "900000");
			w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 100000));
		}
		w_mark(w);
		while (w_entry(w)) {
			s = w_next(w, 1000);
			w_check(w, !s || !(s->flags & RST));
			w_check(w, w_since_mark(w) < 130000);
		}
		w_check(w, w_since_mark(w) >= 99000);
		w_none_for(w, 1000);
		w_check(w, w_so_error(fd) == ETIMEDOUT);
		w_check(w, w_so_error(fd) == 0);
	}
}

/* Security labels and other service classes are nobody's business here: an RFC
 * 1108 option, and the traffic class, change between segments.
 */
WIRE_TEST(rst_security_mismatch)
{
	static const char secret[] = "\x82\x03\x5a\x01", open[] = "\x82\x03\xab\x01";
	int v4 = w->family == AF_INET ? 4 : 0, fd = w_accepted(w);

	w_inj(w, ACK, .len = 10, .ipopts = secret, .ipopts_len = v4, .tos = 0xb8);
	w_exp(w, ACK, .ack = 11);
	w_inj(w, ACK, .len = 10, .ipopts = open, .ipopts_len = v4, .tos = 0x28);
	w_exp(w, ACK, .ack = 21);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 31);
	w_read(w, fd, 30);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_MAIN
