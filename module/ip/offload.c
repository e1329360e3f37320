// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of many segments (GSO, GRO), and checksums that are left to others.
 *
 * No hardware knows protocol 253, and some would take it for TCP.  So what we
 * leave to be cut or summed says that it is TCP's and SCTP's at a time
 * (gso_type): only devices that are software all through, loopback, veth and
 * what is stacked on others, claim both, and pass the packet on as it is.  All
 * others get it by lctcp_gso_segment(), complete in each segment.  That is true
 * for a packet of a single segment as well, if its checksum is not complete: so
 * that none goes by a bridge to a device which has NETIF_F_IP_CSUM and believes
 * csum_offset.  Such a packet that stays in the machine is never summed up.
 *
 * Merging is TCP's own business: apart from the protocol in the pseudo header
 * its rules are ours.
 */
#include <linux/delay.h>
#include <net/gro.h>
#include <net/ip6_checksum.h>
#include <net/protocol.h>

#include "fault.h"
#include "offload.h"
#include "view/saw.h"

/* Going away: merge nothing any more. */
static bool lctcp_gro_off;

/* Each segment by itself, while somebody looks at them or picks some out. */
static bool lctcp_one_by_one(const struct net *net)
{
	return trace_lctcp_send_enabled() || trace_lctcp_receive_enabled() ||
	       (static_branch_unlikely(&lctcp_faults_on.key) &&
		rcu_access_pointer(lctcp_net(net)->faults));
}

/* The most text in a packet that the device takes as it is. */
static u32 lctcp_packet_most(const struct sock *sk, const struct dst_entry *dst)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 most = min_t(u32, READ_ONCE(dst->dev->gso_max_size), U16_MAX);

	return most - min_t(u32, most, lc->af->hdr_len + LCTCP_MAX_HDR +
			    lc->af->ext_len((struct sock *)sk));
}

u32 lctcp_burst_most(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	const struct dst_entry *dst = lctcp_dst(sk);
	u32 most, segs;

	/* IPsec wants to see each packet, an urgent pointer is one segment's. */
	if (!dst || dst->header_len || unlikely(lc->urg_mode) ||
	    unlikely(lctcp_one_by_one(sock_net(sk))))
		return 0;
	most = lctcp_packet_most(sk, dst);
	segs = READ_ONCE(dst->dev->gso_max_segs);
	return min(most, segs * lc->mss);
}

u32 lctcp_unsummed_most(const struct sock *sk)
{
	return lctcp_sums_below(sk) ? lctcp_packet_most(sk, lctcp_dst(sk)) :
				      U16_MAX;
}

bool lctcp_sums_below(const struct sock *sk)
{
	const netdev_features_t all = NETIF_F_HW_CSUM | NETIF_F_GSO |
				      NETIF_F_GSO_SCTP | NETIF_F_TSO |
				      NETIF_F_TSO6 | NETIF_F_TSO_ECN;
	const struct dst_entry *dst = lctcp_dst(sk);

	return dst && !dst->header_len && (dst->dev->features & all) == all;
}

/* ---- cutting ---- */

/* The first of the segments has the sum of the whole packet's pseudo header, of
 * which the length is another now.
 */
static void lctcp_gso_finish(struct sk_buff *segs, u32 whole, u32 size)
{
	struct tcphdr *th = tcp_hdr(segs);
	__wsum pseudo = csum_sub(csum_unfold(th->check),
				 (__force __wsum)htonl(whole));
	u32 seq = ntohl(th->seq), len;
	struct sk_buff *skb;

	for (skb = segs; skb; skb = skb->next) {
		th = tcp_hdr(skb);
		len = skb->len - skb_transport_offset(skb);
		th->seq = htonl(seq);
		seq += size;
		if (skb->next) {
			th->fin = 0;
			th->psh = 0;
		}
		if (skb != segs)
			th->cwr = 0;
		th->check = ~csum_fold(csum_add(pseudo, (__force __wsum)
						htonl(len)));
		th->check = gso_make_checksum(skb, ~csum_unfold(th->check));
	}
}

static struct sk_buff *lctcp_gso_segment(struct sk_buff *skb,
					 netdev_features_t features)
{
	u32 size = skb_shinfo(skb)->gso_size, whole = skb->len, hlen;
	struct sk_buff *segs;

	if (skb_checksum_start(skb) != skb_transport_header(skb))
		return ERR_PTR(-EINVAL);
	hlen = tcp_hdr(skb)->doff * 4;
	if (hlen < LCTCP_HDR_LEN || !pskb_may_pull(skb, hlen))
		return ERR_PTR(-EINVAL);
	__skb_pull(skb, hlen);
	/* each complete, whatever the device says it can do */
	features &= ~(NETIF_F_CSUM_MASK | NETIF_F_GSO_PARTIAL);
	segs = skb_segment(skb, features);
	if (!IS_ERR(segs))
		lctcp_gso_finish(segs, whole, size);
	return segs;
}

static struct sk_buff *lctcp_gso_segment4(struct sk_buff *skb,
					  netdev_features_t features)
{
	const struct iphdr *iph;
	struct tcphdr *th;

	if (!(skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4) ||
	    !pskb_may_pull(skb, LCTCP_HDR_LEN))
		return ERR_PTR(-EINVAL);
	if (unlikely(skb->ip_summed != CHECKSUM_PARTIAL)) {
		iph = ip_hdr(skb);
		th = tcp_hdr(skb);
		th->check = ~csum_tcpudp_magic(iph->saddr, iph->daddr, skb->len,
					       lctcp_protocol, 0);
		lctcp_sum_later(skb);
	}
	return lctcp_gso_segment(skb, features);
}

/* ---- merging ---- */

