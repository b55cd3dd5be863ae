# Every bundled dump with a process tree: status 0, not a word on stderr, no control bytes,
# and JSON that parses.
n=0
while read -r tree; do
	dir=${tree%/pstree.img}
	imgmems "$dir" >lines || echo "$dir: status $?"
	tr -d '\n\t' <lines | grep -a '[[:cntrl:]]' && echo "$dir: control bytes"
	imgmems --json "$dir" | jq -e . >/dev/null || echo "$dir: JSON"
	n=$((n + 1))
done < <(find "$DATA/dumps" -name pstree.img | sort)
[ $n -ge 20 ] || echo "only $n dumps found"
