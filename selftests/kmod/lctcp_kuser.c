// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel user of lctcp: open, listen, accept, send, receive and close with
 * sock_create_kern() and the kernel_*() calls, while the module loads.
 *
 *	insmod lctcp_kuser.ko bytes=1048576
 *	cat /sys/module/lctcp_kuser/parameters/result4
 *	cat /sys/module/lctcp_kuser/parameters/result6
 *
 * A result is "ok", or the step that failed and its error.  Loading succeeds
 * either way, so that the results can be read.
 */
#include <linux/completion.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#define CHUNK	8192

static int protocol = 253;
module_param(protocol, int, 0444);
MODULE_PARM_DESC(protocol, "IP protocol");

static int bytes = 1 << 20;
module_param(bytes, int, 0444);
MODULE_PARM_DESC(bytes, "how much to send");

static char result4[128] = "did not run";
module_param_string(result4, result4, sizeof(result4), 0444);
MODULE_PARM_DESC(result4, "IPv4: ok, or what failed");

static char result6[128] = "did not run";
module_param_string(result6, result6, sizeof(result6), 0444);
MODULE_PARM_DESC(result6, "IPv6: ok, or what failed");

/* 6.19 gave addresses of any size a type of their own. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define ADDR(a)		((struct sockaddr_unsized *)&(a)->ss)
#else
#define ADDR(a)		(&(a)->sa)
#endif

union kuser_addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_storage ss;
};

/**
 * struct kuser - the connection of one run
 * @listener:	waits
 * @client:	connects
 * @server:	accepted
 * @ready:	how often @server's sk_data_ready was called
 * @ready_was:	what it was before
 * @sent:	what the writing thread's last call returned
 * @done:	the writing thread has finished
 * @at:		so much has been read
 * @failed:	what read_sock() said when it was called for what had just come
 * @direct:	it is called so
 * @directly:	how often it was
 * @all:	all has been read so
 * @third:	the reader is ready for the last third, which is written only then
 */
struct kuser {
	struct socket *listener, *client, *server;
	atomic_t ready;
	void (*ready_was)(struct sock *sk);
	int sent;
	struct completion done;
	int at, failed;
	bool direct;
	atomic_t directly;
	struct completion all, third;
};

static int addr_loopback(union kuser_addr *a, int family)
{
	memset(a, 0, sizeof(*a));
	if (family == AF_INET) {
		a->in.sin_family = AF_INET;
		a->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(a->in);
	}
	a->in6.sin6_family = AF_INET6;
	a->in6.sin6_addr = in6addr_loopback;
	return sizeof(a->in6);
}

static u8 octet(int i)
{
	return i * 31 + (i >> 8);
}

static int send_all(struct socket *sock, void *buf, int n)
{
	struct msghdr msg = { .msg_flags = MSG_NOSIGNAL };
	struct kvec v = { buf, n };
	int ret, done = 0;

	while (done < n) {
		v.iov_base = buf + done;
		v.iov_len = n - done;
		ret = kernel_sendmsg(sock, &msg, &v, 1, v.iov_len);
		if (ret <= 0)
			return ret ?: -EPIPE;
		done += ret;
	}
	return done;
}

static int recv_some(struct socket *sock, void *buf, int n, int flags)
{
	struct msghdr msg = { 0 };
	struct kvec v = { buf, n };

	return kernel_recvmsg(sock, &msg, &v, 1, n, flags);
}

/* Write it all, then close the sending half. */
static int writer(void *arg)
{
	struct kuser *k = arg;
	u8 *buf = kmalloc(CHUNK, GFP_KERNEL);
	int at = 0, i, n;

	k->sent = buf ? 0 : -ENOMEM;
	while (buf && at < bytes) {
		if (at >= bytes / 3 * 2)
			wait_for_completion(&k->third);
		n = min(CHUNK, bytes - at);
		for (i = 0; i < n; i++)
			buf[i] = octet(at + i);
		k->sent = send_all(k->client, buf, n);
		if (k->sent < 0)
			break;
		at += n;
	}
	if (k->sent >= 0)
		k->sent = kernel_sock_shutdown(k->client, SHUT_WR);
	kfree(buf);
	complete(&k->done);
	return 0;
}

/* Compare what comes next with what was sent. */
static int compare(struct kuser *k, const u8 *buf, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (buf[i] != octet(k->at++))
			return -EILSEQ;
	return n;
}

/* The first third of all, by kernel_recvmsg(). */
static int read_first(struct kuser *k)
{
	u8 *buf = kmalloc(CHUNK, GFP_KERNEL);
	int n = buf ? 1 : -ENOMEM;

	while (n > 0 && k->at < bytes / 3) {
		n = recv_some(k->server, buf, CHUNK, 0);
		if (n > 0)
			n = compare(k, buf, n);
	}
	kfree(buf);
	return n < 0 || k->at >= bytes / 3 ? min(n, 0) : -ENODATA;
}

/* Of a piece of the receive queue, take a little, and in all no more than
 * desc->count.
 */
