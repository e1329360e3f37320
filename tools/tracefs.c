// SPDX-License-Identifier: GPL-2.0
/* Our tracefs instance: see tracefs.h. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "events.h"
#include "ring.h"
#include "tracefs.h"

#define ROOT		"/sys/kernel/tracing"
#define OLD_ROOT	"/sys/kernel/debug/tracing"
#define OURS		"lctcp-"
#define MB_DEFAULT	64
#define KB_MIN		256		/* a CPU */
#define PASS_PAGES	256		/* read of one CPU before the next */
#define SLACK_NS	100000000ULL	/* between an event's time and its commit */

/**
 * struct tracefs - an instance
 * @opt:	what was asked for
 * @root:	where tracefs is
 * @dir:	of the instance; empty before it is made
 * @problem:	for whoever opens
 * @ncpus:	how many there may be
 * @fds:	trace_pipe_raw of each, for poll()
 * @ring:	what was read
 * @page:	room for one
 * @drained:	the last pass over the buffers has emptied them
 * @events:	handed on
 * @lost:	told as lost, one by one
 */
struct tracefs {
	struct tracefs_options opt;
	const char *root;
	char dir[256];
	char *problem;
	unsigned int ncpus;
	struct pollfd *fds;
	struct ring *ring;
	unsigned char *page;
	bool drained;
	unsigned long long events, lost;
};

/* ---- files ---- */

__attribute__((format(printf, 2, 3)))
static bool bad(struct tracefs *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->problem, TRACEFS_PROBLEM, fmt, ap);
	va_end(ap);
	return false;
}

/* A small file as text, or NULL and errno. */
static char *slurp(const char *path)
{
	size_t room = 1 << 16, n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;
	ssize_t got = -1;

	if (fd < 0)
		return NULL;
	text = malloc(room);
	while (text && n < room - 1) {
		got = read(fd, text + n, room - 1 - n);
		if (got <= 0)
			break;
		n += got;
	}
	close(fd);
	if (!text || got < 0) {
		free(text);
		return NULL;
	}
	text[n] = 0;
	return text;
}

/* @text into the file @name of the instance. */
static bool put(const struct tracefs *t, const char *name, const char *text)
{
	size_t len = strlen(text);
	char path[512];
	bool good;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", t->dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = write(fd, text, len) == (ssize_t)len;
	close(fd);
	return good;
}

/* ---- what is there ---- */

static bool find_root(struct tracefs *t)
{
	static const char *const roots[] = { ROOT, OLD_ROOT };
	char path[64];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/instances", roots[i]);
		t->root = roots[i];
		if (!access(path, W_OK | X_OK))
			return true;
		if (errno == EACCES)
			return bad(t, "no permission for %s: try as root",
				   path);
		if (errno != ENOENT)
			return bad(t, "%s: %s", path, strerror(errno));
	}
	if (access(ROOT, F_OK))
		return bad(t, "no %s: this kernel has no tracing", ROOT);
	return bad(t, "no tracefs; as root: mount -t tracefs none %s", ROOT);
}

static bool add_format(struct tracefs *t, const char *name)
{
	char path[512], *text;
	bool good;

	snprintf(path, sizeof(path), "%s/events/lctcp/%s/format", t->root,
		 name);
	text = slurp(path);
	if (!text)
		return bad(t, "%s: %s", path, strerror(errno));
	good = ring_add_format(t->ring, text);
	free(text);
	return good || bad(t, "%s: not understood", path);
}

/* How the tracepoints are laid out. */
static bool read_formats(struct tracefs *t)
{
	const struct dirent *entry;
	char path[256];
	bool good = true;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/events/lctcp", t->root);
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		return bad(t, "the module lctcp is not loaded (no %s)", path);
	if (!dir)
		return bad(t, "%s: %s", path, strerror(errno));
	while (good && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "lctcp_", 6))
			good = add_format(t, entry->d_name);
	closedir(dir);
	return good;
}

