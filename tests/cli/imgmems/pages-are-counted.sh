# Of each mapping those in this directory, in a parent, lazy; of each process the sum, which
# is that of its pagemap.
imgmems --rss "$DATA/dumps/memory" | grep -E '^[0-9]|=' | sed 's/^\(.[0-9a-f]*-[0-9a-f]*\)  */\1 /'
for dir in memory memory-chain/1 memory-chain/2 memory-chain/3; do
	dir=$DATA/dumps/$dir
	[ -e "$dir/pstree.img" ] || continue
	imgmems --rss --json "$dir" | jq -c 'select(.total)'
	# Private pages only: those of shared memory stand in other pagemaps.
	imgmems --rss --json "$dir" | jq -r 'select(.present and .flags % 2 == 0) | "\(.pid) \(.present) \(.parent)"' |
		awk '{ a[$1] += $2; b[$1] += $3 } END { for (p in a) print p, a[p], b[p] }' | sort >counted
	for pagemap in "$dir"/pagemap-[0-9]*.img; do
		pid=${pagemap##*-}
		img2json "$pagemap" | jq -r --arg pid "${pid%.img}" -s '.[2:] |
			"\($pid) \(map(select(.flags % 2 == 0) | .nr_pages) | add // 0) \(map(select(.flags % 2 == 1) | .nr_pages) | add // 0)"'
	done | sort | diff counted -
done
# What the pages files hold is not asked for.
cp -r "$DATA/dumps/memory" dump
chmod -R u+w dump
rm dump/pages-*.img
imgmems --rss dump | diff <(imgmems --rss "$DATA/dumps/memory") -
# Of 3.4 to 4.1 and before: counts and flags are elsewhere.
imgmems --rss "$DATA/dumps/old-v3.0-k2m1" | grep total
