// SPDX-License-Identifier: GPL-2.0
/*
 * Memory has an owner and a bound.
 *
 * Every segment in a queue of a socket (write, receive, out of order) is
 * charged to it by truesize, out of what the socket has taken in advance
 * (sk_forward_alloc), which comes in pages out of the protocol's and the
 * memory cgroup's.  The kernel counts those against lctcp_mem: below the
 * first nobody is asked, above the second there is pressure until the first
 * is reached again, above the third all but the least is refused.
 *
 * Who keeps a segment asks first (sk_wmem_schedule(), sk_rmem_schedule()).
 * What has to go or to come all the same is charged without asking, and makes
 * sk_forward_alloc negative: a debt, which the next who asks takes over, or
 * which ends when the segment is freed.  These are SYN, FIN, the pieces of a
 * segment that is cut, the first LCTCP_MEM_FLOOR octets of a write queue, and
 * the text that a reader with an empty queue waits for.  Nothing is ever
 * added that was not taken, so that no cgroup is given back what it never
 * gave.
 *
 * Under pressure windows open no further than to a few segments, and send
 * buffers shrink, before anything is refused.
 *
 * What a child queues belongs to the memory cgroup of the task that accepts it,
 * and until then to nobody but lctcp_mem: inet_accept() sees to that from 7.3
 * on, and before lctcp_mem_accepted().  Minis and children themselves are made
 * in softirqs, and charged to the cgroup of their listener or socket, see
 * lctcp_charge_begin().
 */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/swap.h>

#include "lctcp.h"
#include "memory.h"
#include "view/saw.h"

long lctcp_mem[3] __read_mostly;
atomic_long_t lctcp_memory_allocated ____cacheline_aligned_in_smp;
DEFINE_PER_CPU(int, lctcp_memory_per_cpu_fw_alloc);
unsigned long lctcp_memory_pressure __read_mostly;
/* What a socket has for its queues even under pressure, octets. */
int lctcp_mem_floor = LCTCP_MEM_FLOOR;

void lctcp_enter_memory_pressure(struct sock *sk)
{
	if (READ_ONCE(lctcp_memory_pressure))
		return;
	if (!cmpxchg(&lctcp_memory_pressure, 0, jiffies | 1))
		LCTCP_INC(sock_net(sk), MEMORYPRESSURES);
}

#ifdef CONFIG_MEMCG
/* The memory cgroup of who calls, with a reference, or NULL: the root, which
 * nothing is charged to, or one that is going.  The legacy hierarchy, where
 * sockets have a limit of their own, is left out.
 */
static struct mem_cgroup *lctcp_memcg_get(void)
{
	struct mem_cgroup *memcg;

	if (!cgroup_subsys_on_dfl(memory_cgrp_subsys))
		return NULL;
	rcu_read_lock();
	memcg = mem_cgroup_from_task(current);
	if (memcg && (!memcg->css.parent || !css_tryget(&memcg->css)))
		memcg = NULL;
	rcu_read_unlock();
	return memcg;
}

void lctcp_mem_accepted(struct sock *sk)
{
	struct mem_cgroup *memcg;
	int held;

	lock_sock(sk);
	memcg = sk->sk_memcg ? NULL : lctcp_memcg_get();
	if (!memcg)
		goto out;
	/* whole pages, as that is how they are taken */
	held = sk->sk_forward_alloc + sk->sk_wmem_queued +
	       atomic_read(&sk->sk_rmem_alloc);
	held = max(held, 0) & PAGE_MASK;
	if (held)
		__sk_mem_reclaim(sk, held);
	sk->sk_memcg = memcg;
	if (held)
		__sk_mem_schedule(sk, held, SK_MEM_RECV);
out:
	release_sock(sk);
}
#else
void lctcp_mem_accepted(struct sock *sk)
{
}
#endif

int lctcp_rmem_most(const struct sock *sk)
{
	return min(READ_ONCE(lctcp_cfg(sk)->rmem[2]),
		   READ_ONCE(lctcp_net(&init_net)->sysctl.rmem[2]));
}

int lctcp_wmem_most(const struct sock *sk)
{
	return min(READ_ONCE(lctcp_cfg(sk)->wmem[2]),
		   READ_ONCE(lctcp_net(&init_net)->sysctl.wmem[2]));
}

void lctcp_memory_init(void)
{
	unsigned long limit = max(nr_free_buffer_pages() / 16, 128UL);

	lctcp_mem[0] = limit / 4 * 3;
	lctcp_mem[1] = limit;
	lctcp_mem[2] = lctcp_mem[0] * 2;
}
