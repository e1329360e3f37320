// SPDX-License-Identifier: GPL-2.0
/*
 * demo: the life of one connection, played on the real module and watched.
 *
 * The two hosts are stage.h's, namespaces of one kernel.  Scene by scene it
 * does what two programs would do, draws what the tracepoints saw, reads the
 * state of both ends from /proc/net/lctcp/connections, and checks that all
 * went as told.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/ladder.h"
#include "lib/lang.h"
#include "lib/utf8.h"
#include "stage/stage.h"

#define PORT		80
#define CPORT		40000
#define SYNACK_MS	3000	/* first entry of synack_schedule_ms */
#define MSL2_MS		60000	/* twice msl_ms */

#define QUESTION	"How do you do?"
#define ANSWER		"Very well, thank you."
#define LAST_WORDS	"One more thing before you go."

static const char *const usage[NLANGS] = {
	"Usage: demo [OPTION...]\n"
	"\n"
	"Play and show the life of one connection; root only.\n"
	"\n"
	"  -6, --ipv6        over IPv6\n"
	"  -c, --color=WHEN  always, never or auto (the default)\n"
	"  -l, --lang=LANG   en or zh; as the locale says, unless told\n"
	"  -t, --trace=FILE  also write the raw trace there\n"
	"  -W, --width=N     columns, 80 or more\n"
	"  -h, --help        this text\n",
	"用法：demo [OPTION...]\n"
	"\n"
	"演示并画出一个连接的一生；需要 root。\n"
	"\n"
	"  -6, --ipv6        使用 IPv6\n"
	"  -c, --color=WHEN  always、never 或 auto（默认）\n"
	"  -l, --lang=LANG   en 或 zh；默认由区域设置（LANG 等）决定\n"
	"  -t, --trace=FILE  同时把原始跟踪写到 FILE\n"
	"  -W, --width=N     列数，至少 80\n"
	"  -h, --help        显示本帮助\n",
};

static const struct option options[] = {
	{ "ipv6",	no_argument,		NULL, '6' },
	{ "color",	required_argument,	NULL, 'c' },
	{ "lang",	required_argument,	NULL, 'l' },
	{ "trace",	required_argument,	NULL, 't' },
	{ "width",	required_argument,	NULL, 'W' },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

/**
 * struct demo - the stage
 * @s:		both hosts, and the trace
 * @style:	of the text
 * @evs:	all that was traced
 * @ladder:	made of it, or NULL
 * @shown:	rows already drawn
 * @life:	rows of the first life of the pair
 * @raw:	the trace goes there too, or NULL
 * @scene:	number of the current one
 * @lfd:	the server's listener
 * @cfd:	the client's socket
 * @sfd:	the server's
 * @failed:	how many expectations were not met
 */
struct demo {
	struct stage s;
	struct ladder_style style;
	struct events evs;
	struct ladder *ladder;
	size_t shown, life;
	FILE *raw;
	int scene;
	int lfd, cfd, sfd;
	int failed;
};

/* ---- what must be so ---- */

/* One line of "what you saw", or of what went wrong, in both languages. */
__attribute__((format(printf, 3, 5), format(printf, 4, 5)))
static void expect(struct demo *d, bool met, const char *en, const char *zh, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, zh);
	vsnprintf(text, sizeof(text), tr(en, zh), ap);
	va_end(ap);
	printf("  %s%s%s ", text_colour(&d->style, met ? GREEN : RED),
	       met ? "✓" : "✗", text_colour(&d->style, PLAIN));
	text_wrap(text, 4, 4, &d->style, stdout);
	d->failed += !met;
}

/* Silent unless it is wrong. */
static void require(struct demo *d, bool met, const char *what)
{
	if (!met)
		expect(d, false, "%s", "%s", what);
}

/* ---- the trace ---- */

