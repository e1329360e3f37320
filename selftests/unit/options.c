// SPDX-License-Identifier: GPL-2.0
/* Options: known layouts, every way to be malformed, and noise. */
#include <stdlib.h>
#include "core/options.h"
#include "kselftest_harness.h"

enum { EOL, NOP, MSS, WSCALE, SACK_PERM, SACK, TS = 8 };

#define HI(v)	((v) >> 8)
#define LO(v)	((v) & 0xff)

/* From memory of exactly the right size, so that the sanitizer sees any octet
 * read behind it.
 */
static int parse(const u8 *opt, unsigned int len, bool syn,
		 struct lctcp_options *o)
{
	u8 *copy = malloc(len);
	int ret;

	memcpy(copy, opt, len);
	memset(o, 0xa5, sizeof(*o));
	ret = lctcp_options_parse(copy, len, syn, o);
	free(copy);
	return ret;
}

#define PARSE(syn, o, ...)						\
({									\
	static const u8 octets[] = { __VA_ARGS__ };			\
	parse(octets, sizeof(octets), syn, o);				\
})

/* Into memory of exactly the size promised. */
static unsigned int build(u8 out[LCTCP_OPTIONS_MAX],
			  const struct lctcp_options *o)
{
	u8 *buf = malloc(LCTCP_OPTIONS_MAX);
	unsigned int len;

	len = lctcp_options_build(buf, o);
	if (len <= LCTCP_OPTIONS_MAX)
		memcpy(out, buf, len);
	free(buf);
	return len;
}

static bool nothing(const struct lctcp_options *o)
{
	return !o->have_mss && !o->have_wscale && !o->sack_permitted &&
	       !o->have_ts && !o->nsack && !o->wscale_clamped;
}

static bool same(const struct lctcp_options *a, const struct lctcp_options *b)
{
	return a->have_mss == b->have_mss && a->mss == b->mss &&
	       a->have_wscale == b->have_wscale && a->wscale == b->wscale &&
	       a->sack_permitted == b->sack_permitted &&
	       a->have_ts == b->have_ts && a->tsval == b->tsval &&
	       a->tsecr == b->tsecr && a->nsack == b->nsack &&
	       !memcmp(a->sack, b->sack, a->nsack * sizeof(a->sack[0]));
}

TEST(parse__none)
{
	struct lctcp_options o;

	memset(&o, 0xa5, sizeof(o));
	EXPECT_EQ(0, lctcp_options_parse(NULL, 0, true, &o));
	EXPECT_TRUE(nothing(&o));
}

TEST(parse__syn)
{
	struct lctcp_options o;

	EXPECT_EQ(0, PARSE(true, &o, MSS, 4, HI(1460), LO(1460), SACK_PERM, 2,
			   TS, 10, 0, 0, 0, 1, 0, 0, 0, 2, NOP, WSCALE, 3, 7));
	EXPECT_TRUE(o.have_mss);
	EXPECT_EQ(1460, o.mss);
	EXPECT_TRUE(o.sack_permitted);
	EXPECT_TRUE(o.have_ts);
	EXPECT_EQ(1, o.tsval);
	EXPECT_EQ(2, o.tsecr);
	EXPECT_TRUE(o.have_wscale);
	EXPECT_EQ(7, o.wscale);
	EXPECT_FALSE(o.wscale_clamped);
}

TEST(parse__octets_in_network_order)
{
	struct lctcp_options o;

	EXPECT_EQ(0, PARSE(false, &o, 8, 10, 0xfe, 0xdc, 0xba, 0x98, 1, 2, 3, 4,
			   5, 18, 0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0x10,
			   0x80, 0, 0, 0, 0x80, 0, 0, 1));
	EXPECT_EQ(0xfedcba98, o.tsval);
	EXPECT_EQ(0x01020304, o.tsecr);
	ASSERT_EQ(2, o.nsack);
	EXPECT_EQ(0xfffffff0, o.sack[0].start);
	EXPECT_EQ(0x10, o.sack[0].end);
	EXPECT_EQ(0x80000000, o.sack[1].start);
	EXPECT_EQ(0x80000001, o.sack[1].end);
}

