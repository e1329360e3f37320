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

const char *ladder_segment(const struct ladder_row *r, enum language lang)
{
	const struct event *e = r->event;

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

const char *ladder_name(const struct ladder_row *r, enum language lang,
			char *buf)
{
	const char *name = ladder_segment(r, lang);
	char nth[16];

	if (r->again)
		snprintf(buf, LADDER_TEXT, word(W_AGAIN, lang), name,
			 ordinal(r->again, lang, nth));
	else
		snprintf(buf, LADDER_TEXT, "%s", name);
	return buf;
}

const char *ladder_numbers(const struct ladder_row *r, char *buf)
{
	const struct event *e = r->event;
	int n = snprintf(buf, LADDER_TEXT, "seq=%d", (int32_t)r->seq);

	if (e->flags & SEG_ACK)
		n += snprintf(buf + n, LADDER_TEXT - n, " ack=%d",
			      (int32_t)r->ack);
	/* The only windows that say something by themselves. */
	if (r->reopens || (!e->wnd && !(e->flags & SEG_RST)))
		snprintf(buf + n, LADDER_TEXT - n, " win=%u", e->wnd);
	return buf;
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
