// SPDX-License-Identifier: GPL-2.0
/*
 * A plot as a picture: see plot.h.
 *
 *	sequence numbers over time
 *	state of recovery
 *	cwnd, ssthresh, octets in flight over time
 *	remarks
 *
 * Thousands of segments fall onto the same pixels.  What touches there becomes
 * one mark, which says how many it stands for; nothing is left out.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "plot.h"
#include "plot_scale.h"

static const struct svg_rule rules[] = {
	{ ".h1", "font-size:21px;font-weight:700;fill:#111827", "fill:#f0f3f6" },
	{ ".h2", "font-size:12.5px;fill:#6b7280", "fill:#9198a1" },
	{ ".small", "font-size:10.5px;fill:#6b7280", "fill:#9198a1" },
	{ ".axis-t", "font-size:11.5px;font-weight:700;fill:#374151", "fill:#c3cad2" },
	{ ".rule", "stroke:#e5e7eb;stroke-width:1", "stroke:#21262d" },
	{ ".grid", "stroke:#eceef1;stroke-width:1", "stroke:#1c2128" },
	{ ".frame", "stroke:#9aa2ad;stroke-width:1;fill:none", "stroke:#59616b" },
	{ ".key", "font-size:11.5px;fill:#374151", "fill:#c3cad2" },
	/* segments by why they left */
	{ ".seg", "stroke-width:2;fill:none", NULL },
	{ ".again", "stroke-width:3.2", NULL },
	{ ".new", "stroke:#15803d", "stroke:#46c36f" },
	{ ".timeout", "stroke:#c81e1e", "stroke:#ff7b72" },
	{ ".fast", "stroke:#b45309", "stroke:#e3a13d" },
	{ ".rack", "stroke:#1d4ed8", "stroke:#6ea4ff" },
	{ ".tail", "stroke:#0f766e", "stroke:#3fbfae" },
	{ ".other", "stroke:#111827", "stroke:#f0f3f6" },
	{ ".needless", "stroke:#be185d;stroke-width:1.6;fill:none", "stroke:#ff8ac0" },
	{ ".cross", "stroke:#c81e1e;stroke-width:1.8;stroke-linecap:round;fill:none",
	  "stroke:#ff7b72" },
	/* what came back */
	{ ".acked", "stroke:#4b5563;stroke-width:1.5;fill:none", "stroke:#a9b1bb" },
	{ ".edge", "stroke:#9aa2ad;stroke-width:1.3;stroke-dasharray:5 3;fill:none",
	  "stroke:#6b737d" },
	{ ".sack", "stroke:#8b5cf6;stroke-width:1.4;stroke-opacity:.55;fill:none",
	  "stroke:#a78bfa" },
	{ ".dsack", "stroke:#be185d;stroke-width:2;fill:none", "stroke:#ff8ac0" },
	/* congestion control */
	{ ".cwnd", "stroke:#1d4ed8;stroke-width:2.2;fill:none", "stroke:#6ea4ff" },
	{ ".ssthresh", "stroke:#b45309;stroke-width:1.5;stroke-dasharray:6 3;fill:none",
	  "stroke:#e3a13d" },
	{ ".pipe", "stroke:#15803d;stroke-width:1.1;fill:none", "stroke:#46c36f" },
	{ ".disorder", "fill:#fdf3d0", "fill:#3a3110" },
	{ ".cwr", "fill:#d3f1f4", "fill:#0d3a40" },
	{ ".recovery", "fill:#dbe7fd", "fill:#172f5c" },
	{ ".loss", "fill:#fbdada", "fill:#4c1717" },
	{ ".band-t", "font-size:10.5px;font-weight:700;fill:#374151", "fill:#c3cad2" },
	/* remarks */
	{ ".at", "stroke:#9aa2ad;stroke-width:1;stroke-dasharray:2 3", "stroke:#59616b" },
	{ ".badge", "fill:#111827;stroke:#fff;stroke-width:1.5", "fill:#e6edf3;stroke:#0d1117" },
	{ ".badge-t", "font-size:10px;font-weight:700;fill:#fff", "fill:#0d1117" },
	{ ".note-h", "font-size:12px;font-weight:700;fill:#111827", "fill:#f0f3f6" },
	{ ".note", "font-size:12px;fill:#374151", "fill:#c3cad2" },
};

