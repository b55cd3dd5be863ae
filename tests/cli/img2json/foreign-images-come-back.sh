# Images that CRIU does not write come back too, from a plugin, a fork, or kept under another
# name; imginfo lists what is left out, and why; imgcheck names what it does not know.
. "$LIB"
cp -r "$DATA/dumps/memory" dump && chmod -R u+w dump
printf 'an image of a plugin' >dump/davinci-dev-5.img
: >dump/mlx5_vfmig.img
{ le32 0x54564319 0xdeadbeef 3; printf '\10\226\1'; le32 0; } >dump/ns.img
{ le32 0x54564319 0xdeadbee0 3; printf '\10\226'; } >dump/odd.img
cp dump/fs-2375.img dump/fs-2375.img.orig
cp -r dump want
echo log >dump/dump.log
echo hidden >dump/.files.img.swp
mkdir dump/work
mkfifo dump/pipe.img
ln -s nowhere dump/parent
for form in '' --tag --document --human; do
	rm -rf copy
	img2json $form -n dump | json2img -C copy && diff -r want copy && echo "same $form"
done
img2json dump/ns.img
img2json --tag dump/ns.img | json2img | cmp - dump/ns.img
imginfo dump | grep -v -e '-23[0-9]*.img ' -e ' 1\.1$' | sed 's/  */ /g'
imginfo --json dump | jq -c 'select(.left_out)'
rm dump/parent
imgcheck dump
