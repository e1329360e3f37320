// SPDX-License-Identifier: GPL-2.0
/*
 * A segment arrives: RFC 9293 section 3.10.7, in its order.
 *
 * lctcp_rcv() checks the header and asks the connection table whose segment
 * it is.  Minis and listeners handle theirs without a lock (handshake.c,
 * timewait.c).  A socket's segment is handled under the socket lock, or kept
 * in the backlog until the program releases it.
 */
#include <linux/filter.h>
#include <linux/netfilter.h>
#include <linux/security.h>
#include <net/dst.h>
#include <net/xfrm.h>

#include "ack.h"
#include "fault.h"
#include "handshake.h"
#include "input.h"
#include "ecn.h"
#include "ip/ip.h"
#include "lctcp.h"
#include "listen.h"
#include "output.h"
#include "send.h"
#include "state.h"
#include "stream.h"
#include "table.h"
#include "timer.h"
#include "timewait.h"
#include "urgent.h"
#include "view/saw.h"

/* The header alone: its length, data offset and checksum. */
static bool lctcp_header_ok(struct net *net, struct sk_buff *skb,
			    const struct lctcp_af_ops *af)
{
	unsigned int doff;

	LCTCP_ADD(net, INSEGS, skb_shinfo(skb)->gso_segs ?: 1);
	if (!pskb_may_pull(skb, LCTCP_HDR_LEN)) {
		LCTCP_INC(net, INERRS);
		LCTCP_DROP(net, INSHORT, skb);
		return false;
	}
	doff = tcp_hdr(skb)->doff * 4;
	if (doff < LCTCP_HDR_LEN || !pskb_may_pull(skb, doff)) {
		LCTCP_INC(net, INERRS);
		LCTCP_DROP(net, INBADDOFF, skb);
		return false;
	}
	if (!af->csum_ok(skb)) {
		LCTCP_INC(net, INERRS);
		LCTCP_DROP(net, INCSUMERRORS, skb);
		return false;
	}
	return true;
}

static void lctcp_find_timestamps(const struct tcphdr *th,
				  struct lctcp_skb_cb *cb)
{
	const u8 *p = (const u8 *)(th + 1);
	unsigned int len = th->doff * 4 - LCTCP_HDR_LEN;
	struct lctcp_options opt;

	/* NOP, NOP, timestamps, and nothing else: as nearly always. */
	if (len == 12 && get_unaligned_be32(p) == 0x0101080a) {
		cb->tsval = get_unaligned_be32(p + 4);
		cb->tsecr = get_unaligned_be32(p + 8);
		cb->has_ts = 1;
		return;
	}
	/* MSS, SACK-permitted, timestamps: so begins nearly each SYN. */
	if (th->syn && len >= 16 && get_unaligned_be16(p) == 0x0204 &&
	    get_unaligned_be32(p + 4) == 0x0402080a) {
		cb->tsval = get_unaligned_be32(p + 8);
		cb->tsecr = get_unaligned_be32(p + 12);
		cb->has_ts = 1;
		return;
	}
	lctcp_options_parse(p, len, th->syn, &opt);
	cb->tsval = opt.tsval;
	cb->tsecr = opt.tsecr;
	cb->has_ts = opt.have_ts;
}

static void lctcp_fill_cb(struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);

	u8 flags = ((const u8 *)th)[13];

	cb->seq = ntohl(th->seq);
	cb->end_seq = cb->seq + skb->len - th->doff * 4;
	if (unlikely(flags & (LCTCP_SYN | LCTCP_FIN)))
		cb->end_seq += th->syn + th->fin;
	cb->ack = ntohl(th->ack_seq);
	cb->wnd = ntohs(th->window);
	cb->flags = flags;
	cb->has_ts = 0;
	if (th->doff > LCTCP_HDR_LEN / 4)
		lctcp_find_timestamps(th, cb);
}

/* May this come as it came, in the clear or by IPsec?  A socket's own policy
 * goes before that of the host.
 */
