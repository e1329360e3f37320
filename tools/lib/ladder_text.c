// SPDX-License-Identifier: GPL-2.0
/*
 * A ladder as text: see ladder.h.
 *
 *	  0.000 SYN_SENT    ├1─ SYN  seq=0 ──►│ SYN_RECV      0.010
 *	time 7 state 11      wire, the rest     state 11     time 7
 *
 * The column beside each lifeline has the brackets of timers; numbers on the
 * wire are those of the sentences.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ladder.h"
#include "utf8.h"

#define TIME_W		7
#define STATE_W		11
#define SIDE_W		(TIME_W + 1 + STATE_W + 1)
#define GAP_US		100000	/* a wait worth a line */
#define LABEL		(4 * LADDER_TEXT + 2)

/* ---- text ---- */

const char *text_colour(const struct ladder_style *style,
			enum ladder_colour colour)
{
	static const char *const codes[] = {
		[PLAIN]		= "\033[0m",
		[BOLD]		= "\033[1m",
		[DIM]		= "\033[2m",
		[RED]		= "\033[1;31m",
		[GREEN]		= "\033[32m",
		[YELLOW]	= "\033[33m",
		[BLUE]		= "\033[34m",
		[CYAN]		= "\033[36m",
	};

	return style->colour ? codes[colour] : "";
}

static void repeat(const char *text, int n, FILE *f)
{
	while (n-- > 0)
		fputs(text, f);
}

static void padded(const char *text, int width, FILE *f)
{
	fputs(text, f);
	repeat(" ", width - text_width(text), f);
}

/* The longest piece of @text that no line may end within, in octets. */
static int piece(const char *text)
{
	const char *at = text;
	unsigned int c = utf8_next(&at);

	while (*at) {
		const char *next = at;
		unsigned int d = utf8_next(&next);

		if (utf8_breaks(c, d))
			break;
		at = next;
		c = d;
	}
	return at - text;
}

void text_wrap(const char *text, int at, int indent,
	       const struct ladder_style *style, FILE *f)
{
	bool space = false;

	while (*text) {
		int n = piece(text), word = n;

		while (word && text[word - 1] == ' ')
			word--;
		if (at > indent && at + space +
		    text_width_n(text, word) > style->width) {
			fputc('\n', f);
			repeat(" ", indent, f);
			at = indent;
			space = false;
		}
		fprintf(f, "%s%.*s", space ? " " : "", word, text);
		at += space + text_width_n(text, word);
		space = word < n;
		text += n;
	}
	fputc('\n', f);
}

/* ---- one line ---- */

/**
 * struct line - one line of the picture
 * @us:		time of each side, -1 for none
 * @state:	to be shown at each side, or NULL
 * @edge:	how each lifeline looks
 */
struct line {
	long long us[NSIDES];
	const char *state[NSIDES];
	const char *edge[NSIDES];
};

/* What brackets do at a row, one set of bits for each side. */
enum {
	BEGINS = 1,
	ENDS = 2,
	RUNS = 4,		/* from before the row until after it */
};

/**
 * struct rung - what is drawn in one go
 * @r:		a row, or one end of it
 * @parted:	a segment that something at the receiving side has crossed: its two
 *		ends are apart, so that no side's time goes back
 */
struct rung {
	struct ladder_row r;
	bool parted;
};

/**
 * struct pen - where and how to draw
 * @l:		what
 * @style:	how
 * @f:		where
 * @zero:	time 0
 * @wire:	columns between the lifelines
 * @rung:	what is drawn, in this order
 * @nrungs:	how many
 * @at:		rung at which each row is, at its own side
 * @there:	... and at the other one
 * @bracket:	BEGINS, ENDS, RUNS of each rung and side
 * @row:	rung being drawn
 * @part:	of it: its first line, or what comes before or after
 * @unsure:	a connection is opening, and not both sides are sure of all
 * @legend:	... and that has been drawn
 */
struct pen {
	const struct ladder *l;
	const struct ladder_style *style;
	FILE *f;
	long long zero;
	int wire;
	struct rung *rung;
	size_t nrungs, *at, *there;
	unsigned char (*bracket)[NSIDES];
	size_t row;
	enum { BEFORE, FIRST, AFTER } part;
	bool unsure, legend;
};

