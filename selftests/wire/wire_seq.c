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
	w_check(w, v.snd_wnd == 65535);
	w_check(w, v.mss <= 1460 && v.mss >= 536);
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

/* Zero window: text is refused, its ACK is used. */
WIRE_TEST(seq_lenN_wnd0)
{
	int fd = w_accepted(w), n;

	n = w_fill_window(w, 0);
	w_write(w, fd, 100);
	w_exp(w, ACK, .len = 100);
	w_inj(w, ACK, .seq = n + 1, .ack = 51, .len = 1, .forged = true);
	w_exp(w, ACK, .ack = n + 1, .past_acks = true);
	w_check(w, una(w, fd) == 51);
	w_read(w, fd, n);
	nothing_to_read(w, fd);
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
	w_read(w, fd, 30);
}

/* Held segments that overlap in every way make one exact stream. */
WIRE_TEST(seq_ooo_overlaps)
{
	unsigned int seed = 1, i, from, n;
	int fd = w_accepted(w);

	for (i = 0; i < 300; i++) {
		seed = seed * 1103515245 + 12345;
		from = 2 + (seed >> 16) % 2900;
		n = 1 + (seed >> 8) % 200;
		if (from + n > 3001)
			n = 3001 - from;
		w_inj(w, ACK, .seq = from, .len = n);
		w_drain(w);
	}
	nothing_to_read(w, fd);
	for (from = 1; from < 3001; from += 600)
		w_inj(w, ACK, .seq = from, .len = 600);
	w->f->snd_nxt = w->f->isn + 3001;
	w_exp(w, ACK, .past_acks = true);
	w_read(w, fd, 3000);
	nothing_to_read(w, fd);
}

/* In the variants that wrap, the very first octets cross 2^32. */
WIRE_TEST(seq_wrap_recv)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .seq = 5, .len = 10);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, FIN | ACK, .seq = 15, .len = 5);
	w_exp(w, ACK, .ack = 1);
	w_inj(w, ACK, .len = 4);
	w_exp(w, ACK, .ack = 21);
	w_read(w, fd, 19);
	w_read_eof(w, fd);
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
	}
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

/* Our window is zero; sending and the peer's ACKs go on. */
WIRE_TEST(seq_zero_rwnd_still_sends)
{
	int fd = w_accepted(w), i;

	w_fill_window(w, 0);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	for (i = 0; i < 5; i++) {
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
	w_exp(w, ACK, .ack = n + 6);
}

WIRE_TEST(seq_ack_below_isn)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .ack = -100, .len = 10, .forged = true);
	w_exp(w, ACK, .seq = 1, .ack = 1);
	nothing_to_read(w, fd);
}

WIRE_MAIN
