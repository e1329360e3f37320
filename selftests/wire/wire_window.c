// SPDX-License-Identifier: GPL-2.0
/* Memory for text, and the window that offers it: what is offered fits, and what
 * has closed opens again.
 */
#include <linux/sock_diag.h>
#include "wire.h"

static unsigned int mem(struct wire *w, int fd, int what)
{
	unsigned int m[SK_MEMINFO_VARS] = {};
	socklen_t len = sizeof(m);

	w_ok(w, getsockopt(fd, SOL_SOCKET, SO_MEMINFO, m, &len));
	return m[what];
}

static void set_int(struct wire *w, int fd, int what, int val)
{
	w_ok(w, setsockopt(fd, SOL_SOCKET, what, &val, sizeof(val)));
}

/* The peer may send so much more. */
static int room(const struct wire *w)
{
	return (int32_t)(w->f->edge - w->f->snd_nxt);
}

/* Fill the window, read all, and again: it has to open each time, by itself. */
static void opens_again(struct wire *w, int fd, int times)
{
	int n;

	while (times--) {
		n = w_fill_window(w, 0);
		w_check(w, n > 0);
		w_read(w, fd, n);
		w_drain(w);
		w_check(w, room(w) > 0);
	}
}

WIRE_TEST_VT(window_clamp_early)
{
	w_listen(w, 16);
	w_ok(w, w_setopt(w, w->lfd, TCP_WINDOW_CLAMP, 300));
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	opens_again(w, w_accept(w), 20);
}

WIRE_TEST_VT(window_clamp_late)
{
	int fd = w_accepted(w), n = w_fill_window(w, 0);

	w_read(w, fd, n);
	w_drain(w);
	w_ok(w, w_setopt(w, fd, TCP_WINDOW_CLAMP, 700));
	opens_again(w, fd, 20);
}

/* More asked for than can ever come: what has come must do. */
WIRE_TEST_VT(flw_rcvlowat)
{
	int fd, n, size = 4096;

	w_listen(w, 16);
	set_int(w, w->lfd, SO_RCVBUF, size);
	fd = w_accepted(w);
	set_int(w, fd, SO_RCVLOWAT, 100);
	w_inj(w, ACK, .len = 99);
	w_check(w, !(w_poll(fd, POLLIN, 0) & POLLIN));
	w_inj(w, ACK, .len = 1);
	w_check(w, w_poll(fd, POLLIN, 0) & POLLIN);
	w_read(w, fd, 100);
	set_int(w, fd, SO_RCVLOWAT, 1000000);
	n = w_fill_window(w, 0);
	w_check(w, w_poll(fd, POLLIN, 0) & POLLIN);
	w_read(w, fd, n);
	w_drain(w);
	w_check(w, room(w) > 0);
}

WIRE_TEST_VT(window_clamp_before_connect)
{
	int fd = w_bound(w, 0, 0);

	w_ok(w, w_setopt(w, fd, TCP_WINDOW_CLAMP, 500));
	w_connect_from(w, fd);
	w_exp(w, SYN);
	w_inj(w, SYN | ACK, .wscale = 3);
	w_exp(w, ACK);
	opens_again(w, fd, 20);
}

WIRE_TEST_VT(window_clamp_syn_sent)
{
	int fd = w_connect(w);

	w_exp(w, SYN);
	w_ok(w, w_setopt(w, fd, TCP_WINDOW_CLAMP, 200));
	w_inj(w, SYN | ACK, .wscale = 14);
	w_exp(w, ACK);
	opens_again(w, fd, 20);
}

/* What is asked for was possible when it was set. */
WIRE_TEST_VT(rcvlowat_then_buffer_shrinks)
{
	int fd = w_accepted(w), n;

	set_int(w, fd, SO_RCVLOWAT, 30000);
	set_int(w, fd, SO_RCVBUF, 4096);
	n = w_fill_window(w, 0);
	w_check(w, w_poll(fd, POLLIN, 0) & POLLIN);
	w_read(w, fd, n);
	w_drain(w);
	n = w_fill_window(w, 0);
	w_check(w, n > 0);
	w_check(w, w_poll(fd, POLLIN, 0) & POLLIN);
}

