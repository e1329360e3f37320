// SPDX-License-Identifier: GPL-2.0
/*
 * What a namespace lets one set and see: sysctls and their bounds, the fault
 * rules, the views, and the stock tools that read them.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

#define FAULTS	"/proc/thread-self/net/lctcp/faults"

FIXTURE(settings) {
	struct pair p;
};

FIXTURE_SETUP(settings)
{
	need_lctcp();
	PAIR_UP();
}

PAIR_DOWN(settings)

/* ---- sysctls ---- */

static void refuses(struct __test_metadata *_metadata, int ns,
		    const char *name, const char *const *bad, int n)
{
	char before[512], after[512];
	int i, ret;

	ASSERT_LT(0, sysctl_get(ns, name, before, sizeof(before)))
		TH_LOG("%s is missing", name);
	for (i = 0; i < n; i++) {
		ret = sysctl_set(ns, name, bad[i]);
		EXPECT_EQ(-EINVAL, ret)
			TH_LOG("%s: writing \"%s\" gave %d", name, bad[i], ret);
		sysctl_get(ns, name, after, sizeof(after));
		EXPECT_STREQ(before, after) {
			TH_LOG("%s: \"%s\" changed it", name, bad[i]);
			sysctl_set(ns, name, before);
		}
	}
}

static void accepts(struct __test_metadata *_metadata, int ns,
		    const char *name, const char *value, const char *read)
{
	char before[512], after[512];

	ASSERT_LT(0, sysctl_get(ns, name, before, sizeof(before)))
		TH_LOG("%s is missing", name);
	EXPECT_EQ(0, sysctl_set(ns, name, value))
		TH_LOG("%s refuses \"%s\"", name, value);
	sysctl_get(ns, name, after, sizeof(after));
	EXPECT_STREQ(read, after) TH_LOG("%s", name);
	EXPECT_EQ(0, sysctl_set(ns, name, before));
}

TEST_F(settings, msl_ms)
{
	static const char *const bad[] = { "-1\n", "600001\n", "x\n",
					   "99999999999\n", "1 x\n" };

	refuses(_metadata, NS_A, "msl_ms", bad, 4);
	accepts(_metadata, NS_A, "msl_ms", "0\n", "0");
	accepts(_metadata, NS_A, "msl_ms", "600000\n", "600000");
	accepts(_metadata, NS_A, "msl_ms", "120000\n", "120000");
}

TEST_F(settings, tw_reuse)
{
	static const char *const bad[] = { "-1\n", "3\n", "x\n" };

	refuses(_metadata, NS_A, "tw_reuse", bad, 3);
	accepts(_metadata, NS_A, "tw_reuse", "0\n", "0");
	accepts(_metadata, NS_A, "tw_reuse", "1\n", "1");
	accepts(_metadata, NS_A, "tw_reuse", "2\n", "2");
}

static void yes_or_no(struct __test_metadata *_metadata, int ns,
		      const char *name)
{
	static const char *const bad[] = { "-1\n", "2\n", "x\n" };
	char value[64];

	ASSERT_LT(0, sysctl_get(ns, name, value, sizeof(value)));
	EXPECT_STREQ("0", value);
	refuses(_metadata, ns, name, bad, 3);
	accepts(_metadata, ns, name, "1\n", "1");
	accepts(_metadata, ns, name, "0\n", "0");
}

TEST_F(settings, fwmark_accept)
{
	yes_or_no(_metadata, NS_A, "fwmark_accept");
}

TEST_F(settings, l3mdev_accept)
{
	yes_or_no(_metadata, NS_A, "l3mdev_accept");
}

TEST_F(settings, max_orphans)
{
	static const char *const bad[] = { "-1\n", "16777217\n", "x\n" };
	char value[64];

	/* by memory: one in 256 KB, within bounds */
	ASSERT_LT(0, sysctl_get(NS_A, "max_orphans", value, sizeof(value)));
	EXPECT_LE(64, atoi(value));
	EXPECT_GE(262144, atoi(value));
	refuses(_metadata, NS_A, "max_orphans", bad, 3);
	accepts(_metadata, NS_A, "max_orphans", "0\n", "0");
	accepts(_metadata, NS_A, "max_orphans", "16777216\n", "16777216");
}