static const struct line nothing = {
	{ -1, -1 }, { NULL, NULL }, { "│", "│" },
};

static void ink(const struct pen *p, enum ladder_colour colour)
{
	fputs(text_colour(p->style, colour), p->f);
}

static void draw_time(const struct pen *p, long long us)
{
	ink(p, DIM);
	if (us < 0)
		repeat(" ", TIME_W, p->f);
	else
		fprintf(p->f, "%*.3f", TIME_W, (us - p->zero) / 1e6);
	ink(p, PLAIN);
}

static void draw_state(const struct pen *p, const char *state)
{
	ink(p, BOLD);
	padded(state ? state : "", STATE_W, p->f);
	ink(p, PLAIN);
}

/* ---- rungs ---- */

/* Does anything come to pass at the other side before row @i arrives there, though its
 * row comes later?  @came: when the last parted segment comes to that side.
 */
static bool is_crossed(const struct ladder *l, size_t i, long long came)
{
	const struct ladder_row *r = &l->row[i], *next;

	if (r->kind != ROW_SEGMENT || r->late || r->assumed || r->arrived < 0)
		return false;
	if (came > r->us)
		return true;
	for (i++; i < l->n && l->row[i].us < r->arrived; i++) {
		next = &l->row[i];
		if (next->kind == ROW_ARRIVAL ? next->side == r->side :
		    next->side != r->side || (!next->late && next->arrived >= 0 &&
					      next->arrived < r->arrived))
			return true;
	}
	return false;
}

static struct rung *add_rung(struct pen *p, const struct ladder_row *r, bool parted)
{
	struct rung *rung = &p->rung[p->nrungs++];

	rung->r = *r;
	rung->parted = parted;
	return rung;
}

static void add_departure(struct pen *p, size_t i)
{
	struct ladder_row *r = &add_rung(p, &p->l->row[i], true)->r;

	r->late = 1;
	r->arc[!r->side] = NULL;
	r->drop = NULL;
	r->copies = 0;
}

static void add_arrival(struct pen *p, size_t i)
{
	struct ladder_row *r = &add_rung(p, &p->l->row[i], true)->r;

	p->there[i] = p->nrungs - 1;
	r->kind = ROW_ARRIVAL;
	r->us = r->arrived;
	r->arc[r->side] = NULL;
	r->fault = NULL;
}

/* Those on their way that have come by @us, the earliest first. */
static void land(struct pen *p, size_t *way, size_t *n, long long us)
{
	size_t i, first;

	for (;;) {
		for (first = i = 0; i < *n; i++)
			if (p->l->row[way[i]].arrived < p->l->row[way[first]].arrived)
				first = i;
		if (!*n || p->l->row[way[first]].arrived > us)
			return;
		add_arrival(p, way[first]);
		memmove(way + first, way + first + 1,
			(--*n - first) * sizeof(*way));
	}
}

static bool find_rungs(struct pen *p)
{
	const struct ladder *l = p->l;
	long long came[NSIDES] = { -1, -1 };
	size_t *way = calloc(l->n + 1, sizeof(*way)), n = 0, i;

	p->rung = calloc(2 * l->n + 1, sizeof(*p->rung));
	p->at = calloc(l->n + 1, sizeof(*p->at));
	p->there = calloc(l->n + 1, sizeof(*p->there));
	for (i = 0; way && p->rung && p->at && p->there && i < l->n; i++) {
		const struct ladder_row *r = &l->row[i];

		land(p, way, &n, r->us);
		p->at[i] = p->nrungs;
		p->there[i] = p->nrungs;
		if (!is_crossed(l, i, came[!r->side])) {
			add_rung(p, r, false);
			continue;
		}
		add_departure(p, i);
		came[!r->side] = max(came[!r->side], r->arrived);
		way[n++] = i;
	}
	if (way && i == l->n)
		land(p, way, &n, LLONG_MAX);
	free(way);
	return p->rung && p->at && p->there && i == l->n;
}

/* The rung with what happens to a side in a row. */
static size_t rung_of(const struct pen *p, size_t row, unsigned int side)
{
	if (row >= p->l->n)
		return p->nrungs;
	return side == p->l->row[row].side ? p->at[row] : p->there[row];
}

/* ---- brackets ---- */

