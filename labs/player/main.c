// SPDX-License-Identifier: GPL-2.0
/* lab: play labs on the real module, and show and check what happened. */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab.h"
#include "queues.h"

static const char usage[] =
	"Usage: lab [OPTION...] FOLDER...\n"
	"\n"
	"Play the labs whose folders are given; root only. The exit status is 0 if all\n"
	"that was expected was seen.\n"
	"\n"
	"  -o, --out=FOLDER  put the recordings and ladders of lab NAME into FOLDER/NAME;\n"
	"                    $LCTCP_OUT unless told\n"
	"  -r, --record      also print all that was recorded, in words\n"
	"  -t, --tap         no ladders, but a test point for each lab\n"
	"  -6, --ipv6        over IPv6\n"
	"  -l, --lang=LANG   en or zh; as the locale says, unless told\n"
	"  -c, --color=WHEN  always, never or auto (the default)\n"
	"  -W, --width=N     columns, 80 or more\n"
	"  -h, --help        this text\n";

static const struct option options[] = {
	{ "out",	required_argument,	NULL, 'o' },
	{ "record",	no_argument,		NULL, 'r' },
	{ "tap",	no_argument,		NULL, 't' },
	{ "ipv6",	no_argument,		NULL, '6' },
	{ "lang",	required_argument,	NULL, 'l' },
	{ "color",	required_argument,	NULL, 'c' },
	{ "width",	required_argument,	NULL, 'W' },
	{ "help",	no_argument,		NULL, 'h' },
	{ }
};

/**
 * struct manner - how labs are shown
 * @style:	of the text
 * @out:	folder of all output, or NULL
 * @family:	AF_INET or AF_INET6
 * @tap:	for a machine
 * @record:	show the record too
 */
struct manner {
	struct ladder_style style;
	const char *out;
	int family;
	bool tap, record;
};

/* The first heading of its README. */
static void lab_title(const struct lab *l, enum language lang, char *buf,
		      size_t size)
{
	char path[512], line[256];
	FILE *f;

	snprintf(buf, size, "%s", basename(l->dir));
	snprintf(path, sizeof(path), "%s/README%s.md", l->dir,
		 lang == LANG_ZH ? ".zh" : "");
	f = fopen(path, "r");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "# ", 2))
			continue;
		line[strcspn(line, "\n")] = 0;
		snprintf(buf, size, "%s", line + 2);
		break;
	}
	fclose(f);
}

static void bold(const struct manner *how, const char *text)
{
	printf("%s%s%s\n\n", text_colour(&how->style, BOLD), text,
	       text_colour(&how->style, PLAIN));
}

static void show_calls(const struct act *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->v[i].program)
			print_happening(a, &a->v[i], "  ", stdout);
	putchar('\n');
}

/* Opens for writing what belongs to connection @n of an act, 0: to all of it. */
static FILE *create_picture(const struct lab *l, const char *what, int act, int n,
			    const char *end)
{
	char path[512];

	if (n)
		snprintf(path, sizeof(path), "%s/%s-%d-%d.%s", l->out, what, act, n,
			 end);
	else
		snprintf(path, sizeof(path), "%s/%s-%d.%s", l->out, what, act, end);
	return fopen(path, "w");
}

static void save_text(const struct lab *l, const struct ladder *ladder, int act,
		      int n)
{
	struct ladder_style plain = { .width = LADDER_WIDTH };
	FILE *f = create_picture(l, "ladder", act, n, "txt");

	if (!f)
		return;
	ladder_text(ladder, 0, ladder->n, &plain, f);
	fclose(f);
}

/* What stands over a picture: the act, or the lab; or which of its connections. */
static void picture_title(const struct lab *l, int act, int n, unsigned int shown,
			  enum language lang, char *buf, size_t size)
{
	const char *title = l->act[act - 1].title[lang];
	char who[16];

	if (shown & (shown - 1))
		snprintf(buf, size, "%s", actor_name(A, n, who, sizeof(who)));
	else if (title[0])
		snprintf(buf, size, "%s", title);
	else
		lab_title(l, lang, buf, size);
}

static void save_picture(const struct lab *l, const struct ladder *ladder,
			 int act, int n, enum language lang)
{
	struct ladder_svg_style style = { .lang = lang };
	char text[2 * LAB_TEXT], end[16];
	FILE *f;

	snprintf(end, sizeof(end), "%s.svg", lang_name(lang));
	f = create_picture(l, "ladder", act, n, end);
	if (!f)
		return;
	picture_title(l, act, n, l->act[act - 1].show, lang, text, sizeof(text));
	style.title = text;
	ladder_svg(ladder, &style, f);
	fclose(f);
}

