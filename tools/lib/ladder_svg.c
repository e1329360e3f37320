// SPDX-License-Identifier: GPL-2.0
/* A ladder as a picture: see ladder.h and ladder_layout.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ladder_layout.h"
#include "svg.h"

static const struct svg_rule rules[] = {
	{ ".h1", "font-size:21px;font-weight:700;fill:#111827", "fill:#f0f3f6" },
	{ ".h2", "font-size:12.5px;fill:#6b7280", "fill:#9198a1" },
	{ ".who", "font-size:14px;font-weight:700;fill:#111827", "fill:#f0f3f6" },
	{ ".addr", "font-size:10.5px;fill:#6b7280", "fill:#9198a1" },
	{ ".time", "font-size:10.5px;fill:#6b7280", "fill:#9198a1" },
	{ ".state", "font-size:10.5px;font-weight:700;letter-spacing:.02em", NULL },
	{ ".call", "font-size:10.5px;fill:#111827", "fill:#e6edf3" },
	{ ".how", "font-size:10px;fill:#4b5563", "fill:#c3cad2" },
	{ ".nums", "font-size:10.5px;font-weight:400;fill:#6b7280", "fill:#9198a1" },
	{ ".small", "font-size:10.5px;fill:#6b7280", "fill:#9198a1" },
	/* phases: the bar, and the words in it */
	{ ".opening", "fill:#fdeccb", "fill:#4a3410" },
	{ ".opening-t", "fill:#8a4b06", "fill:#f5c97a" },
	{ ".open", "fill:#d5f0dc", "fill:#113a22" },
	{ ".open-t", "fill:#166534", "fill:#7ee2a0" },
	{ ".closing", "fill:#dbe7fd", "fill:#172f5c" },
	{ ".closing-t", "fill:#1e40af", "fill:#9cc0ff" },
	{ ".waiting", "fill:#ebe3fb", "fill:#34205c" },
	{ ".waiting-t", "fill:#5b21b6", "fill:#c9b0ff" },
	{ ".none", "fill:#f4f5f7", "fill:#161b22" },
	{ ".none-t", "fill:#6b7280", "fill:#9198a1" },
	{ ".life", "stroke:#9aa2ad;stroke-width:1.6", "stroke:#59616b" },
	/* segments: the line, its head and its name */
	{ ".line", "stroke-width:1.7;fill:none", NULL },
	{ ".name", "font-size:12px;font-weight:700", NULL },
	{ ".syn", "stroke:#b45309", "stroke:#e3a13d" },
	{ ".syn-f", "fill:#b45309", "fill:#e3a13d" },
	{ ".data", "stroke:#15803d", "stroke:#46c36f" },
	{ ".data-f", "fill:#15803d", "fill:#46c36f" },
	{ ".fin", "stroke:#1d4ed8", "stroke:#6ea4ff" },
	{ ".fin-f", "fill:#1d4ed8", "fill:#6ea4ff" },
	{ ".ack", "stroke:#4b5563", "stroke:#a9b1bb" },
	{ ".ack-f", "fill:#374151", "fill:#c3cad2" },
	{ ".rst", "stroke:#c81e1e", "stroke:#ff7b72" },
	{ ".rst-f", "fill:#c81e1e", "fill:#ff7b72" },
	{ ".lost", "stroke-dasharray:7 4", NULL },
	{ ".cross", "stroke:#c81e1e;stroke-width:2.6;stroke-linecap:round", "stroke:#ff7b72" },
	{ ".fate", "font-size:10.5px;font-weight:600;fill:#c81e1e", "fill:#ff7b72" },
	/* what a side is sure of */
	{ ".sure", "fill:#166534;stroke:#166534;stroke-width:1.2", "fill:#7ee2a0;stroke:#7ee2a0" },
	{ ".unsure", "fill:#fff;stroke:#6b7280;stroke-width:1.2", "fill:#0d1117;stroke:#9198a1" },
	/* timers */
	{ ".span", "stroke:#0f766e;stroke-width:1.6;fill:none", "stroke:#3fbfae" },
	{ ".stopped", "stroke-dasharray:3 3", NULL },
	{ ".dot", "fill:#0f766e;stroke:#0f766e;stroke-width:1.4", "fill:#3fbfae;stroke:#3fbfae" },
	{ ".ring", "fill:#fff;stroke:#0f766e;stroke-width:1.4", "fill:#0d1117;stroke:#3fbfae" },
	{ ".span-t", "font-size:10.5px;font-weight:600;fill:#0f766e", "fill:#3fbfae" },
	{ ".span-n", "font-size:10.5px;fill:#0f766e", "fill:#3fbfae" },
	/* breaks */
	{ ".tear", "stroke:#b6bcc6;stroke-width:1;fill:none", "stroke:#4a525c" },
	{ ".pill", "fill:#fff;stroke:#d4d8de;stroke-width:1", "fill:#0d1117;stroke:#3a424c" },
	{ ".pill-t", "font-size:11px;font-weight:600;fill:#6b7280", "fill:#9198a1" },
	/* sentences */
	{ ".badge", "fill:#111827;stroke:#fff;stroke-width:1.5", "fill:#e6edf3;stroke:#0d1117" },
	{ ".badge-t", "font-size:10px;font-weight:700;fill:#fff", "fill:#0d1117" },
	{ ".note-h", "font-size:12px;font-weight:700;fill:#111827", "fill:#f0f3f6" },
	{ ".note", "font-size:12px;fill:#374151", "fill:#c3cad2" },
	{ ".rule", "stroke:#e5e7eb;stroke-width:1", "stroke:#21262d" },
};

