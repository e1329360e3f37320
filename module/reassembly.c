// SPDX-License-Identifier: GPL-2.0
/*
 * The text of segments on its way to the program: reassembly (RFC 9293 section
 * 3.10.7.4, seventh and eighth check).
 *
 * sk_receive_queue holds what is in sequence; each octet is in it once.  What
 * came too early waits in a tree by sequence number, in pieces that never
 * overlap: of octets that come twice the first copy stays (RFC 9293 section
 * 3.10).  A FIN takes effect when its turn comes.
 *
 * Both are charged by truesize, and what is in the window decides how much that
 * can be.  Text in sequence has been offered and is taken; what costs more than
 * twice its length is copied together, so that it fits, also above a gap.  What is
 * there is taken while the buffer is not full, and then given up from the far end
 * for what comes before it: the peer still has it, and needs it later than the
 * rest.
 */
#include <linux/log2.h>
#include <net/xfrm.h>

#include "ecn.h"
#include "lctcp.h"
#include "output.h"
#include "socket.h"
#include "state.h"
#include "stream.h"
#include "timer.h"
#include "tune.h"
#include "urgent.h"
#include "view/saw.h"

#define lctcp_rb_skb(node)	rb_entry_safe(node, struct sk_buff, rbnode)

/* Give up a piece that is held above a gap. */
static void lctcp_ooo_drop(struct lctcp_sock *lc, struct sk_buff *held)
{
	rb_erase(&held->rbnode, &lc->ooo);
	kfree_skb(held);
}

void lctcp_ooo_purge(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *held;

	while ((held = lctcp_rb_skb(rb_first(&lc->ooo))))
		lctcp_ooo_drop(lc, held);
	lc->sacks.n = 0;
}

/* Is there room for a segment of truesize @size beside what is there? */
static bool lctcp_rcv_room(struct sock *sk, struct sk_buff *skb, int size)
{
	return atomic_read(&sk->sk_rmem_alloc) <= READ_ONCE(sk->sk_rcvbuf) &&
	       sk_rmem_schedule(sk, skb, size);
}

/* The same for text that is next in sequence, which has been offered.  Without
 * memory for it, a program that has nothing else to read gets it even so, or
 * it would never free any.
 */
static bool lctcp_rcv_room_in_order(struct sock *sk, struct sk_buff *skb)
{
	u32 most = READ_ONCE(sk->sk_rcvbuf);

	/* it could not be copied together */
	if (unlikely((u32)atomic_read(&sk->sk_rmem_alloc) > most + most / 2 &&
		     skb->truesize > 2 * skb->len))
		return false;
	return sk_rmem_schedule(sk, skb, skb->truesize) ||
	       skb_queue_empty(&sk->sk_receive_queue);
}

/* Remove @n octets at the head.  False: no memory. */
static bool lctcp_trim_head(struct sk_buff *skb, u32 n)
{
	if (!pskb_pull(skb, n))
		return false;
	LCTCP_CB(skb)->seq += n;
	return true;
}

/* Remove all from @edge on, a FIN as well.  False: no memory. */
static bool lctcp_trim_tail(struct sk_buff *skb, u32 edge)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);

	if (!lctcp_after(cb->end_seq, edge))
		return true;
	if (pskb_trim(skb, edge - cb->seq))
		return false;
	cb->end_seq = edge;
	cb->flags &= ~LCTCP_FIN;
	return true;
}

/* Bounds of a buffer that costs little more than what it holds. */
#define LCTCP_DENSE_MIN		2048
#define LCTCP_DENSE_MAX		16384

/* Is the buffer filling up with segments that hold little for what they cost?
 * What was advertised must be taken whatever its packing: such text is copied
 * together.
 */
static bool lctcp_wasteful(const struct sock *sk, const struct sk_buff *skb)
{
	return skb->truesize > 2 * skb->len &&
	       atomic_read(&sk->sk_rmem_alloc) > READ_ONCE(sk->sk_rcvbuf) / 4;
}

