// SPDX-License-Identifier: GPL-2.0
/* lctcp explain: what the table of the state machine says, and why. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "lib/ladder.h"
#include "lib/names.h"
#include "lib/terms.h"
#include "tool.h"

#define WIDTH_MAX	100	/* longer lines read badly */

static const struct syntax syntax = {
	.usage =
	"Usage: lctcp explain [OPTION...] STATE | EVENT | STATE EVENT | STATE STATE |\n"
	"                     WORD\n"
	"\n"
	"Say what a state or an event is, which arcs of the state machine it has, and\n"
	"why they are there; or all that about one arc, by where it begins and what\n"
	"happens there, or where it leads. Case, - and _ do not matter; SYN-RECEIVED,\n"
	"ESTAB and the like are understood; FROM->TO and FROM:EVENT are too. A WORD is\n"
	"a reason to drop a segment (DropSeq), a role (third-ack), a timer (persist) or\n"
	"one of TCP's (rto, msl, backlog).\n"
	"\n",
	.choices = {
		{ 'a', "all", NULL, "every arc" },
		{ 'c', "color", "WHEN", "always, never or auto (the default)" },
	},
	.column = 21,
};

/**
 * struct question - what was asked
 * @states:	none, one, or from where to where
 * @nstates:	how many
 * @event:	LCTCP_NEVENTS for none
 */
struct question {
	unsigned int states[2];
	unsigned int nstates;
	unsigned int event;
};

static bool take_word(struct question *q, const char *word)
{
	unsigned int state = state_by_name(word), event = event_by_name(word);

	if (state && q->nstates < 2) {
		q->states[q->nstates++] = state;
		return true;
	}
	if (event < LCTCP_NEVENTS && q->event == LCTCP_NEVENTS) {
		q->event = event;
		return true;
	}
	return false;
}

/* Words and what may stand between them: "LISTEN->SYN_RECV". */
static int take_words(struct question *q, const char *name, char *text)
{
	static const char arrow[] = "\xe2\x86\x92";	/* → */
	char *at, *save, *word;

	while ((at = strstr(text, "->")))
		memset(at, ' ', 2);
	while ((at = strstr(text, arrow)))
		memset(at, ' ', strlen(arrow));
	for (word = strtok_r(text, " :,/", &save); word;
	     word = strtok_r(NULL, " :,/", &save)) {
		if (!state_by_name(word) &&
		    event_by_name(word) == LCTCP_NEVENTS)
			return refuse(name, "no state, event or word %s", word);
		if (!take_word(q, word))
			return refuse(name, "%s is too much", word);
	}
	return 0;
}

static bool asked(const struct question *q, const struct lctcp_arc *arc)
{
	if (q->event != LCTCP_NEVENTS && arc->event != q->event)
		return false;
	switch (q->nstates) {
	case 0:
		return true;
	case 1:
		/* with an event it is where the arc begins */
		return arc->from == q->states[0] ||
		       (q->event == LCTCP_NEVENTS && arc->to == q->states[0]);
	default:
		return arc->from == q->states[0] && arc->to == q->states[1];
	}
}

/* "CLOSED ── ACTIVE_OPEN ──► SYN_SENT   RFC 9293 3.10.1; send-syn" and why */
static void show_arc(const struct lctcp_arc *arc,
		     const struct ladder_style *style)
{
	const char *between = "; does: ";
	unsigned int bit;

	printf("\n%s%s%s ── %s ──► %s%s%s\n",
	       text_colour(style, BOLD), lctcp_state_name(arc->from),
	       text_colour(style, PLAIN), lctcp_event_name(arc->event),
	       text_colour(style, BOLD), lctcp_state_name(arc->to),
	       text_colour(style, PLAIN));
	printf("    ");
	text_wrap(arc->why, 4, 4, style, stdout);
	printf("    %sRFC %s", text_colour(style, DIM), arc->rfc);
	for (bit = 0; bit < LCTCP_A_NACTIONS; bit++) {
		if (!(arc->actions & BIT(bit)))
			continue;
		printf("%s%s", between, lctcp_action_name(BIT(bit)));
		between = ", ";
	}
	printf("%s\n", text_colour(style, PLAIN));
}

static void show_title(const char *name, const char *about,
		       const struct ladder_style *style)
{
	char text[256];

	snprintf(text, sizeof(text), "%s%s%s.", name, about ? ": " : "",
		 about ? about : "");
	text_wrap(text, 0, 4, style, stdout);
}

static int answer(const struct question *q, const struct ladder_style *style)
{
	const struct lctcp_arc *arc;
	unsigned int i, n = 0;

	for (i = 0; i < q->nstates; i++)
		show_title(lctcp_state_name(q->states[i]),
			   state_about(q->states[i]), style);
	if (q->event != LCTCP_NEVENTS)
		show_title(lctcp_event_name(q->event), event_about(q->event),
			   style);
	for (arc = lctcp_arcs; arc < lctcp_arcs + lctcp_narcs; arc++) {
		if (!asked(q, arc))
			continue;
		show_arc(arc, style);
		n++;
	}
	if (n)
		return 0;
	if (q->nstates == 2)
		return fail("no arc leads from %s to %s",
			    lctcp_state_name(q->states[0]),
			    lctcp_state_name(q->states[1]));
	return fail("%s cannot happen in %s", lctcp_event_name(q->event),
		    lctcp_state_name(q->states[0]));
}

/* A word by itself that is no state and no event. */
static const struct term *find_term(int argc, char **argv)
{
	const char *word = argv[optind];

	if (argc - optind != 1 || state_by_name(word) ||
	    event_by_name(word) != LCTCP_NEVENTS)
		return NULL;
	return term_by_name(word);
}

static int show_term(const struct term *t, const struct ladder_style *style)
{
	printf("%s%s%s: %s.\n    ", text_colour(style, BOLD), t->name,
	       text_colour(style, PLAIN), t->kind);
	text_wrap(t->about, 4, 4, style, stdout);
	return 0;
}

int cmd_explain(int argc, char **argv)
{
	struct ladder_style style = { text_columns(WIDTH_MAX), isatty(1) };
	struct question q = { .event = LCTCP_NEVENTS };
	const struct term *term;
	bool all = false;
	int c, status = 0;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0) {
		if (c == 'a')
			all = true;
		else
			status = color_option(argv[0], optarg, &style.colour);
	}
	if (c < 0 || status)
		return status;
	if (all ? optind < argc : optind == argc)
		return refuse(argv[0], "one state, event or arc");
	term = find_term(argc, argv);
	if (term)
		return show_term(term, &style);
	for (; !status && optind < argc; optind++)
		status = take_words(&q, argv[0], argv[optind]);
	return status ? status : answer(&q, &style);
}
