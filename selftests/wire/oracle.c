// SPDX-License-Identifier: GPL-2.0
/*
 * SEGMENT ARRIVES, RFC 9293 section 3.10.7, for segments without text.
 * oracle.h says which choices were made, and why it shares nothing with the module.
 */
#include "oracle.h"

static const struct oracle_seg nothing;

/* Where @seq lies if one counts from @from: modulo 2^32, halves apart. */
static int64_t distance(uint32_t seq, uint32_t from)
{
	uint32_t d = seq - from;

	return d < 0x80000000u ? (int64_t)d : (int64_t)d - 0x100000000ll;
}

static uint32_t seg_len(const struct oracle_seg *in)
{
	return (in->flags & O_SYN ? 1 : 0) + (in->flags & O_FIN ? 1 : 0);
}

/* <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> */
static struct oracle_seg ack_now(const struct oracle_tcb *tcb)
{
	return (struct oracle_seg){
		.flags = O_ACK, .seq = tcb->snd_nxt, .ack = tcb->rcv_nxt,
	};
}

/* <SEQ=SEG.ACK><CTL=RST> */
static struct oracle_seg reset(const struct oracle_seg *in)
{
	return (struct oracle_seg){ .flags = O_RST, .seq = in->ack };
}

/* <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK> */
static struct oracle_seg syn_ack(const struct oracle_tcb *tcb)
{
	return (struct oracle_seg){
		.flags = O_SYN | O_ACK, .seq = tcb->iss, .ack = tcb->rcv_nxt,
	};
}

/* 3.10.7.1 */
static struct oracle_seg closed(const struct oracle_seg *in)
{
	if (in->flags & O_RST)
		return nothing;
	if (in->flags & O_ACK)
		return reset(in);
	return (struct oracle_seg){
		.flags = O_RST | O_ACK, .seq = 0, .ack = in->seq + seg_len(in),
	};
}

/* A SYN makes a half-open connection with an ISS that nobody can tell. */
static struct oracle_seg passive_open(struct oracle_tcb *tcb,
				      const struct oracle_seg *in)
{
	struct oracle_seg out;

	tcb->state = O_SYN_RECV;
	tcb->active = false;
	tcb->irs = in->seq;
	tcb->rcv_nxt = in->seq + 1;
	out = syn_ack(tcb);
	out.any_seq = true;
	return out;
}

/* 3.10.7.2 */
static struct oracle_seg listen_state(struct oracle_tcb *tcb,
				      const struct oracle_seg *in)
{
	if (in->flags & O_RST)				/* first */
		return nothing;
	if (in->flags & O_ACK)				/* second */
		return reset(in);
	if (in->flags & O_SYN)				/* third */
		return passive_open(tcb, in);
	return nothing;					/* fourth */
}

/* 3.10.7.3.  What else is on a SYN-ACK than SYN and ACK is for the caller. */
static struct oracle_seg syn_sent(struct oracle_tcb *tcb,
				  const struct oracle_seg *in)
{
	bool acked = false;

	if (in->flags & O_ACK) {			/* first */
		if (distance(in->ack, tcb->iss) <= 0 ||
		    distance(in->ack, tcb->snd_nxt) > 0)
			return in->flags & O_RST ? nothing : reset(in);
		acked = distance(in->ack, tcb->snd_una) > 0;
	}
	if (in->flags & O_RST) {			/* second */
		if (acked)
			tcb->state = O_CLOSED;
		return nothing;
	}
	if (!(in->flags & O_SYN))			/* fourth, fifth */
		return nothing;
	tcb->irs = in->seq;
	tcb->rcv_nxt = in->seq + 1;
	if (!acked) {
		tcb->state = O_SYN_RECV;
		tcb->active = true;
		return syn_ack(tcb);
	}
	tcb->snd_una = in->ack;
	tcb->state = O_ESTABLISHED;
	return ack_now(tcb);
}

static bool in_window(const struct oracle_tcb *tcb, uint32_t seq)
{
	int64_t d = distance(seq, tcb->rcv_nxt);

	return d >= 0 && d < tcb->rcv_wnd;
}

/* Table 5: is any of the segment in the window? */
static bool acceptable(const struct oracle_tcb *tcb, const struct oracle_seg *in)
{
	uint32_t len = seg_len(in);

	if (!tcb->rcv_wnd)
		return !len && in->seq == tcb->rcv_nxt;
	return in_window(tcb, in->seq) ||
	       (len && in_window(tcb, in->seq + len - 1));
}

/* RFC 5961 section 5.2, and nothing below the ISS was ever good. */
static bool ack_in_range(const struct oracle_tcb *tcb,
			 const struct oracle_seg *in)
{
	int64_t d = distance(in->ack, tcb->snd_una);

	return d >= -(int64_t)tcb->max_wnd &&
	       distance(in->ack, tcb->snd_nxt) <= 0 &&
	       distance(in->ack, tcb->iss) >= 0;
}

/* An acceptable ACK in a synchronized state: SND.UNA, and what it means that
 * our FIN is among what is acknowledged.
 */
static void take_ack(struct oracle_tcb *tcb, const struct oracle_seg *in)
{
	if (distance(in->ack, tcb->snd_una) <= 0)
		return;
	tcb->snd_una = in->ack;
	if (tcb->snd_una != tcb->snd_nxt)
		return;
	if (tcb->state == O_FIN_WAIT1)
		tcb->state = O_FIN_WAIT2;
	else if (tcb->state == O_CLOSING)
		tcb->state = O_TIME_WAIT;
	else if (tcb->state == O_LAST_ACK)
		tcb->state = O_CLOSED;
}