#define LEFT		66.0	/* of the panels */
#define RIGHT		22.0
#define STRIP		22.0	/* between them: badges */
#define BADGE		8.5
#define NOTE_SIZE	12.0
#define NOTE_LINE	15.5
#define KEY_SIZE	11.5
#define KEY_LINE	18.0
#define NOTES_MAX	24	/* remarks told in words */

static const char *const why_class[PLOT_NWHYS] = {
	"new", "timeout", "fast", "rack", "tail", "other",
};

static const char *const ca_class[PLOT_NCAS] = {
	"", "disorder", "cwr", "recovery", "loss",
};

/* A panel: numbers from 0 to @top, y downwards. */
struct panel {
	double y, h, top;
	double step;
};

/* Marks that fall onto one pixel column, and touch. */
struct mark {
	double y1, y2;
	long long us, seq, end;
	size_t n;
	const struct plot_seg *seg;
};

struct column {
	struct mark *v;
	size_t n, room;
	long x;
	const char *class;
	const char *what;
	double least;		/* height of a mark */
};

/* Remarks that one badge is for: numbers from @first to @last, of those shown. */
struct note {
	size_t first, last;
	double x1, x2;
};

struct brush {
	const struct plot *p;
	const struct plot_style *style;
	FILE *f;
	double width, height, x1, x2;
	long long from, to;	/* us */
	double xstep;		/* s */
	struct panel seq, cc;
	double legend_y, notes_y;
	struct plot_stock stock;
	size_t mark, nmarks;	/* the first one shown, and how many */
	struct note *note;
	size_t nnotes;
	bool failed;
};

static const char *say(const struct brush *b, const char *en, const char *zh)
{
	return b->style->lang == LANG_ZH ? zh : en;
}

/* ---- scales ---- */

static double px(const struct brush *b, long long us)
{
	return b->x1 + (us - b->from) * (b->x2 - b->x1) / (b->to - b->from);
}

static double py(const struct panel *p, double v)
{
	return p->y + p->h - fmax(fmin(v, p->top), 0) * p->h / p->top;
}

static bool inside(const struct brush *b, long long us)
{
	return us >= b->from && us <= b->to;
}

static void set_scale(struct panel *p, double top)
{
	p->step = fmax(plot_step(top, p->h / 42), 1);
	p->top = top * 1.04;
}

/* ---- small things ---- */

static void line(FILE *f, double x1, double y1, double x2, double y2,
		 const char *class)
{
	fprintf(f, "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>\n",
		svg_num(x1), svg_num(y1), svg_num(x2), svg_num(y2), class);
}

static void rect(FILE *f, double x, double y, double w, double h,
		 const char *class)
{
	fprintf(f, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" class=\"%s\"/>\n",
		svg_num(x), svg_num(y), svg_num(w), svg_num(h), class);
}

/* "3", or "3–5" */
static double badge_text(size_t first, size_t last, char *text)
{
	if (first == last)
		snprintf(text, 48, "%zu", first);
	else
		snprintf(text, 48, "%zu–%zu", first, last);
	return fmax(2 * BADGE, svg_width(text, 10, true) + 9);
}

static void badge(FILE *f, double x, double y, size_t first, size_t last)
{
	char text[48];
	double w = badge_text(first, last, text);

	fprintf(f, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\" class=\"badge\"/>\n",
		svg_num(x - w / 2), svg_num(y - BADGE), svg_num(w),
		svg_num(2 * BADGE), svg_num(BADGE));
	svg_text(f, x, y + 3.6, "badge-t", "middle", text);
}

static const char *seconds(const struct brush *b, long long us, char *buf)
{
	snprintf(buf, 32, "%.*f s", min(plot_digits(b->xstep) + 2, 6),
		 (us - b->p->start) / 1e6);
	return buf;
}

/* ---- axes ---- */

/* In seconds from the beginning of the connection. */
static double first_tick(const struct brush *b)
{
	double from = (b->from - b->p->start) / 1e6;

	return ceil(from / b->xstep - 1e-9) * b->xstep;
}

static double last_tick(const struct brush *b)
{
	return (b->to - b->p->start + 0.5) / 1e6;
}

static double tick_x(const struct brush *b, double t)
{
	double range = (b->to - b->from) / 1e6;

	return b->x1 + (t - (b->from - b->p->start) / 1e6) *
	       (b->x2 - b->x1) / range;
}

