/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How large should the receive window be?  Twice of what the program takes in
 * a round trip, and more while that grows: then the window never holds the
 * sender back (dynamic right-sizing).
 *
 * Who only receives has no round trip of his own to measure: timestamps that
 * come back tell it, or the time that a whole window takes to arrive, which is
 * no less than one.
 */
#ifndef _LCTCP_DRS_H
#define _LCTCP_DRS_H

#include <lctcp/types.h>

/**
 * struct lctcp_drs - what is known of the reader of one connection
 * @seq:	what he was to read next when this round trip began
 * @since_us:	when that was
 * @space:	the most he has taken in one
 * @rtt_us:	the round trip, 0: unknown
 * @edge:	the window that is being timed ends here
 * @edge_us:	since when, 0: not yet
 * @tsecr:	the timestamp that was last measured by
 */
struct lctcp_drs {
	u32 seq;
	u32 since_us;
	u32 space;
	u32 rtt_us;
	u32 edge;
	u32 edge_us;
	u32 tsecr;
};

/**
 * lctcp_drs_init() - a connection begins
 * @d:		state
 * @seq:	the first octet the program will read
 * @space:	what a sender may send at first
 * @now_us:	the time
 */
void lctcp_drs_init(struct lctcp_drs *d, u32 seq, u32 space, u32 now_us);

/* A timestamp that came back tells of a round trip of @us. */
void lctcp_drs_echo(struct lctcp_drs *d, u32 us);

/**
 * lctcp_drs_arrived() - without timestamps: text in sequence has come
 * @d:		state
 * @rcv_nxt:	up to here
 * @wnd:	the window offered
 * @now_us:	the time
 */
void lctcp_drs_arrived(struct lctcp_drs *d, u32 rcv_nxt, u32 wnd, u32 now_us);

/**
 * lctcp_drs_taken() - the program has read
 * @d:		state
 * @seq:	up to here
 * @mss:	of the text that comes
 * @now_us:	the time
 *
 * Return: the window that suits, octets; 0 if there is nothing new to say.
 */
u32 lctcp_drs_taken(struct lctcp_drs *d, u32 seq, u32 mss, u32 now_us);

#endif /* _LCTCP_DRS_H */