/* A buffer of the socket's for @size octets.  NULL: no memory. */
static struct sk_buff *lctcp_alloc_owned(struct sock *sk, u32 size)
{
	struct sk_buff *skb = alloc_skb(size, GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return NULL;
	if (!sk_rmem_schedule(sk, skb, skb->truesize)) {
		__kfree_skb(skb);
		return NULL;
	}
	skb_set_owner_r(skb, sk);
	return skb;
}

/* A buffer for @len octets and more to come, an eighth of what the socket may
 * have; charged, at the end of the receive queue.  NULL: no memory.
 */
static struct sk_buff *lctcp_dense(struct sock *sk, u32 len)
{
	u32 size = clamp_t(u32, READ_ONCE(sk->sk_rcvbuf) / 8, LCTCP_DENSE_MIN,
			   LCTCP_DENSE_MAX);
	struct sk_buff *skb;

	size = SKB_WITH_OVERHEAD(rounddown_pow_of_two(size));
	skb = lctcp_alloc_owned(sk, max(size, len));
	if (skb)
		__skb_queue_tail(&sk->sk_receive_queue, skb);
	return skb;
}

/* Copy @skb's text to the end of the receive queue.  Consumes @skb if it can. */
static bool lctcp_copy_together(struct sock *sk, struct sk_buff *tail,
				struct sk_buff *skb)
{
	struct sk_buff *dense = tail;
	u32 len = skb->len;

	if (!tail || skb_is_nonlinear(tail) || skb_cloned(tail) ||
	    skb_tailroom(tail) < len ||
	    LCTCP_CB(tail)->end_seq != LCTCP_CB(skb)->seq) {
		dense = lctcp_dense(sk, len);
		if (!dense)
			return false;
		memcpy(LCTCP_CB(dense), LCTCP_CB(skb), sizeof(skb->cb));
	}
	skb_copy_bits(skb, 0, skb_put(dense, len), len);
	LCTCP_CB(dense)->end_seq = LCTCP_CB(skb)->end_seq;
	__kfree_skb(skb);
	return true;
}

/* Append to the receive queue what is next in sequence; charged already, if it
 * was held above a gap.  False: no memory, @skb is still the caller's.
 */
static bool lctcp_queue_in_order(struct sock *sk, struct sk_buff *skb)
{
	struct sk_buff *tail = skb_peek_tail(&sk->sk_receive_queue);
	u32 end = LCTCP_CB(skb)->end_seq;
	bool stolen;
	int delta;

	if (!skb->len) {		/* a FIN alone */
		__kfree_skb(skb);
		goto taken;
	}
	if (lctcp_wasteful(sk, skb) && lctcp_copy_together(sk, tail, skb))
		goto taken;
	if (!skb->sk && !lctcp_rcv_room_in_order(sk, skb))
		return false;
	/* Many small segments become few big buffers. */
	if (tail && LCTCP_CB(tail)->end_seq == LCTCP_CB(skb)->seq &&
	    skb_try_coalesce(tail, skb, &stolen, &delta)) {
		atomic_add(delta, &sk->sk_rmem_alloc);
		sk_mem_charge(sk, delta);
		LCTCP_CB(tail)->end_seq = end;
		kfree_skb_partial(skb, stolen);
		goto taken;
	}
	if (!skb->sk)
		skb_set_owner_r(skb, sk);
	__skb_queue_tail(&sk->sk_receive_queue, skb);
taken:
	lctcp_sk(sk)->rcv_nxt = end;
	return true;
}

/* A buffer in the place of @held, for more than that, if an octet will cost half
 * there of what it does now.  NULL: it would not, or there is no memory.
 */
static struct sk_buff *lctcp_ooo_dense(struct sock *sk, struct sk_buff *held,
				       const struct sk_buff *skb)
{
	u32 len = held->len + skb->len, size;
	struct sk_buff *dense;

	size = clamp_t(u32, roundup_pow_of_two(2 * len), LCTCP_DENSE_MIN,
		       LCTCP_DENSE_MAX);
	size = SKB_WITH_OVERHEAD(size);
	if (len > size || held->truesize <= 2 * held->len ||
	    (u64)(held->truesize + skb->truesize) * size <=
	    2ULL * len * SKB_TRUESIZE(size))
		return NULL;
	dense = lctcp_alloc_owned(sk, size);
	if (!dense)
		return NULL;
	memcpy(LCTCP_CB(dense), LCTCP_CB(held), sizeof(held->cb));
	skb_copy_bits(held, 0, skb_put(dense, held->len), held->len);
	rb_replace_node(&held->rbnode, &dense->rbnode, &lctcp_sk(sk)->ooo);
	__kfree_skb(held);
	return dense;
}

/* Copy @skb's text behind that of @held.  Consumes @skb if it can. */
static bool lctcp_ooo_copy(struct sock *sk, struct sk_buff *held,
			   struct sk_buff *skb)
{
	u32 len = skb->len;

