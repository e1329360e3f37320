// SPDX-License-Identifier: GPL-2.0
/*
 * TIME_WAIT: why does a closed connection linger for twice the maximum
 * segment lifetime?
 *
 *   - If our last ACK was lost the peer sends its FIN again.  Somebody has to
 *     answer, and each repeated FIN starts the wait anew.
 *   - Old duplicates of this connection die out before the same addresses and
 *     ports live again, so that a new connection never takes old octets.
 *
 * A mini does all that without a socket.  What it knows never changes but for
 * its timer, so segments need no lock.  Who takes it out of the connection
 * table, and only he, ends it:
 *
 *   timer fires		takes it out, drops the table's and the timer's
 *				reference
 *   segment ends it		takes it out; if the timer was still armed its
 *				reference goes too, else the handler that runs
 *				finds it gone and drops only its own
 *   segment reopens it		a request takes its place and keeps it aside, to
 *				put it back should the request end too soon
 *   connect() reuses it	a socket takes its place and ends it
 *   repeated FIN		mod_timer_pending(): never arms a timer that
 *				has fired or was deleted
 *   namespace ends		as a segment, but waits for a running handler
 *
 * Who aborts a connection may keep its pair from being used as well, if the
 * namespace wants it (time_wait_after_rst, RFC 9293 section 3.5.2).
 */
#include <linux/slab.h>
#include <net/ip.h>

#include "fault.h"
#include "handshake.h"
#include "isn.h"
#include "lctcp.h"
#include "listen.h"
#include "looks.h"
#include "memory.h"
#include "output.h"
#include "port.h"
#include "state.h"
#include "table.h"
#include "timer.h"
#include "timewait.h"
#include "view/saw.h"

static void lctcp_tw_free_rcu(struct rcu_head *rcu)
{
	struct lctcp_tw *tw = container_of(rcu, struct lctcp_tw, b.rcu);

	kmem_cache_free(lctcp_tw_cache[lctcp_mini_cache(tw->b.ent.family,
							tw->b.ent.flags)],
			tw);
}

void lctcp_tw_free(struct lctcp_tw *tw)
{
	call_rcu(&tw->b.rcu, lctcp_tw_free_rcu);
}

/* Out of the table for good. */
static void lctcp_tw_gone(struct lctcp_tw *tw)
{
	lctcp_port_put_tw(tw);
	atomic_dec(&lctcp_net(tw->b.ent.net)->ntw);
}

void lctcp_tw_release(struct lctcp_tw *tw, bool sync)
{
	lctcp_tw_gone(tw);
	lctcp_mini_disarm(&tw->b.ent, &tw->timer, sync);
	lctcp_ent_put(&tw->b.ent);
}

void lctcp_tw_resume(struct lctcp_tw *tw)
{
	if (!timer_pending(&tw->timer))
		lctcp_tw_kill(tw, LCTCP_EV_2MSL, false);
}

bool lctcp_tw_kill(struct lctcp_tw *tw, enum lctcp_event ev, bool sync)
{
	bool was_in = lctcp_table_remove(&tw->b.ent);

	if (was_in) {
		lctcp_mini_event(&tw->b.ent, tw->id, LCTCP_TIME_WAIT, ev);
		lctcp_tw_gone(tw);
	}
	if (!was_in && !sync)
		return false;
	lctcp_mini_disarm(&tw->b.ent, &tw->timer, sync);
	if (was_in)
		lctcp_ent_put(&tw->b.ent);	/* the table's */
	return was_in;
}

static unsigned long lctcp_tw_timeout(const struct lctcp_tw *tw)
{
	return msecs_to_jiffies(2 * tw->msl_ms);
}

unsigned long lctcp_tw_due(const struct lctcp_tw *tw)
{
	return READ_ONCE(tw->timer.expires) +
	       lctcp_step_rest(lctcp_tw_timeout(tw), tw->step);
}

/* When the timer is to fire that is started now. */
static unsigned long lctcp_tw_start(struct lctcp_tw *tw)
{
	unsigned long wait = lctcp_tw_timeout(tw);

	tw->step = lctcp_step_first(&lctcp_net(tw->b.ent.net)->sysctl, wait);
	return jiffies + wait - lctcp_step_rest(wait, tw->step);
}

