// SPDX-License-Identifier: GPL-2.0
/*
 * Orphans: connections that go on after their program has closed them.
 *
 * Nobody is left to end one that does not end by itself, and any program can
 * make more of them than it may have open files; so they are counted, and each
 * has its time.  What bounds an orphan, besides R2 for a peer that is silent:
 *
 *   a peer that answers	orphan_timeout_ms from close() on, and a
 *				millisecond more for each octet it had still to
 *				take: no peer that dribbles is waited for, however
 *				it divides what it takes (D38)
 *   a closed window		orphan_timeout_ms, or the user timeout if that is
 *				shorter, from when it closed
 *   FIN_WAIT2			fin_wait2_timeout_ms or TCP_LINGER2; without an
 *				end it is looked at from time to time
 *   too many, or no memory	none at all: it ends at close(), when its
 *				retransmission timer fires, or when looked at
 *
 * The first two need no timer of their own: as long as anything of an orphan
 * is not acknowledged rtx_timer runs, and fires about once a timeout even if
 * each ACK moves its deadline (timer.c).
 *
 * max_orphans of the first namespace bounds all orphans of the machine, that of
 * any other those of that namespace.
 */
#include <linux/mm.h>

#include "close.h"
#include "lctcp.h"
#include "state.h"
#include "view/saw.h"

/* Each may keep some 64 KB that cannot be swapped out, and half of the memory
 * may be otherwise engaged: one in 256 KB, within reason.
 */
#define LCTCP_ORPHAN_PAGES	(SZ_256K / PAGE_SIZE)
#define LCTCP_ORPHANS_LEAST	64
#define LCTCP_ORPHANS_MOST	262144

/* All of the machine. */
static struct percpu_counter lctcp_orphans;

int lctcp_orphans_most(void)
{
	return clamp_t(unsigned long, totalram_pages() / LCTCP_ORPHAN_PAGES,
		       LCTCP_ORPHANS_LEAST, LCTCP_ORPHANS_MOST);
}

/* How long an orphan's peer may keep its window closed, in jiffies. */
static unsigned long lctcp_orphan_patience(const struct sock *sk)
{
	return msecs_to_jiffies(READ_ONCE(lctcp_cfg(sk)->orphan_timeout_ms));
}

void lctcp_orphan_begin(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->orphan = true;
	lc->orphan_at = jiffies + lctcp_orphan_patience(sk) +
			msecs_to_jiffies(lc->write_seq - lc->snd_una);
	percpu_counter_inc(&lctcp_orphans);
	atomic_inc(&lctcp_net(sock_net(sk))->norphans);
	LCTCP_INC(sock_net(sk), ORPHANS);
}

void lctcp_orphan_end(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (!lc->orphan)
		return;
	lc->orphan = false;
	percpu_counter_dec(&lctcp_orphans);
	atomic_dec(&lctcp_net(sock_net(sk))->norphans);
	LCTCP_ADD(sock_net(sk), ORPHANS, -1);
}

/* More than there may be, if each counts 2^@shift times? */
static bool lctcp_orphans_too_many(const struct sock *sk, unsigned int shift)
{
	const struct lctcp_net *ln = lctcp_net(sock_net(sk));
	s64 most = READ_ONCE(lctcp_net(&init_net)->sysctl.max_orphans);

	return (s64)atomic_read(&ln->norphans) << shift >
	       READ_ONCE(ln->sysctl.max_orphans) ||
	       percpu_counter_compare(&lctcp_orphans, most >> shift) > 0;
}

/* Does it hold memory of which the protocol has none left? */
static bool lctcp_orphan_starves(const struct sock *sk)
{
	const struct proto *prot = sk->sk_prot;

	return sk->sk_wmem_queued > SOCK_MIN_SNDBUF && prot->memory_allocated &&
	       atomic_long_read(prot->memory_allocated) >
	       READ_ONCE(prot->sysctl_mem[2]);
}

/* Is there no room for this orphan?  Who has been silent for long, or cannot be
 * reached, goes first: it counts for two, or for four.
 */
static bool lctcp_orphan_excess(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	unsigned int shift = 0;

	if (time_after(jiffies, lc->last_rcv + 2 *
		       msecs_to_jiffies(READ_ONCE(lctcp_cfg(sk)->rto_max_ms))))
		shift++;
	if (READ_ONCE(sk->sk_err_soft))
		shift++;
	return lctcp_orphans_too_many(sk, shift) || lctcp_orphan_starves(sk);
}

bool lctcp_orphan_limit(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	if (likely(!lc->orphan))
		return false;
	if (lctcp_orphan_excess(sk))
		LCTCP_INC(sock_net(sk), ABORTONMEMORY);
	else if (sk->sk_state != TCP_FIN_WAIT2 &&
		 (time_after_eq(jiffies, lc->orphan_at) ||
		  (lc->rtx_use == LCTCP_RTX_PERSIST &&
		   time_after_eq(jiffies, lc->persist_start +
				 lctcp_orphan_patience(sk)))))
		LCTCP_INC(sock_net(sk), ORPHANTIMEOUTS);
	else
		return false;
	lctcp_event(sk, LCTCP_EV_ORPHAN_LIMIT);
	return true;
}

unsigned long lctcp_orphan_left(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	unsigned long at = lc->orphan_at, closed;

	if (lc->rtx_use == LCTCP_RTX_PERSIST) {
		closed = lc->persist_start + lctcp_orphan_patience(sk);
		if (time_before(closed, at))
			at = closed;
	}
	return time_after(at, jiffies) ? at - jiffies : 0;
}

unsigned long lctcp_orphan_look(void)
{
	const struct lctcp_sysctl *first = &lctcp_net(&init_net)->sysctl;

	return msecs_to_jiffies(READ_ONCE(first->orphan_timeout_ms));
}

int lctcp_orphan_init(void)
{
	return percpu_counter_init(&lctcp_orphans, 0, GFP_KERNEL);
}

void lctcp_orphan_exit(void)
{
	percpu_counter_destroy(&lctcp_orphans);
}
