// SPDX-License-Identifier: GPL-2.0
/*
 * Segments leave.
 *
 * What takes sequence numbers is in the write queue (send.c) and leaves as a
 * clone.  Segments that take none (ACK, RST) are made when they are needed and
 * never kept.
 *
 * Everything passes lctcp_emit_sock() or lctcp_emit_flow(), complete with its
 * checksum, or as a packet that is cut and summed below: see ip/offload.c.
 */
#include <net/ip.h>

#include "fault.h"
#include "ecn.h"
#include "ip/offload.h"
#include "lctcp.h"
#include "looks.h"
#include "output.h"
#include "pace.h"
#include "recovery.h"
#include "send.h"
#include "stream.h"
#include "timer.h"
#include "urgent.h"
#include "view/saw.h"

static const struct lctcp_af_ops *lctcp_family(u8 family)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (family == AF_INET6)
		return &lctcp_ipv6_ops;
#endif
	return &lctcp_ipv4_ops;
}

/* Write the header in front of the text, but for the checksum and @optlen octets
 * of options.
 */
static struct tcphdr *lctcp_push_header(struct sk_buff *skb, __be16 lport,
					__be16 rport, u32 seq, u32 ack,
					u16 wnd, u8 flags, unsigned int optlen)
{
	struct tcphdr *th = skb_push(skb, LCTCP_HDR_LEN + optlen);

	skb_reset_transport_header(skb);
	th->source = lport;
	th->dest = rport;
	th->seq = htonl(seq);
	th->ack_seq = htonl(flags & LCTCP_ACK ? ack : 0);
	/* data offset and flags */
	*((__be16 *)th + 6) = htons((LCTCP_HDR_LEN + optlen) << 10 | flags);
	th->window = htons(wnd);
	th->check = 0;
	th->urg_ptr = 0;
	return th;
}

static struct tcphdr *lctcp_push_options(struct sk_buff *skb, __be16 lport,
					 __be16 rport, u32 seq, u32 ack,
					 u16 wnd, u8 flags,
					 const struct lctcp_options *opt)
{
	u8 options[LCTCP_OPTIONS_MAX];
	unsigned int optlen = opt ? lctcp_options_build(options, opt) : 0;
	struct tcphdr *th;

	th = lctcp_push_header(skb, lport, rport, seq, ack, wnd, flags, optlen);
	memcpy(th + 1, options, optlen);
	return th;
}

/* The same with timestamps and nothing else, as nearly always. */
static struct tcphdr *lctcp_push_ts(struct sk_buff *skb,
				    const struct lctcp_ent *ent,
				    u32 seq, u32 ack, u16 wnd, u8 flags,
				    u32 tsval, u32 tsecr)
{
	struct tcphdr *th = lctcp_push_header(skb, htons(ent->lport),
					      ent->rport, seq, ack, wnd, flags,
					      LCTCP_TS_LEN);
	__be32 *p = (__be32 *)(th + 1);

	p[0] = htonl(0x0101080a);	/* NOP, NOP, kind and length */
	p[1] = htonl(tsval);
	p[2] = htonl(tsecr);
	return th;
}

/* Complete the checksum of the segment at skb->data: @sum is that of its pseudo
 * header.
 */
static void lctcp_sum(struct sk_buff *skb, __wsum sum)
{
	struct tcphdr *th = tcp_hdr(skb);

	if (likely(!skb_is_nonlinear(skb)))
		sum = csum_partial(skb->data, skb->len, sum);
	else
		sum = skb_checksum(skb, 0, skb->len, sum);
	th->check = csum_fold(sum);
	skb->ip_summed = CHECKSUM_NONE;
	skb_shinfo(skb)->gso_size = 0;
	skb_shinfo(skb)->gso_segs = 0;
	skb_shinfo(skb)->gso_type = 0;
}

/* Leave the sum, and the cutting into segments of @size, to what is below. */
static void lctcp_leave(struct sk_buff *skb, __wsum sum, u32 gso_type,
			u32 text, u32 size)
{
	struct skb_shared_info *info = skb_shinfo(skb);
	struct tcphdr *th = tcp_hdr(skb);

	th->check = ~csum_fold(sum);
	lctcp_sum_later(skb);
	info->gso_size = min(text, size);
	info->gso_segs = text > size ? DIV_ROUND_UP(text, size) : 1;
	info->gso_type = gso_type | (th->cwr ? SKB_GSO_TCP_ECN : 0);
}

static void lctcp_count_out(const struct net *net, unsigned int n, u8 flags)
{
	LCTCP_ADD(net, OUTSEGS, n);
	if (flags & LCTCP_RST)
		LCTCP_INC(net, OUTRSTS);
}

