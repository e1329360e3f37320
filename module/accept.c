// SPDX-License-Identifier: GPL-2.0
/*
 * A listener's own life: listen(), the queue of finished connections, accept().
 *
 * Both queues of a listener are guarded by lctcp_listener.lock, as children and
 * requests come without its socket lock.  Whoever closes it sets "closed" there
 * first, so nothing is added to what is being emptied.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "accept.h"
#include "close.h"
#include "handshake.h"
#include "lctcp.h"
#include "listen.h"
#include "port.h"
#include "state.h"
#include "view/saw.h"

bool lctcp_accept_full(const struct lctcp_listener *lst)
{
	return READ_ONCE(lst->naccept) >= max(READ_ONCE(lst->backlog), 1U);
}

bool lctcp_queue_child(struct sock *listener, struct sock *child)
{
	struct lctcp_listener *lst = lctcp_sk(listener)->lst;
	bool closed;

	spin_lock(&lst->lock);
	closed = lst->closed ||
		 !lctcp_listens_for(listener, &lctcp_sk(child)->b.ent);
	if (!closed) {
		list_add_tail(&lctcp_sk(child)->accept_node, &lst->accept);
		WRITE_ONCE(lst->naccept, lst->naccept + 1);
		WRITE_ONCE(listener->sk_ack_backlog, lst->naccept);
	}
	spin_unlock(&lst->lock);
	return !closed;
}

static int lctcp_listen_start(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct inet_sock *inet = inet_sk(sk);
	struct lctcp_listener *lst = lc->lst;
	int err;

	if (!lst) {
		lst = kzalloc(sizeof(*lst), GFP_KERNEL_ACCOUNT);
		if (!lst)
			return -ENOBUFS;
		spin_lock_init(&lst->lock);
		INIT_LIST_HEAD(&lst->reqs);
		INIT_LIST_HEAD(&lst->accept);
		lst->closed = true;
		/* pairs with lctcp_accept_ready() */
		smp_store_release(&lc->lst, lst);
	}
	if (!inet->inet_num) {
		err = lctcp_get_port(sk, 0);
		if (err)
			return err;
		inet->inet_sport = htons(inet->inet_num);
	}
	lctcp_ent_switch(sk);
	lctcp_ent_from_sock(sk);
	lc->id = lctcp_new_id();
	lctcp_event(sk, LCTCP_EV_PASSIVE_OPEN);
	/* As a listener it may disturb others on the port. */
	err = lctcp_get_port(sk, inet->inet_num);
	if (err) {
		lctcp_event(sk, LCTCP_EV_CLOSE);
		sk->sk_shutdown = 0;
		return err;
	}
	/* Not before it has its port: a segment may have found the listener that
	 * it was before.
	 */
	spin_lock_bh(&lst->lock);
	lst->closed = false;
	spin_unlock_bh(&lst->lock);
	lctcp_listen_add(sk);
	return 0;
}

int lctcp_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;
	int err = -EINVAL;

	lock_sock(sk);
	if (sock->state != SS_UNCONNECTED || sock->type != SOCK_STREAM ||
	    (sk->sk_state != TCP_CLOSE && sk->sk_state != TCP_LISTEN))
		goto out;
	err = 0;
	if (sk->sk_state != TCP_LISTEN)
		err = lctcp_listen_start(sk);
	if (!err) {
		backlog = clamp(backlog, 0, READ_ONCE(lctcp_cfg(sk)->somaxconn));
		WRITE_ONCE(lctcp_sk(sk)->lst->backlog, backlog);
		WRITE_ONCE(sk->sk_max_ack_backlog, backlog);
	}
out:
	release_sock(sk);
	return err;
}

void lctcp_listen_stop(struct sock *sk)
{
	struct lctcp_listener *lst = lctcp_sk(sk)->lst;
	struct lctcp_sock *child;
	struct lctcp_req *req;

	lctcp_listen_remove(sk);
	spin_lock_bh(&lst->lock);
	lst->closed = true;
	while ((req = list_first_entry_or_null(&lst->reqs, struct lctcp_req,
					       lnode))) {
		list_del_init(&req->lnode);
		WRITE_ONCE(lst->nreqs, lst->nreqs - 1);
		refcount_inc(&req->ent.refs);
		spin_unlock_bh(&lst->lock);
		lctcp_req_kill(req, LCTCP_EV_PURGE, false);
		lctcp_ent_put(&req->ent);
		cond_resched();
		spin_lock_bh(&lst->lock);
	}
	while ((child = list_first_entry_or_null(&lst->accept,
						 struct lctcp_sock,
						 accept_node))) {
		list_del_init(&child->accept_node);
		WRITE_ONCE(lst->naccept, lst->naccept - 1);
		spin_unlock_bh(&lst->lock);
		lctcp_abort_child((struct sock *)child);
		cond_resched();
		spin_lock_bh(&lst->lock);
	}
	WRITE_ONCE(sk->sk_ack_backlog, 0);
	spin_unlock_bh(&lst->lock);
	lctcp_event(sk, LCTCP_EV_CLOSE);
}

bool lctcp_accept_ready(const struct sock *sk)
{
	const struct lctcp_listener *lst;

	/* pairs with lctcp_listen_start() */
	lst = smp_load_acquire(&lctcp_sk(sk)->lst);
	return lst && READ_ONCE(lst->naccept);
}

static int lctcp_accept_wait(struct sock *sk, long timeo)
{
	DEFINE_WAIT(wait);
	int err;

	for (;;) {
		prepare_to_wait_exclusive(sk_sleep(sk), &wait,
					  TASK_INTERRUPTIBLE);
		release_sock(sk);
		if (!lctcp_accept_ready(sk))
			timeo = schedule_timeout(timeo);
		sched_annotate_sleep();
		lock_sock(sk);
		err = 0;
		if (lctcp_accept_ready(sk))
			break;
		err = -EINVAL;
		if (sk->sk_state != TCP_LISTEN)
			break;
		err = sock_intr_errno(timeo);
		if (signal_pending(current))
			break;
		err = -EAGAIN;
		if (!timeo)
			break;
	}
	finish_wait(sk_sleep(sk), &wait);
	return err;
}

struct sock *lctcp_accept_sock(struct sock *sk, int flags, int *err)
{
	struct lctcp_listener *lst;
	struct lctcp_sock *child = NULL;

	lock_sock(sk);
	*err = -EINVAL;
	if (sk->sk_state != TCP_LISTEN)
		goto out;
	*err = 0;
	if (!lctcp_accept_ready(sk)) {
		long timeo = sock_rcvtimeo(sk, flags & O_NONBLOCK);

		*err = timeo ? lctcp_accept_wait(sk, timeo) : -EAGAIN;
		if (*err)
			goto out;
	}
	lst = lctcp_sk(sk)->lst;
	spin_lock_bh(&lst->lock);
	child = list_first_entry(&lst->accept, struct lctcp_sock, accept_node);
	list_del_init(&child->accept_node);
	WRITE_ONCE(lst->naccept, lst->naccept - 1);
	WRITE_ONCE(sk->sk_ack_backlog, lst->naccept);
	spin_unlock_bh(&lst->lock);
	trace_lctcp_call(&child->b.ent, child->id, LCTCP_CALL_ACCEPT);
out:
	release_sock(sk);
	return (struct sock *)child;
}
