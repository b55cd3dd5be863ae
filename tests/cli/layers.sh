#!/bin/bash
# Check the includes of libimg against libimg/LAYERS: a file includes only headers of its
# own line there or of a lower one; NAME_PART is on the line of NAME where it has none of
# its own. And see that all memory goes through one seam. Run in the source tree; silent where all is well.
set -u
layers=libimg/LAYERS

# The line of a module, counted from the bottom; nothing where it is not listed.
level()
{
	grep -v '^#' $layers | awk -v m="$1" '
		BEGIN { whole = m; sub(/_.*/, "", whole) }
		{ for (i = 1; i <= NF; i++) { if ($i == m) at = NR; if ($i == whole) near = NR } }
		END { if (at || near) print NR - (at ? at : near) }'
}

status=0
complain()
{
	echo "$1"
	status=1
}

for f in libimg/*.[ch]; do
	module=$(basename "$f" | sed 's/\.[ch]$//')
	[ "$module" != img ] || continue # for programs, not for the library
	own=$(level "$module")
	[ -n "$own" ] || { complain "$f: $module is not in $layers"; continue; }
	while read -r header; do
		case $header in
		img_schema) continue ;; # generated
		esac
		other=$(level "$header")
		if [ -z "$other" ]; then
			complain "$f: includes libimg/$header.h, which is not in $layers"
		elif [ "$other" -gt "$own" ]; then
			complain "$f: includes libimg/$header.h of a higher layer"
		fi
	done < <(sed -n 's|^# *include "libimg/\(.*\)\.h".*|\1|p' "$f")
	grep -n '^# *include "' "$f" | grep -v '"libimg/\|\.pb-c\.h"' | while IFS= read -r line; do
		echo "$f:$line: neither libimg/ nor a system header"
	done | grep . && status=1
done

# What is listed must be there.
while read -r module; do
	[ -e "libimg/$module.h" ] || [ -e "libimg/$module.c" ] || complain "$layers: no module $module"
done < <(grep -v '^#' $layers | tr ' ' '\n')

# All memory goes through the seam. What libc allocates by itself is not seen here.
grep -nE '\<(malloc|calloc|realloc|free|strn?dup|v?asprintf|getline|getdelim|open_memstream)\(' \
	libimg/*.[ch] cmd/*.[ch] cmd/*/*.[ch] | grep -v '^libimg/mem\.c:\|^libimg/save\.c:.*free(real)\|: \*\|/\*' && status=1

# The tools stand above: they use the library, the library never uses them.
grep -l '^# *include "\(cmd/\|tool\.h\)' libimg/*.[ch] && status=1
exit $status