static int actor(read_descriptor_t *desc, struct sk_buff *skb,
		 unsigned int offset, size_t len)
{
	struct kuser *k = desc->arg.data;
	u8 part[100];
	int ret;

	len = min3(len, sizeof(part), desc->count);
	if (skb_copy_bits(skb, offset, part, len))
		return -EFAULT;
	ret = compare(k, part, len);
	desc->count -= len;
	return ret;
}

/* As strparser reads, with the lock of the socket. */
static int read_sock(struct kuser *k, size_t most)
{
	read_descriptor_t desc = { .arg.data = k, .count = most };
	int at = k->at, n, len = k->server->ops->peek_len(k->server);

	n = k->server->ops->read_sock(k->server->sk, &desc, actor);
	if (n < 0)
		return n;
	/* What it says it has taken, and no more than was wanted or there. */
	if (n != k->at - at || n != (int)(most - desc.count) ||
	    n > len || (!n && len))
		return -EOVERFLOW;
	return n;
}

/* The second third, by read_sock() of a process. */
static int read_second(struct kuser *k)
{
	long wait = MAX_SCHEDULE_TIMEOUT;
	struct sock *sk = k->server->sk;
	int n = 1;

	lock_sock(sk);
	while (n > 0 && k->at < bytes / 3 * 2) {
		n = read_sock(k, 1777);
		if (n || (sk->sk_shutdown & RCV_SHUTDOWN))
			continue;
		sk_wait_data(sk, &wait, NULL);
		n = 1;
	}
	release_sock(sk);
	return n < 0 || k->at >= bytes / 3 * 2 ? min(n, 0) : -ENODATA;
}

/* All there is.  The end of the stream completes it, an error as well. */
static void read_direct(struct kuser *k)
{
	struct sock *sk = k->server->sk;
	int n;

	do
		n = read_sock(k, INT_MAX);
	while (n > 0);
	k->failed = n;
	if (n || (sk->sk_shutdown & RCV_SHUTDOWN)) {
		k->direct = false;
		complete(&k->all);
	}
}

/* The rest, by read_sock() when it comes, in a softirq. */
static int read_third(struct kuser *k)
{
	struct sock *sk = k->server->sk;

	lock_sock(sk);
	k->direct = true;
	read_direct(k);
	release_sock(sk);
	complete_all(&k->third);
	while (!wait_for_completion_timeout(&k->all, HZ / 20)) {
		/* what came while somebody had the lock */
		lock_sock(sk);
		if (k->direct)
			read_direct(k);
		release_sock(sk);
	}
	if (k->failed)
		return k->failed;
	return bytes < SZ_1M || atomic_read(&k->directly) ? 0 : -ENOMSG;
}

static int read_thirds(struct kuser *k, const char **step)
{
	int n;

	*step = "receive";
	n = read_first(k);
	if (n)
		return n;
	*step = "read_sock";
	n = read_second(k);
	if (n)
		return n;
	*step = "read_sock in a softirq";
	n = read_third(k);
	if (n)
		return n;
	*step = "count";
	return k->at == bytes ? 0 : -ENODATA;
}

static int read_all(struct kuser *k, const char **step)
{
	int n = read_thirds(k, step);

	/* or the writer would wait for who has failed */
	complete_all(&k->third);
	return n;
}

static void data_ready(struct sock *sk)
{
	struct kuser *k = sk->sk_user_data;

	if (!k)
		return;
	atomic_inc(&k->ready);
	if (k->direct && !sock_owned_by_user_nocheck(sk)) {
		atomic_inc(&k->directly);
		read_direct(k);
	}
	k->ready_was(sk);
}

/* As in-kernel users do it: a callback of our own. */
static void watch(struct kuser *k, bool on)
{
	struct sock *sk = k->server->sk;

	write_lock_bh(&sk->sk_callback_lock);
	if (on) {
		k->ready_was = sk->sk_data_ready;
		sk->sk_user_data = k;
		sk->sk_data_ready = data_ready;
	} else {
		sk->sk_data_ready = k->ready_was;
		sk->sk_user_data = NULL;
	}
	write_unlock_bh(&sk->sk_callback_lock);
}

/* More than fits an int: 2^31 octets and one megabyte.  All of it is the same
 * megabyte, over and over.
 */
#define HUGE_PARTS	2049
#define HUGE_PART	SZ_1M
#define HUGE_LEN	((size_t)HUGE_PARTS * HUGE_PART)

static int huge_calls(struct kuser *k, struct kvec *v, const char **step)
{
	struct msghdr msg;
	int sent, n, got;

	*step = "receive up to 2^31 of nothing";
	msg = (struct msghdr){ .msg_flags = 0 };
	n = kernel_recvmsg(k->server, &msg, v, HUGE_PARTS, HUGE_LEN,
			   MSG_DONTWAIT);
	if (n != -EAGAIN)
		return n ?: -ENODATA;
	*step = "send 2^31";
	msg = (struct msghdr){ .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };
	sent = kernel_sendmsg(k->client, &msg, v, HUGE_PARTS, HUGE_LEN);
	if (sent <= 0)
		return sent ?: -EPIPE;
	*step = "receive up to 2^31";
	for (got = 0; got < sent; got += n) {
		msg = (struct msghdr){ .msg_flags = 0 };
		n = kernel_recvmsg(k->server, &msg, v, HUGE_PARTS, HUGE_LEN, 0);
		if (n <= 0)
			return n ?: -ENODATA;
	}
	return got == sent ? 0 : -EOVERFLOW;
}

