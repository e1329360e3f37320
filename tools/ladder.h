/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One connection as a ladder: what both ends did, and the segments between
 * them, in one picture.
 *
 *	0.000 SYN_SENT    ├── SYN  seq=0 ──►│ SYN_RECV    0.010
 *
 * Made of the trace of one machine that has both ends (struct events).  A
 * segment that was sent and never received is lost; the fault rule that took
 * it is named, if one did.  Rows point into the trace: build the ladder anew
 * when the trace has grown.  Rows of older events stay the same and keep their
 * numbers, as long as nothing of theirs was still on its way.
 */
#ifndef LCTCP_LADDER_H
#define LCTCP_LADDER_H

#include <lctcp/fsm.h>

#include "events.h"

enum { CLIENT, SERVER, NSIDES };

enum ladder_kind {
	ROW_SEGMENT,
	ROW_STATE,		/* an arc that no segment and no timer shows */
	ROW_TIMER_SET,
	ROW_TIMER_FIRED,
};

/**
 * struct ladder_row - one rung
 * @kind:	enum ladder_kind
 * @side:	where; of a segment: the sender
 * @us:		when, there
 * @arrived:	when a segment came to the other side, -1 for never
 * @copies:	how often it came
 * @arc:	that each side took here, or NULL
 * @event:	of the segment or timer
 * @fault:	the rule that applied to the segment, or NULL
 * @drop:	the receiver did not take the segment, and why; or NULL
 * @seq:	of the segment, relative to its SYN
 * @ack:	likewise
 * @again:	the segment was sent before, so often
 * @merged:	a FIN that is also the first ACK of the peer's FIN
 * @anew:	the timer ran already when it was set, so often
 * @waited:	how long before it was set, of a timer that fired; us
 */
struct ladder_row {
	unsigned int kind;
	unsigned int side;
	long long us;
	long long arrived;
	unsigned int copies;
	const struct lctcp_arc *arc[NSIDES];
	const struct event *event;
	const struct event *fault;
	const struct event *drop;
	uint32_t seq, ack;
	unsigned int again;
	bool merged;
	unsigned int anew;
	long long waited;
};

struct ladder {
	struct event_end end[NSIDES];
	const struct ladder_row *row;
	size_t n;
};

/* The ladder of the connection that opens first in @evs (if none does, of the
 * first that sends) or, with both given, of the one from @client to @server.
 * NULL if there is none, or no memory.
 */
struct ladder *ladder_new(const struct events *evs,
			  const struct event_end *client,
			  const struct event_end *server);
void ladder_free(struct ladder *l);

/* State of a side before row @row; l->n for the last one known. */
unsigned int ladder_state(const struct ladder *l, size_t row,
			  unsigned int side);
/* What the segment of a row is called: "SYN-ACK", "data", "FIN+ACK". */
const char *ladder_segment(const struct ladder_row *r);
bool ladder_lost(const struct ladder_row *r);
/* The fault rule of a row as it was written, "drop third-ack 1". */
const char *ladder_rule(const struct ladder_row *r, char *buf, size_t size);

/**
 * struct ladder_style - how text looks
 * @width:	columns, 80 or more
 * @colour:	with ANSI colours
 */
struct ladder_style {
	int width;
	bool colour;
};

#define LADDER_WIDTH	80

enum ladder_colour {
	PLAIN, BOLD, DIM, RED, GREEN, YELLOW, BLUE, CYAN,
};

/* Rows @from up to but not @to, below a line with both sides' states. */
void ladder_text(const struct ladder *l, size_t from, size_t to,
		 const struct ladder_style *style, FILE *f);
/* Why: a sentence and its source for each arc and each remarkable kind of
 * segment that the rows before @from have not shown.  How many.
 */
size_t ladder_why(const struct ladder *l, size_t from, size_t to,
		  const struct ladder_style *style, FILE *f);

/* Text from column @indent to the width, from column @at on. */
void text_wrap(const char *text, int at, int indent,
	       const struct ladder_style *style, FILE *f);
/* Columns of UTF-8 text without wide characters. */
int text_width(const char *text);
const char *text_colour(const struct ladder_style *style,
			enum ladder_colour colour);

#endif /* LCTCP_LADDER_H */
