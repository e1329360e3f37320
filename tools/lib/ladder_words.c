// SPDX-License-Identifier: GPL-2.0
/* What the parts of a ladder are called: see ladder.h. */
#include <string.h>

#include "ladder.h"

const char *ladder_side(const struct ladder *l, unsigned int side,
			enum language lang)
{
	if (event_end_same(&l->end[CLIENT], &l->end[SERVER]))
		return word(side == CLIENT ? W_SOCKET : W_ITSELF, lang);
	if (l->opened[CLIENT] && l->opened[SERVER])
		return word(side == CLIENT ? W_PEER_A : W_PEER_B, lang);
	return word(side == CLIENT ? W_CLIENT : W_SERVER, lang);
}

const char *ladder_phase(unsigned int state)
{
	static const char *const names[LCTCP_NSTATES] = {
		[LCTCP_SYN_SENT]	= "opening",
		[LCTCP_SYN_RECV]	= "opening",
		[LCTCP_ESTABLISHED]	= "open",
		[LCTCP_FIN_WAIT1]	= "closing",
		[LCTCP_FIN_WAIT2]	= "closing",
		[LCTCP_CLOSE_WAIT]	= "closing",
		[LCTCP_LAST_ACK]	= "closing",
		[LCTCP_CLOSING]		= "closing",
		[LCTCP_TIME_WAIT]	= "waiting",
	};

	return names[state] ?: "none";
}

/* When the life of this side was over that it was in at @us. */
static long long life_end(const struct ladder *l, unsigned int side, long long us)
{
	size_t i;

	for (i = 0; i < l->narcs[side]; i++) {
		unsigned int to = l->arc[side][i].arc->to;

		if (l->arc[side][i].us > us &&
		    (to == LCTCP_TIME_WAIT || to == LCTCP_CLOSED))
			return l->arc[side][i].us;
	}
	return l->stop + 1;
}

/* Data that came later and was taken: the direction to this side was still open. */
static bool heard_more(const struct ladder *l, unsigned int side, long long us)
{
	long long end = life_end(l, side, us);
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct ladder_row *r = &l->row[i];

		if ((r->kind == ROW_SEGMENT || r->kind == ROW_ARRIVAL) &&
		    r->side != side && r->event->len && r->us > us &&
		    r->arrived > us && r->arrived < end && !r->drop)
			return true;
	}
	return false;
}

/* Whoever has closed the socket stays in FIN_WAIT2 only for a time, by its timer. */
static bool waits_on(const struct ladder *l, unsigned int side, long long us)
{
	long long began = -1, end = life_end(l, side, us);
	bool timers = false;
	size_t i;

	for (i = 0; i < l->narcs[side]; i++)
		if (l->arc[side][i].us > us && l->arc[side][i].us < end &&
		    l->arc[side][i].arc->to == LCTCP_FIN_WAIT2)
			began = l->arc[side][i].us;
	for (i = 0; i < l->n && began >= 0; i++) {
		const struct ladder_row *r = &l->row[i];

		timers |= r->kind == ROW_TIMER_SET || r->kind == ROW_TIMER_FIRED;
		if (r->kind == ROW_TIMER_SET && r->side == side &&
		    r->us >= began && r->us < began + 1000 &&
		    !strcmp(r->event->timer, "fin-wait2"))
			return false;
	}
	return began >= 0 && timers;
}

const char *ladder_call(const struct ladder *l, unsigned int side,
			const struct ladder_arc *a)
{
	switch (a->arc->event) {
	case LCTCP_EV_ACTIVE_OPEN:
		return "connect()";
	case LCTCP_EV_CLOSE:
		return heard_more(l, side, a->us) || waits_on(l, side, a->us) ?
		       "shutdown()" : "close()";
	case LCTCP_EV_ABORT:
	case LCTCP_EV_ABORT_WAIT:	/* later it is TCP that gives up */
		return a->arc->from == LCTCP_ESTABLISHED ||
		       a->arc->from == LCTCP_CLOSE_WAIT ? "close()" : NULL;
	}
	return NULL;
}

const char *ladder_handed(const struct ladder_row *r)
{
	if (!strcmp(r->event->call, "accept"))
		return "accept()";
	return strcmp(r->event->call, "eof") ? r->event->call : "read() = 0";
}

/* "SYN=1 ACK=1" */
static const char *flags_of(const struct event *e, char *buf)
{
	static const struct { unsigned int flag; const char *name; } all[] = {
		{ SEG_SYN, "SYN" }, { SEG_FIN, "FIN" }, { SEG_RST, "RST" },
		{ SEG_ACK, "ACK" },
	};
	size_t i;

	*buf = 0;
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (e->flags & all[i].flag)
			sprintf(buf + strlen(buf), "%s%s=1", *buf ? " " : "",
				all[i].name);
	return buf;
}