#define SURE_STEP	10.0	/* from mark to mark */

/**
 * struct brush - what the drawing functions need
 * @p:		where all is
 * @l:		what it is
 * @f:		where to
 */
struct brush {
	const struct layout *p;
	const struct ladder *l;
	FILE *f;
};

static const char *kind(const struct ladder_row *r)
{
	unsigned int flags = r->event->flags;

	return flags & SEG_RST ? "rst" : flags & SEG_SYN ? "syn" :
	       flags & SEG_FIN ? "fin" : r->event->len ? "data" : "ack";
}

static void line(FILE *f, double x1, double y1, double x2, double y2,
		 const char *class)
{
	fprintf(f, "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>\n",
		svg_num(x1), svg_num(y1), svg_num(x2), svg_num(y2), class);
}

static void circle(FILE *f, double x, double y, double r, const char *class)
{
	fprintf(f, "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" class=\"%s\"/>\n",
		svg_num(x), svg_num(y), svg_num(r), class);
}

static void badge(FILE *f, double x, double y, size_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", number);
	circle(f, x, y, 8.5, "badge");
	svg_text(f, x, y + 3.6, "badge-t", "middle", text);
}

/* ---- states ---- */

static void bar_piece(const struct brush *b, unsigned int side, double from,
		      double to, unsigned int state)
{
	double x = b->p->bar[side];
	char class[32];

	if (to - from < 0.5)
		return;
	fprintf(b->f, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"3\" class=\"%s\"/>\n",
		svg_num(x), svg_num(from + 0.7), svg_num(b->p->bar_w),
		svg_num(to - from - 1.4), ladder_phase(state));
	if (!state || to - from < 13)
		return;
	snprintf(class, sizeof(class), "state %s-t", ladder_phase(state));
	svg_text(b->f, x + b->p->bar_w / 2, from + 12.5, class, "middle",
		 lctcp_state_name(state));
}

/* What the side is sure of from here on, below the name of its state. */
static void draw_sure(const struct brush *b, unsigned int side,
		      const struct ladder_arc *a, double y)
{
	unsigned int sure = ladder_sure(b->l, side, a->us);
	double x = b->p->bar[side] + b->p->bar_w / 2 - 1.5 * SURE_STEP;
	unsigned int bit;

	fputs("<g>\n<title>", b->f);
	svg_puts(b->f, word(W_SURE, b->p->lang));
	fputs("</title>\n", b->f);
	for (bit = OWN_SENDING; bit <= PEER_RECEIVING; bit <<= 1) {
		circle(b->f, x, y, 3.2, sure & bit ? "sure" : "unsure");
		x += SURE_STEP;
	}
	fputs("</g>\n", b->f);
}

