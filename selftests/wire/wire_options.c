// SPDX-License-Identifier: GPL-2.0
/*
 * Options: how they are read (RFC 9293 sections 3.1, 3.2), the maximum segment
 * size (3.7.1), window scale and timestamps (RFC 7323).
 */
#include "wire.h"

#define OPTS(bytes)	.opts = (bytes), .opts_len = sizeof(bytes) - 1

static int full(const struct wire *w)
{
	return w->family == AF_INET ? 1460 : 1440;
}

static int least(const struct wire *w)
{
	return w->family == AF_INET ? 536 : 1220;
}

/* A SYN with these options on a flow of its own; @mss is what it makes of it. */
static int with_opts(struct wire *w, int n, const char *opts, int len, int mss)
{
	int fd;

	w_flow(w, n);
	if (w->lfd < 0)
		w_listen(w, 64);
	w_inj(w, SYN, .opts = opts, .opts_len = len);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_ok(w, w_setopt(w, fd, TCP_NODELAY, 1));
	w->f->peer_mss = mss;
	w_write(w, fd, 2000);
	w_exp(w, ACK, .len = mss);
	w_drain(w);
	return fd;
}

#define GIVES(w, n, bytes, mss) \
	with_opts(w, n, bytes, sizeof(bytes) - 1, mss)

WIRE_TEST(opt_mandatory_set)
{
	GIVES(w, 0, "\1\1\2\4\2\xbc\1\0", 700);
	GIVES(w, 1, "\2\4\2\xbc\0\0\0\0", 700);
}

/* Text, a FIN and a RST with an option that nobody knows. */
WIRE_TEST(opt_any_segment)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .len = 5, OPTS("\1\1\1\0"));
	w_exp(w, ACK);
	w_inj(w, FIN | ACK, OPTS("\x63\4\7\7"));
	w_exp(w, ACK);
	w_is(w, fd, TCP_CLOSE_WAIT);
	w_inj(w, RST, .ack = W_NONE, OPTS("\x63\4\7\7"));
	w_gone(w);
}

WIRE_TEST(opt_unknown_ignored)
{
	GIVES(w, 0, "\x63\6\1\2\3\4\2\4\2\xbc\1\1", 700);
	GIVES(w, 1, "\xc8\2\2\4\2\xbc\1\1", 700);
}

/* Nothing behind it is read; what came before holds. */
WIRE_TEST(opt_illegal_length)
{
	GIVES(w, 0, "\x63\0\2\4\2\xbc\1\1", least(w));
	GIVES(w, 1, "\x63\1\2\4\2\xbc\1\1", least(w));
	GIVES(w, 2, "\2\4\2\xbc\x63\x28\1\1", 700);
	GIVES(w, 3, "\1\1\1\2", least(w));
	GIVES(w, 4, "\2\4\2\xbc\1\1\1\x63", 700);
}

/* A connection for each set of options that a SYN may have, and what we send
 * there: a SYN-ACK, text, an ACK with as many SACK blocks as fit.
 */
static void each_set(struct wire *w,
		     void (*look)(struct wire *w, const struct seg *s))
{
	int fd, i, n;

	w_listen(w, 16);
	for (i = 0; i < 8; i++) {
		w_flow(w, i);
		w_inj(w, SYN, .wscale = i & 1 ? 3 : W_NONE,
		      .sackok = i >> 1 & 1, .tsval = i & 4 ? 7 : W_NONE,
		      .tsecr = 0);
		look(w, w_exp(w, SYN | ACK));
		w_inj(w, ACK);
		fd = w_accept(w);
		w_write(w, fd, 10);
		look(w, w_exp(w, ACK, .len = 10));
		w_inj(w, ACK);
		for (n = 1; n < 6; n++) {
			w_inj(w, ACK, .seq = 1 + 100 * n, .len = 10);
			look(w, w_exp(w, ACK, .ack = 1));
		}
		w_ok(w, shutdown(fd, SHUT_WR));
		look(w, w_exp(w, FIN | ACK));
	}
	w_flow(w, 8);
	w_connect(w);
	look(w, w_exp(w, SYN));
}

/* Every option but EOL and NOP says how long it is, and is as long as it says
 * and as its kind is.
 */
static void lengths_well(struct wire *w, const struct seg *s)
{
	static const int fixed[] = { [2] = 4, [3] = 3, [4] = 2, [8] = 10 };
	const unsigned char *o = s->raw + s->th + 20, *end = o + s->opt_len;

	w_check(w, s->opt_len == 4 * s->doff - 20);
	while (o < end && *o) {
		if (*o == 1) {
			o++;
			continue;
		}
		w_check(w, end - o >= 2 && o[1] >= 2 && o[1] <= end - o);
		if (*o == 5)
			w_check(w, o[1] % 8 == 2 && o[1] > 2);
		else
			w_check(w, *o <= 8 && o[1] == fixed[*o]);
		o += o[1];
	}
}

