// SPDX-License-Identifier: GPL-2.0
/*
 * netlib: see netlib.h.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "netlib.h"

#define IFACE	"v0"

static int complain(const char *fmt, ...)
{
	int err = errno;
	va_list ap;

	va_start(ap, fmt);
	printf("# netlib: ");
	vprintf(fmt, ap);
	printf(": %s\n", strerror(err));
	va_end(ap);
	fflush(stdout);
	errno = err;
	return -1;
}

/* ---- environment and clock ---- */

int lc_proto(void)
{
	const char *s = getenv("LCTCP_PROTO");

	return s && *s ? atoi(s) : IPPROTO_LCTCP;
}

bool lc_tcp(void)
{
	return lc_proto() == IPPROTO_TCP;
}

bool lc_virtual(void)
{
	const char *s = getenv("LCTCP_TIME");

	return s && !strcmp(s, "virtual");
}

bool lc_missing(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, lc_proto());

	if (fd < 0)
		return true;
	close(fd);
	return false;
}

long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

long now_ms(void)
{
	return now_us() / 1000;
}

void nap_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

long late_ms(long ms)
{
	return ms + ms / 8 + 10 + (lc_virtual() ? 10 : 600);
}

/* ---- rtnetlink ---- */

struct nlreq {
	struct nlmsghdr h;
	char body[1024];
};

static void *nl_room(struct nlreq *r, int n)
{
	void *p = (char *)r + NLMSG_ALIGN(r->h.nlmsg_len);

	memset(p, 0, NLMSG_ALIGN(n));
	r->h.nlmsg_len = NLMSG_ALIGN(r->h.nlmsg_len) + NLMSG_ALIGN(n);
	return p;
}

static void *nl_start(struct nlreq *r, int type, int flags, int n)
{
	memset(r, 0, sizeof(*r));
	r->h.nlmsg_len = NLMSG_HDRLEN;
	r->h.nlmsg_type = type;
	r->h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return nl_room(r, n);
}

static struct rtattr *nl_attr(struct nlreq *r, int type, const void *p, int n)
{
	struct rtattr *a = nl_room(r, RTA_LENGTH(n));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(n);
	if (n)
		memcpy(RTA_DATA(a), p, n);
	return a;
}

static void nl_end(struct nlreq *r, struct rtattr *a)
{
	a->rta_len = (char *)r + r->h.nlmsg_len - (char *)a;
}

/* 0 or -errno. */
static int nl_talk(struct nlreq *r)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct { struct nlmsghdr h; struct nlmsgerr e; char more[2048]; } ans;
	int ret;

	if (fd < 0)
		return -errno;
	if (sendto(fd, r, r->h.nlmsg_len, 0, (void *)&sa, sizeof(sa)) < 0 ||
	    recv(fd, &ans, sizeof(ans), 0) < 0)
		ret = -errno;
	else
		ret = ans.h.nlmsg_type == NLMSG_ERROR ? ans.e.error : -EPROTO;
	close(fd);
	return ret;
}

static int link_up(const char *name)
{
	struct nlreq r;
	struct ifinfomsg *i = nl_start(&r, RTM_NEWLINK, 0, sizeof(*i));

	i->ifi_index = if_nametoindex(name);
	i->ifi_flags = IFF_UP;
	i->ifi_change = IFF_UP;
	return nl_talk(&r);
}

static int addr_add(const char *name, int family, int host)
{
	struct nlreq r;
	struct ifaddrmsg *m = nl_start(&r, RTM_NEWADDR,
				       NLM_F_CREATE | NLM_F_EXCL, sizeof(*m));
	union addr a;

	addr_set(&a, family, host, 0);
	m->ifa_family = family;
	m->ifa_index = if_nametoindex(name);
	if (family == AF_INET) {
		m->ifa_prefixlen = 24;
		nl_attr(&r, IFA_LOCAL, &a.in.sin_addr, 4);
		nl_attr(&r, IFA_ADDRESS, &a.in.sin_addr, 4);
	} else {
		m->ifa_prefixlen = 64;
		m->ifa_flags = IFA_F_NODAD;
		nl_attr(&r, IFA_LOCAL, &a.in6.sin6_addr, 16);
		nl_attr(&r, IFA_ADDRESS, &a.in6.sin6_addr, 16);
	}
	return nl_talk(&r);
}

