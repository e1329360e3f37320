// SPDX-License-Identifier: GPL-2.0
/* What is in the queues of a listener: see queues.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/utf8.h"
#include "queues.h"

#define SAME_US		1000	/* one moment */
#define PORTS		65536

enum { HONEST, FORGED };

/**
 * struct reckoner - while the trace is read
 * @q:		the outcome
 * @keep:	it is the act that is asked for
 * @now:	the queues
 * @open:	that port's connection is half-open
 * @syn_port:	of whom the last segment was a SYN; 0: it was none
 * @counted:	that SYN has been counted, and nothing has become of it yet
 * @ok:		there was memory
 */
struct reckoner {
	struct queues *q;
	bool keep;
	struct queue_moment now;
	bool open[PORTS];
	unsigned int syn_port;
	bool counted;
	bool ok;
};

static struct queue_moment *moment(struct reckoner *r, long long us)
{
	struct queues *q = r->q;
	struct queue_moment *m;

	if (q->n && us - q->m[q->n - 1].us < SAME_US)
		return &q->m[q->n - 1];
	m = array_more(&q->m, q->n, &q->room, sizeof(*m));
	if (!m) {
		r->ok = false;
		return NULL;
	}
	m->us = us;
	q->n++;
	return m;
}

/* The news of that kind at this moment, to be added to; the queues as they are. */
static struct queue_news *news(struct reckoner *r, long long us, int what, int n)
{
	static struct queue_news nobody;
	struct queue_moment *m = r->keep ? moment(r, us) : NULL;
	int i;

	if (!m)
		return &nobody;
	for (i = 0; i < m->nnews; i++)
		if (m->news[i].what == what && m->news[i].n == n)
			return &m->news[i];
	if (m->nnews == QUEUE_NEWS)
		return &nobody;
	m->news[m->nnews].what = what;
	m->news[m->nnews].n = n;
	return &m->news[m->nnews++];
}

static void count(struct reckoner *r, long long us)
{
	struct queue_moment *m = r->keep ? moment(r, us) : NULL;
	int half = r->now.half[HONEST] + r->now.half[FORGED];
	int waiting = r->now.waiting[HONEST] + r->now.waiting[FORGED];

	if (!m)
		return;
	memcpy(m->half, r->now.half, sizeof(m->half));
	memcpy(m->waiting, r->now.waiting, sizeof(m->waiting));
	if (half > r->q->half)
		r->q->half = half;
	if (waiting > r->q->waiting)
		r->q->waiting = waiting;
}

/* Until it is known better, it was answered with a cookie. */
static void came(struct reckoner *r, const struct event *e, int n)
{
	r->counted = false;
	r->syn_port = 0;
	if ((e->flags & (SEG_SYN | SEG_ACK | SEG_RST)) != SEG_SYN)
		return;
	r->syn_port = e->remote.port;
	if (r->open[e->remote.port])
		return;
	r->counted = true;
	news(r, e->us, CAME_SYN, n)->cookie++;
}

static void dropped(struct reckoner *r, const struct event *e, int n)
{
	struct queue_news *what;

	if (r->syn_port == e->remote.port) {
		what = news(r, e->us, CAME_SYN, n);
		what->cookie -= r->counted;
		r->counted = false;
	} else if (r->open[e->remote.port]) {
		what = news(r, e->us, CAME_ACK, n);
	} else {
		return;
	}
	what->dropped++;
	what->reason = e->reason;
}

static void changed(struct reckoner *r, const struct event *e, int n)
{
	int kind = n ? HONEST : FORGED;
	bool opens = e->to == LCTCP_ESTABLISHED;

	if (e->from == LCTCP_LISTEN && e->to == LCTCP_SYN_RECV) {
		struct queue_news *syn = news(r, e->us, CAME_SYN, n);

		syn->kept++;
		syn->cookie -= r->counted;
		r->now.half[kind]++;
	} else if (e->from == LCTCP_LISTEN && opens) {
		news(r, e->us, CAME_ACK, n)->cookie++;
		r->now.waiting[kind]++;
	} else if (e->from == LCTCP_SYN_RECV && r->open[e->remote.port]) {
		news(r, e->us, opens ? CAME_ACK : GIVEN_UP, n)->kept++;
		r->now.half[kind]--;
		r->now.waiting[kind] += opens;
	} else {
		return;
	}
	r->open[e->remote.port] = e->to == LCTCP_SYN_RECV;
	r->counted = false;
}

