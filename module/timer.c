// SPDX-License-Identifier: GPL-2.0
/*
 * The timers of a socket.  Callers say what happened; timers follow.
 *
 *   rtx_timer	retransmission, persist, reordering or tail loss probe
 *		(rtx_use), with its deadline in rtx_at: RFC 6298 section 5, RFC
 *		9293 section 3.8.3 and 3.8.6.1, RFC 8985 section 8
 *   sk_timer	delayed ACK, keepalive and the end of an orphan's FIN_WAIT2,
 *		each with a bit in pending and its own deadline
 *
 * Setting a later deadline, or none, leaves the timer itself alone: it fires
 * early, sees that nothing is due, and is armed for what is left.  So a busy
 * connection touches the timer wheel once a timeout and not once a segment.
 *
 * That of pacing is in pace.c.
 *
 * A timer that fires while the program holds the socket lock leaves a bit in
 * deferred, and lctcp_release_cb() does the work.
 */
#include "close.h"
#include "ecn.h"
#include "handshake.h"
#include "ip/icmp.h"
#include "lctcp.h"
#include "output.h"
#include "pace.h"
#include "recovery.h"
#include "send.h"
#include "socket.h"
#include "state.h"
#include "timer.h"
#include "tune.h"
#include "view/saw.h"

/* When to try again what this host has no room for. */
#define LCTCP_NO_ROOM_MS	500

static enum lctcp_timer_name lctcp_rtx_name(u8 use)
{
	switch (use) {
	case LCTCP_RTX_PERSIST:
		return LCTCP_TIMER_PERSIST;
	case LCTCP_RTX_REORDER:
		return LCTCP_TIMER_REORDER;
	case LCTCP_RTX_TAIL:
		return LCTCP_TIMER_TAIL;
	default:
		return LCTCP_TIMER_REXMIT;
	}
}

/*
 * The reference of an armed timer is taken before it is armed: who holds the socket
 * as its user may be interrupted right behind mod_timer() for longer than the wait,
 * and the handler, which then only leaves a note and drops the timer's reference,
 * would drop the last one.  (sk_reset_timer() takes it afterwards; a handler of
 * TCP's that leaves a note takes one for the note.)
 */
static void lctcp_timer_arm(struct sock *sk, struct timer_list *timer,
			    unsigned long deadline)
{
	sock_hold(sk);
	if (mod_timer(timer, lctcp_wheel_at(lctcp_cfg(sk), deadline)))
		__sock_put(sk);
}

static void lctcp_rtx_arm(struct sock *sk, u8 use, unsigned long from,
			  unsigned long wait)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	unsigned long deadline = from + wait;

	lc->rtx_use = use;
	lc->rtx_at = deadline;
	if (!timer_pending(&lc->rtx_timer) ||
	    time_before(deadline, lc->rtx_timer.expires))
		lctcp_timer_arm(sk, &lc->rtx_timer, deadline);
	if (unlikely(trace_lctcp_timer_set_enabled()))
		trace_lctcp_timer_set(lc->id, lctcp_rtx_name(use),
				      jiffies_to_msecs(wait));
}

static bool lctcp_in_handshake(const struct sock *sk)
{
	return lctcp_state_in(sk->sk_state, LCTCP_S(LCTCP_SYN_SENT) |
			      LCTCP_S(LCTCP_SYN_RECV));
}

static const struct lctcp_schedule *lctcp_schedule_of(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (sk->sk_state == TCP_SYN_SENT)
		return lc->syn_sched ?: &lctcp_cfg(sk)->syn_schedule_ms;
	return lctcp_synack_schedule(sk);
}

/* How many waits a handshake has: TCP_SYNCNT says how often a SYN is sent
 * again, and the wait after the last one counts too.
 */
static unsigned int lctcp_handshake_tries(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	return lc->syncnt ? lc->syncnt + 1U :
			    READ_ONCE(lctcp_schedule_of(sk)->n);
}

static unsigned long lctcp_rto_max_us(const struct sock *sk)
{
	return READ_ONCE(lctcp_cfg(sk)->rto_max_ms) * USEC_PER_MSEC;
}

