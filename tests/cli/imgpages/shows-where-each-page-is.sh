# As JSON: address, pages, directory, file and offset; what the offset leads to is the page.
. "$SRC/tests/cli/imgpages/dump.bash"
usual d
imgpages -j d
imgpages -j d d/. | jq -c '[.dir, .from]' | sort -u
cd "$DATA/dumps/memory-chain/3" || exit
imgpages -p 2375 -j | jq -r 'select(.file) | "\(.addr)\t\(.pages)\t\(.from)/\(.file)\t\(.offset)"' |
	while IFS=$'\t' read -r addr pages file offset; do
		imgpages -p 2375 -r "$addr+$((pages * 4096))" | cmp - <(tail -c +$((offset + 1)) "$file" | head -c $((pages * 4096)))
	done
imgpages -p 2375 -j | jq -s -c 'group_by(.where)[] | [.[0].where, (map(.pages) | add)]'
imgpages -p 2375 -j | jq -c 'select(.shmid) | del(.addr)'
