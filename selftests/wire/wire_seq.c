// SPDX-License-Identifier: GPL-2.0
/* Which segments are acceptable, and what of them is used. */
#include "wire.h"

static void nothing_to_read(struct wire *w, int fd)
{
	char c;

	w_err(w, EAGAIN, recv(fd, &c, 1, MSG_DONTWAIT));
}

/* Octets acknowledged, seen in SND.UNA, relative to the ISS. */
static long long una(struct wire *w, int fd)
{
	struct lctcp_vars v;
	socklen_t len = sizeof(v);

	w_only_lctcp(w);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	return (int32_t)(v.snd_una - w->f->iss);
}

static long long snd_wnd(struct wire *w, int fd)
{
	struct lctcp_vars v;
	socklen_t len = sizeof(v);

	w_only_lctcp(w);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	return v.snd_wnd;
}

WIRE_TEST(seq_tcb_vars_status)
{
	struct lctcp_vars v;
	socklen_t len = sizeof(v);
	int fd = w_accepted(w);

	w_only_lctcp(w);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, ACK, .ack = 1, .len = 10);
	w_exp(w, ACK);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	w_check(w, v.state == TCP_ESTABLISHED);
	w_check(w, v.iss == w->f->iss);
	w_check(w, v.irs == w->f->isn);
	w_check(w, v.snd_una == w->f->iss + 1);
	w_check(w, v.snd_nxt == w->f->iss + 101);
	w_check(w, v.rcv_nxt == w->f->isn + 11);
	w_check(w, v.snd_wnd == 65535 && v.max_snd_wnd == 65535);
	w_check(w, v.snd_wl1 == w->f->isn + 1);
	w_check(w, v.snd_wl2 == w->f->iss + 1);
	w_check(w, v.rcv_wnd == w->f->edge - v.rcv_nxt);
	w_check(w, v.mss <= 1460 && v.mss >= 536);
	w_check(w, v.timer == 1 && v.timer_ms > 0 && v.retries == 0);

	w_inj(w, ACK, .win = 1000);
	w_inj(w, ACK, .len = 10, .win = 900);
	w_exp(w, ACK);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	w_check(w, v.snd_una == v.snd_nxt);
	w_check(w, v.snd_wnd == 900 && v.max_snd_wnd == 65535);
	w_check(w, v.snd_wl1 == w->f->isn + 11);
	w_check(w, v.snd_wl2 == w->f->iss + 101);
	w_check(w, v.rcv_nxt == w->f->isn + 21);
	w_check(w, v.timer == 0);

	/* SND.UP and RCV.UP follow what is acknowledged and what has come */
	w_check(w, v.snd_up == v.snd_una && v.rcv_up == v.rcv_nxt);
	w_check(w, send(fd, "urgent", 6, MSG_OOB) == 6);
	w->f->pattern = false;
	w_exp(w, ACK, .may = URG, .len = 6);
	w_inj(w, ACK | URG, .ack = 101, .len = 10, .urg = 15);
	w_exp(w, ACK);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	w_check(w, v.snd_una == w->f->iss + 101);
	w_check(w, v.snd_up == w->f->iss + 107);
	w_check(w, v.rcv_nxt == w->f->isn + 31);
	w_check(w, v.rcv_up == w->f->isn + 36);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	w_check(w, v.snd_up == v.snd_una && v.snd_una == w->f->iss + 107);
	w_check(w, v.rcv_up == v.rcv_nxt && v.rcv_nxt == w->f->isn + 41);
}

/* Empty segments: the window's first and last octet, and those beside it. */
WIRE_TEST(seq_len0_wndN)
{
	int fd = w_accepted(w), win = w->f->edge - w->f->snd_nxt;

	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	/* one below is what a keepalive or a crossing SYN-ACK looks like */
	w_inj(w, ACK, .seq = -1, .ack = 11);
	w_exp(w, ACK, .seq = 101, .ack = 1);
	w_check(w, una(w, fd) == 1);
	w_inj(w, ACK, .seq = 1 + win, .ack = 21);
	w_exp(w, ACK, .seq = 101, .ack = 1);
	w_check(w, una(w, fd) == 1);
	w_inj(w, ACK, .seq = win, .ack = 31);
	w_check(w, una(w, fd) == 31);
	w_inj(w, ACK, .seq = 1, .ack = 41);
	w_check(w, una(w, fd) == 41);
}

