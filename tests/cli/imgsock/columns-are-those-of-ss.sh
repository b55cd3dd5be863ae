# The usual columns, filters, and all of it as JSON.
dir=$DATA/dumps/old-v1.3-m31
imgsock "$dir"
for filter in -t -u -x -tu '-f netlink,packet' -4 -6 '-4 -t' -l '--state=listen,Estab' --outside '-x --outside' \
	'-p 13884 -x'; do
	# shellcheck disable=SC2086 # words on purpose
	echo "$filter: $(imgsock --raw --noheadings -o id $filter "$dir" | paste -sd' ')"
done
imgsock --json "$dir" | head -n 1
imgsock -f packet --json "$dir"
imgsock --json -x -p 8493 "$DATA/dumps/names" | jq -c '[.local, .path]'