WIRE_TEST(opt_lengths_sent)
{
	each_set(w, lengths_well);
}

/* The header ends with its options, with NOPs, or with EOL and zeros only. */
static void padding_well(struct wire *w, const struct seg *s)
{
	const unsigned char *o = s->raw + s->th + 20, *end = o + s->opt_len;
	int left;

	while (o < end && *o)
		o += *o == 1 ? 1 : o[1];
	left = end - o;
	w_check(w, left >= 0 && left < 4);
	while (o < end)
		w_check(w, !*o++);
}

WIRE_TEST(opt_zero_padding)
{
	each_set(w, padding_well);
}

WIRE_TEST(opt_unaligned)
{
	GIVES(w, 0, "\1\2\4\2\xbc\1\1\1", 700);
	GIVES(w, 1, "\1\1\2\4\2\xbc\1\1", 700);
	GIVES(w, 2, "\1\1\1\2\4\2\xbc\1", 700);
	GIVES(w, 3, "\x63\3\1\2\4\2\xbc\1", 700);
}

WIRE_TEST(opt_after_eol_ignored)
{
	GIVES(w, 0, "\0\1\1\1\2\4\2\xbc", least(w));
}

WIRE_TEST(opt_missing_all)
{
	struct seg *s;
	int fd;

	w_listen(w, 16);
	w_inj(w, SYN, .mss = W_NONE);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->opt_len == 4 && s->mss == full(w));
	w_inj(w, ACK);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 30);
	w_check(w, w_exp(w, ACK)->opt_len == 0);
	w_read(w, fd, 30);
}

WIRE_TEST(opt_wrong_len_known)
{
	GIVES(w, 0, "\2\3\2\1\3\2\4\6\1\1\1\1", least(w));
	GIVES(w, 1, "\2\6\2\xbc\1\1\1\1", least(w));
	GIVES(w, 2, "\x8\4\1\1\2\4\2\xbc", 700);
}

/* The last one holds. */
WIRE_TEST(opt_duplicate_option)
{
	GIVES(w, 0, "\2\4\2\x58\2\4\2\xbc", 700);
	GIVES(w, 1, "\2\4\2\xbc\2\4\2\x58", 600);
}

/* Answered as if these were not there. */
static void only_mss(struct wire *w, const char *opts, int len)
{
	struct seg *s;

	w_listen(w, 16);
	w_inj(w, SYN, .opts = opts, .opts_len = len);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->opt_len == 4 && s->mss == full(w));
	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

WIRE_TEST(opt_experimental_exid)
{
	static const char o[] = "\xfd\6\x12\x34\1\2\xfe\6\x56\x78\1\2";

	only_mss(w, o, sizeof(o) - 1);
}

WIRE_TEST(opt_tfo_ignored)
{
	static const char o[] = "\x22\2\1\1";

	only_mss(w, o, sizeof(o) - 1);
}

WIRE_TEST(opt_auth_ignored)
{
	static const char o[] = "\023\0220123456789abcdef\1\1\x1d\4\1\1";

	only_mss(w, o, sizeof(o) - 1);
}

WIRE_TEST(opt_mss_sent)
{
	w_connect(w);
	w_exp(w, SYN, .mss = full(w));
	w_flow(w, 1);
	w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .mss = full(w));
}

WIRE_TEST(opt_mss_received)
{
	GIVES(w, 0, "\2\4\3\xe8", 1000);
	GIVES(w, 1, "\2\4\2\xbc", 700);
}

WIRE_TEST_V4(opt_mss_default_v4)
{
	GIVES(w, 0, "\1\1\1\0", 536);
}

WIRE_TEST_V6(opt_mss_default_v6)
{
	GIVES(w, 0, "\1\1\1\0", 1220);
}

WIRE_TEST(opt_mss_le_mms_r)
{
	w_listen(w, 16);
	w_inj(w, SYN, .mss = 65535);
	w_check(w, w_exp(w, SYN | ACK)->mss <= full(w));
}

WIRE_TEST(opt_mss_syn_only)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .len = 1, .mss = 100);
	w_exp(w, ACK, .mss = W_NONE);
	w_write(w, fd, 1000);
	w_exp(w, ACK, .len = 1000, .mss = W_NONE);
	w_inj(w, ACK);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .mss = W_NONE);
}

