// SPDX-License-Identifier: GPL-2.0
/*
 * A plot as letters: see plot.h.  Of all that falls onto one place the most
 * telling is shown.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot.h"
#include "plot_scale.h"
#include "utf8.h"

#define LABEL		8	/* columns of a scale, with its axis */
#define SEQ_ROWS	22
#define CC_ROWS		11
#define NOTES_MAX	24

/* What a place shows, the more telling behind. */
enum sign {
	NOTHING, EDGE, ACKED, SACKED, NEW, OTHER, TAIL, RACK, FAST, TIMEOUT,
	NEEDLESS, LOST,
	SSTHRESH, PIPE, CWND, CWND_PIPE,
	NSIGNS,
};

static const struct {
	const char *letter;
	enum ladder_colour colour;
	const char *name[NLANGS];
} signs[NSIGNS] = {
	[NOTHING]	= { " ", PLAIN },
	[EDGE]		= { "-", DIM, { "end of the window", "窗口的右沿" } },
	[ACKED]		= { "_", DIM, { "acknowledged", "已确认" } },
	[SACKED]	= { ":", CYAN, { "SACK", "SACK" } },
	[NEW]		= { "|", GREEN, { "sent", "发送" } },
	[OTHER]		= { "O", BOLD, { "again", "重传" } },
	[TAIL]		= { "P", CYAN, { "tail probe", "尾部丢失探测" } },
	[RACK]		= { "R", BLUE, { "again: RACK", "重传：RACK" } },
	[FAST]		= { "F", YELLOW, { "again: 3 duplicate ACKs",
				    "重传：三个重复 ACK" } },
	[TIMEOUT]	= { "T", RED, { "again: timeout", "重传：超时" } },
	[NEEDLESS]	= { "o", YELLOW, { "again for nothing", "多余的重传" } },
	[LOST]		= { "×", RED, { "lost", "丢失" } },
	[SSTHRESH]	= { "=", YELLOW, { "ssthresh", "ssthresh" } },
	[PIPE]		= { ".", GREEN, { "in flight", "在途" } },
	[CWND]		= { "c", BLUE, { "cwnd", "cwnd" } },
	[CWND_PIPE]	= { "C", BLUE, { "both", "二者重合" } },
};

static const unsigned char why_sign[PLOT_NWHYS] = {
	NEW, TIMEOUT, FAST, RACK, TAIL, OTHER,
};

/**
 * struct grid - letters by place
 * @place:	enum sign, row by row from the bottom
 * @rows:	...
 * @columns:	...
 * @top:	the number at the upper end
 */
struct grid {
	unsigned char *place;
	int rows, columns;
	double top;
};

struct pen {
	const struct plot *p;
	const struct plot_style *style;
	struct ladder_style look;
	FILE *f;
	struct plot_stock stock;
	int columns;
	bool used[NSIGNS];
};

static int column(const struct pen *b, long long us)
{
	return (double)(us - b->stock.from) * (b->columns - 1) /
	       (b->stock.to - b->stock.from);
}

static bool inside(const struct pen *b, long long us)
{
	return us >= b->stock.from && us <= b->stock.to;
}

static void put(struct pen *b, struct grid *g, int x, double v,
		unsigned int sign)
{
	unsigned char *at;
	int y;

	if (x < 0 || x >= g->columns || v < 0 || v > g->top)
		return;
	y = floor(v * (g->rows - 1) / g->top + 0.5);
	at = &g->place[y * g->columns + x];
	if ((*at == CWND && sign == PIPE) || (*at == PIPE && sign == CWND))
		sign = CWND_PIPE;
	if (*at < sign)
		*at = sign;
	b->used[sign] = true;
}

static void put_range(struct pen *b, struct grid *g, long long us, double from,
		      double to, unsigned int sign)
{
	double step = g->top / (g->rows - 1) / 2, v;

	if (!inside(b, us))
		return;
	for (v = fmax(from, 0); v < fmin(to, g->top); v += step)
		put(b, g, column(b, us), v, sign);
	put(b, g, column(b, us), to, sign);
}

/* ---- sequence numbers ---- */

static void put_acks(struct pen *b, struct grid *g)
{
	const struct plot *p = b->p;
	size_t i;
	int x;

	for (i = 0; i < p->nacks; i++) {
		long long until = i + 1 < p->nacks ? p->ack[i + 1].us : p->last;

		if (until < b->stock.from || p->ack[i].us > b->stock.to)
			continue;
		for (x = column(b, max(p->ack[i].us, b->stock.from));
		     x <= column(b, min(until, b->stock.to)); x++)
			put(b, g, x, p->ack[i].ack, ACKED);
	}
}

