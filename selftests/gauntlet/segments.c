// SPDX-License-Identifier: GPL-2.0
/*
 * A stateful peer that says what it likes to a program that does what it likes,
 * in both families; see segments.h.
 *
 * A round is a namespace with settings of its own in which some connections
 * live one after the other.  In the end an honest peer must get everything
 * across, and nothing may be left.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <lctcp/fsm.h>

#include "segments.h"

#define LIVES	12		/* a round */
#define LIFE_MS	3600000		/* nothing that is waited for takes longer */
#define LIFE_SEGMENTS	20000

/* Where time is virtual, whoever spins stops the clock: so segments count too.
 */
void spend(struct life *l)
{
	if (++l->spent > LIFE_SEGMENTS)
		w_fail(l->w, "no end after %u segments", l->spent);
	if (w_now() - l->began > LIFE_MS * 1000000ll)
		w_fail(l->w, "no end after %d s", LIFE_MS / 1000);
}

/* ---- the program ---- */

/* One that is open, or NULL. */
struct end *open_end(struct life *l)
{
	struct end *open[MAX_ENDS];
	unsigned int n = 0;
	struct end *e;

	for (e = l->ends; e < l->ends + MAX_ENDS; e++)
		if (e->used && !e->closed)
			open[n++] = e;
	return n ? open[dice(l->c, n)] : NULL;
}

static struct end *new_end(struct life *l, int fd, int state)
{
	struct end *e;

	for (e = l->ends; e < l->ends + MAX_ENDS; e++)
		if (!e->used)
			break;
	if (e == l->ends + MAX_ENDS) {
		close(fd);
		return NULL;
	}
	*e = (struct end){ .used = true, .fd = fd, .state = state };
	return e;
}

