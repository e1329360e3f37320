// SPDX-License-Identifier: GPL-2.0
/* The page of a ladder: see ladder_layout.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ladder_layout.h"
#include "svg.h"

#define MARGIN		26.0
#define TIMER_W		76.0	/* brackets and their labels, of one side */
#define LANE_W		9.0
#define MAX_LANES	3
#define BAR_W		90.0
#define NOTES_W		246.0
#define NOTES_GAP	30.0
#define HEAD_H		126.0	/* above the bars */
#define FOOT_H		74.0	/* below */
#define LEAD		30.0	/* of a bar, before the first mark */
#define TRAIL		34.0	/* after the last one */
#define FOLD_H		40.0	/* at least, and at most: */
#define FOLD_MOST	84.0
#define STATE_H		19.0	/* so that its name fits */
#define SURE_H		29.0	/* ... and what its side is sure of */
#define SEND_H		25.0	/* so that two labels do */
#define TICK_H		12.5
#define NOTE_GAP	11.0
#define PAPER		1.414	/* A4, upright */
#define NEAR		40	/* rows that may be in each other's way */
#define BADGE_X		27.0	/* from a tail, of the number */

long long layout_crossing(const struct ladder *l)
{
	return l->crossing ?: 1000;
}

/* ---- marks ---- */

/* At the same moment in this order: a cause before its effect. */
enum mark_kind {
	ARRIVAL, TIMER_OVER, CHANGE, HANDED, TOLD, SENDING, TIMER_BEGINS, LOSS,
};

/**
 * struct mark - something that happens
 * @us:		when
 * @kind:	enum mark_kind
 * @side:	where
 * @row:	of a segment
 * @y:		to be found
 */
struct mark {
	long long us;
	unsigned int kind, side;
	size_t row;
	double *y;
};

static int by_time(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->us != y->us)
		return x->us < y->us ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return (int)x->side - (int)y->side;
}

static void mark(struct layout *p, long long us, unsigned int kind,
		 unsigned int side, size_t row, double *y)
{
	p->mark[p->nmarks++] = (struct mark){ us, kind, side, row, y };
}

/* How far a lost segment comes. */
#define LOST_AT		0.56

static void mark_row(struct layout *p, size_t i)
{
	const struct ladder_row *r = &p->l->row[i];
	struct lay_arrow *a = &p->arrow[i];

	if (ladder_old(p->l, r)) {
		mark(p, r->us, ARRIVAL, !r->side, i, &a->y1);
		return;
	}
	if (r->kind == ROW_ARRIVAL) {	/* its arrow is that of the row before */
		mark(p, r->us, TIMER_OVER, !r->side, i, &a->y1);
		return;
	}
	mark(p, r->us, r->kind == ROW_SEGMENT ? SENDING :
	     r->kind == ROW_CALL ? HANDED :
	     r->kind == ROW_RECOVERY ? TOLD : CHANGE, r->side, i, &a->y1);
	if (r->kind != ROW_SEGMENT)
		return;
	if (r->arrived >= 0)
		mark(p, max(r->arrived, r->us), ARRIVAL, !r->side, i, &a->y2);
	else
		mark(p, r->us + p->l->crossing * LOST_AT, LOSS, r->side, i,
		     &a->y2);
}

static bool make_marks(struct layout *p)
{
	const struct ladder *l = p->l;
	size_t most = 2 * l->n + l->narcs[CLIENT] + l->narcs[SERVER] +
		      2 * l->ntimers + 1, i;
	unsigned int side;

	p->mark = calloc(most, sizeof(*p->mark));
	if (!p->mark)
		return false;
	for (i = 0; i < l->n; i++)
		mark_row(p, i);
	for (side = 0; side < NSIDES; side++)
		for (i = 0; i < l->narcs[side]; i++)
			mark(p, l->arc[side][i].us, CHANGE, side, l->n,
			     &p->arc[side][i]);
	for (i = 0; i < l->ntimers; i++) {
		mark(p, l->timer[i].set, TIMER_BEGINS, l->timer[i].side, l->n,
		     &p->span[i].y1);
		mark(p, l->timer[i].end, TIMER_OVER, l->timer[i].side, l->n,
		     &p->span[i].y2);
	}
	qsort(p->mark, p->nmarks, sizeof(*p->mark), by_time);
	return true;
}

