// SPDX-License-Identifier: GPL-2.0
/*
 * What lctcp watch shows: a list of connections, or the ladder of one.
 *
 *	lctcp  5 connections   120 events, 3 drops                  refreshed
 *	LISTEN 1   SYN_SENT 0   SYN_RECV 1   ESTABLISHED 2   CLOSE_WAIT 0
 *	FIN_WAIT1 0   FIN_WAIT2 0   CLOSING 0   LAST_ACK 0   TIME_WAIT 1
 *	 CONNECTION            ROLE    STATE        SINCE TIMER  ...
 *	 40000 → 192.0.2.2:80  active  ESTABLISHED  12.3s rexmit 187ms ...
 *
 * Text is drawn cell by cell with its width counted here, since it is UTF-8.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>

#include "lib/ladder.h"
#include "lib/utf8.h"
#include "tool.h"
#include "watch.h"

#define HEAD		4	/* lines above the list */
#define FOOT		1	/* and below it */
#define MIN_LINES	8
#define MIN_COLS	60
#define ENDS_MAX	48	/* columns; the more is for others */
#define TEXT		512

enum { SORT_AGE, SORT_STATE, SORT_TIMER, NSORTS };

static const char *const sort_names[NSORTS][NLANGS] = {
	{ "birth", "建立先后" }, { "state", "状态" }, { "timer", "定时器" },
};

/* ---- colours ---- */

enum { C_PLAIN, C_RED, C_GREEN, C_YELLOW, C_BLUE, C_MAGENTA, C_CYAN };

static attr_t colour(short pair)
{
	return COLOR_PAIR(pair);
}

static attr_t state_attr(unsigned int state)
{
	switch (state) {
	case LCTCP_LISTEN:
		return colour(C_BLUE);
	case LCTCP_SYN_SENT:
	case LCTCP_SYN_RECV:
		return colour(C_CYAN);
	case LCTCP_ESTABLISHED:
		return colour(C_GREEN);
	case LCTCP_CLOSE_WAIT:
	case LCTCP_LAST_ACK:
		return colour(C_MAGENTA);
	case LCTCP_CLOSED:
		return A_DIM;
	default:
		return colour(C_YELLOW);
	}
}

void watch_screen_init(void)
{
	static const short colours[] = {
		COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_BLUE,
		COLOR_MAGENTA, COLOR_CYAN,
	};
	unsigned int i;

	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	if (!has_colors())
		return;
	start_color();
	use_default_colors();
	for (i = 0; i < ARRAY_SIZE(colours); i++)
		init_pair(C_RED + i, colours[i], -1);
}

/* ---- text in cells ---- */

/* Octets of the first @width columns of @text. */
static int cut(const char *text, int width)
{
	const char *end = text, *next = text;

	while (*next) {
		width -= utf8_width(utf8_next(&next));
		if (width < 0)
			break;
		end = next;
	}
	return end - text;
}

/* @text in @width columns from here on: what is too long ends with a mark. */
static void put(const char *text, int width, attr_t attr)
{
	int n = text_width(text);

	if (width <= 0)
		return;
	attron(attr);
	if (n > width) {	/* a wide character may leave a gap */
		n = cut(text, width - 1);
		printw("%.*s\xe2\x80\xa6%*s", n, text,
		       width - 1 - text_width_n(text, n), "");
	} else {
		printw("%s%*s", text, width - n, "");
	}
	attroff(attr);
}

/* The same, but what is too long is cut in its middle: a port stays. */
static void put_middle(const char *text, int width, attr_t attr)
{
	int n = text_width(text), keep = width - 1 - width / 2;

	if (n <= width) {
		put(text, width, attr);
		return;
	}
	attron(attr);
	printw("%.*s\xe2\x80\xa6%s", cut(text, width / 2), text,
	       text + cut(text, n - keep));
	attroff(attr);
}

static void put_right(const char *text, int width, attr_t attr)
{
	int n = text_width(text);

	if (n < width)
		printw("%*s", width - n, "");
	put(text, n < width ? n : width, attr);
}

