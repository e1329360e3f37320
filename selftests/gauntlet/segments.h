/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The segment fuzzer: what one connection's worth of addresses and ports has
 * seen, and what must follow from it.
 *
 * All numbers are absolute.  Which octet stands at a sequence number depends on
 * that number alone, so that an octet out of place is seen whoever sent it and
 * in whichever incarnation of the pair; no octet that must not be taken has a
 * value that one of the stream has (POISON).
 *
 * segments.c	 rounds, the program's calls
 * segments_peer.c the peer: segments, as they should be and otherwise
 * segments_oracle.c what must hold
 */
#ifndef _SEGMENTS_H
#define _SEGMENTS_H

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <linux/lctcp.h>

#include "core.h"
#include "gauntlet.h"

#define POISON		0xfe	/* and 0xff */
#define MAX_RANGES	256
#define MAX_NUMBERS	1024
#define MAX_ENDS	6
#define MAX_PLACES	64

/* Sequence numbers from @left on, @len of them. */
struct range {
	uint32_t left, len;
};

struct ranges {
	int n;
	struct range r[MAX_RANGES];
};

struct numbers {
	int n;
	uint32_t v[MAX_NUMBERS];
};

/**
 * struct end - a socket of the unit under test
 * @iss, @irs:	known once it is connecting or connected
 * @written:	octets that the program has sent
 * @fin:	it will send no more
 * @closed:	and has no descriptor any more
 * @state:	when last looked at
 * @shift:	window scale of what it announces
 * @edge:	the furthest that its window has reached
 * @place:	where in the peer's stream the program may be: more than one
 *		while it is not known whether an urgent octet was left out
 */
struct end {
	int fd;
	bool used, started, fin, closed, broken, eof, no_read;
	uint32_t iss, irs, written;
	int state, shift;
	bool edge_known;
	uint32_t edge;
	int nplaces;
	uint32_t place[MAX_PLACES];
};

/**
 * struct life - a pair of addresses and ports
 * @sent:	text that the unit under test may have taken
 * @seen:	all text that was ever sent to it
 * @got:	text that came from it
 * @fins, @syns, @urgent, @tsvals: what else it may have taken: by their
 *		numbers FINs, SYNs, urgent octets; timestamps
 * @acks:	acknowledgments that it may have taken, and in
 * @windows:	the window that came with each
 * @isss:	initial numbers that its own SYNs had
 * @isn:	of the peer, of its last SYN
 * @ts_max:	the newest timestamp that may have been taken, if @ts_any
 * @ts_echo:	the last that was echoed, if not 0
 * @mss:	the largest of the peer's SYNs, 0 without any
 * @shift:	the largest window scale of the peer's SYNs
 * @resets, @icmps: there were some that may end a connection
 * @answers:	segments without text or FIN since this was last cleared
 * @began, @spent: when, and how many segments went to and fro since
 */
struct life {
	struct wire *w;
	struct chance *c;
	int uut_port, peer_port;
	bool active, take_no_ts;

	struct ranges sent, seen, got;
	struct numbers fins, syns, urgent, tsvals, acks, windows, isss;
	uint32_t isn;
	bool ts_offered, ts_agreed, ts_any;
	uint32_t ts_max, ts_echo;
	int mss, shift;
	int resets, icmps, answers;
	long long began;
	unsigned int spent;

	struct end ends[MAX_ENDS];
	struct seg *last;
};

unsigned char octet_at(uint32_t seq, bool from_peer);

/* segments_oracle.c */
void numbers_add(struct numbers *n, uint32_t v);
bool numbers_have(const struct numbers *n, uint32_t v);
void ranges_add(struct ranges *r, uint32_t left, uint32_t len);
uint32_t ranges_until(const struct ranges *r, uint32_t from);
/* The socket's variables, which must be possible; false: no connection. */
bool look(struct life *l, struct end *e, struct lctcp_vars *v);
/* All that has left. */
void hear(struct life *l);
/* The program has read this. */
void delivered(struct life *l, struct end *e, const unsigned char *buf, int n);
/* It got to the end of what the peer has sent. */
void ended(struct life *l, struct end *e);
/* A call failed: may it? */
void explained(struct life *l, struct end *e, const char *call, int err);

/* segments_peer.c */
void peer_syn(struct life *l);
void peer_step(struct life *l);
/* From now on an honest peer: everything arrives, and it closes. */
void peer_heals(struct life *l, struct end *e);

/* segments.c */
struct end *open_end(struct life *l);
/* One more segment; no life may have too many, nor last too long. */
void spend(struct life *l);
void program_reads(struct life *l, struct end *e, int max);

#endif /* _SEGMENTS_H */
