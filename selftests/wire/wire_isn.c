// SPDX-License-Identifier: GPL-2.0
/*
 * Initial sequence numbers: a clock that anybody may know, plus what nobody
 * outside can (RFC 6528); and the offset of timestamps, which is like it.
 */
#include <dirent.h>

#include "wire.h"

#define TICK_NS		4000		/* RFC 9293 section 3.4.1 */
#define NEAR		16384		/* 64 ms of them */

/* What is left of a SYN's number without the clock: F of RFC 6528. */
static uint32_t secret_part(const struct wire *w, const struct seg *s)
{
	return s->abs_seq - (uint32_t)((s->ns + w->t0) / TICK_NS);
}

static bool near(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < NEAR && (int32_t)(a - b) > -NEAR;
}

/* A SYN from @port to the current flow's peer, which refuses. */
static const struct seg *active(struct wire *w, int host, int port)
{
	const struct seg *s;
	int fd;

	w_reopen(w, w->f->isn + 1000);
	fd = w_connect_from(w, w_bound(w, host, port));
	s = w_exp(w, SYN);
	w_inj(w, RST | ACK, .forged = true);
	w_gone(w);
	close(fd);
	return s;
}

/* The SYN-ACK for the current flow's peer, which has changed its mind. */
static const struct seg *passive(struct wire *w)
{
	const struct seg *s;

	w_reopen(w, w->f->isn + 1000);
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	w_inj(w, RST);
	return s;
}

static void clock_part(struct wire *w, const struct seg *(*open)(struct wire *))
{
	static const int wait[] = { 10, 100, 1000 };
	const struct seg *a, *b;
	long long ticks;
	int i;

	for (i = 0; i < 3; i++) {
		a = open(w);
		w_wait(w, wait[i]);
		b = open(w);
		ticks = (b->ns - a->ns) / TICK_NS;
		w_check(w, ticks >= wait[i] * 250);
		w_check(w, near(b->abs_seq - a->abs_seq, ticks));
		w_check(w, b->abs_seq - a->abs_seq >= ticks - ticks / 4);
	}
}

static const struct seg *active_40000(struct wire *w)
{
	return active(w, W_UUT, 40000);
}

WIRE_TEST(bld_isn_clock)
{
	w_own_iss(w);
	clock_part(w, active_40000);
	w->f->uut_port = W_PORT;
	w_listen(w, 5);
	clock_part(w, passive);
}

/* One element of the four-tuple changes, then none does. */
WIRE_TEST(bld_isn_prf)
{
	const struct seg *s;
	uint32_t f[16];
	int what, i, j, close_ones = 0;

	w_own_iss(w);
	w_add_addr(w, W_UUT2);
	for (what = 0; what < 4; what++) {
		for (i = 0; i < 16; i++) {
			w_flow(w, 0);
			w->f->peer_host = what == 0 ? 100 + i : W_PEER;
			w->f->peer_port = what == 1 ? 6000 + i : W_PEER_PORT;
			w->f->uut_host = what == 2 && i & 1 ? W_UUT2 : W_UUT;
			s = active(w, w->f->uut_host,
				   what == 3 ? 41000 + i : 40000);
			f[i] = secret_part(w, s);
			for (j = 0; j < i; j++)
				if (what != 2)
					close_ones += near(f[i], f[j]);
		}
		/* the other address; and the same tuples each time */
		for (i = 0; what == 2 && i < 14; i++)
			w_check(w, near(f[i], f[i + 2]));
		if (what == 2)
			w_check(w, !near(f[0], f[1]));
	}
	/* of 360 pairs */
	w_check(w, close_ones <= 1);
}

/* Nothing that a user without rights can read tells one of another's. */
static bool file_has(const char *dir, const char *name, uint32_t n)
{
	char path[512], dec[16], hex[16], *buf = calloc(1, 1 << 18);
	bool has = false;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	snprintf(dec, sizeof(dec), "%u", n);
	snprintf(hex, sizeof(hex), "%x", n);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, buf, (1 << 18) - 1);
	if (len > 0)
		has = strstr(buf, dec) || strcasestr(buf, hex);
	if (fd >= 0)
		close(fd);
	free(buf);
	return has;
}

WIRE_TEST(bld_isn_secret)
{
	static const char * const dirs[] = {
		"/proc/net/lctcp", "/proc/sys/net/lctcp",
		"/sys/module/lctcp/parameters",
	};
	struct lctcp_vars v;
	socklen_t len = sizeof(v);
	struct dirent *e;
	int fd, i, files = 0;
	DIR *d;

	w_own_iss(w);
	w_only_lctcp(w);
	fd = w_accepted(w);
	/* its owner may see it */
	w_ok(w, getsockopt(fd, w->proto, LCTCP_VARS, &v, &len));
	w_check(w, v.iss == w->f->iss);
	for (i = 0; i < 3; i++) {
		d = opendir(dirs[i]);
		while (d && (e = readdir(d))) {
			if (e->d_name[0] == '.')
				continue;
			files++;
			if (file_has(dirs[i], e->d_name, w->f->iss) ||
			    file_has(dirs[i], e->d_name, w->f->iss + 1))
				w_fail(w, "%s/%s shows the ISS", dirs[i],
				       e->d_name);
		}
		if (d)
			closedir(d);
	}
	w_check(w, files > 20);
}