/* R2: how long the same segment is tried, in jiffies (RFC 9293 section 3.8.3),
 * or MAX_JIFFY_OFFSET for ever.
 */
static unsigned long lctcp_r2(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->user_timeout == U32_MAX)
		return MAX_JIFFY_OFFSET;
	return msecs_to_jiffies(lc->user_timeout ?:
				READ_ONCE(lctcp_cfg(sk)->r2_ms));
}

/* The user timeout, in jiffies: MAX_JIFFY_OFFSET if there is none. */
static unsigned long lctcp_user_timeout(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	return lc->user_timeout && lc->user_timeout != U32_MAX ?
	       msecs_to_jiffies(lc->user_timeout) : MAX_JIFFY_OFFSET;
}

/* How long a peer may keep its window closed, in jiffies, or MAX_JIFFY_OFFSET
 * for ever.
 */
static unsigned long lctcp_persist_limit(const struct sock *sk)
{
	unsigned int ms = READ_ONCE(lctcp_cfg(sk)->zero_window_timeout_ms);

	return min(ms ? msecs_to_jiffies(ms) : MAX_JIFFY_OFFSET,
		   lctcp_user_timeout(sk));
}

/* How long to hold back what nothing in flight will let go: RTO @us, and longer
 * each time.
 */
static u64 lctcp_persist_us(const struct sock *sk, u64 us)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->ecn_hold)
		return min_t(u64, us << (lc->ecn_holds - 1),
			     lctcp_rto_max_us(sk));
	us = min_t(u64, us << min_t(u8, lc->probes, 20), lctcp_rto_max_us(sk));
	/* What a program or a silly window holds back: 3.8.6.2.1 (4) */
	return lc->snd_wnd ? min_t(u64, us, LCTCP_HOLD_MS * USEC_PER_MSEC) : us;
}

/* The wait that begins now for the oldest unacknowledged segment. */
static unsigned long lctcp_rtx_wait(const struct sock *sk, u8 use)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u64 us = lctcp_rtt_rto(&lc->rtt, lctcp_rto_max_us(sk));
	unsigned long wait, left;

	if (lctcp_in_handshake(sk)) {
		const struct lctcp_schedule *s = lctcp_schedule_of(sk);
		unsigned int i = min_t(unsigned int, lc->retries,
				       READ_ONCE(s->n) - 1);

		wait = msecs_to_jiffies(READ_ONCE(s->ms[i]));
		if (!lc->user_timeout)
			return wait;
	} else {
		if (use == LCTCP_RTX_PERSIST)
			us = lctcp_persist_us(sk, us);
		wait = usecs_to_jiffies(us);
	}
	/* Give up at the limit and not at the timeout after it. */
	if (use == LCTCP_RTX_PERSIST) {
		left = lc->persist_start + lctcp_persist_limit(sk) - jiffies;
		if (lctcp_persist_limit(sk) != MAX_JIFFY_OFFSET &&
		    (long)left > 0)
			wait = min(wait, left);
	} else if (lc->retrans_start) {
		left = lc->retrans_start + lctcp_r2(sk) - jiffies;
		if (lctcp_r2(sk) != MAX_JIFFY_OFFSET && (long)left > 0)
			wait = min(wait, left);
	}
	if (unlikely(lc->orphan))
		wait = min(wait, lctcp_orphan_left(sk));
	return max(wait, 1UL);
}

/* Which use should the retransmission timer have now?  *@us is the wait of one that
 * is reckoned in microseconds.
 */
