/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One connection as a ladder: what both ends did, and the segments between
 * them, in one picture.
 *
 *	0.000 SYN_SENT    ├── SYN  seq=0 ──►│ SYN_RECV    0.010
 *
 * Made of the trace of one machine that has both ends (struct events).  A
 * segment that was sent and never received is lost; the fault rule that took
 * it is named, if one did.  If the trace has only one end, its segments are
 * taken to cross the wire in no time.  Rows point into the trace: build the
 * ladder anew when the trace has grown.  Rows of older events stay the same and
 * keep their numbers, as long as nothing of theirs was still on its way.
 */
#ifndef LCTCP_LADDER_H
#define LCTCP_LADDER_H

#include <lctcp/fsm.h>

#include "events.h"
#include "svg.h"
#include "why.h"

enum { CLIENT, SERVER, NSIDES };

enum ladder_part { PART_ALL, PART_OPEN, PART_CLOSE };

/**
 * struct ladder_pick - a connection of a trace
 * @end:	of the client (who opened, or was seen, first) and the server
 * @netns:	of each end, 0 if not told: the same addresses in other
 *		namespaces are other connections
 * @first:	its first event
 * @last:	its last one
 * @us:		when the first one was
 * @part:	of it, to be drawn
 */
struct ladder_pick {
	struct event_end end[NSIDES];
	uint32_t netns[NSIDES];
	size_t first, last;
	long long us;
	enum ladder_part part;
};

/* All connections of a trace in the order of their beginnings, @n of them, to
 * be freed; NULL if there is none, or no memory.  A pair of ends that lives
 * again is another connection, unless one end was still in TIME_WAIT.
 */
struct ladder_pick *ladder_picks(const struct events *evs, size_t *n);
/* Which side does an event with addresses happen at?  -1: none of these. */
int ladder_pick_side(const struct ladder_pick *pick, const struct event *e);
/* Is this "192.0.2.1:40000-192.0.2.2:80"?  Either order, one end alone, and
 * an address or ":port" alone will do.
 */
bool ladder_pick_is(const struct ladder_pick *pick, const char *text);

enum ladder_kind {
	ROW_SEGMENT,
	ROW_ARRIVAL,		/* of a late segment, which left rows before */
	ROW_STATE,		/* an arc that no segment and no timer shows */
	ROW_TIMER_SET,
	ROW_TIMER_FIRED,
	ROW_CALL,		/* what a program was handed: accept(), read() = 0 */
	ROW_RECOVERY,		/* loss recovery begins, ends, or is undone; or what is
				 * known of the path's MTU
				 */
};

#define ROW_SACKS	4	/* that one segment can report */

/**
 * struct ladder_row - one rung
 * @kind:	enum ladder_kind
 * @side:	where; of a segment: the sender
 * @us:		when, there; of a late arrival: when it came
 * @arrived:	when a segment came to the other side, -1 for never
 * @copies:	how often it came
 * @late:	it came so much later that its arrival is a row of its own, which
 *		has what it led to; 0 or that row's number
 * @of:		of a late arrival: the row in which it left; l->n or more if that
 *		was before the first one
 * @stranger:	of a late arrival: it is from a life before the receiver's
 * @under_way:	it did not come, but the trace ends too early to say more
 * @assumed:	the other side is not in the trace
 * @arc:	that each side took here, or NULL
 * @state:	of each side when the row came to it, before that arc; 0 if
 *		unknown
 * @event:	of the segment or timer
 * @fault:	the rule that applied to the segment, or NULL
 * @drop:	the receiver did not take the segment, and why; or NULL
 * @cause:	the timer that made its side send the segment, or NULL
 * @seq:	of the segment, relative to its SYN
 * @ack:	likewise
 * @again:	the segment was sent before, so often
 * @merged:	a FIN that is also the first ACK of the peer's FIN
 * @reopens:	the window that its side had closed
 * @crossed:	a SYN-ACK whose SYN went before, without the ACK
 * @anew:	the timer ran already when it was set, so often
 * @waited:	how long before it was set, of a timer that fired; us
 * @set_ms:	... and to what
 * @sack:	SACK blocks that it brought, from and up to, relative as @ack is
 * @nsacks:	how many
 * @note:	its sentence, from 1 in l->note; 0 for none
 */
