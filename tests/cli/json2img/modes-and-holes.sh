# New files have what the umask leaves; an image that is written over keeps its mode. Zeros
# become holes.
. "$LIB"
img2json -n "$DATA/dumps/memory/fs-2375.img" >text
for mask in 022 077 027; do
	(umask $mask; json2img -C new$mask text; json2img -o one$mask text)
	stat -c '%a' new$mask/fs-2375.img one$mask
done
chmod 640 new022/fs-2375.img
json2img -C new022 text
stat -c '%a' new022/fs-2375.img
truncate -s 2M pages-1.img
printf x | dd of=pages-1.img bs=1 seek=1M conv=notrunc status=none
img2json -n pages-1.img | json2img -C new && cmp pages-1.img new/pages-1.img
img2json -n --document pages-1.img | json2img -C doc && cmp pages-1.img doc/pages-1.img
for f in new/pages-1.img doc/pages-1.img; do
	[ "$(stat -c %b "$f")" -le 200 ] || stat -c '%n takes %b blocks' "$f"
done