/* Zero window, nothing in the segment: good only at RCV.NXT.  One below is what
 * a probe looks like: answered, but its ACK counts (D21).
 */
WIRE_TEST(seq_len0_wnd0)
{
	int fd = w_accepted(w), n;

	n = w_fill_window(w, 0);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, ACK, .seq = n + 1, .ack = 11);
	w_none(w);
	w_check(w, una(w, fd) == 11);
	w_inj(w, ACK, .seq = n + 2, .ack = 21);
	w_exp(w, ACK, .seq = 101, .ack = n + 1, .win = 0);
	w_inj(w, ACK, .seq = n - 1, .ack = 31);
	w_exp(w, ACK, .seq = 101, .ack = n + 1);
	w_check(w, una(w, fd) == 11);
	w_inj(w, ACK, .seq = n, .ack = 41);
	w_exp(w, ACK, .seq = 101, .ack = n + 1);
	w_check(w, una(w, fd) == 41);
	w_read(w, fd, n);
}

/* Zero window: text is refused; the ACK, URG and RST with it are used. */
WIRE_TEST(seq_lenN_wnd0)
{
	int fd = w_accepted(w), n;

	n = w_fill_window(w, 0);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, ACK, .seq = n + 1, .ack = 51, .len = 1, .forged = true);
	w_exp(w, ACK, .ack = n + 1, .past_acks = true);
	w_check(w, una(w, fd) == 51);
	w_check(w, !w_poll(fd, POLLPRI, 0));
	w_inj(w, ACK | URG, .seq = n + 1, .len = 1, .urg = 1, .forged = true);
	w_exp(w, ACK, .ack = n + 1, .win = 0);
	w_check(w, w_poll(fd, POLLPRI, 0) == POLLPRI);
	w_read(w, fd, n);
	nothing_to_read(w, fd);
	w_drain(w);

	w_flow(w, 1);
	fd = w_accepted(w);
	n = w_fill_window(w, 0);
	w_inj(w, RST | ACK, .seq = n + 2, .len = 1, .forged = true);
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, RST | ACK, .seq = n + 1, .len = 1, .forged = true);
	w_none(w);
	w_gone(w);
}

WIRE_TEST(seq_lenN_wndN)
{
	int fd = w_accepted(w), win;

	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK, .ack = 101);
	w_read(w, fd, 100);
	w_drain(w);
	win = w->f->edge - w->f->snd_nxt;

	/* before the window, and beyond it */
	w_inj(w, ACK, .seq = 51, .len = 50);
	w_exp(w, ACK, .ack = 101);
	w_inj(w, ACK, .seq = 101 + win, .len = 10, .forged = true);
	w_exp(w, ACK, .ack = 101);
	nothing_to_read(w, fd);
	/* starts before it, ends in it */
	w_inj(w, ACK, .seq = 91, .len = 20);
	w_exp(w, ACK, .ack = 111);
	w_read(w, fd, 10);
	nothing_to_read(w, fd);
	/* the first octet in the window is its last one: kept */
	w->f->snd_nxt = w->f->isn + 111;
	win = w->f->edge - w->f->snd_nxt;
	w_inj(w, ACK, .seq = 110 + win, .len = 10, .forged = true);
	w_exp(w, ACK, .ack = 111);
	w_count(w, "OfoQueue", 1);
	/* the last octet is the window's first one: taken */
	w_inj(w, ACK, .seq = 102, .len = 10);
	w_exp(w, ACK, .ack = 112);
	w_read(w, fd, 1);
}

/* A segment that is larger than the window at both ends: the table would
 * refuse it, but all of the window is in it.
 */
