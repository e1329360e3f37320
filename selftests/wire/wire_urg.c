// SPDX-License-Identifier: GPL-2.0
/* Urgent data, sent and received (RFC 9293 section 3.8.5, RFC 6093), and the DF
 * flag of what has no socket yet.
 */
#include <linux/sockios.h>
#include <unistd.h>

#include "wire.h"

/* The end of urgent data, or as near as 16 bits come. */
static void urgent(struct wire *w, const struct seg *s, long long end)
{
	long long away = end - s->seq;

	w_check(w, s->flags & URG);
	w_check(w, s->urg == (away < 65535 ? away : 65535));
}

/* ---- sent ---- */

WIRE_TEST(urg_pointer_value)
{
	int fd = w_accepted(w);

	w->f->pattern = false;
	w_ok(w, send(fd, "abc", 3, MSG_OOB));
	w_exp(w, URG | ACK, .len = 3, .urg = 3, .data = "abc");
}

/* More than 64 KiB ahead: every segment says so, from the next one on. */
WIRE_TEST(urg_any_length)
{
	int fd, size = 1 << 20, n = 0;
	const struct seg *s;
	char *text;

	w_listen(w, 16);
	w_ok(w, setsockopt(w->lfd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)));
	w_inj(w, SYN, .wscale = 7);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	size = 150000;
	text = calloc(1, size);
	w_check(w, text);
	w_ok(w, send(fd, text, size, MSG_OOB));
	free(text);
	while (n < size) {
		s = w_next(w, 1000);
		w_check(w, s && s->len && s->seq == n + 1);
		w_hear(w, s);
		/* those that were pushed before the whole was written */
		if (s->seq > 60000 || n + s->len == size)
			urgent(w, s, size + 1);
		n += s->len;
		w_inj(w, ACK);
	}
}

static struct seg *send_urgent(struct wire *w, int fd, const char *text)
{
	w_ok(w, send(fd, text, strlen(text), MSG_OOB));
	return w_exp(w, URG | ACK, .data = text, .urg = strlen(text));
}

/* Nothing is urgent if it is nothing. */
WIRE_TEST(urg_needs_octet)
{
	int fd = w_accepted(w);

	w_check(w, !send(fd, "", 0, MSG_OOB));
	w_none(w);
	w_ok(w, send(fd, "abc", 3, 0));
	w_exp(w, ACK, .data = "abc");
	w_inj(w, ACK);
	send_urgent(w, fd, "d");
	w_inj(w, ACK);
	w_ok(w, send(fd, "ef", 2, 0));
	w_exp(w, ACK, .data = "ef");
}

/* The peer's window is closed: it has to know all the same. */
WIRE_TEST_VT(urg_sent_zero_window)
{
	int i, fd = w_accepted(w);
	struct seg *s;

	w_inj(w, ACK, .win = 0);
	w_ok(w, send(fd, "abc", 3, 0));
	w_ok(w, send(fd, "def", 3, MSG_OOB));
	for (i = 0; i < 3; i++) {
		s = w_next(w, 1000);
		w_check(w, s && s->len <= 1);
		urgent(w, s, 7);
		w_inj(w, ACK, .ack = 1, .win = 0);
	}
	/* and where something is in flight already */
	w_inj(w, ACK, .ack = 1);
	while ((s = w_next(w, 0))) {
		urgent(w, s, 7);
		w_hear(w, s);
	}
	w_inj(w, ACK, .ack = 1, .win = 0);
	w_ok(w, send(fd, "g", 1, MSG_OOB));
	s = w_next(w, 2000);
	w_check(w, s);
	urgent(w, s, 8);
}

WIRE_TEST(urg_retransmit)
{
	int fd = w_accepted(w), i;
	const struct seg *s;

	send_urgent(w, fd, "abcde");
	send_urgent(w, fd, "fgh");
	for (i = 0; i < 4; i++) {
		s = w_next(w, 5000);
		w_check(w, s && s->len && s->seq < 9);
		urgent(w, s, 9);
	}
	w_inj(w, ACK, .ack = 4);
	while ((s = w_next(w, 500))) {
		urgent(w, s, 9);
		w_hear(w, s);
	}
	w_inj(w, ACK, .ack = 9);
	w_ok(w, send(fd, "ij", 2, 0));
	w_exp(w, ACK, .data = "ij");
}

/* ---- received ---- */

/* The program of @fd hears of SIGURG, by asking. */
static void own(struct wire *w, int fd)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w_ok(w, fcntl(fd, F_SETOWN, getpid()));
}

static bool signalled(void)
{
	struct timespec now = {};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	return sigtimedwait(&set, NULL, &now) == SIGURG;
}

/* @n octets of text, the first @until of which are urgent. */
static void urgent_text(struct wire *w, int n, int until)
{
	w_inj(w, URG | ACK, .len = n, .urg = until);
	w_drain(w);
}

