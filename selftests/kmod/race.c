// SPDX-License-Identifier: GPL-2.0
/*
 * socket() while the module goes and comes, in both families and by several
 * processes: either there is a socket, which works, or the protocol is not
 * supported.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "kmod.h"
#include "kselftest.h"

#define PROTO		253
#define TEST		"api_module_race"
#define ASKERS		4
#define ROUNDS		8
#define SOCKETS		20		/* at least, a round */

static const int families[] = { AF_INET, AF_INET6 };

/**
 * struct score - of one who asks
 * @got:	sockets
 * @refused:	EPROTONOSUPPORT
 * @wrong:	another errno of socket(), or of what was done with one
 */
static struct score {
	atomic_int got, refused, wrong;
} *scores;

static atomic_bool *pause_now;

static int all_got(void)
{
	int i, n = 0;

	for (i = 0; i < ASKERS; i++)
		n += scores[i].got;
	return n;
}

/* In between nobody has one. */
static bool all_refused(void)
{
	int before[ASKERS], got, i;

	got = all_got();
	for (i = 0; i < ASKERS; i++)
		before[i] = scores[i].refused;
	for (i = 0; i < ASKERS; i++)
		while (scores[i].refused == before[i] && all_got() == got)
			usleep(1000);
	return all_got() == got;
}

/* It can have a port, listen and go. */
static int use(int fd, int family)
{
	struct sockaddr_in6 any = { .sin6_family = family };
	socklen_t len = family == AF_INET ? sizeof(struct sockaddr_in) :
					    sizeof(any);

	if (bind(fd, (void *)&any, len) || listen(fd, 1))
		return errno;
	return close(fd) ? errno : 0;
}

static void ask(int i)
{
	struct score *s = &scores[i];
	int family = families[i % 2], fd, err, n = 0;

	for (;;) {
		if (*pause_now) {
			usleep(1000);
			continue;
		}
		fd = socket(family, SOCK_STREAM, PROTO);
		err = fd < 0 ? errno : use(fd, family);
		if (fd >= 0 && !err)
			s->got++;
		else if (fd < 0 && err == EPROTONOSUPPORT)
			s->refused++;
		else
			s->wrong = err;
		/* others want the processor, and in virtual time no time passes
		 * while somebody runs
		 */
		if (!(++n % 4))
			usleep(1000 * (i + 1));
	}
}

/* Out under their hands: as they have sockets all the time, try until none has
 * one just now.
 */
static int unload(void)
{
	int i;

	for (i = 0; syscall(SYS_delete_module, "lctcp", O_NONBLOCK); i++) {
		if (errno != EAGAIN && errno != EBUSY)
			return -errno;
		if (i % 1000 == 999) {
			*pause_now = true;	/* never by chance */
			usleep(50000);
		} else {
			usleep(200);
		}
		if (i == 5000)
			return -ETIMEDOUT;
	}
	*pause_now = false;
	return 0;
}

int main(void)
{
	pid_t pid[ASKERS];
	int i, got, err = 0, round;

	ksft_print_header();
	ksft_set_plan(3);
	/* we load it, nobody else */
	if (autoload_off())
		ksft_exit_fail_msg(AUTOLOAD ": %s\n", strerror(errno));
	scores = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pause_now = (void *)(scores + ASKERS);
	for (i = 0; i < ASKERS; i++) {
		pid[i] = fork();
		if (!pid[i])
			ask(i);
	}
	for (round = 0; round < ROUNDS && !err; round++) {
		got = all_got();
		while (all_got() < got + SOCKETS)
			usleep(1000);
		err = unload();
		if (err)
			ksft_print_msg("unloading: %s\n", strerror(-err));
		if (!err)
			err = all_refused() ? module_load("lctcp", "") : -EEXIST;
	}
	for (i = 0; i < ASKERS; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	for (i = 0; i < ASKERS; i++)
		ksft_print_msg("%d: %d sockets, %d times refused\n", i,
			       scores[i].got, scores[i].refused);
	ksft_test_result(!err, TEST ": %d times unloaded and loaded\n", round);
	for (i = 0; i < 2; i++)
		ksft_test_result(!scores[i].wrong && !scores[i + 2].wrong &&
				 scores[i].got && scores[i + 2].got &&
				 scores[i].refused + scores[i + 2].refused,
				 TEST ".v%c: a socket or EPROTONOSUPPORT: %s\n",
				 i ? '6' : '4',
				 strerror(scores[i].wrong ?: scores[i + 2].wrong));
	autoload_on();
	ksft_finished();
}