static void draw_panel(const struct brush *b, const struct panel *p,
		       const char *title)
{
	char text[32];
	double v, t;

	for (v = 0; v <= p->top; v += p->step) {
		double y = py(p, v);

		if (v > 0)
			line(b->f, b->x1, y, b->x2, y, "grid");
		svg_text(b->f, b->x1 - 7, y + 3.6, "small", "end",
			 plot_octets(v, p->step, text));
	}
	for (t = first_tick(b); t <= last_tick(b); t += b->xstep)
		line(b->f, tick_x(b, t), p->y, tick_x(b, t), p->y + p->h,
		     "grid");
	svg_text(b->f, b->x1, p->y - 7, "axis-t", "start", title);
}

static void draw_frame(const struct brush *b, const struct panel *p)
{
	rect(b->f, b->x1, p->y, b->x2 - b->x1, p->h, "frame");
}

static void draw_times(const struct brush *b)
{
	double t, y = b->cc.y + b->cc.h + 15;
	int digits = plot_digits(b->xstep);
	char text[32];

	for (t = first_tick(b); t <= last_tick(b); t += b->xstep) {
		double x = tick_x(b, t);

		line(b->f, x, y - 15, x, y - 11, "frame");
		snprintf(text, sizeof(text), "%.*f", digits, fabs(t));
		if (x < b->x2 - 26)
			svg_text(b->f, x, y, "small", "middle", text);
	}
	svg_text(b->f, b->x2, y, "small", "end", say(b, "s", "秒"));
}

static void draw_bands(const struct brush *b, const struct panel *p, bool names)
{
	char text[32];
	size_t i;

	for (i = 0; i < b->p->nbands; i++) {
		const struct plot_band *band = &b->p->band[i];
		const char *name = plot_ca_name(band->ca, b->style->lang);
		double x1, x2;

		if (band->to < b->from || band->from > b->to)
			continue;
		x1 = px(b, max(band->from, b->from));
		x2 = fmax(px(b, min(band->to, b->to)), x1 + 1);
		fprintf(b->f, "<g><title>%s, ",	seconds(b, band->from, text));
		fprintf(b->f, "%s: %s</title>\n",
			ladder_span(band->to - band->from, text), name);
		rect(b->f, x1, p->y, x2 - x1, p->h, ca_class[band->ca]);
		if (names && svg_width(name, 10.5, true) + 8 < x2 - x1)
			svg_text(b->f, (x1 + x2) / 2, p->y + 13, "band-t",
				 "middle", name);
		fputs("</g>\n", b->f);
	}
}

/* ---- marks by columns ---- */

static void mark_title(const struct brush *b, const struct column *c,
		       const struct mark *m)
{
	const struct plot_seg *s = m->seg;
	char text[64];

	fprintf(b->f, "<title>%s: ", seconds(b, m->us, text));
	if (m->n > 1)
		fprintf(b->f, say(b, "%zu ×, ", "%zu 个，"), m->n);
	fprintf(b->f, "seq %lld–%lld, %s", m->seq, m->end, c->what);
	if (m->n == 1 && s && s->lost)
		fputs(say(b, ", lost", "，丢失"), b->f);
	if (m->n == 1 && s && s->lost && s->fault)
		fprintf(b->f, say(b, " by the rule “%s %s”", "（规则“%s %s”）"),
			s->fault->verb, s->fault->role);
	if (m->n == 1 && s && s->drop)
		fprintf(b->f, "; %s", why_drop(s->drop->reason, b->style->lang));
	fputs("</title>", b->f);
}

static void flush(const struct brush *b, struct column *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		const struct mark *m = &c->v[i];
		double y1 = m->y1, y2 = m->y2;

		if (y1 - y2 < c->least) {	/* to be seen at all */
			y1 = (m->y1 + m->y2 + c->least) / 2;
			y2 = y1 - c->least;
		}
		fprintf(b->f, "<path d=\"M%s %sV%s\" class=\"%s\">",
			svg_num(c->x + 0.5), svg_num(y1), svg_num(y2),
			c->class);
		mark_title(b, c, m);
		fputs("</path>\n", b->f);
	}
	c->n = 0;
}