/* Take in what was traced since, and make the ladder anew. */
static void look_back(struct demo *d)
{
	const char *line;

	while ((line = trace_line(&d->s))) {
		if (events_line(&d->evs, line) < 0)
			stage_die(&d->s, "out of memory");
		if (d->raw)
			fputs(line, d->raw);
	}
	ladder_free(d->ladder);
	d->ladder = ladder_new(&d->evs, NULL);
	if (!d->ladder)
		stage_die(&d->s, "the trace has no connection");
	if (d->evs.lost)
		stage_die(&d->s, "the trace has lost events");
}

/* ---- what is shown ---- */

static void paragraph(struct demo *d, const char *text)
{
	text_wrap(text, 0, 0, &d->style, stdout);
}

/* A heading and what is said below it, in both languages. */
static void scene(struct demo *d, const char *title_en, const char *title_zh,
		  const char *text_en, const char *text_zh)
{
	const char *title = tr(title_en, title_zh);
	int i;

	d->scene++;
	printf("\n%s━━ %d  %s ", text_colour(&d->style, BOLD), d->scene, title);
	for (i = text_width(title) + (d->scene < 10 ? 7 : 8);
	     i < d->style.width; i++)
		fputs("━", stdout);
	printf("%s\n\n", text_colour(&d->style, PLAIN));
	paragraph(d, tr(text_en, text_zh));
	putchar('\n');
}

static bool side_column(struct demo *d, int side, const char *name, char *buf,
			int size)
{
	bool client = side == CLIENT;

	return conn_column(d->s.p.ns[client ? A : B], client ? CPORT : PORT,
			   client ? PORT : CPORT, name, buf, size);
}

static long side_ms(struct demo *d, int side, const char *name)
{
	char buf[32];

	return side_column(d, side, name, buf, sizeof(buf)) ? atol(buf) : -1;
}

static bool side_is(struct demo *d, int side, const char *state)
{
	char buf[32];

	if (!side_column(d, side, "state", buf, sizeof(buf)))
		strcpy(buf, "CLOSED");
	return !strcmp(buf, state);
}

/* In so many columns and one more, to the left if @width is negative. */
static void cell(const char *text, int width)
{
	int spare = abs(width) - text_width(text);

	printf("%*s%s%*s", width > 0 ? max(spare, 0) : 0, "", text,
	       width < 0 ? max(spare, 0) : 0, "");
}

static const int widths[] = { -22, -11, 8, -9, 8, 6 };

static const char *timer_name(const char *name)
{
	if (!strcmp(name, "none"))
		return tr(name, "无");
	return tr(name, why_timer_short(name, LANG_ZH));
}

static void look_at(struct demo *d, int side)
{
	static const char *const names[] = {
		"local", "state", "age_ms", "timer", "left_ms", "tries",
	};
	char val[64];
	size_t i;

	printf("  %s", text_colour(&d->style, PLAIN));
	cell(word(side == CLIENT ? W_CLIENT : W_SERVER, lang_now), -7);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!side_column(d, side, names[i], val, sizeof(val))) {
			fputs(tr(" not listed: this end has no such connection",
				 " 不在列表中：这一端没有这个连接"), stdout);
			break;
		}
		putchar(' ');
		cell(i == 3 ? timer_name(val) : val, widths[i]);
		fputs(i == 2 ? " " : "", stdout);
	}
	putchar('\n');
}

/* Both ends as the kernel tells them now. */
static void look_at_both(struct demo *d)
{
	static const char *const titles[][NLANGS] = {
		{ "local", "本端" }, { "state", "状态" }, { "age_ms", "时长/ms" },
		{ "timer", "定时器" }, { "left_ms", "剩余/ms" }, { "tries", "重传" },
	};
	size_t i;

	printf("%s  ", text_colour(&d->style, DIM));
	cell(tr("now", "现在"), -7);
	for (i = 0; i < ARRAY_SIZE(titles); i++) {
		putchar(' ');
		cell(titles[i][lang_now], widths[i]);
		fputs(i == 2 ? " " : "", stdout);
	}
	printf("%s\n", text_colour(&d->style, PLAIN));
	look_at(d, CLIENT);
	look_at(d, SERVER);
}

