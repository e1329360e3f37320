// SPDX-License-Identifier: GPL-2.0
/*
 * Socket options.  TCP's have TCP's numbers and are taken at level
 * IPPROTO_TCP as well, so that programs need only another protocol number.
 */
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "handshake.h"
#include "lctcp.h"
#include "output.h"
#include "recovery.h"
#include "send.h"
#include "socket.h"
#include "stream.h"
#include "timer.h"
#include "view/saw.h"

static bool lctcp_own_level(int level)
{
	return level == (int)lctcp_protocol || level == SOL_TCP;
}

static int lctcp_set_schedule(struct sock *sk, struct lctcp_schedule **where,
			      sockptr_t optval, unsigned int optlen)
{
	u32 ms[LCTCP_SCHEDULE_MAX];
	struct lctcp_schedule *s = *where, new = {};

	if (!optlen || optlen % sizeof(u32) || optlen > sizeof(ms))
		return -EINVAL;
	if (copy_from_sockptr(ms, optval, optlen))
		return -EFAULT;
	if (lctcp_schedule_set(&new, ms, optlen / sizeof(u32)))
		return -EINVAL;
	if (s) {
		/* Timers read it without a lock: each entry is whole. */
		*s = new;
		return 0;
	}
	s = kmemdup(&new, sizeof(new), GFP_KERNEL_ACCOUNT);
	if (!s)
		return -ENOMEM;
	/* pairs with lctcp_synack_schedule() */
	smp_store_release(where, s);
	return 0;
}

static int lctcp_set_jiffies(u32 *where, int val, int min, int max)
{
	if (val < min || val > max)
		return -EINVAL;
	*where = val * HZ;
	return 0;
}

static int lctcp_set_bits(struct sock *sk, u8 bit, int val)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	if (val) {
		lc->nonagle |= bit;
		if (bit == LCTCP_CORK)
			return 0;
	} else {
		lc->nonagle &= ~bit;
		if (bit == LCTCP_NODELAY)
			return 0;
	}
	/* NODELAY set, or CORK removed: what waits may go. */
	lc->nonagle |= LCTCP_PUSH_ONCE;
	lctcp_push(sk);
	lc->nonagle &= ~LCTCP_PUSH_ONCE;
	return 0;
}

static int lctcp_set_keep_idle(struct sock *sk, int val)
{
	int err = lctcp_set_jiffies(&lctcp_sk(sk)->keep_idle, val, 1, 32767);

	if (!err)
		lctcp_timers_keepalive(sk, sock_flag(sk, SOCK_KEEPOPEN));
	return err;
}

static int lctcp_set_quickack(struct sock *sk, int val)
{
	struct lctcp_sock *lc = lctcp_sk(sk);

	lc->quickack = !!val;
	lc->pingpong = !val;
	if (val && lc->ack_pending &&
	    lctcp_state_in(sk->sk_state, LCTCP_S_SYNCHRONIZED))
		lctcp_send_ack(sk);
	return 0;
}

static int lctcp_set_linger2(struct lctcp_sock *lc, int val)
{
	if (val > 120)
		return -EINVAL;
	lc->linger2 = val < 0 ? -1 : val * HZ;
	return 0;
}

static int lctcp_in_range(int val, int min, int max)
{
	return val < min || val > max ? -EINVAL : 0;
}

