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
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "netlib.h"

#define PORT	8000
#define CPORT	40000
#define LOG	(1 << 18)

struct ctx {
	struct pair p;
	int family;
	int a, b;			/* the namespaces */
	char *log;
	int len;
	int l, c, s;			/* listener, client, server */
	volatile sig_atomic_t *pipes;
};

static volatile sig_atomic_t sigpipes;

static void on_sigpipe(int sig)
{
	sigpipes++;
}

static void note(struct ctx *x, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	x->len += vsnprintf(x->log + x->len, LOG - x->len, fmt, ap);
	va_end(ap);
	if (x->len > LOG - 1000)
		abort();
}

static const char *err_name(int err)
{
	return err ? strerrorname_np(err) ?: "?" : "0";
}

static long noted(struct ctx *x, const char *call, long ret, int err)
{
	if (ret < 0)
		note(x, "%s = %s\n", call, err_name(err));
	else
		note(x, "%s = %ld\n", call, ret);
	return ret;
}

/* A call whose value counts; a call that returns a descriptor; an error that
 * is a value.
 */
#define DO(expr) ({							\
	long __r = (errno = 0, (long)(expr));				\
									\
	noted(x, #expr, __r, errno);					\
})
#define FD(expr) ({							\
	long __r = (errno = 0, (long)(expr));				\
									\
	noted(x, #expr, __r < 0 ? -1 : 0, __r < -1 ? -__r : errno);	\
	(int)__r;							\
})
#define ERR(expr) note(x, "%s -> %s\n", #expr, err_name(abs(expr)))
#define SAY(...) note(x, "-- " __VA_ARGS__)

static const struct { short bit; const char *name; } poll_bits[] = {
	{ POLLIN, "IN" }, { POLLPRI, "PRI" }, { POLLOUT, "OUT" },
	{ POLLERR, "ERR" }, { POLLHUP, "HUP" }, { POLLNVAL, "NVAL" },
	{ POLLRDHUP, "RDHUP" },
};

/* What poll() says now about everything. */
static void look(struct ctx *x, const char *what, int fd)
{
	short ev = poll_for(fd, POLLIN | POLLPRI | POLLOUT | POLLRDHUP, 0);
	unsigned int i;

	note(x, "poll(%s) =", what);
	for (i = 0; i < sizeof(poll_bits) / sizeof(*poll_bits); i++)
		if (ev & poll_bits[i].bit)
			note(x, " %s", poll_bits[i].name);
	note(x, "\n");
}

#define LOOK(fd) look(x, #fd, fd)

/* Segments on their way arrive. */
static void settle(void)
{
	nap_ms(lc_virtual() ? 60 : 100);
}

static int bind_to(struct ctx *x, int fd, int host, int port)
{
	union addr a;

	addr_set(&a, x->family, host, port);
	return bind(fd, &a.sa, addr_len(&a));
}

static int connect_to(struct ctx *x, int fd, int host, int port)
{
	union addr a;

	addr_set(&a, x->family, host, port);
	return connect(fd, &a.sa, addr_len(&a));
}

static int unspec(int fd)
{
	struct sockaddr a = { .sa_family = AF_UNSPEC };

	return connect(fd, &a, sizeof(a));
}

static int fresh(struct ctx *x, int ns)
{
	return sock_flags(ns, x->family, SOCK_NONBLOCK);
}

static int opt(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

static int linger(int fd, int on, int s)
{
	struct linger l = { on, s };

	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

static void pair_open(struct ctx *x)
{
	x->l = listener(x->b, x->family, HOST_ANY, PORT, 5);
	if (x->l < 0 || conn_pair(&x->p, x->family, x->l, &x->c, &x->s))
		note(x, "no connection\n");
}

static int names(int fd, bool peer)
{
	union addr a;
	socklen_t n = sizeof(a);

	memset(&a, 0, sizeof(a));
	return peer ? getpeername(fd, &a.sa, &n) : getsockname(fd, &a.sa, &n);
}

/* All the calls that need no other end, on a socket in some state. */
static void probe(struct ctx *x, const char *state, int fd)
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

/* ---- scenarios ---- */

static void s_socket(struct ctx *x)
{
	static const int type[] = { SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RDM,
				    SOCK_PACKET, 0, 99 };
	socklen_t n = sizeof(int);
	int fd, v = 0, i;

	for (i = 0; i < 6; i++) {
		SAY("type %d\n", type[i]);
		fd = FD(socket(x->family, type[i], lc_proto()));
		if (fd >= 0)
			close(fd);
	}
	fd = FD(sock_flags(x->a, x->family, SOCK_NONBLOCK));
	DO(!!(fcntl(fd, F_GETFL) & O_NONBLOCK));
	DO(fcntl(fd, F_GETFD));
	DO(getsockopt(fd, SOL_SOCKET, SO_TYPE, &v, &n));
	DO(v);
	DO(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &v, &n));
	DO(v);
	DO(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &v, &n));
	DO(v == lc_proto());
	DO(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &v, &n));
	DO(v);
	DO(listen(fd, 1));
	DO(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &v, &n));
	DO(v);
	close(fd);
}

