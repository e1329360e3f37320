/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pictures in SVG: text that fits, and colours for light and dark.
 *
 * Nothing of the day or of the machine gets into a picture, so that the same
 * recording makes the same octets.  Fonts are the reader's own; widths are
 * those of Arial with a little to spare, and squares for Chinese.
 */
#ifndef LCTCP_SVG_H
#define LCTCP_SVG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum svg_theme { SVG_AUTO, SVG_LIGHT, SVG_DARK };

/* One rule of the style sheet in both themes; @dark NULL: the same. */
struct svg_rule {
	const char *selector;
	const char *light;
	const char *dark;
};

/**
 * struct svg_head - what begins a picture
 * @width:	in pixels, as is @height
 * @xml_lang:	"en"
 * @title:	for those who hear it
 * @desc:	likewise
 * @theme:	AUTO follows the reader
 * @rules:	@nrules of them, behind those that every picture has: classes
 *		"bg" and "halo", and fonts for "text" and ".mono"
 */
struct svg_head {
	double width, height;
	const char *xml_lang;
	const char *title, *desc;
	enum svg_theme theme;
	const struct svg_rule *rules;
	size_t nrules;
};

void svg_begin(FILE *f, const struct svg_head *head);
void svg_end(FILE *f);

/* A number with one digit behind the point, whatever the locale; good until
 * the eighth call after it.
 */
const char *svg_num(double x);
/* Text with its &, < and > made harmless. */
void svg_puts(FILE *f, const char *text);
/* One line of text; @anchor is "start", "middle" or "end". */
void svg_text(FILE *f, double x, double y, const char *class,
	      const char *anchor, const char *text);

/* How wide is it in letters of that size?  With that much to spare: */
#define SVG_SPARE	1.08	/* other fonts are a little wider than Arial */
double svg_width(const char *text, double size, bool bold);
/* The beginning of @text that fits into @width and ends where a line may end,
 * at least one piece; in octets.
 */
size_t svg_fit(const char *text, double width, double size);

#endif /* LCTCP_SVG_H */
