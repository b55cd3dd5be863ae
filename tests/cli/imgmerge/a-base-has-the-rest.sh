# What the base has is left to it; flattened, all is as before.
. "$LIB"
cp -r "$DATA/dumps/memory-chain" chain
imgmerge -o flat chain/3
# The middle of the chain is squashed.
mkdir sub
imgmerge -b chain/1 -o sub/two chain/3
readlink sub/two/parent
imgcheck --strict sub/two 2>&1
imgmerge -o flat2 sub/two
diff -r flat flat2
# A dump against another one of the same processes, which is no layer of it.
cp -r "$DATA/dumps/memory" full
imgmerge -b full -o increment chain/3
stat -c '%s %n' increment/pages-*
imgcheck --strict increment 2>&1
imgmerge -o flat3 increment
imgpages --diff flat flat3
diff -r --exclude='pagemap-*' flat flat3
# A page that differs stays.
printf X | dd of=full/pages-1.img bs=1 seek=50000 conv=notrunc status=none
imgmerge -n -b full chain/3
imgmerge -n -j -b full chain/3 | tail -n 1
