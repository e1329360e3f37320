/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints lctcp:* from a file into an array.  Two formats are told apart
 * line by line:
 *
 * A recording (lctcp record): JSON, one flat object a line.  "kind" says what
 * the line is about.
 *
 *   {"kind":"header","format":"lctcp","version":1,"clock":"mono",
 *    "kernel":"6.12.1","start":"2026-01-31T12:00:00Z"}
 *	The first line.  "clock" is the trace clock of all times, "start" the
 *	time of day.
 *   {"kind":"state","ns":2656579123,"cpu":0,"pid":146,"netns":4026531840,
 *    "id":2,"from":"CLOSED","event":"ACTIVE_OPEN","to":"SYN_SENT",
 *    "laddr":"192.0.2.1","lport":40000,"raddr":"192.0.2.2","rport":80}
 *	A tracepoint, its name without "lctcp_", with all its fields under
 *	their own names; but an address stands there once, as people write it,
 *	and "family" not at all.  In the order of time.
 *   {"kind":"lost","cpu":1,"events":12}
 *	So many events of that CPU are missing here.
 *   {"kind":"end","events":1234,"lost":12}
 *	The last line, and how many of both there are.  A recording without it
 *	was cut short, or has not ended yet.
 *
 * The text of a trace (tracefs files trace and trace_pipe).
 *
 * Unknown kinds and unknown fields are passed over, so that an older reader
 * takes a newer trace; the version will change only if that is not enough.
 */
#ifndef LCTCP_EVENTS_H
#define LCTCP_EVENTS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum event_kind {
	EVENT_STATE,
	EVENT_SEND,
	EVENT_RECEIVE,
	EVENT_FAULT,
	EVENT_RETRANSMIT,
	EVENT_TIMER_SET,
	EVENT_TIMER_FIRED,
	EVENT_DROP,
	EVENT_CALL,
	EVENT_CONGESTION,
	EVENT_SACK,
	EVENT_ACKED,
	EVENT_NKINDS,
};

enum {
	SEG_FIN = 1, SEG_SYN = 2, SEG_RST = 4, SEG_PSH = 8, SEG_ACK = 16,
	SEG_URG = 32, SEG_ECE = 64, SEG_CWR = 128,
};

/**
 * struct event_end - one end of a connection
 * @addr:	IPv4 mapped
 * @port:	host order
 */
struct event_end {
	struct in6_addr addr;
	uint16_t port;
};

#define EVENT_WORD	20
#define EVENTS_VERSION	1	/* of the recording format */

/**
 * struct event - one line of the trace; what its kind has not is 0
 * @us:		when, by the trace's clock
 * @kind:	enum event_kind
 * @cpu:	where it was traced; 0 in a text
 * @pid:	what ran there; 0 in a text
 * @netns:	inode number of the namespace, 0 if not told
 * @local:	the end that this happened at
 * @remote:	the other one
 * @id:		serial number of the connection at this end, 0 if not told
 * @from:	enum lctcp_state before, of EVENT_STATE
 * @what:	enum lctcp_event, of EVENT_STATE
 * @to:		enum lctcp_state after, of EVENT_STATE
 * @flags:	SEG_*
 * @seq:	of a segment, as are @ack, @len, @wnd (unscaled)
 * @ms:		of EVENT_TIMER_SET
 * @tries:	how often it has been sent again, of EVENT_RETRANSMIT
 * @rule:	number of a fault rule
 * @count:	of a fault rule, 0 for ever
 * @delay_ms:	of a fault rule
 * @role:	of a segment
 * @verb:	of a fault rule
 * @timer:	its name
 * @reason:	to drop a segment
 * @call:	what a program was handed, "accept" or "eof", of EVENT_CALL
 * @state:	of loss recovery, of EVENT_CONGESTION, as are @cwnd, @ssthresh,
 *		@flight, @sacked and @lost, in octets
 * @by:		what led there, "" if not told
 * @una:	first number not acknowledged, of EVENT_ACKED, which also has
 *		@cwnd, @ssthresh, @sacked and @lost
 * @nxt:	next number to be sent
 * @window:	of the peer, scaled: it takes what is below @una + @window
 * @again:	octets sent again and not heard of since
 * @srtt_us:	the round trip, smoothed; 0 before there is one
 * @rto_us:	the retransmission timeout
 * @start:	first number of a SACK block, of EVENT_SACK
 * @end:	one past its last
 */
struct event {
	long long us;
	unsigned int kind;
	unsigned int cpu, pid;
	uint32_t netns;
	struct event_end local, remote;
	uint32_t id;
	unsigned int from, what, to;
	unsigned int flags;
	uint32_t seq, ack, len, wnd;
	unsigned long long ms;
	unsigned int tries;
	unsigned int rule;
	unsigned int count;
	unsigned int delay_ms;
	char role[EVENT_WORD];
	char verb[EVENT_WORD];
	char timer[EVENT_WORD];
	char reason[EVENT_WORD];
	char call[EVENT_WORD];
	char state[EVENT_WORD];
	char by[EVENT_WORD];
	uint32_t cwnd, ssthresh, flight, sacked, lost;
	uint32_t una, nxt, window, again, srtt_us, rto_us;
	uint32_t start, end;
};

/**
 * struct events - a trace; begin with all zero
 * @v:		in the order of the file
 * @n:		how many
 * @room:	how many fit
 * @lost:	how many events are missing, as the trace itself says; 1 if it
 *		does not say how many
 * @header:	the header of a recording was seen
 * @ended:	its end was seen
 * @clock:	from its header, as is @kernel; else empty
 */
struct events {
	struct event *v;
	size_t n;
	size_t room;
	unsigned long long lost;
	bool header, ended;
	char clock[EVENT_WORD];
	char kernel[65];
};

/* What is wrong with a line, or with a file. */
enum {
	EVENTS_NO_MEMORY = -1,
	EVENTS_BAD = -2,	/* begins as JSON, but is none: cut off */
	EVENTS_NEWER = -3,	/* a header of a version unknown here */
};

/* One line: 1 if it was an event, 0 if not, or EVENTS_*. */
int events_line(struct events *evs, const char *line);
/* The rest of a file: how many events, or EVENTS_*; then @line, if not NULL,
 * is the number of the line, from 1.
 */
int events_read(struct events *evs, FILE *f, size_t *line);
/* A whole file, "-" for standard input: 0; or 1 after one line on standard
 * error has said what is wrong, no event at all included.  What could be read
 * is there all the same.  That events are missing is no error, and left to the
 * caller to tell.
 */
int events_load(struct events *evs, const char *path);
/* The same from an open file; @path is for messages. */
int events_load_file(struct events *evs, FILE *f, const char *path);
void events_free(struct events *evs);

/* The lines of a recording that are no events. */
void events_write_header(FILE *f, const char *clock, const char *kernel);
void events_write_lost(FILE *f, unsigned int cpu, unsigned long long n);
void events_write_end(FILE *f, unsigned long long n, unsigned long long lost);

/* "state" of EVENT_STATE, as in a recording; "lctcp_state" in tracefs. */
const char *event_kind_name(unsigned int kind);

/* A word from a file that may hold anything, cut to @size: what a terminal or a
 * picture could take for more than a word becomes '?'.
 */
void event_word(char *to, size_t size, const char *text);

bool event_end_same(const struct event_end *a, const struct event_end *b);
/* "192.0.2.1:80" or "[2001:db8::1]:80" */
const char *event_end_text(const struct event_end *e, char *buf, size_t size);
#define EVENT_END_TEXT	(INET6_ADDRSTRLEN + 9)

#endif /* LCTCP_EVENTS_H */