/* What the program called, above the state that this led to. */
static void draw_call(const struct brush *b, unsigned int side,
		      const struct ladder_arc *a, double y)
{
	const char *call = ladder_call(b->l, side, a);
	double x = b->p->bar[side] + b->p->bar_w / 2;

	if (!call)
		return;
	svg_text(b->f, x, y - 5, "call mono", "middle", call);
	if (a->arc->event == LCTCP_EV_ACTIVE_OPEN)
		svg_text(b->f, x, y - 5 - CALL_LINE, "how", "middle",
			 word(W_ACTIVE_OPEN, b->p->lang));
}

static void draw_listen(const struct brush *b, unsigned int side)
{
	double x = b->p->bar[side] + b->p->bar_w / 2;

	svg_text(b->f, x, b->p->top + 26, "call mono", "middle", "listen()");
	svg_text(b->f, x, b->p->top + 26 + CALL_LINE, "how", "middle",
		 word(W_PASSIVE_OPEN, b->p->lang));
}

/* What recovery does, in the bar of its side; and the window that it has, or the
 * packet that tries out the path.
 */
static void draw_recovery(const struct brush *b, size_t i)
{
	const struct ladder_row *r = &b->l->row[i];
	double x = b->p->bar[r->side] + b->p->bar_w / 2;
	double y = b->p->arrow[i].y1 + 3.5;
	char text[LADDER_TEXT], cwnd[32];

	fputs("<g>\n<title>", b->f);
	svg_puts(b->f, ladder_windows(r, b->p->lang, text));
	fputs("</title>\n", b->f);
	svg_text(b->f, x, y, r->event->lost ? "fate" : "call", "middle",
		 ladder_recovery(r, b->p->lang, text));
	if (r->event->kind == EVENT_PATH)
		snprintf(cwnd, sizeof(cwnd), word(W_OCTETS, b->p->lang),
			 r->event->size);
	else
		snprintf(cwnd, sizeof(cwnd), "cwnd %u", r->event->cwnd);
	svg_text(b->f, x, y + CALL_LINE, "how", "middle", cwnd);
	fputs("</g>\n", b->f);
}

static void draw_bar(const struct brush *b, unsigned int side)
{
	const struct ladder *l = b->l;
	unsigned int state = ladder_state(l, side, l->start - 1);
	double from = b->p->top;
	size_t i;

	for (i = 0; i < l->narcs[side]; i++) {
		const struct lctcp_arc *arc = l->arc[side][i].arc;

		if (arc->to == state)
			continue;
		bar_piece(b, side, from, b->p->arc[side][i], state);
		from = b->p->arc[side][i];
		state = arc->to;
	}
	bar_piece(b, side, from, b->p->bottom, state);
	for (i = 0; i < l->narcs[side]; i++) {
		draw_call(b, side, &l->arc[side][i], b->p->arc[side][i]);
		if (ladder_opens(l->arc[side][i].arc))
			draw_sure(b, side, &l->arc[side][i],
				  b->p->arc[side][i] + 21);
	}
	for (i = 0; i < l->n; i++) {
		if (l->row[i].side != side)
			continue;
		if (l->row[i].kind == ROW_CALL)
			svg_text(b->f, b->p->bar[side] + b->p->bar_w / 2,
				 b->p->arrow[i].y1 + 3.5, "call mono", "middle",
				 ladder_handed(&l->row[i]));
		else if (l->row[i].kind == ROW_RECOVERY)
			draw_recovery(b, i);
	}
	if (layout_listens(l, side))
		draw_listen(b, side);
	line(b->f, b->p->wire[side], b->p->top, b->p->wire[side],
	     b->p->bottom, "life");
}

static void draw_ticks(const struct brush *b)
{
	size_t i;

	for (i = 0; i < b->p->nticks; i++) {
		const struct lay_label *t = &b->p->tick[i];

		svg_text(b->f, b->p->time[t->side], t->y + 3.5, "time mono",
			 t->side == CLIENT ? "end" : "start", t->text);
	}
}

/* ---- timers ---- */

