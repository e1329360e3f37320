// SPDX-License-Identifier: GPL-2.0
/*
 * What leaves without a socket of its own - SYN-ACKs, the resets and ACKs of a
 * half-open connection, those of TIME_WAIT - looks as what leaves from the
 * listener or the socket would.
 */
#include "wire.h"

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/xfrm.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MARK		0x1ce
#define PRIORITY	5
#define TTL		255
#define TOS		0x48
#define LABEL		0xabcde
#define UID		4711
#define TABLE		"77"

/* One of ip and nft, in this test's namespace. */
static void __attribute__((format(printf, 2, 3)))
run(struct wire *w, const char *fmt, ...)
{
	char command[512];
	va_list ap;
	int n;

	n = snprintf(command, sizeof(command), "PATH=$PATH:/usr/sbin:/sbin ");
	va_start(ap, fmt);
	vsnprintf(command + n, sizeof(command) - n, fmt, ap);
	va_end(ap);
	if (system(command))
		w_skip(w, "cannot %s", command + n);
}

static const char *ip(const struct wire *w)
{
	return w->family == AF_INET ? "ip" : "ip -6";
}

static void set(struct wire *w, int fd, int level, int name, int value)
{
	w_ok(w, setsockopt(fd, level, name, &value, sizeof(value)));
}

static void set_ttl(struct wire *w, int fd, int ttl)
{
	if (w->family == AF_INET)
		set(w, fd, SOL_IP, IP_TTL, ttl);
	else
		set(w, fd, SOL_IPV6, IPV6_UNICAST_HOPS, ttl);
}

static void set_tos(struct wire *w, int fd, int tos)
{
	if (w->family == AF_INET)
		set(w, fd, SOL_IP, IP_TOS, tos);
	else
		set(w, fd, SOL_IPV6, IPV6_TCLASS, tos);
}

static int get(struct wire *w, int fd, int level, int name)
{
	socklen_t len = sizeof(int);
	int value = -1;

	w_ok(w, getsockopt(fd, level, name, &value, &len));
	return value;
}

#define FIELD(name) offsetof(struct __sk_buff, name)

#define INSN(op, dst, src, offset, value) ((struct bpf_insn){		\
	.code = (op), .dst_reg = (dst), .src_reg = (src),		\
	.off = (offset), .imm = (value) })

/* Hears of what leaves only that whose @field is @value. */
static int watch(struct wire *w, int field, int value)
{
	struct bpf_insn insn[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
		INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1,
		     FIELD(pkt_type), 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_2, 0, 3,
		     PACKET_OUTGOING),
		INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1, field, 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_2, 0, 1, value),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 4096),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)insn,
		.insn_cnt = sizeof(insn) / sizeof(*insn),
		.license = (uintptr_t)"GPL",
	};
	int prog = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};

	if (prog < 0)
		w_skip(w, "no BPF: %s", strerror(errno));
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)));
	w_ok(w, bind(fd, (void *)&ll, sizeof(ll)));
	close(prog);
	return fd;
}

/* How many since the last time?  What has come out of the device has been seen
 * here before.
 */
static int watched(int fd)
{
	char buf[64];
	int n = 0;

	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0)
		n++;
	return n;
}

/* RFC 5082: a peer that wants to be near takes nothing below 255. */
WIRE_TEST(mini_ttl)
{
	struct seg *s;
	int fd;

	w_listen(w, 5);
	set_ttl(w, w->lfd, TTL);
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->ttl == TTL);
	if (w->proto != IPPROTO_TCP) {
		/* outside the window, and never sent */
		w_inj(w, ACK, .seq = -1000, .len = 1, .forged = true);
		s = w_exp(w, ACK);
		w_check(w, s->ttl == TTL);
		w_inj(w, ACK, .ack = 1000, .forged = true);
		s = w_exp(w, RST, .seq = 1000);
		w_check(w, s->ttl == TTL);
	}
	w_inj(w, ACK);
	fd = w_accept(w);
	w_write(w, fd, 10);
	s = w_exp(w, ACK, .len = 10);
	w_check(w, s->ttl == TTL);
}

