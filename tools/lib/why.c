// SPDX-License-Identifier: GPL-2.0
/* Sentences and words in both languages: see why.h. */
#include <stdio.h>
#include <string.h>

#include "ladder.h"
#include "why.h"

/**
 * struct remark - about a kind of segment or timer
 * @name:	to be shown before the sentence
 * @rfc:	where it is written
 * @text:	the sentence
 */
struct remark {
	const char *name[NLANGS];
	const char *rfc;
	const char *text[NLANGS];
};

enum {
	SYN, SYN_LOST, SYN_AGAIN, SYN_ACK, SYN_ACK_CROSSED, SYN_ACK_AGAIN,
	SYN_ACK_ASKED, THIRD_ACK_LOST, THIRD_ACK_AGAIN, LAST_ACK_LOST, FIN_ACK,
	FIN_ACK_CROSSED, PLAIN_ACK, MERGED, FIN_AGAIN, DATA, DATA_OPENS,
	DATA_AFTER_FIN, DATA_AGAIN, DATA_TIMEOUT, DATA_FAST, KEEPALIVE,
	WINDOW_PROBE, SMALL_WINDOW, DELAYED_ACK, RST_NOBODY, RST_WRONG_ACK,
	SYN_QUEUE_FULL, SYN_NO_ROOM, THIRD_ACK_NO_ROOM, LATE_SYN, LATE_TAKEN,
	LATE_STRANGER, LATE_NOBODY, LATE_REFUSED, NO_2MSL,
	RECOVERY, LOSS, UNDONE, CWR, RECOVERED,
	PATH_BLACK_HOLE, PATH_PROBE, PATH_CARRIED, PATH_LOST, PATH_TOO_BIG,
	NREMARKS
};

