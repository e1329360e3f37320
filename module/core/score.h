/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a sender knows of the octets in flight: the arithmetic of RFC 6675, and
 * what a received SACK option is worth (RFC 2018, RFC 2883).
 *
 * All is counted in octets of sequence space, whatever the size of segments.
 */
#ifndef _LCTCP_SCORE_H
#define _LCTCP_SCORE_H

#include "options.h"

/**
 * struct lctcp_score - octets above SND.UNA
 * @sacked:	the peer has them; without SACK, what duplicate ACKs tell of
 * @lost:	taken for lost, sent again or not; none of @sacked
 * @retrans:	sent again, and not heard of since
 */
struct lctcp_score {
	u32 sacked;
	u32 lost;
	u32 retrans;
};

/**
 * lctcp_score_pipe() - how much is in the network (RFC 6675 section 4)
 * @s:		the score
 * @flight:	SND.NXT - SND.UNA
 *
 * Return: octets; 0 where marks and numbers disagree for a moment.
 */
static inline u32 lctcp_score_pipe(const struct lctcp_score *s, u32 flight)
{
	u64 in = (u64)flight + s->retrans, out = (u64)s->sacked + s->lost;

	return in > out ? (u32)(in - out) : 0;
}

/**
 * struct lctcp_sack_news - what a SACK option tells that is new
 * @block:	good blocks, the lowest first
 * @from, @to:	of each the part that no block of the last ACK covered
 * @n:		how many
 * @dup:	the D-SACK block, if @have_dup
 * @have_dup:	the peer got something twice
 * @bad:	blocks that no honest peer sends, ignored
 */
struct lctcp_sack_news {
	struct lctcp_sack_block block[LCTCP_SACK_MAX];
	u32 from[LCTCP_SACK_MAX];
	u32 to[LCTCP_SACK_MAX];
	u8 n;
	u8 bad;
	bool have_dup;
	struct lctcp_sack_block dup;
};

/**
 * lctcp_sack_sift() - look through the blocks of an acceptable ACK
 * @o:		its options
 * @una:	SND.UNA, its acknowledgment number
 * @nxt:	SND.NXT
 * @reach:	how far below @una a duplicate may lie
 * @last:	good blocks of the ACK before
 * @nlast:	how many
 * @news:	result; all of it is written
 */
void lctcp_sack_sift(const struct lctcp_options *o, u32 una, u32 nxt,
		     u32 reach, const struct lctcp_sack_block *last,
		     unsigned int nlast, struct lctcp_sack_news *news);

#endif /* _LCTCP_SCORE_H */
