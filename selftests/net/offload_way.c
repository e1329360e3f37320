// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of many segments, and such that nobody has summed up, on a way of more
 * than one device: across a bridge, over VLANs, with all offloads off, and by TUN
 * devices, whose other end is a program.  Whatever each device can do, all octets
 * arrive, and what is said to be complete is.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "fixture.h"
#include "offload.h"

#define MTU	1500

FIXTURE(offload_way) {
	struct pair p;
	int mid;		/* where the bridge is, or -1 */
	int tun[2];
	bool vnet;		/* packets come with a header of virtio's */
	int asks;		/* what the header says, made up by us */
	int bad;		/* packets of ours that are not complete */
	int moved;
};

FAMILIES(offload_way);

/* What the header of a packet may ask of the host (self->asks). */
enum { NOTHING, SUM, SUM_AND_CUT };

FIXTURE_SETUP(offload_way)
{
	NEED_PROTO();
	if (lc_tcp())
		SKIP(return, "a device may sum TCP");
	self->mid = -1;
	self->tun[A] = -1;
	self->tun[B] = -1;
	ASSERT_EQ(0, pair_up(&self->p));
}

FIXTURE_TEARDOWN(offload_way)
{
	close(self->tun[A]);
	close(self->tun[B]);
	close(self->mid);
	pair_down(&self->p);
}

/* Commands of ip in @ns. */
static bool ip(int ns, const char *how, ...)
{
	char cmd[1024], said[512];
	va_list ap;

	va_start(ap, how);
	vsnprintf(cmd, sizeof(cmd), how, ap);
	va_end(ap);
	if (!ns_run(ns, cmd, said, sizeof(said)))
		return true;
	fprintf(stderr, "# %s: %s\n", cmd, said);
	return false;
}

#define ADDRESSES(dev)							\
	"ip addr add 192.0.2.%d/24 dev " dev " &&"			\
	" ip -6 addr add 2001:db8::%d/64 dev " dev " nodad &&"		\
	" ip link set " dev " up"

/* All that the device can be told not to do; what needs another goes first. */
static void all_off(int ns, const char *dev)
{
	static const unsigned int cmd[] = {
		ETHTOOL_SGRO, ETHTOOL_SGSO, ETHTOOL_STSO, ETHTOOL_SSG,
		ETHTOOL_SRXCSUM, ETHTOOL_STXCSUM,
	};
	unsigned int i;

	for (i = 0; i < sizeof(cmd) / sizeof(cmd[0]); i++)
		ns_feature(ns, dev, cmd[i], false);
}

/* A stream from A to B, which a sniffer at @dev of B looks at: what is complete is
 * right, and if @each, all is complete.  Then one from B to A.
 */
static void both_ways(struct __test_metadata *_metadata, struct pair *p,
		      int family, const char *dev, bool each)
{
	struct seen seen;
	int l, c, s, fd;

	fd = sniffer_on(p->ns[B], dev);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, with_sums(fd));
	l = listener(p->ns[B], family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, conn_pair(p, family, l, &c, &s));
	EXPECT_EQ(0, transfer(c, s, NULL, NULL));
	/* but for what leaves there */
	sniffed(fd, MTU, &seen);
	EXPECT_EQ(0, transfer(s, c, NULL, NULL));
	EXPECT_EQ(0, seen.bad);
	EXPECT_LE(1, seen.text);
	if (each) {
		EXPECT_EQ(0, seen.whole);
		EXPECT_LE(TOTAL / 1460, seen.text);
	}
	EXPECT_EQ(0, counter(p->ns[A], "InCsumErrors"));
	EXPECT_EQ(0, counter(p->ns[B], "InCsumErrors"));
	close(c);
	close(s);
	close(l);
	close(fd);
}

TEST_F(offload_way, all_off)
{
	all_off(NS_A, IFACE);
	all_off(NS_B, IFACE);
	both_ways(_metadata, &self->p, FAM, IFACE, true);
}

