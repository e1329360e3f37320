// SPDX-License-Identifier: GPL-2.0
/* SYN flood and backlog (RFC 4987): what is kept, for how long, and no more. */
#include <sys/mount.h>
#include <sys/syscall.h>

#include "syf.h"

/* ---- the queues ---- */

/* @n clients whose ACKs all come; so many are let in, and no more. */
static void lets_in(struct wire *w, int first, int n, int limit)
{
	int i, in = 0;

	for (i = 0; i < n; i++)
		flow_syn(w, first + i);
	for (i = 0; i < n; i++) {
		flow_ack(w, first + i);
		in += w_entry(w) == TCP_ESTABLISHED;
		w_check(w, in == (i < limit ? i + 1 : limit));
	}
	w_count(w, "ListenOverflows", n - limit);
	for (i = 0; i < limit; i++)
		w_accept(w);
	w_err(w, EAGAIN, accept4(w->lfd, NULL, NULL, SOCK_NONBLOCK));
}

WIRE_TEST(syf_backlog_limits)
{
	w_only_lctcp(w);
	w_listen(w, 5);
	lets_in(w, 0, 10, 5);
}

/* No backlog is larger than somaxconn, as it was at that time. */
WIRE_TEST(syf_backlog_limits_somaxconn)
{
	w_only_lctcp(w);
	w_sysctl(w, "somaxconn", "3");
	w_listen(w, 1000);
	w_sysctl(w, "somaxconn", "100");
	lets_in(w, 0, 8, 3);
}

/* Less than nothing is nothing by POSIX, but listen() of all Linux sockets makes
 * it as much as may be before a protocol hears of it.
 */
WIRE_TEST(syf_backlog_limits_negative)
{
	w_only_lctcp(w);
	w_sysctl(w, "somaxconn", "3");
	w_listen(w, -1);
	lets_in(w, 0, 6, 3);
}

/* There is always room for one. */
WIRE_TEST(syf_backlog_limits_zero)
{
	w_only_lctcp(w);
	w_listen(w, 0);
	lets_in(w, 0, 4, 1);
}

/* Text that comes while there is no room is neither acknowledged nor kept, nor
 * is a FIN; the client sends it again, and nothing is missing.
 */
WIRE_TEST_VT(syf_accept_full_data_safe)
{
	int fd;

	w_listen(w, 1);
	flow_syn(w, 0);
	flow_syn(w, 1);
	w_mark(w);
	flow_ack(w, 0);
	w_flow(w, 1);
	w_inj(w, ACK);
	w_inj(w, ACK, .seq = 1, .len = 100, .forged = true);
	w_inj(w, FIN | ACK, .seq = 101, .len = 50, .forged = true);
	w_none(w);
	w_entry_is(w, TCP_SYN_RECV);
	w_exp_at(w, 3000, SYN | ACK, .seq = 0, .ack = 1);
	w_inj(w, ACK, .seq = 1, .len = 100, .forged = true);
	w_none(w);
	w_entry_is(w, TCP_SYN_RECV);
	w_accept(w);
	w_inj(w, ACK, .len = 100);
	w_exp(w, ACK, .ack = 101);
	w_inj(w, FIN | ACK, .len = 50);
	w_exp(w, ACK, .ack = 152);
	fd = w_accept(w);
	w_read(w, fd, 150);
	w_read_eof(w, fd);
}

/* A second listen() moves the limit; what is queued stays. */
WIRE_TEST(syf_backlog_update)
{
	w_listen(w, 1);
	flow_syn(w, 0);
	flow_syn(w, 1);
	flow_syn(w, 2);
	flow_ack(w, 0);
	flow_ack(w, 1);		/* no room */
	w_entry_is(w, TCP_SYN_RECV);
	w_ok(w, listen(w->lfd, 3));
	flow_ack(w, 1);
	w_entry_is(w, TCP_ESTABLISHED);
	flow_ack(w, 2);
	w_entry_is(w, TCP_ESTABLISHED);
	/* less than what is queued already */
	w_ok(w, listen(w->lfd, 1));
	w_flow(w, 3);
	w_inj(w, SYN);
	w_none(w);
	w_accept(w);
	w_accept(w);
	w_accept(w);
	w_err(w, EAGAIN, accept4(w->lfd, NULL, NULL, SOCK_NONBLOCK));
	flow_syn(w, 3);
}

