// SPDX-License-Identifier: GPL-2.0
/*
 * sock_diag(7): what a dump has of connections in all kinds of states, what its
 * filters let through, and what SOCK_DESTROY ends.  TCP's tcp_diag does the same.
 */
#define _GNU_SOURCE
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

#define MANY	300

FIXTURE(diag) {
	struct pair p;
	int l;
};

FAMILIES(diag);

FIXTURE_SETUP(diag)
{
	PAIR_UP();
	LISTENER(HOST_ANY, MANY);
}

/* What a request has loaded holds the module, which other tests unload. */
FIXTURE_TEARDOWN(diag)
{
	pair_down(&self->p);
	wait_until(!syscall(SYS_delete_module, "lctcp_diag", O_NONBLOCK) ||
		   errno == ENOENT, 1000);
}

/* A connection as netlink tells it. */
struct told {
	struct inet_diag_msg msg;
	struct tcp_info info;
	bool has_info;
	char cong[16];
};

static int nl_open(int ns)
{
	struct timeval patience = { .tv_sec = 20 };
	int home = ns_self(), fd;

	ns_enter(ns);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	ns_enter(home);
	close(home);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

struct asked {
	struct nlmsghdr nlh;
	struct inet_diag_req_v2 req;
	struct rtattr attr;
	struct inet_diag_bc_op ops[6];
};

static void ask_init(struct asked *a, int family, int type, int flags)
{
	memset(a, 0, sizeof(*a));
	a->nlh.nlmsg_len = NLMSG_LENGTH(sizeof(a->req));
	a->nlh.nlmsg_type = type;
	a->nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	a->req.sdiag_family = family;
	a->req.sdiag_protocol = lc_proto();
	a->req.idiag_states = ~0U;
	a->req.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	a->req.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
}

/* Local ports from @from to @to, by the kernel's filter. */
static void ask_ports(struct asked *a, int from, int to)
{
	const int len = 4 * sizeof(struct inet_diag_bc_op);

	a->attr.rta_type = INET_DIAG_REQ_BYTECODE;
	a->attr.rta_len = RTA_LENGTH(len);
	a->ops[0] = (struct inet_diag_bc_op){ INET_DIAG_BC_S_GE, 8, len + 4 };
	a->ops[1].no = from;
	a->ops[2] = (struct inet_diag_bc_op){ INET_DIAG_BC_S_LE, 8, len / 2 + 4 };
	a->ops[3].no = to;
	a->nlh.nlmsg_len = NLMSG_ALIGN(a->nlh.nlmsg_len) + a->attr.rta_len;
}

static void tell(const struct nlmsghdr *nlh, struct told *t)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(nlh);
	int len = nlh->nlmsg_len - NLMSG_LENGTH(sizeof(*msg));
	const struct rtattr *attr;

	memset(t, 0, sizeof(*t));
	t->msg = *msg;
	for (attr = (void *)(msg + 1); RTA_OK(attr, len); attr = RTA_NEXT(attr, len)) {
		int size = RTA_PAYLOAD(attr);

		if (attr->rta_type == INET_DIAG_INFO) {
			t->has_info = true;
			memcpy(&t->info, RTA_DATA(attr),
			       size < (int)sizeof(t->info) ? size : sizeof(t->info));
		} else if (attr->rta_type == INET_DIAG_CONG) {
			snprintf(t->cong, sizeof(t->cong), "%.*s", size,
				 (char *)RTA_DATA(attr));
		}
	}
}

/* ask_on() - put it, and hear all that comes: how many, or -errno.  Closes @fd. */
static int ask_on(int fd, struct asked *a, struct told *told, int room)
{
	char buf[32768];
	int n = 0, len, status = 1;
	struct nlmsghdr *nlh;

	if (fd < 0 || send(fd, a, a->nlh.nlmsg_len, 0) < 0)
		return -errno;
	while (status > 0) {
		len = recv(fd, buf, sizeof(buf), 0);
		if (len < 0)
			status = -errno;
		for (nlh = (void *)buf; status > 0 && NLMSG_OK(nlh, len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type == NLMSG_DONE) {
				status = 0;
			} else if (nlh->nlmsg_type == NLMSG_ERROR) {
				status = ((struct nlmsgerr *)NLMSG_DATA(nlh))->error;
				if (!status)
					break;
			} else {
				if (n < room)
					tell(nlh, &told[n]);
				n++;
				if (!(a->nlh.nlmsg_flags & NLM_F_DUMP))
					status = 0;
			}
		}
	}
	close(fd);
	return status < 0 ? status : n;
}

static int ask(int ns, struct asked *a, struct told *told, int room)
{
	return ask_on(nl_open(ns), a, told, room);
}

