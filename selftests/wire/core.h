/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wire harness: a peer made of raw segments.
 *
 * Every test owns a network namespace with one TUN device.  On the kernel's
 * side of it is the unit under test (host 1: 192.0.2.1, 2001:db8::1) with
 * ordinary sockets; on the other side is the test itself, which plays the peer
 * (host 2) by injecting and expecting single segments.
 *
 * Numbers are relative.  The peer's sequence numbers count from the peer's
 * ISN, those of the unit under test from its ISS, which the harness learns
 * from its SYN.  A small model of the peer supplies what a test leaves out:
 * see struct flow.
 *
 * seg.c	segments as bytes and as words: build, parse, print, checksum
 * world.c	namespace, device, addresses; procfs and sysctl
 * peer.c	inject, expect, the model, what must hold for every segment
 * open.c	sockets, common openings, the way into each state
 * block.c	calls that block, in threads
 *
 * None of it uses code of the module: what is expected is read off the RFCs, so
 * that module and test do not share a mistake.
 *
 * Tests include wire.h, not this.
 */
#ifndef _WIRE_CORE_H
#define _WIRE_CORE_H

#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FIN = 0x01,
	SYN = 0x02,
	RST = 0x04,
	PSH = 0x08,
	ACK = 0x10,
	URG = 0x20,
	ECE = 0x40,
	CWR = 0x80,
};

struct lctcp_vars;

#define W_AUTO		LLONG_MIN	/* what the model says */
#define W_ANY		(LLONG_MIN + 1)	/* expect: do not look */
#define W_NONE		(LLONG_MIN + 2)	/* inject: leave it out; expect: must be absent */

#define W_UUT		1		/* host numbers */
#define W_PEER		2
#define W_UUT2		3		/* w_add_addr(w, W_UUT2) */

#define W_PORT		4001		/* of listeners, and flow n's is the same */
#define W_PEER_PORT	5001		/* of flow 0; flow n has 5001 + n */

#define W_MAX_FLOWS	64
#define W_MAX_SACK	4

/**
 * struct seg - one line of the conversation
 * @ns:		nanoseconds since the test began
 * @dir:	'<' injected, '>' sent by the unit under test, '-' a note
 * @note:	text of a note, or what is wrong with a malformed segment
 * @raw:	the whole packet from its IP header on, @raw_len octets
 * @th:		offset of the TCP header in @raw
 * @flow:	index of the flow it belongs to, or -1
 * @seq:	relative to the sender's initial sequence number
 * @ack:	relative to the receiver's; 0 when ACK is clear
 * @wscale:	-1 if the option is absent, likewise @mss
 * @sack:	blocks, relative to the receiver's initial sequence number
 */
struct seg {
	long long ns;
	char dir;
	const char *note;
	unsigned char *raw;
	int raw_len;
	int th;
	int flow;

	int family;
	unsigned char src[16], dst[16];
	int ttl, tos, label;
	bool df;

	uint16_t sport, dport;
	uint32_t abs_seq, abs_ack;
	long long seq, ack;
	int flags;
	int reserved;
	int doff;
	int win;
	int urg;
	uint16_t csum;
	const unsigned char *text;
	int len;

	bool opt_bad;
	int opt_len;
	int mss, wscale;
	bool sackok, ts;
	uint32_t tsval, tsecr;
	int nsack;
	struct { long long left, right; } sack[W_MAX_SACK];
};

/**
 * struct flow - what the peer knows of one connection
 * @isn:	the peer's initial sequence number, chosen by the harness
 * @iss:	that of the unit under test, learnt from its first SYN
 * @snd_nxt:	next number the peer will use.  A segment injected with seq
 *		equal to it, or with no seq given, moves it on; any other does
 *		not, nor does a malformed or a .forged one.
 * @snd_max:	highest number ever injected: no honest ACK exceeds it
 * @rcv_nxt:	next number the peer expects, moved by what it captures
 * @last_ack:	last ACK captured: never goes back
 * @edge:	ACK plus window captured: never goes back
 * @peer_edge:	the same for what the peer granted
 * @peer_mss:	what the peer announced, or the default of the family
 * @win:	window field of segments injected without .win
 * @tx_off:	octets that w_write() has written to this connection
 * @rx_off:	octets that w_read() has read from it
 */
struct flow {
	bool used;
	int uut_host, peer_host;
	uint16_t uut_port, peer_port;

	uint32_t isn, iss;
	bool iss_known;
	uint32_t snd_nxt, snd_max;
	uint32_t rcv_nxt;

