// SPDX-License-Identifier: GPL-2.0
/* Pictures in SVG: see svg.h. */
#include <string.h>

#include "svg.h"
#include "utf8.h"

/* Fonts that are much the same width, and then whatever there is. */
#define SANS	"-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial," \
		"'Liberation Sans','Noto Sans','Noto Sans CJK SC'," \
		"'Noto Sans SC','PingFang SC','Microsoft YaHei'," \
		"system-ui,sans-serif"
#define MONO	"ui-monospace,SFMono-Regular,Menlo,Consolas," \
		"'Liberation Mono','DejaVu Sans Mono'," \
		"'Noto Sans Mono CJK SC',monospace"

static const struct svg_rule common[] = {
	{ "text", "font-family:" SANS, NULL },
	{ ".mono", "font-family:" MONO, NULL },
	{ ".bg", "fill:#fff", "fill:#0d1117" },
	{ ".halo",
	  "paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round",
	  "stroke:#0d1117" },
};

static void rules(FILE *f, const struct svg_rule *r, size_t n, bool dark)
{
	for (; n--; r++) {
		if (!dark)
			fprintf(f, "%s{%s}\n", r->selector, r->light);
		else if (r->dark)
			fprintf(f, "%s{%s}\n", r->selector, r->dark);
	}
}

static void style(FILE *f, const struct svg_head *h)
{
	fputs("<style>\n", f);
	rules(f, common, sizeof(common) / sizeof(common[0]), false);
	rules(f, h->rules, h->nrules, false);
	if (h->theme == SVG_AUTO)	/* paper is white */
		fputs("@media screen and (prefers-color-scheme:dark){\n", f);
	if (h->theme != SVG_LIGHT) {
		rules(f, common, sizeof(common) / sizeof(common[0]), true);
		rules(f, h->rules, h->nrules, true);
	}
	if (h->theme == SVG_AUTO)
		fputs("}\n", f);
	fprintf(f, "@page{size:A4 %s;margin:10mm}\n",
		h->width > h->height * 1.2 ? "landscape" : "portrait");
	fputs("@media print{svg:root{width:100%;height:auto;max-height:100%}}\n",
	      f);
	fputs("</style>\n", f);
}

void svg_begin(FILE *f, const struct svg_head *h)
{
	fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\" role=\"img\" aria-labelledby=\"title desc\" xml:lang=\"%s\">\n",
		svg_num(h->width), svg_num(h->height), svg_num(h->width),
		svg_num(h->height), h->xml_lang);
	fputs("<title id=\"title\">", f);
	svg_puts(f, h->title);
	fputs("</title>\n<desc id=\"desc\">", f);
	svg_puts(f, h->desc);
	fputs("</desc>\n", f);
	style(f, h);
	fputs("<rect class=\"bg\" width=\"100%\" height=\"100%\"/>\n", f);
}

void svg_end(FILE *f)
{
	fputs("</svg>\n", f);
}

const char *svg_num(double x)
{
	static char ring[8][24];
	static int next;
	char *buf = ring[next++ % 8];
	long tenths = (long)(x * 10 + (x < 0 ? -0.5 : 0.5));
	long whole = tenths < 0 ? -tenths : tenths;
	const char *sign = tenths < 0 ? "-" : "";

	if (whole % 10)
		snprintf(buf, 24, "%s%ld.%ld", sign, whole / 10, whole % 10);
	else
		snprintf(buf, 24, "%s%ld", sign, whole / 10);
	return buf;
}

void svg_puts(FILE *f, const char *text)
{
	while (*text) {
		const char *from = text;
		unsigned int c = utf8_next(&text);

		if (c == '&')
			fputs("&amp;", f);
		else if (c == '<')
			fputs("&lt;", f);
		else if (c == '>')
			fputs("&gt;", f);
		else if (c == UTF8_BAD)
			fputs("\xef\xbf\xbd", f);
		else if (c >= ' ' && c != 0xfffe && c != 0xffff)
			fwrite(from, text - from, 1, f);
	}
}

void svg_text(FILE *f, double x, double y, const char *class,
	      const char *anchor, const char *text)
{
	fprintf(f, "<text x=\"%s\" y=\"%s\" class=\"%s\"", svg_num(x),
		svg_num(y), class);
	if (strcmp(anchor, "start"))
		fprintf(f, " text-anchor=\"%s\"", anchor);
	fputc('>', f);
	svg_puts(f, text);
	fputs("</text>\n", f);
}

/* ---- widths ---- */

/* Of a letter of size 1000; from the space to the tilde. */
static const unsigned short letters[] = {
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,
	278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278,
	584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
	500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944,
	667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556,
	278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
	278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
};

static double letter_width(unsigned int c)
{
	if (c >= ' ' && c <= '~')
		return letters[c - ' '] / 1000.0;
	if (c >= 0x2018 && c <= 0x201f)
		return 0.5;	/* quotation marks: wide beside Chinese */
	return utf8_width(c) == 2 ? 1 : utf8_width(c) ? 0.8 : 0;
}

double svg_width(const char *text, double size, bool bold)
{
	double width = 0;

	while (*text)
		width += letter_width(utf8_next(&text));
	return width * size * SVG_SPARE * (bold ? 1.06 : 1);
}

size_t svg_fit(const char *text, double width, double size)
{
	const char *at = text, *end = NULL, *next;
	double used = 0, spaces = 0;
	unsigned int c = 0, d;

	while (*at) {
		next = at;
		d = utf8_next(&next);
		if (at > text && utf8_breaks(c, d))
			end = at;
		/* a space at the end of a line takes none */
		spaces = d == ' ' ? spaces + letter_width(d) : 0;
		used += letter_width(d);
		if (end && (used - spaces) * size * SVG_SPARE > width)
			return end - text;
		at = next;
		c = d;
	}
	return at - text;
}
