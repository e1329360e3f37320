/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lctcp watch: what it knows (watch.c), and what it shows (watch_screen.c).
 */
#ifndef LCTCP_WATCH_H
#define LCTCP_WATCH_H

#include "filter.h"
#include "lib/events.h"
#include "proc.h"

/**
 * struct watch_row - a connection
 * @c:		as it was last seen; its state is CLOSED once it is gone
 * @local:	its end, as is @remote
 * @remote:	all zero if that could not be read
 * @total_ms:	of its timer, from its start
 * @drop:	why a segment of it was dropped last, or empty
 * @gone_ms:	when it was missed first, 0 if it is there
 */
struct watch_row {
	struct conn c;
	struct event_end local, remote;
	unsigned long total_ms;
	char drop[EVENT_WORD];
	long long gone_ms;
};

#define WATCH_GONE_MS	3000	/* shown so long after its end */

/**
 * struct watch - all connections, and what has been traced of them
 * @filter:	which of them
 * @row:	by listener or not, then by their serial numbers
 * @n:		how many
 * @count:	how many in each state, whatever the filter
 * @events:	traced of late
 * @traced:	how many events there have been
 * @dropped:	how many of them told of a dropped segment
 * @netns:	inode number of our namespace, 0 if unknown
 */
struct watch {
	struct filter filter;
	struct watch_row *row;
	size_t n;
	unsigned int count[LCTCP_NSTATES];
	struct events events;
	unsigned long long traced, dropped;
	uint32_t netns;
};

/* What there is now, at @now_ms by any clock; @conns is changed.  False
 * without memory.
 */
bool watch_update(struct watch *w, struct conns *conns, long long now_ms);
/* A line of a recording. */
void watch_event(struct watch *w, const char *line);
/* The events of a connection, of both its ends, to be freed by free(v). */
struct events watch_events_of(const struct watch *w,
			      const struct watch_row *row);
void watch_free(struct watch *w);

/**
 * struct watch_view - what the screen shows
 * @selected:	serial number of a connection, 0 for none yet
 * @top:	first row, or line of the ladder, on the screen
 * @ladder:	that connection's ladder, and not the list
 * @end:	the ladder follows what happens
 * @why:	and says why below
 * @sort:	by what the list is sorted, see watch_screen.c
 * @paused:	nothing moves
 * @problem:	why nothing is traced, or NULL
 */
struct watch_view {
	unsigned long selected;
	size_t top;
	bool ladder;
	bool end;
	bool why;
	unsigned int sort;
	bool paused;
	const char *problem;
};

/* Draw it all; in curses. */
void watch_show(const struct watch *w, struct watch_view *v);
/* A key; false to quit. */
bool watch_key(const struct watch *w, struct watch_view *v, int key);
/* Colours, cursor. */
void watch_screen_init(void);

#endif /* LCTCP_WATCH_H */
