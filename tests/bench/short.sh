#!/usr/bin/env bash
# Speed and memory of the tools: bench.sh BUILD_DIR
#
# Two tables: each workload against crit, or against another program that does such work;
# and what ten times the work costs. BENCH_QUICK=1 takes a hundredth of all sizes, to see
# that everything works; its figures mean nothing. A full run takes some minutes and up to
# 4 GB in TMPDIR (/tmp), which it gives back.
set -euo pipefail
export LC_ALL=C

B=${1:?usage: bench.sh BUILD_DIR}
B=$(cd "$B" && pwd)
here=$(dirname "$0")
T=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM
export PATH="$B:$PATH"

K=1000 M=1000000 Mi=$((1 << 20)) runs=3 missed=0
if [ "${BENCH_QUICK:-0}" = 1 ]; then
	K=10 M=10000 Mi=$((1 << 14)) runs=1
	echo "BENCH_QUICK: sizes are a hundredth of those said, and the figures mean nothing."
fi

# calc FORMAT EXPRESSION
calc()
{
	awk "BEGIN { printf \"$1\", ($2) }"
}

# goal CONDITION WORDS: `verdict` is empty where it holds
goal()
{
	verdict=
	if [ "$(calc %d "$1")" = 0 ]; then
		verdict="  missed: $2"
		missed=$((missed + 1))
	fi
}

# measure COMMAND...: sets cpu (seconds) and rss (MiB); crit, which takes its time, runs once
measure()
{
	local kib n=$runs
	[ "$1" != crit ] || n=1
	read -r cpu _ kib < <("$B/bench/run" -n "$n" "$@") || { echo "bench: failed: $*" >&2; exit 1; }
	rss=$(calc %.1f "$kib / 1024")
}

# ---- what is measured ----

# image KIND N: $T/i, and its text $T/j, which comes back
image()
{
	local raw=()
	[ "$1" != raw ] || raw=(--raw)
	"$B/bench/gen" "$1" "$2" >"$T/i"
	img2json "${raw[@]}" "$T/i" >"$T/j"
	json2img "$T/j" | cmp - "$T/i"
}

# space DIR: a dump of one task, 7, with one mapping of all of its address space
space()
{
	json2img -C "$1" <<-'END'
	{"magic":"INVENTORY","img":"inventory.img"}
	{"img_version":2}
	{"magic":"PSTREE","img":"pstree.img"}
	{"pid":7,"ppid":0,"pgid":7,"sid":7,"threads":[7]}
	{"magic":"CORE","img":"core-7.img"}
	{"mtype":"X86_64","tc":{"task_state":1,"exit_code":0,"personality":0,"flags":0,"blk_sigset":0,"comm":"t"}}
	{"magic":"MM","img":"mm-7.img"}
	{"mm_start_code":0,"mm_end_code":0,"mm_start_data":0,"mm_end_data":0,"mm_start_stack":0,"mm_start_brk":0,"mm_brk":0,"mm_arg_start":0,"mm_arg_end":0,"mm_env_start":0,"mm_env_end":0,"exe_file_id":1,"mm_saved_auxv":[6,4096],"vmas":[{"start":4096,"end":4503599627370496,"pgoff":0,"shmid":0,"prot":3,"flags":34,"status":513,"fd":-1}]}
	END
}

# pagemap ADDRESS PAGES FLAGS DIR: one run
pagemap()
{
	printf '{"magic":"PAGEMAP","img":"pagemap-7.img"}\n{"pages_id":1}\n{"vaddr":%d,"compat_nr_pages":0,"flags":%d,"nr_pages":%d}\n' \
		"$1" "$3" "$2" | json2img -C "$4"
}

# memory DIR BYTES: all of it stored, in one run, with one place to find
memory()
{
	space "$1"
	"$B/bench/gen" raw "$2" >"$1/pages-1.img"
	printf SWORDFISH | dd of="$1/pages-1.img" bs=1 seek=$(($2 - 100)) conv=notrunc status=none
	pagemap $((1 << 30)) $(($2 / 4096)) 4 "$1"
}

# scattered DIR RUNS: memory in so many runs of pages
scattered()
{
	space "$1"
	"$B/bench/gen" pagemap "$2" >"$1/pagemap-7.img"
	truncate -s $(($2 * 256 * 4096)) "$1/pages-1.img"
	# Some of it is in the parent, where it is lazy.
	space "$1.parent"
	pagemap 4096 $(((1 << 40) - 2)) 2 "$1.parent"
	ln -s "../${1##*/}.parent" "$1/parent"
}