	bool last_ack_known, edge_known, peer_edge_known;
	uint32_t last_ack, edge, peer_edge;
	int peer_mss;
	int peer_wscale, uut_wscale;	/* -1: not offered */
	bool peer_ts, uut_ts;
	uint32_t ts_recent;
	int win;

	bool pattern;
	long long tx_off, rx_off;
};

/**
 * struct wire - one test's world
 * @family:	AF_INET or AF_INET6
 * @proto:	IP protocol under test: 253, or 6 to try a test on Linux's TCP
 * @virtual_time: waiting costs nothing, so tests may wait for hours
 * @lfd:	listener made by w_listen() and by the openings
 * @f:		current flow
 * @log:	the conversation so far
 * @edge_free:	do not check that the right edge stays (tests that forge)
 */
struct wire {
	int family;
	int proto;
	bool virtual_time;
	bool verbose;
	int tun;
	int lfd;
	int ctl;
	long long t0, mark;
	uint32_t isn;

	struct flow flows[W_MAX_FLOWS];
	int nflows;
	struct flow *f;

	struct seg **log;
	int nlog;
	bool printed;
	bool edge_free;
	struct seg *pending;

	char *reason;		/* where a skip explains itself */
	size_t reason_size;
};

/**
 * struct w_args - what a test says about a segment
 *
 * Used through the macros w_inj(), w_exp() and their kin, which fill in the
 * defaults.  Fields in the first part serve both directions.
 *
 * @may:	flags that an expected segment may also have (PSH always may)
 * @data:	the text; without it, text is the pattern of w_pattern()
 * @at:		expect: milliseconds after w_mark(), never early, at most an
 *		eighth late (timer wheel)
 * @within:	expect: how long to wait, milliseconds
 * @past_acks:	expect: pass over empty ACKs that do not match
 *
 * @forged:	the model forgets the segment: not a word of the honest peer
 * @res:	reserved bits
 * @doff:	data offset, in words; four bits hold it, 16 is 0
 * @csum_xor:	flips bits of the right checksum
 * @csum_proto:	protocol number put into the pseudo header
 * @csum_zero:	the checksum field is zero
 * @trunc:	octets of the segment that are left, header included
 * @pad:	octets of link padding beyond the IP length
 * @from, @to:	host numbers
 * @src, @dst:	the same as text, for addresses outside the network
 * @frags:	number of IP fragments, .reverse sends the last one first
 * @ipopts:	IPv4 options, @ipopts_len octets, a multiple of four
 * @exthdr:	IPv6 extension header before the segment, by its number (60 is
 *		destination options, 43 a routing header with nothing left)
 * @opts:	raw options instead of the ones named
 */
struct w_args {
	const char *file;
	int line;

	int flags, may;
	long long seq, ack, win, len, urg;
	long long mss, wscale, tsval, tsecr;
	int sackok;
	const char *data;

	long long at, within;
	bool past_acks;

	bool forged;
	int res, doff;
	int csum_xor, csum_proto;
	bool csum_zero;
	long long trunc;
	int pad;
	int ttl, tos, label;
	int from, to;
	const char *src, *dst;
	int sport, dport;
	int frags;
	bool reverse;
	const char *ipopts;
	int ipopts_len;
	int exthdr;
	const char *opts;
	int opts_len;
	int nsack;
	struct { long long left, right; } sack[W_MAX_SACK];
};

/* Inject a segment: w_inj(w, ACK, .len = 10).  Left out, seq and ack are what
 * an honest peer would send next, the window is the flow's, a SYN has an MSS
 * option of 1460 (v6: 1440), and timestamps follow if both SYNs had them.
 */
