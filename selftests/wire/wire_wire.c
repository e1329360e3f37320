// SPDX-License-Identifier: GPL-2.0
/*
 * Header format and checksum.  That every segment sent has a right checksum,
 * zero reserved bits, an ACK once synchronized and a RST no text is checked in
 * peer.c for every segment of every test; the tests here see to it that there
 * is one of each kind.
 */
#include <linux/if_tun.h>

#include "wire.h"

/* Every kind of segment: SYN, SYN-ACK, ACK, odd and even text, FIN, RST of a
 * connection and of none, challenge ACK.
 */
static void one_of_each(struct wire *w)
{
	int fd = w_accepted(w), n, next = w->f - w->flows + 1;

	for (n = 1; n < 5; n++) {
		w_write(w, fd, 100 + n);
		w_exp(w, ACK, .len = 100 + n);
		w_inj(w, ACK, .len = n);
		w_exp(w, ACK);
	}
	w_inj(w, RST, .seq = 500);
	w_exp(w, ACK);
	w_read(w, fd, 10);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_abort(w, fd);
	w_exp(w, RST, .may = ACK);

	w_flow(w, next);
	fd = w_connected(w);
	w_write(w, fd, 5000);
	w_take(w, 5000, ACK);

	w_flow(w, next + 1)->uut_port = 9;
	w_inj(w, SYN);
	w_exp(w, RST | ACK, .seq = W_ANY);
	w_inj(w, ACK, .ack = 0x01020304, .forged = true);
	w_exp(w, RST, .seq = 0x01020304);
}

WIRE_TEST(wire_csum_tx)
{
	one_of_each(w);
}

WIRE_TEST(wire_reserved_tx_zero)
{
	one_of_each(w);
}

/* Whatever is sent once it is synchronized acknowledges all that has come,
 * be it sent again or a bare FIN.
 */
WIRE_TEST(wire_ack_always_set)
{
	int fd = w_accepted(w);

	/* with a round trip measured, RTO is short: a second and that round trip */
	w_write(w, fd, 1);
	w_exp(w, ACK, .len = 1);
	w_inj(w, ACK);
	w_write(w, fd, 100);
	w_exp(w, ACK, .seq = 2, .len = 100, .ack = 1);
	w_inj(w, ACK, .ack = 2, .len = 10);
	w_exp(w, ACK, .seq = 102, .ack = 11);
	w_exp(w, ACK, .seq = 2, .len = 100, .ack = 11, .within = 2500);
	w_inj(w, ACK);
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK, .seq = 102, .ack = 11);
	w_inj(w, ACK, .ack = 102, .len = 10);
	w_exp(w, ACK, .seq = 103, .ack = 21);
	w_exp(w, FIN | ACK, .seq = 102, .ack = 21, .within = 2500);
	w_inj(w, ACK);

	w_flow(w, 1);
	one_of_each(w);
}

/* A device that offers to sum and to cut TCP: what leaves is complete, for it
 * knows nothing of other protocols.
 */
WIRE_TEST(wire_csum_offload_safe)
{
	static const unsigned int offload[] = {
		0, TUN_F_CSUM, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6,
	};
	int i, fd;

	for (i = 0; i < 3; i++) {
		w_ok(w, ioctl(w->tun, TUNSETOFFLOAD, offload[i]));
		w_flow(w, i);
		fd = w_accepted(w);
		w_inj(w, ACK, .len = 1000);
		w_exp(w, ACK);
		w_write(w, fd, 65536);
		w_check(w, w_take(w, 65536, ACK) >= 65536 / 1460);
		w_ok(w, shutdown(fd, SHUT_WR));
		w_exp(w, FIN | ACK);
		w_inj(w, ACK);
	}
}

WIRE_TEST(wire_csum_rx_drop)
{
	int fd = w_accepted(w), bit;
	char c;

	for (bit = 0; bit < 16; bit++) {
		w_inj(w, ACK, .len = 10, .csum_xor = 1 << bit);
		w_inj(w, RST, .csum_xor = 1 << bit);
		w_inj(w, SYN, .csum_xor = 1 << bit);
		w_inj(w, FIN | ACK, .csum_xor = 1 << bit);
	}
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_err(w, EAGAIN, recv(fd, &c, 1, 0));
	w_count(w, "InCsumErrors", 64);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_read(w, fd, 10);
}

/* The protocol number of the pseudo header is the one of the IP header; try
 * both, the right one and TCP's (or, on TCP, ours).
 */
static void pseudo_header(struct wire *w)
{
	int other = w->proto == IPPROTO_TCP ? IPPROTO_LCTCP : IPPROTO_TCP;

	w_listen(w, 5);
	w_inj(w, SYN, .csum_proto = other);
	w_none(w);
	w_gone(w);
	w_inj(w, SYN, .csum_proto = w->proto, .forged = true);
	w->f->snd_nxt++;
	w_exp(w, SYN | ACK);
}

