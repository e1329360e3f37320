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

#include "isn.h"
#include "lctcp.h"

static siphash_key_t lctcp_isn_key;
static siphash_key_t lctcp_cookie_key;
static siphash_key_t lctcp_port_key;
static hsiphash_key_t lctcp_ts_key;

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

u64 lctcp_isn_clock(void)
{
	return div_u64(ktime_get_ns(), 4000);
}

u32 lctcp_isn_hash(const struct lctcp_ent *ent)
{
	return lctcp_hash_addrs(ent, lctcp_ports(ent), &lctcp_isn_key);
}

u32 lctcp_isn(const struct lctcp_ent *ent)
{
	s64 set = READ_ONCE(lctcp_net(ent->net)->sysctl.test_iss);

	if (unlikely(set >= 0))
		return set;
	return (u32)lctcp_isn_clock() + lctcp_isn_hash(ent);
}

u32 lctcp_cookie_mac(const struct lctcp_ent *ent, u32 irs, u32 period,
		     u32 opts)
{
	return siphash_3u64(lctcp_hash_addrs(ent, lctcp_ports(ent),
					     &lctcp_cookie_key),
			    (u64)irs << 32 | period, opts, &lctcp_cookie_key);
}

u64 lctcp_port_offset(const struct lctcp_ent *ent)
{
	return lctcp_hash_addrs(ent, (__force u16)ent->rport, &lctcp_port_key);
}

/* What this hides is when the host booted, and it is asked for four times a
 * connection: half of the rounds will do.
 */
u32 lctcp_ts_offset(const struct lctcp_ent *ent)
{
	u32 host = net_hash_mix(ent->net), ports = lctcp_ports(ent);

	if (ent->family == AF_INET)
		return hsiphash_4u32((__force u32)ent->laddr,
				     (__force u32)ent->raddr, ports, host,
				     &lctcp_ts_key);
	return hsiphash_3u32(hsiphash(ent->a6, sizeof(*ent->a6), &lctcp_ts_key),
			     ports, host, &lctcp_ts_key);
}