WIRE_TEST_VT(rcvlowat_then_clamp)
{
	int fd = w_accepted(w), n, i;

	set_int(w, fd, SO_RCVLOWAT, 30000);
	w_ok(w, w_setopt(w, fd, TCP_WINDOW_CLAMP, 300));
	for (i = 0; i < 5; i++) {
		n = w_fill_window(w, 0);
		w_check(w, w_poll(fd, POLLIN, 0) & POLLIN);
		w_read(w, fd, n);
		w_drain(w);
		w_check(w, room(w) > 0);
	}
}

WIRE_TEST_VT(rcvlowat_fin)
{
	int fd = w_accepted(w);

	set_int(w, fd, SO_RCVLOWAT, 30000);
	w_inj(w, FIN | ACK, .len = 10);
	w_exp(w, ACK);
	w_check(w, w_poll(fd, POLLIN, 0) & POLLIN);
	w_read(w, fd, 10);
	w_read_eof(w, fd);
}

/* All of the window in urgent pieces, octets that nobody reads among it or not. */
static void urg_fill(struct wire *w, int in_line)
{
	int fd, i, n, size = 4096;
	char buf[8192];

	w_listen(w, 16);
	set_int(w, w->lfd, SO_RCVBUF, size);
	set_int(w, w->lfd, SO_OOBINLINE, in_line);
	fd = w_accepted(w);
	for (i = 0; i < 5; i++) {
		while ((n = room(w)) > 0) {
			if (n > 7)
				n = 7;
			w_inj(w, URG | PSH | ACK, .len = n, .urg = n);
			w_drain(w);
		}
		w_forget(w);
		w_check(w, w_poll(fd, POLLIN, 0) & POLLIN);
		w_nonblock(fd);
		while (recv(fd, buf, sizeof(buf), 0) > 0)
			;
		w_wait(w, 100);
		w_drain(w);
		w_check(w, room(w) > 0);
	}
}

WIRE_TEST_VT(window_urg_inline)
{
	urg_fill(w, 1);
}

WIRE_TEST_VT(window_urg_out_of_line)
{
	urg_fill(w, 0);
}

/* Small segments and a large scale: each ACK would round the window up, and the
 * edge creep on while text is dropped.
 */
WIRE_TEST_VT(window_no_creep)
{
	int fd, n, sent = 0, size = 1 << 23, small = 8192;

	w_only_lctcp(w);
	w_listen(w, 16);
	set_int(w, w->lfd, SO_RCVBUFFORCE, size);
	w_inj(w, SYN, .wscale = 7);
	w_check(w, w_exp(w, SYN | ACK)->wscale >= 7);
	w_inj(w, ACK);
	fd = w_accept(w);
	set_int(w, fd, SO_RCVBUF, small);
	w_ok(w, w_setopt(w, fd, TCP_QUICKACK, 1));
	while (sent < 200000 && (n = room(w)) > 0) {
		if (n > 100)
			n = 100;
		w_inj(w, ACK, .len = n);
		sent += n;
		w_drain(w);
		/* what was offered is taken */
		w_check(w, w->f->last_ack == w->f->snd_nxt);
		if (sent % 10000 < 100)
			w_forget(w);
	}
	w_check(w, sent < 200000);
	w_count(w, "DropRcvBuf", 0);
	w_read(w, fd, sent);
	w_drain(w);
	w_check(w, room(w) > 0);
}

/* FINs without text above a gap are kept as far as the buffer goes. */
WIRE_TEST(bld_ooo_fin_alone)
{
	int i, fd = w_accepted(w);

	w->edge_free = true;
	for (i = 0; i < 3000; i++) {
		w_inj(w, FIN | ACK, .seq = 10 + 2 * i, .forged = true);
		if (i % 100 == 99) {
			w_drain(w);
			w_forget(w);
		}
	}
	w_check(w, mem(w, fd, SK_MEMINFO_RMEM_ALLOC) <
		   2 * mem(w, fd, SK_MEMINFO_RCVBUF));
}

/* A FIN above a gap is where the text ends, whatever a peer says comes behind
 * it or in its place: nothing of that is read.  (TCP may take the text.)
 */