/* A read gets @n octets of the peer's pattern from @at on. */
static void reads(struct wire *w, int fd, int at, int n)
{
	char buf[256];
	int i;

	w_check(w, recv(fd, buf, sizeof(buf), MSG_DONTWAIT) == n);
	for (i = 0; i < n; i++)
		w_check(w, buf[i] == (char)w_pattern(at + i));
}

static void no_more(struct wire *w, int fd)
{
	char c;

	w_err(w, EAGAIN, recv(fd, &c, 1, MSG_DONTWAIT));
}

/* The urgent octet is the one at @at. */
static void oob_is(struct wire *w, int fd, int at)
{
	char c;

	w_check(w, recv(fd, &c, 1, MSG_OOB) == 1);
	w_check(w, c == (char)w_pattern(at));
}

static int ask(struct wire *w, int fd, int what)
{
	int n = -1;

	w_ok(w, ioctl(fd, what, &n));
	return n;
}

static bool at_mark(struct wire *w, int fd)
{
	return ask(w, fd, SIOCATMARK);
}

/* From a peer, and between two of ours. */
WIRE_TEST(urg_supported)
{
	struct sockaddr_storage ss;
	int fd = w_accepted(w), own_fd, other;
	char buf[16];

	send_urgent(w, fd, "x");
	urgent_text(w, 3, 3);
	oob_is(w, fd, 2);
	reads(w, fd, 0, 2);

	own_fd = w_socket(w);
	w_sockaddr(w, W_UUT, W_PORT, &ss);
	w_err(w, EINPROGRESS, connect(own_fd, (void *)&ss, w_sockaddr_len(w)));
	other = w_accept(w);
	w_check(w, w_poll(own_fd, POLLOUT, 1000) & POLLOUT);
	w_ok(w, send(own_fd, "abc", 3, MSG_OOB));
	w_check(w, w_poll(other, POLLPRI, 1000) == POLLPRI);
	w_check(w, recv(other, buf, 16, MSG_OOB) == 1 && *buf == 'c');
	w_check(w, recv(other, buf, 16, 0) == 2 && !memcmp(buf, "ab", 2));
	w_ok(w, send(other, "de", 2, MSG_OOB));
	w_check(w, w_poll(own_fd, POLLPRI, 1000) == POLLPRI);
	w_check(w, recv(own_fd, buf, 16, MSG_OOB) == 1 && *buf == 'e');
}

/* It names what follows the last urgent octet. */
WIRE_TEST(urg_pointer_receive)
{
	int fd = w_accepted(w);

	urgent_text(w, 10, 5);
	oob_is(w, fd, 4);
	reads(w, fd, 0, 4);
	w_check(w, at_mark(w, fd));
	reads(w, fd, 5, 5);
}

/* A signal and POLLPRI, when it comes and each time that it moves on. */
WIRE_TEST(urg_async_notice)
{
	int i, fd = w_accepted(w);

	own(w, fd);
	for (i = 1; i < 4; i++) {
		w_check(w, !w_poll(fd, POLLPRI, 0) && !signalled());
		urgent_text(w, 10, 10);
		w_check(w, signalled() && !signalled());
		w_check(w, w_poll(fd, POLLPRI, 1000) == POLLPRI);
		oob_is(w, fd, 10 * i - 1);
	}
	/* before the octet itself, too */
	w_inj(w, URG | ACK, .urg = 500);
	w_check(w, signalled());
	w_inj(w, URG | ACK, .urg = 600);
	w_check(w, signalled());
}

/* How far it is to the mark, and whether there is any left. */
WIRE_TEST(urg_learn_remaining)
{
	int fd = w_accepted(w);

	urgent_text(w, 30, 20);
	w_check(w, ask(w, fd, SIOCINQ) == 19 && !at_mark(w, fd));
	w_read(w, fd, 12);
	w_check(w, ask(w, fd, SIOCINQ) == 7 && !at_mark(w, fd));
	w_read(w, fd, 7);
	w_check(w, at_mark(w, fd));
	w_check(w, ask(w, fd, SIOCINQ) == 10);
	reads(w, fd, 20, 10);
	w_check(w, !ask(w, fd, SIOCINQ) && !at_mark(w, fd));
	if (w->proto == 6)
		return;
	/* what has not come counts by its number */
	w_inj(w, URG | ACK, .urg = 1000);
	w_check(w, w_vars(w, fd).rcv_up - w_vars(w, fd).rcv_nxt == 1000);
}

WIRE_TEST(urg_no_repeat_notice)
{
	int i, fd = w_accepted(w);

	own(w, fd);
	urgent_text(w, 10, 10);
	w_check(w, signalled());
	for (i = 0; i < 3; i++) {
		w_inj(w, URG | ACK, .seq = 1, .len = 10, .urg = 10);
		w_check(w, !signalled());
		w_drain(w);
	}
	/* nor once it is read */
	oob_is(w, fd, 9);
	w_inj(w, URG | ACK, .seq = 1, .len = 10, .urg = 10);
	w_check(w, !signalled() && !w_poll(fd, POLLPRI, 0));
	/* the same pointer from another number */
	w_inj(w, URG | ACK, .urg = 100);
	w_check(w, signalled());
	urgent_text(w, 20, 100);
	urgent_text(w, 20, 80);
	w_check(w, !signalled());
}

