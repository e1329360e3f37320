// SPDX-License-Identifier: GPL-2.0
/*
 * The recorder: all events of all connections to a program, at a cost that
 * leaves the connections what they are.
 *
 * The tracepoints are there for whoever traces: ftrace, perf, bpftrace.  Their
 * ring buffers serve any context, nesting and formats, and an event costs some
 * 600 instructions in them; a connection's life has about thirty.  What records
 * whole lives here is a probe on the same tracepoints (trace.c), which puts the
 * same octets into a relay channel, for a quarter of that.
 *
 * debugfs, lctcp/record, is how a program has a recorder of its own, from
 * open() to close():
 *
 *	write "start KB [NAME...]"	a buffer of KB for each CPU; the events
 *					of these names, without "lctcp_", or all
 *	read				"N LOST FULL": the buffers are
 *					lctcp/N/cpuM; so many events were lost
 *					that no record tells of; the fullest
 *					buffer is full to so many percent
 *	write "stop"			no more events; the buffers stay
 *
 * What the buffers hold: include/lctcp/record.h.  A full one takes no more and
 * counts.  An open recorder holds the module.
 *
 * Locks and references: lctcp_recorder.lock is the outermost.  A probe takes no
 * lock; it uses the recorder between tracepoint_probe_register() and
 * tracepoint_synchronize_unregister(), the channel exists before and after.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "compat.h"
#include "record.h"
#include "views.h"

#define SUBBUFS		8	/* of a CPU; a reader is called for each */
#define KB_MIN		64	/* of a CPU */
#define KB_MAX		1048576
#define COMMAND_MAX	255

static struct dentry *lctcp_record_dir;
static atomic_t lctcp_record_number;

/* ---- the channel ---- */

/* A sub-buffer is full: is the next one free? */
static int lctcp_record_next(struct rchan_buf *buf)
{
	struct lctcp_recorder *r = buf->chan->private_data;

	if (!relay_buf_full(buf))
		return 1;
	this_cpu_inc(*r->lost);
	return 0;
}

LCTCP_DEFINE_SUBBUF_START(lctcp_record_subbuf, lctcp_record_next)

static struct dentry *lctcp_record_file(const char *name, struct dentry *dir,
					umode_t mode, struct rchan_buf *buf,
					int *is_global)
{
	return debugfs_create_file(name, mode, dir, buf,
				   &relay_file_operations);
}

static int lctcp_record_no_file(struct dentry *file)
{
	debugfs_remove(file);
	return 0;
}

static const struct rchan_callbacks lctcp_record_callbacks = {
	.subbuf_start		= lctcp_record_subbuf,
	.create_buf_file	= lctcp_record_file,
	.remove_buf_file	= lctcp_record_no_file,
};

/* ---- start and stop ---- */

static void lctcp_record_stop(struct lctcp_recorder *r)
{
	const struct lctcp_record_event *e = lctcp_record_events;
	unsigned int i;

	if (!r->on)
		return;
	for_each_set_bit(i, &r->on, lctcp_record_nevents)
		tracepoint_probe_unregister(e[i].tp, e[i].probe, r);
	r->on = 0;
	tracepoint_synchronize_unregister();
}

static int lctcp_record_probes(struct lctcp_recorder *r, unsigned long wanted)
{
	const struct lctcp_record_event *e = lctcp_record_events;
	unsigned int i;
	int err;

	for_each_set_bit(i, &wanted, lctcp_record_nevents) {
		err = tracepoint_probe_register(e[i].tp, e[i].probe, r);
		if (err) {
			lctcp_record_stop(r);
			return err;
		}
		__set_bit(i, &r->on);
	}
	return 0;
}

static int lctcp_record_start(struct lctcp_recorder *r, unsigned int kb,
			      unsigned long wanted)
{
	char name[12];

	if (r->chan)
		return -EBUSY;
	if (!r->lost)
		r->lost = alloc_percpu_gfp(u32, GFP_KERNEL_ACCOUNT);
	if (!r->lost)
		return -ENOMEM;
	if (!r->dir) {
		r->number = atomic_inc_return(&lctcp_record_number);
		snprintf(name, sizeof(name), "%u", r->number);
		r->dir = debugfs_create_dir(name, lctcp_record_dir);
	}
	r->chan = relay_open("cpu", r->dir, kb * 1024 / SUBBUFS, SUBBUFS,
			     &lctcp_record_callbacks, r);
	if (!r->chan)
		return -ENOMEM;
	return lctcp_record_probes(r, wanted);
}

