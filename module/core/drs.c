// SPDX-License-Identifier: GPL-2.0
/* The receive window follows the reader. */
#include "drs.h"
#include "seq.h"

/* No window is wider (RFC 7323 section 2.3). */
#define WND_MOST	0x40000000u
/* Segments beyond twice of what is read, so that a small window grows, too. */
#define SPARE_SEGS	16
/* Longer round trips count as this. */
#define RTT_MOST_US	60000000u

void lctcp_drs_init(struct lctcp_drs *d, u32 seq, u32 space, u32 now_us)
{
	*d = (struct lctcp_drs){
		.seq		= seq,
		.since_us	= now_us,
		.space		= max(space, 1u),
	};
}

void lctcp_drs_echo(struct lctcp_drs *d, u32 us)
{
	us = min(max(us, 1u), RTT_MOST_US);
	if (!d->rtt_us)
		d->rtt_us = us;
	else if (us < d->rtt_us)
		d->rtt_us -= (d->rtt_us - us + 7) / 8;
	else
		d->rtt_us += (us - d->rtt_us) / 8;
}

void lctcp_drs_arrived(struct lctcp_drs *d, u32 rcv_nxt, u32 wnd, u32 now_us)
{
	if (d->edge_us) {
		u32 us = min(max(now_us - d->edge_us, 1u), RTT_MOST_US);

		if (lctcp_before(rcv_nxt, d->edge))
			return;
		/* A sender who pauses makes it longer, never shorter. */
		if (!d->rtt_us || us < d->rtt_us)
			d->rtt_us = us;
	}
	d->edge = rcv_nxt + wnd;
	d->edge_us = now_us ? now_us : 1;
}

u32 lctcp_drs_taken(struct lctcp_drs *d, u32 seq, u32 mss, u32 now_us)
{
	u32 taken = seq - d->seq;
	u64 wnd = 0;

	if (!d->rtt_us || now_us - d->since_us < d->rtt_us)
		return 0;
	if (taken > d->space) {
		wnd = 2ULL * taken + SPARE_SEGS * mss;
		/* In slow start the next round trip brings the double. */
		wnd += 2 * div_u64(wnd * (taken - d->space), d->space);
		d->space = taken;
	}
	d->seq = seq;
	d->since_us = now_us;
	return wnd < WND_MOST ? wnd : WND_MOST;
}
