/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lctcp: the socket, the two minis, the namespace, and who may touch what.
 *
 * Objects
 *
 *   lctcp_sock	a full socket: CLOSED, LISTEN, SYN_SENT, ESTABLISHED, ...,
 *		and SYN_RECV of a simultaneous open.
 *   lctcp_req	a half-open passive connection (SYN_RECV), a fraction of a
 *		socket in size.
 *   lctcp_tw	a connection in TIME_WAIT.
 *
 * The last two are "minis": they never pretend to be a struct sock.  All
 * three begin with (or embed) a struct lctcp_ent, by which the connection
 * table finds them.  A connection is one entry in that table for all its
 * life; request -> child and socket -> TIME_WAIT replace one entry by another
 * under one bucket lock, so that a segment always finds exactly one of them.
 *
 * Locks, outermost first
 *
 *   1. the socket lock (lock_sock, or bh_lock_sock in softirq).  The lock of
 *	a child may be taken with that of its listener held, never the
 *	reverse.  A listener handles segments without its lock.
 *   2. lctcp_listener.lock: the two queues of a listener.
 *   3. a bind bucket (bind.c), with softirqs off.
 *   4. a stripe of the connection table (table.c), or the table of listeners
 *	(listen.c), with softirqs off.
 *   5. leaf locks: that of the history (view/history.c), lctcp_net.delay_lock.
 *
 *   Mutexes are for files of procfs and settings: lctcp_net.fault_lock, and two
 *   of view/.  None of them is held when another lock above is taken.
 *
 * References
 *
 *   A socket: sk_refcnt.  The first one belongs to the struct socket or, once
 *   orphaned, to the protocol, and lctcp_destroy() drops it when the socket
 *   is both dead and CLOSED.  Each armed timer holds one (lctcp_timer_arm()).
 *   The connection table holds none: entries leave it before the last put,
 *   and sockets are freed by RCU (SOCK_RCU_FREE), so a reader that found one
 *   may use it until rcu_read_unlock().  But by the time he locks it, it may
 *   have begun another life: a segment is compared with its four-tuple once
 *   more when it is handled (lctcp_rcv_locked()), a new request or child with the
 *   port of its listener (lctcp_listens_for()).
 *
 *   A mini: lctcp_ent.refs.  One for being in the table, one for its timer
 *   while it is armed; freed by RCU as well.  A request also holds its
 *   listener.
 *
 *   A segment that a fault rule holds back holds the socket in whose name it
 *   goes, and so keeps module and namespace until it is due.
 *
 * Bounds
 *
 *   What queues hold: memory.c.  Connections without a program: orphan.c.
 *   Half-open ones: handshake.c and syncookie.c.  TIME_WAIT: timewait.c.  What is
 *   answered to segments that are refused: answers.h.  What a window offers:
 *   window.c.
 *
 * Unload, and the end of a namespace: see main.c.
 */
#ifndef _LCTCP_H
#define _LCTCP_H

#include <linux/tcp.h>
#include <linux/hashtable.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/list_nulls.h>
#include <linux/refcount.h>
#include <linux/skbuff.h>
#include <linux/timer.h>
#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <lctcp/fsm.h>
#include <uapi/linux/lctcp.h>

#include "answers.h"
#include "compat.h"
#include "core/cong.h"
#include "core/drs.h"
#include "core/options.h"
#include "core/plpmtud.h"
#include "core/prr.h"
#include "core/rack.h"
#include "core/rtt.h"
#include "core/sack.h"
#include "core/schedule.h"
#include "core/score.h"
#include "core/seq.h"
#include "ent.h"
#include "ip/pmtu.h"
#include "netns.h"
#include "tally.h"

/* The IP protocol number in use: module parameter "protocol". */
extern unsigned int lctcp_protocol;

#define LCTCP_HDR_LEN		20
#define LCTCP_MAX_HDR		60
/* Room kept in front of each segment we build: ours, IP's with options or
 * extension headers, and a link header.
 */
#define LCTCP_HEADROOM		(LCTCP_MAX_HDR + 80 + LL_MAX_HEADER)
#define LCTCP_MSS_DEFAULT_V4	536		/* RFC 9293 MUST-15 */
#define LCTCP_MSS_DEFAULT_V6	1220
#define LCTCP_MSS_MIN		48		/* less would be an attack */
#define LCTCP_TS_LEN		12		/* timestamps, padded */
#define LCTCP_HOLD_MS		200		/* RFC 9293: 100 to 1000 */
#define LCTCP_DELACK_MS		40		/* RFC 9293 MUST-40: < 500 */
/* ACKs that are not delayed at the start, when the peer's window is small. */
#define LCTCP_QUICK_ACKS	16
/* However small they are, no more segments wait for their ACK. */
#define LCTCP_ACK_SEGS_MOST	16
#define LCTCP_DUPACK_THRESH	3		/* RFC 5681 section 3.2 */
#define LCTCP_TAIL_DELACK_MS	200		/* RFC 8985 section 7.2 */