static bool read_header(struct tracefs *t)
{
	char path[256], *text;
	bool good;

	snprintf(path, sizeof(path), "%s/events/header_page", t->root);
	text = slurp(path);
	if (!text)
		return bad(t, "%s: %s", path, strerror(errno));
	good = ring_header(t->ring, text);
	free(text);
	if (!good)
		return bad(t, "%s: not understood", path);
	t->page = malloc(ring_page_size(t->ring));
	return t->page || bad(t, "%s", strerror(ENOMEM));
}

/* ---- the instance ---- */

/* What killed ones left behind.  One that is still in use stays: its files are
 * open.
 */
static void sweep(const struct tracefs *t)
{
	char path[sizeof(t->dir) + 256];
	const struct dirent *entry;
	DIR *dir;
	long pid;

	snprintf(path, sizeof(path), "%s/instances", t->root);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, OURS, strlen(OURS)))
			continue;
		pid = atol(entry->d_name + strlen(OURS));
		if (pid <= 0 || !kill(pid, 0) || errno != ESRCH)
			continue;
		snprintf(path, sizeof(path), "%s/instances/%s", t->root,
			 entry->d_name);
		rmdir(path);
	}
	if (dir)
		closedir(dir);
}

static bool set_up(struct tracefs *t)
{
	unsigned long kb, online = sysconf(_SC_NPROCESSORS_ONLN);
	char text[32];

	sweep(t);
	snprintf(t->dir, sizeof(t->dir), "%s/instances/" OURS "%ld", t->root,
		 (long)getpid());
	if (mkdir(t->dir, 0700)) {
		bad(t, "%s: %s", t->dir, strerror(errno));
		*t->dir = 0;
		return false;
	}
	kb = (t->opt.buffer_mb ? t->opt.buffer_mb : MB_DEFAULT) * 1024 / online;
	snprintf(text, sizeof(text), "%lu", kb > KB_MIN ? kb : KB_MIN);
	if (!put(t, "buffer_size_kb", text))
		return bad(t, "no buffer of %s kB a CPU: %s", text,
			   strerror(errno));
	if (!put(t, "trace_clock", TRACEFS_CLOCK))
		return bad(t, "no trace clock %s: %s", TRACEFS_CLOCK,
			   strerror(errno));
	return true;
}

static bool open_pipes(struct tracefs *t)
{
	unsigned int n = sysconf(_SC_NPROCESSORS_CONF), i;
	char path[512];

	t->fds = calloc(n, sizeof(*t->fds));
	if (!t->fds)
		return bad(t, "%s", strerror(ENOMEM));
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/trace_pipe_raw",
			 t->dir, i);
		t->fds[i].fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (t->fds[i].fd < 0)
			return bad(t, "%s: %s", path, strerror(errno));
		t->fds[i].events = POLLIN;
		t->ncpus++;
	}
	return true;
}

/* "state,drop", or all */
static bool enable(struct tracefs *t)
{
	char *names, *save, *name, file[64];
	bool good = true;

	if (!t->opt.only)
		return put(t, "events/lctcp/enable", "1") ||
		       bad(t, "the events do not start: %s", strerror(errno));
	names = strdup(t->opt.only);
	if (!names)
		return bad(t, "%s", strerror(ENOMEM));
	for (name = strtok_r(names, ",", &save); good && name;
	     name = strtok_r(NULL, ",", &save)) {
		snprintf(file, sizeof(file), "events/lctcp/lctcp_%.20s/enable",
			 name);
		good = put(t, file, "1") ||
		       bad(t, "no event %s: %s", name, strerror(errno));
	}
	free(names);
	return good;
}

struct tracefs *tracefs_open(const struct tracefs_options *opt, char *problem)
{
	struct tracefs *t = calloc(1, sizeof(*t));

