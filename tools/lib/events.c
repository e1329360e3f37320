// SPDX-License-Identifier: GPL-2.0
/* The reader of traces: see events.h. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <lctcp/fsm.h>

#include "array.h"
#include "events.h"
#include "json.h"
#include "lang.h"

static const char *const kind_names[EVENT_NKINDS] = {
	[EVENT_STATE]		= "state",
	[EVENT_SEND]		= "send",
	[EVENT_RECEIVE]		= "receive",
	[EVENT_FAULT]		= "fault",
	[EVENT_RETRANSMIT]	= "retransmit",
	[EVENT_TIMER_SET]	= "timer_set",
	[EVENT_TIMER_FIRED]	= "timer_fired",
	[EVENT_DROP]		= "drop",
	[EVENT_CALL]		= "call",
	[EVENT_CONGESTION]	= "congestion",
	[EVENT_SACK]		= "sack",
	[EVENT_ACKED]		= "acked",
};

const char *event_kind_name(unsigned int kind)
{
	return kind < EVENT_NKINDS ? kind_names[kind] : "?";
}

/* EVENT_NKINDS if unknown */
static unsigned int kind_number(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < EVENT_NKINDS; i++)
		if (strlen(kind_names[i]) == len &&
		    !strncmp(kind_names[i], name, len))
			break;
	return i;
}

static unsigned int state_number(const char *name)
{
	unsigned int i;

	for (i = 1; i < LCTCP_NSTATES; i++)
		if (!strcmp(lctcp_state_name(i), name))
			return i;
	return 0;
}

static unsigned int event_number(const char *name)
{
	unsigned int i;

	for (i = 0; i < LCTCP_NEVENTS; i++)
		if (!strcmp(lctcp_event_name(i), name))
			return i;
	return LCTCP_NEVENTS;
}

/* "SYN|ACK", "ACK|0x40": those without a name stand there as a number */
static unsigned int flag_bits(char *text)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG",
	};
	unsigned int bits = 0, i;
	char *save, *word;

	for (word = strtok_r(text, "|", &save); word;
	     word = strtok_r(NULL, "|", &save)) {
		if (!strncmp(word, "0x", 2))
			bits |= strtoul(word, NULL, 16) & (SEG_ECE | SEG_CWR);
		for (i = 0; i < ARRAY_SIZE(names); i++)
			if (!strcmp(word, names[i]))
				bits |= 1 << i;
	}
	return bits;
}

/* 192.0.2.1 becomes ::ffff:192.0.2.1. */
static void read_addr(struct in6_addr *addr, const char *text)
{
	struct in_addr v4;

	if (inet_pton(AF_INET6, text, addr) == 1 ||
	    inet_pton(AF_INET, text, &v4) != 1)
		return;
	memset(addr, 0, sizeof(*addr));
	memset(&addr->s6_addr[10], 0xff, 2);
	memcpy(&addr->s6_addr[12], &v4, 4);
}

static void take_u16(void *to, char *val)
{
	*(uint16_t *)to = strtoul(val, NULL, 10);
}

static void take_u32(void *to, char *val)
{
	*(uint32_t *)to = strtoul(val, NULL, 10);
}

static void take_u64(void *to, char *val)
{
	*(unsigned long long *)to = strtoull(val, NULL, 10);
}

static void take_ns(void *to, char *val)
{
	*(long long *)to = strtoull(val, NULL, 10) / 1000;
}

static void take_state(void *to, char *val)
{
	*(unsigned int *)to = state_number(val);
}

static void take_event(void *to, char *val)
{
	*(unsigned int *)to = event_number(val);
}

static void take_flags(void *to, char *val)
{
	*(unsigned int *)to = flag_bits(val);
}

static void take_addr(void *to, char *val)
{
	read_addr(to, val);
}

void event_word(char *to, size_t size, const char *text)
{
	for (; *text && size > 1; text++, size--)
		*to++ = *text > ' ' && *text <= '~' ? *text : '?';
	*to = 0;
}