/* What has happened since the last time, and why. */
static void show_news(struct demo *d)
{
	look_back(d);
	ladder_text(d->ladder, d->shown, d->ladder->n, &d->style, stdout);
	putchar('\n');
	if (ladder_why(d->ladder, d->shown, d->ladder->n, &d->style, stdout))
		putchar('\n');
	d->shown = d->ladder->n;
}

static void show_and_look(struct demo *d)
{
	show_news(d);
	look_at_both(d);
	fflush(stdout);
}

static void expect_states(struct demo *d, const char *client,
			  const char *server)
{
	char what[128];

	snprintf(what, sizeof(what), "the client should be in %s now", client);
	require(d, side_is(d, CLIENT, client), what);
	snprintf(what, sizeof(what), "the server should be in %s now", server);
	require(d, side_is(d, SERVER, server), what);
}

/* ---- the play ---- */

static void set_rule(struct demo *d, int ns, const char *text)
{
	if (fault(ns, text))
		stage_die(&d->s, "the rule \"%s\" was refused", text);
}

static void play_open(struct demo *d)
{
	scene(d, "Three segments open a connection, but the third is lost",
	      "三次握手，但第三个报文段丢失",
	      "The server listens, the client calls connect(). We have told the client's host “drop third-ack 1” through /proc/net/lctcp/faults: the first ACK of the handshake will not arrive. A second later:",
	      "服务器被动打开，开始监听；客户端调用 connect()，主动打开。已通过 /proc/net/lctcp/faults 告诉客户端的主机“drop third-ack 1”：握手的第三个报文段，即客户端的第一个 ACK，不会到达。一秒钟之后：");
	set_rule(d, d->s.p.ns[A], "drop third-ack 1");
	d->lfd = listener(d->s.p.ns[B], d->s.family, HOST_B, PORT, 5);
	d->cfd = dial_from(d->s.p.ns[A], d->s.family, CPORT, HOST_B, PORT);
	if (d->lfd < 0 || d->cfd < 0 || dialled(d->cfd, SOON_MS))
		stage_die(&d->s, "connect: %s", strerror(errno));
	nap_ms(1000);
	show_and_look(d);
	expect_states(d, "ESTABLISHED", "SYN_RECV");
	require(d, !poll_for(d->lfd, POLLIN, 0),
		"accept() must not return a connection yet");
}

static void play_recover(struct demo *d)
{
	scene(d, "The server asks again", "服务器重传 SYN-ACK",
	      "The client believes that it is connected; the server still waits for that ACK. Its patience is a list, synack_schedule_ms: 3 s, then 6, 12, 24, 48 and 96.",
	      "客户端以为连接已经建立，服务器却还在等待那个 ACK。它等待多久由 synack_schedule_ms 规定：先是 3 秒，然后是 6、12、24、48、96 秒。");
	d->sfd = take(d->lfd, 2 * SYNACK_MS);
	if (d->sfd < 0)
		stage_die(&d->s, "accept: %s", strerror(-d->sfd));
	nap_ms(2 * STAGE_DELAY_MS);
	show_and_look(d);
	expect_states(d, "ESTABLISHED", "ESTABLISHED");
}

static void play_data(struct demo *d)
{
	scene(d, "Both sides talk", "双方传送数据",
	      "The client asks “" QUESTION "”, the server answers “" ANSWER "”",
	      "客户端问“" QUESTION "”，服务器答“" ANSWER "”");
	stage_say(&d->s, d->cfd, d->sfd, QUESTION);
	stage_say(&d->s, d->sfd, d->cfd, ANSWER);
	nap_ms(100);
	show_and_look(d);
	expect_states(d, "ESTABLISHED", "ESTABLISHED");
}

