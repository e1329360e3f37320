// SPDX-License-Identifier: GPL-2.0
/*
 * Closing: what a program asks for, and how a socket ends.
 *
 *   lctcp_finish()	the state has become CLOSED: out of the table, timers
 *			off, whoever waits is told
 *   lctcp_destroy()	nobody holds the socket any more either: last put
 *
 * Whichever of "CLOSED" and "held by nobody" (SOCK_DEAD) comes second calls
 * lctcp_destroy(), under the socket lock, so it is called once.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <net/xfrm.h>

#include "accept.h"
#include "close.h"
#include "lctcp.h"
#include "port.h"
#include "send.h"
#include "socket.h"
#include "state.h"
#include "stream.h"
#include "table.h"
#include "timer.h"
#include "view/saw.h"

void lctcp_destroy(struct sock *sk)
{
	WARN_ON(sk->sk_state != TCP_CLOSE);
	WARN_ON(!sock_flag(sk, SOCK_DEAD));

	lctcp_orphan_end(sk);
	sk->sk_prot->destroy(sk);
	sk_stream_kill_queues(sk);
	xfrm_sk_free_policy(sk);
	sock_put(sk);
}

void lctcp_finish(struct sock *sk)
{
	lctcp_timers_stop(sk);
	lctcp_purge_tx(sk);
	lctcp_table_remove(&lctcp_sk(sk)->b.ent);
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		lctcp_put_port(sk);
	sk->sk_shutdown = SHUTDOWN_MASK;
	if (sock_flag(sk, SOCK_DEAD))
		lctcp_destroy(sk);
	else
		sk->sk_state_change(sk);
}

void lctcp_abort_child(struct sock *child)
{
	local_bh_disable();
	bh_lock_sock_nested(child);
	sock_hold(child);
	sock_orphan(child);
	if (child->sk_state == TCP_CLOSE)
		lctcp_destroy(child);
	else
		lctcp_event(child, LCTCP_EV_ABORT);
	bh_unlock_sock(child);
	local_bh_enable();
	sock_put(child);
}

int lctcp_kill(struct sock *sk, int err)
{
	int state;

	lock_sock(sk);
	state = sk->sk_state;
	if (state == TCP_LISTEN) {
		/* it wakes whoever waits, who is to find the reason */
		WRITE_ONCE(sk->sk_err, err);
		lctcp_disconnect(sk, 0);
	} else if (state != TCP_CLOSE) {
		if (!sock_flag(sk, SOCK_DEAD))
			lctcp_report(sk, err);
		lctcp_event(sk, LCTCP_EV_ABORT);
	}
	release_sock(sk);
	return state == TCP_CLOSE ? -ENOENT : 0;
}

/* How much of what was received will never be read? */
static u32 lctcp_drop_unread(struct sock *sk)
{
	struct sk_buff *skb;
	u32 unread = 0;

	while ((skb = __skb_dequeue(&sk->sk_receive_queue))) {
		u32 end = LCTCP_CB(skb)->end_seq;

		if (LCTCP_CB(skb)->flags & LCTCP_FIN)
			end--;
		if (lctcp_after(end, lctcp_sk(sk)->copied_seq))
			unread += end - lctcp_sk(sk)->copied_seq;
		__kfree_skb(skb);
	}
	return unread;
}

/* SO_LINGER with a time: wait until the peer has everything. */
static void lctcp_linger(struct sock *sk, long timeout)
{
	const unsigned int waiting = LCTCP_S(LCTCP_FIN_WAIT1) |
				     LCTCP_S(LCTCP_CLOSING) |
				     LCTCP_S(LCTCP_LAST_ACK);
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	if (!timeout)
		return;
	add_wait_queue(sk_sleep(sk), &wait);
	do {
		if (sk_wait_event(sk, &timeout,
				  !lctcp_state_in(READ_ONCE(sk->sk_state),
						  waiting), &wait))
			break;
	} while (!signal_pending(current) && timeout);
	remove_wait_queue(sk_sleep(sk), &wait);
}

/* The program is done with a connection: FIN, or RST if data would be lost
 * silently (RFC 9293 MAY-1 and SHLD-3, RFC 2525 section 2.17).
 */