/**
 * struct cursor - where on the page time has come to
 * @us:		the last mark's time
 * @y:		... and place
 * @row:	the last row that has begun
 * @sent:	of each side, the last segment that it sent
 * @came:	... that came to it
 * @changed:	... change of state, and room for what is written there
 */
struct cursor {
	long long us;
	double y;
	size_t row;
	double sent[NSIDES], came[NSIDES], changed[NSIDES];
};

static void at_least(double *y, double least)
{
	if (*y < least)
		*y = least;
}

static bool is_arc(const struct layout *p, const struct mark *m)
{
	return m->kind == CHANGE && m->row == p->l->n;
}

static double state_height(const struct layout *p, const struct mark *m)
{
	const struct ladder_arc *a;

	a = &p->l->arc[m->side][m->y - p->arc[m->side]];
	return ladder_opens(a->arc) ? SURE_H : STATE_H;
}

double layout_call(const struct ladder *l, unsigned int side,
		   const struct ladder_arc *a)
{
	if (!ladder_call(l, side, a))
		return 0;
	return a->arc->event == LCTCP_EV_ACTIVE_OPEN ? 2 * CALL_LINE : CALL_LINE;
}

bool layout_listens(const struct ladder *l, unsigned int side)
{
	return ladder_state(l, side, l->start - 1) == LCTCP_LISTEN;
}

/* The first place for a mark that collides with nothing before it. */
static double free_place(const struct layout *p, struct cursor *c,
			 const struct mark *m, double y)
{
	bool flat = !p->l->crossing;

	if (m->kind == SENDING) {
		at_least(&y, c->sent[m->side] + SEND_H);
		if (flat)
			at_least(&y, c->sent[!m->side] + SEND_H);
		c->sent[m->side] = y;
	} else if (m->kind == ARRIVAL && !flat) {
		at_least(&y, c->came[m->side] + SEND_H * 0.8);
		c->came[m->side] = y;
	} else if (is_arc(p, m)) {
		const struct ladder_arc *a =
			&p->l->arc[m->side][m->y - p->arc[m->side]];

		at_least(&y, c->changed[m->side] +
			     layout_call(p->l, m->side, a));
		c->changed[m->side] = y + state_height(p, m);
	} else if (m->kind == HANDED) {
		at_least(&y, c->changed[m->side] + CALL_LINE / 2);
		c->changed[m->side] = y + CALL_LINE * 0.7;
	} else if (m->kind == TOLD) {
		at_least(&y, c->changed[m->side] + CALL_LINE / 2);
		c->changed[m->side] = y + CALL_LINE * 1.7;
	}
	return y;
}

/* Gaps longer than that many crossings are folded. */
#define FOLD_AT		2.2

static void place_marks(struct layout *p, double unit, double fold_h)
{
	long long crossing = layout_crossing(p->l);
	struct cursor c = { p->l->start, p->top + LEAD, 0, { -1e9, -1e9 },
			    { -1e9, -1e9 }, { -1e9, -1e9 } };
	size_t i;
	int side;

	for (side = 0; side < NSIDES; side++)
		c.changed[side] = p->top + STATE_H +
				  2 * CALL_LINE * layout_listens(p->l, side);

	p->unit = unit;
	p->fold_h = fold_h;
	p->nfolds = 0;
	for (i = 0; i < p->nmarks; i++) {
		const struct mark *m = &p->mark[i];
		double gap = (double)(m->us - c.us) / crossing;
		double y = c.y + gap * unit;

		if (gap > FOLD_AT) {
			y = c.y + p->fold_h / 2 + 1.5;
			/* a state that has just begun has its name there */
			at_least(&y, fmax(c.changed[CLIENT], c.changed[SERVER]) + 3);
			p->fold[p->nfolds].us = m->us - c.us;
			p->fold[p->nfolds].row = c.row;
			p->fold[p->nfolds++].y = y;
			for (side = 0; side < NSIDES; side++)
				c.changed[side] = y + 9;
			y += p->fold_h / 2 - 1.5;
		}
		y = free_place(p, &c, m, y);
		*m->y = y;
		c.us = m->us;
		if (m->kind != HANDED && m->kind != TOLD)	/* it finds room, and makes none */
			c.y = y;
		if (m->kind == SENDING)
			c.row = m->row;
	}
	/* what is taken to arrive as it leaves does not so before it */
	for (i = 0; i < p->l->n; i++)
		if (p->l->row[i].kind == ROW_SEGMENT)
			at_least(&p->arrow[i].y2, p->arrow[i].y1);
	at_least(&c.y, fmax(c.changed[CLIENT], c.changed[SERVER]) - TRAIL);
	p->bottom = c.y + TRAIL;
}

