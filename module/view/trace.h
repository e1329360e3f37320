/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints lctcp:*.  They look; they never change a state.
 *
 * Addresses are there twice, as in sock:inet_sock_set_state: laddr and raddr
 * for IPv4, laddr_v6 and raddr_v6 for both families (IPv4 mapped).  The id is
 * the connection's serial number, as in /proc/net/lctcp/connections; netns is
 * the inode number of the namespace, by which two hosts on one machine are told
 * apart.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM lctcp

#if !defined(_LCTCP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _LCTCP_TRACE_H

#include <linux/tracepoint.h>

#include "ends.h"
#include "trace_names.h"

/* Tell user space the numbers behind the names. */
#define LCTCP_TRACE_DEFINE(item, name)	TRACE_DEFINE_ENUM(LCTCP_##item);

LCTCP_TIMER_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)
LCTCP_CA_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)
LCTCP_PATH_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)
LCTCP_CA_BY_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)
LCTCP_ROLE_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)
LCTCP_VERB_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)
LCTCP_CALL_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)
LCTCP_STATE_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)
LCTCP_EVENT_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)
LCTCP_DROP_LIST(LCTCP_TRACE_DEFINE, LCTCP_TRACE_DEFINE)

#define LCTCP_LEGEND(item, name)	{ LCTCP_##item, name },
#define LCTCP_LEGEND_LAST(item, name)	{ LCTCP_##item, name }

#define lctcp_show(val, list) \
	__print_symbolic(val, list(LCTCP_LEGEND, LCTCP_LEGEND_LAST))

#define lctcp_show_flags(val)			\
	__print_flags(val, "|",			\
		      { LCTCP_FIN, "FIN" },	\
		      { LCTCP_SYN, "SYN" },	\
		      { LCTCP_RST, "RST" },	\
		      { LCTCP_PSH, "PSH" },	\
		      { LCTCP_ACK, "ACK" },	\
		      { LCTCP_URG, "URG" })

#define LCTCP_ADDR_FIELDS		\
	__field(__u32, netns)		\
	__field(__u16, family)		\
	__field(__u16, lport)		\
	__field(__u16, rport)		\
	__array(__u8, laddr, 4)		\
	__array(__u8, raddr, 4)		\
	__array(__u8, laddr_v6, 16)	\
	__array(__u8, raddr_v6, 16)

#define LCTCP_ADDR_ASSIGN(a, net)					\
do {									\
	__entry->netns = (net)->ns.inum;				\
	__entry->family = (a).family;					\
	__entry->lport = (a).lport;					\
	__entry->rport = (a).rport;					\
	memcpy(__entry->laddr_v6, &(a).l6, 16);				\
	memcpy(__entry->raddr_v6, &(a).r6, 16);				\
	memset(__entry->laddr, 0, 4);					\
	memset(__entry->raddr, 0, 4);					\
	if ((a).family == AF_INET) {					\
		memcpy(__entry->laddr, &(a).l6.s6_addr[12], 4);		\
		memcpy(__entry->raddr, &(a).r6.s6_addr[12], 4);		\
	}								\
} while (0)

#define LCTCP_ADDR_FMT	"netns=%u laddr=%pI4 laddr_v6=%pI6c lport=%hu raddr=%pI4 raddr_v6=%pI6c rport=%hu"
#define LCTCP_ADDR_ARGS	\
	__entry->netns, \
	__entry->laddr, __entry->laddr_v6, __entry->lport, \
	__entry->raddr, __entry->raddr_v6, __entry->rport

#define LCTCP_SEG_FIELDS		\
	__field(__u32, seq)		\
	__field(__u32, ack)		\
	__field(__u32, len)		\
	__field(__u16, wnd)		\
	__field(__u8, flags)

#define LCTCP_SEG_ASSIGN(th, text_len)					\
do {									\
	__entry->seq = ntohl((th)->seq);				\
	__entry->ack = ntohl((th)->ack_seq);				\
	__entry->len = text_len;					\
	__entry->wnd = ntohs((th)->window);				\
	__entry->flags = ((const u8 *)(th))[13];			\
} while (0)

#define LCTCP_SEG_FMT	"flags=%s seq=%u ack=%u wnd=%hu len=%u"
#define LCTCP_SEG_ARGS	\
	lctcp_show_flags(__entry->flags), __entry->seq, __entry->ack, \
	__entry->wnd, __entry->len