TEST(parse__syn_only_options_elsewhere)
{
	struct lctcp_options o;

	EXPECT_EQ(0, PARSE(false, &o, MSS, 4, HI(100), LO(100), WSCALE, 3, 14,
			   SACK_PERM, 2, TS, 10, 0, 0, 0, 1, 0, 0, 0, 2));
	EXPECT_FALSE(o.have_mss);
	EXPECT_FALSE(o.have_wscale);
	EXPECT_FALSE(o.sack_permitted);
	EXPECT_TRUE(o.have_ts);
}

TEST(parse__sack_blocks_on_a_syn)
{
	struct lctcp_options o;

	EXPECT_EQ(0, PARSE(true, &o, SACK, 10, 0, 0, 0, 1, 0, 0, 0, 2));
	EXPECT_TRUE(nothing(&o));
}

TEST(parse__any_offset)
{
	static const u8 syn[] = { NOP, NOP, NOP, MSS, 4, HI(1234), LO(1234),
				  WSCALE, 3, 9, SACK_PERM, 2,
				  TS, 10, 0, 0, 0, 1, 0, 0, 0, 2 };
	static const u8 ack[] = { NOP, NOP, NOP,
				  SACK, 10, 0, 0, 0, 1, 0, 0, 0, 2,
				  TS, 10, 0, 0, 0, 1, 0, 0, 0, 2 };
	struct lctcp_options o;
	int skip;

	for (skip = 0; skip <= 3; skip++) {
		EXPECT_EQ(0, parse(syn + skip, sizeof(syn) - skip, true, &o));
		EXPECT_EQ(1234, o.mss);
		EXPECT_EQ(9, o.wscale);
		EXPECT_TRUE(o.sack_permitted);
		EXPECT_EQ(1, o.tsval);
		EXPECT_EQ(0, parse(ack + skip, sizeof(ack) - skip, false, &o));
		EXPECT_EQ(1, o.nsack);
		EXPECT_EQ(2, o.sack[0].end);
		EXPECT_EQ(2, o.tsecr);
	}
}

TEST(parse__nothing_behind_the_end)
{
	struct lctcp_options o;

	EXPECT_EQ(0, PARSE(true, &o, WSCALE, 3, 3, EOL,
			   MSS, 4, HI(100), LO(100)));
	EXPECT_TRUE(o.have_wscale);
	EXPECT_FALSE(o.have_mss);
	EXPECT_EQ(0, PARSE(true, &o, EOL, 2, 0, 0xff));
	EXPECT_TRUE(nothing(&o));
}

TEST(parse__unknown_kinds_are_skipped)
{
	unsigned int kind, len;

	for (kind = 6; kind <= 255; kind++) {
		if (kind == 8)
			continue;
		for (len = 2; len <= 36; len++) {
			u8 opt[LCTCP_OPTIONS_MAX];
			struct lctcp_options o;

			memset(opt, 2, sizeof(opt));
			opt[0] = kind;
			opt[1] = len;
			memcpy(opt + len, (u8[]){ MSS, 4, 2, 43 }, 4);
			ASSERT_EQ(0, parse(opt, len + 4, true, &o));
			ASSERT_TRUE(o.have_mss) TH_LOG("kind %u len %u", kind,
						       len);
			ASSERT_EQ(555, o.mss);
		}
	}
}

