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
	"At least one of these must be said. Without --state or --all, listeners stay.\n",
	"\n"
	"至少要写一个选项。没有 --state 或 --all 时，监听者保留。\n",
	},
};

/* One request, and what the kernel answers: 0 or an errno. */
static int destroy(struct mnl_socket *nl, int family, const struct event_end *local,
		   const struct event_end *remote, unsigned int dev)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	static unsigned int seq;
	struct inet_diag_req_v2 *req;
	int len;

	nlh->nlmsg_type = SOCK_DESTROY;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = ++seq;
	req = mnl_nlmsg_put_extra_header(nlh, sizeof(*req));
	req->sdiag_family = family;
	req->sdiag_protocol = PROTOCOL;
	req->idiag_states = ~0U;
	req->id.idiag_sport = htons(local->port);
	req->id.idiag_dport = htons(remote->port);
	req->id.idiag_if = dev;
	req->id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	req->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (family == AF_INET) {
		memcpy(req->id.idiag_src, &local->addr.s6_addr[12], 4);
		memcpy(req->id.idiag_dst, &remote->addr.s6_addr[12], 4);
	} else {
		memcpy(req->id.idiag_src, &local->addr, sizeof(local->addr));
		memcpy(req->id.idiag_dst, &remote->addr, sizeof(remote->addr));
	}
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return errno;
	do {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return errno;
	return mnl_cb_run(buf, len, seq, mnl_socket_get_portid(nl), NULL, NULL) < 0 ?
	       errno : 0;
}

/* The interface of "[fe80::1%2]:80". */
static unsigned int scope(const char *end)
{
	const char *percent = strchr(end, '%');

	return percent ? strtoul(percent + 1, NULL, 10) : 0;
}

static int kill_one(struct mnl_socket *nl, const struct conn *c)
{
	struct event_end local, remote;
	unsigned int dev = scope(c->local);
	bool listener = c->state == LCTCP_LISTEN;
	int error;

	if (!conn_end(c->local, &local) || !conn_end(c->remote, &remote))
		return EINVAL;
	if (IN6_IS_ADDR_V4MAPPED(&local.addr))
		return destroy(nl, AF_INET, &local, &remote, dev);
	error = destroy(nl, AF_INET6, &local, &remote, dev);
	/* "*" is either family's */
	if (error == ENOENT && listener && IN6_IS_ADDR_UNSPECIFIED(&local.addr))
		error = destroy(nl, AF_INET, &local, &remote, dev);
	return error;
}

static int failed(const struct conn *c, int error)
{
	if (error == EPERM)
		return fail(tr("only root may end connections",
			       "只有 root 可以结束连接"));
	if (error == EOPNOTSUPP || error == EPROTONOSUPPORT)
		return fail(tr("no lctcp_diag in this kernel; as root: modprobe "
			       "lctcp_diag", "内核里没有 lctcp_diag；请以 root 运行："
			       "modprobe lctcp_diag"));
	return fail("%s %s: %s", c->local, c->remote, strerror(error));
}

static int kill_all(const struct conns *conns, bool listeners, bool dry)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_SOCK_DIAG);
	int error, status = 0;
	size_t i;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		status = fail("NETLINK_SOCK_DIAG: %s", strerror(errno));
		goto out;
	}
	for (i = 0; i < conns->n && !status; i++) {
		const struct conn *c = &conns->v[i];

		if (c->state == LCTCP_LISTEN && !listeners)
			continue;
		error = dry ? 0 : kill_one(nl, c);
		/* it may have ended meanwhile, which is what was wanted */
		if (error && error != ENOENT)
			status = failed(c, error);
		else if (!error)
			printf("%s %s %s\n", lctcp_state_name(c->state),
			       c->local, c->remote);
	}
out:
	if (nl)
		mnl_socket_close(nl);
	return status;
}

int cmd_kill(int argc, char **argv)
{
	struct filter filter = { 0 };
	bool all = false, dry = false;
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
	if (!status)
		status = kill_all(&conns, all || filter.states || filter.role, dry);
	conns_free(&conns);
	return status;
}
