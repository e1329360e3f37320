// SPDX-License-Identifier: GPL-2.0
/*
 * What ICMP says about connections.
 *
 * Anybody can send such a message, so little is believed: it must quote
 * something in flight (RFC 5927 section 4.1), and once connected the worst it
 * does is to be remembered (section 5.2) or to make segments smaller, if it
 * can be true (section 7.2).  Minis take no notice at all.
 */
#include <linux/errqueue.h>
#include <net/dst.h>

#include "icmp.h"
#include "ip.h"
#include "send.h"
#include "socket.h"
#include "state.h"
#include "table.h"
#include "view/saw.h"

void lctcp_tuple_of_quote(struct sk_buff *skb, u8 family, int offset,
			  struct lctcp_quote *q)
{
	const struct tcphdr *th = (const void *)(skb->data + offset);
	struct lctcp_tuple *t = &q->t;

	t->net = dev_net(skb->dev);
	t->family = family;
	t->lport = ntohs(th->source);
	t->rport = th->dest;
	q->skb = skb;
	q->offset = offset;
	q->seq = ntohl(th->seq);
	if (family == AF_INET) {
		const struct iphdr *iph = (const void *)skb->data;

		t->l4 = iph->saddr;
		t->r4 = iph->daddr;
		t->dev_if = inet_iif(skb);
		t->sdif = inet_sdif(skb);
		q->ttl = iph->ttl;
	} else {
		const struct ipv6hdr *iph = (const void *)skb->data;

		t->l6 = &iph->saddr;
		t->r6 = &iph->daddr;
		t->dev_if = inet6_iif(skb);
		t->sdif = inet6_sdif(skb);
		q->ttl = iph->hop_limit;
	}
}

/* Is something in flight that has this number, and is the message from near
 * enough (RFC 5082)?
 */
static bool lctcp_quotes_flight(const struct sock *sk,
				const struct lctcp_quote *q)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	return !lctcp_before(q->seq, READ_ONCE(lc->snd_una)) &&
	       lctcp_before(q->seq, READ_ONCE(lc->snd_nxt)) &&
	       q->ttl >= lctcp_min_ttl(sk, q->t.family);
}

static struct sock *lctcp_quoted_sock(const struct lctcp_quote *q)
{
	const struct lctcp_ent *ent = lctcp_lookup(&q->t);

	return ent && ent->kind == LCTCP_KIND_SOCK ? lctcp_sock_of(ent) : NULL;
}

bool lctcp_icmp_genuine(const struct lctcp_quote *q)
{
	const struct sock *sk = lctcp_quoted_sock(q);

	return sk && lctcp_quotes_flight(sk, q);
}

/* The path carries packets of @mtu octets. */
static void lctcp_pmtu_update(struct sock *sk, u32 mtu)
{
	struct lctcp_pmtu *p = &lctcp_sk(sk)->pmtu;
	struct dst_entry *dst = __sk_dst_get(sk);

	p->claim = 0;
	if (!dst)
		return;
	dst->ops->update_pmtu(dst, sk, NULL, mtu, true);
	lctcp_sync_mss(sk);
	/* Of packets as big as before nothing is known any more. */
	p->sent = 0;
	p->acked = min(p->acked, lctcp_sk(sk)->mss);
}

/* RFC 5927 section 7.2, see pmtu.h. */
static void lctcp_too_big(struct sock *sk, u32 seq, u32 mtu)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 left = lc->af->mtu(sk);	/* by IP options; routes if needed */
	struct dst_entry *dst = __sk_dst_get(sk);
	u16 before = lc->mss;
	u32 around;
	bool probe;

	if (!dst)
		return;
	/* IP_PMTUDISC_INTERFACE and OMIT: no message makes packets smaller. */
	if (!lc->af->takes_pmtu(sk)) {
		LCTCP_INC(sock_net(sk), ICMPIGNORED);
		return;
	}
	/* What a packet has outside of its segment. */
	around = lc->af->hdr_len + dst_mtu(dst) - left;
	if (mtu >= lc->pmtu.sent + around) {
		LCTCP_INC(sock_net(sk), ICMPIGNORED);
		return;
	}
	if (lc->pmtu.acked && !lc->retries &&
	    mtu < lc->pmtu.acked + LCTCP_HDR_LEN + around) {
		lc->pmtu.claim = max(mtu, 1U);
		lc->pmtu.seq = seq;
		return;
	}
	probe = lctcp_path_too_big(sk, mtu);
	lctcp_pmtu_update(sk, mtu);
	/* What is in flight was too big: send it again in smaller segments. */
	if (lc->mss < before)
		lctcp_resend_big(sk);
	else if (probe)
		lctcp_resend_lost(sk);
}

/* "Packet too big" while the program holds the lock: the least claim waits. */
static void lctcp_too_big_later(struct sock *sk, u32 seq, u32 mtu)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if ((lc->deferred & LCTCP_DEFER_TOO_BIG) && lc->pmtu.late <= mtu)
		return;
	lc->pmtu.late = mtu;
	lc->pmtu.late_seq = seq;
	lc->deferred |= LCTCP_DEFER_TOO_BIG;
}

void lctcp_icmp_timeout(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->pmtu.claim)
		lctcp_pmtu_update(sk, lc->pmtu.claim);
}

