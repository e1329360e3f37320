// SPDX-License-Identifier: GPL-2.0
/*
 * What an acknowledgment does: frees segments, measures the round trip, moves
 * the windows, and tells recovery.c what it heard (RFC 9293 section 3.10.7.4
 * fifth check, RFC 6298, 5961).
 */
#include "ack.h"
#include "ecn.h"
#include "isn.h"
#include "lctcp.h"
#include "memory.h"
#include "output.h"
#include "recovery.h"
#include "send.h"
#include "socket.h"
#include "timer.h"
#include "view/saw.h"

/* The part of a segment below @ack has arrived; keep the rest.  Without
 * memory for that the whole segment may go again, which is as good.
 */
static void lctcp_trim_acked(struct sock *sk, struct sk_buff *skb, u32 ack)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	u32 n = ack - cb->seq, text = n;

	if (cb->flags & LCTCP_SYN)
		text--;
	if (text && lctcp_trim_tx(sk, skb, text))
		return;
	lctcp_recovery_gone(sk, skb, n);
	cb->flags &= ~LCTCP_SYN;
	cb->seq = ack;
}

/**
 * struct lctcp_cleaned - what left the retransmission queue
 * @sent_us:	when the newest of it last left, 0: nothing did
 * @once:	none of it left more than once
 */
struct lctcp_cleaned {
	u64 sent_us;
	bool once;
};

/* Is the echoed timestamp older than the last time a segment left? */
static bool lctcp_echo_older(const struct lctcp_sock *lc,
			     const struct lctcp_skb_cb *cb,
			     const struct lctcp_ack_news *news)
{
	return cb->retrans && news->has_ts &&
	       lctcp_before(news->tsecr,
			    (u32)div_u64(cb->h.sent_us, USEC_PER_MSEC) +
			    lc->ts_offset);
}

/* A segment, or its head, is acknowledged.  What waited for one that left
 * twice tells of that one; of several, of the one that went last.
 */
static void lctcp_clean_one(struct sock *sk, struct sk_buff *skb, u32 ack,
			    struct lctcp_cleaned *c,
			    struct lctcp_ack_news *news)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 end = lctcp_after(cb->end_seq, ack) ? ack : cb->end_seq;

	lc->pmtu.acked = max_t(u32, lc->pmtu.acked,
			       min3(skb->len, end - cb->seq, (u32)lc->mss));
	if (cb->sacked)
		return;
	news->delivered += end - cb->seq;
	if (cb->retrans)
		c->once = false;
	if (cb->retrans || c->once)
		c->sent_us = max(c->sent_us, cb->h.sent_us);
	if (lc->sack_ok || !cb->retrans)
		lctcp_arrived(sk, cb, end, lctcp_echo_older(lc, cb, news),
			      news);
}

static void lctcp_clean_rtx_queue(struct sock *sk, u32 ack,
				  struct lctcp_cleaned *c,
				  struct lctcp_ack_news *news)
{
	struct sk_buff *skb;

	while ((skb = lctcp_rtx_head(sk))) {
		const struct lctcp_skb_cb *cb = LCTCP_CB(skb);

		if (!lctcp_after(ack, cb->seq))
			break;
		lctcp_clean_one(sk, skb, ack, c, news);
		if (lctcp_after(cb->end_seq, ack)) {
			lctcp_trim_acked(sk, skb, ack);
			break;
		}
		lctcp_recovery_gone(sk, skb, lctcp_seq_len(cb));
		__skb_unlink(skb, &sk->sk_write_queue);
		/* Given back once the text of this segment has had its share. */
		lctcp_tx_charge(sk, -skb->truesize);
		__kfree_skb(skb);
	}
}

static void lctcp_rtt_take(struct sock *sk, u64 rtt)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(sk);
	struct lctcp_sock *lc = lctcp_sk(sk);

	rtt = clamp_t(u64, rtt, 1, LCTCP_RTT_MAX_US);
	lctcp_tally_rtt(&lc->tally, rtt);
	lctcp_rtt_sample(&lc->rtt, rtt, cfg->rto_min_ms * USEC_PER_MSEC,
			 cfg->rto_max_ms * USEC_PER_MSEC, TICK_USEC);
	lc->rec.measured = true;
}

/* What has been acknowledged measures the round trip.  If it left more than
 * once (Karn, RFC 6298 section 3) only the timestamp that comes back tells
 * which copy this is about (RFC 7323 section 4): the last one measures the
 * round trip, an earlier one shows that the timeout was wrong.
 */
