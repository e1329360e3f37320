/* SPDX-License-Identifier: GPL-2.0 */
/* States and events by the names that people type. */
#ifndef LCTCP_NAMES_H
#define LCTCP_NAMES_H

#include <stdbool.h>

#include "lang.h"

/* Equal but for case, '-' and '_': FIN-WAIT-1 is fin_wait1. */
bool same_name(const char *a, const char *b);
/* enum lctcp_state, 0 if unknown; also by the names of RFC 9293 and ss. */
unsigned int state_by_name(const char *name);
/* enum lctcp_event, LCTCP_NEVENTS if unknown. */
unsigned int event_by_name(const char *name);
/* The states as a connection meets them: the @nth of them, from 0. */
unsigned int state_in_order(unsigned int nth);
/* "CLOSED, LISTEN, ...", in that order. */
const char *state_names(void);
/* What it is, in a line; NULL if that has not been written yet. */
const char *state_about(unsigned int state, enum language lang);
const char *event_about(unsigned int event, enum language lang);

#endif /* LCTCP_NAMES_H */
