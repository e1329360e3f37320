/* SPDX-License-Identifier: GPL-2.0 */
/*
 * May a "packet too big" be believed?  (RFC 5927 section 7.2)
 *
 * Not if nothing that big was ever sent.  At once if nothing bigger than it
 * claims ever arrived, as when a path is first explored.  Else the path would
 * have had to change: then what is in flight is lost, and a timeout before any
 * progress shows it.
 */
#ifndef _LCTCP_PMTU_H
#define _LCTCP_PMTU_H

#include <linux/types.h>

/**
 * struct lctcp_pmtu - what is known of a path, and what was only said of it
 * @sent:	largest segment sent, header included
 * @acked:	most text in a segment that has been acknowledged
 * @claim:	MTU claimed by a message that waits for a timeout, or 0
 * @seq:	sequence number which that message quoted
 * @late:	MTU claimed while the program held the socket's lock, or 0
 * @late_seq:	sequence number which that message quoted
 * @mtu:	what the MSS was last derived from
 */
struct lctcp_pmtu {
	u16	sent;
	u16	acked;
	u32	claim;
	u32	seq;
	u32	late;
	u32	late_seq;
	u32	mtu;
};

#endif /* _LCTCP_PMTU_H */
