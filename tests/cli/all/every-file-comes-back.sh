# Each file of each bundled dump, alone: img2json F | json2img is F, octet for octet.
. "$LIB"

n=0
while read -r dir; do
	for f in "$dir"/*; do
		[ -f "$f" ] && [ ! -L "$f" ] || continue
		img2json "$f" | json2img | cmp - "$f" || echo "$f does not come back"
		n=$((n + 1))
	done
done < <(dumps)
[ $n -ge 500 ] || echo "only $n files found"