/* SKB_GSO_*: what no device claims but those of software, see ip/offload.c */
#define LCTCP_GSO_V4	(SKB_GSO_TCPV4 | SKB_GSO_SCTP)
#define LCTCP_GSO_V6	(SKB_GSO_TCPV6 | SKB_GSO_SCTP)

/* Segment flags, as in octet 13 of the header. */
#define LCTCP_FIN	0x01
#define LCTCP_SYN	0x02
#define LCTCP_RST	0x04
#define LCTCP_PSH	0x08
#define LCTCP_ACK	0x10
#define LCTCP_URG	0x20
#define LCTCP_ECE	0x40
#define LCTCP_CWR	0x80

/**
 * struct lctcp_skb_cb - what we keep with a segment, in skb->cb
 * @h:		what IP keeps there on receive; must come first
 * @seq:	first sequence number
 * @end_seq:	one past the last, SYN and FIN counted
 * @rate:	sent: see core/rate.h
 * @ack:	received: acknowledgment number
 * @wave:	sent: how often something had been sent again when it last left
 * @wnd:	received: window field, host order, unscaled
 * @tsval, @tsecr: received: the timestamps option, if @has_ts
 * @flags:	octet 13 of the header
 * @retrans:	sent: this segment was sent more than once
 * @sent:	sent: it has left at least once
 * @lost:	sent: taken for lost, and not yet heard of since
 * @sacked:	sent: the peer has it, or says so (RFC 2018)
 * @again:	sent: a copy is on its way, as far as we know
 * @eor:	to be sent: takes no more text, a record ends here (MSG_EOR)
 * @probe:	sent: larger than others, to try out the path (ip/pmtu.h)
 * @limited:	sent: the program had no more to send when it last left
 * @sent_us:	sent: when it last left, for RTT samples and RACK
 * @by_time:	sent: in lctcp_recovery.by_time, or next is NULL
 * @urg_seq:	received: number of the urgent octet, if URG is in @flags, from
 *		the sixth check on
 */
struct lctcp_skb_cb {
	union {
		struct inet_skb_parm	h4;
#if IS_ENABLED(CONFIG_IPV6)
		struct inet6_skb_parm	h6;
#endif
		struct {
			u64			sent_us;
			struct list_head	by_time;
		};
		u32			urg_seq;
	} h;
	u32	seq;
	u32	end_seq;
	union {
		struct lctcp_rate_mark	rate;
		struct {
			u32	ack;
			u32	tsval;
			u32	tsecr;
		};
	};
	union {
		u16	wnd;
		u16	wave;
	};
	u8	flags;
	/* what came has one bit, what is to be sent the others */
	union {
		u8	has_ts:1;
		struct {
			u8	retrans:1,
				sent:1,
				lost:1,
				sacked:1,
				again:1,
				eor:1,
				probe:1,
				limited:1;
		};
	};
};

#define LCTCP_CB(skb)	((struct lctcp_skb_cb *)&(skb)->cb[0])

/**
 * struct lctcp_listener - the two queues of a listening socket
 * @lock:	guards all below; softirqs off
 * @reqs:	half-open connections, oldest first
 * @accept:	finished connections nobody has accepted yet, oldest first
 * @nreqs:	length of @reqs
 * @naccept:	length of @accept
 * @backlog:	how many @accept may hold
 * @closed:	the listener is going away; nothing may be added
 * @cookie_period: one more than the period (cookie.h) in which a cookie was
 *		last sent, 0: never; not under @lock
 * @flood_at:	jiffies when the SYN queue was last found full, 0: never; not
 *		under @lock
 */
struct lctcp_listener {
	spinlock_t		lock;	/* the queues */
	struct list_head	reqs;
	struct list_head	accept;
	unsigned int		nreqs;
	unsigned int		naccept;
	unsigned int		backlog;
	bool			closed;
	u32			cookie_period;
	unsigned long		flood_at;
};

/* lctcp_sock.rtx_use: which use the retransmission timer has.  One timer serves
 * them all, so no two of them run at a time (RFC 8985 section 8).
 */
enum lctcp_rtx_use {
	LCTCP_RTX_NONE,
	LCTCP_RTX_RETRANS,
	LCTCP_RTX_PERSIST,
	LCTCP_RTX_REORDER,	/* RACK: is what was overtaken lost? */
	LCTCP_RTX_TAIL,		/* tail loss probe */
};

