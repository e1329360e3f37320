// SPDX-License-Identifier: GPL-2.0
/*
 * lctcp_diag.ko: lctcp's connections by netlink (sock_diag(7)), as tcp_diag has
 * TCP's: dumps with filters, one connection, and SOCK_DESTROY.
 *
 * A dump goes through the table slot by slot.  Up to LCTCP_DIAG_BATCH entries are
 * looked at and taken by reference under RCU, and written without it, for a socket's
 * lock may have to be waited for.  What does not fit into one message is where the next one
 * begins; entries that move meanwhile may be missed or come twice, as with TCP.
 *
 * What has no socket (SYN_RECV of a listener, TIME_WAIT) has no cookie.
 */
#include <linux/inet_diag.h>
#include <linux/module.h>
#include <linux/sock_diag.h>
#include <net/inet_sock.h>
#include <net/netlink.h>
#include <net/tcp.h>

#include "lctcp.h"
#include "table.h"
#include "view/conn.h"
#include "view/diag_ops.h"

#define LCTCP_DIAG_BATCH	16
#define LCTCP_DIAG_CANNOT	ECONNABORTED	/* what a killed socket reports */

/**
 * struct lctcp_diag_pos - where a dump has come to, in netlink_callback.ctx
 * @slot: of the table
 * @n:	  entries of it that are done
 */
struct lctcp_diag_pos {
	unsigned long slot;
	unsigned long n;
};

/**
 * struct lctcp_diag_batch - some entries of a slot
 * @ent:	with a reference each
 * @v:		what there was to see of it
 * @at:		how many entries of the slot are done with it
 * @mini:	stands for what has no socket before the filter
 */
struct lctcp_diag_batch {
	struct lctcp_ent *ent[LCTCP_DIAG_BATCH];
	struct lctcp_conn_view v[LCTCP_DIAG_BATCH];
	unsigned long at[LCTCP_DIAG_BATCH];
	struct inet_sock mini;
};

/**
 * struct lctcp_diag_dump - one call of a dump
 * @skb:	what is filled
 * @cb:		of it
 * @req:	what is asked for
 * @bc:		filter, or NULL
 * @batch:	of a dump of many
 * @admin:	may see marks
 */
struct lctcp_diag_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	const struct inet_diag_req_v2 *req;
	const struct nlattr *bc;
	struct lctcp_diag_batch *batch;
	bool admin;
};

/* ---- what is told of one ---- */

static bool lctcp_diag_is_sock(const struct lctcp_ent *ent)
{
	return ent->kind == LCTCP_KIND_SOCK;
}

/* The family of the socket, which may be AF_INET6 where that of the segments is
 * AF_INET.
 */
static u16 lctcp_diag_family(const struct lctcp_ent *ent)
{
	if (ent->kind == LCTCP_KIND_SOCK)
		return lctcp_sock_of(ent)->sk_family;
	if (ent->kind == LCTCP_KIND_REQ)
		return lctcp_req_of(ent)->listener->sk_family;
	return ent->family;
}

static void lctcp_diag_ends(struct inet_diag_msg *r, const struct lctcp_ent *ent,
			    const struct lctcp_conn_view *v)
{
	r->idiag_family = lctcp_diag_family(ent);
	r->id.idiag_sport = htons(v->ends.lport);
	r->id.idiag_dport = htons(v->ends.rport);
	r->id.idiag_if = ent->dev_if;
	r->id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	r->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (r->idiag_family == AF_INET) {
		memset(r->id.idiag_src, 0, sizeof(r->id.idiag_src));
		memset(r->id.idiag_dst, 0, sizeof(r->id.idiag_dst));
		r->id.idiag_src[0] = v->ends.l6.s6_addr32[3];
		r->id.idiag_dst[0] = v->ends.r6.s6_addr32[3];
		return;
	}
	memcpy(r->id.idiag_src, &v->ends.l6, sizeof(v->ends.l6));
	memcpy(r->id.idiag_dst, &v->ends.r6, sizeof(v->ends.r6));
}

static int lctcp_diag_sock_attrs(const struct lctcp_diag_dump *d,
				 struct inet_diag_msg *r, struct sock *sk)
{
	int ext = d->req->idiag_ext;
	struct nlattr *attr;
	int err = 0;
	bool slow;