/* Numbers from @seq to @end at @us.  Events are in the order of time. */
static void put(struct brush *b, struct column *c, long long us, long long seq,
		long long end, const struct plot_seg *seg)
{
	long x = inside(b, us) ? lround(px(b, us)) : 0;
	double y1 = py(&b->seq, seq), y2 = py(&b->seq, end);
	struct mark *m;
	size_t i;

	if (!inside(b, us))
		return;
	if (x != c->x)
		flush(b, c);
	c->x = x;
	for (i = c->n; i--;) {
		m = &c->v[i];
		if (y2 > m->y1 + 1 || y1 < m->y2 - 1)
			continue;
		m->y1 = fmax(m->y1, y1);
		m->y2 = fmin(m->y2, y2);
		m->seq = min(m->seq, seq);
		m->end = max(m->end, end);
		m->n++;
		return;
	}
	m = array_more(&c->v, c->n, &c->room, sizeof(*m));
	if (!m) {
		b->failed = true;
		return;
	}
	c->n++;
	*m = (struct mark){ y1, y2, us, seq, end, 1, seg };
}

static void draw_segs(struct brush *b, unsigned int why)
{
	struct column c = {
		.x = -1, .what = plot_why_name(why, b->style->lang),
		.least = why == PLOT_NEW ? 2.4 : 7,
	};
	char class[32];
	size_t i;

	snprintf(class, sizeof(class), why == PLOT_NEW ? "seg %s" : "seg again %s",
		 why_class[why]);
	c.class = class;
	for (i = 0; i < b->p->nsegs; i++) {
		const struct plot_seg *s = &b->p->seg[i];

		if (s->why == why)
			put(b, &c, s->us, s->seq, s->seq + s->len, s);
	}
	flush(b, &c);
	free(c.v);
}

static void draw_blocks(struct brush *b, bool twice)
{
	struct column c = {
		.x = -1, .class = twice ? "dsack" : "sack", .least = 2.4,
		.what = twice ? say(b, "arrived twice (D-SACK)", "到达两次（D-SACK）") :
				say(b, "has arrived (SACK)", "已到达（SACK）"),
	};
	size_t i;

	for (i = 0; i < b->p->nblocks; i++) {
		const struct plot_block *k = &b->p->block[i];

		if (k->twice == twice)
			put(b, &c, k->us, k->start, k->end, NULL);
	}
	flush(b, &c);
	free(c.v);
}

/* Crosses and rings: one for all that are closer than it is wide. */
static void draw_signs(struct brush *b, bool lost)
{
	double x = -100, y = -100;
	size_t i, n = 0;
	char text[32];

	for (i = 0; i < b->p->nsegs; i++) {
		const struct plot_seg *s = &b->p->seg[i];
		double sx = px(b, s->us);
		double sy = py(&b->seq, s->seq + s->len / 2.0);

		if (!(lost ? s->lost : s->needless) || !inside(b, s->us))
			continue;
		n++;
		if (fabs(sx - x) < 3 && fabs(sy - y) < 3)
			continue;
		x = sx;
		y = sy;
		if (lost)
			fprintf(b->f, "<path d=\"M%s %sl7 7m0 -7l-7 7\" class=\"cross\">",
				svg_num(x - 3.5), svg_num(y - 3.5));
		else
			fprintf(b->f, "<circle cx=\"%s\" cy=\"%s\" r=\"5\" class=\"needless\">",
				svg_num(x), svg_num(y));
		fprintf(b->f, "<title>%s: seq %lld–%lld, %s</title>%s\n",
			seconds(b, s->us, text), s->seq, s->seq + s->len,
			lost ? say(b, "lost", "丢失") :
			say(b, "for nothing", "多余的重传"),
			lost ? "</path>" : "</circle>");
	}
}

/* ---- lines ---- */

/**
 * struct pen - a line of steps, thinned to what a column of pixels shows
 * @x:		of the column
 * @low:	there, as are @high and @last
 * @on:		the line has begun
 */
struct pen {
	const struct panel *panel;
	double x, low, high, last, drawn;
	bool on;
};

static void pen_flush(const struct brush *b, struct pen *p)
{
	if (p->high > p->last)
		fprintf(b->f, "V%s", svg_num(py(p->panel, p->high)));
	if (p->low < p->last)
		fprintf(b->f, "V%s", svg_num(py(p->panel, p->low)));
	fprintf(b->f, "V%s", svg_num(py(p->panel, p->last)));
}

static void pen_to(const struct brush *b, struct pen *p, long long us, double v)
{
	double x = floor(px(b, max(us, b->from)) * 2 + 0.5) / 2;

	if (us > b->to)
		return;
	if (!p->on) {
		fprintf(b->f, "M%s %s", svg_num(x), svg_num(py(p->panel, v)));
		*p = (struct pen){ p->panel, x, v, v, v, v, true };
		return;
	}
	if (x > p->x) {
		pen_flush(b, p);
		fprintf(b->f, "H%s", svg_num(x));
		p->low = v;
		p->high = v;
	}
	p->x = x;
	p->low = fmin(p->low, v);
	p->high = fmax(p->high, v);
	p->last = v;
}

