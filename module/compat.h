/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between the kernels that lctcp builds on, and nothing
 * else.  No other file asks for a version.  What newer kernels call a thing is
 * what the source calls it; this header teaches older ones the name.  Where
 * even a signature differs, an LCTCP_ macro writes the function around ours.
 *
 * A feature that is a macro is tested by that macro, since stable and vendor
 * kernels backport; the rest goes by version.
 */
#ifndef _LCTCP_COMPAT_H
#define _LCTCP_COMPAT_H

#include <linux/version.h>
#include <linux/bpf-cgroup.h>
#include <linux/errqueue.h>
#include <linux/hrtimer.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <linux/net.h>
#include <linux/security.h>
#include <linux/skbuff.h>
#include <linux/sysctl.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <net/inet_sock.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#define LCTCP_KERNEL_GE(a, b)	(KERNEL_VERSION(a, b, 0) <= LINUX_VERSION_CODE)

#if LCTCP_KERNEL_GE(6, 5)
#include <net/gso.h>
#endif

/* 6.10: references to fragments moved to a header of their own, and so did what
 * asks a protocol about its memory
 */
#if LCTCP_KERNEL_GE(6, 10)
#include <linux/skbuff_ref.h>
#include <net/proto_memory.h>
#endif

/* ---- macros, tested as such ---- */

/* 6.16 renamed it */
#ifndef timer_container_of
#define timer_container_of(var, callback_timer, timer_fieldname) \
	from_timer(var, callback_timer, timer_fieldname)
#endif

