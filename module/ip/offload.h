/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of many segments: cut as late as can be, put together as early.
 */
#ifndef _LCTCP_OFFLOAD_H
#define _LCTCP_OFFLOAD_H

#include "lctcp.h"

/**
 * lctcp_burst_most() - the most text that may leave as one packet
 * @sk: routed
 *
 * Return: octets; 0 if each segment must leave by itself.
 */
u32 lctcp_burst_most(const struct sock *sk);

/**
 * lctcp_sums_below() - is it worth leaving the checksum of one segment to others?
 * @sk: routed
 *
 * If the device needs none, and passes on what says so.
 */
bool lctcp_sums_below(const struct sock *sk);

/**
 * lctcp_unsummed_most() - the most text in a segment whose checksum can be left
 * @sk: routed
 *
 * What is larger than the device takes as one packet, though its MTU would allow
 * that, as that of lo does by default, would be copied and summed up.
 *
 * Return: octets; U16_MAX if checksums are not left to the device.
 */
u32 lctcp_unsummed_most(const struct sock *sk);

/**
 * lctcp_sum_later() - of the checksum there is only that of the pseudo header
 * @skb: its transport header is set
 *
 * Who needs the rest finds in @skb from where to sum, and where to put it.
 */
static inline void lctcp_sum_later(struct sk_buff *skb)
{
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
}

/**
 * lctcp_offload_init() - tell IPv4 and IPv6 how our packets are cut and merged
 *
 * Return: 0, or -EEXIST if somebody else has our number.
 */
int lctcp_offload_init(void);

/**
 * lctcp_offload_exit() - the reverse of lctcp_offload_init()
 *
 * Waits until no packet is being cut or merged.
 */
void lctcp_offload_exit(void);

#endif /* _LCTCP_OFFLOAD_H */
