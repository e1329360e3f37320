// SPDX-License-Identifier: GPL-2.0
/* Which blocks of a SACK option are good, and what is new about them. */
#include "score.h"
#include "seq.h"

static bool inside(const struct lctcp_sack_block *a,
		   const struct lctcp_sack_block *b)
{
	return !lctcp_before(a->start, b->start) &&
	       !lctcp_after(a->end, b->end);
}

/* RFC 2883 section 4: the first block is a duplicate if it lies below the
 * acknowledgment number, or within the second one.
 */
static bool is_dup(const struct lctcp_options *o, u32 una, u32 nxt, u32 reach)
{
	const struct lctcp_sack_block *b = &o->sack[0];

	if (!lctcp_before(b->start, b->end))
		return false;
	if (!lctcp_after(b->end, una))
		return lctcp_between(b->start, una - reach, una);
	return o->nsack > 1 && inside(b, &o->sack[1]) &&
	       !lctcp_after(b->end, nxt) && !lctcp_before(b->start, una);
}

/* No honest receiver reports what lies below its acknowledgment number, but an
 * ACK that was overtaken on its way does: that one is old, and not bad.
 */
static bool is_good(const struct lctcp_sack_block *b, u32 una, u32 nxt,
		    bool *bad)
{
	*bad = !lctcp_before(b->start, b->end) || lctcp_after(b->end, nxt) ||
	       b->end - b->start > nxt - una;
	return !*bad && lctcp_after(b->start, una);
}

/* Lowest first: they are four at most. */
static void insert(struct lctcp_sack_news *news,
		   const struct lctcp_sack_block *b)
{
	unsigned int i = news->n++;

	while (i && lctcp_before(b->start, news->block[i - 1].start)) {
		news->block[i] = news->block[i - 1];
		i--;
	}
	news->block[i] = *b;
}

/* Leave out what the last ACK told. */
static void trim(struct lctcp_sack_news *news, unsigned int i,
		 const struct lctcp_sack_block *last, unsigned int nlast)
{
	u32 from = news->block[i].start, to = news->block[i].end;
	unsigned int k;

	for (k = 0; k < nlast; k++) {
		if (!lctcp_before(from, last[k].start) &&
		    lctcp_before(from, last[k].end))
			from = last[k].end;
		if (lctcp_after(to, last[k].start) &&
		    !lctcp_after(to, last[k].end))
			to = last[k].start;
	}
	if (lctcp_before(to, from))
		to = from;
	news->from[i] = from;
	news->to[i] = to;
}

void lctcp_sack_sift(const struct lctcp_options *o, u32 una, u32 nxt,
		     u32 reach, const struct lctcp_sack_block *last,
		     unsigned int nlast, struct lctcp_sack_news *news)
{
	unsigned int i = 0;
	bool bad;

	*news = (struct lctcp_sack_news){ 0 };
	if (o->nsack && is_dup(o, una, nxt, reach)) {
		news->dup = o->sack[0];
		news->have_dup = true;
		i++;
	}
	for (; i < o->nsack; i++) {
		if (is_good(&o->sack[i], una, nxt, &bad))
			insert(news, &o->sack[i]);
		news->bad += bad;
	}
	for (i = 0; i < news->n; i++)
		trim(news, i, last, nlast);
}
