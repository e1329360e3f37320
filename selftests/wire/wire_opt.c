// SPDX-License-Identifier: GPL-2.0
/* Window scale and timestamps at their bounds, and an MSS of hardly any. */
#include "wire.h"

/* An MSS of zero is as good as none; a tiny one is raised. */
WIRE_TEST(opt_mss_zero_or_tiny)
{
	int dflt = w->family == AF_INET ? 536 : 1220, fd;

	w_listen(w, 5);
	w_inj(w, SYN, .mss = 0);
	w->f->peer_mss = dflt;
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, (int)w_vars(w, fd).mss == dflt);
	w_write(w, fd, 2 * dflt);
	w_exp(w, ACK, .len = dflt);
	w_exp(w, ACK, .len = dflt);

	w_flow(w, 1);
	fd = w_connect(w);
	w_exp(w, SYN);
	w_inj(w, SYN | ACK, .mss = 0);
	w_exp(w, ACK);
	w_check(w, (int)w_vars(w, fd).mss == dflt);

	w_flow(w, 2);
	w_inj(w, SYN, .mss = 8);
	w->f->peer_mss = 48;
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_write(w, fd, 96);
	w_exp(w, ACK, .len = 48);
	w_exp(w, ACK, .len = 48);
}

/* A shift above 14 counts as 14. */
WIRE_TEST(ws_max_14)
{
	static const int shift[] = { 14, 15, 255 };
	int i, fd;

	w_listen(w, 5);
	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		w_inj(w, SYN, .wscale = shift[i]);
		w_exp(w, SYN | ACK);
		w_inj(w, ACK, .win = 3);
		fd = w_accept(w);
		w_check(w, w_vars(w, fd).snd_wscale == 14);
		w_check(w, w_vars(w, fd).snd_wnd == 3 << 14);
	}
	w_count(w, "WscaleClamped", 2);
}

/* TCP_WINDOW_CLAMP of a listener bounds the window from the SYN-ACK on. */
WIRE_TEST(listener_window_clamp)
{
	struct seg *s;

	w_listen(w, 5);
	w_ok(w, w_setopt(w, w->lfd, TCP_WINDOW_CLAMP, 5000));
	w_inj(w, SYN, .wscale = 7);
	s = w_exp(w, SYN | ACK, .win = 5000, .wscale = 0);
	w_inj(w, ACK);
	w_accept(w);
	w_inj(w, ACK, .len = 1000);
	s = w_exp(w, ACK, .ack = 1001);
	w_check(w, s->win <= 5000);
}

/* One variant alone: a virtual day takes the debug kernel two seconds. */
W_FIXTURE(days)
W_VARIANT(days, v4, AF_INET, W_ISN);

/* After 24 days of silence an older timestamp is good, and is what is echoed
 * and compared with from then on (RFC 7323 section 5.5).
 */
W_TEST(days, paws_24_day_idle, W_VT_TIMEOUT, true)
{
	const long long day = 24 * 3600 * 1000ll;

	w_listen(w, 5);
	w_inj(w, SYN, .tsval = 1000000, .tsecr = 0);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .tsval = 1000000);
	w_accept(w);
	w_wait(w, 23 * day);
	w_inj(w, ACK, .len = 10, .tsval = 999999, .forged = true);
	w_exp(w, ACK, .tsecr = 1000000);
	w_wait(w, 2 * day);
	w_inj(w, ACK, .len = 10, .tsval = 500000);
	w_exp(w, ACK, .tsecr = 500000);
	w_inj(w, ACK, .len = 10, .tsval = 499999, .forged = true);
	w_exp(w, ACK, .tsecr = 500000);
	w_count(w, "DropPaws", 2);
}

/* Timestamps are agreed on; does the namespace take segments without, or not? */
static void syns_with_timestamps(struct wire *w, int taken)
{
	w_flow(w, taken);
	w_sysctl(w, "accept_missing_timestamps", taken ? "1" : "0");
	w_inj(w, SYN, .tsval = 1000, .tsecr = 0);
	w_exp(w, SYN | ACK, .tsecr = 1000);
}

