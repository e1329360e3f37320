// SPDX-License-Identifier: GPL-2.0
/*
 * The receive window: what the peer may send us.
 *
 * The invariant, of which each line is kept in one place below:
 *
 *   1. What is offered fits.  A window is opened no further than the free half
 *	of the buffer: text costs up to twice its length, and what costs more is
 *	copied together (reassembly.c).
 *   2. What has been offered stays so: rcv_wup + rcv_wnd never moves to the
 *	left, whatever becomes of the buffer or the clamp, and text below it is
 *	in the window (RFC 9293 SHLD-14).
 *   3. A window that has closed opens again.  What becomes free is offered as
 *	soon as it is worth a segment or half of the most that can ever be
 *	offered with this buffer, clamp and scale; and if the program has read
 *	all there is, the most is offered.
 *   4. A window that cannot be written in units of the scale is rounded up, so
 *	that the edge stays, while a quarter more than the buffer is not used up;
 *	then down (RFC 7323 section 2.4).  Rounded up always, the edge would creep
 *	to the right with each ACK.
 *   5. A drop for want of memory is told: the ACK of it says zero.
 *
 * So what the last ACK said can be less than what has been offered, by
 * rcv_hidden.  The right edge that the peer has heard is
 * rcv_wup + rcv_wnd - rcv_hidden.
 */
#include "lctcp.h"
#include "memory.h"
#include "output.h"
#include "stream.h"
#include "tune.h"
#include "urgent.h"

/* Under memory pressure no window opens further than to so many segments. */
#define LCTCP_PRESSED_SEGS	4

/* How much text may come if @space octets of buffer are free?  A segment's
 * buffer costs about as much again as its text.
 */
static u32 lctcp_win_from_space(int space)
{
	return space <= 0 ? 0 : space / 2;
}

u32 lctcp_space_for_win(u32 wnd)
{
	return min_t(u32, wnd, INT_MAX / 2) * 2;
}

u8 lctcp_pick_wscale(u32 space)
{
	u8 scale = 0;

	while (space > U16_MAX && scale < LCTCP_WSCALE_MAX) {
		space >>= 1;
		scale++;
	}
	return scale;
}

u32 lctcp_first_window(const struct sock *sk)
{
	u32 clamp = READ_ONCE(lctcp_sk(sk)->window_clamp);
	u32 wnd = lctcp_win_from_space(READ_ONCE(sk->sk_rcvbuf));

	return clamp ? min(wnd, clamp) : wnd;
}

u32 lctcp_largest_window(const struct sock *sk)
{
	u32 clamp = READ_ONCE(lctcp_sk(sk)->window_clamp);
	int space = READ_ONCE(sk->sk_rcvbuf);
	u32 wnd;

	if (!(sk->sk_userlocks & SOCK_RCVBUF_LOCK))
		space = max(space, lctcp_rmem_most(sk));
	wnd = lctcp_win_from_space(space);
	return clamp ? min(wnd, clamp) : wnd;
}

void lctcp_rcv_space_init(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 wnd = lctcp_first_window(sk);

	lc->rcv_wscale = lctcp_cfg(sk)->window_scaling ?
			 lctcp_pick_wscale(lctcp_largest_window(sk)) : 0;
	lc->rcv_wnd = min_t(u32, wnd, U16_MAX);
}

/* The most that can ever be offered, as things are now: a whole number of
 * units, and at least one, or nothing could ever be.
 */
static u32 lctcp_window_most(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 most = lctcp_win_from_space(READ_ONCE(sk->sk_rcvbuf));
	u32 unit = 1U << lc->rcv_wscale;

	if (lc->window_clamp)
		most = min(most, lc->window_clamp);
	most = min(most, (u32)U16_MAX << lc->rcv_wscale);
	return max(most & -unit, unit);
}

/* By how much the edge has to move to be worth telling (RFC 9293 section
 * 3.8.6.2.2).
 */
static u32 lctcp_window_step(const struct lctcp_sock *lc, u32 most)
{
	return min_t(u32, lc->rcv_mss, max(most / 2, 1U));
}

/* Has the program nothing to read?  An urgent octet that is not part of the
 * stream may be left.
 */
static bool lctcp_nothing_unread(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	u32 unread = lc->rcv_nxt - lc->copied_seq;

	return !unread ||
	       (unread == 1 && lctcp_at_mark(sk, lc->copied_seq) &&
		!sock_flag(sk, SOCK_URGINLINE));
}

/* The window we would like to offer, in octets from rcv_nxt, in whole units:
 * @most or less.
 */
