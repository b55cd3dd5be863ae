# Mappings of files that were deleted: their bytes are in ghost images, whole or in chunks.
. "$LIB"
. "$SRC/tests/cli/imgpages/dump.bash"
for ghost in a b c d; do
	rm -rf d new
	{ vma 0x20000 0x24000 65 5; vma 0x28000 0x29000 513; } | dump d 7
	pagemap d 7 1 0x28000:1:4
	pages d 1 z
	{
		printf '%s\n' '{"magic":"FILES","img":"files.img"}' \
			'{"type":"REG","id":5,"reg":{"id":5,"flags":0,"pos":0,"fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"name":"/lib/x"}}' \
			'{"magic":"REMAP_FPATH","img":"remap-fpath.img"}' \
			"{\"orig_id\":5,\"remap_id\":$((16#$ghost)),\"remap_type\":\"GHOST\"}"
	} | json2img -C d
	cp "$DATA/dumps/by-hand/ghost-file-$ghost.img" d
	echo "-- $ghost"
	for at in 0x20002 0x20ffc 0x21ffe 0x23000; do
		rm -rf new
		status imgedit --poke 7:$at=str:POKE -o new d
		[ -d new ] && imgpages -p 7 -r $((at - 2))+8 new | od -An -c | sed 's/^ */  /'
	done
done
rm -rf new d/ghost-file-d.img
status imgedit --poke 7:0x20002=str:POKE -o new d
