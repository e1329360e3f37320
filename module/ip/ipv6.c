// SPDX-License-Identifier: GPL-2.0
/*
 * IPv6: the counterpart of ipv4.c.
 *
 * A socket's flow is kept in inet->cork.fl and filled in by whoever routes
 * it; kernels differ in whether inet6_csk_xmit() rebuilds it, so segments go
 * by ip6_xmit() itself.  So do segments of minis and resets, in the name of the
 * listener or socket that they are for, or else of a raw socket of the
 * namespace.
 *
 * Flow labels come from a hash of the four-tuple, so that SYN-ACKs, sockets
 * and TIME_WAIT send the same one (RFC 6437 section 3).
 */
#include <linux/icmpv6.h>
#include <net/gro.h>
#include <net/inet_common.h>
#include <net/inet_ecn.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include <net/protocol.h>
#include <net/transp_v6.h>

#include "icmp.h"
#include "input.h"
#include "ip.h"
#include "looks.h"
#include "socket.h"

static void lctcp_v6_tuple(const struct sk_buff *skb, struct lctcp_tuple *t)
{
	const struct ipv6hdr *iph = ipv6_hdr(skb);
	const struct tcphdr *th = tcp_hdr(skb);

	t->net = dev_net(skb->dev);
	t->family = AF_INET6;
	t->l6 = &iph->daddr;
	t->r6 = &iph->saddr;
	t->lport = ntohs(th->dest);
	t->rport = th->source;
	t->dev_if = inet6_iif(skb);
	t->sdif = inet6_sdif(skb);
}

static void lctcp_v6_pseudo(const struct lctcp_flow *flow, u32 len,
			    __wsum *sum)
{
	*sum = csum_unfold(~csum_ipv6_magic(&flow->a6.laddr, &flow->a6.raddr,
					    len, lctcp_protocol, 0));
}

static __wsum lctcp_v6_ent_pseudo(const struct lctcp_ent *ent, u32 len)
{
	return csum_unfold(~csum_ipv6_magic(&ent->a6->laddr, &ent->a6->raddr,
					    len, lctcp_protocol, 0));
}

static void lctcp_v6_packet_sum(const void *packet, u32 len, __sum16 *check)
{
	const struct ipv6hdr *iph = packet;

	*check = ~csum_ipv6_magic(&iph->saddr, &iph->daddr, len,
				  lctcp_protocol, 0);
}

/* With extension headers ours would not be where it is looked for. */
static bool lctcp_v6_gro_ok(struct sk_buff *skb)
{
	const struct ipv6hdr *iph = skb_gro_network_header(skb);

	return iph->nexthdr == lctcp_protocol &&
	       !skb_gro_checksum_validate(skb, lctcp_protocol,
					  ip6_gro_compute_pseudo);
}

static bool lctcp_v6_csum_ok(struct sk_buff *skb)
{
	if (lctcp_sum_here(skb))
		return lctcp_sum_ok(skb, ip6_compute_pseudo(skb, lctcp_protocol));
	return !skb_checksum_validate(skb, lctcp_protocol, ip6_compute_pseudo);
}

/* RFC 9293 MUST-57 and MUST-63 */
static bool lctcp_v6_reply_ok(const struct sk_buff *skb)
{
	const struct in6_addr *src = &ipv6_hdr(skb)->saddr;

	return skb->pkt_type == PACKET_HOST && skb_dst(skb) &&
	       ipv6_unicast_destination(skb) && !ipv6_addr_any(src) &&
	       !ipv6_addr_is_multicast(src);
}

/* Route a socket by its addresses, of which the local one may still be
 * unspecified, into cork.fl and the socket's route cache.
 */
