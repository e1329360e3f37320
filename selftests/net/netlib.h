/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlib: two namespaces, a wire between them, and ways to look at both.
 *
 *	   ns A (client)                      ns B (server)
 *	   v0 192.0.2.1, 2001:db8::1  <-->  v0 192.0.2.2, 2001:db8::2
 *	   lo                               lo
 *
 * One process holds both ends: it enters a namespace only to open a socket or
 * a file there, and what it opened stays in that namespace.  Nothing here but
 * ns_run() starts another process, because processes are what is slow on the
 * virtual time machine.
 *
 * Environment:
 *	LCTCP_PROTO	IP protocol under test; 253 if unset, 6 is Linux's TCP
 *	LCTCP_TIME	"virtual": clocks jump, a minute costs nothing;
 *			"real" (default): waits are waits
 */
#ifndef LCTCP_NETLIB_H
#define LCTCP_NETLIB_H

#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "../file.h"

#ifndef IPPROTO_LCTCP
#define IPPROTO_LCTCP 253
#endif

enum { A, B };				/* the two namespaces */
enum { LOOP = 0, HOST_A = 1, HOST_B = 2, HOST_ANY = 3, HOST_FOREIGN = 9 };

/* State numbers as in /proc/net/tcp. */
enum {
	S_ESTABLISHED = 1, S_SYN_SENT, S_SYN_RECV, S_FIN_WAIT1, S_FIN_WAIT2,
	S_TIME_WAIT, S_CLOSE, S_CLOSE_WAIT, S_LAST_ACK, S_LISTEN, S_CLOSING,
	S_NONE = 0,			/* there is no such line */
};

enum { F_FIN = 1, F_SYN = 2, F_RST = 4, F_PSH = 8, F_ACK = 16, F_URG = 32 };

union addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_storage ss;
};

/**
 * struct pair - the two namespaces
 * @ns:		their descriptors, A and B
 * @home:	the namespace the test was started in
 */
struct pair {
	int ns[2];
	int home;
};

/* What a wire does to packets that leave one end; percentages. */
struct netem {
	double loss;
	double duplicate;
	double reorder;			/* needs a delay */
	double corrupt;
	bool mark;			/* what would be lost and knows ECN is marked */
	int delay_ms;
	unsigned int rate;		/* octets a second; 0: no bound */
	unsigned int limit;		/* packets that wait; 0: very many */
	uint64_t seed;			/* of chance, from 6.6 on; 0: none */
};

/**
 * struct seg - one segment as the sniffer saw it
 * @us:		when, CLOCK_REALTIME
 * @out:	it left this namespace
 * @len:	octets of text
 */
struct seg {
	long long us;
	bool out;
	int family;
	unsigned int sport, dport;
	uint32_t seq, ack;
	unsigned int flags, win, len;
};

/**
 * struct conn - one line of the /proc/net/tcp format
 * @timer:	0 none, 1 retransmission, 2 keepalive, 3 TIME_WAIT, 4 probe
 */
struct conn {
	int state;
	unsigned int lport, rport;
	unsigned int txq, rxq;
	int timer;
	long left_ms;
	unsigned int tries;
};

/* environment and clock */
int lc_proto(void);
bool lc_tcp(void);			/* the protocol under test is Linux's TCP */
bool lc_virtual(void);
bool lc_missing(void);			/* the protocol cannot be opened at all */
long long now_us(void);			/* monotonic */
long now_ms(void);
void nap_ms(long ms);
/* Between two looks since @begin: 5 ms, and where time is virtual, so that every
 * look costs more than the wait, an ever longer one.
 */
void nap_since(long begin);
/* Latest moment for something due after @ms: the timer wheel may be 12.5 % and
 * a tick late; on a slow machine in real time the program may be late as well.
 */
long late_ms(long ms);
/* Earliest moment: where time is real, ticks come late under load, and jiffies
 * lag behind the clocks by a few.
 */
