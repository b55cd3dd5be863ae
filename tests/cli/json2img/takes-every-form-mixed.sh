# Lines, tagged lines and documents, plain and in words, after each other in one text.
D=$DATA/dumps
cp "$D/memory/pstree.img" a.img
cp "$D/by-hand/tcp-stream-1f.img" b.img
cp "$D/by-hand/ipcns-msg-10.img" c.img
cp "$D/old-v1.3-k2m2/fanotify.img" d.img
cp "$D/by-hand/pages-1.img" pages-1.img
cp "$D/by-hand/filelocks.img" e.img
cp "$D/memory/mm-2375.img" f.img
: >g.img
{
	img2json -n a.img
	img2json -n -d b.img
	img2json -n -t c.img
	img2json -n -p d.img
	img2json -n pages-1.img
	img2json -n -u f.img
	img2json -n -t e.img
	img2json -n -t -u a.img | sed 's/a.img/a2.img/'
	img2json -n -d g.img
	img2json -n -p f.img | sed 's/f.img/f2.img/'
	img2json -n -d pages-1.img | sed 's/pages-1.img/pages-2.img/'
} >mixed
json2img -C out mixed
for f in *.img; do cmp "$f" "out/$f"; done
cmp a.img out/a2.img
cmp f.img out/f2.img
cmp pages-1.img out/pages-2.img
# The same without line ends, and as one would wrap it.
tr -d '\n' <mixed | json2img -C out2 && diff -r out out2
sed 's/\([{,:]\)/\1\r\n\t /g' mixed | json2img -C out3 2>err || head -c 300 err
jq . mixed | json2img -C out4 && diff -r out out4
jq -S . mixed | json2img -C out5 && diff -r out out5
