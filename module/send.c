// SPDX-License-Identifier: GPL-2.0
/*
 * What is sent, and when: the write queue, windows, Nagle, retransmission, MSS.
 *
 * The write queue holds text, SYN and FIN in sequence.  What comes before
 * send_head has been sent and waits for its acknowledgment; each time it
 * leaves it does so as a clone, into whose headroom output.c writes the header.
 */
#include <net/ip.h>

#include "ack.h"
#include "lctcp.h"
#include "memory.h"
#include "output.h"
#include "send.h"
#include "stream.h"
#include "timer.h"
#include "view/saw.h"

/* ---- the write queue ---- */

struct sk_buff *lctcp_alloc_skb(struct sock *sk, gfp_t gfp)
{
	struct sk_buff *skb = alloc_skb_fclone(LCTCP_HEADROOM, gfp);

	if (!skb)
		return NULL;
	skb_reserve(skb, LCTCP_HEADROOM);
	__skb_header_release(skb);
	skb->ip_summed = CHECKSUM_PARTIAL;	/* summed when it leaves */
	memset(LCTCP_CB(skb), 0, sizeof(struct lctcp_skb_cb));
	LCTCP_CB(skb)->seq = lctcp_sk(sk)->write_seq;
	LCTCP_CB(skb)->end_seq = lctcp_sk(sk)->write_seq;
	LCTCP_CB(skb)->flags = LCTCP_ACK;
	return skb;
}

void lctcp_free_tx_skb(struct sock *sk, struct sk_buff *skb)
{
	lctcp_tx_uncharge(sk, skb->truesize);
	__kfree_skb(skb);
}

void lctcp_purge_tx(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(&sk->sk_write_queue)))
		lctcp_free_tx_skb(sk, skb);
	lc->send_head = NULL;
	lc->rtx_next = NULL;
}

struct sk_buff *lctcp_rtx_head(const struct sock *sk)
{
	struct sk_buff *skb = skb_peek(&sk->sk_write_queue);

	return skb == lctcp_sk(sk)->send_head ? NULL : skb;
}

static struct sk_buff *lctcp_tx_next(const struct sock *sk,
				     const struct sk_buff *skb)
{
	return skb_queue_is_last(&sk->sk_write_queue, skb) ? NULL :
		skb_queue_next(&sk->sk_write_queue, skb);
}

struct sk_buff *lctcp_rtx_after(const struct sock *sk,
				const struct sk_buff *skb)
{
	struct sk_buff *next = lctcp_tx_next(sk, skb);

	return next == lctcp_sk(sk)->send_head ? NULL : next;
}

/* Queue a SYN or a FIN of its own. */
static struct sk_buff *lctcp_queue_ctl(struct sock *sk, u8 flags)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb = lctcp_alloc_skb(sk, GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return NULL;
	LCTCP_CB(skb)->flags = flags;
	LCTCP_CB(skb)->end_seq = ++lc->write_seq;
	lctcp_tx_charge(sk, skb->truesize);
	__skb_queue_tail(&sk->sk_write_queue, skb);
	if (!lc->send_head)
		lc->send_head = skb;
	return skb;
}

/* A FIN behind all that is queued: on the last segment if that has not left
 * yet.  Without memory it is tried again when the timer fires.
 */
static void lctcp_queue_fin(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);
	u32 seq = lc->write_seq;

	lc->fin_wanted = 0;
	if (lc->send_head && skb->len) {
		LCTCP_CB(skb)->flags |= LCTCP_FIN;
		LCTCP_CB(skb)->end_seq = ++lc->write_seq;
	} else if (!lctcp_queue_ctl(sk, LCTCP_FIN | LCTCP_ACK)) {
		lc->fin_wanted = 1;
		return;
	}
	lc->snd_fin = seq;
	lc->fin_queued = 1;
}

/* Before a queued segment's pages are touched: no clone may share them. */
static int lctcp_unshare(struct sock *sk, struct sk_buff *skb)
{
	int before = skb->truesize;
	int err = skb_unclone(skb, GFP_ATOMIC | __GFP_NOWARN);

	lctcp_tx_charge(sk, (int)skb->truesize - before);
	return err;
}

