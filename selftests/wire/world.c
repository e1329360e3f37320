// SPDX-License-Identifier: GPL-2.0
/*
 * A test's world: network namespace, TUN device, addresses; and what procfs
 * says about it.  No process is started, since that is what costs time on the
 * kernels that this runs on.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "core.h"

#define EXIT_SKIP	4	/* kselftest's */
#define DEVICE		"wire"
#define SYSCTL		"/proc/sys/net/lctcp/"

long long w_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ll + ts.tv_nsec;
}

/* Host @host of the network of the family under test. */
void w_host(const struct wire *w, int host, unsigned char addr[16])
{
	static const unsigned char v6[16] = { 0x20, 0x01, 0x0d, 0xb8 };
	static const unsigned char v4[4] = { 192, 0, 2, 0 };

	memset(addr, 0, 16);
	if (w->family == AF_INET) {
		memcpy(addr, v4, 4);
		addr[3] = host;
	} else {
		memcpy(addr, v6, 16);
		addr[14] = host >> 8;
		addr[15] = host;
	}
}

void w_sockaddr(const struct wire *w, int host, int port,
		struct sockaddr_storage *ss)
{
	struct sockaddr_in6 *s6 = (void *)ss;
	struct sockaddr_in *s4 = (void *)ss;
	unsigned char addr[16];

	memset(ss, 0, sizeof(*ss));
	ss->ss_family = w->family;
	w_host(w, host, addr);
	if (w->family == AF_INET) {
		s4->sin_port = htons(port);
		memcpy(&s4->sin_addr, addr, 4);
	} else {
		s6->sin6_port = htons(port);
		memcpy(&s6->sin6_addr, addr, 16);
	}
}

socklen_t w_sockaddr_len(const struct wire *w)
{
	return w->family == AF_INET ? sizeof(struct sockaddr_in) :
				      sizeof(struct sockaddr_in6);
}

/* The reason goes to TAP, then the process ends with kselftest's number. */
void w_skip(struct wire *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->reason, w->reason_size, fmt, ap);
	va_end(ap);
	fprintf(stderr, "#      SKIP      %s\n", w->reason);
	_exit(EXIT_SKIP);
}

static bool put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = write(fd, value, strlen(value));
	close(fd);
	return n == (ssize_t)strlen(value);
}

static int open_tun(struct wire *w)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		mkdir("/dev/net", 0755);
		mknod("/dev/net/tun", S_IFCHR | 0600, makedev(10, 200));
		fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	}
	if (fd < 0)
		w_skip(w, "/dev/net/tun: %s", strerror(errno));
	strcpy(ifr.ifr_name, DEVICE);
	if (ioctl(fd, TUNSETIFF, &ifr))
		w_skip(w, "TUNSETIFF: %s", strerror(errno));
	return fd;
}

static void link_up(struct wire *w, const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_UP | IFF_RUNNING };

	strcpy(ifr.ifr_name, name);
	if (ioctl(w->ctl, SIOCSIFFLAGS, &ifr))
		w_skip(w, "cannot bring up %s: %s", name, strerror(errno));
}

static void add_v4(struct wire *w, const char *label, int host)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct ifreq ifr = {};

	strcpy(ifr.ifr_name, label);
	sin.sin_addr.s_addr = htonl(0xc0000200 | host);
	memcpy(&ifr.ifr_addr, &sin, sizeof(sin));
	if (ioctl(w->ctl, SIOCSIFADDR, &ifr))
		w_skip(w, "cannot add an address: %s", strerror(errno));
	sin.sin_addr.s_addr = htonl(0xffffff00);
	memcpy(&ifr.ifr_netmask, &sin, sizeof(sin));
	if (ioctl(w->ctl, SIOCSIFNETMASK, &ifr))
		w_skip(w, "cannot set a netmask: %s", strerror(errno));
}