TEST_F(settings, orphan_timeout_ms)
{
	static const char *const bad[] = { "999\n", "-1\n", "86400001\n",
					   "x\n" };
	char value[64];

	ASSERT_LT(0, sysctl_get(NS_A, "orphan_timeout_ms", value,
				sizeof(value)));
	EXPECT_STREQ("420000", value);
	refuses(_metadata, NS_A, "orphan_timeout_ms", bad, 4);
	accepts(_metadata, NS_A, "orphan_timeout_ms", "1000\n", "1000");
	accepts(_metadata, NS_A, "orphan_timeout_ms", "86400000\n", "86400000");
}

static void schedule(struct __test_metadata *_metadata, int ns,
		     const char *name)
{
	static const char *const bad[] = {
		"0\n", "9\n", "600001\n", "-1\n", "3000 0\n", "3000 x\n",
		"99999999999\n", "3000,6000\n",
		/* one more than LCTCP_SCHEDULE_MAX */
		"10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10\n",
	};

	refuses(_metadata, ns, name, bad, 9);
	accepts(_metadata, ns, name, "10\n", "10");
	accepts(_metadata, ns, name, "600000\n", "600000");
	accepts(_metadata, ns, name, " 100  200\t300 \n", "100 200 300");
	/* need not grow */
	accepts(_metadata, ns, name, "300 200 100\n", "300 200 100");
	accepts(_metadata, ns, name,
		"10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10\n",
		"10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10");
}

TEST_F(settings, synack_schedule_ms)
{
	char value[256];

	sysctl_get(NS_A, "synack_schedule_ms", value, sizeof(value));
	EXPECT_STREQ("3000 6000 12000 24000 48000 96000", value);
	schedule(_metadata, NS_A, "synack_schedule_ms");
}

TEST_F(settings, syn_schedule_ms)
{
	char value[256];

	sysctl_get(NS_A, "syn_schedule_ms", value, sizeof(value));
	EXPECT_STREQ("1000 2000 4000 8000 16000 32000 64000 64000", value);
	schedule(_metadata, NS_A, "syn_schedule_ms");
}

/* Every file of the folder: nonsense is refused, and what it says it takes. */
TEST_F(settings, every_one)
{
	static const char *const bad[] = { "nonsense\n", "-2147483649\n",
					   "9999999999\n", "-7\n" };
	char value[512];
	struct dirent *d;
	int seen = 0, home;
	DIR *dir;

	home = open("/proc/thread-self/ns/net", O_RDONLY);
	ASSERT_EQ(0, ns_enter(NS_A));
	dir = opendir("/proc/sys/net/lctcp");
	ASSERT_NE(NULL, dir);
	while ((d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		seen++;
		refuses(_metadata, NS_A, d->d_name, bad, 4);
		ASSERT_LT(0, sysctl_get(NS_A, d->d_name, value, sizeof(value)));
		EXPECT_EQ(0, sysctl_set(NS_A, d->d_name, value))
			TH_LOG("%s refuses its own value %s", d->d_name, value);
	}
	closedir(dir);
	ASSERT_EQ(0, ns_enter(home));
	EXPECT_LT(8, seen);
}

TEST_F(settings, test_iss)
{
	static const char *const bad[] = {
		"4294967296\n", "0x1ffffffff\n", "-2\n", "\n", "1 2\n",
		"0x00000000000000000000000000000000000001\n",
	};
	char value[32];

	sysctl_get(NS_A, "test_iss", value, sizeof(value));
	EXPECT_STREQ("-1", value);
	refuses(_metadata, NS_A, "test_iss", bad, 6);
	accepts(_metadata, NS_A, "test_iss", "0\n", "0x00000000");
	accepts(_metadata, NS_A, "test_iss", " 4294967288 \n", "0xfffffff8");
	accepts(_metadata, NS_A, "test_iss", "0xFFFFFFF6\n", "0xfffffff6");
	accepts(_metadata, NS_A, "test_iss", "-1\n", "-1");
}

TEST_F(settings, rto_bounds_cross)
{
	char max[32], min[32];

	/* rto_min may not pass rto_max, whichever is written */
	ASSERT_LT(0, sysctl_get(NS_A, "rto_max_ms", max, sizeof(max)));
	ASSERT_LT(0, sysctl_get(NS_A, "rto_min_ms", min, sizeof(min)));
	EXPECT_LT(0, atoi(min));
	EXPECT_LT(atoi(min), atoi(max));
	accepts(_metadata, NS_A, "rto_min_ms", "1000\n", "1000");
	accepts(_metadata, NS_A, "rto_max_ms", "60000\n", "60000");
	accepts(_metadata, NS_A, "rto_init_ms", "3000\n", "3000");
}

TEST_F(settings, per_namespace)
{
	char a[64], b[64], fresh_ns[64];
	int ns;

	ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "1234\n"));
	ASSERT_EQ(0, sysctl_set(NS_A, "synack_schedule_ms", "50 60\n"));
	sysctl_get(NS_A, "msl_ms", a, sizeof(a));
	sysctl_get(NS_B, "msl_ms", b, sizeof(b));
	EXPECT_STREQ("1234", a);
	EXPECT_STREQ("30000", b);
	sysctl_get(NS_B, "synack_schedule_ms", b, sizeof(b));
	EXPECT_STREQ("3000 6000 12000 24000 48000 96000", b);
	/* and a new one starts from the defaults, not from another */
	ns = ns_new();
	ASSERT_LE(0, ns);
	sysctl_get(ns, "msl_ms", fresh_ns, sizeof(fresh_ns));
	EXPECT_STREQ("30000", fresh_ns);
	close(ns);
}