/* What has none then is not the peer's: it is dropped in silence, in each of
 * the three places that look.
 */
WIRE_TEST(ts_missing_dropped)
{
	int fd, taken;

	w_listen(w, 5);
	for (taken = 0; taken < 2; taken++) {
		syns_with_timestamps(w, taken);
		w_inj(w, ACK, .tsval = W_NONE);
		w_entry_is(w, taken ? TCP_ESTABLISHED : TCP_SYN_RECV);
		w_inj(w, ACK, .tsval = 1001);
		fd = w_accept(w);

		w_inj(w, FIN | ACK, .tsval = W_NONE, .forged = !taken);
		if (!taken) {
			w_none(w);
			w_is(w, fd, TCP_ESTABLISHED);
			w_inj(w, FIN | ACK, .tsval = 1002);
		}
		w_exp(w, ACK, .ack = 2);
		w_ok(w, shutdown(fd, SHUT_WR));
		w_exp(w, FIN | ACK, .seq = 1);
		w_inj(w, ACK, .tsval = 1003);
	}
	w_count(w, "DropNoTimestamp", 2);
}

WIRE_TEST(ts_missing_dropped_time_wait)
{
	int fd, taken;

	w_listen(w, 5);
	for (taken = 0; taken < 2; taken++) {
		syns_with_timestamps(w, taken);
		w_inj(w, ACK, .tsval = 1001);
		fd = w_accept(w);
		w_ok(w, shutdown(fd, SHUT_WR));
		w_exp(w, FIN | ACK);
		w_inj(w, FIN | ACK, .tsval = 1002);
		w_exp(w, ACK, .ack = 2);
		w_entry_is(w, TCP_TIME_WAIT);
		w_inj(w, FIN | ACK, .seq = 1, .tsval = W_NONE, .forged = !taken);
		if (taken)
			w_exp(w, ACK, .ack = 2);
		else
			w_none(w);
		w_inj(w, FIN | ACK, .seq = 1, .tsval = 1003);
		w_exp(w, ACK, .ack = 2, .tsecr = 1003);
	}
	w_count(w, "DropNoTimestamp", 1);
}

/* ---- large windows ---- */

static void set_int(struct wire *w, int fd, int what, int val)
{
	w_ok(w, setsockopt(fd, SOL_SOCKET, what, &val, sizeof(val)));
}

/* Both sides scale by 14, and our buffer is as large as that. */
static int accepted_large(struct wire *w)
{
	w_listen(w, 16);
	set_int(w, w->lfd, SO_RCVBUFFORCE, (1 << 30) - 1);
	set_int(w, w->lfd, SO_SNDBUFFORCE, 1 << 22);
	w_inj(w, SYN, .wscale = 14, .sackok = 1);
	w_check(w, w_exp(w, SYN | ACK)->wscale == 14);
	w_inj(w, ACK);
	return w_accept(w);
}

/* The low bits of the window are lost with each segment, and the edge stays. */
WIRE_TEST_VT(ws_rounding_no_shrink)
{
	static const int len[] = { 1, 1000, 33, 700, 1400, 5 };
	long long edge = 0, now;
	const struct seg *s;
	int fd, i;

	w_only_lctcp(w);
	fd = accepted_large(w);
	set_int(w, fd, SO_RCVBUF, 1 << 20);
	for (i = 0; i < 600; i++) {
		w_inj(w, ACK, .len = len[i % 6]);
		s = w_exp(w, ACK);
		now = s->ack + ((long long)s->win << 14);
		w_check(w, now >= edge);
		edge = now;
		if (i % 3)
			w_read(w, fd, len[i % 6]);
		else
			w_read(w, fd, 1);
		if (!(i % 3) && len[i % 6] > 1)
			w_read(w, fd, len[i % 6] - 1);
	}
}

