// SPDX-License-Identifier: GPL-2.0
/*
 * The bpftrace scripts of the tools, while connections live whose third ACK is
 * lost twice.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

#define START_MS	240000	/* a compiler runs, perhaps in an emulator */
#define OUT		(1 << 16)
#define PATH		600
/* Tells whether this kernel has perf events, and so tracing by BPF. */
#define PERF		"/proc/sys/kernel/perf_event_paranoid"

/**
 * struct script - a script that runs
 * @pid:	bpftrace
 * @gate:	it ends when this is closed
 * @said:	file of what it prints
 * @out:	that, in the end
 */
struct script {
	pid_t pid;
	int gate;
	char said[64];
	char out[OUT];
};

FIXTURE(bpftrace) {
	struct pair p;
	struct script lives, synacks;
	unsigned int port[2];
};

/* bpftrace with @name.  The command that it waits for opens @gate when all is
 * attached, and ends when we close it.
 */
static void script_start(struct script *s, const char *name)
{
	char file[64], path[PATH], command[128], gate[64];
	int out;

	snprintf(gate, sizeof(gate), "/tmp/%s.gate", name);
	snprintf(s->said, sizeof(s->said), "/tmp/%s.out", name);
	snprintf(command, sizeof(command), "/usr/bin/cat %s", gate);
	snprintf(file, sizeof(file), "bpftrace/%s", name);
	tool_path(file, path, sizeof(path));
	unlink(gate);
	mkfifo(gate, 0600);
	s->pid = fork();
	if (!s->pid) {
		out = open(s->said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
		execlp("bpftrace", "bpftrace", path, "-c", command,
		       (char *)NULL);
		_exit(127);
	}
	wait_until((s->gate = open(gate, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) >=
		   0 || waitpid(s->pid, NULL, WNOHANG), START_MS);
	unlink(gate);
}

/* Its exit status, or -1; what it said is in @out. */
static int script_end(struct script *s)
{
	int status = -1, fd, n, sum = 0;

	close(s->gate);
	if (waitpid(s->pid, &status, 0) != s->pid)
		status = -1;
	s->pid = 0;
	fd = open(s->said, O_RDONLY);
	while ((n = read(fd, s->out + sum, OUT - 1 - sum)) > 0)
		sum += n;
	close(fd);
	s->out[sum] = 0;
	unlink(s->said);
	return status;
}

/* "@ms[NAME]: count N, average MS, total MS" */
static bool stats(const struct script *s, const char *map, const char *name,
		  long *count, long *average)
{
	char mark[64];
	const char *at;

	snprintf(mark, sizeof(mark), "@%s[%s]: ", map, name);
	at = strstr(s->out, mark);
	return at && sscanf(at + strlen(mark), "count %ld, average %ld", count,
			    average) == 2;
}

/* How many are in the first bucket of a histogram, whose head and range that
 * is; or -1.
 */
static int bucket(const struct script *s, const char *head)
{
	const char *at = strstr(s->out, head);

	return at ? atoi(at + strlen(head)) : -1;
}

#define EXPECT_STATS(s, map, name, n, from, to) do {			\
	long __count = -1, __average = -1;				\
									\
	EXPECT_TRUE(stats(s, map, name, &__count, &__average))		\
		TH_LOG("no @%s[%s] in:\n%s", map, name, (s)->out);	\
	EXPECT_EQ(n, __count)						\
		TH_LOG("@%s[%s]", map, name);				\
	EXPECT_TRUE(__average >= (from) && __average <= (to))		\
		TH_LOG("@%s[%s]: %ld ms, not %ld to %ld", map, name,	\
		       __average, (long)(from), (long)(to));		\
} while (0)

#define EXPECT_SAID(s, text)						\
	EXPECT_NE(NULL, strstr((s)->out, text))				\
		TH_LOG("no \"%s\" in:\n%s", text, (s)->out)

/* How many lines tell of the how-manieth SYN-ACK from @l to @r, and the wait
 * before the last of them.
 */
static int retransmitted(const struct script *s, const char *l, const char *r,
			 int try, long *wait)
{
	char copy[OUT], from[64], to[64], *line, *save;
	int n = 0, seen;
	long ms;

	strcpy(copy, s->out);
	for (line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%*f %63s %63s %d %ld", from, to, &seen,
			   &ms) != 4 || strcmp(from, l) || strcmp(to, r) ||
		    seen != try)
			continue;
		*wait = ms;
		n++;
	}
	return n;
}

