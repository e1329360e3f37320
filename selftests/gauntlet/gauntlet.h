/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs of the gauntlet share: chance that can be had again,
 * rounds, and how they report.
 *
 * A program plays rounds.  Each round is a process of its own, and all its
 * chance comes from the seed and the round's number, so that one round alone
 * plays again what it did among thousands:
 *
 *	program [-s SEED] [-r ROUND] [-n ROUNDS] [-t SECONDS] [-v]
 *
 * Environment, where no option says otherwise: GAUNTLET_SEED, GAUNTLET_ROUND,
 * GAUNTLET_ROUNDS, GAUNTLET_SECONDS; GAUNTLET_STOP names a file that ends the
 * last round when it appears, for a machine in virtual time cannot know how
 * long it took.
 */
#ifndef _GAUNTLET_H
#define _GAUNTLET_H

#include "../chance.h"

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#endif

/* What is counted, in all rounds together: memory that processes share. */
enum figure {
	N_SEGMENTS,		/* injected */
	N_ANSWERS,		/* captured */
	N_OCTETS,		/* delivered to programs, each looked at */
	N_CALLS,
	N_INJECTIONS,		/* failures that were injected */
	N_HITS,			/* of those, within a call on a socket of ours */
	N_LIVES,		/* connections, or whole lives of the module's objects */
	N_FIGURES,
};

extern unsigned long *figures;

#define COUNT(n)	__atomic_fetch_add(&figures[n], 1, __ATOMIC_RELAXED)
#define COUNT_N(n, m)	__atomic_fetch_add(&figures[n], m, __ATOMIC_RELAXED)

/**
 * struct gauntlet - one program
 * @name:	of the program
 * @kinds:	names of its kinds of round, taken in turn; the test points
 * @nkinds:	how many
 * @rounds:	without any option or variable
 * @patience:	seconds of the clock of this machine that a round may take
 * @play:	one round; returns if it went well, and exits or aborts if not
 */
struct gauntlet {
	const char *name;
	const char * const *kinds;
	unsigned int nkinds;
	unsigned int rounds;
	unsigned int patience;
	void (*play)(unsigned int kind, unsigned long round, struct chance *c);
};

extern bool gauntlet_verbose;

int gauntlet_main(const struct gauntlet *g, int argc, char **argv);
void gauntlet_fail(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#endif /* _GAUNTLET_H */
