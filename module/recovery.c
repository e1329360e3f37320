// SPDX-License-Identifier: GPL-2.0
/*
 * Loss recovery: RFC 8985 (RACK-TLP) with SACK, RFC 6582 (NewReno) without,
 * RFC 9937 (PRR) for cwnd meanwhile, RFC 5682 (F-RTO), 3522 and 4015 (Eifel),
 * 3708 (D-SACK) to find out that it was for nothing.
 *
 *	open		all goes well
 *	disorder	something was overtaken, or is lost
 *	recovery	a loss was found: cwnd comes down to ssthresh
 *	loss		the retransmission timer fired: slow start
 *
 * Without SACK each duplicate ACK counts as a segment sacked.
 */
#include "ecn.h"
#include "lctcp.h"
#include "recovery.h"
#include "send.h"
#include "timer.h"
#include "tune.h"
#include "view/saw.h"

void lctcp_recovery_init(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	INIT_LIST_HEAD(&lc->rec.by_time);
	lc->rec.sack_hint = NULL;
	lc->rec.score = (struct lctcp_score){ 0 };
	lc->rec.nlast = 0;
	lc->rec.reorder_us = 0;
	lc->rtx_next = NULL;
}

/* A timeout after a timeout is news, too. */
static void lctcp_set_ca(struct sock *sk, enum lctcp_ca_name state,
			 enum lctcp_ca_by by)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->rec.state == state && by != LCTCP_CA_BY_TIMEOUT)
		return;
	lc->rec.state = state;
	trace_lctcp_congestion(lc, state, by);
}

/* Nothing is lost, as far as anybody knows. */
static void lctcp_set_ca_well(struct sock *sk)
{
	lctcp_set_ca(sk, lctcp_sk(sk)->rec.score.sacked ? LCTCP_CA_DISORDER :
							  LCTCP_CA_OPEN,
		     LCTCP_CA_BY_ACK);
}

/* ---- marks ---- */

void lctcp_recovery_gone(struct sock *sk, struct sk_buff *skb, u32 n)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;

	if (cb->sacked)
		rec->score.sacked -= n;
	if (cb->lost)
		rec->score.lost -= n;
	if (cb->again)
		rec->score.retrans -= n;
	if (n < lctcp_seq_len(cb))
		return;
	lctcp_time_del(cb);
	if (skb == rec->sack_hint)
		rec->sack_hint = NULL;
	if (skb == lc->rtx_next)
		lc->rtx_next = lctcp_rtx_after(sk, skb);
}

void lctcp_mark_lost(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 n = lctcp_seq_len(cb);

	if (cb->again)
		lc->rec.score.retrans -= n;
	if (!cb->lost)
		lc->rec.score.lost += n;
	cb->again = 0;
	cb->lost = 1;
	lctcp_time_del(cb);
	if (!lc->rtx_next || lctcp_before(cb->seq, LCTCP_CB(lc->rtx_next)->seq))
		lc->rtx_next = skb;
}

void lctcp_recovery_again(struct sock *sk, struct lctcp_skb_cb *cb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;
	u32 n = lctcp_seq_len(cb);

	if (!cb->again)
		rec->score.retrans += n;
	cb->again = 1;
	cb->retrans = 1;
	rec->prr.out += n;
	if (!rec->undo)
		return;
	rec->undo_retrans += n;
	if (!rec->any_again) {
		rec->first_again = lctcp_ts_now(lc->ts_offset);
		rec->again_seq = cb->seq;
	}
	rec->any_again = true;
}

/* Nothing was lost.  What waited to be sent again is in flight once more; it
 * left before all that is.
 */
static void lctcp_unmark_lost(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb, *prev;

	skb = lc->send_head ? lc->send_head->prev : sk->sk_write_queue.prev;
	for (; skb != (struct sk_buff *)&sk->sk_write_queue; skb = prev) {
		struct lctcp_skb_cb *cb = LCTCP_CB(skb);

		prev = skb->prev;
		if (!cb->lost)
			continue;
		cb->lost = 0;
		if (!cb->h.by_time.next)
			list_add(&cb->h.by_time, &lc->rec.by_time);
	}
	lc->rec.score.lost = 0;
	lc->rtx_next = NULL;
}

/* ---- was it for nothing? ---- */

static void lctcp_undo_begins(struct lctcp_sock *lc)
{
	lc->rec.undo = true;
	lc->rec.undo_una = lc->snd_una;
	lc->rec.undo_retrans = 0;
	lc->rec.any_again = false;
}