static bool lctcp_gro_wanted(const struct sk_buff *skb)
{
	return !READ_ONCE(lctcp_gro_off) &&
	       !(skb->dev->features & NETIF_F_GRO_FRAGLIST) &&
	       !lctcp_one_by_one(dev_net(skb->dev));
}

static struct sk_buff *lctcp_gro_receive4(struct list_head *head,
					  struct sk_buff *skb)
{
	const struct net_offload *tcp =
		rcu_dereference(inet_offloads[IPPROTO_TCP]);

	if (!tcp || !lctcp_gro_wanted(skb) || NAPI_GRO_CB(skb)->flush ||
	    skb_gro_checksum_validate(skb, lctcp_protocol,
				      inet_gro_compute_pseudo)) {
		NAPI_GRO_CB(skb)->flush = 1;
		return NULL;
	}
	NAPI_GRO_CB(skb)->csum_cnt = 1;		/* not again, as TCP's */
	return tcp->callbacks.gro_receive(head, skb);
}

/* A merged packet is as one that we leave to be cut. */
static int lctcp_gro_done(struct sk_buff *skb, u32 gso_type)
{
	lctcp_sum_later(skb);
	if (skb->encapsulation)
		skb->inner_transport_header = skb->transport_header;
	skb_shinfo(skb)->gso_segs = NAPI_GRO_CB(skb)->count;
	skb_shinfo(skb)->gso_type |= gso_type |
				     (tcp_hdr(skb)->cwr ? SKB_GSO_TCP_ECN : 0);
	return 0;
}

static int lctcp_gro_complete4(struct sk_buff *skb, int thoff)
{
	const struct iphdr *iph = (const struct iphdr *)(skb->data + thoff) - 1;
	struct tcphdr *th = tcp_hdr(skb);

	/* no options, or they would not have been merged */
	th->check = ~csum_tcpudp_magic(iph->saddr, iph->daddr,
				       skb->len - thoff, lctcp_protocol, 0);
	return lctcp_gro_done(skb, LCTCP_GSO_V4);
}

static const struct net_offload lctcp_offload4 = {
	.callbacks = {
		.gso_segment	= lctcp_gso_segment4,
		.gro_receive	= lctcp_gro_receive4,
		.gro_complete	= lctcp_gro_complete4,
	},
};

#if IS_ENABLED(CONFIG_IPV6)
static struct sk_buff *lctcp_gso_segment6(struct sk_buff *skb,
					  netdev_features_t features)
{
	const struct ipv6hdr *iph;
	struct tcphdr *th;

	if (!(skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6) ||
	    !pskb_may_pull(skb, LCTCP_HDR_LEN))
		return ERR_PTR(-EINVAL);
	if (unlikely(skb->ip_summed != CHECKSUM_PARTIAL)) {
		iph = ipv6_hdr(skb);
		th = tcp_hdr(skb);
		th->check = ~csum_ipv6_magic(&iph->saddr, &iph->daddr, skb->len,
					     lctcp_protocol, 0);
		lctcp_sum_later(skb);
	}
	return lctcp_gso_segment(skb, features);
}

static struct sk_buff *lctcp_gro_receive6(struct list_head *head,
					  struct sk_buff *skb)
{
	const struct net_offload *tcp =
		rcu_dereference(inet6_offloads[IPPROTO_TCP]);
	const struct ipv6hdr *iph = skb_gro_network_header(skb);

	/* With extension headers ours would not be where it is looked for. */
	if (!tcp || !lctcp_gro_wanted(skb) || NAPI_GRO_CB(skb)->flush ||
	    iph->nexthdr != lctcp_protocol ||
	    skb_gro_checksum_validate(skb, lctcp_protocol,
				      ip6_gro_compute_pseudo)) {
		NAPI_GRO_CB(skb)->flush = 1;
		return NULL;
	}
	NAPI_GRO_CB(skb)->csum_cnt = 1;
	return tcp->callbacks.gro_receive(head, skb);
}

static int lctcp_gro_complete6(struct sk_buff *skb, int thoff)
{
	const struct ipv6hdr *iph =
		(const struct ipv6hdr *)(skb->data + thoff) - 1;
	struct tcphdr *th = tcp_hdr(skb);

	th->check = ~csum_ipv6_magic(&iph->saddr, &iph->daddr,
				     skb->len - thoff, lctcp_protocol, 0);
	return lctcp_gro_done(skb, LCTCP_GSO_V6);
}

static const struct net_offload lctcp_offload6 = {
	.callbacks = {
		.gso_segment	= lctcp_gso_segment6,
		.gro_receive	= lctcp_gro_receive6,
		.gro_complete	= lctcp_gro_complete6,
	},
};
#endif

int lctcp_offload_init(void)
{
	if (inet_add_offload(&lctcp_offload4, lctcp_protocol))
		return -EEXIST;
#if IS_ENABLED(CONFIG_IPV6)
	if (inet6_add_offload(&lctcp_offload6, lctcp_protocol)) {
		inet_del_offload(&lctcp_offload4, lctcp_protocol);
		return -EEXIST;
	}
#endif
	return 0;
}

/* So long a device may hold a packet back to merge others with it: until its
 * poll ends, or gro_flush_timeout, which is far below a millisecond where it is
 * used at all.
 */
#define LCTCP_GRO_HOLD_MS	20

void lctcp_offload_exit(void)
{
	WRITE_ONCE(lctcp_gro_off, true);
	synchronize_net();
	msleep(LCTCP_GRO_HOLD_MS);
#if IS_ENABLED(CONFIG_IPV6)
	inet6_del_offload(&lctcp_offload6, lctcp_protocol);
#endif
	inet_del_offload(&lctcp_offload4, lctcp_protocol);
}
