// SPDX-License-Identifier: GPL-2.0
/*
 * What a program calls: connect, receive, poll, and the tables by which the
 * kernel finds all that.  Sending is in write.c, closing in close.c, listening
 * and accepting in accept.c, options in sockopt.c.
 */
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <asm/ioctls.h>
#include <net/inet_common.h>
#include <net/transp_v6.h>

#include "accept.h"
#include "close.h"
#include "input.h"
#include "isn.h"
#include "lctcp.h"
#include "listen.h"
#include "memory.h"
#include "port.h"
#include "recovery.h"
#include "send.h"
#include "socket.h"
#include "state.h"
#include "stream.h"
#include "table.h"
#include "timer.h"
#include "timewait.h"
#include "urgent.h"
#include "view/saw.h"
#include "write.h"

void lctcp_report(struct sock *sk, int err)
{
	WRITE_ONCE(sk->sk_err, err);
	if (!sock_flag(sk, SOCK_DEAD))
		sk_error_report(sk);
}

void lctcp_write_space(struct sock *sk)
{
	struct socket *sock = sk->sk_socket;
	struct socket_wq *wq;

	if (!sock || !sk_stream_is_writeable(sk))
		return;
	clear_bit(SOCK_NOSPACE, &sock->flags);
	rcu_read_lock();
	wq = rcu_dereference(sk->sk_wq);
	if (skwq_has_sleeper(wq))
		wake_up_interruptible_poll(&wq->wait, EPOLLOUT | EPOLLWRNORM |
					   EPOLLWRBAND);
	if (wq && wq->fasync_list && !(sk->sk_shutdown & SEND_SHUTDOWN))
		sock_wake_async(wq, SOCK_WAKE_SPACE, POLL_OUT);
	rcu_read_unlock();
}

/* After the last reader under RCU: what listeners and options left. */
static void lctcp_sk_destruct(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	kfree(lc->lst);
	kfree(lc->syn_sched);
	kfree(lc->synack_sched);
	sk_sockets_allocated_dec(sk);
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		inet6_sock_destruct(sk);
		return;
	}
#endif
	inet_sock_destruct(sk);
}

/* The variables of a connection that do not begin as zero. */
static void lctcp_first_vars(struct sock *sk)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(sk);
	struct lctcp_sock *lc = lctcp_sk(sk);

#if IS_ENABLED(CONFIG_IPV6)
	lc->af = sk->sk_family == AF_INET6 ? &lctcp_ipv6_ops : &lctcp_ipv4_ops;
#else
	lc->af = &lctcp_ipv4_ops;
#endif
	lc->send_head = NULL;
	lc->ooo = RB_ROOT;
	lc->mss = lc->af->mss_default;
	lc->rcv_mss = lc->mss;
	lctcp_recovery_init(sk);
	lctcp_rtt_init(&lc->rtt, lctcp_cfg(sk)->rto_init_ms * USEC_PER_MSEC);
	lctcp_cong_init(&lc->cong, lc->ca ?: READ_ONCE(cfg->congestion_control),
			lc->mss, READ_ONCE(cfg->initial_cwnd_segments), 0);
}

void lctcp_reset_vars(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u64 since = lc->state_since;

	memset_startat(lc, 0, rcv_nxt);
	lc->state_since = since;
	lctcp_first_vars(sk);
}

static int lctcp_init_sock(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	const struct lctcp_sysctl *first = &lctcp_net(&init_net)->sysctl;
	const struct lctcp_sysctl *cfg;

	lc->ln = lctcp_net(sock_net(sk));
	cfg = lctcp_cfg(sk);
	sk_sockets_allocated_inc(sk);
	sk->sk_destruct = lctcp_sk_destruct;
	sk->sk_write_space = lctcp_write_space;
	sock_set_flag(sk, SOCK_USE_WRITE_QUEUE);
	sock_set_flag(sk, SOCK_RCU_FREE);
	/* The first namespace may have become narrower since. */
	WRITE_ONCE(sk->sk_sndbuf, min(READ_ONCE(cfg->wmem[1]),
				      READ_ONCE(first->wmem[2])));
	WRITE_ONCE(sk->sk_rcvbuf, min(READ_ONCE(cfg->rmem[1]),
				      lctcp_rmem_most(sk)));
	lc->b.claim = NULL;
	INIT_HLIST_NODE(&lc->bind_node);
	INIT_LIST_HEAD(&lc->accept_node);
	lc->b.ent.net = sock_net(sk);
	lc->b.ent.kind = LCTCP_KIND_SOCK;
	lc->msl_ms = -1;
	lctcp_timers_init(sk);
	lc->state_since = ktime_get_ns();
	lctcp_first_vars(sk);	/* a new socket comes cleared */
	lctcp_own_sol_socket(sk->sk_socket);
	lc->in_use = try_module_get(THIS_MODULE);
	return lc->in_use ? 0 : -EPROTONOSUPPORT;
}

