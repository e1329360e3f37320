// SPDX-License-Identifier: GPL-2.0
/* lctcp fault: lose, duplicate or delay segments by what they are. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cmdline.h"
#include "lib/live.h"
#include "lib/names.h"
#include "proc.h"
#include "tool.h"
#include "view/trace_names.h"

static const struct syntax syntax = {
	.usage = {
	"Usage: lctcp fault [list]\n"
	"       lctcp fault [add] drop ROLE [COUNT] [skip N] [port N]\n"
	"       lctcp fault [add] dup ROLE [COUNT] [skip N] [port N]\n"
	"       lctcp fault [add] delay ROLE TIME [COUNT] [skip N] [port N]\n"
	"       lctcp fault clear [NUMBER]\n"
	"\n"
	"Lose, duplicate or delay what this network namespace sends. A rule works on\n"
	"COUNT segments (all of them, unless told) after letting the first N pass, and\n"
	"with a port only on connections that have it at either end. TIME is 500ms, 2s,\n"
	"1.5s; a number alone is in milliseconds. The first rule that applies decides.\n"
	"To change rules takes CAP_NET_ADMIN.\n"
	"\n"
	"ROLE is what the segment is to its connection:\n"
	"\n"
	"  syn        a SYN alone, of who connects\n"
	"  synack     its answer\n"
	"  third-ack  the first ACK of who connected, and its repeats\n"
	"  data       carries text\n"
	"  ack        any other ACK alone\n"
	"  fin        the first FIN of the connection\n"
	"  fin-ack    the ACK of that FIN\n"
	"  last-fin   the FIN of the side that closes second\n"
	"  last-ack   the ACK of that FIN, also out of TIME_WAIT\n"
	"  rst        any RST\n"
	"\n",
	"用法：lctcp fault [list]\n"
	"      lctcp fault [add] drop ROLE [COUNT] [skip N] [port N]\n"
	"      lctcp fault [add] dup ROLE [COUNT] [skip N] [port N]\n"
	"      lctcp fault [add] delay ROLE TIME [COUNT] [skip N] [port N]\n"
	"      lctcp fault clear [NUMBER]\n"
	"\n"
	"丢弃（drop）、复制（dup）或推迟（delay）本网络命名空间发出的报文段。一条规则先\n"
	"放过前 N 个（skip），再作用于 COUNT 个报文段（默认全部）；带 port 的规则只作用于\n"
	"任一端是该端口的连接。TIME 形如 500ms、2s、1.5s；只写数字则以毫秒计。第一条适用\n"
	"的规则说了算。修改规则需要 CAP_NET_ADMIN。\n"
	"\n"
	"ROLE 是报文段在连接中的角色：\n"
	"\n"
	"  syn        主动打开一方单独的 SYN\n"
	"  synack     对它的应答 SYN-ACK\n"
	"  third-ack  主动打开一方的第一个 ACK（第三次握手），包括重传的\n"
	"  data       带数据的报文段\n"
	"  ack        其他单独的 ACK\n"
	"  fin        连接的第一个 FIN\n"
	"  fin-ack    对第一个 FIN 的 ACK\n"
	"  last-fin   后关闭一方的 FIN\n"
	"  last-ack   对后一个 FIN 的 ACK，包括从 TIME_WAIT 发出的\n"
	"  rst        任何 RST\n"
	"\n",
	},
	.column = 19,
	.first = true,
};

static const char *const verbs[] = {
	LCTCP_VERB_LIST(LCTCP_NAME_ITEM, LCTCP_NAME_ITEM)
};

static const char *const roles[] = {
	LCTCP_ROLE_LIST(LCTCP_NAME_ITEM, LCTCP_NAME_ITEM)
};

/* The same in one line, for messages. */
#define ROLE_AND(item, name)	name ", "
#define ROLE_LAST(item, name)	name
#define ROLES	LCTCP_ROLE_LIST(ROLE_AND, ROLE_LAST)

#define COUNT_MAX	1000000		/* as in module/view/fault_rules.c */
#define DELAY_MAX_MS	600000
#define NUMBER_MAX	100000000
#define RULE_MAX	128

/* ---- the file ---- */

static const char *const roles_zh[] = {
	"SYN", "SYN-ACK", "第三个 ACK", "数据", "其他单独的 ACK", "第一个 FIN",
	"第一个 FIN 的 ACK", "后一个 FIN", "最后一个 ACK", "RST",
};

static_assert(ARRAY_SIZE(roles_zh) == ARRAY_SIZE(roles), "one for each");