/* The station address of a host on the wire; that of HOST_FOREIGN is nobody's. */
static void mac_set(unsigned char *mac, int host)
{
	memset(mac, 0, 6);
	mac[0] = 2;
	mac[5] = host;
}

static int neigh_add(int family, int host)
{
	unsigned char mac[6];
	struct nlreq r;
	struct ndmsg *n = nl_start(&r, RTM_NEWNEIGH,
				   NLM_F_CREATE | NLM_F_REPLACE, sizeof(*n));
	union addr a;

	addr_set(&a, family, host, 0);
	mac_set(mac, host);
	n->ndm_family = family;
	n->ndm_ifindex = if_nametoindex(IFACE);
	n->ndm_state = NUD_PERMANENT;
	if (family == AF_INET)
		nl_attr(&r, NDA_DST, &a.in.sin_addr, 4);
	else
		nl_attr(&r, NDA_DST, &a.in6.sin6_addr, 16);
	nl_attr(&r, NDA_LLADDR, mac, sizeof(mac));
	return nl_talk(&r);
}

static int veth_add(int peer_ns)
{
	struct rtattr *info, *data, *peer;
	unsigned char mac[6];
	struct nlreq r;

	nl_start(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
		 sizeof(struct ifinfomsg));
	nl_attr(&r, IFLA_IFNAME, IFACE, sizeof(IFACE));
	mac_set(mac, HOST_A);
	nl_attr(&r, IFLA_ADDRESS, mac, sizeof(mac));
	info = nl_attr(&r, IFLA_LINKINFO, NULL, 0);
	nl_attr(&r, IFLA_INFO_KIND, "veth", 4);
	data = nl_attr(&r, IFLA_INFO_DATA, NULL, 0);
	peer = nl_attr(&r, VETH_INFO_PEER, NULL, 0);
	nl_room(&r, sizeof(struct ifinfomsg));
	nl_attr(&r, IFLA_IFNAME, IFACE, sizeof(IFACE));
	mac_set(mac, HOST_B);
	nl_attr(&r, IFLA_ADDRESS, mac, sizeof(mac));
	nl_attr(&r, IFLA_NET_NS_FD, &peer_ns, sizeof(peer_ns));
	nl_end(&r, peer);
	nl_end(&r, data);
	nl_end(&r, info);
	return nl_talk(&r);
}

static unsigned int chance(double percent)
{
	return (unsigned int)(percent / 100 * 4294967295.0);
}

static int netem_set(int ifindex, const struct netem *how)
{
	struct tc_netem_qopt q = {
		.limit = 100000,
		.loss = chance(how->loss),
		.duplicate = chance(how->duplicate),
		.gap = how->reorder > 0 ? 1 : 0,
	};
	long long delay_ns = how->delay_ms * 1000000LL;
	struct rtattr *opt;
	struct nlreq r;
	struct tcmsg *t = nl_start(&r, RTM_NEWQDISC,
				   NLM_F_CREATE | NLM_F_REPLACE, sizeof(*t));

	t->tcm_family = AF_UNSPEC;
	t->tcm_ifindex = ifindex;
	t->tcm_parent = TC_H_ROOT;
	t->tcm_handle = 0x10000;
	nl_attr(&r, TCA_KIND, "netem", 6);
	opt = nl_attr(&r, TCA_OPTIONS, &q, sizeof(q));
	nl_attr(&r, TCA_NETEM_LATENCY64, &delay_ns, sizeof(delay_ns));
	if (how->reorder > 0) {
		struct tc_netem_reorder o = {
			.probability = chance(how->reorder),
		};

		nl_attr(&r, TCA_NETEM_REORDER, &o, sizeof(o));
	}
	if (how->corrupt > 0) {
		struct tc_netem_corrupt o = {
			.probability = chance(how->corrupt),
		};

		nl_attr(&r, TCA_NETEM_CORRUPT, &o, sizeof(o));
	}
	nl_end(&r, opt);
	return nl_talk(&r);
}

/* ---- namespaces ---- */

