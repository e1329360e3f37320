# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of lctcp ladder: part of run. The recordings in ladder/ are scenes that
# labs/demo/scenes.c plays; beside each is what is drawn of it.

# golden SCENE: in all formats and languages.
golden() {
	local lang of=ladder/$1
	for lang in en zh; do
		expected "$of.$lang.txt" draw --why -l "$lang" "$of.trace" &&
			expected "$of.$lang.svg" draw -f svg -l "$lang" "$of.trace" ||
			return
	done
	expected "$of.mmd" draw -f mermaid "$of.trace"
}

test_ladder_scene_life() { golden life; }
test_ladder_scene_third_ack() { golden third-ack; }
test_ladder_scene_last_ack() { golden last-ack; }
test_ladder_scene_both_open() { golden both-open; }
test_ladder_scene_reset() { golden reset; }
test_ladder_scene_data() { golden data; }
test_ladder_scene_persist() { golden persist; }

# ---- what must be in it, whatever it looks like ----

# count N PATTERN: so many lines of standard input match.
count() { [ "$(grep -c -- "$2")" = "$1" ]; }

# The waits of 3, 6 and 12 s, each told where it begins and where it ends.
test_ladder_waits() {
	draw ladder/third-ack.trace >"$work/out" &&
		count 3 'lost: rule “drop third-ack 3”' <"$work/out" &&
		[ "$(sed -n 's/.*SYN-ACK timer starts: \([0-9]*\) s .*/\1/p' \
			"$work/out" | xargs)" = "3 6 12 24" ] &&
		grep -o 'SYN-ACK again, [1-3]..' "$work/out" | sort -u | count 3 .
}
test_ladder_2msl_anew() {
	draw ladder/last-ack.trace >"$work/out" &&
		count 1 '2MSL timer starts: 60 s' <"$work/out" &&
		count 1 '2MSL timer starts anew: 60 s' <"$work/out" &&
		count 1 'CLOSED .*2MSL timer fires' <"$work/out"
}
# A trace that begins with the SYN-ACK tells who is who.
test_ladder_late() {
	sed -n '/lctcp_send.*SYN|ACK/,$p' ladder/third-ack.trace | draw >"$work/out" &&
		count 1 'client  *192.0.2.1:40000  *192.0.2.2:80 server' <"$work/out" &&
		sed -n 2p "$work/out" | count 1 '│ SYN_RECV$'
}
test_ladder_merged() {
	draw -n 2 life.trace | count 1 'FIN+ACK in one' &&
		draw -n 1 life.trace | count 0 'FIN+ACK in one'
}
test_ladder_peers() {
	draw ladder/both-open.trace | count 1 'peer A.*peer B' &&
		draw -l zh ladder/both-open.trace | count 1 '对等端 A.*对等端 B'
}
# Every row is as wide as the page, Chinese or not; the lifelines are straight.
test_ladder_straight() {
	local lang
	for lang in en zh; do
		draw -l "$lang" ladder/third-ack.trace | wc -L | grep -qx 80 || return
		draw -l "$lang" -W 120 life.trace | wc -L | grep -qx 120 || return
	done
}
test_ladder_words() { "$build/test/words" | sed 's/^/# /'; }

