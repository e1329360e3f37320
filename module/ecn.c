// SPDX-License-Identifier: GPL-2.0
/* ECN, RFC 3168 (ecn.h). */
#include <net/inet_ecn.h>

#include "ecn.h"
#include "lctcp.h"
#include "view/saw.h"

/* May our SYN ask?  What sends it again may have been dropped for asking. */
static bool lctcp_ecn_ask(struct sock *sk, const struct lctcp_skb_cb *cb)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(sk);

	return READ_ONCE(cfg->ecn) == LCTCP_ECN_ASK &&
	       !(cb->retrans && READ_ONCE(cfg->ecn_fallback));
}

void lctcp_ecn_out(struct sock *sk, const struct lctcp_skb_cb *cb, u32 text,
		   u8 *flags)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (unlikely((*flags & (LCTCP_SYN | LCTCP_ACK)) == LCTCP_SYN)) {
		lc->ecn_asked = lctcp_ecn_ask(sk, cb);
		if (lc->ecn_asked)
			*flags |= LCTCP_ECE | LCTCP_CWR;
		return;
	}
	if (likely(!lc->ecn_ok) || (*flags & LCTCP_RST))
		return;
	if (lc->ecn_echo && (*flags & LCTCP_ACK))
		*flags |= LCTCP_ECE;
	/* Not again, and not what probes a window (RFC 3168 section 6.1.5,
	 * 6.1.6): nobody would see the mark, or it could be forged.
	 */
	if (!text || cb->retrans || lctcp_after(cb->end_seq, lctcp_snd_edge(lc))) {
		INET_ECN_dontxmit(sk);
		return;
	}
	INET_ECN_xmit(sk);
	if (lc->ecn_cwr) {
		lc->ecn_cwr = 0;
		*flags |= LCTCP_CWR;
	}
}

static bool lctcp_ecn_marked(const struct sk_buff *skb)
{
	u8 field = skb->protocol == htons(ETH_P_IPV6) ?
		   ipv6_get_dsfield(ipv6_hdr(skb)) : ip_hdr(skb)->tos;

	return INET_ECN_is_ce(field);
}

bool lctcp_ecn_text(struct sock *sk, const struct sk_buff *skb)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (likely(!lc->ecn_ok))
		return false;
	/* The peer has heard; what comes marked after that is news. */
	if (LCTCP_CB(skb)->flags & LCTCP_CWR)
		lc->ecn_echo = 0;
	if (likely(!lctcp_ecn_marked(skb)))
		return false;
	lc->ecn_echo = 1;
	lc->tally.marked += lctcp_segs(skb);
	return true;
}

/* cwnd cannot become smaller.  What goes next waits for the retransmission
 * timer, which begins anew (RFC 3168 section 6.1.2), and longer each time (RFC
 * 9438 section 4.6).
 */
static void lctcp_ecn_hold(struct lctcp_sock *lc)
{
	lc->ecn_hold = 1;
	lc->ecn_holds = min(lc->ecn_holds + 1, LCTCP_ECN_HOLDS_MAX);
	lc->rtx_use = LCTCP_RTX_NONE;
}

bool lctcp_ecn_ack(struct sock *sk, u8 flags, u32 flight)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (likely(!lc->ecn_ok) || (flags & LCTCP_SYN))
		return false;
	/* Once a window: not before what said CWR is acknowledged. */
	if (lc->ecn_heard && lctcp_after(lc->snd_una, lc->ecn_seq))
		lc->ecn_heard = 0;
	if (likely(!(flags & LCTCP_ECE))) {
		lc->ecn_holds = 0;
		return false;
	}
	/* And a loss has been answered already. */
	if (lc->rec.state == LCTCP_CA_RECOVERY ||
	    lc->rec.state == LCTCP_CA_LOSS || lc->ecn_heard)
		return true;
	lc->ecn_heard = 1;
	lc->ecn_seq = lc->snd_nxt;
	if (lc->cong.cwnd <= lc->cong.mss)
		lctcp_ecn_hold(lc);
	lctcp_cong_on_ece(&lc->cong, flight);
	lctcp_ecn_reduced(lc);
	trace_lctcp_congestion(lc, LCTCP_CA_CWR, LCTCP_CA_BY_ECE);
	return true;
}
