// SPDX-License-Identifier: GPL-2.0
/*
 * Connection establishment: the three segments, what happens when the third
 * is lost, and SYN-RECEIVED.
 */
#include "wire.h"

/* The variables of a connection; none on TCP. */
static void peek(struct wire *w, int fd, struct lctcp_vars *v)
{
	socklen_t len = sizeof(*v);

	memset(v, 0, sizeof(*v));
	if (w->proto != IPPROTO_TCP)
		w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, v, &len));
}

WIRE_TEST(est_active_syn_form)
{
	int fd = w_connect(w);
	struct seg *s = w_exp(w, SYN);
	struct lctcp_vars v;

	w_check(w, s->flags == SYN);
	w_check(w, s->abs_ack == 0);
	w_is(w, fd, TCP_SYN_SENT);
	if (w->proto == IPPROTO_TCP)
		return;
	peek(w, fd, &v);
	w_check(w, v.iss == s->abs_seq);
	w_check(w, v.snd_una == v.iss && v.snd_nxt == v.iss + 1);
}

WIRE_TEST(est_passive_synack_form)
{
	w_listen(w, 5);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .seq = 0, .ack = 1);
	w_entry_is(w, TCP_SYN_RECV);
}

WIRE_TEST(est_third_ack_form)
{
	int fd = w_connect(w);
	struct w_call c;

	w_exp(w, SYN);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_check(w, w_so_error(fd) == 0);
	w_is(w, fd, TCP_ESTABLISHED);

	w_flow(w, 1);
	fd = w_bound(w, 0, W_PORT);
	w_block(w, &c, W_CONNECT, fd, 0);
	w_exp(w, SYN);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_woken(w, &c, 0);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* Neither end says "connected" before both directions are confirmed to it. */
WIRE_TEST(est_four_confirmations)
{
	int fd;

	w_listen(w, 5);
	w_check(w, !w_poll(w->lfd, POLLIN, 0));
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_check(w, !w_poll(w->lfd, POLLIN, 20));
	w_inj(w, ACK);
	w_check(w, w_poll(w->lfd, POLLIN, 1000) == POLLIN);
	w_is(w, w_accept(w), TCP_ESTABLISHED);

	w_flow(w, 1);
	fd = w_connect(w);
	w_exp(w, SYN);
	w_check(w, !w_poll(fd, POLLOUT, 20));
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_check(w, w_poll(fd, POLLOUT, 1000) == POLLOUT);
	w_check(w, w_so_error(fd) == 0);
}

WIRE_TEST_VT(est_lost_third_ack_server_schedule)
{
	static const int at[] = { 3000, 9000, 21000, 45000, 93000 };
	size_t i;

	w_to_state(w, TCP_SYN_RECV);
	w_mark(w);
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		w_exp_at(w, at[i], SYN | ACK);
		w_entry_is(w, TCP_SYN_RECV);
		w_check(w, !w_poll(w->lfd, POLLIN, 0));
	}
}

/* The client thinks it is connected, hears the SYN-ACK again and again, and
 * answers each time.
 */
WIRE_TEST_VT(est_lost_third_ack_client_reack)
{
	static const int wait[] = { 3000, 6000, 12000, 24000, 48000 };
	int fd = w_connected(w);
	size_t i;
	char c;

	for (i = 0; i < sizeof(wait) / sizeof(wait[0]); i++) {
		w_none_for(w, wait[i]);
		w_inj(w, SYN | ACK, .seq = 0, .ack = 1);
		w_exp(w, ACK, .seq = 1, .ack = 1);
		w_is(w, fd, TCP_ESTABLISHED);
		w_err(w, EAGAIN, recv(fd, &c, 1, MSG_DONTWAIT));
	}
}

/* Whatever is forged until nothing of its kind is answered any more, the
 * SYN-ACK of the handshake is.
 */
