/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCP options: RFC 9293 section 3.1 (MSS), RFC 7323 (window scale,
 * timestamps), RFC 2018 (SACK).
 */
#ifndef _LCTCP_OPTIONS_H
#define _LCTCP_OPTIONS_H

#include <lctcp/types.h>

#define LCTCP_OPTIONS_MAX	40	/* octets: data offset 15 */
#define LCTCP_WSCALE_MAX	14	/* RFC 7323 section 2.3 */
#define LCTCP_SACK_MAX		4	/* blocks that fit in 40 octets */

/* start is in the block, end is one past it. */
struct lctcp_sack_block {
	u32 start;
	u32 end;
};

/**
 * struct lctcp_options - the options of one segment, received or to be sent
 * @mss:		maximum segment size as the wire has it; may be 0
 * @wscale:		shift count, at most LCTCP_WSCALE_MAX
 * @have_mss:		@mss is there
 * @have_wscale:	@wscale is there
 * @wscale_clamped:	received: the peer's shift count was larger
 * @sack_permitted:	SACK-permitted is there
 * @have_ts:		@tsval and @tsecr are there
 * @nsack:		blocks in @sack
 * @tsval:		timestamp value
 * @tsecr:		timestamp echo reply
 * @sack:		SACK blocks, the most important first
 */
struct lctcp_options {
	u16 mss;
	u8 wscale;
	bool have_mss;
	bool have_wscale;
	bool wscale_clamped;
	bool sack_permitted;
	bool have_ts;
	u8 nsack;
	u32 tsval;
	u32 tsecr;
	struct lctcp_sack_block sack[LCTCP_SACK_MAX];
};

/**
 * lctcp_options_parse() - read the options of a segment
 * @opt:	first octet behind the fixed header
 * @len:	octets of options
 * @syn:	the segment has SYN set
 * @o:		result; all of it is written
 *
 * Unknown options, and known ones of a wrong length, are skipped.  MSS, window
 * scale and SACK-permitted count on a SYN only, SACK blocks on others only.
 * If an option comes twice, the last one counts.  Reading stops at
 * End-of-options and at an impossible length; what came before holds.
 *
 * Return: 0, or -1 for an impossible length: below 2, or past the end.
 */
int lctcp_options_parse(const u8 *opt, unsigned int len, bool syn,
			struct lctcp_options *o);

/**
 * lctcp_options_build() - write options
 * @buf:	room for LCTCP_OPTIONS_MAX octets
 * @o:		what to write
 *
 * Padding is by NOPs in front, so that the numbers are aligned.  SACK blocks
 * that do not fit are left out, the last ones first: three fit beside
 * timestamps.
 *
 * Return: octets written, a multiple of 4.
 */
unsigned int lctcp_options_build(u8 *buf, const struct lctcp_options *o);

/* How many SACK blocks go into @room octets, padding included? */
static inline unsigned int lctcp_sack_fit(unsigned int room)
{
	return room < 12 ? 0 : min((room - 4) / 8, (unsigned int)LCTCP_SACK_MAX);
}

#endif /* _LCTCP_OPTIONS_H */
