// SPDX-License-Identifier: GPL-2.0
/*
 * Urgent data: RFC 9293 section 3.8.5, with the BSD model that programs know
 * (RFC 6093, D22): the last urgent octet is taken out of the stream unless
 * SO_OOBINLINE is set.
 */
#include "lctcp.h"
#include "urgent.h"

void lctcp_urg_mark(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->snd_up = lc->write_seq;
	lc->urg_mode = 1;
	lc->nonagle |= LCTCP_PUSH_ONCE;
}

void lctcp_urg_fill(struct lctcp_sock *lc, struct tcphdr *th, u32 seq)
{
	u32 distance = lc->snd_up - seq;

	if (!lctcp_after(lc->snd_up, lc->snd_una)) {
		lc->urg_mode = 0;
		return;
	}
	/* Farther away than the field can say, it says what it can: the peer
	 * is to know at once, and each segment moves the pointer on.
	 */
	if (lctcp_after(lc->snd_up, seq)) {
		th->urg = 1;
		th->urg_ptr = htons(min_t(u32, distance, U16_MAX));
	}
}

/* The program is taken past an urgent octet, and what is behind it is freed. */
static void lctcp_urg_skip(struct sock *sk)
{
	struct sk_buff *skb = skb_peek(&sk->sk_receive_queue);
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->copied_seq++;
	sk_peek_offset_bwd(sk, 1);
	if (skb && lc->copied_seq - LCTCP_CB(skb)->seq >= skb->len) {
		__skb_unlink(skb, &sk->sk_receive_queue);
		__kfree_skb(skb);
	}
}

/* A new urgent pointer? */
static void lctcp_urg_announced(struct sock *sk, u32 seq)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (lctcp_before(seq, lc->copied_seq) ||
	    lctcp_before(seq, lc->rcv_nxt))
		return;		/* the program, or the queue, is past it */
	if (lc->urg_data && !lctcp_after(seq, lc->urg_seq))
		return;
	/* What nobody read of the octet before stays out of the stream. */
	if (lc->urg_seq == lc->copied_seq && lc->urg_data &&
	    !sock_flag(sk, SOCK_URGINLINE) && lc->copied_seq != lc->rcv_nxt)
		lctcp_urg_skip(sk);
	lc->urg_seq = seq;
	lc->urg_data = LCTCP_URG_NOTYET;
	sk_send_sigurg(sk);
}

void lctcp_urg_reached(struct sock *sk, const struct sk_buff *skb, u32 hlen)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 offset;
	u8 octet;

	if (cb->flags & LCTCP_URG)
		lctcp_urg_announced(sk, cb->h.urg_seq);
	if (lc->urg_data != LCTCP_URG_NOTYET)
		return;
	offset = lc->urg_seq - cb->seq + hlen;
	if (lctcp_before(lc->urg_seq, cb->seq) || offset >= skb->len)
		return;
	if (skb_copy_bits(skb, offset, &octet, 1))
		return;
	WRITE_ONCE(lc->urg_data, LCTCP_URG_VALID | octet);
	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_data_ready(sk);
}

void lctcp_urg_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	const struct tcphdr *th = tcp_hdr(skb);

	if (!th->urg_ptr)
		cb->flags &= ~LCTCP_URG;
	cb->h.urg_seq = cb->seq + ntohs(th->urg_ptr) - 1;
	if (!lctcp_after(cb->seq, lctcp_sk(sk)->rcv_nxt) ||
	    cb->seq == cb->end_seq)
		lctcp_urg_reached(sk, skb, th->doff * 4);
}

void lctcp_urg_copy(struct sk_buff *held, const struct sk_buff *skb)
{
	struct lctcp_skb_cb *cb = LCTCP_CB(held);
	u32 urg_seq = LCTCP_CB(skb)->h.urg_seq;

	if ((cb->flags & LCTCP_URG) && !lctcp_after(urg_seq, cb->h.urg_seq))
		return;
	cb->flags |= LCTCP_URG;
	cb->h.urg_seq = urg_seq;
}

int lctcp_urg_recv(struct sock *sk, struct msghdr *msg, size_t len, int flags)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	char octet = lc->urg_data;

	if (sock_flag(sk, SOCK_URGINLINE) || !lc->urg_data ||
	    lc->urg_data == LCTCP_URG_READ)
		return -EINVAL;
	if (sk->sk_state == TCP_CLOSE && !sock_flag(sk, SOCK_DONE))
		return -ENOTCONN;
	if (lc->urg_data & LCTCP_URG_VALID) {
		if (!(flags & MSG_PEEK))
			WRITE_ONCE(lc->urg_data, LCTCP_URG_READ);
		msg->msg_flags |= MSG_OOB;
		if (!len) {
			msg->msg_flags |= MSG_TRUNC;
			return 0;
		}
		if (!(flags & MSG_TRUNC) && memcpy_to_msg(msg, &octet, 1))
			return -EFAULT;
		return 1;
	}
	if (sk->sk_state == TCP_CLOSE || (sk->sk_shutdown & RCV_SHUTDOWN))
		return 0;
	return -EAGAIN;
}

bool lctcp_at_mark(const struct sock *sk, u32 seq)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	return lc->urg_data && lc->urg_seq == seq;
}

u32 lctcp_urg_stop(struct sock *sk, u32 *seq, u32 n, bool *skip)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 distance = lc->urg_seq - *seq;

	*skip = false;
	if (!lc->urg_data || distance >= n)
		return n;
	if (distance)
		return distance;
	*skip = !sock_flag(sk, SOCK_URGINLINE);
	return *skip ? 0 : n;
}