static void store_word(void *to, char *val)
{
	event_word(to, EVENT_WORD, val);
}

#define FIELD(name, member, take)	\
	{ name, offsetof(struct event, member), take }

/* The fields by their names, which are the same in both formats. */
static const struct field {
	const char *name;
	size_t offset;
	void (*take)(void *to, char *val);
} fields[] = {
	FIELD("ns",		us,		take_ns),
	FIELD("cpu",		cpu,		take_u32),
	FIELD("pid",		pid,		take_u32),
	FIELD("netns",		netns,		take_u32),
	FIELD("id",		id,		take_u32),
	FIELD("from",		from,		take_state),
	FIELD("event",		what,		take_event),
	FIELD("to",		to,		take_state),
	FIELD("role",		role,		store_word),
	FIELD("flags",		flags,		take_flags),
	FIELD("seq",		seq,		take_u32),
	FIELD("ack",		ack,		take_u32),
	FIELD("wnd",		wnd,		take_u32),
	FIELD("len",		len,		take_u32),
	FIELD("ms",		ms,		take_u64),
	FIELD("timer",		timer,		store_word),
	FIELD("tries",		tries,		take_u32),
	FIELD("rule",		rule,		take_u32),
	FIELD("count",		count,		take_u32),
	FIELD("delay_ms",	delay_ms,	take_u32),
	FIELD("verb",		verb,		store_word),
	FIELD("reason",		reason,		store_word),
	FIELD("call",		call,		store_word),
	FIELD("state",		state,		store_word),
	FIELD("by",		by,		store_word),
	FIELD("cwnd",		cwnd,		take_u32),
	FIELD("ssthresh",	ssthresh,	take_u32),
	FIELD("flight",		flight,		take_u32),
	FIELD("sacked",		sacked,		take_u32),
	FIELD("lost",		lost,		take_u32),
	FIELD("una",		una,		take_u32),
	FIELD("nxt",		nxt,		take_u32),
	FIELD("window",		window,		take_u32),
	FIELD("again",		again,		take_u32),
	FIELD("srtt_us",	srtt_us,	take_u32),
	FIELD("rto_us",		rto_us,		take_u32),
	FIELD("start",		start,		take_u32),
	FIELD("end",		end,		take_u32),
	/* a text has the mapped addresses behind the plain ones */
	FIELD("laddr",		local.addr,	take_addr),
	FIELD("laddr_v6",	local.addr,	take_addr),
	FIELD("lport",		local.port,	take_u16),
	FIELD("raddr",		remote.addr,	take_addr),
	FIELD("raddr_v6",	remote.addr,	take_addr),
	FIELD("rport",		remote.port,	take_u16),
};

static void read_field(struct event *e, const char *name, char *val)
{
	const struct field *f;

	for (f = fields; f < fields + ARRAY_SIZE(fields); f++) {
		if (!strcmp(name, f->name)) {
			f->take((char *)e + f->offset, val);
			return;
		}
	}
}

/* Three of them can be added. */
#define SECONDS_MAX	(LLONG_MAX / 4000000)

/* "12.345678" before @end, which is the colon behind it */
static bool read_stamp(const char *line, const char *end, long long *us)
{
	const char *start = end;
	long long sec, frac = 0;
	int digits = 0;
	char *dot;

	while (start > line && strchr("0123456789.", start[-1]))
		start--;
	sec = strtoll(start, &dot, 10);
	if (dot == start || *dot != '.' || sec > SECONDS_MAX)
		return false;
	while (++dot < end && digits < 6) {
		if (*dot == '.')
			return false;
		frac = frac * 10 + (*dot - '0');
		digits++;
	}
	for (; digits < 6; digits++)
		frac *= 10;
	*us = sec * 1000000 + frac;
	return true;
}

/* Find "TIME: NAME: " and what follows it.  The name of the program that
 * leads the line may hold anything.
 */
