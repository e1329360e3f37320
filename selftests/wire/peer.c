// SPDX-License-Identifier: GPL-2.0
/*
 * The peer: inject a segment, expect one, remember the conversation, and hold
 * every segment that leaves against what must always be true.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core.h"

#define MS		1000000ll	/* in nanoseconds */
#define TICK_MS		10		/* the coarsest that kernels have */

/* The conversation. */

static struct seg *log_new(struct wire *w, char dir)
{
	struct seg *s = calloc(1, sizeof(*s));

	if (!(w->nlog & (w->nlog - 1)))
		w->log = realloc(w->log, 2 * (w->nlog + 1) * sizeof(*w->log));
	w->log[w->nlog++] = s;
	s->dir = dir;
	s->flow = -1;
	s->ns = w_now() - w->t0;
	return s;
}

static void print_line(struct wire *w, const struct seg *s)
{
	char text[512];

	seg_print(w, s, text, sizeof(text));
	fprintf(stderr, "#   %4lld.%06lld %c %s\n", s->ns / 1000000000,
		s->ns / 1000 % 1000000, s->dir, text);
}

static void logged(struct wire *w, const struct seg *s)
{
	if (w->verbose)
		print_line(w, s);
}

void w_note(struct wire *w, const char *fmt, ...)
{
	struct seg *s = log_new(w, '-');
	char *text = malloc(256);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, 256, fmt, ap);
	va_end(ap);
	s->note = text;
	logged(w, s);
}

/* The conversation so far: hundreds of thousands of segments fill memory. */
void w_forget(struct wire *w)
{
	struct seg *s;

	while (w->nlog) {
		s = w->log[--w->nlog];
		if (s->dir == '-')
			free((char *)s->note);
		free(s->raw);
		free(s);
	}
}

void w_dump(struct wire *w)
{
	int i, from = w->nlog > 200 ? w->nlog - 200 : 0;

	if (w->printed)
		return;
	w->printed = true;
	if (w->verbose)
		return;
	fprintf(stderr, "# conversation (< to, > from the unit under test):\n");
	if (from)
		fprintf(stderr, "#   %d lines left out\n", from);
	for (i = from; i < w->nlog; i++)
		print_line(w, w->log[i]);
}

void w_die(struct wire *w, const char *file, int line, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!w->printed) {
		fprintf(stderr, "# %s:%d: %s\n", file, line, text);
		w_dump(w);
		w_hang_up(w);
	}
	abort();
}

/* Time. */

void w_mark(struct wire *w)
{
	w->mark = w_now();
}

long long w_since_mark(struct wire *w)
{
	return (w_now() - w->mark) / MS;
}

static long long patience(const struct wire *w)
{
	return w->virtual_time ? 700 : 2000;
}

/* What the scheduler of a slow machine may add. */
static long long slack(const struct wire *w)
{
	return w->virtual_time ? 5 : 400;
}

/* Flows. */

static void flow_reset(struct wire *w, struct flow *f, uint32_t isn)
{
	f->isn = isn;
	f->iss = 0;
	f->iss_known = false;
	f->snd_nxt = isn;
	f->snd_max = isn;
	f->rcv_nxt = 0;
	f->last_ack_known = false;
	f->edge_known = false;
	f->peer_edge_known = false;
	f->peer_wscale = -1;
	f->uut_wscale = -1;
	f->peer_ts = false;
	f->uut_ts = false;
	f->peer_mss = w->family == AF_INET ? 536 : 1220;
	f->win = 65535;
	f->pattern = false;
	f->tx_off = 0;
	f->rx_off = 0;
}

/* Make flow @n the current one; a new one has a peer port of its own. */
struct flow *w_flow(struct wire *w, int n)
{
	struct flow *f = &w->flows[n];

	if (!f->used) {
		f->used = true;
		f->uut_host = W_UUT;
		f->peer_host = W_PEER;
		f->uut_port = W_PORT;
		f->peer_port = W_PEER_PORT + n;
		flow_reset(w, f, w->isn + n * 0x01000000u);
	}
	if (n >= w->nflows)
		w->nflows = n + 1;
	w->f = f;
	return f;
}