/* lctcp_recovery.frto: RFC 5682 */
enum lctcp_frto {
	LCTCP_FRTO_OFF,
	LCTCP_FRTO_HEAD,	/* step 1: only the head was sent again */
	LCTCP_FRTO_NEW,		/* step 2b: new text goes, nothing again */
};

/**
 * struct lctcp_recovery - what is known of losses (recovery.h)
 * @by_time:	what is in flight and neither sacked nor waiting to be sent
 *		again, as it left: the oldest first
 * @sack_hint:	of the retransmission queue: near here the next block may lie
 * @score:	octets of each kind
 * @rack:	RFC 8985
 * @prr:	RFC 9937
 * @last:	blocks of the last ACK, lowest first
 * @nlast:	how many
 * @state:	enum lctcp_ca_name
 * @frto:	enum lctcp_frto
 * @undo_una:	@snd_una when what may be undone began
 * @undo_retrans: octets sent again since, less those that were needless
 * @wave:	how often something has left again
 * @first_again: our timestamp clock when the first of them left
 * @again_seq:	and its first number
 * @tail_seq:	@snd_nxt when a tail loss probe was sent
 * @reorder_us:	so long may what was overtaken still take, 0: nothing was
 * @undo:	the three above @tail_seq are valid
 * @any_again:	something was sent again since
 * @tail:	a tail loss probe is out
 * @tail_again:	it was sent again, not for the first time
 * @measured:	a round trip was measured since the last tail loss probe
 */
struct lctcp_recovery {
	struct list_head	by_time;
	struct sk_buff		*sack_hint;
	struct lctcp_score	score;
	struct lctcp_rack	rack;
	struct lctcp_prr	prr;
	struct lctcp_sack_block	last[LCTCP_SACK_MAX];
	u8			nlast;
	u8			state;
	u8			frto;
	u32			undo_una;
	u32			undo_retrans;
	u16			wave;
	u32			first_again;
	u32			again_seq;
	u32			tail_seq;
	u32			reorder_us;
	bool			undo;
	bool			any_again;
	bool			tail;
	bool			tail_again;
	bool			measured;
};

