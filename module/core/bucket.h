/* SPDX-License-Identifier: GPL-2.0 */
/* A bucket out of which so many may be taken in a given time (answers.h). */
#ifndef _LCTCP_BUCKET_H
#define _LCTCP_BUCKET_H

#include <lctcp/types.h>

/**
 * struct lctcp_bucket_form - how a bucket is packed into one number
 * @at_bits:	when its time began, in ticks; has to hold more than a time
 * @n_bits:	how many have been taken since
 *
 * After all of @at_bits has gone by the bucket may look as if its time were
 * still on: then it is over one time later.
 */
struct lctcp_bucket_form {
	u8 at_bits;
	u8 n_bits;
};

/**
 * lctcp_bucket_take() - one more answer?
 * @bucket: to begin with 0
 * @form:   how it is packed
 * @now:    ticks
 * @time:   ticks
 * @most:   how many may be taken in @time, less than 1 << n_bits
 *
 * A time begins with the first one taken, and lasts @time at least.
 *
 * Return: whether there was one left, which has been taken.
 */
static inline bool lctcp_bucket_take(u32 *bucket, struct lctcp_bucket_form form,
				     u32 now, u32 time, u32 most)
{
	u32 at_mask = (1u << form.at_bits) - 1;
	u32 n = *bucket & ((1u << form.n_bits) - 1);
	u32 at = *bucket >> form.n_bits;

	if (!n || ((now - at) & at_mask) > time) {
		at = now & at_mask;
		n = 0;
	}
	if (n >= most)
		return false;
	*bucket = at << form.n_bits | (n + 1);
	return true;
}

#endif /* _LCTCP_BUCKET_H */