# rows_of NUMBER: those of standard input that the sentence is about.
rows_of() {
	grep "[├│] \{0,1\}$1[─╌ ]\|[─╌ ]$1 \{0,1\}[┤│]"
}
# sentence RECORDING CONNECTION TITLE PATTERN: it is said, and only of rows that match.
sentence() {
	local number
	draw -w -W 120 -n "$2" "ladder/$1.trace" >"$work/out" 2>"$work/err" &&
		number=$(sed -n "s/^ *\([0-9]*\)  $3   .*/\1/p" "$work/out") &&
		[ -n "$number" ] && sed '/^$/q' "$work/out" | rows_of "$number" >"$work/rows" &&
		[ -s "$work/rows" ] && ! grep -v -- "$4" "$work/rows" || { echo "# $1: $3"; return 1; }
}
# Each sentence is said where it is true: sentences has a place for each.
test_ladder_sentences() {
	local recording n title pattern
	while IFS=$'\t' read -r recording n title pattern; do
		sentence "$recording" "$n" "$title" "$pattern" || return
	done <sentences
	diff <(cut -f 3 sentences | sort) <(sed -n \
		's/^\t\[[A-Z0-9_]*\] = { { "\([^"]*\)", .* }, "[0-9]* .*, {$/\1/p' \
		../lib/why.c | sort) | sed 's/^/# /'
}
# A window that opens makes no fast retransmission, and a late ACK no timeout.
test_ladder_not_said() {
	draw -w ladder/persist.trace | count 0 'data again: \|each timeout' &&
		draw -w ladder/old-segment.trace 2>"$work/err" |
		count 0 'each timeout\|no old segment is left'
}
# Where it leaves and where it arrives are two rows, and a gap between them is told.
test_ladder_two_rows() {
	draw ladder/two-ways.trace >"$work/out" &&
		count 1 '^  0.000 SYN_SENT .*SYN  seq=0 ╌*│$' <"$work/out" &&
		count 1 '^  *│3\{0,1\}╌* SYN  seq=0 ─*►│ SYN_RECV  *2.019$' <"$work/out" &&
		count 3 '… 1.0 s …' <"$work/out" &&
		draw -f svg -n 2 ladder/old-segment.trace >"$work/out" 2>"$work/err" &&
		count 1 'class="line data lost"' <"$work/out"
}
# A SYN that comes late is an old one only if its sender has given up.
test_ladder_late_syn() {
	sentence old-syn 2 'late SYN' 'SYN  seq=-\|late SYN' &&
		sentence old-syn 2 'server → SYN_RECV' '╌ SYN  seq=0 .*SYN_RECV'
}
# The listener is there, and nothing comes to it before it can.
test_ladder_never_early() {
	draw -n 1 ladder/old-syn.trace >"$work/out" && count 0 '►\|●' < <(head -n -3 "$work/out") &&
		sed -n 2p "$work/out" | count 1 'CLOSED .*LISTEN$' || return
	# whose other end is in no trace
	grep -v 'laddr_v6=::ffff:192.0.2.2 ' ladder/old-syn.trace >"$work/one"
	draw -n 1 "$work/one" | count 0 '►' || return
	grep 'laddr_v6=::ffff:192.0.2.1 ' ladder/third-ack-data.trace |
		draw -f svg >"$work/one.svg" || return
	# no arrow rises
	sed -n 's/^<line x1="[0-9.]*" y1="\([0-9.]*\)" x2="[0-9.]*" y2="\([0-9.]*\)" class="line .*/\1 \2/p' \
		"$work/one.svg" | awk '$2 < $1 { exit bad = 1 } END { exit bad || !NR }'
}
# The counter's name stands there, however little room there is.
test_ladder_counters() {
	draw -n 2 ladder/queue-full.trace | count 1 '(ListenOverflows)' &&
		draw -l zh -n 2 ladder/queue-full.trace | count 1 '（ListenOverflows）' &&
		draw -W 120 -n 2 ladder/queue-full.trace |
		count 1 'dropped: accept queue full (ListenOverflows)'
}
# An ACK takes no number: it is sent again, but is no retransmission.
test_ladder_ack_again() {
	draw -l zh ladder/third-ack.trace >"$work/out" &&
		count 0 '重传 ACK' <"$work/out" && count 3 '第 [123] 次再发 ACK' <"$work/out" &&
		count 0 '旧的重复报文[^段]' < <(lctcp explain -l zh --all)
}
# The time of no side goes back, whatever crosses on the wire.
test_ladder_order() {
	local of
	for of in ladder/*.trace life.trace; do
		draw "$of" 2>"$work/err" | awk '
			/^ *[0-9]+\.[0-9]+ .*[├│╭╰╎┊]/ { if ($1 + 0 < c) exit bad = 1; c = $1 + 0 }
			/[┤│╮╯╎┊].* [0-9]+\.[0-9]+$/ { if ($NF + 0 < s) exit bad = 1; s = $NF + 0 }
			END { exit bad || !(c + s) }' || { echo "# $of"; return 1; }
	done
	draw ladder/both-close.trace >"$work/out" &&
		count 1 '^  0.050 FIN_WAIT1 .* FIN .*╌│$' <"$work/out" &&
		count 1 '^  *│.*╌ FIN .*►│ CLOSING  *0.060$' <"$work/out"
}
# Nothing of the numbers is left out, however little room there is.
test_ladder_numbers() {
	local of lang
	for of in data persist third-ack old-segment; do
		for lang in en zh; do
			draw -l "$lang" "ladder/$of.trace" 2>"$work/err" >"$work/out"
			[ "$(grep -c '[►◄✗╌]' "$work/out")" = \
				"$(grep -c 'seq=[0-9]* ack=\|SYN  seq=0 \|RST' "$work/out")" ] ||
				{ echo "# $of $lang"; return 1; }
			[ "$(wc -L <"$work/out")" -le 80 ] || return
			draw -f svg -l "$lang" "ladder/$of.trace" 2>"$work/err" |
				grep -o 'class="halo nums mono">[^<]*\|class="nums mono">[^<]*' >"$work/svg"
			! grep -v 'ack=\|>seq=0$' "$work/svg" || return
		done
	done
}
test_ladder_part() {
	draw --part=close ladder/life.trace >"$work/out" &&
		sed -n 2p "$work/out" | count 1 'ESTABLISHED │ *│ ESTABLISHED' &&
		count 1 '0.000 FIN_WAIT1 .*FIN  seq=15 ack=22' <"$work/out" &&
		count 4 '[►◄]' <"$work/out" &&
		draw --part=open ladder/life.trace | count 3 '[►◄]' &&
		refused 2 'no part middle: open, close or all' ladder --part=middle life.trace &&
		refused 1 'nothing of it' ladder --part=close ladder/third-ack.trace
}
test_ladder_books() {
	draw --books ladder/life.trace >"$work/out" &&
		count 1 'SYN=1  seq=x ' <"$work/out" &&
		count 1 'SYN=1 ACK=1  seq=y ack=x+1 ' <"$work/out" &&
		count 1 ' ACK=1  seq=x+1 ack=y+1 ' <"$work/out" &&
		count 1 'FIN=1 ACK=1  seq=x+15 ack=y+22' <"$work/out" &&
		count 1 '^x, y: ' <"$work/out" &&
		draw --books -f svg -l zh ladder/life.trace | count 1 'x、y：'
}
# What programs called, as far as their FINs tell.
test_ladder_calls() {
	draw ladder/half-close.trace >"$work/out" &&
		count 1 '^        connect()   │ *│ listen()$' <"$work/out" &&
		count 1 '^        shutdown()  │' <"$work/out" &&
		count 1 '│ close()$' <"$work/out" &&
		sed '/to=FIN_WAIT2/q' ladder/half-close.trace | draw | count 1 'shutdown()' &&
		draw ladder/both-open.trace | count 2 'connect()' &&
		draw --part=close ../../docs/pictures/close.trace | count 2 'close()' &&
		draw -f svg -l zh ladder/life.trace | count 2 '主动打开\|被动打开'
}
# Whoever reads 3.08 s for a timer of 3 s is told why, once; and what numbers count from.
test_ladder_remarks() {
	draw ladder/last-ack.trace | count 1 'an eighth late\|eighth late' &&
		draw ladder/third-ack.trace >"$work/out" &&
		count 1 "seq and ack are relative: each side's SYN is 0" <"$work/out" &&
		draw ../../docs/pictures/open.trace | count 0 'eighth' &&
		draw ladder/data.trace | count 1 'relative: the first ones seen are 0'
}
# A timer that fires a tick late has a shorter remark; a wait is what it was set to.
test_ladder_ticks() {
	draw -n 1 ladder/queue-full.trace >"$work/out" &&
		count 1 'tick of the kernel' <"$work/out" && count 0 'eighth' <"$work/out" &&
		draw -n 1 -f svg ladder/queue-full.trace >"$work/out.svg" &&
		count 1 'tick of the kernel' <"$work/out.svg" &&
		[ "$(sed -n 's/.*class="span-n.*>\(.*\)<.*/\1/p' "$work/out.svg" | xargs)" = \
			"1 s 2 s 4 s 8 s 3 s" ]
}
# accept() and the end of the stream, each in the row where its program got it, and
# once, though a program may read on.
test_ladder_handed() {
	local calls='ESTABLISHED\|accept()\|CLOSE_WAIT\|read() = 0'
	{ cat ladder/life.trace; grep 'call=eof' ladder/life.trace; } | draw >"$work/out" &&
		[ "$(sed -n "s/.*[ │╮╯╎]\\($calls\\)  *\\(0\\.[0-9]*\\)\$/\\1 \\2/p" "$work/out" |
			paste -sd ,)" = "ESTABLISHED 0.030,accept() 0.030,$(
			)CLOSE_WAIT 0.180,read() = 0 0.180" ] &&
		count 1 'accept()' <"$work/out" && count 1 'read() = 0' <"$work/out" &&
		draw --part=open ladder/life.trace | count 1 'accept()' &&
		draw --part=close ladder/life.trace | count 0 'accept()' || return
	# the state begins above what was called in it
	draw -f svg ladder/life.trace | sed -n \
		's/^<text .* y="\([0-9.]*\)".*>\('"$calls"'\)<.*/\1 \2/p' |
		awk '{ y[$2] = $1 } END { exit !(y["accept()"] > y["ESTABLISHED"] + 12 &&
			y["read()"] > y["CLOSE_WAIT"] + 12 && y["read()"] < y["CLOSE_WAIT"] + 30) }'
}
# A segment of an older connection: why its numbers are what they are.
test_ladder_old_numbers() {
	draw -n 2 ladder/old-syn.trace | count 1 'also for an older' &&
		draw -n 2 -f svg ladder/old-segment.trace |
		count 1 "SYNs are 0, also for an older one" &&
		draw -n 1 ladder/old-segment.trace | count 0 'older'
}
# Somebody acts: a side, not "we".
test_ladder_nobody_is_we() {
	! { lctcp explain --all; draw -w life.trace; draw -w -l zh life.trace; } 2>/dev/null |
		grep -wi 'we\|us\|our\|ours\|我们'
}

