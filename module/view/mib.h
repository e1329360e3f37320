/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters, per namespace and CPU.  The enum carries the meaning; mib.c has
 * the names that /proc/net/lctcp/snmp shows.
 */
#ifndef _LCTCP_MIB_H
#define _LCTCP_MIB_H

#include <linux/percpu.h>
#include <linux/types.h>

#include <lctcp/fsm.h>

struct net;

enum lctcp_mib_item {
	/* RFC 4022 */
	LCTCP_MIB_ACTIVEOPENS,		/* CLOSED -> SYN_SENT */
	LCTCP_MIB_PASSIVEOPENS,		/* LISTEN -> SYN_RECV, or ESTABLISHED by a cookie */
	LCTCP_MIB_ATTEMPTFAILS,		/* SYN_SENT or SYN_RECV -> CLOSED or LISTEN */
	LCTCP_MIB_ESTABRESETS,		/* ESTABLISHED or CLOSE_WAIT -> CLOSED by RST */
	LCTCP_MIB_CURRESTAB,		/* now ESTABLISHED or CLOSE_WAIT; a gauge */
	LCTCP_MIB_INSEGS,		/* segments received, bad ones included */
	LCTCP_MIB_OUTSEGS,		/* segments sent, those sent again included */
	LCTCP_MIB_RETRANSSEGS,		/* segments sent again */
	LCTCP_MIB_INERRS,		/* segments received in error */
	LCTCP_MIB_OUTRSTS,		/* segments sent with RST */

	/* why a received segment was dropped; the first three are in INERRS */
	LCTCP_MIB_INSHORT,		/* shorter than a header */
	LCTCP_MIB_INBADDOFF,		/* data offset < 5 or past the end */
	LCTCP_MIB_INCSUMERRORS,		/* wrong checksum */
	LCTCP_MIB_DROPNOCONN,		/* no connection and no listener: RST sent */
	LCTCP_MIB_DROPLISTEN,		/* not for a LISTEN state (FIN, RST, ...) */
	LCTCP_MIB_DROPSYNSENT,		/* no use in SYN_SENT */
	LCTCP_MIB_DROPSEQ,		/* outside the receive window */
	LCTCP_MIB_DROPPAWS,		/* an old timestamp (RFC 7323 R1) */
	LCTCP_MIB_DROPNOTS,		/* no timestamp where one is due */
	LCTCP_MIB_DROPRST,		/* RST with an inexact or invalid number */
	LCTCP_MIB_DROPSYN,		/* SYN in a synchronized state */
	LCTCP_MIB_DROPNOACK,		/* no ACK bit where one is needed */
	LCTCP_MIB_DROPACKFUTURE,	/* acknowledges what was never sent */
	LCTCP_MIB_DROPACKOLD,		/* acknowledges something too old */
	LCTCP_MIB_DROPTEXTCLOSED,	/* text nobody can read any more */
	LCTCP_MIB_DROPRCVBUF,		/* no memory in the receive buffer */
	LCTCP_MIB_DROPBACKLOG,		/* the socket's backlog is full */
	LCTCP_MIB_DROPFILTER,		/* socket filter or IPsec policy */
	LCTCP_MIB_DROPMINTTL,		/* from too far away (RFC 5082) */
	LCTCP_MIB_DROPTIMEWAIT,		/* no use in TIME_WAIT */
	LCTCP_MIB_DROPQUIET,		/* too soon after loading (quiet_ms) */
	LCTCP_MIB_DROPNOMEM,		/* out of memory */

	/* handshake */
	LCTCP_MIB_SYNACKSRETRANS,	/* SYN-ACKs sent again */
	LCTCP_MIB_SYNSRETRANS,		/* SYNs sent again */
	LCTCP_MIB_LISTENOVERFLOWS,	/* accept queue full */
	LCTCP_MIB_SYNQUEUEFULL,		/* SYN queue full: SYN dropped */
	LCTCP_MIB_SYNACKGIVEUPS,	/* half-open connections given up */
	LCTCP_MIB_WSCALECLAMPED,	/* window scale above 14, taken as 14 */
	LCTCP_MIB_SYNCOOKIESSENT,	/* SYN-ACKs with a cookie (RFC 4987) */
	LCTCP_MIB_SYNCOOKIESRECV,	/* ACKs that brought one back */
	LCTCP_MIB_SYNCOOKIESFAILED,	/* ACKs that did not, though they might have */
	LCTCP_MIB_CHALLENGEACKS,	/* sent (RFC 5961) */
	LCTCP_MIB_CHALLENGELIMITED,	/* not sent: limit of the connection */
	LCTCP_MIB_ANSWERSLIMITED,	/* the same of any other answer to what was refused */

