// SPDX-License-Identifier: GPL-2.0
/*
 * lctcp kill: end connections from outside, as ss -K does TCP's.
 *
 * Which ones there are is read from procfs; each is ended by sock_diag(7), which
 * lctcp_diag serves.
 */
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "cmdline.h"
#include "filter.h"
#include "lib/lang.h"
#include "tool.h"

#define PROTOCOL	253

static const struct syntax syntax = {
	.usage = {
	"Usage: lctcp kill OPTION...\n"
	"\n"
	"End connections of this network namespace, and print each. Their programs get\n"
	"ECONNABORTED, their peers a RST; half-open ones and those in TIME_WAIT just end,\n"
	"and a listener listens no more. Needs root, and the module lctcp_diag.\n"
	"\n",
	"用法：lctcp kill OPTION...\n"
	"\n"
	"结束本网络命名空间的连接，并逐个显示。它们的程序得到 ECONNABORTED，对端得到\n"
	"RST；半连接和处于 TIME_WAIT 的只是结束，监听者不再监听。需要 root 和 lctcp_diag\n"
	"模块。\n"
	"\n",
	},
	.choices = {
		FILTER_CHOICES,
		{ 'a', "all", NULL, { "all of them, listeners too",
				      "全部，包括监听者" } },
		{ 'n', "dry-run", NULL, { "only print what would be ended",
					  "只显示会结束哪些" } },
	},
	.column = 22,
	.more = {
	"\n"
	"One of --state, --role, --port, --all must be said. Without --state, --role or\n"
	"--all, listeners stay.\n",
	"\n"
	"必须写 --state、--role、--port、--all 之一。没有 --state、--role 或 --all 时，\n"
	"监听者保留。\n",
	},
};

/**
 * struct target - a connection that is to end
 * @conn:	as procfs has it
 * @local:	its ends, with no address for any
 * @remote:	likewise
 */
struct target {
	const struct conn *conn;
	struct event_end local, remote;
};

/**
 * struct targets - and what the kernel knows of them
 * @v:		sorted
 * @n:		how many
 * @found:	those that there are, by the kernel's own names of them
 * @nfound:	how many
 * @room:	how many fit
 */
struct targets {
	struct target *v;
	size_t n;
	struct found {
		struct inet_diag_msg msg;
		const struct conn *conn;
	} *found;
	size_t nfound, room;
};

/* 0.0.0.0 and :: are the same "*". */
static void end_set(struct event_end *end)
{
	static const uint8_t any4[16] = { [10] = 0xff, 0xff };

	if (!memcmp(&end->addr, any4, sizeof(any4)))
		memset(&end->addr, 0, sizeof(end->addr));
}

static int by_ends(const void *a, const void *b)
{
	const struct target *x = a, *y = b;
	int order = memcmp(&x->local.addr, &y->local.addr, sizeof(x->local.addr));

	if (!order)
		order = memcmp(&x->remote.addr, &y->remote.addr,
			       sizeof(x->remote.addr));
	if (!order)
		order = (int)x->local.port - y->local.port;
	return order ? order : (int)x->remote.port - y->remote.port;
}

static bool targets_set(struct targets *t, const struct conns *conns, bool listeners)
{
	size_t i;

	t->v = calloc(conns->n + 1, sizeof(*t->v));
	for (i = 0; t->v && i < conns->n; i++) {
		struct target *to = &t->v[t->n];

		to->conn = &conns->v[i];
		if ((to->conn->state == LCTCP_LISTEN && !listeners) ||
		    !conn_end(to->conn->local, &to->local) ||
		    !conn_end(to->conn->remote, &to->remote))
			continue;
		end_set(&to->local);
		end_set(&to->remote);
		t->n++;
	}
	if (t->v)
		qsort(t->v, t->n, sizeof(*t->v), by_ends);
	return t->v;
}

static void end_of(struct event_end *end, int family, const __be32 *addr, __be16 port)
{
	memset(end, 0, sizeof(*end));
	if (family == AF_INET) {
		memset(&end->addr.s6_addr[10], 0xff, 2);
		memcpy(&end->addr.s6_addr[12], addr, 4);
	} else {
		memcpy(&end->addr, addr, sizeof(end->addr));
	}
	end->port = ntohs(port);
	end_set(end);
}