static bool lctcp_policy_ok(struct sock *sk, struct sk_buff *skb)
{
	bool ok;

	if (skb->protocol == htons(ETH_P_IP))
		ok = xfrm4_policy_check(sk, XFRM_POLICY_IN, skb);
	else
		ok = xfrm6_policy_check(sk, XFRM_POLICY_IN, skb);
	if (unlikely(!ok))
		LCTCP_DROP(dev_net(skb->dev), DROPFILTER, skb);
	return ok;
}

/* CLOSED: RFC 9293 section 3.10.7.1. */
static void lctcp_rcv_closed(struct sk_buff *skb, const struct lctcp_tuple *t,
			     const struct lctcp_af_ops *af)
{
	LCTCP_DROP(t->net, DROPNOCONN, skb);
	if (!(LCTCP_CB(skb)->flags & LCTCP_RST))
		lctcp_reply_rst(t, skb, af, NULL);
	kfree_skb(skb);
}

/* What was offered may come while the program holds the lock, in buffers that
 * cost more than their text, and ACKs of what we sent.
 */
static u32 lctcp_backlog_most(const struct sock *sk)
{
	return 2U * READ_ONCE(sk->sk_rcvbuf) + READ_ONCE(sk->sk_sndbuf) +
	       64 * 1024;
}

/* A segment for a full socket. */
static int lctcp_rcv_sock(struct sock *sk, struct sk_buff *skb)
{
	struct net *net = sock_net(sk);

	if (!lctcp_admit(sk, skb) || !lctcp_filter(sk, skb)) {
		kfree_skb(skb);
		return 0;
	}
	skb_dst_drop(skb);
	skb->dev = NULL;
	bh_lock_sock_nested(sk);
	if (!sock_owned_by_user(sk)) {
		lctcp_rcv_locked(sk, skb);
	} else if (sk_add_backlog(sk, skb, lctcp_backlog_most(sk))) {
		LCTCP_DROP(net, DROPBACKLOG, skb);
		kfree_skb(skb);
	}
	bh_unlock_sock(sk);
	return 0;
}

int lctcp_rcv(struct sk_buff *skb, const struct lctcp_af_ops *af)
{
	struct net *net = dev_net(skb->dev);
	struct lctcp_tuple t;
	struct lctcp_ent *ent;
	struct sock *sk;

	if (skb->pkt_type != PACKET_HOST || !lctcp_header_ok(net, skb, af))
		goto drop;
	af->tuple(skb, &t);
	lctcp_fill_cb(skb);
	trace_lctcp_receive(&t, tcp_hdr(skb),
			    skb->len - tcp_hdr(skb)->doff * 4);

	ent = lctcp_lookup(&t);
	if (ent) {
		switch (ent->kind) {
		case LCTCP_KIND_SOCK:
			return lctcp_rcv_sock(lctcp_sock_of(ent), skb);
		case LCTCP_KIND_REQ:
			lctcp_req_rcv(lctcp_req_of(ent), skb, &t, af);
			return 0;
		case LCTCP_KIND_TW:
			if (!lctcp_policy_ok(NULL, skb))
				goto drop;
			lctcp_tw_rcv(lctcp_tw_of(ent), skb, &t, af);
			return 0;
		}
	}
	if (unlikely(lctcp_quiet())) {
		LCTCP_DROP(net, DROPQUIET, skb);
		goto drop;
	}
	sk = lctcp_lookup_listener(&t);
	if (sk)
		lctcp_listen_rcv(sk, skb, &t, af, NULL);
	else if (lctcp_policy_ok(NULL, skb))
		lctcp_rcv_closed(skb, &t, af);
	else
		goto drop;
	return 0;
drop:
	kfree_skb(skb);
	return 0;
}