static double lane_x(const struct layout *p, unsigned int side,
		     unsigned int lane)
{
	return p->timer[side] + (side == CLIENT ? -9.0 : 9.0) * lane;
}

static void draw_span(const struct brush *b, size_t i)
{
	const struct ladder_timer *t = &b->l->timer[i];
	const struct lay_timer *s = &b->p->span[i];
	double x = lane_x(b->p, t->side, s->lane);
	double tick = x + (t->side == CLIENT ? 6 : -6);

	fprintf(b->f, "<path d=\"M%s %sH%sV%s\" class=\"span%s\"/>\n",
		svg_num(tick), svg_num(s->y1), svg_num(x), svg_num(s->y2),
		t->how == TIMER_STOPPED ? " stopped" : "");
	if (t->how == TIMER_FIRED)
		circle(b->f, x, s->y2, 3.4, "dot");
	else if (t->how != TIMER_RUNS)
		circle(b->f, x, s->y2, 3.4, "ring");
	else
		fprintf(b->f, "<path d=\"M%s %sl4 6l4 -6\" class=\"span\"/>\n",
			svg_num(x - 4), svg_num(s->y2 - 2));
}

static void draw_spans(const struct brush *b)
{
	size_t i;

	for (i = 0; i < b->l->ntimers; i++)
		if (b->p->span[i].shown)
			draw_span(b, i);
}

static void draw_span_labels(const struct brush *b)
{
	char span[LADDER_TEXT];
	size_t i;

	for (i = 0; i < b->p->nspan_labels; i++) {
		const struct lay_label *t = &b->p->span_label[i];
		const struct ladder_timer *timer = &b->l->timer[t->i];
		double x = lane_x(b->p, t->side, b->p->span[t->i].lane) +
			   (t->side == CLIENT ? -8 : 8);
		const char *anchor = t->side == CLIENT ? "end" : "start";

		svg_text(b->f, x, t->y - 2, "span-t halo", anchor,
			 why_timer_short(timer->name, b->p->lang));
		svg_text(b->f, x, t->y + 11, "span-n halo", anchor,
			 ladder_span(timer->ms * 1000, span));
	}
}

/* ---- breaks ---- */

/* A torn edge from @x1 to @x2. */
static void tear(FILE *f, double x1, double x2, double y)
{
	double x;

	fprintf(f, "<path d=\"M%s %s", svg_num(x1), svg_num(y));
	for (x = x1; x + 15 <= x2 + 0.1; x += 15)
		fprintf(f, "q3.8 -4 7.5 0t7.5 0");
	fprintf(f, "\" class=\"tear\"/>\n");
}

static void draw_fold(const struct brush *b, const struct lay_fold *fold)
{
	const struct layout *p = b->p;
	double left = fmin(p->timer[CLIENT] - 30, p->bar[CLIENT]);
	double right = fmax(p->timer[SERVER] + 30, p->bar[SERVER] + p->bar_w);
	char span[LADDER_TEXT];
	double w;
	int side;

	fprintf(b->f, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"6\" class=\"bg\"/>\n",
		svg_num(left), svg_num(fold->y - 3), svg_num(right - left));
	for (side = 0; side < NSIDES; side++) {
		tear(b->f, p->bar[side], p->bar[side] + p->bar_w, fold->y - 3);
		tear(b->f, p->bar[side], p->bar[side] + p->bar_w, fold->y + 3);
	}
	ladder_span(fold->us, span);
	w = svg_width(span, 11, true) + 22;
	fprintf(b->f, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"19\" rx=\"9.5\" class=\"pill\"/>\n",
		svg_num(fold->x - w / 2), svg_num(fold->y - 9.5), svg_num(w));
	svg_text(b->f, fold->x, fold->y + 4, "pill-t", "middle", span);
}

/* ---- segments ---- */

static void draw_cross(FILE *f, double x, double y)
{
	line(f, x - 5, y - 5, x + 5, y + 5, "cross");
	line(f, x - 5, y + 5, x + 5, y - 5, "cross");
}

