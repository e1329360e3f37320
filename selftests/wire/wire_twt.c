// SPDX-License-Identifier: GPL-2.0
/*
 * TIME-WAIT: how long, what prolongs it, what it answers, how it ends early.
 * The default MSL is 30 s, so that TIME-WAIT lasts 60 s; timers may be an
 * eighth late, never early.
 */
#include "wire.h"

#define MSL	30000

/* TIME_WAIT until @ms after the mark, gone an eighth later.  poll() may wake a
 * thousandth late.
 */
static void lasts(struct wire *w, long long ms)
{
	w_none_for(w, ms - 50 - ms / 500 - w_since_mark(w));
	w_entry_is(w, TCP_TIME_WAIT);
	w_none_for(w, ms + ms / 8 + 50 - w_since_mark(w));
	w_gone(w);
}

WIRE_TEST_VT(twt_2msl)
{
	w_to_state(w, TCP_TIME_WAIT);
	w_mark(w);
	lasts(w, 2 * MSL);
	w_inj(w, FIN | ACK, .seq = 1, .forged = true);
	w_exp(w, RST, .seq = 2);
}

WIRE_TEST_VT(twt_msl_settable)
{
	static const struct {
		const char *text;
		int ms;
	} msl[] = {
		{ "1000", 1000 }, { "30000", 30000 }, { "120000", 120000 },
	};
	int i, own = 5000;

	for (i = 0; i < 3; i++) {
		w_sysctl(w, "msl_ms", msl[i].text);
		w_flow(w, i);
		w_to_state(w, TCP_TIME_WAIT);
		w_mark(w);
		lasts(w, 2 * msl[i].ms);
	}
	w_sysctl_refused(w, "msl_ms", "-1");
	w_sysctl_refused(w, "msl_ms", "600001");
	w_check(w, w_sysctl_get(w, "msl_ms") == 120000);

	/* a listener's own applies to what it accepts */
	w_ok(w, setsockopt(w->lfd, w->proto, LCTCP_MSL, &own, sizeof(own)));
	w_flow(w, 3);
	w_to_state(w, TCP_TIME_WAIT);
	w_mark(w);
	lasts(w, 2 * own);
}

WIRE_TEST(twt_msl_zero_skips)
{
	int fd;

	w_sysctl(w, "msl_ms", "0");
	fd = w_to_state(w, TCP_FIN_WAIT2);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_gone(w);
	w_read_eof(w, fd);
}

/* The peer did not hear the last ACK and sends its FIN again: it is answered,
 * and 2MSL starts from zero.
 */
WIRE_TEST_VT(twt_last_ack_lost)
{
	w_to_state(w, TCP_TIME_WAIT);
	w_none_for(w, MSL + MSL / 2);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_mark(w);
	lasts(w, 2 * MSL);
}

WIRE_TEST(twt_every_fin_acked)
{
	int i;

	w_to_state(w, TCP_TIME_WAIT);
	for (i = 0; i < 5; i++) {
		w_inj(w, FIN | ACK, .seq = 1);
		w_exp(w, ACK, .seq = 2, .ack = 2);
		w_wait(w, 50);
	}
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST_VT(twt_restart_only_by_fin)
{
	int i;

	w_to_state(w, TCP_TIME_WAIT);
	w_mark(w);
	for (i = 1; i < 6; i++) {
		w_none_for(w, 10000 * i - w_since_mark(w));
		w_inj(w, ACK);
		w_inj(w, ACK, .seq = -100, .len = 50);
		w_drain(w);
	}
	lasts(w, 2 * MSL);
}

WIRE_TEST(twt_old_data_acked)
{
	int fd = w_accepted(w);
	char c;

	w_inj(w, ACK, .len = 200);
	w_exp(w, ACK);
	w_read(w, fd, 200);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .seq = 2, .ack = 202);
	w_entry_is(w, TCP_TIME_WAIT);

	w_inj(w, ACK, .seq = 102, .len = 50);
	w_exp(w, ACK, .seq = 2, .ack = 202);
	w_read_eof(w, fd);
	w_err(w, EAGAIN, accept(w->lfd, NULL, NULL));
	w_check(w, recv(fd, &c, 1, 0) == 0);
}

static int reconnect(struct wire *w)
{
	struct sockaddr_storage peer;
	int fd = w_bound(w, 0, W_PORT), ret;

	w_sockaddr(w, W_PEER, W_PEER_PORT, &peer);
	ret = connect(fd, (void *)&peer, w_sockaddr_len(w));
	if (ret && errno == EINPROGRESS)
		return fd;
	w_check(w, errno == EADDRNOTAVAIL || errno == EADDRINUSE);
	close(fd);
	return -1;
}

/* Copies of an old incarnation's text wander in the network.  As long as they
 * may, the pair is not used again; when it is, they are recognised.
 */