bool lctcp_admit(struct sock *sk, struct sk_buff *skb)
{
	bool v6 = skb->protocol == htons(ETH_P_IPV6);
	u8 ttl = v6 ? ipv6_hdr(skb)->hop_limit : ip_hdr(skb)->ttl;

	if (unlikely(ttl < lctcp_min_ttl(sk, v6 ? AF_INET6 : AF_INET))) {
		LCTCP_DROP(sock_net(sk), DROPMINTTL, skb);
		return false;
	}
	if (!lctcp_policy_ok(sk, skb))
		return false;
	nf_reset_ct(skb);
	return true;
}

bool lctcp_filter(struct sock *sk, struct sk_buff *skb)
{
	unsigned int len = skb->len;

	if (sk_filter_trim_cap(sk, skb, tcp_hdr(skb)->doff * 4)) {
		LCTCP_DROP(sock_net(sk), DROPFILTER, skb);
		return false;
	}
	if (unlikely(skb->len != len))
		lctcp_fill_cb(skb);
	return true;
}

/* Found without its lock, a socket may have been disconnected and connected
 * anew since, or while the segment waited in its backlog, where connect() lets
 * it come before the socket has its new addresses: is it the one that the
 * segment is for?  If not the segment is lost, as on a wire; whose it is now,
 * the next copy will find.
 */
static bool lctcp_still(const struct sock *sk, const struct sk_buff *skb)
{
	const struct lctcp_ent *ent = &lctcp_sk(sk)->b.ent;
	const struct tcphdr *th = tcp_hdr(skb);

	if (th->source != ent->rport || ntohs(th->dest) != ent->lport)
		return false;
	if (skb->protocol == htons(ETH_P_IPV6))
		return ent->family == AF_INET6 &&
		       ipv6_addr_equal(&ent->a6->raddr, &ipv6_hdr(skb)->saddr) &&
		       ipv6_addr_equal(&ent->a6->laddr, &ipv6_hdr(skb)->daddr);
	return ent->family == AF_INET && ent->raddr == ip_hdr(skb)->saddr &&
	       ent->laddr == ip_hdr(skb)->daddr;
}

/* Answer <SEQ=@seq><CTL=RST> on the connection's path, its state untouched. */
static void lctcp_sock_rst(struct sock *sk, u32 seq)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_flow flow;

	if (!lctcp_may_answer(sk, LCTCP_ANSWER_REFUSAL))
		return;
	lctcp_ent_flow(&lc->b.ent, sk, &flow);
	lctcp_send_flow(&flow, seq, 0, 0, LCTCP_RST, NULL, LCTCP_ROLE_RST,
			lc->id);
}

/* The socket became CLOSED while the segment waited in its backlog. */
static void lctcp_closed_rcv(struct sock *sk, struct sk_buff *skb)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	const struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_flow flow;

	LCTCP_DROP(sock_net(sk), DROPNOCONN, skb);
	/* After an orderly close TIME_WAIT answers, if the peer asks again. */
	if (!(cb->flags & LCTCP_RST) && lc->b.ent.rport &&
	    !(lc->peer_fin && lctcp_fin_acked(lc)) &&
	    lctcp_may_answer(sk, LCTCP_ANSWER_REFUSAL)) {
		lctcp_ent_flow(&lc->b.ent, sk, &flow);
		lctcp_send_refusal(&flow, skb, lc->id);
	}
	kfree_skb(skb);
}

/* IRS, RCV.NXT, the options, and the send window (RFC 1122 section 4.2.2.20 (c): in
 * SYN-SENT too) from the peer's SYN or SYN-ACK.
 */