/* An address takes effect in a work item, when its local route appears. */
static bool v6_ready(const unsigned char addr[16])
{
	char want[40], line[256];
	bool found = false;
	FILE *f;
	int i;

	for (i = 0; i < 16; i++)
		sprintf(want + 2 * i, "%02x", addr[i]);
	strcpy(want + 32, " 80");
	f = fopen("/proc/net/ipv6_route", "re");
	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, want, 35) && strstr(line, DEVICE);
	if (f)
		fclose(f);
	return found;
}

static void add_v6(struct wire *w, int host)
{
	struct in6_ifreq req = { .ifr6_prefixlen = 64 };
	unsigned char addr[16];
	int fd, ret, i;

	w_host(w, host, addr);
	memcpy(&req.ifr6_addr, addr, 16);
	req.ifr6_ifindex = if_nametoindex(DEVICE);
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ret = fd < 0 ? -1 : ioctl(fd, SIOCSIFADDR, &req);
	if (ret)
		w_skip(w, "no IPv6: %s", strerror(errno));
	close(fd);
	for (i = 0; !v6_ready(addr); i++) {
		if (i == 1000)
			w_fail(w, "the IPv6 address does not come up");
		usleep(1000);
	}
}

/* One more address of the unit under test. */
void w_add_addr(struct wire *w, int host)
{
	char label[IFNAMSIZ];

	snprintf(label, sizeof(label), DEVICE ":%d", host);
	if (w->family == AF_INET)
		add_v4(w, label, host);
	else
		add_v6(w, host);
}

static void attribute(struct nlmsghdr *h, int type, const void *data, int len)
{
	struct rtattr *a = (void *)((char *)h + NLMSG_ALIGN(h->nlmsg_len));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	h->nlmsg_len = NLMSG_ALIGN(h->nlmsg_len) + RTA_ALIGN(a->rta_len);
}

struct request {
	struct nlmsghdr h;
	union {
		struct rtmsg r;
		struct tcmsg t;
	};
	char attributes[128];
};

/* Send it; 0 or the errno that comes back. */
static int nl_ask(struct wire *w, struct request *req)
{
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		char rest[256];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || send(fd, req, req->h.nlmsg_len, 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < (int)NLMSG_LENGTH(sizeof(int)))
		w_fail(w, "cannot talk to rtnetlink: %s", strerror(errno));
	close(fd);
	return answer.h.nlmsg_type == NLMSG_ERROR ? -answer.e.error : EPROTO;
}

/* A route to the first @bits of @host's address. */
static void route_to(struct wire *w, struct request *req, int type, int host,
		     int bits)
{
	int oif = if_nametoindex(DEVICE);
	unsigned char addr[16];

	*req = (struct request){
		.h.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
		.h.nlmsg_type = type,
		.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK |
				 (type == RTM_NEWROUTE ? NLM_F_CREATE |
							 NLM_F_REPLACE : 0),
		.r.rtm_family = w->family,
		.r.rtm_dst_len = bits,
		.r.rtm_table = RT_TABLE_MAIN,
		.r.rtm_protocol = type == RTM_NEWROUTE ? RTPROT_STATIC :
							 RTPROT_UNSPEC,
		.r.rtm_scope = type == RTM_DELROUTE ? RT_SCOPE_NOWHERE :
			       w->family == AF_INET ? RT_SCOPE_LINK :
						      RT_SCOPE_UNIVERSE,
		.r.rtm_type = type == RTM_NEWROUTE ? RTN_UNICAST : RTN_UNSPEC,
	};
	w_host(w, host, addr);
	attribute(&req->h, RTA_DST, addr, w->family == AF_INET ? 4 : 16);
	attribute(&req->h, RTA_OIF, &oif, sizeof(oif));
}

/* From now on the unit under test prefers its address @from towards @host. */
void w_route(struct wire *w, int host, int from)
{
	int len = w->family == AF_INET ? 4 : 16, err;
	unsigned char addr[16];
	struct request req;

	route_to(w, &req, RTM_NEWROUTE, host, 8 * len);
	w_host(w, from, addr);
	attribute(&req.h, RTA_PREFSRC, addr, len);
	err = nl_ask(w, &req);
	if (err)
		w_fail(w, "cannot add a route: %s", strerror(err));
	w_note(w, "route to host %d from host %d", host, from);
}

