# A file that cannot grow (as on a full disk): status 3, the output is named, the old file
# stays, and nothing is left beside it.
. "$LIB"
head -c 100000 /dev/zero >pages-1.img
cp "$DATA/dumps/memory/fs-2375.img" .
img2json -n fs-2375.img pages-1.img >text
echo old >old
mkdir dir
echo old >dir/pages-1.img
(
	trap '' XFSZ
	ulimit -f 4 # KiB
	status img2json -o new pages-1.img
	status img2json -o old pages-1.img
	status json2img -o new <(tail -n +3 text)
	status json2img -o old <(tail -n +3 text)
	status json2img -C dir text
	img2json pages-1.img >stdout
	echo "status $?"
)
rm stdout
cat old dir/pages-1.img
left
