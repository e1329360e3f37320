// SPDX-License-Identifier: GPL-2.0
/* Which connections a trace has: see ladder.h. */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "ladder.h"

/**
 * struct seen - a connection being looked for
 * @pick:	what is known of it
 * @state:	of each end, 0 if unknown
 * @over:	it has ended once
 * @asked:	each end has sent a SYN that nobody has taken yet
 * @next:	older one in the same slot, from 1; 0 for none
 */
struct seen {
	struct ladder_pick pick;
	unsigned int state[NSIDES];
	bool over;
	bool asked[NSIDES];
	size_t next;
};

#define SLOTS	4096

struct finder {
	struct seen *v;
	size_t n, room;
	size_t slot[SLOTS];	/* newest one, from 1 */
};

static unsigned int end_hash(const struct event_end *e)
{
	unsigned int h = e->port * 2654435761u, i;

	for (i = 0; i < sizeof(e->addr.s6_addr); i++)
		h = (h ^ e->addr.s6_addr[i]) * 16777619u;
	return h;
}

/* The same for both directions. */
static unsigned int slot_of(const struct event *e)
{
	unsigned int h = end_hash(&e->local) ^ end_hash(&e->remote);

	return (h ^ h >> 16) % SLOTS;
}

int ladder_pick_side(const struct ladder_pick *pick, const struct event *e)
{
	int i;

	for (i = 0; i < NSIDES; i++)
		if (event_end_same(&e->local, &pick->end[i]) &&
		    event_end_same(&e->remote, &pick->end[!i]) &&
		    (!e->netns || !pick->netns[i] ||
		     e->netns == pick->netns[i]))
			return i;
	return -1;
}

static bool is_at_rest(unsigned int state)
{
	return !state || state == LCTCP_CLOSED || state == LCTCP_LISTEN;
}

/* Does @e begin a new life of a pair that has lived before? */
static bool is_reborn(const struct seen *s, const struct event *e)
{
	/* a SYN that comes late still belongs to the life it was sent in */
	if (e->kind == EVENT_STATE && e->what == LCTCP_EV_SYN &&
	    s->asked[!ladder_pick_side(&s->pick, e)])
		return false;
	return s->over && is_at_rest(s->state[CLIENT]) &&
	       is_at_rest(s->state[SERVER]) &&
	       ((e->kind == EVENT_STATE && is_at_rest(e->from)) ||
		(e->kind == EVENT_SEND && e->flags & SEG_SYN));
}

static struct seen *find_seen(struct finder *f, const struct event *e)
{
	size_t i = f->slot[slot_of(e)];

	while (i && ladder_pick_side(&f->v[i - 1].pick, e) < 0)
		i = f->v[i - 1].next;
	return i ? &f->v[i - 1] : NULL;
}

static struct seen *add_seen(struct finder *f, const struct event *e, size_t at)
{
	bool came = e->kind == EVENT_RECEIVE || e->kind == EVENT_DROP;
	bool answer = e->flags & SEG_SYN && e->flags & SEG_ACK;
	/* Who is seen receiving first, or sending a SYN-ACK, did not begin. */
	bool turned = came != answer ||
		      (e->kind == EVENT_STATE && e->from == LCTCP_LISTEN);
	struct seen *s = array_more(&f->v, f->n, &f->room, sizeof(*s));

	if (!s)
		return NULL;
	f->n++;
	s->pick.end[turned] = e->local;
	s->pick.end[!turned] = e->remote;
	s->pick.first = at;
	s->pick.us = e->us;
	s->next = f->slot[slot_of(e)];
	f->slot[slot_of(e)] = f->n;
	return s;
}

/* Only these two name both ends and make a connection worth drawing. */
static bool has_ends(const struct event *e)
{
	return e->kind != EVENT_TIMER_SET && e->kind != EVENT_TIMER_FIRED &&
	       e->local.port && e->remote.port;
}

static bool see_event(struct finder *f, const struct event *e, size_t at)
{
	struct seen *s = find_seen(f, e);
	int end;

	if (!s || is_reborn(s, e)) {
		/* A drop alone is none: there was nobody. */
		if (!s && e->kind == EVENT_DROP)
			return true;
		s = add_seen(f, e, at);
		if (!s)
			return false;
	}
	s->pick.last = at;
	end = ladder_pick_side(&s->pick, e);
	if (!s->pick.netns[end])
		s->pick.netns[end] = e->netns;
	if (e->kind == EVENT_SEND && e->flags & SEG_SYN)
		s->asked[end] = !(e->flags & SEG_ACK);
	if (e->kind == EVENT_STATE) {
		if (e->what == LCTCP_EV_SYN)
			s->asked[!end] = false;
		s->state[end] = e->to;
		s->over = s->over || is_at_rest(e->to);
	}
	return true;
}

struct ladder_pick *ladder_picks(const struct events *evs, size_t *n)
{
	struct finder *f = calloc(1, sizeof(*f));
	struct ladder_pick *picks = NULL;
	size_t i;

	*n = 0;
	if (!f)
		return NULL;
	for (i = 0; i < evs->n; i++)
		if (has_ends(&evs->v[i]) && !see_event(f, &evs->v[i], i))
			goto out;
	picks = f->n ? calloc(f->n, sizeof(*picks)) : NULL;
	for (i = 0; picks && i < f->n; i++)
		picks[i] = f->v[i].pick;
	*n = picks ? f->n : 0;
out:
	free(f->v);
	free(f);
	return picks;
}

/* ---- by name ---- */

/* Is the end @e what the @n characters at @text say? */
static bool end_is(const struct event_end *e, const char *text, size_t n)
{
	char whole[EVENT_END_TEXT], *port;
	size_t addr;

	event_end_text(e, whole, sizeof(whole));
	port = strrchr(whole, ':');
	addr = port - whole;
	if (n && *text == ':')
		return strlen(port) == n && !strncmp(port, text, n);
	if (strlen(whole) == n && !strncmp(whole, text, n))
		return true;
	if (*whole == '[')	/* IPv6 without its port needs no brackets */
		return (n == addr && !strncmp(whole, text, n)) ||
		       (n == addr - 2 && !strncmp(whole + 1, text, n));
	return n == addr && !strncmp(whole, text, n);
}

bool ladder_pick_is(const struct ladder_pick *pick, const char *text)
{
	const char *dash = strchr(text, '-');
	size_t n = dash ? (size_t)(dash - text) : strlen(text);
	int i;

	for (i = 0; i < NSIDES; i++)
		if (end_is(&pick->end[i], text, n) &&
		    (!dash || end_is(&pick->end[!i], dash + 1,
				     strlen(dash + 1))))
			return true;
	return false;
}