/* Each side has one column for brackets: who comes first has it. */
static void find_brackets(struct pen *p)
{
	size_t free_from[NSIDES] = { 0, 0 }, i, row;

	for (i = 0; i < p->l->ntimers; i++) {
		const struct ladder_timer *t = &p->l->timer[i];
		size_t end = t->how == TIMER_RUNS ? p->l->n : t->last, first, last;

		/* none, too, if it began before the first row */
		if (t->first >= end || end > p->l->n)
			continue;
		first = rung_of(p, t->first, t->side);
		last = rung_of(p, end, t->side);
		if (first >= last || first < free_from[t->side])
			continue;
		free_from[t->side] = last;
		p->bracket[first][t->side] |= BEGINS;
		if (t->how != TIMER_RUNS)
			p->bracket[last][t->side] |= ENDS;
		for (row = first + 1; row < last; row++)
			p->bracket[row][t->side] |= RUNS;
	}
}

static const char *bracket(const struct pen *p, unsigned int side)
{
	static const char *const corner[NSIDES][4] = {
		{ " ", "╭", "╰", "├" }, { " ", "╮", "╯", "┤" },
	};
	unsigned int bits = p->bracket[p->row][side];
	unsigned int on = p->part == BEFORE ? ENDS | RUNS :
			  p->part == AFTER ? BEGINS | RUNS : RUNS;

	if (bits & on)
		return "╎";
	return p->part == FIRST ? corner[side][bits & (BEGINS | ENDS)] : " ";
}

static void draw_bracket(const struct pen *p, unsigned int side)
{
	ink(p, BLUE);
	fputs(bracket(p, side), p->f);
	ink(p, PLAIN);
}

static void line_left(const struct pen *p, const struct line *l)
{
	draw_time(p, l->us[CLIENT]);
	fputc(' ', p->f);
	draw_state(p, l->state[CLIENT]);
	draw_bracket(p, CLIENT);
	fputs(l->edge[CLIENT], p->f);
}

static void line_right(const struct pen *p, const struct line *l)
{
	bool more = l->us[SERVER] >= 0 || l->state[SERVER];

	fputs(l->edge[SERVER], p->f);
	if (more || *bracket(p, SERVER) != ' ')
		draw_bracket(p, SERVER);
	if (l->us[SERVER] >= 0) {
		draw_state(p, l->state[SERVER]);
		fputc(' ', p->f);
		draw_time(p, l->us[SERVER]);
	} else if (l->state[SERVER]) {
		ink(p, BOLD);
		fputs(l->state[SERVER], p->f);
		ink(p, PLAIN);
	}
	fputc('\n', p->f);
}

/* Text on the wire: at the left (-1), in the middle (0), at the right (1). */
static void line_text(const struct pen *p, const struct line *l,
		      const char *text, int where, enum ladder_colour colour)
{
	int spare = p->wire - text_width(text);
	int before = where < 0 ? 1 : where > 0 ? spare - 1 : spare / 2;

	line_left(p, l);
	repeat(" ", before, p->f);
	ink(p, colour);
	fputs(text, p->f);
	ink(p, PLAIN);
	repeat(" ", spare - before, p->f);
	line_right(p, l);
}

/* ---- rows ---- */

static enum ladder_colour segment_colour(const struct ladder_row *r)
{
	unsigned int flags = r->event->flags;

	if (flags & SEG_RST)
		return RED;
	if (flags & SEG_SYN)
		return GREEN;
	if (flags & SEG_FIN)
		return YELLOW;
	return r->event->len ? CYAN : PLAIN;
}

/* "data again, 1st, 20 octets  seq=1 ack=1"; what does not fit is for a line of its own
 * below it, @rest.
 */
static void segment_label(const struct pen *p, const struct ladder_row *r,
			  int room, char *buf, char *rest)
{
	char name[LADDER_TEXT], octets[LADDER_TEXT], numbers[LADDER_TEXT];
	char what[3 * LADDER_TEXT];

	ladder_name(p->l, r, p->style->lang, name);
	ladder_octets(r, p->style->lang, octets);
	ladder_numbers(p->l, r, numbers);
	if (*octets)
		snprintf(what, sizeof(what),
			 word(W_WITH_OCTETS, p->style->lang), name, octets);
	else
		strcpy(what, name);
	*rest = 0;
	snprintf(buf, LABEL, "%s  %s", what, numbers);
	if (text_width(buf) <= room)
		return;
	strcpy(rest, numbers);
	strcpy(buf, what);
	if (text_width(what) <= room)
		return;
	strcpy(buf, name);
	snprintf(rest, LABEL, "%s  %s", octets, numbers);
}

