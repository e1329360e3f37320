// SPDX-License-Identifier: GPL-2.0
/*
 * Who has been answered how often.
 *
 *   A connection has a bucket for each kind of answer; the lock is the
 *   socket's.  A limit shared by connections would tell one about another.
 *
 *   A mini has one octet for all: two CPUs may take the same answer for the
 *   last, which makes one more of it and no harm.
 *
 *   Where there is no connection, and so nowhere to keep anything, what was
 *   answered last is remembered in a table of fixed size: SYN-ACKs with a
 *   cookie, and, for want of room in it, the last ACK of TIME_WAIT.  Who
 *   looks for a place there takes that of the one who has been quiet for
 *   longest, whose count is forgotten: nobody is ever refused an answer for
 *   what others sent, however many they are.
 *
 *   A RST that says that nobody is there, or that TIME_WAIT says in his name,
 *   has no limit: it ends what it answers, and draws no answer itself.
 *
 * With challenge_interval_ms 0 there are no limits.
 */
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <net/ipv6.h>
#include <net/netns/hash.h>

#include "answers.h"
#include "core/bucket.h"
#include "lctcp.h"
#include "view/saw.h"

/* A tick is long enough for ten hours to fit, short enough to be precise. */
#define LCTCP_TICK_MS		32
/* A mini's tick is a second. */

static const struct lctcp_bucket_form lctcp_form = { 20, 12 };
static const struct lctcp_bucket_form lctcp_mini_form = { 4, 4 };

static_assert(LCTCP_AGAINS < BIT(12) && LCTCP_REFUSALS < BIT(4));

#define LCTCP_SEEN_BITS		10
#define LCTCP_SEEN_WAYS		4

/* The upper half of each says who, the lower half is his bucket. */
static atomic64_t lctcp_seen[1 << LCTCP_SEEN_BITS][LCTCP_SEEN_WAYS];
static u32 lctcp_seen_key __read_mostly;

void lctcp_answers_init(void)
{
	lctcp_seen_key = get_random_u32();
}

static u32 lctcp_ticks(void)
{
	return jiffies_to_msecs(jiffies) / LCTCP_TICK_MS;
}

/* Take one in @ms of a bucket of the large form. */
static bool lctcp_take(u32 *bucket, enum lctcp_answer kind,
		       const struct lctcp_sysctl *cfg, u32 ms)
{
	u32 most = kind == LCTCP_ANSWER_AGAIN ? LCTCP_AGAINS : LCTCP_REFUSALS;

	if (kind == LCTCP_ANSWER_CHALLENGE)
		most = READ_ONCE(cfg->challenge_acks);
	else
		ms = MSEC_PER_SEC;
	return lctcp_bucket_take(bucket, lctcp_form, lctcp_ticks(),
				 DIV_ROUND_UP(ms, LCTCP_TICK_MS), most);
}

static bool lctcp_answer_counted(const struct net *net, enum lctcp_answer kind,
				 bool may)
{
	if (may)
		return true;
	if (kind == LCTCP_ANSWER_CHALLENGE)
		LCTCP_INC(net, CHALLENGELIMITED);
	else
		LCTCP_INC(net, ANSWERSLIMITED);
	return false;
}

bool lctcp_may_answer(struct sock *sk, enum lctcp_answer kind)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(sk);
	u32 ms = READ_ONCE(cfg->challenge_interval_ms);

	return !ms ||
	       lctcp_answer_counted(sock_net(sk), kind,
				    lctcp_take(&lctcp_sk(sk)->answers[kind],
					       kind, cfg, ms));
}

bool lctcp_mini_may_answer(struct lctcp_ent *ent, enum lctcp_answer kind)
{
	u32 bucket = READ_ONCE(ent->answers);
	bool may;

	if (!READ_ONCE(lctcp_net(ent->net)->sysctl.challenge_interval_ms))
		return true;
	may = lctcp_bucket_take(&bucket, lctcp_mini_form, jiffies / HZ, 1,
				LCTCP_REFUSALS);
	if (may)
		WRITE_ONCE(ent->answers, bucket);
	return lctcp_answer_counted(ent->net, kind, may);
}

/* Who talks to whom, about what; never 0. */
static u32 lctcp_seen_hash(const struct lctcp_tuple *t, enum lctcp_answer kind,
			   u32 seq)
{
	u32 key = lctcp_seen_key ^ net_hash_mix(t->net) ^ jhash_1word(seq, kind);
	u32 ports = (__force u32)t->rport << 16 | t->lport;

	if (t->family == AF_INET)
		return jhash_3words((__force u32)t->l4, (__force u32)t->r4,
				    ports, key) ?: 1;
	return jhash_3words(__ipv6_addr_jhash(t->l6, key),
			    __ipv6_addr_jhash(t->r6, key), ports, key) ?: 1;
}

/* Where the one with @hash is, or may be: his place, or that of him who has
 * not been answered for longest.
 */
static atomic64_t *lctcp_seen_place(u32 hash, u64 *old)
{
	atomic64_t *set = lctcp_seen[hash_32(hash, LCTCP_SEEN_BITS)];
	u32 now = lctcp_ticks(), most = 0;
	unsigned int i, found = 0;

	for (i = 0; i < LCTCP_SEEN_WAYS; i++) {
		u64 one = atomic64_read(&set[i]);
		u32 age = one ? ((now - ((u32)one >> lctcp_form.n_bits)) &
				 (BIT(lctcp_form.at_bits) - 1)) + 1 : U32_MAX;

		if (one >> 32 == hash) {
			*old = one;
			return &set[i];
		}
		if (age > most) {
			most = age;
			found = i;
			*old = one;
		}
	}
	return &set[found];
}

bool lctcp_tuple_may_answer(const struct lctcp_tuple *t, enum lctcp_answer kind,
			    u32 seq)
{
	const struct lctcp_sysctl *cfg = &lctcp_net(t->net)->sysctl;
	u32 ms = READ_ONCE(cfg->challenge_interval_ms), hash, bucket;
	atomic64_t *place;
	s64 old;

	if (!ms)
		return true;
	hash = lctcp_seen_hash(t, kind, seq);
	do {
		place = lctcp_seen_place(hash, (u64 *)&old);
		bucket = (u64)old >> 32 == hash ? (u32)old : 0;
		if (!lctcp_take(&bucket, kind, cfg, ms))
			return lctcp_answer_counted(t->net, kind, false);
	} while (!atomic64_try_cmpxchg(place, &old, (u64)hash << 32 | bucket));
	return true;
}
