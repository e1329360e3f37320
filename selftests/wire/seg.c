// SPDX-License-Identifier: GPL-2.0
/*
 * Segments as bytes and as words.  Nothing here touches the device.
 *
 * Builder, parser and checksum are the test's own on purpose, and share nothing
 * with the module's: a mistake there must not be made here as well.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core.h"

enum {
	OPT_EOL = 0,
	OPT_NOP = 1,
	OPT_MSS = 2,
	OPT_WSCALE = 3,
	OPT_SACKOK = 4,
	OPT_SACK = 5,
	OPT_TS = 8,
};

static void put16(unsigned char *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static void put32(unsigned char *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint16_t get16(const unsigned char *p)
{
	return p[0] << 8 | p[1];
}

static uint32_t get32(const unsigned char *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* Text has no copy anywhere: octet n of a stream, from 0, is always the same,
 * so that any octet out of place is seen.
 */
unsigned char w_pattern(long long offset)
{
	return (unsigned long long)offset % 251;
}

/* RFC 1071, folded but not complemented. */
uint16_t inet_sum(const void *data, size_t len, uint32_t start)
{
	const unsigned char *p = data;
	uint64_t sum = start;

	for (; len > 1; p += 2, len -= 2)
		sum += get16(p);
	if (len)
		sum += p[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

uint32_t pseudo_sum(int family, const void *src, const void *dst, int proto,
		    size_t len)
{
	size_t n = family == AF_INET ? 4 : 16;
	uint32_t sum;

	sum = inet_sum(src, n, 0);
	sum += inet_sum(dst, n, 0);
	return sum + proto + (len >> 16) + (len & 0xffff);
}

/* Write an IP header without options; returns its length. */
int ip_header(const struct wire *w, unsigned char *out, const unsigned char *src,
	      const unsigned char *dst, int proto, int payload)
{
	if (w->family == AF_INET) {
		memset(out, 0, 20);
		out[0] = 0x45;
		put16(out + 2, 20 + payload);
		out[6] = 0x40;			/* do not fragment */
		out[8] = 64;
		out[9] = proto;
		memcpy(out + 12, src, 4);
		memcpy(out + 16, dst, 4);
		put16(out + 10, ~inet_sum(out, 20, 0) & 0xffff);
		return 20;
	}
	memset(out, 0, 40);
	out[0] = 0x60;
	put16(out + 4, payload);
	out[6] = proto;
	out[7] = 64;
	memcpy(out + 8, src, 16);
	memcpy(out + 24, dst, 16);
	return 40;
}

static void address(struct wire *w, const char *text, int host, int fallback,
		    unsigned char addr[16])
{
	if (text && inet_pton(w->family, text, addr) != 1)
		w_fail(w, "%s is no address of the family under test", text);
	if (!text)
		w_host(w, host ? host : fallback, addr);
}

/* The peer's timestamps: milliseconds of the test, not of the machine, whose
 * clock may have gone half way round while an earlier test waited.  They begin
 * above those that tests choose themselves.
 */
static uint32_t peer_clock(const struct wire *w)
{
	return 2000000 + (w_now() - w->t0) / 1000000;
}

static int put_options(struct wire *w, const struct w_args *a, unsigned char *o)
{
	const struct flow *f = w->f;
	long long mss = a->mss;
	int n = 0, i;

	if (a->opts) {
		memcpy(o, a->opts, a->opts_len);
		n = a->opts_len;
		goto pad;
	}
	if (mss == W_AUTO)
		mss = !(a->flags & SYN) ? W_NONE :
		      w->family == AF_INET ? 1460 : 1440;
	if (mss != W_NONE) {
		o[n] = OPT_MSS;
		o[n + 1] = 4;
		put16(o + n + 2, mss);
		n += 4;
	}
	if (a->wscale != W_NONE) {
		o[n++] = OPT_NOP;
		o[n] = OPT_WSCALE;
		o[n + 1] = 3;
		o[n + 2] = a->wscale;
		n += 3;
	}
	if (a->sackok > 0) {
		o[n] = OPT_SACKOK;
		o[n + 1] = 2;
		n += 2;
	}
	if (a->tsval != W_NONE &&
	    (a->tsval != W_AUTO ||
	     (f->peer_ts && f->uut_ts && !(a->flags & SYN)))) {
		o[n] = OPT_TS;
		o[n + 1] = 10;
		put32(o + n + 2, a->tsval == W_AUTO ? peer_clock(w) : a->tsval);
		put32(o + n + 6, a->tsecr == W_AUTO ? f->ts_recent : a->tsecr);
		n += 10;
	}
	if (a->nsack) {
		o[n] = OPT_SACK;
		o[n + 1] = 2 + 8 * a->nsack;
		for (i = 0; i < a->nsack; i++) {
			put32(o + n + 2 + 8 * i, f->iss + a->sack[i].left);
			put32(o + n + 6 + 8 * i, f->iss + a->sack[i].right);
		}
		n += 2 + 8 * a->nsack;
	}
pad:
	while (n % 4)
		o[n++] = OPT_NOP;
	return n;
}

/* IPv4 options behind the header that stands at @ip. */
static int put_ip_options(const struct w_args *a, unsigned char *ip)
{
	if (!a->ipopts_len)
		return 0;
	memcpy(ip + 20, a->ipopts, a->ipopts_len);
	ip[0] += a->ipopts_len / 4;
	put16(ip + 2, get16(ip + 2) + a->ipopts_len);
	put16(ip + 10, 0);
	put16(ip + 10, ~inet_sum(ip, 20 + a->ipopts_len, 0) & 0xffff);
	return a->ipopts_len;
}

/* The whole packet as @a and the model say; returns its length. */
int seg_build(struct wire *w, const struct w_args *a, unsigned char *buf,
	      size_t size)
{
	const struct flow *f = w->f;
	unsigned char src[16], dst[16], seg[65536], *th = seg;
	uint32_t seq, ack = 0, sum;
	int hlen, len, ext = a->exthdr ? 8 : 0, n, i;
	int proto = w->proto;

	address(w, a->src, a->from, f->peer_host, src);
	address(w, a->dst, a->to, f->uut_host, dst);

	seq = a->seq == W_AUTO ? f->snd_nxt : f->isn + (uint32_t)a->seq;
	if (a->ack != W_AUTO)
		ack = f->iss + (uint32_t)a->ack;
	else if (a->flags & ACK)
		ack = f->rcv_nxt;

	memset(th, 0, 20);
	put16(th, a->sport ? a->sport : f->peer_port);
	put16(th + 2, a->dport ? a->dport : f->uut_port);
	put32(th + 4, seq);
	put32(th + 8, ack);
	hlen = 20 + put_options(w, a, th + 20);
	th[12] = ((a->doff ? a->doff : hlen / 4) & 15) << 4 | (a->res & 15);
	th[13] = a->flags;
	put16(th + 14, a->win == W_AUTO ? f->win : a->win);
	put16(th + 18, a->urg);

	len = a->len ? a->len : a->data ? (int)strlen(a->data) : 0;
	if ((size_t)(hlen + len + ext + 80 + a->pad) > size)
		w_fail(w, "segment too large for the harness");
	for (i = 0; i < len; i++)
		th[hlen + i] = a->data ? (unsigned char)a->data[i] :
			w_pattern((uint32_t)(seq - f->isn) +
				  !!(a->flags & SYN) - 1ll + i);

	len += hlen;
	if (a->trunc != W_AUTO && a->trunc < len)
		len = a->trunc;
	if (len >= 18 && !a->csum_zero) {
		sum = pseudo_sum(w->family, src, dst,
				 a->csum_proto ? a->csum_proto : proto, len);
		put16(th + 16, (~inet_sum(th, len, sum) & 0xffff) ^ a->csum_xor);
	}

	n = ip_header(w, buf, src, dst, a->exthdr ? a->exthdr : proto, ext + len);
	if (a->ttl)
		buf[w->family == AF_INET ? 8 : 7] = a->ttl;
	if (w->family == AF_INET) {
		buf[1] = a->tos;
		if (a->frags)
			buf[6] = 0;
		put16(buf + 10, 0);
		put16(buf + 10, ~inet_sum(buf, 20, 0) & 0xffff);
	} else {
		buf[0] |= a->tos >> 4;
		buf[1] |= a->tos << 4 | a->label >> 16;
		put16(buf + 2, a->label & 0xffff);
	}
	if (ext) {
		/* PadN of four for options, "nothing left" for routing */
		memset(buf + n, 0, 8);
		buf[n] = proto;
		if (a->exthdr != 43) {
			buf[n + 2] = 1;
			buf[n + 3] = 4;
		}
		n += 8;
	}
	n += put_ip_options(a, buf);
	memcpy(buf + n, seg, len);
	memset(buf + n + len, 0x5a, a->pad);
	return n + len;
}

/* Fragment number @nth of @of of a packet, each with its IP options; returns its
 * length, 0 if those before it hold all, for a piece has 8 octets or more.
 */
int seg_fragment(const unsigned char *pkt, int len, int nth, int of,
		 unsigned char *out)
{
	bool v4 = pkt[0] >> 4 == 4, more;
	int h = v4 ? (pkt[0] & 15) * 4 : 40;
	int step = ((len - h + of - 1) / of + 7) & ~7;
	int from = nth * step;
	int left = len - h - from, n = left < step ? left : step;

	if (left <= 0)
		return 0;
	more = n < left;
	memcpy(out, pkt, h);
	if (v4) {
		put16(out + 2, h + n);
		put16(out + 4, 0x1234);
		put16(out + 6, (more ? 0x2000 : 0) | from / 8);
		put16(out + 10, 0);
		put16(out + 10, ~inet_sum(out, h, 0) & 0xffff);
	} else {
		put16(out + 4, 8 + n);
		out[6] = 44;
		memset(out + h, 0, 8);
		out[h] = pkt[6];
		put16(out + h + 2, from | more);
		put32(out + h + 4, 0x1234);
		h += 8;
	}
	memcpy(out + h, pkt + len - left, n);
	return h + n;
}

static void get_options(struct seg *s, const unsigned char *o, int n)
{
	int i, kind, len;

	s->opt_len = n;
	s->opt_bad = false;
	while (n > 0 && o[0] != OPT_EOL) {
		if (o[0] == OPT_NOP) {
			o++;
			n--;
			continue;
		}
		kind = o[0];
		len = n > 1 ? o[1] : 0;
		if (len < 2 || len > n) {
			s->opt_bad = true;
			return;
		}
		if (kind == OPT_MSS && len == 4) {
			s->mss = get16(o + 2);
		} else if (kind == OPT_WSCALE && len == 3) {
			s->wscale = o[2];
		} else if (kind == OPT_SACKOK && len == 2) {
			s->sackok = true;
		} else if (kind == OPT_TS && len == 10) {
			s->ts = true;
			s->tsval = get32(o + 2);
			s->tsecr = get32(o + 6);
		} else if (kind == OPT_SACK) {
			s->nsack = (len - 2) / 8;
			for (i = 0; i < s->nsack && i < W_MAX_SACK; i++) {
				s->sack[i].left = get32(o + 2 + 8 * i);
				s->sack[i].right = get32(o + 6 + 8 * i);
			}
		}
		o += len;
		n -= len;
	}
}

static void find_flow(struct wire *w, struct seg *s)
{
	bool out = s->dir == '>';
	uint16_t uut = out ? s->sport : s->dport;
	uint16_t peer = out ? s->dport : s->sport;
	const struct flow *f;
	int i;

	s->flow = -1;
	for (i = 0; i < w->nflows; i++) {
		f = &w->flows[i];
		if (f->used && f->peer_port == peer &&
		    (!f->uut_port || f->uut_port == uut))
			s->flow = i;
	}
}

static void relate(const struct wire *w, struct seg *s)
{
	const struct flow *f = s->flow >= 0 ? &w->flows[s->flow] : w->f;
	bool out = s->dir == '>';
	uint32_t own = out ? f->iss : f->isn;
	uint32_t other = out ? f->isn : f->iss;
	int i;

	if (out && !f->iss_known)
		own = s->flags & SYN ? s->abs_seq : 0;
	s->seq = (int32_t)(s->abs_seq - own);
	s->ack = s->abs_ack;
	if (s->flags & ACK)
		s->ack = (int32_t)(s->abs_ack - other);
	for (i = 0; i < s->nsack && i < W_MAX_SACK; i++) {
		s->sack[i].left = (int32_t)(s->sack[i].left - other);
		s->sack[i].right = (int32_t)(s->sack[i].right - other);
	}
}

/* Where the transport header is, or -1 if there is none or it is not ours. */
static int transport(const struct wire *w, struct seg *s, int *end)
{
	const unsigned char *p = s->raw;
	int at, next;

	if (s->raw_len >= 20 && p[0] >> 4 == 4) {
		s->family = AF_INET;
		memcpy(s->src, p + 12, 4);
		memcpy(s->dst, p + 16, 4);
		s->ttl = p[8];
		s->tos = p[1];
		s->df = p[6] & 0x40;
		*end = get16(p + 2);
		if (p[9] != w->proto)
			return -1;
		if (get16(p + 6) & 0x3fff)
			s->note = "fragment";
		return (p[0] & 15) * 4;
	}
	if (s->raw_len < 40 || p[0] >> 4 != 6)
		return -1;
	s->family = AF_INET6;
	memcpy(s->src, p + 8, 16);
	memcpy(s->dst, p + 24, 16);
	s->ttl = p[7];
	s->tos = (p[0] & 15) << 4 | p[1] >> 4;
	s->label = (p[1] & 15) << 16 | get16(p + 2);
	*end = 40 + get16(p + 4);
	next = p[6];
	at = 40;
	while ((next == 0 || next == 43 || next == 60) && at + 8 <= s->raw_len) {
		next = p[at];
		at += 8 + p[at + 1] * 8;
	}
	if (next == 44)
		s->note = "fragment";
	return next == w->proto ? at : -1;
}

/* Fill in @s from its raw packet.  False: not a packet of our protocol.  What
 * is malformed has a note and no header fields.
 */
bool seg_parse(struct wire *w, struct seg *s)
{
	const unsigned char *th;
	int end;

	s->mss = -1;
	s->wscale = -1;
	s->flow = -1;
	s->th = transport(w, s, &end);
	if (s->th < 0)
		return false;
	if (s->note)
		return true;
	if (end > s->raw_len || s->th + 20 > end) {
		s->note = "too short";
		return true;
	}
	th = s->raw + s->th;
	s->sport = get16(th);
	s->dport = get16(th + 2);
	s->abs_seq = get32(th + 4);
	s->abs_ack = get32(th + 8);
	s->doff = th[12] >> 4;
	s->reserved = th[12] & 15;
	s->flags = th[13];
	s->win = get16(th + 14);
	s->csum = get16(th + 16);
	s->urg = get16(th + 18);
	if (s->doff < 5 || s->th + s->doff * 4 > end) {
		s->note = "bad data offset";
		return true;
	}
	get_options(s, th + 20, s->doff * 4 - 20);
	s->text = th + s->doff * 4;
	s->len = end - s->th - s->doff * 4;
	find_flow(w, s);
	relate(w, s);
	return true;
}

/* A header in which time and its checksum do not count. */
static int timeless(const struct seg *s, unsigned char *out)
{
	int n = s->doff * 4, i;

	memcpy(out, s->raw + s->th, n);
	if (!s->ts)
		return n;
	put16(out + 16, 0);
	for (i = 20; i + 1 < n && out[i] != OPT_EOL;
	     i += out[i] == OPT_NOP ? 1 : out[i + 1])
		if (out[i] == OPT_TS)
			put32(out + i + 2, 0);
	return n;
}

/* Is one the other sent again?  Octet by octet, but for what time changes. */
bool seg_again(const struct seg *a, const struct seg *b)
{
	unsigned char x[60], y[60];
	int n = timeless(a, x);

	return timeless(b, y) == n && !memcmp(x, y, n) && a->len == b->len &&
	       !memcmp(a->text, b->text, a->len);
}

const char *w_flag_names(int flags, char out[16])
{
	static const struct {
		int bit;
		char name;
	} names[] = {
		{ FIN, 'F' }, { SYN, 'S' }, { RST, 'R' }, { PSH, 'P' },
		{ URG, 'U' }, { ECE, 'E' }, { CWR, 'W' }, { ACK, '.' },
	};
	size_t i, n = 0;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & names[i].bit)
			out[n++] = names[i].name;
	if (!n)
		out[n++] = '-';
	out[n] = 0;
	return out;
}

static void add(char *out, size_t size, const char *fmt, ...)
{
	size_t n = strlen(out);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out + n, size - n, fmt, ap);
	va_end(ap);
}

