// SPDX-License-Identifier: GPL-2.0
/*
 * What a program writes is copied to the end of the write queue, or its pages
 * are put there (MSG_SPLICE_PAGES, MSG_ZEROCOPY).
 *
 * One buffer there holds many segments, a whole number of them, as long as
 * there is that much: what leaves is cut at transmission (send.c) or below
 * (ip/offload.c).  So writes of any size end up in the same few buffers.  But
 * what has left takes no more, nor does what ends a record (MSG_EOR).
 *
 * A long write is sent while it is copied: each buffer that is full leaves as
 * far as the windows let it, and ACKs that came meanwhile are taken.
 */
#include "ip/offload.h"
#include "lctcp.h"
#include "memory.h"
#include "recovery.h"
#include "send.h"
#include "socket.h"
#include "urgent.h"
#include "write.h"

/* A buffer that holds less is mostly overhead. */
#define LCTCP_PIECE_MIN		1024

bool lctcp_stream_memory_free(const struct sock *sk, int wake)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 most = READ_ONCE(lc->notsent_lowat);

	if (likely(!most))
		return true;
	return (u64)(READ_ONCE(lc->write_seq) - READ_ONCE(lc->snd_nxt)) << wake <
	       most;
}

/* Wait for room in the send buffer. */
static int lctcp_wait_room(struct sock *sk, long *timeo)
{
	set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	lctcp_push(sk);
	return sk_stream_wait_memory(sk, timeo);
}

/* How much to put into one buffer: as many whole segments as may leave at a
 * time, so that it need not be cut when the window is open; at most half of
 * what the peer ever takes, so that a flight does not wait for more.  Several
 * small ones share a buffer, which costs more than they do.  @left octets that
 * fit into one segment, with nothing queued before them, are one.
 */
static u32 lctcp_piece_size(struct sock *sk, size_t left)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 size = lctcp_seg_size(lc), most;

	if (unlikely(size < LCTCP_PIECE_MIN))
		return LCTCP_PIECE_MIN / size * size;
	if (left <= size && !lc->send_head)
		return size;
	most = min(lctcp_burst_most(sk), lc->max_snd_wnd / 2);
	/* A larger one that tries out the path comes from one buffer. */
	if (unlikely(lc->plp.on) && lc->plp.high > lc->plp.low)
		most = max(most, 2 * size + lc->plp.high - lc->plp.low);
	return most < 2 * size ? size : most / size * size;
}

static bool lctcp_is_full(const struct sk_buff *skb, u32 size)
{
	return skb->len >= size ||
	       skb_shinfo(skb)->nr_frags >= MAX_SKB_FRAGS - 1;
}

/* The buffer that takes what is written next; empty, if there is a new one.
 * NULL: no room.
 */
static struct sk_buff *lctcp_tail(struct sock *sk, u32 size)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);

	if (lc->send_head && !LCTCP_CB(skb)->eor && !lctcp_is_full(skb, size))
		return lctcp_stream_memory_free(sk, 0) ? skb : NULL;
	if (!sk_stream_memory_free(sk))
		return NULL;
	skb = lctcp_alloc_skb(sk, sk->sk_allocation);
	if (!skb)
		return NULL;
	lctcp_tx_charge(sk, skb->truesize);	/* asked for when it is filled */
	__skb_queue_tail(&sk->sk_write_queue, skb);
	if (!lc->send_head)
		lc->send_head = skb;
	return skb;
}

/* Of @copy octets, for how many is there memory? */
static int lctcp_allowance(struct sock *sk, int copy)
{
	if (sk_wmem_schedule(sk, copy))
		return copy;
	/* The least a program may have goes even so: what it waits for may be
	 * the answer to it.
	 */
	return min(copy, LCTCP_MEM_FLOOR - sk->sk_wmem_queued);
}

/* Copy to the end of @skb, but no more than fit into one page fragment. */
static int lctcp_copy_in(struct sock *sk, struct sk_buff *skb,
			 struct msghdr *msg, u32 size)
{
	struct page_frag *pfrag = sk_page_frag(sk);
	int i, err, copy;
	bool merge;

	if (!sk_page_frag_refill(sk, pfrag))
		return -EAGAIN;
	i = skb_shinfo(skb)->nr_frags;
	merge = skb_can_coalesce(skb, i, pfrag->page, pfrag->offset);
	copy = min_t(int, size - skb->len, pfrag->size - pfrag->offset);
	copy = min_t(size_t, copy, msg_data_left(msg));
	copy = lctcp_allowance(sk, copy);
	if (copy <= 0)
		return -EAGAIN;
	err = skb_copy_to_page_nocache(sk, &msg->msg_iter, skb, pfrag->page,
				       pfrag->offset, copy);
	if (err)
		return err;
	if (merge) {
		skb_frag_size_add(&skb_shinfo(skb)->frags[i - 1], copy);
	} else {
		skb_fill_page_desc(skb, i, pfrag->page, pfrag->offset, copy);
		page_ref_inc(pfrag->page);
	}
	pfrag->offset += copy;
	return copy;
}

