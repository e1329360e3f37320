// SPDX-License-Identifier: GPL-2.0
/*
 * The state diagram as books draw it (RFC 9293 figure 5): eleven states, each
 * once, with the usual ways of a client and of a server.  Arcs that end a
 * connection early (RST, timeouts, ...) are left out.
 *
 * Places are given by hand, what is written there comes from the arcs.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ladder.h"
#include "lib/svg.h"
#include "states.h"

#define WIDTH	980.0
#define HEIGHT	1090.0
#define BOX_W	150.0
#define BOX_H	44.0
#define ROUND	10.0		/* of a corner */
#define LINE	14.0		/* of text */
#define POINTS	4

enum way { CLIENT_WAY, SERVER_WAY, OTHER_WAY };

/* The middle of each state's box. */
static const struct place {
	double x, y;
} places[LCTCP_NSTATES] = {
	[LCTCP_CLOSED]		= { 490, 150 },
	[LCTCP_LISTEN]		= { 490, 275 },
	[LCTCP_SYN_RECV]	= { 240, 400 },
	[LCTCP_SYN_SENT]	= { 740, 400 },
	[LCTCP_ESTABLISHED]	= { 490, 525 },
	[LCTCP_FIN_WAIT1]	= { 240, 695 },
	[LCTCP_CLOSE_WAIT]	= { 770, 695 },
	[LCTCP_FIN_WAIT2]	= { 240, 825 },
	[LCTCP_CLOSING]		= { 490, 825 },
	[LCTCP_LAST_ACK]	= { 770, 825 },
	[LCTCP_TIME_WAIT]	= { 490, 950 },
};

/**
 * struct route - how an arc goes
 * @from:	state
 * @event:	that leads out of it
 * @way:	whose usual way it is on
 * @point:	from box to box; @n of them
 * @x:		of its label, as is @y of its first line
 * @anchor:	of the label
 */
static const struct route {
	unsigned char from, event;
	enum way way;
	int n;
	struct { double x, y; } point[POINTS];
	double x, y;
	const char *anchor;
} routes[] = {
	{ LCTCP_CLOSED, LCTCP_EV_PASSIVE_OPEN, SERVER_WAY,
	  2, { { 500, 172 }, { 500, 253 } }, 510, 216, "start" },
	{ LCTCP_LISTEN, LCTCP_EV_CLOSE, OTHER_WAY,
	  2, { { 450, 253 }, { 450, 172 } }, 441, 216, "end" },
	{ LCTCP_CLOSED, LCTCP_EV_ACTIVE_OPEN, CLIENT_WAY,
	  3, { { 565, 148 }, { 755, 148 }, { 755, 378 } }, 765, 250, "start" },
	{ LCTCP_SYN_SENT, LCTCP_EV_CLOSE, OTHER_WAY,
	  3, { { 720, 378 }, { 720, 164 }, { 565, 164 } }, 711, 216, "end" },
	{ LCTCP_LISTEN, LCTCP_EV_SYN, SERVER_WAY,
	  3, { { 415, 275 }, { 240, 275 }, { 240, 378 } }, 250, 322, "start" },
	{ LCTCP_SYN_SENT, LCTCP_EV_SYN, OTHER_WAY,
	  2, { { 665, 400 }, { 315, 400 } }, 490, 378, "middle" },
	{ LCTCP_SYN_RECV, LCTCP_EV_ACK_OF_SYN, SERVER_WAY,
	  3, { { 270, 422 }, { 270, 525 }, { 415, 525 } }, 280, 470, "start" },
	{ LCTCP_SYN_SENT, LCTCP_EV_SYN_ACK, CLIENT_WAY,
	  3, { { 740, 422 }, { 740, 525 }, { 565, 525 } }, 730, 470, "end" },
	{ LCTCP_SYN_RECV, LCTCP_EV_CLOSE, OTHER_WAY,
	  2, { { 205, 422 }, { 205, 673 } }, 196, 540, "end" },
	{ LCTCP_ESTABLISHED, LCTCP_EV_CLOSE, CLIENT_WAY,
	  4, { { 460, 547 }, { 460, 600 }, { 250, 600 }, { 250, 673 } },
	  350, 576, "middle" },
	{ LCTCP_ESTABLISHED, LCTCP_EV_FIN, SERVER_WAY,
	  4, { { 520, 547 }, { 520, 600 }, { 770, 600 }, { 770, 673 } },
	  650, 576, "middle" },
	{ LCTCP_FIN_WAIT1, LCTCP_EV_ACK_OF_FIN, CLIENT_WAY,
	  2, { { 220, 717 }, { 220, 803 } }, 210, 764, "end" },
	{ LCTCP_FIN_WAIT1, LCTCP_EV_FIN, OTHER_WAY,
	  3, { { 315, 695 }, { 490, 695 }, { 490, 803 } }, 500, 740, "start" },
	{ LCTCP_FIN_WAIT1, LCTCP_EV_FIN_ACK_OF_FIN, OTHER_WAY,
	  2, { { 290, 717 }, { 440, 928 } }, 340, 752, "start" },
	{ LCTCP_FIN_WAIT2, LCTCP_EV_FIN, CLIENT_WAY,
	  3, { { 240, 847 }, { 240, 943 }, { 415, 943 } }, 250, 890, "start" },
	{ LCTCP_CLOSING, LCTCP_EV_ACK_OF_FIN, OTHER_WAY,
	  2, { { 490, 847 }, { 490, 928 } }, 500, 892, "start" },
	{ LCTCP_TIME_WAIT, LCTCP_EV_FIN, OTHER_WAY,
	  4, { { 460, 972 }, { 460, 994 }, { 520, 994 }, { 520, 972 } },
	  532, 991, "start" },
	{ LCTCP_CLOSE_WAIT, LCTCP_EV_CLOSE, SERVER_WAY,
	  2, { { 770, 717 }, { 770, 803 } }, 780, 758, "start" },
	{ LCTCP_LAST_ACK, LCTCP_EV_ACK_OF_FIN, SERVER_WAY,
	  4, { { 845, 825 }, { 930, 825 }, { 930, 132 }, { 565, 132 } },
	  920, 470, "end" },
	{ LCTCP_TIME_WAIT, LCTCP_EV_2MSL, CLIENT_WAY,
	  4, { { 415, 960 }, { 50, 960 }, { 50, 150 }, { 415, 150 } },
	  60, 345, "start" },
};