TEST_F(settings, views_per_namespace)
{
	int l, c, s;

	l = listener(NS_B, AF_INET, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, conn_pair(&self->p, AF_INET, l, &c, &s));
	EXPECT_EQ(1, conn_count(NS_A, AF_INET, 0));
	EXPECT_EQ(2, conn_count(NS_B, AF_INET, 0));
	EXPECT_EQ(0, conn_count(self->p.home, AF_INET, S_ESTABLISHED));
	EXPECT_EQ(1, counter(NS_A, "ActiveOpens"));
	EXPECT_EQ(0, counter(NS_A, "PassiveOpens"));
	EXPECT_EQ(0, counter(NS_B, "ActiveOpens"));
	EXPECT_EQ(1, counter(NS_B, "PassiveOpens"));
}

/* Only the namespace's root writes. */
TEST_F(settings, unprivileged)
{
	int ns_a = NS_A, fd;

	ASSERT_EQ(0, ns_enter(ns_a));
	ASSERT_EQ(0, seteuid(1000));
	fd = open("/proc/sys/net/lctcp/msl_ms", O_WRONLY);
	EXPECT_EQ(-1, fd);
	fd = open(FAULTS, O_WRONLY);
	EXPECT_EQ(-1, fd);
	if (fd >= 0)
		close(fd);
	fd = open("/proc/sys/net/lctcp/msl_ms", O_RDONLY);
	EXPECT_LE(0, fd);
	close(fd);
	ASSERT_EQ(0, seteuid(0));
}

/* ---- faults ---- */

TEST_F(settings, faults_errors)
{
	static const char *const bad[] = {
		"nonsense", "drop", "drop nobody", "lose syn", "drop syn x",
		"drop syn -1", "drop syn 0", "drop syn 99999999999",
		"delay fin", "delay fin 500s!", "delay fin 500m", "delay fin -1ms",
		"delay 500ms fin", "drop syn 1 2", "dup syn 1ms", "clear syn",
		"syn drop", "drop syn,fin", "drop  ",
	};
	char before[4096], after[4096], big[8192];
	unsigned int i;
	int ret;

	ASSERT_EQ(0, fault(NS_A, "drop fin 2"));
	ASSERT_LT(0, ns_read(NS_A, FAULTS, before, sizeof(before)));
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ret = fault(NS_A, bad[i]);
		EXPECT_EQ(-EINVAL, ret) TH_LOG("\"%s\" gave %d", bad[i], ret);
		ns_read(NS_A, FAULTS, after, sizeof(after));
		EXPECT_STREQ(before, after) TH_LOG("\"%s\"", bad[i]);
	}
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = 0;
	EXPECT_GT(0, fault(NS_A, big));
	ns_read(NS_A, FAULTS, after, sizeof(after));
	EXPECT_STREQ(before, after);
}