/* Send a segment without a socket.  Consumes @skb, which has text or none. */
static void lctcp_emit_flow(const struct lctcp_flow *flow, struct sk_buff *skb,
			    u32 seq, u32 ack, u16 wnd, u8 flags,
			    const struct lctcp_options *opt, u8 role, u32 id)
{
	const struct lctcp_af_ops *af = lctcp_family(flow->family);
	unsigned int text = skb->len;
	struct tcphdr *th;
	__wsum sum;

	th = lctcp_push_options(skb, flow->lport, flow->rport, seq, ack, wnd,
				flags, opt);
	af->pseudo(flow, skb->len, &sum);
	lctcp_sum(skb, sum);
	lctcp_count_out(flow->net, 1, flags);
	trace_lctcp_send(flow, th, text, role, id);
	if (!lctcp_fault(flow, skb, role))
		af->xmit_flow(flow, skb);
}

static struct sk_buff *lctcp_alloc_bare(void)
{
	struct sk_buff *skb = alloc_skb(LCTCP_HEADROOM, GFP_ATOMIC |
					__GFP_NOWARN);

	if (skb)
		skb_reserve(skb, LCTCP_HEADROOM);
	return skb;
}

void lctcp_send_flow(const struct lctcp_flow *flow, u32 seq, u32 ack, u16 wnd,
		     u8 flags, const struct lctcp_options *opt, u8 role, u32 id)
{
	struct sk_buff *skb = lctcp_alloc_bare();

	if (skb)
		lctcp_emit_flow(flow, skb, seq, ack, wnd, flags, opt, role, id);
}

void lctcp_reinject(const struct lctcp_flow *flow, struct sk_buff *skb)
{
	lctcp_family(flow->family)->xmit_flow(flow, skb);
}

void lctcp_send_refusal(const struct lctcp_flow *flow,
			const struct sk_buff *skb, u32 id)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);

	if (cb->flags & LCTCP_ACK)
		lctcp_send_flow(flow, cb->ack, 0, 0, LCTCP_RST, NULL,
				LCTCP_ROLE_RST, id);
	else
		lctcp_send_flow(flow, 0, cb->end_seq, 0, LCTCP_RST | LCTCP_ACK,
				NULL, LCTCP_ROLE_RST, id);
}

void lctcp_reply_rst(const struct lctcp_tuple *t, const struct sk_buff *skb,
		     const struct lctcp_af_ops *af, struct sock *listener)
{
	struct lctcp_looks looks;
	struct lctcp_flow flow = {
		.net	= t->net,
		.family	= t->family,
		.lport	= htons(t->lport),
		.rport	= t->rport,
		.sk	= listener,
	};

	if (!af->reply_ok(skb))
		return;
	if (listener) {
		lctcp_looks_of_syn(listener, skb, &looks);
		flow.oif = READ_ONCE(listener->sk_bound_dev_if);
		flow.mark = looks.mark ?: READ_ONCE(listener->sk_mark);
		flow.label = looks.label;
	} else {
		af->reflect(skb, &flow);
	}
	if (t->sdif && !flow.oif)
		flow.oif = t->dev_if;	/* stay in the VRF */
	if (t->family == AF_INET) {
		flow.l4 = t->l4;
		flow.r4 = t->r4;
	} else {
		flow.a6.laddr = *t->l6;
		flow.a6.raddr = *t->r6;
		if (!flow.oif && ipv6_addr_type(t->r6) & IPV6_ADDR_LINKLOCAL)
			flow.oif = t->dev_if;
	}
	lctcp_send_refusal(&flow, skb, 0);
}

void lctcp_send_synack_req(const struct lctcp_req *req, u32 tsval)
{
	union lctcp_agreed agreed = lctcp_req_agreed(req);
	struct lctcp_options opt = {
		.have_mss	= true,
		.mss		= req->adv_mss,
		.have_wscale	= agreed.wscale_ok,
		.wscale		= agreed.rcv_wscale,
		.sack_permitted	= agreed.sack_ok,
		.have_ts	= agreed.ts_ok,
		.tsval		= tsval,
		.tsecr		= READ_ONCE(req->ts_recent),
	};
	struct lctcp_flow flow;
	struct sk_buff *skb = lctcp_alloc_bare();

	if (!skb)
		return;
	lctcp_req_flow(req, &flow);
	lctcp_emit_flow(&flow, skb, req->iss, req->irs + 1, req->rcv_wnd,
			LCTCP_SYN | LCTCP_ACK | (agreed.ecn_ok ? LCTCP_ECE : 0),
			&opt, LCTCP_ROLE_SYNACK,
			req->id);
}

/* What is this segment to its connection?  The first ACK of a client is the
 * third of the handshake, and so is each repetition of it.
 */