/* Text over a bar: the first @full columns of @width are filled. */
static void put_bar(const char *text, int width, int full, attr_t attr)
{
	char cells[TEXT];
	int n = cut(text, width);

	snprintf(cells, sizeof(cells), "%.*s%*s", n, text,
		 width - text_width_n(text, n), "");
	n = cut(cells, full);
	attron(attr | A_REVERSE);
	printw("%.*s", n, cells);
	attroff(attr | A_REVERSE);
	printw("%s", cells + n);
}

/* "4.1k" in four columns */
static const char *quantity(unsigned long n, char *buf)
{
	static const char units[] = " kMGT";
	unsigned long part = 0;
	const char *unit = units;

	for (; n >= 1000 && unit[1]; unit++) {
		part = n % 1000 / 100;
		n /= 1000;
	}
	if (unit == units)
		snprintf(buf, DURATION, "%lu", n);
	else if (n < 10)
		snprintf(buf, DURATION, "%lu.%lu%c", n, part, *unit);
	else
		snprintf(buf, DURATION, "%u%c", (unsigned int)n, *unit);
	return buf;
}

/* ---- the list ---- */

/**
 * struct widths - of the columns that vary with the screen
 * @ends:	who talks to whom
 * @full:	both ends whole, and not the local port alone
 * @role:	the word, or its first letter
 * @timer:	the next timer
 * @sending:	cwnd, what is in flight, and how recovery goes; or 0
 * @drop:	the last reason
 */
struct widths {
	int ends;
	bool full;
	int role;
	int timer;
	int sending;
	int drop;
};

/* a mark, state, since, two queues, and a space between columns */
#define FIXED	(1 + 11 + 5 + 4 + 4 + 7)
#define SENDING	(4 + 1 + 6 + 1 + 8 + 1)

static int grow(int *width, int to, int more)
{
	int n = min(more, to - *width);

	*width += n;
	return more - n;
}

/* What there is room for, most wanted first. */
static struct widths fit(int columns)
{
	struct widths w = { 21, false, 1, 16, 0, 6 };
	int more = columns - FIXED - w.ends - w.role - w.timer - w.drop;

	if (more < 0) {
		w.ends += more;
		return w;
	}
	more = grow(&w.drop, 9, more);
	more = grow(&w.ends, 28, more);
	if (more >= 7)
		more = grow(&w.role, 8, more);
	if (more >= SENDING)
		more = grow(&w.sending, SENDING, more);
	more = grow(&w.drop, 15, more);
	more = grow(&w.ends, ENDS_MAX, more);
	grow(&w.timer, 30, more);
	w.full = w.ends >= 38;
	return w;
}

static int by_state(const void *a, const void *b)
{
	const struct watch_row *x = *(const struct watch_row **)a;
	const struct watch_row *y = *(const struct watch_row **)b;
	int d = strcmp(lctcp_state_name(x->c.state),
		       lctcp_state_name(y->c.state));

	return d ? d : conn_order(&x->c, &y->c);
}

/* The next one to fire first, those without a timer last. */
static int by_timer(const void *a, const void *b)
{
	const struct watch_row *x = *(const struct watch_row **)a;
	const struct watch_row *y = *(const struct watch_row **)b;

	if (!x->total_ms != !y->total_ms)
		return x->total_ms ? -1 : 1;
	if (x->c.left_ms != y->c.left_ms)
		return x->c.left_ms < y->c.left_ms ? -1 : 1;
	return conn_order(&x->c, &y->c);
}

/* Rows in the order of the screen, to be freed; NULL without memory. */
static const struct watch_row **sorted(const struct watch *w,
				       unsigned int sort)
{
	const struct watch_row **rows = calloc(w->n + 1, sizeof(*rows));
	size_t i;

	for (i = 0; rows && i < w->n; i++)
		rows[i] = &w->row[i];
	if (rows && sort == SORT_STATE)
		qsort(rows, w->n, sizeof(*rows), by_state);
	else if (rows && sort == SORT_TIMER)
		qsort(rows, w->n, sizeof(*rows), by_timer);
	return rows;
}

