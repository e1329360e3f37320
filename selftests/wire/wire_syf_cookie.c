// SPDX-License-Identifier: GPL-2.0
/* SYN cookies (RFC 4987 section 3.6). */
#include "syf.h"

WIRE_TEST(syf_cookie_only_under_pressure)
{
	w_listen(w, SYNQ_MIN);
	w_check(w, w_sysctl_get(w, "syncookies") == 1);
	flow_syn(w, 0);
	w_entry_is(w, TCP_SYN_RECV);
	fill(w, SYNQ_MIN - 1);
	flow_syn(w, 1);
	w_gone(w);
	w_count(w, "SyncookiesSent", 1);
	flow_ack(w, 1);
	w_entry_is(w, TCP_ESTABLISHED);
	w_accept(w);
	/* one of the queue goes, and there is room again */
	flow_ack(w, 0);
	w_accept(w);
	flow_syn(w, 2);
	w_entry_is(w, TCP_SYN_RECV);
	w_count(w, "SyncookiesSent", 1);

	w_sysctl(w, "syncookies", "0");
	w_flow(w, 3);
	w_inj(w, SYN);
	w_none(w);
	w_count(w, "SynQueueFull", 1);

	w_sysctl(w, "syncookies", "2");
	flow_syn(w, 3);
	w_gone(w);
	w_sysctl_refused(w, "syncookies", "3");
	w_sysctl_refused(w, "syncookies", "-1");
}

/* Nothing is kept, and so nothing is sent again. */
WIRE_TEST_VT(syf_cookie_no_state)
{
	always(w);
	w_listen(w, 5);
	flow_syn(w, 0);
	w_gone(w);
	w_check(w, !w_entries(w));
	w_none_for(w, 300000);
	w_count(w, "SyncookiesSent", 1);
	w_count(w, "SynAcksRetrans", 0);
	w_count(w, "PassiveOpens", 0);
	w_count(w, "AttemptFails", 0);
}

/* The MSS comes back, rounded down to one that a cookie can say. */
WIRE_TEST(syf_cookie_ack_valid)
{
	bool v4 = w->family == AF_INET;
	const struct {
		long long offered;
		int used;
	} mss[] = {
		{ W_NONE, v4 ? 536 : 1220 }, { 40, 48 }, { 100, 48 },
		{ 300, 256 }, { 536, 536 }, { 1219, 536 }, { 1220, 1220 },
		{ 1400, 1360 }, { 1440, 1440 }, { 1460, v4 ? 1460 : 1440 },
		{ 9000, v4 ? 1460 : 1440 },
	};
	struct seg *s;
	int i, fd;

	always(w);
	w_listen(w, 5);
	for (i = 0; i < (int)ARRAY_SIZE(mss); i++) {
		w_flow(w, i);
		w_inj(w, SYN, .mss = mss[i].offered);
		if (mss[i].offered == 40)	/* too small to be obeyed */
			w->f->peer_mss = 48;
		s = w_exp(w, SYN | ACK);
		w_check(w, s->mss == (v4 ? 1460 : 1440));
		w_inj(w, ACK);
		w_entry_is(w, TCP_ESTABLISHED);
		fd = w_accept(w);
		w_write(w, fd, 2 * mss[i].used);
		w_exp(w, ACK, .len = mss[i].used);
		w_exp(w, ACK, .len = mss[i].used);
		w_inj(w, ACK, .len = 10);
		w_read(w, fd, 10);
		w_exp(w, ACK);	/* delayed */
	}
	w_drain(w);
	w_count(w, "SyncookiesRecv", i);
	w_count(w, "SyncookiesFailed", 0);
	w_count(w, "PassiveOpens", i);
}

/* What the third ACK brings along counts: text, a FIN. */
WIRE_TEST(syf_cookie_ack_with_text)
{
	int fd;

	always(w);
	w_listen(w, 5);
	flow_syn(w, 0);
	w_inj(w, FIN | ACK, .len = 10);
	fd = w_accept(w);
	w_exp(w, ACK, .ack = 12);
	w_read(w, fd, 10);
	w_read_eof(w, fd);
	w_is(w, fd, TCP_CLOSE_WAIT);
}

