// SPDX-License-Identifier: GPL-2.0
/*
 * The passive side of the three-way handshake.
 *
 *   SYN		a request is made and put into the connection table and
 *			the listener's SYN queue; SYN-ACK; timer
 *   timer		SYN-ACK again, after 3, 6, 12, ... s; at the end of the
 *			schedule the request is given up
 *   third ACK		a child takes the request's place in the table and
 *			waits in the accept queue
 *   no room there	the request stays, and so does its schedule: the client
 *			will repeat its ACK
 *   SYN queue full	the SYN-ACK has a cookie for a number (cookie.h), and no
 *			request is made; the ACK that brings it back makes the
 *			child
 *   queue half full	a client that left two SYN-ACKs unanswered is given up
 *   listener closes	requests vanish, children are reset (accept.c)
 *
 * All this runs without the listener's socket lock.  Whoever takes a request
 * out of the connection table, by removing or replacing it, and only he, ends
 * it: leaves the SYN queue and drops the table's reference.  A request on the
 * SYN queue is therefore alive for a holder of lctcp_listener.lock.  The
 * timer's reference goes with the timer: timer_delete() returned 1, or the
 * handler found the request out of the table.
 *
 * A request that reopened TIME_WAIT keeps the mini aside, its timer running.
 * It drops the mini once a third ACK has confirmed the SYN, and puts it back
 * should the request end before that.  What confirms the SYN too late meets
 * TIME_WAIT, which knows the request's number and answers with a RST (D35).
 */
#include <linux/security.h>
#include <linux/slab.h>

#include "accept.h"
#include "ack.h"
#include "fault.h"
#include "ecn.h"
#include "handshake.h"
#include "input.h"
#include "isn.h"
#include "lctcp.h"
#include "listen.h"
#include "looks.h"
#include "memory.h"
#include "output.h"
#include "port.h"
#include "send.h"
#include "socket.h"
#include "state.h"
#include "stream.h"
#include "table.h"
#include "timer.h"
#include "timewait.h"
#include "view/saw.h"

/* A short backlog still has room for so many half-open connections. */
#define LCTCP_SYNQ_MIN		16
/* SYN-ACKs for one SYN while the SYN queue is more than half full. */
#define LCTCP_PRESSED_SYNACKS	2
/* A SYN queue that was never full for so long: the next time is news. */
#define LCTCP_FLOOD_OVER	(60 * HZ)

struct lctcp_schedule *lctcp_synack_schedule(const struct sock *listener)
{
	struct lctcp_schedule *own;

	/* pairs with lctcp_set_schedule() */
	own = smp_load_acquire(&lctcp_sk(listener)->synack_sched);
	return own ?: &lctcp_cfg(listener)->synack_schedule_ms;
}

static void lctcp_req_free_rcu(struct rcu_head *rcu)
{
	struct lctcp_req *req = container_of(rcu, struct lctcp_req, rcu);

	sock_put(req->listener);
	kmem_cache_free(lctcp_req_cache[lctcp_mini_cache(req->ent.family,
							 req->ent.flags)],
			req);
}

void lctcp_req_free(struct lctcp_req *req)
{
	call_rcu(&req->rcu, lctcp_req_free_rcu);
}

/* Out of the SYN queue; the caller has taken it out of the table. */
static void lctcp_req_unqueue(struct lctcp_req *req)
{
	struct lctcp_listener *lst = lctcp_sk(req->listener)->lst;

	spin_lock_bh(&lst->lock);
	if (!list_empty(&req->lnode)) {
		list_del_init(&req->lnode);
		WRITE_ONCE(lst->nreqs, lst->nreqs - 1);
	}
	spin_unlock_bh(&lst->lock);
}

/* A request ends for @ev and leaves the pair to TIME_WAIT: did the peer want
 * that, whose SYN then was an old duplicate (RFC 9293 section 3.6.1 (2)), or
 * we (D35)?
 */
static enum lctcp_event lctcp_back_event(enum lctcp_event ev)
{
	return ev == LCTCP_EV_PASSIVE_RST || ev == LCTCP_EV_PASSIVE_SYN ?
	       LCTCP_EV_OLD_DUPLICATE : LCTCP_EV_ABANDON;
}

