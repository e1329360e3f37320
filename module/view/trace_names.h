/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers that people see, and their names: timers, roles of segments, what a
 * fault rule does to one, reasons to drop one.  F() is applied to each but the
 * last, to which L() is, so that a list can be an enum, a table or a trace
 * event's legend.  The tools include the lists too.
 */
#ifndef _LCTCP_TRACE_NAMES_H
#define _LCTCP_TRACE_NAMES_H

#ifdef __KERNEL__
#include "fault.h"
#include "lctcp.h"
#include "mib.h"
#endif

/* The first six are lctcp_vars.timer of the UAPI. */
#define LCTCP_TIMER_LIST(F, L)		\
	F(TIMER_NONE, "none")		\
	F(TIMER_REXMIT, "rexmit")	\
	F(TIMER_PERSIST, "persist")	\
	F(TIMER_KEEPALIVE, "keepalive")	\
	F(TIMER_FIN_WAIT2, "fin-wait2")	\
	F(TIMER_DELACK, "delack")	\
	F(TIMER_SYN_ACK, "syn-ack")	\
	F(TIMER_2MSL, "2msl")		\
	F(TIMER_REORDER, "reorder")	\
	L(TIMER_TAIL, "tail-probe")

#define LCTCP_ENUM_ITEM(item, name)	LCTCP_##item,
#define LCTCP_NAME_ITEM(item, name)	name,

enum lctcp_timer_name {
	LCTCP_TIMER_LIST(LCTCP_ENUM_ITEM, LCTCP_ENUM_ITEM)
	LCTCP_NTIMERS,
};

/* How loss recovery goes; the last two are told of, and are no states. */
#define LCTCP_CA_LIST(F, L)		\
	F(CA_OPEN, "open")		\
	F(CA_DISORDER, "disorder")	\
	F(CA_RECOVERY, "recovery")	\
	F(CA_LOSS, "loss")		\
	F(CA_UNDONE, "undone")		\
	L(CA_CWR, "cwr")

enum lctcp_ca_name {
	LCTCP_CA_LIST(LCTCP_ENUM_ITEM, LCTCP_ENUM_ITEM)
};

/* What became of a try to send larger packets, or of large packets (RFC 4821). */
#define LCTCP_PATH_LIST(F, L)		\
	F(PATH_PROBE, "probe")		\
	F(PATH_CARRIED, "carried")	\
	F(PATH_LOST, "lost")		\
	F(PATH_TOO_BIG, "too-big")	\
	L(PATH_BLACK_HOLE, "black-hole")

enum lctcp_path_name {
	LCTCP_PATH_LIST(LCTCP_ENUM_ITEM, LCTCP_ENUM_ITEM)
};

/* By what: an ACK that is none of the others, RFC 8985, three duplicate ACKs,
 * the timer of RFC 8985, the retransmission timer, timestamps (RFC 4015),
 * D-SACK (RFC 3708), F-RTO (RFC 5682), ECE (RFC 3168).
 */
#define LCTCP_CA_BY_LIST(F, L)		\
	F(CA_BY_ACK, "ack")		\
	F(CA_BY_RACK, "rack")		\
	F(CA_BY_DUPACKS, "dupacks")	\
	F(CA_BY_REORDER, "reorder")	\
	F(CA_BY_TIMEOUT, "timeout")	\
	F(CA_BY_EIFEL, "eifel")		\
	F(CA_BY_DSACK, "dsack")		\
	F(CA_BY_FRTO, "frto")		\
	L(CA_BY_ECE, "ece")

enum lctcp_ca_by {
	LCTCP_CA_BY_LIST(LCTCP_ENUM_ITEM, LCTCP_ENUM_ITEM)
};

#define LCTCP_ROLE_LIST(F, L)		\
	F(ROLE_SYN, "syn")		\
	F(ROLE_SYNACK, "synack")	\
	F(ROLE_THIRD_ACK, "third-ack")	\
	F(ROLE_DATA, "data")		\
	F(ROLE_ACK, "ack")		\
	F(ROLE_FIN, "fin")		\
	F(ROLE_FIN_ACK, "fin-ack")	\
	F(ROLE_LAST_FIN, "last-fin")	\
	F(ROLE_LAST_ACK, "last-ack")	\
	L(ROLE_RST, "rst")

#define LCTCP_VERB_LIST(F, L)		\
	F(FAULT_DROP, "drop")		\
	F(FAULT_DUP, "dup")		\
	L(FAULT_DELAY, "delay")

/* What a program was handed that no arc of the state machine tells. */
#define LCTCP_CALL_LIST(F, L)		\
	F(CALL_ACCEPT, "accept")	\
	L(CALL_EOF, "eof")

