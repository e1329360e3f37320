// SPDX-License-Identifier: GPL-2.0
/* Words, and what they mean: see terms.h. */
#include <stddef.h>

#include <lctcp/types.h>

#include "names.h"
#include "terms.h"

enum { DROP, ROLE, TIMER, WORD, NKINDS };

static const char *const kinds[NKINDS][NLANGS] = {
	[DROP]	= { "reason to drop a segment", "丢弃报文段的原因" },
	[ROLE]	= { "role of a segment", "报文段的角色" },
	[TIMER]	= { "timer", "定时器" },
	[WORD]	= { "word of TCP", "TCP 术语" },
};

static const struct term terms[] = {
	{ "third-ack", ROLE, {
		"The client's ACK of the SYN-ACK, with which the server's side of the opening is done; also when it is repeated. If it is lost the client is ESTABLISHED and the server is not.",
		"客户端对 SYN-ACK 的确认，即第三次握手，服务器收到它才完成建立；包括重传的。如果它丢失，客户端已是 ESTABLISHED，服务器还不是。",
	} },
	{ "data", ROLE, {
		"A segment that carries text.",
		"带数据的报文段。",
	} },
	{ "ack", ROLE, {
		"A bare ACK that is none of the others. It takes no sequence number, so nobody notices if it is lost.",
		"除其他各种之外、单独的 ACK。它不占序号，丢了也没有人察觉。",
	} },
	{ "fin-ack", ROLE, {
		"The ACK of the first FIN of a connection. Its number is the FIN's plus one.",
		"对连接中第一个 FIN 的确认，确认号是该 FIN 的序号加一。",
	} },
	{ "last-fin", ROLE, {
		"The FIN of the side that closes second.",
		"后关闭的一方发出的 FIN。",
	} },
	{ "rexmit", TIMER, {
		"Sends the oldest unacknowledged segment again when its ACK does not come within the RTO, and doubles the wait each time (RFC 6298).",
		"重传定时器：在 RTO 之内没有收到确认，就重传最早的未确认报文段，并且每次把等待时间加倍（RFC 6298）。",
	} },
	{ "persist", TIMER, {
		"Asks a peer whose window is closed, again and again, whether it has opened: the segment that says so may be lost, and nobody would notice (RFC 9293 3.8.6.1).",
		"坚持定时器：对方的窗口关闭时，一再询问它是否已打开；因为通知窗口打开的报文段可能丢失，而没有人会察觉（RFC 9293 3.8.6.1）。",
	} },
	{ "keepalive", TIMER, {
		"Asks a peer that has been silent for long whether it is still there, if the program wants that (SO_KEEPALIVE).",
		"保活定时器：对方沉默很久之后，询问它是否还在；由程序决定是否使用（SO_KEEPALIVE）。",
	} },
	{ "delack", TIMER, {
		"Lets an ACK wait for data to ride on, 40 ms unless told; the RFC allows half a second.",
		"延迟 ACK 定时器：让 ACK 等待由数据捎带，默认 40 ms；RFC 允许半秒。",
	} },
	{ "InShort", DROP, {
		"It is shorter than a header.",
		"报文段比首部还短。",
	} },
	{ "InBadDoff", DROP, {
		"Its data offset is less than 5 or points beyond its end.",
		"数据偏移小于 5，或指向报文段的末尾之外。",
	} },
	{ "InCsumErrors", DROP, {
		"Its checksum is wrong.",
		"校验和错误。",
	} },
	{ "DropNoConn", DROP, {
		"There is no such connection and no listener. It is answered with a RST.",
		"没有这个连接，也没有监听者。用 RST 回答。",
	} },
	{ "DropListen", DROP, {
		"A listener has no use for it: it has FIN or RST, say.",
		"监听者用不上它，比如它带有 FIN 或 RST。",
	} },
	{ "DropSynSent", DROP, {
		"It is of no use in SYN_SENT.",
		"在 SYN_SENT 状态下用不上它。",
	} },
	{ "DropSeq", DROP, {
		"It lies outside the receive window. Unless it has RST it is answered with an ACK that says what is expected: a repeated SYN-ACK draws the third ACK again in this way.",
		"它在接收窗口之外。除非带有 RST，否则要回一个 ACK，说明期望收到的序号：重传的 SYN-ACK 正是这样又引来第三个 ACK 的。",
	} },
	{ "DropPaws", DROP, {
		"Its timestamp is older than one already seen, so it is an old duplicate (RFC 7323).",
		"它的时间戳比已经见过的还旧，所以是旧的重复报文段（RFC 7323）。",
	} },
	{ "DropNoTimestamp", DROP, {
		"It has no timestamp, though both sides agreed on them.",
		"双方约定了使用时间戳，它却没有。",
	} },
	{ "DropRst", DROP, {
		"It is a RST whose number is not exactly the one expected (RFC 5961); a guess would look like that. It is answered with a challenge ACK.",
		"这个 RST 的序号不是恰好期望的那个（RFC 5961），猜出来的就会是这样。用质询 ACK 回答。",
	} },
	{ "DropSyn", DROP, {
		"It is a SYN for a connection that is open (RFC 5961). It is answered with a challenge ACK.",
		"连接已经打开，却来了 SYN（RFC 5961）。用质询 ACK 回答。",
	} },
	{ "DropNoAck", DROP, {
		"It has no ACK where one is needed.",
		"这里需要 ACK，它却没有。",
	} },
	{ "DropAckFuture", DROP, {
		"It acknowledges what was never sent.",
		"它确认了从未发送过的内容。",
	} },
	{ "DropAckOld", DROP, {
		"What it acknowledges was acknowledged too long ago (RFC 5961).",
		"它所确认的内容早已确认过（RFC 5961）。",
	} },
	{ "DropTextClosed", DROP, {
		"It has text that nobody can read any more: the program has closed.",
		"它带有数据，但已没有人读取：程序已经关闭。",
	} },
	{ "DropRcvBuf", DROP, {
		"There is no room for it in the receive buffer.",
		"接收缓冲区里没有它的空间。",
	} },
	{ "DropBacklog", DROP, {
		"A program holds the socket, and the queue of segments that wait for it is full.",
		"程序正占用套接字，等待它的报文段队列已满。",
	} },
	{ "DropFilter", DROP, {
		"A socket filter or an IPsec policy refuses it.",
		"被套接字过滤器或 IPsec 策略拒绝。",
	} },
	{ "DropMinTtl", DROP, {
		"It comes from further away than the program allows (RFC 5082).",
		"它来自比程序允许的更远的地方（RFC 5082）。",
	} },
	{ "DropTimeWait", DROP, {
		"It is of no use in TIME_WAIT.",
		"在 TIME_WAIT 状态下用不上它。",
	} },
	{ "DropQuiet", DROP, {
		"The module was loaded a moment ago, with quiet_ms.",
		"模块刚刚加载，还在 quiet_ms 规定的静默期内。",
	} },
	{ "DropNoMem", DROP, {
		"There was no memory.",
		"内存不足。",
	} },
	{ "ListenOverflows", DROP, {
		"The accept queue is full: the program does not call accept() fast enough.",
		"全连接队列已满：程序调用 accept() 不够快。",
	} },
	{ "SynQueueFull", DROP, {
		"The queue of half-open connections is full, as in a SYN flood.",
		"半连接队列已满，SYN 洪泛攻击时就是这样。",
	} },
	{ "OfoDrop", DROP, {
		"It was held above a gap, and the memory was needed for something more urgent.",
		"它按序排在一个空缺之后，先保存着，但内存要用在更急的地方。",
	} },
	{ "rto", WORD, {
		"Retransmission timeout: how long to wait for an ACK before a segment is sent again. It follows from the measured round trips (RFC 6298), and doubles each time it expires.",
		"重传超时时间（retransmission timeout）：等待确认多久之后重传报文段。由测得的往返时间算出（RFC 6298），每超时一次加倍。",
	} },
	{ "rtt", WORD, {
		"Round-trip time: from a segment's departure to its ACK. SRTT is its smoothed mean.",
		"往返时间（round-trip time）：从发出报文段到收到对它的确认。SRTT 是它的平滑平均值。",
	} },
	{ "srtt", WORD, {
		"Smoothed round-trip time, from which the RTO follows (RFC 6298).",
		"平滑往返时间（smoothed round-trip time），RTO 由它算出（RFC 6298）。",
	} },
	{ "msl", WORD, {
		"Maximum segment lifetime: how long a segment can be under way at most. RFC 9293 says two minutes; here it is 30 s unless told (net.lctcp.msl_ms).",
		"最长报文段寿命（maximum segment lifetime）：报文段在网络中最多能存在多久。RFC 9293 规定两分钟，这里默认 30 秒（net.lctcp.msl_ms）。",
	} },
	{ "mss", WORD, {
		"Maximum segment size: how much text each side takes in one segment. It is told in the SYN.",
		"最大报文段长度（maximum segment size）：每一方一个报文段最多接收多少数据，在 SYN 中告知对方。",
	} },
	{ "window", WORD, {
		"How many octets the receiver is ready to take, beyond what it has acknowledged.",
		"接收窗口：接收方在已确认的内容之后还愿意接收多少字节。",
	} },
	{ "cwnd", WORD, {
		"Congestion window: how much the sender has under way at most, so that the network is not overloaded (RFC 5681).",
		"拥塞窗口（congestion window）：发送方最多让多少数据在途中，以免网络过载（RFC 5681）。",
	} },
	{ "isn", WORD, {
		"Initial sequence number: where a side begins to count. It is chosen so that nobody can guess it, and so that old segments do not fit (RFC 6528).",
		"初始序号（initial sequence number）：一方从哪里开始计数。它的选取使人猜不到，旧报文段也对不上（RFC 6528）。",
	} },
	{ "backlog", WORD, {
		"How many finished connections may wait for accept(): the argument of listen().",
		"全连接队列的上限：最多有多少已建立的连接等待 accept()，即 listen() 的参数。",
	} },
	{ "cookie", WORD, {
		"SYN cookie: a SYN-ACK's number from which all can be computed when the ACK brings it back, so that a flood of SYNs takes no memory (RFC 4987).",
		"SYN cookie：SYN-ACK 的序号，其中的信息足以在 ACK 把它带回时恢复一切，所以 SYN 洪泛攻击占不了内存（RFC 4987）。",
	} },
	{ "half-close", WORD, {
		"One side has sent its FIN and says no more; the other may still send, for as long as it likes.",
		"半关闭：一方已发出 FIN，不再发送数据；另一方仍可以发送，想发多久就发多久。",
	} },
	{ "half-open", WORD, {
		"A connection of which the server has the SYN, but not yet the third ACK: SYN_RECV.",
		"半连接：服务器收到了 SYN，但还没有收到第三个 ACK，处于 SYN_RECV。",
	} },
	{ "orphan", WORD, {
		"A connection that goes on although its program has closed it.",
		"孤儿连接：程序已经关闭，连接还在继续。",
	} },
	{ "challenge-ack", WORD, {
		"What a segment draws that would end a connection if it were believed: whoever really sent it can answer with the exact number (RFC 5961).",
		"质询 ACK：对“一旦相信就会结束连接”的报文段的回答；真正的发送方能以准确的序号再次回答（RFC 5961）。",
	} },
	{ "nagle", WORD, {
		"A small segment waits while another is unacknowledged, so that few of them are sent (RFC 9293 3.7.4). TCP_NODELAY turns it off.",
		"Nagle 算法：还有未确认的数据时，小报文段先等着，以减少小报文段（RFC 9293 3.7.4）。TCP_NODELAY 关闭它。",
	} },
	{ "paws", WORD, {
		"Protection against wrapped sequence numbers: a segment with an older timestamp than one already seen is an old one (RFC 7323).",
		"防止序号绕回（protection against wrapped sequence numbers）：时间戳比已经见过的还旧的报文段是旧的（RFC 7323）。",
	} },
	{ "sack", WORD, {
		"Selective acknowledgment: the receiver also tells which octets above a gap it has (RFC 2018).",
		"选择确认（selective acknowledgment）：接收方还告知空缺之后已收到哪些字节（RFC 2018）。",
	} },
};

const struct term *term_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(terms); i++)
		if (same_name(name, terms[i].name))
			return &terms[i];
	return NULL;
}

const struct term *term_in_order(size_t nth)
{
	return nth < ARRAY_SIZE(terms) ? &terms[nth] : NULL;
}

const char *term_kind(const struct term *t, enum language lang)
{
	return kinds[t->kind][lang];
}