bool lctcp_req_kill(struct lctcp_req *req, enum lctcp_event ev, bool sync)
{
	struct lctcp_tw *tw = req->tw;
	bool was_in, back;

	/*
	 * Whoever ends or completes the request at the same time may drop the
	 * mini, and may have done so before we came here; as long as the request
	 * is in the table he has not.  Once back in the table the mini may end at
	 * any moment.
	 */
	rcu_read_lock();
	/* It reopened TIME_WAIT, and ends before anybody has confirmed it. */
	back = tw && !hlist_nulls_unhashed_lockless(&req->ent.node) &&
	       !READ_ONCE(req->acked) && timer_pending(&tw->timer);
	if (back)
		was_in = lctcp_table_replace(&req->ent, &tw->b.ent);
	else
		was_in = lctcp_table_remove(&req->ent);
	if (was_in) {
		lctcp_mini_event(&req->ent, req->id, LCTCP_SYN_RECV,
				 back ? lctcp_back_event(ev) : ev);
		if (back)
			lctcp_tw_resume(tw);
	}
	rcu_read_unlock();
	if (was_in) {
		lctcp_req_unqueue(req);
		if (tw && !back)
			lctcp_tw_release(tw, sync);
	}
	if (!was_in && !sync)
		return false;
	lctcp_mini_disarm(&req->ent, &req->timer, sync);
	if (was_in)
		lctcp_ent_put(&req->ent);	/* the table's */
	return was_in;
}

/* The wait that follows the SYN-ACK sent last. */
static u32 lctcp_req_wait_ms(const struct lctcp_req *req,
			     const struct lctcp_schedule *sched)
{
	return READ_ONCE(sched->ms[req->sent - 1]);
}

unsigned long lctcp_req_due(const struct lctcp_req *req)
{
	unsigned long due = READ_ONCE(req->timer.expires);
	u8 step = READ_ONCE(req->step);
	u32 ms;

	if (likely(!step))
		return due;
	ms = lctcp_req_wait_ms(req, lctcp_synack_schedule(req->listener));
	return due + lctcp_step_rest(msecs_to_jiffies(ms), step);
}

/* Arm the timer for the wait that follows the SYN-ACK just sent; it begins at
 * @from.
 */
static void lctcp_req_arm(struct lctcp_req *req,
			  const struct lctcp_schedule *sched,
			  unsigned long from)
{
	u32 ms = lctcp_req_wait_ms(req, sched);
	unsigned long wait = msecs_to_jiffies(ms);

	trace_lctcp_timer_set(req->id, LCTCP_TIMER_SYN_ACK, ms);
	req->step = lctcp_step_first(lctcp_cfg(req->listener), wait);
	lctcp_mini_arm(&req->ent, &req->timer,
		       from + wait - lctcp_step_rest(wait, req->step));
}

/* The timer has fired: is something of the wait left? */
static bool lctcp_req_goes_on(struct lctcp_req *req,
			      const struct lctcp_schedule *sched)
{
	unsigned long due = lctcp_req_due(req), wait;

	if (likely(!req->step))
		return false;
	wait = msecs_to_jiffies(lctcp_req_wait_ms(req, sched));
	req->step = lctcp_step_after(wait, req->step);
	lctcp_mini_arm(&req->ent, &req->timer,
		       due - lctcp_step_rest(wait, req->step));
	return true;
}

static u32 lctcp_req_tsval(const struct lctcp_req *req)
{
	return lctcp_ts_now(lctcp_ts_offset(&req->ent));
}

/* How many half-open connections a listener may have: what it could accept at
 * a time, so that memory is bounded by what the program asked for.
 */
static unsigned int lctcp_synq_limit(const struct sock *sk)
{
	unsigned int most = READ_ONCE(lctcp_cfg(sk)->max_syn_backlog);
	unsigned int backlog = READ_ONCE(lctcp_sk(sk)->lst->backlog);

	return min(max_t(unsigned int, backlog, LCTCP_SYNQ_MIN), most);
}

/* A forged SYN never answers, so under pressure those go first who have had
 * time enough (RFC 4987 section 3.3).  A client whose ACK has come is real.
 */
static bool lctcp_req_give_up(const struct lctcp_req *req,
			      const struct lctcp_schedule *sched)
{
	const struct sock *sk = req->listener;

	if (req->sent >= READ_ONCE(sched->n))
		return true;
	return req->sent >= LCTCP_PRESSED_SYNACKS && !READ_ONCE(req->acked) &&
	       READ_ONCE(lctcp_sk(sk)->lst->nreqs) > lctcp_synq_limit(sk) / 2;
}

