# What is refused, with its reason, and that nothing is left of it.
try()
{
	imgconv "$@"
	echo "$?"
}
dump=$DATA/dumps/memory
cp -r "$dump" here
try -o out
try "$dump"
try -o out --to=4.3 "$dump"
try -o out --to=0.8 "$dump"
try -o out --to=4.2 -z lz4 "$dump"
try -o out -z lz4:6K "$dump"
try -o out -z lz4:8M "$dump"
try -o out -z zstd "$dump"
try -o out --accel=3 "$dump"
try -o out --framing=1.2 "$dump"
try -o out --framing=1.0 --to=1.0 "$dump"
try -o out -J 0 "$dump"
try -o here "$dump"
try -o here/out here
try -o nowhere/out here
try -o out nowhere
imgconv -z lz4 -o small here >/dev/null
try --framing=1.0 -o out small
mv here/mm-2375.img kept
try -z lz4 -o out here
mv kept here/mm-2375.img
: >here/cipher.img
try -o out here
rm here/cipher.img
truncate -s -1 here/pages-1.img
try -z lz4 -o out here
echo more >>small/pages-1.img
try -o out small
img2json here/inventory.img | sed 's/"img_version":2/"img_version":4/' | json2img -o here/inventory.img
try -o out here
find . -name 'out*' -o -name '.*' ! -name .