/**
 * struct lctcp_sock - a connection
 * @inet:	must come first
 * @b:		its entry in the connection table and its port
 * @bind_node:	among the sockets behind @b.claim
 * @af:		how segments of this connection's family travel
 * @ln:		what we keep of its namespace
 * @rcv_nxt, @snd_una, @snd_nxt, @snd_wnd, @snd_wl1, @snd_wl2, @iss, @irs:
 *		RFC 9293 section 3.3.1; @snd_nxt is the highest ever sent
 * @rcv_wnd:	window last advertised; counts from @rcv_wup
 * @rcv_wup:	@rcv_nxt when it was
 * @rcv_hidden:	how far the last ACK stayed below that edge, see window.c
 * @copied_seq:	next octet for the program
 * @max_snd_wnd: largest @snd_wnd ever (RFC 5961 section 5.2)
 * @write_seq:	one past the last octet the program has written
 * @snd_sml:	one past the last segment sent that was not full; not between
 *		@snd_una and @snd_nxt: all that are in flight are full
 * @snd_fin:	sequence number of our FIN, if @fin_queued
 * @recover:	@snd_nxt when loss recovery began (RFC 6582); at most 2^30 below
 *		@snd_una
 * @cwnd_seq:	@snd_nxt when cwnd last was what kept text back; at most 2^30
 *		below @snd_una
 * @ecn_seq:	@snd_nxt when ECE last made cwnd smaller
 * @id:		serial number of the connection, for the views
 * @total_retrans: segments sent again
 * @ts_recent, @ts_recent_at: TS.Recent of RFC 7323, and jiffies when it came
 * @ts_offset:	what our timestamps are shifted by
 * @snd_up:	SND.UP: one past our urgent data, while @urg_mode
 * @urg_seq:	sequence number of the peer's urgent octet, if @urg_data
 * @urg_data:	that octet and LCTCP_URG_*, or 0
 * @mss:	text we put into one segment
 * @peer_mss:	what the peer's MSS option allows
 * @rcv_mss:	largest text received, for delayed ACKs and window updates
 * @snd_wscale, @rcv_wscale: RFC 7323 section 2
 * @ack_pending: 0: none is owed, 1: one may wait for data, 2: it may not
 * @dupacks:	duplicate ACKs in a row
 * @retries:	times the oldest segment was sent again; index into a schedule
 * @probes:	zero-window probes since the window closed
 * @keep_probes: keepalive probes unanswered
 * @syn_lost:	times a SYN or SYN-ACK had to be sent again
 * @quick_acks:	so many more ACKs do not wait
 * @ack_segs:	segments of text taken since the last ACK
 * @answers:	buckets of what is answered to segments that were refused
 * @peer_fin:	the peer's FIN has been taken
 * @fin_queued:	ours has its place in the write queue
 * @fin_wanted:	ours has not, for want of memory
 * @active:	opened by connect()
 * @wscale_ok:	both ends sent the window scale option
 * @ts_ok:	both ends sent the timestamps option
 * @ts_unknown:	@ts_recent is 0 for want of another: old stacks put 0 into a SYN
 *		whatever their clock says, so nothing is older (D32)
 * @sack_ok:	both ends sent SACK-permitted (RFC 2018 section 2)
 * @many_acked:	2^30 octets and more have been acknowledged
 * @pingpong:	the program answers what it gets, so that ACKs wait for that
 * @said_all:	the last text was less than a segment, and pushed
 * @ecn_ok:	both ends agreed on ECN (ecn.h)
 * @ecn_asked:	our SYN asked for it
 * @ecn_echo:	a router has marked the peer's text: say so until CWR comes
 * @ecn_cwr:	cwnd has been reduced, and the next new text is to say so
 * @ecn_heard:	@ecn_seq is set
 * @ecn_hold:	ECE came when cwnd was one segment: new text waits for the timer
 * @ecn_holds:	how often that was in a row
 * @rcv_nomem:	the next ACK tells of a drop for want of memory
 * @rtx_next:	nothing before it is to be sent again; NULL: nothing is
 * @rec:	loss recovery
 * @sacks:	what we report of @ooo, if @sack_ok
 * @rtt:	RFC 6298
 * @cong:	RFC 5681
 * @pmtu:	RFC 5927 section 7.2
 * @plp:	RFC 4821
 * @tally:	for TCP_INFO
 * @drs:	how fast the program reads, see tune.c
 * @pace_next:	ktime in ns before which nothing leaves, if it is for us to pace
 * @state_since: ktime in ns when the state was entered
 * @retrans_start: jiffies of the first transmission of what was sent again
 *		since, or of the first unanswered probe; 0 if none
 * @persist_start: jiffies when the persist timer came into use; while the peer
 *		takes nothing, the first time, however often it opens its window
 *		meanwhile; 0 if it has not closed it
 * @last_rcv:	jiffies when the peer was last heard
 * @last_snd:	jiffies when text was last sent
 * @last_text:	jiffies when text last came, 0: never
 * @send_head:	first segment in sk_write_queue never sent, or NULL; those
 *		before it are the retransmission queue
 * @ooo:	segments received above a gap, by sequence number
 * @rtx_timer:	retransmission or persist timer
 * @rtx_at:	deadline of @rtx_use in jiffies; the timer may be armed earlier
 * @delack_at, @keep_at: deadlines served by sk_timer, if their bit in @pending
 *		is set
 * @orphan_at:	when the time of an orphan is over, or when to look again at one
 *		in FIN_WAIT2 without an end: there served as these are, before
 *		that by rtx_timer
 * @pace_timer:	what pace.c holds back may go
 * @pace_flags:	LCTCP_PACE_*
 * @rtx_use:	enum lctcp_rtx_use
 * @deferred:	LCTCP_DEFER_*: timers that fired while the program held the
 *		lock
 * @pending:	LCTCP_PEND_*
 * @nonagle:	LCTCP_NODELAY, LCTCP_CORK
 * @notsent_lowat: TCP_NOTSENT_LOWAT, or 0
 * @quickack:	TCP_QUICKACK: do not delay ACKs
 * @inq:	TCP_INQ: each read tells what is left
 * @syncnt:	TCP_SYNCNT: SYNs sent again, 0: as the schedule says
 * @in_use:	created by a program that has not closed it: holds the module
 * @keep_cnt, @keep_idle, @keep_intvl: TCP_KEEP*, jiffies; 0 for default
 * @user_mss:	TCP_MAXSEG, or 0
 * @orphan:	counted as an orphan (orphan.c)
 * @window_clamp: TCP_WINDOW_CLAMP, or 0
 * @msl_ms:	this connection's MSL, or -1 for the namespace's
 * @user_timeout: TCP_USER_TIMEOUT in ms; 0: R2 of the namespace, U32_MAX: never
 * @linger2:	TCP_LINGER2: jiffies to keep an orphan in FIN_WAIT2; 0 default,
 *		-1 none
 * @ca:		TCP_CONGESTION, or NULL for the namespace's
 * @syn_sched, @synack_sched: own schedules or NULL for the namespace's
 * @accept_node: in lctcp_listener.accept, until accepted
 * @lst:	queues of a listener; freed with the socket
 */