/* ---- a bridge ---- */

/* A's v0 - mA, br0, mB - v0 of B. */
static bool bridged(struct pair *p, int mid)
{
	int end, pid = getpid();

	if (link_del(p, A) || !ip(mid, "ip link add br0 type bridge &&"
				       " ip link set br0 up"))
		return false;
	for (end = A; end <= B; end++)
		if (!ip(mid, "ip link add m%c type veth peer name v0"
			     " netns /proc/%d/fd/%d && ip link set m%c master br0"
			     " up", 'A' + end, pid, p->ns[end], 'A' + end) ||
		    !ip(p->ns[end], ADDRESSES("v0"), end + 1, end + 1))
			return false;
	return true;
}

#define BRIDGED() do {							\
	self->mid = ns_new();						\
	ASSERT_LE(0, self->mid);					\
	if (!bridged(&self->p, self->mid))				\
		SKIP(return, "no bridge in this kernel");		\
} while (0)

/* Nothing is cut or summed up, or only at the end. */
TEST_F(offload_way, bridge)
{
	BRIDGED();
	both_ways(_metadata, &self->p, FAM, IFACE, false);
	all_off(NS_B, IFACE);
	both_ways(_metadata, &self->p, FAM, IFACE, false);
}

/* What comes in whole leaves by a port which can do nothing. */
TEST_F(offload_way, bridge_cuts)
{
	BRIDGED();
	all_off(self->mid, "mB");
	ns_feature(NS_B, IFACE, ETHTOOL_SGRO, false);
	both_ways(_metadata, &self->p, FAM, IFACE, true);
}

/* What comes in single is merged by the bridge's port, and cut again. */
TEST_F(offload_way, bridge_merges)
{
	BRIDGED();
	all_off(NS_A, IFACE);
	ns_feature(self->mid, "mA", ETHTOOL_SGRO, true);
	both_ways(_metadata, &self->p, FAM, IFACE, false);
	all_off(self->mid, "mB");
	ns_feature(NS_B, IFACE, ETHTOOL_SGRO, false);
	both_ways(_metadata, &self->p, FAM, IFACE, true);
}

/* ---- VLANs ---- */

static bool tagged(struct pair *p)
{
	int end;

	for (end = A; end <= B; end++)
		if (!ip(p->ns[end], "ip addr flush dev v0 &&"
			" ip link add link v0 name v5 type vlan id 5 &&"
			ADDRESSES("v5"), end + 1, end + 1))
			return false;
	return true;
}

TEST_F(offload_way, vlan)
{
	if (!tagged(&self->p))
		SKIP(return, "no VLANs in this kernel");
	both_ways(_metadata, &self->p, FAM, "v5", false);
	/* those of the device below, then those of the VLAN */
	all_off(NS_A, IFACE);
	ns_feature(NS_B, IFACE, ETHTOOL_SGRO, false);
	ns_feature(NS_B, "v5", ETHTOOL_SGRO, false);
	all_off(NS_B, IFACE);
	both_ways(_metadata, &self->p, FAM, "v5", true);
	all_off(NS_A, "v5");
	all_off(NS_B, "v5");
	both_ways(_metadata, &self->p, FAM, "v5", true);
}

/* ---- TUN: the wire is this program ---- */

static int tun_open(bool vnet)
{
	struct ifreq ifr = {
		.ifr_name = "t0",
		.ifr_flags = IFF_TUN | IFF_NO_PI | (vnet ? IFF_VNET_HDR : 0),
	};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		mkdir("/dev/net", 0755);
		mknod("/dev/net/tun", S_IFCHR | 0600, makedev(10, 200));
		fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	}
	if (fd >= 0 && (ioctl(fd, TUNSETIFF, &ifr) ||
			ioctl(fd, TUNSETOFFLOAD,
			      TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6))) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool tuns_up(FIXTURE_DATA(offload_way) *self, bool vnet)
{
	int end, home = ns_self();

	self->vnet = vnet;
	for (end = A; end <= B; end++) {
		ns_enter(self->p.ns[end]);
		self->tun[end] = tun_open(vnet);
		ns_enter(home);
		if (self->tun[end] < 0 ||
		    !ip(self->p.ns[end], "ip link del v0; " ADDRESSES("t0"),
			end + 1, end + 1))
			return false;
	}
	close(home);
	return true;
}

