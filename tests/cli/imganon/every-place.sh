# A secret of its own in every place that a dump has for one is nowhere in the copy, in no encoding. With a
# class left alone those that it holds are: else this would see nothing.
cp -r "$DATA/dumps/names" dump
d=$DATA/dumps
cp "$d"/ipc-multi/ipcns-msg-10.img "$d"/by-hand/{sk-queues,fifo-data,tcp-stream-1f}.img dump
cp "$d"/tun_ns_ns/{utsns-12,netdev-10,mountpoints-14}.img "$d"/old-v3.0-k2m1/tty-data.img dump
change()
{
	local f
	for f in dump/$1; do
		img2json "$f" | jq -c "$2" | json2img >new && mv new "$f"
	done
}
b64()
{
	printf %s "$1" | base64
}
change 'core-*.img' 'if .tc.comm then .tc.comm = "KalifComm1" else . end'
change files.img 'if .reg and (.reg.name | type) == "string" and .reg.name[:5] == "/srv/"
	then .reg.name = "/home/KalifPath2" + .reg.name else . end |
	if .usk then .usk.name = "@KalifSock3" else . end'
change ghost-file-1.img "if .extra then .extra = \"$(b64 KalifGhost4)\" else . end"
change ipcns-msg-10.img "if .extra then .extra |= [.[] | if type == \"object\" then .msize = 10 else \"$(b64 KalifMesg5)\" end] else . end"
change sk-queues.img "if .id_for then .length = 11 | .extra = \"$(b64 KalifQueue6)\" else . end"
change fifo-data.img "if .bytes == 3 then .bytes = 10 | .extra = \"$(b64 KalifFifo7)\" else . end"
change tcp-stream-1f.img "if .extra then .inq_len = 10 | .unsq_len = 0 | .outq_len = 0 | .extra = {inq: \"$(b64 KalifTcpq8)\", outq: \"\"} else . end"
change tty-data.img "if .data then .data = \"$(b64 KalifType9)\" else . end"
change utsns-12.img 'if .nodename then .nodename = "KalifHost10.example.org" else . end'
change netdev-10.img 'if .name and .name != "lo" then .name = "KalifDev11" else . end'
change mountpoints-14.img 'if .options then .options = "rw,password=KalifPass12,user=rw" | .source = "//KalifSrv13/share" else . end'
# Memory, the arguments and the environment, which lie in it.
for at in mm_arg_start mm_env_start; do
	img2json dump/mm-8493.img | jq -r ".$at // empty"
done >places
img2json dump/pagemap-8493.img | jq -s '[.[].vaddr // empty][0]' >>places
i=14
while read -r a; do
	off=$(img2json dump/pagemap-8493.img | jq -r --argjson at "$a" -s '
		reduce (.[] | select(.vaddr and ((.flags // 4) / 4 | floor) % 2 == 1)) as $e ({off: 0};
			if $at >= $e.vaddr and $at < $e.vaddr + $e.nr_pages * 4096
			then .found = .off + $at - $e.vaddr else . end | .off += $e.nr_pages * 4096) | .found')
	pages=$(img2json dump/pagemap-8493.img | jq '.pages_id // empty')
	printf 'KalifMem%d' $i | dd of="dump/pages-$pages.img" bs=1 seek="$off" conv=notrunc status=none
	i=$((i + 1))
done <places
mkdir -p tree/KalifDir17
echo KalifFile18 >tree/KalifDir17/a
ln -s ../KalifLink19 tree/link
tar --owner=KalifUser20:1000 -czf dump/tmpfs-dev-7.tar.gz.img -C tree .
printf '*filter\n:KalifChain21 - [0:0]\n-A KalifChain21 -m comment --comment "x KalifNote22" -j DROP\nCOMMIT\n' >dump/iptables-9.img
printf 'table inet KalifTable23 {\n\tset KalifSet24 {\n\t\ttype ifname\n\t\telements = { "KalifPort25" }\n\t}\n}\n' >dump/nftables-9.img
# An address of 5.6.7.8 with a label, and an attribute that nobody knows.
printf '\42\22\66\107\100\0\0\0\24\0\0\0\0\0\0\0\0\0\0\0\2\30\0\0\1\0\0\0\10\0\2\0\5\6\7\10\17\0\3\0KalifLab26\0\0\17\0\143\0KalifAtt27\0\0' >dump/ifaddr-9.img
printf '(00.1) Dumping [/srv/KalifLog28/x], host KalifHost10 and KalifComm1\n' >dump.log

secrets=$(cat dump/* dump.log <(zcat dump/tmpfs*) | grep -ao 'Kalif[A-Z][a-z]*[0-9]*' | sort -u)
echo "$(wc -w <<<"$secrets") secrets"
backwards()
{
	awk '{ for (i = length($0); i > 0; i--) printf "%s", substr($0, i, 1) }' <<<"$1"
}
# Those of them that are in a directory, whatever they are encoded in.
found()
{
	local s k t
	cat "$1"/* <(zcat "$1"/tmpfs*) >all
	tr -d '\0' <all >thin
	for s in $secrets; do
		grep -aqiF "$s" all thin || grep -aqiF "$(backwards "$s")" all ||
			grep -aqi "$(printf %s "$s" | od -An -v -tx1 | tr -d ' \n')" all && echo "$s"
		for k in 0 1 2; do
			t=${s:k}
			grep -aqF "$(b64 "${t:0:$((${#t} / 3 * 3))}")" all && echo "$s"
		done
	done | sort -u
	tr -d ' ' < <(od -An -v -tx1 all | tr -d '\n') | grep -oE '05060708|08070605' | sort -u
}
imganon -l dump.log -o out dump >report
echo $?
found out
grep -i kalif report
for class in path name payload memory ip; do
	rm -rf out
	imganon --keep=$class -l dump.log -o out dump >/dev/null
	echo "$class: $(found out | tr '\n' ' ')"
done