static void lctcp_measure(struct sock *sk, const struct lctcp_cleaned *c,
			  struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (c->sent_us && unlikely(!c->once)) {
		u32 sent_ts = (u32)div_u64(c->sent_us, USEC_PER_MSEC) +
			      lc->ts_offset;

		if (!news->has_ts)
			return;
		if (lctcp_before(news->tsecr, sent_ts)) {
			lctcp_rtt_backoff_reset(&lc->rtt);
			return;
		}
	}
	if (c->sent_us)
		news->rtt_us = clamp_t(u64, news->now_us - c->sent_us, 1,
				       LCTCP_RTT_MAX_US);
	if (news->rtt_us)
		lctcp_rtt_take(sk, news->rtt_us);
}

void lctcp_measure_synack(struct sock *child, const struct lctcp_req *req,
			  const struct lctcp_skb_cb *cb, bool cookie)
{
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
	lctcp_rtt_take(child, rtt);
}

/* RFC 5681 section 2; answers to probes of a closed window are none. */
static bool lctcp_is_dupack(const struct lctcp_sock *lc,
			    const struct lctcp_skb_cb *cb)
{
	return cb->ack == lc->snd_una && lc->snd_nxt != lc->snd_una &&
	       cb->seq == cb->end_seq && lc->snd_wnd &&
	       (u32)cb->wnd << lc->snd_wscale == lc->snd_wnd;
}

/* New data is acknowledged. */
static void lctcp_ack_new(struct sock *sk, u32 ack, struct lctcp_ack_news *news)
{
	struct lctcp_cleaned c = { .once = true };
	struct lctcp_sock *lc = lctcp_sk(sk);

	/* The next hop is alive (RFC 1122 section 3.3.1.4). */
	sk_dst_confirm(sk);
	news->acked = ack - lc->snd_una;
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
	lctcp_clean_rtx_queue(sk, ack, &c, news);
	if (c.sent_us)
		lctcp_measure(sk, &c, news);
	if (unlikely(lc->plp.probe) &&
	    !lctcp_before(ack, lc->pmtu.probe_end))
		lctcp_path_acked(sk);
	/* What "packet too big" was about has arrived. */
	if (unlikely(lc->pmtu.claim) && lctcp_before(lc->pmtu.seq, ack))
		lc->pmtu.claim = 0;
	lc->tally.acked += news->acked;
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

/* The program may go on writing. */
static void lctcp_ack_space(struct sock *sk)
{
	/* pairs with lctcp_poll() */
	smp_mb();
	if (sk->sk_socket && test_bit(SOCK_NOSPACE, &sk->sk_socket->flags))
		lctcp_write_space(sk);
}

void lctcp_ack_take(struct sock *sk, const struct sk_buff *skb,
		    enum lctcp_ack_class worth)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_ack_news news = {
		.flight	= lc->snd_nxt - lc->snd_una,
		.tsecr	= cb->tsecr,
		.has_ts	= lc->ts_ok && cb->has_ts,
	};
	bool closed = false;

	if (news.flight || unlikely(lc->rec.reorder_us))
		news.now_us = lctcp_now_us();
	if (worth == LCTCP_ACK_NEW) {
		lctcp_window_update(lc, skb);
		lctcp_ack_new(sk, cb->ack, &news);
	} else if (cb->ack == lc->snd_una) {
		news.dup = lctcp_is_dupack(lc, cb);
		closed = !lc->snd_wnd;
		lctcp_window_update(lc, skb);
	} else {
		return;			/* old: its window does not count */
	}
	news.ece = lctcp_ecn_ack(sk, cb->flags, news.flight);
	if (lc->sack_ok && !lctcp_may_sack(skb, &news)) {
		lc->rec.nlast = 0;
	} else if (lc->sack_ok) {
		lctcp_sacked(sk, skb, &news);
		if (!news.acked && news.rtt_us)
			lctcp_rtt_take(sk, news.rtt_us);
	}
	/* A duplicate may be reported once all is acknowledged. */
	if (news.flight || news.dsack)
		lctcp_recovery_ack(sk, &news);
	if ((news.flight || news.dsack || closed) &&
	    lctcp_state_in(sk->sk_state, LCTCP_S_SYNCHRONIZED))
		trace_lctcp_acked(lc);
	/* The octet that probed a closed window was not taken. */
	if (closed && lc->snd_wnd)
		lctcp_retransmit_head(sk);
	lctcp_timers_acked(sk, worth == LCTCP_ACK_NEW);
	if (worth == LCTCP_ACK_NEW)
		lctcp_ack_space(sk);
}