static void play_half_close(struct demo *d)
{
	char c;

	scene(d, "The client has no more to say",
	      "客户端没有数据要发了",
	      "It calls shutdown(SHUT_WR): half of the connection is closed.",
	      "它调用 shutdown(SHUT_WR)，主动关闭自己的方向：连接处于半关闭状态。");
	shutdown(d->cfd, SHUT_WR);
	if (!poll_for(d->sfd, POLLIN, SOON_MS) || recv(d->sfd, &c, 1, 0))
		stage_die(&d->s, "the server should read the end of file");
	nap_ms(100);
	show_and_look(d);
	expect_states(d, "FIN_WAIT2", "CLOSE_WAIT");
}

static void play_other_half(struct demo *d)
{
	scene(d, "But the server has", "服务器还有数据要发",
	      "The other half is open: in CLOSE_WAIT the server sends “"
	      LAST_WORDS
	      "”, and the client reads it in FIN_WAIT2.",
	      "另一个方向仍然打开：服务器在 CLOSE_WAIT 状态发送“"
	      LAST_WORDS
	      "”，客户端在 FIN_WAIT2 状态读到它。");
	stage_say(&d->s, d->sfd, d->cfd, LAST_WORDS);
	nap_ms(100);
	show_and_look(d);
	expect_states(d, "FIN_WAIT2", "CLOSE_WAIT");
}

static long play_close(struct demo *d)
{
	long end;

	scene(d, "The server closes too, but the last ACK is lost",
	      "服务器也关闭，但最后一个 ACK 丢失",
	      "Now the rule is “drop last-ack 1”. Both programs call close() and are done; the kernel is not.",
	      "现在的规则是“drop last-ack 1”。两个程序都调用 close()，它们的事做完了；内核的事还没有。");
	set_rule(d, d->s.p.ns[A], "drop last-ack 1");
	close(d->sfd);
	wait_until(side_is(d, CLIENT, "TIME_WAIT"), SOON_MS);
	close(d->cfd);
	nap_ms(2 * STAGE_DELAY_MS);
	end = now_ms() + side_ms(d, CLIENT, "left_ms");
	show_and_look(d);
	expect_states(d, "TIME_WAIT", "LAST_ACK");
	return end;
}

static long play_last_ack(struct demo *d)
{
	long end;

	scene(d, "The server sends its FIN again", "服务器重传 FIN",
	      "This is the first of two reasons for TIME_WAIT: somebody must be there to answer.",
	      "这是 TIME_WAIT 的第一个理由：必须有人在那里，对重传的 FIN 再次确认。");
	wait_until(side_is(d, SERVER, "CLOSED"), SOON_MS);
	end = now_ms() + side_ms(d, CLIENT, "left_ms");
	show_and_look(d);
	expect_states(d, "TIME_WAIT", "CLOSED");
	return end;
}

/* What connect() from the same port to the same port says: 0 or -errno. */
static int dial_again(struct demo *d)
{
	d->cfd = dial_from(d->s.p.ns[A], d->s.family, CPORT, HOST_B, PORT);
	return d->cfd < 0 ? d->cfd : dialled(d->cfd, SOON_MS);
}

static const char *const refused_again[NLANGS] = {
	"connect() from the same port to the same port fails: “%s”. And at the end:",
	"从同一端口到同一端口的 connect() 失败：“%s”。2MSL 结束时：",
};

