/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints lctcp:* from the text of a trace (tracefs files trace and
 * trace_pipe) into an array.  Unknown events and unknown fields are passed
 * over, so that an older reader takes a newer trace.
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
	EVENT_NKINDS,
};

enum {
	SEG_FIN = 1, SEG_SYN = 2, SEG_RST = 4, SEG_PSH = 8, SEG_ACK = 16,
	SEG_URG = 32,
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

/**
 * struct event - one line of the trace; what its kind has not is 0
 * @us:		when, by the trace's clock
 * @kind:	enum event_kind
 * @local:	the end that this happened at
 * @remote:	the other one
 * @id:		serial number of the connection at this end, 0 if not told
 * @from:	enum lctcp_state before, of EVENT_STATE
 * @what:	enum lctcp_event, of EVENT_STATE
 * @to:		enum lctcp_state after, of EVENT_STATE
 * @flags:	SEG_*
 * @ms:		of EVENT_TIMER_SET
 * @tries:	how often it has been sent again, of EVENT_RETRANSMIT
 * @count:	of a fault rule, 0 for ever
 * @delay_ms:	of a fault rule
 * @role:	of a segment
 * @verb:	of a fault rule
 * @timer:	its name
 * @reason:	to drop a segment
 */
struct event {
	long long us;
	unsigned int kind;
	struct event_end local, remote;
	uint32_t id;
	unsigned int from, what, to;
	unsigned int flags;
	uint32_t seq, ack, len;
	unsigned long long ms;
	unsigned int tries;
	unsigned int count;
	unsigned int delay_ms;
	char role[EVENT_WORD];
	char verb[EVENT_WORD];
	char timer[EVENT_WORD];
	char reason[EVENT_WORD];
};

/**
 * struct events - a trace; begin with all zero
 * @v:		in the order of the file
 * @n:		how many
 * @room:	how many fit
 * @lost:	the trace itself says that events are missing
 */
struct events {
	struct event *v;
	size_t n;
	size_t room;
	bool lost;
};

/* One line: 1 if it was an event, 0 if not, -1 without memory. */
int events_line(struct events *evs, const char *line);
/* The rest of a file: how many events, or -1 without memory. */
int events_read(struct events *evs, FILE *f);
void events_free(struct events *evs);

bool event_end_same(const struct event_end *a, const struct event_end *b);
/* "192.0.2.1:80" or "[2001:db8::1]:80" */
const char *event_end_text(const struct event_end *e, char *buf, size_t size);
#define EVENT_END_TEXT	(INET6_ADDRSTRLEN + 9)

#endif /* LCTCP_EVENTS_H */