static void save_plot(const struct lab *l, const struct plot *plot, int act, int n,
		      enum language lang)
{
	struct plot_style style = { .lang = lang };
	char text[2 * LAB_TEXT], end[16];
	FILE *f;

	snprintf(end, sizeof(end), "%s.svg", lang_name(lang));
	f = create_picture(l, "plot", act, n, end);
	if (!f)
		return;
	picture_title(l, act, n, l->act[act - 1].plots, lang, text, sizeof(text));
	style.title = text;
	plot_svg(plot, &style, f);
	fclose(f);
}

static void hand_out_plot(const struct lab *l, const struct act *a, int n,
			  const struct manner *how)
{
	struct plot *plot = act_plot(l, a, n);
	struct plot_style style = {
		.lang = how->style.lang, .colour = how->style.colour,
		.width = how->style.width,
	};

	if (!plot)
		return;
	if (!how->tap) {
		plot_text(plot, &style, stdout);
		putchar('\n');
	}
	if (l->out) {
		save_plot(l, plot, a - l->act + 1, n, LANG_EN);
		save_plot(l, plot, a - l->act + 1, n, LANG_ZH);
	}
	plot_free(plot);
}

static void hand_out_ladder(const struct lab *l, const struct act *a, int n,
			    const struct manner *how)
{
	struct ladder *ladder = act_ladder(l, a, n);

	if (!ladder)
		return;
	if (!how->tap) {
		ladder_text(ladder, 0, ladder->n, &how->style, stdout);
		putchar('\n');
		if (ladder_why(ladder, 0, ladder->n, &how->style, stdout))
			putchar('\n');
	}
	if (l->out) {
		save_text(l, ladder, a - l->act + 1, n);
		save_picture(l, ladder, a - l->act + 1, n, LANG_EN);
		save_picture(l, ladder, a - l->act + 1, n, LANG_ZH);
	}
	ladder_free(ladder);
}

static void show_act(const struct lab *l, const struct act *a,
		     const struct manner *how)
{
	int n;

	if (!how->tap) {
		if (a->title[how->style.lang][0])
			bold(how, a->title[how->style.lang]);
		if (how->record)
			print_record(a, "  ", stdout);
		else
			show_calls(a);
	}
	for (n = 1; n <= LAB_CONNS; n++) {
		if (a->plots & 1 << n)
			hand_out_plot(l, a, n, how);
		if (a->show & 1 << n)
			hand_out_ladder(l, a, n, how);
	}
}

static void save_queues(const struct lab *l, const struct queues *q, int act)
{
	struct ladder_style plain = { .width = LADDER_WIDTH };
	enum language lang;
	char end[16];
	FILE *f;

	f = create_picture(l, "queues", act, 0, "txt");
	if (f) {
		queues_text(q, &plain, f);
		fclose(f);
	}
	for (lang = 0; lang < NLANGS; lang++) {
		snprintf(end, sizeof(end), "%s.svg", lang_name(lang));
		f = create_picture(l, "queues", act, 0, end);
		if (!f)
			continue;
		queues_svg(q, l->act[act - 1].title[lang], lang, f);
		fclose(f);
	}
}

static void hand_out_queues(const struct lab *l, const struct act *a,
			    const struct queues *q, const struct manner *how)
{
	if (!how->tap) {
		queues_text(q, &how->style, stdout);
		putchar('\n');
	}
	if (l->out)
		save_queues(l, q, a - l->act + 1);
}

/* Everything of an act; its queues are in the record too, so that they can be
 * expected.
 */
static bool hand_out_act(const struct lab *l, struct act *a,
			 const struct manner *how)
{
	struct queues q = { 0 };
	bool ok = put_into_words(l, a);

	if (ok && l->queues)
		ok = queues_of(l, a - l->act, &q) && queues_record(&q, a);
	show_act(l, a, how);
	if (ok && l->queues)
		hand_out_queues(l, a, &q, how);
	queues_free(&q);
	return ok;
}

static bool play_lab(struct lab *l)
{
	bool ok = lab_up(l) && play_script(l);

	ok = record_stop(l) && ok;
	lab_down(l);
	return ok;
}