	if (skb_is_nonlinear(held) || skb_cloned(held) ||
	    skb_tailroom(held) < len) {
		held = lctcp_ooo_dense(sk, held, skb);
		if (!held)
			return false;
	}
	skb_copy_bits(skb, 0, skb_put(held, len), len);
	LCTCP_CB(held)->end_seq = LCTCP_CB(skb)->end_seq;
	LCTCP_CB(held)->flags |= LCTCP_CB(skb)->flags & LCTCP_FIN;
	__kfree_skb(skb);
	return true;
}

/* Join @skb to the piece that ends where it begins, if their buffers let it, or
 * if it would be wasted not to.  A FIN has a number and no octet: what is joined
 * behind it would be read in its place.
 */
static bool lctcp_ooo_join(struct sock *sk, struct sk_buff *held,
			   struct sk_buff *skb)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(held);
	bool stolen;
	int delta;

	if (!held || cb->end_seq != LCTCP_CB(skb)->seq || !skb->len ||
	    ((cb->flags | LCTCP_CB(skb)->flags) & LCTCP_URG) ||
	    (cb->flags & LCTCP_FIN))
		return false;
	if (lctcp_wasteful(sk, skb) && lctcp_ooo_copy(sk, held, skb))
		return true;
	if (!skb_try_coalesce(held, skb, &stolen, &delta))
		return false;
	atomic_add(delta, &sk->sk_rmem_alloc);
	sk_mem_charge(sk, delta);
	cb->end_seq = LCTCP_CB(skb)->end_seq;
	cb->flags |= LCTCP_CB(skb)->flags & LCTCP_FIN;
	kfree_skb_partial(skb, stolen);
	return true;
}

/* Put a segment, or the pieces of it that are new, into the tree.  Consumes
 * @skb.
 */
static void lctcp_ooo_insert(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct rb_node **p, *parent;
	struct sk_buff *held, *piece, *below;

again:
	below = NULL;
	p = &lc->ooo.rb_node;
	parent = NULL;
	while (*p) {
		parent = *p;
		held = lctcp_rb_skb(parent);
		if (!lctcp_after(cb->end_seq, LCTCP_CB(held)->seq)) {
			p = &parent->rb_left;
			continue;
		}
		if (!lctcp_before(cb->seq, LCTCP_CB(held)->end_seq)) {
			below = held;
			p = &parent->rb_right;
			continue;
		}
		if (unlikely(cb->flags & LCTCP_URG))
			lctcp_urg_copy(held, skb);
		/* They overlap.  What lies before goes in by itself, as long
		 * as there is room: one segment may have many such pieces.
		 */
		if (lctcp_before(cb->seq, LCTCP_CB(held)->seq)) {
			if (!lctcp_rcv_room(sk, skb, 2 * skb->truesize)) {
				LCTCP_DROP(sock_net(sk), DROPRCVBUF, skb);
				goto drop;
			}
			piece = skb_clone(skb, GFP_ATOMIC);
			if (!piece)
				goto drop;
			if (lctcp_trim_tail(piece, LCTCP_CB(held)->seq))
				lctcp_ooo_insert(sk, piece);
			else
				kfree_skb(piece);
		}
		/* What lies behind goes on looking. */
		if (!lctcp_after(cb->end_seq, LCTCP_CB(held)->end_seq) ||
		    !lctcp_trim_head(skb, LCTCP_CB(held)->end_seq - cb->seq))
			goto drop;
		goto again;
	}
	if (lctcp_ooo_join(sk, below, skb))
		return;
	skb_set_owner_r(skb, sk);
	rb_link_node(&skb->rbnode, parent, p);
	rb_insert_color(&skb->rbnode, &lc->ooo);
	return;
drop:
	kfree_skb(skb);
}

