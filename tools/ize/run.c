// SPDX-License-Identifier: GPL-2.0
/* A program, and who waits for it: see run.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ize.h"
#include "run.h"

static pid_t begin(char **argv, int (*ready)(void *arg), void *arg,
		   const sigset_t *before)
{
	pid_t pid = fork();
	int status;

	if (pid)
		return pid;
	sigprocmask(SIG_SETMASK, before, NULL);
	status = ready ? ready(arg) : 0;
	if (status)
		_exit(status);
	execvp(argv[0], argv);
	status = errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN;
	say("%s: %s", argv[0], strerror(errno));
	_exit(status);
}

/* What a signal means: is all over, and with which status? */
static bool signalled(int signals, pid_t pid, int *status)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo != SIGCHLD) {
		*status = 0;
		if (pid && info.ssi_signo != SIGINT && info.ssi_signo != SIGQUIT)
			kill(pid, info.ssi_signo);
		return !pid;
	}
	if (!pid || waitpid(pid, status, WNOHANG) != pid)
		return false;
	*status = WIFSIGNALED(*status) ? 128 + WTERMSIG(*status) :
					 WEXITSTATUS(*status);
	return true;
}

int run_program(char **argv, int (*ready)(void *arg), void *arg,
		int fd, void (*readable)(int fd))
{
	static const int caught[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD };
	struct pollfd polled[2] = { { .events = POLLIN },
				    { .fd = fd, .events = POLLIN } };
	sigset_t set, before;
	int status = EXIT_CANNOT;
	bool over = false;
	pid_t pid = 0;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		sigaddset(&set, caught[i]);
	sigprocmask(SIG_BLOCK, &set, &before);
	polled[0].fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (polled[0].fd >= 0 && argv[0])
		pid = begin(argv, ready, arg, &before);
	if (polled[0].fd < 0 || pid < 0) {
		say("%s", strerror(errno));
		over = true;
	}
	while (!over) {
		if (poll(polled, 2, -1) < 0)
			continue;
		if (polled[0].revents)
			over = signalled(polled[0].fd, pid, &status);
		/* what it said before its end is still there */
		if (fd >= 0)
			readable(fd);
	}
	if (polled[0].fd >= 0)
		close(polled[0].fd);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}
