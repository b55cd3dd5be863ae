#!/usr/bin/env bash
# Speed and memory of the tools: bench.sh BUILD_DIR
#
# Two tables: each workload against crit, or against another program that does such work;
# and what ten times the work costs. BENCH_QUICK=1 takes a hundredth of all sizes, to see
# that everything works; its figures mean nothing. A full run takes some minutes and up to
# 4 GB in TMPDIR (/tmp), which it gives back. CRIU=FILE is the criu of the restores, which root
# alone can do.
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

# measure COMMAND...: sets cpu (seconds) and rss (MiB); crit, which takes its time, runs once. With
# `clock` set, cpu is the time that passes.
measure()
{
	local kib n=$runs
	[ "$1" != crit ] || n=1
	read -r cpu wall kib < <("$B/bench/run" -n "$n" "$@") || { echo "bench: failed: $*" >&2; exit 1; }
	[ -z "${clock:-}" ] || cpu=$wall
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

# space DIR END: a dump of one task, 7, with one mapping from its second page to END
space()
{
	json2img -C "$1" <<-END
	{"magic":"INVENTORY","img":"inventory.img"}
	{"img_version":2}
	{"magic":"PSTREE","img":"pstree.img"}
	{"pid":7,"ppid":0,"pgid":7,"sid":7,"threads":[7]}
	{"magic":"MM","img":"mm-7.img"}
	{"mm_start_code":0,"mm_end_code":0,"mm_start_data":0,"mm_end_data":0,"mm_start_stack":0,"mm_start_brk":0,"mm_brk":0,"mm_arg_start":0,"mm_arg_end":0,"mm_env_start":0,"mm_env_end":0,"exe_file_id":1,"mm_saved_auxv":[6,4096],"vmas":[{"start":4096,"end":$2,"pgoff":0,"shmid":0,"prot":3,"flags":34,"status":513,"fd":-1}]}
	END
	# With registers, for a core dump.
	cp "$here/../data/dumps/memory/core-2375.img" "$1/core-7.img"
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
	space "$1" $(((1 << 30) + $2))
	"$B/bench/gen" raw "$2" >"$1/pages-1.img"
	printf SWORDFISH | dd of="$1/pages-1.img" bs=1 seek=$(($2 - 100)) conv=notrunc status=none
	pagemap $((1 << 30)) $(($2 / 4096)) 4 "$1"
}

# scattered DIR RUNS: memory in so many runs of pages
scattered()
{
	space "$1" $((1 << 52))
	"$B/bench/gen" pagemap "$2" >"$1/pagemap-7.img"
	truncate -s $(($2 * 256 * 4096)) "$1/pages-1.img"
	# Some of it is in the parent, where it is lazy.
	space "$1.parent" $((1 << 52))
	pagemap 4096 $(((1 << 40) - 2)) 2 "$1.parent"
	ln -s "../${1##*/}.parent" "$1/parent"
}

# ---- against others ----

line='%-28s %-9s %8s  %-12s %8s %7s %7s %8s %8s%s\n'

# against LABEL BYTES GOAL TOOL ARG... -- [PEER ARG...]: the peer's seconds are to be at
# least GOAL times ours. BYTES - where MB/s say nothing.
against()
{
	local label=$1 bytes=$2 least=$3 tool=$4 ours=() our_cpu our_rss name=- seconds=- ratio=- mb=- its=- peer
	shift 3
	while [ "$1" != -- ]; do ours+=("$1"); shift; done
	shift
	measure "${ours[@]}"
	our_cpu=$cpu our_rss=$rss verdict=
	if [ $# != 0 ]; then
		peer=$1
		[ "$peer" != sh ] || peer=${3%% *}
		name=${peer##*/}
		[ "$name" != crit ] || name="crit $2"
		[ "${2:-}" != x ] || name="crit x $4"
	fi
	if [ $# != 0 ] && command -v "$peer" >/dev/null; then
		measure "$@"
		seconds=$(calc %.2f "$cpu") its=$rss
		ratio=$(calc %.1f "$cpu / ($our_cpu + 1e-6)")
		goal "$ratio >= $least" "$least"
	elif [ $# != 0 ]; then
		seconds=absent
	fi
	[ "$bytes" = - ] || mb=$(calc %.0f "$bytes / 1e6 / ($our_cpu + 1e-6)")
	[ "$tool" != sh ] || tool=${ours[2]#mkdir * && } tool=${tool%% *}
	[ "$tool" != "$B/dropin/crit" ] || tool=crit
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
both "files, 200000 entries" files $((200 * K))
both "files, 20 entries" files 20
both "mm, 65000 mappings" mm $((65 * K))
both "ghost file, 128 MiB" ghost $((128 * Mi))

# made LABEL BYTES GOAL COMMAND PEER: what makes $T/o, which is gone for each run
made()
{
	against "$1" "$2" "$3" sh -c "$4 >/dev/null && rm -r $T/o" -- sh -c "$5 >/dev/null && rm -r $T/o"
}

# A process of 512 MiB comes to life: criu reads the dump by itself, or is served. Each restore has
# pids of its own, and ends as soon as the process runs. What that process reads of its memory is
# no CPU time of criu's: this is time on the clock.
restored()
{
	local label="  restored by criu (clock)" pid criu
	criu=$(command -v "${CRIU:-criu}") || { echo "$label: no criu here"; return; }
	mkdir "$T/r"
	setsid "$B/bench/hold" $((512 * Mi)) </dev/null >"$T/ready" 2>/dev/null &
	pid=$!
	disown $pid # bash would report its end
	until [ -s "$T/ready" ] || ! kill -0 $pid; do sleep 0.1; done
	if ! "$criu" dump -t $pid -D "$T/r" -o dump.log >"$T/said" 2>&1; then
		kill -9 $pid
		echo "$label: no dump here ($(tail -n 1 "$T/r/dump.log"))"
	else
		cat >"$T/criu" <<-END
		#!/bin/sh
		exec unshare -pf --mount-proc $criu restore -d -o $T/said -W $T "\$@"
		END
		chmod +x "$T/criu"
		clock=1 against "$label" $((512 * Mi)) 0.5 \
			sh -c "mkdir $T/s && imgserve -s $T/s $T/r -- $T/criu --stream -D $T/s && rm -r $T/s" -- \
			sh -c "$T/criu -D $T/r"
	fi
	rm -r "$T/r"
}

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
# Each checks the dump that it reads, and the one that it has made.
checks="imgcheck $T/tree 2>$T/said && imgcheck $T/tree 2>&1"
made "  changed" - 0.5 "imgedit --path=/srv=/data -o $T/o $T/tree" "cp -r $T/tree $T/o && $checks"
made "  anonymized" - 0.5 "imganon -o $T/o $T/tree" "cp -r $T/tree $T/o && $checks"
made "  framing of CRIU 1.5" - 0.5 "imgconv --framing=1.0 -o $T/o $T/tree" "cp -r $T/tree $T/o && $checks"

memory "$T/m" $((512 * Mi))
against "512 MiB of memory, --read" $((512 * Mi)) 0.5 \
	sh -c "imgpages -r $((1 << 30))+$((512 * Mi)) $T/m | cat" -- sh -c "cat $T/m/pages-1.img | cat"
against "  --grep" $((512 * Mi)) 0.5 imgpages -F --grep SWORDFISH "$T/m" -- grep -c SWORDFISH "$T/m/pages-1.img"
made "  a core of it" $((512 * Mi)) 0.8 "img2core -p 7 -o $T/o $T/m" "cp $T/m/pages-1.img $T/o"
# What stands for criu asks for two images, and writes them.
made "  served as a stream" $((512 * Mi)) 0.5 \
	"imgserve -s $T $T/m -- sh -c 'mkdir $T/o && exec $B/cli/fakecriu -q restore $T $T/o pagemap-7.img pages-1.img'" \
	"cp -r $T/m $T/o"
restored
made "  another framing" $((512 * Mi)) 0.8 "imgconv --framing=1.0 -o $T/o $T/m" "cp -r $T/m $T/o"
made "  compressed" $((512 * Mi)) 0.9 "imgconv -z lz4:256K -o $T/o $T/m" "lz4 -1 -q $T/m/pages-1.img $T/o"
imgconv -z lz4:256K -o "$T/z" "$T/m" >"$T/said"
lz4 -1 -q "$T/m/pages-1.img" "$T/z.lz4"
made "  decompressed" $((512 * Mi)) 0.9 "imgconv --to=4.2 -o $T/o $T/z" "lz4 -d -q $T/z.lz4 $T/o"
rm -r "$T/z" "$T/z.lz4"
imgmerge -b "$T/m" -o "$T/i" "$T/m" >"$T/said"
made "  a chain made one" $((512 * Mi)) 0.8 "imgmerge -o $T/o $T/i" "cp -r $T/m $T/o"
cp -r "$T/m" "$T/b"
made "  compared with a base" $((512 * Mi)) 0.8 "imgmerge -b $T/b -o $T/o $T/m" \
	"mkdir $T/o && cmp $T/b/pages-1.img $T/m/pages-1.img"
rm -r "$T/m" "$T/b" "$T/i"

# ---- growth ----

line='%-28s %-9s %8s %8s %8s  %8s %7s%s\n'

# Seconds and MiB of a tool, of a file and through a pipe: the higher of both.
cost()
{
	local file_cpu file_rss
	measure "$@"
	file_cpu=$cpu file_rss=$rss
	if [ -f "${*: -1}" ]; then
		measure sh -c "cat '${*: -1}' | ${*:1:$#-1}"
		cpu=$file_cpu rss=$(calc %.1f "$rss > $file_rss ? $rss : $file_rss")
	fi
}

# grown LABEL LIMIT TOOL ARG...: the same work in $T/1 and ten times of it in $T/10; LIMIT
# is of the MiB for the latter
grown()
{
	local label=$1 limit=$2 one_cpu one_rss
	shift 2
	cost "${@//@/1}"
	one_cpu=$cpu one_rss=$rss
	cost "${@//@/10}"
	goal "$rss <= $limit" "$limit"
	[ "$1" != sh ] || set -- "${3%% *}"
	# shellcheck disable=SC2059
	printf "$line" "$label" "$1" "$(calc %.2f "$one_cpu")" "$(calc %.2f "$cpu")" \
		"$one_rss" "$rss" "$(calc %.0f "$limit")" "$verdict"
}

# images LABEL LIMIT KIND N [OPTION]
images()
{
	local limit=$2
	for x in 1 10; do
		image "$3" $(($4 * x))
		mkdir -p "$T/$x"
		mv "$T/i" "$T/j" "$T/$x"
	done
	[ "$3" != mm ] || limit="$limit + $(stat -c %s "$T/10/i") / 1048576"
	grown "$1" "$limit" img2json "${@:5}" "$T/@/i"
	grown "" "$limit" json2img "$T/@/j"
	rm -r "$T/1" "$T/10"
}

cat <<END

The same and ten times as much: seconds, and peak RSS in MiB, of a file and through a pipe
(the higher). Limit: of the latter; a message costs its weight once, so that an mm has the
size of the image added.

END
# shellcheck disable=SC2059
printf "$line" workload tool 1x 10x "RSS 1x" "RSS 10x" limit ""
images "pagemap, 1000000 entries" 8 pagemap "$M"
images "files, 200000 entries" 8 files $((200 * K))
images "mm, 65000 mappings" 8 mm $((65 * K))
images "ghost file, 64 MiB" 8 ghost $((64 * Mi))
images "System V segment, 64 MiB" 8 shm $((64 * Mi))
images "pages, 64 MiB" 8 raw $((64 * Mi)) --raw

"$here/tree.sh" "$B" "$T/1" $((K / 10)) 20
mv "$T/tree" "$T/10"
label="dump of 100 processes"
for tool in imgps imgfds imgmems imgpages; do
	grown "$label" 16 "$tool" "$T/@"
	label=
done
grown "" 64 sh -c "imgcheck $T/@ 2>&1"
rm -r "$T/1" "$T/10"

scattered "$T/1" "$M"
scattered "$T/10" $((10 * M))
grown "memory in 1000000 runs" 16 imgpages "$T/@"
grown "  --json" 16 imgpages --json "$T/@"
grown "  --summary" 16 imgpages --summary "$T/@"
# It finds fault with a dump of so few files, which is no failure.
grown "" 16 sh -c "imgcheck $T/@ 2>&1 || [ \$? = 1 ]"

printf '\nGoals missed: %d\n' $missed
