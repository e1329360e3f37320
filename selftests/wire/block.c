// SPDX-License-Identifier: GPL-2.0
/* Calls that block, each in a thread of its own, and what ends them. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core.h"

static long perform(struct w_call *c)
{
	struct sockaddr_storage peer;
	struct pollfd p = { .fd = c->fd, .events = c->events };
	long ret;

	switch (c->what) {
	case W_CONNECT:
		w_sockaddr(c->w, c->w->f->peer_host, c->w->f->peer_port, &peer);
		return connect(c->fd, (void *)&peer, w_sockaddr_len(c->w));
	case W_ACCEPT:
		return accept(c->fd, NULL, NULL);
	case W_RECV:
		return recv(c->fd, c->buf, sizeof(c->buf), c->events);
	case W_SEND:
		return send(c->fd, c->buf, 10, MSG_NOSIGNAL | c->events);
	case W_POLL:
		ret = poll(&p, 1, -1);
		return ret > 0 ? p.revents : ret;
	}
	return -1;
}

static void *run(void *arg)
{
	struct w_call *c = arg;

	c->ret = perform(c);
	c->err = c->ret < 0 ? errno : 0;
	__atomic_store_n(&c->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static bool done(struct w_call *c)
{
	return __atomic_load_n(&c->done, __ATOMIC_ACQUIRE);
}

/* Begin @what on @fd, which becomes a blocking socket; it must not return by
 * itself.  @events: of poll(), or flags of recv() and send().
 */
void w_block_on(struct wire *w, struct w_call *c, enum w_what what, int fd,
		int events, const char *file, int line)
{
	memset(c, 0, sizeof(*c));
	c->w = w;
	c->what = what;
	c->fd = fd;
	c->events = events;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	if (pthread_create(&c->thread, NULL, run, c))
		w_die(w, file, line, "no thread");
	w_wait(w, 30);
	if (done(c))
		w_die(w, file, line, "it does not block, but returns %ld (%s)",
		      c->ret, strerror(c->err));
}

/* By now it must have returned @ret, or -1 with @err. */
void w_woken_by(struct wire *w, struct w_call *c, long ret, int err,
		const char *file, int line)
{
	int i;

	for (i = 0; i < 200 && !done(c); i++)
		w_pause(10);
	if (!done(c))
		w_die(w, file, line, "it still blocks");
	pthread_join(c->thread, NULL);
	w_nonblock(c->fd);
	if (c->ret != ret || c->err != err)
		w_die(w, file, line, "it returned %ld (%s), expected %ld (%s)",
		      c->ret, strerror(c->err), ret, strerror(err));
	w_note(w, "the blocked call returned %ld (%s)", ret, strerror(err));
}

/* Write until nothing goes in any more, whatever leaves; then a send() blocks.
 * The text is not that of w_write().
 */
void w_fill_sndbuf(struct wire *w, int fd)
{
	static const char zeros[4096];
	int small = 4096, i;

	w_ok(w, setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)));
	for (i = 0; i < 1000; i++)
		if (send(fd, zeros, sizeof(zeros), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			break;
	if (errno != EAGAIN)
		w_fail(w, "the send buffer has no end");
	w_drain(w);
}