/* A known kind of a wrong length is ignored, and what follows is still read. */
TEST(parse__wrong_length_of_a_known_kind)
{
	static const struct {
		u8 kind;
		u8 good;
	} known[] = { { 2, 4 }, { 3, 3 }, { 4, 2 }, { 8, 10 } };
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		for (len = 2; len <= 30; len++) {
			/* For MSS itself another option follows. */
			bool mss = known[i].kind == 2;
			u8 opt[LCTCP_OPTIONS_MAX] = { known[i].kind, len };
			struct lctcp_options o;

			memcpy(opt + len, mss ? (u8[]){ NOP, WSCALE, 3, 5 } :
			       (u8[]){ MSS, 4, 2, 43 }, 4);
			ASSERT_EQ(0, parse(opt, len + 4, true, &o));
			ASSERT_TRUE(mss ? o.wscale == 5 : o.mss == 555);
			if (len == known[i].good)
				continue;
			if (mss)
				o.have_wscale = false;
			else
				o.have_mss = false;
			ASSERT_TRUE(nothing(&o))
				TH_LOG("kind %u len %u", known[i].kind, len);
		}
	}
}

TEST(parse__wrong_length_of_sack)
{
	unsigned int len;

	for (len = 2; len <= LCTCP_OPTIONS_MAX; len++) {
		u8 opt[LCTCP_OPTIONS_MAX] = { 5, len };
		struct lctcp_options o;

		ASSERT_EQ(0, parse(opt, len, false, &o));
		EXPECT_EQ(len > 2 && len % 8 == 2 ? len / 8 : 0, o.nsack)
			TH_LOG("len %u", len);
	}
}

TEST(parse__more_blocks_than_fit_in_a_header)
{
	u8 opt[250] = { 5, 250 };
	struct lctcp_options o;

	EXPECT_EQ(0, parse(opt, sizeof(opt), false, &o));
	EXPECT_EQ(LCTCP_SACK_MAX, o.nsack);
}

/* Length 0, 1, missing, or past the end: reading stops, what came before
 * holds.
 */
TEST(parse__impossible_length)
{
	struct lctcp_options o;

	EXPECT_EQ(-1, PARSE(true, &o, MSS, 4, HI(1460), LO(1460), 3, 0, 7,
			    WSCALE, 3, 7));
	EXPECT_TRUE(o.have_mss);
	EXPECT_FALSE(o.have_wscale);
	EXPECT_EQ(-1, PARSE(true, &o, MSS, 4, HI(1460), LO(1460), 99, 1,
			    WSCALE, 3, 7));
	EXPECT_TRUE(o.have_mss);
	EXPECT_FALSE(o.have_wscale);
	EXPECT_EQ(-1, PARSE(true, &o, WSCALE, 3, 7, 2));
	EXPECT_TRUE(o.have_wscale);
	EXPECT_FALSE(o.have_mss);
	EXPECT_EQ(-1, PARSE(true, &o, NOP, 2, 4, 5));
	EXPECT_TRUE(nothing(&o));
	EXPECT_EQ(-1, PARSE(true, &o, 8, 10, 0, 0, 0, 1, 0, 0, 0));
	EXPECT_FALSE(o.have_ts);
	EXPECT_EQ(-1, PARSE(false, &o, 5, 10, 0, 0, 0, 1, 0, 0, 0));
	EXPECT_EQ(0, o.nsack);
	EXPECT_EQ(-1, PARSE(true, &o, 254, 255));
}

TEST(parse__window_scale_above_14)
{
	struct lctcp_options o;

	EXPECT_EQ(0, PARSE(true, &o, WSCALE, 3, 14));
	EXPECT_EQ(14, o.wscale);
	EXPECT_FALSE(o.wscale_clamped);
	EXPECT_EQ(0, PARSE(true, &o, WSCALE, 3, 15));
	EXPECT_EQ(14, o.wscale);
	EXPECT_TRUE(o.wscale_clamped);
	EXPECT_EQ(0, PARSE(true, &o, WSCALE, 3, 255));
	EXPECT_EQ(14, o.wscale);
	EXPECT_EQ(0, PARSE(true, &o, WSCALE, 3, 0));
	EXPECT_TRUE(o.have_wscale);
	EXPECT_EQ(0, o.wscale);
}

TEST(parse__mss_zero_is_reported)
{
	struct lctcp_options o;

	EXPECT_EQ(0, PARSE(true, &o, MSS, 4, HI(0), LO(0)));
	EXPECT_TRUE(o.have_mss);
	EXPECT_EQ(0, o.mss);
}

