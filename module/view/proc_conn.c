// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/lctcp/connections, and tcp and tcp6 in the format of
 * /proc/net/tcp and tcp6, which ss and netstat read.
 *
 * The table is walked under RCU and no socket is locked, so that a line may
 * mix what was with what is.
 */
#include <linux/jiffies.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate_wait.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "conn.h"
#include "lctcp.h"
#include "table.h"
#include "trace_names.h"
#include "views.h"

static const char * const lctcp_timer_names[] = {
	LCTCP_TIMER_LIST(LCTCP_NAME_ITEM, LCTCP_NAME_ITEM)
};

static_assert(ARRAY_SIZE(lctcp_timer_names) == LCTCP_NTIMERS);

/* ---- the walk ---- */

/* The family that a file is about, 0 for both. */
static u16 lctcp_file_family(const struct seq_file *seq)
{
	return (unsigned long)pde_data(file_inode(seq->file));
}

/* The family of the socket: AF_INET6 also if it speaks IPv4. */
static u16 lctcp_ent_family(const struct lctcp_ent *ent)
{
	if (ent->kind == LCTCP_KIND_SOCK)
		return lctcp_sock_of(ent)->sk_family;
	if (ent->kind == LCTCP_KIND_REQ)
		return lctcp_req_of(ent)->listener->sk_family;
	return ent->family;
}

/* The first entry of the namespace from @ent on, which is number it->n of its
 * slot, or NULL for the end of that slot.
 */
static struct lctcp_ent *lctcp_iter_find(struct seq_file *seq,
					 struct lctcp_ent *ent)
{
	const struct net *net = seq_file_net(seq);
	struct lctcp_conn_iter *it = seq->private;
	u16 family = lctcp_file_family(seq);

	for (;;) {
		for (; ent; ent = lctcp_table_next(it->slot, ent), it->n++)
			if (ent->net == net &&
			    (!family || family == lctcp_ent_family(ent)))
				return ent;
		it->n = 0;
		do {
			if (++it->slot >= lctcp_table_slots())
				return NULL;
			if (it->slot % LCTCP_SLOTS_AT_ONCE == 0)
				cond_resched_rcu();
			ent = lctcp_table_first(it->slot);
		} while (!ent);
	}
}

static struct lctcp_ent *lctcp_iter_first(struct seq_file *seq)
{
	struct lctcp_conn_iter *it = seq->private;

	it->slot = 0;
	it->n = 0;
	return lctcp_iter_find(seq, lctcp_table_first(0));
}

static struct lctcp_ent *lctcp_iter_next(struct seq_file *seq,
					 struct lctcp_ent *ent)
{
	struct lctcp_conn_iter *it = seq->private;

	it->n++;
	return lctcp_iter_find(seq, lctcp_table_next(it->slot, ent));
}

/* Back to where the last read() of the file had come. */
static struct lctcp_ent *lctcp_iter_resume(struct seq_file *seq)
{
	struct lctcp_conn_iter *it = seq->private;
	struct lctcp_ent *ent;
	unsigned int i;

	if (it->slot >= lctcp_table_slots())
		return NULL;
	ent = lctcp_table_first(it->slot);
	for (i = 0; ent && i < it->n; i++)
		ent = lctcp_table_next(it->slot, ent);
	return lctcp_iter_find(seq, ent);
}

static void *lctcp_conn_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	struct lctcp_conn_iter *it = seq->private;
	struct lctcp_ent *ent;
	loff_t i;

	rcu_read_lock();
	if (!*pos)
		return SEQ_START_TOKEN;
	if (*pos == it->pos)
		return lctcp_iter_resume(seq);
	ent = lctcp_iter_first(seq);
	for (i = 1; ent && i < *pos; i++)
		ent = lctcp_iter_next(seq, ent);
	it->pos = *pos;
	return ent;
}

static void *lctcp_conn_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct lctcp_conn_iter *it = seq->private;

	it->pos = ++*pos;
	return v == SEQ_START_TOKEN ? lctcp_iter_first(seq) :
				      lctcp_iter_next(seq, v);
}

