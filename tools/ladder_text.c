// SPDX-License-Identifier: GPL-2.0
/*
 * A ladder as text: see ladder.h.
 *
 *	 0.000 SYN_SENT    ├── SYN  seq=0 ──►│ SYN_RECV      0.010
 *	time 7 state 11     wire, the rest    state 11     time 7
 */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

#define TIME_W		7
#define STATE_W		11
#define SIDE_W		(TIME_W + 1 + STATE_W + 1)
#define GAP_US		100000	/* a wait worth a line */
#define LABEL		128

/* ---- text ---- */

int text_width(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

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

void text_wrap(const char *text, int at, int indent,
	       const struct ladder_style *style, FILE *f)
{
	bool first = true;

	while (*text) {
		int n = strcspn(text, " ");
		char word[LABEL];

		snprintf(word, sizeof(word), "%.*s", n, text);
		if (!first && at + 1 + text_width(word) > style->width) {
			fputc('\n', f);
			repeat(" ", indent, f);
			at = indent;
			first = true;
		}
		if (!first) {
			fputc(' ', f);
			at++;
		}
		fputs(word, f);
		at += text_width(word);
		first = false;
		text += n;
		text += strspn(text, " ");
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

/**
 * struct pen - where and how to draw
 * @style:	how
 * @f:		where
 * @zero:	time 0
 * @wire:	columns between the lifelines
 */
struct pen {
	const struct ladder_style *style;
	FILE *f;
	long long zero;
	int wire;
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

static void line_left(const struct pen *p, const struct line *l)
{
	draw_time(p, l->us[CLIENT]);
	fputc(' ', p->f);
	draw_state(p, l->state[CLIENT]);
	fputc(' ', p->f);
	fputs(l->edge[CLIENT], p->f);
}

static void line_right(const struct pen *p, const struct line *l)
{
	fputs(l->edge[SERVER], p->f);
	if (l->us[SERVER] >= 0 || l->state[SERVER])
		fputc(' ', p->f);
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

static const char *ordinal(unsigned int n)
{
	static char buf[16];
	const char *end = "th";

	if (n / 10 % 10 != 1)
		end = n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" :
		      n % 10 == 3 ? "rd" : "th";
	snprintf(buf, sizeof(buf), "%u%s", n, end);
	return buf;
}

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

/* "data again, 1st: 20 octets  seq=1 ack=1", or less if that is too long */
static void segment_label(const struct ladder_row *r, int room, char *buf)
{
	const struct event *e = r->event;
	int n;

	n = snprintf(buf, LABEL, "%s", ladder_segment(r));
	if (r->again)
		n += snprintf(buf + n, LABEL - n, " again, %s",
			      ordinal(r->again));
	if (e->len && n < room)
		n += snprintf(buf + n, LABEL - n, "%s %u octet%s",
			      r->again ? ":" : ",", e->len,
			      e->len == 1 ? "" : "s");
	n += snprintf(buf + n, LABEL - n, "  seq=%u", r->seq);
	if (!(e->flags & SEG_ACK))
		return;
	snprintf(buf + n, LABEL - n, " ack=%u", r->ack);
	if (text_width(buf) > room)
		buf[n] = 0;
}

static void draw_arrow(const struct pen *p, const struct ladder_row *r,
		       const struct line *l)
{
	bool right = r->side == CLIENT, lost = ladder_lost(r);
	int text, spare, near, far;
	char label[LABEL];

	segment_label(r, p->wire - 5, label);
	text = text_width(label) + 2;
	spare = p->wire - text - 1;	/* and the arrow's head */
	near = lost ? 2 : spare / 2;
	far = lost ? 2 : spare - near;

	line_left(p, l);
	if (!right) {
		repeat(" ", spare - near - far, p->f);
		if (lost)
			ink(p, RED);
		fputs(lost ? "✗" : "◄", p->f);
		ink(p, PLAIN);
		repeat("─", far, p->f);
	} else {
		repeat("─", near, p->f);
	}
	ink(p, segment_colour(r));
	fprintf(p->f, " %s ", label);
	ink(p, PLAIN);
	if (right) {
		repeat("─", far, p->f);
		if (lost)
			ink(p, RED);
		fputs(lost ? "✗" : "►", p->f);
		ink(p, PLAIN);
		repeat(" ", spare - near - far, p->f);
	} else {
		repeat("─", near, p->f);
	}
	line_right(p, l);
}

/* What became of a segment that did not simply arrive. */
static void draw_fate(const struct pen *p, const struct ladder_row *r)
{
	char rule[LABEL], text[LABEL + 32];

	if (r->fault) {
		ladder_rule(r, rule, sizeof(rule));
		snprintf(text, sizeof(text), "%s by the rule “%s”",
			 ladder_lost(r) ? "lost" :
			 r->fault->delay_ms ? "held back" : "sent twice",
			 rule);
		line_text(p, &nothing, text, r->side == CLIENT ? -1 : 1, RED);
	} else if (ladder_lost(r)) {
		line_text(p, &nothing, "it never arrived",
			  r->side == CLIENT ? -1 : 1, RED);
	}
	if (r->drop) {
		snprintf(text, sizeof(text), "dropped: %s", r->drop->reason);
		line_text(p, &nothing, text, r->side == CLIENT ? 1 : -1, DIM);
	}
	if (r->copies > 1) {
		snprintf(text, sizeof(text), "it arrived %u times", r->copies);
		line_text(p, &nothing, text, r->side == CLIENT ? 1 : -1, RED);
	}
}

static void draw_segment(const struct pen *p, const struct ladder_row *r,
			 struct line *l)
{
	l->us[!r->side] = r->arrived;
	l->edge[CLIENT] = r->side == CLIENT ? "├" : "│";
	l->edge[SERVER] = r->side == SERVER ? "┤" : "│";
	draw_arrow(p, r, l);
	draw_fate(p, r);
}

/* The timers' names in the trace, and for people. */
static const char *timer_name(const char *name)
{
	static const char *const names[][2] = {
		{ "syn-ack",	"SYN-ACK timer" },
		{ "rexmit",	"retransmit timer" },
		{ "2msl",	"2MSL timer" },
		{ "delack",	"delayed-ACK timer" },
		{ "persist",	"persist timer" },
		{ "keepalive",	"keepalive timer" },
		{ "fin-wait2",	"FIN_WAIT2 timer" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i][0], name))
			return names[i][1];
	return name;
}

static void draw_timer(const struct pen *p, const struct ladder_row *r,
		       const struct line *l)
{
	const char *name = timer_name(r->event->timer);
	char text[LABEL];

	if (r->kind == ROW_TIMER_SET)
		snprintf(text, sizeof(text), "%s %s %.4g s", name,
			 r->anew && !strcmp(r->event->timer, "2msl") ?
			 "starts anew:" : "starts:", r->event->ms / 1e3);
	else if (r->waited >= 0)
		snprintf(text, sizeof(text), "%s fires after %.3f s", name,
			 r->waited / 1e6);
	else
		snprintf(text, sizeof(text), "%s fires", name);
	line_text(p, l, text, r->side == CLIENT ? -1 : 1, BLUE);
}

static void draw_row(const struct pen *p, const struct ladder_row *r)
{
	struct line l = nothing;
	int side;

	l.us[r->side] = r->us;
	for (side = 0; side < NSIDES; side++)
		if (r->arc[side])
			l.state[side] = lctcp_state_name(r->arc[side]->to);
	if (r->kind == ROW_SEGMENT)
		draw_segment(p, r, &l);
	else if (r->kind == ROW_STATE)
		line_text(p, &l, lctcp_event_name(r->event->what),
			  r->side == CLIENT ? -1 : 1, PLAIN);
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

static long long row_end(const struct ladder_row *r)
{
	return max(r->us, r->arrived);
}

/* When all before row @i was over. */
static long long quiet_since(const struct ladder *l, size_t i)
{
	long long us = l->row[0].us;

	while (i-- > 0)
		us = max(us, row_end(&l->row[i]));
	return us;
}

static void draw_head(const struct pen *p, const struct ladder *l, size_t from)
{
	struct line line = nothing;
	char text[2 * EVENT_END_TEXT + 16], a[EVENT_END_TEXT], b[EVENT_END_TEXT];
	int spare;

	event_end_text(&l->end[CLIENT], a, sizeof(a));
	event_end_text(&l->end[SERVER], b, sizeof(b));
	spare = p->wire + 2 - text_width(a) - text_width(b);
	ink(p, DIM);
	repeat(" ", TIME_W - 4, p->f);
	fputs("time ", p->f);
	padded("client", STATE_W + 1, p->f);
	snprintf(text, sizeof(text), "%s%*s%s", a, max(spare, 1), "", b);
	fputs(text, p->f);
	fputc(' ', p->f);
	padded("server", STATE_W + 1 + TIME_W - 4, p->f);
	fputs("time\n", p->f);
	ink(p, PLAIN);
	line.state[CLIENT] = lctcp_state_name(ladder_state(l, from, CLIENT));
	line.state[SERVER] = lctcp_state_name(ladder_state(l, from, SERVER));
	line_text(p, &line, "", 0, PLAIN);
}

void ladder_text(const struct ladder *l, size_t from, size_t to,
		 const struct ladder_style *style, FILE *f)
{
	struct pen p = {
		.style = style,
		.f = f,
		.wire = style->width - 2 * SIDE_W - 2,
	};
	long long gap;
	size_t i;

	if (!l->n)
		return;
	p.zero = l->row[0].us;
	draw_head(&p, l, from);
	for (i = from; i < to && i < l->n; i++) {
		gap = l->row[i].us - quiet_since(l, i);
		if (gap >= GAP_US)
			draw_gap(&p, gap);
		draw_row(&p, &l->row[i]);
	}
}

/* ---- why ---- */

#define WHY_INDENT	25

/**
 * struct remark - a segment that changes no state, or does so unseen
 * @what:	is row @i that?
 * @name:	to be shown before the sentence
 * @text:	the sentence
 */
struct remark {
	bool (*what)(const struct ladder *l, size_t i);
	const char *name;
	const char *text;
};

static bool is_role(const struct ladder_row *r, const char *role, bool again)
{
	return !strcmp(r->event->role, role) && !r->again == !again;
}

static bool is_syn(const struct ladder *l, size_t i)
{
	return is_role(&l->row[i], "syn", false);
}

static bool is_syn_ack(const struct ladder *l, size_t i)
{
	return is_role(&l->row[i], "synack", false);
}

static bool is_ack_lost(const struct ladder *l, size_t i)
{
	const struct ladder_row *r = &l->row[i];

	return ladder_lost(r) && r->event->flags == SEG_ACK && !r->event->len;
}

static bool is_syn_ack_again(const struct ladder *l, size_t i)
{
	return is_role(&l->row[i], "synack", true);
}

static bool is_third_ack_again(const struct ladder *l, size_t i)
{
	return is_role(&l->row[i], "third-ack", true);
}

static bool is_data(const struct ladder *l, size_t i)
{
	return is_role(&l->row[i], "data", false);
}

static bool is_data_after_fin(const struct ladder *l, size_t i)
{
	return is_data(l, i) &&
	       ladder_state(l, i, l->row[i].side) == LCTCP_CLOSE_WAIT;
}

static bool is_data_again(const struct ladder *l, size_t i)
{
	return is_role(&l->row[i], "data", true);
}

static bool is_fin_ack(const struct ladder *l, size_t i)
{
	return is_role(&l->row[i], "fin-ack", false);
}

static bool is_merged(const struct ladder *l, size_t i)
{
	return l->row[i].merged && !l->row[i].again;
}

static bool is_fin_again(const struct ladder *l, size_t i)
{
	return l->row[i].event->flags & SEG_FIN && l->row[i].again;
}

static const struct remark remarks[] = {
	{ is_syn, "SYN",
	  "It takes one sequence number, as if it were an octet, so that it can be acknowledged: seq=0, and the first octet of data will be 1. (RFC 9293 3.4)",
	},
	{ is_syn_ack, "SYN-ACK",
	  "The server's ACK and its own SYN share one segment: that is why opening takes three segments and not four. (RFC 9293 3.5)",
	},
	{ is_ack_lost, "ACK lost",
	  "A bare ACK takes no sequence number and is never acknowledged, so its sender cannot know that it was lost. (RFC 9293 3.8.4)",
	},
	{ is_syn_ack_again, "SYN-ACK again",
	  "The server's SYN still lacks its ACK, so its timer sends it again, unchanged. (RFC 9293 3.8.1)",
	},
	{ is_third_ack_again, "ACK again",
	  "For the client the SYN-ACK is old; a segment outside the window is dropped but answered with an ACK, just the one that the server lacks. (RFC 9293 3.10.7.4)",
	},
	{ is_data, "data",
	  "Each octet takes one sequence number; ack= names the next octet that is expected. (RFC 9293 3.4)",
	},
	{ is_data_after_fin, "data after the FIN",
	  "A FIN closes one direction only; the other stays open for as long as its sender likes. (RFC 9293 3.6)",
	},
	{ is_data_again, "data again",
	  "Nobody acknowledged it within the retransmission timeout. (RFC 6298 5)",
	},
	{ is_fin_ack, "ACK of the FIN",
	  "The FIN takes one sequence number, so its ACK is that number plus one; it goes alone, because the other program has not closed. (RFC 9293 3.6)",
	},
	{ is_merged, "FIN+ACK in one",
	  "The program closed before the ACK had gone, so the ACK and the FIN share a segment. (RFC 9293 3.6)",
	},
	{ is_fin_again, "FIN again",
	  "It still lacks its ACK, so the retransmission timer sends it again. (RFC 6298 5)",
	},
};

static size_t draw_why(const char *name, const char *text,
		       const struct ladder_style *style, FILE *f)
{
	fputs("  ", f);
	fputs(text_colour(style, BOLD), f);
	padded(name, WHY_INDENT - 2, f);
	fputs(text_colour(style, PLAIN), f);
	text_wrap(text, WHY_INDENT, WHY_INDENT, style, f);
	return 1;
}

static bool arc_said(const struct ladder *l, size_t row,
		     const struct lctcp_arc *arc)
{
	size_t i;

	for (i = 0; i < row; i++)
		if (l->row[i].arc[CLIENT] == arc || l->row[i].arc[SERVER] == arc)
			return true;
	return false;
}

static bool remark_said(const struct ladder *l, size_t row,
			const struct remark *remark)
{
	size_t i;

	for (i = 0; i < row; i++)
		if (l->row[i].kind == ROW_SEGMENT && remark->what(l, i))
			return true;
	return false;
}

static size_t why_segment(const struct ladder *l, size_t row,
			  const struct ladder_style *style, FILE *f)
{
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(remarks); i++)
		if (remarks[i].what(l, row) &&
		    !remark_said(l, row, &remarks[i]))
			n += draw_why(remarks[i].name, remarks[i].text, style,
				      f);
	return n;
}

static size_t why_arc(const struct ladder *l, size_t row, unsigned int side,
		      const struct ladder_style *style, FILE *f)
{
	const struct lctcp_arc *arc = l->row[row].arc[side];
	char name[64], text[512];

	if (!arc || arc_said(l, row, arc))
		return 0;
	snprintf(name, sizeof(name), "%s → %s",
		 side == CLIENT ? "client" : "server",
		 lctcp_state_name(arc->to));
	snprintf(text, sizeof(text), "%s (RFC %s)", arc->why, arc->rfc);
	return draw_why(name, text, style, f);
}

size_t ladder_why(const struct ladder *l, size_t from, size_t to,
		  const struct ladder_style *style, FILE *f)
{
	size_t i, n = 0;

	for (i = from; i < to && i < l->n; i++) {
		n += why_arc(l, i, l->row[i].side, style, f);
		if (l->row[i].kind == ROW_SEGMENT)
			n += why_segment(l, i, style, f);
		n += why_arc(l, i, !l->row[i].side, style, f);
	}
	return n;
}
