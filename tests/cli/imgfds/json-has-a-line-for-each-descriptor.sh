# As many lines as text has, with pid, fd, type and id in front, the entry under the key it
# has in files.img, and the line of text.
D=$DATA/dumps/bashpipe
imgfds "$D" | grep -c '^	'
imgfds --json "$D" | wc -l | tr -d ' '
imgfds --json "$D" | jq -c 'keys_unsorted[:3]' | sort | uniq -c | sed 's/^ *//'
imgfds --json "$D" | jq -r '"\(.pid) \(.fd) \(.text)"' >json
imgfds "$D" | awk '/^[0-9]/ { pid = $1; next } { sub(/^\t */, ""); sub(/: /, " "); print pid, $0 }' | diff - json
# The entry equals what img2json says of it.
imgfds --json "$D" | jq -c '{type, id} + with_entries(select(.key | IN("reg", "pipe")))' | sort -u >entries
img2json "$D/files.img" | sed 1d | sort -u >all
comm -23 entries all
imgfds --json -p 9995 "$D" | jq -c 'select(.fd == 0 or .fd == "cwd")'
# One line of every type among the bundled dumps is an object with these keys.
while read -r tree; do
	imgfds --json --queues "${tree%/pstree.img}"
done < <(find "$DATA/dumps" -name pstree.img | sort) |
	jq -c 'del(.dir) | [.type] + (keys_unsorted - ["pid", "fd", "flags", "type", "id"])' | sort -u
