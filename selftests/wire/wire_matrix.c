// SPDX-License-Identifier: GPL-2.0
/*
 * All 256 sets of flags, at five places of the sequence space and with five
 * acknowledgments, in every state: the answer, the state and the variables
 * afterwards must be those of the oracle.
 *
 * Where time is virtual a connection serves until a segment changes it; in
 * real time retransmissions would come between, so every case has a connection
 * of its own, and only one case in SAMPLE is tried.
 */
#include "wire.h"
#include "oracle.h"

#define SAMPLE		31	/* no divisor of any number of cases */
#define PATIENCE_MS	300	/* a delayed ACK comes sooner */
/* Answers to empty segments are limited to this many for half-open ones. */
#define ANSWERS		40
#define MAX_SHOWN	20

enum place { BELOW, BEFORE, AT, IN, ABOVE, NPLACES };
enum acked { ANCIENT, OLD, UNA, NXT, FUTURE, NACKED };

static const char * const place_name[] = {
	"below", "RCV.NXT-1", "RCV.NXT", "in", "above",
};

/**
 * struct matrix - the connection that serves
 * @active:	SYN_RECV by way of SYN_SENT
 * @alone:	the listener has gone meanwhile
 * @fd:		its socket, -1 if it has none that is open
 * @open:	it is there, as @tcb says
 * @answers:	how many it has given
 * @tried, @wrong: cases
 */
struct matrix {
	struct wire *w;
	int state;
	bool active, alone;
	struct oracle_tcb tcb;
	int fd;
	bool open;
	int answers, tried, wrong;
};

static bool is_mini(int state)
{
	return state == TCP_SYN_RECV || state == TCP_TIME_WAIT;
}

/* A new connection in the state to be tested, on a port of its own; its
 * numbers, those of both ends, wrap every other time.
 */
static void matrix_open(struct matrix *m)
{
	struct wire *w = m->w;
	struct oracle_tcb *tcb = &m->tcb;
	struct flow *f = w->f;

	w_forget(w);
	f->peer_port++;
	f->uut_port = m->state == TCP_CLOSE ? 9 : W_PORT;
	w_reopen(w, f->isn == W_ISN ? W_ISN_WRAP : W_ISN);
	w_sysctl(w, "test_iss", f->isn == W_ISN ? "-1" : "4294967288");
	m->fd = -1;
	if (m->active)
		m->fd = w_syn_recv_active(w);
	else if (m->state != TCP_LISTEN)
		m->fd = w_to_state(w, m->state);
	if (m->alone) {
		close(w->lfd);
		w->lfd = -1;
	}

	*tcb = (struct oracle_tcb){
		.state = m->state, .active = m->active,
		.listener = w->lfd >= 0,
		.iss = f->iss, .snd_una = f->rcv_nxt, .snd_nxt = f->rcv_nxt,
		.max_wnd = f->win,
		.irs = f->isn, .rcv_nxt = f->snd_nxt,
		.rcv_wnd = f->edge_known ? f->edge - f->snd_nxt : 1000,
	};
	switch (m->state) {
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
	case TCP_FIN_WAIT1:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		tcb->snd_una--;
		break;
	case TCP_TIME_WAIT:
		/* it remembers neither window nor ISS, but takes the largest
		 * window there is (RFC 5961 section 5.2)
		 */
		tcb->max_wnd = 65535 << 14;
		tcb->iss = tcb->snd_nxt - tcb->max_wnd;
		break;
	}
	m->open = true;
	m->answers = 0;
}

static void matrix_close(struct matrix *m)
{
	struct wire *w = m->w;
	int child;

	if (m->fd >= 0)
		w_abort(w, m->fd);
	w_inj(w, RST, .seq = (int32_t)(w->f->last_ack - w->f->isn));
	while (w->lfd >= 0 && (child = accept(w->lfd, NULL, NULL)) >= 0)
		w_abort(w, child);
	/* let TIME-WAIT run out, lest the table grow */
	if (w->virtual_time && m->tcb.state == TCP_TIME_WAIT)
		w_wait(w, 2100);
	w_drain(w);
	m->open = false;
}

