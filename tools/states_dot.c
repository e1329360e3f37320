// SPDX-License-Identifier: GPL-2.0
/*
 * The state diagram in the language of graphviz, laid out as RFC 9293 figure 5
 * has it: CLOSED on top, the side that closes first on the left, TIME_WAIT at
 * the bottom.  Arcs between the same two states share a line.  What leads
 * out of everything (RST, ABORT, GIVE_UP, ...) would hide all else if it were
 * lines; it stands in the boxes.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/lang.h"
#include "states.h"

#define NEVER	"#b4b8bd"	/* of an arc that was never taken */
#define NEVER_T	"#7c848c"	/* its name: a line is seen where text is not */
#define TAKEN	"#1f2933"
/* Alike in width wherever they are, so that what dot measures is what is seen. */
#define FONT	"Arial,Liberation Sans,Helvetica,sans-serif"
#define OVER	"OVER"		/* CLOSED once more, beside TIME_WAIT */

/* As in the ladders: opening, open, closing, waiting.  By day, and by night. */
static const struct phase {
	const char *fill, *line, *dark_fill, *dark_line;
} phases[] = {
	{ "#f4f5f7", "#6b7280", "#161b22", "#9198a1" },
	{ "#fdeccb", "#b45309", "#4a3410", "#e3a13d" },
	{ "#d5f0dc", "#15803d", "#113a22", "#46c36f" },
	{ "#dbe7fd", "#1d4ed8", "#172f5c", "#6ea4ff" },
	{ "#ebe3fb", "#6d28d9", "#34205c", "#c9b0ff" },
};

enum { NO_PHASE, OPENING, OPEN, CLOSING, WAITING };

static const struct phase *phase(unsigned int state)
{
	static const unsigned char of[LCTCP_NSTATES] = {
		[LCTCP_SYN_SENT]	= OPENING,
		[LCTCP_SYN_RECV]	= OPENING,
		[LCTCP_ESTABLISHED]	= OPEN,
		[LCTCP_FIN_WAIT1]	= CLOSING,
		[LCTCP_FIN_WAIT2]	= CLOSING,
		[LCTCP_CLOSE_WAIT]	= CLOSING,
		[LCTCP_LAST_ACK]	= CLOSING,
		[LCTCP_CLOSING]		= CLOSING,
		[LCTCP_TIME_WAIT]	= WAITING,
	};

	return &phases[of[state]];
}

/* Does the arc stand in the box of its state, and not as a line? */
static bool in_box(const struct lctcp_arc *arc)
{
	if (arc->to != LCTCP_CLOSED)
		return arc->actions & LCTCP_A_SEND_RST;
	switch (arc->event) {
	case LCTCP_EV_ACK_OF_FIN:
	case LCTCP_EV_2MSL:
		return false;
	default:
		return true;
	}
}

/* The end of a life is drawn below. */
static const char *node_to(const struct lctcp_arc *arc)
{
	if (arc->to == LCTCP_CLOSED)
		return OVER;
	return lctcp_state_name(arc->to);
}

static void put_box(FILE *f, unsigned int state, const uint64_t *count)
{
	const struct lctcp_arc *arc;

	fprintf(f, "\t%s [label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"3\" style=\"rounded\" color=\"%s\" bgcolor=\"%s\">"
		"<tr><td colspan=\"2\" cellpadding=\"6\"><b><font point-size=\"14\">%s</font></b></td></tr>",
		lctcp_state_name(state), phase(state)->line,
		phase(state)->fill, lctcp_state_name(state));
	for (arc = lctcp_arcs; arc < lctcp_arcs + lctcp_narcs; arc++) {
		uint64_t n = count[arc - lctcp_arcs];

		if (arc->from != state || !in_box(arc))
			continue;
		fprintf(f, "<tr><td align=\"left\"><font point-size=\"9\" color=\"%s\">× %s%s%s</font></td>"
			"<td align=\"right\"><font point-size=\"9\" color=\"%s\">%" PRIu64 "</font></td></tr>",
			n ? TAKEN : NEVER_T, lctcp_event_name(arc->event),
			arc->to == LCTCP_CLOSED ? "" : " → ",
			arc->to == LCTCP_CLOSED ? "" : lctcp_state_name(arc->to),
			n ? TAKEN : NEVER_T, n);
	}
	fputs("</table>>];\n", f);
}

/* Is there a line for the same two nodes before this arc's? */
static bool has_line(const struct lctcp_arc *arc)
{
	const struct lctcp_arc *a;

	for (a = lctcp_arcs; a < arc; a++)
		if (a->from == arc->from && a->to == arc->to && !in_box(a) &&
		    node_to(a) == node_to(arc))
			return true;
	return false;
}

/* Thicker with each power of ten. */
static double pen(uint64_t n)
{
	double width = 1;

	for (; n >= 10 && width < 4; n /= 10)
		width += .5;
	return width;
}

/* Lines that go against the order of rows and columns are given to dot the
 * other way round, or they would wind around everything.
 */
static bool drawn_back(const struct lctcp_arc *arc)
{
	return arc->event == LCTCP_EV_REOPEN ||
	       (arc->to == LCTCP_LISTEN && arc->from == LCTCP_SYN_RECV) ||
	       (arc->from == LCTCP_SYN_SENT && arc->to == LCTCP_SYN_RECV);
}

/* Where lines leave and arrive that would else lie on each other, beside LISTEN
 * above all; by the first of the arcs that share one.
 */