static void print_options(const struct seg *s, char *out, size_t n)
{
	const char *sep = " <";
	int i;

	if (s->mss >= 0) {
		add(out, n, "%smss %d", sep, s->mss);
		sep = ", ";
	}
	if (s->wscale >= 0) {
		add(out, n, "%swscale %d", sep, s->wscale);
		sep = ", ";
	}
	if (s->sackok) {
		add(out, n, "%ssackOK", sep);
		sep = ", ";
	}
	if (s->ts) {
		add(out, n, "%sTS val %u ecr %u", sep, s->tsval, s->tsecr);
		sep = ", ";
	}
	for (i = 0; i < s->nsack && i < W_MAX_SACK; i++) {
		add(out, n, "%s%s%lld:%lld", i ? " " : sep, i ? "" : "sack ",
		    s->sack[i].left, s->sack[i].right);
		sep = ", ";
	}
	if (*sep == ',')
		add(out, n, ">");
	if (s->opt_bad)
		add(out, n, " (options malformed)");
}

/* One line, nearly as packetdrill writes it: "S. 0:0(0) ack 1 win 65535". */
void seg_print(const struct wire *w, const struct seg *s, char *out, size_t n)
{
	char flags[16], a[INET6_ADDRSTRLEN], b[INET6_ADDRSTRLEN];
	const struct flow *f = w->f;
	unsigned char uut[16], peer[16];
	size_t alen = w->family == AF_INET ? 4 : 16;
	bool out_dir = s->dir == '>';

	out[0] = 0;
	if (s->note) {
		add(out, n, "%s", s->note);
		if (s->dir != '-')
			add(out, n, " (%d octets)", s->raw_len);
		return;
	}
	add(out, n, "%s %lld:%lld(%d)", w_flag_names(s->flags, flags), s->seq,
	    s->seq + s->len, s->len);
	if (s->flags & ACK || s->abs_ack)
		add(out, n, " ack %lld", s->ack);
	add(out, n, " win %d", s->win);
	if (s->flags & URG || s->urg)
		add(out, n, " urg %d", s->urg);
	print_options(s, out, n);
	if (s->reserved)
		add(out, n, " reserved %x", s->reserved);

	w_host(w, f->uut_host, uut);
	w_host(w, f->peer_host, peer);
	if (w->nflows > 1 && s->flow >= 0)
		add(out, n, " [flow %d]", s->flow);
	if (s->flow < 0 || memcmp(out_dir ? s->src : s->dst, uut, alen) ||
	    memcmp(out_dir ? s->dst : s->src, peer, alen))
		add(out, n, " [%s port %d to %s port %d]",
		    inet_ntop(s->family, s->src, a, sizeof(a)), s->sport,
		    inet_ntop(s->family, s->dst, b, sizeof(b)), s->dport);
}

