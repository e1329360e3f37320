/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TIME_WAIT: a mini takes the place of the socket in the table, answers, and goes
 * after 2MSL.  It has a reference for the table and one for its armed timer, and
 * is freed by RCU.
 *
 * Context: any, softirqs on or off, unless a function says otherwise.
 */
#ifndef _LCTCP_TIMEWAIT_H
#define _LCTCP_TIMEWAIT_H

#include "lctcp.h"

/**
 * lctcp_time_wait() - a mini takes over from a socket for 2MSL
 * @sk: both FINs have been sent and acknowledged, or we have sent a RST
 *
 * With an MSL of 0, without memory, or above max_tw, TIME_WAIT is over at
 * once; the latter two are counted.  Those that wait already are left alone:
 * who fills the table cannot drive out what others depend on.
 *
 * Context: socket lock held, process or softirq.
 */
void lctcp_time_wait(struct sock *sk);

/**
 * lctcp_tw_rcv() - a segment for a connection in TIME_WAIT
 * @tw:	 the mini
 * @skb: the segment; consumed
 * @t:	 its addresses and ports
 * @af:	 its family
 *
 * RFC 9293 section 3.10.7.4.  Only a FIN that was sent again restarts 2MSL
 * (D6).  A connection that we aborted answers as if there were none, so that a
 * peer that missed our RST hears another; and so does one for a request that
 * reopened it and ended, lest old numbers and new ones answer each other.
 *
 * Context: softirq, rcu_read_lock().
 */
void lctcp_tw_rcv(struct lctcp_tw *tw, struct sk_buff *skb,
		  struct lctcp_tuple *t, const struct lctcp_af_ops *af);

/**
 * lctcp_tw_kill() - end TIME_WAIT early
 * @tw:	  the mini
 * @ev:	  why
 * @sync: also wait for a timer handler that runs; process context
 *
 * Return: true if this call ended it.
 */
bool lctcp_tw_kill(struct lctcp_tw *tw, enum lctcp_event ev, bool sync);

/**
 * lctcp_tw_free() - the last reference is gone
 * @tw: the mini; its timer is not armed
 */
void lctcp_tw_free(struct lctcp_tw *tw);

/**
 * lctcp_tw_resume() - TIME_WAIT is back in the table
 * @tw: its timer has been running all the time
 *
 * If the timer fired meanwhile its handler found the mini out of the table
 * and left it; then it ends here.
 */
void lctcp_tw_resume(struct lctcp_tw *tw);

/**
 * lctcp_tw_next_iss() - the first number of the next connection of this pair
 * @tw: the mini, about to be reopened
 *
 * Above all that was used before, requests that ended without becoming a
 * connection included; from the third one on it is the same.  Where each began
 * follows from how many there were, and that takes two bits: the mini must know
 * it for D35.
 *
 * Context: rcu_read_lock().  Two SYNs at the same time may get the same number;
 * one of them finds the mini gone.
 */
u32 lctcp_tw_next_iss(struct lctcp_tw *tw);

/**
 * lctcp_tw_take() - connect() wants a pair that is taken
 * @ent: of its socket, filled in; in no table
 *
 * If TIME_WAIT has it, and may be ended, @ent takes its place.
 *
 * Context: process; may be called under a bind bucket's lock.
 * Return: the mini, whose reference was the table's, for lctcp_tw_reused(); or
 * NULL, and nothing is done.
 */
struct lctcp_tw *lctcp_tw_take(struct lctcp_ent *ent);

/**
 * lctcp_tw_reused() - connect() goes on where TIME_WAIT ends
 * @tw: from lctcp_tw_take(); its reference is dropped
 * @sk: in its place; has an ISS and its timestamps' offset
 *
 * Numbers begin above all that was used; timestamps do by themselves, since
 * their offset is that of the pair.  The peer's last one is kept to tell an old
 * SYN by.
 *
 * Context: process, socket lock held.
 */
void lctcp_tw_reused(struct lctcp_tw *tw, struct sock *sk);

/**
 * lctcp_tw_release() - the connection that reopened TIME_WAIT goes its way
 * @tw:	  set aside by a request, in no table; the caller's reference, once
 *	  the table's, is dropped
 * @sync: also wait for a timer handler that runs; process context
 */
void lctcp_tw_release(struct lctcp_tw *tw, bool sync);

/**
 * lctcp_tw_due() - when does it end?
 * @tw: in the table; the answer may be a moment old
 *
 * Return: jiffies.
 */
unsigned long lctcp_tw_due(const struct lctcp_tw *tw);

/**
 * lctcp_tw_age_ms() - how long has this connection been in TIME_WAIT?
 * @tw: the mini
 *
 * Since it entered, however often the timer was started anew.
 */
u32 lctcp_tw_age_ms(const struct lctcp_tw *tw);

#endif /* _LCTCP_TIMEWAIT_H */