static int lctcp_v6_rebuild(struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);
	struct flowi6 *fl6 = &inet->cork.fl.u.ip6;
	struct ipv6_pinfo *np = inet6_sk(sk);
	struct in6_addr *final_p, final;
	struct dst_entry *dst;

	memset(fl6, 0, sizeof(*fl6));
	fl6->flowi6_proto = sk->sk_protocol;
	fl6->daddr = sk->sk_v6_daddr;
	fl6->saddr = np->saddr;
	fl6->flowlabel = ip6_make_flowinfo(np->tclass, np->flow_label);
	fl6->flowi6_oif = sk->sk_bound_dev_if;
	fl6->flowi6_mark = READ_ONCE(sk->sk_mark);
	fl6->fl6_sport = inet->inet_sport;
	fl6->fl6_dport = inet->inet_dport;
	fl6->flowi6_uid = lctcp_sk_uid(sk);

	rcu_read_lock();
	final_p = fl6_update_dst(fl6, rcu_dereference(np->opt), &final);
	rcu_read_unlock();
	lctcp_sk_classify_flow(sk, flowi6_to_flowi_common(fl6));

	dst = ip6_dst_lookup_flow(sock_net(sk), sk, fl6, final_p);
	if (IS_ERR(dst))
		return PTR_ERR(dst);
	fl6->daddr = sk->sk_v6_daddr;
	lctcp_ip6_dst_store(sk, dst);
	return 0;
}

/* The socket's route, looked up anew if it has become stale. */
static struct dst_entry *lctcp_v6_dst(struct sock *sk)
{
	struct dst_entry *dst = __sk_dst_check(sk, inet6_sk(sk)->dst_cookie);
	int err;

	if (dst)
		return dst;
	err = lctcp_v6_rebuild(sk);
	return err ? ERR_PTR(err) : __sk_dst_get(sk);
}

static int lctcp_v6_xmit(struct sock *sk, struct sk_buff *skb)
{
	struct ipv6_pinfo *np = inet6_sk(sk);
	struct dst_entry *dst;
	int err;

	rcu_read_lock();
	dst = lctcp_v6_dst(sk);
	if (IS_ERR(dst)) {
		rcu_read_unlock();
		kfree_skb(skb);
		return PTR_ERR(dst);
	}
	skb_dst_set_noref(skb, dst);
	err = ip6_xmit(sk, skb, &inet_sk(sk)->cork.fl.u.ip6,
		       READ_ONCE(sk->sk_mark), rcu_dereference(np->opt),
		       np->tclass, READ_ONCE(sk->sk_priority));
	rcu_read_unlock();
	return err;
}

/* The route of what is sent without a socket, or in the name of one; also the
 * flow to send it by.  Context: rcu_read_lock().
 */
static struct dst_entry *lctcp_v6_route_flow(const struct lctcp_flow *flow,
					     const struct sk_buff *skb,
					     struct flowi6 *fl6)
{
	const struct sock *sk = flow->sk;
	struct in6_addr *final_p = NULL, final;
	struct dst_entry *dst;
	__be32 label = flow->label;
	u8 tos = flow->tos;

	memset(fl6, 0, sizeof(*fl6));
	fl6->flowi6_proto = lctcp_protocol;
	fl6->daddr = flow->a6.raddr;
	fl6->saddr = flow->a6.laddr;
	fl6->flowi6_oif = flow->oif;
	fl6->flowi6_mark = flow->mark;
	fl6->fl6_sport = flow->lport;
	fl6->fl6_dport = flow->rport;
	if (sk) {
		tos = READ_ONCE(inet6_sk(sk)->tclass);
		label = label ?: inet6_sk(sk)->flow_label & IPV6_FLOWLABEL_MASK;
		fl6->flowi6_uid = lctcp_sk_uid(sk);
		final_p = fl6_update_dst(fl6,
					 rcu_dereference(inet6_sk(sk)->opt),
					 &final);
		lctcp_sk_classify_flow(sk, flowi6_to_flowi_common(fl6));
	} else {
		fl6->flowi6_uid = sock_net_uid(flow->net, NULL);
		security_skb_classify_flow((struct sk_buff *)skb,
					   flowi6_to_flowi_common(fl6));
	}
	fl6->flowlabel = ip6_make_flowinfo(tos, label);
	dst = ip6_dst_lookup_flow(flow->net, sk ?: lctcp_net(flow->net)->ctl6,
				  fl6, final_p);
	fl6->daddr = flow->a6.raddr;
	return dst;
}