static const char *read_head(const char *line, struct event *e)
{
	static const char mark[] = ": lctcp_";
	const char *at = line, *name;
	size_t n;

	while ((at = strstr(at, mark))) {
		name = at + strlen(mark);
		n = strcspn(name, ": ");
		e->kind = kind_number(name, n);
		if (e->kind < EVENT_NKINDS && name[n] == ':' &&
		    read_stamp(line, at, &e->us))
			return name + n + 1;
		at = name;
	}
	return NULL;
}

/* A line of a trace's text into @e: 1, 0 or EVENTS_NO_MEMORY. */
static int read_text(struct events *evs, struct event *e, const char *line)
{
	char *copy, *save, *word, *eq;
	const char *body;

	body = read_head(line, e);
	if (!body) {
		/* CPU:0 [LOST 12 EVENTS] */
		body = strncmp(line, "CPU:", 4) ? NULL : strstr(line, "[LOST");
		if (body)
			evs->lost += max(strtoull(body + 5, NULL, 10), 1ULL);
		return 0;
	}
	copy = strdup(body);
	if (!copy)
		return EVENTS_NO_MEMORY;
	for (word = strtok_r(copy, " \t\n", &save); word;
	     word = strtok_r(NULL, " \t\n", &save)) {
		eq = strchr(word, '=');
		if (!eq)
			continue;
		*eq = 0;
		read_field(e, word, eq + 1);
	}
	free(copy);
	return 1;
}

/**
 * struct record - a line of a recording
 * @e:		the event that it may be
 * @kind:	what it is
 * @format:	of a header
 * @version:	of a header
 * @clock:	of a header
 * @kernel:	of a header
 * @events:	how many, where that is told
 */
struct record {
	struct event *e;
	char kind[EVENT_WORD];
	char format[EVENT_WORD];
	unsigned long version;
	char clock[EVENT_WORD];
	char kernel[65];
	unsigned long long events;
};

static void take_member(void *data, const char *name, char *val)
{
	struct record *r = data;

	if (!strcmp(name, "kind"))
		store_word(r->kind, val);
	else if (!strcmp(name, "format"))
		store_word(r->format, val);
	else if (!strcmp(name, "version"))
		r->version = strtoul(val, NULL, 10);
	else if (!strcmp(name, "clock"))
		store_word(r->clock, val);
	else if (!strcmp(name, "kernel"))
		event_word(r->kernel, sizeof(r->kernel), val);
	else if (!strcmp(name, "events"))
		r->events = strtoull(val, NULL, 10);
	else
		read_field(r->e, name, val);
}

static int read_header(struct events *evs, const struct record *r)
{
	if (strcmp(r->format, "lctcp") || !r->version)
		return EVENTS_BAD;
	if (r->version > EVENTS_VERSION)
		return EVENTS_NEWER;
	evs->header = true;
	memcpy(evs->clock, r->clock, sizeof(evs->clock));
	memcpy(evs->kernel, r->kernel, sizeof(evs->kernel));
	return 0;
}

/* A line of a recording into @e: 1, 0 or EVENTS_*. */
static int read_record(struct events *evs, struct event *e, const char *line)
{
	struct record r = { .e = e };
	char *copy = strdup(line);
	bool good;

	if (!copy)
		return EVENTS_NO_MEMORY;
	good = json_object(copy, take_member, &r);
	free(copy);
	if (!good || !*r.kind)
		return EVENTS_BAD;
	if (!strcmp(r.kind, "header"))
		return read_header(evs, &r);
	if (!strcmp(r.kind, "end"))
		evs->ended = true;
	else if (!strcmp(r.kind, "lost"))
		evs->lost += r.events;
	e->kind = kind_number(r.kind, strlen(r.kind));
	return e->kind < EVENT_NKINDS;
}

int events_line(struct events *evs, const char *line)
{
	struct event *e = array_more(&evs->v, evs->n, &evs->room, sizeof(*e));
	int ret;

	if (!e)
		return EVENTS_NO_MEMORY;
	if (*line == '{')
		ret = read_record(evs, e, line);
	else
		ret = read_text(evs, e, line);
	if (ret > 0)
		evs->n++;
	return ret;
}

