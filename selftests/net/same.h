/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the scenarios of errno.c are written with.
 */
#ifndef LCTCP_SAME_H
#define LCTCP_SAME_H

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "netlib.h"

#define PORT	8000
#define CPORT	20000

/**
 * struct ctx - one run of a scenario
 * @a, @b:	the namespaces
 * @log:	what the calls returned, @len octets so far
 * @l, @c, @s:	listener, client, server, for the scenario to use
 */
struct ctx {
	struct pair p;
	int family;
	int a, b;			/* the namespaces */
	char *log;
	int len;
	int l, c, s;			/* listener, client, server */
};

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
#define LOOK(fd) look(x, #fd, fd)

extern volatile sig_atomic_t sigpipes;	/* SIGPIPEs so far */

void note(struct ctx *x, const char *fmt, ...);
const char *err_name(int err);
long noted(struct ctx *x, const char *call, long ret, int err);
void look(struct ctx *x, const char *what, int fd);
void settle(void);
int bind_to(struct ctx *x, int fd, int host, int port);
int connect_to(struct ctx *x, int fd, int host, int port);
int unspec(int fd);
int fresh(struct ctx *x, int ns);
int opt(int fd, int level, int name, int value);
int linger(int fd, int on, int s);
void pair_open(struct ctx *x);
int names(int fd, bool peer);
void probe(struct ctx *x, const char *state, int fd);

/* The scenarios. */
void s_socket(struct ctx *x);
void s_bind(struct ctx *x);
void s_privileged(struct ctx *x);
void s_cmsg(struct ctx *x);
void s_sockopts(struct ctx *x);
void s_reuseaddr(struct ctx *x);
void s_bind_matrix(struct ctx *x);
void s_reuseport_uid(struct ctx *x);
void s_dual_stack(struct ctx *x);
void s_files(struct ctx *x);
void s_states_alone(struct ctx *x);
void s_connect(struct ctx *x);
void s_connected(struct ctx *x);
void s_half_close(struct ctx *x);
void s_shut_rd(struct ctx *x);
void s_reset(struct ctx *x);
void s_accept(struct ctx *x);
void s_accept_inherits(struct ctx *x);
void s_dup_tuple(struct ctx *x);

#endif /* LCTCP_SAME_H */