static void dashes(const struct pen *p, const char *dash, int n)
{
	repeat(dash, n, p->f);
}

/* A coloured piece of a line. */
static void inked(const struct pen *p, enum ladder_colour colour,
		  const char *text)
{
	ink(p, colour);
	fputs(text, p->f);
	ink(p, PLAIN);
}

/* How an arrow looks: its line near the tail, that near the head, and the head. */
struct arrow {
	const char *near, *far, *head;
};

static struct arrow arrow_of(const struct ladder_row *r)
{
	const char *head = r->side == CLIENT ? "►" : "◄";

	if (ladder_lost(r))
		return (struct arrow){ "─", "─", "✗" };
	if (r->under_way)
		return (struct arrow){ "─", "─", "·" };
	if (r->late || r->arrived < 0)	/* it comes in another row, or life */
		return (struct arrow){ "─", "╌", "╌" };
	if (r->kind == ROW_ARRIVAL)
		return (struct arrow){ "╌", "─", head };
	return (struct arrow){ "─", "─", head };
}

static void write_arrow(const struct pen *p, const struct ladder_row *r,
			const struct line *l, char *rest)
{
	bool right = r->side == CLIENT, lost = ladder_lost(r);
	struct arrow a = arrow_of(r);
	char label[LABEL], text[LABEL + 2], number[24] = "";
	int spare, near, far;

	if (r->note)
		snprintf(number, sizeof(number), "%zu", r->note);
	segment_label(p, r, p->wire - 5 - text_width(number), label, rest);
	snprintf(text, sizeof(text), " %s ", label);
	/* what is left for the dashes on both sides */
	spare = p->wire - text_width(text) - text_width(number) - 1;
	near = lost ? 2 : max(spare / 2 - text_width(number), 1);
	far = lost ? 2 : spare - near;

	line_left(p, l);
	if (right) {
		inked(p, BOLD, number);
		dashes(p, a.near, near);
		inked(p, segment_colour(r), text);
		dashes(p, a.far, far);
		inked(p, lost ? RED : PLAIN, a.head);
		repeat(" ", spare - near - far, p->f);
	} else {
		repeat(" ", spare - near - far, p->f);
		inked(p, lost ? RED : PLAIN, a.head);
		dashes(p, a.far, far);
		inked(p, segment_colour(r), text);
		dashes(p, a.near, near);
		inked(p, BOLD, number);
	}
	line_right(p, l);
}

/* Of a late segment that has come. */
static const char *when_left(const struct pen *p, const struct ladder_row *r,
			     char *buf)
{
	char when[32];

	*buf = 0;
	if (p->rung[p->row].parted)
		return buf;
	if (ladder_old(p->l, r)) {
		strcpy(buf, word(W_LEFT_BEFORE, p->style->lang));
	} else if (r->kind == ROW_ARRIVAL) {
		snprintf(when, sizeof(when), "%.3f",
			 (p->l->row[r->of].us - p->zero) / 1e6);
		snprintf(buf, LADDER_TEXT, word(W_LEFT_AT, p->style->lang), when);
	}
	return buf;
}

/* Why it was dropped; the counter's name below that if it does not fit. */
static void write_drop(const struct pen *p, const struct ladder_row *r, int there)
{
	char text[LADDER_TEXT], second[LADDER_TEXT], *counter;

	if (!*ladder_drop(r, p->style->lang, text))
		return;
	counter = strstr(text, p->style->lang == LANG_ZH ? "（" : " (");
	if (!counter || text_width(text) <= p->wire - 2) {
		line_text(p, &nothing, text, there, DIM);
		return;
	}
	snprintf(second, sizeof(second), "%s", counter + (*counter == ' '));
	*counter = 0;
	line_text(p, &nothing, text, there, DIM);
	line_text(p, &nothing, second, there, DIM);
}