/* Past it all is as before. */
WIRE_TEST(urg_mode_exit)
{
	int fd = w_accepted(w);
	char c;

	urgent_text(w, 10, 5);
	reads(w, fd, 0, 4);
	w_check(w, at_mark(w, fd) && w_poll(fd, POLLPRI, 0) == POLLPRI);
	reads(w, fd, 5, 5);
	w_check(w, !at_mark(w, fd) && !w_poll(fd, POLLPRI, 0));
	w_err(w, EINVAL, recv(fd, &c, 1, MSG_OOB));
	w_inj(w, ACK, .len = 20);
	reads(w, fd, 10, 20);
}

/* One read never has octets from both sides of the mark. */
WIRE_TEST(urg_boundary_not_crossed)
{
	int i, one = 1, fd;

	w_listen(w, 16);
	for (i = 0; i < 2; i++) {
		w_flow(w, i);
		fd = w_accepted(w);
		if (i)
			w_ok(w, setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &one,
					   sizeof(one)));
		w_inj(w, ACK, .len = 10);
		urgent_text(w, 1, 1);
		w_inj(w, ACK, .len = 10);
		w_drain(w);
		w_check(w, !at_mark(w, fd));
		reads(w, fd, 0, 10);
		w_check(w, at_mark(w, fd));
		reads(w, fd, i ? 10 : 11, i ? 11 : 10);
		w_check(w, !at_mark(w, fd));
	}
}

WIRE_TEST(urg_no_recede)
{
	int fd = w_accepted(w);

	own(w, fd);
	urgent_text(w, 10, 100);
	w_check(w, signalled());
	urgent_text(w, 10, 40);
	w_inj(w, URG | ACK, .urg = 1);
	w_check(w, !signalled());
	w_inj(w, ACK, .len = 90);
	w_drain(w);
	reads(w, fd, 0, 99);
	w_check(w, at_mark(w, fd));
	oob_is(w, fd, 99);
	reads(w, fd, 100, 10);
}

/* Nowhere, in the past, far away: a reader gets all that is text. */
WIRE_TEST(urg_bad_pointer)
{
	int fd = w_accepted(w);
	char c;

	own(w, fd);
	urgent_text(w, 10, 0);
	w_inj(w, URG | ACK, .seq = 1, .len = 10, .urg = 5, .forged = true);
	w_drain(w);
	w_inj(w, URG | ACK, .seq = 10, .len = 0, .urg = 1, .forged = true);
	w_drain(w);
	w_check(w, w_poll(fd, POLLIN, 1000) & POLLIN);
	reads(w, fd, 0, 10);
	/* TCP takes these two for news of the octet at hand */
	if (w->proto != 6)
		w_check(w, !signalled());
	urgent_text(w, 10, 65535);
	w_check(w, signalled());
	w_err(w, EAGAIN, recv(fd, &c, 1, MSG_OOB));
	w_check(w, w_poll(fd, POLLIN, 1000) & POLLIN);
	reads(w, fd, 10, 10);
	no_more(w, fd);
	w_inj(w, FIN | ACK, .len = 5);
	w_exp(w, ACK);
	reads(w, fd, 20, 5);
	w_read_eof(w, fd);
}

/* In the stream, at the mark; or by itself: once, not before it is there. */
WIRE_TEST(urg_inline)
{
	int one = 1, fd = w_accepted(w);
	char c;

	w_err(w, EINVAL, recv(fd, &c, 1, MSG_OOB));
	w_inj(w, URG | ACK, .urg = 3);
	w_err(w, EAGAIN, recv(fd, &c, 1, MSG_OOB));
	w_inj(w, ACK, .len = 5);
	w_drain(w);
	w_check(w, recv(fd, &c, 1, MSG_OOB | MSG_PEEK) == 1);
	oob_is(w, fd, 2);
	w_err(w, EINVAL, recv(fd, &c, 1, MSG_OOB));
	reads(w, fd, 0, 2);
	reads(w, fd, 3, 2);

	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &one, sizeof(one)));
	urgent_text(w, 5, 3);
	w_err(w, EINVAL, recv(fd, &c, 1, MSG_OOB));
	reads(w, fd, 5, 2);
	w_check(w, at_mark(w, fd));
	reads(w, fd, 7, 3);
}

WIRE_TEST_V4(synack_df_as_set)
{
	int val, want;

	for (val = IP_PMTUDISC_DONT; val <= IP_PMTUDISC_DO; val++) {
		w_flow(w, val);
		if (w->lfd < 0)
			w_listen(w, 16);
		want = val != IP_PMTUDISC_DONT;
		w_ok(w, setsockopt(w->lfd, SOL_IP, IP_MTU_DISCOVER, &val,
				   sizeof(val)));
		w_inj(w, SYN);
		w_check(w, w_exp(w, SYN | ACK)->df == want);
	}
}

WIRE_MAIN
