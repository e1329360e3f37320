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
 * @also:	other names of it, parted by blanks, or NULL
 * @value:	of a setting, unless told; NULL: as memory allows
 * @low:	the least a setting may be; NULL for what is no setting
 * @high:	the most; NULL if there is no bound
 */
struct term {
	const char *name;
	unsigned int kind;
	const char *about[NLANGS];
	const char *also;
	const char *value, *low, *high;
};

/* By one of its names, as same_name() compares, behind @after or from the first one
 * on; NULL if there is none. A setting may also be called net.lctcp.NAME.
 */
const struct term *term_by_name(const char *name, const struct term *after);
/* The @nth of them, from 0; NULL behind the last one. */
const struct term *term_in_order(size_t nth);
/* "reason to drop a segment", "role of a segment", ... */
const char *term_kind(const struct term *t, enum language lang);

#endif /* LCTCP_TERMS_H */