# ---- pictures ----

# What is drawn of each of these is well-formed, and has a title.
test_ladder_xml() {
	local of
	command -v xmllint >/dev/null || return 0
	for of in ladder/*.trace life.trace buffers/trace; do
		draw -f svg --title='a < b & "c"' "$of" 2>/dev/null >"$work/a.svg" &&
			xmllint --noout "$work/a.svg" || return
	done
	xmllint --xpath 'string(/*/*[local-name()="title"])' "$work/a.svg" |
		grep -qxF 'a < b & "c"'
}
test_ladder_themes() {
	local theme
	for theme in auto light dark; do
		draw -f svg --theme="$theme" life.trace 2>/dev/null >"$work/$theme"
	done
	count 1 'prefers-color-scheme:dark' <"$work/auto" &&
		count 0 'prefers-color-scheme' <"$work/light" &&
		count 0 'prefers-color-scheme' <"$work/dark" &&
		count 0 '#0d1117' <"$work/light" || return
	# no more than the style sheet differs
	diff <(sed '/<style>/,/<\/style>/d' "$work/auto") \
		<(sed '/<style>/,/<\/style>/d' "$work/dark") >"$work/out"
}
# One sheet of A4, upright.
test_ladder_sheet() {
	local of
	for of in ladder/*.trace life.trace; do
		draw -f svg "$of" 2>/dev/null |
			sed -n '1s/.* width="\([0-9.]*\)" height="\([0-9.]*\)".*/\1 \2/p' |
			awk '{ exit !($1 >= 1000 && $1 <= 1300 && $2 / $1 < 1.4145) }' ||
			{ echo "# $of"; return 1; }
	done
}
# Nothing of the day, of the machine or of the file's name.
test_ladder_same_again() {
	draw -f svg -o "$work/a.svg" ladder/life.trace &&
		sleep 1.1 &&
		TZ=Asia/Shanghai draw -f svg - <ladder/life.trace |
		cmp - "$work/a.svg"
}