/* ---- labels ---- */

/* Labels in the order of @want, moved as little as will keep them from touching
 * each other or leaving [low, high]: groups that touch move together.
 */
static void spread(struct lay_label *v, size_t n, double low, double high)
{
	struct group {
		double sum, h, y;
		size_t n;
	} *g = calloc(n + 1, sizeof(*g));
	size_t used = 0, i, k = 0;
	double y;

	if (!g)
		return;
	for (i = 0; i < n; i++) {
		struct group *last = &g[used++];

		*last = (struct group){ v[i].want - v[i].h / 2, v[i].h, 0, 1 };
		for (;;) {
			last->y = last->sum / last->n;
			last->y = fmax(fmin(last->y, high - last->h), low);
			if (used == 1 || last[-1].y + last[-1].h <= last->y)
				break;
			/* their wants, as seen from the first's top */
			last[-1].sum += last->sum - last->n * last[-1].h;
			last[-1].n += last->n;
			last[-1].h += last->h;
			last--;
			used--;
		}
	}
	for (i = 0; i < used; i++) {
		y = g[i].y;
		while (g[i].n--) {
			v[k].y = y + v[k].h / 2;
			y += v[k++].h;
		}
	}
	free(g);
}

static int by_side_and_want(const void *a, const void *b)
{
	const struct lay_label *x = a, *y = b;

	if (x->side != y->side)
		return x->side < y->side ? -1 : 1;
	if (x->want != y->want)
		return x->want < y->want ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

static void spread_sides(struct lay_label *v, size_t n, double low, double high)
{
	size_t first = 0;

	if (!n)
		return;
	qsort(v, n, sizeof(*v), by_side_and_want);
	while (first < n && v[first].side == CLIENT)
		first++;
	spread(v, first, low, high);
	spread(v + first, n - first, low, high);
}

const char *layout_time(const struct layout *p, long long us, char *buf,
			size_t size)
{
	long long since = us - p->l->start;

	if (p->digits == 3)
		snprintf(buf, size, "%lld.%03lld", since / 1000000,
			 since / 1000 % 1000);
	else
		snprintf(buf, size, "%lld.%06lld", since / 1000000,
			 since % 1000000);
	return buf;
}

/* Is it what the end did that is not in the trace? */
static bool is_assumed(const struct layout *p, const struct mark *m)
{
	const struct ladder_row *r = &p->l->row[m->row];
	unsigned int unseen;

	if (m->row == p->l->n || !r->assumed)
		return false;
	unseen = r->event->kind == EVENT_SEND ? !r->side : r->side;
	return m->side == unseen;
}

/* Every mark that a reader may want the time of; the same time once. */
static void place_ticks(struct layout *p)
{
	const struct lay_label *last[NSIDES] = { NULL, NULL };
	size_t i;

	p->nticks = 0;
	for (i = 0; i < p->nmarks; i++) {
		const struct mark *m = &p->mark[i];
		struct lay_label *t = &p->tick[p->nticks];

		if (m->kind == LOSS || m->kind == TIMER_BEGINS)
			continue;
		if (is_assumed(p, m))
			continue;
		*t = (struct lay_label){ .want = *m->y, .h = TICK_H,
					 .side = m->side, .i = i };
		layout_time(p, m->us, t->text, sizeof(t->text));
		if (last[m->side] && !strcmp(last[m->side]->text, t->text) &&
		    (m->kind == HANDED ||
		     t->want - last[m->side]->want < TICK_H))
			continue;
		last[m->side] = t;
		p->nticks++;
	}
	spread_sides(p->tick, p->nticks, p->top, p->bottom);
}

/* ---- timers ---- */

static bool lane_is_free(const struct layout *p, size_t i, unsigned int lane)
{
	size_t j = i > 2 * NEAR ? i - 2 * NEAR : 0;

	for (; j < i; j++)
		if (p->span[j].shown && p->span[j].lane == lane &&
		    p->l->timer[j].side == p->l->timer[i].side &&
		    p->span[j].y2 > p->span[i].y1 + 0.5)
			return false;
	return true;
}

static void place_timers(struct layout *p)
{
	size_t i;

	p->nspan_labels = 0;
	for (i = 0; i < p->l->ntimers; i++) {
		struct lay_timer *s = &p->span[i];
		struct lay_label *t = &p->span_label[p->nspan_labels];

		if (p->l->timer[i].how == TIMER_RUNS)
			s->y2 = p->bottom;
		s->lane = 0;
		while (s->lane < MAX_LANES && !lane_is_free(p, i, s->lane))
			s->lane++;
		s->shown = s->lane < MAX_LANES;
		if (!s->shown)
			continue;
		*t = (struct lay_label){ .want = (s->y1 + s->y2) / 2, .h = 29,
					 .side = p->l->timer[i].side, .i = i };
		p->nspan_labels++;
	}
	spread_sides(p->span_label, p->nspan_labels, p->top, p->bottom + 14);
}

/* ---- notes ---- */

static size_t note_lines(const struct layout *p, const struct ladder_note *note)
{
	const char *text = why_text(&note->why, p->lang);
	double room = p->note_w - NOTE_INDENT, used = 0;
	char rfc[32];
	size_t lines = 0, n;

	for (; *text; text += n, lines++) {
		char line[512];

		n = svg_fit(text, room, FONT_NOTE);
		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		used = svg_width(line, FONT_NOTE, false);
	}
	why_rfc(&note->why, rfc, sizeof(rfc));
	return lines + (used + 8 + svg_width(rfc, FONT_SMALL, false) > room);
}

/* Their heights; how much all of them need. */
static double measure_notes(struct layout *p)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < p->l->nnotes; i++) {
		size_t lines = 1 + note_lines(p, &p->l->note[i]);

		p->notes[i].i = i;
		p->notes[i].h = lines * NOTE_LINE + NOTE_GAP;
		sum += p->notes[i].h;
	}
	return sum;
}