static u32 lctcp_window_wanted(const struct sock *sk, u32 most)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	int space = READ_ONCE(sk->sk_rcvbuf);
	u32 fits;

	fits = lctcp_win_from_space(space - atomic_read(&sk->sk_rmem_alloc));
	/* Then a buffer of one octet may be left, or none. */
	if (fits < most && lctcp_nothing_unread(sk) &&
	    RB_EMPTY_ROOT(&lc->ooo))
		fits = most;
	fits = min(fits, most);
	if (unlikely(sk_under_memory_pressure(sk)))
		fits = min_t(u32, fits, max_t(u32, 1U << lc->rcv_wscale,
					      LCTCP_PRESSED_SEGS * lc->rcv_mss));
	if (fits < lctcp_window_step(lc, most))
		return 0;
	return fits & -(1U << lc->rcv_wscale);
}

/* May the edge move on to @wnd octets from rcv_nxt only to be written? */
static bool lctcp_window_rounds(const struct sock *sk, u32 wnd)
{
	s64 space = READ_ONCE(sk->sk_rcvbuf);

	space += space / 4 - atomic_read(&sk->sk_rmem_alloc);
	return wnd <= lctcp_win_from_space(min_t(s64, space, INT_MAX));
}

/* How much may the peer send, by what it has heard?  Without the socket lock the
 * answer may be a moment old.
 */
static u32 lctcp_window_told(const struct lctcp_sock *lc)
{
	s32 told = READ_ONCE(lc->rcv_wup) + READ_ONCE(lc->rcv_wnd) -
		   READ_ONCE(lc->rcv_hidden) - READ_ONCE(lc->rcv_nxt);

	return told < 0 ? 0 : told;
}

bool lctcp_window_shut(const struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);

	return lctcp_window_told(lc) <=
	       lctcp_window_step(lc, lctcp_window_most(sk));
}

u32 lctcp_select_window(struct sock *sk)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 now = lctcp_receive_window(lc);
	u32 most = lctcp_window_most(sk);
	u32 wnd = lctcp_window_wanted(sk, most);
	u32 unit = 1U << lc->rcv_wscale;
	u32 down = now & -unit, up = ALIGN(now, unit);

	if (unlikely(lc->rcv_nomem)) {
		lc->rcv_nomem = 0;
		wnd = now;
		down = 0;
	} else if (wnd > now && wnd - down >= lctcp_window_step(lc, most)) {
		down = wnd;
	} else if (up <= wnd || up == now || lctcp_window_rounds(sk, up)) {
		wnd = up;
		down = up;
	} else {
		wnd = now;
	}
	lc->rcv_wnd = wnd;
	lc->rcv_hidden = wnd - down;
	lc->rcv_wup = lc->rcv_nxt;
	return down >> lc->rcv_wscale;
}

void lctcp_window_freed(struct sock *sk, int copied)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	u32 told, most, wanted;

	if (copied <= 0 || !lctcp_state_in(sk->sk_state, LCTCP_S_RECEIVING))
		return;
	lctcp_tune_read(sk);
	if (lc->ack_pending && lc->rcv_nxt - lc->rcv_wup > lc->rcv_mss) {
		lctcp_send_ack(sk);
		return;
	}
	told = lctcp_window_told(lc);
	/* As nearly always: more than half of the most that can be. */
	if (told > max(lctcp_win_from_space(READ_ONCE(sk->sk_rcvbuf)),
		       1U << lc->rcv_wscale) / 2)
		return;
	most = lctcp_window_most(sk);
	if (told > most / 2)
		return;
	wanted = lctcp_window_wanted(sk, most);
	if (wanted >= told + lctcp_window_step(lc, most) && wanted >= 2 * told)
		lctcp_send_ack(sk);
}

int lctcp_set_rcvlowat(struct sock *sk, int val)
{
	bool fixed = sk->sk_userlocks & SOCK_RCVBUF_LOCK;
	int space = READ_ONCE(sk->sk_rcvbuf);

	if (!fixed)
		space = max(space, lctcp_rmem_most(sk));
	val = min_t(int, val, lctcp_win_from_space(space));
	WRITE_ONCE(sk->sk_rcvlowat, val ?: 1);
	if (!fixed && lctcp_win_from_space(READ_ONCE(sk->sk_rcvbuf)) < val)
		WRITE_ONCE(sk->sk_rcvbuf, 2 * val);
	lctcp_window_freed(sk, 1);
	/* Enough may be there by the new measure. */
	if (lctcp_state_in(sk->sk_state, LCTCP_S_SYNCHRONIZED))
		sk->sk_data_ready(sk);
	return 0;
}
