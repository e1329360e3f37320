// SPDX-License-Identifier: GPL-2.0
/*
 * The expected events of a lab: see lab.h.
 *
 *	# seconds   who     what
 *	0.010       server  sends SYN-ACK seq=0 ack=1
 *	never       server  accept() = 0
 *	3.0..3.4    server  sends again SYN-ACK
 *	exactly 2   server  sends SYN-ACK
 *
 * Each line must be found in the record, in this order, with others in between
 * as may be; order does not count within SAME_MOMENT_US.  All words of a line
 * must be there, in order, with others in between.
 * "never" is about the time between the lines above and below it; "exactly"
 * about the whole act.  "act" begins the next act.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab.h"

#define LATE	0.010		/* a tick at 100 Hz, if a line gives one time */
#define EARLY	0.001
#define SAME_MOMENT_US	5000	/* half of the wire's delay */
#define SHOWN	6		/* lines of the record beside a mismatch */
#define NEVERS	8

enum kind { IN_ORDER, NEVER, EXACTLY, NEXT_ACT };

/**
 * struct expected - one line of the file
 * @line:	its number
 * @kind:	enum kind
 * @from:	seconds, earliest
 * @to:		seconds, latest
 * @since:	they count from the event before
 * @count:	of EXACTLY
 * @host:	A or B, -1 for any
 * @n:		connection, 0 for any
 * @text:	the line as it stands
 * @word:	what must be there
 * @nwords:	how many
 * @buf:	where they are kept
 */
struct expected {
	int line;
	enum kind kind;
	double from, to;
	bool since;
	int count;
	int host, n;
	char text[LAB_TEXT], buf[LAB_TEXT];
	char *word[LAB_WORDS];
	int nwords;
};

/**
 * struct checker - one run over the file
 * @l:		the lab
 * @act:	number of the current act, from 0
 * @titled:	its line has been seen
 * @at:		the happening after those matched so far
 * @last:	the one matched last, or NULL
 * @never:	what must not be found before the next match
 * @nnevers:	how many
 * @v:		the outcome
 * @lead:	before each line of output
 * @f:		where it goes
 */
struct checker {
	struct lab *l;
	int act;
	bool titled;
	size_t at;
	const struct happening *last;
	struct expected never[NEVERS];
	int nnevers;
	struct verdict v;
	const char *lead;
	FILE *f;
};

/* ---- reading ---- */

static bool read_seconds(const char *text, double *seconds)
{
	char *end;

	*seconds = strtod(text, &end);
	return end != text && !*end;
}

/* "3", "3..3.4", "+0.2..0.3" */
static bool read_span(const char *text, struct expected *e)
{
	char from[32];
	const char *to;

	e->since = *text == '+';
	text += e->since;
	to = strstr(text, "..");
	snprintf(from, sizeof(from), "%.*s", to ? (int)(to - text) : 31, text);
	if (!read_seconds(from, &e->from))
		return false;
	e->to = e->from + LATE;
	if (to && !read_seconds(to + 2, &e->to))
		return false;
	e->from -= EARLY;
	return e->from <= e->to;
}

static bool read_who(const char *word, struct expected *e)
{
	char name[16];

	e->host = -1;
	e->n = 0;
	if (!strcmp(word, "any"))
		return true;
	for (e->host = A; e->host <= B; e->host++)
		for (e->n = 1; e->n <= LAB_CONNS; e->n++)
			if (!strcmp(word, actor_name(e->host, e->n, name,
						     sizeof(name))))
				return true;
	return false;
}

