// SPDX-License-Identifier: GPL-2.0
/* What is sent again: by recovery's marks, by timers, by a smaller path. */
#include "lctcp.h"
#include "output.h"
#include "pace.h"
#include "recovery.h"
#include "send.h"
#include "view/saw.h"

static void lctcp_count_again(struct sock *sk, const struct lctcp_skb_cb *cb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

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
}

int lctcp_resend(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	int err;

	if (skb->len > lc->mss) {
		err = lctcp_split(sk, skb, lc->mss);
		if (err)
			return err;
	}
	lctcp_count_again(sk, cb);
	lctcp_recovery_again(sk, cb);
	err = lctcp_emit_queued(sk, skb);
	/* It did not leave, so what was lost still waits for its turn. */
	if (err && cb->lost)
		lctcp_mark_lost(sk, skb);
	return err;
}

int lctcp_retransmit_head(struct sock *sk)
{
	struct sk_buff *skb = lctcp_rtx_head(sk);

	return skb ? lctcp_resend(sk, skb) : 0;
}

/* The first segment that is lost and waits to be sent again. */
static struct sk_buff *lctcp_next_lost(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb = lc->rtx_next;

	while (skb && (!LCTCP_CB(skb)->lost || LCTCP_CB(skb)->again))
		skb = lctcp_rtx_after(sk, skb);
	lc->rtx_next = skb;
	return skb;
}

void lctcp_resend_lost(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;

	while ((skb = lctcp_next_lost(sk))) {
		u32 pipe = lctcp_pipe(lc);

		if (pipe && pipe + min_t(u32, skb->len, lc->mss) >
			    lc->cong.cwnd)
			return;
		if (lctcp_pace_holds(sk))
			return;
		if (lctcp_resend(sk, skb))
			return;
	}
}

void lctcp_resend_big(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;
	bool any = false;

	for (skb = lctcp_rtx_head(sk); skb; skb = lctcp_rtx_after(sk, skb)) {
		if (skb->len <= lc->mss || LCTCP_CB(skb)->sacked)
			continue;
		lctcp_mark_lost(sk, skb);
		any = true;
	}
	if (!any)
		return;
	lc->rec.frto = LCTCP_FRTO_OFF;
	lctcp_resend_lost(sk);
}

int lctcp_resend_tail(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb = lc->send_head ?
			      skb_queue_prev(&sk->sk_write_queue,
					     lc->send_head) :
			      skb_peek_tail(&sk->sk_write_queue);
	int err;

	if (!skb || !lctcp_rtx_head(sk))
		return -ENOENT;
	if (skb->len > lc->mss) {
		err = lctcp_split(sk, skb, (skb->len - 1) / lc->mss * lc->mss);
		if (err)
			return err;
		skb = lctcp_rtx_after(sk, skb);
	}
	return lctcp_resend(sk, skb);
}