/* What became of a segment that did not simply arrive. */
static void write_fate(struct pen *p, const struct ladder_row *r)
{
	int here = r->side == CLIENT ? -1 : 1;
	char text[LADDER_TEXT];

	p->part = AFTER;
	if (*when_left(p, r, text))
		line_text(p, &nothing, text, -here, RED);
	if (*ladder_fate(r, p->style->lang, text) &&
	    (r->fault || !p->rung[p->row].parted))
		line_text(p, &nothing, text, here, RED);
	write_drop(p, r, -here);
	if (*ladder_copies(r, p->style->lang, text))
		line_text(p, &nothing, text, -here, RED);
}

/* What both sides are sure of, where that is the point of a row: one of them takes
 * an arc of the opening, or loses what would have told the other.
 */
static void write_sure(struct pen *p, const struct ladder_row *r)
{
	char marks[NSIDES][LADDER_MARKS];
	unsigned int side, sure, all = SURE_OF_ALL;
	struct line l = nothing;

	if (!ladder_opens(r->arc[CLIENT]) && !ladder_opens(r->arc[SERVER]) &&
	    !(p->unsure && ladder_lost(r)))
		return;
	for (side = 0; side < NSIDES; side++) {
		sure = ladder_sure(p->l, side, side == r->side || r->arrived < 0 ||
				   r->late ? r->us : r->arrived);
		all &= sure;
		/* of a parted one, only the end that is here */
		if (!p->rung[p->row].parted ||
		    side == (r->kind == ROW_ARRIVAL ? !r->side : r->side))
			l.state[side] = ladder_marks(sure, marks[side]);
	}
	p->unsure = all != SURE_OF_ALL;
	p->legend = true;
	p->part = AFTER;
	line_text(p, &l, "", 0, PLAIN);
}

static void draw_segment(struct pen *p, const struct ladder_row *r,
			 struct line *l)
{
	char rest[LABEL];

	l->us[!r->side] = r->late ? -1 : r->arrived;
	if (r->kind == ROW_ARRIVAL)
		l->us[r->side] = -1;
	if (r->assumed)		/* the event is of the side that is there */
		l->us[r->event->kind == EVENT_SEND ? !r->side : r->side] = -1;
	if (r->kind != ROW_ARRIVAL)
		l->edge[r->side] = r->side == CLIENT ? "├" : "┤";
	write_arrow(p, r, l, rest);
	p->part = AFTER;
	if (*rest)
		line_text(p, &nothing, rest, !ladder_lost(r) ? 0 :
			  r->side == CLIENT ? -1 : 1, segment_colour(r));
	write_fate(p, r);
	write_sure(p, r);
}

/* "12 2MSL timer starts: 60 s", at the edge of its side */
static void draw_remark(const struct pen *p, const struct ladder_row *r,
			const struct line *l, const char *text,
			enum ladder_colour colour)
{
	char buf[LABEL];

	if (!r->note)
		snprintf(buf, sizeof(buf), "%s", text);
	else if (r->side == CLIENT)
		snprintf(buf, sizeof(buf), "%zu %s", r->note, text);
	else
		snprintf(buf, sizeof(buf), "%s %zu", text, r->note);
	line_text(p, l, buf, r->side == CLIENT ? -1 : 1, colour);
}

static void draw_timer(const struct pen *p, const struct ladder_row *r,
		       const struct line *l)
{
	enum language lang = p->style->lang;
	const char *name = why_timer(r->event->timer, lang);
	char text[LABEL], span[LADDER_TEXT];

	if (r->kind == ROW_TIMER_SET) {
		bool anew = r->anew && !strcmp(r->event->timer, "2msl");

		snprintf(text, sizeof(text),
			 word(anew ? W_ANEW : W_STARTS, lang), name,
			 ladder_span(r->event->ms * 1000, span));
	} else if (r->waited >= 0) {
		snprintf(text, sizeof(text), word(W_FIRES_AFTER, lang), name,
			 ladder_span(r->waited, span));
	} else {
		snprintf(text, sizeof(text), word(W_FIRES, lang), name);
	}
	/* the time is in its column anyhow */
	if (text_width(text) + (r->note ? 4 : 1) > p->wire &&
	    r->kind == ROW_TIMER_FIRED)
		snprintf(text, sizeof(text), word(W_FIRES, lang), name);
	draw_remark(p, r, l, text, BLUE);
}