/* ---- window scale ---- */

WIRE_TEST(ws_synack_only_if_syn)
{
	w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .wscale = W_NONE);
	w_flow(w, 1);
	w_inj(w, SYN, .wscale = 2);
	w_check(w, w_exp(w, SYN | ACK)->wscale >= 0);
}

/* Offered and not taken: windows are what they say, both ways. */
WIRE_TEST(ws_both_needed)
{
	struct lctcp_vars v;
	int fd;

	w_only_lctcp(w);
	fd = w_connect(w);
	w_check(w, w_exp(w, SYN)->wscale > 0);
	w_inj(w, SYN | ACK, .win = 1000);
	w_exp(w, ACK);
	v = w_vars(w, fd);
	w_check(w, v.snd_wscale == 0 && v.rcv_wscale == 0);
	w_check(w, v.snd_wnd == 1000);
	w_check(w, !(v.options & LCTCP_OPT_WSCALE));
}

WIRE_TEST(ws_syn_unscaled)
{
	struct seg *s;
	int fd;

	w_only_lctcp(w);
	fd = w_connect(w);
	s = w_exp(w, SYN);
	w_check(w, s->win >= 32768);
	w_inj(w, SYN | ACK, .wscale = 7, .win = 1000);
	w_exp(w, ACK);
	w_check(w, w_vars(w, fd).snd_wnd == 1000);
	w_inj(w, ACK, .len = 1, .win = 1000);
	w_exp(w, ACK);
	w_check(w, w_vars(w, fd).snd_wnd == 128000);
}

WIRE_TEST(ws_zero_shift)
{
	struct lctcp_vars v;
	struct seg *s;
	int fd;

	w_only_lctcp(w);
	w_listen(w, 16);
	w_inj(w, SYN, .wscale = 0, .win = 1000);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->wscale >= 0);
	w_inj(w, ACK, .win = 1000);
	fd = w_accept(w);
	v = w_vars(w, fd);
	w_check(w, v.snd_wnd == 1000 && v.rcv_wscale == s->wscale);
	w_check(w, v.options & LCTCP_OPT_WSCALE);
}

WIRE_TEST(ws_nonsyn_ignored)
{
	int fd;

	w_only_lctcp(w);
	w_listen(w, 16);
	w_inj(w, SYN, .wscale = 2, .win = 1000);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .win = 1000);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 1, .win = 1000, OPTS("\3\3\7\1"));
	w_exp(w, ACK, .wscale = W_NONE);
	w_check(w, w_vars(w, fd).snd_wnd == 4000);
}

/* ---- timestamps ---- */

static int with_ts(struct wire *w, unsigned int tsval)
{
	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN, .tsval = tsval, .tsecr = 0);
	w_exp(w, SYN | ACK, .tsecr = tsval);
	w_inj(w, ACK, .tsval = tsval);
	return w_accept(w);
}

/* What is in it without ACK means nothing. */
WIRE_TEST(ts_syn_tsecr_zero)
{
	w_connect(w);
	w_exp(w, SYN, .tsecr = 0);
	w_flow(w, 1);
	w_listen(w, 16);
	w_inj(w, SYN, .tsval = 9, .tsecr = 12345);
	w_exp(w, SYN | ACK, .tsecr = 9);
	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

WIRE_TEST(ts_synack_only_if_syn)
{
	w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK, .tsval = W_NONE);
	w_flow(w, 1);
	w_inj(w, SYN, .tsval = 1, .tsecr = 0);
	w_check(w, w_exp(w, SYN | ACK)->ts);
}

WIRE_TEST(ts_every_segment)
{
	int fd = with_ts(w, 1000);

	w_inj(w, ACK, .len = 10, .tsval = 1001);
	w_exp(w, ACK, .tsecr = 1001);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10, .tsecr = 1001);
	w_exp(w, ACK, .seq = 1, .len = 10, .tsecr = 1001, .within = 2000);
	w_inj(w, ACK, .tsval = 1002);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .tsecr = 1002);
	w_inj(w, FIN | ACK, .tsval = 1003);
	w_check(w, w_exp(w, ACK)->ts);
}

WIRE_TEST(ts_not_if_unnegotiated)
{
	int fd = w_accepted(w);

	w_inj(w, ACK, .len = 10, .tsval = 5, .tsecr = 5);
	w_exp(w, ACK, .tsval = W_NONE);
	w_inj(w, ACK, .len = 10, .tsval = 4, .tsecr = 5);
	w_exp(w, ACK, .tsval = W_NONE);
	w_read(w, fd, 20);
}