TEST_F(settings, faults_accepted)
{
	static const char *const role[] = { "syn", "synack", "third-ack",
		"data", "ack", "fin", "fin-ack", "last-ack", "rst" };
	char rule[64], text[4096];
	unsigned int i;

	for (i = 0; i < sizeof(role) / sizeof(*role); i++) {
		snprintf(rule, sizeof(rule), "drop %s 3\n", role[i]);
		EXPECT_EQ(0, fault(NS_A, rule)) TH_LOG("%s", rule);
		ns_read(NS_A, FAULTS, text, sizeof(text));
		EXPECT_NE(NULL, strstr(text, role[i])) TH_LOG("%s", rule);
		ASSERT_EQ(0, fault(NS_A, "clear\n"));
		snprintf(rule, sizeof(rule), "dup %s", role[i]);
		EXPECT_EQ(0, fault(NS_A, rule)) TH_LOG("%s", rule);
		ASSERT_EQ(0, fault(NS_A, "clear"));
		snprintf(rule, sizeof(rule), "delay %s 10ms 2\n", role[i]);
		EXPECT_EQ(0, fault(NS_A, rule)) TH_LOG("%s", rule);
		ASSERT_EQ(0, fault(NS_A, "clear\n"));
	}
	ns_read(NS_A, FAULTS, text, sizeof(text));
	EXPECT_EQ(NULL, strstr(text, "drop"));
	EXPECT_EQ(NULL, strstr(text, "delay"));
}

/* A rule counts down, is listed with what it did, and ends. */
TEST_F(settings, faults_count)
{
	char text[4096];
	int l, c, s, i;

	l = listener(NS_B, AF_INET, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, sysctl_set(NS_A, "syn_schedule_ms",
				"100 100 100 100 100 100\n"));
	ASSERT_EQ(0, fault(NS_A, "drop syn 3"));
	ASSERT_EQ(0, conn_pair(&self->p, AF_INET, l, &c, &s));
	EXPECT_EQ(3, counter(NS_A, "FaultDrops"));
	EXPECT_EQ(3, counter(NS_A, "SynsRetrans"));
	EXPECT_EQ(0, counter(NS_B, "FaultDrops"));
	close(c);
	close(s);
	/* the next one goes through at once */
	ASSERT_EQ(0, conn_pair(&self->p, AF_INET, l, &c, &s));
	EXPECT_EQ(3, counter(NS_A, "FaultDrops"));
	ns_read(NS_A, FAULTS, text, sizeof(text));
	TH_LOG("used up: %s", text);
	close(c);
	close(s);

	ASSERT_EQ(0, fault(NS_A, "clear"));
	ASSERT_EQ(0, fault(NS_A, "dup syn"));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, conn_pair(&self->p, AF_INET, l, &c, &s));
		close(c);
		close(s);
	}
	EXPECT_EQ(3, counter(NS_A, "FaultDups"));
	/* est_dup_syn_in_synrcvd: two SYNs, one connection */
	EXPECT_EQ(-EAGAIN, take(l, 100) == -ETIMEDOUT ? -EAGAIN : 0);
}

TEST_F(settings, faults_delay)
{
	int l, c, s;
	long t;

	l = listener(NS_B, AF_INET6, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, fault(NS_B, "delay synack 700ms 1"));
	t = now_ms();
	ASSERT_EQ(0, conn_pair(&self->p, AF_INET6, l, &c, &s));
	ASSERT_BETWEEN(early_ms(700), now_ms() - t, late_ms(700));
	EXPECT_EQ(1, counter(NS_B, "FaultDelays"));
	close(c);
	close(s);
	t = now_ms();
	ASSERT_EQ(0, conn_pair(&self->p, AF_INET6, l, &c, &s));
	EXPECT_GT(600, now_ms() - t);
}

TEST_F_TIMEOUT(settings, faults_drop_data, 60)
{
	char got[8];
	int l, c, s;
	long t;

	l = listener(NS_B, AF_INET, HOST_ANY, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, conn_pair(&self->p, AF_INET, l, &c, &s));
	ASSERT_EQ(0, fault(NS_A, "drop data 3"));
	t = now_ms();
	ASSERT_EQ(4, send(c, "data", 4, 0));
	ASSERT_EQ(4, read_all(s, got, 4));
	/* Three losses: two doublings of the timeout at least. */
	EXPECT_LE(600, now_ms() - t);
	EXPECT_EQ(3, counter(NS_A, "FaultDrops"));
	EXPECT_LE(3, counter(NS_A, "RetransSegs"));
}

