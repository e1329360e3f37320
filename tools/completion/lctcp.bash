# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of lctcp(8) for bash.

_lctcp_kinds='state send receive fault retransmit timer_set timer_fired drop call congestion sack path acked'
_lctcp_roles='syn synack third-ack data ack fin fin-ack last-fin last-ack rst'

# _lctcp_names FIELD: the names in one column of the state machine's table, 1 for
# states, 3 for events.
_lctcp_names() {
	"${COMP_WORDS[0]}" explain --all 2>/dev/null |
		awk -v field="$1" '/──►/ { print $field }' | sort -u
}

# All that can be explained.
_lctcp_explained() {
	"${COMP_WORDS[0]}" explain --list 2>/dev/null | cut -d ' ' -f 1 | sort -u
}

# _lctcp_reply WORD CANDIDATE...: those that begin like WORD, in any case.
_lctcp_reply() {
	local word=$1 candidate
	shift
	for candidate; do
		[[ ${candidate,,} != "${word,,}"* ]] || COMPREPLY+=("$candidate")
	done
}

# The long options of a command, as its own help has them; those with a value
# end with "=".
_lctcp_options() {
	"${COMP_WORDS[0]}" help "$1" 2>/dev/null |
		sed -n 's/^ .*\(--[a-z0-9-]*=\{0,1\}\).*/\1/p'
}

# _lctcp_value OPTION WORD: what may stand behind an option; false if there is
# nothing to offer.
_lctcp_value() {
	local before=
	# shellcheck disable=SC2046,SC2086
	case $1 in
	--state | -s | --only)
		# a list: only its last part is completed
		[[ $2 != *,* ]] || before=${2%,*},
		local words=$_lctcp_kinds
		[ "$1" = --only ] || words=$(_lctcp_names 1)
		_lctcp_reply "${2##*,}" $words
		COMPREPLY=("${COMPREPLY[@]/#/$before}")
		;;
	--role | -r) _lctcp_reply "$2" active passive listener ;;
	--color | -c) _lctcp_reply "$2" always never auto ;;
	--format | -f) _lctcp_reply "$2" $(_lctcp_formats) ;;
	--lang | -l) _lctcp_reply "$2" en zh ;;
	--part) _lctcp_reply "$2" open close all ;;
	--from) _lctcp_reply "$2" client server ;;
	--theme) _lctcp_reply "$2" auto light dark ;;
	--sort) _lctcp_reply "$2" time state duration lost again ;;
	--output) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
	--port | -p | --interval | -i | --buffer | -b | --width | -W | --connection | -n | --title | --time) ;;
	*) return 1 ;;
	esac
}

_lctcp_formats() {
	"${COMP_WORDS[0]}" help "${COMP_WORDS[1]}" 2>/dev/null |
		sed -n '/--format=/,/^  -/p' |
		grep -o '\<\(text\|dot\|svg\|mermaid\|json\)\>' | sort -u
}

_lctcp_fault() {
	local word=$1 last=${COMP_WORDS[COMP_CWORD - 1]}
	# shellcheck disable=SC2086
	case $last in
	fault) _lctcp_reply "$word" list add clear drop dup delay ;;
	add) _lctcp_reply "$word" drop dup delay ;;
	drop | dup | delay) _lctcp_reply "$word" $_lctcp_roles ;;
	skip | port | clear | list) ;;
	*) _lctcp_reply "$word" skip port ;;
	esac
}

_lctcp() {
	local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]-} commands
	COMPREPLY=()
	commands=$("${COMP_WORDS[0]}" --help 2>/dev/null |
		sed -n 's/^  lctcp \([a-z]*\) .*/\1/p')
	if [ "$COMP_CWORD" = 1 ] || [ "$command" = help ]; then
		# shellcheck disable=SC2086
		_lctcp_reply "$word" $commands help --help --version
		return
	fi
	# "=" is a word of its own to bash
	if [ "$word" = = ] && _lctcp_value "$last" ''; then
		return
	elif [ "$last" = = ] &&
		_lctcp_value "${COMP_WORDS[COMP_CWORD - 2]}" "$word"; then
		return
	elif _lctcp_value "$last" "$word"; then
		return
	fi
	if [[ $word = -* ]]; then
		# shellcheck disable=SC2046
		_lctcp_reply "$word" $(_lctcp_options "$command")
		[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
		return
	fi
	# shellcheck disable=SC2046
	case $command in
	fault) _lctcp_fault "$word" ;;
	explain) _lctcp_reply "$word" $(_lctcp_explained) ;;
	watch) ;;
	*)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		;;
	esac
}

complete -F _lctcp lctcp
