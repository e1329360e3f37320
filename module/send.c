// SPDX-License-Identifier: GPL-2.0
/*
 * What is sent, and when: the write queue, windows, Nagle, MSS.
 *
 * The write queue holds text, SYN and FIN in sequence.  What comes before
 * send_head has been sent and waits for its acknowledgment; each time it
 * leaves it does so as a clone, into whose headroom output.c writes the header.
 */
#include <net/ip.h>

#include "ack.h"
#include "ip/ip.h"
#include "ip/offload.h"
#include "lctcp.h"
#include "memory.h"
#include "output.h"
#include "pace.h"
#include "recovery.h"
#include "send.h"
#include "socket.h"
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
	lctcp_recovery_init(sk);
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
	skb->truesize -= n;
	lctcp_tx_charge(sk, -(int)n);
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

int lctcp_split(struct sock *sk, struct sk_buff *skb, u32 len)
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
	rest_cb->probe = 0;
	cb->eor = 0;
	cb->end_seq = rest_cb->seq;
	cb->flags &= ~(LCTCP_FIN | LCTCP_PSH);
	lctcp_time_split(cb, rest_cb);
	__skb_queue_after(&sk->sk_write_queue, skb, rest);
	return 0;
}

/* ---- sending what is queued ---- */

/* Is a small segment in flight? */
static bool lctcp_small_flies(const struct lctcp_sock *lc)
{
	return lctcp_after(lc->snd_sml, lc->snd_una) &&
	       !lctcp_after(lc->snd_sml, lc->snd_nxt);
}

/* Hold back what is too little for a segment while another such is unacknowledged
 * (RFC 9293 section 3.7.4, with Minshall's change), or while the program says that
 * more is to come.  All that is queued from @seq on counts: a small one may stand
 * in the midst if it was cut when window or MSS were others, and nobody will ever
 * add to it.
 */
static bool lctcp_hold(const struct lctcp_sock *lc, u32 seq)
{
	if (lc->write_seq - seq >= lctcp_seg_size(lc) || lc->fin_queued ||
	    (lc->nonagle & LCTCP_PUSH_ONCE))
		return false;
	if (lc->nonagle & (LCTCP_CORK | LCTCP_MORE))
		return true;
	return !(lc->nonagle & LCTCP_NODELAY) && lctcp_small_flies(lc);
}

/* Do the peer's window and Nagle let a segment of @skb go, and how much of it?
 * Sender's silly window avoidance: RFC 9293 section 3.8.6.2.1.
 */
static bool lctcp_window_lets(const struct lctcp_sock *lc,
			      const struct sk_buff *skb, u32 *len)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	u32 n = min(skb->len, lctcp_seg_size(lc)), usable;
	u32 end = n < skb->len ? cb->seq + n : cb->end_seq;
	u32 edge = lctcp_snd_edge(lc);

	if (lctcp_after(end, edge)) {
		if (!lctcp_before(cb->seq, edge))
			return false;
		usable = edge - cb->seq;
		if (usable < min_t(u32, lc->mss, max(1U, lc->max_snd_wnd / 2)))
			return false;
		n = min(n, usable);
	}
	*len = n;
	return !lctcp_hold(lc, cb->seq);
}

/* Are as many buffers in flight as there could be full segments?  What waits
 * behind them does not count: of what was cut for a wider path there may be much,
 * while small writes share a buffer there.
 */
static bool lctcp_many_fly(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 most = lc->cong.cwnd / lc->mss + 1;
	const struct sk_buff *skb;

	if (likely(skb_queue_len(&sk->sk_write_queue) <= most))
		return false;
	skb_queue_walk(&sk->sk_write_queue, skb) {
		if (skb == lc->send_head)
			return false;
		if (!--most)
			return true;
	}
	return false;
}

/* May one segment of @skb go, and how much of it? */
static bool lctcp_may_send_one(struct sock *sk, const struct sk_buff *skb,
			       u32 *len)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 size = lctcp_seg_size(lc), n = min(skb->len, size);
	u32 pipe = lctcp_pipe(lc);

	if (pipe && pipe + n > lc->cong.cwnd) {
		lc->cwnd_seq = lc->snd_nxt;
		return false;
	}
	/* No more small ones than there could be full ones: a peer's buffer
	 * has its price for each.
	 */
	if (pipe && n < size && lctcp_many_fly(sk))
		return false;
	return lctcp_window_lets(lc, skb, len);
}

