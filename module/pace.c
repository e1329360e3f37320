// SPDX-License-Identifier: GPL-2.0
/*
 * Pacing, and a bound of what waits below.
 *
 * The fq discipline paces by sk_pacing_rate, and says so in sk_pacing_status.
 * Without it we do, by a timer of our own: where the program has set a rate
 * (SO_MAX_PACING_RATE), and in the first slow start, in which each round trip's
 * burst is twice that of the one before.  Such a burst makes a queue where there
 * would be none, and who looks at the round trip to find the end of slow start,
 * we and others on that path, is deceived by it.  Later, ACKs are the clock.
 *
 * Below, in a discipline or a device's ring, no more is to wait than keeps the
 * device busy: what waits there cannot be changed any more, and is the round trip
 * of all others.  What the device has done with calls lctcp_below_gone() in any
 * context, under anybody's locks: all that it does is to start the timer.
 *
 * The timer holds a reference while LCTCP_PACE_ARMED is set.
 */
#include <linux/hrtimer.h>

#include "lctcp.h"
#include "pace.h"
#include "send.h"
#include "view/saw.h"

/* Paths with a shorter round trip have no queue worth a timer. */
#define LCTCP_PACE_RTT_MIN_US	2000
/* A timer that was late is made up for, as far as this. */
#define LCTCP_PACE_CREDIT_NS	NSEC_PER_MSEC
/* However low the rate that was asked for, there is an end. */
#define LCTCP_PACE_WAIT_MAX_NS	(60ULL * NSEC_PER_SEC)
/* Whatever the rate, no more than this below. */
#define LCTCP_BELOW_MAX		BIT(20)

/* ---- the timer ---- */

/* In any context; what for is seen when it fires. */
static void lctcp_pace_arm(struct sock *sk, u64 at_ns)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (test_and_set_bit(LCTCP_PACE_ARMED, &lc->pace_flags))
		return;
	if (unlikely(!refcount_inc_not_zero(&sk->sk_refcnt))) {
		clear_bit(LCTCP_PACE_ARMED, &lc->pace_flags);
		return;
	}
	hrtimer_start(&lc->pace_timer, ns_to_ktime(at_ns),
		      HRTIMER_MODE_ABS_PINNED_SOFT);
}

static enum hrtimer_restart lctcp_pace_timer(struct hrtimer *t)
{
	struct lctcp_sock *lc = container_of(t, struct lctcp_sock, pace_timer);
	struct sock *sk = (struct sock *)lc;

	bh_lock_sock(sk);
	clear_bit(LCTCP_PACE_ARMED, &lc->pace_flags);
	if (sock_owned_by_user(sk))
		lc->deferred |= LCTCP_DEFER_PACE;
	else
		lctcp_push_on(sk);
	bh_unlock_sock(sk);
	sock_put(sk);
	return HRTIMER_NORESTART;
}

void lctcp_pace_init(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	hrtimer_setup(&lc->pace_timer, lctcp_pace_timer, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_SOFT);
	lc->pace_flags = 0;
	lc->pace_next = 0;
}

void lctcp_pace_stop(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	clear_bit(LCTCP_PACE_BELOW, &lc->pace_flags);
	if (hrtimer_try_to_cancel(&lc->pace_timer) != 1)
		return;
	clear_bit(LCTCP_PACE_ARMED, &lc->pace_flags);
	__sock_put(sk);
}

/* ---- the rate ---- */

/* Twice what the path is known to carry while cwnd doubles, and a little more
 * than that later, so that it can be found to carry more.
 */
void lctcp_pace_rate(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 srtt = lctcp_rtt_srtt_us(&lc->rtt);
	u64 rate = lc->cong.cwnd;

	if (!srtt)
		return;
	rate *= lc->cong.cwnd < lc->cong.ssthresh / 2 ? 20 : 12;
	rate = div_u64(rate * (USEC_PER_SEC / 10), srtt);
	rate = min_t(u64, rate, READ_ONCE(sk->sk_max_pacing_rate));
	WRITE_ONCE(sk->sk_pacing_rate, rate);
}

/* Is it for us to pace? */
static bool lctcp_paces(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	switch (READ_ONCE(sk->sk_pacing_status)) {
	case SK_PACING_FQ:
		return false;
	case SK_PACING_NEEDED:
		return true;
	}
	return READ_ONCE(lctcp_cfg(sk)->pacing) && lctcp_cong_first(&lc->cong) &&
	       lctcp_rtt_srtt_us(&lc->rtt) >= LCTCP_PACE_RTT_MIN_US &&
	       lc->cong.cwnd > lctcp_cong_iw(lc->mss, lc->cong.iw_segs);
}

void lctcp_pace_sent(struct sock *sk, u32 octets, u64 now_ns)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u64 rate, ns;

	if (!lctcp_paces(sk))
		return;
	rate = READ_ONCE(sk->sk_pacing_rate);
	if (!rate)
		return;
	ns = div64_u64((u64)octets * NSEC_PER_SEC, rate);
	ns = min_t(u64, ns, LCTCP_PACE_WAIT_MAX_NS);
	lc->pace_next = max(lc->pace_next, now_ns - LCTCP_PACE_CREDIT_NS) + ns;
}

/* ---- what waits below ---- */

static void lctcp_below_gone(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	struct lctcp_sock *lc = lctcp_sk(sk);

	/* The last octet keeps the socket. */
	WARN_ON_ONCE(refcount_sub_and_test(skb->truesize - 1,
					   &sk->sk_wmem_alloc));
	smp_mb();	/* pairs with lctcp_pace_holds() */
	if (unlikely(test_bit(LCTCP_PACE_BELOW, &lc->pace_flags)) &&
	    test_and_clear_bit(LCTCP_PACE_BELOW, &lc->pace_flags))
		lctcp_pace_arm(sk, 0);
	sk_free(sk);
}

void lctcp_pace_own(struct sk_buff *skb)
{
	skb->destructor = lctcp_below_gone;
}

void lctcp_pace_cut(struct sk_buff *skb, struct sk_buff *segs)
{
	struct sk_buff *last = segs->prev;

	if (skb->destructor != lctcp_below_gone)
		return;
	swap(skb->truesize, last->truesize);
	swap(skb->destructor, last->destructor);
	swap(skb->sk, last->sk);
}

/* A millisecond of the rate and two packets are enough, and one round trip's
 * last words always go.
 */
static bool lctcp_below_full(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u64 most = READ_ONCE(sk->sk_pacing_rate) >>
		   READ_ONCE(sk->sk_pacing_shift);

	if (lc->snd_nxt == lc->snd_una)
		return false;
	most = min_t(u64, most, LCTCP_BELOW_MAX);
	most = max_t(u64, most, 2 * SKB_TRUESIZE(lc->mss + LCTCP_HEADROOM));
	return sk_wmem_alloc_get(sk) > most;
}

bool lctcp_pace_holds(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u64 now;

	if (lctcp_below_full(sk)) {
		set_bit(LCTCP_PACE_BELOW, &lc->pace_flags);
		/* It may have gone just before: pairs with lctcp_below_gone(). */
		smp_mb__after_atomic();
		if (lctcp_below_full(sk)) {
			LCTCP_INC(sock_net(sk), BELOWFULL);
			return true;
		}
		clear_bit(LCTCP_PACE_BELOW, &lc->pace_flags);
	}
	if (likely(!lc->pace_next) || !lctcp_paces(sk))
		return false;
	now = ktime_get_ns();
	if (now >= lc->pace_next)
		return false;
	LCTCP_INC(sock_net(sk), PACED);
	lctcp_pace_arm(sk, lc->pace_next);
	return true;
}