WIRE_TEST_VT(twt_blocks_new_incarnation)
{
	uint32_t isn = w->f->isn, old_isn = isn;
	int fd = w_bound(w, 0, W_PORT), i;
	char c;

	w_connect_from(w, fd);
	w_exp(w, SYN);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_inj(w, ACK, .len = 50);
	w_exp(w, ACK);
	w_read(w, fd, 50);
	close(fd);
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK);
	w_mark(w);

	for (i = 1; i < 60; i++) {
		w_wait(w, 1000 * i - w_since_mark(w));
		w_check(w, reconnect(w) < 0);
		w_inj(w, ACK, .seq = 1, .len = 50);
		w_exp(w, ACK, .seq = 2, .ack = 52);
	}
	w_wait(w, 70000 - w_since_mark(w));
	w_gone(w);

	isn += 100000;
	w_reopen(w, isn);
	fd = reconnect(w);
	w_check(w, fd >= 0);
	w_exp(w, SYN);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_inj(w, ACK, .seq = (int32_t)(old_isn + 1 - isn), .len = 50);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_inj(w, FIN | ACK, .seq = (int32_t)(old_isn + 51 - isn));
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_inj(w, SYN, .seq = (int32_t)(old_isn - isn), .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_err(w, EAGAIN, recv(fd, &c, 1, 0));
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_read(w, fd, 10);
}

WIRE_TEST(twt_connect_same_tuple)
{
	int fd = w_to_state(w, TCP_TIME_WAIT);

	close(fd);
	close(w->lfd);
	w_check(w, reconnect(w) < 0);
	w_none(w);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST(twt_bind_without_reuseaddr)
{
	struct sockaddr_storage ss;
	int fd = w_to_state(w, TCP_TIME_WAIT);

	close(fd);
	close(w->lfd);
	fd = w_socket(w);
	w_sockaddr(w, W_UUT, W_PORT, &ss);
	w_err(w, EADDRINUSE, bind(fd, (void *)&ss, w_sockaddr_len(w)));
	w_listen(w, 5);
	w_flow(w, 1);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

/* A SYN beyond the old connection's last number opens the pair again, with an
 * ISS above all that was used.
 */
static void reopens(struct wire *w, const struct w_args *syn)
{
	uint32_t old_nxt = w->f->rcv_nxt;
	struct seg *s;
	int fd;

	w_reopen(w, w->f->isn + (uint32_t)syn->seq);
	w_inj(w, SYN, .tsval = syn->tsval, .tsecr = 0);
	s = w_exp(w, SYN | ACK, .ack = 1);
	if (!w_has_sysctl(w, "test_iss") || w->isn == W_ISN)
		w_check(w, (int32_t)(s->abs_seq - old_nxt) > 0);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_read(w, fd, 10);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
}

#define SYN_AT(s)	(&(struct w_args){ .seq = (s), .tsval = W_NONE })

WIRE_TEST(twt_accept_syn_seq_newer)
{
	w_to_state(w, TCP_TIME_WAIT);
	reopens(w, SYN_AT(3));
}

WIRE_TEST(twt_accept_syn_iss_larger)
{
	int i;

	/* every round is a new incarnation of one pair */
	for (i = 0; i < 20; i++) {
		if (i)
			w_reopen(w, w->f->isn + 100);
		w_to_state(w, TCP_TIME_WAIT);
		reopens(w, SYN_AT(3));
		w_inj(w, RST);
		w_gone(w);
	}
}

/* The SYN was an old duplicate after all: the peer resets, and the pair goes
 * on in TIME-WAIT.
 */
WIRE_TEST(twt_accept_syn_falls_back)
{
	struct flow old;

	w_to_state(w, TCP_TIME_WAIT);
	old = *w->f;
	w_reopen(w, w->f->isn + 1000);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .ack = 1);
	w_inj(w, RST, .seq = 1);
	*w->f = old;
	w_entry_is(w, TCP_TIME_WAIT);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);
}

WIRE_TEST(twt_6191_b1)
{
	w_to_state(w, TCP_TIME_WAIT);
	reopens(w, &(struct w_args){ .seq = -1000000, .tsval = 77 });
}

WIRE_TEST(twt_6191_b2)
{
	w_to_state(w, TCP_TIME_WAIT);
	reopens(w, SYN_AT(1000));
}

WIRE_TEST(twt_6191_b3)
{
	static const int seq[] = { 2, 1, 0, -1, -100000 };
	int i;

	w_to_state(w, TCP_TIME_WAIT);
	for (i = 0; i < 5; i++) {
		w_inj(w, SYN, .seq = seq[i], .forged = true);
		w_exp(w, ACK, .seq = 2, .ack = 2);
		w_entry_is(w, TCP_TIME_WAIT);
	}
}