/* Eifel: what was sent again first is acknowledged, and the segment that brought
 * this about left before (RFC 3522 section 3.2).  An ACK of less may be about
 * what an earlier recovery sent again.
 */
static bool lctcp_was_late(const struct lctcp_sock *lc,
			   const struct lctcp_ack_news *news)
{
	const struct lctcp_recovery *rec = &lc->rec;

	return rec->undo && rec->any_again && news->acked && news->has_ts &&
	       lctcp_after(lc->snd_una, rec->again_seq) &&
	       lctcp_before(news->tsecr, rec->first_again);
}

/* D-SACK: all that was sent again has arrived twice. */
static bool lctcp_all_twice(const struct lctcp_recovery *rec,
			    const struct lctcp_ack_news *news)
{
	return rec->undo && rec->any_again && news->dsack &&
	       !rec->undo_retrans;
}

static void lctcp_undo(struct sock *sk, enum lctcp_ca_by by)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;

	lctcp_unmark_lost(sk);
	lctcp_cong_undo(&lc->cong);
	if (rec->state == LCTCP_CA_LOSS) {
		LCTCP_INC(sock_net(sk), SPURIOUSRTOS);
		lctcp_rtt_backoff_reset(&lc->rtt);
	} else {
		LCTCP_INC(sock_net(sk), UNDONE);
	}
	rec->undo = false;
	rec->frto = LCTCP_FRTO_OFF;
	lc->dupacks = 0;
	trace_lctcp_congestion(lc, LCTCP_CA_UNDONE, by);
	lctcp_set_ca_well(sk);
}

/* Undo it, if this ACK says that it was for nothing. */
static bool lctcp_undone(struct sock *sk, const struct lctcp_ack_news *news)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (lctcp_was_late(lc, news))
		lctcp_undo(sk, LCTCP_CA_BY_EIFEL);
	else if (lctcp_all_twice(&lc->rec, news))
		lctcp_undo(sk, LCTCP_CA_BY_DSACK);
	else
		return false;
	return true;
}

/* ---- what is lost? ---- */

/* RFC 8985 section 6.2 steps 4 and 5. */
static u32 lctcp_find_lost(struct sock *sk, u64 now_us)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;
	u32 srtt = lctcp_rtt_srtt_us(&lc->rtt), window, wait, lost = 0;
	struct lctcp_skb_cb *cb, *next;

	rec->rack.advanced = false;
	rec->reorder_us = 0;
	if (list_empty(&rec->by_time))
		return 0;
	window = lctcp_rack_window(&rec->rack, srtt,
				   rec->state >= LCTCP_CA_RECOVERY ||
				   lc->dupacks >= LCTCP_DUPACK_THRESH ||
				   rec->nlast >= LCTCP_DUPACK_THRESH ||
				   rec->score.sacked > 2U * lc->mss);
	list_for_each_entry_safe(cb, next, &rec->by_time, h.by_time) {
		if (!lctcp_rack_before(&rec->rack, cb->h.sent_us, cb->wave,
				       cb->end_seq))
			break;
		wait = lctcp_rack_wait(&rec->rack, cb->h.sent_us, window,
				       now_us);
		if (wait) {
			rec->reorder_us = max(rec->reorder_us, wait);
			continue;
		}
		if (cb->again)
			LCTCP_INC(sock_net(sk), LOSTRETRANS);
		lctcp_mark_lost(sk, container_of((void *)cb, struct sk_buff,
						 cb));
		lost += lctcp_seq_len(cb);
	}
	return lost;
}

/* Without SACK: how much duplicate ACKs tell of.  The hole that they are about
 * is not among it.
 */
static void lctcp_count_dups(struct sock *sk, const struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_score *score = &lc->rec.score;
	u32 flight = lc->snd_nxt - lc->snd_una;
	u32 gone = news->acked > lc->mss ? news->acked - lc->mss : 0;

	if (news->acked)
		score->sacked -= min(score->sacked, gone);
	else if (news->dup)
		score->sacked += lc->mss;
	score->sacked = min(score->sacked,
			    flight > lc->mss ? flight - lc->mss : 0);
}

/* Without SACK the hole is one segment: the oldest.  If it cannot be cut off, what
 * left with it goes again, too.
 */
static void lctcp_head_lost(struct sock *sk, struct lctcp_ack_news *news)
{
	struct sk_buff *head = lctcp_rtx_head(sk);
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (!head || LCTCP_CB(head)->again)
		return;
	if (head->len > lc->mss)
		lctcp_split(sk, head, lc->mss);
	lctcp_mark_lost(sk, head);
	news->lost += lctcp_seq_len(LCTCP_CB(head));
}