WIRE_TEST(syf_accept_full_new_syn)
{
	w_listen(w, 1);
	flow_syn(w, 0);
	flow_ack(w, 0);
	w_flow(w, 1);
	w_inj(w, SYN);
	w_none(w);
	w_gone(w);
	w_count(w, "ListenOverflows", 1);
	w_accept(w);
	flow_syn(w, 1);
}

/* A full accept queue refuses cookies too: nothing could come of them. */
WIRE_TEST(syf_accept_full_no_cookie)
{
	int fd;

	always(w);
	w_listen(w, 1);
	flow_syn(w, 0);
	flow_syn(w, 1);
	flow_ack(w, 0);
	w_flow(w, 2);
	w_inj(w, SYN);
	w_none(w);
	/* the ACK of a cookie finds no room; the client's text comes again */
	w_flow(w, 1);
	w_inj(w, ACK, .len = 10);
	w_none(w);
	w_gone(w);
	w_count(w, "ListenOverflows", 2);
	w_accept(w);
	w_inj(w, ACK, .seq = 1, .len = 10);
	w_exp(w, ACK, .ack = 11);
	fd = w_accept(w);
	w_read(w, fd, 10);
}

WIRE_TEST(syf_abort_on_overflow_knob)
{
	w_sysctl(w, "abort_on_overflow", "1");
	w_listen(w, 1);
	flow_syn(w, 0);
	flow_syn(w, 1);
	flow_ack(w, 0);
	flow_ack(w, 1);
	w_exp(w, RST, .seq = 1);
	w_gone(w);
	w_flow(w, 0);
	w_entry_is(w, TCP_ESTABLISHED);
	w_is(w, w_accept(w), TCP_ESTABLISHED);

	/* and for a client that a cookie was sent to */
	always(w);
	flow_syn(w, 2);
	flow_syn(w, 3);
	flow_ack(w, 2);
	flow_ack(w, 3);
	w_exp(w, RST, .seq = 1);
	w_gone(w);
	w_flow(w, 2);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

/* However many SYNs come, so many wait: with cookies and without. */
WIRE_TEST(syf_half_open_cap)
{
	static const char *const mode[] = { "0", "1" };
	int i;

	w_listen(w, 40);
	for (i = 0; i < 2; i++) {
		w_sysctl(w, "syncookies", mode[i]);
		w_check(w, flood(w, 2000) >= (i ? 2000 : 40));
		w_check(w, w_entries(w) == 40);
	}
	w_count(w, "SynQueueFull", 1960);
	w_count(w, "SyncookiesSent", 2000);
	w_count(w, "PassiveOpens", 40);
}

/* The bounds of that: what the program asked for, the namespace's, and a least
 * that leaves room for a few at a time.
 */
WIRE_TEST(syf_half_open_cap_bounds)
{
	w_sysctl(w, "syncookies", "0");
	w_listen(w, 1);
	w_check(w, flood(w, 100) == SYNQ_MIN);
	w_check(w, w_entries(w) == SYNQ_MIN);
	w_ok(w, listen(w->lfd, 20));
	w_check(w, flood(w, 100) == 20 - SYNQ_MIN);
	w_sysctl(w, "max_syn_backlog", "24");
	w_ok(w, listen(w->lfd, 100));
	w_check(w, flood(w, 100) == 4);
	w_check(w, w_entries(w) == 24);
}

/* The same SYN again and again is one connection, and is not answered for ever:
 * the address may be forged.
 */
WIRE_TEST(syf_dup_syn_no_slot)
{
	struct seg *s;
	int i, n = 0;

	w_sysctl(w, "syncookies", "0");
	w_listen(w, SYNQ_MIN);
	s = flow_syn(w, 0);
	for (i = 0; i < 1000; i++) {
		w_inj(w, SYN, .seq = 0);
		n += w_drain(w);
	}
	w_check(w, n > 0 && n <= 20);
	w_check(w, s->abs_seq == w->f->iss);
	w_check(w, w_entries(w) == 1);
	n = flood(w, 100);
	w_check(w, n == SYNQ_MIN - 1);
	w_count(w, "PassiveOpens", SYNQ_MIN);
	flow_ack(w, 0);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
	/* its slot is free again */
	w_check(w, flood(w, 100) == 1);
}

/* The oldest half-open connection is never dropped for a newer one: under
 * cookies nobody has to go, and without them the first ones are served.
 */
WIRE_TEST(syf_recycle_oldest)
{
	int i;

	w_sysctl(w, "syncookies", "0");
	w_sysctl(w, "max_syn_backlog", "10");
	w_listen(w, 20);
	for (i = 0; i < 10; i++)
		flow_syn(w, i);
	w_flow(w, 10);
	w_inj(w, SYN);
	w_none(w);
	w_count(w, "SynQueueFull", 1);
	for (i = 0; i < 10; i++) {
		flow_ack(w, i);
		w_entry_is(w, TCP_ESTABLISHED);
		w_accept(w);
	}
	flow_syn(w, 10);
}

/* ---- under pressure ---- */

/* Replies to one forged SYN: one if it gets a cookie, two if it has a place in
 * a queue that is more than half full, and the whole schedule otherwise.
 */
WIRE_TEST_VT(syf_synack_amplification)
{
	int n;

	w_listen(w, SYNQ_MIN);
	w_check(w, flood(w, 8) == 8);
	n = 8;
	w_wait(w, 200000);
	n += w_drain(w);
	w_check(w, n == 8 * 6);
	w_check(w, !w_entries(w));

	n = flood(w, SYNQ_MIN + 100);
	w_check(w, n == SYNQ_MIN + 100);
	w_count(w, "SyncookiesSent", 100);
	w_wait(w, 200000);
	n = w_drain(w);
	/* eight go at once when the queue is as good as empty */
	w_check(w, n >= SYNQ_MIN && n <= SYNQ_MIN + 8 * 4);
	w_check(w, !w_entries(w));
}

/* A reply is hardly longer than what it answers. */
WIRE_TEST(syf_synack_amplification_octets)
{
	struct seg *syn, *synack;
	int i;

	w_listen(w, SYNQ_MIN);
	for (i = 0; i < 4; i++) {
		w_flow(w, i);
		if (i == 2)
			always(w);
		if (i & 1)
			syn = w_inj(w, SYN, .mss = 1460, .wscale = 7,
				    .tsval = 1, .sackok = true);
		else
			syn = w_inj(w, SYN, .mss = W_NONE);
		synack = w_exp(w, SYN | ACK);
		w_check(w, synack->raw_len <= syn->raw_len + 4);
	}
}

/* While the queue is more than half full, a client that has answered no SYN-ACK
 * for 9 s is given up; otherwise it has its 189 s.
 */
WIRE_TEST_VT(syf_timer_shorten)
{
	w_listen(w, SYNQ_MIN);
	flow_syn(w, 0);
	w_mark(w);
	w_check(w, flood(w, SYNQ_MIN - 1) == SYNQ_MIN - 1);
	w_wait(w, 8900 - w_since_mark(w));
	w_entry_is(w, TCP_SYN_RECV);
	w_wait(w, 10500 - w_since_mark(w));
	w_gone(w);
	w_drain(w);
	/* those that are left are half of them and need not hurry */
	w_check(w, w_entries(w) == SYNQ_MIN / 2);
	w_wait(w, 185000 - w_since_mark(w));
	w_check(w, w_entries(w) == SYNQ_MIN / 2);
	w_wait(w, 220000 - w_since_mark(w));
	w_check(w, !w_entries(w));
	w_count(w, "SynAckGiveUps", SYNQ_MIN);
}

/* A client whose ACK has come is real, even if there was no room for it. */
WIRE_TEST_VT(syf_timer_shorten_not_acked)
{
	w_listen(w, 1);
	flow_syn(w, 0);
	flow_syn(w, 1);
	w_check(w, flood(w, SYNQ_MIN - 2) == SYNQ_MIN - 2);
	flow_ack(w, 0);
	w_mark(w);
	flow_ack(w, 1);		/* no room */
	w_wait(w, 20000 - w_since_mark(w));
	w_entry_is(w, TCP_SYN_RECV);
	w_drain(w);
	w_accept(w);
	flow_ack(w, 1);
	w_entry_is(w, TCP_ESTABLISHED);
}

/* One line a flood and listener, whatever its length. */
static int warnings(int log)
{
	char line[2048], want[32];
	int n = 0;
	ssize_t len;

	snprintf(want, sizeof(want), "lctcp: port %d:", W_PORT);
	while ((len = read(log, line, sizeof(line) - 1)) > 0 ||
	       (len < 0 && errno == EPIPE)) {
		if (len < 0)
			continue;
		line[len] = 0;
		n += !!strstr(line, want);
	}
	return n;
}

WIRE_TEST_VT(syf_flood_log_once)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int i;

	if (log < 0)
		w_skip(w, "/dev/kmsg: %s", strerror(errno));
	/* the limit that all messages of the network share */
	w_wait(w, 6000);
	lseek(log, 0, SEEK_END);
	w_listen(w, SYNQ_MIN);
	fill(w, SYNQ_MIN);
	w_check(w, !warnings(log));
	for (i = 0; i < 60; i++) {
		w_check(w, flood(w, 50) >= 50);
		w_wait(w, 1000);
	}
	w_check(w, warnings(log) == 1);
	/* the next one is news again */
	w_wait(w, 300000);
	w_drain(w);
	flood(w, SYNQ_MIN + 1);
	w_check(w, warnings(log) == 1);
	close(log);
}

