// SPDX-License-Identifier: GPL-2.0
/*
 * Rounds, each in a process of its own, and what is told of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gauntlet.h"

unsigned long *figures;
bool gauntlet_verbose;

static const char * const figure_names[N_FIGURES] = {
	"segments", "answers", "octets", "calls", "injections", "hits", "lives",
};

void gauntlet_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "# ");
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
	va_end(ap);
	_exit(1);
}

static unsigned long number(const char *option, const char *name,
			    unsigned long otherwise)
{
	const char *s = option ? option : getenv(name);

	return s && *s ? strtoul(s, NULL, 0) : otherwise;
}

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Should the kernel complain, its log says which round that was. */
static void mark(const struct gauntlet *g, unsigned long seed,
		 unsigned long round)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC), n;
	char text[128];

	if (fd < 0)
		return;
	n = snprintf(text, sizeof(text), "gauntlet: -s %lu -r %lu %s\n", seed,
		     round, g->name);
	/* one that is refused is not worth a word */
	if (write(fd, text, n) != n)
		errno = 0;
	close(fd);
}

/* Status of the process that played the round. */
static int play(const struct gauntlet *g, unsigned long seed,
		unsigned long round)
{
	struct chance c = { .x = seed };
	int status;
	pid_t pid;

	/* Neighbours in number are to have nothing in common. */
	c.x = chance_next(&c) + round * 0xd1342543de82ef95ull;
	chance_next(&c);
	mark(g, seed, round);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		signal(SIGPIPE, SIG_IGN);
		alarm(g->patience);
		g->play(round % g->nkinds, round, &c);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		fprintf(stderr, "# fork: %s\n", strerror(errno));
		return -1;
	}
	return status;
}

/* The round failed: why, as far as it is known, and how to see it again. */
static void tell(const struct gauntlet *g, unsigned long seed,
		 unsigned long round, int status)
{
	const char *t = getenv("LCTCP_TIME");

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		printf("# it hangs: no end after %u s\n", g->patience);
	else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGABRT)
		printf("# killed by signal %d\n", WTERMSIG(status));
	printf("# again: scripts/gauntlet -k %s -s %lu -r %lu %s\n",
	       t && !strcmp(t, "virtual") ? "uml" : "6.12", seed, round,
	       g->name);
}

int gauntlet_main(const struct gauntlet *g, int argc, char **argv)
{
	const char *s = NULL, *r = NULL, *n = NULL, *t = NULL;
	unsigned long seed, first, round, rounds, seconds, bad[16] = {};
	const char *stop = getenv("GAUNTLET_STOP");
	int opt, status, failures = 0;
	unsigned int i;
	time_t end;

	while ((opt = getopt(argc, argv, "s:r:n:t:v")) != -1) {
		switch (opt) {
		case 's':
			s = optarg;
			break;
		case 'r':
			r = optarg;
			break;
		case 'n':
			n = optarg;
			break;
		case 't':
			t = optarg;
			break;
		case 'v':
			gauntlet_verbose = true;
			break;
		default:
			return 2;
		}
	}
	seed = number(s, "GAUNTLET_SEED", 1);
	first = number(r, "GAUNTLET_ROUND", 0);
	seconds = number(t, "GAUNTLET_SECONDS", 0);
	rounds = number(n, "GAUNTLET_ROUNDS",
			r || getenv("GAUNTLET_ROUND") ? 1 :
			seconds || stop ? ~0ul : g->rounds);
	end = now() + seconds;
	figures = mmap(NULL, N_FIGURES * sizeof(*figures),
		       PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (figures == MAP_FAILED)
		return 1;

	printf("TAP version 13\n1..%u\n# seed: %lu\n", g->nkinds, seed);
	for (round = first; round - first < rounds && failures < 5; round++) {
		if (round != first &&
		    ((seconds && now() >= end) || (stop && !access(stop, F_OK))))
			break;
		status = play(g, seed, round);
		if (!status)
			continue;
		tell(g, seed, round, status);
		bad[round % g->nkinds]++;
		failures++;
	}
	printf("# figure rounds %lu\n", round - first);
	for (i = 0; i < N_FIGURES; i++)
		if (figures[i])
			printf("# figure %s %lu\n", figure_names[i], figures[i]);
	for (i = 0; i < g->nkinds; i++)
		printf("%sok %u - gauntlet %s: %s\n", bad[i] ? "not " : "", i + 1,
		       g->name, g->kinds[i]);
	return failures ? 1 : 0;
}