/* Their first lines want to be where their rows begin. */
static void place_notes(struct layout *p)
{
	size_t i;

	for (i = 0; i < p->l->nnotes; i++)
		p->notes[i].want = p->arrow[p->l->note[i].row].y1 - 9 +
				   p->notes[i].h / 2;
	/* in the order of their numbers, though not all of their times */
	for (i = 1; i < p->l->nnotes; i++)
		at_least(&p->notes[i].want, p->notes[i - 1].want);
	spread(p->notes, p->l->nnotes, p->top - 16, 1e9);
	if (p->l->nnotes) {
		const struct lay_label *last = &p->notes[p->l->nnotes - 1];

		if (last->y + last->h / 2 > p->bottom)
			spread(p->notes, p->l->nnotes, p->top - 16,
			       fmax(p->bottom, p->top - 16 + p->notes[0].h));
		at_least(&p->height, last->y + last->h / 2 + FOOT_H);
	}
}

/* ---- arrows ---- */

double arrow_y(const struct lay_arrow *a, double x)
{
	return a->x1 == a->x2 ? a->y1 :
	       a->y1 + (x - a->x1) * (a->y2 - a->y1) / (a->x2 - a->x1);
}

static bool is_arrow(const struct layout *p, size_t i)
{
	return p->l->row[i].kind == ROW_SEGMENT ||
	       ladder_old(p->l, &p->l->row[i]);
}

static void span_x(const struct lay_arrow *a, double *left, double *right)
{
	*left = fmin(a->x1, a->x2);
	*right = fmax(a->x1, a->x2);
}

static double label_middle(const struct lay_arrow *a)
{
	double left, right;

	span_x(a, &left, &right);
	return left + a->at * (right - left);
}

/* How far the middle of a label is off its line. */
static double off_line(const struct lay_arrow *a)
{
	return a->below ? 10 : -10;
}

/* The middle of a label's band at @x. */
static double label_y(const struct lay_arrow *a, double x)
{
	return arrow_y(a, x) + off_line(a) / a->cos;
}

/* The numbers of @a as a label of their own. */
static struct lay_arrow numbers_of(const struct lay_arrow *a)
{
	struct lay_arrow n = *a;

	n.at = a->numbers_at;
	n.below = !a->below;
	n.w = a->numbers_w;
	n.split = false;
	return n;
}

