// SPDX-License-Identifier: GPL-2.0
/* The reader of the module's files in procfs: see proc.h. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/array.h"
#include "lib/live.h"
#include "lib/names.h"
#include "lib/why.h"
#include "proc.h"
#include "tool.h"

#define DIR	"/proc/net/lctcp"
#define COLUMNS	32	/* of a file, at most */

const char *proc_path(const char *name, char *buf)
{
	const char *dir = getenv("LCTCP_PROC");

	snprintf(buf, PROC_PATH, "%s/%s", dir && *dir ? dir : DIR, name);
	return buf;
}

FILE *proc_open(const char *path, const char *name)
{
	char buf[PROC_PATH];
	struct stat st;
	FILE *f;

	if (path && !strcmp(path, "-"))
		return stdin;
	if (!path)
		path = proc_path(name, buf);
	f = fopen(path, "r");
	if (f && !fstat(fileno(f), &st) && S_ISDIR(st.st_mode)) {
		fclose(f);
		f = NULL;
		errno = EISDIR;
	}
	if (!f && errno == ENOENT && !strncmp(path, DIR, strlen(DIR)))
		fail(NOT_LOADED, path);
	else if (!f)
		fail("%s: %s", path, strerror(errno));
	return f;
}

/* ---- columns ---- */

/* Cut @line into words; how many. */
static unsigned int cut_words(char *line, char **word, unsigned int room)
{
	unsigned int n = 0;
	char *save, *w;

	for (w = strtok_r(line, " \t\n", &save); w && n < room;
	     w = strtok_r(NULL, " \t\n", &save))
		word[n++] = w;
	return n;
}

enum {
	ROLE, LOCAL, REMOTE, STATE, AGE, TIMER, LEFT, TRIES, SNDQ, RCVQ, UID,
	INODE, ID,
	CWND, FLIGHT, RECOVERY,		/* from a newer module */
	NCOLUMNS
};

#define MISSING	COLUMNS

static const char *const column_names[NCOLUMNS] = {
	"role", "local", "remote", "state", "age_ms", "timer", "left_ms",
	"tries", "sndq", "rcvq", "uid", "inode", "id", "cwnd", "flight",
	"recovery",
};

/* Where the columns are, by the header line; false if an old one is missing. */
static bool find_columns(char *header, unsigned int *at)
{
	unsigned int n, i, j;
	char *word[COLUMNS];

	n = cut_words(header, word, COLUMNS);
	for (i = 0; i < NCOLUMNS; i++) {
		for (j = 0; j < n; j++)
			if (!strcmp(word[j], column_names[i]))
				break;
		if (j == n && i < CWND)
			return false;
		at[i] = j == n ? MISSING : j;
	}
	return true;
}

/* ---- connections ---- */

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

static bool read_conn(struct conn *c, char *line, const unsigned int *at)
{
	char *word[COLUMNS];
	unsigned int n = cut_words(line, word, COLUMNS), i;

	for (i = 0; i < NCOLUMNS; i++) {
		if (at[i] == MISSING)
			continue;
		if (at[i] >= n)
			return false;
		/* no number of them is below zero */
		if ((i == AGE || (i >= LEFT && i < RECOVERY)) &&
		    *word[at[i]] == '-')
			return false;
	}
	event_word(c->role, sizeof(c->role), word[at[ROLE]]);
	event_word(c->local, sizeof(c->local), word[at[LOCAL]]);
	event_word(c->remote, sizeof(c->remote), word[at[REMOTE]]);
	event_word(c->timer, sizeof(c->timer), word[at[TIMER]]);
	c->state = state_by_name(word[at[STATE]]);
	c->age_ms = strtoull(word[at[AGE]], NULL, 10);
	c->left_ms = strtoul(word[at[LEFT]], NULL, 10);
	c->tries = strtoul(word[at[TRIES]], NULL, 10);
	c->sndq = strtoul(word[at[SNDQ]], NULL, 10);
	c->rcvq = strtoul(word[at[RCVQ]], NULL, 10);
	c->uid = strtoul(word[at[UID]], NULL, 10);
	c->inode = strtoul(word[at[INODE]], NULL, 10);
	c->id = strtoul(word[at[ID]], NULL, 10);
	strcpy(c->recovery, "-");
	if (at[CWND] < n)
		c->cwnd = strtoul(word[at[CWND]], NULL, 10);
	if (at[FLIGHT] < n)
		c->flight = strtoul(word[at[FLIGHT]], NULL, 10);
	if (at[RECOVERY] < n)
		event_word(c->recovery, sizeof(c->recovery),
			   word[at[RECOVERY]]);
	return true;
}

