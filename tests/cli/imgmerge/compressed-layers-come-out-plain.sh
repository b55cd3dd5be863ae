# Of each form of compression, and the inventory says so.
. "$LIB"
imgmerge -o flat "$DATA/compressed/2"
img2json --human flat/inventory.img | jq -c 'select(.img_version) | [.img_version, .compress]'
imgpages --diff flat "$DATA/compressed/2"
imgpages -j flat | jq -r .where | sort | uniq -c
# A child of a layer with compressed pages has its version.
imgmerge -b "$DATA/compressed/1" -o child flat
img2json --human child/inventory.img | jq -c 'select(.img_version) | .img_version'
imgmerge -o flat2 child
diff -r flat flat2