/* ---- words ---- */

enum phrase {
	P_TITLE, P_SUBTITLE, P_COUNTED, P_SEND, P_ACTIVE_OPEN, P_PASSIVE_OPEN,
	P_SIMULTANEOUS_OPEN, P_SIMULTANEOUS_CLOSE, P_ACTIVE_CLOSE, P_PASSIVE_CLOSE, P_CLIENT_WAY,
	P_SERVER_WAY, P_OTHER_WAY, NPHRASES
};

static const char *const phrases[NPHRASES][NLANGS] = {
	[P_TITLE]	= { "The states of a TCP connection", "TCP 连接的状态机" },
	[P_SUBTITLE]	= { "RFC 9293, figure 5: what happens / what is sent",
			    "RFC 9293 图 5：发生的事件 / 发送的报文段" },
	[P_COUNTED]	= { "; bold: how often", "；粗体：发生的次数" },
	[P_SEND]	= { "/ send %s", "/ 发送 %s" },
	[P_ACTIVE_OPEN]	= { "active open", "主动打开" },
	[P_PASSIVE_OPEN] = { "passive open", "被动打开" },
	[P_SIMULTANEOUS_OPEN] = { "simultaneous open", "同时打开" },
	[P_SIMULTANEOUS_CLOSE] = { "simultaneous close", "同时关闭" },
	[P_ACTIVE_CLOSE] = { "active close", "主动关闭" },
	[P_PASSIVE_CLOSE] = { "passive close", "被动关闭" },
	[P_CLIENT_WAY]	= { "the usual way of a client", "客户端的通常路径" },
	[P_SERVER_WAY]	= { "the usual way of a server", "服务器的通常路径" },
	[P_OTHER_WAY]	= { "other ways", "其他路径" },
};

static const char *const events[LCTCP_NEVENTS][NLANGS] = {
	[LCTCP_EV_PASSIVE_OPEN]	= { "listen()", "listen()" },
	[LCTCP_EV_ACTIVE_OPEN]	= { "connect()", "connect()" },
	[LCTCP_EV_CLOSE]	= { "close()", "close()" },
	[LCTCP_EV_SYN]		= { "recv SYN", "收到 SYN" },
	[LCTCP_EV_SYN_ACK]	= { "recv SYN,ACK", "收到 SYN,ACK" },
	[LCTCP_EV_ACK_OF_SYN]	= { "recv ACK of SYN", "收到 SYN 的 ACK" },
	[LCTCP_EV_FIN]		= { "recv FIN", "收到 FIN" },
	[LCTCP_EV_ACK_OF_FIN]	= { "recv ACK of FIN", "收到 FIN 的 ACK" },
	[LCTCP_EV_FIN_ACK_OF_FIN] = { "recv FIN,ACK", "收到 FIN,ACK" },
	[LCTCP_EV_2MSL]		= { "2MSL is over", "2MSL 到时" },
};

