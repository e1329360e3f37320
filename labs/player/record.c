// SPDX-License-Identifier: GPL-2.0
/* The trace of an act, and what it says in words: see lab.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab.h"
#include "lib/array.h"

#define SETTLE_MS	100	/* what was sent last shall arrive */
#define MARK	"lctcp-lab call "

static struct act *this_act(struct lab *l)
{
	return &l->act[l->nacts - 1];
}

/* ---- recording ---- */

/* "TITLE | the same in Chinese" */
static void set_title(struct act *a, const char *title)
{
	const char *bar = strstr(title, " | ");

	snprintf(a->title[LANG_EN], LAB_TEXT, "%.*s",
		 (int)(bar ? bar - title : (ptrdiff_t)strlen(title)), title);
	snprintf(a->title[LANG_ZH], LAB_TEXT, "%s", bar ? bar + 3 : title);
}

bool record_start(struct lab *l, const char *title)
{
	struct act *a;
	char path[512];

	/* What stands before the first act belongs to it. */
	if (l->nacts == 1 && !this_act(l)->title[LANG_EN][0]) {
		set_title(this_act(l), title);
		return true;
	}
	if (l->nacts == LAB_ACTS)
		return stop(l, "more than %d acts", LAB_ACTS);
	if (l->nacts && !record_stop(l))
		return false;
	a = &l->act[l->nacts++];
	a->show = l->show;
	a->plots = l->plots;
	set_title(a, title);
	if (l->out) {
		snprintf(path, sizeof(path), "%s/recording-%d.trace", l->out,
			 l->nacts);
		l->raw = fopen(path, "w");
		if (!l->raw)
			return stop(l, "%s: %s", path, strerror(errno));
	}
	trace_start(&l->s);
	return true;
}

/* Does it come from our two hosts, and not from those of an earlier lab? */
static bool ours(const struct lab *l, const struct event *e)
{
	struct stat st;
	int host;

	if (!e->netns)		/* a timer's, which has but an id */
		return true;
	for (host = A; host <= B; host++)
		if (!fstat(l->s.p.ns[host], &st) && st.st_ino == e->netns)
			return true;
	return false;
}

/* The place of a call among the events, told by its mark in the trace. */
static void find_mark(struct act *a, const char *line)
{
	const char *mark = strstr(line, ": " MARK);
	size_t i;

	if (mark && sscanf(mark, ": " MARK "%zu", &i) == 1 && i < a->n)
		a->v[i].after = a->evs.n;
}

static bool take_in(struct lab *l)
{
	struct act *a = this_act(l);
	const char *line;
	bool ok = true;
	int n;

	while (ok && (line = trace_line(&l->s))) {
		find_mark(a, line);
		n = events_line(&a->evs, line);
		ok = n >= 0;
		if (n == 1 && !ours(l, &a->evs.v[a->evs.n - 1]))
			a->evs.n--;
		else if (l->raw)
			fputs(line, l->raw);
	}
	if (a->evs.lost)
		return stop(l, "the trace has lost events");
	return ok || stop(l, "out of memory");
}

bool record_stop(struct lab *l)
{
	bool ok = true;

	if (l->s.pipe) {
		nap_ms(SETTLE_MS);
		ok = take_in(l);
		trace_stop(&l->s);
	}
	if (l->raw)
		fclose(l->raw);
	l->raw = NULL;
	return ok;
}

/* ---- happenings ---- */

static struct happening *add_happening(struct act *a)
{
	struct happening *h = array_more(&a->v, a->n, &a->room, sizeof(*h));

	a->n += !!h;
	return h;
}

bool note_call(struct lab *l, int host, int n, const char *fmt, ...)
{
	struct happening *h = add_happening(this_act(l));
	char mark[64];
	va_list ap;

	if (!h)
		return stop(l, "out of memory");
	h->us = now_us();
	h->host = host;
	h->n = n;
	h->program = true;
	va_start(ap, fmt);
	vsnprintf(h->text, sizeof(h->text), fmt, ap);
	va_end(ap);
	snprintf(mark, sizeof(mark), MARK "%zu\n", this_act(l)->n - 1);
	return trace_mark(mark) ||
	       stop(l, "trace_marker: %s", strerror(errno));
}

/* ---- from events to words ---- */

#define IDS	(4 * LAB_CONNS)

/**
 * struct numbers - where the sequence numbers of one end begin
 * @base:	of its SYN
 * @sent:	after the last octet it has sent
 * @known:	there has been one
 * @syn_ack:	there has been a SYN-ACK
 */
struct numbers {
	uint32_t base, sent;
	bool known, syn_ack;
};

/**
 * struct teller - what is known while events are put into words
 * @l:		the lab
 * @a:		the act
 * @ladder:	of each connection, once it is asked for
 * @num:	of each end
 * @id:		serial numbers of ends, for events that name only that
 * @nids:	how many
 */