bool conn_sends(const struct conn *c)
{
	return strcmp(c->recovery, "-") &&
	       (c->flight || strcmp(c->recovery, "open"));
}

const char *conn_recovery(const struct conn *c)
{
	static const char *const names[][2] = {
		{ "open", "正常" }, { "disorder", "乱序" },
		{ "recovery", "恢复" }, { "loss", "超时" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i][0], c->recovery))
			return tr(c->recovery, names[i][1]);
	return c->recovery;
}

const char *conn_role(const struct conn *c)
{
	if (!strcmp(c->role, "active"))
		return tr(c->role, "主动");
	if (!strcmp(c->role, "passive"))
		return tr(c->role, "被动");
	if (!strcmp(c->role, "listener"))
		return tr(c->role, "监听");
	return c->role;
}

const char *conn_timer(const struct conn *c)
{
	return tr(c->timer, why_timer_short(c->timer, LANG_ZH));
}

int conn_order(const struct conn *a, const struct conn *b)
{
	bool la = !strcmp(a->role, "listener");
	bool lb = !strcmp(b->role, "listener");

	if (la != lb)
		return la ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static int compare_conns(const void *a, const void *b)
{
	return conn_order(a, b);
}

bool conns_read(struct conns *c, FILE *f)
{
	unsigned int at[NCOLUMNS];
	bool good = false;
	char *line = NULL;
	size_t room = 0;
	struct conn *v;

	c->n = 0;
	if (getline(&line, &room, f) > 0)
		good = find_columns(line, at);
	while (good && getline(&line, &room, f) > 0) {
		v = array_more(&c->v, c->n, &c->room, sizeof(*v));
		good = v && read_conn(v, line, at);
		c->n += good;
	}
	free(line);
	if (c->n)
		qsort(c->v, c->n, sizeof(*c->v), compare_conns);
	return good && !ferror(f);
}

void conns_free(struct conns *c)
{
	free(c->v);
	memset(c, 0, sizeof(*c));
}

unsigned int conn_port(const char *end)
{
	const char *colon = strrchr(end, ':');

	return colon ? strtoul(colon + 1, NULL, 10) : 0;
}

bool conn_end(const char *text, struct event_end *end)
{
	const char *colon = strrchr(text, ':');
	char addr[CONN_END];
	struct in_addr v4 = { 0 };

	memset(end, 0, sizeof(*end));
	if (!colon || colon - text >= CONN_END)
		return false;
	end->port = strtoul(colon + 1, NULL, 10);
	if (*text == '[') {
		size_t n = strcspn(text, "%]");

		if (text + n > colon)
			return false;
		copy(addr, n, text + 1);
		return inet_pton(AF_INET6, addr, &end->addr) == 1;
	}
	copy(addr, colon - text + 1, text);
	if (strcmp(addr, "*") && inet_pton(AF_INET, addr, &v4) != 1)
		return false;
	memset(&end->addr.s6_addr[10], 0xff, 2);
	memcpy(&end->addr.s6_addr[12], &v4, 4);
	return true;
}

/* ---- transitions ---- */

bool transitions_read(uint64_t *count, FILE *f)
{
	static const char *const names[] = { "from", "event", "to", "count" };
	const struct lctcp_arc *arc;
	bool header = false;
	char *line = NULL, *word[4];
	size_t room = 0;
	unsigned int i;

	memset(count, 0, LCTCP_MAX_ARCS * sizeof(*count));
	while (getline(&line, &room, f) > 0) {
		if (cut_words(line, word, 4) < 4)
			break;
		if (!header) {
			for (i = 0; i < 4 && !strcmp(word[i], names[i]); i++)
				;
			header = i == 4;
			if (!header)
				break;
			continue;
		}
		/* an arc that this table has not: a newer module's */
		arc = lctcp_fsm_find(state_by_name(word[0]),
				     event_by_name(word[1]));
		if (arc)
			count[arc - lctcp_arcs] = strtoull(word[3], NULL, 10);
	}
	free(line);
	return header && feof(f);
}