static void s_states_alone(struct ctx *x)
{
	int fd = fresh(x, x->a);

	probe(x, "fresh", fd);
	DO(shutdown(fd, SHUT_RD));
	DO(shutdown(fd, SHUT_WR));
	DO(shutdown(fd, SHUT_RDWR));
	DO(send(fd, "x", 1, MSG_NOSIGNAL));
	DO(send(fd, "x", 0, MSG_NOSIGNAL));
	DO(unspec(fd));
	DO(bind_to(x, fd, HOST_A, PORT));
	probe(x, "bound", fd);
	DO(send(fd, "x", 1, MSG_NOSIGNAL));
	DO(shutdown(fd, SHUT_RDWR));
	DO(listen(fd, 2));
	probe(x, "listening", fd);
	DO(send(fd, "x", 1, MSG_NOSIGNAL));
	DO(connect_to(x, fd, HOST_B, PORT));
	DO(bind_to(x, fd, HOST_A, PORT + 1));
	DO(listen(fd, 5));
	DO(listen(fd, -1));
	DO(listen(fd, 0));
	DO(shutdown(fd, SHUT_WR));
	LOOK(fd);
	DO(shutdown(fd, SHUT_RD));
	probe(x, "listener shut down", fd);
	DO(listen(fd, 5));
	LOOK(fd);
	DO(unspec(fd));
	probe(x, "listener disconnected", fd);
	DO(bind_to(x, fd, HOST_A, PORT + 1));
	close(fd);

	fd = fresh(x, x->a);
	SAY("listen without bind\n");
	DO(listen(fd, 1));
	DO(names(fd, false));
	DO(local_port(fd) > 0);
	close(fd);
}

static void s_bind(struct ctx *x)
{
	int fd = fresh(x, x->a), fd2;
	union addr a;

	addr_set(&a, x->family, HOST_A, PORT);
	DO(bind(fd, &a.sa, 0));
	DO(bind(fd, &a.sa, 2));
	DO(bind(fd, &a.sa, 8));
	DO(bind(fd, &a.sa, addr_len(&a) - 1));
	DO(bind(fd, &a.sa, 4000));
	DO(bind(fd, (void *)1, addr_len(&a)));
	a.sa.sa_family = AF_UNIX;
	DO(bind(fd, &a.sa, addr_len(&a)));
	a.sa.sa_family = AF_UNSPEC;
	DO(bind(fd, &a.sa, addr_len(&a)));
	addr_set(&a, x->family, HOST_ANY, PORT + 50);
	a.sa.sa_family = AF_UNSPEC;
	DO(bind(fd, &a.sa, addr_len(&a)));
	close(fd);
	fd = fresh(x, x->a);
	addr_set(&a, x->family == AF_INET ? AF_INET6 : AF_INET, HOST_A, PORT);
	DO(bind(fd, &a.sa, addr_len(&a)));
	DO(bind_to(x, fd, HOST_FOREIGN, PORT));
	DO(bind_to(x, fd, HOST_B, PORT));
	DO(bind_to(x, fd, HOST_A, 0));
	DO(local_port(fd) >= 32768);
	DO(bind_to(x, fd, HOST_A, 0));
	DO(bind_to(x, fd, HOST_A, PORT));
	fd2 = fresh(x, x->a);
	DO(bind_to(x, fd2, HOST_A, local_port(fd)));
	DO(bind_to(x, fd2, HOST_ANY, local_port(fd)));
	DO(bind_to(x, fd2, LOOP, local_port(fd)));
	close(fd2);
	/* broadcast and multicast */
	fd2 = fresh(x, x->a);
	addr_set(&a, x->family, HOST_A, PORT);
	if (x->family == AF_INET) {
		a.in.sin_addr.s_addr = htonl(0xc00002ff);
		DO(bind(fd2, &a.sa, addr_len(&a)));
		a.in.sin_addr.s_addr = htonl(INADDR_BROADCAST);
		DO(bind(fd2, &a.sa, addr_len(&a)));
		a.in.sin_addr.s_addr = htonl(0xe0000001);
		DO(bind(fd2, &a.sa, addr_len(&a)));
	} else {
		inet_pton(AF_INET6, "ff02::1", &a.in6.sin6_addr);
		DO(bind(fd2, &a.sa, addr_len(&a)));
		inet_pton(AF_INET6, "fe80::1", &a.in6.sin6_addr);
		DO(bind(fd2, &a.sa, addr_len(&a)));
		a.in6.sin6_scope_id = 99;
		DO(bind(fd2, &a.sa, addr_len(&a)));
	}
	close(fd2);
	/* a free bind, and an address that is not there */
	fd2 = fresh(x, x->a);
	DO(opt(fd2, IPPROTO_IP, IP_FREEBIND, 1));
	DO(bind_to(x, fd2, HOST_FOREIGN, PORT));
	close(fd2);
	close(fd);
}

static void s_privileged(struct ctx *x)
{
	int fd = fresh(x, x->a);

	DO(seteuid(1000));
	DO(bind_to(x, fd, HOST_A, 80));
	DO(bind_to(x, fd, HOST_ANY, 1023));
	DO(bind_to(x, fd, HOST_ANY, 1024));
	DO(seteuid(0));
	close(fd);
	fd = fresh(x, x->a);
	DO(bind_to(x, fd, HOST_A, 80));
	close(fd);
}

