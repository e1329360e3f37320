// SPDX-License-Identifier: GPL-2.0
/*
 * The retransmission timer (RFC 6298), and who is told what when it has fired
 * too often (RFC 9293 section 3.8.3).  What each state does when all is over is
 * in wire_giveup.c.
 */
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <linux/errqueue.h>

#include "wire.h"

/* Timeouts only: no probe of the tail comes before them (RFC 8985). */
static void timer_only(struct wire *w)
{
	w_only_lctcp(w);
	if (w_has_sysctl(w, "tail_loss_probe"))
		w_sysctl(w, "tail_loss_probe", "0");
}

/* A connection whose handshake took @ms; with timestamps, perhaps. */
static int opened(struct wire *w, int ms, bool ts)
{
	int fd;

	timer_only(w);
	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .tsval = ts ? 1000 : W_NONE, .tsecr = ts ? 0 : W_NONE);
	w_exp(w, SYN | ACK);
	if (ms)
		w_wait(w, ms);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	return fd;
}

/* Ten octets, acknowledged after @ms. */
static void round_trip(struct wire *w, int fd, int ms)
{
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	if (ms)
		w_wait(w, ms);
	w_inj(w, ACK);
	w_none(w);
}

/* @have is @want milliseconds or up to a twentieth more. */
static void about(struct wire *w, unsigned int have_us, double want_ms)
{
	if (have_us < want_ms * 980 || have_us > want_ms * 1050 + 2000)
		w_fail(w, "%u us, not %g ms", have_us, want_ms);
}

/* The octet at @seq goes again, @ms after the mark. */
static void again_at(struct wire *w, int seq, int len, int ms)
{
	w_exp_at(w, ms, ACK, .seq = seq, .len = len, .within = 2 * ms + 1000);
}

WIRE_TEST(rtx_initial_rto)
{
	int fd;

	timer_only(w);
	fd = w_connect(w);
	w_mark(w);
	w_exp(w, SYN);
	w_check(w, w_vars(w, fd).rto_us == 1000000);
	w_exp_at(w, 1000, SYN, .seq = 0, .within = 2000);
	w_abort(w, fd);
	w_drain(w);

	w_flow(w, 1);
	w_sysctl(w, "rto_init_ms", "3000");
	fd = w_connect(w);
	w_exp(w, SYN);
	w_check(w, w_vars(w, fd).rto_us == 3000000);
}

WIRE_TEST(rtx_first_sample)
{
	struct lctcp_vars v;

	timer_only(w);
	w_sysctl(w, "rto_min_ms", "1");
	v = w_vars(w, opened(w, 300, false));
	about(w, v.srtt_us, 300);
	about(w, v.rttvar_us, 150);
	about(w, v.rto_us, 900);
}

/* The variation is reckoned with the mean as it was before. */
WIRE_TEST(rtx_next_samples)
{
	struct lctcp_vars v;
	int fd;

	timer_only(w);
	w_sysctl(w, "rto_min_ms", "1");
	fd = opened(w, 400, false);
	round_trip(w, fd, 1000);
	v = w_vars(w, fd);
	about(w, v.srtt_us, 475);
	about(w, v.rttvar_us, 300);
	about(w, v.rto_us, 1675);
}

WIRE_TEST_VT(rtx_alpha_beta)
{
	static const int rtt[] = { 400, 100, 100, 500 };
	struct lctcp_vars v;
	double srtt = 400, var = 200, err;
	unsigned int i;
	int fd;

	fd = opened(w, 400, false);
	for (i = 0; i < sizeof(rtt) / sizeof(rtt[0]); i++) {
		round_trip(w, fd, rtt[i]);
		err = srtt > rtt[i] ? srtt - rtt[i] : rtt[i] - srtt;
		var += (err - var) / 4;
		srtt += (rtt[i] - srtt) / 8;
	}
	v = w_vars(w, fd);
	about(w, v.srtt_us, srtt);
	w_check(w, v.rttvar_us > var * 950 && v.rttvar_us < var * 1050);
}

/* A shorter one is our default, as it is Linux TCP's; a second can be had. */
WIRE_TEST_VT(rtx_min_1s)
{
	int fd;

	timer_only(w);
	w_sysctl(w, "rto_min_ms", "1000");
	fd = opened(w, 0, false);
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	again_at(w, 1, 10, 1000);
}

