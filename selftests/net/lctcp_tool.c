// SPDX-License-Identifier: GPL-2.0
/*
 * The lctcp command on live connections: what it lists, counts, records and
 * shows is what happened, and it leaves nothing behind.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "fixture.h"

#define RECORDERS	"/sys/kernel/debug/lctcp"
#define ORACLE		"/sys/kernel/tracing/instances/oracle"
#define REC		"/tmp/lctcp_tool.rec"
#define TRACE		"/tmp/lctcp_tool.trace"
#define SOON_MS		20000
#define NOBODY		65534
#define OUT		(1 << 16)
#define PATH		1024

FIXTURE(tool) {
	struct pair p;
	int l;
	char out[OUT];
};

FAMILIES(tool);

FIXTURE_SETUP(tool)
{
	char path[PATH];

	need_lctcp();
	tool_path("build/lctcp", path, sizeof(path));
	ASSERT_EQ(0, access(path, X_OK)) TH_LOG("no %s", path);
	ASSERT_EQ(0, pair_up(&self->p));
	LISTENER(HOST_ANY, 1024);
}

FIXTURE_TEARDOWN(tool)
{
	pair_down(&self->p);
	rmdir(ORACLE);
	unlink(REC);
	unlink(TRACE);
}

/* ---- running it ---- */

/* Start "lctcp ARGUMENTS" of a shell in @ns, its output going to @out; the
 * process.
 */
static pid_t start(int ns, uid_t uid, int out, const char *arguments)
{
	char path[PATH], command[2 * PATH];
	pid_t pid = fork();

	if (pid)
		return pid;
	tool_path("build/lctcp", path, sizeof(path));
	snprintf(command, sizeof(command), "exec %s %s", path, arguments);
	if (setns(ns, CLONE_NEWNET) || (uid && setresuid(uid, uid, uid)))
		_exit(99);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(98);
}

static int wait_status(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Run it to its end: its status; what it said goes to @out, OUT octets. */
__attribute__((format(printf, 4, 5)))
static int run_as(int ns, uid_t uid, char *out, const char *fmt, ...)
{
	char arguments[PATH / 2];
	int pipes[2], n, sum = 0;
	va_list ap;
	pid_t pid;

	va_start(ap, fmt);
	vsnprintf(arguments, sizeof(arguments), fmt, ap);
	va_end(ap);
	if (pipe(pipes))
		return -1;
	pid = start(ns, uid, pipes[1], arguments);
	close(pipes[1]);
	while ((n = read(pipes[0], out + sum, OUT - 1 - sum)) > 0)
		sum += n;
	out[sum] = 0;
	close(pipes[0]);
	return wait_status(pid);
}

#define RUN(ns, ...)	run_as(ns, 0, self->out, __VA_ARGS__)

#define EXPECT_SAID(text)						\
	EXPECT_NE(NULL, strstr(self->out, text))			\
		TH_LOG("no \"%s\" in:\n%s", text, self->out)
#define EXPECT_NOT_SAID(text)						\
	EXPECT_EQ(NULL, strstr(self->out, text))			\
		TH_LOG("\"%s\" in:\n%s", text, self->out)

/* What a process has written to the pipe @fd, into @out of OUT octets. */
static void take_said(int fd, char *out)
{
	int n = read(fd, out, OUT - 1);

	out[n < 0 ? 0 : n] = 0;
}

/* How many recorders there are. */
static int recorders(void)
{
	DIR *dir = opendir(RECORDERS);
	struct dirent *entry;
	int n = 0;

	while (dir && (entry = readdir(dir)))
		n += !!atoi(entry->d_name);
	if (dir)
		closedir(dir);
	return n;
}

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool good = fd >= 0 && write(fd, text, strlen(text)) ==
			       (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good;
}

/* The kernel's own opinion of what happens: a trace. */
static bool oracle_up(void)
{
	rmdir(ORACLE);
	return !mkdir(ORACLE, 0700) &&
	       put(ORACLE "/buffer_size_kb", "65536") &&
	       put(ORACLE "/trace_clock", "mono") &&
	       put(ORACLE "/events/lctcp/enable", "1");
}

static bool oracle_down(void)
{
	bool good = put(ORACLE "/tracing_on", "0") &&
		    !system("cat " ORACLE "/trace >" TRACE);

	return !rmdir(ORACLE) && good;
}

/* A recorder that has begun; it writes to REC, and what it says to @out. */
static pid_t record(int ns, int out, const char *options)
{
	char arguments[256];
	struct stat st;
	pid_t pid;

	unlink(REC);
	snprintf(arguments, sizeof(arguments), "record %s %s", options, REC);
	pid = start(ns, 0, out, arguments);
	if (!wait_until(!stat(REC, &st) && st.st_size, SOON_MS))
		return -1;
	return pid;
}

/* Data in both directions, closed by the client first. */
static bool life(struct pair *p, int family, int l)
{
	char c[5] = "";
	int a, b;

	if (conn_pair(p, family, l, &a, &b))
		return false;
	blocking(a, true);
	blocking(b, true);
	if (write_all(a, "ping", 4) != 4 || read_all(b, c, 4) != 4 ||
	    write_all(b, "pong", 4) != 4 || read_all(a, c, 4) != 4)
		return false;
	close(a);
	if (read_all(b, c, 1))
		return false;
	close(b);
	return !strcmp(c, "pong");
}

/* ---- the tests ---- */

TEST_F(tool, tool_list)
{
	char want[128];
	int c, s;

	ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l, &c, &s));
	ASSERT_EQ(0, RUN(NS_B, "list"));
	EXPECT_SAID("STATE");
	EXPECT_SAID("LISTEN       listener");
	EXPECT_SAID("ESTABLISHED  passive");

	ASSERT_EQ(0, RUN(NS_A, "list --json --role=active"));
	EXPECT_SAID("\"state\":\"ESTABLISHED\"");
	snprintf(want, sizeof(want), ":%u\",\"remote\":\"%s%s:%u\"",
		 local_port(c), variant->family == AF_INET ? "192.0.2.2" : "[",
		 variant->family == AF_INET ? "" : "2001:db8::2]", PORT);
	EXPECT_SAID(want);

	ASSERT_EQ(0, RUN(NS_B, "list --state=listen --port=%u", PORT));
	EXPECT_SAID("LISTEN");
	EXPECT_NOT_SAID("ESTABLISHED");
	ASSERT_EQ(0, RUN(NS_B, "list --port=1"));
	EXPECT_NOT_SAID("LISTEN");
	close(c);
	close(s);
}