/* What programs called, above what came of it; two lines if that opens a connection. */
static void write_calls(struct pen *p, const char *const call[NSIDES],
			const enum word opens[NSIDES])
{
	struct line l = nothing;
	int side;

	p->part = BEFORE;
	for (side = 0; side < NSIDES; side++)
		l.state[side] = call[side];
	if (!call[CLIENT] && !call[SERVER])
		return;
	line_text(p, &l, "", 0, PLAIN);
	for (side = 0; side < NSIDES; side++)
		l.state[side] = opens[side] ? word(opens[side], p->style->lang) :
				NULL;
	if (opens[CLIENT] || opens[SERVER])
		line_text(p, &l, "", 0, PLAIN);
}

/* The call that made a side take the arc of a row, or NULL. */
static const char *call_of(const struct pen *p, const struct ladder_row *r,
			   unsigned int side)
{
	struct ladder_arc a = { .us = r->us, .arc = r->arc[side] };

	return r->arc[side] ? ladder_call(p->l, side, &a) : NULL;
}

/* With what the connection begins: a listener was there before. */
static void draw_calls(struct pen *p, const struct ladder_row *r)
{
	const char *call[NSIDES];
	enum word opens[NSIDES] = { 0, 0 };
	int side;

	for (side = 0; side < NSIDES; side++) {
		call[side] = call_of(p, r, side);
		if (call[side] && r->arc[side]->event == LCTCP_EV_ACTIVE_OPEN)
			opens[side] = W_ACTIVE_OPEN;
		if (p->row || call[side] || ladder_state(p->l, side, r->us - 1) !=
		    LCTCP_LISTEN)
			continue;
		call[side] = "listen()";
		opens[side] = W_PASSIVE_OPEN;
	}
	write_calls(p, call, opens);
}

static void draw_handed(const struct pen *p, const struct ladder_row *r,
			struct line *l)
{
	l->state[r->side] = ladder_handed(r);
	line_text(p, l, "", 0, PLAIN);
}

/* What does not fit beside the state has a line of its own. */
static void draw_recovery(struct pen *p, const struct ladder_row *r,
			  const struct line *l)
{
	int where = r->side == CLIENT ? -1 : 1;
	const char *comma = p->style->lang == LANG_ZH ? "，" : ", ";
	char text[LADDER_TEXT], *more = NULL, *at;

	draw_remark(p, r, l, ladder_recovery(r, p->style->lang, text),
		    r->event->lost ? RED : YELLOW);
	p->part = AFTER;
	ladder_windows(r, p->style->lang, text);
	if (text_width(text) > p->wire - 2)
		for (at = text; (at = strstr(at, comma)); at++)
			more = at;
	if (more)
		*more = 0;
	line_text(p, &nothing, text, where, DIM);
	if (more)
		line_text(p, &nothing, more + strlen(comma), where, DIM);
}

static void draw_row(struct pen *p, const struct ladder_row *r)
{
	struct line l = nothing;
	int side;

	draw_calls(p, r);
	p->part = FIRST;
	l.us[r->side] = r->us;
	for (side = 0; side < NSIDES; side++)
		if (r->arc[side])
			l.state[side] = lctcp_state_name(r->arc[side]->to);
	if (r->kind == ROW_SEGMENT || r->kind == ROW_ARRIVAL)
		draw_segment(p, r, &l);
	else if (r->kind == ROW_STATE)
		draw_remark(p, r, &l, lctcp_event_name(r->event->what), PLAIN);
	else if (r->kind == ROW_CALL)
		draw_handed(p, r, &l);
	else if (r->kind == ROW_RECOVERY)
		draw_recovery(p, r, &l);
	else
		draw_timer(p, r, &l);
}

static void draw_gap(const struct pen *p, long long us)
{
	struct line l = nothing;
	char text[32];

	l.edge[CLIENT] = "┊";
	l.edge[SERVER] = "┊";
	snprintf(text, sizeof(text), "… %.1f s …", us / 1e6);
	line_text(p, &l, text, 0, DIM);
}

/* When all before rung @i was over. */
static long long quiet_since(const struct pen *p, size_t i)
{
	long long us = p->l->start;

	while (i-- > 0)
		us = max(us, ladder_row_end(&p->rung[i].r));
	return us;
}

