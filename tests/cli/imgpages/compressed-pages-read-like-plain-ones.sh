# Each layout and several sizes of blocks: every byte and every word is that of the plain dump.
# shellcheck disable=SC2086 # numbers and words without blanks
[ -x "$BUILD/cli/pack" ] || { echo 'no pack in the build directory: make cli builds it'; exit 77; }
facts()
{
	(
		cd "$1" || exit
		imgpages .
		imgpages --summary --json . | jq -c 'select(.kind)'
		imgps --args --env .
		imgmems .
		for pid in 2375 2378; do
			imgpages -p $pid --read=all --zero . | cksum
			imgpages -p $pid --strings . | cksum
			imgpages -p $pid --grep='[a-z]+=' . | cksum
			imgpages -p $pid --hexdump . | cksum
		done
	) 2>&1
}
facts "$DATA/dumps/memory" >want
wc -l <want
while read -r layout pages; do
	"$BUILD/cli/pack" $layout $pages "$DATA/dumps/memory" $layout-$pages
	facts $layout-$pages | diff want - >difference || { echo "$layout $pages"; head difference; }
	imgpages --diff $layout-$pages "$DATA/dumps/memory"
	# Byte by byte, in any order.
	imgpages -p 2378 --read=[heap] --zero $layout-$pages | cksum
done <<EOF
blocks 1
blocks 3
blocks 1024
sizes 1
sizes 16
loose 2
padded 5
EOF

# Layers of a chain may differ in that, and a plain one may be among them.
mkdir chain
"$BUILD/cli/pack" sizes 1 "$DATA/dumps/memory-chain/1" chain/1
cp -r "$DATA/dumps/memory-chain/2" chain/2
"$BUILD/cli/pack" blocks 64 "$DATA/dumps/memory-chain/3" chain/3
ln -s ../2 chain/3/parent
imgpages --diff chain/3 "$DATA/dumps/memory"
imgpages --json blocks-3 | grep -m 1 compressed
