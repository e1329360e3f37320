// SPDX-License-Identifier: GPL-2.0
/* RFC 8985 section 6.2, in the order of its steps. */
#include "rack.h"
#include "seq.h"

#define RTT_MAX_US	0x0fffffffu

void lctcp_rack_rtt(struct lctcp_rack *r, u32 rtt_us, u64 now_us)
{
	rtt_us = max(rtt_us, 1u);
	if (now_us - r->min_since > LCTCP_MIN_RTT_US) {
		r->min_us[1] = r->min_us[0];
		r->min_us[0] = 0;
		r->min_since = now_us;
	}
	if (!r->min_us[0] || rtt_us < r->min_us[0])
		r->min_us[0] = rtt_us;
}

static u32 passed(u64 since, u64 now)
{
	if (now <= since)
		return 1;
	return now - since < RTT_MAX_US ? (u32)(now - since) : RTT_MAX_US;
}

/* The number alone does not do: what is sent again has a lower one than what left
 * just before it.
 */
bool lctcp_rack_before(const struct lctcp_rack *r, u64 sent_us, u16 wave,
		       u32 end_seq)
{
	if (sent_us != r->xmit_us)
		return sent_us < r->xmit_us;
	return wave == r->wave ? lctcp_before(end_seq, r->end_seq) :
				 (s16)(wave - r->wave) < 0;
}

void lctcp_rack_delivered(struct lctcp_rack *r,
			  const struct lctcp_rack_seg *seg, u64 now_us)
{
	u32 rtt = passed(seg->sent_us, now_us);

	/* Step 1; a segment sent twice measures nothing. */
	if (!seg->retrans)
		lctcp_rack_rtt(r, rtt, now_us);

	/* Step 3: an original that comes after a later one. */
	if (!r->have_fack || lctcp_after(seg->end_seq, r->fack)) {
		r->fack = seg->end_seq;
		r->have_fack = true;
	} else if (!seg->retrans && lctcp_before(seg->end_seq, r->fack)) {
		r->reordered++;
	}

	/* Step 2: is this about the copy, or about the one before?  Clocks are
	 * read in whole microseconds, so that one less is no less.
	 */
	if (seg->retrans && (seg->older || rtt + 1 < lctcp_rack_min_rtt(r)))
		return;
	if (r->rtt_us &&
	    lctcp_rack_before(r, seg->sent_us, seg->wave, seg->end_seq))
		return;
	r->rtt_us = rtt;
	r->xmit_us = seg->sent_us;
	r->wave = seg->wave;
	r->end_seq = seg->end_seq;
	r->advanced = true;
}

void lctcp_rack_dsack(struct lctcp_rack *r, u32 una, u32 nxt)
{
	if (r->in_round && lctcp_before(una, r->round))
		return;
	r->in_round = true;
	r->round = nxt;
	if (r->mult < LCTCP_RACK_MULT_MAX)
		r->mult++;
	r->persist = LCTCP_RACK_PERSIST;
}

void lctcp_rack_recovered(struct lctcp_rack *r)
{
	if (r->persist && !--r->persist)
		r->mult = 0;
}

u32 lctcp_rack_window(const struct lctcp_rack *r, u32 srtt_us, bool sure)
{
	u64 window;

	if (!r->reordered && sure)
		return 0;
	window = ((u64)r->mult + 1) * (lctcp_rack_min_rtt(r) / 4);
	return window < srtt_us ? (u32)window : srtt_us;
}

u32 lctcp_rack_wait(const struct lctcp_rack *r, u64 sent_us, u32 window_us,
		    u64 now_us)
{
	u64 due = sent_us + r->rtt_us + window_us;

	return due > now_us ? (u32)(due - now_us) : 0;
}