/* 6.6: bit fields of inet_sock became bits, named in upper case */
#ifndef inet_test_bit
#define LCTCP_INET_RECVERR		recverr
#define LCTCP_INET_FREEBIND		freebind
#define LCTCP_INET_HDRINCL		hdrincl
#define LCTCP_INET_TRANSPARENT		transparent
#define LCTCP_INET_NODEFRAG		nodefrag
#define LCTCP_INET_BIND_ADDRESS_NO_PORT	bind_address_no_port
#define LCTCP_INET_DEFER_CONNECT	defer_connect
#define inet_test_bit(nr, sk)		(inet_sk(sk)->LCTCP_INET_##nr)
#define inet_assign_bit(nr, sk, val)	\
	(inet_sk(sk)->LCTCP_INET_##nr = !!(val))
#define inet_set_bit(nr, sk)		inet_assign_bit(nr, sk, 1)
#define inet_clear_bit(nr, sk)		inet_assign_bit(nr, sk, 0)
#endif

/* 6.7: the same for ipv6_pinfo */
#ifndef inet6_test_bit
#define LCTCP_INET6_RECVERR6		recverr
#define LCTCP_INET6_SNDFLOW		sndflow
#define LCTCP_INET6_REPFLOW		repflow
#define LCTCP_INET6_DONTFRAG		dontfrag
#define LCTCP_INET6_AUTOFLOWLABEL	autoflowlabel
#define inet6_test_bit(nr, sk)		(inet6_sk(sk)->LCTCP_INET6_##nr)
#define inet6_assign_bit(nr, sk, val)	\
	(inet6_sk(sk)->LCTCP_INET6_##nr = !!(val))
#endif

/* 6.7: the list of flow labels moved from ipv6_pinfo to inet_sock */
#if LCTCP_KERNEL_GE(6, 7)
#define lctcp_fl_list(sk)	(inet_sk(sk)->ipv6_fl_list)
#else
#define lctcp_fl_list(sk)	(inet6_sk(sk)->ipv6_fl_list)
#endif

/* 6.6: sysctl tables are registered by size; before, by an empty last entry,
 * which tables here always have and which the size does not count
 */
#ifdef register_net_sysctl
#define lctcp_register_sysctl(net, path, table, n) \
	register_net_sysctl_sz(net, path, table, n)
#else
#define lctcp_register_sysctl(net, path, table, n) \
	register_net_sysctl(net, path, table)
#endif

/* 6.11: handlers get their table const */
#if LCTCP_KERNEL_GE(6, 11)
#define lctcp_ctl_table		const struct ctl_table
#else
#define lctcp_ctl_table		struct ctl_table
#endif

/* 6.17: a relay channel's callback is not told of the padding any more.
 * @fn: int fn(struct rchan_buf *buf)
 */
#if LCTCP_KERNEL_GE(6, 17)
#define LCTCP_DEFINE_SUBBUF_START(name, fn)				\
static int name(struct rchan_buf *buf, void *subbuf, void *prev)	\
{									\
	return fn(buf);							\
}
#else
#define LCTCP_DEFINE_SUBBUF_START(name, fn)				\
static int name(struct rchan_buf *buf, void *subbuf, void *prev,	\
		size_t padding)						\
{									\
	return fn(buf);							\
}
#endif

/* ---- struct proto and proto_ops ---- */

/* 6.5: ioctl() fills a kernel int.  @fn: int fn(sk, cmd, int *karg) */
#if LCTCP_KERNEL_GE(6, 5)
#define LCTCP_DEFINE_IOCTL(name, fn)					\
static int name(struct sock *sk, int cmd, int *karg)			\
{									\
	return fn(sk, cmd, karg);					\
}
#else
#define LCTCP_DEFINE_IOCTL(name, fn)					\
static int name(struct sock *sk, int cmd, unsigned long arg)		\
{									\
	int val;							\
	int err = fn(sk, cmd, &val);					\
									\
	return err ? err : put_user(val, (int __user *)arg);		\
}
#endif

/* 6.10: accept() takes a structure.
 * @fn: struct sock *fn(sk, int flags, int *err)
 */
#if LCTCP_KERNEL_GE(6, 10)
#define LCTCP_DEFINE_ACCEPT(name, fn)					\
static struct sock *name(struct sock *sk, struct proto_accept_arg *arg)	\
{									\
	return fn(sk, arg->flags, &arg->err);				\
}
#else
#define LCTCP_DEFINE_ACCEPT(name, fn)					\
static struct sock *name(struct sock *sk, int flags, int *err, bool kern) \
{									\
	return fn(sk, flags, err);					\
}
#endif

/* 6.10: and so does that of the sockets API.
 * @fn: int fn(newsock, int err), where err is what inet_accept() said
 */
#if LCTCP_KERNEL_GE(6, 10)
#define LCTCP_DEFINE_INET_ACCEPT(name, fn)				\
static int name(struct socket *sock, struct socket *newsock,		\
		struct proto_accept_arg *arg)				\
{									\
	return fn(newsock, inet_accept(sock, newsock, arg));		\
}
#else
#define LCTCP_DEFINE_INET_ACCEPT(name, fn)				\
static int name(struct socket *sock, struct socket *newsock, int flags,	\
		bool kern)						\
{									\
	return fn(newsock, inet_accept(sock, newsock, flags, kern));	\
}
#endif

/* 7.1: recvmsg() and inet_recv_error() lost the length of the address.
 * @fn: int fn(sk, msg, size_t len, int flags)
 */
#if LCTCP_KERNEL_GE(7, 1)
#define LCTCP_DEFINE_RECVMSG(name, fn)					\
static int name(struct sock *sk, struct msghdr *msg, size_t len, int flags) \
{									\
	return fn(sk, msg, len, flags);					\
}

#define lctcp_recv_error(sk, msg, len)	inet_recv_error(sk, msg, len)
#else
#define LCTCP_DEFINE_RECVMSG(name, fn)					\
static int name(struct sock *sk, struct msghdr *msg, size_t len, int flags, \
		int *addr_len)						\
{									\
	int ret;							\
									\
	msg->msg_namelen = 0;						\
	ret = fn(sk, msg, len, flags);					\
	*addr_len = msg->msg_namelen;					\
	return ret;							\
}

#define lctcp_recv_error(sk, msg, len)					\
	inet_recv_error(sk, msg, len, &(msg)->msg_namelen)
#endif

/* 6.19: the address that connect() and bind() get */
#if LCTCP_KERNEL_GE(6, 19)
#define lctcp_sockaddr		sockaddr_unsized
#else
#define lctcp_sockaddr		sockaddr
#endif

/* 6.7: the hooks of BPF may change the length of the address */
#if LCTCP_KERNEL_GE(6, 7)
#define lctcp_bpf_connect4(sk, uaddr, len) \
	BPF_CGROUP_RUN_PROG_INET4_CONNECT(sk, uaddr, &(len))
#define lctcp_bpf_connect6(sk, uaddr, len) \
	BPF_CGROUP_RUN_PROG_INET6_CONNECT(sk, uaddr, &(len))
#else
#define lctcp_bpf_connect4(sk, uaddr, len) \
	BPF_CGROUP_RUN_PROG_INET4_CONNECT(sk, uaddr)
#define lctcp_bpf_connect6(sk, uaddr, len) \
	BPF_CGROUP_RUN_PROG_INET6_CONNECT(sk, uaddr)
#endif

/* 6.5: a program's own pages are queued by a flag of sendmsg(); before, they are
 * copied.  7.0: the memory is taken as the socket takes it.
 */
#if !LCTCP_KERNEL_GE(6, 5)
#define LCTCP_MSG_SPLICE_PAGES		0
#define LCTCP_MSG_NO_SHARED_FRAGS	0
#define lctcp_splice_from_iter(skb, iter, n, gfp)	(-EAGAIN)
#else
#define LCTCP_MSG_SPLICE_PAGES		MSG_SPLICE_PAGES
#define LCTCP_MSG_NO_SHARED_FRAGS	MSG_NO_SHARED_FRAGS
#if LCTCP_KERNEL_GE(7, 0)
#define lctcp_splice_from_iter(skb, iter, n, gfp) \
	skb_splice_from_iter(skb, iter, n)
#else
#define lctcp_splice_from_iter(skb, iter, n, gfp) \
	skb_splice_from_iter(skb, iter, n, gfp)
#endif
#endif

/* 6.16: the memory of MSG_ZEROCOPY may be a device's.  Before 6.5, where only
 * MPTCP may look at options of SOL_SOCKET, no socket of ours gets SO_ZEROCOPY.
 */
#if LCTCP_KERNEL_GE(6, 16)
#define lctcp_zerocopy_realloc(sk, n, uarg) \
	msg_zerocopy_realloc(sk, n, uarg, false)
#define lctcp_zerocopy_from_iter(sk, skb, msg, n, uarg) \
	skb_zerocopy_iter_stream(sk, skb, msg, n, uarg, NULL)
#else
#define lctcp_zerocopy_realloc(sk, n, uarg) \
	msg_zerocopy_realloc(sk, n, uarg)
#define lctcp_zerocopy_from_iter(sk, skb, msg, n, uarg) \
	skb_zerocopy_iter_stream(sk, skb, msg, n, uarg)
#endif

/* What divides options of SOL_SOCKET between a protocol and the kernel: a flag
 * of the socket.  Where there is none they are the kernel's alone.
 */
#ifdef SOCK_CUSTOM_SOCKOPT
#define lctcp_own_sol_socket(sock) \
	set_bit(SOCK_CUSTOM_SOCKOPT, &(sock)->flags)
#else
#define lctcp_own_sol_socket(sock)	do { } while (0)
#endif

/* Who has MSG_SPLICE_PAGES tells when a file ends before what was announced with
 * MSG_MORE
 */
#ifdef MSG_SPLICE_PAGES
#define LCTCP_SPLICE_EOF(fn)	.splice_eof = fn,
#else
#define LCTCP_SPLICE_EOF(fn)
#endif

/* 6.6: a proto says where its ipv6_pinfo is; before, at the very end */
#if LCTCP_KERNEL_GE(6, 6)
#define LCTCP_PINFO_OFFSET(type, member) \
	.ipv6_pinfo_offset = offsetof(type, member),
#else
#define LCTCP_PINFO_OFFSET(type, member)
#endif

/* 6.2: what puts an ICMP error into a socket's error queue is exported */
#if LCTCP_KERNEL_GE(6, 2)
#define lctcp_ip_icmp_error	ip_icmp_error
#define lctcp_ipv6_icmp_error	ipv6_icmp_error
#else
static inline void lctcp_queue_icmp(struct sock *sk, struct sk_buff *skb,
				    const struct sock_extended_err *ee,
				    u16 addr_offset, __be16 port,
				    const u8 *text)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);
	struct sock_exterr_skb *told;

	if (!copy)
		return;
	told = SKB_EXT_ERR(copy);
	told->ee = *ee;
	told->addr_offset = addr_offset;
	told->port = port;
	if (!pskb_pull(copy, text - copy->data))
		goto drop;
	skb_reset_transport_header(copy);
	if (!sock_queue_err_skb(sk, copy))
		return;
drop:
	kfree_skb(copy);
}

