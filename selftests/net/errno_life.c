// SPDX-License-Identifier: GPL-2.0
/*
 * Scenarios of errno.c: what a connection answers in each part of its life.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "same.h"

void s_states_alone(struct ctx *x)
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

void s_connect(struct ctx *x)
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

void s_connected(struct ctx *x)
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

void s_half_close(struct ctx *x)
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

void s_shut_rd(struct ctx *x)
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

void s_reset(struct ctx *x)
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

void s_accept(struct ctx *x)
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
void s_accept_inherits(struct ctx *x)
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

void s_dup_tuple(struct ctx *x)
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