/* Where the selected one is; the first one if it is gone. */
static size_t place(const struct watch_row **rows, size_t n,
		    const struct watch_view *v)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rows[i]->c.id == v->selected)
			return i;
	return 0;
}

/* "40000 → 192.0.2.2:80"; a listener's remote end says nothing. */
static void ends_text(const struct watch_row *row, bool full, char *text)
{
	const struct conn *c = &row->c;
	const char *colon = strrchr(c->local, ':'), *local = c->local;

	if (!strcmp(c->role, "listener")) {
		snprintf(text, TEXT, "%s", local);
		return;
	}
	if (!full && colon)
		local = colon + 1;
	snprintf(text, TEXT, "%s %s %s", local,
		 strcmp(c->role, "active") ? "\xe2\x86\x90" : "\xe2\x86\x92",
		 c->remote);
}

static void show_timer(const struct watch_row *row, int width)
{
	const struct conn *c = &row->c;
	const char *timer = conn_timer(c);
	char text[TEXT], left[DURATION];
	int full;

	if (!row->total_ms) {
		put("-", width, A_DIM);
		return;
	}
	snprintf(text, sizeof(text), "%s %s", timer,
		 duration(c->left_ms, left));
	if (c->tries)
		snprintf(text, sizeof(text), "%s %s \xc3\x97%lu", timer, left,
			 c->tries);
	if (text_width(text) > width)	/* keepalive */
		snprintf(text, sizeof(text), "%.*s %s \xc3\x97%lu",
			 cut(timer, 4), timer, left, c->tries);
	full = (c->left_ms * width + row->total_ms - 1) / row->total_ms;
	put_bar(text, width, full < width ? full : width,
		c->tries ? colour(C_RED) : state_attr(c->state));
}

/* "DropSeq" is "Seq" where room is scarce; Chinese has words for all. */
static const char *reason(const struct watch_row *row, int width)
{
	if (*row->drop && lang_now == LANG_ZH)
		return why_drop(row->drop, LANG_ZH);
	if ((int)strlen(row->drop) > width && !strncmp(row->drop, "Drop", 4))
		return row->drop + 4;
	return *row->drop ? row->drop : "-";
}

static void show_sending(const struct watch_row *row, attr_t dim)
{
	const struct conn *c = &row->c;
	bool known = strcmp(c->recovery, "-"), open = !strcmp(c->recovery, "open");
	char part[DURATION];

	put_right(known ? quantity(c->cwnd, part) : "-", 4, known ? dim : A_DIM);
	printw(" ");
	put_right(known ? quantity(c->flight, part) : "-", 6,
		  c->flight ? dim : A_DIM);
	printw(" ");
	put(conn_recovery(c), 8, !known || open ? A_DIM :
	    colour(strcmp(c->recovery, "disorder") ? C_RED : C_YELLOW) | dim);
	printw(" ");
}

static void show_row(const struct watch_row *row, const struct widths *w,
		     bool selected)
{
	const struct conn *c = &row->c;
	attr_t dim = row->gone_ms ? A_DIM : 0;
	char text[TEXT], part[DURATION];

	ends_text(row, w->full, text);
	put(selected ? ">" : " ", 1, A_BOLD);
	put_middle(text, w->ends, selected ? A_REVERSE : dim);
	printw(" ");
	if (w->role > 2)
		snprintf(text, sizeof(text), "%s", conn_role(c));
	else
		snprintf(text, sizeof(text), "%c",
			 toupper((unsigned char)*c->role));
	put(text, w->role, dim);
	printw(" ");
	put(lctcp_state_name(c->state), 11,
	    row->gone_ms ? A_DIM : state_attr(c->state) | A_BOLD);
	printw(" ");
	put_right(duration(c->age_ms, part), 5, dim);
	printw(" ");
	show_timer(row, w->timer);
	printw(" ");
	put_right(quantity(c->sndq, part), 4, c->sndq ? dim : A_DIM);
	printw(" ");
	put_right(quantity(c->rcvq, part), 4, c->rcvq ? dim : A_DIM);
	printw(" ");
	if (w->sending)
		show_sending(row, dim);
	put(reason(row, w->drop), w->drop,
	    *row->drop ? colour(C_RED) | dim : A_DIM);
}

