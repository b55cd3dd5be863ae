#!/bin/sh
# Run each fuzz target over the bundled data, with whatever compiler it was built.
#
#	tests/fuzz/replay.sh BUILD_DIR
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$1 passed=0 failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/imgtools-replay.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

"$here/seeds.sh" "$build" "$work" || exit 3
for target in "$build"/fuzz/r_*; do
	case $target in
	*.*) continue ;;
	*/r_image | */r_json | */r_raw | */r_stream | */r_archive | */r_host) kind=${target##*/r_} ;;
	*/r_edit | */r_anon) kind=image ;;
	*) kind=dir ;;
	esac
	if TMPDIR=$work "$target" "$work/$kind"/* >"$work/out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL ${target##*/}"
		head -n 40 "$work/out"
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
