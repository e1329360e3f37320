// SPDX-License-Identifier: GPL-2.0
/* TCP options, from and to the wire. */
#include "options.h"

enum kind {
	KIND_EOL	= 0,
	KIND_NOP	= 1,
	KIND_MSS	= 2,
	KIND_WSCALE	= 3,
	KIND_SACK_PERM	= 4,
	KIND_SACK	= 5,
	KIND_TS		= 8,
};

/* Lengths, kind and length octet included. */
enum {
	LEN_MSS		= 4,
	LEN_WSCALE	= 3,
	LEN_SACK_PERM	= 2,
	LEN_SACK_HEAD	= 2,
	LEN_SACK_BLOCK	= 8,
	LEN_TS		= 10,
};

static u32 get_be32(const u8 *p)
{
	return (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static u8 *put_be32(u8 *p, u32 v)
{
	*p++ = v >> 24;
	*p++ = v >> 16;
	*p++ = v >> 8;
	*p++ = v;
	return p;
}

static void parse_wscale(const u8 *p, struct lctcp_options *o)
{
	o->have_wscale = true;
	o->wscale_clamped = *p > LCTCP_WSCALE_MAX;
	o->wscale = o->wscale_clamped ? LCTCP_WSCALE_MAX : *p;
}

static void parse_sack(const u8 *p, unsigned int len, struct lctcp_options *o)
{
	unsigned int n = len / LEN_SACK_BLOCK;
	unsigned int i;

	if (!n || len % LEN_SACK_BLOCK)
		return;
	if (n > LCTCP_SACK_MAX)
		n = LCTCP_SACK_MAX;
	for (i = 0; i < n; i++, p += LEN_SACK_BLOCK) {
		o->sack[i].start = get_be32(p);
		o->sack[i].end = get_be32(p + 4);
	}
	o->nsack = n;
}

/* One option with a length octet; @opt is its first octet. */
static void parse_one(const u8 *opt, unsigned int len, bool syn,
		      struct lctcp_options *o)
{
	const u8 *p = opt + 2;

	switch (opt[0]) {
	case KIND_MSS:
		if (!syn || len != LEN_MSS)
			break;
		o->have_mss = true;
		o->mss = p[0] << 8 | p[1];
		break;
	case KIND_WSCALE:
		if (syn && len == LEN_WSCALE)
			parse_wscale(p, o);
		break;
	case KIND_SACK_PERM:
		if (syn && len == LEN_SACK_PERM)
			o->sack_permitted = true;
		break;
	case KIND_SACK:
		if (!syn)
			parse_sack(p, len - LEN_SACK_HEAD, o);
		break;
	case KIND_TS:
		if (len != LEN_TS)
			break;
		o->have_ts = true;
		o->tsval = get_be32(p);
		o->tsecr = get_be32(p + 4);
		break;
	}
}

int lctcp_options_parse(const u8 *opt, unsigned int len, bool syn,
			struct lctcp_options *o)
{
	*o = (struct lctcp_options){};

	while (len) {
		unsigned int optlen;

		if (*opt == KIND_EOL)
			return 0;
		if (*opt == KIND_NOP) {
			opt++;
			len--;
			continue;
		}
		if (len < 2)
			return -1;
		optlen = opt[1];
		if (optlen < 2 || optlen > len)
			return -1;
		parse_one(opt, optlen, syn, o);
		opt += optlen;
		len -= optlen;
	}
	return 0;
}

static u8 *build_ts(u8 *p, const struct lctcp_options *o)
{
	*p++ = KIND_TS;
	*p++ = LEN_TS;
	p = put_be32(p, o->tsval);
	return put_be32(p, o->tsecr);
}

static u8 *build_sack(u8 *p, const struct lctcp_options *o, unsigned int n)
{
	unsigned int i;

	*p++ = KIND_NOP;
	*p++ = KIND_NOP;
	*p++ = KIND_SACK;
	*p++ = LEN_SACK_HEAD + n * LEN_SACK_BLOCK;
	for (i = 0; i < n; i++) {
		p = put_be32(p, o->sack[i].start);
		p = put_be32(p, o->sack[i].end);
	}
	return p;
}

unsigned int lctcp_options_build(u8 *buf, const struct lctcp_options *o)
{
	unsigned int room, n = o->nsack;
	u8 *p = buf;

	if (o->have_mss) {
		*p++ = KIND_MSS;
		*p++ = LEN_MSS;
		*p++ = o->mss >> 8;
		*p++ = o->mss;
	}
	if (o->sack_permitted || o->have_ts) {
		/* SACK-permitted takes the place of two NOPs before TS. */
		if (!o->sack_permitted || !o->have_ts) {
			*p++ = KIND_NOP;
			*p++ = KIND_NOP;
		}
		if (o->sack_permitted) {
			*p++ = KIND_SACK_PERM;
			*p++ = LEN_SACK_PERM;
		}
		if (o->have_ts)
			p = build_ts(p, o);
	}
	if (o->have_wscale) {
		*p++ = KIND_NOP;
		*p++ = KIND_WSCALE;
		*p++ = LEN_WSCALE;
		*p++ = o->wscale;
	}

	room = lctcp_sack_fit(LCTCP_OPTIONS_MAX - (p - buf));
	if (n > room)
		n = room;
	if (n)
		p = build_sack(p, o, n);
	return p - buf;
}
