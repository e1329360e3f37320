/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Setting up what can be seen, for main.c: history, procfs and settings of a
 * namespace, the recorder of the module; and what the files of procfs share.
 * Views look; they never change a state.
 *
 * Context: process.
 */
#ifndef _LCTCP_VIEWS_H
#define _LCTCP_VIEWS_H

#include <linux/seq_file_net.h>
#include <linux/types.h>

#include "mib.h"

struct file;
struct lctcp_net;
struct seq_file;

/**
 * lctcp_proc_init() - create /proc/net/lctcp of a namespace
 * @ln: the namespace, complete but for this
 *
 * Return: 0 or -ENOMEM.
 */
int lctcp_proc_init(struct lctcp_net *ln);

/**
 * lctcp_proc_exit() - the reverse of lctcp_proc_init()
 * @ln: the namespace
 *
 * Waits until nobody reads or writes the files.
 */
void lctcp_proc_exit(struct lctcp_net *ln);

/**
 * lctcp_sysctl_init() - give a namespace its settings
 * @ln: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int lctcp_sysctl_init(struct lctcp_net *ln);

/**
 * lctcp_sysctl_exit() - the reverse of lctcp_sysctl_init()
 * @ln: the namespace
 */
void lctcp_sysctl_exit(struct lctcp_net *ln);

/**
 * lctcp_faults_show() - list the rules of a namespace
 * @seq:	of /proc/net/lctcp/faults
 * @v:		unused
 *
 * What stands under "rule" can be written back.
 *
 * Return: 0.
 */
int lctcp_faults_show(struct seq_file *seq, void *v);

/**
 * lctcp_faults_write() - take rules from /proc/net/lctcp/faults
 * @file:	the open file
 * @buf:	what was written, NUL terminated
 * @size:	its length
 *
 * Return: @size or -errno; then no rule has changed.
 */
int lctcp_faults_write(struct file *file, char *buf, size_t size);

/**
 * lctcp_history_init() - begin to remember
 * @ln: namespace; its settings are there already
 *
 * Return: 0 or -ENOMEM.
 */
int lctcp_history_init(struct lctcp_net *ln);

/**
 * lctcp_history_exit() - forget everything
 * @ln: namespace; no connection of it is left
 */
void lctcp_history_exit(struct lctcp_net *ln);

#if IS_ENABLED(CONFIG_RELAY) && IS_ENABLED(CONFIG_EVENT_TRACING)
/**
 * lctcp_record_init() - let programs record
 *
 * Without debugfs nobody can; nothing else depends on it.
 */
void lctcp_record_init(void);

/**
 * lctcp_record_exit() - take the files away
 *
 * No recorder is open, as one would hold the module.
 */
void lctcp_record_exit(void);

#else

static inline void lctcp_record_init(void) { }
static inline void lctcp_record_exit(void) { }
#endif

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