/* Windows of nearly 2^30 octets, whose edges are a sign or a wrap away. */
WIRE_TEST(ws_1gib)
{
	const long long most = 65535ll << 14, far = 1000000000;
	struct lctcp_vars v;
	const struct seg *s;
	int fd;

	w_only_lctcp(w);
	fd = accepted_large(w);
	v = w_vars(w, fd);
	w_check(w, v.snd_wnd == most);
	w_write(w, fd, 500000);
	w_take(w, 500000, ACK);
	v = w_vars(w, fd);
	w_check(w, v.snd_wnd == most && v.snd_una == v.iss + 500001);

	w_inj(w, ACK, .len = 10);
	s = w_exp(w, ACK);
	w_check(w, (long long)s->win << 14 > far);
	/* in the window, above a gap; beyond it; and what is missing */
	w_inj(w, ACK, .seq = 11 + far, .len = 1000);
	s = w_exp(w, ACK, .ack = 11);
	w_check(w, s->nsack == 1 && s->sack[0].left == 11 + far &&
		s->sack[0].right == 1011 + far);
	w_inj(w, ACK, .seq = 12 + most, .len = 10, .forged = true);
	s = w_exp(w, ACK, .ack = 11);
	w_check(w, s->nsack == 1 && s->sack[0].right == 1011 + far);
	w->f->snd_nxt = w->f->isn + 11;
	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK, .ack = 111);
	w_read(w, fd, 110);
}

/* All of the window is in flight when its edge moves left by less than a unit
 * of the scale: what is lost then is sent again, and the rest goes on.
 */
WIRE_TEST_VT(ws_retracted_window)
{
	int fd, end = 12801, una = 1;
	struct seg *s;

	w_listen(w, 16);
	w_inj(w, SYN, .mss = 1300, .wscale = 7);
	w_exp(w, SYN | ACK);
	w->f->win = 100;
	w_inj(w, ACK);
	fd = w_accept(w);
	w_write(w, fd, end - 1);
	while ((s = w_next(w, 0)))
		una = s->seq;
	w_check(w, w->f->peer_edge - w->f->iss == (uint32_t)end);
	w_write(w, fd, 5000);
	/* all but the last segment has come */
	w->f->win = (end - una) / 128;
	w_check(w, (end - una) % 128);
	w_inj(w, ACK, .ack = una);
	w->f->rcv_nxt = w->f->iss + una;
	s = w_next(w, 1000);
	w_check(w, s && s->seq == una && s->len);
	w_hear(w, s);
	w->f->win = 100;
	w_inj(w, ACK);
	w_take(w, end + 5000 - (int)(w->f->rcv_nxt - w->f->iss), ACK);
}

/* ---- more of timestamps ---- */

static int with_ts(struct wire *w, unsigned int tsval)
{
	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .tsval = tsval, .tsecr = 0);
	w_exp(w, SYN | ACK, .tsecr = tsval);
	w_inj(w, ACK, .tsval = tsval);
	return w_accept(w);
}

/* A tick is between a millisecond and a second, for an hour. */
WIRE_TEST_VT(ts_clock_rate)
{
	int32_t ticks = 0, more;
	uint32_t last = 0;
	long long ns = 0;
	struct seg *s;
	int i;

	with_ts(w, 1000);
	for (i = 0; i < 3600; i++) {
		w_wait(w, 1000);
		w_inj(w, ACK, .len = 1, .tsval = 1000 + i);
		s = w_exp(w, ACK);
		if (i) {
			more = s->tsval - last;
			w_check(w, more >= 0);
			ticks += more;
		} else {
			ns = s->ns;
		}
		last = s->tsval;
		if (i < 3599)
			w_forget(w);
	}
	ns = (s->ns - ns) / 1000000;
	w_check(w, ticks >= ns / 1000 - 1 && ticks <= ns + 1);
}

/* One ACK of two: the echo is of the first. */
WIRE_TEST(ts_echo_delayed_ack)
{
	int fd = with_ts(w, 1000);

	w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 0));
	w_inj(w, ACK, .len = 10, .tsval = 1010);
	w_inj(w, ACK, .len = 10, .tsval = 1020);
	w_exp(w, ACK, .ack = 21, .tsecr = 1010);
	w_inj(w, ACK, .len = 10, .tsval = 1030);
	w_exp(w, ACK, .ack = 31, .tsecr = 1030);
}

