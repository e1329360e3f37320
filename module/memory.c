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
 * A child gets its memory cgroup when it is accepted from 7.3 on.  What older
 * kernels need for that is not exported, so there only lctcp_mem bounds it.
 */
#include <linux/mm.h>
#include <linux/swap.h>

#include "lctcp.h"
#include "memory.h"

long lctcp_mem[3] __read_mostly;
atomic_long_t lctcp_memory_allocated ____cacheline_aligned_in_smp;
DEFINE_PER_CPU(int, lctcp_memory_per_cpu_fw_alloc);
unsigned long lctcp_memory_pressure __read_mostly;
/* What a socket has for its queues even under pressure, octets. */
int lctcp_mem_floor = LCTCP_MEM_FLOOR;

/**
 * lctcp_enter_memory_pressure() - more than lctcp_mem[1] is in use
 * @sk: who found out
 *
 * Context: any.
 */
void lctcp_enter_memory_pressure(struct sock *sk)
{
	if (READ_ONCE(lctcp_memory_pressure))
		return;
	if (!cmpxchg(&lctcp_memory_pressure, 0, jiffies | 1))
		LCTCP_INC(sock_net(sk), MEMORYPRESSURES);
}

/**
 * lctcp_leave_memory_pressure() - no more than lctcp_mem[0] is
 * @sk: who found out
 *
 * Context: any.
 */
void lctcp_leave_memory_pressure(struct sock *sk)
{
	if (READ_ONCE(lctcp_memory_pressure))
		WRITE_ONCE(lctcp_memory_pressure, 0);
}

/**
 * lctcp_out_of_memory() - is a socket part of the reason that there is none?
 * @sk: the socket
 *
 * True above the last of lctcp_mem, for one with more than the least in its
 * write queue.  Who has no program any more may be ended for it.
 *
 * Context: any; socket lock held if the answer has to last.
 */
bool lctcp_out_of_memory(const struct sock *sk)
{
	return READ_ONCE(sk->sk_wmem_queued) > SOCK_MIN_SNDBUF &&
	       atomic_long_read(&lctcp_memory_allocated) >
	       READ_ONCE(lctcp_mem[2]);
}

/**
 * lctcp_memory_init() - set lctcp_mem by the size of the machine
 *
 * As TCP does: pressure begins at a sixteenth of low memory.
 */
void lctcp_memory_init(void)
{
	unsigned long limit = max(nr_free_buffer_pages() / 16, 128UL);

	lctcp_mem[0] = limit / 4 * 3;
	lctcp_mem[1] = limit;
	lctcp_mem[2] = lctcp_mem[0] * 2;
}