struct ladder_row {
	unsigned int kind;
	unsigned int side;
	long long us;
	long long arrived;
	unsigned int copies;
	size_t late, of;
	bool stranger;
	bool under_way, assumed;
	const struct lctcp_arc *arc[NSIDES];
	unsigned char state[NSIDES];
	const struct event *event;
	const struct event *fault;
	const struct event *drop;
	const char *cause;
	uint32_t seq, ack;
	unsigned int again;
	bool merged, crossed, reopens;
	unsigned int anew;
	long long waited;
	unsigned long long set_ms;
	uint32_t sack[ROW_SACKS][2];
	unsigned int nsacks;
	size_t note;
};

enum ladder_how {
	TIMER_RUNS,		/* the trace ends before it */
	TIMER_FIRED,
	TIMER_ANEW,		/* it was set again */
	TIMER_STOPPED,		/* what it waited for has come */
};

/**
 * struct ladder_timer - one run of a timer worth drawing
 * @side:	whose
 * @name:	as in the trace
 * @set:	when it began, us
 * @end:	when that was over, us
 * @ms:		after which it was to fire; 0 if not known
 * @how:	enum ladder_how
 * @first:	the row where it begins: about itself, or the last one that came
 *		to its side before
 * @last:	likewise where it ends
 */
struct ladder_timer {
	unsigned int side;
	const char *name;
	long long set, end;
	unsigned long long ms;
	unsigned int how;
	size_t first, last;
};

/* An arc of one side, in the order of time. */
struct ladder_arc {
	long long us;
	const struct lctcp_arc *arc;
};

/* A sentence, and the row that it was first needed for. */
struct ladder_note {
	struct why why;
	size_t row;
};

/**
 * struct ladder - the whole of it
 * @end:	of both sides
 * @row:	rungs, in the order in which they began
 * @n:		how many
 * @arc:	what each side went through
 * @narcs:	how many
 * @timer:	in the order in which they were set
 * @ntimers:	how many
 * @note:	sentences, in the order of their rows
 * @nnotes:	how many
 * @start:	when the first thing happened, us
 * @stop:	when the last one did
 * @crossing:	how long a segment takes, us: the median
 * @opened:	each side has called connect()
 * @midway:	the trace began behind a SYN: numbers count from the first ones seen
 * @before:	state of each side before its first arc, 0 if that tells it
 * @books:	to be set by who draws: flags and numbers as textbooks write them,
 *		SYN=1 ACK=1 seq=y ack=x+1
 */
struct ladder {
	struct event_end end[NSIDES];
	struct ladder_row *row;
	size_t n;
	struct ladder_arc *arc[NSIDES];
	size_t narcs[NSIDES];
	struct ladder_timer *timer;
	size_t ntimers;
	struct ladder_note *note;
	size_t nnotes;
	long long start, stop;
	long long crossing;
	bool opened[NSIDES];
	bool midway;
	unsigned char before[NSIDES];
	bool books;
};

/* The ladder of a connection; @pick NULL: of the first pair of ends, with all
 * its lives.  NULL if there is none, or no memory.
 */
struct ladder *ladder_new(const struct events *evs,
			  const struct ladder_pick *pick);
void ladder_free(struct ladder *l);
/* Only that part remains; for ladder_new(), which does it if pick->part says so. */
void ladder_cut(struct ladder *l, enum ladder_part part);

/* What ladder_new() finds when it knows all rows: l->crossing, and l->note.  False
 * without memory.
 */
bool ladder_find_crossing(struct ladder *l);
bool ladder_find_notes(struct ladder *l);

/* State of a side after all that it did at @us or before; 0 if unknown. */
unsigned int ladder_state(const struct ladder *l, unsigned int side,
			  long long us);
/* The arc that a side took last, at @us or before; or NULL. */
const struct lctcp_arc *ladder_arc_before(const struct ladder *l,
					  unsigned int side, long long us);
/* What one side can be sure of while a connection opens: its own sending and
 * receiving work, and those of its peer.  The three segments are for that.
 */
enum ladder_sure {
	OWN_SENDING = 1,
	OWN_RECEIVING = 2,
	PEER_SENDING = 4,
	PEER_RECEIVING = 8,
	SURE_OF_ALL = 15,
};

/* What @side is sure of at @us, of enum ladder_sure: by what it has received of
 * this life of the connection, and what of its own that has acknowledged.
 */
unsigned int ladder_sure(const struct ladder *l, unsigned int side,
			 long long us);
/* Does this arc belong to the opening, so that these marks go with it? */
bool ladder_opens(const struct lctcp_arc *arc);
#define LADDER_MARKS	16	/* octets of this text */
/* "ââââ", in the order of the bits */
const char *ladder_marks(unsigned int sure, char *buf);
/* "client" */
const char *ladder_side(const struct ladder *l, unsigned int side,
			enum language lang);