/* The route to all hosts is taken away, or is there again. */
void w_reachable(struct wire *w, bool on)
{
	struct request req;
	int err;

	route_to(w, &req, on ? RTM_NEWROUTE : RTM_DELROUTE, 0,
		 w->family == AF_INET ? 24 : 64);
	err = nl_ask(w, &req);
	if (err)
		w_fail(w, "cannot change the route: %s", strerror(err));
	w_note(w, on ? "a route again" : "no route any more");
}

/* The queue before the device has no room for anything, or takes all again. */
void w_full(struct wire *w, bool on)
{
	struct request req = {
		.h.nlmsg_len = NLMSG_LENGTH(sizeof(struct tcmsg)),
		.h.nlmsg_type = on ? RTM_NEWQDISC : RTM_DELQDISC,
		.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK |
				 (on ? NLM_F_CREATE | NLM_F_REPLACE : 0),
		.t.tcm_family = AF_UNSPEC,
		.t.tcm_ifindex = if_nametoindex(DEVICE),
		.t.tcm_parent = TC_H_ROOT,
		.t.tcm_handle = on ? 0x10000 : 0,
	};
	struct tc_fifo_qopt none = {};
	int err;

	attribute(&req.h, TCA_KIND, "pfifo", 6);
	attribute(&req.h, TCA_OPTIONS, &none, sizeof(none));
	err = nl_ask(w, &req);
	if (err)
		w_skip(w, "no queue without room: %s", strerror(err));
	w_note(w, on ? "the device's queue is full" : "the queue has room");
}

static void build_network(struct wire *w)
{
	if (unshare(CLONE_NEWNET))
		w_skip(w, "no network namespace: %s", strerror(errno));

	/* no link-local address: no router solicitations, less noise */
	put("/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1");

	w->ctl = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	w->tun = open_tun(w);
	if (w->family == AF_INET)
		add_v4(w, DEVICE, W_UUT);
	link_up(w, DEVICE);
	link_up(w, "lo");
	if (w->family == AF_INET6)
		add_v6(w, W_UUT);
}

struct wire *w_open(int family, uint32_t isn, char *reason, size_t size)
{
	const char *proto = getenv("LCTCP_PROTO"), *t = getenv("LCTCP_TIME");
	struct rlimit no_core = {};
	struct wire *w = calloc(1, sizeof(*w));
	int fd;

	setrlimit(RLIMIT_CORE, &no_core);
	signal(SIGPIPE, SIG_IGN);
	w->family = family;
	w->isn = isn;
	w->proto = proto ? atoi(proto) : 253;
	w->virtual_time = t && !strcmp(t, "virtual");
	w->verbose = getenv("LCTCP_VERBOSE");
	w->reason = reason;
	w->reason_size = size;
	w->lfd = -1;
	w->t0 = w_now();
	w->mark = w->t0;
	build_network(w);

	fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, w->proto);
	if (fd < 0)
		w_skip(w, "no sockets of protocol %d: %s", w->proto,
		       strerror(errno));
	close(fd);
	/* A test hook, if the module has it: our side wraps as well. */
	if (isn > 0xffff0000u)
		put(SYSCTL "test_iss", "4294967288");
	/* Where a machine under load may take 200 ms for anything, nothing is
	 * to be sent twice meanwhile.
	 */
	if (!w->virtual_time)
		put(SYSCTL "rto_min_ms", "1000");
	w_flow(w, 0);
	return w;
}

/* Leave nothing behind that retries for minutes in a namespace without a
 * device: abort what is open, reset what was closed.
 */
void w_hang_up(struct wire *w)
{
	struct linger l = { .l_onoff = 1 };
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	int fd, proto, i;
	socklen_t len;

	while (dir && (entry = readdir(dir))) {
		fd = atoi(entry->d_name);
		len = sizeof(proto);
		if (getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &proto, &len) ||
		    proto != w->proto)
			continue;
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
		close(fd);
	}
	if (dir)
		closedir(dir);
	for (i = 0; i < w->nflows; i++) {
		if (!w->flows[i].used || !w->flows[i].last_ack_known)
			continue;
		w_flow(w, i);
		w_inj(w, RST, .seq = (int32_t)(w->f->last_ack - w->f->isn));
	}
}

