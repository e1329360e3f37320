/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Callers say what happened, and the timers follow: no other file arms a timer
 * of a socket.
 *
 * Context: socket lock held.  A timer that fires while a program has the lock is
 * left to lctcp_release_cb().
 */
#ifndef _LCTCP_TIMER_H
#define _LCTCP_TIMER_H

#include "lctcp.h"

/**
 * lctcp_timers_init() - make the timers of a new or cloned socket
 * @sk: the socket, which nobody else knows yet
 */
void lctcp_timers_init(struct sock *sk);

/**
 * lctcp_timers_stop() - the connection is over
 * @sk: the socket
 */
void lctcp_timers_stop(struct sock *sk);

/**
 * lctcp_timers_sent() - what takes sequence numbers was sent for the first time
 * @sk: the socket
 */
void lctcp_timers_sent(struct sock *sk);

/**
 * lctcp_timers_acked() - an ACK came
 * @sk:       the socket
 * @progress: it acknowledged something new
 */
void lctcp_timers_acked(struct sock *sk, bool progress);

/**
 * lctcp_timers_window() - all was sent that could be; something may be left
 * @sk: the socket
 */
void lctcp_timers_window(struct sock *sk);

/**
 * lctcp_timers_ack_owed() - an ACK is owed, but may wait for data to ride on
 * @sk: the socket
 */
void lctcp_timers_ack_owed(struct sock *sk);

/**
 * lctcp_timers_ack_sent() - a segment with ACK has left
 * @sk: the socket
 */
void lctcp_timers_ack_sent(struct sock *sk);

/**
 * lctcp_timers_established() - the connection is open
 * @sk: the socket
 *
 * RFC 6298 (5.7), RFC 5681 section 3.1.
 */
void lctcp_timers_established(struct sock *sk);

/**
 * lctcp_timers_heard() - the peer has sent something that passed every check
 * @sk: the socket
 */
void lctcp_timers_heard(struct sock *sk);

/**
 * lctcp_timers_keepalive() - SO_KEEPALIVE, or the time of keepalives, was set
 * @sk: the socket
 * @on: whether to send any
 */
void lctcp_timers_keepalive(struct sock *sk, int on);

/**
 * lctcp_timers_orphan_fw2() - nobody holds a socket in FIN_WAIT2 any more
 * @sk: the socket
 *
 * The FIN may never come (D14).
 */
void lctcp_timers_orphan_fw2(struct sock *sk);

/* So many jiffies and more the timer wheel rounds up, by an eighth at most. */
#define LCTCP_WHEEL_COARSE	64

/**
 * lctcp_wheel_at() - when is a timer to fire that looks at its deadline itself?
 * @cfg:      settings of its namespace
 * @deadline: jiffies
 *
 * The timer wheel may be late by an eighth of the wait.  With exact_timers a timer
 * fires so much earlier and is armed for what is left, until that is short enough
 * to be exact.
 *
 * Return: jiffies.
 */
static inline unsigned long lctcp_wheel_at(const struct lctcp_sysctl *cfg,
					   unsigned long deadline)
{
	long left = deadline - jiffies;

	if (likely(!READ_ONCE(cfg->exact_timers)) || left < LCTCP_WHEEL_COARSE)
		return deadline;
	return deadline - left / 8;
}

/**
 * lctcp_wait_from() - where does the wait begin that follows another one?
 * @cfg: settings of its namespace
 * @due: when the one before was to end, in jiffies
 *
 * Now; but with exact_timers at @due, if that was just now: otherwise the tick by
 * which each is late would add up.
 *
 * Return: jiffies.
 */
static inline unsigned long lctcp_wait_from(const struct lctcp_sysctl *cfg,
					    unsigned long due)
{
	unsigned long now = jiffies;

	return unlikely(READ_ONCE(cfg->exact_timers)) && now - due <= 1 ? due :
									  now;
}

/**
 * lctcp_step_rest() - what is left of a mini's wait when its timer fires
 * @wait: all of it, in jiffies
 * @step: 0: nothing is left; else an eighth for each step
 *
 * A mini has no room for its deadline: this tells it.
 */
static inline unsigned long lctcp_step_rest(unsigned long wait, u8 step)
{
	return step ? wait >> 3 * step : 0;
}

/**
 * lctcp_step_after() - the next step of a mini's wait
 * @wait: all of it, in jiffies
 * @step: the one before, 0 for the first
 *
 * Return: the step, or 0 if the wheel is exact for what is left.
 */
static inline u8 lctcp_step_after(unsigned long wait, u8 step)
{
	return wait >> 3 * step < LCTCP_WHEEL_COARSE ? 0 : step + 1;
}

/**
 * lctcp_step_first() - the first step of a mini's wait
 * @cfg:  settings of its namespace
 * @wait: in jiffies
 *
 * Return: the step, or 0 without exact_timers.
 */
static inline u8 lctcp_step_first(const struct lctcp_sysctl *cfg,
				  unsigned long wait)
{
	return unlikely(READ_ONCE(cfg->exact_timers)) ?
	       lctcp_step_after(wait, 0) : 0;
}

/**
 * lctcp_mini_arm() - start the timer of a request or a TIME_WAIT mini
 * @ent:     the mini, which has been in the connection table; the timer gets
 *	     the caller's reference, so the caller may lose the mini here
 * @timer:   its timer, not armed
 * @expires: jiffies
 *
 * Others may take the mini out of the table before its timer is armed, and find
 * none to delete.  Each side writes first, its timer or the table, and then
 * looks at what the other writes.  With a barrier between the two at least one
 * of them sees the other; with none both may miss it, and a timer would go on
 * with a mini that has ended, perhaps after the module is gone.
 *
 * Context: softirqs off.
 */
void lctcp_mini_arm(struct lctcp_ent *ent, struct timer_list *timer,
		    unsigned long expires);

/**
 * lctcp_mini_disarm() - stop it, and drop its reference
 * @ent:   the mini, out of the connection table; the caller has a reference of
 *	   its own
 * @timer: its timer
 * @sync:  also wait for a handler that runs; process context
 *
 * Context: any, softirqs on or off.
 */
void lctcp_mini_disarm(struct lctcp_ent *ent, struct timer_list *timer,
		       bool sync);

/**
 * lctcp_release_cb() - the program releases the socket: what did it miss?
 * @sk: the socket
 *
 * Context: process, the socket's spinlock held, softirqs off.
 */
void lctcp_release_cb(struct sock *sk);

/**
 * lctcp_timer_info() - which timer runs, for those who look
 * @sk:      the socket; without its lock the answer may be a little old
 * @timer:   enum lctcp_timer_name
 * @expires: jiffies
 */
void lctcp_timer_info(const struct sock *sk, unsigned int *timer,
		      unsigned long *expires);

#endif /* _LCTCP_TIMER_H */
