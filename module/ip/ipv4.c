// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4: who sent a segment, how ours travel, and what ICMP says about them.
 *
 * Segments of a socket go by ip_queue_xmit(), which takes the addresses from
 * inet->cork.fl: whoever routes a socket fills that in.  Segments of minis
 * and resets get their header here and are sent in the name of the listener
 * or socket that they are for, or else of a raw socket of the namespace.
 */
#include <linux/icmp.h>
#include <net/icmp.h>
#include <net/gro.h>
#include <net/inet_common.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>
#include <net/protocol.h>
#include <net/route.h>

#include "icmp.h"
#include "input.h"
#include "ip.h"
#include "looks.h"
#include "socket.h"

static void lctcp_v4_tuple(const struct sk_buff *skb, struct lctcp_tuple *t)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *th = tcp_hdr(skb);

	t->net = dev_net(skb->dev);
	t->family = AF_INET;
	t->l4 = iph->daddr;
	t->r4 = iph->saddr;
	t->lport = ntohs(th->dest);
	t->rport = th->source;
	t->dev_if = inet_iif(skb);
	t->sdif = inet_sdif(skb);
}

static void lctcp_v4_pseudo(const struct lctcp_flow *flow, u32 len,
			    __wsum *sum)
{
	*sum = csum_tcpudp_nofold(flow->l4, flow->r4, len, lctcp_protocol, 0);
}

static __wsum lctcp_v4_ent_pseudo(const struct lctcp_ent *ent, u32 len)
{
	return csum_tcpudp_nofold(ent->laddr, ent->raddr, len, lctcp_protocol,
				  0);
}

static void lctcp_v4_packet_sum(const void *packet, u32 len, __sum16 *check)
{
	const struct iphdr *iph = packet;

	*check = ~csum_tcpudp_magic(iph->saddr, iph->daddr, len,
				    lctcp_protocol, 0);
}

static bool lctcp_v4_gro_ok(struct sk_buff *skb)
{
	return !skb_gro_checksum_validate(skb, lctcp_protocol,
					  inet_gro_compute_pseudo);
}

static bool lctcp_v4_csum_ok(struct sk_buff *skb)
{
	if (lctcp_sum_here(skb))
		return lctcp_sum_ok(skb, inet_compute_pseudo(skb, lctcp_protocol));
	return !skb_checksum_validate(skb, lctcp_protocol, inet_compute_pseudo);
}

/* RFC 9293 MUST-57 and MUST-63.  IP has already refused most sources; a
 * broadcast address of a subnet is what is left.
 */
static bool lctcp_v4_reply_ok(const struct sk_buff *skb)
{
	const struct rtable *rt = skb_rtable(skb);
	unsigned int src;

	if (skb->pkt_type != PACKET_HOST || !rt || rt->rt_type != RTN_LOCAL)
		return false;
	src = inet_addr_type_dev_table(dev_net(skb->dev), skb->dev,
				       ip_hdr(skb)->saddr);
	return src == RTN_UNICAST || src == RTN_LOCAL;
}

static int lctcp_v4_xmit(struct sock *sk, struct sk_buff *skb)
{
	return ip_queue_xmit(sk, skb, &inet_sk(sk)->cork.fl);
}

/* The route of what is sent without a socket, or in the name of one. */
static struct rtable *lctcp_v4_route_flow(const struct lctcp_flow *flow,
					  const struct sk_buff *skb)
{
	const struct sock *sk = flow->sk ?: lctcp_net(flow->net)->ctl4;
	u8 tos = flow->sk ? READ_ONCE(inet_sk(sk)->tos) : flow->tos;
	u8 flags = inet_sk_flowi_flags(sk);
	struct flowi4 fl4 = {};
	struct rtable *rt;

	if (flow->transparent)
		flags |= FLOWI_FLAG_ANYSRC;
	flowi4_init_output(&fl4, flow->oif, flow->mark, tos & INET_DSCP_MASK,
			   ip_sock_rt_scope(sk), lctcp_protocol, flags,
			   flow->r4, flow->l4, flow->rport, flow->lport,
			   flow->sk ? lctcp_sk_uid(sk) :
				      sock_net_uid(flow->net, NULL));
	if (flow->sk)
		lctcp_sk_classify_flow(sk, flowi4_to_flowi_common(&fl4));
	else
		security_skb_classify_flow((struct sk_buff *)skb,
					   flowi4_to_flowi_common(&fl4));
	rt = ip_route_output_flow(flow->net, &fl4, sk);
	if (IS_ERR(rt))
		IP_INC_STATS(flow->net, IPSTATS_MIB_OUTNOROUTES);
	return rt;
}

