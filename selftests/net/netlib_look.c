// SPDX-License-Identifier: GPL-2.0
/*
 * netlib: what procfs says of a connection, and what crosses the wire.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "netlib_int.h"

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

bool history_has(int ns, unsigned int lport, unsigned int rport,
		 const char *text)
{
	char lived[2048] = "";

	if (wait_until(history(ns, lport, rport, lived, sizeof(lived)) >= 0 &&
		       strstr(lived, text), 2000))
		return true;
	fprintf(stderr, "# history: %s\n# and not: %s\n", lived, text);
	return false;
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

static int packet_here(const char *dev)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(dev),
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

int sniffer_on(int ns, const char *dev)
{
	int fd = inside(ns, packet_here(dev));

	return fd < 0 ? complain("packet socket") : fd;
}

int sniffer(const struct pair *p, int end)
{
	return sniffer_on(p->ns[end], IFACE);
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
	int n = 20 + s->len, ret = 0, one = 1, fd;
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
	/* In the name of any host. */
	if (family == AF_INET)
		setsockopt(fd, SOL_IP, IP_TRANSPARENT, &one, sizeof(one));
	else
		setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &one, sizeof(one));
	if (bind(fd, &src.sa, addr_len(&src)) ||
	    sendto(fd, pkt, n, 0, &dst.sa, addr_len(&dst)) != n)
		ret = -errno;
	close(fd);
	return ret;
}

/* ---- tools ---- */

int ns_run(int ns, const char *command, char *buf, int size)
{
	int fd[2], pid, status, n, got = 0;

	if (pipe(fd))
		return -1;
	pid = fork();
	if (pid < 0)
		return -1;
	if (!pid) {
		dup2(fd[1], 1);
		dup2(fd[1], 2);
		if (ns_enter(ns))
			_exit(126);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(fd[1]);
	while (got < size - 1 && (n = read(fd[0], buf + got, size - 1 - got)) > 0)
		got += n;
	buf[got] = 0;
	close(fd[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- slabs ---- */

/* Per-CPU slabs count as full; give them back before counting. */
static void slab_shrink(void)
{
	glob_t g;
	size_t i;
	int fd;

	if (glob("/sys/kernel/slab/[lL][cC][tT][cC][pP]*/shrink", 0, NULL, &g))
		return;
	for (i = 0; i < g.gl_pathc; i++) {
		fd = open(g.gl_pathv[i], O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (write(fd, "1", 1) != 1)
			printf("# cannot shrink %s\n", g.gl_pathv[i]);
		close(fd);
	}
	globfree(&g);
}

/* Objects in use of all caches whose name starts with @prefix; -1 if unseen. */
long slab_objects(const char *prefix)
{
	char line[512], name[128];
	long active, sum = 0;
	bool seen = false;
	FILE *f;

	slab_shrink();
	f = fopen("/proc/slabinfo", "r");

	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%127s %ld", name, &active) != 2 ||
		    strncasecmp(name, prefix, strlen(prefix)))
			continue;
		seen = true;
		sum += active;
	}
	fclose(f);
	return seen ? sum : -1;
}

/* Not more than @slack above @before within @ms?  The caches need time:
 * TIME_WAIT, RCU, and free objects kept per CPU.
 */
bool slab_settles(const char *prefix, long before, long slack, int ms)
{
	long end = now_ms() + ms;

	while (slab_objects(prefix) > before + slack) {
		if (now_ms() >= end)
			return false;
		nap_ms(200);
	}
	return true;
}
