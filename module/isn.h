/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that a stranger must not guess: initial sequence numbers (RFC 6528),
 * cookies (RFC 4987), port and timestamp offsets.  Keyed hashes of the four-tuple.
 *
 * Context: any; no lock.
 */
#ifndef _LCTCP_ISN_H
#define _LCTCP_ISN_H

#include "lctcp.h"

/**
 * lctcp_isn_init() - make the keys, once, at load
 *
 * They never change after that: a number computed with a new key might be
 * below those of an incarnation that TIME_WAIT, here or at the peer, still
 * remembers (RFC 6528 section 3).
 */
void lctcp_isn_init(void);

/**
 * lctcp_isn_clock() - M of RFC 6528: ticks every 4 microseconds
 */
u64 lctcp_isn_clock(void);

/**
 * lctcp_isn_hash() - F of RFC 6528
 * @ent: addresses and ports
 */
u32 lctcp_isn_hash(const struct lctcp_ent *ent);

/**
 * lctcp_isn() - initial sequence number of a connection
 * @ent: addresses and ports
 *
 * ISN = M + F(addresses, ports, key): RFC 9293 section 3.4.1, MUST-8 and
 * MUST-9.  A test may have set another, near 2^32 for instance.
 */
u32 lctcp_isn(const struct lctcp_ent *ent);

/**
 * lctcp_cookie_mac() - what nobody but us can compute of a SYN
 * @ent:    addresses and ports
 * @irs:    the peer's initial sequence number
 * @period: of the clock
 * @opts:   options agreed on
 */
u32 lctcp_cookie_mac(const struct lctcp_ent *ent, u32 irs, u32 period,
		     u32 opts);

/**
 * lctcp_port_offset() - where to begin the search for a port
 * @ent: addresses and remote port
 *
 * RFC 6056 section 3.3.4: the upper half chooses a counter, the lower half
 * is the offset.
 */
u64 lctcp_port_offset(const struct lctcp_ent *ent);

/**
 * lctcp_ts_offset() - what the timestamps of a connection are shifted by
 * @ent: addresses and ports
 *
 * The same for each life of a four-tuple, so that they go on rising from one
 * to the next (RFC 6191 section 3), and unrelated between others.
 */
u32 lctcp_ts_offset(const struct lctcp_ent *ent);

#endif /* _LCTCP_ISN_H */