static void add_number(char *out, size_t n, const char *name, long long v)
{
	if (v == W_NONE)
		add(out, n, " %s absent", name);
	else if (v != W_ANY)
		add(out, n, " %s %lld", name, v);
}

/* An expectation in the same words; what it does not look at is left out. */
void w_args_print(const struct wire *w, const struct w_args *a, char *out,
		  size_t n)
{
	char flags[16], may[16];

	(void)w;
	out[0] = 0;
	add(out, n, "%s", w_flag_names(a->flags, flags));
	if (a->may & ~a->flags)
		add(out, n, "(%s)", w_flag_names(a->may & ~a->flags, may));
	if (a->seq == W_ANY)
		add(out, n, " *:*");
	else
		add(out, n, " %lld:", a->seq);
	if (a->seq != W_ANY && a->len != W_ANY)
		add(out, n, "%lld", a->seq + a->len);
	if (a->len == W_ANY)
		add(out, n, "(*)");
	else
		add(out, n, "(%lld)", a->len);
	if (a->flags & ACK)
		add_number(out, n, "ack", a->ack);
	add_number(out, n, "win", a->win);
	add_number(out, n, "urg", a->urg);
	add_number(out, n, "mss", a->mss);
	add_number(out, n, "wscale", a->wscale);
	add_number(out, n, "tsval", a->tsval);
	add_number(out, n, "tsecr", a->tsecr);
	if (a->sackok >= 0)
		add(out, n, " sackOK %s", a->sackok ? "present" : "absent");
	if (a->at >= 0)
		add(out, n, " at %lld ms", a->at);
}

const char *w_state_name(int state)
{
	static const char * const names[] = {
		"none", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1",
		"FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",
		"LISTEN", "CLOSING",
	};

	if (state < 0 || (size_t)state >= sizeof(names) / sizeof(names[0]))
		return "?";
	return names[state];
}
