// SPDX-License-Identifier: GPL-2.0
/* Which connections to show: see filter.h. */
#define _GNU_SOURCE
#include <string.h>
#include <strings.h>

#include "filter.h"
#include "lib/lang.h"
#include "lib/names.h"
#include "tool.h"

/* "time-wait,closing" */
static int read_states(struct filter *f, const char *name, char *text)
{
	char *save, *word;
	unsigned int state;

	f->states = 0;
	for (word = strtok_r(text, ",", &save); word;
	     word = strtok_r(NULL, ",", &save)) {
		state = state_by_name(word);
		if (!state)
			return refuse(name, tr("no state %s: %s",
					       "没有状态 %s：可选 %s"),
				      word, state_names());
		f->states |= LCTCP_S(state);
	}
	return f->states ? 0 : refuse(name, tr("no state: %s",
						   "缺少状态：可选 %s"),
					  state_names());
}

static int read_role(struct filter *f, const char *name, const char *role)
{
	static const char *const roles[] = { "active", "passive", "listener" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(roles); i++) {
		if (!strcasecmp(role, roles[i])) {
			f->role = roles[i];
			return 0;
		}
	}
	return refuse(name, tr("active, passive or listener, not %s",
			       "可选 active、passive、listener，而不是 %s"), role);
}

int filter_option(struct filter *f, const char *name, int option, char *arg)
{
	switch (option) {
	case 's':
		return read_states(f, name, arg);
	case 'r':
		return read_role(f, name, arg);
	default:
		if (!read_number(arg, 1, 65535, &f->port))
			return refuse(name, tr("no port %s: 1 to 65535",
					       "没有端口 %s：可选 1 到 65535"), arg);
		return 0;
	}
}

static bool passes(const struct filter *f, const struct conn *c)
{
	if (f->states && !lctcp_state_in(c->state, f->states))
		return false;
	if (f->role && strcmp(f->role, c->role))
		return false;
	return !f->port || conn_port(c->local) == f->port ||
	       conn_port(c->remote) == f->port;
}

void filter_conns(const struct filter *f, struct conns *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->n; i++)
		if (passes(f, &c->v[i]))
			c->v[n++] = c->v[i];
	c->n = n;
}