# Those of the README are what is drawn of their recordings now.
test_ladder_pictures() {
	local picture
	[ "$build" -ef ../build ] || return 0
	mkdir "$work/pictures" &&
		../../scripts/pictures --draw -o "$work/pictures" 2>"$work/err" ||
		return
	for picture in "$work"/pictures/*.svg; do
		cmp "$picture" "../../docs/pictures/${picture##*/}" || return
	done
}

# ---- which connection ----

test_ladder_list() {
	expected ladder-list.txt draw --list life.trace
}
# Chinese titles are as wide as they look.
test_ladder_list_chinese() {
	draw -l zh --list life.trace >"$work/out"
	diff <(tail -n +2 "$work/out") <(tail -n +2 ladder-list.txt) &&
		[ "$(head -n 1 "$work/out" | wc -L)" = "$(wc -L <ladder-list.txt)" ] &&
		head -n 1 "$work/out" | grep -q '^号 .*两端 .*服务器 .*重传$'
}
# Another connection, hours later.
later() {
	sed 's/ \([0-9]*\)\.\([0-9]*\): lctcp/ 9\1.\2: lctcp/; s/40000/40001/g' \
		ladder/third-ack.trace
}
# sorted KEY: the numbers of three connections in that order.
sorted() {
	draw --list --sort="$1" "$work/three" | awk 'NR > 1 { printf "%s", $1 }'
}
test_ladder_sort() {
	{ cat life.trace; later; } >"$work/three"
	[ "$(sorted time) $(sorted lost) $(sorted again)" = "123 312 312" ] &&
		[ "$(sorted duration) $(sorted state)" = "132 132" ] || {
		draw --list "$work/three" | sed 's/^/# /'
		return 1
	}
	# by time unless told, whatever the order of the file; and it fits
	draw --list ../../docs/pictures/states.trace >"$work/out" &&
		awk 'NR > 1 { print $2 }' "$work/out" | sort -cn &&
		[ "$(wc -l <"$work/out")" = 10 ] && [ "$(wc -L <"$work/out")" -le 80 ] &&
		# a timer ran before the first segment: both count from there
		draw --list ladder/keepalive.trace | count 1 ' 0.00 .* 20.40 ' || return
	refused 2 'no key size: time, state' ladder --list --sort=size life.trace &&
		refused 2 'goes with --list' ladder --sort=lost life.trace
}
# No time is before the first event, wherever that stands.
test_ladder_negative() {
	{ later; cat life.trace; } >"$work/mixed"
	[ "$(draw --list "$work/mixed" | awk 'NR > 1 { print int($2) }' | xargs)" = \
		"0 63 9121" ]
}
test_ladder_choice() {
	local which
	draw -n 1 life.trace >"$work/one"
	draw life.trace 2>"$work/err" | cmp - "$work/one" &&
		grep -q 'the first of 2' "$work/err" || return
	for which in 192.0.2.1:40000-192.0.2.2:80 192.0.2.2:80-192.0.2.1:40000 \
		192.0.2.2:80 192.0.2.1 :80 :40000-192.0.2.2; do
		draw -n "$which" life.trace 2>"$work/err" | cmp - "$work/one" &&
			grep -q 'number 1' "$work/err" || return
	done
	refused 1 'no connection 3 ' ladder -n 3 life.trace &&
		refused 1 'no connection :81' ladder -n :81 life.trace &&
		refused 1 'no connection 192.0.2.1:4' ladder -n 192.0.2.1:4 life.trace
}
# The same addresses in other namespaces.
test_ladder_namespaces() {
	sed -n 's/netns=4/netns=5/; s/ id=\([0-9]\)/ id=7\1/; s/^/x/p' \
		ladder/life.trace >"$work/other"
	paste -d '\n' ladder/life.trace "$work/other" >"$work/both"
	draw --list "$work/both" | count 3 . &&
		draw -n 1 "$work/both" | cmp - <(draw ladder/life.trace) &&
		draw -n 2 "$work/both" | cmp - <(draw ladder/life.trace)
}