/* Of @skb, how much may go as one packet of many segments, at most @most?  Not
 * if the windows are smaller than two, or the segments than they could be.
 */
static bool lctcp_may_send_many(const struct sock *sk,
				const struct sk_buff *skb, u32 most, u32 *len)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 seq = LCTCP_CB(skb)->seq, edge = lctcp_snd_edge(lc);
	u32 size = lc->mss, pipe = lctcp_pipe(lc), n, tail;

	most = min(most, skb->len);
	if (most <= size || lctcp_seg_size(lc) != size ||
	    lc->cong.cwnd <= pipe || !lctcp_before(seq, edge))
		return false;
	n = min3(most, lc->cong.cwnd - pipe, edge - seq);
	tail = n % size;
	if (n < skb->len || (LCTCP_CB(skb)->flags & LCTCP_FIN &&
			     n == edge - seq) ||
	    (tail && lctcp_hold(lc, seq + n - tail)))
		n -= tail;
	*len = n;
	return n > size;
}

/* What may leave as one packet: a millisecond of what the path carries, so that
 * its queues see a stream, but two segments.
 */
static u32 lctcp_burst(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 most;
	u64 rate;

	if (lc->write_seq - lc->snd_nxt <= lc->mss)
		return 0;		/* it is one segment */
	most = lctcp_burst_most(sk);
	lctcp_pace_rate(sk);
	rate = READ_ONCE(sk->sk_pacing_rate) >> READ_ONCE(sk->sk_pacing_shift);
	return min_t(u64, most, max_t(u64, rate, 2 * lc->mss));
}

/* The first transmission of the segment at send_head. */
static int lctcp_send_new(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	int err;

	if (skb_queue_is_last(&sk->sk_write_queue, skb) && skb->len &&
	    !(lc->nonagle & LCTCP_MORE))
		LCTCP_CB(skb)->flags |= LCTCP_PSH;
	if (skb->len % lctcp_seg_size(lc) && !LCTCP_CB(skb)->probe)
		lc->snd_sml = LCTCP_CB(skb)->end_seq;
	/* Before it leaves: on loopback the answer may come at once. */
	lc->send_head = lctcp_tx_next(sk, skb);
	WRITE_ONCE(lc->snd_nxt, LCTCP_CB(skb)->end_seq);
	err = lctcp_emit_queued(sk, skb);
	if (err == -ENOBUFS && !LCTCP_CB(skb)->sent) {
		lc->send_head = skb;
		lc->snd_nxt = LCTCP_CB(skb)->seq;
		return err;
	}
	lc->rec.prr.out += lctcp_seq_len(LCTCP_CB(skb));
	lc->last_snd = jiffies;
	if (!lc->pingpong && lc->last_text &&
	    time_before(jiffies, lc->last_text +
			msecs_to_jiffies(lctcp_cfg(sk)->delack_ms)))
		lc->pingpong = 1;
	lctcp_timers_sent(sk);
	return 0;
}

/* May @skb go, and how much of it as one packet? */
static bool lctcp_may_send(struct sock *sk, struct sk_buff *skb, u32 most,
			   u32 *len)
{
	bool wait = false;

	if (unlikely(lctcp_sk(sk)->plp.on)) {
		*len = lctcp_path_probe(sk, skb, &wait);
		if (*len || wait)
			return *len;
	}
	return lctcp_may_send_many(sk, skb, most, len) ||
	       lctcp_may_send_one(sk, skb, len);
}

/* Send the first @len octets of @skb, which is at send_head. */
static bool lctcp_send_len(struct sock *sk, struct sk_buff *skb, u32 len)
{
	bool probe = LCTCP_CB(skb)->probe;

	if ((len < skb->len && lctcp_split(sk, skb, len)) ||
	    lctcp_send_new(sk, skb)) {
		if (unlikely(probe))
			lctcp_path_unsent(sk, skb);
		return false;
	}
	if (unlikely(probe))
		lctcp_path_sent(sk);
	return true;
}

bool lctcp_send_one(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb = lc->send_head;
	u32 len;

	if (!skb || !lctcp_window_lets(lc, skb, &len) ||
	    (len < skb->len && lctcp_split(sk, skb, len)))
		return false;
	return !lctcp_send_new(sk, skb);
}