static __always_inline u8 lctcp_rtx_use_now(const struct sock *sk, u32 *us)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (sk->sk_state == TCP_CLOSE)
		return LCTCP_RTX_NONE;
	if (lc->snd_nxt != lc->snd_una) {
		if (lctcp_in_handshake(sk))
			return LCTCP_RTX_RETRANS;
		if (!lc->snd_wnd)
			return LCTCP_RTX_PERSIST;
		*us = lc->rec.reorder_us;
		if (*us)
			return LCTCP_RTX_REORDER;
		*us = lctcp_tail_wait(sk);
		return *us ? LCTCP_RTX_TAIL : LCTCP_RTX_RETRANS;
	}
	/* Nagle and CORK hold only while something is in flight, or until the
	 * program goes on; all else that is held back needs a timer.
	 */
	if (lctcp_pace_waits(lc))
		return LCTCP_RTX_NONE;
	return lc->send_head || lc->fin_wanted ? LCTCP_RTX_PERSIST :
						 LCTCP_RTX_NONE;
}

static void lctcp_rtx_none(struct lctcp_sock *lc)
{
	lc->rtx_use = LCTCP_RTX_NONE;
	lc->probes = 0;
	lc->persist_start = 0;
}

static void lctcp_rtx_update(struct sock *sk, bool restart)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	unsigned long from = jiffies;
	u32 us;
	u8 use = lctcp_rtx_use_now(sk, &us);

	if (use == LCTCP_RTX_NONE) {
		lctcp_rtx_none(lc);
		return;
	}
	if (use == LCTCP_RTX_PERSIST && !lc->persist_start)
		lc->persist_start = jiffies ?: 1;
	if (use != lc->rtx_use) {
		lc->probes = 0;
		restart = true;
	}
	if (!restart)
		return;
	if (use == LCTCP_RTX_REORDER || use == LCTCP_RTX_TAIL) {
		lctcp_rtx_arm(sk, use, from, usecs_to_jiffies(us));
		return;
	}
	/* Other waits are cut short by limits that are reckoned from now. */
	if (lctcp_in_handshake(sk) && !lc->user_timeout)
		from = lctcp_wait_from(lctcp_cfg(sk), lc->rtx_at);
	lctcp_rtx_arm(sk, use, from, lctcp_rtx_wait(sk, use));
}

void lctcp_timers_sent(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	/* RFC 6298 (5.1): the timer runs from the first of them. */
	if (lc->rtx_use == LCTCP_RTX_NONE || lc->rtx_use == LCTCP_RTX_PERSIST)
		lctcp_rtx_update(sk, false);
}

void lctcp_timers_acked(struct sock *sk, bool progress)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (progress)		/* RFC 6298 (5.2), (5.3) */
		lc->retries = 0;
	if (progress || lc->rtx_use == LCTCP_RTX_PERSIST)
		lc->retrans_start = 0;
	/* A small window is probed too, but whoever takes text keeps it open. */
	if (progress && lc->snd_wnd)
		lc->persist_start = 0;
	/* as nearly always: nothing is left that a timer could wait for */
	if (lc->snd_nxt == lc->snd_una && !lc->send_head && !lc->fin_wanted)
		lctcp_rtx_none(lc);
	else
		lctcp_rtx_update(sk, progress);
}

void lctcp_timers_window(struct sock *sk)
{
	lctcp_rtx_update(sk, false);
}

static void lctcp_give_up(struct sock *sk)
{
	lctcp_event(sk, LCTCP_EV_GIVE_UP);
}

static bool lctcp_past(unsigned long start, unsigned long wait)
{
	return start && wait != MAX_JIFFY_OFFSET &&
	       time_after_eq(jiffies, start + wait);
}

/* Has the oldest segment been tried for long enough? */
static bool lctcp_rtx_exhausted(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (!lc->retrans_start)
		lc->retrans_start = (jiffies - lctcp_rtx_wait(sk, lc->rtx_use)) ?: 1;
	if (lctcp_in_handshake(sk) &&
	    lc->retries + 1 >= lctcp_handshake_tries(sk))
		return true;
	if (lctcp_in_handshake(sk) && !lc->user_timeout)
		return false;
	/* Nor does it help to close the window now and then. */
	return lctcp_past(lc->retrans_start, lctcp_r2(sk)) ||
	       lctcp_past(lc->persist_start, lctcp_user_timeout(sk));
}

/* This host has no room for the segment that is due: that says nothing of the
 * peer, so it counts neither for R1 nor for R2, and is tried again soon.
 */
