// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets of the unit under test, the common openings, and the way into each
 * state.  What cannot go wrong in a test's own story goes wrong here loudly.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/lctcp.h>

#include "core.h"

long w_result(struct wire *w, long ret, const char *what, const char *file,
	      int line)
{
	int err = errno;

	if (ret < 0)
		w_die(w, file, line, "%s: %s", what, strerror(err));
	w_note(w, "%s = %ld", what, ret);
	return ret;
}

void w_errno(struct wire *w, long ret, int err, const char *what,
	     const char *file, int line)
{
	int seen = errno;

	if (ret >= 0)
		w_die(w, file, line, "%s = %ld, expected error \"%s\"", what, ret,
		      strerror(err));
	if (seen != err)
		w_die(w, file, line, "%s: %s, expected \"%s\"", what,
		      strerror(seen), strerror(err));
	w_note(w, "%s: %s", what, strerror(seen));
}

void w_nonblock(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* A nonblocking socket. */
int w_socket(struct wire *w)
{
	int fd = socket(w->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			w->proto);

	if (fd < 0)
		w_fail(w, "socket(): %s", strerror(errno));
	return fd;
}

/* The same, bound to a host of the network (0: any) and a port. */
int w_bound(struct wire *w, int host, int port)
{
	struct sockaddr_storage ss;
	int fd = w_socket(w), one = 1;

	w_sockaddr(w, host, port, &ss);
	if (!host)
		memset((char *)&ss + (w->family == AF_INET ? 4 : 8), 0,
		       w->family == AF_INET ? 4 : 16);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (void *)&ss, w_sockaddr_len(w)))
		w_fail(w, "bind() to port %d: %s", port, strerror(errno));
	return fd;
}

int w_listen(struct wire *w, int backlog)
{
	w->lfd = w_bound(w, 0, W_PORT);
	if (listen(w->lfd, backlog))
		w_fail(w, "listen(): %s", strerror(errno));
	w_note(w, "listen(%d)", backlog);
	return w->lfd;
}

/* Nobody occupies the listener's port but itself: another one gets it without
 * SO_REUSEADDR.
 */
void w_port_free(struct wire *w)
{
	struct sockaddr_storage ss;

	close(w->lfd);
	w->lfd = w_socket(w);
	w_sockaddr(w, W_UUT, W_PORT, &ss);
	w_ok(w, bind(w->lfd, (void *)&ss, w_sockaddr_len(w)));
	w_ok(w, listen(w->lfd, 5));
}

/* Active open from @fd to the current flow's peer; its SYN is on its way. */
int w_connect_from(struct wire *w, int fd)
{
	struct sockaddr_in6 own;
	socklen_t len = sizeof(own);
	struct sockaddr_storage ss;

	/* sin_port and sin6_port have the same place */
	w_sockaddr(w, w->f->peer_host, w->f->peer_port, &ss);
	w->f->uut_port = 0;
	if (!connect(fd, (void *)&ss, w_sockaddr_len(w)))
		w_fail(w, "connect() returned 0 before it could");
	if (errno != EINPROGRESS)
		w_fail(w, "connect(): %s", strerror(errno));
	if (getsockname(fd, (void *)&own, &len))
		w_fail(w, "getsockname(): %s", strerror(errno));
	w->f->uut_port = ntohs(own.sin6_port);
	w_note(w, "connect(): in progress");
	return fd;
}

int w_connect(struct wire *w)
{
	return w_connect_from(w, w_socket(w));
}

int w_poll(int fd, int events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, ms) > 0 ? p.revents : 0;
}

