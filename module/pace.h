/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When the next packet may leave, though the windows have room for it: at a rate
 * (pacing), and not while enough of this connection waits below, in the queues of
 * the device.
 *
 * Context: socket lock held, unless a function says otherwise.
 */
#ifndef _LCTCP_PACE_H
#define _LCTCP_PACE_H

#include "lctcp.h"

/**
 * lctcp_pace_init() - of a new or cloned socket
 * @sk: the socket, which nobody else knows yet
 */
void lctcp_pace_init(struct sock *sk);

/**
 * lctcp_pace_stop() - the connection is over
 * @sk: the socket
 */
void lctcp_pace_stop(struct sock *sk);

/**
 * lctcp_pace_rate() - what the path carries may have changed
 * @sk: the socket
 *
 * Sets sk_pacing_rate, by which the fq discipline paces, too.
 */
void lctcp_pace_rate(struct sock *sk);

/**
 * lctcp_pace_holds() - must the next packet with text wait?
 * @sk: the socket
 *
 * If so, lctcp_push_on() is called again when it need not.
 */
bool lctcp_pace_holds(struct sock *sk);

/**
 * lctcp_pace_sent() - a packet with text leaves
 * @sk:	    the socket
 * @octets: of it, headers counted
 * @now_ns: ktime
 */
void lctcp_pace_sent(struct sock *sk, u32 octets, u64 now_ns);

/**
 * lctcp_pace_own() - the device gets a packet with text: say when it has done
 * @skb: charged to its socket, which is told
 */
void lctcp_pace_own(struct sk_buff *skb);

/**
 * lctcp_pace_cut() - a packet of ours was cut below
 * @skb:  the packet
 * @segs: the first of the segments
 *
 * The last of them takes the place of the packet.
 *
 * Context: any; no lock.
 */
void lctcp_pace_cut(struct sk_buff *skb, struct sk_buff *segs);

/* Is a timer to call lctcp_push_on()? */
static inline bool lctcp_pace_waits(const struct lctcp_sock *lc)
{
	return test_bit(LCTCP_PACE_ARMED, &lc->pace_flags);
}

#endif /* _LCTCP_PACE_H */