/* Move to the receive queue what has become in sequence.  Return whether a
 * FIN was among it.
 */
static bool lctcp_ooo_drain(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;
	bool fin = false;

	while ((skb = lctcp_rb_skb(rb_first(&lc->ooo)))) {
		if (LCTCP_CB(skb)->seq != lc->rcv_nxt)
			break;
		rb_erase(&skb->rbnode, &lc->ooo);
		RB_CLEAR_NODE(&skb->rbnode);
		skb->dev = NULL;	/* shared the place of rbnode */
		if (unlikely((LCTCP_CB(skb)->flags & LCTCP_URG) || lc->urg_data))
			lctcp_urg_reached(sk, skb, 0);
		fin = LCTCP_CB(skb)->flags & LCTCP_FIN;
		lctcp_queue_in_order(sk, skb);
		if (fin) {
			lctcp_ooo_purge(sk);	/* nothing follows a FIN */
			break;
		}
	}
	return fin;
}

void lctcp_duplicate(struct sock *sk, u32 seq, u32 end)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->sack_ok && READ_ONCE(lctcp_cfg(sk)->dsack))
		lctcp_sacks_once(&lc->sacks, seq, end);
}

/* The lowest piece that is held and ends above @seq. */
static struct sk_buff *lctcp_ooo_above(const struct lctcp_sock *lc, u32 seq)
{
	struct rb_node *p = lc->ooo.rb_node;
	struct sk_buff *found = NULL;

	while (p) {
		struct sk_buff *held = lctcp_rb_skb(p);

		if (lctcp_after(LCTCP_CB(held)->end_seq, seq)) {
			found = held;
			p = p->rb_left;
		} else {
			p = p->rb_right;
		}
	}
	return found;
}

/* Is all of this held already, in one piece? */
static bool lctcp_ooo_holds(const struct lctcp_sock *lc, u32 seq, u32 end)
{
	const struct sk_buff *held = lctcp_ooo_above(lc, seq);

	return held && !lctcp_after(LCTCP_CB(held)->seq, seq) &&
	       !lctcp_before(LCTCP_CB(held)->end_seq, end);
}

/* Is a part of this new segment held already?  The first such run of octets
 * is reported (RFC 2883 section 4, rule 3).
 */
static void lctcp_ooo_duplicate(struct sock *sk, u32 seq, u32 end)
{
	const struct sk_buff *held = lctcp_ooo_above(lctcp_sk(sk), seq);
	u32 start, stop;

	if (!held || !lctcp_before(LCTCP_CB(held)->seq, end))
		return;
	start = lctcp_after(LCTCP_CB(held)->seq, seq) ? LCTCP_CB(held)->seq : seq;
	do {
		stop = LCTCP_CB(held)->end_seq;
		held = lctcp_rb_skb(rb_next(&held->rbnode));
	} while (held && LCTCP_CB(held)->seq == stop && lctcp_before(stop, end));
	lctcp_duplicate(sk, start, lctcp_before(stop, end) ? stop : end);
}

/* A segment that begins at @seq has been put into the tree: the contiguous
 * block around it is what the next ACK reports first (RFC 2018 section 4).
 * What is listed need not be walked through, so the walk is short.
 */