/* An arc of the state machine was taken. */
TRACE_EVENT(lctcp_state,

	TP_PROTO(const struct lctcp_ent *ent, u32 id,
		 const struct lctcp_arc *arc),

	TP_ARGS(ent, id, arc),

	TP_STRUCT__entry(
		__field(__u32, id)
		__field(__u8, from)
		__field(__u8, event)
		__field(__u8, to)
		LCTCP_ADDR_FIELDS
	),

	TP_fast_assign(
		struct lctcp_ends a;

		lctcp_ends_of_ent(&a, ent);
		LCTCP_ADDR_ASSIGN(a, ent->net);
		__entry->id = id;
		__entry->from = arc->from;
		__entry->event = arc->event;
		__entry->to = arc->to;
	),

	TP_printk("id=%u from=%s event=%s to=%s " LCTCP_ADDR_FMT,
		  __entry->id,
		  lctcp_show(__entry->from, LCTCP_STATE_LIST),
		  lctcp_show(__entry->event, LCTCP_EVENT_LIST),
		  lctcp_show(__entry->to, LCTCP_STATE_LIST),
		  LCTCP_ADDR_ARGS)
);

/* A segment leaves; also those that a fault rule then takes. */
TRACE_EVENT(lctcp_send,

	TP_PROTO(const struct lctcp_flow *flow, const struct tcphdr *th,
		 unsigned int text_len, u8 role, u32 id),

	TP_ARGS(flow, th, text_len, role, id),

	TP_STRUCT__entry(
		__field(__u32, id)
		LCTCP_SEG_FIELDS
		__field(__u8, role)
		LCTCP_ADDR_FIELDS
	),

	TP_fast_assign(
		struct lctcp_ends a;

		lctcp_ends_of_flow(&a, flow);
		LCTCP_ADDR_ASSIGN(a, flow->net);
		LCTCP_SEG_ASSIGN(th, text_len);
		__entry->id = id;
		__entry->role = role;
	),

	TP_printk("id=%u role=%s " LCTCP_SEG_FMT " " LCTCP_ADDR_FMT,
		  __entry->id, lctcp_show(__entry->role, LCTCP_ROLE_LIST),
		  LCTCP_SEG_ARGS, LCTCP_ADDR_ARGS)
);

/* A fault rule applies to the segment of the lctcp_send just before. */
TRACE_EVENT(lctcp_fault,

	TP_PROTO(const struct lctcp_flow *flow, const struct tcphdr *th,
		 u8 role, u8 verb, u32 rule, u32 count, u32 delay_ms),

	TP_ARGS(flow, th, role, verb, rule, count, delay_ms),

	TP_STRUCT__entry(
		__field(__u32, rule)
		__field(__u32, count)
		__field(__u32, delay_ms)
		__field(__u32, seq)
		__field(__u32, ack)
		__field(__u8, flags)
		__field(__u8, role)
		__field(__u8, verb)
		LCTCP_ADDR_FIELDS
	),

	TP_fast_assign(
		struct lctcp_ends a;

		lctcp_ends_of_flow(&a, flow);
		LCTCP_ADDR_ASSIGN(a, flow->net);
		__entry->rule = rule;
		__entry->count = count;
		__entry->delay_ms = delay_ms;
		__entry->seq = ntohl(th->seq);
		__entry->ack = ntohl(th->ack_seq);
		__entry->flags = ((const u8 *)th)[13];
		__entry->role = role;
		__entry->verb = verb;
	),

	TP_printk("rule=%u verb=%s role=%s count=%u delay_ms=%u flags=%s seq=%u ack=%u "
		  LCTCP_ADDR_FMT,
		  __entry->rule, lctcp_show(__entry->verb, LCTCP_VERB_LIST),
		  lctcp_show(__entry->role, LCTCP_ROLE_LIST), __entry->count,
		  __entry->delay_ms, lctcp_show_flags(__entry->flags),
		  __entry->seq, __entry->ack, LCTCP_ADDR_ARGS)
);

/* A segment with a good header and checksum has come. */
TRACE_EVENT(lctcp_receive,

	TP_PROTO(const struct lctcp_tuple *t, const struct tcphdr *th,
		 unsigned int text_len),

	TP_ARGS(t, th, text_len),

	TP_STRUCT__entry(
		LCTCP_SEG_FIELDS
		LCTCP_ADDR_FIELDS
	),

	TP_fast_assign(
		struct lctcp_ends a;

		lctcp_ends_of_tuple(&a, t);
		LCTCP_ADDR_ASSIGN(a, t->net);
		LCTCP_SEG_ASSIGN(th, text_len);
	),

	TP_printk(LCTCP_SEG_FMT " " LCTCP_ADDR_FMT,
		  LCTCP_SEG_ARGS, LCTCP_ADDR_ARGS)
);