static const struct remark remarks[NREMARKS] = {
	[SYN] = { { "SYN", "SYN" }, "9293 3.4", {
		"It offers its sender's initial sequence number. The SYN takes one number itself, as if it were an octet, so that it can be acknowledged; the first octet of data will have the next.",
		"它给出发送方的初始序号。SYN 像一个字节那样占用一个序号，因此可以被确认；第一个数据字节的序号是下一个。",
	} },
	[SYN_LOST] = { { "SYN lost", "SYN 丢失" }, "9293 3.8.1", {
		"Nobody but its sender knows that there was a SYN, and only a timer there will find out that it was lost.",
		"除了发送方，没有人知道发过这个 SYN；只有发送方的定时器能发现它丢了。",
	} },
	[SYN_AGAIN] = { { "SYN again", "重传 SYN" }, "9293 3.8.1", {
		"No SYN-ACK came in time, so the SYN goes again, unchanged; by default the waits are 1, 2, 4, 8 s and so on.",
		"SYN-ACK 没有按时到达，于是原样重传 SYN；默认的等待依次为 1、2、4、8 秒……",
	} },
	[SYN_ACK] = { { "SYN-ACK", "SYN-ACK" }, "9293 3.5", {
		"The server's ACK and its own SYN share one segment: that is why opening takes three segments and not four.",
		"服务器的 ACK 与它自己的 SYN 合在一个报文段里：所以建立连接只需三个报文段，而不是四个。",
	} },
	[SYN_ACK_CROSSED] = { { "SYN-ACK, crossed", "交叉后的 SYN-ACK" }, "9293 3.5", {
		"Its own SYN has met the peer's on the way, so it goes once more, now with the ACK: both ends do the same, and one connection comes of it, not two.",
		"自己的 SYN 与对方的 SYN 在途中相遇，于是带上 ACK 再发一次；两端做同样的事，结果是一个连接而不是两个。",
	} },
	[SYN_ACK_AGAIN] = { { "SYN-ACK again", "重传 SYN-ACK" }, "9293 3.8.1", {
		"The SYN in it still lacks its ACK, so the timer sends it again, unchanged; by default the waits are 3, 6, 12, 24, 48 and 96 s.",
		"其中的 SYN 仍未得到确认，定时器便原样重传；默认的等待依次为 3、6、12、24、48、96 秒。",
	} },
	[SYN_ACK_ASKED] = { { "SYN-ACK, asked again", "应 SYN 重传 SYN-ACK" }, "9293 3.8.1", {
		"The same SYN came once more, so its sender lacks the answer: it goes again at once, without waiting for the timer.",
		"同一个 SYN 又来了，说明对方没有收到回答：不等定时器，立刻重传。",
	} },
	[THIRD_ACK_LOST] = { { "third ACK lost", "第三个 ACK 丢失" }, "9293 3.4", {
		"A bare ACK takes no sequence number and is never acknowledged, so its sender cannot know that it was lost. The client is connected, the server is not yet.",
		"单独的 ACK 不占序号，也永远不会被确认，发送方无从知道它丢了。此时客户端已经连上，服务器还没有。",
	} },
	[THIRD_ACK_AGAIN] = { { "third ACK again", "再次发送第三个 ACK" }, "9293 3.10.7.4", {
		"For the client the SYN-ACK is old. A segment outside the window is dropped but answered with an ACK: just the one that the server lacks.",
		"对客户端来说这个 SYN-ACK 是旧的。窗口之外的报文段会被丢弃，但要回一个 ACK：正是服务器缺的那一个。",
	} },
	[LAST_ACK_LOST] = { { "last ACK lost", "最后一个 ACK 丢失" }, "9293 3.6.1", {
		"Nobody acknowledges an ACK, so this end cannot know that it was lost: that is what it stays in TIME_WAIT for.",
		"没有人会确认一个 ACK，这一端无从知道它丢了：停留在 TIME_WAIT 正是为此。",
	} },
	[FIN_ACK] = { { "ACK of the FIN", "FIN 的 ACK" }, "9293 3.6", {
		"The FIN takes one sequence number, so its ACK is that number plus one. It goes alone, because the program here has not closed yet.",
		"FIN 占一个序号，所以它的 ACK 是该序号加一。这个 ACK 单独发送，因为这一端的程序还没有关闭。",
	} },
	[FIN_ACK_CROSSED] = { { "ACK of a crossed FIN", "交叉的 FIN 的 ACK" }, "9293 3.6", {
		"The FIN takes one sequence number, so its ACK is that number plus one. This side has sent its own FIN already, and the two met on the way.",
		"FIN 占一个序号，所以它的 ACK 是该序号加一。这一端自己的 FIN 也已发出，两个 FIN 在途中相遇。",
	} },
	[PLAIN_ACK] = { { "ACK", "ACK" }, "9293 3.4", {
		"It names the next octet expected, and so acknowledges all before it. It takes no sequence number itself.",
		"它指出期望收到的下一个字节，从而确认了此前的全部内容；它自己不占序号。",
	} },
	[MERGED] = { { "FIN and ACK in one", "FIN 与 ACK 合并" }, "9293 3.6", {
		"The program closed before the ACK of the FIN had gone, so that ACK and its own FIN share a segment, and closing takes three segments, not four.",
		"程序在 FIN 的 ACK 发出之前就关闭了，于是这个 ACK 与自己的 FIN 合在一个报文段里：关闭只用三个报文段，而不是四个。",
	} },
	[FIN_AGAIN] = { { "FIN again", "重传 FIN" }, "9293 3.8.1", {
		"The FIN still lacks its ACK, so it goes again, as data would.",
		"FIN 仍未得到确认，于是像数据一样重传。",
	} },
	[DATA] = { { "data", "数据" }, "9293 3.4", {
		"Each octet takes one sequence number; ack= names the next octet that is expected from the other side.",
		"每个字节占一个序号；ack= 指出期望从对方收到的下一个字节。",
	} },
	[DATA_OPENS] = { { "data opens it too", "数据也能完成握手" }, "9293 3.10.7.4", {
		"Every segment after the SYN carries an ACK, so this data brings what the missing ACK should have brought, and the server is connected.",
		"SYN 之后的每个报文段都带 ACK，所以这段数据带来了那个没有到达的 ACK 本应带来的东西，服务器也就连上了。",
	} },
	[DATA_AFTER_FIN] = { { "data after the FIN", "FIN 之后的数据" }, "9293 3.6", {
		"A FIN closes one direction only; the other stays open for as long as its sender likes.",
		"FIN 只关闭一个方向；另一个方向由它的发送方决定开多久。",
	} },
	[DATA_AGAIN] = { { "data again", "重传数据" }, "9293 3.8.1", {
		"It still lacks its ACK, so it is sent again.",
		"仍未得到确认，于是重传。",
	} },
	[DATA_TIMEOUT] = { { "data again: timeout", "超时重传数据" }, "9293 3.8.1", {
		"No ACK of it came before the timer fired, so it is sent again; each timeout in a row doubles the wait for the next one.",
		"定时器到期仍未得到确认，于是重传；接连超时，每一次都使下一次的等待时间加倍。",
	} },
	[DATA_FAST] = { { "data again: fast", "快速重传数据" }, "5681 3.2", {
		"Several ACKs in a row ask for the same octet: later segments arrive and this one is missing. So it goes again at once, before any timer fires.",
		"接连几个 ACK 都在要同一个字节：后面的报文段到了，唯独缺这一个。于是不等定时器到期，立刻重传。",
	} },
	[KEEPALIVE] = { { "keepalive", "保活探测" }, "9293 3.8.4", {
		"Nothing was heard for a long time. A segment that is old on purpose makes the peer answer, if it is still there.",
		"很久没有对方的消息了。故意发一个旧序号的报文段：对方如果还在，就必须回答。",
	} },
	[WINDOW_PROBE] = { { "window probe", "窗口探测" }, "9293 3.8.6.1", {
		"The peer's window is closed, and the news that it opens may get lost; so it is asked from time to time.",
		"对方的窗口是关闭的，而“窗口已打开”的通知可能丢失，所以要不时询问。",
	} },
	[SMALL_WINDOW] = { { "what fits", "能发多少发多少" }, "9293 3.8.6.2.1", {
		"The window had room for less than a full segment, so the sender waited for more; as none came, it sends what fits.",
		"窗口容不下一个完整的报文段，发送方先等它变大，以免陷入糊涂窗口；没有等到，就先发放得下的部分。",
	} },
	[DELAYED_ACK] = { { "delayed ACK", "延迟 ACK" }, "9293 3.8.6.3", {
		"The ACK has waited for data to ride on, half a second at most by the RFC; none came, so it goes alone.",
		"ACK 等待由数据捎带（RFC 规定至多半秒）；没有等到，于是单独发送。",
	} },
	[RST_NOBODY] = { { "RST from nobody", "不存在的连接的 RST" }, "9293 3.5.2", {
		"There is no such connection here: whatever comes for one that does not exist is answered with a RST.",
		"这里没有这个连接：发给不存在的连接的报文段，一律用 RST 回答。",
	} },
	[RST_WRONG_ACK] = { { "RST of a wrong ACK", "对错误 ACK 的 RST" }, "9293 3.10.7.3", {
		"That ACK fits nothing sent here: it answers an older attempt. The RST says so, with just the number that the other end expects.",
		"那个 ACK 确认的不是这里发过的东西，它回答的是更早的一次尝试。RST 说明这一点，序号正是对方所期待的。",
	} },
	[SYN_QUEUE_FULL] = { { "SYN queue full", "半连接队列已满" }, "4987 2.2", {
		"There are as many half-open connections as the listener may have, so the SYN is dropped without an answer: to its sender it looks lost, and goes again.",
		"监听者的半连接已经多到上限，所以这个 SYN 被丢弃，没有回答：在发送方看来它丢了，于是重传。",
	} },
	[SYN_NO_ROOM] = { { "SYN without room", "没有位置的 SYN" }, "9293 3.8.1", {
		"The program does not call accept() fast enough, and the accept queue is full: a SYN is dropped without an answer, as if it were lost, and its sender tries again.",
		"程序调用 accept() 不够快，全连接队列已满：SYN 被丢弃，没有回答，就像丢了一样，发送方会再试。",
	} },
	[THIRD_ACK_NO_ROOM] = { { "ACK without room", "没有位置的 ACK" }, "9293 3.8.1", {
		"The client is connected, but the accept queue has no place: the server drops the ACK and stays in SYN_RECV. Its timer sends the SYN-ACK again, and the ACK of that may find a place, if the program has called accept() by then.",
		"客户端已经连上，但全连接队列没有位置：服务器丢弃这个 ACK，留在 SYN_RECV。定时器会重传 SYN-ACK；如果那时程序已经调用 accept()，对它的 ACK 就有位置了。",
	} },
	[LATE_SYN] = { { "late SYN", "迟到的 SYN" }, "9293 3.5", {
		"Its sender has given up this attempt long ago, but nothing in a SYN tells its age. So it is answered like any other, and believed only if an ACK of the answer comes.",
		"发送方早已放弃这次尝试，但 SYN 本身看不出新旧。所以照常回答它，只有等到对这个回答的 ACK，才会相信它。",
	} },
	[LATE_TAKEN] = { { "late, but in time", "迟到，但还有用" }, "9293 3.4", {
		"It comes late, but its numbers still fit, so it is taken as if it had come in time.",
		"它来晚了，但序号仍然合适，于是照常收下。",
	} },
	[LATE_STRANGER] = { { "old segment taken", "旧报文段被收下" }, "9293 3.4.1", {
		"It is of the connection before this one. Addresses, ports and numbers happen to fit, so it is taken for a part of the new one: just this is what TIME_WAIT prevents.",
		"它属于前一个连接，但地址、端口和序号恰好都合适，于是被当作新连接的一部分收下：TIME_WAIT 要防止的正是这件事。",
	} },
	[LATE_NOBODY] = { { "late, nobody there", "迟到，已无此连接" }, "9293 3.6.1", {
		"The connection is over at this side and no new one has taken its place, so nobody can mistake it for something of theirs.",
		"这一端的连接已经结束，也没有新的连接取而代之，所以谁也不会把它误当作自己的。",
	} },
	[LATE_REFUSED] = { { "late, refused", "迟到，被拒收" }, "9293 3.10.7.4", {
		"It comes late: what it carries is not wanted any more, so it is dropped.",
		"它来晚了：它带来的东西已不再需要，于是被丢弃。",
	} },
	[NO_2MSL] = { { "no wait for 2MSL", "不等 2MSL" }, "9293 3.4.1", {
		"The pair of addresses and ports is free at once: the wait was set to nothing, and segments of this connection may still be under way.",
		"这对端点立刻可以再用：等待时间被设成了零，而这个连接的报文段可能仍在途中。",
	} },
	[RECOVERY] = { { "recovery", "快速恢复" }, "8985 6.2, 5681 3.2", {
		"What left later has arrived, so what left before it is lost. It goes again at once, without waiting for the timer, and the congestion window comes down.",
		"后发的已经到达，说明先发的丢了。不等定时器就立刻重传，同时减小拥塞窗口。",
	} },
	[LOSS] = { { "timeout", "超时" }, "5681 3.1, 6298 5", {
		"No ACK came in time: all in flight is taken for lost, and the window is one segment, from which it grows anew.",
		"迟迟没有 ACK：在途的全部视为丢失，拥塞窗口只剩一个报文段，从头增大。",
	} },
	[UNDONE] = { { "undone", "撤销" }, "3522 3.2, 3708, 5682", {
		"Nothing had been lost, it was only late: windows are again what they were before.",
		"其实没有丢失，只是迟到：窗口恢复原来的大小。",
	} },
	[CWR] = { { "window reduced", "减小窗口" }, "3168 6.1.2", {
		"A router has marked a segment instead of dropping it, and the peer says so (ECE): the window comes down as at a loss, and nothing has to go again.",
		"路由器给报文段打了标记而没有丢弃它，对端用 ECE 转告：窗口像丢失时一样减小，但什么都不必重传。",
	} },
	[PATH_BLACK_HOLE] = { { "black hole", "MTU 黑洞" }, "4821 7.7, 2923 2.1", {
		"Large segments are lost again and again, and no router says why: perhaps the path does not carry them. From here on they are so small that any path does.",
		"大报文段一再丢失，又没有路由器说明原因：也许这条路径装不下它们。从现在起改用任何路径都装得下的长度。",
	} },
	[PATH_PROBE] = { { "MTU probe", "探测 MTU" }, "4821 7.3", {
		"One segment is made larger than the others, to see whether it arrives. Of what it could be, half is ruled out either way.",
		"把一个报文段做得比别的大，看它能不能到。到与不到，都排除掉一半的可能。",
	} },
	[PATH_CARRIED] = { { "MTU carried", "MTU 可用" }, "4821 7.6.1", {
		"The large one has arrived, so the path carries that much: from here on all segments are so large.",
		"大的那个到了，说明路径装得下：从现在起所有报文段都用这个长度。",
	} },
	[PATH_LOST] = { { "probe lost", "探测丢失" }, "4821 7.6.2", {
		"Only the large one is missing: it was too large. Its text goes again in small segments, and that says nothing of congestion.",
		"唯独大的那个没到：它太大了。其中的数据改用小报文段重传；这与拥塞无关。",
	} },
	[PATH_TOO_BIG] = { { "too big", "包太大" }, "1191 3, 8201 4", {
		"A router says how large a packet may be on this path. What was larger goes again in smaller segments.",
		"路由器说明了这条路径上的包最大是多少。超出的用较小的报文段重传。",
	} },
	[RECOVERED] = { { "recovered", "恢复完毕" }, "6675 5, 9937", {
		"All that was in flight when the loss was found has been acknowledged, so it is over.",
		"发现丢失时在途的全部内容都已得到确认，恢复到此结束。",
	} },
};