static void lctcp_ooo_report(struct lctcp_sock *lc, u32 seq)
{
	const struct sk_buff *skb = lctcp_ooo_above(lc, seq), *next;
	const struct lctcp_sack_block *listed;
	u32 start, end;

	if (!lc->sack_ok || !skb || lctcp_after(LCTCP_CB(skb)->seq, seq))
		return;
	start = LCTCP_CB(skb)->seq;
	end = LCTCP_CB(skb)->end_seq;
	listed = lctcp_sacks_find(&lc->sacks, start);
	for (next = skb; !listed; start = LCTCP_CB(next)->seq) {
		next = lctcp_rb_skb(rb_prev(&next->rbnode));
		if (!next || LCTCP_CB(next)->end_seq != start)
			break;
		listed = lctcp_sacks_find(&lc->sacks, LCTCP_CB(next)->seq);
	}
	/* It may have grown beyond what is listed. */
	for (next = skb; next && !lctcp_after(LCTCP_CB(next)->seq, end);
	     next = lctcp_ooo_above(lc, end)) {
		end = LCTCP_CB(next)->end_seq;
		listed = lctcp_sacks_find(&lc->sacks, end - 1);
		if (listed)
			end = listed->end;
	}
	lctcp_sacks_add(&lc->sacks, start, end);
}

/* Text has come.  At the start, and after a silence, the peer's congestion
 * window is small, and waits for each ACK.  But what is less than a segment and
 * pushed is all that the peer had to say: then the program may answer, and if
 * it asks for more instead, the ACK goes (lctcp_reader_waits()).
 */
static void lctcp_text_heard(struct lctcp_sock *lc,
			     const struct lctcp_skb_cb *cb, u32 len)
{
	/* no timeout is shorter than a tick, and the lowest bit is not time */
	if (!lc->last_text ||
	    (jiffies - lc->last_text + 1 > 2 &&
	     time_after(jiffies, lc->last_text +
			usecs_to_jiffies(lc->rtt.rto_us))))
		lc->quick_acks = LCTCP_QUICK_ACKS;
	lc->said_all = (cb->flags & LCTCP_PSH) && len < lc->mss;
	lc->last_text = jiffies | 1;
	if (lc->ack_segs < U8_MAX)
		lc->ack_segs++;
}

/* May the ACK not wait? */
static bool lctcp_ack_now(const struct lctcp_sock *lc)
{
	u32 news = lc->rcv_nxt - lc->rcv_wup;

	return lc->quickack ||
	       (lc->quick_acks && !lc->pingpong && !lc->said_all) ||
	       news >= 2U * lc->rcv_mss ||
	       news >= (lc->rcv_wnd - lc->rcv_hidden) / 2 ||
	       lc->ack_segs >= LCTCP_ACK_SEGS_MOST;
}

void lctcp_reader_waits(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->ack_pending && lc->said_all && lc->quick_acks && !lc->pingpong &&
	    lctcp_state_in(sk->sk_state, LCTCP_S_RECEIVING))
		lctcp_send_ack(sk);
}

/* When to acknowledge: at once every second full segment, when half of the
 * window is used and whenever something is missing, else a little later (RFC
 * 9293 section 3.8.6.3, RFC 5681 section 4.2).  After a @fin its arc decides.
 */
static void lctcp_ack_text(struct sock *sk, bool at_once, bool fin)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	/* The program may answer a FIN with its own: one segment, not two. */
	if (fin)
		lc->pingpong = 1;
	if (at_once || lc->sacks.have_once || lctcp_ack_now(lc))
		lc->ack_pending = 2;
	else if (!fin)
		lctcp_timers_ack_owed(sk);
}

/* The peer's FIN is next in sequence: RFC 9293 section 3.10.7.4, eighth. */
static void lctcp_fin(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->peer_fin = 1;
	lctcp_event(sk, sk->sk_state == TCP_FIN_WAIT1 && lctcp_fin_acked(lc) ?
		    LCTCP_EV_FIN_ACK_OF_FIN : LCTCP_EV_FIN);
}

/* Text has come that nobody will read.  Who still has the socket is told that
 * the connection ended before its time.
 */