/* For who points at it, and who hears the picture. */
static void arrow_title(const struct brush *b, const struct ladder_row *r)
{
	char text[LADDER_TEXT], when[32];

	fputs("<title>", b->f);
	svg_puts(b->f, layout_time(b->p, r->us, when, sizeof(when)));
	fprintf(b->f, " s, %s: ", ladder_side(b->l, r->side, b->p->lang));
	svg_puts(b->f, ladder_name(b->l, r, b->p->lang, text));
	fputc(' ', b->f);
	svg_puts(b->f, ladder_octets(r, b->p->lang, text));
	fputc(' ', b->f);
	svg_puts(b->f, ladder_numbers(b->l, r, text));
	fputs("</title>\n", b->f);
}

static double degrees(double radians)
{
	return radians * 180 / M_PI;
}

/* Text along the arrow, with its middle at @x and so far below the line. */
static void along(const struct brush *b, const struct lay_arrow *a, double x,
		  double below, const char *class, const char *text)
{
	fprintf(b->f, "<text transform=\"translate(%s %s) rotate(%s)\" y=\"%s\" text-anchor=\"middle\" class=\"halo %s\">",
		svg_num(x), svg_num(arrow_y(a, x)),
		svg_num(degrees(atan2(a->sin, a->cos))),
		svg_num(below), class);
	svg_puts(b->f, text);
}

static double along_x(const struct lay_arrow *a, double at)
{
	return fmin(a->x1, a->x2) + at * fabs(a->x2 - a->x1);
}

static void arrow_label(const struct brush *b, const struct ladder_row *r,
			const struct lay_arrow *a)
{
	char class[32], fate[LADDER_TEXT];

	snprintf(class, sizeof(class), "name %s-f", kind(r));
	along(b, a, along_x(a, a->at), a->below ? 14 : -6, class, a->name);
	if (a->split) {
		fputs("</text>\n", b->f);
		along(b, a, along_x(a, a->numbers_at), a->below ? -6 : 14,
		      "nums mono", a->numbers);
		if (r->arrived >= 0 && *arrow_fate(r, b->p->lang, fate)) {
			fputs("<tspan dx=\"8\" class=\"fate\">", b->f);
			svg_puts(b->f, fate);
			fputs("</tspan>", b->f);
		}
	} else {
		fprintf(b->f, "<tspan dx=\"8\" class=\"nums mono\">");
		svg_puts(b->f, a->numbers);
		fputs("</tspan>", b->f);
	}
	fputs("</text>\n", b->f);
}

/* In the bar of who did it. */
static void draw_drop(const struct brush *b, const struct ladder_row *r,
		      const struct lay_arrow *a)
{
	double sign = a->x2 > a->x1 ? 1 : -1;
	char text[LADDER_TEXT];

	if (*ladder_drop(r, b->p->lang, text))
		svg_text(b->f, a->x2 + 5 * sign, a->y2 - 4, "small",
			 sign > 0 ? "start" : "end",
			 why_drop(r->drop->reason, b->p->lang));
}

/* What happened to it besides: the rule, and why it was dropped. */
static void draw_fate(const struct brush *b, const struct ladder_row *r,
		      const struct lay_arrow *a)
{
	double sign = a->x2 > a->x1 ? 1 : -1;
	char text[LADDER_TEXT];

	const char *anchor = sign > 0 ? "start" : "end";

	if (r->arrived < 0 && r->fault) {
		svg_text(b->f, a->x2 + 13 * sign, a->y2 - 2, "fate halo",
			 anchor, word(ladder_lost(r) ? W_LOST_BY : W_DELAYED_BY,
				      b->p->lang));
		svg_text(b->f, a->x2 + 13 * sign, a->y2 + 11, "fate halo",
			 anchor, ladder_rule(r, text, sizeof(text)));
		return;
	}
	if (r->arrived < 0) {
		svg_text(b->f, a->x2 + 13 * sign, a->y2 + 4, "fate halo",
			 anchor, ladder_fate(r, b->p->lang, text));
		return;
	}
	draw_drop(b, r, a);
	if (a->split || !*arrow_fate(r, b->p->lang, text))
		return;
	along(b, a, along_x(a, a->fate_at), a->fate_below ? 14 : -6, "fate",
	      text);
	fputs("</text>\n", b->f);
}