static void pen_end(const struct brush *b, struct pen *p, long long us)
{
	if (!p->on)
		return;
	pen_flush(b, p);
	fprintf(b->f, "H%s", svg_num(px(b, max(min(us, b->to), b->from))));
}

static void line_begin(const struct brush *b, const char *class,
		       const char *title)
{
	fprintf(b->f, "<g class=\"%s\"><title>%s</title><path d=\"", class,
		title);
}

/* What was before the time shown goes on into it. */
static void draw_acks(const struct brush *b)
{
	struct pen pen = { .panel = &b->seq };
	size_t i;

	line_begin(b, "acked", say(b, "acknowledged", "已确认"));
	for (i = 0; i < b->p->nacks; i++)
		pen_to(b, &pen, b->p->ack[i].us, b->p->ack[i].ack);
	pen_end(b, &pen, b->p->last);
	fputs("\"/></g>\n", b->f);
}

enum { CWND, SSTHRESH, PIPE, EDGE };

static double value(const struct plot_state *s, int what)
{
	switch (what) {
	case CWND:
		return s->cwnd;
	case SSTHRESH:
		return s->ssthresh < PLOT_NEVER ? s->ssthresh : -1.0;
	case PIPE:
		return s->pipe;
	}
	return s->edge;
}

static void draw_state(const struct brush *b, const struct panel *panel,
		       int what, const char *class, const char *title)
{
	struct pen pen = { .panel = panel };
	size_t i;

	line_begin(b, class, title);
	for (i = 0; i < b->p->nstates; i++) {
		double v = value(&b->p->state[i], what);

		if (v >= 0 && v <= panel->top) {
			pen_to(b, &pen, b->p->state[i].us, v);
			continue;
		}
		/* it is not there, or above all that is shown */
		pen_end(b, &pen, b->p->state[i].us);
		pen.on = false;
	}
	pen_end(b, &pen, b->p->last);
	fputs("\"/></g>\n", b->f);
}

/* ---- legend ---- */

/* One thing of the legend; where the next one begins.  Without @draw it only
 * takes its room.
 */
static void key(const struct brush *b, double *x, double *y, const char *class,
		char shape, const char *text, bool draw)
{
	double w = 20 + svg_width(text, KEY_SIZE, false) + 16, m;

	if (*x + w > b->width - RIGHT + 16 && *x > b->x1) {
		*x = 26;
		*y += KEY_LINE;
	}
	m = *y - 4;
	if (draw && shape == '|')
		fprintf(b->f, "<path d=\"M%s %sv11\" class=\"%s\"/>\n",
			svg_num(*x + 7), svg_num(m - 5.5), class);
	else if (draw && shape == '-')
		line(b->f, *x, m, *x + 15, m, class);
	else if (draw && shape == 'x')
		fprintf(b->f, "<path d=\"M%s %sl7 7m0 -7l-7 7\" class=\"%s\"/>\n",
			svg_num(*x + 3.5), svg_num(m - 3.5), class);
	else if (draw && shape == 'o')
		fprintf(b->f, "<circle cx=\"%s\" cy=\"%s\" r=\"5\" class=\"%s\"/>\n",
			svg_num(*x + 7), svg_num(m), class);
	else if (draw)
		rect(b->f, *x, m - 6, 15, 12, class);
	if (draw)
		svg_text(b->f, *x + 20, *y, "key", "start", text);
	*x += w;
}

