/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state machine: every arc a connection can take, and no other.
 *
 *	LCTCP_ARC(from, event, to, where it is written, why, what to do)
 *
 * fsm.c includes this file once for each table it makes of it.  A state and
 * an event have at most one arc; two do not compile.
 *
 * Left out of RFC 9293 figure 5 on purpose: LISTEN to SYN_SENT, for sockets
 * know no way to send from a listening one.  FIN in SYN_RECV: a FIN counts
 * only behind the ACK that has already led to ESTABLISHED.
 */

/* CLOSED: there is a socket, but no connection. */
LCTCP_ARC(CLOSED, PASSIVE_OPEN, LISTEN, "9293 3.10.1",
	  "listen() waits for whoever comes; nothing is sent before a SYN arrives.",
	  0)
LCTCP_ARC(CLOSED, ACTIVE_OPEN, SYN_SENT, "9293 3.10.1",
	  "connect() picks an initial sequence number and offers it in a SYN.",
	  LCTCP_A_SEND_SYN)

/* LISTEN */
LCTCP_ARC(LISTEN, SYN, SYN_RECV, "9293 3.10.7.2",
	  "A SYN makes a half-open connection of its own; the SYN-ACK takes the peer's number and offers one of its own, and the listener keeps listening.",
	  LCTCP_A_SEND_SYN_ACK)
LCTCP_ARC(LISTEN, COOKIE_ACK, ESTABLISHED, "4987 3.6",
	  "Under a flood a SYN leaves no trace; the ACK brings back the cookie that the SYN-ACK had for a number, which only the sender of that SYN has seen.",
	  LCTCP_A_CONNECTED)
LCTCP_ARC(LISTEN, CLOSE, CLOSED, "9293 3.10.4",
	  "A listener talks to nobody, so closing it needs no segment.",
	  0)

/* SYN_SENT: this side's SYN is on its way. */
LCTCP_ARC(SYN_SENT, SYN_ACK, ESTABLISHED, "9293 3.10.7.3",
	  "The peer took this side's number and gave its own: both directions are known to work here, and the third segment, an ACK, lets the peer know it too.",
	  LCTCP_A_SEND_ACK | LCTCP_A_CONNECTED)
LCTCP_ARC(SYN_SENT, SYN, SYN_RECV, "9293 3.10.7.3",
	  "A SYN without an ACK crossed this side's SYN: both ends open at the same time, and each acknowledges the other's SYN.",
	  LCTCP_A_SEND_SYN_ACK)
LCTCP_ARC(SYN_SENT, RST, CLOSED, "9293 3.10.7.3",
	  "The RST acknowledges the SYN, so it comes from one who saw it: nobody listens there.",
	  LCTCP_A_REFUSED)
LCTCP_ARC(SYN_SENT, UNREACHABLE, CLOSED, "9293 3.9.2.2",
	  "The network says for good that the SYN cannot arrive, and there is no connection yet that a forged message could harm.",
	  0)
LCTCP_ARC(SYN_SENT, GIVE_UP, CLOSED, "9293 3.8.3",
	  "Every SYN of the schedule went unanswered.",
	  LCTCP_A_TIMED_OUT)
LCTCP_ARC(SYN_SENT, CLOSE, CLOSED, "9293 3.10.4",
	  "The peer has acknowledged nothing, so there is nothing to close with it; a late SYN-ACK will get a RST.",
	  0)
LCTCP_ARC(SYN_SENT, ABORT, CLOSED, "9293 3.10.5",
	  "There is no connection yet that a RST could end.",
	  0)

/* SYN_RECV: both SYNs have been seen, this side's is not acknowledged. */
LCTCP_ARC(SYN_RECV, ACK_OF_SYN, ESTABLISHED, "9293 3.10.7.4",
	  "The ACK of this side's SYN proves that the peer hears it and that the peer's SYN was no old duplicate.",
	  LCTCP_A_CONNECTED)
LCTCP_ARC(SYN_RECV, PASSIVE_RST, LISTEN, "9293 3.10.7.4",
	  "The peer does not want this connection, most likely because its SYN was an old duplicate; the program never hears of it.",
	  0)
LCTCP_ARC(SYN_RECV, PASSIVE_SYN, LISTEN, "9293 3.10.7.4",
	  "A new SYN in the window means that the peer started over, so the half-open connection is forgotten; the next SYN finds the listener.",
	  0)