WIRE_TEST(seq_span_whole_window)
{
	int fd = w_accepted(w), n = w_fill_window(w, 100);

	w_inj(w, ACK, .seq = n - 4, .len = 110, .forged = true);
	w->f->snd_max = w->f->isn + n + 101;
	w_exp(w, ACK, .ack = n + 101, .past_acks = true);
	w_read(w, fd, n + 100);
	nothing_to_read(w, fd);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* Text beyond the window is cut off, and the FIN behind it. */
WIRE_TEST(seq_trim_right)
{
	int fd = w_accepted(w), n = w_fill_window(w, 100);

	w_inj(w, FIN | ACK, .len = 150, .forged = true);
	w->f->snd_max = w->f->isn + n + 101;
	w->f->snd_nxt = w->f->snd_max;
	w_exp(w, ACK, .ack = n + 101, .past_acks = true);
	w_is(w, fd, TCP_ESTABLISHED);
	w_read(w, fd, n + 100);
	nothing_to_read(w, fd);
	w_drain(w);
	w_inj(w, FIN | ACK, .len = 50);
	w_exp(w, ACK, .ack = n + 152);
	w_read(w, fd, 50);
	w_read_eof(w, fd);
}

WIRE_TEST(seq_unacceptable_reply)
{
	int fd = w_accepted(w);

	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, FIN | ACK, .seq = -5000, .len = 10);
	w_exp(w, ACK, .seq = 101, .ack = 1);
	w_inj(w, FIN | ACK, .seq = 1000000, .len = 10, .forged = true);
	w_exp(w, ACK, .seq = 101, .ack = 1);
	w_is(w, fd, TCP_ESTABLISHED);
	nothing_to_read(w, fd);
	w_check(w, una(w, fd) == 1);
}

/* The first copy of an octet wins. */
WIRE_TEST(seq_trim_left)
{
	int fd = w_accepted(w);
	char buf[32];

	w_inj(w, ACK, .data = "0123456789");
	w_exp(w, ACK, .ack = 11);
	w_inj(w, ACK, .seq = 6, .data = "xxxxxABCDE");
	w_exp(w, ACK, .ack = 16);
	w_check(w, recv(fd, buf, sizeof(buf), 0) == 15);
	w_check(w, !memcmp(buf, "0123456789ABCDE", 15));
}

WIRE_TEST(seq_ooo_hold)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .seq = 21, .len = 10);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, ACK, .seq = 11, .len = 10);
	w_exp(w, ACK, .ack = 1);
	nothing_to_read(w, fd);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 31);
	w_none(w);
	w_read(w, fd, 30);
}

/* Held segments that overlap in every way make one exact stream. */
WIRE_TEST_LONG(seq_ooo_overlaps)
{
	unsigned int seed = w->isn, i, round, base = 1, from, n;
	unsigned int rounds = W_MANY(w, 30, 1250);
	int fd = w_accepted(w);

	for (round = 0; round < rounds; round++) {
		w_forget(w);
		for (i = 0; i < 200; i++) {
			seed = seed * 1103515245 + 12345;
			from = 1 + (seed >> 16) % 2900;
			n = 1 + (seed >> 8) % 200;
			if (from + n > 3000)
				n = 3000 - from;
			w_inj(w, ACK, .seq = base + from, .len = n);
			w_drain(w);
		}
		nothing_to_read(w, fd);
		for (from = 0; from < 3000; from += 600)
			w_inj(w, ACK, .seq = base + from, .len = 600);
		base += 3000;
		w->f->snd_nxt = w->f->isn + base;
		w_exp(w, ACK, .past_acks = true);
		w_read(w, fd, 3000);
		nothing_to_read(w, fd);
		w_drain(w);
	}
}