/* "SYN-ACK", "data", "FIN+ACK in one" */
static const char *segment_name(const struct ladder *l,
				const struct ladder_row *r, enum language lang,
				char *buf)
{
	const struct event *e = r->event;

	if (l->books)
		return flags_of(e, buf);

	if (e->flags & SEG_RST)
		return "RST";
	if (e->flags & SEG_SYN)
		return e->flags & SEG_ACK ? "SYN-ACK" : "SYN";
	if (e->flags & SEG_FIN)
		return r->merged ? word(W_MERGED, lang) : "FIN";
	return e->len ? word(W_DATA, lang) : "ACK";
}

bool ladder_lost(const struct ladder_row *r)
{
	if (r->kind != ROW_SEGMENT || r->arrived >= 0)
		return false;
	if (r->fault && !strcmp(r->fault->verb, "drop"))
		return true;
	return !r->fault && !r->under_way;
}

const char *ladder_rule(const struct ladder_row *r, char *buf, size_t size)
{
	const struct event *e = r->fault;
	char delay[16] = "", count[16] = "";

	if (e->delay_ms)
		snprintf(delay, sizeof(delay), " %ums", e->delay_ms);
	if (e->count)
		snprintf(count, sizeof(count), " %u", e->count);
	snprintf(buf, size, "%s %s%s%s", e->verb, e->role, delay, count);
	return buf;
}

static const char *ordinal(unsigned int n, enum language lang, char *buf)
{
	const char *end = "th";

	if (n / 10 % 10 != 1)
		end = n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" :
		      n % 10 == 3 ? "rd" : "th";
	sprintf(buf, lang == LANG_EN ? "%u%s" : "%u", n, end);
	return buf;
}

const char *ladder_name(const struct ladder *l, const struct ladder_row *r,
			enum language lang, char *buf)
{
	char flags[64], nth[16];
	const char *name = segment_name(l, r, lang, flags);
	bool bare = !r->event->len && !(r->event->flags & (SEG_SYN | SEG_FIN));

	if (r->again)
		snprintf(buf, LADDER_TEXT, word(bare ? W_ACK_AGAIN : W_AGAIN, lang), name,
			 ordinal(r->again, lang, nth));
	else
		snprintf(buf, LADDER_TEXT, "%s", name);
	return buf;
}

/* "15"; in books "x+15", where x is the number of that side's SYN */
static const char *number(const struct ladder *l, unsigned int side,
			  uint32_t n, char *buf)
{
	bool self = event_end_same(&l->end[CLIENT], &l->end[SERVER]);

	if (!l->books || l->midway)
		sprintf(buf, "%d", (int32_t)n);
	else if (n)
		sprintf(buf, "%c%+d", side == CLIENT || self ? 'x' : 'y',
			(int32_t)n);
	else
		sprintf(buf, "%c", side == CLIENT || self ? 'x' : 'y');
	return buf;
}

const char *ladder_numbers(const struct ladder *l, const struct ladder_row *r,
			   char *buf)
{
	const struct event *e = r->event;
	unsigned int i;
	char text[16];
	int n = snprintf(buf, LADDER_TEXT, "seq=%s",
			 number(l, r->side, r->seq, text));

	if (e->flags & SEG_ACK)
		n += snprintf(buf + n, LADDER_TEXT - n, " ack=%s",
			      number(l, !r->side, r->ack, text));
	/* The only windows that say something by themselves. */
	if (r->reopens || (!e->wnd && !(e->flags & SEG_RST)))
		n += snprintf(buf + n, LADDER_TEXT - n, " win=%u", e->wnd);
	/* What routers mark, and that it was heard; a SYN with both asks for it. */
	n += snprintf(buf + n, LADDER_TEXT - n, "%s%s",
		      e->flags & SEG_ECE ? " ECE" : "",
		      e->flags & SEG_CWR ? " CWR" : "");
	for (i = 0; i < r->nsacks && !l->books; i++)
		n += snprintf(buf + n, LADDER_TEXT - n, "%s%d-%d",
			      i ? "," : " sack=", (int32_t)r->sack[i][0],
			      (int32_t)r->sack[i][1]);
	return buf;
}

/* The path's MTU is looked for, or large packets do not arrive. */
static const char *path_word(const struct ladder_row *r, enum language lang)
{
	static const struct { const char *name, *text[NLANGS]; } outcomes[] = {
		{ "probe", { "MTU probe", "探测 MTU" } },
		{ "carried", { "MTU carried", "MTU 可用" } },
		{ "lost", { "probe lost", "探测丢失" } },
		{ "too-big", { "too big", "包太大" } },
		{ "black-hole", { "black hole", "MTU 黑洞" } },
	};
	size_t i;

	for (i = 0; i < sizeof(outcomes) / sizeof(*outcomes); i++)
		if (!strcmp(outcomes[i].name, r->event->outcome))
			return outcomes[i].text[lang];
	return r->event->outcome;
}

