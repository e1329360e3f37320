// SPDX-License-Identifier: GPL-2.0
/*
 * What programs of BPF that hang on a control group may do to a socket: each
 * hook that TCP honours, saying yes and saying no.  The same life of a
 * connection is led over lctcp and over Linux's TCP in the same boot, and the
 * two tell the same of each call.
 *
 * The programs are a few instructions, put together here: they count, perhaps
 * write one field of what they are shown, and return a verdict.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <netinet/tcp.h>

#include "bpf.h"
#include "fixture.h"

#define OTHER_PORT	8200
#define NO_FIELD	(-1)

/**
 * struct hook - one place where a program is asked
 * @name:	for people
 * @prog:	type of the program
 * @attach4, @attach6: where it hangs, by family
 * @no:		what it returns to refuse
 * @field:	what it writes, instead of refusing, or NO_FIELD
 * @value:	and what
 */
struct hook {
	const char *name;
	int prog;
	int attach4, attach6;
	int no;
	int field;
	int value;
};

static const struct hook hook_create = {
	"create", BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE,
	BPF_CGROUP_INET_SOCK_CREATE, 0, NO_FIELD,
};

static const struct hook hook_release = {
	"release", BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_RELEASE,
	BPF_CGROUP_INET_SOCK_RELEASE, 0, NO_FIELD,
};

static const struct hook hook_bind = {
	"bind", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_BIND,
	BPF_CGROUP_INET6_BIND, 0, NO_FIELD,
};

static const struct hook hook_bind_elsewhere = {
	"bind elsewhere", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_BIND,
	BPF_CGROUP_INET6_BIND, 1, offsetof(struct bpf_sock_addr, user_port),
	OTHER_PORT,
};

static const struct hook hook_post_bind = {
	"post_bind", BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET4_POST_BIND,
	BPF_CGROUP_INET6_POST_BIND, 0, NO_FIELD,
};

static const struct hook hook_connect = {
	"connect", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT,
	BPF_CGROUP_INET6_CONNECT, 0, NO_FIELD,
};

static const struct hook hook_connect_elsewhere = {
	"connect elsewhere", BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_INET6_CONNECT, 1,
	offsetof(struct bpf_sock_addr, user_port), OTHER_PORT,
};

/* These two cannot refuse, only tell another name. */
static const struct hook hook_peername = {
	"getpeername", BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	BPF_CGROUP_INET4_GETPEERNAME, BPF_CGROUP_INET6_GETPEERNAME, 1,
	offsetof(struct bpf_sock_addr, user_port), OTHER_PORT,
};

static const struct hook hook_sockname = {
	"getsockname", BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	BPF_CGROUP_INET4_GETSOCKNAME, BPF_CGROUP_INET6_GETSOCKNAME, 1,
	offsetof(struct bpf_sock_addr, user_port), OTHER_PORT,
};

static const struct hook hook_setsockopt = {
	"setsockopt", BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_SETSOCKOPT,
	BPF_CGROUP_SETSOCKOPT, 0, NO_FIELD,
};

static const struct hook hook_getsockopt = {
	"getsockopt", BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_GETSOCKOPT,
	BPF_CGROUP_GETSOCKOPT, 0, NO_FIELD,
};

static const struct hook hook_ingress = {
	"ingress", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_INGRESS,
	BPF_CGROUP_INET_INGRESS, 0, NO_FIELD,
};

static const struct hook hook_egress = {
	"egress", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS,
	BPF_CGROUP_INET_EGRESS, 0, NO_FIELD,
};