static int lctcp_set_int(struct sock *sk, int optname, int val)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	int err = 0;

	switch (optname) {
	case TCP_NODELAY:
		return lctcp_set_bits(sk, LCTCP_NODELAY, val);
	case TCP_CORK:
		return lctcp_set_bits(sk, LCTCP_CORK, val);
	case TCP_MAXSEG:
		err = val ? lctcp_in_range(val, 88, 32767) : 0;
		if (!err)
			lc->user_mss = val;
		return err;
	case TCP_KEEPIDLE:
		return lctcp_set_keep_idle(sk, val);
	case TCP_KEEPINTVL:
		return lctcp_set_jiffies(&lc->keep_intvl, val, 1, 32767);
	case TCP_KEEPCNT:
		err = lctcp_in_range(val, 1, 127);
		if (!err)
			lc->keep_cnt = val;
		return err;
	case TCP_SYNCNT:
		err = lctcp_in_range(val, 1, 127);
		if (!err)
			lc->syncnt = val;
		return err;
	case TCP_LINGER2:
		return lctcp_set_linger2(lc, val);
	case TCP_WINDOW_CLAMP:
		if (val < 0)
			return -EINVAL;
		lc->window_clamp = val ? max(val, 128) : 0;
		lctcp_window_freed(sk, 1);
		return 0;
	case TCP_NOTSENT_LOWAT:
		WRITE_ONCE(lc->notsent_lowat, val);
		sk->sk_write_space(sk);
		return 0;
	case TCP_QUICKACK:
		return lctcp_set_quickack(sk, val);
	case TCP_INQ:
		err = lctcp_in_range(val, 0, 1);
		if (!err)
			lc->inq = val;
		return err;
	case TCP_USER_TIMEOUT:
		/* -1 is "never", and not "default" (RFC 9293 MUST-21). */
		if (val < -1)
			return -EINVAL;
		lc->user_timeout = val;
		return 0;
	case LCTCP_MSL:
		if (val < -1 || val > LCTCP_MSL_MAX_MS)
			return -EINVAL;
		lc->msl_ms = val;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

/* As with TCP, a name may lack its 0, and too long a one is cut off. */
static int lctcp_set_cong(struct sock *sk, sockptr_t optval,
			  unsigned int optlen)
{
	const struct lctcp_cong_ops *ops;
	char name[LCTCP_CONG_NAME_MAX] = {};

	if (!optlen)
		return -EINVAL;
	if (copy_from_sockptr(name, optval,
			      min_t(unsigned int, optlen, sizeof(name) - 1)))
		return -EFAULT;
	ops = lctcp_cong_find(name);
	if (!ops)
		return -ENOENT;
	lock_sock(sk);
	lctcp_sk(sk)->ca = ops;
	lctcp_cong_use(&lctcp_sk(sk)->cong, ops);
	release_sock(sk);
	return 0;
}

static int lctcp_do_setsockopt(struct sock *sk, int optname, sockptr_t optval,
			       unsigned int optlen)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	int val, err;

	switch (optname) {
	case LCTCP_SYN_SCHEDULE:
		lock_sock(sk);
		err = lctcp_set_schedule(sk, &lc->syn_sched, optval, optlen);
		release_sock(sk);
		return err;
	case LCTCP_SYNACK_SCHEDULE:
		lock_sock(sk);
		err = lctcp_set_schedule(sk, &lc->synack_sched, optval, optlen);
		release_sock(sk);
		return err;
	}
	if (optname == TCP_CONGESTION)
		return lctcp_set_cong(sk, optval, optlen);
	if (optlen < sizeof(int))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	lock_sock(sk);
	err = lctcp_set_int(sk, optname, val);
	release_sock(sk);
	return err;
}

static void lctcp_fill_vars(struct sock *sk, struct lctcp_vars *v)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	unsigned long expires;

	memset(v, 0, sizeof(*v));
	v->state = sk->sk_state;
	v->iss = lc->iss;
	v->snd_una = lc->snd_una;
	v->snd_nxt = lc->snd_nxt;
	v->snd_wnd = lc->snd_wnd;
	v->snd_wl1 = lc->snd_wl1;
	v->snd_wl2 = lc->snd_wl2;
	v->max_snd_wnd = lc->max_snd_wnd;
	v->irs = lc->irs;
	v->rcv_nxt = lc->rcv_nxt;
	v->rcv_wnd = lctcp_receive_window(lc);
	lctcp_timer_info(sk, &v->timer, &expires);
	v->timer_ms = time_after(expires, jiffies) ?
		      jiffies_to_msecs(expires - jiffies) : 0;
	v->retries = lc->retries;
	v->rto_us = lctcp_rtt_rto(&lc->rtt, lctcp_cfg(sk)->rto_max_ms *
				  USEC_PER_MSEC);
	v->srtt_us = lctcp_rtt_srtt_us(&lc->rtt);
	v->rttvar_us = lctcp_rtt_rttvar_us(&lc->rtt);
	v->cwnd = lc->cong.cwnd;
	v->ssthresh = lc->cong.ssthresh;
	v->mss = lc->mss;
	v->snd_wscale = lc->snd_wscale;
	v->rcv_wscale = lc->rcv_wscale;
	v->options = (lc->wscale_ok ? LCTCP_OPT_WSCALE : 0) |
		     (lc->ts_ok ? LCTCP_OPT_TIMESTAMPS : 0) |
		     (lc->sack_ok ? LCTCP_OPT_SACK : 0);
	v->snd_up = lc->urg_mode && lctcp_after(lc->snd_up, lc->snd_una) ?
		    lc->snd_up : lc->snd_una;
	v->rcv_up = lc->urg_data && !lctcp_before(lc->urg_seq, lc->rcv_nxt) ?
		    lc->urg_seq + 1 : lc->rcv_nxt;
	v->ts_recent = lc->ts_recent;
}