void lctcp_unuse(struct sock *sk)
{
	if (lctcp_sk(sk)->in_use)
		module_put(THIS_MODULE);
	lctcp_sk(sk)->in_use = false;
}

/* The socket is CLOSED and dead; readers under RCU may still see it. */
static void lctcp_destroy_sock(struct sock *sk)
{
	lctcp_unuse(sk);
	lctcp_timers_stop(sk);
	lctcp_purge_tx(sk);
	lctcp_ooo_purge(sk);
	lctcp_put_port(sk);
}

/* ---- connect ---- */

static int lctcp_connect(struct sock *sk, struct lctcp_sockaddr *uaddr,
			 int addr_len)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_tw *tw = NULL;
	int err;

	if (lctcp_quiet())
		return -EAGAIN;
	if (lc->id)
		lctcp_reset_vars(sk);
	else
		lctcp_first_vars(sk);	/* settings may have changed */
	WRITE_ONCE(sk->sk_err, 0);
	sock_reset_flag(sk, SOCK_DONE);
	err = lc->af->connect(sk, uaddr, addr_len);
	if (err)
		return err;
	lc->active = 1;
	lc->id = lctcp_new_id();
	lc->b.ent.flags |= LCTCP_ENT_ACTIVE;
	err = lctcp_connect_port(sk, &tw);
	if (err)
		goto fail;
	lc->iss = lctcp_isn(&lc->b.ent);
	lc->ts_offset = lctcp_ts_offset(&lc->b.ent);
	if (tw)
		lctcp_tw_reused(tw, sk);
	err = lc->af->rebuild(sk);	/* the port may decide the route */
	if (err)
		goto fail_unhash;
	atomic_set(&inet_sk(sk)->inet_id, get_random_u16());
	lctcp_event(sk, LCTCP_EV_ACTIVE_OPEN);
	if (!skb_queue_empty(&sk->sk_write_queue))
		return 0;
	err = -ENOBUFS;
	lctcp_event(sk, LCTCP_EV_CLOSE);
	sk->sk_shutdown = 0;
	goto fail;

fail_unhash:
	lctcp_table_remove(&lc->b.ent);
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		lctcp_put_port(sk);
fail:
	inet_sk(sk)->inet_dport = 0;
	sk->sk_route_caps = 0;
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK))
		inet_reset_saddr(sk);
	lctcp_port_renew(sk);
	return err;
}

static int lctcp_pre_connect(struct sock *sk, struct lctcp_sockaddr *uaddr,
			     int addr_len)
{
	if (addr_len < (int)sizeof(struct sockaddr_in))
		return -EINVAL;
	return lctcp_bpf_connect4(sk, uaddr, addr_len);
}

/* ---- receive ---- */

/* Find the octet @seq in the receive queue. */
static struct sk_buff *lctcp_find(struct sock *sk, u32 seq, u32 *offset)
{
	struct sk_buff *skb;

	skb_queue_walk(&sk->sk_receive_queue, skb) {
		*offset = seq - LCTCP_CB(skb)->seq;
		if (*offset < skb->len)
			return skb;
	}
	return NULL;
}

/* There is nothing to read: 0 to go on waiting, 1 for the end of the file, or
 * -errno.
 */
