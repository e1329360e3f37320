// SPDX-License-Identifier: GPL-2.0
/*
 * netlib: links, addresses and queueing disciplines, by rtnetlink.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlib_int.h"

/* TCA_NETEM_PRNG_SEED, which old headers lack. */
#define NETEM_PRNG_SEED	14

/* ---- rtnetlink ---- */

struct nlreq {
	struct nlmsghdr h;
	char body[1024];
};

static void *nl_room(struct nlreq *r, int n)
{
	void *p = (char *)r + NLMSG_ALIGN(r->h.nlmsg_len);

	memset(p, 0, NLMSG_ALIGN(n));
	r->h.nlmsg_len = NLMSG_ALIGN(r->h.nlmsg_len) + NLMSG_ALIGN(n);
	return p;
}

static void *nl_start(struct nlreq *r, int type, int flags, int n)
{
	memset(r, 0, sizeof(*r));
	r->h.nlmsg_len = NLMSG_HDRLEN;
	r->h.nlmsg_type = type;
	r->h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return nl_room(r, n);
}

static struct rtattr *nl_attr(struct nlreq *r, int type, const void *p, int n)
{
	struct rtattr *a = nl_room(r, RTA_LENGTH(n));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(n);
	if (n)
		memcpy(RTA_DATA(a), p, n);
	return a;
}

static void nl_end(struct nlreq *r, struct rtattr *a)
{
	a->rta_len = (char *)r + r->h.nlmsg_len - (char *)a;
}

/* 0 or -errno. */
static int nl_talk(struct nlreq *r)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct { struct nlmsghdr h; struct nlmsgerr e; char more[2048]; } ans;
	int ret;

	if (fd < 0)
		return -errno;
	if (sendto(fd, r, r->h.nlmsg_len, 0, (void *)&sa, sizeof(sa)) < 0 ||
	    recv(fd, &ans, sizeof(ans), 0) < 0)
		ret = -errno;
	else
		ret = ans.h.nlmsg_type == NLMSG_ERROR ? ans.e.error : -EPROTO;
	close(fd);
	return ret;
}

int link_up(const char *name)
{
	struct nlreq r;
	struct ifinfomsg *i = nl_start(&r, RTM_NEWLINK, 0, sizeof(*i));

	i->ifi_index = if_nametoindex(name);
	i->ifi_flags = IFF_UP;
	i->ifi_change = IFF_UP;
	return nl_talk(&r);
}

int addr_add(const char *name, int family, int host)
{
	struct nlreq r;
	struct ifaddrmsg *m = nl_start(&r, RTM_NEWADDR,
				       NLM_F_CREATE | NLM_F_EXCL, sizeof(*m));
	union addr a;

	addr_set(&a, family, host, 0);
	m->ifa_family = family;
	m->ifa_index = if_nametoindex(name);
	if (family == AF_INET) {
		m->ifa_prefixlen = 24;
		nl_attr(&r, IFA_LOCAL, &a.in.sin_addr, 4);
		nl_attr(&r, IFA_ADDRESS, &a.in.sin_addr, 4);
	} else {
		m->ifa_prefixlen = 64;
		m->ifa_flags = IFA_F_NODAD;
		nl_attr(&r, IFA_LOCAL, &a.in6.sin6_addr, 16);
		nl_attr(&r, IFA_ADDRESS, &a.in6.sin6_addr, 16);
	}
	return nl_talk(&r);
}

/* The station address of a host on the wire; that of HOST_FOREIGN is nobody's. */
static void mac_set(unsigned char *mac, int host)
{
	memset(mac, 0, 6);
	mac[0] = 2;
	mac[5] = host;
}

