// SPDX-License-Identifier: GPL-2.0
/*
 * What a peer sends to the module: options of a segment, and the SACK blocks
 * that are made of what has come.  The first octet says whether it is a SYN.
 */
#include <string.h>

#include "core/cookie.h"
#include "fuzz.h"
#include "core/options.h"
#include "core/sack.h"
#include "core/seq.h"

/* What is written of it says the same when it is read and written again. */
static void write_again(const struct lctcp_options *o, bool syn)
{
	u8 *a = malloc(LCTCP_OPTIONS_MAX), *b = malloc(LCTCP_OPTIONS_MAX);
	struct lctcp_options again;
	unsigned int len;

	FUZZ_HOLDS(a && b);
	len = lctcp_options_build(a, o);
	FUZZ_HOLDS(len <= LCTCP_OPTIONS_MAX && !(len % 4));
	FUZZ_HOLDS(!lctcp_options_parse(a, len, syn, &again));
	FUZZ_HOLDS(lctcp_options_build(b, &again) == len && !memcmp(a, b, len));
	free(a);
	free(b);
}

/* Each block is one, and touches no other. */
static void check_sacks(const struct lctcp_sacks *s)
{
	unsigned int i, j;

	FUZZ_HOLDS(s->n <= LCTCP_SACK_MAX);
	for (i = 0; i < s->n; i++)
		for (j = 0; j < i; j++)
			FUZZ_HOLDS(lctcp_before(s->block[i].end, s->block[j].start) ||
				   lctcp_before(s->block[j].end, s->block[i].start));
}

/* What was held still is, but for one block if there were too many. */
static void check_held(const struct lctcp_sacks *s,
		       const struct lctcp_sacks *before)
{
	unsigned int i, gone = 0;

	for (i = 0; i < before->n; i++) {
		const struct lctcp_sack_block *b = &before->block[i];
		const struct lctcp_sack_block *now;

		now = lctcp_sacks_find(s, b->start);
		if (now)
			FUZZ_HOLDS(now == lctcp_sacks_find(s, b->end - 1));
		else
			gone++;
	}
	FUZZ_HOLDS(!gone || (gone == 1 && before->n == LCTCP_SACK_MAX));
}

/* Segments that come, four octets each: where, how much, and what of it. */
static void hold(const u8 *data, size_t size)
{
	struct lctcp_sacks s = { .n = 0 }, before;
	u32 nxt = 0xffffff00, start;

	for (; size >= 4; data += 4, size -= 4) {
		struct lctcp_options o = { .nsack = 0 };
		unsigned int room = data[3] % (LCTCP_OPTIONS_MAX + 1);

		start = nxt + 1 + data[0];
		before = s;
		lctcp_sacks_add(&s, start, start + 1 + data[1]);
		check_sacks(&s);
		check_held(&s, &before);
		FUZZ_HOLDS(lctcp_sacks_find(&s, start) == &s.block[0] &&
			   lctcp_sacks_find(&s, start + data[1]) == &s.block[0]);
		if (data[2] & 1) {
			nxt += data[2];
			lctcp_sacks_advance(&s, nxt);
			check_sacks(&s);
		}
		if (data[2] & 2)
			lctcp_sacks_once(&s, start, start + 1);
		lctcp_sacks_report(&s, room, &o);
		FUZZ_HOLDS(o.nsack <= lctcp_sack_fit(room) &&
			   (o.nsack || !lctcp_sack_fit(room) || !s.n));
	}
}

/* Whatever a peer makes up instead of a cookie. */
static void forge(const struct lctcp_options *o)
{
	u32 cookie = o->sack[0].start, f = o->sack[0].end, period;
	int index;

	if (!lctcp_cookie_period(cookie, f, o->tsval, &period))
		return;
	index = lctcp_cookie_index(cookie, f, o->tsecr);
	FUZZ_HOLDS(index < LCTCP_COOKIE_NMSS);
	if (index >= 0)
		FUZZ_HOLDS(lctcp_cookie_make(f, period, o->tsecr, index) ==
			   cookie);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool syn = size && *data & 1;
	struct lctcp_options o;
	u8 *copy;

	if (!size)
		return 0;
	size--;
	copy = malloc(size);
	FUZZ_HOLDS(copy);
	memcpy(copy, data + 1, size);
	memset(&o, 0xa5, sizeof(o));
	lctcp_options_parse(copy, size, syn, &o);
	FUZZ_HOLDS(o.nsack <= LCTCP_SACK_MAX && o.wscale <= LCTCP_WSCALE_MAX);
	write_again(&o, syn);
	forge(&o);
	hold(copy, size);
	free(copy);
	return 0;
}
