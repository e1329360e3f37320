// SPDX-License-Identifier: GPL-2.0
/* Events as they happen: see live.h. */
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
#include <time.h>
#include <unistd.h>

#include "events.h"
#include "live.h"
#include "ring.h"

#define TRACING		"/sys/kernel/tracing"
#define OLD_TRACING	"/sys/kernel/debug/tracing"
#define MODULE		"/sys/module/lctcp"
#define DEBUGFS		"/sys/kernel/debug"
#define RECORD		DEBUGFS "/lctcp/record"
#define MB_DEFAULT	64
#define KB_MIN		256		/* a CPU */
#define BLOCK		(1 << 16)	/* a read */
#define PASS_BLOCKS	16		/* of one CPU before the next */
#define SLACK_NS	100000000ULL	/* between an event's time and its write */

/**
 * struct live - a recorder
 * @opt:	what was asked for
 * @problem:	for whoever opens
 * @fd:		its file, -1 before it is open
 * @ncpus:	how many buffers are open
 * @fds:	of these, for poll()
 * @ring:	what was read
 * @block:	room for a read
 * @drained:	the last pass over the buffers has emptied them
 * @events:	handed on
 * @lost:	told as lost, one by one
 */
struct live {
	struct live_options opt;
	char *problem;
	int fd;
	unsigned int ncpus;
	struct pollfd *fds;
	struct ring *ring;
	unsigned char block[BLOCK];
	bool drained;
	unsigned long long events, lost;
};

/* ---- files ---- */

__attribute__((format(printf, 2, 3)))
static bool bad(struct live *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->problem, LIVE_PROBLEM, fmt, ap);
	va_end(ap);
	return false;
}

#define NO_PERMISSION	\
	tr("no permission for %s: try as root", "没有权限访问 %s：请用 root")

/* A small file as text, or NULL and errno. */
static char *read_whole(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	if (!f)
		return NULL;
	if (getdelim(&text, &room, 0, f) < 0) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

/* ---- how the tracepoints are laid out ---- */

static bool add_format(struct live *t, const char *dir, const char *name)
{
	char path[512], *text;
	bool good;

	snprintf(path, sizeof(path), "%s/%s/format", dir, name);
	text = read_whole(path);
	if (!text)
		return bad(t, "%s: %s", path, strerror(errno));
	good = ring_add_format(t->ring, text);
	free(text);
	return good || bad(t, tr("%s: not understood", "看不懂 %s"), path);
}

static bool read_formats(struct live *t)
{
	static const char events[] = TRACING "/events/lctcp";
	const struct dirent *entry;
	const char *path = events;
	bool good = true;
	DIR *dir;

	if (access(TRACING "/events", F_OK))
		path = OLD_TRACING "/events/lctcp";
	dir = opendir(path);
	if (!dir && access(MODULE, F_OK))
		return bad(t, NOT_LOADED, MODULE);
	if (!dir && errno == EACCES)
		return bad(t, NO_PERMISSION, path);
	if (!dir && access(TRACING, F_OK))
		return bad(t, tr("no %s: this kernel has no tracing",
				 "没有 %s：这个内核不支持跟踪"), TRACING);
	if (!dir && path != events)
		return bad(t, tr("no tracefs; as root: mount -t tracefs none %s",
				 "没有挂载 tracefs；请用 root：mount -t tracefs none %s"),
			   TRACING);
	if (!dir)
		return bad(t, NOT_LOADED, path);
	while (good && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "lctcp_", 6))
			good = add_format(t, path, entry->d_name);
	closedir(dir);
	return good;
}

/* ---- the recorder ---- */

static bool open_record(struct live *t)
{
	t->fd = open(RECORD, O_RDWR | O_CLOEXEC);
	if (t->fd >= 0)
		return true;
	if (errno == EACCES)
		return bad(t, NO_PERMISSION, RECORD);
	if (errno != ENOENT)
		return bad(t, "%s: %s", RECORD, strerror(errno));
	if (access(DEBUGFS "/lctcp", F_OK) && access(DEBUGFS "/bdi", F_OK))
		return bad(t, tr("no debugfs; as root: mount -t debugfs none %s",
				 "没有挂载 debugfs；请用 root：mount -t debugfs none %s"),
			   DEBUGFS);
	return bad(t, tr("no %s: this kernel has no relay channels (CONFIG_RELAY)",
			 "没有 %s：这个内核没有 relay 通道（CONFIG_RELAY）"),
		   RECORD);
}

