/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is in the queues of a listener, from the trace: half-open connections,
 * and open ones that no program has accepted yet.  Moments are those at which
 * one of them changed, or something did not get in.
 */
#ifndef LAB_QUEUES_H
#define LAB_QUEUES_H

#include "lab.h"

enum queue_what { CAME_SYN, CAME_ACK, GIVEN_UP, ACCEPTED };

#define QUEUE_NEWS	8	/* of one moment */

/**
 * struct queue_news - what happened to some at one moment
 * @what:	enum queue_what
 * @n:		the connection, 0 for forged ones
 * @kept:	how many got in, or left
 * @cookie:	how many the server answered without keeping anything of them
 * @dropped:	how many it dropped
 * @reason:	to drop them
 */
struct queue_news {
	int what;
	int n;
	int kept, cookie, dropped;
	const char *reason;
};

/**
 * struct queue_moment - the queues, and what changed them
 * @us:		when
 * @half:	how many are half-open, honest and forged
 * @waiting:	how many wait for accept(), likewise
 * @news:	what happened
 * @nnews:	how much of it
 */
struct queue_moment {
	long long us;
	int half[2], waiting[2];
	struct queue_news news[QUEUE_NEWS];
	int nnews;
};

/**
 * struct queues - of one act
 * @m:		its moments
 * @n:		how many
 * @room:	how many fit
 * @zero:	time 0
 * @half:	most that were half-open at a time
 * @waiting:	most that waited for accept()
 */
struct queues {
	struct queue_moment *m;
	size_t n, room;
	long long zero;
	int half, waiting;
};

/* Of act @act, from 0, with what the acts before have left; false without memory. */
bool queues_of(const struct lab *l, int act, struct queues *q);
void queues_free(struct queues *q);
/* Did something find no room at that moment: in the queue of half-open ones, or
 * (@accept) in that of open ones?
 */
bool queues_full(const struct queue_moment *m, bool accept);
/* "100 forged SYNs: 16 kept, 84 dropped (SYN queue full)" */
const char *queues_news(const struct queue_news *news, enum language lang,
			char *buf, size_t size);
/* Into the record of the act, as what the server has. */
bool queues_record(const struct queues *q, struct act *a);
void queues_text(const struct queues *q, const struct ladder_style *style, FILE *f);
void queues_svg(const struct queues *q, const char *title, enum language lang,
		FILE *f);

enum queue_word {
	Q_TITLE, Q_TIME, Q_NEWS, Q_HALF, Q_WAITING, Q_FULL, Q_HONEST, Q_FORGED,
	Q_FREE, Q_NWORDS
};

const char *queues_word(enum queue_word w, enum language lang);

#endif /* LAB_QUEUES_H */
