/* SPDX-License-Identifier: GPL-2.0 */
/* Which connections to show: the options that list and watch share. */
#ifndef LCTCP_FILTER_H
#define LCTCP_FILTER_H

#include "proc.h"

/**
 * struct filter - which connections to show; all zero for all
 * @states:	a set of LCTCP_S(), 0 for all
 * @role:	NULL for all
 * @port:	at either end, 0 for all
 */
struct filter {
	unsigned int states;
	const char *role;
	unsigned long port;
};

#define FILTER_CHOICES	\
	{ 's', "state", "STATES", \
	  "only in these states, with commas between them" }, \
	{ 'r', "role", "ROLE", "only active, passive or listener" }, \
	{ 'p', "port", "PORT", "only with that port at either end" }

/* An option of FILTER_CHOICES: 0, or EXIT_USAGE after a message. */
int filter_option(struct filter *f, const char *name, int option, char *arg);
/* Those that pass stay. */
void filter_conns(const struct filter *f, struct conns *c);

#endif /* LCTCP_FILTER_H */
