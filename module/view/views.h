/* SPDX-License-Identifier: GPL-2.0 */
/* procfs and sysctl of a namespace.  Views look; they never change a state. */
#ifndef _LCTCP_VIEWS_H
#define _LCTCP_VIEWS_H

#include <linux/seq_file_net.h>
#include <linux/types.h>

struct file;
struct lctcp_ent;
struct lctcp_net;
struct seq_file;

int lctcp_proc_init(struct lctcp_net *ln);
void lctcp_proc_exit(struct lctcp_net *ln);

/* Defaults into lctcp_net.sysctl, and /proc/sys/net/lctcp. */
int lctcp_sysctl_init(struct lctcp_net *ln);
void lctcp_sysctl_exit(struct lctcp_net *ln);

/* /proc/net/lctcp/faults, registered by proc.c. */
int lctcp_faults_show(struct seq_file *seq, void *v);
int lctcp_faults_write(struct file *file, char *buf, size_t size);

/**
 * struct lctcp_conn_iter - a walk over the connection table
 * @p:		must come first: the namespace
 * @slot:	of the entry to be shown
 * @n:		its place in the slot
 * @pos:	its place in the file
 */
struct lctcp_conn_iter {
	struct seq_net_private	p;
	unsigned int		slot;
	unsigned int		n;
	loff_t			pos;
};

/* proc_conn.c; the data of a file is the family it shows, 0 for both. */
extern const struct seq_operations lctcp_conn_seq_ops;
extern const struct seq_operations lctcp_tcp_seq_ops;

#endif /* _LCTCP_VIEWS_H */
