# Pages compressed, each by itself, come back as they were; in larger blocks with entries that are
# split. The memory is the same in between.
facts=$DATA/dumps/memory.facts
same_memory()
{
	local n=0 pid name addr len sum got
	while IFS=$'\t' read -r pid name addr len sum; do
		got=$(imgpages -p "$pid" --read "0x$addr+$len" "$1" | sha256sum)
		[ "${got%% *}" = "$sum" ] || echo "$1: $pid $name differs"
		n=$((n + 1))
	done <"$facts/ranges.tsv"
	[ $n -ge 20 ] || echo "only $n ranges found"
}
for name in memory names ipc-multi; do
	dump=$DATA/dumps/$name
	imgconv -z lz4 -o small "$dump" >report || echo "$name"
	sed 's/-[0-9]*\.img.*//' report | sort | uniq -c
	imgconv -z lz4 -o same small && diff -r small same
	imgpages "$dump" >one
	imgpages small | diff one -
	imgconv -o back small >report && diff -r "$dump" back
	imgcheck small 2>&1 | tail -1
	for how in lz4:16K lz4:1M; do
		imgconv -z "$how" -J 3 -o large "$dump" >/dev/null
		imgconv -z "$how" -o once large && diff -r large once
		imgconv -z lz4 -o less large >/dev/null
		imgconv -t 4.2 -J 2 -o plain large >/dev/null
		[ "$name" != memory ] || for i in small large less plain; do same_memory "$i"; done
		cmp plain/pages-1.img "$dump/pages-1.img"
		rm -r large once less plain
	done
	rm -r small same back
done