/* A rule dies with its namespace, and is nobody else's. */
TEST_F(settings, faults_per_namespace)
{
	char text[4096], empty[4096];
	int ns;

	ns_read(NS_B, FAULTS, empty, sizeof(empty));
	ASSERT_EQ(0, fault(NS_A, "drop syn"));
	ns_read(NS_B, FAULTS, text, sizeof(text));
	EXPECT_STREQ(empty, text);
	ns = ns_new();
	ASSERT_EQ(0, fault(ns, "delay syn 10ms"));
	close(ns);
}

/* ---- views and stock tools ---- */

TEST_F(settings, connections_columns)
{
	static const char *const name[] = { "role", "local", "remote", "state",
		"age_ms", "timer", "left_ms", "tries", "sndq", "rcvq", "uid",
		"inode", "cwnd", "flight", "recovery" };
	char buf[128];
	unsigned int i;
	int l, c, s;

	ASSERT_EQ(0, fault(NS_A, "drop third-ack"));
	l = listener(NS_B, AF_INET6, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	c = dial_from(NS_A, AF_INET6, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 1000));
	ASSERT_STATE(NS_B, AF_INET6, PORT, CPORT, S_SYN_RECV);
	nap_ms(1000);
	for (i = 0; i < sizeof(name) / sizeof(*name); i++) {
		EXPECT_TRUE(conn_column(NS_B, PORT, CPORT, name[i], buf,
					sizeof(buf)))
			TH_LOG("no column %s", name[i]);
		EXPECT_TRUE(conn_column(NS_B, PORT, 0, name[i], buf,
					sizeof(buf)))
			TH_LOG("no column %s of the listener", name[i]);
	}
	EXPECT_TRUE(conn_column(NS_B, PORT, CPORT, "state", buf, sizeof(buf)));
	EXPECT_STREQ("SYN_RECV", buf);
	EXPECT_TRUE(conn_column(NS_B, PORT, CPORT, "recovery", buf,
				sizeof(buf)));
	EXPECT_STREQ("-", buf);
	EXPECT_TRUE(conn_column(NS_A, CPORT, PORT, "recovery", buf,
				sizeof(buf)));
	EXPECT_STREQ("open", buf);
	EXPECT_TRUE(conn_column(NS_A, CPORT, PORT, "cwnd", buf, sizeof(buf)));
	EXPECT_LT(0, atol(buf));
	EXPECT_TRUE(conn_column(NS_B, PORT, CPORT, "local", buf, sizeof(buf)));
	EXPECT_STREQ("[2001:db8::2]:8000", buf);
	EXPECT_TRUE(conn_column(NS_B, PORT, CPORT, "timer", buf, sizeof(buf)));
	EXPECT_STREQ("syn-ack", buf);
	EXPECT_TRUE(conn_column(NS_B, PORT, CPORT, "left_ms", buf, sizeof(buf)));
	ASSERT_BETWEEN(1000, atol(buf), late_ms(3000) - 1000);
	EXPECT_TRUE(conn_column(NS_B, PORT, CPORT, "age_ms", buf, sizeof(buf)));
	ASSERT_BETWEEN(990, atol(buf), 3000);
	EXPECT_TRUE(conn_column(NS_B, PORT, 0, "state", buf, sizeof(buf)));
	EXPECT_STREQ("LISTEN", buf);
	/* the other end, and its queues */
	ASSERT_EQ(0, fault(NS_A, "drop data"));
	ASSERT_EQ(5, send(c, "12345", 5, 0));
	EXPECT_TRUE(conn_column(NS_A, CPORT, PORT, "sndq", buf, sizeof(buf)));
	EXPECT_STREQ("5", buf);
	EXPECT_TRUE(conn_column(NS_A, CPORT, PORT, "timer", buf, sizeof(buf)));
	EXPECT_STREQ("rexmit", buf);
	EXPECT_TRUE(conn_column(NS_A, CPORT, PORT, "role", buf, sizeof(buf)));
	TH_LOG("role of the client: %s", buf);
	ASSERT_EQ(0, fault(NS_A, "clear"));
	s = take(l, 10000);
	ASSERT_LE(0, s);
	ASSERT_NE(0, poll_for(s, POLLIN, 10000));
	EXPECT_TRUE(conn_column(NS_B, PORT, CPORT, "rcvq", buf, sizeof(buf)));
	EXPECT_STREQ("5", buf);
}