static void s_connect(struct ctx *x)
{
	union addr a;
	int fd;

	black_hole(&x->p, A);
	SAY("refused\n");
	fd = fresh(x, x->a);
	DO(connect_to(x, fd, HOST_B, PORT));
	poll_for(fd, POLLOUT, 2000);
	LOOK(fd);
	DO(names(fd, true));
	DO(connect_to(x, fd, HOST_B, PORT));
	ERR(so_error(fd));
	LOOK(fd);
	close(fd);

	SAY("refused, SO_ERROR first\n");
	fd = fresh(x, x->a);
	DO(connect_to(x, fd, HOST_B, PORT));
	poll_for(fd, POLLOUT, 2000);
	ERR(so_error(fd));
	ERR(so_error(fd));
	LOOK(fd);
	DO(send(fd, "x", 1, MSG_NOSIGNAL));
	DO(recv(fd, &a, 1, 0));
	SAY("again, to somebody who is there\n");
	x->l = listener(x->b, x->family, HOST_ANY, PORT, 5);
	DO(connect_to(x, fd, HOST_B, PORT));
	poll_for(fd, POLLOUT, 2000);
	LOOK(fd);
	DO(connect_to(x, fd, HOST_B, PORT));
	DO(connect_to(x, fd, HOST_B, PORT));
	DO(connect_to(x, fd, HOST_B, PORT + 1));
	DO(listen(fd, 1));
	DO(bind_to(x, fd, HOST_A, PORT + 1));
	DO(accept(fd, NULL, NULL));
	close(fd);

	SAY("no answer\n");
	fd = fresh(x, x->a);
	DO(connect_to(x, fd, HOST_FOREIGN, PORT));
	DO(connect_to(x, fd, HOST_FOREIGN, PORT));
	DO(connect_to(x, fd, HOST_B, PORT));
	probe(x, "SYN_SENT", fd);
	DO(send(fd, "x", 1, MSG_NOSIGNAL));
	DO(listen(fd, 1));
	DO(bind_to(x, fd, HOST_A, PORT + 1));
	DO(shutdown(fd, SHUT_RD));
	DO(shutdown(fd, SHUT_WR));
	DO(shutdown(fd, SHUT_RDWR));
	LOOK(fd);
	DO(recv(fd, &a, 1, 0));
	ERR(so_error(fd));
	close(fd);
	fd = fresh(x, x->a);
	SAY("SYN_SENT, then AF_UNSPEC\n");
	DO(connect_to(x, fd, HOST_FOREIGN, PORT));
	DO(unspec(fd));
	ERR(so_error(fd));
	LOOK(fd);
	DO(names(fd, true));
	DO(connect_to(x, fd, HOST_B, PORT));
	poll_for(fd, POLLOUT, 2000);
	DO(connect_to(x, fd, HOST_B, PORT));
	SAY("ESTABLISHED, then AF_UNSPEC\n");
	DO(unspec(fd));
	ERR(so_error(fd));
	LOOK(fd);
	DO(names(fd, true));
	DO(send(fd, "x", 1, MSG_NOSIGNAL));
	DO(recv(fd, &a, 1, 0));
	DO(unspec(fd));
	DO(connect_to(x, fd, HOST_B, PORT));
	poll_for(fd, POLLOUT, 2000);
	DO(connect_to(x, fd, HOST_B, PORT));
	close(fd);

	SAY("nowhere\n");
	fd = fresh(x, x->a);
	addr_set(&a, x->family, HOST_A, PORT);
	if (x->family == AF_INET)
		a.in.sin_addr.s_addr = htonl(0xc6336401);
	else
		inet_pton(AF_INET6, "2001:db9::1", &a.in6.sin6_addr);
	DO(connect(fd, &a.sa, addr_len(&a)));
	ERR(so_error(fd));
	LOOK(fd);
	if (x->family == AF_INET) {
		a.in.sin_addr.s_addr = htonl(0xc00002ff);
		DO(connect(fd, &a.sa, addr_len(&a)));
		a.in.sin_addr.s_addr = htonl(INADDR_BROADCAST);
		DO(connect(fd, &a.sa, addr_len(&a)));
		a.in.sin_addr.s_addr = htonl(0xe0000001);
		DO(connect(fd, &a.sa, addr_len(&a)));
	} else {
		inet_pton(AF_INET6, "ff02::1", &a.in6.sin6_addr);
		DO(connect(fd, &a.sa, addr_len(&a)));
		inet_pton(AF_INET6, "fe80::1", &a.in6.sin6_addr);
		DO(connect(fd, &a.sa, addr_len(&a)));
	}
	DO(connect_to(x, fd, HOST_B, 0));
	poll_for(fd, POLLOUT, 2000);
	ERR(so_error(fd));
	close(fd);

	SAY("bad addresses\n");
	fd = fresh(x, x->a);
	addr_set(&a, x->family, HOST_B, PORT);
	DO(connect(fd, &a.sa, 0));
	DO(connect(fd, &a.sa, 1));
	DO(connect(fd, &a.sa, 8));
	DO(connect(fd, &a.sa, addr_len(&a) - 1));
	DO(connect(fd, (void *)1, addr_len(&a)));
	a.sa.sa_family = AF_UNIX;
	DO(connect(fd, &a.sa, addr_len(&a)));
	addr_set(&a, x->family == AF_INET ? AF_INET6 : AF_INET, HOST_B, PORT);
	DO(connect(fd, &a.sa, addr_len(&a)));
	LOOK(fd);
	close(fd);

	SAY("the any address is this host\n");
	fd = fresh(x, x->b);
	DO(connect_to(x, fd, HOST_ANY, PORT));
	poll_for(fd, POLLOUT, 2000);
	DO(connect_to(x, fd, HOST_ANY, PORT));
	close(fd);
}

static void s_connected(struct ctx *x)
{
	char buf[64];
	int v;

	pair_open(x);
	probe(x, "established", x->c);
	DO(send(x->c, "", 0, 0));
	DO(send(x->c, "hello", 5, 0));
	poll_for(x->s, POLLIN, 2000);
	LOOK(x->s);
	DO(ioctl(x->s, SIOCINQ, &v));
	DO(v);
	DO(recv(x->s, buf, 2, MSG_PEEK));
	DO(recv(x->s, buf, 64, MSG_PEEK | MSG_TRUNC));
	DO(recv(x->s, buf, 2, MSG_TRUNC));
	DO(recv(x->s, (void *)1, 2, 0));
	DO(recv(x->s, buf, 64, MSG_WAITALL | MSG_DONTWAIT));
	DO(recv(x->s, buf, 64, 0));
	DO(send(x->c, (void *)1, 2, 0));
	DO(send(x->c, "x", 1, MSG_OOB));
	settle();
	LOOK(x->s);
	DO(ioctl(x->s, SIOCATMARK, &v));
	DO(v);
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, MSG_OOB));
	DO(recv(x->s, buf, 64, MSG_OOB));
	LOOK(x->s);
	DO(opt(x->s, SOL_SOCKET, SO_OOBINLINE, 1));
	DO(send(x->c, "yz", 2, MSG_OOB));
	settle();
	LOOK(x->s);
	DO(recv(x->s, buf, 64, MSG_OOB));
	DO(recv(x->s, buf, 64, 0));
	DO(ioctl(x->s, SIOCATMARK, &v));
	DO(v);
	DO(recv(x->s, buf, 64, 0));
	DO(sendto(x->c, "to", 2, 0, (void *)"12345678", 8));
	settle();
	DO(recv(x->s, buf, 64, 0));
	DO(send(x->c, "m", 1, MSG_MORE | MSG_EOR | MSG_DONTROUTE | MSG_CONFIRM));
	DO(opt(x->c, IPPROTO_TCP, TCP_NODELAY, 1));
	settle();
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, MSG_ERRQUEUE));
}