static void legend(const struct brush *b, double *y, bool draw)
{
	char text[PLOT_TEXT], class[32];
	double x = 26;
	unsigned int i;

	for (i = 0; i < PLOT_NWHYS; i++) {
		if (!b->stock.count[i])
			continue;
		snprintf(text, sizeof(text), "%s: %zu",
			 plot_why_name(i, b->style->lang), b->stock.count[i]);
		snprintf(class, sizeof(class),
			 i == PLOT_NEW ? "seg %s" : "seg again %s",
			 why_class[i]);
		key(b, &x, y, class, '|', text, draw);
	}
	if (b->stock.needless) {
		snprintf(text, sizeof(text), "%s: %zu",
			 say(b, "sent again for nothing", "多余的重传"), b->stock.needless);
		key(b, &x, y, "needless", 'o', text, draw);
	}
	if (!b->p->blind || b->stock.lost) {
		snprintf(text, sizeof(text), "%s: %zu", say(b, "lost", "丢失"),
			 b->stock.lost);
		key(b, &x, y, "cross", 'x', text, draw);
	}
	if (b->p->nacks)
		key(b, &x, y, "acked", '-', say(b, "acknowledged", "已确认"), draw);
	if (b->stock.edges)
		key(b, &x, y, "edge", '-', say(b, "end of the receiver's window",
					       "接收窗口的右沿"), draw);
	if (b->stock.sacks)
		key(b, &x, y, "sack", '|', say(b, "SACK block", "SACK 块"), draw);
	if (b->stock.dsacks)
		key(b, &x, y, "dsack", '|', "D-SACK", draw);
	if (b->stock.states) {
		key(b, &x, y, "cwnd", '-', "cwnd", draw);
		if (b->stock.ssthresh)
			key(b, &x, y, "ssthresh", '-', "ssthresh", draw);
		key(b, &x, y, "pipe", '-', say(b, "in flight", "在途"), draw);
	}
	for (i = PLOT_DISORDER; i < PLOT_NCAS; i++)
		if (b->stock.bands[i])
			key(b, &x, y, ca_class[i], '#',
			    plot_ca_name(i, b->style->lang), draw);
}

/* ---- remarks ---- */

static void note_room(const struct brush *b, struct note *n)
{
	double x1 = px(b, b->p->mark[b->mark + n->first - 1].us);
	double x2 = px(b, b->p->mark[b->mark + n->last - 1].us);
	char text[48];
	double w = badge_text(n->first, n->last, text);

	n->x1 = (x1 + x2 - w) / 2;
	n->x2 = (x1 + x2 + w) / 2;
}

/* Those whose numbers would lie upon one another share a badge. */
static bool find_notes(struct brush *b)
{
	size_t i, room = 0;

	for (i = 0; i < b->p->nmarks; i++) {
		struct note *n;

		if (!inside(b, b->p->mark[i].us))
			continue;
		if (!b->nmarks)
			b->mark = i;
		b->nmarks++;
		n = array_more(&b->note, b->nnotes, &room, sizeof(*n));
		if (!n)
			return false;
		b->nnotes++;
		*n = (struct note){ b->nmarks, b->nmarks, 0, 0 };
		note_room(b, n);
		for (; n > b->note && n->x1 < n[-1].x2 + 1; n--) {
			n[-1].last = n->last;
			note_room(b, &n[-1]);
			b->nnotes--;
		}
	}
	return true;
}

static void draw_badges(const struct brush *b)
{
	double y = b->cc.y - STRIP / 2 - 14, last = -10;
	size_t i;

	for (i = 0; i < b->nmarks; i++) {
		double x = px(b, b->p->mark[b->mark + i].us);

		if (x - last < 1)
			continue;
		last = x;
		line(b->f, x, b->seq.y, x, b->seq.y + b->seq.h, "at");
		line(b->f, x, b->cc.y, x, b->cc.y + b->cc.h, "at");
	}
	for (i = 0; i < b->nnotes; i++) {
		const struct note *n = &b->note[i];

		badge(b->f, (n->x1 + n->x2) / 2, y, n->first, n->last);
	}
}

/* All remarks in words, or as much room as they need. */
static void notes(const struct brush *b, double *y, bool draw)
{
	size_t i, n = b->nmarks < NOTES_MAX ? b->nmarks : NOTES_MAX, fit;
	char text[PLOT_TEXT + 64], piece[PLOT_TEXT + 64];
	double indent = 26 + (n > 9 ? 32 : 26);
	const char *at;

	for (i = 0; i < n; i++) {
		const struct plot_mark *m = &b->p->mark[b->mark + i];

		seconds(b, m->us, text);
		strcat(text, say(b, ": ", "："));
		plot_remark(m, b->style->lang, text + strlen(text));
		if (draw)
			badge(b->f, 26 + (n > 9 ? 11 : BADGE), *y - 4, i + 1,
			      i + 1);
		for (at = text; *at; at += fit) {
			fit = svg_fit(at, b->width - RIGHT - indent, NOTE_SIZE);
			snprintf(piece, sizeof(piece), "%.*s", (int)fit, at);
			if (draw)
				svg_text(b->f, indent, *y, "note", "start",
					 piece);
			*y += NOTE_LINE;
		}
		*y += 4;
	}
	if (n < b->nmarks) {
		snprintf(text, sizeof(text), say(b, "… and %zu more", "……另有 %zu 条"),
			 b->nmarks - n);
		if (draw)
			svg_text(b->f, indent, *y, "note", "start", text);
		*y += NOTE_LINE;
	}
}