/* A program that adds one to the first element of @map; or -1. */
static int program(const struct hook *h, int family, int map, bool yes)
{
	bool writes = !yes && h->field != NO_FIELD;
	struct bpf_insn insn[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_6, BPF_REG_1, 0, 0),
		COUNT(map),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0,
		     htons(h->value)),
		/* Or no operation, where there is no field to write. */
		writes ? INSN(BPF_STX | BPF_MEM | BPF_W, BPF_REG_6, BPF_REG_2,
			      h->field, 0) :
			 INSN(BPF_JMP | BPF_JA, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0,
		     yes ? 1 : h->no),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	static char log[8192];
	union bpf_attr attr = {
		.prog_type = h->prog,
		.expected_attach_type = family == AF_INET ? h->attach4 :
							    h->attach6,
		.insns = (uintptr_t)insn,
		.insn_cnt = sizeof(insn) / sizeof(*insn),
		.license = (uintptr_t)"GPL",
		.log_buf = (uintptr_t)log,
		.log_size = sizeof(log),
		.log_level = 1,
	};
	int fd = bpf(BPF_PROG_LOAD, &attr);

	if (fd < 0)
		printf("# %s: %s\n%s\n", h->name, strerror(errno), log);
	return fd;
}

/**
 * struct told - what a run had to tell
 * @text:	call by call
 * @asked:	how often the program was asked
 */
struct told {
	char text[2048];
	int len;
	uint64_t asked;
};

FIXTURE(cgroup) {
	char mnt[32];
	char home[64];			/* our group */
	int ns;
	int dir;
	int map;
	int prog;
	int attach;
};

FAMILIES(cgroup);

FIXTURE_SETUP(cgroup)
{
	NEED_PROTO();
	snprintf(self->mnt, sizeof(self->mnt), "/run/lctcp-cgroup-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->mnt));
	self->dir = -1;
	self->map = counter_map();
	if (mount("none", self->mnt, "cgroup2", 0, NULL) || self->map < 0) {
		rmdir(self->mnt);
		SKIP(return, "no cgroup2 or no BPF in this kernel");
	}
	snprintf(self->home, sizeof(self->home), "%s/t%d", self->mnt, getpid());
	ASSERT_EQ(0, mkdir(self->home, 0755));
	ASSERT_EQ(0, cgroup_join(self->home));
	self->dir = open(self->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_LE(0, self->dir);
	self->ns = ns_new();
	ASSERT_LE(0, self->ns);
}

FIXTURE_TEARDOWN(cgroup)
{
	close(self->map);
	if (self->dir < 0)
		return;
	close(self->dir);
	EXPECT_EQ(0, cgroup_join(self->mnt));
	/* Sockets that are still to be freed keep nothing but its memory. */
	EXPECT_EQ(0, rmdir(self->home));
	EXPECT_EQ(0, umount2(self->mnt, MNT_DETACH));
	EXPECT_EQ(0, rmdir(self->mnt));
	close(self->ns);
}

static int attach(FIXTURE_DATA(cgroup) *self, int family, const struct hook *h,
		  bool yes)
{
	union bpf_attr attr = {};

	self->prog = program(h, family, self->map, yes);
	self->attach = family == AF_INET ? h->attach4 : h->attach6;
	attr.target_fd = self->dir;
	attr.attach_bpf_fd = self->prog;
	attr.attach_type = self->attach;
	return self->prog < 0 ? -1 : bpf(BPF_PROG_ATTACH, &attr);
}

static int detach(FIXTURE_DATA(cgroup) *self)
{
	union bpf_attr attr = {
		.target_fd = self->dir,
		.attach_type = self->attach,
	};

	close(self->prog);
	return bpf(BPF_PROG_DETACH, &attr);
}

static void __attribute__((format(printf, 2, 3)))
tell(struct told *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += vsnprintf(t->text + t->len, sizeof(t->text) - t->len, fmt, ap);
	va_end(ap);
}

static int told(struct told *t, const char *what, int ret)
{
	tell(t, "%s: %s\n", what, ret < 0 ? strerrorname_np(errno) : "yes");
	return ret;
}

static int open_one(struct told *t, int ns, int family, int proto)
{
	int home = ns_self(), fd, err;

	ns_enter(ns);
	fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, proto);
	err = errno;
	ns_enter(home);
	close(home);
	errno = err;
	return told(t, "socket", fd);
}

static int bind_one(struct told *t, int fd, int family, int port)
{
	int one = 1;
	union addr a;

	addr_set(&a, family, HOST_ANY, port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	return told(t, "bind", bind(fd, &a.sa, addr_len(&a)));
}

static int connect_one(struct told *t, int fd, int family, int port)
{
	union addr a;
	int ret;

	addr_set(&a, family, LOOP, port);
	ret = connect(fd, &a.sa, addr_len(&a));
	/* On loopback it may be done already, or not. */
	if (ret < 0 && errno == EINPROGRESS) {
		ret = poll_for(fd, POLLOUT, 500) & POLLOUT ? 0 : -1;
		errno = ret ? ETIMEDOUT : 0;
		if (!ret) {
			errno = so_error(fd);
			ret = errno ? -1 : 0;
		}
	}
	return told(t, "connect", ret);
}

static void names(struct told *t, int fd)
{
	tell(t, "is %s, its peer %s\n",
	     local_port(fd) == PORT ? "here" :
	     local_port(fd) == OTHER_PORT ? "elsewhere" : "anywhere",
	     peer_port(fd) == PORT ? "here" :
	     peer_port(fd) == OTHER_PORT ? "elsewhere" : "anywhere");
}

static void options(struct told *t, int fd)
{
	int value = 1;
	socklen_t len = sizeof(value);

	told(t, "setsockopt TCP", setsockopt(fd, SOL_TCP, TCP_NODELAY, &value,
					     len));
	told(t, "setsockopt SOCKET", setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE,
						&value, len));
	value = 7;
	told(t, "getsockopt TCP", getsockopt(fd, SOL_TCP, TCP_NODELAY, &value,
					     &len));
	tell(t, "nodelay %d\n", value);
	value = 7;
	told(t, "getsockopt SOCKET", getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE,
						&value, &len));
	tell(t, "keepalive %d\n", !!value);
}