/* ssthresh comes down, and says so, but once for what is marked and lost of one
 * window.  What ECE did is not undone then, for whatever reason.
 */
static void lctcp_reduce(struct lctcp_sock *lc, u32 flight)
{
	if (unlikely(lctcp_ecn_answers(lc))) {
		lctcp_cong_keep(&lc->cong);
		return;
	}
	lctcp_cong_enter(&lc->cong, min(flight, lc->cong.cwnd));
	lctcp_ecn_reduced(lc);
}

static void lctcp_recover_begins(struct sock *sk, struct lctcp_ack_news *news,
				 enum lctcp_ca_by by)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 flight = lc->snd_nxt - lc->snd_una;

	/* What went by limited transmit does not count (RFC 5681 3.2 (2)). */
	lctcp_reduce(lc, flight);
	lctcp_prr_start(&lc->rec.prr, flight - min(flight,
						   lc->rec.score.sacked) +
				      news->delivered);
	lc->recover = lc->snd_nxt;
	lc->rec.tail = false;
	lctcp_undo_begins(lc);
	LCTCP_INC(sock_net(sk), FASTRETRANS);
	if (!lc->sack_ok)
		lctcp_head_lost(sk, news);
	lctcp_set_ca(sk, LCTCP_CA_RECOVERY, by);
}

static void lctcp_recover_ends(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_cong *c = &lc->cong;
	u32 flight = lc->snd_nxt - lc->snd_una;

	lctcp_cong_exit(c);
	lctcp_rack_recovered(&lc->rec.rack);
	lc->dupacks = 0;
	if (!lc->sack_ok) {
		/* RFC 6582 section 3.2 step 3, option 1: no burst. */
		lctcp_cong_set_cwnd(c, min(c->cwnd, max(flight, c->mss) +
					   c->mss));
		lc->rec.score.sacked = 0;
	}
	lctcp_set_ca_well(sk);
}

/* Open or disorder: is it time to recover?  RFC 6582 section 3.2 step 1:
 * duplicate ACKs may come from an earlier loss.
 */
static void lctcp_ack_open(struct sock *sk, struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	bool lost = news->lost;

	if (lctcp_all_twice(&lc->rec, news)) {
		lctcp_undo(sk, LCTCP_CA_BY_DSACK);
		return;
	}
	if (!lc->sack_ok)
		lost = lc->dupacks == LCTCP_DUPACK_THRESH && news->dup &&
		       lctcp_after(lc->snd_una - 1, lc->recover);
	if (lost && !lctcp_path_lost(sk))
		lctcp_recover_begins(sk, news, lc->sack_ok ?
				     LCTCP_CA_BY_RACK : LCTCP_CA_BY_DUPACKS);
	else
		lctcp_set_ca_well(sk);
}

static void lctcp_ack_recovery(struct sock *sk, struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (lctcp_undone(sk, news))
		return;
	if (!lctcp_before(lc->snd_una, lc->recover)) {
		lctcp_recover_ends(sk);
		return;
	}
	/* A partial ACK shows the next hole (RFC 6582 section 3.2 step 5). */
	if (!lc->sack_ok && news->acked)
		lctcp_head_lost(sk, news);
}

/* RFC 5682 section 2.1 and 3.1.  Return true if the timeout was for nothing. */
static bool lctcp_ack_frto(struct sock *sk, const struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;

	/* Step 3b: what was never sent again has arrived. */
	if (news->original && (lc->sack_ok || rec->frto == LCTCP_FRTO_NEW))
		return true;
	/* Step 3a: the loss was real. */
	if (rec->frto == LCTCP_FRTO_NEW) {
		if (news->dup || news->sacked)
			rec->frto = LCTCP_FRTO_OFF;
		return false;
	}
	if (!news->acked) {
		if (news->dup || news->sacked)
			rec->frto = LCTCP_FRTO_OFF;
		return false;
	}
	/* Step 2b: send new text, if there is any and the peer takes it. */
	rec->frto = lctcp_before(lc->snd_una, lc->recover) && lc->send_head &&
		    lctcp_after(lctcp_snd_edge(lc), lc->snd_nxt) ?
		    LCTCP_FRTO_NEW : LCTCP_FRTO_OFF;
	return false;
}

