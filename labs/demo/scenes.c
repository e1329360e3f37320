// SPDX-License-Identifier: GPL-2.0
/*
 * scenes: play short scenes of a connection's life on the real module, and
 * record each.  Ladders are drawn of the recordings: those in the README, and
 * those that the tests of the ladder know by heart.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lctcp/types.h>

#include "stage/stage.h"

#define PORT	80
#define CPORT	40000

static const char usage[] =
	"Usage: scenes [-6] [-o FOLDER] [SCENE...]\n"
	"\n"
	"Record SCENEs, all unless told, as FOLDER/SCENE.trace; root only.\n"
	"\n"
	"  -6, --ipv6        over IPv6\n"
	"  -o, --out=FOLDER  where to; $LCTCP_OUT or the current one unless told\n"
	"  -h, --help        this text, and the names of the scenes\n";

static const struct option options[] = {
	{ "ipv6",	no_argument,		NULL, '6' },
	{ "out",	required_argument,	NULL, 'o' },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

/**
 * struct play - one scene
 * @s:		where it is played
 * @lfd:	the server's listener
 * @cfd:	the client's socket
 * @sfd:	the server's
 */
struct play {
	struct stage s;
	int lfd, cfd, sfd;
};

#define NS_C(p)	((p)->s.p.ns[A])
#define NS_S(p)	((p)->s.p.ns[B])

static void must(struct play *p, bool ok, const char *what)
{
	if (!ok)
		stage_die(&p->s, "%s: %s", what, strerror(errno));
}

static void rule(struct play *p, int ns, const char *text)
{
	must(p, !fault(ns, text), text);
}

static void set(struct play *p, int ns, const char *name, const char *value)
{
	must(p, !sysctl_set(ns, name, value), name);
}

/* ---- what programs do ---- */

static void serve(struct play *p)
{
	p->lfd = listener(NS_S(p), p->s.family, HOST_B, PORT, 5);
	must(p, p->lfd >= 0, "listen");
}

static void start_dial(struct play *p)
{
	p->cfd = dial_from(NS_C(p), p->s.family, CPORT, HOST_B, PORT);
	must(p, p->cfd >= 0, "connect");
}

static void dial_up(struct play *p)
{
	start_dial(p);
	must(p, !dialled(p->cfd, SOON_MS), "connect");
}

static void accept_it(struct play *p, long ms)
{
	p->sfd = take(p->lfd, ms);
	must(p, p->sfd >= 0, "accept");
}

static void meet(struct play *p)
{
	serve(p);
	dial_up(p);
	accept_it(p, SOON_MS);
	nap_ms(20);
}

static void end_of_file(struct play *p, int fd)
{
	char c;

	must(p, poll_for(fd, POLLIN, SOON_MS) && !recv(fd, &c, 1, 0),
	     "end of file");
}

static void until(struct play *p, int ns, unsigned int lport,
		  unsigned int rport, int state, long ms)
{
	must(p, conn_wait(ns, p->s.family, lport, rport, state, ms),
	     state_name(state));
}

/* Client first, then the server after a while. */
static void part(struct play *p, long later_ms)
{
	close(p->cfd);
	end_of_file(p, p->sfd);
	if (later_ms)
		nap_ms(later_ms);
	close(p->sfd);
	until(p, NS_C(p), CPORT, PORT, S_TIME_WAIT, SOON_MS);
	until(p, NS_S(p), PORT, CPORT, S_NONE, SOON_MS);
}

/* Let the timer of the client's end run out, and look only then. */
static void rest(struct play *p)
{
	char left[32] = "";

	conn_column(NS_C(p), CPORT, PORT, "left_ms", left, sizeof(left));
	nap_ms(atol(left));
	until(p, NS_C(p), CPORT, PORT, S_NONE, 10000);
}

/* ---- the scenes ---- */

static void scene_open(struct play *p)
{
	trace_start(&p->s);
	meet(p);
}

static void scene_close(struct play *p)
{
	trace_start(&p->s);
	meet(p);
	stage_say(&p->s, p->cfd, p->sfd, "Hello.");
	stage_say(&p->s, p->sfd, p->cfd, "Bye.");
	nap_ms(200);
	part(p, 60);
	rest(p);
}

