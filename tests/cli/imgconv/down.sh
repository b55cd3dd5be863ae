# Down to older releases and up again: the dump is as sound as before, and says the same.
go()
{
	local dump=$1
	echo "$1 $2"
	cp -r "$DATA/dumps/$1" .
	imgconv --to="$2" -o down "$dump" >report || return
	sed 's/^[a-z-]*-[0-9]*\.img/X.img/; s/: [0-9]* entr.*//' report | sort | uniq -c
	imgconv --to="$2" -o again down && diff -r down again
	imgconv -o up down >/dev/null
	for tool in imgps imgfds imgmems imgpages; do
		$tool "$dump" 2>/dev/null | sed "s,^$dump:,DIR:,; s,in $dump\$,in DIR," >before
		for i in down up; do
			$tool "$i" 2>/dev/null | sed "s,^$i:,DIR:,; s,in $i\$,in DIR," >after
			diff before after >differs || sed "s/^/$tool: $i: /" differs
		done
	done
	rm -rf down again up
}
go names 4.1
go pidns-ext 3.14
go ipc-multi 2.12
go old-v3.0-k2m1 1.1
go old-v2.0-m31 1.3
go old-v2.0-k2m8-ns 1.2
go old-v1.3-k2m4 1.0
go tun_ns_ns 3.13
# Without what stands in its way.
cp -r "$DATA/dumps/names" mine
for core in mine/core-*.img; do
	img2json "$core" | sed 's/,"rseq_entry":{[^}]*}//' | json2img -o "$core"
done
imgconv --to=3.13 -o down mine
# Files without an image of their own before they were in one with all others: no half is written.
imgconv --to=3.2 -o down mine
cp -r "$DATA/dumps/bpf_hash_h" maps
img2json maps/core-66.img | sed 's/,"rseq_entry":{[^}]*}//' | json2img -o maps/core-66.img
imgconv --to=2.12 -o down maps
# The key of an external mount takes the place of its root, and goes back.
cp -r "$DATA/dumps/pipe01_uns" external
for image in external/core-*.img external/ids-*.img; do
	img2json "$image" | sed 's/,"rseq_entry":{[^}]*}//; s/,"time_ns_id":[0-9]*//' | json2img -o "$image"
done
rm external/timens-13.img
imgconv --to=2.12 -o down external | grep ext_
img2json down/mountpoints-14.img | grep -c '"root":"ZDTM_DEV".*"ext_mount":true'
imgconv -o up down >/dev/null
imgmnt up | grep ZDTM_DEV
rm -rf down up
cp -r "$DATA/dumps/ipc-multi" segments
for core in segments/core-*.img; do
	img2json "$core" | sed 's/,"rseq_entry":{[^}]*}//' | json2img -o "$core"
done
imgconv --to=2.12 -o down segments | sed 's/: [0-9]* entr.*//' | sort | uniq -c
img2json down/ipcns-shm-*.img | cut -c -150
imgconv -o up down | grep ipcns
for i in 0 1 2; do
	cmp "segments/pages-$((i + 2)).img" "up/pages-$((i + 2)).img"
done
find up -name 'pagemap-shmem*' | wc -l
