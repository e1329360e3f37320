// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/sys/net/lctcp: the settings of a namespace.
 *
 * One table, whose "data" are offsets into struct lctcp_sysctl; each namespace
 * gets a copy in which they have become addresses.
 */
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/sysctl.h>

#include "close.h"
#include "history.h"
#include "lctcp.h"
#include "memory.h"
#include "views.h"

#define LCTCP_DAY_MS	86400000

static const struct lctcp_sysctl lctcp_defaults = {
	.syn_schedule_ms = {
		.n	= 8,
		.ms	= { 1000, 2000, 4000, 8000, 16000, 32000, 64000, 64000 },
	},
	.synack_schedule_ms = {
		.n	= 6,
		.ms	= { 3000, 6000, 12000, 24000, 48000, 96000 },
	},
	.msl_ms			= 30000,
	.rto_init_ms		= 1000,
	.rto_min_ms		= 200,
	.rto_max_ms		= 120000,
	.retries1		= 3,
	.r2_ms			= 900000,
	.fin_wait2_timeout_ms	= 60000,
	.zero_window_timeout_ms	= 0,
	.orphan_timeout_ms	= 420000,
	.delack_ms		= LCTCP_DELACK_MS,
	.exact_timers		= 0,
	.somaxconn		= 4096,
	.max_syn_backlog	= 4096,
	.max_tw			= 262144,
	.syncookies		= LCTCP_COOKIES_PRESSED,
	.abort_on_overflow	= 0,
	.abort_on_icmp		= 0,
	.connect_icmp		= LCTCP_CONNECT_ICMP_HARD,
	.rst_in_time_wait	= 0,
	.challenge_in_time_wait	= 1,
	.time_wait_after_rst	= 0,
	.time_wait_reuse	= LCTCP_TW_REUSE_LOOPBACK,
	.challenge_acks		= 10,
	.challenge_interval_ms	= 5000,
	.window_scaling		= 1,
	.timestamps		= 1,
	.sack			= 1,
	.dsack			= 1,
	.tail_loss_probe	= 1,
	.frto			= 1,
	.mtu_probing		= LCTCP_PROBING_BLACK_HOLE,
	.base_mss		= 1024,
	.mtu_probe_floor	= 512,
	.mtu_probe_threshold	= 8,
	.mtu_probe_interval_ms	= 600000,
	.l3mdev_accept		= 0,
	.fwmark_accept		= 0,
	.keepalive_time_ms	= 7200000,
	.keepalive_intvl_ms	= 75000,
	.keepalive_probes	= 9,
	.ecn			= LCTCP_ECN_ANSWER,
	.ecn_fallback		= 1,
	.congestion_control	= &lctcp_cubic,
	.initial_cwnd_segments	= LCTCP_IW_SEGS,
	.pacing			= 1,
	.moderate_rcvbuf	= 1,
	.wmem			= { 4096, 131072, 4194304 },
	.rmem			= { 4096, 131072, 6291456 },
	.history		= 1024,
	.test_iss		= -1,
};

/* Two settings must stay in order, whoever writes first. */
static DEFINE_MUTEX(lctcp_sysctl_lock);

static int lctcp_do_schedule(lctcp_ctl_table *table, int write, void *buffer,
			     size_t *lenp, loff_t *ppos)
{
	struct lctcp_schedule *s = table->data, new;
	char text[2 * LCTCP_SCHEDULE_TEXT];	/* somebody may be lavish with blanks */
	struct ctl_table tmp = *table;
	unsigned int i;
	int err;

	tmp.data = text;
	tmp.maxlen = sizeof(text);
	mutex_lock(&lctcp_sysctl_lock);
	lctcp_schedule_format(s, text);
	err = proc_dostring(&tmp, write, buffer, lenp, ppos);
	if (!err && write) {
		/* proc_dostring() cuts off what is too long */
		if (strlen(text) == sizeof(text) - 1)
			err = -EINVAL;
		else
			err = lctcp_schedule_parse(&new, text);
	}
	if (!err && write) {
		for (i = 0; i < new.n; i++)
			WRITE_ONCE(s->ms[i], new.ms[i]);
		/* A reader may see old and new waits together, but never one
		 * that was never set.
		 */
		smp_wmb();
		WRITE_ONCE(s->n, new.n);
	}
	mutex_unlock(&lctcp_sysctl_lock);
	return err;
}

/* No namespace gives more than the first one: who may set up a namespace need
 * not be who owns the memory.
 */