/* Put the program's own pages to the end of @skb.  They may change under way:
 * who sums them up has to copy them.
 */
static int lctcp_splice_in(struct sock *sk, struct sk_buff *skb,
			   struct msghdr *msg, u32 size)
{
	int copy = min_t(size_t, size - skb->len, msg_data_left(msg));

	copy = lctcp_allowance(sk, copy);
	if (copy <= 0)
		return -EAGAIN;
	copy = lctcp_splice_from_iter(skb, &msg->msg_iter, copy,
				      sk->sk_allocation);
	if (copy <= 0)
		return copy;
	lctcp_tx_charge(sk, copy);
	if (!(msg->msg_flags & LCTCP_MSG_NO_SHARED_FRAGS))
		skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
	return copy;
}

/* The same of a program that will be told when nobody needs them any more.  A
 * buffer tells of one call only, or of several that @told has joined.
 */
static int lctcp_pin_in(struct sock *sk, struct sk_buff *skb,
			struct msghdr *msg, u32 size, struct ubuf_info *told)
{
	int copy = min_t(size_t, size - skb->len, msg_data_left(msg));

	copy = lctcp_allowance(sk, copy);
	if (copy <= 0)
		return -EAGAIN;
	/* charges what it puts there */
	copy = lctcp_zerocopy_from_iter(sk, skb, msg, copy, told);
	return copy == -EEXIST ? -EMSGSIZE : copy;
}

/* Add some octets to the write queue.  Return how many, or -errno; -EAGAIN if
 * there is no room.
 */
static int lctcp_append(struct sock *sk, struct msghdr *msg, u32 size,
			struct ubuf_info *told)
{
	struct sk_buff *skb = lctcp_tail(sk, size);
	int copy;

	if (!skb)
		return -EAGAIN;
	if (told)
		copy = lctcp_pin_in(sk, skb, msg, size, told);
	else if (msg->msg_flags & LCTCP_MSG_SPLICE_PAGES)
		copy = lctcp_splice_in(sk, skb, msg, size);
	else
		copy = lctcp_copy_in(sk, skb, msg, size);
	if (copy == -EMSGSIZE && skb->len) {
		LCTCP_CB(skb)->eor = 1;		/* has no more room */
		return 0;
	}
	if (copy < 0)
		return copy;
	WRITE_ONCE(lctcp_sk(sk)->write_seq, lctcp_sk(sk)->write_seq + copy);
	LCTCP_CB(skb)->end_seq += copy;
	return copy;
}

/* A segment that was begun for nothing must not stay: it has no number. */
static void lctcp_drop_empty_tail(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb = skb_peek_tail(&sk->sk_write_queue);

	if (!skb || !lc->send_head ||
	    LCTCP_CB(skb)->seq != LCTCP_CB(skb)->end_seq)
		return;
	if (lc->send_head == skb)
		lc->send_head = NULL;
	__skb_unlink(skb, &sk->sk_write_queue);
	lctcp_free_tx_skb(sk, skb);
}

/* Send what is queued, and what is too little only if no more is to come. */
static void lctcp_push_more(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->nonagle |= LCTCP_MORE;
	lctcp_push_on(sk);
	lc->nonagle &= ~LCTCP_MORE;
}

/* A piece of a long write has been copied, and more follows. */
static void lctcp_meanwhile(struct sock *sk, struct msghdr *msg, u32 *size)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	const struct sk_buff *tail = skb_peek_tail(&sk->sk_write_queue);

	if (!lc->send_head || !lctcp_is_full(tail, *size))
		return;
	if (tail == lc->send_head ||
	    lc->write_seq - lc->snd_nxt > lc->max_snd_wnd / 2)
		lctcp_push_more(sk);
	if (sk_flush_backlog(sk))
		*size = lctcp_piece_size(sk, msg_data_left(msg));
}

static int lctcp_write(struct sock *sk, struct msghdr *msg, long timeo,
		       struct ubuf_info *told, int *copied)
{
	u32 size = lctcp_piece_size(sk, msg_data_left(msg));
	int n;