TEST_F(tool, tool_states)
{
	ASSERT_TRUE(life(&self->p, variant->family, self->l));
	ASSERT_EQ(0, RUN(NS_A, "states"));
	EXPECT_SAID("         1  ACTIVE_OPEN        SYN_SENT\n");
	EXPECT_SAID("         1  SYN_ACK            ESTABLISHED\n");
	EXPECT_SAID("         0  PASSIVE_OPEN       LISTEN\n");
	ASSERT_EQ(0, RUN(NS_B, "states --format=dot"));
	EXPECT_SAID("PASSIVE_OPEN  <b>1</b>");
	EXPECT_SAID("ACTIVE_OPEN  <b>0</b>");
}

TEST_F(tool, tool_fault)
{
	char rules[512];

	ASSERT_EQ(0, RUN(NS_A, "fault add DROP Third-ACK 1 port %u", PORT));
	ASSERT_EQ(0, RUN(NS_A, "fault delay fin 1.5s"));
	ASSERT_LT(0, ns_read(NS_A, "/proc/net/lctcp/faults", rules,
			     sizeof(rules)));
	EXPECT_NE(NULL, strstr(rules, "drop third-ack 1 port 8000\n"));
	EXPECT_NE(NULL, strstr(rules, "delay fin 1500ms\n"));
	ASSERT_EQ(0, RUN(NS_A, "fault"));
	EXPECT_STREQ(rules, self->out);
	ASSERT_EQ(0, RUN(NS_B, "fault list"));
	EXPECT_NOT_SAID("third-ack");

	EXPECT_EQ(1, RUN(NS_A, "fault clear 7"));
	EXPECT_SAID("no such rule");
	EXPECT_EQ(1, run_as(NS_A, NOBODY, self->out, "fault drop fin"));
	EXPECT_SAID("CAP_NET_ADMIN");
	EXPECT_EQ(2, RUN(NS_A, "fault drop everything"));
	EXPECT_SAID("no role everything");
	ASSERT_EQ(0, RUN(NS_A, "fault clear 1"));
	ASSERT_EQ(0, RUN(NS_A, "fault"));
	EXPECT_NOT_SAID("third-ack");
	EXPECT_SAID("delay fin 1500ms");
	ASSERT_EQ(0, RUN(NS_A, "fault clear"));
}

