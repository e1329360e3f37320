/* SPDX-License-Identifier: GPL-2.0 */
/* Pictures of the state machine with how often each arc was taken. */
#ifndef LCTCP_STATES_H
#define LCTCP_STATES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <lctcp/fsm.h>

#include "lib/svg.h"
#include "lib/why.h"

/* For graphviz: @count by the arcs' places in lctcp_arcs[], @title without
 * anything that its strings would have to escape.
 */
void states_dot(const uint64_t *count, const char *title, FILE *f);
/* The SVG that dot made of it, with a style for dark screens and for paper. */
void states_svg(FILE *dots, FILE *f);

/* As books draw it, with the usual ways of a client and of a server; @count NULL:
 * without numbers.
 */
void states_book(const uint64_t *count, enum language lang,
		 enum svg_theme theme, FILE *f);

#endif /* LCTCP_STATES_H */