/* The bound is never below a minute unless somebody wants it. */
WIRE_TEST_VT(rtx_max_60s)
{
	int fd, i, ms = 0, wait = 1000;

	timer_only(w);
	w_check(w, w_sysctl_get(w, "rto_max_ms") >= 60000);
	w_sysctl(w, "rto_min_ms", "1000");
	w_sysctl(w, "rto_max_ms", "60000");
	fd = opened(w, 0, false);
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	for (i = 0; i < 8; i++) {
		w_mark(w);
		w_exp(w, ACK, .seq = 1, .len = 10, .within = 70000);
		ms = w_since_mark(w);
		w_check(w, ms >= wait * 7 / 8 && ms <= wait * 9 / 8 + 20);
		wait = wait < 32000 ? wait * 2 : 60000;
	}
}

/* An ACK of what went twice says nothing of the round trip. */
WIRE_TEST_VT(rtx_karn)
{
	unsigned int srtt;
	int fd = opened(w, 100, false);

	srtt = w_vars(w, fd).srtt_us;
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_exp(w, ACK, .seq = 1, .len = 10, .within = 2000);
	w_wait(w, 30);
	w_inj(w, ACK);
	w_none(w);
	w_check(w, w_vars(w, fd).srtt_us == srtt);
	round_trip(w, fd, 200);
	w_check(w, w_vars(w, fd).srtt_us > srtt);
}

/* Timestamps say which copy was acknowledged. */
WIRE_TEST_VT(rtx_ts_sample_after_retx)
{
	unsigned int srtt;
	int fd = opened(w, 200, true);

	srtt = w_vars(w, fd).srtt_us;
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_exp(w, ACK, .seq = 1, .len = 10, .within = 2000);
	w_wait(w, 40);
	w_inj(w, ACK);
	w_none(w);
	about(w, w_vars(w, fd).srtt_us, (srtt / 1000.0 * 7 + 40) / 8);
}

WIRE_TEST(rtx_one_sample_per_rtt)
{
	unsigned int srtt, now;
	int fd = opened(w, 400, false), i;

	srtt = w_vars(w, fd).srtt_us;
	for (i = 0; i < 8; i++) {
		round_trip(w, fd, 20);
		now = w_vars(w, fd).srtt_us;
		w_check(w, now < srtt);
		srtt = now;
	}
}

/* However regular the round trips are, the timer never fires within one. */
WIRE_TEST_VT(rtx_granularity)
{
	struct lctcp_vars v;
	int fd, i;

	timer_only(w);
	w_sysctl(w, "rto_min_ms", "1");
	fd = opened(w, 100, false);
	for (i = 0; i < 40; i++)
		round_trip(w, fd, 100);
	v = w_vars(w, fd);
	w_check(w, v.rttvar_us < 2500);
	w_check(w, v.rto_us >= v.srtt_us + 4 * v.rttvar_us);
	w_check(w, v.rto_us >= v.srtt_us + 1000);
}

WIRE_TEST_VT(rtx_not_early)
{
	int fd = opened(w, 500, false), i;
	unsigned int rto;

	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	for (i = 0; i < 5; i++) {
		rto = w_vars(w, fd).rto_us / 1000;
		again_at(w, 1, 10, rto);
		w_mark(w);
	}
}

/* (5.1): it runs from the first segment in flight, be that text or a FIN. */
WIRE_TEST_VT(rtx_5_1_start)
{
	int fd = opened(w, 0, false);

	w_check(w, w_vars(w, fd).timer == 0);
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	w_check(w, w_vars(w, fd).timer == 1);
	w_wait(w, 150);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	again_at(w, 1, 10, 200);
	w_inj(w, ACK);
	w_drain(w);

	w_flow(w, 1);
	fd = opened(w, 0, false);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_mark(w);
	w_exp(w, FIN | ACK);
	w_exp_at(w, 200, FIN | ACK, .seq = 1, .within = 1000);
}

/* (5.2) */
WIRE_TEST_VT(rtx_5_2_stop)
{
	int fd = opened(w, 0, false);

	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_inj(w, ACK);
	w_none_for(w, 10000);
	w_check(w, w_vars(w, fd).timer == 0);
}

/* (5.3): new numbers give it a full timeout, old ones nothing. */
WIRE_TEST_VT(rtx_5_3_restart)
{
	int fd = opened(w, 0, false);

	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	w_wait(w, 150);
	w_inj(w, ACK, .ack = 11);
	w_mark(w);
	w_wait(w, 120);
	w_inj(w, ACK, .ack = 11);
	again_at(w, 11, 10, 200);
}