/* The listener's own MSS bounds it too, and may change meanwhile. */
WIRE_TEST(syf_cookie_ack_user_mss)
{
	struct seg *s;
	int fd;

	always(w);
	w_listen(w, 5);
	s = flow_syn(w, 0);
	w_setopt(w, w->lfd, TCP_MAXSEG, 500);
	flow_ack(w, 0);
	fd = w_accept(w);
	w_write(w, fd, 1000);
	w_exp(w, ACK, .len = 500);
	w_exp(w, ACK, .len = 500);
	s = flow_syn(w, 1);
	w_check(w, s->mss == 500);
}

static void refused(struct wire *w, const struct seg *s)
{
	struct seg *rst = w_exp(w, RST, .seq = W_ANY);

	w_check(w, rst->abs_seq == s->abs_ack);
	w_gone(w);
}

WIRE_TEST_LONG(syf_cookie_ack_forged)
{
	int i, failed = 0, guesses = W_MANY(w, 10000, 250000);
	uint32_t cookie, x = 1;
	char in[16];

	always(w);
	w_listen(w, 5);
	flow_syn(w, 0);
	cookie = w->f->iss;

	/* not quite */
	for (i = -8; i <= 8; i++) {
		if (!i)
			continue;
		refused(w, w_inj(w, ACK, .ack = 1 + i, .forged = true));
		refused(w, w_inj(w, ACK, .ack = 1 + i * 0x1000000ll,
				 .forged = true));
		refused(w, w_inj(w, ACK, .seq = 1 + i, .forged = true));
		failed += 3;
	}
	/* with options that were never agreed on */
	refused(w, w_inj(w, ACK, .tsval = 1, .tsecr = 0, .forged = true));
	refused(w, w_inj(w, ACK, .tsval = 1, .tsecr = 7, .forged = true));
	/* another four-tuple */
	failed += 2;
	w_flow(w, 1)->iss_known = true;
	w->f->iss = cookie;
	refused(w, w_inj(w, ACK, .seq = 1, .ack = 1, .forged = true));
	failed++;
	w_reopen(w, w->f->isn);
	/* SYN|ACK is not even looked at */
	w_flow(w, 0);
	refused(w, w_inj(w, SYN | ACK, .seq = 0, .ack = 1, .forged = true));
	w_count(w, "SyncookiesFailed", failed);

	/* guesses: about one in 2^28 would do */
	w_flow(w, 1);
	for (i = 0; i < guesses; i++) {
		x = x * 1664525 + 1013904223;
		w_inj(w, ACK, .seq = 1, .ack = x, .forged = true);
		if (i % 100 == 99) {
			w_check(w, w_drain(w) == 100);
			w_forget(w);
		}
	}
	w_count(w, "SyncookiesFailed", failed + guesses);
	w_count(w, "SyncookiesRecv", 0);
	w_check(w, !w_entries(w));

	/* and the real one still counts, once */
	flow_ack(w, 0);
	w_entry_is(w, TCP_ESTABLISHED);
	w_check(w, w_column(w, "local", in, sizeof(in)));
	w_accept(w);
	w_inj(w, ACK);
	w_none(w);
	w_err(w, EAGAIN, accept4(w->lfd, NULL, NULL, SOCK_NONBLOCK));
	w_count(w, "SyncookiesRecv", 1);
}

/* Cookies of others keep the listener listening for them; this one is old. */
WIRE_TEST_VT(syf_cookie_expiry)
{
	always(w);
	w_listen(w, 5);
	flow_syn(w, 0);
	flow_syn(w, 1);
	w_mark(w);
	w_wait(w, 30000);
	flow_ack(w, 0);
	w_entry_is(w, TCP_ESTABLISHED);
	w_wait(w, 2 * PERIOD_MS - w_since_mark(w));
	flow_syn(w, 2);
	w_flow(w, 1);
	refused(w, w_inj(w, ACK, .forged = true));
	w_wait(w, 300000 - w_since_mark(w));
	flow_syn(w, 3);
	w_flow(w, 1);
	refused(w, w_inj(w, ACK, .forged = true));
	w_count(w, "SyncookiesFailed", 2);
	/* and it is not good once more when the clock comes round */
	w_wait(w, 256ll * PERIOD_MS - w_since_mark(w));
	flow_syn(w, 4);
	w_flow(w, 1);
	refused(w, w_inj(w, ACK, .forged = true));
	w_count(w, "SyncookiesRecv", 1);
	flow_ack(w, 4);
	w_entry_is(w, TCP_ESTABLISHED);
}