WIRE_TEST(twt_rst_ignored)
{
	w_to_state(w, TCP_TIME_WAIT);
	w_inj(w, RST, .seq = 2);
	w_inj(w, RST | ACK, .seq = 2);
	w_none(w);
	w_entry_is(w, TCP_TIME_WAIT);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);
}

WIRE_TEST(twt_rst_exact_if_honoured)
{
	w_sysctl(w, "rst_in_time_wait", "1");
	w_to_state(w, TCP_TIME_WAIT);
	w_inj(w, RST, .seq = 1);
	w_none(w);
	w_inj(w, RST, .seq = 3);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
	w_inj(w, RST, .seq = 2);
	w_none(w);
	w_gone(w);
}

/* RFC 1337: old text draws an ACK, which the peer, long closed, resets. */
WIRE_TEST(twt_1337_hazard1)
{
	w_to_state(w, TCP_TIME_WAIT);
	w_inj(w, ACK, .seq = -50, .len = 50);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_inj(w, RST, .seq = 2);
	w_none(w);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST(twt_syn_ack_segment)
{
	w_to_state(w, TCP_TIME_WAIT);
	w_inj(w, SYN | ACK, .seq = 1002, .ack = 2, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST_VT(twt_enter_from_fw2)
{
	int fd = w_to_state(w, TCP_FIN_WAIT2);

	w_wait(w, 5000);
	w_is(w, fd, TCP_FIN_WAIT2);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_mark(w);
	lasts(w, 2 * MSL);
}

WIRE_TEST_VT(twt_enter_from_fw1)
{
	w_to_state(w, TCP_FIN_WAIT1);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
	w_mark(w);
	lasts(w, 2 * MSL);
}

/* The timer starts when our FIN is acknowledged, not when the peer's came. */
WIRE_TEST_VT(twt_enter_from_closing)
{
	w_to_state(w, TCP_CLOSING);
	w_wait(w, 5000);
	w_drain(w);
	w_entry_is(w, TCP_CLOSING);
	w_inj(w, ACK);
	w_entry_is(w, TCP_TIME_WAIT);
	w_mark(w);
	lasts(w, 2 * MSL);
}

WIRE_TEST(twt_passive_closer_none)
{
	int fd = w_to_state(w, TCP_LAST_ACK);

	w_inj(w, ACK);
	w_gone(w);
	close(fd);
	close(w->lfd);
	w_listen(w, 5);
	w_reopen(w, w->f->isn + 100000);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

WIRE_TEST_VT(twt_other_timers_off)
{
	int fd = w_accepted(w), one = 1;

	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one)));
	w_ok(w, w_setopt(w, fd, TCP_KEEPIDLE, 1));
	w_ok(w, w_setopt(w, fd, TCP_KEEPINTVL, 1));
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK);
	w_none_for(w, 200000);
}

WIRE_TEST(twt_text_fin_ignored)
{
	int fd = w_to_state(w, TCP_TIME_WAIT);

	w_inj(w, ACK, .seq = 2, .len = 5, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_inj(w, FIN | ACK, .seq = 2, .len = 5, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_read_eof(w, fd);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST(twt_ack_contents)
{
	struct seg *last, *s;

	w_to_state(w, TCP_FIN_WAIT2);
	w_inj(w, FIN | ACK);
	last = w_exp(w, ACK);
	w_inj(w, FIN | ACK, .seq = 1);
	s = w_exp(w, ACK, .seq = 2, .ack = 2);
	w_check(w, s->win == last->win);
	w_check(w, s->flags == ACK);
}

WIRE_TEST(twt_icmp_ignored)
{
	struct seg *last;
	int code;

	w_to_state(w, TCP_FIN_WAIT2);
	w_inj(w, FIN | ACK);
	last = w_exp(w, ACK);
	if (w->family == AF_INET) {
		for (code = 0; code <= 5; code++)
			w_icmp(w, .type = 3, .code = code, .quote = last);
		w_icmp(w, .type = 11, .quote = last);
		w_icmp(w, .type = 12, .quote = last);
	} else {
		for (code = 0; code <= 5; code++)
			w_icmp(w, .type = 1, .code = code, .quote = last);
		w_icmp(w, .type = 2, .mtu = 1280, .quote = last);
		w_icmp(w, .type = 3, .quote = last);
		w_icmp(w, .type = 4, .code = 1, .quote = last);
	}
	w_none(w);
	w_entry_is(w, TCP_TIME_WAIT);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);
}

WIRE_TEST_VT(twt_no_fd_needed)
{
	int fd = w_to_state(w, TCP_TIME_WAIT);

	close(fd);
	close(w->lfd);
	w_wait(w, 1000);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_mark(w);
	lasts(w, 2 * MSL);
}

WIRE_MAIN