/* ---- what else may come meanwhile ---- */

/* A SYN that reopens TIME_WAIT has its place already, full queue or not; nor
 * would a cookie do, whose ACK TIME_WAIT would take.
 */
WIRE_TEST(syf_tw_syn_bypass)
{
	static const char *const mode[] = { "0", "1", "2" };
	int i;

	w_listen(w, SYNQ_MIN);
	for (i = 0; i < 3; i++) {
		w_flow(w, i);
		w_end(w, w_accepted(w));
	}
	w_sysctl(w, "syncookies", "0");
	flood(w, 100);
	for (i = 0; i < 3; i++) {
		w_sysctl(w, "syncookies", mode[i]);
		w_flow(w, i);
		w_reopen(w, w->f->isn + 1000000);
		w_inj(w, SYN);
		w_exp(w, SYN | ACK);
		w_entry_is(w, TCP_SYN_RECV);
		w_inj(w, ACK);
		w_entry_is(w, TCP_ESTABLISHED);
		w_accept(w);
	}
	w_count(w, "SyncookiesSent", 0);
	w_count(w, "TimeWaitReopened", 3);

	w_flow(w, 3);
	w_sysctl(w, "syncookies", "0");
	w_inj(w, SYN);
	w_none(w);
}

/* Without a listener the client is told, and TIME_WAIT stays for the old
 * duplicates.
 */
