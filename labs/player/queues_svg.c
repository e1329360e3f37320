// SPDX-License-Identifier: GPL-2.0
/* The queues of a listener as a picture: see queues.h.  A column is a moment; in
 * it stands what happened, and the places of both queues.
 */
#include "lib/svg.h"
#include "queues.h"

static const struct svg_rule rules[] = {
	{ ".h1", "font-size:17px;font-weight:700;fill:#111827", "fill:#f0f3f6" },
	{ ".key", "font-size:12px;fill:#6b7280", "fill:#9198a1" },
	{ ".row", "font-size:12px;font-weight:700;fill:#111827", "fill:#f0f3f6" },
	{ ".time", "font-size:11px;fill:#6b7280", "fill:#9198a1" },
	{ ".news", "font-size:11.5px;fill:#374151", "fill:#c3cad2" },
	{ ".bad", "font-size:11.5px;fill:#c81e1e", "fill:#ff7b72" },
	{ ".full", "font-size:12px;font-weight:700;fill:#c81e1e", "fill:#ff7b72" },
	{ ".n", "font-size:12px;font-weight:700;fill:#111827", "fill:#f0f3f6" },
	{ ".honest", "fill:#1d4ed8;stroke:#1d4ed8", "fill:#6ea4ff;stroke:#6ea4ff" },
	{ ".forged", "fill:#f0b354;stroke:#b45309", "fill:#7a5314;stroke:#e3a13d" },
	{ ".place", "fill:none;stroke:#b6bcc6;stroke-dasharray:2 2", "stroke:#4a525c" },
	{ ".rule", "stroke:#e5e7eb;stroke-width:1", "stroke:#21262d" },
};

#define LEFT	118.0	/* the names of the rows */
#define WIDTH	980.0
#define COLUMN	150.0	/* at most */
#define LINE	14.5
#define PLACE	11.0	/* from one place of a queue to the next */
#define NEWS_SIZE	11.5

/**
 * struct sheet - where all is
 * @q:		what
 * @lang:	of all words
 * @f:		where to
 * @column:	how wide a moment is
 * @across:	so many places of a queue stand side by side
 * @news:	y of the first line of news, as are the next of the queues
 * @half:	of half-open ones
 * @waiting:	of open ones
 * @bottom:	below all
 */
struct sheet {
	const struct queues *q;
	enum language lang;
	FILE *f;
	double column;
	int across;
	double news, half, waiting, bottom;
};

/* The lines of a moment's news, written if @y is not 0; how many. */
static int news_lines(const struct sheet *s, const struct queue_moment *m,
		      double x, double y)
{
	char text[LAB_TEXT], line[LAB_TEXT];
	int i, n = 0;
	size_t len;

	for (i = 0; i < m->nnews; i++) {
		const char *at = queues_news(&m->news[i], s->lang, text,
					     sizeof(text));

		for (; *at; at += len, n++) {
			len = svg_fit(at, s->column - 12, NEWS_SIZE);
			if (!len)
				break;
			snprintf(line, sizeof(line), "%.*s", (int)len, at);
			if (y)
				svg_text(s->f, x, y + n * LINE, m->news[i].dropped ?
					 "bad" : "news", "start", line);
		}
	}
	return n;
}

static double queue_height(const struct sheet *s, int places)
{
	return (places + s->across - 1) / s->across * PLACE + 26;
}

static void lay_out(struct sheet *s)
{
	int lines = 1, n;
	size_t i;

	s->column = (WIDTH - LEFT) / (s->q->n ?: 1);
	s->column = s->column > COLUMN ? COLUMN : s->column;
	s->across = (s->column - 14) / PLACE;
	s->across = s->across > 8 ? 8 : s->across < 1 ? 1 : s->across;
	for (i = 0; i < s->q->n; i++) {
		n = news_lines(s, &s->q->m[i], 0, 0);
		lines = n > lines ? n : lines;
	}
	s->news = 98;
	s->half = s->news + lines * LINE + 12;
	s->waiting = s->half + queue_height(s, s->q->half) + 8;
	s->bottom = s->waiting + queue_height(s, s->q->waiting) + 10;
}