# ---- strange recordings ----

# Only what one host saw: nothing is lost, and nobody knows the other's times.
test_ladder_one_end() {
	local host
	for host in 1 2; do
		grep "laddr=192.0.2.$host \|timer" ladder/life.trace >"$work/one" &&
			draw "$work/one" >"$work/out" &&
			count 0 '✗\|never arrived' <"$work/out" &&
			count 10 '[►◄]' <"$work/out" || return
	done
}
# survives FILE: it is drawn or refused, but nothing breaks.
survives() {
	local format status
	for format in text svg mermaid; do
		status=0
		draw -f "$format" --why "$1" >"$work/drawn" 2>"$work/err" || status=$?
		[ "$status" -le 1 ] && ! grep -q 'ERROR: \|runtime error' "$work/err" ||
			{ head -n 5 "$work/err" | sed 's/^/# /'; return 1; }
	done
}
test_ladder_cut() {
	local n
	for n in 1 5 9 14 20 27 35; do
		head -n "$n" life.trace >"$work/cut" && survives "$work/cut" &&
			tail -n "$n" life.trace >"$work/cut" && survives "$work/cut" ||
			return
	done
	head -c 5000 life.trace >"$work/cut" && survives "$work/cut"
}
test_ladder_shuffled() {
	local seed
	for seed in 1 2 3 4 5 6; do
		awk -v seed="$seed" 'BEGIN { srand(seed) }
			{ print rand() "\t" $0; if (rand() < .2) print rand() "\t" $0 }' \
			life.trace | sort -n | cut -f 2- >"$work/shuffled"
		survives "$work/shuffled" || return
	done
}
# On a slow machine the SYN of a connect() leaves milliseconds after it, and is one
# step with it all the same.
test_ladder_slow() {
	sed '0,/2\.656610: lctcp_send/s//2.661610: lctcp_send/' life.trace >"$work/slow" &&
		grep -q '2\.661610' "$work/slow" &&
		"$build/lctcp" ladder "$work/slow" >"$work/out" 2>/dev/null &&
		grep -q 'SYN_SENT *├1─* SYN' "$work/out" &&
		! grep -q ACTIVE_OPEN "$work/out"
}
test_ladder_odd_values() {
	sed 's/seq=[0-9]*/seq=4294967295/; s/ms=[0-9]*/ms=18446744073709551615/;
		s/timer=2msl/timer=&<x>"/; s/role=ack/role=/' life.trace >"$work/odd"
	survives "$work/odd" &&
		sed 's/len=14/len=4294967295/; s/count=1/count=4294967295/;
			s/ack=[0-9]*/ack=0/; s/from=[A-Z_]*/from=NEW_STATE/' \
			life.trace >"$work/odd" && survives "$work/odd" &&
		sed 's/ \([0-9]*\)\.\([0-9]*\): / 9223372036854\1.\2: /' life.trace \
			>"$work/odd" && survives "$work/odd"
}
# Tens of thousands of events in seconds of the processor, not hours.
test_ladder_long() {
	local format
	awk -v n=800 '{ all = all $0 "\n" }
		END { for (i = 0; i < n; i++) {
			s = all
			gsub(/[0-9]+\.[0-9]+: lctcp/, 1000 + 2 * i ".000001: lctcp", s)
			printf "%s", s } }' ladder/persist.trace >"$work/long"
	for format in text svg mermaid; do
		(ulimit -t 60 && exec "$build/lctcp" ladder -f "$format" \
			"$work/long") >"$work/out" 2>&1 || return
	done
}

