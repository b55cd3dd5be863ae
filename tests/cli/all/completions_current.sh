#!/bin/bash
# The committed completions are what gen.sh makes of each tool's --help.
set -euo pipefail
mapfile -t tools < <(grep -l '^int main(' "$SRC"/cmd/*.c | grep -v '/crit\.c$' | sed 's|.*/||; s|\.c$||')
OUT=new "$SRC/completions/gen.sh" "$BUILD" "${tools[@]}"
status=0
for shell in bash zsh fish; do
	diff -r "$SRC/completions/$shell" "new/$shell" || status=1
done
exit $status
