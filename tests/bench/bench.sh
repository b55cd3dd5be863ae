#!/usr/bin/env bash
# Speed and memory of img2json and json2img on large images: bench.sh BUILD_DIR
#
# BENCH_QUICK=1 takes small images, to see that all of it works; its figures mean nothing.
# A full run takes some minutes and up to 6 GB in TMPDIR (/tmp), which it gives back.
set -euo pipefail
export LC_ALL=C

B=${1:?usage: bench.sh BUILD_DIR}
B=$(cd "$B" && pwd)
gen=$B/bench/gen run=$B/bench/run
T=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM

K=1000 M=1000000 Mi=$((1 << 20)) runs=5 start_runs=200
if [ "${BENCH_QUICK:-0}" = 1 ]; then
	K=10 M=10000 Mi=$((1 << 12)) runs=2 start_runs=20
	echo "BENCH_QUICK: images a hundredth and less of their size; the figures mean nothing."
fi

missed=0

have() {
	command -v "$1" >/dev/null
}

# calc FORMAT EXPRESSION
calc() {
	awk "BEGIN { printf \"$1\", ($2) }"
}

# check CONDITION: says ok or MISSED, and counts the latter
check() {
	verdict=ok
	if [ "$(calc %d "$1")" = 0 ]; then
		verdict=MISSED
		missed=$((missed + 1))
	fi
}

# image KIND N: $T/i of that, $T/j the text of it; wrong octets are not worth measuring
image() {
	local raw=
	[ "$1" != raw ] || raw=--raw
	"$gen" "$1" "$2" >"$T/i"
	text $raw
}

text() {
	rm -f "$T/j"
	"$B/img2json" "$@" "$T/i" >"$T/j"
	if ! "$B/json2img" "$T/j" | cmp - "$T/i"; then
		echo "bench: the image did not come back as it was" >&2
		exit 1
	fi
	bytes=$(stat -c %s "$T/i")
}

# measure COMMAND...: sets cpu, wall (seconds) and rss (KiB)
measure() {
	read -r cpu wall rss < <("$run" "$@") || { echo "bench: failed: $*" >&2; exit 1; }
}

# ---- speed ----

line='%-24s %6s  %-8s %8s  %-22s %8s %8s %5s %-6s %6s %5s\n'

# ours NAME ARG...: measure a tool of ours
ours() {
	direction=$1
	measure -n "$runs" "$B/$1" "${@:2}"
	our_cpu=$cpu our_rss=$rss
}

# row PEER SECONDS GOAL: a line of the table; SECONDS - means that the peer is not there
row() {
	local ratio=- seconds=- goal=$3 mb=
	verdict=
	if [ "$2" != - ]; then
		seconds=$(calc %.3f "$2")
		ratio=$(calc %.2f "$2 / $our_cpu")
		check "$ratio >= $3"
	fi
	[ -z "$workload" ] || mb=$(calc %.1f "$bytes / 1e6")
	# shellcheck disable=SC2059
	printf "$line" "$workload" "$mb" "$direction" \
		"$(calc %.3f "$our_cpu")" "$1" "$seconds" "$ratio" "$goal" "$verdict" \
		"$(calc %.0f "$bytes / 1e6 / $our_cpu")" "$(calc %.1f "$our_rss / 1024")"
	workload=
}

# peer COMMAND [RUN_OPTION]... -- ARG...: its seconds to `cpu`, or - if it is not installed
peer() {
	local options=() name=$1
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	cpu=-
	! have "$name" || measure "${options[@]}" "$name" "$@"
}

# against_crit decode|encode GOAL IN OUT PART: crit gets one PARTth of what we get
against_crit() {
	local note=
	peer crit -- "$1" -i "$3" -o "$4"
	if [ "$cpu" != - ] && [ "$5" != 1 ]; then
		cpu=$(calc %f "$cpu * $5")
		note=" (1/$5) x$5"
	fi
	[ "$cpu" != - ] || note=": absent"
	row "crit $1$note" "$cpu" "$2"
}

against() {
	[ "$cpu" != - ] || set -- "$1: absent" "$2"
	row "$1" "$cpu" "$2"
}

# compare LABEL KIND N PART
compare() {
	workload=$1
	image "$2" "$3"
	"$gen" "$2" $(($3 / $4)) >"$T/c"
	ours img2json "$T/i"
	against_crit decode 100 "$T/c" "$T/c.json" "$4"
	if [ "$2" = ghost ]; then
		peer base64 -n "$runs" -- -w0 "$T/i"
		against "base64 -w0" 1
	fi
	ours json2img "$T/j"
	against_crit encode 50 "$T/c.json" /dev/null "$4"
	peer json_verify -n "$runs" -i "$T/j" -- -q -s
	against json_verify 0.5
	if [ "$2" = ghost ]; then
		! have base64 || base64 -w0 "$T/i" >"$T/j"
		peer base64 -n "$runs" -- -d -w0 "$T/j"
		against "base64 -d" 1
	fi
	rm -f "$T"/?*
}