static int lctcp_mem_bound(const struct lctcp_sysctl *s, const int *mem)
{
	const struct lctcp_sysctl *first = &lctcp_net(&init_net)->sysctl;

	if (s == first)
		return INT_MAX;
	return mem == s->wmem ? READ_ONCE(first->wmem[2]) :
				READ_ONCE(first->rmem[2]);
}

/* min, default and max: in ascending order, all or none taken */
static int lctcp_do_mem(lctcp_ctl_table *table, int write, void *buffer,
			size_t *lenp, loff_t *ppos)
{
	bool send = !strcmp(table->procname, "wmem");
	const struct lctcp_sysctl *s;
	int *mem = table->data, val[3];
	struct ctl_table tmp = *table;
	int i, err;

	s = send ? container_of(mem, struct lctcp_sysctl, wmem[0]) :
		   container_of(mem, struct lctcp_sysctl, rmem[0]);
	mutex_lock(&lctcp_sysctl_lock);
	memcpy(val, mem, sizeof(val));
	tmp.data = val;
	err = proc_dointvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (!err && write) {
		if (val[0] > val[1] || val[1] > val[2] ||
		    val[2] > lctcp_mem_bound(s, mem))
			err = -EINVAL;
		for (i = 0; i < 3 && !err; i++)
			WRITE_ONCE(mem[i], val[i]);
	}
	mutex_unlock(&lctcp_sysctl_lock);
	return err;
}

/* The same for what all namespaces share, in pages. */
static int lctcp_do_pages(lctcp_ctl_table *table, int write, void *buffer,
			  size_t *lenp, loff_t *ppos)
{
	unsigned long lo = 1, hi = LONG_MAX, val[3];
	struct ctl_table tmp = *table;
	int i, err;

	mutex_lock(&lctcp_sysctl_lock);
	for (i = 0; i < 3; i++)
		val[i] = lctcp_mem[i];
	tmp.data = val;
	tmp.extra1 = &lo;
	tmp.extra2 = &hi;
	err = proc_doulongvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (!err && write) {
		if (val[0] > val[1] || val[1] > val[2])
			err = -EINVAL;
		for (i = 0; i < 3 && !err; i++)
			WRITE_ONCE(lctcp_mem[i], val[i]);
	}
	mutex_unlock(&lctcp_sysctl_lock);
	return err;
}

/* rto_min_ms and rto_max_ms */
static int lctcp_do_rto(lctcp_ctl_table *table, int write, void *buffer,
			size_t *lenp, loff_t *ppos)
{
	struct ctl_table tmp = *table;
	const struct lctcp_sysctl *s;
	int *rto = table->data, val;
	bool is_min;
	int err;

	is_min = !strcmp(table->procname, "rto_min_ms");
	s = is_min ? container_of(rto, struct lctcp_sysctl, rto_min_ms) :
		     container_of(rto, struct lctcp_sysctl, rto_max_ms);
	mutex_lock(&lctcp_sysctl_lock);
	val = *rto;
	tmp.data = &val;
	err = proc_dointvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (!err && write) {
		if (is_min ? val > s->rto_max_ms : val < s->rto_min_ms)
			err = -EINVAL;
		else
			WRITE_ONCE(*rto, val);
	}
	mutex_unlock(&lctcp_sysctl_lock);
	return err;
}

static int lctcp_do_history(lctcp_ctl_table *table, int write, void *buffer,
			    size_t *lenp, loff_t *ppos)
{
	struct ctl_table tmp = *table;
	int *history = table->data, val;
	struct lctcp_net *ln;
	int err;

	ln = container_of(history, struct lctcp_net, sysctl.history);
	mutex_lock(&lctcp_sysctl_lock);
	val = *history;
	tmp.data = &val;
	err = proc_dointvec_minmax(&tmp, write, buffer, lenp, ppos);
	if (!err && write && val != *history) {
		err = lctcp_history_resize(ln, val);
		if (!err)
			*history = val;
	}
	mutex_unlock(&lctcp_sysctl_lock);
	return err;
}