static int lctcp_why_empty(struct sock *sk, long timeo)
{
	if (sock_flag(sk, SOCK_DONE)) {
		trace_lctcp_call(&lctcp_sk(sk)->b.ent, lctcp_sk(sk)->id,
				 LCTCP_CALL_EOF);
		return 1;
	}
	if (sk->sk_err)
		return sock_error(sk);
	if (sk->sk_shutdown & RCV_SHUTDOWN)
		return 1;
	if (sk->sk_state == TCP_CLOSE)
		return -ENOTCONN;
	if (!timeo)
		return -EAGAIN;
	if (signal_pending(current))
		return sock_intr_errno(timeo);
	return 0;
}

/* Copy out, or skip, @len octets of @skb, or fewer.  Return how many. */
static int lctcp_copy_out(struct sk_buff *skb, u32 offset, size_t len,
			  struct msghdr *msg, int flags)
{
	int n = min_t(size_t, skb->len - offset, len);

	if (!(flags & MSG_TRUNC) && skb_copy_datagram_msg(skb, offset, msg, n))
		return -EFAULT;
	return n;
}

/* Take what @skb has from @offset on, up to the urgent mark, for a reader who is
 * at @seq and wants *@len octets, from which what was copied is taken.  Return how far he has
 * come, the urgent octet that was passed over included, or -errno.
 */
static int lctcp_read_some(struct sock *sk, struct sk_buff *skb, u32 offset,
			   u32 *seq, struct msghdr *msg, size_t *len, int flags)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	bool peek = flags & MSG_PEEK, skip;
	u32 most = lctcp_urg_stop(sk, seq, skb->len - offset, &skip);
	int n = 1;

	if (!skip) {
		n = lctcp_copy_out(skb, offset, min_t(size_t, most, *len), msg,
				   flags);
		if (n < 0)
			return n;
		*len -= n;
	}
	*seq += n;
	/* SO_PEEK_OFF counts from what the program has read. */
	sk_peek_offset_bwd(sk, peek ? -n : n);
	/* Past the mark it is no longer urgent. */
	if (lc->urg_data && lctcp_after(lc->copied_seq, lc->urg_seq))
		WRITE_ONCE(lc->urg_data, 0);
	if (!peek && offset + n == skb->len) {
		__skb_unlink(skb, &sk->sk_receive_queue);
		__kfree_skb(skb);
	}
	return n;
}

static int lctcp_recvmsg_locked(struct sock *sk, struct msghdr *msg, size_t len,
				int flags)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	long timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	int target = sock_rcvlowat(sk, flags & MSG_WAITALL, len);
	bool peek = flags & MSG_PEEK;
	u32 peek_seq = lc->copied_seq + max(sk_peek_offset(sk, flags), 0);
	u32 *seq = peek ? &peek_seq : &lc->copied_seq;
	int copied = 0, freed = 0, err = 0;
	size_t want = len;

	if (sk->sk_state == TCP_LISTEN)
		return -ENOTCONN;
	if (flags & MSG_OOB)
		return lctcp_urg_recv(sk, msg, len, flags);
	do {
		struct sk_buff *skb;
		u32 offset;

		/* A read stops at the mark. */
		if (copied && lctcp_at_mark(sk, *seq))
			break;
		skb = lctcp_find(sk, *seq, &offset);
		if (skb) {
			int n = lctcp_read_some(sk, skb, offset, seq, msg,
						&len, flags);

			if (n < 0) {
				err = n;
				break;
			}
			freed += n;
			copied = want - len;
			continue;
		}
		if (copied >= target && !READ_ONCE(sk->sk_backlog.tail))
			break;
		if (copied >= target) {
			/* Do not sleep; only see what waits in the backlog. */
			release_sock(sk);
			lock_sock(sk);
			if (!lctcp_find(sk, *seq, &offset))
				break;
			continue;
		}
		if (copied && (sk->sk_err || sk->sk_state == TCP_CLOSE ||
			       (sk->sk_shutdown & RCV_SHUTDOWN) || !timeo ||
			       (peek && lctcp_window_shut(sk)) ||
			       signal_pending(current)))
			break;
		if (!peek)
			lctcp_reader_waits(sk);
		if (!copied) {
			err = lctcp_why_empty(sk, timeo);
			if (err)
				break;
		}
		if (!peek)
			lctcp_window_freed(sk, freed);
		sk_wait_data(sk, &timeo, skb_peek_tail(&sk->sk_receive_queue));
		/* Somebody else may have read what we only looked at. */
		if (peek && lctcp_before(peek_seq, lc->copied_seq))
			peek_seq = lc->copied_seq;
	} while (len);
	if (!peek)
		lctcp_window_freed(sk, freed);
	if (copied)
		return copied;
	return err > 0 ? 0 : err;
}

