// SPDX-License-Identifier: GPL-2.0
/* What there is to show in a plot, and its scales: see plot_scale.h. */
#include <math.h>
#include <stdio.h>

#include "plot_scale.h"

static bool inside(const struct plot_stock *s, long long us)
{
	return us >= s->from && us <= s->to;
}

/* Counted is all, but high only what is shown. */
void plot_take_stock(const struct plot *p, const struct plot_style *style,
		     struct plot_stock *s)
{
	size_t i;

	*s = (struct plot_stock){
		.from = style->to_us ? p->start + style->from_us : p->first,
		.to = style->to_us ? p->start + style->to_us : p->last,
		.seq_top = 4, .cc_top = 4, .states = p->nstates,
	};
	s->to = max(s->to, s->from + 10);
	for (i = 0; i < p->nsegs; i++) {
		const struct plot_seg *seg = &p->seg[i];

		s->count[seg->why]++;
		s->needless += seg->needless;
		s->lost += seg->lost;
		if (inside(s, seg->us))
			s->seq_top = fmax(s->seq_top, seg->seq + seg->len);
	}
	for (i = 0; i < p->nblocks; i++) {
		s->sacks |= !p->block[i].twice;
		s->dsacks |= p->block[i].twice;
	}
	for (i = 0; i < p->nbands; i++)
		s->bands[p->band[i].ca] = true;
	for (i = 0; i < p->nstates; i++) {
		const struct plot_state *state = &p->state[i];

		s->edges |= state->edge >= 0;
		s->ssthresh |= state->ssthresh < PLOT_NEVER;
		if (!inside(s, state->us))
			continue;
		s->cc_top = fmax(s->cc_top, fmax(state->cwnd, state->pipe));
		if (state->ssthresh < PLOT_NEVER)
			s->cc_top = fmax(s->cc_top, state->ssthresh);
	}
}

double plot_step(double range, double n)
{
	double raw = range / fmax(n, 1), unit = pow(10, floor(log10(raw)));
	double f = raw / unit;

	return unit * (f <= 1.0001 ? 1 : f <= 2.0001 ? 2 : f <= 5.0001 ? 5 : 10);
}

const char *plot_octets(double v, double step, char *buf)
{
	static const char *const units[] = { "", " kB", " MB", " GB" };
	int u = 0, digits = 0;

	while (u < 3 && v >= 1000 * pow(1000, u) && step >= pow(1000, u) / 1.01)
		u++;
	if (u && step < pow(1000, u))
		digits = step * 10 < pow(1000, u) * 0.999 ?
			 step * 100 < pow(1000, u) * 0.999 ? 3 : 2 : 1;
	snprintf(buf, 32, "%.*f%s", digits, v / pow(1000, u), units[u]);
	return buf;
}

int plot_digits(double step)
{
	int digits = 0;

	while (digits < 6 && step * pow(10, digits) < 0.999)
		digits++;
	return digits;
}
