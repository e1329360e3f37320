// SPDX-License-Identifier: GPL-2.0
/*
 * Is all there in both languages?  One line for each thing that is not: an arc
 * without its sentence, formats that take other arguments, a character that
 * wcwidth(3) knows otherwise.
 */
#define _XOPEN_SOURCE 700
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "../lib/lib.h"

static int wrong;

static void check_width(const char *text)
{
	while (*text) {
		const char *at = text;
		unsigned int c = utf8_next(&text);

		if (utf8_width(c) == wcwidth(c))
			continue;
		printf("%.*s U+%04X is %d wide, not %d\n", (int)(text - at),
		       at, c, wcwidth(c), utf8_width(c));
		wrong = 1;
	}
}

/* "%s, %u" becomes "su". */
static void conversions(const char *format, char *found, size_t size)
{
	size_t n = 0;

	while ((format = strchr(format, '%')) && n + 1 < size) {
		format += 1 + strcspn(format + 1, "sudfg%");
		if (*format)
			found[n++] = *format++;
	}
	found[n] = 0;
}

static void check_word(enum word w)
{
	const char *en = word(w, LANG_EN), *zh = word(w, LANG_ZH);
	char a[16], b[16];

	if (!en || !zh) {
		printf("word %d is missing\n", w);
		wrong = 1;
		return;
	}
	conversions(en, a, sizeof(a));
	conversions(zh, b, sizeof(b));
	if (strcmp(a, b)) {
		printf("\"%s\" and \"%s\" take other arguments\n", en, zh);
		wrong = 1;
	}
	check_width(zh);
}

int main(void)
{
	unsigned int i;
	int w;

	setlocale(LC_ALL, "C.UTF-8");
	for (i = 0; i < lctcp_narcs; i++) {
		const struct lctcp_arc *arc = &lctcp_arcs[i];
		const char *zh = why_arc(arc, LANG_ZH);

		if (zh == arc->why) {
			printf("no Chinese for %s %s\n",
			       lctcp_state_name(arc->from),
			       lctcp_event_name(arc->event));
			wrong = 1;
		}
		check_width(zh);
	}
	for (w = 0; w < NWORDS; w++)
		check_word(w);
	check_width("├─┤│┊╎╭╰╮╯►◄✗…“”");
	return wrong;
}
