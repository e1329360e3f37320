// SPDX-License-Identifier: GPL-2.0
/*
 * Be in the way of lctcp: have what it wants to register, so that its loading
 * fails at that step.
 *
 *	insmod lctcp_block.ko what=sysctl
 *
 *	sysctl	a setting in the namespace of who loads us
 *	proto4, proto6	the handler of IP protocol 253
 *	sw6	sockets of protocol 253, for good, in IPv6
 *	all	proto4, proto6 and sw6, as far as nobody has them, else -EEXIST
 */
#include <linux/in.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/sysctl.h>
#include <linux/version.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/protocol.h>
#include <net/sock.h>

#define PROTOCOL	253

static char what[16] = "all";
module_param_string(what, what, sizeof(what), 0444);
MODULE_PARM_DESC(what, "sysctl, proto4, proto6, sw6 or all");

/* ---- handlers ---- */

static int block_rcv(struct sk_buff *skb)
{
	kfree_skb(skb);
	return 0;
}

static const struct net_protocol block_proto4 = {
	.handler	= block_rcv,
	.no_policy	= 1,
};

static const struct inet6_protocol block_proto6 = {
	.handler	= block_rcv,
	.flags		= INET6_PROTO_NOPOLICY | INET6_PROTO_FINAL,
};

/* ---- sockets: there are none to be had ---- */

static int block_sk_init(struct sock *sk)
{
	return -EPROTONOSUPPORT;
}

static void block_sk_unhash(struct sock *sk)
{
}

/* 6.6 wants to be told; before, it looks at the end. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define BLOCK_PINFO	.ipv6_pinfo_offset = offsetof(struct block_sock, inet6),
#else
#define BLOCK_PINFO
#endif

struct block_sock {
	struct inet_sock	inet;
	struct ipv6_pinfo	inet6;
};

static struct proto block_prot = {
	.name		= "BLOCK",
	.owner		= THIS_MODULE,
	.init		= block_sk_init,
	.unhash		= block_sk_unhash,
	.obj_size	= sizeof(struct block_sock),
	BLOCK_PINFO
};

/* Nobody gets as far as to use them. */
static const struct proto_ops block_ops = {
	.family		= PF_INET6,
	.owner		= THIS_MODULE,
};

static struct inet_protosw block_sw6 = {
	.type		= SOCK_STREAM,
	.protocol	= PROTOCOL,
	.prot		= &block_prot,
	.ops		= &block_ops,
	.flags		= INET_PROTOSW_PERMANENT,
};

static bool have4, have6, have_prot, have_sw6;

static int block_sw6_on(void)
{
	int err = proto_register(&block_prot, 1);

	if (err)
		return err;
	have_prot = true;
	err = inet6_register_protosw(&block_sw6);
	have_sw6 = !err;
	return err;
}

/* ---- a setting ---- */

static struct ctl_table_header *block_sysctl;
static int block_value;
static struct ctl_table block_table[] = {
	{
		.procname	= "msl_ms",
		.data		= &block_value,
		.maxlen		= sizeof(int),
		.mode		= 0444,
		.proc_handler	= proc_dointvec,
	},
	{}
};

static int block_sysctl_on(void)
{
	struct net *net = current->nsproxy->net_ns;

#ifdef register_net_sysctl
	block_sysctl = register_net_sysctl_sz(net, "net/lctcp", block_table, 1);
#else
	block_sysctl = register_net_sysctl(net, "net/lctcp", block_table);
#endif
	return block_sysctl ? 0 : -ENOMEM;
}

/* ---- all of it ---- */

static bool wanted(const char *name)
{
	return !strcmp(what, name) ||
	       (!strcmp(what, "all") && strcmp(name, "sysctl"));
}

static void block_off(void)
{
	if (block_sysctl)
		unregister_net_sysctl_table(block_sysctl);
	if (have_sw6) {
		/* "for good" is what others are told */
		block_sw6.flags = 0;
		inet6_unregister_protosw(&block_sw6);
	}
	if (have_prot)
		proto_unregister(&block_prot);
	if (have6)
		inet6_del_protocol(&block_proto6, PROTOCOL);
	if (have4)
		inet_del_protocol(&block_proto4, PROTOCOL);
}

static int __init block_init(void)
{
	int err = 0;

	if (wanted("proto4")) {
		have4 = !inet_add_protocol(&block_proto4, PROTOCOL);
		err = have4 ? 0 : -EEXIST;
	}
	if (!err && wanted("proto6")) {
		have6 = !inet6_add_protocol(&block_proto6, PROTOCOL);
		err = have6 ? 0 : -EEXIST;
	}
	if (!err && wanted("sw6"))
		err = block_sw6_on();
	if (!err && wanted("sysctl"))
		err = block_sysctl_on();
	if (err)
		block_off();
	return err;
}

static void __exit block_exit(void)
{
	block_off();
}

module_init(block_init);
module_exit(block_exit);
MODULE_DESCRIPTION("Test: be in the way of lctcp when it is loaded");
MODULE_LICENSE("GPL");