/* Octets as segments, rounded up. */
static u32 lctcp_in_segs(const struct lctcp_sock *lc, u32 octets)
{
	return DIV_ROUND_UP(octets, max_t(u32, lc->mss, 1));
}

static u32 lctcp_ms_since(unsigned long when)
{
	return when ? jiffies_to_msecs(jiffies - when) : 0;
}

/* What is on its way, as recovery sees it. */
static void lctcp_fill_recovery(const struct lctcp_sock *lc,
				struct tcp_info *info)
{
	static const u8 state[] = {
		[LCTCP_CA_OPEN]		= TCP_CA_Open,
		[LCTCP_CA_DISORDER]	= TCP_CA_Disorder,
		[LCTCP_CA_RECOVERY]	= TCP_CA_Recovery,
		[LCTCP_CA_LOSS]		= TCP_CA_Loss,
	};

	info->tcpi_ca_state = state[lc->rec.state];
	info->tcpi_sacked = lctcp_in_segs(lc, lc->rec.score.sacked);
	info->tcpi_lost = lctcp_in_segs(lc, lc->rec.score.lost);
	info->tcpi_retrans = lctcp_in_segs(lc, lc->rec.score.retrans);
}

/* What the tally has of a connection, and its rates. */
static void lctcp_fill_tally(struct sock *sk, struct tcp_info *info)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	const struct lctcp_tally *t = &lc->tally;
	u64 rwnd = lctcp_tally_waited(t, LCTCP_WAIT_RWND);
	u64 sndbuf = lctcp_tally_waited(t, LCTCP_WAIT_SNDBUF);

	info->tcpi_bytes_acked = t->acked;
	info->tcpi_bytes_received = t->received;
	info->tcpi_bytes_sent = t->sent;
	info->tcpi_bytes_retrans = t->resent;
	info->tcpi_segs_out = t->segs_out;
	info->tcpi_segs_in = t->segs_in;
	info->tcpi_data_segs_out = t->data_out;
	info->tcpi_data_segs_in = t->data_in;
	info->tcpi_delivered = lctcp_in_segs(lc, t->rate.delivered);
	info->tcpi_delivery_rate = t->rate.rate;
	info->tcpi_delivery_rate_app_limited = t->rate.limited;
	info->tcpi_busy_time = lctcp_tally_waited(t, LCTCP_WAIT_BUSY) + rwnd +
			       sndbuf;
	info->tcpi_rwnd_limited = rwnd;
	info->tcpi_sndbuf_limited = sndbuf;
	info->tcpi_min_rtt = t->min_rtt_us ?: ~0U;
	info->tcpi_rcv_ooopack = t->ooo;
	info->tcpi_last_data_sent = lctcp_ms_since(lc->last_snd);
	info->tcpi_last_data_recv = lctcp_ms_since(lc->last_text ?:
						   lc->last_rcv);
	info->tcpi_last_ack_recv = jiffies_to_msecs(jiffies - lc->last_rcv);
}