#define w_inj(w, fl, ...) \
	w_inject(w, &(struct w_args){ \
		.file = __FILE__, .line = __LINE__, \
		.seq = W_AUTO, .ack = W_AUTO, .win = W_AUTO, .mss = W_AUTO, \
		.wscale = W_NONE, .tsval = W_AUTO, .tsecr = W_AUTO, \
		.trunc = W_AUTO, .flags = (fl), ##__VA_ARGS__ })

/* Expect a segment as the next thing to leave: w_exp(w, FIN | ACK).  Left out,
 * seq is what the peer expects next (0 for a SYN), ack is all that the peer
 * has sent, there is no text, and window and options are not looked at.
 */
#define w_exp(w, fl, ...) \
	w_expect(w, &(struct w_args){ \
		.file = __FILE__, .line = __LINE__, \
		.seq = W_AUTO, .ack = W_AUTO, .win = W_ANY, .len = 0, \
		.urg = W_ANY, .mss = W_ANY, .wscale = W_ANY, .tsval = W_ANY, \
		.tsecr = W_ANY, .sackok = -1, .at = -1, .within = W_AUTO, \
		.flags = (fl), ##__VA_ARGS__ })

/* The same, @ms milliseconds after the last w_mark(). */
#define w_exp_at(w, ms, fl, ...)	w_exp(w, fl, .at = (ms), ##__VA_ARGS__)

/* Nothing may leave, for a moment or for @ms milliseconds. */
#define w_none(w)		w_silence(w, W_AUTO, __FILE__, __LINE__)
#define w_none_for(w, ms)	w_silence(w, ms, __FILE__, __LINE__)

/* Take @n octets of text in as many segments as they come, and a FIN at the
 * end if @fl has FIN; acknowledge each segment if @fl has ACK.
 */
#define w_take(w, n, fl)	w_take_text(w, n, fl, __FILE__, __LINE__)

/* End the test here: it failed, and why.  Prints the conversation. */
#define w_fail(w, ...)		w_die(w, __FILE__, __LINE__, __VA_ARGS__)

/* The test fails unless @cond holds. */
#define w_check(w, cond) \
	((cond) ? (void)0 : w_fail(w, "%s does not hold", #cond))

/* State of a socket, or of the entry of the current flow in the connection
 * table (which also knows half-open and TIME_WAIT ones; 0 if there is none).
 */
#define w_is(w, fd, state)	w_state_is(w, fd, state, __FILE__, __LINE__)
#define w_entry_is(w, state)	w_entry_state_is(w, state, __FILE__, __LINE__)
#define w_gone(w)		w_entry_state_is(w, 0, __FILE__, __LINE__)

/* A call of the sockets API must give @want, or fail with errno @err. */
#define w_ok(w, call)		w_result(w, (call), #call, __FILE__, __LINE__)
#define w_err(w, err, call)	w_errno(w, (call), err, #call, __FILE__, __LINE__)

/* Counters of this namespace start at zero. */
#define w_count(w, name, n)	w_count_is(w, name, n, __FILE__, __LINE__)

/* seg.c */
int seg_build(struct wire *w, const struct w_args *a, unsigned char *buf,
	      size_t size);
bool seg_parse(struct wire *w, struct seg *s);
bool seg_again(const struct seg *a, const struct seg *b);
void seg_print(const struct wire *w, const struct seg *s, char *out, size_t n);
void w_args_print(const struct wire *w, const struct w_args *a, char *out,
		  size_t n);
const char *w_flag_names(int flags, char out[16]);
const char *w_state_name(int state);
uint16_t inet_sum(const void *data, size_t len, uint32_t start);
uint32_t pseudo_sum(int family, const void *src, const void *dst, int proto,
		    size_t len);
unsigned char w_pattern(long long offset);
int seg_fragment(const unsigned char *pkt, int len, int nth, int of,
		 unsigned char *out);
int ip_header(const struct wire *w, unsigned char *out, const unsigned char *src,
	      const unsigned char *dst, int proto, int payload);

/* world.c */
struct wire *w_open(int family, uint32_t isn, char *reason, size_t size);
void w_close(struct wire *w, bool failed);
void w_hang_up(struct wire *w);
long long w_now(void);
void w_host(const struct wire *w, int host, unsigned char addr[16]);
void w_sockaddr(const struct wire *w, int host, int port,
		struct sockaddr_storage *ss);
socklen_t w_sockaddr_len(const struct wire *w);
void w_add_addr(struct wire *w, int host);
void w_route(struct wire *w, int host, int from);
void w_reachable(struct wire *w, bool on);
void w_full(struct wire *w, bool on);
void w_route_metric(struct wire *w, int host, int metric, int value);
void w_mtu(struct wire *w, int mtu);
void w_skip(struct wire *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));
bool w_has_sysctl(struct wire *w, const char *name);
/* The ISS of this side is as in real life, in the wrap variants too. */
void w_own_iss(struct wire *w);
void w_sysctl(struct wire *w, const char *name, const char *value);
void w_sysctl_refused(struct wire *w, const char *name, const char *value);
long w_sysctl_get(struct wire *w, const char *name);
void w_only_lctcp(struct wire *w);
long w_counter(struct wire *w, const char *name);
void w_count_is(struct wire *w, const char *name, long want, const char *file,
		int line);
int w_entry(struct wire *w);
int w_entries(struct wire *w);
bool w_column(struct wire *w, const char *column, char *out, size_t n);
void w_entry_state_is(struct wire *w, int state, const char *file, int line);

/* peer.c */
struct seg *w_inject(struct wire *w, const struct w_args *a);
struct seg *w_expect(struct wire *w, const struct w_args *a);
struct seg *w_next(struct wire *w, long long ms);
void w_hear(struct wire *w, const struct seg *s);
void w_silence(struct wire *w, long long ms, const char *file, int line);
int w_take_text(struct wire *w, int n, int flags, const char *file, int line);
int w_drain(struct wire *w);
void w_raw(struct wire *w, const void *packet, int len);
void w_mark(struct wire *w);
long long w_since_mark(struct wire *w);
void w_wait(struct wire *w, long long ms);
void w_pause(long long ms);
struct flow *w_flow(struct wire *w, int n);
void w_reopen(struct wire *w, uint32_t isn);
void w_note(struct wire *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void w_forget(struct wire *w);
void w_dump(struct wire *w);
void w_die(struct wire *w, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5), noreturn));

/**
 * struct w_icmp - an ICMP error to inject
 * @type, @code: of the family at hand
 * @mtu:	next-hop MTU, or the pointer of a parameter problem
 * @quote:	segment to quote; octets of its TCP header: @quote_len, 0: all
 * @from:	host that reports, 0: the peer
 */
struct w_icmp {
	int type, code;
	uint32_t mtu;
	const struct seg *quote;
	int quote_len;
	int from;
};

#define w_icmp(w, ...) \
	w_inject_icmp(w, &(struct w_icmp){ __VA_ARGS__ })
void w_inject_icmp(struct wire *w, const struct w_icmp *i);

/* open.c */
int w_socket(struct wire *w);
int w_bound(struct wire *w, int host, int port);
int w_listen(struct wire *w, int backlog);
void w_port_free(struct wire *w);
int w_connect(struct wire *w);
int w_connect_from(struct wire *w, int fd);
int w_accept(struct wire *w);
int w_accepted(struct wire *w);
int w_connected(struct wire *w);
int w_to_state(struct wire *w, int state);
void w_end(struct wire *w, int fd);
int w_syn_recv_active(struct wire *w);
int w_state(struct wire *w, int fd);
void w_state_is(struct wire *w, int fd, int state, const char *file, int line);
long w_result(struct wire *w, long ret, const char *what, const char *file,
	      int line);
void w_errno(struct wire *w, long ret, int err, const char *what,
	     const char *file, int line);
void w_time_wait_lasts(struct wire *w, long long ms);
int w_so_error(int fd);
void w_write(struct wire *w, int fd, int n);
void w_read(struct wire *w, int fd, int n);
void w_read_eof(struct wire *w, int fd);
int w_poll(int fd, int events, int ms);
void w_nonblock(int fd);
void w_linger0(struct wire *w, int fd);
void w_abort(struct wire *w, int fd);
int w_setopt(struct wire *w, int fd, int opt, int value);
/* RFC 9293 section 3.3.1, and more; on TCP the test is skipped. */
struct lctcp_vars w_vars(struct wire *w, int fd);
int w_fill_window(struct wire *w, int leave);

enum w_what { W_CONNECT, W_ACCEPT, W_RECV, W_SEND, W_POLL };

/**
 * struct w_call - a call that blocks, in a thread of its own
 * @events:	of poll(); flags of recv() and send()
 * @buf:	what recv() reads; send() writes ten octets of it
 * @ret, @err:	what it returned, once it is @done
 */
struct w_call {
	struct wire *w;
	enum w_what what;
	int fd, events;
	pthread_t thread;
	bool done;
	long ret;
	int err;
	char buf[256];
};

/* Begin a call that must block; then what must have ended it. */
#define w_block(w, c, what, fd, events) \
	w_block_on(w, c, what, fd, events, __FILE__, __LINE__)
#define w_woken(w, c, ret)	w_woken_by(w, c, ret, 0, __FILE__, __LINE__)
#define w_woken_err(w, c, err)	w_woken_by(w, c, -1, err, __FILE__, __LINE__)

/* block.c */
void w_block_on(struct wire *w, struct w_call *c, enum w_what what, int fd,
		int events, const char *file, int line);
void w_woken_by(struct wire *w, struct w_call *c, long ret, int err,
		const char *file, int line);
void w_fill_sndbuf(struct wire *w, int fd);

#endif /* _WIRE_CORE_H */