static void lctcp_not_left(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->retries--;
	if (!lc->retries)
		lc->retrans_start = 0;
	lctcp_rtx_arm(sk, LCTCP_RTX_RETRANS, jiffies,
		      min(lctcp_rtx_wait(sk, LCTCP_RTX_RETRANS),
			  msecs_to_jiffies(LCTCP_NO_ROOM_MS)));
}

/* RFC 6298 (5.4) to (5.6). */
static void lctcp_retransmit_timeout(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	int err;

	if (lctcp_rtx_exhausted(sk)) {
		lctcp_give_up(sk);
		return;
	}
	lc->ecn_hold = 0;
	lc->retries = min(lc->retries + 1, U8_MAX);
	LCTCP_INC(sock_net(sk), TIMEOUTS);
	if (!lctcp_in_handshake(sk)) {
		lctcp_recovery_timeout(sk);
		lctcp_icmp_timeout(sk);
		lctcp_path_timeout(sk);
		/* The oldest goes whatever else is thought to be in flight. */
		err = lctcp_retransmit_head(sk);
		if (err == NET_XMIT_DROP || err == -ENOBUFS) {
			lctcp_not_left(sk);
			return;
		}
		lctcp_rtt_backoff(&lc->rtt);
		lctcp_resend_lost(sk);
	} else {
		lctcp_retransmit_head(sk);
	}
	if (lc->retries == READ_ONCE(lctcp_cfg(sk)->retries1))
		lctcp_r1_passed(sk);
	lctcp_rtx_update(sk, true);
}

/* A peer that answers may keep its window closed for as long as it likes (RFC
 * 9293 MUST-37), unless the user has had enough of it (TCP_USER_TIMEOUT) or of
 * such peers (RFC 6429), or has gone (orphan.c); one that does not answer is
 * given up after R2.
 */
static void lctcp_persist_timeout(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 us;

	if (lc->ecn_hold) {
		lc->ecn_hold = 0;
		lctcp_push_on(sk);
		return;
	}
	if (lctcp_past(lc->persist_start, lctcp_persist_limit(sk))) {
		LCTCP_INC(sock_net(sk), ABORTONTIMEOUT);
		lctcp_report(sk, READ_ONCE(sk->sk_err_soft) ?: ETIMEDOUT);
		lctcp_event(sk, LCTCP_EV_ABORT);
		return;
	}
	if (!lc->retrans_start)
		lc->retrans_start = jiffies ?: 1;
	if (lctcp_past(lc->retrans_start, lctcp_r2(sk))) {
		lctcp_give_up(sk);
		return;
	}
	lctcp_send_probe(sk);
	lc->probes = min(lc->probes + 1, U8_MAX);
	lc->rtx_use = lctcp_rtx_use_now(sk, &us);
	lctcp_rtx_update(sk, true);
}

static void lctcp_rtx_expired(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (sk->sk_state == TCP_CLOSE || lc->rtx_use == LCTCP_RTX_NONE)
		return;
	if (lctcp_orphan_limit(sk))
		return;
	if (time_before(jiffies, lc->rtx_at)) {
		lctcp_timer_arm(sk, &lc->rtx_timer, lc->rtx_at);
		return;
	}
	trace_lctcp_timer_fired(lc->id, lctcp_rtx_name(lc->rtx_use));
	switch (lc->rtx_use) {
	case LCTCP_RTX_PERSIST:
		lctcp_persist_timeout(sk);
		break;
	case LCTCP_RTX_REORDER:
		lctcp_recovery_reorder(sk);
		lctcp_rtx_update(sk, true);
		break;
	case LCTCP_RTX_TAIL:
		lctcp_tail_probe(sk);
		lctcp_rtx_update(sk, true);
		break;
	default:
		lctcp_retransmit_timeout(sk);
		break;
	}
}

static void lctcp_rtx_timer(struct timer_list *t)
{
	struct lctcp_sock *lc = timer_container_of(lc, t, rtx_timer);
	struct sock *sk = (struct sock *)lc;

	bh_lock_sock(sk);
	if (sock_owned_by_user(sk))
		lc->deferred |= LCTCP_DEFER_RTX;
	else
		lctcp_rtx_expired(sk);
	bh_unlock_sock(sk);
	sock_put(sk);
}