/* What the table and the socket say afterwards; text of what differs. */
static bool as_expected(struct matrix *m, const struct oracle_tcb *want,
			bool changed, char *text, size_t size)
{
	int state = want->state == TCP_LISTEN ? 0 : want->state, now = state;
	struct lctcp_vars v = {};
	socklen_t len = sizeof(v);

	*text = 0;
	if (state == TCP_CLOSE)
		state = 0;
	/* the table is the slow way */
	if (changed || m->fd < 0 || is_mini(want->state)) {
		now = w_entry(m->w);
		if (now == TCP_CLOSE)
			now = 0;
		if (now != state) {
			snprintf(text, size, "is %s", w_state_name(now));
			return false;
		}
	}
	/* a socket has left it to TIME-WAIT */
	if (m->fd < 0 || !state || m->state == TCP_TIME_WAIT ||
	    want->state == TCP_TIME_WAIT)
		return true;
	if (getsockopt(m->fd, m->w->proto, LCTCP_VARS, &v, &len))
		w_fail(m->w, "LCTCP_VARS: %s", strerror(errno));
	if ((int)v.state != state)
		snprintf(text, size, "is %s", w_state_name(v.state));
	else if (v.snd_una != want->snd_una || v.snd_nxt != want->snd_nxt)
		snprintf(text, size, "SND.UNA moved by %d, SND.NXT by %d",
			 (int)(v.snd_una - m->tcb.snd_una),
			 (int)(v.snd_nxt - m->tcb.snd_nxt));
	else if (state != TCP_SYN_SENT && v.rcv_nxt != want->rcv_nxt)
		snprintf(text, size, "RCV.NXT moved by %d",
			 (int)(v.rcv_nxt - m->tcb.rcv_nxt));
	return !*text;
}

static bool same_answer(const struct oracle_seg *want, const struct seg *s,
			int in_flags)
{
	int flags = s->flags;

	/* a SYN may ask for ECN, and a SYN-ACK agree */
	if ((in_flags & (SYN | ECE | CWR)) == (SYN | ECE | CWR) && flags & SYN)
		flags &= ~ECE;
	return flags == want->flags && !s->len &&
	       (want->any_seq || s->abs_seq == want->seq) &&
	       (!(flags & ACK) || s->abs_ack == want->ack);
}

static uint32_t seq_at(const struct oracle_tcb *tcb, enum place place)
{
	switch (place) {
	case BELOW:
		return tcb->rcv_nxt - 10;
	case BEFORE:
		return tcb->rcv_nxt - 1;
	case IN:
		return tcb->rcv_nxt + tcb->rcv_wnd - 1;
	case ABOVE:
		return tcb->rcv_nxt + tcb->rcv_wnd;
	default:
		return tcb->rcv_nxt;
	}
}

static uint32_t ack_of(const struct oracle_tcb *tcb, enum acked acked)
{
	switch (acked) {
	case ANCIENT:
		return tcb->iss - 1;
	case OLD:
		return tcb->snd_una - 1;
	case UNA:
		return tcb->snd_una;
	case NXT:
		return tcb->snd_nxt;
	default:
		return tcb->snd_nxt + 1;
	}
}

/* With the conversation since line @from. */
static void show(struct matrix *m, const char *place,
		 const struct oracle_seg *want, int n,
		 const struct oracle_tcb *after, const char *differs, int from)
{
	char text[256], flags[16];
	int i;

	if (m->wrong++ >= MAX_SHOWN)
		return;
	fprintf(stderr, "# in %s, seq %s, expected", w_state_name(m->state),
		place);
	for (i = 0; i < n; i++) {
		int seq = want[i].any_seq ? 0 : want[i].seq - m->tcb.iss;
		int ack = want[i].flags & ACK ? want[i].ack - m->tcb.irs : 0;

		fprintf(stderr, " %s %d ack %d",
			w_flag_names(want[i].flags, flags), seq, ack);
	}
	fprintf(stderr, "%s and %s, %s:\n", n ? "" : " nothing",
		w_state_name(after->state), *differs ? differs : "got other");
	for (i = from; i < m->w->nlog; i++) {
		seg_print(m->w, m->w->log[i], text, sizeof(text));
		fprintf(stderr, "#   %c %s\n", m->w->log[i]->dir, text);
	}
}

/* All that leaves now is what the oracle wants, in its order. */
static bool answered(struct wire *w, const struct oracle_seg *want, int n,
		     int flags)
{
	struct seg *s;
	bool good;
	int i;

	for (i = 0; i < n; i++) {
		s = w_next(w, PATIENCE_MS);
		if (!s)
			return false;
		good = same_answer(&want[i], s, flags);
		w_hear(w, s);
		if (!good)
			return false;
	}
	s = w_next(w, 0);
	if (s)
		w_hear(w, s);
	return !s;
}

static void try_one(struct matrix *m, int flags, enum place place,
		    enum acked acked)
{
	struct oracle_seg in, want[ORACLE_ANSWERS];
	struct oracle_tcb after;
	struct wire *w = m->w;
	bool changed, good;
	char differs[128];
	struct seg *sent;
	int n, from;

	if (!m->open)
		matrix_open(m);
	in.flags = flags & (FIN | SYN | RST | ACK);
	in.seq = seq_at(&m->tcb, place);
	in.ack = flags & ACK ? ack_of(&m->tcb, acked) : 0;
	after = m->tcb;
	n = oracle(&after, &in, want);
	changed = memcmp(&after, &m->tcb, sizeof(after));