const char *ladder_recovery(const struct ladder_row *r, enum language lang,
			    char *buf)
{
	static const struct { const char *name, *text[NLANGS]; } states[] = {
		{ "open", { "Open", "恢复结束" } },
		{ "disorder", { "Disorder", "恢复结束，仍乱序" } },
		{ "recovery", { "Recovery", "进入恢复" } },
		{ "loss", { "Loss", "超时丢失" } },
		{ "undone", { "undone", "撤销" } },
		{ "cwr", { "CWR", "降窗" } },
	}, bys[] = {
		{ "rack", { "RACK", "RACK" } },
		{ "reorder", { "RACK", "RACK" } },
		{ "dupacks", { "3 dup ACKs", "三个重复 ACK" } },
		{ "eifel", { "Eifel", "Eifel" } },
		{ "dsack", { "D-SACK", "D-SACK" } },
		{ "frto", { "F-RTO", "F-RTO" } },
		{ "ece", { "ECE", "ECE" } },
	};
	const char *state = r->event->state;
	size_t i;

	if (r->event->kind == EVENT_PATH)
		return strcpy(buf, path_word(r, lang));
	for (i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (!strcmp(states[i].name, r->event->state))
			state = states[i].text[lang];
	strcpy(buf, state);
	for (i = 0; i < sizeof(bys) / sizeof(*bys); i++)
		if (!strcmp(bys[i].name, r->event->by))
			sprintf(buf, lang == LANG_ZH ? "%s（%s）" : "%s (%s)",
				state, bys[i].text[lang]);
	return buf;
}

const char *ladder_windows(const struct ladder_row *r, enum language lang,
			   char *buf)
{
	const struct event *e = r->event;
	int n;

	if (e->kind == EVENT_PATH) {
		snprintf(buf, LADDER_TEXT, lang == LANG_ZH ?
			 "包长 %u，MSS %u" : "packet of %u, MSS %u", e->size,
			 e->mss);
		return buf;
	}
	n = snprintf(buf, LADDER_TEXT, lang == LANG_ZH ?
		     "cwnd %u，在途 %u" : "cwnd %u, in flight %u",
		     e->cwnd, e->flight);

	if (e->lost)
		snprintf(buf + n, LADDER_TEXT - n, lang == LANG_ZH ?
			 "，丢失 %u" : ", lost %u", e->lost);
	return buf;
}

const char *ladder_relative(const struct ladder *l, enum language lang)
{
	size_t i;

	if (l->midway || l->books)
		return word(l->midway ? W_MIDWAY : W_BOOKS, lang);
	for (i = 0; i < l->n; i++)
		if (l->row[i].stranger)
			return word(W_RELATIVE_OLD, lang);
	return word(W_RELATIVE, lang);
}

const char *ladder_octets(const struct ladder_row *r, enum language lang,
			  char *buf)
{
	unsigned int len = r->event->len;

	*buf = 0;
	if (len)
		snprintf(buf, LADDER_TEXT,
			 word(len == 1 ? W_OCTET : W_OCTETS, lang), len);
	return buf;
}

const char *ladder_fate(const struct ladder_row *r, enum language lang,
			char *buf)
{
	char rule[64];

	*buf = 0;
	if (r->fault)
		snprintf(buf, LADDER_TEXT,
			 word(ladder_lost(r) ? W_LOST_RULE :
			      r->fault->delay_ms ? W_DELAY_RULE : W_DUP_RULE,
			      lang), ladder_rule(r, rule, sizeof(rule)));
	else if (r->late)
		snprintf(buf, LADDER_TEXT, "%s", word(W_LATE, lang));
	else if (ladder_lost(r))
		snprintf(buf, LADDER_TEXT, "%s", word(W_LOST, lang));
	else if (r->under_way)
		snprintf(buf, LADDER_TEXT, "%s", word(W_UNDER_WAY, lang));
	return buf;
}

const char *ladder_drop(const struct ladder_row *r, enum language lang,
			char *buf)
{
	*buf = 0;
	if (r->drop && !r->arc[!r->side])
		snprintf(buf, LADDER_TEXT, word(W_DROPPED, lang),
			 why_drop(r->drop->reason, lang), r->drop->reason);
	return buf;
}

const char *ladder_copies(const struct ladder_row *r, enum language lang,
			  char *buf)
{
	*buf = 0;
	if (r->copies > 1)
		snprintf(buf, LADDER_TEXT, word(W_COPIES, lang), r->copies);
	return buf;
}

const char *ladder_marks(unsigned int sure, char *buf)
{
	unsigned int bit;

	*buf = 0;
	for (bit = OWN_SENDING; bit <= PEER_RECEIVING; bit <<= 1)
		strcat(buf, sure & bit ? "●" : "○");
	return buf;
}

/* Three digits are enough, and no zeros behind a point. */
const char *ladder_span(long long us, char *buf)
{
	if (us < 1000)
		sprintf(buf, "%lld µs", us);
	else if (us < 999500)
		sprintf(buf, "%.3g ms", us / 1e3);
	else
		sprintf(buf, us < 999500000 ? "%.3g s" : "%.0f s", us / 1e6);
	return buf;
}
