// SPDX-License-Identifier: GPL-2.0
/*
 * What the peer says it has: received SACK options, and the marks they leave on
 * the retransmission queue (RFC 2018 section 5, RFC 2883, RFC 6675).
 *
 * An option repeats most of the one before.  So of each block only what is new
 * is walked, from where the last walk ended.
 */
#include "lctcp.h"
#include "recovery.h"
#include "send.h"
#include "view/saw.h"

void lctcp_arrived(struct sock *sk, const struct lctcp_skb_cb *cb, u32 end,
		   bool older, struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	const struct lctcp_rack_seg seg = {
		.sent_us	= cb->h.sent_us,
		.end_seq	= end,
		.retrans	= cb->retrans,
		.older		= older,
	};

	lctcp_rack_delivered(&lc->rec.rack, &seg, news->now_us);
	if (!cb->retrans && !lctcp_after(end, lc->recover))
		news->original = true;
}

static void lctcp_mark_sacked(struct sock *sk, struct lctcp_skb_cb *cb,
			      struct lctcp_ack_news *news)
{
	struct lctcp_score *score = &lctcp_sk(sk)->rec.score;
	u32 n = lctcp_seq_len(cb);

	/* The timestamp on a SACK is that of the last segment in order and
	 * says nothing of what lies above the gap.
	 */
	lctcp_arrived(sk, cb, cb->end_seq, false, news);
	if (!cb->retrans)
		news->rtt_us = clamp_t(u64, news->now_us - cb->h.sent_us, 1,
				       LCTCP_RTT_MAX_US);
	if (cb->lost)
		score->lost -= n;
	if (cb->again)
		score->retrans -= n;
	cb->lost = 0;
	cb->again = 0;
	cb->sacked = 1;
	score->sacked += n;
	lctcp_time_del(cb);
	news->delivered += n;
	news->sacked = true;
}

/* The segment with @seq, or the first one after it, or NULL. */
static struct sk_buff *lctcp_find_sent(struct sock *sk, u32 seq)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb = lc->rec.sack_hint ?: lctcp_rtx_head(sk);

	while (skb && lctcp_before(seq, LCTCP_CB(skb)->seq) &&
	       !skb_queue_is_first(&sk->sk_write_queue, skb))
		skb = skb_queue_prev(&sk->sk_write_queue, skb);
	while (skb && !lctcp_after(LCTCP_CB(skb)->end_seq, seq))
		skb = lctcp_rtx_after(sk, skb);
	return skb;
}

/* Is all of a segment in a block?  If it holds several, cut off those that are
 * not; where the block ends inside of one, that one is not.  If the first of
 * them are not, they are cut off before @skb, and the answer is no: the rest
 * comes next.
 */
static bool lctcp_covered(struct sock *sk, struct sk_buff *skb,
			  const struct lctcp_sack_block *b)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	u32 size = lctcp_seg_size(lctcp_sk(sk)), n;

	if (lctcp_before(cb->seq, b->start)) {
		n = b->start - cb->seq;
		n += (size - n % size) % size;
		if (n < skb->len)
			lctcp_split(sk, skb, n);
		return false;
	}
	if (!lctcp_after(cb->end_seq, b->end))
		return true;
	n = b->end - cb->seq;
	n -= n % size;
	return n && n < skb->len && !lctcp_split(sk, skb, n);
}

static void lctcp_mark_block(struct sock *sk, const struct lctcp_sack_block *b,
			     u32 from, u32 to, struct lctcp_ack_news *news)
{
	struct sk_buff *skb;

	if (from == to)
		return;
	for (skb = lctcp_find_sent(sk, from);
	     skb && lctcp_before(LCTCP_CB(skb)->seq, to);
	     skb = lctcp_rtx_after(sk, skb)) {
		lctcp_sk(sk)->rec.sack_hint = skb;
		if (!LCTCP_CB(skb)->sacked && lctcp_covered(sk, skb, b))
			lctcp_mark_sacked(sk, LCTCP_CB(skb), news);
	}
}

/* Something arrived twice: was it what we sent again? */
static void lctcp_dsack(struct sock *sk, const struct lctcp_sack_block *dup,
			struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;
	u32 n = dup->end - dup->start;

	LCTCP_INC(sock_net(sk), DSACKRECV);
	news->dsack = true;
	if (rec->tail && rec->tail_again && dup->end == rec->tail_seq) {
		news->dsack_tail = true;
		return;
	}
	lctcp_rack_dsack(&rec->rack, lc->snd_una, lc->snd_nxt);
	if (rec->undo && lctcp_after(dup->end, rec->undo_una))
		rec->undo_retrans -= min(rec->undo_retrans, n);
}

void lctcp_sacked(struct sock *sk, const struct sk_buff *skb,
		  struct lctcp_ack_news *news)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_recovery *rec = &lc->rec;
	const struct tcphdr *th = tcp_hdr(skb);
	struct lctcp_sack_news got;
	struct lctcp_options opt;
	unsigned int i;

	lctcp_options_parse((const u8 *)(th + 1), th->doff * 4 - LCTCP_HDR_LEN,
			    false, &opt);
	if (!opt.nsack) {
		rec->nlast = 0;
		return;
	}
	for (i = 0; i < opt.nsack; i++)
		trace_lctcp_sack(lc->id, lc->snd_una, opt.sack[i].start,
				 opt.sack[i].end);
	lctcp_sack_sift(&opt, lc->snd_una, lc->snd_nxt, lc->max_snd_wnd,
			rec->last, rec->nlast, &got);
	if (got.bad)
		LCTCP_ADD(sock_net(sk), SACKBAD, got.bad);
	if (got.have_dup)
		lctcp_dsack(sk, &got.dup, news);
	for (i = 0; i < got.n; i++)
		lctcp_mark_block(sk, &got.block[i], got.from[i], got.to[i],
				 news);
	memcpy(rec->last, got.block, sizeof(rec->last));
	rec->nlast = got.n;
}

void lctcp_forget_sacks(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;

	for (skb = lctcp_rtx_head(sk); skb; skb = lctcp_rtx_after(sk, skb))
		LCTCP_CB(skb)->sacked = 0;
	lc->rec.score.sacked = 0;
	lc->rec.nlast = 0;
	lc->rec.sack_hint = NULL;
}
