/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How large a packet does the path carry, where no router says so?  Packets of
 * text try it out (RFC 4821): one that is acknowledged is as large as others may
 * be from then on, one that alone is lost is too large.
 *
 * All sizes are those of whole packets, from the IP header on.
 */
#ifndef _LCTCP_PLPMTUD_H
#define _LCTCP_PLPMTUD_H

#include <lctcp/types.h>

/* A size is too large when so many probes of it are lost: others may have been
 * lost for other reasons (MAX_PROBES of RFC 8899 section 5.1.2).
 */
#define LCTCP_PLP_TRIES		3
/* After a lost probe there is none for so long: they are not to be a burden to
 * a path (RFC 4821 section 7.6.2).
 */
#define LCTCP_PLP_PAUSE_MS	1000

/**
 * struct lctcp_plp - the search for one connection
 * @top:	the largest that interface, route and peer let us try
 * @low:	the largest that is known to arrive
 * @high:	the largest that may arrive, between @low and @top
 * @probe:	what is being tried, 0: nothing is
 * @at_ms:	when to go on, if @waits
 * @tries:	probes of this size that were lost
 * @on:		packets are as large as @low; else the search has not begun, and
 *		all else here means nothing
 * @jump:	@high itself is tried next, not what is half way
 * @waits:	not before @at_ms
 * @rests:	that is when to look whether the path has become wider
 */
struct lctcp_plp {
	u32 top;
	u32 low;
	u32 high;
	u32 probe;
	u32 at_ms;
	u8 tries;
	bool on;
	bool jump;
	bool waits;
	bool rests;
};

/**
 * struct lctcp_plp_limits - how to search
 * @threshold:	the search ends where less than this is left between known to
 *		arrive and known to be too large
 * @interval_ms: then it begins again after so long, up to the top
 */
struct lctcp_plp_limits {
	u32 threshold;
	u32 interval_ms;
};

/**
 * lctcp_plp_start() - begin to search
 * @p:		the search
 * @low:	what any path carries
 * @top:	what could be carried
 *
 * The first probe is of @top: most paths carry what the interface does.
 */
void lctcp_plp_start(struct lctcp_plp *p, u32 low, u32 top);

/**
 * lctcp_plp_top() - interface, route and peer allow so much now
 * @p:		the search, which is on
 * @top:	the size
 *
 * More than before begins a search.
 */
void lctcp_plp_top(struct lctcp_plp *p, u32 top);

/**
 * lctcp_plp_next() - is a probe due?
 * @p:		the search
 * @l:		how to search
 * @now_ms:	the time
 *
 * Return: its size, above what is in use; 0: none.
 */
u32 lctcp_plp_next(struct lctcp_plp *p, const struct lctcp_plp_limits *l,
		   u32 now_ms);

/**
 * lctcp_plp_carried() - the probe has arrived
 * @p: the search
 */
void lctcp_plp_carried(struct lctcp_plp *p);

/**
 * lctcp_plp_lost() - the probe has not arrived
 * @p:		the search
 * @now_ms:	the time
 *
 * Or nobody can tell, for others were lost with it.
 */
void lctcp_plp_lost(struct lctcp_plp *p, u32 now_ms);

/**
 * lctcp_plp_too_big() - a router says what it carries
 * @p:		the search, which is on
 * @mtu:	so much
 *
 * That size is the next to be tried.
 *
 * Return: whether it was about the probe, which is out no more.
 */
bool lctcp_plp_too_big(struct lctcp_plp *p, u32 mtu);

/**
 * lctcp_plp_black_hole() - nothing gets through any more
 * @p:		the search, which may be off
 * @now:	what has been sent
 * @base:	what to go back to
 * @least:	if that is no less than @now: half of it, but never less than this
 * @now_ms:	the time
 *
 * RFC 4821 section 7.7.  The search begins half way up.
 *
 * Return: whether packets become smaller by that.
 */
bool lctcp_plp_black_hole(struct lctcp_plp *p, u32 now, u32 base, u32 least,
			  u32 now_ms);

#endif /* _LCTCP_PLPMTUD_H */
