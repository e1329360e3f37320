/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module shows in /proc/net/lctcp, or a saved copy of it: the folder
 * $LCTCP_PROC, if that is set.  Columns are found by their names, so that a
 * newer module may have more.
 */
#ifndef LCTCP_PROC_H
#define LCTCP_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <lctcp/fsm.h>

#include "lib/events.h"

#define CONN_WORD	12
#define CONN_END	60	/* "[" IPv6 address "%" interface "]:" port */

/**
 * struct conn - a line of "connections"
 * @role:	active, passive, listener
 * @local:	end, as text
 * @remote:	the other one
 * @state:	enum lctcp_state, 0 if unknown
 * @age_ms:	time in @state
 * @timer:	its name, "none" if none runs
 * @left_ms:	until it fires
 * @tries:	how often the segment it is about was sent again, or probes
 * @sndq:	octets not acknowledged; of a listener, bound of its queue
 * @rcvq:	octets not read; of a listener, connections not accepted
 * @uid:	who owns the socket
 * @inode:	of the socket, 0 if there is none
 * @id:		serial number
 * @cwnd:	congestion window, octets
 * @flight:	octets in the network
 * @recovery:	state of loss recovery: "open", "disorder", ...; "-" if nothing
 *		can be sent, or an older module does not say
 */
struct conn {
	char role[CONN_WORD];
	char local[CONN_END], remote[CONN_END];
	unsigned int state;
	unsigned long long age_ms;
	char timer[CONN_WORD];
	unsigned long left_ms;
	unsigned long tries;
	unsigned long sndq, rcvq;
	unsigned long uid, inode, id;
	unsigned long cwnd, flight;
	char recovery[CONN_WORD];
};

/**
 * struct conns - a whole file; begin with all zero
 * @v:		in the order of conn_order()
 * @n:		how many
 * @room:	how many fit
 */
struct conns {
	struct conn *v;
	size_t n, room;
};

/* Path of a file of the module, in @buf; @buf. */
#define PROC_PATH	256
const char *proc_path(const char *name, char *buf);

/* The file, or NULL after a line on standard error: @path, "-" for standard
 * input, or without it the module's file @name.
 */
FILE *proc_open(const char *path, const char *name);

/* What @f says, in place of what was there.  False if it is no such file, or
 * without memory.
 */
bool conns_read(struct conns *c, FILE *f);
void conns_free(struct conns *c);

/* What people read: its role, and its timer; in Chinese or as the module has it. */
const char *conn_role(const struct conn *c);
const char *conn_timer(const struct conn *c);
/* Is there something to tell of what it sends?  And in what state recovery is. */
bool conn_sends(const struct conn *c);
const char *conn_recovery(const struct conn *c);
/* Less than 0 if @a comes before @b: listeners first, then by @id. */
int conn_order(const struct conn *a, const struct conn *b);
/* "80" of "192.0.2.1:80", 0 of "*:*" */
unsigned int conn_port(const char *end);

/* "192.0.2.1:80", "*:80", "[fe80::1%2]:*"; false if it is none of these. */
bool conn_end(const char *text, struct event_end *end);

/* What @f says of the arcs into @count[], by their places in lctcp_arcs[].
 * False if it is no copy of "transitions".
 */
bool transitions_read(uint64_t *count, FILE *f);

#endif /* LCTCP_PROC_H */