static int lctcp_v6_xmit_flow(const struct lctcp_flow *flow,
			      struct sk_buff *skb)
{
	u32 priority = flow->priority;
	struct ipv6_txoptions *opt = NULL;
	struct sock *sk = flow->sk;
	struct dst_entry *dst;
	u8 tos = flow->tos;
	struct flowi6 fl6;
	int err;

	rcu_read_lock();
	dst = lctcp_v6_route_flow(flow, skb, &fl6);
	if (IS_ERR(dst)) {
		rcu_read_unlock();
		kfree_skb(skb);
		return PTR_ERR(dst);
	}
	skb_dst_set(skb, dst);
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	if (sk) {
		priority = READ_ONCE(sk->sk_priority);
		tos = READ_ONCE(inet6_sk(sk)->tclass);
		opt = rcu_dereference(inet6_sk(sk)->opt);
	}
	sk = lctcp_flow_owner(flow, skb, lctcp_net(flow->net)->ctl6);
	err = ip6_xmit(sk, skb, &fl6, flow->mark, opt, tos, priority);
	rcu_read_unlock();
	return err;
}

static void lctcp_v6_reflect(const struct sk_buff *skb, struct lctcp_flow *flow)
{
	flow->mark = lctcp_reply_mark(flow->net, skb);
	if (READ_ONCE(flow->net->ipv6.sysctl.flowlabel_reflect) &
	    FLOWLABEL_REFLECT_TCP_RESET)
		flow->label = ip6_flowlabel(ipv6_hdr(skb));
}

static int lctcp_v6_route_req(const struct lctcp_flow *flow)
{
	struct dst_entry *dst;
	struct flowi6 fl6;
	int mss;

	rcu_read_lock();
	dst = lctcp_v6_route_flow(flow, NULL, &fl6);
	rcu_read_unlock();
	if (IS_ERR(dst))
		return PTR_ERR(dst);
	mss = lctcp_route_mss(dst, sizeof(struct ipv6hdr));
	dst_release(dst);
	return mss;
}

/* A destination ::ffff:a.b.c.d: from here on the socket speaks IPv4. */
static int lctcp_v6_connect_mapped(struct sock *sk,
				   const struct sockaddr_in6 *sin6)
{
	struct sockaddr_in sin = {
		.sin_family	= AF_INET,
		.sin_port	= sin6->sin6_port,
		.sin_addr.s_addr = sin6->sin6_addr.s6_addr32[3],
	};
	int err;

	if (ipv6_only_sock(sk))
		return -ENETUNREACH;
	if (!ipv6_addr_any(&sk->sk_v6_rcv_saddr) &&
	    !ipv6_addr_v4mapped(&sk->sk_v6_rcv_saddr))
		return -EAFNOSUPPORT;	/* bound to a real IPv6 address */

	err = lctcp_ipv4_ops.connect(sk, &sin, sizeof(sin));
	if (err)
		return err;
	lctcp_sk(sk)->af = &lctcp_ipv4_ops;
	inet6_sk(sk)->saddr = sk->sk_v6_rcv_saddr;
	return 0;
}

/* A link-local address means nothing without an interface. */
static int lctcp_v6_connect_scope(struct sock *sk,
				  const struct sockaddr_in6 *sin6, int addr_len)
{
	if (addr_len >= (int)sizeof(*sin6) && sin6->sin6_scope_id) {
		if (!sk_dev_equal_l3scope(sk, sin6->sin6_scope_id))
			return -EINVAL;
		sk->sk_bound_dev_if = sin6->sin6_scope_id;
	}
	return sk->sk_bound_dev_if ? 0 : -EINVAL;
}

