/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often a segment that is no use may be answered (RFC 5961 section 7).
 *
 * Whoever can be made to answer can be made to flood: a third party whose
 * address was forged, or the other end, if two disagree and answer each
 * other's answers.  So everything that is said in return to what was refused
 * comes out of a bucket: so many in a given time, then none.  answers.c has the
 * rules, this has the bucket itself.
 */
#ifndef _LCTCP_ANSWERS_H
#define _LCTCP_ANSWERS_H

#include <lctcp/types.h>

struct lctcp_ent;
struct lctcp_tuple;
struct sock;

/**
 * enum lctcp_answer - what is said in return, each from a bucket of its own
 * @LCTCP_ANSWER_CHALLENGE: a challenge ACK; the settings challenge_acks and
 *			challenge_interval_ms say how many
 * @LCTCP_ANSWER_REFUSAL: to any other segment that was refused
 * @LCTCP_ANSWER_AGAIN:	to a SYN-ACK or FIN that the peer had to send again,
 *			for our ACK was lost: nothing else takes of these
 */
enum lctcp_answer {
	LCTCP_ANSWER_CHALLENGE,
	LCTCP_ANSWER_REFUSAL,
	LCTCP_ANSWER_AGAIN,
	LCTCP_ANSWERS
};

/* So many a connection or mini in a second. */
#define LCTCP_REFUSALS		10
#define LCTCP_AGAINS		400

/**
 * struct lctcp_bucket_form - how a bucket is packed into one number
 * @at_bits:	when its time began, in ticks; has to hold more than a time
 * @n_bits:	how many have been taken since
 *
 * After all of @at_bits has gone by the bucket may look as if its time were
 * still on: then it is over one time later.
 */
struct lctcp_bucket_form {
	u8 at_bits;
	u8 n_bits;
};

/**
 * lctcp_bucket_take() - one more answer?
 * @bucket: to begin with 0
 * @form:   how it is packed
 * @now:    ticks
 * @time:   ticks
 * @most:   how many may be taken in @time, less than 1 << n_bits
 *
 * A time begins with the first one taken, and lasts @time at least.
 *
 * Return: whether there was one left, which has been taken.
 */
static inline bool lctcp_bucket_take(u32 *bucket, struct lctcp_bucket_form form,
				     u32 now, u32 time, u32 most)
{
	u32 at_mask = (1u << form.at_bits) - 1;
	u32 n = *bucket & ((1u << form.n_bits) - 1);
	u32 at = *bucket >> form.n_bits;

	if (!n || ((now - at) & at_mask) > time) {
		at = now & at_mask;
		n = 0;
	}
	if (n >= most)
		return false;
	*bucket = at << form.n_bits | (n + 1);
	return true;
}

#ifdef __KERNEL__
/**
 * lctcp_answers_init() - draw the key of the buckets
 */
void lctcp_answers_init(void);

/**
 * lctcp_may_answer() - may a connection answer what it refused?
 * @sk:	  the socket
 * @kind: how
 *
 * Context: socket lock held.
 * Return: whether it may; if not, that has been counted.
 */
bool lctcp_may_answer(struct sock *sk, enum lctcp_answer kind);

/**
 * lctcp_mini_may_answer() - may a mini answer what it refused?
 * @ent:  its entry
 * @kind: how, to count it by: all kinds are one bucket
 *
 * Context: softirq.
 * Return: whether it may; if not, that has been counted.
 */
bool lctcp_mini_may_answer(struct lctcp_ent *ent, enum lctcp_answer kind);

/**
 * lctcp_tuple_may_answer() - may a segment be answered that nobody keeps
 *			      count of?
 * @t:	  who sent it to whom
 * @kind: how
 * @seq:  its sequence number: of another the count is another
 *
 * Context: softirq.
 * Return: whether it may; if not, that has been counted.
 */
bool lctcp_tuple_may_answer(const struct lctcp_tuple *t,
			    enum lctcp_answer kind, u32 seq);

#endif

#endif /* _LCTCP_ANSWERS_H */