static void s_cmsg(struct ctx *x)
{
	char ctl[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec v[3] = { { (void *)"ab", 2 }, { (void *)"", 0 },
			      { (void *)"cd", 2 } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 3 };
	char in[8], in2[8];
	struct iovec w[2] = { { in, 3 }, { in2, 8 } };
	struct msghdr r = { .msg_iov = w, .msg_iovlen = 2,
			    .msg_control = ctl, .msg_controllen = sizeof(ctl) };
	union addr from;
	socklen_t n = sizeof(from);
	struct cmsghdr *c;

	pair_open(x);
	DO(sendmsg(x->c, &m, 0));
	settle();
	r.msg_name = &from;
	r.msg_namelen = sizeof(from);
	DO(recvmsg(x->s, &r, 0));
	DO(r.msg_flags);
	DO(r.msg_controllen);
	DO(r.msg_namelen);
	DO(send(x->c, "x", 1, 0));
	settle();
	DO(recvfrom(x->s, in, 8, 0, &from.sa, &n));
	DO(n);
	m.msg_control = ctl;
	m.msg_controllen = sizeof(ctl);
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_len = CMSG_LEN(sizeof(int));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = 9999;
	DO(sendmsg(x->c, &m, 0));
	c->cmsg_level = SOL_IP;
	DO(sendmsg(x->c, &m, 0));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	DO(sendmsg(x->c, &m, 0));
	c->cmsg_len = 3;
	DO(sendmsg(x->c, &m, 0));
	settle();
	DO(recv(x->s, in, 8, 0));
	m.msg_control = NULL;
	m.msg_controllen = 0;
	m.msg_iovlen = 2000;
	DO(sendmsg(x->c, &m, 0));
}

static void s_half_close(struct ctx *x)
{
	char buf[64];
	int v;

	pair_open(x);
	DO(send(x->c, "last", 4, 0));
	DO(shutdown(x->c, SHUT_WR));
	settle();
	LOOK(x->c);
	LOOK(x->s);
	sigpipes = 0;
	DO(send(x->c, "x", 1, 0));
	DO(sigpipes);
	DO(send(x->c, "x", 1, MSG_NOSIGNAL));
	DO(sigpipes);
	DO(send(x->c, "", 0, MSG_NOSIGNAL));
	DO(recv(x->c, buf, 64, 0));
	DO(recv(x->s, buf, 64, MSG_WAITALL));
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, MSG_PEEK));
	DO(recv(x->s, buf, 64, MSG_OOB));
	probe(x, "FIN_WAIT2", x->c);
	probe(x, "CLOSE_WAIT", x->s);
	DO(shutdown(x->c, SHUT_WR));
	DO(connect_to(x, x->c, HOST_B, PORT));
	DO(connect_to(x, x->s, HOST_A, PORT));
	DO(listen(x->c, 1));
	DO(send(x->s, "more", 4, 0));
	settle();
	DO(recv(x->c, buf, 64, 0));
	DO(ioctl(x->c, SIOCINQ, &v));
	DO(v);
	DO(shutdown(x->s, SHUT_RDWR));
	settle();
	LOOK(x->c);
	LOOK(x->s);
	DO(recv(x->c, buf, 64, 0));
	probe(x, "after both FINs, active", x->c);
	probe(x, "after both FINs, passive", x->s);
	DO(shutdown(x->c, SHUT_RDWR));
	DO(shutdown(x->s, SHUT_RDWR));
	DO(connect_to(x, x->c, HOST_B, PORT));
	DO(names(x->s, true));
	DO(connect_to(x, x->s, HOST_A, PORT));
}

static void s_shut_rd(struct ctx *x)
{
	char buf[64];

	pair_open(x);
	DO(shutdown(x->s, SHUT_RD));
	LOOK(x->s);
	LOOK(x->c);
	DO(recv(x->s, buf, 64, 0));
	DO(send(x->c, "data", 4, 0));
	settle();
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, 0));
	DO(send(x->s, "back", 4, 0));
	settle();
	DO(recv(x->c, buf, 64, 0));
	LOOK(x->s);
	LOOK(x->c);
	DO(shutdown(x->s, SHUT_RD));
	DO(shutdown(x->s, SHUT_WR));
	settle();
	LOOK(x->s);
	LOOK(x->c);
}