/* The phase of its life that a state belongs to, as pictures colour it: "opening",
 * "open", "closing", "waiting" or "none".
 */
const char *ladder_phase(unsigned int state);
/* When a row is over at both sides, us. */
long long ladder_row_end(const struct ladder_row *r);

/* The program's call that an arc of this side is, "connect()"; or NULL.  A FIN is that
 * of a shutdown() if more data came or FIN_WAIT2 was not bounded; else of a close(), as
 * far as the trace tells.
 */
const char *ladder_call(const struct ladder *l, unsigned int side,
			const struct ladder_arc *a);
/* ... and what a row of that kind shows of one, "accept()". */
const char *ladder_handed(const struct ladder_row *r);
bool ladder_lost(const struct ladder_row *r);
/* Is it the arrival of what left before the first row? */
bool ladder_old(const struct ladder *l, const struct ladder_row *r);
/* The fault rule of a row as it was written, "drop third-ack 1". */
const char *ladder_rule(const struct ladder_row *r, char *buf, size_t size);

#define LADDER_TEXT	160	/* enough for each of these */
/* What recovery does, "Recovery (RACK)"; and what comes of it, "cwnd 14480, in flight
 * 20272, lost 1448".
 */
const char *ladder_recovery(const struct ladder_row *r, enum language lang,
			    char *buf);
const char *ladder_windows(const struct ladder_row *r, enum language lang,
			   char *buf);
/* "SYN-ACK again, 1st" */
const char *ladder_name(const struct ladder *l, const struct ladder_row *r,
			enum language lang, char *buf);
/* "seq=0 ack=1" */
const char *ladder_numbers(const struct ladder *l, const struct ladder_row *r,
			   char *buf);
/* From what they count. */
const char *ladder_relative(const struct ladder *l, enum language lang);
/* "21 octets"; empty without data */
const char *ladder_octets(const struct ladder_row *r, enum language lang,
			  char *buf);
/* "lost by the rule ..."; empty if the segment simply arrived, as are those
 * two at its other end: "dropped: DropSeq", "it arrived 2 times".  A RST that
 * ended a connection counts as dropped, too, but then its arc says enough.
 */
const char *ladder_fate(const struct ladder_row *r, enum language lang,
			char *buf);
const char *ladder_drop(const struct ladder_row *r, enum language lang,
			char *buf);
const char *ladder_copies(const struct ladder_row *r, enum language lang,
			  char *buf);
/* What to say of a timer that fired so much later than it was set to that a reader
 * wonders, W_OVERDUE or W_BY_TICKS; or 0.
 */
enum word ladder_overdue(const struct ladder_row *r);
/* ... of all rows together. */
enum word ladder_any_overdue(const struct ladder *l);
/* "3 s", "200 ms" */
const char *ladder_span(long long us, char *buf);

/**
 * struct ladder_style - how a ladder looks
 * @width:	columns of text, 80 or more
 * @colour:	text with ANSI colours
 * @lang:	of all words
 * @no_legend:	what the marks of an opening mean is said elsewhere
 */
struct ladder_style {
	int width;
	bool colour;
	enum language lang;
	bool no_legend;
};

#define LADDER_WIDTH	80

enum ladder_colour {
	PLAIN, BOLD, DIM, RED, GREEN, YELLOW, BLUE, CYAN,
};

/* Rows @from up to but not @to, below a line with both sides' states. */
void ladder_text(const struct ladder *l, size_t from, size_t to,
		 const struct ladder_style *style, FILE *f);
/* The sentences first needed there.  How many. */
size_t ladder_why(const struct ladder *l, size_t from, size_t to,
		  const struct ladder_style *style, FILE *f);

/**
 * struct ladder_svg_style - how a picture looks
 * @lang:	of all words
 * @theme:	light, dark, or as the reader likes
 * @width:	in pixels, 0 for what fits on a sheet of A4
 * @title:	over it, or NULL
 */
struct ladder_svg_style {
	enum language lang;
	enum svg_theme theme;
	unsigned int width;
	const char *title;
};

/* False without memory. */
bool ladder_svg(const struct ladder *l, const struct ladder_svg_style *style,
		FILE *f);
void ladder_mermaid(const struct ladder *l, enum language words, FILE *f);

/* Text from column @indent to the width, from column @at on. */
void text_wrap(const char *text, int at, int indent,
	       const struct ladder_style *style, FILE *f);
const char *text_colour(const struct ladder_style *style,
			enum ladder_colour colour);

#endif /* LCTCP_LADDER_H */
