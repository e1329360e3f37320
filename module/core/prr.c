// SPDX-License-Identifier: GPL-2.0
/* RFC 9937 section 6.2. */
#include "prr.h"

/* Of each octet delivered the share goes that ssthresh has of the flight. */
static u32 in_proportion(const struct lctcp_prr *p, u32 ssthresh)
{
	u64 due = div_u64((u64)p->delivered * ssthresh + p->prior - 1,
			  p->prior);

	return due > p->out ? (u32)(due - p->out) : 0;
}

u32 lctcp_prr_ack(struct lctcp_prr *p, u32 delivered, u32 pipe, u32 ssthresh,
		  u32 mss, bool safe)
{
	u32 room;

	p->delivered += delivered;
	if (pipe > ssthresh) {
		room = in_proportion(p, ssthresh);
	} else {
		/* More was lost than the window had to shrink. */
		room = p->delivered > p->out ? p->delivered - p->out : 0;
		room = max(room, delivered);
		if (safe)
			room += mss;
		room = min(room, ssthresh - pipe);
	}
	/* The first retransmission goes at once. */
	if (!p->out)
		room = max(room, mss);
	return pipe + room;
}