static void lctcp_syn_vars(struct sock *sk, const struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_options opt;

	lctcp_options_parse((const u8 *)(th + 1),
			    th->doff * 4 - LCTCP_HDR_LEN, true, &opt);
	lc->irs = cb->seq;
	lc->rcv_nxt = cb->seq + 1;
	lc->rcv_wup = lc->rcv_nxt;
	lc->copied_seq = lc->rcv_nxt;
	lc->peer_mss = lctcp_peer_mss(&opt, lc->af);
	lc->wscale_ok = opt.have_wscale && lctcp_cfg(sk)->window_scaling;
	lc->snd_wscale = lc->wscale_ok ? opt.wscale : 0;
	if (opt.wscale_clamped)
		LCTCP_INC(sock_net(sk), WSCALECLAMPED);
	if (!lc->wscale_ok) {
		lc->rcv_wscale = 0;
		lc->rcv_wnd = min_t(u32, lc->rcv_wnd, U16_MAX);
	}
	lc->ts_ok = cb->has_ts && lctcp_cfg(sk)->timestamps;
	if (lc->ts_ok) {
		lc->ts_recent = cb->tsval;
		lc->ts_recent_at = jiffies;
		lc->ts_unknown = !cb->tsval;
	}
	lctcp_ecn_answered(lc, cb->flags);
	lc->sack_ok = opt.sack_permitted && lctcp_cfg(sk)->sack;
	/* The window of a SYN is never scaled. */
	lc->snd_wnd = cb->wnd;
	lc->max_snd_wnd = max(lc->max_snd_wnd, lc->snd_wnd);
	lc->snd_wl1 = cb->seq;
	lc->snd_wl2 = cb->ack;
	lctcp_sync_mss(sk);
}

/* SYN_SENT: RFC 9293 section 3.10.7.3. */
static void lctcp_syn_sent_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	bool ack = cb->flags & LCTCP_ACK;

	/* First check: ACK. */
	if (ack && cb->ack != lc->snd_nxt) {
		LCTCP_DROP(sock_net(sk), DROPACKFUTURE, skb);
		if (!(cb->flags & LCTCP_RST))
			lctcp_sock_rst(sk, cb->ack);
		goto drop;
	}
	/* Second: RST. Without an acceptable ACK it proves nothing. */
	if (cb->flags & LCTCP_RST) {
		LCTCP_DROP(sock_net(sk), DROPRST, skb);
		if (ack)
			lctcp_event(sk, LCTCP_EV_RST);
		goto drop;
	}
	/* Fourth: SYN. */
	if (!(cb->flags & LCTCP_SYN)) {
		LCTCP_DROP(sock_net(sk), DROPSYNSENT, skb);
		goto drop;
	}
	/*
	 * The pair was in TIME_WAIT, and this is a SYN of the life before:
	 * what acknowledges our SYN is not.
	 */
	if (!ack && lc->ts_recent_at && cb->has_ts &&
	    lctcp_before(cb->tsval, lc->ts_recent)) {
		LCTCP_DROP(sock_net(sk), DROPPAWS, skb);
		goto drop;
	}
	lctcp_syn_vars(sk, skb);
	if (!ack) {
		/* Both open at once.  Text is left for the peer to repeat. */
		lctcp_event(sk, LCTCP_EV_SYN);
		goto drop;
	}
	lctcp_ack_take(sk, skb, LCTCP_ACK_NEW);
	/* Before the program is woken, who may ask for the peer's label. */
	security_inet_conn_established(sk, skb);
	lctcp_event(sk, LCTCP_EV_SYN_ACK);

	/* The rest of the segment: text and FIN. */
	cb->seq++;
	cb->flags &= ~LCTCP_SYN;
	lctcp_text_process(sk, skb);
	lctcp_push(sk);
	if (lc->ack_pending > 1)
		lctcp_send_ack(sk);
	return;
drop:
	kfree_skb(skb);
}

/* TS.Recent is forgotten after 24 days: RFC 7323 section 5.5. */
#define LCTCP_TS_VALID	(24UL * 24 * 3600 * HZ)

static bool lctcp_ts_expired(const struct lctcp_sock *lc)
{
	return time_after_eq(jiffies, lc->ts_recent_at + LCTCP_TS_VALID);
}

/* The segment has an old timestamp.  Is it an ACK and nothing else that a newer
 * one overtook on the way?  What it says is known, and an answer would be one
 * to each such ACK (D40).  A keepalive looks the same, one below, and waits for
 * its answer.
 */