/* Does an error end a connection?  A hard one that which is still to be opened,
 * always; else only if the user wants RFC 9293 SHLD-26 to the letter.  A soft one
 * never does, but to a connect() of one who would rather try another address (RFC
 * 5461 section 4).
 */
static bool lctcp_icmp_ends(const struct sock *sk, bool hard)
{
	if (sk->sk_state == TCP_SYN_SENT)
		return hard || READ_ONCE(lctcp_cfg(sk)->connect_icmp) ==
			       LCTCP_CONNECT_ICMP_SOFT;
	return hard && READ_ONCE(lctcp_cfg(sk)->abort_on_icmp);
}

/* An error that is not about sizes. */
static void lctcp_icmp_apply(struct sock *sk, int err, bool hard)
{
	if (!lctcp_icmp_ends(sk, hard)) {
		WRITE_ONCE(sk->sk_err_soft, err);
	} else if (sk->sk_state == TCP_SYN_SENT) {
		lctcp_report(sk, err);
		lctcp_event(sk, LCTCP_EV_UNREACHABLE);
	} else {
		WRITE_ONCE(sk->sk_err_soft, err);
		lctcp_event(sk, LCTCP_EV_GIVE_UP);
	}
}

void lctcp_icmp_late(struct sock *sk, u8 deferred)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 seq = lc->pmtu.late_seq;
	const bool gone = sk->sk_state == TCP_CLOSE ||
			  sk->sk_state == TCP_LISTEN;

	if (deferred & LCTCP_DEFER_ICMP && !gone)
		lctcp_icmp_apply(sk, lc->pmtu.late_err, lc->pmtu.late_hard);
	if (!(deferred & LCTCP_DEFER_TOO_BIG))
		return;
	if (gone || sk->sk_state == TCP_CLOSE ||
	    lctcp_before(seq, lc->snd_una) || !lctcp_before(seq, lc->snd_nxt))
		LCTCP_INC(sock_net(sk), ICMPIGNORED);
	else
		lctcp_too_big(sk, seq, lc->pmtu.late);
}

/* An entry of the error queue that no message brought: an IP header, from which
 * MSG_ERRQUEUE reads the peer's address, and nothing behind it.
 */
static struct sk_buff *lctcp_local_error(const struct sock *sk, int err)
{
	const struct lctcp_af_ops *af = lctcp_sk(sk)->af;
	struct sock_exterr_skb *see;
	struct sk_buff *skb;

	skb = alloc_skb(af->hdr_len, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_put_zero(skb, af->hdr_len);
	skb_reset_network_header(skb);
	see = SKB_EXT_ERR(skb);
	memset(see, 0, sizeof(*see));
	if (af->family == AF_INET) {
		skb->protocol = htons(ETH_P_IP);
		ip_hdr(skb)->daddr = inet_sk(sk)->inet_daddr;
		see->addr_offset = offsetof(struct iphdr, daddr);
#if IS_ENABLED(CONFIG_IPV6)
	} else {
		skb->protocol = htons(ETH_P_IPV6);
		ipv6_hdr(skb)->daddr = sk->sk_v6_daddr;
		see->addr_offset = offsetof(struct ipv6hdr, daddr);
#endif
	}
	see->ee.ee_errno = err;
	see->ee.ee_origin = SO_EE_ORIGIN_LOCAL;
	see->port = inet_sk(sk)->inet_dport;
	__skb_pull(skb, skb->len);
	skb_reset_transport_header(skb);
	return skb;
}

void lctcp_r1_passed(struct sock *sk)
{
	struct sk_buff *skb;

	dst_negative_advice(sk);
	if (!lctcp_sk(sk)->af->recverr(sk))
		return;
	skb = lctcp_local_error(sk, ETIMEDOUT);
	if (skb && sock_queue_err_skb(sk, skb))
		kfree_skb(skb);
}

/* The error queue has a bound: the receive buffer. */
static void lctcp_icmp_queue(struct sock *sk, const struct lctcp_quote *q,
			     int err, u32 mtu)
{
	const struct lctcp_af_ops *af = lctcp_sk(sk)->af;

	if (af->recverr(sk))
		af->queue_icmp(sk, q->skb, err, mtu, q->skb->data + q->offset);
}

void lctcp_icmp_error(const struct lctcp_quote *q, int err, bool hard, u32 mtu)
{
	struct sock *sk = lctcp_quoted_sock(q);

	if (!sk)
		return;
	bh_lock_sock(sk);
	if (sk->sk_state == TCP_CLOSE || sk->sk_state == TCP_LISTEN ||
	    !lctcp_ent_matches(&lctcp_sk(sk)->b.ent, &q->t) ||
	    !lctcp_quotes_flight(sk, q)) {
		LCTCP_INC(sock_net(sk), ICMPIGNORED);
		goto out;
	}
	lctcp_icmp_queue(sk, q, err, mtu);
	if (sock_owned_by_user(sk) && mtu) {
		lctcp_too_big_later(sk, q->seq, mtu);
	} else if (mtu) {
		lctcp_too_big(sk, q->seq, mtu);
	} else if (sock_owned_by_user(sk) && lctcp_icmp_ends(sk, hard)) {
		lctcp_sk(sk)->pmtu.late_err = err;
		lctcp_sk(sk)->pmtu.late_hard = hard;
		lctcp_sk(sk)->deferred |= LCTCP_DEFER_ICMP;
	} else {
		lctcp_icmp_apply(sk, err, hard);
	}
out:
	bh_unlock_sock(sk);
}
