// SPDX-License-Identifier: GPL-2.0
/*
 * Look at an int of the kernel's, by its address in /proc/kallsyms:
 *
 *	insmod lctcp_peek.ko address=0xffffffffc0de1234
 *	cat /sys/module/lctcp_peek/parameters/value
 */
#include <linux/compiler.h>
#include <linux/module.h>

static unsigned long address;
module_param(address, ulong, 0600);
MODULE_PARM_DESC(address, "where");

static int peek_get(char *buf, const struct kernel_param *kp)
{
	if (!address)
		return -EINVAL;
	return sysfs_emit(buf, "%d\n", READ_ONCE(*(const int *)address));
}

static const struct kernel_param_ops peek_ops = {
	.get	= peek_get,
};

module_param_cb(value, &peek_ops, NULL, 0400);
MODULE_PARM_DESC(value, "what is there");

MODULE_DESCRIPTION("Test: what a static key says");
MODULE_LICENSE("GPL");