/* In the variants that wrap, the very first octets cross 2^32. */
WIRE_TEST(seq_wrap_recv)
{
	int fd = w_accepted(w);
	struct seg *s;
	char c;

	w_inj(w, ACK, .seq = 5, .len = 10);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, FIN | ACK, .seq = 15, .len = 5);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, ACK, .len = 4);
	w_exp(w, ACK, .ack = 21);
	w_read(w, fd, 19);
	w_read_eof(w, fd);

	/* SACK blocks, and an urgent pointer */
	w_flow(w, 1)->isn = 0xfffffff6;
	w_reopen(w, 0xfffffff6);
	w_inj(w, SYN, .sackok = 1);
	w_exp(w, SYN | ACK, .sackok = 1);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_inj(w, ACK, .seq = 6, .len = 10);
	s = w_exp(w, ACK, .ack = 1);
	w_check(w, s->nsack == 1 && s->sack[0].left == 6 &&
		s->sack[0].right == 16);
	w_inj(w, ACK | URG, .seq = 21, .len = 5, .urg = 2);
	s = w_exp(w, ACK, .ack = 1);
	w_check(w, s->nsack == 2 && s->sack[0].left == 21);
	w_inj(w, ACK, .len = 5);
	w_exp(w, ACK, .ack = 16);
	w_inj(w, ACK, .seq = 16, .len = 5);
	w_exp(w, ACK, .ack = 26);
	w_check(w, w_poll(fd, POLLPRI, 0) & POLLPRI);
	w_check(w, recv(fd, &c, 1, MSG_OOB) == 1 && (unsigned char)c == w_pattern(21));
}

/* Sequence numbers wrap with the eleventh octet of a megabyte that is sent
 * while segments get lost, and once nothing comes back for longer than the
 * timeout.  The peer answers as a receiver with SACK does; each octet that
 * leaves is held against the pattern.
 */
enum { WRAP_TOTAL = 1 << 20 };

struct wrap_peer {
	unsigned char have[WRAP_TOTAL + 1];
	int nxt;		/* octets in sequence */
	int segments;
};

/* write() what goes, in the pattern of the harness. */
static void wrap_send(struct wire *w, int fd)
{
	static unsigned char buf[16384];
	int n = 1, i;

	while (n > 0 && w->f->tx_off < WRAP_TOTAL) {
		n = WRAP_TOTAL - w->f->tx_off;
		if (n > (int)sizeof(buf))
			n = sizeof(buf);
		for (i = 0; i < n; i++)
			buf[i] = w_pattern(w->f->tx_off + i);
		n = send(fd, buf, n, MSG_NOSIGNAL);
		if (n > 0)
			w->f->tx_off += n;
		else
			w_check(w, errno == EAGAIN);
	}
}

static void wrap_take(struct wire *w, struct wrap_peer *p, const struct seg *s)
{
	long long from = s->seq - 1, to = from + s->len;

	w_check(w, from >= 0 && to <= WRAP_TOTAL);
	memset(p->have + from, 1, to - from);
	while (p->have[p->nxt])
		p->nxt++;
	w_hear(w, s);
	w->f->rcv_nxt = w->f->iss + 1 + p->nxt;
	for (; from > 0 && p->have[from - 1]; from--)
		;
	for (; p->have[to]; to++)
		;
	if (from > p->nxt)
		w_inj(w, ACK, .nsack = 1, .sack = { { from + 1, to + 1 } });
	else
		w_inj(w, ACK);
}

WIRE_TEST(seq_wrap_send)
{
	struct wrap_peer *p = calloc(1, sizeof(*p));
	bool deaf = false;
	struct seg *s;
	int fd;

	w_sysctl(w, "test_iss", "0xfffffff6");
	w_listen(w, 5);
	w_inj(w, SYN, .sackok = 1);
	s = w_exp(w, SYN | ACK, .sackok = 1);
	w_check(w, s->abs_seq == 0xfffffff6);
	w_inj(w, ACK);
	fd = w_accept(w);
	w->f->pattern = true;
	while (p->nxt < WRAP_TOTAL) {
		wrap_send(w, fd);
		s = w_next(w, deaf ? 50 : 5000);
		if (!s && !deaf)
			w_fail(w, "nothing more after %d octets", p->nxt);
		/* every 23rd is lost, and once a whole flight */
		if (!s || !s->len) {
			deaf &= !!s;
			continue;
		}
		if (++p->segments == 300)
			deaf = true;
		if (!deaf && p->segments % 23 != 22)
			wrap_take(w, p, s);
	}
	w_check(w, una(w, fd) == 1 + WRAP_TOTAL);
	w_check(w, w_counter(w, "Timeouts") > 0);
	w_check(w, w_counter(w, "FastRetrans") > 0);
	free(p);
}