static void play_2msl(struct demo *d)
{
	char text[256];
	int err;

	scene(d, "2MSL: the pair rests", "2MSL：这对端点停用",
	      "The second reason for TIME_WAIT: an old segment may wander through the network for one maximum segment lifetime (msl_ms, 30 s here), and its answer for another. Until both have died out this pair of addresses and ports must not live again. Half a minute later:",
	      "TIME_WAIT 的第二个理由：旧的报文段在网络中最多能存在一个最长报文段寿命（msl_ms，这里是 30 秒），对它的应答又是一个。在它们都消失之前，这对地址和端口不能用于新的连接。半分钟之后：");
	nap_ms(MSL2_MS / 2);
	look_at_both(d);
	expect_states(d, "TIME_WAIT", "CLOSED");
	err = dial_again(d);
	require(d, err == -EADDRNOTAVAIL, "connect() must be refused here");
	snprintf(text, sizeof(text), refused_again[lang_now], strerror(-err));
	putchar('\n');
	paragraph(d, text);
	putchar('\n');
	nap_ms(side_ms(d, CLIENT, "left_ms"));
	wait_until(side_is(d, CLIENT, "CLOSED"), late_ms(MSL2_MS) - MSL2_MS);
	show_and_look(d);
	expect_states(d, "CLOSED", "CLOSED");
	d->life = d->ladder->n;
}

static void play_encore(struct demo *d)
{
	char c;

	scene(d, "The pair lives again, and nothing is lost",
	      "同一对端点的新连接，什么也没有丢失",
	      "The same addresses and ports, no faults, no data, and a server that calls close() as soon as it reads the end of file: a whole life in six segments.",
	      "同样的地址和端口，没有故障，没有数据，服务器一读到文件结束就调用 close()：六个报文段走完一生。");
	if (dial_again(d))
		stage_die(&d->s, "connect: %s", strerror(errno));
	d->sfd = take(d->lfd, SOON_MS);
	if (d->sfd < 0)
		stage_die(&d->s, "accept: %s", strerror(-d->sfd));
	close(d->cfd);
	if (!poll_for(d->sfd, POLLIN, SOON_MS) || recv(d->sfd, &c, 1, 0))
		stage_die(&d->s, "the server should read the end of file");
	close(d->sfd);
	wait_until(side_is(d, CLIENT, "TIME_WAIT"), SOON_MS);
	nap_ms(2 * STAGE_DELAY_MS);
	show_and_look(d);
	expect_states(d, "TIME_WAIT", "CLOSED");
}

/* ---- what you saw ---- */

/* Row of the @nth such segment of @side in the first life, or NULL. */
static const struct ladder_row *sent(struct demo *d, unsigned int side,
				     const char *role, int nth)
{
	size_t i;

	for (i = 0; i < d->life; i++) {
		const struct ladder_row *r = &d->ladder->row[i];

		if (r->kind == ROW_SEGMENT && r->side == side &&
		    !strcmp(r->event->role, role) && !nth--)
			return r;
	}
	return NULL;
}

static const struct ladder_row *timed(struct demo *d, unsigned int kind,
				      const char *name, int nth)
{
	size_t i;

	for (i = 0; i < d->life; i++) {
		const struct ladder_row *r = &d->ladder->row[i];

		if (r->kind == kind && !strcmp(r->event->timer, name) && !nth--)
			return r;
	}
	return NULL;
}

static bool lost_by(const struct ladder_row *r, const char *text)
{
	char buf[64];

	return r && ladder_lost(r) && r->fault &&
	       !strcmp(ladder_rule(r, buf, sizeof(buf)), text);
}

static int count_lost(struct demo *d)
{
	size_t i;
	int n = 0;

	for (i = 0; i < d->ladder->n; i++)
		n += ladder_lost(&d->ladder->row[i]);
	return n;
}

static bool took(long long us, long ms)
{
	return us >= ms * 1000LL && us <= late_ms(ms) * 1000LL;
}

static bool arrived_in(const struct ladder_row *r, unsigned int state)
{
	return r && r->arc[!r->side] && r->arc[!r->side]->to == state;
}