struct teller {
	const struct lab *l;
	struct act *a;
	struct ladder *ladder[LAB_CONNS + 1];
	struct numbers num[2][LAB_CONNS + 1];
	struct {
		uint32_t id;
		int host, n;
	} id[IDS];
	int nids;
};

/* Does it name its connection by nothing but a serial number? */
static bool by_id(const struct event *e)
{
	return e->kind == EVENT_TIMER_SET || e->kind == EVENT_TIMER_FIRED ||
	       e->kind == EVENT_CONGESTION || e->kind == EVENT_SACK ||
	       e->kind == EVENT_PATH;
}

/* Whose event is it?  Others than the script's are passed over. */
static bool whose(struct teller *t, const struct event *e, int *host, int *n)
{
	int i;

	if (by_id(e)) {
		for (i = t->nids; i-- > 0;) {
			*host = t->id[i].host;
			*n = t->id[i].n;
			if (t->id[i].id == e->id)
				return true;
		}
		return false;
	}
	*n = conn_number(e->local.port);
	*host = *n ? A : B;
	if (!*n && e->local.port == SERVER_PORT)
		*n = e->remote.port ? conn_number(e->remote.port) : 1;
	if (*n && e->id && t->nids < IDS) {
		t->id[t->nids].id = e->id;
		t->id[t->nids].host = *host;
		t->id[t->nids++].n = *n;
	}
	return *n;
}

static const char *segment_name(const struct event *e)
{
	if (e->flags & SEG_RST)
		return "RST";
	if (e->flags & SEG_SYN)
		return e->flags & SEG_ACK ? "SYN-ACK" : "SYN";
	if (e->flags & SEG_FIN)
		return "FIN";
	return e->len ? "data" : "ACK";
}

static uint32_t end_of(const struct event *e)
{
	return e->seq + e->len + !!(e->flags & SEG_SYN) + !!(e->flags & SEG_FIN);
}

/* Take note of a segment that is sent: was all of it, as it is, sent before? */
static bool count_sent(struct numbers *me, const struct event *e)
{
	bool new = !me->known || (e->flags & SEG_SYN && e->seq != me->base);
	bool again;

	if (new) {
		me->base = e->seq;
		me->sent = e->seq;
		me->known = true;
		me->syn_ack = false;
	}
	again = end_of(e) != e->seq && (int32_t)(e->seq - me->sent) < 0;
	if ((e->flags & (SEG_SYN | SEG_ACK)) == (SEG_SYN | SEG_ACK)) {
		again = me->syn_ack;
		me->syn_ack = true;
	}
	if ((int32_t)(end_of(e) - me->sent) > 0)
		me->sent = end_of(e);
	return again;
}

/* "SYN-ACK seq=0 ack=1 win=65535", numbers relative to the SYNs. */
static void put_segment(struct teller *t, const struct event *e, int from,
			int n, const char *verb, char *buf, size_t size)
{
	struct numbers *me = &t->num[from][n], *peer = &t->num[!from][n];
	size_t at;

	/* It talks to itself. */
	if (event_end_same(&e->local, &e->remote)) {
		me = &t->num[A][n];
		peer = me;
	}
	if (verb[0] == 's' && count_sent(me, e))
		verb = "sends again";
	at = snprintf(buf, size, "%s %s", verb, segment_name(e));
	at += snprintf(buf + at, size - at, " seq=%d",
		       me->known ? (int32_t)(e->seq - me->base) : 0);
	if (e->flags & SEG_ACK)
		at += snprintf(buf + at, size - at, " ack=%d", peer->known ?
			       (int32_t)(e->ack - peer->base) : 0);
	if (e->len)
		at += snprintf(buf + at, size - at, " len=%u", e->len);
	at += snprintf(buf + at, size - at, " win=%u", e->wnd);
	if (e->flags & SEG_ECE)
		at += snprintf(buf + at, size - at, " ECE");
	if (e->flags & SEG_CWR)
		snprintf(buf + at, size - at, " CWR");
}

/* A block below the ACK is a D-SACK's: it came twice. */
static void put_sack(const struct numbers *me, const struct event *e, char *buf,
		     size_t size)
{
	bool twice = (int32_t)(e->ack - e->start) > 0;

	snprintf(buf, size, "reads %s %d to %d", twice ? "D-SACK" : "SACK",
		 (int32_t)(e->start - me->base), (int32_t)(e->end - me->base));
}

/* In octets, as in the trace: how long a segment is nobody knows here. */
static void put_congestion(const struct event *e, char *buf, size_t size)
{
	snprintf(buf, size, "%s: cwnd=%u", !strcmp(e->state, "undone") ?
		 "takes it back" : e->state, e->cwnd);
}

static void put_fault(const struct event *e, char *buf, size_t size)
{
	const char *fate = "loses it";

	if (!strcmp(e->verb, "delay"))
		fate = "holds it back";
	else if (!strcmp(e->verb, "dup"))
		fate = "doubles it";
	snprintf(buf, size, "%s (%s %s)", fate, e->verb, e->role);
}

