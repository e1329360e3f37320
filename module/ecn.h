/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Explicit congestion notification, RFC 3168: routers mark instead of dropping.
 * The flags of Accurate ECN (RFC 9768) are neither sent nor understood.
 *
 * Context: socket lock held, but for lctcp_ecn_asked().
 */
#ifndef _LCTCP_ECN_H
#define _LCTCP_ECN_H

#include "lctcp.h"

/* So often, at most, the wait of what ECE holds back doubles. */
#define LCTCP_ECN_HOLDS_MAX	7

/**
 * lctcp_ecn_asked() - does a SYN ask for ECN, and do we grant it?
 * @cfg:   settings of the listener's namespace
 * @flags: of the SYN
 */
static inline bool lctcp_ecn_asked(const struct lctcp_sysctl *cfg, u8 flags)
{
	return (flags & (LCTCP_ECE | LCTCP_CWR)) == (LCTCP_ECE | LCTCP_CWR) &&
	       READ_ONCE(cfg->ecn) != LCTCP_ECN_NEVER;
}

/**
 * lctcp_ecn_answered() - the answer to our SYN has come
 * @lc:	   the socket
 * @flags: of the SYN-ACK, or of the SYN that crossed ours
 *
 * Both flags are those of a peer that reflects what it does not know (RFC 3168
 * section 6.1.1.2).
 */
static inline void lctcp_ecn_answered(struct lctcp_sock *lc, u8 flags)
{
	lc->ecn_ok = lc->ecn_asked &&
		     (flags & (LCTCP_ECE | LCTCP_CWR | LCTCP_ACK)) ==
		     (LCTCP_ECE | LCTCP_ACK);
}

/**
 * lctcp_ecn_out() - a segment is about to leave
 * @sk:	  the socket
 * @cb:	  of the segment
 * @text: octets of text
 * @flags: its flags, to which ECE and CWR are added
 *
 * Marks the socket's packets as ECT(0) for new text, and for nothing else.
 */
void lctcp_ecn_out(struct sock *sk, const struct lctcp_skb_cb *cb, u32 text,
		   u8 *flags);

/**
 * lctcp_ecn_text() - text in the window has come
 * @sk:	 the socket
 * @skb: the segment
 *
 * Return: true if it must be acknowledged at once: a router has marked it.
 */
bool lctcp_ecn_text(struct sock *sk, const struct sk_buff *skb);

/**
 * lctcp_ecn_ack() - an acceptable ACK has come, and snd_una has moved
 * @sk:	 the socket
 * @flags: of the segment
 * @flight: octets outstanding just before
 *
 * Return: true if it carries ECE, and so must not make cwnd grow.
 */
bool lctcp_ecn_ack(struct sock *sk, u8 flags, u32 flight);

/**
 * lctcp_ecn_reduced() - cwnd has become smaller for whatever reason
 * @lc: the socket
 *
 * The next new text says so (RFC 3168 section 6.1.2).
 */
static inline void lctcp_ecn_reduced(struct lctcp_sock *lc)
{
	lc->ecn_cwr = lc->ecn_ok;
}

/**
 * lctcp_ecn_answers() - has ECE brought cwnd down for this window already?
 * @lc: the socket
 *
 * What is lost of the same window is the same congestion (RFC 3168 section
 * 6.1.2).
 */
static inline bool lctcp_ecn_answers(const struct lctcp_sock *lc)
{
	return lc->ecn_heard && lctcp_before(lc->snd_una, lc->ecn_seq);
}

#endif /* _LCTCP_ECN_H */
