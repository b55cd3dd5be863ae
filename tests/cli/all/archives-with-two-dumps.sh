# Which dump of an archive is read, where it has several: the top as of a directory, then that of
# an engine; and that there is another one is said. The layers of a chain are one.
. "$LIB"
cp -r "$DATA/dumps/memory" checkpoint
cp -r "$DATA/dumps/bashpipe" other
chmod -R u+w .
tar -cf two.tar checkpoint other
for tool in imgps imgpages imgcheck "imginfo --summary" "imgconv -n" "imgedit -n"; do
	echo "== $tool"
	# shellcheck disable=SC2086
	$tool two.tar >got
	# shellcheck disable=SC2086
	$tool checkpoint >want
	sed "s#two\.tar\(/checkpoint\)\?#checkpoint#" got | cmp - want || head -n 3 got
done
img2json -N two.tar | wc -l | cmp - <(img2json -N checkpoint | wc -l)
imgps - <two.tar | cmp - <(imgps checkpoint)
imgconv -n - <two.tar | cmp - <(imgconv -n checkpoint)
# As of a directory.
cp -r other top
cp -r checkpoint top
tar -cf top.tar -C top .
imgps top | cmp - <(imgps other)
imgps top.tar | cmp - <(imgps other)
# A chain, whose parents are no other dumps.
cp -r "$DATA/dumps/memory-chain" chain
chmod -R u+w chain
mv chain/3 chain/checkpoint
tar -cf chain.tar -C chain .
imgps chain.tar | cmp - <(imgps chain/checkpoint)
# Two that are neither.
mv checkpoint one
tar -cf none.tar one other
status imgps none.tar