static void lctcp_conn_stop(struct seq_file *seq, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

/* ---- connections ---- */

static int lctcp_conn_show(struct seq_file *seq, void *p)
{
	char local[LCTCP_END_TEXT], remote[LCTCP_END_TEXT];
	struct lctcp_conn_view v;

	if (p == SEQ_START_TOKEN) {
		seq_printf(seq,
			   "%-8s %-22s %-22s %-11s %10s %-9s %10s %5s %8s %8s %6s %8s %8s %8s %8s %-8s\n",
			   "role", "local", "remote", "state", "age_ms",
			   "timer", "left_ms", "tries", "sndq", "rcvq", "uid",
			   "inode", "id", "cwnd", "flight", "recovery");
		return 0;
	}
	lctcp_view_ent(&v, p);
	if (v.state == LCTCP_CLOSED)
		return 0;	/* on its way out of the table */
	if (v.timer >= LCTCP_NTIMERS)
		v.timer = LCTCP_TIMER_NONE;
	seq_printf(seq,
		   "%-8s %-22s %-22s %-11s %10llu %-9s %10u %5u %8u %8u %6u %8lu %8u %8u %8u %-8s\n",
		   v.role, lctcp_ends_local(&v.ends, local),
		   lctcp_ends_remote(&v.ends, remote),
		   lctcp_state_name(v.state), v.age_ms,
		   lctcp_timer_names[v.timer], jiffies_to_msecs(v.left),
		   v.timer == LCTCP_TIMER_PERSIST ||
		   v.timer == LCTCP_TIMER_KEEPALIVE ? v.probes : v.tries,
		   v.sndq, v.rcvq, from_kuid_munged(seq_user_ns(seq), v.uid),
		   v.ino, v.id, v.cwnd, v.flight, v.recovery);
	return 0;
}

const struct seq_operations lctcp_conn_seq_ops = {
	.start	= lctcp_conn_start,
	.next	= lctcp_conn_next,
	.stop	= lctcp_conn_stop,
	.show	= lctcp_conn_show,
};

/* ---- tcp and tcp6 ---- */

#define LCTCP_TCP_WIDTH	149	/* of a line of /proc/net/tcp, newline apart */

static void lctcp_tcp_end(struct seq_file *seq, u16 family,
			  const struct in6_addr *addr, u16 port)
{
	int i;

	for (i = family == AF_INET ? 3 : 0; i < 4; i++)
		seq_printf(seq, "%08X", (__force u32)addr->s6_addr32[i]);
	seq_printf(seq, ":%04X ", port);
}

/* What only full sockets have: timeouts, windows. */
static void lctcp_tcp_tail(struct seq_file *seq,
			   const struct lctcp_conn_view *v)
{
	const struct lctcp_sock *lc = v->lc;
	u32 mss = READ_ONCE(lc->mss) ?: LCTCP_MSS_DEFAULT_V4;
	u32 ssthresh = READ_ONCE(lc->cong.ssthresh) / mss;
	int delack = lctcp_cfg(&lc->inet.sk)->delack_ms;

	if (v->state == LCTCP_LISTEN)
		ssthresh = 0;
	else if (ssthresh >= 0x7fffffff / mss)
		ssthresh = -1;	/* never set */
	seq_printf(seq, " %lu %lu %u %u %d",
		   jiffies_to_clock_t(usecs_to_jiffies(READ_ONCE(lc->rtt.rto_us))),
		   jiffies_to_clock_t(msecs_to_jiffies(delack)),
		   lc->quickack << 1, READ_ONCE(lc->cong.cwnd) / mss,
		   (int)ssthresh);
}

static void lctcp_tcp_line(struct seq_file *seq, u16 family,
			   const struct lctcp_conn_view *v)
{
	const struct lctcp_conn_iter *it = seq->private;
	unsigned int timer = v->tcp_timer;

	seq_printf(seq, "%4lld: ", it->pos - 1);
	lctcp_tcp_end(seq, family, &v->ends.l6, v->ends.lport);
	lctcp_tcp_end(seq, family, &v->ends.r6, v->ends.rport);
	seq_printf(seq, "%02X %08X:%08X %02X:%08lX %08X %5u %8d %lu %d %pK",
		   v->state, v->tx_queue, v->rx_queue, timer,
		   timer ? (unsigned long)jiffies_delta_to_clock_t(v->left) : 0,
		   v->tries, from_kuid_munged(seq_user_ns(seq), v->uid),
		   v->probes, v->ino, v->refs, v->ent);
	if (v->lc)
		lctcp_tcp_tail(seq, v);
}

static int lctcp_tcp_show(struct seq_file *seq, void *p)
{
	u16 family = lctcp_file_family(seq);
	struct lctcp_conn_view v;

	if (p != SEQ_START_TOKEN) {
		lctcp_view_ent(&v, p);
		if (v.state == LCTCP_CLOSED)
			return 0;
	}
	if (family == AF_INET)
		seq_setwidth(seq, LCTCP_TCP_WIDTH);
	if (p != SEQ_START_TOKEN)
		lctcp_tcp_line(seq, family, &v);
	else if (family == AF_INET)
		seq_puts(seq, "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode");
	else
		seq_puts(seq, "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode");
	if (family == AF_INET)
		seq_pad(seq, '\n');
	else
		seq_putc(seq, '\n');
	return 0;
}

const struct seq_operations lctcp_tcp_seq_ops = {
	.start	= lctcp_conn_start,
	.next	= lctcp_conn_next,
	.stop	= lctcp_conn_stop,
	.show	= lctcp_tcp_show,
};