static int dump(int ns, int family, struct told *told, int room)
{
	struct asked a;

	ask_init(&a, family, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	return ask(ns, &a, told, room);
}

/* The one with these ports and state (0: any) among @n of them. */
static const struct told *pick(const struct told *told, int n, int state,
			       unsigned int lport, unsigned int rport)
{
	for (; n > 0; n--, told++)
		if (ntohs(told->msg.id.idiag_sport) == lport &&
		    ntohs(told->msg.id.idiag_dport) == rport &&
		    (!state || told->msg.idiag_state == state))
			return told;
	return NULL;
}

static void aim(struct asked *a, const struct told *t, int type)
{
	ask_init(a, t->msg.idiag_family, type,
		 type == SOCK_DESTROY ? NLM_F_ACK : 0);
	a->req.id = t->msg.id;
}

static int destroy(int ns, const struct told *t)
{
	struct asked a;

	aim(&a, t, SOCK_DESTROY);
	return ask(ns, &a, NULL, 0);
}

static struct told told[MANY + 20];

#define TOLD(ns, state, lport, rport) ({				\
	int __n = dump(ns, FAM, told, MANY + 20);			\
	const struct told *__t;						\
									\
	ASSERT_LE(0, __n);						\
	__t = pick(told, __n, state, lport, rport);			\
	ASSERT_NE(NULL, __t) TH_LOG("no such line");			\
	__t;								\
})

TEST_F(diag, lists)
{
	const struct told *t;
	int c, s;

	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &c, &s));
	t = TOLD(NS_B, S_LISTEN, PORT, 0);
	EXPECT_EQ(FAM, t->msg.idiag_family);
	EXPECT_EQ(MANY, t->msg.idiag_wqueue);
	EXPECT_NE(0, t->msg.idiag_inode);

	ASSERT_EQ(5, send(c, "hello", 5, 0));
	ASSERT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	t = TOLD(NS_B, S_ESTABLISHED, PORT, local_port(c));
	EXPECT_EQ(5, t->msg.idiag_rqueue);
	EXPECT_EQ(0, t->msg.idiag_timer);

	/* half-closed, and then over */
	shutdown(c, SHUT_WR);
	ASSERT_TRUE(conn_wait(NS_A, FAM, local_port(c), PORT, S_FIN_WAIT2, 5000));
	TOLD(NS_A, S_FIN_WAIT2, local_port(c), PORT);
	TOLD(NS_B, S_CLOSE_WAIT, PORT, local_port(c));
	shutdown(s, SHUT_WR);
	ASSERT_TRUE(conn_wait(NS_A, FAM, local_port(c), PORT, S_TIME_WAIT, 5000));
	t = TOLD(NS_A, S_TIME_WAIT, local_port(c), PORT);
	EXPECT_EQ(3, t->msg.idiag_timer);
	ASSERT_BETWEEN(1, t->msg.idiag_expires, 70000);
}

TEST_F(diag, lists_half_open)
{
	const struct told *t;
	int c;

	need_lctcp();
	ASSERT_EQ(0, fault(NS_A, "drop third-ack"));
	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_TRUE(conn_wait(NS_B, FAM, PORT, local_port(c), S_SYN_RECV, 5000));
	t = TOLD(NS_B, S_SYN_RECV, PORT, local_port(c));
	EXPECT_EQ(1, t->msg.idiag_timer);
	EXPECT_EQ(0, t->msg.idiag_inode);
	ASSERT_BETWEEN(1, t->msg.idiag_expires, 3400);
	EXPECT_EQ(0, destroy(NS_B, t));
	EXPECT_EQ(S_NONE, conn_state(NS_B, FAM, PORT, local_port(c)));
}

TEST_F(diag, info)
{
	const struct told *t;
	struct asked a;
	int c, s, n;

	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &c, &s));
	ASSERT_EQ(5, send(c, "hello", 5, 0));
	ASSERT_EQ(POLLIN, poll_for(s, POLLIN, 5000));
	ask_init(&a, FAM, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	a.req.idiag_ext = 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_CONG - 1) |
			  1 << (INET_DIAG_SKMEMINFO - 1) | 1 << (INET_DIAG_TOS - 1);
	n = ask(NS_B, &a, told, MANY);
	ASSERT_LE(2, n);
	t = pick(told, n, S_ESTABLISHED, PORT, local_port(c));
	ASSERT_NE(NULL, t);
	ASSERT_TRUE(t->has_info);
	EXPECT_EQ(S_ESTABLISHED, t->info.tcpi_state);
	EXPECT_EQ(5, t->info.tcpi_bytes_received);
	EXPECT_STREQ("cubic", t->cong);

	/* and asked for by itself, with its cookie */
	aim(&a, t, SOCK_DIAG_BY_FAMILY);
	ASSERT_EQ(1, ask(NS_B, &a, told + 1, 1));
	EXPECT_EQ(0, memcmp(&told[1].msg.id, &a.req.id, sizeof(a.req.id)));
	a.req.id.idiag_cookie[0] ^= 1;
	EXPECT_EQ(-ENOENT, ask(NS_B, &a, told + 1, 1));
	a.req.id.idiag_dport ^= htons(1);
	a.req.id.idiag_cookie[0] ^= 1;
	EXPECT_EQ(-ENOENT, ask(NS_B, &a, told + 1, 1));
}