WIRE_TEST(seq_compare_half_space)
{
	static const long long off[] = {
		0x7fffffff, -0x80000000ll, -0x7fffffff,
	};
	int fd = w_accepted(w), i;

	for (i = 0; i < 3; i++) {
		w_inj(w, ACK, .seq = 1 + off[i], .len = 10, .forged = true);
		w_exp(w, ACK, .seq = 1, .ack = 1);
	}
	nothing_to_read(w, fd);
	w_is(w, fd, TCP_ESTABLISHED);
}

WIRE_TEST(seq_syn_counts)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .seq = 1, .len = 1);
	w_exp(w, ACK, .ack = 2);
	w_read(w, fd, 1);
	w_write(w, fd, 1);
	w_exp(w, ACK, .seq = 1, .len = 1);
}

/* An ACK inside a segment: the rest is what is sent again. */
WIRE_TEST(seq_ack_new)
{
	int fd = w_accepted(w);
	struct seg *s;

	w_write(w, fd, 1000);
	w_exp(w, ACK, .seq = 1, .len = 1000);
	w_inj(w, ACK, .ack = 501);
	s = w_exp(w, ACK, .seq = 501, .len = W_ANY, .within = 3000);
	w_check(w, s->len == 500);
}

WIRE_TEST(seq_ack_dup_text_used)
{
	int fd = w_accepted(w);

	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, ACK);
	w_inj(w, ACK, .ack = 51, .len = 10);
	w_exp(w, ACK, .seq = 101, .ack = 11);
	w_read(w, fd, 10);
}

WIRE_TEST(seq_ack_future)
{
	static const int state[] = {
		TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT,
		TCP_CLOSING, TCP_LAST_ACK,
	};
	int i, fd, nxt;

	for (i = 0; i < 6; i++) {
		w_flow(w, i);
		fd = w_to_state(w, state[i]);
		nxt = w->f->rcv_nxt - w->f->iss;
		w_inj(w, ACK, .ack = nxt + 1, .len = 10, .forged = true);
		w_exp(w, ACK);
		w_is(w, fd, state[i]);
		if (i < 3)
			nothing_to_read(w, fd);
		else
			w_read_eof(w, fd);
	}
	w_flow(w, i);
	w_to_state(w, TCP_TIME_WAIT);
	w_inj(w, ACK, .ack = 3, .len = 10, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_inj(w, ACK, .ack = 3, .forged = true);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
}

/* After a timeout the sender goes back, but what it sent before may still be
 * acknowledged.
 */
WIRE_TEST(seq_ack_snd_max)
{
	int fd = w_accepted(w);

	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	w_write(w, fd, 14000);
	w_take(w, 14000, 0);
	w->f->rcv_nxt = w->f->iss + 1;
	w_exp(w, ACK, .seq = 1, .len = W_ANY, .within = 3000);
	w_inj(w, ACK, .ack = 14001);
	w_check(w, una(w, fd) == 14001);
	w_none(w);
	w->f->rcv_nxt = w->f->iss + 14001;
	w_is(w, fd, TCP_ESTABLISHED);
	w_write(w, fd, 10);
	w_exp(w, ACK, .seq = 14001, .len = 10);
}

WIRE_TEST(seq_no_ack_bit)
{
	int fd = w_accepted(w);

	w_inj(w, PSH, .len = 10, .forged = true);
	w_none(w);
	nothing_to_read(w, fd);
	w_inj(w, PSH, .seq = -1000, .len = 10, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 1);
}

/* Sequence, RST, SYN, ACK, text, FIN: in that order. */
WIRE_TEST(seq_check_order)
{
	int fd = w_accepted(w);

	w_inj(w, SYN | RST, .seq = -1000, .forged = true);
	w_none(w);
	w_inj(w, SYN | FIN | ACK, .seq = 10, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	w_is(w, fd, TCP_ESTABLISHED);
	nothing_to_read(w, fd);
	w_inj(w, SYN | RST, .forged = true);
	w_none(w);
	w_gone(w);
}

/* SND.WND: newer SEQ, or the same SEQ and an ACK not older. */
WIRE_TEST(seq_wl_update)
{
	int fd = w_accepted(w);

	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, ACK, .seq = 1, .ack = 51, .win = 1000);
	w_check(w, snd_wnd(w, fd) == 1000);
	w_inj(w, ACK, .seq = 1, .ack = 31, .win = 10);
	w_check(w, snd_wnd(w, fd) == 1000);
	w_inj(w, ACK, .seq = 1, .ack = 51, .win = 2000);
	w_check(w, snd_wnd(w, fd) == 2000);
	w_inj(w, ACK, .seq = 1, .ack = 51, .win = 1500);
	w_check(w, snd_wnd(w, fd) == 1500);
	w_inj(w, ACK, .seq = 1, .ack = 51, .win = 3000, .len = 10);
	w_exp(w, ACK, .ack = 11);
	w_inj(w, ACK, .seq = 11, .ack = 101, .win = 4000);
	w_check(w, snd_wnd(w, fd) == 4000);
}

WIRE_TEST(seq_wl_old_ignored)
{
	int fd = w_accepted(w);

	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, ACK, .ack = 101, .win = 1000);
	w_inj(w, ACK, .ack = 51, .win = 10);
	w_write(w, fd, 500);
	w_exp(w, ACK, .seq = 101, .len = 500);

	/* older by its number, whether what it acknowledges is new or not */
	w_flow(w, 1);
	fd = w_accepted(w);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, ACK, .seq = 21, .ack = 1, .len = 10, .win = 1000);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, ACK, .seq = 1, .ack = 1, .len = 10, .win = 10);
	w_exp(w, ACK, .ack = 11);
	w_check(w, snd_wnd(w, fd) == 1000);
	w_inj(w, ACK, .seq = 11, .ack = 51, .len = 5, .win = 20);
	w_exp(w, ACK, .ack = 16);
	w_check(w, una(w, fd) == 51);
	w_check(w, snd_wnd(w, fd) == 1000);
}