int ns_self(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

int ns_enter(int ns)
{
	return setns(ns, CLONE_NEWNET);
}

/* Run @expr inside @ns and come back; errno survives. */
#define inside(ns, expr) ({						\
	int __home = ns_self(), __err;					\
	__typeof__(expr) __ret;						\
									\
	if (__home < 0 || ns_enter(ns))					\
		abort();						\
	__ret = (expr);							\
	__err = errno;							\
	if (ns_enter(__home))						\
		abort();						\
	close(__home);							\
	errno = __err;							\
	__ret;								\
})

int ns_new(void)
{
	int home = ns_self(), ns = -1;

	if (home < 0)
		return complain("own namespace");
	if (unshare(CLONE_NEWNET)) {
		complain("unshare");
	} else {
		ns = ns_self();
		errno = -link_up("lo");
		if (errno)
			complain("lo up");
		if (ns_enter(home))
			abort();
	}
	close(home);
	return ns;
}

static int end_up(int host, int other)
{
	int ret = link_up(IFACE);

	if (!ret)
		ret = addr_add(IFACE, AF_INET, host);
	if (!ret)
		ret = addr_add(IFACE, AF_INET6, host);
	/* Nobody needs to ask who has an address. */
	if (!ret)
		ret = neigh_add(AF_INET, other);
	if (!ret)
		ret = neigh_add(AF_INET6, other);
	return ret;
}

static int udp(int family, int host, unsigned int port)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	union addr a;

	addr_set(&a, family, host, port);
	if (fd >= 0 && bind(fd, &a.sa, addr_len(&a))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* A link that has just come up swallows or holds packets until the kernel has
 * taken notice, and an IPv6 address needs a while of its own: wait until a
 * datagram gets through.
 */
static bool through(const struct pair *p, int family, int from)
{
	int there = from == HOST_A ? HOST_B : HOST_A, tx, rx;
	union addr to;
	bool ret = false;
	char ch = 0;

	addr_set(&to, family, there, 9);
	tx = inside(p->ns[from == HOST_A ? A : B], udp(family, from, 9));
	rx = inside(p->ns[from == HOST_A ? B : A], udp(family, there, 9));
	if (tx >= 0 && rx >= 0)
		ret = wait_until(sendto(tx, &ch, 1, 0, &to.sa,
					addr_len(&to)) == 1 &&
				 poll_for(rx, POLLIN, 5), 10000);
	close(tx);
	close(rx);
	return ret;
}

int pair_up(struct pair *p)
{
	int ret;

	p->home = ns_self();
	p->ns[A] = ns_new();
	p->ns[B] = ns_new();
	if (p->home < 0 || p->ns[A] < 0 || p->ns[B] < 0)
		return -1;
	ret = inside(p->ns[A], veth_add(p->ns[B]));
	if (!ret)
		ret = inside(p->ns[A], end_up(HOST_A, HOST_B));
	if (!ret)
		ret = inside(p->ns[B], end_up(HOST_B, HOST_A));
	if (!ret && !(through(p, AF_INET, HOST_A) && through(p, AF_INET, HOST_B) &&
		      through(p, AF_INET6, HOST_A) &&
		      through(p, AF_INET6, HOST_B)))
		ret = -ENETDOWN;
	if (ret) {
		errno = -ret;
		return complain("veth between two namespaces");
	}
	return 0;
}

/* What the test leaves open gives up soon: orphans hold their namespace, and
 * the module, until they have told a peer that may be gone already.
 */
void pair_down(struct pair *p)
{
	int end;

	for (end = A; !lc_tcp() && end <= B; end++)
		sysctl_set(p->ns[end], "r2_ms", "1000\n");
	close(p->ns[A]);
	close(p->ns[B]);
	close(p->home);
}

static int netem_here(const struct netem *how)
{
	return netem_set(if_nametoindex(IFACE), how);
}

int wire(const struct pair *p, int end, const struct netem *how)
{
	return inside(p->ns[end], netem_here(how));
}

static int netem_on_lo(void)
{
	struct netem none = { 0 };

	return netem_set(if_nametoindex("lo"), &none);
}

bool wire_can(void)
{
	int ns = ns_new(), ret;

	if (ns < 0)
		return false;
	ret = inside(ns, netem_on_lo());
	close(ns);
	return !ret;
}

static int mtu_here(int mtu)
{
	struct nlreq r;
	struct ifinfomsg *i = nl_start(&r, RTM_NEWLINK, 0, sizeof(*i));

	i->ifi_index = if_nametoindex(IFACE);
	nl_attr(&r, IFLA_MTU, &mtu, sizeof(mtu));
	return nl_talk(&r);
}

int wire_mtu(const struct pair *p, int mtu)
{
	int ret = inside(p->ns[A], mtu_here(mtu));

	return ret ? ret : inside(p->ns[B], mtu_here(mtu));
}

int black_hole(const struct pair *p, int end)
{
	int ret = inside(p->ns[end], neigh_add(AF_INET, HOST_FOREIGN));

	return ret ? ret : inside(p->ns[end], neigh_add(AF_INET6, HOST_FOREIGN));
}

static int link_del_here(void)
{
	struct nlreq r;
	struct ifinfomsg *i = nl_start(&r, RTM_DELLINK, 0, sizeof(*i));

	i->ifi_index = if_nametoindex(IFACE);
	return nl_talk(&r);
}

int link_del(const struct pair *p, int end)
{
	return inside(p->ns[end], link_del_here());
}

/* ---- files of a namespace ---- */

int ns_open(int ns, const char *path, int flags)
{
	return inside(ns, open(path, flags | O_CLOEXEC));
}

int ns_read(int ns, const char *path, char *buf, int size)
{
	int fd = ns_open(ns, path, O_RDONLY);
	int n, got = 0;

	if (fd < 0)
		return -errno;
	/* seq_file hands out at most a page or so at a time */
	while (got < size - 1) {
		n = read(fd, buf + got, size - 1 - got);
		if (n <= 0)
			break;
		got += n;
	}
	buf[got] = 0;
	close(fd);
	return got;
}

int ns_write(int ns, const char *path, const char *text)
{
	int fd = ns_open(ns, path, O_WRONLY);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		ret = errno ? -errno : -EIO;
	close(fd);
	return ret;
}

int sysctl_set(int ns, const char *name, const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), "/proc/sys/net/lctcp/%s", name);
	return ns_write(ns, path, value);
}

