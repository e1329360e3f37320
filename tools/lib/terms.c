// SPDX-License-Identifier: GPL-2.0
/* Words, and what they mean: see terms.h. */
#include <stddef.h>

#include <lctcp/types.h>

#include "names.h"
#include "terms.h"

#define DROP	"reason to drop a segment"
#define ROLE	"role of a segment"
#define TIMER	"timer"
#define WORD	"word of TCP"

static const struct term terms[] = {
	{ "third-ack", ROLE,
	  "The client's ACK of the SYN-ACK, with which the server's side of the opening is done; also when it is repeated. If it is lost the client is ESTABLISHED and the server is not."
	},
	{ "data", ROLE,
	  "A segment that carries text."
	},
	{ "ack", ROLE,
	  "A bare ACK that is none of the others. It takes no sequence number, so nobody notices if it is lost."
	},
	{ "fin-ack", ROLE,
	  "The ACK of the first FIN of a connection. Its number is the FIN's plus one."
	},
	{ "last-fin", ROLE,
	  "The FIN of the side that closes second."
	},
	{ "rexmit", TIMER,
	  "Sends the oldest unacknowledged segment again when its ACK does not come within the RTO, and doubles the wait each time (RFC 6298)."
	},
	{ "persist", TIMER,
	  "Asks a peer whose window is closed, again and again, whether it has opened: the segment that says so may be lost, and nobody would notice (RFC 9293 3.8.6.1)."
	},
	{ "keepalive", TIMER,
	  "Asks a peer that has been silent for long whether it is still there, if the program wants that (SO_KEEPALIVE)."
	},
	{ "delack", TIMER,
	  "Lets an ACK wait for data to ride on, 40 ms unless told; the RFC allows half a second."
	},
	{ "InShort", DROP,
	  "It is shorter than a header."
	},
	{ "InBadDoff", DROP,
	  "Its data offset is less than 5 or points beyond its end."
	},
	{ "InCsumErrors", DROP,
	  "Its checksum is wrong."
	},
	{ "DropNoConn", DROP,
	  "There is no such connection and no listener. It is answered with a RST."
	},
	{ "DropListen", DROP,
	  "A listener has no use for it: it has FIN or RST, say."
	},
	{ "DropSynSent", DROP,
	  "It is of no use in SYN_SENT."
	},
	{ "DropSeq", DROP,
	  "It lies outside the receive window. Unless it has RST it is answered with an ACK that says what is expected: a repeated SYN-ACK draws the third ACK again in this way."
	},
	{ "DropPaws", DROP,
	  "Its timestamp is older than one already seen, so it is an old duplicate (RFC 7323)."
	},
	{ "DropNoTimestamp", DROP,
	  "It has no timestamp, though both sides agreed on them."
	},
	{ "DropRst", DROP,
	  "It is a RST whose number is not exactly the one expected (RFC 5961); a guess would look like that. It is answered with a challenge ACK."
	},
	{ "DropSyn", DROP,
	  "It is a SYN for a connection that is open (RFC 5961). It is answered with a challenge ACK."
	},
	{ "DropNoAck", DROP,
	  "It has no ACK where one is needed."
	},
	{ "DropAckFuture", DROP,
	  "It acknowledges what was never sent."
	},
	{ "DropAckOld", DROP,
	  "What it acknowledges was acknowledged too long ago (RFC 5961)."
	},
	{ "DropTextClosed", DROP,
	  "It has text that nobody can read any more: the program has closed."
	},
	{ "DropRcvBuf", DROP,
	  "There is no room for it in the receive buffer."
	},
	{ "DropBacklog", DROP,
	  "A program holds the socket, and the queue of segments that wait for it is full."
	},
	{ "DropFilter", DROP,
	  "A socket filter or an IPsec policy refuses it."
	},
	{ "DropMinTtl", DROP,
	  "It comes from further away than the program allows (RFC 5082)."
	},
	{ "DropTimeWait", DROP,
	  "It is of no use in TIME_WAIT."
	},
	{ "DropQuiet", DROP,
	  "The module was loaded a moment ago, with quiet_ms."
	},
	{ "DropNoMem", DROP,
	  "There was no memory."
	},
	{ "ListenOverflows", DROP,
	  "The accept queue is full: the program does not call accept() fast enough."
	},
	{ "SynQueueFull", DROP,
	  "The queue of half-open connections is full, as in a SYN flood."
	},
	{ "OfoDrop", DROP,
	  "It was held above a gap, and the memory was needed for something more urgent."
	},
	{ "rto", WORD,
	  "Retransmission timeout: how long to wait for an ACK before a segment is sent again. It follows from the measured round trips (RFC 6298), and doubles each time it expires."
	},
	{ "rtt", WORD,
	  "Round-trip time: from a segment's departure to its ACK. SRTT is its smoothed mean."
	},
	{ "srtt", WORD,
	  "Smoothed round-trip time, from which the RTO follows (RFC 6298)."
	},
	{ "msl", WORD,
	  "Maximum segment lifetime: how long a segment can be under way at most. RFC 9293 says two minutes; here it is 30 s unless told (net.lctcp.msl_ms)."
	},
	{ "mss", WORD,
	  "Maximum segment size: how much text each side takes in one segment. It is told in the SYN."
	},
	{ "window", WORD,
	  "How many octets the receiver is ready to take, beyond what it has acknowledged."
	},
	{ "cwnd", WORD,
	  "Congestion window: how much the sender has under way at most, so that the network is not overloaded (RFC 5681)."
	},
	{ "isn", WORD,
	  "Initial sequence number: where a side begins to count. It is chosen so that nobody can guess it, and so that old segments do not fit (RFC 6528)."
	},
	{ "backlog", WORD,
	  "How many finished connections may wait for accept(): the argument of listen()."
	},
	{ "cookie", WORD,
	  "SYN cookie: a SYN-ACK's number from which all can be computed when the ACK brings it back, so that a flood of SYNs takes no memory (RFC 4987)."
	},
	{ "half-close", WORD,
	  "One side has sent its FIN and says no more; the other may still send, for as long as it likes."
	},
	{ "half-open", WORD,
	  "A connection of which the server has the SYN, but not yet the third ACK: SYN_RECV."
	},
	{ "orphan", WORD,
	  "A connection that goes on although its program has closed it."
	},
	{ "challenge-ack", WORD,
	  "What a segment draws that would end a connection if it were believed: whoever really sent it can answer with the exact number (RFC 5961)."
	},
	{ "nagle", WORD,
	  "A small segment waits while another is unacknowledged, so that few of them are sent (RFC 9293 3.7.4). TCP_NODELAY turns it off."
	},
	{ "paws", WORD,
	  "Protection against wrapped sequence numbers: a segment with an older timestamp than one already seen is an old one (RFC 7323)."
	},
	{ "sack", WORD,
	  "Selective acknowledgment: the receiver also tells which octets above a gap it has (RFC 2018)."
	},
};

const struct term *term_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(terms); i++)
		if (same_name(name, terms[i].name))
			return &terms[i];
	return NULL;
}