/* The timer has fired: is something of the wait left?  A FIN that comes again at
 * this moment finds no timer to start anew.  It has written to waited before, so
 * who looks there once the timer is armed sees it; more than 2MSL / 2 have passed,
 * so it has grown, unless it had reached its end.
 */
static bool lctcp_tw_goes_on(struct lctcp_tw *tw)
{
	unsigned long due = lctcp_tw_due(tw), wait = lctcp_tw_timeout(tw);
	u16 waited = READ_ONCE(tw->waited);

	if (likely(!tw->step))
		return false;
	rcu_read_lock();	/* once armed, it may end before we have looked */
	tw->step = lctcp_step_after(wait, tw->step);
	lctcp_mini_arm(&tw->b.ent, &tw->timer,
		       due - lctcp_step_rest(wait, tw->step));
	smp_mb();	/* pairs with lctcp_tw_restart() */
	if (unlikely(READ_ONCE(tw->waited) != waited))
		mod_timer_pending(&tw->timer, lctcp_tw_start(tw));
	rcu_read_unlock();
	return true;
}

static void lctcp_tw_timer(struct timer_list *t)
{
	struct lctcp_tw *tw = timer_container_of(tw, t, timer);

	if (lctcp_tw_goes_on(tw))
		return;
	if (lctcp_table_remove(&tw->b.ent)) {
		trace_lctcp_timer_fired(tw->id, LCTCP_TIMER_2MSL);
		lctcp_mini_event(&tw->b.ent, tw->id, LCTCP_TIME_WAIT,
				 LCTCP_EV_2MSL);
		lctcp_tw_gone(tw);
		lctcp_ent_put(&tw->b.ent);
	}
	lctcp_ent_put(&tw->b.ent);
}

/* How long ago was the timer started? */
static u32 lctcp_tw_run_ms(const struct lctcp_tw *tw)
{
	long left = lctcp_tw_due(tw) - jiffies;
	u32 run = 2 * tw->msl_ms;

	if (left < 0)		/* timers may be late */
		return run + jiffies_to_msecs(-left);
	return run - min(jiffies_to_msecs(left), run);
}

u32 lctcp_tw_age_ms(const struct lctcp_tw *tw)
{
	return READ_ONCE(tw->waited) * LCTCP_TW_UNIT_MS + lctcp_tw_run_ms(tw);
}

static_assert(LCTCP_MSL_MAX_MS < BIT(20));

static struct lctcp_tw *lctcp_tw_alloc(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	const struct lctcp_ent *ent = &lc->b.ent;
	bool v6 = ent->family != AF_INET;
	struct lctcp_looks looks;
	struct lctcp_tw *tw;
	u8 flags, tos;

	flags = lctcp_looks_of_sock(sk, &looks, &tos);
	tw = lctcp_alloc_mini(lctcp_tw_cache[lctcp_mini_cache(ent->family,
							      flags)],
			      sk, GFP_ATOMIC);
	if (!tw)
		return NULL;
	tw->b.ent = *ent;
	tw->b.ent.kind = LCTCP_KIND_TW;
	tw->b.ent.answers = 0;
	tw->b.ent.flags |= flags;
	tw->b.ent.tos = tos;
	lctcp_looks_put(&tw->b.ent, tw + 1, &looks);
	if (v6) {
		struct lctcp_addr6 *a6 = (struct lctcp_addr6 *)(tw + 1);

		*a6 = *ent->a6;
		tw->b.ent.a6 = a6;
	}
	tw->b.claim = NULL;
	refcount_set(&tw->b.ent.refs, 2);	/* table and timer */
	tw->snd_nxt = lc->snd_nxt;
	tw->rcv_nxt = lc->rcv_nxt;
	tw->wnd = min_t(u32, lctcp_receive_window(lc) >> lc->rcv_wscale,
			U16_MAX);
	tw->waited = 0;
	tw->id = lc->id;
	tw->rcv_wscale = lc->rcv_wscale;
	tw->ts_ok = lc->ts_ok;
	tw->ts_recent = lc->ts_recent;
	tw->ts_unknown = lc->ts_unknown;
	timer_setup(&tw->timer, lctcp_tw_timer, 0);
	return tw;
}