/* Reading while it changes: no crash, no endless file, whole lines. */
TEST_F_TIMEOUT(settings, views_while_busy, 300)
{
	static const char *const file[] = {
		"connections", "transitions", "history", "snmp", "tcp", "tcp6",
		"faults",
	};
	static char buf[1 << 20];
	int pid, status, n, l;
	unsigned int i, j;

	ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "0\n"));
	ASSERT_EQ(0, sysctl_set(NS_B, "msl_ms", "0\n"));
	l = listener(NS_B, AF_INET, HOST_ANY, PORT, 100);
	ASSERT_LE(0, l);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		int c, s, k;

		for (k = 0; k < 300; k++) {
			if (conn_pair(&self->p, AF_INET, l, &c, &s))
				_exit(1);
			close(c);
			close(s);
			if (k % 10 == 0)
				nap_ms(1);
		}
		_exit(0);
	}
	for (j = 0; j < 50; j++) {
		for (i = 0; i < sizeof(file) / sizeof(*file); i++) {
			char path[128];

			snprintf(path, sizeof(path),
				 "/proc/thread-self/net/lctcp/%s", file[i]);
			n = ns_read(j & 1 ? NS_A : NS_B, path, buf, sizeof(buf));
			ASSERT_LE(0, n) TH_LOG("%s", path);
			ASSERT_GT(sizeof(buf) - 1, n) TH_LOG("%s", path);
			if (n)
				EXPECT_EQ('\n', buf[n - 1]) TH_LOG("%s", path);
		}
		nap_ms(1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F_TIMEOUT(settings, stock_ss, 120)
{
	char out[16384];
	int l, c, s, l6, ret;

	if (ns_run(NS_A, "ss --version", out, sizeof(out)))
		SKIP(return, "no ss here");
	l = listener(NS_B, AF_INET, HOST_B, PORT, 5);
	l6 = listener(NS_B, AF_INET6, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_LE(0, l6);
	ASSERT_EQ(0, fault(NS_A, "drop third-ack"));
	c = dial_from(NS_A, AF_INET6, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 1000));
	ASSERT_EQ(0, fault(NS_A, "clear"));
	c = dial_from(NS_A, AF_INET, CPORT, HOST_B, PORT);
	ASSERT_LE(0, c);
	ASSERT_EQ(0, dialled(c, 1000));
	s = take(l, 1000);
	ASSERT_LE(0, s);
	/* B closes first: TIME_WAIT there */
	ASSERT_EQ(0, shutdown(s, SHUT_WR));
	ASSERT_STATE(NS_A, AF_INET, CPORT, PORT, S_CLOSE_WAIT);
	close(c);
	close(s);
	ASSERT_STATE(NS_B, AF_INET, PORT, CPORT, S_TIME_WAIT);
	ret = ns_run(NS_B, "PROC_NET_TCP=/proc/thread-self/net/lctcp/tcp PROC_NET_TCP6=/proc/thread-self/net/lctcp/tcp6 ss -tano",
		     out, sizeof(out));
	ASSERT_EQ(0, ret) TH_LOG("%s", out);
	EXPECT_NE(NULL, strstr(out, "LISTEN"));
	EXPECT_NE(NULL, strstr(out, "TIME-WAIT"));
	EXPECT_NE(NULL, strstr(out, "timer:(timewait,"));
	EXPECT_NE(NULL, strstr(out, "SYN-RECV"));
	EXPECT_NE(NULL, strstr(out, "timer:(on,"));
	EXPECT_NE(NULL, strstr(out, "192.0.2.1:20000"));
	EXPECT_NE(NULL, strstr(out, "[2001:db8::1]:20000"));
	TH_LOG("\n%s", out);
}

TEST_F_TIMEOUT(settings, stock_nstat, 120)
{
	char out[16384];
	int l, c, s, ret;

	if (ns_run(NS_A, "nstat --version", out, sizeof(out)))
		SKIP(return, "no nstat here");
	l = listener(NS_B, AF_INET, HOST_B, PORT, 5);
	ASSERT_EQ(0, conn_pair(&self->p, AF_INET, l, &c, &s));
	ret = ns_run(NS_A, "PROC_NET_NETSTAT=/proc/thread-self/net/lctcp/snmp NSTAT_HISTORY=/tmp/lctcp-nstat.$$ nstat -az",
		     out, sizeof(out));
	ASSERT_EQ(0, ret) TH_LOG("%s", out);
	EXPECT_NE(NULL, strstr(out, "LctcpActiveOpens"));
}

/* RFC 4022's objects, each by exactly what happened. */
TEST_F_TIMEOUT(settings, api_mib_counters, 60)
{
	struct linger now = { 1, 0 };
	int l, c, s;
	char ch;

	l = listener(NS_B, AF_INET, HOST_B, PORT, 5);
	ASSERT_LE(0, l);
	ASSERT_EQ(0, conn_pair(&self->p, AF_INET, l, &c, &s));
	EXPECT_EQ(1, counter(NS_A, "ActiveOpens"));
	EXPECT_EQ(1, counter(NS_B, "PassiveOpens"));
	EXPECT_EQ(1, counter(NS_A, "CurrEstab"));
	EXPECT_EQ(1, counter(NS_B, "CurrEstab"));
	EXPECT_EQ(2, counter(NS_A, "OutSegs"));
	EXPECT_EQ(1, counter(NS_A, "InSegs"));
	EXPECT_EQ(2, counter(NS_B, "InSegs"));
	EXPECT_EQ(0, counter(NS_A, "RetransSegs"));
	setsockopt(c, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(c);
	EXPECT_EQ(1, counter(NS_A, "OutRsts"));
	ASSERT_NE(0, poll_for(s, POLLIN, 1000));
	EXPECT_EQ(1, counter(NS_B, "EstabResets"));
	EXPECT_EQ(0, counter(NS_A, "CurrEstab"));
	EXPECT_EQ(0, counter(NS_B, "CurrEstab"));
	close(s);
	c = dial(NS_A, AF_INET, HOST_B, PORT + 1);
	ASSERT_EQ(-ECONNREFUSED, dialled(c, 1000));
	EXPECT_EQ(2, counter(NS_A, "ActiveOpens"));
	EXPECT_EQ(1, counter(NS_A, "AttemptFails"));
	EXPECT_EQ(1, counter(NS_B, "OutRsts"));
	close(c);
	/* close_wait still counts as established */
	ASSERT_EQ(0, conn_pair(&self->p, AF_INET, l, &c, &s));
	ASSERT_EQ(0, shutdown(c, SHUT_WR));
	ASSERT_EQ(0, read_all(s, &ch, 1));
	EXPECT_EQ(0, counter(NS_A, "CurrEstab"));
	EXPECT_EQ(1, counter(NS_B, "CurrEstab"));
	close(s);
	close(c);
	EXPECT_EQ(0, counter(NS_B, "CurrEstab"));
	EXPECT_EQ(0, counter(NS_A, "InErrs"));
	EXPECT_EQ(0, counter(NS_B, "InErrs"));
}

/* The table is the one that the module runs: every line has its reason. */
TEST_F(settings, transitions_complete)
{
	static char buf[1 << 16];
	char from[32], event[32], to[32], count[32], why[512];
	char *line, *save;
	int arcs = 0;

	ASSERT_LT(0, ns_read(NS_A, "/proc/thread-self/net/lctcp/transitions",
			     buf, sizeof(buf)));
	line = strtok_r(buf, "\n", &save);
	ASSERT_NE(NULL, line);
	EXPECT_EQ(0, strncmp(line, "from", 4)) TH_LOG("header: %s", line);
	while ((line = strtok_r(NULL, "\n", &save))) {
		ASSERT_EQ(5, sscanf(line, "%31s %31s %31s %31s %511[^\n]", from,
				    event, to, count, why)) TH_LOG("%s", line);
		EXPECT_LT(20, strlen(why)) TH_LOG("%s", line);
		EXPECT_STREQ("0", count) TH_LOG("%s", line);
		arcs++;
	}
	EXPECT_LT(30, arcs);
}

TEST_HARNESS_MAIN
