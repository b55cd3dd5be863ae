#!/bin/sh
# Run each fuzz target for so many seconds, or, with 0, over the seeds alone; with -s, for a
# number of executions that takes some 5 seconds, which are the same ones each time: a check that
# passes must not fail by chance the next time. What a run finds stays in BUILD_DIR/fuzz/findings,
# and its corpus, except with -s, for the next run.
#
#	tests/fuzz/run.sh BUILD_DIR SECONDS [TARGET]...
#	tests/fuzz/run.sh -s BUILD_DIR [TARGET]...
#
# The limits make findings of what takes long or much memory for inputs of this size. That of time
# is on the clock: a short run leaves a busy machine more of it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
timeout=10 rss=1024 malloc=256

# What the target's inputs are.
kind()
{
	case $1 in f_image | f_edit | f_anon) echo image ;; f_json) echo json ;; f_raw) echo raw ;; f_stream) echo stream ;; f_archive) echo archive ;; f_host) echo host ;; *) echo tiny ;; esac
}

# Executions of a short run.
executions()
{
	case $1 in
	f_stream) echo 250000 ;;
	f_json) echo 100000 ;;
	f_edit) echo 20000 ;;
	f_archive) echo 15000 ;;
	f_image | f_raw) echo 12000 ;;
	f_anon) echo 7000 ;;
	f_core | f_columns | f_host) echo 4000 ;;
	f_dir | f_pages) echo 3000 ;;
	f_conv) echo 2000 ;;
	*) echo 1200 ;;
	esac
}

# The seeds of a kind as libFuzzer wants a list of them, in an order that no directory decides.
listed()
{
	printf '%s\n' "$1"/* | LC_ALL=C sort | paste -sd , -
}

fuzz()
{
	name=$1 fuzz=$build/fuzz
	seeds=$fuzz/seed/$(kind "$name")
	log=$fuzz/$name.log
	mkdir -p "$corpus/$name" "$fuzz/findings" "$work/$name"
	case $name in f_json | f_host) dict=json ;; *) dict=bytes ;; esac
	# Of a directory only the files that change are written: many changes of one follow each other.
	case $(kind "$name") in tiny) len='-max_len=16384 -len_control=0 -mutate_depth=20' ;; archive) len='-max_len=65536 -len_control=0' ;; *) len=-max_len=8192 ;; esac
	case $seconds in
	same)
		timeout=60
		listed "$seeds" >"$work/$name.seeds"
		limit="-runs=$(executions "$name") -seed=1 -seed_inputs=@$work/$name.seeds" seeds=
		;;
	0) limit=-runs=0 ;;
	*) limit=-max_total_time=$seconds ;;
	esac
	# What was freed is kept for a while, and each allocation has its stack, which a second run of
	# what is found shows: both cost much. So does choosing inputs by how rare they are.
	# shellcheck disable=SC2086
	if ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=1:malloc_context_size=0 TMPDIR=$work/$name "$fuzz/$name" $limit -dict="$fuzz/$dict.dict" -timeout=$timeout \
		-rss_limit_mb=$rss -malloc_limit_mb=$malloc $len \
		-report_slow_units=2 -reload=0 -entropic=0 -print_final_stats=1 \
		-artifact_prefix="$fuzz/findings/$name-" "$corpus/$name" $seeds >"$log" 2>&1
	then
		result=passed
	else
		result=failed
	fi
	awk -v name="$name" '/^#[0-9]/ { cov = $4; sub(/^.*ft: /, ""); ft = $1 }
		/number_of_executed_units/ { n = $2 } /average_exec_per_sec/ { rate = $2 }
		END { printf "%-8s %9d executions, %5d a second, coverage %d, features %d\n",
			name, n, rate, cov, ft }' "$log"
	if [ $result = failed ]; then
		grep -a -E 'ERROR|SUMMARY|differ|refused|left open|runtime error|Test unit' "$log" |
			head -n 10 | sed 's/^/	/'
	fi
	echo $result >"$work/$name.result"
}

if [ "${1:-}" = --one ]; then
	fuzz "$2"
	exit 0
fi

keep=1
if [ "$1" = -s ]; then
	keep='' build=$2 seconds=same
else
	build=$1 seconds=$2
fi
shift 2
# Directories are made and removed all the time: in memory, where there is a place for it.
if [ -d /dev/shm ] && [ -w /dev/shm ]; then tmp=/dev/shm; else tmp=${TMPDIR:-/tmp}; fi
work=$(mktemp -d "$tmp/imgtools-fuzz.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
if [ -n "$keep" ]; then corpus=$build/fuzz/corpus; else corpus=$work/corpus; fi
export build seconds work corpus

"$here/seeds.sh" "$build" "$build/fuzz/seed" || exit 3
awk -f "$here/dict.awk" "$here"/../data/schema/*.tsv >"$build/fuzz/bytes.dict" &&
	awk -v json=1 -f "$here/dict.awk" "$here"/../data/schema/*.tsv >"$build/fuzz/json.dict" ||
	exit 3

[ $# -gt 0 ] || set -- f_image f_json f_dir f_columns f_pages f_check f_core f_conv f_merge f_edit f_anon f_raw f_stream f_archive f_host
printf '%s\n' "$@" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I '{}' sh "$0" --one '{}'

passed=$(cat "$work"/*.result | grep -c passed)
echo "$passed passed, $(($# - passed)) failed"
[ "$passed" = $# ]