static void saw_open(struct demo *d)
{
	const struct ladder_row *syn = sent(d, CLIENT, "syn", 0);
	const struct ladder_row *synack = sent(d, SERVER, "synack", 0);
	const struct ladder_row *again = sent(d, SERVER, "synack", 1);
	const struct ladder_row *ack = sent(d, CLIENT, "third-ack", 0);
	const struct ladder_row *ack2 = sent(d, CLIENT, "third-ack", 1);
	double wait = again ? (again->us - synack->us) / 1e6 : 0;

	expect(d, arrived_in(syn, LCTCP_SYN_RECV) &&
	       arrived_in(synack, LCTCP_ESTABLISHED) && synack->ack == 1 &&
	       arrived_in(ack2, LCTCP_ESTABLISHED) && ack2->ack == 1 &&
	       !sent(d, CLIENT, "syn", 1),
	       "SYN, SYN-ACK, ACK opened it: each side was ESTABLISHED when its own SYN had been acknowledged, and not before.",
	       "三次握手：SYN、SYN-ACK、ACK。每一方都在自己的 SYN 得到确认时进入 ESTABLISHED，而不是更早。");
	expect(d, lost_by(ack, "drop third-ack 1"),
	       "The third segment was lost once: the client was ESTABLISHED while the server stayed in SYN_RECV.",
	       "第三个报文段丢失了一次：客户端已是 ESTABLISHED，服务器停留在 SYN_RECV。");
	expect(d, again && took(again->us - synack->us, SYNACK_MS) &&
	       !sent(d, SERVER, "synack", 2),
	       "The SYN-ACK went again after %.3f s, and the client repeated its ACK. (Due after 3 s; a kernel timer is never early and at most 12.5 %% late.)",
	       "%.3f 秒后服务器重传 SYN-ACK，客户端再次发送 ACK。（应为 3 秒；内核的定时器不会提前，最多推迟 12.5 %%。）",
	       wait);
}

static void saw_close(struct demo *d)
{
	const struct ladder_row *fin = sent(d, CLIENT, "fin", 0);
	const struct ladder_row *fin_ack = sent(d, SERVER, "fin-ack", 0);
	const struct ladder_row *words = sent(d, SERVER, "data", 1);
	const struct ladder_row *last_fin = sent(d, SERVER, "last-fin", 0);
	const struct ladder_row *again = sent(d, SERVER, "last-fin", 1);
	const struct ladder_row *last_ack = sent(d, CLIENT, "last-ack", 0);
	const struct ladder_row *last_ack2 = sent(d, CLIENT, "last-ack", 1);

	expect(d, fin && fin_ack && words && last_fin && !last_fin->merged &&
	       fin_ack->us < words->us && words->us < last_fin->us &&
	       fin_ack->ack == fin->seq + 1 && last_ack &&
	       last_ack->ack == last_fin->seq + 1,
	       "Four segments closed it, a FIN and an ACK for each direction: FIN %u was answered with ACK %u, and after that the server still sent data.",
	       "四次挥手：每个方向一个 FIN 和一个 ACK。序号 %u 的 FIN 得到确认号 %u 的 ACK，此后服务器仍发送了数据。",
	       fin ? fin->seq : 0, fin_ack ? fin_ack->ack : 0);
	expect(d, lost_by(last_ack, "drop last-ack 1") && again &&
	       arrived_in(last_ack2, LCTCP_CLOSED) && count_lost(d) == 2,
	       "The last ACK was lost once: the server sent its FIN again, and the client answered from TIME_WAIT.",
	       "最后一个 ACK 丢失了一次：服务器重传 FIN，客户端在 TIME_WAIT 状态再次确认。");
}