/* Repeated by the timer it is no different, and follows the listener. */
WIRE_TEST_VT(mini_ttl_again)
{
	struct seg *s;

	w_listen(w, 5);
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->ttl == 64);
	set_ttl(w, w->lfd, TTL);
	s = w_exp(w, SYN | ACK, .within = 5000);
	w_check(w, s->ttl == TTL);
}

/* A listener that wants nothing of a segment says so as it says all else. */
WIRE_TEST(mini_ttl_refusal)
{
	struct seg *s;

	w_only_lctcp(w);
	w_listen(w, 5);
	set_ttl(w, w->lfd, TTL);
	set_tos(w, w->lfd, TOS);
	w_inj(w, ACK, .ack = 500, .forged = true);
	s = w_exp(w, RST, .seq = 500);
	w_check(w, s->ttl == TTL);
	w_check(w, s->tos == TOS);
}

/* A cookie is a SYN-ACK like any other. */
WIRE_TEST(mini_cookie)
{
	struct seg *s;
	int fd;

	w_only_lctcp(w);
	w_own_iss(w);
	w_sysctl(w, "syncookies", "2");
	w_listen(w, 5);
	set_ttl(w, w->lfd, TTL);
	set_tos(w, w->lfd, TOS);
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->ttl == TTL && s->tos == TOS);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_write(w, fd, 10);
	s = w_exp(w, ACK, .len = 10);
	w_check(w, s->ttl == TTL && s->tos == TOS);
}

/* What is set after listen() counts from then on, for a connection too. */
WIRE_TEST(mini_tos)
{
	struct seg *s;
	int fd;

	w_listen(w, 5);
	set_tos(w, w->lfd, TOS);
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->tos == TOS);
	w_inj(w, ACK);
	fd = w_accept(w);
	if (w->family == AF_INET)
		w_check(w, get(w, fd, SOL_IP, IP_TOS) == TOS);
	else
		w_check(w, get(w, fd, SOL_IPV6, IPV6_TCLASS) == TOS);
	w_write(w, fd, 10);
	s = w_exp(w, ACK, .len = 10);
	w_check(w, s->tos == TOS);
}

WIRE_TEST(mini_mark)
{
	int on, fd;

	w_listen(w, 5);
	set(w, w->lfd, SOL_SOCKET, SO_MARK, MARK);
	on = watch(w, FIELD(mark), MARK);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_check(w, watched(on) == 1);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, get(w, fd, SOL_SOCKET, SO_MARK) == MARK);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_check(w, watched(on) == 1);
	w_inj(w, ACK);
}

/* Not so the connection: a clone of a socket begins with none. */
WIRE_TEST(mini_priority)
{
	int on;

	w_listen(w, 5);
	set(w, w->lfd, SOL_SOCKET, SO_PRIORITY, PRIORITY);
	on = watch(w, FIELD(priority), PRIORITY);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_check(w, watched(on) == 1);
}

static void mark_what_comes(struct wire *w)
{
	run(w, "nft 'table inet t { chain c { type filter hook prerouting priority -150; meta l4proto %d meta mark set %d; }; }'",
	    w->proto, MARK);
}

/* fwmark_accept: a connection has the mark of its SYN. */
WIRE_TEST(mini_mark_accept)
{
	int on, fd;

	if (w->proto == IPPROTO_TCP)
		run(w, "echo 1 >/proc/sys/net/ipv4/tcp_fwmark_accept");
	else
		w_sysctl(w, "fwmark_accept", "1");
	mark_what_comes(w);
	w_listen(w, 5);
	on = watch(w, FIELD(mark), MARK);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_check(w, watched(on) == 1);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_check(w, get(w, fd, SOL_SOCKET, SO_MARK) == MARK);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_check(w, watched(on) == 1);
}

/* fwmark_reflect: what is nobody's has the mark of what it answers. */
WIRE_TEST(mini_mark_reflect)
{
	int on;

	run(w, "echo 1 >/proc/sys/net/ipv%d/fwmark_reflect",
	    w->family == AF_INET ? 4 : 6);
	mark_what_comes(w);
	on = watch(w, FIELD(mark), MARK);
	w_inj(w, ACK, .ack = 500, .forged = true);
	w_exp(w, RST, .seq = 500);
	w_check(w, watched(on) == 1);
}