/* A state of the opening goes with what its side is sure of by then. */
static void put_state(struct teller *t, const struct event *e, int host, int n,
		      char *buf, size_t size)
{
	const struct lctcp_arc *arc = lctcp_fsm_find(e->from, e->what);
	char marks[LADDER_MARKS];
	int at;

	at = snprintf(buf, size, "%s -> %s (%s)", lctcp_state_name(e->from),
		      lctcp_state_name(e->to), lctcp_event_name(e->what));
	if (!ladder_opens(arc))
		return;
	if (!t->ladder[n])
		t->ladder[n] = act_ladder(t->l, t->a, n);
	if (t->ladder[n])
		snprintf(buf + at, size - at, " %s",
			 ladder_marks(ladder_sure(t->ladder[n], host, e->us),
				      marks));
}

static void put_into(struct teller *t, const struct event *e, int host, int n,
		     char *buf, size_t size)
{
	switch (e->kind) {
	case EVENT_STATE:
		put_state(t, e, host, n, buf, size);
		break;
	case EVENT_SEND:
		put_segment(t, e, host, n, "sends", buf, size);
		break;
	case EVENT_RECEIVE:
		put_segment(t, e, !host, n, "receives", buf, size);
		break;
	case EVENT_FAULT:
		put_fault(e, buf, size);
		break;
	case EVENT_TIMER_SET:
		snprintf(buf, size, "sets the %s timer to %.4g s", e->timer,
			 e->ms / 1e3);
		break;
	case EVENT_TIMER_FIRED:
		snprintf(buf, size, "%s timer fires", e->timer);
		break;
	case EVENT_DROP:
		snprintf(buf, size, "drops it: %s", e->reason);
		break;
	case EVENT_SACK:
		put_sack(&t->num[host][n], e, buf, size);
		break;
	case EVENT_CONGESTION:
		put_congestion(e, buf, size);
		break;
	case EVENT_PATH:
		snprintf(buf, size, "path %s: %u octets, mss=%u", e->outcome,
			 e->size, e->mss);
		break;
	}
}

static bool add_event(struct teller *t, const struct event *e)
{
	struct happening *h;
	int host, n;

	if (e->kind == EVENT_RETRANSMIT || e->kind == EVENT_CALL || !whose(t, e, &host, &n))
		return true;
	h = add_happening(t->a);
	if (!h)
		return false;
	h->us = e->us;
	h->host = host;
	h->n = n;
	put_into(t, e, host, n, h->text, sizeof(h->text));
	if (!t->a->zero && e->remote.port)
		t->a->zero = e->us;
	return true;
}

/* Both are in order, and calls know theirs among the events: merge. */
bool put_into_words(const struct lab *l, struct act *a)
{
	struct happening *call = a->v, *h;
	size_t ncalls = a->n, next = 0, i = 0;
	struct teller t = { .l = l, .a = a };
	bool ok = true;
	int n;

	a->v = NULL;
	a->n = 0;
	a->room = 0;
	while (ok && (next < ncalls || i < a->evs.n)) {
		if (next < ncalls && (i == a->evs.n ||
				      call[next].after <= i)) {
			h = add_happening(a);
			if (h)
				*h = call[next++];
			ok = h;
		} else {
			ok = add_event(&t, &a->evs.v[i++]);
		}
	}
	if (!a->zero && ncalls)
		a->zero = call[0].us;
	for (n = 0; n <= LAB_CONNS; n++)
		ladder_free(t.ladder[n]);
	free(call);
	return ok;
}

/* With all lives of the pair, since an old segment may come in a new one. */
static void pick_conn(const struct lab *l, const struct act *a, int n,
		      struct ladder_pick *pick)
{
	union addr addr;
	int i;

	*pick = (struct ladder_pick){ .last = a->evs.n - 1 };
	for (i = A; i <= B; i++) {
		struct event_end *end = &pick->end[i];
		int host = i == A || l->self[n] ? HOST_A : HOST_B;

		addr_set(&addr, l->s.family, host, 0);
		end->port = host == HOST_A ? client_port(n) : SERVER_PORT;
		if (l->s.family == AF_INET6) {
			end->addr = addr.in6.sin6_addr;
			continue;
		}
		memset(&end->addr.s6_addr[10], 0xff, 2);
		memcpy(&end->addr.s6_addr[12], &addr.in.sin_addr, 4);
	}
}

struct ladder *act_ladder(const struct lab *l, const struct act *a, int n)
{
	struct ladder_pick pick;

	if (!a->evs.n)
		return NULL;
	pick_conn(l, a, n, &pick);
	return ladder_new(&a->evs, &pick);
}

struct plot *act_plot(const struct lab *l, const struct act *a, int n)
{
	struct ladder_pick pick;

	if (!a->evs.n)
		return NULL;
	pick_conn(l, a, n, &pick);
	return plot_new(&a->evs, &pick, CLIENT);
}

void lab_free(struct lab *l)
{
	int i;

	for (i = 0; i < l->nacts; i++) {
		events_free(&l->act[i].evs);
		free(l->act[i].v);
	}
}
