# Of every bundled dump: the same images of the same kinds and numbers of entries; the explorers
# show as many lines. That imgcheck finds nothing new is seen by imganon itself.
. "$LIB"
shape()
{
	imginfo --json "$1" | jq -r 'select(.left_out | not) | [(.name | sub(".*/"; "")), .magic, .framing, .entries, .payload_bytes] | @tsv' |
		grep -v '^tmpfs-\|tables-' | sort
	(cd "$1" && find . -maxdepth 1 -name 'pages-*' -printf '%f %s\n' | sort)
}
n=0
while read -r dir; do
	case $dir in */by-hand*) continue ;; esac
	rm -rf out
	imganon -o out "$dir" >/dev/null || echo "$dir"
	diff <(shape "$dir") <(shape out) || echo "$dir"
	for tool in imgps imgfds imgmems; do
		[ "$($tool "$dir" 2>/dev/null | wc -l)" = "$($tool out 2>/dev/null | wc -l)" ] || echo "$tool $dir"
	done
	n=$((n + 1))
done < <(dumps)
[ $n -ge 20 ] || echo "only $n dumps"