int sysctl_get(int ns, const char *name, char *buf, int size)
{
	char path[256];
	int n;

	snprintf(path, sizeof(path), "/proc/sys/net/lctcp/%s", name);
	n = ns_read(ns, path, buf, size);
	while (n > 0 && (buf[n - 1] == '\n' || buf[n - 1] == ' '))
		buf[--n] = 0;
	return n;
}

int fault(int ns, const char *rule)
{
	return ns_write(ns, "/proc/thread-self/net/lctcp/faults", rule);
}

/* ---- sockets ---- */

void addr_set(union addr *a, int family, int host, unsigned int port)
{
	char text[32];

	memset(a, 0, sizeof(*a));
	a->sa.sa_family = family;
	if (family == AF_INET) {
		a->in.sin_port = htons(port);
		if (host == HOST_ANY)
			a->in.sin_addr.s_addr = htonl(INADDR_ANY);
		else if (host == LOOP)
			a->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		else
			a->in.sin_addr.s_addr = htonl(0xc0000200 + host);
		return;
	}
	a->in6.sin6_port = htons(port);
	if (host == HOST_ANY) {
		a->in6.sin6_addr = in6addr_any;
	} else if (host == LOOP) {
		a->in6.sin6_addr = in6addr_loopback;
	} else {
		snprintf(text, sizeof(text), "2001:db8::%x", host);
		inet_pton(AF_INET6, text, &a->in6.sin6_addr);
	}
}

socklen_t addr_len(const union addr *a)
{
	return a->sa.sa_family == AF_INET ? sizeof(a->in) : sizeof(a->in6);
}

unsigned int addr_port(const union addr *a)
{
	return ntohs(a->sa.sa_family == AF_INET ? a->in.sin_port :
						  a->in6.sin6_port);
}

int sock_flags(int ns, int family, int flags)
{
	return inside(ns, socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags,
				 lc_proto()));
}

int sock(int ns, int family)
{
	return sock_flags(ns, family, 0);
}