/* The same pair of addresses and ports, another incarnation: forget the ISS of
 * the unit under test and go on with @isn.
 */
void w_reopen(struct wire *w, uint32_t isn)
{
	flow_reset(w, w->f, isn);
}

/* What must hold for every segment that leaves. */

static void must(struct wire *w, const struct seg *s, bool holds,
		 const char *what)
{
	char text[512];

	if (holds)
		return;
	seg_print(w, s, text, sizeof(text));
	w_fail(w, "never allowed: %s: %s", what, text);
}

static void check_packet(struct wire *w, const struct seg *s)
{
	uint32_t sum;
	int end = s->raw_len;

	must(w, s, !s->note, "a malformed segment");
	must(w, s, s->family == w->family, "the other IP version");
	if (s->family == AF_INET) {
		must(w, s, (s->raw[2] << 8 | s->raw[3]) == end,
		     "IP total length");
		must(w, s, inet_sum(s->raw, s->th, 0) == 0xffff,
		     "IP header checksum");
	} else {
		must(w, s, 40 + (s->raw[4] << 8 | s->raw[5]) == end,
		     "IPv6 payload length");
	}
	must(w, s, s->ttl > 0, "TTL or hop limit zero");
	sum = pseudo_sum(s->family, s->src, s->dst, w->proto, end - s->th);
	must(w, s, inet_sum(s->raw + s->th, end - s->th, sum) == 0xffff,
	     "wrong checksum");
	must(w, s, !s->reserved, "reserved bits set");
	must(w, s, !s->opt_bad, "malformed options");
	must(w, s, !(s->flags & RST) || !s->len, "text on a RST");
	must(w, s, s->flags & (SYN | RST | ACK), "neither SYN nor RST nor ACK");
	must(w, s, !(s->flags & SYN && s->flags & (FIN | RST)),
	     "SYN with FIN or RST");
}

static void check_text(struct wire *w, const struct seg *s, const struct flow *f)
{
	uint32_t start = s->abs_seq + !!(s->flags & SYN);
	int beyond, i;

	must(w, s, s->len + s->opt_len <= f->peer_mss,
	     "text larger than the peer's MSS");
	if (f->peer_edge_known) {
		/* a zero-window probe is one octet */
		beyond = (int32_t)(start + s->len - f->peer_edge);
		must(w, s, beyond <= 0 || s->len == 1,
		     "text beyond the peer's window");
	}
	if (!f->pattern || !f->iss_known)
		return;
	for (i = 0; i < s->len; i++)
		must(w, s, s->text[i] ==
		     w_pattern((uint32_t)(start - f->iss) - 1ll + i),
		     "text that was not written there");
}

static void check_flow(struct wire *w, const struct seg *s, struct flow *f)
{
	unsigned char uut[16], peer[16];
	uint32_t edge;
	int shift;

	w_host(w, f->uut_host, uut);
	w_host(w, f->peer_host, peer);
	must(w, s, !memcmp(s->src, uut, 16), "another source address");
	must(w, s, !memcmp(s->dst, peer, 16), "another destination");

	if (s->len)
		check_text(w, s, f);
	if (s->flags & RST || !(s->flags & ACK) || !f->iss_known)
		return;
	must(w, s, (int32_t)(s->abs_ack - f->snd_max) <= 0,
	     "an ACK of what was never sent");
	if (f->last_ack_known && !(s->flags & SYN))
		must(w, s, (int32_t)(s->abs_ack - f->last_ack) >= 0,
		     "an ACK lower than an earlier one");
	shift = s->flags & SYN || f->uut_wscale < 0 || f->peer_wscale < 0 ?
		0 : f->uut_wscale;
	edge = s->abs_ack + ((uint32_t)s->win << shift);
	/* rounding may hide less than one unit */
	if (f->edge_known && !(s->flags & SYN) && !w->edge_free)
		must(w, s, (int32_t)(edge - f->edge) > -(1 << shift),
		     "the right edge of the window moves left");
}