struct lctcp_sock {
	struct inet_sock	inet;
	struct lctcp_bound	b;
	struct hlist_node	bind_node;
	const struct lctcp_af_ops *af;
	struct lctcp_net	*ln;

	struct sk_buff		*send_head;
	struct rb_root		ooo;

	/* timers */
	struct hrtimer		pace_timer;
	unsigned long		pace_flags;
	struct timer_list	rtx_timer;
	unsigned long		rtx_at;
	unsigned long		delack_at;
	unsigned long		keep_at;
	unsigned long		orphan_at;
	u8			rtx_use;
	u8			deferred;
	u8			pending;

	/* options */
	u8			nonagle;
	u8			quickack;
	u8			syncnt;
	bool			inq;
	u8			keep_cnt;
	bool			in_use;
	u16			user_mss;
	bool			orphan;
	u32			window_clamp;
	u32			notsent_lowat;
	s32			msl_ms;
	u32			user_timeout;
	s32			linger2;
	u32			keep_idle;
	u32			keep_intvl;
	const struct lctcp_cong_ops *ca;
	struct lctcp_schedule	*syn_sched;
	struct lctcp_schedule	*synack_sched;

	struct list_head	accept_node;
	struct lctcp_listener	*lst;

	/* one connection, to the end: cleared by lctcp_reset_vars() */
	u32			rcv_nxt;
	u32			rcv_wup;
	u32			rcv_wnd;
	u32			rcv_hidden;
	u32			copied_seq;
	u32			snd_una;
	u32			snd_nxt;
	u32			snd_wnd;
	u32			snd_wl1;
	u32			snd_wl2;
	u32			max_snd_wnd;
	u32			write_seq;
	u32			snd_sml;
	u32			snd_fin;
	u32			recover;
	u32			cwnd_seq;
	u32			ecn_seq;
	u32			iss;
	u32			irs;
	u32			id;
	u32			total_retrans;
	u32			ts_recent;
	u32			ts_offset;
	u32			snd_up;
	u32			urg_seq;
	u16			urg_data;
	u16			mss;
	u16			peer_mss;
	u16			rcv_mss;
	u8			snd_wscale;
	u8			rcv_wscale;
	u8			ack_pending;
	u8			dupacks;
	u8			retries;
	u8			probes;
	u8			keep_probes;
	u8			syn_lost;
	u8			quick_acks;
	u8			ack_segs;
	u8			peer_fin:1,
				fin_queued:1,
				fin_wanted:1,
				active:1,
				wscale_ok:1,
				many_acked:1;
	u8			ts_ok:1,
				ts_unknown:1,
				sack_ok:1,
				urg_mode:1,
				rcv_nomem:1,
				pingpong:1,
				said_all:1;
	u8			ecn_ok:1,
				ecn_asked:1,
				ecn_echo:1,
				ecn_cwr:1,
				ecn_heard:1,
				ecn_hold:1,
				ecn_holds:3;
	u32			answers[LCTCP_ANSWERS];
	struct sk_buff		*rtx_next;
	struct lctcp_recovery	rec;
	struct lctcp_sacks	sacks;
	struct lctcp_rtt	rtt;
	struct lctcp_cong	cong;
	struct lctcp_pmtu	pmtu;
	struct lctcp_plp	plp;
	struct lctcp_drs	drs;
	struct lctcp_tally	tally;
	u64			pace_next;
	u64			state_since;
	unsigned long		retrans_start;
	unsigned long		persist_start;
	unsigned long		last_rcv;
	unsigned long		ts_recent_at;
	unsigned long		last_snd;
	unsigned long		last_text;
};

/* lctcp_sock.nonagle */
#define LCTCP_NODELAY		BIT(0)
#define LCTCP_CORK		BIT(1)
#define LCTCP_PUSH_ONCE		BIT(2)	/* let one small segment go */
#define LCTCP_MORE		BIT(3)	/* more is being written */

/* lctcp_sock.urg_data */
#define LCTCP_URG_VALID		0x0100	/* the low octet is the urgent one */
#define LCTCP_URG_NOTYET	0x0200	/* announced, not arrived */
#define LCTCP_URG_READ		0x0400	/* the program has taken it */