/* TCP_INQ: how much is there to read still?  One at the end of the stream, as
 * with TCP, for that is worth another call.
 */
static int lctcp_inq(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	int inq = lc->rcv_nxt - lc->copied_seq - lc->peer_fin;

	return inq > 0 ? inq : lc->peer_fin || sock_flag(sk, SOCK_DONE);
}

static int lctcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
			 int flags)
{
	bool tell = false;
	int inq = 0;
	int err;

	if (unlikely(flags & MSG_ERRQUEUE))
		return lctcp_recv_error(sk, msg, len);
	len = min_t(size_t, len, LCTCP_CALL_MAX);
	lock_sock(sk);
	err = lctcp_recvmsg_locked(sk, msg, len, flags);
	if (unlikely(lctcp_sk(sk)->inq) && err >= 0) {
		tell = true;
		inq = lctcp_inq(sk);
	}
	release_sock(sk);
	if (unlikely(tell))
		put_cmsg(msg, SOL_TCP, TCP_CM_INQ, sizeof(inq), &inq);
	return err;
}

/* Give what there is to @actor, piece by piece, until it takes no more; @seq has
 * been read before.  Nobody but the caller takes anything meanwhile, but an actor
 * may let go of the lock for a moment, so each piece is looked up anew.  As with
 * TCP, who reads so never gets beyond an urgent octet.  Return how many octets
 * were taken, or what the actor said to the first.
 */
static int lctcp_feed(struct sock *sk, u32 seq, read_descriptor_t *desc,
		      sk_read_actor_t actor)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;
	int copied = 0, n;
	u32 offset, most;

	while ((skb = lctcp_find(sk, seq, &offset))) {
		most = skb->len - offset;
		if (unlikely(lc->urg_data))
			most = min(most, lc->urg_seq - seq);
		if (!most)
			break;
		n = actor(desc, skb, offset, most);
		if (n <= 0)
			return copied ?: n;
		n = min_t(u32, n, most);
		seq += n;
		copied += n;
		WRITE_ONCE(lc->copied_seq, seq);
		skb = skb_peek(&sk->sk_receive_queue);
		while (skb && !lctcp_after(LCTCP_CB(skb)->seq + skb->len, seq)) {
			__skb_unlink(skb, &sk->sk_receive_queue);
			__kfree_skb(skb);
			skb = skb_peek(&sk->sk_receive_queue);
		}
		if (!desc->count)
			break;
	}
	return copied;
}

/* As tcp_read_sock(): for users in the kernel, who have the socket lock, also in a
 * softirq.  The end of the stream is 0, and RCV_SHUTDOWN says so.
 */
static int lctcp_read_sock(struct sock *sk, read_descriptor_t *desc,
			   sk_read_actor_t actor)
{
	int copied;

	if (sk->sk_state == TCP_LISTEN)
		return -ENOTCONN;
	copied = lctcp_feed(sk, lctcp_sk(sk)->copied_seq, desc, actor);
	if (copied > 0) {
		sk_peek_offset_bwd(sk, copied);
		lctcp_window_freed(sk, copied);
	}
	return copied;
}

/* How much would that give?  Without the lock it may be more in a moment. */
static int lctcp_peek_len(struct socket *sock)
{
	const struct lctcp_sock *lc = lctcp_sk(sock->sk);
	int n = READ_ONCE(lc->rcv_nxt) - READ_ONCE(lc->copied_seq);

	if (n > 0 && sock_flag(sock->sk, SOCK_DONE))
		n--;		/* the FIN */
	return max(n, 0);
}

/* ---- poll and ioctl ---- */

