#!/bin/bash
# Change sound dumps in one place each, and see whether imgcheck names the rule that this
# breaks, and no other; then in ways that CRIU itself writes, and see whether it is silent.
# Prints what goes otherwise, and a count.
#
#	DATA=tests/data PATH=BUILD_DIR:$PATH tests/mutate/run.sh [PATTERN]
#
# Works in a directory of its own. PATTERN: only the changes whose line holds it.

set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/mutate/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/mutate/rich.sh
. "$here/rich.sh"
pattern=${1:-}

work=$(mktemp -d "${TMPDIR:-/tmp}/imgtools-mutate.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
mkdir "$work/base"
cd "$work" || exit 3
done=0 failed=0
touch covered

# The sound dump of this name, made when it is asked for first.
base()
{
	local dir=$1 top=${1%%/*}

	[ -d "base/$top" ] && return
	(
		cd base || exit
		case $dir in
		packed) "$(dirname "$(command -v imgcheck)")/cli/pack" blocks 1 "$DATA/dumps/memory" packed ;;
		rich) take memory && mv memory rich && cd rich && rich_memory ;;
		*/*) cp -r "$DATA/dumps/$top" . && chmod -R u+w "$top" ;;
		*) take "$dir" ;;
		esac
	) || echo "$dir: cannot be made"
	# That no release of CRIU reads compressed pages is a warning.
	if [ "$dir" = packed ]; then imgcheck "base/$dir"; else imgcheck --strict "base/$dir"; fi >said 2>/dev/null ||
		{ cat said; echo "$dir: is not sound"; }
}

imgcheck --rules | awk '$2 == "error" { print $1 }' >errors_of

# The rules that a directory breaks, with commas between them. Those that are errors have a ? where
# there are mere warnings.
rules()
{
	imgcheck "$1" 2>errors | sed -n 's/^[^:]*: \([a-z]*\): .*\[\([a-z0-9-]*\)\]$/\2 \1/p' |
		sort -u | awk 'NR == FNR { error[$1]; next }
			$1 != last { print $1 ($2 == "warning" && $1 in error ? "?" : "") }
			{ last = $1 }' errors_of - | paste -s -d , -
	[ "${PIPESTATUS[0]}" -le 1 ] || echo "status above 1: $(cat errors)"
}

m()
{
	local want=$1 dir=$2 change=$3 got top=${2%%/*}

	case "$*" in
	*"$pattern"*) ;;
	*) return ;;
	esac
	base "$dir"
	rm -rf dump && mkdir dump && cp -al "base/$top" dump || exit 3
	want=$(tr , '\n' <<<"$want" | sort -u | paste -s -d , -)
	tr , '\n' <<<"$want" | tr -d '?' >>covered
	if ! (cd "dump/$dir" && eval "$change") >out 2>&1; then
		echo "$dir: $change: cannot be done: $(head -n 3 out)"
		failed=$((failed + 1))
		return
	fi
	got=$(rules "dump/$dir")
	done=$((done + 1))
	[ "$got" = "$want" ] && return
	failed=$((failed + 1))
	echo "$dir: $change"
	echo "	expected ${want:-nothing}, got ${got:-nothing}"
	imgcheck "dump/$dir" 2>/dev/null | head -n 4 | sed 's/^/	/'
}

sound()
{
	m '' "$@"
}

# shellcheck source=tests/mutate/mutations.sh
. "$here/mutations.sh"
# shellcheck source=tests/mutate/refused.sh
. "$here/refused.sh"
# shellcheck source=tests/mutate/sound.sh
. "$here/sound.sh"

if [ -z "$pattern" ]; then
	imgcheck --rules | cut -d ' ' -f 1 | sort >all
	sort -u covered | comm -23 all - | sed 's/^/no change breaks /'
	[ $done -ge 60 ] || echo "only $done changes"
fi
echo "$done changes, $failed of them not told as they should be" >&2
[ $failed = 0 ]