LCTCP_ARC(SYN_RECV, PASSIVE_GIVE_UP, LISTEN, "9293 3.8.3",
	  "Every SYN-ACK of the schedule (a flood cuts it short) went unanswered. Only the listener is left, in LISTEN as before; a peer that still sends gets a RST.",
	  0)
LCTCP_ARC(SYN_RECV, OLD_DUPLICATE, TIME_WAIT, "9293 3.6.1",
	  "The peer does not want what reopened this pair, so that SYN was an old duplicate, and the wait of the connection before it goes on for the rest of its time.",
	  0)
LCTCP_ARC(SYN_RECV, ABANDON, TIME_WAIT, "9293 3.6.1",
	  "What reopened this pair lost its listener or found no answer: the wait before it goes on, and whoever still acknowledges the SYN-ACK gets a RST.",
	  0)
LCTCP_ARC(SYN_RECV, PURGE, CLOSED, "9293 3.10.4",
	  "Nobody will accept it: its listener is gone, or an administrator ends it.",
	  0)
LCTCP_ARC(SYN_RECV, RST, CLOSED, "9293 3.10.7.4",
	  "After a simultaneous open the program waits in connect(), so it is told that the peer refused.",
	  LCTCP_A_REFUSED)
LCTCP_ARC(SYN_RECV, GIVE_UP, CLOSED, "9293 3.8.3",
	  "After a simultaneous open the peer fell silent and never acknowledged this side's SYN.",
	  LCTCP_A_TIMED_OUT)
LCTCP_ARC(SYN_RECV, CLOSE, FIN_WAIT1, "9293 3.10.4",
	  "The peer's SYN has been taken, so it is owed a regular end: a FIN behind this side's SYN and what was written.",
	  LCTCP_A_SEND_FIN)
LCTCP_ARC(SYN_RECV, ABORT, CLOSED, "9293 3.10.5",
	  "The peer may already be in ESTABLISHED; only a RST tells it otherwise.",
	  LCTCP_A_SEND_RST)
LCTCP_ARC(SYN_RECV, ABORT_WAIT, TIME_WAIT, "9293 3.5.2",
	  "As for any abort, and the namespace keeps the pair for 2MSL, so that what is left of this attempt meets no other.",
	  LCTCP_A_SEND_RST | LCTCP_A_START_2MSL)

/* ESTABLISHED: both directions are open. */
LCTCP_ARC(ESTABLISHED, CLOSE, FIN_WAIT1, "9293 3.10.4",
	  "This side has nothing more to say: a FIN behind the last octet says so, and it still listens.",
	  LCTCP_A_SEND_FIN)
LCTCP_ARC(ESTABLISHED, FIN, CLOSE_WAIT, "9293 3.10.7.4",
	  "The peer has no more to say; the ACK waits a moment at most, this side's FIN until its program closes, and until then that may send.",
	  LCTCP_A_SEND_ACK | LCTCP_A_PEER_CLOSED)
LCTCP_ARC(ESTABLISHED, RST, CLOSED, "9293 3.10.7.4",
	  "The peer knows nothing of this connection or has dropped it; data may be lost.",
	  LCTCP_A_RESET)
LCTCP_ARC(ESTABLISHED, ABORT, CLOSED, "9293 3.10.5",
	  "With linger 0, or with data that nobody has read, there is no orderly end: the RST tells the peer that its data was not read, or that no more will come.",
	  LCTCP_A_SEND_RST)
LCTCP_ARC(ESTABLISHED, ABORT_WAIT, TIME_WAIT, "9293 3.5.2",
	  "The namespace has who sends a RST wait like who closes first: the peer's segments on the way meet this end and no new connection.",
	  LCTCP_A_SEND_RST | LCTCP_A_START_2MSL)
LCTCP_ARC(ESTABLISHED, GIVE_UP, CLOSED, "9293 3.8.3",
	  "The peer no longer answers: the retransmissions, probes or keepalives are used up.",
	  LCTCP_A_TIMED_OUT)

/* FIN_WAIT1: this side closed; its FIN is not acknowledged, the peer still sends. */
LCTCP_ARC(FIN_WAIT1, ACK_OF_FIN, FIN_WAIT2, "9293 3.10.7.4",
	  "This side's direction is closed and the peer knows it; the peer's stays open as long as the peer likes.",
	  0)
LCTCP_ARC(FIN_WAIT1, FIN, CLOSING, "9293 3.10.7.4",
	  "The FINs crossed: both ends close at the same time, and this side's FIN still lacks its ACK.",
	  LCTCP_A_SEND_ACK | LCTCP_A_PEER_CLOSED)
