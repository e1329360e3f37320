// SPDX-License-Identifier: GPL-2.0
/*
 * What an acknowledgment does: frees segments, measures the round trip, moves
 * the windows, and shows losses (RFC 9293 section 3.10.7.4 fifth check, RFC
 * 6298, 5681, 6582, 5961).
 */
#include "ack.h"
#include "ecn.h"
#include "isn.h"
#include "lctcp.h"
#include "memory.h"
#include "output.h"
#include "send.h"
#include "socket.h"
#include "timer.h"
#include "tune.h"
#include "view/saw.h"

/* The part of a segment below @ack has arrived; keep the rest.  Without
 * memory for that the whole segment may go again, which is as good.
 */
static void lctcp_trim_acked(struct sock *sk, struct sk_buff *skb, u32 ack)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);

	if (cb->flags & LCTCP_SYN) {
		cb->flags &= ~LCTCP_SYN;
		cb->seq++;
	}
	if (ack != cb->seq && !lctcp_trim_tx(sk, skb, ack - cb->seq))
		cb->seq = ack;
}

/* Free what is acknowledged.  Return when the newest segment among it last
 * left, in microseconds, or 0, and whether none of them left more than once.
 */
static u64 lctcp_clean_rtx_queue(struct sock *sk, u32 ack, bool *once)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;
	u64 sent_us = 0;

	while ((skb = lctcp_rtx_head(sk))) {
		const struct lctcp_skb_cb *cb = LCTCP_CB(skb);

		if (lctcp_after(cb->end_seq, ack)) {
			if (lctcp_after(ack, cb->seq))
				lctcp_trim_acked(sk, skb, ack);
			break;
		}
		/* What waited for one sent twice tells of that one; of
		 * several, of the one that went last.
		 */
		if (cb->retrans)
			*once = false;
		if (cb->retrans || *once)
			sent_us = max(sent_us, cb->h.sent_us);
		lc->pmtu.acked = max_t(u32, lc->pmtu.acked,
				       min_t(u32, skb->len, lc->mss));
		if (skb == lc->rtx_next)
			lc->rtx_next = lctcp_rtx_after(sk, skb);
		__skb_unlink(skb, &sk->sk_write_queue);
		/* Given back once the text of this segment has had its share. */
		lctcp_tx_charge(sk, -skb->truesize);
		__kfree_skb(skb);
	}
	return sent_us;
}

/* The segment that left at @sent_us has been acknowledged.  If it left more
 * than once (Karn, RFC 6298 section 3) only the timestamp that comes back
 * tells which copy this is about (RFC 7323 section 4): the last one measures
 * the round trip, an earlier one shows that the timeout was wrong.
 */
static void lctcp_measure(struct sock *sk, const struct lctcp_skb_cb *cb,
			  u64 sent_us, bool once)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(sk);
	struct lctcp_sock *lc = lctcp_sk(sk);
	u64 rtt = lctcp_now_us() - sent_us;

	if (!once) {
		u32 sent_ts = (u32)div_u64(sent_us, USEC_PER_MSEC) +
			      lc->ts_offset;

		if (!lc->ts_ok || !cb->has_ts)
			return;
		if (lctcp_before(cb->tsecr, sent_ts)) {
			lctcp_rtt_backoff_reset(&lc->rtt);
			return;
		}
	}
	rtt = clamp_t(u64, rtt, 1, LCTCP_RTT_MAX_US);
	lc->rtt_us = rtt;
	lctcp_tally_rtt(&lc->tally, rtt);
	lctcp_rtt_sample(&lc->rtt, rtt, cfg->rto_min_ms * USEC_PER_MSEC,
			 cfg->rto_max_ms * USEC_PER_MSEC, TICK_USEC);
}

void lctcp_measure_synack(struct sock *child, const struct lctcp_req *req,
			  const struct lctcp_skb_cb *cb, bool cookie)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(child);
	struct lctcp_sock *lc = lctcp_sk(child);
	u64 rtt;

	if (!cookie) {
		if (req->sent > 1 || req->acked ||
		    (req->ent.flags & LCTCP_ENT_SYN_AGAIN))
			return;
		/* a tick of that clock is 4 us */
		rtt = ((u32)lctcp_isn_clock() - req->born) * 4ULL;
	} else {
		s32 ms = lctcp_ts_now(lc->ts_offset) - cb->tsecr;

		if (!lc->ts_ok || ms < 0)
			return;
		rtt = (u64)ms * USEC_PER_MSEC;
	}
	rtt = clamp_t(u64, rtt, 1, LCTCP_RTT_MAX_US);
	lctcp_rtt_sample(&lc->rtt, rtt, cfg->rto_min_ms * USEC_PER_MSEC,
			 cfg->rto_max_ms * USEC_PER_MSEC, TICK_USEC);
}