int listener(int ns, int family, int host, unsigned int port, int backlog)
{
	int fd = sock_flags(ns, family, SOCK_NONBLOCK), one = 1;
	union addr a;

	if (fd < 0)
		return complain("socket(protocol %d)", lc_proto());
	addr_set(&a, family, host, port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, &a.sa, addr_len(&a)) || listen(fd, backlog)) {
		complain("listen on port %u", port);
		close(fd);
		return -1;
	}
	return fd;
}

int dial_from(int ns, int family, unsigned int lport, int host,
	      unsigned int port)
{
	int fd = sock_flags(ns, family, SOCK_NONBLOCK), one = 1, err;
	union addr a;

	if (fd < 0)
		return -errno;
	if (lport) {
		addr_set(&a, family, HOST_ANY, lport);
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (bind(fd, &a.sa, addr_len(&a)))
			goto fail;
	}
	addr_set(&a, family, host, port);
	if (!connect(fd, &a.sa, addr_len(&a)) || errno == EINPROGRESS)
		return fd;
fail:
	err = errno;
	close(fd);
	return -err;
}

int dial(int ns, int family, int host, unsigned int port)
{
	return dial_from(ns, family, 0, host, port);
}

short poll_for(int fd, short events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do
		n = poll(&p, 1, ms);
	while (n < 0 && errno == EINTR);
	return n > 0 ? p.revents : 0;
}

int so_error(int fd)
{
	int err = -1;
	socklen_t n = sizeof(err);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n))
		return -errno;
	return err;
}

int dialled(int fd, int ms)
{
	if (!(poll_for(fd, POLLOUT, ms) & (POLLOUT | POLLERR | POLLHUP)))
		return -ETIMEDOUT;
	return -so_error(fd);
}

int take(int lfd, int ms)
{
	int fd;

	if (!poll_for(lfd, POLLIN, ms))
		return -ETIMEDOUT;
	fd = accept4(lfd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int conn_pair(const struct pair *p, int family, int lfd, int *c, int *s)
{
	int ret;

	*c = dial(p->ns[A], family, HOST_B, local_port(lfd));
	if (*c < 0) {
		errno = -*c;
		return complain("connect");
	}
	ret = dialled(*c, 10000);
	if (ret) {
		errno = -ret;
		return complain("connect");
	}
	*s = take(lfd, 10000);
	if (*s < 0) {
		errno = -*s;
		return complain("accept");
	}
	return 0;
}

void blocking(int fd, bool on)
{
	int fl = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, on ? fl & ~O_NONBLOCK : fl | O_NONBLOCK);
}

unsigned int local_port(int fd)
{
	union addr a;
	socklen_t n = sizeof(a);

	return getsockname(fd, &a.sa, &n) ? 0 : addr_port(&a);
}

unsigned int peer_port(int fd)
{
	union addr a;
	socklen_t n = sizeof(a);

	return getpeername(fd, &a.sa, &n) ? 0 : addr_port(&a);
}

int tcp_state(int fd)
{
	struct tcp_info i = { 0 };
	socklen_t n = sizeof(i);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &n))
		return -errno;
	return i.tcpi_state;
}

int write_all(int fd, const void *p, int n)
{
	int done = 0, ret;

	while (done < n) {
		ret = send(fd, (const char *)p + done, n - done, MSG_NOSIGNAL);
		if (ret > 0) {
			done += ret;
			continue;
		}
		if (ret < 0 && errno == EINTR)
			continue;
		if (ret < 0 && errno == EAGAIN && poll_for(fd, POLLOUT, 600000))
			continue;
		return -errno;
	}
	return done;
}

int read_all(int fd, void *p, int n)
{
	int done = 0, ret;

	while (done < n) {
		ret = recv(fd, (char *)p + done, n - done, 0);
		if (ret > 0) {
			done += ret;
			continue;
		}
		if (!ret)
			break;
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN && poll_for(fd, POLLIN, 600000))
			continue;
		return -errno;
	}
	return done;
}

/* ---- looking ---- */

#define VIEW_SIZE	(4 << 20)

static char *view(int ns, const char *path)
{
	static char *buf;

	if (!buf)
		buf = malloc(VIEW_SIZE);
	if (!buf)
		abort();
	return ns_read(ns, path, buf, VIEW_SIZE) < 0 ? NULL : buf;
}