WIRE_TEST(est_lost_third_ack_not_throttled)
{
	static const struct {
		int flags;
		long long seq, ack;
	} forged[] = {
		{ RST, 100, 0 }, { SYN, 100, 0 }, { SYN | ACK, 100, 1 },
		{ ACK, -2000, 1 }, { ACK, 1, -200 }, { ACK, 1, 200 },
	};
	int fd = w_connected(w), i, j, answers;

	for (i = 0; i < (int)(sizeof(forged) / sizeof(*forged)); i++) {
		answers = 0;
		for (j = 0; j < 1000; j++) {
			w_inj(w, forged[i].flags, .seq = forged[i].seq + j / 100,
			      .ack = forged[i].ack, .forged = true);
			if (j % 100 == 99)
				answers += w_drain(w);
		}
		w_check(w, w->proto == IPPROTO_TCP || answers < 1000);
		for (j = 0; j < 3; j++) {
			w_inj(w, SYN | ACK, .seq = 0, .ack = 1);
			w_exp(w, ACK, .seq = 1, .ack = 1);
			w_none(w);
		}
	}
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(est_lost_third_ack_data_completes)
{
	int fd;

	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 11);
	fd = w_accept(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_read(w, fd, 10);
}

WIRE_TEST(est_lost_third_ack_fin_completes)
{
	int fd;

	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, FIN | ACK, .len = 10);
	w_exp(w, ACK, .ack = 12);
	fd = w_accept(w);
	w_is(w, fd, TCP_CLOSE_WAIT);
	w_read(w, fd, 10);
	w_read_eof(w, fd);
}

/* Without timestamps all of it is the same, the checksum included. */
WIRE_TEST_VT(est_synack_retx_same_iss)
{
	struct seg *first;
	int i;

	w_listen(w, 5);
	w_inj(w, SYN);
	first = w_exp(w, SYN | ACK);
	for (i = 0; i < 3; i++)
		w_check(w, seg_again(w_exp(w, SYN | ACK, .within = 20000),
				     first));
	w_inj(w, RST, .seq = 1);

	w_flow(w, 1);
	w_inj(w, SYN, .wscale = 3, .tsval = 5000, .tsecr = 0, .sackok = 1);
	first = w_exp(w, SYN | ACK, .tsecr = 5000, .sackok = 1);
	w_check(w, first->wscale >= 0);
	for (i = 0; i < 3; i++)
		w_check(w, seg_again(w_exp(w, SYN | ACK, .within = 20000),
				     first));
}

WIRE_TEST_VT(est_syn_retx_same_iss)
{
	struct seg *first;
	int i;

	w_connect(w);
	first = w_exp(w, SYN);
	for (i = 0; i < 4; i++)
		w_check(w, seg_again(w_exp(w, SYN, .within = 20000), first));
}

WIRE_TEST(est_dup_syn_in_synrcvd)
{
	struct seg *s;

	/* a fresh ISS would be another by then */
	w_own_iss(w);
	w_to_state(w, TCP_SYN_RECV);
	w_wait(w, 10);
	w_inj(w, SYN, .seq = 0);
	s = w_exp(w, ACK, .may = SYN, .seq = W_ANY, .ack = 1);
	w_check(w, s->seq == (s->flags & SYN ? 0 : 1));
	w_check(w, w_entries(w) == 1);
	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

/* A SYN each second for ever is no way to keep an entry for ever: in the end,
 * when the schedule is used up, a new entry, with a new ISS, answers.
 */
WIRE_TEST_VT(est_dup_syn_timer_not_reset_forever)
{
	struct seg *s;
	int i;

	w_own_iss(w);
	w_to_state(w, TCP_SYN_RECV);
	w_mark(w);
	for (i = 0; i < 600; i++) {
		w_inj(w, SYN, .seq = 0);
		while ((s = w_next(w, 1000))) {
			if (!(s->flags & SYN) || s->seq == 0)
				continue;
			w_check(w, w_since_mark(w) >= 189000);
			w_check(w, w_since_mark(w) < 189000 * 9 / 8 + 2000);
			return;
		}
	}
	w_fail(w, "the half-open entry never expires");
}

/* RFC 9293 figure 8, the server's side. */
WIRE_TEST(est_old_dup_syn_fig8)
{
	uint32_t isn = w->f->isn;
	int fd;

	w_listen(w, 5);
	w_reopen(w, isn - 10);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, RST, .seq = 1);
	w_gone(w);

	w_reopen(w, isn);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_none(w);
}

WIRE_TEST(est_synrcvd_new_syn_inwindow_passive)
{
	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, SYN, .seq = 100);
	w_none(w);
	w_gone(w);
	w_err(w, EAGAIN, accept(w->lfd, NULL, NULL));

	w_reopen(w, w->f->isn + 100);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

WIRE_TEST(est_synrcvd_syn_oow)
{
	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, SYN, .seq = -1000);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_entry_is(w, TCP_SYN_RECV);
	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