/* What an arc sends; NULL for nothing. */
static const char *sends(const struct lctcp_arc *arc)
{
	if (arc->actions & LCTCP_A_SEND_SYN_ACK)
		return "SYN,ACK";
	if (arc->actions & LCTCP_A_SEND_SYN)
		return "SYN";
	if (arc->actions & LCTCP_A_SEND_FIN)
		return "FIN";
	return arc->actions & LCTCP_A_SEND_ACK ? "ACK" : NULL;
}

/* ---- drawing ---- */

static const struct svg_rule rules[] = {
	{ ".h1", "font-size:21px;font-weight:700;fill:#111827", "fill:#f0f3f6" },
	{ ".h2", "font-size:12.5px;fill:#6b7280", "fill:#9198a1" },
	{ ".name", "font-size:14px;font-weight:700;letter-spacing:.02em", NULL },
	{ ".none", "fill:#f4f5f7;stroke:#6b7280", "fill:#161b22;stroke:#9198a1" },
	{ ".none-t", "fill:#374151", "fill:#c3cad2" },
	{ ".opening", "fill:#fdeccb;stroke:#b45309", "fill:#4a3410;stroke:#e3a13d" },
	{ ".opening-t", "fill:#8a4b06", "fill:#f5c97a" },
	{ ".open", "fill:#d5f0dc;stroke:#15803d", "fill:#113a22;stroke:#46c36f" },
	{ ".open-t", "fill:#166534", "fill:#7ee2a0" },
	{ ".closing", "fill:#dbe7fd;stroke:#1d4ed8", "fill:#172f5c;stroke:#6ea4ff" },
	{ ".closing-t", "fill:#1e40af", "fill:#9cc0ff" },
	{ ".waiting", "fill:#ebe3fb;stroke:#6d28d9", "fill:#34205c;stroke:#a78bfa" },
	{ ".waiting-t", "fill:#5b21b6", "fill:#c9b0ff" },
	{ ".group", "fill:none;stroke:#b6bcc6;stroke-dasharray:3 4", "stroke:#4a525c" },
	{ ".group-t", "font-size:12px;fill:#6b7280", "fill:#9198a1" },
	{ ".way", "fill:none;stroke-linejoin:round", NULL },
	{ ".client", "stroke:#1d4ed8;stroke-width:3", "stroke:#6ea4ff" },
	{ ".client-f", "fill:#1d4ed8", "fill:#6ea4ff" },
	{ ".server", "stroke:#b45309;stroke-width:3;stroke-dasharray:9 5", "stroke:#e3a13d" },
	{ ".server-f", "fill:#b45309", "fill:#e3a13d" },
	{ ".other", "stroke:#6b7280;stroke-width:1.2", "stroke:#9198a1" },
	{ ".other-f", "fill:#6b7280", "fill:#9198a1" },
	{ ".label", "font-size:12px;fill:#111827", "fill:#e6edf3" },
	{ ".sent", "font-size:12px;fill:#4b5563", "fill:#a9b1bb" },
	{ ".n", "font-weight:700;fill:#111827", "fill:#f0f3f6" },
};

static const char *const ways[] = {
	[CLIENT_WAY] = "client", [SERVER_WAY] = "server", [OTHER_WAY] = "other",
};

static void put_box(FILE *f, unsigned int state)
{
	const struct place *p = &places[state];
	char class[32];

	fprintf(f, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"9\" stroke-width=\"1.6\" class=\"%s\"/>\n",
		svg_num(p->x - BOX_W / 2), svg_num(p->y - BOX_H / 2),
		svg_num(BOX_W), svg_num(BOX_H), ladder_phase(state));
	snprintf(class, sizeof(class), "name %s-t", ladder_phase(state));
	svg_text(f, p->x, p->y + 5, class, "middle", lctcp_state_name(state));
}

/* From one place towards another, so far. */
static void towards(double x1, double y1, double x2, double y2, double far,
		    double *x, double *y)
{
	double length = hypot(x2 - x1, y2 - y1);

	far = fmin(far, length / 2);
	*x = x1 + (x2 - x1) * far / length;
	*y = y1 + (y2 - y1) * far / length;
}