	/* close */
	LCTCP_MIB_TW,			/* TIME_WAIT entered */
	LCTCP_MIB_TWREACKED,		/* FIN repeated in TIME_WAIT: ACK and 2MSL anew */
	LCTCP_MIB_TWREOPENED,		/* TIME_WAIT reopened by a SYN */
	LCTCP_MIB_TWREUSED,		/* TIME_WAIT ended by a connect() (tw_reuse) */
	LCTCP_MIB_TWOVERFLOW,		/* too many, or no memory: closed at once */
	LCTCP_MIB_ABORTONDATA,		/* closed with unread data */
	LCTCP_MIB_ABORTONCLOSE,		/* linger 0 or disconnect */
	LCTCP_MIB_ABORTONTIMEOUT,	/* given up */
	LCTCP_MIB_FINWAIT2TIMEOUTS,	/* orphan gave up waiting for a FIN */
	LCTCP_MIB_ORPHANTIMEOUTS,	/* orphan gave up a peer that answered */
	LCTCP_MIB_ABORTONMEMORY,	/* orphan ended: too many, or no memory */
	LCTCP_MIB_ORPHANS,		/* nobody's, not yet closed; a gauge */

	/* data */
	LCTCP_MIB_DELAYEDACKS,		/* sent by the timer */
	LCTCP_MIB_OFOQUEUE,		/* segments held above a gap */
	LCTCP_MIB_OFODROP,		/* held segments given up for memory */
	LCTCP_MIB_MEMORYPRESSURES,	/* lctcp_mem[1] passed */
	LCTCP_MIB_FASTRETRANS,		/* segments sent again on duplicate ACKs */
	LCTCP_MIB_TIMEOUTS,		/* retransmission timer expiries */
	LCTCP_MIB_TAILPROBES,		/* tail loss probes sent (RFC 8985) */
	LCTCP_MIB_TAILREPAIRS,		/* of these, what repaired a loss */
	LCTCP_MIB_LOSTRETRANS,		/* segments sent again that were lost again */
	LCTCP_MIB_SPURIOUSRTOS,		/* expiries that were for nothing (RFC 5682, 3522) */
	LCTCP_MIB_UNDONE,		/* recoveries that were for nothing */
	LCTCP_MIB_SACKRENEGING,		/* the peer gave up what it had reported */
	LCTCP_MIB_SACKBAD,		/* SACK blocks that cannot be true */
	LCTCP_MIB_DSACKRECV,		/* ACKs that report a duplicate (RFC 2883) */
	LCTCP_MIB_PROBES,		/* zero-window probes sent */
	LCTCP_MIB_KEEPALIVES,		/* keepalive probes sent */
	LCTCP_MIB_PACED,		/* text held back by pacing */
	LCTCP_MIB_BELOWFULL,		/* text held back while enough waited below */

	/* ICMP */
	LCTCP_MIB_ICMPIGNORED,		/* quotes nothing in flight, or cannot be true */

	/* faults */
	LCTCP_MIB_FAULTDROPS,		/* segments lost by a fault rule */
	LCTCP_MIB_FAULTDUPS,		/* duplicated */
	LCTCP_MIB_FAULTDELAYS,		/* held back */
	LCTCP_MIB_MAX,
};

struct lctcp_mib {
	unsigned long	n[LCTCP_MIB_MAX];
};

struct lctcp_arc_counts {
	u64	n[LCTCP_MAX_ARCS];
};

DECLARE_PER_CPU(struct lctcp_arc_counts, lctcp_arc_totals);

extern const char * const lctcp_mib_names[LCTCP_MIB_MAX];

/**
 * lctcp_mib_read() - read a counter
 * @net:	of this namespace
 * @item:	the counter
 *
 * Return: its sum over all CPUs; not negative even if a gauge is read while
 * it moves from one CPU to another.
 */
unsigned long lctcp_mib_read(const struct net *net, enum lctcp_mib_item item);

#endif /* _LCTCP_MIB_H */