static inline void lctcp_ip_icmp_error(struct sock *sk, struct sk_buff *skb,
				       int err, __be16 port, u32 info, u8 *text)
{
	const struct icmphdr *icmp = icmp_hdr(skb);
	const struct iphdr *quoted = (const struct iphdr *)(icmp + 1);
	const struct sock_extended_err ee = {
		.ee_errno	= err,
		.ee_origin	= SO_EE_ORIGIN_ICMP,
		.ee_type	= icmp->type,
		.ee_code	= icmp->code,
		.ee_info	= info,
	};

	lctcp_queue_icmp(sk, skb, &ee,
			 (u8 *)&quoted->daddr - skb_network_header(skb), port,
			 text);
}

#if IS_ENABLED(CONFIG_IPV6)
static inline void lctcp_ipv6_icmp_error(struct sock *sk, struct sk_buff *skb,
					 int err, __be16 port, u32 info,
					 u8 *text)
{
	const struct icmp6hdr *icmp = icmp6_hdr(skb);
	const struct ipv6hdr *quoted = (const struct ipv6hdr *)(icmp + 1);
	const struct sock_extended_err ee = {
		.ee_errno	= err,
		.ee_origin	= SO_EE_ORIGIN_ICMP6,
		.ee_type	= icmp->icmp6_type,
		.ee_code	= icmp->icmp6_code,
		.ee_info	= info,
	};

	lctcp_queue_icmp(sk, skb, &ee,
			 (u8 *)&quoted->daddr - skb_network_header(skb), port,
			 text);
}
#endif
#endif

