/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The player of the labs: reads a lab's script, plays it on the real module
 * between two namespaces, records what the tracepoints saw, draws it, and
 * compares it with the lab's expected events.
 *
 *	client 192.0.2.1  <-- 10 ms each way -->  server 192.0.2.2
 *
 *	script.c	from lines to verbs
 *	verbs.c		every verb of the script language
 *	record.c	the trace, and what it says in words
 *	queues.c	what is in the queues of a listener
 *	check.c		the expected events
 *	main.c		options, and what is printed
 *
 * ../README.md describes the language and the format of expected events.
 */
#ifndef LAB_H
#define LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/ladder.h"
#include "lib/plot.h"
#include "stage/stage.h"

#define LAB_CONNS	9	/* connections that a script can name */
#define LAB_ACTS	8
#define LAB_TEXT	160
#define LAB_WORDS	24	/* of a line */

#define SERVER_PORT	80

/**
 * struct happening - one line of the record, in words
 * @us:		when, by the trace's clock
 * @host:	A or B
 * @n:		which connection, from 1
 * @program:	a program did it, not the module
 * @after:	so many events came before it, if a program did it
 * @matched:	an expected event has been found in it
 * @text:	what, "sends SYN-ACK seq=0 ack=1 win=65535"
 */
struct happening {
	long long us;
	int host;
	int n;
	bool program;
	size_t after;
	bool matched;
	char text[LAB_TEXT];
};

/**
 * struct act - a part of a lab, recorded and drawn by itself
 * @title:	in each language; "" if the lab has but one act
 * @evs:	what the tracepoints saw
 * @v:		the same in words, with what the programs did
 * @n:		how many
 * @room:	how many fit
 * @zero:	time 0: the first event of the connection shown first
 * @show:	connections whose ladder is drawn, a bit each; bit 1 is the first
 * @plots:	connections whose client's sending is drawn over time, likewise
 */
struct act {
	char title[NLANGS][LAB_TEXT];
	struct events evs;
	struct happening *v;
	size_t n;
	size_t room;
	long long zero;
	unsigned int show, plots;
};

/**
 * struct lab - one lab while it is played
 * @dir:	its folder
 * @out:	where the recordings go, or NULL
 * @s:		both hosts, and the trace of the current act
 * @delay_ms:	of the wire, each way
 * @rate:	of the wire, octets a second; 0: no bound
 * @fd:		sockets by host and connection, -1 for none
 * @lfd:	listeners by host, -1 for none
 * @linger_ms:	what SO_LINGER says, -1 if not set, by host and connection
 * @self:	the connection has one end only, by connection
 * @act:	the acts so far
 * @nacts:	how many
 * @show:	of the acts to come, as is @plots
 * @queues:	draw the queues of the server too
 * @raw:	the trace also goes there, or NULL
 * @line:	of the script
 * @error:	why the script cannot go on, "" if it can
 */
struct lab {
	const char *dir;
	const char *out;
	struct stage s;
	long delay_ms;
	unsigned int rate;
	int fd[2][LAB_CONNS + 1];
	int lfd[2];
	int linger_ms[2][LAB_CONNS + 1];
	bool self[LAB_CONNS + 1];
	struct act act[LAB_ACTS];
	int nacts;
	unsigned int show, plots;
	bool queues;
	FILE *raw;
	int line;
	char error[256];
};

/* ---- verbs.c ---- */

bool lab_up(struct lab *l);
void lab_down(struct lab *l);
/* Client port of connection @n; the server's is SERVER_PORT. */
unsigned int client_port(int n);
/* Which connection has that port of the client?  0: none. */
int conn_number(unsigned int port);
/* One line of the script, in words; false if it failed, and l->error says why. */
bool play_line(struct lab *l, char **word, int n);

/* ---- script.c ---- */

/* Play the whole script: true, or false with l->error. */
bool play_script(struct lab *l);
/* It cannot go on: l->error says why, and false is returned. */
bool stop(struct lab *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* "3s", "1.5s", "10ms", "2min": milliseconds, or -1. */
long read_time(const char *text);
int split_words(char *line, char **word, int room);
const char *error_name(int err);
int error_number(const char *name);	/* -1 if unknown */

/* ---- record.c ---- */

bool record_start(struct lab *l, const char *title);
bool record_stop(struct lab *l);
/* A program did something now. */
bool note_call(struct lab *l, int host, int n, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* What each event says goes among what the programs did, in order. */
bool put_into_words(const struct lab *l, struct act *a);
/* "client" or "server2" */
const char *actor_name(int host, int n, char *buf, size_t size);
/* The ladder of connection @n, or NULL. */
struct ladder *act_ladder(const struct lab *l, const struct act *a, int n);
/* What its client has sent, over time; or NULL. */
struct plot *act_plot(const struct lab *l, const struct act *a, int n);
void lab_free(struct lab *l);

/* ---- check.c ---- */

/**
 * struct verdict - how the record compares with the expected events
 * @met:	how many expectations were met
 * @failed:	how many were not
 */
struct verdict {
	int met;
	int failed;
};

/* Compare; what does not agree is told to @f, each line after @lead. */
struct verdict check_lab(struct lab *l, const char *lead, FILE *f);
/* The record in the format of expected events. */
void print_record(const struct act *a, const char *lead, FILE *f);
void print_happening(const struct act *a, const struct happening *h,
		     const char *lead, FILE *f);

#endif /* LAB_H */
