#!/bin/bash
# Make the seeds of the fuzz targets: of the bundled data, and of the dump with a bit of
# everything that the mutations begin with.
#
#	tests/fuzz/seeds.sh BUILD_DIR OUT
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
export DATA=$tests/data PATH=$build:$PATH
# shellcheck source=tests/mutate/lib.sh
. "$tests/mutate/lib.sh"
# shellcheck source=tests/mutate/rich.sh
. "$tests/mutate/rich.sh"

rm -rf "$out/image" "$out/json" "$out/dir"
mkdir "$out/image" "$out/json" "$out/dir"
"$build/fuzz/seeds" "$DATA" "$out"

work=$(mktemp -d "${TMPDIR:-/tmp}/imgtools-seeds.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
take memory
cd memory
rich_memory
"$build/fuzz/seeds" "$work/memory" "$out"
