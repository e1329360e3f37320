// SPDX-License-Identifier: GPL-2.0
/*
 * What security modules (SELinux, Smack, AppArmor) are asked and told about a
 * connection, beyond what the kernel does for every socket.
 *
 *   security_inet_conn_request()	may this SYN, or the ACK that brings a
 *					cookie back, open a connection?
 *   security_inet_conn_established()	that is the segment by which the peer
 *					opened it: its label is the peer's
 *					(SO_PEERSEC).  After connect() in
 *					input.c; of a child in handshake.c,
 *					instead of security_inet_csk_clone(),
 *					which is not exported
 *   security_sk_classify_flow(), security_skb_classify_flow()
 *					whose route is it: in ipv4.c, ipv6.c.
 *					A SYN-ACK goes by its listener, as
 *					security_req_classify_flow() wants what
 *					no mini has
 *   security_sock_rcv_skb()		by sk_filter_trim_cap(), in input.c
 *   security_sk_clone()		by sk_clone_lock()
 *   security_socket_*(), security_sock_graft()
 *					by the system calls and inet_accept()
 */
#include <linux/security.h>
#include <net/inet_sock.h>
#include <net/request_sock.h>

#include "handshake.h"
#include "lctcp.h"

#ifdef CONFIG_SECURITY_NETWORK

/* They look at the family only. */
static struct request_sock_ops lctcp_lsm_ops[] = {
	{ .family = PF_INET },
	{ .family = PF_INET6 },
};

bool lctcp_lsm_conn_request(const struct lctcp_req *req, struct sk_buff *skb)
{
	bool v6 = req->ent.family == AF_INET6;
	struct inet_request_sock ireq;
	int err;

	memset(&ireq, 0, sizeof(ireq));
	ireq.req.rsk_ops = &lctcp_lsm_ops[v6];
	ireq.req.rsk_listener = req->listener;
	ireq.ireq_family = req->ent.family;
	ireq.ireq_state = TCP_NEW_SYN_RECV;
	ireq.ir_num = req->ent.lport;
	ireq.ir_rmt_port = req->ent.rport;
	write_pnet(&ireq.ireq_net, req->ent.net);
	if (!v6) {
		ireq.ir_loc_addr = req->ent.laddr;
		ireq.ir_rmt_addr = req->ent.raddr;
	}
#if IS_ENABLED(CONFIG_IPV6)
	if (v6) {
		ireq.ir_v6_loc_addr = req->ent.a6->laddr;
		ireq.ir_v6_rmt_addr = req->ent.a6->raddr;
	}
#endif
	err = security_inet_conn_request(req->listener, skb, &ireq.req);
	/* Labelled networking may have made IP options for a SYN-ACK that is
	 * not ours; the child gets its own, by its socket.
	 */
	if (!v6)
		kfree(rcu_dereference_protected(ireq.ireq_opt, true));
#if IS_ENABLED(CONFIG_IPV6)
	else
		kfree(ireq.ipv6_opt);
#endif
	return !err;
}

#endif /* CONFIG_SECURITY_NETWORK */