static bool lctcp_overtaken(const struct lctcp_sock *lc,
			    const struct lctcp_skb_cb *cb)
{
	return cb->seq == cb->end_seq && (cb->flags & LCTCP_ACK) &&
	       !lctcp_after(cb->seq, lc->rcv_nxt) &&
	       cb->seq != lc->rcv_nxt - 1 &&
	       lctcp_ack_judge(lc, cb->ack) == LCTCP_ACK_DUP;
}

/* RFC 7323 section 5.3, before the other checks: an old duplicate shows by its
 * timestamp (R1), and a segment without one is not the peer's (section 3.2).
 * A RST is exempt; a SYN is for RFC 5961 to judge.
 */
static bool lctcp_check_timestamp(struct sock *sk, struct sk_buff *skb)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (!lc->ts_ok || (cb->flags & (LCTCP_RST | LCTCP_SYN)))
		return true;
	if (lctcp_ts_missing(sock_net(sk), cb)) {
		LCTCP_DROP(sock_net(sk), DROPNOTS, skb);
		return false;
	}
	if (cb->has_ts && lctcp_before(cb->tsval, lc->ts_recent) &&
	    !lc->ts_unknown && !lctcp_ts_expired(lc)) {
		LCTCP_DROP(sock_net(sk), DROPPAWS, skb);
		if (!lctcp_overtaken(lc, cb))
			lctcp_send_reply(sk, skb, LCTCP_ANSWER_REFUSAL, false);
		return false;
	}
	return true;
}

/* Every check has passed, that of the ACK included: only now does the segment
 * show that the peer lives, and is its timestamp one to remember and to echo,
 * if it is not beyond what we last acknowledged (RFC 7323 section 4.3).  Taken
 * any sooner, one forged segment would make all honest ones look old.
 */
static void lctcp_take_signs(struct sock *sk, const struct lctcp_skb_cb *cb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lctcp_timers_heard(sk);
	if (!lc->ts_ok || !cb->has_ts || lctcp_after(cb->seq, lc->rcv_wup))
		return;
	if (!lctcp_before(cb->tsval, lc->ts_recent) || lc->ts_unknown ||
	    lctcp_ts_expired(lc)) {
		lc->ts_recent = cb->tsval;
		lc->ts_recent_at = jiffies;
		if (unlikely(lc->ts_unknown))
			lc->ts_unknown = !cb->tsval;
	}
}

/* Our FIN has just been acknowledged, or was before: what follows?  In
 * FIN_WAIT1 a FIN in the same segment makes one arc of two.
 */
static void lctcp_check_fin_acked(struct sock *sk, const struct sk_buff *skb)
{
	const unsigned int waiting = LCTCP_S(LCTCP_FIN_WAIT1) |
				     LCTCP_S(LCTCP_CLOSING) |
				     LCTCP_S(LCTCP_LAST_ACK);

	if (!lctcp_state_in(sk->sk_state, waiting) ||
	    !lctcp_fin_acked(lctcp_sk(sk)))
		return;
	if (sk->sk_state == TCP_FIN_WAIT1 && skb &&
	    (LCTCP_CB(skb)->flags & LCTCP_FIN))
		return;		/* lctcp_sync_rcv() asks again */
	lctcp_event(sk, LCTCP_EV_ACK_OF_FIN);
	if (sk->sk_state == TCP_FIN_WAIT2) {
		if (sock_flag(sk, SOCK_DEAD))
			lctcp_timers_orphan_fw2(sk);
		else
			sk->sk_state_change(sk);	/* SO_LINGER waits */
	}
}

/* Not acceptable: answer it.  A keepalive or a probe waits for that, and what it
 * acknowledges counts, if that is good (D21), but nothing else.
 */