enum lctcp_call_name {
	LCTCP_CALL_LIST(LCTCP_ENUM_ITEM, LCTCP_ENUM_ITEM)
};

#define LCTCP_STATE_LIST(F, L)		\
	F(ESTABLISHED, "ESTABLISHED")	\
	F(SYN_SENT, "SYN_SENT")		\
	F(SYN_RECV, "SYN_RECV")		\
	F(FIN_WAIT1, "FIN_WAIT1")	\
	F(FIN_WAIT2, "FIN_WAIT2")	\
	F(TIME_WAIT, "TIME_WAIT")	\
	F(CLOSED, "CLOSED")		\
	F(CLOSE_WAIT, "CLOSE_WAIT")	\
	F(LAST_ACK, "LAST_ACK")		\
	F(LISTEN, "LISTEN")		\
	L(CLOSING, "CLOSING")

#define LCTCP_EVENT_LIST(F, L)				\
	F(EV_PASSIVE_OPEN, "PASSIVE_OPEN")		\
	F(EV_ACTIVE_OPEN, "ACTIVE_OPEN")		\
	F(EV_CLOSE, "CLOSE")				\
	F(EV_ABORT, "ABORT")				\
	F(EV_ABORT_WAIT, "ABORT_WAIT")			\
	F(EV_SYN, "SYN")				\
	F(EV_SYN_ACK, "SYN_ACK")			\
	F(EV_ACK_OF_SYN, "ACK_OF_SYN")			\
	F(EV_COOKIE_ACK, "COOKIE_ACK")			\
	F(EV_FIN, "FIN")				\
	F(EV_ACK_OF_FIN, "ACK_OF_FIN")			\
	F(EV_FIN_ACK_OF_FIN, "FIN_ACK_OF_FIN")		\
	F(EV_RST, "RST")				\
	F(EV_PASSIVE_RST, "PASSIVE_RST")		\
	F(EV_PASSIVE_SYN, "PASSIVE_SYN")		\
	F(EV_PASSIVE_GIVE_UP, "PASSIVE_GIVE_UP")	\
	F(EV_UNREACHABLE, "UNREACHABLE")		\
	F(EV_GIVE_UP, "GIVE_UP")			\
	F(EV_FIN_WAIT2_TIMEOUT, "FIN_WAIT2_TIMEOUT")	\
	F(EV_ORPHAN_LIMIT, "ORPHAN_LIMIT")		\
	F(EV_2MSL, "2MSL")				\
	F(EV_REOPEN, "REOPEN")				\
	F(EV_OLD_DUPLICATE, "OLD_DUPLICATE")		\
	F(EV_PURGE, "PURGE")				\
	F(EV_ABANDON, "ABANDON")			\
	L(EV_REUSE, "REUSE")

#define LCTCP_DROP_LIST(F, L)				\
	F(MIB_INSHORT, "InShort")			\
	F(MIB_INBADDOFF, "InBadDoff")			\
	F(MIB_INCSUMERRORS, "InCsumErrors")		\
	F(MIB_DROPNOCONN, "DropNoConn")			\
	F(MIB_DROPLISTEN, "DropListen")			\
	F(MIB_DROPSYNSENT, "DropSynSent")		\
	F(MIB_DROPSEQ, "DropSeq")			\
	F(MIB_DROPPAWS, "DropPaws")			\
	F(MIB_DROPNOTS, "DropNoTimestamp")		\
	F(MIB_DROPRST, "DropRst")			\
	F(MIB_DROPSYN, "DropSyn")			\
	F(MIB_DROPNOACK, "DropNoAck")			\
	F(MIB_DROPACKFUTURE, "DropAckFuture")		\
	F(MIB_DROPACKOLD, "DropAckOld")			\
	F(MIB_DROPTEXTCLOSED, "DropTextClosed")		\
	F(MIB_DROPRCVBUF, "DropRcvBuf")			\
	F(MIB_DROPBACKLOG, "DropBacklog")		\
	F(MIB_DROPFILTER, "DropFilter")			\
	F(MIB_DROPMINTTL, "DropMinTtl")			\
	F(MIB_DROPTIMEWAIT, "DropTimeWait")		\
	F(MIB_DROPQUIET, "DropQuiet")			\
	F(MIB_DROPNOMEM, "DropNoMem")			\
	F(MIB_LISTENOVERFLOWS, "ListenOverflows")	\
	F(MIB_SYNQUEUEFULL, "SynQueueFull")		\
	L(MIB_OFODROP, "OfoDrop")

#endif /* _LCTCP_TRACE_NAMES_H */
