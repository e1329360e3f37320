/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SYN cookies (RFC 4987 section 3.6): what a listener would have to remember
 * of a SYN travels in the sequence number of its SYN-ACK, and the client's ACK
 * brings it back.
 *
 *	ISS = F + period * 2^24 + (MAC + index of the MSS * 2^21) mod 2^24
 *
 * F is the keyed hash of addresses and ports in each of our initial sequence
 * numbers (RFC 6528), and a period is 2^24 ticks of their clock, so a cookie
 * is never further from the ISS it stands for than one period, and rises with
 * the clock as that does (RFC 9293 section 3.4.1).  The MAC covers all that
 * must be what it was: addresses, ports, the period, the peer's ISS, and the
 * options agreed on.  Two periods and eight sizes are taken, so one guess in
 * 2^28 is a hit.  The sizes are far from each other, so that an ACK of an octet
 * more or less than the SYN is as wrong as it is without cookies.
 *
 * Options other than the MSS are only agreed on if the SYN had timestamps:
 * then the low bits of our TSval carry them, and TSecr brings them back.
 */
#ifndef _LCTCP_COOKIE_H
#define _LCTCP_COOKIE_H

#include <lctcp/types.h>

#define LCTCP_COOKIE_TAIL_BITS	24
#define LCTCP_COOKIE_TAIL	((1U << LCTCP_COOKIE_TAIL_BITS) - 1)
/* A cookie is good in its own period and so many after it: 67 to 134 s. */
#define LCTCP_COOKIE_AGE	1
#define LCTCP_COOKIE_NMSS	8
#define LCTCP_COOKIE_INDEX_BITS	21	/* where the index begins */

/* What the low bits of TSval carry; LCTCP_COOKIE_TS is only in the MAC. */
#define LCTCP_COOKIE_WSCALE	0x0f	/* the peer's shift count */
#define LCTCP_COOKIE_NO_WSCALE	0x0f	/* it sent no such option */
#define LCTCP_COOKIE_SACK	0x10	/* SACK-permitted */
#define LCTCP_COOKIE_ECN	0x20	/* ECN was negotiated */
#define LCTCP_COOKIE_OPTS	0x3f
#define LCTCP_COOKIE_TS		0x40	/* timestamps at all */

/* Nothing remembers the listener's buffer until the ACK comes, so our own shift
 * count is always this one: windows up to 8 MB.
 */
#define LCTCP_COOKIE_OUR_WSCALE	7

/**
 * lctcp_cookie_mss() - the size that an index stands for
 * @index: 0 to LCTCP_COOKIE_NMSS - 1
 *
 * The least, the defaults of both families (RFC 9293 MUST-15), and what is
 * left of the usual MTUs: tunnels, Ethernet, jumbo frames.
 */
static inline u16 lctcp_cookie_mss(unsigned int index)
{
	static const u16 sizes[LCTCP_COOKIE_NMSS] = {
		48, 256, 536, 1220, 1360, 1440, 1460, 8940,
	};

	return sizes[index];
}

/* The index of the largest size not above @mss, which is at least 48. */
static inline unsigned int lctcp_cookie_mss_index(u16 mss)
{
	unsigned int i = LCTCP_COOKIE_NMSS - 1;

	while (i && lctcp_cookie_mss(i) > mss)
		i--;
	return i;
}

/**
 * lctcp_cookie_make() - put a cookie together
 * @f:		keyed hash of addresses and ports
 * @period:	of the clock, now
 * @mac:	over everything, of that @period
 * @index:	of the MSS
 *
 * Return: our initial sequence number.
 */
static inline u32 lctcp_cookie_make(u32 f, u32 period, u32 mac,
				    unsigned int index)
{
	return f + (period << LCTCP_COOKIE_TAIL_BITS) +
	       ((mac + (index << LCTCP_COOKIE_INDEX_BITS)) & LCTCP_COOKIE_TAIL);
}

/**
 * lctcp_cookie_period() - when was this cookie made?
 * @cookie:	as it came back
 * @f:		keyed hash of addresses and ports
 * @now:	the period of the clock, now
 * @period:	result, if it is one: what the MAC is to be computed of
 *
 * Return: false if it is none of ours, or too old.
 */
static inline bool lctcp_cookie_period(u32 cookie, u32 f, u32 now, u32 *period)
{
	u8 age = now - ((cookie - f) >> LCTCP_COOKIE_TAIL_BITS);

	*period = now - age;
	return age <= LCTCP_COOKIE_AGE;
}

/**
 * lctcp_cookie_index() - what does this cookie say?
 * @cookie:	as it came back
 * @f:		keyed hash of addresses and ports
 * @mac:	of the period that lctcp_cookie_period() found
 *
 * Return: the index of the MSS, or -1 if the cookie is forged.
 */
static inline int lctcp_cookie_index(u32 cookie, u32 f, u32 mac)
{
	u32 rest = (cookie - f - mac) & LCTCP_COOKIE_TAIL;

	if (rest & ((1U << LCTCP_COOKIE_INDEX_BITS) - 1))
		return -1;
	return rest >> LCTCP_COOKIE_INDEX_BITS;
}

/**
 * lctcp_cookie_tsval() - a timestamp that carries options
 * @now:	the timestamp that it would be
 * @opts:	LCTCP_COOKIE_*
 *
 * Return: at most 63 ticks older than @now, never newer, so that timestamps
 * only rise.
 */
static inline u32 lctcp_cookie_tsval(u32 now, u32 opts)
{
	return now - ((now - opts) & LCTCP_COOKIE_OPTS);
}

#endif /* _LCTCP_COOKIE_H */