void lctcp_time_wait(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_net *ln = lctcp_net(sock_net(sk));
	u32 msl = lc->msl_ms >= 0 ? lc->msl_ms : READ_ONCE(ln->sysctl.msl_ms);
	struct lctcp_tw *tw = NULL;

	LCTCP_INC(sock_net(sk), TW);
	if (msl && atomic_inc_return(&ln->ntw) <= READ_ONCE(ln->sysctl.max_tw))
		tw = lctcp_tw_alloc(sk);
	if (!tw) {
		if (msl) {
			atomic_dec(&ln->ntw);
			LCTCP_INC(sock_net(sk), TWOVERFLOW);
		}
		lctcp_mini_event(&lc->b.ent, lc->id, LCTCP_TIME_WAIT,
				 LCTCP_EV_2MSL);
		return;
	}
	tw->msl_ms = msl;
	if (!lctcp_fin_acked(lc) || !lc->peer_fin)
		tw->b.ent.flags |= LCTCP_ENT_ABORTED;

	/*
	 * Once in the table it may be ended by others, before its timer is
	 * armed even: they found none to delete.
	 */
	local_bh_disable();
	tw->timer.expires = lctcp_tw_start(tw);		/* views look at it */
	lctcp_port_to_tw(sk, tw);
	if (WARN_ON(!lctcp_table_replace(&lc->b.ent, &tw->b.ent)))
		lctcp_table_insert(&tw->b.ent);
	trace_lctcp_timer_set(tw->id, LCTCP_TIMER_2MSL, 2 * tw->msl_ms);
	lctcp_mini_arm(&tw->b.ent, &tw->timer, tw->timer.expires);
	local_bh_enable();
}

static void lctcp_tw_reply(const struct lctcp_tw *tw, const struct sk_buff *skb)
{
	struct lctcp_options opt = {
		.have_ts	= tw->ts_ok,
		.tsval		= lctcp_ts_now(lctcp_ts_offset(&tw->b.ent)),
		.tsecr		= READ_ONCE(tw->ts_recent),
	};
	struct lctcp_flow flow;

	lctcp_tw_flow(tw, skb, &flow);
	lctcp_send_flow(&flow, tw->snd_nxt, tw->rcv_nxt, tw->wnd, LCTCP_ACK,
			&opt, LCTCP_ROLE_LAST_ACK, tw->id);
}

/* Answer a segment that is no use here. */
static void lctcp_tw_answer(struct lctcp_tw *tw, const struct sk_buff *skb)
{
	if (lctcp_mini_may_answer(&tw->b.ent, LCTCP_ANSWER_REFUSAL))
		lctcp_tw_reply(tw, skb);
}

/* There is no such connection (any more). */
static void lctcp_tw_refuse(const struct lctcp_tw *tw, const struct sk_buff *skb,
			    const struct lctcp_af_ops *af)
{
	struct lctcp_flow flow;

	if (!af->reply_ok(skb))
		return;
	lctcp_tw_flow(tw, skb, &flow);
	lctcp_send_refusal(&flow, skb, tw->id);
}

/* An ACK that asks the peer whether it meant that. */
static void lctcp_tw_challenge(struct lctcp_tw *tw, const struct sk_buff *skb)
{
	if (!lctcp_mini_may_answer(&tw->b.ent, LCTCP_ANSWER_CHALLENGE))
		return;
	LCTCP_INC(tw->b.ent.net, CHALLENGEACKS);
	lctcp_tw_reply(tw, skb);
}

/* How far the first number of a connection that reopens TIME_WAIT is above all
 * that was used before: RFC 9293 section 3.6.1 (1).
 */
#define LCTCP_TW_ISS_STEP	(U16_MAX + 2)

static_assert(LCTCP_TW_REOPENS << LCTCP_TW_REOPENS_SHIFT == LCTCP_ENT_REOPENED);

static unsigned int lctcp_tw_reopens(const struct lctcp_tw *tw)
{
	return READ_ONCE(tw->b.ent.flags) >> LCTCP_TW_REOPENS_SHIFT;
}