static struct tcp_info info(struct wire *w, int fd)
{
	struct tcp_info i = {};
	socklen_t len = sizeof(i);

	w_ok(w, getsockopt(fd, w->proto, TCP_INFO, &i, &len));
	return i;
}

/* Duplicates and window updates say nothing about the round trip, however old
 * what they echo is.
 */
WIRE_TEST(ts_rtt_only_new_ack)
{
	struct tcp_info before, after;
	int i, fd = with_ts(w, 1000);
	struct seg *s;

	w_write(w, fd, 1000);
	s = w_exp(w, ACK, .len = 1000);
	w_wait(w, 100);
	before = info(w, fd);
	/* fewer duplicates than a loss makes */
	for (i = 0; i < 4; i++) {
		w_inj(w, ACK, .ack = 1, .tsval = 1001 + i, .tsecr = s->tsval,
		      .win = 65535 - 100 * ((i + 1) / 2));
		after = info(w, fd);
		w_check(w, after.tcpi_rtt == before.tcpi_rtt &&
			after.tcpi_rttvar == before.tcpi_rttvar);
	}
	w_inj(w, ACK, .tsval = 1010, .tsecr = s->tsval);
	w_check(w, info(w, fd).tcpi_rtt > before.tcpi_rtt + 5000);
	/* nor text with an old ACK */
	before = info(w, fd);
	w_wait(w, 100);
	w_inj(w, ACK, .len = 10, .tsval = 1011, .tsecr = s->tsval);
	w_exp(w, ACK);
	w_check(w, info(w, fd).tcpi_rtt == before.tcpi_rtt);
}

/* 2^32 octets are sent.  Then a copy of a segment of the first ones turns up, as
 * it was: its number is in the window again, and only its timestamp is old.
 */
WIRE_TEST_LONG(paws_old_dup_across_wrap)
{
	static char text[60000];
	const unsigned int all = 0xffffffff;	/* and one */
	unsigned int sent = 0, n, i = 0, read;
	struct seg *s;
	ssize_t got;
	int fd;

	if (w->isn == W_ISN_WRAP)
		w_skip(w, "numbers wrap here anyway");
	if (!w->virtual_time)
		w_skip(w, "4 GiB are too much for a slow machine");
	w_mtu(w, 65535);
	w_listen(w, 16);
	w_inj(w, SYN, .mss = 60000, .wscale = 7, .tsval = 1000, .tsecr = 0);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .tsval = 1000);
	fd = w_accept(w);
	while (sent != all) {
		n = all - sent < sizeof(text) ? all - sent : sizeof(text);
		w_inj(w, ACK, .len = n, .data = text, .tsval = 1000 + ++i);
		for (read = 0; read < n; read += got) {
			got = recv(fd, NULL, n - read, MSG_TRUNC);
			w_check(w, got > 0);
		}
		sent += n;
		w_drain(w);
		w_forget(w);
	}
	w_inj(w, ACK, .len = 1, .data = text, .tsval = 1000 + ++i);
	w_check(w, recv(fd, NULL, 1, MSG_TRUNC) == 1);
	w_wait(w, 300);
	w_drain(w);

	/* what came first, and what came a little later */
	w_inj(w, ACK, .seq = 1, .len = 100, .data = text, .tsval = 1001,
	      .forged = true);
	w_exp(w, ACK, .ack = 1);
	w_check(w, recv(fd, text, 100, MSG_DONTWAIT) < 0 && errno == EAGAIN);
	w_inj(w, ACK, .seq = 11, .len = 100, .data = text, .tsval = 1001,
	      .forged = true);
	s = w_exp(w, ACK, .ack = 1);
	w_check(w, !s->nsack);
	w_count(w, w->proto == IPPROTO_TCP ? "PAWSEstab" : "DropPaws", 2);

	w->f->rx_off = 0;
	w_inj(w, ACK, .len = 110, .tsval = 1000 + ++i);
	w_read(w, fd, 110);
	w_exp(w, ACK, .ack = 111);
}

WIRE_MAIN