LCTCP_ARC(FIN_WAIT1, FIN_ACK_OF_FIN, TIME_WAIT, "9293 3.10.7.4",
	  "The peer closed as soon as it saw the FIN, so its ACK and its own FIN share a segment and four become three.",
	  LCTCP_A_SEND_ACK | LCTCP_A_START_2MSL | LCTCP_A_PEER_CLOSED)
LCTCP_ARC(FIN_WAIT1, RST, CLOSED, "9293 3.10.7.4",
	  "The peer dropped the connection; what was sent before the FIN may be lost.",
	  LCTCP_A_RESET)
LCTCP_ARC(FIN_WAIT1, ABORT, CLOSED, "9293 3.10.5",
	  "The peer still sends to a program that will not read; the RST tells it that this data is lost.",
	  LCTCP_A_SEND_RST)
LCTCP_ARC(FIN_WAIT1, ABORT_WAIT, TIME_WAIT, "9293 3.5.2",
	  "The namespace has who sends a RST wait: this side's FIN may still draw an answer, which must not meet a new connection.",
	  LCTCP_A_SEND_RST | LCTCP_A_START_2MSL)
LCTCP_ARC(FIN_WAIT1, GIVE_UP, CLOSED, "9293 3.8.3",
	  "Nobody acknowledges the FIN or the data before it.",
	  LCTCP_A_TIMED_OUT)
LCTCP_ARC(FIN_WAIT1, ORPHAN_LIMIT, CLOSED, "9293 3.10.5",
	  "The program has gone, and the peer has had its time to take the rest, or too many connections wait like this one; the RST tells it that the rest is lost.",
	  LCTCP_A_SEND_RST)

/* FIN_WAIT2: this side's FIN is acknowledged, the peer still sends. */
LCTCP_ARC(FIN_WAIT2, FIN, TIME_WAIT, "9293 3.10.7.4",
	  "Both directions are closed, but the last ACK may get lost; this side stays to send it again.",
	  LCTCP_A_SEND_ACK | LCTCP_A_START_2MSL | LCTCP_A_PEER_CLOSED)
LCTCP_ARC(FIN_WAIT2, RST, CLOSED, "9293 3.10.7.4",
	  "The peer dropped the connection before it had said all it wanted to say.",
	  LCTCP_A_RESET)
LCTCP_ARC(FIN_WAIT2, ABORT, CLOSED, "9293 3.10.5",
	  "The peer still sends to a program that will not read; the RST tells it that this data is lost.",
	  LCTCP_A_SEND_RST)
LCTCP_ARC(FIN_WAIT2, ABORT_WAIT, TIME_WAIT, "9293 3.5.2",
	  "The namespace has who sends a RST wait: the peer was still sending, and that must not meet a new connection.",
	  LCTCP_A_SEND_RST | LCTCP_A_START_2MSL)
LCTCP_ARC(FIN_WAIT2, FIN_WAIT2_TIMEOUT, CLOSED, "9293 3.6.1",
	  "The program has gone and no FIN came; no RFC has this timer, but a vanished peer must not hold memory for ever.",
	  0)
LCTCP_ARC(FIN_WAIT2, GIVE_UP, CLOSED, "9293 3.8.4",
	  "The program still waits for the peer, but the keepalives found nobody there.",
	  LCTCP_A_TIMED_OUT)
LCTCP_ARC(FIN_WAIT2, ORPHAN_LIMIT, CLOSED, "9293 3.10.5",
	  "The program has gone, and too many connections already wait for a FIN like this one; the RST tells the peer that nobody waits for what it has to say.",
	  LCTCP_A_SEND_RST)

/* CLOSE_WAIT: the peer closed, this side's program has not. */
LCTCP_ARC(CLOSE_WAIT, CLOSE, LAST_ACK, "9293 3.10.4",
	  "Now this side has no more to say either: its FIN follows the last octet, and only the ACK of that is missing.",
	  LCTCP_A_SEND_FIN)
LCTCP_ARC(CLOSE_WAIT, RST, CLOSED, "9293 3.10.7.4",
	  "The peer had stopped sending and now does not even listen.",
	  LCTCP_A_RESET)
LCTCP_ARC(CLOSE_WAIT, ABORT, CLOSED, "9293 3.10.5",
	  "The peer still waits for this side's data or FIN; the RST spares it the wait.",
	  LCTCP_A_SEND_RST)