u32 lctcp_tw_next_iss(struct lctcp_tw *tw)
{
	unsigned int n = min(lctcp_tw_reopens(tw) + 1, LCTCP_TW_REOPENS);
	u8 rest = tw->b.ent.flags & ~LCTCP_ENT_REOPENED;

	WRITE_ONCE(tw->b.ent.flags, rest | n << LCTCP_TW_REOPENS_SHIFT);
	return tw->snd_nxt + n * LCTCP_TW_ISS_STEP;
}

/* Does this segment acknowledge the SYN-ACK of a request that reopened the pair
 * and is no more?
 */
static bool lctcp_tw_acks_ended(const struct lctcp_tw *tw,
				const struct lctcp_skb_cb *cb)
{
	u32 past = cb->ack - 1 - tw->snd_nxt, n = lctcp_tw_reopens(tw);

	return n && (cb->flags & LCTCP_ACK) && !(past % LCTCP_TW_ISS_STEP) &&
	       past / LCTCP_TW_ISS_STEP - 1 < n;
}

/* Is the peer's last timestamp known?  Some old stacks say 0 and mean nothing by
 * it (D32).
 */
static bool lctcp_tw_ts_known(const struct lctcp_tw *tw)
{
	return tw->ts_ok && !(tw->ts_unknown && !READ_ONCE(tw->ts_recent));
}

/* As Linux has it: one of the addresses, or the interface. */
static bool lctcp_ent_loopback(const struct lctcp_ent *ent)
{
	if (ent->dev_if == LOOPBACK_IFINDEX)
		return true;
	if (ent->family == AF_INET)
		return ipv4_is_loopback(ent->laddr) ||
		       ipv4_is_loopback(ent->raddr);
	return ipv6_addr_loopback(&ent->a6->laddr) ||
	       ipv6_addr_loopback(&ent->a6->raddr);
}

/* May connect() end this wait (D36, RFC 6191 section 3)?  Only timestamps let
 * the peer tell the two connections apart, and no clock is trusted within the
 * second in which the wait began.  The RST of one that was aborted may have
 * been lost, and then the peer still has it.
 */
static bool lctcp_tw_may_reuse(const struct lctcp_tw *tw)
{
	const struct lctcp_sysctl *cfg = &lctcp_net(tw->b.ent.net)->sysctl;
	int reuse = READ_ONCE(cfg->time_wait_reuse);
	u64 now = ktime_get_ns(), began;

	if (reuse == LCTCP_TW_REUSE_NONE || !tw->ts_ok ||
	    !READ_ONCE(cfg->timestamps) ||
	    (tw->b.ent.flags & LCTCP_ENT_ABORTED))
		return false;
	if (reuse == LCTCP_TW_REUSE_LOOPBACK && !lctcp_ent_loopback(&tw->b.ent))
		return false;
	began = now - (u64)lctcp_tw_run_ms(tw) * NSEC_PER_MSEC;
	return div_u64(now, NSEC_PER_SEC) > div_u64(began, NSEC_PER_SEC);
}

struct lctcp_tw *lctcp_tw_take(struct lctcp_ent *ent)
{
	struct lctcp_tuple t = {
		.net	= ent->net,
		.family	= ent->family,
		.lport	= ent->lport,
		.rport	= ent->rport,
		.dev_if	= ent->dev_if,
	};
	struct lctcp_tw *tw = NULL;
	struct lctcp_ent *old;

	if (READ_ONCE(lctcp_net(ent->net)->sysctl.time_wait_reuse) ==
	    LCTCP_TW_REUSE_NONE)
		return NULL;
	if (ent->family == AF_INET) {
		t.l4 = ent->laddr;
		t.r4 = ent->raddr;
	} else {
		t.l6 = &ent->a6->laddr;
		t.r6 = &ent->a6->raddr;
	}
	rcu_read_lock();
	old = lctcp_lookup(&t);
	/* With the same interface, or none, it is the only one in the way. */
	if (old && old->kind == LCTCP_KIND_TW && old->dev_if == ent->dev_if &&
	    lctcp_tw_may_reuse(lctcp_tw_of(old)) &&
	    lctcp_table_replace(old, ent))
		tw = lctcp_tw_of(old);
	rcu_read_unlock();
	return tw;
}

