// SPDX-License-Identifier: GPL-2.0
/*
 * The same program over Linux's TCP and over the protocol under test, compared
 * call by call: what it returns, which errno, which poll events.
 *
 * A scenario is a function that makes calls and notes each of them in a log.
 * It runs once with protocol 6 and once with ours, in fresh namespaces, and
 * the logs must be equal, except for the list of intended differences below,
 * where each one has its reason.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sockios.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "same.h"

#define LOG	(1 << 18)

volatile sig_atomic_t sigpipes;

static void on_sigpipe(int sig)
{
	sigpipes++;
}

void note(struct ctx *x, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	x->len += vsnprintf(x->log + x->len, LOG - x->len, fmt, ap);
	va_end(ap);
	if (x->len > LOG - 1000)
		abort();
}

const char *err_name(int err)
{
	return err ? strerrorname_np(err) ?: "?" : "0";
}

long noted(struct ctx *x, const char *call, long ret, int err)
{
	if (ret < 0)
		note(x, "%s = %s\n", call, err_name(err));
	else
		note(x, "%s = %ld\n", call, ret);
	return ret;
}

static const struct { short bit; const char *name; } poll_bits[] = {
	{ POLLIN, "IN" }, { POLLPRI, "PRI" }, { POLLOUT, "OUT" },
	{ POLLERR, "ERR" }, { POLLHUP, "HUP" }, { POLLNVAL, "NVAL" },
	{ POLLRDHUP, "RDHUP" },
};

/* What poll() says now about everything. */
void look(struct ctx *x, const char *what, int fd)
{
	short ev = poll_for(fd, POLLIN | POLLPRI | POLLOUT | POLLRDHUP, 0);
	unsigned int i;

	note(x, "poll(%s) =", what);
	for (i = 0; i < sizeof(poll_bits) / sizeof(*poll_bits); i++)
		if (ev & poll_bits[i].bit)
			note(x, " %s", poll_bits[i].name);
	note(x, "\n");
}

/* Segments on their way arrive. */
void settle(void)
{
	nap_ms(lc_virtual() ? 60 : 100);
}

int bind_to(struct ctx *x, int fd, int host, int port)
{
	union addr a;

	addr_set(&a, x->family, host, port);
	return bind(fd, &a.sa, addr_len(&a));
}

int connect_to(struct ctx *x, int fd, int host, int port)
{
	union addr a;

	addr_set(&a, x->family, host, port);
	return connect(fd, &a.sa, addr_len(&a));
}

int unspec(int fd)
{
	struct sockaddr a = { .sa_family = AF_UNSPEC };

	return connect(fd, &a, sizeof(a));
}

int fresh(struct ctx *x, int ns)
{
	return sock_flags(ns, x->family, SOCK_NONBLOCK);
}