static void s_reset(struct ctx *x)
{
	char buf[64];

	SAY("linger 0\n");
	pair_open(x);
	DO(send(x->c, "before", 6, 0));
	settle();
	DO(linger(x->c, 1, 0));
	DO(close(x->c));
	settle();
	LOOK(x->s);
	DO(names(x->s, true));
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, 0));
	LOOK(x->s);
	sigpipes = 0;
	DO(send(x->s, "x", 1, 0));
	DO(sigpipes);
	ERR(so_error(x->s));
	probe(x, "after a reset", x->s);
	DO(shutdown(x->s, SHUT_WR));
	close(x->s);

	SAY("reset, then write first\n");
	DO(conn_pair(&x->p, x->family, x->l, &x->c, &x->s));
	linger(x->c, 1, 0);
	close(x->c);
	settle();
	sigpipes = 0;
	DO(send(x->s, "x", 1, 0));
	DO(sigpipes);
	DO(send(x->s, "x", 1, 0));
	DO(sigpipes);
	DO(recv(x->s, buf, 64, 0));
	ERR(so_error(x->s));
	close(x->s);

	SAY("reset, then SO_ERROR first\n");
	DO(conn_pair(&x->p, x->family, x->l, &x->c, &x->s));
	linger(x->c, 1, 0);
	close(x->c);
	settle();
	ERR(so_error(x->s));
	ERR(so_error(x->s));
	DO(recv(x->s, buf, 64, 0));
	LOOK(x->s);
	close(x->s);

	SAY("closed with unread data\n");
	DO(conn_pair(&x->p, x->family, x->l, &x->c, &x->s));
	DO(send(x->s, "unread", 6, 0));
	settle();
	DO(close(x->c));
	settle();
	LOOK(x->s);
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, 0));
	close(x->s);

	SAY("data after close\n");
	DO(conn_pair(&x->p, x->family, x->l, &x->c, &x->s));
	DO(close(x->c));
	settle();
	LOOK(x->s);
	DO(send(x->s, "late", 4, 0));
	settle();
	LOOK(x->s);
	sigpipes = 0;
	DO(send(x->s, "late", 4, 0));
	DO(sigpipes);
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, 0));
	close(x->s);

	SAY("reset before accept\n");
	x->c = dial(x->a, x->family, HOST_B, PORT);
	DO(dialled(x->c, 2000));
	settle();
	linger(x->c, 1, 0);
	close(x->c);
	settle();
	LOOK(x->l);
	x->s = FD(accept4(x->l, NULL, NULL, SOCK_NONBLOCK));
	DO(names(x->s, true));
	LOOK(x->s);
	DO(recv(x->s, buf, 64, 0));
	DO(recv(x->s, buf, 64, 0));
	DO(send(x->s, "x", 1, MSG_NOSIGNAL));
	close(x->s);
	LOOK(x->l);
}

static void s_accept(struct ctx *x)
{
	struct rlimit lim, low;
	union addr a;
	socklen_t n;
	int c[3], i, s;

	x->l = listener(x->b, x->family, HOST_ANY, PORT, 5);
	DO(accept(x->l, NULL, NULL));
	for (i = 0; i < 3; i++) {
		c[i] = dial_from(x->a, x->family, CPORT + i, HOST_B, PORT);
		DO(dialled(c[i], 2000));
	}
	settle();
	LOOK(x->l);
	memset(&a, 0x5a, sizeof(a));
	n = 4;
	s = FD(accept4(x->l, &a.sa, &n, SOCK_NONBLOCK | SOCK_CLOEXEC));
	DO(n);
	DO(a.sa.sa_family);
	DO(addr_port(&a));
	DO(((unsigned char *)&a)[4]);
	DO(!!(fcntl(s, F_GETFL) & O_NONBLOCK));
	DO(fcntl(s, F_GETFD));
	close(s);
	DO(accept4(x->l, NULL, NULL, 0x10));
	n = -1;
	DO(accept(x->l, &a.sa, &n));
	SAY("that call has taken one of the three\n");
	getrlimit(RLIMIT_NOFILE, &lim);
	low = lim;
	low.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &low);
	DO(accept(x->l, NULL, NULL));
	setrlimit(RLIMIT_NOFILE, &lim);
	LOOK(x->l);
	s = FD(accept(x->l, NULL, NULL));
	DO(!!(fcntl(s, F_GETFL) & O_NONBLOCK));
	DO(fcntl(s, F_GETFD));
	n = sizeof(a);
	DO(getpeername(s, &a.sa, &n));
	DO(addr_port(&a));
	n = 3;
	DO(getpeername(s, &a.sa, &n));
	DO(n);
	n = -1;
	DO(getpeername(s, &a.sa, &n));
	n = sizeof(a);
	DO(getpeername(s, (void *)1, &n));
	DO(accept(x->l, NULL, NULL));
}

/* Which of the listener's options its child has. */
static void s_accept_inherits(struct ctx *x)
{
	static const struct { int level, name, value; } o[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ SOL_SOCKET, SO_RCVBUF, 20000 },
		{ SOL_SOCKET, SO_SNDBUF, 30000 },
		{ SOL_SOCKET, SO_PRIORITY, 3 },
		{ SOL_SOCKET, SO_MARK, 77 },
		{ SOL_SOCKET, SO_OOBINLINE, 1 },
		{ SOL_SOCKET, SO_RCVLOWAT, 5 },
		{ SOL_SOCKET, SO_REUSEADDR, 1 },
		{ SOL_SOCKET, SO_REUSEPORT, 1 },
		{ IPPROTO_TCP, TCP_NODELAY, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, 33 },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 44 },
		{ IPPROTO_TCP, TCP_KEEPCNT, 5 },
		{ IPPROTO_TCP, TCP_USER_TIMEOUT, 12345 },
		{ IPPROTO_TCP, TCP_LINGER2, 7 },
		{ IPPROTO_IP, IP_TOS, 0x10 },
		{ IPPROTO_IP, IP_TTL, 77 },
		{ IPPROTO_IPV6, IPV6_TCLASS, 0x20 },
		{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, 99 },
		{ IPPROTO_IPV6, IPV6_V6ONLY, 1 },
	};
	struct linger li = { 0 };
	socklen_t n;
	unsigned int i;
	int v, fd = fresh(x, x->b);

	DO(bind_to(x, fd, HOST_ANY, PORT));
	for (i = 0; i < sizeof(o) / sizeof(*o); i++) {
		if (o[i].level == IPPROTO_IPV6 && x->family == AF_INET)
			continue;
		SAY("option %d of level %d\n", o[i].name, o[i].level);
		v = o[i].value;
		DO(setsockopt(fd, o[i].level, o[i].name, &v, sizeof(v)));
	}
	linger(fd, 1, 3);
	DO(listen(fd, 5));
	DO(conn_pair(&x->p, x->family, fd, &x->c, &x->s));
	for (i = 0; i < sizeof(o) / sizeof(*o); i++) {
		if (o[i].level == IPPROTO_IPV6 && x->family == AF_INET)
			continue;
		SAY("option %d of level %d\n", o[i].name, o[i].level);
		n = sizeof(v);
		v = -1;
		DO(getsockopt(x->s, o[i].level, o[i].name, &v, &n));
		DO(v);
	}
	n = sizeof(li);
	DO(getsockopt(x->s, SOL_SOCKET, SO_LINGER, &li, &n));
	DO(li.l_onoff);
	DO(li.l_linger);
}