static __poll_t lctcp_poll_readable(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	int target = sock_rcvlowat(sk, 0, INT_MAX), least = 1, unread;

	/* The urgent octet is not for plain reads. */
	if (lctcp_at_mark(sk, READ_ONCE(lc->copied_seq)) &&
	    !sock_flag(sk, SOCK_URGINLINE)) {
		target++;
		least++;
	}

	/* Octets between the program and the last in sequence; a FIN counts
	 * one, but then RCV_SHUTDOWN says more.
	 */
	unread = READ_ONCE(lc->rcv_nxt) - READ_ONCE(lc->copied_seq);
	if (unread <= 0 || skb_queue_empty_lockless(&sk->sk_receive_queue))
		return 0;
	/* All that the peer may send must do: it would wait for us. */
	if (unread >= target ||
	    (unread >= least && lctcp_window_shut(sk)))
		return EPOLLIN | EPOLLRDNORM;
	return 0;
}

static __poll_t lctcp_poll(struct file *file, struct socket *sock,
			   poll_table *wait)
{
	struct sock *sk = sock->sk;
	__poll_t mask = 0;
	u8 shutdown;
	int state;

	sock_poll_wait(file, sock, wait);
	state = READ_ONCE(sk->sk_state);
	if (state == TCP_LISTEN)
		return lctcp_accept_ready(sk) ? EPOLLIN | EPOLLRDNORM : 0;

	shutdown = READ_ONCE(sk->sk_shutdown);
	if (shutdown == SHUTDOWN_MASK || state == TCP_CLOSE)
		mask |= EPOLLHUP;
	if (shutdown & RCV_SHUTDOWN)
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;

	if (state != TCP_SYN_SENT && state != TCP_SYN_RECV) {
		mask |= lctcp_poll_readable(sk);
		if (READ_ONCE(lctcp_sk(sk)->urg_data) & LCTCP_URG_VALID)
			mask |= EPOLLPRI;
		if (shutdown & SEND_SHUTDOWN) {
			mask |= EPOLLOUT | EPOLLWRNORM;
		} else if (sk_stream_is_writeable(sk)) {
			mask |= EPOLLOUT | EPOLLWRNORM;
		} else {
			sk_set_bit(SOCKWQ_ASYNC_NOSPACE, sk);
			set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
			/* Room may have come before the bit was set. */
			smp_mb__after_atomic();
			if (sk_stream_is_writeable(sk))
				mask |= EPOLLOUT | EPOLLWRNORM;
		}
	}
	smp_rmb();	/* pairs with lctcp_event() */
	if (READ_ONCE(sk->sk_err) ||
	    !skb_queue_empty_lockless(&sk->sk_error_queue))
		mask |= EPOLLERR;
	return mask;
}

static u32 lctcp_unread(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	const struct sk_buff *skb;
	u32 n = 0;

	skb_queue_walk(&sk->sk_receive_queue, skb)
		n += skb->len;
	skb = skb_peek(&sk->sk_receive_queue);
	if (!skb)
		return 0;
	n -= lc->copied_seq - LCTCP_CB(skb)->seq;
	/* Up to the mark, or behind it. */
	if (lc->urg_data && !sock_flag(sk, SOCK_URGINLINE) &&
	    lc->urg_seq - lc->copied_seq < n)
		n = lc->urg_seq == lc->copied_seq ? n - 1 :
						    lc->urg_seq - lc->copied_seq;
	return n;
}

static int lctcp_do_ioctl(struct sock *sk, int cmd, int *karg)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	int err = 0;

	if (cmd != SIOCINQ && cmd != SIOCATMARK && cmd != SIOCOUTQ &&
	    cmd != SIOCOUTQNSD)
		return -ENOIOCTLCMD;
	lock_sock(sk);
	*karg = 0;
	switch (cmd) {
	case SIOCATMARK:
		*karg = lctcp_at_mark(sk, lc->copied_seq);
		break;
	case SIOCINQ:
		if (sk->sk_state == TCP_LISTEN)
			err = -EINVAL;
		else
			*karg = lctcp_unread(sk);
		break;
	default:
		if (sk->sk_state == TCP_LISTEN)
			err = -EINVAL;
		if (lctcp_state_in(sk->sk_state, LCTCP_S(LCTCP_CLOSED) |
				   LCTCP_S(LCTCP_SYN_SENT) |
				   LCTCP_S(LCTCP_LISTEN) |
				   LCTCP_S(LCTCP_SYN_RECV)))
			break;
		*karg = lc->write_seq -
			(cmd == SIOCOUTQ ? lc->snd_una : lc->snd_nxt);
	}
	release_sock(sk);
	return err;
}