/* As Linux TCP does: TIME_WAIT remembers TOS, mark and priority. */
WIRE_TEST(mini_time_wait)
{
	int fd = w_accepted(w), mark, priority;
	struct seg *s;

	set_tos(w, fd, TOS);
	set(w, fd, SOL_SOCKET, SO_MARK, MARK);
	set(w, fd, SOL_SOCKET, SO_PRIORITY, PRIORITY);
	w_end(w, fd);
	mark = watch(w, FIELD(mark), MARK);
	priority = watch(w, FIELD(priority), PRIORITY);
	w_inj(w, FIN | ACK, .seq = 1, .forged = true);
	s = w_exp(w, ACK);
	w_check(w, s->tos == TOS);
	w_check(w, watched(mark) == 1);
	w_check(w, watched(priority) == 1);
}

/* netfilter knows whose a SYN-ACK is. */
WIRE_TEST(mini_owner)
{
	run(w, "nft 'table inet t { chain c { type filter hook output priority 0; meta l4proto %d meta skuid %d accept; meta l4proto %d drop; }; }'",
	    w->proto, UID, w->proto);
	setfsuid(UID);
	w_listen(w, 5);
	setfsuid(0);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

/* Routing by user: nobody else has a way to the peer. */
WIRE_TEST(mini_uid_route)
{
	run(w, "%s rule add iif lo uidrange %d-%d lookup main pref 10", ip(w),
	    UID, UID);
	run(w, "%s rule add iif lo unreachable pref 20", ip(w));
	setfsuid(UID);
	w_listen(w, 5);
	setfsuid(0);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
}

/* Routing by mark. */
WIRE_TEST(mini_mark_route)
{
	run(w, "%s rule add iif lo fwmark %d lookup main pref 10", ip(w), MARK);
	run(w, "%s rule add iif lo unreachable pref 20", ip(w));
	w_listen(w, 5);
	w_inj(w, SYN);
	w_none(w);
	set(w, w->lfd, SOL_SOCKET, SO_MARK, MARK);
	w_flow(w, 1);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
}

/* SO_DONTROUTE: not by way of a router. */
WIRE_TEST_V4(mini_dontroute)
{
	run(w, "ip route add 192.0.2.2/32 dev wire");
	run(w, "ip route add 192.0.2.9/32 via 192.0.2.2");
	run(w, "ip route del 192.0.2.0/24");
	w_listen(w, 5);
	w->f->peer_host = 9;
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, RST);
	set(w, w->lfd, SOL_SOCKET, SO_DONTROUTE, 1);
	w_flow(w, 1)->peer_host = 9;
	w_inj(w, SYN);
	w_none(w);
	w_flow(w, 2);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
}

/* IP_TRANSPARENT: in the name of an address that is not ours.  To TIME_WAIT. */
WIRE_TEST(mini_transparent)
{
	int fd;

	run(w, "%s route add local %s dev lo table " TABLE, ip(w),
	    w->family == AF_INET ? "192.0.2.7" : "2001:db8::7");
	run(w, "%s rule add iif wire lookup " TABLE " pref 10", ip(w));
	w_listen(w, 5);
	if (w->family == AF_INET)
		set(w, w->lfd, SOL_IP, IP_TRANSPARENT, 1);
	else
		set(w, w->lfd, SOL_IPV6, IPV6_TRANSPARENT, 1);
	w->f->uut_host = 7;
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);
	w_end(w, fd);
	w_inj(w, FIN | ACK, .seq = 1, .forged = true);
	w_exp(w, ACK);
}

/* The label of the SYN comes back, and stays to the end. */
WIRE_TEST_V6(mini_label_reflect)
{
	struct seg *s;
	int fd;

	run(w, "echo 1 >/proc/sys/net/ipv6/flowlabel_reflect");
	w_listen(w, 5);
	w_inj(w, SYN, .label = LABEL);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->label == LABEL);
	if (w->virtual_time) {
		s = w_exp(w, SYN | ACK, .within = 5000);
		w_check(w, s->label == LABEL);
	}
	w_inj(w, ACK, .label = LABEL);
	fd = w_accept(w);
	w_write(w, fd, 10);
	s = w_exp(w, ACK, .len = 10);
	w_check(w, s->label == LABEL);
	w_end(w, fd);
	w_inj(w, FIN | ACK, .seq = 1, .forged = true);
	s = w_exp(w, ACK);
	w_check(w, s->label == LABEL);
}