static void lctcp_late_text(struct sock *sk)
{
	LCTCP_INC(sock_net(sk), ABORTONDATA);
	if (sock_flag(sk, SOCK_DEAD)) {
		lctcp_event(sk, LCTCP_EV_ABORT);
		return;
	}
	WRITE_ONCE(sk->sk_err, ECONNRESET);	/* before it is seen to end */
	lctcp_event(sk, LCTCP_EV_ABORT);
	lctcp_report(sk, ECONNRESET);
}

/* RMSS, as far as can be seen: the largest segment.  Several may have been
 * joined on the way.
 */
static void lctcp_learn_mss(struct lctcp_sock *lc, const struct sk_buff *skb)
{
	u32 len = skb->len;

	if (skb_is_gso(skb))
		len = min_t(u32, len, skb_shinfo(skb)->gso_size);
	if (unlikely(len > lc->rcv_mss))
		lc->rcv_mss = min_t(u32, len, U16_MAX);
}

/* May this text be taken at all?  False: it has been dealt with. */
static bool lctcp_text_wanted(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	u32 wnd = lctcp_receive_window(lc);

	/* Nothing comes after a FIN.  Another one is acknowledged all the
	 * same, with the number that the first one had, but in CLOSING all
	 * is ignored except the ACK of ours.
	 */
	if (!lctcp_state_in(sk->sk_state, LCTCP_S_RECEIVING)) {
		LCTCP_DROP(sock_net(sk), DROPTEXTCLOSED, skb);
		if ((cb->flags & LCTCP_FIN) && sk->sk_state != TCP_CLOSING)
			lctcp_ack_refused(sk);
		return false;
	}
	/* The program has closed, or shut down both ways, and can never read
	 * it: say so (RFC 9293 SHLD-3), but not for old text that it has read.
	 */
	if (unlikely(sock_flag(sk, SOCK_DEAD) ||
		     sk->sk_shutdown == SHUTDOWN_MASK) && skb->len &&
	    lctcp_after(cb->seq + skb->len, lc->rcv_nxt)) {
		LCTCP_DROP(sock_net(sk), DROPTEXTCLOSED, skb);
		lctcp_late_text(sk);
		return false;
	}
	if (!wnd) {
		lctcp_ack_refused(sk);
		return false;
	}
	if (lctcp_before(cb->seq, lc->rcv_nxt) &&
	    !lctcp_trim_head(skb, min(lc->rcv_nxt - cb->seq, skb->len)))
		return false;
	return lctcp_trim_tail(skb, lc->rcv_nxt + wnd);
}

/* No room for text above a gap.  The newest is reported, if dropped too (RFC
 * 2018 section 8).
 */
static void lctcp_refuse_held(struct sock *sk, const struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	LCTCP_DROP(sock_net(sk), DROPRCVBUF, skb);
	if (lc->sack_ok && skb->len)
		lctcp_sacks_once(&lc->sacks, LCTCP_CB(skb)->seq,
				 LCTCP_CB(skb)->end_seq);
	lctcp_ack_refused(sk);
}

/* No memory for text that was offered.  The window says so, and the program had
 * better read.
 */
static void lctcp_refuse_in_order(struct sock *sk, const struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	LCTCP_DROP(sock_net(sk), DROPRCVBUF, skb);
	lc->rcv_nomem = 1;
	lctcp_ack_refused(sk);
	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_data_ready(sk);
}

/* Give up what is held from @floor on, from the far end, until there is room for
 * @skb.  Return whether there is.
 */
static bool lctcp_ooo_prune(struct sock *sk, struct sk_buff *skb, u32 floor)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *last;

	while ((last = lctcp_rb_skb(rb_last(&lc->ooo))) &&
	       !lctcp_before(LCTCP_CB(last)->seq, floor)) {
		LCTCP_INC(sock_net(sk), OFODROP);
		lctcp_sacks_cut(&lc->sacks, LCTCP_CB(last)->seq);
		lctcp_ooo_drop(lc, last);
		if (lctcp_rcv_room(sk, skb, skb->truesize))
			return true;
	}
	return false;
}