static int lctcp_v4_xmit_flow(const struct lctcp_flow *flow,
			      struct sk_buff *skb)
{
	struct sock *sk = flow->sk;
	struct iphdr *iph;
	struct rtable *rt;
	int ttl = -1;

	rt = lctcp_v4_route_flow(flow, skb);
	if (IS_ERR(rt)) {
		kfree_skb(skb);
		return PTR_ERR(rt);
	}
	skb_dst_set(skb, &rt->dst);
	if (sk)
		ttl = READ_ONCE(inet_sk(sk)->uc_ttl);

	skb_push(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	iph = ip_hdr(skb);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = sk ? READ_ONCE(inet_sk(sk)->tos) : flow->tos;
	iph->id = 0;			/* RFC 6864: atomic */
	iph->frag_off = htons(IP_DF);
	iph->ttl = ttl < 0 ? ip4_dst_hoplimit(&rt->dst) : ttl;
	iph->protocol = lctcp_protocol;
	iph->saddr = flow->l4;
	iph->daddr = flow->r4;
	/* as IP does it for a socket; the ID depends on the addresses */
	if (unlikely(sk && !ip_dont_fragment(sk, &rt->dst))) {
		iph->frag_off = 0;
		__ip_select_ident(flow->net, iph, 1);
	}

	skb->mark = flow->mark;
	skb->priority = sk ? READ_ONCE(sk->sk_priority) : flow->priority;
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	sk = lctcp_flow_owner(flow, skb, lctcp_net(flow->net)->ctl4);
	return ip_local_out(flow->net, sk, skb);
}

static void lctcp_v4_reflect(const struct sk_buff *skb, struct lctcp_flow *flow)
{
	flow->mark = lctcp_reply_mark(flow->net, skb);
}

static int lctcp_v4_route_req(const struct lctcp_flow *flow)
{
	struct rtable *rt = lctcp_v4_route_flow(flow, NULL);
	int mss;

	if (IS_ERR(rt))
		return PTR_ERR(rt);
	mss = lctcp_route_mss(&rt->dst, sizeof(struct iphdr));
	ip_rt_put(rt);
	return mss;
}

/* Look a route up for a socket into its cork.fl. */
static struct rtable *lctcp_v4_route(struct sock *sk, __be32 daddr,
				     __be16 dport)
{
	struct inet_sock *inet = inet_sk(sk);
	struct rtable *rt;

	rt = ip_route_connect(&inet->cork.fl.u.ip4, daddr, inet->inet_saddr,
			      sk->sk_bound_dev_if, sk->sk_protocol,
			      inet->inet_sport, dport, sk);
	if (PTR_ERR_OR_ZERO(rt) == -ENETUNREACH)
		IP_INC_STATS(sock_net(sk), IPSTATS_MIB_OUTNOROUTES);
	return rt;
}

static int lctcp_v4_rebuild(struct sock *sk)
{
	struct inet_sock *inet = inet_sk(sk);
	struct rtable *rt;

	rt = lctcp_v4_route(sk, inet->inet_daddr, inet->inet_dport);
	if (IS_ERR(rt))
		return PTR_ERR(rt);
	sk_setup_caps(sk, &rt->dst);
	return 0;
}

static int lctcp_v4_connect(struct sock *sk, const void *uaddr, int addr_len)
{
	const struct sockaddr_in *sin = uaddr;
	struct inet_sock *inet = inet_sk(sk);
	const struct ip_options_rcu *opt;
	struct flowi4 *fl4;
	struct rtable *rt;

	if (addr_len < (int)sizeof(*sin))
		return -EINVAL;
	if (sin->sin_family != AF_INET)
		return -EAFNOSUPPORT;

	/* A source route is refused: RFC 7126 section 4.3. */
	opt = rcu_dereference_protected(inet->inet_opt,
					lockdep_sock_is_held(sk));
	if (opt && opt->opt.srr)
		return -EINVAL;

	rt = lctcp_v4_route(sk, sin->sin_addr.s_addr, sin->sin_port);
	if (IS_ERR(rt))
		return PTR_ERR(rt);
	if (rt->rt_flags & (RTCF_MULTICAST | RTCF_BROADCAST)) {
		ip_rt_put(rt);
		return -ENETUNREACH;
	}

	fl4 = &inet->cork.fl.u.ip4;
	if (!inet->inet_saddr)
		inet->inet_saddr = fl4->saddr;
	sk_rcv_saddr_set(sk, inet->inet_saddr);
	sk_daddr_set(sk, fl4->daddr);
	inet->inet_dport = sin->sin_port;
	sk_setup_caps(sk, &rt->dst);
	return 0;
}

static int lctcp_v4_ext_len(struct sock *sk)
{
	const struct ip_options_rcu *opt;

	opt = rcu_dereference_protected(inet_sk(sk)->inet_opt,
					lockdep_sock_is_held(sk));
	return opt ? opt->opt.optlen : 0;
}

/* With DONT the network may cut packets to pieces. */
static bool lctcp_v4_takes_pmtu(const struct sock *sk)
{
	return inet_sk(sk)->pmtudisc != IP_PMTUDISC_DONT &&
	       ip_sk_accept_pmtu(sk);
}

/* What ipv4_dst_check() asks, which is too far away to be asked each time that
 * something is sent.
 */
static bool lctcp_v4_current(const struct dst_entry *dst, const struct net *net)
{
	return dst && dst->obsolete == DST_OBSOLETE_FORCE_CHK &&
	       container_of(dst, struct rtable, dst)->rt_genid ==
	       rt_genid_ipv4(net);
}

static int lctcp_v4_mtu(struct sock *sk)
{
	const struct dst_entry *dst = __sk_dst_get(sk);
	int mtu = LCTCP_MSS_DEFAULT_V4 + sizeof(struct iphdr) + LCTCP_HDR_LEN;

	if (unlikely(!lctcp_v4_current(dst, sock_net(sk))))
		dst = __sk_dst_check(sk, 0);
	if (unlikely(!dst) && !lctcp_v4_rebuild(sk))
		dst = __sk_dst_get(sk);
	if (dst)
		mtu = dst_mtu(dst);
	return mtu - lctcp_v4_ext_len(sk);
}

static void lctcp_v4_child_init(struct sock *child, const struct sock *listener,
				const struct lctcp_req *req,
				const struct sk_buff *skb)
{
	const struct lctcp_ent *ent = &req->ent;
	struct inet_sock *inet = inet_sk(child);

	lctcp_sk(child)->af = &lctcp_ipv4_ops;
	sk_daddr_set(child, ent->raddr);
	sk_rcv_saddr_set(child, ent->laddr);
	inet->inet_saddr = ent->laddr;
	inet->inet_dport = ent->rport;
	inet->inet_sport = htons(ent->lport);
	inet->inet_num = ent->lport;
	if (ent->dev_if)
		child->sk_bound_dev_if = ent->dev_if;

	RCU_INIT_POINTER(inet->inet_opt, NULL);
	RCU_INIT_POINTER(inet->mc_list, NULL);
	inet->mc_index = inet_iif(skb);
	inet->mc_ttl = ip_hdr(skb)->ttl;
	inet->rcv_tos = ip_hdr(skb)->tos;
	atomic_set(&inet->inet_id, get_random_u16());

	if (child->sk_family == AF_INET6)
		lctcp_child_pinfo(child);
	lctcp_v4_rebuild(child);	/* if it fails, xmit routes later */
}

static bool lctcp_v4_recverr(const struct sock *sk)
{
	return inet_test_bit(RECVERR, sk);
}

static void lctcp_v4_queue_icmp(struct sock *sk, struct sk_buff *skb, int err,
				u32 info, u8 *text)
{
	lctcp_ip_icmp_error(sk, skb, err, inet_sk(sk)->inet_dport, info, text);
}

const struct lctcp_af_ops lctcp_ipv4_ops = {
	.family		= AF_INET,
	.hdr_len	= sizeof(struct iphdr),
	.mss_default	= LCTCP_MSS_DEFAULT_V4,
	.gso_type	= LCTCP_GSO_V4,
	.tuple		= lctcp_v4_tuple,
	.pseudo		= lctcp_v4_pseudo,
	.ent_pseudo	= lctcp_v4_ent_pseudo,
	.packet_sum	= lctcp_v4_packet_sum,
	.csum_ok	= lctcp_v4_csum_ok,
	.gro_ok		= lctcp_v4_gro_ok,
	.offloads	= inet_offloads,
	.reply_ok	= lctcp_v4_reply_ok,
	.xmit		= lctcp_v4_xmit,
	.xmit_flow	= lctcp_v4_xmit_flow,
	.reflect	= lctcp_v4_reflect,
	.route_req	= lctcp_v4_route_req,
	.connect	= lctcp_v4_connect,
	.rebuild	= lctcp_v4_rebuild,
	.mtu		= lctcp_v4_mtu,
	.ext_len	= lctcp_v4_ext_len,
	.takes_pmtu	= lctcp_v4_takes_pmtu,
	.recverr	= lctcp_v4_recverr,
	.queue_icmp	= lctcp_v4_queue_icmp,
	.child_init	= lctcp_v4_child_init,
};

/* A router too old to say its MTU: the next size below that is in common use
 * (RFC 1191 section 7.1).
 */
static u32 lctcp_v4_plateau(u32 len)
{
	static const u16 plateaus[] = {
		32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(plateaus); i++)
		if (plateaus[i] < len)
			return plateaus[i];
	return 68;
}

/* What a quoted ICMP message means for a connection: see RFC 9293 section
 * 3.9.2.2 for which are hard.
 */
static int lctcp_v4_err(struct sk_buff *skb, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const int type = icmp_hdr(skb)->type;
	const int code = icmp_hdr(skb)->code;
	struct lctcp_quote q;
	bool hard = false;
	u32 mtu = 0;
	int err;

	lctcp_tuple_of_quote(skb, AF_INET, iph->ihl * 4, &q);
	switch (type) {
	case ICMP_REDIRECT:
		if (lctcp_icmp_genuine(&q))
			ipv4_redirect(skb, q.t.net, skb->dev->ifindex,
				      lctcp_protocol);
		return 0;
	case ICMP_DEST_UNREACH:
		if (code > NR_ICMP_UNREACH)
			return 0;
		err = icmp_err_convert[code].errno;
		hard = icmp_err_convert[code].fatal;
		if (code == ICMP_FRAG_NEEDED)
			mtu = info ?: lctcp_v4_plateau(ntohs(iph->tot_len));
		break;
	case ICMP_PARAMETERPROB:
		err = EPROTO;
		break;
	case ICMP_TIME_EXCEEDED:
		err = EHOSTUNREACH;
		break;
	default:	/* source quench: RFC 9293 MUST-55 */
		return 0;
	}
	lctcp_icmp_error(&q, err, hard, mtu);
	return 0;
}

static int lctcp_v4_rcv(struct sk_buff *skb)
{
	lctcp_rcv(skb, &lctcp_ipv4_ops);
	return 0;	/* anything else would mean another protocol */
}

/* No member but "secret", which the kernel itself fills in, is left out. */
static const struct net_protocol lctcp_v4_handler = {
	.handler	= lctcp_v4_rcv,
	.err_handler	= lctcp_v4_err,
	.no_policy	= 1,
	.icmp_strict_tag_validation = 1,
};

/* No flags: INET_PROTOSW_REUSE is for UDP, PERMANENT would forbid to unload, and
 * ICSK would have the kernel write to an inet_connection_sock.
 */
static struct inet_protosw lctcp_v4_protosw = {
	.type		= SOCK_STREAM,
	.prot		= &lctcp_prot,
	.ops		= &lctcp_stream_ops,
};

int lctcp_ipv4_init(void)
{
	return inet_add_protocol(&lctcp_v4_handler, lctcp_protocol) ? -EEXIST :
								      0;
}

void lctcp_ipv4_open(void)
{
	lctcp_v4_protosw.protocol = lctcp_protocol;
	inet_register_protosw(&lctcp_v4_protosw);
}

void lctcp_ipv4_close(void)
{
	inet_unregister_protosw(&lctcp_v4_protosw);
}

void lctcp_ipv4_exit(void)
{
	inet_del_protocol(&lctcp_v4_handler, lctcp_protocol);
}

int lctcp_ipv4_net_init(struct lctcp_net *ln)
{
	return inet_ctl_sock_create(&ln->ctl4, PF_INET, SOCK_RAW,
				    lctcp_protocol, ln->net);
}

void lctcp_ipv4_net_exit(struct lctcp_net *ln)
{
	inet_ctl_sock_destroy(ln->ctl4);
}