/* One that the kernel has: is it wanted? */
static int look(const struct nlmsghdr *nlh, void *arg)
{
	const struct inet_diag_msg *msg = mnl_nlmsg_get_payload(nlh);
	struct targets *t = arg;
	struct target key = { 0 }, *to;
	void *more;

	end_of(&key.local, msg->idiag_family, msg->id.idiag_src, msg->id.idiag_sport);
	end_of(&key.remote, msg->idiag_family, msg->id.idiag_dst, msg->id.idiag_dport);
	to = bsearch(&key, t->v, t->n, sizeof(key), by_ends);
	if (!to)
		return MNL_CB_OK;
	if (t->nfound == t->room) {
		t->room = t->room * 2 + 64;
		more = realloc(t->found, t->room * sizeof(*t->found));
		if (!more) {
			errno = ENOMEM;
			return MNL_CB_ERROR;
		}
		t->found = more;
	}
	t->found[t->nfound].msg = *msg;
	t->found[t->nfound++].conn = to->conn;
	return MNL_CB_OK;
}

/* One request, and all that the kernel answers: 0 or an errno. */
static int ask(struct mnl_socket *nl, int type, int flags, int family,
	       const struct inet_diag_sockid *id, mnl_cb_t each, void *arg)
{
	char buf[32768];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	static unsigned int seq;
	struct inet_diag_req_v2 *req;
	int len, more;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++seq;
	req = mnl_nlmsg_put_extra_header(nlh, sizeof(*req));
	req->sdiag_family = family;
	req->sdiag_protocol = PROTOCOL;
	req->idiag_states = ~0U;
	if (id)
		req->id = *id;
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return errno;
	do {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0 && errno == EINTR) {
			more = MNL_CB_OK;
			continue;
		}
		if (len < 0)
			return errno;
		more = mnl_cb_run(buf, len, seq, mnl_socket_get_portid(nl), each, arg);
	} while (more > MNL_CB_STOP);
	return more < 0 ? errno : 0;
}

static int failed(const char *what, int error)
{
	if (error == EPERM)
		return fail(tr("only root may end connections",
			       "只有 root 可以结束连接"));
	return fail("%s: %s", what, strerror(error));
}

/* What is there, by the kernel's names of it; a dump's ENOENT is that nobody
 * serves the protocol.
 */
static int find_all(struct mnl_socket *nl, struct targets *t)
{
	static const int family[] = { AF_INET, AF_INET6 };
	int i, error;

	for (i = 0; i < 2; i++) {
		error = ask(nl, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, family[i], NULL, look, t);
		if (error == ENOENT || error == EOPNOTSUPP)
			return fail(tr("no lctcp_diag in this kernel; as root: modprobe "
				       "lctcp_diag", "内核里没有 lctcp_diag；请以 root 运行："
				       "modprobe lctcp_diag"));
		if (error)
			return failed("sock_diag", error);
	}
	return 0;
}

static int kill_all(struct targets *t, bool dry)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_SOCK_DIAG);
	int error, status = 0;
	size_t i;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		status = failed("NETLINK_SOCK_DIAG", errno);
	else
		status = find_all(nl, t);
	for (i = 0; i < t->nfound && !status; i++) {
		const struct found *f = &t->found[i];

		error = dry ? 0 : ask(nl, SOCK_DESTROY, NLM_F_ACK, f->msg.idiag_family,
				      &f->msg.id, NULL, NULL);
		/* it may have ended meanwhile, which is what was wanted */
		if (error && error != ENOENT)
			status = failed(f->conn->local, error);
		else if (!error)
			printf("%s %s %s\n", lctcp_state_name(f->conn->state),
			       f->conn->local, f->conn->remote);
	}
	if (nl)
		mnl_socket_close(nl);
	return status;
}

int cmd_kill(int argc, char **argv)
{
	struct filter filter = { 0 };
	bool all = false, dry = false;
	struct targets targets = { 0 };
	struct conns conns = { 0 };
	int c, status = 0;
	FILE *f;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0) {
		if (c == 'a')
			all = true;
		else if (c == 'n')
			dry = true;
		else
			status = filter_option(&filter, argv[0], c, optarg);
	}
	if (c < 0 || status)
		return status;
	if (optind < argc)
		return refuse(argv[0], tr("%s is too much", "多余的 %s"), argv[optind]);
	if (!all && !filter.states && !filter.role && !filter.port)
		return refuse(argv[0], tr("which ones? --state, --role, --port or --all",
					  "哪些？--state、--role、--port 或 --all"));
	f = proc_open(NULL, "connections");
	if (!f)
		return EXIT_FAILED;
	if (!conns_read(&conns, f))
		status = fail(tr("no list of connections", "不是连接列表"));
	fclose(f);
	filter_conns(&filter, &conns);
	if (!status && !targets_set(&targets, &conns,
				    all || filter.states || filter.role))
		status = failed("lctcp kill", ENOMEM);
	if (!status)
		status = kill_all(&targets, dry);
	free(targets.found);
	free(targets.v);
	conns_free(&conns);
	return status;
}