void lctcp_fill_info(struct sock *sk, struct tcp_info *info)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	struct lctcp_vars v;

	lctcp_fill_vars(sk, &v);
	memset(info, 0, sizeof(*info));
	info->tcpi_state = v.state;
	info->tcpi_max_pacing_rate = READ_ONCE(sk->sk_max_pacing_rate);
	info->tcpi_pacing_rate = READ_ONCE(sk->sk_pacing_rate);
	if (sk->sk_state == TCP_LISTEN) {
		info->tcpi_unacked = READ_ONCE(sk->sk_ack_backlog);
		info->tcpi_sacked = READ_ONCE(sk->sk_max_ack_backlog);
	} else {
		info->tcpi_unacked = lctcp_in_segs(lc, v.snd_nxt - v.snd_una);
		info->tcpi_notsent_bytes = lc->write_seq - lc->snd_nxt;
		lctcp_fill_tally(sk, info);
		lctcp_fill_recovery(lc, info);
	}
	info->tcpi_retransmits = v.retries;
	info->tcpi_probes = lc->probes;
	info->tcpi_backoff = lc->rtt.backoff;
	info->tcpi_options = (lc->wscale_ok ? TCPI_OPT_WSCALE : 0) |
			     (lc->ts_ok ? TCPI_OPT_TIMESTAMPS : 0) |
			     (lc->sack_ok ? TCPI_OPT_SACK : 0) |
			     (lc->ecn_ok ? TCPI_OPT_ECN : 0);
	info->tcpi_snd_wscale = v.snd_wscale;
	info->tcpi_rcv_wscale = v.rcv_wscale;
	info->tcpi_rto = v.rto_us;
	info->tcpi_ato = READ_ONCE(lctcp_cfg(sk)->delack_ms) * USEC_PER_MSEC;
	info->tcpi_snd_mss = v.mss;
	info->tcpi_rcv_mss = lc->rcv_mss;
	info->tcpi_pmtu = lc->plp.on ? lc->plp.low :
			  lc->pmtu.mtu ? lc->pmtu.mtu + lc->af->ext_len(sk) :
			  v.mss + LCTCP_HDR_LEN + lc->af->hdr_len;
	info->tcpi_rcv_ssthresh = v.rcv_wnd;
	info->tcpi_rcv_rtt = lc->drs.rtt_us;
	info->tcpi_rcv_space = lc->drs.space;
	info->tcpi_rtt = v.srtt_us;
	info->tcpi_rttvar = v.rttvar_us;
	info->tcpi_snd_ssthresh = v.ssthresh / max(v.mss, 1U);
	info->tcpi_snd_cwnd = v.cwnd / max(v.mss, 1U);
	info->tcpi_reordering = LCTCP_DUPACK_THRESH;
	info->tcpi_reord_seen = lc->rec.rack.reordered;
	info->tcpi_advmss = v.mss;
	info->tcpi_total_retrans = lc->total_retrans;
	info->tcpi_snd_wnd = v.snd_wnd;
}

static int lctcp_get_int(struct sock *sk, int optname, int *val)
{
	const struct lctcp_sock *lc = lctcp_sk(sk);
	const struct lctcp_sysctl *cfg = lctcp_cfg(sk);

	switch (optname) {
	case TCP_NODELAY:
		*val = !!(lc->nonagle & LCTCP_NODELAY);
		break;
	case TCP_CORK:
		*val = !!(lc->nonagle & LCTCP_CORK);
		break;
	case TCP_MAXSEG:
		/* before there is a connection, what was set */
		*val = lc->user_mss && (sk->sk_state == TCP_CLOSE ||
					sk->sk_state == TCP_LISTEN) ?
		       lc->user_mss : lc->mss;
		break;
	case TCP_KEEPIDLE:
		*val = lc->keep_idle ? lc->keep_idle / HZ :
		       cfg->keepalive_time_ms / MSEC_PER_SEC;
		break;
	case TCP_KEEPINTVL:
		*val = lc->keep_intvl ? lc->keep_intvl / HZ :
		       cfg->keepalive_intvl_ms / MSEC_PER_SEC;
		break;
	case TCP_KEEPCNT:
		*val = lc->keep_cnt ?: cfg->keepalive_probes;
		break;
	case TCP_SYNCNT:
		*val = lc->syncnt ?: cfg->syn_schedule_ms.n - 1;
		break;
	case TCP_LINGER2:
		*val = lc->linger2 < 0 ? -1 : lc->linger2 ? lc->linger2 / HZ :
		       cfg->fin_wait2_timeout_ms / MSEC_PER_SEC;
		break;
	case TCP_WINDOW_CLAMP:
		*val = lc->window_clamp;
		break;
	case TCP_NOTSENT_LOWAT:
		*val = lc->notsent_lowat;
		break;
	case TCP_QUICKACK:
		*val = lc->quickack;
		break;
	case TCP_INQ:
		*val = lc->inq;
		break;
	case TCP_USER_TIMEOUT:
		*val = lc->user_timeout;
		break;
	case LCTCP_MSL:
		*val = lc->msl_ms >= 0 ? lc->msl_ms : cfg->msl_ms;
		break;
	default:
		return -ENOPROTOOPT;
	}
	return 0;
}

static int lctcp_put_opt(const void *data, int size, char __user *optval,
			 int __user *optlen)
{
	int len;

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	len = min(len, size);
	if (put_user(len, optlen) || copy_to_user(optval, data, len))
		return -EFAULT;
	return 0;
}

