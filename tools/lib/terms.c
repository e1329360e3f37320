// SPDX-License-Identifier: GPL-2.0
/* Words, and what they mean: see terms.h. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <lctcp/types.h>

#include "names.h"
#include "terms.h"

enum { DROP, ROLE, TIMER, CALL, WORD, SETTING, NKINDS };

static const char *const kinds[NKINDS][NLANGS] = {
	[DROP]	= { "reason to drop a segment", "丢弃报文段的原因" },
	[ROLE]	= { "role of a segment", "报文段的角色" },
	[TIMER]	= { "timer", "定时器" },
	[CALL]	= { "call of a program", "程序的调用" },
	[WORD]	= { "word of TCP", "TCP 术语" },
	[SETTING] = { "setting in /proc/sys/net/lctcp", "/proc/sys/net/lctcp 中的设置" },
};

static const struct term terms[] = {
	{ "syn", ROLE, {
		"A SYN without ACK: somebody wants to open a connection.",
		"不带 ACK 的 SYN：有人想建立连接。",
	} },
	{ "synack", ROLE, {
		"SYN and ACK in one segment: the server's answer to a SYN.",
		"SYN 和 ACK 在同一个报文段里：服务器对 SYN 的回答，即第二次握手。",
	} },
	{ "third-ack", ROLE, {
		"The client's ACK of the SYN-ACK, with which the server's side of the opening is done; also when it is repeated. If it is lost the client is ESTABLISHED and the server is not.",
		"客户端对 SYN-ACK 的确认，即第三次握手，服务器收到它才完成建立；包括重传的。如果它丢失，客户端已是 ESTABLISHED，服务器还不是。",
	}, "第三次握手" },
	{ "data", ROLE, {
		"A segment that carries text.",
		"带数据的报文段。",
	} },
	{ "ack", ROLE, {
		"A bare ACK that is none of the others. It takes no sequence number, so nobody notices if it is lost.",
		"除其他各种之外、单独的 ACK。它不占序号，丢了也没有人察觉。",
	} },
	{ "fin", ROLE, {
		"The first FIN of a connection: its sender has no more to say.",
		"连接中的第一个 FIN：发送方不再有数据要发。",
	} },
	{ "fin-ack", ROLE, {
		"The ACK of the first FIN of a connection. Its number is the FIN's plus one.",
		"对连接中第一个 FIN 的确认，确认号是该 FIN 的序号加一。",
	} },
	{ "last-fin", ROLE, {
		"The FIN of the side that closes second.",
		"后关闭的一方发出的 FIN。",
	} },
	{ "last-ack", ROLE, {
		"The ACK of the second FIN, those that TIME_WAIT sends again included. If it is lost, that FIN comes again.",
		"对第二个 FIN 的确认，包括 TIME_WAIT 再次发送的。如果它丢失，那个 FIN 会重传。",
	} },
	{ "rst", ROLE, {
		"Any segment with RST: the connection is over at once, or there was none.",
		"任何带 RST 的报文段：连接立即结束，或者本来就没有这个连接。",
	} },
	{ "rexmit", TIMER, {
		"Sends the oldest unacknowledged segment again when its ACK does not come within the RTO, and doubles the wait each time (RFC 6298).",
		"重传定时器：在 RTO 之内没有收到确认，就重传最早的未确认报文段，并且每次把等待时间加倍（RFC 6298）。",
	}, "重传定时器" },
	{ "persist", TIMER, {
		"Asks a peer whose window is closed, again and again, whether it has opened: the segment that says so may be lost, and nobody would notice (RFC 9293 3.8.6.1).",
		"坚持定时器：对方的窗口关闭时，一再询问它是否已打开；因为通知窗口打开的报文段可能丢失，而没有人会察觉（RFC 9293 3.8.6.1）。",
	}, "坚持定时器" },
	{ "keepalive", TIMER, {
		"Asks a peer that has been silent for long whether it is still there, if the program wants that (SO_KEEPALIVE).",
		"保活定时器：对方沉默很久之后，询问它是否还在；由程序决定是否使用（SO_KEEPALIVE）。",
	}, "保活 保活定时器" },
	{ "delack", TIMER, {
		"Lets an ACK wait for data to ride on, 40 ms unless told; the RFC allows half a second.",
		"延迟 ACK 定时器：让 ACK 等待由数据捎带，默认 40 ms；RFC 允许半秒。",
	}, "延迟ACK" },
	{ "connect", CALL, {
		"Opens a connection actively: sends the SYN and waits until the SYN-ACK is there. It returns as soon as the third ACK is sent, whether that arrives or not.",
		"主动打开连接：发送 SYN，等待 SYN-ACK。第三个 ACK 一发出它就返回，不管是否到达。",
	}, "connect()" },
	{ "listen", CALL, {
		"Opens passively: sends nothing, and from then on SYNs are answered. Its argument is the backlog.",
		"被动打开：不发送任何报文段，此后对到来的 SYN 作出回答。它的参数是 backlog。",
	}, "listen()" },
	{ "accept", CALL, {
		"Hands the program the next connection of the accept queue. It sends nothing: the handshake is over by then.",
		"从全连接队列中取出下一个连接交给程序。它不发送任何报文段：此时三次握手已经完成。",
	}, "accept()" },
	{ "read", CALL, {
		"Hands the program what has arrived. read() = 0 is the end: the peer's FIN is there, and all before it was read.",
		"把收到的数据交给程序。read() = 0 表示结束：对方的 FIN 已到，它之前的数据都已读完。",
	}, "read()" },
	{ "close", CALL, {
		"The program is done with the connection, and a FIN goes out after all data. It does not wait for the peer; the kernel does the rest. If something was left unread, a RST goes out instead.",
		"程序不再使用这个连接，发完所有数据后发送 FIN。它不等待对方，其余由内核完成。如果还有没读的数据，就改发 RST。",
	}, "close()" },
	{ "shutdown", CALL, {
		"With SHUT_WR: no more is sent, so a FIN goes out, but reading goes on (half-close).",
		"带 SHUT_WR：不再发送，于是发出 FIN；但仍可以读取（半关闭）。",
	}, "shutdown()" },
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
	}, "重传超时时间" },
	{ "rtt", WORD, {
		"Round-trip time: from a segment's departure to its ACK. SRTT is its smoothed mean.",
		"往返时间（round-trip time）：从发出报文段到收到对它的确认。SRTT 是它的平滑平均值。",
	}, "往返时间" },
	{ "srtt", WORD, {
		"Smoothed round-trip time, from which the RTO follows (RFC 6298).",
		"平滑往返时间（smoothed round-trip time），RTO 由它算出（RFC 6298）。",
	} },
	{ "msl", WORD, {
		"Maximum segment lifetime: how long a segment can be under way at most. RFC 9293 says two minutes; here it is 30 s unless told (net.lctcp.msl_ms).",
		"最长报文段寿命（maximum segment lifetime）：报文段在网络中最多能存在多久。RFC 9293 规定两分钟，这里默认 30 秒（net.lctcp.msl_ms）。",
	}, "最长报文段寿命" },
	{ "mss", WORD, {
		"Maximum segment size: how much text each side takes in one segment. It is told in the SYN.",
		"最大报文段长度（maximum segment size）：每一方一个报文段最多接收多少数据，在 SYN 中告知对方。",
	}, "最大报文段长度" },
	{ "window", WORD, {
		"How many octets the receiver is ready to take, beyond what it has acknowledged.",
		"接收窗口：接收方在已确认的内容之后还愿意接收多少字节。",
	}, "窗口 接收窗口" },
	{ "cwnd", WORD, {
		"Congestion window: how much the sender has under way at most, so that the network is not overloaded (RFC 5681).",
		"拥塞窗口（congestion window）：发送方最多让多少数据在途中，以免网络过载（RFC 5681）。",
	}, "拥塞窗口" },
	{ "isn", WORD, {
		"Initial sequence number: where a side begins to count. It is chosen so that nobody can guess it, and so that old segments do not fit (RFC 6528).",
		"初始序号（initial sequence number）：一方从哪里开始计数。它的选取使人猜不到，旧报文段也对不上（RFC 6528）。",
	}, "初始序号 iss" },
	{ "backlog", WORD, {
		"How many finished connections may wait for accept(): the argument of listen().",
		"全连接队列的上限：最多有多少已建立的连接等待 accept()，即 listen() 的参数。",
	} },
	{ "cookie", WORD, {
		"SYN cookie: a SYN-ACK's number from which all can be computed when the ACK brings it back, so that a flood of SYNs takes no memory (RFC 4987).",
		"SYN cookie：SYN-ACK 的序号，其中的信息足以在 ACK 把它带回时恢复一切，所以 SYN 洪泛攻击占不了内存（RFC 4987）。",
	}, "syn-cookie" },
	{ "half-close", WORD, {
		"One side has sent its FIN and says no more; the other may still send, for as long as it likes.",
		"半关闭：一方已发出 FIN，不再发送数据；另一方仍可以发送，想发多久就发多久。",
	}, "半关闭" },
	{ "half-open", WORD, {
		"A connection of which the server has the SYN, but not yet the third ACK: SYN_RECV.",
		"半连接：服务器收到了 SYN，但还没有收到第三个 ACK，处于 SYN_RECV。",
	}, "半连接 半连接队列 syn-queue" },
	{ "orphan", WORD, {
		"A connection that goes on although its program has closed it.",
		"孤儿连接：程序已经关闭，连接还在继续。",
	}, "孤儿连接" },
	{ "challenge-ack", WORD, {
		"What a segment draws that would end a connection if it were believed: whoever really sent it can answer with the exact number (RFC 5961).",
		"质询 ACK：对“一旦相信就会结束连接”的报文段的回答；真正的发送方能以准确的序号再次回答（RFC 5961）。",
	}, "质询ACK" },
	{ "nagle", WORD, {
		"A small segment waits while another is unacknowledged, so that few of them are sent (RFC 9293 3.7.4). TCP_NODELAY turns it off.",
		"Nagle 算法：还有未确认的数据时，小报文段先等着，以减少小报文段（RFC 9293 3.7.4）。TCP_NODELAY 关闭它。",
	}, "Nagle算法" },
	{ "paws", WORD, {
		"Protection against wrapped sequence numbers: a segment with an older timestamp than one already seen is an old one (RFC 7323).",
		"防止序号绕回（protection against wrapped sequence numbers）：时间戳比已经见过的还旧的报文段是旧的（RFC 7323）。",
	} },
	{ "sack", WORD, {
		"Selective acknowledgment: the receiver also tells which octets above a gap it has (RFC 2018).",
		"选择确认（selective acknowledgment）：接收方还告知空缺之后已收到哪些字节（RFC 2018）。",
	}, "选择确认" },
	{ "seq", WORD, {
		"Sequence number: the number of a segment's first octet in the stream of its sender. SYN and FIN take a number each, as an octet does; a bare ACK takes none.",
		"序号（sequence number）：报文段第一个字节在发送方字节流中的编号。SYN 和 FIN 各占一个序号，就像一个字节；单独的 ACK 不占。",
	}, "序号 sequence-number" },
	{ "ack", WORD, {
		"Acknowledgment: the number that a side expects next, so it has all before that. For a SYN or a FIN it is its number plus one.",
		"确认号（acknowledgment number）：期望收到的下一个序号，表示此前的都已收到。对 SYN 和 FIN 的确认号是它的序号加一。",
	}, "确认 确认号 acknowledgment" },
	{ "retransmission", WORD, {
		"A segment is sent again: because its ACK did not come within the RTO, or at once upon three duplicate ACKs (fast-retransmit).",
		"再次发送同一个报文段：在 RTO 之内没有收到确认（超时重传），或者收到三个重复的 ACK（快速重传）。",
	}, "重传 retransmit" },
	{ "fast-retransmit", WORD, {
		"Three duplicate ACKs say that a segment is missing and later ones arrive. It is sent again at once, without waiting for the RTO (RFC 5681).",
		"快速重传：三个重复的 ACK 说明缺了一个报文段，而后面的已到达；不等 RTO，立即重传（RFC 5681）。",
	}, "快速重传 快重传" },
	{ "checksum", WORD, {
		"A sum over the header, the text and both addresses. The receiver drops a segment whose sum is wrong (InCsumErrors), as if it had been lost.",
		"校验和：覆盖首部、数据和双方地址。接收方丢弃校验和错误的报文段（InCsumErrors），就像它丢失了一样。",
	}, "校验和" },
	{ "accept-queue", WORD, {
		"Connections that are open and wait for accept(). It is as long as the backlog says; if it is full, the third ACK is ignored (ListenOverflows).",
		"全连接队列：已建立、等待 accept() 的连接。长度由 backlog 决定；满了就忽略第三个 ACK（ListenOverflows）。",
	}, "全连接队列" },
	{ "handshake", WORD, {
		"SYN, SYN-ACK, ACK: the three segments that open a connection. After them each side knows that its own sending and receiving work, and the peer's; with one less, one of them would not (lab 5).",
		"三次握手：SYN、SYN-ACK、ACK 三个报文段建立连接。此后双方都确认了自己与对方的发送和接收是正常的；少一次，就有一方不能确认（实验 5）。",
	}, "三次握手 three-way-handshake" },
	{ "four-way-close", WORD, {
		"FIN, ACK, FIN, ACK: each side says that it has no more to send, and each time the other acknowledges. Four, for the other may still have something to send in between (half-close).",
		"四次挥手：FIN、ACK、FIN、ACK。每一方各自说明不再发送，由另一方确认。之所以是四次，是因为中间另一方可能还有数据要发（半关闭）。",
	}, "四次挥手" },
	{ "zero-window", WORD, {
		"The receiver's buffer is full and it says so: nothing may be sent. The sender asks again and again until the window opens (persist).",
		"零窗口：接收缓冲区已满，接收方告知不能再发。发送方一再询问，直到窗口打开（坚持定时器）。",
	}, "零窗口" },
	{ "syn_schedule_ms", SETTING, {
		"How long to wait after the first, second, ... SYN, in ms, up to 16 waits. When the list is used up, connect() fails.",
		"发出第一个、第二个……SYN 之后各等多久，单位 ms，最多 16 项。用完之后 connect() 失败。",
	}, NULL, "1000 2000 4000 8000 16000 32000 64000 64000", "10", "600000" },
	{ "synack_schedule_ms", SETTING, {
		"How long to wait after the first, second, ... SYN-ACK, in ms, up to 16 waits. When the list is used up, the server gives up and is in LISTEN again.",
		"发出第一个、第二个……SYN-ACK 之后各等多久，单位 ms，最多 16 项。用完之后服务器放弃，回到 LISTEN。",
	}, NULL, "3000 6000 12000 24000 48000 96000", "10", "600000" },
	{ "msl_ms", SETTING, {
		"The maximum segment lifetime. TIME_WAIT lasts twice as long; 0 skips TIME_WAIT.",
		"最长报文段寿命。TIME_WAIT 持续它的两倍；0 表示跳过 TIME_WAIT。",
	}, NULL, "30000", "0", "600000" },
	{ "rto_init_ms", SETTING, {
		"The retransmission timeout before the first measurement of the round trip.",
		"首次测得往返时间之前的重传超时时间。",
	}, NULL, "1000", "1", "60000" },
	{ "rto_min_ms", SETTING, {
		"The retransmission timeout is never less. It may not exceed rto_max_ms.",
		"重传超时时间的下限，不得大于 rto_max_ms。",
	}, NULL, "200", "1", "60000" },
	{ "rto_max_ms", SETTING, {
		"The retransmission timeout is never more.",
		"重传超时时间的上限。",
	}, NULL, "120000", "1000", "600000" },
	{ "retries1", SETTING, {
		"R1 of RFC 9293: after so many retransmissions the route is doubted, and a program that asked is told.",
		"RFC 9293 的 R1：重传这么多次之后怀疑路由，并告知要求通知的程序。",
	}, NULL, "3", "1", "255" },
	{ "r2_ms", SETTING, {
		"R2 of RFC 9293: how long one segment is tried before the connection is given up.",
		"RFC 9293 的 R2：一个报文段重传多久之后放弃连接。",
	}, NULL, "900000", "1000", "86400000" },
	{ "fin_wait2_timeout_ms", SETTING, {
		"How long a connection without a program waits in FIN_WAIT2; 0: for ever.",
		"没有程序的连接在 FIN_WAIT2 等多久；0 表示一直等。",
	}, NULL, "60000", "0", "86400000" },
	{ "zero_window_timeout_ms", SETTING, {
		"Reset a connection whose peer has kept its window closed for so long (RFC 6429); 0: never.",
		"对方的窗口关闭这么久之后复位连接（RFC 6429）；0 表示从不。",
	}, NULL, "0", "0", "86400000" },
	{ "max_orphans", SETTING, {
		"How many connections may go on without their programs; beyond that they end at once, with a RST.",
		"最多有多少连接可以在程序关闭之后继续；超出的立即以 RST 结束。",
	}, NULL, NULL, "0", "16777216" },
	{ "orphan_timeout_ms", SETTING, {
		"How long a connection without a program goes on with a peer that answers, but takes nothing or next to nothing. Then the peer gets a RST.",
		"没有程序的连接，对方有回答却几乎不接收数据时还继续多久；之后向对方发 RST。",
	}, NULL, "420000", "1000", "86400000" },
	{ "delack_ms", SETTING, {
		"How long an ACK may be delayed.",
		"ACK 最多可以延迟多久。",
	}, NULL, "40", "1", "400" },
	{ "exact_timers", SETTING, {
		"1: timers fire within a tick, and the waits of one schedule follow each other exactly; 0: up to an eighth of the wait late, never early, as all timers of the kernel. 1 costs a few interrupts for each wait.",
		"1：定时器在一个时钟滴答之内到期，各次等待精确相接；0：同内核的所有定时器，从不提前，最多晚等待时间的八分之一。设为 1 时，每次等待要多几次中断。",
	}, NULL, "0", "0", "1" },
	{ "somaxconn", SETTING, {
		"The largest backlog of a listener.",
		"监听者的 backlog 的上限。",
	}, NULL, "4096", "0", "65535" },
	{ "max_syn_backlog", SETTING, {
		"The most half-open connections of a listener, which keeps as many as its backlog says, but at least 16.",
		"监听者半连接数的上限；监听者按 backlog 保留半连接，但至少 16 个。",
	}, NULL, "4096", "1", "1048576" },
	{ "max_tw", SETTING, {
		"How many connections may wait in TIME_WAIT. One too many is closed at once.",
		"最多有多少连接处于 TIME_WAIT。超出的立即关闭。",
	}, NULL, "262144", "0", "16777216" },
	{ "syncookies", SETTING, {
		"When the queue of half-open connections is full: 1 answers with a SYN cookie, 0 drops the SYN; 2 always sends cookies.",
		"半连接队列已满时：1 用 SYN cookie 回答，0 丢弃 SYN；2 总是使用 cookie。",
	}, NULL, "1", "0", "2" },
	{ "abort_on_overflow", SETTING, {
		"The accept queue is full when the third ACK comes: 1 answers with a RST, 0 ignores the ACK.",
		"第三个 ACK 到来时全连接队列已满：1 用 RST 回答，0 忽略这个 ACK。",
	}, NULL, "0", "0", "1" },
	{ "abort_on_icmp", SETTING, {
		"1: hard ICMP errors end an open connection (RFC 9293 SHLD-26); 0: they are remembered (RFC 5927).",
		"1：严重的 ICMP 错误使已打开的连接结束（RFC 9293 SHLD-26）；0：只记下来（RFC 5927）。",
	}, NULL, "0", "0", "1" },
	{ "connect_icmp", SETTING, {
		"Which ICMP errors end a connect(): 0 those that RFC 9293 calls hard, 1 also an unknown protocol on IPv6, 2 all (RFC 5461).",
		"哪些 ICMP 错误使 connect() 失败：0 RFC 9293 所说的硬错误，1 再加上 IPv6 的未知协议，2 全部（RFC 5461）。",
	}, NULL, "1", "0", "2" },
	{ "rst_in_time_wait", SETTING, {
		"1: an exact RST ends TIME_WAIT; 0: it does not (RFC 1337).",
		"1：序号准确的 RST 结束 TIME_WAIT；0：不结束（RFC 1337）。",
	}, NULL, "0", "0", "1" },
	{ "challenge_in_time_wait", SETTING, {
		"A SYN comes in TIME_WAIT that may not reopen the connection: 1 answers with an ACK, as in RFC 9293; 0 drops it in silence.",
		"TIME_WAIT 中来了不能重新打开连接的 SYN：1 按 RFC 9293 用 ACK 回答，0 直接丢弃。",
	}, NULL, "1", "0", "1" },
	{ "time_wait_after_rst", SETTING, {
		"1: the side that aborts waits in TIME_WAIT as well (RFC 9293 section 3.5.2).",
		"1：发 RST 中止连接的一方也在 TIME_WAIT 等待（RFC 9293 第 3.5.2 节）。",
	}, NULL, "0", "0", "1" },
	{ "tw_reuse", SETTING, {
		"May connect() end the TIME_WAIT of its pair of addresses and ports (RFC 6191): 0 never, 1 always, 2 on the loopback.",
		"connect() 可否结束同一对地址和端口的 TIME_WAIT（RFC 6191）：0 从不，1 总是，2 仅限环回。",
	}, NULL, "2", "0", "2" },
	{ "challenge_acks", SETTING, {
		"How many challenge ACKs a connection may send within challenge_interval_ms (RFC 5961).",
		"一个连接在 challenge_interval_ms 之内最多发多少个质询 ACK（RFC 5961）。",
	}, NULL, "10", "0", "255" },
	{ "challenge_interval_ms", SETTING, {
		"The time that challenge_acks counts for; 0: no limit on answers of any kind.",
		"challenge_acks 所指的时间；0 表示各种回答都不限制。",
	}, NULL, "5000", "0", "600000" },
	{ "window_scaling", SETTING, {
		"1: offer larger windows than 65535 octets (RFC 7323).",
		"1：协商大于 65535 字节的窗口（RFC 7323）。",
	}, NULL, "1", "0", "1" },
	{ "timestamps", SETTING, {
		"1: offer timestamps (RFC 7323), for PAWS and better round-trip times.",
		"1：协商时间戳（RFC 7323），用于防止序号绕回和测量往返时间。",
	}, NULL, "1", "0", "1" },
	{ "sack", SETTING, {
		"1: offer selective acknowledgments (RFC 2018).",
		"1：协商选择确认（RFC 2018）。",
	}, NULL, "1", "0", "1" },
	{ "dsack", SETTING, {
		"1: report duplicates in selective acknowledgments (RFC 2883).",
		"1：在选择确认中报告重复的数据（RFC 2883）。",
	}, NULL, "1", "0", "1" },
	{ "tail_loss_probe", SETTING, {
		"1: when ACKs stop, send the last segment again, or a new one, before the retransmission timer fires (RFC 8985).",
		"1：ACK 停止到来时，在重传定时器到期之前重传最后一个报文段或发送新的报文段（RFC 8985）。",
	}, NULL, "1", "0", "1" },
	{ "frto", SETTING, {
		"1: after a retransmission timeout, find out whether it was for nothing before all is sent again (RFC 5682).",
		"1：重传超时后，先判断是否为虚假超时，再决定是否全部重传（RFC 5682）。",
	}, NULL, "1", "0", "1" },
	{ "mtu_probing", SETTING, {
		"Find out by text what the path carries (RFC 4821): 0 never, 1 once large segments are lost again and again, 2 always.",
		"用数据探测路径能承载多大的报文（RFC 4821）：0 从不，1 大报文段屡次丢失之后，2 总是。",
	}, NULL, "1", "0", "2" },
	{ "base_mss", SETTING, {
		"Text of a segment that any path is thought to carry: what probing begins with, and what a black hole comes down to.",
		"假定任何路径都能承载的报文段数据长度：探测由此开始，发现黑洞后也降到这里。",
	}, NULL, "1024", "48", "65535" },
	{ "mtu_probe_floor", SETTING, {
		"If base_mss does not get through either, segments are halved with each timeout, but not below this.",
		"如果 base_mss 也无法通过，每次超时把报文段减半，但不小于这个值。",
	}, NULL, "512", "48", "65535" },
	{ "mtu_probe_threshold", SETTING, {
		"Probing ends when no more octets than about this are left to be found.",
		"剩余未知的范围小于这么多字节时，探测结束。",
	}, NULL, "8", "1", "65535" },
	{ "mtu_probe_interval_ms", SETTING, {
		"After probing has ended, look again after so long whether the path has become wider.",
		"探测结束之后，经过这么长时间再看路径是否变宽。",
	}, NULL, "600000", "1000", "86400000" },
	{ "accept_missing_timestamps", SETTING, {
		"1: take a segment that lacks the timestamp both ends agreed on; 0: drop it.",
		"报文段缺少双方约定的时间戳：1 接收，0 丢弃。",
	}, NULL, "0", "0", "1" },
	{ "l3mdev_accept", SETTING, {
		"1: listeners bound to no device accept from VRFs too; 0: each VRF has sockets and ports of its own.",
		"1：没有绑定设备的监听者也接受来自 VRF 的连接；0：每个 VRF 有自己的套接字和端口。",
	}, NULL, "0", "0", "1" },
	{ "fwmark_accept", SETTING, {
		"1: a connection takes the firewall mark of its SYN, if its listener has none.",
		"1：监听者没有防火墙标记时，连接采用其 SYN 的标记。",
	}, NULL, "0", "0", "1" },
	{ "keepalive_time_ms", SETTING, {
		"For SO_KEEPALIVE: how long the peer is silent before the first probe.",
		"用于 SO_KEEPALIVE：对方沉默多久之后发第一个探测。",
	}, NULL, "7200000", "10", "2147483647" },
	{ "keepalive_intvl_ms", SETTING, {
		"For SO_KEEPALIVE: the time between probes.",
		"用于 SO_KEEPALIVE：两次探测的间隔。",
	}, NULL, "75000", "10", "2147483647" },
	{ "keepalive_probes", SETTING, {
		"For SO_KEEPALIVE: how many probes may go unanswered before the connection is given up.",
		"用于 SO_KEEPALIVE：多少个探测没有回答就放弃连接。",
	}, NULL, "9", "1", "255" },
	{ "ecn", SETTING, {
		"Explicit congestion notification (RFC 3168): 0: never; 1: our SYNs ask for it; 2: only if the peer's SYN asks.",
		"显式拥塞通知（RFC 3168）：0：不用；1：我方的 SYN 请求；2：仅当对端的 SYN 请求时使用。",
	}, NULL, "2", "0", "2" },
	{ "ecn_fallback", SETTING, {
		"1: a SYN that is sent again does not ask for ECN.",
		"1：重传的 SYN 不再请求 ECN。",
	}, NULL, "1", "0", "1" },
	{ "congestion_control", SETTING, {
		"The algorithm of sockets that choose none: cubic (RFC 9438) or reno (RFC 5681).",
		"未自行选择的套接字所用的拥塞控制算法：cubic（RFC 9438）或 reno（RFC 5681）。",
	}, NULL, "cubic", "", "" },
	{ "initial_cwnd_segments", SETTING, {
		"How many segments the initial window has (RFC 6928).",
		"初始拥塞窗口的报文段数（RFC 6928）。",
	}, NULL, "10", "1", "64" },
	{ "pacing", SETTING, {
		"Whether the first slow start is spread over the round trip where no fq discipline does it.",
		"在没有 fq 排队规则时，是否把首次慢启动的报文段均匀分布在一个往返时间内发送。",
	}, NULL, "1", "0", "1" },
	{ "moderate_rcvbuf", SETTING, {
		"Whether receive buffers grow with what the program reads, up to the largest of rmem.",
		"接收缓冲区是否随程序的读取速度增大，上限为 rmem 的最大值。",
	}, NULL, "1", "0", "1" },
	{ "wmem", SETTING, {
		"The smallest, default and largest send buffer of a socket, in octets, ascending.",
		"套接字发送缓冲区的最小值、默认值和最大值，单位字节，依次增大。",
	}, NULL, "4096 131072 4194304", "2048", "1073741824" },
	{ "rmem", SETTING, {
		"The smallest, default and largest receive buffer of a socket, in octets, ascending.",
		"套接字接收缓冲区的最小值、默认值和最大值，单位字节，依次增大。",
	}, NULL, "4096 131072 6291456", "2048", "1073741824" },
	{ "history", SETTING, {
		"How many transitions /proc/net/lctcp/history keeps.",
		"/proc/net/lctcp/history 保留多少次状态转换。",
	}, NULL, "1024", "0", "65536" },
	{ "test_iss", SETTING, {
		"The initial sequence number of every connection, for tests near 2^32; -1: chosen as RFC 6528 has it.",
		"所有连接的初始序号，用于在 2^32 附近测试；-1 表示按 RFC 6528 选取。",
	}, NULL, "-1", "-1", "4294967295" },
	{ "lctcp_mem", SETTING, {
		"Three numbers of pages, ascending: what all sockets together may hold without pressure, where pressure begins, and what they cannot pass. In the first namespace only.",
		"三个页数，依次增大：所有套接字合计在多少以内没有压力，从多少起有压力，以及不得超过多少。只在第一个命名空间中有。",
	}, NULL, NULL, "1", NULL },
};

/* Is it one of the words, which blanks part? */
static bool is_among(const char *name, const char *words)
{
	char buf[128], *word, *save;

	snprintf(buf, sizeof(buf), "%s", words ?: "");
	for (word = strtok_r(buf, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		if (same_name(name, word))
			return true;
	return false;
}

const struct term *term_by_name(const char *name, const struct term *after)
{
	static const char prefix[] = "net.lctcp.";	/* as sysctl(8) has it */
	const struct term *t = after ? after + 1 : terms;
	bool full = !strncmp(name, prefix, strlen(prefix));

	if (full)
		name += strlen(prefix);
	for (; t < terms + ARRAY_SIZE(terms); t++)
		if ((!full || t->kind == SETTING) &&
		    (same_name(name, t->name) || is_among(name, t->also)))
			return t;
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