static enum lctcp_role lctcp_role_of(const struct sock *sk, u32 seq, u8 flags,
				     unsigned int text)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (flags & LCTCP_RST)
		return LCTCP_ROLE_RST;
	if (flags & LCTCP_SYN)
		return flags & LCTCP_ACK ? LCTCP_ROLE_SYNACK : LCTCP_ROLE_SYN;
	if (flags & LCTCP_FIN)
		return sk->sk_state == TCP_LAST_ACK ? LCTCP_ROLE_LAST_FIN :
						      LCTCP_ROLE_FIN;
	if (text)
		return LCTCP_ROLE_DATA;
	if (lc->peer_fin)
		return lctcp_fin_acked(lc) ? LCTCP_ROLE_LAST_ACK :
					     LCTCP_ROLE_FIN_ACK;
	/* A keepalive is one below. */
	if (lc->active && lc->snd_nxt == lc->iss + 1 && seq == lc->snd_nxt &&
	    lc->rcv_nxt == lc->irs + 1)
		return LCTCP_ROLE_THIRD_ACK;
	return LCTCP_ROLE_ACK;
}

static void lctcp_options_of(struct sock *sk, u8 flags, u64 now,
			     struct lctcp_options *opt)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	bool first = (flags & (LCTCP_SYN | LCTCP_ACK)) == LCTCP_SYN;

	memset(opt, 0, sizeof(*opt));
	/* RFC 7323 section 3.2: on each segment, a RST included, or on none. */
	opt->have_ts = first ? lctcp_cfg(sk)->timestamps : lc->ts_ok;
	opt->tsval = lctcp_ts_at(now, lc->ts_offset);
	opt->tsecr = first ? 0 : lc->ts_recent;
	if (!(flags & LCTCP_SYN))
		return;
	opt->have_mss = true;
	opt->mss = lctcp_our_mss(sk);
	/* On a SYN-ACK only if the peer's SYN had them (RFC 7323 section 2.2,
	 * RFC 2018 section 2).
	 */
	opt->have_wscale = first ? lctcp_cfg(sk)->window_scaling :
				   lc->wscale_ok;
	opt->wscale = lc->rcv_wscale;
	opt->sack_permitted = first ? lctcp_cfg(sk)->sack : lc->sack_ok;
}

/* Somebody watches, or meddles: there is a trace or a rule somewhere.  Return
 * whether the segment was taken.
 */
static noinline bool lctcp_watched(struct sock *sk, struct sk_buff *skb,
				   u32 seq, u8 flags, unsigned int text)
{
	enum lctcp_role role = lctcp_role_of(sk, seq, flags, text);
	const struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_flow flow;

	lctcp_ent_flow(&lc->b.ent, sk, &flow);
	trace_lctcp_send(&flow, tcp_hdr(skb), text, role, lc->id);
	return lctcp_fault(&flow, skb, role);
}

/* What lies below has the segment until the socket is told. */
static void lctcp_own(struct sock *sk, struct sk_buff *skb, unsigned int text)
{
	if (!text) {
		skb_set_owner_w(skb, sk);
		return;
	}
	skb->sk = sk;
	lctcp_pace_own(skb);
	skb_set_hash_from_sk(skb, sk);
	refcount_add(skb->truesize, &sk->sk_wmem_alloc);
}

/* Send a segment of a socket at @now, ktime in ns.  Consumes @skb, which has text
 * or none.
 */
static int lctcp_emit_sock(struct sock *sk, struct sk_buff *skb, u32 seq,
			   u8 flags, u64 now)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	unsigned int text = skb->len, size = min_t(u32, text, lc->mss);
	unsigned int room = lc->mss - size, segs;
	const struct lctcp_ent *ent = &lc->b.ent;
	struct tcphdr *th;
	bool told = true;
	__wsum sum;
	u16 wnd = 0;

	if (unlikely(LCTCP_CB(skb)->probe))
		size = text;
	lctcp_ecn_out(sk, LCTCP_CB(skb), text, &flags);
	if (flags & LCTCP_SYN)
		wnd = min_t(u32, lc->rcv_wnd, U16_MAX);
	else if (!(flags & LCTCP_RST))
		wnd = lctcp_select_window(sk);
	if (likely(lc->ts_ok && !(flags & LCTCP_SYN) &&
		   !lctcp_sacks_any(&lc->sacks))) {
		th = lctcp_push_ts(skb, ent, seq, lc->rcv_nxt, wnd, flags,
				   lctcp_ts_at(now, lc->ts_offset),
				   lc->ts_recent);
	} else {
		struct lctcp_options opt;

		lctcp_options_of(sk, flags, now, &opt);
		if (lctcp_sacks_any(&lc->sacks) && !(flags & LCTCP_RST))
			told = lctcp_sacks_report(&lc->sacks, room, &opt);
		th = lctcp_push_options(skb, htons(ent->lport), ent->rport, seq,
					lc->rcv_nxt, wnd, flags, &opt);
	}
	segs = text > size ? DIV_ROUND_UP(text, size) : 1;
	lctcp_tally_out(&lc->tally, segs, text, LCTCP_CB(skb)->retrans);
	if (text) {
		lc->pmtu.sent = max_t(u32, lc->pmtu.sent,
				      skb->len - text + size);
		lctcp_pace_sent(sk, segs * (lc->af->hdr_len + skb->len - text) +
				    text, now);
	}
	if (unlikely(lc->urg_mode))
		lctcp_urg_fill(lc, th, seq);
	sum = lc->af->ent_pseudo(ent, skb->len);
	if (text > size || (text && lctcp_sums_below(sk)))
		lctcp_leave(skb, sum, lc->af->gso_type, text, size);
	else
		lctcp_sum(skb, sum);

	/* Without room for SACK blocks that are due, another ACK must follow. */
	if ((flags & LCTCP_ACK) && (told || lc->ack_pending < 2))
		lctcp_timers_ack_sent(sk);
	lctcp_count_out(sock_net(sk), segs, flags);
	if (unlikely(trace_lctcp_send_enabled() ||
		     static_branch_unlikely(&lctcp_faults_on.key)) &&
	    lctcp_watched(sk, skb, seq, flags, text))
		return 0;
	lctcp_own(sk, skb, text);
	skb_set_dst_pending_confirm(skb, READ_ONCE(sk->sk_dst_pending_confirm));
	memset(skb->cb, 0, sizeof(struct lctcp_skb_cb));
	return lc->af->xmit(sk, skb);
}