/* The flow label a program asks for must be one it has leased. */
static int lctcp_v6_connect_label(struct sock *sk,
				  const struct sockaddr_in6 *sin6)
{
	struct ip6_flowlabel *lease;
	__be32 label = 0;

	if (inet6_test_bit(SNDFLOW, sk)) {
		label = sin6->sin6_flowinfo & IPV6_FLOWINFO_MASK;
		IP6_ECN_flow_init(label);
		if (label & IPV6_FLOWLABEL_MASK) {
			lease = fl6_sock_lookup(sk, label);
			if (IS_ERR(lease))
				return -EINVAL;
			fl6_sock_release(lease);
		}
	}
	inet6_sk(sk)->flow_label = label;
	return 0;
}

static int lctcp_v6_connect(struct sock *sk, const void *uaddr, int addr_len)
{
	const struct sockaddr_in6 *usin6 = uaddr;
	struct ipv6_pinfo *np = inet6_sk(sk);
	struct sockaddr_in6 sin6 = {};
	int type, err;

	if (addr_len < SIN6_LEN_RFC2133)
		return -EINVAL;
	if (usin6->sin6_family != AF_INET6)
		return -EAFNOSUPPORT;
	memcpy(&sin6, usin6, min_t(int, addr_len, sizeof(sin6)));

	err = lctcp_v6_connect_label(sk, &sin6);
	if (err)
		return err;

	/* :: means this host, as 0.0.0.0 does */
	if (ipv6_addr_any(&sin6.sin6_addr)) {
		if (ipv6_addr_v4mapped(&sk->sk_v6_rcv_saddr))
			ipv6_addr_set_v4mapped(htonl(INADDR_LOOPBACK),
					       &sin6.sin6_addr);
		else
			sin6.sin6_addr = in6addr_loopback;
	}
	type = ipv6_addr_type(&sin6.sin6_addr);
	if (type & IPV6_ADDR_MAPPED)
		return lctcp_v6_connect_mapped(sk, &sin6);
	if (type & IPV6_ADDR_MULTICAST)
		return -ENETUNREACH;
	if (type & IPV6_ADDR_LINKLOCAL) {
		err = lctcp_v6_connect_scope(sk, &sin6, addr_len);
		if (err)
			return err;
	}

	sk->sk_v6_daddr = sin6.sin6_addr;
	inet_sk(sk)->inet_dport = sin6.sin6_port;
	if (!ipv6_addr_any(&sk->sk_v6_rcv_saddr))
		np->saddr = sk->sk_v6_rcv_saddr;
	err = lctcp_v6_rebuild(sk);
	if (err) {
		inet_sk(sk)->inet_dport = 0;
		return err;
	}
	np->saddr = inet_sk(sk)->cork.fl.u.ip6.saddr;
	sk->sk_v6_rcv_saddr = np->saddr;
	inet_sk(sk)->inet_rcv_saddr = LOOPBACK4_IPV6;
	lctcp_sk(sk)->af = &lctcp_ipv6_ops;
	return 0;
}

static int lctcp_v6_ext_len(struct sock *sk)
{
	const struct ipv6_txoptions *opt;
	int len = 0;

	rcu_read_lock();
	opt = rcu_dereference(inet6_sk(sk)->opt);
	if (opt)
		len = opt->opt_flen + opt->opt_nflen;
	rcu_read_unlock();
	return len;
}

/* Routers cut nothing to pieces here, so DONT is as WANT. */
static bool lctcp_v6_takes_pmtu(const struct sock *sk)
{
	return ip6_sk_accept_pmtu(sk);
}