WIRE_TEST(seq_wl_equal_ack_updates)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .win = 0);
	w_write(w, fd, 500);
	w_none(w);
	w_inj(w, ACK, .win = 1000);
	w_exp(w, ACK, .seq = 1, .len = 500);
}

/* The right edge of the window, counted in octets, never moves left, however
 * the window is rounded to be scaled.
 */
WIRE_TEST(seq_rcv_edge_monotonic)
{
	unsigned int seed = 7, n, sent = 0, taken = 0, i, rcvbuf = 1 << 21;
	long long edge = 0, now;
	struct seg *s;
	int fd;

	fd = w_bound(w, 0, W_PORT);
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf)));
	w_ok(w, listen(fd, 5));
	w->lfd = fd;
	w_inj(w, SYN, .wscale = 0);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->wscale > 0);
	w_inj(w, ACK);
	fd = w_accept(w);
	for (i = 0; i < 1500; i++) {
		seed = seed * 1103515245 + 12345;
		n = 1 + (seed >> 16) % 1300;
		if (!edge || 1 + sent + n <= edge) {
			w_inj(w, ACK, .len = n);
			sent += n;
		}
		if (i % 5 == 4) {
			n = (seed >> 8) % 3000;
			if (n > sent - taken)
				n = sent - taken;
			if (n)
				w_read(w, fd, n);
			taken += n;
		}
		while ((s = w_next(w, 0))) {
			now = s->ack + ((long long)s->win << w->f->uut_wscale);
			w_check(w, now >= edge);
			edge = now;
			w_hear(w, s);
		}
	}
	w_check(w, edge > 10000);
	w_read(w, fd, sent - taken);
}

WIRE_TEST(seq_order_processing)
{
	int fd = w_accepted(w);

	w_inj(w, FIN | ACK, .seq = 11, .len = 10);
	w_exp(w, ACK, .ack = 1);
	w_is(w, fd, TCP_ESTABLISHED);
	nothing_to_read(w, fd);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 22);
	w_is(w, fd, TCP_CLOSE_WAIT);
	w_read(w, fd, 20);
	w_read_eof(w, fd);
}