/* As one that leaves its sums, and perhaps cutting, to the host would. */
static void ask(struct virtio_net_hdr *h, unsigned char *ip, int n, int what)
{
	int v4 = ip[0] >> 4 == 4, hl = v4 ? (ip[0] & 15) * 4 : 40;
	int text = n - hl - (ip[hl + 12] >> 4) * 4;
	uint32_t sum;

	sum = sum_of(ip + (v4 ? 12 : 8), v4 ? 8 : 32, lc_proto() + n - hl);
	ip[hl + 16] = sum >> 8;
	ip[hl + 17] = sum;
	h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	h->csum_start = hl;
	h->csum_offset = 16;
	if (what != SUM_AND_CUT || text <= 500)
		return;
	h->gso_type = v4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
	h->gso_size = 500;
	h->hdr_len = n - text;
}

/* What waits in one TUN goes to the other. */
static void move(FIXTURE_DATA(offload_way) *self, int from)
{
	static struct {
		struct virtio_net_hdr h;
		unsigned char ip[1 << 16];
	} pkt;
	int at = self->vnet ? 0 : sizeof(pkt.h), n, sum;

	while ((n = read(self->tun[from], (char *)&pkt + at,
			 sizeof(pkt) - at)) > 0) {
		n -= sizeof(pkt.h) - at;
		sum = checksum(pkt.ip, n);
		if (sum >= 0) {
			self->moved++;
			self->bad += sum != 0xffff || n > MTU;
			if (self->vnet)
				self->bad += pkt.h.flags || pkt.h.gso_type;
			if (self->asks)
				ask(&pkt.h, pkt.ip, n, self->asks);
		}
		if (write(self->tun[!from], (char *)&pkt + at,
			  n + sizeof(pkt.h) - at) < 0)
			self->bad++;
	}
}

static void carry(void *data)
{
	move(data, A);
	move(data, B);
}

static void by_tun(struct __test_metadata *_metadata,
		   FIXTURE_DATA(offload_way) *self, int family, int asks)
{
	int l, c, s, i;

	self->asks = asks;
	l = listener(NS_B, family, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	c = dial(NS_A, family, HOST_B, PORT);
	ASSERT_LE(0, c);
	for (i = 0; i < 1000 && !poll_for(c, POLLOUT, 10); i++)
		carry(self);
	ASSERT_EQ(0, dialled(c, 0));
	carry(self);
	s = take(l, 1000);
	ASSERT_LE(0, s);
	EXPECT_EQ(0, transfer(c, s, carry, self));
	EXPECT_EQ(0, transfer(s, c, carry, self));
	EXPECT_EQ(0, self->bad);
	EXPECT_LE(2 * TOTAL / 1460, self->moved);
	EXPECT_EQ(0, counter(NS_A, "InCsumErrors"));
	EXPECT_EQ(0, counter(NS_B, "InCsumErrors"));
	close(c);
	close(s);
	close(l);
}

TEST_F(offload_way, tun)
{
	if (!tuns_up(self, false))
		SKIP(return, "no TUN in this kernel");
	by_tun(_metadata, self, FAM, NOTHING);
}

TEST_F(offload_way, tun_vnet)
{
	if (!tuns_up(self, true))
		SKIP(return, "no TUN in this kernel");
	by_tun(_metadata, self, FAM, NOTHING);
	by_tun(_metadata, self, FAM, SUM);
	by_tun(_metadata, self, FAM, SUM_AND_CUT);
}

TEST_HARNESS_MAIN