int w_accept(struct wire *w)
{
	int fd;

	w_poll(w->lfd, POLLIN, 1000);
	fd = accept4(w->lfd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		w_fail(w, "accept(): %s", strerror(errno));
	w_note(w, "accept()");
	return fd;
}

/* SYN, SYN-ACK, ACK, accept(); listens first if nobody does. */
int w_accepted(struct wire *w)
{
	if (w->lfd < 0)
		w_listen(w, 16);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	return w_accept(w);
}

/* connect(), SYN, SYN-ACK, ACK. */
int w_connected(struct wire *w)
{
	int fd = w_connect(w);

	w_exp(w, SYN);
	w_inj(w, SYN | ACK);
	w_exp(w, ACK);
	return fd;
}

/* SYN-RECEIVED by way of SYN-SENT: the first half of a simultaneous open. */
int w_syn_recv_active(struct wire *w)
{
	int fd = w_connect(w);

	w_exp(w, SYN);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_is(w, fd, TCP_SYN_RECV);
	return fd;
}

static int half_closed(struct wire *w)
{
	int fd = w_accepted(w);

	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	return fd;
}

/* End an open connection from our side, both FINs in one exchange, and close it:
 * it is in TIME_WAIT.
 */
void w_end(struct wire *w, int fd)
{
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK);
	close(fd);
	w_entry_is(w, TCP_TIME_WAIT);
}

/* Reach @state and return the socket, which stays open throughout; -1 for
 * CLOSE, and for SYN_RECV, which the listener w->lfd keeps for itself.  A
 * socket whose connection is in TIME_WAIT calls itself CLOSE.
 */
int w_to_state(struct wire *w, int state)
{
	int fd = -1;

	w_note(w, "to %s", w_state_name(state));
	switch (state) {
	case TCP_CLOSE:
		break;
	case TCP_LISTEN:
		fd = w_listen(w, 16);
		break;
	case TCP_SYN_SENT:
		fd = w_connect(w);
		w_exp(w, SYN);
		break;
	case TCP_SYN_RECV:
		if (w->lfd < 0)
			w_listen(w, 16);
		w_inj(w, SYN);
		w_exp(w, SYN | ACK);
		break;
	case TCP_ESTABLISHED:
		fd = w_accepted(w);
		break;
	case TCP_FIN_WAIT1:
		fd = half_closed(w);
		break;
	case TCP_FIN_WAIT2:
		fd = half_closed(w);
		w_inj(w, ACK);
		break;
	case TCP_CLOSING:
		fd = half_closed(w);
		w_inj(w, FIN | ACK, .ack = 1);
		w_exp(w, ACK);
		break;
	case TCP_TIME_WAIT:
		fd = half_closed(w);
		w_inj(w, ACK);
		w_inj(w, FIN | ACK);
		w_exp(w, ACK);
		w_entry_is(w, TCP_TIME_WAIT);
		return fd;
	case TCP_CLOSE_WAIT:
		fd = w_accepted(w);
		w_inj(w, FIN | ACK);
		w_exp(w, ACK);
		break;
	case TCP_LAST_ACK:
		fd = w_accepted(w);
		w_inj(w, FIN | ACK);
		w_exp(w, ACK);
		w_ok(w, shutdown(fd, SHUT_WR));
		w_exp(w, FIN | ACK);
		break;
	default:
		w_fail(w, "no way to state %d", state);
	}
	if (fd >= 0)
		w_is(w, fd, state);
	return fd;
}

/* The first octet of struct tcp_info is the state. */
int w_state(struct wire *w, int fd)
{
	unsigned char info[512];
	socklen_t len = sizeof(info);

	if (getsockopt(fd, w->proto, TCP_INFO, info, &len) || !len)
		w_fail(w, "TCP_INFO: %s", strerror(errno));
	return info[0];
}

void w_state_is(struct wire *w, int fd, int state, const char *file, int line)
{
	int seen = w_state(w, fd);

	if (seen != state)
		w_die(w, file, line, "the socket is %s, expected %s",
		      w_state_name(seen), w_state_name(state));
	w_note(w, "socket: %s", w_state_name(seen));
}

