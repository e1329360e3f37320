// SPDX-License-Identifier: GPL-2.0
/* MSS, window scale and timestamps at their bounds. */
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

WIRE_MAIN