static void scene_life(struct play *p)
{
	trace_start(&p->s);
	meet(p);
	stage_say(&p->s, p->cfd, p->sfd, "How do you do?");
	stage_say(&p->s, p->sfd, p->cfd, "Very well, thank you.");
	nap_ms(100);
	part(p, 60);
	rest(p);
}

static void scene_third_ack(struct play *p)
{
	trace_start(&p->s);
	rule(p, NS_C(p), "drop third-ack 3");
	serve(p);
	dial_up(p);
	accept_it(p, 60000);
	nap_ms(20);
}

static void scene_third_ack_data(struct play *p)
{
	trace_start(&p->s);
	rule(p, NS_C(p), "drop third-ack 1");
	serve(p);
	dial_up(p);
	nap_ms(500);
	must(p, write_all(p->cfd, "Hello.", 6) == 6, "send");
	accept_it(p, 1000);
	nap_ms(100);
}

/* The SYN is lost, then its answer: the client asks again, before the server does. */
static void scene_syn_lost(struct play *p)
{
	trace_start(&p->s);
	rule(p, NS_C(p), "drop syn 1");
	rule(p, NS_S(p), "drop synack 1");
	meet(p);
}

/* The server gives up; then data comes. */
static void scene_third_ack_never(struct play *p)
{
	trace_start(&p->s);
	set(p, NS_S(p), "synack_schedule_ms", "3000 6000");
	rule(p, NS_C(p), "drop third-ack 9");
	serve(p);
	dial_up(p);
	nap_ms(12000);
	must(p, write_all(p->cfd, "Hello?", 6) == 6, "send");
	until(p, NS_C(p), CPORT, PORT, S_NONE, SOON_MS);
}

static void scene_last_ack(struct play *p)
{
	trace_start(&p->s);
	meet(p);
	rule(p, NS_C(p), "drop last-ack 1");
	part(p, 60);
	rest(p);
}

static void scene_merged(struct play *p)
{
	trace_start(&p->s);
	meet(p);
	part(p, 0);
	rest(p);
}

/* Each dials the other's port. */
static void scene_both_open(struct play *p)
{
	trace_start(&p->s);
	start_dial(p);
	p->sfd = dial_from(NS_S(p), p->s.family, PORT, HOST_A, CPORT);
	must(p, p->sfd >= 0, "connect");
	must(p, !dialled(p->cfd, SOON_MS), "connect");
	must(p, !dialled(p->sfd, SOON_MS), "connect");
	nap_ms(50);
}

static void scene_both_close(struct play *p)
{
	trace_start(&p->s);
	meet(p);
	close(p->cfd);
	close(p->sfd);
	until(p, NS_C(p), CPORT, PORT, S_TIME_WAIT, SOON_MS);
	rest(p);
}

static void scene_reset(struct play *p)
{
	struct linger none = { .l_onoff = 1 };

	trace_start(&p->s);
	meet(p);
	stage_say(&p->s, p->cfd, p->sfd, "Hello.");
	nap_ms(60);
	must(p, !setsockopt(p->cfd, SOL_SOCKET, SO_LINGER, &none,
			    sizeof(none)), "SO_LINGER");
	close(p->cfd);
	until(p, NS_S(p), PORT, CPORT, S_NONE, SOON_MS);
}

static void scene_refused(struct play *p)
{
	trace_start(&p->s);
	start_dial(p);
	must(p, dialled(p->cfd, SOON_MS) == -ECONNREFUSED, "refusal");
}

/* Segments of data lost and held back, and one that comes twice. */
static void scene_data(struct play *p)
{
	meet(p);
	trace_start(&p->s);
	rule(p, NS_C(p), "drop data 1");
	stage_say(&p->s, p->cfd, p->sfd, "Lost at first.");
	nap_ms(200);
	rule(p, NS_C(p), "delay data 50ms 1");
	stage_say(&p->s, p->cfd, p->sfd, "Late.");
	nap_ms(200);
	rule(p, NS_S(p), "dup data 1");
	stage_say(&p->s, p->sfd, p->cfd, "Twice.");
	nap_ms(200);
}