LCTCP_ARC(CLOSE_WAIT, ABORT_WAIT, TIME_WAIT, "9293 3.5.2",
	  "The namespace has who sends a RST wait: the peer's ACKs of this side's data must not meet a new connection.",
	  LCTCP_A_SEND_RST | LCTCP_A_START_2MSL)
LCTCP_ARC(CLOSE_WAIT, GIVE_UP, CLOSED, "9293 3.8.3",
	  "The peer closed its direction and then stopped acknowledging this side's.",
	  LCTCP_A_TIMED_OUT)

/* CLOSING: both FINs were sent at the same time; this side's lacks its ACK. */
LCTCP_ARC(CLOSING, ACK_OF_FIN, TIME_WAIT, "9293 3.10.7.4",
	  "The peer has this side's FIN; whether it has the ACK of its own nobody here can know, so both ends stay for 2MSL.",
	  LCTCP_A_START_2MSL)
LCTCP_ARC(CLOSING, RST, CLOSED, "9293 3.10.7.4",
	  "The peer dropped the connection before it acknowledged the FIN.",
	  LCTCP_A_RESET)
LCTCP_ARC(CLOSING, ABORT, CLOSED, "9293 3.10.5",
	  "Both ends have already said that they are done, so no RST is needed.",
	  0)
LCTCP_ARC(CLOSING, GIVE_UP, CLOSED, "9293 3.8.3",
	  "Nobody acknowledges the FIN.",
	  LCTCP_A_TIMED_OUT)
LCTCP_ARC(CLOSING, ORPHAN_LIMIT, CLOSED, "9293 3.10.5",
	  "The program has gone, and the FIN went unacknowledged for too long, or beside too many others; the RST tells the peer that it is not sent again.",
	  LCTCP_A_SEND_RST)

/* LAST_ACK: the peer closed first, this side after it; its FIN lacks its ACK. */
LCTCP_ARC(LAST_ACK, ACK_OF_FIN, CLOSED, "9293 3.10.7.4",
	  "Each end has the other's FIN acknowledged; the one that closed first does the waiting, so this side is free at once.",
	  0)
LCTCP_ARC(LAST_ACK, RST, CLOSED, "9293 3.10.7.4",
	  "The peer waits for nothing any more, and the ACK of the FIN will not come.",
	  LCTCP_A_RESET)
LCTCP_ARC(LAST_ACK, ABORT, CLOSED, "9293 3.10.5",
	  "Both ends have already said that they are done, so no RST is needed.",
	  0)
LCTCP_ARC(LAST_ACK, GIVE_UP, CLOSED, "9293 3.8.3",
	  "Nobody acknowledges the FIN; the peer may have left TIME_WAIT long ago.",
	  LCTCP_A_TIMED_OUT)
LCTCP_ARC(LAST_ACK, ORPHAN_LIMIT, CLOSED, "9293 3.10.5",
	  "The program has gone, and the peer, which closed first, takes what is left to say too slowly, or too many do; the RST tells it that the rest is lost.",
	  LCTCP_A_SEND_RST)

/* TIME_WAIT: both directions are closed and acknowledged. */
LCTCP_ARC(TIME_WAIT, FIN, TIME_WAIT, "9293 3.10.7.4",
	  "The FIN again means that the last ACK got lost: it is sent again, and 2MSL starts anew.",
	  LCTCP_A_SEND_ACK | LCTCP_A_START_2MSL)
LCTCP_ARC(TIME_WAIT, 2MSL, CLOSED, "9293 3.10.8",
	  "After twice the maximum segment lifetime no old segment is left that a new connection of this pair could mistake for its own.",
	  0)
LCTCP_ARC(TIME_WAIT, REOPEN, SYN_RECV, "9293 3.6.1",
	  "This SYN is newer than anything of the old connection, so the pair may live again before its time is over.",
	  LCTCP_A_SEND_SYN_ACK)
LCTCP_ARC(TIME_WAIT, REUSE, CLOSED, "6191 3",
	  "A connect() of this side wants this pair, and its number and timestamp are above all that the old connection used, so that the peer can tell the two apart.",
	  0)
LCTCP_ARC(TIME_WAIT, RST, CLOSED, "9293 3.10.7.4",
	  "Only if the namespace asks for it: a RST that ends the wait early lets old duplicates in (RFC 1337).",
	  0)
LCTCP_ARC(TIME_WAIT, PURGE, CLOSED, "9293 3.10.5",
	  "Nobody is left to keep the wait: the namespace or the module goes away, or an administrator ends it.",
	  0)
