/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * lctcp: TCP's connection life cycle over an experimental IP protocol.
 *
 *	fd = socket(AF_INET, SOCK_STREAM, IPPROTO_LCTCP);
 *
 * Socket options have TCP's numbers (netinet/tcp.h) and are accepted at level
 * IPPROTO_LCTCP and, so that unmodified programs run, at IPPROTO_TCP as well.
 * The options below are lctcp's own.
 */
#ifndef _UAPI_LINUX_LCTCP_H
#define _UAPI_LINUX_LCTCP_H

#include <linux/types.h>

/* RFC 3692: 253 and 254 are for experiments.  The module parameter "protocol"
 * chooses; this is the default.
 */
#define IPPROTO_LCTCP		253

/* int, milliseconds, 0 to LCTCP_MSL_MAX_MS: maximum segment lifetime of this
 * connection, or of those that a listener will accept.  0 skips TIME-WAIT, -1
 * takes what the namespace has.
 */
#define LCTCP_MSL		1000
/* __u32[], milliseconds: how long to wait after the first, second, ... SYN or
 * SYN-ACK.  When the list is used up the attempt is given up.
 */
#define LCTCP_SYN_SCHEDULE	1001
#define LCTCP_SYNACK_SCHEDULE	1002
/* struct lctcp_vars, read only: the variables of RFC 9293 section 3.3.1. */
#define LCTCP_VARS		1003

#define LCTCP_MSL_MAX_MS	600000
#define LCTCP_SCHEDULE_MAX	16	/* entries of a schedule */
#define LCTCP_SCHEDULE_MIN_MS	10	/* bounds of an entry */
#define LCTCP_SCHEDULE_MAX_MS	600000

/**
 * struct lctcp_vars - the connection's variables by their RFC 9293 names
 * @state:	TCP_* state number
 * @timer:	running timer: 0 none, 1 retransmission, 2 persist,
 *		3 keepalive, 4 FIN-WAIT-2, 5 delayed ACK, 8 reordering,
 *		9 tail loss probe
 * @timer_ms:	time left until it fires
 * @retries:	how often the pending segment has been sent again
 * @rto_us:	current retransmission timeout, backoff included
 * @srtt_us:	smoothed round-trip time, 0 before the first sample
 * @rttvar_us:	its variation
 * @cwnd:	congestion window, bytes
 * @ssthresh:	slow-start threshold, bytes
 * @mss:	largest text sent in one segment
 * @snd_wscale:	window scale of the peer, 0 if none
 * @rcv_wscale:	our own
 * @options:	LCTCP_OPT_* agreed on
 * @snd_up:	one past our urgent data; SND.UNA if all of that has arrived
 * @rcv_up:	one past the peer's urgent data; RCV.NXT once that has come
 * @ts_recent:	TS.Recent of RFC 7323, if timestamps are agreed on
 */
struct lctcp_vars {
	__u32 state;
	__u32 iss;
	__u32 snd_una;
	__u32 snd_nxt;
	__u32 snd_wnd;
	__u32 snd_wl1;
	__u32 snd_wl2;
	__u32 max_snd_wnd;
	__u32 irs;
	__u32 rcv_nxt;
	__u32 rcv_wnd;
	__u32 timer;
	__u32 timer_ms;
	__u32 retries;
	__u32 rto_us;
	__u32 srtt_us;
	__u32 rttvar_us;
	__u32 cwnd;
	__u32 ssthresh;
	__u32 mss;
	__u8  snd_wscale;
	__u8  rcv_wscale;
	__u16 options;
	__u32 snd_up;
	__u32 rcv_up;
	__u32 ts_recent;
};

#define LCTCP_OPT_WSCALE	(1 << 0)
#define LCTCP_OPT_TIMESTAMPS	(1 << 1)
#define LCTCP_OPT_SACK		(1 << 2)

#endif /* _UAPI_LINUX_LCTCP_H */