/* ---- the tables ---- */

/* A socket that is not to be found any more.  Asked for by sk_common_release():
 * socket() failed after .init, because the module is going or because a BPF
 * program of the cgroup forbids it; .destroy has been called then.  Whatever
 * lives leaves its table by lctcp_finish() or lctcp_listen_stop().
 */
static void lctcp_unhash(struct sock *sk)
{
	struct lctcp_ent *ent = &lctcp_sk(sk)->b.ent;

	if (sk->sk_state == TCP_LISTEN)
		lctcp_listen_remove(sk);
	else if (!hlist_nulls_unhashed(&ent->node))
		lctcp_table_remove(ent);
}

/* What came for a child until now belongs to who accepts it. */
static int lctcp_accepted(struct socket *newsock, int err)
{
	if (err)
		return err;
	lctcp_own_sol_socket(newsock);
	if (mem_cgroup_sockets_enabled)
		lctcp_mem_accepted(newsock->sk);
	return 0;
}

LCTCP_DEFINE_ACCEPT(lctcp_accept, lctcp_accept_sock)
LCTCP_DEFINE_INET_ACCEPT(lctcp_inet_accept, lctcp_accepted)
LCTCP_DEFINE_RECVMSG(lctcp_recvmsg_op, lctcp_recvmsg)
LCTCP_DEFINE_IOCTL(lctcp_ioctl, lctcp_do_ioctl)

/* What is left NULL in struct proto, from reading who calls it in 6.12 and 7.3,
 * and what 6.1 declares:
 *
 *   owner	sk_alloc() would hold the module for orphans too (main.c)
 *   hash	inet_create() calls it for raw sockets, inet_listen() for those
 *		of inet_connection_sock
 *   bind, bind_add	inet_bind() and inet6_bind() do what we want; the other
 *		one is SCTP's
 *   splice_eof	inet_splice_eof() would call it, which is not exported: see
 *		lctcp_splice_eof()
 *   compat_ioctl	inet_compat_ioctl() passes to ioctl what has no pointers
 *   psock_update_sk_prot	sockmap takes sockets of TCP, UDP, unix and vsock
 *   bpf_bypass_getsockopt	for options whose value BPF must not rewrite; we
 *		have none
 *   leave_memory_pressure	to write 0 to *memory_pressure is all there is to do
 *   sock_is_readable	for sockmap and TLS
 *   sysctl_wmem_offset, sysctl_rmem_offset	instead of sysctl_wmem and
 *		sysctl_rmem, for what is in struct net itself
 *   max_header	read by who allocates: we have LCTCP_HEADROOM
 *   useroffset, usersize	no part of a socket is copied to a user
 *   orphan_count	read by TCP and DCCP
 *   rsk_prot, twsk_prot	our minis have caches of their own; proto_register()
 *		makes none for NULL
 *   h		read by inet_hash() and kin
 *   forward_alloc_get, freeptr_offset	NULL: sk_forward_alloc is all there is;
 *		no slab of ours is typesafe with a constructor
 */
/* A kernel that clears what it allocates (init_on_alloc) would clear each socket,
 * and sk_alloc() does so again.  It leaves a slab alone that may have readers, and
 * this one has some, though a socket is freed after them (SOCK_RCU_FREE); KASAN,
 * which could see if not, leaves such slabs alone as well.
 */
#define LCTCP_SOCK_SLAB	(IS_ENABLED(CONFIG_KASAN) ? 0 : SLAB_TYPESAFE_BY_RCU)