TEST(parse__twice_the_last_counts)
{
	struct lctcp_options o;

	EXPECT_EQ(0, PARSE(true, &o, MSS, 4, HI(500), LO(500), WSCALE, 3, 15,
			   MSS, 4, HI(1000), LO(1000), WSCALE, 3, 3));
	EXPECT_EQ(1000, o.mss);
	EXPECT_EQ(3, o.wscale);
	EXPECT_FALSE(o.wscale_clamped);
	EXPECT_EQ(0, PARSE(false, &o,
			   5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4,
			   SACK, 10, 0, 0, 0, 1, 0, 0, 0, 2));
	EXPECT_EQ(1, o.nsack);
}

#define EXPECT_BUILT(o, ...)						\
do {									\
	static const u8 want[] = { __VA_ARGS__ };			\
	u8 got[LCTCP_OPTIONS_MAX];					\
									\
	EXPECT_EQ(sizeof(want), build(got, o));				\
	EXPECT_EQ(0, memcmp(want, got, sizeof(want)));			\
} while (0)

TEST(build__layouts)
{
	struct lctcp_options o = {};
	u8 buf[LCTCP_OPTIONS_MAX];

	EXPECT_EQ(0, build(buf, &o));

	o = (struct lctcp_options){ .have_mss = true, .mss = 0xfedc };
	EXPECT_BUILT(&o, 2, 4, 0xfe, 0xdc);

	o.have_wscale = true;
	o.wscale = 7;
	EXPECT_BUILT(&o, MSS, 4, HI(0xfedc), LO(0xfedc), NOP, WSCALE, 3, 7);

	o.sack_permitted = true;
	EXPECT_BUILT(&o, MSS, 4, HI(0xfedc), LO(0xfedc), NOP, NOP, SACK_PERM, 2,
		     NOP, WSCALE, 3, 7);

	o.have_ts = true;
	o.tsval = 1;
	o.tsecr = 2;
	EXPECT_BUILT(&o, MSS, 4, HI(0xfedc), LO(0xfedc), SACK_PERM, 2,
		     TS, 10, 0, 0, 0, 1, 0, 0, 0, 2, NOP, WSCALE, 3, 7);

	o.sack_permitted = false;
	EXPECT_BUILT(&o, MSS, 4, HI(0xfedc), LO(0xfedc), NOP, NOP,
		     TS, 10, 0, 0, 0, 1, 0, 0, 0, 2, NOP, WSCALE, 3, 7);

	o = (struct lctcp_options){ .have_ts = true, .tsval = 1, .tsecr = 2,
				    .nsack = 1, .sack = { { 1, 2 } } };
	EXPECT_BUILT(&o, NOP, NOP, TS, 10, 0, 0, 0, 1, 0, 0, 0, 2, NOP, NOP,
		     SACK, 10, 0, 0, 0, 1, 0, 0, 0, 2);
}

TEST(build__as_many_blocks_as_fit)
{
	struct lctcp_options o = { .nsack = 4, .sack = { { 1, 2 }, { 3, 4 },
				   { 5, 6 }, { 7, 8 } } };
	struct lctcp_options back;
	u8 buf[LCTCP_OPTIONS_MAX];

	EXPECT_EQ(36, build(buf, &o));
	EXPECT_EQ(0, parse(buf, 36, false, &back));
	EXPECT_EQ(4, back.nsack);
	EXPECT_EQ(8, back.sack[3].end);

	o.have_ts = true;
	EXPECT_EQ(40, build(buf, &o));
	EXPECT_EQ(0, parse(buf, 40, false, &back));
	EXPECT_EQ(3, back.nsack);
	EXPECT_EQ(6, back.sack[2].end);
	EXPECT_TRUE(back.have_ts);
}