/* Without a flood of late, an ACK is an ACK to LISTEN, not worth a hash. */
WIRE_TEST_VT(syf_cookie_ack_without_pressure)
{
	w_listen(w, SYNQ_MIN);
	refused(w, w_inj(w, ACK, .seq = 1, .ack = 12345, .forged = true));
	w_count(w, "SyncookiesFailed", 0);
	fill(w, SYNQ_MIN);
	refused(w, w_inj(w, ACK, .seq = 1, .ack = 12345, .forged = true));
	w_count(w, "SyncookiesFailed", 0);
	flow_syn(w, 1);
	w_mark(w);
	w_flow(w, 0);
	refused(w, w_inj(w, ACK, .seq = 1, .ack = 12345, .forged = true));
	w_count(w, "SyncookiesFailed", 1);
	w_wait(w, 2 * PERIOD_MS - w_since_mark(w));
	w_drain(w);
	refused(w, w_inj(w, ACK, .seq = 1, .ack = 12345, .forged = true));
	w_count(w, "SyncookiesFailed", 1);

	/* nor if the administrator does not want them any more */
	always(w);
	flow_syn(w, 2);
	w_sysctl(w, "syncookies", "0");
	refused(w, w_inj(w, ACK, .forged = true));
	w_count(w, "SyncookiesFailed", 1);
	w_sysctl(w, "syncookies", "1");
	flow_ack(w, 2);
	w_entry_is(w, TCP_ESTABLISHED);
}

/* Timestamps carry the options through. */
WIRE_TEST(syf_cookie_options_ts)
{
	struct lctcp_vars v;
	socklen_t len = sizeof(v);
	int fd, i;

	always(w);
	w_listen(w, 20);
	for (i = 0; i <= 15; i++) {
		w_flow(w, i);
		w_inj(w, SYN, .wscale = i, .tsval = 1000, .sackok = i & 1);
		w_exp(w, SYN | ACK, .tsecr = 1000, .wscale = 7,
		      .sackok = i & 1);
		w_inj(w, ACK, .win = 8, .tsval = 1001);
		fd = w_accept(w);
		w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
		/* RFC 7323 section 2.3: 15 means 14 */
		w_check(w, v.snd_wscale == (i < 15 ? i : 14));
		w_check(w, v.rcv_wscale == 7);
		w_check(w, v.options == (LCTCP_OPT_TIMESTAMPS |
					 LCTCP_OPT_WSCALE |
					 (i & 1 ? LCTCP_OPT_SACK : 0)));
		w_check(w, v.snd_wnd == 8u << v.snd_wscale);
		w_write(w, fd, 10);
		w_exp(w, ACK, .tsecr = 1001, .len = i ? 10 : 8);
	}
	/* timestamps, but no scale */
	w_flow(w, i);
	w_inj(w, SYN, .tsval = 1000);
	w_exp(w, SYN | ACK, .tsecr = 1000, .wscale = W_NONE, .sackok = 0);
	w_inj(w, ACK, .win = 300, .tsval = 1001);
	fd = w_accept(w);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	w_check(w, v.options == LCTCP_OPT_TIMESTAMPS);
	w_write(w, fd, 3000);
	w_exp(w, ACK, .tsecr = 1001, .len = 300);
}

/* Timestamps of a cookie never lead those that follow. */
WIRE_TEST(syf_cookie_options_ts_rise)
{
	struct seg *s;
	uint32_t first;

	always(w);
	w_listen(w, 5);
	w_inj(w, SYN, .wscale = 14, .tsval = 1000, .sackok = true);
	s = w_exp(w, SYN | ACK);
	first = s->tsval;
	w_inj(w, ACK, .len = 1);
	w_accept(w);
	s = w_exp(w, ACK, .ack = 2);
	w_check(w, (int32_t)(s->tsval - first) >= 0);
	w_check(w, s->tsval - first < 2000);
}