WIRE_TEST_VT(syf_tw_syn_bypass_no_listener)
{
	w_listen(w, SYNQ_MIN);
	w_end(w, w_accepted(w));
	w_mark(w);
	close(w->lfd);
	w_inj(w, SYN, .seq = 1000000, .forged = true);
	w_exp(w, RST | ACK, .seq = W_ANY, .ack = 1000001);
	w_entry_is(w, TCP_TIME_WAIT);
	w_none_for(w, 70000 - w_since_mark(w));
	w_gone(w);
}

/* Nobody off the path can end a half-open connection. */
WIRE_TEST(syf_spoofed_rst_icmp_no_effect)
{
	bool v4 = w->family == AF_INET;
	struct seg *s, quote;
	unsigned char raw[256];
	int i;

	w_listen(w, 5);
	s = flow_syn(w, 0);
	/* in the window, but not exact; far off */
	w_inj(w, RST, .seq = 2, .forged = true);
	w_exp(w, ACK);
	w_inj(w, RST, .seq = 60000, .forged = true);
	w_exp(w, ACK);
	w_inj(w, RST, .seq = 1000000, .forged = true);
	w_inj(w, RST | ACK, .seq = -1, .ack = 1, .forged = true);
	w_none(w);
	w_entry_is(w, TCP_SYN_RECV);

	/* every ICMP error, with the right number and with another */
	for (i = 0; i < 2; i++) {
		quote = *s;
		memcpy(raw, s->raw, s->raw_len);
		quote.raw = raw;
		if (i)
			raw[s->th + 4] ^= 0x40;
		if (v4) {
			w_icmp(w, .type = 3, .code = 2, .quote = &quote);
			w_icmp(w, .type = 3, .code = 3, .quote = &quote);
			w_icmp(w, .type = 3, .code = 1, .quote = &quote);
			w_icmp(w, .type = 3, .code = 4, .mtu = 600,
			       .quote = &quote);
			w_icmp(w, .type = 11, .quote = &quote);
			w_icmp(w, .type = 12, .quote = &quote);
		} else {
			w_icmp(w, .type = 1, .code = 4, .quote = &quote);
			w_icmp(w, .type = 1, .code = 0, .quote = &quote);
			w_icmp(w, .type = 2, .mtu = 1280, .quote = &quote);
			w_icmp(w, .type = 3, .quote = &quote);
			w_icmp(w, .type = 4, .code = 1, .quote = &quote);
		}
		w_none(w);
		w_entry_is(w, TCP_SYN_RECV);
	}
	/* the exact one counts */
	flow_syn(w, 1);
	w_inj(w, RST);
	w_none(w);
	w_gone(w);
	flow_ack(w, 0);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

/* ---- no memory ---- */

/* The n-th allocation of this process fails, or copy from or to it, for these
 * count as well; what TUN hands to the stack is handled in the process that
 * writes it.
 */
static int fail_nth = -1;

static void set_fault(struct wire *w, const char *name, const char *value)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, 1) != 1)
		w_skip(w, "no fault injection in this kernel");
	close(fd);
}

