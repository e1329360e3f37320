// SPDX-License-Identifier: GPL-2.0
/* Every verb of the script language: see lab.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab.h"

#define PATIENCE_MS	36000000	/* for what a program waits for */
#define BUFFER		(1 << 20)
#define QUOTED		40	/* octets, to be shown as they are */
#define RUNS		8	/* of equal octets, to be shown */

#define BACKLOG		5

#define NO_SSTHRESH	1000000	/* segments: it has not been set yet */

#define FLOOD_PORT	10000
#define FLOOD_MAX	20000

static const char *const host_names[] = { [A] = "client", [B] = "server" };

unsigned int client_port(int n)
{
	return 40000 + (n > 1 ? n : 0);
}

int conn_number(unsigned int port)
{
	int n;

	for (n = 1; n <= LAB_CONNS; n++)
		if (client_port(n) == port)
			return n;
	return 0;
}

const char *actor_name(int host, int n, char *buf, size_t size)
{
	if (n > 1)
		snprintf(buf, size, "%s%d", host_names[host], n);
	else
		snprintf(buf, size, "%s", host_names[host]);
	return buf;
}

static unsigned int port_of(int host, int n)
{
	return host == A ? client_port(n) : SERVER_PORT;
}

/* ---- the stage ---- */

/* A router on the way loses all or, with @mark, marks what knows ECN. */
static bool set_wire(struct lab *l, bool lose, bool mark)
{
	struct netem how = {
		.delay_ms = l->delay_ms, .rate = l->rate,
		.loss = lose ? 100 : 0, .mark = mark,
	};

	return !wire(&l->s.p, A, &how) && !wire(&l->s.p, B, &how) &&
	       !wire_self(&l->s.p, A, &how);
}

bool lab_up(struct lab *l)
{
	int host, i;

	for (host = A; host <= B; host++) {
		for (i = 0; i <= LAB_CONNS; i++) {
			l->fd[host][i] = -1;
			l->linger_ms[host][i] = -1;
		}
		l->lfd[host] = -1;
	}
	stage_up(&l->s);
	l->delay_ms = STAGE_DELAY_MS;
	/* What a ladder shows is what is on the wire: one segment a packet. */
	if (wire_single(&l->s.p))
		return stop(l, "the wire takes packets of many segments");
	return set_wire(l, false, false) ||
	       stop(l, "no netem in this kernel");
}

/* What a script leaves open must not hold the namespaces for long. */
void lab_down(struct lab *l)
{
	int host, i;

	for (host = A; host <= B; host++) {
		fault(l->s.p.ns[host], "clear");
		close(l->lfd[host]);
		for (i = 0; i <= LAB_CONNS; i++)
			if (l->fd[host][i] >= 0)
				close(l->fd[host][i]);
	}
	stage_down(&l->s);
}

/* ---- verbs ---- */

/**
 * struct call - one line of the script, taken apart
 * @l:		the lab
 * @host:	who: A or B, -1 for the wire and the like
 * @n:		connection
 * @arg:	what follows the verb
 * @nargs:	how many words
 * @want:	the error that it must end with, 0 for success
 */
struct call {
	struct lab *l;
	int host;
	int n;
	char **arg;
	int nargs;
	int want;
};

static int ns_of(const struct call *c)
{
	return c->l->s.p.ns[c->host];
}

static int *fd_of(const struct call *c)
{
	return &c->l->fd[c->host][c->n];
}

/* A call has ended with @err, 0 for success: is that what the script wants? */
static bool result(const struct call *c, const char *name, int err)
{
	if (err)
		note_call(c->l, c->host, c->n, "%s = %s", name, error_name(err));
	if (err == c->want)
		return true;
	if (err)
		return stop(c->l, "%s: %s", name, error_name(err));
	return stop(c->l, "%s should fail with %s", name, error_name(c->want));
}

