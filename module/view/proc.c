// SPDX-License-Identifier: GPL-2.0
/* /proc/net/lctcp: the directory, and what is not about single connections. */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "history.h"
#include "lctcp.h"
#include "views.h"

/* ---- transitions ---- */

static u64 lctcp_arc_count(const struct net *net, unsigned int arc)
{
	const struct lctcp_arc_counts __percpu *counts;
	u64 sum = 0;
	int cpu;

	/* the first namespace shows what all have done since the module came */
	counts = net_eq(net, &init_net) ? &lctcp_arc_totals :
					  lctcp_net(net)->arcs;
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(counts, cpu)->n[arc]);
	return sum;
}

static int lctcp_transitions_show(struct seq_file *seq, void *v)
{
	const struct net *net = seq_file_single_net(seq);
	unsigned int i;

	seq_printf(seq, "%-11s %-17s %-11s %10s  %-16s  %s\n", "from", "event",
		   "to", "count", "rfc", "why");
	for (i = 0; i < lctcp_narcs; i++) {
		const struct lctcp_arc *arc = &lctcp_arcs[i];

		seq_printf(seq, "%-11s %-17s %-11s %10llu  %-16s  %s\n",
			   lctcp_state_name(arc->from),
			   lctcp_event_name(arc->event),
			   lctcp_state_name(arc->to), lctcp_arc_count(net, i),
			   arc->rfc, arc->why);
	}
	return 0;
}

/* ---- history ---- */

/**
 * struct lctcp_history_iter - a walk over the history
 * @p:		must come first: the namespace
 * @entry:	the one to be shown
 */
struct lctcp_history_iter {
	struct seq_net_private		p;
	struct lctcp_history_entry	entry;
};

/* Place n + 1 of the file is transition n, place 0 the header. */
static void *lctcp_history_get(struct seq_file *seq, loff_t *pos)
{
	struct lctcp_net *ln = lctcp_net(seq_file_net(seq));
	struct lctcp_history_iter *it = seq->private;
	u64 n = *pos - 1;

	if (!lctcp_history_read(ln, &n, &it->entry))
		return NULL;
	*pos = n + 1;
	return &it->entry;
}

static void *lctcp_history_start(struct seq_file *seq, loff_t *pos)
{
	return *pos ? lctcp_history_get(seq, pos) : SEQ_START_TOKEN;
}

static void *lctcp_history_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return lctcp_history_get(seq, pos);
}

static void lctcp_history_stop(struct seq_file *seq, void *v)
{
}

static int lctcp_history_show(struct seq_file *seq, void *v)
{
	char local[LCTCP_END_TEXT], remote[LCTCP_END_TEXT];
	const struct lctcp_history_entry *e = v;

	if (v == SEQ_START_TOKEN) {
		seq_printf(seq, "%14s %8s %-8s %-22s %-22s %-11s %-17s %s\n",
			   "time_us", "id", "role", "local", "remote", "from",
			   "event", "to");
		return 0;
	}
	seq_printf(seq, "%14llu %8u %-8s %-22s %-22s %-11s %-17s %s\n",
		   div_u64(e->time_ns, NSEC_PER_USEC), e->id,
		   e->listener ? "listener" : e->active ? "active" : "passive",
		   lctcp_ends_local(&e->ends, local),
		   lctcp_ends_remote(&e->ends, remote),
		   lctcp_state_name(e->from), lctcp_event_name(e->event),
		   lctcp_state_name(e->to));
	return 0;
}

static const struct seq_operations lctcp_history_seq_ops = {
	.start	= lctcp_history_start,
	.next	= lctcp_history_next,
	.stop	= lctcp_history_stop,
	.show	= lctcp_history_show,
};

/* ---- snmp ---- */

static int lctcp_snmp_show(struct seq_file *seq, void *v)
{
	const struct net *net = seq_file_single_net(seq);
	int i;

	seq_puts(seq, "Lctcp:");
	for (i = 0; i < LCTCP_MIB_MAX; i++)
		seq_printf(seq, " %s", lctcp_mib_names[i]);
	seq_puts(seq, "\nLctcp:");
	for (i = 0; i < LCTCP_MIB_MAX; i++)
		seq_printf(seq, " %lu", lctcp_mib_read(net, i));
	seq_putc(seq, '\n');
	return 0;
}

/* ---- the directory ---- */

int lctcp_proc_init(struct lctcp_net *ln)
{
	struct net *net = ln->net;
	struct proc_dir_entry *dir;

	if (!IS_ENABLED(CONFIG_PROC_FS))
		return 0;
	dir = proc_net_mkdir(net, "lctcp", net->proc_net);
	if (!dir)
		return -ENOMEM;
	if (proc_create_net("connections", 0444, dir, &lctcp_conn_seq_ops,
			    sizeof(struct lctcp_conn_iter)) &&
	    proc_create_net_data("tcp", 0444, dir, &lctcp_tcp_seq_ops,
				 sizeof(struct lctcp_conn_iter),
				 (void *)(unsigned long)AF_INET) &&
	    proc_create_net_data("tcp6", 0444, dir, &lctcp_tcp_seq_ops,
				 sizeof(struct lctcp_conn_iter),
				 (void *)(unsigned long)AF_INET6) &&
	    proc_create_net("history", 0444, dir, &lctcp_history_seq_ops,
			    sizeof(struct lctcp_history_iter)) &&
	    proc_create_net_single("transitions", 0444, dir,
				   lctcp_transitions_show, NULL) &&
	    proc_create_net_single("snmp", 0444, dir, lctcp_snmp_show, NULL) &&
	    proc_create_net_single_write("faults", 0644, dir,
					 lctcp_faults_show, lctcp_faults_write,
					 NULL))
		return 0;
	remove_proc_subtree("lctcp", net->proc_net);
	return -ENOMEM;
}

void lctcp_proc_exit(struct lctcp_net *ln)
{
	remove_proc_subtree("lctcp", ln->net->proc_net);
}