/* What it records of a life is what the kernel's own text of it says. */
TEST_F_TIMEOUT(tool, tool_record, 120)
{
	char same[PATH], command[2 * PATH];
	int pipes[2];
	pid_t pid;

	ASSERT_EQ(0, pipe(pipes));
	ASSERT_TRUE(oracle_up());
	pid = record(NS_A, pipes[1], "");
	ASSERT_LT(0, pid);
	EXPECT_EQ(1, recorders());
	ASSERT_TRUE(life(&self->p, variant->family, self->l));
	ASSERT_TRUE(wait_until(conn_count(NS_A, variant->family,
					  S_TIME_WAIT) == 1, SOON_MS));
	EXPECT_TRUE(oracle_down());
	ASSERT_EQ(0, kill(pid, SIGINT));
	EXPECT_EQ(0, wait_status(pid));
	EXPECT_EQ(0, recorders());
	take_said(pipes[0], self->out);
	EXPECT_SAID("events recorded, none lost\n");
	close(pipes[0]);
	close(pipes[1]);

	tool_path("build/test/same", same, sizeof(same));
	snprintf(command, sizeof(command), "%s %s %s %s", same,
		 lc_virtual() ? "" : "-u", REC, TRACE);
	EXPECT_EQ(0, system(command));
	ASSERT_EQ(0, RUN(NS_A, "states %s", REC));
	EXPECT_SAID("         1  ACTIVE_OPEN        SYN_SENT\n");
	EXPECT_SAID("         1  ACK_OF_FIN         CLOSED\n");
	ASSERT_EQ(0, RUN(NS_A, "ladder %s", REC));
	EXPECT_SAID("SYN-ACK");
}

/* However it ends, and whatever it records, its recorder goes. */
TEST_F_TIMEOUT(tool, tool_record_end, 120)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	char many[50 * 6];
	unsigned int i;
	pid_t pid;

	for (i = 0; i < 3; i++) {
		pid = record(NS_A, STDERR_FILENO, "--quiet");
		ASSERT_LT(0, pid);
		EXPECT_EQ(1, recorders());
		ASSERT_EQ(0, kill(pid, signals[i]));
		EXPECT_EQ(0, wait_status(pid));
		EXPECT_EQ(0, recorders());
	}
	pid = record(NS_A, STDERR_FILENO, "");
	ASSERT_LT(0, pid);
	kill(pid, SIGKILL);
	EXPECT_EQ(-SIGKILL, wait_status(pid));
	EXPECT_EQ(0, recorders());

	EXPECT_EQ(7, RUN(NS_A, "record %s sh -c 'exit 7'", REC));
	EXPECT_EQ(0, recorders());
	EXPECT_EQ(127, RUN(NS_A, "record %s /nonexistent", REC));
	EXPECT_EQ(1, RUN(NS_A, "record /nonexistent/file"));
	EXPECT_SAID("/nonexistent/file: No such file or directory");
	EXPECT_EQ(1, RUN(NS_A, "record /dev/full"));
	EXPECT_SAID("/dev/full: No space left on device");
	memset(many, 0, sizeof(many));
	for (i = 0; i < 50; i++)
		strcat(many, i ? ",state" : "state");
	EXPECT_EQ(1, RUN(NS_A, "record --only=%s %s", many, REC));
	EXPECT_SAID("too many kinds");
	EXPECT_EQ(1, run_as(NS_A, NOBODY, self->out, "record %s", REC));
	EXPECT_SAID("try as root");
	EXPECT_EQ(0, recorders());
}

/* What a program writes to @fd, and the error, or 0. */
static int command(int fd, const char *text)
{
	return write(fd, text, strlen(text)) < 0 ? errno : 0;
}