/* (5.4) */
WIRE_TEST_VT(rtx_5_4_earliest)
{
	int fd = opened(w, 0, false), i;

	for (i = 0; i < 3; i++) {
		w_write(w, fd, 1000);
		w_exp(w, ACK, .len = 1000);
	}
	w_mark(w);
	again_at(w, 1, 1000, 190);
	w_inj(w, ACK, .ack = 2001);
	w_exp(w, ACK, .seq = 2001, .len = 1000, .within = 2000);
}

/* The timeouts of the octets at 1, each twice the one before. */
static void doubles(struct wire *w, int fd, int times)
{
	int i, rto = 200;

	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	for (i = 0; i < times; i++) {
		again_at(w, 1, 10, rto);
		w_mark(w);
		rto *= 2;
	}
}

WIRE_TEST_VT(rtx_5_5_double)
{
	doubles(w, opened(w, 0, false), 8);
}

/* (5.6): the second timeout counts from the first. */
WIRE_TEST_VT(rtx_5_6_rearm)
{
	int fd = opened(w, 0, false);

	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	again_at(w, 1, 10, 200);
	again_at(w, 1, 10, 600);
	again_at(w, 1, 10, 1400);
}

/* (5.7) */
WIRE_TEST_VT(rtx_5_7_after_syn_loss)
{
	int fd;

	timer_only(w);
	fd = w_connect(w);
	w_exp(w, SYN);
	w_exp(w, SYN, .seq = 0, .within = 2000);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	again_at(w, 1, 10, 3000);
}

/* Until something new is acknowledged that went once. */
WIRE_TEST_VT(rtx_backoff_kept)
{
	unsigned int rto;
	int fd = opened(w, 0, false);

	doubles(w, fd, 3);
	rto = w_vars(w, fd).rto_us;
	w_check(w, rto >= 1600000);
	w_inj(w, ACK);
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	again_at(w, 11, 10, 1600);
	w_inj(w, ACK);
	round_trip(w, fd, 0);
	w_check(w, w_vars(w, fd).rto_us < 400000);
}

/* A MAY that we leave alone: the mean outlives every backoff. */
WIRE_TEST_VT(rtx_clear_estimator)
{
	unsigned int srtt;
	int fd = opened(w, 10, false), i;

	srtt = w_vars(w, fd).srtt_us;
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	for (i = 0; i < 6; i++)
		w_exp(w, ACK, .seq = 1, .len = 10, .within = 60000);
	w_inj(w, ACK);
	w_none(w);
	w_check(w, w_vars(w, fd).srtt_us == srtt);
}

/* R2 is more than R1, and ends it in a RST to nobody: the state is gone. */
WIRE_TEST_VT(rtx_r2_close)
{
	int fd = opened(w, 0, false), n = 0;

	w_sysctl(w, "r2_ms", "60000");
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	while (w_entry(w) && w_since_mark(w) < 100000)
		if (w_next(w, 1000))
			n++;
	w_check(w, n > w_sysctl_get(w, "retries1"));
	w_check(w, w_since_mark(w) >= 60000 && w_since_mark(w) < 68000);
	w_gone(w);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

WIRE_TEST_VT(rtx_r2_settable)
{
	int fd = opened(w, 0, false), i;

	w_sysctl(w, "r2_ms", "20000");
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 5000));
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	while (w_entry(w) && w_since_mark(w) < 20000)
		w_next(w, 200);
	w_check(w, w_since_mark(w) >= 5000 && w_since_mark(w) < 6000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);

	/* -1 is for ever */
	w_flow(w, 1);
	fd = opened(w, 0, false);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, -1));
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	for (i = 0; i < 20; i++)
		w_exp(w, ACK, .seq = 1, .len = 10, .within = 150000);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* What waits in the error queue: the errno and where it comes from. */