# ---- against others ----

line='%-28s %-9s %8s  %-12s %8s %7s %7s %8s %8s%s\n'

# against LABEL BYTES GOAL TOOL ARG... -- [PEER ARG...]: the peer's seconds are to be at
# least GOAL times ours. BYTES - where MB/s say nothing.
against()
{
	local label=$1 bytes=$2 least=$3 tool=$4 ours=() our_cpu our_rss name=- seconds=- ratio=- mb=- its=-
	shift 3
	while [ "$1" != -- ]; do ours+=("$1"); shift; done
	shift
	measure "${ours[@]}"
	our_cpu=$cpu our_rss=$rss verdict=
	if [ $# != 0 ]; then
		name=$1
		case $name in
		crit) name="crit $2" ;;
		sh) name=${3%% *} ;;
		esac
		[ "${2:-}" != x ] || name="crit x $4"
	fi
	if [ $# != 0 ] && command -v "${name%% *}" >/dev/null; then
		measure "$@"
		seconds=$(calc %.2f "$cpu") its=$rss
		ratio=$(calc %.1f "$cpu / ($our_cpu + 1e-6)")
		goal "$ratio >= $least" "$least"
	elif [ $# != 0 ]; then
		seconds=absent
	fi
	[ "$bytes" = - ] || mb=$(calc %.0f "$bytes / 1e6 / ($our_cpu + 1e-6)")
	[ "$tool" != sh ] || tool=${ours[2]%% *}
	[ "$tool" != "$B/dropin/crit" ] || tool="our crit"
	# shellcheck disable=SC2059
	printf "$line" "$label" "$tool" "$(calc %.3f "$our_cpu")" "$name" "$seconds" "$ratio" "$mb" \
		"$our_rss" "$its" "$verdict"
}

# both LABEL KIND N: an image to text and back
both()
{
	local bytes
	image "$2" "$3"
	rm -f "$T/c"
	bytes=$(stat -c %s "$T/i")
	against "$1" "$bytes" 100 img2json "$T/i" -- crit decode -i "$T/i" -o "$T/c"
	if [ -s "$T/c" ]; then
		against "" "$bytes" 50 json2img "$T/j" -- crit encode -i "$T/c" -o /dev/null
	else
		against "" "$bytes" 50 json2img "$T/j" --
	fi
	against "" "$bytes" 0.5 json2img "$T/j" -- sh -c "json_verify -q -s <$T/j"
	# The same through our crit, which adds the form of crit's documents.
	if [ -s "$T/c" ]; then
		against "" "$bytes" 50 "$B/dropin/crit" decode -i "$T/i" -o /dev/null -- crit decode -i "$T/i" -o /dev/null
		against "" "$bytes" 10 "$B/dropin/crit" encode -i "$T/c" -o /dev/null -- crit encode -i "$T/c" -o /dev/null
	fi
	[ "$2" != ghost ] || against "" "$bytes" 1 img2json "$T/i" -- base64 -w0 "$T/i"
	rm -f "$T"/?
}

cat <<END
$(img2json --version | head -n 1), $(date +%F), $(uname -srm),$(sed -n 's/^model name[^:]*://p;T;q' /proc/cpuinfo)

CPU seconds, user and system, the median of $runs runs behind one that does not count, of crit
one run; files are in the page cache, output goes to /dev/null. Ratio: their seconds over ours. MB/s: of
the image, in a second of ours. RSS: the peak, in MiB.

END
# shellcheck disable=SC2059
printf "$line" workload tool ours peer theirs ratio MB/s RSS "their RSS" ""
# The pagemap is one of CRIU 4.1: Debian's crit knows no later ones.
both "pagemap, 1000000 entries" pagemap-4.1 "$M"

both "files, 20 entries" files 20



"$here/tree.sh" "$B" "$T/tree" "$K" 20
label="dump of 1000 processes"
for pair in imgps:ps imgfds:fds imgmems:mems imgpages:rss; do
	against "$label" - 5 "${pair%:*}" "$T/tree" -- crit x "$T/tree" "${pair#*:}"
	label=
done
for what in ps fds mems; do
	against "" - 5 "$B/dropin/crit" x "$T/tree" $what -- crit x "$T/tree" $what
done
against "" - - sh -c "imgcheck $T/tree 2>&1" --