static void lctcp_enter_recovery(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lctcp_cong_enter(&lc->cong, lc->snd_nxt - lc->snd_una);
	/* RFC 5681 section 3.2: three segments have left the network. */
	lctcp_cong_set_cwnd(&lc->cong, lc->cong.ssthresh + 3 * lc->cong.mss);
	lctcp_ecn_reduced(lc);
	lc->recover = lc->snd_nxt;
	lc->in_recovery = 1;
	LCTCP_INC(sock_net(sk), FASTRETRANS);
	lctcp_retransmit_head(sk);
}

/* RFC 5681 section 3.2: three duplicate ACKs in a row tell of a loss; RFC
 * 6582 section 3.2 step 1: unless they may come from an earlier one.
 */
static void lctcp_dupack(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->in_loss)
		return;
	if (lc->in_recovery) {
		lctcp_cong_set_cwnd(&lc->cong, lc->cong.cwnd + lc->cong.mss);
		return;
	}
	if (lc->dupacks < U8_MAX)
		lc->dupacks++;
	if (lc->dupacks == LCTCP_DUPACK_THRESH &&
	    lctcp_after(lc->snd_una - 1, lc->recover))
		lctcp_enter_recovery(sk);
}

/* RFC 5681 section 2; answers to probes of a closed window are none. */
static bool lctcp_is_dupack(const struct lctcp_sock *lc,
			    const struct lctcp_skb_cb *cb)
{
	return cb->ack == lc->snd_una && lc->snd_nxt != lc->snd_una &&
	       cb->seq == cb->end_seq && lc->snd_wnd &&
	       (u32)cb->wnd << lc->snd_wscale == lc->snd_wnd;
}

/* RFC 6582 section 3.2 step 5: what was acknowledged is no longer in flight,
 * and the hole that was found is filled.
 */
static void lctcp_deflate(struct lctcp_cong *c, u32 acked)
{
	u32 cwnd = c->cwnd > acked ? c->cwnd - acked : 0;

	lctcp_cong_set_cwnd(c, cwnd + (acked >= c->mss ? c->mss : 0));
}

void lctcp_recovered(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_cong *c = &lc->cong;

	/* RFC 6582 section 3.2 step 3, option 1: no burst. */
	lctcp_cong_exit(c);
	lctcp_cong_set_cwnd(c, min(c->cwnd, max(lc->snd_nxt - lc->snd_una,
						c->mss) + c->mss));
	lc->in_recovery = 0;
}

/* New data is acknowledged: RFC 5681 and, in recovery, RFC 6582. */
static void lctcp_cong_acked(struct sock *sk, u32 acked, u32 flight, bool ece)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_ack_sample s;

	lc->dupacks = 0;
	if (lc->in_recovery) {
		if (lctcp_before(lc->snd_una, lc->recover)) {
			lctcp_deflate(&lc->cong, acked);
			lctcp_retransmit_head(sk);
		} else {
			lctcp_recovered(sk);
		}
		return;
	}
	if (lc->in_loss && !lctcp_before(lc->snd_una, lc->recover)) {
		lc->in_loss = 0;
		lc->rtx_next = NULL;
	}
	s = (struct lctcp_ack_sample){
		.acked		= acked,
		.flight		= flight,
		.now_us		= lctcp_now_us(),
		.rtt_us		= lc->rtt_us,
		.min_rtt_us	= lc->tally.min_rtt_us,
		.limited	= lctcp_cong_limited(&lc->cong, flight) &&
				  !lctcp_after(lc->cwnd_seq,
					       lc->snd_una - acked),
		.snd_una	= lc->snd_una,
		.snd_nxt	= lc->snd_nxt,
		.ece		= ece,
	};
	if (!ece)
		lctcp_cong_on_ack(&lc->cong, &s);
	lctcp_tune_acked(sk);
}