/* ---- the file ---- */

/* "state drop": a bit each; all if there is none.  0 if one is unknown. */
static unsigned long lctcp_record_wanted(char *names)
{
	unsigned long wanted = 0;
	unsigned int i;
	char *name;

	while ((name = strsep(&names, " "))) {
		if (!*name)
			continue;
		for (i = 0; i < lctcp_record_nevents; i++)
			if (!strcmp(name, lctcp_record_events[i].name))
				break;
		if (i == lctcp_record_nevents)
			return 0;
		__set_bit(i, &wanted);
	}
	return wanted ?: BIT(lctcp_record_nevents) - 1;
}

static int lctcp_record_command(struct lctcp_recorder *r, char *text)
{
	char *verb = strsep(&text, " "), *kb = strsep(&text, " ");
	unsigned long wanted;
	unsigned int n;

	if (!strcmp(verb, "stop") && !kb) {
		lctcp_record_stop(r);
		return 0;
	}
	if (strcmp(verb, "start") || !kb || kstrtouint(kb, 10, &n) ||
	    n < KB_MIN || n > KB_MAX)
		return -EINVAL;
	wanted = lctcp_record_wanted(text);
	return wanted ? lctcp_record_start(r, n, wanted) : -EINVAL;
}

static ssize_t lctcp_record_fwrite(struct file *file, const char __user *from,
				   size_t size, loff_t *pos)
{
	struct lctcp_recorder *r = file->private_data;
	char *text;
	int err;

	if (size > COMMAND_MAX)
		return -EINVAL;
	text = memdup_user_nul(from, size);
	if (IS_ERR(text))
		return PTR_ERR(text);
	mutex_lock(&r->lock);
	err = lctcp_record_command(r, strim(text));
	mutex_unlock(&r->lock);
	kfree(text);
	return err ?: size;
}

/* How full the fullest buffer is, in percent. */
static unsigned int lctcp_record_full(const struct lctcp_recorder *r)
{
	const struct rchan_buf *buf;
	size_t most = 0;
	int cpu;

	if (!r->chan)
		return 0;
	for_each_possible_cpu(cpu) {
		buf = *per_cpu_ptr(r->chan->buf, cpu);
		if (buf)
			most = max(most, READ_ONCE(buf->subbufs_produced) -
					 READ_ONCE(buf->subbufs_consumed));
	}
	return most * 100 / SUBBUFS;
}

static ssize_t lctcp_record_fread(struct file *file, char __user *to,
				  size_t size, loff_t *pos)
{
	struct lctcp_recorder *r = file->private_data;
	u64 lost = 0;
	char text[40];
	int cpu, n;

	mutex_lock(&r->lock);
	if (r->lost)
		for_each_possible_cpu(cpu)
			lost += *per_cpu_ptr(r->lost, cpu);
	n = scnprintf(text, sizeof(text), "%u %llu %u\n", r->number, lost,
		      lctcp_record_full(r));
	mutex_unlock(&r->lock);
	return simple_read_from_buffer(to, size, pos, text, n);
}

static int lctcp_record_open(struct inode *inode, struct file *file)
{
	struct lctcp_recorder *r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);

	if (!r)
		return -ENOMEM;
	mutex_init(&r->lock);
	file->private_data = r;
	return 0;
}

static int lctcp_record_release(struct inode *inode, struct file *file)
{
	struct lctcp_recorder *r = file->private_data;

	lctcp_record_stop(r);
	if (r->chan)
		relay_close(r->chan);
	debugfs_remove(r->dir);
	free_percpu(r->lost);
	mutex_destroy(&r->lock);
	kfree(r);
	return 0;
}

static const struct file_operations lctcp_record_fops = {
	.owner		= THIS_MODULE,
	.open		= lctcp_record_open,
	.release	= lctcp_record_release,
	.read		= lctcp_record_fread,
	.write		= lctcp_record_fwrite,
	.llseek		= default_llseek,
};

void __init lctcp_record_init(void)
{
	BUILD_BUG_ON(sizeof(struct lctcp_record) != 16);
	lctcp_record_dir = debugfs_create_dir("lctcp", NULL);
	debugfs_create_file("record", 0600, lctcp_record_dir, NULL,
			    &lctcp_record_fops);
}

void lctcp_record_exit(void)
{
	debugfs_remove(lctcp_record_dir);
}