/* What the SYN-ACK offers the connection has, and nothing else. */
WIRE_TEST(syf_cookie_wscale_consistency)
{
	int fd, small = 4096;
	struct seg *s;

	always(w);
	w_listen(w, 20);
	/* no timestamps: nothing would bring the rest back */
	w_inj(w, SYN, .wscale = 7, .sackok = true);
	s = w_exp(w, SYN | ACK, .wscale = W_NONE, .tsval = W_NONE);
	w_check(w, !s->sackok);
	w_inj(w, ACK, .win = 300);
	fd = w_accept(w);
	w_write(w, fd, 3000);
	s = w_exp(w, ACK, .len = 300, .tsval = W_NONE);
	w_check(w, s->win > 1000);
	w_drain(w);

	/* the listener's settings change between SYN and ACK */
	w_flow(w, 1);
	w_inj(w, SYN, .wscale = 7, .tsval = 1000);
	s = w_exp(w, SYN | ACK, .wscale = 7);
	setsockopt(w->lfd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	w_sysctl(w, "window_scaling", "0");
	w_sysctl(w, "timestamps", "0");
	w->edge_free = true;
	w_inj(w, ACK, .win = 2, .tsval = 1001);
	fd = w_accept(w);
	w_write(w, fd, 3000);
	s = w_exp(w, ACK, .len = 256, .tsecr = 1001);
	w_check(w, s->win > 0 && s->win < 100);

	/* what is switched off is not offered */
	w_flow(w, 2);
	w_inj(w, SYN, .wscale = 7, .tsval = 1000);
	w_exp(w, SYN | ACK, .wscale = W_NONE, .tsval = W_NONE);
}

/* As random as can be seen from outside in 24 of its bits, and different for
 * each four-tuple and each ISS of the peer; not for the same SYN again.
 */
WIRE_TEST(syf_cookie_isn_unpredictable)
{
	enum { N = 1000 };
	static uint32_t tail[N];
	int bit[24] = {}, i, j, same = 0;
	struct seg *s;

	always(w);
	w_listen(w, 5);
	for (i = 0; i < N; i++) {
		/* one SYN in eight comes from the same port */
		w_inj(w, SYN, .forged = true, .seq = i % 8 ? 0 : i,
		      .sport = i % 8 ? 20000 + i : 19999);
		s = w_next(w, 500);
		w_check(w, s && s->flags == (SYN | ACK));
		tail[i] = s->abs_seq & 0xffffff;
		for (j = 0; j < 24; j++)
			bit[j] += tail[i] >> j & 1;
		for (j = 0; j < i; j++)
			same += tail[i] == tail[j];
	}
	/* six standard deviations */
	for (j = 0; j < 24; j++)
		w_check(w, bit[j] > N / 2 - 100 && bit[j] < N / 2 + 100);
	w_check(w, same <= 2);

	s = flow_syn(w, 0);
	w_inj(w, SYN, .seq = 0);
	w_check(w, w_exp(w, SYN | ACK, .ack = 1)->abs_seq == s->abs_seq);
}

/* Only the client can bring such a connection about: if its ACK is lost and it
 * waits for the server to speak, both wait.  Text completes it; a keepalive,
 * one below, or text behind a gap does not tell the client's ISS, so it learns
 * by a RST that there is no connection.
 */
WIRE_TEST_VT(syf_cookie_lost_ack_server_first)
{
	int fd;

	always(w);
	w_listen(w, 5);
	flow_syn(w, 0);
	w_none_for(w, 60000);
	w_inj(w, ACK, .len = 10);
	fd = w_accept(w);
	w_exp(w, ACK, .ack = 11);
	w_read(w, fd, 10);

	flow_syn(w, 1);
	w_none_for(w, 30000);
	refused(w, w_inj(w, ACK, .seq = 0, .forged = true));
	flow_syn(w, 2);
	refused(w, w_inj(w, ACK, .seq = 101, .len = 100, .forged = true));
}

/* The history tells such a life as it was. */
WIRE_TEST(syf_cookie_history)
{
	char line[512], want[64], *p;
	bool found = false;
	FILE *f;

	always(w);
	w_listen(w, 5);
	flow_syn(w, 0);
	flow_ack(w, 0);
	sprintf(want, ":%d ", W_PEER_PORT);
	f = fopen("/proc/net/lctcp/history", "r");
	w_check(w, f);
	while (fgets(line, sizeof(line), f)) {
		if (!strstr(line, want))
			continue;
		p = strstr(line, "LISTEN");
		w_check(w, p && strstr(p, "COOKIE_ACK") &&
			strstr(p, "ESTABLISHED"));
		w_check(w, !found);
		found = true;
	}
	fclose(f);
	w_check(w, found);
}

WIRE_MAIN
