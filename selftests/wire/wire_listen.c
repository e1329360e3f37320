// SPDX-License-Identifier: GPL-2.0
/* LISTEN (RFC 9293 section 3.10.7.2), and who serves which address. */
#include <linux/filter.h>

#include "wire.h"

/* The text is not acknowledged, so the peer sends it again. */
WIRE_TEST(est_syn_with_text_listen)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN, .len = 8);
	w_exp(w, SYN | ACK, .ack = 1);
	w_check(w, !w_poll(w->lfd, POLLIN, 20));
	w_inj(w, ACK, .seq = 1, .len = 8);
	fd = w_accept(w);
	w_read(w, fd, 8);
	w_inj(w, ACK, .seq = 9, .len = 10);
	w_exp(w, ACK, .ack = 19, .past_acks = true);
	w_read(w, fd, 10);
}

/* The SYN counts, the FIN is left for the peer to send again (D17). */
WIRE_TEST(est_syn_with_fin_listen)
{
	int fd;

	w_listen(w, 5);
	w_inj(w, SYN | FIN);
	w_exp(w, SYN | ACK, .ack = 1);
	w_inj(w, ACK, .seq = 1);
	fd = w_accept(w);
	w_is(w, fd, TCP_ESTABLISHED);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .ack = 2);
	w_read_eof(w, fd);
	w_is(w, fd, TCP_CLOSE_WAIT);
}

WIRE_TEST(est_listen_rst)
{
	w_listen(w, 5);
	w_inj(w, RST);
	w_inj(w, RST | ACK, .ack = 12345);
	w_inj(w, RST | SYN, .forged = true);
	w_none(w);
	w_gone(w);
}

/* Before the harness knows an ISS, ack counts from zero. */
WIRE_TEST(est_listen_ack)
{
	static const int flags[] = { ACK, SYN | ACK, FIN | ACK, PSH | ACK };
	int i;

	w_listen(w, 5);
	for (i = 0; i < 4; i++) {
		w_inj(w, flags[i], .ack = 12345, .len = flags[i] & PSH ? 10 : 0,
		      .forged = true);
		w_exp(w, RST, .seq = 12345);
	}
	w_none(w);
	w_gone(w);
}

WIRE_TEST(est_listen_nothing)
{
	w_listen(w, 5);
	w_inj(w, FIN, .forged = true);
	w_inj(w, PSH, .forged = true, .len = 5);
	w_inj(w, URG, .forged = true, .urg = 1);
	w_inj(w, 0, .forged = true);
	w_none(w);
	w_gone(w);
}