void lctcp_tw_reused(struct lctcp_tw *tw, struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->iss = lctcp_tw_next_iss(tw);
	lc->ts_recent = READ_ONCE(tw->ts_recent);
	lc->ts_recent_at = lctcp_tw_ts_known(tw) ? jiffies ?: 1 : 0;
	lctcp_mini_event(&tw->b.ent, tw->id, LCTCP_TIME_WAIT, LCTCP_EV_REUSE);
	LCTCP_INC(sock_net(sk), TWREUSED);
	lctcp_tw_release(tw, false);
}

/* May this SYN reopen the connection?  RFC 6191 section 2: a newer timestamp
 * shows that it is new, or one where the old connection had none; without that
 * only a sequence number beyond all that was received does.  With timestamps
 * off here the new connection would have none, and the SYN's does not count
 * (D37).  Nor is any timestamp older than one that is not known.
 */
static bool lctcp_tw_newer(const struct lctcp_tw *tw,
			   const struct lctcp_skb_cb *cb)
{
	bool ts = cb->has_ts &&
		  READ_ONCE(lctcp_net(tw->b.ent.net)->sysctl.timestamps);
	u32 recent = READ_ONCE(tw->ts_recent);

	if (cb->flags & LCTCP_ACK)
		return false;
	if (ts && (!tw->ts_ok || lctcp_after(cb->tsval, recent)))
		return true;
	if (ts && cb->tsval != recent && lctcp_tw_ts_known(tw))
		return false;
	return lctcp_after(cb->seq, tw->rcv_nxt);
}

/* A SYN.  True: it reopens the connection, and a listener has taken it.  If
 * nobody listens any more it is answered as in CLOSED, and TIME_WAIT goes on.
 */
static bool lctcp_tw_syn(struct lctcp_tw *tw, struct sk_buff *skb,
			 struct lctcp_tuple *t, const struct lctcp_af_ops *af)
{
	struct sock *listener;

	if (lctcp_tw_newer(tw, LCTCP_CB(skb))) {
		listener = lctcp_lookup_listener(t);
		if (listener)
			lctcp_listen_rcv(listener, skb, t, af, tw);
		else
			lctcp_tw_refuse(tw, skb, af);
		return listener;
	}
	/* RFC 9293 wants a challenge, RFC 6191 wants silence (D5). */
	if (READ_ONCE(lctcp_net(t->net)->sysctl.challenge_in_time_wait))
		lctcp_tw_challenge(tw, skb);
	return false;
}

/* Honoured only if the namespace says so (RFC 1337, D4), and then only the
 * exact one (RFC 5961 section 3.2), whatever its timestamp (RFC 7323 section
 * 5.2).
 */
static void lctcp_tw_rst(struct lctcp_tw *tw, const struct sk_buff *skb,
			 bool in_window)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	struct net *net = tw->b.ent.net;

	if (!READ_ONCE(lctcp_net(net)->sysctl.rst_in_time_wait))
		return;
	if (cb->seq == tw->rcv_nxt)
		lctcp_tw_kill(tw, LCTCP_EV_RST, false);
	else if (in_window)
		lctcp_tw_challenge(tw, skb);
}

/* RFC 7323 section 5.3 in TIME_WAIT: is this an old duplicate? */
static bool lctcp_tw_ts_old(const struct lctcp_tw *tw,
			    const struct lctcp_skb_cb *cb)
{
	return cb->has_ts && lctcp_tw_ts_known(tw) &&
	       lctcp_before(cb->tsval, READ_ONCE(tw->ts_recent));
}

/* RFC 5961 section 5.2.  The largest window of the peer is not kept, so it is
 * taken for the largest there can be, as the RFC allows.
 */
static bool lctcp_tw_ack_ok(const struct lctcp_tw *tw,
			    const struct lctcp_skb_cb *cb)
{
	return lctcp_ack_acceptable(tw->snd_nxt, tw->snd_nxt,
				    U16_MAX << LCTCP_WSCALE_MAX, cb->ack) ==
	       LCTCP_ACK_DUP;
}

/* An ACK and nothing else, of what we know, that the peer's FIN overtook (D40)?
 */
static bool lctcp_tw_overtaken(const struct lctcp_tw *tw,
			       const struct lctcp_skb_cb *cb)
{
	return cb->seq == cb->end_seq && (cb->flags & LCTCP_ACK) &&
	       !lctcp_after(cb->seq, tw->rcv_nxt) && lctcp_tw_ack_ok(tw, cb);
}