/* ---- the page ---- */

static bool place(struct brush *b)
{
	const struct plot *p = b->p;
	double y = 99;

	b->width = b->style->width ?: PLOT_WIDTH;
	b->x1 = LEFT;
	b->x2 = b->width - RIGHT;
	plot_take_stock(p, b->style, &b->stock);
	b->from = b->stock.from;
	b->to = b->stock.to;
	b->legend_y = y;
	legend(b, &y, false);
	b->seq.y = y + 34;
	b->seq.h = fmin(fmax(b->width * 0.37, 230), 560);
	b->cc.y = b->seq.y + b->seq.h + STRIP + 20;
	b->cc.h = fmin(fmax(b->width * 0.19, 130), 280);
	if (!b->stock.states) {
		b->cc.y = b->seq.y;
		b->cc.h = b->seq.h;
	}
	set_scale(&b->seq, b->stock.seq_top);
	set_scale(&b->cc, b->stock.cc_top);
	b->xstep = plot_step((b->to - b->from) / 1e6, (b->x2 - b->x1) / 70);
	if (!find_notes(b))
		return false;
	b->notes_y = b->cc.y + b->cc.h + 46;
	y = b->notes_y;
	notes(b, &y, false);
	b->height = y + 24;
	return true;
}

static void draw_all(struct brush *b, const char *title, const char *sum)
{
	double y = b->legend_y;
	unsigned int why;

	svg_text(b->f, 26, 42, "h1", "start", title);
	svg_text(b->f, 26, 63, "h2", "start", sum);
	line(b->f, 26, 76, b->width - RIGHT, 76, "rule");
	legend(b, &y, true);
	draw_bands(b, &b->seq, false);
	draw_panel(b, &b->seq, b->p->midway ?
		   say(b, "sequence number, from the first one seen",
		       "序号（从最先见到的算起）") :
		   say(b, "sequence number, from the SYN", "序号（从 SYN 算起）"));
	if (b->stock.states) {
		draw_bands(b, &b->cc, true);
		draw_panel(b, &b->cc, say(b, "cwnd, ssthresh, in flight (octets)",
					  "cwnd、ssthresh、在途（字节）"));
	}
	draw_times(b);
	if (b->stock.states)
		draw_badges(b);
	draw_blocks(b, false);
	if (b->stock.edges)
		draw_state(b, &b->seq, EDGE, "edge",
			   say(b, "end of the receiver's window", "接收窗口的右沿"));
	draw_acks(b);
	for (why = 0; why < PLOT_NWHYS; why++)
		if (b->stock.count[why])
			draw_segs(b, why);
	draw_blocks(b, true);
	draw_signs(b, false);
	draw_signs(b, true);
	draw_frame(b, &b->seq);
	if (b->stock.states) {
		draw_state(b, &b->cc, SSTHRESH, "ssthresh", "ssthresh");
		draw_state(b, &b->cc, CWND, "cwnd", "cwnd");
		draw_state(b, &b->cc, PIPE, "pipe", say(b, "in flight", "在途"));
		draw_frame(b, &b->cc);
	}
	y = b->notes_y;
	notes(b, &y, true);
}

bool plot_svg(const struct plot *p, const struct plot_style *style, FILE *f)
{
	struct brush b = { .p = p, .style = style, .f = f };
	char sum[PLOT_TEXT];
	struct svg_head head = {
		.xml_lang = lang_name(style->lang),
		.title = style->title ?: say(&b, "Sequence numbers and cwnd",
					     "序号与 cwnd"),
		.desc = sum,
		.theme = style->theme,
		.rules = rules,
		.nrules = sizeof(rules) / sizeof(rules[0]),
	};

	if (!place(&b)) {
		free(b.note);
		return false;
	}
	plot_summary(p, style->lang, sum);
	head.width = b.width;
	head.height = b.height;
	svg_begin(f, &head);
	draw_all(&b, head.title, sum);
	svg_end(f);
	free(b.note);
	return !b.failed;
}
