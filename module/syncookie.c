// SPDX-License-Identifier: GPL-2.0
/*
 * SYN cookies (RFC 4987 section 3.6): a SYN-ACK that needs no memory until it
 * is answered.  cookie.h says what is in one.
 *
 * The price is what only memory can do: the SYN-ACK is sent once, so if the
 * client's ACK is lost nothing happens until the client sends something; and
 * what a SYN says beyond MSS, timestamps, window scale, SACK and ECN is forgotten.
 */
#include "core/cookie.h"
#include "handshake.h"
#include "isn.h"
#include "lctcp.h"
#include "output.h"
#include "view/saw.h"

static u32 lctcp_cookie_now(void)
{
	return lctcp_isn_clock() >> LCTCP_COOKIE_TAIL_BITS;
}

/* What the SYN-ACK agrees on, as its timestamp will tell. */
static u32 lctcp_cookie_opts(const struct lctcp_req *req)
{
	if (!req->opt.ts_ok)
		return 0;
	return LCTCP_COOKIE_TS |
	       (req->opt.sack_ok ? LCTCP_COOKIE_SACK : 0) |
	       (req->opt.ecn_ok ? LCTCP_COOKIE_ECN : 0) |
	       (req->opt.wscale_ok ? req->opt.snd_wscale : LCTCP_COOKIE_NO_WSCALE);
}

void lctcp_cookie_synack(struct lctcp_req *req)
{
	struct lctcp_listener *lst = lctcp_sk(req->listener)->lst;
	u32 now = lctcp_cookie_now(), opts, tsval;

	if (!req->opt.ts_ok) {
		req->opt.wscale_ok = 0;
		req->opt.sack_ok = 0;
		req->opt.ecn_ok = 0;
	}
	req->opt.rcv_wscale = req->opt.wscale_ok ? LCTCP_COOKIE_OUR_WSCALE : 0;
	opts = lctcp_cookie_opts(req);
	tsval = lctcp_cookie_tsval(lctcp_ts_now(lctcp_ts_offset(&req->ent)),
				   opts & LCTCP_COOKIE_OPTS);
	req->iss = lctcp_cookie_make(lctcp_isn_hash(&req->ent), now,
				     lctcp_cookie_mac(&req->ent, req->irs, now,
						      opts),
				     lctcp_cookie_mss_index(req->opt.mss));
	if (READ_ONCE(lst->cookie_period) != now + 1)
		WRITE_ONCE(lst->cookie_period, now + 1);
	LCTCP_INC(req->ent.net, SYNCOOKIESSENT);
	lctcp_send_synack_req(req, tsval);
}

bool lctcp_cookie_expected(const struct sock *listener)
{
	u32 last = READ_ONCE(lctcp_sk(listener)->lst->cookie_period);

	return last && READ_ONCE(lctcp_cfg(listener)->syncookies) &&
	       lctcp_cookie_now() - (last - 1) <= LCTCP_COOKIE_AGE;
}

bool lctcp_cookie_ack(struct lctcp_req *req, const struct sk_buff *skb)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	u32 f = lctcp_isn_hash(&req->ent), opts = 0, period;
	int index;

	req->irs = cb->seq - 1;
	req->iss = cb->ack - 1;
	if (cb->has_ts)
		opts = LCTCP_COOKIE_TS | (cb->tsecr & LCTCP_COOKIE_OPTS);
	if (!lctcp_cookie_period(req->iss, f, lctcp_cookie_now(), &period))
		return false;
	index = lctcp_cookie_index(req->iss, f,
				   lctcp_cookie_mac(&req->ent, req->irs, period,
						    opts));
	if (index < 0)
		return false;

	req->opt.mss = lctcp_cookie_mss(index);
	req->opt.ts_ok = cb->has_ts;
	req->opt.ts_unknown = !cb->tsval;
	req->ts_recent = cb->tsval;
	req->opt.sack_ok = !!(opts & LCTCP_COOKIE_SACK);
	req->opt.ecn_ok = cb->has_ts && (opts & LCTCP_COOKIE_ECN);
	req->opt.wscale_ok = cb->has_ts && (opts & LCTCP_COOKIE_WSCALE) !=
				       LCTCP_COOKIE_NO_WSCALE;
	if (req->opt.wscale_ok) {
		req->opt.snd_wscale = opts & LCTCP_COOKIE_WSCALE;
		req->opt.rcv_wscale = LCTCP_COOKIE_OUR_WSCALE;
	}
	return true;
}