/* lctcp_sock.pending: uses of sk_timer */
#define LCTCP_PEND_DELACK	BIT(0)
#define LCTCP_PEND_KEEP		BIT(1)
#define LCTCP_PEND_FW2		BIT(2)
#define LCTCP_PEND_ROOM		BIT(3)	/* no end, while there is room */

/* lctcp_sock.deferred */
#define LCTCP_DEFER_RTX		BIT(0)
#define LCTCP_DEFER_OTHER	BIT(1)
#define LCTCP_DEFER_TOO_BIG	BIT(2)	/* not a timer: lctcp_pmtu.late */
#define LCTCP_DEFER_PACE	BIT(3)
#define LCTCP_DEFER_ICMP	BIT(4)	/* nor this: lctcp_pmtu.late_err */

/* Numbers of bits in lctcp_sock.pace_flags, which are set without a lock. */
enum lctcp_pace_flag {
	LCTCP_PACE_ARMED,	/* the timer, which holds a reference */
	LCTCP_PACE_BELOW,	/* until less waits below */
};

#if IS_ENABLED(CONFIG_IPV6)
/**
 * struct lctcp6_sock - the same for AF_INET6
 * @lc:		must come first
 * @addr6:	what lctcp_ent.a6 points to
 * @inet6:	must be the last bytes: that is how 6.1 finds it
 */
struct lctcp6_sock {
	struct lctcp_sock	lc;
	struct lctcp_addr6	addr6;
	struct ipv6_pinfo	inet6;
};
#endif

struct lctcp_tw;
struct net_offload;

/**
 * struct lctcp_looks - how a mini's packets look
 * @mark, @priority, @label: see struct lctcp_flow
 *
 * Only behind those that have something unusual to tell, which pay for it.
 */
struct lctcp_looks {
	u32	mark;
	u32	priority;
	__be32	label;
};

/**
 * union lctcp_agreed - options of a half-open connection
 * @mss:	text we may send in one segment
 * @snd_wscale, @rcv_wscale: RFC 7323
 * @wscale_ok:	both ends sent the window scale option
 * @ts_ok:	both ends sent the timestamps option
 * @ts_unknown:	as in struct lctcp_sock
 * @sack_ok:	the peer sent SACK-permitted, and so do we
 * @ecn_ok:	both ends can do ECN
 * @word:	all of it, to be read and written at one stroke
 */
union lctcp_agreed {
	struct {
		u16		mss;
		u8		snd_wscale:4,
				rcv_wscale:4;
		u8		wscale_ok:1,
				ts_ok:1,
				ts_unknown:1,
				sack_ok:1,
				ecn_ok:1;
	};
	u32			word;
};

/**
 * struct lctcp_req - a half-open passive connection, SYN_RECV
 * @ent:	must come first
 * @lnode:	in lctcp_listener.reqs
 * @rcu:	once it has left them; not in the place of @timer, which a late
 *		reader may still look at
 * @listener:	counted reference
 * @tw:		the TIME_WAIT that the SYN reopened, or NULL; its reference was
 *		the connection table's
 * @timer:	when to send the SYN-ACK again; owns a reference while armed
 * @irs:	the peer's initial sequence number
 * @iss:	ours
 * @rcv_wnd:	window offered in the SYN-ACK, never scaled
 * @step:	of the timer, see lctcp_step_rest()
 * @born:	lctcp_isn_clock() (low word) when the SYN came
 * @ts_recent:	RFC 7323, if @opt.ts_ok
 * @opt:	what the SYN asked for and we grant; a SYN that comes again may
 *		change it under the eyes of the timer and of other CPUs, so those
 *		take a copy with lctcp_req_agreed()
 * @adv_mss:	what our SYN-ACK offers
 * @sent:	SYN-ACKs sent so far: index into the schedule
 * @acked:	a good third ACK has come, but the accept queue was full
 * @id:		serial number of the connection
 *
 * What may be written on two CPUs at a time has octets of its own.
 */
struct lctcp_req {
	struct lctcp_ent	ent;
	union {
		struct list_head	lnode;
		struct rcu_head		rcu;
	};
	struct sock		*listener;
	struct lctcp_tw		*tw;
	struct timer_list	timer;
	u32			irs;
	u32			iss;
	u16			rcv_wnd;
	u8			step;
	u32			born;
	u32			ts_recent;
	union lctcp_agreed	opt;
	u16			adv_mss;
	u8			sent;
	bool			acked;
	u32			id;
	/* IPv6: struct lctcp_addr6 follows; LCTCP_ENT_LOOKS: lctcp_looks */
};

static inline union lctcp_agreed lctcp_req_agreed(const struct lctcp_req *req)
{
	return (union lctcp_agreed){ .word = READ_ONCE(req->opt.word) };
}