/* False: there is none. */
static bool program_accepts(struct life *l)
{
	struct sockaddr_in6 peer;	/* the port is where IPv4 has it */
	socklen_t len = sizeof(peer);
	struct lctcp_vars v;
	struct end *e;
	int fd;

	COUNT(N_CALLS);
	fd = accept4(l->w->lfd, (void *)&peer, &len,
		     SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return false;
	w_note(l->w, "accept()");
	if (ntohs(peer.sin6_port) != l->peer_port)
		w_fail(l->w, "a connection from port %d",
		       ntohs(peer.sin6_port));
	e = new_end(l, fd, LCTCP_ESTABLISHED);
	/* one that has been reset meanwhile never says where it began */
	if (e && !look(l, e, &v))
		e->broken = true;
	return true;
}

static void program_connects(struct life *l)
{
	struct wire *w = l->w;
	struct sockaddr_storage ss;
	struct sockaddr_in6 own;
	socklen_t len = sizeof(own);
	int fd = w_socket(w);

	COUNT(N_CALLS);
	w_sockaddr(w, W_PEER, l->peer_port, &ss);
	if (!connect(fd, (void *)&ss, w_sockaddr_len(w)) ||
	    errno != EINPROGRESS)
		w_fail(w, "connect(): %s", strerror(errno));
	getsockname(fd, (void *)&own, &len);
	l->uut_port = ntohs(own.sin6_port);
	w_note(w, "connect() from port %d", l->uut_port);
	new_end(l, fd, LCTCP_SYN_SENT);
	hear(l);
}

void program_reads(struct life *l, struct end *e, int max)
{
	static unsigned char buf[1 << 16];
	ssize_t n;
	int flags;

	while (max > 0) {
		n = max < (int)sizeof(buf) ? max : (int)sizeof(buf);
		flags = once_in(l->c, 6) ? MSG_PEEK : 0;
		COUNT(N_CALLS);
		n = recv(e->fd, buf, n, MSG_DONTWAIT | flags);
		if (n < 0) {
			w_note(l->w, "read(): %s", strerror(errno));
			explained(l, e, "read()", errno);
			break;
		}
		w_note(l->w, "read(%s) = %zd", flags ? "MSG_PEEK" : "", n);
		if (!n && e->started)
			ended(l, e);
		if (!n)
			break;
		/* it was reset before anybody asked where it began */
		if (!e->started && e->broken)
			break;
		if (!e->started)
			w_fail(l->w, "text, and no connection");
		if (flags) {
			struct end peek = *e;

			delivered(l, &peek, buf, n);
			continue;
		}
		delivered(l, e, buf, n);
		max -= n;
	}
	hear(l);
}

static void program_writes(struct life *l, struct end *e)
{
	static const int sizes[] = { 1, 1, 10, 100, 536, 1460, 5000, 30000 };
	static unsigned char buf[30000];
	int n = PICK(l->c, sizes), flags = MSG_DONTWAIT | MSG_NOSIGNAL, i;
	ssize_t ret;

	if (!e->started)
		return;
	for (i = 0; i < n; i++)
		buf[i] = octet_at(e->iss + 1 + e->written + i, false);
	if (once_in(l->c, 10))
		flags |= MSG_OOB;
	if (once_in(l->c, 10))
		flags |= MSG_MORE;
	COUNT(N_CALLS);
	/* Should it leave at once, it must be known as written. */
	e->written += n;
	ret = send(e->fd, buf, n, flags);
	w_note(l->w, "send(%d) = %zd", n, ret);
	if (ret < 0) {
		e->written -= n;
		explained(l, e, "send()", errno);
	} else {
		e->written -= n - ret;
		if (e->fin)
			w_fail(l->w, "send() after the end");
	}
	hear(l);
}

static void program_sets(struct life *l, struct end *e)
{
	static const struct {
		int level, name, values[4];
	} options[] = {
		{ IPPROTO_LCTCP, TCP_NODELAY, { 0, 1, 1, 1 } },
		{ IPPROTO_LCTCP, TCP_CORK, { 0, 0, 1, 0 } },
		{ IPPROTO_LCTCP, TCP_QUICKACK, { 0, 1, 0, 1 } },
		{ IPPROTO_LCTCP, TCP_MAXSEG, { 0, 88, 536, 1460 } },
		{ IPPROTO_LCTCP, TCP_WINDOW_CLAMP, { 0, 100, 3000, 65535 } },
		{ IPPROTO_LCTCP, TCP_KEEPIDLE, { 1, 2, 100, 7200 } },
		{ IPPROTO_LCTCP, TCP_LINGER2, { -1, 0, 1, 60 } },
		{ IPPROTO_LCTCP, LCTCP_MSL, { -1, 0, 10, 1000 } },
		{ SOL_SOCKET, SO_RCVBUF, { 0, 2000, 8000, 200000 } },
		{ SOL_SOCKET, SO_SNDBUF, { 0, 2000, 8000, 200000 } },
		{ SOL_SOCKET, SO_RCVLOWAT, { 0, 1, 100, 1000000 } },
		{ SOL_SOCKET, SO_KEEPALIVE, { 0, 1, 0, 1 } },
		{ SOL_SOCKET, SO_OOBINLINE, { 0, 1, 0, 1 } },
	};
	unsigned int o = dice(l->c, ARRAY_SIZE(options));
	int value = PICK(l->c, options[o].values);

	COUNT(N_CALLS);
	setsockopt(e->fd, options[o].level, options[o].name, &value,
		   sizeof(value));
	w_note(l->w, "setsockopt(%d, %d, %d)", options[o].level,
	       options[o].name, value);
	hear(l);
}

static void program_asks(struct life *l, struct end *e)
{
	static const int asks[] = { SIOCINQ, SIOCOUTQ, SIOCATMARK, SIOCOUTQNSD };
	struct pollfd p = { .fd = e->fd, .events = POLLIN | POLLOUT | POLLPRI };
	struct lctcp_vars v;
	unsigned char octet;
	int n = 0, err = 0;
	socklen_t len = sizeof(err);

	COUNT_N(N_CALLS, 4);
	poll(&p, 1, 0);
	ioctl(e->fd, PICK(l->c, asks), &n);
	if (n < 0)
		w_fail(l->w, "a queue of %d octets", n);
	look(l, e, &v);
	if (once_in(l->c, 4)) {
		getsockopt(e->fd, SOL_SOCKET, SO_ERROR, &err, &len);
		explained(l, e, "SO_ERROR", err);
	}
	/* taken out of the stream or not, it is an octet of it */
	if (recv(e->fd, &octet, 1, MSG_OOB | MSG_DONTWAIT) == 1 &&
	    octet >= POISON)
		w_fail(l->w, "an urgent octet that was never to be taken");
}

static void program_ends(struct life *l, struct end *e)
{
	struct linger now = { .l_onoff = 1 };
	struct lctcp_vars v;
	bool known = look(l, e, &v);

	COUNT(N_CALLS);
	switch (dice(l->c, 4)) {
	case 0:
	case 1:
		if (!known || v.state == LCTCP_SYN_SENT ||
		    shutdown(e->fd, SHUT_WR))
			return;
		e->fin = true;
		w_note(l->w, "shutdown(SHUT_WR)");
		break;
	case 2:
		setsockopt(e->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		__attribute__((__fallthrough__));
	case 3:
		if (dice(l->c, 3))
			return;
		e->fin = true;
		e->closed = true;
		close(e->fd);
		w_note(l->w, "close()");
		break;
	}
	hear(l);
}

static void program_step(struct life *l)
{
	struct end *e = open_end(l);

	if (!l->active && dice(l->c, 2))
		program_accepts(l);
	if (!e)
		return;
	switch (dice(l->c, 16)) {
	case 0 ... 4:
		program_reads(l, e, 1 + dice(l->c, 4000));
		break;
	case 5 ... 9:
		program_writes(l, e);
		break;
	case 10 ... 11:
		program_sets(l, e);
		break;
	case 12 ... 14:
		program_asks(l, e);
		break;
	case 15:
		program_ends(l, e);
		break;
	}
}

/* ---- a life ---- */

static void waits(struct life *l)
{
	long long ms = dice(l->c, once_in(l->c, 10) ? 20000 : 300);

	if (!l->w->virtual_time)
		ms %= 20;
	w_wait(l->w, ms);
	hear(l);
}

static void live(struct wire *w, struct chance *c, int n)
{
	struct life *l = calloc(1, sizeof(*l));
	struct end *e;
	int steps, i;

	w_forget(w);
	w_note(w, "life %d", n);
	l->w = w;
	l->c = c;
	l->began = w_now();
	l->take_no_ts = w_sysctl_get(w, "accept_missing_timestamps");
	l->peer_port = 20000 + n;
	l->uut_port = W_PORT;
	/* they wrap soon, one in two */
	l->isn = dice(c, 2) ? -dice(c, 5000) : chance_next(c);
	l->active = once_in(c, 3);
	if (l->active)
		program_connects(l);
	else
		peer_syn(l);
	steps = 10 + dice(c, 80);
	for (i = 0; i < steps; i++) {
		if (dice(c, 3))
			peer_step(l);
		if (dice(c, 2))
			program_step(l);
		if (once_in(c, 8))
			waits(l);
	}
	for (e = l->ends; e < l->ends + MAX_ENDS; e++) {
		/* a pair may begin anew more than once; the next life has another */
		while (!l->active && program_accepts(l))
			;
		if (!e->used || e->closed)
			continue;
		if (e->started)
			peer_heals(l, e);
		w_linger0(w, e->fd);
		close(e->fd);
		e->closed = true;
	}
	w_drain(w);
	COUNT(N_LIVES);
	free(l);
}

/* ---- a round ---- */

static void settings(struct wire *w, struct chance *c)
{
	static const struct {
		const char *name, *values[4];
	} s[] = {
		{ "timestamps", { "0", "1", "1", "1" } },
		{ "sack", { "0", "1", "1", "1" } },
		{ "dsack", { "0", "1", "1", "1" } },
		{ "window_scaling", { "0", "1", "1", "1" } },
		{ "syncookies", { "0", "1", "1", "2" } },
		{ "accept_missing_timestamps", { "0", "0", "0", "1" } },
		{ "abort_on_icmp", { "0", "0", "0", "1" } },
		{ "rst_in_time_wait", { "0", "0", "0", "1" } },
		{ "challenge_in_time_wait", { "0", "1", "1", "1" } },
		{ "time_wait_after_rst", { "0", "0", "0", "1" } },
		{ "rmem", { "4096 131072 6291456", "4096 131072 6291456",
			    "2048 4096 8192", "4096 20000 100000" } },
		{ "wmem", { "4096 131072 4194304", "4096 131072 4194304",
			    "2048 4096 8192", "4096 20000 100000" } },
		{ "exact_timers", { "0", "0", "1", "1" } },
		{ "delack_ms", { "40", "40", "1", "400" } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(s); i++)
		w_sysctl(w, s[i].name, PICK(c, s[i].values));
	/* What was left to itself ends soon. */
	w_sysctl(w, "msl_ms", "500");
	w_sysctl(w, "r2_ms", "20000");
	w_sysctl(w, "fin_wait2_timeout_ms", "2000");
	w_sysctl(w, "synack_schedule_ms", "1000 2000");
	w_sysctl(w, "syn_schedule_ms", "1000 2000");
}

static void play(unsigned int kind, unsigned long round, struct chance *c)
{
	char reason[256] = "";
	struct wire *w;
	long left;
	int i;

	(void)round;
	w = w_open(kind ? AF_INET6 : AF_INET, 0, reason, sizeof(reason));
	w->verbose = gauntlet_verbose;
	/* no flow of the harness: its model is for honest peers */
	w_flow(w, 0)->peer_port = 1;
	settings(w, c);
	w_listen(w, 3);
	if (dice(c, 2)) {
		int one = 1;

		setsockopt(w->lfd, SOL_SOCKET, SO_OOBINLINE, &one, sizeof(one));
	}
	for (i = 0; i < LIVES; i++)
		live(w, c, i);

	close(w->lfd);
	left = w->virtual_time ? 600000 : 60000;
	while (w_entries(w) && left > 0) {
		w_pause(w->virtual_time ? 1000 : 100);
		w_drain(w);
		left -= w->virtual_time ? 1000 : 100;
	}
	if (w_entries(w))
		w_fail(w, "%d connections are left", w_entries(w));
}

int main(int argc, char **argv)
{
	static const char * const kinds[] = { "a peer over IPv4",
					      "a peer over IPv6" };
	const char *t = getenv("LCTCP_TIME");
	const struct gauntlet g = {
		.name = "segments",
		.kinds = kinds,
		.nkinds = 2,
		.rounds = 20,
		/* virtual seconds are many: each life has its own end */
		.patience = t && !strcmp(t, "virtual") ? 1000000 : 300,
		.play = play,
	};

	return gauntlet_main(&g, argc, argv);
}