	if (inet_diag_msg_attrs_fill(sk, d->skb, r, ext,
				     sk_user_ns(NETLINK_CB(d->cb->skb).sk),
				     d->admin))
		return -EMSGSIZE;
	if (ext & (1 << (INET_DIAG_MEMINFO - 1))) {
		struct inet_diag_meminfo mem = {
			.idiag_rmem = sk_rmem_alloc_get(sk),
			.idiag_wmem = READ_ONCE(sk->sk_wmem_queued),
			.idiag_fmem = sk_forward_alloc_get(sk),
			.idiag_tmem = sk_wmem_alloc_get(sk),
		};

		if (nla_put(d->skb, INET_DIAG_MEMINFO, sizeof(mem), &mem))
			return -EMSGSIZE;
	}
	if (ext & (1 << (INET_DIAG_SKMEMINFO - 1)) &&
	    sock_diag_put_meminfo(sk, d->skb, INET_DIAG_SKMEMINFO))
		return -EMSGSIZE;
	if (!(ext & (1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_CONG - 1))))
		return 0;

	slow = lock_sock_fast(sk);
	if (ext & (1 << (INET_DIAG_INFO - 1))) {
		attr = nla_reserve_64bit(d->skb, INET_DIAG_INFO,
					 sizeof(struct tcp_info), INET_DIAG_PAD);
		if (attr)
			lctcp_diag_ops.info(sk, nla_data(attr));
		else
			err = -EMSGSIZE;
	}
	if (!err && ext & (1 << (INET_DIAG_CONG - 1)))
		err = nla_put_string(d->skb, INET_DIAG_CONG,
				     lctcp_diag_ops.cong(sk));
	unlock_sock_fast(sk, slow);
	return err;
}

/* One message; 0, or -EMSGSIZE and nothing is in it. */
static int lctcp_diag_put(const struct lctcp_diag_dump *d, struct lctcp_ent *ent,
			  const struct lctcp_conn_view *v, int flags)
{
	const struct nlmsghdr *asked = d->cb->nlh;
	struct inet_diag_msg *r;
	struct nlmsghdr *nlh;

	nlh = nlmsg_put(d->skb, NETLINK_CB(d->cb->skb).portid, asked->nlmsg_seq,
			asked->nlmsg_type, sizeof(*r), flags);
	if (!nlh)
		return -EMSGSIZE;
	r = nlmsg_data(nlh);
	memset(r, 0, sizeof(*r));
	r->idiag_state = v->state;
	r->idiag_timer = v->tcp_timer;
	r->idiag_retrans = min_t(unsigned int, r->idiag_timer == 2 ||
				 r->idiag_timer == 4 ? v->probes : v->tries, 255);
	r->idiag_expires = r->idiag_timer ? jiffies_to_msecs(v->left) : 0;
	r->idiag_rqueue = v->rx_queue;
	r->idiag_wqueue = v->state == LCTCP_LISTEN ? v->sndq : v->tx_queue;
	if (lctcp_diag_is_sock(ent)) {
		inet_diag_msg_common_fill(r, lctcp_sock_of(ent));
		if (lctcp_diag_sock_attrs(d, r, lctcp_sock_of(ent))) {
			nlmsg_cancel(d->skb, nlh);
			return -EMSGSIZE;
		}
	} else {
		lctcp_diag_ends(r, ent, v);
		r->idiag_uid = from_kuid_munged(sk_user_ns(NETLINK_CB(d->cb->skb).sk),
						v->uid);
	}
	nlmsg_end(d->skb, nlh);
	return 0;
}

/* ---- dumps ---- */

static void lctcp_diag_v6(struct sock *sk, const struct in6_addr *local,
			  const struct in6_addr *remote)
{
#if IS_ENABLED(CONFIG_IPV6)
	sk->sk_v6_rcv_saddr = *local;
	sk->sk_v6_daddr = *remote;
#endif
}

/* What inet_diag_bc_sk() looks at, for what is no socket. */
static bool lctcp_diag_mini_passes(const struct lctcp_diag_dump *d,
				   const struct lctcp_ent *ent,
				   const struct lctcp_conn_view *v)
{
	struct inet_sock *inet = &d->batch->mini;
	struct sock *sk = &inet->sk;

	sk->sk_family = lctcp_diag_family(ent);
	sk->sk_state = TCP_TIME_WAIT;	/* no full socket */
	sk->sk_bound_dev_if = ent->dev_if;
	inet->inet_num = v->ends.lport;
	inet->inet_dport = htons(v->ends.rport);
	if (sk->sk_family == AF_INET) {
		inet->inet_rcv_saddr = v->ends.l6.s6_addr32[3];
		inet->inet_daddr = v->ends.r6.s6_addr32[3];
	} else {
		lctcp_diag_v6(sk, &v->ends.l6, &v->ends.r6);
	}
	return lctcp_diag_passes(d->cb, d->bc, sk);
}