int lctcp_emit_queued(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	u64 now = ktime_get_ns();
	struct sk_buff *copy;

	/* A clone that is still in a queue below uses the headroom. */
	copy = skb_cloned(skb) ? pskb_copy(skb, GFP_ATOMIC | __GFP_NOWARN) :
				 skb_clone(skb, GFP_ATOMIC | __GFP_NOWARN);
	if (!copy)
		return -ENOBUFS;
	cb->h.sent_us = div_u64(now, NSEC_PER_USEC);
	if (cb->sent)
		lc->rec.wave++;
	cb->wave = lc->rec.wave;
	cb->limited = lctcp_rate_sent(&lc->tally.rate, &cb->rate,
				      cb->seq == lc->snd_una && !cb->retrans,
				      cb->h.sent_us);
	cb->sent = 1;
	lctcp_time_add(lc, cb);
	return lctcp_emit_sock(sk, copy, cb->seq, cb->flags, now);
}

static void lctcp_send_bare(struct sock *sk, u32 seq, u8 flags)
{
	struct sk_buff *skb = lctcp_alloc_bare();

	if (skb)
		lctcp_emit_sock(sk, skb, seq, flags, ktime_get_ns());
	else if (flags == LCTCP_ACK)
		lctcp_timers_ack_owed(sk);	/* then later */
}

/* SND.NXT, but not beyond the peer's window, if that has shrunk or was probed:
 * there an ACK would not be acceptable, and be answered, and a RST ignored.
 */
static u32 lctcp_bare_seq(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 edge = lctcp_snd_edge(lc);

	return lctcp_before(edge, lc->snd_nxt) ? edge : lc->snd_nxt;
}

void lctcp_send_ack(struct sock *sk)
{
	lctcp_send_bare(sk, lctcp_bare_seq(sk), LCTCP_ACK);
}

void lctcp_send_reply(struct sock *sk, const struct sk_buff *skb,
		      enum lctcp_answer kind, bool insist)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (cb->seq != cb->end_seq && !(cb->flags & LCTCP_SYN)) {
		insist = true;
		if (lctcp_before(cb->seq, lc->rcv_nxt))
			lctcp_duplicate(sk, cb->seq,
					lctcp_before(cb->end_seq, lc->rcv_nxt) ?
					cb->end_seq : lc->rcv_nxt);
	}
	if (lctcp_may_answer(sk, kind))
		lctcp_send_ack(sk);
	else if (insist)
		lctcp_timers_ack_owed(sk);
}

void lctcp_ack_refused(struct sock *sk)
{
	if (lctcp_may_answer(sk, LCTCP_ANSWER_REFUSAL))
		lctcp_sk(sk)->ack_pending = 2;
	else
		lctcp_timers_ack_owed(sk);
}

void lctcp_send_keepalive(struct sock *sk)
{
	lctcp_send_bare(sk, lctcp_sk(sk)->snd_una - 1, LCTCP_ACK);
}

void lctcp_send_challenge(struct sock *sk)
{
	if (!lctcp_may_answer(sk, LCTCP_ANSWER_CHALLENGE))
		return;
	LCTCP_INC(sock_net(sk), CHALLENGEACKS);
	lctcp_send_ack(sk);
}

void lctcp_send_rst(struct sock *sk)
{
	lctcp_send_bare(sk, lctcp_bare_seq(sk), LCTCP_RST);
}