/* ---- delayed ACK, keepalive, FIN_WAIT2 ---- */

/* The timer itself is to fire at @deadline or before. */
static void lctcp_other_arm(struct sock *sk, unsigned long deadline)
{
	if (!timer_pending(&sk->sk_timer) ||
	    time_before(deadline, sk->sk_timer.expires))
		lctcp_timer_arm(sk, &sk->sk_timer, deadline);
}

static noinline void lctcp_other_seen(const struct lctcp_sock *lc, u8 which,
				      unsigned long deadline)
{
	trace_lctcp_timer_set(lc->id,
			      which == LCTCP_PEND_DELACK ? LCTCP_TIMER_DELACK :
			      which == LCTCP_PEND_KEEP ? LCTCP_TIMER_KEEPALIVE :
			      LCTCP_TIMER_FIN_WAIT2,
			      jiffies_to_msecs(deadline - jiffies));
}

static void lctcp_other_set(struct sock *sk, u8 which, unsigned long deadline)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->pending |= which;
	lctcp_other_arm(sk, deadline);
	if (unlikely(trace_lctcp_timer_set_enabled()))
		lctcp_other_seen(lc, which, deadline);
}

void lctcp_timers_ack_owed(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->ack_pending = max_t(u8, lc->ack_pending, 1);
	if (lc->pending & LCTCP_PEND_DELACK)
		return;
	lc->delack_at = jiffies +
			msecs_to_jiffies(READ_ONCE(lctcp_cfg(sk)->delack_ms));
	lctcp_other_set(sk, LCTCP_PEND_DELACK, lc->delack_at);
}

void lctcp_timers_ack_sent(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->quick_acks && lc->ack_pending)
		lc->quick_acks--;
	lc->ack_pending = 0;
	lc->ack_segs = 0;
	lc->pending &= ~LCTCP_PEND_DELACK;
}

static unsigned long lctcp_keep_idle(const struct sock *sk)
{
	return lctcp_sk(sk)->keep_idle ?:
	       msecs_to_jiffies(READ_ONCE(lctcp_cfg(sk)->keepalive_time_ms));
}

static unsigned long lctcp_keep_intvl(const struct sock *sk)
{
	return lctcp_sk(sk)->keep_intvl ?:
	       msecs_to_jiffies(READ_ONCE(lctcp_cfg(sk)->keepalive_intvl_ms));
}

void lctcp_timers_keepalive(struct sock *sk, int on)
{
	const unsigned int alive = LCTCP_S_SYNCHRONIZED &
				   ~LCTCP_S(LCTCP_TIME_WAIT);
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (!on || !lctcp_state_in(sk->sk_state, alive)) {
		lc->pending &= ~LCTCP_PEND_KEEP;
		return;
	}
	lc->keep_at = lc->last_rcv + lctcp_keep_idle(sk);
	if (time_before_eq(lc->keep_at, jiffies))
		lc->keep_at = jiffies + 1;
	lctcp_other_set(sk, LCTCP_PEND_KEEP, lc->keep_at);
}

void lctcp_timers_established(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (lc->syn_lost)
		lctcp_rtt_syn_lost(&lc->rtt);
	lctcp_path_begin(sk);
	lctcp_cong_init(&lc->cong, lc->cong.ops, lc->mss,
			READ_ONCE(lctcp_cfg(sk)->initial_cwnd_segments),
			lc->syn_lost);
	trace_lctcp_acked(lc);
	lctcp_tune_begin(sk);
	lc->last_rcv = jiffies;
	lc->retries = 0;
	lctcp_timers_keepalive(sk, sock_flag(sk, SOCK_KEEPOPEN));
}

void lctcp_timers_heard(struct sock *sk)
{
	lctcp_sk(sk)->last_rcv = jiffies;
	lctcp_sk(sk)->keep_probes = 0;
}