static int huge(struct kuser *k, const char **step)
{
	struct kvec *v = kvmalloc_array(HUGE_PARTS, sizeof(*v), GFP_KERNEL);
	void *part = kvzalloc(HUGE_PART, GFP_KERNEL);
	int i, ret = -ENOMEM;

	*step = "memory";
	if (v && part) {
		for (i = 0; i < HUGE_PARTS; i++)
			v[i] = (struct kvec){ part, HUGE_PART };
		ret = huge_calls(k, v, step);
	}
	kvfree(part);
	kvfree(v);
	return ret;
}

static int run(struct kuser *k, int family, const char **step)
{
	struct task_struct *task;
	union kuser_addr a, peer;
	char answer[8];
	int len, ret;

	len = addr_loopback(&a, family);
	*step = "open listener";
	ret = sock_create_kern(&init_net, a.sa.sa_family, SOCK_STREAM, protocol,
			       &k->listener);
	if (ret)
		return ret;
	*step = "bind";
	ret = kernel_bind(k->listener, ADDR(&a), len);
	if (ret)
		return ret;
	*step = "listen";
	ret = kernel_listen(k->listener, 5);
	if (ret)
		return ret;
	*step = "accept of nobody";
	ret = kernel_accept(k->listener, &k->server, O_NONBLOCK);
	if (ret != -EAGAIN)
		return ret ?: -EEXIST;
	*step = "getsockname";
	ret = kernel_getsockname(k->listener, &a.sa);
	if (ret < 0)
		return ret;
	*step = "open client";
	ret = sock_create_kern(&init_net, a.sa.sa_family, SOCK_STREAM, protocol,
			       &k->client);
	if (ret)
		return ret;
	*step = "connect";
	ret = kernel_connect(k->client, ADDR(&a), len, 0);
	if (ret)
		return ret;
	*step = "accept";
	ret = kernel_accept(k->listener, &k->server, 0);
	if (ret)
		return ret;
	*step = "getpeername";
	ret = kernel_getpeername(k->server, &peer.sa);
	if (ret < 0)
		return ret;
	if (peer.sa.sa_family != a.sa.sa_family)
		return -EAFNOSUPPORT;
	ret = huge(k, step);
	if (ret)
		return ret;

	watch(k, true);
	*step = "thread";
	task = kthread_run(writer, k, "lctcp_kuser");
	if (IS_ERR(task)) {
		watch(k, false);
		return PTR_ERR(task);
	}
	ret = read_all(k, step);
	if (ret)	/* or the writer would wait for room for ever */
		kernel_sock_shutdown(k->client, SHUT_RDWR);
	wait_for_completion(&k->done);
	watch(k, false);
	if (ret)
		return ret;
	*step = "send";
	if (k->sent < 0)
		return k->sent;
	*step = "sk_data_ready";
	if (!atomic_read(&k->ready))
		return -ENOMSG;

	/* half closed: the answer still goes the other way */
	*step = "answer";
	ret = send_all(k->server, "answer", 6);
	if (ret < 0)
		return ret;
	ret = recv_some(k->client, answer, 6, MSG_WAITALL);
	if (ret != 6 || memcmp(answer, "answer", 6))
		return ret < 0 ? ret : -EILSEQ;
	*step = "end of file";
	ret = kernel_sock_shutdown(k->server, SHUT_RDWR);
	if (ret)
		return ret;
	ret = recv_some(k->client, answer, 6, 0);
	return ret;
}

static void run_family(int family, char *result, size_t size)
{
	const char *step = "parameters";
	struct kuser kuser = { 0 };
	int ret = -EINVAL;

	init_completion(&kuser.done);
	init_completion(&kuser.all);
	init_completion(&kuser.third);
	if (bytes >= 0)
		ret = run(&kuser, family, &step);
	if (kuser.server)
		sock_release(kuser.server);
	if (kuser.client)
		sock_release(kuser.client);
	if (kuser.listener)
		sock_release(kuser.listener);
	if (ret)
		snprintf(result, size, "%s: %d", step, ret);
	else
		strscpy(result, "ok", size);
}

static int __init kuser_init(void)
{
	run_family(AF_INET, result4, sizeof(result4));
	run_family(AF_INET6, result6, sizeof(result6));
	return 0;
}

static void __exit kuser_exit(void)
{
}

module_init(kuser_init);
module_exit(kuser_exit);
MODULE_DESCRIPTION("Test: lctcp sockets of the kernel itself");
MODULE_LICENSE("GPL");
