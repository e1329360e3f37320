// SPDX-License-Identifier: GPL-2.0
/*
 * How large packets are where no router says what it carries: text tries it out
 * (core/plpmtud.h), and what is too large for a path that swallows it is made
 * smaller (RFC 4821, RFC 2923 section 2.1).
 *
 * A probe is a segment of the write queue that is larger than others, and has
 * so much behind it that its loss, if only it is lost, shows without a timer.
 * Such a loss is no sign of congestion: the window stays.
 */
#include "icmp.h"
#include "lctcp.h"
#include "offload.h"
#include "pmtu.h"
#include "recovery.h"
#include "send.h"
#include "view/saw.h"

/* What a packet of @sk has besides its text. */
static u32 lctcp_path_around(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	return lc->af->hdr_len + lc->af->ext_len(sk) + LCTCP_HDR_LEN +
	       (lc->ts_ok ? LCTCP_TS_LEN : 0);
}

/* What any path of this family carries (RFC 8200 section 5), at least. */
static u32 lctcp_path_size(struct sock *sk, int text)
{
	u32 size = READ_ONCE(text) + lctcp_path_around(sk);

	return lctcp_sk(sk)->af->family == AF_INET6 ? max(size, IPV6_MIN_MTU) :
						      size;
}

static void lctcp_path_told(struct sock *sk, enum lctcp_path_name what,
			    u32 size)
{
	trace_lctcp_path(lctcp_sk(sk), what, size);
}

/* Packets are to be of another size. */
static void lctcp_path_resize(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lctcp_sync_mss(sk);
	/* Of packets as big as before nothing is known any more. */
	lc->pmtu.acked = min(lc->pmtu.acked, lc->mss);
}

void lctcp_path_begin(struct sock *sk)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(sk);
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->plp.on = false;
	if (READ_ONCE(cfg->mtu_probing) != LCTCP_PROBING_ALWAYS ||
	    !lc->af->takes_pmtu(sk))
		return;
	lctcp_sync_mss(sk);
	lctcp_plp_start(&lc->plp, lctcp_path_size(sk, cfg->base_mss),
			lc->mss + lctcp_path_around(sk));
	lctcp_sync_mss(sk);
}

int lctcp_path_mss(struct sock *sk, int mss)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	int around;

	if (likely(!lc->plp.on))
		return mss;
	around = lctcp_path_around(sk);
	lctcp_plp_top(&lc->plp, mss + around);
	return max_t(int, lc->plp.low - around, LCTCP_MSS_MIN);
}

/* Can a probe be sent now so that its loss would be seen at once?  RFC 4821
 * section 7.4.
 */
static bool lctcp_path_quiet(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	return lc->rec.state == LCTCP_CA_OPEN && !lc->rec.score.sacked &&
	       !lc->rec.score.lost && !lc->rec.tail && !lc->retries &&
	       !lc->urg_mode && !lctcp_sacks_any(&lc->sacks) &&
	       lctcp_seg_size(lc) == lc->mss;
}

u32 lctcp_path_probe(struct sock *sk, struct sk_buff *skb, bool *wait)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(sk);
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 seq = LCTCP_CB(skb)->seq, pipe = lctcp_pipe(lc), size, text, all;
	const struct lctcp_plp_limits limits = {
		.threshold	= READ_ONCE(cfg->mtu_probe_threshold),
		.interval_ms	= READ_ONCE(cfg->mtu_probe_interval_ms),
	};

	if (!READ_ONCE(cfg->mtu_probing) || !lctcp_path_quiet(sk))
		return 0;
	/* So many behind it tell that it is lost (RFC 5681 section 3.2). */
	all = LCTCP_DUPACK_THRESH * lc->mss;
	if (lc->write_seq - seq < all + lc->mss || lc->cong.cwnd < all + lc->mss)
		return 0;
	size = lctcp_plp_next(&lc->plp, &limits, lctcp_ts_now(0));
	if (!size)
		return 0;
	text = size - lctcp_path_around(sk);
	all += text;
	lc->plp.probe = 0;
	if (skb->len < text || lc->write_seq - seq < all ||
	    lc->cong.cwnd < all ||
	    lctcp_after(seq + all, lctcp_snd_edge(lc)))
		return 0;
	/* Room for it comes with the next ACKs, if nothing smaller takes it. */
	if (pipe && pipe + text > lc->cong.cwnd) {
		lc->cwnd_seq = lc->snd_nxt;
		*wait = true;
		return 0;
	}
	lc->plp.probe = size;
	lc->pmtu.probe_end = seq + text;
	LCTCP_CB(skb)->probe = 1;
	return text;
}