static bool lctcp_diag_wanted(const struct lctcp_diag_dump *d,
			      struct lctcp_ent *ent,
			      const struct lctcp_conn_view *v)
{
	const struct inet_diag_req_v2 *req = d->req;

	if (v->state == LCTCP_CLOSED || !(req->idiag_states & (1 << v->state)))
		return false;
	if (req->sdiag_family != AF_UNSPEC &&
	    req->sdiag_family != lctcp_diag_family(ent))
		return false;
	if (req->id.idiag_sport && req->id.idiag_sport != htons(v->ends.lport))
		return false;
	if (req->id.idiag_dport && req->id.idiag_dport != htons(v->ends.rport))
		return false;
	if (!d->bc)
		return true;
	return lctcp_diag_is_sock(ent) ?
	       lctcp_diag_passes(d->cb, d->bc, lctcp_sock_of(ent)) :
	       lctcp_diag_mini_passes(d, ent, v);
}

/* Entries of the namespace from @pos on, with a reference each.  How many; less than
 * a batch at the end of the slot.
 */
static int lctcp_diag_take(const struct net *net,
			   const struct lctcp_diag_pos *pos,
			   struct lctcp_diag_batch *b)
{
	struct lctcp_ent *ent;
	unsigned long i = 0;
	int n = 0;

	rcu_read_lock();
	for (ent = lctcp_diag_ops.first(pos->slot); ent && n < LCTCP_DIAG_BATCH;
	     ent = lctcp_diag_ops.next(pos->slot, ent)) {
		if (i++ < pos->n || ent->net != net || !lctcp_diag_ops.get(ent))
			continue;
		/* Now: later its addresses may be another family's. */
		lctcp_diag_ops.view(&b->v[n], ent);
		b->at[n] = i;
		b->ent[n++] = ent;
	}
	rcu_read_unlock();
	return n;
}

/* A batch: false if the message is full. */
static bool lctcp_diag_write(const struct lctcp_diag_dump *d,
			     struct lctcp_diag_pos *pos, int n)
{
	const struct lctcp_diag_batch *b = d->batch;
	bool room = true;
	int i;

	for (i = 0; i < n; i++) {
		room = room && (!lctcp_diag_wanted(d, b->ent[i], &b->v[i]) ||
				!lctcp_diag_put(d, b->ent[i], &b->v[i],
						NLM_F_MULTI));
		if (room)
			pos->n = b->at[i];
		lctcp_diag_ops.put(b->ent[i]);
	}
	return room;
}

static void lctcp_diag_dump(struct sk_buff *skb, struct netlink_callback *cb,
			    const struct inet_diag_req_v2 *req)
{
	struct lctcp_diag_pos *pos = (struct lctcp_diag_pos *)cb->ctx;
	struct inet_diag_dump_data *data = cb->data;
	struct lctcp_diag_dump d = {
		.skb = skb, .cb = cb, .req = req, .bc = data->inet_diag_nla_bc,
		.admin = netlink_net_capable(cb->skb, CAP_NET_ADMIN),
	};
	int n;

	BUILD_BUG_ON(sizeof(*pos) > sizeof(cb->ctx));

	/* Without it the dump would end, and look complete. */
	d.batch = kzalloc(sizeof(*d.batch), GFP_KERNEL | __GFP_NOFAIL);
	while (pos->slot < lctcp_diag_ops.slots()) {
		n = lctcp_diag_take(sock_net(skb->sk), pos, d.batch);
		if (n && !lctcp_diag_write(&d, pos, n))
			break;
		if (n == LCTCP_DIAG_BATCH)
			continue;
		pos->n = 0;
		if (++pos->slot % LCTCP_SLOTS_AT_ONCE == 0)
			cond_resched();
	}
	kfree(d.batch);
}

/* ---- one of them ---- */

/* Who is meant, with a reference, and what there is to see of it. */
static struct lctcp_ent *lctcp_diag_find(struct net *net,
					 const struct inet_diag_req_v2 *req,
					 struct lctcp_conn_view *v)
{
	const struct in6_addr *l6 = (const struct in6_addr *)req->id.idiag_src;
	const struct in6_addr *r6 = (const struct in6_addr *)req->id.idiag_dst;
	struct lctcp_tuple t = {
		.net = net, .family = req->sdiag_family,
		.lport = ntohs(req->id.idiag_sport),
		.rport = req->id.idiag_dport, .dev_if = req->id.idiag_if,
	};
	struct lctcp_ent *ent;

