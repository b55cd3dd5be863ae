# By its name, by --raw, or for want of bytes; all else without a magic is refused.
. "$LIB"
le32 0x54564319 0x50273030 >pstree.img
for name in pages-1.img pages-shmem-5.img tmpfs-dev-5.tar.gz.img tmpfs-5.tar.gz.img ifaddr-1.img route-1.img \
	route6-1.img rule-1.img iptables-1.img ip6tables-1.img nftables-1.img netns-ct-1.img netns-exp-1.img \
	amdgpu-kfd-1.img amdgpu-renderD-1.img amdgpu-pages-1-a.img; do
	cp pstree.img $name
	[ "$(img2json $name | tr -d '\n')" = '{"magic":"RAW"}{"extra":"GUNWVDAwJ1A=","at":0}{"extra":"","at":8}' ] ||
		echo "$name is not raw"
	img2json $name | json2img | cmp - pstree.img
done
img2json pstree.img
img2json --raw pstree.img
img2json -r <pstree.img

: >core-1.img
: >anything
img2json core-1.img anything
img2json <anything
echo no image at all >anything
img2json anything
echo "status $?"
img2json --raw anything
img2json --raw anything | json2img | cmp - anything
img2json -d --raw anything