static void arrow_head(const struct brush *b, const struct ladder_row *r,
		       const struct lay_arrow *a)
{
	double angle = atan2(a->y2 - a->y1, a->x2 - a->x1);

	fprintf(b->f, "<path d=\"M0 0L-11 -4.5L-8.5 0L-11 4.5Z\" transform=\"translate(%s %s) rotate(%s)\" class=\"%s-f\"/>\n",
		svg_num(a->x2), svg_num(a->y2),
		svg_num(degrees(angle)), kind(r));
}

static void draw_arrow(const struct brush *b, size_t i)
{
	const struct ladder_row *r = &b->l->row[i];
	const struct lay_arrow *a = &b->p->arrow[i];
	double sign = a->x2 > a->x1 ? 1 : -1, x;
	char class[32];

	fputs("<g>\n", b->f);
	arrow_title(b, r);
	snprintf(class, sizeof(class), "line %s%s", kind(r),
		 r->arrived < 0 || r->kind == ROW_ARRIVAL ? " lost" : "");
	x = a->x2 - (r->arrived >= 0 ? 8 * a->cos * sign : 0);
	line(b->f, a->x1, a->y1, x, arrow_y(a, x), class);
	if (ladder_lost(r))
		draw_cross(b->f, a->x2, a->y2);
	else
		arrow_head(b, r, a);
	arrow_label(b, r, a);
	draw_fate(b, r, a);
	if (r->note) {
		x = a->x1 + 27 * sign;
		badge(b->f, x, arrow_y(a, x), r->note);
	}
	fputs("</g>\n", b->f);
}

/* The bracket that begins or ends in a row about a timer, or NULL. */
static const struct lay_timer *span_of(const struct brush *b,
				       const struct ladder_row *r)
{
	size_t i;

	for (i = 0; i < b->l->ntimers; i++) {
		const struct ladder_timer *t = &b->l->timer[i];

		if (t->side == r->side && b->p->span[i].shown &&
		    r->us == (r->kind == ROW_TIMER_SET ? t->set : t->end) &&
		    !strcmp(t->name, r->event->timer))
			return &b->p->span[i];
	}
	return NULL;
}

/* Where a late segment came: what became of it, and its number, at the head. */
static void draw_arrival(const struct brush *b, const struct ladder_row *r)
{
	const struct lay_arrow *a;
	double x;

	if (ladder_old(b->l, r))
		return;
	a = &b->p->arrow[r->of];
	draw_drop(b, r, a);
	x = a->x2 - (a->x2 > a->x1 ? 27 : -27) * a->cos;
	if (r->note)
		badge(b->f, x, arrow_y(a, x), r->note);
}

/* The number of a sentence about a timer or a call: at its bracket, or at the
 * lifeline.
 */
static void draw_mark(const struct brush *b, size_t i)
{
	const struct ladder_row *r = &b->l->row[i];
	const struct lay_timer *span = NULL;
	double x = b->p->wire[r->side];

	if (r->kind == ROW_ARRIVAL)
		draw_arrival(b, r);
	if (r->kind == ROW_ARRIVAL || !r->note)
		return;
	if (r->kind != ROW_STATE)
		span = span_of(b, r);
	if (span)
		x = lane_x(b->p, r->side, span->lane);
	badge(b->f, x, b->p->arrow[i].y1, r->note);
}

/* ---- sentences ---- */

/* The last line has the source behind it, if there is room. */
static void note_end(const struct brush *b, double x, double y,
		     const char *text, const char *rfc, bool apart)
{
	fprintf(b->f, "<text x=\"%s\" y=\"%s\" class=\"note\">", svg_num(x),
		svg_num(y));
	svg_puts(b->f, text);
	if (apart)
		fprintf(b->f, "<tspan x=\"%s\" dy=\"%s\"", svg_num(x),
			svg_num(NOTE_LINE));
	else
		fputs("<tspan dx=\"8\"", b->f);
	fprintf(b->f, " class=\"small\">%s</tspan></text>\n", rfc);
}