long early_ms(long ms);
/* A moment shortly before, for a last look: where time is real the program may
 * wake up late.
 */
long before_ms(long ms);
/* "build/lctcp", or another file below tools/, as seen from our program. */
void tool_path(const char *name, char *path, int size);

/* namespaces */
int pair_up(struct pair *p);		/* 0, or -1 with a message */
void pair_down(struct pair *p);
/* Wait until its link carries datagrams both ways; 0 or -errno. */
int pair_through(const struct pair *p);
int ns_self(void);			/* the one we are in */
int ns_enter(int ns);
int ns_new(void);			/* a namespace with lo up */
int wire(const struct pair *p, int end, const struct netem *how);
/* The same to what an end sends to itself. */
int wire_self(const struct pair *p, int end, const struct netem *how);
bool wire_can(void);			/* netem is there */
int wire_mtu(const struct pair *p, int mtu);
/* What comes to B in packets of more than @most octets is lost, without a word. */
int wire_swallows(const struct pair *p, int most);
/* One feature of a device, by ETHTOOL_S...; 0 or -errno. */
int ns_feature(int ns, const char *dev, unsigned int cmd, bool on);
/* No packet of more than one segment goes onto the wire; 0 or -errno. */
int wire_single(const struct pair *p);

/* HOST_FOREIGN swallows what @end sends to it, without a word. */
int black_hole(const struct pair *p, int end);
/* What @end sends to the address of @host goes to @all on the link. */
int shout(const struct pair *p, int end, int host, bool all);
int link_del(const struct pair *p, int end);
/* The wire of @end is in a VRF of its own from now on, named VRF, with the same
 * addresses; 0, or -1 if this kernel has none.
 */
#define VRF	"red"
int vrf_up(const struct pair *p, int end);

/* Run a command in a namespace and give back what it prints: its exit status,
 * or -1.
 */
int ns_run(int ns, const char *command, char *buf, int size);

/* files of a namespace */
int ns_open(int ns, const char *path, int flags);
/* Whole file into @buf, NUL terminated; length, or -errno. */
int ns_read(int ns, const char *path, char *buf, int size);
int ns_write(int ns, const char *path, const char *text);
/* Into a control group, whose directory that is; 0 or -errno. */
int cgroup_join(const char *group);
/* /proc/sys/net/lctcp/@name; 0 or -errno. */
int sysctl_set(int ns, const char *name, const char *value);
int sysctl_get(int ns, const char *name, char *buf, int size);
int fault(int ns, const char *rule);

/* sockets */
void addr_set(union addr *a, int family, int host, unsigned int port);
socklen_t addr_len(const union addr *a);
unsigned int addr_port(const union addr *a);
int sock(int ns, int family);
int sock_flags(int ns, int family, int flags);
int listener(int ns, int family, int host, unsigned int port, int backlog);
/* Nonblocking connect; the descriptor, or -errno. */
int dial(int ns, int family, int host, unsigned int port);
int dial_from(int ns, int family, unsigned int lport, int host,
	      unsigned int port);
int dialled(int fd, int ms);		/* wait for it; 0 or -errno */
int take(int lfd, int ms);		/* poll and accept; fd or -errno */
/* Connected pair: @c at A, @s at B; 0 or -1. */
int conn_pair(const struct pair *p, int family, int lfd, int *c, int *s);
short poll_for(int fd, short events, int ms);
void blocking(int fd, bool on);
unsigned int local_port(int fd);
unsigned int peer_port(int fd);
int so_error(int fd);
int tcp_state(int fd);			/* by TCP_INFO */
int write_all(int fd, const void *p, int n);
int read_all(int fd, void *p, int n);	/* until @n, end of file or error */

/* looking */
int conn_find(int ns, int family, unsigned int lport, unsigned int rport,
	      struct conn *c);