static void lctcp_ack_new(struct sock *sk, const struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 ack = LCTCP_CB(skb)->ack;
	u32 flight = lc->snd_nxt - lc->snd_una;
	u32 acked = ack - lc->snd_una;
	bool once = true;
	u64 sent_us;

	lc->snd_una = ack;
	if (ack - lc->iss >= BIT(30))
		lc->many_acked = 1;
	/* It is set at a loss only, and must not seem to lie ahead when 2^31
	 * octets have gone by without one.
	 */
	if (unlikely((s32)(ack - lc->recover) > (s32)BIT(30)))
		lc->recover = ack - BIT(30);
	if (unlikely((s32)(ack - lc->cwnd_seq) > (s32)BIT(30)))
		lc->cwnd_seq = ack - BIT(30);
	lc->rtt_us = 0;
	sent_us = lctcp_clean_rtx_queue(sk, ack, &once);
	if (sent_us)
		lctcp_measure(sk, LCTCP_CB(skb), sent_us, once);
	/* What "packet too big" was about has arrived. */
	if (unlikely(lc->pmtu.claim) && lctcp_before(lc->pmtu.seq, ack))
		lc->pmtu.claim = 0;
	lc->tally.acked += acked;
	lctcp_rate_ack(&lc->tally.rate, ack, lc->snd_nxt, lc->tally.acked,
		       lctcp_now_us(), lctcp_after(ack - acked, lc->cwnd_seq));
	lctcp_cong_acked(sk, acked, flight,
			 lctcp_ecn_ack(sk, LCTCP_CB(skb)->flags));
	lctcp_timers_acked(sk, true);
	/* pairs with lctcp_poll() */
	smp_mb();
	if (sk->sk_socket && test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		lctcp_write_space(sk);
}

/* Does this segment, whose ACK is acceptable and not old, say how much we may
 * send?  Not if an older one arrives late (RFC 9293 section 3.10.7.4).
 */
static void lctcp_window_update(struct lctcp_sock *lc, const struct sk_buff *skb)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);

	if (!lctcp_before(lc->snd_wl1, cb->seq) &&
	    (lc->snd_wl1 != cb->seq || lctcp_after(lc->snd_wl2, cb->ack)))
		return;
	lc->snd_wnd = (u32)cb->wnd << (cb->flags & LCTCP_SYN ? 0 :
				       lc->snd_wscale);
	lc->max_snd_wnd = max(lc->max_snd_wnd, lc->snd_wnd);
	lc->snd_wl1 = cb->seq;
	lc->snd_wl2 = cb->ack;
}

enum lctcp_ack_class lctcp_ack_judge(const struct lctcp_sock *lc, u32 ack)
{
	u32 max_wnd = lc->max_snd_wnd;

	if (!lc->many_acked)
		max_wnd = min(max_wnd, lc->snd_una - lc->iss);
	return lctcp_ack_acceptable(lc->snd_una, lc->snd_nxt, max_wnd, ack);
}

enum lctcp_ack_class lctcp_ack_check(struct sock *sk, struct sk_buff *skb)
{
	enum lctcp_ack_class worth = lctcp_ack_judge(lctcp_sk(sk),
						     LCTCP_CB(skb)->ack);

	if (unlikely(worth == LCTCP_ACK_TOO_OLD)) {
		LCTCP_DROP(sock_net(sk), DROPACKOLD, skb);
		lctcp_send_challenge(sk);
	} else if (unlikely(worth == LCTCP_ACK_FUTURE)) {
		LCTCP_DROP(sock_net(sk), DROPACKFUTURE, skb);
		lctcp_send_reply(sk, skb, LCTCP_ANSWER_REFUSAL, false);
	}
	return worth;
}

void lctcp_ack_take(struct sock *sk, const struct sk_buff *skb,
		    enum lctcp_ack_class worth)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	bool closed;

	lc->tally.last_ack = jiffies;
	if (worth == LCTCP_ACK_NEW) {
		lctcp_window_update(lc, skb);
		lctcp_ack_new(sk, skb);
		return;
	}
	if (cb->ack != lc->snd_una)
		return;			/* old: its window does not count */
	if (lctcp_is_dupack(lc, cb))
		lctcp_dupack(sk);
	lctcp_ecn_ack(sk, cb->flags);
	closed = !lc->snd_wnd;
	lctcp_window_update(lc, skb);
	/* The octet that probed a closed window was not taken. */
	if (closed && lc->snd_wnd)
		lctcp_retransmit_head(sk);
	lctcp_timers_acked(sk, false);
}