static void saw_2msl(struct demo *d, long end, long new_end)
{
	const struct ladder_row *first = timed(d, ROW_TIMER_SET, "2msl", 0);
	const struct ladder_row *anew = timed(d, ROW_TIMER_SET, "2msl", 1);
	const struct ladder_row *fired = timed(d, ROW_TIMER_FIRED, "2msl", 0);
	long later = anew ? (anew->us - first->us) / 1000 : 0;

	expect(d, later > 0 && labs(new_end - end - later) <= 20 &&
	       !timed(d, ROW_TIMER_SET, "2msl", 2),
	       "That FIN started 2MSL anew: its end moved by %.3f s.",
	       "这个 FIN 使 2MSL 重新计时：结束时间推后了 %.3f 秒。",
	       (new_end - end) / 1e3);
	expect(d, anew && fired && took(fired->us - anew->us, MSL2_MS),
	       "After %.3f s more the client forgot the connection (due after 60 s). The server, which had closed second, was free at once.",
	       "又过了 %.3f 秒，客户端才忘掉这个连接（应为 60 秒）。后关闭的服务器则可以立即释放连接。",
	       fired && anew ? (fired->us - anew->us) / 1e6 : 0);
}

static void saw_encore(struct demo *d)
{
	int segments = 0, merged = 0;
	size_t i;

	for (i = d->life; i < d->ladder->n; i++) {
		segments += d->ladder->row[i].kind == ROW_SEGMENT;
		merged += d->ladder->row[i].merged;
	}
	expect(d, segments == 6 && merged == 1,
	       "Then the same pair lived again, in %d segments: FIN and ACK of the server shared one, because it closed at once.",
	       "随后同一对端点的新连接只用了 %d 个报文段：服务器立刻关闭，它的 FIN 和 ACK 合在一个报文段里。",
	       segments);
}

static const char *const where_next[NLANGS] = {
	"\nWhere to look next:\n\n"
	"  make lab                           one question after the other, played\n"
	"  make shell                         a machine like this one, to try things\n"
	"  /proc/net/lctcp/connections        every connection: state, timer, queues\n"
	"  /proc/net/lctcp/transitions        the state machine, counted, with reasons\n"
	"  /proc/net/lctcp/history            the last transitions\n"
	"  /proc/net/lctcp/faults             lose, repeat or delay a segment by its role\n"
	"  /proc/sys/net/lctcp/               every timer, settable\n"
	"  README.md                          how to build, load and use it\n",
	"\n接下来可以看：\n\n"
	"  L10N=zh make lab                   一次一个问题，演示给你看\n"
	"  make shell                         一台这样的机器，供你动手试验\n"
	"  /proc/net/lctcp/connections        每个连接：状态、定时器、队列\n"
	"  /proc/net/lctcp/transitions        状态机：每条弧的次数和理由\n"
	"  /proc/net/lctcp/history            最近的状态转换\n"
	"  /proc/net/lctcp/faults             按角色丢弃、复制或推迟报文段\n"
	"  /proc/sys/net/lctcp/               每个定时器，都可以设置\n"
	"  README.zh.md                       怎样编译、加载和使用\n",
};

static void epilogue(struct demo *d, long end, long new_end)
{
	scene(d, "What you saw", "你看到了什么",
	      "Checked against the trace and the clock, not only drawn:",
	      "不只是画出来，而且对照跟踪和时钟核对过：");
	saw_open(d);
	saw_close(d);
	saw_2msl(d, end, new_end);
	saw_encore(d);
	fputs(where_next[lang_now], stdout);
	if (d->failed)
		printf(tr("\n%s%d of these claims did not hold.%s\n",
			  "\n%s以上有 %d 条不成立。%s\n"),
		       text_colour(&d->style, RED), d->failed,
		       text_colour(&d->style, PLAIN));
}

static const char *const time_is_virtual[NLANGS] = {
	" The machine's clock skips idle time, so a minute costs you nothing.",
	"这台机器的时钟跳过空闲时间，所以一分钟的等待不花你的时间。",
};

