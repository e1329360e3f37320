/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often a segment that is no use may be answered (RFC 5961 section 7).
 *
 * Whoever can be made to answer can be made to flood: a third party whose
 * address was forged, or the other end, if two disagree and answer each
 * other's answers.  So everything that is said in return to what was refused
 * comes out of a bucket (core/bucket.h): so many in a given time, then none.
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

#endif /* _LCTCP_ANSWERS_H */
