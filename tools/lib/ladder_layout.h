/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where everything of a ladder goes on a page.
 *
 *	timers | times | state bar | wire | state bar | times | timers | notes
 *
 * Time runs downwards.  Between two marks (things that happen) it is to scale,
 * unless nothing happens for so long that the gap is folded, or the next mark
 * needs room.  Labels want to be beside what they name, and move apart where
 * they would touch.
 */
#ifndef LCTCP_LADDER_LAYOUT_H
#define LCTCP_LADDER_LAYOUT_H

#include "ladder.h"

#define FONT_NAME	12.0	/* of a segment */
#define FONT_NUMBERS	10.5
#define FONT_SMALL	10.5
#define FONT_NOTE	12.0
#define NOTE_LINE	15.5
#define NOTE_INDENT	22.0

/**
 * struct lay_arrow - a segment on the wire
 * @x1:		its tail, as is @y1
 * @x2:		its head, or the cross where it was lost, as is @y2
 * @at:		where its label is: 0 at the left lifeline, 1 at the right
 * @below:	the label is below the line and not above it
 * @name:	first part of the label
 * @numbers:	second part
 * @split:	that is on the other side of the line, for want of room
 * @numbers_at:	... there
 * @numbers_w:	... and so wide, with what a rule did behind them
 * @w:		of the label
 * @cos:	of the angle by which text along it is turned
 * @sin:	likewise
 * @fate_at:	likewise of what a rule did to it, if it was not lost
 * @fate_below:	likewise
 */
struct lay_arrow {
	double x1, y1, x2, y2;
	double cos, sin;
	double at, fate_at;
	bool below, fate_below, split;
	double numbers_at, numbers_w;
	char name[3 * LADDER_TEXT];
	char numbers[LADDER_TEXT];
	double w;
};

/* A text at one side, or in the column of notes: @y is its middle. */
struct lay_label {
	double want, y, h;
	unsigned int side;
	size_t i;		/* of what it belongs to */
	char text[32];
};

/**
 * struct lay_timer - the bracket of a timer
 * @y1:		where it begins
 * @y2:		where it ends
 * @lane:	0 beside the times, 1 outside of that, ...
 * @shown:	there was room for it
 */
struct lay_timer {
	double y1, y2;
	unsigned int lane;
	bool shown;
};

/* A gap: its middle, how long it is, and the row after it. */
struct lay_fold {
	double x, y;
	long long us;
	size_t row;
};

/**
 * struct layout - a page
 * @l:		the ladder on it
 * @lang:	of its words
 * @width:	in pixels, as is all below
 * @height:	...
 * @bar_w:	width of a state bar
 * @bar:	left edge of each state bar
 * @wire:	inner edge of each state bar: both lifelines
 * @time:	where times are, right-aligned at the client's side
 * @timer:	line of the brackets of lane 0
 * @note:	left edge of the notes
 * @note_w:	their width
 * @top:	of the bars
 * @bottom:	...
 * @unit:	pixels a crossing
 * @fold_h:	height of a fold
 * @digits:	of times, behind the point
 * @arrow:	of each row; only for segments
 * @arc:	where each side's arcs are
 * @tick:	times, of both sides
 * @span:	brackets of l->timer
 * @span_label:	their labels
 * @notes:	of l->note
 * @fold:	gaps
 */
struct layout {
	const struct ladder *l;
	enum language lang;
	double width, height;
	double bar_w, bar[NSIDES], wire[NSIDES], time[NSIDES], timer[NSIDES];
	double note, note_w;
	double top, bottom;
	double unit, fold_h;
	int digits;
	struct lay_arrow *arrow;
	double *arc[NSIDES];
	struct lay_label *tick;
	size_t nticks;
	struct lay_timer *span;
	struct lay_label *span_label;
	size_t nspan_labels;
	struct lay_label *notes;
	struct lay_fold *fold;
	size_t nfolds;
	/* private: */
	struct mark *mark;
	size_t nmarks;
};

/* The page for a ladder; @width in pixels, 0 to choose one that lets it fit on
 * a sheet of A4.  NULL without memory.
 */
struct layout *layout_new(const struct ladder *l, enum language lang,
			  unsigned int width);
void layout_free(struct layout *p);

/* Seconds since the beginning. */
const char *layout_time(const struct layout *p, long long us, char *buf,
			size_t size);
double arrow_y(const struct lay_arrow *a, double x);
/* The rule that held a segment back or sent it twice, or that it is still under
 * way; empty if there is nothing to say, or if it was lost.
 */
const char *arrow_fate(const struct ladder_row *r, enum language lang,
		       char *buf);
/* How much an arc's call needs above it, inside the bar: 0, one line or two. */
double layout_call(const struct ladder *l, unsigned int side,
		   const struct ladder_arc *a);
#define CALL_LINE	13.0
/* Has this side called listen() before all that is drawn? */
bool layout_listens(const struct ladder *l, unsigned int side);
/* How long a segment takes, or 1 ms if the trace does not tell. */
long long layout_crossing(const struct ladder *l);

#endif /* LCTCP_LADDER_LAYOUT_H */
