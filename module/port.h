/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which local port a socket has, for how long, and who gets it next.  The rules
 * (who may share one) are bind.c's.
 *
 * Context: softirqs on or off; takes the lock of a bind bucket and, inside it, a
 * stripe of the connection table.
 */
#ifndef _LCTCP_PORT_H
#define _LCTCP_PORT_H

#include "lctcp.h"

/**
 * lctcp_port_init() - make the tables of ports
 *
 * Return: 0 or -ENOMEM.
 */
int lctcp_port_init(void);

/**
 * lctcp_port_exit() - the reverse; no port is taken
 */
void lctcp_port_exit(void);

/**
 * lctcp_get_port() - bind(): occupy a local port
 * @sk:	  its local address is set
 * @port: or 0 for any of ip_local_port_range that nobody has on this address
 *
 * Also called for a bound socket that begins to listen, to see whether it
 * may: two listeners need SO_REUSEPORT.
 *
 * Context: process, socket lock held.
 * Return: 0 or -EADDRINUSE, without memory as well, as TCP does.
 */
int lctcp_get_port(struct sock *sk, unsigned short port);

/**
 * lctcp_put_port() - give the local port back
 * @sk: may have none
 *
 * Also struct proto's .put_port: bind() took the port, and then a BPF program
 * of the cgroup refused it.
 *
 * Context: any, socket lock held.
 */
void lctcp_put_port(struct sock *sk);

/**
 * lctcp_connect_port() - give a connect() its port and enter it in the table
 * @sk: addresses and remote port are set; bound or not
 * @tw: result, if the pair was in TIME_WAIT and may be used again (tw_reuse):
 *	the mini, in no table any more, for lctcp_tw_reused()
 *
 * An unbound socket gets its port by the double-hash algorithm of RFC 6056
 * section 3.3.4 from ip_local_port_range (D28): for each destination one port
 * after the other, until it has been everywhere, or 2MSL have passed.
 *
 * Context: process, socket lock held.
 * Return: 0, -EADDRNOTAVAIL or -ENOMEM.
 */
int lctcp_connect_port(struct sock *sk, struct lctcp_tw **tw);

/**
 * lctcp_port_renew() - the local address of a socket has changed
 * @sk: may have no port
 *
 * Context: any, socket lock held.
 */
void lctcp_port_renew(struct sock *sk);

/**
 * lctcp_port_inherit() - a child occupies its listener's port as well
 * @child: its entry is filled in
 *
 * Context: softirq, socket lock of @child held.
 * Return: 0 or -ENOMEM.
 */
int lctcp_port_inherit(struct sock *child);

/**
 * lctcp_port_to_tw() - TIME_WAIT occupies the port beside the socket
 * @sk: still has it, and will give it back by itself
 * @tw: its entry is filled in
 *
 * Context: any, socket lock held.
 */
void lctcp_port_to_tw(struct sock *sk, struct lctcp_tw *tw);

/**
 * lctcp_port_put_tw() - TIME_WAIT is over
 * @tw: the mini
 *
 * Context: any.
 */
void lctcp_port_put_tw(struct lctcp_tw *tw);

#endif /* _LCTCP_PORT_H */