/* Eighth check.  Nothing comes after a FIN, so RCV.NXT does not move again. */
static struct oracle_seg fin(struct oracle_tcb *tcb, const struct oracle_seg *in)
{
	bool first = tcb->state == O_ESTABLISHED || tcb->state == O_FIN_WAIT1 ||
		     tcb->state == O_FIN_WAIT2;

	if (first && in->seq != tcb->rcv_nxt) {
		tcb->held = true;
	} else if (first) {
		tcb->rcv_nxt++;
		tcb->rcv_wnd--;
		tcb->state = tcb->state == O_ESTABLISHED ? O_CLOSE_WAIT :
			     tcb->state == O_FIN_WAIT1 ? O_CLOSING :
			     O_TIME_WAIT;
	}
	return ack_now(tcb);
}

static struct oracle_seg fifth_to_eighth(struct oracle_tcb *tcb,
					 const struct oracle_seg *in)
{
	bool closing = tcb->state == O_CLOSING;

	if (!(in->flags & O_ACK))			/* fifth */
		return nothing;
	if (tcb->state == O_SYN_RECV) {
		if (distance(in->ack, tcb->snd_una) <= 0 ||
		    distance(in->ack, tcb->snd_nxt) > 0)
			return reset(in);
		tcb->state = O_ESTABLISHED;
	}
	if (!ack_in_range(tcb, in))
		return ack_now(tcb);
	take_ack(tcb, in);
	if (tcb->state == O_CLOSED)
		return nothing;
	if (closing)		/* "otherwise, ignore the segment" */
		return nothing;
	return in->flags & O_FIN ? fin(tcb, in) : nothing;
}

/* First check, for what does not pass it. */
static struct oracle_seg unacceptable(struct oracle_tcb *tcb,
				      const struct oracle_seg *in)
{
	struct oracle_seg out = ack_now(tcb);

	if (in->flags & O_RST)
		return nothing;
	/* appendix A.2: keepalives and probes */
	if (tcb->state != O_SYN_RECV && tcb->state != O_TIME_WAIT &&
	    in->seq == tcb->rcv_nxt - 1 &&
	    (in->flags & (O_SYN | O_FIN | O_ACK)) == O_ACK &&
	    ack_in_range(tcb, in))
		take_ack(tcb, in);
	return out;
}

/* Second check. */
static struct oracle_seg rst(struct oracle_tcb *tcb, const struct oracle_seg *in)
{
	if (!in_window(tcb, in->seq))
		return nothing;
	if (in->seq != tcb->rcv_nxt)
		return ack_now(tcb);
	tcb->state = tcb->state == O_SYN_RECV && !tcb->active ? O_LISTEN :
								O_CLOSED;
	return nothing;
}

/* 3.10.7.4 */
static struct oracle_seg otherwise(struct oracle_tcb *tcb,
				   const struct oracle_seg *in)
{
	int what = in->flags & (O_SYN | O_RST | O_ACK);

	if (tcb->state == O_SYN_RECV && in->seq == tcb->irs) {
		if (!tcb->active && what == O_SYN)
			return syn_ack(tcb);
		/* figure 7: the crossing SYN-ACK; appendix A.2 */
		if (tcb->active && what == (O_SYN | O_ACK)) {
			struct oracle_seg ack = {
				.flags = O_ACK, .seq = tcb->rcv_nxt,
				.ack = in->ack,
			};

			return fifth_to_eighth(tcb, &ack);
		}
	}
	if (tcb->state == O_TIME_WAIT) {
		if (in->flags & O_RST)
			return nothing;
		if (what == O_SYN && distance(in->seq, tcb->rcv_nxt) > 0)
			return tcb->listener ? passive_open(tcb, in) :
					       closed(in);
	}

	if (!acceptable(tcb, in))			/* first */
		return unacceptable(tcb, in);
	if (in->flags & O_RST)				/* second */
		return rst(tcb, in);
	if (in->flags & O_SYN) {			/* fourth */
		if (tcb->state != O_SYN_RECV || tcb->active)
			return ack_now(tcb);
		tcb->state = O_LISTEN;
		return nothing;
	}
	return fifth_to_eighth(tcb, in);
}

/**
 * oracle() - a segment arrives
 * @tcb: the connection; becomes what it is afterwards
 * @in:	 the segment
 * @out: what must leave, and nothing else
 *
 * Return: number of answers.
 */
int oracle(struct oracle_tcb *tcb, const struct oracle_seg *in,
	   struct oracle_seg out[ORACLE_ANSWERS])
{
	struct oracle_seg rest = *in;

	switch (tcb->state) {
	case O_CLOSED:
		out[0] = closed(in);
		break;
	case O_LISTEN:
		out[0] = listen_state(tcb, in);
		break;
	case O_SYN_SENT:
		out[0] = syn_sent(tcb, in);
		if (tcb->state != O_ESTABLISHED || !(in->flags & O_FIN))
			break;
		/* on to the sixth */
		rest.seq++;
		out[1] = fin(tcb, &rest);
		return 2;
	default:
		out[0] = otherwise(tcb, in);
		break;
	}
	return out[0].flags ? 1 : 0;
}
