# As many lines as files of the dump that are sockets, with the owners that imgfds has.
n=0
while read -r tree; do
	dir=${tree%/pstree.img}
	want=$(for f in files unixsk inetsk netlinksk packetsk; do
		[ ! -e "$dir/$f.img" ] || img2json "$dir/$f.img"
	done | jq -s '[.[] | select(has("magic") | not) | select(.usk or .isk or .nlsk or .psk or has("proto") or
		has("uflags") or has("protocol"))] | length')
	got=$(imgsock --noheadings "$dir" | wc -l)
	[ "$got" -eq "$want" ] || echo "$dir: $got lines, $want sockets"
	imgsock --raw --noheadings -o owners "$dir" | grep -v '^-' | tr , '\n' | sort >ours
	imgfds -t socket --raw --noheadings -o pid,fd "$dir" | tr ' ' : | sort | cmp -s - ours || echo "$dir: owners"
	n=$((n + got))
done < <(find "$DATA/dumps" -name pstree.img | sort)
[ $n -ge 30 ] || echo "only $n sockets found"
