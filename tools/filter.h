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
	  { "only in these states, with commas between them", \
	    "只要处于这些状态的，用逗号隔开" } }, \
	{ 'r', "role", "ROLE", \
	  { "only active, passive or listener", \
	    "只要 active（主动打开）、passive（被动打开）\n" \
	    "或 listener（监听）的" } }, \
	{ 'p', "port", "PORT", \
	  { "only with that port at either end", "只要任一端是该端口的" } }

/* An option of FILTER_CHOICES: 0, or EXIT_USAGE after a message. */
int filter_option(struct filter *f, const char *name, int option, char *arg);
/* Those that pass stay. */
void filter_conns(const struct filter *f, struct conns *c);

#endif /* LCTCP_FILTER_H */
