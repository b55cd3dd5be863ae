# crit x fds and mems, where descriptors are sockets, are gone, or are of no known kind.
. "$LIB"
PATH=$BUILD/dropin:$PATH
cp -r "$DATA/dumps/memory" d
for d in names socket-tcp-nft-nfconntrack_h bashpipe tun_ns_ns; do
	crit x "$DATA/dumps/$d" fds | grep -a 'unix\|inet\|TUN\|EVENT' | head -n 4
done
jqc() { img2json "$1" | jq -c "$2" | json2img -o edited && mv edited "$1"; }
jqc d/files.img 'select(.id != 1)'
for f in d/fdinfo-*.img; do jqc "$f" 'if .fd == 0 then .type = 99 else . end'; done
status crit x d fds | sed 's/[0-9]*$//' | sort | uniq -c | sort -rn | head -n 5
status crit x d mems | grep -c unknown
