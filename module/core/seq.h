/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sequence numbers (RFC 9293 section 3.4): arithmetic modulo 2^32, and which
 * segments and acknowledgments are acceptable.
 *
 * Two numbers are compared by the sign of their difference, so a comparison
 * holds for distances below 2^31.  At exactly 2^31 each number is before and
 * after the other: no test below may rely on that distance, and none does.
 */
#ifndef _LCTCP_SEQ_H
#define _LCTCP_SEQ_H

#include <lctcp/types.h>

/* How far @a is past @b; negative if it is before. */
static inline s32 lctcp_seq_diff(u32 a, u32 b)
{
	return (s32)(a - b);
}

static inline bool lctcp_before(u32 a, u32 b)
{
	return lctcp_seq_diff(a, b) < 0;
}

static inline bool lctcp_after(u32 a, u32 b)
{
	return lctcp_before(b, a);
}

/* @low <= @seq <= @high, for any distance of @high from @low. */
static inline bool lctcp_between(u32 seq, u32 low, u32 high)
{
	return seq - low <= high - low;
}

/**
 * lctcp_seq_acceptable() - RFC 9293 section 3.4, table 5
 * @seq:	first sequence number of the segment
 * @len:	sequence numbers it occupies, SYN and FIN counted; below 2^31
 * @rcv_nxt:	RCV.NXT
 * @rcv_wnd:	RCV.WND
 *
 * With a length and a window, a segment is acceptable if any of its sequence
 * numbers is in the window.  The table asks for the first or the last one and
 * so refuses a segment that begins before the window and ends behind it; that
 * one is taken too, for the caller to trim.  A segment that begins outside of
 * the window has something in it if it begins before and reaches RCV.NXT.
 *
 * Return: whether the segment is to be processed further.
 */
static inline bool lctcp_seq_acceptable(u32 seq, u32 len, u32 rcv_nxt,
					u32 rcv_wnd)
{
	if (!rcv_wnd)
		return !len && seq == rcv_nxt;
	if (seq - rcv_nxt < rcv_wnd)
		return true;
	return len > rcv_nxt - seq;
}

/**
 * lctcp_seq_is_probe() - a keepalive, zero-window probe or repeated SYN-ACK?
 * @seq:	first sequence number of the segment
 * @len:	sequence numbers it occupies
 * @rcv_nxt:	RCV.NXT
 *
 * Such a segment is one number below the window on purpose.  It is not
 * acceptable and has to be answered, but its ACK field is good (RFC 9293
 * section 3.8.4 and appendix A.2).
 *
 * Return: whether the segment has that form.
 */
static inline bool lctcp_seq_is_probe(u32 seq, u32 len, u32 rcv_nxt)
{
	return seq == rcv_nxt - 1 && len <= 1;
}

/**
 * enum lctcp_ack_class - what an ACK field is worth
 * @LCTCP_ACK_TOO_OLD:	nobody who follows the connection would send it; drop
 *			the segment and send a challenge ACK
 * @LCTCP_ACK_DUP:	acknowledges nothing new
 * @LCTCP_ACK_NEW:	acknowledges something for the first time
 * @LCTCP_ACK_FUTURE:	acknowledges what was never sent; send an ACK and drop
 *			the segment
 */
enum lctcp_ack_class {
	LCTCP_ACK_TOO_OLD,
	LCTCP_ACK_DUP,
	LCTCP_ACK_NEW,
	LCTCP_ACK_FUTURE,
};

/**
 * lctcp_ack_acceptable() - RFC 9293 section 3.10.7.4, RFC 5961 section 5.2
 * @una:	SND.UNA
 * @nxt:	one past the highest sequence number ever sent
 * @max_wnd:	MAX.SND.WND, or less early in a connection: no number below
 *		the ISS was ever good, so the caller passes at most @una - ISS
 *		until that much has been acknowledged
 * @ack:	SEG.ACK
 *
 * Return: one of enum lctcp_ack_class.
 */
static inline enum lctcp_ack_class
lctcp_ack_acceptable(u32 una, u32 nxt, u32 max_wnd, u32 ack)
{
	if (ack == una)
		return LCTCP_ACK_DUP;
	if (lctcp_between(ack, una, nxt))
		return LCTCP_ACK_NEW;
	if (lctcp_after(ack, una))
		return LCTCP_ACK_FUTURE;
	return una - ack <= max_wnd ? LCTCP_ACK_DUP : LCTCP_ACK_TOO_OLD;
}

#endif /* _LCTCP_SEQ_H */