/**
 * struct lctcp_tw - a connection in TIME_WAIT
 * @b:		must come first; its claim keeps the port
 * @timer:	2MSL; owns a reference while armed
 * @snd_nxt:	sequence number of what we send
 * @rcv_nxt:	what we expect: one past the peer's FIN
 * @id:		serial number of the connection
 * @ts_recent:	the newest of the peer's
 * @wnd:	window field to send, already scaled
 * @waited:	how long it had been in TIME_WAIT when the timer was last
 *		started, in units of LCTCP_TW_UNIT_MS; stops at the maximum
 * @msl_ms:	half of what the timer is started with
 * @rcv_wscale:	@wnd is scaled by this
 * @ts_ok:	the connection had timestamps
 * @ts_unknown:	as in struct lctcp_sock, when it ended
 * @step:	of the timer, see lctcp_step_rest()
 *
 * Segments are looked at on several CPUs at a time, so what they change is
 * never a bit-field; but nothing else in its word changes when @step does, and
 * lctcp_tw_goes_on() says how the two that write it agree.
 */
struct lctcp_tw {
	struct lctcp_bound	b;
	struct timer_list	timer;
	u32			snd_nxt;
	u32			rcv_nxt;
	u32			id;
	u32			ts_recent;
	u16			wnd;
	u16			waited;
	u32			msl_ms:20,
				rcv_wscale:4,
				ts_ok:1,
				ts_unknown:1,
				step:4;
	/* IPv6: struct lctcp_addr6 follows; LCTCP_ENT_LOOKS: lctcp_looks */
};

#define LCTCP_TW_UNIT_MS	32

/**
 * struct lctcp_af_ops - all that differs between IPv4 and IPv6
 * @family:	AF_INET or AF_INET6
 * @hdr_len:	of the IP header without options or extension headers
 * @mss_default: RFC 9293 MUST-15, when the peer sends no MSS option
 * @tuple:	fill in who talks to whom from a received packet
 * @gso_type:	of a packet that is cut below, see ip/offload.c
 * @offloads:	the family's table of who cuts and merges, by protocol
 * @pseudo:	*@sum of the pseudo header of a segment of @len octets
 * @ent_pseudo:	the same of a connection's, which is returned
 * @packet_sum:	the same of the packet that begins at @iph, as it stands in the
 *		checksum field of who leaves the rest of the sum to others
 * @csum_ok:	is a received segment's checksum right?
 * @gro_ok:	the same of a packet that may be merged with others, if it has
 *		no extension headers
 * @reply_ok:	may we answer this packet at all (unicast both ways)?
 * @xmit:	route if needed and send a segment of a socket; consumes @skb
 * @xmit_flow:	the same without a socket; consumes @skb
 * @reflect:	an answer in nobody's name has the mark and the flow label of the
 *		packet, if the namespace wants that
 * @route_req:	route for a new passive connection: the MSS it allows, or <0
 * @connect:	resolve @uaddr, choose the source address and route; fill in
 *		the inet fields of @sk and nothing of the connection table
 * @rebuild:	route a socket anew: 0 or -errno
 * @mtu:	path MTU of the socket's route, less what IP options take
 * @ext_len:	what IP options or extension headers take in each packet
 * @takes_pmtu:	does the program let "packet too big" make segments smaller?
 * @recverr:	does the program want errors in its error queue?
 * @queue_icmp:	put an ICMP error there, with what it quotes from @text on
 * @child_init:	move addresses and IP-level options from a listener and the
 *		request to the new @child
 */
struct lctcp_af_ops {
	u8	family;
	u8	hdr_len;
	u16	mss_default;
	u32	gso_type;
	const struct net_offload __rcu **offloads;
	void	(*tuple)(const struct sk_buff *skb, struct lctcp_tuple *t);
	void	(*pseudo)(const struct lctcp_flow *flow, u32 len,
			  __wsum *sum);
	__wsum	(*ent_pseudo)(const struct lctcp_ent *ent, u32 len);
	void	(*packet_sum)(const void *iph, u32 len, __sum16 *check);
	bool	(*csum_ok)(struct sk_buff *skb);
	bool	(*gro_ok)(struct sk_buff *skb);
	bool	(*reply_ok)(const struct sk_buff *skb);
	int	(*xmit)(struct sock *sk, struct sk_buff *skb);
	int	(*xmit_flow)(const struct lctcp_flow *flow, struct sk_buff *skb);
	void	(*reflect)(const struct sk_buff *skb, struct lctcp_flow *flow);
	int	(*route_req)(const struct lctcp_flow *flow);
	int	(*connect)(struct sock *sk, const void *uaddr, int addr_len);
	int	(*rebuild)(struct sock *sk);
	int	(*mtu)(struct sock *sk);
	int	(*ext_len)(struct sock *sk);
	bool	(*takes_pmtu)(const struct sock *sk);
	bool	(*recverr)(const struct sock *sk);
	void	(*queue_icmp)(struct sock *sk, struct sk_buff *skb, int err,
			      u32 info, u8 *text);
	void	(*child_init)(struct sock *child, const struct sock *listener,
			      const struct lctcp_req *req,
			      const struct sk_buff *skb);
};

