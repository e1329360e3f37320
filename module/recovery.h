/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loss recovery: what is lost, how much may be sent meanwhile, and whether it
 * was for nothing.
 *
 * Each segment of the retransmission queue has marks (struct lctcp_skb_cb) and
 * may be many segments of the wire in one; wherever a mark applies to a part it
 * is cut.  Marks are changed only by the functions here, which keep
 * lctcp_recovery.score in step:
 *
 *	sacked	the peer has it
 *	lost	it is to be sent again, or has been
 *	again	it has been, and nothing is known of the copy
 *
 * Context: socket lock held.
 */
#ifndef _LCTCP_RECOVERY_H
#define _LCTCP_RECOVERY_H

#include "lctcp.h"

/**
 * struct lctcp_ack_news - what one acceptable ACK tells
 * @now_us:	when it came
 * @flight:	octets outstanding just before
 * @acked:	octets it acknowledges for the first time
 * @delivered:	octets that have arrived, by it and by SACK
 * @lost:	octets found lost by it
 * @rtt_us:	round trip of a segment sent once, 0: none
 * @tsecr:	echoed timestamp, if @has_ts
 * @has_ts:	timestamps are in use, and it has one
 * @dup:	a duplicate ACK (RFC 5681 section 2)
 * @sacked:	SACK tells of something new
 * @dsack:	something arrived twice
 * @dsack_tail:	that was a tail loss probe
 * @ece:	it tells of congestion (RFC 3168); cwnd has been reduced
 * @original:	what was in flight at the timeout arrived, sent only once
 */
struct lctcp_ack_news {
	u64 now_us;
	u32 flight;
	u32 acked;
	u32 delivered;
	u32 lost;
	u32 rtt_us;
	u32 tsecr;
	bool has_ts;
	bool dup;
	bool sacked;
	bool dsack;
	bool dsack_tail;
	bool ece;
	bool original;
};

/* Sequence numbers that a queued segment takes. */
static inline u32 lctcp_seq_len(const struct lctcp_skb_cb *cb)
{
	return cb->end_seq - cb->seq;
}

/* Octets in the network: this is what cwnd bounds. */
static inline u32 lctcp_pipe(const struct lctcp_sock *lc)
{
	return lctcp_score_pipe(&lc->rec.score, lc->snd_nxt - lc->snd_una);
}

/* Is lost text to go before new text? */
static inline bool lctcp_lost_first(const struct lctcp_sock *lc)
{
	return lc->rtx_next && lc->rec.frto != LCTCP_FRTO_NEW;
}

/* A segment leaves the order by time: it is not in the network any more. */
static inline void lctcp_time_del(struct lctcp_skb_cb *cb)
{
	if (!cb->h.by_time.next)
		return;
	list_del(&cb->h.by_time);
	cb->h.by_time.next = NULL;
}

/* A segment leaves for the network, at cb->h.sent_us. */
static inline void lctcp_time_add(struct lctcp_sock *lc,
				  struct lctcp_skb_cb *cb)
{
	lctcp_time_del(cb);
	list_add_tail(&cb->h.by_time, &lc->rec.by_time);
}

/* @rest has been cut off @cb, and is a copy of it so far. */
static inline void lctcp_time_split(struct lctcp_skb_cb *cb,
				    struct lctcp_skb_cb *rest)
{
	rest->h.by_time.next = NULL;
	if (cb->h.by_time.next)
		list_add(&rest->h.by_time, &cb->h.by_time);
}

/* sacked.c */

/* May a segment have a SACK option?  Not without room for a block, beside
 * timestamps alone, or with SYN.
 */
static inline bool lctcp_may_sack(const struct sk_buff *skb,
				  const struct lctcp_ack_news *news)
{
	const struct tcphdr *th = tcp_hdr(skb);

	return th->doff * 4 >= LCTCP_HDR_LEN + LCTCP_TS_LEN && !th->syn &&
	       !(news->has_ts && th->doff * 4 == LCTCP_HDR_LEN + LCTCP_TS_LEN);
}

/**
 * lctcp_sacked() - take the SACK option of an acceptable ACK
 * @sk:	  the socket; its snd_una is that of the ACK
 * @skb:  the segment
 * @news: what the ACK tells
 */
void lctcp_sacked(struct sock *sk, const struct sk_buff *skb,
		  struct lctcp_ack_news *news);

/**
 * lctcp_arrived() - a part of the retransmission queue has been delivered
 * @sk:	   the socket
 * @cb:	   of the segment
 * @end:   up to here
 * @older: the echoed timestamp is older than its last transmission
 * @news:  what the ACK tells
 *
 * Not for what was sacked before.
 */
void lctcp_arrived(struct sock *sk, const struct lctcp_skb_cb *cb, u32 end,
		   bool older, struct lctcp_ack_news *news);

/**
 * lctcp_forget_sacks() - the peer cannot be believed (RFC 2018 section 8)
 * @sk: the socket
 */
void lctcp_forget_sacks(struct sock *sk);

/* recovery.c */

/**
 * lctcp_recovery_init() - nothing is in flight
 * @sk: the socket
 */
void lctcp_recovery_init(struct sock *sk);

/**
 * lctcp_recovery_gone() - a segment, or its first octets, are acknowledged
 * @sk:	 the socket
 * @skb: of the retransmission queue
 * @n:	 so many sequence numbers; with all of them it leaves the queue
 *
 * Call it before the segment changes.
 */
void lctcp_recovery_gone(struct sock *sk, struct sk_buff *skb, u32 n);

/**
 * lctcp_mark_lost() - a segment is taken for lost
 * @sk:	 the socket
 * @skb: of the retransmission queue, not sacked
 */
void lctcp_mark_lost(struct sock *sk, struct sk_buff *skb);

/**
 * lctcp_recovery_again() - a segment is about to leave again
 * @sk:	  the socket
 * @cb:	  of the segment
 */
void lctcp_recovery_again(struct sock *sk, struct lctcp_skb_cb *cb);

/**
 * lctcp_recovery_ack() - an acceptable ACK has been taken: what follows?
 * @sk:	  the socket
 * @news: what it tells
 *
 * Sends nothing: lctcp_push_on() does, by the marks and cwnd.
 */
void lctcp_recovery_ack(struct sock *sk, struct lctcp_ack_news *news);

/**
 * lctcp_recovery_timeout() - the retransmission timer fired
 * @sk: the socket, synchronized
 */
void lctcp_recovery_timeout(struct sock *sk);

/**
 * lctcp_recovery_reorder() - what was overtaken has had its time
 * @sk: the socket
 */
void lctcp_recovery_reorder(struct sock *sk);

/**
 * lctcp_tail_wait() - when to send a tail loss probe
 * @sk: the socket; something is in flight
 *
 * RFC 8985 section 7.2.
 *
 * Return: microseconds from now, 0: never.
 */
u32 lctcp_tail_wait(const struct sock *sk);

/**
 * lctcp_tail_probe() - ACKs have stopped: ask for one (RFC 8985 section 7.3)
 * @sk: the socket
 */
void lctcp_tail_probe(struct sock *sk);

#endif /* _LCTCP_RECOVERY_H */
