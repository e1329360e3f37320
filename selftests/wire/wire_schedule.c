// SPDX-License-Identifier: GPL-2.0
/* The schedules of SYN and SYN-ACK, and a full accept queue meanwhile. */
#include "wire.h"

static void expect_schedule(struct wire *w, int flags, const int *at, int n)
{
	int i;

	for (i = 0; i < n; i++)
		w_exp_at(w, at[i], flags, .seq = 0);
}

/* Both lists to their ends; what comes after the last wait is the end. */
WIRE_TEST_VT(rtx_syn_schedule_full)
{
	static const int synack[] = { 3000, 9000, 21000, 45000, 93000 };
	static const int syn[] = {
		1000, 3000, 7000, 15000, 31000, 63000, 127000,
	};
	int fd;

	w_to_state(w, TCP_SYN_RECV);
	w_mark(w);
	expect_schedule(w, SYN | ACK, synack, 5);
	w_none_for(w, 188000 - w_since_mark(w));
	w_entry_is(w, TCP_SYN_RECV);
	w_none_for(w, 189000 + 189000 / 8 - w_since_mark(w));
	w_gone(w);

	w_flow(w, 1);
	fd = w_to_state(w, TCP_SYN_SENT);
	w_mark(w);
	expect_schedule(w, SYN, syn, 7);
	w_none_for(w, 190000 - w_since_mark(w));
	w_check(w, !w_poll(fd, POLLOUT, 0));
	w_none_for(w, 191000 + 191000 / 8 - w_since_mark(w));
	w_check(w, w_poll(fd, POLLOUT, 0) & POLLERR);
	w_check(w, w_so_error(fd) == ETIMEDOUT);
}

/* The founding document's numbers for the client as well, by its own list. */
WIRE_TEST_VT(rtx_syn_schedule_settable)
{
	static const int at[] = { 3000, 9000, 21000 };
	int fd;

	w_sysctl(w, "syn_schedule_ms", "3000 6000 12000 24000");
	fd = w_to_state(w, TCP_SYN_SENT);
	w_mark(w);
	expect_schedule(w, SYN, at, 3);
	w_none_for(w, 44000 - w_since_mark(w));
	w_check(w, !w_poll(fd, POLLOUT, 0));
	w_none_for(w, 45000 + 45000 / 8 - w_since_mark(w));
	w_check(w, w_so_error(fd) == ETIMEDOUT);

	w_sysctl(w, "synack_schedule_ms", "500 500");
	w_flow(w, 1);
	w_to_state(w, TCP_SYN_RECV);
	w_mark(w);
	w_exp_at(w, 500, SYN | ACK);
	w_none_for(w, 900 - w_since_mark(w));
	w_entry_is(w, TCP_SYN_RECV);
	w_none_for(w, 1300 - w_since_mark(w));
	w_gone(w);
	w_sysctl_refused(w, "synack_schedule_ms", "9");
	w_sysctl_refused(w, "synack_schedule_ms", "600001");
	w_sysctl_refused(w, "syn_schedule_ms", "1000 no");
}

/* What was late by an eighth is late by a tick, and no later each time: @at, in
 * milliseconds since the mark.
 */
static void expect_exactly(struct wire *w, int flags, const int *at, int n)
{
	long long late;
	int i;

	for (i = 0; i < n; i++) {
		w_exp_at(w, at[i], flags, .seq = 0);
		late = w_since_mark(w) - at[i];
		w_note(w, "%lld ms late", late);
		w_check(w, late <= 20);
	}
}

/* exact_timers: both schedules, a TIME-WAIT that starts anew, and what procfs says
 * meanwhile, which is not when the timer fires next.
 */
WIRE_TEST_VT(rtx_exact_timers)
{
	static const int synack[] = { 3000, 9000, 21000, 45000, 93000 };
	static const int syn[] = { 3000, 9000, 21000 };
	char left[16];
	int late, i;

	w_sysctl(w, "exact_timers", "1");
	w_to_state(w, TCP_SYN_RECV);
	w_mark(w);
	w_check(w, w_column(w, "left_ms", left, sizeof(left)));
	w_check(w, atoi(left) > 2980 && atoi(left) <= 3010);
	w_wait(w, 2700);
	w_check(w, w_column(w, "left_ms", left, sizeof(left)));
	w_check(w, atoi(left) > 280 && atoi(left) <= 310);
	expect_exactly(w, SYN | ACK, synack, 5);
	w_none_for(w, 189000 - w_since_mark(w));
	w_none_for(w, 30);
	w_gone(w);

	w_sysctl(w, "syn_schedule_ms", "3000 6000 12000 24000");
	w_flow(w, 1);
	w_to_state(w, TCP_SYN_SENT);
	w_mark(w);
	expect_exactly(w, SYN, syn, 3);
	w_inj(w, RST | ACK);

	w_flow(w, 2);
	w_to_state(w, TCP_TIME_WAIT);
	for (i = 0; i < 3; i++) {
		w_mark(w);
		w_wait(w, i * 24000);
		w_check(w, w_column(w, "left_ms", left, sizeof(left)));
		late = 60000 - w_since_mark(w) - atoi(left);
		w_check(w, late > -20 && late < 100);
		w_inj(w, FIN | ACK, .seq = 1);
		w_exp(w, ACK, .seq = 2, .ack = 2);
	}
	w_mark(w);
	w_none_for(w, 59500);	/* poll() may be late by a thousandth */
	w_none_for(w, 59980 - w_since_mark(w));
	w_entry_is(w, TCP_TIME_WAIT);
	w_none_for(w, 60030 - w_since_mark(w));
	w_gone(w);
	w_sysctl_refused(w, "exact_timers", "2");
	w_sysctl_refused(w, "exact_timers", "-1");
}

static void flow_syn(struct wire *w, int n)
{
	w_flow(w, n);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);
}

/* The accept queue is full when the third ACK comes: no child, the server
 * stays SYN_RECV and repeats its SYN-ACK, until there is room for the ACK
 * that this brings.  A queue that takes one more than its backlog is full one
 * connection later.
 */
WIRE_TEST_VT(syf_accept_full_keeps_synrcvd)
{
	w_listen(w, 3);
	flow_syn(w, 0);
	w_inj(w, ACK);
	flow_syn(w, 1);
	flow_syn(w, 2);
	flow_syn(w, 3);
	w_flow(w, 1);
	w_inj(w, ACK);
	flow_syn(w, 4);
	w_mark(w);
	w_flow(w, 2);
	w_inj(w, ACK);

	w_flow(w, 3);
	w_inj(w, ACK);
	if (w_entry(w) == TCP_SYN_RECV) {
		w_flow(w, 4);
		w_inj(w, RST);
		w_flow(w, 3);
	} else {
		w_flow(w, 4);
		w_inj(w, ACK);
	}
	w_entry_is(w, TCP_SYN_RECV);
	w_exp_at(w, 3000, SYN | ACK, .seq = 0);
	w_inj(w, ACK);
	w_entry_is(w, TCP_SYN_RECV);
	w_exp_at(w, 9000, SYN | ACK, .seq = 0);
	w_entry_is(w, TCP_SYN_RECV);
	w_exp_at(w, 21000, SYN | ACK, .seq = 0);
	w_accept(w);
	w_inj(w, ACK);
	w_entry_is(w, TCP_ESTABLISHED);
	w_none_for(w, 60000);
}

WIRE_MAIN