WIRE_TEST_V4(wire_csum_proto253_v4)
{
	pseudo_header(w);
}

WIRE_TEST_V6(wire_csum_proto253_v6)
{
	pseudo_header(w);
}

WIRE_TEST_V6(wire_csum_v6_exthdr)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN, .exthdr = IPPROTO_DSTOPTS);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .exthdr = IPPROTO_DSTOPTS);
	fd = w_accept(w);
	w_inj(w, ACK, .len = 11, .exthdr = IPPROTO_DSTOPTS);
	w_exp(w, ACK, .ack = 12);
	w_read(w, fd, 11);
}

/* A routing header with nothing left: this is the final destination. */
WIRE_TEST_V6(wire_csum_v6_routing_final_dst)
{
	w_listen(w, 5);
	w_inj(w, SYN, .exthdr = IPPROTO_ROUTING);
	w_exp(w, SYN | ACK);
}

WIRE_TEST(wire_csum_not_zero_optional)
{
	w_listen(w, 5);
	w_inj(w, SYN, .csum_zero = true);
	w_none(w);
	w_gone(w);
	w_count(w, "InCsumErrors", 1);
}

WIRE_TEST(wire_doff_short)
{
	/* four bits hold it: 16 is 0 */
	static const int doff[] = { 16, 1, 2, 3, 4, 8, 15 };
	int fd = w_accepted(w);
	char c;
	int i;

	for (i = 0; i < 7; i++) {
		w_inj(w, ACK, .doff = doff[i]);
		w_inj(w, ACK, .doff = doff[i], .len = 10);
	}
	w_none(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_err(w, EAGAIN, recv(fd, &c, 1, 0));
	w_count(w, "InBadDoff", 14);
}

WIRE_TEST(wire_truncated)
{
	int n;

	w_listen(w, 5);
	for (n = 0; n < 20; n++)
		w_inj(w, SYN, .trunc = n);
	w_none(w);
	w_gone(w);
	w_count(w, "InShort", 20);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

WIRE_TEST(wire_reserved_rx_ignored)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN, .res = 15);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .res = 15);
	fd = w_accept(w);
	w_inj(w, ACK, .res = 15, .len = 10);
	w_exp(w, ACK);
	w_read(w, fd, 10);
	w_inj(w, FIN | ACK, .res = 15);
	w_exp(w, ACK);
	w_read_eof(w, fd);
}

static volatile sig_atomic_t urgent;

static void on_urg(int sig)
{
	(void)sig;
	urgent++;
}

/* And with URG the same number means something. */
WIRE_TEST(wire_urgptr_ignored_no_urg)
{
	int fd = w_accepted(w);

	signal(SIGURG, on_urg);
	w_ok(w, fcntl(fd, F_SETOWN, getpid()));
	w_inj(w, ACK, .len = 10, .urg = 5);
	w_exp(w, ACK, .ack = 11);
	w_check(w, !(w_poll(fd, POLLPRI, 10) & POLLPRI));
	w_check(w, !urgent);
	w_read(w, fd, 10);
	w_inj(w, ACK | URG, .len = 10, .urg = 5);
	w_check(w, w_poll(fd, POLLPRI, 1000) & POLLPRI);
	w_check(w, urgent == 1);
}

WIRE_TEST(wire_fragmented_segment)
{
	int fd = w_accepted(w);
	long before = w_counter(w, "InSegs");

	w_inj(w, ACK, .len = 3000, .frags = 3);
	w_exp(w, ACK, .ack = 3001);
	w_read(w, fd, 3000);
	w_count(w, "InSegs", before + 1);
	w_inj(w, ACK, .len = 3000, .frags = 3, .reverse = true);
	w_exp(w, ACK, .ack = 6001);
	w_read(w, fd, 3000);
	w_count(w, "InSegs", before + 2);
	/* little text, and IP options that every piece has */
	w_inj(w, ACK, .len = 10, .frags = 4, .ipopts = "\1\1\1\1\1\1\1",
	      .ipopts_len = w->family == AF_INET ? 8 : 0);
	w_exp(w, ACK, .ack = 6011);
	w_read(w, fd, 10);
	w_count(w, "InSegs", before + 3);
	w_count(w, "InCsumErrors", 0);
}

WIRE_TEST(wire_text_length_from_ip)
{
	int fd = w_accepted(w);
	char c;

	w_inj(w, ACK, .pad = 18);
	w_none(w);
	w_err(w, EAGAIN, recv(fd, &c, 1, 0));
	w_inj(w, ACK, .len = 3, .pad = 18);
	w_exp(w, ACK, .ack = 4);
	w_read(w, fd, 3);
	w_err(w, EAGAIN, recv(fd, &c, 1, 0));
}

WIRE_MAIN
