// SPDX-License-Identifier: GPL-2.0
/*
 * Scenarios of errno.c: addresses, options, files.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "same.h"

void s_socket(struct ctx *x)
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

void s_bind(struct ctx *x)
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

void s_privileged(struct ctx *x)
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

void s_cmsg(struct ctx *x)
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

/* Options at TCP's level, in three states, with good and bad values. */
void s_sockopts(struct ctx *x)
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

void s_reuseaddr(struct ctx *x)
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
void s_bind_matrix(struct ctx *x)
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
void s_reuseport_uid(struct ctx *x)
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

void s_dual_stack(struct ctx *x)
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

void s_files(struct ctx *x)
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