extern const struct lctcp_af_ops lctcp_ipv4_ops;
extern const struct lctcp_af_ops lctcp_ipv6_ops;

static inline struct lctcp_sock *lctcp_sk(const struct sock *sk)
{
	return (struct lctcp_sock *)sk;
}

static inline struct sock *lctcp_sock_of(const struct lctcp_ent *ent)
{
	return (struct sock *)container_of(ent, struct lctcp_sock, b.ent);
}

static inline struct lctcp_req *lctcp_req_of(const struct lctcp_ent *ent)
{
	return container_of(ent, struct lctcp_req, ent);
}

static inline struct lctcp_tw *lctcp_tw_of(const struct lctcp_ent *ent)
{
	return container_of(ent, struct lctcp_tw, b.ent);
}

static inline struct lctcp_sysctl *lctcp_cfg(const struct sock *sk)
{
	return &lctcp_sk(sk)->ln->sysctl;
}

/**
 * lctcp_ts_missing() - does a segment lack the timestamp that is due?
 * @net:	namespace
 * @cb:		of the segment; its connection uses timestamps
 *
 * RFC 7323 section 3.2; accept_missing_timestamps forgives it.
 */
static inline bool lctcp_ts_missing(const struct net *net,
				    const struct lctcp_skb_cb *cb)
{
	return !cb->has_ts &&
	       !READ_ONCE(lctcp_net(net)->sysctl.accept_missing_timestamps);
}

/**
 * lctcp_dev_reaches() - may what is bound to a device have a segment?
 * @bound:	the device, 0: to none
 * @t:		whose segment it is
 *
 * A VRF is a world of its own, in which the same addresses may mean others:
 * what is bound to no device is not in it, unless the namespace wants that.
 *
 * Return: as inet_sk_bound_dev_eq(), with our own setting.
 */
static inline bool lctcp_dev_reaches(int bound, const struct lctcp_tuple *t)
{
	if (!bound)
		return likely(!t->sdif) ||
		       READ_ONCE(lctcp_net(t->net)->sysctl.l3mdev_accept);
	return bound == t->dev_if || bound == t->sdif;
}

/* How many segments is this?  Some may have been joined on the way. */
static inline u32 lctcp_segs(const struct sk_buff *skb)
{
	return max_t(u32, skb_shinfo(skb)->gso_segs, 1);
}

/* The window we offer now, counted from rcv_nxt. */
static inline u32 lctcp_receive_window(const struct lctcp_sock *lc)
{
	s32 win = lc->rcv_wup + lc->rcv_wnd - lc->rcv_nxt;

	return win < 0 ? 0 : win;
}

/* One past the last sequence number the peer lets us send. */
static inline u32 lctcp_snd_edge(const struct lctcp_sock *lc)
{
	return lc->snd_una + lc->snd_wnd;
}

static inline bool lctcp_fin_acked(const struct lctcp_sock *lc)
{
	return lc->fin_queued && lctcp_after(lc->snd_una, lc->snd_fin);
}

/* What the peer takes in one segment.  An MSS of zero is none, and one that
 * would make us send octet by octet is raised (RFC 9293 MUST-15).
 */
static inline u16 lctcp_peer_mss(const struct lctcp_options *opt,
				 const struct lctcp_af_ops *af)
{
	u16 mss = opt->have_mss && opt->mss ? opt->mss : af->mss_default;

	return max_t(u16, mss, LCTCP_MSS_MIN);
}

/* The timestamp clock: one tick a millisecond (RFC 7323 section 5.4). */
static inline u32 lctcp_ts_at(u64 now, u32 offset)
{
	return (u32)div_u64(now, NSEC_PER_MSEC) + offset;
}

static inline u32 lctcp_ts_now(u32 offset)
{
	return lctcp_ts_at(ktime_get_ns(), offset);
}

static inline u64 lctcp_now_us(void)
{
	return div_u64(ktime_get_ns(), NSEC_PER_USEC);
}

/* main.c */
bool lctcp_quiet(void);

#endif /* _LCTCP_H */
