/* SPDX-License-Identifier: GPL-2.0 */
/* Words of TCP and of lctcp that are neither states nor events. */
#ifndef LCTCP_TERMS_H
#define LCTCP_TERMS_H

#include <stddef.h>

#include "lang.h"

/**
 * struct term - what a word means
 * @name:	"DropSeq", "third-ack", "rto"
 * @kind:	see term_kind()
 * @about:	in a sentence or two, in each language
 */
struct term {
	const char *name;
	unsigned int kind;
	const char *about[NLANGS];
};

/* By its name, as same_name() compares; NULL if it is none. */
const struct term *term_by_name(const char *name);
/* The @nth of them, from 0; NULL behind the last one. */
const struct term *term_in_order(size_t nth);
/* "reason to drop a segment", "role of a segment", ... */
const char *term_kind(const struct term *t, enum language lang);

#endif /* LCTCP_TERMS_H */
