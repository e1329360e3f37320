// SPDX-License-Identifier: GPL-2.0
/*
 * A socket begins a new life, again and again, while segments for the one before
 * are on their way to it on another CPU: they have found it, and it is not
 * locked yet.  They must not reach the next one.
 *
 * A connection goes elsewhere, and each segment would end the next.  A listener
 * goes to another port, where it must not accept who came to the first.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>

#include "bpf.h"
#include "fixture.h"

#define LPORT		4100
#define OLD		4101		/* both peers are silent */
#define NEW		4102
#define ISS_OLD		"1000"
#define ISS_NEW		"2000"
#define SEG		20		/* octets of a segment */
#define COUNTS		100		/* the program counts each segment so often */
#define ROUNDS		100		/* between looks at the counters */
#define LOOKS		50
#define MEETINGS	100
#define PATIENCE_MS	2000

FIXTURE(reuse) {
	int ns, map, fd;
	pid_t sender;
};

FAMILIES(reuse);

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* A segment from and to the loopback address. */
static void segment(unsigned char *seg, const union addr *a, unsigned int sport,
		    uint32_t seq, uint32_t ack, unsigned int flags)
{
	uint32_t sum = lc_proto() + SEG;
	int i, words = a->sa.sa_family == AF_INET ? 2 : 8;
	const uint16_t *w = a->sa.sa_family == AF_INET ?
		(const void *)&a->in.sin_addr : (const void *)&a->in6.sin6_addr;

	memset(seg, 0, SEG);
	*(uint16_t *)(seg + 0) = htons(sport);
	*(uint16_t *)(seg + 2) = htons(LPORT);
	*(uint32_t *)(seg + 4) = htonl(seq);
	*(uint32_t *)(seg + 8) = htonl(ack);
	seg[12] = 5 << 4;
	seg[13] = flags;
	seg[14] = 0x10;			/* the window */
	for (i = 0; i < words; i++)	/* it is both source and destination */
		sum += 2 * ntohs(w[i]);
	for (i = 0; i < SEG; i += 2)
		sum += seg[i] << 8 | seg[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	*(uint16_t *)(seg + 16) = htons(~sum);
}

/* What the next connection takes for the answer to its SYN; or a peer that
 * connects to the listener, and is gone.
 */
static void send_on(int family, bool listens)
{
	int fd = socket(family, SOCK_RAW, lc_proto()), i, n = 0;
	const unsigned int iss = atoi(ISS_OLD);
	unsigned char seg[3][SEG];
	union addr a;

	addr_set(&a, family, LOOP, 0);
	if (listens) {
		segment(seg[n++], &a, OLD, 5000, 0, F_SYN);
		segment(seg[n++], &a, OLD, 5001, iss + 1, F_ACK);
		segment(seg[n++], &a, OLD, 5001, iss + 1, F_RST | F_ACK);
	} else {
		segment(seg[n++], &a, OLD, 0, atoi(ISS_NEW) + 1, F_RST | F_ACK);
	}
	/* a test that fails has no teardown */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin(0);
	for (i = 0; ; i++)
		sendto(fd, seg[i % n], SEG, 0, &a.sa, addr_len(&a));
}

/* A filter that takes its time, between when a segment has found its socket and
 * when that is locked; and that tells how often it ran.
 */
static int slow_filter(int map)
{
	struct bpf_insn insns[9 * COUNTS + 2], one[] = { COUNT(map) };
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)insns,
		.insn_cnt = 9 * COUNTS + 2,
		.license = (uintptr_t)"GPL",
	};
	int i;

	for (i = 0; i < COUNTS; i++)
		memcpy(insns + 9 * i, one, sizeof(one));
	insns[9 * COUNTS] = INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0,
				 0xffff);
	insns[9 * COUNTS + 1] = INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	return bpf(BPF_PROG_LOAD, &attr);
}

FIXTURE_SETUP(reuse)
{
	int filter;

	need_lctcp();
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "one CPU");
	self->map = counter_map();
	filter = slow_filter(self->map);
	if (filter < 0)
		SKIP(return, "no filter: %s", strerror(errno));
	self->ns = ns_new();
	ASSERT_LE(0, self->ns);
	ASSERT_EQ(0, ns_enter(self->ns));
	ASSERT_EQ(0, fault(self->ns, "drop syn\ndrop synack"));
	ASSERT_EQ(0, sysctl_set(self->ns, "test_iss", ISS_OLD));
	self->fd = sock_flags(self->ns, variant->family, SOCK_NONBLOCK);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_ATTACH_BPF, &filter,
				sizeof(filter)));
	close(filter);
}