static void place(FILE *f, double x, double y, const char *class)
{
	fprintf(f, "<rect x=\"%s\" y=\"%s\" width=\"8\" height=\"8\" rx=\"1.5\" class=\"%s\"/>\n",
		svg_num(x), svg_num(y), class);
}

static void rule(const struct sheet *s, double y)
{
	fprintf(s->f, "<line x1=\"20\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"rule\"/>\n",
		svg_num(y), svg_num(WIDTH - 10), svg_num(y));
}

/* Its places, those taken filled, and how many these are. */
static void draw_queue(const struct sheet *s, double x, double y,
		       const int some[2], int places, bool full)
{
	int all = some[0] + some[1], i;
	char n[16];

	for (i = 0; i < places; i++)
		place(s->f, x + i % s->across * PLACE, y + i / s->across * PLACE,
		      i < some[1] ? "forged" : i < all ? "honest" : "place");
	y += queue_height(s, places) - 14;
	snprintf(n, sizeof(n), "%d", all);
	svg_text(s->f, x, y, "n", "start", n);
	if (full)
		svg_text(s->f, x + 22, y, "full", "start",
			 queues_word(Q_FULL, s->lang));
}

static void draw_moment(const struct sheet *s, size_t i)
{
	const struct queue_moment *m = &s->q->m[i];
	double x = LEFT + i * s->column;
	char time[32];

	snprintf(time, sizeof(time), "%.3f", (m->us - s->q->zero) / 1e6);
	svg_text(s->f, x, 78, "time mono", "start", time);
	news_lines(s, m, x, s->news);
	draw_queue(s, x, s->half, m->half, s->q->half, queues_full(m, false));
	draw_queue(s, x, s->waiting, m->waiting, s->q->waiting,
		   queues_full(m, true));
}

static void draw_key(const struct sheet *s)
{
	static const struct { const char *class; enum queue_word word; } keys[] = {
		{ "honest", Q_HONEST }, { "forged", Q_FORGED }, { "place", Q_FREE },
	};
	double x = LEFT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *text = queues_word(keys[i].word, s->lang);

		place(s->f, x, 46, keys[i].class);
		svg_text(s->f, x + 13, 54, "key", "start", text);
		x += svg_width(text, 12, false) + 34;
	}
}

void queues_svg(const struct queues *q, const char *title, enum language lang,
		FILE *f)
{
	struct sheet s = { .q = q, .lang = lang, .f = f };
	struct svg_head head = {
		.width = WIDTH, .xml_lang = lang_name(lang), .rules = rules,
		.nrules = ARRAY_SIZE(rules), .desc = queues_word(Q_TITLE, lang),
	};
	char text[2 * LAB_TEXT];
	size_t i;

	lay_out(&s);
	snprintf(text, sizeof(text), "%s%s%s", queues_word(Q_TITLE, lang),
		 *title ? ": " : "", title);
	head.title = text;
	head.height = s.bottom;
	svg_begin(f, &head);
	svg_text(f, 20, 30, "h1", "start", text);
	draw_key(&s);
	svg_text(f, 20, 78, "row", "start", queues_word(Q_TIME, lang));
	svg_text(f, 20, s.news, "row", "start", queues_word(Q_NEWS, lang));
	rule(&s, s.half - 10);
	svg_text(f, 20, s.half + 9, "row", "start", queues_word(Q_HALF, lang));
	rule(&s, s.waiting - 10);
	svg_text(f, 20, s.waiting + 9, "row", "start", queues_word(Q_WAITING, lang));
	for (i = 0; i < q->n; i++)
		draw_moment(&s, i);
	svg_end(f);
}