/* @all: not only those that cannot wait. */
static void fail_open(struct wire *w, bool all)
{
	char path[64];

	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	set_fault(w, "failslab/verbose", "0");
	set_fault(w, "fail_page_alloc/verbose", "0");
	set_fault(w, "fail_usercopy/verbose", "0");
	set_fault(w, "failslab/ignore-gfp-wait", all ? "N" : "Y");
	snprintf(path, sizeof(path), "/proc/self/task/%d/fail-nth",
		 (int)syscall(SYS_gettid));
	fail_nth = open(path, O_RDWR | O_CLOEXEC);
	if (fail_nth < 0)
		w_skip(w, "no fail-nth in this kernel");
}

static void fail(struct wire *w, int n)
{
	char text[12];

	snprintf(text, sizeof(text), "%d", n);
	if (pwrite(fail_nth, text, strlen(text), 0) < 0)
		w_check(w, errno == EFAULT &&
			pwrite(fail_nth, text, strlen(text), 0) > 0);
}

/* Did the allocation fail?  If not, there were fewer. */
static bool failed(struct wire *w)
{
	char text[12] = "";

	/* If this copy is the one that fails, none before it did. */
	if (pread(fail_nth, text, sizeof(text) - 1, 0) < 0) {
		w_check(w, errno == EFAULT);
		return false;
	}
	fail(w, 0);
	return !atoi(text);
}

/* Each allocation is failed in so many flows: now and then the kernel allocates
 * for its own books as well (a new slab, a pool of debug objects), and what was
 * the third is the fourth.
 */
#define AGAIN 5

/* A SYN to the n-th flow, whose n-th allocation fails; *syns counts the lost.
 * Return: whether there were so many.
 */
static bool starved_syn(struct wire *w, int flow, int n, int *syns)
{
	bool hit;

	w_flow(w, flow);
	fail(w, n);
	w_inj(w, SYN);
	hit = failed(w);
	w_drain(w);
	/* the SYN again, if it went unanswered */
	if (!w->f->iss_known) {
		(*syns)++;
		w_inj(w, SYN, .seq = 0);
		w_exp(w, SYN | ACK);
	}
	return hit;
}

