# What dumps of many kinds need, asked of a host that has nothing, of one of which nothing is known,
# and of one where what must be free is taken: how many of each need are missing or unchecked.
kinds='machine page-size cpu xsave kernel filesystem program lsm pid pty cgroup address port netdev
	abstract listener pid-max'
for kind in $kinds; do echo "{\"fact\":\"$kind\",\"complete\":true}"; done >nothing
: >unknown
sum() { jq -r 'select(.need) | [.need, .state, .failure // "-"] | join(" ")' | sort | uniq -c | sed 's/^ */  /'; }
for dump in cgroup01_h socket-tcp-nft-nfconntrack_h tun_ns_ns names old-v1.0-k2m8-ns; do
	imgcheck --needs "$DATA/dumps/$dump" |
		jq -c 'select(IN(.need; "pid", "port", "abstract", "mount-point")) | {fact: .need, name, value} | del(..|nulls)' |
		cat - nothing >taken
	for facts in nothing unknown taken; do
		echo "$dump, $facts:"
		imgcheck --json --host=$facts "$DATA/dumps/$dump" 2>/dev/null | sum
	done
done
# Controllers: mounted as here, with another one, known to the kernel, to nobody.
{
	cat nothing
	printf '{"fact":"cgroup","name":"%s"}\n' cpu,cpuacct memory
	printf '{"fact":"kernel","name":"cgroup:%s"}\n' pids freezer
} >facts
imgcheck --json --host=facts "$DATA/dumps/cgroup01_h" 2>/dev/null |
	jq -r 'select(.need == "cgroup") | "  \(.name) \(.state): \(.message // "-")"'
# Sockets: a listener, one on any address, one that may share its port, a connection.
cp -r "$DATA/dumps/memory" d
sk() {
	printf '{"type":"INETSK","id":%d,"isk":{"id":%d,"ino":%d,"family":%d,"type":%d,"proto":%d,"state":%d,"src_port":80,"dst_port":%d,"flags":2,"backlog":1,"src_addr":%s,"dst_addr":[0],"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"opts":{"so_sndbuf":1,"so_rcvbuf":1,"so_snd_tmo_sec":0,"so_snd_tmo_usec":0,"so_rcv_tmo_sec":0,"so_rcv_tmo_usec":0,"so_reuseport":%s}}}\n' "$1" "$1" "$1" "${@:2}"
}
{
	img2json d/files.img
	sk 901 2 1 6 10 0 '[16777343]' false
	sk 902 10 1 6 10 0 '[0,0,0,0]' true
	sk 903 2 1 6 1 99 '[16777343]' false
	sk 904 2 2 17 7 0 '[0]' false
} | json2img -o files && mv files d/files.img
fdinfos=(d/fdinfo-*.img) f=${fdinfos[0]}
{
	img2json "$f"
	for id in 901 902 903 904; do echo "{\"id\":$id,\"flags\":0,\"type\":\"INETSK\",\"fd\":$id}"; done
} | json2img -o fdinfo && mv fdinfo "$f"
imgcheck --needs d | grep '"port'
at() { { cat nothing; printf '{"fact":"port","name":"%s"%s}\n' "$@"; } >facts; imgcheck --json --host=facts d 2>/dev/null | jq -r 'select(.need == "port") | "  \(.name) \(.state): \(.message // "-")"'; echo; }
at 'tcp 127.0.0.1:80' ',"listening":true'
at 'tcp [::]:80' '' 'udp 0.0.0.0:80' ''
at 'tcp 10.0.0.1:80' ',"listening":true'
