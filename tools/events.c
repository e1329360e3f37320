// SPDX-License-Identifier: GPL-2.0
/* The reader of traces: see events.h. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <lctcp/fsm.h>

#include "events.h"

static const char *const kind_names[EVENT_NKINDS] = {
	[EVENT_STATE]		= "lctcp_state",
	[EVENT_SEND]		= "lctcp_send",
	[EVENT_RECEIVE]		= "lctcp_receive",
	[EVENT_FAULT]		= "lctcp_fault",
	[EVENT_RETRANSMIT]	= "lctcp_retransmit",
	[EVENT_TIMER_SET]	= "lctcp_timer_set",
	[EVENT_TIMER_FIRED]	= "lctcp_timer_fired",
	[EVENT_DROP]		= "lctcp_drop",
};

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

/* "SYN|ACK" */
static unsigned int flag_bits(char *text)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG",
	};
	unsigned int bits = 0, i;
	char *save, *word;

	for (word = strtok_r(text, "|", &save); word;
	     word = strtok_r(NULL, "|", &save))
		for (i = 0; i < ARRAY_SIZE(names); i++)
			if (!strcmp(word, names[i]))
				bits |= 1 << i;
	return bits;
}

static void copy_word(char *to, const char *from)
{
	snprintf(to, EVENT_WORD, "%s", from);
}

/* 192.0.2.1 becomes ::ffff:192.0.2.1, as laddr_v6 has it. */
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

static void read_field(struct event *e, const char *key, char *val)
{
	if (!strcmp(key, "id"))
		e->id = strtoul(val, NULL, 10);
	else if (!strcmp(key, "from"))
		e->from = state_number(val);
	else if (!strcmp(key, "event"))
		e->what = event_number(val);
	else if (!strcmp(key, "to"))
		e->to = state_number(val);
	else if (!strcmp(key, "laddr_v6"))
		read_addr(&e->local.addr, val);
	else if (!strcmp(key, "raddr_v6"))
		read_addr(&e->remote.addr, val);
	else if (!strcmp(key, "lport"))
		e->local.port = strtoul(val, NULL, 10);
	else if (!strcmp(key, "rport"))
		e->remote.port = strtoul(val, NULL, 10);
	else if (!strcmp(key, "flags"))
		e->flags = flag_bits(val);
	else if (!strcmp(key, "seq"))
		e->seq = strtoul(val, NULL, 10);
	else if (!strcmp(key, "ack"))
		e->ack = strtoul(val, NULL, 10);
	else if (!strcmp(key, "len"))
		e->len = strtoul(val, NULL, 10);
	else if (!strcmp(key, "ms"))
		e->ms = strtoull(val, NULL, 10);
	else if (!strcmp(key, "tries"))
		e->tries = strtoul(val, NULL, 10);
	else if (!strcmp(key, "count"))
		e->count = strtoul(val, NULL, 10);
	else if (!strcmp(key, "delay_ms"))
		e->delay_ms = strtoul(val, NULL, 10);
	else if (!strcmp(key, "role"))
		copy_word(e->role, val);
	else if (!strcmp(key, "verb"))
		copy_word(e->verb, val);
	else if (!strcmp(key, "timer"))
		copy_word(e->timer, val);
	else if (!strcmp(key, "reason"))
		copy_word(e->reason, val);
}

/* "12.345678" before @end, which is the colon behind it */
static bool read_time(const char *line, const char *end, long long *us)
{
	const char *start = end;
	long long sec, frac = 0;
	int digits = 0;
	char *dot;

	while (start > line && strchr("0123456789.", start[-1]))
		start--;
	sec = strtoll(start, &dot, 10);
	if (dot == start || *dot != '.')
		return false;
	while (++dot < end && digits < 6) {
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
	const char *at = line, *name;
	unsigned int i;
	size_t n;

	while ((at = strstr(at, ": lctcp_"))) {
		name = at + 2;
		n = strcspn(name, ": ");
		for (i = 0; i < EVENT_NKINDS; i++)
			if (strlen(kind_names[i]) == n &&
			    !strncmp(kind_names[i], name, n))
				break;
		if (i < EVENT_NKINDS && name[n] == ':' &&
		    read_time(line, at, &e->us)) {
			e->kind = i;
			return name + n + 1;
		}
		at = name;
	}
	return NULL;
}

static struct event *events_more(struct events *evs)
{
	size_t room = evs->room ? 2 * evs->room : 64;
	struct event *v;

	if (evs->n < evs->room)
		return &evs->v[evs->n];
	v = realloc(evs->v, room * sizeof(*v));
	if (!v)
		return NULL;
	evs->v = v;
	evs->room = room;
	return &v[evs->n];
}

int events_line(struct events *evs, const char *line)
{
	struct event *e = events_more(evs);
	char *copy, *save, *word, *eq;
	const char *body;

	if (!e)
		return -1;
	memset(e, 0, sizeof(*e));
	body = read_head(line, e);
	if (!body) {
		if (!strncmp(line, "CPU:", 4) && strstr(line, "[LOST"))
			evs->lost = true;
		return 0;
	}
	copy = strdup(body);
	if (!copy)
		return -1;
	for (word = strtok_r(copy, " \t\n", &save); word;
	     word = strtok_r(NULL, " \t\n", &save)) {
		eq = strchr(word, '=');
		if (!eq)
			continue;
		*eq = 0;
		read_field(e, word, eq + 1);
	}
	free(copy);
	evs->n++;
	return 1;
}

int events_read(struct events *evs, FILE *f)
{
	char *line = NULL;
	size_t room = 0;
	int n = 0, ret = 0;

	while (ret >= 0 && getline(&line, &room, f) > 0) {
		ret = events_line(evs, line);
		n += ret;
	}
	free(line);
	return ret < 0 ? -1 : n;
}

void events_free(struct events *evs)
{
	free(evs->v);
	memset(evs, 0, sizeof(*evs));
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