/* The file itself: what it takes, what it refuses, and that it holds on. */
TEST_F(tool, tool_record_file)
{
	static const char *const bad[] = {
		"", "start", "start 64 states", "start 63", "start 1048577",
		"start x", "start 64x", "begin 64", "stop now",
	};
	char text[64] = "", path[64], buf[4096];
	unsigned int number = 0, full, i;
	unsigned long long lost;
	int fd, fd2, cpu;

	fd = open(RECORDERS "/record", O_RDWR);
	ASSERT_LE(0, fd);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT_EQ(EINVAL, command(fd, bad[i])) TH_LOG("%u", i);
	memset(buf, ' ', sizeof(buf));
	EXPECT_GT(0, write(fd, buf, sizeof(buf)));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, command(fd, "stop\n"));
	EXPECT_EQ(0, recorders());

	EXPECT_EQ(0, command(fd, "start 64 state drop\n"));
	EXPECT_EQ(1, recorders());
	EXPECT_EQ(EBUSY, command(fd, "start 64"));
	ASSERT_LT(0, pread(fd, text, sizeof(text) - 1, 0));
	ASSERT_EQ(3, sscanf(text, "%u %llu %u", &number, &lost, &full));
	EXPECT_EQ(0, lost);
	EXPECT_EQ(0, full);
	/* another one beside it */
	fd2 = open(RECORDERS "/record", O_RDWR);
	ASSERT_LE(0, fd2);
	EXPECT_EQ(0, command(fd2, "start 64"));
	EXPECT_EQ(2, recorders());
	close(fd2);
	EXPECT_EQ(1, recorders());
	EXPECT_NE(0, system("rmmod lctcp 2>/dev/null"));

	/* what it has stays readable when it has stopped, and no more comes */
	ASSERT_TRUE(life(&self->p, variant->family, self->l));
	ASSERT_TRUE(wait_until(conn_count(NS_A, variant->family,
					  S_TIME_WAIT) == 1, SOON_MS));
	EXPECT_EQ(0, command(fd, "stop"));
	EXPECT_EQ(EBUSY, command(fd, "start 64"));
	ASSERT_TRUE(life(&self->p, variant->family, self->l));
	for (lost = 0, i = 0; i < 64; i++) {
		snprintf(path, sizeof(path), RECORDERS "/%u/cpu%u", number, i);
		cpu = open(path, O_RDONLY | O_NONBLOCK);
		if (cpu < 0)
			break;
		while ((full = read(cpu, buf, sizeof(buf))) + 1 > 1)
			lost += full;
		close(cpu);
	}
	EXPECT_LT(0, i);
	/* five of each side, of 88 octets each with their head; the last ACK
	 * may still have been on its way
	 */
	EXPECT_EQ(0, lost % 88);
	ASSERT_BETWEEN(9, lost / 88, 10);
	close(fd);
	EXPECT_EQ(0, recorders());
}

static long long number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? atoll(at + strlen(key)) : -1;
}

/* Events traced in all by the oracle, none of them overwritten; or -1. */
static long long oracle_count(void)
{
	long long sum = 0;
	char path[256], text[1024];
	int cpu, fd, n;

	for (cpu = 0;; cpu++) {
		snprintf(path, sizeof(path), ORACLE "/per_cpu/cpu%d/stats",
			 cpu);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			return cpu ? sum : -1;
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
		text[n < 0 ? 0 : n] = 0;
		if (number_after(text, "\noverrun: "))
			return -1;
		sum += number_after(text, "entries: ");
	}
}

/* A recorder that cannot keep up says how many it missed, and is right. */
TEST_F_TIMEOUT(tool, tool_record_lost, 300)
{
	long long events, lost;
	int pipes[2], i;
	pid_t pid;

	ASSERT_EQ(0, sysctl_set(NS_A, "msl_ms", "0"));
	ASSERT_EQ(0, pipe(pipes));
	ASSERT_TRUE(oracle_up());
	pid = record(NS_A, pipes[1], "--buffer=1");
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, kill(pid, SIGSTOP));
	for (i = 0; i < 800; i++)
		ASSERT_TRUE(life(&self->p, variant->family, self->l));
	ASSERT_TRUE(wait_until(conn_count(NS_A, variant->family, 0) == 0 &&
			       conn_count(NS_B, variant->family, 0) == 1,
			       SOON_MS));
	ASSERT_EQ(0, kill(pid, SIGCONT));
	ASSERT_EQ(0, kill(pid, SIGINT));
	EXPECT_EQ(0, wait_status(pid));
	take_said(pipes[0], self->out);
	events = number_after(self->out, "lctcp: ");
	lost = number_after(self->out, "recorded, ");
	TH_LOG("%lld events recorded, %lld lost", events, lost);
	EXPECT_LT(0, lost);
	EXPECT_EQ(oracle_count(), events + lost);
	EXPECT_TRUE(oracle_down());

	ASSERT_EQ(0, RUN(NS_A, "states %s", REC));
	EXPECT_SAID("events are missing");
	close(pipes[0]);
	close(pipes[1]);
}

