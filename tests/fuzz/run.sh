#!/bin/sh
# Fuzz each target for so many seconds, from the bundled dumps as seeds.
#   tests/fuzz/run.sh BUILD_DIR SECONDS
set -eu
build=$1 seconds=$2
here=$(cd "$(dirname "$0")" && pwd)
data=$here/../data
seeds=$build/fuzz/seeds
mkdir -p "$seeds/image" "$seeds/json"

# Small images and their text; the fuzzer finds the rest itself.
find "$data" -type f -size -3k \( -name '*.img' -o -name 'stats-*' -o -name irmap-cache \) |
while read -r f; do
	name=$(printf '%s' "$f" | cksum | cut -d' ' -f1)
	cp "$f" "$seeds/image/$name"
	[ -e "$seeds/json/$name" ] || "$build/img2json" "$f" >"$seeds/json/$name" 2>/dev/null || :
done

# Names of fields and types, for the JSON side.
sed -n 's/.*"\\"\([a-z_0-9]*\)\\"".*/"\\"\1\\":"/p' "$build/gen/schema.c" | sort -u >"$build/fuzz/json.dict"
sed -n 's/^	{ "\([A-Z_0-9]*\)", 0x.*/"\\"\1\\""/p' "$here/../../libimg/type.c" | sort -u >>"$build/fuzz/json.dict"

status=0
for target in "$build"/fuzz/f_*; do
	[ -x "$target" ] || continue
	name=$(basename "$target")
	kind=${name#f_}
	mkdir -p "$build/fuzz/corpus/$kind" "$build/fuzz/findings"
	[ -d "$seeds/$kind" ] || mkdir -p "$seeds/$kind"
	dict=
	[ "$kind" != json ] || dict=-dict=$build/fuzz/json.dict
	echo "== $name, $seconds s"
	# shellcheck disable=SC2086
	"$target" $dict -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1024 -max_len=8192 \
		-print_final_stats=1 -artifact_prefix="$build/fuzz/findings/$name-" \
		"$build/fuzz/corpus/$kind" "$seeds/$kind" >"$build/fuzz/$name.log" 2>&1 || {
		status=1
		grep -a -E 'ERROR|SUMMARY|differ|refused|runtime error|Test unit' "$build/fuzz/$name.log" | head -n 10
	}
	grep -a -E 'number_of_executed_units' "$build/fuzz/$name.log" || :
done
exit $status