/* The sentences of arcs.h once more. */
#define OF(from, event)	\
	[LCTCP_##from][LCTCP_EV_##event]
static const char *const arc_zh[LCTCP_NSTATES][LCTCP_NEVENTS] = {
	OF(CLOSED, PASSIVE_OPEN) =
		"listen() 等待任何来者；在 SYN 到达之前什么也不发。",
	OF(CLOSED, ACTIVE_OPEN) =
		"connect() 选取初始序号，用一个 SYN 告诉对方。",
	OF(LISTEN, SYN) =
		"SYN 产生一个独立的半连接；SYN-ACK 接受对方的序号并给出自己的序号，监听者继续监听。",
	OF(LISTEN, COOKIE_ACK) =
		"受到洪泛攻击时，SYN 不留下任何记录；这个 ACK 带回了 SYN-ACK 用作序号的 cookie，只有那个 SYN 的发送方见过它。",
	OF(LISTEN, CLOSE) =
		"监听者没有和任何人通话，关闭它不需要发报文段。",
	OF(SYN_SENT, SYN_ACK) =
		"对方接受了本端的序号并给出了它的序号：在本端看来两个方向都通了；第三个报文段，即本端的 ACK，让对方也知道这一点。",
	OF(SYN_SENT, SYN) =
		"一个不带 ACK 的 SYN 与本端的 SYN 交叉：两端同时打开，各自确认对方的 SYN。",
	OF(SYN_SENT, RST) =
		"这个 RST 确认了本端的 SYN，说明它来自见过这个 SYN 的一方：那里没有人在监听。",
	OF(SYN_SENT, UNREACHABLE) =
		"网络明确告知 SYN 无法到达；此时还没有连接，伪造的消息也无从加害。",
	OF(SYN_SENT, GIVE_UP) =
		"按计划发出的每一个 SYN 都没有回音。",
	OF(SYN_SENT, CLOSE) =
		"对方还没有确认任何东西，所以无需和它一起关闭；迟到的 SYN-ACK 会得到一个 RST。",
	OF(SYN_SENT, ABORT) =
		"还没有需要用 RST 来结束的连接。",
	OF(SYN_RECV, ACK_OF_SYN) =
		"对本端 SYN 的确认证明：对方能收到本端的报文段，它的 SYN 也不是旧的重复报文段。",
	OF(SYN_RECV, PASSIVE_RST) =
		"对方不要这个连接，多半因为它的 SYN 是旧的重复报文段；程序对此一无所知。",
	OF(SYN_RECV, PASSIVE_SYN) =
		"窗口内的新 SYN 说明对方重新开始了，于是忘掉这个半连接；下一个 SYN 会找到监听者。",
	OF(SYN_RECV, PASSIVE_GIVE_UP) =
		"按计划（受到洪泛攻击时会缩短）发出的每一个 SYN-ACK 都没有回音：半连接不复存在，只剩下一直处于 LISTEN 的监听者。如果对方之后还发来什么，会得到 RST。",
	OF(SYN_RECV, OLD_DUPLICATE) =
		"对方不要重新打开这对端点的连接，可见那个 SYN 是旧的重复报文段，前一个连接继续等完剩下的时间。",
	OF(SYN_RECV, ABANDON) =
		"重新打开这对端点的半连接在本端结束了：监听者不在了，或者一直没有回音；前一个连接继续等待，仍把这个 SYN-ACK 当真的一方会得到 RST。",
	OF(SYN_RECV, PURGE) =
		"没有谁会 accept 它了：它的监听者不在了，或者管理员结束了它。",
	OF(SYN_RECV, RST) =
		"同时打开之后，程序正等在 connect() 里，所以要告诉它：对方拒绝了。",
	OF(SYN_RECV, GIVE_UP) =
		"同时打开之后对方沉默了，始终没有确认本端的 SYN。",
	OF(SYN_RECV, CLOSE) =
		"对方的 SYN 已被接受，理应得到正常的结束：在本端的 SYN 和已写的数据之后发 FIN。",
	OF(SYN_RECV, ABORT) =
		"对方可能已处于 ESTABLISHED；只有 RST 才能告诉它并非如此。",
	OF(SYN_RECV, ABORT_WAIT) =
		"与其他中止一样，只是该命名空间让这对端点再保留 2MSL，使这次尝试的残余不会碰上新的连接。",
	OF(ESTABLISHED, CLOSE) =
		"本端没有数据要发送了：跟在最后一个字节之后的 FIN 说明这一点，但本端仍可接收。",
	OF(ESTABLISHED, FIN) =
		"对方没有数据要发送了；ACK 至多稍等片刻，本端自己的 FIN 则等到程序关闭，在那之前程序仍可发送。",
	OF(ESTABLISHED, RST) =
		"对方不知道这个连接，或者已经抛弃了它；数据可能丢失。",
	OF(ESTABLISHED, ABORT) =
		"以 linger 0 关闭，或者还有没被读取的数据：不作正常结束，由 RST 告诉对方它的数据没有被读取，或者不会再有数据来了。",
	OF(ESTABLISHED, GIVE_UP) =
		"对方不再回答：重传、探测或保活的次数已经用完。",
	OF(ESTABLISHED, ABORT_WAIT) =
		"该命名空间让发送 RST 的一方像先关闭的一方那样等待：对方还在途中的报文段只会碰上这一端，而不是新的连接。",
	OF(FIN_WAIT1, ACK_OF_FIN) =
		"本端这个方向已经关闭，对方也知道了；对方的方向想开多久就开多久。",
	OF(FIN_WAIT1, FIN) =
		"两个 FIN 交叉：两端同时关闭，而本端的 FIN 还没有得到确认。",
	OF(FIN_WAIT1, FIN_ACK_OF_FIN) =
		"对方一看到本端的 FIN 就关闭了，它的 ACK 和 FIN 合在一个报文段里，四次变成三次。",
	OF(FIN_WAIT1, RST) =
		"对方抛弃了连接；FIN 之前发出的数据可能丢失。",
	OF(FIN_WAIT1, ABORT) =
		"对方还在向一个不再读取的程序发送；RST 告诉它这些数据丢了。",
	OF(FIN_WAIT1, GIVE_UP) =
		"没有人确认本端的 FIN 或它之前的数据。",
	OF(FIN_WAIT1, ORPHAN_LIMIT) =
		"程序已经离开，而对方已有足够的时间收下剩余的数据，或者这样等待的连接太多；RST 告诉它剩余的数据丢了。",
	OF(FIN_WAIT1, ABORT_WAIT) =
		"该命名空间让发送 RST 的一方等待：本端的 FIN 还可能引来回答，它不能碰上新的连接。",
	OF(FIN_WAIT2, FIN) =
		"两个方向都已关闭，但最后一个 ACK 可能丢失；本端留下来，以便再发一次。",
	OF(FIN_WAIT2, RST) =
		"对方还没说完想说的话就抛弃了连接。",
	OF(FIN_WAIT2, ABORT) =
		"对方还在向一个不再读取的程序发送；RST 告诉它这些数据丢了。",
	OF(FIN_WAIT2, FIN_WAIT2_TIMEOUT) =
		"程序已经离开，而 FIN 没有来；没有哪个 RFC 规定这个定时器，但不能让消失的对方永远占着内存。",
	OF(FIN_WAIT2, GIVE_UP) =
		"程序还在等待对方，但保活探测发现那里已经没有人了。",
	OF(FIN_WAIT2, ORPHAN_LIMIT) =
		"程序已经离开，而像这样等待 FIN 的连接已经太多；RST 告诉对方，它要说的话已没有人在等。",
	OF(FIN_WAIT2, ABORT_WAIT) =
		"该命名空间让发送 RST 的一方等待：对方还在发送，那些报文段不能碰上新的连接。",
	OF(CLOSE_WAIT, CLOSE) =
		"现在本端也没有数据要发送了：FIN 跟在最后一个字节之后，只差它的 ACK。",
	OF(CLOSE_WAIT, RST) =
		"对方先前停止了发送，现在也不再接收了。",
	OF(CLOSE_WAIT, ABORT) =
		"对方还在等本端的数据或 FIN；RST 免得它空等。",
	OF(CLOSE_WAIT, GIVE_UP) =
		"对方关闭了它的方向，之后也不再确认本端的数据。",
	OF(CLOSE_WAIT, ABORT_WAIT) =
		"该命名空间让发送 RST 的一方等待：对方对本端数据的 ACK 不能碰上新的连接。",
	OF(CLOSING, ACK_OF_FIN) =
		"对方收到了本端的 FIN；它是否收到了本端对它的 FIN 的 ACK，本端无从知道，所以两端都停留 2MSL。",
	OF(CLOSING, RST) =
		"对方在确认本端的 FIN 之前抛弃了连接。",
	OF(CLOSING, ABORT) =
		"两端都已说过自己结束了，所以不需要 RST。",
	OF(CLOSING, GIVE_UP) =
		"没有人确认本端的 FIN。",
	OF(CLOSING, ORPHAN_LIMIT) =
		"程序已经离开，而本端的 FIN 太久没有得到确认，或者这样的连接太多；RST 告诉对方它不会再发了。",
	OF(LAST_ACK, ACK_OF_FIN) =
		"双方的 FIN 都已被对方确认；由先关闭的一方负责等待，所以本端可以立即释放。",
	OF(LAST_ACK, RST) =
		"对方不再等待什么，本端的 FIN 的 ACK 也不会来了。",
	OF(LAST_ACK, ABORT) =
		"两端都已说过自己结束了，所以不需要 RST。",
	OF(LAST_ACK, GIVE_UP) =
		"没有人确认本端的 FIN；对方也许早已离开 TIME_WAIT。",
	OF(LAST_ACK, ORPHAN_LIMIT) =
		"程序已经离开，而先关闭的对方收取本端剩余的话太慢，或者这样的连接太多；RST 告诉它剩余的数据丢了。",
	OF(TIME_WAIT, FIN) =
		"再次收到 FIN，说明最后一个 ACK 丢了：再发一次，2MSL 重新计时。",
	OF(TIME_WAIT, 2MSL) =
		"经过两倍的最长报文段寿命，网络中不再有旧报文段会被这对端点的新连接误当作自己的。",
	OF(TIME_WAIT, REOPEN) =
		"这个 SYN 比旧连接的一切都新，所以这对端点不必等满时间就可以重新使用。",
	OF(TIME_WAIT, REUSE) =
		"本端的 connect() 要用这对端点；它的序号和时间戳都高于旧连接用过的一切，对方能把两者分开。",
	OF(TIME_WAIT, RST) =
		"仅当该命名空间要求如此：提前结束等待的 RST 会放进旧的重复报文段（RFC 1337）。",
	OF(TIME_WAIT, PURGE) =
		"没有谁再守着这段等待：命名空间或模块要离开了，或者管理员结束了它。",
};

const char *why_arc(const struct lctcp_arc *arc, enum language lang)
{
	const char *zh = arc_zh[arc->from][arc->event];

	return lang == LANG_ZH && zh ? zh : arc->why;
}

/* ---- which sentence ---- */

static bool is_role(const struct ladder_row *r, const char *role)
{
	return !strcmp(r->event->role, role);
}

static bool arc_is(const struct lctcp_arc *arc, unsigned int from,
		   unsigned int event)
{
	return arc && arc->from == from && arc->event == event;
}

static bool say(struct why *why, int remark)
{
	why->remark = &remarks[remark];
	return true;
}

static bool say_arc(struct why *why, const struct ladder_row *r,
		    unsigned int side)
{
	why->arc = r->arc[side];
	why->sides = 1 << side;
	return why->arc;
}

static bool why_rst(const struct ladder_row *r, struct why *why)
{
	const struct lctcp_arc *sent = r->arc[r->side];

	if (sent && sent->actions & LCTCP_A_SEND_RST)
		return say_arc(why, r, r->side);
	if (arc_is(r->arc[!r->side], LCTCP_SYN_SENT, LCTCP_EV_RST))
		return say_arc(why, r, !r->side);
	return say(why, r->state[r->side] == LCTCP_SYN_SENT ? RST_WRONG_ACK :
		   RST_NOBODY);
}

static bool why_syn(const struct ladder_row *r, struct why *why)
{
	if (r->event->flags & SEG_ACK) {
		if (arc_is(r->arc[r->side], LCTCP_TIME_WAIT, LCTCP_EV_REOPEN))
			return say_arc(why, r, r->side);
		if (r->again)
			return say(why, r->cause ? SYN_ACK_AGAIN : SYN_ACK_ASKED);
		return say(why, r->crossed ? SYN_ACK_CROSSED : SYN_ACK);
	}
	if (r->again)
		return say(why, SYN_AGAIN);
	if (arc_is(r->arc[!r->side], LCTCP_SYN_SENT, LCTCP_EV_SYN) ||
	    arc_is(r->arc[!r->side], LCTCP_TIME_WAIT, LCTCP_EV_REOPEN))
		return say_arc(why, r, !r->side);
	return say(why, ladder_lost(r) ? SYN_LOST : SYN);
}

static bool why_fin(const struct ladder_row *r, struct why *why)
{
	if (r->again)
		return say(why, FIN_AGAIN);
	if (r->merged)
		return say(why, MERGED);
	if (arc_is(r->arc[!r->side], LCTCP_FIN_WAIT1, LCTCP_EV_FIN))
		return say_arc(why, r, !r->side);
	return say_arc(why, r, r->side) || say_arc(why, r, !r->side);
}

#define DUP_ACKS	3	/* as many say that something is missing */

/* Have the last ACKs that came to the sender of this row all asked for it?  Not those
 * with news of the window.
 */
static bool asked_for(const struct ladder *l, const struct ladder_row *r)
{
	const struct ladder_row *ack;
	unsigned int n = 0, wnd = 0;
	size_t i;

	for (i = r - l->row; i > 0 && n < DUP_ACKS; i--) {
		ack = &l->row[i - 1];
		if (ack->kind != ROW_SEGMENT || ack->side == r->side ||
		    ack->event->len || ack->arrived < 0 || ack->arrived > r->us)
			continue;
		if (!n)
			wnd = ack->event->wnd;
		if (ack->ack != r->seq || !wnd || ack->event->wnd != wnd)
			break;
		n++;
	}
	return n == DUP_ACKS;
}

static bool why_again(const struct ladder *l, const struct ladder_row *r,
		      struct why *why)
{
	if (r->cause && !strcmp(r->cause, "rexmit"))
		return say(why, DATA_TIMEOUT);
	return say(why, asked_for(l, r) ? DATA_FAST : DATA_AGAIN);
}

static bool why_data(const struct ladder *l, const struct ladder_row *r,
		     struct why *why)
{
	if (r->cause && !strcmp(r->cause, "persist"))
		return say(why, r->event->len > 1 ? SMALL_WINDOW : WINDOW_PROBE);
	if (r->again)
		return why_again(l, r, why);
	if (arc_is(r->arc[!r->side], LCTCP_SYN_RECV, LCTCP_EV_ACK_OF_SYN))
		return say(why, DATA_OPENS);
	return say(why, r->state[r->side] == LCTCP_CLOSE_WAIT ?
		   DATA_AFTER_FIN : DATA);
}

static bool why_ack(const struct ladder_row *r, struct why *why)
{
	if (r->cause && !strcmp(r->cause, "keepalive"))
		return say(why, KEEPALIVE);
	if (r->cause && !strcmp(r->cause, "persist"))
		return say(why, WINDOW_PROBE);
	if (is_role(r, "third-ack") && (r->again || ladder_lost(r)))
		return say(why, r->again ? THIRD_ACK_AGAIN : THIRD_ACK_LOST);
	if (is_role(r, "last-ack") && ladder_lost(r))
		return say(why, LAST_ACK_LOST);
	if (is_role(r, "fin-ack") && r->state[r->side] == LCTCP_CLOSE_WAIT)
		return say(why, FIN_ACK);
	if (is_role(r, "fin-ack") && r->state[r->side] == LCTCP_CLOSING)
		return say(why, FIN_ACK_CROSSED);
	return say_arc(why, r, !r->side) || say(why, PLAIN_ACK);
}

/* Both directions are closed: that is said where the wait begins. */
static bool why_2msl(const struct ladder *l, const struct ladder_row *r,
		     struct why *why)
{
	why->arc = ladder_arc_before(l, r->side, r->us);
	why->sides = 1 << r->side;
	return why->arc && why->arc->to == LCTCP_TIME_WAIT;
}

static bool why_timer_row(const struct ladder *l, const struct ladder_row *r,
			  struct why *why)
{
	if (r->kind == ROW_TIMER_SET)
		return !strcmp(r->event->timer, "2msl") && why_2msl(l, r, why);
	if (!strcmp(r->event->timer, "delack"))
		return say(why, DELAYED_ACK);
	return say_arc(why, r, r->side);
}

static bool dropped_for(const struct ladder_row *r, const char *reason)
{
	return r->drop && !strcmp(r->drop->reason, reason);
}

/* A queue of the listener had no room. */
static bool why_full(const struct ladder_row *r, struct why *why)
{
	if (dropped_for(r, "SynQueueFull"))
		return say(why, SYN_QUEUE_FULL);
	if (!dropped_for(r, "ListenOverflows"))
		return false;
	return say(why, r->event->flags & SEG_SYN ? SYN_NO_ROOM :
		   THIRD_ACK_NO_ROOM);
}

/* What it meets is what makes it right, or too late. */
static bool why_arrival(const struct ladder_row *r, struct why *why)
{
	unsigned int there = r->state[!r->side];
	bool over = there == LCTCP_CLOSED || there == LCTCP_LISTEN;

	/* its sender may still wait for just this */
	if (r->event->flags & SEG_SYN && !r->drop &&
	    (r->stranger || r->state[r->side] != LCTCP_SYN_SENT))
		return say(why, LATE_SYN);
	if (say_arc(why, r, !r->side))
		return true;
	if (!r->drop)
		return say(why, r->stranger ? LATE_STRANGER : LATE_TAKEN);
	return say(why, over ? LATE_NOBODY : LATE_REFUSED);
}

/* The wait for 2MSL has not been one if no timer ran, or if something came after it. */
static bool waited_for_nothing(const struct ladder *l, size_t row)
{
	size_t i;

	if (l->row[row].kind == ROW_STATE)
		return true;
	for (i = row + 1; i < l->n; i++)
		if (l->row[i].kind == ROW_ARRIVAL && l->row[i].of < row)
			return true;
	return false;
}

static bool is_2msl(const struct ladder_row *r)
{
	return arc_is(r->arc[r->side], LCTCP_TIME_WAIT, LCTCP_EV_2MSL);
}

static bool why_path(const char *outcome, struct why *why)
{
	if (!strcmp(outcome, "probe"))
		return say(why, PATH_PROBE);
	if (!strcmp(outcome, "carried"))
		return say(why, PATH_CARRIED);
	if (!strcmp(outcome, "black-hole"))
		return say(why, PATH_BLACK_HOLE);
	return say(why, strcmp(outcome, "lost") ? PATH_TOO_BIG : PATH_LOST);
}

static bool why_recovery(const struct ladder_row *r, struct why *why)
{
	const char *state = r->event->state;

	if (r->event->kind == EVENT_PATH)
		return why_path(r->event->outcome, why);
	if (!strcmp(state, "recovery"))
		return say(why, RECOVERY);
	if (!strcmp(state, "loss"))
		return say(why, LOSS);
	if (!strcmp(state, "undone"))
		return say(why, UNDONE);
	return say(why, strcmp(state, "cwr") ? RECOVERED : CWR);
}

bool why_row(const struct ladder *l, size_t row, struct why *why)
{
	const struct ladder_row *r = &l->row[row];

	memset(why, 0, sizeof(*why));
	if (r->kind == ROW_CALL)
		return false;
	if (r->kind == ROW_RECOVERY)
		return why_recovery(r, why);
	if (is_2msl(r) && waited_for_nothing(l, row))
		return say(why, NO_2MSL);
	if (why_full(r, why))
		return true;
	if (r->kind == ROW_ARRIVAL)
		return why_arrival(r, why);
	if (r->kind == ROW_STATE)
		return say_arc(why, r, r->side);
	if (r->kind != ROW_SEGMENT)
		return why_timer_row(l, r, why);
	if (r->event->flags & SEG_RST)
		return why_rst(r, why);
	if (r->event->flags & SEG_SYN)
		return why_syn(r, why);
	if (r->event->flags & SEG_FIN)
		return why_fin(r, why);
	return r->event->len ? why_data(l, r, why) : why_ack(r, why);
}

bool why_same(const struct why *a, const struct why *b)
{
	if (a->remark || b->remark)
		return a->remark == b->remark;
	return a->arc == b->arc;
}

const char *why_title(const struct ladder *l, const struct why *why,
		      enum language lang, char *buf, size_t size)
{
	unsigned int side = why->sides == 1 << SERVER ? SERVER : CLIENT;
	const char *who = why->sides == (1 << CLIENT | 1 << SERVER) ?
			  word(W_BOTH, lang) : ladder_side(l, side, lang);

	if (why->remark)
		snprintf(buf, size, "%s", why->remark->name[lang]);
	else
		snprintf(buf, size, "%s → %s", who,
			 lctcp_state_name(why->arc->to));
	return buf;
}

const char *why_text(const struct why *why, enum language lang)
{
	return why->remark ? why->remark->text[lang] : why_arc(why->arc, lang);
}

const char *why_rfc(const struct why *why, char *buf, size_t size)
{
	snprintf(buf, size, "RFC %s",
		 why->remark ? why->remark->rfc : why->arc->rfc);
	return buf;
}

/* ---- words ---- */

static const char *const words[NWORDS][NLANGS] = {
	[W_CLIENT]	= { "client", "客户端" },
	[W_SERVER]	= { "server", "服务器" },
	[W_SOCKET]	= { "a socket", "套接字" },
	[W_ITSELF]	= { "itself", "它自己" },
	[W_PEER_A]	= { "peer A", "对等端 A" },
	[W_PEER_B]	= { "peer B", "对等端 B" },
	[W_BOTH]	= { "both", "两端" },
	[W_TIME]	= { "time", "时间" },
	[W_CONNECTION]	= { "A TCP connection", "一个 TCP 连接" },
	[W_DATA]	= { "data", "数据" },
	[W_MERGED]	= { "FIN+ACK in one", "FIN+ACK 合一" },
	/* the segment, and how often */
	[W_AGAIN]	= { "%s again, %s", "第 %2$s 次重传 %1$s" },
	/* the same, of what takes no number and so is no retransmission */
	[W_ACK_AGAIN]	= { "%s again, %s", "第 %2$s 次再发 %1$s" },
	[W_OCTETS]	= { "%u octets", "%u 字节" },
	[W_OCTET]	= { "%u octet", "%u 字节" },
	/* what, then how many */
	[W_WITH_OCTETS]	= { "%s, %s", "%s，%s" },
	/* the rule */
	[W_LOST_RULE]	= { "lost: rule “%s”", "丢失：规则“%s”" },
	[W_DELAY_RULE]	= { "delayed: rule “%s”", "推迟：规则“%s”" },
	[W_DUP_RULE]	= { "sent twice: rule “%s”", "复制：规则“%s”" },
	[W_LOST]	= { "lost: it never arrived", "丢失：未到达" },
	[W_UNDER_WAY]	= { "still under way", "仍在途中" },
	/* the reason, and its counter */
	[W_DROPPED]	= { "dropped: %s (%s)", "丢弃：%s（%s）" },
	[W_COPIES]	= { "it arrived %u times", "到达 %u 次" },
	/* the timer, then its seconds */
	[W_STARTS]	= { "%s starts: %s", "%s启动：%s" },
	[W_ANEW]	= { "%s starts anew: %s", "%s重新启动：%s" },
	[W_FIRES_AFTER]	= { "%s fires after %s", "%s经 %s 到期" },
	[W_FIRES]	= { "%s fires", "%s到期" },
	/* segments, how many of them were lost, and how long it all took */
	[W_SUMMARY]	= { "%zu segments, %zu lost, in %s",
			    "%zu 个报文段，丢失 %zu 个，历时 %s" },
	[W_SUMMARY_ONE]	= { "%zu segment, %zu lost, in %s",
			    "%zu 个报文段，丢失 %zu 个，历时 %s" },
	/* how much a piece of the scale is */
	[W_TO_SCALE]	= { "Time runs downwards, to scale between the breaks:",
			    "时间自上而下，断开处之外按比例：" },
	[W_FIRED]	= { "the timer fires", "定时器到期" },
	[W_STOPPED]	= { "it is stopped or set anew", "定时器停止或重新计时" },
	[W_WHY_DROPPED]	= { "small, in a bar: why a segment was dropped",
			    "状态条里的小字：报文段为何被丢弃" },
	[W_LATE]	= { "it arrives later, see below", "它晚些才到达，见下文" },
	/* the time */
	[W_LEFT_AT]	= { "late: it left at %s", "迟到：%s 时发出" },
	[W_LEFT_BEFORE]	= { "late: it left before all this", "迟到：在此之前就已发出" },
	[W_RELATIVE]	= { "seq and ack are relative: each side's SYN is 0.",
			    "seq 与 ack 是相对序号：各方的 SYN 为 0。" },
	[W_RELATIVE_OLD] = { "seq and ack are relative: this connection's SYNs are 0, also for an older one's segment.",
			     "seq 与 ack 是相对序号：本连接各方的 SYN 为 0；"
			     "更早连接的报文段也照此计。" },
	[W_MIDWAY]	= { "seq and ack are relative: the first ones seen are 0.",
			    "seq 与 ack 是相对序号：最先见到的为 0。" },
	[W_BOOKS]	= { "x, y: the numbers of the client's and the server's SYN.",
			    "x、y：客户端与服务器各自的 SYN 的序号。" },
	[W_OVERDUE]	= {
		"No timer is early; to save work, the kernel's timer wheel fires it up to an eighth late.",
		"定时器从不提前；内核的时间轮为了省力，最多会晚八分之一才让它到期。",
	},
	[W_BY_TICKS]	= {
		"No timer is early; it fires at a tick of the kernel, so up to 10 ms late.",
		"定时器从不提前；它在内核的时钟节拍上到期，所以最多晚 10 毫秒。",
	},
	/* the rule stands below */
	[W_LOST_BY]	= { "lost by rule", "被规则丢弃" },
	[W_DELAYED_BY]	= { "held by rule", "被规则推迟" },
	[W_ACTIVE_OPEN]	= { "active open", "主动打开" },
	[W_PASSIVE_OPEN]	= { "passive open", "被动打开" },
	[W_SURE]	= {
		"●○ confirmed or not: own sending, own receiving, the peer's sending, the peer's receiving",
		"●○ 是否已确认：自己发送、自己接收、对方发送、对方接收",
	},
};

const char *word(enum word w, enum language lang)
{
	return words[w][lang];
}

/* Why a segment was dropped, short enough for a state bar. */
static const struct {
	const char *name;
	const char *text[NLANGS];
} drops[] = {
	{ "InShort", { "too short", "比首部还短" } },
	{ "InBadDoff", { "bad data offset", "数据偏移有误" } },
	{ "InCsumErrors", { "bad checksum", "校验和错误" } },
	{ "DropNoConn", { "no connection", "没有这个连接" } },
	{ "DropListen", { "no use in LISTEN", "监听者用不着" } },
	{ "DropSynSent", { "not in SYN_SENT", "SYN_SENT 不收" } },
	{ "DropSeq", { "outside window", "在窗口之外" } },
	{ "DropPaws", { "old timestamp", "时间戳太旧" } },
	{ "DropNoTimestamp", { "no timestamp", "缺少时间戳" } },
	{ "DropRst", { "inexact RST", "RST 序号不准" } },
	{ "DropSyn", { "unexpected SYN", "不该来的 SYN" } },
	{ "DropNoAck", { "no ACK", "没有 ACK" } },
	{ "DropAckFuture", { "ACK of unsent", "确认了没发过的" } },
	{ "DropAckOld", { "old ACK", "ACK 太旧" } },
	{ "DropTextClosed", { "nobody reads", "已无人读取" } },
	{ "DropRcvBuf", { "no room", "没有空间接收" } },
	{ "DropBacklog", { "backlog full", "积压队列已满" } },
	{ "DropFilter", { "filtered", "被过滤" } },
	{ "DropMinTtl", { "too far away", "来自太远" } },
	{ "DropTimeWait", { "not in TIME_WAIT", "TIME_WAIT 不收" } },
	{ "DropQuiet", { "quiet time", "静默期" } },
	{ "DropNoMem", { "no memory", "内存不足" } },
	{ "ListenOverflows", { "accept queue full", "全连接队列已满" } },
	{ "SynQueueFull", { "SYN queue full", "半连接队列已满" } },
	{ "OfoDrop", { "gap, no memory", "乱序且内存不足" } },
};

const char *why_drop(const char *reason, enum language lang)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(drops); i++)
		if (!strcmp(drops[i].name, reason))
			return drops[i].text[lang];
	return reason;
}