static void lctcp_req_timer(struct timer_list *t)
{
	struct lctcp_req *req = timer_container_of(req, t, timer);
	const struct lctcp_schedule *sched;
	unsigned long from;

	if (hlist_nulls_unhashed(&req->ent.node)) {
		lctcp_ent_put(&req->ent);
		return;
	}
	sched = lctcp_synack_schedule(req->listener);
	if (lctcp_req_goes_on(req, sched))
		return;
	from = lctcp_wait_from(lctcp_cfg(req->listener), lctcp_req_due(req));
	trace_lctcp_timer_fired(req->id, LCTCP_TIMER_SYN_ACK);
	if (lctcp_req_give_up(req, sched)) {
		LCTCP_INC(req->ent.net, SYNACKGIVEUPS);
		lctcp_req_kill(req, LCTCP_EV_PASSIVE_GIVE_UP, false);
		lctcp_ent_put(&req->ent);
		return;
	}
	WRITE_ONCE(req->sent, req->sent + 1);
	LCTCP_INC(req->ent.net, SYNACKSRETRANS);
	LCTCP_INC(req->ent.net, RETRANSSEGS);
	trace_lctcp_retransmit(&req->ent, req->id, req->iss,
			       LCTCP_SYN | LCTCP_ACK, req->sent - 1);
	lctcp_send_synack_req(req, lctcp_req_tsval(req));
	lctcp_req_arm(req, sched, from);
}

/* What the SYN asks for, and how much of it we grant: the first one, or the one
 * that came last while nobody has confirmed ours (D33).  Others may be looking.
 */
static void lctcp_req_options(struct lctcp_req *req, const struct sk_buff *skb,
			      const struct lctcp_af_ops *af)
{
	const struct lctcp_sysctl *cfg = lctcp_cfg(req->listener);
	const struct tcphdr *th = tcp_hdr(skb);
	union lctcp_agreed agreed = {};
	struct lctcp_options opt;

	lctcp_options_parse((const u8 *)(th + 1),
			    th->doff * 4 - LCTCP_HDR_LEN, true, &opt);
	agreed.mss = min(lctcp_peer_mss(&opt, af), req->adv_mss);
	agreed.wscale_ok = opt.have_wscale && cfg->window_scaling;
	agreed.ts_ok = opt.have_ts && cfg->timestamps;
	agreed.ts_unknown = !opt.tsval;
	agreed.sack_ok = opt.sack_permitted && cfg->sack;
	agreed.ecn_ok = lctcp_ecn_asked(cfg, LCTCP_CB(skb)->flags);
	agreed.snd_wscale = agreed.wscale_ok ? opt.wscale : 0;
	if (opt.wscale_clamped)
		LCTCP_INC(req->ent.net, WSCALECLAMPED);
	agreed.rcv_wscale = agreed.wscale_ok ?
		lctcp_pick_wscale(lctcp_largest_window(req->listener)) : 0;
	WRITE_ONCE(req->ts_recent, opt.tsval);
	/* A timestamp may be read without being used, not the reverse. */
	smp_store_release(&req->opt.word, agreed.word);
}

/* Who talks to whom.  No reference to the listener is taken. */
static void lctcp_req_init(struct lctcp_req *req, struct sock *sk,
			   const struct lctcp_tuple *t, u8 flags,
			   const struct lctcp_looks *looks)
{
	memset(req, 0, sizeof(*req));
	req->listener = sk;
	req->ent.net = t->net;
	req->ent.kind = LCTCP_KIND_REQ;
	req->ent.family = t->family;
	req->ent.flags = flags;
	req->ent.lport = t->lport;
	req->ent.rport = t->rport;
	req->ent.dev_if = READ_ONCE(sk->sk_bound_dev_if);
	/* What comes by a VRF stays there. */
	if (t->sdif && !req->ent.dev_if)
		req->ent.dev_if = t->dev_if;
	if (t->family != AF_INET) {
		struct lctcp_addr6 *a6 = (struct lctcp_addr6 *)(req + 1);

		a6->laddr = *t->l6;
		a6->raddr = *t->r6;
		req->ent.a6 = a6;
		if (ipv6_addr_type(t->r6) & IPV6_ADDR_LINKLOCAL)
			req->ent.dev_if = t->dev_if;
	} else {
		req->ent.laddr = t->l4;
		req->ent.raddr = t->r4;
	}
	lctcp_looks_put(&req->ent, req + 1, looks);
}

/* What we offer, as the route and the listener's buffer are now.  False: there
 * is no route back, or a security module says no.
 */
static bool lctcp_req_route(struct lctcp_req *req, struct sk_buff *skb,
			    const struct lctcp_af_ops *af)
{
	const struct sock *sk = req->listener;
	u16 user_mss = READ_ONCE(lctcp_sk(sk)->user_mss);
	struct lctcp_flow flow;
	int mss;

	lctcp_req_flow(req, &flow);
	if (!lctcp_lsm_conn_request(req, skb))
		return false;
	mss = af->route_req(&flow);
	if (mss < 0)
		return false;
	req->adv_mss = user_mss ? min_t(int, user_mss, mss) : mss;
	req->rcv_wnd = min_t(u32, lctcp_first_window(sk), U16_MAX);
	return true;
}

