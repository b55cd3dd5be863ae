# What each verb changes, as it is reported, and nothing else; the other way round the same
# bytes come back.
. "$LIB"

members() {
	tar --numeric-owner -tvzf "$1" && tar -xzOf "$1"
}

# VERB VALUE BACK DUMP: there and back.
try() {
	local verb=$1 there=$2 back=$3 dump=$DATA/dumps/$4

	printf -- '== --%s=%q %s\n' "$verb" "$there" "$4"
	imgedit "--$verb=$there" -o new "$dump" >report 2>>warnings || echo "status $?"
	grep -v fown report
	# Lines of JSON that differ: those of entries that are reported, and no others.
	diff <(img2json --tag --human "$dump") <(img2json --tag --human new) |
		sed -n 's/^> {"img":"\([^"]*\)".*/\1/p' | grep -v tmpfs | sort | uniq -c | sed 's/^ *//' >differ
	# A raw image is one line, whatever is in it; an archive may be several.
	grep -v tmpfs report | sed -E 's/^((if|ro|ru|netns-[ce]|ip|nft|tmpfs)[^ ]*) [0-9]+/\1 0/' | cut -d' ' -f1,2 | sort -u | cut -d' ' -f1 | uniq -c | sed 's/^ *//' | cmp - differ
	imgedit "--$verb=$back" -o old new >report2 2>>warnings || echo "status $?"
	diff -r -x 'tmpfs-*' "$dump" old
	# An archive that is written anew has the same members.
	for a in "$dump"/tmpfs-*; do
		[ ! -e "$a" ] || cmp <(members "$a") <(members "old/${a##*/}")
	done
	[ "$(wc -l <report)" = "$(wc -l <report2)" ] || echo "not as many on the way back"
	rm -r new old
}

try port 8880=1234 1234=8880 socket-tcp-nft-nfconntrack_h
try ip 127.0.0.1=10.9.8.7 10.9.8.7=127.0.0.1 socket-tcp-nft-nfconntrack_h
try ip 127.0.0.0/8=10.0.0.0/8 10.0.0.0/8=127.0.0.0/8 old-v2.0-m31
try path /zdtm/static=/a/b /a/b=/zdtm/static pipe01_uns
try path /srv/demo/names=/caf$'\xe9' /caf$'\xe9'=/srv/demo/names names
try mount zdtm_run=other other=zdtm_run pipe01_uns
try ext-key ZDTM_DEV=KEY KEY=ZDTM_DEV pipe01_uns
try cgroup /subcg01=/x/y/z /x/y/z=/subcg01 cgroup01_h
try cgroup /=/up /up=/ cgroup01_h
try path $'/srv/demo/w-names/dir \xe2\x82\xac \xfe=/x y' $'/x y=/srv/demo/w-names/dir \xe2\x82\xac \xfe' names
try unix $'abs\\=tract \n\x01\xff.=other' $'other=abs\\=tract \n\x01\xff.' names
try mac a6:49:f5:6e:f9:bf=02:00:00:00:00:01 02:00:00:00:00:01=a6:49:f5:6e:f9:bf old-v1.0-k2m8-ns
try host new-name vm pipe01_uns
try domain new-domain '(none)' pipe01_uns
try netdev tunx0=tun7 tun7=tunx0 tun_ns_ns
try comm pipe01=other other=pipe01 pipe01_uns
try uid 0:1000:1 1000:0:1 pipe01_uns
try gid 0:1000:1 1000:0:1 pipe01_uns
try userns 0:100000:65536 100000:0:65536 pipe01_uns
