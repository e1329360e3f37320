// SPDX-License-Identifier: GPL-2.0
/*
 * The window that a peer offers (RFC 9293 section 3.8.6): what it lets leave,
 * and what happens when it shrinks, or closes and is probed (3.8.6.1).
 */
#include "wire.h"

#define MSS(w)		((w)->family == AF_INET6 ? 1440 : 1460)
#define PROBE_MAX	120000	/* ms, the longest wait between probes */
#define HOUR		(3600 * 1000ll)

static void set_int(struct wire *w, int fd, int what, int val)
{
	w_ok(w, setsockopt(fd, SOL_SOCKET, what, &val, sizeof(val)));
}

/* What fills the window leaves; the peer hears it and says nothing yet. */
static int flight(struct wire *w)
{
	struct seg *s;
	int n = 0;

	while ((s = w_next(w, 50))) {
		w_hear(w, s);
		n += s->len;
	}
	return n;
}

/* A connection with room for much that is written. */
static int accepted_roomy(struct wire *w, long long wscale)
{
	w_listen(w, 16);
	set_int(w, w->lfd, SO_SNDBUFFORCE, 1 << 20);
	w_inj(w, SYN, .wscale = wscale);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	return w_accept(w);
}

static int rto_ms(struct wire *w, int fd)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	w_ok(w, getsockopt(fd, w->proto, TCP_INFO, &info, &len));
	return info.tcpi_rto / 1000;
}

/* A window of 2^15 and more is no negative one. */
WIRE_TEST(flw_unsigned)
{
	int fd = accepted_roomy(w, W_NONE), n;

	w_write(w, fd, 150000);
	w_take(w, 150000, ACK);
	w_write(w, fd, 150000);
	n = flight(w);
	w_check(w, n <= 65535 && n > 65535 - MSS(w));
}

WIRE_TEST(flw_32bit)
{
	const unsigned int most = 65535u << 14;
	struct lctcp_vars v;
	int fd;

	w_only_lctcp(w);
	fd = accepted_roomy(w, 14);
	v = w_vars(w, fd);
	w_check(w, v.snd_wnd == most && v.max_snd_wnd == most);
	w_write(w, fd, 200000);
	w_take(w, 200000, ACK);
	v = w_vars(w, fd);
	w_check(w, v.snd_wnd == most);
	w_check(w, v.snd_una - v.iss == 200001 && v.snd_nxt == v.snd_una);
}

static unsigned int some(unsigned int *x, unsigned int below)
{
	*x = *x * 1664525 + 1013904223;
	return (*x >> 8) % below;
}

/* Whatever the peer takes and offers, wider or narrower: nothing new leaves
 * beyond the edge, but for the octet that probes a closed window.
 */
WIRE_TEST_VT(flw_respect_window)
{
	static const int wins[] = { 0, 1, 99, 536, 2000, 9000, 65535 };
	int fd = accepted_roomy(w, W_NONE), win = 65535, i;
	long long una = 1, high = 1, end;
	unsigned int seed = w->family;
	struct seg *s;

	w_write(w, fd, 300000);
	for (i = 0; i < 300; i++) {
		while ((s = w_next(w, 0))) {
			end = s->seq + s->len;
			w_check(w, end <= high || end <= una + win ||
				(!win && s->len == 1));
			high = end > high ? end : high;
			w_hear(w, s);
		}
		una += some(&seed, w->f->rcv_nxt - w->f->iss - una + 1);
		win = wins[some(&seed, 7)];
		w_inj(w, ACK, .ack = una, .win = win);
		w_wait(w, some(&seed, 300));
	}
	w_check(w, high > 20000);
	w_drain(w);
	w_inj(w, ACK);
	w_take(w, 300001 - (int)(w->f->rcv_nxt - w->f->iss), ACK);
}

/* ---- it shrinks ---- */

/* 10000 octets were offered and 8000 have left; now it is @win. */
static int shrunk(struct wire *w, int win)
{
	int fd;

	w->f->win = 10000;
	fd = w_accepted(w);
	w_write(w, fd, 8000);
	w_check(w, flight(w) == 8000);
	w_inj(w, ACK, .ack = 1, .win = win);
	return fd;
}