FIXTURE_TEARDOWN(reuse)
{
	if (self->sender > 0) {
		kill(self->sender, SIGKILL);
		waitpid(self->sender, NULL, 0);
	}
}

static void begin(pid_t *sender, int family, bool listens)
{
	*sender = fork();
	if (!*sender)
		send_on(family, listens);
	pin(1);
}

static int go(int fd, int iss, const char *number, const union addr *to)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	if (pwrite(iss, number, strlen(number), 0) < 0 ||
	    connect(fd, &none, sizeof(none)))
		return -1;
	so_error(fd);
	return connect(fd, &to->sa, addr_len(to)) && errno == EINPROGRESS ?
		0 : -1;
}

TEST_F_TIMEOUT(reuse, connection_elsewhere, 60)
{
	long long was = counter(self->ns, "DropAckFuture"), met = 0;
	long end = now_ms() + PATIENCE_MS, rounds = 0;
	union addr here, old, new;
	int i, iss;

	iss = open("/proc/sys/net/lctcp/test_iss", O_WRONLY | O_CLOEXEC);
	ASSERT_LE(0, iss);
	addr_set(&here, variant->family, LOOP, LPORT);
	ASSERT_EQ(0, bind(self->fd, &here.sa, addr_len(&here)));
	begin(&self->sender, variant->family, false);
	addr_set(&old, variant->family, LOOP, OLD);
	addr_set(&new, variant->family, LOOP, NEW);
	do {
		for (i = 0; i < ROUNDS; i++) {
			ASSERT_EQ(0, go(self->fd, iss, ISS_OLD, &old));
			ASSERT_EQ(0, go(self->fd, iss, ISS_NEW, &new));
			ASSERT_EQ(S_SYN_SENT, tcp_state(self->fd));
			ASSERT_EQ(0, so_error(self->fd));
		}
		rounds += ROUNDS;
		/* those that found it, less those that were for it */
		met = counter_read(self->map) / COUNTS -
		      (counter(self->ns, "DropAckFuture") - was);
	} while (met < MEETINGS && now_ms() < end);
	TH_LOG("%ld rounds, %lld of %lld segments came too late", rounds, met,
	       (long long)counter_read(self->map) / COUNTS);
	if (!met)
		SKIP(return, "none met the socket under way");
}

/* Listen on one port: the only one there is to be had. */
static int listen_on(int fd, int ports, const char *port)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	long begin = now_ms();

	if (connect(fd, &none, sizeof(none)) ||
	    pwrite(ports, port, strlen(port), 0) < 0)
		return -1;
	/* A child that is just being ended may still have it: let it end, which
	 * takes the other CPU's turn.
	 */
	while (listen(fd, 5)) {
		if (errno != EADDRINUSE || now_ms() > begin + 5000)
			return -1;
		nap_ms(1);
	}
	return 0;
}

/* Who has come, for a while. */
static int accepted(int fd)
{
	struct linger abort = { .l_onoff = 1 };
	int n = 0, i, s;

	for (i = 0; i < LOOKS; i++) {
		s = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (s < 0)
			continue;
		setsockopt(s, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
		close(s);
		n++;
	}
	return n;
}

TEST_F_TIMEOUT(reuse, listener_elsewhere, 60)
{
	char old[16], new[16];
	long end = now_ms() + PATIENCE_MS, rounds = 0;
	int ports, i, right = 0;

	snprintf(old, sizeof(old), "%d %d", LPORT, LPORT);
	snprintf(new, sizeof(new), "%d %d", NEW, NEW);
	ports = open("/proc/sys/net/ipv4/ip_local_port_range",
		     O_WRONLY | O_CLOEXEC);
	ASSERT_LE(0, ports);
	begin(&self->sender, variant->family, true);
	do {
		for (i = 0; i < ROUNDS; i++) {
			ASSERT_EQ(0, listen_on(self->fd, ports, old));
			right += accepted(self->fd);
			ASSERT_EQ(0, listen_on(self->fd, ports, new));
			ASSERT_EQ(NEW, local_port(self->fd));
			ASSERT_EQ(0, accepted(self->fd));
		}
		rounds += ROUNDS;
	} while (now_ms() < end);
	TH_LOG("%ld rounds, %d of %lld segments made a connection", rounds,
	       right, (long long)counter_read(self->map) / COUNTS);
}

TEST_HARNESS_MAIN
