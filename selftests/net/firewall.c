// SPDX-License-Identifier: GPL-2.0
/*
 * What nftables says to a connect(), compared with TCP where the kernel lets it.
 *
 * "reject" answers a segment only if its checksum is right.  The kernel sums a
 * protocol that it does not know without a pseudo header on IPv4, and with one
 * on IPv6.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "fixture.h"

FIXTURE(firewall) {
	struct pair p;
	int l;
};

FAMILIES(firewall);

FIXTURE_SETUP(firewall)
{
	PAIR_UP();
	LISTENER(HOST_ANY, 5);
}

FIXTURE_TEARDOWN(firewall)
{
	close(self->l);
	pair_down(&self->p);
}

/* What leaves @ns (or reaches it) and is of our protocol meets @verdict. */
static int rule(int ns, const char *hook, const char *verdict)
{
	char command[512], out[1024];
	int ret;

	snprintf(command, sizeof(command),
		 "nft 'flush ruleset; add table inet t; "
		 "add chain inet t c { type filter hook %s priority 0; }; "
		 "add rule inet t c meta l4proto %d %s'", hook, lc_proto(),
		 verdict);
	ret = ns_run(ns, command, out, sizeof(out));
	if (ret)
		printf("# nft: %s\n", out);
	return ret;
}

static void rejected(struct __test_metadata *_metadata,
		     FIXTURE_DATA(firewall) *self, int family, int ns,
		     const char *hook)
{
	static const struct {
		const char *verdict;
		int err;
	} how[] = {
		{ "reject with icmpx port-unreachable", ECONNREFUSED },
		{ "reject with icmpx admin-prohibited", EHOSTUNREACH },
		{ "drop", ETIMEDOUT },
	};
	char out[256];
	unsigned int i;

	if (ns_run(ns, "nft --version", out, sizeof(out)))
		SKIP(return, "no nft here");
	for (i = 0; i < sizeof(how) / sizeof(*how); i++) {
		int c, err = how[i].err;

		/* icmpv6's admin-prohibited has another errno */
		if (family == AF_INET6 && err == EHOSTUNREACH)
			err = EACCES;
		/* nobody hears of it then: as if it were dropped */
		if (family == AF_INET && !lc_tcp())
			err = ETIMEDOUT;
		if (rule(ns, hook, how[i].verdict))
			SKIP(return, "no nft_reject in this kernel");
		c = dial(NS_A, family, HOST_B, PORT);
		ASSERT_LE(0, c);
		/* an answer within connect() itself is not heard: the next is */
		EXPECT_EQ(-err, dialled(c, err == ETIMEDOUT ? 500 : 4000)) {
			TH_LOG("%s, %s", how[i].verdict, hook);
		}
		ASSERT_EQ(0, ns_run(ns, "nft flush ruleset", out, sizeof(out)));
		/* a client that was not told goes on trying */
		if (err == ETIMEDOUT)
			EXPECT_EQ(0, dialled(c, 10000));
		close(c);
	}
}

TEST_F_TIMEOUT(firewall, reject_output, 60)
{
	rejected(_metadata, self, variant->family, NS_A, "output");
}

TEST_F_TIMEOUT(firewall, reject_input, 60)
{
	rejected(_metadata, self, variant->family, NS_B, "input");
}

TEST_HARNESS_MAIN