static void join(const struct call *c, char *buf, size_t size)
{
	size_t n = 0;
	int i;

	buf[0] = 0;
	for (i = 0; i < c->nargs && n < size; i++)
		n += snprintf(buf + n, size - n, "%s%s", i ? " " : "", c->arg[i]);
}

static bool do_set(const struct call *c)
{
	struct call value = *c;
	char text[LAB_TEXT];
	int err;

	value.arg++;
	value.nargs--;
	join(&value, text, sizeof(text));
	note_call(c->l, c->host, c->n, "%s = %s", c->arg[0], text);
	err = sysctl_set(ns_of(c), c->arg[0], text);
	return err ? stop(c->l, "%s = %s: %s", c->arg[0], text,
			  error_name(-err)) : true;
}

static bool do_fault(const struct call *c)
{
	char rule[LAB_TEXT];
	int err;

	join(c, rule, sizeof(rule));
	note_call(c->l, c->host, c->n, "fault rule “%s”", rule);
	err = fault(ns_of(c), rule);
	return err ? stop(c->l, "fault %s: %s", rule, error_name(-err)) : true;
}

static bool do_listen(const struct call *c)
{
	int backlog = BACKLOG;

	if (c->nargs)
		backlog = atoi(c->arg[0]);
	note_call(c->l, c->host, c->n, "listen(%d)", backlog);
	close(c->l->lfd[c->host]);
	c->l->lfd[c->host] = listener(ns_of(c), c->l->s.family, HOST_ANY,
				      port_of(c->host, c->n), backlog);
	return c->l->lfd[c->host] < 0 ? stop(c->l, "listen failed") : true;
}

static bool do_unlisten(const struct call *c)
{
	note_call(c->l, c->host, c->n, "close() the listener");
	close(c->l->lfd[c->host]);
	c->l->lfd[c->host] = -1;
	return true;
}

/* Begin, and do not wait. */
static bool do_connect(const struct call *c)
{
	bool self = c->nargs && !strcmp(c->arg[0], "self");
	int to = self ? c->host : !c->host, fd;

	c->l->self[c->n] = self;
	note_call(c->l, c->host, c->n, "connect()");
	fd = dial_from(ns_of(c), c->l->s.family, port_of(c->host, c->n),
		       to == A ? HOST_A : HOST_B,
		       port_of(to, c->n));
	if (fd >= 0) {
		if (*fd_of(c) >= 0)
			close(*fd_of(c));
		*fd_of(c) = fd;
		c->l->linger_ms[c->host][c->n] = -1;
	}
	return result(c, "connect()", fd < 0 ? -fd : 0);
}

/* Wait until connect() is done. */
static bool do_connected(const struct call *c)
{
	int err = -dialled(*fd_of(c), PATIENCE_MS);

	if (!err)
		note_call(c->l, c->host, c->n, "connect() = 0");
	return result(c, "connect()", err);
}

static bool do_accept(const struct call *c)
{
	int fd = take(c->l->lfd[c->host], c->want == EAGAIN ? 0 : PATIENCE_MS);

	if (fd == -ETIMEDOUT)
		fd = -EAGAIN;
	if (fd < 0)
		return result(c, "accept()", -fd);
	if (peer_port(fd) != port_of(!c->host, c->n)) {
		close(fd);
		return stop(c->l, "accept(): another client's connection");
	}
	if (*fd_of(c) >= 0)
		close(*fd_of(c));
	*fd_of(c) = fd;
	c->l->linger_ms[c->host][c->n] = -1;
	note_call(c->l, c->host, c->n, "accept() = 0");
	return result(c, "accept()", 0);
}

/* "hello", or what it consists of: 1000 a + 24 b */
static void octets_text(const unsigned char *p, int n, char *buf, size_t size)
{
	int i, run, runs = 0;
	bool quoted = n <= QUOTED;
	size_t at = 0;

	for (i = 0; i < n && quoted; i++)
		quoted = p[i] >= ' ' && p[i] < 127;
	if (quoted) {
		snprintf(buf, size, "\"%.*s\"", n, p);
		return;
	}
	for (i = 0; i < n && at < size; i += run, runs++) {
		for (run = 1; i + run < n && p[i + run] == p[i]; run++)
			;
		if (runs == RUNS) {
			snprintf(buf + at, size - at, " + ...");
			break;
		}
		at += snprintf(buf + at, size - at, "%s%d %c", i ? " + " : "",
			       run, p[i]);
	}
}