void lctcp_path_unsent(struct sock *sk, struct sk_buff *skb)
{
	LCTCP_CB(skb)->probe = 0;
	lctcp_sk(sk)->plp.probe = 0;
}

void lctcp_path_sent(struct sock *sk)
{
	LCTCP_INC(sock_net(sk), MTUPROBES);
	lctcp_path_told(sk, LCTCP_PATH_PROBE, lctcp_sk(sk)->plp.probe);
}

void lctcp_path_acked(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	LCTCP_INC(sock_net(sk), MTUPROBESCARRIED);
	lctcp_path_told(sk, LCTCP_PATH_CARRIED, lc->plp.probe);
	lctcp_plp_carried(&lc->plp);
	lctcp_sync_mss(sk);
	lc->pmtu.acked = max(lc->pmtu.acked, lc->mss);
}

/* The probe, if it is out. */
static struct sk_buff *lctcp_path_find(const struct sock *sk)
{
	struct sk_buff *skb;

	for (skb = lctcp_rtx_head(sk); skb; skb = lctcp_rtx_after(sk, skb))
		if (LCTCP_CB(skb)->probe)
			return skb;
	return NULL;
}

void lctcp_path_again(struct sock *sk, struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	LCTCP_CB(skb)->probe = 0;
	if (!lc->plp.probe)
		return;
	LCTCP_INC(sock_net(sk), MTUPROBESLOST);
	lctcp_path_told(sk, LCTCP_PATH_LOST, lc->plp.probe);
	lctcp_plp_lost(&lc->plp, lctcp_ts_now(0));
}

bool lctcp_path_lost(struct sock *sk)
{
	struct sk_buff *head = lctcp_rtx_head(sk);
	struct lctcp_sock *lc = lctcp_sk(sk);

	/* What is before the probe has arrived, so it is the head. */
	if (!lc->plp.probe || !head || !LCTCP_CB(head)->probe)
		return false;
	if (!lc->sack_ok)
		lctcp_mark_lost(sk, head);
	if (!LCTCP_CB(head)->lost ||
	    lc->rec.score.lost != lctcp_seq_len(LCTCP_CB(head)))
		return false;
	lctcp_path_again(sk, head);
	return true;
}

bool lctcp_path_too_big(struct sock *sk, u32 mtu)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct sk_buff *skb;

	if (!lc->plp.on || !lctcp_plp_too_big(&lc->plp, mtu))
		return false;
	lctcp_path_told(sk, LCTCP_PATH_TOO_BIG, mtu);
	skb = lctcp_path_find(sk);
	if (!skb)
		return false;
	LCTCP_CB(skb)->probe = 0;
	if (!LCTCP_CB(skb)->sacked)
		lctcp_mark_lost(sk, skb);
	return true;
}

void lctcp_path_timeout(struct sock *sk)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(sk);
	const struct sk_buff *head = lctcp_rtx_head(sk);
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 base, least, now;

	if (READ_ONCE(cfg->mtu_probing) == LCTCP_PROBING_OFF ||
	    lc->retries < READ_ONCE(cfg->retries1) || !head ||
	    !lc->af->takes_pmtu(sk))
		return;
	now = lc->mss + lctcp_path_around(sk);
	base = lctcp_path_size(sk, cfg->base_mss);
	least = min(base, lctcp_path_size(sk, cfg->mtu_probe_floor));
	/* If one is lost that small ones would not be smaller than, it is not the
	 * size.
	 */
	if (min_t(u32, head->len, lc->mss) + lctcp_path_around(sk) <=
	    (now > base ? base : least))
		return;
	if (!lctcp_plp_black_hole(&lc->plp, now, base, least, lctcp_ts_now(0)))
		return;
	LCTCP_INC(sock_net(sk), MTUBLACKHOLES);
	lctcp_path_told(sk, LCTCP_PATH_BLACK_HOLE, lc->plp.low);
	lctcp_path_resize(sk);
}
