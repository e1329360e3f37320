/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A schedule says how long to wait after the first, second, ... transmission
 * of a SYN or SYN-ACK.  When it is used up, the attempt is given up.
 */
#ifndef _LCTCP_SCHEDULE_H
#define _LCTCP_SCHEDULE_H

#include <lctcp/types.h>
#include <uapi/linux/lctcp.h>

/* Room for a schedule as text: 16 times "600000" and a separator or NUL. */
#define LCTCP_SCHEDULE_TEXT	(LCTCP_SCHEDULE_MAX * 7)

/**
 * struct lctcp_schedule - a list of waits
 * @n:	entries, 1 to LCTCP_SCHEDULE_MAX
 * @ms:	milliseconds each, LCTCP_SCHEDULE_MIN_MS to LCTCP_SCHEDULE_MAX_MS
 */
struct lctcp_schedule {
	u8 n;
	u32 ms[LCTCP_SCHEDULE_MAX];
};

/**
 * lctcp_schedule_set() - from an array
 * @s:	result, untouched on failure
 * @ms:	waits in milliseconds
 * @n:	how many
 *
 * Return: 0, or -EINVAL for too many, too few or out of bounds.
 */
static inline int lctcp_schedule_set(struct lctcp_schedule *s, const u32 *ms,
				     size_t n)
{
	size_t i;

	if (!n || n > LCTCP_SCHEDULE_MAX)
		return -EINVAL;
	for (i = 0; i < n; i++)
		if (ms[i] < LCTCP_SCHEDULE_MIN_MS ||
		    ms[i] > LCTCP_SCHEDULE_MAX_MS)
			return -EINVAL;
	for (i = 0; i < n; i++)
		s->ms[i] = ms[i];
	s->n = n;
	return 0;
}

/**
 * lctcp_schedule_parse() - from text such as "3000 6000 12000"
 * @s:		result, untouched on failure
 * @text:	decimal milliseconds between spaces, tabs or newlines
 *
 * Return: 0, or -EINVAL for anything else, too many, too few or out of bounds.
 */
static inline int lctcp_schedule_parse(struct lctcp_schedule *s,
				       const char *text)
{
	u32 ms[LCTCP_SCHEDULE_MAX];
	size_t n = 0;

	for (;;) {
		u32 v = 0;

		while (*text == ' ' || *text == '\t' || *text == '\n')
			text++;
		if (!*text)
			return lctcp_schedule_set(s, ms, n);
		if (n == LCTCP_SCHEDULE_MAX)
			return -EINVAL;
		if (*text < '0' || *text > '9')
			return -EINVAL;
		for (; *text >= '0' && *text <= '9'; text++) {
			v = v * 10 + (*text - '0');
			if (v > LCTCP_SCHEDULE_MAX_MS)
				return -EINVAL;
		}
		ms[n++] = v;
	}
}

/**
 * lctcp_schedule_format() - to the text that lctcp_schedule_parse() reads
 * @s:		schedule
 * @buf:	room for LCTCP_SCHEDULE_TEXT octets
 *
 * Return: length of the text, the NUL at its end not counted.
 */
static inline size_t lctcp_schedule_format(const struct lctcp_schedule *s,
					   char *buf)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < s->n; i++) {
		char digits[10];
		u32 v = s->ms[i];
		int k = 0;

		do {
			digits[k++] = '0' + v % 10;
			v /= 10;
		} while (v);
		if (i)
			buf[len++] = ' ';
		while (k)
			buf[len++] = digits[--k];
	}
	buf[len] = '\0';
	return len;
}

#endif /* _LCTCP_SCHEDULE_H */