/* False if the line is none of ours. */
static bool read_expected(char *line, struct expected *e)
{
	int skip = 1;

	snprintf(e->text, sizeof(e->text), "%s", line);
	e->text[strcspn(e->text, "\n")] = 0;
	snprintf(e->buf, sizeof(e->buf), "%s", line);
	e->nwords = split_words(e->buf, e->word, LAB_WORDS);
	if (e->nwords < 1)
		return !e->nwords;
	if (!strcmp(e->word[0], "act")) {
		e->kind = NEXT_ACT;
		return true;
	}
	if (!strcmp(e->word[0], "never")) {
		e->kind = NEVER;
	} else if (!strcmp(e->word[0], "exactly") && e->nwords > 1) {
		e->kind = EXACTLY;
		e->count = atoi(e->word[1]);
		skip = 2;
	} else {
		e->kind = IN_ORDER;
		if (!read_span(e->word[0], e))
			return false;
	}
	if (e->nwords < skip + 2 || !read_who(e->word[skip], e))
		return false;
	skip++;
	e->nwords -= skip;
	memmove(e->word, e->word + skip, e->nwords * sizeof(e->word[0]));
	return true;
}

/* ---- telling ---- */

static double seconds(const struct act *a, const struct happening *h)
{
	return (h->us - a->zero) / 1e6;
}

void print_happening(const struct act *a, const struct happening *h,
		     const char *lead, FILE *f)
{
	double s = seconds(a, h);
	char who[16];

	fprintf(f, "%s%-11.3f %-8s%s\n", lead, s < 0 ? 0 : s,
		actor_name(h->host, h->n, who, sizeof(who)), h->text);
}

void print_record(const struct act *a, const char *lead, FILE *f)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		print_happening(a, &a->v[i], lead, f);
}

static void tell_failed(struct checker *c, const struct expected *e,
			const char *what)
{
	c->v.failed++;
	fprintf(c->f, "%sexpected, line %d:\n%s    %s\n%s%s\n", c->lead,
		e->line, c->lead, e->text, c->lead, what);
}

static void tell_seen(struct checker *c, size_t from)
{
	const struct act *a = &c->l->act[c->act];
	char lead[64];
	size_t i;

	snprintf(lead, sizeof(lead), "%s    ", c->lead);
	for (i = from; i < a->n && i < from + SHOWN; i++)
		print_happening(a, &a->v[i], lead, c->f);
	if (i < a->n)
		fprintf(c->f, "%s... and %zu more\n", lead, a->n - i);
	else
		fprintf(c->f, "%s(the end)\n", lead);
}

/* ---- comparing ---- */

static bool has_words(const struct expected *e, const struct happening *h)
{
	char buf[LAB_TEXT], *word[LAB_TEXT / 2];
	int i, at, n;

	snprintf(buf, sizeof(buf), "%s", h->text);
	n = split_words(buf, word, LAB_TEXT / 2);
	for (i = 0, at = 0; i < e->nwords; i++, at++) {
		while (at < n && strcmp(word[at], e->word[i]))
			at++;
		if (at == n)
			return false;
	}
	return true;
}

static bool is_it(const struct expected *e, const struct happening *h)
{
	return (e->host < 0 || e->host == h->host) && (!e->n || e->n == h->n) &&
	       has_words(e, h);
}

static bool on_time(const struct checker *c, const struct expected *e,
		    const struct happening *h)
{
	const struct act *a = &c->l->act[c->act];
	double s = seconds(a, h);

	if (e->since)
		s -= c->last ? seconds(a, c->last) : 0;
	return s >= e->from && s <= e->to;
}

/* Nothing forbidden from here up to, but not at, @end. */
static void check_nevers(struct checker *c, size_t end)
{
	const struct act *a = &c->l->act[c->act];
	size_t i, j;

	for (i = 0; i < (size_t)c->nnevers; i++) {
		for (j = c->at; j < end && !is_it(&c->never[i], &a->v[j]); j++)
			;
		if (j == end) {
			c->v.met++;
			continue;
		}
		tell_failed(c, &c->never[i], "but seen:");
		tell_seen(c, j);
	}
	c->nnevers = 0;
}

/* Where to begin: a moment before the last match. */
static size_t first_candidate(const struct checker *c)
{
	const struct act *a = &c->l->act[c->act];
	size_t i = c->at;

	while (i && c->last && a->v[i - 1].us + SAME_MOMENT_US >= c->last->us)
		i--;
	return i;
}