static void put_seqs(struct pen *b, struct grid *g)
{
	const struct plot *p = b->p;
	size_t i;

	for (i = 0; i < p->nstates; i++)
		if (p->state[i].edge >= 0 && inside(b, p->state[i].us))
			put(b, g, column(b, p->state[i].us), p->state[i].edge,
			    EDGE);
	put_acks(b, g);
	for (i = 0; i < p->nblocks; i++)
		put_range(b, g, p->block[i].us, p->block[i].start,
			  p->block[i].end - 1, SACKED);
	for (i = 0; i < p->nsegs; i++) {
		const struct plot_seg *s = &p->seg[i];

		put_range(b, g, s->us, s->seq, s->seq + s->len - 1,
			  why_sign[s->why]);
		if (inside(b, s->us) && (s->needless || s->lost))
			put(b, g, column(b, s->us), s->seq + s->len / 2.0,
			    s->lost ? LOST : NEEDLESS);
	}
}

/* ---- congestion control ---- */

static void put_states(struct pen *b, struct grid *g)
{
	const struct plot *p = b->p;
	size_t i;
	int x;

	for (i = 0; i < p->nstates; i++) {
		const struct plot_state *s = &p->state[i];
		long long until = i + 1 < p->nstates ? s[1].us : p->last;

		if (until < b->stock.from || s->us > b->stock.to)
			continue;
		for (x = column(b, max(s->us, b->stock.from));
		     x <= column(b, min(until, b->stock.to)); x++) {
			put(b, g, x, s->cwnd, CWND);
			put(b, g, x, s->pipe, PIPE);
			if (s->ssthresh < PLOT_NEVER)
				put(b, g, x, s->ssthresh, SSTHRESH);
		}
	}
}

static void show_bands(const struct pen *b)
{
	static const char letters[] = " DCRL";
	char *row = malloc(b->columns + 1);
	size_t i;
	int x;

	if (!row)
		return;
	memset(row, ' ', b->columns);
	row[b->columns] = 0;
	for (i = 0; i < b->p->nbands; i++) {
		const struct plot_band *band = &b->p->band[i];

		if (band->to < b->stock.from || band->from > b->stock.to)
			continue;
		/* a moment of the worse is not hidden by what follows */
		for (x = column(b, max(band->from, b->stock.from));
		     x <= column(b, min(band->to, b->stock.to)); x++)
			if (letters + band->ca >= strchr(letters, row[x]))
				row[x] = letters[band->ca];
	}
	for (x = b->columns; x && row[x - 1] == ' '; x--)
		row[x - 1] = 0;
	fprintf(b->f, "%*s%s\n", LABEL, "", row);
	free(row);
}

/* ---- the sheet ---- */

static bool grid_new(const struct pen *b, struct grid *g, int rows, double top)
{
	g->rows = rows;
	g->columns = b->columns;
	g->top = top;
	g->place = calloc(rows, b->columns);
	return g->place;
}

static void show_row(const struct pen *b, const struct grid *g, int y)
{
	const unsigned char *at = &g->place[y * g->columns];
	enum ladder_colour now = PLAIN;
	int x, n = g->columns;

	while (n && !at[n - 1])
		n--;
	for (x = 0; x < n; x++) {
		enum ladder_colour c = signs[at[x]].colour;

		if (at[x] && c != now) {
			fputs(text_colour(&b->look, PLAIN), b->f);
			fputs(text_colour(&b->look, c), b->f);
			now = c;
		}
		fputs(signs[at[x]].letter, b->f);
	}
	if (now != PLAIN)
		fputs(text_colour(&b->look, PLAIN), b->f);
	fputc('\n', b->f);
}

static void show_grid(const struct pen *b, const struct grid *g)
{
	double step = fmax(plot_step(g->top, g->rows / 4.0), 1), next = 0;
	const char **label = calloc(g->rows, sizeof(*label));
	char (*text)[32] = calloc(g->rows, sizeof(*text));
	int y;

	for (; label && text && next <= g->top; next += step) {
		y = floor(next * (g->rows - 1) / g->top + 0.5);
		label[y] = plot_octets(next, step, text[y]);
	}
	for (y = g->rows; y--;) {
		bool mark = label && label[y];

		fprintf(b->f, "%*s %s", LABEL - 2, mark ? label[y] : "",
			mark ? "┤" : "│");
		show_row(b, g, y);
	}
	free(label);
	free(text);
}

