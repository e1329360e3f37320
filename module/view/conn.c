// SPDX-License-Identifier: GPL-2.0
/*
 * What there is to see of a connection: see conn.h.
 */
#include <linux/jiffies.h>
#include <net/sock.h>

#include "conn.h"
#include "handshake.h"
#include "isn.h"
#include "lctcp.h"
#include "recovery.h"
#include "timer.h"
#include "timewait.h"
#include "trace_names.h"

static const char * const lctcp_ca_names[] = {
	LCTCP_CA_LIST(LCTCP_NAME_ITEM, LCTCP_NAME_ITEM)
};

static void lctcp_view_listener(struct lctcp_conn_view *v)
{
	const struct lctcp_listener *lst = READ_ONCE(v->lc->lst);

	v->role = "listener";
	if (!lst)
		return;
	v->sndq = READ_ONCE(lst->backlog);
	v->rcvq = READ_ONCE(lst->naccept);
	v->rx_queue = v->rcvq;
}

static void lctcp_view_queues(struct lctcp_conn_view *v)
{
	const struct lctcp_sock *lc = v->lc;
	u32 una = READ_ONCE(lc->snd_una);
	u32 end = lc->fin_queued ? READ_ONCE(lc->snd_fin) :
				   READ_ONCE(lc->write_seq);
	s32 unread = READ_ONCE(lc->rcv_nxt) - READ_ONCE(lc->copied_seq);

	v->tx_queue = READ_ONCE(lc->write_seq) - una;
	v->rx_queue = max(unread, 0);

	/* SYN and FIN are not octets */
	if (una == lc->iss)
		una++;
	v->sndq = lctcp_after(end, una) ? end - una : 0;
	if (lc->peer_fin)
		unread--;
	v->rcvq = max(unread, 0);
}

static void lctcp_view_sending(struct lctcp_conn_view *v)
{
	const struct lctcp_sock *lc = v->lc;
	unsigned int ca = READ_ONCE(lc->rec.state);

	v->cwnd = READ_ONCE(lc->cong.cwnd);
	v->flight = lctcp_pipe(lc);
	if (ca < ARRAY_SIZE(lctcp_ca_names))
		v->recovery = lctcp_ca_names[ca];
}

static void lctcp_view_sock(struct lctcp_conn_view *v, struct sock *sk)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	unsigned long expires = jiffies;

	v->lc = lc;
	v->state = inet_sk_state_load(sk);
	v->id = lc->id;
	v->uid = lctcp_sk_uid(sk);
	v->ino = sock_i_ino(sk);
	v->refs = refcount_read(&sk->sk_refcnt);
	v->age_ms = div_u64(ktime_get_ns() - lc->state_since, NSEC_PER_MSEC);
	v->tries = READ_ONCE(lc->retries);
	lctcp_timer_info(sk, &v->timer, &expires);
	v->probes = v->timer == LCTCP_TIMER_KEEPALIVE ?
		    READ_ONCE(lc->keep_probes) : READ_ONCE(lc->probes);
	v->left = expires - jiffies;
	if (v->state == LCTCP_LISTEN)
		lctcp_view_listener(v);
	else
		lctcp_view_queues(v);
	if (lctcp_state_in(v->state, LCTCP_S_SYNCHRONIZED))
		lctcp_view_sending(v);
}

static void lctcp_view_req(struct lctcp_conn_view *v,
			   const struct lctcp_req *req)
{
	v->state = LCTCP_SYN_RECV;
	v->id = req->id;
	v->uid = lctcp_sk_uid(req->listener);
	v->refs = refcount_read(&req->ent.refs);
	v->age_ms = ((u32)lctcp_isn_clock() - req->born) / 250;
	v->tries = max_t(int, READ_ONCE(req->sent) - 1, 0);
	v->timer = LCTCP_TIMER_SYN_ACK;
	v->left = lctcp_req_due(req) - jiffies;
}

static void lctcp_view_tw(struct lctcp_conn_view *v, const struct lctcp_tw *tw)
{
	v->state = LCTCP_TIME_WAIT;
	v->id = tw->id;
	v->refs = refcount_read(&tw->b.ent.refs);
	v->timer = LCTCP_TIMER_2MSL;
	v->left = lctcp_tw_due(tw) - jiffies;
	v->age_ms = lctcp_tw_age_ms(tw);
}

/* TCP's numbers for what a timer is about. */
static unsigned int lctcp_tcp_timer(unsigned int timer)
{
	switch (timer) {
	case LCTCP_TIMER_REXMIT:
	case LCTCP_TIMER_SYN_ACK:
		return 1;
	case LCTCP_TIMER_KEEPALIVE:
	case LCTCP_TIMER_FIN_WAIT2:
		return 2;
	case LCTCP_TIMER_2MSL:
		return 3;
	case LCTCP_TIMER_PERSIST:
		return 4;
	default:
		return 0;
	}
}

void lctcp_view_ent(struct lctcp_conn_view *v, struct lctcp_ent *ent)
{
	memset(v, 0, sizeof(*v));
	v->ent = ent;
	v->uid = GLOBAL_ROOT_UID;
	v->recovery = "-";
	v->role = ent->flags & LCTCP_ENT_ACTIVE ? "active" : "passive";
	lctcp_ends_of_ent(&v->ends, ent);
	switch (ent->kind) {
	case LCTCP_KIND_SOCK:
		lctcp_view_sock(v, lctcp_sock_of(ent));
		break;
	case LCTCP_KIND_REQ:
		lctcp_view_req(v, lctcp_req_of(ent));
		break;
	case LCTCP_KIND_TW:
		lctcp_view_tw(v, lctcp_tw_of(ent));
		break;
	}
	if (v->timer == LCTCP_TIMER_NONE || v->left < 0)
		v->left = 0;
	v->tcp_timer = lctcp_tcp_timer(v->timer);
}