/* The peer takes what is sent again from @una on, up to the end of all that
 * had left; the timeout may have grown.
 */
static void take_again(struct wire *w, long long una)
{
	struct seg *s;

	while (una < 8001) {
		s = w_next(w, PROBE_MAX);
		w_check(w, s && s->seq <= una && s->seq + s->len <= 8001);
		if (s->seq + s->len > una)
			una = s->seq + s->len;
		w_inj(w, ACK, .ack = una);
	}
}

WIRE_TEST(flw_shrink_robust)
{
	int fd = shrunk(w, 1000);

	w_write(w, fd, 5000);
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK);
	w_take(w, 5000, ACK);
}

WIRE_TEST_VT(flw_shrink_no_new_data)
{
	int fd = shrunk(w, 1000), n = 0;
	struct seg *s;

	w_write(w, fd, 5000);
	w_mark(w);
	while (w_since_mark(w) < 10000) {
		s = w_next(w, 1000);
		w_check(w, !s || (s->seq == 1 && s->len <= MSS(w)));
		n += !!s;
	}
	w_check(w, n > 2);
	/* nor if nothing is left of it */
	w_inj(w, ACK, .ack = 1001, .win = 6999);
	w_inj(w, ACK, .ack = 1001, .win = 7000);
	while ((s = w_next(w, 0)))
		w_check(w, s->seq + s->len <= 8001);
}

WIRE_TEST_VT(flw_shrink_retransmit)
{
	long long una = 1;
	struct seg *s;

	shrunk(w, 1000);
	w_mark(w);
	while (una < 8001) {
		s = w_next(w, 2000);
		w_check(w, s && s->seq <= una);
		if (s->seq + s->len <= una)
			continue;
		una = s->seq + s->len < una + 1000 ? s->seq + s->len :
						     una + 1000;
		w_inj(w, ACK, .ack = una, .win = 1000);
	}
	w_check(w, w_since_mark(w) < 5000);
}

/* What lies past the edge is not sent again before the window covers it, but to
 * probe one that is closed.
 */
WIRE_TEST_VT(flw_shrink_beyond)
{
	struct seg *s;

	shrunk(w, 1000);
	w_mark(w);
	while (w_since_mark(w) < 10000) {
		s = w_next(w, 1000);
		w_check(w, !s || s->seq + s->len <= 1001);
	}
	w_inj(w, ACK, .ack = 1001, .win = 3000);
	w_mark(w);
	while (w_since_mark(w) < 10000) {
		s = w_next(w, 1000);
		w_check(w, !s || s->seq + s->len <= 4001);
	}
	w_inj(w, ACK, .ack = 1001);
	take_again(w, 1001);
}

WIRE_TEST_VT(flw_shrink_no_timeout)
{
	int fd = shrunk(w, 1000);
	struct seg *s;

	w_exp(w, ACK, .seq = 1, .len = W_ANY, .within = 1000);
	w_inj(w, ACK, .ack = 1001, .win = 0);
	w_mark(w);
	while (w_since_mark(w) < 2 * HOUR) {
		s = w_next(w, 2 * PROBE_MAX);
		w_check(w, s && s->seq <= 1001);
		w_inj(w, ACK, .ack = 1001, .win = 0);
	}
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK, .ack = 1001);
	take_again(w, 1001);
}

WIRE_TEST_VT(flw_shrink_to_zero_probes)
{
	int fd = shrunk(w, 0), i;

	for (i = 0; i < 8; i++) {
		w_exp(w, ACK, .seq = 1, .len = W_ANY, .within = PROBE_MAX);
		w_inj(w, ACK, .ack = 1, .win = 0);
	}
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK, .ack = 1);
	take_again(w, 1);
}

/* ---- it closes ---- */

/* It has, and @n octets wait, since the mark. */
static void close_window(struct wire *w, int fd, int n)
{
	w->f->win = 0;
	w_inj(w, ACK);
	w_mark(w);
	w_write(w, fd, n);
	w_none(w);
}

static int closed(struct wire *w, int n)
{
	int fd = w_accepted(w);

	close_window(w, fd, n);
	return fd;
}