/* The same of the third ACK, which brings data. */
static bool starved_ack(struct wire *w, int flow, int n, int *acks,
			bool cookies)
{
	bool hit;
	int fd;

	w_flow(w, flow);
	w_reopen(w, w->f->isn + 5000000);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	fail(w, n);
	w_inj(w, ACK, .len = 10);
	hit = failed(w);
	if (w_entry(w) != TCP_ESTABLISHED) {
		(*acks)++;
		w_none(w);
		w_entry_is(w, cookies ? 0 : TCP_SYN_RECV);
	}
	/* and so is whatever of it was lost later */
	w_inj(w, ACK, .seq = 1, .len = 10);
	w_exp(w, ACK, .ack = 11);
	fd = w_accept(w);
	w_read(w, fd, 10);
	w_abort(w, fd);
	w_drain(w);
	return hit;
}

/* A SYN for which there is no memory is as good as lost, and so is a third ACK:
 * whoever sends it again gets on.  @cookies: the same with cookies.
 */
static void starve(struct wire *w, bool cookies)
{
	int n, i, syns = 0, acks = 0, flow = 0;
	bool hit;

	fail_open(w, false);
	if (cookies)
		always(w);
	w_listen(w, W_MAX_FLOWS);
	for (n = 1, hit = true; hit && flow + AGAIN < W_MAX_FLOWS; n++)
		for (i = 0, hit = false; i < AGAIN; i++)
			hit |= starved_syn(w, ++flow, n, &syns);
	w_check(w, syns > 0 && !hit);
	w_hang_up(w);
	w_drain(w);
	w_listen(w, 5);
	flow = 0;
	/* each flow has ended when the next one begins: they come round */
	for (n = 1, hit = true; hit && n < 40; n++)
		for (i = 0, hit = false; i < AGAIN; i++)
			hit |= starved_ack(w, 1 + flow++ % (W_MAX_FLOWS - 1), n,
					   &acks, cookies);
	w_check(w, acks > 0 && !hit);
	w_note(w, "%d SYNs and %d ACKs met no memory", syns, acks);
}

WIRE_TEST(syf_memory_pressure)
{
	starve(w, false);
}

WIRE_TEST(syf_memory_pressure_cookies)
{
	starve(w, true);
}

/* socket() and connect(), while the @n-th allocation fails; *@fd is the socket,
 * or -1.  Return: errno.
 */
static int starved_open(struct wire *w, int n, int *fd, bool *hit)
{
	struct sockaddr_in6 own;
	struct sockaddr_storage to;
	socklen_t len = sizeof(own);
	int err = 0;

	w_sockaddr(w, W_PEER, w->f->peer_port, &to);
	fail(w, n);
	*fd = socket(w->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		     w->proto);
	if (*fd < 0 || connect(*fd, (void *)&to, w_sockaddr_len(w)))
		err = errno;
	*hit = failed(w);
	if (*fd >= 0 && !getsockname(*fd, (void *)&own, &len))
		w->f->uut_port = ntohs(own.sin6_port);
	return err;
}

/* An open for which there is no memory says so, and leaves nothing; one that
 * does not say so is made.
 */
WIRE_TEST_VT(syf_memory_pressure_open)
{
	int n, fd, err, refused = 0;
	bool hit;

	fail_open(w, true);
	for (n = 1; n < 100; n++) {
		w_reopen(w, w->f->isn + 1000);
		err = starved_open(w, n, &fd, &hit);
		if (err == EINPROGRESS) {
			w_exp(w, SYN, .within = 1500);
			w_inj(w, SYN | ACK);
			w_exp(w, ACK);
			w_is(w, fd, TCP_ESTABLISHED);
			w_abort(w, fd);
			w_exp(w, RST, .may = ACK);
		} else {
			/* socket() calls a lack of inodes ENFILE; and the copy of
			 * the address may fail as well
			 */
			w_check(w, hit && (err == ENOMEM || err == ENOBUFS ||
					   (err == ENFILE && fd < 0) ||
					   (err == EFAULT && fd >= 0)));
			refused++;
			if (fd >= 0)
				close(fd);
			w_none(w);
		}
		w_check(w, !w_entries(w));
		if (!hit)
			break;
	}
	w_note(w, "%d of %d refused", refused, n);
	w_check(w, refused > 2 && n < 100);
}

WIRE_MAIN