/* The server's program never closes, the client's has gone. */
static void scene_orphan(struct play *p)
{
	meet(p);
	trace_start(&p->s);
	close(p->cfd);
	end_of_file(p, p->sfd);
	nap_ms(100);
	rest(p);
	nap_ms(20);
}

static void scene_keepalive(struct play *p)
{
	int on = 1, idle = 20;

	meet(p);
	trace_start(&p->s);
	must(p, !setsockopt(p->cfd, 6, 4, &idle, sizeof(idle)) &&
	     !setsockopt(p->cfd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)),
	     "SO_KEEPALIVE");
	nap_ms(45000);
}

/* The server does not read for a while. */
static void scene_persist(struct play *p)
{
	static char buf[1 << 16];
	int small = 4096, n = 0, got = 0;

	serve(p);
	setsockopt(p->lfd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	dial_up(p);
	accept_it(p, SOON_MS);
	nap_ms(20);
	trace_start(&p->s);
	for (n = 0; n < 6; n++)
		send(p->cfd, buf, 1000, MSG_DONTWAIT);
	nap_ms(1500);
	while (poll_for(p->sfd, POLLIN, 1000) &&
	       (n = recv(p->sfd, buf, sizeof(buf), 0)) > 0)
		got += n;
	must(p, got > 0, "receive");
}

static const struct {
	const char *name;
	void (*play)(struct play *p);
} scenes[] = {
	{ "open",		scene_open },
	{ "close",		scene_close },
	{ "life",		scene_life },
	{ "syn-lost",		scene_syn_lost },
	{ "third-ack",		scene_third_ack },
	{ "third-ack-data",	scene_third_ack_data },
	{ "third-ack-never",	scene_third_ack_never },
	{ "last-ack",		scene_last_ack },
	{ "merged",		scene_merged },
	{ "both-open",		scene_both_open },
	{ "both-close",		scene_both_close },
	{ "reset",		scene_reset },
	{ "refused",		scene_refused },
	{ "data",		scene_data },
	{ "orphan",		scene_orphan },
	{ "keepalive",		scene_keepalive },
	{ "persist",		scene_persist },
};

/* ---- recording ---- */

/* No end may live on into the next scene. */
static void abort_it(int fd)
{
	struct linger none = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	close(fd);
}

static void record_scene(size_t i, int family, const char *folder)
{
	struct play p = {
		.s = { .who = "scenes", .family = family },
		.lfd = -1, .cfd = -1, .sfd = -1,
	};
	char path[512];
	const char *line;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.trace", folder, scenes[i].name);
	stage_up(&p.s);
	scenes[i].play(&p);
	f = fopen(path, "w");
	must(&p, f, path);
	while ((line = trace_line(&p.s)))
		fputs(line, f);
	must(&p, !fclose(f), path);
	abort_it(p.cfd);
	abort_it(p.sfd);
	close(p.lfd);
	stage_down(&p.s);
	printf("%s\n", path);
}

static void show_scenes(void)
{
	size_t i;

	printf("%s\nScenes:", usage);
	for (i = 0; i < ARRAY_SIZE(scenes); i++)
		printf(" %s", scenes[i].name);
	printf("\n");
}

static size_t find_scene(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(scenes); i++)
		if (!strcmp(scenes[i].name, name))
			return i;
	fprintf(stderr, "scenes: no scene %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	const char *folder = getenv("LCTCP_OUT") ?: ".";
	int family = AF_INET, c, i;

	while ((c = getopt_long(argc, argv, "6o:h", options, NULL)) != -1) {
		switch (c) {
		case '6':
			family = AF_INET6;
			break;
		case 'o':
			folder = optarg;
			break;
		case 'h':
			show_scenes();
			return 0;
		default:
			return 2;
		}
	}
	signal(SIGPIPE, SIG_IGN);
	for (i = optind; i < argc; i++)
		find_scene(argv[i]);
	if (optind == argc)
		for (i = 0; i < (int)ARRAY_SIZE(scenes); i++)
			record_scene(i, family, folder);
	for (i = optind; i < argc; i++)
		record_scene(find_scene(argv[i]), family, folder);
	return 0;
}