/* A probe comes, and the peer says that it is still closed. */
static struct seg *probed(struct wire *w)
{
	struct seg *s = w_next(w, 2 * PROBE_MAX);

	w_check(w, s && s->len <= 1);
	w_inj(w, ACK);
	return s;
}

static void opens(struct wire *w, int win)
{
	w->f->win = win;
	w_inj(w, ACK);
}

WIRE_TEST_VT(flw_zwp_supported)
{
	int fd = closed(w, 1000), i;

	for (i = 0; i < 3; i++)
		probed(w);
	w_is(w, fd, TCP_ESTABLISHED);
	opens(w, 65535);
	w_take(w, 1000, ACK);
}

/* An octet of new data, and the same one until it is taken. */
WIRE_TEST_VT(flw_zwp_content)
{
	int i;

	closed(w, 1000);
	for (i = 0; i < 4; i++) {
		w_exp(w, ACK, .seq = 1, .len = 1, .within = 10000);
		w_inj(w, ACK, .ack = 1);
	}
	w_inj(w, ACK, .ack = 2);
	w_exp(w, ACK, .seq = 2, .len = 1, .within = 10000);
}

/* A peer at 400 ms. */
static int accepted_far(struct wire *w)
{
	int fd, rto;

	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_wait(w, 400);
	w_inj(w, ACK);
	fd = w_accept(w);
	rto = rto_ms(w, fd);
	w_check(w, rto > 1150 && rto < 1300);
	return fd;
}

WIRE_TEST_VT(flw_zwp_first_after_rto)
{
	int fd = accepted_far(w);

	close_window(w, fd, 1000);
	w_exp_at(w, rto_ms(w, fd), ACK, .seq = W_ANY, .len = W_ANY);

	/* with what waits already */
	w_flow(w, 1);
	fd = accepted_far(w);
	w->f->win = 2000;
	w_inj(w, ACK);
	w_write(w, fd, 5000);
	w_exp(w, ACK, .len = MSS(w));
	w_wait(w, 400);
	w_mark(w);
	opens(w, 0);
	w_exp_at(w, rto_ms(w, fd), ACK, .seq = W_ANY, .len = W_ANY);
}

WIRE_TEST_VT(flw_zwp_backoff)
{
	int fd = closed(w, 1000), wait = rto_ms(w, fd), i;

	for (i = 0; i < 14; i++) {
		w_exp_at(w, wait, ACK, .seq = W_ANY, .len = W_ANY);
		w_mark(w);
		w_inj(w, ACK);
		wait = 2 * wait < PROBE_MAX ? 2 * wait : PROBE_MAX;
	}
	w_check(w, wait >= 60000);
}

/* One variant of each family: a virtual day takes the debug kernel a second. */
W_FIXTURE(days)
W_VARIANT(days, v4, AF_INET, W_ISN);
W_VARIANT(days, v6, AF_INET6, W_ISN);

/* Far longer than anything else is allowed to take. */
W_TEST(days, flw_zwp_forever, W_VT_TIMEOUT, true)
{
	int fd = closed(w, 1000);

	while (w_since_mark(w) < 48 * HOUR) {
		probed(w);
		w_forget(w);
	}
	w_is(w, fd, TCP_ESTABLISHED);
	w_check(w, !w_so_error(fd));
	opens(w, 65535);
	w_take(w, 1000, ACK);
}

WIRE_TEST_VT(flw_zwp_unanswered)
{
	int fd = closed(w, 1000), n = 0;
	struct seg *s;
	char c;

	while (w_state(w, fd) == TCP_ESTABLISHED) {
		s = w_next(w, 10000);
		n += s && !(s->flags & RST);
		w_check(w, w_since_mark(w) < 2 * HOUR);
	}
	w_check(w, n > 5);
	w_check(w, w_since_mark(w) >= 100000);
	w_err(w, ETIMEDOUT, recv(fd, &c, 1, 0));
	w_gone(w);
}

/* The peer has opened it again, and its saying so is lost: the next probe
 * tells.  And so it is with ours.
 */
