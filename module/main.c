// SPDX-License-Identifier: GPL-2.0
/*
 * lctcp: load and unload.
 *
 * What may live when the module is asked to go: no socket in use.  From its
 * creation until close() a socket holds the module, by itself and by its
 * proto_ops; struct proto has no owner, so an orphan, whose program has gone,
 * holds nothing.  Nor do TIME_WAIT minis, half-open requests and held-back
 * segments.  Unloading ends them all, in this order:
 *
 *   1. No new socket: the protosw entries go.  A socket() that found one of
 *	them before has made its socket by the end of a grace period of tasks,
 *	without being asked to hold the module: lctcp_init_sock() finds it
 *	going, so the call fails, and step 3 waits for what it made.
 *	No segment: the protocol handlers go, and inet_del_protocol() waits
 *	until none is being handled.
 *	Nor is one merged or cut any more; what is still in a queue below and
 *	would have to be cut is lost there.
 *	A request needs a listener, a listener is in use: no request is left.
 *   2. Each namespace is left as if it ended: delayed segments first, then
 *	every orphan is aborted, with a RST where the peer expects one, every
 *	mini is taken out of the table, and their timers are deleted and
 *	waited for.  No timer of ours runs or is armed any more.
 *   3. The last socket is destructed: a segment on its way, in a queueing
 *	discipline say, still belongs to one.
 *   4. rcu_barrier(): the last mini and the last socket have been freed.
 *   5. The caches and tables, which nobody uses.
 *
 * A namespace that ends by itself goes through step 2 alone; its devices are
 * gone by then, so no segment arrives in it.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <net/ip.h>

#include "close.h"
#include "fault.h"
#include "ip/ip.h"
#include "ip/offload.h"
#include "isn.h"
#include "lctcp.h"
#include "memory.h"
#include "port.h"
#include "socket.h"
#include "table.h"
#include "view/views.h"

unsigned int lctcp_protocol = IPPROTO_LCTCP;
module_param_named(protocol, lctcp_protocol, uint, 0444);
MODULE_PARM_DESC(protocol, "IP protocol number, 253 (default) or 254 (RFC 3692)");

static unsigned int quiet_ms;
module_param(quiet_ms, uint, 0444);
MODULE_PARM_DESC(quiet_ms, "Keep quiet so long after loading: RFC 9293 section 3.4.3 (default 0, at most 600000)");

static u64 lctcp_quiet_until;

unsigned int lctcp_net_id;

/* Sockets that exist, orphans included: from lctcp_init_sock() or
 * sk_clone_lock() to lctcp_sk_destruct().
 */
struct percpu_counter lctcp_sockets;

/**
 * lctcp_quiet() - has the module been loaded just now, with quiet_ms set?
 *
 * Segments of connections that a crash or an unload has ended may still be
 * about, and nobody remembers their sequence numbers: nothing is sent until
 * they have died out (RFC 9293 section 3.4.3).
 */
bool lctcp_quiet(void)
{
	return time_before64(get_jiffies_64(), lctcp_quiet_until);
}

static int __net_init lctcp_net_init(struct net *net)
{
	struct lctcp_net *ln = lctcp_net(net);
	int err = -ENOMEM;

	ln->net = net;
	ln->mib = alloc_percpu_gfp(struct lctcp_mib, GFP_KERNEL_ACCOUNT);
	ln->arcs = alloc_percpu_gfp(struct lctcp_arc_counts, GFP_KERNEL_ACCOUNT);
	ln->entries = alloc_percpu_gfp(long, GFP_KERNEL_ACCOUNT);
	if (!ln->mib || !ln->arcs || !ln->entries)
		goto free_counters;
	err = lctcp_sysctl_init(ln);
	if (err)
		goto free_counters;
	err = lctcp_history_init(ln);
	if (err)
		goto exit_sysctl;
	err = lctcp_fault_net_init(ln);
	if (err)
		goto exit_history;
	err = lctcp_ipv4_net_init(ln);
	if (err)
		goto exit_fault;
	err = lctcp_ipv6_net_init(ln);
	if (err)
		goto exit_ipv4;
	err = lctcp_proc_init(ln);
	if (err)
		goto exit_ipv6;
	return 0;

exit_ipv6:
	lctcp_ipv6_net_exit(ln);
exit_ipv4:
	lctcp_ipv4_net_exit(ln);
exit_fault:
	lctcp_fault_net_exit(ln);
exit_history:
	lctcp_history_exit(ln);
exit_sysctl:
	lctcp_sysctl_exit(ln);
free_counters:
	free_percpu(ln->entries);
	free_percpu(ln->arcs);
	free_percpu(ln->mib);
	return err;
}

static void __net_exit lctcp_net_exit(struct lctcp_net *ln)
{
	lctcp_ipv6_net_exit(ln);
	lctcp_ipv4_net_exit(ln);
	lctcp_history_exit(ln);
	lctcp_sysctl_exit(ln);
	free_percpu(ln->entries);
	free_percpu(ln->arcs);
	free_percpu(ln->mib);
}

/* All namespaces that end at a time together: the walk of the table and the
 * grace period are dear.
 */
static void __net_exit lctcp_net_exit_batch(struct list_head *nets)
{
	struct net *net;

	list_for_each_entry(net, nets, exit_list) {
		lctcp_proc_exit(lctcp_net(net));
		lctcp_fault_net_exit(lctcp_net(net));
		lctcp_net(net)->dying = true;
	}
	lctcp_table_purge(nets);
	list_for_each_entry(net, nets, exit_list)
		lctcp_net_exit(lctcp_net(net));
}