/* A listener that wants no labels has none. */
WIRE_TEST_V6(mini_label_none)
{
	struct seg *s;

	w_listen(w, 5);
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->label != 0);
	set(w, w->lfd, SOL_IPV6, IPV6_AUTOFLOWLABEL, 0);
	w_flow(w, 1);
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->label == 0);
}

/* Destination options that the listener was told to send. */
WIRE_TEST_V6(mini_options)
{
	static const unsigned char pad[8] = { 0, 0, 1, 4 };	/* PadN */
	struct seg *s;
	int fd;

	w_listen(w, 5);
	w_ok(w, setsockopt(w->lfd, SOL_IPV6, IPV6_DSTOPTS, pad, sizeof(pad)));
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	w_check(w, s->raw[6] == IPPROTO_DSTOPTS && s->th == 48);
	w_inj(w, ACK);
	fd = w_accept(w);
	w_write(w, fd, 10);
	s = w_exp(w, ACK, .len = 10);
	w_check(w, s->raw[6] == IPPROTO_DSTOPTS && s->th == 48);
}

/* A policy of the socket's own: what goes @dir is forbidden, or has to be ESP,
 * of which there is none.
 */
static void policy(struct wire *w, int fd, int dir, bool block)
{
	struct {
		struct xfrm_userpolicy_info p;
		struct xfrm_user_tmpl t;
	} pol = {
		.p.dir = dir,
		.p.action = block ? XFRM_POLICY_BLOCK : XFRM_POLICY_ALLOW,
		.p.sel.family = w->family,
		.p.lft.soft_byte_limit = XFRM_INF,
		.p.lft.hard_byte_limit = XFRM_INF,
		.p.lft.soft_packet_limit = XFRM_INF,
		.p.lft.hard_packet_limit = XFRM_INF,
		.t.family = w->family,
		.t.id.proto = IPPROTO_ESP,
		.t.mode = XFRM_MODE_TRANSPORT,
		.t.aalgos = ~0u, .t.ealgos = ~0u, .t.calgos = ~0u,
	};
	int len = block ? sizeof(pol.p) : sizeof(pol);
	int ret;

	if (w->family == AF_INET)
		ret = setsockopt(fd, SOL_IP, IP_XFRM_POLICY, &pol, len);
	else
		ret = setsockopt(fd, SOL_IPV6, IPV6_XFRM_POLICY, &pol, len);
	if (ret)
		w_skip(w, "no IPsec policies here: %s", strerror(errno));
}

/* Plaintext does not get to a listener that wants ESP; others are as before. */
WIRE_TEST(mini_policy_listener)
{
	int block;

	for (block = 0; block < 2; block++) {
		w_listen(w, 5);
		policy(w, w->lfd, XFRM_POLICY_IN, block);
		w_inj(w, SYN);
		w_none(w);
		w_gone(w);
		close(w->lfd);
		w_flow(w, 2 * block + 1);
		w_listen(w, 5);
		w_inj(w, SYN);
		w_exp(w, SYN | ACK);
		w_inj(w, RST);
		close(w->lfd);
		w_flow(w, 2 * block + 2);
	}
}

/* Nor to a half-open connection of one, nor to a connection. */
WIRE_TEST(mini_policy_later)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
	policy(w, w->lfd, XFRM_POLICY_IN, false);
	w_inj(w, ACK, .forged = true);
	w_entry_is(w, TCP_SYN_RECV);
	w_inj(w, RST, .forged = true);
	w_entry_is(w, TCP_SYN_RECV);
	close(w->lfd);
	w->lfd = -1;

	w_flow(w, 1);
	fd = w_accepted(w);
	policy(w, fd, XFRM_POLICY_IN, false);
	w_inj(w, ACK, .len = 10, .forged = true);
	w_none(w);
	w_inj(w, RST, .forged = true);
	w_is(w, fd, TCP_ESTABLISHED);
}

/* Nor does a SYN-ACK leave where it must not. */
WIRE_TEST(mini_policy_out)
{
	w_listen(w, 5);
	policy(w, w->lfd, XFRM_POLICY_OUT, true);
	w_inj(w, SYN);
	w_none(w);
}

WIRE_MAIN