static struct lctcp_req *lctcp_req_make(struct sock *sk,
					struct sk_buff *skb,
					const struct lctcp_tuple *t,
					const struct lctcp_af_ops *af)
{
	struct kmem_cache *cache;
	struct lctcp_looks looks;
	struct lctcp_req *req;
	u8 flags;

	flags = lctcp_looks_of_syn(sk, skb, &looks);
	cache = lctcp_req_cache[lctcp_mini_cache(t->family, flags)];
	/* No reserves for who has not shown yet that he is there. */
	req = lctcp_alloc_mini(cache, sk, GFP_NOWAIT);
	if (!req)
		return NULL;
	lctcp_req_init(req, sk, t, flags, &looks);
	refcount_set(&req->ent.refs, 2);	/* table and timer */
	INIT_LIST_HEAD(&req->lnode);
	timer_setup(&req->timer, lctcp_req_timer, 0);
	req->timer.expires = jiffies;	/* views look at it */
	req->irs = LCTCP_CB(skb)->seq;
	req->born = lctcp_isn_clock();
	req->id = lctcp_new_id();
	if (!lctcp_req_route(req, skb, af) ||
	    !refcount_inc_not_zero(&sk->sk_refcnt)) {
		kmem_cache_free(cache, req);
		return NULL;
	}
	lctcp_req_options(req, skb, af);
	return req;
}

/* Into the table and the SYN queue at one stroke: others end it only once it
 * is in both.  False: somebody was faster, or the listener is closing, or it
 * has another port by now; the request is gone.
 */
static bool lctcp_req_enter(struct lctcp_req *req, struct lctcp_tw *tw)
{
	struct lctcp_listener *lst = lctcp_sk(req->listener)->lst;
	bool in;

	req->tw = tw;
	spin_lock(&lst->lock);
	in = !lst->closed && lctcp_listens_for(req->listener, &req->ent) &&
	     (tw ? lctcp_table_replace(&tw->b.ent, &req->ent) :
		   !lctcp_table_insert(&req->ent));
	if (in) {
		list_add_tail(&req->lnode, &lst->reqs);
		WRITE_ONCE(lst->nreqs, lst->nreqs + 1);
		lctcp_mini_event(&req->ent, req->id,
				 tw ? LCTCP_TIME_WAIT : LCTCP_LISTEN,
				 tw ? LCTCP_EV_REOPEN : LCTCP_EV_SYN);
	}
	spin_unlock(&lst->lock);
	if (!in)
		lctcp_req_free(req);	/* nobody else knows it */
	else if (tw)
		LCTCP_INC(req->ent.net, TWREOPENED);
	return in;
}

static bool lctcp_same_host(const struct lctcp_tuple *t)
{
	return t->family == AF_INET ? t->l4 == t->r4 :
				      ipv6_addr_equal(t->l6, t->r6);
}

/* A request for as long as it takes to look at one segment. */
struct lctcp_req_brief {
	struct lctcp_req	req;
	struct lctcp_addr6	a6;
	struct lctcp_looks	looks;
};

static_assert(offsetof(struct lctcp_req_brief, a6) == sizeof(struct lctcp_req));

/* A SYN that is answered and forgotten. */
static void lctcp_listen_cookie(struct sock *sk, struct sk_buff *skb,
				const struct lctcp_tuple *t,
				const struct lctcp_af_ops *af)
{
	struct lctcp_req_brief b;
	struct lctcp_looks looks;

	/* No memory means not to know whom it was sent to before. */
	if (!lctcp_tuple_may_answer(t, LCTCP_ANSWER_REFUSAL,
				    LCTCP_CB(skb)->seq)) {
		LCTCP_DROP(t->net, DROPSYN, skb);
		return;
	}
	lctcp_req_init(&b.req, sk, t, lctcp_looks_of_syn(sk, skb, &looks),
		       &looks);
	b.req.irs = LCTCP_CB(skb)->seq;
	if (!lctcp_req_route(&b.req, skb, af))
		return;
	lctcp_req_options(&b.req, skb, af);
	lctcp_cookie_synack(&b.req);
}

