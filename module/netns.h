/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lctcp keeps of a namespace: settings, counters, history, rules.
 */
#ifndef _LCTCP_NETNS_H
#define _LCTCP_NETNS_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "core/cong.h"
#include "core/schedule.h"

struct ctl_table_header;
struct sock;

/* Whose TIME_WAIT may a connect() end? */
enum lctcp_tw_reuse {
	LCTCP_TW_REUSE_NONE,
	LCTCP_TW_REUSE_ALL,
	LCTCP_TW_REUSE_LOOPBACK,	/* within this host */
};

/* When does a listener answer a SYN with a cookie? */
enum lctcp_cookies {
	LCTCP_COOKIES_NEVER,
	LCTCP_COOKIES_PRESSED,		/* if its SYN queue is full */
	LCTCP_COOKIES_ALWAYS,
};

/* Which ICMP errors end a connect()? */
enum lctcp_connect_icmp {
	LCTCP_CONNECT_ICMP_LETTER,	/* that are hard by RFC 9293 */
	LCTCP_CONNECT_ICMP_HARD,	/* and "unknown protocol" of IPv6 */
	LCTCP_CONNECT_ICMP_SOFT,	/* all (RFC 5461) */
};

/* When is ECN used? */
enum lctcp_ecn {
	LCTCP_ECN_NEVER,
	LCTCP_ECN_ASK,			/* our SYNs ask for it */
	LCTCP_ECN_ANSWER,		/* if the peer's SYN asks */
};

/**
 * struct lctcp_sysctl - settings of a namespace; bounds in sysctl.c
 */
struct lctcp_sysctl {
	struct lctcp_schedule	syn_schedule_ms;
	struct lctcp_schedule	synack_schedule_ms;
	int	msl_ms;
	int	rto_init_ms;
	int	rto_min_ms;
	int	rto_max_ms;
	int	retries1;		/* R1 of RFC 9293 section 3.8.3 */
	int	r2_ms;			/* R2, as a time */
	int	fin_wait2_timeout_ms;	/* of an orphan; 0: for ever */
	int	zero_window_timeout_ms;	/* RFC 6429; 0: for ever */
	int	max_orphans;
	int	orphan_timeout_ms;	/* if its peer answers */
	int	delack_ms;
	int	exact_timers;		/* fire within a tick, by steps */
	int	somaxconn;		/* bound of a listen() backlog */
	int	max_syn_backlog;	/* half-open connections a listener */
	int	syncookies;		/* enum lctcp_cookies */
	int	max_tw;			/* TIME_WAIT entries a namespace */
	int	abort_on_overflow;
	int	abort_on_icmp;		/* RFC 9293 SHLD-26 to the letter */
	int	connect_icmp;		/* enum lctcp_connect_icmp */
	int	rst_in_time_wait;	/* honour an exact RST (RFC 1337) */
	int	challenge_in_time_wait;	/* answer a SYN that cannot reopen it */
	int	time_wait_after_rst;	/* who aborts waits, too (D15) */
	int	time_wait_reuse;	/* tw_reuse: enum lctcp_tw_reuse (D36) */
	int	challenge_acks;		/* RFC 5961 section 7: so many ... */
	int	challenge_interval_ms;	/* ... per this time; 0: no limit */
	int	window_scaling;
	int	timestamps;
	int	sack;			/* RFC 2018 */
	int	dsack;			/* RFC 2883 */
	int	tail_loss_probe;	/* RFC 8985 section 7 */
	int	frto;			/* RFC 5682 */
	int	mtu_probing;		/* enum lctcp_probing (RFC 4821) */
	int	base_mss;		/* text that any path carries */
	int	mtu_probe_floor;	/* text never less than that */
	int	mtu_probe_threshold;	/* octets that are not looked for */
	int	mtu_probe_interval_ms;	/* then look again */
	int	accept_missing_timestamps;	/* RFC 7323 section 3.2 */
	int	l3mdev_accept;		/* unbound sockets serve VRFs, too */
	int	fwmark_accept;		/* connections have the mark of their SYN */
	int	keepalive_time_ms;
	int	keepalive_intvl_ms;
	int	keepalive_probes;
	const struct lctcp_cong_ops *congestion_control;
	int	ecn;			/* enum lctcp_ecn */
	int	ecn_fallback;		/* a SYN sent again does not ask */
	int	initial_cwnd_segments;	/* RFC 6928 */
	int	pacing;			/* of the first slow start, by ourselves */
	int	moderate_rcvbuf;	/* receive buffers grow as needed */
	int	wmem[3];		/* min, default, max bytes */
	int	rmem[3];
	int	history;		/* entries kept, 0: none */
	s64	test_iss;		/* ISS of all connections, -1: chosen */
};

struct lctcp_arc_counts;
struct lctcp_faults;
struct lctcp_history_ring;
struct lctcp_mib;

/**
 * struct lctcp_net - what lctcp keeps of a namespace
 * @net:	back pointer
 * @sysctl:	settings
 * @sysctl_hdr:	registration
 * @mib:	counters, per CPU
 * @arcs:	how often each arc was taken, per CPU
 * @history:	ring of the last transitions, see history.h
 * @faults:	fault rules, see fault.h; NULL if there are none
 * @fault_lock:	serialises writers of @faults
 * @ctl4, @ctl6: raw sockets by which minis send
 * @ntw:	TIME_WAIT entries alive
 * @entries:	of the connection table, per CPU: only the sum says something
 * @dying:	the namespace ends, and lctcp_table_purge() with it
 * @norphans:	sockets that nobody holds and that are not CLOSED
 * @delayed:	segments held back by a fault rule
 * @delay_timer: when the first of @delayed is due
 * @delay_lock:	guards @delayed, @ndelayed and @dead
 * @ndelayed:	length of @delayed
 * @dead:	the namespace is going away: hold nothing back any more
 */
struct lctcp_net {
	struct net			*net;
	struct lctcp_sysctl		sysctl;
	struct ctl_table_header		*sysctl_hdr;
	struct lctcp_mib __percpu	*mib;
	struct lctcp_arc_counts __percpu *arcs;
	struct lctcp_history_ring	*history;
	struct lctcp_faults __rcu	*faults;
	struct mutex			fault_lock;	/* writers of faults */
	struct sock			*ctl4;
	struct sock			*ctl6;
	atomic_t			ntw;
	long __percpu			*entries;
	bool				dying;
	atomic_t			norphans;
	struct list_head		delayed;
	struct timer_list		delay_timer;
	spinlock_t			delay_lock;	/* delayed */
	unsigned int			ndelayed;
	bool				dead;
};

extern unsigned int lctcp_net_id;

/* As net_generic(), which enters an RCU section by a call: with a preemptible
 * kernel that is a good part of what counting one event costs.  The array of
 * pointers is freed by RCU, which waits for whoever cannot be preempted, too;
 * the pointer itself stays for as long as the namespace.
 */
static inline struct lctcp_net *lctcp_net(const struct net *net)
{
	struct lctcp_net *ln;

	rcu_read_lock_sched();
	ln = rcu_dereference_sched(net->gen)->ptr[lctcp_net_id];
	rcu_read_unlock_sched();
	return ln;
}

#endif /* _LCTCP_NETNS_H */
