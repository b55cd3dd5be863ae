# --dedup: each layer has what the newest takes from it, and the chain gives the same memory.
. "$LIB"
imgmerge --dedup -o new "$DATA/dumps/memory-chain/3"
left new | grep -v '^new/3/'
readlink new/3/parent new/2/parent
imgcheck --strict new/3 2>&1
imgmerge -o flat "$DATA/dumps/memory-chain/3"
imgmerge -o flat2 new/3
diff -r flat flat2
imgmerge -l new/3
# A second time nothing is left to leave out.
imgmerge --dedup -o again new/3
diff -r --no-dereference new again
# Directories of one name get numbers.
mkdir -p a b
cp -r "$DATA/dumps/memory-chain/1" a/img
cp -r "$DATA/dumps/memory-chain/2" b/img
ln -sfn ../../a/img b/img/parent
cp -r "$DATA/dumps/memory-chain/3" img
ln -sfn ../b/img img/parent
imgmerge --dedup -o same img
ls same
imgmerge -o flat3 same/img
diff -r flat flat3