/* Is the point on the label of @a? */
static bool on_label(const struct lay_arrow *a, double x, double y)
{
	struct lay_arrow numbers;
	double dx = x - label_middle(a);
	double dy = y - arrow_y(a, label_middle(a));

	if (a->split) {
		numbers = numbers_of(a);
		if (on_label(&numbers, x, y))
			return true;
	}
	return fabs(dx * a->cos + dy * a->sin) < a->w / 2 + 7 &&
	       fabs(dy * a->cos - dx * a->sin - off_line(a)) < 14;
}

/* How badly the label of @a sits on the line and the label of @b. */
static double clash(const struct lay_arrow *a, const struct lay_arrow *b,
		    bool placed)
{
	double left, right, bad = 0, x, y, t;
	int i;

	span_x(b, &left, &right);
	for (i = 0; i <= 8; i++) {
		t = a->w * (i / 8.0 - 0.5);
		x = label_middle(a) + t * a->cos - off_line(a) * a->sin;
		y = arrow_y(a, label_middle(a)) + t * a->sin +
		    off_line(a) * a->cos;
		if (x >= left && x <= right &&
		    fabs(arrow_y(b, x) - y) * b->cos < 9)
			bad += 1;
		if (placed && on_label(b, x, y))
			bad += 3;
	}
	return bad;
}

/* The first gap not before row @row. */
static size_t first_fold(const struct layout *p, size_t row)
{
	size_t low = 0, high = p->nfolds;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->fold[mid].row < row)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* How badly the label of arrow @i sits, if the first @placed have theirs. */
static double badness(const struct layout *p, size_t i, size_t placed)
{
	const struct lay_arrow *a = &p->arrow[i];
	double bad = 4 * fabs(a->at - 0.5) + a->below, left, right, from, to;
	double tail = BADGE_X + 11, head = p->l->row[i].late ? tail : 13;
	bool rightwards = a->x2 > a->x1;
	size_t first = i > NEAR ? i - NEAR : 0, j;

	span_x(a, &left, &right);
	from = label_middle(a) - a->w / 2 * a->cos;
	to = 2 * label_middle(a) - from;
	/* the numbers of sentences, and the head */
	left += rightwards ? tail : head;
	right -= rightwards ? head : tail;
	bad += 2 * fmax(left - from, 0) + 2 * fmax(to - right, 0);
	for (j = first; j < p->l->n && j < i + NEAR; j++)
		if (j != i && is_arrow(p, j))
			bad += 3 * clash(a, &p->arrow[j], j < placed);
	for (j = first_fold(p, first); j < p->nfolds; j++) {
		const struct lay_fold *fold = &p->fold[j];

		if (fold->row > i + NEAR)
			break;
		if (fabs(label_y(a, fold->x) - fold->y) < 18 &&
		    from < fold->x + 36 && to > fold->x - 36)
			bad += 6;
	}
	return bad;
}

/* The length of a gap stands in the middle, unless a segment that is under way
 * all the while crosses it there.
 */
static void place_fold(struct layout *p, struct lay_fold *fold)
{
	static const double places[] = { .5, .8, .2 };
	double wire = p->wire[SERVER] - p->wire[CLIENT], left, right, room;
	const struct lay_arrow *a;
	double best = -1;
	size_t k, i;

	for (k = 0; k < ARRAY_SIZE(places); k++) {
		double x = p->wire[CLIENT] + places[k] * wire;

		i = fold->row > NEAR ? fold->row - NEAR : 0;
		for (room = 24; i < p->l->n && i < fold->row + NEAR; i++) {
			if (!is_arrow(p, i))
				continue;
			a = &p->arrow[i];
			span_x(a, &left, &right);
			if (x + 30 > left && x - 30 < right)
				room = fmin(room, fabs(arrow_y(a, x) - fold->y));
		}
		if (room > best + 0.5) {
			best = room;
			fold->x = x;
		}
	}
}

static double numbers_width(const struct lay_arrow *a)
{
	return 0.61 * FONT_NUMBERS * strlen(a->numbers);
}

enum { ABOVE = 1, BELOW = 2 };

