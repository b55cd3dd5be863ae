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