static const char *table_path(int family)
{
	if (lc_tcp())
		return family == AF_INET ? "/proc/thread-self/net/tcp" :
					   "/proc/thread-self/net/tcp6";
	return family == AF_INET ? "/proc/thread-self/net/lctcp/tcp" :
				   "/proc/thread-self/net/lctcp/tcp6";
}

static bool conn_parse(const char *line, struct conn *c)
{
	unsigned long when;

	memset(c, 0, sizeof(*c));
	if (sscanf(line, "%*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%x %x %x:%x %x:%lx %x",
		   &c->lport, &c->rport, (unsigned int *)&c->state, &c->txq,
		   &c->rxq, (unsigned int *)&c->timer, &when, &c->tries) != 8)
		return false;
	c->left_ms = when * 10;		/* USER_HZ */
	return true;
}

/* 1 found, 0 not, -1 no such file.  A listener has rport 0. */
int conn_find(int ns, int family, unsigned int lport, unsigned int rport,
	      struct conn *c)
{
	char *line = view(ns, table_path(family)), *next;

	if (!line)
		return complain("%s", table_path(family));
	for (; *line; line = next) {
		next = strchrnul(line, '\n');
		if (*next)
			*next++ = 0;
		if (conn_parse(line, c) && c->lport == lport &&
		    c->rport == rport)
			return 1;
	}
	memset(c, 0, sizeof(*c));
	return 0;
}

int conn_state(int ns, int family, unsigned int lport, unsigned int rport)
{
	struct conn c;

	return conn_find(ns, family, lport, rport, &c) > 0 ? c.state : S_NONE;
}

bool conn_wait(int ns, int family, unsigned int lport, unsigned int rport,
	       int state, long ms)
{
	return wait_until(conn_state(ns, family, lport, rport) == state, ms);
}

int conn_count(int ns, int family, int state)
{
	char *line = view(ns, table_path(family)), *next;
	struct conn c;
	int n = 0;

	if (!line)
		return complain("%s", table_path(family));
	for (; *line; line = next) {
		next = strchrnul(line, '\n');
		if (*next)
			*next++ = 0;
		if (conn_parse(line, &c) && (!state || c.state == state))
			n++;
	}
	return n;
}

const char *state_name(int state)
{
	static const char *const name[] = {
		"(none)", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1",
		"FIN_WAIT2", "TIME_WAIT", "CLOSED", "CLOSE_WAIT", "LAST_ACK",
		"LISTEN", "CLOSING",
	};

	return state >= 0 && state < (int)(sizeof(name) / sizeof(*name)) ?
	       name[state] : "?";
}

/* The port behind the last colon of "192.0.2.1:80" or "[2001:db8::1]:80". */
static unsigned int port_of(const char *s)
{
	const char *colon = strrchr(s, ':');

	return colon ? strtoul(colon + 1, NULL, 10) : 0;
}

#define MAX_WORDS	20

static int words(char *line, char **w)
{
	int n = 0;
	char *save, *s;

	for (s = strtok_r(line, " \t", &save); s && n < MAX_WORDS;
	     s = strtok_r(NULL, " \t", &save))
		w[n++] = s;
	return n;
}