static void lctcp_ack_loss(struct sock *sk, struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;

	if (lctcp_undone(sk, news))
		return;
	if (rec->frto && lctcp_ack_frto(sk, news)) {
		lctcp_undo(sk, LCTCP_CA_BY_FRTO);
		return;
	}
	if (lctcp_before(lc->snd_una, lc->recover))
		return;
	rec->frto = LCTCP_FRTO_OFF;
	if (!lc->sack_ok)
		rec->score.sacked = 0;
	lctcp_set_ca_well(sk);
}

/* A probe of the tail is out: what became of it?  RFC 8985 section 7.4.2. */
static void lctcp_ack_tail(struct sock *sk, const struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;

	if (lctcp_before(lc->snd_una, rec->tail_seq))
		return;
	if (!rec->tail_again || news->dsack_tail) {
		rec->tail = false;
	} else if (lctcp_after(lc->snd_una, rec->tail_seq)) {
		/* Of two copies one has arrived: a loss was repaired. */
		rec->tail = false;
		LCTCP_INC(sock_net(sk), TAILREPAIRS);
		if (rec->state >= LCTCP_CA_RECOVERY)
			return;
		lctcp_reduce(lc, news->flight);
		lctcp_cong_exit(&lc->cong);
	} else if (news->dup && !news->sacked) {
		rec->tail = false;
	}
}

/* cwnd follows. */
static void lctcp_ack_cwnd(struct sock *sk, const struct lctcp_ack_news *news,
			   u32 min_rtt)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;
	struct lctcp_ack_sample s;

	if (rec->state == LCTCP_CA_RECOVERY) {
		u32 cwnd;

		if (!news->delivered)
			return;
		cwnd = lctcp_prr_ack(&rec->prr, news->delivered, lctcp_pipe(lc),
				     lc->cong.ssthresh, lc->mss,
				     news->acked && !news->lost);
		/* The hole that a partial ACK shows is not kept waiting,
		 * however few duplicates have come.
		 */
		if (!lc->sack_ok && news->acked && news->lost)
			cwnd = max(cwnd, lctcp_pipe(lc) + lc->mss);
		lctcp_cong_set_cwnd(&lc->cong, cwnd);
		return;
	}
	if (!news->acked)
		return;
	s = (struct lctcp_ack_sample){
		.acked		= news->acked,
		.flight		= news->flight,
		.now_us		= news->now_us,
		.rtt_us		= news->rtt_us,
		.min_rtt_us	= min_rtt,
		.limited	= lctcp_cong_limited(&lc->cong, news->flight) &&
				  !lctcp_after(lc->cwnd_seq,
					       lc->snd_una - news->acked),
		.snd_una	= lc->snd_una,
		.snd_nxt	= lc->snd_nxt,
	};
	if (rec->state == LCTCP_CA_LOSS)
		s.limited = false;
	if (!news->ece)
		lctcp_cong_on_ack(&lc->cong, &s);
	lctcp_tune_acked(sk);
}

void lctcp_recovery_ack(struct sock *sk, struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;
	u32 min_rtt = lctcp_rack_min_rtt(&rec->rack);
	u8 before = rec->state;

	if (news->acked)
		lc->dupacks = 0;
	if ((lc->sack_ok ? news->sacked : news->dup) && lc->dupacks < U8_MAX)
		lc->dupacks++;
	if (!lc->sack_ok) {
		u32 sacked = rec->score.sacked;

		if (rec->state != LCTCP_CA_LOSS)
			lctcp_count_dups(sk, news);
		news->delivered = news->acked ?: rec->score.sacked - sacked;
	} else if (list_empty(&rec->by_time)) {
		rec->rack.advanced = false;
		rec->reorder_us = 0;
	} else if (rec->rack.advanced || (news->acked && rec->reorder_us)) {
		news->lost = lctcp_find_lost(sk, news->now_us);
	}
	lctcp_rate_ack(&lc->tally.rate, &news->rate, news->delivered,
		       news->now_us, min_rtt);
	if (unlikely(rec->tail))
		lctcp_ack_tail(sk, news);
	switch (rec->state) {
	case LCTCP_CA_LOSS:
		lctcp_ack_loss(sk, news);
		break;
	case LCTCP_CA_RECOVERY:
		lctcp_ack_recovery(sk, news);
		break;
	default:
		lctcp_ack_open(sk, news);
		break;
	}
	/* What ends a recovery has set cwnd. */
	if (before != LCTCP_CA_RECOVERY || rec->state == before)
		lctcp_ack_cwnd(sk, news, min_rtt);
}

/* ---- timers ---- */

/* Is this one so young that the timeout cannot be about it?  RFC 8985 section
 * 6.3.
 */