static void lctcp_close_connection(struct sock *sk, long timeout)
{
	u32 unread = lctcp_drop_unread(sk);

	if (sk->sk_state == TCP_CLOSE)
		return;
	if (unread) {
		LCTCP_INC(sock_net(sk), ABORTONDATA);
		lctcp_event(sk, LCTCP_EV_ABORT);
	} else if (sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime) {
		LCTCP_INC(sock_net(sk), ABORTONCLOSE);
		lctcp_event(sk, LCTCP_EV_ABORT);
	} else {
		if (lctcp_fsm_find(sk->sk_state, LCTCP_EV_CLOSE))
			lctcp_event(sk, LCTCP_EV_CLOSE);
		lctcp_linger(sk, timeout);
	}
}

void lctcp_close(struct sock *sk, long timeout)
{
	bool slow;
	int state;

	lock_sock(sk);
	sk->sk_shutdown = SHUTDOWN_MASK;
	if (sk->sk_state == TCP_LISTEN)
		lctcp_listen_stop(sk);
	else
		lctcp_close_connection(sk, timeout);

	state = sk->sk_state;
	sock_hold(sk);
	sock_orphan(sk);
	if (state != TCP_CLOSE)
		lctcp_orphan_begin(sk);
	/* From here on a segment may finish and destroy the socket. */
	release_sock(sk);

	/* The end of its namespace may have it just now (lctcp_purge_one()). */
	slow = lock_sock_fast(sk);
	lctcp_unuse(sk);
	if (state == TCP_CLOSE || sk->sk_state != TCP_CLOSE) {
		if (sk->sk_state == TCP_CLOSE)
			lctcp_destroy(sk);
		else if (!lctcp_orphan_limit(sk) &&
			 sk->sk_state == TCP_FIN_WAIT2)
			lctcp_timers_orphan_fw2(sk);
	}
	unlock_sock_fast(sk, slow);
	sock_put(sk);
}

void lctcp_shutdown(struct sock *sk, int how)
{
	if ((how & SEND_SHUTDOWN) &&
	    lctcp_fsm_find(sk->sk_state, LCTCP_EV_CLOSE))
		lctcp_event(sk, LCTCP_EV_CLOSE);
}

int lctcp_disconnect(struct sock *sk, int flags)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct inet_sock *inet = inet_sk(sk);

	if (sk->sk_state == TCP_LISTEN) {
		lctcp_listen_stop(sk);
	} else if (sk->sk_state == TCP_SYN_SENT) {
		lctcp_event(sk, LCTCP_EV_CLOSE);
		WRITE_ONCE(sk->sk_err, ECONNRESET);
	} else if (sk->sk_state != TCP_CLOSE) {
		LCTCP_INC(sock_net(sk), ABORTONCLOSE);
		lctcp_event(sk, LCTCP_EV_ABORT);
		WRITE_ONCE(sk->sk_err, ECONNRESET);
	}
	lctcp_timers_stop(sk);
	__skb_queue_purge(&sk->sk_receive_queue);
	sk_set_peek_off(sk, -1);
	lctcp_purge_tx(sk);
	lctcp_ooo_purge(sk);
	/* A listener's children are copies of it, and would share the page. */
	if (sk->sk_frag.page) {
		put_page(sk->sk_frag.page);
		sk->sk_frag.page = NULL;
		sk->sk_frag.offset = 0;
	}

	inet->inet_dport = 0;
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK))
		inet_reset_saddr(sk);
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK)) {
		lctcp_put_port(sk);
		inet->inet_sport = 0;
	} else {
		lctcp_port_renew(sk);	/* for any address again */
	}
	sk->sk_shutdown = 0;
	sock_reset_flag(sk, SOCK_DONE);
	WRITE_ONCE(sk->sk_err_soft, 0);
	__sk_dst_reset(sk);
	lctcp_reset_vars(sk);
	lc->b.ent.flags &= ~(LCTCP_ENT_AUTOPORT | LCTCP_ENT_ACTIVE);
	sk_error_report(sk);
	return 0;
}