WIRE_TEST(bld_ooo_text_behind_fin)
{
	int fd = w_accepted(w);

	w_inj(w, FIN | ACK, .seq = 3);
	w_inj(w, ACK, .seq = 3, .len = 2, .forged = true);
	w_inj(w, ACK, .seq = 4, .len = 2, .forged = true);
	w_drain(w);
	w_forget(w);
	w_inj(w, ACK, .seq = 1, .len = 2);
	w_exp(w, ACK, .ack = 4);
	w_read(w, fd, 2);
	w_read_eof(w, fd);
	w_is(w, fd, TCP_CLOSE_WAIT);
}

/* Urgent octets that nobody reads: each next one frees what the last one held. */
WIRE_TEST(urg_unread_freed)
{
	char buf[4096];
	struct seg *s;
	int fd, i;

	w_listen(w, 16);
	set_int(w, w->lfd, SO_RCVBUF, 2048);
	fd = w_accepted(w);
	w->edge_free = true;
	for (i = 0; i < 4000; i++) {
		w_inj(w, URG | PSH | ACK, .len = 1, .urg = 1);
		if (i % 20 == 19) {
			while ((s = w_next(w, 0)))
				w_hear(w, s);
			w_forget(w);
		}
	}
	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	w_drain(w);
	w_check(w, mem(w, fd, SK_MEMINFO_RMEM_ALLOC) <
		   mem(w, fd, SK_MEMINFO_RCVBUF));
	w_check(w, room(w) > 0);
}

/* A window of two octets: what is written is not kept in pieces of two. */
WIRE_TEST(window_tiny_send_memory)
{
	static char b[100000];
	int fd;

	w_listen(w, 16);
	w_inj(w, SYN, .win = 2);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK, .win = 2);
	fd = w_accept(w);
	w_check(w, send(fd, b, sizeof(b), MSG_DONTWAIT) > 2000);
}

static unsigned int next(unsigned int *x)
{
	*x = *x * 1664525 + 1013904223;
	return *x >> 8;
}

/* Whatever the scale, and whatever becomes of the buffer and the clamp later:
 * what is in the window is taken, all of it comes out in order, and the window
 * opens again once the program has read.
 */
static void any_window(struct wire *w, int scale, unsigned int seed)
{
	int big = scale > 13 ? (1 << 30) - 1 : 65535 << scale;
	int fd, i, n, unread = 0;

	set_int(w, w->lfd, SO_RCVBUFFORCE, big);
	w_inj(w, SYN, .wscale = 14);
	w_check(w, w_exp(w, SYN | ACK)->wscale >= scale);
	w_inj(w, ACK);
	fd = w_accept(w);
	set_int(w, fd, SO_RCVBUF, 1024 + next(&seed) % 60000);
	for (i = 0; i < 300; i++) {
		switch (next(&seed) % 12) {
		case 0:
			set_int(w, fd, SO_RCVBUF, 1024 + next(&seed) % 60000);
			break;
		case 1:
			w_ok(w, w_setopt(w, fd, TCP_WINDOW_CLAMP,
					 128 + next(&seed) % 5000));
			break;
		case 2:
		case 3:
			n = unread ? next(&seed) % unread + 1 : 0;
			w_read(w, fd, n);
			unread -= n;
			break;
		case 4:
			w_read(w, fd, unread);
			unread = 0;
			w_drain(w);
			w_check(w, room(w) > 0);
			break;
		default:
			n = 1 + next(&seed) % (next(&seed) % 2 ? 1400 : 40);
			if (n > room(w))
				n = room(w);
			if (n <= 0)
				break;
			w_inj(w, ACK, .len = n);
			unread += n;
		}
		w_drain(w);
	}
	w_wait(w, 1000);
	w_drain(w);
	w_check(w, w->f->last_ack == w->f->snd_nxt);
	w_read(w, fd, unread);
	w_drain(w);
	w_check(w, room(w) > 0);
	w_count(w, "DropRcvBuf", 0);
}

#define ANY_WINDOW(scale)						\
	WIRE_TEST_VT(window_property_##scale)				\
	{								\
		int i;							\
									\
		w_only_lctcp(w);					\
		w_listen(w, 16);					\
		for (i = 0; i < 6; i++) {				\
			w_flow(w, i);					\
			any_window(w, scale, 40503u * (scale) +		\
				   1000003u * i + w->family);		\
			w_forget(w);					\
		}							\
	}

ANY_WINDOW(0)
ANY_WINDOW(3)
ANY_WINDOW(7)
ANY_WINDOW(11)
ANY_WINDOW(14)

WIRE_MAIN