/* "start KB [NAME...]" */
static bool start(struct live *t)
{
	unsigned long kb, online = sysconf(_SC_NPROCESSORS_ONLN);
	char text[256], *comma;
	int n;

	kb = (t->opt.buffer_mb ? t->opt.buffer_mb : MB_DEFAULT) * 1024 / online;
	n = snprintf(text, sizeof(text), "start %lu %s",
		     kb > KB_MIN ? kb : KB_MIN, t->opt.only ? t->opt.only : "");
	if (n >= (int)sizeof(text))
		return bad(t, tr("too many kinds of events: %s",
				 "事件种类太多：%s"), t->opt.only);
	while ((comma = strchr(text, ',')))
		*comma = ' ';
	return write(t->fd, text, n) == n ||
	       bad(t, tr("no buffer of %lu kB a CPU: %s",
			 "每个 CPU %lu kB 的缓冲区无法分配：%s"), kb,
		   strerror(errno));
}

/**
 * struct news - what a recorder says of itself
 * @number:	of the folder with its buffers
 * @lost:	events that no later one tells of
 * @full:	how full the fullest buffer is, in percent
 */
struct news {
	unsigned int number;
	unsigned long long lost;
	unsigned int full;
};

static bool ask(const struct live *t, struct news *news)
{
	char text[64];
	ssize_t n = pread(t->fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = 0;
	return sscanf(text, "%u %llu %u", &news->number, &news->lost,
		      &news->full) == 3;
}

static bool open_buffers(struct live *t)
{
	unsigned int n = sysconf(_SC_NPROCESSORS_CONF), i;
	struct news news;
	char path[64];

	t->fds = calloc(n, sizeof(*t->fds));
	if (!t->fds)
		return bad(t, "%s", strerror(ENOMEM));
	if (!ask(t, &news))
		return bad(t, tr("%s: not understood", "看不懂 %s"), RECORD);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), DEBUGFS "/lctcp/%u/cpu%u",
			 news.number, i);
		t->fds[i].fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		/* one that is offline has none */
		if (t->fds[i].fd < 0 && errno != ENOENT)
			return bad(t, "%s: %s", path, strerror(errno));
		t->fds[i].events = POLLIN;
		t->ncpus++;
	}
	return true;
}

struct live *live_open(const struct live_options *opt, char *problem)
{
	struct live *t = calloc(1, sizeof(*t));

	if (!t) {
		snprintf(problem, LIVE_PROBLEM, "%s", strerror(ENOMEM));
		return NULL;
	}
	t->opt = *opt;
	t->problem = problem;
	t->fd = -1;
	t->ring = ring_new(sysconf(_SC_NPROCESSORS_CONF));
	if (!t->ring)
		bad(t, "%s", strerror(ENOMEM));
	else if (read_formats(t) && open_record(t) && start(t) &&
		 open_buffers(t))
		return t;
	live_close(t);
	return NULL;
}

void live_close(struct live *t)
{
	unsigned int i;

	for (i = 0; i < t->ncpus; i++)
		if (t->fds[i].fd >= 0)
			close(t->fds[i].fd);
	if (t->fd >= 0)
		close(t->fd);
	ring_free(t->ring);
	free(t->fds);
	free(t);
}

/* ---- events ---- */

static void hand_lost(struct live *t, unsigned int cpu, unsigned long n)
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

static void hand_on(struct live *t, uint64_t before)
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

/* Some of what a CPU has.  What it has later is no older than *@before. */
static bool read_cpu(struct live *t, unsigned int cpu, uint64_t *before)
{
	unsigned int i;
	ssize_t n;

	for (i = 0; i < PASS_BLOCKS && t->fds[cpu].fd >= 0; i++) {
		n = read(t->fds[cpu].fd, t->block, BLOCK);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n <= 0)
			return n == 0;
		if (!ring_bytes(t->ring, cpu, t->block, n)) {
			errno = EPROTO;
			return false;
		}
	}
	if (i < PASS_BLOCKS)
		return true;
	t->drained = false;
	if (ring_newest(t->ring, cpu) < *before)
		*before = ring_newest(t->ring, cpu);
	return true;
}

/* One pass over the buffers. */
static bool read_all(struct live *t, uint64_t before)
{
	bool good = true;
	unsigned int i;

	t->drained = true;
	for (i = 0; good && i < t->ncpus; i++)
		good = read_cpu(t, i, &before);
	hand_on(t, before);
	return good;
}

bool live_read(struct live *t)
{
	return read_all(t, now_ns() - SLACK_NS);
}

bool live_wait(struct live *t, int ms, const sigset_t *mask)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };
	struct news news;

	if (!t->drained)
		memset(&ts, 0, sizeof(ts));
	return ppoll(t->fds, t->ncpus, &ts, mask) > 0 && ask(t, &news) &&
	       news.full >= 50;
}

void live_stop(struct live *t)
{
	struct news news;

	if (write(t->fd, "stop", 4) != 4)
		return;
	do {
		if (!read_all(t, 0))
			break;
	} while (!t->drained);
	hand_on(t, UINT64_MAX);
	if (ask(t, &news) && news.lost)
		hand_lost(t, 0, news.lost);
}

unsigned long long live_events(const struct live *t)
{
	return t->events;
}

unsigned long long live_lost(const struct live *t)
{
	return t->lost;
}