/* Learn from a segment that left. */
static void learn(const struct seg *s, struct flow *f)
{
	uint32_t start = s->abs_seq, end, edge;
	int shift;

	if (s->flags & SYN) {
		if (!f->iss_known) {
			f->iss_known = true;
			f->iss = s->abs_seq;
			f->rcv_nxt = f->iss + 1;
		}
		f->uut_wscale = s->wscale;
		f->uut_ts = s->ts;
		start++;
	}
	if (s->flags & RST || !f->iss_known)
		return;
	if (s->ts)
		f->ts_recent = s->tsval;
	end = start + s->len;
	if (f->peer_edge_known && s->len &&
	    (int32_t)(end - f->peer_edge) > 0)
		end = start;
	else if (s->flags & FIN)
		end++;
	if ((int32_t)(start - f->rcv_nxt) <= 0 &&
	    (int32_t)(end - f->rcv_nxt) > 0)
		f->rcv_nxt = end;
	if (!(s->flags & ACK))
		return;
	f->last_ack_known = true;
	f->last_ack = s->abs_ack;
	shift = s->flags & SYN || f->uut_wscale < 0 || f->peer_wscale < 0 ?
		0 : f->uut_wscale;
	edge = s->abs_ack + ((uint32_t)s->win << shift);
	if (!f->edge_known || s->flags & SYN || (int32_t)(edge - f->edge) > 0)
		f->edge = edge;
	f->edge_known = true;
}

/* The peer hears a segment that left.  Expectations do this themselves; a loop
 * around w_next() does it, unless the segment is to be lost.
 */
void w_hear(struct wire *w, const struct seg *s)
{
	if (s->flow >= 0)
		learn(s, &w->flows[s->flow]);
}

static struct seg *captured(struct wire *w, const unsigned char *pkt, int len)
{
	struct seg *s = log_new(w, '>');

	s->raw = malloc(len);
	memcpy(s->raw, pkt, len);
	s->raw_len = len;
	if (!seg_parse(w, s)) {
		w->nlog--;
		free(s->raw);
		free(s);
		return NULL;
	}
	logged(w, s);
	check_packet(w, s);
	if (s->flow >= 0)
		check_flow(w, s, &w->flows[s->flow]);
	return s;
}

/* The next segment of our protocol, or NULL after @ms milliseconds. */
struct seg *w_next(struct wire *w, long long ms)
{
	struct pollfd p = { .fd = w->tun, .events = POLLIN };
	long long deadline = 0, left;
	unsigned char pkt[65536];
	struct seg *s;
	ssize_t n;

	for (;;) {
		n = read(w->tun, pkt, sizeof(pkt));
		if (n > 0) {
			s = captured(w, pkt, n);
			if (s)
				return s;
			continue;
		}
		/* most of the time nobody waits, nor asks for the time */
		if (ms <= 0)
			return NULL;
		if (!deadline)
			deadline = w_now() + ms * MS;
		left = deadline - w_now();
		if (left <= 0)
			return NULL;
		poll(&p, 1, (left + MS - 1) / MS);
	}
}

/* Expectations. */

static bool number_is(long long want, long long seen, bool present)
{
	if (want == W_ANY)
		return true;
	return want == W_NONE ? !present : present && want == seen;
}

static bool matches(const struct wire *w, const struct w_args *a,
		    const struct seg *s)
{
	int may = a->may | PSH;

	if ((s->flags & ~may) != (a->flags & ~may) ||
	    (a->flags & ~a->may & ~s->flags))
		return false;
	if (s->flow < 0 || w->f != &w->flows[s->flow])
		return false;
	if (!number_is(a->seq, s->seq, true))
		return false;
	if (a->flags & ACK && s->flags & ACK && !number_is(a->ack, s->ack, true))
		return false;
	if (!number_is(a->len, s->len, true) ||
	    !number_is(a->win, s->win, true) ||
	    !number_is(a->urg, s->urg, true) ||
	    !number_is(a->mss, s->mss, s->mss >= 0) ||
	    !number_is(a->wscale, s->wscale, s->wscale >= 0) ||
	    !number_is(a->tsval, s->tsval, s->ts) ||
	    !number_is(a->tsecr, s->tsecr, s->ts))
		return false;
	if (a->sackok >= 0 && a->sackok != s->sackok)
		return false;
	return !a->data || !memcmp(a->data, s->text, s->len);
}

