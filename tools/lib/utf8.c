// SPDX-License-Identifier: GPL-2.0
/* Characters and their widths: see utf8.h. */
#include <string.h>

#include "utf8.h"

unsigned int utf8_next(const char **text)
{
	const unsigned char *s = (const unsigned char *)*text;
	int more = *s < 0x80 ? 0 : *s < 0xc2 ? -1 : *s < 0xe0 ? 1 :
		   *s < 0xf0 ? 2 : *s < 0xf5 ? 3 : -1;
	unsigned int c = *s;
	int i;

	++*text;
	if (more < 0)
		return UTF8_BAD;
	if (more)
		c &= 0x3f >> more;
	for (i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return UTF8_BAD;
		c = c << 6 | (s[i] & 0x3f);
	}
	*text += more;
	return c;
}

static bool in_range(const unsigned int (*ranges)[2], unsigned int n,
		     unsigned int c)
{
	while (n--)
		if (c >= ranges[n][0] && c <= ranges[n][1])
			return true;
	return false;
}

#define IN(ranges, c)	\
	in_range(ranges, sizeof(ranges) / sizeof((ranges)[0]), c)

/* Those that East Asian fonts draw in a square. */
static bool is_wide(unsigned int c)
{
	static const unsigned int wide[][2] = {
		{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0x33ff },
		{ 0x3400, 0x4dbf }, { 0x4e00, 0xa4cf }, { 0xa960, 0xa97c },
		{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6b },
		{ 0xff01, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },
		{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
	};

	return c >= 0x1100 && IN(wide, c);
}

int utf8_width(unsigned int c)
{
	static const unsigned int none[][2] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0x300, 0x36f },
		{ 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff },
	};

	if (IN(none, c))
		return 0;
	return is_wide(c) ? 2 : 1;
}

int text_width_n(const char *text, int n)
{
	const char *end = text + n;
	int width = 0;

	while (text < end && *text)
		width += utf8_width(utf8_next(&text));
	return width;
}

int text_width(const char *text)
{
	return text_width_n(text, strlen(text));
}

bool utf8_breaks(unsigned int before, unsigned int after)
{
	static const unsigned int never_first[][2] = {
		{ 0x3001, 0x3002 }, { 0xff0c, 0xff0c }, { 0xff1a, 0xff1b },
		{ 0xff01, 0xff01 }, { 0xff1f, 0xff1f }, { 0xff09, 0xff09 },
		{ 0x201d, 0x201d }, { 0x2026, 0x2026 }, { 0x300b, 0x300b },
		{ ')', ')' }, { ',', '.' }, { ':', ';' },
	};
	static const unsigned int never_last[][2] = {
		{ 0xff08, 0xff08 }, { 0x201c, 0x201c }, { 0x300a, 0x300a },
		{ '(', '(' },
	};

	if (before == ' ')
		return true;
	if (IN(never_first, after) || IN(never_last, before) || after == ' ')
		return false;
	return is_wide(before) || is_wide(after);
}