static void talk(struct told *t, int from, int to)
{
	char c = 'x';

	told(t, "write", write(from, &c, 1));
	errno = ETIMEDOUT;
	told(t, "read", poll_for(to, POLLIN, 500) & POLLIN ?
			(int)read(to, &c, 1) : -1);
}

/* All that a program does, and what came of it.  @late: the hook begins when
 * the connection is there.
 */
static int life(FIXTURE_DATA(cgroup) *self, int family, int proto,
		const struct hook *h, bool yes, bool late, struct told *t)
{
	uint64_t before = counter_read(self->map);
	int l, l2, c, s = -1, again;
	struct told quiet = {};

	memset(t, 0, sizeof(*t));
	/* Somebody listens elsewhere, from before. */
	l2 = open_one(&quiet, self->ns, family, proto);
	if (l2 < 0 || bind_one(&quiet, l2, family, OTHER_PORT) || listen(l2, 5))
		return -1;
	if (h->field != NO_FIELD && h->attach4 == BPF_CGROUP_INET4_BIND) {
		close(l2);
		l2 = -1;
	}
	if (!late && attach(self, family, h, yes))
		return -1;

	l = open_one(t, self->ns, family, proto);
	if (l >= 0) {
		bind_one(t, l, family, PORT);
		told(t, "listen", listen(l, 5));
		names(t, l);
	}
	c = open_one(t, self->ns, family, proto);
	if (c >= 0) {
		connect_one(t, c, family, PORT);
		if (l >= 0)
			s = take(l, 100);
		tell(t, "accepted %s\n", s >= 0 ? "here" : "no");
		if (s < 0 && l2 >= 0) {
			s = take(l2, 100);
			tell(t, "accepted %s\n", s >= 0 ? "elsewhere" : "no");
		}
	}
	if (late && attach(self, family, h, yes))
		return -1;
	if (c >= 0) {
		names(t, c);
		options(t, c);
	}
	if (s >= 0) {
		names(t, s);
		options(t, s);
		talk(t, c, s);
		talk(t, s, c);
	}
	close(c);
	close(s);
	close(l);
	t->asked = counter_read(self->map) - before;
	if (detach(self))
		return -1;

	/* What was refused has left nothing behind. */
	tell(t, "afterwards\n");
	again = open_one(t, self->ns, family, proto);
	bind_one(t, again, family, PORT);
	told(t, "listen", listen(again, 5));
	close(again);
	close(l2);
	return 0;
}

