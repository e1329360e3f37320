/* SPDX-License-Identifier: GPL-2.0 */
/* What all that draw a plot share: what there is to show, and its scales. */
#ifndef LCTCP_PLOT_SCALE_H
#define LCTCP_PLOT_SCALE_H

#include "plot.h"

/**
 * struct plot_stock - what there is to show
 * @from:	when it begins, us by the trace's clock
 * @to:		when it ends
 * @seq_top:	the highest number then
 * @cc_top:	the highest cwnd, ssthresh or what was in flight
 * @count:	segments, by why they left
 * @needless:	segments sent again for nothing
 * @lost:	segments lost
 * @sacks:	there are SACK blocks
 * @dsacks:	... that tell of what arrived twice
 * @edges:	the receiver's window is known
 * @states:	cwnd is known
 * @ssthresh:	it was set
 * @bands:	states of recovery that there were
 */
struct plot_stock {
	long long from, to;
	double seq_top, cc_top;
	size_t count[PLOT_NWHYS], needless, lost;
	bool sacks, dsacks, edges, states, ssthresh, bands[PLOT_NCAS];
};

void plot_take_stock(const struct plot *p, const struct plot_style *style,
		     struct plot_stock *stock);

/* 1, 2 or 5 times a power of ten: @n of them or fewer make @range. */
double plot_step(double range, double n);
/* Digits behind the point that such steps need. */
int plot_digits(double step);
/* "200 kB", as exact as @step is; @buf of 32. */
const char *plot_octets(double v, double step, char *buf);

#endif /* LCTCP_PLOT_SCALE_H */