/* The SYN queue is full.  Say so once while it lasts. */
static void lctcp_synq_overflow(const struct sock *sk, bool cookies)
{
	struct lctcp_listener *lst = lctcp_sk(sk)->lst;
	unsigned long now = jiffies | 1, last = READ_ONCE(lst->flood_at);

	if (last == now)
		return;
	last = xchg(&lst->flood_at, now);
	if (!last || time_after(now, last + LCTCP_FLOOD_OVER))
		net_info_ratelimited("lctcp: port %u: the SYN queue is full, possibly by a flood: %s\n",
				     inet_sk(sk)->inet_num, cookies ?
				     "sending cookies" : "dropping SYNs");
}

/* May this SYN have a request?  If not it has been dealt with. */
static bool lctcp_synq_admits(struct sock *sk, struct sk_buff *skb,
			      const struct lctcp_tuple *t,
			      const struct lctcp_af_ops *af)
{
	int cookies = READ_ONCE(lctcp_cfg(sk)->syncookies);
	bool full;

	full = READ_ONCE(lctcp_sk(sk)->lst->nreqs) >= lctcp_synq_limit(sk);
	if (full)
		lctcp_synq_overflow(sk, cookies);
	if (full && cookies == LCTCP_COOKIES_NEVER)
		LCTCP_DROP(t->net, SYNQUEUEFULL, skb);
	else if (full || cookies == LCTCP_COOKIES_ALWAYS)
		lctcp_listen_cookie(sk, skb, t, af);
	else
		return true;
	return false;
}

/* LISTEN, a SYN: RFC 9293 section 3.10.7.2, third check.  Text and FIN on it
 * are left for the peer to send again (D17).
 *
 * One that reopens TIME_WAIT takes the place of a mini that is there already,
 * so no flood can be made of such; and a cookie's ACK would find TIME_WAIT.
 */
static void lctcp_listen_syn(struct sock *sk, struct sk_buff *skb,
			     const struct lctcp_tuple *t,
			     const struct lctcp_af_ops *af, struct lctcp_tw *tw)
{
	struct lctcp_listener *lst = lctcp_sk(sk)->lst;
	struct lctcp_req *req;

	if (lctcp_accept_full(lst)) {
		LCTCP_DROP(t->net, LISTENOVERFLOWS, skb);
		return;
	}
	/* From itself to itself: it would answer its own answers. */
	if (t->rport == htons(t->lport) && lctcp_same_host(t)) {
		LCTCP_DROP(t->net, DROPLISTEN, skb);
		return;
	}
	if (!tw && !lctcp_synq_admits(sk, skb, t, af))
		return;
	req = lctcp_req_make(sk, skb, t, af);
	if (!req) {
		LCTCP_DROP(t->net, DROPNOMEM, skb);
		return;
	}
	req->iss = tw ? lctcp_tw_next_iss(tw) : lctcp_isn(&req->ent);
	req->sent = 1;
	if (!lctcp_req_enter(req, tw))
		return;
	lctcp_send_synack_req(req, lctcp_req_tsval(req));
	lctcp_req_arm(req, lctcp_synack_schedule(sk), jiffies);
}

/* The clone of a listener becomes a connection. */
static void lctcp_child_setup(struct sock *child, const struct lctcp_req *req,
			      const struct sk_buff *skb)
{
	union lctcp_agreed agreed = lctcp_req_agreed(req);
	struct lctcp_sock *lc = lctcp_sk(child);

	/* The state it begins in is its listener's, and nobody wrote it. */
	sock_prot_inuse_add(sock_net(child), child->sk_prot, 1);
	lc->in_use = false;	/* its listener is */
	lc->lst = NULL;
	lc->syn_sched = NULL;
	lc->synack_sched = NULL;
	child->sk_frag.page = NULL;	/* whoever wrote to it owns it */
	child->sk_frag.offset = 0;
	lc->b.claim = NULL;	/* that of its listener */
	INIT_HLIST_NODE(&lc->bind_node);
	INIT_LIST_HEAD(&lc->accept_node);
	lc->b.ent.flags = 0;
	lctcp_timers_init(child);
	lctcp_reset_vars(child);

	lc->id = req->id;
	lc->irs = req->irs;
	lc->rcv_nxt = req->irs + 1;
	lc->rcv_wup = lc->rcv_nxt;
	lc->copied_seq = lc->rcv_nxt;
	lc->rcv_wnd = req->rcv_wnd;
	lc->iss = req->iss;
	lc->snd_una = req->iss + 1;
	lc->snd_nxt = lc->snd_una;
	lc->write_seq = lc->snd_una;
	lc->recover = req->iss - 1;
	lc->cwnd_seq = lc->recover;
	lc->snd_sml = lc->recover;
	lc->wscale_ok = agreed.wscale_ok;
	lc->ts_ok = agreed.ts_ok;
	lc->ts_unknown = agreed.ts_unknown;
	lc->sack_ok = agreed.sack_ok;
	lc->ecn_ok = agreed.ecn_ok;
	lc->ts_recent = READ_ONCE(req->ts_recent);
	lc->ts_recent_at = jiffies;
	lc->ts_offset = lctcp_ts_offset(&req->ent);
	lc->snd_wscale = agreed.snd_wscale;
	lc->rcv_wscale = agreed.rcv_wscale;
	lc->peer_mss = agreed.mss;
	lc->syn_lost = READ_ONCE(req->sent) - 1;

	/* RFC 9293 section 3.10.7.4, fifth check: SND.WND, WL1, WL2. */
	lc->snd_wnd = (u32)LCTCP_CB(skb)->wnd << lc->snd_wscale;
	lc->max_snd_wnd = lc->snd_wnd;
	lc->snd_wl1 = LCTCP_CB(skb)->seq;
	lc->snd_wl2 = LCTCP_CB(skb)->ack;
}

