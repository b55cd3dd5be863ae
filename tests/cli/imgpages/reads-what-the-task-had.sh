# Each range of the facts: through private and shared memory, holes, files that were
# written to, and a chain of three dumps with stale pages in the older ones.
facts=$DATA/dumps/memory.facts
n=0
for dir in memory memory-chain/3; do
	while IFS=$'\t' read -r pid name addr len sum; do
		got=$(imgpages -p "$pid" --read "0x$addr+$len" "$DATA/dumps/$dir" | sha256sum)
		[ "${got%% *}" = "$sum" ] || echo "$dir: $name differs"
		# The child has the shared memory too.
		if [ "$name" = shared ]; then
			got=$(imgpages -p 2378 --read "0x$addr+$len" "$DATA/dumps/$dir" | sha256sum)
			[ "${got%% *}" = "$sum" ] || echo "$dir: $name differs in the child"
		fi
		n=$((n + 1))
	done <"$facts/ranges.tsv"
	for pid in 2375 2378; do
		imgpages -p "$pid" --read '[stack]' "$DATA/dumps/$dir" >stack
		for file in cmdline environ; do
			grep -c -a -F -f <(tr '\0' '\n' <"$facts/$file-$pid.bin" | head -n 1) stack
		done
	done
done
[ $n -ge 40 ] || echo "only $n ranges found"