	if (!t) {
		snprintf(problem, TRACEFS_PROBLEM, "%s", strerror(ENOMEM));
		return NULL;
	}
	t->opt = *opt;
	t->problem = problem;
	t->ring = ring_new(sysconf(_SC_NPROCESSORS_CONF));
	if (!t->ring)
		bad(t, "%s", strerror(ENOMEM));
	else if (find_root(t) && read_formats(t) && read_header(t) &&
		 set_up(t) && open_pipes(t) && enable(t))
		return t;
	tracefs_close(t);
	return NULL;
}

void tracefs_close(struct tracefs *t)
{
	unsigned int i;

	for (i = 0; i < t->ncpus; i++)
		close(t->fds[i].fd);
	if (*t->dir)
		rmdir(t->dir);
	ring_free(t->ring);
	free(t->fds);
	free(t->page);
	free(t);
}

/* ---- events ---- */

static void hand_lost(struct tracefs *t, unsigned int cpu, unsigned long n)
{
	char *line = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&line, &len);

	t->lost += n;
	if (!f)
		return;
	events_write_lost(f, cpu, n);
	fclose(f);
	t->opt.line(t->opt.data, line, len);
	free(line);
}

static void hand_on(struct tracefs *t, uint64_t before)
{
	struct ring_event ev;
	char line[RING_LINE];

	while (ring_next(t->ring, before, &ev)) {
		if (ev.lost)
			hand_lost(t, ev.cpu, ev.lost);
		t->opt.line(t->opt.data, line, ring_json(&ev, line));
		t->events++;
	}
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* Some pages of a CPU.  What it has later is no older than *@before. */
static bool read_cpu(struct tracefs *t, unsigned int cpu, uint64_t *before)
{
	size_t room = ring_page_size(t->ring);
	uint64_t start = 0;
	unsigned int i;
	ssize_t n;

	for (i = 0; i < PASS_PAGES; i++) {
		n = read(t->fds[cpu].fd, t->page, room);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n <= 0)
			return n == 0;
		if (!ring_page(t->ring, cpu, t->page, n))
			return false;
		memcpy(&start, t->page, sizeof(start));
	}
	t->drained = false;
	if (start < *before)
		*before = start;
	return true;
}

/* One pass over the buffers. */
static bool read_all(struct tracefs *t, uint64_t before)
{
	bool good = true;
	unsigned int i;

	t->drained = true;
	for (i = 0; good && i < t->ncpus; i++)
		good = read_cpu(t, i, &before);
	hand_on(t, before);
	return good;
}

bool tracefs_read(struct tracefs *t)
{
	return read_all(t, now_ns() - SLACK_NS);
}

bool tracefs_wait(struct tracefs *t, int ms, const sigset_t *mask)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	if (!t->drained)
		memset(&ts, 0, sizeof(ts));
	return ppoll(t->fds, t->ncpus, &ts, mask) > 0;
}

/* "KEY: N" of per_cpu/cpuN/stats */
static unsigned long long stat_of(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* What the kernel counted as lost on a CPU. */
static unsigned long long count_lost(const struct tracefs *t, unsigned int cpu)
{
	unsigned long long n = 0;
	char path[512], *text;

	snprintf(path, sizeof(path), "%s/per_cpu/cpu%u/stats", t->dir, cpu);
	text = slurp(path);
	if (text)
		n = stat_of(text, "\noverrun: ") +
		    stat_of(text, "\ncommit overrun: ") +
		    stat_of(text, "\ndropped events: ");
	free(text);
	return n;
}

void tracefs_stop(struct tracefs *t)
{
	unsigned long long lost = 0;
	unsigned int i;

	put(t, "tracing_on", "0");
	do {
		if (!read_all(t, 0))
			break;
	} while (!t->drained);
	hand_on(t, UINT64_MAX);
	for (i = 0; i < t->ncpus; i++)
		lost += count_lost(t, i);
	if (lost > t->lost)
		hand_lost(t, 0, lost - t->lost);
}

unsigned long long tracefs_events(const struct tracefs *t)
{
	return t->events;
}

unsigned long long tracefs_lost(const struct tracefs *t)
{
	return t->lost;
}