WIRE_TEST_VT(flw_zwp_update_lost)
{
	int fd = closed(w, 1000), n;
	struct seg *s;

	s = w_next(w, 1000);
	w_check(w, s && s->len <= 1);
	w->f->win = 65535;
	w_inj(w, ACK, .ack = 1 + s->len);
	w->f->rcv_nxt += s->len;
	w_take(w, 1000 - s->len, ACK);

	w_flow(w, 1);
	fd = w_accepted(w);
	n = w_fill_window(w, 0);
	w_read(w, fd, n);
	while ((s = w_next(w, 0)))
		;
	w_inj(w, ACK, .len = 1);
	s = w_exp(w, ACK);
	w_check(w, s->win >= MSS(w));
	w_read(w, fd, 1);
}

/* What waited leaves at once, and when it closes again, the first wait is short
 * again.
 */
WIRE_TEST_VT(flw_zwp_resets_on_open)
{
	int fd = closed(w, 1000), i;

	for (i = 0; i < 5; i++)
		probed(w);
	opens(w, 5000);
	w_check(w, flight(w) == 1000);
	w->f->win = 0;
	w_inj(w, ACK);
	close_window(w, fd, 1000);
	w_exp_at(w, rto_ms(w, fd), ACK, .seq = W_ANY, .len = W_ANY);
	w_check(w, rto_ms(w, fd) < 1000);
}

/* An octet at a time, from a peer that never offered more, and from one that
 * did.
 */
WIRE_TEST_VT(flw_one_octet_windows)
{
	int fd, i, j;

	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		w->f->win = i ? 65535 : 1;
		fd = w_accepted(w);
		opens(w, 1);
		w_write(w, fd, 20);
		for (j = 0; j < 20; j++) {
			w_exp(w, ACK, .len = 1, .within = 2000);
			w_inj(w, ACK);
		}
	}
}

/* ---- what is written waits ---- */

/* Write until nothing goes in any more. */
static int stuff(struct wire *w, int fd)
{
	static const char zeros[4096];
	int n, sum = 0;

	while ((n = send(fd, zeros, sizeof(zeros), MSG_DONTWAIT)) > 0)
		sum += n;
	w_check(w, errno == EAGAIN && sum > 0);
	return sum;
}

WIRE_TEST(flw_sndbuf_blocking)
{
	int fd, sum, una = 1;
	struct w_call call;
	struct seg *s;

	w_listen(w, 16);
	set_int(w, w->lfd, SO_SNDBUF, 65536);
	fd = w_accepted(w);
	w_check(w, w_poll(fd, POLLOUT, 0) == POLLOUT);
	sum = stuff(w, fd);
	w_check(w, !w_poll(fd, POLLOUT, 0));
	/* one segment less is not enough, a third is */
	while (!w_poll(fd, POLLOUT, 0)) {
		s = w_next(w, 1000);
		w_check(w, s && s->seq == una);
		una += s->len;
		w_hear(w, s);
		w_inj(w, ACK, .ack = una);
	}
	w_check(w, una > sum / 5 && una < 2 * sum / 3);

	sum += stuff(w, fd);
	w_block(w, &call, W_SEND, fd, 0);
	do {
		s = w_next(w, 1000);
		w_check(w, s && s->seq == una);
		una += s->len;
		w_hear(w, s);
		w_inj(w, ACK, .ack = una);
	} while (una < sum);
	w_woken(w, &call, 10);
}

/* So much may be unsent, and a program hears when it is less. */
WIRE_TEST(flw_notsent_lowat)
{
	static const char text[1000];
	int fd = w_accepted(w), n, sum = 0;

	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	w_ok(w, w_setopt(w, fd, TCP_NOTSENT_LOWAT, 4000));
	w->f->win = 0;
	w_inj(w, ACK);
	while ((n = send(fd, text, sizeof(text), MSG_DONTWAIT)) > 0)
		sum += n;
	w_check(w, sum == 4000);
	w_check(w, !w_poll(fd, POLLOUT, 0));
	opens(w, 65535);
	w_check(w, w_poll(fd, POLLOUT, 1000) == POLLOUT);
	w_take(w, sum, ACK);
}

WIRE_MAIN