	if (t.family == AF_INET6 && ipv6_addr_v4mapped(l6) &&
	    ipv6_addr_v4mapped(r6)) {
		t.family = AF_INET;
		t.l4 = l6->s6_addr32[3];
		t.r4 = r6->s6_addr32[3];
	} else if (t.family == AF_INET6) {
		t.l6 = l6;
		t.r6 = r6;
	} else if (t.family == AF_INET) {
		t.l4 = req->id.idiag_src[0];
		t.r4 = req->id.idiag_dst[0];
	} else {
		return ERR_PTR(-EINVAL);
	}
	ent = lctcp_diag_ops.find(&t, v);
	if (!ent)
		return ERR_PTR(-ENOENT);
	if (lctcp_diag_is_sock(ent) ?
	    sock_diag_check_cookie(lctcp_sock_of(ent), req->id.idiag_cookie) :
	    (req->id.idiag_cookie[0] & req->id.idiag_cookie[1]) !=
	    INET_DIAG_NOCOOKIE) {
		lctcp_diag_ops.put(ent);
		return ERR_PTR(-ENOENT);
	}
	return ent;
}

static size_t lctcp_diag_size(void)
{
	return nla_total_size(sizeof(struct inet_diag_msg)) +
	       inet_diag_msg_attrs_size() +
	       nla_total_size(sizeof(struct inet_diag_meminfo)) +
	       nla_total_size(SK_MEMINFO_VARS * sizeof(u32)) +
	       nla_total_size_64bit(sizeof(struct tcp_info)) +
	       nla_total_size(TCP_CA_NAME_MAX) + 64;
}

static int lctcp_diag_dump_one(struct netlink_callback *cb,
			       const struct inet_diag_req_v2 *req)
{
	struct net *net = sock_net(cb->skb->sk);
	struct lctcp_diag_dump d = {
		.cb = cb, .req = req,
		.admin = netlink_net_capable(cb->skb, CAP_NET_ADMIN),
	};
	struct lctcp_conn_view v;
	struct lctcp_ent *ent;
	int err;

	ent = lctcp_diag_find(net, req, &v);
	if (IS_ERR(ent))
		return PTR_ERR(ent);
	d.skb = nlmsg_new(lctcp_diag_size(), GFP_KERNEL);
	err = -ENOMEM;
	if (!d.skb)
		goto out;
	err = lctcp_diag_put(&d, ent, &v, 0);
	if (err)
		nlmsg_free(d.skb);
	else
		err = nlmsg_unicast(net->diag_nlsk, d.skb,
				    NETLINK_CB(cb->skb).portid);
out:
	lctcp_diag_ops.put(ent);
	return err;
}

/* sock_diag_destroy() asks for CAP_NET_ADMIN itself. */
static int lctcp_diag_destroy(struct sk_buff *in_skb,
			      const struct inet_diag_req_v2 *req)
{
	struct net *net = sock_net(in_skb->sk);
	struct lctcp_conn_view v;
	struct lctcp_ent *ent;
	int err = 0;

	ent = lctcp_diag_find(net, req, &v);
	if (IS_ERR(ent))
		return PTR_ERR(ent);
	if (lctcp_diag_is_sock(ent))
		err = sock_diag_destroy(lctcp_sock_of(ent), LCTCP_DIAG_CANNOT);
	else if (!ns_capable(net->user_ns, CAP_NET_ADMIN))
		err = -EPERM;
	else if (!lctcp_diag_ops.kill(ent))
		err = -ENOENT;
	lctcp_diag_ops.put(ent);
	return err;
}

/* What a message says of its own accord has been filled in by lctcp_diag_put();
 * sock_diag asks this way for its multicasts, which are for sockets of TCP and UDP.
 */
static void lctcp_diag_get_info(struct sock *sk, struct inet_diag_msg *r,
				void *info)
{
}

/* Left NULL: idiag_get_aux and idiag_get_aux_size, read by inet_diag's own fill
 * function, which is for sockets that are a struct inet_connection_sock.
 */
static struct inet_diag_handler lctcp_diag_handler __ro_after_init = {
	LCTCP_DIAG_OWNER
	.dump		= lctcp_diag_dump,
	.dump_one	= lctcp_diag_dump_one,
	.idiag_get_info	= lctcp_diag_get_info,
	.destroy	= lctcp_diag_destroy,
	.idiag_info_size = sizeof(struct tcp_info),
};

static int __init lctcp_diag_init(void)
{
	lctcp_diag_handler.idiag_type = lctcp_diag_ops.protocol();
	return inet_diag_register(&lctcp_diag_handler);
}

static void __exit lctcp_diag_exit(void)
{
	inet_diag_unregister(&lctcp_diag_handler);
}

module_init(lctcp_diag_init);
module_exit(lctcp_diag_exit);
MODULE_AUTHOR("The lctcp authors");
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("lctcp's connections by sock_diag");
/* PF_NETLINK, NETLINK_SOCK_DIAG, AF_INET - protocol */
MODULE_ALIAS("net-pf-16-proto-4-type-2-253");
MODULE_ALIAS("net-pf-16-proto-4-type-2-254");
