// SPDX-License-Identifier: GPL-2.0
/* English or Chinese: see lang.h. */
#include <stdlib.h>
#include <string.h>

#include "lang.h"

enum language lang_now;

static const char *const names[NLANGS] = { "en", "zh" };

bool lang_find(const char *name, enum language *lang)
{
	int i;

	for (i = 0; i < NLANGS; i++) {
		if (!strcmp(names[i], name)) {
			*lang = i;
			return true;
		}
	}
	return false;
}

const char *lang_name(enum language lang)
{
	return names[lang];
}

/* As setlocale(3) looks for it, but no such locale has to be installed. */
static const char *locale_name(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *name;
	unsigned int i;

	for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		name = getenv(variables[i]);
		if (name && *name)
			return name;
	}
	return "C";
}

bool lang_from_environment(void)
{
	const char *name = getenv("L10N");

	if (name && *name)
		return lang_find(name, &lang_now);
	lang_now = strncmp(locale_name(), "zh_CN", 5) ? LANG_EN : LANG_ZH;
	return true;
}
