// SPDX-License-Identifier: GPL-2.0
/* What a plot says: see plot.h. */
#include <stdio.h>
#include <string.h>

#include "plot.h"

const char *plot_why_name(unsigned int why, enum language lang)
{
	static const char *const names[PLOT_NWHYS][NLANGS] = {
		[PLOT_NEW]	= { "sent", "发送" },
		[PLOT_TIMEOUT]	= { "again: timeout (RTO)", "重传：超时（RTO）" },
		[PLOT_FAST]	= { "again: 3 duplicate ACKs", "重传：三个重复 ACK" },
		[PLOT_RACK]	= { "again: RACK", "重传：RACK" },
		[PLOT_TAIL]	= { "tail loss probe (TLP)", "尾部丢失探测（TLP）" },
		[PLOT_OTHER]	= { "again: other reasons", "重传：其他原因" },
	};

	return names[why][lang];
}

const char *plot_ca_name(unsigned int ca, enum language lang)
{
	static const char *const names[PLOT_NCAS][NLANGS] = {
		[PLOT_OPEN]	= { "Open", "Open（正常）" },
		[PLOT_DISORDER]	= { "Disorder", "Disorder（乱序）" },
		[PLOT_CWR]	= { "CWR", "CWR（降窗）" },
		[PLOT_RECOVERY]	= { "Recovery", "Recovery（恢复）" },
		[PLOT_LOSS]	= { "Loss", "Loss（超时）" },
	};

	return names[ca][lang];
}

/* What happened, by what; then what came of it. */
static const struct {
	const char *state, *by;
	const char *text[NLANGS];
} remarks[] = {
	{ "recovery", "rack", { "Recovery: RACK finds a loss, for what left later has arrived (SACK)",
				"进入 Recovery：后发的已经到达（SACK），RACK 判定有丢失"
	} },
	{ "recovery", "reorder", { "Recovery: RACK has waited long enough for what was overtaken",
				   "进入 Recovery：被超越的报文段等够了时间仍未到，RACK 判定丢失"
	} },
	{ "recovery", "dupacks", { "Recovery: three duplicate ACKs",
				   "进入 Recovery：收到三个重复 ACK" } },
	{ "recovery", "", { "Recovery: a loss was found", "进入 Recovery：发现丢失" } },
	{ "loss", "", { "Loss: the retransmission timer fired",
			"进入 Loss：重传定时器到期" } },
	{ "cwr", "", { "CWR: a router has marked congestion (ECE)",
		       "CWR：路由器标记了拥塞（ECE）" } },
	{ "undone", "eifel", { "Undone: timestamps show that the first copies arrived (Eifel)",
			       "撤销：时间戳表明先前发的已到达（Eifel）" } },
	{ "undone", "dsack", { "Undone: all that was sent again arrived twice (D-SACK)",
			       "撤销：重传的全都到达了两次（D-SACK）" } },
	{ "undone", "frto", { "Undone: what was never sent again has arrived (F-RTO)",
			      "撤销：没有重传过的已到达（F-RTO）" } },
	{ "undone", "", { "Undone: it was for nothing", "撤销：并没有丢失" } },
};

/* What is tried out, or found, of the path's MTU. */
static const struct {
	const char *outcome, *text[NLANGS];
} paths[] = {
	{ "probe", { "MTU probe: a packet of %u octets",
		     "探测 MTU：发一个 %u 字节的包" } },
	{ "carried", { "MTU carried: a packet of %u octets has arrived",
		       "MTU 可用：%u 字节的包到了" } },
	{ "lost", { "MTU probe lost: a packet of %u octets",
		    "探测丢失：%u 字节的包没有到" } },
	{ "too-big", { "Too big: a router takes no more than %u octets",
		       "包太大：路由器最多接受 %u 字节" } },
	{ "black-hole", { "Black hole: packets come down to %u octets",
			  "MTU 黑洞：包长减到 %u 字节" } },
};

static const char *path_remark(const struct event *e, enum language lang,
			       char *buf)
{
	size_t i;

	snprintf(buf, PLOT_TEXT, "%s %u", e->outcome, e->size);
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!strcmp(paths[i].outcome, e->outcome))
			snprintf(buf, PLOT_TEXT, paths[i].text[lang], e->size);
	return buf;
}

const char *plot_remark(const struct plot_mark *m, enum language lang,
			char *buf)
{
	const struct event *e = m->event;
	size_t i;
	int n;

	if (e->kind == EVENT_PATH)
		return path_remark(e, lang, buf);
	for (i = 0; i < sizeof(remarks) / sizeof(remarks[0]); i++)
		if (!strcmp(remarks[i].state, e->state) &&
		    (!*remarks[i].by || !strcmp(remarks[i].by, e->by)))
			break;
	if (i == sizeof(remarks) / sizeof(remarks[0])) {
		snprintf(buf, PLOT_TEXT, "%s", e->state);
		return buf;
	}
	n = snprintf(buf, PLOT_TEXT, "%s", remarks[i].text[lang]);
	if (m->before && m->before != e->cwnd)
		n += snprintf(buf + n, PLOT_TEXT - n,
			      lang == LANG_ZH ? "；cwnd %u → %u" :
						"; cwnd %u → %u",
			      m->before, e->cwnd);
	else
		n += snprintf(buf + n, PLOT_TEXT - n,
			      lang == LANG_ZH ? "；cwnd %u" : "; cwnd %u",
			      e->cwnd);
	if (e->ssthresh < PLOT_NEVER)
		snprintf(buf + n, PLOT_TEXT - n,
			 lang == LANG_ZH ? "，ssthresh %u" : ", ssthresh %u",
			 e->ssthresh);
	return buf;
}

const char *plot_summary(const struct plot *p, enum language lang, char *buf)
{
	char from[EVENT_END_TEXT], to[EVENT_END_TEXT], span[LADDER_TEXT];
	bool fin = false;
	size_t i;

	event_end_text(&p->end[p->from], from, sizeof(from));
	event_end_text(&p->end[!p->from], to, sizeof(to));
	for (i = 0; i < p->nsegs; i++)
		fin |= p->seg[i].event->flags & SEG_FIN;
	snprintf(buf, PLOT_TEXT, lang == LANG_ZH ?
		 "%s → %s：%lld 字节，%zu 个报文段，历时 %s" :
		 "%s → %s: %lld octets in %zu segments, %s",
		 from, to, max(p->top - !p->midway - fin, 0LL), p->nsegs,
		 ladder_span(p->last - p->first, span));
	return buf;
}
