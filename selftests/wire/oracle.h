/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one segment without text does to a connection, by RFC 9293 section
 * 3.10.7 and the RFCs that amend it, read off the text, check by check.  It
 * shares nothing with the module, neither its table nor its arithmetic, so that
 * the two can be compared.
 *
 * Where the RFCs leave a choice, it says what lctcp chose:
 *
 *   RFC 5961	in all states, the check of SEG.ACK (MAY-12) included
 *   RFC 1337	no RST ends TIME-WAIT, and none is answered there
 *   RFC 6191	without timestamps a SYN reopens TIME-WAIT if its number is
 *		beyond RCV.NXT; any other gets a challenge ACK
 *   MAY-2	if nobody listens a SYN that might reopen it is refused, and
 *		TIME-WAIT goes on
 *   A.2	SEG.SEQ = RCV.NXT - 1 is a keepalive, a probe, or a crossing
 *		SYN-ACK: not acceptable, but what it acknowledges counts
 *   3.10.7.2	FIN on a SYN is left for the peer to send again
 *   3.10.7.4	the SYN that made a half-open connection, again, gets the
 *		SYN-ACK again
 *   3.10.7.4	in CLOSING, of a segment in the window only the ACK counts,
 *		whether it is that of our FIN or not: the peer's FIN is past
 */
#ifndef _WIRE_ORACLE_H
#define _WIRE_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers of the states, as in <netinet/tcp.h>. */
enum {
	O_ESTABLISHED = 1, O_SYN_SENT, O_SYN_RECV, O_FIN_WAIT1, O_FIN_WAIT2,
	O_TIME_WAIT, O_CLOSED, O_CLOSE_WAIT, O_LAST_ACK, O_LISTEN, O_CLOSING,
};

/* Flags, as in the header. */
enum {
	O_FIN = 0x01, O_SYN = 0x02, O_RST = 0x04, O_ACK = 0x10,
};

/**
 * struct oracle_tcb - the variables of RFC 9293 section 3.3.1 that matter
 * @state:	O_*; CLOSED and LISTEN have no other variables
 * @active:	SYN-RECEIVED by way of SYN-SENT
 * @listener:	somebody listens on the port
 * @held:	a FIN beyond RCV.NXT is kept for later
 * @max_wnd:	MAX.SND.WND of RFC 5961 section 5.2
 *
 * Our FIN is unacknowledged in FIN-WAIT-1, CLOSING and LAST-ACK, and is the
 * last number before @snd_nxt.
 */
struct oracle_tcb {
	int state;
	bool active, listener, held;
	uint32_t iss, snd_una, snd_nxt, max_wnd;
	uint32_t irs, rcv_nxt, rcv_wnd;
};

/**
 * struct oracle_seg - a segment without text
 * @flags:	0: no segment
 * @any_seq:	of an answer: a fresh ISS, whatever it is
 */
struct oracle_seg {
	int flags;
	uint32_t seq, ack;
	bool any_seq;
};

#define ORACLE_ANSWERS	2	/* at most */

int oracle(struct oracle_tcb *tcb, const struct oracle_seg *in,
	   struct oracle_seg out[ORACLE_ANSWERS]);

#endif /* _WIRE_ORACLE_H */
