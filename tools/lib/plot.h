/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One direction of a connection over time: what was sent and what became of
 * it, and what congestion control made of that.
 *
 * Made of the same trace as a ladder.  It wants the events of the sender; with
 * those of the receiver too it knows what was lost.  Numbers count from the
 * SYN, which is 0, and do not wrap.  It points into the trace.
 */
#ifndef LCTCP_PLOT_H
#define LCTCP_PLOT_H

#include "events.h"
#include "ladder.h"
#include "lang.h"
#include "svg.h"

/* Why a segment left. */
enum plot_why {
	PLOT_NEW,		/* for the first time */
	PLOT_TIMEOUT,		/* the retransmission timer fired */
	PLOT_FAST,		/* three duplicate ACKs */
	PLOT_RACK,		/* what left after it has arrived */
	PLOT_TAIL,		/* a tail loss probe, new or not */
	PLOT_OTHER,		/* a smaller path, a closed window */
	PLOT_NWHYS,
};

/**
 * struct plot_seg - a segment that was sent
 * @us:		when
 * @seq:	its first number
 * @len:	how many it takes: octets, SYN and FIN
 * @why:	enum plot_why
 * @got:	how many of them have arrived
 * @arrived:	when the last of them did, -1 for never
 * @lost:	some of them never did
 * @needless:	sent again for nothing: undone, or reported by D-SACK
 * @event:	where it left, or came, if nothing is known of its sender
 * @fault:	the rule that applied to it, or NULL
 * @drop:	its receiver did not take it, and why; or NULL
 * @next:	the next one that begins in the same first segment; 0 for none
 */
struct plot_seg {
	long long us;
	long long seq;
	uint32_t len;
	unsigned int why;
	uint32_t got;
	long long arrived;
	bool lost, needless;
	const struct event *event, *fault, *drop;
	size_t next;
};

/* All below @ack had arrived, as the sender knew at @us. */
struct plot_ack {
	long long us;
	long long ack;
};

/**
 * struct plot_block - a SACK block that the sender got
 * @us:		when
 * @ack:	with that ACK
 * @start:	first number
 * @end:	one past the last one
 * @twice:	it tells what arrived twice (D-SACK)
 */
struct plot_block {
	long long us;
	long long ack, start, end;
	bool twice;
};

/**
 * struct plot_state - congestion control at a moment, in octets
 * @us:		when
 * @cwnd:	...
 * @ssthresh:	PLOT_NEVER: it was not set yet
 * @pipe:	in flight
 * @edge:	the receiver takes what is below, -1 if not known
 * @srtt_us:	0 if not known
 * @rto_us:	likewise
 */
struct plot_state {
	long long us;
	uint32_t cwnd, ssthresh, pipe;
	long long edge;
	uint32_t srtt_us, rto_us;
};

#define PLOT_NEVER	0x7fffffffu

enum plot_ca {
	PLOT_OPEN, PLOT_DISORDER, PLOT_CWR, PLOT_RECOVERY, PLOT_LOSS,
	PLOT_NCAS,
};

/* A time in one state of recovery that is not open. */
struct plot_band {
	long long from, to;
	unsigned int ca;
};

/**
 * struct plot_mark - something to be told
 * @event:	of EVENT_CONGESTION: recovery, loss, cwr or undone; or EVENT_PATH
 * @us:		when
 * @before:	cwnd just before it, 0 if not known
 * @after:	cwnd just after it
 */
struct plot_mark {
	const struct event *event;
	long long us;
	uint32_t before, after;
};

/**
 * struct plot - the whole of it
 * @end:	of both sides, as in the ladder
 * @from:	the side that sends
 * @start:	when the connection's first event was: time 0
 * @first:	when the first thing here was
 * @last:	when the last one was
 * @top:	one past the highest number
 * @seg:	in the order of time
 * @ack:	only those that tell something new
 * @block:	...
 * @state:	whenever something changed
 * @band:	...
 * @mark:	...
 * @nsegs:	how many
 * @nacks:	...
 * @nblocks:	...
 * @nstates:	...
 * @nbands:	...
 * @nmarks:	...
 * @midway:	no SYN was seen: numbers count from the first one
 * @blind:	nothing is known of the receiver, nor of what was lost
 */
struct plot {
	struct event_end end[NSIDES];
	unsigned int from;
	long long start, first, last;
	long long top;
	struct plot_seg *seg;
	struct plot_ack *ack;
	struct plot_block *block;
	struct plot_state *state;
	struct plot_band *band;
	struct plot_mark *mark;
	size_t nsegs, nacks, nblocks, nstates, nbands, nmarks;
	bool midway, blind;
};

#define PLOT_BUSIER	(-1)	/* the side that has sent more */

/* What @from has sent, CLIENT, SERVER or PLOT_BUSIER.  NULL if that is nothing,
 * or without memory.
 */
struct plot *plot_new(const struct events *evs, const struct ladder_pick *pick,
		      int from);
void plot_free(struct plot *p);

/**
 * struct plot_style - how a picture looks
 * @lang:	of all words
 * @theme:	light, dark, or as the reader likes
 * @width:	in pixels, 0 for PLOT_WIDTH; of a text in columns, 0 for
 *		LADDER_WIDTH
 * @colour:	text with ANSI colours
 * @title:	over it, or NULL
 * @from_us:	only from here on, counted from plot.start
 * @to_us:	only up to here, likewise
 */
struct plot_style {
	enum language lang;
	enum svg_theme theme;
	unsigned int width;
	bool colour;
	const char *title;
	long long from_us, to_us;
};

#define PLOT_WIDTH	1000
#define PLOT_WIDTH_MIN	480

/* Programs read that: a line of JSON for each thing, see lctcp(8). */
void plot_json(const struct plot *p, FILE *f);
/* As letters on a terminal.  False without memory. */
bool plot_text(const struct plot *p, const struct plot_style *style, FILE *f);
/* False without memory. */
bool plot_svg(const struct plot *p, const struct plot_style *style, FILE *f);

/* ---- words ---- */

#define PLOT_TEXT	256
/* "192.0.2.1:40000 → 192.0.2.2:80: 3000 octets in 5 segments, 1.2 s" */
const char *plot_summary(const struct plot *p, enum language lang, char *buf);
const char *plot_why_name(unsigned int why, enum language lang);
const char *plot_ca_name(unsigned int ca, enum language lang);
/* "Recovery: RACK found 1448 octets lost; ssthresh 31421" */
const char *plot_remark(const struct plot_mark *m, enum language lang,
			char *buf);

#endif /* LCTCP_PLOT_H */
