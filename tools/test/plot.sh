# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of lctcp plot: part of run. The recordings in plot/ are of a real wire that
# loses, or reorders; beside each is what is drawn of it.

plot() { lctcp plot --color=never "$@"; }

# plotted RECORDING: in all formats and languages.
plotted() {
	local lang of=plot/$1
	for lang in en zh; do
		expected "$of.$lang.txt" plot -l "$lang" "$of.trace" &&
			expected "$of.$lang.svg" plot -f svg -l "$lang" "$of.trace" ||
			return
	done
}
test_plot_loss() { plotted loss; }
test_plot_reorder() { plotted reorder; }

# value NAME: of each line of JSON that has it.
value() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p"; }
# of_kind KIND RECORDING OPTION...
of_kind() { plot -f json "${@:3}" "plot/$2.trace" | grep "\"kind\":\"$1\""; }

# What the picture counts is what there is, and each loss is repaired.
test_plot_counts() {
	local name lost
	for name in loss reorder; do
		lost=$(of_kind segment "$name" | grep -c '"lost":true')
		plot -f svg "plot/$name.trace" >"$work/out" &&
			count 1 ">sent: $(of_kind segment "$name" | grep -c '"why":"new"')<" <"$work/out" &&
			count 1 ">lost: $lost<" <"$work/out" || return
	done
	# all that is above what was lost has arrived in the end
	of_kind segment loss | grep '"lost":true' | value seq >"$work/seqs" &&
		[ -s "$work/seqs" ] || return
	while read -r seq; do
		of_kind segment loss | grep "\"seq\":$seq," | has '"lost":false' ||
			{ echo "# $seq never arrived"; return 1; }
	done <"$work/seqs"
}
# A colour, and a letter, for each reason.
test_plot_reasons() {
	of_kind segment loss | value why | sort -u | paste -sd' ' |
		has -x "$(sed -n 's/^whys: //p' plot/about)" &&
		plot plot/loss.trace | has 'R again: RACK' &&
		of_kind remark loss | value by | has rack &&
		of_kind remark reorder | value by | has 'eifel\|dsack' &&
		of_kind segment reorder | has '"needless":true'
}
# The time that is asked for, and no other.
test_plot_time() {
	plot -f svg --time=0-0.06 plot/loss.trace >"$work/a" &&
		plot -f svg plot/loss.trace >"$work/b" &&
		! cmp -s "$work/a" "$work/b" &&
		! grep -o '<title>[0-9.]* s' "$work/a" | tr -dc '0-9.\n' |
		awk '$1 > 0.0601' | grep .
}
# The other side has sent a SYN-ACK and a FIN at most, and cwnd is its own.
test_plot_from() {
	[ "$(of_kind plot loss --from=server | value side)" = server ] &&
		[ "$(of_kind plot loss | value side)" = client ] &&
		[ "$(of_kind segment loss --from=server | wc -l)" -le 2 ]
}
# Without the receiver nobody knows what was lost.
test_plot_blind() {
	local netns
	netns=$(grep '"kind":"receive"' plot/loss.trace | value netns | sort -u |
		grep -vx "$(grep -m 1 '"role":"syn"' plot/loss.trace | value netns)")
	grep -v "\"netns\":$netns" plot/loss.trace | plot -f svg >"$work/out" &&
		count 0 'lost: ' <"$work/out" &&
		count 1 '>acknowledged</text>' <"$work/out"
}
# An older recording has no cwnd, and so one panel.
test_plot_old() {
	grep -v '"kind":"\(acked\|congestion\)"' plot/loss.trace | plot -f svg >"$work/out" &&
		count 1 'class="axis-t"' <"$work/out" &&
		count 0 'class="cwnd"' <"$work/out" &&
		plot life.trace 2>"$work/err" | has '^ *0 ┤'
}
# 20000 segments are as many pixels as there are; nothing is left out.
test_plot_thin() {
	awk 'BEGIN {
		ends = "laddr=192.0.2.1 lport=1 raddr=192.0.2.2 rport=2"
		for (i = 0; i < 20000; i++)
			printf "x-1 [000] ..... %.6f: lctcp_send: id=1 flags=ACK seq=%d ack=1 wnd=1 len=1000 %s\n", 1 + i / 1000, i * 1000, ends
	}' >"$work/many" && plot -f svg "$work/many" >"$work/out" &&
		count 1 '>sent: 20000<' <"$work/out" &&
		[ "$(grep -c 'class="seg new"' "$work/out")" -le 2000 ] || return
	# each mark tells of how many: together they are all
	[ "$(grep -o 's: [0-9]* ×' "$work/out" | tr -dc '0-9\n' |
		awk '{ n += $1 } END { print n }')" = 20000 ]
}
test_plot_columns() {
	plot plot/loss.trace | wc -L | has -x '[67][0-9]\|80' &&
		plot -W 132 -l zh plot/reorder.trace >"$work/out" &&
		[ "$(wc -L <"$work/out")" -le 132 ] && [ "$(wc -L <"$work/out")" -gt 100 ]
}
test_plot_output() {
	plot -o "$work/a.svg" plot/loss.trace && plot -f svg plot/loss.trace |
		cmp - "$work/a.svg" &&
		plot -o "$work/a.JSON" plot/loss.trace && of_kind segment loss |
		cmp - <(grep '"segment"' "$work/a.JSON") &&
		refused 2 'no format png: text, svg or json' plot -o "$work/a.png" plot/loss.trace &&
		refused 2 'no format dot' plot -f dot &&
		refused 2 'no side peer: client or server' plot --from=peer &&
		refused 2 'no time 2-1' plot --time=2-1 &&
		refused 2 'no time nan-1' plot --time=nan-1 &&
		refused 2 'no width 79' plot -W 79 &&
		refused 2 '480 pixels wide or more' plot -f svg -W 479 &&
		refused 2 'no theme red' plot --theme=red &&
		refused 2 'one file' plot a b &&
		refused 1 'no event' plot /dev/null &&
		refused 1 'no connection 9' plot -n 9 plot/loss.trace
}
test_plot_xml() {
	! command -v xmllint >/dev/null ||
		xmllint --noout plot/*.svg
}