static void put_route(FILE *f, const struct route *r)
{
	double x, y, last_x = r->point[r->n - 1].x, last_y = r->point[r->n - 1].y;
	double angle = atan2(last_y - r->point[r->n - 2].y,
			     last_x - r->point[r->n - 2].x);
	int i;

	fprintf(f, "<path d=\"M%s %s", svg_num(r->point[0].x),
		svg_num(r->point[0].y));
	for (i = 1; i < r->n - 1; i++) {
		towards(r->point[i].x, r->point[i].y, r->point[i - 1].x,
			r->point[i - 1].y, ROUND, &x, &y);
		fprintf(f, "L%s %s", svg_num(x), svg_num(y));
		towards(r->point[i].x, r->point[i].y, r->point[i + 1].x,
			r->point[i + 1].y, ROUND, &x, &y);
		fprintf(f, "Q%s %s %s %s", svg_num(r->point[i].x),
			svg_num(r->point[i].y), svg_num(x), svg_num(y));
	}
	fprintf(f, "L%s %s\" class=\"way %s\"/>\n",
		svg_num(last_x - 10 * cos(angle)),
		svg_num(last_y - 10 * sin(angle)), ways[r->way]);
	fprintf(f, "<path d=\"M0 0L-13 -5.5L-10 0L-13 5.5Z\" transform=\"translate(%s %s) rotate(%s)\" class=\"%s-f\"/>\n",
		svg_num(last_x), svg_num(last_y), svg_num(angle * 180 / M_PI),
		ways[r->way]);
}

/* What happens, and how often; below it what is sent. */
static void put_label(FILE *f, const struct route *r, const uint64_t *count,
		      enum language lang)
{
	const struct lctcp_arc *arc = lctcp_fsm_find(r->from, r->event);
	char text[64];

	fprintf(f, "<text x=\"%s\" y=\"%s\" class=\"label halo\" text-anchor=\"%s\">",
		svg_num(r->x), svg_num(r->y), r->anchor);
	svg_puts(f, events[r->event][lang]);
	if (count)
		fprintf(f, "<tspan dx=\"6\" class=\"n\">%" PRIu64 "</tspan>",
			count[arc - lctcp_arcs]);
	fputs("</text>\n", f);
	if (!sends(arc))
		return;
	snprintf(text, sizeof(text), phrases[P_SEND][lang], sends(arc));
	svg_text(f, r->x, r->y + LINE, "sent halo", r->anchor, text);
}

static void put_group(FILE *f, double x, double y, double w, double h,
		      const char *text)
{
	fprintf(f, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"12\" class=\"group\"/>\n",
		svg_num(x), svg_num(y), svg_num(w), svg_num(h));
	svg_text(f, x + 14, y + h - 13, "group-t", "start", text);
}

static void put_key(FILE *f, enum language lang)
{
	static const double at[] = { 26, 330, 640 };
	double y = HEIGHT - 26;
	int i;

	for (i = 0; i < 3; i++) {
		fprintf(f, "<path d=\"M%s %sh44\" class=\"way %s\"/>\n",
			svg_num(at[i]), svg_num(y - 4), ways[i]);
		svg_text(f, at[i] + 54, y, "label", "start",
			 phrases[P_CLIENT_WAY + i][lang]);
	}
}

void states_book(const uint64_t *count, enum language lang,
		 enum svg_theme theme, FILE *f)
{
	struct svg_head head = {
		.width = WIDTH,
		.height = HEIGHT,
		.xml_lang = lang_name(lang),
		.title = phrases[P_TITLE][lang],
		.desc = phrases[P_SUBTITLE][lang],
		.theme = theme,
		.rules = rules,
		.nrules = ARRAY_SIZE(rules),
	};
	char text[128];
	unsigned int i;

	svg_begin(f, &head);
	svg_text(f, 26, 42, "h1", "start", phrases[P_TITLE][lang]);
	snprintf(text, sizeof(text), "%s%s", phrases[P_SUBTITLE][lang],
		 count ? phrases[P_COUNTED][lang] : "");
	svg_text(f, 26, 64, "h2", "start", text);
	put_group(f, 80, 625, 565, 395, phrases[P_ACTIVE_CLOSE][lang]);
	put_group(f, 665, 625, 240, 260, phrases[P_PASSIVE_CLOSE][lang]);
	svg_text(f, 765, 234, "group-t halo", "start",
		 phrases[P_ACTIVE_OPEN][lang]);
	svg_text(f, 510, 200, "group-t halo", "start",
		 phrases[P_PASSIVE_OPEN][lang]);
	svg_text(f, 490, 418, "group-t halo", "middle",
		 phrases[P_SIMULTANEOUS_OPEN][lang]);
	svg_text(f, 500, 772, "group-t halo", "start",
		 phrases[P_SIMULTANEOUS_CLOSE][lang]);
	for (i = ARRAY_SIZE(routes); i-- > 0;)
		put_route(f, &routes[i]);
	for (i = 1; i < LCTCP_NSTATES; i++)
		put_box(f, i);
	for (i = 0; i < ARRAY_SIZE(routes); i++)
		put_label(f, &routes[i], count, lang);
	put_key(f, lang);
	svg_end(f);
}
