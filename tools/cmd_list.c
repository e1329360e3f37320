// SPDX-License-Identifier: GPL-2.0
/* lctcp list: the connections there are. */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "filter.h"
#include "lib/json.h"
#include "lib/utf8.h"
#include "tool.h"

static const struct syntax syntax = {
	.usage = {
	"Usage: lctcp list [OPTION...] [FILE]\n"
	"\n"
	"List the connections of this network namespace: half-open ones and those in\n"
	"TIME_WAIT too. FILE is a saved copy of /proc/net/lctcp/connections.\n"
	"\n",
	"用法：lctcp list [OPTION...] [FILE]\n"
	"\n"
	"列出本网络命名空间的连接，包括半连接和处于 TIME_WAIT 的。FILE 是保存下来的\n"
	"/proc/net/lctcp/connections。\n"
	"\n",
	},
	.choices = {
		FILTER_CHOICES,
		{ 'j', "json", NULL, { "a line of JSON for each",
				       "每个连接一行 JSON" } },
	},
	.column = 22,
	.more = {
	"\n"
	"AGE is the time in the state. TIMER is the next one to fire, and when; TRIES\n"
	"is how often the segment that it is about was sent again. SENDQ: octets not\n"
	"acknowledged; RECVQ: octets not read. Of a listener these are the bound of its\n"
	"queue and the connections in it. CWND, FLIGHT and RECOVERY (congestion window,\n"
	"octets in the network, state of loss recovery) are there if something is under\n"
	"way and there is room.\n",
	"\n"
	"“时长”是处于该状态的时间。“定时器”是最先到期的一个，以及还剩多久；“重传”是\n"
	"它所管的报文段重传过多少次。“发送”：尚未得到确认的字节数；“接收”：尚未读取的\n"
	"字节数；对监听者来说，它们是全连接队列的上限和其中的连接数。有数据在途且放得\n"
	"下时，另有 cwnd（拥塞窗口）、“在途”（网络中的字节数）和“丢失恢复”（其状态）。\n",
	},
};

/* ---- for programs ---- */

static void put_member(const char *name, const char *text)
{
	printf(",\"%s\":", name);
	json_string(stdout, text);
}

static void show_json(const struct conn *c)
{
	printf("{\"id\":%lu", c->id);
	put_member("role", c->role);
	put_member("state", lctcp_state_name(c->state));
	put_member("local", c->local);
	put_member("remote", c->remote);
	printf(",\"age_ms\":%llu", c->age_ms);
	put_member("timer", c->timer);
	printf(",\"left_ms\":%lu,\"tries\":%lu,\"sndq\":%lu,\"rcvq\":%lu",
	       c->left_ms, c->tries, c->sndq, c->rcvq);
	printf(",\"uid\":%lu,\"inode\":%lu", c->uid, c->inode);
	if (strcmp(c->recovery, "-")) {
		printf(",\"cwnd\":%lu,\"flight\":%lu", c->cwnd, c->flight);
		put_member("recovery", c->recovery);
	}
	puts("}");
}

/* ---- for people ---- */

enum {
	STATE, ROLE, LOCAL, REMOTE, AGE, TIMER, TRIES, SNDQ, RCVQ,
	CWND, FLIGHT, RECOVERY, ID, NCOLS
};

static const struct {
	const char *title[NLANGS];
	bool right;
} columns[NCOLS] = {
	[STATE]		= { { "STATE", "状态" } },
	[ROLE]		= { { "ROLE", "角色" } },
	[LOCAL]		= { { "LOCAL", "本端" } },
	[REMOTE]	= { { "REMOTE", "对端" } },
	[AGE]		= { { "AGE", "时长" }, true },
	[TIMER]		= { { "TIMER", "定时器" } },
	[TRIES]		= { { "TRIES", "重传" }, true },
	[SNDQ]		= { { "SENDQ", "发送" }, true },
	[RCVQ]		= { { "RECVQ", "接收" }, true },
	[CWND]		= { { "CWND", "cwnd" }, true },
	[FLIGHT]	= { { "FLIGHT", "在途" }, true },
	[RECOVERY]	= { { "RECOVERY", "丢失恢复" } },
	[ID]		= { { "ID", "编号" }, true },
};

#define CELL	(CONN_END + 4)

