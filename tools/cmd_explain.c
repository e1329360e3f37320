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
#include "lib/why.h"
#include "tool.h"

enum { OPT_LIST = 256 };

#define WIDTH_MAX	100	/* longer lines read badly */

static const struct syntax syntax = {
	.usage = {
	"Usage: lctcp explain [OPTION...] STATE | EVENT | STATE EVENT | STATE STATE |\n"
	"                     WORD\n"
	"\n"
	"Say what a state or an event is, which arcs of the state machine it has, and\n"
	"why they are there; or all that about one arc, by where it begins and what\n"
	"happens there, or where it leads. Case, - and _ do not matter; SYN-RECEIVED,\n"
	"ESTAB and the like are understood; FROM->TO and FROM:EVENT are too. A WORD is\n"
	"a reason to drop a segment (DropSeq), a role (third-ack), a timer (persist), a\n"
	"call (accept), a setting (msl_ms, net.lctcp.msl_ms) or one of TCP's (rto,\n"
	"handshake, backlog).\n"
	"\n",
	"用法：lctcp explain [OPTION...] STATE | EVENT | STATE EVENT | STATE STATE |\n"
	"                    WORD\n"
	"\n"
	"说明一个状态（STATE）或事件（EVENT）是什么，状态机中有哪些与它相关的弧，为什么\n"
	"有它们；或者只说明一条弧：给出它的起点，以及发生的事件或终点。不区分大小写，也不\n"
	"区分 - 和 _；也接受 SYN-RECEIVED、ESTAB 等名称，以及 FROM->TO、FROM:EVENT。\n"
	"WORD 是丢弃报文段的原因（DropSeq）、角色（third-ack）、定时器（persist）、调用\n"
	"（accept）、设置（msl_ms、net.lctcp.msl_ms）或 TCP 的术语（rto、重传、\n"
	"三次握手、handshake）。\n"
	"\n",
	},
	.choices = {
		{ 'a', "all", NULL, { "every arc", "每一条弧" } },
		{ OPT_LIST, "list", NULL,
		  { "every name that can be explained, and what it is",
		    "所有可以解释的名称，以及各是什么" } },
		{ 'c', "color", "WHEN",
		  { "always, never or auto (the default)",
		    "always、never 或 auto（默认）" } },
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

static int no_word(const char *name, const char *word)
{
	return refuse(name,
		      tr("no state, event or word %s: %s, or another of lctcp explain --list",
			 "没有 %s：可选 %s，其他见 lctcp explain --list"),
		      word, state_names());
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
			return no_word(name, word);
		if (!take_word(q, word))
			return refuse(name, tr("%s is too much", "多余的 %s"),
				      word);
	}
	return 0;
}

static bool asked(const struct question *q, const struct lctcp_arc *arc)
{
	if (q->event != LCTCP_NEVENTS && arc->event != q->event)
		return false;
	/* with an event it is where the arc begins */
	if (q->nstates && arc->from != q->states[0])
		return false;
	return q->nstates < 2 || arc->to == q->states[1];
}

static const char *const actions_zh[LCTCP_A_NACTIONS] = {
	"发送 SYN", "发送 SYN-ACK", "发送 ACK", "发送 FIN", "发送 RST",
	"启动 2MSL 定时器", "告知程序：连接已建立", "告知程序：对方已关闭",
	"告知程序：被拒绝", "告知程序：被复位", "告知程序：超时",
};

/* "CLOSED ── ACTIVE_OPEN ──► SYN_SENT   RFC 9293 3.10.1; send-syn" and why */
static void show_arc(const struct lctcp_arc *arc,
		     const struct ladder_style *style)
{
	const char *between = tr("; does: ", "；动作：");
	unsigned int bit;

	printf("\n%s%s%s ── %s ──► %s%s%s\n",
	       text_colour(style, BOLD), lctcp_state_name(arc->from),
	       text_colour(style, PLAIN), lctcp_event_name(arc->event),
	       text_colour(style, BOLD), lctcp_state_name(arc->to),
	       text_colour(style, PLAIN));
	printf("    ");
	text_wrap(why_arc(arc, lang_now), 4, 4, style, stdout);
	printf("    %sRFC %s", text_colour(style, DIM), arc->rfc);
	for (bit = 0; bit < LCTCP_A_NACTIONS; bit++) {
		if (!(arc->actions & BIT(bit)))
			continue;
		printf("%s%s", between, tr(lctcp_action_name(BIT(bit)),
					   actions_zh[bit]));
		between = tr(", ", "、");
	}
	printf("%s\n", text_colour(style, PLAIN));
}

static void show_title(const char *name, const char *about,
		       const struct ladder_style *style)
{
	char text[256];

	snprintf(text, sizeof(text), tr("%s%s%s.", "%s%s%s。"), name,
		 about ? tr(": ", "：") : "", about ?: "");
	text_wrap(text, 0, 4, style, stdout);
}

enum group { INTO, OUT_OF, WITHIN };

static bool in_group(const struct lctcp_arc *arc, unsigned int state,
		     enum group group)
{
	if (group == WITHIN)
		return arc->from == state && arc->to == state;
	return arc->from != arc->to &&
	       (group == INTO ? arc->to : arc->from) == state;
}

/* How a state is come to, and how it is left. */
static void show_groups(unsigned int state, const struct ladder_style *style)
{
	static const char *const titles[][NLANGS] = {
		[INTO]		= { "Into %s (%u):", "进入 %s（%u 条）：" },
		[OUT_OF]	= { "Out of %s (%u):", "离开 %s（%u 条）：" },
		[WITHIN]	= { "Staying in %s (%u):", "停留在 %s（%u 条）：" },
	};
	const struct lctcp_arc *arc, *end = lctcp_arcs + lctcp_narcs;
	enum group group;
	unsigned int n;

	for (group = INTO; group <= WITHIN; group++) {
		for (arc = lctcp_arcs, n = 0; arc < end; arc++)
			n += in_group(arc, state, group);
		if (!n)
			continue;
		printf("\n%s", text_colour(style, BOLD));
		printf(titles[group][lang_now], lctcp_state_name(state), n);
		printf("%s\n", text_colour(style, PLAIN));
		for (arc = lctcp_arcs; arc < end; arc++)
			if (in_group(arc, state, group))
				show_arc(arc, style);
	}
}

/* "msl_ms: setting ..., 30000 unless told, from 0 to 600000." and what it is. */
static void show_term(const struct term *t, const struct ladder_style *style)
{
	printf(tr("%s%s%s: %s", "%s%s%s：%s"), text_colour(style, BOLD), t->name,
	       text_colour(style, PLAIN), term_kind(t, lang_now));
	if (t->low) {
		printf(tr(".\n    Unless told: %s; ", "。\n    默认：%s；"),
		       t->value ?: tr("as memory allows", "由内存大小决定"));
		printf(t->high ? tr("from %s to %s", "范围：%s 到 %s") :
				 tr("%s or more", "至少 %s"), t->low, t->high);
	}
	printf(tr(".\n    ", "。\n    "));
	text_wrap(t->about[lang_now], 4, 4, style, stdout);
}

/* All that a word means besides a state or an event; how much. */
static unsigned int show_terms(const char *word, bool apart,
			       const struct ladder_style *style)
{
	const struct term *t = NULL;
	unsigned int n = 0;

	while ((t = term_by_name(word, t))) {
		if (n++ || apart)
			putchar('\n');
		show_term(t, style);
	}
	return n;
}

static int answer(const struct question *q, const char *word,
		  const struct ladder_style *style)
{
	const struct lctcp_arc *arc;
	unsigned int i, n = 0;

	for (i = 0; i < q->nstates; i++)
		show_title(lctcp_state_name(q->states[i]),
			   state_about(q->states[i], lang_now), style);
	if (q->event != LCTCP_NEVENTS)
		show_title(lctcp_event_name(q->event),
			   event_about(q->event, lang_now), style);
	if (word)
		show_terms(word, true, style);
	if (q->nstates == 1 && q->event == LCTCP_NEVENTS) {
		show_groups(q->states[0], style);
		return 0;
	}
	for (arc = lctcp_arcs; arc < lctcp_arcs + lctcp_narcs; arc++) {
		if (!asked(q, arc))
			continue;
		show_arc(arc, style);
		n++;
	}
	if (n)
		return 0;
	if (q->nstates == 2)
		return fail(tr("no arc leads from %s to %s",
			       "没有从 %s 到 %s 的弧"),
			    lctcp_state_name(q->states[0]),
			    lctcp_state_name(q->states[1]));
	return fail(tr("%s cannot happen in %s", "%s 不会发生在 %s"),
		    lctcp_event_name(q->event), lctcp_state_name(q->states[0]));
}

/* All names: "DropSeq                    reason to drop a segment" */
static int show_names(void)
{
	const struct term *t;
	unsigned int i;
	size_t n;

	for (i = 1; i < LCTCP_NSTATES; i++)
		printf("%-25s  %s\n", lctcp_state_name(state_in_order(i - 1)),
		       tr("state", "状态"));
	for (i = 0; i < LCTCP_NEVENTS; i++)
		printf("%-25s  %s\n", lctcp_event_name(i), tr("event", "事件"));
	for (n = 0; (t = term_in_order(n)); n++)
		printf("%-25s  %s\n", t->name, term_kind(t, lang_now));
	return 0;
}

int cmd_explain(int argc, char **argv)
{
	struct ladder_style style = { text_columns(WIDTH_MAX), isatty(1) };
	struct question q = { .event = LCTCP_NEVENTS };
	const char *word;
	bool all = false, list = false;
	int c, status = 0;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0) {
		if (c == 'a')
			all = true;
		else if (c == OPT_LIST)
			list = true;
		else
			status = color_option(argv[0], optarg, &style.colour);
	}
	if (c < 0 || status)
		return status;
	style.lang = lang_now;
	if (all || list ? optind < argc : optind == argc)
		return refuse(argv[0],
			      tr("one state, event, arc or word, such as handshake; --list has all",
				 "给出一个状态、事件、弧或术语，比如三次握手；"
				 "--list 列出全部"));
	if (list)
		return show_names();
	word = argc - optind == 1 ? argv[optind] : NULL;
	if (word && !state_by_name(word) &&
	    event_by_name(word) == LCTCP_NEVENTS && show_terms(word, false, &style))
		return 0;
	for (; !status && optind < argc; optind++)
		status = take_words(&q, argv[0], argv[optind]);
	return status ? status : answer(&q, word, &style);
}