/* Options at TCP's level, in three states, with good and bad values. */
static void s_sockopts(struct ctx *x)
{
	static const struct { int name; const char *text; int good, bad; } o[] = {
		{ TCP_NODELAY, "TCP_NODELAY", 1, -1 },
		{ TCP_MAXSEG, "TCP_MAXSEG", 1000, 5 },
		{ TCP_CORK, "TCP_CORK", 1, -1 },
		{ TCP_KEEPIDLE, "TCP_KEEPIDLE", 60, 0 },
		{ TCP_KEEPINTVL, "TCP_KEEPINTVL", 10, 0 },
		{ TCP_KEEPCNT, "TCP_KEEPCNT", 3, 0 },
		{ TCP_SYNCNT, "TCP_SYNCNT", 3, 0 },
		{ TCP_LINGER2, "TCP_LINGER2", 10, 10000000 },
		{ TCP_WINDOW_CLAMP, "TCP_WINDOW_CLAMP", 20000, -1 },
		{ TCP_QUICKACK, "TCP_QUICKACK", 1, -1 },
		{ TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT", 5000, -1 },
		{ TCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT", 0, -1 },
		{ 9999, "9999", 1, 1 },
	};
	socklen_t n;
	unsigned int i, k;
	int fd[3], v;
	char cc[32];

	pair_open(x);
	fd[0] = fresh(x, x->a);
	fd[1] = x->l;
	fd[2] = x->c;
	for (k = 0; k < 3; k++) {
		SAY("%s\n", k ? k == 1 ? "listener" : "connected" : "fresh");
		for (i = 0; i < sizeof(o) / sizeof(*o); i++) {
			SAY("%s\n", o[i].text);
			v = o[i].good;
			DO(setsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, 4));
			n = 4;
			v = -7;
			if (o[i].name != TCP_WINDOW_CLAMP &&
			    o[i].name != TCP_MAXSEG &&
			    o[i].name != TCP_QUICKACK) {
				DO(getsockopt(fd[k], IPPROTO_TCP, o[i].name, &v,
					      &n));
				DO(v);
				DO(n);
			}
			v = o[i].bad;
			DO(setsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, 4));
			DO(setsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, 3));
			DO(setsockopt(fd[k], IPPROTO_TCP, o[i].name, (void *)1, 4));
			n = 4;
			DO(getsockopt(fd[k], IPPROTO_TCP, o[i].name, (void *)1, &n));
			n = -1;
			DO(getsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, &n));
			n = 2;
			DO(getsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, &n));
			DO(n);
			DO(getsockopt(fd[k], IPPROTO_TCP, o[i].name, &v, (void *)1));
		}
		SAY("TCP_CONGESTION\n");
		DO(setsockopt(fd[k], IPPROTO_TCP, TCP_CONGESTION, "reno", 4));
		n = sizeof(cc);
		DO(getsockopt(fd[k], IPPROTO_TCP, TCP_CONGESTION, cc, &n));
		note(x, "%.4s\n", cc);
		DO(setsockopt(fd[k], IPPROTO_TCP, TCP_CONGESTION, "nonesuch", 8));
		SAY("TCP_INFO\n");
		n = sizeof(cc);
		DO(getsockopt(fd[k], IPPROTO_TCP, TCP_INFO, cc, &n));
		DO(n);
		note(x, "tcpi_state %d\n", cc[0]);
		DO(setsockopt(fd[k], IPPROTO_TCP, TCP_INFO, cc, 4));
		v = 1;
		DO(setsockopt(fd[k], 77, 1, &v, sizeof(v)));
		n = 4;
		DO(getsockopt(fd[k], 77, 1, &v, &n));
		DO(setsockopt(fd[k], SOL_SOCKET, 9999, &v, sizeof(v)));
	}
}

static void s_reuseaddr(struct ctx *x)
{
	static const char *const state[] = { "bound", "listening", "connected",
					     "TIME_WAIT" };
	static int port = PORT + 100;
	int st, one, two, same, fd, fd2, ret, ret2;

	for (st = 0; st < 4; st++)
	for (one = 0; one < 4; one++)
	for (two = 0; two < 4; two++)
	for (same = 0; same < 2; same++) {
		union addr a;

		port++;
		fd = fresh(x, x->b);
		/* bit 0: SO_REUSEADDR, bit 1: SO_REUSEPORT */
		opt(fd, SOL_SOCKET, SO_REUSEADDR, one & 1);
		opt(fd, SOL_SOCKET, SO_REUSEPORT, one >> 1);
		bind_to(x, fd, same ? HOST_B : HOST_ANY, port);
		if (st)
			listen(fd, 5);
		if (st > 1) {
			if (conn_pair(&x->p, x->family, fd, &x->c, &x->s))
				note(x, "no connection\n");
			close(fd);
			fd = x->s;
			if (st == 3) {
				close(fd);
				settle();
				close(x->c);
				settle();
				fd = -1;
			}
		}
		fd2 = fresh(x, x->b);
		opt(fd2, SOL_SOCKET, SO_REUSEADDR, two & 1);
		opt(fd2, SOL_SOCKET, SO_REUSEPORT, two >> 1);
		addr_set(&a, x->family, HOST_B, port);
		ret = bind(fd2, &a.sa, addr_len(&a)) ? errno : 0;
		ret2 = listen(fd2, 5) ? errno : 0;
		note(x, "%s %s with %d, then %d: bind %s, listen %s\n",
		     state[st], same ? "address" : "wildcard", one, two,
		     err_name(ret), ret ? "-" : err_name(ret2));
		if (fd >= 0)
			close(fd);
		if (st == 2)
			close(x->c);
		close(fd2);
	}
}

