// SPDX-License-Identifier: GPL-2.0
/* What lctcp_diag.ko may ask: see diag_ops.h. */
#include <linux/export.h>
#include <linux/tcp.h>

#include "conn.h"
#include "diag_ops.h"
#include "handshake.h"
#include "lctcp.h"
#include "listen.h"
#include "socket.h"
#include "table.h"
#include "timewait.h"

static int lctcp_diag_protocol(void)
{
	return lctcp_protocol;
}

static struct lctcp_ent *lctcp_diag_find(const struct lctcp_tuple *t,
					 struct lctcp_conn_view *v)
{
	struct lctcp_ent *ent = NULL;
	struct sock *sk;

	rcu_read_lock();
	if (t->rport) {
		ent = lctcp_lookup(t);
	} else {
		sk = lctcp_lookup_listener(t);
		if (sk)
			ent = &lctcp_sk(sk)->b.ent;
	}
	if (ent)
		ent = lctcp_ent_get(ent);
	if (ent)
		lctcp_view_ent(v, ent);
	rcu_read_unlock();
	return ent;
}

static const char *lctcp_diag_cong(const struct sock *sk)
{
	return lctcp_sk(sk)->cong.ops->name;
}

static bool lctcp_diag_kill(struct lctcp_ent *ent)
{
	return ent->kind == LCTCP_KIND_REQ ?
	       lctcp_req_kill(lctcp_req_of(ent), LCTCP_EV_PURGE, false) :
	       lctcp_tw_kill(lctcp_tw_of(ent), LCTCP_EV_PURGE, false);
}

const struct lctcp_diag_ops lctcp_diag_ops = {
	.protocol	= lctcp_diag_protocol,
	.slots		= lctcp_table_slots,
	.first		= lctcp_table_first,
	.next		= lctcp_table_next,
	.get		= lctcp_ent_get,
	.put		= lctcp_ent_put,
	.find		= lctcp_diag_find,
	.view		= lctcp_view_ent,
	.info		= lctcp_fill_info,
	.cong		= lctcp_diag_cong,
	.kill		= lctcp_diag_kill,
};
EXPORT_SYMBOL_GPL(lctcp_diag_ops);