/* ---- the live view, in a terminal of ours ---- */

struct screen {
	int fd;			/* our side */
	int tty;		/* its side */
	char text[OUT];
	int n;
};

static bool screen_open(struct screen *s, int lines, int columns)
{
	struct winsize ws = { .ws_row = lines, .ws_col = columns };

	s->n = 0;
	s->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (s->fd < 0 || grantpt(s->fd) || unlockpt(s->fd))
		return false;
	s->tty = open(ptsname(s->fd), O_RDWR | O_NOCTTY);
	return s->tty >= 0 && !ioctl(s->tty, TIOCSWINSZ, &ws);
}

/* Has it written @text since the last time? */
static bool screen_shows(struct screen *s, const char *text)
{
	int n = read(s->fd, s->text + s->n, OUT - 1 - s->n);

	if (n > 0)
		s->n += n;
	s->text[s->n] = 0;
	if (s->n > OUT / 2 && !strstr(s->text, text))
		s->n = 0;
	if (!strstr(s->text, text))
		return false;
	s->n = 0;
	return true;
}

#define EXPECT_SHOWN(what)						\
	EXPECT_TRUE(wait_until(screen_shows(&s, what), SOON_MS))	\
		TH_LOG("\"%s\" is not shown, but:\n%s", what, s.text)

static pid_t watch(int ns, struct screen *s)
{
	char path[PATH];
	pid_t pid = fork();

	if (pid)
		return pid;
	tool_path("build/lctcp", path, sizeof(path));
	setsid();
	if (setns(ns, CLONE_NEWNET) || ioctl(s->tty, TIOCSCTTY, 0))
		_exit(99);
	dup2(s->tty, STDIN_FILENO);
	dup2(s->tty, STDOUT_FILENO);
	setenv("TERM", "xterm", 1);
	execl(path, "lctcp", "watch", (char *)NULL);
	_exit(98);
}

TEST_F_TIMEOUT(tool, tool_watch, 120)
{
	struct winsize wide = { .ws_row = 40, .ws_col = 120 };
	struct termios before, after;
	struct screen s;
	int c, e;
	pid_t pid;

	ASSERT_TRUE(screen_open(&s, 24, 80));
	ASSERT_EQ(0, tcgetattr(s.tty, &before));
	pid = watch(NS_A, &s);
	EXPECT_SHOWN("There is no connection");
	EXPECT_EQ(1, recorders());
	ASSERT_EQ(0, fault(NS_A, "drop third-ack 1"));
	ASSERT_EQ(0, conn_pair(&self->p, variant->family, self->l, &c, &e));
	EXPECT_SHOWN("ESTABLISHED");

	ASSERT_EQ(0, ioctl(s.fd, TIOCSWINSZ, &wide));
	kill(pid, SIGWINCH);
	EXPECT_SHOWN("LAST DROP");
	ASSERT_EQ(1, write(s.fd, "\n", 1));
	EXPECT_SHOWN("w why");		/* the ladder's keys */
	/* anew, for changes alone would not be whole words */
	ASSERT_EQ(1, write(s.fd, "\f", 1));
	EXPECT_SHOWN("third-ack");
	ASSERT_EQ(2, write(s.fd, "q\f", 2));
	EXPECT_SHOWN("CONNECTION");

	kill(pid, SIGTERM);
	EXPECT_SHOWN("\033[?1049l");	/* the screen as it was */
	EXPECT_EQ(0, wait_status(pid));
	EXPECT_EQ(0, recorders());
	ASSERT_EQ(0, tcgetattr(s.tty, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	close(s.fd);
	close(s.tty);
	close(c);
	close(e);
}

TEST_HARNESS_MAIN
