// SPDX-License-Identifier: GPL-2.0
/*
 * Local ports: which one a bind() or a connect() gets.
 *
 * Who may have which says bind.c.  Here ports are chosen, and where there is a
 * choice the two keep out of each other's way, as in TCP: a connect() begins
 * with the ports of the parity of ip_local_port_range's lower end and turns to
 * the others when it has been through those, as the far end may still wait with
 * each of them; after 2MSL of quiet it begins anew.  A bind() to any port does
 * the reverse.  So a client with very many connections, TIME_WAIT included,
 * leaves free ports for those that bind, which need one all to themselves; and
 * connections, which share a port if their other ends differ, lose none.
 */
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <net/ip.h>

#include "bind.h"
#include "isn.h"
#include "lctcp.h"
#include "port.h"
#include "table.h"
#include "timewait.h"

/* RFC 6056 section 3.3.4: the table T.  So many that who watches some of the
 * destinations sees nothing of the others.  All begin at 0, so that all begin
 * with the ports of one parity; what a port is, the secret hash decides.
 */
#define LCTCP_PORT_COUNTERS	65536U
/* Ports to try before others may run. */
#define LCTCP_PORTS_AT_ONCE	64

/**
 * struct lctcp_port_counter - how far the ports of some destinations are used
 * @next:  where the next search begins, see lctcp_nth_port()
 * @used:  jiffies, when one was taken last
 */
struct lctcp_port_counter {
	u32 next;
	u32 used;
};

static struct lctcp_port_counter *lctcp_port_counters;

/* Where to begin: where the last search ended; or, after 2MSL without one, when
 * nobody waits any more, with the half that is not for bind().
 */
static u32 lctcp_port_first(const struct lctcp_port_counter *counter,
			    const struct sock *sk, u32 range)
{
	u32 idle = (u32)jiffies - READ_ONCE(counter->used);

	if (idle > 2 * msecs_to_jiffies(READ_ONCE(lctcp_cfg(sk)->msl_ms)))
		return 0;
	return READ_ONCE(counter->next) % range;
}

/**
 * lctcp_nth_port() - the ports of a range in the order of trying
 * @low:   the first
 * @range: how many there are
 * @start: where to begin in each half; random
 * @n:	   which, from 0 to @range - 1
 * @odd:   begin with @low + 1, @low + 3, ...
 */
static u16 lctcp_nth_port(int low, u32 range, u32 start, u32 n, bool odd)
{
	u32 half = odd ? range / 2 : (range + 1) / 2;

	if (n >= half) {
		n -= half;
		half = range - half;
		odd = !odd;
	}
	return low + 2 * ((start % half + n) % half) + odd;
}

/* Take @port if nobody objects. */
static bool lctcp_port_take(struct sock *sk, u16 port, bool strict)
{
	struct lctcp_bind_bucket *bucket = lctcp_bind_lock(sock_net(sk), port);
	struct lctcp_bound *b = &lctcp_sk(sk)->b;
	bool ok = !lctcp_bind_conflict(bucket, sk, port, strict);

	if (ok && b->claim) {
		lctcp_bind_renew(bucket, sk);
	} else if (ok) {
		b->ent.net = sock_net(sk);
		b->ent.lport = port;
		b->ent.dev_if = sk->sk_bound_dev_if;
		b->ent.kind = LCTCP_KIND_SOCK;
		b->ent.flags &= ~LCTCP_ENT_AUTOPORT;
		ok = !lctcp_bind_join(bucket, sk, port);
		if (ok)
			inet_sk(sk)->inet_num = port;
	}
	lctcp_bind_unlock(bucket);
	return ok;
}

int lctcp_get_port(struct sock *sk, unsigned short port)
{
	u32 start = get_random_u32();
	int low, high, range, i;

	if (port)
		return lctcp_port_take(sk, port, false) ? 0 : -EADDRINUSE;

	inet_sk_get_local_port_range(sk, &low, &high);
	range = high - low + 1;
	for (i = 0; i < range; i++) {
		u16 candidate = lctcp_nth_port(low, range, start, i, true);

		if (!inet_is_local_reserved_port(sock_net(sk), candidate) &&
		    lctcp_port_take(sk, candidate, true))
			return 0;
		if (i % LCTCP_PORTS_AT_ONCE == 0)
			cond_resched();
	}
	return -EADDRINUSE;
}

void lctcp_put_port(struct sock *sk)
{
	struct lctcp_bound *b = &lctcp_sk(sk)->b;
	struct lctcp_bind_bucket *bucket;

	/* Others may put another in its place, but never take it away. */
	if (!READ_ONCE(b->claim))
		return;
	bucket = lctcp_bind_lock(b->ent.net, b->ent.lport);
	lctcp_bind_leave(b);
	inet_sk(sk)->inet_num = 0;
	lctcp_bind_unlock(bucket);
}

