// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that grow with the connection (tune.h).  What a peer can gain by it
 * is bounded: a receive buffer grows by what the program has read, a send
 * buffer with a window that was used.
 */
#include "lctcp.h"
#include "memory.h"
#include "stream.h"
#include "tune.h"

/* One segment's buffer beside its text. */
#define LCTCP_SEG_COST	SKB_TRUESIZE(LCTCP_HEADROOM)

static u32 lctcp_tune_clock(void)
{
	return lctcp_now_us();
}

/* Is there memory for a larger buffer?  Near the pressure there is not. */
static bool lctcp_tune_room(const struct sock *sk)
{
	return !sk_under_memory_pressure(sk) &&
	       sk_memory_allocated(sk) < READ_ONCE(lctcp_mem[0]);
}

void lctcp_tune_begin(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lctcp_drs_init(&lc->drs, lc->copied_seq,
		       min_t(u32, lc->rcv_wnd, lctcp_cong_iw(lc->mss, LCTCP_IW_SEGS)),
		       lctcp_tune_clock());
}

void lctcp_tune_heard(struct sock *sk, const struct lctcp_skb_cb *cb, u32 len)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	s32 ms;

	if (sk->sk_userlocks & SOCK_RCVBUF_LOCK)
		return;
	if (!lc->ts_ok || !cb->has_ts) {
		lctcp_drs_arrived(&lc->drs, lc->rcv_nxt,
				  lctcp_receive_window(lc), lctcp_tune_clock());
		return;
	}
	/* Less than a segment may have waited for more to come. */
	if (cb->tsecr == lc->drs.tsecr || len < lc->rcv_mss)
		return;
	lc->drs.tsecr = cb->tsecr;
	ms = lctcp_ts_now(lc->ts_offset) - cb->tsecr;
	if (ms >= 0 && ms < LCTCP_RTT_MAX_US / USEC_PER_MSEC)
		lctcp_drs_echo(&lc->drs, max(ms, 1) * USEC_PER_MSEC);
}

void lctcp_tune_read(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	int most, size;
	u32 wnd;

	if ((sk->sk_userlocks & SOCK_RCVBUF_LOCK) ||
	    !lc->drs.rtt_us || !READ_ONCE(lctcp_cfg(sk)->moderate_rcvbuf))
		return;
	wnd = lctcp_drs_taken(&lc->drs, lc->copied_seq, lc->rcv_mss,
			      lctcp_tune_clock());
	if (!wnd || !lctcp_tune_room(sk))
		return;
	wnd = min(wnd, (u32)U16_MAX << lc->rcv_wscale);
	if (lc->window_clamp)
		wnd = min(wnd, lc->window_clamp);
	most = lctcp_rmem_most(sk);
	size = min_t(u32, lctcp_space_for_win(wnd), most);
	if (size > READ_ONCE(sk->sk_rcvbuf))
		WRITE_ONCE(sk->sk_rcvbuf, size);
}

void lctcp_tune_acked(struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 cwnd = lc->cong.cwnd;
	u64 size;

	if (sk->sk_userlocks & SOCK_SNDBUF_LOCK)
		return;
	/* One window is in flight, and another is ready behind it. */
	size = 2ULL * (cwnd + (u64)(cwnd / lc->mss) * LCTCP_SEG_COST);
	size = min_t(u64, size, lctcp_wmem_most(sk));
	if (likely((int)size <= READ_ONCE(sk->sk_sndbuf)) ||
	    !lctcp_tune_room(sk))
		return;
	WRITE_ONCE(sk->sk_sndbuf, size);
}