/* send "TEXT", send N or send N of C */
static bool do_send(const struct call *c)
{
	static unsigned char text[BUFFER];
	int n = atoi(c->arg[0]), sent = 0, ret = 0, err;
	char what[LAB_TEXT / 2];

	if (n > BUFFER || n < 0)
		return stop(c->l, "send 1 to %d octets", BUFFER);
	memset(text, c->nargs == 3 ? c->arg[2][0] : 'a', sizeof(text));
	if (!n)
		n = snprintf((char *)text, BUFFER, "%s", c->arg[0]);
	while (sent < n) {
		ret = send(*fd_of(c), text + sent, n - sent, MSG_NOSIGNAL);
		if (ret < 0)
			break;
		sent += ret;
	}
	err = errno;
	if (ret < 0 && !(sent && err == EAGAIN))
		return result(c, "send()", err);
	octets_text(text, sent, what, sizeof(what));
	if (sent < n)
		note_call(c->l, c->host, c->n, "send() = %d of %d", sent, n);
	else
		note_call(c->l, c->host, c->n, "send() = %d %s", sent, what);
	return result(c, "send()", 0);
}

/* read, read N or read eof */
static bool do_read(const struct call *c)
{
	static unsigned char buf[BUFFER];
	bool eof = c->nargs && !strcmp(c->arg[0], "eof");
	int want = c->nargs && !eof ? atoi(c->arg[0]) : 1;
	int got = 0, ret = 1, err = 0;
	char text[LAB_TEXT / 2];

	if (want < 1 || want > BUFFER)
		return stop(c->l, "read 1 to %d octets", BUFFER);
	while (got < want && ret > 0) {
		if (c->want != EAGAIN &&
		    !poll_for(*fd_of(c), POLLIN, PATIENCE_MS))
			return stop(c->l, "recv(): nothing came");
		ret = recv(*fd_of(c), buf + got,
			   c->nargs && !eof ? want - got : BUFFER - got, 0);
		err = ret < 0 ? errno : 0;
		got += ret > 0 ? ret : 0;
	}
	if (ret < 0)
		return result(c, "recv()", err);
	octets_text(buf, got, text, sizeof(text));
	if (got)
		note_call(c->l, c->host, c->n, "recv() = %d %s", got, text);
	if (!ret)
		note_call(c->l, c->host, c->n, "recv() = 0, end of file");
	if (eof ? got : got < want)
		return stop(c->l, "recv(): %d octets%s", got,
			    ret ? "" : ", then the end of file");
	return result(c, "recv()", 0);
}

static bool do_shutdown(const struct call *c)
{
	note_call(c->l, c->host, c->n, "shutdown(SHUT_WR)");
	return result(c, "shutdown()",
		      shutdown(*fd_of(c), SHUT_WR) ? errno : 0);
}

static bool do_linger(const struct call *c)
{
	long ms = read_time(c->arg[0]);
	struct linger linger = { .l_onoff = 1, .l_linger = ms / 1000 };

	if (ms < 0)
		return stop(c->l, "'%s' is no time", c->arg[0]);
	note_call(c->l, c->host, c->n, "SO_LINGER, %ld s", ms / 1000);
	c->l->linger_ms[c->host][c->n] = ms;
	return result(c, "SO_LINGER",
		      setsockopt(*fd_of(c), SOL_SOCKET, SO_LINGER, &linger,
				 sizeof(linger)) ? errno : 0);
}