/* A pointer that comes with text above a gap; with a copy of such text; with
 * text that partly is such a copy.
 */
WIRE_TEST(seq_order_processing_urg)
{
	int fd = w_accepted(w), round, base, octet;
	char c;

	for (round = 0; round < 4; round++) {
		base = 1 + round * 30;
		octet = base + 13;
		switch (round) {
		case 0:
			w_inj(w, ACK | URG, .seq = base + 10, .len = 10, .urg = 4);
			break;
		case 1:
			w_inj(w, ACK, .seq = base + 10, .len = 10);
			w_exp(w, ACK, .ack = base);
			w_inj(w, ACK | URG, .seq = base + 10, .len = 10, .urg = 4);
			break;
		case 2:
			w_inj(w, ACK, .seq = base + 10, .len = 10);
			w_exp(w, ACK, .ack = base);
			w_inj(w, ACK | URG, .seq = base + 5, .len = 25, .urg = 9);
			break;
		case 3:	/* announced in order, it comes too early itself */
			w_inj(w, ACK | URG, .urg = 14);
			w_none(w);
			w_inj(w, ACK, .seq = base + 10, .len = 10);
			break;
		}
		w_exp(w, ACK, .ack = base);
		w_check(w, !w_poll(fd, POLLPRI, 0));
		w_err(w, round == 3 ? EAGAIN : EINVAL,
		      recv(fd, &c, 1, MSG_OOB | MSG_DONTWAIT));
		w->f->snd_nxt = w->f->isn + base;
		w_inj(w, ACK, .len = 30);
		w_exp(w, ACK, .ack = base + 30);
		w_check(w, w_poll(fd, POLLPRI, 0) & POLLPRI);
		w_check(w, recv(fd, &c, 1, MSG_OOB) == 1 &&
			(unsigned char)c == w_pattern(octet - 1));
		w_read(w, fd, octet - base);
		w->f->rx_off++;
		w_read(w, fd, 30 - (octet - base) - 1);
	}
}

/* Our window is zero; sending and the peer's ACKs go on. */
WIRE_TEST(seq_zero_rwnd_still_sends)
{
	int fd = w_accepted(w), i;

	w_fill_window(w, 0);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	for (i = 0; i < 100; i++) {
		w_write(w, fd, 2000);
		w_take(w, 2000, ACK);
	}
}

WIRE_TEST(seq_keepalive_answer)
{
	int fd = w_accepted(w), n;

	w_inj(w, ACK, .len = 5);
	w_exp(w, ACK);
	w_inj(w, ACK, .seq = 5);
	w_exp(w, ACK, .ack = 6);
	w_inj(w, ACK, .seq = 5, .len = 1);
	w_exp(w, ACK, .ack = 6);
	w_read(w, fd, 5);
	w_drain(w);
	n = w_fill_window(w, 0);
	w_inj(w, ACK, .seq = n + 5);
	w_exp(w, ACK, .ack = n + 6, .win = 0);
	w_inj(w, ACK, .seq = n + 5, .len = 1);
	w_exp(w, ACK, .ack = n + 6, .win = 0);
	w_is(w, fd, TCP_ESTABLISHED);
	w_read(w, fd, n);
	nothing_to_read(w, fd);
}

/* A peer that answers each of our ACKs with one that we cannot accept: it does
 * not go on for ever, and the connection lives.
 */
WIRE_TEST(seq_ack_storm_bounded)
{
	int fd = w_accepted(w), rounds = 0, i;

	for (i = 0; i < 3; i++) {
		w_inj(w, ACK, .seq = -20000 - i);
		while (w_next(w, 200) && ++rounds < 5000)
			w_inj(w, ACK, .seq = -20000 - i);
	}
	w_check(w, rounds > 0 && rounds <= 400);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK, .ack = 11);
	w_read(w, fd, 10);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
}

WIRE_TEST(seq_ack_below_isn)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .ack = -100, .len = 10, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	nothing_to_read(w, fd);
}

WIRE_MAIN