void lctcp_follow_path(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (unlikely(lc->af->mtu(sk) != lc->pmtu.mtu))
		lctcp_sync_mss(sk);
}

/* Nothing has been sent for long: does the congestion window still hold? */
static void lctcp_restart(struct lctcp_sock *lc)
{
	/* no timeout is shorter than a tick */
	if (lc->snd_nxt == lc->snd_una && jiffies - lc->last_snd > 1 &&
	    lc->last_snd &&
	    time_after(jiffies, lc->last_snd +
		       usecs_to_jiffies(lc->rtt.rto_us)))
		lctcp_cong_on_idle(&lc->cong,
				   jiffies_to_usecs(jiffies - lc->last_snd),
				   lc->rtt.rto_us);
}

/* For the tally: what keeps data, all of which may have left, from going on? */
static enum lctcp_wait lctcp_waits_for(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	const struct sk_buff *skb = lc->send_head;

	if (lc->snd_una == lc->write_seq)
		return LCTCP_WAIT_NONE;
	if (skb && lc->cwnd_seq != lc->snd_nxt &&
	    lctcp_after(LCTCP_CB(skb)->seq + min_t(u32, skb->len, lc->mss),
			lctcp_snd_edge(lc)))
		return LCTCP_WAIT_RWND;
	return !skb && sk->sk_socket &&
	       test_bit(SOCK_NOSPACE, &sk->sk_socket->flags) ?
	       LCTCP_WAIT_SNDBUF : LCTCP_WAIT_BUSY;
}

static void lctcp_push_done(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lctcp_tally_wait(&lc->tally, lctcp_waits_for(sk));
	lc->nonagle &= ~LCTCP_PUSH_ONCE;
}

static noinline void lctcp_push_any(struct sock *sk)
{
	const unsigned int sending = LCTCP_S_SENDING |
				     LCTCP_S(LCTCP_FIN_WAIT1) |
				     LCTCP_S(LCTCP_CLOSING) |
				     LCTCP_S(LCTCP_LAST_ACK);
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;
	bool idle = lc->snd_nxt == lc->snd_una, lost = lc->rtx_next;
	u32 most = 0, any = 0, len;

	if (!lctcp_state_in(sk->sk_state, sending))
		return;
	if (unlikely(lc->fin_wanted))
		lctcp_queue_fin(sk);
	if (lctcp_lost_first(lc))
		lctcp_resend_lost(sk);
	if (lc->send_head) {
		lctcp_restart(lc);
		most = lctcp_burst(sk);
	}
	while ((skb = lc->send_head)) {
		if (lctcp_lost_first(lc) || unlikely(lc->ecn_hold) ||
		    lctcp_pace_holds(sk))
			break;
		if (!lctcp_may_send(sk, skb, most, &len) ||
		    !lctcp_send_len(sk, skb, len))
			break;
		any++;
	}
	/* who waits for less to be unsent (TCP_NOTSENT_LOWAT) */
	if (any && unlikely(lc->notsent_lowat))
		sk->sk_write_space(sk);
	/* A segment that leaves alone has set the timer. */
	if (lost || any != 1 || !idle || lc->send_head)
		lctcp_timers_window(sk);
	lctcp_push_done(sk);
}

void lctcp_push_on(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->send_head || lc->rtx_next || unlikely(lc->fin_wanted))
		lctcp_push_any(sk);
	else
		lctcp_push_done(sk);
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
	u32 n = 1, sml = lc->snd_sml;

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
	/* The rest need not wait for an octet that was not to be taken. */
	lc->snd_sml = sml;
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
	lc->snd_sml = lc->recover;
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
	const struct dst_entry *dst;
	int mss = lc->mss;

	lc->af->mtu(sk);		/* routes if needed */
	dst = __sk_dst_get(sk);
	if (dst)
		mss = lctcp_route_mss(dst, lc->af->hdr_len);
	return lc->user_mss ? min_t(u16, lc->user_mss, mss) : mss;
}

/* No device takes less as one packet. */
#define LCTCP_MSS_UNSUMMED	32768

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
	mss = lctcp_path_mss(sk, mss);
	if (unlikely(mss > LCTCP_MSS_UNSUMMED))
		mss = min_t(u32, mss, lctcp_unsummed_most(sk));
	if (mss != lc->mss) {
		lc->mss = mss;
		lctcp_cong_set_mss(&lc->cong, mss);
	}
}
