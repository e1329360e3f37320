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
#include "lctcp.h"
#include "view/history.h"
#include "view/trace.h"

DEFINE_PER_CPU(struct lctcp_arc_counts, lctcp_arc_totals);

static atomic_t lctcp_last_id;

/**
 * lctcp_new_id() - serial number for a new connection
 */
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

/* CurrEstab, AttemptFails and EstabResets of RFC 4022. */
static void lctcp_count_states(const struct net *net,
			       const struct lctcp_arc *arc)
{
	const unsigned int estab = LCTCP_S(LCTCP_ESTABLISHED) |
				   LCTCP_S(LCTCP_CLOSE_WAIT);
	const unsigned int opening = LCTCP_S(LCTCP_SYN_SENT) |
				     LCTCP_S(LCTCP_SYN_RECV);
	const unsigned int none = LCTCP_S(LCTCP_CLOSED) | LCTCP_S(LCTCP_LISTEN);

	if (lctcp_state_in(arc->to, estab) && !lctcp_state_in(arc->from, estab))
		LCTCP_INC(net, CURRESTAB);
	else if (lctcp_state_in(arc->from, estab) &&
		 !lctcp_state_in(arc->to, estab))
		LCTCP_ADD(net, CURRESTAB, -1);

	if (lctcp_state_in(arc->from, opening) && lctcp_state_in(arc->to, none))
		LCTCP_INC(net, ATTEMPTFAILS);
	if (arc->event == LCTCP_EV_RST && lctcp_state_in(arc->from, estab))
		LCTCP_INC(net, ESTABRESETS);
	if (arc->to == LCTCP_SYN_SENT)
		LCTCP_INC(net, ACTIVEOPENS);
	if (arc->from == LCTCP_LISTEN && arc->to != LCTCP_CLOSED)
		LCTCP_INC(net, PASSIVEOPENS);
}

static void lctcp_record(const struct lctcp_ent *ent, u32 id,
			 const struct lctcp_arc *arc, u64 now)
{
	struct lctcp_net *ln = lctcp_net(ent->net);
	unsigned int i = arc - lctcp_arcs;

	this_cpu_inc(ln->arcs->n[i]);
	this_cpu_inc(lctcp_arc_totals.n[i]);
	lctcp_count_states(ent->net, arc);
	lctcp_history_add(ln, ent, id, arc, now);
	trace_lctcp_state(ent, id, arc);
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

/**
 * lctcp_event() - something happened to a connection: take the arc
 * @sk: the socket
 * @ev: what happened
 *
 * In TIME_WAIT a mini takes the socket's place (the action START_2MSL), so
 * the socket itself is CLOSED then, as after any arc to CLOSED; if nobody
 * holds it, it is gone when this returns, but for RCU or the caller's
 * reference.
 *
 * Context: socket lock held, process or softirq.
 * Return: false if the state has no arc for @ev, which is a bug.
 */
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
	lctcp_record(&lc->b.ent, lc->id, arc, now);
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

/**
 * lctcp_mini_event() - something happened to a mini, or made one
 * @ent:  the mini; for SYN its request, new
 * @id:   serial number of the connection
 * @from: its state before
 * @ev:	  what happened
 *
 * Only counts and tells: what a mini does about it is in handshake.c and
 * timewait.c.
 *
 * Context: any.
 */
void lctcp_mini_event(const struct lctcp_ent *ent, u32 id, unsigned int from,
		      enum lctcp_event ev)
{
	const struct lctcp_arc *arc = lctcp_fsm_find(from, ev);

	if (WARN_ONCE(!arc, "lctcp: no arc for event %s in state %s\n",
		      lctcp_event_name(ev), lctcp_state_name(from)))
		return;
	lctcp_record(ent, id, arc, ktime_get_ns());
}

/**
 * lctcp_child_established() - a listener's child begins its life
 * @child: a clone of its listener, so still in LISTEN
 * @from:  SYN_RECV, or LISTEN if there was no request
 * @ev:	   what happened: ACK_OF_SYN, or COOKIE_ACK
 *
 * The arc is that of the request, if there was one; the child has no other
 * history, so its state is written here and not by lctcp_event().
 *
 * Context: softirq, socket lock of @child held.
 */
void lctcp_child_established(struct sock *child, unsigned int from,
			     enum lctcp_event ev)
{
	struct lctcp_sock *lc = lctcp_sk(child);

	lctcp_mini_event(&lc->b.ent, lc->id, from, ev);
	lctcp_set_state(child, TCP_ESTABLISHED, ktime_get_ns());
	lctcp_timers_established(child);
}

/**
 * lctcp_child_discard() - a clone that never became a connection
 * @child: in no table
 *
 * Context: softirq, socket lock of @child held; the caller has a reference.
 */
void lctcp_child_discard(struct sock *child)
{
	lctcp_set_state(child, TCP_CLOSE, ktime_get_ns());
	sock_set_flag(child, SOCK_DEAD);
	lctcp_destroy(child);
}