static const char *ports(const struct lctcp_arc *first)
{
	switch (first->event) {
	case LCTCP_EV_REOPEN:
	case LCTCP_EV_OLD_DUPLICATE:
	case LCTCP_EV_ABANDON:
		return ", tailport=w, headport=w, constraint=false";
	case LCTCP_EV_ACTIVE_OPEN:
		return ", tailport=e, headport=n";
	case LCTCP_EV_SYN:
		return first->from == LCTCP_LISTEN ? ", tailport=w, headport=n" :
						     "";
	case LCTCP_EV_PASSIVE_RST:
		return ", tailport=s";
	case LCTCP_EV_COOKIE_ACK:
		return ", tailport=e, headport=n";
	}
	return first->from == first->to ? ", tailport=s, headport=s" : "";
}

/* The arc and all that share its line. */
static void put_line(FILE *f, const struct lctcp_arc *first,
		     const uint64_t *count)
{
	const struct lctcp_arc *arc;
	uint64_t sum = 0;
	bool back = drawn_back(first);
	const char *from = lctcp_state_name(first->from);

	fprintf(f, "\t%s -> %s [label=<<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"1\">",
		back ? node_to(first) : from, back ? from : node_to(first));
	for (arc = first; arc < lctcp_arcs + lctcp_narcs; arc++) {
		uint64_t n = count[arc - lctcp_arcs];

		if (arc->from != first->from || arc->to != first->to ||
		    in_box(arc) || node_to(arc) != node_to(first))
			continue;
		fprintf(f, "<tr><td width=\"3\"></td><td align=\"left\">"
			"<font color=\"%s\">%s  <b>%" PRIu64 "</b></font></td></tr>",
			n ? TAKEN : NEVER_T, lctcp_event_name(arc->event), n);
		sum += n;
	}
	fprintf(f, "</table>>, color=\"%s\", penwidth=%.1f", sum ? TAKEN : NEVER,
		pen(sum));
	if (back)
		fputs(", dir=back", f);
	fputs(ports(first), f);
	fputs("];\n", f);
}

/* Rows from top to bottom, each from left to right. */
static void put_ranks(FILE *f)
{
	fputs("\t{ rank=min; CLOSED; }\n"
	      "\t{ rank=same; LISTEN; }\n"
	      "\t{ rank=same; SYN_RECV; SYN_SENT; }\n"
	      "\t{ rank=same; ESTABLISHED; }\n"
	      "\t{ rank=same; edge [style=invis]; FIN_WAIT1 -> CLOSE_WAIT; }\n"
	      "\t{ rank=same; edge [style=invis]; FIN_WAIT2 -> CLOSING -> LAST_ACK; }\n"
	      "\t{ rank=max; edge [style=invis]; TIME_WAIT -> " OVER "; }\n"
	      "\tedge [style=invis, weight=20];\n"
	      "\tCLOSED -> LISTEN -> ESTABLISHED -> CLOSING;\n"
	      "\tedge [style=solid, weight=1];\n", f);
}

void states_dot(const uint64_t *count, const char *title, FILE *f)
{
	const struct lctcp_arc *arc;
	unsigned int state;

	fprintf(f, "digraph lctcp {\n"
		"\tgraph [rankdir=TB, nodesep=0.7, ranksep=0.7, fontname=\"" FONT "\", fontsize=12, labelloc=t, label=<<table border=\"0\" cellspacing=\"0\" cellpadding=\"2\">"
		"<tr><td><b><font point-size=\"16\">%s</font></b></td></tr>"
		"<tr><td><font color=\"#6b7280\">%s</font></td></tr>"
		"<tr><td> </td></tr></table>>];\n"
		"\tnode [shape=plain, fontname=\"" FONT "\", fontsize=11];\n"
		"\tedge [fontname=\"" FONT "\", fontsize=10, arrowsize=0.8];\n",
		title, tr("with ×: straight to CLOSED, or to the state named; grey: never taken",
			  "×：直接到 CLOSED，或到所写的状态；灰色：从未走过"));
	put_ranks(f);
	for (state = 1; state < LCTCP_NSTATES; state++)
		put_box(f, state, count);
	fprintf(f, "\t" OVER " [shape=box, style=\"rounded,filled\", color=\"%s\", fillcolor=\"%s\", label=<<b><font point-size=\"14\">CLOSED</font></b>>];\n",
		phases[NO_PHASE].line, phases[NO_PHASE].fill);
	for (arc = lctcp_arcs; arc < lctcp_arcs + lctcp_narcs; arc++)
		if (!in_box(arc) && !has_line(arc))
			put_line(f, arc, count);
	fputs("}\n", f);
}

/* ---- what dot made of it ---- */

static void recolour(FILE *f, const char *was, const char *is)
{
	fprintf(f, "[fill=\"%s\"]{fill:%s}\n[stroke=\"%s\"]{stroke:%s}\n", was,
		is, was, is);
}

/* For a screen by night, and for one sheet of paper. */
static void put_style(FILE *f)
{
	size_t i;

	fputs("<style>\n@media screen and (prefers-color-scheme:dark){\n"
	      "text{fill:#e6edf3}\n", f);
	recolour(f, "white", "#0d1117");
	recolour(f, TAKEN, "#c3cad2");
	recolour(f, NEVER, "#4a525c");
	recolour(f, NEVER_T, "#8b949e");
	for (i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		recolour(f, phases[i].fill, phases[i].dark_fill);
		recolour(f, phases[i].line, phases[i].dark_line);
	}
	fputs("}\n@page{size:A4 portrait;margin:10mm}\n"
	      "@media print{svg:root{width:100%;height:auto;max-height:100%}}\n"
	      "</style>\n", f);
}

void states_svg(FILE *dots, FILE *f)
{
	bool begun = false, styled = false;
	char line[4096];

	while (fgets(line, sizeof(line), dots)) {
		fputs(line, f);
		begun |= !strncmp(line, "<svg", 4);
		if (!begun || styled || !strchr(line, '>'))
			continue;
		put_style(f);
		styled = true;
	}
}
