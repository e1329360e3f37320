/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a receiver says about text it holds above a gap: RFC 2018 section 4,
 * RFC 2883 section 4.
 *
 * The text itself waits elsewhere; this is the list of blocks in the order in
 * which they are to be reported, so that no ACK has to look for them.
 */
#ifndef _LCTCP_SACK_H
#define _LCTCP_SACK_H

#include "options.h"

/**
 * struct lctcp_sacks - what to report
 * @block:	blocks held above a gap: the one that grew last comes first.
 *		They neither overlap nor touch.
 * @once:	goes before them, in one segment only: a duplicate (RFC 2883),
 *		or the newest segment if it could not be kept (RFC 2018
 *		section 8)
 * @n:		how many of @block there are; more may be held
 * @have_once:	@once is to be reported
 */
struct lctcp_sacks {
	struct lctcp_sack_block block[LCTCP_SACK_MAX];
	struct lctcp_sack_block once;
	u8 n;
	bool have_once;
};

/* Is there anything to report? */
static inline bool lctcp_sacks_any(const struct lctcp_sacks *s)
{
	return s->n || s->have_once;
}

/**
 * lctcp_sacks_add() - a segment made this block, or extended it
 * @s:		the list
 * @start:	first sequence number of the block
 * @end:	one past its last
 *
 * The block comes first, joined with those that it touches.  The one that has
 * not grown for the longest time is dropped if there is no room.
 */
void lctcp_sacks_add(struct lctcp_sacks *s, u32 start, u32 end);

/**
 * lctcp_sacks_find() - the block with a given octet
 * @s:		the list
 * @seq:	sequence number
 *
 * Return: the block, or NULL if it is not listed.
 */
const struct lctcp_sack_block *lctcp_sacks_find(const struct lctcp_sacks *s,
						u32 seq);

/**
 * lctcp_sacks_advance() - RCV.NXT has moved
 * @s:		the list
 * @rcv_nxt:	no block is reported that begins below it
 */
void lctcp_sacks_advance(struct lctcp_sacks *s, u32 rcv_nxt);

/**
 * lctcp_sacks_cut() - what was held from here on is held no more
 * @s:		the list
 * @seq:	blocks end here
 */
void lctcp_sacks_cut(struct lctcp_sacks *s, u32 seq);

/* Report this range in the next segment, and only there. */
static inline void lctcp_sacks_once(struct lctcp_sacks *s, u32 start, u32 end)
{
	s->once.start = start;
	s->once.end = end;
	s->have_once = true;
}

/**
 * lctcp_sacks_report() - put into the options of a segment what fits
 * @s:		the list; what is reported once will not be again
 * @room:	octets that the option may take, padding included
 * @o:		gets the blocks
 *
 * Return: whether any fitted.
 */
bool lctcp_sacks_report(struct lctcp_sacks *s, unsigned int room,
			struct lctcp_options *o);

#endif /* _LCTCP_SACK_H */