static void reckon_event(struct reckoner *r, const struct event *e)
{
	int n = conn_number(e->remote.port);

	if (e->local.port != SERVER_PORT || !e->remote.port)
		return;
	if (e->kind == EVENT_RECEIVE)
		came(r, e, n);
	else if (e->kind == EVENT_DROP)
		dropped(r, e, n);
	else if (e->kind == EVENT_STATE)
		changed(r, e, n);
	else
		return;
	if (r->q->n && e->us - r->q->m[r->q->n - 1].us < SAME_US)
		count(r, e->us);
}

static bool accepts(const struct happening *h)
{
	return h->program && h->host == B && !strcmp(h->text, "accept() = 0");
}

/* What programs accepted stands in the record only, by the same clock; what let
 * them do so comes first.
 */
static void reckon_act(struct reckoner *r, const struct act *a)
{
	size_t i = 0, j;

	for (j = 0; j <= a->n; j++) {
		const struct happening *h = &a->v[j];

		if (j < a->n && !accepts(h))
			continue;
		while (i < a->evs.n &&
		       (j == a->n || a->evs.v[i].us < h->us + SAME_US))
			reckon_event(r, &a->evs.v[i++]);
		if (j == a->n)
			break;
		r->now.waiting[HONEST]--;
		news(r, h->us, ACCEPTED, h->n)->kept++;
		count(r, h->us);
	}
}

bool queues_of(const struct lab *l, int act, struct queues *q)
{
	struct reckoner *r = calloc(1, sizeof(*r));
	bool ok;
	int i;

	memset(q, 0, sizeof(*q));
	if (!r)
		return false;
	q->zero = l->act[act].zero;
	r->q = q;
	r->ok = true;
	for (i = 0; i <= act; i++) {
		r->keep = i == act;
		reckon_act(r, &l->act[i]);
	}
	/* the first segments of an act may be nobody's */
	if (q->n && q->m[0].us < q->zero)
		q->zero = q->m[0].us;
	ok = r->ok;
	free(r);
	return ok;
}

void queues_free(struct queues *q)
{
	free(q->m);
}

bool queues_full(const struct queue_moment *m, bool accept)
{
	int i;

	for (i = 0; i < m->nnews; i++) {
		const struct queue_news *n = &m->news[i];

		if (n->dropped && !strcmp(n->reason, accept ? "ListenOverflows" :
					  "SynQueueFull"))
			return true;
		if (!accept && n->what == CAME_SYN && n->cookie)
			return true;
	}
	return false;
}

/* ---- in words ---- */

static const char *const words[Q_NWORDS][NLANGS] = {
	[Q_TITLE]	= { "The server's queues", "服务器的队列" },
	[Q_TIME]	= { "seconds", "秒" },
	[Q_NEWS]	= { "what happened", "发生了什么" },
	[Q_HALF]	= { "half-open", "半连接队列" },
	[Q_WAITING]	= { "to be accepted", "全连接队列" },
	[Q_FULL]	= { "full", "已满" },
	[Q_HONEST]	= { "honest", "正常的" },
	[Q_FORGED]	= { "forged", "伪造的" },
	[Q_FREE]	= { "free", "空位" },
};

const char *queues_word(enum queue_word w, enum language lang)
{
	return words[w][lang];
}

/* What it is about: "100 forged SYNs", "client2: ACK". */
static int put_subject(const struct queue_news *n, enum language lang, char *buf,
		       size_t size)
{
	static const char *const forged[][NLANGS] = {
		[CAME_SYN]	= { "%d forged SYN%s", "%d 个伪造的 SYN" },
		[CAME_ACK]	= { "%d forged ACK%s", "%d 个伪造的 ACK" },
		[GIVEN_UP]	= { "%d forged one%s", "%d 个伪造的" },
		[ACCEPTED]	= { "%d forged one%s", "%d 个伪造的" },
	};
	int all = n->kept + n->cookie + n->dropped;
	char who[16];

	if (!n->n)
		return snprintf(buf, size, forged[n->what][lang], all,
				all == 1 ? "" : "s");
	actor_name(A, n->n, who, sizeof(who));
	return snprintf(buf, size, "%s%s", who, n->what == CAME_SYN ? " SYN" :
			n->what == CAME_ACK ? " ACK" : "");
}

/* One fate; the number of them only if there are others. */
static int put_fate(char *buf, size_t size, int at, int some, int all,
		    const char *text, enum language lang)
{
	int begun = at;

	if (!some || at >= (int)size)
		return at;
	if (buf[at - 1] != ' ')
		at += snprintf(buf + at, size - at,
			       lang == LANG_ZH ? "，" : ", ");
	if (some < all && at < (int)size)
		at += snprintf(buf + at, size - at,
			       lang == LANG_ZH ? "%d 个" : "%d ", some);
	if (at < (int)size)
		at += snprintf(buf + at, size - at, "%s", text);
	return at < (int)size ? at : begun;
}