TEST_F(diag, filters)
{
	struct asked a;
	int c[3], s, i, port;

	for (i = 0; i < 3; i++) {
		c[i] = dial_from(NS_A, FAM, CPORT + i, HOST_B, PORT);
		ASSERT_LE(0, c[i]);
		ASSERT_EQ(0, dialled(c[i], 5000));
		s = take(self->l, 5000);
		ASSERT_LE(0, s);
	}
	/* the last one has no socket any more */
	close(c[2]);
	close(s);
	ASSERT_TRUE(conn_wait(NS_A, FAM, CPORT + 2, PORT, S_TIME_WAIT, 5000));

	for (port = 0; port < 3; port++) {
		ask_init(&a, FAM, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
		ask_ports(&a, CPORT + port, CPORT + 1);
		EXPECT_EQ(port < 2 ? 2 - port : 0, ask(NS_A, &a, told, MANY));
	}
	ask_init(&a, FAM, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	ask_ports(&a, CPORT + 2, CPORT + 2);
	ASSERT_EQ(1, ask(NS_A, &a, told, MANY));
	EXPECT_EQ(S_TIME_WAIT, told[0].msg.idiag_state);

	ask_init(&a, FAM, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	a.req.idiag_states = 1 << S_ESTABLISHED;
	EXPECT_EQ(2, ask(NS_A, &a, told, MANY));
	a.req.id.idiag_sport = htons(CPORT);
	EXPECT_EQ(1, ask(NS_A, &a, told, MANY));
	a.req.sdiag_family = FAM == AF_INET ? AF_INET6 : AF_INET;
	EXPECT_EQ(0, ask(NS_A, &a, told, MANY));
	/* in another namespace there is none of it */
	ask_init(&a, FAM, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
	a.req.id.idiag_sport = htons(CPORT);
	EXPECT_EQ(0, ask(NS_B, &a, told, MANY));
}

/* More than fits into one message: each comes once. */
TEST_F(diag, many)
{
	bool seen[MANY] = { };
	int c, i, n, port;

	FILES(2 * MANY + 100);
	for (i = 0; i < MANY; i++) {
		c = dial_from(NS_A, FAM, CPORT + i, HOST_B, PORT);
		ASSERT_LE(0, c);
		ASSERT_EQ(0, dialled(c, 5000));
		ASSERT_LE(0, take(self->l, 5000));
	}
	n = dump(NS_A, FAM, told, MANY + 20);
	EXPECT_EQ(MANY, n);
	for (i = 0; i < n && i < MANY; i++) {
		port = ntohs(told[i].msg.id.idiag_sport) - CPORT;
		ASSERT_BETWEEN(0, port, MANY - 1);
		EXPECT_FALSE(seen[port]);
		seen[port] = true;
	}
}

TEST_F(diag, kill)
{
	const struct told *t;
	char octet;
	int c, s;

	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &c, &s));
	t = TOLD(NS_A, S_ESTABLISHED, local_port(c), PORT);
	ASSERT_EQ(0, destroy(NS_A, t));
	EXPECT_EQ(ECONNABORTED, so_error(c));
	EXPECT_EQ(S_CLOSE, tcp_state(c));
	ASSERT_NE(0, poll_for(s, POLLIN, 5000));
	EXPECT_EQ(-1, recv(s, &octet, 1, MSG_DONTWAIT));
	EXPECT_EQ(ECONNRESET, errno);
	/* which is not there any more */
	EXPECT_EQ(-ENOENT, destroy(NS_A, t));
}

TEST_F(diag, kill_connecting)
{
	const struct told *t;
	int c;

	ASSERT_EQ(0, black_hole(&self->p, A));
	c = dial(NS_A, FAM, HOST_FOREIGN, PORT);
	ASSERT_LE(0, c);
	t = TOLD(NS_A, S_SYN_SENT, local_port(c), PORT);
	EXPECT_EQ(1, t->msg.idiag_timer);
	ASSERT_EQ(0, destroy(NS_A, t));
	EXPECT_EQ(ECONNABORTED, so_error(c));
}

TEST_F(diag, kill_listener)
{
	const struct told *t;
	int c;

	t = TOLD(NS_B, S_LISTEN, PORT, 0);
	ASSERT_EQ(0, destroy(NS_B, t));
	c = dial(NS_A, FAM, HOST_B, PORT);
	ASSERT_LE(0, c);
	EXPECT_EQ(-ECONNREFUSED, dialled(c, 5000));
	EXPECT_EQ(-1, accept(self->l, NULL, NULL));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(diag, kill_time_wait)
{
	const struct told *t;
	int c, s, port;

	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &c, &s));
	port = local_port(c);
	close(c);
	close(s);
	ASSERT_TRUE(conn_wait(NS_A, FAM, port, PORT, S_TIME_WAIT, 5000));
	t = TOLD(NS_A, S_TIME_WAIT, port, PORT);
	ASSERT_EQ(0, destroy(NS_A, t));
	EXPECT_EQ(S_NONE, conn_state(NS_A, FAM, port, PORT));
}

/* An orphan has no program to be told. */
TEST_F(diag, kill_orphan)
{
	const struct told *t;
	int c, s, port;

	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &c, &s));
	port = local_port(c);
	close(c);
	ASSERT_TRUE(conn_wait(NS_A, FAM, port, PORT, S_FIN_WAIT2, 5000));
	t = TOLD(NS_A, S_FIN_WAIT2, port, PORT);
	ASSERT_EQ(0, destroy(NS_A, t));
	EXPECT_TRUE(wait_until(conn_state(NS_A, FAM, port, PORT) == S_NONE, 1000));
}