static void random_options(struct lctcp_options *o, bool syn)
{
	u32 bits = mrand48();
	unsigned int i;

	*o = (struct lctcp_options){};
	if (bits & 1) {
		o->have_ts = true;
		o->tsval = mrand48();
		o->tsecr = mrand48();
	}
	if (!syn) {
		o->nsack = (bits >> 1) % (o->have_ts ? 4 : 5);
		for (i = 0; i < o->nsack; i++) {
			o->sack[i].start = mrand48();
			o->sack[i].end = mrand48();
		}
		return;
	}
	if (bits & 2) {
		o->have_mss = true;
		o->mss = mrand48();
	}
	if (bits & 4) {
		o->have_wscale = true;
		o->wscale = (u32)mrand48() % 15;
	}
	o->sack_permitted = bits & 8;
}

TEST(build__round_trip)
{
	int i;

	for (i = 0; i < 200000; i++) {
		struct lctcp_options o, back;
		u8 buf[LCTCP_OPTIONS_MAX];
		bool syn = i & 1;
		unsigned int len;

		random_options(&o, syn);
		len = build(buf, &o);
		ASSERT_LE(len, LCTCP_OPTIONS_MAX);
		ASSERT_EQ(0, len % 4);
		ASSERT_EQ(0, parse(buf, len, syn, &back));
		ASSERT_TRUE(same(&o, &back));
	}
}

/* Every mixture, also ones that make no sense on the wire, fits. */
TEST(build__never_more_than_40)
{
	unsigned int bits, n;

	for (bits = 0; bits < 16; bits++) {
		for (n = 0; n <= LCTCP_SACK_MAX; n++) {
			struct lctcp_options o = {
				.have_mss = bits & 1,
				.have_wscale = bits & 2,
				.sack_permitted = bits & 4,
				.have_ts = bits & 8,
				.nsack = n,
			};
			u8 buf[LCTCP_OPTIONS_MAX];

			EXPECT_LE(build(buf, &o), LCTCP_OPTIONS_MAX);
			EXPECT_EQ(0, build(buf, &o) % 4);
		}
	}
}

/* Half of it is pure noise; the rest has kinds and lengths that get far. */
static unsigned int random_octets(u8 buf[LCTCP_OPTIONS_MAX])
{
	static const u8 kinds[] = { 1, 2, 3, 4, 5, 8, 8, 2, 0, 30 };
	static const u8 lengths[] = { 4, 3, 2, 10, 18, 26, 34, 0, 1, 11 };
	unsigned int len = (u32)mrand48() % (LCTCP_OPTIONS_MAX + 1);
	unsigned int i;

	for (i = 0; i < len; i++)
		buf[i] = mrand48();
	if (mrand48() & 1)
		return len;
	for (i = 0; i + 1 < len; i += 1 + (buf[i] > 1 ? buf[i + 1] : 0)) {
		buf[i] = kinds[(u32)mrand48() % sizeof(kinds)];
		buf[i + 1] = lengths[(u32)mrand48() % sizeof(lengths)];
	}
	return len;
}

TEST(parse__noise)
{
	unsigned int good = 0, found = 0;
	int i;

	for (i = 0; i < 1000000; i++) {
		u8 octets[LCTCP_OPTIONS_MAX], buf[LCTCP_OPTIONS_MAX];
		unsigned int len = random_octets(octets);
		struct lctcp_options o, back;
		bool syn = i & 1;

		good += !parse(octets, len, syn, &o);
		found += !nothing(&o);
		ASSERT_LE(o.wscale, LCTCP_WSCALE_MAX);
		ASSERT_LE(o.nsack, LCTCP_SACK_MAX);
		ASSERT_FALSE(syn && o.nsack);
		ASSERT_FALSE(!syn && (o.have_mss || o.have_wscale ||
				      o.sack_permitted));
		/* What was understood fits again and means the same. */
		len = build(buf, &o);
		ASSERT_EQ(0, parse(buf, len, syn, &back));
		ASSERT_TRUE(same(&o, &back));
	}
	EXPECT_GT(good, 10000);
	EXPECT_GT(found, 10000);
}

TEST_HARNESS_MAIN