int opt(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

int linger(int fd, int on, int s)
{
	struct linger l = { on, s };

	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

void pair_open(struct ctx *x)
{
	x->l = listener(x->b, x->family, HOST_ANY, PORT, 5);
	if (x->l < 0 || conn_pair(&x->p, x->family, x->l, &x->c, &x->s))
		note(x, "no connection\n");
}

int names(int fd, bool peer)
{
	union addr a;
	socklen_t n = sizeof(a);

	memset(&a, 0, sizeof(a));
	return peer ? getpeername(fd, &a.sa, &n) : getsockname(fd, &a.sa, &n);
}

/* All the calls that need no other end, on a socket in some state. */
void probe(struct ctx *x, const char *state, int fd)
{
	char buf[4];
	int n = -1;

	SAY("%s\n", state);
	LOOK(fd);
	ERR(so_error(fd));
	DO(names(fd, false));
	DO(names(fd, true));
	DO(recv(fd, buf, sizeof(buf), MSG_DONTWAIT));
	DO(recv(fd, buf, 0, MSG_DONTWAIT));
	DO(recv(fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_PEEK));
	DO(recv(fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_OOB));
	DO(recv(fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_ERRQUEUE));
	DO(accept(fd, NULL, NULL));
	DO(ioctl(fd, SIOCINQ, &n));
	DO(n);
	n = -1;
	DO(ioctl(fd, SIOCOUTQ, &n));
	DO(n);
	n = -1;
	DO(ioctl(fd, SIOCATMARK, &n));
	DO(n);
	DO(ioctl(fd, 0x1234, &n));
	DO(shutdown(fd, 7));
	DO(shutdown(fd, -1));
	ERR(so_error(fd));
}

/* ---- what may differ, and why ---- */

static const struct {
	const char *scenario;
	const char *section;		/* beginning of the last "-- " line */
	const char *tcp, *ours;		/* beginnings of the lines */
	const char *why;
} intended[] = {
	{ "bind_matrix", "",
	  "::ffff:0.0.0.0, then ::ffff:192.0.2.1, flags 0: 0 0",
	  "::ffff:0.0.0.0, then ::ffff:192.0.2.1, flags 0: 0 EADDRINUSE",
	  "the wildcard covers it: TCP of 6.1 overlooks that, of 6.12 does not" },
	{ "bind_matrix", "",
	  "::ffff:0.0.0.0, then ::ffff:192.0.2.1, flags 1: 0 0",
	  "::ffff:0.0.0.0, then ::ffff:192.0.2.1, flags 1: 0 EADDRINUSE",
	  "the wildcard covers it: TCP of 6.1 overlooks that, of 6.12 does not" },
	{ "bind_matrix", "",
	  "::ffff:0.0.0.0, then ::ffff:127.0.0.1, flags 0: 0 0",
	  "::ffff:0.0.0.0, then ::ffff:127.0.0.1, flags 0: 0 EADDRINUSE",
	  "the wildcard covers it: TCP of 6.1 overlooks that, of 6.12 does not" },
	{ "bind_matrix", "",
	  "::ffff:0.0.0.0, then ::ffff:127.0.0.1, flags 1: 0 0",
	  "::ffff:0.0.0.0, then ::ffff:127.0.0.1, flags 1: 0 EADDRINUSE",
	  "the wildcard covers it: TCP of 6.1 overlooks that, of 6.12 does not" },
	{ "states_alone", "", "n = ", "n = 0",
	  "SIOCOUTQ: disconnecting skips two sequence numbers in TCP, which are no unsent data" },
	{ "connect", "SYN_SENT", "recv(fd, buf, 0, MSG_DONTWAIT) = EAGAIN",
	  "recv(fd, buf, 0, MSG_DONTWAIT) = 0",
	  "api_read_zero_len: nothing is asked for, so there is nothing to wait for" },
	{ "connected", "established",
	  "recv(fd, buf, 0, MSG_DONTWAIT) = EAGAIN",
	  "recv(fd, buf, 0, MSG_DONTWAIT) = 0", "api_read_zero_len" },
	{ "half_close", "FIN_WAIT2",
	  "recv(fd, buf, 0, MSG_DONTWAIT) = EAGAIN",
	  "recv(fd, buf, 0, MSG_DONTWAIT) = 0", "api_read_zero_len" },
	{ "reset", "data after close", "send(x->s, \"late\", 4, 0) = EPIPE",
	  "send(x->s, \"late\", 4, 0) = ECONNRESET",
	  "rst_rx_closewait_error: a reset in CLOSE_WAIT is a reset" },
	{ "reset", "data after close", "sigpipes = 1", "sigpipes = 0",
	  "rst_rx_closewait_error: the error first, EPIPE next time" },
	{ "sockopts", "TCP_USER_TIMEOUT",
	  "setsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, 4) = EINVAL",
	  "setsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, 4) = 0",
	  "-1 is never (RFC 9293 MUST-21)" },
	{ "sockopts", "TCP_LINGER2",
	  "setsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, 4) = 0",
	  "setsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, 4) = EINVAL",
	  "out of bounds is an error, not another value" },
	{ "sockopts", "TCP_WINDOW_CLAMP",
	  "setsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, 4) = 0",
	  "setsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, 4) = EINVAL",
	  "out of bounds is an error, not another value" },
	{ "sockopts", "TCP_DEFER_ACCEPT", "", "", "api_defer_accept: not offered" },
	{ "dup_tuple", "while it closes",
	  "dial_from(x->a, x->family, CPORT, HOST_B, PORT) = 0",
	  "dial_from(x->a, x->family, CPORT, HOST_B, PORT) = EADDRNOTAVAIL",
	  "clo_reopen_while_closing: RFC 9293 3.9.1.4 wants an error" },
	{ NULL },
};

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static bool is_intended(const char *scenario, const char *section,
			const char *tcp, const char *ours)
{
	int i;

	for (i = 0; intended[i].scenario; i++)
		if (!strcmp(intended[i].scenario, scenario) &&
		    begins(section, intended[i].section) &&
		    begins(tcp, intended[i].tcp) &&
		    begins(ours, intended[i].ours))
			return true;
	return false;
}

FIXTURE(same) {
	char *log[2];
};

FIXTURE_VARIANT(same) {
	int family;
};

FIXTURE_VARIANT_ADD(same, v4) { .family = AF_INET };
FIXTURE_VARIANT_ADD(same, v6) { .family = AF_INET6 };

FIXTURE_SETUP(same)
{
	ASSERT_FALSE(lc_missing()) TH_LOG("no protocol %d here", lc_proto());
	signal(SIGPIPE, on_sigpipe);
	self->log[0] = calloc(1, LOG);
	self->log[1] = calloc(1, LOG);
	ASSERT_NE(NULL, self->log[0]);
	ASSERT_NE(NULL, self->log[1]);
}

FIXTURE_TEARDOWN(same)
{
	free(self->log[0]);
	free(self->log[1]);
}

static int run_once(void (*scenario)(struct ctx *x), int family, char *log)
{
	struct ctx x = { .family = family, .log = log,
			 .l = -1, .c = -1, .s = -1 };
	int fd;

	if (pair_up(&x.p))
		return -1;
	x.a = x.p.ns[A];
	x.b = x.p.ns[B];
	scenario(&x);
	pair_down(&x.p);
	for (fd = 3; fd < 64; fd++)
		close(fd);
	return 0;
}

static void compare(struct __test_metadata *_metadata,
		    FIXTURE_DATA(same) *self,
		    const FIXTURE_VARIANT(same) *variant, const char *name,
		    void (*scenario)(struct ctx *x))
{
	char ours[16], *t, *o, *tn, *on;
	const char *section = "";
	int lines = 0;

	snprintf(ours, sizeof(ours), "%d", lc_proto());
	setenv("LCTCP_PROTO", "6", 1);
	ASSERT_EQ(0, run_once(scenario, variant->family, self->log[0]));
	setenv("LCTCP_PROTO", ours, 1);
	ASSERT_EQ(0, run_once(scenario, variant->family, self->log[1]));

	if (getenv("LCTCP_SHOW"))
		fputs(self->log[1], stdout);
	t = self->log[0];
	o = self->log[1];
	for (; *t || *o; t = tn, o = on) {
		tn = strchrnul(t, '\n');
		on = strchrnul(o, '\n');
		if (*tn)
			*tn++ = 0;
		if (*on)
			*on++ = 0;
		lines++;
		if (!strncmp(t, "-- ", 3))
			section = t + 3;
		if (!strcmp(t, o) || is_intended(name, section, t, o))
			continue;
		EXPECT_STREQ(t, o) {
			TH_LOG("%s, line %d, %s", name, lines, section);
			TH_LOG("   TCP  %s", t);
			TH_LOG("   ours %s", o);
		}
	}
	EXPECT_LT(3, lines);
}

#define SAME(scenario)							\
TEST_F_TIMEOUT(same, scenario, 600)					\
{									\
	compare(_metadata, self, variant, #scenario, s_##scenario);	\
}

SAME(socket)
SAME(states_alone)
SAME(bind)
SAME(privileged)
SAME(connect)
SAME(connected)
SAME(cmsg)
SAME(half_close)
SAME(shut_rd)
SAME(reset)
SAME(accept)
SAME(accept_inherits)
SAME(sockopts)
SAME(reuseaddr)
SAME(bind_matrix)
SAME(reuseport_uid)
SAME(dual_stack)
SAME(dup_tuple)
SAME(files)

TEST_HARNESS_MAIN