void w_close(struct wire *w, bool failed)
{
	if (failed)
		w_dump(w);
	w_hang_up(w);
}

bool w_has_sysctl(struct wire *w, const char *name)
{
	char path[128];

	(void)w;
	snprintf(path, sizeof(path), SYSCTL "%s", name);
	return !access(path, F_OK);
}

void w_own_iss(struct wire *w)
{
	if (w_has_sysctl(w, "test_iss"))
		w_sysctl(w, "test_iss", "-1");
}

/* Tests of what only lctcp has. */
void w_only_lctcp(struct wire *w)
{
	if (w->proto == IPPROTO_TCP)
		w_skip(w, "only lctcp has it");
}

void w_sysctl(struct wire *w, const char *name, const char *value)
{
	char path[128];

	w_only_lctcp(w);
	snprintf(path, sizeof(path), SYSCTL "%s", name);
	if (!put(path, value))
		w_fail(w, "cannot write \"%s\" to %s: %s", value, path,
		       strerror(errno));
	w_note(w, "%s = %s", name, value);
}

/* A value out of bounds. */
void w_sysctl_refused(struct wire *w, const char *name, const char *value)
{
	char path[128];

	w_only_lctcp(w);
	snprintf(path, sizeof(path), SYSCTL "%s", name);
	if (put(path, value))
		w_fail(w, "%s takes \"%s\"", path, value);
}

static ssize_t get(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t m;

	if (fd < 0)
		return -1;
	while (n < size - 1) {
		m = read(fd, buf + n, size - 1 - n);
		if (m <= 0)
			break;
		n += m;
	}
	close(fd);
	buf[n] = 0;
	return n;
}

/* First number of a sysctl, or -1 if it does not exist. */
long w_sysctl_get(struct wire *w, const char *name)
{
	char path[128], buf[256];

	w_only_lctcp(w);
	snprintf(path, sizeof(path), SYSCTL "%s", name);
	return get(path, buf, sizeof(buf)) < 0 ? -1 : atol(buf);
}

/* Value of a counter, or -1 if there is none of that name.  The file has
 * pairs of lines, "Lctcp: Name Name" and "Lctcp: 1 2".
 */
long w_counter(struct wire *w, const char *name)
{
	const char *path = w->proto == IPPROTO_TCP ? "/proc/net/snmp" :
						     "/proc/net/lctcp/snmp";
	const char *tag = w->proto == IPPROTO_TCP ? "Tcp:" : "Lctcp:";
	char buf[16384], *names, *values, *line, *a, *b, *sa, *sb;

	if (get(path, buf, sizeof(buf)) < 0)
		return -1;
	for (line = buf; line && *line; ) {
		names = strsep(&line, "\n");
		values = strsep(&line, "\n");
		if (!values || strncmp(names, tag, strlen(tag)))
			continue;
		a = strtok_r(names, " ", &sa);
		b = strtok_r(values, " ", &sb);
		while (a && b) {
			if (!strcmp(a, name))
				return atol(b);
			a = strtok_r(NULL, " ", &sa);
			b = strtok_r(NULL, " ", &sb);
		}
	}
	return -1;
}

void w_count_is(struct wire *w, const char *name, long want, const char *file,
		int line)
{
	long seen = w_counter(w, name);

	if (seen < 0 && w->proto == IPPROTO_TCP)
		return;
	if (seen < 0)
		w_die(w, file, line, "there is no counter %s", name);
	if (seen != want)
		w_die(w, file, line, "counter %s is %ld, expected %ld", name,
		      seen, want);
}

/* The connection table, a column of the current flow's line. */

#define TABLE	(1 << 18)

