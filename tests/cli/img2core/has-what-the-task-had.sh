# Each range of the facts is in the core: private and shared memory, files that were written
# to, along a chain; and a pipe gets what a file gets, a chain what the whole dump gets.
. "$SRC/tests/cli/img2core/core.bash"
facts=$DATA/dumps/memory.facts
for pid in 2375 2378; do
	for form in '' --compact; do
		img2core -p "$pid" ${form:+"$form"} "$DATA/dumps/memory" | cat >pipe
		img2core -p "$pid" ${form:+"$form"} -o file "$DATA/dumps/memory"
		img2core -p "$pid" ${form:+"$form"} -o chain "$DATA/dumps/memory-chain/3"
		cmp pipe file && cmp file chain
		{ readelf -aW file >/dev/null; } 2>&1
		[ -z "$form" ] || continue
		mv file full.$pid
	done
done
n=0
while IFS=$'\t' read -r pid name addr len sum; do
	got=$(bytes_at "full.$pid" "$addr" "$len" | sha256sum)
	[ "${got%% *}" = "$sum" ] || echo "$pid $name differs"
	n=$((n + 1))
done <"$facts/ranges.tsv"
[ $n -ge 20 ] || echo "only $n ranges found"
# A core is not smaller for its holes, and no larger on the disk than the pages are.
[ "$(stat -c %s full.2375)" -gt "$(stat -c %s file)" ] || echo 'compact is no shorter'