/* ---- small things ---- */

/* 6.2: a socket whose route is looked up may be const */
#define lctcp_dst(sk)	__sk_dst_get((struct sock *)(sk))

/* 6.13: a timer gets its function when it is made */
#if !LCTCP_KERNEL_GE(6, 13)
#define hrtimer_setup(timer, fn, clock, mode)				\
do {									\
	struct hrtimer *lctcp_timer_ = (timer);				\
									\
	hrtimer_init(lctcp_timer_, clock, mode);			\
	lctcp_timer_->function = (fn);					\
} while (0)
#endif

/* 6.17: the owner became a function of its own */
#if LCTCP_KERNEL_GE(6, 17)
#define lctcp_sk_uid(sk)	sk_uid(sk)
#else
#define lctcp_sk_uid(sk)	((sk)->sk_uid)
#endif

/* 6.18: counted in another place */
#if LCTCP_KERNEL_GE(6, 18)
#define lctcp_sk_drops_inc(sk)	sk_drops_inc(sk)
#define lctcp_sk_drops(sk)	sk_drops_read(sk)
#else
#define lctcp_sk_drops_inc(sk)	atomic_inc(&(sk)->sk_drops)
#define lctcp_sk_drops(sk)	atomic_read(&(sk)->sk_drops)
#endif

/* 6.3: classifying a flow takes a const socket */
#define lctcp_sk_classify_flow(sk, fl) \
	security_sk_classify_flow((struct sock *)(sk), fl)

/* 6.9: who registers at inet_diag is named */
#if LCTCP_KERNEL_GE(6, 9)
#define LCTCP_DIAG_OWNER	.owner = THIS_MODULE,
#else
#define LCTCP_DIAG_OWNER
#endif

/* 6.18: its filter gets the data of the dump */
#if LCTCP_KERNEL_GE(6, 18)
#define lctcp_diag_passes(cb, bc, sk)	inet_diag_bc_sk((cb)->data, sk)
#else
#define lctcp_diag_passes(cb, bc, sk)	inet_diag_bc_sk(bc, sk)
#endif

/* 6.10: the clock of a delivery time has a name */
#if !LCTCP_KERNEL_GE(6, 10)
#define SKB_CLOCK_MONOTONIC	true
#endif

#if IS_ENABLED(CONFIG_IPV6)
/* 6.18: the last two arguments, addresses before, are booleans; none is NULL,
 * which is false as well
 */
#define lctcp_ip6_dst_store(sk, dst)	ip6_dst_store(sk, dst, NULL, NULL)
#endif

#endif /* _LCTCP_COMPAT_H */
