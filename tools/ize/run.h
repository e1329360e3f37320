/* SPDX-License-Identifier: GPL-2.0 */
/* Running a program for somebody who waits for it. */
#ifndef LCTCP_IZE_RUN_H
#define LCTCP_IZE_RUN_H

/**
 * run_program() - run a program and wait for its end
 * @argv:	the program; none: wait for SIGINT, SIGTERM or SIGHUP
 * @ready:	called in the child before it becomes the program, or NULL; what
 *		is not 0 is the exit status
 * @arg:	for @ready
 * @fd:		what is readable meanwhile, or -1
 * @readable:	reads all that is there
 *
 * SIGTERM and SIGHUP are passed on to the program; the keyboard's signals it gets
 * itself.
 *
 * Return: its exit status, 128 + N if signal N ended it, or EXIT_CANNOT after a
 * message.
 */
int run_program(char **argv, int (*ready)(void *arg), void *arg,
		int fd, void (*readable)(int fd));

#endif /* LCTCP_IZE_RUN_H */