static void same(struct __test_metadata *_metadata,
		 FIXTURE_DATA(cgroup) *self, int family, const struct hook *h,
		 bool yes, bool late)
{
	struct told ours, tcps;

	ASSERT_EQ(0, life(self, family, lc_proto(), h, yes, late, &ours));
	ASSERT_EQ(0, life(self, family, IPPROTO_TCP, h, yes, late, &tcps));
	EXPECT_STREQ(tcps.text, ours.text) {
		TH_LOG("%s says %s%s", h->name, yes ? "yes" : "no",
		       late ? ", late" : "");
	}
	/* Segments may be more or fewer, calls not. */
	if (h->prog == BPF_PROG_TYPE_CGROUP_SKB) {
		tcps.asked = tcps.asked > 0;
		ours.asked = ours.asked > 0;
	}
	EXPECT_EQ(tcps.asked, ours.asked);
	EXPECT_LT(0, tcps.asked);
}

#define HOOK(hook)							\
TEST_F_TIMEOUT(cgroup, hook##_yes, 120)					\
{									\
	same(_metadata, self, variant->family, &hook_##hook, true, false); \
}									\
									\
TEST_F_TIMEOUT(cgroup, hook##_no, 120)					\
{									\
	same(_metadata, self, variant->family, &hook_##hook, false, false); \
}

HOOK(create)
HOOK(release)
HOOK(bind)
HOOK(bind_elsewhere)
HOOK(post_bind)
HOOK(connect)
HOOK(connect_elsewhere)
HOOK(peername)
HOOK(sockname)
HOOK(setsockopt)
HOOK(getsockopt)
HOOK(ingress)
HOOK(egress)

/* A group may forbid its listener to answer: the client, of another group, is
 * heard, but hears nothing.
 */
static int synack(FIXTURE_DATA(cgroup) *self, int family, int proto, bool yes,
		  struct told *t)
{
	uint64_t before = counter_read(self->map);
	int l, c, ret = -1;

	memset(t, 0, sizeof(*t));
	if (cgroup_join(self->mnt))
		return -1;
	c = open_one(t, self->ns, family, proto);
	if (cgroup_join(self->home))
		return -1;
	l = open_one(t, self->ns, family, proto);
	bind_one(t, l, family, PORT);
	told(t, "listen", listen(l, 5));
	if (attach(self, family, &hook_egress, yes))
		goto out;
	connect_one(t, c, family, PORT);
	t->asked = counter_read(self->map) - before;
	ret = detach(self);
out:
	close(c);
	close(l);
	return ret;
}

static void same_synack(struct __test_metadata *_metadata,
			FIXTURE_DATA(cgroup) *self, int family, bool yes)
{
	struct told ours, tcps;

	ASSERT_EQ(0, synack(self, family, lc_proto(), yes, &ours));
	ASSERT_EQ(0, synack(self, family, IPPROTO_TCP, yes, &tcps));
	/* 6.1 does not ask about TCP's SYN-ACKs over IPv6 */
	if (tcps.asked)
		EXPECT_STREQ(tcps.text, ours.text);
	EXPECT_LT(0, ours.asked);
	EXPECT_EQ(yes, !strstr(ours.text, "connect: E"));
}

TEST_F_TIMEOUT(cgroup, egress_synack_yes, 120)
{
	same_synack(_metadata, self, variant->family, true);
}

TEST_F_TIMEOUT(cgroup, egress_synack_no, 120)
{
	same_synack(_metadata, self, variant->family, false);
}

/* From the middle of a connection on, nothing passes any more. */
TEST_F_TIMEOUT(cgroup, ingress_no_late, 120)
{
	same(_metadata, self, variant->family, &hook_ingress, false, true);
}

TEST_F_TIMEOUT(cgroup, egress_no_late, 120)
{
	same(_metadata, self, variant->family, &hook_egress, false, true);
}

TEST_HARNESS_MAIN