/* "  丢弃第三个 ACK，1 个" of "drop third-ack 1", behind it. */
static void gloss(char *rule)
{
	static const char *const formats[] = {
		"  丢弃%s%s", "  复制%s%s", "  把%s%s%s推迟 %s",
	};
	char *save, *verb = strtok_r(rule, " ", &save);
	char *role = strtok_r(NULL, " ", &save);
	char *delay = NULL, *word;
	size_t v, r;

	for (v = 0; verb && v < ARRAY_SIZE(verbs) && strcmp(verb, verbs[v]); v++)
		;
	for (r = 0; role && r < ARRAY_SIZE(roles) && strcmp(role, roles[r]); r++)
		;
	if (!role || v == ARRAY_SIZE(verbs) || r == ARRAY_SIZE(roles))
		return;		/* a newer module's */
	if (!strcmp(verb, "delay"))
		delay = strtok_r(NULL, " ", &save);
	/* a blank between Latin letters and Chinese ones, as elsewhere */
	printf(formats[v], isalpha((unsigned char)*roles_zh[r]) ? " " : "",
	       roles_zh[r], isalpha((unsigned char)strchr(roles_zh[r], 0)[-1]) ?
	       " " : "", delay ?: "");
	while ((word = strtok_r(NULL, " ", &save))) {
		if (!strcmp(word, "skip"))
			printf("，先放过 %s 个", strtok_r(NULL, " ", &save) ?: "");
		else if (!strcmp(word, "port"))
			printf("，限端口 %s", strtok_r(NULL, " ", &save) ?: "");
		else
			printf("，%s 个", word);
	}
}

/* A line of the file: three numbers and the rule. */
static void show_rule(char *line)
{
	char *rule = line;
	int i;

	line[strcspn(line, "\n")] = 0;
	if (lang_now == LANG_ZH && !strncmp(line, "number ", 7)) {
		puts("  编号       命中     剩余  规则");
		return;
	}
	fputs(line, stdout);
	for (i = 0; i < 3; i++) {
		rule += strspn(rule, " ");
		rule += strcspn(rule, " ");
	}
	if (lang_now == LANG_ZH)
		gloss(rule);
	putchar('\n');
}

static int list_rules(void)
{
	FILE *f = proc_open(NULL, "faults");
	char *line = NULL;
	size_t room = 0;

	if (!f)
		return EXIT_FAILED;
	while (getline(&line, &room, f) > 0)
		show_rule(line);
	free(line);
	fclose(f);
	return 0;
}

/* What the module's refusal means. */
static int refused(const char *rule, int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		return fail(tr("changing fault rules takes CAP_NET_ADMIN: try as root",
			       "修改故障规则需要 CAP_NET_ADMIN：请用 root"));
	case ENOSPC:
		return fail(tr("there are as many rules as there can be; lctcp fault clear",
			       "规则已满；用 lctcp fault clear 清除"));
	case ENOENT:
		return fail(tr("there is no such rule; lctcp fault list",
			       "没有这条规则；用 lctcp fault list 查看"));
	case EINVAL:
		return fail(tr("the module does not take \"%s\"",
			       "模块不接受“%s”"), rule);
	default:
		return fail("%s: %s", rule, strerror(err));
	}
}

static int write_rule(const char *rule)
{
	size_t len = strlen(rule);
	char path[PROC_PATH];
	int fd, err = 0;

	fd = open(proc_path("faults", path), O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return fail(NOT_LOADED, path);
	if (fd < 0)
		return refused(rule, errno);
	if (write(fd, rule, len) != (ssize_t)len)
		err = errno;
	close(fd);
	return err ? refused(rule, err) : 0;
}

/* ---- a rule ---- */

/**
 * struct rule - a rule as it is read from the command line
 * @name:	"lctcp fault", for messages
 * @text:	as the module wants it
 * @len:	of @text
 * @arg:	what is left of the arguments
 */
struct rule {
	const char *name;
	char text[RULE_MAX];
	size_t len;
	char **arg;
};

__attribute__((format(printf, 2, 3)))
static void append(struct rule *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->len += vsnprintf(r->text + r->len, RULE_MAX - r->len, fmt, ap);
	va_end(ap);
}

static const char *word_in(const char *word, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; word && i < n; i++)
		if (same_name(word, names[i]))
			return names[i];
	return NULL;
}

static bool is_number(const char *word)
{
	return word && isdigit((unsigned char)*word);
}

