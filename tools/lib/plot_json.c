// SPDX-License-Identifier: GPL-2.0
/* A plot for programs: see plot.h. */
#include "json.h"
#include "plot.h"

static const char *const whys[PLOT_NWHYS] = {
	"new", "timeout", "fast", "rack", "tail-probe", "other",
};

static const char *const cas[PLOT_NCAS] = {
	"open", "disorder", "cwr", "recovery", "loss",
};

static void put_end(FILE *f, const char *name, const struct event_end *e)
{
	char text[EVENT_END_TEXT];

	fprintf(f, ",\"%s\":", name);
	json_string(f, event_end_text(e, text, sizeof(text)));
}

static void put_seg(const struct plot *p, const struct plot_seg *s, FILE *f)
{
	fprintf(f, "{\"kind\":\"segment\",\"us\":%lld,\"seq\":%lld,\"len\":%u,\"why\":\"%s\",\"got\":%u,\"lost\":%s,\"needless\":%s",
		s->us - p->start, s->seq, s->len, whys[s->why], s->got,
		s->lost ? "true" : "false", s->needless ? "true" : "false");
	if (s->arrived >= 0)
		fprintf(f, ",\"arrived_us\":%lld", s->arrived - p->start);
	if (s->fault)
		fprintf(f, ",\"fault\":\"%s\"", s->fault->verb);
	if (s->drop)
		fprintf(f, ",\"drop\":\"%s\"", s->drop->reason);
	fputs("}\n", f);
}

static void put_mark(const struct plot *p, const struct plot_mark *m, FILE *f)
{
	const struct event *e = m->event;

	if (e->kind == EVENT_PATH)
		fprintf(f, "{\"kind\":\"path\",\"us\":%lld,\"outcome\":\"%s\",\"size\":%u}\n",
			m->us - p->start, e->outcome, e->size);
	else
		fprintf(f, "{\"kind\":\"remark\",\"us\":%lld,\"state\":\"%s\",\"by\":\"%s\",\"before\":%u,\"cwnd\":%u}\n",
			m->us - p->start, e->state, e->by, m->before, m->after);
}

static void put_state(const struct plot *p, const struct plot_state *s, FILE *f)
{
	fprintf(f, "{\"kind\":\"state\",\"us\":%lld,\"cwnd\":%u,\"flight\":%u",
		s->us - p->start, s->cwnd, s->pipe);
	if (s->ssthresh < PLOT_NEVER)
		fprintf(f, ",\"ssthresh\":%u", s->ssthresh);
	if (s->edge >= 0)
		fprintf(f, ",\"edge\":%lld", s->edge);
	if (s->srtt_us)
		fprintf(f, ",\"srtt_us\":%u", s->srtt_us);
	if (s->rto_us)
		fprintf(f, ",\"rto_us\":%u", s->rto_us);
	fputs("}\n", f);
}

void plot_json(const struct plot *p, FILE *f)
{
	size_t i;

	fprintf(f, "{\"kind\":\"plot\",\"side\":\"%s\"",
		p->from == SERVER ? "server" : "client");
	put_end(f, "from", &p->end[p->from]);
	put_end(f, "to", &p->end[!p->from]);
	fprintf(f, ",\"first_us\":%lld,\"last_us\":%lld,\"top\":%lld}\n",
		p->first - p->start, p->last - p->start, p->top);
	for (i = 0; i < p->nsegs; i++)
		put_seg(p, &p->seg[i], f);
	for (i = 0; i < p->nacks; i++)
		fprintf(f, "{\"kind\":\"ack\",\"us\":%lld,\"ack\":%lld}\n",
			p->ack[i].us - p->start, p->ack[i].ack);
	for (i = 0; i < p->nblocks; i++)
		fprintf(f, "{\"kind\":\"sack\",\"us\":%lld,\"ack\":%lld,\"start\":%lld,\"end\":%lld,\"twice\":%s}\n",
			p->block[i].us - p->start, p->block[i].ack,
			p->block[i].start, p->block[i].end,
			p->block[i].twice ? "true" : "false");
	for (i = 0; i < p->nstates; i++)
		put_state(p, &p->state[i], f);
	for (i = 0; i < p->nbands; i++)
		fprintf(f, "{\"kind\":\"band\",\"from_us\":%lld,\"to_us\":%lld,\"state\":\"%s\"}\n",
			p->band[i].from - p->start, p->band[i].to - p->start,
			cas[p->band[i].ca]);
	for (i = 0; i < p->nmarks; i++)
		put_mark(p, &p->mark[i], f);
}
