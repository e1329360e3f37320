/* SPDX-License-Identifier: GPL-2.0 */
/* Words of TCP and of lctcp that are neither states nor events. */
#ifndef LCTCP_TERMS_H
#define LCTCP_TERMS_H

/**
 * struct term - what a word means
 * @name:	"DropSeq", "third-ack", "rto"
 * @kind:	"reason to drop a segment", "role of a segment", ...
 * @about:	in a sentence or two
 */
struct term {
	const char *name;
	const char *kind;
	const char *about;
};

/* By its name, as same_name() compares; NULL if it is none. */
const struct term *term_by_name(const char *name);

#endif /* LCTCP_TERMS_H */