/* A child that came too late: it is in no table. */
static void lctcp_child_drop(struct sock *child)
	__releases(&child->sk_lock.slock)
{
	lctcp_child_discard(child);
	bh_unlock_sock(child);
	sock_put(child);
}

/* A request has become a child, which has its place in the table. */
static void lctcp_req_done(struct lctcp_req *req)
{
	if (req->tw)
		lctcp_tw_release(req->tw, false);
	lctcp_req_unqueue(req);
	lctcp_mini_disarm(&req->ent, &req->timer, false);
	lctcp_ent_put(&req->ent);
}

/* The third ACK: RFC 9293 section 3.10.7.4, fifth check, SYN-RECEIVED.  With
 * @ev COOKIE_ACK the request is brief, and the child new in the table.  Consumes
 * @skb.
 */
static void lctcp_req_complete(struct lctcp_req *req, enum lctcp_event ev,
			       struct sk_buff *skb,
			       const struct lctcp_af_ops *af)
{
	struct sock *listener = req->listener, *child;
	bool brief = ev == LCTCP_EV_COOKIE_ACK, in;
	struct mem_cgroup *payer;
	struct lctcp_flow flow;
	struct lctcp_ent *ent;

	payer = lctcp_charge_begin(listener);
	child = sk_clone_lock(listener, GFP_ATOMIC);
	lctcp_charge_end(payer);
	if (!child) {
		LCTCP_DROP(req->ent.net, DROPNOMEM, skb);
		kfree_skb(skb);
		return;
	}
	__acquire(&child->sk_lock.slock);	/* tell sparse */
	lctcp_child_setup(child, req, skb);
	lctcp_sk(child)->af = af;
	lctcp_req_flow(req, &flow);
	child->sk_mark = flow.mark;
	af->child_init(child, listener, req, skb);
	skb_dst_drop(skb);
	lctcp_ent_from_sock(child);
	ent = &lctcp_sk(child)->b.ent;
	ent->dev_if = req->ent.dev_if;

	if (lctcp_port_inherit(child)) {
		LCTCP_DROP(req->ent.net, DROPNOMEM, skb);
		in = false;
	} else {
		in = brief ? !lctcp_table_insert(ent) :
			     lctcp_table_replace(&req->ent, ent);
	}
	if (!in) {
		lctcp_child_drop(child);
		kfree_skb(skb);
		return;
	}
	if (!brief)
		lctcp_req_done(req);
	lctcp_sync_mss(child);
	lctcp_measure_synack(child, req, LCTCP_CB(skb), brief);
	lctcp_child_established(child, brief ? LCTCP_LISTEN : LCTCP_SYN_RECV,
				ev);
	security_inet_conn_established(child, skb);
	if (lctcp_queue_child(listener, child)) {
		skb->dev = NULL;
		lctcp_rcv_segment(child, skb);
		listener->sk_data_ready(listener);
	} else {
		sock_set_flag(child, SOCK_DEAD);
		lctcp_event(child, LCTCP_EV_ABORT);
		kfree_skb(skb);
	}
	bh_unlock_sock(child);
	sock_put(child);
}

