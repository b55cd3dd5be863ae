# Each line of `crit x DIR fds` begins the line of ours, on every bundled dump that crit could
# list.
n=0
while read -r crit; do
	dir=${crit%/*}
	dir=${dir%.crit}
	# Of a chain crit was asked about the newest link.
	[ -e "$dir/pstree.img" ] || dir=$(find "$dir" -name pstree.img | sort | tail -n 1 | sed 's|/[^/]*$||')
	imgfds "$dir" >lines || echo "$dir: status $?"
	awk -f "$SRC/tests/cli/begins.awk" "$crit" lines
	n=$((n + 1))
done < <(find "$DATA/dumps" -name '*x-fds.txt' | sort)
[ $n -ge 15 ] || echo "only $n answers of crit found"
