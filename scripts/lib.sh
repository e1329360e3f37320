# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the scripts share: messages, the cache, its locks. Sourced, never run.

set -euo pipefail

PATH=$PATH:/usr/sbin:/sbin # modprobe, for an ordinary user

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${LCTCP_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/lctcp}
# shellcheck disable=SC2034 # used by the scripts that source this file
ncpus=$(nproc)
# shellcheck disable=SC2034
default_kernel=6.12

note() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { note "$*"; exit 1; }

# usage: print the calling script's header comment, its help: from "Usage:" or, if
# there is one and it is to be Chinese, from "用法：", up to the first other line.
usage() {
	local from=Usage:
	if [ "$(told en zh)" = zh ] && grep -q '^# 用法：' "$0"; then
		from=用法：
	fi
	sed -n "/^# $from/,/^[^#]\|^\$/{ /^[^#]\|^\$/d; s/^# \{0,1\}//; p }" "$0"
}

# language [NAME]: en or zh, by NAME, by $L10N or else by the locale: as
# tools/lib/lang.c does, for who has to know before there is a program to ask.
language() {
	local locale=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} name=${1:-${L10N:-}}
	case $name in
	en | zh) echo "$name" ;;
	'') case $locale in zh_CN*) echo zh ;; *) echo en ;; esac ;;
	*) refuse "no language $name: en, zh" ;;
	esac
}

# told ENGLISH CHINESE: the one that is to be said, by --lang ($lang) or as
# language does, which may itself refuse.
told() {
	case ${lang:-${L10N:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}} in
	zh | zh_CN*) echo "$2" ;;
	*) echo "$1" ;;
	esac
}

# refuse MESSAGE [CHINESE]: a bad command line.
refuse() { note "$(told "$1 (see --help)" "${2-$1}（参见 --help）")"; exit 2; }

# locked NAME: hold the lock NAME until this process exits. Two runs that want
# the same kernel wait for each other. The descriptor is not inherited by the
# programs started under it with 9>&-; a child that keeps it keeps the lock.
locked() {
	mkdir -p "$cache/lock"
	exec 9>"$cache/lock/$1"
	if ! flock -n 9; then
		note "waiting for another run ($1)"
		flock 9
	fi
}

# quietly LOG COMMAND...: all output into LOG, its end shown upon a failure.
quietly() {
	local log=$1
	shift
	if ! "$@" >"$log" 2>&1 9>&-; then
		tail -n 30 "$log" >&2
		die "failed: $* (log: $log)"
	fi
}

# source_version VERSION: what identifies the kernel source in Debian's archive.
source_version() { dpkg-query -W -f '${Version}' "linux-source-$1" 2>/dev/null; }

# use_kernel KERNEL: make sure that it is there and set release, image (what
# boots), kdir (what modules are built against) and kmake (how).
use_kernel() {
	local dir
	case $1 in
	uml | uml-*)
		local version=${1#uml}
		version=${version#-}
		dir=$("$top/scripts/uml-kernel" "${version:-$default_kernel}")
		release=$(cat "$dir/include/config/kernel.release")
		image=$dir/linux
		kdir=$dir
		kmake=(make -C "$kdir" ARCH=um)
		;;
	6.1 | 6.12)
		dir=$("$top/scripts/debian-kernel" "$1")
		release=${dir##*/}
		# shellcheck disable=SC2034
		image=$dir/boot/vmlinuz-$release
		kdir=$dir/usr/src/linux-headers-$release
		# Type information needs pahole and serves nobody here.
		kmake=(make -C "$kdir" CONFIG_DEBUG_INFO_BTF_MODULES=)
		;;
	*) refuse "no kernel '$1': uml, uml-VERSION, 6.1 or 6.12" ;;
	esac
}

# in_a_word TEXT: say what is going on, on a line that is erased again.
in_a_word() {
	[ ! -t 2 ] || printf '\r\033[K%s' "$*" >&2
}

# ready KERNEL: there it is, from the cache or from Debian; words go to $log.
# shellcheck disable=SC2154 # the caller's
ready() { (use_kernel "$1") >>"$log" 2>&1; }

# A kernel log, for scripts/kernel-reports to be looked for: percpu shows where it
# was called whenever it has to say that there is no memory, which is no fault
# where allocations are made to fail.
kernel_said() {
	sed '/percpu: allocation failed.* atomic=0/,/Call Trace:/s/Call Trace:/call trace/'
}
