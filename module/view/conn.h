/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What there is to see of a connection, in whatever form somebody wants it:
 * procfs, or inet_diag.
 */
#ifndef _LCTCP_CONN_H
#define _LCTCP_CONN_H

#include <linux/uidgid.h>

#include "ends.h"

struct lctcp_ent;
struct lctcp_sock;

/**
 * struct lctcp_conn_view - what there is to see of a connection
 * @ent:	the entry
 * @lc:		its socket, or NULL for a mini
 * @ends:	who talks to whom
 * @state:	enum lctcp_state
 * @role:	active, passive or listener
 * @age_ms:	time since @state was entered
 * @timer:	which one runs
 * @tcp_timer:	TCP's number for what it is about, as in /proc/net/tcp
 * @left:	jiffies until it fires
 * @tries:	how often the segment it is about was sent again
 * @probes:	window or keepalive probes unanswered
 * @sndq:	octets not acknowledged; of a listener, bound of the accept queue
 * @rcvq:	octets not read; of a listener, length of the accept queue
 * @tx_queue:	@sndq as TCP counts it, SYN and FIN included, 0 for a listener
 * @rx_queue:	@rcvq likewise
 * @cwnd:	congestion window, octets; 0 before there is one
 * @flight:	octets in the network
 * @recovery:	state of loss recovery, by name; "-" if nothing can be sent
 * @uid:	who owns the socket
 * @ino:	inode of the socket, 0 if there is none
 * @id:		serial number of the connection
 * @refs:	references
 */
struct lctcp_conn_view {
	const struct lctcp_ent	*ent;
	const struct lctcp_sock	*lc;
	struct lctcp_ends	ends;
	u8			state;
	const char		*role;
	u64			age_ms;
	unsigned int		timer;
	unsigned int		tcp_timer;
	long			left;
	unsigned int		tries;
	unsigned int		probes;
	u32			sndq;
	u32			rcvq;
	u32			tx_queue;
	u32			rx_queue;
	u32			cwnd;
	u32			flight;
	const char		*recovery;
	kuid_t			uid;
	unsigned long		ino;
	u32			id;
	unsigned int		refs;
};

/**
 * lctcp_view_ent() - look at a connection
 * @v:	 filled in
 * @ent: an entry of the table
 *
 * No socket is locked, so that what is seen may mix what was with what is.
 *
 * Context: the rcu_read_lock() under which @ent was found: a socket of two families
 * may change that of its entry afterwards (lctcp_ent_switch()).
 */
void lctcp_view_ent(struct lctcp_conn_view *v, struct lctcp_ent *ent);

#endif /* _LCTCP_CONN_H */