/* Two sockets, each of any kind of address: where do they conflict? */
static void s_bind_matrix(struct ctx *x)
{
	static const char *const kind[] = {
		"0.0.0.0", "192.0.2.1", "127.0.0.1", "::", ":: only", "::1",
		"2001:db8::1", "::ffff:0.0.0.0", "::ffff:192.0.2.1",
		"::ffff:127.0.0.1",
	};
	enum { N = sizeof(kind) / sizeof(*kind) };
	static int port = PORT + 1000;
	int i, j, flags, k, ret[2];

	for (flags = 0; flags < 3; flags++)
	for (i = 0; i < N; i++)
	for (j = 0; j < N; j++) {
		int fd[2];

		port++;
		for (k = 0; k < 2; k++) {
			const char *t = kind[k ? j : i];
			bool v6 = strchr(t, ':');
			union addr a;
			char text[32];

			fd[k] = sock(x->a, v6 ? AF_INET6 : AF_INET);
			memset(&a, 0, sizeof(a));
			snprintf(text, sizeof(text), "%s", t);
			if (v6) {
				bool only = strchr(text, ' ');

				opt(fd[k], IPPROTO_IPV6, IPV6_V6ONLY, only);
				if (only)
					*strchr(text, ' ') = 0;
				a.in6.sin6_family = AF_INET6;
				a.in6.sin6_port = htons(port);
				inet_pton(AF_INET6, text, &a.in6.sin6_addr);
			} else {
				a.in.sin_family = AF_INET;
				a.in.sin_port = htons(port);
				inet_pton(AF_INET, text, &a.in.sin_addr);
			}
			opt(fd[k], SOL_SOCKET, SO_REUSEADDR, flags == 1);
			opt(fd[k], SOL_SOCKET, SO_REUSEPORT, flags == 2);
			ret[k] = bind(fd[k], &a.sa, addr_len(&a)) ? errno : 0;
			if (!k && !ret[k])
				ret[k] = listen(fd[k], 1) ? errno : 0;
		}
		note(x, "%s, then %s, flags %d: %s %s\n", kind[i], kind[j],
		     flags, err_name(ret[0]), err_name(ret[1]));
		close(fd[0]);
		close(fd[1]);
	}
}

/* Two binds of another user's SO_REUSEPORT. */
static void s_reuseport_uid(struct ctx *x)
{
	int a = fresh(x, x->a), b;

	opt(a, SOL_SOCKET, SO_REUSEPORT, 1);
	DO(bind_to(x, a, HOST_ANY, PORT));
	DO(listen(a, 1));
	/* A socket belongs to who opened it. */
	ns_enter(x->a);
	DO(seteuid(1000));
	b = socket(x->family, SOCK_STREAM, lc_proto());
	DO(seteuid(0));
	ns_enter(x->p.home);
	opt(b, SOL_SOCKET, SO_REUSEPORT, 1);
	DO(bind_to(x, b, HOST_ANY, PORT));
	close(a);
	close(b);
}

