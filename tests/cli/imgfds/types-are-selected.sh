# -t takes the schema's names in either case and those that people use, several at once; -l
# narrows it to sockets that wait. A process without such a descriptor is not headed.
D=$DATA/dumps/socket-tcp-nft-nfconntrack_h
for type in inet INETSK tcp socket inet6,udp unix reg,pipe FILE; do
	echo "-- $type"
	imgfds -t $type "$D"
done
echo "-- listening"
imgfds -l -t tcp "$D"
imgfds -t tun -t epoll "$DATA/dumps/tun_ns_ns" | head -n 3
for bad in sockets tcp,nosuch ","; do
	imgfds -t $bad "$D"
	echo "status $?"
done
# The manual lists what there is.
words=$(sed -n 's/^\.Cm file , \(pipe.*\) ,$/file , \1/p' "$SRC/cmd/imgfds.1" | tr -d ' ')
[ "$(echo "$words" | tr , '\n' | wc -l)" -ge 26 ] || echo "types in the manual: '$words'"
imgfds -t "$words" "$D" >all || echo "status $?"
imgfds "$D" | diff - all
# A socket whose entry is lost may be of any kind, and may listen: it is not hidden.
cp -r "$D" lost
rm lost/files.img
for select in '-t tcp' -l '-t unix'; do
	echo "-- lost: $select"
	# shellcheck disable=SC2086
	imgfds $select lost
	echo "status $?"
done