static int port_of(const char *addr)
{
	const char *colon = strrchr(addr, ':');

	return colon ? atoi(colon + 1) : -1;
}

/* Split a line into words; returns their number. */
static int words(char *line, char **out, int max)
{
	char *save, *p;
	int n = 0;

	for (p = strtok_r(line, " \t", &save); p && n < max;
	     p = strtok_r(NULL, " \t", &save))
		out[n++] = p;
	return n;
}

static int index_of(char **names, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

bool w_column(struct wire *w, const char *column, char *out, size_t size)
{
	char *buf = malloc(TABLE), *rest = buf, *head[32], *col[32];
	int nhead, ncol, local, remote, want;
	bool found = false;

	if (get("/proc/net/lctcp/connections", buf, TABLE) < 0)
		w_fail(w, "there is no /proc/net/lctcp/connections");
	nhead = words(strsep(&rest, "\n"), head, 32);
	local = index_of(head, nhead, "local");
	remote = index_of(head, nhead, "remote");
	want = index_of(head, nhead, column);
	if (local < 0 || remote < 0 || want < 0)
		w_fail(w, "the connection table lacks a column");
	while (!found && rest && *rest) {
		ncol = words(strsep(&rest, "\n"), col, 32);
		if (ncol <= want || ncol <= remote ||
		    port_of(col[local]) != w->f->uut_port ||
		    port_of(col[remote]) != w->f->peer_port)
			continue;
		snprintf(out, size, "%s", col[want]);
		found = true;
	}
	free(buf);
	return found;
}

/* Linux's own table, for trying tests on protocol 6. */
static int tcp_entry(struct wire *w, int *count)
{
	char *buf = malloc(TABLE), *rest = buf, *line;
	unsigned int lport, rport, state;
	int found = 0;

	if (get(w->family == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6", buf,
		TABLE) < 0)
		w_fail(w, "no table of TCP connections");
	while ((line = strsep(&rest, "\n"))) {
		if (sscanf(line, " %*d: %*[0-9A-F]:%x %*[0-9A-F]:%x %x",
			   &lport, &rport, &state) != 3)
			continue;
		if (rport)
			++*count;
		if (lport == w->f->uut_port && rport == w->f->peer_port)
			found = state;
	}
	free(buf);
	return found;
}

/* State of the current flow's entry, 0 if it has none. */
int w_entry(struct wire *w)
{
	char name[32];
	int i, count;

	if (w->proto == IPPROTO_TCP)
		return tcp_entry(w, &count);
	if (!w_column(w, "state", name, sizeof(name)))
		return 0;
	for (i = 1; i < 12; i++)
		if (!strcmp(name, w_state_name(i)))
			return i;
	/* RFC spellings are as good */
	for (i = 0; name[i]; i++)
		if (name[i] == '-')
			name[i] = '_';
	return !strcmp(name, "SYN_RECEIVED") ? 3 :
	       !strcmp(name, "CLOSED") ? 7 : -1;
}

/* How many connections the table shows, listeners not counted. */
int w_entries(struct wire *w)
{
	char *buf, *rest, *head[32], *col[32];
	int n, remote, count = 0;

	if (w->proto == IPPROTO_TCP) {
		tcp_entry(w, &count);
		return count;
	}
	buf = malloc(TABLE);
	rest = buf;
	if (get("/proc/net/lctcp/connections", buf, TABLE) < 0)
		w_fail(w, "there is no /proc/net/lctcp/connections");
	n = words(strsep(&rest, "\n"), head, 32);
	remote = index_of(head, n, "remote");
	while (rest && *rest) {
		n = words(strsep(&rest, "\n"), col, 32);
		if (remote >= 0 && remote < n && port_of(col[remote]) > 0)
			count++;
	}
	free(buf);
	return count;
}

void w_entry_state_is(struct wire *w, int state, const char *file, int line)
{
	int seen = w_entry(w);

	if (seen != state)
		w_die(w, file, line, "the entry is %s, expected %s",
		      w_state_name(seen), w_state_name(state));
	w_note(w, "entry: %s", w_state_name(seen));
}