static void check_in_order(struct checker *c, const struct expected *e)
{
	struct act *a = &c->l->act[c->act];
	size_t i, near = a->n;

	for (i = first_candidate(c); i < a->n; i++) {
		if (a->v[i].matched || !is_it(e, &a->v[i]))
			continue;
		if (on_time(c, e, &a->v[i]))
			break;
		if (near == a->n)
			near = i;
	}
	if (i < a->n) {
		check_nevers(c, i);
		a->v[i].matched = true;
		c->last = &a->v[i];
		c->at = max(c->at, i + 1);
		c->v.met++;
	} else if (near < a->n) {
		tell_failed(c, e, "seen, but not at that time:");
		tell_seen(c, near);
	} else {
		tell_failed(c, e, "seen instead:");
		tell_seen(c, c->at);
	}
}

static void check_exactly(struct checker *c, const struct expected *e)
{
	const struct act *a = &c->l->act[c->act];
	char what[LAB_TEXT];
	int n = 0;
	size_t i;

	for (i = 0; i < a->n; i++)
		n += is_it(e, &a->v[i]);
	c->v.met += n == e->count;
	if (n == e->count)
		return;
	snprintf(what, sizeof(what), "seen %d times:", n);
	tell_failed(c, e, what);
	for (i = 0; i < a->n; i++)
		if (is_it(e, &a->v[i])) {
			fputs("    ", c->f);
			print_happening(a, &a->v[i], c->lead, c->f);
		}
}

/* A copy whose words are its own. */
static void keep(struct expected *to, const struct expected *e)
{
	int i;

	*to = *e;
	for (i = 0; i < e->nwords; i++)
		to->word[i] = to->buf + (e->word[i] - e->buf);
}

/* The first line of this kind is the first act's. */
static bool next_act(struct checker *c, const struct expected *e)
{
	const char *title = e->text + strlen("act");

	if (c->titled) {
		check_nevers(c, c->l->act[c->act].n);
		c->at = 0;
		c->last = NULL;
		if (++c->act == c->l->nacts)
			return false;
	}
	c->titled = true;
	title += strspn(title, " ");
	return !strcmp(title, c->l->act[c->act].title[LANG_EN]);
}

static bool check_line(struct checker *c, struct expected *e)
{
	switch (e->kind) {
	case IN_ORDER:
		check_in_order(c, e);
		break;
	case NEVER:
		if (c->nnevers == NEVERS)
			return false;
		keep(&c->never[c->nnevers++], e);
		break;
	case EXACTLY:
		check_exactly(c, e);
		break;
	case NEXT_ACT:
		return next_act(c, e);
	}
	return true;
}

struct verdict check_lab(struct lab *l, const char *lead, FILE *f)
{
	struct checker c = { .l = l, .lead = lead, .f = f };
	struct expected e = { 0 };
	char path[512], *line = NULL;
	size_t room = 0;
	bool ok = true;
	FILE *in;

	snprintf(path, sizeof(path), "%s/expected", l->dir);
	in = fopen(path, "r");
	if (!in) {
		fprintf(f, "%s%s: %s\n", lead, path, strerror(errno));
		return (struct verdict){ 0, 1 };
	}
	while (ok && getline(&line, &room, in) > 0) {
		e.line++;
		ok = read_expected(line, &e);
		if (ok && e.nwords)
			ok = check_line(&c, &e);
	}
	if (!ok)
		tell_failed(&c, &e, "which cannot be read, or is not in the script");
	else
		check_nevers(&c, l->act[c.act].n);
	free(line);
	fclose(in);
	/* An empty file expects nothing, and proves nothing. */
	if (!c.v.met && !c.v.failed) {
		fprintf(f, "%s%s: nothing is expected\n", lead, path);
		c.v.failed++;
	}
	return c.v;
}
