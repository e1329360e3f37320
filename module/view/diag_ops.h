/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lctcp_diag.ko may ask of the module: it is a module of its own, as inet_diag
 * is, and what it is made of is no part of ours that others could use.
 */
#ifndef _LCTCP_DIAG_OPS_H
#define _LCTCP_DIAG_OPS_H

#include <linux/types.h>

struct lctcp_conn_view;
struct lctcp_ent;
struct lctcp_tuple;
struct sock;
struct tcp_info;

/**
 * struct lctcp_diag_ops - the functions of their names
 * @protocol:	the module's number
 * @slots:	lctcp_table_slots()
 * @first:	lctcp_table_first()
 * @next:	lctcp_table_next()
 * @get:	lctcp_ent_get()
 * @put:	lctcp_ent_put()
 * @find:	the entry of a four-tuple, or a listener's if it has no remote port,
 *		and what there is to see of it; with a reference, or NULL
 * @view:	lctcp_view_ent()
 * @info:	lctcp_fill_info(), socket lock held
 * @cong:	name of the congestion control, socket lock held
 * @kill:	end what has no socket; true if this call did
 */
struct lctcp_diag_ops {
	int (*protocol)(void);
	unsigned int (*slots)(void);
	struct lctcp_ent *(*first)(unsigned int slot);
	struct lctcp_ent *(*next)(unsigned int slot, struct lctcp_ent *ent);
	struct lctcp_ent *(*get)(struct lctcp_ent *ent);
	void (*put)(struct lctcp_ent *ent);
	struct lctcp_ent *(*find)(const struct lctcp_tuple *t,
				  struct lctcp_conn_view *v);
	void (*view)(struct lctcp_conn_view *v, struct lctcp_ent *ent);
	void (*info)(struct sock *sk, struct tcp_info *info);
	const char *(*cong)(const struct sock *sk);
	bool (*kill)(struct lctcp_ent *ent);
};

/* Visible: to modpost, where the module is one file to the compiler. */
extern const struct lctcp_diag_ops lctcp_diag_ops __visible;

#endif /* _LCTCP_DIAG_OPS_H */
