/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine of the state machine: whoever sees that something happened
 * reports it by lctcp_event() or lctcp_mini_event(), and the arc of core/arcs.h does the rest.
 * No other file writes a state.
 *
 * An event may end in CLOSED and take the socket out of every table; the caller's
 * reference keeps the memory.
 */
#ifndef _LCTCP_STATE_H
#define _LCTCP_STATE_H

#include "lctcp.h"

/**
 * lctcp_event() - something happened to a connection: take the arc
 * @sk: the socket
 * @ev: what happened
 *
 * In TIME_WAIT a mini takes the socket's place (the action START_2MSL), so
 * the socket itself is CLOSED then, as after any arc to CLOSED; if nobody
 * holds it, it is gone when this returns, but for RCU or the caller's
 * reference.
 *
 * Context: socket lock held, process or softirq.
 * Return: false if the state has no arc for @ev, which is a bug.
 */
bool lctcp_event(struct sock *sk, enum lctcp_event ev);

/**
 * lctcp_mini_event() - something happened to a mini, or made one
 * @ent:  the mini; for SYN its request, new
 * @id:   serial number of the connection
 * @from: its state before
 * @ev:	  what happened
 *
 * Only counts and tells: what a mini does about it is in handshake.c and
 * timewait.c.
 *
 * Context: any.
 */
void lctcp_mini_event(const struct lctcp_ent *ent, u32 id, unsigned int from,
		      enum lctcp_event ev);

/**
 * lctcp_new_id() - serial number for a new connection
 */
u32 lctcp_new_id(void);

/**
 * lctcp_child_established() - a listener's child begins its life
 * @child: a clone of its listener, so still in LISTEN
 * @from:  SYN_RECV, or LISTEN if there was no request
 * @ev:	   what happened: ACK_OF_SYN, or COOKIE_ACK
 *
 * The arc is that of the request, if there was one; the child has no other
 * history, so its state is written here and not by lctcp_event().
 *
 * Context: softirq, socket lock of @child held.
 */
void lctcp_child_established(struct sock *child, unsigned int from,
			     enum lctcp_event ev);

/**
 * lctcp_child_discard() - a clone that never became a connection
 * @child: in no table
 *
 * Context: softirq, socket lock of @child held; the caller has a reference.
 */
void lctcp_child_discard(struct sock *child);

#endif /* _LCTCP_STATE_H */