static bool do_close(const struct call *c)
{
	long long us = now_us();
	int err;

	note_call(c->l, c->host, c->n, "close()");
	err = close(*fd_of(c)) ? errno : 0;
	*fd_of(c) = -1;
	if (c->l->linger_ms[c->host][c->n] > 0)
		note_call(c->l, c->host, c->n, "close() took %.2f s",
			  (now_us() - us) / 1e6);
	return result(c, "close()", err);
}

/* N SYNs in the name of a host that does not exist. */
static bool do_flood(const struct call *c)
{
	struct seg syn = { .dport = SERVER_PORT, .flags = F_SYN, .win = 65535 };
	int n = atoi(c->arg[0]), err = 0, i;

	if (n < 1 || n > FLOOD_MAX)
		return stop(c->l, "flood 1 to %d", FLOOD_MAX);
	note_call(c->l, c->host, c->n, "sends %d forged SYNs", n);
	if (black_hole(&c->l->s.p, !c->host))
		return stop(c->l, "no third host");
	for (i = 0; i < n && !err; i++) {
		syn.sport = FLOOD_PORT + i;
		syn.seq = i * 1000003u;
		err = inject(ns_of(c), c->l->s.family, HOST_FOREIGN,
			     c->host == A ? HOST_B : HOST_A, &syn, NULL);
	}
	return err ? stop(c->l, "flood: %s", error_name(-err)) : true;
}

static bool do_keepalive(const struct call *c)
{
	int one = 1;

	note_call(c->l, c->host, c->n, "SO_KEEPALIVE");
	return result(c, "SO_KEEPALIVE",
		      setsockopt(*fd_of(c), SOL_SOCKET, SO_KEEPALIVE, &one,
				 sizeof(one)) ? errno : 0);
}

static bool do_nodelay(const struct call *c)
{
	int one = 1;

	note_call(c->l, c->host, c->n, "TCP_NODELAY");
	return result(c, "TCP_NODELAY",
		      setsockopt(*fd_of(c), lc_proto(), TCP_NODELAY, &one,
				 sizeof(one)) ? errno : 0);
}

/* ---- looking ---- */

static void column(const struct call *c, const char *name, char *buf, int size)
{
	int to = c->l->self[c->n] ? c->host : !c->host;

	if (!conn_column(ns_of(c), port_of(c->host, c->n), port_of(to, c->n),
			 name, buf, size))
		snprintf(buf, size, "%s", strcmp(name, "state") ? "-" : "CLOSED");
}

static bool is_state(const struct call *c)
{
	char state[32];

	column(c, "state", state, sizeof(state));
	/* a half-open connection that has failed leaves the listener it came from */
	if (!strcmp(c->arg[0], "LISTEN") && c->l->lfd[c->host] >= 0)
		return !strcmp(state, "CLOSED");
	return !strcmp(state, c->arg[0]);
}

static bool do_is(const struct call *c)
{
	char state[32];

	if (is_state(c)) {
		note_call(c->l, c->host, c->n, "is in %s", c->arg[0]);
		return true;
	}
	column(c, "state", state, sizeof(state));
	return stop(c->l, "it is in %s, not in %s", state, c->arg[0]);
}

/* Look often at first: what has taken long already need not be seen at once. */
static bool do_reaches(const struct call *c)
{
	long start = now_ms(), waited = 0;

	while (!is_state(c) && waited < PATIENCE_MS) {
		nap_ms(waited < 500 ? 5 : waited / 100);
		waited = now_ms() - start;
	}
	return do_is(c);
}

/* The windows of a sender, in segments. */
static bool look_cwnd(const struct call *c)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);
	char ssthresh[16];

	if (*fd_of(c) < 0 || getsockopt(*fd_of(c), lc_proto(), TCP_INFO, &info, &size))
		return stop(c->l, "TCP_INFO: %s", error_name(errno));
	snprintf(ssthresh, sizeof(ssthresh), "%u", info.tcpi_snd_ssthresh);
	note_call(c->l, c->host, c->n, "has cwnd=%u ssthresh=%s", info.tcpi_snd_cwnd,
		  info.tcpi_snd_ssthresh > NO_SSTHRESH ? "none" : ssthresh);
	return true;
}