static void s_dual_stack(struct ctx *x)
{
	char text[64];
	union addr a;
	socklen_t n = sizeof(a);
	int l, c, s;

	l = listener(x->b, AF_INET6, HOST_ANY, PORT, 5);
	c = dial_from(x->a, AF_INET, CPORT, HOST_B, PORT);
	DO(dialled(c, 2000));
	s = FD(take(l, 2000));
	DO(getpeername(s, &a.sa, &n));
	note(x, "%s\n", inet_ntop(AF_INET6, &a.in6.sin6_addr, text, 64));
	n = sizeof(a);
	DO(getsockname(s, &a.sa, &n));
	note(x, "%s\n", inet_ntop(AF_INET6, &a.in6.sin6_addr, text, 64));
	DO(send(c, "four", 4, 0));
	settle();
	DO(recv(s, text, 64, 0));
	DO(send(s, "six", 3, 0));
	settle();
	DO(recv(c, text, 64, 0));
	close(c);
	close(s);

	SAY("a mapped address from an IPv6 socket\n");
	c = sock_flags(x->a, AF_INET6, SOCK_NONBLOCK);
	memset(&a, 0, sizeof(a));
	a.in6.sin6_family = AF_INET6;
	a.in6.sin6_port = htons(PORT);
	inet_pton(AF_INET6, "::ffff:192.0.2.2", &a.in6.sin6_addr);
	DO(connect(c, &a.sa, sizeof(a.in6)));
	DO(dialled(c, 2000));
	s = FD(take(l, 2000));
	n = sizeof(a);
	DO(getsockname(c, &a.sa, &n));
	note(x, "%s\n", inet_ntop(AF_INET6, &a.in6.sin6_addr, text, 64));
	DO(n);
	n = sizeof(a);
	DO(getpeername(s, &a.sa, &n));
	note(x, "%s\n", inet_ntop(AF_INET6, &a.in6.sin6_addr, text, 64));
	DO(send(c, "map", 3, 0));
	settle();
	DO(recv(s, text, 64, 0));
	DO(opt(c, IPPROTO_IPV6, IPV6_V6ONLY, 1));
	SAY("AF_UNSPEC, then a real IPv6 address\n");
	DO(unspec(c));
	addr_set(&a, AF_INET6, HOST_B, PORT);
	DO(connect(c, &a.sa, sizeof(a.in6)));
	DO(dialled(c, 2000));
	close(c);
	close(s);

	SAY("V6ONLY\n");
	close(l);
	l = sock_flags(x->b, AF_INET6, SOCK_NONBLOCK);
	DO(opt(l, IPPROTO_IPV6, IPV6_V6ONLY, 1));
	addr_set(&a, AF_INET6, HOST_ANY, PORT);
	opt(l, SOL_SOCKET, SO_REUSEADDR, 1);
	DO(bind(l, &a.sa, sizeof(a.in6)));
	DO(opt(l, IPPROTO_IPV6, IPV6_V6ONLY, 0));
	DO(listen(l, 5));
	c = dial(x->a, AF_INET, HOST_B, PORT);
	DO(dialled(c, 2000));
	close(c);
	SAY("V6ONLY socket, mapped address\n");
	c = sock_flags(x->a, AF_INET6, SOCK_NONBLOCK);
	opt(c, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	inet_pton(AF_INET6, "::ffff:192.0.2.2", &a.in6.sin6_addr);
	DO(connect(c, &a.sa, sizeof(a.in6)));
	inet_pton(AF_INET6, "::ffff:192.0.2.1", &a.in6.sin6_addr);
	DO(bind(c, &a.sa, sizeof(a.in6)));
	close(c);
	SAY("bound to IPv4-mapped, connecting to IPv6\n");
	c = sock_flags(x->a, AF_INET6, SOCK_NONBLOCK);
	a.in6.sin6_port = 0;
	DO(bind(c, &a.sa, sizeof(a.in6)));
	addr_set(&a, AF_INET6, HOST_B, PORT);
	DO(connect(c, &a.sa, sizeof(a.in6)));
	close(c);
	SAY("bound to IPv6, connecting to IPv4-mapped\n");
	c = sock_flags(x->a, AF_INET6, SOCK_NONBLOCK);
	addr_set(&a, AF_INET6, HOST_A, 0);
	DO(bind(c, &a.sa, sizeof(a.in6)));
	addr_set(&a, AF_INET6, HOST_B, PORT);
	inet_pton(AF_INET6, "::ffff:192.0.2.2", &a.in6.sin6_addr);
	DO(connect(c, &a.sa, sizeof(a.in6)));
	close(c);
	SAY("link-local without a scope\n");
	c = sock_flags(x->a, AF_INET6, SOCK_NONBLOCK);
	inet_pton(AF_INET6, "fe80::1234", &a.in6.sin6_addr);
	DO(connect(c, &a.sa, sizeof(a.in6)));
	close(c);
}

static void s_dup_tuple(struct ctx *x)
{
	int c, d, l;

	l = listener(x->b, x->family, HOST_ANY, PORT, 5);
	c = dial_from(x->a, x->family, CPORT, HOST_B, PORT);
	DO(dialled(c, 2000));
	d = FD(dial_from(x->a, x->family, CPORT, HOST_B, PORT));
	d = FD(dial_from(x->a, x->family, CPORT, HOST_B, PORT + 1));
	DO(dialled(d, 2000));
	close(d);
	DO(send(c, "x", 1, 0));
	SAY("listener beside an active open\n");
	d = FD(listener(x->a, x->family, HOST_ANY, CPORT, 5));
	close(d);
	SAY("while it closes\n");
	close(c);
	settle();
	d = FD(dial_from(x->a, x->family, CPORT, HOST_B, PORT));
	if (d >= 0)
		close(d);
	close(l);
}

static void s_files(struct ctx *x)
{
	int fd = memfd_create("x", 0), pipe_fd[2], total = 0, n;
	char buf[70000];

	memset(buf, 'z', sizeof(buf));
	if (write(fd, buf, 5000) != 5000 || pipe(pipe_fd))
		abort();
	pair_open(x);
	n = fresh(x, x->a);
	DO(write(n, "x", 1));
	DO(read(n, buf, 1));
	lseek(fd, 0, SEEK_SET);
	DO(sendfile(n, fd, NULL, 5000));
	close(n);
	lseek(fd, 0, SEEK_SET);
	DO(sendfile(x->c, fd, NULL, 5000));
	while (total < 5000 && poll_for(x->s, POLLIN, 2000)) {
		n = splice(x->s, NULL, pipe_fd[1], NULL, 5000, 0);
		if (n <= 0 || read(pipe_fd[0], buf, n) != n)
			break;
		total += n;
	}
	DO(total);
	DO(splice(x->s, NULL, pipe_fd[1], NULL, 5000, SPLICE_F_NONBLOCK));
	DO(write(pipe_fd[1], "pipe", 4));
	DO(splice(pipe_fd[0], NULL, x->c, NULL, 4, 0));
	settle();
	DO(read(x->s, buf, 64));
	DO(lseek(x->c, 0, SEEK_SET));
	DO(pread(x->c, buf, 1, 0));
	DO(ftruncate(x->c, 0));
	DO(fsync(x->c));
	DO(shutdown(x->c, SHUT_WR));
	sigpipes = 0;
	DO(write(x->c, "x", 1));
	DO(sigpipes);
	lseek(fd, 0, SEEK_SET);
	DO(sendfile(x->c, fd, NULL, 10));
	settle();
	DO(splice(x->s, NULL, pipe_fd[1], NULL, 5000, 0));
	close(fd);
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
	{ "sockopts", "TCP_CONGESTION",
	  "setsockopt(fd[k], IPPROTO_TCP, TCP_CONGESTION, \"reno\", 4) = 0",
	  "setsockopt(fd[k], IPPROTO_TCP, TCP_CONGESTION, \"reno\", 4) = ENOPROTOOPT",
	  "api_sockopt_tcp_level: the kernel's algorithms work on TCP sockets only" },
	{ "sockopts", "TCP_CONGESTION",
	  "setsockopt(fd[k], IPPROTO_TCP, TCP_CONGESTION, \"nonesuch\", 8) = ENOENT",
	  "setsockopt(fd[k], IPPROTO_TCP, TCP_CONGESTION, \"nonesuch\", 8) = ENOPROTOOPT",
	  "api_sockopt_tcp_level" },
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