void lctcp_port_renew(struct sock *sk)
{
	struct lctcp_bound *b = &lctcp_sk(sk)->b;
	struct lctcp_bind_bucket *bucket;

	if (!READ_ONCE(b->claim))
		return;
	bucket = lctcp_bind_lock(b->ent.net, b->ent.lport);
	lctcp_bind_renew(bucket, sk);
	lctcp_bind_unlock(bucket);
}

/* Into the connection table, in the place of a TIME_WAIT if need be. */
static int lctcp_connect_enter(struct lctcp_ent *ent, struct lctcp_tw **tw)
{
	int err = lctcp_table_insert(ent);

	if (!err)
		return 0;
	*tw = lctcp_tw_take(ent);
	return *tw ? 0 : err;
}

/* Try to connect from @port: nobody may have bound it, and the four-tuple
 * must be free, or TIME_WAIT that may be ended.
 */
static int lctcp_connect_try(struct sock *sk, u16 port, struct lctcp_tw **tw)
{
	struct lctcp_bind_bucket *bucket = lctcp_bind_lock(sock_net(sk), port);
	struct lctcp_bound *b = &lctcp_sk(sk)->b;
	int err = -EADDRNOTAVAIL;

	if (lctcp_bind_shared(bucket, sock_net(sk), port)) {
		b->ent.lport = port;
		b->ent.flags |= LCTCP_ENT_AUTOPORT;
		err = lctcp_bind_join(bucket, sk, port);
		if (!err) {
			err = lctcp_connect_enter(&b->ent, tw);
			if (err)
				lctcp_bind_leave(b);
			else
				inet_sk(sk)->inet_num = port;
		}
	}
	lctcp_bind_unlock(bucket);
	return err;
}

int lctcp_connect_port(struct sock *sk, struct lctcp_tw **tw)
{
	struct lctcp_ent *ent = &lctcp_sk(sk)->b.ent;
	struct lctcp_port_counter *counter;
	int low, high, range, i, err;
	u32 n, first;
	u64 hash;

	lctcp_ent_switch(sk);
	lctcp_ent_from_sock(sk);
	if (inet_sk(sk)->inet_num) {
		lctcp_port_renew(sk);
		return lctcp_connect_enter(ent, tw);
	}

	inet_sk_get_local_port_range(sk, &low, &high);
	range = high - low + 1;
	hash = lctcp_port_offset(ent);
	counter = &lctcp_port_counters[(hash >> 32) % LCTCP_PORT_COUNTERS];
	first = lctcp_port_first(counter, sk, range);
	for (i = 0; i < range; i++) {
		u16 port;

		n = (first + i) % range;
		port = lctcp_nth_port(low, range, (u32)hash, n, false);
		err = inet_is_local_reserved_port(sock_net(sk), port) ?
		      -EADDRNOTAVAIL : lctcp_connect_try(sk, port, tw);
		if (!err) {
			/* Races only make the next search begin elsewhere. */
			WRITE_ONCE(counter->next, n + 1);
			WRITE_ONCE(counter->used, jiffies);
			inet_sk(sk)->inet_sport = htons(port);
			return 0;
		}
		if (err != -EADDRNOTAVAIL)
			return err;
		if (i % LCTCP_PORTS_AT_ONCE == LCTCP_PORTS_AT_ONCE - 1)
			cond_resched();
	}
	return -EADDRNOTAVAIL;
}

int lctcp_port_inherit(struct sock *child)
{
	struct lctcp_bound *b = &lctcp_sk(child)->b;
	struct lctcp_bind_bucket *bucket;
	int err;

	bucket = lctcp_bind_lock(b->ent.net, b->ent.lport);
	err = lctcp_bind_join(bucket, child, b->ent.lport);
	lctcp_bind_unlock(bucket);
	return err;
}

void lctcp_port_to_tw(struct sock *sk, struct lctcp_tw *tw)
{
	struct lctcp_bind_bucket *bucket;

	bucket = lctcp_bind_lock(tw->b.ent.net, tw->b.ent.lport);
	lctcp_bind_join_tw(sk, &tw->b);
	lctcp_bind_unlock(bucket);
}

void lctcp_port_put_tw(struct lctcp_tw *tw)
{
	struct lctcp_bind_bucket *bucket;

	bucket = lctcp_bind_lock(tw->b.ent.net, tw->b.ent.lport);
	lctcp_bind_leave(&tw->b);
	lctcp_bind_unlock(bucket);
}

int lctcp_port_init(void)
{
	lctcp_port_counters = kvcalloc(LCTCP_PORT_COUNTERS,
				       sizeof(*lctcp_port_counters),
				       GFP_KERNEL);
	if (!lctcp_port_counters)
		return -ENOMEM;
	if (lctcp_bind_init()) {
		kvfree(lctcp_port_counters);
		return -ENOMEM;
	}
	return 0;
}

void lctcp_port_exit(void)
{
	lctcp_bind_exit();
	kvfree(lctcp_port_counters);
}