int lctcp_trim_tx(struct sock *sk, struct sk_buff *skb, u32 n)
{
	struct skb_shared_info *info;
	unsigned int i, gone = 0;

	n = min(n, skb->len);
	if (lctcp_unshare(sk, skb))
		return -ENOMEM;
	info = skb_shinfo(skb);
	skb->len -= n;
	skb->data_len -= n;
	for (i = 0; i < info->nr_frags && n; i++) {
		skb_frag_t *frag = &info->frags[i];
		u32 size = skb_frag_size(frag);

		if (size > n) {
			skb_frag_off_add(frag, n);
			skb_frag_size_sub(frag, n);
			break;
		}
		n -= size;
		skb_frag_unref(skb, i);
		gone++;
	}
	info->nr_frags -= gone;
	memmove(info->frags, info->frags + gone,
		info->nr_frags * sizeof(info->frags[0]));
	return 0;
}

u32 lctcp_seg_size(const struct lctcp_sock *lc)
{
	u32 most = lc->max_snd_wnd;

	if (most > LCTCP_MSS_DEFAULT_V4)
		most /= 2;
	return most ? min_t(u32, lc->mss, most) : lc->mss;
}

/* Cut a queued segment after @len octets of text; the rest follows it. */
static int lctcp_split(struct sock *sk, struct sk_buff *skb, u32 len)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb), *rest_cb;
	struct sk_buff *rest;
	int moved;

	rest = lctcp_alloc_skb(sk, GFP_ATOMIC | __GFP_NOWARN);
	if (!rest)
		return -ENOBUFS;
	if (lctcp_unshare(sk, skb)) {
		__kfree_skb(rest);
		return -ENOMEM;
	}
	moved = skb->len - len;
	skb_split(skb, rest, len);
	skb->truesize -= moved;
	rest->truesize += moved;
	lctcp_tx_charge(sk, rest->truesize - moved);

	rest_cb = LCTCP_CB(rest);
	*rest_cb = *cb;
	rest_cb->seq = cb->seq + len;
	cb->end_seq = rest_cb->seq;
	cb->flags &= ~(LCTCP_FIN | LCTCP_PSH);
	__skb_queue_after(&sk->sk_write_queue, skb, rest);
	return 0;
}

/* ---- sending what is queued ---- */

/* The window is in @skb's way: may a part of it go?  Sender's silly window
 * avoidance, RFC 9293 section 3.8.6.2.1.
 */
static bool lctcp_fit_window(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	u32 edge = lctcp_snd_edge(lc), usable;

	if (!lctcp_after(cb->end_seq, edge))
		return true;
	if (!lctcp_before(cb->seq, edge))
		return false;
	usable = edge - cb->seq;
	if (usable < min_t(u32, lc->mss, max(1U, lc->max_snd_wnd / 2)))
		return false;
	return usable >= skb->len || !lctcp_split(sk, skb, usable);
}

/* Hold back what is too little for a segment while another is unacknowledged
 * (RFC 9293 section 3.7.4), or while the program says that more is to come.  All
 * that is queued from @skb on counts: a small one may stand in the midst if it was
 * cut when window or MSS were others, and nobody will ever add to it.
 */
static bool lctcp_hold(const struct lctcp_sock *lc, const struct sk_buff *skb)
{
	if (lc->write_seq - LCTCP_CB(skb)->seq >= lctcp_seg_size(lc) ||
	    lc->fin_queued || (lc->nonagle & LCTCP_PUSH_ONCE))
		return false;
	if (lc->nonagle & LCTCP_CORK)
		return true;
	return !(lc->nonagle & LCTCP_NODELAY) && lc->snd_nxt != lc->snd_una;
}

/* The first transmission of the segment at send_head. */
static int lctcp_send_new(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	int err;

	if (skb_queue_is_last(&sk->sk_write_queue, skb) && skb->len)
		LCTCP_CB(skb)->flags |= LCTCP_PSH;
	/* Before it leaves: on loopback the answer may come at once. */
	lc->send_head = lctcp_tx_next(sk, skb);
	lc->snd_nxt = LCTCP_CB(skb)->end_seq;
	err = lctcp_emit_queued(sk, skb);
	if (err == -ENOBUFS && !LCTCP_CB(skb)->sent) {
		lc->send_head = skb;
		lc->snd_nxt = LCTCP_CB(skb)->seq;
		return err;
	}
	lc->last_snd = jiffies;
	if (lc->last_text &&
	    time_before(jiffies, lc->last_text +
			msecs_to_jiffies(lctcp_cfg(sk)->delack_ms)))
		lc->pingpong = 1;
	lctcp_timers_sent(sk);
	return 0;
}

