// SPDX-License-Identifier: GPL-2.0
/*
 * The engine of the state machine, and the only writer of a socket's state.
 *
 * Everybody else reports what happened: lctcp_event(sk, LCTCP_EV_FIN).  The
 * engine finds the arc, counts it, remembers it, tells the tracepoints,
 * writes the state and does what the arc asks for.  What is not in the table
 * cannot happen.
 *
 * Minis have no state to write: a request is SYN_RECV and a TIME_WAIT mini is
 * TIME_WAIT for as long as they live.  They report by lctcp_mini_event().
 */
#include "close.h"
#include "lctcp.h"
#include "output.h"
#include "send.h"
#include "socket.h"
#include "state.h"
#include "timer.h"
#include "timewait.h"
#include "view/saw.h"

static atomic_t lctcp_last_id;

u32 lctcp_new_id(void)
{
	return atomic_inc_return(&lctcp_last_id);
}

/* The one place where a socket's state is written.  What is not CLOSED is a
 * socket in use in /proc/net/protocols, as in TCP.
 */
static void lctcp_set_state(struct sock *sk, int state, u64 now)
{
	int in_use = (state != TCP_CLOSE) - (sk->sk_state != TCP_CLOSE);

	if (in_use)
		sock_prot_inuse_add(sock_net(sk), sk->sk_prot, in_use);
	lctcp_sk(sk)->state_since = now;
	inet_sk_set_state(sk, state);
}

/* What the program is told: -errno, or 0. */
static int lctcp_arc_error(const struct sock *sk, const struct lctcp_arc *arc)
{
	if (arc->actions & LCTCP_A_REFUSED)
		return -ECONNREFUSED;
	if (arc->actions & LCTCP_A_RESET)
		return -ECONNRESET;
	if (arc->actions & LCTCP_A_TIMED_OUT)
		return -(READ_ONCE(sk->sk_err_soft) ?: ETIMEDOUT);
	return 0;
}

/* Do what the arc asks for, in the order of the bits. */
static void lctcp_act(struct sock *sk, const struct lctcp_arc *arc)
{
	u32 actions = arc->actions;
	int err;

	if (actions & LCTCP_A_SEND_SYN)
		lctcp_send_syn(sk);
	if (actions & LCTCP_A_SEND_SYN_ACK)
		lctcp_send_synack_sock(sk);
	if (actions & LCTCP_A_SEND_ACK) {
		/*
		 * The ACK of a first FIN may wait a little, so that a program
		 * that closes at once needs three segments and not four.
		 */
		if (arc->to == LCTCP_CLOSE_WAIT)
			lctcp_timers_ack_owed(sk);
		else
			lctcp_send_ack(sk);
	}
	if (actions & LCTCP_A_SEND_FIN)
		lctcp_send_fin(sk);
	if (actions & LCTCP_A_SEND_RST)
		lctcp_send_rst(sk);
	if (actions & LCTCP_A_START_2MSL)
		lctcp_time_wait(sk);
	if (actions & LCTCP_A_CONNECTED) {
		lctcp_timers_established(sk);
		sk->sk_state_change(sk);
		sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
	}
	if (actions & LCTCP_A_PEER_CLOSED) {
		sk->sk_shutdown |= RCV_SHUTDOWN;
		sock_set_flag(sk, SOCK_DONE);
		if (!sock_flag(sk, SOCK_DEAD)) {
			sk->sk_state_change(sk);
			sk_wake_async(sk, SOCK_WAKE_WAITD,
				      sk->sk_shutdown == SHUTDOWN_MASK ?
				      POLL_HUP : POLL_IN);
		}
	}
	if (actions & LCTCP_A_TIMED_OUT)
		LCTCP_INC(sock_net(sk), ABORTONTIMEOUT);
	err = lctcp_arc_error(sk, arc);
	if (err)
		lctcp_report(sk, -err);
}

/* RFC 9293 section 3.5.2: who sends a RST should pass through TIME_WAIT.  For
 * the memory that takes, only where it is wanted (D15).
 */
static enum lctcp_event lctcp_abort_event(const struct sock *sk)
{
	const struct lctcp_net *ln = lctcp_net(sock_net(sk));

	if (READ_ONCE(ln->sysctl.time_wait_after_rst) && !READ_ONCE(ln->dead) &&
	    lctcp_fsm_find(sk->sk_state, LCTCP_EV_ABORT_WAIT))
		return LCTCP_EV_ABORT_WAIT;
	return LCTCP_EV_ABORT;
}

bool lctcp_event(struct sock *sk, enum lctcp_event ev)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	const struct lctcp_arc *arc;
	u64 now = ktime_get_ns();
	int err;

	if (ev == LCTCP_EV_ABORT)
		ev = lctcp_abort_event(sk);
	arc = lctcp_fsm_find(sk->sk_state, ev);
	if (WARN_ONCE(!arc, "lctcp: no arc for event %s in state %s\n",
		      lctcp_event_name(ev), lctcp_state_name(sk->sk_state)))
		return false;
	lctcp_saw_arc(&lc->b.ent, lc->id, arc, now);
	/* Who sees the end by poll() must see its reason too. */
	err = lctcp_arc_error(sk, arc);
	if (err)
		WRITE_ONCE(sk->sk_err, -err);
	smp_wmb();	/* pairs with lctcp_poll() */
	lctcp_set_state(sk, arc->to == LCTCP_TIME_WAIT ? TCP_CLOSE : arc->to,
			now);
	lctcp_act(sk, arc);
	if (sk->sk_state == TCP_CLOSE)
		lctcp_finish(sk);
	return true;
}

static void lctcp_mini_event_at(const struct lctcp_ent *ent, u32 id,
				unsigned int from, enum lctcp_event ev, u64 now)
{
	const struct lctcp_arc *arc = lctcp_fsm_find(from, ev);

	if (WARN_ONCE(!arc, "lctcp: no arc for event %s in state %s\n",
		      lctcp_event_name(ev), lctcp_state_name(from)))
		return;
	lctcp_saw_arc(ent, id, arc, now);
}

void lctcp_mini_event(const struct lctcp_ent *ent, u32 id, unsigned int from,
		      enum lctcp_event ev)
{
	lctcp_mini_event_at(ent, id, from, ev, ktime_get_ns());
}

void lctcp_child_established(struct sock *child, unsigned int from,
			     enum lctcp_event ev)
{
	struct lctcp_sock *lc = lctcp_sk(child);
	u64 now = ktime_get_ns();

	lctcp_mini_event_at(&lc->b.ent, lc->id, from, ev, now);
	lctcp_set_state(child, TCP_ESTABLISHED, now);
	lctcp_timers_established(child);
}

void lctcp_child_discard(struct sock *child)
{
	lctcp_set_state(child, TCP_CLOSE, ktime_get_ns());
	sock_set_flag(child, SOCK_DEAD);
	lctcp_destroy(child);
}
