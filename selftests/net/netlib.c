// SPDX-License-Identifier: GPL-2.0
/*
 * netlib: environment, namespaces, files and sockets; see netlib.h.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "netlib_int.h"

int complain(const char *fmt, ...)
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

void nap_since(long begin)
{
	long nap = lc_virtual() ? (now_ms() - begin) / 256 : 0;

	nap_ms(nap > 5 ? nap : 5);
}

long late_ms(long ms)
{
	return ms + ms / 8 + 10 + (lc_virtual() ? 10 : 600);
}

long early_ms(long ms)
{
	return lc_virtual() ? ms : ms - 10 - ms / 50;
}

long before_ms(long ms)
{
	return lc_virtual() ? ms - 10 : ms - ms / 10 - 10;
}

void tool_path(const char *name, char *path, int size)
{
	char self[512];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n < 0 ? 0 : n] = 0;
	if (strrchr(self, '/'))
		*strrchr(self, '/') = 0;
	snprintf(path, size, "%s/../../../tools/%s", self, name);
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
		ret = neigh_add(AF_INET, other, false);
	if (!ret)
		ret = neigh_add(AF_INET6, other, false);
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

int pair_through(const struct pair *p)
{
	return through(p, AF_INET, HOST_A) && through(p, AF_INET, HOST_B) &&
	       through(p, AF_INET6, HOST_A) && through(p, AF_INET6, HOST_B) ?
	       0 : -ENETDOWN;
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
	if (!ret)
		ret = pair_through(p);
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

static int netem_on_lo(const struct netem *how)
{
	return netem_set(if_nametoindex("lo"), how);
}

int wire_self(const struct pair *p, int end, const struct netem *how)
{
	return inside(p->ns[end], netem_on_lo(how));
}

bool wire_can(void)
{
	struct netem none = { 0 };
	int ns = ns_new(), ret;

	if (ns < 0)
		return false;
	ret = inside(ns, netem_on_lo(&none));
	close(ns);
	return !ret;
}

int wire_mtu(const struct pair *p, int mtu)
{
	int ret = inside(p->ns[A], mtu_here(mtu));

	return ret ? ret : inside(p->ns[B], mtu_here(mtu));
}

int wire_swallows(const struct pair *p, int most)
{
	/* what a VLAN tag would take is carried, too */
	return inside(p->ns[B], mtu_here(most - 4));
}

int wire_single(const struct pair *p)
{
	int end, ret = 0;

	for (end = A; !ret && end <= B; end++) {
		ret = inside(p->ns[end], single_here());
		/* or a single segment passes for one that is cut later */
		if (!ret)
			ret = ns_feature(p->ns[end], IFACE, ETHTOOL_STXCSUM,
					 false);
	}
	return ret;
}

int ns_feature(int ns, const char *dev, unsigned int cmd, bool on)
{
	return inside(ns, feature_here(dev, cmd, on));
}

static int neighbour(const struct pair *p, int end, int host, bool all)
{
	int ret = inside(p->ns[end], neigh_add(AF_INET, host, all));

	return ret ? ret : inside(p->ns[end], neigh_add(AF_INET6, host, all));
}

int black_hole(const struct pair *p, int end)
{
	return neighbour(p, end, HOST_FOREIGN, false);
}

int shout(const struct pair *p, int end, int host, bool all)
{
	return neighbour(p, end, host, all);
}

/* A new member is taken down for a moment, and loses what IPv6 knew of it. */
static int vrf_up_here(int host, int other)
{
	int ret = vrf_add(VRF, 10);

	if (!ret)
		ret = link_up(VRF);
	if (!ret)
		ret = link_master(IFACE, VRF);
	if (!ret)
		ret = addr_add(IFACE, AF_INET6, host);
	if (ret == -EEXIST)	/* keep_addr_on_down */
		ret = 0;
	if (!ret)
		ret = neigh_add(AF_INET, other, false);
	if (!ret)
		ret = neigh_add(AF_INET6, other, false);
	return ret;
}

int vrf_up(const struct pair *p, int end)
{
	int ret = inside(p->ns[end], end == A ? vrf_up_here(HOST_A, HOST_B) :
						vrf_up_here(HOST_B, HOST_A));

	if (!ret)
		return 0;
	errno = -ret;
	return complain("a VRF");
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
	return inside(ns, file_write(path, text));
}

int cgroup_join(const char *group)
{
	char path[128], pid[16];

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	snprintf(pid, sizeof(pid), "%d", getpid());
	return file_write(path, pid);
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
