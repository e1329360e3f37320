// SPDX-License-Identifier: GPL-2.0
/* Counters: their names, their sums, and what counts an arc. */
#include "history.h"
#include "saw.h"

DEFINE_PER_CPU(struct lctcp_arc_counts, lctcp_arc_totals);

const char * const lctcp_mib_names[LCTCP_MIB_MAX] = {
	[LCTCP_MIB_ACTIVEOPENS]		= "ActiveOpens",
	[LCTCP_MIB_PASSIVEOPENS]	= "PassiveOpens",
	[LCTCP_MIB_ATTEMPTFAILS]	= "AttemptFails",
	[LCTCP_MIB_ESTABRESETS]		= "EstabResets",
	[LCTCP_MIB_CURRESTAB]		= "CurrEstab",
	[LCTCP_MIB_INSEGS]		= "InSegs",
	[LCTCP_MIB_OUTSEGS]		= "OutSegs",
	[LCTCP_MIB_RETRANSSEGS]		= "RetransSegs",
	[LCTCP_MIB_INERRS]		= "InErrs",
	[LCTCP_MIB_OUTRSTS]		= "OutRsts",
	[LCTCP_MIB_INSHORT]		= "InShort",
	[LCTCP_MIB_INBADDOFF]		= "InBadDoff",
	[LCTCP_MIB_INCSUMERRORS]	= "InCsumErrors",
	[LCTCP_MIB_DROPNOCONN]		= "DropNoConn",
	[LCTCP_MIB_DROPLISTEN]		= "DropListen",
	[LCTCP_MIB_DROPSYNSENT]		= "DropSynSent",
	[LCTCP_MIB_DROPSEQ]		= "DropSeq",
	[LCTCP_MIB_DROPPAWS]		= "DropPaws",
	[LCTCP_MIB_DROPNOTS]		= "DropNoTimestamp",
	[LCTCP_MIB_DROPRST]		= "DropRst",
	[LCTCP_MIB_DROPSYN]		= "DropSyn",
	[LCTCP_MIB_DROPNOACK]		= "DropNoAck",
	[LCTCP_MIB_DROPACKFUTURE]	= "DropAckFuture",
	[LCTCP_MIB_DROPACKOLD]		= "DropAckOld",
	[LCTCP_MIB_DROPTEXTCLOSED]	= "DropTextClosed",
	[LCTCP_MIB_DROPRCVBUF]		= "DropRcvBuf",
	[LCTCP_MIB_DROPBACKLOG]		= "DropBacklog",
	[LCTCP_MIB_DROPFILTER]		= "DropFilter",
	[LCTCP_MIB_DROPMINTTL]		= "DropMinTtl",
	[LCTCP_MIB_DROPTIMEWAIT]	= "DropTimeWait",
	[LCTCP_MIB_DROPQUIET]		= "DropQuiet",
	[LCTCP_MIB_DROPNOMEM]		= "DropNoMem",
	[LCTCP_MIB_SYNACKSRETRANS]	= "SynAcksRetrans",
	[LCTCP_MIB_SYNSRETRANS]		= "SynsRetrans",
	[LCTCP_MIB_LISTENOVERFLOWS]	= "ListenOverflows",
	[LCTCP_MIB_SYNQUEUEFULL]	= "SynQueueFull",
	[LCTCP_MIB_SYNACKGIVEUPS]	= "SynAckGiveUps",
	[LCTCP_MIB_WSCALECLAMPED]	= "WscaleClamped",
	[LCTCP_MIB_SYNCOOKIESSENT]	= "SyncookiesSent",
	[LCTCP_MIB_SYNCOOKIESRECV]	= "SyncookiesRecv",
	[LCTCP_MIB_SYNCOOKIESFAILED]	= "SyncookiesFailed",
	[LCTCP_MIB_CHALLENGEACKS]	= "ChallengeAcks",
	[LCTCP_MIB_CHALLENGELIMITED]	= "ChallengeLimited",
	[LCTCP_MIB_ANSWERSLIMITED]	= "AnswersLimited",
	[LCTCP_MIB_TW]			= "TimeWaits",
	[LCTCP_MIB_TWREACKED]		= "TimeWaitReacked",
	[LCTCP_MIB_TWREOPENED]		= "TimeWaitReopened",
	[LCTCP_MIB_TWREUSED]		= "TimeWaitReused",
	[LCTCP_MIB_TWOVERFLOW]		= "TimeWaitOverflow",
	[LCTCP_MIB_ABORTONDATA]		= "AbortOnData",
	[LCTCP_MIB_ABORTONCLOSE]	= "AbortOnClose",
	[LCTCP_MIB_ABORTONTIMEOUT]	= "AbortOnTimeout",
	[LCTCP_MIB_FINWAIT2TIMEOUTS]	= "FinWait2Timeouts",
	[LCTCP_MIB_ORPHANTIMEOUTS]	= "OrphanTimeouts",
	[LCTCP_MIB_ABORTONMEMORY]	= "AbortOnMemory",
	[LCTCP_MIB_ORPHANS]		= "Orphans",
	[LCTCP_MIB_DELAYEDACKS]		= "DelayedAcks",
	[LCTCP_MIB_OFOQUEUE]		= "OfoQueue",
	[LCTCP_MIB_OFODROP]		= "OfoDrop",
	[LCTCP_MIB_MEMORYPRESSURES]	= "MemoryPressures",
	[LCTCP_MIB_FASTRETRANS]		= "FastRetrans",
	[LCTCP_MIB_TIMEOUTS]		= "Timeouts",
	[LCTCP_MIB_TAILPROBES]		= "TailProbes",
	[LCTCP_MIB_TAILREPAIRS]		= "TailRepairs",
	[LCTCP_MIB_LOSTRETRANS]		= "LostRetrans",
	[LCTCP_MIB_SPURIOUSRTOS]	= "SpuriousTimeouts",
	[LCTCP_MIB_UNDONE]		= "RecoveriesUndone",
	[LCTCP_MIB_SACKRENEGING]	= "SackReneging",
	[LCTCP_MIB_SACKBAD]		= "SackBadBlocks",
	[LCTCP_MIB_DSACKRECV]		= "DsackRecv",
	[LCTCP_MIB_PROBES]		= "Probes",
	[LCTCP_MIB_KEEPALIVES]		= "Keepalives",
	[LCTCP_MIB_PACED]		= "PacingWaits",
	[LCTCP_MIB_BELOWFULL]		= "BelowFull",
	[LCTCP_MIB_ICMPIGNORED]		= "IcmpIgnored",
	[LCTCP_MIB_FAULTDROPS]		= "FaultDrops",
	[LCTCP_MIB_FAULTDUPS]		= "FaultDups",
	[LCTCP_MIB_FAULTDELAYS]		= "FaultDelays",
};