void lctcp_timers_orphan_fw2(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	unsigned long wait;

	if (lc->linger2 < 0) {
		LCTCP_INC(sock_net(sk), FINWAIT2TIMEOUTS);
		lctcp_event(sk, LCTCP_EV_FIN_WAIT2_TIMEOUT);
		return;
	}
	wait = lc->linger2 ?:
	       msecs_to_jiffies(READ_ONCE(lctcp_cfg(sk)->fin_wait2_timeout_ms));
	if (!wait) {		/* for ever, while there is room */
		lc->orphan_at = jiffies + lctcp_orphan_look();
		lc->pending |= LCTCP_PEND_ROOM;
		lctcp_other_arm(sk, lc->orphan_at);
		return;
	}
	lc->orphan_at = jiffies + wait;
	lctcp_other_set(sk, LCTCP_PEND_FW2, lc->orphan_at);
}

/* RFC 9293 section 3.8.4: a segment the peer must answer. */
static void lctcp_keepalive_expired(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u8 most = lc->keep_cnt ?: READ_ONCE(lctcp_cfg(sk)->keepalive_probes);
	unsigned long idle = jiffies - lc->last_rcv;
	bool on = sock_flag(sk, SOCK_KEEPOPEN);

	/* What came meanwhile has only moved the deadline. */
	if (!on || idle < lctcp_keep_idle(sk) ||
	    lc->rtx_use != LCTCP_RTX_NONE) {
		lc->keep_probes = 0;
		lctcp_timers_keepalive(sk, on);
		return;
	}
	trace_lctcp_timer_fired(lc->id, LCTCP_TIMER_KEEPALIVE);
	if (lc->user_timeout && lc->user_timeout != U32_MAX ?
	    lc->keep_probes && idle >= msecs_to_jiffies(lc->user_timeout) :
	    lc->keep_probes >= most) {
		lctcp_give_up(sk);
		return;
	}
	lc->keep_probes = min(lc->keep_probes + 1, U8_MAX);
	LCTCP_INC(sock_net(sk), KEEPALIVES);
	lctcp_send_keepalive(sk);
	lc->keep_at = jiffies + lctcp_keep_intvl(sk);
	lctcp_other_set(sk, LCTCP_PEND_KEEP, lc->keep_at);
}

static bool lctcp_due(const struct lctcp_sock *lc, u8 which,
		      unsigned long deadline)
{
	return (lc->pending & which) && !time_before(jiffies, deadline);
}

static void lctcp_other_expired(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (sk->sk_state == TCP_CLOSE || sk->sk_state == TCP_LISTEN)
		return;
	if (lctcp_due(lc, LCTCP_PEND_DELACK, lc->delack_at)) {
		lc->pending &= ~LCTCP_PEND_DELACK;
		trace_lctcp_timer_fired(lc->id, LCTCP_TIMER_DELACK);
		LCTCP_INC(sock_net(sk), DELAYEDACKS);
		lc->pingpong = 0;	/* no answer came */
		lctcp_send_ack(sk);
	}
	if (lctcp_due(lc, LCTCP_PEND_FW2, lc->orphan_at)) {
		lc->pending &= ~LCTCP_PEND_FW2;
		trace_lctcp_timer_fired(lc->id, LCTCP_TIMER_FIN_WAIT2);
		LCTCP_INC(sock_net(sk), FINWAIT2TIMEOUTS);
		lctcp_event(sk, LCTCP_EV_FIN_WAIT2_TIMEOUT);
		return;
	}
	if (lctcp_due(lc, LCTCP_PEND_ROOM, lc->orphan_at)) {
		if (lctcp_orphan_limit(sk))
			return;
		lc->orphan_at = jiffies + lctcp_orphan_look();
	}
	if (lctcp_due(lc, LCTCP_PEND_KEEP, lc->keep_at)) {
		lctcp_keepalive_expired(sk);
		if (sk->sk_state == TCP_CLOSE)
			return;
	}
	if (lc->pending & LCTCP_PEND_DELACK)
		lctcp_other_arm(sk, lc->delack_at);
	if (lc->pending & LCTCP_PEND_KEEP)
		lctcp_other_arm(sk, lc->keep_at);
	if (lc->pending & (LCTCP_PEND_FW2 | LCTCP_PEND_ROOM))
		lctcp_other_arm(sk, lc->orphan_at);
}

