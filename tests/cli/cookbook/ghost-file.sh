. "$LIB"
cp -r "$DATA/dumps/old-v2.0-m31" dump
recipe list-ghosts
recipe ghost-file
cat rescued
# What is there already goes, holes stay, also at the end and where nothing else is; the
# pieces of a large file are put together.
echo
for f in a b c d; do
	cp "$DATA/dumps/by-hand/ghost-file-$f.img" dump/ghost-file-1.img
	recipe ghost-file
	stat -c '%s bytes' rescued
	[ "$f" = b ] || od -Ad -c rescued
done
{
	img2json "$DATA/dumps/old-v2.0-m31/ghost-file-1.img" | jq -c 'del(.extra)'
	seq 30000 | img2json -r | tail -n +2
} | json2img -o dump/ghost-file-1.img
recipe ghost-file
seq 30000 | cmp - rescued
