/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a wire test includes: the vocabulary (core.h) and the frame around it.
 *
 *	WIRE_TEST(est_passive_synack_form)
 *	{
 *		w_listen(w, 5);
 *		w_inj(w, SYN);
 *		w_exp(w, SYN | ACK);
 *		w_entry_is(w, TCP_SYN_RECV);
 *	}
 *
 *	WIRE_MAIN
 *
 * One body runs four times: IPv4 and IPv6, each with an ordinary initial
 * sequence number and with one that wraps within the first octets.  README.md
 * has the rest.  Include it once per program.
 */
#ifndef _WIRE_H
#define _WIRE_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "kselftest_harness.h"
#include <linux/lctcp.h>

#include "core.h"

#define W_ISN		0x10000000u
#define W_ISN_WRAP	0xfffffff8u

/* Virtual seconds: no test that waits may meet the harness's own alarm. */
#define W_VT_TIMEOUT	(30 * 24 * 3600)
#define W_TIMEOUT	120
#define W_LONG_TIMEOUT	600

/* As many as a row names, all its variants together, where that takes seconds;
 * in the debug kernel each costs ten times as much.
 */
#define W_MANY(w, debug, stock)	((w)->virtual_time ? (debug) : (stock))

#define W_FIXTURE(fixture) \
	FIXTURE(fixture) { \
		struct wire *w; \
	}; \
	FIXTURE_VARIANT(fixture) { \
		int family; \
		uint32_t isn; \
	}; \
	FIXTURE_SETUP(fixture) \
	{ \
		self->w = w_open(variant->family, variant->isn, \
				 _metadata->results->reason, \
				 sizeof(_metadata->results->reason)); \
	} \
	FIXTURE_TEARDOWN(fixture) \
	{ \
		w_close(self->w, _metadata->exit_code == KSFT_FAIL); \
	}

#define W_VARIANT(fixture, variant, fam, number) \
	FIXTURE_VARIANT_ADD(fixture, variant) { \
		.family = fam, \
		.isn = number, \
	}

W_FIXTURE(wire)
W_VARIANT(wire, v4, AF_INET, W_ISN);
W_VARIANT(wire, v6, AF_INET6, W_ISN);
W_VARIANT(wire, v4_wrap, AF_INET, W_ISN_WRAP);
W_VARIANT(wire, v6_wrap, AF_INET6, W_ISN_WRAP);

W_FIXTURE(wire4)
W_VARIANT(wire4, v4, AF_INET, W_ISN);
W_VARIANT(wire4, v4_wrap, AF_INET, W_ISN_WRAP);

W_FIXTURE(wire6)
W_VARIANT(wire6, v6, AF_INET6, W_ISN);
W_VARIANT(wire6, v6_wrap, AF_INET6, W_ISN_WRAP);

#define W_TEST(fixture, name, timeout, vt) \
	static void fixture##_##name##_body(struct __test_metadata *_metadata, \
					    struct wire *w); \
	TEST_F_TIMEOUT(fixture, name, timeout) \
	{ \
		if ((vt) && !self->w->virtual_time) \
			SKIP(return, "needs virtual time"); \
		fixture##_##name##_body(_metadata, self->w); \
	} \
	static void fixture##_##name##_body( \
		struct __test_metadata __attribute__((unused)) *_metadata, \
		struct wire *w)

/* A test; one that only IPv4 or IPv6 has; the same, but with waits of more
 * than two seconds, so that it only runs where time is virtual.
 */
#define WIRE_TEST(name)		W_TEST(wire, name, W_TIMEOUT, false)
#define WIRE_TEST_LONG(name)	W_TEST(wire, name, W_LONG_TIMEOUT, false)
#define WIRE_TEST_V4(name)	W_TEST(wire4, name, W_TIMEOUT, false)
#define WIRE_TEST_V6(name)	W_TEST(wire6, name, W_TIMEOUT, false)
#define WIRE_TEST_VT(name)	W_TEST(wire, name, W_VT_TIMEOUT, true)
#define WIRE_TEST_V4_VT(name)	W_TEST(wire4, name, W_VT_TIMEOUT, true)
#define WIRE_TEST_V6_VT(name)	W_TEST(wire6, name, W_VT_TIMEOUT, true)

/* main() with two options more than the harness's: --proto N and --verbose,
 * short for the environment variables LCTCP_PROTO and LCTCP_VERBOSE.
 */
#define WIRE_MAIN \
	int main(int argc, char **argv) \
	{ \
		int i, n = 1; \
		\
		for (i = 1; i < argc; i++) { \
			if (!strcmp(argv[i], "--proto") && i + 1 < argc) \
				setenv("LCTCP_PROTO", argv[++i], 1); \
			else if (!strcmp(argv[i], "--verbose")) \
				setenv("LCTCP_VERBOSE", "1", 1); \
			else \
				argv[n++] = argv[i]; \
		} \
		argv[n] = NULL; \
		return test_harness_run(n, argv); \
	}

#endif /* _WIRE_H */