	while (msg_data_left(msg) && *copied < LCTCP_CALL_MAX) {
		if (sk->sk_err || (sk->sk_shutdown & SEND_SHUTDOWN))
			return -EPIPE;
		n = lctcp_append(sk, msg, size, told);
		if (n >= 0) {
			*copied += n;
			if (msg_data_left(msg))
				lctcp_meanwhile(sk, msg, &size);
			continue;
		}
		if (n != -EAGAIN)
			return n;
		lctcp_drop_empty_tail(sk);
		n = lctcp_wait_room(sk, &timeo);
		if (n)
			return n;
		lctcp_follow_path(sk);
		size = lctcp_piece_size(sk, msg_data_left(msg));
	}
	return 0;
}

/* Who is told when the pages of this call are free (MSG_ZEROCOPY): *@told, with a
 * reference, or NULL if they are copied and nobody is.  Where a device wants one
 * piece they are copied, and the program is told so.
 */
static int lctcp_who_is_told(struct sock *sk, struct msghdr *msg,
			     struct ubuf_info **told, bool *pin)
{
	struct sk_buff *tail;

	*told = NULL;
	*pin = false;
	if (likely(!(msg->msg_flags & MSG_ZEROCOPY)) || !msg_data_left(msg) ||
	    !sock_flag(sk, SOCK_ZEROCOPY) || msg->msg_ubuf)
		return 0;
	tail = lctcp_sk(sk)->send_head ? skb_peek_tail(&sk->sk_write_queue) :
					 NULL;
	*told = lctcp_zerocopy_realloc(sk, msg_data_left(msg), skb_zcopy(tail));
	if (!*told)
		return -ENOBUFS;
	*pin = sk->sk_route_caps & NETIF_F_SG;
	if (!*pin)
		uarg_to_msgzc(*told)->zerocopy = 0;
	return 0;
}

/* The program comes with more only now that the path might have carried more:
 * what it is found to carry may be what the program wanted.
 */
static void lctcp_was_limited(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 pipe = lctcp_pipe(lc);

	if (lc->write_seq - lc->snd_nxt < lc->mss && pipe < lc->cong.cwnd &&
	    !lc->rtx_next && sk_wmem_alloc_get(sk) < SKB_TRUESIZE(1))
		lctcp_rate_limited(&lc->tally.rate, pipe);
}

static int lctcp_sendmsg_locked(struct sock *sk, struct msghdr *msg)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	int flags = msg->msg_flags;
	long timeo = sock_sndtimeo(sk, flags & MSG_DONTWAIT);
	struct ubuf_info *told;
	int copied = 0, err;
	bool pin;

	err = lctcp_who_is_told(sk, msg, &told, &pin);
	if (err)
		return err;

	/* A SEND before ESTABLISHED waits for it (RFC 9293 section 3.10.2). */
	if (!lctcp_state_in(sk->sk_state, LCTCP_S_SENDING)) {
		err = sk_stream_wait_connect(sk, &timeo);
		if (err)
			goto out;
	}
	sk_clear_bit(SOCKWQ_ASYNC_NOSPACE, sk);
	lctcp_was_limited(sk);
	lctcp_follow_path(sk);
	err = lctcp_write(sk, msg, timeo, pin ? told : NULL, &copied);
	lctcp_drop_empty_tail(sk);
	if (copied) {
		if (flags & MSG_OOB)
			lctcp_urg_mark(sk);
		if ((flags & MSG_EOR) && lc->send_head)
			LCTCP_CB(skb_peek_tail(&sk->sk_write_queue))->eor = 1;
		if (flags & MSG_MORE)
			lctcp_push_more(sk);
		else
			lctcp_push_on(sk);
		net_zcopy_put(told);
		return copied;
	}
out:
	net_zcopy_put_abort(told, true);
	if (err == -EAGAIN)
		sk->sk_write_space(sk);
	return err ? sk_stream_error(sk, flags, err) : 0;
}

/* What the program says by control messages is checked, and has no effect. */
static noinline int lctcp_check_cmsg(struct sock *sk, struct msghdr *msg)
{
	struct sockcm_cookie sockc;

	memset(&sockc, 0, sizeof(sockc));
	return sock_cmsg_send(sk, msg, &sockc);
}

int lctcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size)
{
	int err = 0;

	lock_sock(sk);
	if (msg->msg_controllen)
		err = lctcp_check_cmsg(sk, msg);
	if (!err)
		err = lctcp_sendmsg_locked(sk, msg);
	release_sock(sk);
	return err;
}

/* sendfile() promised more than the file had: what waits for it must not wait
 * for ever.
 */
void __maybe_unused lctcp_splice_eof(struct socket *sock)
{
	struct sock *sk = sock->sk;

	lock_sock(sk);
	if (lctcp_state_in(sk->sk_state, LCTCP_S_SENDING))
		lctcp_push(sk);
	release_sock(sk);
}