/* Our last ACK was lost: say it again, and wait anew. */
static void lctcp_tw_restart(struct lctcp_tw *tw, const struct sk_buff *skb,
			     const struct lctcp_tuple *t)
{
	u32 waited = DIV_ROUND_CLOSEST(lctcp_tw_age_ms(tw), LCTCP_TW_UNIT_MS);

	lctcp_mini_event(&tw->b.ent, tw->id, LCTCP_TIME_WAIT, LCTCP_EV_FIN);
	LCTCP_INC(tw->b.ent.net, TWREACKED);
	WRITE_ONCE(tw->waited, min_t(u32, waited, U16_MAX));
	smp_mb();	/* pairs with lctcp_tw_goes_on() */
	mod_timer_pending(&tw->timer, lctcp_tw_start(tw));
	trace_lctcp_timer_set(tw->id, LCTCP_TIMER_2MSL, 2 * tw->msl_ms);
	if (lctcp_tuple_may_answer(t, LCTCP_ANSWER_AGAIN, tw->rcv_nxt))
		lctcp_tw_reply(tw, skb);
}

/* A segment with neither RST nor SYN, past its timestamp: RFC 9293 section
 * 3.10.7.4.  Nothing is taken from it before its number and its ACK have been
 * found good.  Return whether it was the FIN.
 */
static bool lctcp_tw_segment(struct lctcp_tw *tw, const struct sk_buff *skb,
			     const struct lctcp_tuple *t, bool fits)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	const u8 fin_ack = LCTCP_FIN | LCTCP_ACK;
	bool fin = (cb->flags & fin_ack) == fin_ack &&
		   cb->end_seq == tw->rcv_nxt;

	if (!fits && !fin) {
		lctcp_tw_answer(tw, skb);
		return false;
	}
	if (!(cb->flags & LCTCP_ACK))
		return false;
	if (!lctcp_tw_ack_ok(tw, cb)) {
		lctcp_tw_answer(tw, skb);
		return false;
	}
	/* What ends where the peer ended and acknowledges all is from the
	 * peer, for whom nothing is left to say: its timestamp is the last one
	 * seen in the sense of RFC 6191 section 2.  What merely might be, by
	 * the largest window there can be, is not enough for that.
	 */
	if (tw->ts_ok && cb->has_ts && cb->end_seq == tw->rcv_nxt &&
	    cb->ack == tw->snd_nxt)
		WRITE_ONCE(tw->ts_recent, cb->tsval);
	if (fin)
		lctcp_tw_restart(tw, skb, t);
	else if (cb->seq != cb->end_seq)
		lctcp_tw_answer(tw, skb);
	return fin;
}

void lctcp_tw_rcv(struct lctcp_tw *tw, struct sk_buff *skb,
		  struct lctcp_tuple *t, const struct lctcp_af_ops *af)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	u32 len = cb->end_seq - cb->seq;
	u32 wnd = (u32)tw->wnd << tw->rcv_wscale;
	bool fits = lctcp_seq_acceptable(cb->seq, len, tw->rcv_nxt, wnd);

	if (cb->flags & LCTCP_RST) {
		lctcp_tw_rst(tw, skb, cb->seq - tw->rcv_nxt < wnd);
	} else if (cb->flags & LCTCP_SYN) {
		if (lctcp_tw_syn(tw, skb, t, af))
			return;
	} else if ((tw->b.ent.flags & LCTCP_ENT_ABORTED) ||
		   lctcp_tw_acks_ended(tw, cb)) {
		lctcp_tw_refuse(tw, skb, af);
	} else if (tw->ts_ok && lctcp_ts_missing(t->net, cb)) {
		LCTCP_INC(t->net, DROPNOTS);
	} else if (lctcp_tw_ts_old(tw, cb)) {
		LCTCP_INC(t->net, DROPPAWS);
		if (!lctcp_tw_overtaken(tw, cb))
			lctcp_tw_answer(tw, skb);
	} else if (lctcp_tw_segment(tw, skb, t, fits)) {
		goto free;
	}
	LCTCP_DROP(t->net, DROPTIMEWAIT, skb);
free:
	kfree_skb(skb);
}