static void draw_note(const struct brush *b, const struct lay_label *at)
{
	const struct ladder_note *note = &b->l->note[at->i];
	double x = b->p->note + NOTE_INDENT, y = at->y - at->h / 2 + 13;
	double room = b->p->note_w - NOTE_INDENT;
	const char *text = why_text(&note->why, b->p->lang);
	char buf[512], rfc[32];
	size_t n;

	badge(b->f, b->p->note + 8.5, y - 4, at->i + 1);
	svg_text(b->f, x, y, "note-h", "start",
		 why_title(b->l, &note->why, b->p->lang, buf, sizeof(buf)));
	for (;; text += n) {
		n = svg_fit(text, room, FONT_NOTE);
		snprintf(buf, sizeof(buf), "%.*s", (int)n, text);
		y += NOTE_LINE;
		if (!text[n])
			break;
		svg_text(b->f, x, y, "note", "start", buf);
	}
	why_rfc(&note->why, rfc, sizeof(rfc));
	note_end(b, x, y, buf, rfc,
		 svg_width(buf, FONT_NOTE, false) + 8 +
		 svg_width(rfc, FONT_SMALL, false) > room);
}

/* ---- the page ---- */

static bool any_opens(const struct ladder *l)
{
	unsigned int side;
	size_t i;

	for (side = 0; side < NSIDES; side++)
		for (i = 0; i < l->narcs[side]; i++)
			if (ladder_opens(l->arc[side][i].arc))
				return true;
	return false;
}

static void draw_head(const struct brush *b, const char *title)
{
	const struct layout *p = b->p;
	char text[2 * EVENT_END_TEXT + LADDER_TEXT], span[LADDER_TEXT];
	char end[NSIDES][EVENT_END_TEXT];
	size_t i, segments = 0, lost = 0;
	int side;

	for (i = 0; i < b->l->n; i++) {
		segments += b->l->row[i].kind == ROW_SEGMENT;
		lost += ladder_lost(&b->l->row[i]);
	}
	snprintf(text, sizeof(text),
		 word(segments == 1 ? W_SUMMARY_ONE : W_SUMMARY, p->lang),
		 segments, lost,
		 ladder_span(b->l->stop - b->l->start, span));
	svg_text(b->f, 26, 42, "h1", "start", title);
	svg_text(b->f, 26, 63, "h2", "start", text);
	if (any_opens(b->l))
		svg_text(b->f, p->width - 26, 63, "small", "end",
			 word(W_SURE, p->lang));
	line(b->f, 26, 76, p->width - 26, 76, "rule");
	for (side = 0; side < NSIDES; side++) {
		double x = p->bar[side] + p->bar_w / 2;

		event_end_text(&b->l->end[side], end[side], sizeof(end[side]));
		svg_text(b->f, x, 101, "who", "middle",
			 ladder_side(b->l, side, p->lang));
		svg_text(b->f, x, 116, "addr mono", "middle", end[side]);
	}
}

/* How long a piece of the scale is: 1, 2 or 5 of something. */
static double scale_bar(const struct brush *b, char *text)
{
	double crossing = layout_crossing(b->l), us = 1;
	static const int steps[] = { 2, 5, 10 };
	int i = 0;

	while (us * b->p->unit / crossing < 9 && us < 1e12) {
		us *= steps[i % 3] / (i % 3 ? steps[i % 3 - 1] : 1.0);
		i++;
	}
	ladder_span(us + 0.5, text);
	return us * b->p->unit / crossing;
}

/* What a mark at @x means; where the next one may begin. */
static double key(const struct brush *b, double x, double y, const char *mark,
		  enum word w)
{
	const char *text = word(w, b->p->lang);

	if (mark) {
		circle(b->f, x + 3.4, y - 3.5, 3.4, mark);
		x += 12;
	}
	svg_text(b->f, x, y, "small", "start", text);
	return x + svg_width(text, FONT_SMALL, false) / SVG_SPARE + 18;
}

static double key_width(const struct brush *b, enum word w)
{
	return svg_width(word(w, b->p->lang), FONT_SMALL, false) / SVG_SPARE;
}