TEST_F(diag, kill_is_for_root)
{
	const struct told *t;
	int c, s, status, fd[2];
	struct asked a;

	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &c, &s));
	t = TOLD(NS_A, S_ESTABLISHED, local_port(c), PORT);
	fd[0] = nl_open(NS_A);
	fd[1] = nl_open(NS_A);
	if (!fork()) {
		if (setuid(65534))
			_exit(1);
		/* listing is for everybody */
		ask_init(&a, FAM, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
		if (ask_on(fd[0], &a, told + 10, 10) < 1)
			_exit(2);
		aim(&a, t, SOCK_DESTROY);
		_exit(ask_on(fd[1], &a, NULL, 0) == -EPERM ? 0 : 3);
	}
	ASSERT_LT(0, wait(&status));
	EXPECT_EQ(0, status);
	EXPECT_EQ(S_ESTABLISHED, tcp_state(c));
}

/* lctcp kill names them as the kernel does: with the device, and nobody else's. */
TEST_F(diag, kill_by_command)
{
	char tool[256], command[400], out[2048];
	int c, s, other, t;
	union addr to;

	need_lctcp();
	tool_path("build/lctcp", tool, sizeof(tool));
	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &other, &t));
	c = sock(NS_A, FAM);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, setsockopt(c, SOL_SOCKET, SO_BINDTODEVICE, "v0", 3));
	addr_set(&to, FAM, HOST_B, PORT);
	blocking(c, true);
	ASSERT_EQ(0, connect(c, &to.sa, addr_len(&to)));
	s = take(self->l, 5000);
	ASSERT_LE(0, s);

	snprintf(command, sizeof(command), "%s kill -n -p %u", tool, local_port(c));
	ASSERT_EQ(0, ns_run(NS_A, command, out, sizeof(out)));
	EXPECT_EQ(S_ESTABLISHED, tcp_state(c));
	snprintf(command, sizeof(command), "%s kill -p %u", tool, local_port(c));
	ASSERT_EQ(0, ns_run(NS_A, command, out, sizeof(out)));
	EXPECT_EQ(0, strncmp(out, "ESTABLISHED ", 12)) TH_LOG("%s", out);
	EXPECT_EQ(ECONNABORTED, so_error(c));
	EXPECT_EQ(S_ESTABLISHED, tcp_state(other));
	/* listeners stay unless they are asked for */
	snprintf(command, sizeof(command), "%s kill -p %u", tool, PORT);
	ASSERT_EQ(0, ns_run(NS_B, command, out, sizeof(out)));
	EXPECT_EQ(S_LISTEN, tcp_state(self->l));
	snprintf(command, sizeof(command), "%s kill --all", tool);
	ASSERT_EQ(0, ns_run(NS_B, command, out, sizeof(out)));
	EXPECT_EQ(S_CLOSE, tcp_state(self->l));
}

TEST_HARNESS_MAIN