/* What the model says about fields left out. */
static void fill_in(const struct wire *w, struct w_args *a)
{
	const struct flow *f = w->f;

	if (a->data && !a->len)
		a->len = strlen(a->data);
	if (a->seq == W_AUTO)
		a->seq = a->flags & SYN || !f->iss_known ?
			0 : (int32_t)(f->rcv_nxt - f->iss);
	if (a->ack == W_AUTO)
		a->ack = (int32_t)(f->snd_nxt - f->isn);
	if (a->within == W_AUTO)
		a->within = patience(w);
	if (a->at >= 0) {
		a->within = a->at + a->at / 8 + TICK_MS + slack(w) -
			    (w_now() - w->mark) / MS;
		if (a->within < 0)
			a->within = 0;
	}
}

/* Where time is real, ticks come late under load, and jiffies lag behind. */
static bool early(const struct wire *w, const struct w_args *a,
		  const struct seg *s)
{
	long long at = s->ns + w->t0 - w->mark;
	long long lag = TICK_MS + (w->virtual_time ? 0 : a->at / 50);

	return a->at >= 0 && at < (a->at - lag) * MS;
}

struct seg *w_expect(struct wire *w, const struct w_args *args)
{
	struct w_args a = *args;
	char want[512], seen[512];
	struct seg *s;

	fill_in(w, &a);
	w_args_print(w, &a, want, sizeof(want));
	for (;;) {
		s = w_next(w, a.within);
		if (!s)
			w_die(w, a.file, a.line,
			      "expected %s, got nothing within %lld ms", want,
			      a.within);
		if (matches(w, &a, s))
			break;
		if (!a.past_acks || s->flags != ACK || s->len) {
			seg_print(w, s, seen, sizeof(seen));
			w_die(w, a.file, a.line, "expected %s, got %s", want,
			      seen);
		}
		w_hear(w, s);
	}
	if (early(w, &a, s))
		w_die(w, a.file, a.line, "expected %s, got it early, at %lld ms",
		      want, (s->ns + w->t0 - w->mark) / MS);
	learn(s, w->f);
	return s;
}

void w_silence(struct wire *w, long long ms, const char *file, int line)
{
	char seen[512];
	struct seg *s;

	if (ms == W_AUTO)
		ms = w->virtual_time ? 100 : 60;
	s = w_next(w, ms);
	if (!s)
		return;
	seg_print(w, s, seen, sizeof(seen));
	w_die(w, file, line, "expected nothing for %lld ms, got %s", ms, seen);
}

int w_take_text(struct wire *w, int n, int flags, const char *file, int line)
{
	struct flow *f = w->f;
	uint32_t end = f->rcv_nxt + n + !!(flags & FIN);
	int segments = 0;
	char seen[512];
	struct seg *s;

	while (f->rcv_nxt != end) {
		s = w_next(w, patience(w));
		if (!s)
			w_die(w, file, line, "%d octets still to come",
			      (int)(end - f->rcv_nxt));
		if (s->flow < 0 || &w->flows[s->flow] != f ||
		    s->flags & (SYN | RST) ||
		    (s->flags & FIN && !(flags & FIN)) ||
		    (int32_t)(s->abs_seq + s->len - end) > 0) {
			seg_print(w, s, seen, sizeof(seen));
			w_die(w, file, line, "expected text, got %s", seen);
		}
		if (!s->len && !(s->flags & FIN))
			continue;
		segments++;
		learn(s, f);
		if (flags & ACK)
			w_inj(w, ACK);
	}
	return segments;
}

/* Read and forget all that has left; returns how many segments. */
int w_drain(struct wire *w)
{
	struct seg *s;
	int n = 0;

	while ((s = w_next(w, 0))) {
		w_hear(w, s);
		n++;
	}
	return n;
}

void w_pause(long long ms)
{
	long long deadline = w_now() + ms * MS, left;

	while ((left = deadline - w_now()) > 0)
		poll(NULL, 0, (left + MS - 1) / MS);
}

/* Let time pass; what leaves meanwhile is kept for the next expectation. */
void w_wait(struct wire *w, long long ms)
{
	w_pause(ms);
	w_note(w, "%lld ms pass", ms);
}