/* the name of an algorithm */
static int lctcp_do_cong(lctcp_ctl_table *table, int write, void *buffer,
			 size_t *lenp, loff_t *ppos)
{
	const struct lctcp_cong_ops **cong = table->data, *ops;
	struct ctl_table tmp = *table;
	char name[LCTCP_CONG_NAME_MAX];
	int err;

	strscpy(name, READ_ONCE(*cong)->name, sizeof(name));
	tmp.data = name;
	tmp.maxlen = sizeof(name);
	err = proc_dostring(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	ops = lctcp_cong_find(strim(name));
	if (!ops)
		return -EINVAL;
	WRITE_ONCE(*cong, ops);
	return 0;
}

/* -1 or a sequence number, decimal or hexadecimal */
static int lctcp_do_iss(lctcp_ctl_table *table, int write, void *buffer,
			size_t *lenp, loff_t *ppos)
{
	s64 *iss = table->data, num = READ_ONCE(*iss);
	struct ctl_table tmp = *table;
	char text[32], *word;
	u32 val = 0;
	int err;

	snprintf(text, sizeof(text), num < 0 ? "%lld" : "0x%08llx", num);
	tmp.data = text;
	tmp.maxlen = sizeof(text);
	err = proc_dostring(&tmp, write, buffer, lenp, ppos);
	if (err || !write)
		return err;
	/* proc_dostring() cuts off what is too long */
	if (strlen(text) == sizeof(text) - 1)
		return -EINVAL;
	word = strim(text);
	num = -1;
	if (strcmp(word, "-1")) {
		if (kstrtou32(word, 0, &val))
			return -EINVAL;
		num = val;
	}
	WRITE_ONCE(*iss, num);
	return 0;
}

#define LCTCP_SYSCTL_AS(name, field, handler, lo, hi)			\
	{								\
		.procname	= name,					\
		.data		= (void *)offsetof(struct lctcp_sysctl, field), \
		.maxlen		= sizeof_field(struct lctcp_sysctl, field), \
		.mode		= 0644,					\
		.proc_handler	= handler,				\
		.extra1		= (void *)&(const int){ lo },		\
		.extra2		= (void *)&(const int){ hi },		\
	}

#define LCTCP_SYSCTL(field, handler, lo, hi) \
	LCTCP_SYSCTL_AS(#field, field, handler, lo, hi)

#define LCTCP_INT(field, lo, hi) \
	LCTCP_SYSCTL(field, proc_dointvec_minmax, lo, hi)

static const struct ctl_table lctcp_table[] = {
	LCTCP_SYSCTL(syn_schedule_ms, lctcp_do_schedule, 0, 0),
	LCTCP_SYSCTL(synack_schedule_ms, lctcp_do_schedule, 0, 0),
	LCTCP_INT(msl_ms, 0, LCTCP_MSL_MAX_MS),
	LCTCP_INT(rto_init_ms, 1, 60000),
	LCTCP_SYSCTL(rto_min_ms, lctcp_do_rto, 1, 60000),
	LCTCP_SYSCTL(rto_max_ms, lctcp_do_rto, 1000, 600000),
	LCTCP_INT(retries1, 1, 255),
	LCTCP_INT(r2_ms, 1000, LCTCP_DAY_MS),
	LCTCP_INT(fin_wait2_timeout_ms, 0, LCTCP_DAY_MS),
	LCTCP_INT(zero_window_timeout_ms, 0, LCTCP_DAY_MS),
	LCTCP_INT(max_orphans, 0, 1 << 24),
	LCTCP_INT(orphan_timeout_ms, 1000, LCTCP_DAY_MS),
	LCTCP_INT(delack_ms, 1, 400),
	LCTCP_INT(exact_timers, 0, 1),
	LCTCP_INT(somaxconn, 0, 65535),
	LCTCP_INT(max_syn_backlog, 1, 1 << 20),
	LCTCP_INT(max_tw, 0, 1 << 24),
	LCTCP_INT(syncookies, LCTCP_COOKIES_NEVER, LCTCP_COOKIES_ALWAYS),
	LCTCP_INT(abort_on_overflow, 0, 1),
	LCTCP_INT(abort_on_icmp, 0, 1),
	LCTCP_INT(connect_icmp, LCTCP_CONNECT_ICMP_LETTER,
		  LCTCP_CONNECT_ICMP_SOFT),
	LCTCP_INT(rst_in_time_wait, 0, 1),
	LCTCP_INT(challenge_in_time_wait, 0, 1),
	LCTCP_INT(time_wait_after_rst, 0, 1),
	/* as TCP's is called, which is a macro where TCP's headers are */
	LCTCP_SYSCTL_AS("tw_reuse", time_wait_reuse, proc_dointvec_minmax,
			LCTCP_TW_REUSE_NONE, LCTCP_TW_REUSE_LOOPBACK),
	LCTCP_INT(challenge_acks, 0, 255),
	LCTCP_INT(challenge_interval_ms, 0, 600000),
	LCTCP_INT(window_scaling, 0, 1),
	LCTCP_INT(timestamps, 0, 1),
	LCTCP_INT(sack, 0, 1),
	LCTCP_INT(dsack, 0, 1),
	LCTCP_INT(tail_loss_probe, 0, 1),
	LCTCP_INT(frto, 0, 1),
	LCTCP_INT(mtu_probing, LCTCP_PROBING_OFF, LCTCP_PROBING_ALWAYS),
	LCTCP_INT(base_mss, LCTCP_MSS_MIN, 65535),
	LCTCP_INT(mtu_probe_floor, LCTCP_MSS_MIN, 65535),
	LCTCP_INT(mtu_probe_threshold, 1, 65535),
	LCTCP_INT(mtu_probe_interval_ms, 1000, LCTCP_DAY_MS),
	LCTCP_INT(accept_missing_timestamps, 0, 1),
	LCTCP_INT(l3mdev_accept, 0, 1),
	LCTCP_INT(fwmark_accept, 0, 1),
	LCTCP_INT(keepalive_time_ms, 10, INT_MAX),
	LCTCP_INT(keepalive_intvl_ms, 10, INT_MAX),
	LCTCP_INT(keepalive_probes, 1, 255),
	LCTCP_INT(ecn, LCTCP_ECN_NEVER, LCTCP_ECN_ANSWER),
	LCTCP_INT(ecn_fallback, 0, 1),
	LCTCP_SYSCTL(congestion_control, lctcp_do_cong, 0, 0),
	LCTCP_INT(initial_cwnd_segments, 1, LCTCP_IW_SEGS_MAX),
	LCTCP_INT(pacing, 0, 1),
	LCTCP_INT(moderate_rcvbuf, 0, 1),
	LCTCP_SYSCTL(wmem, lctcp_do_mem, 2048, 1 << 30),
	LCTCP_SYSCTL(rmem, lctcp_do_mem, 2048, 1 << 30),
	LCTCP_SYSCTL(history, lctcp_do_history, 0, 65536),
	LCTCP_SYSCTL(test_iss, lctcp_do_iss, 0, 0),
	/* of the module: the first namespace's alone, so it comes last */
	{
		.procname	= "lctcp_mem",
		.maxlen		= sizeof(lctcp_mem),
		.mode		= 0644,
		.proc_handler	= lctcp_do_pages,
	},
	{}
};

#define LCTCP_NSYSCTLS	(ARRAY_SIZE(lctcp_table) - 1)

int lctcp_sysctl_init(struct lctcp_net *ln)
{
	unsigned int i, n = LCTCP_NSYSCTLS;
	struct ctl_table *table;

	ln->sysctl = lctcp_defaults;
	if (!net_eq(ln->net, &init_net)) {
		const struct lctcp_sysctl *first =
			&lctcp_net(&init_net)->sysctl;

		mutex_lock(&lctcp_sysctl_lock);
		memcpy(ln->sysctl.wmem, first->wmem, sizeof(first->wmem));
		memcpy(ln->sysctl.rmem, first->rmem, sizeof(first->rmem));
		mutex_unlock(&lctcp_sysctl_lock);
	}
	ln->sysctl.max_orphans = lctcp_orphans_most();
	table = kmemdup(lctcp_table, sizeof(lctcp_table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	if (!net_eq(ln->net, &init_net))
		memset(&table[--n], 0, sizeof(*table));
	for (i = 0; i < LCTCP_NSYSCTLS - 1; i++)
		table[i].data = (char *)&ln->sysctl +
				(unsigned long)table[i].data;
	ln->sysctl_hdr = lctcp_register_sysctl(ln->net, "net/lctcp", table,
					       n);
	if (ln->sysctl_hdr)
		return 0;
	kfree(table);
	/* without CONFIG_SYSCTL the defaults stand */
	return IS_ENABLED(CONFIG_SYSCTL) ? -ENOMEM : 0;
}

void lctcp_sysctl_exit(struct lctcp_net *ln)
{
	const struct ctl_table *table;

	if (!ln->sysctl_hdr)
		return;
	table = ln->sysctl_hdr->ctl_table_arg;
	unregister_net_sysctl_table(ln->sysctl_hdr);
	kfree(table);
	ln->sysctl_hdr = NULL;
}
