. "$LIB"
cp -r "$DATA/dumps/memory-chain" c
imgmerge -l c/3
# Two newest dumps on one parent: what either takes is not superseded.
cp -r c/3 c/other
rm c/other/pagemap-2375.img c/other/pages-2.img
imgmerge -l c/* 2>&1
imgmerge -lj c/3 c/other | jq -c '[.dir, .superseded, .users, .parent]'
# What is broken is reported, and the rest is listed.
ln -sfn ../gone c/other/parent
status imgmerge -l c/other c/2 missing 2>&1
# Where a chain cannot be read to its end, nothing of it is called superseded.
rm -r c/other c/2/parent
status imgmerge -l c/3 2>&1
ln -s ../1 c/2/parent
ln -s ../3 c/1/parent
status imgmerge -l c/1 c/2 c/3 2>&1