static int lctcp_v6_mtu(struct sock *sk)
{
	const struct dst_entry *dst;
	int mtu = IPV6_MIN_MTU;

	rcu_read_lock();
	dst = lctcp_v6_dst(sk);
	if (!IS_ERR(dst))
		mtu = dst_mtu(dst);
	rcu_read_unlock();
	return mtu - lctcp_v6_ext_len(sk);
}

void lctcp_child_pinfo(struct sock *child)
{
	struct ipv6_pinfo *np = &((struct lctcp6_sock *)child)->inet6;

	inet_sk(child)->pinet6 = np;
	RCU_INIT_POINTER(lctcp_fl_list(child), NULL);
	RCU_INIT_POINTER(np->ipv6_mc_list, NULL);
	RCU_INIT_POINTER(np->opt, NULL);
	np->ipv6_ac_list = NULL;
	np->pktoptions = NULL;
	np->rxpmtu = NULL;
	np->saddr = child->sk_v6_rcv_saddr;
	np->flow_label = 0;
}

static void lctcp_v6_child_init(struct sock *child, const struct sock *listener,
				const struct lctcp_req *req,
				const struct sk_buff *skb)
{
	const struct lctcp_ent *ent = &req->ent;
	struct inet_sock *inet = inet_sk(child);
	struct ipv6_txoptions *opt;
	struct ipv6_pinfo *np;

	lctcp_sk(child)->af = &lctcp_ipv6_ops;
	child->sk_v6_daddr = ent->a6->raddr;
	child->sk_v6_rcv_saddr = ent->a6->laddr;
	inet->inet_daddr = LOOPBACK4_IPV6;
	inet->inet_saddr = LOOPBACK4_IPV6;
	inet->inet_rcv_saddr = LOOPBACK4_IPV6;
	inet->inet_dport = ent->rport;
	inet->inet_sport = htons(ent->lport);
	inet->inet_num = ent->lport;
	if (ent->dev_if)
		child->sk_bound_dev_if = ent->dev_if;
	RCU_INIT_POINTER(inet->inet_opt, NULL);
	RCU_INIT_POINTER(inet->mc_list, NULL);

	lctcp_child_pinfo(child);
	np = inet6_sk(child);
	np->mcast_oif = inet6_iif(skb);
	np->mcast_hops = ipv6_hdr(skb)->hop_limit;
	np->rcv_flowinfo = ip6_flowinfo(ipv6_hdr(skb));
	if (inet6_test_bit(REPFLOW, listener))
		np->flow_label = ip6_flowlabel(ipv6_hdr(skb));

	rcu_read_lock();
	opt = rcu_dereference(inet6_sk(listener)->opt);
	if (opt)
		RCU_INIT_POINTER(np->opt, ipv6_dup_options(child, opt));
	rcu_read_unlock();

	lctcp_v6_rebuild(child);	/* if it fails, xmit routes later */
}

static bool lctcp_v6_recverr(const struct sock *sk)
{
	return inet6_test_bit(RECVERR6, sk);
}

static void lctcp_v6_queue_icmp(struct sock *sk, struct sk_buff *skb, int err,
				u32 info, u8 *text)
{
	lctcp_ipv6_icmp_error(sk, skb, err, inet_sk(sk)->inet_dport, info, text);
}

const struct lctcp_af_ops lctcp_ipv6_ops = {
	.family		= AF_INET6,
	.hdr_len	= sizeof(struct ipv6hdr),
	.mss_default	= LCTCP_MSS_DEFAULT_V6,
	.gso_type	= LCTCP_GSO_V6,
	.tuple		= lctcp_v6_tuple,
	.pseudo		= lctcp_v6_pseudo,
	.ent_pseudo	= lctcp_v6_ent_pseudo,
	.packet_sum	= lctcp_v6_packet_sum,
	.csum_ok	= lctcp_v6_csum_ok,
	.gro_ok		= lctcp_v6_gro_ok,
	.offloads	= inet6_offloads,
	.reply_ok	= lctcp_v6_reply_ok,
	.xmit		= lctcp_v6_xmit,
	.xmit_flow	= lctcp_v6_xmit_flow,
	.reflect	= lctcp_v6_reflect,
	.route_req	= lctcp_v6_route_req,
	.connect	= lctcp_v6_connect,
	.rebuild	= lctcp_v6_rebuild,
	.mtu		= lctcp_v6_mtu,
	.ext_len	= lctcp_v6_ext_len,
	.takes_pmtu	= lctcp_v6_takes_pmtu,
	.recverr	= lctcp_v6_recverr,
	.queue_icmp	= lctcp_v6_queue_icmp,
	.child_init	= lctcp_v6_child_init,
};