bool conn_column(int ns, unsigned int lport, unsigned int rport,
		 const char *name, char *buf, int size)
{
	char *line = view(ns, "/proc/thread-self/net/lctcp/connections");
	char *w[MAX_WORDS], *save, *head;
	int i, n, col = -1;

	head = line ? strtok_r(line, "\n", &save) : NULL;
	if (!head)
		return false;
	n = words(head, w);
	for (i = 0; i < n; i++)
		if (!strcmp(w[i], name))
			col = i;
	if (col < 0)
		return false;
	for (line = strtok_r(NULL, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		n = words(line, w);
		if (n <= col || n < 3 || port_of(w[1]) != lport ||
		    port_of(w[2]) != rport)
			continue;
		snprintf(buf, size, "%s", w[col]);
		return true;
	}
	return false;
}

/* time_us conn_id role local remote from event to */
enum { H_TIME, H_ID, H_ROLE, H_LOCAL, H_REMOTE, H_FROM, H_EVENT, H_TO, H_N };

static bool history_row(char *line, unsigned int lport, unsigned int rport,
			char **w)
{
	return words(line, w) >= H_N && port_of(w[H_LOCAL]) == lport &&
	       port_of(w[H_REMOTE]) == rport;
}

int history(int ns, unsigned int lport, unsigned int rport, char *buf, int size)
{
	char *line = view(ns, "/proc/thread-self/net/lctcp/history");
	char *w[MAX_WORDS], *save;
	int n = 0;

	buf[0] = 0;
	if (!line)
		return complain("history");
	for (line = strtok_r(line, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (history_row(line, lport, rport, w) && n < size)
			n += snprintf(buf + n, size - n, "%s%s:%s",
				      n ? " " : "", w[H_EVENT], w[H_TO]);
	return n;
}

long long history_us(int ns, unsigned int lport, unsigned int rport,
		     const char *event)
{
	char *line = view(ns, "/proc/thread-self/net/lctcp/history");
	char *w[MAX_WORDS], *save;

	if (!line)
		return complain("history");
	for (line = strtok_r(line, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (history_row(line, lport, rport, w) &&
		    !strcmp(w[H_EVENT], event))
			return atoll(w[H_TIME]);
	return -1;
}

long long counter(int ns, const char *name)
{
	char *names = view(ns, "/proc/thread-self/net/lctcp/snmp"), *values;
	char *a, *b, *sa, *sb;

	while (names && *names) {
		values = strchr(names, '\n');
		if (!values)
			break;
		*values++ = 0;
		b = strchr(values, '\n');
		if (b)
			*b++ = 0;
		else
			b = values + strlen(values);
		a = strtok_r(names, " ", &sa);
		names = b;
		b = strtok_r(values, " ", &sb);
		while (a && b) {
			if (!strcmp(a, name))
				return atoll(b);
			a = strtok_r(NULL, " ", &sa);
			b = strtok_r(NULL, " ", &sb);
		}
	}
	return -1;
}

/* ---- the wire ---- */

static int packet_here(void)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(IFACE),
	};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1, room = 8 << 20;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(fd, (void *)&ll, sizeof(ll))) {
		close(fd);
		return -1;
	}
	return fd;
}

int sniffer(const struct pair *p, int end)
{
	int fd = inside(p->ns[end], packet_here());

	return fd < 0 ? complain("packet socket") : fd;
}

static uint32_t get32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static bool seg_parse(const unsigned char *p, int n, struct seg *s)
{
	int hl, total;

	if (n >= 20 && p[0] >> 4 == 4) {
		hl = (p[0] & 15) * 4;
		total = p[2] << 8 | p[3];
		if (p[9] != lc_proto())
			return false;
		s->family = AF_INET;
	} else if (n >= 40 && p[0] >> 4 == 6) {
		hl = 40;
		total = 40 + (p[4] << 8 | p[5]);
		if (p[6] != lc_proto())
			return false;
		s->family = AF_INET6;
	} else {
		return false;
	}
	if (n < hl + 20)
		return false;
	p += hl;
	s->sport = p[0] << 8 | p[1];
	s->dport = p[2] << 8 | p[3];
	s->seq = get32(p + 4);
	s->ack = get32(p + 8);
	s->flags = p[13] & 63;
	s->win = p[14] << 8 | p[15];
	s->len = total - hl - (p[12] >> 4) * 4;
	return true;
}

int sniff(int fd, struct seg *s, int ms)
{
	long end = now_ms() + ms;

	for (;;) {
		unsigned char pkt[256];
		char ctl[256];
		struct sockaddr_ll ll;
		struct iovec v = { pkt, sizeof(pkt) };
		struct msghdr m = {
			.msg_name = &ll, .msg_namelen = sizeof(ll),
			.msg_iov = &v, .msg_iovlen = 1,
			.msg_control = ctl, .msg_controllen = sizeof(ctl),
		};
		struct cmsghdr *c;
		long left;
		int n = recvmsg(fd, &m, MSG_DONTWAIT);

		if (n < 0) {
			left = end - now_ms();
			if (left <= 0 || !poll_for(fd, POLLIN, left))
				return 0;
			continue;
		}
		if (!seg_parse(pkt, n, s))
			continue;
		s->out = ll.sll_pkttype == PACKET_OUTGOING;
		s->us = 0;
		for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
			struct timespec t;

			if (c->cmsg_level != SOL_SOCKET ||
			    c->cmsg_type != SO_TIMESTAMPNS)
				continue;
			memcpy(&t, CMSG_DATA(c), sizeof(t));
			s->us = t.tv_sec * 1000000LL + t.tv_nsec / 1000;
		}
		return 1;
	}
}

const char *flag_names(unsigned int flags)
{
	static char buf[32];
	static const char *const name[] = { "F", "S", "R", "P", "A", "U" };
	unsigned int i;

	buf[0] = 0;
	for (i = 0; i < 6; i++)
		if (flags & 1 << i)
			strcat(buf, name[i]);
	return buf;
}

static uint32_t sum16(uint32_t sum, const void *p, int n)
{
	const unsigned char *b = p;

	for (; n > 1; n -= 2, b += 2)
		sum += b[0] << 8 | b[1];
	if (n)
		sum += b[0] << 8;
	return sum;
}

int inject(int ns, int family, int from, int to, const struct seg *s,
	   const void *text)
{
	unsigned char pkt[20 + 1400] = { 0 };
	int n = 20 + s->len, ret = 0, fd;
	union addr src, dst;
	uint32_t sum;

	if (s->len > 1400)
		return -EMSGSIZE;
	addr_set(&src, family, from, 0);
	addr_set(&dst, family, to, 0);
	*(uint16_t *)(pkt + 0) = htons(s->sport);
	*(uint16_t *)(pkt + 2) = htons(s->dport);
	*(uint32_t *)(pkt + 4) = htonl(s->seq);
	*(uint32_t *)(pkt + 8) = htonl(s->ack);
	pkt[12] = 5 << 4;
	pkt[13] = s->flags;
	*(uint16_t *)(pkt + 14) = htons(s->win);
	if (s->len)
		memcpy(pkt + 20, text, s->len);
	sum = lc_proto() + n;
	if (family == AF_INET) {
		sum = sum16(sum, &src.in.sin_addr, 4);
		sum = sum16(sum, &dst.in.sin_addr, 4);
	} else {
		sum = sum16(sum, &src.in6.sin6_addr, 16);
		sum = sum16(sum, &dst.in6.sin6_addr, 16);
	}
	sum = sum16(sum, pkt, n);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	*(uint16_t *)(pkt + 16) = htons(~sum);

	fd = inside(ns, socket(family, SOCK_RAW | SOCK_CLOEXEC, lc_proto()));
	if (fd < 0)
		return -errno;
	if (bind(fd, &src.sa, addr_len(&src)) ||
	    sendto(fd, pkt, n, 0, &dst.sa, addr_len(&dst)) != n)
		ret = -errno;
	close(fd);
	return ret;
}

/* ---- the stream: xorshift64* ---- */

void stream_init(struct stream *s, uint64_t seed)
{
	s->x = seed * 0x9e3779b97f4a7c15ULL | 1;
	s->have = 0;
}

static uint64_t stream_next(struct stream *s)
{
	s->x ^= s->x >> 12;
	s->x ^= s->x << 25;
	s->x ^= s->x >> 27;
	return s->x * 0x2545f4914f6cdd1dULL;
}

static unsigned char stream_byte(struct stream *s)
{
	unsigned char c;

	if (!s->have) {
		s->word = stream_next(s);
		s->have = 8;
	}
	c = s->word;
	s->word >>= 8;
	s->have--;
	return c;
}

void stream_fill(struct stream *s, void *buf, int n)
{
	unsigned char *b = buf;
	uint64_t w;

	for (; n && s->have; n--)
		*b++ = stream_byte(s);
	for (; n >= 8; n -= 8, b += 8) {
		w = stream_next(s);
		memcpy(b, &w, 8);
	}
	for (; n; n--)
		*b++ = stream_byte(s);
}

bool stream_check(struct stream *s, const void *buf, int n)
{
	const unsigned char *b = buf;
	uint64_t w;

	for (; n && s->have; n--)
		if (*b++ != stream_byte(s))
			return false;
	for (; n >= 8; n -= 8, b += 8) {
		w = stream_next(s);
		if (memcmp(b, &w, 8))
			return false;
	}
	for (; n; n--)
		if (*b++ != stream_byte(s))
			return false;
	return true;
}