static bool lctcp_too_young(const struct lctcp_sock *lc,
			    const struct lctcp_skb_cb *cb, u64 now_us)
{
	const struct lctcp_rack *rack = &lc->rec.rack;
	u32 srtt = lctcp_rtt_srtt_us(&lc->rtt);

	return lc->sack_ok && rack->rtt_us && !cb->lost &&
	       lctcp_rack_wait(rack, cb->h.sent_us,
			       lctcp_rack_window(rack, srtt, true), now_us);
}

void lctcp_recovery_timeout(struct sock *sk)
{
	struct sk_buff *head = lctcp_rtx_head(sk), *skb;
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;
	/* The first copies may not have left this host. */
	bool again = lc->retries > 1 || (rec->state == LCTCP_CA_LOSS &&
					 rec->undo_una == lc->snd_una);
	u64 now_us = lctcp_now_us();

	/* What a timeout is about cannot have arrived (RFC 2018 section 8). */
	if (head && LCTCP_CB(head)->sacked) {
		LCTCP_INC(sock_net(sk), SACKRENEGING);
		lctcp_forget_sacks(sk);
	}
	if (!lc->sack_ok)
		rec->score.sacked = 0;
	lctcp_cong_on_rto(&lc->cong, lc->snd_nxt - lc->snd_una, again);
	lctcp_ecn_reduced(lc);
	rec->frto = !again && rec->state < LCTCP_CA_RECOVERY &&
		    READ_ONCE(lctcp_cfg(sk)->frto) ? LCTCP_FRTO_HEAD :
						     LCTCP_FRTO_OFF;
	if (!again)
		lctcp_undo_begins(lc);
	for (skb = head; skb; skb = lctcp_rtx_after(sk, skb)) {
		const struct lctcp_skb_cb *cb = LCTCP_CB(skb);

		if (!cb->sacked &&
		    (skb == head || !lctcp_too_young(lc, cb, now_us)))
			lctcp_mark_lost(sk, skb);
	}
	rec->tail = false;
	rec->reorder_us = 0;
	lc->dupacks = 0;
	lc->recover = lc->snd_nxt;
	lctcp_set_ca(sk, LCTCP_CA_LOSS, LCTCP_CA_BY_TIMEOUT);
}

void lctcp_recovery_reorder(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_ack_news news = { .now_us = lctcp_now_us() };

	news.flight = lc->snd_nxt - lc->snd_una;
	news.lost = lctcp_find_lost(sk, news.now_us);
	if (!news.lost)
		return;
	if (lc->rec.state < LCTCP_CA_RECOVERY && !lctcp_path_lost(sk)) {
		lctcp_recover_begins(sk, &news, LCTCP_CA_BY_REORDER);
		lctcp_cong_set_cwnd(&lc->cong,
				    lctcp_prr_ack(&lc->rec.prr, 0,
						  lctcp_pipe(lc),
						  lc->cong.ssthresh, lc->mss,
						  false));
	}
	lctcp_push_on(sk);
}

u32 lctcp_tail_wait(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	const struct lctcp_recovery *rec = &lc->rec;
	u32 flight = lc->snd_nxt - lc->snd_una, wait;
	u32 srtt = lctcp_rtt_srtt_us(&lc->rtt);

	if (!lc->sack_ok || rec->state != LCTCP_CA_OPEN || rec->tail ||
	    !rec->measured || lc->retries || lc->ecn_hold || rec->score.sacked ||
	    rec->score.lost || !READ_ONCE(lctcp_cfg(sk)->tail_loss_probe))
		return 0;
	/* A FIN alone is the timer's, for its loss says nothing of a tail. */
	if (lc->fin_queued && !lctcp_before(lc->snd_una, lc->snd_fin))
		return 0;
	wait = srtt ? 2 * srtt : USEC_PER_SEC;
	if (flight <= lctcp_seg_size(lc))
		wait += LCTCP_TAIL_DELACK_MS * USEC_PER_MSEC;
	/* The clock may be about to tick. */
	wait += TICK_USEC;
	return wait < lc->rtt.rto_us ? wait : 0;
}

void lctcp_tail_probe(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;
	u32 nxt = lc->snd_nxt;

	LCTCP_INC(sock_net(sk), TAILPROBES);
	rec->measured = false;
	rec->tail_again = !lctcp_send_one(sk);
	if (rec->tail_again && lctcp_resend_tail(sk))
		return;
	rec->tail = true;
	rec->tail_seq = rec->tail_again ? nxt : lc->snd_nxt;
}