/* TIME_WAIT until @ms after the mark, and gone an eighth later: timers may be
 * late, never early.  So may poll(), by a thousandth, hence the two steps; and
 * where time is real, this program.
 */
void w_time_wait_lasts(struct wire *w, long long ms)
{
	w_none_for(w, ms - 1000 - w_since_mark(w));
	w_none_for(w, ms - (w->virtual_time ? 10 : ms / 10) - w_since_mark(w));
	w_entry_is(w, TCP_TIME_WAIT);
	w_none_for(w, ms + ms / 8 + 50 - w_since_mark(w));
	w_gone(w);
}

/* SO_ERROR, read and cleared. */
int w_so_error(int fd)
{
	socklen_t len = sizeof(int);
	int err = -1;

	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	return err;
}

/* write() the next @n octets of the pattern, all at once. */
void w_write(struct wire *w, int fd, int n)
{
	unsigned char *buf = malloc(n);
	ssize_t ret;
	int i;

	w->f->pattern = true;
	for (i = 0; i < n; i++)
		buf[i] = w_pattern(w->f->tx_off + i);
	ret = send(fd, buf, n, MSG_NOSIGNAL);
	if (ret != n)
		w_fail(w, "write() of %d octets: %s", n,
		       ret < 0 ? strerror(errno) : "short");
	w->f->tx_off += n;
	w_note(w, "write(%d)", n);
	free(buf);
}

/* Read @n octets, which must continue the peer's pattern. */
void w_read(struct wire *w, int fd, int n)
{
	unsigned char *buf = malloc(n);
	int have = 0, i;
	ssize_t ret;

	while (have < n) {
		w_poll(fd, POLLIN, 1000);
		ret = recv(fd, buf + have, n - have, MSG_DONTWAIT);
		if (ret <= 0)
			w_fail(w, "read() after %d of %d octets: %s", have, n,
			       ret < 0 ? strerror(errno) : "end of file");
		have += ret;
	}
	for (i = 0; i < n; i++)
		if (buf[i] != w_pattern(w->f->rx_off + i))
			w_fail(w, "octet %lld of the stream is wrong",
			       w->f->rx_off + i);
	w->f->rx_off += n;
	w_note(w, "read(%d)", n);
	free(buf);
}

void w_read_eof(struct wire *w, int fd)
{
	char c;
	ssize_t ret;

	w_poll(fd, POLLIN, 1000);
	ret = recv(fd, &c, 1, MSG_DONTWAIT);
	if (ret)
		w_fail(w, "expected end of file, read() gives %s",
		       ret < 0 ? strerror(errno) : "text");
	w_note(w, "read() = 0");
}

void w_linger0(struct wire *w, int fd)
{
	struct linger l = { .l_onoff = 1 };

	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)))
		w_fail(w, "SO_LINGER: %s", strerror(errno));
}

/* ABORT of RFC 9293. */
void w_abort(struct wire *w, int fd)
{
	w_linger0(w, fd);
	close(fd);
	w_note(w, "close() with linger 0");
}

int w_setopt(struct wire *w, int fd, int opt, int value)
{
	return setsockopt(fd, w->proto, opt, &value, sizeof(value));
}

struct lctcp_vars w_vars(struct wire *w, int fd)
{
	struct lctcp_vars v;
	socklen_t len = sizeof(v);

	w_only_lctcp(w);
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	return v;
}

/* Fill the receive window until @leave octets are left; returns how much. */
int w_fill_window(struct wire *w, int leave)
{
	int sent = 0, room;
	struct seg *s;

	for (;;) {
		room = w->f->edge - w->f->snd_nxt - leave;
		if (room <= 0) {
			/* a delayed ACK may open it a little more */
			s = w_next(w, 600);
			if (!s)
				return sent;
			w_hear(w, s);
			continue;
		}
		if (room > 1000)
			room = 1000;
		w_inj(w, ACK, .len = room);
		sent += room;
		w_drain(w);
	}
}