static int lctcp_v6_err(struct sk_buff *skb, struct inet6_skb_parm *parm,
			u8 type, u8 code, int offset, __be32 info)
{
	struct lctcp_quote q;
	u32 mtu = 0;
	bool hard;
	int err;

	lctcp_tuple_of_quote(skb, AF_INET6, offset, &q);
	if (type == NDISC_REDIRECT) {
		if (lctcp_icmp_genuine(&q))
			ip6_redirect(skb, q.t.net, skb->dev->ifindex, 0,
				     sock_net_uid(q.t.net, NULL));
		return 0;
	}
	hard = icmpv6_err_convert(type, code, &err);
	if (type == ICMPV6_PKT_TOOBIG) {
		mtu = ntohl(info);
		if (mtu < IPV6_MIN_MTU)
			return 0;
	} else if (type == ICMPV6_PARAMPROB) {
		/* Soft by RFC 9293 MUST-56, but for a peer that does not know
		 * our protocol at all (D10).
		 */
		hard = code == ICMPV6_UNK_NEXTHDR &&
		       READ_ONCE(lctcp_net(q.t.net)->sysctl.connect_icmp);
	}
	lctcp_icmp_error(&q, err, hard, mtu);
	return 0;
}

static int lctcp_v6_rcv(struct sk_buff *skb)
{
	lctcp_rcv(skb, &lctcp_ipv6_ops);
	return 0;	/* anything else would mean another header */
}

/* Complete, but for "secret", as in ipv4.c. */
static const struct inet6_protocol lctcp_v6_handler = {
	.handler	= lctcp_v6_rcv,
	.err_handler	= lctcp_v6_err,
	.flags		= INET6_PROTO_NOPOLICY | INET6_PROTO_FINAL,
};

/* No flags, as in ipv4.c. */
static struct inet_protosw lctcp_v6_protosw = {
	.type		= SOCK_STREAM,
	.prot		= &lctcp6_prot,
	.ops		= &lctcp6_stream_ops,
};

int lctcp_ipv6_init(void)
{
	if (!ipv6_mod_enabled())
		return 0;
	return inet6_add_protocol(&lctcp_v6_handler, lctcp_protocol) ? -EEXIST :
								       0;
}

int lctcp_ipv6_open(void)
{
	if (!ipv6_mod_enabled())
		return 0;
	lctcp_v6_protosw.protocol = lctcp_protocol;
	return inet6_register_protosw(&lctcp_v6_protosw);
}

void lctcp_ipv6_close(void)
{
	if (ipv6_mod_enabled())
		inet6_unregister_protosw(&lctcp_v6_protosw);
}

void lctcp_ipv6_exit(void)
{
	if (!ipv6_mod_enabled())
		return;
	inet6_del_protocol(&lctcp_v6_handler, lctcp_protocol);
}

int lctcp_ipv6_net_init(struct lctcp_net *ln)
{
	if (!ipv6_mod_enabled())
		return 0;
	return inet_ctl_sock_create(&ln->ctl6, PF_INET6, SOCK_RAW,
				    lctcp_protocol, ln->net);
}

void lctcp_ipv6_net_exit(struct lctcp_net *ln)
{
	if (ln->ctl6)
		inet_ctl_sock_destroy(ln->ctl6);
}
