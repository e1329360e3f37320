// SPDX-License-Identifier: GPL-2.0
/* Which blocks to report, in which order. */
#include "sack.h"
#include "seq.h"

static void remove_block(struct lctcp_sacks *s, unsigned int i)
{
	s->n--;
	memmove(s->block + i, s->block + i + 1,
		(s->n - i) * sizeof(s->block[0]));
}

void lctcp_sacks_add(struct lctcp_sacks *s, u32 start, u32 end)
{
	unsigned int i = 0;

	while (i < s->n) {
		const struct lctcp_sack_block *b = &s->block[i];

		if (lctcp_before(b->end, start) || lctcp_after(b->start, end)) {
			i++;
			continue;
		}
		if (lctcp_before(b->start, start))
			start = b->start;
		if (lctcp_after(b->end, end))
			end = b->end;
		remove_block(s, i);
	}
	if (s->n == LCTCP_SACK_MAX)
		s->n--;
	memmove(s->block + 1, s->block, s->n * sizeof(s->block[0]));
	s->block[0].start = start;
	s->block[0].end = end;
	s->n++;
}

const struct lctcp_sack_block *lctcp_sacks_find(const struct lctcp_sacks *s,
						u32 seq)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		if (!lctcp_before(seq, s->block[i].start) &&
		    lctcp_before(seq, s->block[i].end))
			return &s->block[i];
	return NULL;
}

void lctcp_sacks_advance(struct lctcp_sacks *s, u32 rcv_nxt)
{
	unsigned int i = 0;

	while (i < s->n) {
		if (lctcp_before(s->block[i].start, rcv_nxt))
			remove_block(s, i);
		else
			i++;
	}
}

void lctcp_sacks_cut(struct lctcp_sacks *s, u32 seq)
{
	unsigned int i = 0;

	while (i < s->n) {
		struct lctcp_sack_block *b = &s->block[i];

		if (!lctcp_before(b->start, seq)) {
			remove_block(s, i);
			continue;
		}
		if (lctcp_after(b->end, seq))
			b->end = seq;
		i++;
	}
}

bool lctcp_sacks_report(struct lctcp_sacks *s, unsigned int room,
			struct lctcp_options *o)
{
	unsigned int most = lctcp_sack_fit(room);
	unsigned int i;

	o->nsack = 0;
	if (!most)
		return false;
	if (s->have_once)
		o->sack[o->nsack++] = s->once;
	s->have_once = false;
	for (i = 0; i < s->n && o->nsack < most; i++)
		o->sack[o->nsack++] = s->block[i];
	return o->nsack;
}