int conn_state(int ns, int family, unsigned int lport, unsigned int rport);
bool conn_wait(int ns, int family, unsigned int lport, unsigned int rport,
	       int state, long ms);
int conn_count(int ns, int family, int state);	/* state 0: all */
const char *state_name(int state);
/* The field @name of the line of /proc/net/lctcp/connections whose ports are
 * those; false if there is no such line or column.
 */
bool conn_column(int ns, unsigned int lport, unsigned int rport,
		 const char *name, char *buf, int size);
/* "EVENT:STATE EVENT:STATE ..." of a connection by its ports, oldest first. */
int history(int ns, unsigned int lport, unsigned int rport, char *buf,
	    int size);
/* Is @text in it, or soon?  An entry has left the table a moment before its last
 * transition is written.
 */
bool history_has(int ns, unsigned int lport, unsigned int rport,
		 const char *text);
/* Time of the first such transition, or -1. */
long long history_us(int ns, unsigned int lport, unsigned int rport,
		     const char *event);
long long counter(int ns, const char *name);	/* of snmp; -1 if absent */
long slab_objects(const char *prefix);
bool slab_settles(const char *prefix, long before, long slack, int ms);

/* the wire */
int sniffer(const struct pair *p, int end);
int sniffer_on(int ns, const char *dev);
int sniff(int fd, struct seg *s, int ms);	/* 1, or 0 if nothing came */
const char *flag_names(unsigned int flags);
/* Send a hand-made segment from @ns; addresses are those of the hosts. */
int inject(int ns, int family, int from, int to, const struct seg *s,
	   const void *text);

/* A SYN of a third host to HOST_B, with its IP header: its length.  @seq goes as
 * it lies in memory.
 */
int syn_forge(int family, unsigned int sport, unsigned int dport, uint32_t seq,
	      uint16_t pkt[40]);
/* A socket to send such by, from lo of this namespace, and where @to; or -1. */
int syn_socket(int family, struct sockaddr_ll *to);

/* A stream that both ends can compute. */
struct stream {
	uint64_t x;
	uint64_t word;
	unsigned int have;
};

void stream_init(struct stream *s, uint64_t seed);
void stream_fill(struct stream *s, void *buf, int n);
bool stream_check(struct stream *s, const void *buf, int n);

/* Poll a condition, sleeping in between; true as soon as it holds. */
#define wait_until(cond, ms) ({						\
	long __begin = now_ms(), __ms = (ms);				\
	bool __ok;							\
									\
	while (!(__ok = (cond)) && now_ms() < __begin + __ms)		\
		nap_since(__begin);					\
	__ok;								\
})

/* Inside a test of the harness. */
#define need_lctcp() do {						\
	if (lc_tcp())							\
		SKIP(return, "needs lctcp's own files");		\
} while (0)

#define need_netem() do {						\
	if (!wire_can())						\
		SKIP(return, "no netem in this kernel");		\
} while (0)

#define need_virtual(seconds) do {					\
	if (!lc_virtual())						\
		SKIP(return, "waits %d s: virtual time only", (int)(seconds)); \
} while (0)

#define ASSERT_BETWEEN(from, value, to) do {				\
	long long __v = (value), __f = (from), __t = (to);		\
									\
	if (__v < __f || __v > __t)					\
		TH_LOG("%s: %lld not in [%lld, %lld]", #value, __v, __f, __t); \
	ASSERT_TRUE(__v >= __f && __v <= __t);				\
} while (0)

#define ASSERT_STATE(ns, family, lport, rport, want) do {		\
	int __want = (want);						\
									\
	if (!conn_wait(ns, family, lport, rport, __want, 1000))		\
		TH_LOG("state is %s, not %s",				\
		       state_name(conn_state(ns, family, lport, rport)),	\
		       state_name(__want));				\
	ASSERT_EQ(__want, conn_state(ns, family, lport, rport));	\
} while (0)

#endif /* LCTCP_NETLIB_H */
