// SPDX-License-Identifier: GPL-2.0
/* Urgent data as it is sent (RFC 9293 section 3.8.5), and the DF flag of what
 * has no socket yet.
 */
#include <unistd.h>

#include "wire.h"

/* The end of urgent data, or as near as 16 bits come. */
static void urgent(struct wire *w, const struct seg *s, long long end)
{
	long long away = end - s->seq;

	w_check(w, s->flags & URG);
	w_check(w, s->urg == (away < 65535 ? away : 65535));
}

WIRE_TEST(urg_pointer_value)
{
	int fd = w_accepted(w);

	w->f->pattern = false;
	w_ok(w, send(fd, "abc", 3, MSG_OOB));
	w_exp(w, URG | ACK, .len = 3, .urg = 3, .data = "abc");
}

/* More than 64 KiB ahead: every segment says so, from the next one on. */
WIRE_TEST(urg_any_length)
{
	int fd, size = 1 << 20, n = 0;
	const struct seg *s;
	char *text;

	w_listen(w, 16);
	w_ok(w, setsockopt(w->lfd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)));
	w_inj(w, SYN, .wscale = 7);
	w_exp(w, SYN | ACK);
	w_inj(w, ACK);
	fd = w_accept(w);
	size = 150000;
	text = calloc(1, size);
	w_check(w, text);
	w_ok(w, send(fd, text, size, MSG_OOB));
	free(text);
	while (n < size) {
		s = w_next(w, 1000);
		w_check(w, s && s->len && s->seq == n + 1);
		w_hear(w, s);
		/* those that were pushed before the whole was written */
		if (s->seq > 60000 || n + s->len == size)
			urgent(w, s, size + 1);
		n += s->len;
		w_inj(w, ACK);
	}
}

WIRE_TEST_V4(synack_df_as_set)
{
	int val, want;

	for (val = IP_PMTUDISC_DONT; val <= IP_PMTUDISC_DO; val++) {
		w_flow(w, val);
		if (w->lfd < 0)
			w_listen(w, 16);
		want = val != IP_PMTUDISC_DONT;
		w_ok(w, setsockopt(w->lfd, SOL_IP, IP_MTU_DISCOVER, &val,
				   sizeof(val)));
		w_inj(w, SYN);
		w_check(w, w_exp(w, SYN | ACK)->df == want);
	}
}

WIRE_MAIN