const char *queues_news(const struct queue_news *n, enum language lang,
			char *buf, size_t size)
{
	static const char *const kept[][NLANGS] = {
		[CAME_SYN]	= { "let in", "进入半连接队列" },
		[CAME_ACK]	= { "open, to be accepted", "建立，进入全连接队列" },
		[GIVEN_UP]	= { "given up", "放弃" },
		[ACCEPTED]	= { "accept()", "accept() 取走" },
	};
	static const char *const cookie[][NLANGS] = {
		[CAME_SYN]	= { "answered with a cookie, nothing kept",
				    "用 cookie 回答，不留记录" },
		[CAME_ACK]	= { "brings the cookie back: open", "带回 cookie，建立" },
		[GIVEN_UP]	= { "", "" },
		[ACCEPTED]	= { "", "" },
	};
	int all = n->kept + n->cookie + n->dropped;
	int at = put_subject(n, lang, buf, size);
	char text[LAB_TEXT] = "";

	at += snprintf(buf + at, size - at, ": ");
	at = put_fate(buf, size, at, n->kept, all, kept[n->what][lang], lang);
	at = put_fate(buf, size, at, n->cookie, all, cookie[n->what][lang],
		      lang);
	if (n->dropped)
		snprintf(text, sizeof(text), lang == LANG_ZH ? "丢弃（%s）" :
			 "dropped (%s)", why_drop(n->reason, lang));
	put_fate(buf, size, at, n->dropped, all, text, lang);
	return buf;
}

bool queues_record(const struct queues *q, struct act *a)
{
	size_t i, at;

	for (i = 0; i < q->n; i++) {
		const struct queue_moment *m = &q->m[i];
		struct happening *h = array_more(&a->v, a->n, &a->room, sizeof(*h));

		if (!h)
			return false;
		for (at = a->n; at && a->v[at - 1].us > m->us + SAME_US; at--)
			;
		memmove(&a->v[at + 1], &a->v[at], (a->n - at) * sizeof(*h));
		a->n++;
		h = &a->v[at];
		memset(h, 0, sizeof(*h));
		h->us = at && a->v[at - 1].us > m->us ? a->v[at - 1].us : m->us;
		h->host = B;
		h->n = 1;
		snprintf(h->text, sizeof(h->text),
			 "has %d half-open, %d of them forged, and %d to accept",
			 m->half[HONEST] + m->half[FORGED], m->half[FORGED],
			 m->waiting[HONEST] + m->waiting[FORGED]);
	}
	return true;
}

/* ---- as text ---- */

#define BAR	16	/* more than these are only counted */

/* "▒▒▒▒■ 5", so many columns wide. */
static void put_bar(const int some[2], int width, FILE *f)
{
	int all = some[HONEST] + some[FORGED], i, at = 0;

	for (i = 0; i < all && i < BAR; i++, at++)
		fputs(i < some[FORGED] ? "▒" : "■", f);
	at += fprintf(f, at ? " %d" : "%d", all);
	fprintf(f, "%*s", width > at ? width - at : 1, "");
}

static void put_word(enum queue_word w, enum language lang, int width, FILE *f)
{
	const char *text = queues_word(w, lang);
	int at = text_width(text);

	fprintf(f, "%s%*s", text, width > at ? width - at : 1, "");
}

void queues_text(const struct queues *q, const struct ladder_style *style, FILE *f)
{
	enum language lang = style->lang;
	int half = (q->half < BAR ? q->half : BAR) + 5, waiting = 16, k;
	char text[LAB_TEXT];
	size_t i;
	int at;

	half = half < 12 ? 12 : half;
	at = 10 + half + waiting;
	fprintf(f, "%s  ■ %s  ▒ %s\n", queues_word(Q_TITLE, lang),
		queues_word(Q_HONEST, lang), queues_word(Q_FORGED, lang));
	fprintf(f, "%*s%s  ", 8 - text_width(queues_word(Q_TIME, lang)), "",
		queues_word(Q_TIME, lang));
	put_word(Q_HALF, lang, half, f);
	put_word(Q_WAITING, lang, waiting, f);
	fprintf(f, "%s\n", queues_word(Q_NEWS, lang));
	for (i = 0; i < q->n; i++) {
		const struct queue_moment *m = &q->m[i];

		fprintf(f, "%8.3f  ", (m->us - q->zero) / 1e6);
		put_bar(m->half, half, f);
		put_bar(m->waiting, waiting, f);
		for (k = 0; k < m->nnews; k++) {
			if (k)
				fprintf(f, "%*s", at, "");
			queues_news(&m->news[k], lang, text, sizeof(text));
			text_wrap(text, at, at, style, f);
		}
		if (!m->nnews)
			fputc('\n', f);
	}
}