#define LCTCP_PROTO_COMMON						\
	.slab_flags		= LCTCP_SOCK_SLAB,			\
	.sockets_allocated	= &lctcp_sockets,			\
	.memory_allocated	= &lctcp_memory_allocated,		\
	.per_cpu_fw_alloc	= &lctcp_memory_per_cpu_fw_alloc,	\
	.memory_pressure	= &lctcp_memory_pressure,		\
	.enter_memory_pressure	= lctcp_enter_memory_pressure,		\
	.sysctl_mem		= lctcp_mem,				\
	.sysctl_wmem		= &lctcp_mem_floor,			\
	.sysctl_rmem		= &lctcp_mem_floor,			\
	.stream_memory_free	= lctcp_stream_memory_free,		\
	.close			= lctcp_close,				\
	.connect		= lctcp_connect,			\
	.disconnect		= lctcp_disconnect,			\
	.accept			= lctcp_accept,				\
	.ioctl			= lctcp_ioctl,				\
	.init			= lctcp_init_sock,			\
	.destroy		= lctcp_destroy_sock,			\
	.shutdown		= lctcp_shutdown,			\
	.sendmsg		= lctcp_sendmsg,			\
	.recvmsg		= lctcp_recvmsg_op,			\
	.backlog_rcv		= lctcp_rcv_locked,			\
	.release_cb		= lctcp_release_cb,			\
	.keepalive		= lctcp_timers_keepalive,		\
	.unhash			= lctcp_unhash,				\
	.get_port		= lctcp_get_port,			\
	.put_port		= lctcp_put_port,			\
	.diag_destroy		= lctcp_kill,				\
	.rehash			= lctcp_rehash,				\
	.no_autobind		= true

struct proto lctcp_prot = {
	.name			= "LCTCP",
	.pre_connect		= lctcp_pre_connect,
	.setsockopt		= lctcp_setsockopt,
	.getsockopt		= lctcp_getsockopt,
	.obj_size		= sizeof(struct lctcp_sock),
	LCTCP_PROTO_COMMON,
};

/* What is left NULL in struct proto_ops:
 *
 *   compat_ioctl	that of inet is not exported; no ioctl of ours has a
 *		pointer, and the rest is translated above us
 *   show_fdinfo	/proc/PID/fdinfo says no more of TCP
 *   splice_read	splice() reads by recvmsg then
 *   read_skb, sendmsg_locked	sockmap and kcm, which ask for TCP first
 *   set_rcvbuf, getsockopt_iter	newer kernels fall back to what is here
 */
#define LCTCP_OPS_COMMON						\
	.owner			= THIS_MODULE,				\
	.connect		= inet_stream_connect,			\
	.socketpair		= sock_no_socketpair,			\
	.accept			= lctcp_inet_accept,			\
	.poll			= lctcp_poll,				\
	.listen			= lctcp_listen,				\
	.shutdown		= inet_shutdown,			\
	.setsockopt		= sock_common_setsockopt,		\
	.getsockopt		= sock_common_getsockopt,		\
	.sendmsg		= inet_sendmsg,				\
	.recvmsg		= inet_recvmsg,				\
	.set_peek_off		= sk_set_peek_off,			\
	.set_rcvlowat		= lctcp_set_rcvlowat,			\
	.read_sock		= lctcp_read_sock,			\
	.peek_len		= lctcp_peek_len,			\
	LCTCP_SPLICE_EOF(lctcp_splice_eof)				\
	.gettstamp		= sock_gettstamp,			\
	.mmap			= sock_no_mmap

const struct proto_ops lctcp_stream_ops = {
	.family			= PF_INET,
	.release		= inet_release,
	.bind			= inet_bind,
	.getname		= inet_getname,
	.ioctl			= inet_ioctl,
	LCTCP_OPS_COMMON,
};

#if IS_ENABLED(CONFIG_IPV6)
static int lctcp6_pre_connect(struct sock *sk, struct lctcp_sockaddr *uaddr,
			      int addr_len)
{
	if (addr_len < SIN6_LEN_RFC2133)
		return -EINVAL;
	return lctcp_bpf_connect6(sk, uaddr, addr_len);
}

struct proto lctcp6_prot = {
	.name			= "LCTCPv6",
	.pre_connect		= lctcp6_pre_connect,
	.setsockopt		= lctcp6_setsockopt,
	.getsockopt		= lctcp6_getsockopt,
	.obj_size		= sizeof(struct lctcp6_sock),
	LCTCP_PINFO_OFFSET(struct lctcp6_sock, inet6)
	LCTCP_PROTO_COMMON,
};

const struct proto_ops lctcp6_stream_ops = {
	.family			= PF_INET6,
	.release		= inet6_release,
	.bind			= inet6_bind,
	.getname		= inet6_getname,
	.ioctl			= inet6_ioctl,
	LCTCP_OPS_COMMON,
};
#endif