/* A segment is sent again; lctcp_send follows. */
TRACE_EVENT(lctcp_retransmit,

	TP_PROTO(const struct lctcp_ent *ent, u32 id, u32 seq, u8 flags,
		 unsigned int tries),

	TP_ARGS(ent, id, seq, flags, tries),

	TP_STRUCT__entry(
		__field(__u32, id)
		__field(__u32, seq)
		__field(__u32, tries)
		__field(__u8, flags)
		LCTCP_ADDR_FIELDS
	),

	TP_fast_assign(
		struct lctcp_ends a;

		lctcp_ends_of_ent(&a, ent);
		LCTCP_ADDR_ASSIGN(a, ent->net);
		__entry->id = id;
		__entry->seq = seq;
		__entry->tries = tries;
		__entry->flags = flags;
	),

	TP_printk("id=%u flags=%s seq=%u tries=%u " LCTCP_ADDR_FMT,
		  __entry->id, lctcp_show_flags(__entry->flags), __entry->seq,
		  __entry->tries, LCTCP_ADDR_ARGS)
);

/* A timer was set, to fire in so many milliseconds. */
TRACE_EVENT(lctcp_timer_set,

	TP_PROTO(u32 id, unsigned int timer, unsigned long ms),

	TP_ARGS(id, timer, ms),

	TP_STRUCT__entry(
		__field(__u32, id)
		__field(__u32, timer)
		__field(__u64, ms)
	),

	TP_fast_assign(
		__entry->id = id;
		__entry->timer = timer;
		__entry->ms = ms;
	),

	TP_printk("id=%u timer=%s ms=%llu", __entry->id,
		  lctcp_show(__entry->timer, LCTCP_TIMER_LIST), __entry->ms)
);

/* A timer fired. */
TRACE_EVENT(lctcp_timer_fired,

	TP_PROTO(u32 id, unsigned int timer),

	TP_ARGS(id, timer),

	TP_STRUCT__entry(
		__field(__u32, id)
		__field(__u32, timer)
	),

	TP_fast_assign(
		__entry->id = id;
		__entry->timer = timer;
	),

	TP_printk("id=%u timer=%s", __entry->id,
		  lctcp_show(__entry->timer, LCTCP_TIMER_LIST))
);

/* A received segment is dropped, and why. */
TRACE_EVENT(lctcp_drop,

	TP_PROTO(const struct net *net, unsigned int reason,
		 const struct sk_buff *skb),

	TP_ARGS(net, reason, skb),

	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(__u32, reason)
		LCTCP_ADDR_FIELDS
	),

	TP_fast_assign(
		struct lctcp_ends a;

		lctcp_ends_of_skb(&a, skb);
		LCTCP_ADDR_ASSIGN(a, net);
		__entry->skbaddr = skb;
		__entry->reason = reason;
	),

	TP_printk("reason=%s skbaddr=%p " LCTCP_ADDR_FMT,
		  lctcp_show(__entry->reason, LCTCP_DROP_LIST),
		  __entry->skbaddr, LCTCP_ADDR_ARGS)
);

/* A program got a connection by accept(), or the end of what its peer sends. */
TRACE_EVENT(lctcp_call,

	TP_PROTO(const struct lctcp_ent *ent, u32 id, unsigned int call),

	TP_ARGS(ent, id, call),

	TP_STRUCT__entry(
		__field(__u32, id)
		__field(__u8, call)
		LCTCP_ADDR_FIELDS
	),

	TP_fast_assign(
		struct lctcp_ends a;

		lctcp_ends_of_ent(&a, ent);
		LCTCP_ADDR_ASSIGN(a, ent->net);
		__entry->id = id;
		__entry->call = call;
	),

	TP_printk("id=%u call=%s " LCTCP_ADDR_FMT, __entry->id,
		  lctcp_show(__entry->call, LCTCP_CALL_LIST), LCTCP_ADDR_ARGS)
);

