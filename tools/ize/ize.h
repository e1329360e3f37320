/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of lctcpize. */
#ifndef LCTCP_IZE_H
#define LCTCP_IZE_H

/* Where lctcpize.so tells of a socket: a datagram socket's path, in the
 * environment; and how long what it says may be.
 */
#define IZE_TELL	"LCTCPIZE_TELL"
#define IZE_SAID	256

/* Exit statuses of a command that runs another one, as env(1) has them. */
#define EXIT_CANNOT	125	/* lctcpize itself cannot */
#define EXIT_NOT_RUN	126	/* the program is there, but cannot be run */
#define EXIT_NOT_FOUND	127

/* "lctcpize: MESSAGE" on standard error. */
__attribute__((format(printf, 1, 2)))
void say(const char *fmt, ...);

/**
 * judge() - can what a program calls be caught by a preloaded library?
 * @name:	of the program, as one would type it
 * @arguments:	behind it, for programs that run what these name
 *
 * What is a script is judged by its interpreter.
 *
 * Return: 0, or the exit status to end with after one line on standard error.
 */
int judge(const char *name, char *const *arguments);

/**
 * run_told() - run a program and print each socket of it that became lctcp's
 * @argv:	the program
 *
 * Return: its exit status, 128 + N if signal N ended it.
 */
int run_told(char **argv);

/**
 * run_in_cgroup() - run a program in a control group whose sockets are lctcp's
 * @argv:	the program; none: until a signal comes
 * @path:	an existing control group, or NULL: one of its own
 *
 * Whatever the program is and runs: the kernel itself asks which protocol a
 * socket is to have (fmod_ret on update_socket_protocol(), Linux 6.6).
 *
 * Return: its exit status, 128 + N if signal N ended it, or EXIT_CANNOT after
 * one line on standard error.
 */
int run_in_cgroup(char **argv, const char *path);

#endif /* LCTCP_IZE_H */