static void show_titles(const struct widths *w)
{
	attron(A_UNDERLINE);
	put(tr(" CONNECTION", " 连接"), w->ends + 2, A_BOLD);
	put(w->role == 1 ? "R" : tr("ROLE", "角色"), w->role + 1, A_BOLD);
	put(tr("STATE", "状态"), 12, A_BOLD);
	put_right(tr("SINCE", "时长"), 5, A_BOLD);
	printw(" ");
	put(tr("TIMER", "定时器"), w->timer, A_BOLD);
	put_right(tr("SNDQ", "发送"), 5, A_BOLD);
	put_right(tr("RCVQ", "接收"), 5, A_BOLD);
	printw(" ");
	if (w->sending) {
		put_right("CWND", 4, A_BOLD);
		put_right(tr("FLIGHT", "在途"), 7, A_BOLD);
		printw(" ");
		put(tr("RECOVERY", "丢失恢复"), 9, A_BOLD);
	}
	put(w->drop < 9 ? tr("DROP", "丢弃") : tr("LAST DROP", "最近丢弃"),
	    w->drop, A_BOLD);
	attroff(A_UNDERLINE);
}

/* "ESTABLISHED 2", bright if there is one */
static void show_counts(const struct watch *w)
{
	static const unsigned char states[2][5] = {
		{ LCTCP_LISTEN, LCTCP_SYN_SENT, LCTCP_SYN_RECV,
		  LCTCP_ESTABLISHED, LCTCP_CLOSE_WAIT },
		{ LCTCP_FIN_WAIT1, LCTCP_FIN_WAIT2, LCTCP_CLOSING,
		  LCTCP_TIME_WAIT, LCTCP_LAST_ACK },
	};
	int line, i, width = COLS / 5 < 20 ? COLS / 5 : 20;
	char text[TEXT];

	for (line = 0; line < 2; line++) {
		for (i = 0; i < 5; i++) {
			unsigned int state = states[line][i];
			unsigned int n = w->count[state];

			move(1 + line, 1 + i * width);
			snprintf(text, sizeof(text), "%s %u",
				 lctcp_state_name(state), n);
			put(text, width - 1,
			    n ? state_attr(state) | A_BOLD : A_DIM);
		}
	}
}

static void show_top(const struct watch *w, const struct watch_view *v)
{
	unsigned int total = 0, i;
	char text[TEXT];

	for (i = 1; i < LCTCP_NSTATES; i++)
		total += w->count[i];
	move(0, 0);
	put(" lctcp", 6, A_BOLD);
	snprintf(text, sizeof(text), total == 1 ?
		 tr("  %u connection, by %s", "  %u 个连接，按%s排序") :
		 tr("  %u connections, by %s", "  %u 个连接，按%s排序"), total,
		 sort_names[v->sort][lang_now]);
	put(text, COLS / 2 - 6, 0);
	if (v->paused)
		strcpy(text, tr("PAUSED", "已暂停"));
	else if (v->problem)
		strcpy(text, tr("no drops, no ladders: not traced",
				"没有跟踪：看不到丢弃和梯形图"));
	else
		snprintf(text, sizeof(text), w->dropped == 1 ?
			 tr("%llu events, %llu dropped segment",
			    "%llu 个事件，丢弃 %llu 个报文段") :
			 tr("%llu events, %llu dropped segments",
			    "%llu 个事件，丢弃 %llu 个报文段"),
			 w->traced, w->dropped);
	put_right(text, COLS - COLS / 2 - 1,
		  v->paused || v->problem ? colour(C_YELLOW) : 0);
}