unsigned long lctcp_mib_read(const struct net *net, enum lctcp_mib_item item)
{
	const struct lctcp_mib __percpu *mib = lctcp_net(net)->mib;
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(mib, cpu)->n[item]);
	if (item == LCTCP_MIB_CURRESTAB && (long)sum < 0)
		return 0;
	return sum;
}

void lctcp_count_drop(const struct net *net, enum lctcp_mib_item item,
		      const struct sk_buff *skb)
{
	this_cpu_inc(lctcp_net(net)->mib->n[item]);
	trace_lctcp_drop(net, item, skb);
}

/* CurrEstab, AttemptFails and EstabResets of RFC 4022. */
static void lctcp_count_states(const struct net *net,
			       const struct lctcp_arc *arc)
{
	const unsigned int estab = LCTCP_S(LCTCP_ESTABLISHED) |
				   LCTCP_S(LCTCP_CLOSE_WAIT);
	const unsigned int opening = LCTCP_S(LCTCP_SYN_SENT) |
				     LCTCP_S(LCTCP_SYN_RECV);
	const unsigned int none = LCTCP_S(LCTCP_CLOSED) | LCTCP_S(LCTCP_LISTEN);

	if (lctcp_state_in(arc->to, estab) && !lctcp_state_in(arc->from, estab))
		LCTCP_INC(net, CURRESTAB);
	else if (lctcp_state_in(arc->from, estab) &&
		 !lctcp_state_in(arc->to, estab))
		LCTCP_ADD(net, CURRESTAB, -1);

	if (lctcp_state_in(arc->from, opening) && lctcp_state_in(arc->to, none))
		LCTCP_INC(net, ATTEMPTFAILS);
	if (arc->event == LCTCP_EV_RST && lctcp_state_in(arc->from, estab))
		LCTCP_INC(net, ESTABRESETS);
	if (arc->to == LCTCP_SYN_SENT)
		LCTCP_INC(net, ACTIVEOPENS);
	if (arc->from == LCTCP_LISTEN && arc->to != LCTCP_CLOSED)
		LCTCP_INC(net, PASSIVEOPENS);
}

void lctcp_saw_arc(const struct lctcp_ent *ent, u32 id,
		   const struct lctcp_arc *arc, u64 now)
{
	struct lctcp_net *ln = lctcp_net(ent->net);
	unsigned int i = arc - lctcp_arcs;

	this_cpu_inc(ln->arcs->n[i]);
	this_cpu_inc(lctcp_arc_totals.n[i]);
	lctcp_count_states(ent->net, arc);
	lctcp_history_add(ln, ent, id, arc, now);
	trace_lctcp_state(ent, id, arc);
}
