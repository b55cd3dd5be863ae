# Files with the names of images, known ones or others, in order of their names: no logs, no
# subdirectories, nothing that is hidden or would block. A link to another name is refused.
mkdir -p d/core-3.img d/sub empty logs
cp "$DATA/dumps/memory/fs-2375.img" d/fs-10.img
cp "$DATA/dumps/memory/fs-2375.img" d/fs-9.img
cp "$DATA/dumps/memory/stats-dump" "$DATA/dumps/memory/inventory.img" d
: >d/pages-1.img
: >d/fs-11.img
cp d/fs-9.img d/sub/fs-1.img
ln -s fs-9.img d/fs-1.img
ln -s nowhere d/fs-2.img
ln -s sub d/parent
mkfifo d/fs-3.img
for name in dump.log restore.log fs-.img fs-9.img.bak fs-x.img Fs-9.img fs-9.IMG core-1 stats pages.img \
	criu.pid descriptors.json .fs-9.img fs-99999999999999999999999.img; do
	echo unread >"d/$name"
	echo unread >"logs/$name"
done
img2json d
echo "status $?"
img2json d/ --tag | grep -o '"img":"[^"]*"' | sort | uniq -c | sed 's/^ *//'
img2json logs
echo "status $?"
img2json empty d/fs-9.img
echo "status $?"
# What a link names may be given by itself.
img2json d/fs-1.img