static void write_head(const struct pen *p, size_t from)
{
	char a[EVENT_END_TEXT], b[EVENT_END_TEXT];
	char text[2 * EVENT_END_TEXT + 16];
	const struct ladder *l = p->l;
	struct line line = nothing;
	int spare, side;

	event_end_text(&l->end[CLIENT], a, sizeof(a));
	event_end_text(&l->end[SERVER], b, sizeof(b));
	spare = p->wire + 2 - text_width(a) - text_width(b);
	ink(p, DIM);
	repeat(" ", TIME_W - 4, p->f);
	padded(word(W_TIME, p->style->lang), 5, p->f);
	padded(ladder_side(l, CLIENT, p->style->lang), STATE_W + 1, p->f);
	snprintf(text, sizeof(text), "%s%*s%s", a, max(spare, 1), "", b);
	fputs(text, p->f);
	fputc(' ', p->f);
	padded(ladder_side(l, SERVER, p->style->lang), STATE_W + 1 + TIME_W - 4,
	       p->f);
	fprintf(p->f, "%s\n", word(W_TIME, p->style->lang));
	ink(p, PLAIN);
	for (side = 0; side < NSIDES; side++)
		line.state[side] = lctcp_state_name(from ?
			l->row[from].state[side] :
			ladder_state(l, side, l->start - 1));
	line_text(p, &line, "", 0, PLAIN);
}

/* What holds for all numbers and times is said once, where it is met first. */
static void write_legend(const struct pen *p, size_t from, size_t to)
{
	enum word late = ladder_any_overdue(p->l);
	size_t i;

	ink(p, DIM);
	if (p->legend && !p->style->no_legend)
		text_wrap(word(W_SURE, p->style->lang), 0, 3, p->style, p->f);
	if (!from)
		text_wrap(ladder_relative(p->l, p->style->lang), 0, 3,
			  p->style, p->f);
	for (i = 0; late && i < p->l->n && ladder_overdue(&p->l->row[i]) != late; i++)
		;
	if (late && i >= from && i < to && i < p->l->n)
		text_wrap(word(late, p->style->lang), 0, 3, p->style, p->f);
	ink(p, PLAIN);
}

void ladder_text(const struct ladder *l, size_t from, size_t to,
		 const struct ladder_style *style, FILE *f)
{
	struct pen p = {
		.l = l,
		.style = style,
		.f = f,
		.wire = style->width - 2 * SIDE_W - 2,
		.bracket = calloc(2 * l->n + 1, sizeof(*p.bracket)),
	};
	bool ready = find_rungs(&p) && p.bracket;
	long long quiet = l->start;
	size_t end = 0;

	if (ready && from < l->n) {
		find_brackets(&p);
		p.zero = l->start;
		p.row = p.at[from];
		end = to < l->n ? p.at[to] : p.nrungs;
		quiet = quiet_since(&p, p.row);
		write_head(&p, from);
	}
	for (; p.row < end; p.row++) {
		const struct ladder_row *r = &p.rung[p.row].r;

		p.part = BEFORE;
		if (r->us - quiet >= GAP_US)
			draw_gap(&p, r->us - quiet);
		draw_row(&p, r);
		quiet = max(quiet, ladder_row_end(r));
	}
	if (ready)
		write_legend(&p, from, to);
	free(p.rung);
	free(p.at);
	free(p.there);
	free(p.bracket);
}

/* ---- why ---- */

#define WHY_INDENT	28

size_t ladder_why(const struct ladder *l, size_t from, size_t to,
		  const struct ladder_style *style, FILE *f)
{
	char title[LADDER_TEXT], rfc[32], text[1024];
	size_t i, n = 0;

	for (i = 0; i < l->nnotes; i++) {
		const struct ladder_note *note = &l->note[i];

		if (note->row < from || note->row >= to)
			continue;
		n++;
		fprintf(f, " %2zu  %s", i + 1, text_colour(style, BOLD));
		why_title(l, &note->why, style->lang, title, sizeof(title));
		padded(title, WHY_INDENT - 6, f);
		fputc(' ', f);
		fputs(text_colour(style, PLAIN), f);
		snprintf(text, sizeof(text), style->lang == LANG_ZH ? "%s（%s）" :
			 "%s (%s)", why_text(&note->why, style->lang),
			 why_rfc(&note->why, rfc, sizeof(rfc)));
		text_wrap(text, WHY_INDENT, WHY_INDENT, style, f);
	}
	return n;
}
