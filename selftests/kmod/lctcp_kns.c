// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel sockets that do not hold their namespace: as the kernel demands, they
 * are closed when it ends, with text that nobody has acknowledged.
 *
 *	echo 4 >/sys/module/lctcp_kns/parameters/open	(or 6: IPv4, IPv6)
 *	cat /sys/module/lctcp_kns/parameters/closed
 *
 * opens connections over lo in the namespace of who writes; and how many have
 * been closed because their namespace ended.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/nsproxy.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#define PROTOCOL	253
#define PORT		4000
#define CHUNK		4096

static int pairs = 100;
module_param(pairs, int, 0444);
MODULE_PARM_DESC(pairs, "connections of each family");

static int closed;
module_param(closed, int, 0444);
MODULE_PARM_DESC(closed, "those whose namespace has ended");

/* 6.19 gave addresses of any size a type of their own. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define ADDR(a)		((struct sockaddr_unsized *)(a))
#else
#define ADDR(a)		((struct sockaddr *)(a))
#endif

/**
 * struct kns_pair - a connection and its listener
 * @node:     in kns_all
 * @net:      where it is
 * @client:   has text that waits
 * @listener: in whose queue the other end stays
 */
struct kns_pair {
	struct list_head node;
	struct net *net;
	struct socket *client, *listener;
};

static LIST_HEAD(kns_all);
static DEFINE_MUTEX(kns_lock);

static int kns_address(struct sockaddr_storage *a, int family, int port)
{
	struct sockaddr_in6 *in6 = (void *)a;
	struct sockaddr_in *in = (void *)a;

	memset(a, 0, sizeof(*a));
	if (family == AF_INET) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	in6->sin6_addr = in6addr_loopback;
	return sizeof(*in6);
}

/* More than the other end takes. */
static int kns_fill(struct socket *sock)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT };
	void *text = kzalloc(CHUNK, GFP_KERNEL);
	struct kvec v = { text, CHUNK };
	int ret;

	if (!text)
		return -ENOMEM;
	do
		ret = kernel_sendmsg(sock, &msg, &v, 1, CHUNK);
	while (ret > 0);
	kfree(text);
	return ret == -EAGAIN ? 0 : ret;
}

static void kns_release(struct kns_pair *p)
{
	if (p->client)
		sock_release(p->client);
	if (p->listener)
		sock_release(p->listener);
	kfree(p);
}

static int kns_connect(struct kns_pair *p, int family, int port)
{
	struct sockaddr_storage a;
	int len = kns_address(&a, family, port), err;

	err = sock_create_kern(p->net, family, SOCK_STREAM, PROTOCOL,
			       &p->listener);
	if (!err)
		err = kernel_bind(p->listener, ADDR(&a), len);
	if (!err)
		err = kernel_listen(p->listener, 1);
	if (!err)
		err = sock_create_kern(p->net, family, SOCK_STREAM, PROTOCOL,
				       &p->client);
	if (!err)
		err = kernel_connect(p->client, ADDR(&a), len, 0);
	return err ?: kns_fill(p->client);
}

static int kns_open(const char *val, const struct kernel_param *kp)
{
	int version, err = kstrtoint(val, 0, &version), i;
	struct kns_pair *p;

	if (err || (version != 4 && version != 6))
		return -EINVAL;
	for (i = 0; i < pairs && !err; i++) {
		p = kzalloc(sizeof(*p), GFP_KERNEL);
		if (!p)
			return -ENOMEM;
		p->net = current->nsproxy->net_ns;
		err = kns_connect(p, version == 4 ? AF_INET : AF_INET6,
				  PORT + i);
		if (err) {
			kns_release(p);
			break;
		}
		mutex_lock(&kns_lock);
		list_add_tail(&p->node, &kns_all);
		mutex_unlock(&kns_lock);
	}
	return err;
}

static const struct kernel_param_ops kns_open_ops = { .set = kns_open };
module_param_cb(open, &kns_open_ops, NULL, 0200);
MODULE_PARM_DESC(open, "4 or 6: open connections here");

static void __net_exit kns_net_exit(struct net *net)
{
	struct kns_pair *p, *next;

	mutex_lock(&kns_lock);
	list_for_each_entry_safe(p, next, &kns_all, node) {
		if (!net_eq(p->net, net))
			continue;
		list_del(&p->node);
		kns_release(p);
		closed++;
	}
	mutex_unlock(&kns_lock);
}

static struct pernet_operations kns_net_ops = { .exit = kns_net_exit };

static int __init kns_init(void)
{
	return register_pernet_subsys(&kns_net_ops);
}

/* Waits for a namespace that is ending. */
static void __exit kns_exit(void)
{
	unregister_pernet_subsys(&kns_net_ops);
}

module_init(kns_init);
module_exit(kns_exit);
MODULE_DESCRIPTION("Kernel sockets of lctcp that end with their namespace");
MODULE_LICENSE("GPL");