/* The axis, and what stands below it. */
static void show_times(const struct pen *b)
{
	double range = (b->stock.to - b->stock.from) / 1e6;
	double first = (b->stock.from - b->p->start) / 1e6;
	double step = plot_step(range, b->columns / 14.0), t;
	int digits = plot_digits(step), at = 0, x;
	char text[32];

	fprintf(b->f, "%*s└", LABEL - 1, "");
	for (x = 0, t = ceil(first / step - 1e-9) * step; x < b->columns; x++) {
		bool tick = t <= first + range + 1e-9 &&
			    (int)((t - first) * (b->columns - 1) / range +
				  1e-6) <= x;

		fputs(tick ? "┴" : "─", b->f);
		t += tick ? step : 0;
	}
	fprintf(b->f, "\n%*s", LABEL, "");
	for (t = ceil(first / step - 1e-9) * step; t <= first + range + 1e-9;
	     t += step) {
		x = (t - first) * (b->columns - 1) / range + 1e-6;
		snprintf(text, sizeof(text), "%.*f", digits, fabs(t));
		x = max(x - (int)strlen(text) / 2, at);
		if (x + (int)strlen(text) > b->columns - 3)
			break;
		at += fprintf(b->f, "%*s%s", x - at, "", text);
	}
	fputs(tr(" s\n", " 秒\n"), b->f);
}

/* The letters there are, from @first to @last; a line may be full. */
static void show_legend(const struct pen *b, int first, int last)
{
	enum language lang = b->style->lang;
	int at = LABEL, i;

	fprintf(b->f, "%*s", LABEL, "");
	for (i = first; i <= last; i++) {
		int n = text_width(signs[i].name[lang] ?: "") + 4;

		if (!b->used[i])
			continue;
		if (at + n - 2 > b->look.width) {
			fprintf(b->f, "\n%*s", LABEL, "");
			at = LABEL;
		} else if (at > LABEL) {
			fputs("  ", b->f);
		}
		at += n;
		fprintf(b->f, "%s%s%s %s",
			text_colour(&b->look, signs[i].colour), signs[i].letter,
			text_colour(&b->look, PLAIN), signs[i].name[lang]);
	}
	fputc('\n', b->f);
}

static void show_remarks(const struct pen *b)
{
	int digits = plot_digits(plot_step((b->stock.to - b->stock.from) / 1e6,
					   10)) + 2;
	char text[PLOT_TEXT], when[32];
	size_t i, n = 0, shown = 0;

	for (i = 0; i < b->p->nmarks; i++) {
		const struct plot_mark *m = &b->p->mark[i];

		n += inside(b, m->us);
		if (!inside(b, m->us) || shown == NOTES_MAX)
			continue;
		if (!shown++)
			fputc('\n', b->f);
		snprintf(when, sizeof(when), "%.*f", min(digits, 6),
			 (m->us - b->p->start) / 1e6);
		fprintf(b->f, "%*s ", LABEL, when);
		text_wrap(plot_remark(m, b->style->lang, text),
			  max(LABEL, (int)strlen(when)) + 1, LABEL + 1,
			  &b->look, b->f);
	}
	if (n > shown)
		fprintf(b->f, tr("%*s… and %zu more\n", "%*s……另有 %zu 条\n"),
			LABEL + 1, "", n - shown);
}

static void show_all(struct pen *b, const struct grid *seq,
		     const struct grid *cc)
{
	char text[PLOT_TEXT];
	bool bands = false;
	int i;

	fprintf(b->f, "%s\n\n", plot_summary(b->p, b->style->lang, text));
	show_grid(b, seq);
	if (!cc->place)
		show_times(b);
	show_legend(b, EDGE, LOST);
	if (cc->place) {
		fputc('\n', b->f);
		show_grid(b, cc);
		show_times(b);
		show_legend(b, SSTHRESH, CWND_PIPE);
		for (i = PLOT_DISORDER; i < PLOT_NCAS; i++)
			bands |= b->stock.bands[i];
		if (bands) {
			show_bands(b);
			fprintf(b->f, "%*s%s\n", LABEL, "",
				tr("D Disorder  C CWR  R Recovery  L Loss",
				   "D 乱序  C 降窗  R 恢复  L 超时"));
		}
	}
	show_remarks(b);
}

bool plot_text(const struct plot *p, const struct plot_style *style, FILE *f)
{
	struct pen b = {
		.p = p, .style = style, .f = f,
		.look = {
			.width = style->width ?: LADDER_WIDTH,
			.colour = style->colour,
			.lang = style->lang,
		},
	};
	struct grid seq = { 0 }, cc = { 0 };
	bool good;

	b.columns = b.look.width - LABEL;
	plot_take_stock(p, style, &b.stock);
	good = grid_new(&b, &seq, SEQ_ROWS, b.stock.seq_top) &&
	       (!b.stock.states || grid_new(&b, &cc, CC_ROWS, b.stock.cc_top));
	if (good) {
		put_seqs(&b, &seq);
		if (cc.place)
			put_states(&b, &cc);
		show_all(&b, &seq, &cc);
	}
	free(seq.place);
	free(cc.place);
	return good;
}