static void fill(const struct conn *c, char cell[NCOLS][CELL])
{
	char left[DURATION];
	bool timer = strcmp(c->timer, "none");

	snprintf(cell[STATE], CELL, "%s", lctcp_state_name(c->state));
	snprintf(cell[ROLE], CELL, "%s", conn_role(c));
	snprintf(cell[LOCAL], CELL, "%s", c->local);
	snprintf(cell[REMOTE], CELL, "%s", c->remote);
	duration(c->age_ms, cell[AGE]);
	if (timer)
		snprintf(cell[TIMER], CELL, "%s %s", conn_timer(c),
			 duration(c->left_ms, left));
	else
		strcpy(cell[TIMER], "-");
	snprintf(cell[TRIES], CELL, "%lu", c->tries);
	snprintf(cell[SNDQ], CELL, "%lu", c->sndq);
	snprintf(cell[RCVQ], CELL, "%lu", c->rcvq);
	snprintf(cell[CWND], CELL, "%lu", c->cwnd);
	snprintf(cell[FLIGHT], CELL, "%lu", c->flight);
	snprintf(cell[RECOVERY], CELL, "%s", conn_recovery(c));
	if (!strcmp(c->recovery, "-")) {
		strcpy(cell[CWND], "-");
		strcpy(cell[FLIGHT], "-");
	}
	snprintf(cell[ID], CELL, "%lu", c->id);
}

static void print_row(char cell[NCOLS][CELL], const int *width)
{
	int i, spare;

	for (i = 0; i < NCOLS; i++) {
		if (!width[i])
			continue;
		spare = width[i] - text_width(cell[i]);
		if (columns[i].right)
			printf("%s%*s%s", i ? "  " : "", spare, "", cell[i]);
		else
			printf("%s%s%*s", i ? "  " : "", cell[i], spare, "");
	}
	putchar('\n');
}

/* On a terminal what is sent is shown only if all of it fits. */
static bool has_room(const int *width)
{
	int i, all = 2 * (NCOLS - 1);

	for (i = 0; i < NCOLS; i++)
		all += width[i];
	return !isatty(STDOUT_FILENO) || all <= text_columns(INT_MAX);
}

static void show_table(const struct conns *c)
{
	char cell[NCOLS][CELL];
	int width[NCOLS], i;
	bool sends = false;
	size_t row;

	for (i = 0; i < NCOLS; i++)
		width[i] = text_width(columns[i].title[lang_now]);
	for (row = 0; row < c->n; row++) {
		fill(&c->v[row], cell);
		for (i = 0; i < NCOLS; i++)
			width[i] = max(width[i], text_width(cell[i]));
		sends |= conn_sends(&c->v[row]);
	}
	if (!sends || !has_room(width))
		for (i = CWND; i <= RECOVERY; i++)
			width[i] = 0;
	for (i = 0; i < NCOLS; i++)
		strcpy(cell[i], columns[i].title[lang_now]);
	print_row(cell, width);
	for (row = 0; row < c->n; row++) {
		fill(&c->v[row], cell);
		print_row(cell, width);
	}
}

/* ---- the command line ---- */

static int show_file(const char *path, const struct filter *filter, bool json)
{
	struct conns c = { 0 };
	size_t i;
	FILE *f;

	f = proc_open(path, "connections");
	if (!f)
		return EXIT_FAILED;
	if (!conns_read(&c, f)) {
		conns_free(&c);
		fclose(f);
		return fail(tr("%s: no list of connections, or cut off",
			       "%s：不是连接列表，或被截断"),
			    path ? path : "connections");
	}
	fclose(f);
	filter_conns(filter, &c);
	if (json)
		for (i = 0; i < c.n; i++)
			show_json(&c.v[i]);
	else
		show_table(&c);
	conns_free(&c);
	return 0;
}

int cmd_list(int argc, char **argv)
{
	struct filter filter = { 0 };
	bool json = false;
	int c, status = 0;

	while (!status && (c = next_option(argc, argv, &syntax, &status)) > 0) {
		if (c == 'j')
			json = true;
		else
			status = filter_option(&filter, argv[0], c, optarg);
	}
	if (c < 0 || status)
		return status;
	if (argc - optind > 1)
		return refuse(argv[0], tr("one file, not %d",
					  "只能有一个文件，而不是 %d 个"),
			      argc - optind);
	return show_file(argv[optind], &filter, json);
}