/* The best place for a label of that width, on one of those sides. */
static double best_place(struct layout *p, size_t i, size_t placed,
			 unsigned int sides)
{
	static const double places[] = { .5, .42, .58, .34, .66, .26, .74, .18,
					 .82 };
	struct lay_arrow *a = &p->arrow[i], best = *a;
	double least = 1e9;
	size_t k;

	for (k = 0; k < 2 * ARRAY_SIZE(places); k++) {
		double bad;

		a->at = places[k / 2];
		a->below = k % 2;
		if (!(sides & (a->below ? BELOW : ABOVE)))
			continue;
		bad = badness(p, i, placed);
		if (bad < least) {
			least = bad;
			best = *a;
		}
	}
	*a = best;
	return least;
}

const char *arrow_fate(const struct ladder_row *r, enum language lang,
		       char *buf)
{
	*buf = 0;
	if (ladder_lost(r) || (r->late && !r->fault))
		return buf;
	return r->fault ? ladder_rule(r, buf, LADDER_TEXT) :
			  ladder_fate(r, lang, buf);
}

/* Name and numbers in one if that fits well, or else on both sides of the line. */
static void place_label(struct layout *p, size_t i)
{
	const struct ladder_row *r = &p->l->row[i];
	struct lay_arrow *a = &p->arrow[i], one, two;
	char name[LADDER_TEXT], octets[LADDER_TEXT];
	double whole, parts;

	ladder_name(p->l, r, p->lang, name);
	strcpy(a->name, name);
	if (*ladder_octets(r, p->lang, octets))
		snprintf(a->name, sizeof(a->name), word(W_WITH_OCTETS, p->lang),
			 name, octets);
	ladder_numbers(p->l, r, a->numbers);
	a->numbers_w = numbers_width(a);
	a->w = svg_width(a->name, FONT_NAME, true) + 8 + a->numbers_w;
	whole = best_place(p, i, i, ABOVE | BELOW);
	if (whole < 3)
		return;
	one = *a;
	if (r->arrived >= 0 && *arrow_fate(r, p->lang, name))
		a->numbers_w += 8 + svg_width(name, FONT_NUMBERS, true);
	a->w = svg_width(a->name, FONT_NAME, true);
	parts = best_place(p, i, i, ABOVE | BELOW);
	two = *a;
	a->w = a->numbers_w;
	parts += best_place(p, i, i, two.below ? ABOVE : BELOW);
	two.numbers_at = a->at;
	two.split = true;
	*a = parts < whole ? two : one;
}

/* When all labels have their places: on the other side of its own. */
static void place_fate(struct layout *p, size_t i)
{
	struct lay_arrow *a = &p->arrow[i], label = *a;
	char text[LADDER_TEXT];

	if (p->l->row[i].arrived < 0 || a->split ||
	    !*arrow_fate(&p->l->row[i], p->lang, text))
		return;
	a->w = svg_width(text, FONT_NUMBERS, true);
	best_place(p, i, p->l->n, label.below ? ABOVE : BELOW);
	label.fate_at = a->at;
	label.fate_below = a->below;
	*a = label;
}

/* Text is turned by less than a right angle, so that it can be read. */
static void turn_arrow(struct lay_arrow *a)
{
	double dx = fabs(a->x2 - a->x1);
	double dy = a->x2 < a->x1 ? a->y1 - a->y2 : a->y2 - a->y1;
	double length = hypot(dx, dy);

	a->cos = dx / length;
	a->sin = dy / length;
}

static void place_arrows(struct layout *p)
{
	size_t i;

	for (i = 0; i < p->l->n; i++) {
		const struct ladder_row *r = &p->l->row[i];
		struct lay_arrow *a = &p->arrow[i];

		if (!is_arrow(p, i))
			continue;
		a->x1 = p->wire[r->side];
		a->x2 = p->wire[!r->side];
		if (r->arrived < 0)
			a->x2 = a->x1 + (a->x2 - a->x1) * LOST_AT;
		if (r->kind == ROW_ARRIVAL) {	/* from nowhere */
			a->x1 = a->x2 - (a->x2 - a->x1) * LOST_AT;
			a->y2 = a->y1;
			a->y1 -= p->unit / 3;
		}
		turn_arrow(a);
	}
	for (i = 0; i < p->nfolds; i++)
		place_fold(p, &p->fold[i]);
	for (i = 0; i < p->l->n; i++)
		if (is_arrow(p, i))
			place_label(p, i);
	for (i = 0; i < p->l->n; i++)
		if (is_arrow(p, i))
			place_fate(p, i);
}