int events_read(struct events *evs, FILE *f, size_t *line)
{
	size_t room = 0, lines = 0;
	char *text = NULL;
	int n = 0, ret = 0;

	while (ret >= 0 && getline(&text, &room, f) > 0) {
		lines++;
		ret = events_line(evs, text);
		n += ret > 0;
	}
	free(text);
	if (line)
		*line = lines;
	return ret < 0 ? ret : n;
}

static int complain(const char *path, const char *problem, size_t line)
{
	fprintf(stderr, "lctcp: ");
	if (strcmp(path, "-"))
		fprintf(stderr, "%s: ", path);
	if (line)
		fprintf(stderr, tr("line %zu: ", "第 %zu 行："), line);
	fprintf(stderr, "%s\n", problem);
	return 1;
}

int events_load_file(struct events *evs, FILE *f, const char *path)
{
	size_t line = 0;
	int n = events_read(evs, f, &line);

	if (ferror(f))
		return complain(path, tr("cannot be read to its end", "无法读到末尾"), 0);
	switch (n) {
	case EVENTS_NO_MEMORY:
		return complain(path, strerror(ENOMEM), 0);
	case EVENTS_NEWER:
		return complain(path, tr("recorded by a newer lctcp",
					 "由更新版本的 lctcp 记录"), 0);
	case EVENTS_BAD:
		return complain(path, tr("not a line of a recording, or cut off",
					 "不是记录中的一行，或被截断"),
				line);
	case 0:
		return complain(path, tr("no event of lctcp in it",
					 "其中没有 lctcp 的事件"), 0);
	}
	if (evs->header && !evs->ended)
		return complain(path, tr("the recording was cut short",
					 "记录不完整，被截断"), 0);
	return 0;
}

int events_load(struct events *evs, const char *path)
{
	struct stat st;
	int status;
	FILE *f;

	if (!strcmp(path, "-"))
		return events_load_file(evs, stdin, path);
	f = fopen(path, "r");
	if (!f)
		return complain(path, strerror(errno), 0);
	/* reading a directory fails only later */
	if (!fstat(fileno(f), &st) && S_ISDIR(st.st_mode))
		status = complain(path, strerror(EISDIR), 0);
	else
		status = events_load_file(evs, f, path);
	fclose(f);
	return status;
}

void events_free(struct events *evs)
{
	free(evs->v);
	memset(evs, 0, sizeof(*evs));
}

void events_write_header(FILE *f, const char *clock, const char *kernel)
{
	char start[32] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(start, sizeof(start), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fprintf(f, "{\"kind\":\"header\",\"format\":\"lctcp\",\"version\":%d,\"clock\":",
		EVENTS_VERSION);
	json_string(f, clock);
	fputs(",\"kernel\":", f);
	json_string(f, kernel);
	fputs(",\"start\":", f);
	json_string(f, start);
	fputs("}\n", f);
}

void events_write_lost(FILE *f, unsigned int cpu, unsigned long long n)
{
	fprintf(f, "{\"kind\":\"lost\",\"cpu\":%u,\"events\":%llu}\n", cpu, n);
}

void events_write_end(FILE *f, unsigned long long n, unsigned long long lost)
{
	fprintf(f, "{\"kind\":\"end\",\"events\":%llu,\"lost\":%llu}\n", n, lost);
}

bool event_end_same(const struct event_end *a, const struct event_end *b)
{
	return a->port == b->port && !memcmp(&a->addr, &b->addr, 16);
}

const char *event_end_text(const struct event_end *e, char *buf, size_t size)
{
	char addr[INET6_ADDRSTRLEN];

	if (IN6_IS_ADDR_V4MAPPED(&e->addr))
		snprintf(buf, size, "%s:%u",
			 inet_ntop(AF_INET, &e->addr.s6_addr[12], addr,
				   sizeof(addr)), e->port);
	else
		snprintf(buf, size, "[%s]:%u",
			 inet_ntop(AF_INET6, &e->addr, addr, sizeof(addr)),
			 e->port);
	return buf;
}
