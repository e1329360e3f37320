// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers that nobody outside may guess: initial sequence numbers (RFC 6528),
 * what makes a SYN cookie ours (RFC 4987 section 3.6), the start of the search
 * for an ephemeral port (RFC 6056), and the offset of timestamps (RFC 7323
 * section 7.1).
 */
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <net/netns/hash.h>

#include "lctcp.h"

static siphash_key_t lctcp_isn_key;
static siphash_key_t lctcp_cookie_key;
static siphash_key_t lctcp_port_key;
static siphash_key_t lctcp_ts_key;

/**
 * lctcp_isn_init() - make the keys, once, at load
 *
 * They never change after that: a number computed with a new key might be
 * below those of an incarnation that TIME_WAIT, here or at the peer, still
 * remembers (RFC 6528 section 3).
 */
void lctcp_isn_init(void)
{
	get_random_bytes(&lctcp_isn_key, sizeof(lctcp_isn_key));
	get_random_bytes(&lctcp_cookie_key, sizeof(lctcp_cookie_key));
	get_random_bytes(&lctcp_port_key, sizeof(lctcp_port_key));
	get_random_bytes(&lctcp_ts_key, sizeof(lctcp_ts_key));
}

/* A namespace is a host of its own: another one with the same addresses must
 * not learn its numbers.
 */
static u64 lctcp_hash_addrs(const struct lctcp_ent *ent, u32 ports,
			    const siphash_key_t *key)
{
	u32 host = net_hash_mix(ent->net);

	if (ent->family == AF_INET)
		return siphash_4u32((__force u32)ent->laddr,
				    (__force u32)ent->raddr, ports, host, key);
	return siphash_2u64(siphash(ent->a6, sizeof(*ent->a6), key),
			    (u64)host << 32 | ports, key);
}

static u32 lctcp_ports(const struct lctcp_ent *ent)
{
	return (u32)ent->lport << 16 | (__force u16)ent->rport;
}

/**
 * lctcp_isn_clock() - M of RFC 6528: ticks every 4 microseconds
 */
u64 lctcp_isn_clock(void)
{
	return div_u64(ktime_get_ns(), 4000);
}

/**
 * lctcp_isn_hash() - F of RFC 6528
 * @ent: addresses and ports
 */
u32 lctcp_isn_hash(const struct lctcp_ent *ent)
{
	return lctcp_hash_addrs(ent, lctcp_ports(ent), &lctcp_isn_key);
}

/**
 * lctcp_isn() - initial sequence number of a connection
 * @ent: addresses and ports
 *
 * ISN = M + F(addresses, ports, key): RFC 9293 section 3.4.1, MUST-8 and
 * MUST-9.  A test may have set another, near 2^32 for instance.
 */
u32 lctcp_isn(const struct lctcp_ent *ent)
{
	s64 set = READ_ONCE(lctcp_net(ent->net)->sysctl.test_iss);

	if (unlikely(set >= 0))
		return set;
	return (u32)lctcp_isn_clock() + lctcp_isn_hash(ent);
}

/**
 * lctcp_cookie_mac() - what nobody but us can compute of a SYN
 * @ent:    addresses and ports
 * @irs:    the peer's initial sequence number
 * @period: of the clock
 * @opts:   options agreed on
 */
u32 lctcp_cookie_mac(const struct lctcp_ent *ent, u32 irs, u32 period,
		     u32 opts)
{
	return siphash_3u64(lctcp_hash_addrs(ent, lctcp_ports(ent),
					     &lctcp_cookie_key),
			    (u64)irs << 32 | period, opts, &lctcp_cookie_key);
}

/**
 * lctcp_port_offset() - where to begin the search for a port
 * @ent: addresses and remote port
 *
 * RFC 6056 section 3.3.4: the upper half chooses a counter, the lower half
 * is the offset.
 */
u64 lctcp_port_offset(const struct lctcp_ent *ent)
{
	return lctcp_hash_addrs(ent, (__force u16)ent->rport, &lctcp_port_key);
}

/**
 * lctcp_ts_offset() - what the timestamps of a connection are shifted by
 * @ent: addresses and ports
 *
 * The same for each life of a four-tuple, so that they go on rising from one
 * to the next (RFC 6191 section 3), and unrelated between others.
 */
u32 lctcp_ts_offset(const struct lctcp_ent *ent)
{
	return lctcp_hash_addrs(ent, lctcp_ports(ent), &lctcp_ts_key);
}