/* "500ms", "2s", "1.5s", "500" */
static int read_delay(struct rule *r)
{
	const char *word = *r->arg;
	double time;
	char *unit;

	if (!word || !is_number(word + (*word == '-')))
		return refuse(r->name, tr("delay it for how long? 500ms or 2s",
					  "推迟多久？例如 500ms 或 2s"));
	r->arg++;
	time = strtod(word, &unit);
	if (!strcasecmp(unit, "s"))
		time *= 1000;
	else if (*unit && strcasecmp(unit, "ms"))
		return refuse(r->name, tr("%s is no time; 500ms or 2s",
					  "%s 不是时间；例如 500ms 或 2s"), word);
	if (time < 1 || time > DELAY_MAX_MS)
		return refuse(r->name, tr("a delay is 1ms to %ds, not %s",
					  "推迟时间为 1ms 到 %ds，而不是 %s"),
			      DELAY_MAX_MS / 1000, word);
	append(r, " %lums", (unsigned long)(time + .5));
	return 0;
}

/* "skip N" or "port N" */
static int read_limit(struct rule *r)
{
	static const char *const names[] = { "skip", "port" };
	static const unsigned long bound[] = { COUNT_MAX, 65535 };
	unsigned long n;
	size_t i;

	for (i = 0; i < 2; i++) {
		if (strcasecmp(*r->arg, names[i]))
			continue;
		if (!r->arg[1])
			return refuse(r->name, tr("%s what?", "%s 后面缺少数字"),
				      names[i]);
		if (!read_number(r->arg[1], 1, bound[i], &n))
			return refuse(r->name, tr("%s takes 1 to %lu, not %s",
						  "%s 的取值为 1 到 %lu，而不是 %s"),
				      names[i], bound[i], r->arg[1]);
		append(r, " %s %lu", names[i], n);
		r->arg += 2;
		return 0;
	}
	return refuse(r->name, tr("what is %s? COUNT, skip N or port N",
				  "看不懂 %s：可选 COUNT、skip N、port N"), *r->arg);
}

static int read_limits(struct rule *r)
{
	int status = 0, left = 2;
	unsigned long n;

	if (is_number(*r->arg)) {
		if (!read_number(*r->arg, 1, COUNT_MAX, &n))
			return refuse(r->name, tr("a count is 1 to %d, not %s",
						  "个数为 1 到 %d，而不是 %s"),
				      COUNT_MAX, *r->arg);
		append(r, " %lu", n);
		r->arg++;
	}
	while (!status && *r->arg) {
		if (!left--)
			return refuse(r->name, tr("%s is too much", "多余的 %s"),
				      *r->arg);
		status = read_limit(r);
	}
	return status;
}

static int add_rule(const char *name, char **arg)
{
	struct rule r = { .name = name, .arg = arg };
	const char *verb, *role;
	int status = 0;

	verb = word_in(*r.arg, verbs, ARRAY_SIZE(verbs));
	if (!verb)
		return refuse(name, tr("%s: drop, dup or delay",
				       "%s：可选 drop、dup、delay"),
			      *r.arg ?: tr("do what", "做什么"));
	if (!*++r.arg)
		return refuse(name, tr("%s which role? %s",
				       "%s 哪个角色？可选 %s"), verb, ROLES);
	role = word_in(*r.arg, roles, ARRAY_SIZE(roles));
	if (!role)
		return refuse(name, tr("no role %s: %s", "没有角色 %s：可选 %s"),
			      *r.arg, ROLES);
	r.arg++;
	append(&r, "%s %s", verb, role);
	if (!strcmp(verb, "delay"))
		status = read_delay(&r);
	if (!status)
		status = read_limits(&r);
	return status ? status : write_rule(r.text);
}

static int clear_rules(const char *name, char **arg)
{
	char text[32] = "clear";
	unsigned long n;

	if (!*arg)
		return write_rule(text);
	if (!read_number(*arg, 1, NUMBER_MAX, &n))
		return refuse(name, tr("clear which rule? %s is no number",
				       "清除哪一条规则？%s 不是编号"), *arg);
	if (arg[1])
		return refuse(name, tr("%s is too much", "多余的 %s"), arg[1]);
	snprintf(text, sizeof(text), "clear %lu", n);
	return write_rule(text);
}

int cmd_fault(int argc, char **argv)
{
	char **arg;
	int status;

	if (next_option(argc, argv, &syntax, &status))
		return status;
	arg = argv + optind;
	if (!*arg || !strcasecmp(*arg, "list")) {
		if (*arg && arg[1])
			return refuse(argv[0], tr("%s is too much", "多余的 %s"), arg[1]);
		return list_rules();
	}
	if (!strcasecmp(*arg, "clear"))
		return clear_rules(argv[0], arg + 1);
	return add_rule(argv[0], arg + !strcasecmp(*arg, "add"));
}
