// SPDX-License-Identifier: GPL-2.0
/*
 * A ladder in the language of Mermaid (sequenceDiagram), which code hosts draw
 * where they show Markdown: see ladder.h.
 */
#include "ladder.h"

#define GAP_US		100000	/* a wait worth a note, as in text */

/* Mermaid ends a statement at a semicolon and takes # for an entity. */
static void put_escaped(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == ';' || *text == '#')
			fprintf(f, "#%d;", *text);
		else
			fputc(*text, f);
	}
}

static char letter(unsigned int side)
{
	return side == CLIENT ? 'C' : 'S';
}

static void note(FILE *f, unsigned int side, const char *text)
{
	fprintf(f, "    Note %s of %c: ", side == CLIENT ? "left" : "right",
		letter(side));
	put_escaped(f, text);
	fputc('\n', f);
}

static void states(const struct ladder *l, const struct ladder_row *r, FILE *f)
{
	char text[96];
	int i;

	for (i = 0; i < NSIDES; i++) {	/* the sender first */
		unsigned int side = i ? !r->side : r->side;
		long long us = i ? r->arrived : r->us;

		struct ladder_arc a = { .us = us, .arc = r->arc[side] };
		const char *call = a.arc ? ladder_call(l, side, &a) : NULL;

		if (!r->arc[side])
			continue;
		snprintf(text, sizeof(text), "%s%s%.3f s<br/>%s",
			 call ?: "", call ? "<br/>" : "", (us - l->start) / 1e6,
			 lctcp_state_name(r->arc[side]->to));
		note(f, side, text);
	}
}

static void message(const struct ladder *l, const struct ladder_row *r,
		    enum language lang, FILE *f)
{
	char text[LADDER_TEXT], octets[LADDER_TEXT], both[3 * LADDER_TEXT];

	/* -x has a cross for a head; no arrow can slope, so a late one has two rows */
	if (r->late)
		fprintf(f, "    Note %s of %c: ", r->side == CLIENT ? "right" :
			"left", letter(r->side));
	else
		fprintf(f, "    %c%s%c: ", letter(r->side),
			ladder_lost(r) ? "-x" : "->>", letter(!r->side));
	if (r->note)
		fprintf(f, "(%zu) ", r->note);
	ladder_name(l, r, lang, text);
	if (*ladder_octets(r, lang, octets)) {
		snprintf(both, sizeof(both), word(W_WITH_OCTETS, lang), text,
			 octets);
		put_escaped(f, both);
	} else {
		put_escaped(f, text);
	}
	fputc(' ', f);
	put_escaped(f, ladder_numbers(l, r, text));
	if (*ladder_fate(r, lang, text)) {
		fputs("<br/>", f);
		put_escaped(f, text);
	}
	if (*ladder_drop(r, lang, text)) {
		fputs("<br/>", f);
		put_escaped(f, text);
	}
	fputc('\n', f);
}

static void timer_note(const struct ladder_row *r, enum language lang, FILE *f)
{
	const char *name = why_timer(r->event->timer, lang);
	char text[3 * LADDER_TEXT], span[LADDER_TEXT];
	enum word w = r->kind == ROW_TIMER_SET ?
		      (r->anew && !strcmp(r->event->timer, "2msl") ?
		       W_ANEW : W_STARTS) :
		      r->waited >= 0 ? W_FIRES_AFTER : W_FIRES;

	snprintf(text, sizeof(text), word(w, lang), name,
		 ladder_span(r->kind == ROW_TIMER_SET ?
			     (long long)r->event->ms * 1000 :
			     max(r->waited, 0LL), span));
	note(f, r->side, text);
}

static void call_note(const struct ladder *l, const struct ladder_row *r, FILE *f)
{
	char text[64];

	snprintf(text, sizeof(text), "%s<br/>%.3f s", ladder_handed(r),
		 (r->us - l->start) / 1e6);
	note(f, r->side, text);
}

static void head(const struct ladder *l, enum language lang, FILE *f)
{
	char end[EVENT_END_TEXT];
	unsigned int side;

	fputs("sequenceDiagram\n", f);
	for (side = 0; side < NSIDES; side++) {
		fprintf(f, "    participant %c as ", letter(side));
		put_escaped(f, ladder_side(l, side, lang));
		fputs("<br/>", f);
		put_escaped(f, event_end_text(&l->end[side], end, sizeof(end)));
		fputc('\n', f);
	}
}

#define NOTE_W		420.0	/* pixels, of a line */
#define NOTE_FONT	14.0

/* The sentence that a row is the first to need, in lines: a note is not wrapped. */
static void sentence(const struct ladder *l, size_t row, enum language lang, FILE *f)
{
	char title[LADDER_TEXT], rfc[32], text[1024], line[1024];
	size_t number = l->row[row].note, n, at;
	const struct ladder_note *note;

	if (!number || l->note[number - 1].row != row)
		return;
	note = &l->note[number - 1];
	snprintf(text, sizeof(text), lang == LANG_ZH ? "%s（%s）" : "%s (%s)",
		 why_text(&note->why, lang),
		 why_rfc(&note->why, rfc, sizeof(rfc)));
	fprintf(f, "    Note over C,S: (%zu) ", number);
	put_escaped(f, why_title(l, &note->why, lang, title, sizeof(title)));
	for (at = 0; text[at]; at += n) {
		n = svg_fit(text + at, NOTE_W, NOTE_FONT);
		/* without the space that ends it */
		snprintf(line, sizeof(line), "%.*s",
			 (int)(n - (text[at + n] && text[at + n - 1] == ' ')),
			 text + at);
		fputs("<br/>", f);
		put_escaped(f, line);
	}
	fputc('\n', f);
}

static void recovery_note(const struct ladder_row *r, enum language lang,
			  FILE *f)
{
	char state[LADDER_TEXT], windows[LADDER_TEXT];

	fprintf(f, "    Note over %c: ", r->side == CLIENT ? 'C' : 'S');
	put_escaped(f, ladder_recovery(r, lang, state));
	fputs("<br/>", f);
	put_escaped(f, ladder_windows(r, lang, windows));
	fputc('\n', f);
}

void ladder_mermaid(const struct ladder *l, enum language lang, FILE *f)
{
	long long quiet = l->start;
	char span[LADDER_TEXT];
	size_t i;

	head(l, lang, f);
	for (i = 0; i < l->n; i++) {
		const struct ladder_row *r = &l->row[i];

		if (r->us - quiet >= GAP_US)
			fprintf(f, "    Note over C,S: %s\n",
				ladder_span(r->us - quiet, span));
		if (r->kind == ROW_SEGMENT || r->kind == ROW_ARRIVAL)
			message(l, r, lang, f);
		else if (r->kind == ROW_CALL)
			call_note(l, r, f);
		else if (r->kind == ROW_RECOVERY)
			recovery_note(r, lang, f);
		else if (r->kind != ROW_STATE)
			timer_note(r, lang, f);
		states(l, r, f);
		sentence(l, i, lang, f);
		quiet = max(quiet, ladder_row_end(r));
	}
}
