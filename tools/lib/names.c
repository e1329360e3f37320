// SPDX-License-Identifier: GPL-2.0
/* Names, and what they mean: see names.h. */
#include <ctype.h>
#include <string.h>

#include <lctcp/fsm.h>

#include "names.h"

static const char *next_letter(const char *p)
{
	while (*p == '-' || *p == '_')
		p++;
	return p;
}

bool same_name(const char *a, const char *b)
{
	for (;; a++, b++) {
		a = next_letter(a);
		b = next_letter(b);
		if (toupper((unsigned char)*a) != toupper((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

unsigned int state_by_name(const char *name)
{
	static const struct {
		const char *name;
		unsigned int state;
	} others[] = {
		{ "SYN-RECEIVED",	LCTCP_SYN_RECV },
		{ "SYN-RCVD",		LCTCP_SYN_RECV },
		{ "ESTAB",		LCTCP_ESTABLISHED },
	};
	unsigned int i;

	for (i = 1; i < LCTCP_NSTATES; i++)
		if (same_name(name, lctcp_state_name(i)))
			return i;
	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (same_name(name, others[i].name))
			return others[i].state;
	return 0;
}

unsigned int event_by_name(const char *name)
{
	unsigned int i;

	if (!strcmp(name, "主动打开"))
		return LCTCP_EV_ACTIVE_OPEN;
	if (!strcmp(name, "被动打开"))
		return LCTCP_EV_PASSIVE_OPEN;
	for (i = 0; i < LCTCP_NEVENTS; i++)
		if (same_name(name, lctcp_event_name(i)))
			break;
	return i;
}

unsigned int state_in_order(unsigned int nth)
{
	static const unsigned char order[] = {
		LCTCP_CLOSED, LCTCP_LISTEN, LCTCP_SYN_SENT, LCTCP_SYN_RECV,
		LCTCP_ESTABLISHED, LCTCP_FIN_WAIT1, LCTCP_FIN_WAIT2,
		LCTCP_CLOSE_WAIT, LCTCP_CLOSING, LCTCP_LAST_ACK,
		LCTCP_TIME_WAIT,
	};

	return order[nth];
}

const char *state_names(void)
{
	static char names[LCTCP_NSTATES * 16];
	unsigned int i;

	*names = 0;
	for (i = 1; i < LCTCP_NSTATES; i++) {
		strcat(names, i > 1 ? ", " : "");
		strcat(names, lctcp_state_name(state_in_order(i - 1)));
	}
	return names;
}

static const char *const states_about[LCTCP_NSTATES][NLANGS] = {
	[LCTCP_CLOSED] = {
		"there is a socket, but no connection",
		"有套接字，但没有连接",
	},
	[LCTCP_LISTEN] = {
		"waiting for whoever comes",
		"监听，等待任何来者",
	},
	[LCTCP_SYN_SENT] = {
		"this side's SYN is on its way",
		"本端的 SYN 已发出",
	},
	[LCTCP_SYN_RECV] = {
		"both SYNs have been seen, this side's is not acknowledged",
		"双方的 SYN 都已出现，本端的尚未得到确认",
	},
	[LCTCP_ESTABLISHED] = {
		"both directions are open",
		"两个方向都已打开",
	},
	[LCTCP_FIN_WAIT1] = {
		"this side closed; its FIN is not acknowledged, the peer still sends",
		"本端已关闭，FIN 尚未得到确认，对方仍可发送",
	},
	[LCTCP_FIN_WAIT2] = {
		"this side's FIN is acknowledged, the peer still sends",
		"本端的 FIN 已得到确认，对方仍可发送",
	},
	[LCTCP_CLOSE_WAIT] = {
		"the peer closed, this side's program has not",
		"对方已关闭，本端的程序还没有",
	},
	[LCTCP_CLOSING] = {
		"both FINs were sent at the same time; this side's lacks its ACK",
		"双方同时发出 FIN，本端的尚未得到确认",
	},
	[LCTCP_LAST_ACK] = {
		"the peer closed first, this side after it; its FIN lacks its ACK",
		"对方先关闭，本端后关闭，本端的 FIN 尚未得到确认",
	},
	[LCTCP_TIME_WAIT] = {
		"both directions are closed; old segments die out",
		"两个方向都已关闭，等待旧报文段消失",
	},
};

const char *state_about(unsigned int state, enum language lang)
{
	return state < LCTCP_NSTATES ? states_about[state][lang] : NULL;
}

static const char *const events_about[LCTCP_NEVENTS][NLANGS] = {
	[LCTCP_EV_PASSIVE_OPEN] = {
		"the program calls listen()",
		"程序调用 listen()：被动打开",
	},
	[LCTCP_EV_ACTIVE_OPEN] = {
		"the program calls connect()",
		"程序调用 connect()：主动打开",
	},
	[LCTCP_EV_CLOSE] = {
		"the program calls close() or shutdown()",
		"程序调用 close() 或 shutdown()",
	},
	[LCTCP_EV_ABORT] = {
		"the program gives up: linger 0, or unread data at close()",
		"程序放弃：linger 0，或有数据未读",
	},
	[LCTCP_EV_ABORT_WAIT] = {
		"the same, where who aborts has to wait for 2MSL",
		"程序放弃，并且要等待 2MSL",
	},
	[LCTCP_EV_SYN] = {
		"an acceptable SYN arrives",
		"收到可接受的 SYN",
	},
	[LCTCP_EV_SYN_ACK] = {
		"a SYN arrives that acknowledges this side's",
		"收到确认了本端 SYN 的 SYN",
	},
	[LCTCP_EV_ACK_OF_SYN] = {
		"an ACK of this side's SYN arrives",
		"收到对本端 SYN 的确认",
	},
	[LCTCP_EV_COOKIE_ACK] = {
		"an ACK that brings back the cookie of a forgotten SYN-ACK arrives",
		"收到带回 cookie 的 ACK",
	},
	[LCTCP_EV_FIN] = {
		"the peer's FIN arrives, in sequence",
		"按序收到对方的 FIN",
	},
	[LCTCP_EV_ACK_OF_FIN] = {
		"an ACK of this side's FIN arrives",
		"收到对本端 FIN 的确认",
	},
	[LCTCP_EV_FIN_ACK_OF_FIN] = {
		"the peer's FIN arrives and acknowledges this side's",
		"收到也确认了本端 FIN 的 FIN",
	},
	[LCTCP_EV_RST] = {
		"a RST with the exact sequence number arrives",
		"收到序号完全相符的 RST",
	},
	[LCTCP_EV_PASSIVE_RST] = {
		"the same, for a half-open connection of a listener",
		"监听者的半连接收到序号相符的 RST",
	},
	[LCTCP_EV_PASSIVE_SYN] = {
		"a new SYN in the window, for a half-open connection of a listener",
		"监听者的半连接收到新的 SYN",
	},
	[LCTCP_EV_PASSIVE_GIVE_UP] = {
		"no answer to any SYN-ACK of a listener",
		"监听者的每个 SYN-ACK 都没有回音",
	},
	[LCTCP_EV_UNREACHABLE] = {
		"the network says for good that the SYN cannot arrive",
		"网络明确告知本端的 SYN 无法到达",
	},
	[LCTCP_EV_GIVE_UP] = {
		"retransmissions, probes or keepalives are used up",
		"重传、探测或保活的次数已用完",
	},
	[LCTCP_EV_FIN_WAIT2_TIMEOUT] = {
		"nobody holds the socket, and no FIN came",
		"套接字无主，而 FIN 没有来",
	},
	[LCTCP_EV_ORPHAN_LIMIT] = {
		"nobody holds the socket, and its time is over or there are too many",
		"套接字无主，超时或数量太多",
	},
	[LCTCP_EV_2MSL] = {
		"twice the maximum segment lifetime is over",
		"两倍的最长报文段寿命已过",
	},
	[LCTCP_EV_REOPEN] = {
		"a SYN arrives that may reopen the pair",
		"收到可以重新打开连接的 SYN",
	},
	[LCTCP_EV_OLD_DUPLICATE] = {
		"the peer refuses what reopened the pair",
		"对方拒绝了重新打开的连接",
	},
	[LCTCP_EV_PURGE] = {
		"the listener, the namespace or the module goes away, or an administrator ends it",
		"监听者等离开，或被管理员结束",
	},
	[LCTCP_EV_ABANDON] = {
		"what reopened the pair, and nobody confirmed, ends at this end",
		"重新打开的连接未经证实就结束了",
	},
	[LCTCP_EV_REUSE] = {
		"connect() takes over a pair that waits",
		"connect() 接手正在等待的一对端点",
	},
};

const char *event_about(unsigned int event, enum language lang)
{
	return event < LCTCP_NEVENTS ? events_about[event][lang] : NULL;
}