/* Loss recovery goes on to another state, or found that it was for nothing. */
TRACE_EVENT(lctcp_congestion,

	TP_PROTO(const struct lctcp_sock *lc, unsigned int state,
		 unsigned int by),

	TP_ARGS(lc, state, by),

	TP_STRUCT__entry(
		__field(__u32, id)
		__field(__u32, cwnd)
		__field(__u32, ssthresh)
		__field(__u32, flight)
		__field(__u32, sacked)
		__field(__u32, lost)
		__field(__u8, state)
		__field(__u8, by)
	),

	TP_fast_assign(
		__entry->id = lc->id;
		__entry->cwnd = lc->cong.cwnd;
		__entry->ssthresh = lc->cong.ssthresh;
		__entry->flight = lc->snd_nxt - lc->snd_una;
		__entry->sacked = lc->rec.score.sacked;
		__entry->lost = lc->rec.score.lost;
		__entry->state = state;
		__entry->by = by;
	),

	TP_printk("id=%u state=%s by=%s cwnd=%u ssthresh=%u flight=%u sacked=%u lost=%u",
		  __entry->id, lctcp_show(__entry->state, LCTCP_CA_LIST),
		  lctcp_show(__entry->by, LCTCP_CA_BY_LIST),
		  __entry->cwnd, __entry->ssthresh, __entry->flight,
		  __entry->sacked, __entry->lost)
);

/* The SYN was acknowledged, or an ACK was taken while something was outstanding:
 * how sending stands now.  The window is that of the peer, scaled.
 */
TRACE_EVENT(lctcp_acked,

	TP_PROTO(const struct lctcp_sock *lc),

	TP_ARGS(lc),

	TP_STRUCT__entry(
		__field(__u32, id)
		__field(__u32, una)
		__field(__u32, nxt)
		__field(__u32, window)
		__field(__u32, cwnd)
		__field(__u32, ssthresh)
		__field(__u32, sacked)
		__field(__u32, lost)
		__field(__u32, again)
		__field(__u32, srtt_us)
		__field(__u32, rto_us)
	),

	TP_fast_assign(
		__entry->id = lc->id;
		__entry->una = lc->snd_una;
		__entry->nxt = lc->snd_nxt;
		__entry->window = lc->snd_wnd;
		__entry->cwnd = lc->cong.cwnd;
		__entry->ssthresh = lc->cong.ssthresh;
		__entry->sacked = lc->rec.score.sacked;
		__entry->lost = lc->rec.score.lost;
		__entry->again = lc->rec.score.retrans;
		__entry->srtt_us = lctcp_rtt_srtt_us(&lc->rtt);
		__entry->rto_us = lc->rtt.rto_us;
	),

	TP_printk("id=%u una=%u nxt=%u window=%u cwnd=%u ssthresh=%u sacked=%u lost=%u again=%u srtt_us=%u rto_us=%u",
		  __entry->id, __entry->una, __entry->nxt, __entry->window,
		  __entry->cwnd, __entry->ssthresh, __entry->sacked,
		  __entry->lost, __entry->again, __entry->srtt_us,
		  __entry->rto_us)
);

/* An acceptable ACK had SACK blocks: one event for each, in their order. */
TRACE_EVENT(lctcp_sack,

	TP_PROTO(u32 id, u32 ack, u32 start, u32 end),

	TP_ARGS(id, ack, start, end),

	TP_STRUCT__entry(
		__field(__u32, id)
		__field(__u32, ack)
		__field(__u32, start)
		__field(__u32, end)
	),

	TP_fast_assign(
		__entry->id = id;
		__entry->ack = ack;
		__entry->start = start;
		__entry->end = end;
	),

	TP_printk("id=%u ack=%u start=%u end=%u", __entry->id, __entry->ack,
		  __entry->start, __entry->end)
);

/* The path's MTU is tried out, or large packets do not arrive: @size is that of
 * the probe, what a router claims, or what packets come down to.
 */
TRACE_EVENT(lctcp_path,

	TP_PROTO(const struct lctcp_sock *lc, unsigned int what, u32 size),

	TP_ARGS(lc, what, size),

	TP_STRUCT__entry(
		__field(__u32, id)
		__field(__u32, size)
		__field(__u16, mss)
		__field(__u8, what)
	),

	TP_fast_assign(
		__entry->id = lc->id;
		__entry->size = size;
		__entry->mss = lc->mss;
		__entry->what = what;
	),

	TP_printk("id=%u what=%s size=%u mss=%u", __entry->id,
		  lctcp_show(__entry->what, LCTCP_PATH_LIST), __entry->size,
		  __entry->mss)
);

#endif /* _LCTCP_TRACE_H */

/* Below the -I module of the Kbuild. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH view
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