WIRE_TEST(ts_missing_no_abort)
{
	int fd = with_ts(w, 1000);

	w_inj(w, ACK, .len = 10, .tsval = W_NONE, .forged = true);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, ACK, .len = 10, .tsval = 1001);
	w_exp(w, ACK, .ack = 11, .tsecr = 1001);
}

/* Text above a hole: the echo is of the last in sequence. */
static void hole(struct wire *w)
{
	with_ts(w, 1000);
	w_inj(w, ACK, .len = 10, .tsval = 1001);
	w_exp(w, ACK, .ack = 11, .tsecr = 1001);
	w_inj(w, ACK, .seq = 21, .len = 10, .tsval = 1005);
	w_exp(w, ACK, .ack = 11, .tsecr = 1001);
}

WIRE_TEST(ts_echo_hole)
{
	hole(w);
}

/* What fills it: its own. */
WIRE_TEST(ts_echo_fill)
{
	hole(w);
	w_inj(w, ACK, .seq = 11, .len = 10, .tsval = 1004);
	w_exp(w, ACK, .ack = 31, .tsecr = 1004);
}

/* Neither an older one nor one of a segment beyond the last ACK. */
WIRE_TEST(ts_recent_rule)
{
	int fd;

	w_only_lctcp(w);
	fd = with_ts(w, 1000);
	w_inj(w, ACK, .len = 10, .tsval = 1010);
	w_exp(w, ACK);
	w_check(w, w_vars(w, fd).ts_recent == 1010);
	w_inj(w, ACK, .seq = 31, .len = 10, .tsval = 1020);
	w_exp(w, ACK, .ack = 11);
	w_check(w, w_vars(w, fd).ts_recent == 1010);
	w_inj(w, ACK, .seq = 11, .len = 5, .tsval = 1009, .forged = true);
	w_exp(w, ACK, .ack = 11);
	w_check(w, w_vars(w, fd).ts_recent == 1010);
}

WIRE_TEST(paws_drop_and_ack)
{
	with_ts(w, 1000);
	w_inj(w, ACK, .len = 10, .tsval = 1001);
	w_exp(w, ACK, .ack = 11);
	w_inj(w, ACK, .len = 10, .tsval = 999, .forged = true);
	w_exp(w, ACK, .ack = 11, .tsecr = 1001);
	w_inj(w, FIN | ACK, .tsval = 1000, .forged = true);
	w_exp(w, ACK, .ack = 11, .tsecr = 1001);
}

/* Out of the window as well: PAWS it is that drops it, as the counter says. */
WIRE_TEST(paws_before_seq)
{
	w_only_lctcp(w);
	with_ts(w, 1000);
	w_inj(w, ACK, .seq = 10000000, .len = 10, .tsval = 999, .forged = true);
	w_exp(w, ACK, .ack = 1);
	w_count(w, "DropPaws", 1);
}

WIRE_TEST(paws_syn_first)
{
	w_connect(w);
	w_exp(w, SYN);
	w_inj(w, SYN | ACK, .tsval = 5000);
	w_exp(w, ACK, .tsecr = 5000);
	w_inj(w, ACK, .len = 10, .tsval = 4999, .forged = true);
	w_exp(w, ACK, .ack = 1);
	w_flow(w, 1);
	with_ts(w, 0x80000001);
	w_inj(w, ACK, .len = 10, .tsval = 0x80000000, .forged = true);
	w_exp(w, ACK, .ack = 1);
}

WIRE_TEST(paws_wrap)
{
	with_ts(w, 0xfffffffe);
	w_inj(w, ACK, .len = 10, .tsval = 3);
	w_exp(w, ACK, .ack = 11, .tsecr = 3);
	w_inj(w, ACK, .len = 10, .tsval = 0xffffffff, .forged = true);
	w_exp(w, ACK, .ack = 11, .tsecr = 3);
}

/* Only the 0 of a SYN may be no time at all: some stacks have none yet. */
WIRE_TEST(paws_zero_ts_recent)
{
	with_ts(w, 0xffffffff);
	w_inj(w, ACK, .len = 10, .tsval = 0);
	w_exp(w, ACK, .ack = 11, .tsecr = 0);
	w_inj(w, ACK, .len = 10, .tsval = 0xffffffff, .forged = true);
	w_exp(w, ACK, .ack = 11, .tsecr = 0);
	w_inj(w, ACK, .len = 10, .tsval = 0);
	w_exp(w, ACK, .ack = 21, .tsecr = 0);
}

WIRE_MAIN