# ---- mermaid ----

# Each sentence is a note, where it is first needed; nothing ends a note early.
test_ladder_mermaid_notes() {
	draw -f mermaid ladder/third-ack.trace >"$work/out" && count 0 '%%' <"$work/out" &&
		count 5 '^    Note over C,S: ([1-5]) .*<br/>.*RFC' <"$work/out" &&
		grep -A 9 'C->>S: (1)' "$work/out" | count 1 'Note over C,S: (1)' &&
		! sed 's/#[0-9]*;//g' "$work/out" | grep '[;#]'
}

# ---- the command line ----

# What the name of the output says.
test_ladder_output() {
	draw -o "$work/a.svg" ladder/data.trace && draw -f svg ladder/data.trace | cmp - "$work/a.svg" &&
		draw -o "$work/a.mmd" ladder/data.trace && cmp "$work/a.mmd" ladder/data.mmd &&
		draw -o "$work/a.txt" ladder/data.trace && draw ladder/data.trace | cmp - "$work/a.txt" &&
		draw -f svg -o "$work/a.png" ladder/data.trace && cmp "$work/a.png" "$work/a.svg" &&
		refused 2 'no format png: text, svg or mermaid' ladder -o "$work/b.png" ladder/data.trace &&
		[ ! -e "$work/b.png" ]
}

test_ladder_refuses() {
	refused 2 'no format png: text, svg or mermaid' ladder -f png life.trace &&
		refused 2 'no theme blue: light, dark or auto' ladder --theme=blue life.trace &&
		refused 2 'no language fr: en, zh' ladder -l fr life.trace &&
		refused 2 'no width 79' ladder -W 79 life.trace &&
		refused 2 '1000 pixels' ladder -f svg -W 200 life.trace &&
		refused 2 'one file' ladder life.trace life.trace &&
		refused 2 'no --color=red: always' ladder --color=red life.trace &&
		refused 1 'No such file' ladder -o /nonexistent/x life.trace
}