static bool any_dropped(const struct brush *b)
{
	char text[LADDER_TEXT];
	size_t i;

	for (i = 0; i < b->l->n; i++)
		if (*ladder_drop(&b->l->row[i], b->p->lang, text))
			return true;
	return false;
}

/* What holds for all numbers and times. */
static void draw_remarks(const struct brush *b, double y)
{
	const char *text = ladder_relative(b->l, b->p->lang);
	enum word late = ladder_any_overdue(b->l);

	svg_text(b->f, 26, y, "small", "start", text);
	if (late)
		svg_text(b->f, b->p->width - 26, y, "small", "end",
			 word(late, b->p->lang));
}

static void draw_foot(const struct brush *b)
{
	double x = 26, y = b->p->height - 38, bar;
	char span[LADDER_TEXT];

	draw_remarks(b, y + 18);
	line(b->f, 26, y - 20, b->p->width - 26, y - 20, "rule");
	x = key(b, x, y, NULL, W_TO_SCALE) - 8;
	bar = scale_bar(b, span);
	fprintf(b->f, "<path d=\"M%s %sh6m-3 0v%sm-3 0h6\" class=\"life\" fill=\"none\"/>\n",
		svg_num(x), svg_num(y - 3.5 - bar / 2), svg_num(bar));
	svg_text(b->f, x + 12, y, "small", "start", span);
	if (any_dropped(b))
		key(b, b->p->bar[SERVER] - 90, y, NULL, W_WHY_DROPPED);
	if (!b->p->nspan_labels)
		return;
	x = b->p->width - 26 - key_width(b, W_STOPPED) - 12;
	key(b, x, y, "ring", W_STOPPED);
	key(b, x - 18 - key_width(b, W_FIRED) - 12, y, "dot", W_FIRED);
}

static void describe(const struct ladder *l, enum language lang, char *buf,
		     size_t size)
{
	char name[LADDER_TEXT];
	size_t i, n = 0;

	*buf = 0;
	for (i = 0; i < l->n && n + 2 * LADDER_TEXT < size; i++) {
		const struct ladder_row *r = &l->row[i];

		if (r->kind != ROW_SEGMENT)
			continue;
		n += snprintf(buf + n, size - n, "%s%.3f s %s: %s%s",
			      n ? "; " : "", (r->us - l->start) / 1e6,
			      ladder_side(l, r->side, lang),
			      ladder_name(l, r, lang, name),
			      ladder_lost(r) ? " ✗" : "");
	}
}

static void draw_all(const struct brush *b, const char *title)
{
	const struct layout *p = b->p;
	size_t i;

	draw_head(b, title);
	draw_bar(b, CLIENT);
	draw_bar(b, SERVER);
	draw_spans(b);
	for (i = 0; i < p->nfolds; i++)
		draw_fold(b, &p->fold[i]);
	draw_span_labels(b);
	draw_ticks(b);
	for (i = 0; i < b->l->n; i++)
		if (b->l->row[i].kind == ROW_SEGMENT ||
		    ladder_old(b->l, &b->l->row[i]))
			draw_arrow(b, i);
	for (i = 0; i < b->l->n; i++)
		if (b->l->row[i].kind != ROW_SEGMENT)
			draw_mark(b, i);
	for (i = 0; i < b->l->nnotes; i++)
		draw_note(b, &p->notes[i]);
	draw_foot(b);
}

bool ladder_svg(const struct ladder *l, const struct ladder_svg_style *style,
		FILE *f)
{
	struct layout *p = layout_new(l, style->lang, style->width);
	struct brush b = { p, l, f };
	char desc[4096];
	struct svg_head head = {
		.xml_lang = lang_name(style->lang),
		.title = style->title ?: word(W_CONNECTION, style->lang),
		.desc = desc,
		.theme = style->theme,
		.rules = rules,
		.nrules = ARRAY_SIZE(rules),
	};

	if (!p)
		return false;
	describe(l, style->lang, desc, sizeof(desc));
	head.width = p->width;
	head.height = p->height;
	svg_begin(f, &head);
	draw_all(&b, head.title);
	svg_end(f);
	layout_free(p);
	return true;
}
