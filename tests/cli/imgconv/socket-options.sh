# Options of TCP sockets: where each release has them, there and back. CRIU 4.2 reads those of a
# listener in either place.
dump=$DATA/dumps/socket-tcp-nft-nfconntrack_h
cp -r "$dump" d
img2json d/files.img | jq -c 'if .isk then .isk.tcp_opts += {cork: true, nodelay: true} else . end' |
	json2img -o files && mv files d/files.img
where()
{
	for image in "$1"/files.img "$1"/inetsk.img "$1"/tcp-stream-*.img; do
		[ ! -e "$image" ] || img2json "$image" | jq -Sc '(.isk // .) | select(.tcp_opts or .opts.tcp_keepcnt or .cork or .nodelay)
			| [.tcp_opts, ((.opts // {}) | with_entries(select(.key | startswith("tcp_")))), .cork, .nodelay]'
	done
}
for to in 4.2 3.17; do
	echo "-- $to"
	imgconv --to=$to -o $to d
	where $to
	imgconv -o back $to >/dev/null
	where back
	rm -rf back
done