WIRE_TEST(est_listen_to_active)
{
	struct sockaddr_storage peer;

	w_listen(w, 5);
	w_sockaddr(w, W_PEER, W_PEER_PORT, &peer);
	w_check(w, connect(w->lfd, (void *)&peer, w_sockaddr_len(w)) == -1);
	w_check(w, errno == EISCONN || errno == EINVAL);
	w_none(w);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

WIRE_TEST(est_passive_open_no_interference)
{
	struct sockaddr_storage any;
	int fd = w_accepted(w), other, one = 1;

	w_flow(w, 2);
	w_to_state(w, TCP_TIME_WAIT);
	w_flow(w, 1);
	w_inj(w, SYN);
	w_exp(w, SYN | ACK);

	other = w_socket(w);
	setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	w_sockaddr(w, W_UUT, W_PORT, &any);
	w_check(w, bind(other, (void *)&any, w_sockaddr_len(w)) ||
		listen(other, 5));
	w_check(w, errno == EADDRINUSE);

	w_inj(w, ACK);
	w_is(w, w_accept(w), TCP_ESTABLISHED);
	w_flow(w, 0);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_read(w, fd, 10);
	w_flow(w, 2);
	w_inj(w, FIN | ACK, .seq = 1);
	w_exp(w, ACK, .seq = 2, .ack = 2);
	w_entry_is(w, TCP_TIME_WAIT);
}

WIRE_TEST(est_local_addr_param)
{
	w_add_addr(w, W_UUT2);
	w->f->uut_host = W_UUT2;
	w_connect_from(w, w_bound(w, W_UUT2, 0));
	w_exp(w, SYN);

	w->lfd = w_bound(w, W_UUT2, W_PORT);
	w_ok(w, listen(w->lfd, 5));
	w_flow(w, 1);
	w_inj(w, SYN, .forged = true);
	w_exp(w, RST | ACK, .seq = 0, .ack = 1);
	w_flow(w, 2)->uut_host = W_UUT2;
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

static int local_host(int fd, int family)
{
	struct sockaddr_in6 s6;
	struct sockaddr_in *s4 = (void *)&s6;
	socklen_t len = sizeof(s6);

	if (getsockname(fd, (void *)&s6, &len))
		return -1;
	return family == AF_INET ? ((unsigned char *)&s4->sin_addr)[3] :
				   s6.sin6_addr.s6_addr[15];
}

WIRE_TEST(est_wildcard_binds_specific)
{
	int fd;

	w_add_addr(w, W_UUT2);
	w->f->uut_host = W_UUT2;
	fd = w_accepted(w);
	w_check(w, local_host(fd, w->family) == W_UUT2);
	w_check(w, local_host(w->lfd, w->family) == 0);
	w_write(w, fd, 10);
	w_exp(w, ACK, .len = 10);

	w_flow(w, 1);
	fd = w_accepted(w);
	w_check(w, local_host(fd, w->family) == W_UUT);
}

/* A listener that tolerates others on its port; @host 0: any address. */
static int shared_listener(struct wire *w, int host)
{
	struct sockaddr_storage ss;
	int fd = w_socket(w), one = 1;

	w_sockaddr(w, host, W_PORT, &ss);
	if (!host)
		memset((char *)&ss + (w->family == AF_INET ? 4 : 8), 0,
		       w->family == AF_INET ? 4 : 16);
	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)));
	w_ok(w, bind(fd, (void *)&ss, w_sockaddr_len(w)));
	w_ok(w, listen(fd, 5));
	return fd;
}

/* A passive open for one peer alone: the sockets API has no call for it, a
 * filter on the listener does it.
 */
WIRE_TEST(est_listen_specific_peer)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0),	/* source port */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, W_PEER_PORT, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog one_peer = { .len = 4, .filter = code };
	struct sockaddr_storage ss;

	w_listen(w, 5);
	w_sockaddr(w, W_PEER, W_PEER_PORT, &ss);
	w_err(w, EISCONN, connect(w->lfd, (void *)&ss, w_sockaddr_len(w)));
	w_ok(w, setsockopt(w->lfd, SOL_SOCKET, SO_ATTACH_FILTER, &one_peer,
			   sizeof(one_peer)));
	w_flow(w, 1);
	w_inj(w, SYN);
	w_none(w);
	w_gone(w);
	w_flow(w, 0);
	w_is(w, w_accepted(w), TCP_ESTABLISHED);
}

/* The more specific one serves: four-tuple, then address, then wildcard. */
WIRE_TEST(est_listener_specificity)
{
	int wild = shared_listener(w, 0), own = shared_listener(w, W_UUT), fd;

	w->lfd = own;
	fd = w_accepted(w);
	w_err(w, EAGAIN, accept(wild, NULL, NULL));

	w_add_addr(w, W_UUT2);
	w_flow(w, 1)->uut_host = W_UUT2;
	w->lfd = wild;
	w_check(w, local_host(w_accepted(w), w->family) == W_UUT2);
	w_err(w, EAGAIN, accept(own, NULL, NULL));

	w_flow(w, 0);
	w_inj(w, ACK, .len = 10);
	w_exp(w, ACK);
	w_read(w, fd, 10);
}

WIRE_MAIN