/* How much a receiver may keep, and what a window field counts in. */
static bool look_buffer(const struct call *c)
{
	struct tcp_info info;
	socklen_t size = sizeof(info), len = sizeof(int);
	int room;

	if (*fd_of(c) < 0 || getsockopt(*fd_of(c), lc_proto(), TCP_INFO, &info, &size) ||
	    getsockopt(*fd_of(c), SOL_SOCKET, SO_RCVBUF, &room, &len))
		return stop(c->l, "TCP_INFO: %s", error_name(errno));
	note_call(c->l, c->host, c->n, "has a receive buffer of %d octets, window scale %d",
		  room, info.tcpi_rcv_wscale);
	return true;
}

static bool do_look(const struct call *c)
{
	char state[32], timer[32], left[32], tries[32];

	if (c->nargs && !strcmp(c->arg[0], "cwnd"))
		return look_cwnd(c);
	if (c->nargs && !strcmp(c->arg[0], "buffer"))
		return look_buffer(c);
	if (c->nargs)
		return stop(c->l, "look, look cwnd or look buffer");

	column(c, "state", state, sizeof(state));
	column(c, "timer", timer, sizeof(timer));
	column(c, "left_ms", left, sizeof(left));
	column(c, "tries", tries, sizeof(tries));
	note_call(c->l, c->host, c->n, "is in %s, timer %s, %s ms left, tries %s",
		  state, timer, left, tries);
	return true;
}

static bool do_counts(const struct call *c)
{
	long long n = counter(ns_of(c), c->arg[0]);

	note_call(c->l, c->host, c->n, "counts %s %lld", c->arg[0], n);
	if (n == atoll(c->arg[1]))
		return true;
	return stop(c->l, "%s is %lld, not %s", c->arg[0], n, c->arg[1]);
}

/* ---- the wire, and time ---- */

static bool do_wire(const struct call *c)
{
	long ms = read_time(c->arg[0]);
	bool cut = !strcmp(c->arg[0], "cut"), marks = !strcmp(c->arg[0], "marks");

	if (c->nargs == 2 && !strcmp(c->arg[0], "mtu"))
		return !wire_mtu(&c->l->s.p, atoi(c->arg[1])) ||
		       stop(c->l, "no such MTU");
	if (c->nargs == 2 && !strcmp(c->arg[0], "swallows"))
		return !wire_swallows(&c->l->s.p, atoi(c->arg[1])) ||
		       stop(c->l, "no such MTU");
	if (c->nargs == 2 && !strcmp(c->arg[0], "rate")) {
		c->l->rate = atoi(c->arg[1]);
		return set_wire(c->l, false, false) ||
		       stop(c->l, "netem refuses");
	}
	if (c->nargs != 1 ||
	    (ms < 0 && !cut && !marks && strcmp(c->arg[0], "mended")))
		return stop(c->l, "wire TIME, mtu N, swallows N, rate N, cut, marks or mended");
	if (ms >= 0)
		c->l->delay_ms = ms;
	return set_wire(c->l, cut || marks, marks) ||
	       stop(c->l, "netem refuses");
}

static bool do_wait(const struct call *c)
{
	long ms = read_time(c->arg[0]);

	if (ms < 0)
		return stop(c->l, "'%s' is no time", c->arg[0]);
	nap_ms(ms);
	return true;
}

static bool do_act(const struct call *c)
{
	char title[LAB_TEXT];

	join(c, title, sizeof(title));
	return record_start(c->l, title);
}

