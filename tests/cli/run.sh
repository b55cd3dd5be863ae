#!/bin/bash
# Run the command-line tests against the tools in BUILD_DIR.
#
#	tests/cli/run.sh BUILD_DIR [PATTERN]...
#
# A test is a script tests/cli/TOOL/CASE.sh (tests/cli/all/CASE.sh where it is about all
# tools). It runs in an empty directory of its own, which is its HOME too, with the built
# tools first in PATH, LC_ALL=C, no input, and these variables:
#
#	DATA	tests/data
#	SRC	the source tree
#	BUILD	BUILD_DIR
#	LIB	tests/cli/lib.sh, functions that cases share
#
# Of the environment of whoever runs it, it sees what `given` lists below and nothing else.
#
# Its standard output, standard error and exit status must equal the files CASE.out,
# CASE.err and CASE.rc beside it; a missing one stands for nothing, nothing, 0. UPDATE=1
# writes them anew. A case that cannot run here says why and exits with 77. A report of a
# sanitizer fails a case, whatever the case makes of the tool's status and words.
#
# JOBS: how many cases at a time; as many as there are processors.
# RUN, where it is set, is what runs programs of another machine: RUN=qemu-s390x.
#
# PATTERN: run only the cases whose TOOL/CASE holds it.

set -u
unset CDPATH
here=$(cd "$(dirname "$0")" && pwd)

# ---- one case ----

# The expected content: a file, or nothing where there is none.
expected()
{
	if [ -f "$1" ]; then cat "$1"; else printf '%s' "$2"; fi
}

update()
{
	if [ "$2" = "$3" ]; then rm -f "$1"; else printf '%s' "$2" >"$1"; fi
}

keep()
{
	if [ -s "$2" ]; then cp "$2" "$1"; else rm -f "$1"; fi
}

run_case()
{
	local case=$1 script=$here/$1.sh dir=$WORK/${1//\//_} rc want bad=''

	mkdir -p "$dir/cwd"
	(
		cd "$dir/cwd" || exit 125
		umask 022
		export HOME=$dir/cwd
		export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}log_path=$dir/report:exitcode=99"
		export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}log_path=$dir/report:exitcode=99:print_stacktrace=1"
		export LSAN_OPTIONS="${LSAN_OPTIONS:+$LSAN_OPTIONS:}log_path=$dir/report:exitcode=99"
		exec timeout -k 5 "${TIMEOUT:-300}" bash "$script"
	) </dev/null >"$dir/out" 2>"$dir/err"
	rc=$?

	if [ $rc = 77 ]; then
		echo skipped >"$dir/result"
		echo "SKIP $case: $(cat "$dir/out" "$dir/err" | head -n 1)"
		return
	fi
	if [ -n "${UPDATE:-}" ]; then
		keep "$here/$case.out" "$dir/out"
		keep "$here/$case.err" "$dir/err"
		update "$here/$case.rc" "$rc" 0
	fi
	want=$(expected "$here/$case.rc" 0)
	{
		if [ $rc = 124 ] || [ $rc = 137 ]; then
			bad="$bad; stopped after ${TIMEOUT:-300} s"
		elif [ "$rc" != "$want" ]; then
			bad="$bad; status $rc, expected $want"
		fi
		for f in out err; do
			expected "$here/$case.$f" '' >"$dir/want"
			if ! diff -u --label "$case.$f" --label "$f" "$dir/want" "$dir/$f"; then
				bad="$bad; std$f differs"
			fi
		done
		for f in "$dir"/report*; do
			[ -e "$f" ] || continue
			bad="$bad; report of a sanitizer"
			head -n 40 "$f"
		done
	} >"$dir/diff"
	if [ -z "$bad" ]; then
		echo passed >"$dir/result"
	else
		echo failed >"$dir/result"
		# One write, so that cases which run at the same time do not mix.
		printf '%s\n' "FAIL $case: ${bad#; }
$(head -n 100 "$dir/diff" | head -c 20000 | sed 's/^/	/')"
	fi
	chmod -R u+rwX "$dir/cwd" 2>/dev/null
	rm -rf "$dir/cwd"
}

if [ "${1:-}" = --case ]; then
	run_case "$2"
	exit 0
fi

# ---- all cases ----

if [ $# -lt 1 ] || [ ! -d "$1" ]; then
	echo "usage: $0 BUILD_DIR [PATTERN]..." >&2
	exit 2
fi
BUILD=$(cd "$1" && pwd)
shift
SRC=$(cd "$here/../.." && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/imgtools-cli.XXXXXX") || exit 3
trap 'chmod -R u+rwX "$WORK"; rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM

# In place of the programs, scripts of their names.
if [ -n "${RUN:-}" ]; then
	mkdir -p "$WORK/run/cli"
	ln -s "$BUILD/libimg" "$BUILD/cmd" "$WORK/run"
	find "$BUILD" -maxdepth 2 -type f -executable ! -name '*.*' -printf '%P\n' | while read -r f; do
		[ -d "$WORK/run/$(dirname "$f")" ] || continue
		printf '#!/bin/sh\nexec %s %q "$@"\n' "$RUN" "$BUILD/$f" >"$WORK/run/$f"
		chmod +x "$WORK/run/$f"
	done
	BUILD=$WORK/run
fi

export BUILD SRC WORK DATA=$SRC/tests/data LIB=$here/lib.sh PATH=$BUILD:$PATH LC_ALL=C

# What there may be of these, cases have; no variable of a user or of a CI runner can make
# them differ.
given=(BUILD SRC WORK DATA LIB PATH LC_ALL SAN RUN FAULTS UPDATE TIMEOUT TMPDIR LD_LIBRARY_PATH
	ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS)
environment=()
for name in "${given[@]}"; do
	[ -z "${!name+set}" ] || environment+=("$name=${!name}")
done

cases()
{
	local all pattern

	all=$(cd "$here" && find . -mindepth 2 -maxdepth 2 -name '*.sh' | sed 's|^\./||; s|\.sh$||' | sort)
	if [ $# = 0 ]; then
		printf '%s\n' "$all"
		return
	fi
	for pattern; do
		printf '%s\n' "$all" | grep -F -e "$pattern"
	done | sort -u
}

cases "$@" >"$WORK/cases"
if [ ! -s "$WORK/cases" ]; then
	echo "no such case" >&2
	exit 2
fi
env -i "${environment[@]}" xargs -P "${JOBS:-$(getconf _NPROCESSORS_ONLN)}" -I '{}' \
	bash "$0" --case '{}' <"$WORK/cases"

count()
{
	find "$WORK" -mindepth 2 -maxdepth 2 -name result -exec cat {} + | grep -c "^$1\$"
}

passed=$(count passed) skipped=$(count skipped)
# A case that left no result has failed too.
failed=$(($(wc -l <"$WORK/cases") - passed - skipped))
line="$passed passed, $failed failed"
[ "$skipped" = 0 ] || line="$line, $skipped skipped"
echo "$line"
[ "$failed" = 0 ]