/* ---- the page ---- */

static bool has_timers(const struct ladder *l, unsigned int side)
{
	size_t i;

	for (i = 0; i < l->ntimers; i++)
		if (l->timer[i].side == side)
			return true;
	return false;
}

static void place_columns(struct layout *p, double width)
{
	double time_w = p->digits == 3 ? 56 : 74;
	double timers[NSIDES], more = (width - 1000) / 2;
	int side;

	for (side = 0; side < NSIDES; side++)
		timers[side] = has_timers(p->l, side) ? TIMER_W : 0;
	p->width = width;
	p->bar_w = BAR_W;
	p->note_w = NOTES_W + fmax(more, 0) + (TIMER_W * 2 - timers[CLIENT] -
					      timers[SERVER]) / 3;
	p->note = width - MARGIN - p->note_w;
	p->timer[CLIENT] = MARGIN + timers[CLIENT] - 6;
	p->time[CLIENT] = MARGIN + timers[CLIENT] + time_w - 7;
	p->bar[CLIENT] = MARGIN + timers[CLIENT] + time_w;
	p->wire[CLIENT] = p->bar[CLIENT] + BAR_W;
	p->timer[SERVER] = p->note - NOTES_GAP - timers[SERVER] + 6;
	p->time[SERVER] = p->note - NOTES_GAP - timers[SERVER] - time_w + 7;
	p->bar[SERVER] = p->time[SERVER] - 7 - BAR_W;
	p->wire[SERVER] = p->bar[SERVER];
}

/* A scale at which the rungs take about as much of the page as the notes. */
static void choose_unit(struct layout *p, double notes_h, double most)
{
	double unit = 46, fold = FOLD_H, want = p->top - 16 + notes_h;

	place_marks(p, unit, fold);
	while (p->bottom < want && unit < 76)
		place_marks(p, unit += 2, fold);
	while (p->bottom < want && fold < FOLD_MOST && p->nfolds)
		place_marks(p, unit, fold += 2);
	while (p->bottom > most && unit > 32)
		place_marks(p, unit -= 2, fold);
}

static void lay_out(struct layout *p, double width)
{
	place_columns(p, width);
	p->top = HEAD_H;
	choose_unit(p, measure_notes(p), width * PAPER - FOOT_H);
	p->height = p->bottom + FOOT_H;
	place_timers(p);
	place_notes(p);
}

static bool get_memory(struct layout *p)
{
	const struct ladder *l = p->l;
	size_t marks = 2 * l->n + l->narcs[CLIENT] + l->narcs[SERVER] +
		       2 * l->ntimers + 1;

	p->arrow = calloc(l->n + 1, sizeof(*p->arrow));
	p->arc[CLIENT] = calloc(l->narcs[CLIENT] + 1, sizeof(double));
	p->arc[SERVER] = calloc(l->narcs[SERVER] + 1, sizeof(double));
	p->tick = calloc(marks, sizeof(*p->tick));
	p->fold = calloc(marks, sizeof(*p->fold));
	p->span = calloc(l->ntimers + 1, sizeof(*p->span));
	p->span_label = calloc(l->ntimers + 1, sizeof(*p->span_label));
	p->notes = calloc(l->nnotes + 1, sizeof(*p->notes));
	return p->arrow && p->arc[CLIENT] && p->arc[SERVER] && p->tick &&
	       p->fold && p->span && p->span_label && p->notes && make_marks(p);
}

struct layout *layout_new(const struct ladder *l, enum language lang,
			  unsigned int width)
{
	struct layout *p = calloc(1, sizeof(*p));
	double w = width ?: 1000;

	if (!p)
		return NULL;
	p->l = l;
	p->lang = lang;
	p->digits = l->crossing < 500 ? 6 : 3;
	if (!get_memory(p)) {
		layout_free(p);
		return NULL;
	}
	lay_out(p, w);
	while (!width && p->height > p->width * PAPER && w < 1300)
		lay_out(p, w += 60);
	place_ticks(p);
	place_arrows(p);
	return p;
}

void layout_free(struct layout *p)
{
	free(p->arrow);
	free(p->arc[CLIENT]);
	free(p->arc[SERVER]);
	free(p->tick);
	free(p->fold);
	free(p->span);
	free(p->span_label);
	free(p->notes);
	free(p->mark);
	free(p);
}