/* Send a segment again, in pieces if the MSS has become smaller. */
static int lctcp_resend(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	int err;

	if (skb->len > lc->mss) {
		err = lctcp_split(sk, skb, lc->mss);
		if (err)
			return err;
	}
	cb->retrans = 1;
	lc->total_retrans++;
	LCTCP_INC(sock_net(sk), RETRANSSEGS);
	if (cb->flags & LCTCP_SYN) {
		lc->syn_lost = min(lc->syn_lost + 1, U8_MAX);
		if (cb->flags & LCTCP_ACK)
			LCTCP_INC(sock_net(sk), SYNACKSRETRANS);
		else
			LCTCP_INC(sock_net(sk), SYNSRETRANS);
	}
	trace_lctcp_retransmit(&lc->b.ent, lc->id, cb->seq, cb->flags,
			       lc->retries);
	return lctcp_emit_queued(sk, skb);
}

int lctcp_retransmit_head(struct sock *sk)
{
	struct sk_buff *skb = lctcp_rtx_head(sk);

	return skb ? lctcp_resend(sk, skb) : 0;
}

void lctcp_resend_lost(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;

	while (lc->in_loss && (skb = lc->rtx_next)) {
		/* below 0 if a part of it is acknowledged */
		s32 flight = LCTCP_CB(skb)->seq - lc->snd_una;

		if (lc->lost_big && !LCTCP_CB(skb)->lost) {
			lc->rtx_next = lctcp_rtx_after(sk, skb);
			continue;
		}
		if (flight > 0 && flight + skb->len > lc->cong.cwnd)
			return;
		if (lctcp_resend(sk, skb))
			return;
		lc->rtx_next = lctcp_rtx_after(sk, skb);
	}
}

void lctcp_resend_big(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	bool all = lc->in_loss && !lc->lost_big;	/* after a timeout */
	struct sk_buff *skb;
	bool any = false;

	for (skb = lctcp_rtx_head(sk); skb; skb = lctcp_rtx_after(sk, skb)) {
		LCTCP_CB(skb)->lost = skb->len > lc->mss;
		any |= LCTCP_CB(skb)->lost;
	}
	if (!any)
		return;
	if (lc->in_recovery)
		lctcp_recovered(sk);
	lc->in_loss = 1;
	lc->lost_big = !all;
	lc->dupacks = 0;
	lc->recover = lc->snd_nxt;
	lc->rtx_next = lctcp_rtx_head(sk);
	lctcp_resend_lost(sk);
}

void lctcp_follow_path(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (unlikely(lc->af->mtu(sk) != lc->pmtu.mtu))
		lctcp_sync_mss(sk);
}

/* For the tally: what keeps data, all of which may have left, from going on? */
static enum lctcp_wait lctcp_waits_for(const struct sock *sk, bool shut)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->snd_una == lc->write_seq)
		return LCTCP_WAIT_NONE;
	if (shut)
		return LCTCP_WAIT_RWND;
	return !lc->send_head && sk->sk_socket &&
	       test_bit(SOCK_NOSPACE, &sk->sk_socket->flags) ?
	       LCTCP_WAIT_SNDBUF : LCTCP_WAIT_BUSY;
}