/* @skb is next in sequence, and taken whole, for there is no room to cut it up
 * around what is held of it.  What reaches beyond it stays, and takes its place
 * from where it begins.
 */
static void lctcp_ooo_uncover(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct sk_buff *held;

	while ((held = lctcp_rb_skb(rb_first(&lc->ooo))) &&
	       lctcp_before(LCTCP_CB(held)->seq, cb->end_seq)) {
		if (lctcp_after(LCTCP_CB(held)->end_seq, cb->end_seq) &&
		    lctcp_trim_tail(skb, LCTCP_CB(held)->seq))
			break;
		LCTCP_INC(sock_net(sk), OFODROP);
		lctcp_ooo_drop(lc, held);
	}
	lctcp_sacks_advance(&lc->sacks, cb->end_seq);
}

/* Something is held above a gap, or will be: is there room for this as well?
 * It goes before all that is held behind it, and what fills the gap is taken.
 */
static bool lctcp_room_above(struct sock *sk, struct sk_buff *skb,
			     bool in_order)
{
	if (lctcp_rcv_room(sk, skb, skb->truesize) ||
	    lctcp_ooo_prune(sk, skb, LCTCP_CB(skb)->end_seq) || in_order) {
		if (in_order && atomic_read(&sk->sk_rmem_alloc) +
				2 * skb->truesize > READ_ONCE(sk->sk_rcvbuf))
			lctcp_ooo_uncover(sk, skb);
		return true;
	}
	lctcp_refuse_held(sk, skb);
	return false;
}

void lctcp_text_process(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	u32 seq = cb->seq, end, len, nxt = lc->rcv_nxt;
	bool fin, in_order, again, marked, gap;

	if (cb->seq == cb->end_seq)
		goto drop;
	secpath_reset(skb);	/* what waits holds no IPsec state */
	__skb_pull(skb, tcp_hdr(skb)->doff * 4);
	len = skb->len;
	if (!lctcp_text_wanted(sk, skb))
		goto drop;
	if (len)
		lc->tally.data_in += lctcp_segs(skb);
	lctcp_learn_mss(lc, skb);
	lctcp_text_heard(lc, cb, len);
	marked = lctcp_ecn_text(sk, skb);

	in_order = cb->seq == lc->rcv_nxt;
	end = cb->end_seq;
	if (cb->seq != seq)
		lctcp_duplicate(sk, seq, cb->seq);
	gap = !RB_EMPTY_ROOT(&lc->ooo) || !in_order;
	if (gap && !lctcp_room_above(sk, skb, in_order))
		goto drop;
	if (in_order && RB_EMPTY_ROOT(&lc->ooo)) {
		fin = cb->flags & LCTCP_FIN;
		lctcp_tune_heard(sk, cb, len);
		if (!lctcp_queue_in_order(sk, skb)) {
			lctcp_refuse_in_order(sk, skb);
			goto drop;
		}
		lctcp_ack_text(sk, marked || gap, fin);
	} else {
		LCTCP_INC(sock_net(sk), OFOQUEUE);
		lc->tally.ooo++;
		if (cb->seq == seq)
			lctcp_ooo_duplicate(sk, seq, end);
		seq = cb->seq;
		again = lctcp_ooo_holds(lc, seq, end);
		lctcp_ooo_insert(sk, skb);
		fin = lctcp_ooo_drain(sk);
		if (in_order)
			lctcp_sacks_advance(&lc->sacks, lc->rcv_nxt);
		else
			lctcp_ooo_report(lc, seq);
		if (unlikely(again))
			lctcp_ack_refused(sk);
		else
			lctcp_ack_text(sk, true, fin);
		in_order = lctcp_after(lc->rcv_nxt, lc->copied_seq);
	}
	lc->tally.received += lc->rcv_nxt - nxt - (fin ? 1 : 0);
	if (fin)
		lctcp_fin(sk);
	if (in_order && !sock_flag(sk, SOCK_DEAD))
		sk->sk_data_ready(sk);
	return;
drop:
	kfree_skb(skb);
}