#define TUPLES	(1 << 18)	/* at most, in each of four variants */

/* 255 degrees of freedom: mean 255, and six standard deviations of 22.6. */
static void even(struct wire *w, const uint32_t *isn, int n, int shift)
{
	int count[256] = {}, i;
	double x = 0, want = n / 256.0;

	for (i = 0; i < n; i++)
		count[isn[i] >> shift & 255]++;
	for (i = 0; i < 256; i++)
		x += (count[i] - want) * (count[i] - want) / want;
	if (x > 391 || x < 119)
		w_fail(w, "chi-square of octet %d is %.0f", shift / 8, x);
}

WIRE_TEST_LONG(bld_isn_statistics)
{
	static uint32_t f[TUPLES], diff[TUPLES];
	int i, n = W_MANY(w, 4096, TUPLES), guessed = 0;

	w_own_iss(w);
	w_listen(w, 5);
	for (i = 0; i < n; i++) {
		w->f->peer_host = 100 + i / 60000;
		w->f->peer_port = 1024 + i % 60000;
		f[i] = secret_part(w, passive(w));
		diff[i] = f[i] - (i ? f[i - 1] : 0);
		w_forget(w);
	}
	for (i = 0; i < 32; i += 8) {
		even(w, f, n, i);
		even(w, diff, n, i);
	}
	/* the next is the last one, or as far from it as that was; by chance
	 * 4 of all
	 */
	for (i = 2; i < n; i++)
		guessed += near(diff[i], 0) + near(diff[i], diff[i - 1]);
	w_check(w, guessed <= W_MANY(w, 8, 24));
}

/* The key is made at load and never changes, so that a number never falls back
 * behind those that TIME_WAIT remembers.  Nor does one that was outrun by data
 * sent faster than the clock ticks.
 */
WIRE_TEST_VT(bld_isn_rekey)
{
	const struct seg *s;
	uint32_t f, end;
	int fd, i;

	w_own_iss(w);
	w_listen(w, 5);
	f = secret_part(w, passive(w));
	for (i = 0; i < 4; i++) {
		w_wait(w, 12ll * 3600 * 1000);
		w_check(w, near(secret_part(w, passive(w)), f));
	}
	w_reopen(w, w->f->isn + 1000);
	fd = w_accepted(w);
	for (i = 0; i < 10; i++) {
		w_write(w, fd, 50000);
		w_take(w, 50000, ACK);
	}
	w_ok(w, shutdown(fd, SHUT_WR));
	w_exp(w, FIN | ACK);
	w_inj(w, ACK);
	w_inj(w, FIN | ACK);
	w_exp(w, ACK);
	w_entry_is(w, TCP_TIME_WAIT);
	end = w->f->rcv_nxt;
	close(fd);
	w_reopen(w, w->f->snd_nxt + 100000);
	w_inj(w, SYN);
	s = w_exp(w, SYN | ACK);
	w_check(w, (int32_t)(s->abs_seq - end) > 0);
	/* the clock alone would not have done */
	w_check(w, (int32_t)(f + (uint32_t)((s->ns + w->t0) / TICK_NS) - end) < 0);
}

WIRE_TEST_VT(bld_isn_monotonic_reuse)
{
	const struct seg *s;
	uint32_t last = 0;
	int i;

	w_own_iss(w);
	w_listen(w, 5);
	/* four variants of this make ten thousand */
	for (i = 0; i < 2500; i++) {
		if (i % 100) {
			s = passive(w);
		} else {
			w_reopen(w, w->f->isn + 1000);
			w_inj(w, SYN);
			s = w_exp(w, SYN | ACK);
			w_inj(w, ACK);
			close(w_accept(w));
			w_exp(w, FIN | ACK);
			w_inj(w, RST);
		}
		if (i && (int32_t)(s->abs_seq - last) <= 0)
			w_fail(w, "number %d is not above the one before", i);
		last = s->abs_seq;
		w_wait(w, 10);
	}
}

/* RFC 7323 section 7.1: timestamps do not tell how long the host is up, nor
 * does that of one connection tell another's.
 */
WIRE_TEST(bld_ts_offset_random)
{
	uint32_t off[16];
	const struct seg *s;
	int i, j, close_ones = 0;

	w_listen(w, 16);
	for (i = 0; i < 16; i++) {
		w_flow(w, i);
		w->f->peer_host = 30 + i / 4;
		w_inj(w, SYN, .tsval = 1, .tsecr = 0);
		s = w_exp(w, SYN | ACK);
		w_check(w, s->ts);
		off[i] = s->tsval - (uint32_t)((s->ns + w->t0) / 1000000);
		close_ones += near(off[i], 0);
		for (j = 0; j < i; j++)
			close_ones += near(off[i], off[j]);
		w_inj(w, RST);
	}
	w_check(w, close_ones <= 1);	/* of 136 */
	/* the same again: one connection's clock goes on */
	w_flow(w, 3);
	w_reopen(w, w->f->isn + 1000);
	w_inj(w, SYN, .tsval = 1, .tsecr = 0);
	s = w_exp(w, SYN | ACK);
	w_check(w, near(s->tsval - (uint32_t)((s->ns + w->t0) / 1000000),
			off[3]));
}

WIRE_MAIN