static void lctcp_not_acceptable(struct sock *sk, struct sk_buff *skb, u32 len)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	enum lctcp_ack_class worth = LCTCP_ACK_FUTURE;
	enum lctcp_answer kind = LCTCP_ANSWER_REFUSAL;

	/* The FIN, or the SYN-ACK, again: our ACK was lost. */
	if ((cb->flags & LCTCP_SYN) || ((cb->flags & LCTCP_FIN) &&
					lc->peer_fin &&
					cb->end_seq == lc->rcv_nxt))
		kind = LCTCP_ANSWER_AGAIN;
	if (sk->sk_state != TCP_SYN_RECV &&
	    lctcp_seq_is_probe(cb->seq, len, lc->rcv_nxt) &&
	    (cb->flags & (LCTCP_ACK | LCTCP_SYN | LCTCP_FIN)) == LCTCP_ACK)
		worth = lctcp_ack_judge(lc, cb->ack);
	lctcp_send_reply(sk, skb, kind, kind == LCTCP_ANSWER_AGAIN ||
			 worth == LCTCP_ACK_NEW || worth == LCTCP_ACK_DUP);
	if (worth != LCTCP_ACK_NEW && worth != LCTCP_ACK_DUP)
		return;
	lctcp_ack_take(sk, skb, worth);
	lctcp_check_fin_acked(sk, NULL);
	if (sk->sk_state != TCP_CLOSE)
		lctcp_push(sk);
}

/* First check of a synchronized state, or of SYN_RECV: is the segment in the
 * window?  If not it is answered, unless it is a RST.
 */
static bool lctcp_check_seq(struct sock *sk, struct sk_buff *skb)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 len = cb->end_seq - cb->seq;
	u32 wnd = lctcp_receive_window(lc);

	if (lctcp_seq_acceptable(cb->seq, len, lc->rcv_nxt, wnd))
		return true;
	/*
	 * With a zero window the ACK, URG, RST and SYN of the segment expected
	 * next still count (RFC 9293 MUST-66).  Its text and FIN are left out.
	 */
	if (!wnd && cb->seq == lc->rcv_nxt)
		return true;
	/* Crossing SYN-ACKs of a simultaneous open (D21). */
	if (sk->sk_state == TCP_SYN_RECV && cb->seq == lc->irs &&
	    (cb->flags & (LCTCP_SYN | LCTCP_ACK | LCTCP_RST)) ==
	    (LCTCP_SYN | LCTCP_ACK))
		return true;

	LCTCP_DROP(sock_net(sk), DROPSEQ, skb);
	if (cb->flags & LCTCP_RST)
		return false;
	/*
	 * A SYN-ACK sent again means that our third ACK was lost: always
	 * answered.  Any other SYN is a challenge (RFC 5961 section 4).
	 */
	if ((cb->flags & LCTCP_SYN) &&
	    !((cb->flags & LCTCP_ACK) && cb->seq == lc->irs &&
	      cb->ack == lc->iss + 1)) {
		lctcp_send_challenge(sk);
		return false;
	}
	lctcp_not_acceptable(sk, skb, len);
	return false;
}

/* Second check.  True: the segment is a RST and has been dealt with. */
static bool lctcp_check_rst(struct sock *sk, struct sk_buff *skb)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (!(cb->flags & LCTCP_RST))
		return false;
	LCTCP_DROP(sock_net(sk), DROPRST, skb);
	/*
	 * RFC 5961 section 3.2: only the exact number resets, and only another
	 * in the window is worth asking.  What begins below it is old.
	 */
	if (cb->seq == lc->rcv_nxt)
		lctcp_event(sk, LCTCP_EV_RST);
	else if (cb->seq - lc->rcv_nxt < lctcp_receive_window(lc))
		lctcp_send_challenge(sk);
	return true;
}

