#!/bin/bash
# Check the includes of libimg against libimg/LAYERS: a file includes only headers of its
# own folder or of one on a lower level. And see that all memory goes through one seam.
# Run in the source tree; silent where all is well.
set -u
layers=libimg/LAYERS

# The level of a folder; nothing where it is not listed.
level()
{
	awk -v f="$1" '!/^#/ && $2 == f { print $1 }' $layers
}

status=0
complain()
{
	echo "$1"
	status=1
}

for f in libimg/*/*.[ch]; do
	folder=${f#libimg/}
	folder=${folder%%/*}
	own=$(level "$folder")
	[ -n "$own" ] || { complain "$f: $folder is not in $layers"; continue; }
	while read -r header; do
		[ "$header" != img_schema ] || continue # generated
		other=$(level "${header%%/*}")
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

# The tools stand above: they use the library, the library never uses them.
grep -l '^# *include "\(cmd/\|tool\.h\)' libimg/*/*.[ch] && status=1
exit $status