static void lctcp_req_reply(const struct lctcp_req *req, u32 seq, u8 flags,
			    u8 role)
{
	union lctcp_agreed agreed = lctcp_req_agreed(req);
	struct lctcp_options opt = {
		.have_ts	= agreed.ts_ok,
		.tsval		= lctcp_ts_now(lctcp_ts_offset(&req->ent)),
		.tsecr		= READ_ONCE(req->ts_recent),
	};
	u16 wnd = req->rcv_wnd >> agreed.rcv_wscale;
	struct lctcp_flow flow;

	lctcp_req_flow(req, &flow);
	lctcp_send_flow(&flow, seq, flags & LCTCP_ACK ? req->irs + 1 : 0,
			flags & LCTCP_ACK ? wnd : 0, flags, &opt, role,
			req->id);
}

/* Answer what was refused. */
static void lctcp_req_ack(struct lctcp_req *req)
{
	if (lctcp_mini_may_answer(&req->ent, LCTCP_ANSWER_REFUSAL))
		lctcp_req_reply(req, req->iss + 1, LCTCP_ACK, LCTCP_ROLE_ACK);
}

static void lctcp_req_challenge(struct lctcp_req *req)
{
	if (!lctcp_mini_may_answer(&req->ent, LCTCP_ANSWER_CHALLENGE))
		return;
	LCTCP_INC(req->ent.net, CHALLENGEACKS);
	lctcp_req_reply(req, req->iss + 1, LCTCP_ACK, LCTCP_ROLE_ACK);
}

/* The SYN again, so our answer again, by what this one says; the schedule goes
 * on.  Not without limit: who forges an address would have us write to it.
 */
static void lctcp_req_syn_again(struct lctcp_req *req, const struct sk_buff *skb,
				const struct lctcp_af_ops *af)
{
	if (!lctcp_mini_may_answer(&req->ent, LCTCP_ANSWER_REFUSAL))
		return;
	if (!READ_ONCE(req->acked))
		lctcp_req_options(req, skb, af);
	WRITE_ONCE(req->ent.flags, req->ent.flags | LCTCP_ENT_SYN_AGAIN);
	lctcp_send_synack_req(req, lctcp_req_tsval(req));
}

/* The accept queue is full.  The client believes it is connected; it will
 * answer our next SYN-ACK, or send data, and then there may be room.
 */
static void lctcp_req_overflow(struct lctcp_req *req, const struct sk_buff *skb)
{
	WRITE_ONCE(req->acked, true);
	LCTCP_DROP(req->ent.net, LISTENOVERFLOWS, skb);
	if (!READ_ONCE(lctcp_net(req->ent.net)->sysctl.abort_on_overflow))
		return;
	lctcp_req_reply(req, req->iss + 1, LCTCP_RST, LCTCP_ROLE_RST);
	lctcp_req_kill(req, LCTCP_EV_PURGE, false);
}

/* RFC 7323 section 5.3, as lctcp_check_timestamp() for sockets. */
static bool lctcp_req_timestamp(struct lctcp_req *req, struct sk_buff *skb)
{
	union lctcp_agreed agreed = lctcp_req_agreed(req);
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);

	if (!agreed.ts_ok || (cb->flags & (LCTCP_RST | LCTCP_SYN)))
		return true;
	if (lctcp_ts_missing(req->ent.net, cb)) {
		LCTCP_DROP(req->ent.net, DROPNOTS, skb);
		return false;
	}
	if (cb->has_ts && !agreed.ts_unknown &&
	    lctcp_before(cb->tsval, READ_ONCE(req->ts_recent))) {
		LCTCP_DROP(req->ent.net, DROPPAWS, skb);
		lctcp_req_ack(req);
		return false;
	}
	return true;
}