/* Fifth check for SYN_RECV of a simultaneous open. */
static bool lctcp_check_ack_syn_recv(struct sock *sk, struct sk_buff *skb)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (!lctcp_after(cb->ack, lc->snd_una) ||
	    lctcp_after(cb->ack, lc->snd_nxt)) {
		LCTCP_DROP(sock_net(sk), DROPACKFUTURE, skb);
		lctcp_sock_rst(sk, cb->ack);
		return false;
	}
	lctcp_take_signs(sk, cb);
	/* A SYN-ACK's window is not scaled; an ACK's is. */
	lc->snd_wnd = (u32)cb->wnd <<
		      (cb->flags & LCTCP_SYN ? 0 : lc->snd_wscale);
	lc->max_snd_wnd = max(lc->max_snd_wnd, lc->snd_wnd);
	lc->snd_wl1 = cb->seq;
	lc->snd_wl2 = cb->ack;
	lctcp_ack_take(sk, skb, LCTCP_ACK_NEW);
	lctcp_event(sk, LCTCP_EV_ACK_OF_SYN);
	return true;
}

/* SYN_RECV of a simultaneous open, and the synchronized states: RFC 9293
 * section 3.10.7.4.
 */
static void lctcp_sync_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	enum lctcp_ack_class worth;

	if (!lctcp_check_timestamp(sk, skb) || !lctcp_check_seq(sk, skb) ||
	    lctcp_check_rst(sk, skb))
		goto drop;

	/* Fourth: SYN, but for the crossing SYN-ACK let through above. */
	if (cb->flags & LCTCP_SYN) {
		if (sk->sk_state != TCP_SYN_RECV || cb->seq != lc->irs ||
		    !(cb->flags & LCTCP_ACK)) {
			LCTCP_DROP(sock_net(sk), DROPSYN, skb);
			lctcp_send_challenge(sk);
			goto drop;
		}
		if (lctcp_check_ack_syn_recv(sk, skb))
			lctcp_push(sk);
		goto drop;
	}

	/* Fifth: ACK. */
	if (!(cb->flags & LCTCP_ACK)) {
		LCTCP_DROP(sock_net(sk), DROPNOACK, skb);
		goto drop;
	}
	if (sk->sk_state == TCP_SYN_RECV) {
		if (!lctcp_check_ack_syn_recv(sk, skb))
			goto drop;
	} else {
		worth = lctcp_ack_check(sk, skb);
		if (worth != LCTCP_ACK_NEW && worth != LCTCP_ACK_DUP)
			goto drop;
		lctcp_take_signs(sk, cb);
		lctcp_ack_take(sk, skb, worth);
	}
	lctcp_check_fin_acked(sk, skb);
	if (sk->sk_state == TCP_CLOSE)
		goto drop;

	/* Sixth: URG. */
	if (unlikely((cb->flags & LCTCP_URG) || lc->urg_data) &&
	    lctcp_state_in(sk->sk_state, LCTCP_S_RECEIVING))
		lctcp_urg_rcv(sk, skb);

	/* Seventh and eighth: text and FIN. */
	lctcp_text_process(sk, skb);
	lctcp_check_fin_acked(sk, NULL);
	if (sk->sk_state != TCP_CLOSE) {
		lctcp_push(sk);
		if (lc->ack_pending > 1)
			lctcp_send_ack(sk);
	}
	return;
drop:
	kfree_skb(skb);
}

void lctcp_rcv_segment(struct sock *sk, struct sk_buff *skb)
{
	lctcp_sk(sk)->tally.segs_in += lctcp_segs(skb);
	switch (sk->sk_state) {
	case TCP_CLOSE:
	case TCP_LISTEN:	/* a new life began while it waited */
		lctcp_closed_rcv(sk, skb);
		break;
	case TCP_SYN_SENT:
		lctcp_syn_sent_rcv(sk, skb);
		break;
	default:
		lctcp_sync_rcv(sk, skb);
		break;
	}
	sk_mem_reclaim(sk);
}

int lctcp_rcv_locked(struct sock *sk, struct sk_buff *skb)
{
	if (likely(lctcp_still(sk, skb))) {
		lctcp_rcv_segment(sk, skb);
	} else {
		LCTCP_DROP(sock_net(sk), DROPNOCONN, skb);
		kfree_skb(skb);
	}
	return 0;
}