static const char *const what_is_shown[NLANGS] = {
	"A client and a server, two hosts in one Linux %s, speak lctcp, TCP's connection life cycle as a kernel module, over a wire%s. Nothing below is drawn by hand: it is what the module's tracepoints saw.%s",
	"客户端和服务器是同一个 Linux %s 中的两台主机，用 lctcp（实现 TCP 连接一生的内核模块）通信%s。下面没有一笔是手画的，都是模块的跟踪点看到的。%s",
};

static const char *const how_to_read[NLANGS] = {
	"How to read it: time runs downwards, in seconds; each side has its own column of it, so that a segment shows when it left and when it came. A state stands where it begins, a bracket beside it is a timer that runs. Sequence numbers count from each side's SYN. ✗ is where a segment was lost. The number at the tail of a segment is that of the sentence below which says why; a sentence is said once, so some stand further up. The marks below the states of an opening:",
	"怎样看图：时间自上而下，单位是秒；每一方有自己的时间列，所以看得出报文段何时发出、何时到达。状态写在它开始的地方，旁边的括线是正在运行的定时器。序号从每一方的 SYN 算起。✗ 是报文段丢失的地方。报文段尾部的数字是下面说明原因的句子的编号；每句话只说一次，所以有些在更前面。建立连接时，状态下方的记号：",
};

static void prologue(struct demo *d)
{
	struct utsname u;
	char text[1024];

	uname(&u);
	printf("%s%s%s\n\n", text_colour(&d->style, BOLD),
	       tr("The life of a TCP connection", "一个 TCP 连接的一生"),
	       text_colour(&d->style, PLAIN));
	snprintf(text, sizeof(text), what_is_shown[lang_now], u.release,
		 d->s.delayed ? tr(" that takes 10 ms each way", "，线路单向时延 10 ms") : "",
		 lc_virtual() ? time_is_virtual[lang_now] : "");
	paragraph(d, text);
	putchar('\n');
	paragraph(d, how_to_read[lang_now]);
	/* here once, and not below each ladder */
	paragraph(d, word(W_SURE, lang_now));
}

static void play_life(struct demo *d)
{
	long end, new_end;

	stage_up(&d->s);
	trace_start(&d->s);
	prologue(d);
	play_open(d);
	play_recover(d);
	play_data(d);
	play_half_close(d);
	play_other_half(d);
	end = play_close(d);
	new_end = play_last_ack(d);
	play_2msl(d);
	play_encore(d);
	trace_stop(&d->s);
	epilogue(d, end, new_end);
	close(d->lfd);
	stage_down(&d->s);
	ladder_free(d->ladder);
	events_free(&d->evs);
}

static int no_language(const char *name)
{
	fprintf(stderr, "demo: no language %s: " LANG_CHOICES "\n", name);
	return 2;
}

int main(int argc, char **argv)
{
	struct demo d = {
		.s = { .who = "demo", .family = AF_INET },
		.style = { .width = LADDER_WIDTH, .colour = isatty(1),
			   .no_legend = true },
	};
	int c;

	if (!lang_from_environment())
		return no_language(getenv("L10N"));
	while ((c = getopt_long(argc, argv, "6c:l:t:W:h", options, NULL)) != -1) {
		switch (c) {
		case '6':
			d.s.family = AF_INET6;
			break;
		case 'c':
			if (strcmp(optarg, "auto"))
				d.style.colour = !strcmp(optarg, "always");
			break;
		case 'l':
			if (!lang_find(optarg, &lang_now))
				return no_language(optarg);
			break;
		case 't':
			d.raw = fopen(optarg, "w");
			if (!d.raw)
				stage_die(&d.s, "%s: %s", optarg, strerror(errno));
			break;
		case 'W':
			d.style.width = max(atoi(optarg), LADDER_WIDTH);
			break;
		case 'h':
			fputs(usage[lang_now], stdout);
			return 0;
		default:
			return 2;
		}
	}
	d.style.lang = lang_now;
	play_life(&d);
	if (d.raw)
		fclose(d.raw);
	fflush(stdout);
	return d.failed ? 1 : 0;
}