static int lctcp_get_schedule(const struct lctcp_schedule *s,
			      char __user *optval, int __user *optlen)
{
	u32 ms[LCTCP_SCHEDULE_MAX];
	unsigned int n = min_t(unsigned int, READ_ONCE(s->n),
			       LCTCP_SCHEDULE_MAX);

	memcpy(ms, s->ms, sizeof(ms));
	return lctcp_put_opt(ms, n * sizeof(u32), optval, optlen);
}

static int lctcp_do_getsockopt(struct sock *sk, int optname,
			       char __user *optval, int __user *optlen)
{
	struct lctcp_sock *lc = lctcp_sk(sk);
	struct tcp_info info;
	struct lctcp_vars v;
	char name[LCTCP_CONG_NAME_MAX] = {};
	int val, err, len;

	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	switch (optname) {
	case TCP_INFO:
		lock_sock(sk);
		lctcp_fill_info(sk, &info);
		release_sock(sk);
		return lctcp_put_opt(&info, sizeof(info), optval, optlen);
	case LCTCP_VARS:
		lock_sock(sk);
		lctcp_fill_vars(sk, &v);
		release_sock(sk);
		return lctcp_put_opt(&v, sizeof(v), optval, optlen);
	case TCP_CONGESTION:
		lock_sock(sk);
		strscpy(name, lc->cong.ops->name, sizeof(name));
		release_sock(sk);
		return lctcp_put_opt(name, sizeof(name), optval, optlen);
	case LCTCP_SYN_SCHEDULE:
		return lctcp_get_schedule(lc->syn_sched ?:
					  &lctcp_cfg(sk)->syn_schedule_ms,
					  optval, optlen);
	case LCTCP_SYNACK_SCHEDULE:
		return lctcp_get_schedule(lctcp_synack_schedule(sk), optval,
					  optlen);
	}
	lock_sock(sk);
	err = lctcp_get_int(sk, optname, &val);
	release_sock(sk);
	return err ?: lctcp_put_opt(&val, sizeof(val), optval, optlen);
}

/* What the kernel would refuse to all but TCP. */
static int lctcp_set_zerocopy(struct sock *sk, sockptr_t optval,
			      unsigned int optlen)
{
	int val;

	if (optlen < sizeof(int))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	if (val < 0 || val > 1)
		return -EINVAL;
	lock_sock(sk);
	sock_valbool_flag(sk, SOCK_ZEROCOPY, val);
	release_sock(sk);
	return 0;
}

/* Options of SOL_SOCKET are the kernel's, but for one. */
static int lctcp_set_sol_socket(struct sock *sk, int optname, sockptr_t optval,
				unsigned int optlen)
{
	if (optname == SO_ZEROCOPY)
		return lctcp_set_zerocopy(sk, optval, optlen);
	return sock_setsockopt(sk->sk_socket, SOL_SOCKET, optname, optval,
			       optlen);
}

int lctcp_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval,
		     unsigned int optlen)
{
	if (level == SOL_SOCKET)
		return lctcp_set_sol_socket(sk, optname, optval, optlen);
	if (lctcp_own_level(level))
		return lctcp_do_setsockopt(sk, optname, optval, optlen);
	return ip_setsockopt(sk, level, optname, optval, optlen);
}

int lctcp_getsockopt(struct sock *sk, int level, int optname,
		     char __user *optval, int __user *optlen)
{
	if (lctcp_own_level(level))
		return lctcp_do_getsockopt(sk, optname, optval, optlen);
	return ip_getsockopt(sk, level, optname, optval, optlen);
}

#if IS_ENABLED(CONFIG_IPV6)
int lctcp6_setsockopt(struct sock *sk, int level, int optname,
		      sockptr_t optval, unsigned int optlen)
{
	if (level == SOL_SOCKET)
		return lctcp_set_sol_socket(sk, optname, optval, optlen);
	if (lctcp_own_level(level))
		return lctcp_do_setsockopt(sk, optname, optval, optlen);
	/* A dual-stack socket may speak IPv4. */
	if (level == SOL_IP)
		return ip_setsockopt(sk, level, optname, optval, optlen);
	return ipv6_setsockopt(sk, level, optname, optval, optlen);
}

int lctcp6_getsockopt(struct sock *sk, int level, int optname,
		      char __user *optval, int __user *optlen)
{
	if (lctcp_own_level(level))
		return lctcp_do_getsockopt(sk, optname, optval, optlen);
	if (level == SOL_IP)
		return ip_getsockopt(sk, level, optname, optval, optlen);
	return ipv6_getsockopt(sk, level, optname, optval, optlen);
}
#endif
