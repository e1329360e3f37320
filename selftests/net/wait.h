/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fixture of poll.c, block.c, ending.c and halfopen.c: a pair of hosts, a
 * listener at B, and a third host that swallows what A sends to it.
 */
#ifndef LCTCP_WAIT_H
#define LCTCP_WAIT_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "fixture.h"

FIXTURE(wait) {
	struct pair p;
	int l;
};

FAMILIES(wait);

FIXTURE_SETUP(wait)
{
	PAIR_UP();
	ASSERT_EQ(0, black_hole(&self->p, A));
	LISTENER(HOST_ANY, 128);
}

PAIR_DOWN(wait)

#define CONNECTED(c, s)							\
	ASSERT_EQ(0, conn_pair(&self->p, FAM, self->l, &(c), &(s)))

/* How much later than due a wait may end. */
static inline long slack(void)
{
	return lc_virtual() ? 20 : 1000;
}

/* Write until nothing goes in any more, auto-tuning included; octets. */
static inline long fill(int fd)
{
	static char big[1 << 16];
	long sum = 0, before;
	int n;

	do {
		before = sum;
		while ((n = send(fd, big, sizeof(big),
				 MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
			sum += n;
		nap_ms(500);
	} while (sum != before);
	return sum;
}

struct talker {
	int fd, n;
	long ret;
};

/* A thread that writes @n octets, one at a time, then FIN. */
static inline void *talk(void *arg)
{
	struct talker *t = arg;
	int i;
	char ch;

	for (i = 0; i < t->n; i++) {
		ch = i;
		if (send(t->fd, &ch, 1, MSG_NOSIGNAL) != 1) {
			t->ret = -errno;
			return NULL;
		}
	}
	shutdown(t->fd, SHUT_WR);
	return NULL;
}

#endif /* LCTCP_WAIT_H */