# A process that does nothing, and one of ours on a small image: the difference counts.
start_up() {
	local idle operand label="start: 20 open files"
	image files 20
	for tool in img2json json2img; do
		operand=$T/i
		[ $tool = img2json ] || operand=$T/j
		measure -n "$start_runs" true
		idle=$wall
		measure -n "$start_runs" "$B/$tool" "$operand"
		check "$wall - $idle <= 0.002"
		# shellcheck disable=SC2059
		printf "$line" "$label" "" "$tool" "$(calc %.4f "$wall")" true \
			"$(calc %.4f "$idle")" "$(calc %+.2fms "($wall - $idle) * 1000")" +2ms \
			"$verdict" "" "$(calc %.1f "$rss / 1024")"
		label=
	done
}

cat <<END
$("$B/img2json" --version | head -n 1), $(uname -srm),$(sed -n 's/^model name[^:]*://p;T;q' /proc/cpuinfo)

CPU seconds, user and system: the median of $runs runs behind one that does not count, of crit
one run. Files are in the page cache, output goes to /dev/null. "times" is the peer's time over
ours; the goal is the least it may be. MB/s: of the image, a CPU second. The last column is our
peak RSS in MiB. The lines of start: seconds on the clock, the median of $start_runs runs.

END
# shellcheck disable=SC2059
printf "$line" workload MB tool seconds peer seconds times goal "" MB/s RSS
# The pagemap is one of CRIU 4.1: Debian's crit knows no later ones.
compare "pagemap, $M entries" pagemap-4.1 "$M" 1
compare "files, $((200 * K)) entries" files $((200 * K)) 1
compare "mm, $((65 * K)) vmas" mm $((65 * K)) 1
compare "ghost file, $((Mi >> 10)) MiB" ghost $((1024 * Mi)) 4
start_up

# ---- memory ----

line='%-28s %9s %11s %11s %11s %11s %7s %s\n'

# peak COMMAND...: MiB, and the highest of a row to `top`
peak() {
	measure "$@"
	mib=$(calc %.1f "$rss / 1024")
	top=$(calc %s "$top > $rss ? $top : $rss")
	row+=("$mib")
}

# memory LABEL LIMIT [OPTION]: of $T/i and $T/j
memory() {
	local limit=$2 row=()
	top=0
	peak "$B/img2json" "${@:3}" "$T/i"
	peak "$B/img2json" "${@:3}" < <(cat "$T/i")
	peak "$B/json2img" "$T/j"
	peak "$B/json2img" < <(cat "$T/j")
	check "$top <= ($limit) * 1024"
	# shellcheck disable=SC2059
	printf "$line" "$1" "$(calc %.1f "$bytes / 1048576")" "${row[@]}" "$(calc %.1f "$limit")" \
		"$verdict"
	rm -f "$T"/?*
}

# weigh LABEL KIND N [LIMIT]
weigh() {
	image "$2" "$3"
	if [ "$2" = mm ]; then
		memory "$1" "8 + $bytes / 1048576"
	elif [ "$2" = raw ]; then
		memory "$1" 8 --raw
	else
		memory "$1" 8
	fi
}

cat <<END

Peak RSS in MiB, stream form, read from a file and through a pipe. One message may cost its
weight once, so the limit of an mm has the image's size added.

END
# shellcheck disable=SC2059
printf "$line" image MiB img2json "img2json <|" json2img "json2img <|" limit ""
weigh "pagemap, $M entries" pagemap "$M"
weigh "pagemap, $((10 * M)) entries" pagemap $((10 * M))
weigh "files, $((200 * K)) entries" files $((200 * K))
weigh "files, $((2000 * K)) entries" files $((2000 * K))
weigh "mm, $((65 * K)) vmas" mm $((65 * K))
weigh "mm, $((650 * K)) vmas" mm $((650 * K))
weigh "ghost file, $((Mi >> 12)) MiB" ghost $((256 * Mi))
weigh "ghost file, $((Mi >> 10)) MiB" ghost $((1024 * Mi))
"$gen" ghost 0 >"$T/i"
truncate -s $((4096 * Mi)) "$T/i"
text
memory "ghost file, $((Mi >> 8)) MiB, sparse" 8
weigh "SysV segment, $((Mi >> 10)) MiB" shm $((1024 * Mi))
weigh "pages, $((Mi >> 10)) MiB" raw $((1024 * Mi))

echo
echo "Goals missed: $missed"