static void lctcp_other_timer(struct timer_list *t)
{
	struct sock *sk = timer_container_of(sk, t, sk_timer);

	bh_lock_sock(sk);
	if (sock_owned_by_user(sk))
		lctcp_sk(sk)->deferred |= LCTCP_DEFER_OTHER;
	else
		lctcp_other_expired(sk);
	bh_unlock_sock(sk);
	sock_put(sk);
}

/* ---- minis ---- */

void lctcp_mini_arm(struct lctcp_ent *ent, struct timer_list *timer,
		    unsigned long expires)
{
	mod_timer(timer, expires);
	smp_mb();	/* pairs with lctcp_mini_disarm() */
	if (unlikely(hlist_nulls_unhashed_lockless(&ent->node)) &&
	    timer_delete(timer))
		lctcp_ent_put(ent);
}

void lctcp_mini_disarm(struct lctcp_ent *ent, struct timer_list *timer,
		       bool sync)
{
	smp_mb();	/* pairs with lctcp_mini_arm() */
	if (sync ? timer_delete_sync(timer) : timer_delete(timer))
		lctcp_ent_put(ent);
}

/* ---- the program lets go ---- */

void lctcp_release_cb(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u8 deferred = lc->deferred;

	if (likely(!deferred))
		return;
	lc->deferred = 0;
	if (deferred & LCTCP_DEFER_RTX)
		lctcp_rtx_expired(sk);
	if (deferred & LCTCP_DEFER_OTHER)
		lctcp_other_expired(sk);
	if (deferred & (LCTCP_DEFER_TOO_BIG | LCTCP_DEFER_ICMP))
		lctcp_icmp_late(sk, deferred);
	if (deferred & LCTCP_DEFER_PACE)
		lctcp_push_on(sk);
}

void lctcp_timers_init(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	timer_setup(&lc->rtx_timer, lctcp_rtx_timer, 0);
	timer_setup(&sk->sk_timer, lctcp_other_timer, 0);
	lctcp_pace_init(sk);
	lc->rtx_use = LCTCP_RTX_NONE;
	lc->deferred = 0;
	lc->pending = 0;
}

void lctcp_timers_stop(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->rtx_use = LCTCP_RTX_NONE;
	lc->deferred = 0;
	lc->pending = 0;
	if (timer_pending(&lc->rtx_timer))
		sk_stop_timer(sk, &lc->rtx_timer);
	if (timer_pending(&sk->sk_timer))
		sk_stop_timer(sk, &sk->sk_timer);
	lctcp_pace_stop(sk);
}

void lctcp_timer_info(const struct sock *sk, unsigned int *timer,
		      unsigned long *expires)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u8 pending = READ_ONCE(lc->pending);

	*expires = jiffies;
	switch (READ_ONCE(lc->rtx_use)) {
	case LCTCP_RTX_RETRANS:
	case LCTCP_RTX_PERSIST:
	case LCTCP_RTX_REORDER:
	case LCTCP_RTX_TAIL:
		*timer = lctcp_rtx_name(READ_ONCE(lc->rtx_use));
		*expires = READ_ONCE(lc->rtx_at);
		return;
	}
	if (pending & LCTCP_PEND_FW2) {
		*timer = LCTCP_TIMER_FIN_WAIT2;
		*expires = READ_ONCE(lc->orphan_at);
	} else if (pending & LCTCP_PEND_DELACK) {
		*timer = LCTCP_TIMER_DELACK;
		*expires = READ_ONCE(lc->delack_at);
	} else if (pending & LCTCP_PEND_KEEP) {
		*timer = LCTCP_TIMER_KEEPALIVE;
		*expires = READ_ONCE(lc->keep_at);
	} else {
		*timer = LCTCP_TIMER_NONE;
	}
}
