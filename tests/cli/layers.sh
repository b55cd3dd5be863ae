#!/bin/bash
# Check how libimg is laid out; silent where all is well. Run in the source tree.
#
#	tests/cli/layers.sh [BUILD_DIR]
#
# Between folders by includes, against libimg/LAYERS: a file includes only headers of its own
# folder or of one on a lower level. Inside a folder by symbols, where BUILD_DIR (build) has
# objects: no files need each other, be it by way of others. No two structs of a program have
# one name, and all memory goes through one seam.
set -u
layers=libimg/LAYERS
build=${1-build}

# The level of each folder.
declare -A level
while read -r n folder _; do
	level[$folder]=$n
done < <(grep -v '^#' $layers)

status=0
complain()
{
	echo "$1"
	status=1
}

for f in libimg/*/*.[ch]; do
	folder=${f#libimg/}
	folder=${folder%%/*}
	own=${level[$folder]:-}
	[ -n "$own" ] || { complain "$f: $folder is not in $layers"; continue; }
	while read -r header; do
		[ "$header" != img_schema ] || continue # generated
		other=${level[${header%%/*}]:-}
		if [ -z "$other" ]; then
			complain "$f: includes libimg/$header.h, whose folder is not in $layers"
		elif [ "${header%%/*}" != "$folder" ] && [ "$other" -ge "$own" ]; then
			complain "$f: includes libimg/$header.h, which is not below $folder"
		fi
	done < <(sed -n 's|^# *include "libimg/\(.*\)\.h".*|\1|p' "$f")
	grep -n '^# *include "' "$f" | grep -v '"libimg/\|\.pb-c\.h"' | while IFS= read -r line; do
		echo "$f:$line: neither libimg/ nor a system header"
	done | grep . && status=1
done

# What is listed must be there, and no source is outside of a folder.
while read -r folder; do
	[ -d "libimg/$folder" ] || complain "$layers: no folder $folder"
done < <(awk '!/^#/ { print $2 }' $layers)
find libimg -maxdepth 1 -name '*.[ch]' ! -name img.h | grep . && status=1

# All memory goes through the seam. What libc allocates by itself is not seen here.
grep -nE '\<(malloc|calloc|realloc|free|strn?dup|v?asprintf|getline|getdelim|open_memstream)\(' \
	libimg/*/*.[ch] cmd/*.[ch] cmd/*/*.[ch] | grep -v '^libimg/base/alloc\.c:\|^libimg/base/save\.c:.*free(real)\|: \*\|/\*' && status=1

# Pairs of files of a folder, or of a tool with its parts, the one that needs a symbol before the one that defines it. Objects
# whose source is gone are left over from an earlier build.
needs()
{
	local o c objects=()

	for o in "$1"/*.o "$1.o"; do
		c=${o#"$build"/}
		[ ! -e "$o" ] || [ ! -e "${c%.o}.c" ] || objects+=("$o")
	done
	[ ${#objects[@]} = 0 ] || nm -A -P "${objects[@]}" | awk '
		{ file = $1; sub(/.*\//, "", file); sub(/\.o:$/, ".c", file) }
		$3 ~ /^[A-TV-Z]$/ { defined[$2] = file }
		$3 == "U" { needed[file, $2] }
		END {
			for (pair in needed) {
				split(pair, p, SUBSEP)
				if (p[2] in defined && defined[p[2]] != p[1])
					print p[1], defined[p[2]]
			}
		}'
}

for folder in "$build"/libimg/*/ "$build"/cmd/*/; do
	[ -d "$folder" ] || continue
	folder=${folder%/}
	loops=$(needs "$folder" | LC_ALL=C tsort 2>&1 >/dev/null |
		sed 's/.*contains a loop:$/;/; s/^tsort: //' | tr '\n' ' ')
	[ -z "$loops" ] || complain "${folder#"$build"/}: files that need each other: ${loops#; }"
done

for tool in cmd/*.c; do
	cat libimg/*/*.[ch] cmd/*.h "$tool" "${tool%.c}"/*.[ch] 2>/dev/null |
		sed -n 's/^struct \([a-z0-9_]*\) {.*/\1/p' | sort | uniq -d
done | sort -u | while read -r name; do
	echo "two structs are called $name: $(grep -l "^struct $name {" libimg/*/*.[ch] cmd/*.[ch] cmd/*/*.[ch] | tr '\n' ' ')"
done | grep . && status=1

# The tools stand above: they use the library, the library never uses them.
grep -l '^# *include "\(cmd/\|tool\.h\)' libimg/*/*.[ch] && status=1
exit $status