void lctcp_push_on(struct sock *sk)
{
	const unsigned int sending = LCTCP_S_SENDING |
				     LCTCP_S(LCTCP_FIN_WAIT1) |
				     LCTCP_S(LCTCP_CLOSING) |
				     LCTCP_S(LCTCP_LAST_ACK);
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;
	bool shut = false;

	if (!lctcp_state_in(sk->sk_state, sending))
		return;
	if (unlikely(lc->fin_wanted))
		lctcp_queue_fin(sk);
	if (lc->in_loss)
		lctcp_resend_lost(sk);
	while ((skb = lc->send_head)) {
		u32 flight = lc->snd_nxt - lc->snd_una;
		u32 size = lctcp_seg_size(lc);

		if (lc->in_loss && lc->rtx_next)
			break;
		if (skb->len > size && lctcp_split(sk, skb, size))
			break;
		if (!flight && lc->last_snd &&
		    time_after(jiffies, lc->last_snd +
			       usecs_to_jiffies(lc->rtt.rto_us)))
			lctcp_cong_on_idle(&lc->cong,
					   jiffies_to_usecs(jiffies -
							    lc->last_snd),
					   lc->rtt.rto_us);
		if (flight && flight + skb->len > lc->cong.cwnd) {
			lc->cwnd_seq = lc->snd_nxt;
			break;
		}
		shut = !lctcp_fit_window(sk, skb);
		if (shut || lctcp_hold(lc, skb))
			break;
		if (lctcp_send_new(sk, skb))
			break;
	}
	lctcp_tally_wait(&lc->tally, lctcp_waits_for(sk, shut));
	lc->nonagle &= ~LCTCP_PUSH_ONCE;
	lctcp_timers_window(sk);
}

void lctcp_push(struct sock *sk)
{
	if (lctcp_sk(sk)->send_head)
		lctcp_follow_path(sk);
	lctcp_push_on(sk);
}

void lctcp_send_probe(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb = lctcp_rtx_head(sk);
	u32 n = 1;

	LCTCP_INC(sock_net(sk), PROBES);
	if (skb) {
		lctcp_resend(sk, skb);
		return;
	}
	skb = lc->send_head;
	if (!skb) {
		lctcp_push(sk);		/* a FIN may want its memory */
		return;
	}
	if (lctcp_before(LCTCP_CB(skb)->seq, lctcp_snd_edge(lc)))
		n = min_t(u32, lctcp_snd_edge(lc) - LCTCP_CB(skb)->seq,
			  lc->mss);
	if (skb->len > n && lctcp_split(sk, skb, n))
		return;
	lctcp_send_new(sk, skb);
}

void lctcp_send_fin(struct sock *sk)
{
	lctcp_queue_fin(sk);
	lctcp_push(sk);
}

int lctcp_send_syn(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;

	lctcp_rcv_space_init(sk);
	lctcp_sync_mss(sk);
	lc->write_seq = lc->iss;
	lc->snd_una = lc->iss;
	lc->snd_nxt = lc->iss;
	lc->recover = lc->iss - 1;
	lc->cwnd_seq = lc->recover;
	skb = lctcp_queue_ctl(sk, LCTCP_SYN);
	if (!skb)
		return -ENOBUFS;
	if (lctcp_send_new(sk, skb))
		lctcp_timers_window(sk);	/* then a little later */
	return 0;
}

void lctcp_send_synack_sock(struct sock *sk)
{
	struct sk_buff *skb = lctcp_rtx_head(sk);

	if (!skb)
		return;
	LCTCP_CB(skb)->flags |= LCTCP_ACK;
	LCTCP_CB(skb)->retrans = 1;
	lctcp_emit_queued(sk, skb);
	lctcp_timers_acked(sk, true);	/* the schedule of SYN-ACKs begins */
}

u16 lctcp_our_mss(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	int mss = lc->af->mtu(sk) - lc->af->hdr_len - LCTCP_HDR_LEN;

	mss = clamp_t(int, mss, LCTCP_MSS_MIN, U16_MAX);
	return lc->user_mss ? min_t(u16, lc->user_mss, mss) : mss;
}

void lctcp_sync_mss(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 mtu = lc->af->mtu(sk);
	int mss = mtu - lc->af->hdr_len - LCTCP_HDR_LEN;

	lc->pmtu.mtu = mtu;
	if (lc->user_mss)
		mss = min_t(int, mss, lc->user_mss);
	/* The MSS option leaves out IP's options and ours (RFC 6691). */
	if (lc->peer_mss)
		mss = min(mss, lc->peer_mss - lc->af->ext_len(sk));
	mss = clamp_t(int, mss, LCTCP_MSS_MIN, U16_MAX);
	if (lc->ts_ok)
		mss -= LCTCP_TS_LEN;
	if (mss != lc->mss) {
		lc->mss = mss;
		lctcp_cong_set_mss(&lc->cong, mss);
	}
}
