# --also=id and --also=time reach what has no fields: users of firewalls, rules and routes, times of
# connections, addresses and members of archives, users in the options of mounts.
le() # le WIDTH NUMBER: its bytes, the lowest first, as printf has them
{
	local i
	for ((i = 0; i < $1; i++)); do printf '\\x%02x' $(($2 >> 8 * i & 255)); done
}
mkdir dump tree
printf '%s\n' '*filter' '-A OUTPUT -m owner --uid-owner 4711 -j DROP' '-A OUTPUT -m owner --gid-owner 4711-4799 -j DROP' \
	'-A OUTPUT -m owner ! --uid-owner 0 -p tcp -m tcp --dport 4711 -j DROP' COMMIT >dump/iptables-9.img
cat >dump/nftables-9.img <<'END'
table ip filter {
	set s {
		typeof meta skuid . tcp dport
		elements = { 4711 . 8711, 4712-4713 . 8712 }
	}
	chain c {
		meta skuid 4711 tcp dport 8711 drop
		meta skgid { 4711, 4720-4799 } counter packets 8711 bytes 8712 drop
		meta skuid vmap { 4711 : accept, 4712 : drop }
	}
}
END
# A rule of "uidrange 4711-4799", then a connection that began at a time.
printf %b "$(le 4 0x71706986)$(le 4 40)$(le 2 32)\\x00\\x00$(le 4 0)$(le 4 0)\\2$(le 11 0)$(le 2 12)$(le 2 20)$(le 4 4711)$(le 4 4799)" >dump/rule-9.img
printf %b "$(le 4 36)$(le 2 256)\\x00\\x00$(le 4 0)$(le 4 0)\\2\\x00\\x00\\0$(le 2 16)$(le 2 32788)$(le 2 12)$(le 2 1)$(le 8 0x1122334455667788)" >dump/netns-ct-9.img
# An address of 5.6.7.8, made at a time.
printf %b "$(le 4 0x47361222)$(le 4 52)$(le 2 20)\\x00\\x00$(le 4 0)$(le 4 0)\\2\\30\\x00\\x00$(le 4 1)$(le 2 8)$(le 2 2)\\5\\6\\7\\10$(le 2 20)$(le 2 6)$(le 4 4294967295)$(le 4 4294967295)$(le 4 0x11223344)$(le 4 0x55667788)" >dump/ifaddr-9.img
echo >tree/a
tar --owner=:4711 --group=:4711 --mtime=@1234567890 -czf dump/tmpfs-dev-7.tar.gz.img -C tree a
img2json "$DATA/dumps/tun_ns_ns/mountpoints-14.img" |
	jq -c 'if .options then .options = "uid=4711,gid=4712,user_id=4711,size=4711k,nr_inodes=4711" else . end' |
	json2img >dump/mountpoints-14.img

cat >seen <<'END'
d=$1
grep -ahow '47[0-9][0-9]' "$d"/*tables* | sort | uniq -c
grep -ao '\(dport\|packets\|bytes\) 871[0-9]\| \. 871[0-9]' "$d"/nftables-9.img | sort | uniq -c
od -An -tx1 -v -w4 "$d"/rule-9.img | tail -n 2 | grep -c '67 12 00 00\|bf 12 00 00'
od -An -tx1 -v -w8 "$d"/netns-ct-9.img | tail -n 2
od -An -tx1 -v -w4 "$d"/ifaddr-9.img | tail -n 4
tar --numeric-owner --utc --full-time -tvzf "$d"/tmpfs*.img | awk '{ print $2, $4, $5 }'
img2json "$d"/mountpoints-14.img | jq -r '.options // empty' | sort -u
END
imganon -o out dump >report
bash -u seen out
echo
imganon --also=id,time -o also dump >report
bash -u seen also | sed 's/[0-9]\{5,\}/N/g'