static bool do_show(const struct call *c)
{
	struct lab *l = c->l;
	int i, n;

	l->show = 0;
	l->plots = 0;
	for (i = 0; i < c->nargs; i++) {
		const char *form = "client%d";
		unsigned int *what = &l->show;

		if (!strcmp(c->arg[i], "queues")) {
			l->queues = true;
			continue;
		}
		if (!strncmp(c->arg[i], "plot", 4)) {
			form = "plot%d";
			what = &l->plots;
		}
		if (sscanf(c->arg[i], form, &n) != 1)
			n = 1;
		if (n < 1 || n > LAB_CONNS)
			return stop(l, "no %s", c->arg[i]);
		*what |= 1 << n;
	}
	l->act[l->nacts - 1].show = l->show;
	l->act[l->nacts - 1].plots = l->plots;
	return true;
}

/* ---- from a line to its verb ---- */

static const struct verb {
	const char *name;
	int min, max;		/* words after it */
	bool actor;		/* somebody does it */
	bool socket;		/* it needs an open one */
	bool (*play)(const struct call *c);
} verbs[] = {
	{ "act",	0, LAB_WORDS, false, false, do_act },
	{ "show",	1, LAB_CONNS + 1, false, false, do_show },
	{ "wait",	1, 1, false, false, do_wait },
	{ "wire",	1, 2, false, false, do_wire },
	{ "set",	2, 12, true, false, do_set },
	{ "fault",	1, 12, true, false, do_fault },
	{ "listen",	0, 1, true, false, do_listen },
	{ "unlisten",	0, 0, true, false, do_unlisten },
	{ "connect",	0, 1, true, false, do_connect },
	{ "connected",	0, 0, true, true, do_connected },
	{ "accept",	0, 0, true, false, do_accept },
	{ "send",	1, 3, true, true, do_send },
	{ "read",	0, 1, true, true, do_read },
	{ "shutdown",	0, 0, true, true, do_shutdown },
	{ "linger",	1, 1, true, true, do_linger },
	{ "keepalive",	0, 0, true, true, do_keepalive },
	{ "nodelay",	0, 0, true, true, do_nodelay },
	{ "close",	0, 0, true, true, do_close },
	{ "flood",	1, 1, true, false, do_flood },
	{ "is",		1, 1, true, false, do_is },
	{ "reaches",	1, 1, true, false, do_reaches },
	{ "look",	0, 1, true, false, do_look },
	{ "counts",	2, 2, true, false, do_counts },
};

/* "client" or "server2" */
static bool read_actor(const char *word, int *host, int *n)
{
	char *end;

	for (*host = A; *host <= B; ++*host) {
		size_t len = strlen(host_names[*host]);

		if (strncmp(word, host_names[*host], len))
			continue;
		*n = word[len] ? strtol(word + len, &end, 10) : 1;
		return !word[len] || (!*end && *n > 1 && *n <= LAB_CONNS);
	}
	return false;
}

static bool play_verb(struct call *c, const struct verb *v)
{
	struct lab *l = c->l;

	if (c->nargs >= 2 && !strcmp(c->arg[c->nargs - 2], "fails")) {
		c->want = error_number(c->arg[c->nargs - 1]);
		if (c->want < 0)
			return stop(l, "no error '%s'", c->arg[c->nargs - 1]);
		c->nargs -= 2;
	}
	if (c->nargs < v->min || c->nargs > v->max)
		return stop(l, "%s: too %s words", v->name,
			    c->nargs < v->min ? "few" : "many");
	if (v->socket && *fd_of(c) < 0)
		return stop(l, "%s: it has no socket", v->name);
	return v->play(c);
}

bool play_line(struct lab *l, char **word, int n)
{
	struct call c = { .l = l, .host = -1, .n = 1 };
	bool actor = read_actor(word[0], &c.host, &c.n);
	size_t i;

	if (actor && n < 2)
		return stop(l, "%s does what?", word[0]);
	if (!l->nacts && !record_start(l, ""))
		return false;
	c.arg = word + 1 + actor;
	c.nargs = n - 1 - actor;
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (verbs[i].actor == actor && !strcmp(verbs[i].name, word[actor]))
			return play_verb(&c, &verbs[i]);
	return stop(l, "'%s'?", word[actor]);
}