int neigh_add(int family, int host, bool all)
{
	unsigned char mac[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct nlreq r;
	struct ndmsg *n = nl_start(&r, RTM_NEWNEIGH,
				   NLM_F_CREATE | NLM_F_REPLACE, sizeof(*n));
	union addr a;

	addr_set(&a, family, host, 0);
	if (!all)
		mac_set(mac, host);
	n->ndm_family = family;
	n->ndm_ifindex = if_nametoindex(IFACE);
	n->ndm_state = NUD_PERMANENT;
	if (family == AF_INET)
		nl_attr(&r, NDA_DST, &a.in.sin_addr, 4);
	else
		nl_attr(&r, NDA_DST, &a.in6.sin6_addr, 16);
	nl_attr(&r, NDA_LLADDR, mac, sizeof(mac));
	return nl_talk(&r);
}

int veth_add(int peer_ns)
{
	struct rtattr *info, *data, *peer;
	unsigned char mac[6];
	struct nlreq r;

	nl_start(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
		 sizeof(struct ifinfomsg));
	nl_attr(&r, IFLA_IFNAME, IFACE, sizeof(IFACE));
	mac_set(mac, HOST_A);
	nl_attr(&r, IFLA_ADDRESS, mac, sizeof(mac));
	info = nl_attr(&r, IFLA_LINKINFO, NULL, 0);
	nl_attr(&r, IFLA_INFO_KIND, "veth", 4);
	data = nl_attr(&r, IFLA_INFO_DATA, NULL, 0);
	peer = nl_attr(&r, VETH_INFO_PEER, NULL, 0);
	nl_room(&r, sizeof(struct ifinfomsg));
	nl_attr(&r, IFLA_IFNAME, IFACE, sizeof(IFACE));
	mac_set(mac, HOST_B);
	nl_attr(&r, IFLA_ADDRESS, mac, sizeof(mac));
	nl_attr(&r, IFLA_NET_NS_FD, &peer_ns, sizeof(peer_ns));
	nl_end(&r, peer);
	nl_end(&r, data);
	nl_end(&r, info);
	return nl_talk(&r);
}

static unsigned int chance(double percent)
{
	return (unsigned int)(percent / 100 * 4294967295.0);
}

int netem_set(int ifindex, const struct netem *how)
{
	struct tc_netem_qopt q = {
		.limit = how->limit ?: 100000,
		.loss = chance(how->loss),
		.duplicate = chance(how->duplicate),
		.gap = how->reorder > 0 ? 1 : 0,
	};
	struct tc_netem_corrupt corrupt = {
		.probability = chance(how->corrupt),
	};
	struct tc_netem_rate rate = { .rate = how->rate };
	uint32_t mark = how->mark;
	long long delay_ns = how->delay_ms * 1000000LL;
	struct rtattr *opt;
	struct nlreq r;
	struct tcmsg *t = nl_start(&r, RTM_NEWQDISC,
				   NLM_F_CREATE | NLM_F_REPLACE, sizeof(*t));

	t->tcm_family = AF_UNSPEC;
	t->tcm_ifindex = ifindex;
	t->tcm_parent = TC_H_ROOT;
	t->tcm_handle = 0x10000;
	nl_attr(&r, TCA_KIND, "netem", 6);
	opt = nl_attr(&r, TCA_OPTIONS, &q, sizeof(q));
	nl_attr(&r, TCA_NETEM_LATENCY64, &delay_ns, sizeof(delay_ns));
	if (how->reorder > 0) {
		struct tc_netem_reorder o = {
			.probability = chance(how->reorder),
		};

		nl_attr(&r, TCA_NETEM_REORDER, &o, sizeof(o));
	}
	/* what is not told stays as it was */
	nl_attr(&r, TCA_NETEM_CORRUPT, &corrupt, sizeof(corrupt));
	nl_attr(&r, TCA_NETEM_RATE, &rate, sizeof(rate));
	nl_attr(&r, TCA_NETEM_ECN, &mark, sizeof(mark));
	if (how->seed)
		nl_attr(&r, NETEM_PRNG_SEED, &how->seed, sizeof(how->seed));
	nl_end(&r, opt);
	return nl_talk(&r);
}

int vrf_add(const char *name, unsigned int table)
{
	struct rtattr *info, *data;
	struct nlreq r;

	nl_start(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL,
		 sizeof(struct ifinfomsg));
	nl_attr(&r, IFLA_IFNAME, name, strlen(name) + 1);
	info = nl_attr(&r, IFLA_LINKINFO, NULL, 0);
	nl_attr(&r, IFLA_INFO_KIND, "vrf", 3);
	data = nl_attr(&r, IFLA_INFO_DATA, NULL, 0);
	nl_attr(&r, IFLA_VRF_TABLE, &table, sizeof(table));
	nl_end(&r, data);
	nl_end(&r, info);
	return nl_talk(&r);
}

int link_master(const char *name, const char *master)
{
	struct nlreq r;
	struct ifinfomsg *i = nl_start(&r, RTM_NEWLINK, 0, sizeof(*i));
	int index = if_nametoindex(master);

	i->ifi_index = if_nametoindex(name);
	nl_attr(&r, IFLA_MASTER, &index, sizeof(index));
	return nl_talk(&r);
}

int mtu_here(int mtu)
{
	struct nlreq r;
	struct ifinfomsg *i = nl_start(&r, RTM_NEWLINK, 0, sizeof(*i));

	i->ifi_index = if_nametoindex(IFACE);
	nl_attr(&r, IFLA_MTU, &mtu, sizeof(mtu));
	return nl_talk(&r);
}

int single_here(void)
{
	unsigned int one = 1;
	struct nlreq r;
	struct ifinfomsg *i = nl_start(&r, RTM_NEWLINK, 0, sizeof(*i));

	i->ifi_index = if_nametoindex(IFACE);
	nl_attr(&r, IFLA_GSO_MAX_SEGS, &one, sizeof(one));
	return nl_talk(&r);
}

int feature_here(const char *dev, unsigned int cmd, bool on)
{
	struct ethtool_value v = { .cmd = cmd, .data = on };
	struct ifreq ifr = {};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	ifr.ifr_data = (void *)&v;
	ret = fd < 0 || ioctl(fd, SIOCETHTOOL, &ifr) ? -errno : 0;
	close(fd);
	return ret;
}

int link_del_here(void)
{
	struct nlreq r;
	struct ifinfomsg *i = nl_start(&r, RTM_DELLINK, 0, sizeof(*i));

	i->ifi_index = if_nametoindex(IFACE);
	return nl_talk(&r);
}