FIXTURE_SETUP(bpftrace)
{
	memset(self, 0, sizeof(*self));
	need_lctcp();
	if (access(PERF, F_OK))
		SKIP(return, "no tracing by BPF in this kernel");
	if (system("bpftrace --version >/dev/null 2>&1"))
		SKIP(return, "no bpftrace here");
	ASSERT_EQ(0, pair_up(&self->p));
	script_start(&self->lives, "lctcp-lifetimes.bt");
	script_start(&self->synacks, "lctcp-synacks.bt");
}

FIXTURE_TEARDOWN(bpftrace)
{
	if (self->lives.pid > 0)
		kill(self->lives.pid, SIGKILL);
	if (self->synacks.pid > 0)
		kill(self->synacks.pid, SIGKILL);
	pair_down(&self->p);
}

/* The third ACK of both families is lost twice; the one that closes first waits. */
static void lives(struct __test_metadata *_metadata, FIXTURE_DATA(bpftrace) *self)
{
	static const int family[] = { AF_INET, AF_INET6 };
	int a = self->p.ns[A], b = self->p.ns[B], l[2], c[2], s, i;
	char rule[64];

	ASSERT_EQ(0, sysctl_set(a, "msl_ms", "1000"));
	for (i = 0; i < 2; i++) {
		snprintf(rule, sizeof(rule), "drop third-ack 2 port %d",
			 PORT + i);
		ASSERT_EQ(0, fault(a, rule));
		l[i] = listener(b, family[i], HOST_ANY, PORT + i, 5);
		c[i] = dial(a, family[i], HOST_B, PORT + i);
		ASSERT_LE(0, c[i]);
		ASSERT_EQ(0, dialled(c[i], 1000));
		self->port[i] = local_port(c[i]);
	}
	for (i = 0; i < 2; i++) {
		s = take(l[i], 2 * late_ms(9000));
		ASSERT_LE(0, s);
		close(c[i]);
		ASSERT_TRUE(conn_wait(b, family[i], PORT + i, self->port[i],
				      S_CLOSE_WAIT, 10000));
		close(s);
		close(l[i]);
	}
	ASSERT_TRUE(wait_until(!conn_count(a, AF_INET, 0) &&
			       !conn_count(a, AF_INET6, 0), 20000));
}

TEST_F_TIMEOUT(bpftrace, bpftrace_scripts, 1200)
{
	const struct script *s;
	char end[2][64];
	long ms = 0;
	int i, try;

	lives(_metadata, self);
	ASSERT_EQ(0, script_end(&self->lives)) TH_LOG("%s", self->lives.out);
	ASSERT_EQ(0, script_end(&self->synacks))
		TH_LOG("%s", self->synacks.out);

	s = &self->lives;
	EXPECT_STATS(s, "ms", "SYN_SENT", 2, 0, late_ms(100));
	EXPECT_STATS(s, "ms", "SYN_RECV", 2, early_ms(9000), late_ms(9000));
	EXPECT_STATS(s, "ms", "ESTABLISHED", 4, 0, late_ms(9000));
	EXPECT_STATS(s, "ms", "FIN_WAIT1", 2, 0, late_ms(1000));
	EXPECT_STATS(s, "ms", "CLOSE_WAIT", 2, 0, late_ms(1000));
	EXPECT_STATS(s, "ms", "LAST_ACK", 2, 0, late_ms(1000));
	EXPECT_STATS(s, "ms", "TIME_WAIT", 2, early_ms(2000), late_ms(2000));
	EXPECT_STATS(s, "ms", "LISTEN", 2, early_ms(9000), 3 * late_ms(9000));
	EXPECT_EQ(2, bucket(s, "@us[SYN_RECV]: \n[8M, 16M) "));

	s = &self->synacks;
	EXPECT_STATS(s, "wait_ms", "1", 2, early_ms(3000), late_ms(3000));
	EXPECT_STATS(s, "wait_ms", "2", 2, early_ms(6000), late_ms(6000));
	EXPECT_EQ(NULL, strstr(s->out, "@wait_ms[3]"));
	EXPECT_SAID(s, "@again[192.0.2.2, 8000]: 2\n");
	EXPECT_SAID(s, "@again[2001:db8::2, 8001]: 2\n");
	for (i = 0; i < 2; i++) {
		snprintf(end[0], sizeof(end[0]), "%s:%d",
			 i ? "2001:db8::2" : "192.0.2.2", PORT + i);
		snprintf(end[1], sizeof(end[1]), "%s:%d",
			 i ? "2001:db8::1" : "192.0.2.1",
			 self->port[i]);
		for (try = 1; try <= 2; try++) {
			EXPECT_EQ(1, retransmitted(s, end[0], end[1], try, &ms))
				TH_LOG("%s %s %d in:\n%s", end[0], end[1], try,
				       s->out);
			ASSERT_BETWEEN(early_ms(3000 * try), ms, late_ms(3000 * try));
		}
	}
}

TEST_HARNESS_MAIN
