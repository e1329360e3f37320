// SPDX-License-Identifier: GPL-2.0
/*
 * The last transitions of a namespace: a ring of fixed-size entries, of which
 * the oldest is overwritten.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "history.h"
#include "views.h"

/**
 * struct lctcp_history_ring - the last transitions
 * @lock:	guards all below; softirqs off
 * @entry:	@size of them; number n is at n % @size
 * @size:	how many are kept; may be 0
 * @head:	number of the next one to be written
 * @tail:	number of the oldest one kept
 */
struct lctcp_history_ring {
	spinlock_t			lock;	/* leaf lock */
	struct lctcp_history_entry	*entry;
	u32				size;
	u64				head;
	u64				tail;
};

/* Guards lctcp_net.history itself against sysctl: who sets up, resizes, frees. */
static DEFINE_MUTEX(lctcp_history_mutex);

static struct lctcp_history_entry *
lctcp_history_at(const struct lctcp_history_ring *ring, u64 n)
{
	u32 at;

	div_u64_rem(n, ring->size, &at);
	return &ring->entry[at];
}

void lctcp_history_add(struct lctcp_net *ln, const struct lctcp_ent *ent,
		       u32 id, const struct lctcp_arc *arc, u64 now)
{
	struct lctcp_history_ring *ring = ln->history;
	struct lctcp_history_entry *e;

	if (!READ_ONCE(ring->size))
		return;
	spin_lock_bh(&ring->lock);
	if (ring->size) {
		e = lctcp_history_at(ring, ring->head++);
		if (ring->head - ring->tail > ring->size)
			ring->tail++;
		e->time_ns = now;
		lctcp_ends_of_ent(&e->ends, ent);
		e->id = id;
		e->active = !!(ent->flags & LCTCP_ENT_ACTIVE);
		e->listener = ent->kind == LCTCP_KIND_SOCK &&
			      (arc->from == LCTCP_LISTEN ||
			       arc->to == LCTCP_LISTEN);
		e->from = arc->from;
		e->event = arc->event;
		e->to = arc->to;
	}
	spin_unlock_bh(&ring->lock);
}

bool lctcp_history_read(struct lctcp_net *ln, u64 *n,
			struct lctcp_history_entry *entry)
{
	struct lctcp_history_ring *ring = ln->history;
	bool found;

	spin_lock_bh(&ring->lock);
	if (*n < ring->tail)
		*n = ring->tail;
	found = *n < ring->head;
	if (found)
		*entry = *lctcp_history_at(ring, *n);
	spin_unlock_bh(&ring->lock);
	return found;
}

/* Give @ring room for @size entries and move the newest there. */
static int lctcp_history_move(struct lctcp_history_ring *ring,
			      unsigned int size)
{
	struct lctcp_history_ring new = { .size = size };
	struct lctcp_history_entry *old;
	u64 n;

	if (size) {
		new.entry = kvcalloc(size, sizeof(*new.entry),
				     GFP_KERNEL_ACCOUNT);
		if (!new.entry)
			return -ENOMEM;
	}
	spin_lock_bh(&ring->lock);
	new.tail = ring->head - min_t(u64, ring->head - ring->tail, size);
	for (n = new.tail; n < ring->head; n++)
		*lctcp_history_at(&new, n) = *lctcp_history_at(ring, n);
	old = ring->entry;
	ring->entry = new.entry;
	ring->tail = new.tail;
	WRITE_ONCE(ring->size, size);
	spin_unlock_bh(&ring->lock);
	kvfree(old);
	return 0;
}

int lctcp_history_resize(struct lctcp_net *ln, unsigned int size)
{
	int err = 0;

	mutex_lock(&lctcp_history_mutex);
	if (ln->history)
		err = lctcp_history_move(ln->history, size);
	mutex_unlock(&lctcp_history_mutex);
	return err;
}

int lctcp_history_init(struct lctcp_net *ln)
{
	struct lctcp_history_ring *ring;
	int err;

	ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);
	if (!ring)
		return -ENOMEM;
	spin_lock_init(&ring->lock);
	mutex_lock(&lctcp_history_mutex);
	err = lctcp_history_move(ring, ln->sysctl.history);
	if (!err)
		ln->history = ring;
	mutex_unlock(&lctcp_history_mutex);
	if (err)
		kfree(ring);
	return err;
}

void lctcp_history_exit(struct lctcp_net *ln)
{
	mutex_lock(&lctcp_history_mutex);
	kvfree(ln->history->entry);
	kfree(ln->history);
	ln->history = NULL;
	mutex_unlock(&lctcp_history_mutex);
}
