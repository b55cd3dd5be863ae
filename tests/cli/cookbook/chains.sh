. "$LIB"
cp -r "$DATA/dumps/memory-chain" chain
recipe whole-chain 2>&1
cp -r "$DATA/dumps/memory" full
cp -r full now
printf x | dd of=now/pages-1.img bs=1 seek=50000 conv=notrunc status=none
cp -r now was
recipe increments
imgmerge -o again 13h
for f in was/pages-*; do cmp "$f" "again/${f##*/}"; done
