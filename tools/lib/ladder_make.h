/* SPDX-License-Identifier: GPL-2.0 */
/*
 * While the rows of a ladder are made: what ladder.c and ladder_segment.c share.
 */
#ifndef _LCTCP_LADDER_MAKE_H
#define _LCTCP_LADDER_MAKE_H

#include <string.h>

#include "ladder.h"

#define NONE		((size_t)-1)
#define AT_ONCE_US	1000	/* what follows within is one step */
#define NTIMERS		7	/* timers that are known */

/**
 * struct timer_seen - a timer of one side
 * @set:	when last, us
 * @row:	where
 * @ms:		for how long
 * @times:	how often since it fired; 0 if it does not run
 */
struct timer_seen {
	long long set;
	size_t row;
	unsigned long long ms;
	unsigned int times;
};

/**
 * struct side - what is known of one end so far
 * @base:	sequence number of its SYN
 * @have_base:	... is known
 * @life:	row of that SYN
 * @ids:	serial numbers of this end, sorted: timers name only those
 * @nids:	how many
 * @seen:	the trace has events of this end
 * @sent:	row of the last segment sent
 * @received:	row of the last segment received
 * @call:	row of an arc that waits for the segment of its call
 * @fired:	row of the timer that fired last
 * @newest:	row that left this side last of those that have arrived
 * @touched:	row that came to this side last
 * @oldest:	no row before it waits for the arrival of a segment of this end
 * @next_seq:	after all that it has sent
 * @timer:	all timers known
 * @fin_end:	sequence number after its FIN
 * @fin:	it has sent one
 * @fin_acked:	its peer has sent an ACK of that
 * @at_end:	its program has read the end of the stream
 * @recovers:	a row has told that recovery began, and none that it ended
 */
struct side {
	uint32_t base;
	bool have_base;
	size_t life;
	uint32_t *ids;
	size_t nids;
	bool seen;
	size_t sent, received, call, fired, touched, newest;
	size_t oldest;
	uint32_t next_seq;
	struct timer_seen timer[NTIMERS];
	uint32_t fin_end;
	bool fin, fin_acked, at_end, recovers;
};

struct maker {
	struct ladder l;	/* first: what users see */
	struct ladder_pick pick;
	size_t room;
	size_t arc_room[NSIDES];
	size_t timer_room;
	struct side side[NSIDES];
	bool self;		/* both ends are one socket */
	long long quickest;	/* that a segment has crossed the wire, us; or -1 */
};

static inline struct ladder_row *row_at(const struct maker *m, size_t i)
{
	return i == NONE ? NULL : &m->l.row[i];
}

/* A rule has dropped it. */
static inline bool is_taken(const struct ladder_row *r)
{
	return r->fault && !strcmp(r->fault->verb, "drop");
}

/* A row of this kind, made by @e, at the end; NULL without memory. */
struct ladder_row *ladder_add_row(struct maker *m, unsigned int kind, int side,
				  const struct event *e);

/* @side sends, or receives, a segment.  False without memory. */
bool ladder_on_send(struct maker *m, int side, const struct event *e);
bool ladder_on_receive(struct maker *m, int side, const struct event *e);

#endif /* _LCTCP_LADDER_MAKE_H */
