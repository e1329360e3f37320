/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fixtures of many programs have in common: a pair of hosts, self->p,
 * often with a listener at B, self->l, and each test with IPv4 and with IPv6.
 */
#ifndef LCTCP_FIXTURE_H
#define LCTCP_FIXTURE_H

#include <signal.h>
#include <sys/resource.h>

#include "kselftest_harness.h"
#include "netlib.h"

#define PORT	8000
#define CPORT	20000

#define NS_A	(self->p.ns[A])
#define NS_B	(self->p.ns[B])
#define FAM	(variant->family)

/* The tests of @fixture run with both families. */
#define FAMILIES(fixture)						\
	FIXTURE_VARIANT(fixture) {					\
		int family;						\
	};								\
	FIXTURE_VARIANT_ADD(fixture, v4) { .family = AF_INET };		\
	FIXTURE_VARIANT_ADD(fixture, v6) { .family = AF_INET6 }

/* For FIXTURE_SETUP. */
#define NEED_PROTO() do {						\
	ASSERT_FALSE(lc_missing()) TH_LOG("no protocol %d here", lc_proto()); \
	signal(SIGPIPE, SIG_IGN);					\
} while (0)

#define FILES(n) do {							\
	struct rlimit __files = { n, n };				\
									\
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &__files));		\
} while (0)

#define PAIR_UP() do {							\
	NEED_PROTO();							\
	ASSERT_EQ(0, pair_up(&self->p));				\
} while (0)

#define LISTENER(host, backlog) do {					\
	self->l = listener(NS_B, FAM, host, PORT, backlog);		\
	ASSERT_LE(0, self->l);						\
} while (0)

/* Where nothing but the pair has to go. */
#define PAIR_DOWN(fixture)						\
	FIXTURE_TEARDOWN(fixture)					\
	{								\
		pair_down(&self->p);					\
	}

#endif /* LCTCP_FIXTURE_H */