static void show_foot(const char *keys)
{
	move(LINES - 1, 0);
	put(keys, COLS - 1, A_DIM);
}

static void show_list(const struct watch *w, struct watch_view *v)
{
	const struct watch_row **rows = sorted(w, v->sort);
	size_t room = LINES - HEAD - FOOT, at, i;
	struct widths widths = fit(COLS);

	if (!rows)
		return;
	at = place(rows, w->n, v);
	v->selected = w->n ? rows[at]->c.id : 0;
	if (v->top > at)
		v->top = at;
	if (at >= v->top + room)
		v->top = at - room + 1;
	if (v->top + room > w->n)
		v->top = w->n > room ? w->n - room : 0;
	show_top(w, v);
	show_counts(w);
	move(HEAD - 1, 0);
	show_titles(&widths);
	for (i = 0; i < room && v->top + i < w->n; i++) {
		move(HEAD + i, 0);
		show_row(rows[v->top + i], &widths, v->top + i == at);
	}
	if (!w->n)
		mvprintw(HEAD + 1, 2, "%s", tr("There is no connection (yet).",
					       "（还）没有连接。"));
	show_foot(tr(" ↑↓ select   Enter ladder   s sort   p pause   q quit",
		     " ↑↓ 选择   Enter 梯形图   s 排序   p 暂停   q 退出"));
	free(rows);
}

/* ---- the ladder of one ---- */

/* One line of a ladder with its ANSI colours. */
static void show_ansi(const char *line, size_t len)
{
	static const attr_t attrs[] = {
		[1] = A_BOLD, [2] = A_DIM,
	};
	const char *end = line + len;
	unsigned long code;
	int n;

	while (line < end) {
		if (line[0] != '\033' || line[1] != '[') {
			n = strcspn(line, "\033\n");
			if (n > end - line)
				n = end - line;
			n = n ? n : 1;
			printw("%.*s", n, line);
			line += n;
			continue;
		}
		code = strtoul(line + 2, NULL, 10);
		if (!code)
			attrset(A_NORMAL);
		else if (code < ARRAY_SIZE(attrs))
			attron(attrs[code]);
		else if (code >= 31 && code <= 36)
			attron(colour(C_RED + code - 31));
		line += strcspn(line, "m\n");
		line += *line == 'm';
	}
	attrset(A_NORMAL);
}

/* The ladder of a connection as text, to be freed; NULL if there is none. */
static char *draw_ladder(const struct watch *w, const struct watch_row *row,
			 bool why)
{
	struct ladder_style style = {
		.width = COLS, .colour = has_colors(), .lang = lang_now,
	};
	struct events evs = watch_events_of(w, row);
	struct ladder *l = NULL;
	char *text = NULL;
	size_t len = 0;
	FILE *f;

	if (evs.v)
		l = ladder_new(&evs, NULL);
	f = l ? open_memstream(&text, &len) : NULL;
	if (f) {
		ladder_text(l, 0, l->n, &style, f);
		if (why) {
			putc('\n', f);
			ladder_why(l, 0, l->n, &style, f);
		}
		fclose(f);
	}
	ladder_free(l);
	free(evs.v);
	return text;
}

static const char *line_at(const char *text, size_t n)
{
	while (n--) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return text;
}

static void show_lines(const char *text, struct watch_view *v)
{
	size_t room = LINES - 3, lines = 0, i;
	const char *p, *line;

	for (p = text; *p; p++)
		lines += *p == '\n';
	if (v->end || v->top + room > lines)
		v->top = lines > room ? lines - room : 0;
	v->end = v->top + room >= lines;
	line = line_at(text, v->top);
	for (i = 0; i < room && *line; i++) {
		move(2 + i, 0);
		show_ansi(line, strcspn(line, "\n"));
		line = line_at(line, 1);
	}
}