/* Injection. */

void w_raw(struct wire *w, const void *packet, int len)
{
	int n = write(w->tun, packet, len);

	/* A test may have asked for the next copy from a program to fail. */
	if (n < 0 && errno == EFAULT)
		n = write(w->tun, packet, len);
	if (n != len)
		w_fail(w, "the device takes no packet: %s", strerror(errno));
}

static void remember(struct wire *w, const struct w_args *a, const struct seg *s)
{
	bool odd = a->forged || a->csum_xor || a->csum_proto || a->csum_zero || a->doff ||
		   a->trunc != W_AUTO || s->note || a->sport || a->dport ||
		   a->src || a->dst || a->from || a->to;
	struct flow *f = w->f;
	uint32_t end, edge;

	if (odd)
		return;
	end = s->abs_seq + s->len + !!(s->flags & SYN) + !!(s->flags & FIN);
	if ((int32_t)(end - f->snd_max) > 0)
		f->snd_max = end;
	if (s->flags & RST)
		return;
	if (s->flags & SYN && s->abs_seq == f->isn) {
		f->peer_wscale = s->wscale;
		f->peer_ts = s->ts;
		if (s->mss > 0)
			f->peer_mss = s->mss;
	}
	if (s->abs_seq == f->snd_nxt)
		f->snd_nxt = end;
	if (!(s->flags & ACK) || !f->iss_known)
		return;
	edge = s->abs_ack + ((uint32_t)s->win <<
		(s->flags & SYN || f->peer_wscale < 0 || f->uut_wscale < 0 ?
		 0 : f->peer_wscale));
	if (!f->peer_edge_known || (int32_t)(edge - f->peer_edge) > 0)
		f->peer_edge = edge;
	f->peer_edge_known = true;
}

struct seg *w_inject(struct wire *w, const struct w_args *a)
{
	static unsigned char pkt[131072], frag[65536];
	struct seg *s = log_new(w, '<');
	int len, n, i;

	len = seg_build(w, a, pkt, sizeof(pkt));
	s->raw = malloc(len);
	memcpy(s->raw, pkt, len);
	s->raw_len = len;
	if (!seg_parse(w, s))
		s->note = "not a segment";
	logged(w, s);
	remember(w, a, s);
	if (a->frags < 2)
		w_raw(w, pkt, len);
	for (i = 0; a->frags > 1 && i < a->frags; i++) {
		n = seg_fragment(pkt, len - a->pad,
				 a->reverse ? a->frags - 1 - i : i, a->frags,
				 frag);
		if (n)
			w_raw(w, frag, n);
	}
	return s;
}

void w_inject_icmp(struct wire *w, const struct w_icmp *i)
{
	unsigned char pkt[1500], src[16], dst[16], *icmp;
	const struct seg *q = i->quote;
	bool v4 = w->family == AF_INET;
	int proto = v4 ? 1 : 58, n, quote, h = v4 ? 20 : 40;
	uint16_t sum;

	quote = i->quote_len ? q->th + i->quote_len : q->raw_len;
	if (quote > q->raw_len)
		quote = q->raw_len;
	if (quote > 1232 - 48)
		quote = 1232 - 48;
	w_host(w, i->from ? i->from : w->f->peer_host, src);
	w_host(w, w->f->uut_host, dst);
	n = ip_header(w, pkt, src, dst, proto, 8 + quote);
	icmp = pkt + h;
	memset(icmp, 0, 8);
	icmp[0] = i->type;
	icmp[1] = i->code;
	icmp[4] = i->mtu >> 24;
	icmp[5] = i->mtu >> 16;
	icmp[6] = i->mtu >> 8;
	icmp[7] = i->mtu;
	memcpy(icmp + 8, q->raw, quote);
	sum = inet_sum(icmp, 8 + quote, v4 ? 0 :
		       pseudo_sum(AF_INET6, src, dst, proto, 8 + quote));
	icmp[2] = (uint16_t)~sum >> 8;
	icmp[3] = ~sum;
	w_note(w, "ICMP type %d code %d mtu %u", i->type, i->code, i->mtu);
	w_raw(w, pkt, n + 8 + quote);
}
