/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ladders and diagrams say, in English and Chinese: why a step is taken,
 * and the few words around it.  Names of states, flags and rules are the same
 * in both.
 */
#ifndef LCTCP_WHY_H
#define LCTCP_WHY_H

#include <stdbool.h>
#include <stddef.h>

#include <lctcp/fsm.h>

#include "lang.h"

struct ladder;

/**
 * struct why - a sentence about one row of a ladder
 * @remark:	about a kind of segment or timer, or NULL
 * @arc:	else the arc that says it
 * @sides:	that took the arc, one bit each
 */
struct why {
	const struct remark *remark;
	const struct lctcp_arc *arc;
	unsigned int sides;
};

/* The sentence about row @row, or false: it goes without saying. */
bool why_row(const struct ladder *l, size_t row, struct why *why);
bool why_same(const struct why *a, const struct why *b);
/* "SYN-ACK again", "client → ESTABLISHED" */
const char *why_title(const struct ladder *l, const struct why *why,
		      enum language lang, char *buf, size_t size);
const char *why_text(const struct why *why, enum language lang);
/* "RFC 9293 3.4" */
const char *why_rfc(const struct why *why, char *buf, size_t size);

/* Why an arc is there; in English if it has not been translated. */
const char *why_arc(const struct lctcp_arc *arc, enum language lang);

/* What a timer of the trace is called; @name itself if it is a new one. */
const char *why_timer(const char *name, enum language lang);
/* ... in a word, for narrow places. */
const char *why_timer_short(const char *name, enum language lang);

/* Why a segment was dropped, in a word or two; @reason itself if it is new. */
const char *why_drop(const char *reason, enum language lang);

enum word {
	W_CLIENT, W_SERVER, W_PEER_A, W_PEER_B, W_SOCKET, W_ITSELF, W_BOTH, W_TIME, W_CONNECTION,
	W_DATA, W_MERGED, W_AGAIN, W_ACK_AGAIN, W_OCTETS, W_OCTET, W_WITH_OCTETS,
	W_LOST_RULE, W_DELAY_RULE, W_DUP_RULE, W_LOST, W_UNDER_WAY,
	W_DROPPED, W_COPIES,
	W_STARTS, W_ANEW, W_FIRES_AFTER, W_FIRES,
	W_SUMMARY, W_SUMMARY_ONE, W_TO_SCALE, W_FIRED, W_STOPPED, W_WHY_DROPPED,
	W_SURE, W_LATE, W_LEFT_AT, W_LEFT_BEFORE, W_RELATIVE, W_RELATIVE_OLD, W_MIDWAY, W_BOOKS,
	W_OVERDUE, W_BY_TICKS, W_LOST_BY, W_DELAYED_BY,
	W_ACTIVE_OPEN, W_PASSIVE_OPEN,
	NWORDS
};

/* Some are formats: see the table. */
const char *word(enum word w, enum language lang);

#endif /* LCTCP_WHY_H */
