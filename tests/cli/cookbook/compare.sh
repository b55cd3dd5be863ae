. "$LIB"
cp -r "$DATA/dumps/memory" dump
cp -r dump new
# Silence where nothing differs.
bash -o pipefail <(block 'recipe: compare-dumps') || echo "status $?"
img2json dump/files.img | sed s/mapped.dat/moved.dat/ | json2img -o new/files.img
printf x | dd of=new/pages-1.img bs=1 seek=50000 conv=notrunc status=none
recipe compare-images
recipe compare-dumps
recipe compare-details
