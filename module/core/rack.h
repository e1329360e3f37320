/* SPDX-License-Identifier: GPL-2.0 */
/*
 * RACK: what the times of segments tell of losses (RFC 8985 section 6), and
 * the shortest round trip of late.
 */
#ifndef _LCTCP_RACK_H
#define _LCTCP_RACK_H

#include <lctcp/types.h>

/* A shorter round trip is forgotten after one to two of these. */
#define LCTCP_MIN_RTT_US	150000000u
/* Section 6.2 step 4: recoveries that a grown window lasts. */
#define LCTCP_RACK_PERSIST	16
/* ... and what it grows to: beyond 4 it is SRTT anyway for a steady path. */
#define LCTCP_RACK_MULT_MAX	255

/**
 * struct lctcp_rack - of one connection
 * @xmit_us:	when the segment left that was sent last among those delivered
 * @min_since:	when @min_us[0] began
 * @wave:	... and in which wave
 * @end_seq:	where it ends
 * @rtt_us:	its round trip, 0: none yet
 * @fack:	the highest number delivered, if @have_fack
 * @round:	a D-SACK counts again once this is acknowledged
 * @min_us:	least round trip of this period and of the one before, 0: none
 * @reordered:	how many segments others have been seen to overtake
 * @mult:	reordering window in quarters of the least round trip, less one
 * @persist:	recoveries left until @mult is forgotten
 * @have_fack:	@fack is valid
 * @in_round:	@round is valid
 * @advanced:	@xmit_us has moved since the last look for losses
 */
struct lctcp_rack {
	u64 xmit_us;
	u64 min_since;
	u16 wave;
	u32 end_seq;
	u32 rtt_us;
	u32 fack;
	u32 round;
	u32 min_us[2];
	u32 reordered;
	u8 mult;
	u8 persist;
	bool have_fack;
	bool in_round;
	bool advanced;
};

/* The shortest round trip of late, 0: unknown. */
static inline u32 lctcp_rack_min_rtt(const struct lctcp_rack *r)
{
	if (!r->min_us[0] || !r->min_us[1])
		return r->min_us[0] | r->min_us[1];
	return min(r->min_us[0], r->min_us[1]);
}

/**
 * lctcp_rack_rtt() - a round trip was measured beyond doubt
 * @r:		state
 * @rtt_us:	the measurement
 * @now_us:	when
 */
void lctcp_rack_rtt(struct lctcp_rack *r, u32 rtt_us, u64 now_us);

/**
 * struct lctcp_rack_seg - a segment that has been delivered
 * @sent_us:	when it last left
 * @wave:	of those that left in the same microsecond a later wave left later;
 *		in one wave what has the higher number
 * @end_seq:	one past its last number
 * @retrans:	it left more than once
 * @older:	the echoed timestamp is older than the last time it left
 */
struct lctcp_rack_seg {
	u64 sent_us;
	u16 wave;
	u32 end_seq;
	bool retrans;
	bool older;
};

/**
 * lctcp_rack_delivered() - steps 1 to 3: a segment has been delivered
 * @r:		state
 * @seg:	the segment
 * @now_us:	when its ACK came
 */
void lctcp_rack_delivered(struct lctcp_rack *r,
			  const struct lctcp_rack_seg *seg, u64 now_us);

/**
 * lctcp_rack_dsack() - something was sent again for nothing
 * @r:		state
 * @una:	SND.UNA
 * @nxt:	SND.NXT
 *
 * The reordering window grows, once a round trip.
 */
void lctcp_rack_dsack(struct lctcp_rack *r, u32 una, u32 nxt);

/* A recovery is over. */
void lctcp_rack_recovered(struct lctcp_rack *r);

/**
 * lctcp_rack_window() - step 4: how long a segment may be late
 * @r:		state
 * @srtt_us:	smoothed round trip
 * @sure:	in recovery, or as much was delivered above a gap as three
 *		duplicate ACKs tell of
 *
 * Return: microseconds.
 */
u32 lctcp_rack_window(const struct lctcp_rack *r, u32 srtt_us, bool sure);

/**
 * lctcp_rack_before() - did a segment leave before the last one delivered?
 * @r:		state
 * @sent_us:	when it last left
 * @wave:	of struct lctcp_rack_seg
 * @end_seq:	one past its last number
 */
bool lctcp_rack_before(const struct lctcp_rack *r, u64 sent_us, u16 wave,
		       u32 end_seq);

/**
 * lctcp_rack_wait() - step 5: for how long may it still come?
 * @r:		state
 * @sent_us:	when it last left
 * @window_us:	of lctcp_rack_window()
 * @now_us:	now
 *
 * Return: microseconds, 0: it is lost.
 */
u32 lctcp_rack_wait(const struct lctcp_rack *r, u64 sent_us, u32 window_us,
		    u64 now_us);

#endif /* _LCTCP_RACK_H */