WIRE_TEST(est_synrcvd_bad_ack)
{
	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, ACK, .ack = 0, .forged = true);
	w_exp(w, RST, .seq = 0);
	w_inj(w, ACK, .ack = 2, .forged = true);
	w_exp(w, RST, .seq = 2);
	w_entry_is(w, TCP_SYN_RECV);
	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

WIRE_TEST_VT(est_synrcvd_rst_passive)
{
	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, RST, .seq = 1);
	w_gone(w);
	w_check(w, !w_poll(w->lfd, POLLIN, 0));
	w_none_for(w, 60000);
	w_err(w, EAGAIN, accept(w->lfd, NULL, NULL));

	w_flow(w, 1);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

WIRE_TEST(est_synrcvd_rst_inwindow_challenge)
{
	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, RST, .seq = 2);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_entry_is(w, TCP_SYN_RECV);
	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

/* Text counts only once the ACK with it, or before it, is good. */
WIRE_TEST(est_synrcvd_data_queued)
{
	int fd;

	w_to_state(w, TCP_SYN_RECV);
	w_inj(w, 0, .data = "forged", .forged = true);
	w_none(w);
	w_inj(w, ACK, .ack = 5, .data = "forged", .forged = true);
	w_exp(w, RST, .seq = 5);
	w_check(w, !w_poll(w->lfd, POLLIN, 0));
	w_entry_is(w, TCP_SYN_RECV);

	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 11);
	fd = w_accept(w);
	w_read(w, fd, 10);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(est_synrcvd_sets_window_vars)
{
	struct seg *s;
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN, .wscale = 7);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->wscale >= 0);
	w_inj(w, ACK, .win = 2);
	fd = w_accept(w);
	w_setopt(w, fd, TCP_NODELAY, 1);
	w_write(w, fd, 1000);
	w_exp(w, ACK, .seq = 1, .len = 256);
	w_none(w);
	/* an update with neither a newer SEQ nor a newer ACK counts */
	w_inj(w, ACK, .seq = 1, .ack = 1, .win = 8);
	w_take(w, 744, 0);
}

/* Six SYN-ACKs, and after the last wait nothing, not even a RST. */
WIRE_TEST_VT(est_half_open_entry_expires)
{
	static const int at[] = { 3000, 9000, 21000, 45000, 93000 };
	size_t i;

	w_to_state(w, TCP_SYN_RECV);
	w_mark(w);
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		w_exp_at(w, at[i], SYN | ACK);
	w_none_for(w, 189000 - 200 - w_since_mark(w));
	w_entry_is(w, TCP_SYN_RECV);
	w_none_for(w, 189000 * 9 / 8 + 100 - w_since_mark(w));
	w_gone(w);
	w_inj(w, ACK, .forged = true);
	w_exp(w, RST, .seq = 1);

	w_flow(w, 1);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

WIRE_TEST(est_dup_synack_no_effect)
{
	static const int seq[] = { 5000, -5000 };
	int fd = w_connected(w), i;
	struct lctcp_vars before, v;

	peek(w, fd, &before);
	for (i = 0; i < 2; i++) {
		w_inj(w, SYN | ACK, .seq = seq[i], .ack = 1, .mss = 200,
		      .wscale = 5, .win = 10, .tsval = 77, .tsecr = 0,
		      .sackok = 1, .forged = true);
		w_exp(w, ACK, .seq = 1, .ack = 1);
		w_is(w, fd, TCP_ESTABLISHED);
		peek(w, fd, &v);
		w_check(w, !memcmp(&v, &before, sizeof(v)));
	}
	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK, .ack = 101);
	w_read(w, fd, 100);
	w_write(w, fd, 400);
	w_exp(w, ACK, .len = 400);
}

/* The traffic class may change, and on IPv4 an RFC 1108 label. */
WIRE_TEST(est_security_ignored)
{
	static const char label[2][5] = { "\x82\x03\x5a\x01", "\x82\x03\xab\x01" };
	int v4 = w->family == AF_INET ? 4 : 0, fd;

	w_listen(w, 5);
	w_inj(w, SYN, .tos = 0x00, .ipopts = label[0], .ipopts_len = v4);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .tos = 0xb8, .ipopts = label[1], .ipopts_len = v4);
	fd = w_accept(w);
	w_inj(w, ACK, .tos = 0x28, .len = 10);
	w_exp(w, ACK);
	w_inj(w, FIN | ACK, .tos = 0xe0);
	w_exp(w, ACK);
	w_read(w, fd, 10);
	w_read_eof(w, fd);
}

WIRE_MAIN