void lctcp_req_rcv(struct lctcp_req *req, struct sk_buff *skb,
		   const struct lctcp_tuple *t, const struct lctcp_af_ops *af)
{
	const struct lctcp_skb_cb *cb = LCTCP_CB(skb);
	u32 rcv_nxt = req->irs + 1;

	if (!lctcp_admit(req->listener, skb))
		goto drop;
	if ((cb->flags & (LCTCP_SYN | LCTCP_ACK | LCTCP_RST)) == LCTCP_SYN &&
	    cb->seq == req->irs) {
		LCTCP_DROP(t->net, DROPSYN, skb);
		if (lctcp_filter(req->listener, skb))
			lctcp_req_syn_again(req, skb, af);
		goto drop;
	}
	if (!lctcp_req_timestamp(req, skb))
		goto drop;
	/* First check: the sequence number. */
	if (!lctcp_seq_acceptable(cb->seq, cb->end_seq - cb->seq, rcv_nxt,
				  req->rcv_wnd)) {
		LCTCP_DROP(t->net, DROPSEQ, skb);
		if (!(cb->flags & LCTCP_RST))
			lctcp_req_ack(req);
		goto drop;
	}
	/* Second: RST.  Fourth: SYN.  Both return to LISTEN in silence. */
	if (cb->flags & LCTCP_RST) {
		LCTCP_DROP(t->net, DROPRST, skb);
		if (cb->seq == rcv_nxt)
			lctcp_req_kill(req, LCTCP_EV_PASSIVE_RST, false);
		else if (cb->seq - rcv_nxt < req->rcv_wnd)
			lctcp_req_challenge(req);
		goto drop;
	}
	if (cb->flags & LCTCP_SYN) {
		LCTCP_DROP(t->net, DROPSYN, skb);
		lctcp_req_kill(req, LCTCP_EV_PASSIVE_SYN, false);
		goto drop;
	}
	/* Fifth: ACK. */
	if (!(cb->flags & LCTCP_ACK)) {
		LCTCP_DROP(t->net, DROPNOACK, skb);
		goto drop;
	}
	if (cb->ack != req->iss + 1) {
		LCTCP_DROP(t->net, DROPACKFUTURE, skb);
		if (lctcp_mini_may_answer(&req->ent, LCTCP_ANSWER_REFUSAL))
			lctcp_req_reply(req, cb->ack, LCTCP_RST,
					LCTCP_ROLE_RST);
		goto drop;
	}
	if (!lctcp_filter(req->listener, skb))
		goto drop;
	if (lctcp_accept_full(lctcp_sk(req->listener)->lst)) {
		lctcp_req_overflow(req, skb);
		goto drop;
	}
	lctcp_req_complete(req, LCTCP_EV_ACK_OF_SYN, skb, af);
	return;
drop:
	kfree_skb(skb);
}

/* An ACK to LISTEN, while cookies of ours are about.  True: it brought one back
 * and is consumed.
 */
static bool lctcp_cookie_rcv(struct sock *sk, struct sk_buff *skb,
			     const struct lctcp_tuple *t,
			     const struct lctcp_af_ops *af)
{
	struct lctcp_req_brief b;
	struct lctcp_req *req = &b.req;
	struct lctcp_looks looks;

	lctcp_req_init(req, sk, t, lctcp_looks_of_syn(sk, skb, &looks), &looks);
	if (!lctcp_cookie_ack(req, skb)) {
		LCTCP_INC(t->net, SYNCOOKIESFAILED);
		return false;
	}
	LCTCP_INC(t->net, SYNCOOKIESRECV);
	if (lctcp_accept_full(lctcp_sk(sk)->lst)) {
		LCTCP_DROP(t->net, LISTENOVERFLOWS, skb);
		if (READ_ONCE(lctcp_cfg(sk)->abort_on_overflow))
			lctcp_reply_rst(t, skb, af, sk);
		goto free;
	}
	if (!lctcp_req_route(req, skb, af) ||
	    !refcount_inc_not_zero(&sk->sk_refcnt)) {
		LCTCP_DROP(t->net, DROPNOMEM, skb);
		goto free;
	}
	req->opt.mss = min(req->opt.mss, req->adv_mss);
	req->id = lctcp_new_id();
	req->sent = 1;
	lctcp_req_complete(req, LCTCP_EV_COOKIE_ACK, skb, af);
	sock_put(sk);
	return true;
free:
	kfree_skb(skb);
	return true;
}

void lctcp_listen_rcv(struct sock *sk, struct sk_buff *skb,
		      struct lctcp_tuple *t,
		      const struct lctcp_af_ops *af, struct lctcp_tw *tw)
{
	u8 flags = LCTCP_CB(skb)->flags;

	if (!lctcp_admit(sk, skb) || !lctcp_filter(sk, skb))
		goto free;
	af->tuple(skb, t);	/* a filter may have moved the header */
	if (flags & LCTCP_RST) {
		LCTCP_DROP(t->net, DROPLISTEN, skb);
	} else if ((flags & (LCTCP_ACK | LCTCP_SYN)) == LCTCP_ACK &&
		   lctcp_cookie_expected(sk) && af->reply_ok(skb) &&
		   lctcp_cookie_rcv(sk, skb, t, af)) {
		return;
	} else if (flags & LCTCP_ACK) {
		LCTCP_DROP(t->net, DROPLISTEN, skb);
		lctcp_reply_rst(t, skb, af, sk);
	} else if (!(flags & LCTCP_SYN) || !af->reply_ok(skb)) {
		LCTCP_DROP(t->net, DROPLISTEN, skb);
	} else {
		lctcp_listen_syn(sk, skb, t, af, tw);
	}
free:
	kfree_skb(skb);
}