static void show_ladder(const struct watch *w, struct watch_view *v)
{
	const struct watch_row *row = NULL;
	char text[TEXT], *ladder;
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->row[i].c.id == v->selected)
			row = &w->row[i];
	if (!row) {
		v->ladder = false;
		show_list(w, v);
		return;
	}
	move(0, 0);
	put(" ", 1, 0);
	ends_text(row, true, text);
	put(text, text_width(text) + 2, A_BOLD);
	put(lctcp_state_name(row->c.state), 13,
	    state_attr(row->c.state) | A_BOLD);
	show_timer(row, 20);
	ladder = draw_ladder(w, row, v->why);
	if (ladder)
		show_lines(ladder, v);
	else if (!strcmp(row->c.role, "listener"))
		mvprintw(3, 2, "%s", tr("A listener has no ladder; its connections have.",
					"监听者没有梯形图，它的连接才有。"));
	else
		mvprintw(3, 2, "%s", v->problem ? v->problem :
			 tr("Nothing has been traced of it yet.",
			    "还没有跟踪到它的任何事件。"));
	free(ladder);
	show_foot(tr(" ↑↓ scroll   End follow   w why   q back",
		     " ↑↓ 滚动   End 跟随   w 原因   q 返回"));
}

/* ---- all of it ---- */

void watch_show(const struct watch *w, struct watch_view *v)
{
	erase();
	if (LINES < MIN_LINES || COLS < MIN_COLS)
		mvprintw(0, 0, tr("%dx%d at least", "至少 %dx%d"), MIN_COLS, MIN_LINES);
	else if (v->ladder)
		show_ladder(w, v);
	else
		show_list(w, v);
	refresh();
}

/* Select the one @by rows from the selected one. */
static void step(const struct watch *w, struct watch_view *v, long by)
{
	const struct watch_row **rows = sorted(w, v->sort);
	long at;

	if (rows && w->n) {
		at = (long)place(rows, w->n, v) + by;
		at = max(at, 0L);
		at = min(at, (long)w->n - 1);
		v->selected = rows[at]->c.id;
	}
	free(rows);
}

static void scroll_by(struct watch_view *v, long by)
{
	v->end = false;
	if (by < 0 && v->top < (size_t)-by)
		v->top = 0;
	else
		v->top += by;
}

static void move_by(const struct watch *w, struct watch_view *v, long by)
{
	if (v->ladder)
		scroll_by(v, by);
	else
		step(w, v, by);
}

static void open_ladder(struct watch_view *v)
{
	if (v->ladder || !v->selected)
		return;
	v->ladder = true;
	v->end = true;
}

static void close_ladder(struct watch_view *v)
{
	v->ladder = false;
	v->top = 0;
}

bool watch_key(const struct watch *w, struct watch_view *v, int key)
{
	const long page = LINES - HEAD - FOOT - 1, all = 1 << 30;

	switch (key) {
	case KEY_UP:
	case 'k':
		move_by(w, v, -1);
		break;
	case KEY_DOWN:
	case 'j':
		move_by(w, v, 1);
		break;
	case KEY_PPAGE:
		move_by(w, v, -page);
		break;
	case KEY_NPAGE:
	case ' ':
		move_by(w, v, page);
		break;
	case KEY_HOME:
	case 'g':
		move_by(w, v, -all);
		break;
	case KEY_END:
	case 'G':
		move_by(w, v, all);
		break;
	case '\n':
	case '\r':
	case KEY_ENTER:
	case KEY_RIGHT:
		open_ladder(v);
		break;
	case 's':
		v->sort = (v->sort + 1) % NSORTS;
		break;
	case 'L' & 31:
		clearok(curscr, TRUE);
		break;
	case 'w':
		v->why = !v->why;
		break;
	case 'p':
		v->paused = !v->paused;
		break;
	case 'q':
	case 'Q':
	case 27:
	case KEY_LEFT:
	case KEY_BACKSPACE:
		if (!v->ladder)
			return key != 'q' && key != 'Q';
		close_ladder(v);
		break;
	}
	return true;
}