/* .pre_exit would be for what must go while other protocols still send, .exit for
 * what costs nothing one by one, and the two with rtnl are for devices.
 */
static struct pernet_operations lctcp_net_ops = {
	.init		= lctcp_net_init,
	.exit_batch	= lctcp_net_exit_batch,
	.id		= &lctcp_net_id,
	.size		= sizeof(struct lctcp_net),
};

static int __init lctcp_check_parameters(void)
{
	BUILD_BUG_ON(sizeof(struct lctcp_skb_cb) >
		     sizeof_field(struct sk_buff, cb));
#if IS_ENABLED(CONFIG_IPV6)
	/* 6.1 looks for ipv6_pinfo in the last bytes of the object. */
	BUILD_BUG_ON(offsetof(struct lctcp6_sock, inet6) +
		     sizeof(struct ipv6_pinfo) != sizeof(struct lctcp6_sock));
#endif
	if (lctcp_protocol != 253 && lctcp_protocol != 254) {
		pr_err("lctcp: protocol must be 253 or 254\n");
		return -EINVAL;
	}
	if (quiet_ms > LCTCP_MSL_MAX_MS) {
		pr_err("lctcp: quiet_ms must not exceed %u\n",
		       LCTCP_MSL_MAX_MS);
		return -EINVAL;
	}
	return 0;
}

/* What socket() allocates from. */
static int __init lctcp_register_protos(void)
{
	int err = proto_register(&lctcp_prot, 1);

#if IS_ENABLED(CONFIG_IPV6)
	if (err)
		return err;
	err = proto_register(&lctcp6_prot, 1);
	if (err)
		proto_unregister(&lctcp_prot);
#endif
	return err;
}

static void lctcp_unregister_protos(void)
{
#if IS_ENABLED(CONFIG_IPV6)
	proto_unregister(&lctcp6_prot);
#endif
	proto_unregister(&lctcp_prot);
}

static int __init lctcp_init(void)
{
	int err = lctcp_check_parameters();

	if (err)
		return err;
	if (quiet_ms)
		lctcp_quiet_until = get_jiffies_64() + msecs_to_jiffies(quiet_ms);
	lctcp_isn_init();
	lctcp_answers_init();
	lctcp_memory_init();
	err = percpu_counter_init(&lctcp_sockets, 0, GFP_KERNEL);
	if (err)
		return err;
	err = lctcp_orphan_init();
	if (err)
		goto exit_sockets;
	err = lctcp_table_init();
	if (err)
		goto exit_orphan;
	err = lctcp_port_init();
	if (err)
		goto exit_table;
	err = lctcp_register_protos();
	if (err)
		goto exit_port;
	err = register_pernet_subsys(&lctcp_net_ops);
	if (err)
		goto unregister_protos;
	err = lctcp_ipv4_init();
	if (err)
		goto unregister_net;
	err = lctcp_ipv6_init();
	if (err)
		goto exit_ipv4;
	err = lctcp_offload_init();
	if (err)
		goto exit_handlers;
	/* What programs hold a module by, sockets and recorders, comes last: an
	 * init that fails is not waited for by those that do.  Nothing of it can
	 * fail but the first, which opens nothing then.
	 */
	err = lctcp_ipv6_open();
	if (err)
		goto exit_offload;
	lctcp_ipv4_open();
	lctcp_record_init();
	return 0;

exit_offload:
	lctcp_offload_exit();
exit_handlers:
	lctcp_ipv6_exit();
exit_ipv4:
	lctcp_ipv4_exit();
unregister_net:
	unregister_pernet_subsys(&lctcp_net_ops);
	lctcp_fault_exit();
	rcu_barrier();
unregister_protos:
	lctcp_unregister_protos();
exit_port:
	lctcp_port_exit();
exit_table:
	lctcp_table_exit();
exit_orphan:
	lctcp_orphan_exit();
exit_sockets:
	percpu_counter_destroy(&lctcp_sockets);
	return err;
}

/* Between finding our protosw and lctcp_init_sock(), inet_create() allocates
 * from our cache and holds nothing.  A task that was preempted there has not
 * slept, and that is what this waits for.  (One that sleeps for memory so long
 * that all of unloading passes is beyond any module's reach.)
 */
static void lctcp_wait_socket_calls(void)
{
	synchronize_rcu_tasks();
}

static void __exit lctcp_exit(void)
{
	lctcp_ipv4_close();
	lctcp_ipv6_close();
	lctcp_wait_socket_calls();
	lctcp_record_exit();
	lctcp_offload_exit();
	lctcp_ipv6_exit();
	lctcp_ipv4_exit();
	unregister_pernet_subsys(&lctcp_net_ops);
	lctcp_fault_exit();
	while (percpu_counter_sum(&lctcp_sockets))
		msleep(20);
	rcu_barrier();
	lctcp_unregister_protos();
	lctcp_port_exit();
	lctcp_table_exit();
	lctcp_orphan_exit();
	percpu_counter_destroy(&lctcp_sockets);
}

module_init(lctcp_init);
module_exit(lctcp_exit);

MODULE_DESCRIPTION("TCP's connection life cycle over an experimental IP protocol");
MODULE_AUTHOR("The lctcp authors");
MODULE_LICENSE("GPL");
/* socket(AF_INET or AF_INET6, SOCK_STREAM, 253) loads the module. */
MODULE_ALIAS_NET_PF_PROTO_TYPE(PF_INET, 253, 1);
MODULE_ALIAS_NET_PF_PROTO_TYPE(PF_INET6, 253, 1);