	from = w->nlog;
	sent = w_inj(w, flags, .seq = (int32_t)(in.seq - w->f->isn),
		     .ack = flags & ACK ? (int32_t)(in.ack - w->f->iss) : 0);
	/* what is sent is what was meant */
	w_check(w, sent->abs_seq == in.seq && sent->flags == flags &&
		(!(flags & ACK) || sent->abs_ack == in.ack));
	good = answered(w, want, n, flags);
	good = as_expected(m, &after, changed, differs, sizeof(differs)) && good;
	if (!good)
		show(m, place_name[place], want, n, &after, differs, from);
	m->tried++;
	m->answers += n;
	m->tcb = after;
	if (changed || !good || !w->virtual_time || m->answers >= ANSWERS)
		matrix_close(m);
}

/* Does the same number have a name that comes first? */
static bool again(const struct oracle_tcb *tcb, enum acked acked)
{
	int i;

	for (i = 0; i < (int)acked; i++)
		if (ack_of(tcb, i) == ack_of(tcb, acked))
			return true;
	return false;
}

/* How many cases there are: without ACK its number is not looked at. */
static int cases(const struct oracle_tcb *fresh)
{
	int acked, acks = 0;

	for (acked = 0; acked < NACKED; acked++)
		acks += !again(fresh, acked);
	return 128 * NPLACES * (1 + acks);
}

static void matrix(struct matrix *m)
{
	struct wire *w = m->w;
	int flags, place, acked, n = 0, all;
	struct oracle_tcb fresh;

	w_only_lctcp(w);
	w_sysctl(w, "challenge_interval_ms", "0");
	w_sysctl(w, "msl_ms", "1000");
	if (m->state != TCP_SYN_SENT && !m->active)
		w_listen(w, 64);
	matrix_open(m);
	/* what a case leaves is not what the next begins with */
	fresh = m->tcb;
	all = cases(&fresh);
	for (flags = 0; flags < 256; flags++) {
		if (m->open && flags % 64 == 0)
			matrix_close(m);
		for (place = 0; place < NPLACES; place++) {
			for (acked = 0; acked < NACKED; acked++) {
				if (flags & ACK ? again(&fresh, acked) : acked)
					continue;
				if (!w->virtual_time && n++ % SAMPLE)
					continue;
				try_one(m, flags, place, acked);
			}
		}
	}
	if (m->open)
		matrix_close(m);
	fprintf(stderr, "#   %d cases%s\n", m->tried,
		w->virtual_time ? "" : ", a sample, as time is real");
	w_forget(w);
	w_check(w, m->tried == (w->virtual_time ? all : (all - 1) / SAMPLE + 1));
	if (m->wrong)
		w_fail(w, "%d of %d cases differ", m->wrong, m->tried);
}

/* One point a state, so that one state's fault does not hide another's. */
FIXTURE(matrix)
{
	struct wire *w;
};

FIXTURE_VARIANT(matrix)
{
	int family, state;
	bool active, alone;
};

FIXTURE_SETUP(matrix)
{
	self->w = w_open(variant->family, W_ISN, _metadata->results->reason,
			 sizeof(_metadata->results->reason));
}

FIXTURE_TEARDOWN(matrix)
{
	w_close(self->w, _metadata->exit_code == KSFT_FAIL);
}

#define STATE(name, number, ...) \
	FIXTURE_VARIANT_ADD(matrix, v4_##name) { \
		.family = AF_INET, .state = number, ##__VA_ARGS__ \
	}; \
	FIXTURE_VARIANT_ADD(matrix, v6_##name) { \
		.family = AF_INET6, .state = number, ##__VA_ARGS__ \
	}

STATE(closed, TCP_CLOSE);
STATE(listen, TCP_LISTEN);
STATE(syn_sent, TCP_SYN_SENT);
STATE(syn_recv, TCP_SYN_RECV);
STATE(syn_recv_active, TCP_SYN_RECV, .active = true);
STATE(established, TCP_ESTABLISHED);
STATE(fin_wait1, TCP_FIN_WAIT1);
STATE(fin_wait2, TCP_FIN_WAIT2);
STATE(close_wait, TCP_CLOSE_WAIT);
STATE(closing, TCP_CLOSING);
STATE(last_ack, TCP_LAST_ACK);
STATE(time_wait, TCP_TIME_WAIT);
STATE(time_wait_alone, TCP_TIME_WAIT, .alone = true);

TEST_F_TIMEOUT(matrix, wire_flags_matrix, W_VT_TIMEOUT)
{
	struct matrix m = {
		.w = self->w, .state = variant->state,
		.active = variant->active, .alone = variant->alone,
	};

	matrix(&m);
}

WIRE_MAIN