static int queued(struct wire *w, int fd, int *origin)
{
	char control[512];
	struct msghdr m = {
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct sock_extended_err *e;
	struct cmsghdr *c;

	*origin = -1;
	if (recvmsg(fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return 0;
	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		if ((c->cmsg_level != SOL_IP || c->cmsg_type != IP_RECVERR) &&
		    (c->cmsg_level != SOL_IPV6 || c->cmsg_type != IPV6_RECVERR))
			continue;
		e = (void *)CMSG_DATA(c);
		*origin = e->ee_origin;
		return e->ee_errno;
	}
	w_fail(w, "no extended error");
}

static void recverr(struct wire *w, int fd, int on)
{
	bool v6 = w->family == AF_INET6;

	w_ok(w, setsockopt(fd, v6 ? SOL_IPV6 : SOL_IP,
			   v6 ? IPV6_RECVERR : IP_RECVERR, &on, sizeof(on)));
}

/* Whoever asks for it is told once that R1 has passed, and the connection
 * goes on; nobody else notices.
 */
static void passes_r1(struct wire *w, bool asks)
{
	int fd = opened(w, 0, false), i, origin;

	recverr(w, fd, asks);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	for (i = 0; i < 5; i++) {
		w_exp(w, ACK, .seq = 1, .len = 10, .within = 20000);
		w_none(w);
		w_check(w, !!(w_poll(fd, POLLERR, 0) & POLLERR) ==
			   (asks && i == 2));
		if (!asks || i != 2)
			continue;
		w_check(w, queued(w, fd, &origin) == ETIMEDOUT);
		w_check(w, origin == SO_EE_ORIGIN_LOCAL);
		w_check(w, !queued(w, fd, &origin));
	}
	w_check(w, w_so_error(fd) == 0);
	w_inj(w, ACK);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST_VT(rtx_r1_report)
{
	passes_r1(w, true);
	w_flow(w, 1);
	passes_r1(w, false);
}

/* Not before three retransmissions, unless somebody wants it sooner. */
WIRE_TEST_VT(rtx_r1_default)
{
	int fd = opened(w, 0, false), i, n;

	n = w_sysctl_get(w, "retries1");
	w_check(w, n >= 3);
	recverr(w, fd, 1);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	for (i = 1; i <= n; i++) {
		w_check(w, !(w_poll(fd, POLLERR, 0) & POLLERR));
		w_exp(w, ACK, .seq = 1, .len = 10, .within = 20000);
	}
	w_check(w, w_poll(fd, POLLERR, 100) & POLLERR);
}

WIRE_TEST_VT(rtx_r2_default)
{
	int fd = opened(w, 0, false);

	w_check(w, w_sysctl_get(w, "r2_ms") >= 100000);
	w_write(w, fd, 10);
	w_mark(w);
	w_exp(w, ACK, .len = 10);
	while (w_entry(w) && w_since_mark(w) < 1200000)
		w_next(w, 1000);
	w_check(w, w_since_mark(w) >= 100000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

/* SYNs until the attempt is over: how many, and how long it took. */
static int syns(struct wire *w, int max_ms)
{
	int n = 0;

	w_mark(w);
	while (w_entry(w) && w_since_mark(w) < max_ms)
		if (w_next(w, 500))
			n++;
	return n;
}

/* A SYN has its R1, of which the program is told, and its R2, at which the call
 * returns.
 */
WIRE_TEST_VT(rtx_syn_same_procedure)
{
	struct w_call c = {};
	int fd, i, origin;

	timer_only(w);
	w_sysctl(w, "syn_schedule_ms", "1000 2000 4000 8000 16000");
	fd = w_bound(w, 0, 0);
	recverr(w, fd, 1);
	w_connect_from(w, fd);
	w_mark(w);
	w_exp(w, SYN);
	for (i = 1; i <= 4; i++) {
		w_exp(w, SYN, .seq = 0, .within = 20000);
		w_none(w);
		w_check(w, !!(w_poll(fd, POLLERR, 0) & POLLERR) == (i == 3));
		if (i == 3)
			w_check(w, queued(w, fd, &origin) == ETIMEDOUT &&
				origin == SO_EE_ORIGIN_LOCAL);
	}
	w_is(w, fd, TCP_SYN_SENT);
	while (w_entry(w) && w_since_mark(w) < 60000)
		w_check(w, !w_next(w, 500));
	w_check(w, w_since_mark(w) >= 31000 && w_since_mark(w) < 35000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);

	w_flow(w, 1);
	w_sysctl(w, "syn_schedule_ms", "1000 2000 4000");
	fd = w_bound(w, 0, W_PORT);
	w_block(w, &c, W_CONNECT, fd, 0);
	w_exp(w, SYN);
	w_check(w, syns(w, 20000) == 2);
	w_check(w, w_since_mark(w) >= 6500 && w_since_mark(w) < 9000);
	w_woken_err(w, &c, ETIMEDOUT);
}

WIRE_TEST_VT(rtx_syn_r2_3min)
{
	int fd;

	timer_only(w);
	fd = w_connect(w);
	w_check(w, syns(w, 900000) >= 4);
	w_check(w, w_since_mark(w) >= 180000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);

	w_flow(w, 1);
	w_listen(w, 16);
	w_inj(w, SYN);
	w_check(w, syns(w, 900000) >= 4);
	w_check(w, w_since_mark(w) >= 180000);
}

WIRE_TEST_VT(rtx_syn_give_up_earlier)
{
	int fd;

	timer_only(w);
	fd = w_bound(w, 0, 0);
	w_ok(w, w_setopt(w, fd, TCP_SYNCNT, 2));
	w_connect_from(w, fd);
	w_check(w, syns(w, 900000) == 3);
	w_check(w, w_since_mark(w) < 10000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);

	w_flow(w, 1);
	fd = w_bound(w, 0, 0);
	w_ok(w, w_setopt(w, fd, TCP_USER_TIMEOUT, 5000));
	w_connect_from(w, fd);
	syns(w, 900000);
	w_check(w, w_since_mark(w) >= 5000 && w_since_mark(w) < 6500);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

static void unreachable(struct wire *w, const struct seg *quote)
{
	bool v6 = w->family == AF_INET6;

	w_icmp(w, .type = v6 ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH,
	       .code = v6 ? ICMP6_DST_UNREACH_ADDR : ICMP_HOST_UNREACH,
	       .quote = quote);
}

WIRE_TEST_VT(rtx_giveup_error_connect)
{
	int fd;

	timer_only(w);
	w_sysctl(w, "syn_schedule_ms", "1000 1000");
	fd = w_connect(w);
	syns(w, 10000);
	w_check(w, w_so_error(fd) == ETIMEDOUT);

	w_flow(w, 1);
	fd = w_connect(w);
	unreachable(w, w_exp(w, SYN));
	syns(w, 10000);
	w_check(w, w_so_error(fd) == EHOSTUNREACH);
}

WIRE_TEST_VT(rtx_giveup_error_data)
{
	struct w_call c = {};
	int fd = opened(w, 0, false);
	char octet;

	w_sysctl(w, "r2_ms", "5000");
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_block(w, &c, W_RECV, fd, 0);
	syns(w, 20000);
	w_woken_err(w, &c, ETIMEDOUT);
	w_check(w, recv(fd, &octet, 1, 0) == 0);
	w_err(w, EPIPE, send(fd, "x", 1, MSG_NOSIGNAL));
}

/* Half of R2, some progress, and half of it again: nobody gives up. */
WIRE_TEST_VT(rtx_r2_reset_on_progress)
{
	int fd = opened(w, 0, false), i;

	w_sysctl(w, "r2_ms", "10000");
	for (i = 0; i < 4; i++) {
		w_write(w, fd, 10);
		w_mark(w);
		while (w_since_mark(w) < 7000)
			w_next(w, 500);
		w_drain(w);
		w_inj(w, ACK, .ack = 1 + 10 * (i + 1));
		w_is(w, fd, TCP_ESTABLISHED);
	}
	w_check(w, w_so_error(fd) == 0);
}

/* Each copy is a datagram of its own: nothing relies on an old ID. */
WIRE_TEST_V4_VT(rtx_ip_id)
{
	int fd = opened(w, 0, false), i;
	struct seg *s;

	w_write(w, fd, 10);
	s = w_exp(w, ACK, .len = 10);
	for (i = 0; i < 3; i++) {
		s = w_exp(w, ACK, .seq = 1, .len = 10, .within = 2000);
		w_check(w, s->df);	/* atomic (RFC 6864): the ID is free */
	}
	w_inj(w, ACK);
	round_trip(w, fd, 0);
}

/* What was written in pieces may go again in others: the peer sees octets. */
WIRE_TEST_VT(rtx_repacketize)
{
	int fd = opened(w, 0, false), i, n = 0;
	struct seg *s;

	for (i = 0; i < 4; i++) {
		w_write(w, fd, 100);
		w_exp(w, ACK, .len = 100);
	}
	s = w_next(w, 2000);
	w_check(w, s && s->seq == 1 && s->len >= 100);
	while (n < 400) {
		n = s->seq + s->len - 1;
		w_inj(w, ACK, .ack = n + 1);
		if (n < 400)
			w_check(w, (s = w_next(w, 4000)));
	}
	w_none_for(w, 5000);
}

WIRE_MAIN
