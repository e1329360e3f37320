/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory accounting: what all sockets of the module share.  See memory.c.
 */
#ifndef _LCTCP_MEMORY_H
#define _LCTCP_MEMORY_H

#include <linux/atomic.h>
#include <linux/percpu.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <net/sock.h>

/* What a socket may have queued whatever the others have, octets. */
#define LCTCP_MEM_FLOOR		4096

extern long lctcp_mem[3];	/* pages: no pressure, pressure, no more */
extern atomic_long_t lctcp_memory_allocated;	/* pages */
extern unsigned long lctcp_memory_pressure;	/* jiffies of its begin, or 0 */
extern int lctcp_mem_floor;
DECLARE_PER_CPU(int, lctcp_memory_per_cpu_fw_alloc);

/**
 * lctcp_memory_init() - set lctcp_mem by the size of the machine
 *
 * As TCP does: pressure begins at a sixteenth of low memory.
 */
void lctcp_memory_init(void);

/**
 * lctcp_enter_memory_pressure() - more than lctcp_mem[1] is in use
 * @sk: who found out
 *
 * Context: any.
 */
void lctcp_enter_memory_pressure(struct sock *sk);

/**
 * lctcp_mem_accepted() - a child gets the memory cgroup of who accepts it
 * @sk: has a program now; may have a cgroup already
 *
 * What it holds has been taken from the protocol alone when it came.  It goes
 * back, and is taken anew from both.  If there is none, it is a debt.
 *
 * Context: process.  Takes the socket lock.
 */
void lctcp_mem_accepted(struct sock *sk);

/**
 * lctcp_rmem_most() - the largest receive buffer that a socket gets unless its
 *		       program asks for another by SO_RCVBUF
 * @sk: the socket
 *
 * That of its namespace, but the first one may have become narrower since.
 *
 * Return: octets.
 */
int lctcp_rmem_most(const struct sock *sk);

/* The same for send buffers. */
int lctcp_wmem_most(const struct sock *sk);

/**
 * lctcp_charge_begin() - what is allocated from here on is charged to the memory
 *			  cgroup of a socket, though no program may be at hand
 * @sk:	the socket, or the listener
 *
 * In a softirq nobody would pay otherwise, though what a peer, or a program over
 * lo, makes grow there has an owner.  Of allocations that are charged at all, see
 * SLAB_ACCOUNT.
 *
 * Context: softirqs disabled, until lctcp_charge_end().
 * Return: for that.
 */
static inline struct mem_cgroup *lctcp_charge_begin(const struct sock *sk)
{
#ifdef CONFIG_MEMCG
	return set_active_memcg(sk->sk_memcg);
#else
	return NULL;
#endif
}

/**
 * lctcp_charge_end() - the reverse of lctcp_charge_begin()
 * @memcg: what it returned
 */
static inline void lctcp_charge_end(struct mem_cgroup *memcg)
{
	set_active_memcg(memcg);
}

/**
 * lctcp_alloc_mini() - an object that a socket pays for, see lctcp_charge_begin()
 * @cache: charges (SLAB_ACCOUNT)
 * @sk:	   the socket, or the listener
 * @gfp:   flags, without __GFP_NOWARN
 *
 * Context: softirqs disabled.
 * Return: the object or NULL.
 */
static inline void *lctcp_alloc_mini(struct kmem_cache *cache,
				     const struct sock *sk, gfp_t gfp)
{
	struct mem_cgroup *payer = lctcp_charge_begin(sk);
	void *mini = kmem_cache_alloc(cache, gfp | __GFP_NOWARN);

	lctcp_charge_end(payer);
	return mini;
}

/**
 * lctcp_tx_charge() - the write queue grows, or shrinks
 * @sk:	the socket
 * @n:	octets of truesize, negative if fewer
 *
 * Without asking: who may wait has asked before, and the others must not.
 *
 * Context: socket lock held.
 */
static inline void lctcp_tx_charge(struct sock *sk, int n)
{
	sk_wmem_queued_add(sk, n);
	sk_mem_charge(sk, n);
}

/**
 * lctcp_tx_uncharge() - a segment of the write queue is being freed
 * @sk:	the socket
 * @n:	its truesize
 *
 * Context: socket lock held.
 */
static inline void lctcp_tx_uncharge(struct sock *sk, int n)
{
	sk_wmem_queued_add(sk, -n);
	sk_mem_uncharge(sk, n);
}

#endif /* _LCTCP_MEMORY_H */
