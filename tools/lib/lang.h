/* SPDX-License-Identifier: GPL-2.0 */
/*
 * English or Chinese: the one place that decides.  Names of states, events,
 * roles and rules are the same in both, and so is all that programs read.
 */
#ifndef LCTCP_LANG_H
#define LCTCP_LANG_H

#include <stdbool.h>

enum language { LANG_EN, LANG_ZH, NLANGS };

/* "zh" and the like; false if it is none of ours. */
bool lang_find(const char *name, enum language *lang);
const char *lang_name(enum language lang);

#define LANG_CHOICES	"en, zh"	/* for messages */

/* What a program speaks; English, until it has been told otherwise. */
extern enum language lang_now;

/* By $L10N, or else by the locale: Chinese for zh_CN.  False if $L10N names no
 * language of ours.
 */
bool lang_from_environment(void);

/* A text in both languages, side by side; of what a program speaks.  The
 * compiler checks both, if they are formats.
 */
#define tr(en, zh)	(lang_now == LANG_ZH ? (zh) : (en))

#endif /* LCTCP_LANG_H */
