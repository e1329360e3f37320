// SPDX-License-Identifier: GPL-2.0
/*
 * The state diagram in the language of graphviz, laid out as RFC 9293 figure 5
 * has it: CLOSED on top, the side that closes first on the left, TIME_WAIT at
 * the bottom.  Arcs between the same two states share a line.  What leads
 * out of everything (RST, ABORT, GIVE_UP, ...) would hide all else if it were
 * lines; it stands in the boxes.
 */
#include <inttypes.h>

#include "states.h"

#define NEVER	"#b4b8bd"	/* of an arc that was never taken */
#define TAKEN	"#1f2933"
#define OVER	"OVER"		/* CLOSED once more, beside TIME_WAIT */

static const struct {
	const char *fill, *line;
} colours[LCTCP_NSTATES] = {
	[LCTCP_CLOSED]		= { "#eceff1", "#546e7a" },
	[LCTCP_LISTEN]		= { "#e3f2fd", "#1565c0" },
	[LCTCP_SYN_SENT]	= { "#e3f2fd", "#1565c0" },
	[LCTCP_SYN_RECV]	= { "#e3f2fd", "#1565c0" },
	[LCTCP_ESTABLISHED]	= { "#e8f5e9", "#2e7d32" },
	[LCTCP_FIN_WAIT1]	= { "#fff3e0", "#e65100" },
	[LCTCP_FIN_WAIT2]	= { "#fff3e0", "#e65100" },
	[LCTCP_CLOSING]		= { "#fff3e0", "#e65100" },
	[LCTCP_TIME_WAIT]	= { "#fff3e0", "#e65100" },
	[LCTCP_CLOSE_WAIT]	= { "#f3e5f5", "#6a1b9a" },
	[LCTCP_LAST_ACK]	= { "#f3e5f5", "#6a1b9a" },
};

/* Does the arc stand in the box of its state, and not as a line? */
static bool in_box(const struct lctcp_arc *arc)
{
	if (arc->to != LCTCP_CLOSED)
		return arc->actions & LCTCP_A_SEND_RST;
	switch (arc->event) {
	case LCTCP_EV_CLOSE:
	case LCTCP_EV_ACK_OF_FIN:
	case LCTCP_EV_2MSL:
		return false;
	default:
		return true;
	}
}

/* The end of a life is drawn below, as far as it is reached from there. */
static const char *node_to(const struct lctcp_arc *arc)
{
	if (arc->to == LCTCP_CLOSED && arc->event != LCTCP_EV_CLOSE)
		return OVER;
	return lctcp_state_name(arc->to);
}

static void put_box(FILE *f, unsigned int state, const uint64_t *count)
{
	const struct lctcp_arc *arc;

	fprintf(f, "\t%s [label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"3\" style=\"rounded\" color=\"%s\" bgcolor=\"%s\">"
		"<tr><td colspan=\"2\" cellpadding=\"6\"><b><font point-size=\"14\">%s</font></b></td></tr>",
		lctcp_state_name(state), colours[state].line,
		colours[state].fill, lctcp_state_name(state));
	for (arc = lctcp_arcs; arc < lctcp_arcs + lctcp_narcs; arc++) {
		uint64_t n = count[arc - lctcp_arcs];

		if (arc->from != state || !in_box(arc))
			continue;
		fprintf(f, "<tr><td align=\"left\"><font point-size=\"9\" color=\"%s\">× %s%s%s</font></td>"
			"<td align=\"right\"><font point-size=\"9\" color=\"%s\">%" PRIu64 "</font></td></tr>",
			n ? TAKEN : NEVER, lctcp_event_name(arc->event),
			arc->to == LCTCP_CLOSED ? "" : " → ",
			arc->to == LCTCP_CLOSED ? "" : lctcp_state_name(arc->to),
			n ? TAKEN : NEVER, n);
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
	       (arc->from == LCTCP_SYN_SENT && arc->to == LCTCP_SYN_RECV);
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
		fprintf(f, "<tr><td align=\"left\"><font color=\"%s\">%s <b>%" PRIu64 "</b></font></td></tr>",
			n ? TAKEN : NEVER, lctcp_event_name(arc->event), n);
		sum += n;
	}
	fprintf(f, "</table>>, color=\"%s\", penwidth=%.1f", sum ? TAKEN : NEVER,
		pen(sum));
	if (back)
		fputs(", dir=back", f);
	if (first->event == LCTCP_EV_REOPEN)
		fputs(", tailport=w, headport=w, constraint=false", f);
	else if (first->event == LCTCP_EV_OLD_DUPLICATE)
		fputs(", tailport=w, headport=w, constraint=false", f);
	else if (first->from == first->to)
		fputs(", tailport=s, headport=s", f);
	else if (first->event == LCTCP_EV_CLOSE && first->to == LCTCP_CLOSED)
		fputs(", constraint=false", f);
	else if (first->event == LCTCP_EV_PASSIVE_RST)
		fputs(", constraint=false", f);
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
		"\tgraph [rankdir=TB, nodesep=0.7, ranksep=0.7, fontname=\"Helvetica\", fontsize=12, labelloc=t, label=\"%s\\n× leads straight to CLOSED, unless it says where to\"];\n"
		"\tnode [shape=plain, fontname=\"Helvetica\", fontsize=11];\n"
		"\tedge [fontname=\"Helvetica\", fontsize=10, arrowsize=0.8];\n",
		title);
	put_ranks(f);
	for (state = 1; state < LCTCP_NSTATES; state++)
		put_box(f, state, count);
	fprintf(f, "\t" OVER " [shape=box, style=\"rounded,filled\", color=\"%s\", fillcolor=\"%s\", label=<<b><font point-size=\"14\">CLOSED</font></b>>];\n",
		colours[LCTCP_CLOSED].line, colours[LCTCP_CLOSED].fill);
	for (arc = lctcp_arcs; arc < lctcp_arcs + lctcp_narcs; arc++)
		if (!in_box(arc) && !has_line(arc))
			put_line(f, arc, count);
	fputs("}\n", f);
}