/* In full, and in a word. */
static const struct {
	const char *name;
	const char *text[NLANGS];
	const char *brief[NLANGS];
} timers[] = {
	{ "syn-ack",	{ "SYN-ACK timer", "SYN-ACK 定时器" },
			{ "SYN-ACK", "SYN-ACK" } },
	{ "rexmit",	{ "retransmit timer", "重传定时器" },
			{ "retransmit", "重传" } },
	{ "2msl",	{ "2MSL timer", "2MSL 定时器" },
			{ "2MSL", "2MSL" } },
	{ "delack",	{ "delayed-ACK timer", "延迟 ACK 定时器" },
			{ "delayed ACK", "延迟 ACK" } },
	{ "persist",	{ "persist timer", "坚持定时器" },
			{ "persist", "坚持" } },
	{ "keepalive",	{ "keepalive timer", "保活定时器" },
			{ "keepalive", "保活" } },
	{ "fin-wait2",	{ "FIN_WAIT2 timer", "FIN_WAIT2 定时器" },
			{ "FIN_WAIT2", "FIN_WAIT2" } },
};

const char *why_timer(const char *name, enum language lang)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(timers); i++)
		if (!strcmp(timers[i].name, name))
			return timers[i].text[lang];
	return name;
}

const char *why_timer_short(const char *name, enum language lang)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(timers); i++)
		if (!strcmp(timers[i].name, name))
			return timers[i].brief[lang];
	return name;
}