static void show_verdict(const struct verdict *v, const struct manner *how)
{
	printf("%s%s%s ", text_colour(&how->style, v->failed ? RED : GREEN),
	       v->failed ? "✗" : "✓", text_colour(&how->style, PLAIN));
	if (v->failed)
		printf(tr("%d of %d expectations were not met.\n",
			  "%2$d 项预期中有 %1$d 项没有满足。\n"), v->failed,
		       v->met + v->failed);
	else
		printf(tr("All %d expected events were seen, in order and on time.\n",
			  "%d 个预期的事件都看到了，次序和时间都对。\n"),
		       v->met);
}

static bool out_folder(struct lab *l, const char *out, char *path, size_t size)
{
	if (!out)
		return true;
	snprintf(path, size, "%s/%s", out, basename(l->dir));
	if (mkdir(path, 0777) && errno != EEXIST)
		return stop(l, "%s: %s", path, strerror(errno));
	l->out = path;
	return true;
}

/* True if all went as it should. */
static bool run_lab(const char *dir, const struct manner *how)
{
	struct lab l = {
		.dir = dir,
		.s = { .who = "lab", .family = how->family },
		.show = 1 << 1,
	};
	const char *lead = how->tap ? "# " : "  ";
	struct verdict v = { 0 };
	char title[256], out[512];
	bool ok;
	int i;

	ok = out_folder(&l, how->out, out, sizeof(out)) && play_lab(&l);
	if (!how->tap) {
		lab_title(&l, how->style.lang, title, sizeof(title));
		bold(how, title);
		/* it is what the expected events are compared with */
		if (how->style.lang == LANG_ZH)
			printf("记录用英文，写法同 %s/expected。\n\n", dir);
	}
	for (i = 0; i < l.nacts; i++) {
		if (!hand_out_act(&l, &l.act[i], how))
			ok = stop(&l, "out of memory");
	}
	if (ok) {
		v = check_lab(&l, lead, stdout);
		if (!how->tap)
			show_verdict(&v, how);
	} else {
		printf("%s%s/script:%d: %s\n", lead, dir, l.line, l.error);
		for (i = 0; how->tap && i < l.nacts; i++)
			print_record(&l.act[i], "# ", stdout);
	}
	lab_free(&l);
	fflush(stdout);
	return ok && !v.failed;
}

static void no_language(const char *name)
{
	fprintf(stderr, "lab: no language %s: " LANG_CHOICES "\n", name);
}

static bool read_options(int argc, char **argv, struct manner *how)
{
	int c;

	while ((c = getopt_long(argc, argv, "o:rt6l:c:W:h", options, NULL)) != -1) {
		switch (c) {
		case 'o':
			how->out = optarg;
			break;
		case 'r':
			how->record = true;
			break;
		case 't':
			how->tap = true;
			break;
		case '6':
			how->family = AF_INET6;
			break;
		case 'l':
			if (!lang_find(optarg, &lang_now)) {
				no_language(optarg);
				return false;
			}
			break;
		case 'c':
			if (strcmp(optarg, "auto"))
				how->style.colour = !strcmp(optarg, "always");
			break;
		case 'W':
			how->style.width = max(atoi(optarg), LADDER_WIDTH);
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default:
			return false;
		}
	}
	how->style.lang = lang_now;
	return optind < argc;
}

int main(int argc, char **argv)
{
	struct manner how = {
		.style = { .width = LADDER_WIDTH, .colour = isatty(1) },
		.family = AF_INET,
		.out = getenv("LCTCP_OUT"),
	};
	int i, failed = 0;

	if (!lang_from_environment()) {
		no_language(getenv("L10N"));
		return 2;
	}
	if (!read_options(argc, argv, &how)) {
		fputs(usage, stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	if (how.tap)
		printf("TAP version 13\n1..%d\n", argc - optind);
	for (i = optind; i < argc; i++) {
		bool ok;

		if (strrchr(argv[i], '/') && !strrchr(argv[i], '/')[1])
			*strrchr(argv[i], '/') = 0;
		ok = run_lab(argv[i], &how);
		failed += !ok;
		if (how.tap)
			printf("%sok %d lab_%s\n", ok ? "" : "not ",
			       i - optind + 1, basename(argv[i]));
		else if (i + 1 < argc)
			putchar('\n');
		fflush(stdout);
	}
	return failed ? 1 : 0;
}
