/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of netlib share. */
#ifndef LCTCP_NETLIB_INT_H
#define LCTCP_NETLIB_INT_H

#include <stdlib.h>
#include <errno.h>
#include <unistd.h>

#include "netlib.h"

#define IFACE	"v0"

/* Run @expr inside @ns and come back; errno survives. */
#define inside(ns, expr) ({						\
	int __home = ns_self(), __err;					\
	__typeof__(expr) __ret;						\
									\
	if (__home < 0 || ns_enter(ns))					\
		abort();						\
	__ret = (expr);							\
	__err = errno;							\
	if (ns_enter(__home))						\
		abort();						\
	close(__home);							\
	errno = __err;							\
	__ret;								\
})

/* Say what went wrong, with errno; -1. */
int complain(const char *fmt, ...);

/* netlib_link.c: in this namespace; 0 or -errno unless said otherwise */
int link_up(const char *name);
int addr_add(const char *name, int family, int host);
int neigh_add(int family, int host, bool all);
int veth_add(int peer_ns);
int netem_set(int ifindex, const struct netem *how);
int mtu_here(int mtu);
int single_here(void);
int feature_here(const char *dev, unsigned int cmd, bool on);
int link_del_here(void);
int vrf_add(const char *name, unsigned int table);
int link_master(const char *name, const char *master);

#endif /* LCTCP_NETLIB_INT_H */
